"""What the reader gives back: fields, verdicts, findings and advice, all in closed lists."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Format(StrEnum):
    """Layout of a machine-readable zone (Doc 9303 parts 4 to 7)."""

    TD1 = "TD1"
    """Card, three lines of 30 (part 5)."""
    TD2 = "TD2"
    """Card or sheet, two lines of 36 (part 6)."""
    TD3 = "TD3"
    """Passport data page, two lines of 44 (part 4)."""
    MRV_A = "MRV-A"
    """Visa, two lines of 44 (part 7)."""
    MRV_B = "MRV-B"
    """Visa, two lines of 36 (part 7)."""


class DocumentType(StrEnum):
    """What the first letters of the document code say the document is."""

    PASSPORT = "passport"
    CARD = "card"
    """Identity card, residence permit, passport card or other official document of TD1 or TD2 size."""
    CREW_CERTIFICATE = "crew_certificate"
    VISA = "visa"
    UNKNOWN = "unknown"


class Field(StrEnum):
    """A part of the zone that a verdict or a finding speaks about."""

    DOCUMENT_CODE = "document_code"
    ISSUER = "issuer"
    NAME = "name"
    NUMBER = "number"
    NATIONALITY = "nationality"
    BIRTH_DATE = "birth_date"
    SEX = "sex"
    EXPIRY_DATE = "expiry_date"
    OPTIONAL = "optional"
    OPTIONAL_2 = "optional_2"
    COMPOSITE = "composite"
    ZONE = "zone"


class Verdict(StrEnum):
    """What the check digits say about one field."""

    VERIFIED = "verified"
    REFUTED = "refuted"
    NOT_PRINTED = "not_printed"
    """The format prints no check digit for this field, so arithmetic can say nothing about it."""
    UNDETERMINED = "undetermined"
    """A check digit belongs here but the place, or the field, holds something that cannot be calculated with."""


class Sex(StrEnum):
    """The sex field; `unspecified` is printed as a filler."""

    FEMALE = "F"
    MALE = "M"
    UNSPECIFIED = "unspecified"
    UNREADABLE = "unreadable"


class Tolerated(StrEnum):
    """What had to be overlooked in the text before it could be read as a zone."""

    BYTE_ORDER_MARK = "byte_order_mark"
    ENCODING = "encoding"
    CONTROL_CHARACTERS = "control_characters"
    LINE_ENDINGS = "line_endings"
    LOWER_CASE = "lower_case"
    SPACES = "spaces"
    OTHER_FILLERS = "other_fillers"
    ONE_LINE = "one_line"
    SURROUNDING_TEXT = "surrounding_text"
    NAME_LINE_LENGTH = "name_line_length"


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of which parts may be unknown (Doc 9303-3 section 4.8).

    `year` has four digits once a century was chosen (`dates.resolve_birth`, `dates.resolve_expiry`) and two digits as
    printed. A part that is None was a filler, two zeros or not readable.
    """

    year: int | None
    month: int | None
    day: int | None

    def exact(self) -> date | None:
        """The calendar date, or None when a part is unknown or no such day exists."""
        if self.year is None or self.month is None or self.day is None:
            return None
        try:
            return date(self.year, self.month, self.day)
        except ValueError:
            return None

    def __str__(self) -> str:
        """ISO form with `?` for unknown parts, e.g. `1974-08-??`."""
        year = "????" if self.year is None else f"{self.year:04d}" if self.year > 99 else f"??{self.year:02d}"  # noqa: PLR2004 - two printed digits
        month = "??" if self.month is None else f"{self.month:02d}"
        day = "??" if self.day is None else f"{self.day:02d}"
        return f"{year}-{month}-{day}"


@dataclass(frozen=True, slots=True)
class HolderName:
    """The name field: components of the primary and secondary identifier, and whether it may have been cut."""

    primary: tuple[str, ...]
    secondary: tuple[str, ...]
    truncated: bool
    """True when the last position holds a letter: the name must be treated as cut (Doc 9303-4 section 4.2.3)."""


@dataclass(frozen=True, slots=True)
class FieldReading:
    """One field as printed, where it stands (line and column from 1), and what its check digit says."""

    field: Field
    text: str
    line: int
    column: int
    verdict: Verdict
    printed: str = ""
    """The check digit on the document, empty when none is printed."""
    computed: str = ""
    """The check digit that the field's characters call for, empty when it cannot be calculated."""


@dataclass(frozen=True, slots=True)
class ZoneDocument:
    """A zone that was read. Dates keep the two printed digits of the year; `Inspection` has them resolved."""

    format: Format
    lines: tuple[str, ...]
    type: DocumentType
    code: str
    issuer: str
    number: str
    """Without trailing fillers; a filler inside stands for a space or special character of the printed number."""
    nationality: str
    name: HolderName
    birth: PartialDate
    sex: Sex
    expiry: PartialDate
    optional: tuple[str, ...]
    fields: tuple[FieldReading, ...]
    tolerated: tuple[Tolerated, ...] = ()
    national_layout: bool = False
    """True for a known layout outside Doc 9303, of which only the document code and the issuer are read."""

    def reading(self, field: Field) -> FieldReading | None:
        """The reading of one field, or None when this format does not have it."""
        for reading in self.fields:
            if reading.field is field:
                return reading
        return None


@dataclass(frozen=True, slots=True)
class Change:
    """One character of the zone replaced by another (line and column from 1)."""

    field: Field
    line: int
    column: int
    found: str
    proposed: str


@dataclass(frozen=True, slots=True)
class Repair:
    """The only replacement of characters often confused in reading that makes every check digit right."""

    changes: tuple[Change, ...]
    lines: tuple[str, ...]
    """The zone as it would then read; nothing else of the inspection uses it."""
