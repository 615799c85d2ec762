"""Drawn pages and captures of them: what the truth says is where it says, and a seed is all it takes."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat

from egnatia.engines.documents.seals.reader import read_seal
from egnatia.engines.documents.synthetic.background import background, watermark
from egnatia.engines.documents.synthetic.conditions import TWELVE, Condition, capture, named
from egnatia.engines.documents.synthetic.documents import Options, genuine
from egnatia.engines.documents.synthetic.fonts import Fonts, find_fonts, load
from egnatia.engines.documents.synthetic.holders import STATES
from egnatia.engines.documents.synthetic.layouts import CAPTIONS, LAYOUTS, caption
from egnatia.engines.documents.synthetic.pages import Page, render, zone_page
from egnatia.engines.documents.synthetic.seal import can_be_sealed, matrix
from egnatia.engines.documents.synthetic.truth import (
    IDENTITY,
    PageTruth,
    Point,
    PrintedValue,
    Quad,
    as_json,
    between,
    inverse,
    move,
    moved,
    product,
    rectangle,
)
from egnatia.engines.documents.synthetic.types import Kind, SyntheticDocument
from egnatia.engines.documents.visual.types import VisualField
from egnatia.errors import InputError

TODAY = date(2026, 11, 22)
GEOMETRIC = [each for each in TWELVE if each not in {Condition.GLARE, Condition.NOISE, Condition.JPEG, Condition.DARK}]
SIZES = {
    Kind.PASSPORT: (125, 88),
    Kind.CARD: (85.6, 54),
    Kind.SHEET: (105, 74),
    Kind.VISA: (120, 80),
    Kind.SMALL_VISA: (105, 74),
}
"""Millimetres (Doc 9303 parts 4 to 7)."""


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    try:
        return find_fonts()
    except InputError as error:
        pytest.skip(f"pages need fonts: {error.message}")


def make(kind: Kind = Kind.PASSPORT, state: str = "UTO", seed: int = 1) -> SyntheticDocument:
    return genuine(
        random.Random(seed), TODAY, Options(kind, state, chip=False, seal=can_be_sealed(kind), profile="p256-sha256")
    )


def darkness(page: Page, quad: Quad) -> float:
    """Share of dark dots in the upright box around a quad."""
    across, down = [x for x, _ in quad], [y for _, y in quad]
    part = page.image.convert("L").crop((int(min(across)), int(min(down)), int(max(across)) + 1, int(max(down)) + 1))
    return sum(part.histogram()[:100]) / (part.width * part.height)


@pytest.mark.parametrize("kind", Kind, ids=str)
def test_a_page_has_its_size_and_everything_on_it(kind: Kind, fonts: Fonts) -> None:
    document = make(kind, "SRB")
    pages = render(document, fonts)
    assert [page.truth.side for page in pages] == (["front", "back"] if kind is Kind.CARD else ["page"])
    for page in pages:
        wide, high = SIZES[kind]
        assert page.image.size == page.truth.size == (round(wide * 300 / 25.4), round(high * 300 / 25.4))
        assert page.truth.page == rectangle(0, 0, *page.image.size)
    printed = {name: values for page in pages for name, values in page.truth.fields.items()}
    assert {name: tuple(each.text for each in values) for name, values in printed.items()} == document.visual
    assert [line.text for page in pages for line in page.truth.zone] == list(document.zone)
    assert any(page.truth.portrait for page in pages)
    assert any(page.truth.seal for page in pages) == can_be_sealed(kind)


@pytest.mark.parametrize("kind", Kind, ids=str)
@pytest.mark.parametrize("state", sorted(STATES))
def test_values_stand_inside_the_page_where_the_truth_says_and_never_upon_another(
    kind: Kind, state: str, fonts: Fonts
) -> None:
    for page in render(make(kind, state, 4), fonts, 150):
        boxes = [value.quad for values in page.truth.fields.values() for value in values]
        boxes += [line.quad for line in page.truth.zone]
        for quad in boxes:
            assert 0 <= quad[0][0] < quad[2][0] <= page.image.width
            assert 0 <= quad[0][1] < quad[2][1] <= page.image.height
            assert darkness(page, quad) > 0.02, "there is ink"
        boxes += [quad for quad in (page.truth.seal, page.truth.portrait) if quad]
        for number, one in enumerate(boxes):
            for other in boxes[number + 1 :]:
                apart = one[2][0] <= other[0][0] or other[2][0] <= one[0][0] or one[2][1] <= other[0][1] or other[2][1] <= one[0][1]  # fmt: skip
                assert apart, (one, other)


def test_the_zone_has_ten_characters_to_the_inch(fonts: Fonts) -> None:
    for line in zone_page(make(), fonts).truth.zone:
        assert line.quad[1][0] - line.quad[0][0] == pytest.approx(44 * 30)
    for line in zone_page(make(Kind.CARD), fonts, 150).truth.zone:
        assert line.quad[1][0] - line.quad[0][0] == pytest.approx(30 * 15)


def test_each_character_stands_in_its_own_place(fonts: Fonts) -> None:
    page = zone_page(make(), fonts)
    for line in page.truth.zone:
        (left, top), (right, _), (_, bottom), _ = line.quad
        pitch = (right - left) / len(line.text)
        for column in range(len(line.text)):
            cell = rectangle(left + column * pitch + 2, top - 2, pitch - 4, bottom - top + 4)
            assert darkness(page, cell) > 0.05, (line.text, column)
        gap = page.image.convert("L").crop((round(left) - 9, round(top), round(left) - 1, round(bottom)))
        assert sum(gap.histogram()[:100]) == 0


def test_another_font_of_the_zone_keeps_the_places(fonts: Fonts) -> None:
    document = make()
    own, other = zone_page(document, fonts), zone_page(document, replace(fonts, zone=fonts.text))
    assert own.image.tobytes() != other.image.tobytes()
    for one, two in zip(own.truth.zone, other.truth.zone, strict=True):
        assert one.text == two.text
        assert [x for x, _ in one.quad] == pytest.approx([x for x, _ in two.quad])


def test_the_same_document_is_drawn_the_same_and_another_otherwise(fonts: Fonts) -> None:
    one, again = (zone_page(make(), fonts, 150).image.tobytes() for _ in range(2))
    assert one == again
    assert zone_page(make(seed=2), fonts, 150).image.tobytes() != one


def test_specimen_is_printed_across_every_page(fonts: Fonts) -> None:
    for kind in Kind:
        for page in render(make(kind), fonts, 100):
            marks = Image.new("RGB", page.image.size, "white")
            watermark(marks, fonts, 1 - 23.2 / (page.image.height / 100 * 25.4) if page.truth.zone else 1.0)
            mark = _difference(marks, Image.new("RGB", marks.size, "white"))
            box = mark.getbbox()
            assert box is not None
            assert box[2] - box[0] > 0.5 * page.image.width
            plain = background(make(kind).style, page.image.size, 100)
            unlike = _difference(page.image, plain).point(lambda level: 255 if level > 4 else 0)
            strong = mark.point(lambda level: 255 if level > 20 else 0)
            inked = ImageChops.multiply(unlike, strong).histogram()[255] / strong.histogram()[255]
            assert inked > 0.9, (kind, page.truth.side)


def test_a_replaced_photo_changes_the_portrait_and_not_the_small_one(fonts: Fonts) -> None:
    document = make()
    other = replace(document, face=document.face + 1)
    one, two = (zone_page(each, fonts, 150) for each in (document, other))
    changed = Image.new("L", one.image.size)
    changed.paste(255, mask=Image.eval(_difference(one.image, two.image), lambda level: 255 if level else 0))
    box = changed.getbbox()
    assert box is not None
    portrait = one.truth.portrait
    assert portrait is not None
    assert portrait[0][0] - 2 <= box[0] < box[2] <= portrait[2][0] + 2
    assert portrait[0][1] - 2 <= box[1] < box[3] <= portrait[2][1] + 2


def _difference(one: Image.Image, other: Image.Image) -> Image.Image:
    return ImageChops.difference(one, other).convert("L")


@pytest.mark.parametrize("kind", [kind for kind in Kind if can_be_sealed(kind)], ids=str)
def test_the_seal_is_read_from_the_page(kind: Kind, fonts: Fonts) -> None:
    import zxingcpp

    document = make(kind)
    page = zone_page(document, fonts)
    found = zxingcpp.read_barcodes(page.image)
    assert [each.bytes for each in found] == [document.seal]
    assert read_seal(found[0].bytes).flaws == ()
    seal = page.truth.seal
    assert seal is not None
    at = found[0].position
    assert seal[0][0] - 3 <= at.top_left.x < at.bottom_right.x <= seal[2][0] + 3
    assert seal[0][1] - 3 <= at.top_left.y < at.bottom_right.y <= seal[2][1] + 3


@pytest.mark.parametrize("size", [20, 100, 200])
def test_a_matrix_is_square_and_made_of_whole_dots(size: int) -> None:
    drawn = matrix(bytes(range(size)), 200)
    assert drawn.width == drawn.height <= 200
    assert {level for _, level in drawn.getcolors() or ()} == {0, 255}


# --- captures --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("condition", Condition, ids=str)
def test_a_capture_is_repeatable_and_says_what_it_is(condition: Condition, fonts: Fonts) -> None:
    page = zone_page(make(), fonts, 100)
    before = page.image.tobytes()
    one, again, other = (capture(page, condition, random.Random(seed)) for seed in (1, 1, 2))
    assert one.image.tobytes() == again.image.tobytes()
    assert one.truth == again.truth
    assert one.truth.condition == condition.value
    assert one.truth.size == one.image.size
    assert page.image.tobytes() == before, "the page itself stays as it was"
    if condition not in {Condition.CLEAN, Condition.TURNED_180}:
        assert one.image.tobytes() != other.image.tobytes()
    assert [line.text for line in one.truth.zone] == [line.text for line in page.truth.zone]


def test_there_are_twelve_conditions_beside_the_clean_one() -> None:
    assert len(TWELVE) == 12
    assert Condition.CLEAN not in TWELVE
    assert named("phone") is Condition.PHONE
    with pytest.raises(InputError) as caught:
        named("fog")
    assert "glare" in caught.value.hint()


def marked(at: Point, size: tuple[int, int] = (420, 300)) -> Page:
    """A white page with one black dot, and a truth that has the dot's place as its seal."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).ellipse((at[0] - 6, at[1] - 6, at[0] + 6, at[1] + 6), fill="black")
    dot = rectangle(at[0] - 1, at[1] - 1, 2, 2)
    return Page(image, PageTruth("page", size, rectangle(0, 0, *size), (), {}, None, dot))


