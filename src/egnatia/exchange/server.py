"""What partners can ask of this node, always under mutual TLS: messages, its status, witnessing and auditing.

The application holds no state of its own. Messages and witnessing go through the node's writer, so that nobody is
answered before what was answered is durable.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import select
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from egnatia.errors import BusyError, Error, InputError, RefusedError
from egnatia.exchange.blind_pages import PAGE_PATH, STATEMENT_PATH, page_for, statement_of
from egnatia.exchange.card import PartnerCard, read_card
from egnatia.exchange.certificates import fingerprint
from egnatia.exchange.directory import card_of
from egnatia.exchange.gossip import HEADS_PATH, PATH_PATH, Weighed, known_log, store, weigh
from egnatia.exchange.inbox import Arrival, Handler, check_clock, note_refusal, receive
from egnatia.exchange.keys import NodeKeys
from egnatia.exchange.message import Message, format_moment, parse_moment, read_message
from egnatia.exchange.pacing import Pace
from egnatia.exchange.parcels import MAX_PARCEL_BYTES, answered, opened
from egnatia.exchange.paths import (
    C2SP_PATH,
    LEAVES_PATH,
    MESSAGES_PATH,
    PARCELS_PATH,
    SENT_AT_HEADER,
    STATUS_PATH,
    WITNESS_PATH,
)
from egnatia.exchange.problems import fault_response, on_error, on_fault, problem, problem_response
from egnatia.exchange.protocols import NEWEST, STATUS_FIELD
from egnatia.exchange.senders import Acquaintances
from egnatia.exchange.strict_json import MAX_BYTES, refuse
from egnatia.ledger.audit import leaf_hashes
from egnatia.ledger.evidence import Finder
from egnatia.ledger.heads import MAX_HEADS_BYTES, read_heads, show_heads, show_path
from egnatia.ledger.nodes import log_size
from egnatia.ledger.witness import Cosigner, examine, judge_checkpoint
from egnatia.ledger.witness_text import MAX_REQUEST_BYTES, WitnessAnswer
from egnatia.model.ids import PartnerCode
from egnatia.model.states import RefusalReason
from egnatia.store.database import Database, Transaction
from egnatia.store.tables import partner_card
from egnatia.store.writer import Writer

MAX_WAITING = 1_024
"""Messages that may wait for the writer: some seconds of work, a quarter of what the writer lets its own node queue."""
DRAINED_PER_S = 300
"""The least that a node writes a second (bench/exchange, goal of the backlog)."""
MAX_LEAVES = 65_536
"""Leaf hashes a page: 2 MiB, so that an audit of a million entries takes 16 requests and none is long."""

T = TypeVar("T")
_log = logging.getLogger("egnatia.exchange")


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
        known: whose messages held before.
        pace: which answers leave at fixed moments only; none where nothing measures this node's time.
    """

    keys: NodeKeys
    origin: str
    database: Database
    writer: Writer
    handle: Handler
    clock: Callable[[], datetime]
    version: str
    known: Acquaintances = field(default_factory=Acquaintances)
    pace: Pace | None = None


Endpoint = Callable[[Site, Request], Awaitable[Response]]
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)


def exchange_app(site: Site) -> "ExchangeApp":
    """The application that partners talk to."""
    routes = [
        Route(MESSAGES_PATH, _bound(site, _take_message), methods=["POST"]),
        Route(PARCELS_PATH, _bound(site, _take_parcel), methods=["POST"]),
        Route(STATUS_PATH, _bound(site, _show_status), methods=["GET"]),
        Route(WITNESS_PATH, _bound(site, _witness), methods=["POST"]),
        Route(C2SP_PATH, _bound(site, _witness), methods=["POST"]),
        Route(HEADS_PATH, _bound(site, _swap_heads), methods=["POST"]),
        Route(PATH_PATH, _bound(site, _show_path), methods=["GET"]),
        Route(LEAVES_PATH, _bound(site, _show_leaves), methods=["GET"]),
        Route(STATEMENT_PATH + "/{holder}", _bound(site, _show_statement), methods=["GET"]),
        Route(PAGE_PATH + "/{root}/{number}", _bound(site, _show_page), methods=["GET"]),
    ]
    handlers: dict[Any, Any] = {Error: on_error, HTTPException: _on_http_error, Exception: on_fault}
    return ExchangeApp(site, Starlette(routes=routes, exception_handlers=handlers))


