"""The whole reading of one picture: open it, read its zone, its printed fields and its bar codes, and say what is sure."""

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.image.catalogue import ImageCheck
from egnatia.engines.documents.image.decode import is_protected
from egnatia.engines.documents.image.findings import ImageFinding, ImagePart, find
from egnatia.engines.documents.image.ocr import TextReader, text_reader
from egnatia.engines.documents.image.page import read_page
from egnatia.engines.documents.image.pictures import Picture, open_picture
from egnatia.engines.documents.image.seals import BarCode, find_bar_codes
from egnatia.engines.documents.image.types import Doubt, ZoneReading
from egnatia.engines.documents.image.zone import read_zone
from egnatia.engines.documents.types import Place, Result
from egnatia.engines.documents.visual.types import VisualFields
from egnatia.errors import InputError

RESOLUTION = 385
"""Pixels an inch that a picture of a page should have (BSI TR-03135-2)."""
_PITCH_INCHES = 0.1
"""A zone is printed with ten characters an inch (Doc 9303-3 section 4.2): so a zone tells its own resolution."""
_CROP_MARGIN = 0.25
_MOST_CROP = 1_200


@dataclass(frozen=True, slots=True)
class ImageReading:
    """What one picture shows.

    Args:
        size: width and height in pixels, upright; None where the picture could not be opened.
        zone: the machine-readable zone with its doubts, None where none was read.
        resolution: pixels an inch at the zone, measured on its pitch.
        fields: the printed fields near their captions; None where they were not asked for or cannot be read here.
        bar_codes: every matrix code found.
        checks: what was checked, with the findings.
    """

    size: tuple[int, int] | None
    zone: ZoneReading | None
    resolution: int | None
    fields: VisualFields | None
    bar_codes: tuple[BarCode, ...]
    checks: tuple[Check, ...]

    def findings(self) -> tuple[Finding, ...]:
        """Every finding of every check, in their order."""
        return tuple(finding for check in self.checks for finding in check.findings)


def inspect_image(content: bytes, *, page: bool = False, bar_codes: bool = True, name: str = "") -> ImageReading:
    """Read a picture of a page with the built-in text reader.

    Args:
        content: the file.
        page: whether the printed fields are read as well (about as long again).
        bar_codes: whether bar codes are looked for.
        name: names the picture in what is read from it.

    Never raises on a picture's content: what cannot be opened or read is a finding.
    """
    return inspect_with(text_reader(), content, page=page, bar_codes=bar_codes, name=name)


def inspect_with(
    reader: TextReader | None, content: bytes, *, page: bool = False, bar_codes: bool = True, name: str = ""
) -> ImageReading:
    """The same with another text reader, or with none."""
    try:
        picture = open_picture(content)
    except InputError as error:
        finding = find(
            ImageFinding.IMAGE_UNREADABLE, ImagePart.PICTURE, "a picture in JPEG, PNG or WebP", error.message
        )
        checks = (Check(ImageCheck.IMAGE_READABLE, Result.ABORTED, (finding,)),)
        return ImageReading(None, None, None, None, (), checks)
    codes = find_bar_codes(picture) if bar_codes else ()
    readable = Check(ImageCheck.IMAGE_READABLE, Result.SUCCESSFUL)
    if reader is None:
        return ImageReading(picture.size, None, None, None, codes, (readable, _not_installed()))
    zone = read_zone(picture, reader)
    fields = read_page(picture, reader, zone, name) if page else None
    dots = None if zone is None else resolution(zone)
    return ImageReading(picture.size, zone, dots, fields, codes, (readable, *_zone_checks(zone, dots)))


def _not_installed() -> Check:
    expected, found = "a text reader", "none installed"
    finding = find(ImageFinding.IMAGE_READER_MISSING, ImagePart.ZONE, expected, found)
    return Check(ImageCheck.IMAGE_ZONE_FOUND, Result.NOT_SUPPORTED, (finding,))


