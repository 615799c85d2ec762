"""Finding and reading the machine-readable zone in a picture, with no more work than its doubts call for.

First the longest lines of text are read as they lie, and upside down where that makes no zone, and both again with
their contrast evened out. While anything is in doubt the lines are then cut out anew along the columns found and read
again, differently prepared; readings are averaged, so what they disagree on stays in doubt. Nothing here decides what a
character is: that is `decode.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from statistics import median

from egnatia.engines.documents.image.boxes import height, joined, length, stacked, turned
from egnatia.engines.documents.image.columns import Grid, cells, fit, mixed
from egnatia.engines.documents.image.decode import PROVEN, Decoded, decode
from egnatia.engines.documents.image.grammar import ALL, likelihoods
from egnatia.engines.documents.image.ocr import Rendition, TextReader
from egnatia.engines.documents.image.pictures import Picture
from egnatia.engines.documents.image.types import Cell, Quad, Strategy, Strip, ZoneReading, slice_of
from egnatia.engines.documents.mrz.digits import DIGITS, FILLER
from egnatia.engines.documents.mrz.layouts import LAYOUTS, Layout
from egnatia.engines.documents.mrz.types import Format

SIDES = (736, 1_280, 2_000)
"""Pixels of the longer side at which lines are looked for, each only where those before found no zone. Heavy lines close
together run into one at the smaller two (bench/documents/foreign_pages.py: three of 320 pages, two of them read by the third)."""
ACCEPTED = -0.6
"""Mean logarithm per column from which lines are a zone; other print comes to less than -2 (bench)."""
_LONG = 8.0
"""A line of a zone is at least this many times as long as high (30 characters of OCR-B: about 18)."""
_MOST_GROUPS = 3
_MOST_LINES = 6
_VISAS = frozenset({Format.MRV_A, Format.MRV_B})
"""They, and only they, begin with a V; all else is as in the formats of the same size."""
_PASSPORTS = frozenset({Format.TD3})
"""They alone begin with a P (Doc 9303-4 section 4.2.2.1): any shorter zone that does is part of one."""
_RULED_OUT = 0.001
_IN_DATES = DIGITS | {FILLER}
_SLACK = 3
"""Columns by which a line may seem too long or too short for a format, and still be tried as one."""
_HIDDEN = 6
"""The same for lines that are too short for every format: a thumb upon their end (bench/documents/foreign_pages.py)."""
_BEYOND = -5.0
"""Logarithm of what a character seen clearly outside the columns costs: so a line of a thumb's width more is no shorter
format with something beside it."""
_CLEAR = 0.5
_FAINT = 0.2
"""How surely a character has to be there to say where the columns of its line lie, once their pitch is known."""
_MARGIN = 0.4
"""Columns left free at both ends of a line that is cut out again."""
_AGAIN = ((Strategy.CALMED, Rendition.CALM), (Strategy.CONTRAST, Rendition.CONTRAST))


@dataclass(frozen=True, slots=True)
class _Try:
    """One way to take some lines for a zone."""

    quads: tuple[Quad, ...]
    grids: tuple[Grid, ...]
    steps: tuple[float, ...]
    cells: tuple[Cell, ...]
    decoded: Decoded
    score: float
    """As decoded, less what was seen beside the columns."""
    hidden: bool
    """Whether the lines may be part of longer ones, so that only check digits tell which column is which."""


@dataclass(frozen=True, slots=True)
class _Read:
    """Lines that were read, and how."""

    quads: Sequence[Quad]
    strips: tuple[Strip, ...]
    way: list[Strategy]


def read_zone(picture: Picture, reader: TextReader) -> ZoneReading | None:
    """The zone of a picture, or None where no lines of it read as one."""
    used = [Strategy.FIRST_READING]
    seen: list[_Read] = []
    for before, side in zip((0, *SIDES), SIDES, strict=False):
        if before and max(picture.size) <= before:  # it was looked at as large as it is
            break
        if before:
            used.append(Strategy.LARGER)
        first = _first_reading(picture, reader, side, (used, seen))
        if first is not None:
            return _finished(picture, reader, first, used)
    # Only where no line tells its own columns anywhere: lent ones may be off by one, so nothing else is given up for them.
    lent = _partial(seen, used, lend=True)
    return None if lent is None else _finished(picture, reader, lent, used)


def _first_reading(
    picture: Picture, reader: TextReader, side: int, so_far: tuple[list[Strategy], list[_Read]]
) -> _Try | None:
    """The first way to take lines for a zone that is good enough; what was done and read is added to what was so far.

    Lines that are no whole zone of any format may be one with an end hidden: that is tried only when nothing else is.
    """
    used, every = so_far
    lines = [quad for quad in joined(reader.find(picture, side)) if length(quad) > _LONG * height(quad)]
    groups = stacked(lines[:_MOST_LINES])[:_MOST_GROUPS]
    seen: list[_Read] = []
    for how in (Rendition.PLAIN, Rendition.CONTRAST):
        for group in groups:
            back = [turned(quad) for quad in reversed(group)]
            for quads in (group, back):
                strips = reader.read_zone_lines(picture, quads, how)
                way = [Strategy.UPSIDE_DOWN] * (quads is back) + [Strategy.CONTRAST] * (how is Rendition.CONTRAST)
                seen.append(_Read(quads, strips, way))
                found = _best(quads, strips, _SLACK)
                if found is not None and found.score > ACCEPTED and not found.hidden:
                    used += way
                    return found
    every += seen
    return _partial(seen, used)


def _partial(seen: Sequence[_Read], used: list[Strategy], *, lend: bool = False) -> _Try | None:
    """The first reading that may be a zone with an end hidden; with `lend`, one of which a line hardly shows."""
    for each in seen:
        found = _best(each.quads, each.strips, _HIDDEN, lend=lend)
        if found is not None and found.score > ACCEPTED:
            used += each.way
            return replace(found, hidden=True)
    return None


def _best(quads: Sequence[Quad], strips: Sequence[Strip], short: int, *, lend: bool = False) -> _Try | None:
    """The likeliest zone among all runs of two or three lines."""
    runs = [slice(start, start + count) for count in (2, 3) for start in range(len(quads) - count + 1)]
    tries = [one for run in runs for one in _tries(quads[run], strips[run], short, lend=lend)]
    best = max(tries, key=lambda one: one.score, default=None)
    return best if best is None or not any(_shifted(best, one) for one in tries) else replace(best, hidden=True)


def _shifted(best: _Try, other: _Try) -> bool:
    """Whether the same lines counted from another column are hardly less likely."""
    same = other.quads == best.quads and other.decoded.format is best.decoded.format
    return same and other.grids != best.grids and (best.score - other.score) * len(best.cells) < PROVEN


def _tries(quads: Sequence[Quad], strips: Sequence[Strip], short: int, *, lend: bool) -> Iterator[_Try]:
    """The lines read as every format that they are long enough for."""
    steps = tuple(strip.steps for strip in strips)
    for kind, layout in LAYOUTS.items():
        for grids in _grids(strips, layout, short, lend=lend):
            seen = _cells(strips, grids)
            if not _may_be(kind, seen[0]) or not _has_dates(seen, layout):
                continue
            decoded = decode(kind, seen)
            if decoded.zone.startswith("V") == (kind in _VISAS):
                beside = sum(map(_outside, strips, grids))
                begun = all(seen[start] for start in range(0, len(seen), layout.width))  # no line begins with nothing
                partly = not begun or beside > 0 or (kind not in _PASSPORTS and decoded.zone.startswith("P"))
                score = decoded.score + _BEYOND * beside / len(seen)
                yield _Try(tuple(quads), grids, steps, seen, decoded, score, partly)


def _outside(strip: Strip, grid: Grid) -> int:
    """How many characters were seen clearly where the line has no column."""
    places = [round(grid.column(glyph.x)) for glyph in strip.glyphs if glyph.strength >= _CLEAR]
    return sum(not 0 <= place < grid.columns for place in places)


def _may_be(kind: Format, first: Cell) -> bool:
    """Whether the first character leaves room for this format: a V for visas, any other for the rest."""
    share = likelihoods(first, ALL)["V"]
    return share > _RULED_OUT if kind in _VISAS else share < 1 - _RULED_OUT


def _has_dates(seen: Sequence[Cell], layout: Layout) -> bool:
    """Whether digits, or fillers, were seen in at least half of what should be two dates: prose has letters there."""
    dates = [*seen[layout.birth], *seen[layout.expiry]]
    return sum(cell.get(one, 0.0) for cell in dates for one in _IN_DATES) >= len(dates) / 2


def _grids(strips: Sequence[Strip], layout: Layout, short: int, *, lend: bool = False) -> list[tuple[Grid, ...]]:
    """The columns of every line, none where the lines cannot be of this format.

    A line that seems too short or too long is counted from where it was cut out, and also from its first character and
    from its last: a thumb on one end of a zone leaves the other end.
    """
    if len(strips) != layout.lines:
        return []
    fitted = [_own(strip, layout, short) for strip in strips]
    lender = next((at for at, grid in enumerate(fitted) if grid is not None), None)
    whole = None if lender is None else fitted[lender]
    if lend and whole is not None and lender is not None:
        fitted = [grid or _lent(whole, strips[lender], strip) for grid, strip in zip(fitted, strips, strict=True)]
    fits = [grid for grid in fitted if grid is not None]
    if len(fits) != len(strips):
        return []
    spare = [layout.width - grid.columns for grid in fits]
    counted = [tuple(map(partial(_counted, layout=layout), strips, fits))]
    for share in (0.0, 1.0) if any(spare) else ():
        ways = zip(fits, spare, strict=True)
        counted.append(tuple(grid.counted_from(-round(left * share), layout.width) for grid, left in ways))
    return list(dict.fromkeys(counted))


def _own(strip: Strip, layout: Layout, short: int) -> Grid | None:
    """The columns that a line's own characters tell, where there are about as many as the format has."""
    grid = fit(strip)
    return grid if grid is not None and -short <= grid.columns - layout.width <= _SLACK else None


