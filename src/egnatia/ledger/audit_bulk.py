"""The own audit in bulk: the same comparisons as `audit.py` makes row by row, thousands at a time.

It only says whether everything agrees. When anything does not, the row-by-row audit runs and names what; so a whole
log, the usual case, is audited quickly and a broken one precisely (bench/ledger.py has both figures).

Nothing is left out: every leaf hash and every node is computed from the bytes, the bytes are decoded and must be what
encoding gives back, columns are compared with them, contents with their commitments, signed roots with the tree.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from egnatia.errors import TamperedError
from egnatia.ledger.leaf import ENTRY_VERSION, MAX_ENTRY_BYTES, Leaf, written_time
from egnatia.ledger.nodes import log_size
from egnatia.ledger.tree import Frontier, cover, fold
from egnatia.model.ids import SealedId
from egnatia.store.database import Transaction

LEVELS = 10
"""Entries are taken 2**10 at a time: about 1 MB, which the processor keeps near (measured: 2**13 takes a tenth longer)."""
BULK = 1 << LEVELS


class _Untracked(Leaf, frozen=True, forbid_unknown_fields=True, gc=False):
    """A leaf that the garbage collector does not look at: it holds text only, and there are many."""


_DECODER = msgspec.json.Decoder(_Untracked)
_ENCODER = msgspec.json.Encoder()
Rows = Sequence[tuple[Any, ...]]
_HASHED = "sequence, entry, leaf_hash"
_EVERYTHING = f"{_HASHED}, kind, at, object_ref, sealed_id"


@dataclass(slots=True)
class Counts:
    """What was compared, as far as everything agreed."""

    entries: int = 0
    nodes: int = 0
    opened: int = 0
    erased: int = 0
    signed: list[int] = field(default_factory=list)

    def add(self, chunk: "Counts") -> None:
        """Count what was compared in a chunk."""
        self.entries += chunk.entries
        self.nodes += chunk.nodes
        self.opened += chunk.opened
        self.erased += chunk.erased


@dataclass(slots=True)
class BulkTree:
    """A tree grown by whole chunks. Invariant: `above` holds the roots of the full chunks so far."""

    above: Frontier = field(default_factory=Frontier)
    low: int = 0
    rows: list[list[bytes]] = field(default_factory=list)

    def grow(self, leaves: list[bytes]) -> dict[int, tuple[int, list[bytes]]]:
        """Add a chunk's leaf hashes; returns the completed nodes of each level above 0, with their first position."""
        row, self.rows = leaves, [leaves]
        made: dict[int, tuple[int, list[bytes]]] = {}
        while len(row) > 1:
            pairs = iter(row)
            row = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]
            made[len(self.rows)] = (self.low >> len(self.rows), row)
            self.rows.append(row)
        return made

    def inside(self, size: int) -> list[bytes]:
        """The subtrees of the chunk that was added last, up to a size within it."""
        return [self.rows[level][position - (self.low >> level)] for level, position in cover(self.low, size)]

    def root(self, size: int) -> bytes:
        """Root of the first `size` leaves, for a size within the chunk that was added last."""
        return self.joined(self.inside(size))

    def joined(self, inside: list[bytes]) -> bytes:
        """Root of the full chunks so far and of these subtrees behind them.

        No subtree of a chunk is larger than one before it, so folding them from the right gives the tree's root.
        """
        return fold([*self.above.subtrees().values(), *inside])

    def close(self, top: bytes) -> list[tuple[int, int, bytes]]:
        """Go on behind a full chunk with this root; returns the nodes above it that it completed."""
        made = self.above.add(top)
        self.low += BULK
        return [(level + LEVELS, position, value) for (level, position), value in made]


