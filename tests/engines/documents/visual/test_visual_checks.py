"""The printed page against the zone: each field alone, the reading's confidence, and what must never matter."""

# ruff: noqa: RUF001 - national letters are the subject

import random
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents import Format, ZoneFields, random_zone, read_zone, write_zone
from egnatia.engines.documents.checks import Check, advise, conclude
from egnatia.engines.documents.mrz.types import ZoneDocument
from egnatia.engines.documents.types import Advice, Bearing, Result, Severity, Source, Weight
from egnatia.engines.documents.visual.catalogue import CHECKS, VisualCheck
from egnatia.engines.documents.visual.checks import compare
from egnatia.engines.documents.visual.findings import RULES, VisualFinding
from egnatia.engines.documents.visual.types import Printed, VisualField, VisualFields
from egnatia.engines.documents.visual.verdicts import Agreement, doubt, outcome

TODAY = date(2026, 11, 22)
C, F = VisualCheck, VisualFinding
ERIKSSON = read_zone("PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F3404159ZE184226B<<<<<16")
PAGE: dict[str, Any] = {
    "document_code": "PP", "issuer": "UTO", "number": "L898902C3", "primary": "ERIKSSON", "secondary": "ANNA MARIA",
    "nationality": "UTOPIAN/UTOPIENNE", "birth_date": "12 AUG/AOÛT 74", "sex": "F", "issue_date": "16 APR/AVR 24",
    "expiry_date": "15 APR/AVR 34", "personal_number": "Z E 184226 B", "birth_place": "ZENITH", "authority": "PASSPORT OFFICE",
}  # fmt: skip
"""The page of figure 1 of Doc 9303-3, with a later issue and expiry."""
SEVERAL = {"name", "primary", "secondary"}


def _page(confidence: float = 1.0, **given: Any) -> VisualFields:
    values = {key: value for key, value in {**PAGE, **given}.items() if value is not None}
    made: dict[str, Any] = {}
    for key, value in values.items():
        printed = Printed(value, confidence=confidence) if isinstance(value, str) else value
        made[key] = (printed,) if key in SEVERAL and isinstance(printed, Printed) else printed
    return VisualFields(**made)


def _checks(page: VisualFields, zone: ZoneDocument = ERIKSSON) -> dict[VisualCheck, Check]:
    return {VisualCheck(check.code): check for check in compare(zone, page, TODAY)}


def _advice(page: VisualFields, zone: ZoneDocument = ERIKSSON) -> Advice:
    return advise(finding for check in compare(zone, page, TODAY) for finding in check.findings)


def test_the_standards_own_page_agrees_with_its_zone() -> None:
    checks = _checks(_page())
    assert all(not check.findings for check in checks.values())
    open_ones = {code for code, check in checks.items() if check.result is not Result.SUCCESSFUL}
    assert open_ones == {C.VISUAL_NATIONALITY, C.VISUAL_NATIONAL_NUMBER}
    both = checks[C.VISUAL_NAME].compared
    assert [(one.source, one.value) for one in both] == [
        (Source.ZONE, "ERIKSSON<<ANNA<MARIA"),
        (Source.VISUAL, "ERIKSSON, ANNA MARIA"),
    ]


