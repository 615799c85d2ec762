"""What a node can say about itself in a few milliseconds, from its own tables, files and disk.

One look serves the health endpoints, the metrics and `egnatia node doctor`, so that they never tell two stories. What
takes longer (recomputing the ledger, asking the partners) is the doctor's alone.
"""

import shutil
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from egnatia.errors import Error
from egnatia.exchange.dispatch import PartnerState, partner_states
from egnatia.exchange.keys import certificate_expiry
from egnatia.exchange.membership.lists import list_ends
from egnatia.ledger.checkpoints import latest_checkpoint
from egnatia.ledger.nodes import log_size
from egnatia.ledger.witnessed import all_witnessed
from egnatia.model.ids import PartnerCode
from egnatia.node import Node
from egnatia.store.database import Transaction
from egnatia.store.tables import fishing_alert, ledger_cosignature


@dataclass(frozen=True, slots=True)
class LedgerSigns:
    """How the ledger stands.

    Attributes:
        entries: all of them.
        checkpointed: entries under the newest checkpoint.
        checkpoint_at: when that was signed; None before the first.
        cosigned_at: per witness, when its newest cosignature came.
        alarms: partners whose logs are not believed any more.
    """

    entries: int
    checkpointed: int
    checkpoint_at: datetime | None
    cosigned_at: dict[PartnerCode, datetime]
    alarms: tuple[PartnerCode, ...]


@dataclass(frozen=True, slots=True)
class Signs:
    """One look at a node.

    Attributes:
        at: when.
        database: what is wrong with it; empty when it answers.
        ledger: how the ledger stands; None when the database does not answer.
        partners: how things stand with each partner.
        free_bytes: free space on the node's disk.
        certificate_ends: when the node's certificate ends.
        open_alerts: patterns of questions that no supervisor has closed.
        membership_ends: until when the membership list in force holds; None when there is none.
    """

    at: datetime
    database: str
    ledger: LedgerSigns | None
    partners: tuple[PartnerState, ...]
    free_bytes: int
    certificate_ends: datetime
    open_alerts: int
    membership_ends: datetime | None = None


def read_signs(node: Node) -> Signs:
    """Look at a node; a database that does not answer is one of the signs."""
    problem, ledger, alerts, ends = "", None, 0, None
    partners: tuple[PartnerState, ...] = ()
    try:
        with node.database.read() as tx:
            ledger, partners, alerts = _ledger(tx), tuple(partner_states(tx)), _open_alerts(tx)
            ends = list_ends(tx)
    except Error as error:
        problem = error.message
    return Signs(
        at=node.clock(),
        database=problem,
        ledger=ledger,
        partners=partners,
        free_bytes=shutil.disk_usage(node.directory).free,
        certificate_ends=certificate_expiry(node.keys),
        open_alerts=alerts,
        membership_ends=ends,
    )


def _ledger(tx: Transaction) -> LedgerSigns:
    latest = latest_checkpoint(tx)
    table = ledger_cosignature.c
    newest = tx.execute(select(table.witness, func.max(table.at).label("at")).group_by(table.witness))
    return LedgerSigns(
        entries=log_size(tx),
        checkpointed=latest.checkpoint.size if latest else 0,
        checkpoint_at=latest.at if latest else None,
        cosigned_at={PartnerCode(row.witness): row.at for row in newest},
        alarms=tuple(each.partner for each in all_witnessed(tx) if each.alarm),
    )


def _open_alerts(tx: Transaction) -> int:
    query = select(func.count()).select_from(fishing_alert).where(fishing_alert.c.closed_at.is_(None))
    count: int = tx.execute(query).scalar_one()
    return count
