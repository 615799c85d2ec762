"""One handmade zone for each finding, with the field, the severity and the bearing it must have."""

from datetime import date
from typing import Any, NamedTuple

import pytest

from egnatia.engines.documents import (
    Advice,
    Bearing,
    Field,
    FindingCode,
    Format,
    Inspection,
    Severity,
    ZoneFields,
    inspect,
    write_zone,
)
from egnatia.engines.documents.mrz.digits import check_digit

TODAY = date(2026, 11, 22)
UPPER = "PPGBRBROWN<<ANNA<<<<<<<<<<<<<<<<<<<<<<<<<<<<"
NONE, DISCREPANCY, FALSITY, UNKNOWN = Bearing.NONE, Bearing.DISCREPANCY, Bearing.FALSITY, Bearing.UNKNOWN
INFO, WARN, SERIOUS = Severity.INFO, Severity.WARN, Severity.SERIOUS
F = FindingCode


class Case(NamedTuple):
    """A zone and the one finding that is asked about."""

    text: str
    code: FindingCode
    field: Field
    severity: Severity
    bearing: Bearing
    found: str


def _zone(kind: Format = Format.TD3, **given: Any) -> str:
    usual = {"code": "PP", "issuer": "GBR", "number": "123456789", "nationality": "GBR", "birth": "740812"}
    values: dict[str, Any] = {**usual, "sex": "F", "expiry": "340415", "primary": ("BROWN",), "secondary": ("ANNA",)}
    return "\n".join(write_zone(kind, ZoneFields(**{**values, **given})))


def _lower(number: str, birth: str, expiry: str, optional: str = "<" * 14 + "0") -> str:
    """A TD3 lower line with the parts as given, check digits and all, and a composite that fits them."""
    covered = number + birth + expiry + optional
    return f"{number}GBR{birth}F{expiry}{optional}{check_digit(covered)}"


