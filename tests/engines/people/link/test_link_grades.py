"""Grades: what two values of a field amount to, and that neither side nor order changes it."""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people.link.fields import GRADES, Field, Grade
from egnatia.engines.people.link.grade_names import _of_several
from egnatia.engines.people.link.register import Register, register_of_columns
from egnatia.engines.people.link.values import read
from egnatia.engines.people.link.vectors import COMPARED, Comparer, Counts, codes_of, counts_of, vector

Row = dict[Field, str]


def register(*rows: Row, aliases: dict[str, list[str]] | None = None) -> Register:
    refs = [f"r{number}" for number in range(len(rows))]
    used = sorted({field for row in rows for field in row})
    return register_of_columns(refs, {field: [row.get(field, "") for row in rows] for field in used}, None, aliases)


def grades(left: Row, right: Row, aliases: dict[str, list[str]] | None = None) -> dict[Field, Grade]:
    """Grades of two records by field, the same from both sides."""
    made = []
    for rows in ((left, right), (right, left)):
        names = (
            aliases
            if rows[0] is left or aliases is None
            else {"r1": aliases.get("r0", []), "r0": aliases.get("r1", [])}
        )
        compared = Comparer(read(register(*rows, aliases=names))).compare(np.array([1], dtype=np.int64))
        made.append({field: Grade(int(compared.of(field)[0])) for field in COMPARED})
    assert made[0] == made[1], "the order of two records changes nothing"
    return made[0]


def of_names(left: str, right: str) -> Grade:
    return grades({Field.FIRST: "Arben", Field.FAMILY: left}, {Field.FIRST: "Arben", Field.FAMILY: right})[Field.FAMILY]


def of_dates(left: str, right: str) -> Grade:
    return grades({Field.BIRTH_DATE: left}, {Field.BIRTH_DATE: right})[Field.BIRTH_DATE]


@pytest.mark.parametrize(
    ("left", "right", "grade"),
    [
        ("Krasniqi", "KRASNIQI", Grade.SAME),
        ("Gjergji", "Ѓерѓи", Grade.SAME),
        ("Shehu Gashi", "Gashi-Shehu", Grade.SAME),
        ("Hoxha", "Hodža", Grade.EQUIVALENT),
        ("Rexhepi", "Реџепи", Grade.EQUIVALENT),
        ("Trajkovski", "Trajkovska", Grade.EQUIVALENT),
        ("Gjorgjevski", "Đorđevski", Grade.EQUIVALENT),
        ("Abdul Rahman", "Abdulrahman", Grade.EQUIVALENT),
        ("Krasniqi", "Krasnici", Grade.EQUIVALENT),
        ("Berisha", "Berishq", Grade.CLOSE),
        ("Berisha", "Bersiha", Grade.CLOSE),
        ("Shehu Gashi", "Gashi", Grade.CLOSE),
        ("Al Hassan", "Hassan", Grade.EQUIVALENT),
        ("Shehu Gashi", "Shehu Berisha", Grade.SIMILAR),
        ("Begolli", "B", Grade.SIMILAR),
        ("Benjamin", "Ben", Grade.SIMILAR),
        ("Ana", "Ina", Grade.DIFFERENT),
        ("Hoxha", "Berisha", Grade.DIFFERENT),
        ("Shehu Gashi", "Berisha Krasniqi", Grade.DIFFERENT),
        ("Hoxha", "", Grade.MISSING),
        ("Hoxha", "UNKNOWN", Grade.MISSING),
        ("XXX", "FNU", Grade.MISSING),
    ],
)
def test_names(left: str, right: str, grade: Grade) -> None:
    assert of_names(left, right) is grade


@pytest.mark.parametrize(
    ("left", "right", "grade"),
    [
        ("1990-03-07", "1990-03-07", Grade.SAME),
        ("1990-03-07", "07.03.1990", Grade.SAME),
        ("1990-03-07", "1990-07-03", Grade.EXCHANGED),
        ("1990-03-07", "1990-03-17", Grade.CLOSE),
        ("1990-03-07", "1980-03-07", Grade.CLOSE),
        ("1963-06-06", "1963-06-36", Grade.CLOSE),
        ("1990-03-07", "1990-03-28", Grade.PARTLY),
        ("1990-03-07", "1990-03", Grade.PARTLY),
        ("1990-03", "1990-03", Grade.PARTLY),
        ("1990-03", "1990-04", Grade.DIFFERENT),
        ("1990-03-07", "1990", Grade.SAME_YEAR),
        ("1990-03-07", "1990-01-01", Grade.SAME_YEAR),
        ("1990-01-01", "1990-01-01", Grade.SAME_YEAR),
        ("1990-01-01", "1980-01-01", Grade.DIFFERENT),
        ("1963-06-36", "1963-11-24", Grade.SAME_YEAR),
        ("1990-03-07", "1991-04-18", Grade.DIFFERENT),
        ("1630-08-01", "1630-08-01", Grade.SAME),
        ("1990-03-07", "", Grade.MISSING),
        ("1990-03-07", "soon", Grade.MISSING),
        ("1990-03-07", "0000-00-00", Grade.MISSING),
    ],
)
def test_dates(left: str, right: str, grade: Grade) -> None:
    assert of_dates(left, right) is grade


