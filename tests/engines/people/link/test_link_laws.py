"""What must hold of linkage whatever the register: more agreement never says less, sides do not matter, and the mirror of Cyrillic."""

import itertools
from datetime import UTC, datetime

import numpy as np
import pytest

from egnatia.engines.people.link import (
    Book,
    Clusters,
    Explainer,
    Field,
    Judgement,
    Linked,
    Model,
    Settings,
    Verdict,
    bits_of,
    link,
    register_of_columns,
    weighed,
)
from egnatia.engines.people.link.grouping import UNITS
from egnatia.engines.people.simulate import Recipe, lines

FIELDS = (Field.FIRST, Field.FAMILY, Field.FATHER, Field.BIRTH_DATE, Field.NUMBERS)
FAST = Settings(sample=60_000)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
Row = tuple[str, str, str, str, str]


def people(count: int, seed: int) -> list[tuple[str, Row]]:
    made = []
    for line in lines(Recipe(count, seed, 0.3)):
        filed = line.filed
        row = (filed.first, filed.family, filed.father, filed.born, "|".join(filed.identifiers))
        made.append((filed.ref, row))
    return made


def linked(rows: list[tuple[str, Row]], how: Settings = FAST, sides: list[int] | None = None) -> Linked:
    texts = {field: [row[place] for _, row in rows] for place, field in enumerate(FIELDS)}
    return link(register_of_columns([ref for ref, _ in rows], texts, sides), how)


@pytest.fixture(scope="module")
def model() -> Model:
    return linked(people(2_500, 31)).model


def bits(model: Model, left: Row, right: Row) -> float:
    """What two records weigh by a model, among a hundred others that do not change."""
    rows = [("one", left), ("other", right), *people(100, 32)]
    texts = {field: [row[place] for _, row in rows] for place, field in enumerate(FIELDS)}
    register = register_of_columns([ref for ref, _ in rows], texts)
    return Explainer(register, model).explain("one", "other").bits


BASE: Row = ("Arben", "Krasniqi", "Agim", "1990-03-07", "K1234567")
LADDERS: list[list[Row]] = [
    [
        ("Arben", "Krasniqi", "Agim", "1990-03-07", ""),
        ("Arben", "Krasniqi", "Agim", "1990-07-03", ""),
        ("Arben", "Krasniqi", "Agim", "1990-03-17", ""),
        ("Arben", "Krasniqi", "Agim", "1990", ""),
        ("Arben", "Krasniqi", "Agim", "1955-11-21", ""),
    ],
    [
        ("Arben", "Krasniqi", "Agim", "1990-03-07", "K1234567"),
        ("Arben", "Krasniqi", "Agim", "1990-03-07", "K1234568"),
        ("Arben", "Krasniqi", "Agim", "1990-03-07", "M9876543"),
    ],
    [
        ("Arben", "Krasniqi", "Agim", "1990-03-07", ""),
        ("Arben", "Krasniqi", "", "1990-03-07", ""),
        ("Arben", "Krasniqi", "Zylfi", "1990-03-07", ""),
    ],
    [
        ("Arben", "Krasniqi", "Agim", "1990-03-07", ""),
        ("Arben", "Krasniqj", "Agim", "1990-03-07", ""),
        ("Arben", "Berisha", "Agim", "1990-03-07", ""),
    ],
    [
        ("Arben", "Krasniqi", "Agim", "1990-03-07", ""),
        ("Krasniqi", "Arben", "Agim", "1990-03-07", ""),
        ("Krasniqi", "Mimoza", "Agim", "1990-03-07", ""),
    ],
]


@pytest.mark.parametrize("ladder", LADDERS, ids=["date", "number", "father", "family", "order"])
def test_less_agreement_never_says_more(model: Model, ladder: list[Row]) -> None:
    found = [bits(model, BASE, other) for other in ladder]
    for more, less in itertools.pairwise(found):
        assert less <= more + 0.5, "rates are learned from a few hundred pairs"
    assert found[0] > found[-1] + 2, (
        "whose first name is common may be twins where all agrees, and not where the family differs"
    )


def test_two_records_weigh_the_same_from_both_sides(model: Model) -> None:
    for other in itertools.chain.from_iterable(LADDERS):
        assert bits(model, BASE, other) == pytest.approx(bits(model, other, BASE), abs=1e-9)


CYRILLIC = ("Арбен", "Красниќи", "Агим", "1990-03-07", "K1234567")


