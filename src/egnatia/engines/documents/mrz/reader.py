"""From text to a `ZoneDocument`: what stands in each field and what its check digit says."""

from egnatia.engines.documents.mrz.dates import read_date
from egnatia.engines.documents.mrz.digits import FILLER
from egnatia.engines.documents.mrz.judge import Judgement, judge, long_number
from egnatia.engines.documents.mrz.layouts import LAYOUTS, Layout, format_of
from egnatia.engines.documents.mrz.names import read_name
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
_PLACES = {
    kind: tuple(
        (field, place, *layout.position(place.start), _JUDGED.get(field, -1))
        for field, place in layout.places().items()
    )
    for kind, layout in LAYOUTS.items()
}
_NO_DATE = PartialDate(None, None, None)


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
    if kind is None:
        raise InputError("These lines do not have the size of any machine-readable zone.")
    zone = "".join(lines)
    if kind is Format.TD2 and zone.startswith("IDFRA"):
        return _national(lines, zone, tolerated)
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
    for field, place, line, column, order in _PLACES[kind]:
        if order < 0:
            readings.append(FieldReading(field, zone[place], line, column, Verdict.NOT_PRINTED))
        else:
            _, verdict, printed, computed = judgements[order]
            readings.append(FieldReading(field, zone[place], line, column, verdict, printed, computed))
    return tuple(readings)


def _national(lines: tuple[str, ...], zone: str, tolerated: tuple[Tolerated, ...]) -> ZoneDocument:
    """The French identity card of 1995 to 2021: two lines of 36, but fields and check digits of its own."""
    fields = tuple(
        FieldReading(field, zone[place], line, column, Verdict.UNDETERMINED)
        for field, place, line, column, _ in _PLACES[Format.TD2]
        if field in {Field.DOCUMENT_CODE, Field.ISSUER}
    )
    return ZoneDocument(
        Format.TD2,
        lines,
        DocumentType.CARD,
        "ID",
        "FRA",
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
