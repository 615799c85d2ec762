"""Two officers at once, sessions that end midway, partners that are silent, alerts, lists at their borders, print."""

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select
from tests.console.pages_read import taken_apart

from egnatia.accounts import disable_officer
from egnatia.console.app import STATIC
from egnatia.console.paging import PAGE_ROWS
from egnatia.store.tables import ask as ask_table
from egnatia.store.tables import candidate, enquiry, ledger_entry

BASIS = "Number and issuer compared twice"
DECISION = {"decision": "confirmed", "basis": BASIS, "qualification": "document examiner"}
REASON = "The asking officers need no date of the report"
SILENT = "DUR-2025-0700"
QUESTION: dict[str, Any] = {
    "subject": "travel_document",
    "issuer": "RKS",
    "number": "RK7654321",
    "case_ref": SILENT,
    "purpose": "border_check",
    "offence": "false_document",
    "justification": "Second-line check at the Port of Durres",
    "partners": ["XKX", "MKD"],
    "beyond": "The batch was offered in both countries last month",
}


def entries(force: Any, code: str, kind: str) -> int:
    count = select(func.count()).select_from(ledger_entry).where(ledger_entry.c.kind == kind)
    with force.nodes[code].database.read() as tx:
        return int(tx.execute(count).scalar_one())


def release_of(page: Any) -> str:
    """The proposal that the page shows."""
    found = re.search(r'name="release" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


def test_of_two_decisions_at_once_one_holds_and_the_other_is_a_conflict(force: Any, cases: Callable[..., Any]) -> None:
    told = cases(force, "DUR-2025-0600", "candidate")
    path = f"/candidates/{told.candidate}/decision"
    browsers = [force.browser("ALB", "examiner") for _ in range(4)]
    wanted = ["confirmed", "rejected", "inconclusive", "confirmed"]
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(
                lambda pair: pair[0].post(path, DECISION | {"decision": pair[1]}), zip(browsers, wanted, strict=True)
            )
        )
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409]
    held = wanted[[answer.status_code for answer in answers].index(303)]
    data = browsers[0].get(f"/candidates/{told.candidate}?format=json").json()
    assert data["row"]["decision"] == held
    assert sum(entries(force, "ALB", f"candidate.{each}") for each in set(wanted)) == 1
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert "CONFLICT" in refused.text
    assert "alb-examiner" in refused.text
    assert 'href="/"' in refused.text


def test_a_release_needs_the_second_person_and_may_be_sent_back_and_proposed_again(
    force: Any, cases: Callable[..., Any]
) -> None:
    told = cases(force, "DUR-2025-0601", "proposal")
    path = f"/follow-ups/{told.follow_up}"
    own, second = force.browser("XKX", "approver"), force.browser("XKX", "second")
    seen = release_of(second.get(f"{path}/release"))
    assert own.post(f"{path}/release", {"release": seen}).status_code == 403
    assert entries(force, "XKX", "release.approved") == 0
    returned = second.land(f"{path}/return", {"release": seen, "reason": REASON})
    assert "The proposal was sent back. Nothing has left this node." in returned.text
    assert second.post(f"{path}/release", {"release": seen}).status_code in {404, 409}
    own.land(f"{path}/proposal", {"fields": ["issuer"], "reason": REASON})
    stale = second.post(f"{path}/release", {"release": seen})
    assert stale.status_code == 409, "a proposal that nobody looked at was released"
    fresh = release_of(second.get(f"{path}/release"))
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda browser: browser.post(f"{path}/release", {"release": fresh}), [second, second]))
    assert min(each.status_code for each in both) == 303
    assert entries(force, "XKX", "release.approved") == 1
    assert "reported_on" not in json.dumps(force.browser("XKX", "approver").get("/follow-ups?format=json").json())


@pytest.mark.parametrize("reason", ["DECLINED_BY_OFFICER", "CONDITIONS_NOT_MET"])
def test_a_refusal_is_told_with_its_reason_at_both_ends(force: Any, cases: Callable[..., Any], reason: str) -> None:
    told = cases(force, f"DUR-2025-061{len(reason) % 10}", "follow_up")
    waiting = force.browser("XKX", "approver").get("/follow-ups?format=json").json()["asked_of_us"]
    path = f"/follow-ups/{next(row['id'] for row in waiting if row['state'] == 'waiting')}"
    page = force.browser("XKX", "approver").land(f"{path}/refusal", {"refusal": reason})
    assert f"<code>{reason}</code>" in page.text
    assert not [button for button in taken_apart(page).buttons if "ropose" in button or "efuse" in button]
    force.deliver()
    assert f"<code>{reason}</code>" in force.browser("ALB", "enquirer").get(f"/candidates/{told.candidate}").text
    assert reason in force.browser("ALB", "enquirer").get("/follow-ups").text


