"""Membership as it travels: a list with the signatures its sender has, and a notice about a partner.

Only to partners that speak version 2 of messages: 0.1.0 knows neither kind.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec

from egnatia.enquiries.messages import Body, OfficerText, decode, encode
from egnatia.exchange.inbox import Received
from egnatia.exchange.membership.documents import decoded
from egnatia.exchange.membership.lists import KnownList
from egnatia.model.ids import PartnerCode
from egnatia.model.states import PartnerStatus

MEMBERSHIP_LIST = "membership_list"
MEMBERSHIP_NOTICE = "membership_notice"
_MAX_PARTNERS = 60
CodeText = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}\Z")]
Base64Text = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9+/]+={0,2}\Z", max_length=60_000)]
ItemText = Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{1,40}\Z")]
EvidenceText = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]{3,200}\Z")]


class Evidence(Body, frozen=True):
    """Evidence for one item of the checklist: where it is, who recorded it, when."""

    item: ItemText
    evidence: EvidenceText
    by: OfficerText
    at: datetime


class ListBody(Body, frozen=True):
    """A list's payload, the signatures that the sender has, and for an admission the card and the evidence."""

    payload: Base64Text
    signatures: Annotated[dict[CodeText, Base64Text], msgspec.Meta(max_length=_MAX_PARTNERS)]
    card: Base64Text | None = None
    evidence: Annotated[list[Evidence], msgspec.Meta(max_length=_MAX_PARTNERS)] = msgspec.field(default_factory=list)


class NoticeBody(Body, frozen=True):
    """What the sender decided about a partner. It binds the sender alone; each node decides for itself."""

    about: CodeText
    standing: PartnerStatus
    since: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """A list as a partner offers it; nothing is verified yet."""

    payload: bytes
    signatures: Mapping[PartnerCode, bytes]
    attachments: bytes | None


def list_body(known: KnownList) -> dict[str, object]:
    """A list as this node knows it."""
    attached = read_attachments(known.attachments)
    body = ListBody(
        payload=base64.b64encode(known.signed.payload).decode(),
        signatures={
            code: base64.b64encode(signature).decode() for code, signature in sorted(known.signed.signatures.items())
        },
        card=attached.card,
        evidence=attached.evidence,
    )
    return encode(body)


def read_offer(received: Received) -> Offer:
    """A list from a partner's message.

    Raises:
        RefusedError: MALFORMED.
    """
    body = decode(ListBody, received.body)
    offered = {PartnerCode(code): decoded(text, "signature") for code, text in body.signatures.items()}
    attachments = None
    if body.card is not None:
        attachments = msgspec.json.encode(Attachments(card=body.card, evidence=body.evidence))
    return Offer(decoded(body.payload, "payload"), offered, attachments)


class Attachments(Body, frozen=True):
    """What comes with a proposal that admits somebody."""

    card: Base64Text | None = None
    evidence: list[Evidence] = msgspec.field(default_factory=list)

    @property
    def card_content(self) -> bytes | None:
        """The candidate's card as it was given to the proposer."""
        return None if self.card is None else base64.b64decode(self.card)


def make_attachments(card: bytes, evidence: list[Evidence]) -> bytes:
    """What a proposer stores and sends with an admission."""
    return msgspec.json.encode(Attachments(card=base64.b64encode(card).decode(), evidence=evidence))


def read_attachments(content: bytes | None) -> Attachments:
    """The attachments of a stored proposal; this node wrote them, so their form is known."""
    return Attachments() if content is None else msgspec.json.decode(content, type=Attachments)
