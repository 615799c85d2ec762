"""DG1: the machine-readable zone as the chip holds it (ICAO Doc 9303-10 section 4.7.1)."""

from egnatia.engines.documents.chip.reading import Read, missing, not_allowed, odd, open_file
from egnatia.engines.documents.chip.tlv import find
from egnatia.engines.documents.chip.types import FileId
from egnatia.engines.documents.mrz.layouts import LAYOUTS, format_of
from egnatia.engines.documents.mrz.reader import read_lines
from egnatia.engines.documents.mrz.types import ZoneDocument

_ZONE = 0x5F1F
_WIDTHS = {90: 30, 72: 36, 88: 44}


def read_dg1(content: bytes) -> Read:
    """The zone, read by the rules of the printed one: `values["zone"]` is a `ZoneDocument`, `values["text"]` its lines."""
    file = FileId.DG1
    outer = open_file(file, content)
    notes = outer.findings
    node = find(outer.inner, _ZONE)
    if outer.node is None or node is None:
        return Read(file, {}, (*notes, missing(file, "the zone (5F1F)")) if outer.node is not None else tuple(notes))
    zone, lines = read_raw_zone(node.value)
    values: dict[str, object] = {"text": "\n".join(lines)}
    if zone is None:
        notes.append(not_allowed(file, "a zone of 72, 88 or 90 characters", f"{len(node.value)} bytes", node))
        return Read(file, values, tuple(notes), outer.size)
    if node.value != node.value.upper():
        notes.append(odd(file, "capital letters", "small letters"))
    for extra in outer.inner:
        if extra.tag != _ZONE:
            notes.append(odd(file, "the zone alone", f"tag {extra.tag:04X} beside it"))
    return Read(file, {**values, "zone": zone}, tuple(notes), outer.size)


def read_raw_zone(value: bytes) -> tuple[ZoneDocument | None, tuple[str, ...]]:
    """The zone in bytes without line ends, and its lines; None where no format has this size.

    Nothing is tolerated in its characters: what is not a letter, a digit or a filler stays as it is, and the checks of
    the zone say so.
    """
    text = value.decode("latin-1").upper() if len(value) in _WIDTHS else ""
    width = _WIDTHS.get(len(text), 0)
    if not width:
        return None, ()
    lines = tuple(text[start : start + width] for start in range(0, len(text), width))
    kind = format_of(lines)
    if kind is None or kind not in LAYOUTS:
        return None, lines
    return read_lines(lines), lines
