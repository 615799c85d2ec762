"""Zones on pages that the generator of this project did not draw: other fonts, other layouts, other conditions.

`image.py` reads pages of `engines.documents.synthetic`, which the reader's constants were chosen on. Here nothing of
that is used: the page (a card, a page or a whole sheet, the zone anywhere near its lower edge, its pitch and the distance
of its lines a little off), the print around it, eleven fonts of which two are OCR-B, and sixteen conditions with their
own code. So what this bench says was not tuned for.

Run: python -m bench.documents.foreign_pages [--pages 320] [--seed foreign-2026] [--part 1/4] [--only glare] [--save FILE]
     python -m bench.documents.foreign_pages --sum FILE...

The columns are those of `bench/documents/image.py`. Needs the extra `ocr` and fonts of Debian: fonts-ocr-b,
fonts-dejavu-core, fonts-liberation, fonts-freefont-ttf, fonts-courier-prime, fonts-hack, fonts-inconsolata, fonts-cmu and
fonts-firacode; those that are not installed are left out, and the first line says how many there are.
"""

import argparse
import io
import json
import math
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from bench.documents.image import TODAY, Case, Outcome, judged, summary
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from egnatia.engines.documents.mrz.generate import random_zone
from egnatia.engines.documents.mrz.types import Format

FONTS = (
    "OCRB.otf", "OCRBL.otf", "LiberationMono-Bold.ttf", "DejaVuSansMono-Bold.ttf", "FreeMonoBold.ttf", "cmuntt.ttf",
    "Courier Prime Bold.otf", "Courier Prime Sans.otf", "Hack-Regular.ttf", "Inconsolata.otf", "FiraCode-Regular.ttf",
)  # fmt: skip
_TEXT = (
    "DejaVuSerif.ttf",
    "LiberationSansNarrow-Regular.ttf",
    "LiberationSerif-Regular.ttf",
    "DejaVuSansCondensed.ttf",
)
_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
_WORDS = (
    "REPUBLIKA E SHQIPERISE", "PASAPORTE", "SPECIMEN", "Surname / Nom", "Given names / Prenoms", "Date of birth",
    "Nationality", "ZENITH", "12 AUG 1984", "Ministry of Interior", "Authority", "K0123456", "Signature of bearer",
    "This document remains the property of the issuing authority and must be surrendered on demand",
)  # fmt: skip
_INCH = 300
_Pixels = NDArray[np.uint8]
_Take = Callable[[_Pixels, random.Random, "Lay"], _Pixels]


class Lay:
    """Where the zone lies on the page as drawn: left, top, right, bottom in pixels, and the height of its capitals."""

    def __init__(self, box: tuple[int, int, int, int], capital: float) -> None:
        self.box, self.capital = box, capital


def fonts() -> list[Path]:
    """The fonts of the list that are installed here."""
    return [path for name in FONTS for folder in _FOLDERS for path in folder.rglob(name)]


