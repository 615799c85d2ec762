"""Second reviews: drawn by a seed, given without knowing the first decision, and counted."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.enquiries.dna_rows import ANNA, BESA, CASE, CENI, CHIEF, DAY, Cases

from egnatia.enquiries.candidates import DecisionDraft, decide, view_candidate
from egnatia.enquiries.second_reviews import (
    MAX_DRAWN,
    Drawing,
    agreement,
    draw_reviews,
    give_review,
    kappa,
    reviews,
    view_review,
    waiting_reviews,
)
from egnatia.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from egnatia.ledger.entries import EntryFilter, read_entries
from egnatia.model.events import EventKind
from egnatia.model.ids import CandidateId
from egnatia.model.officers import Officer
from egnatia.model.states import Decision
from egnatia.store.tables import candidate, enquiry

LATER = DAY + timedelta(hours=1)
ALL = Drawing(MAX_DRAWN, DAY - timedelta(days=1), "lot 7")
REASONS = "The photographs were compared by their ears and brows."


def found(cases: Cases) -> CandidateId:
    """A candidate of a question about a document."""
    cases.count += 1
    enquiry_id = f"{cases.count:08d}-0000-4000-8000-00000000000e"
    asked = json.dumps({"query": {"number": "BA1234567"}, "justification": "x" * 20, "override": None}).encode()
    sealed = cases.tx.seal(asked, kind="enquiry", at=DAY)
    row: dict[str, Any] = {"id": enquiry_id, "case_ref": CASE, "subject": "travel_document", "purpose": "investigation"}
    row |= {"offence": "burglary", "officer_id": ANNA.id, "person_ref": None, "sealed_id": sealed.id}
    cases.tx.execute(enquiry.insert(), row | {"created_at": DAY, "deadline": DAY + timedelta(days=3)})
    made = f"{cases.count:08d}-0000-4000-8000-0000000000ca"
    row = {"id": made, "enquiry_id": enquiry_id, "partner": "GBR", "ref": f"G-{cases.count}", "quality": 1.0}
    row |= {"evidence": '["number_exact"]', "owner": ANNA.id, "received_at": DAY, "due_at": DAY + timedelta(hours=24)}
    cases.tx.execute(candidate.insert(), row)
    return CandidateId(made)


def draft(decision: Decision = Decision.CONFIRMED) -> DecisionDraft:
    return DecisionDraft(decision, REASONS, "examiner, level 2")


def decided(cases: Cases, decision: Decision = Decision.CONFIRMED, by: Officer = ANNA) -> CandidateId:
    made = found(cases)
    decide(cases.tx, by, made, draft(decision), DAY)
    return made


def drawn(cases: Cases, decision: Decision = Decision.CONFIRMED) -> CandidateId:
    made = decided(cases, decision)
    assert draw_reviews(cases.tx, CHIEF, ALL, LATER) == [made]
    return made


def entries(cases: Cases, kind: EventKind) -> list[Any]:
    return read_entries(cases.tx, EntryFilter(kind=kind, limit=500))


def test_what_is_drawn_are_the_lowest_lots_of_the_seed(cases: Cases) -> None:
    ids = [decided(cases) for _ in range(12)]
    lots = sorted(ids, key=lambda each: sha256(b"lot 7\x00" + each.encode()).digest())
    assert draw_reviews(cases.tx, CHIEF, replace(ALL, count=5), LATER) == sorted(lots[:5])
    [entry] = entries(cases, EventKind.REVIEWS_DRAWN)
    assert (entry.content["seed"], entry.content["count"]) == ("lot 7", 5)
    assert entry.content["candidates"].split(", ") == sorted(lots[:5])


def test_another_seed_draws_others(cases: Cases) -> None:
    ids = [decided(cases) for _ in range(12)]
    first = draw_reviews(cases.tx, CHIEF, replace(ALL, count=4), LATER)
    second = draw_reviews(cases.tx, CHIEF, replace(ALL, count=4, seed="lot 8"), LATER)
    assert not set(first) & set(second), "nothing is drawn twice"
    assert set(first) | set(second) <= set(ids)


def test_only_what_a_person_decided_since_then_is_drawn(cases: Cases) -> None:
    waiting, old, new = found(cases), found(cases), found(cases)
    decide(cases.tx, ANNA, old, draft(), DAY)
    decide(cases.tx, ANNA, new, draft(), LATER)
    assert draw_reviews(cases.tx, CHIEF, replace(ALL, since=LATER), LATER) == [new]
    assert draw_reviews(cases.tx, CHIEF, ALL, LATER) == [old]
    assert waiting not in {each.candidate_id for each in reviews(cases.tx, CHIEF)}


def test_dna_is_not_drawn_because_two_examiners_found_already(cases: Cases) -> None:
    cases.hit(cases.profile("T-99"), "GBR", "N-99")
    assert draw_reviews(cases.tx, CHIEF, ALL, LATER) == []


def test_an_empty_drawing_is_entered_too(cases: Cases) -> None:
    assert draw_reviews(cases.tx, CHIEF, ALL, LATER) == []
    assert len(entries(cases, EventKind.REVIEWS_DRAWN)) == 1


@pytest.mark.parametrize("drawing", [replace(ALL, count=0), replace(ALL, count=MAX_DRAWN + 1), replace(ALL, seed=""),
                                     replace(ALL, seed="x" * 81)])  # fmt: skip
def test_a_drawing_out_of_bounds_is_refused(cases: Cases, drawing: Drawing) -> None:
    with pytest.raises(InputError):
        draw_reviews(cases.tx, CHIEF, drawing, LATER)
    assert not entries(cases, EventKind.REVIEWS_DRAWN)


@pytest.mark.parametrize("officer", [ANNA, BESA])
def test_only_a_supervisor_draws_and_sees_both(cases: Cases, officer: Officer) -> None:
    with pytest.raises(ForbiddenError):
        draw_reviews(cases.tx, officer, ALL, LATER)
    with pytest.raises(ForbiddenError):
        reviews(cases.tx, officer)


def test_only_an_examiner_reviews(cases: Cases) -> None:
    made = drawn(cases)
    for act in (
        lambda: waiting_reviews(cases.tx, CHIEF, LATER),
        lambda: view_review(cases.tx, CHIEF, made, LATER),
        lambda: give_review(cases.tx, CHIEF, made, draft(), LATER),
    ):
        with pytest.raises(ForbiddenError):
            act()


def test_the_second_examiner_sees_what_the_first_one_saw_and_no_more(cases: Cases) -> None:
    made = drawn(cases, Decision.REJECTED)
    [row] = waiting_reviews(cases.tx, BESA, LATER)
    view = view_review(cases.tx, BESA, made, LATER)
    assert row == view.row
    assert (row.decision, row.decided_by, row.decided_at) == (None, None, None)
    assert (view.basis, view.qualification) == (None, None)
    assert view.asked is not None
    assert view.asked["query"] == {"number": "BA1234567"}
    [look] = entries(cases, EventKind.REVIEW_VIEWED)
    assert (look.actor, look.object_ref, look.justification) == (
        BESA.id,
        f"candidate:{made}",
        f"second review, case {CASE}",
    )


def test_looking_twice_for_the_review_does_not_lock_the_examiner_out(cases: Cases) -> None:
    made = drawn(cases)
    view_review(cases.tx, BESA, made, LATER)
    view_review(cases.tx, BESA, made, LATER)
    assert give_review(cases.tx, BESA, made, draft(), LATER)


def test_who_decided_cannot_review(cases: Cases) -> None:
    made = drawn(cases)
    assert waiting_reviews(cases.tx, ANNA, LATER) == []
    for act in (
        lambda: view_review(cases.tx, ANNA, made, LATER),
        lambda: give_review(cases.tx, ANNA, made, draft(), LATER),
    ):
        with pytest.raises(ConflictError, match="yourself") as caught:
            act()
        assert "Another examiner" in caught.value.hint()


def test_who_looked_since_the_decision_cannot_review(cases: Cases) -> None:
    made = drawn(cases)
    view_candidate(cases.tx, BESA, made, "", LATER)
    assert waiting_reviews(cases.tx, BESA, LATER) == []
    with pytest.raises(ConflictError, match="you know the decision"):
        give_review(cases.tx, BESA, made, draft(), LATER)
    assert [row.id for row in waiting_reviews(cases.tx, CENI, LATER)] == [made]


def test_a_reason_of_ones_own_that_reads_like_a_review_does_lock_out(cases: Cases) -> None:
    """Whoever opens the candidate's page writes the reason: it must not pass for a review."""
    made = drawn(cases)
    view_candidate(cases.tx, BESA, made, "second review", LATER)
    with pytest.raises(ConflictError):
        give_review(cases.tx, BESA, made, draft(), LATER)


