"""What nodes say to each other about templates of false documents (message version 2); as strict as `enquiries.messages`.

No field takes free text: codes of closed lists, country codes, numbers of blanks by range, days. What a feature may be is
checked by the engine's own rules (`series.types`), in which nothing of a holder has a form.
"""

from datetime import date, datetime
from typing import Annotated

import msgspec

from egnatia.agreements.handling import LabelBody
from egnatia.enquiries.messages import Body, Digest, GrantText, RefText
from egnatia.model.forgery import AlertWithdrawal
from egnatia.model.states import RegisterCategory

FORGERY_ALERT = "forgery_alert"
FORGERY_ALERT_RECEIPT = "forgery_alert_receipt"
SPOKEN_SINCE = 2
"""The message version that has forgery alerts; 0.1.0 speaks version 1."""
MAX_NUMBER = 10_000
"""Changes of one alert: more than one a day for its whole life."""
MAX_RANGES = 20
"""Ranges of stolen blanks in one alert: a theft is of one batch, or of a few."""
KindText = Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{3,30}\Z")]
ValueText = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_:@#]{1,60}\Z")]
CodeText = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{1,3}\Z")]
NumberText = Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9]{2,20}\Z")]


class BlanksBody(Body, frozen=True):
    """A batch of stolen blanks; a single number has no form here."""

    issuer: CodeText
    first: NumberText
    last: NumberText


class ReportedBody(Body, frozen=True):
    """One reported document that was met: what is printed of the document itself, and as what it is reported."""

    issuer: CodeText
    document_type: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]\Z")]
    number: NumberText
    category: RegisterCategory


class ForgeryAlertBody(Body, frozen=True):
    """One alert as it stands; a withdrawn one says nothing any more, and needs no grant.

    It is about a template (features, ranges) or about one reported document, never about both.
    """

    reference: RefText
    number: Annotated[int, msgspec.Meta(ge=1, le=MAX_NUMBER)]
    grant: GrantText | None
    changed_at: datetime
    review_on: date
    features: Annotated[
        dict[KindText, Annotated[list[ValueText], msgspec.Meta(min_length=1, max_length=40)]],
        msgspec.Meta(max_length=20),
    ]
    blanks: Annotated[list[BlanksBody], msgspec.Meta(max_length=MAX_RANGES)]
    label: LabelBody
    withdrawn: AlertWithdrawal | None = None
    reported: ReportedBody | None = None


class ForgeryAlertReceiptBody(Body, frozen=True):
    """The receiver holds the alert in this number, under this label."""

    number: Annotated[int, msgspec.Meta(ge=1, le=MAX_NUMBER)]
    label_sha256: Digest
