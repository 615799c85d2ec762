"""Elimination is as wide as every agreement's search, finds what lost alleles or hides in a mixture, and stops no stranger."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.dna.alleles import Allele
from egnatia.engines.dna.columns import pack
from egnatia.engines.dna.elimination import CONTRIBUTOR, LIMIT, MAX_HOW, Eliminators, weighed_as, widest_rules
from egnatia.engines.dna.frequencies import shipped_populations
from egnatia.engines.dna.kernel import laxest_of
from egnatia.engines.dna.loci import SETS
from egnatia.engines.dna.mixture import Chances
from egnatia.engines.dna.mixture_search import contributors
from egnatia.engines.dna.rule_file import shipped, shipped_rules
from egnatia.engines.dna.simulate import as_columns, draw
from egnatia.engines.dna.types import Designation, Kind, Profile, Stringency

LOCI = SETS["dna-17"]
EUROPE = next(each for each in shipped_populations() if each.name == "UK EA1 and EA2")


def people(count: int, seed: int, kind: Kind = Kind.ELIMINATION) -> list[Profile]:
    rng = np.random.default_rng(seed)
    columns = as_columns(draw(EUROPE, LOCI, count, rng), kind, f"{kind.name[0]}-", 0.0, rng)
    return [columns.profile(number) for number in range(count)]


STAFF = people(60, 1)
STRANGERS = people(60, 2, Kind.TRACE)
GUARD = Eliminators(pack(STAFF))


def seen(*alleles: int) -> Designation:
    """A designation, in order."""
    return tuple(sorted(Allele(each) for each in alleles))


def trace(loci: dict[str, Designation], kind: Kind = Kind.TRACE) -> Profile:
    return Profile("T-1", kind, loci)


def left_by(number: int, count: int = len(LOCI)) -> Profile:
    return trace(dict([*STAFF[number].loci.items()][:count]))


def found(profile: Profile, guard: Eliminators = GUARD) -> dict[str, str]:
    return {each.ref: each.how for each in guard.agreeing(profile)}


def mixed(*profiles: Profile) -> Profile:
    loci = {}
    for name in LOCI:
        alleles = sorted({allele for each in profiles for allele in each.loci[name]})
        loci[name] = tuple(alleles if len(alleles) > 1 else alleles * 2)
    return trace(loci, Kind.MIXTURE)


def test_nobody_to_hold_it_against_finds_nothing() -> None:
    assert Eliminators(pack([])).agreeing(left_by(0)) == ()


def test_the_one_who_left_it_is_found_in_full_and_nobody_else() -> None:
    for number in range(10):
        assert [*found(left_by(number))] == [STAFF[number].ref]
        [each] = GUARD.agreeing(left_by(number))
        assert not each.near
        assert each.log10 is None
        assert each.kind is Kind.ELIMINATION


def test_strangers_pass() -> None:
    assert [each.ref for each in STRANGERS if found(each)] == []


@pytest.mark.parametrize("kind", [Kind.TRACE, Kind.REMAINS, Kind.PERSON, Kind.MIXTURE])
def test_of_what_kind_the_trace_is_changes_nothing(kind: Kind) -> None:
    assert [*found(replace(left_by(3), kind=kind))] == [STAFF[3].ref]


@pytest.mark.parametrize("count", [6, 7, 9, 12])
def test_a_short_trace_is_found_by_its_full_loci(count: int) -> None:
    how = found(left_by(5, count))[STAFF[5].ref]
    assert how != CONTRIBUTOR


def test_rules_are_those_of_every_agreement_without_their_bounds() -> None:
    kept = {each.id: each for each in widest_rules()}
    assert {*shipped()} - {*kept} == {"codis-low"}
    for rules in kept.values():
        assert all(rules.permits(one, other) for one, other in product(Kind, Kind))
        assert rules.wants(trace({"vWA": seen(160, 170)})) is None
        assert rules.classes == shipped_rules(rules.id).classes
        assert rules.loci == shipped_rules(rules.id).loci


LEFT_OUT = {Stringency.LOW, Stringency.NONE}
SEARCHED = [shipped_rules(each) for each in shipped() if laxest_of(shipped_rules(each)) not in LEFT_OUT]


@st.composite
def retyped(draw_: st.DrawFn) -> tuple[int, Profile]:
    """A trace of one of the staff with gaps, wildcards, steps and wrong alleles."""
    number = draw_(st.integers(0, len(STAFF) - 1))
    loci: dict[str, Designation] = {}
    for name, (low, high) in STAFF[number].loci.items():
        change = draw_(st.sampled_from("=========-*+~h"))
        if change == "=":
            loci[name] = (low, high)
        elif change == "*":
            loci[name] = seen(0, high)
        elif change == "+":
            loci[name] = seen(low, high + 10)
        elif change == "~":
            loci[name] = seen(low, high + 1)
        elif change == "h":
            loci[name] = (high, high)
    return number, trace(loci or {"vWA": seen(100, 110)})


@settings(deadline=None, derandomize=True, max_examples=30)
@given(retyped())
def test_whatever_an_agreement_calls_a_candidate_is_found(given_: tuple[int, Profile]) -> None:
    """The reference compares pair by pair; the guard has to find at least that, for every rule set that is shipped."""
    _, profile = given_
    held = found(profile)
    for rules in SEARCHED:
        for each in STAFF:
            if rules.compare(profile, each)[1] is not None:
                assert each.ref in held, (rules.id, each.ref)


@settings(deadline=None, derandomize=True, max_examples=8)
@given(retyped())
def test_whoever_contributes_in_every_population_is_found(given_: tuple[int, Profile]) -> None:
    """Held to the engine's own search for contributors, for each number of them."""
    _, profile = given_
    held = found(profile)
    for chances in weighed_as(profile):
        kinds = [Kind.ELIMINATION]
        theirs = contributors(profile, GUARD.columns, shipped_populations(), kinds, chances, least=LIMIT + 0.01)
        assert {each.ref for each in theirs} <= {*held}


