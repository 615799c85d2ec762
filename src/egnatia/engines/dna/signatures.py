"""Signatures: the marks of eight loci in one number, so that two profiles are held against each other eight loci at a time.

One byte a locus: a bit that says whether it says anything, and seven bits of its mark. Where both say something and the
seven bits differ, the loci deviate. The reverse need not hold, so what passes is looked at again.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from egnatia.engines.dna.marks import SAYS, Mark

Words = tuple[np.ndarray[Any, np.dtype[np.uint64]], ...]
"""As many numbers for each profile as it takes for all loci."""
_BYTES = 8
_ALL_SAY = np.uint64(int.from_bytes(bytes([SAYS] * _BYTES), "little"))
_REST = np.uint64(int.from_bytes(bytes([SAYS - 1] * _BYTES), "little"))


def words_of(marks: Sequence[Mark]) -> Words:
    """The signatures of profiles from their marks, the first eight loci in the first word."""
    words = []
    for start in range(0, len(marks), _BYTES):
        parts = np.zeros((len(marks[0]), _BYTES), dtype=np.uint8)
        for place, each in enumerate(marks[start : start + _BYTES]):
            parts[:, place] = each.astype(np.uint8)
        words.append(parts.view("<u8")[:, 0].astype(np.uint64, copy=False))
    return tuple(words)


def deviating(
    one: Sequence[np.ndarray[Any, np.dtype[np.uint64]]], other: np.ndarray[Any, np.dtype[np.uint64]]
) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """At how many of eight loci profiles deviate; of several ways to agree the other side need meet one."""
    both = one[0] & other & _ALL_SAY
    for way in one:
        both &= ((way ^ other) & _REST) + _REST
    return np.asarray(np.bitwise_count(both))
