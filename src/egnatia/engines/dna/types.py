"""What the engine takes and gives: profiles, and what a comparison of two of them found.

A profile has a reference and no name: identity lives in another room, under other rights (requirement FOR-01).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from egnatia.engines.dna.alleles import WILDCARD, Allele, write_allele
from egnatia.engines.dna.loci import BY_NAME
from egnatia.errors import InputError
from egnatia.model.dna import ProfileKind

Kind = ProfileKind
Designation = tuple[Allele, ...]
"""What was seen at one locus, in ascending order: two alleles of a single source (the same one twice for a homozygote),
more of a mixture. A wildcard is the value 0."""
PAIR = 2
MAX_REF = 40
"""Characters of a reference, as the store holds them."""
MAX_ALLELES = 16
"""Of one locus: four contributors have at most eight, and laboratories list stutters beside them."""


@lru_cache(maxsize=1 << 15)
def _is_sound(name: str, alleles: Designation) -> bool:
    """Whether this may stand at a locus; asked of every profile and answered once for each designation."""
    return name in BY_NAME and len(alleles) >= PAIR and list(alleles) == sorted(alleles)


@dataclass(frozen=True, slots=True)
class Profile:
    """A DNA profile by its reference.

    Attributes:
        ref: its reference; says nothing of whom it is of.
        kind: what it is of.
        loci: what was seen, by locus.
        amelogenin: `X`, `XY` or empty; never counted, a difference is warned about.
        required: at some loci, the alleles that the laboratory calls obligatory for a match (CODIS, ALLELEREQUIRED).

    Raises:
        InputError: the reference is missing or too long, a locus has no name of this engine, or too many alleles.
    """

    ref: str
    kind: Kind
    loci: Mapping[str, Designation] = field(default_factory=dict)
    amelogenin: str = ""
    required: Mapping[str, Designation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what could not be stored or compared."""
        _check_ref(self.ref)
        for name, alleles in self.loci.items():
            if len(alleles) > MAX_ALLELES or not _is_sound(name, alleles):
                self._refuse(name, alleles)
        for name, alleles in self.required.items():
            if not alleles or not {*alleles} <= {*self.loci.get(name, ())} - {WILDCARD}:
                raise InputError(f"an obligatory allele at {name} of {self.ref} is not among those seen there")

    def _refuse(self, name: str, alleles: Designation) -> None:
        if name not in BY_NAME:
            raise InputError(f"{name!r} is no locus of this engine", hint="Read it by `profile_of` first.")
        raise InputError(f"{name} of {self.ref} has {len(alleles)} alleles or they are not in order")

    @property
    def full_loci(self) -> tuple[str, ...]:
        """Loci with exactly two alleles and no wildcard."""
        return tuple(name for name, seen in self.loci.items() if len(seen) == PAIR and WILDCARD not in seen)


def _check_ref(ref: str) -> None:
    if not 1 <= len(ref) <= MAX_REF or not ref.isprintable():
        raise InputError(f"a profile's reference has 1 to {MAX_REF} printable characters")


def profile_of_sound(ref: str, kind: Kind, loci: dict[str, Designation], amelogenin: str) -> Profile:
    """A profile whose loci were each found sound before, as a reader of millions has them (`normalise`).

    Raises:
        InputError: the reference is missing or too long.
    """
    _check_ref(ref)
    made, put = object.__new__(Profile), object.__setattr__
    put(made, "ref", ref)
    put(made, "kind", kind)
    put(made, "loci", loci)
    put(made, "amelogenin", amelogenin)
    put(made, "required", _NOTHING)
    return made


_NOTHING: dict[str, Designation] = {}


def write_designation(seen: Designation) -> str:
    """As laboratories write it: `12,13`, `12,*`."""
    return ",".join(write_allele(each) for each in sorted(seen, key=lambda each: (each == WILDCARD, each)))


class Agreement(StrEnum):
    """How far two profiles agree at one locus, best first."""

    FULL = "full"
    WILDCARD = "wildcard"
    MICRO_VARIANT = "micro-variant"
    ONE_OFF = "one allele off"
    DIFFERENT = "different"


class Stringency(StrEnum):
    """How far two sets of alleles agree at one locus by the measure of CODIS, best first."""

    HIGH = "high"
    MODERATE = "moderate"
    LOW = "low"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class LocusEvidence:
    """One compared locus: what stood on both sides, and how far it agrees, by the measure that the rules ask for.

    `micro` and `mismatched` count alleles, 0 to 2; both are 0 where stringency is the measure.
    """

    locus: str
    left: Designation
    right: Designation
    agreement: Agreement | Stringency
    micro: int = 0
    mismatched: int = 0


class Tally(NamedTuple):
    """What a comparison comes to, as numbers that add up over loci; by them classes decide.

    Attributes:
        compared: loci that both sides have.
        full: loci that agree in full; of high stringency where that is the measure.
        second: loci where a wildcard took part, beside a deviation too; of moderate stringency.
        third: alleles that agree as micro-variants; loci of low stringency.
        fourth: alleles that do not agree; loci that share nothing.
    """

    compared: int = 0
    full: int = 0
    second: int = 0
    third: int = 0
    fourth: int = 0

    def plus(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


_PLACES: dict[Agreement | Stringency, int] = {
    Agreement.FULL: 1,
    Agreement.WILDCARD: 2,
    Stringency.HIGH: 1,
    Stringency.MODERATE: 2,
    Stringency.LOW: 3,
    Stringency.NONE: 4,
}
"""Where a locus of this agreement is counted; micro-variants and mismatches are counted by alleles instead."""


def tally_of(found: LocusEvidence | None) -> Tally:
    """One locus as numbers."""
    if found is None:
        return Tally()
    counts = [1, 0, 0, found.micro, found.mismatched]
    if found.agreement in _PLACES:
        counts[_PLACES[found.agreement]] += 1
    elif WILDCARD in (*found.left, *found.right):
        counts[_PLACES[Agreement.WILDCARD]] += 1
    return Tally(*counts)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a comparison found; labels are derived from this and never replace it."""

    loci: tuple[LocusEvidence, ...]

    @property
    def compared(self) -> int:
        """Loci that both profiles have."""
        return len(self.loci)

    def count(self, agreement: Agreement | Stringency) -> int:
        """Loci that agree just so."""
        return sum(each.agreement is agreement for each in self.loci)

    @property
    def tally(self) -> Tally:
        """All loci as numbers."""
        total = Tally()
        for each in self.loci:
            total = total.plus(tally_of(each))
        return total
