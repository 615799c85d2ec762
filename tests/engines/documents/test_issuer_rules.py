"""Rules about issuers as data: national numbers, patterns, deviations, and files that are refused with a reason."""

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents import (
    Advice,
    Bearing,
    FindingCode,
    Format,
    Sex,
    ZoneFields,
    inspect,
    random_zone,
    write_zone,
)
from egnatia.engines.documents.mrz.codes import lookup
from egnatia.engines.documents.mrz.issuer_reader import EXPLAINABLE, MAX_BYTES, read_rules
from egnatia.engines.documents.mrz.issuer_rules import (
    SHIPPED,
    Confidence,
    IssuerRules,
    shipped_rules,
    together,
)
from egnatia.engines.documents.mrz.national_numbers import has_shape, optional_numbers, read_national_number
from egnatia.engines.documents.mrz.types import PartialDate
from egnatia.errors import InputError

TODAY = date(2026, 11, 22)
F = FindingCode

# Numbers published as examples by public programs (nidx, python-stdnum), none of a known person, or a specimen's.
PUBLISHED = [
    ("ALB", "J00101999W", "1990-01-01", Sex.MALE, True),
    ("ALB", "J05115999K", "1990-01-15", Sex.FEMALE, True),
    ("ALB", "J03101999F", "1990-01-01", Sex.MALE, True),
    ("ALB", "J08101999P", "1990-01-01", Sex.FEMALE, True),
    ("ALB", "J00101999A", "1990-01-01", Sex.MALE, False),
    ("RKS", "1234567892", None, None, True),
    ("RKS", "1234567891", None, None, False),
    ("RKS", "9234567891", None, None, None),
    ("SRB", "2902968000000", "1968-02-29", Sex.MALE, False),  # the specimen passport
    ("SVN", "0101006500006", "2006-01-01", Sex.MALE, True),
    ("BGR", "7523169263", "1875-03-16", Sex.MALE, True),
    ("BGR", "8032056031", "1880-12-05", Sex.FEMALE, True),
    ("ROU", "1630615123457", "1963-06-15", Sex.MALE, True),
    ("POL", "44051401359", "1944-05-14", Sex.MALE, True),
    ("EST", "36805280109", "1968-05-28", Sex.MALE, True),
    ("LTU", "33309240064", "1933-09-24", Sex.MALE, True),
    ("GRC", "01013099997", "??30-01-01", Sex.MALE, None),
]


@pytest.mark.parametrize(("issuer", "number", "birth", "sex", "checked"), PUBLISHED)
def test_published_numbers(
    issuer: str, number: str, birth: str | None, sex: Sex | None, *, checked: bool | None
) -> None:
    reading = read_national_number(number, issuer, shipped_rules())
    assert reading is not None
    assert (str(reading.birth) if reading.birth else None, reading.sex, reading.checked) == (birth, sex, checked)


@pytest.mark.parametrize(("issuer", "number"), [(row[0], row[1]) for row in PUBLISHED if row[4]])
def test_every_other_check_character_is_wrong(issuer: str, number: str) -> None:
    kind = "0123456789" if number[-1].isdigit() else "ABCDEFGHIJKLMNOPQRSTUVW"
    for last in kind.replace(number[-1], ""):
        reading = read_national_number(number[:-1] + last, issuer, shipped_rules())
        assert reading is not None
        assert reading.checked is False


@pytest.mark.parametrize("text", ["", "12345", "ABCDEFGHIJ", "J00101999", "J0010199WW", "<<<", "ÄÖÜ"])
def test_what_has_no_shape_is_no_number(text: str) -> None:
    assert read_national_number(text, "ALB", shipped_rules()) is None


def test_numbers_are_expected_of_the_issuer_only() -> None:
    assert read_national_number("J00101999W", "RKS", shipped_rules()) is None
    assert read_national_number("J00101999W", "", shipped_rules()) is None
    assert read_national_number("J00101999W", "ALB", IssuerRules("", "")) is None


def test_optional_data_hold_a_number_whole_or_in_parts() -> None:
    assert optional_numbers(("J00101999W<<<<", "")) == ("J00101999W",)
    assert optional_numbers(("AB<J00101999W",)) == ("AB", "J00101999W")


