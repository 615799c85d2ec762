"""The zone's part of the tree: every finding in its check, each result, and what a whole zone comes to."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from egnatia.engines.documents import Advice, FindingCode, Format, Tolerated, ZoneFields, inspect, write_zone
from egnatia.engines.documents.checks import Section, conclude
from egnatia.engines.documents.mrz.catalogue import CHECKS, OF_FINDING, ZoneCheck, zone_checks
from egnatia.engines.documents.mrz.issuer_rules import Confidence, NumberPattern, shipped_rules
from egnatia.engines.documents.types import Result, Weight

TODAY = date(2026, 11, 22)
C = ZoneCheck

BY_RULE = {C.ZONE_NATIONAL_NUMBER, C.ZONE_NUMBER_PATTERN}
"""Checks that only a rule of the issuer answers."""


def _zone(kind: Format = Format.TD3, **given: Any) -> str:
    usual: dict[str, Any] = {"code": "PP", "issuer": "GBR", "number": "123456789", "nationality": "GBR", "birth": "740812", "sex": "F", "expiry": "340415", "primary": ("BROWN",), "secondary": ("ANNA",)}  # fmt: skip
    return "\n".join(write_zone(kind, ZoneFields(**{**usual, **given})))


def _results(text: str) -> dict[ZoneCheck, Result]:
    return {ZoneCheck(check.code): check.result for check in zone_checks(inspect(text, TODAY))}


def test_every_finding_has_its_check_and_every_check_its_rule() -> None:
    assert set(OF_FINDING) == set(FindingCode)
    assert set(CHECKS) == set(ZoneCheck)
    assert {CHECKS[code].section for code in ZoneCheck} == {Section.OPTICAL, Section.COMBINED}
    assert CHECKS[C.ZONE_NATIONALITY].weight is Weight.EVALUATORY


@pytest.mark.parametrize("kind", Format)
def test_a_genuine_zone_succeeds_everywhere(kind: Format) -> None:
    code = {"TD3": "PP", "MRV-A": "V", "MRV-B": "V"}.get(kind, "ID")
    results = _results(_zone(kind, code=code))
    visa = kind in {Format.MRV_A, Format.MRV_B}
    open_ones = {check for check, result in results.items() if result is not Result.SUCCESSFUL}
    assert open_ones == BY_RULE | ({C.ZONE_COMPOSITE} if visa else set())
    assert {results[check] for check in open_ones} == {Result.NOT_SUPPORTED}
    assert set(results) == set(ZoneCheck)


@pytest.mark.parametrize(
    ("given", "check", "result"),
    [
        ({"expiry": "200101"}, C.ZONE_VALIDITY, Result.FAILED),
        ({"expiry": "<<<<<<"}, C.ZONE_VALIDITY, Result.UNDETERMINED),
        ({"birth": "741312"}, C.ZONE_DATES, Result.FAILED),
        ({"issuer": "ZZZ"}, C.ZONE_ISSUER, Result.UNDETERMINED),
        ({"issuer": "XXB"}, C.ZONE_ISSUER, Result.FAILED),
        ({"nationality": "ZZZ"}, C.ZONE_NATIONALITY, Result.FAILED),
        ({"code": "P", "expiry": "380101"}, C.ZONE_DOCUMENT_CODE, Result.FAILED),
        ({"code": "I"}, C.ZONE_DOCUMENT_CODE, Result.FAILED),
        ({"number": ""}, C.ZONE_NUMBER, Result.FAILED),
        ({"sex": "Q"}, C.ZONE_SEX, Result.FAILED),
        ({"primary": ("BR0WN",)}, C.ZONE_CHARACTERS, Result.FAILED),
        ({"primary": (), "secondary": ()}, C.ZONE_NAME, Result.FAILED),
        ({"issuer": "SRB", "optional": "1308974715005"}, C.ZONE_NATIONAL_NUMBER, Result.FAILED),
        ({"issuer": "SRB", "optional": "1208974715001"}, C.ZONE_NATIONAL_NUMBER, Result.UNDETERMINED),
    ],
)
def test_one_fault_fails_one_check(given: dict[str, Any], check: ZoneCheck, result: Result) -> None:
    results = _results(_zone(**given))
    asked = {one: found for one, found in results.items() if one == check or one not in BY_RULE}
    assert {one: found for one, found in asked.items() if found is not Result.SUCCESSFUL} == {check: result}


@pytest.mark.parametrize(
    ("issuer", "optional", "number", "pattern"),
    [
        ("GBR", "1208974715000", Result.NOT_SUPPORTED, Result.NOT_SUPPORTED),  # no rule about British numbers
        ("SRB", "", Result.NOT_SUPPORTED, Result.NOT_SUPPORTED),
        ("SRB", "ABC", Result.NOT_SUPPORTED, Result.NOT_SUPPORTED),
        ("SRB", "0000000000000", Result.NOT_SUPPORTED, Result.NOT_SUPPORTED),
        ("SRB", "1208974715000", Result.SUCCESSFUL, Result.NOT_SUPPORTED),
        ("MKD", "", Result.NOT_SUPPORTED, Result.SUCCESSFUL),
        ("MNE", "", Result.NOT_SUPPORTED, Result.FAILED),
    ],
)
def test_what_no_rule_speaks_of_was_not_asked(issuer: str, optional: str, number: Result, pattern: Result) -> None:
    """Nothing that was not done is called successful: a rule that is missing answers no question."""
    patterns = tuple(
        NumberPattern(f"P-{code}", (code,), ("P",), (shape,), Confidence.CONFIRMED, "a test")
        for code, shape in (("MKD", "999999999"), ("MNE", "AA9999999"))
    )
    rules = replace(shipped_rules(), patterns=patterns)
    optional = _right_jmbg(optional) if optional.startswith("12089") else optional
    inspection = inspect(_zone(issuer=issuer, optional=optional), TODAY, rules)
    results = {check.code: check.result for check in zone_checks(inspection, rules)}
    assert (results[C.ZONE_NATIONAL_NUMBER], results[C.ZONE_NUMBER_PATTERN]) == (number, pattern)
    assert (inspection.advice is Advice.CONSISTENT) is (pattern is not Result.FAILED)


def _right_jmbg(number: str) -> str:
    """The same number with its right check digit."""
    rest = sum(int(digit) * weight for digit, weight in zip(number, (7, 6, 5, 4, 3, 2) * 2, strict=False)) % 11
    return f"{number[:12]}{(11 - rest) % 11 % 10}"


def test_wrong_digits_fail_their_checks_and_show_both_values() -> None:
    text = _zone()
    broken = text[:-1] + str((int(text[-1]) + 1) % 10)
    checks = {check.code: check for check in zone_checks(inspect(broken, TODAY))}
    assert checks[C.ZONE_COMPOSITE].result is Result.FAILED
    assert checks[C.ZONE_CHECK_DIGITS].result is Result.SUCCESSFUL
    assert checks[C.ZONE_COMPOSITE].compared[0].value == f"{broken[-1]} printed, {text[-1]} calculated"


def test_a_nationality_never_counts() -> None:
    for nationality in ("GBR", "ZZZ", "SUN", ""):
        conclusion = conclude(zone_checks(inspect(_zone(nationality=nationality), TODAY)), CHECKS, {})
        assert (conclusion.advice, conclusion.result) == (Advice.CONSISTENT, Result.SUCCESSFUL)


def test_a_national_layout_is_recognised_and_left_open() -> None:
    text = "IDFRASPECIMEN<<<<<<<<<<<<<<<<<<<<<<<\n0000000000000SPECIMEN<<<<<8001010F0<"
    assert _results(text) == {C.ZONE_LAYOUT: Result.UNDETERMINED}
    assert conclude(zone_checks(inspect(text, TODAY)), CHECKS, {}).advice is Advice.CANNOT_TELL


def test_an_emergency_document_on_one_sheet_may_have_a_passport_code_in_two_lines_of_36() -> None:
    """Doc 9303-8 sections 4.1.5 and 6.1.2: PU, with a zone of TD2 size; any other passport code there is odd."""
    assert inspect(_zone(Format.TD2, code="PU"), TODAY).advice is Advice.CONSISTENT
    for code in ("PP", "PE", "P"):
        codes = {one.code for one in inspect(_zone(Format.TD2, code=code), TODAY).findings}
        assert FindingCode.DOCUMENT_CODE_FORMAT in codes
    assert inspect(_zone(Format.TD1, code="PU"), TODAY).advice is Advice.DISCREPANCIES


@pytest.mark.parametrize("given", [{}, {"number": "D23145890734"}, {"optional": "ABC"}])
def test_fillers_added_to_both_lines_make_no_passport_of_a_card(given: dict[str, Any]) -> None:
    """Fillers do not protect length: every check digit of a padded zone may be right, so the shorter format is taken."""
    card = _zone(Format.TD2, code="ID", **given)
    padded = "\n".join(line + "<" * 8 for line in card.split("\n"))
    for text in (padded, f"{padded}\r\n", f"  {padded.lower()}"):
        result = inspect(text, TODAY)
        assert result.document.lines == tuple(card.split("\n"))
        assert result.document.format is Format.TD2
        assert Tolerated.NAME_LINE_LENGTH in result.document.tolerated
        assert result.advice is Advice.CONSISTENT
    broken = padded.replace("7408122", "7408123")
    assert inspect(broken, TODAY).document.format is Format.TD3


def test_a_passport_whose_line_ends_with_fillers_stays_one() -> None:
    text = _zone()[:-8] + "<" * 8
    assert inspect(text, TODAY).document.format is Format.TD3
