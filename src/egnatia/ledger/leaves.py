"""The leaf hashes that a node hands to its partners' audits, recomputed from the stored bytes and never copied."""

from collections.abc import Sequence

from egnatia.errors import TamperedError
from egnatia.ledger.audit_bulk import agreeing_leaves
from egnatia.ledger.nodes import log_size, subtree_hashes
from egnatia.ledger.rows import disagreement, rows
from egnatia.ledger.tree import Subtree, leaf_hash, node_hash
from egnatia.store.database import Transaction


def leaf_hashes(tx: Transaction, start: int, end: int) -> list[bytes]:
    """The leaf hashes of `start <= sequence < end`, as far as the log reaches.

    Everything else that is stored about these entries is compared on the way: a partner that asks is to hear of any
    byte that was changed, so the server answers with the error instead of the hashes.

    Raises:
        TamperedError: a row is missing or does not agree with its bytes, or the tree above them was changed.
    """
    end = min(end, log_size(tx))
    found = agreeing_leaves(tx, start, end) or []
    for row in () if found else rows(tx, start, end):  # row by row to say what does not agree
        if row.sequence != start + len(found):
            raise TamperedError(f"entry {start + len(found)} is missing")
        leaf = leaf_hash(row.entry)
        wrong = "it does not have its stored leaf hash" if leaf != row.leaf_hash else disagreement(row)
        if wrong:
            raise TamperedError(f"entry {row.sequence}: {wrong}")
        found.append(leaf)
    _check_tree(tx, start, found)
    return found


def _check_tree(tx: Transaction, start: int, leaves: Sequence[bytes]) -> None:
    """Compare the stored nodes whose leaves are all here."""
    made = _nodes_over(start, leaves)
    stored = subtree_hashes(tx, made)
    for (level, position), value in made.items():
        if stored[level, position] != value:
            raise TamperedError(f"the tree's node at level {level}, position {position} was changed")


def _nodes_over(start: int, leaves: Sequence[bytes]) -> dict[Subtree, bytes]:
    """Every complete subtree above level 0 that lies inside the given run of leaves."""
    made: dict[Subtree, bytes] = {}
    level, first, row = 0, start, list(leaves)
    while len(row) > 1:
        row = row[first & 1 :]
        first = (first + 1) >> 1
        level += 1
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
        made.update({(level, first + i): value for i, value in enumerate(row)})
    return made
