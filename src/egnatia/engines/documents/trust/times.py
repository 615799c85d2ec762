"""Points in time as certificates write them.

Source: RFC 5280 section 4.1.2.5; X.680 section 46 and 47 for the forms that RFC 5280 forbids and issuers use.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from egnatia.engines.documents.trust.tlv import Element

_UTC_TIME: Final = 0x17
_GENERALIZED: Final = 0x18
_FORM: Final = re.compile(
    r"(?P<year>\d{2}|\d{4})(?P<month>\d\d)(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?"
    r"(?:[.,]\d{1,9})?(?P<zone>Z|[+-]\d{4})?",
    re.ASCII,
)
_CENTURY: Final = 50
"""Two-digit years from here on are of the twentieth century (RFC 5280 section 4.1.2.5.1)."""


def read_time(element: Element, what: str) -> tuple[datetime, bool]:
    """A point in time, and whether it is written as RFC 5280 demands (whole seconds, Z).

    Raises:
        Malformed: it is neither UTCTime nor GeneralizedTime, or there is no such time.
    """
    if element.tag not in {_UTC_TIME, _GENERALIZED} or element.constructed:
        raise element.broken(f"{what}: a time expected")
    text = element.content.decode("latin-1")
    found = _FORM.fullmatch(text)
    if found is None or len(found["year"]) != (2 if element.tag == _UTC_TIME else 4):
        raise element.broken(f"{what}: not a time")
    year = int(found["year"])
    if element.tag == _UTC_TIME:
        year += 1900 if year >= _CENTURY else 2000
    try:
        moment = datetime(
            year, int(found["month"]), int(found["day"]), int(found["hour"]), int(found["minute"]),
            int(found["second"] or 0), tzinfo=UTC,
        ) - _offset(found["zone"])  # fmt: skip
    except (ValueError, OverflowError):
        raise element.broken(f"{what}: there is no such time") from None
    usual = (
        found["zone"] == "Z" and found["second"] is not None and len(text) == (13 if element.tag == _UTC_TIME else 15)
    )
    return moment, usual


def _offset(zone: str | None) -> timedelta:
    if zone in {None, "Z"}:
        return timedelta()
    text = str(zone)
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[3:]))
    return offset if text[0] == "+" else -offset
