"""The printed dates and number against the seal, where no zone was read and where the page alone was altered."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.engines.documents.seals import making

from egnatia.engines.documents.checks import advise
from egnatia.engines.documents.inspection import examine
from egnatia.engines.documents.presented import Basis, Presented
from egnatia.engines.documents.seals.reader import read_seal
from egnatia.engines.documents.seals.types import Seal
from egnatia.engines.documents.types import Advice, Bearing, Result, Source
from egnatia.engines.documents.visual.types import Letter, Printed, VisualFields
from egnatia.engines.documents.whole.catalogue import CHECKS, WholeCheck
from egnatia.engines.documents.whole.findings import RULES, WholeField, WholeFinding
from egnatia.engines.documents.whole.sealed_page import check_sealed_page

PAGE = {"issue_date": "01 MAR 2025", "expiry_date": "25 MAY 2027", "number": "1234567XY"}
"""What the visa of `making` has printed."""
DIFFERS = WholeFinding.WHOLE_SEAL_PAGE_DIFFERS


def seal() -> Seal:
    """A visa's seal, as read."""
    found = read_seal(making.visa()).seal
    assert found is not None
    return found


def page(**given: Any) -> VisualFields:
    """The page as typed, with some fields otherwise, None for one that it does not have."""
    texts = {**PAGE, **given}
    values: dict[str, Any] = {name: Printed(text) if isinstance(text, str) else text for name, text in texts.items()}
    return VisualFields(**values)


def seen(text: str, odd: dict[int, Letter] | None = None) -> Printed:
    """A text read by a machine, sure of all but these characters."""
    return Printed(text, confidence=0.97, letters=tuple((odd or {}).get(at, Letter(0.999)) for at in range(len(text))))


def test_a_page_that_says_what_its_seal_says_agrees() -> None:
    (check,) = check_sealed_page(page(), seal(), making.TODAY)
    assert check.code is WholeCheck.WHOLE_SEAL_PAGE
    assert check.result is Result.SUCCESSFUL
    assert not check.findings
    assert [one.source for one in check.compared] == [Source.SEAL, Source.VISUAL] * 3
    assert {one.value for one in check.compared if one.source is Source.SEAL} == {
        "2025-03-01",
        "2027-05-25",
        "1234567XY",
    }


@pytest.mark.parametrize(
    ("field", "text", "speaks_of"),
    [
        ("issue_date", "02 MAR 2025", WholeField.ISSUE_DATE),
        ("issue_date", "01.03.2024", WholeField.ISSUE_DATE),
        ("expiry_date", "25 MAY 2028", WholeField.EXPIRY_DATE),
        ("expiry_date", "26 MAY 27", WholeField.EXPIRY_DATE),
        ("number", "1234568XY", WholeField.NUMBER),
        ("number", "K77777777", WholeField.NUMBER),
    ],
)
def test_one_altered_value_is_named_with_both_values(field: str, text: str, speaks_of: WholeField) -> None:
    (check,) = check_sealed_page(page(**{field: text}), seal(), making.TODAY)
    assert check.result is Result.FAILED
    (finding,) = check.findings
    assert finding.code is DIFFERS
    assert finding.field is speaks_of
    assert finding.bearing is Bearing.DISCREPANCY
    assert finding.found == text
    assert finding.expected in {"2025-03-01", "2027-05-25", "1234567XY"}
    assert advise(check.findings) is Advice.DISCREPANCIES
    typed = check_sealed_page(page(**{field: seen(text)}), seal(), making.TODAY)
    assert typed[0].result is Result.FAILED  # read by a machine without a doubt: the same


@pytest.mark.parametrize(
    ("field", "text", "at", "meant"),
    [("issue_date", "07 MAR 2025", 1, "1"), ("expiry_date", "25 MAY 2021", 10, "7"), ("number", "1284567XY", 2, "3")],
)
def test_what_the_reader_may_have_misread_is_left_to_the_eye(field: str, text: str, at: int, meant: str) -> None:
    shown = page(**{field: seen(text, {at: Letter(0.7, meant)})})
    (check,) = check_sealed_page(shown, seal(), making.TODAY)
    assert check.result is Result.UNDETERMINED
    assert [finding.bearing for finding in check.findings] == [Bearing.NONE]
    assert advise(check.findings) is Advice.CONSISTENT
    elsewhere = page(**{field: seen(text, {at: Letter(0.7, "X")})})
    assert check_sealed_page(elsewhere, seal(), making.TODAY)[0].result is Result.FAILED


