"""A document's pages as pictures, with the truth about everything on them.

Drawn at 300 dots to the inch by default; BSI TR-03135-2 asks readers for 385 and recommends 600. The portrait is drawn
from geometry and depicts nobody, SPECIMEN stands across every page, and no state's design is imitated.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageOps

from egnatia.engines.documents.synthetic.background import background, watermark
from egnatia.engines.documents.synthetic.faces import face
from egnatia.engines.documents.synthetic.fonts import Fonts
from egnatia.engines.documents.synthetic.holders import state_of
from egnatia.engines.documents.synthetic.layouts import LAYOUTS, PITCH, Rectangle, Side, Slot, caption
from egnatia.engines.documents.synthetic.seal import matrix
from egnatia.engines.documents.synthetic.truth import PageTruth, PrintedValue, Quad, rectangle
from egnatia.engines.documents.synthetic.types import SPECIMEN, Kind, SyntheticDocument

DPI = 300
_MM = 25.4
_INK, _FAINT = (24, 24, 34), (70, 84, 120)
_CAPTION, _VALUE, _TITLE = 1.15, 2.05, 2.6
"""Heights of capitals in millimetres; Doc 9303-3 section 3.1 wants values of at least ten points or what fits."""
_BELOW_CAPTION = 2.1
_ZONE_HEIGHT = 23.2
"""Of the area kept for the zone at the lower edge (Doc 9303 parts 4 to 7)."""
_TITLES = {
    Kind.PASSPORT: "PASSPORT", Kind.CARD: "IDENTITY CARD", Kind.SHEET: "IDENTITY CARD", Kind.VISA: "VISA",
    Kind.SMALL_VISA: "VISA",
}  # fmt: skip
_UNKNOWN_TITLE = "REPUBLIC OF {}"
"""Head of a page whose issuer is no state of ours: a fantasy document."""


@dataclass(frozen=True, slots=True)
class Page:
    """One picture and what stands in it."""

    image: Image.Image
    truth: PageTruth


@dataclass(frozen=True, slots=True)
class _Pen:
    """A page being drawn, and how many pixels a millimetre has."""

    image: Image.Image
    draw: ImageDraw.ImageDraw
    fonts: Fonts
    scale: float

    def text(self, place: tuple[float, float], text: str, height: float, fill: tuple[int, int, int]) -> Quad:
        """Write a line whose capitals begin at a place in millimetres; returns its corners in pixels."""
        left, base = place[0] * self.scale, (place[1] + height) * self.scale
        font = self.fonts.text_at(height * self.scale)
        self.draw.text((left, base), text, font=font, fill=fill, anchor="ls")
        x0, y0, x1, y1 = self.draw.textbbox((left, base), text, font=font, anchor="ls")
        return rectangle(x0, y0, x1 - x0, y1 - y0)

    def length(self, text: str, height: float) -> float:
        """Width of a line in millimetres."""
        return self.fonts.text_at(height * self.scale).getlength(text) / self.scale


def render(document: SyntheticDocument, fonts: Fonts, dpi: int = DPI) -> tuple[Page, ...]:
    """Draw every side of a document.

    Args:
        document: what to draw; the visual zone, the zone, the portrait and the seal as it says they are printed.
        fonts: from `fonts.find_fonts`.
        dpi: dots to the inch.
    """
    sides = LAYOUTS[document.kind]
    names = ("front", "back") if len(sides) > 1 else ("page",)
    return tuple(_side(document, side, name, fonts, dpi) for side, name in zip(sides, names, strict=True))


def zone_page(document: SyntheticDocument, fonts: Fonts, dpi: int = DPI) -> Page:
    """The one side that carries the machine-readable zone."""
    return render(document, fonts, dpi)[-1]


def _side(document: SyntheticDocument, side: Side, name: str, fonts: Fonts, dpi: int) -> Page:
    scale = dpi / _MM
    size = (round(side.width * scale), round(side.height * scale))
    image = background(document.style, size, dpi)
    pen = _Pen(image, ImageDraw.Draw(image), fonts, scale)
    _head(pen, document, name)
    portrait = _portraits(pen, document, side)
    fields = {slot.field: _slot(pen, document, slot) for slot in side.slots if slot.field in document.visual}
    seal = _seal(pen, document, side.seal)
    watermark(image, fonts, 1 - _ZONE_HEIGHT / side.height if side.zone else 1.0)
    zone = tuple(_zone(pen, document, side))
    corners = rectangle(0, 0, *size)
    return Page(image, PageTruth(name, size, corners, zone, fields, portrait, seal))


def _head(pen: _Pen, document: SyntheticDocument, name: str) -> None:
    """The state, the kind of document, and that it is none."""
    state = _head_of(document)
    pen.text((4, 3.2), f"{state}  {SPECIMEN}", _TITLE * (0.75 if document.kind is Kind.CARD else 1), _FAINT)
    if name != "back":
        title = _TITLES[document.kind]
        room = pen.image.width / pen.scale - 4 - pen.length(title, _CAPTION * 1.5)
        pen.text((room, 7.3 if document.kind is Kind.PASSPORT else 6.6), title, _CAPTION * 1.5, _FAINT)


def _head_of(document: SyntheticDocument) -> str:
    printed = document.visual.get("issuer", (document.issue.issuer,))[0]
    known = printed == document.issue.issuer
    return state_of(document.issue.issuer).title if known else _UNKNOWN_TITLE.format(printed)


def _portraits(pen: _Pen, document: SyntheticDocument, side: Side) -> Quad | None:
    if side.portrait is None:
        return None
    place = _pixels(pen, side.portrait)
    picture = face(document.face, (round(place[2]), round(place[3])))
    pen.image.paste(picture, (round(place[0]), round(place[1])))
    if side.ghost is not None:
        left, top, width, height = _pixels(pen, side.ghost)
        small = ImageOps.grayscale(face(document.ghost, (round(width), round(height))))
        under = pen.image.crop((round(left), round(top), round(left) + small.width, round(top) + small.height))
        pen.image.paste(Image.blend(under, small.convert("RGB"), 0.45), (round(left), round(top)))
    return rectangle(*place)


def _slot(pen: _Pen, document: SyntheticDocument, slot: Slot) -> tuple[PrintedValue, ...]:
    """The caption, then the value in every script, divided by a stroke."""
    language = state_of(document.issue.issuer).language
    label = caption(slot.field, language)
    pen.text((slot.left, slot.top), label, _fitting(pen, label, _CAPTION, slot.width), _FAINT)
    values = document.visual[slot.field]
    height = _fitting(pen, " / ".join(values), _VALUE, slot.width)
    left, written = slot.left, []
    for number, value in enumerate(values):
        text = f"/ {value}" if number else value
        quad = pen.text((left, slot.top + _BELOW_CAPTION + (_VALUE - height)), text, height, _INK)
        skipped = pen.length("/ ", height) * pen.scale if number else 0
        (x0, y0), (x1, _), (_, y1), _ = quad
        written.append(PrintedValue(value, rectangle(x0 + skipped, y0, x1 - x0 - skipped, y1 - y0)))
        left += pen.length(text + " ", height)
    return tuple(written)


def _fitting(pen: _Pen, text: str, height: float, width: float) -> float:
    """The height at which a text is no wider than that."""
    return height * min(1.0, width / max(pen.length(text, height), 0.1))


def _seal(pen: _Pen, document: SyntheticDocument, place: Rectangle | None) -> Quad | None:
    if document.seal is None or place is None:
        return None
    left, top, width, height = (round(each) for each in _pixels(pen, place))
    drawn = matrix(document.seal, min(width, height))
    pen.image.paste(drawn, (left, top))
    return rectangle(left, top, *drawn.size)


def _zone(pen: _Pen, document: SyntheticDocument, side: Side) -> Iterator[PrintedValue]:
    """Each character in its own place of a tenth of an inch, whatever font it is."""
    if side.zone is None:
        return
    left, base_lines = side.zone
    pitch = PITCH * pen.scale
    font = pen.fonts.zone_at(pitch)
    _, top, _, bottom = font.getbbox("H", anchor="ls")
    for line, base in zip(document.zone, base_lines, strict=True):
        for column, character in enumerate(line):
            middle = left * pen.scale + (column + 0.5) * pitch
            pen.draw.text((middle, base * pen.scale), character, font=font, fill=_INK, anchor="ms")
        height = bottom - top
        yield PrintedValue(line, rectangle(left * pen.scale, base * pen.scale + top, len(line) * pitch, height))


def _pixels(pen: _Pen, place: Rectangle) -> Rectangle:
    left, top, width, height = (each * pen.scale for each in place)
    return left, top, width, height
