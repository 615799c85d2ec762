"""What keeps a second review blind: lists and time lines hide the decision, and who could know it otherwise is not asked."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.enquiries.dna_rows import ANNA, BESA, CASE, CENI, CHIEF, DAY, Cases
from tests.enquiries.test_second_reviews import ALL, LATER, decided, draft, drawn, found

from egnatia.enquiries.candidates import decide, inbox, view_candidate
from egnatia.enquiries.review_veils import (
    check_open,
    hidden_from,
    hidden_from_all,
    veiled,
    veiled_enquiry,
    veiled_steps,
)
from egnatia.enquiries.second_reviews import draw_reviews, give_review, reviewable, view_review, waiting_reviews
from egnatia.enquiries.timeline import case_timeline
from egnatia.enquiries.views import enquiries
from egnatia.errors import ConflictError
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import CandidateId, OfficerId
from egnatia.model.officers import Officer
from egnatia.model.states import Decision, Role
from egnatia.store.tables import follow_up, outcome

BOTH = Officer(OfficerId("off-both"), "both", frozenset({Role.EXAMINER, Role.SUPERVISOR}))
ENQUIRER = Officer(OfficerId("off-dita"), "dita", frozenset({Role.ENQUIRER}))


def row_of(cases: Cases, candidate_id: CandidateId, hidden: frozenset[CandidateId]) -> Any:
    [row] = [each for each in veiled(inbox(cases.tx, LATER), hidden) if each.id == candidate_id]
    return row


def act(cases: Cases, officer: Officer, kind: EventKind, ref: str, at: Any = LATER) -> None:
    append(cases.tx, Act(kind, at, officer.id, ref, justification="work on the case"))


@pytest.mark.parametrize("decision", list(Decision))
def test_a_drawn_decision_is_in_no_list_of_who_may_review_it(cases: Cases, decision: Decision) -> None:
    made = drawn(cases, decision)
    for hidden in (hidden_from(cases.tx, BESA), hidden_from_all(cases.tx)):
        row = row_of(cases, made, hidden)
        assert (row.decision, row.decided_by, row.decided_at, row.in_review) == (None, None, None, True)
        [view] = [veiled_enquiry(each, hidden) for each in enquiries(cases.tx, LATER, CASE)]
        assert [each.decision for each in view.candidates] == [None]
        steps = case_timeline(cases.tx, CASE)
        assert [each.event for each in steps if each not in veiled_steps(steps, hidden)] == [
            EventKind(f"candidate.{decision.value}")
        ]


@pytest.mark.parametrize("officer", [ANNA, CHIEF, ENQUIRER])
def test_who_knows_it_or_cannot_review_sees_it(cases: Cases, officer: Officer) -> None:
    made = drawn(cases)
    assert hidden_from(cases.tx, officer) == frozenset()
    row = row_of(cases, made, hidden_from(cases.tx, officer))
    assert (row.decision, row.decided_by, row.in_review) == (Decision.CONFIRMED, ANNA.id, False)


def test_what_was_not_drawn_or_was_reviewed_is_shown(cases: Cases) -> None:
    reviewed = drawn(cases)
    give_review(cases.tx, BESA, reviewed, draft(), LATER)
    waiting, plain = found(cases), decided(cases, Decision.REJECTED)
    for hidden in (hidden_from(cases.tx, BESA), hidden_from(cases.tx, CENI), hidden_from_all(cases.tx)):
        assert hidden == frozenset()
        assert row_of(cases, plain, hidden).decision is Decision.REJECTED
        assert row_of(cases, waiting, hidden).in_review is False


def test_only_the_decision_is_taken_out_of_a_time_line(cases: Cases) -> None:
    made, other = decided(cases), decided(cases, Decision.REJECTED)
    draw_reviews(cases.tx, CHIEF, replace(ALL, count=1), LATER)
    [hidden] = hidden_from(cases.tx, BESA)
    view_candidate(cases.tx, CHIEF, made, "", LATER)
    steps = case_timeline(cases.tx, CASE)
    left = veiled_steps(steps, {hidden})
    assert len(left) == len(steps) - 1
    shown = other if hidden == made else made
    assert f"candidate:{shown}" in {each.object_ref for each in left if each.event is not EventKind.CANDIDATE_VIEWED}
    assert EventKind.CANDIDATE_VIEWED in {each.event for each in left}


def test_opening_it_by_its_own_page_is_stopped_until_somebody_means_it(cases: Cases) -> None:
    made = drawn(cases)
    with pytest.raises(ConflictError) as caught:
        check_open(cases.tx, BESA, made)
    assert "hit review show" in caught.value.hint()
    assert "confirmed" not in str(caught.value)
    check_open(cases.tx, ANNA, made)
    view_candidate(cases.tx, BESA, made, "", LATER)
    check_open(cases.tx, BESA, made)
    assert hidden_from(cases.tx, BESA) == frozenset()
    assert hidden_from(cases.tx, CENI) == {made}


@pytest.mark.parametrize("decision", list(Decision))
def test_deciding_it_once_more_does_not_say_what_it_was(cases: Cases, decision: Decision) -> None:
    made = drawn(cases, decision)
    with pytest.raises(ConflictError) as caught:
        decide(cases.tx, BESA, made, draft(), LATER)
    assert decision.value not in f"{caught.value} {caught.value.hint()}"


def test_who_drew_it_does_not_review_it(cases: Cases) -> None:
    made = decided(cases)
    assert draw_reviews(cases.tx, BOTH, ALL, LATER) == [made]
    assert waiting_reviews(cases.tx, BOTH, LATER) == []
    with pytest.raises(ConflictError, match="drew"):
        view_review(cases.tx, BOTH, made, LATER)
    assert reviewable(cases.tx, BESA) == {made}


@pytest.mark.parametrize("kind", [EventKind.LEDGER_READ, EventKind.LEDGER_EXPORTED])
def test_who_has_read_the_log_since_does_not_review_it(cases: Cases, kind: EventKind) -> None:
    """The log names every decision; reading it is in it."""
    made = drawn(cases)
    act(cases, BOTH, kind, "log:ALB", DAY - timedelta(days=1))
    assert reviewable(cases.tx, BOTH) == {made}, "what was read before the decision says nothing of it"
    act(cases, BOTH, kind, "log:ALB")
    assert reviewable(cases.tx, BOTH) == frozenset()
    with pytest.raises(ConflictError, match="access log"):
        give_review(cases.tx, BOTH, made, draft(), LATER)
    assert reviewable(cases.tx, BESA) == {made}, "another's reading is another's"


@pytest.mark.parametrize("table", ["follow_up", "outcome"])
def test_who_worked_on_what_came_of_a_hit_does_not_review_it(cases: Cases, table: str) -> None:
    made = drawn(cases)
    came = f"{7:08d}-0000-4000-8000-0000000000fa"
    enquiry_id = next(each.enquiry_id for each in inbox(cases.tx, LATER) if each.id == made)
    if table == "follow_up":
        row: dict[str, Any] = {"id": came, "direction": "out", "partner": "GBR", "enquiry_id": enquiry_id}
        row |= {"candidate_id": made, "subject": "travel_document", "purpose": "investigation", "ref": "G-1"}
        row |= {"offence": "theft", "grant_id": "g", "at": LATER, "due_at": LATER, "state": "waiting", "sealed_id": "x"}
        cases.tx.execute(follow_up.insert(), row)
    else:
        row = {"id": came, "kind": "arrest", "case_ref": CASE, "candidate_id": made, "at": LATER, "place": "Durres"}
        row |= {"recorded_at": LATER, "recorded_by": CENI.id, "attributed": False, "person_ref": "D-1"}
        cases.tx.execute(outcome.insert(), row)
    assert reviewable(cases.tx, BESA) == {made}
    act(
        cases, BESA, EventKind.FOLLOW_UP_SENT if table == "follow_up" else EventKind.OUTCOME_RECORDED, f"{table}:{came}"
    )
    assert reviewable(cases.tx, BESA) == frozenset()
    with pytest.raises(ConflictError, match="what came of"):
        give_review(cases.tx, BESA, made, draft(), LATER)
    assert reviewable(cases.tx, CENI) == {made}
