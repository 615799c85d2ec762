"""Zones read from recorded recogniser output: pages drawn by this project, read once, kept as numbers.

`recorded.json` holds, for invented pages of bench/documents/image.py (seed and number are named in it), where the
detector saw lines and which characters the recogniser saw where, so that everything after the models is tested without
them. A `Recorded` reader answers with the record that lies nearest to what is asked for.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from egnatia.engines.documents.image.boxes import direction, middle
from egnatia.engines.documents.image.ocr import Rendition
from egnatia.engines.documents.image.pictures import Picture
from egnatia.engines.documents.image.types import Glyph, Quad, Strategy, Strip, TextLine, ZoneReading
from egnatia.engines.documents.image.zone import SIDES, read_zone
from egnatia.engines.documents.mrz.layouts import format_of

PAGES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "recorded.json").read_text("utf-8"))
NAMES = [page["page"] for page in PAGES]


def _quad(corners: list[list[float]]) -> Quad:
    first, second, third, fourth = ((x, y) for x, y in corners)
    return first, second, third, fourth


class Recorded:
    """The recorded answers of the text reader for one page."""

    def __init__(self, page: dict[str, Any]) -> None:
        self.page = page

    def find(self, picture: Picture, longest_side: int) -> tuple[Quad, ...]:
        """What the detector found at this scale, nothing at a scale that was not needed."""
        del picture
        return tuple(
            _quad(quad) for found in self.page["found"] if found["side"] == longest_side for quad in found["quads"]
        )

    def read_zone_lines(self, picture: Picture, quads: Sequence[Quad], how: Rendition) -> tuple[Strip, ...]:
        """The record of the same preparation and direction whose middle is nearest; an empty line where none is near."""
        del picture
        return tuple(self._nearest(quad, how) for quad in quads)

    def read_text(self, picture: Picture, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        """Nothing: the printed fields were not recorded."""
        del picture, quads
        return ()

    def _nearest(self, quad: Quad, how: Rendition) -> Strip:
        same = [one for one in self.page["strips"] if one["how"] == how and _same_way(_quad(one["quad"]), quad)]
        if not same:
            return Strip((), 1.0)
        one = min(same, key=lambda one: math.dist(middle(_quad(one["quad"])), middle(quad)))
        glyphs = (Glyph(x, strong, tuple(zip(letters, shares, strict=True))) for x, strong, letters, shares in one["glyphs"])  # fmt: skip
        return Strip(tuple(glyphs), one["steps"])


def _same_way(one: Quad, other: Quad) -> bool:
    (x, y), (u, v) = direction(one), direction(other)
    return x * u + y * v > 0.9


@cache
def _read(number: int) -> ZoneReading:
    page = PAGES[number]
    zone = read_zone(Picture(Image.new("RGB", tuple(page["size"])), None, "PNG"), Recorded(page))
    assert zone is not None
    return zone


def _wrong(number: int) -> set[tuple[int, int]]:
    lines = zip(_read(number).lines, PAGES[number]["truth"], strict=True)
    return {
        (line, column)
        for line, (read, true) in enumerate(lines, 1)
        for column, (one, other) in enumerate(zip(read, true, strict=True), 1)
        if one != other
    }


@pytest.mark.parametrize("number", range(len(PAGES)), ids=NAMES)
def test_the_format_is_found(number: int) -> None:
    assert _read(number).format is format_of(tuple(PAGES[number]["truth"]))


@pytest.mark.parametrize("number", range(len(PAGES)), ids=NAMES)
def test_whatever_is_wrong_is_in_doubt(number: int) -> None:
    doubts = {(doubt.line, doubt.column) for doubt in _read(number).doubts}
    assert _wrong(number) <= doubts


def test_nearly_all_recorded_pages_are_read_exactly() -> None:
    assert sum(not _wrong(number) for number in range(len(PAGES))) >= len(PAGES) - 1


@pytest.mark.parametrize("number", range(len(PAGES)), ids=NAMES)
def test_every_line_stands_inside_the_picture(number: int) -> None:
    zone, (width, height) = _read(number), PAGES[number]["size"]
    assert len(zone.quads) == len(zone.lines)
    for line in range(1, len(zone.lines) + 1):
        left, top, right, bottom = zone.place(line).box or (0, 0, 0, 0)
        assert -20 <= left < right <= width + 20
        assert -20 <= top < bottom <= height + 20
        one = zone.place(line, 1)
        assert (one.start, one.end) == (0, 1)
        assert one.box is not None
        assert left - 1 <= one.box[0] <= one.box[2] <= right + 1


def test_costly_strategies_are_used_only_where_something_is_in_doubt() -> None:
    for number in range(len(PAGES)):
        zone = _read(number)
        assert zone.strategies[0] is Strategy.FIRST_READING
        if Strategy.CALMED in zone.strategies:
            alone = Recorded(
                {**PAGES[number], "strips": [one for one in PAGES[number]["strips"] if one["how"] == "plain"]}
            )
            first = read_zone(Picture(Image.new("RGB", tuple(PAGES[number]["size"])), None, "PNG"), alone)
            assert first is not None
            assert first.doubts


def test_pages_upside_down_say_so() -> None:
    turned = [number for number in range(len(PAGES)) if Strategy.UPSIDE_DOWN in _read(number).strategies]
    assert turned
    for number in turned:
        x, y = direction(_read(number).quads[0])
        assert x < 0 or y < 0


def test_the_same_record_gives_the_same_reading() -> None:
    page = PAGES[0]
    again = read_zone(Picture(Image.new("RGB", tuple(page["size"])), None, "PNG"), Recorded(page))
    assert again == _read(0)


def test_a_picture_without_text_has_no_zone() -> None:
    blank: dict[str, Any] = {"found": [], "strips": []}
    assert read_zone(Picture(Image.new("RGB", (2_000, 1_400)), None, "PNG"), Recorded(blank)) is None


def test_lines_that_read_as_nothing_are_no_zone() -> None:
    page = PAGES[0]
    silent = {**page, "strips": []}
    assert read_zone(Picture(Image.new("RGB", (2_000, 1_400)), None, "PNG"), Recorded(silent)) is None


def test_other_print_of_the_same_length_is_no_zone() -> None:
    """Prose in two long lines: every letter is clear, and nothing stands where a zone has its digits."""
    page = PAGES[0]
    strips = []
    for one in page["strips"]:
        words = ("THE BEARER OF THIS DOCUMENT IS KINDLY GIVEN FREE PASSAGE " * 2)[: len(one["glyphs"])]
        glyphs = [[x, strong, letter.replace(" ", "<"), [0.99]] for (x, strong, _, _), letter in zip(one["glyphs"], words, strict=True)]  # fmt: skip
        strips.append({**one, "glyphs": glyphs})
    prose = Recorded({**page, "strips": strips})
    assert read_zone(Picture(Image.new("RGB", tuple(page["size"])), None, "PNG"), prose) is None


def test_lines_in_which_nothing_is_clear_are_no_zone() -> None:
    """Something stands in every column, digits where dates are, and each could be one of five characters."""
    page = PAGES[0]
    vague = [
        {**one, "glyphs": [[x, 0.9, _five(letters), [0.18] * 5] for x, _, letters, _ in one["glyphs"]]}
        for one in page["strips"]
    ]
    picture = Picture(Image.new("RGB", tuple(page["size"])), None, "PNG")
    assert read_zone(picture, Recorded({**page, "strips": vague})) is None


def _five(letters: str) -> str:
    return "38146" if letters[0].isdigit() else "<KXRE"


class LateFinder(Recorded):
    """A reader whose detector tells the lines apart at one scale only, and that notes at which it was asked."""

    def __init__(self, page: dict[str, Any], at: int) -> None:
        super().__init__(page)
        self.at = at
        self.asked: list[int] = []

    def find(self, picture: Picture, longest_side: int) -> tuple[Quad, ...]:
        del picture
        self.asked.append(longest_side)
        first = self.page["found"][0]["quads"]
        return tuple(_quad(quad) for quad in first) if longest_side == self.at else ()


def _of_size(longest: int) -> Picture:
    return Picture(Image.new("RGB", (longest, 600)), None, "PNG")


@pytest.mark.parametrize("at", SIDES)
def test_lines_that_only_one_scale_tells_apart_are_found_there(at: int) -> None:
    reader = LateFinder(PAGES[0], at)
    zone = read_zone(_of_size(3_000), reader)
    assert zone is not None
    assert zone.lines == _read(0).lines
    assert reader.asked == list(SIDES[: SIDES.index(at) + 1]), "no larger one than is needed"
    assert (Strategy.LARGER in zone.strategies) is (at != SIDES[0])


@pytest.mark.parametrize(
    ("longest", "asked"),
    [(640, 1), (736, 1), (737, 2), (1_280, 2), (1_281, 3), (2_000, 3), (6_000, 3)],
)
def test_a_picture_is_never_looked_at_larger_than_it_is(longest: int, asked: int) -> None:
    reader = LateFinder(PAGES[0], at=0)
    assert read_zone(_of_size(longest), reader) is None
    assert reader.asked == list(SIDES[:asked])


class Faded(Recorded):
    """The same record with one of the zone's lines hardly there: its characters are right and weak."""

    def __init__(self, page: dict[str, Any], line: int, strength: float) -> None:
        super().__init__(page)
        self.line = line
        self.strength = strength

    def read_zone_lines(self, picture: Picture, quads: Sequence[Quad], how: Rendition) -> tuple[Strip, ...]:
        strips = super().read_zone_lines(picture, quads, how)
        if len(quads) <= self.line:
            return strips
        back = quads[0][0][0] > quads[0][1][0]  # the record of lines upside down has the last one first
        faded = len(strips) - 1 - self.line if back else self.line
        weak = tuple(replace(each, strength=each.strength * self.strength) for each in strips[faded].glyphs)
        return (*strips[:faded], Strip(weak, strips[faded].steps), *strips[faded + 1 :])


