"""Partners show one another the checkpoints that they hold of everybody else, so that no log can show two faces.

Each round swaps heads with every partner over the usual line. What two heads of one log prove is decided in
`ledger.heads`; here it is asked for, and stored. A partner of release 0.1.0 does not know these addresses and is left
out. Nothing is entered into the ledger but alarms, of which there are at most two for each partner.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from egnatia.errors import Error, InputError, TamperedError, UnreachableError
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.client import Reply, Request
from egnatia.exchange.directory import believed_cards
from egnatia.exchange.key_history import past_log_keys
from egnatia.exchange.watch import Watch
from egnatia.ledger.alarms import PROVEN, accuse, alarms, suspect
from egnatia.ledger.checkpoints import read_note
from egnatia.ledger.evidence import Evidence, Finder, read_evidence, verify_evidence
from egnatia.ledger.heads import (
    MAX_HEADS_BYTES,
    MAX_PATH_BYTES,
    Doubt,
    Question,
    Shown,
    compare,
    judge,
    read_heads,
    read_path,
    show_heads,
)
from egnatia.ledger.notekeys import KeyKind, verify_key
from egnatia.ledger.witness import KnownLog
from egnatia.ledger.witnessed import keep_head
from egnatia.model.ids import PartnerCode
from egnatia.store.database import Transaction

HEADS_PATH = "/exchange/witness/heads"
PATH_PATH = "/exchange/ledger/path"
_OK, _UNKNOWN_ADDRESS, _SERVER_FAULT = 200, 404, 500
_log = logging.getLogger("egnatia.exchange")


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a partner's heads mean beside our own.

    Attributes:
        told_by: the partner that showed them.
        evidence: proofs against a partner.
        doubts: what does not fit but proves nothing.
        questions: what only the log itself can tell.
    """

    told_by: PartnerCode
    evidence: tuple[tuple[PartnerCode, Evidence], ...] = ()
    doubts: tuple[tuple[PartnerCode, Doubt], ...] = ()
    questions: tuple[Question, ...] = ()


def known_log(tx: Transaction, card: PartnerCard) -> KnownLog:
    """A partner's log by the key on its card, with those before it that were not stolen."""
    key = verify_key(card.ledger_origin, KeyKind.NOTE, card.signing_key)
    return KnownLog(card.code, key, past_log_keys(tx, card))


def weigh(tx: Transaction, shown: Shown, told_by: PartnerCode, finder: Finder) -> Weighed:
    """Compare what a partner shows with what this node holds. Reads only; what is not signed counts for nothing.

    Args:
        tx: any transaction.
        shown: heads and evidence as they came.
        told_by: who showed them.
        finder: this node.
    """
    logs = {card.ledger_origin: known_log(tx, card) for card in believed_cards(tx).values()}
    settled = {one.partner for one in alarms(tx) if one.grade == PROVEN}
    open_logs = {origin: log for origin, log in logs.items() if log.partner not in settled}
    evidence = _verified(shown, open_logs)
    heads = [(open_logs[origin], note) for origin, note in _one_each(shown) if origin in open_logs]
    pairs = [(log.partner, _weigh_one(tx, log, note, finder)) for log, note in heads]
    evidence += [(code, one) for code, one in pairs if isinstance(one, Evidence)]
    return Weighed(
        told_by,
        tuple(evidence),
        tuple((code, one) for code, one in pairs if isinstance(one, Doubt)),
        tuple(one for _, one in pairs if isinstance(one, Question)),
    )


def _verified(shown: Shown, logs: Mapping[str, KnownLog]) -> list[tuple[PartnerCode, Evidence]]:
    """The evidence that holds by the keys that this node knows; the rest is as good as silence."""
    found: list[tuple[PartnerCode, Evidence]] = []
    for line in shown.evidence:
        try:
            evidence = read_evidence(line.encode("utf-8", "replace"))
            if evidence.origin in logs:
                verify_evidence(evidence, logs[evidence.origin].key, logs[evidence.origin].past)
                found.append((logs[evidence.origin].partner, evidence))
        except (InputError, TamperedError) as error:
            _log.warning("evidence that proves nothing was shown: %s", error.message)
    return found