def _zone(optional: str, issuer: str = "ALB", **given: Any) -> str:
    usual: dict[str, Any] = {"code": "PP", "number": "BA1234567", "nationality": "ALB", "birth": "900101", "sex": "M", "expiry": "300101", "primary": ("HOXHA",), "secondary": ("ARDIT",)}  # fmt: skip
    return "\n".join(write_zone(Format.TD3, ZoneFields(**{**usual, "issuer": issuer, "optional": optional, **given})))


@pytest.mark.parametrize(
    ("optional", "given", "codes"),
    [
        ("J00101999W", {}, set()),
        ("J00101999W", {"birth": "910101"}, {F.NATIONAL_NUMBER_BIRTH}),
        ("J00101999W", {"birth": "900201"}, {F.NATIONAL_NUMBER_BIRTH}),
        ("J00101999W", {"birth": "90<<<<"}, set()),
        ("J00101999W", {"birth": "<<<<<<"}, set()),
        ("J00101999W", {"sex": "F"}, {F.NATIONAL_NUMBER_SEX}),
        ("J00101999W", {"sex": "<"}, set()),
        ("J00101999W", {"birth": "910101", "sex": "F"}, {F.NATIONAL_NUMBER_BIRTH, F.NATIONAL_NUMBER_SEX}),
        ("SOMETHING", {"birth": "910101"}, set()),
    ],
)
def test_a_birth_date_or_sex_that_was_changed_leaves_the_number_behind(
    optional: str, given: dict[str, Any], codes: set[FindingCode]
) -> None:
    result = inspect(_zone(optional, **given), TODAY)
    found = [one for one in result.findings if str(one.code).startswith("NATIONAL_NUMBER")]
    assert {one.code for one in found} == codes
    assert all(one.bearing is Bearing.DISCREPANCY and one.compared for one in found)
    assert result.advice is (Advice.DISCREPANCIES if codes else Advice.CONSISTENT)


def test_a_wrong_check_character_or_a_reported_rule_bears_on_nothing() -> None:
    wrong = inspect(_zone("J00101999A", birth="910101"), TODAY)
    assert {one.code for one in wrong.findings} == {F.NATIONAL_NUMBER_BIRTH, F.NATIONAL_NUMBER_CHECK}
    assert wrong.advice is Advice.CONSISTENT
    assert inspect(_zone("1234567891", issuer="RKS"), TODAY).advice is Advice.CONSISTENT
    reported = inspect(_zone("01013099997", issuer="GRC", birth="310101"), TODAY)
    assert [(one.code, one.bearing) for one in reported.findings] == [(F.NATIONAL_NUMBER_BIRTH, Bearing.NONE)]


@pytest.mark.parametrize("nationality", ["ALB", "RKS", "XXB", "GBR", ""])
def test_the_nationality_decides_nothing(nationality: str) -> None:
    for birth, advice in (("900101", Advice.CONSISTENT), ("910101", Advice.DISCREPANCIES)):
        assert inspect(_zone("J00101999W", birth=birth, nationality=nationality), TODAY).advice is advice


def test_two_thousand_genuine_zones_raise_nothing_by_these_rules() -> None:
    rng = random.Random(9303)
    for number in range(2_000):
        zone = random_zone(rng, list(Format)[number % 5], TODAY)
        bearing = [one for one in inspect(zone.text(), TODAY).findings if one.bearing is not Bearing.NONE]
        assert not bearing, zone.text()


RULES = """
version = "2026-11-22"
maintainer = "Albania"
withdraw = ["ALB-NID"]

[[number_pattern]]
id = "ALB-PASSPORT"
issuers = ["ALB"]
document_codes = ["P"]
shapes = ["AA9999999"]
confidence = "confirmed"
source = "the issuer"

[[deviation]]
id = "ALB-2009-SEX"
issuers = ["ALB"]
explains = ["SEX_NOT_ALLOWED", "COMPOSITE_REFUTED"]
fields = ["sex", "composite"]
formats = ["TD3"]
document_codes = ["PP"]
number_prefixes = ["BA"]
expires_from = 2029-01-01
expires_to = 2031-12-31
description = "the sex was printed in the national language"
source = "circular of the issuer"
"""


