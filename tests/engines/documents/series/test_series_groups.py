"""Seeded series come back, in any order, and a chain of likenesses makes no series."""

import random

import pytest
from bench.documents.series import adjusted_rand, index_of, likenesses, seeded

from egnatia.engines.documents.series import cluster
from egnatia.engines.documents.series.cluster import MAX_TEMPLATES, series_of
from egnatia.engines.documents.series.match import FLAG_BITS
from egnatia.engines.documents.series.types import FeatureKind, Template, feature
from egnatia.errors import InputError


def template(reference: str, *faults: str) -> Template:
    return Template(reference, frozenset(feature("security_fault", fault) for fault in faults))


@pytest.mark.parametrize("seed", [1, 2])
def test_five_seeded_series_are_recovered(seed: int) -> None:
    made, truth, _ = seeded(random.Random(seed))
    assert index_of(made, truth, 4.0) >= 0.9


def test_the_order_changes_nothing() -> None:
    made, _, _ = seeded(random.Random(5))
    first = series_of(made[:60])
    for seed in range(3):
        shuffled = made[:60]
        random.Random(seed).shuffle(shuffled)
        assert series_of(shuffled) == first
    assert first
    assert all(len(each.members) > 1 for each in first)


def test_new_documents_reach_the_flag_and_strangers_seldom() -> None:
    rng = random.Random(3)
    made, _, sources = seeded(rng)
    same, other = likenesses(rng, made, sources)
    assert sum(bits >= FLAG_BITS for bits in same) >= 0.85 * len(same)
    assert sum(bits >= FLAG_BITS for bits in other) <= 0.15 * len(other)


def test_a_chain_is_no_series() -> None:
    faults = (
        "no_watermark",
        "uv_print_missing",
        "ovd_missing",
        "thread_missing",
        "guilloche_dotted",
        "perforation_printed",
    )
    chain = [template(f"C-{at:03d}", *faults[at : at + 2]) for at in range(5)]
    assert all(len(each.members) < 5 for each in series_of(chain, threshold=1.0))


def test_groups_are_joined_by_the_mean_and_not_by_the_sum() -> None:
    bits = {(0, 1): 10.0, (2, 3): 10.0, (0, 2): 3.0, (0, 3): 3.0, (1, 2): 3.0, (1, 3): 3.0}
    assert cluster._joined(4, bits, 4.0) == [(0, 1), (2, 3)]
    assert cluster._joined(4, bits, 3.0) == [(0, 1, 2, 3)]


def test_a_series_shows_what_half_of_its_members_show() -> None:
    common = ("no_watermark", "uv_print_missing", "ovd_missing")
    made = [template(f"S-{at:03d}", *common) for at in range(4)]
    made.append(template("S-004", *common, "thread_missing"))
    (found,) = series_of(made, threshold=1.0)
    assert found.reference == "S-000"
    assert {each.value for each in found.features} == set(common)
    assert {each.kind for each in found.features} == {FeatureKind.SECURITY_FAULT}


def test_what_is_like_nothing_is_in_no_series() -> None:
    assert series_of([template("AAA", "no_watermark"), template("BBB", "ovd_missing")]) == ()
    assert series_of([]) == ()


def test_too_many_at_once_are_refused() -> None:
    with pytest.raises(InputError):
        series_of(template(f"T-{at:05d}", "no_watermark") for at in range(MAX_TEMPLATES + 1))


def test_the_adjusted_rand_index_is_the_published_one() -> None:
    assert adjusted_rand("aabb", "ccdd") == 1.0
    assert adjusted_rand(["a", "a", "b", "b"], ["c", "d", "c", "d"]) == pytest.approx(-0.5)
    # two groups of two, one of them split: 4/7
    assert adjusted_rand(list("aabb"), list("ccde")) == pytest.approx(0.5714, abs=1e-4)
