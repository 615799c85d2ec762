"""Writing a zone from its fields, with every check digit: the reader's mirror."""

from collections.abc import Iterable
from dataclasses import dataclass

from egnatia.engines.documents.mrz.digits import FILLER, check_digit
from egnatia.engines.documents.mrz.layouts import LAYOUTS, Layout
from egnatia.engines.documents.mrz.names import write_name
from egnatia.engines.documents.mrz.types import Format
from egnatia.errors import InputError

_PRINCIPAL = 9
"""Characters of a document number that stand in its own field; the rest go into the optional data."""


@dataclass(frozen=True, slots=True)
class ZoneFields:
    """What a zone is written from. Dates are YYMMDD with fillers for unknown parts; sex is M, F or a filler."""

    code: str
    issuer: str
    number: str
    nationality: str
    birth: str
    sex: str
    expiry: str
    primary: tuple[str, ...]
    secondary: tuple[str, ...] = ()
    optional: str = ""
    optional_2: str = ""
    filler_check: bool = False
    """TD3 only: write a filler instead of the zero after empty optional data."""


def write_zone(kind: Format, fields: ZoneFields) -> tuple[str, ...]:
    """The lines of a zone in which everything agrees.

    Raises:
        InputError: a field is too long for this format or has a character that a zone cannot hold.
    """
    layout = LAYOUTS[kind]
    zone = [FILLER] * (layout.lines * layout.width)
    number, number_check, optional = _number(fields, layout)
    _put(zone, layout.code, fields.code, "document code")
    _put(zone, layout.issuer, fields.issuer, "issuer")
    _put(zone, layout.name, write_name(fields.primary, fields.secondary, layout.name.stop - layout.name.start), "name")
    _put(zone, layout.number, number, "number")
    zone[layout.number_check] = number_check
    _put(zone, layout.nationality, fields.nationality, "nationality")
    _dated(zone, layout.birth, layout.birth_check, fields.birth)
    _put(zone, slice(layout.sex, layout.sex + 1), fields.sex, "sex")
    _dated(zone, layout.expiry, layout.expiry_check, fields.expiry)
    _put(zone, layout.optional, optional, "optional data")
    if layout.optional_2 is not None:
        _put(zone, layout.optional_2, fields.optional_2, "second optional data")
    _last_digits(zone, layout, fields)
    whole = "".join(zone)
    return tuple(whole[line * layout.width : (line + 1) * layout.width] for line in range(layout.lines))


def _number(fields: ZoneFields, layout: Layout) -> tuple[str, str, str]:
    """The number's field, its check place and the optional data, which takes the rest of a long number."""
    number = fields.number
    if len(number) <= _PRINCIPAL:
        padded = number.ljust(_PRINCIPAL, FILLER)
        return padded, check_digit(padded), fields.optional
    if not layout.long_numbers:
        raise InputError(f"A {layout.format} zone has no room for a number of {len(number)} characters.")
    rest = number[_PRINCIPAL:] + check_digit(number)
    return number[:_PRINCIPAL], FILLER, f"{rest}{FILLER}{fields.optional}" if fields.optional else rest + FILLER


def _put(zone: list[str], place: slice, text: str, what: str) -> None:
    width = place.stop - place.start
    if len(text) > width:
        raise InputError(f"The {what} {text!r} has {len(text)} characters; the field holds {width}.")
    if text and not check_digit(text):
        raise InputError(f"The {what} {text!r} has a character that a zone cannot hold: A to Z, 0 to 9 and < only.")
    zone[place] = text.ljust(width, FILLER)


def _dated(zone: list[str], place: slice, check: int, text: str) -> None:
    _put(zone, place, text, "date")
    zone[check] = check_digit(_text(zone, (place,)))


def _last_digits(zone: list[str], layout: Layout, fields: ZoneFields) -> None:
    if layout.optional_check >= 0:
        omit = fields.filler_check and not fields.optional
        zone[layout.optional_check] = FILLER if omit else check_digit(_text(zone, (layout.optional,)))
    if layout.composite_check >= 0:
        zone[layout.composite_check] = check_digit(_text(zone, layout.composite_over))


def _text(zone: list[str], places: Iterable[slice]) -> str:
    return "".join("".join(zone[place]) for place in places)
