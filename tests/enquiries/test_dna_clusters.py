"""Hits joined into clusters: by what they share and by nothing else, in any order, with the pairs kept beside."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.enquiries.dna_rows import ANNA, BESA, DAY, Cases

from egnatia.enquiries.dna.clusters import Match, cluster_of, clusters, joined, matches
from egnatia.errors import NotFoundError
from egnatia.model.dna import Disposition, ProfileKind
from egnatia.model.ids import CandidateId, PartnerCode

PERSON, TRACE = ProfileKind.PERSON, ProfileKind.TRACE


def walked(links: list[tuple[int, int]]) -> set[frozenset[int]]:
    """Groups by spreading from each item until nothing is added: slow, and not how it is done."""
    found = set()
    for start in {item for link in links for item in link}:
        group, before = {start}, set[int]()
        while group != before:
            before = {*group}
            group |= {item for link in links if group & {*link} for item in link}
        found.add(frozenset(group))
    return found


LINKS = st.lists(st.tuples(st.integers(0, 25), st.integers(0, 25)), max_size=40)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(LINKS)
def test_joining_is_what_spreading_finds(links: list[tuple[int, int]]) -> None:
    roots = joined(links)
    groups: dict[int, set[int]] = {}
    for item, root in roots.items():
        groups.setdefault(root, set()).add(item)
    assert {frozenset(each) for each in groups.values()} == walked(links)
    assert all(root in roots and roots[root] == root for root in roots.values())


@settings(deadline=None, derandomize=True, max_examples=30)
@given(LINKS, st.randoms(use_true_random=False))
def test_the_order_of_hits_changes_no_group(links: list[tuple[int, int]], rng: random.Random) -> None:
    shuffled = [link[::-1] if rng.random() < 0.5 else link for link in rng.sample(links, len(links))]
    one, other = joined(links), joined(shuffled)
    for here in one:
        for there in one:
            assert (one[here] == one[there]) == (other[here] == other[there])


def test_who_was_named_first_stands_for_all() -> None:
    assert joined([("b", "c"), ("a", "b")]) == {"b": "b", "c": "b", "a": "b"}
    assert joined([("a", "a")]) == {"a": "a"}
    assert joined([]) == {}


def a_match(
    at: int, ours: str, partner: str, number: str, kind: ProfileKind = TRACE, person: str | None = None
) -> Match:
    found, code = CandidateId(f"c{at:03d}"), PartnerCode(partner)
    moment = DAY + timedelta(minutes=at)
    return Match(found, "DUR-2025-0417", ours, kind, person, code, number, True, False, moment)


def test_one_person_with_five_traces_is_five_pairs_and_one_cluster() -> None:
    [found] = clusters([a_match(at, f"T-{at}", "GBR", "DNA-1") for at in range(5)])
    assert (len(found.matches), len(found.members), found.traces) == (5, 6, 5)


def test_a_cluster_keeps_its_name_when_it_grows() -> None:
    every = [a_match(at, f"T-{at}", "GBR", "DNA-1") for at in range(4)]
    names = {clusters(every[:size])[0].reference for size in range(1, 5)}
    assert names == {"c000"}
    merged = clusters([*every, a_match(9, "T-9", "MKD", "DNA-9"), a_match(10, "T-9", "GBR", "DNA-1")])
    assert [each.reference for each in merged] == ["c000"]


def test_equal_numbers_of_two_partners_join_nothing() -> None:
    assert len(clusters([a_match(1, "T-1", "GBR", "DNA-1"), a_match(2, "T-2", "MKD", "DNA-1")])) == 2


def test_our_reference_is_not_mistaken_for_a_partners_number() -> None:
    assert len(clusters([a_match(1, "DNA-1", "GBR", "DNA-2"), a_match(2, "T-2", "GBR", "DNA-1")])) == 2


def test_a_linked_person_joins_profiles_and_two_of_them_are_pointed_out() -> None:
    alias = [a_match(1, "P-1", "GBR", "DNA-1", PERSON, "D-7"), a_match(2, "P-2", "MKD", "DNA-2", PERSON, "D-7")]
    [found] = clusters(alias)
    assert (found.people, found.partners) == (("D-7",), ("GBR", "MKD"))
    [two] = clusters([*alias, a_match(3, "P-3", "GBR", "DNA-1", PERSON, "D-8")])
    assert two.people == ("D-7", "D-8")
    strangers = [replace(each, person_ref=None) for each in alias]
    assert len(clusters(strangers)) == 2


def test_the_largest_cluster_is_first_and_members_stand_once_ours_before_theirs() -> None:
    small, large = a_match(1, "T-9", "XKX", "DNA-9"), [a_match(at, "T-1", "GBR", f"DNA-{at}") for at in (5, 3)]
    first, second = clusters([small, *large])
    assert [len(first.matches), len(second.matches)] == [2, 1]
    assert [each.ref for each in first.members] == ["T-1", "DNA-3", "DNA-5"]
    assert [each.candidate_id for each in first.matches] == ["c003", "c005"]


def test_only_confirmed_hits_that_stand_are_lines(cases: Cases) -> None:
    kept = cases.hit("T-0", "GBR", "DNA-0")
    cases.candidate("T-1", "GBR", "DNA-0")
    cases.opinion(ANNA, cases.candidate("T-2", "GBR", "DNA-0"))
    cases.dispose(cases.candidate("T-3", "GBR", "DNA-0"), Disposition.DUPLICATE)
    cases.fall(cases.hit("T-4", "GBR", "DNA-0"))
    cases.outcome(cases.hit("T-5", "GBR", "DNA-0"), "misidentification", "D-1")
    assert [each.candidate_id for each in matches(cases.tx)] == [kept]


def test_a_line_says_what_both_ends_are(cases: Cases) -> None:
    cases.profile("P-1", PERSON, "D-7")
    cases.hit("P-1", "MKD", "DNA-1", kind=PERSON, identified=False, deviation="18 23", case="VLO-2025-0031")
    [found] = matches(cases.tx)
    assert (found.ref, found.kind, found.person_ref) == ("P-1", PERSON, "D-7")
    assert (found.partner, found.number, found.identified, found.near) == ("MKD", "DNA-1", False, True)
    assert found.case_ref == "VLO-2025-0031"


def test_a_series_is_found_by_any_of_its_hits(cases: Cases) -> None:
    one, other = cases.hit("T-0", "GBR", "DNA-0"), cases.hit("T-1", "GBR", "DNA-0")
    alone = cases.hit("T-2", "MKD", "DNA-2")
    assert cluster_of(cases.tx, one) == cluster_of(cases.tx, other)
    assert cluster_of(cases.tx, alone).matches != cluster_of(cases.tx, one).matches
    for wrong in ("none", ""):
        with pytest.raises(NotFoundError):
            cluster_of(cases.tx, wrong)


def test_a_hit_that_falls_breaks_the_chain(cases: Cases) -> None:
    cases.hit("T-0", "GBR", "DNA-0")
    bridge = cases.hit("T-1", "GBR", "DNA-0")
    cases.hit("T-1", "MKD", "DNA-1")
    assert len(clusters(matches(cases.tx))) == 1
    cases.fall(bridge)
    assert len(clusters(matches(cases.tx))) == 2


def test_both_examiners_are_needed_for_a_line(cases: Cases) -> None:
    found = cases.candidate("T-0", "GBR", "DNA-0")
    for officer, expected in ((ANNA, 0), (BESA, 1)):
        cases.opinion(officer, found)
        assert len(matches(cases.tx)) == expected
