"""Units LDS_A and LDS_B: EF.COM and the zone in DG1."""

from collections.abc import Callable
from dataclasses import replace

from bench.documents.conformance.case import Basis, Case, Chip, Verdict, group, plain

from egnatia.engines.documents.mrz.digits import check_digit
from egnatia.engines.documents.mrz.types import Format
from egnatia.engines.documents.mrz.writer import ZoneFields, write_zone
from egnatia.engines.documents.synthetic import data_groups
from egnatia.engines.documents.synthetic.resigned import Edit
from egnatia.engines.documents.synthetic.specimens import Wanted, holder
from egnatia.engines.documents.synthetic.tlv import drop, relength, retag, revalue

_COM, _DG1 = "CHIP_COM_FORMAT", "CHIP_DG1_FORMAT"
_LISTED, _ZONE, _PRINTED = "CHIP_COM_SOD", "CHIP_DG1_ZONE", "CHIP_ZONE_DG1"


def _com(edit: Edit) -> Chip:
    """The plain chip with EF.COM changed; nothing signs it."""
    tree = edit(data_groups.common((1, 2)))
    return plain().but(lambda plan: replace(plan, com=tree)).chip()


def _zone(edit: Edit) -> Chip:
    return group(plain(), 1, edit)


def _lines(lines: tuple[str, ...], printed: tuple[str, ...] = ()) -> Chip:
    """The plain chip with another zone, hashed and signed."""
    made = plain().but(lambda plan: replace(plan, groups={**plan.groups, 1: data_groups.zone(lines)}))
    return made.chip(printed)


def _fields(to: Callable[[ZoneFields], ZoneFields]) -> Chip:
    """The plain chip with a zone written anew from other fields: every check digit is right."""
    return _lines(write_zone(Format.TD3, to(holder(Wanted()))))


def _put(line: int, start: int, text: str, *, digit: bool = False) -> Chip:
    """Characters written over the zone, the field's and the composite check digits made right where `digit`."""
    lines = list(plain().specimen.zone)
    old = lines[line]
    new = old[:start] + text + old[start + len(text) :]
    if digit:
        new = _with_digits(new)
    lines[line] = new
    return _lines(tuple(lines))


def _with_digits(line: str) -> str:
    """The second line of a passport's zone with its check digits calculated (Doc 9303-4 section 4.2.2)."""
    out = list(line)
    for start, stop in ((0, 9), (13, 19), (21, 27)):
        out[stop] = check_digit(line[start:stop])
    whole = "".join(out)
    out[43] = check_digit(whole[0:10] + whole[13:20] + whole[21:43])
    return "".join(out)


def _wrong_digit(column: int) -> Chip:
    """One check digit of the second line is one too high; the composite is that of the line as it then stands."""
    line = list(plain().specimen.zone[1])
    line[column] = str((int(line[column].replace("<", "0")) + 1) % 10)
    whole = "".join(line)
    if column < 43:
        line[43] = check_digit(whole[0:10] + whole[13:20] + whole[21:43])
    return _lines((plain().specimen.zone[0], "".join(line)))


def _other_page(line: int, start: int, text: str) -> Chip:
    """The chip holds another value than the page; both zones agree with themselves."""
    printed = plain().specimen.zone
    lines = list(printed)
    lines[line] = lines[line][:start] + text + lines[line][start + len(text) :]
    lines[1] = _with_digits(lines[1])
    return _lines(tuple(lines), printed)


def _birth(text: str) -> Chip:
    return _fields(lambda fields: replace(fields, birth=text.ljust(6, "<")))


def _sound_digit_zero() -> Chip:
    return _fields(lambda fields: replace(fields, filler_check=False))


