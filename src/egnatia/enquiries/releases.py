"""Step 2, answered: core data leave a node only here, by two different people, from a whitelist, for one follow-up.

There is no function that releases by rule, by time or by score (DIS-03, DIS-04, E-03).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from msgspec import UNSET
from sqlalchemy import Row, select, update

from egnatia.accounts import authorise, require_other
from egnatia.agreements import handling
from egnatia.agreements.handling import check_use, from_text
from egnatia.enquiries import followups
from egnatia.enquiries.corrections.reading import check_copy, restriction_of_ours
from egnatia.enquiries.corrections.taken import Item
from egnatia.enquiries.corrections.taking import catch_up
from egnatia.enquiries.desk import KEEP, MIN_JUSTIFICATION, Desk, check_text, check_witnessed
from egnatia.enquiries.dna.held import check_number_free
from egnatia.enquiries.followups import FollowUp
from egnatia.enquiries.guard import check_guard
from egnatia.enquiries.labels import Terms, arrived, check_least, keep_until, label_of, mark, travelling
from egnatia.enquiries.messages import RECEIPT, RELEASE, LabelReceiptBody, ReceiptBody, ReleaseBody, decode, encode
from egnatia.enquiries.subjects import subject_of
from egnatia.errors import ConflictError, InputError, NotFoundError, RefusedError
from egnatia.exchange.inbox import Answer, Received
from egnatia.exchange.outbox import Draft, Sent, queue_message
from egnatia.ledger import Act, append
from egnatia.model.agreements import Grant
from egnatia.model.events import EventKind
from egnatia.model.ids import FollowUpId, OfficerId, ReleaseId, SealedId
from egnatia.model.officers import Action, Officer
from egnatia.model.states import CorrectionItem, FollowUpState, RefusalReason, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import follow_up, protection_mark, release


@dataclass(frozen=True, slots=True)
class Release:
    """Core data on their way: proposed, approved, or received from a partner."""

    id: ReleaseId
    follow_up_id: FollowUpId
    fields: tuple[str, ...]
    handling: str
    proposed_by: OfficerId | None
    proposed_at: datetime | None
    approved_by: OfficerId | None
    approved_at: datetime | None
    delivered_at: datetime | None
    refusal: RefusalReason | None
    received_at: datetime | None
    sealed_id: SealedId


def available(tx: Transaction, follow_up_id: FollowUpId) -> dict[str, str]:
    """The core data that could be released for a follow-up: whitelisted fields that have a value, for a preview.

    Raises:
        NotFoundError: no such follow-up, or its record is gone.
    """
    row = followups.get(tx, follow_up_id, followups.IN)
    return subject_of(row.subject).core_values(tx, row.ref)


def view_available(tx: Transaction, officer: Officer, follow_up_id: FollowUpId, now: datetime) -> dict[str, str]:
    """What could be released, for the first of the two people. Looking is a consultation and is logged.

    Raises:
        ForbiddenError, NotFoundError: as the names say.
    """
    authorise(officer, Action.PROPOSE_RELEASE)
    row = followups.get(tx, follow_up_id, followups.IN)
    _enter_look(tx, officer, row, "to propose a release", now)
    return available(tx, follow_up_id)


def view_proposed(tx: Transaction, officer: Officer, release_id: ReleaseId, now: datetime) -> dict[str, str]:
    """What would leave, for the second of the two people. Looking is a consultation and is logged.

    Raises:
        ForbiddenError, NotFoundError, ConflictError, ErasedError: as the names say.
    """
    authorise(officer, Action.APPROVE_RELEASE)
    proposed, row = _open_proposal(tx, release_id)
    _enter_look(tx, officer, row, "to decide on a proposed release", now)
    return values_of(tx, proposed)


def _enter_look(tx: Transaction, officer: Officer, row: FollowUp, why: str, now: datetime) -> None:
    append(tx, replace(followups.act_on(row, EventKind.CORE_DATA_VIEWED, officer.id, now), justification=why))


def propose(
    tx: Transaction,
    desk: Desk,
    officer: Officer,
    follow_up_id: FollowUpId,
    request: tuple[Sequence[str], str],
    now: datetime,
    terms: Terms | None = None,
) -> ReleaseId:
    """Propose to release some fields; nothing leaves the node yet.

    Args:
        tx: write transaction.
        desk: our side.
        officer: the first of the two people.
        follow_up_id: a partner's open follow-up.
        request: field names from the whitelist, and the reason (at least 20 characters).
        now: the moment.
        terms: the handling label and the grading; without them the grant's short code speaks.

    Raises:
        ForbiddenError, NotFoundError: as the names say.
        ConflictError: the follow-up is closed, or somebody proposed already.
        InputError: a field outside the whitelist or without a value, or no reason.
        RefusedError: no grant of today allows step 2, or the label is unknown or looser than the grant's.
    """
    authorise(officer, Action.PROPOSE_RELEASE)
    row = followups.get(tx, follow_up_id, followups.IN)
    followups.check_open(row)
    if row.state is not FollowUpState.WAITING:
        raise ConflictError("a release was already proposed", hint="A second officer approves it or sends it back.")
    reason = check_text("reason", request[1], MIN_JUSTIFICATION)
    held = subject_of(row.subject).core_values(tx, row.ref)
    check_releasable(tx, desk, row, held)
    values = _chosen(held, request[0])
    marked = mark(desk, row, followups.grant_today(tx, desk, row, now).handling_default, terms or Terms(), now.date())
    release_id = ReleaseId(tx.new_id())
    sealed = tx.seal(
        json.dumps({"values": values, "reason": reason}).encode(), kind="core_data", at=now, erase_on=now + KEEP
    )
    tx.execute(
        release.insert(),
        {
            "id": release_id,
            "follow_up_id": follow_up_id,
            "fields": json.dumps(list(values)),
            "proposed_by": officer.id,
            "proposed_at": now,
            "sealed_id": sealed.id,
            **marked.columns(),
        },
    )
    _set_state(tx, follow_up_id, FollowUpState.PROPOSED)
    act = replace(
        followups.act_on(row, EventKind.RELEASE_PROPOSED, officer.id, now),
        justification=reason,
        content={"release": release_id, "fields": list(values), "handling": marked.code},
    )
    append(tx, act)
    return release_id


def check_releasable(tx: Transaction, desk: Desk, row: FollowUp, held: dict[str, str]) -> None:
    """Look again at who must be protected: a mark or a claim may have come since the reference was returned.

    A shielded record is released to nobody, a claimant's to no state that the claim is made against.

    Raises:
        RefusedError: CONDITIONS_NOT_MET, PROTECTION_CLAIM_GUARD, or PROFILE_ELIMINATED of a trace that is held back.
    """
    if tx.execute(select(protection_mark.c.ref).where(protection_mark.c.ref == row.ref)).first() is not None:
        raise RefusedError(
            RefusalReason.CONDITIONS_NOT_MET,
            "this record is shielded and cannot be released",
            hint="Refuse the follow-up with CONDITIONS_NOT_MET, or ask a supervisor about the mark.",
        )
    numbers = [held.get("number_from", ""), *held.get("document_numbers", "").split(";")]
    partner = desk.register(tx).partners.get(row.partner)
    check_guard(tx, row.partner, partner.travel_document_codes if partner else (), {**held, "identifiers": numbers})
    if row.subject is SubjectKind.DNA_TRACE:
        check_number_free(tx, desk, row.ref)
    if restriction_of_ours(tx, row.ref) is not None:
        raise RefusedError(RefusalReason.CONDITIONS_NOT_MET, "this record is restricted and cannot be released")


def _chosen(values: dict[str, str], fields: Sequence[str]) -> dict[str, str]:
    unknown = [name for name in fields if name not in values]
    if unknown or not fields or len(set(fields)) != len(fields):
        raise InputError(
            f"{unknown[0]!r} cannot be released" if unknown else "name each field once, and at least one",
            hint=f"This record has: {', '.join(values)}.",
        )
    return {name: value for name, value in values.items() if name in fields}


def _set_state(tx: Transaction, follow_up_id: FollowUpId, state: FollowUpState) -> None:
    tx.execute(update(follow_up).where(follow_up.c.id == follow_up_id).values(state=state))


def approve(tx: Transaction, desk: Desk, officer: Officer, release_id: ReleaseId, now: datetime) -> None:
    """Release the proposed core data: the act of the second person, and the only way out of the node.

    Raises:
        ForbiddenError: not an approver, or the same person as the proposer.
        NotFoundError, ConflictError: as the names say.
        RefusedError: the grant ended since, or UNWITNESSED.
    """
    authorise(officer, Action.APPROVE_RELEASE)
    proposed, row = _open_proposal(tx, release_id)
    require_other(officer, proposed.proposed_by)
    check_witnessed(tx, desk, now)
    check_releasable(tx, desk, row, subject_of(row.subject).core_values(tx, row.ref))
    grant = followups.grant_today(tx, desk, row, now)
    values = values_of(tx, proposed)
    body, label_sha256 = _body(tx, desk, row, (proposed, grant), now)
    queued = queue_message(tx, desk.keys, Draft(RELEASE, row.partner, row.enquiry_id, encode(body)), now)
    approval = {"approved_by": officer.id, "approved_at": now, "message_id": queued.message_id}
    approval |= {"as_of": now.date().isoformat(), "label_sha256": label_sha256}
    tx.execute(update(release).where(release.c.id == release_id).values(approval))
    followups.close(tx, row.id, FollowUpState.RELEASED, None, now)
    act = replace(
        followups.act_on(row, EventKind.RELEASE_APPROVED, officer.id, now),
        grant=grant.id,
        message_sha256=queued.sha256,
        justification=_reason_of(tx, proposed),
        content={"release": release_id, "fields": list(values), "proposed_by": proposed.proposed_by},
    )
    append(tx, act)


def _body(
    tx: Transaction, desk: Desk, row: FollowUp, proposal: tuple[Release, Grant], now: datetime
) -> tuple[ReleaseBody, str | None]:
    """What is sent, and the hash of its label where one is.

    Since it was proposed, the label may have run out, and a grant that asks for a stricter one may have come into force.
    """
    proposed, grant = proposal
    stored = tx.execute(release.select().where(release.c.id == proposed.id)).one()
    label_now = label_of(stored, row, desk.code)
    check_least(desk, row, grant.handling_default, label_now)
    check_use(label_now, row.purpose, now.date())
    label, grading, label_sha256 = travelling(tx, row.partner, stored)
    body = ReleaseBody(
        follow_up=row.id,
        fields=values_of(tx, proposed),
        handling=proposed.handling,
        as_of=now.date(),
        label=label or UNSET,
        grading=(grading or UNSET) if label else UNSET,
    )
    return body, label_sha256


def send_back(tx: Transaction, officer: Officer, release_id: ReleaseId, reason: str, now: datetime) -> None:
    """The second person disagrees: the proposal is erased and the follow-up waits again.

    Raises:
        ForbiddenError, NotFoundError, ConflictError, InputError: as the names say.
    """
    authorise(officer, Action.APPROVE_RELEASE)
    proposed, row = _open_proposal(tx, release_id)
    require_other(officer, proposed.proposed_by)
    why = check_text("reason", reason, MIN_JUSTIFICATION)
    tx.execute(release.delete().where(release.c.id == release_id))
    tx.erase(proposed.sealed_id)
    _set_state(tx, row.id, FollowUpState.WAITING)
    act = replace(
        followups.act_on(row, EventKind.RELEASE_SENT_BACK, officer.id, now),
        justification=why,
        content={"release": release_id},
    )
    append(tx, act)


def take_release(tx: Transaction, desk: Desk, received: Received, now: datetime) -> Answer:
    """Store core data that a partner's two officers released to us.

    Raises:
        RefusedError: MALFORMED (also for a field outside the whitelist), UNKNOWN_CONVERSATION, HANDLING_UNKNOWN, or
            HANDLING_FORBIDS when its label does not let us have it.
    """
    body = decode(ReleaseBody, received.body)
    row = followups.ours(tx, FollowUpId(body.follow_up), received)
    extra = set(body.fields) - set(subject_of(row.subject).core_fields)
    if extra:
        raise RefusedError(RefusalReason.MALFORMED, f"{min(extra)!r} is not a core-data field of {row.subject.value}")
    if row.closed_at is not None:
        raise RefusedError(RefusalReason.UNKNOWN_CONVERSATION, "this follow-up was already closed")
    marked = arrived(desk, row, body.handling, (body.label or None, body.grading or None), now.date())
    label_sha256 = handling.label_sha256(marked.label) if body.label else None
    until = keep_until(tx, desk, row.grant_id, marked.label, now)
    sealed = tx.seal(json.dumps({"values": body.fields}).encode(), kind="core_data", at=now, erase_on=until)
    release_id = tx.new_id()
    tx.execute(
        release.insert(),
        {
            "id": release_id,
            "follow_up_id": row.id,
            "fields": json.dumps(list(body.fields)),
            "received_at": now,
            "sent_at": received.created_at,
            "sealed_id": sealed.id,
            "as_of": body.as_of.isoformat(),
            "label_sha256": label_sha256,
            **marked.columns(),
        },
    )
    catch_up(tx, _item_of(row), release_id, received.created_at)
    followups.close(tx, row.id, FollowUpState.RELEASED, None, now)
    act = Act(
        EventKind.RELEASE_RECEIVED,
        now,
        "node",
        f"follow_up:{row.id}",
        partner=received.sender,
        grant=row.grant_id,
        purpose=row.purpose,
        message_sha256=received.sha256,
        content={
            "fields": list(body.fields),
            "handling": body.handling,
            "as_of": body.as_of.isoformat(),
            "label_sha256": label_sha256,
        },
    )
    append(tx, act)
    receipt = LabelReceiptBody(label_sha256=label_sha256) if label_sha256 else ReceiptBody()
    return Answer(RECEIPT, encode(receipt))


def take_release_answer(tx: Transaction, sent: Sent, received: Received, now: datetime) -> None:
    """The asking partner's node answered our release: it has it, or did not take it, and our officers see which.

    Raises:
        RefusedError: HANDLING_UNKNOWN, it has it under another label than we sent; the release stays unconfirmed.
    """
    refusal = received.refusal()
    if refusal is None:
        sent_label = select(release.c.label_sha256).where(release.c.message_id == sent.message_id)
        check_receipt(tx.execute(sent_label).scalar(), received)
    ours = update(release).where(release.c.message_id == sent.message_id)
    tx.execute(ours.values(delivered_at=now) if refusal is None else ours.values(refusal=refusal[0]))
    if refusal is not None:
        act = Act(
            EventKind.REFUSAL_RECEIVED,
            now,
            "node",
            f"message:{sent.message_id}",
            partner=sent.to,
            message_sha256=received.sha256,
            content={"reason": refusal[0], "detail": refusal[1]},
        )
        append(tx, act)


def check_receipt(label_sha256: str | None, received: Received) -> None:
    """Require that a receipt repeats the hash of the label that travelled (L10); without a label there is none.

    Raises:
        RefusedError: HANDLING_UNKNOWN; the answer is not taken.
    """
    if label_sha256 is not None and decode(LabelReceiptBody, received.body).label_sha256 != label_sha256:
        raise RefusedError(RefusalReason.HANDLING_UNKNOWN, f"{received.sender} keeps the item under another label")


def take_undeliverable(tx: Transaction, sent: Sent) -> None:
    """Our release grew too old on its way: nobody received it, and our officers see that."""
    undelivered = update(release).where(release.c.message_id == sent.message_id)
    tx.execute(undelivered.values(refusal=RefusalReason.TOO_OLD))


def of_follow_up(tx: Transaction, follow_up_id: FollowUpId) -> list[Release]:
    """Proposed, approved or received releases of one follow-up."""
    return [_made(row) for row in tx.execute(release.select().where(release.c.follow_up_id == follow_up_id))]


def as_of(stored: Row[Any]) -> date:
    """The day for which the values of a stored release hold; release 0.1.0 wrote down only when it was approved."""
    return date.fromisoformat(stored.as_of) if stored.as_of else (stored.approved_at or stored.received_at).date()


def values_of(tx: Transaction, row: Release) -> dict[str, str]:
    """The core data themselves.

    Raises:
        ErasedError: they were erased.
    """
    values: dict[str, str] = json.loads(tx.unseal(row.sealed_id))["values"]
    return values


def view_received(
    tx: Transaction, officer: Officer, follow_up_id: FollowUpId, justification: str, now: datetime
) -> tuple[Release, dict[str, str]]:
    """Open core data we received. Looking is a consultation and is logged.

    Raises:
        ForbiddenError, NotFoundError: as the names say.
    """
    authorise(officer, Action.VIEW_CANDIDATES)
    row = followups.get(tx, follow_up_id, followups.OUT)
    received = [each for each in of_follow_up(tx, follow_up_id) if each.received_at is not None]
    if not received:
        raise NotFoundError("nothing was released for this follow-up", hint="Its page shows where it stands.")
    check_copy(tx, officer, _item_of(row), (row.id, row.candidate_id), justification)
    _check_label(tx, row, received[0], now)
    _enter_look(tx, officer, row, justification or "casework", now)
    return received[0], values_of(tx, received[0])


def _check_label(tx: Transaction, row: FollowUp, held: Release, now: datetime) -> None:
    """Looking is a use: the purpose has to be the label's, and its day must not have come (DIS-05, L6, L7)."""
    text = tx.execute(select(release.c.label).where(release.c.id == held.id)).scalar()
    if text is not None:  # what release 0.1.0 stored has no label, and the code alone limits no look
        check_use(from_text(text), row.purpose, now.date())


