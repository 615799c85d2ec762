"""The built-in text reader: rapidocr's detection and recognition models in onnxruntime."""

import math
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from egnatia.engines.documents.image.boxes import in_reading_order
from egnatia.engines.documents.image.lattice import Vocabulary, glyphs_of, text_of
from egnatia.engines.documents.image.ocr import Rendition
from egnatia.engines.documents.image.pictures import Picture
from egnatia.engines.documents.image.types import Quad, Strip, TextLine
from egnatia.errors import ConfigError

THREADS = 2
"""Processor cores used at most: the figures of bench/documents/image.py are for one pair of cores."""
LINE_HEIGHT = 48
"""Pixels: the recogniser takes lines of this height (PP-OCR)."""
STEP = 8
"""Pixels of a line for each of the recogniser's steps."""
_MAX_WIDTH = 2_048
_MAX_LINES = 200
"""Lines of text on one page: the fullest pages of a passport have about 60."""
_THRESHOLD = 0.3
_MEAN_THRESHOLD = 0.5
_UNCLIP = 1.6
"""The detector marks the inner part of a line; thresholds and growth are the ones that it was trained with (PP-OCR)."""
_MIN_SIDE = 3.0
_MULTIPLE = 32
"""The detector halves its input five times."""
_Array = NDArray[Any]


class ModelReader:
    """Both models, loaded once. It holds no state between pictures."""

    def __init__(self) -> None:
        self._detector = _session("*_det_*.onnx")
        self._recogniser = _session("*_rec_*.onnx")
        listed = self._recogniser.get_modelmeta().custom_metadata_map.get("character", "")
        self._vocabulary = Vocabulary.of(listed.splitlines())

    def find(self, picture: Picture, longest_side: int) -> tuple[Quad, ...]:
        """Where text stands, each line in reading order as far as its shape tells."""
        pixels = np.asarray(picture.image)
        high, wide = pixels.shape[:2]
        scale = min(1.0, longest_side / max(high, wide))
        rows, columns = (max(_MULTIPLE, round(side * scale / _MULTIPLE) * _MULTIPLE) for side in (high, wide))
        small = cv2.resize(pixels, (columns, rows), interpolation=cv2.INTER_AREA)
        marked = _run(self._detector, _normal(small)[None])[0, 0]
        return tuple(_quads(marked, wide / columns, high / rows))

    def read_zone_lines(self, picture: Picture, quads: Sequence[Quad], how: Rendition) -> tuple[Strip, ...]:
        """The glyphs of lines of a zone, with the probability of every character."""
        prepare = _RENDITIONS[how]
        crops = [prepare(_cut(picture, quad)) for quad in quads]
        return tuple(glyphs_of(steps, self._vocabulary) for steps in self._recognise(crops))

    def read_text(self, picture: Picture, quads: Sequence[Quad]) -> tuple[TextLine, ...]:
        """The text of lines in any of the alphabets that the recogniser knows."""
        steps = self._recognise([_cut(picture, quad) for quad in quads])
        read = (text_of(one, self._vocabulary) for one in steps)
        return tuple(
            TextLine(one.text, quad, one.confidence, one.letters) for quad, one in zip(quads, read, strict=True)
        )

    def _recognise(self, crops: Sequence[_Array]) -> list[_Array]:
        """Probabilities of every sign of the vocabulary, step by step; lines of like length are read together."""
        results: list[_Array] = [np.zeros((0, 1))] * len(crops)
        order = sorted(range(len(crops)), key=lambda number: crops[number].shape[1])
        for start in range(0, len(order), 3):
            batch = order[start : start + 3]
            width = max(crops[number].shape[1] for number in batch)
            block = np.zeros((len(batch), 3, LINE_HEIGHT, width), np.float32)
            for row, number in enumerate(batch):
                block[row, :, :, : crops[number].shape[1]] = _normal(crops[number])
            steps = _run(self._recogniser, block)
            for row, number in enumerate(batch):
                results[number] = steps[row, : math.ceil(crops[number].shape[1] / STEP)]
        return results


