"""The first line of a stranger's table, and what the csv module says of broken quotes, in words that a spreadsheet's user knows."""

import csv
import io
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people.formats import PersonRow, RowProblem, read_persons
from egnatia.engines.people.link.files import read_register
from egnatia.engines.people.table_lines import broken, column_names, is_formula, lines
from egnatia.errors import InputError

LAWS = settings(deadline=None, derandomize=True, max_examples=50)
MARK = b"\xef\xbb\xbf"


@LAWS
@given(st.lists(st.binary(max_size=20).map(lambda line: line.translate(None, b"\r\n\0")), max_size=6),
       st.sampled_from([b"\n", b"\r\n"]), st.booleans())  # fmt: skip
def test_lines_are_the_lines_of_the_file_without_its_mark(texts: list[bytes], end: bytes, mark: bool) -> None:  # noqa: FBT001 - drawn
    if texts and texts[0].startswith((MARK, b"PK\x03\x04", b"\xff\xfe", b"\xfe\xff", b"\xd0\xcf\x11\xe0")):
        return
    content = (MARK if mark else b"") + b"".join(text + end for text in texts)
    assert list(lines(io.BytesIO(content), 100)) == ([text + end for text in texts] or ([b""] if mark else []))


def test_a_mark_in_a_later_line_is_part_of_it() -> None:
    assert list(lines(io.BytesIO(b"a\n" + MARK + b"b\n"), 9)) == [b"a\n", MARK + b"b\n"]


@pytest.mark.parametrize(("number", "length"), [(1, 21), (2, 21), (3, 60_000)])
def test_a_line_that_is_too_long_is_named(number: int, length: int) -> None:
    content = b"x\n" * (number - 1) + b"y" * length
    with pytest.raises(InputError, match=rf"^ties\.csv, line {number} is longer than 20 bytes"):
        list(lines(io.BytesIO(content), 20, "ties.csv"))
    assert len(list(lines(io.BytesIO(b"y" * 20), 20))) == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("ref\nR1\n".encode("utf-16"), "not in UTF-8"),
        ("ref\nR1\n".encode("utf-16-le"), "not in UTF-8"),
        ("ref\nR1\n".encode("utf-16-be"), "not in UTF-8"),
        ("ref\nR1\n".encode("utf-32"), "not in UTF-8"),
        (b"ref\rR1\r", "old Macs"),
        (b"ref\rR1\r\n", "old Macs"),
        (b"PK\x03\x04\x14\x00", "workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "workbook"),
    ],
)
@pytest.mark.parametrize("reader", [read_register, lambda stream: list(read_persons(stream))])
def test_what_a_spreadsheet_saved_in_another_way_is_named(
    content: bytes, says: str, reader: Callable[[io.BytesIO], object]
) -> None:
    with pytest.raises(InputError, match=says) as caught:
        reader(io.BytesIO(content))
    assert "CSV UTF-8" in caught.value.hint()


@pytest.mark.parametrize(
    ("line", "names", "delimiter"),
    [
        ("ref,first_names\r\n", ["ref", "first_names"], ","),
        ("REF ; First_Names\n", ["ref", "first_names"], ";"),
        ('"ref","first_names"', ["ref", "first_names"], ","),
        ("ref", ["ref"], ","),
    ],
)
def test_names_of_columns_are_read_as_they_are_meant(line: str, names: list[str], delimiter: str) -> None:
    assert column_names(line, ("ref", "first_names")) == (names, delimiter)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("", "empty"),
        (" \r\n", "empty"),
        ("ref\tfirst_names\n", "between tabs"),
        ("first_names\n", "ref is missing"),
        ("ref,ref\n", "stands twice"),
        ("ref,\u202ecolour\n", r"no column is called '\\u202ecolour'"),
        ("ref," + "x" * 500 + "\n", "no column is called 'x{40}'"),
    ],
)
def test_a_first_line_that_names_no_columns_is_refused_with_those_there_are(line: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        column_names(line, ("ref", "first_names"))
    assert caught.value.hint()


@pytest.mark.parametrize("content", ['a,"b\n', 'a,"b" c\n', 'a,"' + "x\n" * 70_000, "a\rb,c\n"])
def test_every_fault_of_quotes_has_words_of_ours(content: str) -> None:
    reader = csv.reader(content.splitlines(keepends=True) if "\r" not in content else [content], strict=True)
    with pytest.raises(csv.Error) as fault:
        list(reader)
    said = broken(reader.line_num, fault.value)
    assert str(fault.value) not in said.message
    assert said.message.startswith(f"line {reader.line_num}: ")
    assert said.message != f"line {reader.line_num}: its quotes are broken", "no message of the module is left over"
    assert '"' in said.hint()


@pytest.mark.parametrize(
    "value", ["=1", "@x", "+1-1", "-1+1", "+", "-", "+44a", "\t=1", "\r=1", "=cmd()|' /C calc'!A0"]
)
def test_what_a_spreadsheet_works_out_is_a_formula(value: str) -> None:
    assert is_formula(value)


@pytest.mark.parametrize("value", ["", "R1", "1=1", "+383 44 123 456", "-12", "a@b", "O'Neil", "Ђ"])
def test_what_it_does_not_is_none(value: str) -> None:
    assert not is_formula(value)


def test_a_zero_byte_after_the_first_line_is_dropped_and_a_line_that_is_not_utf_8_is_a_problem() -> None:
    content = b"ref,family_names\nR1,Ho\0xha\nR2,Hoxh\xeb\nR3,\xed\xa0\x80Hoxha\n"
    rows = list(read_persons(io.BytesIO(content)))
    assert isinstance(rows[0], PersonRow)
    assert rows[0].record.family_names == "Hoxha"
    assert [row.problem for row in rows if isinstance(row, RowProblem)] == ["it is not UTF-8"] * 2
    assert [(each.line, each.problem) for each in read_register(io.BytesIO(content)).problems] == [
        (3, "it is not UTF-8"),
        (4, "it is not UTF-8"),
    ]
