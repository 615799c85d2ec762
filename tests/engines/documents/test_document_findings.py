"""Every finding has its case, the advice follows the bearings, and name and nationality never change it."""

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from egnatia.engines.documents import (
    CODES,
    PASSPORT_CODES,
    RULES,
    Advice,
    Bearing,
    CodeKind,
    DocumentType,
    Field,
    FindingCode,
    Format,
    Inspection,
    Severity,
    Sex,
    Verdict,
    ZoneFields,
    inspect,
    lookup,
    random_zone,
    write_zone,
)

TODAY = date(2026, 11, 22)
PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "documents.md"


def _look(kind: Format = Format.TD3, *, today: date = TODAY, **given: Any) -> Inspection:
    """Inspect a zone in which everything agrees but for the fields given."""
    usual = {"code": "PP", "issuer": "GBR", "number": "123456789", "nationality": "GBR", "birth": "740812"}
    values: dict[str, Any] = {**usual, "sex": "F", "expiry": "340415", "primary": ("BROWN",), "secondary": ("ANNA",)}
    return inspect("\n".join(write_zone(kind, ZoneFields(**{**values, **given}))), today)


def _codes(result: Inspection) -> set[str]:
    return {str(finding.code) for finding in result.findings}


@pytest.mark.parametrize(
    ("given", "code", "advice"),
    [
        ({}, None, "consistent"),
        ({"number": ""}, "NUMBER_EMPTY", "discrepancies"),
        ({"number": "<12345678"}, "NUMBER_STARTS_WITH_FILLER", "discrepancies"),
        ({"number": "1234<5678"}, "FILLER_IN_NUMBER", "consistent"),
        ({"birth": "74X812"}, "DATE_UNREADABLE", "discrepancies"),
        ({"birth": "7408<2"}, "DATE_UNREADABLE", "discrepancies"),
        ({"birth": "741312"}, "DATE_IMPOSSIBLE", "suspected_false"),
        ({"birth": "750229"}, "DATE_IMPOSSIBLE", "suspected_false"),
        ({"expiry": "340431"}, "DATE_IMPOSSIBLE", "suspected_false"),
        ({"birth": "7408<<"}, "DATE_PARTLY_UNKNOWN", "consistent"),
        ({"birth": "74<<<<"}, "DATE_PARTLY_UNKNOWN", "consistent"),
        ({"birth": "<<<<<<"}, "DATE_PARTLY_UNKNOWN", "consistent"),
        ({"birth": "740000"}, "DATE_PARTLY_UNKNOWN", "consistent"),
        ({"birth": "<<0812"}, "DATE_PARTLY_UNKNOWN", "consistent"),
        ({"expiry": "<<<<<<"}, "EXPIRY_UNKNOWN", "consistent"),
        ({"expiry": "261121"}, "EXPIRED", "consistent"),
        ({"birth": "250101", "expiry": "200101"}, "EXPIRY_BEFORE_BIRTH", "discrepancies"),
        ({"birth": "261201"}, "BIRTH_IN_FUTURE", "consistent"),
        ({"issuer": "ZZZ"}, "ISSUER_UNKNOWN", "cannot_tell"),
        ({"issuer": "XKX"}, "ISSUER_UNKNOWN", "cannot_tell"),
        ({"issuer": ""}, "ISSUER_UNKNOWN", "cannot_tell"),
        ({"issuer": "SCG"}, "ISSUER_DEPRECATED", "discrepancies"),
        ({"issuer": "SCG", "expiry": "160415"}, "ISSUER_DEPRECATED", "consistent"),
        ({"issuer": "XXB"}, "ISSUER_ISSUES_NOTHING", "discrepancies"),
        ({"issuer": "IAO"}, "ISSUER_ISSUES_NOTHING", "discrepancies"),
        ({"issuer": "DEU"}, "ISSUER_OTHER_CODE", "consistent"),
        ({"issuer": "UTO"}, "SPECIMEN", "consistent"),
        ({"nationality": "ZZZ"}, "NATIONALITY_UNKNOWN", "consistent"),
        ({"nationality": "YUG"}, "NATIONALITY_DEPRECATED", "consistent"),
        ({"code": "X"}, "DOCUMENT_CODE_UNKNOWN", "cannot_tell"),
        ({"code": "I"}, "DOCUMENT_CODE_FORMAT", "discrepancies"),
        ({"code": "PN"}, "SECOND_LETTER_NOT_HARMONISED", "consistent"),
        ({"code": "P", "expiry": "371231"}, None, "consistent"),
        ({"code": "P", "expiry": "380101"}, "SECOND_LETTER_REQUIRED", "discrepancies"),
        ({"code": "PN", "expiry": "380101"}, "SECOND_LETTER_REQUIRED", "discrepancies"),
        ({"code": "PP", "expiry": "380101"}, None, "consistent"),
        ({"primary": ("BR0WN",)}, "CHARACTER_NOT_ALLOWED", "discrepancies"),
        ({"primary": ("BROWN" * 8,)}, "NAME_TRUNCATED", "consistent"),
        ({"sex": "Q"}, "SEX_NOT_ALLOWED", "discrepancies"),
        ({"sex": "X"}, "SEX_PRINTED_X", "consistent"),
    ],
)
def test_finding_and_advice(given: dict[str, Any], code: str | None, advice: str) -> None:
    result = _look(**given)
    assert result.advice == advice
    assert code is None or code in _codes(result)
    assert code is not None or not result.findings


