"""Whether the tables of an index fit each other, told while they are read through for their checksum.

They are read piece by piece and not mapped, so that looking at a million records takes no memory. Where tables fit, a search
cannot be led outside of them; what then is wrong in the texts is refused when it is read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from zlib import crc32

import numpy as np

_CHUNK = 1 << 20
"""Bytes; a multiple of every number's width and of what tables are aligned to."""
_WIDTHS = {"u1": np.uint8, "u4": np.uint32, "u8": np.uint64}


class Readable(Protocol):
    """What can be read piece by piece: a file, or bytes in memory."""

    def readinto(self, into: memoryview, /) -> int | None:
        """Fill a buffer as far as may be; how many bytes that were, 0 at the end."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table as the header describes it.

    Attributes:
        name: what it is called.
        kind: how wide its numbers are; little-endian.
        size: how many it has.
        mask: which bits of each say where it leads; all, where there is none.
    """

    name: str
    kind: str
    size: int
    mask: int | None = None


@dataclass(slots=True)
class Seen:
    """What a table was seen to hold, so far.

    Attributes:
        size: how many numbers.
        last: the last one.
        most: the largest, of the bits that say where it leads.
        rises: whether no number is less than the one before.
        differs: whether no number is the one before.
    """

    size: int = 0
    last: int = 0
    most: int = 0
    rises: bool = True
    differs: bool = True

    def add(self, values: "np.ndarray[Any, np.dtype[Any]]", mask: int | None) -> None:
        """Look at the next numbers."""
        if not len(values):
            return
        if self.size:
            self.rises &= self.last <= int(values[0])
            self.differs &= self.last != int(values[0])
        self.rises &= bool((values[1:] >= values[:-1]).all())
        self.differs &= bool((values[1:] != values[:-1]).all())
        self.most = max(self.most, int((values if mask is None else values & values.dtype.type(mask)).max()))
        self.last = int(values[-1])
        self.size += len(values)


def survey(stream: Readable, tables: Sequence[Table], aligned: int) -> tuple[int, dict[str, Seen]]:
    """Read tables that lie one behind the other, each at a multiple of `aligned` bytes: the checksum of all, and what each holds."""
    checksum, seen = 0, {table.name: Seen() for table in tables}
    piece = bytearray(_CHUNK)
    for table in tables:
        kind = np.dtype(_WIDTHS[table.kind]).newbyteorder("<")
        left = kind.itemsize * table.size
        gap = -left % aligned
        while left + gap:
            wanted = memoryview(piece)[: min(_CHUNK, left + gap)]
            count = _filled(stream, wanted)
            if not count:
                break
            checksum = crc32(wanted[:count], checksum)
            if kind.itemsize > 1:
                whole = min(count, left) // kind.itemsize
                seen[table.name].add(np.frombuffer(piece, dtype=kind, count=whole), table.mask)
            else:
                seen[table.name].size += min(count, left)
            gap -= max(0, count - left)
            left -= min(count, left)
    return checksum, seen


def _filled(stream: Readable, into: memoryview) -> int:
    """Fill a buffer as far as the stream goes: a read may give less than there is."""
    count = 0
    while count < len(into):
        more = stream.readinto(into[count:])
        if not more:
            break
        count += more
    return count


def contradiction(seen: Mapping[str, Seen], records: int) -> str | None:
    """What in the tables leads outside of them or is not in order, in words; None where they fit."""
    words = seen["words.ends"].size
    for each in (*_rows(seen, records), *_ends(seen), *_orders(seen), *_leads(seen, records, words)):
        if each is not None:
            return each
    return None


def _rows(seen: Mapping[str, Seen], records: int) -> list[str | None]:
    """Tables that have a row for the same thing are of one length."""
    same = {
        "born": ("ends", "name_ends", "dates.slots", "refs.keys", "refs.slots"),
        "numbers.keys": ("numbers.slots",),
        "words.ends": ("words.sounds", "words.counts", "words.parents"),
        "words.keys": ("words.owners",),
    }
    found = [
        _unless(seen[one].size == seen[other].size, f"{other} has not as many rows as {one}")
        for one, others in same.items()
        for other in others
    ]
    found += [
        _unless(
            seen[f"{each}.starts"].size == seen[f"{each}.keys"].size + 1,
            f"{each}.starts has not one row more than {each}.keys",
        )
        for each in ("parts", "dates")
    ]
    return [*found, _unless(seen["born"].size == records, "born has not a row for each record")]


def _ends(seen: Mapping[str, Seen]) -> list[str | None]:
    """What says where rows of another table end rises up to that table's end."""
    ends = {
        "ends": "people",
        "name_ends": "names",
        "words.ends": "words.texts",
        "parts.starts": "parts.slots",
        "dates.starts": "dates.slots",
    }
    return [
        _unless(seen[one].rises and seen[one].last == seen[other].size, f"{one} does not rise to the end of {other}")
        for one, other in ends.items()
    ]


def _orders(seen: Mapping[str, Seen]) -> list[str | None]:
    """What is looked up by halving is sorted."""
    keys = ("parts.keys", "dates.keys", "numbers.keys", "refs.keys", "words.keys")
    found = [_unless(seen[each].rises, f"{each} is not sorted") for each in keys]
    return found + [_unless(seen[each].differs, f"{each} has a key twice") for each in ("parts.keys", "dates.keys")]


def _leads(seen: Mapping[str, Seen], records: int, words: int) -> list[str | None]:
    """What leads to a record or a part of a name leads to one that is there."""
    limits = {"parts.slots": records, "dates.slots": records, "numbers.slots": records, "refs.slots": records}
    limits |= {"names": words, "words.owners": words, "parts.keys": words}
    found = [
        _unless(not seen[each].size or seen[each].most < limit, f"{each} leads behind the last row")
        for each, limit in limits.items()
    ]
    return found + [
        _unless(seen[each].most <= records, f"{each} counts more records than there are")
        for each in ("words.counts", "words.parents")
    ]


def _unless(fits: bool, wrong: str) -> str | None:  # noqa: FBT001 - the condition of one sentence
    return None if fits else wrong
