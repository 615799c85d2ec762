"""From text to a `ZoneDocument`: what stands in each field and what its check digit says."""

from functools import lru_cache
from typing import TypeAlias

from egnatia.engines.documents.mrz.dates import read_date
from egnatia.engines.documents.mrz.digits import FILLER
from egnatia.engines.documents.mrz.judge import Judgement, judge, long_number
from egnatia.engines.documents.mrz.layouts import LAYOUTS, Layout, format_of
from egnatia.engines.documents.mrz.names import read_name
from egnatia.engines.documents.mrz.national_layouts import NationalLayout, national_layout
from egnatia.engines.documents.mrz.text import zone_lines
from egnatia.engines.documents.mrz.types import (
    DocumentType,
    Field,
    FieldReading,
    Format,
    HolderName,
    PartialDate,
    Sex,
    Tolerated,
    Verdict,
    ZoneDocument,
)
from egnatia.errors import InputError

_SEXES = {"M": Sex.MALE, "F": Sex.FEMALE, FILLER: Sex.UNSPECIFIED, "X": Sex.UNSPECIFIED}
_TYPES = {"P": DocumentType.PASSPORT, "V": DocumentType.VISA}
_JUDGED = {
    field: order
    for order, field in enumerate((Field.NUMBER, Field.BIRTH_DATE, Field.EXPIRY_DATE, Field.OPTIONAL, Field.COMPOSITE))
}
"""Where `judge` puts the judgement of each field."""
_Place: TypeAlias = tuple[Field, slice, int, int, int]
_PLACES: dict[Format, tuple[_Place, ...]] = {
    kind: tuple(
        (field, place, *layout.position(place.start), _JUDGED.get(field, -1))
        for field, place in layout.places().items()
    )
    for kind, layout in LAYOUTS.items()
}
"""Field, its place, line and column, and which judgement is its own; -1 for none."""
_NO_DATE = PartialDate(None, None, None)
_REPEATED = frozenset({Field.DOCUMENT_CODE, Field.ISSUER, Field.NATIONALITY, Field.SEX, Field.COMPOSITE})
"""Fields that have few values, the same in many zones: their readings are made once and shared."""
_NOT_PRINTED, _VERIFIED = Verdict.NOT_PRINTED, Verdict.VERIFIED
_MOST_SHARED = 4_096


def read_zone(text: str | bytes) -> ZoneDocument:
    """Read a machine-readable zone of any of the five formats.

    Raises:
        InputError: the text is not a zone; the message says what was found and what was expected.
    """
    lines, tolerated = zone_lines(text)
    return read_lines(lines, tolerated)


def read_lines(lines: tuple[str, ...], tolerated: tuple[Tolerated, ...] = ()) -> ZoneDocument:
    """Read lines that already have the size of a format.

    Raises:
        InputError: they have not.
    """
    kind = format_of(lines)
    if kind is None or lines[0].startswith("IDFRA"):
        own = national_layout(lines)
        if own is not None:
            return _national(lines, own, tolerated)
        if kind is None:
            raise InputError("These lines do not have the size of any machine-readable zone.")
    zone = "".join(lines)
    layout = LAYOUTS[kind]
    judgements = judge(zone, layout)
    code = zone[layout.code].rstrip(FILLER)
    number, optional = _number_and_optional(zone, layout)
    return ZoneDocument(
        kind,
        lines,
        document_type(code),
        code,
        zone[layout.issuer].rstrip(FILLER),
        number,
        zone[layout.nationality].rstrip(FILLER),
        read_name(zone[layout.name]),
        read_date(zone[layout.birth])[0],
        _SEXES.get(zone[layout.sex], Sex.UNREADABLE),
        read_date(zone[layout.expiry])[0],
        optional,
        _readings(zone, kind, judgements),
        tolerated,
    )


def document_type(code: str) -> DocumentType:
    """What the document code says the document is; AC is the crew member certificate (Doc 9303-5 note k)."""
    if code == "AC":
        return DocumentType.CREW_CERTIFICATE
    if code[:1] in {"A", "C", "I"}:
        return DocumentType.CARD
    return _TYPES.get(code[:1], DocumentType.UNKNOWN)


def _number_and_optional(zone: str, layout: Layout) -> tuple[str, tuple[str, ...]]:
    long = long_number(zone, layout)
    number = zone[layout.number].rstrip(FILLER) if long is None else zone[layout.number] + long.rest
    first = zone[layout.optional] if long is None else long.tail
    rest = () if layout.optional_2 is None else (zone[layout.optional_2],)
    return number, tuple(part.strip(FILLER) for part in (first, *rest))


def _readings(zone: str, kind: Format, judgements: tuple[Judgement, ...]) -> tuple[FieldReading, ...]:
    readings: list[FieldReading] = []
    add = readings.append
    for field, place, line, column, order, shared in _READ[kind]:
        text = zone[place]
        if order < 0:
            add(_shared(kind, shared, text) if shared >= 0 else FieldReading(field, text, line, column, _NOT_PRINTED))
            continue
        _, verdict, printed, computed = judgements[order]
        if shared >= 0 and verdict is _VERIFIED:
            add(_verified(kind, shared, text))
        else:
            add(FieldReading(field, text, line, column, verdict, printed, computed))
    return tuple(readings)


_READ = {
    kind: tuple((*place, number if place[0] in _REPEATED else -1) for number, place in enumerate(places))
    for kind, places in _PLACES.items()
}
"""The same, and the number of the place where its readings are shared."""


@lru_cache(maxsize=_MOST_SHARED)
def _shared(kind: Format, number: int, text: str) -> FieldReading:
    """The reading of a field without a check digit."""
    field, _, line, column, _ = _PLACES[kind][number]
    return FieldReading(field, text, line, column, _NOT_PRINTED)


@lru_cache(maxsize=_MOST_SHARED)
def _verified(kind: Format, number: int, digit: str) -> FieldReading:
    """The reading of a composite check digit that is right."""
    field, _, line, column, _ = _PLACES[kind][number]
    return FieldReading(field, digit, line, column, _VERIFIED, digit, digit)


def _national(lines: tuple[str, ...], own: NationalLayout, tolerated: tuple[Tolerated, ...]) -> ZoneDocument:
    """A zone of a layout outside Doc 9303, of which only the document code and the issuer are read."""
    code, issuer = lines[own.line][:2].rstrip(FILLER), lines[own.line][2:5]
    fields = (
        FieldReading(Field.DOCUMENT_CODE, lines[own.line][:2], own.line + 1, 1, Verdict.UNDETERMINED),
        FieldReading(Field.ISSUER, issuer, own.line + 1, 3, Verdict.UNDETERMINED),
    )
    return ZoneDocument(
        own.format,
        lines,
        own.type,
        code,
        issuer,
        "",
        "",
        HolderName((), (), truncated=False),
        _NO_DATE,
        Sex.UNREADABLE,
        _NO_DATE,
        (),
        fields,
        tolerated,
        national_layout=True,
    )
