"""Proposed repairs: the true reading is among them, a sole one is the truth, and none is invented."""

import random
from datetime import date

import pytest

from egnatia.engines.documents import Advice, Field, FindingCode, Format, inspect, possible_repairs, random_zone
from egnatia.engines.documents.mrz.digits import VALUES, check_digit
from egnatia.engines.documents.mrz.judge import judge
from egnatia.engines.documents.mrz.layouts import LAYOUTS
from egnatia.engines.documents.mrz.reader import read_lines
from egnatia.engines.documents.mrz.repair import CONFUSABLE, protected
from egnatia.engines.documents.mrz.types import Repair

TODAY = date(2025, 5, 15)
PAIRS = [("0", "O"), ("0", "D"), ("0", "Q"), ("1", "I"), ("1", "L"), ("2", "Z"), ("5", "S"), ("6", "G"), ("8", "B"),
         ("7", "T"), ("4", "A"), ("U", "V")]  # fmt: skip


def _lines(zone: str, width: int) -> tuple[str, ...]:
    return tuple(zone[at : at + width] for at in range(0, len(zone), width))


def _misread(rng: random.Random, kind: Format, count: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A genuine zone, and the same with some confusable characters of protected places taken for one another."""
    layout = LAYOUTS[kind]
    lines = random_zone(rng, kind, TODAY).lines
    zone = "".join(lines)
    dates = {Field.BIRTH_DATE, Field.EXPIRY_DATE}
    places = [
        (index, digit or field in dates) for index, field, digit in protected(layout) if zone[index] in CONFUSABLE
    ]
    characters = list(zone)
    for index, digit_place in rng.sample(places, count):
        wrong = sorted(CONFUSABLE[zone[index]])
        characters[index] = rng.choice([one for one in wrong if not one.isdigit()] if digit_place else wrong)
    return lines, _lines("".join(characters), layout.width)


def _judged_fine(lines: tuple[str, ...], kind: Format) -> bool:
    return all(str(one.verdict) in {"verified", "not_printed"} for one in judge("".join(lines), LAYOUTS[kind]))


def _undone(lines: tuple[str, ...], repair: Repair) -> tuple[str, ...]:
    rows = [list(line) for line in repair.lines]
    for change in repair.changes:
        rows[change.line - 1][change.column - 1] = change.found
    return tuple("".join(row) for row in rows) if lines else ()


@pytest.mark.parametrize("kind", Format)
def test_one_misread_character_is_among_the_repairs_or_unseen(kind: Format) -> None:
    rng = random.Random(31)
    seen = 0
    for _ in range(60):
        genuine, misread = _misread(rng, kind, 1)
        if _judged_fine(misread, kind):
            continue  # a pair such as G and 6, which arithmetic cannot tell apart
        seen += 1
        proposals = {repair.lines for repair in possible_repairs(read_lines(misread))}
        assert genuine in proposals, (genuine, misread)
    assert seen > 30


@pytest.mark.parametrize("kind", Format)
def test_a_sole_repair_of_one_misread_character_is_the_truth_for_visas_and_cards(kind: Format) -> None:
    rng = random.Random(37)
    sole = 0
    for _ in range(60):
        genuine, misread = _misread(rng, kind, 1)
        repair = inspect("\n".join(misread), TODAY).repair
        if repair is not None:
            sole += 1
            assert repair.lines == genuine
    assert sole > 5


@pytest.mark.parametrize("kind", [Format.TD3, Format.TD1, Format.MRV_B])
def test_two_misread_characters_are_never_called_false(kind: Format) -> None:
    """Several refuted digits are suspicious only where no misreading explains them."""
    rng = random.Random(41)
    for _ in range(25):
        genuine, misread = _misread(rng, kind, 2)
        result = inspect("\n".join(misread), TODAY)
        repairs = possible_repairs(result.document)
        if repairs:
            assert FindingCode.SEVERAL_DIGITS_REFUTED not in {finding.code for finding in result.findings}
            assert all(len(repair.changes) in {1, 2} for repair in repairs)
        assert genuine != misread


@pytest.mark.parametrize("kind", Format)
def test_each_proposal_says_exactly_what_it_changes(kind: Format) -> None:
    rng = random.Random(43)
    for _ in range(15):
        _, misread = _misread(rng, kind, 1)
        for repair in possible_repairs(read_lines(misread)):
            assert _judged_fine(repair.lines, kind)
            assert _undone(misread, repair) == misread
            assert all(change.proposed in CONFUSABLE[change.found] for change in repair.changes)
            places = [(change.line, change.column) for change in repair.changes]
            assert len(set(places)) == len(places)


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_look_alikes_are_mutual_and_never_themselves(one: str, other: str) -> None:
    assert other in CONFUSABLE[one]
    assert one in CONFUSABLE[other]
    assert all(character not in twins for character, twins in CONFUSABLE.items())


def test_pairs_of_equal_value_are_never_proposed() -> None:
    """G is 16 and 6 is 6: no digit can decide between them; only in a check digit's own place must a digit stand."""
    rng = random.Random(47)
    for number in range(60):
        _, misread = _misread(rng, tuple(Format)[number % 5], 1)
        for repair in possible_repairs(read_lines(misread)):
            for change in repair.changes:
                layout = LAYOUTS[read_lines(misread).format]
                index = (change.line - 1) * layout.width + change.column - 1
                own_place = any(at == index and digit for at, _, digit in protected(layout))
                assert own_place or (VALUES[change.found] - VALUES[change.proposed]) % 10 != 0


@pytest.mark.parametrize("kind", Format)
def test_a_wrong_character_that_looks_like_nothing_is_rarely_explained_and_always_found(kind: Format) -> None:
    rng = random.Random(53)
    for _ in range(25):
        lines = random_zone(rng, kind, TODAY).lines
        layout = LAYOUTS[kind]
        zone = "".join(lines)
        at = layout.birth.start + 5
        wrong = str((int(zone[at]) + 3) % 10) if zone[at].isdigit() else "3"
        result = inspect("\n".join(_lines(zone[:at] + wrong + zone[at + 1 :], layout.width)), TODAY)
        assert result.advice is not Advice.CONSISTENT
        assert "\n".join(result.document.lines) != "\n".join(lines)


def test_a_filler_for_the_check_digit_of_empty_optional_data_is_no_obstacle() -> None:
    """Doc 9303-4 allows it, and many issuers print it: a misreading elsewhere is explained all the same."""
    upper = "PPGBRBROWN<<ANNA<<<<<<<<<<<<<<<<<<<<<<<<<<<<"
    genuine = "1234567897GBR7408122F3404159<<<<<<<<<<<<<<<" + check_digit("123456789774081223404159")
    assert inspect(f"{upper}\n{genuine}", TODAY).advice is Advice.CONSISTENT
    misread = genuine.replace("7408122F3404159", "74O8122F34O4159")
    result = inspect(f"{upper}\n{misread}", TODAY)
    assert result.repair is not None
    assert result.repair.lines[1] == genuine
    assert result.advice is Advice.DISCREPANCIES
