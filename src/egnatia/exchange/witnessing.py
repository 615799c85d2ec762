"""The node as the partners' witness and the partners as its own: checkpoints out, cosignatures back, leaves audited."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from egnatia.errors import Error, TamperedError, UnreachableError
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.client import Line, Reply, Request
from egnatia.exchange.directory import cards
from egnatia.exchange.keys import NodeKeys
from egnatia.exchange.problems import read_problem
from egnatia.exchange.server import LEAVES_PATH, MAX_LEAVES, WITNESS_PATH
from egnatia.ledger.audit import AuditResult, check_leaves, record_audit
from egnatia.ledger.checkpoints import latest_checkpoint, parse_size, sign_checkpoint
from egnatia.ledger.notekeys import KeyKind, verify_key
from egnatia.ledger.tree import HASH_BYTES
from egnatia.ledger.witness import consistency_request, record_cosignature
from egnatia.ledger.witnessed import WitnessedLog, all_witnessed
from egnatia.model.ids import PartnerCode
from egnatia.store.database import Database, Transaction
from egnatia.store.writer import Writer

_OK, _OTHER_SIZE = 200, 409
_NOT_SHOWN = (409, 422)
"""The partner's own ledger does not hold, or is shorter than what it had cosigned."""
_log = logging.getLogger("egnatia.exchange")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Watch:
    """What witnessing works with.

    Attributes:
        keys: this node's.
        origin: the name of this node's ledger.
        database: for reading.
        writer: for everything that changes something.
        line: to the partners.
        clock: the time.
        checkpoint_every: at most one checkpoint in this time, and only when the ledger grew.
        audit_every: how often each partner's leaves are audited.
    """

    keys: NodeKeys
    origin: str
    database: Database
    writer: Writer
    line: Line
    clock: Callable[[], datetime]
    checkpoint_every: timedelta
    audit_every: timedelta


async def run_witnessing(watch: Watch) -> None:
    """Checkpoint, ask for cosignatures and audit, until cancelled."""
    audited_at = watch.clock()
    while True:
        await _calmly(ask_for_cosignatures(watch))
        if watch.clock() - audited_at >= watch.audit_every:
            audited_at = watch.clock()
            await _calmly(audit_partners(watch))
        await asyncio.sleep(watch.checkpoint_every.total_seconds())


async def _calmly(work: Coroutine[Any, Any, object]) -> None:
    """Do one round; what goes wrong with it is logged, and the next round tries again."""
    try:
        await work
    except Error as error:
        _log.error("witnessing: %s", error.message)


async def ask_for_cosignatures(watch: Watch) -> int:
    """Sign a checkpoint when the ledger grew, have every partner cosign it; returns how many new cosignatures came.

    Raises:
        TamperedError: this node's own ledger does not continue its last checkpoint.
    """
    now = watch.clock()
    await _write(watch, lambda tx: sign_checkpoint(tx, watch.origin, watch.keys.signing, now))
    known = await _read(watch, cards)
    outcomes = await asyncio.gather(*(_ask_one(watch, card) for card in known.values()))
    return sum(outcomes)


async def _ask_one(watch: Watch, card: PartnerCard) -> bool:
    try:
        return await _cosigned_by(watch, card)
    except UnreachableError:
        return False  # the courier's view of the partner tells the same story already
    except Error as error:
        _log.error("witness %s: %s", card.code, error.message)
        return False


async def _cosigned_by(watch: Watch, card: PartnerCard) -> bool:
    """Ask one partner; once more when it names another size than we remember."""
    size, body = await _read(watch, lambda tx: _request(tx, card, None))
    if body is None:
        return False
    reply = await _post(watch, card, body)
    if reply.status == _OTHER_SIZE:
        theirs = parse_size(reply.body.decode("ascii", "replace").strip())
        size, body = await _read(watch, lambda tx: _request(tx, card, theirs))
        reply = await _post(watch, card, body or b"")
    if reply.status != _OK:
        raise TamperedError(f"no cosignature: HTTP {reply.status} {reply.body[:200].decode('utf-8', 'replace')!a}")
    key = verify_key(card.ledger_origin, KeyKind.COSIGNATURE, card.signing_key)
    await _write(watch, lambda tx: record_cosignature(tx, card.code, key, size, reply.body))
    return True


def _request(tx: Transaction, card: PartnerCard, old_size: int | None) -> tuple[int, bytes | None]:
    latest = latest_checkpoint(tx)
    return (latest.checkpoint.size if latest else 0), consistency_request(tx, card.code, old_size)


async def _post(watch: Watch, card: PartnerCard, body: bytes) -> Reply:
    return await watch.line.ask(card, Request(WITNESS_PATH, body, {"content-type": "text/plain; charset=utf-8"}))


async def audit_partners(watch: Watch) -> list[tuple[PartnerCode, AuditResult]]:
    """Compare every reachable partner's leaves with the checkpoint we cosigned; a finding raises the alarm."""
    heads = await _read(watch, all_witnessed)
    known = await _read(watch, cards)
    audited: list[tuple[PartnerCode, AuditResult]] = []
    for head in heads:
        if head.partner in known:
            try:
                audited.append((head.partner, await _audit_one(watch, known[head.partner], head)))
            except UnreachableError as error:
                _log.warning("the audit of %s waits: %s", head.partner, error.message)
    return audited


async def _audit_one(watch: Watch, card: PartnerCard, head: WitnessedLog) -> AuditResult:
    try:
        leaves = await _leaves(watch, card, head.size)
    except TamperedError as error:
        finding: str | None = error.message
    else:
        finding = await asyncio.to_thread(check_leaves, head, leaves)
    now = watch.clock()
    return await _write(watch, lambda tx: record_audit(tx, head, finding, now))


async def _leaves(watch: Watch, card: PartnerCard, size: int) -> list[bytes]:
    """A partner's leaf hashes from 0 to `size`, page by page.

    Raises:
        UnreachableError: it cannot answer now.
        TamperedError: it will not show what it once had cosigned.
    """
    found: list[bytes] = []
    for start in range(0, size, MAX_LEAVES):
        end = min(start + MAX_LEAVES, size)
        path = f"{LEAVES_PATH}?start={start}&end={end}"
        reply = await watch.line.ask(card, Request(path, limit=MAX_LEAVES * HASH_BYTES))
        if reply.status in _NOT_SHOWN:
            said = read_problem(reply.status, reply.body).detail
            raise TamperedError(f"it does not show its entries {start} to {end} that were cosigned: {said}")
        if reply.status != _OK or len(reply.body) != (end - start) * HASH_BYTES:
            raise UnreachableError(f"{card.code} answered HTTP {reply.status} instead of leaf hashes")
        found += [reply.body[at : at + HASH_BYTES] for at in range(0, len(reply.body), HASH_BYTES)]
    return found


async def _write(watch: Watch, job: Callable[[Transaction], T]) -> T:
    return await asyncio.wrap_future(watch.writer.submit(job))


async def _read(watch: Watch, job: Callable[[Transaction], T]) -> T:
    def run() -> T:
        with watch.database.read() as tx:
            return job(tx)

    return await asyncio.to_thread(run)
