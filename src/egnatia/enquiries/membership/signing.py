"""Proposing, signing and spreading the membership list; no node is special in it.

A node signs at most one proposal at a time on the same predecessor, so that two lists can never both be complete while
one member is honest and every member has to sign. It signs only keys and cards that it knows by its own telephone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from egnatia.accounts import authorise
from egnatia.agreements.admission import Member, MembershipList, load_checklist, missing
from egnatia.agreements.admission.lists import check_follows
from egnatia.agreements.admission.standing import standings
from egnatia.agreements.force import status_on
from egnatia.enquiries.desk import Desk
from egnatia.enquiries.holdings import tag_for_partner
from egnatia.enquiries.membership.admission_state import close_admissions
from egnatia.enquiries.membership.messages import Attachments, read_attachments
from egnatia.enquiries.membership.telling import tell_list
from egnatia.errors import ConflictError, InputError, NotFoundError, RefusedError
from egnatia.exchange.card import read_card
from egnatia.exchange.directory import register_card
from egnatia.exchange.key_history import signing_keys_at
from egnatia.exchange.membership import lists
from egnatia.exchange.membership.documents import card_sha256, compare_fingerprint, write_list
from egnatia.exchange.membership.lists import KnownList
from egnatia.exchange.membership.signed_list import SignedList, Trusted, check_keys, sign_list
from egnatia.exchange.signatures import public_bytes
from egnatia.ledger import JSON, Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.model.states import PartnerStatus, RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import partner_card


@dataclass(frozen=True, slots=True)
class Change:
    """How the next list differs from the one in force.

    Attributes:
        add: the candidate's card, with its evidence as it will travel.
        drop: the member that leaves.
        valid: how long the list is to hold; the checklist's term when left out.
    """

    add: tuple[bytes, bytes] | None = None
    drop: PartnerCode | None = None
    valid: timedelta | None = None


@dataclass(frozen=True, slots=True)
class SignedHere:
    """What a signature came to: the list, whether it is in force now, who still has to sign."""

    version: int
    in_force: bool
    missing: tuple[PartnerCode, ...]


_TOGETHER = 2
"""Members whose signatures make a rival of a dead proposal: one alone must not keep a list out of a node that was away."""


def cards_of(tx: Transaction) -> dict[PartnerCode, bytes]:
    """The registered cards as files."""
    rows = tx.execute(select(partner_card.c.code, partner_card.c.content))
    return {PartnerCode(row.code): bytes(row.content) for row in rows}


def keys_for(tx: Transaction, desk: Desk, made: MembershipList) -> Trusted:
    """Which key a list may name for each partner known here, and for ourselves: those of today and of its own time.

    A member whose keys are replaced by continuity so stays on the list that names its earlier card (ADR 0013).
    """
    ours = (public_bytes(desk.keys.signing), *signing_keys_at(tx, desk.code, made.issued_at))
    return {code: signing_keys_at(tx, code, made.issued_at) for code in cards_of(tx)} | {desk.code: ours}


def propose(
    tx: Transaction, desk: Desk, officer: Officer, own_card: bytes, change: Change, now: datetime
) -> SignedList:
    """Write the next list and keep it as a proposal; a supervisor signs it apart.

    Raises:
        ForbiddenError: the officer may not.
        ConflictError: a proposal waits for signatures already.
        InputError: the list would not be one.
    """
    authorise(officer, Action.MANAGE_PARTNERS)
    waiting = lists.proposals(tx, now)
    if waiting:
        raise ConflictError(
            f"membership list {waiting[0].signed.made.version} waits for signatures already",
            hint=f"Sign it, or wait until it dies on {waiting[0].signed.made.sign_by:%Y-%m-%d}.",
        )
    held = lists.in_force(tx)
    made = _next(tx, desk, own_card, change, now)
    check_follows((held.sha256, held.made) if held else None, made)
    attachments = change.add[1] if change.add else None
    return lists.store_proposal(tx, write_list(made), desk.code, attachments, now)


def _next(tx: Transaction, desk: Desk, own: bytes, change: Change, now: datetime) -> MembershipList:
    terms, held = load_checklist(), lists.in_force(tx)
    included = _included(tx, own, change) if held else [own, *_founding(tx, desk, now)]
    since = {member.code: member.since for member in held.made.members} if held else {}
    members = [_member(content, since, now) for content in included if _code(content) != change.drop]
    return MembershipList(
        version=held.made.version + 1 if held else 1,
        previous=held.sha256 if held else None,
        issued_at=now,
        valid_until=now + (change.valid or timedelta(days=terms.valid_days)),
        sign_by=now + timedelta(days=terms.sign_within_days),
        sign_off=terms.sign_off,
        members=tuple(sorted(members, key=lambda member: member.code)),
    )


def _included(tx: Transaction, own: bytes, change: Change) -> Iterable[bytes]:
    """The cards on the next list: those of before, as they are registered today, and the newcomer's."""
    known, held = cards_of(tx), lists.in_force(tx)
    added = [change.add[0]] if change.add else []
    before = held.made.codes if held else frozenset()
    wanted = (before & known.keys()) - {_code(content) for content in added}
    return [own, *(known[code] for code in sorted(wanted)), *added]