@pytest.fixture(scope="module")
def silent(force: Any) -> str:
    """An enquiry to a partner that is stopped and to one without an agreement."""
    stopped = force.apps.pop("XKX")
    page = force.browser("ALB", "enquirer").land("/enquiries", QUESTION)
    force.deliver()
    force.apps["XKX"] = stopped
    found = re.search(r'href="/enquiries/([0-9a-f-]{36})"', page.text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("path", ["/enquiries", "/enquiries/{id}", "/enquiries/{id}?watch=1", f"/cases/{SILENT}"])
def test_a_stopped_partner_has_not_answered_wherever_it_is_named(force: Any, silent: str, path: str) -> None:
    words = taken_apart(force.browser("ALB", "enquirer").get(path.format(id=silent))).words
    assert "Has not answered" in words
    assert "Answered: nothing found" not in words
    assert "Not asked" in words


def test_a_stopped_partner_is_waiting_in_the_twins_and_not_reached_on_its_page(force: Any, silent: str) -> None:
    browser = force.browser("ALB", "enquirer")
    twin = browser.get(f"/enquiries/{silent}?format=json").json()
    assert {each["partner"]: each["state"] for each in twin["asks"]} == {"MKD": "not_asked", "XKX": "waiting"}
    assert "no_hit" not in json.dumps(twin)
    row = next(each for each in browser.get("/enquiries?format=json").json() if each["id"] == silent)
    assert [each["answered_at"] for each in row["asks"] if each["partner"] == "XKX"] == [None]
    assert "cannot be reached" in taken_apart(browser.get("/partners")).words
    steps = browser.get(f"/cases/{SILENT}?format=json").json()["steps"]
    assert not [step for step in steps if step["event"] == "reply.received"]


def test_the_waiting_page_asks_again_only_when_it_was_told_to(force: Any, silent: str) -> None:
    browser = force.browser("ALB", "enquirer")
    assert "refresh" not in browser.get(f"/enquiries/{silent}").headers
    for watch, refreshes in (("1", True), ("0", False), ("yes", False), ("", False)):
        page = browser.get(f"/enquiries/{silent}?watch={watch}")
        assert ("refresh" in page.headers) == refreshes
        assert ("Stop looking by itself" in page.text) == refreshes
        assert "http-equiv" not in page.text
    before = entries(force, "ALB", "enquiry.viewed")
    browser.get(f"/enquiries/{silent}?watch=1")
    assert entries(force, "ALB", "enquiry.viewed") == before, "looking again by itself is no new look"


def test_alerts_are_for_the_supervisor_and_each_look_is_entered(force: Any) -> None:
    before = entries(force, "ALB", "alert.viewed")
    for role in ("enquirer", "examiner", "approver", "auditor", "administrator"):
        for path in ("/alerts", "/alerts?format=json"):
            assert force.browser("ALB", role).get(path).status_code == 403
    assert entries(force, "ALB", "alert.viewed") == before
    supervisor = force.browser("ALB", "supervisor")
    assert supervisor.get("/alerts").status_code == 200
    assert supervisor.get("/alerts?format=json").json() == []
    assert entries(force, "ALB", "alert.viewed") >= before


def test_a_session_that_ends_midway_changes_nothing(force: Any) -> None:
    before = entries(force, "ALB", "enquiry.sent")
    data = QUESTION | {"case_ref": "DUR-2025-0701"}
    idle = force.browser("ALB", "enquirer")
    assert idle.post("/enquiries/check", data).status_code == 200
    force.clock.turn(minutes=15)
    answer = idle.post("/enquiries", data)
    assert answer.status_code == 401
    assert "NOT_AUTHENTICATED" in answer.text
    assert "Main menu" not in answer.text
    revoked, other = force.browser("ALB", "enquirer"), force.browser("ALB", "enquirer")
    ids = re.findall(r'name="session" value="([^"]+)"', other.get("/sessions").text)
    for each in ids:
        other.post("/sessions/revoke", {"session": each})
    assert revoked.post("/enquiries", data).status_code == 401
    assert other.get("/").status_code == 200
    assert entries(force, "ALB", "enquiry.sent") == before


def test_a_session_is_over_after_twelve_hours_however_busy(force: Any) -> None:
    browser = force.browser("ALB", "auditor")
    for _ in range(71):
        force.clock.turn(minutes=10)
        assert browser.get("/help").status_code == 200
    force.clock.turn(minutes=10)
    assert browser.get("/help").headers["location"] == "/login"


def test_who_was_closed_out_is_out_at_once(force: Any) -> None:
    node, officer = force.nodes["ALB"], force.officers["ALB", "alb-second"]
    browser = force.browser("ALB", "second")
    assert browser.get("/").status_code == 200
    node.commit(lambda tx: disable_officer(tx, officer.id, "off-1", force.clock()))
    assert browser.get("/").status_code == 303
    refused = force.visitor("ALB").post("/login", {"name": "alb-second", "password": "three unrelated words"})
    assert refused.status_code == 401


@pytest.mark.parametrize(("rows", "pages"), [(0, 1), (1, 1), (PAGE_ROWS, 1), (PAGE_ROWS + 1, 2), (95, 4)])
def test_a_list_at_its_borders(force: Any, silent: str, rows: int, pages: int) -> None:
    """Every row on exactly one page, and no pager where there is one page."""
    node, now = force.nodes["MKD"], force.clock()
    with force.nodes["ALB"].database.read() as tx:
        pattern = tx.execute(enquiry.select().where(enquiry.c.id == silent)).one()._asdict()

    def fill(tx: Any) -> None:
        for table in (candidate, ask_table, enquiry):
            tx.execute(table.delete())
        sealed = tx.seal(b"{}", kind="enquiry", at=now, erase_on=now).id
        for number in range(rows):
            named = {
                "id": f"row-{number:03}",
                "case_ref": f"SKP-2025-{number:04}",
                "created_at": now,
                "sealed_id": sealed,
            }
            tx.execute(enquiry.insert(), pattern | named)

    node.database.run(fill)
    browser, seen = force.browser("MKD", "enquirer"), []
    address: str | None = "/enquiries"
    for number in range(pages):
        assert address is not None
        page = browser.get(address)
        seen += re.findall(r'data-row href="/enquiries/(row-\d+)"', page.text)
        found = re.search(r'<a href="([^"]+)" rel="next">', page.text)
        address = None if found is None else "/enquiries" + found[1].replace("&amp;", "&")
        assert ('rel="prev"' in page.text) == (number > 0)
    assert address is None
    assert sorted(seen) == [f"row-{number:03}" for number in range(rows)]
    assert ("No enquiry yet." in browser.get("/enquiries").text) == (rows == 0)
    assert len(browser.get("/enquiries?format=json").json()) == rows, "the twin has all of them"


def block(css: str, opening: str) -> str:
    """The rules of one media query."""
    start = css.index(opening) + len(opening)
    return css[start : css.index("\n}", start)]


def test_paper_gets_the_content_and_none_of_the_controls() -> None:
    rules = block((STATIC / "egnatia.css").read_text(encoding="utf-8"), "@media print {")
    hidden = re.search(r"([^{}]+)\{ display: none !important; \}", rules)
    assert hidden is not None
    assert {each.strip() for each in hidden[1].split(",")} >= {".menu", "form", ".actions", ".filter", ".skip"}
    assert "break-inside: avoid" in rules
    assert "--paper: #fff" in rules


def test_a_narrow_screen_gets_tables_as_cards_with_their_headings() -> None:
    rules = block((STATIC / "egnatia.css").read_text(encoding="utf-8"), "@media (max-width: 46rem) {")
    assert 'content: attr(data-label) ": "' in rules
    assert re.search(r"table\.cards[^{]*\.cards td[^{]*\{ display: block; width: 100%; \}", rules)
    assert ".grid-matrix { display: none; }" in rules


@pytest.mark.parametrize(
    "path", ["/enquiries", "/candidates?show=all", "/follow-ups", "/indicators", "/agreements", "/partners"]
)
def test_every_cell_of_a_card_table_can_name_its_heading(force: Any, silent: str, path: str) -> None:
    assert silent
    page = force.browser("ALB", "supervisor").get(path).text
    for table in re.findall(r'<table class="cards.*?</table>', page, re.DOTALL):
        headings = [re.sub(r"<[^>]+>", "", each) for each in re.findall(r"<th scope=\"col\"[^>]*>(.*?)</th>", table)]
        labels = set(re.findall(r'data-label="([^"]+)"', table))
        assert labels <= set(headings), path
        assert len(headings) - len(labels) <= 1, (path, headings)