def test_the_other_script_says_nearly_as_much(model: Model) -> None:
    same, other = bits(model, BASE, BASE), bits(model, BASE, CYRILLIC)
    assert same - 8 < other <= same + 0.5


def test_a_missing_value_says_nothing(model: Model) -> None:
    rows = [("one", BASE), ("other", ("Arben", "Krasniqi", "", "", "")), *people(60, 33)]
    texts = {field: [row[place] for _, row in rows] for place, field in enumerate(FIELDS)}
    said = Explainer(register_of_columns([ref for ref, _ in rows], texts), model).explain("one", "other")
    assert {part.field for part in said.parts} == {"prior", "first_names", "family_names", "name_order", "twins"}


def test_the_side_of_a_register_does_not_matter() -> None:
    rows = people(500, 34)
    sides = [number % 2 for number in range(len(rows))]
    one = linked(rows, FAST, sides)
    other = linked(rows, FAST, [1 - side for side in sides])
    pairs = [
        {
            frozenset((made.register.refs[a], made.register.refs[b])): round(float(value), 6)
            for a, b, value in zip(made.left, made.right, made.bits, strict=True)
            if value > 0
        }
        for made in (one, other)
    ]
    assert pairs[0].keys() == pairs[1].keys()


def test_links_of_a_higher_limit_are_among_those_of_a_lower() -> None:
    made = linked(people(800, 35))
    some = [set(made.links(least).tolist()) for least in (0.5, 0.9, 0.95, 0.99)]
    assert some[0] >= some[1] >= some[2] >= some[3] > set()


def test_identical_records_are_one_person() -> None:
    rows = people(400, 36)
    full = [(ref, row) for ref, row in rows if all(row[:2]) and row[3] and row[4]][:20]
    made = linked(rows + [(f"{ref}-copy", row) for ref, row in full])
    places = {ref: number for number, ref in enumerate(made.register.refs)}
    found = {
        (made.register.refs[a], made.register.refs[b])
        for a, b in zip(made.left[made.links()], made.right[made.links()], strict=True)
    }
    for ref, _ in full:
        assert (ref, f"{ref}-copy") in found or (f"{ref}-copy", ref) in found
    assert len(places) == len(rows) + len(full)


def test_records_are_never_changed() -> None:
    rows = people(300, 37)
    made = linked(rows)
    clusters = Clusters(made.weighed(), bits_of(0.9))
    group = clusters.groups[0]
    clusters.enter(Judgement(group[0], group[1], Verdict.NEGATIVE, "off-1", "seen", NOW))
    said = {ref: made.register.written(number) for number, ref in enumerate(made.register.refs)}
    for ref, row in rows:
        assert tuple(said[ref].get(field, "") for field in FIELDS) == row


def test_a_record_added_alone_is_grouped_as_if_it_had_been_there() -> None:
    """One record is taken out, linked with what the model says of it, and put back: the groups are those of the whole."""
    made = linked(people(600, 38))
    whole = Clusters(made.weighed(), bits_of(0.9))
    refs = made.register.refs
    units = made.weighed().units
    for group in whole.groups[:25]:
        one = refs.index(group[0])
        near = {
            refs[b if a == one else a]: float(value) / UNITS
            for a, b, value in zip(made.left.tolist(), made.right.tolist(), units.tolist(), strict=True)
            if one in (a, b)
        }
        before = whole.groups
        change = whole.remove(refs[one])
        assert group in change.before
        assert refs[one] not in itertools.chain.from_iterable(whole.groups)
        whole.add(refs[one], near)
        assert whole.groups == before


def test_a_book_of_negative_judgements_parts_every_link() -> None:
    made = linked(people(400, 39))
    groups = Clusters(made.weighed(), bits_of(0.9)).groups
    said = [
        Judgement(one, other, Verdict.NEGATIVE, "off-1", "each of them", NOW)
        for group in groups
        for one, other in itertools.combinations(group, 2)
    ]
    assert Clusters(made.weighed(), bits_of(0.9), Book(said)).groups == ()


def test_weights_are_whole_units() -> None:
    made = weighed(("a", "b"), np.array([0]), np.array([1]), np.array([4.0004]))
    assert made.units.tolist() == [4 * UNITS]
    far = weighed(("a", "b"), np.array([0]), np.array([1]), np.array([1e9]))
    assert far.units.tolist() == [1_000 * UNITS]
