"""Comparing the stored tree, and the signed roots, with a tree that is grown again from the entries' bytes."""

from collections.abc import Mapping

from sqlalchemy import func, or_, select

from egnatia.ledger.report import Report
from egnatia.ledger.tree import Frontier, Subtree
from egnatia.store.database import Transaction
from egnatia.store.tables import ledger_node


class TreeCheck:
    """A tree grown leaf by leaf beside the stored one. Invariant: every node it completed is compared exactly once."""

    def __init__(self, tx: Transaction, report: Report, roots: Mapping[int, bytes]) -> None:
        self._tx = tx
        self._report = report
        self._roots = roots
        self._frontier = Frontier()
        self._made: dict[Subtree, bytes] = {}
        self._look_at_root()

    @property
    def size(self) -> int:
        """Leaves so far."""
        return self._frontier.size

    def add(self, leaf: bytes) -> None:
        """Add the next leaf hash; at the size of a signed checkpoint the roots are compared."""
        self._made.update(self._frontier.add(leaf))
        if self.size in self._roots:
            self._look_at_root()

    def _look_at_root(self) -> None:
        signed = self._roots.get(self.size)
        if signed is None:
            return
        if signed == self._frontier.root():
            self._report.checkpoints += 1
            self._report.signed_size = self.size
        else:
            text = "the entries do not give the root that was signed"
            self._report.find("checkpoint", f"size {self.size}", text)

    def compare(self) -> None:
        """Compare the nodes completed since the last call with the stored ones."""
        stored = self._stored()
        for (level, position), value in self._made.items():
            kept = stored.get((level, position))
            if kept != value:
                what = "is missing" if kept is None else "is not the hash of what is below it"
                self._report.find("tree", f"level {level}, position {position}", f"the stored node {what}")
        self._report.nodes += len(self._made)
        self._made.clear()

    def _stored(self) -> dict[Subtree, bytes]:
        columns = ledger_node.c
        spans: dict[int, list[int]] = {}
        for level, position in self._made:
            spans.setdefault(level, []).append(position)
        if not spans:
            return {}
        wanted = or_(
            *(
                (columns.level == level) & columns.position.between(min(positions), max(positions))
                for level, positions in spans.items()
            )
        )
        return {(row.level, row.position): row.hash for row in self._tx.execute(select(ledger_node).where(wanted))}

    def finish(self) -> None:
        """Look for signed roots beyond the log's end and for stored nodes that belong to no subtree."""
        for size in sorted(self._roots):
            if size > self.size:
                text = f"it was signed, but the log has only {self.size} entries"
                self._report.find("checkpoint", f"size {size}", text)
        extra = self._tx.execute(select(func.count()).select_from(ledger_node)).scalar_one()
        expected = sum(self.size >> level for level in range(1, self.size.bit_length()))
        if extra > expected:
            self._report.find("tree", "whole", f"{extra - expected} stored nodes belong to no complete subtree")