@pytest.mark.parametrize(
    "given",
    [
        {"issue_date": "1 MARS 25"},
        {"issue_date": "O1 MAR 2O25"},  # the letter for the digit
        {"expiry_date": "25.05.27"},
        {"expiry_date": "2027-05-25"},
        {"number": "1234567 XY"},
        {"number": "1234567XY89"},  # the zone has no room for the rest
        {"number": "I234567XY"},
        {"issue_date": None},
        {"expiry_date": None, "number": None},
    ],
)
def test_other_ways_of_writing_are_no_difference(given: dict[str, Any]) -> None:
    (check,) = check_sealed_page(page(**given), seal(), making.TODAY)
    assert check.result is Result.SUCCESSFUL
    assert all(finding.bearing is Bearing.NONE for finding in check.findings)


@pytest.mark.parametrize("text", ["", "SOME TIME", "99", "???"])
def test_what_is_no_date_proves_nothing(text: str) -> None:
    (check,) = check_sealed_page(page(issue_date=text), seal(), making.TODAY)
    assert check.result in {Result.UNDETERMINED, Result.SUCCESSFUL}
    assert advise(check.findings) is Advice.CONSISTENT


def test_without_a_page_a_seal_or_a_common_value_nothing_is_asked() -> None:
    assert check_sealed_page(None, seal(), making.TODAY) == ()
    assert check_sealed_page(page(), None, making.TODAY) == ()
    assert check_sealed_page(VisualFields(sex=Printed("F")), seal(), making.TODAY) == ()
    dateless = replace(seal(), issued_on=None, features=())
    assert check_sealed_page(page(), dateless, making.TODAY) == ()
    broken = replace(seal(), features=tuple(replace(each, value="no zone") for each in seal().features))
    (check,) = check_sealed_page(page(), broken, making.TODAY)
    assert [one.value for one in check.compared] == ["2025-03-01", "01 MAR 2025"]


def test_two_altered_values_are_two_findings_of_one_check() -> None:
    (check,) = check_sealed_page(page(issue_date="01 MAR 2026", number="999999999"), seal(), making.TODAY)
    assert [finding.field for finding in check.findings] == [WholeField.ISSUE_DATE, WholeField.NUMBER]
    assert check.result is Result.FAILED
    mixed = page(issue_date="01 MAR 2026", number=seen("1284567XY", {2: Letter(0.6, "3")}))
    (both,) = check_sealed_page(mixed, seal(), making.TODAY)
    assert both.result is Result.FAILED
    assert [finding.bearing for finding in both.findings] == [Bearing.DISCREPANCY, Bearing.NONE]


def test_an_altered_day_of_issue_is_seen_in_the_whole_examination() -> None:
    """It stands in no zone: without the seal nobody would notice."""
    day = date(2025, 5, 15)

    def advice(text: str) -> tuple[Advice, Result]:
        sources = Presented(zone="\n".join(making.ZONE), visual=page(issue_date=text), seals=(making.visa(),))
        found = examine(sources, Basis(day))
        return found.advice, next(one.result for one in found.checks() if one.code is WholeCheck.WHOLE_SEAL_PAGE)

    assert advice("01 MAR 2025")[1] is Result.SUCCESSFUL
    assert advice("11 MAR 2025") == (Advice.DISCREPANCIES, Result.FAILED)
    without = examine(Presented(zone="\n".join(making.ZONE), visual=page(issue_date="11 MAR 2025")), Basis(day))
    assert without.advice is not Advice.DISCREPANCIES
    assert [one.result for one in without.checks() if one.code is WholeCheck.WHOLE_SEAL_PAGE] == [Result.NOT_SUPPORTED]


def test_check_and_finding_have_their_rules() -> None:
    assert "seal" in CHECKS[WholeCheck.WHOLE_SEAL_PAGE].title
    assert RULES[DIFFERS].innocent
    assert RULES[DIFFERS].bearing is Bearing.DISCREPANCY
