"""What single pages say: login and sessions, search, matrix, ledger, alerts, errors, JSON twins, preferences."""

import json
import re
from typing import Any

import pytest
from sqlalchemy import update

from egnatia.engines.people import PersonRecord, PersonRow
from egnatia.enquiries.holdings import import_persons, mark_protected
from egnatia.model.ids import RecordRef
from egnatia.store.tables import answered_enquiry, ledger_entry

PASSWORD = "three unrelated words"


def test_login_opens_a_session_and_logout_ends_it(force: Any) -> None:
    browser = force.visitor("ALB")
    wrong = browser.post("/login", {"name": "alb-enquirer", "password": "wrong"})
    assert wrong.status_code == 401
    assert 'value="alb-enquirer"' in wrong.text
    assert "wrong" not in wrong.text.replace("wrong tries", "")
    page = browser.land("/login", {"name": "alb-enquirer", "password": PASSWORD})
    assert "alb-enquirer" in page.text
    assert "Node of Albania" in page.text
    assert browser.get("/login").headers["location"] == "/"
    page = browser.land("/logout")
    assert "Log in" in page.text
    assert browser.get("/").status_code == 303


def test_a_new_login_ends_the_session_that_the_browser_came_with(force: Any) -> None:
    browser = force.browser("ALB", "auditor")
    stolen = dict(browser.client.cookies)
    browser.post("/login", {"name": "alb-auditor", "password": PASSWORD})
    thief = force.visitor("ALB")
    thief.client.cookies.update(stolen)
    assert thief.get("/").status_code == 303


def test_an_officer_sees_and_ends_only_own_sessions(force: Any) -> None:
    here, there, other = (force.browser("ALB", role) for role in ("approver", "approver", "examiner"))
    page = here.get("/sessions")
    ids = re.findall(r'name="session" value="([^"]+)"', page.text)
    assert len(ids) == 1
    assert "this one" in page.text
    assert other.post("/sessions/revoke", {"session": ids[0]}).status_code == 404
    assert other.post("/sessions/revoke", {}).status_code == 404
    assert there.get("/").status_code == 200
    assert "The session was ended." in here.land("/sessions/revoke", {"session": ids[0]}).text
    assert there.get("/").status_code == 303


def test_a_session_ends_after_a_quarter_of_an_hour_without_a_request(force: Any) -> None:
    browser = force.browser("ALB", "administrator")
    force.clock.turn(minutes=14)
    assert browser.get("/").status_code == 200
    force.clock.turn(minutes=15)
    assert browser.get("/").status_code == 303


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("RK1234567", "This looks like a document number"),
        ("Hoxha, Arben 27.06.1994", "This is a name with a date of birth"),
        ("Arben Hoxha", "This looks like a name without a date of birth"),
        ("DUR-2031-0001", "This is a case reference, but this node has no such case"),
        ("00000000-0000-4000-8000-000000000000", "This is the number of an enquiry"),
        ("XKX-D-999999", "This is a partner&#39;s record number"),
        ("?!", "This was not recognised"),
    ],
)
def test_the_search_box_says_what_it_recognised(force: Any, typed: str, said: str) -> None:
    page = force.browser("ALB", "enquirer").post("/search", {"q": typed})
    assert page.status_code == 200
    assert said in page.text


def test_a_known_reference_leads_straight_to_its_page(force: Any, story: Any) -> None:
    browser = force.browser("ALB", "enquirer")
    for typed, target in {
        "dur-2025-0417": "/cases/DUR-2025-0417",
        story.enquiry: f"/enquiries/{story.enquiry}",
        "XKX-D-000417": f"/candidates/{story.candidate}",
    }.items():
        answer = browser.post("/search", {"q": typed})
        assert (answer.status_code, answer.headers["location"]) == (303, target)
    assert force.browser("ALB", "auditor").post("/search", {"q": story.enquiry}).status_code == 200


