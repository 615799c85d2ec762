"""Two DNA profiles side by side by locus: what deviates first, what only one of them has last.

Every line says in words how far the two agree there; which alleles the other side lacks is marked in the text and not by
colour. The statement of the day decides what was compared; profiles as they are now may have more loci.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from egnatia.engines.dna.loci import AMELOGENIN, BY_NAME
from egnatia.engines.dna.types import Profile, write_designation


class Finding(StrEnum):
    """How far two profiles agree at one locus, what wants a look first."""

    DIFFERENT = "different"
    ONE_OFF = "one allele off"
    NONE = "none"
    LOW = "low"
    MICRO_VARIANT = "micro-variant"
    WILDCARD = "wildcard"
    MODERATE = "moderate"
    FULL = "full"
    HIGH = "high"
    SEX_DIFFERS = "sex differs"
    SEX_SAME = "sex same"
    ONLY_ONE = "only one"


MARKS: dict[Finding, str] = {
    Finding.DIFFERENT: "no",
    Finding.ONE_OFF: "late",
    Finding.NONE: "no",
    Finding.LOW: "late",
    Finding.MICRO_VARIANT: "note",
    Finding.WILDCARD: "note",
    Finding.MODERATE: "note",
    Finding.FULL: "done",
    Finding.HIGH: "done",
    Finding.SEX_DIFFERS: "late",
    Finding.SEX_SAME: "none",
    Finding.ONLY_ONE: "none",
}
"""The shape of each finding; the words stand beside it."""
_ORDER = [*Finding]


@dataclass(frozen=True, slots=True)
class Value:
    """One allele as laboratories write it, and whether the other side has none left that it could be."""

    text: str
    alone: bool


@dataclass(frozen=True, slots=True)
class Side:
    """One locus on both sides."""

    locus: str
    ours: tuple[Value, ...]
    theirs: tuple[Value, ...]
    finding: Finding

    @property
    def mark(self) -> str:
        """The shape that stands before the words."""
        return MARKS[self.finding]


def sides(statement: Mapping[str, Any] | None, ours: Profile | None, theirs: Profile | None) -> list[Side]:
    """Every locus that either side has, the deviating ones first, then in the catalogue's order."""
    compared = [] if statement is None else [_compared(each) for each in statement["loci"]]
    known = {each.locus for each in compared}
    mine, other = ({} if each is None else each.loci for each in (ours, theirs))
    single = [
        _side(name, _written(mine.get(name)), _written(other.get(name)), Finding.ONLY_ONE)
        for name in BY_NAME
        if name not in known and (name in mine or name in other)
    ]
    ordered = sorted(compared, key=lambda each: _ORDER.index(each.finding))
    return [*ordered, *_sexes(ours, theirs), *single]


def _compared(found: Mapping[str, str]) -> Side:
    return _side(found["locus"], found["asked"], found["found"], Finding(found["agreement"]))


def _side(locus: str, ours: str, theirs: str, finding: Finding) -> Side:
    mine, other = ([each for each in text.split(",") if each] for text in (ours, theirs))
    both = finding is not Finding.ONLY_ONE
    return Side(locus, _values(mine, other, both=both), _values(other, mine, both=both), finding)


def _values(values: list[str], other: list[str], *, both: bool) -> tuple[Value, ...]:
    """Alleles with what the other side has no counterpart for; a wildcard is a counterpart of anything."""
    left, spare = [*other], other.count("*")
    made = []
    for each in values:
        alone = both and each != "*" and each not in left
        if each in left:
            left.remove(each)
        elif alone and spare:
            alone, spare = False, spare - 1
        made.append(Value(each, alone))
    return tuple(made)


def _sexes(ours: Profile | None, theirs: Profile | None) -> list[Side]:
    """Amelogenin, which never counts: a difference is named."""
    mine, other = ("" if each is None else each.amelogenin for each in (ours, theirs))
    if not mine and not other:
        return []
    if not mine or not other:
        return [_side(AMELOGENIN, ",".join(mine), ",".join(other), Finding.ONLY_ONE)]
    finding = Finding.SEX_SAME if mine == other else Finding.SEX_DIFFERS
    return [_side(AMELOGENIN, ",".join(mine), ",".join(other), finding)]


def _written(seen: tuple[Any, ...] | None) -> str:
    return "" if seen is None else write_designation(seen)
