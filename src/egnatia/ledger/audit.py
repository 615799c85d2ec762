"""Audit: of the own log down to every byte, and of a partner's log from its leaf hashes.

The own audit shows an officer what is wrong at home. It cannot convict a node that rewrote its whole log together
with its checkpoints: that is what the partners' audit is for, since they remember a root the node cannot change.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import func, select, update

from egnatia.errors import ErasedError, TamperedError
from egnatia.ledger.alarms import suspect
from egnatia.ledger.audit_bulk import Look, audit_in_bulk
from egnatia.ledger.audit_tree import TreeCheck
from egnatia.ledger.leaf import parse_leaf
from egnatia.ledger.leaves import leaf_hashes
from egnatia.ledger.mark import beyond, read_mark
from egnatia.ledger.nodes import log_size
from egnatia.ledger.report import Report, Trust
from egnatia.ledger.rows import CHUNK, EntryRow, disagreement, rows
from egnatia.ledger.signed_heads import check_cosignatures, check_head
from egnatia.ledger.tree import leaf_hash, root_of
from egnatia.ledger.witnessed import WitnessedLog
from egnatia.model.ids import PartnerCode
from egnatia.store.database import Transaction
from egnatia.store.tables import ledger_checkpoint, ledger_cosignature, ledger_entry, witnessed_log

__all__ = [
    "AuditResult",
    "Progress",
    "audit_partner",
    "check_leaves",
    "leaf_hashes",
    "record_audit",
    "verify_own",
]
Progress = Callable[[int, int], None]
"""Told how many entries are done, of how many."""
_MISSING = bytes(32)


def verify_own(
    tx: Transaction,
    trust: Trust,
    progress: Progress | None = None,
    *,
    tree_only: bool = False,
    mark: Path | None = None,
    look: Look | None = None,
) -> Report:
    """Recompute everything and compare: leaves, columns, tree, roots, signatures, contents. Raises for no finding.

    Args:
        tx: any transaction; a reading one sees one consistent state.
        trust: the own key and the partners'.
        progress: called after every chunk.
        tree_only: leave out columns and contents, which no signature covers; the report says so.
        mark: the file beside the database that holds the newest checkpoint (`mark.py`).
        look: several processes that share the work (`audit_workers.shared`); this one alone when left out.
    """
    report = Report(origin=trust.log.name)
    roots = _check_heads(tx, trust, report)
    _check_mark(tx, trust, mark, report)
    counts = audit_in_bulk(tx, roots, progress, contents=not tree_only, look=look)
    if counts is None:  # something does not hold: once more, row by row, to say what
        try:
            _check_entries(tx, TreeCheck(tx, report, roots), report, progress)
        except TamperedError as error:
            report.find("entry", "reading", error.message)
    else:
        report.entries, report.nodes = counts.entries, counts.nodes
        report.opened, report.erased = counts.opened, counts.erased
        report.checkpoints, report.signed_size = len(counts.signed), max(counts.signed, default=0)
        if tree_only:
            report.notes.append("Only the tree was compared: columns and contents were not looked at.")
    _check_below_zero(tx, report)
    return report


def _check_mark(tx: Transaction, trust: Trust, mark: Path | None, report: Report) -> None:
    """Compare with the checkpoint in the file beside the database."""
    if mark is None:
        return
    try:
        missing = beyond(tx, read_mark(mark, *trust.log_keys()))
    except TamperedError as error:
        missing = error.message
    if missing:
        report.find("checkpoint", "the newest", missing)


def _check_entries(tx: Transaction, tree: TreeCheck, report: Report, progress: Progress | None) -> None:
    """Check all entries, a chunk at a time."""
    total = log_size(tx)
    for low in range(0, total, CHUNK):
        chunk = list(rows(tx, low, min(low + CHUNK, total)))
        if not chunk:
            report.find("order", f"entry {tree.size}", f"at least {CHUNK} entries are missing; nothing after was read")
            break
        _check_chunk(tx, chunk, tree, report)
        tree.compare()
        if progress:
            progress(min(low + CHUNK, total), total)
    tree.finish()


def _check_chunk(tx: Transaction, chunk: list[EntryRow], tree: TreeCheck, report: Report) -> None:
    """Check each row of a chunk and add its leaf; a missing one is stepped over, so that the rest is compared."""
    for row in chunk:
        gap = row.sequence - tree.size
        if gap:
            report.find("order", f"entry {tree.size}", f"{gap} entries are missing here")
            for _ in range(gap):
                tree.add(_MISSING)
        _check_row(tx, row, report)
        tree.add(leaf_hash(row.entry))
        report.entries += 1


def _check_row(tx: Transaction, row: EntryRow, report: Report) -> None:
    place = f"entry {row.sequence}"
    if leaf_hash(row.entry) != row.leaf_hash:
        report.find("entry", place, "its bytes do not have the leaf hash stored beside them")
    wrong = disagreement(row)
    if wrong:
        report.find("columns", place, wrong)
    elif row.sealed_id is not None:
        _check_content(tx, row, report)


def _check_content(tx: Transaction, row: EntryRow, report: Report) -> None:
    try:
        commitment = tx.commitment_of(row.sealed_id)
    except ErasedError:
        report.erased += 1
        return
    except TamperedError as error:
        report.find("content", f"entry {row.sequence}", error.message)
        return
    if commitment.hex() != parse_leaf(row.entry).commitment:
        report.find("content", f"entry {row.sequence}", "its content is not what the commitment was made for")
    report.opened += 1


def _check_heads(tx: Transaction, trust: Trust, report: Report) -> dict[int, bytes]:
    """Verify every stored checkpoint and cosignature; returns the signed roots by size."""
    lines: dict[int, dict[PartnerCode, str]] = {}
    for row in tx.execute(select(ledger_cosignature)):
        lines.setdefault(row.size, {})[row.witness] = row.line
    roots: dict[int, bytes] = {}
    for row in tx.execute(select(ledger_checkpoint).order_by(ledger_checkpoint.c.size)):
        checkpoint = check_head(row.note, trust, report)
        found = lines.pop(row.size, {})
        if checkpoint is None:
            continue
        if (checkpoint.size, checkpoint.root) != (row.size, row.root):
            report.find("checkpoint", f"size {row.size}", "its columns do not agree with its note")
        roots[checkpoint.size] = checkpoint.root
        check_cosignatures(row.note, row.size, found, trust, report)
    for size in sorted(lines):
        report.find("checkpoint", f"size {size}", "partners cosigned it, but it is gone or changed")
    return roots


def _check_below_zero(tx: Transaction, report: Report) -> None:
    """Entries are counted from 0; a row before that is in no tree."""
    count = tx.execute(select(func.count()).where(ledger_entry.c.sequence < 0)).scalar_one()
    if count:
        report.find("order", "before entry 0", f"{count} rows stand outside the log")


@dataclass(frozen=True, slots=True)
class AuditResult:
    """Outcome of a partner's audit: the size it was checked to, and what does not hold."""

    size: int
    finding: str | None


