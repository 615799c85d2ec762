"""How many questions were answered under a grant today, without counting them anew for every commit.

Rows are what counts: they survive every restart and every crash. But on a day of a hundred thousand, counting them takes
6 ms, and that once for each commit was a quarter of what a message cost (docs/reference/exchange.md). So a count is
remembered together with the ledger's size at that moment. No answer under a grant is without an entry of its own, so at a
later size there are at most as many more as there are entries more, and only where that bound does not settle it are the
rows counted again. What is remembered is never the truth of anything: a process that starts knows nothing, and counts.
"""

from dataclasses import dataclass, field
from datetime import datetime

from egnatia.model.ids import GrantId

MAX_KNOWN = 1_000
"""Counts remembered: a grant each, and one day; a register has about four thousand grants at the very most."""


@dataclass(slots=True)
class Tallies:
    """What one process counted. Invariant: a count is of a committed state, and of one day for each grant."""

    _known: dict[GrantId, tuple[datetime, int, int]] = field(default_factory=dict)

    def at_most(self, grant: GrantId, since: datetime, size: int) -> int | None:
        """How many answers there can be at the most.

        Args:
            grant: under which.
            since: from when on; another day than the one that was counted knows nothing.
            size: of the ledger now, with what this transaction has entered.

        Returns:
            The bound, or nothing where the grant was not counted that day, or the ledger was longer then.
        """
        day, counted_at, used = self._known.get(grant, (None, 0, 0))
        return used + size - counted_at if day == since and size >= counted_at else None

    def note(self, grant: GrantId, since: datetime, size: int, used: int) -> None:
        """Remember a count of rows that are committed, at the ledger's committed size."""
        if grant not in self._known and len(self._known) >= MAX_KNOWN:
            self._known.clear()
        self._known[grant] = (since, size, used)
