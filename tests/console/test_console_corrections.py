"""Corrections in the console: what is outstanding, what waits for us, and what is to be seen beside corrected data."""

from typing import Any

import pytest
from tests.federation.world import ALB, XKX

from egnatia.enquiries.corrections import making
from egnatia.exchange.protocols import learn_protocol
from egnatia.model.ids import RecordRef
from egnatia.model.states import CorrectionKind, CorrectionReason, Role

REF = RecordRef("XKX-D-000417")
WHY = "The booklet was found in the printer's own store."
NOTE = "Compared the booklet with the new entry; the number alone had agreed."


@pytest.fixture(scope="module")
def corrected(force: Any, story: Any) -> str:
    """Kosovo restricts the record that Albania's case rests on; Albania's node has acted."""
    kosovo, officer = force.nodes[XKX], force.officers[XKX, "xkx-supervisor"]
    force.nodes[ALB].commit(lambda tx: learn_protocol(tx, XKX, 2))
    kosovo.commit(lambda tx: learn_protocol(tx, ALB, 2))
    draft = making.CorrectionDraft(REF, CorrectionKind.RESTRICT, CorrectionReason.CONTESTED, WHY, {})
    made: str = kosovo.commit(lambda tx: making.make(tx, kosovo.desk, officer, draft, force.clock()))
    assert "Sent, not received yet" in force.browser(XKX, "supervisor").get("/corrections").text
    force.deliver()
    assert story
    return made


def test_what_waits_for_us_leads_to_its_page(force: Any, story: Any, corrected: str) -> None:
    browser = force.browser(ALB, "examiner")
    page = browser.get("/corrections")
    assert f'href="/corrections/XKX/{corrected}"' in page.text
    shown = browser.get(f"/corrections/XKX/{corrected}")
    assert shown.status_code == 200
    assert f'href="/candidates/{story.candidate}"' in shown.text
    assert "Kosovo corrects what it told us" in shown.text
    assert browser.get("/corrections/XKX/nothing").status_code == 404


def test_it_is_outstanding_at_its_maker_until_somebody_looked(force: Any, corrected: str) -> None:
    page = force.browser(XKX, "supervisor").get("/corrections")
    assert "Acted on, a person there has to look" in page.text
    twin = force.browser(XKX, "supervisor").get("/corrections?format=json").json()
    assert [(row["correction_id"], row["partner"]) for row in twin["theirs"]] == [(corrected, "ALB")]
    assert WHY not in page.text


@pytest.mark.parametrize("path", ["/candidates/{candidate}", "/received/{follow_up}"])
def test_corrected_data_are_flagged_where_they_stand(force: Any, story: Any, corrected: str, path: str) -> None:
    assert corrected
    role = "examiner" if "candidate" in path else "supervisor"
    page = force.browser(ALB, role).get(path.format(candidate=story.candidate, follow_up=story.follow_up))
    if path.startswith("/candidates"):
        assert "restricted: a supervisor reads it, with a reason" in page.text
        assert "corrected: somebody has to look" in page.text
    else:
        assert "These data of Kosovo are restricted" in page.text
        assert "Burglary" not in page.text


def test_a_supervisor_reads_restricted_data_for_a_reason(force: Any, story: Any, corrected: str) -> None:
    assert corrected
    path = f"/received/{story.follow_up}"
    assert force.browser(ALB, "enquirer").get(path).status_code == 403
    browser = force.browser(ALB, "supervisor")
    assert browser.post(path, {"why": "short"}).status_code == 422
    page = browser.post(path, {"why": "The court asked for the file as it was."})
    assert page.status_code == 200
    assert "restricted: a supervisor reads it, with a reason" in page.text


@pytest.mark.parametrize("role", list(Role))
def test_who_may_look_and_act(force: Any, corrected: str, role: Role) -> None:
    browser = force.browser(ALB, role.value)
    listed = browser.get("/corrections")
    assert listed.status_code == (403 if role in (Role.AUDITOR, Role.ADMINISTRATOR) else 200)
    may_act = role in (Role.EXAMINER, Role.SUPERVISOR)
    assert browser.get(f"/corrections/XKX/{corrected}").status_code == (200 if may_act else 403)
    if listed.status_code == 200:
        assert (f"/corrections/XKX/{corrected}" in listed.text) is may_act, "no button leads to a refusal"


def test_what_is_missing_is_said_and_nothing_is_lost(force: Any, corrected: str) -> None:
    browser = force.browser(ALB, "examiner")
    answer = browser.post(f"/corrections/XKX/{corrected}", {"finding": "", "note": "too short"})
    assert answer.status_code == 422
    assert "too short" in answer.text
    assert "Say whether the hit stands." in answer.text
    assert "Write at least 20 characters" in answer.text


def test_the_finding_is_recorded_and_the_list_is_empty(force: Any, corrected: str) -> None:
    browser = force.browser(ALB, "examiner")
    page = browser.land(f"/corrections/XKX/{corrected}", {"finding": "falls", "note": NOTE})
    assert "What you found was recorded." in page.text
    assert corrected not in page.text
    again = browser.post(f"/corrections/XKX/{corrected}", {"finding": "stands", "note": NOTE})
    assert again.status_code == 409