def page(rng: random.Random, lines: tuple[str, ...], font: Path) -> tuple[_Pixels, Lay]:
    """A page in nobody's design with this zone on it."""
    pitch = _INCH / 10 * rng.uniform(0.94, 1.06)
    inner = round(pitch * len(lines[0]))
    left, right = rng.randrange(30, 130), rng.randrange(30, 130)
    wide, high = inner + left + right, round((inner + left + right) * rng.uniform(0.6, 0.85))
    light = np.array([rng.randrange(190, 250) for _ in range(3)], float)
    grid = np.add.outer(np.arange(high) / rng.uniform(9, 40), np.arange(wide) / rng.uniform(9, 40))
    paper = light + (rng.uniform(2, 9) * np.sin(grid))[:, :, None]
    image = Image.fromarray(np.clip(paper, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    step = pitch * rng.uniform(1.6, 2.4)
    bottom = high - rng.randrange(30, 90)
    top = round(bottom - step * (len(lines) - 1) - pitch)
    _print(rng, draw, (wide, top - 40))
    ink = (rng.randrange(0, 70), rng.randrange(0, 70), rng.randrange(0, 90))
    size = round(pitch * 1000 / ImageFont.truetype(font, 1000).getlength("0"))
    letters = ImageFont.truetype(font, size)
    for number, line in enumerate(lines):
        for column, sign in enumerate(line):
            place = (left + (column + 0.5) * pitch, bottom - step * (len(lines) - 1 - number))
            draw.text(place, sign, font=letters, fill=ink, anchor="ms")
    box = letters.getbbox("H")
    return np.asarray(image), Lay((left, top, left + inner, bottom + 8), box[3] - box[1])


def _print(rng: random.Random, draw: ImageDraw.ImageDraw, room: tuple[int, int]) -> None:
    """Some words in some places above the zone, and a grey square where a face would be."""
    wide, high = room
    found = [path for name in _TEXT for folder in _FOLDERS for path in folder.rglob(name)]
    draw.rectangle((40, high // 4, 40 + wide // 5, high // 4 + wide // 4), fill=(150, 150, 156))
    for number in range(rng.randrange(4, 12)):
        face = ImageFont.truetype(rng.choice(found), rng.randrange(16, 34))
        place = (rng.randrange(wide // 4, wide * 3 // 4), 20 + number * high // 12)
        draw.text(place, rng.choice(_WORDS), font=face, fill=(rng.randrange(110),) * 3)


def _warp(pixels: _Pixels, corners: NDArray[np.float32], size: tuple[int, int], desk: int) -> _Pixels:
    high, wide = pixels.shape[:2]
    here = np.asarray([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    matrix = cv2.getPerspectiveTransform(here, corners)
    return np.asarray(
        cv2.warpPerspective(pixels, matrix, size, flags=cv2.INTER_AREA, borderValue=(desk, desk, desk)), np.uint8
    )


def _turn(pixels: _Pixels, degrees: float, rng: random.Random) -> _Pixels:
    """Turned on a desk of one colour."""
    high, wide = pixels.shape[:2]
    angle = math.radians(degrees)
    spin = np.asarray([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    corners = np.asarray([[0, 0], [wide, 0], [wide, high], [0, high]]) @ spin.T
    corners -= corners.min(axis=0) - 40
    size = (corners.max(axis=0) + 40).astype(int)
    return _warp(pixels, corners.astype(np.float32), (int(size[0]), int(size[1])), rng.randrange(40, 200))


def _plain(pixels: _Pixels, rng: random.Random, lay: Lay) -> _Pixels:
    del rng, lay
    return pixels


def _skew(pixels: _Pixels, rng: random.Random, lay: Lay) -> _Pixels:
    del lay
    return _turn(pixels, rng.choice((-1, 1)) * rng.uniform(5, 20), rng)


def _perspective(pixels: _Pixels, rng: random.Random, lay: Lay) -> _Pixels:
    """Held at an angle: one side up to a quarter shorter than the other."""
    del lay
    high, wide = pixels.shape[:2]
    less = rng.uniform(0.14, 0.25)
    corners = np.asarray([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    side = rng.randrange(4)
    one, other, axis = side, (side + 1) % 4, 0 if side % 2 == 0 else 1
    middle = (corners[one] + corners[other]) / 2
    for corner in (one, other):
        corners[corner, axis] += (middle[axis] - corners[corner, axis]) * less
    return _warp(pixels, corners, (wide, high), rng.randrange(40, 200))


def _shadow(pixels: _Pixels, rng: random.Random, lay: Lay) -> _Pixels:
    """The hard shadow of a hand or a phone across the zone."""
    left, _top, right, bottom = lay.box
    mask: NDArray[Any] = np.zeros(pixels.shape[:2], np.float32)
    edge = rng.randrange(left, right)
    lean = rng.randrange(-300, 300)
    shape = np.asarray([[edge, 0], [edge + lean, bottom + 200], [pixels.shape[1], bottom + 200], [pixels.shape[1], 0]])
    cv2.fillPoly(mask, [shape], 1.0)
    mask = cv2.GaussianBlur(mask, (0, 0), rng.uniform(2, 12))
    return np.asarray(pixels * (1 - (1 - rng.uniform(0.25, 0.45)) * mask[:, :, None]), np.uint8)


def _jpeg(pixels: _Pixels, rng: random.Random, lay: Lay, quality: int = 20) -> _Pixels:
    del rng, lay
    return np.asarray(cv2.imdecode(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], 1), np.uint8)


def _motion(pixels: _Pixels, rng: random.Random, lay: Lay) -> _Pixels:
    """Moved by a third of a capital while the shutter was open, in any direction."""
    reach = max(3, round(lay.capital * rng.uniform(0.2, 0.34)))
    kernel = np.zeros((reach, reach), np.float32)
    kernel[reach // 2] = 1 / reach
    spin = cv2.getRotationMatrix2D((reach / 2 - 0.5, reach / 2 - 0.5), rng.uniform(0, 180), 1)
    kernel = np.asarray(cv2.warpAffine(kernel, spin, (reach, reach)), np.float32)
    return np.asarray(cv2.filter2D(pixels, -1, kernel / kernel.sum()), np.uint8)


def _noise(pixels: _Pixels, rng: random.Random, lay: Lay) -> _Pixels:
    del lay
    grain = np.random.default_rng(rng.randrange(1 << 30)).normal(0, rng.uniform(25, 45), pixels.shape)
    return np.asarray(np.clip(pixels + grain, 0, 255), np.uint8)


def _small(pixels: _Pixels, rng: random.Random, lay: Lay) -> _Pixels:
    """Capitals of twelve pixels."""
    del rng
    scale = 12 / lay.capital
    size = (round(pixels.shape[1] * scale), round(pixels.shape[0] * scale))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _moire(pixels: _Pixels, rng: random.Random, lay: Lay) -> _Pixels:
    """A regular pattern of a printer or a sensor, not quite along the lines."""
    del lay
    high, wide = pixels.shape[:2]
    down, across = np.mgrid[:high, :wide]
    angle, period = rng.uniform(0, math.pi), rng.uniform(3.5, 9)
    wave = np.sin((across * math.cos(angle) + down * math.sin(angle)) * 2 * math.pi / period)
    return np.asarray(np.clip(pixels + rng.uniform(15, 35) * wave[:, :, None], 0, 255), np.uint8)


def _finger(pixels: _Pixels, rng: random.Random, lay: Lay) -> _Pixels:
    """A thumb upon one end of the zone, over two to four columns of its lines."""
    left, top, right, bottom = lay.box
    seen = pixels.copy()
    pitch = lay.capital * 1.3
    reach = rng.uniform(2, 4) * pitch
    middle = right if rng.random() < 0.75 else left
    centre = (round(middle), round((top + bottom) / 2 + rng.uniform(-20, 60)))
    cv2.ellipse(seen, centre, (round(reach), round(bottom - top)), rng.uniform(-20, 20), 0, 360, (214, 168, 146), -1)
    return seen


def _glare(pixels: _Pixels, rng: random.Random, lay: Lay) -> _Pixels:
    """The lamp's reflection upon the zone: nearly white in its middle."""
    left, top, right, bottom = lay.box
    down, across = np.mgrid[: pixels.shape[0], : pixels.shape[1]]
    x, y = rng.uniform(left, right), rng.uniform(top, bottom)
    wide, tall = (right - left) * rng.uniform(0.12, 0.25), (bottom - top) * rng.uniform(0.6, 1.4)
    light = np.exp(-(((across - x) / wide) ** 2) - ((down - y) / tall) ** 2) * rng.uniform(0.75, 0.9)
    return np.asarray(pixels + (255 - pixels) * light[:, :, None], np.uint8)


def _screen(pixels: _Pixels, rng: random.Random, lay: Lay) -> _Pixels:
    """Photographed from a screen: stripes of red, green and blue, a bluish white, a little turned and out of focus."""
    seen = pixels.astype(np.float32)
    for colour in range(3):
        seen[:, colour::3, [one for one in range(3) if one != colour]] *= 0.72
    seen[::3] *= 0.85
    seen = seen * np.asarray([0.88, 0.94, 1.0], np.float32)
    turned = _turn(np.clip(seen, 0, 255).astype(np.uint8), rng.uniform(-4, 4), rng)
    return _jpeg(np.asarray(cv2.GaussianBlur(turned, (0, 0), rng.uniform(0.8, 1.3)), np.uint8), rng, lay, 60)


def _inverted(pixels: _Pixels, rng: random.Random, lay: Lay) -> _Pixels:
    del rng, lay
    return np.asarray(255 - pixels, np.uint8)


def _phone(pixels: _Pixels, rng: random.Random, lay: Lay) -> _Pixels:
    """Several of them at once."""
    seen = _turn(_shadow(pixels, rng, lay), rng.uniform(-12, 12), rng)
    seen = np.asarray(cv2.GaussianBlur(seen, (0, 0), rng.uniform(0.8, 1.4)), np.uint8)
    return _jpeg(_noise(seen, random.Random(rng.random()), lay) // 2 + seen // 2, rng, lay, 45)


def _beside(pixels: _Pixels, rng: random.Random, lay: Lay) -> _Pixels:
    """Beneath it a second document with a zone of its own; see `two`."""
    del rng, lay
    return pixels


CONDITIONS: dict[str, _Take] = {
    "plain": _plain, "skew 5-20": _skew, "perspective": _perspective, "shadow": _shadow, "jpeg 20": _jpeg,
    "motion": _motion, "noise": _noise, "12 px": _small, "moire": _moire, "finger": _finger, "glare": _glare,
    "screen": _screen, "inverted": _inverted, "phone": _phone, "two zones": _beside, "upside down": _plain,
}  # fmt: skip


def two(rng: random.Random, pixels: _Pixels, font: Path) -> tuple[_Pixels, tuple[str, ...]]:
    """The same with another document's page below it, and the other zone."""
    lines = random_zone(rng, rng.choice(list(Format)), TODAY).lines
    other, _ = page(rng, lines, font)
    wide = max(pixels.shape[1], other.shape[1])
    padded = [np.pad(one, ((0, 40), (0, wide - one.shape[1]), (0, 0)), constant_values=90) for one in (pixels, other)]
    return np.concatenate(padded), lines


def cases(seed: str, numbers: range, only: str) -> Iterator[tuple[int, tuple[Case, ...]]]:
    """The pages of these numbers; a page with two zones is right when either was read."""
    found = fonts()
    names = [name for name in CONDITIONS if only in name]
    for number in numbers:
        rng = random.Random(f"{seed} {number}")
        lines, font = random_zone(rng, rng.choice(list(Format)), TODAY).lines, rng.choice(found)
        name = names[number % len(names)]
        pixels, lay = page(rng, lines, font)
        truths = [lines]
        seen = CONDITIONS[name](pixels, rng, lay)
        if name == "two zones":
            seen, other = two(rng, seen, font)
            truths.append(other)
        turn = 180 if name == "upside down" else rng.choice((0, 90, 180, 270))
        image = Image.fromarray(seen).rotate(turn, expand=True)
        yield number, tuple(Case(name, font.stem, one, image) for one in truths)


def _better(one: Outcome, other: Outcome) -> Outcome:
    return max(one, other, key=lambda each: (each.exact, -each.silent, -each.unflagged))


def main() -> None:
    """Read the pages asked for, or sum up parts."""
    parser = argparse.ArgumentParser(description="Reading rate of zones on pages of another make.")
    parser.add_argument("--pages", type=int, default=320)
    parser.add_argument("--seed", default="foreign-2026")
    parser.add_argument("--part", default="1/1", help="which of how many equal parts, as 2/4")
    parser.add_argument("--only", default="", help="conditions with this in their name")
    parser.add_argument("--keep", type=Path, help="a folder for the pictures that were not read exactly")
    parser.add_argument("--save", type=Path)
    parser.add_argument("--sum", type=Path, nargs="*")
    options = parser.parse_args()
    if options.sum:
        summary([Outcome(**row) for path in options.sum for row in json.loads(path.read_text("utf-8"))])
        return
    part, parts = (int(number) for number in options.part.split("/"))
    numbers = range((part - 1) * options.pages // parts, part * options.pages // parts)
    print(f"{len({path.name for path in fonts()})} of {len(FONTS)} fonts are installed")
    outcomes: list[Outcome] = []
    for number, truths in cases(options.seed, numbers, options.only):
        tried = [judged(case) for case in truths]
        best = tried[0] if len(tried) == 1 else _better(*tried)
        outcomes.append(best)
        if not best.exact:
            print(f"page {number}: {best}", file=sys.stderr, flush=True)
            _keep(options.keep, number, truths[0])
    if options.save:
        options.save.write_text(json.dumps([asdict(one) for one in outcomes]), "utf-8")
    summary(outcomes)


def _keep(folder: Path | None, number: int, case: Case) -> None:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        buffer: Any = io.BytesIO()
        case.image.save(buffer, "PNG")
        (folder / f"{number}.png").write_bytes(buffer.getvalue())
        (folder / f"{number}.txt").write_text("\n".join(case.lines), "utf-8")


if __name__ == "__main__":
    main()
