"""The signed statement of an epoch: which filter and which key each partner has, in the same bytes for all of them.

Filters differ by partner, each under a key of its own, so two partners could not compare what they got. They can compare
the statement: it names all filters, every partner gets the same bytes, and its hash stands in the holder's ledger and in
the ledger of everybody who fetched it. Two different statements of one epoch, both signed, are the proof of a lie.
"""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from egnatia.engines.blind import MAX_PAGES, check_element, page_count
from egnatia.enquiries.messages import Body, Digest
from egnatia.errors import InputError, RefusedError
from egnatia.exchange import strict_json
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.envelope import open_envelope, seal_envelope, signed_bytes, verify_envelope
from egnatia.exchange.message import format_moment, parse_moment
from egnatia.exchange.signatures import is_signed
from egnatia.model.ids import PartnerCode
from egnatia.model.states import BlindList, RefusalReason

STATEMENT_TYPE = "application/vnd.egnatia.blind-statement+json"
"""Its own type under the signature, so that a statement is never taken for a message or a card."""
VERSION = 1
MAX_FILTERS = 128
"""Of one statement: 32 partners with four lists each; 35 kB, within one answer of the exchange."""
LONGEST_EPOCH = timedelta(days=92)
"""A quarter: a stolen key opens at most one quarter's filter, and only to guesses."""
_CODE = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}\Z")]
_MOMENT = Annotated[str, msgspec.Meta(pattern=r"^[0-9TZ:.\-]{20,27}\Z")]


class FilterFacts(Body, frozen=True):
    """One filter: for whom, of which list, under which key, how large, whether whole, and the hash of its pages."""

    audience: _CODE
    list: BlindList
    key: Digest
    entries: Annotated[int, msgspec.Meta(ge=0, le=2**27)]
    complete: bool
    pages: Annotated[int, msgspec.Meta(ge=1, le=MAX_PAGES)]
    root: Digest


class _Payload(Body, frozen=True):
    v: Annotated[int, msgspec.Meta(ge=VERSION, le=VERSION)]
    holder: _CODE
    epoch: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
    begins: _MOMENT
    ends: _MOMENT
    filters: Annotated[list[FilterFacts], msgspec.Meta(min_length=1, max_length=MAX_FILTERS)]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement, verified.

    Attributes:
        holder: who signed it.
        epoch: its number; each is higher than the one before.
        begins: from when it holds.
        ends: until when.
        filters: of all partners.
        sha256: of the signed payload, hexadecimal: what ledgers and questions name it by.
        content: the envelope, as it is passed on.
    """

    holder: PartnerCode
    epoch: int
    begins: datetime
    ends: datetime
    filters: tuple[FilterFacts, ...]
    sha256: str
    content: bytes

    def filters_for(self, audience: PartnerCode) -> list[FilterFacts]:
        """The filters of one partner."""
        return [each for each in self.filters if each.audience == audience]


def write_statement(
    key: Ed25519PrivateKey, holder: PartnerCode, epoch: int, times: tuple[datetime, datetime], facts: list[FilterFacts]
) -> Statement:
    """Sign a statement.

    Args:
        key: the holder's signing key.
        holder: its code.
        epoch: the number of the epoch.
        times: when it begins and ends.
        facts: its filters.

    Raises:
        InputError: there are no filters, or too many of them.
    """
    begins, ends = (format_moment(each) for each in times)
    payload = _Payload(v=VERSION, holder=holder, epoch=epoch, begins=begins, ends=ends, filters=facts)
    content = seal_envelope(key, STATEMENT_TYPE, strict_json.render(msgspec.to_builtins(payload)))
    try:
        return _read(content)
    except RefusedError as error:
        raise InputError(f"this cannot be published: {error.detail}", hint="Publish fewer lists at once.") from None


def read_statement(content: bytes, card: PartnerCard, past: Collection[bytes] = ()) -> Statement:
    """Read a statement and require that the partner signed it.

    Args:
        content: the envelope.
        card: the partner's.
        past: keys by which it may be signed as well, because it is of an epoch before the partner changed its key.

    Raises:
        RefusedError: BAD_SIGNATURE, or what is wrong with its form.
    """
    envelope = open_envelope(content, STATEMENT_TYPE)
    signed = signed_bytes(STATEMENT_TYPE, envelope.payload)
    if not any(is_signed(key, envelope.signature, signed) for key in past):
        verify_envelope(envelope, card.signing_key, card.code)
    statement = _read(content)
    if statement.holder != card.code:
        raise RefusedError(RefusalReason.BAD_SIGNATURE, f"{card.code} signed a statement in {statement.holder}'s name")
    return statement


def stored_statement(content: bytes) -> Statement:
    """A statement of our own as it was signed and stored here; nothing of it is verified again."""
    return _read(content)


def claimed_holder(content: bytes) -> PartnerCode:
    """Whose statement it says to be, before anybody believes it.

    Raises:
        RefusedError: it is no statement.
    """
    return _read(content).holder


def _read(content: bytes) -> Statement:
    envelope = open_envelope(content, STATEMENT_TYPE)
    values = strict_json.parse(envelope.payload, "statement")
    try:
        payload = msgspec.convert(values, _Payload)
    except msgspec.ValidationError as error:
        raise strict_json.refuse(f"the statement is not one: {json.dumps(str(error))[:200]}") from None
    begins, ends = parse_moment(payload.begins, "begins"), parse_moment(payload.ends, "ends")
    if not begins < ends <= begins + LONGEST_EPOCH:
        raise strict_json.refuse(f"an epoch lasts at most {LONGEST_EPOCH.days} days and ends after it begins")
    _check_filters(payload.filters)
    sha256 = hashlib.sha256(envelope.payload).hexdigest()
    holder = PartnerCode(payload.holder)
    return Statement(holder, payload.epoch, begins, ends, tuple(payload.filters), sha256, content)


def _check_filters(facts: list[FilterFacts]) -> None:
    """Each partner and list once, and each under a key of its own: a shared key would join their quotas."""
    if len({(each.audience, each.list) for each in facts}) != len(facts):
        raise strict_json.refuse("the statement has two filters of one list for one partner")
    if len({each.key for each in facts}) != len(facts):
        raise strict_json.refuse("the statement has two filters under one key")
    for each in facts:
        if each.pages != page_count(each.entries):
            raise strict_json.refuse(f"{each.entries} entries do not stand in {each.pages} pages")
        try:
            check_element(bytes.fromhex(each.key), f"key for {each.audience}")
        except InputError as error:
            raise RefusedError(RefusalReason.BLIND_ELEMENT_INVALID, error.message) from None