GOOD = ("1234567897", "7408122", "3404159")
CASES = [
    Case(f"{UPPER}\n{_lower('1234567890', *GOOD[1:])}", F.CHECK_DIGIT_REFUTED, Field.NUMBER, WARN, DISCREPANCY, "0"),
    Case(f"{UPPER}\n{_lower(GOOD[0], '7408123', GOOD[2])}", F.CHECK_DIGIT_REFUTED, Field.BIRTH_DATE, WARN, DISCREPANCY, "3"),
    Case(f"{UPPER}\n{_lower(*GOOD[:2], '3404150')}", F.CHECK_DIGIT_REFUTED, Field.EXPIRY_DATE, WARN, DISCREPANCY, "0"),
    Case(f"{UPPER}\n{_lower(*GOOD, 'ZE184226B<<<<<2')}", F.CHECK_DIGIT_REFUTED, Field.OPTIONAL, WARN, DISCREPANCY, "2"),
    Case(f"{UPPER}\n{_lower('123456789<', *GOOD[1:])}", F.CHECK_DIGIT_MISSING, Field.NUMBER, WARN, DISCREPANCY, "<"),
    Case(f"{UPPER}\n{_lower(*GOOD, 'ZE184226B<<<<<<')}", F.CHECK_DIGIT_MISSING, Field.OPTIONAL, WARN, DISCREPANCY, "<"),
    Case(f"{UPPER}\n{_lower(*GOOD)[:-1]}<", F.CHECK_DIGIT_MISSING, Field.COMPOSITE, WARN, DISCREPANCY, "<"),
    Case(f"{UPPER}\n{_lower(*GOOD)[:-1]}9", F.COMPOSITE_REFUTED, Field.COMPOSITE, WARN, DISCREPANCY, "9"),
    Case(
        f"{UPPER}\n1133339990GBR7709133F3309133<<<<<<<<<<<<<<00",
        F.SEVERAL_DIGITS_REFUTED, Field.ZONE, SERIOUS, FALSITY, "3 refuted",
    ),
    Case(_zone(primary=("BR0WN",)), F.CHARACTER_NOT_ALLOWED, Field.NAME, WARN, DISCREPANCY, "BR0WN<<ANNA".ljust(39, "<")),
    Case(
        f"{UPPER}\n{_lower(*GOOD)[:10]}G?R{_lower(*GOOD)[13:]}",
        F.CHARACTER_NOT_ALLOWED, Field.NATIONALITY, WARN, DISCREPANCY, "G?R",
    ),
    Case(_zone(number=""), F.NUMBER_EMPTY, Field.NUMBER, WARN, DISCREPANCY, "fillers only"),
    Case(_zone(number="<12345678"), F.NUMBER_STARTS_WITH_FILLER, Field.NUMBER, WARN, DISCREPANCY, "<12345678"),
    Case(_zone(number="12<45678"), F.FILLER_IN_NUMBER, Field.NUMBER, INFO, NONE, "12<45678"),
    Case(_zone(birth="74X812"), F.DATE_UNREADABLE, Field.BIRTH_DATE, WARN, DISCREPANCY, "74X812"),
    Case(_zone(expiry="3404A5"), F.DATE_UNREADABLE, Field.EXPIRY_DATE, WARN, DISCREPANCY, "3404A5"),
    Case(_zone(birth="741312"), F.DATE_IMPOSSIBLE, Field.BIRTH_DATE, SERIOUS, FALSITY, "741312, with the right check digit"),
    Case(_zone(expiry="340431"), F.DATE_IMPOSSIBLE, Field.EXPIRY_DATE, SERIOUS, FALSITY, "340431, with the right check digit"),
    Case(
        f"{UPPER}\n{_lower(GOOD[0], '7413120', GOOD[2])}",
        F.DATE_IMPOSSIBLE, Field.BIRTH_DATE, WARN, DISCREPANCY, "741312, check digit not right either",
    ),
    Case(_zone(birth="74<<<<"), F.DATE_PARTLY_UNKNOWN, Field.BIRTH_DATE, INFO, NONE, "74<<<<"),
    Case(_zone(expiry="<<<<<<"), F.EXPIRY_UNKNOWN, Field.EXPIRY_DATE, WARN, NONE, "<<<<<<"),
    Case(_zone(expiry="2612<<"), F.EXPIRY_UNKNOWN, Field.EXPIRY_DATE, WARN, NONE, "2612<<"),
    Case(_zone(expiry="261121"), F.EXPIRED, Field.EXPIRY_DATE, WARN, NONE, "2026-11-21"),
    Case(_zone(birth="250101", expiry="200101"), F.EXPIRY_BEFORE_BIRTH, Field.EXPIRY_DATE, WARN, DISCREPANCY, "2020-01-01"),
    Case(_zone(birth="261201"), F.BIRTH_IN_FUTURE, Field.BIRTH_DATE, WARN, NONE, "1926-12-01 or a hundred years later"),
    Case(_zone(issuer="ZZZ"), F.ISSUER_UNKNOWN, Field.ISSUER, WARN, UNKNOWN, "ZZZ"),
    Case(_zone(issuer=""), F.ISSUER_UNKNOWN, Field.ISSUER, WARN, UNKNOWN, "fillers"),
    Case(_zone(issuer="YUG", expiry="100415"), F.ISSUER_DEPRECATED, Field.ISSUER, INFO, NONE, "YUG"),
    Case(
        _zone(issuer="YUG"), F.ISSUER_DEPRECATED, Field.ISSUER, WARN, DISCREPANCY,
        "YUG, on a document that has not expired",
    ),
    Case(_zone(issuer="XXB"), F.ISSUER_ISSUES_NOTHING, Field.ISSUER, WARN, DISCREPANCY, "XXB (Refugee (1951 Convention))"),
    Case(_zone(issuer="DEU"), F.ISSUER_OTHER_CODE, Field.ISSUER, INFO, NONE, "DEU"),
    Case(_zone(issuer="UTO"), F.SPECIMEN, Field.ISSUER, WARN, NONE, "UTO"),
    Case(_zone(nationality="ZZZ"), F.NATIONALITY_UNKNOWN, Field.NATIONALITY, WARN, NONE, "ZZZ"),
    Case(_zone(nationality="SUN"), F.NATIONALITY_DEPRECATED, Field.NATIONALITY, INFO, NONE, "SUN"),
    Case(_zone(code="X"), F.DOCUMENT_CODE_UNKNOWN, Field.DOCUMENT_CODE, WARN, UNKNOWN, "X"),
    Case(_zone(code="I"), F.DOCUMENT_CODE_FORMAT, Field.DOCUMENT_CODE, WARN, DISCREPANCY, "I"),
    Case(_zone(Format.TD1, code="IV"), F.SECOND_LETTER_NOT_ALLOWED, Field.DOCUMENT_CODE, INFO, NONE, "IV"),
    Case(_zone(code="PQ"), F.SECOND_LETTER_NOT_HARMONISED, Field.DOCUMENT_CODE, INFO, NONE, "PQ"),
    Case(_zone(code="P", expiry="380101"), F.SECOND_LETTER_REQUIRED, Field.DOCUMENT_CODE, WARN, DISCREPANCY, "P"),
    Case(
        "IDFRASPECIMEN<<<<<<<<<<<<<<<<<<<<<<<\n0000000000000SPECIMEN<<<<<8001010F0<",
        F.LAYOUT_NATIONAL, Field.ZONE, INFO, UNKNOWN, "the French identity card of two lines of 36",
    ),
    Case(_zone(primary=(), secondary=()), F.NAME_MISSING, Field.NAME, WARN, DISCREPANCY, "fillers only"),
    Case(_zone(primary=("BROWN", "", "", "ANNA"), secondary=()), F.NAME_STRUCTURE, Field.NAME, INFO, NONE, "BROWN<<<ANNA".ljust(39, "<")),
    Case(_zone(primary=("BROWN" * 8,)), F.NAME_TRUNCATED, Field.NAME, INFO, NONE, "a letter in the last position"),
    Case(_zone(secondary=()), F.NAME_NO_SECONDARY, Field.NAME, INFO, NONE, "one"),
    Case(_zone(sex="Q"), F.SEX_NOT_ALLOWED, Field.SEX, WARN, DISCREPANCY, "Q"),
    Case(_zone(sex="X"), F.SEX_PRINTED_X, Field.SEX, INFO, NONE, "X"),
    Case(_zone(issuer="SRB", optional="1308974715005"), F.NATIONAL_NUMBER_BIRTH, Field.BIRTH_DATE, SERIOUS, DISCREPANCY, "??74-08-12"),
    Case(_zone(issuer="SRB", optional="1208974710017"), F.NATIONAL_NUMBER_SEX, Field.SEX, SERIOUS, DISCREPANCY, "F"),
    Case(_zone(issuer="SRB", optional="1208974715001"), F.NATIONAL_NUMBER_CHECK, Field.OPTIONAL, INFO, NONE, "1208974715001"),
    Case(_zone(issuer="SRB", optional="1308974715006"), F.NATIONAL_NUMBER_BIRTH, Field.BIRTH_DATE, INFO, NONE, "??74-08-12"),
]  # fmt: skip


