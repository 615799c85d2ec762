"""National numbers at their edges: borders of sexes and centuries, impossible days, zeros, and what is none at all.

Numbers with right check characters are calculated here by the rule's own words, none is a person's.
"""

import random
import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents import Advice, Format, ZoneFields, inspect, write_zone
from egnatia.engines.documents.mrz.issuer_reader import read_rules
from egnatia.engines.documents.mrz.issuer_rules import SHIPPED, IssuerRules, shipped_rules
from egnatia.engines.documents.mrz.national_numbers import optional_numbers, read_national_number
from egnatia.engines.documents.mrz.types import Sex
from egnatia.errors import InputError

TODAY = date(2026, 11, 22)
M, F = Sex.MALE, Sex.FEMALE
RULES = shipped_rules()
JMBG_STATES = ("SRB", "BIH", "MNE", "MKD", "SVN")


def jmbg(birth: str, serial: str) -> str:
    """`DDMMYYY`, region and serial, and the digit by weights 7 6 5 4 3 2 modulo 11; a remainder of one gives none."""
    first = birth + serial
    rest = sum(int(digit) * weight for digit, weight in zip(first, (7, 6, 5, 4, 3, 2) * 2, strict=True)) % 11
    return f"{first}{(11 - rest) % 11 % 10}"


def albanian(start: str) -> str:
    letters = "WABCDEFGHIJKLMNOPQRSTUV"
    values = [letters.index(start[0]) if start[0].isalpha() else int(start[0]), *map(int, start[1:])]
    return (
        start
        + letters[sum(value * weight for value, weight in zip(values, (1, 1, 2, 3, 4, 5, 6, 7, 8), strict=True)) % 23]
    )


@pytest.mark.parametrize("issuer", JMBG_STATES)
@pytest.mark.parametrize(
    ("serial", "sex"),
    [("71000", M), ("71499", M), ("71500", F), ("71999", F), ("66000", M), ("06500", F), ("45123", M), ("50999", F)],
)
def test_jmbg_counts_women_from_five_hundred_in_every_region(issuer: str, serial: str, sex: Sex) -> None:
    reading = read_national_number(jmbg("0101990", serial), issuer, RULES)
    assert reading is not None
    assert (reading.sex, str(reading.birth), reading.checked) == (sex, "1990-01-01", True)


@pytest.mark.parametrize(
    ("birth", "iso"),
    [("3112899", "1899-12-31"), ("0101800", "1800-01-01"), ("0101000", "2000-01-01"), ("2902000", "2000-02-29"),
     ("2902004", "2004-02-29"), ("3112799", "2799-12-31"), ("2902968", "1968-02-29")],
)  # fmt: skip
def test_jmbg_has_three_digits_of_the_year(birth: str, iso: str) -> None:
    reading = read_national_number(jmbg(birth, "71000"), "SRB", RULES)
    assert reading is not None
    assert str(reading.birth) == iso


@pytest.mark.parametrize(
    ("text", "issuer"),
    [
        ("0000000000000", "SRB"),  # an empty field filled with zeros; the sum modulo eleven is even right
        (jmbg("3002985", "71000"), "SRB"),
        (jmbg("2902900", "71000"), "MKD"),  # 1900 was no leap year
        (jmbg("0013990", "71000"), "MNE"),
        (jmbg("9901990", "71500"), "BIH"),
        (albanian("J01301999"), "ALB"),  # month 13
        (albanian("J00199999"), "ALB"),  # day 99
        ("0000000000", "BGR"),
        ("0000000000000", "ROU"),
        ("00000000000", "POL"),
        ("00000000000", "EST"),
        ("99999999999", "GRC"),
    ],
)
def test_a_number_whose_birthday_is_no_day_is_another_number(text: str, issuer: str) -> None:
    reading = read_national_number(text, issuer, RULES)
    assert reading is None or (reading.birth is not None and reading.birth.month and reading.birth.day)


@pytest.mark.parametrize("text", ["0000000000000", jmbg("3002985", "71000"), jmbg("0000990", "71900")])
@pytest.mark.parametrize("issuer", JMBG_STATES)
def test_zeros_and_impossible_days_accuse_nobody(text: str, issuer: str) -> None:
    """A woman's card with zeros in its optional data must not contradict itself."""
    lines = write_zone(
        Format.TD1, ZoneFields("ID", issuer, "AB1234567", issuer, "800101", "F", "300101", ("PETROVA",), ("ANA",), text)
    )
    found = inspect("\n".join(lines), TODAY)
    assert found.advice is Advice.CONSISTENT
    assert not [one for one in found.findings if one.code.value.startswith("NATIONAL_NUMBER")]


@pytest.mark.parametrize(
    ("start", "iso", "sex"),
    [("J00101999", "1990-01-01", M), ("J05112999", "1990-01-12", F), ("J03101999", "1990-01-01", M),
     ("J08112001", "1990-01-12", F), ("K06231001", "2000-12-31", F), ("T91231001", "2099-12-31", M),
     ("000101001", "1800-01-01", M), ("991231001", "1899-12-31", M), ("I95229001", "1989-02-29", F)],
)  # fmt: skip
def test_albanian_letters_are_decades_and_months_hold_the_sex(start: str, iso: str, sex: Sex) -> None:
    reading = read_national_number(albanian(start), "ALB", RULES)
    if iso == "1989-02-29":
        assert reading is None
        return
    assert reading is not None
    assert (reading.sex, reading.checked) == (sex, True)
    assert str(reading.birth)[:4] == iso[:4]


