"""The whole job at the consoles without any script: ask, confirm, follow up, release by two people, record."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

QUESTION: dict[str, Any] = {
    "subject": "travel_document",
    "issuer": "RKS",
    "document_type": "P",
    "number": "RK1234567",
    "case_ref": "DUR-2025-0417",
    "person_ref": "D-417",
    "purpose": "border_check",
    "offence": "false_document",
    "justification": "Second-line check at the Port of Durres",
    "beyond": "The batch was offered in both countries last month",
}
DECISION = {
    "decision": "confirmed",
    "basis": "Number, issuer and type read twice",
    "qualification": "document examiner, level 2",
}
PROPOSAL: dict[str, Any] = {
    "fields": ["issuer", "category", "reported_on"],
    "reason": "Needed for the facts stated there",
}
OUTCOME = {
    "kind": "arrest",
    "case_ref": "DUR-2025-0417",
    "person_ref": "D-417",
    "at": "2025-05-15T03:00",
    "place": "Port of Durrës",
}
ENQUIRY = r'href="(/enquiries/[0-9a-f-]{36})"'
CANDIDATE = r'href="(/candidates/[0-9a-f-]{36})"'
FOLLOW_UP = r'href="(/follow-ups/[0-9a-f-]{36})"'


def link(page: httpx.Response, pattern: str) -> str:
    found = re.search(pattern, page.text)
    assert found is not None, page.text
    return found.group(1)


def shown_on(page: httpx.Response) -> dict[str, str]:
    """The proposal that an officer's page shows, as its form sends it back."""
    return {"release": link(page, r'name="release" value="([0-9a-f-]{36})"')}


def words(page: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def test_a_zone_from_the_search_box_becomes_an_enquiry_that_names_its_grants(force: Any) -> None:
    officer = force.browser("ALB", "enquirer")
    zone = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
    page = officer.post("/search", {"q": zone})
    assert "machine-readable zone of a travel document" in page.text
    page = officer.post("/documents/inspect", {"zone": zone, "case_ref": "DUR-2025-0001"})
    assert page.status_code == 200
    assert "Recorded in case DUR-2025-0001." in page.text
    assert "check digit right" in page.text
    page = officer.post("/enquiries/new", {"subject": "travel_document", "number": "L898902C3", "issuer": "UTO"})
    assert 'value="L898902C3"' in page.text


def test_the_check_page_shows_every_partner_with_grant_or_reason_and_sends_nothing(force: Any) -> None:
    officer = force.browser("ALB", "enquirer")
    page = officer.post("/enquiries/check", QUESTION)
    assert "demo-alb-xkx-travel_document" in page.text
    assert "NO_AGREEMENT" in page.text
    assert "Send the enquiry to 1 partner" in page.text
    assert page.text.count('formaction="/enquiries/new#') >= 8
    assert "No enquiry yet." in officer.get("/enquiries").text


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"case_ref": "Arben Hoxha"}, "#case_ref"),
        ({"justification": "too short"}, "#justification"),
        ({"purpose": ""}, "#purpose"),
        ({"offence": "no_such_offence"}, "#offence"),
        ({"number": ""}, "#number"),
        ({"person_ref": "Arben Hoxha"}, "#person_ref"),
        ({"subject": "person", "family_names": "Hoxha"}, "#family_names"),
    ],
)
def test_what_is_missing_is_linked_and_nothing_typed_is_lost(force: Any, change: dict[str, str], problem: str) -> None:
    page = force.browser("ALB", "enquirer").post("/enquiries/check", QUESTION | change)
    assert page.status_code == 422
    assert f'href="{problem}"' in page.text
    assert 'aria-invalid="true"' in page.text
    assert "D-417" in page.text or "person_ref" in change


def test_an_enquiry_waits_until_the_partner_has_answered(force: Any) -> None:
    enquirer = force.browser("ALB", "enquirer")
    page = enquirer.land("/enquiries", QUESTION | {"partners": ["XKX", "MKD"]})
    assert "Has not answered" in page.text
    assert "That is not a no-hit" in page.text
    assert "NO_AGREEMENT" in page.text
    force.deliver()
    page = enquirer.get(link(page, ENQUIRY))
    assert "Answered: candidate found" in page.text
    assert "That is not a no-hit" not in page.text


