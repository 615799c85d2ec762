"""Keys: records that one clerk and another wrote differently still come beside each other."""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from egnatia.engines.people.link.blocks import all_pairs, plan
from egnatia.engines.people.link.fields import Field
from egnatia.engines.people.link.keys import Rule, evidence, refinements, rules, sounds, typed, worth
from egnatia.engines.people.link.lists import Lists, lists_of
from egnatia.engines.people.link.register import register_of_columns
from egnatia.engines.people.link.values import Values, possible, read

Row = dict[Field, str]
ARBEN: Row = {
    Field.FIRST: "Arben",
    Field.FAMILY: "Krasniqi",
    Field.FATHER: "Agim",
    Field.BIRTH_DATE: "1990-03-07",
}


def met(
    left: Row, right: Row, aliases: dict[str, list[str]] | None = None, sides: tuple[int, int] = (0, 0)
) -> set[str]:
    """The rules by which two records come beside each other."""
    used = sorted({*left, *right})
    register = register_of_columns(
        ["a", "b"], {field: [left.get(field, ""), right.get(field, "")] for field in used}, sides, aliases
    )
    values = read(register)
    found = evidence(values)
    return {rule.name for rule in rules(values, found) if list(all_pairs(plan(2, [rule], ())))}


def changed(**fields: str) -> Row:
    return ARBEN | {Field[name.upper()]: text for name, text in fields.items()}


@pytest.mark.parametrize(
    ("other", "rule"),
    [
        (changed(), "names by sound"),
        (changed(first="Арбен", family="Краснићи", birth_date="", father=""), "names by sound"),
        (changed(first="Krasniqi", family="Arben", birth_date="", father=""), "names by sound"),
        (changed(family="Krasniqi Gashi", birth_date="", father=""), "names by sound"),
        (changed(family="Krasnibi", birth_date="", father=""), "names, one typed wrong"),
        (changed(first="Abren", birth_date="", father=""), "names, one typed wrong"),
        (changed(first="Krasniqi", family="Arbn", birth_date="", father=""), "names, one typed wrong"),
        (changed(family="Gashi", father=""), "date of birth and a name"),
        (changed(first="Arbxn", family="Gashi", birth_date="1990-07-03", father=""), "date of birth and a name"),
        (changed(first="Mimoza", birth_date="1990-03-08", father=""), "most of a date of birth and the family name"),
        (changed(first="Mimoza", birth_date="1991-03-07", father=""), "most of a date of birth and the family name"),
        (changed(first="Mimoza", birth_date="1990-12-07", father=""), "most of a date of birth and the family name"),
        (changed(family="Gashi", birth_date="1990"), "father, first name and year"),
    ],
)
def test_one_person_written_in_two_ways(other: Row, rule: str) -> None:
    assert rule in met(ARBEN, other)
    assert rule in met(other, ARBEN)


@pytest.mark.parametrize(
    "other",
    [
        {Field.FIRST: "Mimoza", Field.FAMILY: "Gashi", Field.BIRTH_DATE: "1955-11-21"},
        {Field.FIRST: "Arben", Field.FAMILY: "Gashi", Field.BIRTH_DATE: "1955-11-21", Field.FATHER: "Agim"},
        {Field.FIRST: "Mimoza", Field.FAMILY: "Krasniqi"},
        {Field.BIRTH_DATE: "1990-03-07", Field.FIRST: "UNKNOWN"},
        {Field.FIRST: "", Field.FAMILY: ""},
    ],
)
def test_two_persons_stay_apart(other: Row) -> None:
    assert met(ARBEN, other) == set()


@pytest.mark.parametrize(
    ("left", "right"),
    [("K1234567", "k 123-4567"), ("K1234567", "K1234568"), ("K1234567", "K123457"), ("AO1234567", "A01234567")],
)
def test_a_number_is_enough_alone(left: str, right: str) -> None:
    one, other = {Field.FIRST: "A", Field.NUMBERS: left}, {Field.FIRST: "B", Field.NUMBERS: f"X9999999|{right}"}
    assert met(one, other) == {"number"}


def test_a_telephone_number_is_no_passport() -> None:
    one, other = (
        {Field.FIRST: "A", Field.NUMBERS: "phone:+38344123456"},
        {Field.FIRST: "B", Field.NUMBERS: "+38344123456"},
    )
    assert met(one, other) == {"number"}
    assert met(one, {Field.FIRST: "B", Field.NUMBERS: "document:38344123456"}) == set()


