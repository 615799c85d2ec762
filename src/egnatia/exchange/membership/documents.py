"""Invitation, candidacy and membership list as signed files: strictly read, written once.

Each is a DSSE envelope. An invitation is signed by the member who invites, a candidacy by the candidate, a list by all
of its members. A signature here proves who holds a key; whose key it is, two people compare by telephone.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

import msgspec

from egnatia.agreements.admission.lists import Member, MembershipList, SignOff, check_list
from egnatia.errors import InputError, RefusedError
from egnatia.exchange import strict_json
from egnatia.exchange.card import PartnerCard, read_card
from egnatia.exchange.envelope import open_envelope, seal_envelope, verify_envelope
from egnatia.exchange.keys import NodeKeys
from egnatia.exchange.message import format_moment, parse_moment
from egnatia.exchange.signatures import is_sound_point
from egnatia.model.ids import PartnerCode

INVITATION_TYPE = "application/vnd.egnatia.invitation+json"
CANDIDACY_TYPE = "application/vnd.egnatia.candidacy+json"
LIST_TYPE = "application/vnd.egnatia.membership+json"
VERSION = 1
MAX_MEMBERS = 60
"""A list of 60 is 18 kB; with their cards an invitation reaches the exchange's 64 KiB at about 18 members."""

_Code = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}\Z")]
_Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")]
_Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
_Key = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9+/]{43}=\Z")]
_Base64 = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9+/]+={0,2}\Z")]
_Moment = Annotated[str, msgspec.Meta(max_length=27)]
_Name = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]{1,80}\Z")]
_Version = Annotated[int, msgspec.Meta(ge=VERSION, le=VERSION)]


