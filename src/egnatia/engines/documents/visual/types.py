"""The visual zone as it was read or typed: each field's text as printed, where it stands, and how sure the reading is.

Whoever reads a page (`image/`), decodes a chip's additional details or types a page by hand makes a `VisualFields`;
`checks.compare` holds it against the machine-readable zone.
"""

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TypeAlias

Box: TypeAlias = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels from the picture's upper left corner."""


class VisualField(StrEnum):
    """A field of the visual zone (Doc 9303 parts 4 to 7, section 4.1: data element directories)."""

    DOCUMENT_CODE = "document_code"
    ISSUER = "issuer"
    NUMBER = "number"
    NAME = "name"
    """The whole name where it is printed in one field, the identifiers separated by a comma."""
    PRIMARY = "primary"
    SECONDARY = "secondary"
    NATIONALITY = "nationality"
    BIRTH_DATE = "birth_date"
    BIRTH_PLACE = "birth_place"
    SEX = "sex"
    ISSUE_DATE = "issue_date"
    EXPIRY_DATE = "expiry_date"
    AUTHORITY = "authority"
    PERSONAL_NUMBER = "personal_number"


@dataclass(frozen=True, slots=True)
class Letter:
    """How one character was read.

    Args:
        share: the reader's probability for it, 0 to 1.
        others: characters that it saw in the same place with a smaller one, the likeliest first.
    """

    share: float
    others: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """One printed value.

    Args:
        text: as printed: any script, any capitals, with its punctuation.
        box: where it stands in the picture; None when it was typed.
        confidence: of the reading, 0 to 1; 1 when a person typed it.
        letters: one for each character of the text, from a reader that tells them apart; else empty.
    """

    text: str
    box: Box | None = None
    confidence: float = 1.0
    letters: tuple[Letter, ...] = ()


@dataclass(frozen=True, slots=True)
class VisualFields:
    """What a page shows. A field that the page does not have, or that nobody read, is empty.

    Names may be printed in several scripts: then every version is given, in the order of the page. `language` (ISO
    639-1) is that of the names where it is known; the tables of letters make exceptions by language. `page` names the
    picture that the boxes speak of.
    """

    document_code: Printed | None = None
    issuer: Printed | None = None
    number: Printed | None = None
    name: tuple[Printed, ...] = ()
    primary: tuple[Printed, ...] = ()
    secondary: tuple[Printed, ...] = ()
    nationality: Printed | None = None
    birth_date: Printed | None = None
    birth_place: Printed | None = None
    sex: Printed | None = None
    issue_date: Printed | None = None
    expiry_date: Printed | None = None
    authority: Printed | None = None
    personal_number: Printed | None = None
    language: str = ""
    page: str = ""

    def printed(self, field: VisualField) -> tuple[Printed, ...]:
        """Every version of one field, none where the page does not have it."""
        value: Printed | tuple[Printed, ...] | None = getattr(self, field.value)
        if value is None:
            return ()
        return (value,) if isinstance(value, Printed) else value

    def empty(self) -> bool:
        """Whether nothing at all was read."""
        return not any(getattr(self, field.name) for field in fields(self) if field.name not in {"language", "page"})