def test_the_matrix_names_a_grant_in_every_allowed_cell(force: Any) -> None:
    page = force.browser("ALB", "auditor").get("/agreements?on=2025-05-15")
    assert "demo-alb-xkx-travel_document" in page.text
    assert "Nothing: there is no grant" in page.text
    assert "Return hub" in page.text
    assert "invented" in page.text
    assert "in talks" in page.text
    traces = force.browser("ALB", "auditor").get("/agreements?on=2025-05-15&subject=dna_trace").text
    assert "asked with: Person of known identity, Unidentified remains, Open trace" in re.sub(r"\s+", " ", traces)
    assert "compared by the rules <code>prum-ess12</code>" in traces
    assert "every new profile may be compared" in traces
    assert "batches of at most 2,000 profiles" in traces
    only = force.browser("ALB", "auditor").get("/agreements?subject=person")
    assert "compared by the rules" not in only.text
    assert "demo-alb-gbr-person" in only.text
    assert "demo-alb-xkx-travel_document" not in only.text
    assert force.browser("ALB", "auditor").get("/agreements?on=soon").status_code == 422


def test_reading_the_ledger_needs_a_reason_and_is_an_entry(force: Any, story: Any) -> None:
    auditor = force.browser("ALB", "auditor")
    page = auditor.post("/ledger/entries", {"reason": "curious"})
    assert page.status_code == 422
    assert "Enquiry sent" not in page.text
    wanted = {"reason": "Monthly sample of consultations", "operation": "consultation"}
    entries = auditor.post("/ledger/entries", wanted | {"format": "json"}).json()
    assert {entry["operation"] for entry in entries} == {"consultation"}
    kinds = [entry["kind"] for entry in auditor.post("/ledger/entries", wanted | {"format": "json"}).json()]
    assert kinds[0] == "ledger.read"
    page = auditor.post(
        "/ledger/entries", {"reason": "Following one candidate", "object_ref": f"candidate:{story.candidate}"}
    )
    assert "Candidate confirmed as a hit" in page.text
    assert "Number, issuer and type read twice from the page itself" in page.text
    assert "alb-examiner" in page.text


def test_earlier_entries_follow_the_newest(force: Any, story: Any) -> None:
    assert story
    auditor = force.browser("ALB", "auditor")
    for _ in range(30):
        force.browser("ALB", "enquirer").get(f"/candidates/{story.candidate}")
    page = auditor.post("/ledger/entries", {"reason": "Reading everything there is"})
    before = re.search(r'name="before" value="(\d+)"', page.text)
    assert before is not None
    older = auditor.post(
        "/ledger/entries", {"reason": "Reading everything there is", "before": before[1], "format": "json"}
    )
    assert older.json()[0]["sequence"] == int(before[1]) - 1


def test_verifying_shows_that_the_ledger_holds_and_finds_a_changed_entry(force: Any, story: Any) -> None:
    assert story
    browser, node = force.browser("XKX", "enquirer"), force.nodes["XKX"]
    page = browser.post("/ledger/verify")
    assert "The ledger holds" in page.text
    assert "No partner has witnessed it" in page.text
    with node.database.read() as tx:
        row = tx.execute(ledger_entry.select().where(ledger_entry.c.sequence == 3)).one()
    change = update(ledger_entry).where(ledger_entry.c.sequence == 3)
    forged = row.entry.replace(b"off-1", b"off-2")
    assert forged != row.entry
    node.database.run(lambda tx: tx.execute(change.values(entry=forged)))
    page = browser.post("/ledger/verify")
    assert "The ledger does not hold" in page.text
    assert "entry 3" in page.text
    node.database.run(lambda tx: tx.execute(change.values(entry=row.entry)))
    assert "The ledger holds" in browser.post("/ledger/verify").text


def test_an_enquiry_about_a_protected_person_raises_an_alert_that_only_supervisors_see(force: Any) -> None:
    node, now = force.nodes["ALB"], force.clock()
    record = PersonRecord(ref=RecordRef("ALB-P-000001"), first_names="Mira", family_names="Gashi")
    administrator, supervisor = (force.officers["ALB", f"alb-{role}"] for role in ("administrator", "supervisor"))
    node.commit(lambda tx: import_persons(tx, node.desk, administrator, [PersonRow(2, record, {})], now))
    ref, why = RecordRef("ALB-P-000001"), "Identified victim of trafficking"
    node.commit(lambda tx: mark_protected(tx, supervisor, ref, why, now))
    page = force.browser("ALB", "supervisor").get("/alerts")
    assert "No partner has asked about a protected person." in page.text
    assert "/alerts" not in force.browser("ALB", "enquirer").get("/").text
    shielded = {
        "asker": "XKX",
        "enquiry_id": "00000000-0000-4000-8000-000000000001",
        "subject": "person",
        "purpose": "investigation",
        "offence": "theft",
        "answered_at": now,
        "result": "shielded",
        "refs": json.dumps({"returned": [], "shielded": [ref]}),
    }
    unread = "Alerts about protected persons that nobody has read"
    assert unread not in force.browser("ALB", "supervisor").get("/").text
    node.commit(lambda tx: tx.execute(answered_enquiry.insert(), shielded))
    assert unread in force.browser("ALB", "supervisor").get("/").text
    assert unread not in force.browser("ALB", "enquirer").get("/").text
    page = force.browser("ALB", "supervisor").get("/alerts")
    assert "ALB-P-000001" in page.text
    assert "Mira" not in page.text
    assert ">new<" in page.text.replace("</span>new", ">new")
    assert "</span>new" not in force.browser("ALB", "supervisor").get("/alerts").text
    assert unread not in force.browser("ALB", "supervisor").get("/").text