def test_an_address_needs_a_name_or_a_date() -> None:
    home = {Field.ADDRESS: "7 Rruga e Kavajes", Field.POSTCODE: "1001"}
    one = {Field.FIRST: "Arben", Field.FAMILY: "Hoxha"} | home
    assert met(one, {Field.FIRST: "Mimoza", Field.FAMILY: "Gashi"} | home) == set()
    assert met(one, {Field.FIRST: "Mimoza", Field.FAMILY: "Hodža"} | home) == {
        "address and a name or date",
        "postcode and a name or date",
    }
    work = {Field.OCCUPATION: "driver"}
    assert met(one | work, {Field.FIRST: "Mimoza", Field.FAMILY: "Hodža"} | work) == set()


def test_an_alias_is_found() -> None:
    one, other = {Field.FIRST: "Ben", Field.FAMILY: "Smith"}, {Field.FIRST: "Arben", Field.FAMILY: "Hoxha"}
    assert met(one, other) == set()
    assert "names by sound" in met(one, other, {"a": ["Mimoza Gashi", "HOXHA, Arben"]})
    assert "names by sound" in met(one, other, {"b": ["Ben Smith"]})


def keys_of(made: Callable[[Values], Lists], *names: str) -> list[set[int]]:
    """The keys of each of some names."""
    register = register_of_columns(list(map(str, range(len(names)))), {Field.FIRST: list(names)})
    values = read(register)
    found, codes = made(values), values.name_of[Field.FIRST].tolist()
    lists = [codes[register.refs.index(str(number))] for number in range(len(names))]
    return [set(found.flat[found.starts[n] : found.starts[n + 1]].tolist()) for n in lists]


def test_one_wrong_letter_is_one_letter_out_on_both_sides() -> None:
    right, wrong, short, other = keys_of(typed, "krasniqi", "krasniki", "ana", "ina")
    assert right & wrong
    assert len(short) == 1, "of three letters none is taken out"
    assert not short & other


def test_small_words_are_no_keys() -> None:
    left, right = keys_of(typed, "de la Cruz", "de la Vega")
    assert not left & right
    assert all(keys_of(sounds, "Al")), "unless there is nothing else"


def test_placeholders_have_no_keys() -> None:
    for made in (sounds, typed):
        assert keys_of(made, "UNKNOWN", "XXX", "", "-") == [set()] * 4


@pytest.mark.parametrize(
    ("born", "holds"),
    [
        ((1990, 3, 7), True),
        ((1990, 2, 29), True),
        ((1963, 6, 36), False),
        ((1990, 13, 1), False),
        ((1990, 3, 0), False),
    ],
)
def test_which_dates_a_calendar_has(born: tuple[int, int, int], *, holds: bool) -> None:
    assert possible(np.array([born], dtype=np.int32)).tolist() == [holds]


def test_a_large_block_is_cut_by_year_day_and_father() -> None:
    rows = [changed(birth_date=f"{1950 + n % 20}-03-{1 + n % 28:02}", father="") for n in range(60)]
    rows += [changed(birth_date="1950-03-01", father="")]
    register = register_of_columns(
        [str(n) for n in range(61)], {field: [row[field] for row in rows] for field in ARBEN}
    )
    values = read(register)
    found = evidence(values)
    by_name = next(iter(rules(values, found)))
    made = plan(61, [by_name], refinements(found), largest=20)
    pairs = {tuple(sorted((pair >> 32, pair & 0xFFFFFFFF))) for some in all_pairs(made) for pair in some.tolist()}
    for one, other in itertools.combinations(range(61), 2):
        same = (values.born[one] == values.born[other]).tolist()
        assert ((one, other) in pairs) == (same[0] or (same[1] and same[2]))
    assert made.report[0].cut >= 1
    assert made.report[0].left_out == 61 * 60 // 2 - len(pairs)


