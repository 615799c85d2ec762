"""Where each admission stands on this node, and what a list that came into force changes about its partners."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from egnatia.agreements.admission import ChecklistItem, load_checklist, missing
from egnatia.agreements.admission.standing import standings
from egnatia.enquiries.membership.messages import Evidence
from egnatia.errors import NotFoundError
from egnatia.model.ids import PartnerCode
from egnatia.model.states import PartnerStatus
from egnatia.store.database import Transaction
from egnatia.store.tables import admission, admission_item, partner_standing


@dataclass(frozen=True, slots=True)
class Admission:
    """One candidate's way in, as this node knows it."""

    id: str
    candidate: PartnerCode
    card: bytes
    opened_at: datetime
    closed_at: datetime | None
    evidence: tuple[Evidence, ...]

    @property
    def missing(self) -> tuple[ChecklistItem, ...]:
        """What the candidate has not shown yet."""
        return missing(load_checklist(), {each.item for each in self.evidence})


def admissions(tx: Transaction) -> list[Admission]:
    """Every admission that this node opened, the newest first."""
    rows = tx.execute(admission.select().order_by(admission.c.opened_at.desc(), admission.c.id)).all()
    return [
        Admission(
            row.id, PartnerCode(row.candidate), bytes(row.card), row.opened_at, row.closed_at, _evidence(tx, row.id)
        )
        for row in rows
    ]


def open_admission(tx: Transaction, candidate: PartnerCode) -> Admission:
    """The admission of a candidate that is under way here.

    Raises:
        NotFoundError: there is none.
    """
    for each in admissions(tx):
        if each.candidate == candidate and each.closed_at is None:
            return each
    raise NotFoundError(
        f"no admission of {candidate} is open on this node",
        hint="`egnatia partner consider` opens one from the candidacy file, at the member that invited.",
    )


def _evidence(tx: Transaction, admission_id: str) -> tuple[Evidence, ...]:
    table = admission_item.c
    rows = tx.execute(admission_item.select().where(table.admission_id == admission_id).order_by(table.at, table.item))
    return tuple(Evidence(item=row.item, evidence=row.evidence, by=row.by, at=row.at) for row in rows)


def note_standing(tx: Transaction, partner: PartnerCode, status: PartnerStatus, by: str, now: datetime) -> None:
    """This node's word about a partner from now on; the words of before stay."""
    tx.execute(partner_standing.insert(), {"partner": partner, "status": status, "since": now, "by": by})


def close_admissions(
    tx: Transaction, members: Collection[PartnerCode], left: Collection[PartnerCode], now: datetime
) -> None:
    """A list came into force: candidates on it are members, and whoever is on it no longer has left."""
    known = standings(tx)
    for code in sorted(members):
        if known.get(code) in (PartnerStatus.CANDIDATE, PartnerStatus.WITHDRAWN):
            note_standing(tx, code, PartnerStatus.MEMBER, "node", now)
    for code in sorted(left):
        if known.get(code) is not PartnerStatus.WITHDRAWN:
            note_standing(tx, code, PartnerStatus.WITHDRAWN, "node", now)
    done = admission.c.candidate.in_(sorted(members)) & admission.c.closed_at.is_(None)
    if tx.execute(select(admission.c.id).where(done)).first() is not None:
        tx.execute(update(admission).where(done).values(closed_at=now))
