"""Certificates: a node's signed word about what it did with one item of an exit. Files, for the card is out by then."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec

from egnatia.errors import InputError, RefusedError
from egnatia.exchange import strict_json
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.envelope import open_envelope, seal_envelope, verify_envelope
from egnatia.exchange.keys import NodeKeys
from egnatia.exchange.message import format_moment, parse_moment
from egnatia.model.ids import PartnerCode
from egnatia.model.states import ExitAction

CERTIFICATE_TYPE = "application/vnd.egnatia.certificate+json"
_VERSION = 1
_Code = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}\Z")]


@dataclass(frozen=True, slots=True)
class Certificate:
    """What `code` says to `partner` it did with an item.

    Attributes:
        code: who says it.
        partner: to whom.
        kind: of the item.
        item: its name at both ends.
        action: what was done.
        at: when.
    """

    code: PartnerCode
    partner: PartnerCode
    kind: str
    item: str
    action: ExitAction
    at: datetime


class _Payload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    v: Annotated[int, msgspec.Meta(ge=_VERSION, le=_VERSION)]
    code: _Code
    partner: _Code
    kind: Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{1,20}\Z")]
    item: Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{1,20}:[0-9a-f-]{36}\Z")]
    action: ExitAction
    at: Annotated[str, msgspec.Meta(max_length=27)]


def write_certificate(keys: NodeKeys, said: Certificate) -> bytes:
    """Sign a certificate."""
    values = {"v": _VERSION, "code": said.code, "partner": said.partner, "kind": said.kind, "item": said.item}
    payload = values | {"action": said.action.value, "at": format_moment(said.at)}
    return seal_envelope(keys.signing, CERTIFICATE_TYPE, strict_json.render(payload))


def read_certificate(content: bytes, card: PartnerCard) -> Certificate:
    """Read a certificate and verify that the partner of this card signed it.

    Raises:
        InputError: it is none, or not that partner's.
    """
    try:
        envelope = open_envelope(content, CERTIFICATE_TYPE)
        verify_envelope(envelope, card.signing_key, card.code)
        body = msgspec.convert(strict_json.parse(envelope.payload, "certificate"), _Payload)
        at = parse_moment(body.at, "at")
    except (RefusedError, msgspec.ValidationError) as error:
        detail = error.detail if isinstance(error, RefusedError) else str(error)
        raise InputError(f"this is no certificate of {card.code}: {detail}") from None
    if body.code != card.code:
        raise InputError(f"this certificate is {body.code}'s, not {card.code}'s")
    return Certificate(PartnerCode(body.code), PartnerCode(body.partner), body.kind, body.item, body.action, at)
