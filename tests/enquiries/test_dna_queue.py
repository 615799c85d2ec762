"""The queue in the order in which it can be worked off, one candidate opened, the statement kept, the list of profiles."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.enquiries.dna_rows import ANNA, BESA, CENI, CHIEF, DAY, RULES, Cases, a_profile, stated

from egnatia.engines.dna.rule_file import shipped, shipped_rules
from egnatia.enquiries.dna.dispositions import QueueState, queue, view_dna_candidate
from egnatia.enquiries.dna.overview import held, held_by_kind
from egnatia.enquiries.dna.profiles import forget_profile
from egnatia.enquiries.dna.sizes import SizeSource
from egnatia.enquiries.dna.statements import columns, digest, read, written
from egnatia.errors import ForbiddenError, NotFoundError
from egnatia.ledger.entries import EntryFilter, read_entries
from egnatia.model.dna import Disposition, ProfileKind
from egnatia.model.ids import CandidateId, OfficerId, SealedId
from egnatia.model.officers import Officer
from egnatia.model.states import Decision, Role
from egnatia.store.tables import dna_candidate, dna_mark

TRACE, PERSON = ProfileKind.TRACE, ProfileKind.PERSON
LATER = DAY + timedelta(hours=30)


def test_what_can_be_decided_soonest_is_first_and_among_these_the_most_urgent(cases: Cases) -> None:
    def found(number: int, hours: int = 0) -> CandidateId:
        return cases.candidate("T-1", "GBR", f"DNA-{number}", at=DAY + timedelta(hours=hours))

    waits, differed, young, old, second, disposed, fallen = (
        found(at, hours) for at, hours in enumerate((0, 0, 5, 1, 9, 0, 0))
    )
    cases.upgrade(waits)
    cases.opinion(ANNA, differed, Disposition.TWIN)
    cases.opinion(BESA, differed, Disposition.CONFIRMED)
    cases.opinion(ANNA, second)
    cases.dispose(disposed, Disposition.NO_VALUE)
    cases.dispose(fallen)
    cases.fall(fallen)
    rows = queue(cases.tx, CENI, LATER)
    assert [(row.id, row.state) for row in rows] == [
        (second, QueueState.SECOND),
        (old, QueueState.FIRST),
        (young, QueueState.FIRST),
        (differed, QueueState.DIFFERED),
        (waits, QueueState.MORE_LOCI),
        (disposed, QueueState.DISPOSED),
        (fallen, QueueState.WITHDRAWN),
    ]


def test_a_line_says_what_was_compared_and_what_chance_gives(cases: Cases) -> None:
    cases.candidate("T-1", "MKD", "DNA-7", identified=False, deviation="18 23")
    [row] = queue(cases.tx, ANNA, LATER)
    assert (row.ours, row.kind, row.partner, row.number, row.identified) == ("T-1", TRACE, "MKD", "DNA-7", False)
    assert (row.near, row.compared, row.full_loci) == (True, 12, 11)
    assert row.expected == stated(TRACE, TRACE, "18 23").most_expected
    assert row.age == timedelta(hours=30)
    assert (row.decision, row.disposition, row.round) == (None, None, 1)


def test_an_examiner_sees_which_line_waits_for_somebody_else(cases: Cases) -> None:
    found = cases.candidate("T-1", "GBR", "DNA-1")
    cases.opinion(ANNA, found)
    assert [queue(cases.tx, each, LATER)[0].mine for each in (ANNA, BESA, CHIEF)] == [True, False, False]


def test_the_decision_stands_beside_the_disposition(cases: Cases) -> None:
    cases.dispose(cases.candidate("T-1", "GBR", "DNA-1"), Disposition.DUPLICATE)
    [row] = queue(cases.tx, ANNA, LATER)
    assert (row.decision, row.disposition) == (Decision.INCONCLUSIVE, Disposition.DUPLICATE)


@pytest.mark.parametrize("role", [each for each in Role if each not in (Role.EXAMINER, Role.SUPERVISOR)])
def test_who_may_not_look_at_profiles_sees_neither_queue_nor_list(cases: Cases, role: Role) -> None:
    found, officer = cases.candidate("T-1", "GBR", "DNA-1"), Officer(OfficerId("off-x"), "x", frozenset({role}))
    with pytest.raises(ForbiddenError):
        queue(cases.tx, officer, LATER)
    with pytest.raises(ForbiddenError):
        view_dna_candidate(cases.tx, officer, found, "", LATER)
    with pytest.raises(ForbiddenError):
        held(cases.tx, officer, None, 0, 10)
    with pytest.raises(ForbiddenError):
        held_by_kind(cases.tx, officer)


def test_opening_one_opens_both_profiles_and_is_entered(cases: Cases) -> None:
    found = cases.candidate("T-1", "GBR", "DNA-1", deviation="18 23")
    view = view_dna_candidate(cases.tx, CHIEF, found, "", LATER)
    assert view.ours is not None
    assert view.kept is not None
    assert view.ours == a_profile("T-1")
    assert view.kept.theirs.loci == a_profile("X-1", PERSON, {"D12S391": "18 23"}).loci
    assert (view.kept.theirs.ref, view.kept.theirs.kind) == ("DNA-1", PERSON)
    assert view.kept.statement == json.loads(json.dumps(stated(TRACE, PERSON, "18 23").as_dict()))
    [entry] = read_entries(cases.tx, EntryFilter(object_ref=f"candidate:{found}"))
    assert (entry.kind, entry.actor, entry.justification) == ("candidate.viewed", CHIEF.id, "case DUR-2025-0417")


def test_what_was_erased_is_absent_and_the_rest_stays(cases: Cases) -> None:
    found = cases.candidate("T-1", "GBR", "DNA-1")
    forget_profile(cases.tx, "T-1")
    row = cases.tx.execute(dna_candidate.select().where(dna_candidate.c.candidate_id == found)).one()
    view = view_dna_candidate(cases.tx, CHIEF, found, "", LATER)
    assert (view.ours, view.kept is None) == (None, False)
    cases.tx.erase(SealedId(row.sealed_id))
    view = view_dna_candidate(cases.tx, CHIEF, found, "", LATER)
    assert (view.ours, view.kept) == (None, None)


@pytest.mark.parametrize("wrong", ["none", "00000001-0000-4000-8000-00000000000e"])
def test_an_unknown_candidate_is_not_found_and_no_look_is_entered(cases: Cases, wrong: str) -> None:
    cases.candidate("T-1", "GBR", "DNA-1")
    with pytest.raises(NotFoundError):
        view_dna_candidate(cases.tx, CHIEF, CandidateId(wrong), "", LATER)
    assert read_entries(cases.tx, EntryFilter(object_ref=f"candidate:{wrong}")) == []


@pytest.mark.parametrize("theirs", [PERSON, TRACE])
def test_what_is_kept_reads_as_it_was_written(theirs: ProfileKind) -> None:
    found = stated(TRACE, theirs, "")
    profile = replace(a_profile("DNA-1", theirs), amelogenin="XY")
    sources = {"searched": SizeSource.PARTNER, "other": SizeSource.ASSUMED}
    kept = read(written(profile, found, sources), "DNA-1")
    assert kept.sources == sources
    assert kept.theirs == profile
    assert kept.statement["sentences"] == [*found.sentences]


def test_the_row_has_the_most_cautious_figures() -> None:
    found, rules = stated(TRACE, PERSON, "18 23"), shipped_rules(RULES)
    row = columns(found, rules)
    assert row["log10_match_probability"] == max(each.log10_rmp for each in found.figures)
    assert row["expected"] == max(each.of_search for each in found.figures)
    assert row["expected_agreement"] == found.most_expected_of_agreement
    assert (row["compared"], row["full_loci"], row["mismatched"], row["near"]) == (12, 11, 1, True)
    assert row["rules"] == f"{rules.id}/{rules.version}/{digest(rules)}"
    assert {*row} < {each.name for each in dna_candidate.columns}


def test_a_digest_tells_every_rule_set_and_every_change_apart() -> None:
    every = [shipped_rules(name) for name in shipped()]
    first = every[0]
    changed = [
        replace(first, max_expected=0.5),
        replace(first, loci=first.loci[1:]),
        replace(first, kinds=frozenset()),
        replace(first, five_bases=frozenset({"Penta D"})),
        replace(first, inclusion=replace(first.inclusion, min_full=first.inclusion.min_full + 1)),
        replace(first, classes=first.classes[:1]),
    ]
    assert len({digest(each) for each in (*every, *changed)}) == len(every) + len(changed)
    assert digest(replace(first, title="another title", source="elsewhere")) == digest(first)


def test_the_list_of_profiles_has_marks_and_counts_and_no_loci(cases: Cases) -> None:
    cases.profile("P-1", PERSON, "D-7")
    cases.candidate("T-1", "GBR", "DNA-1")
    cases.candidate("T-1", "MKD", "DNA-2")
    for partner in ("MKD", "GBR"):
        cases.tx.execute(dna_mark.insert(), {"ref": "T-1", "partner": partner, "at": DAY})
    assert held_by_kind(cases.tx, ANNA) == {PERSON: 1, TRACE: 6}
    every = held(cases.tx, ANNA, None, 0, 10)
    assert [(each.profile.ref, each.candidates, each.matched_by) for each in every] == [
        ("P-1", 0, ()), ("T-0", 0, ()), ("T-1", 2, ("GBR", "MKD")), *((f"T-{number}", 0, ()) for number in range(2, 6)),
    ]  # fmt: skip
    assert [each.case_ref for each in every] == ["DUR-2025-0417", *[None] * 6]
    assert "16" not in json.dumps([each.profile.loci for each in every])


def test_the_list_comes_in_parts_and_by_kind(cases: Cases) -> None:
    cases.profile("P-1", PERSON)
    parts = [held(cases.tx, ANNA, None, skip, 2) for skip in (0, 2, 4, 6, 8)]
    assert [[each.profile.ref for each in part] for part in parts] == [
        ["P-1", "T-0"],
        ["T-1", "T-2"],
        ["T-3", "T-4"],
        ["T-5"],
        [],
    ]
    assert [each.profile.ref for each in held(cases.tx, ANNA, PERSON, 0, 9)] == ["P-1"]
    assert held(cases.tx, ANNA, ProfileKind.VICTIM, 0, 9) == []