def _founding(tx: Transaction, desk: Desk, now: datetime) -> Iterable[bytes]:
    """The cards on the first list: registered partners that the agreement register calls members, in good standing."""
    barred, partners = standings(tx), desk.register(tx).partners
    for code, content in sorted(cards_of(tx).items()):
        facts = partners.get(code)
        is_member = facts is not None and status_on(facts, now.date()) is PartnerStatus.MEMBER
        if is_member and barred.get(code, PartnerStatus.MEMBER) is PartnerStatus.MEMBER:
            yield content


def _code(content: bytes) -> PartnerCode:
    return read_card(content).code


def _member(content: bytes, since: dict[PartnerCode, datetime], now: datetime) -> Member:
    card = read_card(content)
    return Member(card.code, card.name, card_sha256(content), card.signing_key, since.get(card.code, now))


def sign(
    tx: Transaction, desk: Desk, officer: Officer, own_card: bytes, typed: str | None, now: datetime
) -> SignedHere:
    """Sign the proposal that waits: this member's sign-off, entered here and sent to the others.

    Args:
        tx: the transaction.
        desk: this node's.
        officer: a supervisor.
        own_card: this node's own card.
        typed: the fingerprint of the newcomer's card as heard by telephone; needed unless the card is registered here.
        now: when.

    Raises:
        ForbiddenError: the officer may not.
        NotFoundError: nothing waits for a signature.
        RefusedError: CONDITIONS_NOT_MET, naming what the newcomer has not shown.
        InputError: the fingerprint differs, or the list names a card that this node does not know.
        TamperedError: the list names a key that is not the partner's.
        ConflictError: signed before, or another list on the same predecessor was.
    """
    authorise(officer, Action.SIGN_MEMBERSHIP)
    known = lists.the_proposal(tx, now)
    _check_unsigned(tx, desk.code, known, now)
    _check_newcomers(tx, desk, officer, known, (typed, now))
    _check_cards(tx, desk, own_card, known.signed)
    signature = sign_list(desk.keys.signing, known.signed.payload)
    lists.add_signatures(tx, known.signed.sha256, {desk.code: signature}, now)
    made = known.signed.made
    content: dict[str, JSON] = {"sha256": known.signed.sha256, "version": made.version, "members": sorted(made.codes)}
    reference = f"membership/{made.version}"
    append(tx, Act(EventKind.MEMBERSHIP_SIGNED, now, officer.id, reference, content=content))
    return settle_list(tx, desk, known.signed.sha256, now)


def settle_list(
    tx: Transaction, desk: Desk, sha256: str, now: datetime, by_hand_of: Officer | None = None
) -> SignedHere:
    """Put a proposal in force when it is complete, and send it round with the signatures it has now.

    Args:
        tx: the transaction.
        desk: this node's.
        sha256: the proposal.
        now: when.
        by_hand_of: the officer who says, after comparing with other members, that this list is theirs too.
    """
    known = lists.known(tx, sha256)
    if known is None:
        raise InputError("there is no such membership list here")
    lacking = lists.missing_signatures(tx, known.signed)
    complete = put_in_force_if_complete(tx, known, now, desk.code, by_hand_of)
    if complete or lacking:  # what is dead is not sent round again
        _spread(tx, desk, known, now)
    return SignedHere(known.signed.made.version, complete, lacking)


def remind(tx: Transaction, desk: Desk, officer: Officer, now: datetime) -> int:
    """Send the proposal that waits, or else the list in force, to every member again; returns its version.

    Who was away for longer than a message lives, or refused it before the list that it follows had come, gets it so.

    Raises:
        ForbiddenError: the officer may not.
        NotFoundError: there is neither.
    """
    authorise(officer, Action.MANAGE_PARTNERS)
    held, waiting = lists.in_force(tx), lists.proposals(tx, now)
    known = waiting[0] if waiting else lists.known(tx, held.sha256) if held else lists.the_proposal(tx, now)
    if known is None:
        raise NotFoundError("there is no membership list to send")
    _spread(tx, desk, known, now)
    return known.signed.made.version


def put_in_force_if_complete(
    tx: Transaction, known: KnownList, now: datetime, us: PartnerCode | None, by_hand_of: Officer | None = None
) -> bool:
    """Put a proposal in force when nobody's signature is missing, with what that changes about partners.

    Args:
        tx: the transaction.
        known: the proposal.
        now: when.
        us: this node; left out, every rival of a dead proposal counts as one that this node signed.
        by_hand_of: an officer whose act it is that the list is taken; it takes a dead list in spite of a dead rival.
    """
    if known.state != lists.PROPOSED or lists.missing_signatures(tx, known.signed):
        return False
    held = lists.in_force(tx)
    if held is not None and known.signed.made.previous != held.sha256:
        return False
    if _waits_for_rival(tx, known, now) or (by_hand_of is None and _has_later(tx, known, now, us)):
        return False
    lists.put_in_force(tx, known.signed, now, "node" if by_hand_of is None else by_hand_of.id)
    left = held.made.codes - known.signed.made.codes if held else frozenset()
    close_admissions(tx, known.signed.made.codes, left, now)
    return True


