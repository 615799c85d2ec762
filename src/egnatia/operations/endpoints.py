"""How a serving node shows its operator's endpoints, and counts what partners ask of it."""

import uvicorn
from prometheus_client import CollectorRegistry
from starlette.types import ASGIApp

from egnatia.exchange.blind_pages import PAGE_PATH, STATEMENT_PATH
from egnatia.exchange.gossip import HEADS_PATH, PATH_PATH
from egnatia.exchange.paths import C2SP_PATH, LEAVES_PATH, MESSAGES_PATH, PARCELS_PATH, STATUS_PATH, WITNESS_PATH
from egnatia.node import Node
from egnatia.operations.app import operations_app
from egnatia.operations.traffic import Traffic

ROUTES = (
    MESSAGES_PATH,
    PARCELS_PATH,
    STATUS_PATH,
    WITNESS_PATH,
    C2SP_PATH,
    HEADS_PATH,
    PATH_PATH,
    LEAVES_PATH,
    STATEMENT_PATH + "/{holder}",
    PAGE_PATH + "/{root}/{number}",
)
"""Every address of the exchange, as requests are counted by it."""


class Endpoints:
    """The counters of one serving process, and the page that shows them. Invariant: one registry for each process."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._registry = CollectorRegistry()

    def counted(self, app: ASGIApp) -> ASGIApp:
        """The exchange's application, with its requests counted."""
        return Traffic(self._registry, "exchange", ROUTES).around(app)

    def configs(self) -> list[uvicorn.Config]:
        """The server to run for them; none where the settings name no port."""
        settings = self._node.settings.operations
        if settings.metrics_port == 0:
            return []
        return [
            uvicorn.Config(
                operations_app(self._node, self._registry),
                host=settings.host,
                port=settings.metrics_port,
                ws="none",
                lifespan="off",
                proxy_headers=False,
                server_header=False,
                access_log=False,
                log_config=None,
            )
        ]
