"""Partners without a network: several nodes in one process, for tests, simulations and demonstrations.

The applications, the courier and everything stored are the real ones; only TLS and sockets are left out. The client's
certificate is shown to the other application as the real server shows it.
"""

import asyncio
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from egnatia.errors import UnreachableError
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.client import Reply, Request, patience
from egnatia.model.ids import PartnerCode


class MemoryLine:
    """The line of one node to the applications of others; a partner that is not in `apps` is unreachable."""

    def __init__(self, certificate_der: bytes, apps: Mapping[PartnerCode, ASGIApp]) -> None:
        self._certificate = certificate_der
        self._apps = apps

    async def ask(self, card: PartnerCard, request: Request) -> Reply:
        """Hand the request to the partner's application.

        Raises:
            UnreachableError: the partner is stopped, or its reply is over the limit.
        """
        app = self._apps.get(card.code)
        if app is None:
            raise UnreachableError(f"{card.code} at {card.address}: nobody listens there")
        reply = await _served(app, self._scope(request), request.body or b"")
        if len(reply.body) > request.limit:
            raise UnreachableError(f"{card.code}: the reply is longer than {request.limit} bytes")
        return reply

    def _scope(self, request: Request) -> Scope:
        path, _, query = request.path.partition("?")
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET" if request.body is None else "POST",
            "scheme": "https",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode()) for name, value in request.headers.items()],
            "extensions": {"tls": {"client_certificate": self._certificate}},
        }

    async def close(self) -> None:
        """Nothing is held open."""


async def _served(app: ASGIApp, scope: Scope, body: bytes) -> Reply:
    """One request through an application; a fault of it ends as its 500, as it does behind a socket."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    serving = asyncio.ensure_future(_run(app, scope, receive, send))
    await asyncio.wait({serving})
    fault = serving.exception()
    if fault is not None and not sent:
        raise UnreachableError(f"the partner failed without a word ({type(fault).__name__})")
    start = next(message for message in sent if message["type"] == "http.response.start")
    headers = {name.lower(): value.decode("latin-1") for name, value in start.get("headers", ())}
    body = b"".join(message.get("body", b"") for message in sent)
    return Reply(start["status"], body, patience(headers.get(b"retry-after")))


async def _run(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    await app(scope, receive, send)