ALTERED = [
    ({"primary": "ERIKSSEN"}, C.VISUAL_NAME, F.VISUAL_NAME_DIFFERS),
    ({"secondary": "ANNA"}, C.VISUAL_NAME, F.VISUAL_NAME_DIFFERS),
    ({"primary": "HOXHA", "secondary": "ARDIT"}, C.VISUAL_NAME, F.VISUAL_NAME_DIFFERS),
    ({"primary": "ERIKSSON", "secondary": "ANNA NARIA"}, C.VISUAL_NAME, F.VISUAL_NAME_DIFFERS),
    ({"primary": None, "secondary": None, "name": "ERIKSSEN, ANNA MARIA"}, C.VISUAL_NAME, F.VISUAL_NAME_DIFFERS),
    ({"birth_date": "13 AUG/AOÛT 74"}, C.VISUAL_BIRTH_DATE, F.VISUAL_DATE_DIFFERS),
    ({"birth_date": "12 AUG/AOÛT 79"}, C.VISUAL_BIRTH_DATE, F.VISUAL_DATE_DIFFERS),
    ({"birth_date": "12 AUG 1874"}, C.VISUAL_BIRTH_DATE, F.VISUAL_DATE_CENTURY),
    ({"birth_date": "12 AUG 2074"}, C.VISUAL_BIRTH_DATE, F.VISUAL_DATE_CENTURY),
    ({"expiry_date": "15 APR 35"}, C.VISUAL_EXPIRY_DATE, F.VISUAL_DATE_DIFFERS),
    ({"expiry_date": "15 APR 1934"}, C.VISUAL_EXPIRY_DATE, F.VISUAL_DATE_CENTURY),
    ({"issue_date": "16 APR 2034"}, C.VISUAL_DATE_ORDER, F.VISUAL_DATE_ORDER),
    ({"issue_date": "16 APR 1973"}, C.VISUAL_DATE_ORDER, F.VISUAL_DATE_ORDER),
    ({"sex": "M"}, C.VISUAL_SEX, F.VISUAL_SEX_DIFFERS),
    ({"sex": "X"}, C.VISUAL_SEX, F.VISUAL_SEX_DIFFERS),
    ({"number": "L898902C4"}, C.VISUAL_NUMBER, F.VISUAL_NUMBER_DIFFERS),
    ({"personal_number": "ZE184227B"}, C.VISUAL_PERSONAL_NUMBER, F.VISUAL_PERSONAL_NUMBER_DIFFERS),
    ({"issuer": "ALB"}, C.VISUAL_ISSUER, F.VISUAL_ISSUER_DIFFERS),
    ({"document_code": "PD"}, C.VISUAL_CODE, F.VISUAL_CODE_DIFFERS),
]


@pytest.mark.parametrize(("given", "check", "code"), ALTERED)
def test_one_altered_field_fails_its_check_and_no_other(
    given: dict[str, Any], check: VisualCheck, code: VisualFinding
) -> None:
    checks = _checks(_page(**given))
    assert {found for found, one in checks.items() if one.result is Result.FAILED} == {check}
    finding = checks[check].findings[0]
    assert finding.code is code
    assert finding.bearing is Bearing.DISCREPANCY
    assert {one.source for one in finding.compared} in ({Source.ZONE, Source.VISUAL}, {Source.RULE, Source.VISUAL})
    assert finding.expected != finding.found
    assert _advice(_page(**given)) is Advice.DISCREPANCIES


INNOCENT = [
    {"primary": "Eriksson", "secondary": "Anna-Maria"},
    {"primary": "Dr. ERIKSSON"},
    {"primary": None, "secondary": None, "name": "ERIKSSON, ANNA MARIA"},
    {"secondary": "ANNAMARIA"},
    {"primary": "ER1KSSON"},
    {"number": "L8989O2C3"},
    {"birth_date": "l2 AUG 1974"},
    {"birth_date": "12.08.1974"},
    {"personal_number": "ANOTHER NUMBER"},
    {"document_code": "P"},
    {"issuer": "UTOPIA"},
    {"sex": "F / F"},
    {"expiry_date": "15.04.2034"},
    {"nationality": "ALB"},
    {"birth_place": "ANYWHERE"},
    {"authority": "ANYBODY"},
]


@pytest.mark.parametrize("given", INNOCENT)
def test_what_is_innocent_changes_no_advice(given: dict[str, Any]) -> None:
    assert _advice(_page(**given)) is Advice.CONSISTENT
    assert all(
        check.result is not Result.FAILED or check.code is C.VISUAL_NATIONALITY
        for check in _checks(_page(**given)).values()
    )


def test_two_contradictions_are_more_than_a_misreading() -> None:
    page = _page(birth_date="13 AUG 74", number="X898902C3")
    assert _advice(page) is Advice.SUSPECTED_FALSE
    assert _checks(page)[C.VISUAL_AGREEMENT].result is Result.FAILED
    assert _advice(_page(birth_date="13 AUG 74", nationality="ALB")) is Advice.DISCREPANCIES


