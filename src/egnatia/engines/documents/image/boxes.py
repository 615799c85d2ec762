"""The geometry of lines of text: which way they run, which pieces make one line, which lines make a zone."""

import math
from collections.abc import Iterable, Sequence
from statistics import median

from egnatia.engines.documents.image.types import Point, Quad, slice_of

_SAME_LINE = 0.5
"""Two pieces are one line when their middles lie closer than half a line's height, across the reading direction."""
_GAP = 6.0
"""... and less than six heights apart along it: a run of fillers may fall out, a whole field does not."""
_PARALLEL = math.radians(6.0)
"""Lines of one zone run parallel; perspective opens them by a few degrees at most."""


def length(quad: Quad) -> float:
    """How long a line is, in pixels: the mean of its upper and lower edge."""
    return (math.dist(quad[0], quad[1]) + math.dist(quad[3], quad[2])) / 2


def height(quad: Quad) -> float:
    """How high a line is, in pixels."""
    return (math.dist(quad[0], quad[3]) + math.dist(quad[1], quad[2])) / 2


def middle(quad: Quad) -> Point:
    """The middle of a line."""
    return sum(point[0] for point in quad) / 4, sum(point[1] for point in quad) / 4


def direction(quad: Quad) -> Point:
    """The reading direction, as a vector of length 1."""
    across = (quad[1][0] - quad[0][0] + quad[2][0] - quad[3][0], quad[1][1] - quad[0][1] + quad[2][1] - quad[3][1])
    size = math.hypot(*across) or 1.0
    return across[0] / size, across[1] / size


def angle(quad: Quad) -> float:
    """The reading direction in radians, 0 to the right, growing downwards."""
    across, down = direction(quad)
    return math.atan2(down, across)


def turned(quad: Quad) -> Quad:
    """The same line read upside down."""
    return quad[2], quad[3], quad[0], quad[1]


def in_reading_order(corners: Sequence[Point]) -> Quad:
    """Four corners of a rectangle so that the long side is the reading direction, rightwards or else downwards."""
    first, second, third, fourth = corners
    if math.dist(first, second) < math.dist(second, third):
        first, second, third, fourth = second, third, fourth, first
    along = (second[0] - first[0], second[1] - first[1])
    over = (third[0] - second[0], third[1] - second[1])
    if along[0] * over[1] - along[1] * over[0] < 0:  # drawn the other way round: mirrored text cannot be meant
        first, second, third, fourth = second, first, fourth, third
        along = (second[0] - first[0], second[1] - first[1])
    upside_down = along[0] < 0 if abs(along[0]) > abs(along[1]) else along[1] < 0
    return (third, fourth, first, second) if upside_down else (first, second, third, fourth)


def offset(quad: Quad, other: Quad) -> Point:
    """Where another line's middle lies, along the first one's reading direction and across it (downwards positive)."""
    across, down = direction(quad)
    here, there = middle(quad), middle(other)
    x, y = there[0] - here[0], there[1] - here[1]
    return x * across + y * down, y * across - x * down


def parallel(quad: Quad, other: Quad) -> bool:
    """Whether two lines run the same way, upside down or not."""
    turn = (angle(quad) - angle(other)) % math.pi
    return min(turn, math.pi - turn) < _PARALLEL


def joined(quads: Iterable[Quad]) -> list[Quad]:
    """Pieces of one line put together, the longest lines first."""
    rest = sorted(quads, key=length, reverse=True)
    lines: list[Quad] = []
    while rest:
        line = rest.pop(0)
        while True:
            near = next((piece for piece in rest if _continues(line, piece)), None)
            if near is None:
                break
            rest.remove(near)
            line = _union(line, near)
        lines.append(line)
    return sorted(lines, key=length, reverse=True)


def _continues(line: Quad, piece: Quad) -> bool:
    size = height(line)
    along, across = offset(line, piece)
    gap = abs(along) - (length(line) + length(piece)) / 2
    # A piece of two or three characters is nearly square, and its own direction tells nothing.
    straight = parallel(line, piece) or length(piece) < 3 * height(piece)
    similar = 0.5 < height(piece) / size < 2.0  # noqa: PLR2004 - print of one size
    return straight and similar and abs(across) < _SAME_LINE * size and gap < _GAP * size


def _union(line: Quad, piece: Quad) -> Quad:
    """The longer line, stretched along itself until it holds the piece as well."""
    size = length(line)
    ends = [offset(line, (corner,) * 4)[0] / size + 0.5 for corner in piece]
    return slice_of(line, min(0.0, *ends), max(1.0, *ends))


def stacked(lines: Sequence[Quad]) -> list[list[Quad]]:
    """Groups of lines that may be one zone: parallel, of like length, one under the other at even distances."""
    groups: list[list[Quad]] = []
    for line in lines:
        group = [other for other in lines if _beside(line, other)]
        group.sort(key=lambda other: offset(line, other)[1])
        if len(group) > 1 and group not in groups:
            groups.append(group)
    return groups


def _beside(line: Quad, other: Quad) -> bool:
    if line is other:
        return True
    along, across = offset(line, other)
    size = median((height(line), height(other)))
    like = 0.8 < length(other) / length(line) < 1.25  # noqa: PLR2004 - the same number of characters
    return parallel(line, other) and like and abs(along) < 0.15 * length(line) and 0.5 * size < abs(across) < 6 * size


def moved(quad: Quad, along: float, across: float) -> Quad:
    """The same line at another place, by pixels along and across its reading direction."""
    x, y = direction(quad)
    right, down = along * x - across * y, along * y + across * x
    first, second, third, fourth = ((point[0] + right, point[1] + down) for point in quad)
    return first, second, third, fourth
