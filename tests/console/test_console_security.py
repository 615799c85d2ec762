"""What protects every page: headers, forged requests, cookies, escaping, no inline and no foreign content."""

import re
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.console.catalogues import LANGUAGES
from egnatia.console.routes import ROUTES
from egnatia.console.security import CONTENT_SECURITY_POLICY, cookie_name, page_headers, refuse_forged
from egnatia.errors import ForbiddenError

HOST = "127.0.0.1:8441"
PAGES = [
    "/",
    "/documents/inspect",
    "/documents/examine",
    "/enquiries",
    "/enquiries/new",
    "/candidates?show=all",
    "/follow-ups",
    "/cases",
    "/alerts",
    "/alerts/patterns",
    "/indicators",
    "/agreements",
    "/partners",
    "/ledger",
    "/sessions",
    "/help",
    "/login",
    "/no/such/page",
]


class Parts(HTMLParser):
    """What a page loads, links to, and holds inline."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.inline: list[str] = []
        self.elements: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.elements.append(tag)
        self.inline += [name for name in named if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and not named.get("src")):
            self.inline.append(tag)
        self.targets += [value or "" for name, value in attrs if name in {"href", "src", "action", "formaction"}]


def parts(page: httpx.Response) -> Parts:
    found = Parts()
    found.feed(page.text)
    return found


@pytest.mark.parametrize("path", PAGES)
def test_every_page_forbids_foreign_and_inline_content_and_is_not_kept(force: Any, story: Any, path: str) -> None:
    page = force.browser("ALB", "supervisor").get(path)
    assert story
    assert page.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["x-frame-options"] == "DENY"
    assert page.headers["referrer-policy"] == "same-origin"
    found = parts(page)
    assert found.inline == []
    assert all(re.match(r"[/?#](?!/)", target) for target in found.targets), found.targets


@pytest.mark.parametrize("route", [route for route in ROUTES if "{" in route.path and "GET" in route.methods])
def test_pages_of_single_records_hold_nothing_inline_or_foreign(force: Any, story: Any, route: Any) -> None:
    path = story.paths().get(route.path)
    if path is None:
        path = route.path.replace("{id}", story.follow_up)
    browser = force.browser("XKX" if path.startswith("/follow-ups") else "ALB", "supervisor")
    found = parts(browser.get(path))
    assert found.inline == []
    assert all(re.match(r"[/?#](?!/)", target) for target in found.targets), found.targets


def test_the_policy_is_the_strict_one() -> None:
    for needed in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert needed in CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY


def test_over_tls_the_browser_is_told_to_stay_there() -> None:
    assert "strict-transport-security" in {name.lower() for name in page_headers(secure=True)}
    assert "strict-transport-security" not in {name.lower() for name in page_headers(secure=False)}


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({"sec-fetch-site": "same-origin"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "same-site"}, True),
        ({"sec-fetch-site": "cross-site"}, True),
        ({"sec-fetch-site": "cross-site", "origin": f"http://{HOST}"}, True),
        ({"origin": f"http://{HOST}"}, False),
        ({"origin": f"https://{HOST}"}, True),
        ({"origin": "http://evil.example"}, True),
        ({"origin": "null"}, True),
        ({"origin": f"http://{HOST}.evil.example"}, True),
        ({"origin": "http://127.0.0.1:8442"}, True),
        ({}, True),
    ],
)
def test_a_changing_request_must_come_from_this_console(headers: dict[str, str], *, refused: bool) -> None:
    sent = {"host": HOST} | headers
    refuse_forged("GET", "http", {})
    if refused:
        with pytest.raises(ForbiddenError, match="nothing was changed"):
            refuse_forged("POST", "http", sent)
    else:
        refuse_forged("POST", "http", sent)


@given(st.text(max_size=60), st.sampled_from(["POST", "PUT", "DELETE", "PATCH"]))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_no_other_origin_gets_through(origin: str, method: str) -> None:
    if origin != f"http://{HOST}":
        with pytest.raises(ForbiddenError):
            refuse_forged(method, "http", {"host": HOST, "origin": origin})


@pytest.mark.parametrize("route", [route for route in ROUTES if "POST" in route.methods])
def test_every_form_refuses_a_forged_request(force: Any, route: Any) -> None:
    browser = force.browser("ALB", "supervisor")
    path = re.sub(r"\{\w+\}", "x", route.path)
    answer = browser.raw_post(path, b"a=b", {"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert browser.raw_post(path, b"a=b", {}).status_code == 403


def test_the_session_cookie_is_hidden_from_scripts_and_bound_to_the_node(force: Any) -> None:
    answer = force.visitor("ALB").post("/login", {"name": "alb-enquirer", "password": "three unrelated words"})
    cookie = answer.headers["set-cookie"]
    assert answer.status_code == 303
    assert cookie.startswith("egnatia-ALB=")
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert "secure" not in cookie.lower()


def test_over_tls_the_cookie_is_locked_to_the_host(force: Any) -> None:
    browser = force.visitor("ALB")
    browser.client.base_url = httpx.URL("https://console.example")
    answer = browser.post("/login", {"name": "alb-enquirer", "password": "three unrelated words"})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-egnatia-ALB=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "domain" not in cookie.lower()
    assert "strict-transport-security" in answer.headers
    assert cookie_name("ALB", secure=True) == "__Host-egnatia-ALB"


PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onfocus='alert(1)",
    "{{ 7*7 }}<b>",
    "javascript:alert(1)//</textarea><script>",
]


def is_harmless(page: httpx.Response) -> bool:
    found = parts(page)
    return not found.inline and "<script>" not in page.text and "<img src=x" not in page.text and "<b>" not in page.text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_is_typed_comes_back_as_text(force: Any, payload: str) -> None:
    browser = force.browser("ALB", "supervisor")
    forms = {
        "/search": ["q"],
        "/documents/inspect": ["zone", "case_ref"],
        "/documents/examine": ["zone", "case_ref", "number", "primary", "birth_date"],
        "/enquiries/new": [
            "number",
            "issuer",
            "case_ref",
            "person_ref",
            "justification",
            "override",
            "beyond",
            "partners",
        ],
        "/enquiries/check": ["number", "issuer", "case_ref", "justification", "holder_family_names"],
        "/outcomes": ["place", "note", "case_ref", "person_ref", "at", "kind"],
        "/ledger/entries": ["reason", "operation", "object_ref"],
    }
    for path, names in forms.items():
        assert is_harmless(browser.post(path, dict.fromkeys(names, payload))), path


def test_what_stands_in_an_address_comes_back_as_text(force: Any) -> None:
    browser, payload = force.browser("ALB", "supervisor"), "".join(PAYLOADS)
    for path in ("/candidates", "/agreements", "/indicators", "/enquiries", "/help"):
        for name in ("show", "subject", "on", "from", "to", "lang", "done", "watch"):
            page = browser.client.build_request("GET", path, params={name: payload})
            assert is_harmless(browser.get(str(page.url))), (path, name)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_was_stored_is_shown_as_text_at_both_nodes(force: Any, payload: str) -> None:
    text = f"Needed for the case at hand {payload}"
    number = f"DUR-2025-{1000 + PAYLOADS.index(payload)}"
    enquirer, examiner = force.browser("ALB", "enquirer"), force.browser("ALB", "examiner")
    question = QUESTION | {"case_ref": number, "justification": text}
    assert is_harmless(enquirer.post("/enquiries/check", question))
    assert is_harmless(enquirer.land("/enquiries", question))
    force.deliver()
    found = re.findall(r"/candidates/([0-9a-f-]{36})", examiner.get(f"/cases/{number}").text)[0]
    decision = {"decision": "confirmed", "basis": text, "qualification": payload}
    assert is_harmless(examiner.land(f"/candidates/{found}/decision", decision))
    enquirer.land(f"/candidates/{found}/follow-up", {"facts": text, "offence": "theft"})
    force.deliver()
    approver = force.browser("XKX", "approver")
    follow_up = re.findall(r'href="(/follow-ups/[0-9a-f-]{36})"', approver.get("/").text)[0]
    assert is_harmless(approver.get(follow_up))
    assert is_harmless(approver.land(f"{follow_up}/proposal", {"fields": ["issuer"], "reason": text}))
    second = force.browser("XKX", "second")
    page = second.get(f"{follow_up}/release")
    assert is_harmless(page)
    second.land(f"{follow_up}/release", {"release": re.findall(r'name="release" value="([^"]+)"', page.text)[0]})
    force.deliver()
    outcome = {"candidate": found, "kind": "seizure", "case_ref": number, "person_ref": "D-417"}
    outcome |= {"at": "2025-05-15T03:00", "place": payload, "note": payload}
    assert is_harmless(enquirer.land("/outcomes", outcome))
    reason = {"reason": f"Reading as a test must {payload}"}
    assert is_harmless(force.browser("ALB", "auditor").post("/ledger/entries", reason))


QUESTION = {
    "subject": "travel_document",
    "issuer": "RKS",
    "document_type": "P",
    "number": "RK1234567",
    "purpose": "border_check",
    "offence": "false_document",
    "partners": "XKX",
}


def test_a_form_that_is_none_or_too_large_is_refused(force: Any) -> None:
    browser = force.browser("ALB", "enquirer")
    same = {"sec-fetch-site": "same-origin"}
    assert browser.raw_post("/search", b"q=" + b"a" * 70_000, same).status_code == 422
    assert browser.raw_post("/search", b"q=\xff\xfe", same).status_code == 422
    assert browser.raw_post("/search", b"&".join([b"a=b"] * 300), same).status_code == 422
    assert browser.raw_post("/search", b"q=%ff%fe", same).status_code == 422


def test_static_files_are_ours_and_protected(force: Any) -> None:
    for name in ("egnatia.css", "keys.js", "mark.svg"):
        file = force.visitor("ALB").get(f"/static/{name}")
        assert file.status_code == 200
        assert file.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        assert "http" not in file.text.replace("http://www.w3.org/2000/svg", "")
    assert force.visitor("ALB").get("/static/../app.py").status_code == 404
    assert len(force.visitor("ALB").get("/static/egnatia.css").content) <= 17_000


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/", "/candidates?show=all", "/enquiries", "/agreements", "/indicators", "/cases"])
def test_list_pages_stay_under_60_kb(force: Any, story: Any, path: str, language: str) -> None:
    browser = force.browser("ALB", "supervisor")
    assert story
    joiner = "&" if "?" in path else "?"
    assert len(browser.get(f"{path}{joiner}lang={language}").content) <= 60_000
