"""The node as the partners' witness and the partners as its own: checkpoints out, cosignatures back, leaves audited."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from egnatia.errors import Error, TamperedError, UnreachableError
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.client import Reply, Request
from egnatia.exchange.directory import believed_cards
from egnatia.exchange.gossip import compare_heads
from egnatia.exchange.limits import MAX_SKEW
from egnatia.exchange.paths import LEAVES_PATH, WITNESS_PATH
from egnatia.exchange.problems import read_problem
from egnatia.exchange.rotation import own_signing_keys
from egnatia.exchange.server import MAX_LEAVES
from egnatia.exchange.watch import Watch
from egnatia.ledger.audit import AuditResult, record_audit
from egnatia.ledger.checkpoints import (
    Checkpoint,
    Note,
    due_checkpoint,
    latest_checkpoint,
    parse_size,
    signed_checkpoint,
    store_checkpoint,
)
from egnatia.ledger.finality import finality
from egnatia.ledger.mark import check_mark, write_mark
from egnatia.ledger.notekeys import KeyKind, verify_key
from egnatia.ledger.tree import HASH_BYTES, Frontier
from egnatia.ledger.witness import consistency_request, read_cosignature, store_cosignature
from egnatia.ledger.witnessed import WitnessedLog, all_witnessed
from egnatia.model.ids import PartnerCode
from egnatia.store.database import Transaction

__all__ = ["Watch", "announce", "ask_for_cosignatures", "audit_partners", "run_witnessing", "sign_when_due"]
_OK, _OTHER_SIZE = 200, 409
_NOT_SHOWN = (409, 422)
"""The partner's own ledger does not hold, or is shorter than what it had cosigned."""
AUDIT_WITHIN_S = 600
"""One partner's audit ends after so long, whatever size it claims: an honest one reads 16 pages for a million entries."""
_log = logging.getLogger("egnatia.exchange")


async def run_witnessing(watch: Watch) -> None:
    """Checkpoint, ask for cosignatures, compare heads and audit, until cancelled.

    Audits go beside the rounds: a partner that shows its leaves slowly must not keep checkpoints from being signed.
    """
    await asyncio.gather(_rounds(watch), _audits(watch))


async def _rounds(watch: Watch) -> None:
    announced = False
    while True:
        await _calmly(ask_for_cosignatures(watch))
        await _calmly(compare_heads(watch))
        announced = await announce(watch, announced=announced)
        await asyncio.sleep(watch.checkpoint_every.total_seconds())


async def _audits(watch: Watch) -> None:
    audited_at = watch.clock()
    while True:
        await asyncio.sleep(watch.checkpoint_every.total_seconds())
        if watch.clock() - audited_at >= watch.audit_every:
            audited_at = watch.clock()
            await _calmly(audit_partners(watch))


async def _calmly(work: Coroutine[Any, Any, object]) -> None:
    """Do one round; what goes wrong with it is logged, and the next round tries again."""
    try:
        await work
    except Error as error:
        _log.error("witnessing: %s", error.message)


async def announce(watch: Watch, *, announced: bool) -> bool:
    """Say once when the ledger has been unwitnessed for too long, and once when that is over. Returns whether it is."""
    try:
        known = await watch.read(lambda tx: finality(tx, watch.policy, list(believed_cards(tx)), watch.clock()))
    except Error as error:
        _log.error("witnessing: %s", error.message)
        return announced
    if known.stale != announced:
        _log.warning("%s", known.words())
    return known.stale


async def ask_for_cosignatures(watch: Watch) -> int:
    """Sign a checkpoint when the ledger grew, have every partner cosign it; returns how many new cosignatures came.

    Raises:
        TamperedError: this node's own ledger does not continue its last checkpoint.
    """
    await sign_when_due(watch)
    known = await watch.read(believed_cards)
    outcomes = await asyncio.gather(*(_ask_one(watch, card) for card in known.values()))
    return sum(outcomes)


async def sign_when_due(watch: Watch) -> Note | None:
    """Sign a checkpoint when the ledger grew. Only the storing takes the writer's time: proof and signature do not.

    Raises:
        TamperedError: the ledger does not continue its last checkpoint, or has less than was signed once.
    """
    due = await watch.read(lambda tx: _due(tx, watch))
    if due is None:
        return None
    note = await asyncio.to_thread(signed_checkpoint, due, watch.keys.signing, watch.clock())
    stored = await watch.write(lambda tx: store_checkpoint(tx, note))
    if watch.mark is not None:
        await asyncio.to_thread(write_mark, watch.mark, stored.note)
    return stored


