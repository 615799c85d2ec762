"""Membership lists as this node has them: proposals with the signatures so far, the one in force, and those of the past.

Every past list stays, with its signatures: who was a member when can be shown for ever.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from egnatia.agreements.admission.checklist import load_checklist
from egnatia.agreements.admission.lists import MembershipList, Standing, still_to_sign, validity
from egnatia.agreements.admission.standing import IN_FORCE
from egnatia.errors import NotFoundError
from egnatia.exchange.membership.documents import read_list
from egnatia.exchange.membership.signed_list import SignedList
from egnatia.ledger import JSON, Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.store.database import Transaction
from egnatia.store.tables import membership_list, membership_signature

PROPOSED, PAST, OVERTAKEN = "proposed", "past", "overtaken"
MAX_PROPOSALS = 16
"""Open proposals kept at a time: two for each of eight members; one is the rule, and a flood must not fill the disk."""
MAX_EACH = 2
"""Of those, signed by one member: it signs one on each predecessor, and clocks may disagree about when one died.

Counted over the days for which a proposal may wait, so that short-lived ones do not fill the disk either."""


@dataclass(frozen=True, slots=True)
class KnownList:
    """One list with what this node knows about it."""

    signed: SignedList
    state: str
    proposer: PartnerCode
    received_at: datetime
    attachments: bytes | None
    adopted_at: datetime | None


def in_force(tx: Transaction) -> SignedList | None:
    """The list that holds on this node; None when it never had one."""
    row = tx.execute(membership_list.select().where(membership_list.c.state == IN_FORCE)).one_or_none()
    return None if row is None else _signed(tx, row)


def how_it_stands(tx: Transaction, now: datetime) -> tuple[Standing, MembershipList | None]:
    """How the list in force stands, with the list."""
    held = in_force(tx)
    terms = load_checklist()
    until = held.made.valid_until if held else None
    return validity(until, now, terms.warn_days, terms.grace_days), held.made if held else None


def list_ends(tx: Transaction) -> datetime | None:
    """Until when the list in force holds, without reading the list itself."""
    until: datetime | None = tx.execute(
        select(membership_list.c.valid_until).where(membership_list.c.state == IN_FORCE)
    ).scalar()
    return until


def known(tx: Transaction, sha256: str) -> KnownList | None:
    """One list by its payload's SHA-256."""
    row = tx.execute(membership_list.select().where(membership_list.c.sha256 == sha256)).one_or_none()
    return None if row is None else _made(tx, row)


def all_lists(tx: Transaction) -> list[KnownList]:
    """Every list that this node ever had, the newest version first."""
    table = membership_list.c
    rows = tx.execute(membership_list.select().order_by(table.version.desc(), table.received_at.desc())).all()
    return [_made(tx, row) for row in rows]


def proposals(tx: Transaction, now: datetime) -> list[KnownList]:
    """Proposals that can still come into force, oldest first."""
    rows = tx.execute(membership_list.select().where(membership_list.c.state == PROPOSED)).all()
    found = [_made(tx, row) for row in rows]
    return sorted((each for each in found if each.signed.made.sign_by > now), key=lambda each: each.received_at)


def rivals(tx: Transaction, signed: SignedList) -> list[KnownList]:
    """Other proposals on the same predecessor, dead ones too."""
    table = membership_list.c
    other = (table.state == PROPOSED) & (table.version == signed.made.version) & (table.sha256 != signed.sha256)
    found = [_made(tx, row) for row in tx.execute(membership_list.select().where(other))]
    return [each for each in found if each.signed.made.previous == signed.made.previous]


def proposed_since(tx: Transaction, since: datetime) -> list[KnownList]:
    """Proposals that came since then and are not overtaken: one that dies soon after it came counts like the others."""
    table = membership_list.c
    mine = (table.state == PROPOSED) & (table.received_at > since)
    return [_made(tx, row) for row in tx.execute(membership_list.select().where(mine))]


def the_proposal(tx: Transaction, now: datetime) -> KnownList:
    """The proposal that waits for signatures, the oldest when there are several.

    Raises:
        NotFoundError: none waits.
    """
    open_ = proposals(tx, now)
    if not open_:
        raise NotFoundError(
            "no membership list waits for signatures here",
            hint="`egnatia partner admit` or `egnatia partner renew` proposes one, at any member.",
        )
    return open_[0]


def missing_signatures(tx: Transaction, signed: SignedList) -> tuple[PartnerCode, ...]:
    """Whose signature a proposal still needs, under the rule of the list in force."""
    held = in_force(tx)
    return still_to_sign(held.made if held else None, signed.made, signed.signatures)


def store_proposal(
    tx: Transaction, payload: bytes, proposer: PartnerCode, attachments: bytes | None, now: datetime
) -> SignedList:
    """Keep a proposal; its signatures are added apart."""
    signed = SignedList(payload, read_list(payload), {})
    row = {"sha256": signed.sha256, "version": signed.made.version, "payload": payload, "state": PROPOSED}
    row |= {"valid_until": signed.made.valid_until, "members": ",".join(sorted(signed.made.codes))}
    tx.execute(membership_list.insert(), row | {"received_at": now, "proposer": proposer, "attachments": attachments})
    return signed


def add_signatures(tx: Transaction, sha256: str, offered: Mapping[PartnerCode, bytes], now: datetime) -> int:
    """Keep signatures that hold; a second one of the same member changes nothing. Returns how many were new."""
    table = membership_signature.c
    have = set(tx.execute(select(table.partner).where(table.list_sha256 == sha256)).scalars())
    rows = [
        {"list_sha256": sha256, "partner": code, "signature": signature, "received_at": now}
        for code, signature in offered.items()
        if code not in have
    ]
    if rows:
        tx.execute(membership_signature.insert(), rows)
    return len(rows)


def put_in_force(tx: Transaction, signed: SignedList, now: datetime, actor: str = "node") -> None:
    """Make a complete list the one that holds, with its ledger entry; the caller has verified it."""
    table = membership_list.c
    tx.execute(update(membership_list).where(table.state == IN_FORCE).values(state=PAST))
    tx.execute(update(membership_list).where(table.sha256 == signed.sha256).values(state=IN_FORCE, adopted_at=now))
    rivals = (table.state == PROPOSED) & (table.version <= signed.made.version)
    tx.execute(update(membership_list).where(rivals).values(state=OVERTAKEN))
    made = signed.made
    content: dict[str, JSON] = {"sha256": signed.sha256, "version": made.version, "members": sorted(made.codes)}
    content |= {"signed_by": sorted(signed.signatures), "valid_until": made.valid_until.isoformat()}
    append(tx, Act(EventKind.MEMBERSHIP_ADOPTED, now, actor, f"membership/{signed.made.version}", content=content))


def _signed(tx: Transaction, row: Row[Any]) -> SignedList:
    table = membership_signature.c
    found = tx.execute(select(table.partner, table.signature).where(table.list_sha256 == row.sha256))
    signatures = {PartnerCode(each.partner): bytes(each.signature) for each in found}
    return SignedList(bytes(row.payload), read_list(bytes(row.payload)), signatures)


def _made(tx: Transaction, row: Row[Any]) -> KnownList:
    return KnownList(
        _signed(tx, row), row.state, PartnerCode(row.proposer), row.received_at, row.attachments, row.adopted_at
    )
