"""What travels about somebody else's item; all of it from version 2 of messages on."""

from datetime import date
from typing import Annotated

import msgspec

from egnatia.agreements.handling import GradingBody, LabelBody, TokenUse
from egnatia.enquiries.messages import (
    Body,
    Digest,
    FactsText,
    FieldName,
    FreeText,
    IdText,
    OfficerText,
)
from egnatia.exchange.tokens import MAX_TOKEN_CHARS
from egnatia.model.states import Offence, Purpose, RefusalReason, SubjectKind

CONSENT_REQUEST = "consent_request"
CONSENT = "consent"
CONSENT_REFUSAL = "consent_refusal"
FORWARD = "forward"
LABEL_CHANGE = "label_change"
FROM = 2
"""The version of messages that carries these kinds."""

CodeText = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}\Z")]
TokenText = Annotated[str, msgspec.Meta(pattern=r"^[\x20-\x7e]+\Z", max_length=MAX_TOKEN_CHARS)]


class ConsentRequestBody(Body, frozen=True):
    """A holder asks the originator: may I do this with your item? No word of its content is repeated."""

    request: IdText
    item: IdText
    use: TokenUse
    to: CodeText
    purpose: Purpose
    officer: OfficerText
    label_sha256: Digest
    justification: FactsText


class ConsentBody(Body, frozen=True):
    """The originator's yes: the signed token."""

    request: IdText
    token: TokenText


class ConsentRefusalBody(Body, frozen=True):
    """The originator's no."""

    request: IdText
    reason: RefusalReason


class ForwardBody(Body, frozen=True):
    """An item passed on, whole and with its label, under its originator's token."""

    item: IdText
    originator: CodeText
    subject: SubjectKind
    purpose: Purpose
    offence: Offence
    fields: Annotated[dict[FieldName, FreeText], msgspec.Meta(min_length=1, max_length=20)]
    as_of: date
    label: LabelBody
    grading: GradingBody | None
    token: TokenText


class LabelChangeBody(Body, frozen=True):
    """The originator gives an item that it released another label, stricter or looser."""

    item: IdText
    old_sha256: Digest
    label: LabelBody
