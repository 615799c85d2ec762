"""The printed background of a page: fine waving lines as on security paper, and SPECIMEN across them.

It only has to disturb a reader as a real background does; it imitates no state's design.
"""

import math
import random

from PIL import Image, ImageDraw

from egnatia.engines.documents.synthetic.fonts import Fonts
from egnatia.engines.documents.synthetic.types import SPECIMEN

_TINTS = ((236, 240, 246), (245, 238, 232), (234, 244, 236), (244, 236, 244), (246, 243, 228))
_INKS = ((150, 175, 215), (215, 165, 140), (140, 195, 155), (195, 150, 195), (200, 185, 120))
_STEP = 6
"""Pixels between the corners of a waving line."""
_FAMILIES = 3


def background(style: int, size: tuple[int, int], dpi: int) -> Image.Image:
    """A tinted page with three families of waving lines; the same style gives the same page."""
    rng = random.Random(style)  # noqa: S311 - a drawing, no secret
    page = Image.new("RGB", size, rng.choice(_TINTS))
    draw = ImageDraw.Draw(page)
    for _ in range(_FAMILIES):
        _family(draw, rng, size, dpi)
    for _ in range(2):
        _rosette(draw, rng, size)
    return page


def _family(draw: ImageDraw.ImageDraw, rng: random.Random, size: tuple[int, int], dpi: int) -> None:
    """Parallel waves across the page, 1.5 to 2.5 mm apart."""
    ink = rng.choice(_INKS)
    apart = dpi / 25.4 * rng.uniform(1.5, 2.5)
    high, long = rng.uniform(0.03, 0.12) * size[1], rng.uniform(0.2, 0.7) * size[0]
    phase, drift = rng.uniform(0, math.tau), rng.uniform(0.02, 0.09)
    for number in range(int((size[1] + 2 * high) / apart) + 1):
        base = number * apart - high
        points = [
            (x, base + high * math.sin(math.tau * x / long + phase + drift * number))
            for x in range(0, size[0] + _STEP, _STEP)
        ]
        draw.line(points, fill=ink, width=1)


def _rosette(draw: ImageDraw.ImageDraw, rng: random.Random, size: tuple[int, int]) -> None:
    """A closed curve with many petals."""
    ink, petals = rng.choice(_INKS), rng.randrange(7, 19)
    x, y, far = size[0] * rng.uniform(0.3, 0.9), size[1] * rng.uniform(0.2, 0.6), size[1] * rng.uniform(0.12, 0.25)
    for ring in range(6):
        points = [
            (x + reach * math.cos(angle), y + reach * math.sin(angle))
            for angle in (math.tau * step / 240 for step in range(241))
            for reach in (far * (0.6 + 0.07 * ring + 0.25 * math.sin(petals * angle + ring)),)
        ]
        draw.line(points, fill=ink, width=1)


def watermark(page: Image.Image, fonts: Fonts, lower: float) -> None:
    """Write SPECIMEN across the page above `lower` (the share of its height where the zone begins), and small below."""
    width, height = page.size
    area = (width, round(height * lower))
    layer = Image.new("L", area, 0)
    font = fonts.text_at(area[1] * 0.17)
    ImageDraw.Draw(layer).text((area[0] / 2, area[1] / 2), SPECIMEN, font=font, fill=46, anchor="mm")
    page.paste((176, 16, 48), (0, 0), layer.rotate(16, resample=Image.Resampling.BICUBIC))
    small = fonts.text_at(max(5, height * 0.012))
    note = f"UTO / {SPECIMEN}    " * 6
    ImageDraw.Draw(page).text((width * 0.03, height * 0.985), note, font=small, fill=(176, 120, 130), anchor="ls")
