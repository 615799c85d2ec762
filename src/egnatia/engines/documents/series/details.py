"""A detail of a page as 64 bits that barely change with light, size and scanner, and say nothing of what it shows.

The difference hash: the detail is brought to 9 by 8 grey squares, and each bit says whether a square is darker than its
right neighbour. Two pictures of one print differ in a few bits, two prints in about half of them.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from egnatia.engines.documents.series.types import Detail, FeatureKind, TemplateFeature
from egnatia.errors import InputError

_WIDE, _HIGH = 9, 8
SAME_BITS: Final = 12
"""Bits in which two pictures of one print may differ: of two random hashes 1 in 10 million pairs comes as near
(binomial, 64 bits), while noise of a tenth of the grey range changes 4 on average (bench/documents/series.py)."""


def detail_hash(grey: Sequence[Sequence[float]]) -> str:
    """The hash of a picture in grey, as 16 hexadecimal digits.

    Args:
        grey: rows of brightness, all of one length; at least 9 wide and 8 high.

    Raises:
        InputError: the picture is smaller, or its rows differ in length.
    """
    high, wide = len(grey), len(grey[0]) if grey else 0
    if high < _HIGH or wide < _WIDE or any(len(row) != wide for row in grey):
        raise InputError(f"a detail needs a picture of at least {_WIDE} by {_HIGH} points")
    squares = [[_mean(grey, x, y, (wide, high)) for x in range(_WIDE)] for y in range(_HIGH)]
    bits = "".join("1" if left < right else "0" for row in squares for left, right in pairwise(row))
    return f"{int(bits, 2):016x}"


def _mean(grey: Sequence[Sequence[float]], x: int, y: int, size: tuple[int, int]) -> float:
    wide, high = size
    across = range(x * wide // _WIDE, max((x + 1) * wide // _WIDE, x * wide // _WIDE + 1))
    down = range(y * high // _HIGH, max((y + 1) * high // _HIGH, y * high // _HIGH + 1))
    return sum(grey[row][column] for row in down for column in across) / (len(across) * len(down))


def detail_feature(detail: Detail, grey: Sequence[Sequence[float]]) -> TemplateFeature:
    """The feature of one printed detail."""
    return TemplateFeature(FeatureKind.DETAIL, f"{detail}:{detail_hash(grey)}")


def bits_apart(first: str, second: str) -> int | None:
    """In how many bits two values of the kind `detail` differ; None where they are of different details."""
    (name, one), (other, two) = first.split(":"), second.split(":")
    return (int(one, 16) ^ int(two, 16)).bit_count() if name == other else None
