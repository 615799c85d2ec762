"""Status, headers and cookies of every kind of answer: pages, twins, redirects, refusals, faults, static files."""

import re
from typing import Any

import httpx
import pytest

from egnatia.console.app import STATIC
from egnatia.console.routes import ROUTES
from egnatia.console.security import HEADERS

NOWHERE = "00000000-0000-4000-8000-000000000000"
EVERY = [(method, re.sub(r"\{\w+\}", NOWHERE, route.path)) for route in ROUTES for method in route.methods]
SAME = {"sec-fetch-site": "same-origin"}


def call(browser: Any, method: str, path: str, **more: Any) -> httpx.Response:
    """Any method, as no browser would send it."""
    answer: httpx.Response = browser._runner.run(browser.client.request(method, path, **more))
    return answer


def is_protected(answer: httpx.Response) -> bool:
    return all(answer.headers.get(name) == value for name, value in HEADERS.items())


@pytest.mark.parametrize(("method", "path"), EVERY)
@pytest.mark.parametrize("who", ["nobody", "supervisor"])
def test_every_answer_is_protected_and_kept_by_nobody(force: Any, method: str, path: str, who: str) -> None:
    browser = force.visitor("ALB") if who == "nobody" else force.browser("ALB", who)
    answer = call(browser, method, path, headers=SAME)
    assert is_protected(answer)
    assert answer.headers["cache-control"] == "no-store"
    assert not {"etag", "last-modified", "expires", "server", "x-powered-by", "set-cookie2"} & set(answer.headers)
    assert answer.status_code < 500
    for cookie in answer.headers.get_list("set-cookie"):
        assert "HttpOnly" in cookie
        assert "samesite=lax" in cookie.lower()
        assert "path=/" in cookie.lower()


@pytest.mark.parametrize(("method", "path"), [line for line in EVERY if line[0] == "POST"])
def test_no_form_is_taken_from_another_site(force: Any, path: str, method: str) -> None:
    browser = force.browser("ALB", "supervisor")
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "http://evil.example"}, {}):
        answer = call(browser, method, path, headers=headers)
        assert answer.status_code == 403
        assert is_protected(answer)
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "BREW"])
@pytest.mark.parametrize("path", ["/", "/login", "/enquiries", "/search", "/static/egnatia.css"])
def test_an_unknown_method_is_refused_and_the_known_ones_are_named(force: Any, method: str, path: str) -> None:
    answer = call(force.browser("ALB", "enquirer"), method, path, headers=SAME)
    assert answer.status_code == 405
    assert is_protected(answer)
    if not path.startswith("/static"):
        allowed = {each.strip() for each in answer.headers["allow"].split(",")}
        assert allowed <= {"GET", "HEAD", "POST"}
        assert allowed


@pytest.mark.parametrize("path", ["/", "/cases", "/help", "/login", "/enquiries/none", "/no/such/page"])
def test_head_is_get_without_its_effects_on_who_asks(force: Any, path: str) -> None:
    for browser in (force.visitor("ALB"), force.browser("ALB", "enquirer")):
        head, get = call(browser, "HEAD", path), browser.get(path)
        assert head.status_code == get.status_code, path
        assert head.headers.get("location") == get.headers.get("location")
        assert head.headers["content-type" if get.status_code != 303 else "cache-control"]


def test_a_redirect_stays_on_this_console(force: Any, story: Any) -> None:
    browser = force.browser("ALB", "enquirer")
    for answer in (
        browser.post("/search", {"q": "DUR-2025-0417"}),
        browser.post("/search", {"q": story.enquiry}),
        browser.post("/help/keys", {"keys": "//evil.example"}),
        force.visitor("ALB").get("//evil.example/"),
        force.visitor("ALB").get("/enquiries?next=//evil.example"),
    ):
        assert answer.headers.get("location", "/").startswith("/")
        assert not answer.headers.get("location", "/").startswith("//")
        assert answer.content == b"" or answer.status_code == 404


@pytest.mark.parametrize("name", sorted(path.name for path in STATIC.iterdir()))
def test_static_files_may_be_kept_for_an_hour_and_are_asked_for_again_by_tag(force: Any, name: str) -> None:
    visitor = force.visitor("ALB")
    full = visitor.get(f"/static/{name}")
    assert full.headers["cache-control"] == "public, max-age=3600"
    assert is_protected(full)
    assert "set-cookie" not in full.headers
    again = visitor.get(f"/static/{name}", if_none_match=full.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert is_protected(again)
    assert full.headers["content-type"].split(";")[0] in {"text/css", "text/javascript", "image/svg+xml"}


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static/none.css",
        "/static/..%2Fapp.py",
        "/static/%2e%2e/app.py",
        "/static/../../../etc/passwd",
        "/static//etc/passwd",
        "/static/%00",
        "/static/" + "x" * 300,
    ],
)
def test_nothing_outside_the_folder_is_served(force: Any, path: str) -> None:
    answer = force.visitor("ALB").get(path)
    assert answer.status_code == 404
    assert is_protected(answer)
    assert "root:" not in answer.text


LONG = "x" * 20_000


