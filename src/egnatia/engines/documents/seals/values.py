"""From the bytes of a feature to what they say: texts, dates, zones and numbers, each by the coding of its profile.

A date is three bytes, the number that month, day and year make (Doc 9303-13 section 2.3.1: 25 March 1957 is 03251957). ICAO's
datastructure for barcode puts a byte before it, whose bits say which of the eight digits are unknown.
"""

from datetime import date
from enum import StrEnum
from typing import Final

from egnatia.engines.documents.seals import c40

_DATE_DIGITS: Final = 8
_TIME_DIGITS: Final = 14
_SHOWN_BYTES: Final = 32
"""Bytes of a binary value that are shown as hexadecimal; the rest is counted."""


class Coding(StrEnum):
    """How a feature's bytes are to be read."""

    C40 = "c40"
    TEXT = "text"
    """UTF-8."""
    BYTES = "bytes"
    NUMBER = "number"
    """An unsigned integer."""
    DATE = "date"
    MASKED_DATE = "masked_date"
    DATE_TIME = "date_time"
    DAY_TEXT = "day_text"
    """YYYYMMDD as text (BSI TR-03171)."""
    STAY = "stay"
    """Duration of stay: days, months, years (Doc 9303-7 table 1)."""
    ZONE = "zone"
    """Two lines of 36 or of 44, or three of 30, without their line ends."""
    ZONE_MRV_A = "zone_mrv_a"
    """44 characters and the first 28 of the second line (Doc 9303-7 section 9.1.3)."""
    ZONE_MRV_B = "zone_mrv_b"
    """36 characters and the first 28 of the second line."""
    PARTS = "parts"
    """Features of its own inside."""


_STAYS: Final = {
    b"\x00\x00\x00": "until the last day of validity",
    b"\xff\xff\xff": "decided on entry",
    b"\xfe\xfe\xfe": "transit without entry",
}
_ZONE_WIDTHS: Final = {72: 36, 88: 44, 90: 30}
_ZONES: Final = {Coding.ZONE_MRV_A: 44, Coding.ZONE_MRV_B: 36}
_TRUNCATED: Final = 28
"""Characters of the second line of a visa's zone that a seal keeps: all up to the last check digit."""


def read_value(data: bytes, coding: Coding) -> str | None:
    """What the bytes say, in words; None where they do not follow the coding."""
    return _READERS.get(coding, _other)(data, coding)


def shown_bytes(data: bytes) -> str:
    """Hexadecimal, cut where it is long."""
    more = len(data) - _SHOWN_BYTES
    return data[:_SHOWN_BYTES].hex() + (f"… and {more} bytes more" if more > 0 else "")


def _other(data: bytes, coding: Coding) -> str | None:
    if coding is Coding.C40:
        return c40.decode(data)
    if coding is Coding.NUMBER:
        return str(int.from_bytes(data, "big")) if data else None
    return _text(data) if coding is Coding.TEXT else shown_bytes(data)


def _text(data: bytes) -> str | None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() else None


def read_day(data: bytes) -> date | None:
    """The day of three bytes, or None where they make no day of the calendar."""
    digits = str(int.from_bytes(data, "big")).rjust(_DATE_DIGITS, "0")
    if len(data) != 3 or len(digits) != _DATE_DIGITS:  # noqa: PLR2004 - Doc 9303-13 section 2.3.1
        return None
    try:
        return date(int(digits[4:]), int(digits[:2]), int(digits[2:4]))
    except ValueError:
        return None


def write_day(day: date) -> bytes:
    """Three bytes, as `read_day` reads them."""
    return int(f"{day.month:02d}{day.day:02d}{day.year:04d}").to_bytes(3, "big")


def _moment(data: bytes, coding: Coding) -> str | None:
    if coding is Coding.DATE:
        day = read_day(data)
        return None if day is None else day.isoformat()
    if coding is Coding.MASKED_DATE:
        return read_masked_day(data)
    return _date_time(data) if coding is Coding.DATE_TIME else _day_text(data)


def read_masked_day(data: bytes) -> str | None:
    """A day of which digits may be unknown, those as an x, e.g. `1974-08-xx`; None where it is none."""
    digits = str(int.from_bytes(data[1:], "big")).rjust(_DATE_DIGITS, "0")
    if len(data) != 4 or len(digits) != _DATE_DIGITS:  # noqa: PLR2004 - a mask and three bytes
        return None
    mask = data[0]
    if not mask and read_day(data[1:]) is None:
        return None
    text = "".join("x" if mask & (0x80 >> at) else digit for at, digit in enumerate(digits))
    return f"{text[4:]}-{text[:2]}-{text[2:4]}"


def write_masked_day(day: date) -> bytes:
    """Four bytes: no digit unknown, and the day."""
    return b"\x00" + write_day(day)


def _date_time(data: bytes) -> str | None:
    digits = str(int.from_bytes(data, "big")).rjust(_TIME_DIGITS, "0")
    if len(data) != 6 or len(digits) != _TIME_DIGITS:  # noqa: PLR2004 - ICAO's datastructure for barcode
        return None
    hour, minute, second = digits[8:10], digits[10:12], digits[12:]
    if int(hour) > 23 or int(minute) > 59 or int(second) > 59:  # noqa: PLR2004 - a time of day
        return None
    try:
        day = date(int(digits[4:8]), int(digits[:2]), int(digits[2:4]))
    except ValueError:
        return None
    return f"{day.isoformat()} {hour}:{minute}:{second}"


def _day_text(data: bytes) -> str | None:
    text = _text(data) or ""
    if len(text) != _DATE_DIGITS or not (text.isascii() and text.isdigit()):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:])).isoformat()
    except ValueError:
        return None


def _stay(data: bytes, coding: Coding) -> str | None:
    del coding
    if len(data) == 1:  # as ICAO's datastructure for barcode has it
        return f"{data[0]} days"
    if len(data) != 3:  # noqa: PLR2004 - days, months, years
        return None
    counts = zip(data, ("days", "months", "years"), strict=True)
    return _STAYS.get(data) or ", ".join(f"{count} {unit}" for count, unit in counts if count)


def _zone(data: bytes, coding: Coding) -> str | None:
    text = c40.decode(data)
    if text is None:
        return None
    if coding in _ZONES:
        width = _ZONES[coding]
        # A space at the end of a pair of bytes may be lost; the second line is then shorter, never longer.
        whole = len(text) == 2 * width
        return _lines(text, width) if whole or width < len(text) <= width + _TRUNCATED else None
    width = _ZONE_WIDTHS.get(len(text), 0)
    return _lines(text, width) if width else None


def _lines(text: str, width: int) -> str:
    filled = text.replace(" ", "<")
    return "\n".join(filled[at : at + width] for at in range(0, len(filled), width))


_READERS: Final = {
    Coding.ZONE: _zone,
    Coding.ZONE_MRV_A: _zone,
    Coding.ZONE_MRV_B: _zone,
    Coding.STAY: _stay,
    Coding.DATE: _moment,
    Coding.MASKED_DATE: _moment,
    Coding.DATE_TIME: _moment,
    Coding.DAY_TEXT: _moment,
}
