"""What partners can ask of this node, always under mutual TLS: messages, its status, witnessing and auditing.

The application holds no state of its own. Messages and witnessing go through the node's writer, so that nobody is
answered before what was answered is durable.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from egnatia.errors import Error, InputError, RefusedError
from egnatia.exchange.card import PartnerCard, read_card
from egnatia.exchange.certificates import fingerprint
from egnatia.exchange.inbox import Arrival, Handler, check_clock, receive
from egnatia.exchange.keys import NodeKeys
from egnatia.exchange.message import format_moment, parse_moment, read_message
from egnatia.exchange.problems import on_error, on_fault, problem
from egnatia.exchange.strict_json import MAX_BYTES, refuse
from egnatia.ledger.audit import leaf_hashes
from egnatia.ledger.nodes import log_size
from egnatia.ledger.notekeys import KeyKind, verify_key
from egnatia.ledger.witness import Cosigner, KnownLog, witness_checkpoint
from egnatia.ledger.witness_text import MAX_REQUEST_BYTES
from egnatia.model.states import RefusalReason
from egnatia.store.database import Database, Transaction
from egnatia.store.tables import partner_card
from egnatia.store.writer import Writer

MESSAGES_PATH = "/exchange/messages"
STATUS_PATH = "/exchange/status"
WITNESS_PATH = "/exchange/witness/checkpoint"
LEAVES_PATH = "/exchange/ledger/leaves"
SENT_AT_HEADER = "egnatia-sent-at"
MAX_LEAVES = 65_536
"""Leaf hashes a page: 2 MiB, so that an audit of a million entries takes 16 requests and none is long."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Site:
    """What the application serves from.

    Attributes:
        keys: this node's.
        origin: the name of this node's ledger.
        database: for reading.
        writer: for everything that changes something.
        handle: answers questions; it runs inside the writer.
        clock: the time.
        version: of this software.
    """

    keys: NodeKeys
    origin: str
    database: Database
    writer: Writer
    handle: Handler
    clock: Callable[[], datetime]
    version: str


Endpoint = Callable[[Site, Request], Awaitable[Response]]
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)


def exchange_app(site: Site) -> Starlette:
    """The application that partners talk to."""
    routes = [
        Route(MESSAGES_PATH, _bound(site, _take_message), methods=["POST"]),
        Route(STATUS_PATH, _bound(site, _show_status), methods=["GET"]),
        Route(WITNESS_PATH, _bound(site, _witness), methods=["POST"]),
        Route(LEAVES_PATH, _bound(site, _show_leaves), methods=["GET"]),
    ]
    return Starlette(
        routes=routes, exception_handlers={Error: on_error, HTTPException: _on_http_error, Exception: on_fault}
    )


def _bound(site: Site, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        return await endpoint(site, request)

    return serve


async def _on_http_error(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return problem(status, "NOT_FOUND", "there is nothing at this address", hint="Check the partner's version.")


async def _write(site: Site, job: Callable[[Transaction], T]) -> T:
    return await asyncio.wrap_future(site.writer.submit(job))


async def _read(site: Site, job: Callable[[Transaction], T]) -> T:
    def run() -> T:
        with site.database.read() as tx:
            return job(tx)

    return await asyncio.to_thread(run)


async def _take_message(site: Site, request: Request) -> Response:
    body = await _body(request, MAX_BYTES)
    now = site.clock()
    check_clock(_sent_at(request), now)
    message, envelope = read_message(body)
    arrival = Arrival(message, envelope, _client_fingerprint(request))
    answer = await _write(site, lambda tx: receive(tx, site.keys, arrival, site.handle, now))
    return Response(answer, media_type="application/json")


async def _show_status(site: Site, request: Request) -> Response:
    shown = _client_fingerprint(request)

    def look(tx: Transaction) -> int:
        _partner_by(tx, shown)
        return log_size(tx)

    size = await _read(site, look)
    status = {"code": site.keys.code, "version": site.version, "ledger_size": size}
    return JSONResponse(status | {"time": format_moment(site.clock())})


async def _witness(site: Site, request: Request) -> Response:
    body = await _body(request, MAX_REQUEST_BYTES)
    shown = _client_fingerprint(request)
    cosigner, now = Cosigner(site.origin, site.keys.signing), site.clock()

    def judge(tx: Transaction) -> Response:
        card = _partner_by(tx, shown)
        log = KnownLog(card.code, verify_key(card.ledger_origin, KeyKind.NOTE, card.signing_key))
        said = witness_checkpoint(tx, log, body, cosigner, now)
        return Response(said.body, said.status, media_type=said.content_type)

    return await _write(site, judge)


async def _show_leaves(site: Site, request: Request) -> Response:
    shown = _client_fingerprint(request)
    start, end = _position(request, "start"), _position(request, "end")

    def look(tx: Transaction) -> bytes:
        _partner_by(tx, shown)
        if not start <= end <= log_size(tx) or end - start > MAX_LEAVES:
            raise InputError(f"the ledger has {log_size(tx)} entries and a page has at most {MAX_LEAVES}")
        return b"".join(leaf_hashes(tx, start, end))

    return Response(await _read(site, look), media_type="application/octet-stream")


def _position(request: Request, name: str) -> int:
    text = request.query_params.get(name, "")
    if not _NUMBER.fullmatch(text):
        raise InputError(f"{name!r} must be a decimal number of entries")
    return int(text)


def _sent_at(request: Request) -> datetime:
    return parse_moment(request.headers.get(SENT_AT_HEADER, ""), f"the header {SENT_AT_HEADER}")


async def _body(request: Request, limit: int) -> bytes:
    """The request's body, given up as soon as it is longer than allowed."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise refuse(f"the request is longer than {limit} bytes", RefusalReason.TOO_LARGE)
    except ClientDisconnect:
        raise refuse("the request ended before its last byte") from None
    return bytes(body)


def _client_fingerprint(request: Request) -> str:
    shown: bytes = request.scope.get("extensions", {}).get("tls", {}).get("client_certificate", b"")
    return fingerprint(shown)


def _partner_by(tx: Transaction, tls_sha256: str) -> PartnerCard:
    """The partner whose certificate the connection showed.

    Raises:
        RefusedError: UNKNOWN_SENDER.
    """
    query = select(partner_card.c.content).where(partner_card.c.tls_sha256 == tls_sha256)
    content = tx.execute(query).scalar()
    if content is None:
        detail = f"no registered partner has the certificate {tls_sha256[:16]}…"
        raise RefusedError(RefusalReason.UNKNOWN_SENDER, detail)
    return read_card(content)
