"""The whole reading of a picture: what is found, what is doubted, what is said where nothing can be read."""

import io
import random
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from egnatia.engines.documents.checks import advise, conclude
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.image.catalogue import CHECKS, ImageCheck
from egnatia.engines.documents.image.findings import RULES, ImageFinding
from egnatia.engines.documents.image.inspection import RESOLUTION, crop, inspect_with, resolution
from egnatia.engines.documents.image.ocr import Rendition
from egnatia.engines.documents.image.pictures import Picture, open_picture
from egnatia.engines.documents.image.seals import Symbology, find_bar_codes
from egnatia.engines.documents.image.types import Glyph, Quad, Strip, TextLine
from egnatia.engines.documents.mrz.generate import random_zone
from egnatia.engines.documents.mrz.types import Field, Format
from egnatia.engines.documents.types import Advice, Bearing, Place, Result, Source, Weight
from egnatia.errors import InputError

TODAY = date(2026, 11, 22)
SIZE = (1_300, 900)
PITCH = 25.0


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


PAPER = _png(Image.new("RGB", SIZE, (240, 240, 235)))


class Printed:
    """A reader of a page on which these lines are printed; some columns are seen as something else."""

    def __init__(self, lines: Sequence[str], seen: dict[tuple[int, int], dict[str, float]] | None = None) -> None:
        self.lines = tuple(lines)
        self.seen = seen or {}

    def find(self, picture: Picture, longest_side: int) -> tuple[Quad, ...]:
        """The lines of the zone, at the foot of the page."""
        del picture, longest_side
        return tuple(_quad(50, 700 + 60 * number, PITCH * len(line)) for number, line in enumerate(self.lines))

    def read_zone_lines(self, picture: Picture, quads: Sequence[Quad], how: Rendition) -> tuple[Strip, ...]:
        """Every character of a line, one every three steps and a half; nothing where no line is printed."""
        del picture, how
        return tuple(self._strip(round((quad[0][1] - 700) / 60)) for quad in quads)

    def read_text(self, picture: Picture, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        """One caption and its value."""
        del picture, quads
        return (TextLine("Sex", _quad(50, 100, 40), 0.99), TextLine("F", _quad(50, 140, 15), 0.99))

    def _strip(self, line: int) -> Strip:
        text = self.lines[line] if line < len(self.lines) else ""
        glyphs = []
        for column, character in enumerate(text):
            shares = self.seen.get((line, column), {character: 0.999})
            if shares:
                glyphs.append(Glyph(2.0 + 3.5 * column, min(1.0, sum(shares.values())), tuple(shares.items())))
        return Strip(tuple(glyphs), 3.5 * len(text) + 0.5)


def _quad(left: float, top: float, wide: float, high: float = 32.0) -> Quad:
    return (left, top), (left + wide, top), (left + wide, top + high), (left, top + high)


def _zone(kind: Format, seed: int = 8) -> tuple[str, ...]:
    return random_zone(random.Random(seed), kind, TODAY, "UTO").lines


def _codes(findings: Sequence[Finding]) -> list[str]:
    return [finding.code.value for finding in findings]


@pytest.mark.parametrize("kind", list(Format))
def test_a_clear_page_is_read_and_every_check_says_so(kind: Format) -> None:
    lines = next(zone for seed in range(99) if not set("01258OIZSB") & set("".join(zone := _zone(kind, seed))[-8:]))
    reading = inspect_with(Printed(lines), PAPER)
    assert reading.zone is not None
    assert reading.zone.lines == lines
    assert reading.size == SIZE
    results = {check.code: check.result for check in reading.checks}
    assert results[ImageCheck.IMAGE_READABLE] is Result.SUCCESSFUL
    assert results[ImageCheck.IMAGE_ZONE_FOUND] is Result.SUCCESSFUL
    assert reading.fields is None
    assert reading.bar_codes == ()


def test_a_file_that_is_no_picture_is_a_finding_and_nothing_is_raised() -> None:
    reading = inspect_with(Printed(_zone(Format.TD3)), b"no picture")
    assert reading.size is None
    assert [check.result for check in reading.checks] == [Result.ABORTED]
    assert _codes(reading.findings()) == ["IMAGE_UNREADABLE"]


def test_without_the_extra_the_check_is_not_supported_and_says_what_to_do() -> None:
    reading = inspect_with(None, PAPER)
    found = {check.code: check.result for check in reading.checks}
    assert found == {ImageCheck.IMAGE_READABLE: Result.SUCCESSFUL, ImageCheck.IMAGE_ZONE_FOUND: Result.NOT_SUPPORTED}
    (finding,) = reading.findings()
    assert "egnatia[ocr]" in finding.settle
    assert "by hand" in finding.settle


def test_a_page_without_a_zone_says_so() -> None:
    reading = inspect_with(Printed(()), PAPER)
    assert reading.zone is None
    assert reading.resolution is None
    assert _codes(reading.findings()) == ["IMAGE_ZONE_MISSING"]
    assert reading.checks[-1].result is Result.UNDETERMINED


def test_a_doubt_in_a_protected_field_is_named_with_its_place_in_the_picture() -> None:
    lines = _zone(Format.TD3)
    seen: dict[tuple[int, int], dict[str, float]] = {(1, 22): {}, (1, 24): {}}  # two digits of the expiry date are lost
    reading = inspect_with(Printed(lines, seen), PAPER)
    assert reading.zone is not None
    doubts = [one for one in reading.findings() if one.code is ImageFinding.IMAGE_CHARACTER_UNPROVEN]
    finding = next(one for one in doubts if one.field is Field.EXPIRY_DATE)
    assert "line 2" in finding.found
    assert "position 23" in finding.found
    place = next(one for one in finding.places if one.start == 22)
    assert place.source is Source.IMAGE
    assert place.box is not None
    assert place.box[0] == pytest.approx(50 + 22 * PITCH, abs=4)
    assert {check.code: check.result for check in reading.checks}[ImageCheck.IMAGE_ZONE_PROVEN] is Result.UNDETERMINED


def test_a_doubt_in_a_name_is_named_apart() -> None:
    lines = _zone(Format.TD3)
    reading = inspect_with(Printed(lines, {(0, 6): {lines[0][6]: 0.6, "X": 0.39}}), PAPER)
    (finding,) = [one for one in reading.findings() if one.code is ImageFinding.IMAGE_CHARACTER_DOUBTFUL]
    assert finding.field is Field.NAME
    assert f"{lines[0][6]} at position 7 may be X" in finding.found
    results = {check.code: check.result for check in reading.checks}
    assert results[ImageCheck.IMAGE_ZONE_SURE] is Result.UNDETERMINED
    assert results[ImageCheck.IMAGE_ZONE_PROVEN] is Result.SUCCESSFUL


def test_what_the_check_digits_overruled_is_shown() -> None:
    lines = _zone(Format.TD3)
    column = 21  # first digit of the expiry date, a 2 or a 3
    seen = {(1, column): {"Z" if lines[1][column] == "2" else "B": 0.9, lines[1][column]: 0.09}}
    reading = inspect_with(Printed(lines, seen), PAPER)
    assert reading.zone is not None
    assert reading.zone.lines == lines
    found = [one for one in reading.findings() if one.code is ImageFinding.IMAGE_CHARACTER_CORRECTED]
    assert [one.field for one in found] == [Field.EXPIRY_DATE]


def test_the_zone_tells_the_resolution_by_its_pitch() -> None:
    reading = inspect_with(Printed(_zone(Format.TD3)), PAPER)
    assert reading.zone is not None
    assert reading.resolution == resolution(reading.zone) == pytest.approx(PITCH * 10, rel=0.02)
    (finding,) = [one for one in reading.findings() if one.code is ImageFinding.IMAGE_RESOLUTION_LOW]
    assert str(RESOLUTION) in finding.expected
    assert CHECKS[ImageCheck.IMAGE_RESOLUTION].weight is Weight.EVALUATORY


def test_printed_fields_are_read_when_asked_for() -> None:
    reading = inspect_with(Printed(_zone(Format.TD3)), PAPER, page=True, name="front.png")
    assert reading.fields is not None
    assert reading.fields.sex is not None
    assert (reading.fields.sex.text, reading.fields.page) == ("F", "front.png")


def test_no_finding_of_a_picture_bears_on_the_advice() -> None:
    assert all(rule.bearing is Bearing.NONE for rule in RULES.values())
    lines = _zone(Format.TD2)
    reading = inspect_with(Printed(lines, {(0, 8): {}, (1, 3): {}, (1, 5): {}}), PAPER)
    assert advise(reading.findings()) is Advice.CONSISTENT
    assert conclude(reading.checks, CHECKS, {}).result is Result.UNDETERMINED


def test_every_check_and_finding_has_its_rule() -> None:
    assert set(CHECKS) == set(ImageCheck)
    assert set(RULES) == set(ImageFinding)
    assert all(code.value.startswith("IMAGE_") for code in (*ImageCheck, *ImageFinding))


@settings(deadline=None, derandomize=True, max_examples=20)
@given(st.data())
def test_whatever_is_seen_nothing_is_raised_and_errors_are_in_doubt(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(list(Format)))
    lines = _zone(kind, data.draw(st.integers(0, 500)))
    width = len(lines[0])
    places = st.tuples(st.integers(0, len(lines) - 1), st.integers(0, width - 1))
    lost = data.draw(st.lists(places, max_size=4, unique=True))
    reading = inspect_with(Printed(lines, {place: {} for place in lost}), PAPER, bar_codes=False)
    if reading.zone is None or reading.zone.format is not kind:
        return
    doubts = {(doubt.line - 1, doubt.column - 1) for doubt in reading.zone.doubts}
    for line, (read, true) in enumerate(zip(reading.zone.lines, lines, strict=True)):
        wrong = {(line, column) for column, (one, other) in enumerate(zip(read, true, strict=True)) if one != other}
        assert wrong <= doubts


# Evidence


def test_a_crop_shows_the_place_with_a_margin_and_nothing_else() -> None:
    image = Image.new("RGB", (400, 300), (255, 255, 255))
    image.paste((255, 0, 0), (100, 100, 140, 130))
    picture = open_picture(_png(image))
    cut = Image.open(io.BytesIO(crop(picture, Place(Source.IMAGE, "line 1", box=(100, 100, 140, 130)))))
    assert (40 < cut.width < 90, 30 < cut.height < 80) == (True, True)
    assert cut.convert("RGB").getpixel((cut.width // 2, cut.height // 2)) == (255, 0, 0)
    assert cut.info == {}


@pytest.mark.parametrize("box", [None, (500, 500, 520, 520), (-80, -80, -50, -50)])
def test_a_place_without_a_box_in_the_picture_has_no_crop(box: tuple[int, int, int, int] | None) -> None:
    picture = open_picture(_png(Image.new("RGB", (400, 300))))
    with pytest.raises(InputError):
        crop(picture, Place(Source.IMAGE, "line 1", box=box))


# Bar codes


CODES = {
    "DataMatrix": Symbology.DATA_MATRIX,
    "QRCode": Symbology.QR,
    "Aztec": Symbology.AZTEC,
    "PDF417": Symbology.PDF417,
}
TURNS = [(name, turn) for name in CODES for turn in (0, 3, 90, 180, 25) if (name, turn) != ("PDF417", 25)]
"""Rows of bars are found only within a few degrees of a right angle (docs/reference/images.md)."""


@pytest.mark.parametrize(("name", "turn"), TURNS)
def test_bar_codes_are_found_in_any_orientation_byte_by_byte(name: str, turn: int) -> None:
    content = b"\xdc\x03" + bytes(range(60))
    page = _on_paper(zxingcpp.create_barcode(content, getattr(zxingcpp.BarcodeFormat, name)))
    (code,) = find_bar_codes(open_picture(_png(page.rotate(turn, expand=True, fillcolor=(255, 255, 255)))))
    assert (code.content, code.symbology) == (content, CODES[name])
    place = code.place()
    assert place.box is not None
    assert place.box[2] - place.box[0] > 40


def _on_paper(code: zxingcpp.Barcode) -> Image.Image:
    drawn = zxingcpp.write_barcode_to_image(code, scale=5)
    high, wide = drawn.shape[0], drawn.shape[1]
    dots: Any = drawn  # it is a buffer, which its type does not say
    page = Image.new("RGB", (wide + 240, high + 240), (255, 255, 255))
    page.paste(Image.frombytes("L", (wide, high), memoryview(dots).tobytes()), (120, 100))
    return page


def test_a_page_without_codes_has_none() -> None:
    assert find_bar_codes(open_picture(PAPER)) == ()


def test_other_kinds_of_bar_code_are_passed_over() -> None:
    page = _on_paper(zxingcpp.create_barcode("590123412345", zxingcpp.BarcodeFormat.EAN13))
    assert find_bar_codes(open_picture(_png(page))) == ()