def _session(pattern: str) -> onnxruntime.InferenceSession:
    spec = find_spec("rapidocr")
    folder = Path(spec.origin).parent / "models" if spec is not None and spec.origin else Path()
    found = sorted(folder.glob(pattern))
    if not found:
        raise ConfigError(
            f"The package rapidocr carries no model {pattern}.", hint="Install it again: `pip install 'egnatia[ocr]'`."
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(found[-1]), options, providers=["CPUExecutionProvider"])


def _run(session: onnxruntime.InferenceSession, block: _Array) -> _Array:
    return np.asarray(session.run(None, {session.get_inputs()[0].name: block})[0])


def _normal(pixels: _Array) -> _Array:
    """Colours from -1 to 1, blue first, as both models were trained."""
    values = pixels[:, :, ::-1].astype(np.float32) / 127.5 - 1.0
    return np.ascontiguousarray(values.transpose(2, 0, 1))


def _quads(marked: _Array, across: float, down: float) -> list[Quad]:
    """The rectangles around what the detector marked, in the picture's own pixels, the longest first."""
    mask = cv2.dilate((marked > _THRESHOLD).astype(np.uint8), np.ones((2, 2), np.uint8))
    found: list[tuple[float, Quad]] = []
    for contour in cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)[0]:
        (x, y), (wide, high), turn = cv2.minAreaRect(contour)
        if min(wide, high) < _MIN_SIDE or _mean_inside(marked, contour) < _MEAN_THRESHOLD:
            continue
        grow = 2 * wide * high * _UNCLIP / (2 * (wide + high))
        corners = cv2.boxPoints(((x, y), (wide + grow, high + grow), turn))
        points = [(float(one[0]) * across, float(one[1]) * down) for one in corners]
        found.append((max(wide, high), in_reading_order(points)))
    found.sort(key=lambda pair: -pair[0])
    return [quad for _, quad in found[:_MAX_LINES]]


def _mean_inside(marked: _Array, contour: Any) -> float:
    left, top, wide, high = cv2.boundingRect(contour)
    inside = np.zeros((high, wide), np.uint8)
    cv2.drawContours(inside, [contour], -1, 1, -1, offset=(-left, -top))
    part = marked[top : top + high, left : left + wide]
    return float(part[inside > 0].mean())


def _cut(picture: Picture, quad: Quad) -> _Array:
    """One line, straightened and brought to the recogniser's height."""
    corners = np.asarray(quad, np.float32)
    wide = (np.linalg.norm(corners[1] - corners[0]) + np.linalg.norm(corners[2] - corners[3])) / 2
    high = (np.linalg.norm(corners[3] - corners[0]) + np.linalg.norm(corners[2] - corners[1])) / 2
    columns = round(min(_MAX_WIDTH, max(LINE_HEIGHT, LINE_HEIGHT * float(wide) / max(float(high), 1.0))))
    target = np.asarray([[0, 0], [columns, 0], [columns, LINE_HEIGHT], [0, LINE_HEIGHT]], np.float32)
    shrink = high > 1.5 * LINE_HEIGHT
    scale = 2 if shrink else 1
    matrix = cv2.getPerspectiveTransform(corners, target * scale)
    size = (columns * scale, LINE_HEIGHT * scale)
    cut = cv2.warpPerspective(
        np.asarray(picture.image), matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return cv2.resize(cut, (columns, LINE_HEIGHT), interpolation=cv2.INTER_AREA) if shrink else cut


def _plain(crop: _Array) -> _Array:
    return crop


def _calm(crop: _Array) -> _Array:
    return np.asarray(cv2.fastNlMeansDenoisingColored(crop, None, 15, 15, 5, 11))


def _even(crop: _Array) -> _Array:
    grey = cv2.cvtColor(cv2.GaussianBlur(crop, (5, 5), 1.2), cv2.COLOR_RGB2GRAY)
    even = cv2.createCLAHE(clipLimit=3.0, tileGridSize=(16, 1)).apply(grey)
    return np.repeat(even[:, :, None], 3, axis=2)


_RENDITIONS: Mapping[Rendition, Callable[[_Array], _Array]] = {
    Rendition.PLAIN: _plain,
    Rendition.CALM: _calm,
    Rendition.CONTRAST: _even,
}
"""Strengths were chosen on noisy and shadowed pages of the bench, where plain lines lost half of their fillers."""
