"""What a national scheme is: its codes, what each one means as a label, and what has to stand beside it.

A code's meaning is a label; several codes together mean the meet of theirs. A scheme that is silent about a field
leaves it at its loosest, except the audience: where a code does not say who may have the item, it is for the parties
of the agreement under which it was sent.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from egnatia.agreements.handling.written import unknown
from egnatia.model.handling import Audience, Label, Onward, Scope
from egnatia.model.ids import PartnerCode


class Need(IntEnum):
    """Whether something stands beside a code: it must not, it may, it must."""

    NO = 0
    MAY = 1
    MUST = 2


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What both sides know without the marking.

    Attributes:
        originator: whose item it is.
        parties: the parties of the agreement under which it was sent, the originator included.
    """

    originator: PartnerCode
    parties: frozenset[PartnerCode] = frozenset()


@dataclass(frozen=True, slots=True)
class Marking:
    """What is written on the item.

    Attributes:
        scheme: name of the scheme.
        codes: its codes, in the scheme's order.
        conditions: the words beside them.
        orgs: the organisations beside them: a sharing group, a recipient and its clients.
        persons: the persons beside them, by opaque reference.
    """

    scheme: str
    codes: tuple[str, ...]
    conditions: tuple[str, ...] = ()
    orgs: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Code:
    """One handling code.

    Attributes:
        meaning: what it says, in our words.
        label: the label it means.
        text: whether conditions in words stand beside it.
        orgs: whether organisations do.
        persons: whether persons do.
    """

    meaning: str
    label: Callable[[Marking, Circumstances], Label]
    text: Need = Need.NO
    orgs: Need = Need.NO
    persons: Need = Need.NO


@dataclass(frozen=True, slots=True)
class Scheme:
    """One scheme.

    Attributes:
        name: how commands and files call it.
        title: how people call it.
        origin: where its definitions were read, and what could not be confirmed there.
        sources: its codes for the source; empty where it does not grade.
        information: its codes for the information.
        codes: its codes for handling; empty where it only grades.
        combinations: which of them may stand together, the strictest first where two mean the same label.
        prefix: what may stand before a code, such as `TLP:`.
    """

    name: str
    title: str
    origin: str
    sources: Mapping[str, str]
    information: Mapping[str, str]
    codes: Mapping[str, Code]
    combinations: tuple[tuple[str, ...], ...]
    prefix: str = ""

    def need(self, codes: tuple[str, ...], what: str) -> Need:
        """Whether `text`, `orgs` or `persons` stands beside this combination."""
        return Need(max(getattr(self.codes[code], what) for code in codes))


def loosest(circumstances: Circumstances) -> Label:
    """The label that restricts nothing: where a code is silent."""
    return Label(frozenset({circumstances.originator}), Audience(Scope.PUBLIC), Onward.FREE)


def within_parties(circumstances: Circumstances) -> Label:
    """The label for the parties of the agreement and nothing more.

    Raises:
        RefusedError: HANDLING_UNKNOWN, nobody said who the parties are.
    """
    if circumstances.originator not in circumstances.parties:
        raise unknown(
            "this code is for the parties of an agreement, and these are not known",
            hint="Name the parties, the originator among them.",
        )
    return Label(frozenset({circumstances.originator}), Audience(orgs=frozenset(circumstances.parties)))


def named(circumstances: Circumstances, orgs: frozenset[str], onward: Onward) -> Label:
    """The label for some organisations by name."""
    return Label(frozenset({circumstances.originator}), Audience(orgs=orgs), onward)
