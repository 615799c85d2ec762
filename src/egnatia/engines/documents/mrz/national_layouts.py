"""Known layouts outside Doc 9303. They are recognised and not judged, so that nobody takes a genuine one for a spoiled zone.

The French identity card of 1995 to 2021 has two lines of 36 like TD2 and fields and check digits of its own; the Swiss and
Liechtenstein driving licence lines of 9, 30 and 30; driving licences by ISO/IEC 18013-2 annex D (Dutch ones are) one line
of 30, of which the last character is the check digit of the others. Of each only the document code and the issuer are read.
"""

import re
from typing import NamedTuple

from egnatia.engines.documents.mrz.digits import check_digit
from egnatia.engines.documents.mrz.types import DocumentType, Format

_FRENCH = "IDFRA"
_SWISS = re.compile(r"FA(?:CHE|LIE)[A-Z0-9<]{25}")
_LICENCE = re.compile(r"D[1-9N<][A-Z]{3}[A-Z0-9<]{24}[0-9]")
_SWISS_WIDTHS = [9, 30, 30]


class NationalLayout(NamedTuple):
    """What is known of a zone of such a layout: its name, and where its document code begins (line, from 0)."""

    title: str
    format: Format
    """The format of Doc 9303 that comes closest in size."""
    type: DocumentType
    line: int


_CARD = NationalLayout("the French identity card of two lines of 36", Format.TD2, DocumentType.CARD, 0)
_SWISS_LICENCE = NationalLayout(
    "the Swiss driving licence of lines of 9, 30 and 30", Format.TD1, DocumentType.UNKNOWN, 1
)
_ISO_LICENCE = NationalLayout("a driving licence of one line of 30", Format.TD1, DocumentType.UNKNOWN, 0)


def national_layout(lines: tuple[str, ...]) -> NationalLayout | None:
    """The known layout that lines have; None for any other, of Doc 9303 or not."""
    if lines and lines[0].startswith(_FRENCH):
        return _CARD if [len(line) for line in lines] == [36, 36] else None
    if [len(line) for line in lines] == _SWISS_WIDTHS and _SWISS.fullmatch(lines[1]) and "<<" in lines[2]:
        return _SWISS_LICENCE
    if len(lines) == 1 and _LICENCE.fullmatch(lines[0]) and check_digit(lines[0][:-1]) == lines[0][-1]:
        return _ISO_LICENCE
    return None


def find_national(lines: list[str]) -> tuple[str, ...] | None:
    """The first run of lines that has a layout which no format of Doc 9303 has the size of."""
    for start in range(len(lines)):
        for count in (3, 1):
            run = tuple(lines[start : start + count])
            if len(run) == count and national_layout(run) is not None:
                return run
    return None
