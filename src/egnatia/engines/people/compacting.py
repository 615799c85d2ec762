"""Levels joined into one without what was taken out, by moving columns: no record is read, and no name taken apart again.

What is written then is, byte for byte, what filing the remaining records anew would write: of somebody who was taken out
nothing is left, neither the record nor a name that nobody else bears. A million records take about a second.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from egnatia.engines.people.level import (
    NUMBER_MASK,
    ROLE_BITS,
    Bytes,
    Ints,
    Level,
    Longs,
    Packer,
    hashes,
    level_of,
    parts_posting,
)
from egnatia.engines.people.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class _Kept:
    """What still counts in a level, as columns that can be put behind those of another.

    Attributes:
        people: the records as bytes.
        lengths: how many bytes each takes.
        names: numbers and fields of the parts of all names.
        widths: how many parts each record has.
        numbers: hashes of numbers, and `bearers` the place of each one's record among those kept.
        refs: the hash of each record's reference.
        born: dates of birth.
    """

    people: Bytes
    lengths: Longs
    names: Ints
    widths: Ints
    numbers: Ints
    bearers: Ints
    refs: Ints
    born: Ints


def _kept(level: Level) -> _Kept:
    alive = level.alive
    lengths = np.diff(level.ends, prepend=np.uint64(0))
    widths = np.diff(level.name_ends, prepend=np.uint32(0))
    refs = np.empty(len(level), dtype=np.uint32)
    refs[level.refs.slots] = level.refs.keys
    places = (np.cumsum(alive) - 1).astype(np.uint32)
    borne = alive[level.numbers.slots]
    return _Kept(
        level.people[np.repeat(alive, lengths.astype(np.int64))],
        lengths[alive],
        level.names[np.repeat(alive, widths)],
        widths[alive],
        level.numbers.keys[borne],
        places[level.numbers.slots[borne]],
        refs[alive],
        level.born[alive],
    )


def joined(levels: Sequence[Level]) -> Level:
    """One level of what still counts in some, one behind the other; parts of names keep their numbers."""
    if not levels:
        return Packer(Vocabulary()).level()
    kept = [_kept(level) for level in levels]
    starts = np.cumsum([0, *(len(each.born) for each in kept)])
    bearers = [each.bearers + np.uint32(start) for each, start in zip(kept, starts, strict=False)]
    refs = np.concatenate([each.refs for each in kept])
    return level_of(
        np.concatenate([each.people for each in kept]),
        np.cumsum(np.concatenate([each.lengths for each in kept]), dtype=np.uint64),
        np.concatenate([each.names for each in kept]),
        np.cumsum(np.concatenate([each.widths for each in kept]), dtype=np.uint32),
        hashes(np.concatenate([each.numbers for each in kept]), np.concatenate(bearers)),
        hashes(refs, np.arange(len(refs), dtype=np.uint32)),
        np.concatenate([each.born for each in kept]),
    )


def compacted(vocabulary: Vocabulary, levels: Sequence[Level]) -> tuple[Vocabulary, Level]:
    """The one level that some make, and a vocabulary of what stands in it, both as if filed for the first time."""
    whole = len(levels) == 1 and bool(levels[0].alive.all())
    level = levels[0] if whole else joined(levels)
    used = _as_they_come(level.names & np.uint32(NUMBER_MASK), len(vocabulary))
    if len(used) == len(vocabulary) and bool((used == np.arange(len(used))).all()):
        return vocabulary, level
    renamed = np.zeros(len(vocabulary), dtype=np.uint32)
    renamed[used] = np.arange(len(used), dtype=np.uint32)
    roles = level.names >> np.uint32(ROLE_BITS) << np.uint32(ROLE_BITS)
    names = renamed[level.names & np.uint32(NUMBER_MASK)] | roles
    return vocabulary.only(used.tolist()), replace(level, names=names, parts=parts_posting(names, level.name_ends))


def _as_they_come(numbers: Ints, most: int) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """The different numbers in the order in which each stands first: as filing the records would have given them."""
    never = len(numbers)
    first = np.full(most, never, dtype=np.int64)
    first[numbers[::-1]] = np.arange(never - 1, -1, -1)  # of entries for one number the last one holds: its first place
    used = np.flatnonzero(first < never)
    return used[np.argsort(first[used])]