@pytest.mark.parametrize(
    ("left", "right", "grade"),
    [
        ("K1234567", "k-123 4567", Grade.SAME),
        ("K1234567|L7654321", "L7654321", Grade.SAME),
        ("K1234567", "K1234568", Grade.CLOSE),
        ("AO1234567", "A01234567", Grade.CLOSE),
        ("K1234567", "M9876543", Grade.DIFFERENT),
        ("phone:+38344123456", "K1234567", Grade.MISSING),
        ("phone:+38344123456", "plate:01-234-AB", Grade.MISSING),
        ("12", "12", Grade.MISSING),
        ("K1234567", "", Grade.MISSING),
    ],
)
def test_numbers(left: str, right: str, grade: Grade) -> None:
    found = grades({Field.FIRST: "A", Field.NUMBERS: left}, {Field.FIRST: "A", Field.NUMBERS: right})
    assert found[Field.NUMBERS] is grade


@pytest.mark.parametrize(
    ("left", "right", "grade"),
    [
        ("7 Rruga e Kavajës", "7, rruga e kavajes", Grade.SAME),
        ("25 pridham street", "25 pridhamstreet", Grade.CLOSE),
        ("23 woollum street", "23 woolum st", Grade.SIMILAR),
        ("26 groom street", "9 high road", Grade.DIFFERENT),
        ("", "9 high road", Grade.MISSING),
    ],
)
def test_addresses(left: str, right: str, grade: Grade) -> None:
    found = grades({Field.FIRST: "A", Field.ADDRESS: left}, {Field.FIRST: "A", Field.ADDRESS: right})
    assert found[Field.ADDRESS] is grade


def test_exchanged_names_are_read_in_both_orders() -> None:
    found = grades({Field.FIRST: "Arben", Field.FAMILY: "Hoxha"}, {Field.FIRST: "Hodža", Field.FAMILY: "Arbem"})
    assert (found[Field.FIRST], found[Field.FAMILY], found[Field.ORDER]) == (
        Grade.CLOSE,
        Grade.EQUIVALENT,
        Grade.EXCHANGED,
    ) or (found[Field.FIRST], found[Field.FAMILY]) == (Grade.EQUIVALENT, Grade.CLOSE)
    assert found[Field.ORDER] is Grade.EXCHANGED
    straight = grades({Field.FIRST: "Arben", Field.FAMILY: "Hoxha"}, {Field.FIRST: "Arben", Field.FAMILY: "Arben"})
    assert straight[Field.ORDER] is Grade.SAME


def test_half_an_exchange_is_none() -> None:
    found = grades({Field.FIRST: "Arben", Field.FAMILY: "Hoxha"}, {Field.FIRST: "Hoxha", Field.FAMILY: "Mimoza"})
    assert (found[Field.FIRST], found[Field.ORDER]) == (Grade.DIFFERENT, Grade.SAME)


def test_an_alias_counts_where_it_is_better() -> None:
    left, right = {Field.FIRST: "Arben", Field.FAMILY: "Hoxha"}, {Field.FIRST: "Ben", Field.FAMILY: "Smith"}
    assert grades(left, right)[Field.FAMILY] is Grade.DIFFERENT
    found = grades(left, right, {"r1": ["Mimoza Gashi", "HOXHA, Arben"]})
    assert (found[Field.FIRST], found[Field.FAMILY]) == (Grade.SAME, Grade.SAME)
    assert grades(left, right, {"r0": ["Ben Smith"]})[Field.FIRST] is Grade.SAME


def test_vectors_are_numbered_and_counted() -> None:
    rows = [{Field.FIRST: "Arben", Field.FAMILY: name} for name in ("Hoxha", "Hoxha", "Hodža", "Berisha")]
    comparer = Comparer(read(register(*rows)))
    pairs = np.array([a << 32 | b for a, b in itertools.combinations(range(4), 2)], dtype=np.int64)
    codes = codes_of(comparer.compare(pairs))
    for code, column in zip(codes.tolist(), comparer.compare(pairs).grades.T.tolist(), strict=True):
        assert [int(grade) for grade in vector(code)] == column
    counts: Counts = counts_of(codes)
    assert int(counts.pairs.sum()) == len(pairs)
    assert sorted(counts.pairs.tolist()) == [1, 2, 3]


