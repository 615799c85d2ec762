"""Inviting and joining: how two nodes that know nothing of one another begin, without any third.

Files travel by whatever channel there is; nothing in them is secret. What makes them good is the fingerprint, which each
side hears from the other by telephone and types in: it cannot be skipped, because without it nothing is stored.
"""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from egnatia.accounts import authorise
from egnatia.enquiries.desk import Desk
from egnatia.enquiries.holdings import tag_for_partner
from egnatia.errors import ConflictError, InputError
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.directory import register_card
from egnatia.exchange.limits import MAX_SKEW
from egnatia.exchange.membership.documents import (
    compare_fingerprint,
    read_invitation,
    write_candidacy,
    write_invitation,
)
from egnatia.exchange.protocols import hear_protocol
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import PARTNER_CODE, PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.store.database import Transaction
from egnatia.store.tables import membership_invitation, partner_card

VALID = timedelta(days=14)
"""How long an invitation can be accepted: two weeks, as a proposal waits for signatures."""
MEMBERSHIP_PROTOCOL = 2
"""Whoever makes an invitation or a candidacy speaks at least this version of messages."""


def invite(
    tx: Transaction, desk: Desk, officer: Officer, candidate: PartnerCode, own_card: bytes, now: datetime
) -> bytes:
    """Make an invitation file with this node's card and those of the partners it knows.

    Raises:
        ForbiddenError: the officer may not.
        InputError: no such code, our own, or too many cards for one file.
        ConflictError: the candidate is a registered partner already.
    """
    authorise(officer, Action.MANAGE_PARTNERS)
    if not PARTNER_CODE.fullmatch(candidate) or candidate == desk.code:
        raise InputError(f"{candidate!r} is not another partner's code", hint="Three capital letters, such as MKD.")
    rows = tx.execute(select(partner_card.c.code, partner_card.c.content).order_by(partner_card.c.code)).all()
    if candidate in {row.code for row in rows}:
        raise ConflictError(f"{candidate} is a registered partner of this node already")
    invitation_id, expires = tx.new_id(), now + VALID
    cards = [own_card, *(bytes(row.content) for row in rows)]
    content = write_invitation(desk.keys, invitation_id, candidate, cards, (now, expires))
    sha256 = read_invitation(content).sha256
    row = {"id": invitation_id, "direction": "out", "partner": candidate, "sha256": sha256}
    tx.execute(membership_invitation.insert(), row | {"made_at": now, "expires_at": expires})
    facts = {"sha256": sha256, "expires_at": expires.isoformat()}
    act = Act(
        EventKind.MEMBERSHIP_INVITED,
        now,
        officer.id,
        f"invitation:{invitation_id}",
        partner=candidate,
        content=facts,
    )
    append(tx, act)
    return content


def join(
    tx: Transaction, desk: Desk, officer: Officer, files: tuple[bytes, bytes], typed: str, now: datetime
) -> tuple[bytes, list[PartnerCard]]:
    """Accept an invitation: register the members' cards and make the candidacy file.

    Args:
        tx: the transaction.
        desk: the candidate's.
        officer: an administrator of the candidate.
        files: the invitation, and this node's own card.
        typed: the fingerprint of the inviter's card, as it was read by telephone.
        now: when.

    Returns:
        The candidacy file, and the partners that were registered.

    Raises:
        ForbiddenError: the officer may not.
        InputError: no invitation, for somebody else, expired, or not the inviter's by the typed fingerprint.
        ConflictError: it was accepted before, or a partner is known with another card.
    """
    authorise(officer, Action.MANAGE_PARTNERS)
    content, own_card = files
    invitation = read_invitation(content)
    if invitation.candidate != desk.code:
        raise InputError(f"the invitation is for {invitation.candidate}; this node is {desk.code}")
    if not invitation.made_at - MAX_SKEW <= now < invitation.expires_at:
        raise InputError(
            f"the invitation holds until {invitation.expires_at:%Y-%m-%d %H:%M}Z",
            hint="Ask for a new one, and check this machine's clock.",
        )
    compare_fingerprint(invitation.cards[0], typed)
    if tx.execute(select(membership_invitation.c.id).where(membership_invitation.c.id == invitation.id)).first():
        raise ConflictError("this invitation was accepted before", hint="Ask for a new one if the candidacy was lost.")
    partners = [register_card(tx, card, officer.id, now) for card in invitation.cards]
    for partner in partners:
        tag_for_partner(tx, desk, partner)
    hear_protocol(tx, invitation.inviter, MEMBERSHIP_PROTOCOL)
    row = {"id": invitation.id, "direction": "in", "partner": invitation.inviter, "sha256": invitation.sha256}
    moments = {"made_at": invitation.made_at, "expires_at": invitation.expires_at, "used_at": now}
    tx.execute(membership_invitation.insert(), row | moments)
    act = Act(
        EventKind.MEMBERSHIP_JOINED,
        now,
        officer.id,
        f"invitation:{invitation.id}",
        partner=invitation.inviter,
        content={"sha256": invitation.sha256, "partners": [partner.code for partner in partners]},
    )
    append(tx, act)
    return write_candidacy(desk.keys, invitation, own_card, now), partners


def use_invitation(tx: Transaction, invitation_id: str, sha256: str, candidate: PartnerCode, now: datetime) -> None:
    """Take back an invitation of ours, once.

    Raises:
        InputError: it is not ours, not the candidate's, changed, or expired.
        ConflictError: it was used before.
    """
    table = membership_invitation.c
    mine = (table.id == invitation_id) & (table.direction == "out")
    row = tx.execute(membership_invitation.select().where(mine)).one_or_none()
    if row is None or (row.sha256, row.partner) != (sha256, candidate):
        raise InputError("the candidacy does not answer an invitation of this node", hint="Invite the candidate first.")
    if row.used_at is not None:
        raise ConflictError("this invitation was used before", hint="One invitation, one candidacy; invite again.")
    if now >= row.expires_at:
        raise InputError(f"the invitation expired on {row.expires_at:%Y-%m-%d}", hint="Invite the candidate again.")
    tx.execute(update(membership_invitation).where(mine).values(used_at=now))
