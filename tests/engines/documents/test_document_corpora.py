"""Independent corpora: every complete zone of four open test suites and of the standard, judged as the standard says.

`corpora.json` has what `specimens.toml` has not. The expected verdicts were checked by hand; the check digits are
calculated here once more, with arithmetic that shares nothing with the engine.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from egnatia.engines.documents import Severity, inspect, read_zone
from egnatia.engines.documents.checks import conclude
from egnatia.engines.documents.mrz.catalogue import CHECKS, zone_checks
from egnatia.engines.documents.types import Result

TODAY = date(2026, 11, 22)
ZONES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "corpora.json").read_text("utf-8"))["zones"]
REMARKS = {"EXPIRED", "SPECIMEN"}
DIGIT_CODES = {"CHECK_DIGIT_REFUTED", "CHECK_DIGIT_MISSING", "COMPOSITE_REFUTED", "SEVERAL_DIGITS_REFUTED"}


def _id(zone: dict[str, Any]) -> str:
    return f"{zone['source']}: {zone['lines'][-1]}"


@pytest.mark.parametrize("zone", ZONES, ids=[_id(zone) for zone in ZONES])
def test_a_zone_is_judged_as_the_standard_says(zone: dict[str, Any]) -> None:
    result = inspect("\n".join(zone["lines"]), TODAY)
    above_info = {str(f.code) for f in result.findings if f.severity is not Severity.INFO} - REMARKS
    assert result.advice == zone["advice"]
    assert above_info == set(zone.get("codes", []))


def _digit(text: str) -> int:
    values = {letter: number for number, letter in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
    return sum(values.get(letter, 0) * (7, 3, 1)[place % 3] for place, letter in enumerate(text)) % 10


def _agrees(text: str, printed: str) -> bool:
    return printed == str(_digit(text))


def _all_agree(lines: list[str]) -> bool:
    """Every check digit of a zone, from the tables of Doc 9303 parts 4 to 7 alone (positions from 1)."""
    if len(lines) == 3:
        upper, middle = lines[0], lines[1]
        number, check, optional = upper[5:14], upper[14], upper[15:30]
        composite = upper[5:30] + middle[0:7] + middle[8:15] + middle[18:29]
        dates = _agrees(middle[0:6], middle[6]) and _agrees(middle[8:14], middle[14])
        return _number_agrees(number, check, optional) and dates and _agrees(composite, middle[29])
    lower = lines[1]
    fine = _agrees(lower[13:19], lower[19]) and _agrees(lower[21:27], lower[27])
    if lines[0][0] == "V":
        return fine and _agrees(lower[0:9], lower[9])
    if len(lower) == 36:
        fine = fine and _number_agrees(lower[0:9], lower[9], lower[28:35])
        return fine and _agrees(lower[0:10] + lower[13:20] + lower[21:35], lower[35])
    personal = lower[28:42]
    fine = fine and (_agrees(personal, lower[42]) or (not personal.strip("<") and lower[42] == "<"))
    return fine and _agrees(lower[0:9], lower[9]) and _agrees(lower[0:10] + lower[13:20] + lower[21:43], lower[43])


def _number_agrees(number: str, check: str, optional: str) -> bool:
    rest = optional.partition("<")[0]
    if check == "<" and len(rest) > 1:
        return _agrees(number + rest[:-1], rest[-1])
    return _agrees(number, check)


@pytest.mark.parametrize("zone", ZONES, ids=[_id(zone) for zone in ZONES])
def test_the_arithmetic_agrees_with_a_second_implementation(zone: dict[str, Any]) -> None:
    assert _all_agree(zone["lines"]) == (not DIGIT_CODES & set(zone.get("codes", [])))


@pytest.mark.parametrize("zone", ZONES, ids=[_id(zone) for zone in ZONES])
def test_the_tree_of_checks_comes_to_the_same_advice(zone: dict[str, Any]) -> None:
    result = inspect("\n".join(zone["lines"]), TODAY)
    checks = zone_checks(result)
    conclusion = conclude(checks, CHECKS, {})
    assert conclusion.advice is result.advice
    assert {finding for check in checks for finding in check.findings} == set(result.findings)
    bad = DIGIT_CODES & set(zone.get("codes", []))
    failed = {check.code for check in checks if check.result is Result.FAILED}
    assert bool(bad) == bool(failed & {"ZONE_CHECK_DIGITS", "ZONE_COMPOSITE"})


def test_there_are_enough_and_each_is_there_once() -> None:
    texts = ["\n".join(zone["lines"]) for zone in ZONES]
    assert len(texts) == len(set(texts)) >= 60
    assert all(not read_zone(text).tolerated for text in texts)