@pytest.mark.parametrize(
    ("kind", "code", "finding"),
    [
        (Format.TD1, "P", "DOCUMENT_CODE_FORMAT"),
        (Format.TD1, "IV", "SECOND_LETTER_NOT_ALLOWED"),
        (Format.TD1, "AI", "SECOND_LETTER_NOT_ALLOWED"),
        (Format.TD2, "AC", "SECOND_LETTER_NOT_ALLOWED"),
        (Format.TD2, "P", "DOCUMENT_CODE_FORMAT"),
    ],
)
def test_document_code_against_the_format(kind: Format, code: str, finding: str) -> None:
    assert finding in _codes(_look(kind, code=code))


@pytest.mark.parametrize(
    ("kind", "code", "type_"),
    [
        (Format.TD1, "AC", DocumentType.CREW_CERTIFICATE),
        (Format.TD1, "IP", DocumentType.CARD),
        (Format.TD2, "C", DocumentType.CARD),
        (Format.TD3, "PU", DocumentType.PASSPORT),
        (Format.MRV_B, "VC", DocumentType.VISA),
    ],
)
def test_document_types(kind: Format, code: str, type_: DocumentType) -> None:
    result = _look(kind, code=code)
    assert (result.document.type, result.advice) == (type_, Advice.CONSISTENT)


@pytest.mark.parametrize("code", PASSPORT_CODES)
def test_harmonised_codes_raise_nothing(code: str) -> None:
    assert _look(code=code, expiry="390101").findings == ()


@pytest.mark.parametrize(
    ("issuer", "nationality"),
    [("RKS", "RKS"), ("GBR", "GBN"), ("GBD", "GBD"), ("GBO", "GBO"), ("GBP", "GBP"), ("GBS", "GBS"), ("UNO", "UNO"),
     ("UNA", "UNA"), ("UNK", "UNK"), ("D", "D"), ("EUE", "EUE"), ("XOM", "XOM"), ("XPO", "FRA"), ("XCE", "XXX"),
     ("MNE", "XXA"), ("ALB", "XXB"), ("MKD", "XXC")],
)  # fmt: skip
def test_codes_of_doc_9303_are_known(issuer: str, nationality: str) -> None:
    assert _look(issuer=issuer, nationality=nationality).findings == ()


def test_code_list_is_whole() -> None:
    assert sum(code.kind is CodeKind.COUNTRY for code in CODES.values()) == 249  # ISO 3166-1 in 2024
    kosovo, germany = lookup("RKS"), lookup("D<<")
    assert kosovo is not None
    assert germany is not None
    assert (kosovo.alpha_2, germany.alpha_2) == ("XK", "DE")
    assert lookup("XKX") is None


@pytest.mark.parametrize(
    ("birth", "today", "year"),
    [
        ("740812", date(2026, 11, 22), 1974),
        ("261122", date(2026, 11, 22), 2026),
        ("261123", date(2026, 11, 22), 1926),
        ("000101", date(2026, 11, 22), 2000),
        ("26<<<<", date(2026, 1, 1), 2026),
        ("2612<<", date(2026, 11, 22), 1926),
        ("991231", date(1999, 12, 31), 1999),
    ],
)
def test_century_of_birth(birth: str, today: date, year: int) -> None:
    assert _look(birth=birth, today=today).birth.year == year


@pytest.mark.parametrize(
    ("expiry", "today", "year"),
    [
        ("340415", date(2026, 11, 22), 2034),
        ("411231", date(2026, 11, 22), 2041),
        ("421231", date(2026, 11, 22), 1942),
        ("991231", date(2026, 11, 22), 1999),
        ("050101", date(2096, 1, 1), 2105),
    ],
)
def test_century_of_expiry_reaches_fifteen_years_ahead(expiry: str, today: date, year: int) -> None:
    assert _look(expiry=expiry, today=today).expiry.year == year


