"""Registers as columns and the values in them: nothing is lost, nothing depends on order, and nothing known is said as nothing."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people.link.fields import GRADES, NAMES, READ, TEXTS, Field, Grade
from egnatia.engines.people.link.linkage import Gained, link, missing, share_of
from egnatia.engines.people.link.model import Frequencies
from egnatia.engines.people.link.register import address_among, column_of, register_of_columns
from egnatia.engines.people.link.values import KINDS, read
from egnatia.errors import InputError

TEXT = st.sampled_from(["", "Arben", "arben", "Hoxha", "Хоџа", "UNKNOWN", "de la Cruz", "1990", " ", "Ülkü"])


@given(st.lists(TEXT, max_size=20))
@settings(deadline=None, derandomize=True, max_examples=40)
def test_a_column_gives_back_what_it_was_given(texts: list[str]) -> None:
    made = column_of(texts)
    assert [made[number] for number in range(len(texts))] == texts
    assert made.values[0] == ""
    assert list(made.values) == sorted(set(made.values))


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=15), st.randoms(use_true_random=False))
@settings(deadline=None, derandomize=True, max_examples=40)
def test_a_register_is_ordered_by_what_it_says(rows: list[tuple[str, str]], shuffle: random.Random) -> None:
    def made(order: list[int]) -> list[tuple[str, str]]:
        register = register_of_columns(
            [f"r{n}" for n in order],
            {Field.FIRST: [rows[n][0] for n in order], Field.FAMILY: [rows[n][1] for n in order]},
        )
        said = [register.written(place) for place in range(len(register))]
        for place, ref in enumerate(register.refs):
            row = rows[int(ref[1:])]
            assert (said[place].get(Field.FIRST, ""), said[place].get(Field.FAMILY, "")) == row
        return [(each.get(Field.FIRST, ""), each.get(Field.FAMILY, "")) for each in said]

    order = list(range(len(rows)))
    first = made(order)
    shuffle.shuffle(order)
    assert made(order) == first == sorted(rows)


def test_an_empty_column_is_no_column() -> None:
    made = register_of_columns(["a"], {Field.FIRST: ["Arben"], Field.FATHER: [""]})
    assert set(made.columns) == {Field.FIRST}
    assert read(made).name_of[Field.FATHER].tolist() == [0]


def test_names_are_numbered_over_all_fields() -> None:
    texts = {Field.FIRST: ["Arben", "Hoxha"], Field.FAMILY: ["Hoxha", "ARBEN"], Field.FATHER: ["XXX", "arben"]}
    register = register_of_columns(["a", "b"], texts)
    values = read(register)
    place = {ref: number for number, ref in enumerate(register.refs)}
    assert values.name_of[Field.FIRST][place["a"]] == values.name_of[Field.FAMILY][place["b"]]
    assert values.name_of[Field.FATHER][place["b"]] == values.name_of[Field.FIRST][place["a"]]
    assert values.name_of[Field.FATHER][place["a"]] == 0
    assert values.names.sizes[0] == 0


@pytest.mark.parametrize(
    ("written", "kinds"),
    [
        ("K1234567", ["nK1234567"]),
        ("k 123-4567|K1234567", ["nK1234567"]),
        ("phone:+383 44 123 456", ["p38344123456"]),
        ("0038344123456", ["p38344123456"]),
        ("plate:01-234-AB", ["v01234AB"]),
        ("iban:AL47212110090000000235698741", ["iAL47212110090000000235698741"]),
        ("AL47 2121 1009 0000 0002 3569 8741", ["iAL47212110090000000235698741"]),
        ("12", []),
        ("", []),
        ("address: 7 Rruga e Kavajes", []),
        ("|||", []),
    ],
)
def test_numbers_are_read_with_their_kind(written: str, kinds: list[str]) -> None:
    values = read(register_of_columns(["a"], {Field.FIRST: ["A"], Field.NUMBERS: [written]}))
    texts = values.texts[Field.NUMBERS]
    assert [texts[int(number)] for number in values.numbers.flat] == kinds
    assert set(KINDS.values()) == {"n", "p", "i", "v"}


@pytest.mark.parametrize("number", ["AB12345", "ab12345", "1234567890123", "A12345678X", "99999"])
def test_the_short_way_reads_what_the_long_one_reads(number: str) -> None:
    """A plain number is not sent through every check; a hyphen makes sure that it is."""
    both = [f"{number[:2]}-{number[2:]}", number]
    values = read(register_of_columns(["a", "b"], {Field.FIRST: ["A", "B"], Field.NUMBERS: both}))
    assert len(set(values.numbers.flat.tolist())) == 1


@pytest.mark.parametrize(
    ("written", "born"),
    [
        ("1990-03-07", (1990, 3, 7)),
        ("7.3.1990", (1990, 3, 7)),
        ("1990-03", (1990, 3, 0)),
        ("1990", (1990, 0, 0)),
        ("1963-06-36", (1963, 6, 36)),
        ("1748-81-01", (1748, 81, 1)),
        ("1748-08-01", (1748, 8, 1)),
        ("soon", (0, 0, 0)),
        ("1369-12-29", (1369, 12, 29)),
        ("", (0, 0, 0)),
    ],
)
def test_dates_are_read_as_they_are_written(written: str, born: tuple[int, int, int]) -> None:
    values = read(register_of_columns(["a"], {Field.FIRST: ["A"], Field.BIRTH_DATE: [written]}))
    assert tuple(values.born[0].tolist()) == born


def test_the_address_is_found_among_identifiers() -> None:
    assert address_among(["K1234567", "address: Rruga e Kavajes 7"]) == address_among(["address: 7 rruga e kavajes"])
    assert address_among(["K1234567", ""]) == ""


def test_frequencies_are_shares_of_what_is_known() -> None:
    texts = {
        Field.FIRST: ["Arben", "Arben", "Mimoza", ""],
        Field.POSTCODE: ["1001", "", "1001", "1002"],
        Field.NUMBERS: ["K1234567"] * 4,
    }
    values = read(register_of_columns(list("abcd"), texts))
    often = Frequencies(values)
    names = values.name_of[Field.FIRST]
    assert sorted({round(float(often.names[Field.FIRST][name]), 6) for name in names.tolist()}) == [
        0,
        0.333333,
        0.666667,
    ]
    assert often.texts[Field.POSTCODE].sum() == pytest.approx(1)
    assert often.numbers.max() == pytest.approx(1 / 4), "the fourth holder of a number is one too many"
    assert often.names[Field.FATHER].sum() == 0


def test_every_field_has_its_grades() -> None:
    assert set(GRADES) == set(Field) - {Field.TWINS, Field.OTHERS}
    for grades in GRADES.values():
        assert Grade.MISSING not in grades
        assert len(set(grades)) == len(grades)
    assert set(READ) == {*NAMES, Field.BIRTH_DATE, Field.NUMBERS, *TEXTS}
    assert {Field.ORDER, Field.TWINS, Field.OTHERS}.isdisjoint(READ)


def test_pairs_of_a_chain_that_no_rule_made_are_asked_for() -> None:
    def gained(*pairs: tuple[int, int, float]) -> Gained:
        left, right = (np.array([pair[side] for pair in pairs], dtype=np.int32) for side in (0, 1))
        gain = np.array([pair[2] for pair in pairs])
        return left, right, gain, np.zeros(len(pairs))

    chain = gained((0, 1, 30.0), (1, 2, 30.0), (3, 4, 30.0), (4, 5, -30.0), (2, 6, 5.0))
    asked = {(pair >> 32, pair & 0xFFFFFFFF) for pair in missing([chain], -20.0).tolist()}
    assert asked == {(0, 2)}
    assert missing([chain], -30.0).tolist() == [], "who is as likely two persons is not connected"
    assert missing([chain, gained((0, 2, -9.0))], -20.0).tolist() == [], "what was compared is not compared again"
    assert missing([], -20.0).tolist() == []


def test_the_smallest_parts_are_completed_first_and_all_of_one_size_or_none() -> None:
    def chain(start: int, size: int) -> Gained:
        left = np.arange(start, start + size - 1, dtype=np.int32)
        return left, left + 1, np.full(size - 1, 30.0), np.zeros(size - 1)

    def sizes_completed(most: int, *parts: Gained) -> set[int]:
        asked = missing(parts, -20.0, most)
        starts = {int(left[0]): len(left) + 1 for left, _, _, _ in parts}
        return {starts[max(start for start in starts if start <= pair >> 32)] for pair in asked.tolist()}

    parts = (chain(0, 3), chain(10, 4), chain(20, 4), chain(30, 20))
    assert sizes_completed(1_000, *parts) == {3, 4, 20}
    assert sizes_completed(3 + 6 + 6, *parts) == {3, 4}
    assert sizes_completed(3 + 6 + 5, *parts) == {3}, "of two parts of one size neither is preferred"
    assert sizes_completed(2, *parts) == set()
    assert sizes_completed(15, *parts[::-1]) == sizes_completed(15, *parts), "whichever comes first"


def test_a_long_chain_is_not_completed_beyond_the_bound() -> None:
    def chain(size: int) -> Gained:
        left = np.arange(size - 1, dtype=np.int32)
        return left, left + 1, np.full(size - 1, 30.0), np.zeros(size - 1)

    assert len(missing([chain(2_001)], -20.0)) == 0, "two million pairs and a thousand"
    assert len(missing([chain(200)], -20.0, 200 * 199 // 2 - 1)) == 0
    assert len(missing([chain(200)], -20.0, 200 * 199 // 2)) == 200 * 199 // 2 - 199


@given(st.lists(st.floats(-60, 60), max_size=30), st.floats(1, 1e9))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_the_prior_is_always_a_share(gain: list[float], pairs: float) -> None:
    share = share_of(np.array(gain), pairs)
    assert 0 < share <= 0.5
    louder = share_of(np.array([*gain, 60.0, 60.0]), pairs)
    assert louder >= share * (1 - 1e-3)


def test_one_field_alone_links_nobody_of_a_register() -> None:
    names = ["Arben", "Mimoza", "Drita", "Valon", "Gezim"] * 40
    made = link(register_of_columns([f"r{n}" for n in range(200)], {Field.FIRST: names}))
    assert made.links(0.5).tolist() == []
    assert float(made.probabilities.max()) < 0.05


def test_sides_have_to_be_as_long_as_the_register() -> None:
    with pytest.raises(InputError):
        register_of_columns(["a", "b"], {Field.FIRST: ["A", "B"]}, [0])
