"""Registers that somebody made to be difficult: floods, long texts, reused references, twins, lies, and undoing all of it."""

import itertools
import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people.link import (
    Book,
    Clusters,
    Explainer,
    Field,
    Judgement,
    Linked,
    Model,
    Settings,
    Undone,
    Verdict,
    bits_of,
    link,
    register_of_columns,
    weighed,
)
from egnatia.engines.people.link.judgements import Entry
from egnatia.engines.people.simulate import Recipe, lines
from egnatia.errors import InputError

FIELDS = (Field.FIRST, Field.FAMILY, Field.FATHER, Field.BIRTH_DATE, Field.NUMBERS)
FAST = Settings(sample=30_000)
NOW = datetime(2026, 11, 23, tzinfo=UTC)
Row = tuple[str, str, str, str, str]
LONG = "Krasniqi" * 7_500
"""60,000 characters."""


def people(count: int, seed: int, twice: float = 0.3) -> dict[str, Row]:
    made = {}
    for line in lines(Recipe(count, seed, twice)):
        filed = line.filed
        made[filed.ref] = (filed.first, filed.family, filed.father, filed.born, "|".join(filed.identifiers))
    return made


def linked(rows: dict[str, Row], how: Settings = FAST) -> Linked:
    texts = {field: [row[place] for row in rows.values()] for place, field in enumerate(FIELDS)}
    return link(register_of_columns(list(rows), texts), how)


def pairs(made: Linked, least: float = 0.5) -> set[frozenset[str]]:
    refs = made.register.refs
    return {frozenset((refs[made.left[n]], refs[made.right[n]])) for n in made.links(least).tolist()}


@pytest.fixture(scope="module")
def some() -> dict[str, Row]:
    return people(1_500, 71)


@pytest.fixture(scope="module")
def model(some: dict[str, Row]) -> Model:
    return linked(some).model


def among(some: dict[str, Row], model: Model, **more: Row) -> set[frozenset[str]]:
    """Links of some records among others, by a model learned before."""
    found = pairs(linked(some | more, Settings(model=model)))
    return {pair for pair in found if pair <= more.keys()}


def test_shuffling_gives_the_same_groups(some: dict[str, Row], model: Model) -> None:
    how = Settings(model=model)
    first = linked(some, how)
    groups = Clusters(first.weighed(), bits_of(0.9)).groups
    for seed in range(2):
        order = list(some.items())
        random.Random(seed).shuffle(order)
        other = linked(dict(order), how)
        assert other.bits.tolist() == first.bits.tolist()
        assert Clusters(other.weighed(), bits_of(0.9)).groups == groups


def test_a_reference_used_twice_is_refused() -> None:
    with pytest.raises(InputError, match="twice"):
        register_of_columns(["a", "b", "a"], {Field.FIRST: ["Arben", "Ilir", "Agim"]})


def test_a_reference_given_to_somebody_else_means_that_one(some: dict[str, Row], model: Model) -> None:
    """A register that gives a number again: what was linked under it before is nothing to the new holder."""
    arben: Row = ("Arben", "Zymberi", "Fadil", "1981-04-19", "")
    mimoza: Row = ("Mimoza", "Lleshdedaj", "Pashk", "1963-10-02", "")
    before = among(some, model, r1=arben, r2=arben)
    after = among(some, model, r1=mimoza, r2=arben)
    assert before == {frozenset({"r1", "r2"})}
    assert after == set()


def test_twins_with_every_field_but_one_in_common_are_two(some: dict[str, Row], model: Model) -> None:
    one: Row = ("Arben", "Zymberi", "Fadil", "1981-04-19", "")
    assert among(some, model, a=one, b=("Arta", *one[1:])) == set()
    assert among(some, model, a=one, b=("Blerim", *one[1:])) == set()
    assert among(some, model, a=one, b=one) == {frozenset({"a", "b"})}


def test_a_father_who_contradicts_says_more_than_one_who_is_not_named(some: dict[str, Row], model: Model) -> None:
    base: Row = ("Arben", "Krasniqi", "Agim", "1981-04-19", "")
    rows = some | {"base": base, "none": (*base[:2], "", *base[3:]), "other": (*base[:2], "Zylfi", *base[3:])}
    texts = {field: [row[place] for row in rows.values()] for place, field in enumerate(FIELDS)}
    explainer = Explainer(register_of_columns(list(rows), texts), model)
    none, other = (explainer.explain("base", ref) for ref in ("none", "other"))
    assert other.bits < none.bits - 3
    assert {part.field: part.found for part in other.parts}["father_name"] == "different"


def test_a_flood_of_namesakes_does_not_hide_a_number(some: dict[str, Row], model: Model) -> None:
    flood: dict[str, Row] = {f"f{n}": ("Agim", "Krasniqi", "", "", "") for n in range(900)}
    wanted: dict[str, Row] = {
        "w1": ("Agim", "Krasniqi", "", "", "K7654321"),
        "w2": ("Agim", "Krasniqi", "", "", "K7654321"),
    }
    made = linked(some | flood | wanted, Settings(model=model))
    found = pairs(made)
    assert frozenset(wanted) in found
    assert not any(pair & flood.keys() for pair in found), "by two common names nobody is linked"
    left_out = {rule.rule: rule.left_out for rule in made.report}
    assert left_out["names by sound"] >= 902 * 901 // 2, "and what was not looked at is said"