def _lent(grid: Grid, of: Strip, to: Strip) -> Grid:
    """Columns of a line beside it for one whose own tell nothing, as a name and thirty fillers that hardly show.

    A zone's columns stand one under the other. Where a line was cut out a little earlier or later, its clearest
    characters say by how much.
    """
    scale = to.steps / of.steps
    lent = Grid(grid.start * scale, grid.pitch * scale, grid.bend * scale, grid.columns)
    off = [at - round(at) for at in (lent.column(glyph.x) for glyph in to.glyphs if glyph.strength >= _FAINT)]
    return replace(lent, start=lent.start + lent.pitch * median(off)) if off else lent


def _counted(strip: Strip, grid: Grid, layout: Layout) -> Grid:
    """The same columns, counted from the format's first: a line lies in the middle of what was cut out."""
    spare = layout.width - grid.columns
    left, right = grid.x(-0.5), strip.steps - grid.x(grid.columns - 0.5)
    share = 0.5 if left + right <= 0 else min(1.0, max(0.0, left / (left + right)))
    return grid.counted_from(-round(spare * share), layout.width)


def _cells(strips: Sequence[Strip], grids: Sequence[Grid]) -> tuple[Cell, ...]:
    return tuple(cell for strip, grid in zip(strips, grids, strict=True) for cell in cells(strip, grid))


