"""How far the ledger is witnessed: what is final, since when nobody witnessed, and what stops when that lasts.

An entry is final when so many partners (a setting, two by default) have each cosigned a checkpoint that contains it:
then no node can take it back alone. Partners that are away do not stop anything by themselves: entries wait for their
cosignatures, and the next round after their return makes all of them final at once.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from egnatia.errors import RefusedError
from egnatia.ledger.nodes import log_size
from egnatia.ledger.witness import cosigned_size
from egnatia.model.ids import PartnerCode
from egnatia.model.states import RefusalReason
from egnatia.settings import LedgerSettings
from egnatia.store.database import Transaction
from egnatia.store.tables import ledger_entry


@dataclass(frozen=True, slots=True)
class WitnessPolicy:
    """What a node asks of its witnesses; its settings say so (docs/reference/settings.md).

    Attributes:
        needed: partners that must have cosigned; where there are fewer partners, all of them.
        stale_after: when a wait for cosignatures is announced.
        halt_after: when disclosures stop; nothing means never. Enquiries go on in any case.
    """

    needed: int = 2
    stale_after: timedelta = timedelta(hours=1)
    halt_after: timedelta | None = None


def witness_policy(settings: LedgerSettings) -> WitnessPolicy:
    """The policy that a node's settings say."""
    halt = timedelta(minutes=settings.halt_minutes) if settings.halt_minutes else None
    return WitnessPolicy(settings.witnesses_needed, timedelta(minutes=settings.stale_minutes), halt)


@dataclass(frozen=True, slots=True)
class Finality:
    """How far the ledger is witnessed now.

    Attributes:
        size: entries there are.
        final: entries that are final.
        needed: partners that had to cosign for that; 0 where there is no partner yet.
        unwitnessed_since: time of the oldest entry that is not final; nothing when all are.
        stale: whether that is longer ago than the policy allows.
        halted: whether disclosures stop because of it.
    """

    size: int
    final: int
    needed: int
    unwitnessed_since: datetime | None
    stale: bool
    halted: bool

    def words(self) -> str:
        """One sentence for an officer."""
        if self.needed == 0:
            return "There is no partner yet that could witness this ledger."
        if self.unwitnessed_since is None:
            return f"All {self.size} entries are final: each is witnessed by {self.needed} partner(s) or more."
        said = f"{self.final} of {self.size} entries are final; unwitnessed since {self.unwitnessed_since:%Y-%m-%d %H:%M:%S} UTC."
        if self.halted:
            return f"{said} Disclosures are stopped until partners witness it again; enquiries are not."
        return f"{said} That is longer than this node's settings allow." if self.stale else said


def finality(tx: Transaction, policy: WitnessPolicy, partners: Collection[PartnerCode], now: datetime) -> Finality:
    """How far the ledger is witnessed by these partners, and whether the wait is too long.

    Args:
        tx: any transaction.
        policy: this node's.
        partners: those whose cards are registered here.
        now: the time.
    """
    size = log_size(tx)
    needed = min(policy.needed, len(partners))
    reached = sorted((cosigned_size(tx, each) for each in partners), reverse=True)
    final = min(reached[needed - 1], size) if needed else 0
    query = select(ledger_entry.c.at).where(ledger_entry.c.sequence == final)
    since = tx.execute(query).scalar() if final < size else None
    waited = now - since if since is not None else timedelta(0)
    halted = policy.halt_after is not None and waited > policy.halt_after
    return Finality(size, final, needed, since, waited > policy.stale_after, halted)


def check_disclosure(tx: Transaction, policy: WitnessPolicy, partners: Collection[PartnerCode], now: datetime) -> None:
    """Stop a disclosure while the ledger has been unwitnessed for too long, where the node's settings want that.

    Raises:
        RefusedError: UNWITNESSED.
    """
    if policy.halt_after is None:
        return
    found = finality(tx, policy, partners, now)
    if found.halted:
        raise RefusedError(
            RefusalReason.UNWITNESSED,
            found.words(),
            hint="See to the lines to the partners; as soon as enough of them cosign, disclosures go on by themselves.",
        )