@dataclass(frozen=True, slots=True)
class Task:
    """One chunk to look at: its entries, and the signed sizes that lie in it."""

    low: int
    high: int
    sizes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A chunk in which everything agrees.

    Attributes:
        counts: what was compared.
        inside: for each of the signed sizes the chunk's subtrees up to it.
        top: the chunk's root, where it is full.
    """

    counts: Counts
    inside: tuple[list[bytes], ...]
    top: bytes | None


Look = Callable[[Sequence[Task]], Iterator[Seen | None]]
"""Looks at chunks, in their order; nothing for one in which something does not agree."""


def audit_in_bulk(
    tx: Transaction,
    roots: Mapping[int, bytes],
    progress: Callable[[int, int], None] | None,
    *,
    contents: bool,
    look: Look | None = None,
) -> Counts | None:
    """Whether entries, columns, tree, signed roots and contents all agree; nothing when anything does not.

    Args:
        tx: any transaction.
        roots: the signed roots by size.
        progress: called after every chunk.
        contents: whether columns, the form of the bytes and the contents are compared, too; the tree alone if not.
        look: who looks at the chunks, such as several processes (`audit_workers`); this one when left out.
    """
    counts, tree, total = Counts(), BulkTree(), log_size(tx)
    sizes = sorted(roots)
    if sizes and (sizes[-1] > total or (sizes[0] == 0 and roots[0] != tree.above.root())):
        return None
    if _all(tx, "SELECT count(*) FROM ledger_entry")[0][0] != total:  # a number far away would be chunks without end
        return None
    counts.signed = [size for size in sizes if size == 0]
    asked = list(_tasks(total, sizes))
    found = look(asked) if look is not None else (look_at(tx, each, contents=contents) for each in asked)
    for task, seen in zip(asked, found, strict=True):
        if seen is None or not _fits(tx, tree, (task, seen), roots, counts):
            return None
        if progress:
            progress(task.high, total)
    extra = _all(tx, "SELECT count(*) FROM ledger_node")[0][0] != sum(total >> n for n in range(1, total.bit_length()))
    return None if extra else counts


def _tasks(total: int, sizes: Sequence[int]) -> Iterator[Task]:
    for low in range(0, total, BULK):
        high = min(low + BULK, total)
        yield Task(low, high, tuple(sizes[bisect_right(sizes, low) : bisect_right(sizes, high)]))


def look_at(tx: Transaction, task: Task, *, contents: bool) -> Seen | None:
    """One chunk: its rows, its part of the tree and its contents; nothing when anything does not agree."""
    counts, tree = Counts(), BulkTree(low=task.low)
    leaves = _chunk(tx, task.low, task.high, counts, contents=contents)
    if leaves is None or not _same_nodes(tx, tree.grow(leaves), counts):
        return None
    top = tree.rows[-1][0] if len(leaves) == BULK else None
    return Seen(counts, tuple(tree.inside(size) for size in task.sizes), top)


def _fits(
    tx: Transaction, tree: BulkTree, chunk: tuple[Task, Seen], roots: Mapping[int, bytes], counts: Counts
) -> bool:
    """Whether a chunk goes on from those before it as the signed roots and the upper nodes say; counts it."""
    task, seen = chunk
    if any(tree.joined(inside) != roots[size] for size, inside in zip(task.sizes, seen.inside, strict=True)):
        return False
    counts.signed += task.sizes
    counts.add(seen.counts)
    return seen.top is None or _same_upper(tx, tree.close(seen.top), counts)


def _all(tx: Transaction, statement: str) -> Rows:
    """Raw rows: at a million entries SQLAlchemy's own rows would take longer than the hashing."""
    cursor = tx.connection.connection.cursor()
    try:
        cursor.execute(statement)
        return list(cursor.fetchall())
    finally:
        cursor.close()


def _rows(tx: Transaction, low: int, high: int, columns: str) -> Rows | None:
    """These entries' rows, when none is missing and their entries are bytes."""
    where = f"sequence >= {low} AND sequence < {high}"  # numbers of our own making
    rows = _all(tx, f"SELECT {columns} FROM ledger_entry WHERE {where} ORDER BY sequence")  # noqa: S608
    whole = [row[0] for row in rows] == list(range(low, high)) and all(type(row[1]) is bytes for row in rows)
    return rows if whole else None


