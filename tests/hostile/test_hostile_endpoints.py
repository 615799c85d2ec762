"""Addresses, names and numbers chosen to get into a metric, a health page, a log or an answer that nobody documented.

What a scraper copies goes to machines that nobody of this node controls; what a partner puts into an address comes back to
nobody; and no address makes a fault of this node, on a file or on a server.
"""

import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.federation.test_blind_flow import publish_all
from tests.federation.test_openapi import shown_as
from tests.federation.world import ALB, GBR, XKX, World, certificate_der
from tests.hostile.test_hostile_suspended import roots_for

from egnatia.errors import InputError, RefusedError
from egnatia.exchange.blind_pages import PAGE_PATH, STATEMENT_PATH, page_for, statement_of
from egnatia.exchange.card import make_card
from egnatia.exchange.gossip import HEADS_PATH, PATH_PATH
from egnatia.exchange.openapi import OPERATIONS
from egnatia.exchange.paths import LEAVES_PATH, MESSAGES_PATH, STATUS_PATH
from egnatia.exchange.server import exchange_app
from egnatia.model.states import RefusalReason
from egnatia.node import ledger_origin
from egnatia.operations.app import operations_app
from egnatia.operations.endpoints import ROUTES, Endpoints
from egnatia.operations.health import problems
from egnatia.operations.metrics import NodeCollector
from egnatia.operations.signs import Signs, read_signs
from egnatia.operations.traffic import BUCKETS_S, Traffic
from egnatia.settings import OperationsSettings
from egnatia.store.database import Transaction

PARSE: Callable[[str], Iterable[Metric]] = text_string_to_metric_families
NAMES = [
    'ALB"} 1 # EOF',
    "\\\\n\\n",
    '{partner="XKX"}',
    "<script>alert(1)</script>",
    "\u0645\u0646\u0638\u0645\u0629",
    "a" * 80,
    "# HELP egnatia_problems none",
    "EOF",
]
PATHS = [
    "/%00",
    "/%0a",
    "/%ff%fe",
    "/%ed%a0%80",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/..%2f..%2fkeys",
    "/%E2%80%AE",
    "/{holder}",
    "/" + "a" * 5_000,
    "/ALB%00",
    "/ALB'--",
    "/ALB/",
    "/alb",
    "/ZZZ",
    "//",
]
NUMBERS = ["", "-1", "+1", "1e3", "0x10", "\u0661", "\u00b2", "1" * 19, "9" * 400, "1%00", "nan", "1.0", " 1", "1_000"]
PROBLEM = "application/problem+json"


def get(app: ASGIApp, path: str, method: str = "GET", **more: Any) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://node") as client:
            return await client.request(method, path, **more)

    return asyncio.run(ask())


def raw(app: ASGIApp, path: str, method: str = "GET") -> tuple[int, bytes]:
    """The application with any text as its path, as a server might hand it over."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode("utf-8", "replace"),
        "query_string": b"",
        "headers": [],
        "scheme": "http",
        "server": ("node", 80),
        "client": ("there", 1),
        "root_path": "",
    }

    async def serve() -> None:
        await app(scope, receive, send)

    asyncio.run(serve())
    body = b"".join(each.get("body", b"") for each in sent if each["type"] == "http.response.body")
    return sent[0]["status"], body


def seen_by(world: World, asker: Any = ALB) -> ASGIApp:
    """XKX's exchange, as this partner sees it."""
    return shown_as(world.apps[XKX], certificate_der(world.nodes[asker].keys))


def samples(registry: CollectorRegistry) -> dict[tuple[str, str], float]:
    return {
        (one.labels["path"], one.labels["status"]): one.value
        for family in registry.collect()
        for one in family.samples
        if one.name == "egnatia_exchange_requests_total"
    }


# Names and codes.


def test_a_partner_s_name_is_in_no_metric_and_no_health_page(world: World) -> None:
    """Its card says how it wants to be called; a label with a quotation mark would be a line of its own making."""
    node = world.nodes[XKX]
    for name in NAMES:
        card = make_card(world.nodes[ALB].keys, name, "https://alb.example:8443", ledger_origin(ALB))
        node.add_partner(card, "off-installer", replace=True)
        app = operations_app(node, CollectorRegistry())
        told = get(app, "/metrics").text
        list(PARSE(told))
        assert name not in told.replace("# EOF", "")
        assert name not in get(app, "/health/ready").text


