"""What every format says of a node and of a tie, as texts with names; and back, with each fault in words."""

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from egnatia.engines.people.graph.types import Node, NodeKind, Standing, Tie
from egnatia.errors import InputError

NODE_FIELDS = ("kind", "standing")
TIE_FIELDS = ("relation", "source", "since", "until")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Listed = TypeVar("Listed", bound=StrEnum)


def node_fields(node: Node) -> dict[str, str]:
    """What a format says of a node beside its reference and its label."""
    standing = {"standing": node.standing.value} if node.kind is NodeKind.PERSON else {}
    return {"kind": node.kind.value, **standing}


def tie_fields(tie: Tie) -> dict[str, str]:
    """What a format says of a tie beside its two ends."""
    until = {} if tie.until is None else {"until": tie.until.isoformat()}
    return {"relation": tie.relation, "source": tie.source, "since": tie.since.isoformat(), **until}


def node_of(ref: str, label: str, fields: Mapping[str, str], where: str) -> Node:
    """A node of its fields. A person of whom the file says no standing is shielded, not involved.

    Raises:
        InputError: a field is missing or no value of its list; `where` is named.
    """
    try:
        kind = _listed(NodeKind, fields.get("kind", ""), "kind of node")
        return Node(ref, kind, label, _listed(Standing, fields.get("standing") or "unstated", "standing"))
    except InputError as wrong:
        raise InputError(f"{where}: {wrong.message}", hint=wrong.hint()) from None


def tie_of(left: str, right: str, fields: Mapping[str, str], where: str) -> Tie:
    """A tie of its fields.

    Raises:
        InputError: as `node_of` says; a tie without source or date is none.
    """
    try:
        since, until = _day(fields.get("since", "")), fields.get("until")
        return Tie(
            left, right, fields.get("relation", ""), fields.get("source", ""), since, _day(until) if until else None
        )
    except InputError as wrong:
        raise InputError(f"{where}: {wrong.message}", hint=wrong.hint()) from None


def _listed(values: type[Listed], text: str, what: str) -> Listed:
    try:
        return values(text)
    except ValueError:
        known = ", ".join(each.value for each in values)
        raise InputError(f"{text[:40]!r} is no {what}", hint=f"Known: {known}.") from None


def _day(text: str) -> date:
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise InputError(f"{text[:40]!r} is no day", hint="Every tie says since when, as YYYY-MM-DD.")
