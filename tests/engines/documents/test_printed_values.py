"""Printed sex and numbers against the zone's: words of many languages, look-alikes, lengths."""

# ruff: noqa: RUF001 - national letters are the subject

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents.mrz.printed_values import (
    FAR,
    ValueGrade,
    compare_numbers,
    compare_sex,
    distance,
    plain_number,
    printed_sex,
)
from egnatia.engines.documents.mrz.types import Sex

G = ValueGrade


@pytest.mark.parametrize(
    "text", ["F", "f", "FEMALE", "Ž/F", "Ж/F", "K/F", "W", "weiblich", "Féminin", "MUJER", "M/F", "D/F", "Θ/F"]
)
def test_female_in_many_languages(text: str) -> None:
    assert printed_sex(text) is Sex.FEMALE
    assert compare_sex(text, Sex.FEMALE) is G.EXACT
    assert compare_sex(text, Sex.MALE) is G.CONTRADICTION


@pytest.mark.parametrize("text", ["M", "m", "MALE", "M/M", "М/M", "H/M", "E/M", "MUŠKO", "МАШКО", "Masculin", "HOMBRE"])
def test_male_in_many_languages(text: str) -> None:
    assert printed_sex(text) is Sex.MALE
    assert compare_sex(text, Sex.MALE) is G.EXACT
    assert compare_sex(text, Sex.UNSPECIFIED) is G.CONTRADICTION


@pytest.mark.parametrize("text", ["X", "<", "X/X", "Х"])
def test_unspecified(text: str) -> None:
    assert compare_sex(text, Sex.UNSPECIFIED) is G.EXACT
    assert compare_sex(text, Sex.FEMALE) is G.CONTRADICTION


@pytest.mark.parametrize("text", ["", "Q", "SEX", "12", "F/X", "H/F"])
def test_what_says_nothing_certain_is_left_open(text: str) -> None:
    assert compare_sex(text, Sex.FEMALE) is G.NOT_COVERED


def test_an_unreadable_zone_is_left_open() -> None:
    assert compare_sex("F", Sex.UNREADABLE) is G.NOT_COVERED


@pytest.mark.parametrize(
    ("printed", "zone", "grade"),
    [
        ("L898902C3", "L898902C3", G.EXACT),
        ("L 898-902 C3", "L898902C3", G.EXACT),
        ("N° L898902C3", "L898902C3", G.EXACT),
        ("АВ 123456", "AB123456<", G.EXACT),  # Cyrillic capitals
        ("HA 672242", "HA672242<", G.EXACT),
        ("AB.123.456", "AB<123<456", G.EXACT),
        ("L8989O2C3", "L898902C3", G.READING),
        ("LB98902C3", "L898902C3", G.READING),
        ("L8989OZC3", "L898902C3", G.READING),
        ("XOOOOOO11", "X00000011", G.READING),  # one shape in many fonts
        ("LB9B9OZC3", "L898902C3", G.CONTRADICTION),  # three others are too many
        ("L898902C4", "L898902C3", G.CONTRADICTION),
        ("L898902C", "L898902C3", G.CONTRADICTION),
        ("L8989902C3", "L898902C3", G.CONTRADICTION),
        ("", "L898902C3", G.NOT_COVERED),
        ("---", "L898902C3", G.NOT_COVERED),
        ("L898902C3", "<<<", G.NOT_COVERED),
    ],
)
def test_numbers(printed: str, zone: str, grade: ValueGrade) -> None:
    assert compare_numbers(printed, zone).grade is grade


def test_a_longer_number_is_cut_only_where_the_zone_has_no_room() -> None:
    assert compare_numbers("D23145890734", "D23145890", room=9).grade is G.TRUNCATED
    assert compare_numbers("D23145890734", "D23145890").grade is G.CONTRADICTION
    assert compare_numbers("D23145891734", "D23145890", room=9).grade is G.CONTRADICTION


digits = st.text("3479", min_size=1, max_size=12)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(digits, digits)
def test_numbers_compare_alike_both_ways(one: str, other: str) -> None:
    """Without a place where the zone cuts, it does not matter which side a number stands on."""
    assert compare_numbers(one, other) == compare_numbers(other, one)
    assert (compare_numbers(one, other).grade is G.EXACT) == (one == other)
    assert distance(one, other) == distance(other, one) <= FAR


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.text(max_size=100), st.text(max_size=100))
def test_hostile_text_never_raises(one: str, other: str) -> None:
    assert compare_numbers(one, other).grade in ValueGrade
    assert printed_sex(one) in {*Sex, None}
    assert len(plain_number(one)) <= 60 * 18  # NFKC may make several characters of one


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [("", "", 0), ("A", "B", 1), ("ABC", "AC", 1), ("ABCDE", "VWXYZ", FAR), ("A", "ABCDEFG", FAR)],
)
def test_distance(one: str, other: str, apart: int) -> None:
    assert distance(one, other) == apart
