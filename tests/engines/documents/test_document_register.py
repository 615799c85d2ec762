"""The lost-and-stolen register: good rows come through, bad rows are named, nothing swallows the file."""

import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents import (
    RegisterRow,
    RowProblem,
    bounded_lines,
    matches,
    normal_issuer,
    normal_number,
    read_register,
)
from egnatia.engines.documents.registers.register import MAX_LINE
from egnatia.errors import InputError
from egnatia.model.states import RegisterCategory

HEADER = "issuer,document_type,number,number_to,category,reported_on,reference,circumstances"
BLANKS = "ALB,P,BA1000000,BA1000499,stolen_blank,2025-03-02,ALB-D-000417,taken from a courier"


def _rows(*lines: str) -> list[RegisterRow | RowProblem]:
    return list(read_register([HEADER, *lines]))


def _row(line: str) -> RegisterRow:
    (row,) = _rows(line)
    assert isinstance(row, RegisterRow), row
    return row


def test_a_row_is_read_whole() -> None:
    assert _row(BLANKS) == RegisterRow(
        2, "ALB", "P", "BA1000000", "BA1000499", RegisterCategory.STOLEN_BLANK, date(2025, 3, 2), "ALB-D-000417",
        "taken from a courier",
    )  # fmt: skip


def test_columns_in_any_order_with_semicolons_mark_and_capitals() -> None:
    lines = [
        "\ufeffReference;Number;Category;Issuer;Reported_On;Document_Type\r\n",
        "XKX-D-1;p 123-456 7<<;LOST;XKX;2025-01-31;p<\r\n",
        ";;;;;\r\n",
        "\r\n",
    ]
    (row,) = read_register(lines)
    assert isinstance(row, RegisterRow)
    assert (row.line, row.issuer, row.document_type, row.number) == (2, "RKS", "P", "P1234567")
    assert (row.number_to, row.category, row.circumstances) == (row.number, RegisterCategory.LOST, "")


def test_quoted_fields_hold_delimiters() -> None:
    assert _row('D,P,C01X00T47,,lost,2025-01-31,D-1,"left in a bus, Tirana"').circumstances == "left in a bus, Tirana"


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        ("ZZZ,P,BA1,,lost,2025-03-02,R-1,", "issuer", "ZZZ"),
        ("ALB,PASS,BA1,,lost,2025-03-02,R-1,", "document_type", "one or two letters"),
        ("ALB,P,,,lost,2025-03-02,R-1,", "number", "no document number"),
        ("ALB,P,BA_1,,lost,2025-03-02,R-1,", "number", "BA_1"),
        (f"ALB,P,{'9' * 21},,lost,2025-03-02,R-1,", "number", "1 to 20"),
        ("ALB,P,BA1,,mislaid,2025-03-02,R-1,", "category", "stolen_blank"),
        ("ALB,P,BA1,,lost,02/03/2025,R-1,", "reported_on", "2025-05-15"),
        ("ALB,P,BA1,,lost,2025-02-30,R-1,", "reported_on", "no date"),
        ("ALB,P,BA1,,lost,20250302,R-1,", "reported_on", "no date"),
        ("ALB,P,BA1,,lost,2025-W09-7,R-1,", "reported_on", "no date"),
        ("ALB,P,BA1,,lost,2025-03-02,,", "reference", "not allowed"),
        (f"ALB,P,BA1,,lost,2025-03-02,{'R' * 41},", "reference", "longer than 40"),
        (f"ALB,P,BA1,,lost,2025-03-02,R-1,{'x' * 2001}", "circumstances", "longer than 2000"),
        ("ALB,P,BA1,BA9,lost,2025-03-02,R-1,", "number_to", "only for stolen_blank"),
        ("ALB,P,BA1,BA10,stolen_blank,2025-03-02,R-1,", "number_to", "same length"),
        ("ALB,P,BA1,BB1,stolen_blank,2025-03-02,R-1,", "number_to", "only in digits"),
        ("ALB,P,BA9,BA1,stolen_blank,2025-03-02,R-1,", "number_to", "-7 numbers"),
        ("ALB,P,BA0000000,BA9999999,stolen_blank,2025-03-02,R-1,", "number_to", "100000 are allowed"),
        ("ALB,P,BA1,,lost,2025-03-02", "", "6 fields, the header 8"),
        ('ALB,P,BA1,,lost,2025-03-02,R-1,"never closed', "", "cannot be split"),
        ("ALB,P,BA1,,lost,2025-03-02,R-1,\0", "", "null character"),
        ("x" * (MAX_LINE + 1), "", f"longer than {MAX_LINE}"),
    ],
)
def test_a_bad_row_is_named_and_the_next_is_read(line: str, column: str, reason: str) -> None:
    problem, good = _rows(line, BLANKS)
    assert isinstance(problem, RowProblem)
    assert (problem.line, problem.column) == (2, column)
    assert reason in problem.reason
    assert isinstance(good, RegisterRow)
    assert good.line == 3


