"""This node's own word about its partners, as bars for `permit`: it forbids, and allows nothing.

A candidate, a suspended and a withdrawn partner are barred from the commit that says so. So is everybody on a
membership list whose days of grace are over. A node that never had a list goes on with cards and the register.
"""

from sqlalchemy import func, select

from egnatia.agreements.admission.checklist import load_checklist
from egnatia.agreements.admission.lists import stops_on
from egnatia.model.agreements import Bar
from egnatia.model.ids import PartnerCode
from egnatia.model.states import PartnerStatus, RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.prepared import Prepared
from egnatia.store.tables import membership_list, partner_standing

IN_FORCE = "in_force"
"""State of the one list that holds on this node."""
_LIST_IN_FORCE = Prepared(
    select(membership_list.c.valid_until, membership_list.c.members).where(membership_list.c.state == IN_FORCE)
)
_LATEST = Prepared(
    select(partner_standing.c.partner, partner_standing.c.status, partner_standing.c.since).where(
        partner_standing.c.sequence.in_(
            select(func.max(partner_standing.c.sequence)).group_by(partner_standing.c.partner)
        )
    )
)
_REASONS = {
    PartnerStatus.CANDIDATE: (RefusalReason.NOT_ADMITTED, "is a candidate here; its admission is not complete"),
    PartnerStatus.SUSPENDED: (RefusalReason.PARTNER_SUSPENDED, "is suspended here"),
    PartnerStatus.WITHDRAWN: (RefusalReason.PARTNER_WITHDRAWN, "has left"),
}


def standings(tx: Transaction) -> dict[PartnerCode, PartnerStatus]:
    """The latest word about each partner that this node has ever said one about."""
    table = partner_standing.c
    latest = select(func.max(table.sequence)).group_by(table.partner)
    rows = tx.execute(select(table.partner, table.status).where(table.sequence.in_(latest)))
    return {PartnerCode(row.partner): PartnerStatus(row.status) for row in rows}


def load_bars(tx: Transaction) -> tuple[Bar, ...]:
    """Everything that this node's membership forbids."""
    return (*_standing_bars(tx), *_expiry_bars(tx))


def _standing_bars(tx: Transaction) -> list[Bar]:
    found = []
    for row in tx.rows(_LATEST):
        known = _REASONS.get(PartnerStatus(row.status))
        if known is not None:
            reason, words = known
            detail = f"{row.partner} {words} since {row.since:%Y-%m-%d}"
            found.append(Bar(PartnerCode(row.partner), reason, row.since.date(), detail))
    return found


def _expiry_bars(tx: Transaction) -> list[Bar]:
    row = tx.row(_LIST_IN_FORCE)
    if row is None:
        return []
    stops = stops_on(row.valid_until, load_checklist().grace_days)
    detail = f"the membership list expired on {row.valid_until:%Y-%m-%d} and was not renewed"
    return [Bar(PartnerCode(code), RefusalReason.MEMBERSHIP_EXPIRED, stops, detail) for code in row.members.split(",")]