_OK, _NO = Verdict.SUCCESSFUL, Verdict.FAILED
_ROWS: tuple[tuple[str, str, Verdict, str, Callable[[], Chip]], ...] = (
    ("A_01", "EF.COM begins with tag 61", _NO, _COM, lambda: _com(lambda t: retag(t, "60", 0x61))),
    ("A_02", "EF.COM is longer than its length says", _NO, _COM, lambda: _com(lambda t: relength(t, "60", -1))),
    ("A_03", "EF.COM is shorter than its length says", _NO, _COM, lambda: _com(lambda t: relength(t, "60", 1))),
    ("A_04", "EF.COM names LDS version 3.0", _NO, _COM, lambda: _com(lambda t: revalue(t, "60/5F01", b"0300"))),
    ("A_05", "EF.COM names no LDS version", _NO, _COM, lambda: _com(lambda t: drop(t, "60/5F01"))),
    ("A_06", "EF.COM names Unicode version 5.0.0", _NO, _COM, lambda: _com(lambda t: revalue(t, "60/5F36", b"050000"))),
    ("A_07", "EF.COM names no Unicode version", _NO, _COM, lambda: _com(lambda t: drop(t, "60/5F36"))),
    ("A_08", "EF.COM does not list DG1", _NO, _LISTED, lambda: _com(lambda t: revalue(t, "60/5C", b"\x75"))),
    ("A_09", "EF.COM lists nothing: the list itself is missing", _NO, _COM, lambda: _com(lambda t: drop(t, "60/5C"))),
    ("A_10", "EF.COM names LDS version 1.8", _OK, _COM, lambda: _com(lambda t: revalue(t, "60/5F01", b"0108"))),
    ("B_01", "zone with optional data", _OK, _ZONE, lambda: _fields(lambda f: replace(f, optional="ZE184226B"))),
    ("B_02", "name cut at the last position", _OK, _ZONE, lambda: _fields(lambda f: replace(f, secondary=("NOBODY",) * 6))),
    ("B_03", "name without a secondary identifier", _OK, _ZONE, lambda: _fields(lambda f: replace(f, secondary=()))),
    ("B_04", "no optional data and 0 as its check digit", _OK, _ZONE, _sound_digit_zero),
    ("B_05", "DG1 begins with tag 62", _NO, _DG1, lambda: _zone(lambda t: retag(t, "61", 0x62))),
    ("B_06", "DG1 is longer than its length says", _NO, _DG1, lambda: _zone(lambda t: relength(t, "61", -1))),
    ("B_07", "DG1 is shorter than its length says", _NO, _DG1, lambda: _zone(lambda t: relength(t, "61", 1))),
    ("B_08", "document code of no known type", _NO, _ZONE, lambda: _put(0, 0, "XX")),
    ("B_09", "issuing state with a digit in it", _NO, _ZONE, lambda: _put(0, 2, "U1O")),
    ("B_10", "name field of fillers only", _NO, _ZONE, lambda: _put(0, 5, "<" * 39)),
    ("B_11", "another name than on the data page", _NO, _PRINTED, lambda: _other_page(0, 5, "SPECTMEN")),
    ("B_12", "another document number than on the data page", _NO, _PRINTED, lambda: _other_page(1, 0, "S99999999")),
    ("B_13", "wrong check digit of the document number", _NO, _ZONE, lambda: _wrong_digit(9)),
    ("B_14", "nationality with a digit in it", _NO, _ZONE, lambda: _put(1, 10, "U1O")),
    ("B_15", "date of birth with a letter in it", _NO, _ZONE, lambda: _put(1, 13, "62O2O1", digit=True)),
    ("B_16", "date of birth on the 35th of a 13th month", _NO, _ZONE, lambda: _put(1, 13, "621335", digit=True)),
    ("B_17", "wrong check digit of the date of birth", _NO, _ZONE, lambda: _wrong_digit(19)),
    ("B_18", "sex Q", _NO, _ZONE, lambda: _put(1, 20, "Q")),
    ("B_19", "date of expiry with a letter in it", _NO, _ZONE, lambda: _put(1, 21, "34O2Z7", digit=True)),
    ("B_20", "date of expiry on the 35th of a 13th month", _NO, _ZONE, lambda: _put(1, 21, "341335", digit=True)),
    ("B_21", "wrong check digit of the date of expiry", _NO, _ZONE, lambda: _wrong_digit(27)),
    ("B_22", "wrong check digit of the optional data", _NO, _ZONE, lambda: _wrong_digit(42)),
    ("B_23", "wrong composite check digit", _NO, _ZONE, lambda: _wrong_digit(43)),
    ("B_24", "DG1 without a zone", _NO, _DG1, lambda: _zone(lambda t: drop(t, "61/5F1F"))),
    ("B_25", "day of birth unknown", _OK, _ZONE, lambda: _birth("6202")),
    ("B_26", "month of birth unknown", _OK, _ZONE, lambda: _birth("62<<01")),
    ("B_27", "year of birth unknown", _OK, _ZONE, lambda: _birth("<<0201")),
    ("B_28", "whole date of birth unknown", _OK, _ZONE, lambda: _birth("")),
)  # fmt: skip
_OPEN = frozenset({"B_08", "B_09"})
"""Documents of no known type or issuer: about these nothing is said either way (DOC-09)."""
CASES: tuple[Case, ...] = tuple(
    Case(f"LDS_{code}", text, verdict, check, make, Basis.TITLE, code in _OPEN)
    for code, text, verdict, check, make in _ROWS
)