def centre_of_dot(page: Page) -> Point:
    """Middle of everything black, inside the page (the desk around it may be dark too)."""
    inside = Image.new("L", page.image.size, 0)
    ImageDraw.Draw(inside).polygon(page.truth.page, fill=255)
    dark = Image.eval(page.image.convert("L"), lambda level: 255 if level < 100 else 0)
    both = Image.composite(dark, Image.new("L", dark.size, 0), _shrunk(inside))
    box = both.getbbox()
    assert box is not None
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _shrunk(mask: Image.Image) -> Image.Image:
    return mask.filter(ImageFilter.MinFilter(9))


@pytest.mark.parametrize("condition", GEOMETRIC, ids=str)
@pytest.mark.parametrize(("x", "y"), [(60, 40), (350, 200)])
def test_the_truth_moves_as_the_picture_does(condition: Condition, x: int, y: int) -> None:
    for seed in range(4):
        taken = capture(marked((x, y)), condition, random.Random(seed))
        seal = taken.truth.seal
        assert seal is not None
        wanted = (sum(point[0] for point in seal) / 4, sum(point[1] for point in seal) / 4)
        assert centre_of_dot(taken) == pytest.approx(wanted, abs=3.0)


@pytest.mark.parametrize(
    "condition", [Condition.DARK, Condition.NOISE, Condition.GLARE, Condition.JPEG, Condition.BLUR]
)
def test_what_only_changes_light_moves_nothing(condition: Condition, fonts: Fonts) -> None:
    page = zone_page(make(), fonts, 150)
    taken = capture(page, condition, random.Random(1))
    assert replace(taken.truth, condition="clean") == page.truth
    assert ImageStat.Stat(_difference(taken.image, page.image)).mean[0] > 0.5