def check_leaves(head: WitnessedLog, leaves: Iterable[bytes]) -> str | None:
    """Whether a partner's leaf hashes give the root that we cosigned; otherwise what is wrong. Needs no database."""
    taken = list(islice(leaves, head.size))
    if len(taken) < head.size:
        return f"only {len(taken)} of the {head.size} entries that were cosigned are left"
    if root_of(taken) != head.root:
        return f"the first {head.size} entries are not those that were cosigned"
    return None


def record_audit(tx: Transaction, head: WitnessedLog, finding: str | None, now: datetime) -> AuditResult:
    """Store the outcome of an audit; a finding raises the alarm."""
    if finding:
        suspect(tx, head.partner, finding, (head.note, b""), now)
    else:
        where = witnessed_log.c.partner == head.partner
        tx.execute(update(witnessed_log).where(where).values(audited_size=head.size, audited_at=now))
    return AuditResult(head.size, finding)


def audit_partner(tx: Transaction, head: WitnessedLog, leaves: Iterable[bytes], now: datetime) -> AuditResult:
    """Check a partner's leaf hashes against what we cosigned, and store the outcome.

    Args:
        tx: a write transaction; a long log is better checked before it opens, by `check_leaves`.
        head: what we cosigned (`witnessed.witnessed`), read before the leaves were asked for.
        leaves: the partner's leaf hashes from entry 0 on.
        now: time of the audit.
    """
    return record_audit(tx, head, check_leaves(head, leaves), now)
