"""The order of labels: which is at least as strict as which, and the strictest of several.

Every field has an order of its own (a closed list from loose to strict, a set that may only shrink, a set that may only
grow, a day that may only come earlier), and a label is at least as strict as another when each of its fields is. So two
labels always have a meet: the loosest label that is at least as strict as both. Whatever is made from several items
carries the meet of theirs, and no sequence of meets can widen anything (bench/handling.py, tests/handling).
"""

from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from enum import StrEnum
from functools import reduce
from typing import TypeVar

from egnatia.errors import InputError
from egnatia.model.handling import ActionLimit, Audience, EvidenceUse, Label, Onward, Sanitisation, Scope

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")
RANK: dict[StrEnum, int] = {
    value: rank for kind in (Scope, Onward, EvidenceUse, ActionLimit, Sanitisation) for rank, value in enumerate(kind)
}
"""Place of a value in its own list: the higher, the stricter. Values of two lists are never compared."""
FIELDS = tuple(each.name for each in fields(Label))


def at_least_as_strict(label: Label, other: Label) -> bool:
    """Whether whoever obeys `label` also obeys `other`."""
    return not wider_in(label, other)


def wider_in(label: Label, other: Label) -> tuple[str, ...]:
    """The fields in which `label` allows something that `other` does not; empty when it is at least as strict."""
    holds = {
        "originators": label.originators >= other.originators,
        "audience": _audience_within(label.audience, other.audience),
        "onward": RANK[label.onward] >= RANK[other.onward],
        "evidence_use": RANK[label.evidence_use] >= RANK[other.evidence_use],
        "action": RANK[label.action] >= RANK[other.action],
        "sanitisation": RANK[label.sanitisation] >= RANK[other.sanitisation],
        "purposes": label.purposes <= other.purposes,
        "review_on": _not_later(label.review_on, other.review_on),
        "erase_on": _not_later(label.erase_on, other.erase_on),
        "conditions": label.conditions >= other.conditions,
    }
    return tuple(name for name in FIELDS if not holds[name])


def differs_in(label: Label, other: Label) -> tuple[str, ...]:
    """The fields in which two labels are not the same."""
    return tuple(name for name in FIELDS if getattr(label, name) != getattr(other, name))


def meet(label: Label, other: Label) -> Label:
    """The loosest label that is at least as strict as both."""
    return Label(
        originators=label.originators | other.originators,
        audience=Audience(
            _stricter(label.audience.scope, other.audience.scope),
            _both(label.audience.orgs, other.audience.orgs),
            _both(label.audience.persons, other.audience.persons),
        ),
        onward=_stricter(label.onward, other.onward),
        evidence_use=_stricter(label.evidence_use, other.evidence_use),
        action=_stricter(label.action, other.action),
        sanitisation=_stricter(label.sanitisation, other.sanitisation),
        purposes=label.purposes & other.purposes,
        review_on=_earlier(label.review_on, other.review_on),
        erase_on=_earlier(label.erase_on, other.erase_on),
        conditions=label.conditions | other.conditions,
    )


def meet_all(labels: Iterable[Label]) -> Label:
    """The label of something made from all of these.

    Raises:
        InputError: there is none; something made of nothing has no label.
    """
    known = list(labels)
    if not known:
        raise InputError("there is no label to merge", hint="Name the items that this was made from.")
    return reduce(meet, known)


def _audience_within(audience: Audience, other: Audience) -> bool:
    return (
        RANK[audience.scope] >= RANK[other.scope]
        and _within(audience.orgs, other.orgs)
        and _within(audience.persons, other.persons)
    )


def _within(names: frozenset[str] | None, others: frozenset[str] | None) -> bool:
    return others is None or (names is not None and names <= others)


def _both(names: frozenset[str] | None, others: frozenset[str] | None) -> frozenset[str] | None:
    if names is None or others is None:
        return others if names is None else names
    return names & others


def _stricter(value: E, other: E) -> E:
    return max(value, other, key=RANK.__getitem__)


def _not_later(day: date | None, other: date | None) -> bool:
    return other is None or (day is not None and day <= other)


def _earlier(day: date | None, other: date | None) -> date | None:
    if day is None or other is None:
        return other if day is None else day
    return min(day, other)