@pytest.mark.parametrize(
    ("header", "complaint"),
    [
        ("", "no header"),
        ("\n", "no header"),
        (HEADER + ",holder", "unknown columns: holder"),
        ("issuer,number", "missing columns: document_type"),
        (HEADER + ",issuer", "repeated columns: issuer"),
        ("a" * (MAX_LINE + 1), "no header"),
    ],
)
def test_a_header_that_cannot_be_used_is_refused(header: str, complaint: str) -> None:
    with pytest.raises(InputError, match=complaint) as refusal:
        list(read_register([header, BLANKS]))
    assert "reported_on" in refusal.value.hint()


def test_no_lines_at_all() -> None:
    with pytest.raises(InputError, match="no header"):
        list(read_register([]))


@pytest.mark.parametrize(
    ("issuer", "number", "hit"),
    [
        ("ALB", "BA1000000", True),
        ("ALB", "ba 1000-499", True),
        ("alb", "BA1000250<", True),
        ("ALB", "BA1000500", False),
        ("ALB", "BA0999999", False),
        ("ALB", "BB1000250", False),
        ("ALB", "BA10002", False),
        ("ALB", "BA10002500", False),
        ("ALB", "BA1000A50", False),
        ("ALB", "BA100025²", False),
        ("ALB", "", False),
        ("MNE", "BA1000250", False),
    ],
)
def test_a_range_holds_its_own_numbers_only(issuer: str, number: str, *, hit: bool) -> None:
    assert matches(_row(BLANKS), issuer, number) is hit


def test_a_single_number_matches_however_it_is_written() -> None:
    row = _row("XKX,P,P01234567,,stolen,2025-03-02,R-1,")
    assert all(matches(row, issuer, "P0123 4567") for issuer in ("RKS", "XKX", "rks"))
    assert not matches(row, "RKS", "PO1234567")  # the letter O is another number


def test_codes_and_numbers_are_brought_to_one_form() -> None:
    assert (normal_issuer("DEU"), normal_issuer("d<<"), normal_issuer("xkx")) == ("D", "D", "RKS")
    assert normal_number(" ab-12.3/4<< ") == "AB1234"


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.integers(0, 99_999), st.integers(0, 99_999), st.integers(0, 99_999))
def test_a_range_matches_like_counting(first: int, last: int, wanted: int) -> None:
    (row,) = _rows(f"ALB,P,AB{first:05d},AB{last:05d},stolen_blank,2025-03-02,R-1,")
    if last < first:
        assert isinstance(row, RowProblem)
    else:
        assert isinstance(row, RegisterRow)
        assert matches(row, "ALB", f"AB{wanted:05d}") is (first <= wanted <= last)


@settings(deadline=None, derandomize=True, max_examples=100)
@given(st.lists(st.text(max_size=120), max_size=5))
def test_any_text_is_read_or_named(lines: list[str]) -> None:
    for row in _rows(*lines):
        assert isinstance(row, (RegisterRow, RowProblem))


def test_a_line_without_end_is_cut_and_skipped() -> None:
    stream = io.StringIO(f"{HEADER}\n{'x' * 1_000_000}\n{BLANKS}\n")
    problem, good = read_register(bounded_lines(stream))
    assert isinstance(problem, RowProblem)
    assert isinstance(good, RegisterRow)
    assert (problem.line, good.line) == (2, 3)