@pytest.mark.parametrize(
    "path",
    [
        f"/{LONG}",
        f"/cases/{LONG}",
        f"/enquiries/{LONG}",
        f"/candidates?show={LONG}",
        f"/candidates?page={'9' * 5_000}",
        "/candidates?page=1&page=2&" + "&".join(f"a{number}=1" for number in range(400)),
        f"/agreements?on={'2' * 5_000}",
        f"/agreements?subject={LONG}",
        f"/indicators?from={LONG}&to={LONG}",
        f"/indicators/{LONG}",
        "/indicators?from=0001-01-01&to=9999-12-31",
        "/indicators?from=9999-12-31&to=9999-12-31",
        "/indicators?from=0001-01-01&to=0001-01-01",
        "/indicators?from=2025-05-15&to=2025-05-01",
        "/agreements?on=0001-01-01",
        "/agreements?on=9999-12-31",
        "/outcomes/new?candidate=none",
        f"/outcomes/new?case={LONG}",
        "/cases/%00",
        "/cases/%FF%FE",
        "/candidates/%0d%0aset-cookie:%20x=1",
        "/candidates?show=%FF",
        "/?lang=%00&done=%0d%0a",
    ],
)
def test_no_address_brings_a_page_down(force: Any, path: str) -> None:
    answer = force.browser("ALB", "supervisor").get(path)
    assert answer.status_code in {200, 404, 422}
    assert is_protected(answer)
    assert "Traceback" not in answer.text
    assert len(answer.content) < 100_000


@pytest.mark.parametrize("before", ["9" * 18, "9" * 19, "9" * 5_000, "0", "-1", "x", "²", "\u0663", "1e3", " 2 "])
def test_no_number_brings_the_ledgers_page_down(force: Any, before: str) -> None:
    data = {"reason": "Looking for a number that fits", "before": before}
    assert force.browser("ALB", "auditor").post("/ledger/entries", data).status_code == 200


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"q=" + b"a" * 65_534, 200),
        (b"q=" + b"a" * 65_535, 422),
        (b"&".join([b"q=1"] * 200), 200),
        (b"&".join([b"q=1"] * 201), 422),
        (b"", 200),
        (b"&&&===&", 200),
        (b"q=%", 200),
        (b"q=%00%00", 200),
        (b"q=%C3%28", 422),
        (b"q=%ED%A0%80", 422),
        (b'{"q": 1}', 200),
        ("q=ë".encode(), 422),
    ],
)
def test_a_body_is_taken_up_to_its_limits(force: Any, content: bytes, status: int) -> None:
    answer = force.browser("ALB", "enquirer").raw_post("/search", content, SAME)
    assert answer.status_code == status
    assert is_protected(answer)


def test_a_tls_console_locks_its_cookies_and_says_to_come_back_by_tls(force: Any) -> None:
    browser = force.visitor("ALB")
    browser.client.base_url = httpx.URL("https://console.example")
    answer = browser.post("/login", {"name": "alb-auditor", "password": "three unrelated words"})
    assert answer.headers["set-cookie"].startswith("__Host-egnatia-ALB=")
    page = browser.get("/?lang=sq")
    assert page.status_code == 200
    assert "secure" in page.headers["set-cookie"].lower()
    for path in ("/", "/alerts", "/no/such/page", "/login"):
        assert browser.get(path).headers["strict-transport-security"] == "max-age=31536000"
    gone = browser.post("/logout")
    assert re.search(r'__Host-egnatia-ALB=""?;', gone.headers["set-cookie"])
    assert "secure" in gone.headers["set-cookie"].lower()


def test_a_cookie_of_plain_http_is_no_session_over_tls(force: Any) -> None:
    browser = force.browser("ALB", "auditor")
    token = next(iter(browser.client.cookies.values()))
    browser.client.base_url = httpx.URL("https://127.0.0.1:8441")
    assert browser.get("/").status_code == 303
    browser.client.cookies.set("__Host-egnatia-ALB", token, domain="127.0.0.1", path="/")
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize("token", ["", "x", "x" * 4_000, "0" * 43, "%00", "../..", "' or 1=1 --"])
def test_an_invented_session_opens_nothing(force: Any, token: str) -> None:
    visitor = force.visitor("ALB")
    answer = call(visitor, "GET", "/", headers={"cookie": f"egnatia-ALB={token}"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("sq; q=0.9, en; q=0.1", "sq"),
        ("en ; q=0.2 , mk ;q=0.8", "mk"),
        ("sr-Latn-ME;q=1.0", "sr-Latn"),
        ("*", "en"),
        ("sq;q=nan", "en"),
        ("sq;q=0", "en"),
        ("," * 5_000 + "sq", "en"),
    ],
)
def test_the_browsers_languages_are_read_as_the_standard_writes_them(force: Any, header: str, tag: str) -> None:
    page = force.visitor("ALB").get("/login", accept_language=header)
    assert f'<html lang="{tag}">' in page.text
    assert "set-cookie" not in page.headers


def test_only_a_language_that_exists_is_remembered(force: Any) -> None:
    visitor = force.visitor("ALB")
    assert visitor.get("/login?lang=mk").headers["set-cookie"].startswith("lang=mk;")
    for wrong in ("de", "EN", "sq%0d%0ax:y", "<b>"):
        answer = visitor.get(f"/login?lang={wrong}")
        assert "set-cookie" not in answer.headers
        assert '<html lang="mk">' in answer.text