def test_who_looked_before_the_decision_can_review(cases: Cases) -> None:
    made = found(cases)
    view_candidate(cases.tx, BESA, made, "", DAY)
    decide(cases.tx, ANNA, made, draft(), LATER)
    draw_reviews(cases.tx, CHIEF, ALL, LATER)
    assert give_review(cases.tx, BESA, made, draft(), LATER)


@pytest.mark.parametrize(("first", "second"), [(a, b) for a in Decision for b in Decision])
def test_a_review_says_whether_it_is_the_same_and_changes_nothing(
    cases: Cases, first: Decision, second: Decision
) -> None:
    made = drawn(cases, first)
    before = cases.tx.execute(candidate.select().where(candidate.c.id == made)).one()
    assert give_review(cases.tx, BESA, made, draft(second), LATER) is (first is second)
    assert cases.tx.execute(candidate.select().where(candidate.c.id == made)).one() == before
    [entry] = entries(cases, EventKind.REVIEW_GIVEN)
    assert (entry.actor, entry.object_ref, entry.justification) == (BESA.id, f"candidate:{made}", REASONS)
    assert (entry.content["decision"], entry.content["alike"]) == (second, first is second)
    assert entry.content["qualification"] == "examiner, level 2"


def test_a_review_is_given_once(cases: Cases) -> None:
    made = drawn(cases)
    give_review(cases.tx, BESA, made, draft(), LATER)
    with pytest.raises(ConflictError, match="reviewed already"):
        give_review(cases.tx, CENI, made, draft(Decision.REJECTED), LATER)
    assert waiting_reviews(cases.tx, CENI, LATER) == []