@pytest.mark.parametrize("name", ["", "two\nlines", "\x00", "\u202e", "\x1b[2J", "a" * 81, "\ud800"])
def test_a_name_that_a_line_cannot_carry_is_on_no_card(world: World, name: str) -> None:
    with pytest.raises((InputError, UnicodeEncodeError)):
        make_card(world.nodes[ALB].keys, name, "https://alb.example:8443", ledger_origin(ALB))


def test_every_sample_has_only_labels_that_this_node_chose(world: World) -> None:
    publish_all(world, XKX)
    world.deliver()
    families = list(NodeCollector(world.nodes[XKX]).collect())
    labels = {(key, value) for family in families for one in family.samples for key, value in one.labels.items()}
    allowed = {"partner", "code", "version"}
    assert {key for key, _ in labels} <= allowed
    assert all(len(value) == 3 and value.isupper() for key, value in labels if key in ("partner", "code"))


@pytest.mark.parametrize("text", ["the disk\n# EOF\nis full", "\u202e", '"', "\x1b[2J"])
def test_what_is_wrong_stands_in_json_and_cannot_leave_it(world: World, text: str) -> None:
    signs: Signs = read_signs(world.nodes[XKX])
    found = problems(replace(signs, database=text))
    assert found[0].text == text
    page = json.dumps([{"name": each.name, "text": each.text} for each in found])
    assert "\n" not in page
    assert json.loads(page)[0]["text"] == text


# Counting.


