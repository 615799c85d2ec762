"""The two fonts of a page: an OCR-B for the machine-readable zone and one with all letters of the region for the rest.

No font lies in the repository. They are looked for in the usual folders of Linux, macOS and Windows, or given by path.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import ImageFont

from egnatia.errors import InputError

_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
    "C:/Windows/Fonts",
)
_ZONE_FONTS = ("OCRB.otf", "OCRB.ttf", "OCR-B.otf", "OCR-B.ttf", "ocrb10.ttf", "OCRBStd.otf", "OCRB10N.otf")
_TEXT_FONTS = ("DejaVuSans.ttf", "LiberationSans-Regular.ttf", "NotoSans-Regular.ttf", "Arial Unicode.ttf", "arial.ttf")
_MOST_FILES = 20_000
"""Files looked at before the search ends."""


@dataclass(frozen=True, slots=True)
class Fonts:
    """Where the fonts lie.

    Args:
        zone: for the machine-readable zone; OCR-B as Doc 9303-3 section 4.1 wants, or another for a test.
        text: for everything else.
    """

    zone: Path
    text: Path

    def zone_at(self, pitch: float) -> ImageFont.FreeTypeFont:
        """The zone's font at the size at which one character is `pitch` pixels wide."""
        return load(self.zone, round(pitch * 1000 / load(self.zone, 1000).getlength("0")))

    def text_at(self, height: float) -> ImageFont.FreeTypeFont:
        """The text's font at the size at which a capital is `height` pixels high."""
        top, bottom = (load(self.text, 1000).getbbox("H")[side] for side in (1, 3))
        return load(self.text, max(4, round(height * 1000 / (bottom - top))))


@cache
def load(path: Path, size: int) -> ImageFont.FreeTypeFont:
    """One font at one size in pixels.

    Raises:
        InputError: the file is no font.
    """
    try:
        return ImageFont.truetype(path, size)
    except OSError as error:
        raise InputError(f"{path} is not a font that can be read.", hint="Give a TrueType or OpenType file.") from error


def find_fonts(zone: Path | None = None, text: Path | None = None) -> Fonts:
    """The fonts given, and those of the system for what is not given.

    Raises:
        InputError: no OCR-B, or no font with the letters of the region, is installed.
    """
    return Fonts(
        zone or _find(_ZONE_FONTS, "OCR-B font", "fonts-ocr-b", "--zone-font"),
        text or _find(_TEXT_FONTS, "font with Latin and Cyrillic letters", "fonts-dejavu-core", "--text-font"),
    )


@cache
def _find(names: tuple[str, ...], what: str, package: str, option: str) -> Path:
    found = {path.name.lower(): path for path in _files()}
    for name in names:
        if name.lower() in found:
            return found[name.lower()]
    raise InputError(
        f"No {what} was found on this system.",
        hint=f"On Debian and Ubuntu: `apt install {package}`. Elsewhere put one of {', '.join(names)} into the system's "
        f"folder of fonts, or give a file with {option}.",
    )


def _files() -> Iterator[Path]:
    left = _MOST_FILES
    for folder in (Path(each).expanduser() for each in _FOLDERS):
        for path in folder.rglob("*.[ot]tf") if folder.is_dir() else ():
            yield path
            left -= 1
            if not left:
                return