@pytest.mark.parametrize("start", ["U00101001", "Z00101001"])
def test_an_albanian_letter_without_a_decade_says_no_year(start: str) -> None:
    reading = read_national_number(f"{start}A", "ALB", RULES)
    assert reading is not None
    assert reading.birth is not None
    assert (reading.birth.year, reading.birth.month, reading.birth.day) == (None, 1, 1)


def test_a_kosovo_number_says_nothing_of_its_holder_and_never_counts() -> None:
    assert [one.confidence for one in RULES.numbers if "RKS" in one.issuers] == ["reported"]
    for number, checked in (("1234567892", True), ("1234567891", False), ("9123456789", None)):
        reading = read_national_number(number, "RKS", RULES)
        assert reading is not None
        assert (reading.birth, reading.sex, reading.checked) == (None, None, checked)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (("0101990710001", ""), ("0101990710001",)),
        (("010199<0710001",), ("010199", "0710001")),
        (("<<0101990710001<<", "A<B"), ("0101990710001", "A", "B")),
        (("", "<<<"), ()),
    ],
)
def test_parts_of_the_optional_data_are_never_put_together(text: tuple[str, ...], parts: tuple[str, ...]) -> None:
    """Two numbers beside one another make a third one that nobody issued."""
    assert optional_numbers(text) == parts


@pytest.mark.parametrize("issuer", ["GBR", "UTO", "FRA", "D", "QQQ", ""])
def test_a_number_is_only_read_by_its_own_issuers_rule(issuer: str) -> None:
    assert read_national_number(jmbg("0101990", "71000"), issuer, RULES) is None
    assert read_national_number(jmbg("0101990", "71000"), "SRB", IssuerRules("", "")) is None


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.dates(date(1930, 1, 1), date(2025, 12, 31)), st.integers(0, 99), st.integers(0, 999), st.booleans())
def test_a_right_jmbg_agrees_with_its_own_holder_and_with_no_other(
    birth: date,
    region: int,
    serial: int,
    man: bool,  # noqa: FBT001 - Hypothesis draws it
) -> None:
    number = jmbg(f"{birth:%d%m}{birth.year % 1000:03}", f"{region:02}{serial:03}")
    sex = "M" if man else "F"
    fields = ZoneFields("ID", "SRB", "AB1234567", "SRB", f"{birth:%y%m%d}", sex, "300101", ("A",), ("B",), number)
    found = inspect("\n".join(write_zone(Format.TD1, fields)), TODAY)
    said = {one.code.value for one in found.findings if one.code.value.startswith("NATIONAL")}
    assert said == (set() if man is (serial < 500) else {"NATIONAL_NUMBER_SEX"})
    other = replace(fields, birth=f"{birth.year % 100:02}{birth.month:02}{birth.day % 28 + 1:02}")
    found = inspect("\n".join(write_zone(Format.TD1, other)), TODAY)
    assert "NATIONAL_NUMBER_BIRTH" in {one.code.value for one in found.findings}
    assert found.advice is Advice.DISCREPANCIES


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.text("0123456789ABJKTUZ<é٣", max_size=20), st.sampled_from(sorted(RULES.with_numbers)))
def test_whatever_stands_in_the_field_is_read_or_left(text: str, issuer: str) -> None:
    reading = read_national_number(text, issuer, RULES)
    if reading is not None and reading.birth is not None:
        assert reading.birth.month is not None
        assert 1 <= reading.birth.month <= 12


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "month = { at = 2 }, day = { at = 4 } }\nmonth_offsets",
            "month = { at = 0 }, day = { at = 4 } }\nmonth_offsets",
        ),
        (
            "month = { at = 2 }, day = { at = 4 } }\nmonth_offsets",
            "month = { at = 2 }, day = { at = 8 } }\nmonth_offsets",
        ),
        ('shape = "*99999999A"', 'shape = "*9A999999A"'),
        ('shape = "*99999999A"', 'shape = "*9999999"'),
        ("first = 1800", "first = 99999999999"),
    ],
)
def test_a_rule_that_cannot_be_followed_is_refused_with_its_name(old: str, new: str) -> None:
    """A partner's file that puts a month where a letter stands must not fail at the first traveller."""
    text = SHIPPED.read_text("utf-8")
    assert old in text
    with pytest.raises(InputError, match="ALB-NID"):
        read_rules(text.replace(old, new, 1).encode())


def test_spoiled_rules_are_refused_or_can_be_followed() -> None:
    rng, text = random.Random(9), SHIPPED.read_text("utf-8")
    values = [
        "-1",
        "0",
        "11",
        "1.5",
        "true",
        '""',
        '"A"',
        '"X"',
        '"*"',
        "[]",
        "{}",
        "[0,0]",
        '"two"',
        '"decade"',
        "9999",
    ]
    followed = 0
    for _ in range(150):
        found = list(re.finditer(r'(?<== )("[^"\n]*"|\[[^\]\n]*\]|\d+)', text))
        place = rng.choice(found)
        try:
            rules = read_rules(f"{text[: place.start()]}{rng.choice(values)}{text[place.end() :]}".encode())
        except InputError:
            continue
        followed += 1
        for number in ("0000000000", "J00101999W", "44051401359", "1505982495078", "AAAAAAAAAA"):
            for issuer in rules.with_numbers:
                read_national_number(number, issuer, rules)
    assert 5 < followed < 150


def test_the_shipped_rules_name_their_confidence_and_source() -> None:
    assert isinstance(RULES, IssuerRules)
    assert all(len(one.source) > 20 and one.confidence in {"confirmed", "reported"} for one in RULES.numbers)
