"""New cards by continuity, and the word that keys were stolen: what travels, and what a partner makes of it.

An announcement is a message of kind `card`, signed by the OLD key, holding the NEW card, which the new key signed. So
whoever held the old keys yesterday names his keys of today, and no person has to do anything. What a thief of one key
could gain is bounded: the TLS authority, the code and the ledger's name cannot change this way, and a certificate that
is not registered yet brings an announcement only when that same authority issued it.

A revocation is a message of kind `key_revocation` by the key that was stolen. Anyone who has the key can send it, which
does no harm: it only stops that key, at once and in sight, until two people have compared a new card's fingerprint.
"""

import asyncio
import base64
import binascii
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from egnatia.errors import ConflictError, RefusedError, UnreachableError
from egnatia.exchange import strict_json
from egnatia.exchange.card import PartnerCard, read_card
from egnatia.exchange.certificates import fingerprint
from egnatia.exchange.client import Line, Request
from egnatia.exchange.directory import believed_cards, card_of, register_card
from egnatia.exchange.key_history import KeyUse, keys_of, mark_revoked
from egnatia.exchange.keys import NodeKeys
from egnatia.exchange.message import Message, format_moment, read_message, write_message
from egnatia.exchange.outbox import FIRST, Draft, queue_message
from egnatia.exchange.paths import MESSAGES_PATH, SENT_AT_HEADER
from egnatia.exchange.protocols import protocol_of
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import MessageId, PartnerCode
from egnatia.model.states import RefusalReason
from egnatia.store.database import Database, Transaction

CARD = "card"
REVOCATION = "key_revocation"
BY_THE_OLD_KEY = frozenset({CARD, REVOCATION})
"""Kinds that keep the signature they were queued with: the key that signed them is what they are about."""
NEEDS = 2
"""The version of messages that has these kinds; a partner of an earlier one gets the card by hand."""
RECEIPT = "receipt"
MAX_DAY = 8
"""Rotations of one partner that are taken in a day; a node that was away for a week hears of one or two."""
_FIELDS = frozenset({"card"})
_OK = 200


@dataclass(frozen=True, slots=True)
class Told:
    """Who heard at once that keys were stolen, and who has to be telephoned."""

    told: tuple[PartnerCode, ...]
    not_reached: tuple[PartnerCode, ...]


def announce(
    tx: Transaction, keys: NodeKeys, card: bytes, partners: Iterable[PartnerCode], now: datetime
) -> tuple[list[PartnerCode], list[PartnerCode]]:
    """Queue a new card for partners, ahead of whatever waits for them.

    Args:
        tx: a write transaction.
        keys: those that the partners know: the ones that are replaced.
        card: the new one.
        partners: whom to tell.
        now: the time.

    Returns:
        Who will hear it, and whose release is too old to, so that a person has to bring the card.
    """
    told: list[PartnerCode] = []
    too_old: list[PartnerCode] = []
    for partner in partners:
        if protocol_of(tx, partner) < NEEDS:
            too_old.append(partner)
            continue
        body = {"card": base64.b64encode(card).decode()}
        queue_message(tx, keys, Draft(CARD, partner, FIRST, body), now)
        told.append(partner)
    return told, too_old


def read_announcement(body: Mapping[str, Any]) -> bytes:
    """The card inside an announcement; whether it continues the known one is still to be checked.

    Raises:
        RefusedError: MALFORMED, or what `read_card` finds.
    """
    strict_json.take_fields(dict(body), _FIELDS, "announcement")
    try:
        content = base64.b64decode(body["card"], validate=True)
    except (binascii.Error, ValueError, TypeError):
        raise strict_json.refuse("the announcement's card is not base64") from None
    read_card(content)
    return content


def check_continuous(old: PartnerCard, new: PartnerCard) -> None:
    """Require that a new card may take the place of a known one without a person.

    Raises:
        RefusedError: CARD_NOT_CONTINUOUS.
    """
    for what in ("code", "tls_ca_pem", "ledger_origin"):
        if getattr(old, what) != getattr(new, what):
            raise RefusedError(
                RefusalReason.CARD_NOT_CONTINUOUS,
                f"the announced card of {old.code} has another {what.removesuffix('_pem')}",
                hint="Compare the new card's fingerprint by telephone, then `egnatia partner add --replace`.",
            )


def is_a_successor(tx: Transaction, card: PartnerCard, certificate: bytes) -> bool:
    """Whether a certificate may be the next one of a partner: by its registered authority, and none it had before.

    With it a connection may bring announcements and nothing else. It need not be the one that the announcement names: a
    partner that was away hears of several rotations in order, over the certificate of the last.

    Args:
        tx: any transaction.
        card: as registered.
        certificate: DER of what the client showed; TLS has checked its dates.
    """
    try:
        shown = x509.load_der_x509_certificate(certificate)
        shown.verify_directly_issued_by(x509.load_pem_x509_certificate(card.tls_ca_pem.encode()))
    except (ValueError, TypeError, InvalidSignature):
        return False
    before = {each.value.hex() for each in keys_of(tx, card.code) if each.use is KeyUse.TLS}
    return fingerprint(certificate) not in before


