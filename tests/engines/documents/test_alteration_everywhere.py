"""Every character of every protected field of all five formats, replaced by every other: found, or listed as blind.

The oracle is arithmetic written again here: a replacement goes unseen by a check digit exactly when old and new value
are equal modulo 10. Only the checks are run, without the search for a repair, so that several zones of each format can
be tried in full.
"""

import random
from datetime import date

import pytest

from egnatia.engines.documents import BlindKind, Field, Format, blind_substitutions, random_zone
from egnatia.engines.documents.mrz.checks import check_characters, check_digits, check_number
from egnatia.engines.documents.mrz.date_checks import check_printed
from egnatia.engines.documents.mrz.layouts import LAYOUTS, Layout
from egnatia.engines.documents.mrz.reader import read_lines

TODAY = date(2025, 5, 15)
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ALL = LETTERS + "<"
EMPTY_OPTIONAL = (
    "P<GBRUK<SPECIMEN<<ANGELA<ZOE<<<<<<<<<<<<<<<<",
    "9992307632GBR9501016F2911272<<<<<<<<<<<<<<02",
)
"""A published specimen: the check digit of its empty optional data may be a zero or a filler."""
ZONES = [
    pytest.param(EMPTY_OPTIONAL, id="TD3-specimen"),
    *(
        pytest.param(random_zone(random.Random(seed), kind, TODAY).lines, id=f"{kind}-{seed}")
        for kind in Format
        for seed in (3, 9303)
    ),
]
DATES = {Field.BIRTH_DATE, Field.EXPIRY_DATE}


def _value(character: str) -> int:
    return 0 if character == "<" else LETTERS.index(character)


def _noticed(zone: str, layout: Layout) -> set[tuple[str, str, str]]:
    """What the checks of digits, characters, number and printed dates find, as comparable values."""
    width = layout.width
    document = read_lines(tuple(zone[at : at + width] for at in range(0, len(zone), width)))
    findings = [
        *check_digits(document),
        *check_characters(document),
        *check_number(document),
        *check_printed(document),
    ]
    return {(str(one.code), str(one.field), one.found) for one in findings}


def _digits_say(zone: str, layout: Layout) -> list[tuple[str, str]]:
    width = layout.width
    document = read_lines(tuple(zone[at : at + width] for at in range(0, len(zone), width)))
    return [(str(one.field), str(one.verdict)) for one in document.fields]


def _covered(layout: Layout) -> dict[int, Field]:
    """Positions under some check digit, from the tables of Doc 9303 parts 4 to 7, without the digits themselves."""
    fields = {Field.NUMBER: layout.number, Field.BIRTH_DATE: layout.birth, Field.EXPIRY_DATE: layout.expiry}
    if layout.format in {Format.TD1, Format.TD2, Format.TD3}:
        fields[Field.OPTIONAL] = layout.optional
    if layout.optional_2 is not None:
        fields[Field.OPTIONAL_2] = layout.optional_2
    return {index: field for field, place in fields.items() for index in range(place.start, place.stop)}


def _blind(lines: tuple[str, ...], kind: BlindKind) -> set[tuple[int, str]]:
    layout = LAYOUTS[read_lines(lines).format]
    return {
        ((one.line - 1) * layout.width + one.column - 1, one.unseen)
        for one in blind_substitutions(read_lines(lines))
        if one.kind is kind
    }


@pytest.mark.parametrize("lines", ZONES)
def test_each_replaced_character_raises_a_finding_or_is_listed(lines: tuple[str, ...]) -> None:
    layout = LAYOUTS[read_lines(lines).format]
    zone = "".join(lines)
    listed = _blind(lines, BlindKind.SUBSTITUTION)
    before = _noticed(zone, layout)
    for index in _covered(layout):
        for to in ALL:
            if to != zone[index]:
                new = _noticed(zone[:index] + to + zone[index + 1 :], layout) - before
                assert new or (index, to) in listed, (layout.position(index), zone[index], to)


@pytest.mark.parametrize("lines", ZONES)
def test_each_altered_check_digit_raises_a_finding_or_is_listed(lines: tuple[str, ...]) -> None:
    layout = LAYOUTS[read_lines(lines).format]
    zone = "".join(lines)
    listed = _blind(lines, BlindKind.SUBSTITUTION)
    before = _noticed(zone, layout)
    places = (
        layout.number_check,
        layout.birth_check,
        layout.expiry_check,
        layout.optional_check,
        layout.composite_check,
    )
    for index in (place for place in places if place >= 0):
        for to in ALL:
            if to != zone[index]:
                new = _noticed(zone[:index] + to + zone[index + 1 :], layout) - before
                assert new or (index, to) in listed, (layout.position(index), zone[index], to)


