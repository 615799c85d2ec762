"""What every part of an inspection speaks: results, weights, severities, bearings, advice, sources and places."""

from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    """Where a value or a fault was found."""

    ZONE = "zone"
    """The machine-readable zone, as read or typed."""
    VISUAL = "visual"
    """The printed visual zone."""
    IMAGE = "image"
    """A picture of a page."""
    CHIP = "chip"
    """A file of the chip."""
    SEAL = "seal"
    """A digital seal: a bar code with signed data."""
    REGISTER = "register"
    """A register of lost, stolen, revoked or issued documents."""
    TRUST = "trust"
    """The trust store: certificates, revocations, known defects."""
    RULE = "rule"
    """A rule of a standard or of an issuer."""


class Severity(StrEnum):
    """How much attention a finding wants; the advice follows from its bearing, not from this."""

    INFO = "info"
    WARN = "warn"
    SERIOUS = "serious"


class Bearing(StrEnum):
    """What a finding does to the advice."""

    NONE = "none"
    DISCREPANCY = "discrepancy"
    FALSITY = "falsity"
    UNKNOWN = "unknown"


class Advice(StrEnum):
    """The machine's advice (DOC-02). It never says that a document is genuine or forged: a person does."""

    CONSISTENT = "consistent"
    DISCREPANCIES = "discrepancies"
    SUSPECTED_FALSE = "suspected_false"
    CANNOT_TELL = "cannot_tell"


class Result(StrEnum):
    """How one check ended: exactly one of five (BSI TR-03135-1 v2.5, results of checks)."""

    SUCCESSFUL = "successful"
    FAILED = "failed"
    UNDETERMINED = "undetermined"
    """It ran to its end and could not decide."""
    NOT_SUPPORTED = "not_supported"
    """The document does not offer it, or this installation cannot do it."""
    ABORTED = "aborted"
    """It began and could not end, or what it needs did not end."""


class Weight(StrEnum):
    """What a check counts for (BSI TR-03135-1 v2.5, profiles)."""

    MANDATORY = "mandatory"
    """Without its result the whole is undetermined."""
    OPTIONAL = "optional"
    """It counts where it could be done."""
    EVALUATORY = "evaluatory"
    """It is written down and never counts, neither in a result nor in the advice."""


class FalseClass(StrEnum):
    """The classes of false or misused documents (DOC-03). Only a person says that a document belongs to one."""

    COUNTERFEIT = "counterfeit"
    """Made from nothing, in imitation of a real kind of document."""
    FORGED = "forged"
    """A genuine document that was altered."""
    STOLEN_BLANK = "stolen_blank"
    """A genuine blank, stolen before it was personalised and filled in by somebody else."""
    IMPOSTOR = "impostor"
    """A genuine document carried by somebody else."""
    FRAUDULENTLY_OBTAINED = "fraudulently_obtained"
    """A genuine document that its issuer gave out on false papers."""
    FANTASY = "fantasy"
    """A document of an issuer that does not exist or issues none."""
    LOST_OR_STOLEN = "lost_or_stolen"
    """A genuine document reported lost or stolen."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to look: a stretch of bytes or characters, or a box in a picture.

    Args:
        source: what kind of thing is looked at.
        name: which one: a file's name, a line of the zone, a field of the page.
        start: the first byte or character, from 0; None for the whole.
        end: one past the last.
        box: left, top, right and bottom in pixels from the picture's upper left corner.
    """

    source: Source
    name: str = ""
    start: int | None = None
    end: int | None = None
    box: tuple[int, int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """One of the values that a check held against each other, and where it came from."""

    source: Source
    name: str
    value: str
