"""Cut-offs by the size of an agreement, and the share of candidates that chance gave."""

import math

import pytest

from egnatia.engines.dna.alleles import Allele
from egnatia.engines.dna.cutoff import ALPHA, cut_off, outweighs, shares
from egnatia.engines.dna.loci import SETS
from egnatia.engines.dna.rule_file import shipped_rules
from egnatia.engines.dna.statement import HitStatement, Sizes, statement
from egnatia.engines.dna.types import Kind, Profile
from egnatia.errors import InputError

GENOTYPES = {
    "vWA": (160, 170), "TH01": (60, 93), "D21S11": (290, 312), "FGA": (210, 240), "D8S1179": (130, 140),
    "D3S1358": (150, 160), "D18S51": (120, 170), "D16S539": (110, 120), "D2S1338": (170, 250), "D19S433": (130, 140),
}  # fmt: skip
UK = Sizes(7_200_000, 7_200_000, 100_000)


def _hit(loci: int, sizes: Sizes = UK, *, off: bool = False) -> HitStatement:
    names = SETS["sgm-plus"][:loci]
    seen = {name: tuple(Allele(each) for each in GENOTYPES[name]) for name in names}
    other = seen | ({"vWA": (Allele(160), Allele(180))} if off else {})
    pair = Profile("T", Kind.TRACE, seen), Profile("P", Kind.PERSON, other)
    return statement(*pair, shipped_rules("prum-ess7"), sizes)


def test_the_cut_off_of_the_united_kingdom() -> None:
    """7.2 million persons and 100,000 traces: 7.2e11 comparisons, one in ten agreements lets a stranger reach 7.2e12."""
    assert cut_off(UK.pairs, 0.1) == pytest.approx(math.log10(7.2e12))
    assert cut_off(UK.pairs, 1.0) == pytest.approx(math.log10(7.2e11))
    assert cut_off(1, 1.0) == 0


@pytest.mark.parametrize(("pairs", "alpha"), [(0, 0.1), (-1, 0.1), (10, 0.0), (10, -1.0), (10, math.nan)])
def test_a_cut_off_of_nothing_is_refused(pairs: int, alpha: float) -> None:
    with pytest.raises(InputError, match="at least one comparison"):
        cut_off(pairs, alpha)


def test_ten_loci_do_not_outweigh_the_whole_agreement_and_do_one_search() -> None:
    ten = _hit(10)
    assert ten.least_log10_lr < cut_off(UK.pairs)
    assert not outweighs(ten)
    assert outweighs(_hit(10, Sizes(7_200_000)))
    assert outweighs(ten, alpha=100.0)
    assert not outweighs(_hit(6, Sizes(7_200_000)))


def test_more_comparisons_ask_for_more() -> None:
    said = [outweighs(_hit(9, Sizes(1, 10**power, 1)), ALPHA) for power in range(13)]
    assert said == sorted(said, reverse=True)
    assert said[0]
    assert not said[-1]


def test_of_the_candidates_at_few_loci_chance_gave_most() -> None:
    """Ten hits at seven loci in an agreement of the size of the United Kingdom's: chance gives thousands there."""
    hits = [_hit(7)] * 10 + [_hit(7, off=True)] * 3 + [_hit(10)] * 4
    found = shares(hits)
    assert [(each.loci, each.near, each.found) for each in found] == [(7, False, 10), (7, True, 3), (10, False, 4)]
    assert [each.share == 1 for each in found] == [True, True, False]
    seven, near, ten = found
    assert near.by_chance > 10 * seven.by_chance > 10_000
    assert ten.share == pytest.approx(ten.by_chance / 4)
    assert ten.share < 0.5


def test_full_matches_are_held_against_full_matches_only() -> None:
    (full,) = shares([_hit(8)])
    worst = max(_hit(8).figures, key=lambda each: (each.of_agreement or 0) - (each.near_of_agreement or 0))
    assert worst.of_agreement is not None
    assert worst.near_of_agreement is not None
    assert full.by_chance == pytest.approx(worst.of_agreement - worst.near_of_agreement)


def test_an_agreement_of_unknown_size_has_no_shares() -> None:
    assert shares([]) == ()
    with pytest.raises(InputError, match="how large the agreement is"):
        shares([_hit(8, Sizes(1000))])
