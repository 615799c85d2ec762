"""A partner asks for more loci: its request waits for an officer, who sends the profile as it is now, or declines.

What leaves is what could leave as an answer today: under a grant in force, to a partner that was given this very number,
nothing of whom a mark or a claim shields, and no trace that was held back.
"""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from egnatia.accounts import authorise
from egnatia.agreements import Allow, Request
from egnatia.engines.dna.formats.reference_data import to_reference_data
from egnatia.engines.dna.loci import BY_NAME
from egnatia.engines.dna.types import Profile
from egnatia.enquiries.answer import marked_for
from egnatia.enquiries.desk import MIN_JUSTIFICATION, Desk, check_text
from egnatia.enquiries.dna.elimination import held_back
from egnatia.enquiries.dna.links import link_of
from egnatia.enquiries.dna.messages import DNA_MORE_LOCI, DnaMoreLociBody, DnaUpgradeBody
from egnatia.enquiries.dna.numbers import behind
from egnatia.enquiries.dna.profiles import load_profile
from egnatia.enquiries.followups import IN
from egnatia.enquiries.guard import number_mark
from egnatia.enquiries.messages import RECEIPT, ReceiptBody, decode, encode
from egnatia.errors import ConflictError, NotFoundError, RefusedError
from egnatia.exchange.inbox import Answer, Received
from egnatia.exchange.outbox import Draft, queue_message
from egnatia.ledger import Act, append
from egnatia.model.dna import UpgradeState
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.model.states import DNA_SUBJECTS, Offence, Purpose, RefusalReason, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import answered_enquiry, dna_upgrade


def take_upgrade(tx: Transaction, _desk: Desk, received: Received, now: datetime) -> Answer:
    """A partner asks for more loci of a profile that it was given in this conversation; an officer here will look.

    Raises:
        RefusedError: MALFORMED, UNKNOWN_CONVERSATION, ID_REUSED, or QUOTA_EXCEEDED while one for this number waits.
    """
    body = decode(DnaUpgradeBody, received.body)
    if any(name not in BY_NAME for name in body.loci) or len({*body.loci}) != len(body.loci):
        raise RefusedError(RefusalReason.MALFORMED, "loci that are none, or one twice")
    _answered(tx, (received.sender, received.conversation), body.number)
    if tx.execute(select(dna_upgrade.c.id).where(dna_upgrade.c.id == body.upgrade)).first() is not None:
        raise RefusedError(RefusalReason.ID_REUSED, "another request came under this id")
    waits = (dna_upgrade.c.number == body.number) & (dna_upgrade.c.direction == IN)
    waits &= (dna_upgrade.c.partner == received.sender) & (dna_upgrade.c.state == UpgradeState.WAITING)
    if tx.execute(select(dna_upgrade.c.id).where(waits)).first() is not None:
        raise RefusedError(RefusalReason.QUOTA_EXCEEDED, "a request for this profile waits already")
    made: dict[str, Any] = {
        "id": body.upgrade,
        "direction": IN,
        "partner": received.sender,
        "enquiry_id": received.conversation,
    }
    made |= {"number": body.number, "loci": json.dumps(body.loci), "state": UpgradeState.WAITING, "asked_at": now}
    tx.execute(dna_upgrade.insert(), made)
    act = Act(
        EventKind.DNA_UPGRADE_RECEIVED,
        now,
        "node",
        f"dna_upgrade:{body.upgrade}",
        partner=received.sender,
        message_sha256=received.sha256,
        content={"number": body.number, "loci": list(body.loci)},
    )
    append(tx, act)
    return Answer(RECEIPT, encode(ReceiptBody()))


def _answered(tx: Transaction, conversation: tuple[str, str], number: str) -> Row[Any]:
    """What we answered a partner in a conversation, if this number was in it."""
    table = answered_enquiry.c
    mine = (table.asker == conversation[0]) & (table.enquiry_id == conversation[1])
    row = tx.execute(answered_enquiry.select().where(mine)).one_or_none()
    if row is None or row.subject not in DNA_SUBJECTS or number not in json.loads(row.refs)["returned"]:
        raise RefusedError(RefusalReason.UNKNOWN_CONVERSATION, "no such profile was returned in this conversation")
    return row


