"""Dates as pages print them: every style of Doc 9303-3 section 3.8, other languages, misreadings, and contradictions."""

# ruff: noqa: RUF001 - national letters are the subject

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents.mrz.dates import read_date
from egnatia.engines.documents.mrz.month_words import MONTHS
from egnatia.engines.documents.mrz.printed_dates import DateGrade, compare_dates, read_printed_date
from egnatia.engines.documents.mrz.types import PartialDate

G = DateGrade
JULY = PartialDate(42, 7, 12)

STANDARD = [
    "12 LUG /JUIL 1942", "12 LUG /JUIL 42", "12 July 1942", "12 July 42", "12JUIL1942", "12JUIL42", "12JUL 1942", "12JUL 42",
    "12 07 42", "12.07.42", "12 07 1942", "12.07.1942",
]  # fmt: skip
OTHERS = [
    "12-07-1942", "12/07/1942", "1942-07-12", "1942.07.12", "19420712", "12071942", "July 12, 1942", "12. jul 1942",
    "12 KOR/JUL 1942", "12 ЈУЛ / JUL 1942", "12 јули 1942", "12 июля 1942", "12 липня 1942", "12 TEMMUZ 1942", "12 srpanj 1942",
    "12 lipiec 1942", "12 Ιουλ 1942", "12 JUL/JUL 1942", "12 JULI 1942",
]  # fmt: skip
MISREAD = ["l2 JUL 1942", "I2.O7.1942", "12 JU1 1942", "12 JUI 1942", "12.07.I942", "12 JULV 1942"]


@pytest.mark.parametrize("text", STANDARD + OTHERS)
def test_every_style_is_the_same_day(text: str) -> None:
    assert compare_dates(text, JULY) is G.EXACT
    assert compare_dates(text, PartialDate(1942, 7, 12)) is G.EXACT


@pytest.mark.parametrize("text", STANDARD + OTHERS)
@pytest.mark.parametrize(
    "other", [PartialDate(42, 7, 13), PartialDate(42, 8, 12), PartialDate(43, 7, 12), PartialDate(42, 7, 21)]
)
def test_another_day_is_a_contradiction_in_every_style(text: str, other: PartialDate) -> None:
    assert compare_dates(text, other) is G.CONTRADICTION


@pytest.mark.parametrize("text", MISREAD)
def test_look_alikes_in_the_place_of_digits_and_letters_are_read_as_meant(text: str) -> None:
    assert compare_dates(text, JULY) is G.READING
    assert compare_dates(text, PartialDate(42, 7, 13)) is G.CONTRADICTION


@pytest.mark.parametrize(
    ("text", "zone", "grade"),
    [
        ("XX XX 42", "42<<<<", G.EXACT),
        ("XX.XX.1942", "42<<<<", G.EXACT),
        ("XX XXX 42", "42<<<<", G.EXACT),
        ("XX JUL 1942", "4207<<", G.EXACT),
        ("XX XX XXXX", "<<<<<<", G.EXACT),
        ("12 JUL 1942", "42<<<<", G.PARTLY),
        ("XX XX 1942", "420712", G.PARTLY),
        ("XX XX 1943", "420712", G.CONTRADICTION),
        ("12 JUL 1942", "<<<<<<", G.NOT_COVERED),
        ("", "420712", G.NOT_COVERED),
        ("UNKNOWN", "420712", G.NOT_COVERED),
        ("12 07", "420712", G.NOT_COVERED),
        ("31.02.1942", "420712", G.CONTRADICTION),
        ("07/12/1942", "420712", G.CONTRADICTION),  # day first, as the standard has it: the seventh of December
        ("07/25/1942", "420725", G.EXACT),  # no day-first date: then the month stands first
    ],
)
def test_unknown_parts_and_what_is_no_date(text: str, zone: str, grade: DateGrade) -> None:
    assert compare_dates(text, read_date(zone)[0]) is grade


def test_a_word_for_two_months_is_decided_by_the_second_language() -> None:
    assert MONTHS["LIP"] == {6, 7}
    assert compare_dates("12 LIP 1942", JULY) is G.EXACT
    assert compare_dates("12 LIP 1942", PartialDate(42, 6, 12)) is G.EXACT
    assert compare_dates("12 LIP/JUL 1942", PartialDate(42, 6, 12)) is G.CONTRADICTION
    assert compare_dates("12 LIP/JUN 1942", PartialDate(42, 6, 12)) is G.EXACT


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "JAN JANV ENE GEN OCAK ЈАН ЯНВ"),
        (2, "FEB FÉV SHKURT ŞUBAT ФЕВ"),
        (3, "MAR MARS MARZO MÄRZ МАР"),
        (4, "APR AVR ABR PRILL NISAN АПР"),
        (5, "MAY MAI MAYO MAJ MAG МАЈ МАЙ"),
        (6, "JUN JUIN QER GIU HAZ ЈУН ИЮН"),
        (8, "AUG AOÛT AGO GUSHT AĞU АВГ"),
        (9, "SEP SEPT SHT SET EYL СЕП"),
        (10, "OCT OKT TET OTT EKIM ОКТ"),
        (11, "NOV NËN KAS НОЯ"),
        (12, "DEC DÉC DIC DEZ DHJ ARA ДЕК ДЕЦ"),
    ],
)
def test_months_in_many_languages(number: int, words: str) -> None:
    for word in words.split():
        assert compare_dates(f"12 {word} 1942", PartialDate(42, number, 12)) is G.EXACT, word


def test_no_word_for_a_month_has_a_mark_or_small_letter() -> None:
    for word, months in MONTHS.items():
        assert word == word.upper()
        assert months <= set(range(1, 13))
        assert compare_dates(f"12 {word} 1942", PartialDate(42, min(months), 12)) is G.EXACT, word


@settings(deadline=None, derandomize=True, max_examples=50)
@given(
    st.dates(date(1930, 1, 1), date(2029, 12, 31)),
    st.integers(1, 20_000),
    st.sampled_from(["%d.%m.%Y", "%d %b %Y", "%Y-%m-%d", "%d%m%Y", "%d %m %y"]),
)
def test_a_day_agrees_with_itself_only(day: date, later: int, style: str) -> None:
    zone = PartialDate(day.year % 100, day.month, day.day)
    other = day + timedelta(days=later)
    assert compare_dates(day.strftime(style).upper(), zone) is G.EXACT
    if other.year % 100 != day.year % 100 or (other.month, other.day) != (day.month, day.day):
        assert compare_dates(other.strftime(style).upper(), zone) is G.CONTRADICTION


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.text(max_size=80))
def test_hostile_text_never_raises(text: str) -> None:
    read = read_printed_date(text)
    assert read is None or read.readings
    assert compare_dates(text, JULY) in DateGrade
