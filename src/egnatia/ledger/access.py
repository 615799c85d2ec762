"""Reading the access log: only for a lawful purpose of logs, never without its own entry, and by sample for inspectors.

Logs are kept to check lawfulness and security, not to find out about people (Directive (EU) 2016/680 art. 25(2); Data
Protection Act 2018 s. 62(4); Regulation (EU) 2024/982 art. 40(3)). Whoever names another purpose is refused, and the
refusal is entered. Who may read at all is decided above (`Action.READ_LEDGER`).
"""

import heapq
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Select, select

from egnatia.errors import InputError, RefusedError
from egnatia.ledger.entries import MAX_PAGE, EntryFilter, EntryView, read_entries, view_entries
from egnatia.ledger.log import Act, append
from egnatia.model.events import OPERATIONS, EventKind
from egnatia.model.ids import OfficerId, PartnerCode
from egnatia.model.states import LogPurpose, Operation, RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import ledger_entry

MAX_SEED = 200
"""Characters: a seed may be a sentence, a date, a lottery result that nobody could foresee."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads the log, of which node, why, and when.

    Attributes:
        officer: by reference.
        code: of the node.
        purpose: from the closed list.
        reason: in the officer's words.
        now: when.
    """

    officer: OfficerId
    code: PartnerCode
    purpose: LogPurpose
    reason: str
    now: datetime


@dataclass(frozen=True, slots=True)
class SampleRequest:
    """Which entries a sample is drawn from.

    Attributes:
        seed: chosen by the inspector; the same seed over the same entries gives the same sample.
        count: entries, 1 to `entries.MAX_PAGE`.
        operation: of which logged operation.
        since: from when on.
        until: before when.
    """

    seed: str
    count: int
    operation: Operation = Operation.CONSULTATION
    since: datetime | None = None
    until: datetime | None = None


def log_purpose(text: str) -> LogPurpose:
    """The purpose of reading, if it is a lawful one.

    Raises:
        RefusedError: LOG_PURPOSE.
    """
    try:
        return LogPurpose(text)
    except ValueError:
        raise RefusedError(
            RefusalReason.LOG_PURPOSE,
            f"the log is not read for {text[:60]!r}",
            hint=f"Lawful purposes are: {', '.join(LogPurpose)}. To find out about a person, send an enquiry.",
        ) from None


def enter_refusal(
    tx: Transaction, officer: OfficerId, code: PartnerCode, asked: tuple[str, str], now: datetime
) -> None:
    """Enter that somebody wanted to read the log for another purpose: the purpose and the reason as they were given."""
    purpose, reason = asked
    content = {"purpose": purpose[:60]}
    append(tx, Act(EventKind.LEDGER_NOT_READ, now, officer, f"log:{code}", justification=reason, content=content))


def read_log(tx: Transaction, reader: Reader, wanted: EntryFilter) -> list[EntryView]:
    """One page of the access log; the reading is entered in the same transaction.

    Raises:
        InputError, TamperedError: as `entries.read_entries`.
    """
    found = read_entries(tx, wanted)
    _enter(tx, reader, {"entries": len(found), "object_ref": wanted.object_ref, "before": wanted.before})
    return found


def draw_sample(tx: Transaction, reader: Reader, request: SampleRequest) -> list[EntryView]:
    """A random sample of logged operations with their justifications, in order; the drawing is entered.

    Each entry's lot is SHA-256 of the seed, a zero byte and its leaf hash; the lowest lots are drawn. So every entry
    has the same chance, anybody with the leaf hashes can repeat it, and a node that does not know the seed when it
    writes an entry cannot keep it out of the sample.

    Raises:
        InputError: the seed is empty or too long, or the sample too large.
        TamperedError: an entry or its content was changed.
    """
    if not 1 <= len(request.seed) <= MAX_SEED or not 1 <= request.count <= MAX_PAGE:
        raise InputError(f"a sample has 1 to {MAX_PAGE} entries and a seed of 1 to {MAX_SEED} characters")
    prefix = request.seed.encode() + b"\x00"
    lots = ((sha256(prefix + row.leaf_hash).digest(), row.sequence) for row in tx.execute(_candidates(request)))
    drawn = sorted(sequence for _, sequence in heapq.nsmallest(request.count, lots))
    found = view_entries(tx, drawn)
    drawing = {"seed": request.seed, "operation": request.operation.value}
    _enter(tx, reader, {**drawing, "count": request.count, "entries": len(drawn)})
    return found


def _candidates(request: SampleRequest) -> Select[tuple[int, bytes]]:
    columns = ledger_entry.c
    kinds = [kind.value for kind, operation in OPERATIONS.items() if operation == request.operation]
    query = select(columns.sequence, columns.leaf_hash).where(columns.kind.in_(kinds))
    if request.since is not None:
        query = query.where(columns.at >= request.since)
    return query if request.until is None else query.where(columns.at < request.until)


def _enter(tx: Transaction, reader: Reader, content: dict[str, str | int | None]) -> None:
    act = Act(
        EventKind.LEDGER_READ,
        reader.now,
        reader.officer,
        f"log:{reader.code}",
        justification=reader.reason,
        content={"purpose": reader.purpose.value, **content},
    )
    append(tx, act)