def test_three_actions_lead_from_the_first_page_to_a_recorded_decision(force: Any) -> None:
    examiner = force.browser("ALB", "examiner")
    candidate = link(examiner.get("/"), CANDIDATE)
    page = examiner.get(candidate)
    assert "The document number is the same" in page.text
    assert "It is no probability" in page.text
    assert "checked" not in page.text
    page = examiner.land(f"{candidate}/decision", DECISION)
    assert "Your decision was recorded." in page.text
    assert "Confirmed: this is a hit" in page.text
    assert examiner.post(f"{candidate}/decision", DECISION).status_code == 409


def test_a_decision_without_reasons_is_not_taken_and_nothing_typed_is_lost(force: Any) -> None:
    force.browser("ALB", "enquirer").land("/enquiries", QUESTION | {"case_ref": "DUR-2025-0500", "partners": "XKX"})
    force.deliver()
    examiner = force.browser("ALB", "examiner")
    candidate = link(examiner.get("/"), CANDIDATE)
    page = examiner.post(f"{candidate}/decision", {"decision": "", "basis": "short words", "qualification": ""})
    assert page.status_code == 422
    assert all(f'href="#{name}"' in page.text for name in ("decision", "basis", "qualification"))
    assert "short words" in page.text
    page = examiner.land(f"{candidate}/decision", DECISION | {"decision": "rejected"})
    assert "Rejected: not the same" in page.text
    assert f"{candidate}/follow-up" not in page.text
    assert examiner.get(f"{candidate}/follow-up").status_code == 409


def test_a_follow_up_needs_facts_and_a_release_two_people(force: Any) -> None:
    enquirer = force.browser("ALB", "enquirer")
    candidate = link(enquirer.get("/candidates?show=hits"), CANDIDATE)
    page = enquirer.post(f"{candidate}/follow-up", {"facts": "short", "offence": "false_document"})
    assert page.status_code == 422
    facts = {"facts": "The holder showed a passport reported stolen", "offence": "false_document"}
    assert "Waiting for a proposal" in enquirer.land(f"{candidate}/follow-up", facts).text
    force.deliver()

    approver, second = force.browser("XKX", "approver"), force.browser("XKX", "second")
    follow_up = link(approver.get("/"), FOLLOW_UP)
    page = approver.get(follow_up)
    assert "The holder showed a passport reported stolen" in page.text
    assert "Burglary in Prizren" in page.text
    assert 'type="checkbox" id="field-circumstances" name="fields" value="circumstances">' in page.text
    assert approver.post(f"{follow_up}/proposal", {"reason": "Needed for the facts stated"}).status_code == 422
    forged = {"fields": ["issuer", "address"], "reason": "Needed for the facts stated there"}
    assert approver.post(f"{follow_up}/proposal", forged).status_code == 422
    assert "A second officer has to approve it" in words(approver.land(f"{follow_up}/proposal", PROPOSAL))

    assert "Another officer has to decide on it." in approver.get(f"{follow_up}/release").text
    page = second.get(f"{follow_up}/release")
    assert approver.post(f"{follow_up}/release", shown_on(page)).status_code == 403
    assert "Stop: this cannot be taken back" in page.text
    assert "Burglary in Prizren" not in page.text


def test_the_second_officer_sends_back_or_releases(force: Any) -> None:
    approver, second = force.browser("XKX", "approver"), force.browser("XKX", "second")
    follow_up = link(second.get("/"), FOLLOW_UP)
    seen = shown_on(second.get(f"{follow_up}/release"))
    assert second.post(f"{follow_up}/return", seen | {"reason": "short"}).status_code == 422
    page = second.land(f"{follow_up}/return", seen | {"reason": "The date of the report is not needed"})
    assert "Waiting for a proposal" in page.text
    approver.land(f"{follow_up}/proposal", PROPOSAL | {"fields": ["issuer", "category"]})
    assert second.post(f"{follow_up}/release", seen).status_code == 409  # that proposal was replaced meanwhile
    assert second.post(f"{follow_up}/release").status_code == 409
    page = second.land(f"{follow_up}/release", shown_on(second.get(f"{follow_up}/release")))
    assert "The core data were released to the partner." in page.text
    assert "On its way, not delivered yet" in page.text
    assert second.get(f"{follow_up}/release").status_code == 404
    force.deliver()


