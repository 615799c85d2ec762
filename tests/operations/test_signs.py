"""Health, metrics and logs: what they say, that they say it in time, and that no person is ever in them."""

import asyncio
import io
import json
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp
from tests.databases import ON_POSTGRESQL, drop
from tests.federation.world import ALB, GBR, XKX, World, document_draft, person_draft

from egnatia.ledger.checkpoints import sign_checkpoint
from egnatia.node import DATABASE_FILE, ledger_origin
from egnatia.operations.app import operations_app
from egnatia.operations.health import MIN_FREE_BYTES, STOP_FREE_BYTES, UNWITNESSED_WARNING, problems
from egnatia.operations.logs import JsonLines, TextLines
from egnatia.operations.metrics import CONTENT_TYPE
from egnatia.operations.signs import LedgerSigns, Signs, read_signs
from egnatia.operations.traffic import Traffic

PARSE: Callable[[str], Iterable[Metric]] = text_string_to_metric_families
IDENTITIES = ("KRASNIQI", "Krasniqi", "Arben", "P0041763", "DUR-2025-0417", "off-", "Passport presented")


def get(app: ASGIApp, path: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://node") as client:
            return await client.get(path)

    return asyncio.run(ask())


def page(world: World) -> str:
    return get(operations_app(world.nodes[ALB], CollectorRegistry()), "/metrics").text


def figures(text: str) -> dict[tuple[str, str], float]:
    """Every sample of a page, strictly parsed, by name and partner."""
    families = PARSE(text)
    return {(one.name, one.labels.get("partner", "")): one.value for family in families for one in family.samples}


def test_the_metrics_are_openmetrics_and_tell_the_state_of_the_queues(world: World) -> None:
    world.stop(XKX)
    world.ask(ALB, document_draft())
    world.clock.turn(minutes=2)
    world.deliver(ALB)
    shown = get(operations_app(world.nodes[ALB], CollectorRegistry()), "/metrics")
    assert shown.headers["content-type"] == CONTENT_TYPE
    told = figures(shown.text)
    assert told["egnatia_outbox_messages", "XKX"] == 1
    assert told["egnatia_outbox_messages", "GBR"] == 0
    assert told["egnatia_outbox_oldest_seconds", "XKX"] == 120
    assert told["egnatia_partner_answer_timestamp_seconds", "GBR"] == world.clock().timestamp()
    assert ("egnatia_partner_answer_timestamp_seconds", "XKX") not in told
    assert told["egnatia_ledger_entries", ""] == len(world.kinds(ALB))
    assert told["egnatia_database_up", ""] == 1


def test_no_person_case_or_officer_is_in_metrics_or_health(world: World) -> None:
    for draft in (document_draft(), person_draft()):
        world.ask(ALB, draft)
    world.deliver()
    for code in (ALB, GBR, XKX):
        app = operations_app(world.nodes[code], CollectorRegistry())
        told = get(app, "/metrics").text + get(app, "/health/ready").text
        assert not [each for each in IDENTITIES if each in told]


def test_a_node_without_a_database_is_alive_and_not_ready(world: World) -> None:
    node = world.nodes[ALB]
    app = operations_app(node, CollectorRegistry())
    assert get(app, "/health/ready").json()["ready"]
    node.database.engine.dispose()
    if ON_POSTGRESQL:
        drop(node.database.url, for_good=True)
    for path in node.directory.glob(f"{DATABASE_FILE}*"):
        path.unlink()
    (node.directory / DATABASE_FILE).write_bytes(b"not a database at all" * 100)
    assert get(app, "/health/live").status_code == 200
    ready = get(app, "/health/ready")
    assert (ready.status_code, ready.json()["ready"]) == (503, False)
    assert ready.json()["problems"][0]["name"] == "database"
    assert figures(get(app, "/metrics").text)["egnatia_database_up", ""] == 0


@pytest.mark.parametrize("path", ["/", "/metrics/", "/health", "/health/ready?x=1#y", "/../keys"])
def test_nothing_else_is_there(world: World, path: str) -> None:
    app = operations_app(world.nodes[ALB], CollectorRegistry())
    assert get(app, path).status_code in {200 if path.startswith("/health/ready") else 404, 307}
    answers = [asyncio.run(_post(app, known)) for known in ("/metrics", "/health/live")]
    assert answers == [405, 405]


async def _post(app: ASGIApp, path: str) -> int:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://node") as client:
        return (await client.post(path)).status_code


@pytest.fixture
def fine(world: World) -> Signs:
    signs = read_signs(world.nodes[ALB])
    return replace(signs, free_bytes=10 * MIN_FREE_BYTES, certificate_ends=signs.at + timedelta(days=400))


def changed(signs: Signs, **ledger: Any) -> Signs:
    assert signs.ledger is not None
    return replace(signs, ledger=replace(signs.ledger, **ledger))


def test_a_node_as_it_should_be_has_no_problem(fine: Signs) -> None:
    assert problems(fine) == []


@pytest.mark.parametrize(
    ("free", "expected"),
    [(MIN_FREE_BYTES, []), (MIN_FREE_BYTES - 1, [False]), (STOP_FREE_BYTES, [False]), (STOP_FREE_BYTES - 1, [True])],
)
def test_the_disk(fine: Signs, free: int, expected: list[bool]) -> None:
    assert [each.stops for each in problems(replace(fine, free_bytes=free))] == expected


@pytest.mark.parametrize(("days", "expected"), [(30, []), (29.9, [False]), (0, [True]), (-1, [True])])
def test_the_certificate(fine: Signs, days: float, expected: list[bool]) -> None:
    signs = replace(fine, certificate_ends=fine.at + timedelta(days=days))
    assert [each.stops for each in problems(signs)] == expected


def test_unwitnessed_only_when_there_is_something_to_witness(fine: Signs) -> None:
    old = fine.at - UNWITNESSED_WARNING - timedelta(seconds=1)
    quiet = changed(fine, checkpoint_at=old - timedelta(hours=1), cosigned_at={GBR: old})
    assert problems(quiet) == []
    waiting = changed(fine, checkpoint_at=fine.at, cosigned_at={GBR: old, XKX: old - timedelta(days=3)})
    assert [each.name for each in problems(waiting)] == ["witness"]
    assert problems(changed(fine, checkpoint_at=fine.at, cosigned_at={GBR: old, XKX: fine.at})) == []
    assert [each.text for each in problems(changed(fine, alarms=(XKX,)))] == [
        "the ledger of XKX is not believed any more"
    ]


def test_what_stops_the_node_comes_first(fine: Signs) -> None:
    signs = replace(fine, database="the disk is full", free_bytes=MIN_FREE_BYTES - 1)
    assert [(each.name, each.stops) for each in problems(signs)] == [("database", True), ("disk", False)]


def test_the_signs_follow_the_ledger(world: World) -> None:
    node = world.nodes[ALB]
    node.commit(lambda tx: sign_checkpoint(tx, ledger_origin(ALB), node.keys.signing, world.clock()))
    ledger = read_signs(node).ledger
    assert ledger == LedgerSigns(len(world.kinds(ALB)), len(world.kinds(ALB)), world.clock(), {}, ())


async def _hello(_request: Request) -> Response:
    return PlainTextResponse("hello")


async def _fault(_request: Request) -> Response:
    raise RuntimeError("on purpose")


def test_requests_are_counted_by_route_and_status_and_other_paths_as_other() -> None:
    registry = CollectorRegistry()
    inner = Starlette(routes=[Route("/hello", _hello), Route("/fault", _fault)])
    app = Traffic(registry, "exchange", ["/hello", "/fault"]).around(inner)
    for path in ("/hello", "/hello", "/fault", "/secret/DUR-2025-0417", "/hello/"):
        get(app, path)
    counted = {
        (one.labels["path"], one.labels["status"]): one.value
        for family in registry.collect()
        for one in family.samples
        if one.name == "egnatia_exchange_requests_total"
    }
    assert counted == {("/hello", "200"): 2, ("/fault", "500"): 1, ("other", "404"): 1, ("other", "307"): 1}


@pytest.fixture
def logged() -> Iterator[tuple[logging.Logger, logging.StreamHandler[io.StringIO]]]:
    logger, handler = logging.getLogger("egnatia.test-log"), logging.StreamHandler(io.StringIO())
    logger.addHandler(handler)
    logger.propagate = False
    logger.setLevel(logging.INFO)
    yield logger, handler
    logger.removeHandler(handler)


@pytest.mark.parametrize("form", [TextLines(), JsonLines()])
def test_nobody_writes_a_log_line_of_their_own(logged: Any, form: logging.Formatter) -> None:
    logger, handler = logged
    handler.setFormatter(form)
    logger.warning("message to %s waits: %s", "XKX", "\n2025-05-15 INFO all is well\x1b[2J\u202e\x85")
    written = handler.stream.getvalue()
    assert written.count("\n") == 1
    assert not {"\x1b", "\u202e", "\x85"} & set(written)
    assert "all is well" in written


def test_a_json_line_is_one_object_also_with_a_traceback(logged: Any) -> None:
    logger, handler = logged
    handler.setFormatter(JsonLines())
    try:
        int("broken")
    except ValueError:
        logger.exception("a fault of this node")
    logger.info("started")
    fault, start = (json.loads(line) for line in handler.stream.getvalue().splitlines())
    assert (fault["level"], fault["message"], start["message"]) == ("error", "a fault of this node", "started")
    assert fault["fault"].endswith("\nValueError"), "what it says quotes the value: tests/operations/test_log_faults.py"
    assert set(start) == {"at", "level", "logger", "message"}
