"""Two drawings of DNA hits as plain numbers for a template: the scale of expected coincidences, and a series' network.

Both are drawn on the server and say nothing that the table beside them does not say.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean

from egnatia.enquiries.dna.clusters import Cluster, Match, Member, ours_of, theirs_of

WIDE = 860.0
"""Of both drawings, in their own units."""
_LEFT, _RIGHT = 30.0, 830.0
LEAST, MOST = -12, 4
"""Powers of ten at the ends of the scale: below one in a million million nobody needs to see how far."""
_EVERY = 4
"""Powers of ten between two ticks."""
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Tick:
    """A power of ten on the scale."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Point:
    """A figure on the scale.

    Attributes:
        beyond: whether it lies past an end, where its mark is drawn at the end.
        end: whether its words are set to end at the mark, because they would leave the drawing otherwise.
    """

    x: float
    beyond: bool
    end: bool


@dataclass(frozen=True, slots=True)
class Scale:
    """The scale: one by chance alone stands at `one`; right of it chance alone makes such candidates."""

    ticks: tuple[Tick, ...]
    one: float
    search: Point
    agreement: Point | None


def scale(search: float, agreement: float | None) -> Scale:
    """The scale of two expectations of 0 or more."""
    ticks = tuple(Tick(_place(power), _power(power)) for power in range(LEAST, MOST + 1, _EVERY))
    return Scale(ticks, _place(0), _point(search), None if agreement is None else _point(agreement))


def _point(value: float) -> Point:
    power = math.log10(value) if value > 0 else -math.inf
    kept = min(max(power, LEAST), MOST)
    x = _place(kept)
    return Point(x, kept != power, x > WIDE / 2)


def _place(power: float) -> float:
    return round(_LEFT + (power - LEAST) / (MOST - LEAST) * (_RIGHT - _LEFT), 1)


def _power(power: int) -> str:
    return "1" if power == 0 else "10" + str(power).translate(_SUPERSCRIPT)


LINE = 34
"""Height of one profile in the network."""
LEFT, RIGHT = 300.0, 560.0
"""Where our profiles and the partners' stand."""
MOST_DRAWN = 40
"""Profiles drawn on one side; the table has all of them."""


@dataclass(frozen=True, slots=True)
class Dot:
    """One profile in the network."""

    member: Member
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Thread:
    """One hit in the network; `near` ones are drawn broken."""

    match: Match
    ours: Dot
    theirs: Dot

    @property
    def near(self) -> bool:
        """Whether it is a near match."""
        return self.match.near


@dataclass(frozen=True, slots=True)
class Bow:
    """Two profiles of ours of which we know that they are of one person."""

    top: Dot
    bottom: Dot


@dataclass(frozen=True, slots=True)
class Network:
    """A series, ours on the left and the partners' on the right; hits lead across, so no line hides another's end."""

    ours: tuple[Dot, ...]
    theirs: tuple[Dot, ...]
    threads: tuple[Thread, ...]
    bows: tuple[Bow, ...]
    high: int
    left_out: int


def network(cluster: Cluster) -> Network:
    """Lay out a series: the partners' profiles in the order of what they meet, so that few lines cross."""
    mine = [each for each in cluster.members if each.partner is None]
    mine.sort(key=lambda each: (each.person_ref or "~", each.ref))
    place = {each: at for at, each in enumerate(mine)}
    others = [each for each in cluster.members if each.partner is not None]
    others.sort(key=lambda each: (_middle(each, cluster.matches, place), each.partner or "", each.ref))
    ours, theirs = _column(mine, LEFT), _column(others, RIGHT)
    at = {each.member: each for each in (*ours, *theirs)}
    threads = tuple(
        Thread(each, at[ours_of(each)], at[theirs_of(each)])
        for each in cluster.matches
        if ours_of(each) in at and theirs_of(each) in at
    )
    high = LINE * max(len(ours), len(theirs)) + 10
    return Network(ours, theirs, threads, _bows(ours), high, len(cluster.members) - len(at))


def _middle(member: Member, matches: Iterable[Match], place: dict[Member, int]) -> float:
    """Where on the other side the profiles stand that this one agrees with, on average."""
    return mean(place[ours_of(each)] for each in matches if theirs_of(each) == member)


def _column(members: Sequence[Member], x: float) -> tuple[Dot, ...]:
    return tuple(Dot(each, x, LINE * at + 24.0) for at, each in enumerate(members[:MOST_DRAWN]))


def _bows(ours: Sequence[Dot]) -> tuple[Bow, ...]:
    """Neighbours that are of one person; they stand next to one another because they are sorted so."""
    return tuple(
        Bow(one, other)
        for one, other in pairwise(ours)
        if one.member.person_ref and one.member.person_ref == other.member.person_ref
    )