UPRIGHT = [
    number
    for number, page in enumerate(PAGES)
    if Strategy.UPSIDE_DOWN not in _read(number).strategies
    and not _wrong(number)
    and len(page["truth"]) == len(_read(number).lines)
]


@pytest.mark.parametrize("line", [0, 1])
@pytest.mark.parametrize("number", UPRIGHT[:12])
def test_a_faint_line_has_the_columns_of_the_one_beside_it(number: int, line: int) -> None:
    """A name and thirty fillers that hardly show: the zone is read, and nothing wrong goes without a doubt."""
    page = PAGES[number]
    zone = read_zone(Picture(Image.new("RGB", tuple(page["size"])), None, "PNG"), Faded(page, line, 0.4))
    assert zone is not None
    doubted = {(doubt.line, doubt.column) for doubt in zone.doubts}
    if zone.format is not format_of(tuple(page["truth"])):  # two lines of a card, taken for a visa with its ends hidden
        assert len(doubted) == sum(map(len, zone.lines)), "then nothing of it is believed"
        return
    pairs = zip(zone.lines, page["truth"], strict=True)
    wrong = {
        (row, column)
        for row, (one, other) in enumerate(pairs, 1)
        for column, (read, true) in enumerate(zip(one, other, strict=True), 1)
        if read != true
    }
    assert wrong <= doubted


def test_where_no_line_tells_its_columns_nothing_is_lent() -> None:
    page = PAGES[UPRIGHT[0]]

    class Pale(Faded):
        def read_zone_lines(self, picture: Picture, quads: Sequence[Quad], how: Rendition) -> tuple[Strip, ...]:
            strips = Recorded.read_zone_lines(self, picture, quads, how)
            return tuple(
                Strip(tuple(replace(each, strength=0.1) for each in strip.glyphs), strip.steps) for strip in strips
            )

    assert read_zone(Picture(Image.new("RGB", tuple(page["size"])), None, "PNG"), Pale(page, 0, 0.1)) is None