def _finished(picture: Picture, reader: TextReader, first: _Try, used: list[Strategy]) -> ZoneReading:
    """More readings while anything is in doubt, then the zone with its places."""
    kind = first.decoded.format
    layout = LAYOUTS[kind]
    lines = tuple(map(_line, first.quads, first.grids, first.steps))
    wider = [slice_of(quad, -_MARGIN / layout.width, 1 + _MARGIN / layout.width) for quad in lines]
    readings = [first.cells]
    decoded = decode(kind, first.cells, hidden=True) if first.hidden else first.decoded
    for strategy, how in _AGAIN:
        if not decoded.doubts:
            break
        strips = reader.read_zone_lines(picture, wider, how)
        grids = _grids(strips, layout, _HIDDEN if first.hidden else _SLACK)
        if grids:
            used.append(strategy)
            readings.append(_cells(strips, grids[0]))  # cut out along its columns, a line begins where it was cut
            decoded = decode(kind, mixed(readings), hidden=first.hidden)
    strategies = tuple(dict.fromkeys(used))
    return ZoneReading(kind, decoded.lines, lines, decoded.doubts, decoded.corrections, strategies, decoded.score)


def _line(quad: Quad, grid: Grid, steps: float) -> Quad:
    """Exactly the stretch of a line that its columns take up."""
    return slice_of(quad, grid.x(-0.5) / steps, grid.x(grid.columns - 0.5) / steps)
