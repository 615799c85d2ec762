"""The border to the text reader: what it must do, and the one that is built in where the extra `ocr` is installed.

The built-in reader runs the detection and recognition models that the package rapidocr carries in its wheel, directly
in onnxruntime: nothing is downloaded, nothing is logged, two threads, the same picture gives the same result. It gives
what rapidocr's own interface does not: the probabilities of every character, which is what `proof.py` works on.
"""

from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

from egnatia.engines.documents.image.types import Quad, Strip, TextLine

if TYPE_CHECKING:
    from egnatia.engines.documents.image.pictures import Picture

_NEEDED = ("rapidocr", "onnxruntime", "cv2", "numpy")


class Rendition(StrEnum):
    """How a line is prepared before it is read."""

    PLAIN = "plain"
    CALM = "calm"
    """With noise taken out and edges kept (non-local means)."""
    CONTRAST = "contrast"
    """Smoothed, in grey, with the contrast evened out from place to place (against glare and shadow)."""


class TextReader(Protocol):
    """What reads text in a picture."""

    def find(self, picture: "Picture", longest_side: int) -> tuple[Quad, ...]:
        """Where text stands, each line in reading order as far as its shape tells (up to upside down).

        Args:
            picture: where to look.
            longest_side: the picture is scaled down to this many pixels along its longer side first.
        """

    def read_zone_lines(self, picture: "Picture", quads: Sequence[Quad], how: Rendition) -> tuple[Strip, ...]:
        """The glyphs of lines of a zone, with the probability of every character."""

    def read_text(self, picture: "Picture", quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        """The text of lines in any of the alphabets that the reader knows."""


def is_installed() -> bool:
    """Whether the extra is there; nothing is loaded to find out."""
    return all(find_spec(name) is not None for name in _NEEDED)


@cache
def text_reader() -> TextReader | None:
    """The built-in reader, loaded once and then kept (35 MB of models, 0.2 s); None without the extra."""
    if not is_installed():
        return None
    from egnatia.engines.documents.image.models import ModelReader

    return ModelReader()
