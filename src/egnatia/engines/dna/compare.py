"""How far two genotypes agree, allele by allele: the reference to which every fast search is held."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from egnatia.engines.dna.alleles import WILDCARD, Allele, are_micro_variants
from egnatia.engines.dna.loci import BY_NAME
from egnatia.engines.dna.types import (
    PAIR,
    Agreement,
    Designation,
    Evidence,
    LocusEvidence,
    Profile,
    Stringency,
)

MicroVariants = Callable[[str, Allele, Allele], bool]
"""Whether two alleles of a locus are taken for each other."""
Measure = Callable[[str, Designation, Designation], LocusEvidence | None]
"""How two designations of one locus are compared; nothing where there is nothing to compare."""


def five_base_rule(five: frozenset[str]) -> MicroVariants:
    """The tables of Decision 2008/616/JHA: these loci by the one for five bases, all others by that for four."""

    def same(locus: str, left: Allele, right: Allele) -> bool:
        return are_micro_variants(left, right, 5 if locus in five else 4)

    return same


def no_micro_variants(_locus: str, _left: Allele, _right: Allele) -> bool:
    """For rules that take every allele as it stands."""
    return False


def compare_locus(locus: str, left: Designation, right: Designation, same: MicroVariants) -> LocusEvidence | None:
    """The best way to lay two pairs of alleles over each other; None where there is nothing to compare.

    Of the two ways the one with fewer deviations counts, then the one with fewer mismatches among them, then with fewer
    wildcards: 9.3,10 against 10,10.1 share the 10 and differ in one allele, and are no two micro-variants. A locus of
    wildcards only, or of more than two alleles, says nothing and is not compared.
    """
    if len(left) != PAIR or len(right) != PAIR or not any(left) or not any(right):
        return None
    straight, crossed = (_differences(locus, left, other, same) for other in (right, right[::-1]))
    _, mismatched, micro, wild = min(straight, crossed)
    return LocusEvidence(locus, left, right, _agreement(mismatched, micro, wild), micro, mismatched)


def _differences(locus: str, left: Designation, right: tuple[Allele, ...], same: MicroVariants) -> tuple[int, ...]:
    """Deviations, and how many of the two alleles are mismatches, micro-variants, beside a wildcard."""
    mismatched = micro = wild = 0
    for one, other in zip(left, right, strict=True):
        if WILDCARD in (one, other):
            wild += 1
        elif one != other:
            near = same(locus, one, other)
            micro += near
            mismatched += not near
    return mismatched + micro, mismatched, micro, wild


def _agreement(mismatched: int, micro: int, wild: int) -> Agreement:
    if mismatched:
        return Agreement.ONE_OFF if mismatched == 1 else Agreement.DIFFERENT
    if micro:
        return Agreement.MICRO_VARIANT
    return Agreement.WILDCARD if wild else Agreement.FULL


def compare_stringency(locus: str, left: Designation, right: Designation) -> LocusEvidence | None:
    """The measure of CODIS, for mixtures too.

    The same alleles are high, all of one side in the other moderate, one shared is low. Wildcards are left out, so a locus
    with one is at best moderate. Source: SWGDAM (2009) on partial matches.
    """
    one, other = {*left} - {WILDCARD}, {*right} - {WILDCARD}
    if not one or not other:
        return None
    if one == other and WILDCARD not in (*left, *right):
        found = Stringency.HIGH
    elif one <= other or other <= one:
        found = Stringency.MODERATE
    else:
        found = Stringency.LOW if one & other else Stringency.NONE
    return LocusEvidence(locus, left, right, found)


def compare(left: Profile, right: Profile, loci: Iterable[str], measure: Measure) -> Evidence:
    """What two profiles have to say about each other at these loci, in the order of the catalogue."""
    counted = {*loci}
    found = (
        measure(name, left.loci[name], right.loci[name])
        for name in BY_NAME
        if name in counted and name in left.loci and name in right.loci
    )
    return Evidence(tuple(each for each in found if each is not None))


def with_obligatory(found: Evidence, left: Profile, right: Profile) -> Evidence:
    """The same, but nothing agrees at a locus where one lacks an allele that the other's laboratory calls obligatory.

    Source: CODIS CMF 3.2, ALLELEREQUIRED: of a mixture, the allele that its contributor must have.
    """

    def lacks(each: LocusEvidence) -> bool:
        wanted = ({*left.required.get(each.locus, ())} - {*each.right}) | (
            {*right.required.get(each.locus, ())} - {*each.left}
        )
        return bool(wanted)

    return Evidence(tuple(replace(each, agreement=Stringency.NONE) if lacks(each) else each for each in found.loci))