def test_core_data_are_read_and_the_outcome_counts_with_its_whole_chain(force: Any) -> None:
    enquirer = force.browser("ALB", "enquirer")
    candidate = link(enquirer.get("/candidates?show=hits"), CANDIDATE)
    page = enquirer.get(link(enquirer.get(candidate), r'href="(/received/[0-9a-f-]{36})"'))
    assert "Registered as" in page.text
    assert "2025-04-02" not in page.text
    page = enquirer.get(f"/outcomes/new?candidate={candidate.split('/')[-1]}")
    assert 'value="DUR-2025-0417"' in page.text
    assert 'value="D-417"' in page.text
    outcome = OUTCOME | {"candidate": candidate.split("/")[-1]}
    page = enquirer.post("/outcomes", outcome | {"at": "2025-06-01T00:00", "kind": ""})
    assert page.status_code == 422
    assert 'href="#at"' in page.text
    page = enquirer.land("/outcomes", outcome)
    assert "counted: its chain is whole" in page.text
    steps = words(page)
    for step in ("Enquiry sent", "Reply received", "Candidate confirmed as a hit", "Core data received"):
        assert step in steps


def test_the_indicators_count_the_case_and_lead_to_its_records(force: Any) -> None:
    officer = force.browser("ALB", "supervisor")
    page = officer.get("/indicators")
    for figure in ("hits", "persons", "arrests"):
        records = officer.get(link(page, rf'href="(/indicators/{figure}\?[^"]+)"').replace("&amp;", "&"))
        assert records.status_code == 200
        assert ": 1</h1>" in records.text
        target = link(records, r'data-row href="([^"]+)"')
        assert officer.get(target).status_code == 200


def test_a_refused_follow_up_says_so_at_both_ends(force: Any) -> None:
    enquirer, examiner = force.browser("ALB", "enquirer"), force.browser("ALB", "examiner")
    enquirer.land("/enquiries", QUESTION | {"case_ref": "DUR-2025-0418", "partners": ["XKX"]})
    force.deliver()
    candidate = link(examiner.get("/candidates"), CANDIDATE)
    decision = {"decision": "confirmed", "basis": "Number and issuer read twice", "qualification": "level 2"}
    examiner.land(f"{candidate}/decision", decision)
    enquirer.land(f"{candidate}/follow-up", {"facts": "A second passport check, same number", "offence": "theft"})
    force.deliver()
    approver = force.browser("XKX", "approver")
    follow_up = link(approver.get("/"), FOLLOW_UP)
    assert approver.post(f"{follow_up}/refusal", {}).status_code == 422
    assert approver.post(f"{follow_up}/refusal", {"refusal": "TOO_OLD"}).status_code == 422
    page = approver.land(f"{follow_up}/refusal", {"refusal": "CONDITIONS_NOT_MET"})
    assert "CONDITIONS_NOT_MET" in page.text
    force.deliver()
    assert "CONDITIONS_NOT_MET" in enquirer.get(candidate).text


def test_a_partner_that_is_down_is_shown_as_not_reached_and_never_as_a_no_hit(force: Any) -> None:
    stopped = force.apps.pop("XKX")
    officer = force.browser("ALB", "enquirer")
    page = officer.land("/enquiries", QUESTION | {"case_ref": "DUR-2025-0419", "partners": ["XKX"]})
    force.deliver()
    enquiry = link(page, ENQUIRY)
    page = officer.get(enquiry)
    assert "Has not answered" in page.text
    assert "nothing found" not in page.text
    assert "cannot be reached" in officer.get("/partners").text
    assert "Refresh" not in page.headers
    assert officer.get(f"{enquiry}?watch=1").headers["refresh"] == "5"
    force.apps["XKX"] = stopped


@pytest.fixture(scope="module")
def reads() -> Callable[[Any, str], list[str]]:
    """Kinds of ledger entries of a node, in order."""

    def kinds(force: Any, code: str) -> list[str]:
        reader = force.browser(code, "auditor")
        page = reader.post("/ledger/entries", {"reason": "Looking what a test has written", "format": "json"})
        return [entry["kind"] for entry in page.json()]

    return kinds


def test_looking_is_logged(force: Any, reads: Callable[[Any, str], list[str]]) -> None:
    candidate = link(force.browser("ALB", "enquirer").get("/candidates?show=all"), CANDIDATE)
    before = reads(force, "ALB").count("candidate.viewed")
    force.browser("ALB", "enquirer").get(candidate)
    after = reads(force, "ALB")
    assert after.count("candidate.viewed") == before + 1
    assert after.count("ledger.read") >= 1