@pytest.mark.parametrize(
    ("text", "confidence", "advice"),
    [
        ("ERIKSSEN", 1.0, Advice.DISCREPANCIES),
        ("ERIKSSEN", 0.99, Advice.DISCREPANCIES),
        ("ERIKSSEN", 0.95, Advice.DISCREPANCIES),
        ("ERIKSSEN", 0.87, Advice.CONSISTENT),  # of ten letters one was to be expected wrong
        ("ERIKSSQN", 1.0, Advice.DISCREPANCIES),
        ("ERIKSSQN", 0.97, Advice.CONSISTENT),  # a look-alike, and some doubt
        ("HOXHA", 0.70, Advice.DISCREPANCIES),  # another name stays another name
    ],
)
def test_the_confidence_of_the_reading_decides_about_single_letters(
    text: str, confidence: float, advice: Advice
) -> None:
    page = _page(confidence, primary=text)
    assert _advice(page) is advice
    check = _checks(page)[C.VISUAL_NAME]
    assert check.findings[0].code is F.VISUAL_NAME_DIFFERS
    assert (check.result is Result.UNDETERMINED) == (advice is Advice.CONSISTENT)
    assert (check.findings[0].severity is Severity.INFO) == (advice is Advice.CONSISTENT)


@pytest.mark.parametrize(
    ("confidence", "advice"), [(1.0, Advice.DISCREPANCIES), (0.96, Advice.DISCREPANCIES), (0.88, Advice.CONSISTENT)]
)
def test_one_wrong_digit_of_a_poorly_read_date_or_number_is_left_open(confidence: float, advice: Advice) -> None:
    assert _advice(_page(confidence, birth_date="13.08.1974")) is advice
    assert _advice(_page(confidence, number="L898902C4")) is advice


@pytest.mark.parametrize("agreement", Agreement)
@pytest.mark.parametrize("wrong", [0, 1, 3, 4])
def test_more_doubt_never_makes_a_finding_weigh_more(agreement: Agreement, wrong: int) -> None:
    weights = {None: 0, Bearing.NONE: 1, Bearing.DISCREPANCY: 2}
    outcomes = [outcome(agreement, expected, wrong) for expected in (0.0, 0.2, 0.3, 0.6, 1.4, 3.0, 9.0)]
    order = [weights[one.bearing] for one in outcomes]
    assert order == sorted(order, reverse=True)
    assert all((one.result is Result.FAILED) == (one.bearing is Bearing.DISCREPANCY) for one in outcomes)


def test_doubt_counts_the_characters_to_be_expected_wrong() -> None:
    assert doubt(Printed("ERIKSSON", confidence=0.5), Printed(" ANNA ", confidence=0.75)) == 4
    assert doubt(Printed("ERIKSSON")) == 0


def test_the_latin_name_decides_and_another_script_only_informs() -> None:
    both: dict[str, Any] = {
        "primary": (Printed("ЕРИКСОН"), Printed("ERIKSSON")),
        "secondary": (Printed("АНА МАРИЈА"), Printed("ANNA MARIA")),
    }
    checks = _checks(_page(**both))
    assert checks[C.VISUAL_NAME].result is Result.SUCCESSFUL
    assert checks[C.VISUAL_NAME_SCRIPTS].result is Result.SUCCESSFUL
    other: dict[str, Any] = {
        "primary": (Printed("ПЕТРОВИЋ"), Printed("ERIKSSON")),
        "secondary": (Printed("ЈОВАН"), Printed("ANNA MARIA")),
    }
    checks = _checks(_page(**other))
    assert checks[C.VISUAL_NAME_SCRIPTS].findings[0].code is F.VISUAL_NAME_SCRIPTS_DIFFER
    assert _advice(_page(**other)) is Advice.CONSISTENT
    altered: dict[str, Any] = {
        "primary": (Printed("ЕРИКСОН"), Printed("PETROVIC")),
        "secondary": (Printed("АНА"), Printed("JOVAN")),
    }
    assert _advice(_page(**altered)) is Advice.DISCREPANCIES


