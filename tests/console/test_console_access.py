"""Who may open which page: a table written by hand, tried as every role and as nobody."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from egnatia.console.routes import ROUTES
from egnatia.console.site import Door
from egnatia.model.officers import PERMISSIONS
from egnatia.model.states import Role

# One letter per role, in the order of the closed list: e(n)quirer, e(x)aminer, (a)pprover, (s)upervisor, au(d)itor,
# ad(m)inistrator. `*` is everybody who is logged in, `+` is also somebody who is not.
LETTERS = dict(zip("nxasdm", Role, strict=True))
ALLOWED: dict[tuple[str, str], str] = {
    ("GET", "/login"): "+",
    ("POST", "/login"): "+",
    ("POST", "/logout"): "*",
    ("GET", "/sessions"): "*",
    ("POST", "/sessions/revoke"): "*",
    ("GET", "/"): "*",
    ("POST", "/search"): "*",
    ("GET", "/help"): "*",
    ("POST", "/help/keys"): "*",
    ("GET", "/documents/inspect"): "nxs",
    ("POST", "/documents/inspect"): "nxs",
    ("GET", "/documents/examine"): "nxs",
    ("POST", "/documents/examine"): "nxs",
    ("GET", "/documents/inspections"): "nxs",
    ("GET", "/documents/inspections/{id}"): "nxs",
    ("POST", "/documents/inspections/{id}/replay"): "nxs",
    ("POST", "/documents/inspections/{id}/report"): "nxs",
    ("GET", "/documents/rates"): "s",
    ("GET", "/documents/trust"): "nxsdm",
    ("GET", "/documents/trust/certificates/{fingerprint}"): "nxsdm",
    ("GET", "/documents/trust/updates/{id}"): "nxsdm",
    ("POST", "/documents/trust/updates/{id}/accept"): "xs",
    ("POST", "/documents/trust/updates/{id}/refuse"): "xs",
    ("GET", "/enquiries"): "nxas",
    ("GET", "/enquiries/new"): "nxs",
    ("POST", "/enquiries/new"): "nxs",
    ("POST", "/enquiries/check"): "nxs",
    ("POST", "/enquiries"): "nxs",
    ("GET", "/enquiries/{id}"): "nxas",
    ("GET", "/persons"): "nxs",
    ("POST", "/persons"): "nxs",
    ("GET", "/persons/links"): "xs",
    ("GET", "/persons/links/{left}/{right}"): "xs",
    ("POST", "/persons/links/{left}/{right}"): "xs",
    ("POST", "/persons/links/{left}/{right}/undo"): "xs",
    ("GET", "/networks"): "xs",
    ("POST", "/networks"): "xs",
    ("GET", "/blind"): "nxas",
    ("GET", "/blind/new"): "nxs",
    ("POST", "/blind/new"): "nxs",
    ("POST", "/blind/check"): "nxs",
    ("POST", "/blind"): "nxs",
    ("GET", "/blind/{id}"): "nxas",
    ("GET", "/candidates"): "nxas",
    ("GET", "/candidates/reviews"): "x",
    ("GET", "/candidates/reviews/figures"): "s",
    ("POST", "/candidates/reviews/figures"): "s",
    ("GET", "/candidates/reviews/{id}"): "x",
    ("POST", "/candidates/reviews/{id}"): "x",
    ("GET", "/candidates/{id}"): "nxas",
    ("POST", "/candidates/{id}/decision"): "x",
    ("GET", "/candidates/{id}/follow-up"): "nxs",
    ("POST", "/candidates/{id}/follow-up"): "nxs",
    ("GET", "/follow-ups"): "nxas",
    ("GET", "/follow-ups/{id}"): "as",
    ("POST", "/follow-ups/{id}"): "as",
    ("POST", "/follow-ups/{id}/proposal"): "as",
    ("POST", "/follow-ups/{id}/refusal"): "as",
    ("POST", "/follow-ups/{id}/pause"): "as",
    ("POST", "/follow-ups/{id}/resume"): "as",
    ("GET", "/follow-ups/{id}/release"): "as",
    ("POST", "/follow-ups/{id}/release"): "as",
    ("POST", "/follow-ups/{id}/return"): "as",
    ("GET", "/received/{id}"): "nxas",
    ("POST", "/received/{id}"): "nxas",
    ("GET", "/received/{id}/onward"): "nxas",
    ("POST", "/received/{id}/consent"): "nxs",
    ("POST", "/received/{id}/forward"): "as",
    ("GET", "/passed-on/{id}"): "nxas",
    ("POST", "/passed-on/{id}"): "nxas",
    ("GET", "/consents"): "nxas",
    ("GET", "/consents/{id}"): "as",
    ("POST", "/consents/{id}/proposal"): "as",
    ("POST", "/consents/{id}/grant"): "as",
    ("POST", "/consents/{id}/refusal"): "as",
    ("GET", "/corrections"): "nxas",
    ("GET", "/corrections/{partner}/{id}"): "xs",
    ("POST", "/corrections/{partner}/{id}"): "xs",
    ("GET", "/outcomes/new"): "nxs",
    ("POST", "/outcomes"): "nxs",
    ("GET", "/cases"): "nxas",
    ("GET", "/cases/{ref}"): "nxas",
    ("GET", "/crossings"): "nxs",
    ("POST", "/crossings"): "nxs",
    ("GET", "/crossings/lookup"): "nxs",
    ("POST", "/crossings/lookup"): "nxs",
    ("GET", "/crossings/criteria"): "nxs",
    ("POST", "/crossings/criteria"): "nxs",
    ("GET", "/crossings/second-line"): "xs",
    ("GET", "/crossings/{id}"): "xs",
    ("POST", "/crossings/{id}/protection"): "nxs",
    ("POST", "/crossings/{id}/note"): "xs",
    ("GET", "/documents/inspections/{id}/verdict"): "xs",
    ("POST", "/documents/inspections/{id}/verdict"): "xs",
    ("GET", "/documents/inspections/{id}/screening"): "nxs",
    ("POST", "/documents/inspections/{id}/screening"): "nxs",
    ("POST", "/crossings/{id}/close"): "xs",
    ("GET", "/enquiries/standing"): "nxs",
    ("GET", "/enquiries/standing/{id}"): "nxs",
    ("POST", "/enquiries/standing/{id}/end"): "nxs",
    ("POST", "/enquiries/standing/{id}/review"): "s",
    ("GET", "/alerts"): "s",
    ("GET", "/alerts/patterns"): "s",
    ("GET", "/alerts/patterns/{id}"): "s",
    ("POST", "/alerts/patterns/{id}/close"): "s",
    ("GET", "/forgeries"): "nxs",
    ("GET", "/forgeries/new"): "xs",
    ("POST", "/forgeries"): "xs",
    ("GET", "/forgeries/reported"): "xs",
    ("POST", "/forgeries/reported"): "xs",
    ("GET", "/forgeries/{reference}"): "nxs",
    ("GET", "/forgeries/{reference}/change"): "xs",
    ("POST", "/forgeries/{reference}/change"): "xs",
    ("POST", "/forgeries/{reference}/issue"): "xs",
    ("POST", "/forgeries/{reference}/withdraw"): "xs",
    ("GET", "/series"): "nxs",
    ("GET", "/series/{reference}"): "nxs",
    ("GET", "/dna"): "xs",
    ("GET", "/dna/candidates/{id}"): "xs",
    ("POST", "/dna/candidates/{id}/opinion"): "x",
    ("GET", "/dna/candidates/{id}/upgrade"): "x",
    ("POST", "/dna/candidates/{id}/upgrade"): "x",
    ("GET", "/dna/eliminations"): "xs",
    ("GET", "/dna/eliminations/{id}"): "xs",
    ("POST", "/dna/eliminations/{id}/finding"): "xs",
    ("GET", "/dna/batches"): "xas",
    ("GET", "/dna/batches/{id}"): "xas",
    ("POST", "/dna/batches/{id}/approve"): "as",
    ("POST", "/dna/batches/{id}/refuse"): "as",
    ("GET", "/dna/standing"): "xas",
    ("GET", "/dna/standing/{id}"): "xas",
    ("POST", "/dna/standing/{id}/approve"): "as",
    ("POST", "/dna/standing/{id}/end"): "as",
    ("GET", "/dna/upgrades"): "xs",
    ("GET", "/dna/upgrades/{id}"): "xs",
    ("POST", "/dna/upgrades/{id}/answer"): "x",
    ("GET", "/dna/profiles"): "xs",
    ("GET", "/dna/series"): "xs",
    ("GET", "/dna/series/{id}"): "xs",
    ("GET", "/dna/figures"): "*",
    ("GET", "/indicators"): "*",
    ("GET", "/indicators/{unit}"): "nxas",
    ("GET", "/agreements"): "*",
    ("GET", "/partners"): "*",
    ("GET", "/partners/{code}"): "*",
    ("GET", "/membership"): "*",
    ("GET", "/ledger"): "*",
    ("GET", "/ledger/evidence/{partner}"): "*",
    ("POST", "/ledger/verify"): "*",
    ("POST", "/ledger/entries"): "sd",
}
EVERY = [(method, route.path) for route in ROUTES for method in route.methods]


def test_every_route_is_in_the_table_and_every_line_of_the_table_is_a_route() -> None:
    assert sorted(EVERY) == sorted(ALLOWED)


def test_every_route_needs_a_right_that_somebody_holds() -> None:
    for route in ROUTES:
        assert isinstance(route.right, Door) or PERMISSIONS[route.right]
    assert [route.path for route in ROUTES if route.right is Door.ANYONE] == ["/login", "/login"]


def every_line() -> Iterator[tuple[str, str, str]]:
    for method, path in EVERY:
        yield method, path, ALLOWED[method, path]


def concrete(path: str) -> str:
    """An address of the route; what it names does not exist, so that an allowed visit changes nothing."""
    return re.sub(r"\{\w+\}", "00000000-0000-4000-8000-000000000000", path)


def status(browser: Any, method: str, path: str) -> int:
    answer = browser.get(path) if method == "GET" else browser.post(path)
    code: int = answer.status_code
    return code


@pytest.mark.parametrize(("method", "path", "allowed"), list(every_line()))
def test_each_role_gets_in_or_is_refused(force: Any, method: str, path: str, allowed: str) -> None:
    for letter, role in LETTERS.items() if allowed != "+" else ():
        code = status(force.browser("ALB", role.value), method, concrete(path))
        if allowed == "*" or letter in allowed:
            assert code not in {401, 403, 500}, role
        else:
            assert code == 403, role


@pytest.mark.parametrize(("method", "path", "allowed"), list(every_line()))
def test_who_is_not_logged_in_sees_the_login_page_only(force: Any, method: str, path: str, allowed: str) -> None:
    nobody = force.visitor("ALB")
    answer = nobody.get(concrete(path)) if method == "GET" else nobody.post(concrete(path))
    if allowed == "+":
        assert answer.status_code == (200 if method == "GET" else 401)
    elif method == "GET":
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    else:
        assert answer.status_code == 401


def test_the_menu_offers_only_what_may_be_opened(force: Any) -> None:
    for role in Role:
        browser = force.browser("ALB", role.value)
        for path in re.findall(r'<li><a href="(/[^"?]*)"', browser.get("/").text):
            assert browser.get(path).status_code == 200, (role, path)


def test_a_session_of_another_node_opens_nothing(force: Any) -> None:
    alb, xkx = force.browser("ALB", "supervisor"), force.visitor("XKX")
    for name, value in alb.client.cookies.items():
        xkx.client.cookies.set(name.replace("ALB", "XKX"), value, domain="127.0.0.1", path="/")
    assert xkx.get("/").status_code == 303


def test_every_page_is_in_the_reference() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "console.md").read_text(encoding="utf-8")
    for route in ROUTES:
        if "GET" in route.methods:
            assert f"`{route.path.replace('{unit}', '{id}')}`" in text, route.path