@pytest.mark.parametrize("lines", ZONES)
def test_what_is_listed_moves_no_verdict_of_any_check_digit(lines: tuple[str, ...]) -> None:
    layout = LAYOUTS[read_lines(lines).format]
    zone = "".join(lines)
    digit_codes = {"CHECK_DIGIT_REFUTED", "CHECK_DIGIT_MISSING", "COMPOSITE_REFUTED", "SEVERAL_DIGITS_REFUTED"}
    for kind in BlindKind:
        for index, unseen in _blind(lines, kind):
            altered = zone[:index] + unseen + zone[index + len(unseen) :]
            assert altered != zone
            assert not {code for code, _, _ in _noticed(altered, layout)} & digit_codes, (
                layout.position(index),
                unseen,
            )


@pytest.mark.parametrize("lines", ZONES)
def test_letters_of_equal_value_are_all_listed_and_no_other_is(lines: tuple[str, ...]) -> None:
    """In the nine characters of the number nothing else can be blind, and every twin must be."""
    layout = LAYOUTS[read_lines(lines).format]
    zone = "".join(lines)
    listed = _blind(lines, BlindKind.SUBSTITUTION)
    long = zone[layout.number_check] == "<"
    for index in range(layout.number.start, layout.number.stop):
        twins = {to for to in ALL if to != zone[index] and (_value(to) - _value(zone[index])) % 10 == 0}
        found = {unseen for place, unseen in listed if place == index}
        assert found == twins, (layout.position(index), long)


@pytest.mark.parametrize("lines", ZONES)
def test_dates_list_only_what_a_date_may_hold(lines: tuple[str, ...]) -> None:
    layout = LAYOUTS[read_lines(lines).format]
    covered = _covered(layout)
    for index, unseen in _blind(lines, BlindKind.SUBSTITUTION):
        if covered.get(index) in DATES:
            assert unseen in set("0123456789<")
    zeros = [at for at, field in covered.items() if field in DATES and "".join(lines)[at] == "0"]
    listed = _blind(lines, BlindKind.SUBSTITUTION)
    assert {at for at, to in listed if covered.get(at) in DATES and to == "<"} == set(zeros)


@pytest.mark.parametrize("lines", ZONES)
def test_each_swap_of_neighbours_raises_a_finding_or_is_listed(lines: tuple[str, ...]) -> None:
    layout = LAYOUTS[read_lines(lines).format]
    zone = "".join(lines)
    covered = _covered(layout)
    listed = _blind(lines, BlindKind.TRANSPOSITION)
    before = _noticed(zone, layout)
    for index, field in covered.items():
        pair = zone[index : index + 2]
        if covered.get(index + 1) is field and pair[0] != pair[1]:
            new = _noticed(zone[:index] + pair[::-1] + zone[index + 2 :], layout) - before
            assert new or (index, pair[::-1]) in listed, (layout.position(index), pair)


@pytest.mark.parametrize("lines", ZONES)
def test_swaps_in_the_number_are_blind_exactly_when_values_differ_by_a_multiple_of_five(lines: tuple[str, ...]) -> None:
    layout = LAYOUTS[read_lines(lines).format]
    zone = "".join(lines)
    listed = {index for index, _ in _blind(lines, BlindKind.TRANSPOSITION)}
    for index in range(layout.number.start, layout.number.stop - 1):
        first, second = zone[index], zone[index + 1]
        expected = first != second and (_value(first) - _value(second)) % 5 == 0
        assert (index in listed) is expected, (layout.position(index), first, second)


def test_a_national_layout_lists_nothing() -> None:
    lines = ("IDFRASPECIMEN<<<<<<<<<<<<<<<<<<<<<<<", "0000000000000SPECIMEN<<<<<8001010F0<")
    assert blind_substitutions(read_lines(lines)) == ()


@pytest.mark.parametrize("kind", [Format.MRV_A, Format.MRV_B])
def test_the_optional_data_of_a_visa_are_under_no_digit_and_so_not_listed(kind: Format) -> None:
    """Doc 9303-7 prints no composite: nothing protects the optional data, and nothing pretends to."""
    document = read_lines(random_zone(random.Random(4), kind, TODAY).lines)
    assert {one.field for one in blind_substitutions(document)} <= {Field.NUMBER, *DATES}
    reading = document.reading(Field.OPTIONAL)
    assert reading is not None
    assert str(reading.verdict) == "not_printed"
