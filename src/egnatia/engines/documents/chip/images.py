"""Pictures in a chip: what they are and how large, from their first bytes and from a careful look by Pillow.

A picture is only ever handed on as bytes, type and size; nothing here keeps or shows pixels. Decoding is limited: the
pictures of one file together, their pixels, the scans of a JPEG and the tiles of a JPEG 2000, because each of them can
be made to cost minutes in a few kilobytes.
"""

import struct
import warnings
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

MAX_PIXELS = 3_000_000
"""Of all pictures of one file: a face at 600 dpi has under 1 million, ten fingers at 500 dpi 2 million."""
MAX_SCANS = 64
"""Passes of a progressive JPEG over all its pixels: writers make 10 of them. A file of 200 kB holds 16,000, which take
Pillow 5 seconds at 800 by 800 pixels."""
MAX_TILES = 1_000
"""Tiles of a JPEG 2000: faces have one. 60,000 of them take over a second."""
_BYTE_WEIGHT = 4
"""What a byte counts for beside the pixels: a megabyte of JPEG 2000 takes as long as 4 million even pixels."""
_SCAN = b"\xff\xda"
_SIZES = b"\xff\x4f\xff\x51"
_SIZ = struct.Struct(">HH8I")
"""Length and capabilities, then width, height, offsets of the picture, width, height and offsets of its tiles
(ISO/IEC 15444-1 section A.5.1)."""


class ImageType(StrEnum):
    """How a picture is coded."""

    JPEG = "jpeg"
    JPEG_2000 = "jpeg2000"
    WSQ = "wsq"
    PNG = "png"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ChipImage:
    """A picture as the chip holds it; size 0 by 0 where it could not be read."""

    type: ImageType
    width: int
    height: int
    content: bytes


_SIGNATURES: tuple[tuple[bytes, ImageType], ...] = (
    (b"\xff\xd8\xff", ImageType.JPEG),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", ImageType.JPEG_2000),
    (b"\xff\x4f\xff\x51", ImageType.JPEG_2000),
    (b"\xff\xa0\xff", ImageType.WSQ),
    (b"\x89PNG\r\n\x1a\n", ImageType.PNG),
)
_FORMATS = {ImageType.JPEG: "JPEG", ImageType.JPEG_2000: "JPEG2000", ImageType.PNG: "PNG"}


def image_type(content: bytes) -> ImageType:
    """The coding, by the first bytes."""
    return next((kind for start, kind in _SIGNATURES if content.startswith(start)), ImageType.OTHER)


class Album:
    """The pictures of one file, which may cost no more together than one large picture does.

    Args:
        decode: whether every pixel is decoded too, so that a picture cut short is told from a whole one.
    """

    def __init__(self, *, decode: bool = True) -> None:
        self.decode = decode
        self.left = MAX_PIXELS

    def look_at(self, content: bytes) -> ChipImage:
        """Type and size of the next picture; size 0 by 0 where it is none, or costs more than is left."""
        image = look_at(content, decode=self.decode, at_most=self.left)
        self.left -= max(image.width * image.height, _BYTE_WEIGHT * len(content) if image.width else 0)
        return image


def look_at(content: bytes, *, decode: bool = True, at_most: int = MAX_PIXELS) -> ChipImage:
    """Type and size of a picture.

    Args:
        content: the picture.
        decode: whether every pixel is decoded too, so that a picture cut short is told from a whole one.
        at_most: pixels; a picture that claims more is not decoded and has the size 0 by 0.
    """
    kind = image_type(content)
    pillow = _FORMATS.get(kind)
    wanted = pillow is not None and not _excessive(kind, content)
    width, height = _measure(content, str(pillow), decode=decode, at_most=at_most) if wanted else (0, 0)
    return ChipImage(kind, width, height, content)


def _excessive(kind: ImageType, content: bytes) -> bool:
    """Whether a picture has so many scans or tiles that it was made to keep its reader busy."""
    if kind is ImageType.JPEG:
        return content.count(_SCAN) > MAX_SCANS
    return kind is ImageType.JPEG_2000 and _tiles(content) > MAX_TILES


def _tiles(content: bytes) -> int:
    """Tiles of a JPEG 2000 by its own header; 0 where there is none."""
    place = content.find(_SIZES)
    if place < 0 or place + len(_SIZES) + _SIZ.size > len(content):
        return 0
    _, _, width, height, _, _, tile_width, tile_height, across, down = _SIZ.unpack_from(content, place + len(_SIZES))
    if not tile_width or not tile_height:
        return 0
    columns, rows = -((across - width) // tile_width), -((down - height) // tile_height)
    return int(max(0, columns) * max(0, rows))


def _measure(content: bytes, kind: str, *, decode: bool, at_most: int) -> tuple[int, int]:
    """Pillow's plugins raise these on broken pictures; its own limit on pixels warns, which is an error here."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(BytesIO(content), formats=(kind,)) as image:
                size = image.size
                if size[0] * size[1] > at_most:
                    return 0, 0
                if decode:
                    image.load()
                return size
    except (
        OSError,
        ValueError,
        SyntaxError,
        TypeError,
        LookupError,
        ArithmeticError,
        MemoryError,
        EOFError,
        struct.error,
        Warning,
    ):
        return 0, 0
    except Image.DecompressionBombError:
        return 0, 0
