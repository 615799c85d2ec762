"""Whom the sieve looks for: the parts of the asked names with all that is like them on file, a date and numbers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from egnatia.engines.people.frequencies import Rarity
from egnatia.engines.people.level import Ints
from egnatia.engines.people.types import PartialDate

SLIGHT = 2.0**-10
"""Bits of a part that is so common or so unlike that it adds nothing, and is still no other name."""
NUMBER_BITS = 20.0
"""Of a number that is shared, whatever its kind: enough to be compared in full."""
Floats = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, slots=True, eq=False)
class Worth:
    """Parts on file that are like an asked one.

    Attributes:
        numbers: their numbers, each once.
        bits: what each is worth, `SLIGHT` at least; lightest first.
    """

    numbers: Ints
    bits: Floats


def worth_of(like: Iterable[tuple[int, float]]) -> Worth:
    """Numbers of parts with the bits of each, in any order."""
    every = sorted(like, key=lambda each: each[1])
    numbers, bits = ([one[place] for one in every] for place in (0, 1))
    return Worth(np.array(numbers, dtype=np.uint32), np.array(bits, dtype=np.float32))


NOTHING_LIKE = worth_of(())


@dataclass(frozen=True, slots=True)
class AskedPart:
    """One part of an asked name.

    Attributes:
        role: the field in which it was asked.
        like: the parts that are like it, and what each is worth in a name; nothing for a parent's name.
        parent: the same where they stand in a parent's name; nothing where that is not looked at.
    """

    role: int
    like: Worth = NOTHING_LIKE
    parent: Worth = NOTHING_LIKE


@dataclass(frozen=True, slots=True)
class AskedPerson:
    """Whom the sieve looks for.

    Attributes:
        parts: the parts of all names.
        extra: neighbouring parts written together, and halves of parts that are two on file.
        born: the date of birth.
        numbers: hashes of documents and personal numbers.
        rarity: what the agreement of a value is worth in the register.
    """

    parts: tuple[AskedPart, ...]
    extra: tuple[AskedPart, ...]
    born: PartialDate | None
    numbers: tuple[int, ...]
    rarity: Rarity