def take_announcement(tx: Transaction, sender: PartnerCode, body: Mapping[str, Any], now: datetime) -> PartnerCard:
    """Register the card that a partner announced, with its ledger entry, and return it.

    Raises:
        RefusedError: MALFORMED, CARD_NOT_CONTINUOUS, or QUOTA_EXCEEDED.
    """
    content = read_announcement(body)
    check_continuous(card_of(tx, sender), read_card(content))
    _check_fresh(tx, read_card(content), now)
    try:
        return register_card(tx, content, "node", now, replace=True)
    except ConflictError as error:
        raise RefusedError(RefusalReason.CARD_NOT_CONTINUOUS, error.message) from None


def _check_fresh(tx: Transaction, card: PartnerCard, now: datetime) -> None:
    """Require new keys, and not many a day: with each agreement key every record is tagged anew, in the one writer."""
    known = keys_of(tx, card.code)
    named = {card.signing_key, card.agreement_key, bytes.fromhex(card.tls_sha256)}
    if any(key.retired_at is not None and key.value in named for key in known):
        raise RefusedError(
            RefusalReason.CARD_NOT_CONTINUOUS,
            f"the announced card of {card.code} goes back to a key that was replaced",
            hint="Compare the new card's fingerprint by telephone, then `egnatia partner add --replace`.",
        )
    recent = Counter(key.use for key in known if key.valid_from > now - timedelta(days=1))
    if recent and max(recent.values()) > MAX_DAY:
        raise RefusedError(RefusalReason.QUOTA_EXCEEDED, f"{card.code} replaced its keys {MAX_DAY} times in a day")


def revoke_keys(
    tx: Transaction,
    partner: PartnerCode,
    actor: str,
    why: str,
    now: datetime,
    *,
    stolen: Collection[KeyUse] = (),
) -> None:
    """Believe no message by a partner's present card from now on, with its ledger entry; twice changes nothing.

    The TLS gate of a serving node follows within seconds, and a message on an open connection is refused at once. What
    waits for the partner keeps waiting; its old signatures stay verifiable.

    Args:
        tx: a write transaction.
        partner: whose.
        actor: the officer's id, or `node` when the partner said so itself.
        why: in words, for the entry.
        now: the time.
        stolen: which of its keys never come back.

    Raises:
        RefusedError: UNKNOWN_SENDER, no such partner is registered here.
    """
    try:
        card_of(tx, partner)
    except RefusedError as refusal:
        if refusal.reason is RefusalReason.KEY_REVOKED:
            return
        raise
    mark_revoked(tx, partner, now, stolen)
    facts = {"stolen": list(stolen)}
    append(tx, Act(EventKind.KEYS_REVOKED, now, actor, partner, partner=partner, justification=why, content=facts))


def write_revocation(
    tx: Transaction, keys: NodeKeys, to: PartnerCode, stolen: Iterable[KeyUse], now: datetime
) -> bytes:
    """The message that tells a partner that our present keys were stolen, for sending at once and not by the queue."""
    body = {"keys": [each.value for each in stolen]}
    message_id = MessageId(tx.new_id())
    message = Message(REVOCATION, message_id, keys.code, to, FIRST, now, None, body, NEEDS)
    return write_message(message, keys.signing).content


def take_revocation(tx: Transaction, sender: PartnerCode, body: Mapping[str, Any], now: datetime) -> None:
    """Stop believing a partner that says that its keys were stolen.

    Raises:
        RefusedError: MALFORMED.
    """
    strict_json.take_fields(dict(body), frozenset({"keys"}), "revocation")
    named = body["keys"]
    if not isinstance(named, list) or not named or not set(map(str, named)) <= set(KeyUse):
        raise strict_json.refuse("the revocation does not name keys")
    why = "the partner says that its keys were stolen"
    revoke_keys(tx, sender, "node", why, now, stolen=[KeyUse(each) for each in named])


async def tell_stolen(
    database: Database, keys: NodeKeys, line: Line, stolen: Collection[KeyUse], now: datetime
) -> Told:
    """Tell every partner at once that present keys of this node were stolen; returns who took it and who did not.

    Not by the queue, because the keys that could send it are replaced right after.

    Args:
        database: for reading whom to tell.
        keys: those that were stolen.
        line: to the partners, under these keys.
        stolen: which of them.
        now: the time.
    """
    with database.read() as tx:
        known = believed_cards(tx)
        messages = {
            code: write_revocation(tx, keys, code, stolen, now) for code in known if protocol_of(tx, code) >= NEEDS
        }
    answers = await asyncio.gather(*(_told(line, known[code], content, now) for code, content in messages.items()))
    told = tuple(code for code, taken in zip(messages, answers, strict=True) if taken)
    return Told(told, tuple(sorted(set(known) - set(told))))


async def _told(line: Line, card: PartnerCard, content: bytes, now: datetime) -> bool:
    try:
        reply = await line.ask(card, Request(MESSAGES_PATH, content, {SENT_AT_HEADER: format_moment(now)}))
        return reply.status == _OK and read_message(reply.body)[0].kind == RECEIPT
    except (UnreachableError, RefusedError):
        return False
