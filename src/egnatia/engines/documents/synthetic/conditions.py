"""Capture conditions: what becomes of a page between the document and the file, with the truth moved along.

Each is a plain function of a page and a source of randomness, made with Pillow alone. Together they are the twelve that
the reading of pictures is measured in; `phone` is a bit of everything. Strengths were chosen so that a person still
reads every line without effort.
"""

import io
import math
import random
from collections.abc import Callable
from enum import StrEnum

from PIL import Image, ImageChops, ImageEnhance, ImageFilter, ImageOps

from egnatia.engines.documents.synthetic.pages import Page
from egnatia.engines.documents.synthetic.truth import (
    Homography,
    PageTruth,
    Point,
    Quad,
    between,
    inverse,
    moved,
    rectangle,
)
from egnatia.errors import InputError

_DESKS = ((92, 74, 58), (58, 62, 70), (196, 192, 184), (120, 122, 118))
"""Colours of what lies under the document."""


class Condition(StrEnum):
    """How a picture is taken."""

    CLEAN = "clean"
    BLUR = "blur"
    GLARE = "glare"
    NOISE = "noise"
    PERSPECTIVE = "perspective"
    TURNED_3 = "turned-3"
    TURNED_12 = "turned-12"
    TURNED_90 = "turned-90"
    TURNED_180 = "turned-180"
    LOW_RESOLUTION = "low-resolution"
    JPEG = "jpeg"
    DARK = "dark"
    PHONE = "phone"


TWELVE: tuple[Condition, ...] = tuple(each for each in Condition if each is not Condition.CLEAN)
"""All but the clean one."""


def named(name: str) -> Condition:
    """The condition of that name.

    Raises:
        InputError: there is none.
    """
    if name not in set(Condition):
        raise InputError(f"There is no condition {name!r}.", hint=f"Take one of {', '.join(Condition)}.")
    return Condition(name)


def capture(page: Page, condition: Condition, rng: random.Random) -> Page:
    """The page as a picture taken in this condition; the truth says where everything now lies.

    Args:
        page: as drawn.
        condition: how it is taken.
        rng: source of randomness; the same seed gives the same picture.
    """
    taken = _HOW[condition](page, rng)
    return Page(taken.image, _named(taken.truth, condition))


def _named(truth: PageTruth, condition: Condition) -> PageTruth:
    return moved(truth, (1, 0, 0, 0, 1, 0, 0, 0, 1), truth.size, condition.value)


def _clean(page: Page, rng: random.Random) -> Page:
    del rng
    return page


def _blur(page: Page, rng: random.Random) -> Page:
    """Out of focus by 0.15 to 0.2 mm at 300 dots to the inch."""
    return Page(page.image.filter(ImageFilter.GaussianBlur(rng.uniform(1.6, 2.4))), page.truth)


def _glare(page: Page, rng: random.Random) -> Page:
    """One or two bright spots, one of them upon the zone."""
    image = page.image
    for spot in range(rng.choice((1, 2))):
        image = _spot(image, rng, low=0.75 if spot == 0 else 0.2, high=0.95 if spot == 0 else 0.7)
    return Page(image, page.truth)


def _spot(image: Image.Image, rng: random.Random, *, low: float, high: float) -> Image.Image:
    """A soft white ellipse whose middle lies between two shares of the height."""
    width, height = image.size
    wide, tall = round(width * rng.uniform(0.25, 0.45)), round(height * rng.uniform(0.15, 0.3))
    strength = rng.uniform(0.6, 0.8)
    soft = ImageOps.invert(Image.radial_gradient("L")).resize((wide, tall)).point(lambda level: round(level * strength))
    light = Image.new("L", image.size, 0)
    light.paste(
        soft, (round(rng.uniform(0.1, 0.9) * width - wide / 2), round(rng.uniform(low, high) * height - tall / 2))
    )
    return ImageChops.screen(image, Image.merge("RGB", (light,) * 3))


def _noise(page: Page, rng: random.Random) -> Page:
    return Page(_grained(page.image, rng, rng.uniform(0.2, 0.28)), page.truth)


def _grained(image: Image.Image, rng: random.Random, share: float) -> Image.Image:
    """The picture with so much of it replaced by uniform noise, each dot of each colour drawn anew."""
    width, height = image.size
    grain = Image.frombytes("RGB", image.size, rng.randbytes(3 * width * height))
    return Image.blend(image, grain, share)


def _perspective(page: Page, rng: random.Random) -> Page:
    return _tilted(page, rng, 0.07)


def _tilted(page: Page, rng: random.Random, most: float, turn: float = 0.0) -> Page:
    """On a desk, each corner moved by up to that share of the page, then the whole turned."""
    width, height = page.image.size
    margin = round(width * 0.06)
    moves = [(rng.uniform(0, most) * width, rng.uniform(0, most) * height) for _ in range(4)]
    signs = ((1, 1), (-1, 1), (-1, -1), (1, -1))
    corners = [
        (x + sign_x * move_x, y + sign_y * move_y)
        for (x, y), (move_x, move_y), (sign_x, sign_y) in zip(rectangle(0, 0, width, height), moves, signs, strict=True)
    ]
    turned = [_turn(corner, turn, (width / 2, height / 2)) for corner in corners]
    left, top = min(x for x, _ in turned) - margin, min(y for _, y in turned) - margin
    size = (round(max(x for x, _ in turned) - left) + margin, round(max(y for _, y in turned) - top) + margin)
    first, second, third, fourth = ((x - left, y - top) for x, y in turned)
    return _warped(page, (first, second, third, fourth), size, rng.choice(_DESKS))


