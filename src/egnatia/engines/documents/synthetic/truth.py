"""What stands where on a drawn page, and how that moves when the page is photographed.

A homography is nine numbers, row by row, that send a point of the drawn page to a point of the picture; turning,
scaling and tilting are all of that kind, so a capture condition is one of them and the truth follows it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]
"""Upper left, upper right, lower right and lower left, as it is read."""
Homography = tuple[float, float, float, float, float, float, float, float, float]
IDENTITY: Homography = (1, 0, 0, 0, 1, 0, 0, 0, 1)


@dataclass(frozen=True, slots=True)
class PrintedValue:
    """One value as printed, and its corners in pixels."""

    text: str
    quad: Quad


@dataclass(frozen=True, slots=True)
class PageTruth:
    """All that a reader of one picture should find.

    Args:
        side: `front`, `back` or `page`.
        size: width and height of the picture in pixels.
        page: the corners of the page in it.
        zone: the lines of the zone that are on this side, and the corners of each.
        fields: every printed value by its field, in every script printed.
        portrait: corners of the portrait, None where there is none.
        seal: corners of the digital seal, None where there is none.
        condition: how the picture was taken.
    """

    side: str
    size: tuple[int, int]
    page: Quad
    zone: tuple[PrintedValue, ...]
    fields: Mapping[str, tuple[PrintedValue, ...]]
    portrait: Quad | None = None
    seal: Quad | None = None
    condition: str = "clean"


def rectangle(left: float, top: float, width: float, height: float) -> Quad:
    """The corners of an upright rectangle."""
    return (left, top), (left + width, top), (left + width, top + height), (left, top + height)


def moved(truth: PageTruth, by: Homography, size: tuple[int, int], condition: str) -> PageTruth:
    """The truth of a picture in which every point was moved."""
    return PageTruth(
        side=truth.side,
        size=size,
        page=move(truth.page, by),
        zone=tuple(PrintedValue(line.text, move(line.quad, by)) for line in truth.zone),
        fields={
            name: tuple(PrintedValue(each.text, move(each.quad, by)) for each in values)
            for name, values in truth.fields.items()
        },
        portrait=None if truth.portrait is None else move(truth.portrait, by),
        seal=None if truth.seal is None else move(truth.seal, by),
        condition=condition,
    )


def move(quad: Quad, by: Homography) -> Quad:
    """Four corners sent through a homography."""
    first, second, third, fourth = (_send(point, by) for point in quad)
    return first, second, third, fourth


def _send(point: Point, by: Homography) -> Point:
    x, y = point
    depth = by[6] * x + by[7] * y + by[8]
    return (by[0] * x + by[1] * y + by[2]) / depth, (by[3] * x + by[4] * y + by[5]) / depth


def product(second: Homography, first: Homography) -> Homography:
    """The homography that does `first` and then `second`."""
    a, b, c, d, e, f, g, h, i = (
        sum(second[3 * row + step] * first[3 * step + column] for step in range(3))
        for row in range(3)
        for column in range(3)
    )
    return a, b, c, d, e, f, g, h, i


def inverse(of: Homography) -> Homography:
    """The way back, from the adjugate matrix; scale does not matter to a homography.

    Raises:
        ZeroDivisionError: it flattens the page to a line.
    """
    a, b, c, d, e, f, g, h, i = of
    corner = a * e - b * d
    cofactors = (e * i - f * h, c * h - b * i, b * f - c * e, f * g - d * i, a * i - c * g, c * d - a * f, d * h - e * g, b * g - a * h, corner)  # fmt: skip
    scaled = [each / corner for each in cofactors]
    return (scaled[0], scaled[1], scaled[2], scaled[3], scaled[4], scaled[5], scaled[6], scaled[7], 1.0)


def between(source: Quad, target: Quad) -> Homography:
    """The homography that sends four corners to four others; no three of either may stand in a line."""
    return product(_from_square(target), inverse(_from_square(source)))


def _from_square(quad: Quad) -> Homography:
    """From the unit square to four corners (Heckbert, Fundamentals of Texture Mapping, 1989, section 2.2.3)."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = quad
    across = (x1 - x2, x3 - x2, x0 - x1 + x2 - x3)
    down = (y1 - y2, y3 - y2, y0 - y1 + y2 - y3)
    below = across[0] * down[1] - across[1] * down[0]
    g = (across[2] * down[1] - across[1] * down[2]) / below
    h = (across[0] * down[2] - across[2] * down[0]) / below
    return x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1.0


def as_json(truth: PageTruth) -> dict[str, object]:
    """The truth as plain lists and numbers, rounded to a tenth of a pixel."""
    return {
        "side": truth.side,
        "condition": truth.condition,
        "size": list(truth.size),
        "page": _plain(truth.page),
        "zone": [{"text": line.text, "quad": _plain(line.quad)} for line in truth.zone],
        "fields": {
            name: [{"text": each.text, "quad": _plain(each.quad)} for each in values]
            for name, values in truth.fields.items()
        },
        "portrait": None if truth.portrait is None else _plain(truth.portrait),
        "seal": None if truth.seal is None else _plain(truth.seal),
    }


def _plain(quad: Sequence[Point]) -> list[list[float]]:
    return [[round(x, 1), round(y, 1)] for x, y in quad]