def test_leap_day_needs_a_leap_year() -> None:
    assert "DATE_IMPOSSIBLE" not in _codes(_look(birth="760229"))
    assert _look(birth="76<<<<").birth.exact() is None
    assert str(_look(birth="7602<<").birth) == "1976-02-??"


def test_impossible_date_with_a_wrong_digit_is_only_a_discrepancy() -> None:
    result = inspect(
        "PPGBRBROWN<<ANNA<<<<<<<<<<<<<<<<<<<<<<<<<<<<\n1234567897GBR7413122F3404159<<<<<<<<<<<<<<06", TODAY
    )
    assert "DATE_IMPOSSIBLE" in _codes(result)
    assert result.advice is Advice.DISCREPANCIES


def test_several_wrong_digits_that_no_misreading_explains_are_suspected_false() -> None:
    result = inspect(
        "PPGBRBROWN<<ANNA<<<<<<<<<<<<<<<<<<<<<<<<<<<<\n1133339990GBR7709133F3309133<<<<<<<<<<<<<<00", TODAY
    )
    assert "SEVERAL_DIGITS_REFUTED" in _codes(result)
    assert result.advice is Advice.SUSPECTED_FALSE


def test_unknown_issuer_comes_before_everything_else() -> None:
    result = inspect(
        "PPZZZBROWN<<ANNA<<<<<<<<<<<<<<<<<<<<<<<<<<<<\n1133339990GBR7713133F3309133<<<<<<<<<<<<<<00", TODAY
    )
    assert result.advice is Advice.CANNOT_TELL


def test_french_card_of_its_own_layout_is_not_judged() -> None:
    result = inspect("IDFRASPECIMEN<<<<<<<<<<<<<<<<<<<<<<<\n0000000000000SPECIMEN<<<<<8001010F0<", TODAY)
    assert result.advice is Advice.CANNOT_TELL
    assert _codes(result) == {"LAYOUT_NATIONAL"}
    assert {reading.verdict for reading in result.document.fields} == {Verdict.UNDETERMINED}


def test_verdicts_of_a_visa_that_prints_no_composite() -> None:
    document = _look(Format.MRV_A, code="V").document
    number, name = document.reading(Field.NUMBER), document.reading(Field.NAME)
    assert number is not None
    assert name is not None
    assert (number.verdict, name.verdict) == (Verdict.VERIFIED, Verdict.NOT_PRINTED)
    assert document.reading(Field.COMPOSITE) is None


@pytest.mark.parametrize(("written", "read"), [("M", Sex.MALE), ("F", Sex.FEMALE), ("<", Sex.UNSPECIFIED)])
def test_sex(written: str, read: Sex) -> None:
    assert _look(sex=written).document.sex is read


def test_name_and_nationality_never_change_the_advice() -> None:
    rng = random.Random(11)
    nations = sorted(CODES)
    names = (("HOXHA",), ("AL", "BASRI"), ("NGUYEN",), ("O",), ("DJAMBASKA",))
    cases: tuple[dict[str, Any], ...] = ({}, {"issuer": "ZZZ"}, {"birth": "741312"}, {"sex": "Q"}, {"issuer": "RKS"})
    for given in cases:
        expected = _look(**given).advice
        for _ in range(60):
            other = _look(nationality=rng.choice(nations), primary=rng.choice(names), **given)
            assert other.advice is expected


def test_no_bearing_on_the_advice_for_what_concerns_the_holder() -> None:
    for code in (FindingCode.NATIONALITY_UNKNOWN, FindingCode.NATIONALITY_DEPRECATED, FindingCode.NAME_TRUNCATED):
        assert RULES[code].bearing is Bearing.NONE


def test_every_finding_has_a_rule_and_a_place_in_the_documentation() -> None:
    page = PAGE.read_text("utf-8")
    assert set(RULES) == set(FindingCode)
    missing = [code for code in FindingCode if f"`{code}`" not in page]
    assert missing == []


def test_no_word_of_a_finding_pronounces_a_verdict() -> None:
    rng = random.Random(5)
    for kind in Format:
        zone = random_zone(rng, kind, TODAY).text()
        for finding in inspect(zone, TODAY).findings:
            assert finding.severity is Severity.INFO
    assert all("forged" not in f"{rule.innocent} {rule.settle}" for rule in RULES.values())
