"""A register that anything may have written: delimiters, marks, quotes, control characters, sizes, and long files."""

# ruff: noqa: RUF001 - look-alike letters are the subject

import io
import random
import tracemalloc
from collections.abc import Iterator

import pytest

from egnatia.engines.documents import (
    RegisterRow,
    RowProblem,
    bounded_lines,
    normal_issuer,
    normal_number,
    read_register,
)
from egnatia.engines.documents.registers.register import (
    MAX_CIRCUMSTANCES,
    MAX_LINE,
    MAX_NUMBER,
    MAX_RANGE,
    MAX_REFERENCE,
)
from egnatia.errors import InputError
from egnatia.model.states import RegisterCategory

COLUMNS = ("issuer", "document_type", "number", "number_to", "category", "reported_on", "reference", "circumstances")
GOOD = {
    "issuer": "ALB", "document_type": "P", "number": "BA1000000", "number_to": "", "category": "stolen",
    "reported_on": "2025-03-02", "reference": "ALB-D-1", "circumstances": "taken from a courier",
}  # fmt: skip


def _file(*rows: dict[str, str], delimiter: str = ",") -> list[str]:
    return [delimiter.join(COLUMNS)] + [delimiter.join(row[name] for name in COLUMNS) for row in rows]


def _one(**changed: str) -> RegisterRow | RowProblem:
    (row,) = read_register(_file({**GOOD, **changed}))
    return row


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\r"])
def test_delimiter_mark_and_line_end_change_nothing(delimiter: str, mark: str, end: str) -> None:
    lines = [line + end for line in _file(GOOD, GOOD, delimiter=delimiter)]
    rows = list(read_register([mark + lines[0], *lines[1:]]))
    assert [row.line for row in rows] == [2, 3]
    for row in rows:
        assert isinstance(row, RegisterRow)
        assert (row.number, row.circumstances) == ("BA1000000", "taken from a courier")


def test_the_columns_may_stand_in_any_order() -> None:
    rng = random.Random(2)
    expected = _one()
    for _ in range(20):
        order = rng.sample(COLUMNS, len(COLUMNS))
        (row,) = read_register([";".join(order), ";".join(GOOD[name] for name in order)])
        assert row == expected


@pytest.mark.parametrize("name", ["number_to", "circumstances"])
def test_each_optional_column_may_be_missing(name: str) -> None:
    kept = [column for column in COLUMNS if column != name]
    (row,) = read_register([",".join(kept), ",".join(GOOD[column] for column in kept)])
    assert isinstance(row, RegisterRow)
    assert (row.number_to, row.circumstances) == (row.number, "" if name == "circumstances" else GOOD["circumstances"])


@pytest.mark.parametrize("name", [column for column in COLUMNS if column not in {"number_to", "circumstances"}])
def test_each_required_column_is_missed_by_name(name: str) -> None:
    with pytest.raises(InputError, match=f"missing columns: {name}"):
        list(read_register([",".join(column for column in COLUMNS if column != name)]))


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("issuer", ("", "A", "AL", "ALBA", "ZZZ", "A B", "ÄLB", "ıTA", "\u202eALB")),
        ("document_type", ("", "PPP", "P1", "1", "ß", "P P", "Ⅰ")),
        ("number", ("", "-", "<<<", "BA_1", "BA#1", "BÄ1", "ß1", "ı23", "12\u00b2", "1" * (MAX_NUMBER + 1), "١٢٣")),
        ("category", ("", "lost ones", "stolen-blank", "0", "löst", "LOST;")),
        ("reported_on", ("", "2025-3-2", "2025/03/02", "02.03.2025", "2025-13-01", "2025-02-29", "0000-01-01",
                         "2025-03-02T00:00", "٢٠٢٥-٠٣-٠٢", "+2025-03-02")),
        ("reference", ("", "two words", "tab\tinside", "ä", "R" * (MAX_REFERENCE + 1), "\u200bR")),
        ("circumstances", ("x" * (MAX_CIRCUMSTANCES + 1),)),
        ("number_to", ("BA1000001", "BA_1", "ß", "1" * (MAX_NUMBER + 1))),
    ],
)  # fmt: skip
def test_each_bad_value_is_named_with_its_column(column: str, values: tuple[str, ...]) -> None:
    for value in values:
        row = _one(**{column: value})
        assert isinstance(row, RowProblem), value
        assert (row.line, row.column) == (2, column), value
        assert row.reason
        assert len(row.reason) < 250, "a reason quotes no more of the row than is needed to find it"


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("issuer", ("alb", " ALB ", "RKS", "XKX", "KOS", "D<<", "DEU", "GER", "UNO", "XOM", "YUG")),
        ("document_type", ("p", "P<", "ID", "I<", "V")),
        ("number", ("b a 1", "ba-1", "BA.1", "BA/1", "1", "1" * MAX_NUMBER, "BA‐1", "BA1<<<<")),
        ("category", ("LOST", "Stolen", "revoked", "stolen_blank")),
        ("reported_on", ("2024-02-29", "1990-01-01", " 2025-03-02 ")),
        ("reference", ("R", "R" * MAX_REFERENCE, "a:b/c#d", "!~")),
        ("circumstances", ("", "ÄÖÜ Đ", "x" * MAX_CIRCUMSTANCES, "=1+1")),
    ],
)
def test_each_good_value_is_read(column: str, values: tuple[str, ...]) -> None:
    for value in values:
        if column == "category" and value.lower() not in set(RegisterCategory):
            continue
        assert isinstance(_one(**{column: value}), RegisterRow), value


