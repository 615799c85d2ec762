"""Bar codes in a picture: found and decoded to bytes by zxing-cpp; what the bytes mean is for `seals/` to say."""

from dataclasses import dataclass
from enum import StrEnum

from PIL import Image

from egnatia.engines.documents.image.pictures import Picture
from egnatia.engines.documents.image.types import Quad, box_of
from egnatia.engines.documents.types import Place, Source

_SIDE = 3_000
"""Pixels of the longer side that are searched: a seal's module is then still 4 pixels on a page filling the picture."""
_MOST = 8
"""Codes given back: a document carries one or two."""


class Symbology(StrEnum):
    """Kinds of bar code that travel documents carry (Doc 9303-13, BSI TR-03137-1)."""

    DATA_MATRIX = "data_matrix"
    QR = "qr"
    AZTEC = "aztec"
    PDF417 = "pdf417"


@dataclass(frozen=True, slots=True)
class BarCode:
    """One bar code as it was decoded: its bytes, its kind and where it stands."""

    content: bytes
    symbology: Symbology
    quad: Quad

    def place(self) -> Place:
        """Where it stands in the picture."""
        return Place(Source.IMAGE, self.symbology.value, box=box_of(self.quad))


def find_bar_codes(picture: Picture) -> tuple[BarCode, ...]:
    """Every matrix code of the four kinds whose error correction succeeds, in any orientation, from top to bottom."""
    import zxingcpp

    kinds = {
        zxingcpp.BarcodeFormat.DataMatrix: Symbology.DATA_MATRIX,
        zxingcpp.BarcodeFormat.QRCode: Symbology.QR,
        zxingcpp.BarcodeFormat.Aztec: Symbology.AZTEC,
        zxingcpp.BarcodeFormat.PDF417: Symbology.PDF417,
    }
    image, scale = _searched(picture)
    found = []
    for code in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(list(kinds))):
        at = code.position
        first, second, third, fourth = (
            (one.x * scale, one.y * scale) for one in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
        )
        found.append(BarCode(bytes(code.bytes), kinds[code.symbology], (first, second, third, fourth)))
    found.sort(key=lambda code: (box_of(code.quad)[1], box_of(code.quad)[0], code.content))
    return tuple(found[:_MOST])


def _searched(picture: Picture) -> tuple[Image.Image, float]:
    """The picture in grey, scaled down where it is very large, and by how much."""
    grey = picture.image.convert("L")
    scale = max(1.0, max(picture.size) / _SIDE)
    if scale > 1.0:
        grey = grey.resize((round(grey.width / scale), round(grey.height / scale)), Image.Resampling.BOX)
    return grey, scale