def test_dark_is_darker_and_low_resolution_is_smaller(fonts: Fonts) -> None:
    page = zone_page(make(), fonts, 150)
    mean: Callable[[Page], float] = lambda each: ImageStat.Stat(each.image.convert("L")).mean[0]  # noqa: E731
    assert mean(capture(page, Condition.DARK, random.Random(1))) < 0.5 * mean(page)
    small = capture(page, Condition.LOW_RESOLUTION, random.Random(1))
    assert small.image.width < 0.45 * page.image.width
    assert small.truth.zone[0].quad[2][0] < small.image.width


def test_upside_down_reads_from_the_other_corner(fonts: Fonts) -> None:
    page = zone_page(make(), fonts, 150)
    taken = capture(page, Condition.TURNED_180, random.Random(1))
    first, second, _, _ = taken.truth.zone[0].quad
    assert first[0] > second[0]
    assert taken.image.transpose(Image.Transpose.ROTATE_180).tobytes() == page.image.tobytes()


# --- homographies ----------------------------------------------------------------------------------------------------

SQUARE = rectangle(0, 0, 100, 60)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.lists(st.tuples(st.floats(0, 20), st.floats(0, 20)), min_size=4, max_size=4))
def test_corners_arrive_where_they_are_sent_and_come_back(moves: list[Point]) -> None:
    signs = ((1, 1), (-1, 1), (-1, -1), (1, -1))
    corners = [(x + sx * dx, y + sy * dy) for (x, y), (dx, dy), (sx, sy) in zip(SQUARE, moves, signs, strict=True)]
    target: Quad = (corners[0], corners[1], corners[2], corners[3])
    there = between(SQUARE, target)
    for got, wanted in zip(move(SQUARE, there), target, strict=True):
        assert got == pytest.approx(wanted, abs=1e-6)
    for got, wanted in zip(move(target, inverse(there)), SQUARE, strict=True):
        assert got == pytest.approx(wanted, abs=1e-6)
    for got, wanted in zip(move(SQUARE, product(inverse(there), there)), SQUARE, strict=True):
        assert got == pytest.approx(wanted, abs=1e-6)