@pytest.mark.parametrize(
    "path",
    [
        "/enquiries",
        "/candidates?show=all",
        "/follow-ups",
        "/cases",
        "/agreements",
        "/partners",
        "/indicators",
        "/sessions",
    ],
)
def test_list_pages_have_a_json_twin(force: Any, story: Any, path: str) -> None:
    assert story
    browser = force.browser("ALB", "supervisor")
    assert 'format=json">' in browser.get(path).text
    twin = browser.get(f"{path}{'&' if '?' in path else '?'}format=json")
    assert twin.headers["content-type"] == "application/json"
    assert twin.headers["cache-control"] == "no-store"
    assert twin.json()
    assert browser.get(path, accept="application/json").json() == twin.json()


def test_errors_say_what_to_do_and_keep_the_way_back(force: Any) -> None:
    browser = force.browser("ALB", "enquirer")
    page = browser.get("/enquiries/no-such-enquiry")
    assert page.status_code == 404
    assert "NOT_FOUND" in page.text
    assert "alb-enquirer" in page.text
    assert browser.get("/alerts").status_code == 403
    assert "FORBIDDEN" in browser.get("/alerts").text
    assert browser.get("/nothing/here").status_code == 404
    assert browser.get("/search").status_code == 405
    twin = browser.get("/alerts?format=json")
    assert (twin.status_code, twin.json()["error"]) == (403, "FORBIDDEN")
    assert browser.get("/indicators/no_such_figure").status_code == 404
    assert browser.get("/indicators?from=soon&to=later").status_code == 422


def test_a_fault_of_ours_shows_nothing_of_itself(force: Any) -> None:
    browser, node = force.browser("MKD", "enquirer"), force.nodes["MKD"]
    node.database.close()
    with node.database.engine.connect() as connection:
        connection.exec_driver_sql("ALTER TABLE candidate RENAME TO hidden")
    page = browser.get("/candidates")
    assert page.status_code == 503
    assert "STORAGE" in page.text
    assert "Traceback" not in page.text
    with node.database.engine.connect() as connection:
        connection.exec_driver_sql("ALTER TABLE hidden RENAME TO candidate")


def test_shortcuts_can_be_turned_off_and_stay_off(force: Any) -> None:
    browser = force.browser("ALB", "enquirer")
    assert "/static/keys.js" in browser.get("/").text
    assert "Keyboard shortcuts are off." in browser.land("/help/keys", {"keys": "off"}).text
    assert "/static/keys.js" not in browser.get("/").text
    browser.land("/help/keys", {"keys": "on"})
    assert "/static/keys.js" in browser.get("/").text


def test_the_candidate_inbox_filters(force: Any, story: Any) -> None:
    browser = force.browser("ALB", "examiner")
    assert story.candidate not in browser.get("/candidates").text
    assert story.candidate in browser.get("/candidates?show=hits").text
    assert story.candidate in browser.get("/candidates?show=all").text
    assert story.candidate not in browser.get("/candidates?show=late").text
    assert story.candidate not in browser.get("/candidates?show=nonsense").text


def test_an_outcome_without_a_hit_is_recorded_and_not_counted(force: Any) -> None:
    browser = force.browser("ALB", "enquirer")
    outcome = {
        "kind": "no_action",
        "case_ref": "DUR-2025-0777",
        "person_ref": "D-1",
        "at": "2025-05-14T10:00",
        "place": "Durrës",
    }
    page = browser.land("/outcomes", outcome)
    assert "not counted: its chain is not whole" in page.text
    assert browser.get("/cases/DUR-2025-9999").status_code == 404
