"""What can be seen of blind enquiries: ours with their results, partners' as bare counts and commitments, the epochs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from egnatia.accounts import authorise
from egnatia.errors import NotFoundError
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import EnquiryId, GrantId, OfficerId, PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.model.states import AskState, BlindList, Offence, Purpose, RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import blind_answer, blind_enquiry, blind_epoch, blind_filter, blind_statement


@dataclass(frozen=True, slots=True)
class BlindView:
    """One of our blind questions, without what it asked."""

    id: EnquiryId
    case_ref: str
    partner: PartnerCode
    list: BlindList
    purpose: Purpose
    state: AskState
    refusal: RefusalReason | None
    asked_at: datetime
    answered_at: datetime | None
    commitment: str | None


@dataclass(frozen=True, slots=True)
class EvaluatedView:
    """All that the holder has of one question."""

    asker: PartnerCode
    enquiry_id: EnquiryId
    list: BlindList
    purpose: Purpose
    grant_id: GrantId | None
    refusal: RefusalReason | None
    answered_at: datetime
    commitment: str


@dataclass(frozen=True, slots=True)
class EpochView:
    """One filter: ours for a partner (`held` false), or a partner's for us (`held` true)."""

    held: bool
    partner: PartnerCode
    list: BlindList
    epoch: int
    begins_at: datetime
    ends_at: datetime
    statement: str
    root: str


def blind_view(tx: Transaction, enquiry_id: EnquiryId) -> BlindView:
    """One of our blind questions.

    Raises:
        NotFoundError: there is none.
    """
    found = [each for each in blind_views(tx) if each.id == enquiry_id]
    if not found:
        raise NotFoundError(f"there is no blind enquiry {enquiry_id}", hint="`egnatia blind list` shows all of them.")
    return found[0]


def blind_views(tx: Transaction, case_ref: str | None = None) -> list[BlindView]:
    """Our blind questions, the newest first."""
    query = select(blind_enquiry).order_by(blind_enquiry.c.asked_at.desc(), blind_enquiry.c.id)
    if case_ref is not None:
        query = query.where(blind_enquiry.c.case_ref == case_ref)
    return [
        BlindView(
            EnquiryId(row.id),
            row.case_ref,
            PartnerCode(row.partner),
            BlindList(row.list),
            Purpose(row.purpose),
            AskState(row.state),
            RefusalReason(row.refusal) if row.refusal else None,
            row.asked_at,
            row.answered_at,
            row.commitment,
        )
        for row in tx.execute(query)
    ]


def evaluated_views(tx: Transaction) -> list[EvaluatedView]:
    """Partners' blind questions as we saw them, the newest first."""
    query = select(blind_answer).order_by(blind_answer.c.answered_at.desc(), blind_answer.c.enquiry_id)
    return [
        EvaluatedView(
            PartnerCode(row.asker),
            EnquiryId(row.enquiry_id),
            BlindList(row.list),
            Purpose(row.purpose),
            GrantId(row.grant_id) if row.grant_id else None,
            RefusalReason(row.refusal) if row.refusal else None,
            row.answered_at,
            row.commitment,
        )
        for row in tx.execute(query)
    ]


def epochs(tx: Transaction) -> list[EpochView]:
    """The filters in force: ours by partner, then partners' by holder."""
    ours = select(blind_epoch).where(blind_epoch.c.ended_at.is_(None)).order_by(blind_epoch.c.audience)
    joined = select(blind_filter, blind_statement.c.epoch, blind_statement.c.begins_at).join(
        blind_statement, blind_statement.c.sha256 == blind_filter.c.statement
    )
    rows = [(False, row.audience, row) for row in tx.execute(ours)]
    rows += [(True, row.holder, row) for row in tx.execute(joined.order_by(blind_filter.c.holder))]
    return [
        EpochView(
            held,
            PartnerCode(partner),
            BlindList(row.list),
            row.epoch,
            row.begins_at,
            row.ends_at,
            row.statement,
            row.root,
        )
        for held, partner, row in rows
    ]


@dataclass(frozen=True, slots=True)
class OpenedView:
    """What one of our blind questions asked, for an officer of this node.

    Attributes:
        view: the question and its result.
        offence: the offence behind it.
        officer_id: who asked.
        values: the identifier; None where it was erased, or where nothing was sent.
        justification: why; None in the same cases.
    """

    view: BlindView
    offence: Offence
    officer_id: OfficerId
    values: Mapping[str, str] | None
    justification: str | None


def view_blind(tx: Transaction, officer: Officer, enquiry_id: EnquiryId, now: datetime) -> OpenedView:
    """One of our blind questions with what it asked. Looking is a consultation and is logged.

    Raises:
        ForbiddenError: the officer may not look at casework.
        NotFoundError: there is none.
    """
    authorise(officer, Action.VIEW_CANDIDATES)
    view = blind_view(tx, enquiry_id)
    row = tx.execute(select(blind_enquiry).where(blind_enquiry.c.id == enquiry_id)).one()
    act = Act(
        EventKind.ENQUIRY_VIEWED,
        now,
        officer.id,
        f"blind_enquiry:{enquiry_id}",
        purpose=view.purpose,
        justification=f"case {view.case_ref}",
    )
    append(tx, act)
    asked = json.loads(tx.opened(row.sealed_id) or b"{}")
    return OpenedView(
        view, Offence(row.offence), OfficerId(row.officer_id), asked.get("values"), asked.get("justification")
    )
