"""Figures that count what hangs together: records that share any one column, through any chain."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.enquiries.dna_rows import DAY, Cases

from egnatia.errors import InputError
from egnatia.indicators import Figure, Unit, definition, definitions, evaluate, parse_definition
from egnatia.indicators.evaluate import _distinct
from egnatia.model.dna import Disposition, ProfileKind

CLUSTERS, PAIRS = definition("dna_hit_clusters"), definition("dna_hits")
TEXT = b"""
id = "groups"
version = 1
unit = "cluster"
label = "Groups"
explanation = "What hangs together."
source = "dna_candidate"
moment = "received_at"
dedupe = ["ours", "theirs"]
connected = true
"""


def figure(cases: Cases, id_: str) -> Figure:
    return evaluate(cases.tx, definition(id_), DAY - timedelta(days=1), DAY + timedelta(days=1))


def value(cases: Cases, id_: str) -> int:
    return figure(cases, id_).value


def test_only_clusters_are_counted_so_and_their_unit_says_it() -> None:
    assert [each.id for each in definitions() if each.connected] == ["dna_hit_clusters"]
    assert CLUSTERS.unit is Unit.CLUSTER
    assert PAIRS.unit is Unit.HIT


def test_a_definition_may_say_it_and_nothing_like_it() -> None:
    assert parse_definition(TEXT).connected is True
    assert parse_definition(TEXT.replace(b"connected = true\n", b"")).connected is False
    for wrong in (b'connected = "yes"\n', b"connected = 1\n", b"joined = true\n"):
        with pytest.raises(InputError):
            parse_definition(TEXT.replace(b"connected = true\n", wrong))


def test_five_traces_are_five_pairs_and_one_cluster(cases: Cases) -> None:
    for number in range(5):
        cases.hit(f"T-{number}", "GBR", "DNA-1")
    assert (value(cases, "dna_hits"), value(cases, "dna_hit_clusters")) == (5, 1)
    assert len(figure(cases, "dna_hit_clusters").records) == 5


def test_the_same_pair_asked_twice_is_one_pair(cases: Cases) -> None:
    for _ in range(2):
        cases.hit("T-0", "GBR", "DNA-1")
    assert (value(cases, "dna_candidates"), value(cases, "dna_hits")) == (2, 1)


def test_a_person_joins_two_profiles_and_a_person_without_a_link_does_not(cases: Cases) -> None:
    for ref, person in (("P-1", "D-7"), ("P-2", "D-7"), ("P-3", None), ("P-4", None)):
        cases.profile(ref, ProfileKind.PERSON, person)
        cases.hit(ref, "GBR", f"DNA-{ref}", kind=ProfileKind.PERSON)
    assert (value(cases, "dna_hits"), value(cases, "dna_hit_clusters")) == (4, 3)


def test_a_withdrawn_hit_leaves_every_figure_and_splits_its_cluster(cases: Cases) -> None:
    cases.hit("T-0", "GBR", "DNA-1")
    bridge = cases.hit("T-1", "GBR", "DNA-1")
    cases.hit("T-1", "MKD", "DNA-2")
    asked = cases.follow_up(bridge)
    cases.outcome(bridge, "arrest", "D-1", asked)
    before = [value(cases, each) for each in ("dna_hits", "dna_hit_clusters", "dna_arrests")]
    cases.fall(bridge)
    after = [value(cases, each) for each in ("dna_hits", "dna_hit_clusters", "dna_arrests")]
    assert (before, after) == ([3, 1, 1], [2, 2, 0])


@pytest.mark.parametrize("disposition", [each for each in Disposition if each is not Disposition.CONFIRMED])
def test_nothing_but_confirmed_is_a_hit(cases: Cases, disposition: Disposition) -> None:
    cases.dispose(cases.candidate("T-0", "GBR", "DNA-1"), disposition)
    assert [value(cases, each) for each in ("dna_candidates", "dna_hits", "dna_hit_clusters")] == [1, 0, 0]


def test_an_arrest_behind_another_subject_is_no_dna_arrest(cases: Cases) -> None:
    found = cases.hit("T-0", "GBR", "DNA-1")
    asked = cases.follow_up(found)
    cases.outcome(found, "arrest", "D-1", asked)
    from egnatia.store.tables import enquiry

    assert (value(cases, "dna_arrests"), value(cases, "arrests")) == (1, 1)
    cases.tx.execute(enquiry.update().values(subject="person"))
    assert (value(cases, "dna_arrests"), value(cases, "arrests")) == (0, 1)


def test_follow_ups_and_releases_after_a_dna_hit_stand_beside_all_of_them(cases: Cases) -> None:
    cases.release(cases.follow_up(cases.hit("T-0", "GBR", "DNA-1")))
    cases.follow_up(cases.hit("T-1", "GBR", "DNA-2"))
    assert [value(cases, each) for each in ("dna_follow_ups", "dna_releases", "follow_ups", "releases")] == [2, 1, 2, 1]


ROWS = st.lists(st.tuples(*(st.one_of(st.none(), st.integers(0, 6)) for _ in range(3))), max_size=12)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(ROWS)
def test_groups_are_those_of_spreading_from_record_to_record(drawn: list[tuple[int | None, ...]]) -> None:
    wanted = replace(CLUSTERS, dedupe=("a", "b", "c"))
    rows = [dict(zip("abc", each, strict=True)) for each in drawn if any(value is not None for value in each)]
    left, groups = [*rows], 0
    while left:
        groups, group = groups + 1, [left.pop()]
        while near := [row for row in left if any(_shares(row, each) for each in group)]:
            group += near
            left = [row for row in left if row not in near]
    assert _distinct(rows, wanted) == groups


def _shares(row: dict[str, int | None], other: dict[str, int | None]) -> bool:
    return any(row[name] is not None and row[name] == other[name] for name in "abc")