def _own() -> IssuerRules:
    return read_rules(RULES.encode())


def test_a_partner_adds_replaces_and_withdraws_rules() -> None:
    rules = together(shipped_rules(), _own())
    assert "ALB-NID" not in {one.id for one in rules.numbers}
    assert len(rules.numbers) == len(shipped_rules().numbers) - 1
    assert [one.id for one in rules.patterns] == ["ALB-PASSPORT"]
    assert [one.id for one in rules.deviations] == ["ALB-2009-SEX"]
    assert rules.versions() == "Egnatia; Albania 2026-11-22; 2026-11-22"
    assert inspect(_zone("J00101999W", birth="910101"), TODAY, rules).advice is Advice.CONSISTENT
    again = together(rules, read_rules(RULES.replace('"AA9999999"', '"A99999999"').encode()))
    assert again.patterns[0].shapes == ("A99999999",)
    assert together(shipped_rules()) == shipped_rules()


@pytest.mark.parametrize(
    ("number", "odd"), [("BA1234567", False), ("B12345678", True), ("BA123456", True), ("BAA123456", True)]
)
def test_a_number_of_another_shape_is_found(number: str, *, odd: bool) -> None:
    result = inspect(_zone("", number=number), TODAY, _own())
    found = [one for one in result.findings if one.code is F.NUMBER_PATTERN]
    assert bool(found) is odd
    assert all((one.bearing, one.found) == (Bearing.DISCREPANCY, number) for one in found)
    reported = read_rules(RULES.replace('"confirmed"', '"reported"').encode())
    assert inspect(_zone("", number=number), TODAY, reported).advice is Advice.CONSISTENT


def test_a_pattern_holds_for_its_kind_of_document_and_issuer_only() -> None:
    assert inspect(_zone("", number="B12345678", issuer="RKS"), TODAY, _own()).advice is Advice.CONSISTENT
    rules = read_rules(RULES.replace('document_codes = ["P"]', 'document_codes = ["PD"]').encode())
    assert inspect(_zone("", number="B12345678"), TODAY, rules).advice is Advice.CONSISTENT


@pytest.mark.parametrize(
    ("given", "explained"),
    [
        ({}, True), ({"number": "CA1234567"}, False), ({"expiry": "281231"}, False), ({"expiry": "320101"}, False),
        ({"expiry": "290101"}, True), ({"expiry": "311231"}, True), ({"expiry": "<<<<<<"}, False), ({"code": "PD"}, False),
        ({"issuer": "RKS"}, False),
    ],
)  # fmt: skip
def test_a_known_defect_explains_a_finding_of_its_own_documents(given: dict[str, Any], *, explained: bool) -> None:
    result = inspect(_zone("", sex="Q", **given), TODAY, _own())
    finding = next(one for one in result.findings if one.code is F.SEX_NOT_ALLOWED)
    assert (finding.bearing is Bearing.NONE) is explained
    assert ("known defect" in finding.innocent) is explained
    assert (result.advice is Advice.CONSISTENT) is explained
    assert bool(finding.compared) is explained


def test_a_defect_never_explains_what_speaks_for_falsity_or_an_unknown_issuer() -> None:
    never = {
        F.SEVERAL_DIGITS_REFUTED,
        F.DATE_IMPOSSIBLE,
        F.ISSUER_UNKNOWN,
        F.DOCUMENT_CODE_UNKNOWN,
        F.ISSUER_ISSUES_NOTHING,
    }
    assert not never & EXPLAINABLE
    for code in never:
        with pytest.raises(InputError, match="findings that a defect can explain"):
            read_rules(RULES.replace("SEX_NOT_ALLOWED", code).encode())


def test_the_shipped_rules_name_their_source_and_known_issuers() -> None:
    rules = shipped_rules()
    assert {"ALB", "RKS", "SRB", "MNE", "MKD", "BIH"} <= rules.with_numbers
    for rule in rules.numbers:
        assert len(rule.source) > 20
        assert rule.confidence in Confidence
        assert all(lookup(code) for code in rule.issuers)
    assert rules.versions().startswith("Egnatia 20")