def test_truth_is_json_with_everything_moved() -> None:
    value = PrintedValue("ALPHA", rectangle(1, 2, 3, 4))
    truth = PageTruth("page", (10, 20), rectangle(0, 0, 10, 20), (value,), {"number": (value,)}, rectangle(5, 5, 1, 1))
    assert moved(truth, IDENTITY, (10, 20), "clean") == truth
    doubled = moved(truth, (2, 0, 0, 0, 2, 0, 0, 0, 1), (20, 40), "low-resolution")
    told = json.loads(json.dumps(as_json(doubled)))
    assert told["zone"] == [{"text": "ALPHA", "quad": [[2, 4], [8, 4], [8, 12], [2, 12]]}]
    assert told["fields"]["number"][0]["quad"][0] == [2, 4]
    assert (told["size"], told["condition"], told["seal"]) == ([20, 40], "low-resolution", None)
    assert told["portrait"][2] == [12, 12]


# --- fonts and captions ----------------------------------------------------------------------------------------------


def test_a_given_font_is_taken_and_a_wrong_one_refused(tmp_path: Path, fonts: Fonts) -> None:
    assert find_fonts(fonts.text, fonts.text) == Fonts(fonts.text, fonts.text)
    wrong = tmp_path / "font.otf"
    wrong.write_text("no font")
    with pytest.raises(InputError, match="not a font"):
        load(wrong, 20)
    with pytest.raises(InputError):
        zone_page(make(), Fonts(wrong, fonts.text))


def test_a_missing_font_is_named_with_what_helps() -> None:
    from egnatia.engines.documents.synthetic.fonts import _find

    with pytest.raises(InputError) as caught:
        _find(("no-such-font.otf",), "OCR-B font", "fonts-ocr-b", "--zone-font")
    assert "apt install fonts-ocr-b" in caught.value.hint()
    assert "--zone-font" in caught.value.hint()


def test_every_language_has_every_caption() -> None:
    fields = set(CAPTIONS["en"])
    assert all(set(captions) == fields for captions in CAPTIONS.values())
    for state in STATES.values():
        for field in fields:
            assert caption(field, state.language)
    assert caption("primary", "sq") == "Mbiemri / Surname"
    assert caption("primary", "en") == "Surname / Nom"
    assert caption("issuer", "en") == "Code"


def test_fields_are_called_as_the_visual_part_calls_them() -> None:
    drawn = {slot.field for sides in LAYOUTS.values() for side in sides for slot in side.slots}
    assert drawn - {"passport_number"} <= {field.value for field in VisualField}
