"""Every answer of the exchange stands in its OpenAPI document: driven by Schemathesis, with good and with hostile input."""

import json
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.federation.world import ALB, XKX, World, certificate_der

from egnatia import __version__
from egnatia.exchange.openapi import OPERATIONS, openapi_document
from egnatia.exchange.server import exchange_app

WRITTEN = Path(__file__).parents[2] / "docs" / "reference" / "exchange-openapi.json"
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]
DRIVEN = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def shown_as(app: ASGIApp, certificate: bytes) -> ASGIApp:
    """The application as it is seen over a connection that showed this certificate."""

    async def connected(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "extensions": {"tls": {"client_certificate": certificate}}}, receive, send)

    return connected


@pytest.fixture
def served(world: World) -> Any:
    """The document, loaded against a real node's application, as ALB sees it."""
    app = shown_as(world.apps[XKX], certificate_der(world.nodes[ALB].keys))
    document = openapi_document(__version__)
    loaded = schemathesis.openapi.from_dict(document, config=SchemathesisConfig())
    loaded.app = app
    return loaded


CASES = [
    pytest.param(number, mode, id=f"{each.method} {each.path} {mode.value}")
    for number, each in enumerate(OPERATIONS)
    for mode in GenerationMode
    if mode.is_positive or each.parameters or each.body  # what takes nothing cannot be given anything wrong
]


@pytest.mark.parametrize(("number", "mode"), CASES)
def test_every_answer_is_documented(served: Any, number: int, mode: GenerationMode) -> None:
    operation = [each.ok() for each in served.get_all_operations()][number]

    @DRIVEN
    @given(operation.as_strategy(generation_mode=mode))
    def drive(case: Any) -> None:
        response = case.call()
        case.validate_response(response, checks=CHECKS)
        assert response.status_code < 500

    drive()


def test_every_route_is_in_the_document_and_nothing_else(world: World) -> None:
    app = exchange_app(world.nodes[XKX].site())
    routes = {
        (route.path, method) for route in app.routes if isinstance(route, Route) for method in route.methods or ()
    }
    assert {(each.path, each.method.upper()) for each in OPERATIONS} == {each for each in routes if each[1] != "HEAD"}


def test_the_written_document_is_the_present_one() -> None:
    assert json.loads(WRITTEN.read_text()) == openapi_document(__version__), "run `python docs/generate.py`"
