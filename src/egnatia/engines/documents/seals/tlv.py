"""Tag, length, value: how the features of a seal stand one behind the other (Doc 9303-13 section 2.3).

Header version 3 writes the length in one byte, version 4 as DER does (X.690). Nothing here raises: what cannot be read
ends the list, and the flaw says where.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MAX_ITEMS: Final = 64
"""Features of one zone: the longest profile published has 16 (ICAO's proof of testing)."""
_LONG: Final = 0x80


class Lengths(StrEnum):
    """How lengths are written."""

    ONE_BYTE = "one_byte"
    DER = "der"


@dataclass(frozen=True, slots=True)
class Item:
    """One tag with its value; `start` and `end` are where the whole of it stands in the bytes it was read from."""

    tag: int
    value: bytes
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Items:
    """What was read: the items, where reading stopped, and why it stopped before the end; "" where it did not."""

    items: tuple[Item, ...]
    end: int
    flaw: str = ""


def read_items(data: bytes, start: int, lengths: Lengths, stop_at: int | None = None) -> Items:
    """Read items up to the end of the bytes, or up to and with the item whose tag is `stop_at`."""
    items: list[Item] = []
    at = start
    while at < len(data):
        if len(items) == MAX_ITEMS:
            return Items(tuple(items), at, f"more than {MAX_ITEMS} features")
        item = read_item(data, at, lengths)
        if isinstance(item, str):
            return Items(tuple(items), at, item)
        items.append(item)
        at = item.end
        if item.tag == stop_at:
            break
    return Items(tuple(items), at)


def read_item(data: bytes, at: int, lengths: Lengths) -> Item | str:
    """One item, or what is wrong with it."""
    size, begin = _length(data, at + 1, lengths)
    if begin < 0:
        return f"no readable length at byte {at + 1}"
    if begin + size > len(data):
        return f"the length at byte {at + 1} says {size}, only {len(data) - begin} bytes follow"
    return Item(data[at], data[begin : begin + size], at, begin + size)


def _length(data: bytes, at: int, lengths: Lengths) -> tuple[int, int]:
    """The length and where the value begins; -1 as the beginning where it cannot be read."""
    if at >= len(data):
        return 0, -1
    first = data[at]
    if lengths is Lengths.ONE_BYTE or first < _LONG:
        return first, at + 1
    count = first - _LONG
    if not 1 <= count <= 4 or at + 1 + count > len(data):  # noqa: PLR2004 - one to five bytes in all
        return 0, -1
    return int.from_bytes(data[at + 1 : at + 1 + count], "big"), at + 1 + count


def write_item(tag: int, value: bytes, lengths: Lengths = Lengths.DER) -> bytes:
    """Tag, shortest length and value. A value too long for one byte of length is written the DER way all the same."""
    size = len(value)
    if (lengths is Lengths.ONE_BYTE and size < 256) or size < _LONG:  # noqa: PLR2004 - one byte
        return bytes((tag, size)) + value
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG + len(digits))) + digits + value
