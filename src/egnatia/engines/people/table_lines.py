"""Tables of strangers as lines and columns: what a spreadsheet saved in another way is said in words that its user knows.

Read is CSV in UTF-8, with commas or semicolons. Everything else that such programs save under that name (UTF-16, lines that end
as old Macs end them, columns between tabs, the workbook itself) is told by its first line, before anything is made of it.
"""

import codecs
import csv
from collections.abc import Collection, Iterator
from typing import BinaryIO

from egnatia.errors import InputError

_SAVE = 'Save it again as "CSV UTF-8", with commas or semicolons.'
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How a zip archive begins, which a workbook is, and how one of before 2007 does."""
_QUOTES = 'Look at the quotes (") in the lines before it: each one that opens has to close.'
_FAULTS = {
    "unexpected end of data": "the file ends inside a quoted value",
    "field larger than field limit": "a quoted value does not end",
    "expected after": "a quoted value goes on after its closing quote",
    "new-line character": "a line ends in the middle of a value",
}
"""What the csv module finds, by a piece of its message, in words."""


def lines(stream: BinaryIO, most: int, name: str = "") -> Iterator[bytes]:
    """The lines of a file without its byte order mark.

    Args:
        stream: to its end.
        most: bytes of one line.
        name: what to call the file, where there are two.

    Raises:
        InputError: it is no text in UTF-8 with lines, or a line is longer.
    """
    where, number = f"{name}, " if name else "", 0
    while line := stream.readline(most + 1):
        number += 1
        if number == 1:
            line = _first(line, f"{name}: " if name else "")
        if len(line) > most:
            raise InputError(f"{where}line {number} is longer than {most:,} bytes", hint=_QUOTES)
        yield line


def _first(line: bytes, where: str) -> bytes:
    if line.startswith(_WORKBOOK):
        raise InputError(f"{where}it is a workbook or an archive, and no CSV file", hint=_SAVE)
    if line.startswith(_UTF_16) or b"\0" in line:
        raise InputError(f"{where}its letters are not in UTF-8 (zero bytes, or the mark of UTF-16)", hint=_SAVE)
    if b"\r" in line.rstrip(b"\r\n"):
        raise InputError(f"{where}its lines end as old Macs end them (CR alone)", hint=_SAVE)
    return line.removeprefix(codecs.BOM_UTF8)


def column_names(line: str, allowed: Collection[str]) -> tuple[list[str], str]:
    """Column names and delimiter from the first line.

    Raises:
        InputError: there are none, `ref` is missing, a column is unknown or stands twice.
    """
    if not line.strip():
        wanted = f"The first line names the columns: {', '.join(allowed)}."
        raise InputError("the first line is empty, or there is none", hint=wanted)
    delimiter = ";" if line.count(";") > line.count(",") else ","
    names = [name.strip().strip('"').lower() for name in line.strip("\r\n").split(delimiter)]
    known = f"Columns: {', '.join(allowed)}."
    if "\t" in line and delimiter not in line:
        raise InputError("line 1: its columns stand between tabs", hint=_SAVE)
    for name in names:
        if name not in allowed:
            raise InputError(f"line 1: no column is called {name[:40]!a}", hint=f"The first line names them. {known}")
    if "ref" not in names or len(set(names)) != len(names):
        raise InputError("line 1: the column ref is missing, or a column stands twice", hint=known)
    return names, delimiter


def is_formula(value: str) -> bool:
    """Whether a spreadsheet would take a value of a table for something to work out; a telephone number it takes for a number."""
    number = value[1:].replace(" ", "")
    signed = value.startswith(("+", "-")) and not (number.isascii() and number.isdigit())
    return signed or value.startswith(("=", "@", "\t", "\r"))


def broken(line: int, fault: csv.Error, name: str = "") -> InputError:
    """What the csv module found, in words, with the line that it had come to."""
    said = next((words for piece, words in _FAULTS.items() if piece in str(fault)), "its quotes are broken")
    return InputError(f"{name + ', ' if name else ''}line {line}: {said}", hint=_QUOTES)
