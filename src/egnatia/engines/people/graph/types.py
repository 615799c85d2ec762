"""Who and what a network joins: persons, organisations and the things they share, each tie with its source and date.

A measure of a network is a lead and never guilt. Two rules are built in here: a tie without a source and a date is no
tie, and only a person of whom somebody has said that they are involved is ever counted, ranked or passed through.
Victims, children, family, people who seek protection, and everybody of whom nothing was said, are shielded.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from egnatia.errors import InputError

MAX_REF = 80
"""Characters of a reference: the store's 40 with room for a partner's code and a kind in front."""
MAX_LABEL = 200
"""Characters of a label, as of a name (`engines.people.types`)."""
MAX_RELATION = 60
MAX_SOURCE = 200


class NodeKind(StrEnum):
    """What a node stands for."""

    PERSON = "person"
    ORGANISATION = "organisation"
    PHONE = "phone"
    ACCOUNT = "account"
    VEHICLE = "vehicle"
    DOCUMENT = "document"
    PLACE = "place"


HOLDERS = frozenset({NodeKind.PERSON, NodeKind.ORGANISATION})
"""Kinds that hold things; every other kind is a thing that is held, and may be shared."""


class Standing(StrEnum):
    """How a person stands to the case, by somebody's decision; never worked out from the network."""

    INVOLVED = "involved"
    VICTIM = "victim"
    CHILD = "child"
    FAMILY = "family"
    PROTECTION = "protection"
    UNSTATED = "unstated"


@dataclass(frozen=True, slots=True)
class Node:
    """A person, an organisation or a thing.

    Attributes:
        ref: its reference, unique in a network.
        kind: what it stands for.
        label: what to call it; empty where that is the reference.
        standing: of a person; for anything else it means nothing and stays `INVOLVED`.

    Raises:
        InputError: the reference is missing, or a text is longer than any honest one.
    """

    ref: str
    kind: NodeKind
    label: str = ""
    standing: Standing = Standing.UNSTATED

    def __post_init__(self) -> None:
        """Refuse a node nobody could name; one fact has one way to be said, so that networks can be compared."""
        _need("reference", self.ref, MAX_REF)
        if self.label:
            _need("label", self.label, MAX_LABEL)
        if self.label == self.ref:
            object.__setattr__(self, "label", "")
        if self.kind is not NodeKind.PERSON:
            object.__setattr__(self, "standing", Standing.INVOLVED)

    @property
    def shielded(self) -> bool:
        """Whether no measure may read it."""
        return self.standing is not Standing.INVOLVED


@dataclass(frozen=True, slots=True, order=True)
class Tie:
    """Something that joins two nodes, as a source reports it.

    Attributes:
        left: reference of one.
        right: reference of the other; the order is kept (who called whom) and no measure reads it.
        relation: in a word: `uses`, `called`, `owns`.
        source: where that is known from, as a reference to a report and not as its text.
        since: the day it was so, or began to be.
        until: its last day; None where it was one day, or nobody knows of an end.

    Raises:
        InputError: a text is missing or too long, both ends are the same, or it ends before it begins.
    """

    left: str
    right: str
    relation: str
    source: str
    since: date
    until: date | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be traced back."""
        _need("reference", self.left, MAX_REF)
        _need("reference", self.right, MAX_REF)
        _need("relation", self.relation, MAX_RELATION)
        _need("source", self.source, MAX_SOURCE, "Every tie names where it is known from.")
        if self.left == self.right:
            raise InputError(f"{self.left} is tied to itself")
        if self.until is not None and self.until < self.since:
            raise InputError(f"the tie of {self.left} and {self.right} ends before it begins")


def _check(what: str, text: str, most: int) -> None:
    if len(text) > most:
        raise InputError(f"a {what} is longer than {most} characters")
    if any(ord(character) < ord(" ") or character in "\x7f\ufffe\uffff" or _is_half(character) for character in text):
        raise InputError(
            f"a {what} holds a control character or half a character", hint="No exchange format could carry it."
        )


def _is_half(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"


def _need(what: str, text: str, most: int, hint: str = "") -> None:
    _check(what, text, most)
    if not text.strip() or text != text.strip():
        raise InputError(f"a {what} is missing, or has spaces around it", hint=hint or None)
