"""What is printed on a page against what its seal says: date of issue, date of expiry and number.

The zone is held against the seal elsewhere (`seals/combined.py`), and the page against the zone (`visual/`). The date of
issue stands in no zone, and a zone that nobody read compares with nothing; so here the page meets the seal directly.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.mrz.dates import resolve_expiry
from egnatia.engines.documents.mrz.printed_dates import DateGrade, compare_dates
from egnatia.engines.documents.mrz.printed_values import ValueGrade, compare_numbers
from egnatia.engines.documents.mrz.types import PartialDate
from egnatia.engines.documents.seals.content import zone_in
from egnatia.engines.documents.seals.types import Seal
from egnatia.engines.documents.types import Bearing, Compared, Result, Source
from egnatia.engines.documents.visual.types import Printed, VisualField, VisualFields
from egnatia.engines.documents.visual.verdicts import Agreement, weighed
from egnatia.engines.documents.whole.catalogue import WholeCheck
from egnatia.engines.documents.whole.findings import WholeField, WholeFinding, find

_ROOM = 9
"""Characters of a number in the zone of a visa; the rest of a longer one is printed only (Doc 9303-7 section 4.2.2)."""
_DIGITS = "0123456789"
_FIELDS = {
    VisualField.ISSUE_DATE: WholeField.ISSUE_DATE,
    VisualField.EXPIRY_DATE: WholeField.EXPIRY_DATE,
    VisualField.NUMBER: WholeField.NUMBER,
}


@dataclass(frozen=True, slots=True)
class _Pair:
    """One value of the page and the seal's."""

    field: VisualField
    printed: Printed
    sealed: str | date


def check_sealed_page(visual: VisualFields | None, seal: Seal | None, day: date) -> tuple[Check, ...]:
    """Hold the printed dates and the printed number against the seal's.

    Args:
        visual: the page, as read or typed.
        seal: as read; whether its signature holds is a check of its own.
        day: of the inspection, which tells the century of a date in the seal's zone.

    Returns:
        One check, none where page and seal have no value in common.
    """
    pairs = [] if visual is None or seal is None else list(_pairs(visual, seal, day))
    if not pairs:
        return ()
    outcomes = [(pair, *_judged(pair)) for pair in pairs]
    findings = tuple(
        find(
            WholeFinding.WHOLE_SEAL_PAGE_DIFFERS,
            _FIELDS[pair.field],
            f"{pair.sealed}",
            pair.printed.text,
            _compared(pair),
            bearing=bearing,
        )
        for pair, result, bearing in outcomes
        if result is not Result.SUCCESSFUL and bearing is not None
    )
    results = {result for _, result, _ in outcomes}
    worst = next(one for one in (Result.FAILED, Result.UNDETERMINED, Result.SUCCESSFUL) if one in results)
    compared = tuple(one for pair in pairs for one in _compared(pair))
    return (Check(WholeCheck.WHOLE_SEAL_PAGE, worst, findings, compared),)


def _pairs(visual: VisualFields, seal: Seal, day: date) -> Iterator[_Pair]:
    """The values that both have. A seal without a day of issue, and one without a zone, has less to say."""
    inside = zone_in(seal)
    if visual.issue_date is not None and seal.issued_on is not None:
        yield _Pair(VisualField.ISSUE_DATE, visual.issue_date, seal.issued_on)
    if inside is None or inside.national_layout:
        return
    expiry = resolve_expiry(inside.expiry, day).exact()
    if visual.expiry_date is not None and expiry is not None:
        yield _Pair(VisualField.EXPIRY_DATE, visual.expiry_date, expiry)
    if visual.number is not None and inside.number:
        yield _Pair(VisualField.NUMBER, visual.number, inside.number)


def _judged(pair: _Pair) -> tuple[Result, Bearing | None]:
    def distance(texts: tuple[str, ...]) -> int:
        return _distance(texts[0], pair.sealed)

    agreement = _agreement(pair.printed.text, pair.sealed)
    wanted = _DIGITS if isinstance(pair.sealed, date) else pair.sealed
    came = weighed(agreement, (pair.printed,), distance, wanted)
    return came.result, came.bearing


def _agreement(text: str, sealed: str | date) -> Agreement:
    if isinstance(sealed, date):
        return _OF_DATES.get(compare_dates(text, PartialDate(sealed.year, sealed.month, sealed.day)), Agreement.OPEN)
    return _OF_NUMBERS.get(compare_numbers(text, sealed, room=_ROOM).grade, Agreement.OPEN)


_OF_DATES = {
    DateGrade.EXACT: Agreement.AGREE,
    DateGrade.READING: Agreement.READING,
    DateGrade.CONTRADICTION: Agreement.DIFFER,
}
_OF_NUMBERS = {
    ValueGrade.EXACT: Agreement.AGREE,
    ValueGrade.TRUNCATED: Agreement.AGREE,
    ValueGrade.READING: Agreement.READING,
    ValueGrade.CONTRADICTION: Agreement.DIFFER,
}


def _distance(text: str, sealed: str | date) -> int:
    """How far another text in the place of the printed one is from the seal's value."""
    agreement = _agreement(text, sealed)
    if agreement in {Agreement.AGREE, Agreement.READING}:
        return 0
    if isinstance(sealed, date):
        return 1 if agreement is Agreement.DIFFER else 2
    return compare_numbers(text, sealed, room=_ROOM).wrong + 1


def _compared(pair: _Pair) -> tuple[Compared, Compared]:
    return Compared(Source.SEAL, pair.field, f"{pair.sealed}"), Compared(Source.VISUAL, pair.field, pair.printed.text)
