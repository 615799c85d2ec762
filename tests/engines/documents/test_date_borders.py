"""Dates: centuries against a search through the calendar, unknown parts, leap days, the day of expiry itself."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents import Field, Format, Inspection, PartialDate, Verdict, ZoneFields, inspect, write_zone
from egnatia.engines.documents.mrz.dates import (
    EXPIRY_YEARS_AHEAD,
    first_day,
    last_day,
    possible,
    read_date,
    resolve_birth,
    resolve_expiry,
)

TODAY = date(2026, 11, 22)
days = st.dates(date(1950, 1, 1), date(2099, 12, 31))


def _look(today: date = TODAY, **given: Any) -> Inspection:
    usual = {"code": "PP", "issuer": "GBR", "number": "123456789", "nationality": "GBR", "birth": "740812"}
    values: dict[str, Any] = {**usual, "sex": "F", "expiry": "340415", "primary": ("BROWN",), "secondary": ("ANNA",)}
    return inspect("\n".join(write_zone(Format.TD3, ZoneFields(**{**values, **given}))), today)


def _codes(result: Inspection) -> set[str]:
    return {str(finding.code) for finding in result.findings}


def _years(two: int) -> list[int]:
    return [century + two for century in range(1700, 2300, 100)]


@settings(deadline=None, derandomize=True, max_examples=50)
@given(days, st.integers(0, 99), st.integers(1, 12), st.integers(1, 28))
def test_the_birth_is_the_latest_such_day_not_after_today(today: date, year: int, month: int, day: int) -> None:
    expected = max(one for full in _years(year) if (one := date(full, month, day)) <= today)
    assert resolve_birth(PartialDate(year, month, day), today).exact() == expected


@settings(deadline=None, derandomize=True, max_examples=50)
@given(days, st.integers(0, 99), st.integers(1, 12), st.integers(1, 28))
def test_the_expiry_is_the_latest_such_year_within_reach(today: date, year: int, month: int, day: int) -> None:
    expected = max(full for full in _years(year) if full <= today.year + EXPIRY_YEARS_AHEAD)
    assert resolve_expiry(PartialDate(year, month, day), today) == PartialDate(expected, month, day)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(days, st.integers(0, 99), st.sampled_from([None, *range(1, 13)]))
def test_a_birth_with_unknown_parts_counts_from_its_first_possible_day(
    today: date, year: int, month: int | None
) -> None:
    resolved = resolve_birth(PartialDate(year, month, None), today)
    first = first_day(resolved)
    assert first is not None
    assert first <= today
    assert resolved.year is not None
    assert date(resolved.year + 100, month or 1, 1) > today


@pytest.mark.parametrize("year", range(100))
def test_29_february_is_possible_in_every_fourth_year_only(year: int) -> None:
    value, readable = read_date(f"{year:02d}0229")
    assert readable
    assert possible(value) is (year % 4 == 0)


@pytest.mark.parametrize("month", range(1, 13))
def test_the_last_day_of_each_month(month: int) -> None:
    last = (date(2025 + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    longest = 29 if month == 2 else last
    assert possible(PartialDate(25, month, last))
    assert not possible(PartialDate(25, month, last + 1))
    assert possible(PartialDate(None, month, longest))
    assert not possible(PartialDate(None, month, longest + 1))
    assert last_day(PartialDate(2025, month, None)) == date(2025, month, last)


@pytest.mark.parametrize(
    ("text", "value", "readable"),
    [
        ("740812", PartialDate(74, 8, 12), True),
        ("<<<<<<", PartialDate(None, None, None), True),
        ("74<<<<", PartialDate(74, None, None), True),
        ("7408<<", PartialDate(74, 8, None), True),
        ("<<0812", PartialDate(None, 8, 12), True),
        ("74<<12", PartialDate(74, None, 12), True),
        ("000000", PartialDate(0, None, None), True),
        ("740012", PartialDate(74, None, 12), True),
        ("7<0812", PartialDate(None, 8, 12), False),
        ("74080<", PartialDate(74, 8, None), False),
        ("74O812", PartialDate(74, None, 12), False),
        ("74-812", PartialDate(74, None, 12), False),
        ("٧٤٠٨١٢", PartialDate(None, None, None), False),
        ("²²²²²²", PartialDate(None, None, None), False),
    ],
)
def test_printed_dates(text: str, value: PartialDate, *, readable: bool) -> None:
    assert read_date(text) == (value, readable)


@pytest.mark.parametrize(
    ("today", "expired"), [(date(2026, 11, 21), False), (TODAY, False), (date(2026, 11, 23), True)]
)
def test_a_document_is_valid_on_its_last_day(today: date, *, expired: bool) -> None:
    assert ("EXPIRED" in _codes(_look(today, expiry="261122"))) is expired


@pytest.mark.parametrize(
    ("expiry", "last_valid"),
    [
        ("2611<<", date(2026, 11, 30)),
        ("26<<<<", date(2026, 12, 31)),
        ("2802<<", date(2028, 2, 29)),
        ("280229", date(2028, 2, 29)),
    ],
)
def test_an_unknown_part_of_the_expiry_is_taken_for_its_last_day(expiry: str, last_valid: date) -> None:
    assert "EXPIRED" not in _codes(_look(last_valid, expiry=expiry))
    assert "EXPIRED" in _codes(_look(last_valid + timedelta(days=1), expiry=expiry))


@pytest.mark.parametrize(
    ("birth", "expected"),
    [("261122", False), ("261123", True), ("271122", True), ("271123", True), ("271124", False)],
)
def test_births_a_hundred_years_ago_are_pointed_out_for_a_year(birth: str, *, expected: bool) -> None:
    """From tomorrow to 366 days ahead the two digits may mean a day that has not come yet."""
    assert ("BIRTH_IN_FUTURE" in _codes(_look(birth=birth))) is expected


def test_an_expiry_on_the_day_of_birth_is_not_before_it() -> None:
    assert "EXPIRY_BEFORE_BIRTH" not in _codes(_look(birth="200101", expiry="200101"))
    assert "EXPIRY_BEFORE_BIRTH" in _codes(_look(birth="200102", expiry="200101"))
    assert "EXPIRY_BEFORE_BIRTH" not in _codes(_look(birth="20<<<<", expiry="200101"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (PartialDate(1974, 8, 12), "1974-08-12"),
        (PartialDate(74, 8, 12), "??74-08-12"),
        (PartialDate(0, 8, None), "??00-08-??"),
        (PartialDate(1974, None, None), "1974-??-??"),
        (PartialDate(None, None, None), "????-??-??"),
    ],
)
def test_a_date_is_shown_with_its_unknown_parts(value: PartialDate, text: str) -> None:
    assert str(value) == text


@pytest.mark.parametrize(
    "value", [PartialDate(2025, 2, 29), PartialDate(2025, 13, 1), PartialDate(None, 1, 1), PartialDate(10000, 1, 1)]
)
def test_days_that_are_none(value: PartialDate) -> None:
    assert (value.exact(), first_day(value), last_day(value)) == (None, None, None)


def test_a_leap_day_of_a_century_that_is_none_is_read_without_a_calendar_date() -> None:
    """In 1999 two zeros mean 1900, which had no 29 February; the zone alone cannot say which century was meant."""
    result = _look(date(1999, 6, 1), birth="000229", expiry="040101")
    assert (result.birth, result.birth.exact()) == (PartialDate(1900, 2, 29), None)
    reading = result.document.reading(Field.BIRTH_DATE)
    assert reading is not None
    assert reading.verdict is Verdict.VERIFIED
