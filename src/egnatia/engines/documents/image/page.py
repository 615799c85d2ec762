"""The printed fields of a page: each caption that is known, and the value printed under it or beside it.

Nothing is guessed from the shape of a value: a date without a caption is no date of birth. What is read here is held
against the zone by `visual/`, which knows how names are transliterated and dates are written.
"""

import math
from collections.abc import Sequence

from egnatia.engines.documents.image.boxes import direction, height, length, offset
from egnatia.engines.documents.image.captions import captions_in
from egnatia.engines.documents.image.ocr import TextReader
from egnatia.engines.documents.image.pictures import Picture
from egnatia.engines.documents.image.types import Quad, TextLine, ZoneReading, slice_of
from egnatia.engines.documents.visual.doubts import legible
from egnatia.engines.documents.visual.types import Printed, VisualField, VisualFields

_SIDE = 1_280
"""Pixels of the longer side at which the page's small print is looked for: captions are 1.5 mm high."""
_LEAST_CAPTION = 0.5
"""A caption that the recogniser believes less is no caption."""
_LEAST_VALUE = 0.93
"""The same for a value of which only the mean is known: Latin print comes to 0.95 and more."""
_WITH_DIGITS = frozenset(
    {VisualField.BIRTH_DATE, VisualField.ISSUE_DATE, VisualField.EXPIRY_DATE, VisualField.PERSONAL_NUMBER}
)
_BELOW = 4.0
"""A value stands at most so many caption heights below its caption."""
_BESIDE = 6.0
"""... or begins so many heights to its right, on the same line."""
_ALIGNED = 2.0
"""... and starts within so many heights of the place where the caption starts."""


def read_page(picture: Picture, reader: TextReader, zone: ZoneReading | None, page: str = "") -> VisualFields:
    """Find and read the printed fields.

    Args:
        picture: of the page.
        reader: of its text.
        zone: where it was read it tells which way the page lies; without it the page is taken as it is.
        page: names the picture in the result.
    """
    found = [upright(quad, zone) for quad in reader.find(picture, _SIDE)]
    outside = [quad for quad in found if not _in_zone(quad, zone)]
    return fields_of(reader.read_text(picture, outside), page)


def upright(quad: Quad, zone: ZoneReading | None) -> Quad:
    """A line so that it is read in the direction of the zone."""
    if zone is None:
        return quad
    along = direction(zone.quads[0])
    turns = [quad[turn:] + quad[:turn] for turn in range(4)]
    best = max(turns, key=lambda one: _likeness(one, along))
    return best[0], best[1], best[2], best[3]


def _likeness(corners: Sequence[tuple[float, float]], along: tuple[float, float]) -> float:
    x, y = corners[1][0] - corners[0][0], corners[1][1] - corners[0][1]
    return (x * along[0] + y * along[1]) / (math.hypot(x, y) or 1.0)


def _in_zone(quad: Quad, zone: ZoneReading | None) -> bool:
    """Whether a line is one of the zone's own."""
    if zone is None:
        return False
    for line in zone.quads:
        along, across = offset(line, quad)
        if abs(across) < height(line) and abs(along) < length(line) / 2:
            return True
    return False


def fields_of(lines: Sequence[TextLine], page: str = "") -> VisualFields:
    """The fields that lines of text make: captions with the values that belong to them."""
    captions: list[tuple[VisualField, Quad]] = []
    values: list[TextLine] = []
    for line in lines:
        found = captions_in(line.text) if line.confidence >= _LEAST_CAPTION else ()
        captions += [(one.field, slice_of(line.quad, one.start, one.end)) for one in found]
        if not found:
            values.append(line)
    paired = _paired(captions, values).items()  # doubtful lines too, so that no other value slips into their place
    values_of = {field: _printed(line) for field, line in paired if _fits(field, line.text)}
    return _fields({field: value for field, value in values_of.items() if _believed(value)}, page)


def _believed(value: Printed) -> bool:
    """Whether a value was read at all; how far it is believed is for `visual/` to say, letter by letter.

    Of Cyrillic, which the recogniser does not have, it makes Latin nonsense, believed to 0.65 to 0.9.
    """
    return legible(value) if value.letters else value.confidence >= _LEAST_VALUE


def _fits(field: VisualField, text: str) -> bool:
    """Whether a value can be one of this field at all: a date has digits, as every national number; no field is empty."""
    value = plain_value(text)
    return any(sign.isdigit() for sign in value) if field in _WITH_DIGITS else bool(value)


def plain_value(text: str) -> str:
    """A value as printed; of one printed in two scripts the last part, since the first may be in letters not known here."""
    return text.rsplit("/", 1)[-1].strip()


def _paired(captions: Sequence[tuple[VisualField, Quad]], values: Sequence[TextLine]) -> dict[VisualField, TextLine]:
    """Each value to the nearest caption that it can belong to, the surest pairs first; a field printed twice has none.

    A field whose captions claim different values would be a guess.
    """
    pairs = sorted(
        (distance, number, place)
        for number, (_, caption) in enumerate(captions)
        for place, line in enumerate(values)
        if (distance := _distance(caption, line.quad)) is not None
    )
    taken: dict[int, int] = {}
    for _, number, place in pairs:
        if number not in taken and place not in taken.values():
            taken[number] = place
    found: dict[VisualField, TextLine] = {}
    twice: set[VisualField] = set()
    for number, place in taken.items():
        field, line = captions[number][0], values[place]
        if field in found and plain_value(found[field].text) != plain_value(line.text):
            twice.add(field)
        found[field] = line
    return {field: line for field, line in found.items() if field not in twice}


def _distance(caption: Quad, value: Quad) -> float | None:
    """How far a value is from its caption, in heights of the caption; None where it cannot belong to it."""
    size = height(caption)
    along, across = offset(caption, value)
    starts = along - (length(value) - length(caption)) / 2
    gap = along - (length(value) + length(caption)) / 2
    if abs(starts) < _ALIGNED * size and 0.5 * size < across < _BELOW * size:
        return across / size
    if abs(across) < 0.5 * size and 0 < gap < _BESIDE * size:
        return _BELOW + gap / size
    return None


def _printed(line: TextLine) -> Printed:
    text = plain_value(line.text)
    start = line.text.rfind(text)
    return Printed(text, line.box, line.confidence, line.letters[start : start + len(text)])


def _fields(found: dict[VisualField, Printed], page: str) -> VisualFields:
    both = VisualField.PRIMARY in found and VisualField.SECONDARY in found  # half a name would look like another name

    def several(field: VisualField) -> tuple[Printed, ...]:
        return (found[field],) if field in found and (both or field is VisualField.NAME) else ()

    return VisualFields(
        document_code=found.get(VisualField.DOCUMENT_CODE),
        issuer=found.get(VisualField.ISSUER),
        number=found.get(VisualField.NUMBER),
        name=several(VisualField.NAME),
        primary=several(VisualField.PRIMARY),
        secondary=several(VisualField.SECONDARY),
        nationality=found.get(VisualField.NATIONALITY),
        birth_date=found.get(VisualField.BIRTH_DATE),
        birth_place=found.get(VisualField.BIRTH_PLACE),
        sex=found.get(VisualField.SEX),
        issue_date=found.get(VisualField.ISSUE_DATE),
        expiry_date=found.get(VisualField.EXPIRY_DATE),
        authority=found.get(VisualField.AUTHORITY),
        personal_number=found.get(VisualField.PERSONAL_NUMBER),
        page=page,
    )
