"""Lists and notices of partners, taken: verified, joined with what this node has, and answered with its own signatures.

Sender and receiver leave with the same signatures, whichever of them had more: a question carries the sender's, its
answer the receiver's. So a list becomes complete however the members reach one another.
"""

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, select

from egnatia.accounts import authorise
from egnatia.agreements.admission.checklist import load_checklist
from egnatia.agreements.admission.lists import MembershipList, check_follows
from egnatia.agreements.admission.standing import standings
from egnatia.enquiries.desk import Desk
from egnatia.enquiries.membership.messages import (
    MEMBERSHIP_LIST,
    NoticeBody,
    Offer,
    list_body,
    read_offer,
)
from egnatia.enquiries.membership.signing import keys_for, put_in_force_if_complete, settle_list
from egnatia.enquiries.messages import RECEIPT, ReceiptBody, decode, encode
from egnatia.errors import InputError, RefusedError, TamperedError
from egnatia.exchange.inbox import REFUSAL_KIND, Answer, Received, note_refusal
from egnatia.exchange.limits import MAX_SKEW
from egnatia.exchange.membership import lists
from egnatia.exchange.membership.documents import read_list
from egnatia.exchange.membership.lists import KnownList
from egnatia.exchange.membership.signed_list import SignedList, check_keys, holding, read_document
from egnatia.exchange.outbox import Sent
from egnatia.ledger import JSON, Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.model.states import PartnerStatus, RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import membership_notice

MAX_NOTICES = 20
"""Notices of one partner that are kept in a day: as many as a task force of 21 has partners to speak about. What is refused
is sent again a day later (`telling.REFUSED_AGAIN`), so that an honest partner's word comes, only later."""
_NOTICED = frozenset({PartnerStatus.MEMBER, PartnerStatus.SUSPENDED, PartnerStatus.WITHDRAWN})


def take_list(tx: Transaction, desk: Desk, received: Received, now: datetime) -> Answer:
    """Take a list from a partner: a proposal, a signature more, or one that is complete.

    Raises:
        RefusedError: MALFORMED; BAD_SIGNATURE for another key than the registered card's; CONDITIONS_NOT_MET when it
            does not follow the list in force here; QUOTA_EXCEEDED when too many proposals wait.
    """
    offer = read_offer(received)
    sha256 = join_list(tx, desk, received.sender, offer, now)
    known = lists.known(tx, sha256)
    if known is None:  # refused as conflicting; the entry says so
        raise RefusedError(RefusalReason.CONDITIONS_NOT_MET, "this list conflicts with the one in force here")
    return Answer(MEMBERSHIP_LIST, list_body(known))


def take_list_answer(tx: Transaction, sent: Sent, received: Received, now: datetime) -> None:
    """Take the partner's signatures on a list that we sent; a refusal leaves the list waiting.

    Nothing is sent on from here: when the answer completes the list, the partner had it complete first and sent it.
    """
    if received.refusal() is not None or received.kind != MEMBERSHIP_LIST:
        return
    offer = read_offer(received)
    known = lists.known(tx, hashlib.sha256(offer.payload).hexdigest())
    if known is not None and sent.conversation == known.signed.sha256[:36]:
        joined = _joined(tx, known.signed, offer, now)
        put_in_force_if_complete(tx, joined, now, us=None)


def join_list(
    tx: Transaction,
    desk: Desk,
    sender: PartnerCode,
    offer: Offer,
    now: datetime,
    by_hand_of: Officer | None = None,
) -> str:
    """Join an offered list with what this node has; returns its identity. As `take_list`, and as `settle_list`."""
    try:
        made = read_list(offer.payload)
    except InputError as error:
        raise RefusedError(RefusalReason.MALFORMED, error.message) from None
    signed = SignedList(offer.payload, made, {})
    known = lists.known(tx, signed.sha256)
    if known is None:
        _check_new(tx, desk, made, (sender, offer), now)
        signed = lists.store_proposal(tx, offer.payload, sender, offer.attachments, now)
    known = _joined(tx, signed, offer, now)
    if known.state == lists.PROPOSED and not lists.missing_signatures(tx, known.signed):
        settle_list(tx, desk, signed.sha256, now, by_hand_of)
    return signed.sha256


def take_file(tx: Transaction, desk: Desk, officer: Officer, content: bytes, now: datetime) -> KnownList:
    """Take a list from a file, as from a message: what a node missed reaches it by any channel.

    A person stands behind it: a complete list that died is taken although this node knows a dead rival of it, which no
    message does. Whoever takes such a list has asked another member which of the two is theirs.

    Raises:
        ForbiddenError: the officer may not.
        InputError: it is no list, or has a signature that is nobody's.
        RefusedError: as `take_list`.
    """
    authorise(officer, Action.MANAGE_PARTNERS)
    try:
        signed = read_document(content)
    except RefusedError as error:
        raise InputError(f"this is no membership list: {error.detail}") from None
    sender = min(signed.made.codes - {desk.code}, default=desk.code)
    sha256 = join_list(tx, desk, sender, Offer(signed.payload, signed.signatures, None), now, officer)
    known = lists.known(tx, sha256)
    if known is None:
        raise InputError("there is no such membership list here")
    return known