def answer_upgrade(
    tx: Transaction, desk: Desk, officer: Officer, upgrade_id: str, word: tuple[bool, str], now: datetime
) -> UpgradeState:
    """Answer a partner's request: with the profile as it is held now, or that nothing more can be typed.

    Args:
        tx: write transaction.
        desk: our side.
        officer: the examiner.
        upgrade_id: the request.
        word: whether the profile is sent, and why so, at least 20 characters; the reason stays here.
        now: the moment.

    Raises:
        ForbiddenError, InputError, NotFoundError: as the names say.
        ConflictError: it was answered, none of the loci is typed, or the person is shielded from the partner by now.
        RefusedError: no grant of today allows it, or the trace was held back.
    """
    authorise(officer, Action.ANSWER_UPGRADE)
    why = check_text("reason", word[1], MIN_JUSTIFICATION)
    row = _waiting(tx, upgrade_id)
    data = to_reference_data(_typed(tx, desk, row, now)) if word[0] else None
    state = UpgradeState.ANSWERED if word[0] else UpgradeState.DECLINED
    body = DnaMoreLociBody(upgrade=upgrade_id, number=row.number, profile=data)
    partner = PartnerCode(row.partner)
    queued = queue_message(tx, desk.keys, Draft(DNA_MORE_LOCI, partner, row.enquiry_id, encode(body)), now)
    said = {"state": state, "answered_at": now, "officer_id": officer.id, "message_id": queued.message_id}
    tx.execute(update(dna_upgrade).where(dna_upgrade.c.id == upgrade_id).values(said))
    act = Act(
        EventKind.DNA_UPGRADE_ANSWERED,
        now,
        officer.id,
        f"dna_upgrade:{upgrade_id}",
        partner=partner,
        message_sha256=queued.sha256,
        justification=why,
        content={"number": row.number, "state": state},
    )
    append(tx, act)
    return state


def _waiting(tx: Transaction, upgrade_id: str) -> Row[Any]:
    mine = (dna_upgrade.c.id == upgrade_id) & (dna_upgrade.c.direction == IN)
    row = tx.execute(dna_upgrade.select().where(mine)).one_or_none()
    if row is None:
        raise NotFoundError(f"no partner asked under {upgrade_id}", hint="`egnatia dna upgrade list` lists requests.")
    if row.state != UpgradeState.WAITING:
        raise ConflictError(f"this request was {row.state} already")
    return row


def _check_permitted(tx: Transaction, desk: Desk, answered: Row[Any], now: datetime) -> None:
    """The question would have to be allowed today: more of the profile leaves now."""
    subject, purpose = SubjectKind(answered.subject), Purpose(answered.purpose)
    asker = PartnerCode(answered.asker)
    asked = Request(asker, desk.code, subject, purpose, Offence(answered.offence), now.date())
    verdict = desk.verdict(tx, asked)
    if not isinstance(verdict, Allow):
        raise RefusedError(verdict.reason, verdict.detail)


def _typed(tx: Transaction, desk: Desk, row: Row[Any], now: datetime) -> Profile:
    """The profile behind the request, when it may still go there and has something that was asked for."""
    known = behind(tx, row.number)
    if known is None or known.partner != row.partner:
        raise ConflictError("the profile was erased", hint="Decline: the partner learns that nothing can be typed.")
    answered = _answered(tx, (row.partner, row.enquiry_id), row.number)
    _check_permitted(tx, desk, answered, now)
    link = link_of(tx, known.ref)
    records = {link.record_ref} if link is not None and link.record_ref is not None else set()
    if marked_for(tx, (known.partner, number_mark(desk.keys, "")), records):
        raise ConflictError("this person is shielded from the partner by now", hint="Decline, without saying why.")
    profile = load_profile(tx, known.ref)
    if held_back(tx, desk, [known.ref] if answered.subject == SubjectKind.DNA_TRACE else []):
        raise RefusedError(RefusalReason.PROFILE_ELIMINATED, "the trace was held back since it was returned")
    if not {*json.loads(row.loci)} & {*profile.loci}:
        raise ConflictError(
            "none of the loci that were asked for is typed", hint="Bring them in first: `egnatia dna retype`."
        )
    return profile