def test_every_address_of_the_exchange_is_counted_by_its_own_name(world: World) -> None:
    """Swapping heads, filters and the witness by its C2SP name were all `other`, beside whatever a scanner tried."""
    routes = {route.path for route in exchange_app(world.nodes[XKX].site()).routes if isinstance(route, Route)}
    assert set(ROUTES) == routes == {each.path for each in OPERATIONS}
    registry = CollectorRegistry()
    app = Traffic(registry, "exchange", ROUTES).around(seen_by(world))
    asked = {
        STATUS_PATH: STATUS_PATH,
        f"{STATEMENT_PATH}/XKX": STATEMENT_PATH + "/{holder}",
        f"{PAGE_PATH}/{'0' * 64}/0": PAGE_PATH + "/{root}/{number}",
        f"{PATH_PATH}?old=1&new=2": PATH_PATH,
        f"{LEAVES_PATH}?start=0&end=1": LEAVES_PATH,
        HEADS_PATH: HEADS_PATH,
    }
    for path in asked:
        get(app, path)
    assert {path for path, _ in samples(registry)} == set(asked.values())


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.lists(st.text(max_size=30).map(lambda text: "/" + text), min_size=1, max_size=10))
def test_no_address_makes_a_series_of_its_own(paths: list[str]) -> None:
    """A scanner with a million addresses would fill the memory of this node and of whoever scrapes it."""

    async def nothing(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    registry = CollectorRegistry()
    app = Traffic(registry, "exchange", ROUTES).around(nothing)
    for path in paths:
        assert raw(app, path)[0] == 404
        raw(app, STATEMENT_PATH + path)
    assert {path for path, _ in samples(registry)} <= {"other", *ROUTES}


@pytest.mark.parametrize("status", [100, 200, 404, 599, 999])
def test_a_status_is_counted_as_it_was_sent_and_a_fault_as_500(status: int) -> None:
    async def said(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def silent(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise RuntimeError("on purpose")

    registry = CollectorRegistry()
    traffic = Traffic(registry, "exchange", ROUTES)
    assert raw(traffic.around(said), STATUS_PATH)[0] == status
    with pytest.raises(RuntimeError):
        raw(traffic.around(silent), MESSAGES_PATH)
    assert samples(registry) == {(STATUS_PATH, str(status)): 1, (MESSAGES_PATH, "500"): 1}
    assert list(BUCKETS_S) == sorted(BUCKETS_S)


@pytest.mark.parametrize("port", [0, 9_000])
def test_without_a_port_nobody_is_shown_anything(world: World, port: int) -> None:
    node = world.nodes[XKX]
    changed = replace(node.settings, operations=OperationsSettings(metrics_port=port))
    endpoints = Endpoints(replace_settings(node, changed))
    assert [each.port for each in endpoints.configs()] == ([port] if port else [])
    assert all(each.host == "127.0.0.1" for each in endpoints.configs())


def replace_settings(node: Any, changed: Any) -> Any:
    """The node with other settings, without opening it again."""

    class Same:
        settings = changed

        def __getattr__(self, name: str) -> Any:
            return getattr(node, name)

    return Same()


# Addresses.


@pytest.mark.parametrize("start", [STATEMENT_PATH, PAGE_PATH, f"{PAGE_PATH}/{'0' * 64}", STATUS_PATH])
def test_no_address_is_a_fault_or_an_answer_that_stands_nowhere(world: World, start: str) -> None:
    for path in PATHS:
        answer = get(seen_by(world), start + path)
        assert answer.status_code in (403, 404, 422, 400, 307), path
        if answer.content and answer.status_code != 307:
            assert answer.headers["content-type"].startswith(PROBLEM)
            said = answer.json()
            assert set(said) <= {"type", "title", "status", "detail", "reason", "code", "hint", "instance"}
            assert path.strip("/")[:40] not in said.get("detail", "") or len(path) < 6


def test_what_is_no_code_is_asked_of_no_database(world: World) -> None:
    """PostgreSQL refuses a NUL even in what it only looks for: a partner could make a fault there, and none on SQLite."""
    looks: list[Callable[[Transaction, str], bytes]] = [statement_of, lambda tx, root: page_for(tx, ALB, root, "0")]
    for holder in ("A\x00B", "\x00", "\ud800", "alb", "ALB ", "A" * 100_000, "%", "", "\u202e"):
        for look in looks:
            with pytest.raises(RefusedError) as refused, world.nodes[XKX].database.read() as tx:
                look(tx, holder)
            assert refused.value.reason is RefusalReason.BLIND_NOT_OFFERED


def test_a_page_has_a_plain_number(world: World) -> None:
    publish_all(world, XKX)
    (root, *_) = roots_for(world, ALB, XKX)
    assert get(seen_by(world), f"{PAGE_PATH}/{root}/0").status_code == 200
    for number in NUMBERS:
        assert get(seen_by(world), f"{PAGE_PATH}/{root}/{number}").status_code in (403, 404, 307), number


def test_a_page_of_somebody_else_looks_like_one_that_does_not_exist(world: World) -> None:
    publish_all(world, XKX)
    (mine, *_) = roots_for(world, ALB, XKX)
    answers = [
        get(seen_by(world, GBR), f"{PAGE_PATH}/{root}/{number}")
        for root, number in ((mine, "0"), ("f" * 64, "0"), (mine, "7"), ("x", "0"), (mine.upper(), "0"))
    ]
    assert {(each.status_code, each.text) for each in answers} == {(answers[0].status_code, answers[0].text)}


@pytest.mark.parametrize("path", [f"{PATH_PATH}?old=1&new=", f"{LEAVES_PATH}?start=0&end="])
def test_a_position_in_the_ledger_is_a_plain_number(world: World, path: str) -> None:
    for number in NUMBERS:
        answer = get(seen_by(world), path + number)
        assert answer.headers["content-type"].split(";")[0] == PROBLEM, number
        assert answer.status_code in (400, 422), number


@pytest.mark.parametrize("path", ["/metrics", "/health/live", "/health/ready"])
def test_a_query_changes_nothing_that_an_operator_reads(world: World, path: str) -> None:
    app = operations_app(world.nodes[XKX], CollectorRegistry())
    plain = get(app, path)
    for extra in ("?name[]=egnatia_problems", "?" + "x" * 5_000, "?a=%00"):
        odd = get(app, path + extra)
        assert (plain.status_code, odd.status_code) == (200, 200)
        assert plain.headers["content-type"] == odd.headers["content-type"]
        assert odd.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/metrics", "/health/live", "/health/ready"])
def test_nothing_is_changed_by_the_operators_door(world: World, path: str) -> None:
    app = operations_app(world.nodes[XKX], CollectorRegistry())
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"):
        assert get(app, path, method).status_code == 405, method


def unique(families: Iterable[Metric]) -> list[str]:
    return [family.name for family in families]


@settings(deadline=None, derandomize=True, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([ALB, GBR, XKX]), st.integers(0, 3))
def test_a_scrape_at_any_moment_is_one_that_a_strict_reader_takes(world: World, code: Any, hours: int) -> None:
    world.clock.turn(hours=hours)
    page = get(operations_app(world.nodes[code], CollectorRegistry()), "/metrics").text
    names = unique(PARSE(page))
    assert len(names) == len(set(names))
    assert page.endswith("# EOF\n")
