"""A follow-up whose facts are restricted: the page is there, the facts are not, and a supervisor reads them for a reason."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from tests.console.conftest import ALB, FACTS, PROPOSAL, XKX, Story, first

from egnatia.cli.serving import _send_corrections
from egnatia.enquiries import followups, outcomes
from egnatia.exchange.protocols import learn_protocol
from egnatia.ledger.entries import EntryFilter, read_entries
from egnatia.model.events import EventKind
from egnatia.model.ids import CandidateId
from egnatia.model.states import OutcomeKind

STATED = FACTS["facts"]
WHY = "The court asked what Albania had stated about this man."
HIDDEN = "restricted: a supervisor reads it, with a reason"


@dataclass(frozen=True, slots=True)
class Wrong:
    """Two of Albania's follow-ups at Kosovo whose hits turned out to be somebody else's."""

    waiting: str
    proposed: str


@pytest.fixture(scope="module")
def wrong(force: Any, cases: Callable[..., Story]) -> Wrong:
    for code, other in ((ALB, XKX), (XKX, ALB)):
        force.nodes[code].commit(lambda tx, other=other: learn_protocol(tx, other, 2))
    waiting, proposed = (cases(force, f"DUR-2025-050{number}", "follow_up") for number in (1, 2))
    with force.nodes[XKX].database.read() as tx:
        first_one, second_one = (row.id for row in followups.listed(tx, followups.IN))
    force.browser(XKX, "approver").land(f"/follow-ups/{second_one}/proposal", PROPOSAL)
    examiner = force.officers[ALB, "alb-examiner"]
    for case, story in (("DUR-2025-0501", waiting), ("DUR-2025-0502", proposed)):
        draft = outcomes.OutcomeDraft(
            OutcomeKind.MISIDENTIFICATION, case, "D-417", CandidateId(story.candidate), force.clock(), "Port of Durrës"
        )
        force.nodes[ALB].commit(lambda tx, draft=draft: outcomes.record_outcome(tx, examiner, draft, force.clock()))
    _send_corrections(force.nodes[ALB])
    force.deliver()
    return Wrong(first_one, second_one)


def views(force: Any) -> list[str | None]:
    """The reasons of the looks at Kosovo, the latest first."""
    with force.nodes[XKX].database.read() as tx:
        found = read_entries(tx, EntryFilter(kind=EventKind.FOLLOW_UP_VIEWED))
    return [each.justification for each in found]


def test_the_page_is_there_without_the_facts_and_nobody_has_looked(force: Any, wrong: Wrong) -> None:
    before = views(force)
    for role in ("approver", "supervisor"):
        page = force.browser(XKX, role).get(f"/follow-ups/{wrong.waiting}")
        assert page.status_code == 200
        assert HIDDEN in page.text
        assert STATED not in page.text
        assert ("Read the facts" in page.text) is (role == "supervisor"), "no button leads to a refusal"
    assert views(force) == before


def test_a_supervisor_reads_them_for_a_reason_that_is_entered(force: Any, wrong: Wrong) -> None:
    path = f"/follow-ups/{wrong.waiting}"
    browser = force.browser(XKX, "supervisor")
    short = browser.post(path, {"why": "short"})
    assert short.status_code == 422
    assert "Write at least 20 characters" in short.text
    assert STATED not in short.text
    page = browser.post(path, {"why": WHY})
    assert page.status_code == 200
    assert STATED in page.text
    assert views(force)[0] == WHY


def test_an_approver_does_not_read_them_with_whatever_reason(force: Any, wrong: Wrong) -> None:
    before = views(force)
    page = force.browser(XKX, "approver").post(f"/follow-ups/{wrong.waiting}", {"why": WHY})
    assert page.status_code == 200
    assert STATED not in page.text
    assert views(force) == before


def test_the_second_officer_sees_that_they_are_restricted(force: Any, wrong: Wrong) -> None:
    page = force.browser(XKX, "second").get(f"/follow-ups/{wrong.proposed}/release")
    assert page.status_code == 200
    assert HIDDEN in page.text
    assert STATED not in page.text


def test_such_a_request_can_be_refused_without_them(force: Any, wrong: Wrong) -> None:
    approver = force.browser(XKX, "approver")
    assert approver.post(f"/follow-ups/{wrong.waiting}/refusal", {}).status_code == 422
    page = approver.land(f"/follow-ups/{wrong.waiting}/refusal", {"refusal": "CONDITIONS_NOT_MET"})
    assert first(page, "(Refused|refused)")
