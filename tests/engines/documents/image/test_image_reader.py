"""The built-in text reader on pages drawn here, where the extra `ocr` and the fonts are installed; else it is skipped.

The figures for hundreds of pages are those of bench/documents/image.py; these few show that models, geometry and
decoding fit together.
"""

import io
import random
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from PIL import Image

from egnatia.engines.documents.image.inspection import ImageReading, inspect_image
from egnatia.engines.documents.image.ocr import is_installed, text_reader
from egnatia.engines.documents.image.pictures import open_picture
from egnatia.engines.documents.image.types import Strategy
from egnatia.engines.documents.image.zone import read_zone
from egnatia.engines.documents.mrz.generate import random_zone
from egnatia.engines.documents.synthetic.conditions import Condition, capture
from egnatia.engines.documents.synthetic.documents import Options, genuine
from egnatia.engines.documents.synthetic.fonts import Fonts, find_fonts
from egnatia.engines.documents.synthetic.pages import zone_page
from egnatia.engines.documents.synthetic.types import Kind, SyntheticDocument
from egnatia.engines.documents.types import Result
from egnatia.errors import InputError

TODAY = date(2026, 11, 22)


def _fonts() -> Fonts | None:
    try:
        return find_fonts()
    except InputError:
        return None


FONTS = _fonts()
pytestmark = pytest.mark.skipif(
    not is_installed() or FONTS is None, reason="needs `pip install 'egnatia[ocr]'` and Debian's fonts-ocr-b"
)
PAGES = [
    (Kind.PASSPORT, "ALB", Condition.CLEAN, 0),
    (Kind.PASSPORT, "GBR", Condition.PHONE, 90),
    (Kind.CARD, "MKD", Condition.TURNED_12, 0),
    (Kind.CARD, "RKS", Condition.LOW_RESOLUTION, 180),
    (Kind.SHEET, "MNE", Condition.GLARE, 0),
    (Kind.VISA, "GBR", Condition.PERSPECTIVE, 270),
    (Kind.SMALL_VISA, "ALB", Condition.DARK, 180),
]


def _document(number: int) -> SyntheticDocument:
    kind, state, _, _ = PAGES[number]
    return genuine(random.Random(number), TODAY, Options(kind=kind, state=state))


def _taken(document: SyntheticDocument, condition: Condition, turn: int) -> bytes:
    assert FONTS is not None
    page = capture(zone_page(document, FONTS), condition, random.Random(7))
    buffer = io.BytesIO()
    page.image.rotate(turn, expand=True).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


@cache
def _reading(number: int) -> ImageReading:
    _, _, condition, turn = PAGES[number]
    return inspect_image(_taken(_document(number), condition, turn), page=number == 0)


@pytest.mark.parametrize("number", range(len(PAGES)), ids=[f"{page[0]}-{page[2]}-{page[3]}" for page in PAGES])
def test_zones_are_read_in_any_condition_and_orientation(number: int) -> None:
    zone = _reading(number).zone
    assert zone is not None
    doubts = {(doubt.line, doubt.column) for doubt in zone.doubts}
    for line, (read, true) in enumerate(zip(zone.lines, _document(number).zone, strict=True), 1):
        wrong = {(line, column) for column, (one, other) in enumerate(zip(read, true, strict=True), 1) if one != other}
        assert wrong <= doubts
    assert zone.lines == _document(number).zone


def test_a_page_upside_down_is_noticed() -> None:
    turned = [_reading(number).zone for number in (3, 6)]
    assert all(zone is not None and Strategy.UPSIDE_DOWN in zone.strategies for zone in turned)


def test_the_resolution_is_that_of_the_drawing() -> None:
    assert _reading(0).resolution == pytest.approx(300, rel=0.03)


def test_printed_fields_are_those_of_the_document() -> None:
    document, fields = _document(0), _reading(0).fields
    assert fields is not None
    assert fields.number is not None
    assert fields.number.text == document.visual["number"][0]
    assert fields.birth_date is not None
    assert fields.birth_date.text == document.visual["birth_date"][0]
    assert [one.text for one in fields.primary] == list(document.visual["primary"])


def test_a_character_altered_on_the_page_is_read_as_it_stands() -> None:
    """A forger's digit must not be repaired into a right one: what is printed is what is read, with its digit refuted."""
    genuine_zone = random_zone(random.Random(3), Kind.PASSPORT.zone_format, TODAY, "UTO").lines
    digit = genuine_zone[1][22]
    altered = genuine_zone[1][:22] + ("1" if digit != "1" else "7") + genuine_zone[1][23:]
    document = replace(_document(0), zone=(genuine_zone[0], altered))
    zone = inspect_image(_taken(document, Condition.CLEAN, 0)).zone
    assert zone is not None
    assert zone.lines[1][:28] == altered[:28]
    assert any(doubt.field == "expiry_date" for doubt in zone.doubts)


def test_the_reader_is_loaded_once_and_gives_the_same_twice() -> None:
    reader = text_reader()
    assert reader is text_reader()
    assert reader is not None
    _, _, condition, turn = PAGES[3]
    assert read_zone(open_picture(_taken(_document(3), condition, turn)), reader) == _reading(3).zone


@pytest.mark.parametrize("size", [(64, 64), (64, 1_500), (300, 200)])
def test_a_picture_without_text_has_no_zone(size: tuple[int, int]) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", size, (200, 210, 200)).save(buffer, "PNG")
    reading = inspect_image(buffer.getvalue(), page=True)
    assert reading.zone is None
    assert reading.checks[-1].result is Result.UNDETERMINED
    assert reading.fields is not None
    assert reading.fields.empty()


def test_pure_noise_has_no_zone() -> None:
    noise = Image.frombytes("RGB", (300, 200), random.Random(1).randbytes(180_000))
    buffer = io.BytesIO()
    noise.save(buffer, "PNG")
    assert inspect_image(buffer.getvalue()).zone is None
