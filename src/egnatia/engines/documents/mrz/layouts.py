"""Where each field stands in each format (Doc 9303 parts 4 to 7, section 4.2.2), as slices of the joined lines."""

from collections.abc import Mapping
from dataclasses import dataclass

from egnatia.engines.documents.mrz.types import Field, Format


@dataclass(frozen=True, slots=True)
class Layout:
    """One format: its size, the slice of every field, the place of every check digit, and what the composite covers.

    Positions count from 0 through all lines joined. A negative place means that the format prints no such digit.
    """

    format: Format
    lines: int
    width: int
    code: slice
    issuer: slice
    name: slice
    number: slice
    number_check: int
    nationality: slice
    birth: slice
    birth_check: int
    sex: int
    expiry: slice
    expiry_check: int
    optional: slice
    optional_check: int
    optional_2: slice | None
    composite_check: int
    composite_over: tuple[slice, ...]
    long_numbers: bool
    """Whether a filler in the number's check place announces a number of more than nine characters."""
    first_letters: str
    """Letters with which a document code of this format may begin."""

    def places(self) -> Mapping[Field, slice]:
        """Slice of every field that this format has."""
        every = {
            Field.DOCUMENT_CODE: self.code,
            Field.ISSUER: self.issuer,
            Field.NAME: self.name,
            Field.NUMBER: self.number,
            Field.NATIONALITY: self.nationality,
            Field.BIRTH_DATE: self.birth,
            Field.SEX: slice(self.sex, self.sex + 1),
            Field.EXPIRY_DATE: self.expiry,
            Field.OPTIONAL: self.optional,
        }
        if self.optional_2 is not None:
            every[Field.OPTIONAL_2] = self.optional_2
        if self.composite_check >= 0:
            every[Field.COMPOSITE] = slice(self.composite_check, self.composite_check + 1)
        return every

    def position(self, index: int) -> tuple[int, int]:
        """Line and column, both from 1, of an index into the joined lines."""
        return index // self.width + 1, index % self.width + 1


def _two_lines(
    kind: Format, width: int, *, optional_end: int, digits: tuple[int, int], long_numbers: bool, first: str
) -> Layout:
    """The common shape of TD2, TD3, MRV-A and MRV-B: name above, everything else below."""
    low = width
    optional_check, composite = (low + digit if digit >= 0 else -1 for digit in digits)
    tail_end = optional_check + 1 if optional_check >= 0 else low + optional_end
    covered = (slice(low, low + 10), slice(low + 13, low + 20), slice(low + 21, tail_end))
    return Layout(
        format=kind,
        lines=2,
        width=width,
        code=slice(0, 2),
        issuer=slice(2, 5),
        name=slice(5, width),
        number=slice(low, low + 9),
        number_check=low + 9,
        nationality=slice(low + 10, low + 13),
        birth=slice(low + 13, low + 19),
        birth_check=low + 19,
        sex=low + 20,
        expiry=slice(low + 21, low + 27),
        expiry_check=low + 27,
        optional=slice(low + 28, low + optional_end),
        optional_check=optional_check,
        optional_2=None,
        composite_check=composite,
        composite_over=covered if composite >= 0 else (),
        long_numbers=long_numbers,
        first_letters=first,
    )


_TD1 = Layout(
    format=Format.TD1,
    lines=3,
    width=30,
    code=slice(0, 2),
    issuer=slice(2, 5),
    name=slice(60, 90),
    number=slice(5, 14),
    number_check=14,
    nationality=slice(45, 48),
    birth=slice(30, 36),
    birth_check=36,
    sex=37,
    expiry=slice(38, 44),
    expiry_check=44,
    optional=slice(15, 30),
    optional_check=-1,
    optional_2=slice(48, 59),
    composite_check=59,
    composite_over=(slice(5, 30), slice(30, 37), slice(38, 45), slice(48, 59)),
    long_numbers=True,
    first_letters="ACI",
)

LAYOUTS: dict[Format, Layout] = {
    Format.TD1: _TD1,
    Format.TD2: _two_lines(Format.TD2, 36, optional_end=35, digits=(-1, 35), long_numbers=True, first="ACI"),
    Format.TD3: _two_lines(Format.TD3, 44, optional_end=42, digits=(42, 43), long_numbers=False, first="P"),
    Format.MRV_A: _two_lines(Format.MRV_A, 44, optional_end=44, digits=(-1, -1), long_numbers=False, first="V"),
    Format.MRV_B: _two_lines(Format.MRV_B, 36, optional_end=36, digits=(-1, -1), long_numbers=False, first="V"),
}

_SIZES = {(3, 30): Format.TD1, (2, 36): Format.TD2, (2, 44): Format.TD3}
_VISAS = {Format.TD2: Format.MRV_B, Format.TD3: Format.MRV_A}


def format_of(lines: tuple[str, ...]) -> Format | None:
    """The format of lines by their number, their width and a leading V; None when no format has that size."""
    found = _SIZES.get((len(lines), len(lines[0]))) if lines else None
    if found is None or any(len(line) != len(lines[0]) for line in lines):
        return None
    return _VISAS.get(found, found) if lines[0].startswith("V") else found