def _item_of(row: FollowUp) -> Item:
    """The partner's record that a follow-up of ours asks about, as corrections name it."""
    return Item(row.partner, CorrectionItem.RECORD, row.ref, row.subject)


def _open_proposal(tx: Transaction, release_id: ReleaseId) -> tuple[Release, FollowUp]:
    found = tx.execute(
        release.select().where(release.c.id == release_id, release.c.proposed_at.is_not(None))
    ).one_or_none()
    if found is None:
        raise NotFoundError(
            f"there is no proposed release {release_id}", hint="`egnatia release list` shows all of them."
        )
    row = followups.get(tx, FollowUpId(found.follow_up_id), followups.IN)
    followups.check_open(row)
    return _made(found), row


def _reason_of(tx: Transaction, row: Release) -> str:
    reason: str = json.loads(tx.unseal(row.sealed_id))["reason"]
    return reason


def _made(row: Row[Any]) -> Release:
    return Release(
        id=ReleaseId(row.id),
        follow_up_id=FollowUpId(row.follow_up_id),
        fields=tuple(json.loads(row.fields)),
        handling=row.handling,
        proposed_by=OfficerId(row.proposed_by) if row.proposed_by else None,
        proposed_at=row.proposed_at,
        approved_by=OfficerId(row.approved_by) if row.approved_by else None,
        approved_at=row.approved_at,
        delivered_at=row.delivered_at,
        refusal=RefusalReason(row.refusal) if row.refusal else None,
        received_at=row.received_at,
        sealed_id=SealedId(row.sealed_id),
    )