def test_a_name_in_another_script_alone_is_compared() -> None:
    zone = read_zone("\n".join(write_zone(Format.TD3, _fields(primary=("GJORGJIEVSKA",), secondary=("ANA",)))))
    assert (
        _advice(_page(primary="Ѓорѓиевска", secondary="Ана", issuer=None, number=None, personal_number=None), zone)
        is Advice.CONSISTENT
    )
    assert (
        _advice(_page(primary="Трајковска", secondary="Ана", issuer=None, number=None, personal_number=None), zone)
        is Advice.DISCREPANCIES
    )


def _fields(**given: Any) -> ZoneFields:
    usual: dict[str, Any] = {"code": "PP", "issuer": "UTO", "number": "L898902C3", "nationality": "UTO", "birth": "740812", "sex": "F", "expiry": "340415", "primary": ("ERIKSSON",), "secondary": ("ANNA", "MARIA"), "optional": "ZE184226B"}  # fmt: skip
    return ZoneFields(**{**usual, **given})


@pytest.mark.parametrize("nationality", ["UTO", "ALB", "RKS", "XXB", "D", ""])
@pytest.mark.parametrize("given", [{}, {"birth_date": "13 AUG 74"}, {"sex": "M"}])
def test_exchanging_the_nationality_of_both_sides_changes_no_advice(nationality: str, given: dict[str, Any]) -> None:
    zone = read_zone("\n".join(write_zone(Format.TD3, _fields(nationality=nationality))))
    assert _advice(_page(nationality=nationality or None, **given), zone) is _advice(_page(nationality="UTO", **given))


@pytest.mark.parametrize(
    "name", [("HOXHA", "ARDIT"), ("JOVANOVIC", "ANA"), ("ALI", "HASSAN"), ("SMITH", "JOHN"), ("NGUYEN", "VAN")]
)
@pytest.mark.parametrize("given", [{}, {"birth_date": "13 AUG 74"}, {"sex": "M"}, {"number": "L898902C4"}])
def test_exchanging_the_name_of_both_sides_changes_no_advice(name: tuple[str, str], given: dict[str, Any]) -> None:
    zone = read_zone("\n".join(write_zone(Format.TD3, _fields(primary=(name[0],), secondary=(name[1],)))))
    assert _advice(_page(primary=name[0], secondary=name[1], **given), zone) is _advice(_page(**given))


@pytest.mark.parametrize("nationality", ["ALB", "UTOPIAN", "", "X", "D<<", "ABC"])
def test_a_nationality_that_differs_is_written_down_and_never_counts(nationality: str) -> None:
    conclusion = conclude(compare(ERIKSSON, _page(nationality=nationality), TODAY), CHECKS, {})
    assert conclusion.advice is Advice.CONSISTENT
    assert CHECKS[C.VISUAL_NATIONALITY].weight is Weight.EVALUATORY


@pytest.mark.parametrize(
    ("code", "issued", "fails"),
    [
        ("PP", "01.06.2026", False), ("P", "01.06.2026", False), ("PN", "31.12.2025", False), ("PN", "01.01.2026", True),
        ("PQ", "01.06.2026", True),
    ],
)  # fmt: skip
def test_the_second_letter_by_the_day_of_issue(code: str, issued: str, fails: bool) -> None:  # noqa: FBT001 - a table
    zone = read_zone("\n".join(write_zone(Format.TD3, _fields(code=code))))
    check = _checks(_page(document_code=code, issue_date=issued), zone)[C.VISUAL_CODE_DATE]
    assert (check.result is Result.FAILED) == fails


def test_from_2028_on_a_second_letter_is_required() -> None:
    zone = read_zone("\n".join(write_zone(Format.TD3, _fields(code="P", expiry="370415"))))
    page = _page(document_code="P", issue_date="01.01.2028", expiry_date="15.04.2037")
    found = {check.code: check for check in compare(zone, page, date(2028, 6, 1))}
    assert found[C.VISUAL_CODE_DATE].result is Result.FAILED
    assert found[C.VISUAL_CODE_DATE].findings[0].code == "SECOND_LETTER_REQUIRED"