def _chunk(tx: Transaction, low: int, high: int, counts: Counts, *, contents: bool) -> list[bytes] | None:
    """The leaf hashes of a chunk, when all that is stored beside the entries agrees with them."""
    rows = _rows(tx, low, high, _EVERYTHING if contents else _HASHED)
    if rows is None:
        return None
    _, entries, stored, *others = zip(*rows, strict=True)
    leaves = [sha256(b"\x00" + entry).digest() for entry in entries]
    if leaves != list(stored):
        return None
    if contents:
        wanted = _agree(entries, others)
        if wanted is None or not _contents(tx, wanted, counts):
            return None
    counts.entries += len(leaves)
    return leaves


def agreeing_leaves(tx: Transaction, low: int, high: int) -> list[bytes] | None:
    """The leaf hashes of `low <= sequence < high` when rows and columns agree with their bytes; nothing when not."""
    found: list[bytes] = []
    for start in range(low, high, BULK):
        rows = _rows(tx, start, min(start + BULK, high), _EVERYTHING)
        if rows is None:
            return None
        _, entries, stored, *others = zip(*rows, strict=True)
        leaves = [sha256(b"\x00" + entry).digest() for entry in entries]
        if leaves != list(stored) or _agree(entries, others) is None:
            return None
        found += leaves
    return found


def _agree(entries: Sequence[bytes], columns: list[tuple[Any, ...]]) -> dict[SealedId, str | None] | None:
    """The commitment of each sealed content, when the bytes are in their one form and the columns are theirs.

    One newline follows each entry. Encoding writes none inside an entry and exactly one after it, so equal bytes and
    equal numbers of leaves mean that each entry by itself decodes to the leaf that encodes to it.
    """
    kinds, times, objects, sealed = columns
    lines = b"\n".join(entries) + b"\n"
    try:
        leaves = _DECODER.decode_lines(lines)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if len(leaves) != len(entries) or _ENCODER.encode_lines(leaves) != lines:
        return None
    same = (
        all(leaf.v == ENTRY_VERSION for leaf in leaves)
        and max(map(len, entries)) <= MAX_ENTRY_BYTES
        and [leaf.kind for leaf in leaves] == list(kinds)
        and [leaf.object for leaf in leaves] == list(objects)
        and _same_times(times, [leaf.at for leaf in leaves])
        and [leaf.commitment is None for leaf in leaves] == [each is None for each in sealed]
    )
    wanted = {each: leaf.commitment for leaf, each in zip(leaves, sealed, strict=True) if each is not None}
    shared = len(wanted) != len(sealed) - sealed.count(None)
    return wanted if same and not shared else None  # two entries do not share one content


def _same_times(stored: Sequence[Any], written: list[str]) -> bool:
    """Whether stored times are those of the entries: SQLite gives text with one space, PostgreSQL times."""
    if not isinstance(stored[0], str):
        return all(isinstance(at, datetime) for at in stored) and [written_time(at) for at in stored] == written
    if any(not isinstance(at, str) for at in stored):
        return False
    count, joined = len(stored), "Z\n".join(stored) + "Z"
    # As many newlines as joints, in both: so each time by itself is the same.
    plain = joined.count("\n") == count - 1 and joined.count(" ") == count
    return plain and joined.replace(" ", "T") == "\n".join(written)


def _contents(tx: Transaction, wanted: Mapping[SealedId, str | None], counts: Counts) -> bool:
    try:
        found = tx.commitments_of(list(wanted))
    except TamperedError:
        return False
    for sealed_id, commitment in found.items():
        if commitment is None:
            counts.erased += 1
        elif commitment.hex() == wanted[sealed_id]:
            counts.opened += 1
        else:
            return False
    return True


def _same_nodes(tx: Transaction, made: Mapping[int, tuple[int, list[bytes]]], counts: Counts) -> bool:
    for level, (first, values) in made.items():
        where = f"level = {level} AND position >= {first} AND position < {first + len(values)}"
        stored = _all(tx, f"SELECT hash FROM ledger_node WHERE {where} ORDER BY position")  # noqa: S608
        if [value for (value,) in stored] != values:
            return False
        counts.nodes += len(values)
    return True


def _same_upper(tx: Transaction, made: Sequence[tuple[int, int, bytes]], counts: Counts) -> bool:
    return all(_same_nodes(tx, {level: (position, [value])}, counts) for level, position, value in made)
