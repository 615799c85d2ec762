"""The operator's endpoints: alive, ready, metrics. They listen on an address of their own, loopback unless set otherwise.

There is no login: nothing here is about a person, and a monitoring agent has none. That is why they are on no port that
partners or officers use.
"""

import asyncio

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from egnatia.node import Node
from egnatia.operations.health import problems
from egnatia.operations.metrics import CONTENT_TYPE, NodeCollector, render
from egnatia.operations.signs import read_signs

LIVE_PATH, READY_PATH, METRICS_PATH = "/health/live", "/health/ready", "/metrics"
_HEADERS = {"cache-control": "no-store"}


def operations_app(node: Node, registry: CollectorRegistry) -> Starlette:
    """The application.

    Args:
        node: whose signs are shown.
        registry: the process's counters; the node's own gauges are added to it.
    """
    registry.register(NodeCollector(node))

    async def live(_request: Request) -> Response:
        return PlainTextResponse("alive\n", headers=_HEADERS)

    async def ready(_request: Request) -> Response:
        found = problems(await asyncio.to_thread(read_signs, node))
        stops = any(each.stops for each in found)
        told = [{"name": each.name, "text": each.text, "stops": each.stops} for each in found]
        return JSONResponse({"ready": not stops, "problems": told}, 503 if stops else 200, headers=_HEADERS)

    async def metrics(_request: Request) -> Response:
        page = await asyncio.to_thread(render, registry)
        return Response(page, headers=_HEADERS | {"content-type": CONTENT_TYPE})

    return Starlette(
        routes=[
            Route(LIVE_PATH, live, methods=["GET"]),
            Route(READY_PATH, ready, methods=["GET"]),
            Route(METRICS_PATH, metrics, methods=["GET"]),
        ]
    )