def test_a_ratio_is_the_engines_own() -> None:
    both = mixed(STAFF[7], STRANGERS[7])
    [chances] = weighed_as(both)
    [theirs] = contributors(both, GUARD.columns, shipped_populations(), [Kind.ELIMINATION], chances, least=LIMIT)
    [ours] = GUARD.agreeing(both)
    assert (ours.ref, ours.how) == (STAFF[7].ref, CONTRIBUTOR)
    assert ours.log10 == pytest.approx(theirs.log10, abs=1e-2)


@pytest.mark.parametrize("number", range(6))
def test_one_of_two_in_a_mixture_is_found(number: int) -> None:
    assert STAFF[number].ref in found(mixed(STAFF[number], STRANGERS[number]))


@pytest.mark.parametrize("number", range(6))
def test_a_mixture_of_two_strangers_passes(number: int) -> None:
    assert found(mixed(STRANGERS[number], STRANGERS[number + 20])) == {}


def test_a_faint_trace_that_lost_one_allele_at_every_second_locus_is_found() -> None:
    loci: dict[str, Designation] = {}
    for place, (name, pair) in enumerate(STAFF[9].loci.items()):
        loci[name] = (pair[0], pair[0]) if place % 2 else pair
    assert [*found(trace(loci))] == [STAFF[9].ref]


def test_two_deviations_are_no_candidate_of_any_rules_and_still_found() -> None:
    loci = dict(STAFF[4].loci)
    for name in ("vWA", "FGA"):
        low, high = loci[name]
        loci[name] = seen(low, high + 30)
    assert all(rules.compare(trace(loci), STAFF[4])[1] is None for rules in SEARCHED)
    assert found(trace(loci)) == {STAFF[4].ref: CONTRIBUTOR}


def test_an_old_kit_of_the_staff_is_enough() -> None:
    old = [replace(each, loci={name: each.loci[name] for name in SETS["sgm"]}) for each in STAFF[:5]]
    assert [*found(left_by(2), Eliminators(pack(old)))] == [STAFF[2].ref]


def test_the_limit_is_what_decides_on_contributors() -> None:
    both = mixed(STAFF[7], STRANGERS[7])
    [ratio] = [each.log10 for each in GUARD.agreeing(both)]
    assert ratio is not None
    assert found(both, Eliminators(GUARD.columns, limit=ratio + 0.01)) == {}
    assert found(both, Eliminators(GUARD.columns, limit=ratio - 0.01)) == {STAFF[7].ref: CONTRIBUTOR}


def test_a_low_limit_names_many() -> None:
    assert len(found(STRANGERS[0], Eliminators(GUARD.columns, limit=-60.0))) == len(STAFF)


@pytest.mark.parametrize(
    ("alleles", "unknown"),
    [((120, 130), [0, 0, 1]), ((0, 130), [0, 0, 1]), ((110, 120, 130), [1]), ((100, 110, 120, 130, 140), [2])],
)
def test_as_few_contributors_as_the_alleles_allow(alleles: Designation, unknown: list[int]) -> None:
    assert [each.unknown for each in weighed_as(trace({"vWA": alleles}))] == unknown


def test_many_contributors_are_weighed_as_three() -> None:
    assert weighed_as(trace({"vWA": seen(*range(100, 190, 10))})) == (Chances(unknown=2),)


def test_loci_without_figures_and_loci_of_wildcards_say_nothing() -> None:
    assert found(trace({"FES": seen(100, 110)})) == {}
    assert found(trace({"vWA": seen(0, 160)})) == {}


def test_a_locus_with_too_many_alleles_is_left_out_and_the_others_speak() -> None:
    loci = dict(STAFF[1].loci) | {"vWA": seen(*range(100, 250, 10))}
    assert STAFF[1].ref in found(trace(loci, Kind.MIXTURE))


def test_what_is_remembered_changes_no_answer() -> None:
    fresh = Eliminators(GUARD.columns)
    first = [fresh.agreeing(each) for each in (left_by(0), STRANGERS[0], left_by(8, 7))]
    again = [fresh.agreeing(each) for each in (left_by(0), STRANGERS[0], left_by(8, 7))]
    assert first == again
    assert first[0][0].ref == STAFF[0].ref


def test_how_fits_into_the_store() -> None:
    longest = max(f"{rules.id}: {each.label}" for rules in widest_rules() for each in rules.classes)
    assert all(len(f"{rules.id}: {each.label}") <= MAX_HOW for rules in widest_rules() for each in rules.classes)
    assert longest