def test_what_is_not_drawn_is_not_reviewed(cases: Cases) -> None:
    made = decided(cases)
    with pytest.raises(NotFoundError) as caught:
        view_review(cases.tx, BESA, made, LATER)
    assert "review list" in caught.value.hint()


@pytest.mark.parametrize("wrong", [replace(draft(), basis="too short"), replace(draft(), qualification="")])
def test_a_review_needs_reasons_and_a_qualification(cases: Cases, wrong: DecisionDraft) -> None:
    made = drawn(cases)
    with pytest.raises(InputError):
        give_review(cases.tx, BESA, made, wrong, LATER)
    assert agreement(cases.tx).waiting == 1


def test_the_supervisor_sees_no_decision_before_the_second_is_given_and_differences_first(cases: Cases) -> None:
    alike, differs, waiting = decided(cases), decided(cases), decided(cases)
    draw_reviews(cases.tx, CHIEF, ALL, LATER)
    give_review(cases.tx, BESA, alike, draft(), LATER)
    give_review(cases.tx, BESA, differs, draft(Decision.INCONCLUSIVE), LATER)
    found_rows = reviews(cases.tx, CHIEF)
    assert [each.candidate_id for each in found_rows] == [differs, waiting, alike]
    first, middle, last = found_rows
    assert (first.first, first.second, first.differs) == (Decision.CONFIRMED, Decision.INCONCLUSIVE, True)
    assert (first.first_by, first.second_by, first.reasons) == (ANNA.id, BESA.id, REASONS)
    assert (middle.first, middle.first_by, middle.second, middle.reasons) == (None, None, None, None)
    assert not last.differs


def test_agreement_counts_what_was_reviewed(cases: Cases) -> None:
    assert agreement(cases.tx).kappa is None
    ids = [
        decided(cases, decision)
        for decision in (Decision.CONFIRMED, Decision.REJECTED, Decision.REJECTED, Decision.CONFIRMED)
    ]
    draw_reviews(cases.tx, CHIEF, ALL, LATER)
    for made, second in zip(ids, (Decision.CONFIRMED, Decision.REJECTED, Decision.CONFIRMED), strict=False):
        give_review(cases.tx, BESA, made, draft(second), LATER)
    found_figures = agreement(cases.tx)
    assert (found_figures.reviewed, found_figures.alike, found_figures.waiting) == (3, 2, 1)
    assert found_figures.table[Decision.REJECTED, Decision.CONFIRMED] == 1
    assert found_figures.kappa == pytest.approx((2 / 3 - 4 / 9) / (1 - 4 / 9))
    assert found_figures.low is not None
    assert found_figures.high is not None
    assert found_figures.low < 2 / 3 < found_figures.high


C, R, N = Decision.CONFIRMED, Decision.REJECTED, Decision.INCONCLUSIVE


def table(*cells: tuple[Decision, Decision, int]) -> list[tuple[Decision, Decision]]:
    return [(one, other) for one, other, count in cells for _ in range(count)]


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        (table((C, C, 20), (C, R, 5), (R, C, 10), (R, R, 15)), 0.4),
        (table((C, C, 45), (C, R, 15), (R, C, 25), (R, R, 15)), 0.1304),
        (table((C, C, 25), (C, R, 35), (R, C, 5), (R, R, 35)), 0.2593),
        (table((C, C, 3), (R, R, 3), (N, N, 3)), 1.0),
        (table((C, R, 5), (R, C, 5)), -1.0),
    ],
)  # textbook tables: the first three are those that the encyclopaedias work out
def test_kappa_is_the_textbooks(pairs: list[tuple[Decision, Decision]], expected: float) -> None:
    assert kappa(pairs) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize("pairs", [[], table((C, C, 9))])
def test_kappa_says_nothing_where_chance_explains_all(pairs: list[tuple[Decision, Decision]]) -> None:
    assert kappa(pairs) is None


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.lists(st.tuples(st.sampled_from(Decision), st.sampled_from(Decision)), max_size=30))
def test_kappa_does_not_know_who_was_first(pairs: Iterable[tuple[Decision, Decision]]) -> None:
    turned = [(other, one) for one, other in pairs]
    assert kappa(pairs) == (None if kappa(turned) is None else pytest.approx(kappa(turned)))