class _Payload(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of every payload: strict about unknown fields."""


class _Invitation(_Payload, frozen=True):
    v: _Version
    id: _Id
    inviter: _Code
    candidate: _Code
    made_at: _Moment
    expires_at: _Moment
    cards: Annotated[list[_Base64], msgspec.Meta(min_length=1, max_length=MAX_MEMBERS)]


class _Candidacy(_Payload, frozen=True):
    v: _Version
    invitation: _Id
    invitation_sha256: _Digest
    card: _Base64
    made_at: _Moment


class _Member(_Payload, frozen=True):
    code: _Code
    name: _Name
    card_sha256: _Digest
    signing_key: _Key
    since: _Moment


class _List(_Payload, frozen=True):
    v: _Version
    version: Annotated[int, msgspec.Meta(ge=1, le=100_000)]
    previous: _Digest | None
    issued_at: _Moment
    valid_until: _Moment
    sign_by: _Moment
    sign_off: SignOff
    members: Annotated[list[_Member], msgspec.Meta(min_length=1, max_length=MAX_MEMBERS)]


P = TypeVar("P", bound=_Payload)


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation as read: signed by the inviter's card, which is the first of `cards`."""

    id: str
    inviter: PartnerCode
    candidate: PartnerCode
    made_at: datetime
    expires_at: datetime
    cards: tuple[bytes, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class Candidacy:
    """A candidacy as read: signed by the card in it."""

    invitation: str
    invitation_sha256: str
    card: PartnerCard
    card_content: bytes
    made_at: datetime


def card_sha256(content: bytes) -> str:
    """The fingerprint of a card as lists hold it."""
    return hashlib.sha256(content).hexdigest()


def compare_fingerprint(content: bytes, typed: str) -> None:
    """Require that what a person typed is the fingerprint of the card, spaces and case apart.

    Raises:
        InputError: it is not, or it is not whole; the card must not be used.
    """
    heard = "".join(typed.split()).lower()
    if heard != card_sha256(content):
        raise InputError(
            "the fingerprint that you typed is not that of this card; nothing was stored",
            hint="Have it read again by telephone, all 64 characters. If it differs again, the file is not the "
            "partner's: do not go on.",
        )


def write_invitation(keys: NodeKeys, invitation_id: str, candidate: PartnerCode, cards: list[bytes], at: Any) -> bytes:
    """Sign an invitation.

    Args:
        keys: the inviter's.
        invitation_id: a fresh UUID.
        candidate: who is invited.
        cards: the inviter's own card first, then the other members'.
        at: when it is made and when it expires.

    Raises:
        InputError: it would be too large.
    """
    made_at, expires_at = at
    values = {
        "v": VERSION,
        "id": invitation_id,
        "inviter": keys.code,
        "candidate": candidate,
        "made_at": format_moment(made_at),
        "expires_at": format_moment(expires_at),
        "cards": [base64.b64encode(card).decode() for card in cards],
    }
    return _sealed(keys, INVITATION_TYPE, values)


def read_invitation(content: bytes) -> Invitation:
    """Read an invitation and verify that the card it carries first signed it.

    Raises:
        InputError: it is no invitation, or not signed by its own card.
    """
    try:
        envelope = open_envelope(content, INVITATION_TYPE)
        body = _payload(_Invitation, envelope.payload, "invitation")
        cards = tuple(decoded(card, "card") for card in body.cards)
        first = read_card(cards[0])
        verify_envelope(envelope, first.signing_key, first.code)
        known = [read_card(card).code for card in cards]
        if first.code != body.inviter or len(set(known)) != len(known):
            raise strict_json.refuse("the invitation's cards are not the inviter's and each other member's once")
        moments = (parse_moment(body.made_at, "made_at"), parse_moment(body.expires_at, "expires_at"))
    except RefusedError as error:
        raise InputError(f"this is no invitation: {error.detail}", hint="Ask the member for it again.") from None
    sha256 = envelope.sha256.hex()
    return Invitation(body.id, PartnerCode(body.inviter), PartnerCode(body.candidate), *moments, cards, sha256)


def write_candidacy(keys: NodeKeys, invitation: Invitation, card: bytes, now: datetime) -> bytes:
    """Sign the candidacy that accepts an invitation."""
    values = {
        "v": VERSION,
        "invitation": invitation.id,
        "invitation_sha256": invitation.sha256,
        "card": base64.b64encode(card).decode(),
        "made_at": format_moment(now),
    }
    return _sealed(keys, CANDIDACY_TYPE, values)


def read_candidacy(content: bytes) -> Candidacy:
    """Read a candidacy and verify that the card in it signed it.

    Raises:
        InputError: it is no candidacy, or not signed by its own card.
    """
    try:
        envelope = open_envelope(content, CANDIDACY_TYPE)
        body = _payload(_Candidacy, envelope.payload, "candidacy")
        card_content = decoded(body.card, "card")
        card = read_card(card_content)
        verify_envelope(envelope, card.signing_key, card.code)
        made_at = parse_moment(body.made_at, "made_at")
    except RefusedError as error:
        raise InputError(f"this is no candidacy: {error.detail}", hint="Ask the candidate for it again.") from None
    return Candidacy(body.invitation, body.invitation_sha256, card, card_content, made_at)


def write_list(made: MembershipList) -> bytes:
    """The payload of a list: the bytes that every member signs.

    Raises:
        InputError: the list is not one.
    """
    check_list(made)
    members = [
        {
            "code": member.code,
            "name": member.name,
            "card_sha256": member.card_sha256,
            "signing_key": base64.b64encode(member.signing_key).decode(),
            "since": format_moment(member.since),
        }
        for member in made.members
    ]
    moments = {name: format_moment(getattr(made, name)) for name in ("issued_at", "valid_until", "sign_by")}
    values = {"v": VERSION, "version": made.version, "previous": made.previous, **moments}
    payload = strict_json.render(values | {"sign_off": made.sign_off.value, "members": members})
    read_list(payload)
    return payload


def read_list(payload: bytes) -> MembershipList:
    """Read a list's payload strictly; whose signatures it has is another question.

    Raises:
        RefusedError: TOO_LARGE or MALFORMED.
        InputError: it contradicts itself.
    """
    body = _payload(_List, payload, "membership list")
    made = MembershipList(
        version=body.version,
        previous=body.previous,
        issued_at=parse_moment(body.issued_at, "issued_at"),
        valid_until=parse_moment(body.valid_until, "valid_until"),
        sign_by=parse_moment(body.sign_by, "sign_by"),
        sign_off=body.sign_off,
        members=tuple(_member(each) for each in body.members),
    )
    check_list(made)
    return made


def _member(body: _Member) -> Member:
    key = decoded(body.signing_key, "signing_key")
    if not is_sound_point(key):
        raise strict_json.refuse("a member's signing key is not a sound Ed25519 key")
    return Member(PartnerCode(body.code), body.name, body.card_sha256, key, parse_moment(body.since, "since"))


def _sealed(keys: NodeKeys, kind: str, values: dict[str, Any]) -> bytes:
    content = seal_envelope(keys.signing, kind, strict_json.render(values))
    if len(content) > strict_json.MAX_BYTES:
        raise InputError(
            f"the file would have {len(content):,} bytes; {strict_json.MAX_BYTES:,} are allowed",
            hint="So many cards do not fit; exchange the others with `egnatia partner add`.",
        )
    return content


def _payload(kind: type[P], content: bytes, what: str) -> P:
    values = strict_json.parse(content, what)
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        raise strict_json.refuse(f"the {what} does not have its form: {error}") from None


def decoded(text: str, name: str) -> bytes:
    """Base64 in its one canonical form.

    Raises:
        RefusedError: MALFORMED.
    """
    try:
        content = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise strict_json.refuse(f"the {name} is not base64") from None
    if base64.b64encode(content).decode() != text:
        raise strict_json.refuse(f"the {name} is not canonical base64")
    return content


def utc(moment: datetime) -> datetime:
    """A moment as documents hold it: UTC, with microseconds."""
    return moment.astimezone(UTC)
