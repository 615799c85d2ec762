"""Closed list of forgery alerts: why one is taken back. On which verdicts one rests is in `model.borders.MADE_FALSE`."""

from enum import StrEnum


class AlertWithdrawal(StrEnum):
    """Why the originator of a forgery alert takes it back."""

    GENUINE = "genuine"
    """The document turned out to be genuine, or the features to be the issuer's own."""
    MISTAKEN = "mistaken"
    """The features were noted wrongly."""
    SUPERSEDED = "superseded"
    """Another alert describes the template better."""
    NOT_NEEDED = "not_needed"
    """The template is no longer met."""
