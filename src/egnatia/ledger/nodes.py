"""The stored tree: how many entries there are, the hashes of complete subtrees, the root of any earlier size."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, bindparam, or_, select

from egnatia.errors import InputError, TamperedError
from egnatia.ledger.proofs import Span, consistency_spans, inclusion_spans
from egnatia.ledger.tree import HASH_BYTES, Frontier, Subtree, cover, fold
from egnatia.store.database import Transaction
from egnatia.store.prepared import Prepared
from egnatia.store.tables import ledger_entry, ledger_node

_PER_QUERY = 400
"""Subtrees asked for in one statement: two parameters each, below SQLite's old limit of 999."""
UNREAD = b""
"""Stands for a hash of the frontier that was not read."""
_FEW = 4
"""Up to here one prepared look-up each is quicker than a statement built for all; most appends need one or two."""
_ONE = Prepared(
    select(ledger_node.c.hash).where(
        ledger_node.c.level == bindparam("level"), ledger_node.c.position == bindparam("position")
    )
)
_LAST = Prepared(
    select(ledger_entry.c.sequence, ledger_entry.c.leaf_hash).order_by(ledger_entry.c.sequence.desc()).limit(1)
)


def log_end(tx: Transaction) -> tuple[int, bytes | None]:
    """Number of entries and the last leaf hash."""
    row = tx.row(_LAST)
    return (0, None) if row is None else (row.sequence + 1, row.leaf_hash)


def log_size(tx: Transaction) -> int:
    """Number of entries."""
    return log_end(tx)[0]


def frontier(tx: Transaction, size: int, known: Sequence[bytes], adding: int) -> Frontier:
    """The tree's frontier, with only those hashes read that adding `adding` leaves will use.

    A hash that stays untouched stays unread: the caller adds leaves and does not ask for the root.

    Args:
        tx: the transaction.
        size: entries so far.
        known: the frontier's hashes, the highest first; `UNREAD` for one that is not known yet.
        adding: how many leaves will be added.
    """
    stack = list(known)
    first = len(stack) - _used(size, adding)
    if UNREAD in stack[first:]:
        subtrees = cover(0, size)
        found = subtree_hashes(tx, [subtrees[at] for at in range(first, len(stack)) if stack[at] == UNREAD])
        stack = [found.get(subtree, value) for subtree, value in zip(subtrees, stack, strict=True)]
    return Frontier(size, stack)


def _used(size: int, adding: int) -> int:
    """How many of the frontier's lowest subtrees become part of larger ones: those below the highest bit that changes."""
    highest = (size ^ (size + adding)).bit_length() - 1
    return (size & ((1 << highest) - 1)).bit_count()


def subtree_hashes(tx: Transaction, subtrees: Iterable[Subtree]) -> dict[Subtree, bytes]:
    """The stored hashes of complete subtrees.

    Raises:
        TamperedError: one of them is missing or no hash.
    """
    wanted = set(subtrees)
    found: dict[Subtree, bytes] = {}
    leaves = sorted(position for level, position in wanted if level == 0)
    inner = sorted(subtree for subtree in wanted if subtree[0])
    for start in range(0, len(leaves), _PER_QUERY):
        found |= _leaves(tx, leaves[start : start + _PER_QUERY])
    for start in range(0, len(inner), _PER_QUERY):
        found |= _inner(tx, inner[start : start + _PER_QUERY])
    missing = wanted - found.keys()
    if missing:
        level, position = min(missing)
        raise TamperedError(f"the ledger's tree lacks the node at level {level}, position {position}")
    return found


def _leaves(tx: Transaction, positions: list[int]) -> dict[Subtree, bytes]:
    columns = ledger_entry.c
    query = select(columns.sequence, columns.leaf_hash).where(columns.sequence.in_(positions))
    return {(0, row.sequence): _hash(row.leaf_hash) for row in tx.execute(query)}


def _inner(tx: Transaction, subtrees: list[Subtree]) -> dict[Subtree, bytes]:
    """Look nodes up by level, so that each look-up uses the primary key (SQLite scans the table for pairs)."""
    if len(subtrees) <= _FEW:
        found = ((subtree, tx.row(_ONE, level=subtree[0], position=subtree[1])) for subtree in subtrees)
        return {subtree: _hash(row.hash) for subtree, row in found if row is not None}
    columns = ledger_node.c
    levels: dict[int, list[int]] = {}
    for level, position in subtrees:
        levels.setdefault(level, []).append(position)
    wanted = or_(*((columns.level == level) & _among(positions) for level, positions in levels.items()))
    return {(row.level, row.position): _hash(row.hash) for row in tx.execute(select(ledger_node).where(wanted))}


def _among(positions: list[int]) -> ColumnElement[bool]:
    """These positions, as a range where they lie side by side."""
    column = ledger_node.c.position
    if positions[-1] - positions[0] == len(positions) - 1:
        return column.between(positions[0], positions[-1])
    return column.in_(positions)


def _hash(stored: object) -> bytes:
    """A stored hash; SQLite keeps whatever is written, also what is none."""
    if not isinstance(stored, bytes) or len(stored) != HASH_BYTES:
        raise TamperedError("a hash stored in the ledger's tree is not one of 32 bytes")
    return stored


def stored_root(tx: Transaction, size: int) -> bytes:
    """Root of the first `size` entries, from the stored subtrees.

    Raises:
        InputError: the log is shorter than that.
        TamperedError: a stored node is missing.
    """
    if not 0 <= size <= log_size(tx):
        raise InputError(f"the ledger has {log_size(tx)} entries, so it has no root at size {size}")
    subtrees = cover(0, size)
    hashes = subtree_hashes(tx, subtrees)
    return fold([hashes[subtree] for subtree in subtrees])


def inclusion_proof(tx: Transaction, index: int, size: int) -> list[bytes]:
    """Proof that entry `index` is among the first `size`, from the stored tree.

    Raises:
        InputError: there is no such entry.
        TamperedError: a stored node is missing.
    """
    return _span_hashes(tx, inclusion_spans(index, size))


def consistency_proof(tx: Transaction, old: int, new: int) -> list[bytes]:
    """Proof that the first `old` entries are the beginning of the first `new`, from the stored tree.

    Raises:
        InputError: `old` is above `new`.
        TamperedError: a stored node is missing.
    """
    return _span_hashes(tx, consistency_spans(old, new))


def _span_hashes(tx: Transaction, spans: list[Span]) -> list[bytes]:
    covers = [cover(start, end) for start, end in spans]
    known = subtree_hashes(tx, [subtree for subtrees in covers for subtree in subtrees])
    return [fold([known[subtree] for subtree in subtrees]) for subtrees in covers]