WORDS = st.sampled_from(
    [
        "Arben",
        "arbem",
        "Hoxha",
        "Hodža",
        "Хоџа",
        "Shehu Gashi",
        "Gashi",
        "de la Cruz",
        "Cruz",
        "B",
        "",
        "محمد",
        "UNKNOWN",
        "Ig0r",
    ]
)
DATES = st.sampled_from(["", "1990", "1990-01-01", "1990-03", "1990-03-07", "1990-07-03", "1990-03-37", "1991-03-07"])
ROWS = st.fixed_dictionaries({Field.FIRST: WORDS, Field.FAMILY: WORDS, Field.FATHER: WORDS, Field.BIRTH_DATE: DATES})


@given(ROWS, ROWS)
@settings(deadline=None, derandomize=True, max_examples=50)
def test_every_grade_is_one_of_its_field_and_both_sides_agree(left: Row, right: Row) -> None:
    found = grades(left, right)
    for field, grade in found.items():
        assert grade is Grade.MISSING or grade in GRADES[field]
    itself = grades(left, dict(left))
    for field in (Field.FIRST, Field.FAMILY, Field.FATHER):
        assert itself[field] in {Grade.SAME, Grade.MISSING}
    assert itself[Field.ORDER] is Grade.SAME


@given(st.lists(WORDS, min_size=2, max_size=6))
@settings(deadline=None, derandomize=True, max_examples=30)
def test_many_pairs_at_once_are_graded_as_one_by_one(names: list[str]) -> None:
    made = register(*({Field.FIRST: "Arben", Field.FAMILY: name} for name in names))
    comparer = Comparer(read(made))
    pairs = np.array([a << 32 | b for a, b in itertools.combinations(range(len(names)), 2)], dtype=np.int64)
    together = comparer.compare(pairs).of(Field.FAMILY).tolist()
    alone = [int(comparer.compare(pairs[n : n + 1]).of(Field.FAMILY)[0]) for n in range(len(pairs))]
    assert together == alone


def slowly(table: np.ndarray[Any, np.dtype[np.uint8]], small_left: list[bool], small_right: list[bool]) -> Grade:
    """The rule for names of several parts, for one pair of names, step by step."""
    if table.shape[0] > table.shape[1]:
        table, small_left, small_right = table.T, small_right, small_left
    rows, columns, found = set(range(table.shape[0])), set(range(table.shape[1])), []
    while rows:
        free = [(-int(table[r, c]), r, c) for r in rows for c in columns if small_left[r] == small_right[c]]
        negative, row, column = min(free, default=(0, 0, 0))
        if -negative < Grade.CLOSE:
            break
        found += [] if small_left[row] else [-negative]
        rows.discard(row)
        columns.discard(column)
    named = small_left.count(False)
    if found and len(found) == named:
        complete = named == small_right.count(False)
        return Grade.EQUIVALENT if complete and min(found) >= Grade.EQUIVALENT else Grade.CLOSE
    return Grade.SIMILAR if max(found, default=0) >= Grade.EQUIVALENT else Grade.DIFFERENT


@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 2**32 - 1))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_names_of_several_parts_are_graded_together_as_one_by_one(height: int, width: int, seed: int) -> None:
    draw = np.random.Generator(np.random.PCG64(seed))
    tables = draw.integers(1, 6, (20, height, width)).astype(np.uint8)
    left, right = draw.random((20, height)) < 0.3, draw.random((20, width)) < 0.3
    made = _of_several(tables, left, right).tolist()
    assert made == [slowly(tables[n], left[n].tolist(), right[n].tolist()) for n in range(20)]
    turned = _of_several(tables.transpose(0, 2, 1), right, left).tolist()
    if height != width:
        assert turned == made, "whichever name comes first"


SHORT_FORMS = [
    ("Ted", "Edward"),
    ("Bill", "William"),
    ("Bob", "Robert"),
    ("Peggy", "Margaret"),
    ("Boban", "Slobodan"),
    ("Zoki", "Zoran"),
    ("Goce", "Gjorgji"),
    ("Sylë", "Sulejman"),
    ("Cen", "Hysen"),
    ("Mujo", "Mustafa"),
]


@pytest.mark.parametrize(("short", "name"), SHORT_FORMS)
def test_short_forms_are_known_in_every_tradition(short: str, name: str) -> None:
    for left, right in ((short, name), (name, short), (f"{short} Agim", f"{name} Agim")):
        assert of_names(left, right) >= Grade.SIMILAR


@pytest.mark.parametrize(
    ("left", "right"),
    [("Ted", "William"), ("Bob", "Bill"), ("Zoki", "Slobodan"), ("Arben", "Sulejman"), ("Peggy", "Mary")],
)
def test_a_short_form_of_another_name_is_another_name(left: str, right: str) -> None:
    assert of_names(left, right) is Grade.DIFFERENT
