"""Drawn pictures for chip files: faces of nobody, finger lines of nobody, irises of nobody, a signature.

A face is an egg, two eyes and a mouth in flat colours with SPECIMEN written across it: nobody can be recognised,
and nobody can take it for a person. The same seed draws the same picture.
"""

import io
import math
import random
from enum import StrEnum

from PIL import Image, ImageDraw, ImageFont

FACE_SIZE = (240, 320)
"""Width and height in pixels: 90 between the centres of the eyes as Doc 9303-9 wants is 240 wide."""
FINGER_SIZE = (150, 200)
IRIS_SIZE = (160, 120)
SIGNATURE_SIZE = (200, 60)
_SKINS = ("#f1d5bd", "#d9a066", "#8f563b", "#c68642", "#e0ac69", "#5c3a21")
_HAIRS = ("#2b1b12", "#5a3825", "#a55a2a", "#c9a66b", "#777777")
_BACKGROUNDS = ("#dfe6ec", "#e8e4da", "#d8e8dc")
_INK = "#1c1c28"


class Coding(StrEnum):
    """How a picture is compressed."""

    JPEG = "jpeg"
    JPEG2000 = "jpeg2000"


def face(seed: int, size: tuple[int, int] = FACE_SIZE) -> Image.Image:
    """A face that depicts nobody."""
    rng = random.Random(seed)  # noqa: S311 - a drawing, no secret
    width, height = size
    picture = Image.new("RGB", size, rng.choice(_BACKGROUNDS))
    draw = ImageDraw.Draw(picture)
    middle, top = width / 2, height * (0.16 + rng.random() * 0.03)
    wide, tall = width * (0.25 + rng.random() * 0.04), height * (0.27 + rng.random() * 0.03)
    centre = top + tall
    hair = rng.choice(_HAIRS)
    draw.ellipse((middle - wide * 1.18, top - tall * 0.16, middle + wide * 1.18, centre + tall * 0.7), fill=hair)
    draw.rectangle((middle - wide * 0.45, centre + tall * 0.6, middle + wide * 0.45, height), fill="#b08968")
    draw.polygon([(0, height), (middle, centre + tall * 1.05), (width, height)], fill=rng.choice(("#334e68", "#5d5d81", "#3f5e4d")))  # fmt: skip
    draw.ellipse((middle - wide, top, middle + wide, centre + tall), fill=rng.choice(_SKINS))
    _features(draw, rng, (middle, centre), (wide, tall))
    _stamp(picture)
    return picture


def _features(
    draw: ImageDraw.ImageDraw, rng: random.Random, centre: tuple[float, float], half: tuple[float, float]
) -> None:
    """Eyes, brows, nose and mouth around the centre of a head of this half width and half height."""
    (x, y), (wide, tall) = centre, half
    apart, eye = wide * (0.4 + rng.random() * 0.08), wide * 0.13
    level = y - tall * (0.12 + rng.random() * 0.05)
    iris = rng.choice(("#3b2f2f", "#2e536f", "#3d671d", "#634e34"))
    for side in (-1, 1):
        at = x + side * apart
        draw.ellipse((at - eye * 1.5, level - eye, at + eye * 1.5, level + eye), fill="white", outline=_INK)
        draw.ellipse((at - eye * 0.7, level - eye * 0.7, at + eye * 0.7, level + eye * 0.7), fill=iris)
        draw.line((at - eye * 1.7, level - eye * 2, at + eye * 1.7, level - eye * (2 + rng.random())), fill=_INK, width=3)  # fmt: skip
    draw.line((x, level, x - wide * 0.1, y + tall * 0.25, x + wide * 0.06, y + tall * 0.25), fill="#7a4a35", width=2)
    mouth = wide * (0.3 + rng.random() * 0.12)
    draw.line((x - mouth, y + tall * 0.5, x + mouth, y + tall * (0.48 + rng.random() * 0.05)), fill="#8c3b3b", width=4)


def _stamp(picture: Image.Image) -> None:
    """SPECIMEN from corner to corner."""
    font = ImageFont.load_default(size=picture.width // 7)
    layer = Image.new("L", picture.size, 0)
    ImageDraw.Draw(layer).text((picture.width * 0.08, picture.height * 0.86), "SPECIMEN", font=font, fill=190)
    picture.paste("#b01030", (0, 0), layer)


def finger(seed: int, size: tuple[int, int] = FINGER_SIZE) -> Image.Image:
    """Wavy lines in grey: a finger of nobody."""
    rng = random.Random(seed)  # noqa: S311 - a drawing, no secret
    bend, pace = 0.5 + rng.random(), 0.55 + rng.random() * 0.2
    width, height = size
    shades = bytes(
        int(128 + 100 * math.sin(pace * (y + 12 * math.sin(x * bend / 14))))
        for y in range(height)
        for x in range(width)
    )
    return Image.frombytes("L", size, shades)


def iris(seed: int, size: tuple[int, int] = IRIS_SIZE) -> Image.Image:
    """Rings with rays: an iris of nobody."""
    rng = random.Random(seed)  # noqa: S311 - a drawing, no secret
    rays, phase = rng.randrange(20, 40), rng.random() * 6
    width, height = size
    shades = bytearray()
    for y in range(height):
        for x in range(width):
            across, down = x - width / 2, y - height / 2
            far = math.hypot(across, down) / height
            ray = math.sin(rays * math.atan2(down, across) + phase)
            shades.append(15 if far < 0.14 else int(120 + 60 * ray) if far < 0.42 else 215)  # noqa: PLR2004 - pupil, ring
    return Image.frombytes("L", size, bytes(shades))


def signature(seed: int, size: tuple[int, int] = SIGNATURE_SIZE) -> Image.Image:
    """A scribble."""
    rng = random.Random(seed)  # noqa: S311 - a drawing, no secret
    picture = Image.new("L", size, 255)
    width, height = size
    points = [(width * (0.05 + 0.9 * step / 14), height * (0.2 + 0.6 * rng.random())) for step in range(15)]
    ImageDraw.Draw(picture).line(points, fill=20, width=2, joint="curve")
    return picture


def encode(picture: Image.Image, coding: Coding) -> bytes:
    """The picture as a file: baseline JPEG, or JPEG 2000 at about a twentieth of its size."""
    buffer = io.BytesIO()
    if coding is Coding.JPEG:
        picture.save(buffer, "JPEG", quality=75)
    else:
        picture.save(buffer, "JPEG2000", quality_mode="rates", quality_layers=[20], irreversible=True)
    return buffer.getvalue()