def _due(tx: Transaction, watch: Watch) -> Checkpoint | None:
    if watch.mark is not None:
        mine = own_signing_keys(tx, watch.keys)
        check_mark(tx, watch.mark, *(verify_key(watch.origin, KeyKind.NOTE, each) for each in mine))
    return due_checkpoint(tx, watch.origin)


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
    size, body = await watch.read(lambda tx: _request(tx, card, None))
    if body is None:
        return False
    reply = await _post(watch, card, body)
    if reply.status == _OTHER_SIZE:
        theirs = parse_size(reply.body.decode("ascii", "replace").strip())
        size, body = await watch.read(lambda tx: _request(tx, card, theirs))
        reply = await _post(watch, card, body or b"")
    if reply.status != _OK:
        raise TamperedError(f"no cosignature: HTTP {reply.status} {reply.body[:200].decode('utf-8', 'replace')!a}")
    key = verify_key(card.ledger_origin, KeyKind.COSIGNATURE, card.signing_key)
    cosigned = await watch.read(lambda tx: read_cosignature(tx, card.code, key, size, reply.body))
    if cosigned.at - watch.clock() > MAX_SKEW:  # it would look fresh for years, and hide that nobody cosigns any more
        raise TamperedError(f"its cosignature is of {cosigned.at:%Y-%m-%d %H:%M} UTC, which is still to come")
    await watch.write(lambda tx: store_cosignature(tx, cosigned))
    return True


def _request(tx: Transaction, card: PartnerCard, old_size: int | None) -> tuple[int, bytes | None]:
    latest = latest_checkpoint(tx)
    return (latest.checkpoint.size if latest else 0), consistency_request(tx, card.code, old_size)


async def _post(watch: Watch, card: PartnerCard, body: bytes) -> Reply:
    return await watch.line.ask(card, Request(WITNESS_PATH, body, {"content-type": "text/plain; charset=utf-8"}))


async def audit_partners(watch: Watch) -> list[tuple[PartnerCode, AuditResult]]:
    """Compare every reachable partner's leaves with the checkpoint we cosigned; a finding raises the alarm."""
    heads = await watch.read(all_witnessed)
    known = await watch.read(believed_cards)
    due = [head for head in heads if head.partner in known]
    outcomes = await asyncio.gather(*(_audit_in_time(watch, known[head.partner], head) for head in due))
    return [(head.partner, result) for head, result in zip(due, outcomes, strict=True) if result is not None]


async def _audit_in_time(watch: Watch, card: PartnerCard, head: WitnessedLog) -> AuditResult | None:
    try:
        async with asyncio.timeout(AUDIT_WITHIN_S):
            return await _audit_one(watch, card, head)
    except UnreachableError as error:
        _log.warning("the audit of %s waits: %s", card.code, error.message)
    except TimeoutError:
        _log.warning("the audit of %s was given up after %d s: %d entries", card.code, AUDIT_WITHIN_S, head.size)
    return None


async def _audit_one(watch: Watch, card: PartnerCard, head: WitnessedLog) -> AuditResult:
    try:
        root = await _root_of_leaves(watch, card, head.size)
        finding = None if root == head.root else f"the first {head.size} entries are not those that were cosigned"
    except TamperedError as error:
        finding = error.message
    now = watch.clock()
    return await watch.write(lambda tx: record_audit(tx, head, finding, now))


async def _root_of_leaves(watch: Watch, card: PartnerCard, size: int) -> bytes:
    """The root over a partner's leaf hashes from 0 to `size`. A page at a time, because the partner says how many.

    Raises:
        UnreachableError: it cannot answer now.
        TamperedError: it will not show what it once had cosigned.
    """
    tree = Frontier()
    for start in range(0, size, MAX_LEAVES):
        page = await _leaves(watch, card, start, min(start + MAX_LEAVES, size))
        await asyncio.to_thread(_grow, tree, page)
    return tree.root()


def _grow(tree: Frontier, page: bytes) -> None:
    for at in range(0, len(page), HASH_BYTES):
        tree.add(page[at : at + HASH_BYTES])


async def _leaves(watch: Watch, card: PartnerCard, start: int, end: int) -> bytes:
    path = f"{LEAVES_PATH}?start={start}&end={end}"
    reply = await watch.line.ask(card, Request(path, limit=MAX_LEAVES * HASH_BYTES))
    if reply.status in _NOT_SHOWN:
        said = read_problem(reply.status, reply.body).detail
        raise TamperedError(f"it does not show its entries {start} to {end} that were cosigned: {said}")
    if reply.status != _OK or len(reply.body) != (end - start) * HASH_BYTES:
        raise UnreachableError(f"{card.code} answered HTTP {reply.status} instead of leaf hashes")
    return reply.body
