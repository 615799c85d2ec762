"""Pictures in a chip: what they are and how large, from their first bytes and from a careful look by Pillow.

A picture is only ever handed on as bytes, type and size; nothing here keeps or shows pixels. Decoding is limited: a
picture that claims more than `MAX_PIXELS` is not decoded at all.
"""

import struct
import warnings
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

MAX_PIXELS = 6_000_000
"""A face at 600 dpi has under 1 million pixels; decoding so many takes under half a second."""


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


def look_at(content: bytes, *, decode: bool = True) -> ChipImage:
    """Type and size of a picture.

    Args:
        content: the picture.
        decode: whether every pixel is decoded too, so that a picture cut short is told from a whole one.
    """
    kind = image_type(content)
    pillow = _FORMATS.get(kind)
    width, height = (0, 0) if pillow is None else _measure(content, pillow, decode=decode)
    return ChipImage(kind, width, height, content)


def _measure(content: bytes, kind: str, *, decode: bool) -> tuple[int, int]:
    """Pillow's plugins raise these on broken pictures; its own limit on pixels warns, which is an error here."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(BytesIO(content), formats=(kind,)) as image:
                size = image.size
                if size[0] * size[1] > MAX_PIXELS:
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
