"""HTTP as this node's server speaks it: uvicorn's protocol, plus the client's certificate and two limits.

uvicorn does not show the client's certificate to the application (asked for since 2019, open at version 0.54), and it
waits for a slow request for ever.
"""

import asyncio
import ssl
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from egnatia.exchange.tls import Gate

REQUEST_TIMEOUT_S = 20.0
"""From a connection's first byte, or a request's, to its last: 64 KiB at 26 kbit/s. A slow-loris is cut off."""
MAX_HEADER_BYTES = 16 * 1024
"""All header lines of one request together; the courier sends under 500 bytes."""
KEEP_ALIVE_S = 75
"""Longer than the client keeps a connection (client.KEEP_ALIVE_S), so that it is the client who closes it."""
MAX_CONNECTIONS = 1_024
"""What the couriers of 14 partners open at the most (client.MAX_CONNECTIONS each); beyond it the answer is 503."""


class ExchangeProtocol(HttpToolsProtocol):
    """One connection from a partner."""

    _deadline: asyncio.TimerHandle | None = None
    _header_bytes: int = 0
    _certificate: bytes = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the certificate that the client showed; TLS has verified it already."""
        if not isinstance(transport, asyncio.Transport):
            transport.close()
            return
        super().connection_made(transport)
        channel: ssl.SSLObject | None = transport.get_extra_info("ssl_object")
        if channel is not None:
            self._certificate = channel.getpeercert(binary_form=True) or b""
        self._start_clock()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock with the connection."""
        self._stop_clock()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """A request begins: show the certificate to the application."""
        super().on_message_begin()
        self._header_bytes = 0
        extensions: dict[str, Any] = {"tls": {"client_certificate": self._certificate}}
        self.scope["extensions"] = extensions
        self._start_clock()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count header bytes."""
        self._header_bytes += len(name) + len(value)
        if self._header_bytes > MAX_HEADER_BYTES:
            self.transport.abort()
            return
        super().on_header(name, value)

    def on_message_complete(self) -> None:
        """The request is here as a whole: its answer may take its time."""
        self._stop_clock()
        super().on_message_complete()

    def _start_clock(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(REQUEST_TIMEOUT_S, self.transport.abort)

    def _stop_clock(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def server_config(app: ASGIApp, gate: Gate, host: str, port: int) -> uvicorn.Config:
    """How `uvicorn.Server` runs the exchange's application behind the gate.

    Args:
        app: from `server.exchange_app`.
        gate: whom to let in.
        host: address to listen on.
        port: TCP port; 0 for any free one.
    """
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=ExchangeProtocol,
        ws="none",
        lifespan="off",
        ssl_context_factory=lambda _config, _default: gate.context,
        timeout_keep_alive=KEEP_ALIVE_S,
        limit_concurrency=MAX_CONNECTIONS,
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
    )
