"""Claimants are shielded from the states they fear, also when those states ask (ENQ-06 beyond the letter).

The guard stops our own questions. This is the other direction: when the state of origin asks about a person who claims
protection from it, even a hit by reference number would tell it where the person is known. Such records answer that
state, and only that state, like a no-hit. Which records they are is found when a claim or a record comes in, with the
same tags that the partner's own question would have, so answering takes no other path for them. The same goes for
registered documents whose number stands in a claim: one number of a range is shielded, the others are answered.
"""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import select

from egnatia.engines.documents import normal_number
from egnatia.engines.people import PersonQuery, Tag, judge, parse_date, tags
from egnatia.enquiries.desk import BLIND_LABEL, Desk
from egnatia.enquiries.guard import Claim, number_mark, read_claim, record_claim
from egnatia.enquiries.registered import registered_with
from egnatia.errors import InputError, NotFoundError
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.directory import cards
from egnatia.exchange.keys import pair_key
from egnatia.model.ids import RecordRef, SealedId
from egnatia.model.officers import Officer
from egnatia.store.database import Transaction
from egnatia.store.tables import blind_tag, claim_shield, document_shield, protection_claim, registered_document


def enter_claim(tx: Transaction, desk: Desk, officer: Officer, claim: Claim, now: datetime) -> str:
    """Record a claim and shield the person's records from the states it is made against. Returns its id.

    Raises:
        ForbiddenError, InputError: as `guard.record_claim`.
    """
    claim_id = record_claim(tx, officer, claim, now)
    shield_claimants(tx, desk)
    return claim_id


def shield_claimants(tx: Transaction, desk: Desk) -> None:
    """Find again what belongs to open claims; called whenever a claim, a record, a document or a partner is new."""
    tx.execute(claim_shield.delete())
    tx.execute(document_shield.delete())
    open_claims = tx.execute(protection_claim.select().where(protection_claim.c.closed_at.is_(None))).all()
    if not open_claims:
        return
    known = [(card, _names(tx, desk, card)) for card in cards(tx).values()]
    for row in open_claims:
        claim = read_claim(tx.unseal(SealedId(row.sealed_id)))
        for card, names in known:
            if names.intersection(claim.origins):
                _shield(tx, desk, row.id, claim, card)
                _shield_documents(tx, desk, row.id, claim, card)


def _names(tx: Transaction, desk: Desk, card: PartnerCard) -> set[str]:
    """The codes by which a claim may name this partner's state; its own alone while there is no register yet."""
    try:
        partner = desk.register(tx).partners.get(card.code)
    except NotFoundError:
        partner = None
    return {card.code, *(partner.travel_document_codes if partner else ())}


def _shield(tx: Transaction, desk: Desk, claim_id: str, claim: Claim, card: PartnerCard) -> None:
    refs = _found_by(tx, desk, claim, card)
    if refs:
        rows = [{"claim_id": claim_id, "partner": card.code, "ref": ref} for ref in refs]
        tx.execute(claim_shield.insert(), rows)


def _shield_documents(tx: Transaction, desk: Desk, claim_id: str, claim: Claim, card: PartnerCard) -> None:
    """The registered documents and ranges in which a number of the claim stands, each for that number alone."""
    issuers = tx.execute(select(registered_document.c.issuer).distinct()).scalars().all()
    for number in sorted({normal_number(each) for each in claim.document_numbers} - {""}):
        for entry in (each for issuer in issuers for each in registered_with(tx, issuer, number)):
            row = {
                "claim_id": claim_id,
                "partner": card.code,
                "ref": entry.reference,
                "number": number_mark(desk.keys, number),
            }
            tx.execute(document_shield.insert(), row)


def _found_by(tx: Transaction, desk: Desk, claim: Claim, card: PartnerCard) -> list[RecordRef]:
    """The records that this partner would find if it asked about the claimant by all that the claim knows."""
    asked = _question(claim, pair_key(desk.keys, card, BLIND_LABEL))
    wanted = (blind_tag.c.partner == card.code) & blind_tag.c.tag.in_([one.value for one in asked])
    agreed: dict[RecordRef, list[bytes]] = defaultdict(list)
    for row in tx.execute(select(blind_tag.c.ref, blind_tag.c.tag).where(wanted)):
        agreed[RecordRef(row.ref)].append(bytes(row.tag))
    return sorted(ref for ref, hits in agreed.items() if judge(asked, hits) is not None)


def _question(claim: Claim, key: bytes) -> tuple[Tag, ...]:
    """The tags of a question about the claimant; none where the claim knows less than a question needs."""
    try:
        born = parse_date(claim.birth_date or "")
        query = PersonQuery(claim.first_names, claim.family_names, born, identifiers=claim.document_numbers)
    except InputError:
        return ()
    return tags(query, key)