def test_a_printed_national_number_is_held_against_birth_and_sex() -> None:
    zone = read_zone("\n".join(write_zone(Format.TD3, _fields(issuer="SRB", optional=""))))
    right: dict[str, Any] = {"issuer": "SRB", "personal_number": "1208974715000"}
    assert _checks(_page(**right), zone)[C.VISUAL_NATIONAL_NUMBER].result is Result.SUCCESSFUL
    altered: dict[str, Any] = {"issuer": "SRB", "personal_number": "1308974715005"}
    check = _checks(_page(**altered), zone)[C.VISUAL_NATIONAL_NUMBER]
    assert check.result is Result.FAILED
    assert check.findings[0].code == "NATIONAL_NUMBER_BIRTH"
    assert check.findings[0].compared[0].source is Source.VISUAL
    doubtful = _page(0.9, issuer="SRB", personal_number="1308974715005")
    assert _checks(doubtful, zone)[C.VISUAL_NATIONAL_NUMBER].result is Result.UNDETERMINED


def test_an_empty_page_asks_nothing() -> None:
    checks = compare(ERIKSSON, VisualFields(), TODAY)
    assert VisualFields().empty()
    assert {check.result for check in checks} == {Result.NOT_SUPPORTED}


def test_a_national_layout_is_not_compared() -> None:
    french = read_zone("IDFRASPECIMEN<<<<<<<<<<<<<<<<<<<<<<<\n0000000000000SPECIMEN<<<<<8001010F0<")
    assert compare(french, _page(), TODAY) == ()


def test_boxes_and_stretches_are_named() -> None:
    box = (10, 20, 110, 40)
    page = replace(_page(), page="front.jpg", number=Printed("L898902C4", box, 0.99))
    places = _checks(page)[C.VISUAL_NUMBER].places
    assert [(one.source, one.name, one.start, one.end, one.box) for one in places] == [
        (Source.ZONE, "line 2", 0, 9, None),
        (Source.VISUAL, "front.jpg number", None, None, box),
    ]


def test_every_check_and_finding_has_its_rule_and_can_occur() -> None:
    assert set(CHECKS) == set(VisualCheck)
    assert set(RULES) == set(VisualFinding)
    occurring = {F.VISUAL_NATIONALITY_DIFFERS, F.VISUAL_READING, F.VISUAL_UNREADABLE, F.VISUAL_DATE_PARTLY, F.VISUAL_SEVERAL_DIFFER, F.VISUAL_NAME_SCRIPTS_DIFFER}  # fmt: skip
    assert occurring | {code for _, _, code in ALTERED} == set(VisualFinding)


@pytest.mark.parametrize(
    ("given", "code", "finding"),
    [
        ({"birth_date": "XX XX 1974"}, C.VISUAL_BIRTH_DATE, F.VISUAL_DATE_PARTLY),
        ({"birth_date": "UNREADABLE"}, C.VISUAL_BIRTH_DATE, F.VISUAL_UNREADABLE),
        ({"primary": "王", "secondary": "小明"}, C.VISUAL_NAME, F.VISUAL_UNREADABLE),
        ({"sex": "Q"}, C.VISUAL_SEX, F.VISUAL_UNREADABLE),
    ],
)
def test_what_cannot_be_decided_is_left_open(given: dict[str, Any], code: VisualCheck, finding: VisualFinding) -> None:
    check = _checks(_page(**given))[code]
    assert check.result is Result.UNDETERMINED
    assert [one.code for one in check.findings] == [finding]
    assert _advice(_page(**given)) is Advice.CONSISTENT


text = st.text(max_size=60)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.dictionaries(st.sampled_from(sorted(PAGE)), text), st.floats(0, 1), st.integers(0, 10_000))
def test_hostile_pages_never_raise(values: dict[str, str], confidence: float, seed: int) -> None:
    rng = random.Random(seed)
    zone = read_zone(random_zone(rng, rng.choice(list(Format)), TODAY).text())
    checks = compare(zone, _page(confidence, **values), TODAY)
    assert {check.code for check in checks} <= set(CHECKS)
    conclude(checks, CHECKS, {})
    for check in checks:
        for finding in check.findings:
            assert finding.field != VisualField.BIRTH_PLACE