def _advice(result: Inspection) -> Advice:
    """The advice as README and reference define it, from the bearings alone, written again here."""
    bearings = {finding.bearing for finding in result.findings}
    for bearing, advice in (
        (UNKNOWN, Advice.CANNOT_TELL),
        (FALSITY, Advice.SUSPECTED_FALSE),
        (DISCREPANCY, Advice.DISCREPANCIES),
    ):
        if bearing in bearings:
            return advice
    return Advice.CONSISTENT


@pytest.mark.parametrize("case", CASES, ids=[f"{case.code}-{case.field}-{case.severity}" for case in CASES])
def test_a_handmade_zone_raises_its_finding_with_field_severity_and_bearing(case: Case) -> None:
    result = inspect(case.text, TODAY)
    found = [(f.field, f.severity, f.bearing, f.found) for f in result.findings if f.code is case.code]
    assert found == [(case.field, case.severity, case.bearing, case.found)]
    assert result.advice is _advice(result)


def test_the_table_leaves_no_finding_out() -> None:
    assert {case.code for case in CASES} == set(FindingCode) - {
        F.NUMBER_PATTERN
    }  # test_issuer_rules.py: none is shipped


@pytest.mark.parametrize("case", CASES, ids=[f"{case.code}-{case.field}" for case in CASES])
def test_a_finding_says_what_was_expected_and_what_would_settle_it(case: Case) -> None:
    for finding in inspect(case.text, TODAY).findings:
        assert finding.expected != finding.found
        assert finding.settle.endswith(".")
        assert finding.innocent
        assert not finding.innocent.endswith(".")


def test_the_zone_that_the_table_starts_from_raises_nothing() -> None:
    for text in (_zone(), f"{UPPER}\n{_lower(*GOOD)}"):
        result = inspect(text, TODAY)
        assert (result.findings, result.advice, result.repair) == ((), Advice.CONSISTENT, None)


@pytest.mark.parametrize(("birth", "expiry"), [("7408123", "3404159"), ("7408122", "3404150")])
def test_one_wrong_digit_is_never_called_several(birth: str, expiry: str) -> None:
    """The composite, which fits here or not, is not counted: it is wrong whenever any other is."""
    lower = _lower(GOOD[0], birth, expiry)
    for last in "0123456789":
        codes = {finding.code for finding in inspect(f"{UPPER}\n{lower[:-1]}{last}", TODAY).findings}
        assert F.SEVERAL_DIGITS_REFUTED not in codes
        assert F.CHECK_DIGIT_REFUTED in codes
