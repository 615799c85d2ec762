"""Opening pictures that anybody may have sent: few formats, hard limits, nothing kept but the pixels.

A picture is untrusted input for a large amount of code in C. So only three formats are opened at all, the size is read
from the header and judged before a single pixel is unpacked, and what comes out is a plain grid of colours: turned
upright as its orientation mark says, without name, place, time, thumbnail or colour profile.
"""

import io
import struct
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from egnatia.errors import InputError

MAX_BYTES = 40_000_000
"""Bytes of a file: a page scanned at 600 dpi without compression has about 17 million."""
MAX_PIXELS = 40_000_000
"""Pixels: twice those of a page scanned at 1,200 dpi; 160 MB while it is worked on."""
MAX_SIDE = 12_000
"""Pixels along one side."""
MIN_SIDE = 64
"""Pixels along the shorter side; no zone can be read from less (30 characters of two pixels)."""
FORMATS = ("JPEG", "PNG", "WEBP")
"""What is opened. Others are refused by name: each further decoder is one more way in."""
_CAN_BE_READ = (
    f"Save the picture as JPEG, PNG or WebP, at most {MAX_PIXELS // 1_000_000} million pixels, and try again."
)
_PROBES = (75, 1_200)
"""Dots per inch that are believed; programs write 1, 72 or nonsense where they do not know."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture, upright as far as its file says, and nothing else that was in the file.

    Args:
        image: the colours (Pillow, mode RGB).
        dots_per_inch: as the file states, None where it does not or where the figure cannot be believed.
        format: what the file was.
    """

    image: Image.Image
    dots_per_inch: float | None
    format: str

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.image.size


def open_picture(content: bytes) -> Picture:
    """Open a picture.

    Raises:
        InputError: it is too large, damaged, of another format, or no picture at all; the message says which.
    """
    if len(content) > MAX_BYTES:
        raise InputError(f"The picture has {len(content):,} bytes; at most {MAX_BYTES:,} are read.", hint=_CAN_BE_READ)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of metadata that is thrown away here anyway
            return _opened(content)
    except UnidentifiedImageError as error:
        raise InputError("This is no picture in JPEG, PNG or WebP.", hint=_CAN_BE_READ) from error
    except Image.DecompressionBombError as error:
        raise InputError("The picture unpacks to far too many pixels.", hint=_CAN_BE_READ) from error
    except _DAMAGED as error:
        raise InputError("The picture is damaged and cannot be read to its end.", hint=_CAN_BE_READ) from error


_DAMAGED = (OSError, SyntaxError, ValueError, struct.error, EOFError, KeyError, IndexError, TypeError, OverflowError, MemoryError, AttributeError, ZeroDivisionError)  # fmt: skip
"""What Pillow's decoders raise on damaged files (bench and fuzz tests met the first five)."""


def _opened(content: bytes) -> Picture:
    with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
        _judge_size(opened.size)
        kind = opened.format or ""
        dots = _dots_per_inch(opened.info.get("dpi"))
        upright = ImageOps.exif_transpose(opened)
        _judge_size(upright.size)
        return Picture(_flat(upright), dots, kind)


def _judge_size(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > MAX_PIXELS or max(size) > MAX_SIDE:
        message = (
            f"The picture has {width} by {height} pixels; at most {MAX_PIXELS:,} and {MAX_SIDE:,} a side are read."
        )
        raise InputError(message, hint=_CAN_BE_READ)
    if min(size) < MIN_SIDE:
        message = f"The picture has {width} by {height} pixels; nothing can be read from fewer than {MIN_SIDE} a side."
        raise InputError(message, hint="Give the whole photo or scan of the page, not a thumbnail.")


def _flat(image: Image.Image) -> Image.Image:
    """Colours on white paper, as a new image that carries nothing over from the file."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        seen = image.convert("RGBA")
        paper = Image.new("RGB", image.size, (255, 255, 255))
        paper.paste(seen, mask=seen.getchannel("A"))
        return paper
    plain = image.convert("RGB")
    return Image.frombytes("RGB", plain.size, plain.tobytes())


def _dots_per_inch(stated: object) -> float | None:
    if not isinstance(stated, tuple) or len(stated) != 2:  # noqa: PLR2004 - across and down
        return None
    try:
        dots = float(stated[0])
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    low, high = _PROBES
    return dots if low < dots <= high else None