def _one_each(shown: Shown) -> list[tuple[str, bytes]]:
    """The first head of each log; a partner that shows many of one log has none of the others looked at."""
    heads: dict[str, bytes] = {}
    for text in shown.heads:
        note = text.encode("utf-8", "replace")
        try:
            heads.setdefault(read_note(note).origin, note)
        except InputError:
            continue
    return list(heads.items())


def _weigh_one(tx: Transaction, log: KnownLog, note: bytes, finder: Finder) -> Evidence | Doubt | Question | None:
    try:
        return compare(tx, log, note, finder)
    except (InputError, TamperedError) as error:
        _log.info("a head of %s that its present key did not sign was shown: %s", log.partner, error.message)
        return None


def store(tx: Transaction, weighed: Weighed, now: datetime) -> int:
    """Raise the alarms that a comparison gave. Returns how many are new."""
    new = [accuse(tx, code, one, now, weighed.told_by) for code, one in weighed.evidence]
    new += [suspect(tx, code, one.reason, one.notes, now) for code, one in weighed.doubts]
    return sum(new)


async def compare_heads(watch: Watch) -> int:
    """One round: swap heads with every partner and follow up what differs. Returns how many alarms are new."""
    known = await watch.read(believed_cards)
    outcomes = await asyncio.gather(*(_calmly(watch, card, known) for card in known.values()))
    return sum(outcomes)


async def _calmly(watch: Watch, card: PartnerCard, known: Mapping[PartnerCode, PartnerCard]) -> int:
    try:
        return await _swap(watch, card, known)
    except UnreachableError:
        return 0
    except Error as error:
        _log.warning("comparing heads with %s: %s", card.code, error.message)
        return 0


async def _swap(watch: Watch, card: PartnerCard, known: Mapping[PartnerCode, PartnerCard]) -> int:
    body = await watch.read(lambda tx: show_heads(tx, card.code))
    headers = {"content-type": "application/json"}
    reply = await watch.line.ask(card, Request(HEADS_PATH, body, headers, limit=MAX_HEADS_BYTES))
    if reply.status != _OK:
        return 0  # release 0.1.0 has no such address; what else may be wrong with the line shows elsewhere
    shown = read_heads(reply.body)
    now = watch.clock()
    weighed = await watch.read(lambda tx: weigh(tx, shown, card.code, watch.finder(now)))
    new = 0
    if weighed.evidence or weighed.doubts:
        new = await watch.write(lambda tx: store(tx, weighed, now))
    for question in weighed.questions:
        new += await _put(watch, question, known[question.log.partner], card.code)
    return new


async def _put(watch: Watch, question: Question, accused: PartnerCard, told_by: PartnerCode) -> int:
    """Ask a log to join two heads that it signed. A line that is down proves nothing; the next round asks again."""
    old, new = question.sizes
    try:
        reply = await watch.line.ask(accused, Request(f"{PATH_PATH}?old={old}&new={new}", limit=MAX_PATH_BYTES))
    except UnreachableError as error:
        _log.warning("%s does not join its heads of %d and %d yet: %s", accused.code, old, new, error.message)
        return 0
    if reply.status == _UNKNOWN_ADDRESS or reply.status >= _SERVER_FAULT:
        return 0
    now = watch.clock()
    try:
        evidence = judge(question, _hashes(reply), watch.finder(now))
    except (InputError, TamperedError) as error:
        doubt = Weighed(told_by, doubts=((accused.code, Doubt(question.notes, error.message)),))
        return await watch.write(lambda tx: store(tx, doubt, now))
    if evidence is not None:
        proven = Weighed(told_by, evidence=((accused.code, evidence),))
        return await watch.write(lambda tx: store(tx, proven, now))
    await watch.write(lambda tx: _keep(tx, question, now))
    return 0


def _hashes(reply: Reply) -> list[bytes]:
    if reply.status != _OK:
        raise TamperedError(f"it does not join two checkpoints that it signed, it answers {reply.status}")
    return read_path(reply.body)


def _keep(tx: Transaction, question: Question, now: datetime) -> None:
    """Both heads are of one history: keep them, so that nobody has to be asked about them again."""
    for size, root, note in zip(question.sizes, question.roots, question.notes, strict=True):
        keep_head(tx, question.log.partner, (size, root), note, now)
