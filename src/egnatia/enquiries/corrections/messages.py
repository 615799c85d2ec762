"""What nodes say to each other about corrections (message version 2); as strict as `enquiries.messages`."""

from datetime import datetime
from typing import Annotated

import msgspec

from egnatia.enquiries.messages import Body, FieldName, FreeText, IdText, RefText
from egnatia.model.states import (
    ClearedBy,
    CorrectionItem,
    CorrectionKind,
    CorrectionReason,
    LookFinding,
    SubjectKind,
)

CORRECTION = "correction"
CORRECTION_RECEIPT = "correction_receipt"
CORRECTION_DONE = "correction_done"

MAX_NUMBER = 1_000_000
"""Corrections of one item: a series no honest node comes near, and small enough for every database."""
MAX_FIELDS = 20
"""Fields of a release (`ReleaseBody`), so no rectification has more."""
MAX_ITEMS = 200
"""Releases of one record to one holder that a correction names: each was decided by two people."""
PartnerText = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}\Z")]


class CorrectionBody(Body, frozen=True):
    """One correction to one holder.

    `maker` is the sender: it consented to every onward transfer, so it tells those holders itself. `items` are the
    follow-ups by which the data went out; who was passed them by a third knows them by these ids only. `values` and
    `removed` name only fields that this very holder was given before.
    """

    correction: IdText
    maker: PartnerText
    item: CorrectionItem
    ref: RefText
    subject: SubjectKind
    kind: CorrectionKind
    reason: CorrectionReason
    number: Annotated[int, msgspec.Meta(ge=1, le=MAX_NUMBER)]
    made_at: datetime
    enquiry: IdText | None = None
    cleared_by: ClearedBy | None = None
    items: Annotated[list[IdText], msgspec.Meta(max_length=MAX_ITEMS)] = msgspec.field(default_factory=list)
    values: Annotated[dict[FieldName, FreeText], msgspec.Meta(max_length=MAX_FIELDS)] = msgspec.field(
        default_factory=dict
    )
    removed: Annotated[list[FieldName], msgspec.Meta(max_length=MAX_FIELDS)] = msgspec.field(default_factory=list)


class CorrectionReceiptBody(Body, frozen=True):
    """The holder's node acted: on how many copies, and whether a person there still has to look."""

    copies: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
    look: bool


class CorrectionDoneBody(Body, frozen=True):
    """A person at the holder looked at what rested on the data."""

    correction: IdText
    finding: LookFinding