def _waits_for_rival(tx: Transaction, known: KnownList, now: datetime) -> bool:
    """Whether a proposal died and another on its predecessor waits: a withheld signature must not bring it back."""
    made = known.signed.made
    return made.sign_by <= now and any(each.signed.made.previous == made.previous for each in lists.proposals(tx, now))


def _has_later(tx: Transaction, known: KnownList, now: datetime, us: PartnerCode | None) -> bool:
    """Whether a proposal died and this node, or two members, signed one on its predecessor that died after it.

    Honest members sign the second only when the first is dead, so a first that is completed after that was completed by
    a signature held back, and the same hand can complete the second elsewhere. One member alone cannot stop a list so.
    """
    made, held = known.signed.made, lists.in_force(tx)
    if made.sign_by > now:
        return False
    members = held.made.codes if held else made.codes
    later = [each for each in lists.rivals(tx, known.signed) if each.signed.made.sign_by >= made.sign_by]
    signers = [members.intersection(each.signed.signatures) for each in later]
    return any(us is None or us in each or len(each) >= _TOGETHER for each in signers)


def _spread(tx: Transaction, desk: Desk, known: KnownList, now: datetime) -> None:
    """Send the list to every member that can take it; whoever cannot yet gets it with the next word between the two."""
    reachable = set(cards_of(tx)) & known.signed.made.codes
    tell_list(tx, desk, known, sorted(reachable - {desk.code}), now)


def _check_unsigned(tx: Transaction, us: PartnerCode, known: KnownList, now: datetime) -> None:
    for each in lists.proposals(tx, now):
        if us in each.signed.signatures and each.signed.made.previous == known.signed.made.previous:
            raise ConflictError(
                f"this node signed membership list {each.signed.made.version} already",
                hint=f"Two lists on one predecessor are never signed; that one dies on "
                f"{each.signed.made.sign_by:%Y-%m-%d} if it stays incomplete.",
            )


def _check_newcomers(
    tx: Transaction, desk: Desk, officer: Officer, known: KnownList, heard: tuple[str | None, datetime]
) -> None:
    """A newcomer's evidence has to be whole, and its card compared by this node's own telephone."""
    typed, now = heard
    held = lists.in_force(tx)
    if held is None:
        return
    attached = read_attachments(known.attachments)
    for code in sorted(known.signed.made.codes - held.made.codes - {desk.code}):
        check_evidence(code, attached)
        if code not in cards_of(tx):
            _register_newcomer(tx, desk, officer, attached, (code, typed, now))


def check_evidence(code: PartnerCode, attached: Attachments) -> None:
    """Require the whole checklist.

    Raises:
        RefusedError: CONDITIONS_NOT_MET, naming the first item that is missing and how many there are.
    """
    lacking = missing(load_checklist(), {each.item for each in attached.evidence})
    if lacking:
        names = ", ".join(item.id for item in lacking)
        raise RefusedError(
            RefusalReason.CONDITIONS_NOT_MET,
            f"{code} cannot be admitted: {names} not shown",
            hint=f"{lacking[0].title}: record the evidence with `egnatia partner evidence`.",
        )


def _register_newcomer(
    tx: Transaction, desk: Desk, officer: Officer, attached: Attachments, who: tuple[PartnerCode, str | None, datetime]
) -> None:
    code, typed, now = who
    content = attached.card_content
    if content is None or _code(content) != code:
        raise InputError(f"the proposal comes without the card of {code}", hint="Ask the proposer to send it again.")
    if typed is None:
        raise InputError(
            f"type the fingerprint of {code}'s card, as you hear it by telephone",
            hint="Use --fingerprint; the candidate reads it from `egnatia partner card`.",
        )
    compare_fingerprint(content, typed)
    tag_for_partner(tx, desk, register_card(tx, content, officer.id, now))


def _check_cards(tx: Transaction, desk: Desk, own_card: bytes, proposed: SignedList) -> None:
    """Each card on the list has to be the one that is registered here, and ours our own.

    Or the one before it, where its member signed the proposal by the key of that time and replaced it since.
    """
    known, made = {**cards_of(tx), _code(own_card): own_card}, proposed.made
    check_keys(made, keys_for(tx, desk, made))
    for member in made.members:
        if member.code not in known:
            raise InputError(
                f"this node has no card of {member.code}", hint="Register it first: `egnatia partner add`."
            )
        by_key_before = read_card(known[member.code]).signing_key != member.signing_key
        if by_key_before and member.code in proposed.signatures:
            continue
        if member.card_sha256 != card_sha256(known[member.code]):
            raise InputError(
                f"the list names another card of {member.code} than the one registered here",
                hint="Compare the card by telephone, register it, and have the list proposed anew.",
            )