def _zone_checks(zone: ZoneReading | None, dots: int | None) -> Iterator[Check]:
    if zone is None or dots is None:
        expected, found = "two lines of 36 or 44 characters or three of 30", "no lines that read as a zone"
        finding = find(ImageFinding.IMAGE_ZONE_MISSING, ImagePart.ZONE, expected, found)
        yield Check(ImageCheck.IMAGE_ZONE_FOUND, Result.UNDETERMINED, (finding,))
        return
    places = tuple(zone.place(line) for line in range(1, len(zone.lines) + 1))
    yield Check(ImageCheck.IMAGE_ZONE_FOUND, Result.SUCCESSFUL, places=places)
    doubts = [doubt for doubt in zone.doubts if is_protected(zone.format, doubt.field)]
    findings = (*_doubts(zone, doubts, ImageFinding.IMAGE_CHARACTER_UNPROVEN), *_corrections(zone))
    yield Check(ImageCheck.IMAGE_ZONE_PROVEN, Result.UNDETERMINED if doubts else Result.SUCCESSFUL, findings)
    others = [doubt for doubt in zone.doubts if doubt not in doubts]
    findings = tuple(_doubts(zone, others, ImageFinding.IMAGE_CHARACTER_DOUBTFUL))
    yield Check(ImageCheck.IMAGE_ZONE_SURE, Result.UNDETERMINED if others else Result.SUCCESSFUL, findings)
    yield _resolution(dots, places)


def _doubts(zone: ZoneReading, doubts: list[Doubt], code: ImageFinding) -> Iterator[Finding]:
    """One finding for all doubtful characters of one field on one line."""
    for (field, line), group in groupby(doubts, key=lambda doubt: (doubt.field, doubt.line)):
        members = list(group)
        words = ", ".join(_words(doubt) for doubt in members)
        places = tuple(zone.place(line, doubt.column) for doubt in members)
        yield find(code, field, "characters without doubt", f"line {line}: {words}", places)


def _words(doubt: Doubt) -> str:
    others = " or ".join(doubt.others[:3])
    return f"{doubt.read} at position {doubt.column}" + (f" may be {others}" if others else " is not clear")


def _corrections(zone: ZoneReading) -> Iterator[Finding]:
    for (field, line), group in groupby(zone.corrections, key=lambda one: (one.field, one.line)):
        members = list(group)
        taken = ", ".join(f"{one.taken} at position {one.column}" for one in members)
        seen = ", ".join(f"{one.seen} at position {one.column}" for one in members)
        places = tuple(zone.place(line, one.column) for one in members)
        yield find(ImageFinding.IMAGE_CHARACTER_CORRECTED, field, f"line {line}: {taken}", f"read as {seen}", places)


def resolution(zone: ZoneReading) -> int:
    """Pixels an inch at the zone: the mean pitch of its lines."""
    lengths = [math.dist(quad[0], quad[1]) + math.dist(quad[3], quad[2]) for quad in zone.quads]
    columns = sum(len(line) for line in zone.lines)
    return round(sum(lengths) / 2 / columns / _PITCH_INCHES)


def _resolution(dots: int, places: tuple[Place, ...]) -> Check:
    if dots >= RESOLUTION:
        return Check(ImageCheck.IMAGE_RESOLUTION, Result.SUCCESSFUL, places=places)
    expected, found = f"at least {RESOLUTION} pixels an inch", f"about {dots}"
    finding = find(ImageFinding.IMAGE_RESOLUTION_LOW, ImagePart.ZONE, expected, found, places)
    return Check(ImageCheck.IMAGE_RESOLUTION, Result.FAILED, (finding,), places=places)


def crop(picture: Picture, place: Place) -> bytes:
    """What stands at a place of a picture, with a margin, as PNG: evidence for the eye.

    Raises:
        InputError: the place has no box, or it lies outside the picture.
    """
    if place.box is None:
        raise InputError("This place has no box in a picture.")
    left, top, right, bottom = place.box
    margin = round(_CROP_MARGIN * min(right - left, bottom - top)) + 4
    box = (max(0, left - margin), max(0, top - margin), min(picture.size[0], right + margin), min(picture.size[1], bottom + margin))  # fmt: skip
    if box[0] >= box[2] or box[1] >= box[3]:
        raise InputError("This place lies outside the picture.")
    cut = picture.image.crop(box)
    cut.thumbnail((_MOST_CROP, _MOST_CROP))
    buffer = io.BytesIO()
    cut.save(buffer, "PNG")
    return buffer.getvalue()
