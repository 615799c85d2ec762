"""Every altered character and every swap in a protected field is found, or is listed as one that cannot be."""

import random
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents import (
    Advice,
    BlindKind,
    Field,
    Format,
    Inspection,
    blind_substitutions,
    inspect,
    possible_repairs,
    random_zone,
    read_zone,
)
from egnatia.engines.documents.mrz.digits import ALPHABET
from egnatia.engines.documents.mrz.layouts import LAYOUTS
from egnatia.engines.documents.mrz.repair import protected

TODAY = date(2025, 5, 15)
ZONES = {
    "TD3": "PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F3404159ZE184226B<<<<<16",
    "TD3 with empty optional data": "P<GBRUK<SPECIMEN<<ANGELA<ZOE<<<<<<<<<<<<<<<<\n9992307632GBR9501016F2911272<<<<<<<<<<<<<<02",
    "TD1": "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    "TD1 with a long number": "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<",
    "TD2": "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6",
    "MRV-A": "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX7408122F96121096ZE184226B<<<<<<",
    "MRV-B": "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX7408122F9612109<<<<<<<<",
}
each_zone = pytest.mark.parametrize("text", ZONES.values(), ids=ZONES)


def _notable(result: Inspection) -> set[tuple[str, str, str]]:
    """Findings apart from those about expiry, which depends on the year that was altered."""
    return {
        (str(f.code), str(f.field), f.found) for f in result.findings if f.code not in {"EXPIRED", "FILLER_IN_NUMBER"}
    }


def _altered(text: str, index: int, to: str) -> str:
    width = text.index("\n")
    at = index + index // width  # the line breaks before it
    return text[:at] + to + text[at + len(to) :]


def _singles(text: str) -> Iterator[tuple[int, str]]:
    layout = LAYOUTS[read_zone(text).format]
    zone = text.replace("\n", "")
    for index, _, _ in protected(layout):
        yield from ((index, to) for to in ALPHABET if to != zone[index])


@pytest.mark.parametrize("name", ["TD3", "TD3 with empty optional data", "TD1 with a long number", "TD2", "MRV-B"])
def test_every_single_alteration_is_found_or_listed(name: str) -> None:
    text = ZONES[name]
    layout = LAYOUTS[read_zone(text).format]
    blind = {
        (change.line, change.column, change.unseen)
        for change in blind_substitutions(read_zone(text))
        if change.kind is BlindKind.SUBSTITUTION
    }
    genuine = _notable(inspect(text, TODAY))
    seen = 0
    for index, to in _singles(text):
        new = _notable(inspect(_altered(text, index, to), TODAY)) - genuine
        listed = (*layout.position(index), to) in blind
        assert new or listed, (layout.position(index), to)
        seen += bool(new)
    assert seen > len(blind)


@each_zone
def test_every_swap_of_neighbours_is_found_or_listed(text: str) -> None:
    layout = LAYOUTS[read_zone(text).format]
    zone = text.replace("\n", "")
    blind = {
        (change.line, change.column)
        for change in blind_substitutions(read_zone(text))
        if change.kind is BlindKind.TRANSPOSITION
    }
    genuine = _notable(inspect(text, TODAY))
    fields = {index: field for index, field, digit in protected(layout) if not digit}
    for index, field in fields.items():
        pair = zone[index : index + 2]
        if fields.get(index + 1) is field and pair[0] != pair[1]:
            new = _notable(inspect(_altered(text, index, pair[::-1]), TODAY)) - genuine
            assert new or layout.position(index) in blind, (layout.position(index), pair)


@each_zone
def test_what_is_listed_as_unseen_changes_no_check_digit(text: str) -> None:
    document = read_zone(text)
    layout = LAYOUTS[document.format]
    verdicts = [reading.verdict for reading in document.fields]
    for change in blind_substitutions(document):
        index = (change.line - 1) * layout.width + change.column - 1
        altered = read_zone(_altered(text, index, change.unseen))
        same = [reading.verdict for reading in altered.fields]
        assert same == verdicts or change.field is Field.OPTIONAL, change


def test_the_classic_twins_are_listed() -> None:
    document = read_zone(ZONES["TD3"])
    at_8 = {change.unseen for change in blind_substitutions(document) if (change.line, change.column) == (2, 2)}
    assert at_8 == {"I", "S"}  # 8, 18 and 28


def test_swap_of_values_five_apart_is_listed() -> None:
    document = read_zone("P<GBRUK<SPECIMEN<<ANGELA<ZOE<<<<<<<<<<<<<<<<\n1612307635GBR9501016F2911272<<<<<<<<<<<<<<00")
    swaps = {change.found for change in blind_substitutions(document) if change.kind is BlindKind.TRANSPOSITION}
    assert "16" in swaps


@pytest.mark.parametrize(
    ("altered", "line", "column", "found", "proposed"),
    [
        (ZONES["TD3"].replace("7408122", "74O8122"), 2, 16, "O", "0"),
        (ZONES["TD1"].replace("1204159", "12O4159"), 2, 11, "O", "0"),
        (ZONES["MRV-B"].replace("7408122", "740B122"), 2, 17, "B", "8"),
        (ZONES["TD2"].replace("7408122", "740812Z"), 2, 20, "Z", "2"),
    ],
)
def test_sole_repair_is_proposed_and_not_applied(
    altered: str, line: int, column: int, found: str, proposed: str
) -> None:
    result = inspect(altered, TODAY)
    assert result.repair is not None
    (change,) = result.repair.changes
    assert (change.line, change.column, change.found, change.proposed) == (line, column, found, proposed)
    assert "\n".join(result.document.lines) == altered
    assert result.advice is Advice.DISCREPANCIES


def test_two_misread_characters_are_repaired_together() -> None:
    altered = ZONES["MRV-A"].replace("7408122F9612109", "74O8122F96I2109")
    repair = inspect(altered, TODAY).repair
    assert repair is not None
    assert "\n".join(repair.lines) == ZONES["MRV-A"]


def test_no_repair_is_proposed_where_several_would_do_or_none() -> None:
    ambiguous = ZONES["TD3"].replace("L898902C36", "LB98902C36")
    assert len(possible_repairs(read_zone(ambiguous))) > 1
    assert inspect(ambiguous, TODAY).repair is None
    hopeless = ZONES["TD3"].replace("740812", "753911")
    assert inspect(hopeless, TODAY).repair is None


@pytest.mark.parametrize("text", ZONES.values(), ids=ZONES)
def test_zone_in_order_needs_no_repair(text: str) -> None:
    assert possible_repairs(read_zone(text)) == ()


@settings(deadline=None, derandomize=True, max_examples=25)
@given(st.integers(), st.sampled_from(tuple(Format)))
def test_any_repair_makes_every_digit_right(seed: int, kind: Format) -> None:
    rng = random.Random(seed)
    text = random_zone(rng, kind, TODAY).text()
    index, to = rng.choice(list(_singles(text)))
    for repair in possible_repairs(read_zone(_altered(text, index, to))):
        repaired = read_zone("\n".join(repair.lines))
        assert {str(r.verdict) for r in repaired.fields} <= {"verified", "not_printed"}
