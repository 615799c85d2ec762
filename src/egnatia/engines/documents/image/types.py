"""What a reading of a picture is made of: lines, glyphs, cells, doubts and the zone that comes of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from egnatia.engines.documents.mrz.types import Field, Format
from egnatia.engines.documents.types import Place, Source
from egnatia.engines.documents.visual.types import Letter

Point: TypeAlias = tuple[float, float]
"""A place in a picture: pixels to the right of, and below, its upper left corner."""
Quad: TypeAlias = tuple[Point, Point, Point, Point]
"""The corners of a line of text in reading order: upper left, upper right, lower right, lower left as it is read."""
Cell: TypeAlias = Mapping[str, float]
"""The probability of each character of a zone in one column; empty where nothing was seen."""


class Strategy(StrEnum):
    """What had to be done to read a zone; the costlier ones only when the reading before them left doubts."""

    FIRST_READING = "first_reading"
    UPSIDE_DOWN = "upside_down"
    """The lines were turned by 180 degrees."""
    CALMED = "calmed"
    """The lines were cut out again along their columns, and read with the noise taken out."""
    CONTRAST = "contrast"
    """The lines were read with their contrast evened out."""
    LARGER = "larger"
    """Text was looked for at a larger scale."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text of a page.

    Args:
        text: what was read.
        quad: where it stands, in reading order.
        confidence: the mean probability of its characters, from 0 to 1.
        letters: how each character was read; empty from a reader that does not say.
    """

    text: str
    quad: Quad
    confidence: float
    letters: tuple[Letter, ...] = ()

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom in pixels."""
        return box_of(self.quad)


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character as the recogniser saw it, before anything is known of columns.

    Args:
        x: its place along the line, in the recogniser's steps.
        strength: how much of the probability says that there is a character at all, from 0 to 1.
        candidates: characters of a zone with their probabilities, the likeliest first.
    """

    x: float
    strength: float
    candidates: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Strip:
    """One line of a zone as it was read once: its glyphs from left to right, and how many steps the line has."""

    glyphs: tuple[Glyph, ...]
    steps: float


@dataclass(frozen=True, slots=True)
class Doubt:
    """One character of the zone that the reading does not prove.

    Args:
        field: the field it stands in.
        line: the line, from 1.
        column: the column, from 1.
        read: the character taken.
        others: characters that it may be instead, the likeliest first; empty where nothing could be seen.
        probability: of the character taken, from 0 to 1, as far as the recogniser can be believed.
    """

    field: Field
    line: int
    column: int
    read: str
    others: tuple[str, ...]
    probability: float


@dataclass(frozen=True, slots=True)
class Correction:
    """One character that the grammar or the check digits overruled: read as `seen`, taken as `taken`."""

    field: Field
    line: int
    column: int
    seen: str
    taken: str


@dataclass(frozen=True, slots=True)
class ZoneReading:
    """A zone as read from a picture: exactly the characters of one format, with everything that is not proven."""

    format: Format
    lines: tuple[str, ...]
    quads: tuple[Quad, ...]
    """Where each line stands in the picture."""
    doubts: tuple[Doubt, ...]
    corrections: tuple[Correction, ...]
    strategies: tuple[Strategy, ...]
    score: float
    """Mean logarithm of the probability of a column; it only ranks readings of the same picture."""

    def text(self) -> str:
        """The lines as one text, for `mrz.reader.read_zone`."""
        return "\n".join(self.lines)

    def place(self, line: int, column: int | None = None) -> Place:
        """Where a line, or one column of it (both from 1), stands in the picture."""
        quad = self.quads[line - 1]
        if column is None:
            return Place(Source.IMAGE, f"line {line}", box=box_of(quad))
        width = len(self.lines[line - 1])
        part = slice_of(quad, (column - 1) / width, column / width)
        return Place(Source.IMAGE, f"line {line}", column - 1, column, box_of(part))


def box_of(quad: Quad) -> tuple[int, int, int, int]:
    """The upright box around four corners."""
    across, down = [point[0] for point in quad], [point[1] for point in quad]
    return round(min(across)), round(min(down)), round(max(across)), round(max(down))


def slice_of(quad: Quad, start: float, end: float) -> Quad:
    """The part of a line between two shares of its length; less than 0 or more than 1 reaches beyond it."""
    upper_left, upper_right, lower_right, lower_left = quad
    return (
        between(upper_left, upper_right, start),
        between(upper_left, upper_right, end),
        between(lower_left, lower_right, end),
        between(lower_left, lower_right, start),
    )


def between(first: Point, second: Point, share: float) -> Point:
    """The point at this share of the way from one to the other."""
    return first[0] + (second[0] - first[0]) * share, first[1] + (second[1] - first[1]) * share