def _turn(point: Point, degrees: float, centre: Point) -> Point:
    """A point turned clockwise, as seen on a screen."""
    angle = math.radians(degrees)
    x, y = point[0] - centre[0], point[1] - centre[1]
    return centre[0] + x * math.cos(angle) - y * math.sin(angle), centre[1] + x * math.sin(angle) + y * math.cos(angle)


def _warped(page: Page, corners: Quad, size: tuple[int, int], desk: tuple[int, int, int]) -> Page:
    """The page laid on a desk with its corners at these places."""
    width, height = page.image.size
    there = between(rectangle(0, 0, width, height), corners)
    back = inverse(there)
    image = page.image.transform(size, Image.Transform.PERSPECTIVE, back[:8], Image.Resampling.BICUBIC, fillcolor=desk)
    return Page(image, moved(page.truth, there, size, page.truth.condition))


def _turned(degrees: float, spread: float) -> Callable[[Page, random.Random], Page]:
    """Turned by so many degrees to either side, give or take."""

    def take(page: Page, rng: random.Random) -> Page:
        return _tilted(page, rng, 0.0, rng.choice((-1, 1)) * (degrees + rng.uniform(-spread, spread)))

    return take


def _quarter(page: Page, rng: random.Random) -> Page:
    """Lying on its left or right side."""
    width, height = page.image.size
    if rng.random() < 0.5:  # noqa: PLR2004 - either side
        image, by = page.image.transpose(Image.Transpose.ROTATE_90), (0, 1, 0, -1, 0, width, 0, 0, 1)
    else:
        image, by = page.image.transpose(Image.Transpose.ROTATE_270), (0, -1, height, 1, 0, 0, 0, 0, 1)
    return Page(image, moved(page.truth, by, image.size, page.truth.condition))


def _upside_down(page: Page, rng: random.Random) -> Page:
    del rng
    width, height = page.image.size
    by: Homography = (-1, 0, width, 0, -1, height, 0, 0, 1)
    return Page(page.image.transpose(Image.Transpose.ROTATE_180), moved(page.truth, by, page.image.size, ""))


def _low_resolution(page: Page, rng: random.Random) -> Page:
    """About 110 to 130 dots to the inch, where 300 were drawn."""
    return _scaled(page, rng.uniform(0.37, 0.43))


def _scaled(page: Page, factor: float) -> Page:
    size = (round(page.image.width * factor), round(page.image.height * factor))
    by: Homography = (size[0] / page.image.width, 0, 0, 0, size[1] / page.image.height, 0, 0, 0, 1)
    return Page(page.image.resize(size, Image.Resampling.LANCZOS), moved(page.truth, by, size, ""))


def _jpeg(page: Page, rng: random.Random) -> Page:
    return Page(_pressed(page.image, rng.randrange(12, 20)), page.truth)


def _pressed(image: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(io.BytesIO(buffer.getvalue())).convert("RGB")


def _dark(page: Page, rng: random.Random) -> Page:
    """A quarter to a third of the light, falling off to one side, with the noise that darkness brings."""
    dim = ImageEnhance.Brightness(page.image).enhance(rng.uniform(0.25, 0.35))
    return Page(_grained(_shaded(dim, rng, 0.5), rng, 0.03), page.truth)


def _shaded(image: Image.Image, rng: random.Random, least: float) -> Image.Image:
    """Light that falls off from one edge to the other, down to that share."""
    slope = Image.linear_gradient("L").rotate(90 * rng.randrange(4)).resize(image.size)
    light = slope.point(lambda level: round(255 * (least + (1 - least) * level / 255)))
    return ImageChops.multiply(image, Image.merge("RGB", (light,) * 3))


def _phone(page: Page, rng: random.Random) -> Page:
    """A little tilt, turn, shade, blur, glare, noise and compression at once."""
    tilted = _tilted(page, rng, 0.035, rng.uniform(-5, 5))
    image = _shaded(tilted.image, rng, 0.7)
    if rng.random() < 0.5:  # noqa: PLR2004 - every other picture
        image = _spot(image, rng, low=0.2, high=0.9)
    image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.6, 1.1)))
    return Page(_pressed(_grained(image, rng, 0.05), rng.randrange(45, 70)), tilted.truth)


_HOW: dict[Condition, Callable[[Page, random.Random], Page]] = {
    Condition.CLEAN: _clean,
    Condition.BLUR: _blur,
    Condition.GLARE: _glare,
    Condition.NOISE: _noise,
    Condition.PERSPECTIVE: _perspective,
    Condition.TURNED_3: _turned(3, 0.5),
    Condition.TURNED_12: _turned(12, 2),
    Condition.TURNED_90: _quarter,
    Condition.TURNED_180: _upside_down,
    Condition.LOW_RESOLUTION: _low_resolution,
    Condition.JPEG: _jpeg,
    Condition.DARK: _dark,
    Condition.PHONE: _phone,
}
