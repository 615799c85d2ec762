"""The line to a partner: one small interface, HTTPS in a running node, memory in a simulation (`memory.py`)."""

import asyncio
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import httpx

from egnatia.errors import UnreachableError
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.keys import NodeKeys
from egnatia.exchange.limits import LAST_RETRY_S
from egnatia.exchange.strict_json import MAX_BYTES
from egnatia.exchange.tls import client_context
from egnatia.model.ids import PartnerCode

CONNECT_TIMEOUT_S = 5.0
"""A partner across Europe answers a handshake in well under a second; beyond this the line counts as down."""
REPLY_TIMEOUT_S = 30.0
"""From request to last byte of the reply, above a node's longest wait for its database lock (15 s)."""
KEEP_ALIVE_S = 60.0
"""A handshake costs 2.5 ms of CPU (design, section 4.1), so connections are kept between messages."""
MAX_CONNECTIONS = 72
"""To one partner: courier.MAX_WINDOW, plus witnessing and audits."""
_SECONDS = re.compile(r"[0-9]{1,6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a partner's node.

    Attributes:
        path: under the card's address, with its query.
        body: sent by POST; None asks by GET.
        headers: besides the usual ones.
        limit: most bytes of the reply that are read.
    """

    path: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    limit: int = MAX_BYTES


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; `retry_after_s` where the partner asked for patience (RFC 9110 section 10.2.3)."""

    status: int
    body: bytes
    retry_after_s: float | None = None


class Line(Protocol):
    """How requests reach partners."""

    async def ask(self, card: PartnerCard, request: Request) -> Reply:
        """Send one request and read the reply.

        Raises:
            UnreachableError: no whole reply came back; whether the request arrived is unknown.
        """
        ...

    async def close(self) -> None:
        """Let go of every connection."""
        ...


class HttpsLine:
    """The real line. Invariant: a connection was made under the partner's present card and our present keys."""

    def __init__(self, keys: NodeKeys) -> None:
        self._keys = keys
        self._clients: dict[PartnerCode, tuple[PartnerCard, httpx.AsyncClient]] = {}
        self._generation = keys.generation

    async def ask(self, card: PartnerCard, request: Request) -> Reply:
        """Send one request over mutual TLS and read the reply up to its limit.

        Raises:
            UnreachableError: no connection, no TLS, no whole reply in time, or a reply over the limit.
        """
        client = await self._client(card)
        try:
            async with asyncio.timeout(REPLY_TIMEOUT_S):
                return await _exchange(client, request)
        except TimeoutError:
            raise UnreachableError(f"{card.code} did not answer within {REPLY_TIMEOUT_S:.0f} s") from None
        except (httpx.HTTPError, OSError) as error:  # httpx lets ssl.SSLError through: a byte changed on its way
            raise UnreachableError(f"{card.code} at {card.address}: {_reason(error)}") from None

    async def _client(self, card: PartnerCard) -> httpx.AsyncClient:
        if self._generation != self._keys.generation:
            self._generation = self._keys.generation
            await self.close()
        known = self._clients.get(card.code)
        if known is not None and known[0] == card:
            return known[1]
        client = httpx.AsyncClient(
            base_url=card.address,
            verify=client_context(self._keys, card),
            timeout=httpx.Timeout(REPLY_TIMEOUT_S, connect=CONNECT_TIMEOUT_S),
            limits=httpx.Limits(max_connections=MAX_CONNECTIONS, keepalive_expiry=KEEP_ALIVE_S),
            trust_env=False,  # no proxy stands between two nodes
        )
        self._clients[card.code] = (card, client)
        if known is not None:
            await known[1].aclose()
        return client

    async def close(self) -> None:
        """Close every connection."""
        clients, self._clients = self._clients, {}
        for _, client in clients.values():
            await client.aclose()


async def _exchange(client: httpx.AsyncClient, request: Request) -> Reply:
    method = "GET" if request.body is None else "POST"
    headers = {"content-type": "application/json", **request.headers}
    async with client.stream(method, request.path, content=request.body, headers=headers) as response:
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > request.limit:
                raise httpx.DecodingError(f"the reply is longer than {request.limit} bytes")
        return Reply(response.status_code, bytes(body), patience(response.headers.get("retry-after")))


def patience(header: str | None) -> float | None:
    """Seconds that a partner asks to wait; nothing for a date, which nobody here sends, and no more than LAST_RETRY_S."""
    if header is None or not _SECONDS.fullmatch(header):
        return None
    return min(float(header), LAST_RETRY_S)


def _reason(error: httpx.HTTPError | OSError) -> str:
    """Why, in words: the innermost cause says more than httpx's own text."""
    cause: BaseException = error
    while (inner := cause.__cause__ or cause.__context__) is not None:
        cause = inner
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted ({getattr(cause, 'verify_message', '') or cause})"
    if isinstance(cause, ConnectionRefusedError):
        return "nobody listens there; the node is stopped or the address is wrong"
    cut = isinstance(error, httpx.ReadError | httpx.WriteError | httpx.RemoteProtocolError)
    if cut or isinstance(cause, ssl.SSLError | ConnectionResetError | BrokenPipeError):
        return f"it cut the connection ({cause}); has it registered this node's present card?"
    return str(cause) or type(cause).__name__