NUMBER = """
version = "1"
maintainer = "M"
[[national_number]]
id = "X"
issuers = ["ALB"]
title = "T"
shape = "99999999"
confidence = "reported"
source = "S"
"""
BIRTH = 'birth = {year={at=0,form="two"},month={at=2},day={at=4}}\n'


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", "version is missing"),
        ("[", "not TOML"),
        ('version = 1\nmaintainer = "M"', "version has to be a text"),
        (NUMBER + 'colour = "red"', "no key 'colour'"),
        (NUMBER + "[[rule]]", "no key 'rule'"),
        (NUMBER.replace('"ALB"', '"ZZZ"'), "ZZZ"),
        (NUMBER.replace('["ALB"]', "[]"), "issuers has to be"),
        (NUMBER.replace("99999999", "99B"), "shape has to be"),
        (NUMBER.replace("99999999", ""), "shape has to be"),
        (NUMBER.replace("reported", "sure"), "confidence has to be one of confirmed, reported"),
        (NUMBER.replace('source = "S"', ""), "source is missing"),
        (NUMBER + 'birth = {year={at=0,form="two"}}', "birth has to be a table with year, month and day"),
        (NUMBER + BIRTH.replace("at=4", "at=40"), "at has to be a place"),
        (NUMBER + BIRTH.replace("at=4", "at=7"), "as long as the places"),
        (NUMBER + BIRTH.replace('"two"', '"five"'), "form has to be one of"),
        (NUMBER + "sex = {at=1}", "either female_from or odd"),
        (NUMBER + 'sex = {at=1, odd="Q"}', "odd has to be one of"),
        (NUMBER + 'check = {at=7, weights=[1], modulus=11, digits="01"}', "as many characters as the modulus"),
        (NUMBER + 'check = {at=7, weights=["a"], modulus=2, digits="01"}', "weights has to be a list of numbers"),
        (NUMBER + 'leading = [{digit="12"}]', "digit has to be a number"),
        (NUMBER + "month_offsets = [{century=1900}]", "add is missing"),
        (NUMBER + NUMBER.partition("[[")[1] + NUMBER.partition("[[")[2], "two have the id"),
        (RULES.replace("2029-01-01", '"2029"'), "expires_from has to be a date"),
        (RULES.replace('"composite"]', '"colour"]'), "colour"),
        (RULES.replace('"TD3"', '"TD9"'), "TD9"),
        (RULES.replace('["AA9999999"]', "[]"), "shapes has to be"),
    ],
)
def test_a_file_of_rules_that_is_wrong_is_refused_by_rule_and_key(text: str, names: str) -> None:
    with pytest.raises(InputError, match=names):
        read_rules(text.encode())


def test_a_file_that_is_no_text_or_too_long_is_refused() -> None:
    for content in (b"\xff\xfe", b"#" * (MAX_BYTES + 1)):
        with pytest.raises(InputError):
            read_rules(content)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.text("9A*BC1", max_size=12), st.text(max_size=12))
def test_shapes_never_raise(shape: str, number: str) -> None:
    assert has_shape(number, shape) in {True, False}


@settings(deadline=None, derandomize=True, max_examples=50)
@given(
    st.sampled_from([one for rule in shipped_rules().numbers for one in rule.issuers]),
    st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<", max_size=15),
)
def test_any_optional_data_of_any_issuer_is_read_without_raising(issuer: str, text: str) -> None:
    reading = read_national_number(text, issuer, shipped_rules())
    assert reading is None or isinstance(reading.birth, PartialDate | None)


def test_hostile_files_never_raise_anything_else() -> None:
    rng = random.Random(4)
    content = SHIPPED.read_bytes()
    for _ in range(200):
        broken = bytearray(content)
        for _ in range(rng.randrange(1, 5)):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        try:
            rules = read_rules(bytes(broken))
        except InputError:
            continue
        inspect(_zone("J00101999W"), TODAY, rules)