def test_all_categories_are_read() -> None:
    for category in RegisterCategory:
        row = _one(category=category.upper())
        assert isinstance(row, RegisterRow)
        assert row.category is category


@pytest.mark.parametrize(
    ("first", "last", "size"),
    [("AB10", "AB19", 10), ("AB09", "AB10", 2), ("1", "9", 9), ("AB000001", "AB100000", MAX_RANGE)],
)
def test_ranges_of_blanks(first: str, last: str, size: int) -> None:
    row = _one(number=first, number_to=last, category="stolen_blank")
    assert isinstance(row, RegisterRow)
    assert int(row.number_to.lstrip("AB")) - int(row.number.lstrip("AB")) + 1 == size


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        ("AB000000", "AB100000", f"{MAX_RANGE + 1} numbers"),
        ("AB19", "AB10", "-8 numbers"),
        ("AB1", "AB10", "same length"),
        ("A10", "B10", "only in digits"),
        ("A1B", "A2C", "only in digits"),
        ("A1B", "A2B", "only in digits"),
    ],
)
def test_bad_ranges(first: str, last: str, reason: str) -> None:
    row = _one(number=first, number_to=last, category="stolen_blank")
    assert isinstance(row, RowProblem)
    assert (row.column, reason in row.reason) == ("number_to", True)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('ALB,P,BA1,,lost,2025-03-02,R-1,"open', "cannot be split"),
        ('ALB,P,"BA1"x,,lost,2025-03-02,R-1,', "cannot be split"),
        ("ALB,P,BA1,,lost,2025-03-02,R-1,a\rb", "cannot be split"),
        ("ALB,P,BA1,,lost,2025-03-02,R-1,,", "9 fields, the header 8"),
        ("ALB", "1 fields, the header 8"),
        ("ALB;P;BA1;;lost;2025-03-02;R-1;", "1 fields, the header 8"),
        ("ALB,P,BA1,,lost,2025-03-02,R-1,\x00", "null character"),
        ("\x00", "null character"),
        ("x" * (MAX_LINE + 1), "longer than"),
        ("x" * 200_000, "longer than"),
    ],
)
def test_a_row_that_cannot_be_taken_apart(text: str, reason: str) -> None:
    problem, good = read_register([",".join(COLUMNS), text, _file(GOOD)[1]])
    assert isinstance(problem, RowProblem)
    assert (problem.line, problem.column) == (2, "")
    assert reason in problem.reason
    assert isinstance(good, RegisterRow)


def test_quotes_hold_delimiters_and_quotes() -> None:
    for text, read in (('"a, b"', "a, b"), ('"say ""hello"""', 'say "hello"'), ('"  spaces  "', "spaces"), ('""', "")):
        row = _one(circumstances=text)
        assert isinstance(row, RegisterRow)
        assert row.circumstances == read


@pytest.mark.parametrize("empty", ["", "\n", "   ", ",,,,,,,", ";;", "\t\t\r\n"])
def test_empty_rows_are_passed_over_and_counted(empty: str) -> None:
    (row,) = read_register([",".join(COLUMNS), empty, empty, _file(GOOD)[1]])
    assert row.line == 4


def test_a_hundred_thousand_rows_are_read_in_bounded_memory() -> None:
    def lines() -> Iterator[str]:
        yield ",".join(COLUMNS) + "\n"
        for number in range(100_000):
            yield f"ALB,P,BA{number:07d},,lost,2025-03-02,R-{number},\n"

    tracemalloc.start()
    count = sum(isinstance(row, RegisterRow) for row in read_register(lines()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 100_000
    assert peak < 2_000_000, "rows are read one by one and not kept"


def test_a_file_of_one_endless_line_is_read_in_bounded_memory() -> None:
    stream = io.StringIO(",".join(COLUMNS) + "\n" + "x" * 5_000_000)
    tracemalloc.start()
    (problem,) = read_register(bounded_lines(stream))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(problem, RowProblem)
    assert peak < 1_000_000


@pytest.mark.parametrize(
    "length", [MAX_LINE - 1, MAX_LINE, MAX_LINE + 1, 2 * MAX_LINE, 2 * MAX_LINE + 1, 2 * MAX_LINE + 2]
)
def test_the_row_after_a_line_of_any_length_keeps_its_own_number(length: int) -> None:
    stream = io.StringIO(f"{'x' * length}\nsecond\nthird")
    assert list(bounded_lines(stream))[1:] == ["second\n", "third"]


@pytest.mark.parametrize(
    ("written", "normal"),
    [("ab 12", "AB12"), ("ß1", "ß1"), ("ı2", "ı2"), ("ſ3", "ſ3"), ("ﬁ4", "ﬁ4"), ("a\u2011b", "AB"), ("a\u00a0b", "AB")],
)
def test_only_plain_small_letters_become_capitals(written: str, normal: str) -> None:
    """`ß`.upper() is SS: a number that nobody printed would be filed and later match another document."""
    assert normal_number(written) == normal


def test_an_issuer_in_look_alike_letters_is_not_taken_for_a_real_one() -> None:
    assert normal_issuer("ıta") == "ıTA"
    assert isinstance(_one(issuer="ıta"), RowProblem)
