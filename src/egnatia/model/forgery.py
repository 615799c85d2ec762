"""Closed lists of forgery alerts: why one is taken back, and of which reported documents members are told.

On which verdicts one rests is in `model.borders`: `MADE_FALSE` and `REPORTED_VERDICTS`.
"""

from enum import StrEnum

from egnatia.model.states import RegisterCategory

ALERTED = frozenset(
    {RegisterCategory.LOST, RegisterCategory.STOLEN, RegisterCategory.STOLEN_BLANK, RegisterCategory.REVOKED}
)
"""Categories of a register of which an alert can be made once such a document was met at a border.

An invalid document is an administrative matter, and a number never issued stands on a false document, which has a
template of its own.
"""


class AlertWithdrawal(StrEnum):
    """Why the originator of a forgery alert takes it back."""

    GENUINE = "genuine"
    """The document turned out to be genuine, or the features to be the issuer's own."""
    MISTAKEN = "mistaken"
    """The features were noted wrongly."""
    SUPERSEDED = "superseded"
    """Another alert describes the template better."""
    NOT_NEEDED = "not_needed"
    """What it is about is no longer met, or need not be known any more."""
