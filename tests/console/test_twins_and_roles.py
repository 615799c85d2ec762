"""What each role finds on each page: the JSON twin says no more than the page, and no button leads to a refusal."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.console.pages_read import taken_apart

from egnatia.console.routes import ROUTES
from egnatia.console.site import Door
from egnatia.model.officers import PERMISSIONS, Action
from egnatia.model.states import Role

LISTS = ("/enquiries", "/candidates?show=all", "/follow-ups", "/cases", "/agreements", "/partners", "/indicators")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
BASIS = "Number, issuer and type read twice from the page itself"
WHY = "Second-line check at the Port of Durres"


@pytest.fixture(scope="module")
def places(force: Any, story: Any, cases: Callable[..., Any]) -> dict[str, str]:
    """Addresses of records in every state: finished, undecided, and proposed."""
    undecided, proposed = cases(force, "DUR-2025-0600", "candidate"), cases(force, "DUR-2025-0500", "proposal")
    return {
        "enquiry": f"/enquiries/{story.enquiry}",
        "candidate": f"/candidates/{story.candidate}",
        "undecided": f"/candidates/{undecided.candidate}",
        "received": f"/received/{story.follow_up}",
        "case": "/cases/DUR-2025-0417",
        "proposed": f"/follow-ups/{proposed.follow_up}",
        "closed": f"/follow-ups/{story.follow_up}",
    }


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for each in value.values():
            yield from leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each)
    else:
        yield value


def twin(browser: Any, path: str) -> Any:
    answer = browser.get(f"{path}{'&' if '?' in path else '?'}format=json")
    assert answer.headers["content-type"] == "application/json", answer.text
    return json.loads(answer.text)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("path", LISTS)
def test_a_twin_names_no_record_that_its_page_does_not_name(
    force: Any, places: dict[str, str], path: str, role: Role
) -> None:
    assert places
    browser = force.browser("ALB", role.value)
    page = browser.get(path)
    if page.status_code == 403:
        assert twin(browser, path)["error"] == "FORBIDDEN"
        return
    named = {each for leaf in leaves(twin(browser, path)) if isinstance(leaf, str) for each in UUID.findall(leaf)}
    may_see = role in PERMISSIONS[Action.VIEW_CANDIDATES]
    assert may_see or named == set(), named


def test_figures_have_no_references_for_those_who_may_not_open_records(force: Any, places: dict[str, str]) -> None:
    """The twin of the indicators used to name every record to auditors and administrators."""
    assert places
    full, bare = (twin(force.browser("ALB", role), "/indicators") for role in ("supervisor", "auditor"))
    assert [each["value"] for each in full["steps"]] == [each["value"] for each in bare["steps"]]
    assert [len(each["records"]) for each in bare["steps"]] == [0] * len(bare["steps"])
    assert any(each["records"] for each in full["steps"])
    for name in ("refusals", "follow_up_refusals"):
        assert bare[name]["records"] == bare[name]["not_counted"] == []
        counted = [[(group["key"], group["value"]) for group in each[name]["groups"]] for each in (bare, full)]
        assert counted[0] == counted[1]
        assert counted[0] or name == "follow_up_refusals"


@pytest.mark.parametrize("path", LISTS)
def test_no_list_holds_what_was_sealed(force: Any, places: dict[str, str], path: str) -> None:
    assert places
    browser = force.browser("ALB", "supervisor")
    shown = browser.get(path).text + json.dumps(twin(browser, path), ensure_ascii=False)
    for secret in (WHY, BASIS, "Burglary in Prizren", "Port of Durres", "argon2", "PRIVATE"):
        assert secret not in shown


def test_a_list_and_its_twin_have_the_same_rows(force: Any, places: dict[str, str]) -> None:
    browser = force.browser("ALB", "supervisor")
    for path, pattern in (
        ("/enquiries", r"/enquiries/([0-9a-f-]{36})"),
        ("/candidates?show=all", r"/candidates/([^\"]{36})"),
    ):
        shown = list(dict.fromkeys(re.findall(pattern, browser.get(path).text)))
        assert [row["id"] for row in twin(browser, path)] == shown
    assert twin(browser, "/cases") == re.findall(r'data-row href="/cases/([^"]+)"', browser.get("/cases").text)
    partners = [row["code"] for row in twin(browser, "/partners")]
    assert partners == ["MKD", "XKX"]
    assert places


def test_the_twin_of_a_candidate_agrees_with_its_page(force: Any, places: dict[str, str]) -> None:
    browser = force.browser("ALB", "examiner")
    data, words = twin(browser, places["candidate"]), taken_apart(browser.get(places["candidate"])).words
    assert data["row"]["decision"] == "confirmed"
    assert data["basis"] == BASIS
    assert BASIS in words
    assert data["qualification"] in words
    assert data["row"]["ref"] in words
    assert data["asked"]["query"]["number"] in words
    assert data["row"]["evidence"] == ["number_exact", "reported_stolen"]


def test_the_twin_of_received_data_has_the_released_fields_and_no_other(force: Any, places: dict[str, str]) -> None:
    data = twin(force.browser("ALB", "enquirer"), places["received"])
    assert sorted(data["fields"]) == ["category", "issuer", "number_from", "reported_on"]
    assert "circumstances" not in json.dumps(data["fields"])
    assert "Burglary" not in json.dumps(data)


def test_the_twin_of_a_case_has_every_step_in_order(force: Any, places: dict[str, str]) -> None:
    data = twin(force.browser("ALB", "approver"), places["case"])
    numbers = [step["sequence"] for step in data["steps"]]
    assert numbers == sorted(numbers)
    assert [row["attributed"] for row in data["outcomes"]] == [True]
    assert {step["partner"] for step in data["steps"]} >= {"XKX"}


def test_the_twin_of_the_sessions_opens_no_session(force: Any) -> None:
    browser = force.browser("ALB", "auditor")
    token = next(iter(browser.client.cookies.values()))
    data = twin(browser, "/sessions")
    assert token not in json.dumps(data)
    thief = force.visitor("ALB")
    for row in data:
        thief.client.cookies.set("egnatia-ALB", row["id"], domain="127.0.0.1", path="/")
        assert thief.get("/").status_code == 303


@pytest.mark.parametrize("accept", ["application/json", "application/json, text/html;q=0.5", "application/json;q=0.9"])
def test_a_program_may_ask_by_its_accept_header(force: Any, accept: str) -> None:
    assert isinstance(force.browser("ALB", "examiner").get("/cases", accept=accept).json(), list)


@pytest.mark.parametrize("accept", ["text/html", "*/*", "", "text/html, application/json", "text/plain"])
def test_a_browser_gets_the_page(force: Any, accept: str) -> None:
    assert force.browser("ALB", "examiner").get("/cases", accept=accept).text.lstrip().startswith("<!doctype html>")


RIGHTS = {
    (method, route.path): route.right for route in ROUTES for method in route.methods if route.right is not Door.ANYONE
}


def right_of(method: str, target: str) -> Any:
    """The right that an address needs, found as the router finds it."""
    path = target.partition("?")[0].partition("#")[0]
    for (known, pattern), right in RIGHTS.items():
        if known == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", pattern), path):
            return right
    raise AssertionError((method, target))


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(
    "place", ["/", "/enquiries", "/candidates?show=all", "/follow-ups", "/cases", "/indicators", "/ledger", "/help"]
)
def test_no_page_offers_what_its_reader_may_not_do(force: Any, places: dict[str, str], place: str, role: Role) -> None:
    offered_is_allowed(force.browser("ALB", role.value), place, role)
    assert places


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", ["enquiry", "candidate", "undecided", "received", "case"])
def test_no_record_offers_what_its_reader_may_not_do(force: Any, places: dict[str, str], name: str, role: Role) -> None:
    offered_is_allowed(force.browser("ALB", role.value), places[name], role)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", ["proposed", "closed"])
def test_no_request_of_a_partner_offers_what_its_reader_may_not_do(
    force: Any, places: dict[str, str], name: str, role: Role
) -> None:
    offered_is_allowed(force.browser("XKX", role.value), places[name], role)


def offered_is_allowed(browser: Any, place: str, role: Role) -> None:
    page = browser.get(place)
    found = taken_apart(page)
    wanted = [("POST", action) for action in found.actions if action.startswith("/") and "indicators" not in action]
    wanted += [("GET", link) for link in found.links if link.startswith("/")]
    for method, target in wanted:
        right = right_of(method, target)
        if page.status_code == 200:
            assert isinstance(right, Door) or role in PERMISSIONS[right], (place, target)


BUTTONS: tuple[tuple[str, str, set[str]], ...] = (
    ("undecided", "Record the decision", {"examiner"}),
    ("candidate", "Record the decision", set()),
    ("enquiry", "Send the enquiry to 1 partner", set()),
)


@pytest.mark.parametrize(("name", "button", "roles"), BUTTONS)
def test_a_button_stands_only_where_it_works(
    force: Any, places: dict[str, str], name: str, button: str, roles: set[str]
) -> None:
    shown = {
        role.value for role in Role if button in taken_apart(force.browser("ALB", role.value).get(places[name])).buttons
    }
    assert shown == roles


def test_only_an_examiner_is_asked_to_decide_and_the_others_are_told_who_does(
    force: Any, places: dict[str, str]
) -> None:
    for role in ("enquirer", "approver", "supervisor"):
        words = taken_apart(force.browser("ALB", role).get(places["undecided"])).words
        assert "An examiner decides on candidates." in words
        assert "Your decision" not in words


def test_the_proposer_is_offered_no_approval_and_the_second_officer_is(force: Any, places: dict[str, str]) -> None:
    own = taken_apart(force.browser("XKX", "approver").get(f"{places['proposed']}/release"))
    other = taken_apart(force.browser("XKX", "second").get(f"{places['proposed']}/release"))
    assert not [button for button in own.buttons if "elease" in button or "end back" in button]
    assert [button for button in other.buttons if button.startswith("Release ")] == ["Release 4 fields to the partner"]
    assert "Send back" in other.buttons
