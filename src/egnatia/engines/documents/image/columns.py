"""From glyphs along a line to the columns of a zone: a zone is printed at a fixed pitch, so a lost glyph leaves a hole.

A recogniser that drops one filler of ten, or one letter of a name, gives a shorter text and no sign of it. Its glyphs,
though, stand one pitch apart; `fit` finds pitch and slant of the line from them and puts each glyph into its column.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from egnatia.engines.documents.image.types import Cell, Glyph, Strip
from egnatia.engines.documents.mrz.layouts import LAYOUTS

_STRONG = 0.5
"""A glyph that is likelier there than not takes part in the fit; weaker ones only fill holes."""
_FEWEST = 8
"""Glyphs needed before a pitch can be told (three coefficients, with room for misplaced ones)."""
_ROUNDS = 3
_WIDTHS = sorted({layout.width for layout in LAYOUTS.values()})
_LEAST_PITCH = 0.5
"""Steps for each column: the recogniser cannot tell characters that stand closer (it needs about two)."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the columns of a line stand: column c at start + pitch * c + bend * c * c, in steps."""

    start: float
    pitch: float
    bend: float
    columns: int

    def x(self, column: float) -> float:
        """The place of a column's middle; fractions and columns outside the line are allowed."""
        return self.start + self.pitch * column + self.bend * column * column

    def column(self, x: float) -> float:
        """The column at this place, by two steps of Newton's method from the straight line."""
        column = (x - self.start) / self.pitch
        for _ in range(2):
            slope = self.pitch + 2 * self.bend * column
            column -= (self.x(column) - x) / (slope if abs(slope) > self.pitch / 2 else self.pitch)
        return column

    def runs_forward(self) -> bool:
        """Whether the pitch stays within half and twice its mean all along the line, as in any photo that can be read."""
        slopes = (self.pitch, self.pitch + 2 * self.bend * self.columns)
        mean = sum(slopes) / 2
        return mean >= _LEAST_PITCH and all(mean / 2 < slope < 2 * mean for slope in slopes)

    def counted_from(self, first: int, columns: int) -> "Grid":
        """The same places with column `first` as column 0, and another number of columns."""
        slope = self.pitch + 2 * self.bend * first
        return Grid(self.x(first), slope, self.bend, columns)


def fit(strip: Strip) -> Grid | None:
    """The columns that the strong glyphs of a line stand in; None where they are too few or stand at no pitch.

    Places come in whole steps, of which a column of a small picture has hardly more than two, so the usual distance of
    neighbours may mislead. The pitches that the known widths call for are tried as well, and the one that leaves the
    glyphs nearest to their columns, with the fewest holes and the fewest in one column, is taken.
    """
    places = [glyph.x for glyph in strip.glyphs if glyph.strength >= _STRONG]
    if len(places) < _FEWEST:
        return None
    length = places[-1] - places[0]
    pitches = {_pitch(places), *(length / (width - 1) for width in _WIDTHS)}
    grids = [grid for pitch in sorted(pitches) if (grid := _fit(places, pitch)) is not None]
    return min(grids, key=lambda grid: _unease(places, grid), default=None)


def _unease(places: Sequence[float], grid: Grid) -> float:
    """How badly glyphs and columns agree: distances, columns with several glyphs, columns with none."""
    at = [grid.column(x) for x in places]
    taken = {round(column) for column in at}
    spread = math.sqrt(sum((column - round(column)) ** 2 for column in at) / len(at))
    return spread + (len(at) - len(taken)) / len(at) + (grid.columns - len(taken)) / grid.columns / 2


def _fit(places: Sequence[float], pitch: float) -> Grid | None:
    """The columns for one pitch, refined until the glyphs stay where they are."""
    if pitch < _LEAST_PITCH:
        return None
    numbers = [0.0]  # from neighbour to neighbour at first: the pitch changes along a bent line
    for before, after in pairwise(places):
        numbers.append(numbers[-1] + max(0, round((after - before) / pitch)))
    for _ in range(_ROUNDS):
        if len(set(numbers)) < _FEWEST:
            return None
        grid = _refit(places, numbers)
        if not grid.runs_forward():
            return None
        numbers = [float(round(grid.column(x))) for x in places]
        first = min(numbers)
        numbers = [number - first for number in numbers]
    if len(set(numbers)) < _FEWEST:
        return None
    last = _refit(places, numbers)
    return last if last.runs_forward() else None


def _pitch(places: Sequence[float]) -> float:
    """The usual distance of neighbours: the mean of those between half a column and one and a half."""
    steps = [after - before for before, after in pairwise(places)]
    rough = median(steps)
    near = [step for step in steps if 0.6 * rough <= step <= 1.4 * rough]
    return sum(near) / len(near) if near else rough


def _refit(places: Sequence[float], numbers: Sequence[float]) -> Grid:
    """Least squares: a straight line, and the bend that is left (a photo's perspective)."""
    count = len(places)
    middle, mean = sum(numbers) / count, sum(places) / count
    centred = [number - middle for number in numbers]
    square = _dot(centred, centred)
    slope = _dot(centred, places) / square
    spread, skew = square / count, sum(one**3 for one in centred) / square
    curve = [one * one - skew * one - spread for one in centred]  # at right angles to the line and to a constant
    rest = [x - mean - slope * one for one, x in zip(centred, places, strict=True)]
    bend = _dot(curve, rest) / _dot(curve, curve)
    slope -= bend * skew
    # mean + slope * (n - middle) + bend * ((n - middle)^2 - spread), written out for n
    start = mean - slope * middle + bend * (middle * middle - spread)
    return Grid(start, slope - 2 * bend * middle, bend, round(max(numbers)) + 1)


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def cells(strip: Strip, grid: Grid) -> tuple[Cell, ...]:
    """The candidates of each column; glyphs outside the columns are dropped, as is the weaker of two in one."""
    best: dict[int, Glyph] = {}
    for glyph in strip.glyphs:
        column = round(grid.column(glyph.x))
        if 0 <= column < grid.columns and (column not in best or glyph.strength > best[column].strength):
            best[column] = glyph
    return tuple(_cell(best.get(column)) for column in range(grid.columns))


def _cell(glyph: Glyph | None) -> Cell:
    return {} if glyph is None else dict(glyph.candidates)


def mixed(readings: Sequence[Sequence[Cell]]) -> tuple[Cell, ...]:
    """Several readings of the same columns as one: the mean, so that a disagreement leaves no certainty."""
    return tuple(_mean([cell for cell in column if cell]) for column in zip(*readings, strict=True))


def _mean(seen: Sequence[Cell]) -> Cell:
    if not seen:
        return {}
    characters = {character for cell in seen for character in cell}
    return {character: sum(cell.get(character, 0.0) for cell in seen) / len(seen) for character in characters}