@pytest.mark.parametrize(
    ("left", "right", "kept"),
    [
        (("1990-03-07", ""), ("1955-11-21", ""), False),
        (("1990-03-07", "Agim"), ("1955-11-21", "Hasan"), False),
        (("1990-03-07", "Agim"), ("1955-11-21", "AGIM"), True),
        (("1990-03-07", ""), ("1990-11-21", ""), False),
        (("1990-03-07", ""), ("1990-07-03", ""), True),
        (("1990-03-07", ""), ("1990-03-21", ""), True),
        (("1990-03-07", ""), ("1955-03-07", ""), False),
        (("1990-03-07", "Agim"), ("1955-03-07", "Agim"), True),
        (("1990-03-07", ""), ("1980-03-07", ""), True),
        (("1990-03-07", ""), ("1950-03-07", ""), True),
        (("1990-03-07", ""), ("1979-03-07", ""), False),
        (("1990-03-07", ""), ("1955", ""), True),
        (("1990-03-07", ""), ("", ""), True),
        (("1963-06-36", ""), ("1955-11-21", ""), True),
        (("", ""), ("", ""), True),
    ],
)
def test_names_alone_do_not_bring_contradicting_dates_together(
    left: tuple[str, str], right: tuple[str, str], *, kept: bool
) -> None:
    rows = [changed(birth_date=born, father=father) for born, father in (left, right)]
    values = read(register_of_columns(["a", "b"], {field: [row[field] for row in rows] for field in ARBEN}))
    assert worth(values, np.array([1], dtype=np.int64)).tolist() == [kept]


def test_only_names_are_too_little() -> None:
    values = read(register_of_columns(["a", "b"], {field: [ARBEN[field]] * 2 for field in ARBEN}))
    weak = {rule.name for rule in rules(values, evidence(values)) if rule.weak}
    assert weak == {"names by sound", "names, one typed wrong"}


def test_what_is_sieved_stays_if_another_rule_has_it() -> None:
    weak, strong = Rule("weak", lists_of([[1], [1], [1]]), weak=True), Rule("strong", lists_of([[7], [8], [7]]))
    made = plan(3, [weak, strong], ())

    def nothing(pairs: np.ndarray[Any, np.dtype[np.int64]]) -> np.ndarray[Any, np.dtype[np.bool_]]:
        return np.zeros(len(pairs), dtype=bool)

    assert [some.tolist() for some in all_pairs(made, sieve=nothing)] == [[2]]
    assert sum(len(some) for some in all_pairs(made)) == 3


LONE: Row = {Field.FIRST: "Krasniqi", Field.FAMILY: ""}


@pytest.mark.parametrize(
    ("left", "right", "met_by_name"),
    [
        (LONE, {Field.FIRST: "Arben", Field.FAMILY: "Krasniqi"}, True),
        (LONE, {Field.FIRST: "Краснићи", Field.FAMILY: ""}, True),
        (LONE, {Field.FIRST: "Arben", Field.FAMILY: "Krasnigi"}, True),
        ({Field.FIRST: "", Field.FAMILY: "Krasniqi"}, {Field.FIRST: "Krasniqi", Field.FAMILY: "Arben"}, True),
        (LONE, {Field.FIRST: "Arben", Field.FAMILY: "Gashi"}, False),
        (LONE, {Field.FIRST: "", Field.FAMILY: ""}, False),
        (
            {Field.FIRST: "Arben", Field.FAMILY: "Krasniqi"},
            {Field.FIRST: "Ilir", Field.FAMILY: "Krasniqi"},
            False,
        ),
    ],
)
def test_who_has_one_name_comes_beside_those_who_bear_it(left: Row, right: Row, *, met_by_name: bool) -> None:
    assert ("the only name" in met(left, right)) is met_by_name
    assert ("the only name" in met(right, left)) is met_by_name


def test_two_with_both_names_are_no_pair_because_a_third_has_one() -> None:
    rows = [LONE, {Field.FIRST: "Arben", Field.FAMILY: "Krasniqi"}, {Field.FIRST: "Ilir", Field.FAMILY: "Krasniqi"}]
    texts = {field: [row[field] for row in rows] for field in (Field.FIRST, Field.FAMILY)}
    register = register_of_columns(["lone", "arben", "ilir"], texts)
    values = read(register)
    rule = next(rule for rule in rules(values, evidence(values)) if rule.name == "the only name")
    pairs = {pair for some in all_pairs(plan(3, [rule], ())) for pair in some.tolist()}
    found = {frozenset((register.refs[pair >> 32], register.refs[pair & 0xFFFFFFFF])) for pair in pairs}
    assert found == {frozenset({"lone", "arben"}), frozenset({"lone", "ilir"})}


def test_a_register_where_everybody_has_two_names_has_no_such_rule() -> None:
    values = read(register_of_columns(["a", "b"], {field: [ARBEN[field]] * 2 for field in ARBEN}))
    assert "the only name" not in {rule.name for rule in rules(values, evidence(values))}