class ExchangeApp:
    """The application, with nearly all requests answered without router, which costs as much as reading a message.

    Whatever is not a message posted goes to the application behind it, which knows the same address.
    """

    def __init__(self, site: Site, app: Starlette) -> None:
        self._site = site
        self._app = app
        self._message = ServerErrorMiddleware(self._take, handler=on_fault)

    @property
    def routes(self) -> list[BaseRoute]:
        """Every address that it serves."""
        return self._app.routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        is_message = scope["type"] == "http" and scope["path"] == MESSAGES_PATH and scope["method"] == "POST"
        await (self._message if is_message else self._app)(scope, receive, send)

    async def _take(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await _take_message(self._site, Request(scope, receive))
        except Error as error:
            response = problem_response(error)
        await response(scope, receive, send)


def _bound(site: Site, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        return await endpoint(site, request)

    return serve


async def _on_http_error(_request: Request, error: Exception) -> Response:
    """Nothing at this address, or another method; `Allow` says which ones there are (RFC 9110 section 15.5.6)."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    code = "METHOD_NOT_ALLOWED" if "Allow" in headers else "NOT_FOUND"
    response = problem(status, code, "there is nothing at this address", hint="Check the partner's version.")
    response.headers.update(headers)
    return response


async def _write(site: Site, job: Callable[[Transaction], T]) -> T:
    return await site.writer.awaited(job)


async def _read(site: Site, job: Callable[[Transaction], T]) -> T:
    def run() -> T:
        with site.database.read() as tx:
            return job(tx)

    return await asyncio.to_thread(run)


async def _take_message(site: Site, request: Request) -> Response:
    _check_load(site.writer)
    now, shown = site.clock(), _client_certificate(request)
    try:
        body = await _body(request, MAX_BYTES)
        check_clock(_sent_at(request), now)
        queued = _queued(site, body, shown, now)
        await _held(site, [queued])
        answer = await queued.answer
    except RefusedError as refusal:
        await _note(site, fingerprint(shown), refusal.reason, now)
        raise
    return Response(answer, media_type="application/json")


@dataclass(frozen=True, slots=True)
class _Queued:
    """A message that the writer has; its future holds the answer once it is durable, or why there is none."""

    message: Message
    answer: "asyncio.Future[bytes]"


def _queued(site: Site, content: bytes, shown: bytes, now: datetime) -> _Queued:
    """Have the writer answer a message.

    Raises:
        RefusedError: it has not the form of a message.
    """
    message, envelope = read_message(content)
    by = site.known.verified_by(message.sender, envelope)
    arrival = Arrival(message, envelope, fingerprint(shown), shown, by)
    return _Queued(message, site.writer.awaited(lambda tx: _received(tx, site, arrival, now)))


async def _held(site: Site, queued: Sequence[_Queued]) -> None:
    """Where the time of an answer could tell something, wait for all of them and then for the next step."""
    pace = site.pace
    if pace is None or not any(pace.applies(each.message) for each in queued):
        return
    arrived = pace.clock()
    await asyncio.gather(*(each.answer for each in queued), return_exceptions=True)
    await pace.hold(arrived)


async def _take_parcel(site: Site, request: Request) -> Response:
    """Several messages, each with the reply that it would have had alone; those of one parcel share a commit."""
    _check_load(site.writer)
    now, shown = site.clock(), _client_certificate(request)
    try:
        body = await _body(request, MAX_PARCEL_BYTES)
        check_clock(_sent_at(request), now)
        contents = opened(body)
    except RefusedError as refusal:
        await _note(site, fingerprint(shown), refusal.reason, now)
        raise
    waiting = [_queued_or_refused(site, content, shown, now) for content in contents]
    taken = [each for each in waiting if isinstance(each, _Queued)]
    await _held(site, taken)
    await asyncio.gather(*(each.answer for each in taken), return_exceptions=True)
    return answered([await _reply(site, each, shown, now) for each in waiting])


_Waiting: TypeAlias = "_Queued | RefusedError"


def _queued_or_refused(site: Site, content: bytes, shown: bytes, now: datetime) -> _Waiting:
    try:
        return _queued(site, content, shown, now)
    except RefusedError as refusal:
        return refusal


async def _reply(site: Site, done: _Waiting, shown: bytes, now: datetime) -> Response:
    """What a message of a parcel is answered; a fault while it was handled is its own and not its neighbours'."""
    error = done.answer.exception() if isinstance(done, _Queued) else done
    if isinstance(done, _Queued) and error is None:
        return Response(done.answer.result(), media_type="application/json")
    if isinstance(error, RefusedError):
        await _note(site, fingerprint(shown), error.reason, now)
    if isinstance(error, Error):
        return problem_response(error)
    _log.error("a fault of this node while it handled a message", exc_info=error)
    return fault_response()


def _received(tx: Transaction, site: Site, arrival: Arrival, now: datetime) -> bytes:
    card = None if arrival.verified_by else card_of(tx, arrival.message.sender)  # before: it may revoke its own card
    answer = receive(tx, site.keys, arrival, site.handle, now)
    if card is not None:
        site.known.meet(card)
    return answer


def _check_load(writer: Writer) -> None:
    """Put partners off while more waits than is written in a few seconds; this node's own officers are still served.

    Raises:
        BusyError: with the seconds in which the queue will have been written, at the rate every release has to reach.
    """
    waiting = writer.waiting()
    if waiting >= MAX_WAITING:
        raise BusyError(f"{waiting} messages wait here already", retry_after_s=1 + waiting // DRAINED_PER_S)


async def _note(site: Site, shown: str, reason: RefusalReason, now: datetime) -> None:
    """Leave a trace of what a partner sent in vain; who has no registered certificate leaves none."""

    def note(tx: Transaction) -> None:
        code = tx.execute(select(partner_card.c.code).where(partner_card.c.tls_sha256 == shown)).scalar()
        if code is not None:
            note_refusal(tx, PartnerCode(code), reason, now)

    await _write(site, note)


async def _show_status(site: Site, request: Request) -> Response:
    shown = _client_fingerprint(request)

    def look(tx: Transaction) -> int:
        _partner_by(tx, shown)
        return log_size(tx)

    size = await _read(site, look)
    status = {"code": site.keys.code, "version": site.version, "ledger_size": size, STATUS_FIELD: NEWEST}
    return JSONResponse(status | {"time": format_moment(site.clock())})


async def _witness(site: Site, request: Request) -> Response:
    body = await _body(request, MAX_REQUEST_BYTES)
    shown = _client_fingerprint(request)
    cosigner, now = Cosigner(site.origin, site.keys.signing, site.keys.code), site.clock()
    examined = await _read(site, lambda tx: examine(known_log(tx, _partner_by(tx, shown)), body))
    if isinstance(examined, WitnessAnswer):
        said = examined
    else:
        said = await _write(site, lambda tx: judge_checkpoint(tx, examined, cosigner, now))
    return Response(said.body, said.status, {"content-type": said.content_type})  # C2SP: exactly this type


async def _swap_heads(site: Site, request: Request) -> Response:
    theirs = read_heads(await _body(request, MAX_HEADS_BYTES))
    shown, now = _client_fingerprint(request), site.clock()

    def look(tx: Transaction) -> tuple[Weighed, bytes]:
        code = _partner_by(tx, shown).code
        return weigh(tx, theirs, code, Finder(site.keys.code, now)), show_heads(tx, code)

    weighed, ours = await _read(site, look)
    if weighed.evidence or weighed.doubts:  # a question waits for this node's own next round
        await _write(site, lambda tx: store(tx, weighed, now))
    return Response(ours, media_type="application/json")


async def _show_path(site: Site, request: Request) -> Response:
    shown = _client_fingerprint(request)
    old, new = _position(request, "old"), _position(request, "new")

    def look(tx: Transaction) -> bytes:
        _partner_by(tx, shown)
        return show_path(tx, old, new)

    return Response(await _read(site, look), media_type="text/plain")


async def _show_leaves(site: Site, request: Request) -> Response:
    shown = _client_fingerprint(request)
    start, end = _position(request, "start"), _position(request, "end")

    def look(tx: Transaction) -> bytes:
        _partner_by(tx, shown)
        if not start <= end <= log_size(tx) or end - start > MAX_LEAVES:
            raise InputError(f"the ledger has {log_size(tx)} entries and a page has at most {MAX_LEAVES}")
        return b"".join(leaf_hashes(tx, start, end))

    return Response(await _read(site, look), media_type="application/octet-stream")


async def _show_statement(site: Site, request: Request) -> Response:
    shown, holder = _client_fingerprint(request), request.path_params["holder"]

    def look(tx: Transaction) -> bytes:
        _partner_by(tx, shown)
        return statement_of(tx, holder)

    return Response(await _read(site, look), media_type="application/json")


async def _show_page(site: Site, request: Request) -> Response:
    shown, asked = _client_fingerprint(request), request.path_params

    def look(tx: Transaction) -> bytes:
        return page_for(tx, _partner_by(tx, shown).code, asked["root"], asked["number"])

    return Response(await _read(site, look), media_type="application/octet-stream")


def _position(request: Request, name: str) -> int:
    text = request.query_params.get(name, "")
    if not _NUMBER.fullmatch(text):
        raise InputError(f"{name!r} must be a decimal number of entries")
    return int(text)


def _sent_at(request: Request) -> datetime:
    """When it was sent. The header stands there once: of two, this node and a proxy before it could each take another."""
    said = request.headers.getlist(SENT_AT_HEADER)
    return parse_moment(said[0] if len(said) == 1 else "", f"the header {SENT_AT_HEADER}")


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


def _client_certificate(request: Request) -> bytes:
    shown: bytes = request.scope.get("extensions", {}).get("tls", {}).get("client_certificate", b"")
    return shown


def _client_fingerprint(request: Request) -> str:
    return fingerprint(_client_certificate(request))


def _partner_by(tx: Transaction, tls_sha256: str) -> PartnerCard:
    """The partner whose certificate the connection showed.

    Raises:
        RefusedError: UNKNOWN_SENDER.
    """
    believed = (partner_card.c.tls_sha256 == tls_sha256) & partner_card.c.revoked_at.is_(None)
    query = select(partner_card.c.content).where(believed)
    content = tx.execute(query).scalar()
    if content is None:
        detail = f"no registered partner has the certificate {tls_sha256[:16]}…"
        raise RefusedError(RefusalReason.UNKNOWN_SENDER, detail)
    return read_card(content)