def test_a_flood_of_one_name_stays_in_bounds(some: dict[str, Row], model: Model) -> None:
    """Nine hundred records of which one name is known: too many to compare, and no evidence against one another."""
    flood: dict[str, Row] = {f"f{n}": ("", "Krasniqi", "", "", "") for n in range(900)}
    made = linked(some | flood, Settings(model=model, pass_pairs=5_000))
    refs = np.array([ref in flood for ref in made.register.refs])
    assert not (refs[made.left] & refs[made.right]).any()
    assert next(rule for rule in made.report if rule.rule == "the only name").left_out > 0


def test_texts_of_sixty_thousand_characters_are_compared_like_others(model: Model) -> None:
    rows = people(200, 72)
    for number, row in enumerate(itertools.product((LONG, "Arben"), (LONG[1:], "Hoxha"), ("", LONG))):
        rows[f"long{number}"] = (row[0], row[1], row[2], "1990-03-07", LONG[:3_000])
    made = linked(rows, Settings(model=model))
    assert np.isfinite(made.bits).all()
    assert len(made.register) == len(rows)


@pytest.mark.parametrize(
    "text", ["\x00", "\u202eabc", "''''", "|||||", "<<<<", "0" * 500, "\uff46\uff55\uff4c\uff4c", "\ud800", "Ω" * 200]
)
def test_any_text_in_any_field_is_read(model: Model, text: str) -> None:
    rows = people(60, 73)
    for place in range(len(FIELDS)):
        row = ["Arben", "Hoxha", "Agim", "1990-03-07", "K1234567"]
        row[place] = text
        rows[f"x{place}"] = (row[0], row[1], row[2], row[3], row[4])
    made = linked(rows, Settings(model=model))
    assert np.isfinite(made.bits).all()
    assert (made.contrary <= 0).all()


def test_a_name_of_a_hundred_parts_is_read_to_its_bound(model: Model) -> None:
    parts = [f"{chr(97 + n % 26)}{chr(97 + n // 26)}men" for n in range(100)]
    rows: dict[str, Row] = {
        "a": (" ".join(parts), "Hoxha", "", "1990-03-07", ""),
        "b": (" ".join(reversed(parts)), "Hoxha", "", "1990-03-07", ""),
    }
    said = linked(people(60, 74) | rows, Settings(model=model))
    assert frozenset(rows) in pairs(said, 0.01)


LINE = st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from([*Verdict, None]), st.integers(0, 7)).filter(
    lambda line: line[0] != line[1] or line[2] is None
)


@given(st.lists(LINE, max_size=10), st.integers(0, 63))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_undoing_everything_is_as_if_nobody_had_said_anything(
    said: list[tuple[int, int, Verdict | None, int]], bits: int
) -> None:
    """Whatever was judged and undone in whatever order: undo the rest, and the groups are those of the model alone."""
    refs = tuple("abcd")
    every = list(itertools.combinations(range(4), 2))
    weights = np.array([8.0 if bits >> place & 1 else -6.0 for place in range(len(every))])
    left, right = (np.array([pair[side] for pair in every]) for side in (0, 1))
    made = weighed(refs, left, right, weights)
    plain = Clusters(made, 4.0)
    clusters = Clusters(made, 4.0, Book())
    standing: list[int] = []
    for number, (one, other, verdict, which) in enumerate(said):
        at = NOW + timedelta(seconds=number)
        entry: Entry | None = None
        if verdict is not None:
            standing.append(len(clusters.book.entries))
            entry = Judgement(refs[one], refs[other], verdict, "off-1", "seen", at)
        elif standing:
            entry = Undone(standing.pop(which % len(standing)), "off-2", "wrong", at)
        if entry is not None:
            clusters.enter(entry)
            assert clusters.groups == Clusters(made, 4.0, Book(clusters.book.entries)).groups
    for number in standing:
        clusters.enter(Undone(number, "off-2", "all of it", NOW))
    assert clusters.groups == plain.groups
    assert clusters.contradicted == ()
    assert len(clusters.book.entries) >= 2 * len(standing), "and the book keeps every line"


@given(st.permutations(range(6)), st.lists(st.sampled_from(list(Verdict)), min_size=6, max_size=6))
@settings(deadline=None, derandomize=True, max_examples=40)
def test_judgements_in_any_order_give_the_same_groups(order: list[int], verdicts: list[Verdict]) -> None:
    refs = tuple("abcd")
    every = list(itertools.combinations(range(4), 2))
    left, right = (np.array([pair[side] for pair in every]) for side in (0, 1))
    made = weighed(refs, left, right, np.array([8.0, -6.0, 3.0, 8.0, -1.0, 5.0]))
    entries = [
        Judgement(refs[one], refs[other], verdict, "off-1", "seen", NOW)
        for (one, other), verdict in zip(every, verdicts, strict=True)
    ]
    plain, other = (Clusters(made, 4.0, Book(some)) for some in (entries, [entries[place] for place in order]))
    assert plain.groups == other.groups
    assert plain.contradicted == other.contradicted
    for entry in entries:
        if entry.verdict is Verdict.NEGATIVE:
            assert not any(set(entry.pair) <= set(group) for group in plain.groups)