def _joined(tx: Transaction, signed: SignedList, offer: Offer, now: datetime) -> KnownList:
    """The list with the offered signatures that hold."""
    lists.add_signatures(tx, signed.sha256, holding(signed.payload, offer.signatures), now)
    known = lists.known(tx, signed.sha256)
    if known is None:
        raise RefusedError(RefusalReason.CONDITIONS_NOT_MET, "there is no such membership list here")
    return known


def _check_new(
    tx: Transaction, desk: Desk, made: MembershipList, offered: tuple[PartnerCode, Offer], now: datetime
) -> None:
    sender, offer = offered
    try:
        keys = keys_for(tx, desk, made)
        check_keys(made, keys)
    except TamperedError as error:
        raise RefusedError(RefusalReason.BAD_SIGNATURE, error.message) from None
    if standings(tx).get(sender) is PartnerStatus.SUSPENDED:
        raise RefusedError(RefusalReason.PARTNER_SUSPENDED, f"{sender} is suspended here")
    held = lists.in_force(tx)
    if sender not in made.codes or (held is None and desk.code not in made.codes):
        raise RefusedError(RefusalReason.CONDITIONS_NOT_MET, f"the list is not one of {sender} and {desk.code}")
    try:
        _check_place(held, made)
    except InputError as error:
        _note_conflict(tx, held, made, offer, (sender, now))
        raise RefusedError(RefusalReason.CONDITIONS_NOT_MET, error.message) from None
    _check_dates(made, now)
    _check_signed(tx, offer, held.made.codes if held else frozenset(keys), now)


def _check_dates(made: MembershipList, now: datetime) -> None:
    """A proposal waits no longer than the checklist says, or one member could keep all others from proposing."""
    longest = now + timedelta(days=load_checklist().sign_within_days) + MAX_SKEW
    if made.issued_at > now + MAX_SKEW or made.sign_by > longest:
        raise RefusedError(RefusalReason.CONDITIONS_NOT_MET, "the proposal would wait too long for signatures")


def _check_signed(tx: Transaction, offer: Offer, members: Collection[PartnerCode], now: datetime) -> None:
    """A member stands behind each proposal by its signature, and behind few at a time: an honest one signs one."""
    waiting = lists.proposals(tx, now)
    recent = lists.proposed_since(tx, now - timedelta(days=load_checklist().sign_within_days))
    signers = set(holding(offer.payload, offer.signatures)).intersection(members)
    if not signers:
        raise RefusedError(RefusalReason.BAD_SIGNATURE, "no member signed this proposal yet")
    used = [sum(code in each.signed.signatures for each in recent) for code in signers]
    if len(waiting) >= lists.MAX_PROPOSALS or min(used) >= lists.MAX_EACH:
        raise RefusedError(RefusalReason.QUOTA_EXCEEDED, f"{len(waiting)} proposals wait here already")


def _check_place(held: SignedList | None, made: MembershipList) -> None:
    """The next list, or for a node that never had one any that it is on: a newcomer signs the one that admits it."""
    if held is not None:
        check_follows((held.sha256, held.made), made)


def _note_conflict(
    tx: Transaction, held: SignedList | None, made: MembershipList, offer: Offer, who: tuple[PartnerCode, datetime]
) -> None:
    """A list that members signed and that is not ours: either we missed one, or somebody signs two histories."""
    sender, now = who
    signers = sorted(holding(offer.payload, offer.signatures))
    if held is None or made.version > held.made.version + 1 or len(signers) <= 1:
        return
    facts: dict[str, JSON] = {"offered": made.version, "in_force": held.made.version, "signed_by": signers}
    reference = f"membership/{made.version}"
    append(tx, Act(EventKind.MEMBERSHIP_CONFLICT, now, "node", reference, partner=sender, content=facts))


def take_notice(tx: Transaction, received: Received, now: datetime) -> Answer:
    """Keep a partner's notice for people to read; it changes nothing here by itself.

    Raises:
        RefusedError: MALFORMED.
    """
    body = decode(NoticeBody, received.body)
    if body.standing not in _NOTICED:
        raise RefusedError(RefusalReason.MALFORMED, f"a notice about the standing {body.standing.value}")
    if _noticed(tx, received.sender, now) >= MAX_NOTICES:
        problem = RefusedError(RefusalReason.QUOTA_EXCEEDED, f"{MAX_NOTICES} notices of yours came within a day")
        note_refusal(tx, received.sender, problem.reason, now, received.sha256)
        return Answer(REFUSAL_KIND, {"reason": problem.reason.value, "detail": problem.detail})
    row = {"message_id": received.id, "sender": received.sender, "about": body.about, "standing": body.standing}
    tx.execute(membership_notice.insert(), row | {"since": body.since, "received_at": now})
    content = {"about": body.about, "standing": body.standing.value, "since": body.since.isoformat()}
    act = Act(
        EventKind.MEMBERSHIP_NOTICE,
        now,
        "node",
        received.id,
        partner=received.sender,
        message_sha256=received.sha256,
        content=content,
    )
    append(tx, act)
    return Answer(RECEIPT, encode(ReceiptBody()))


def _noticed(tx: Transaction, sender: PartnerCode, now: datetime) -> int:
    """How many notices of a partner were kept within a day."""
    theirs = (membership_notice.c.sender == sender) & (membership_notice.c.received_at > now - timedelta(days=1))
    return int(tx.execute(select(func.count()).select_from(membership_notice).where(theirs)).scalar_one())
