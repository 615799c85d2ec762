"""The compact set of outputs that an asker holds, in pages, so that one look-up reads one page.

An output picks its page by its first eight bytes and a value of `VALUE_BITS` bits by the next eight. A page holds its
values sorted, after Elias and Fano (P. Elias, JACM 21(2), 1974, pp. 246-260): the low `LOW_BITS` of each as they are,
the high bits in unary, so every value costs about `LOW_BITS` + 2 bits and one can be found without unpacking the rest.

- size: 31 bits an entry at the usual filling, 38.8 MB for 10 million entries (bench/blind.py)
- a value that was never entered is found with probability 2^-29 = 1.9e-9, at that filling

    page := "EGNBLIND" version(1) low_bits(1) buckets_log2(1) 0(1) number(4) pages(4) entries(4) high low sha256[:16]

`high` holds, for each of the buckets in turn, a one for every entry and then a zero, from the lowest bit of each byte
up; `low` the low bits, likewise. Both are filled up with zeros to a whole byte. Numbers are little-endian.

The reader believes nothing: sizes are compared before anything is read, and a page has exactly one encoding.
"""

import hashlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from egnatia.errors import TamperedError

MAGIC = b"EGNBLIND"
VERSION = 1
LOW_BITS = 29
"""31 bits an entry keep 10 million entries under 40 MB; one bit more would not."""
BUCKETS_LOG2 = 13
BUCKETS = 1 << BUCKETS_LOG2
VALUE_BITS = LOW_BITS + BUCKETS_LOG2
MAX_ENTRIES = 2 * BUCKETS
"""Of one page. Filled as usual it has 8,192 give or take 91 (binomial); twice as many do not happen by chance."""
MAX_PAGES = 8_192
"""67 million entries: no register of the task force comes near, and a hostile statement cannot ask for more."""
HEADER_BYTES = len(MAGIC) + 4 + 12
CHECKSUM_BYTES = 16
MAX_PAGE_BYTES = HEADER_BYTES + CHECKSUM_BYTES + -(-(MAX_ENTRIES + BUCKETS) // 8) + -(-(MAX_ENTRIES * LOW_BITS) // 8)
"""62,504 bytes."""
FALSE_POSITIVE_RATE = 2.0**-LOW_BITS
"""Of a page with as many entries as buckets; it grows in proportion to the filling."""
_LOW_MASK = (1 << LOW_BITS) - 1
_ROOT_DOMAIN = b"egnatia/blind-filter/v1\x00"
_GROUP = 8
"""Low parts packed together: eight of them fill whole bytes."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an output stands if it is in the filter."""

    page: int
    value: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page, taken apart and checked for form.

    Attributes:
        number: its place among the pages, from 0.
        pages: how many the filter has.
        entries: how many values it holds.
        high: the unary part, as bytes.
        low: the low bits, as bytes.
    """

    number: int
    pages: int
    entries: int
    high: bytes
    low: bytes


def page_count(entries: int) -> int:
    """How many pages so many entries fill, as evenly as chance has it; never none."""
    return max(1, round(entries / BUCKETS))


def place_of(output: bytes, pages: int) -> Place:
    """Where an output of the function (or any uniform bytes, at least 16) belongs."""
    page = int.from_bytes(output[:8], "little") * pages >> 64
    return Place(page, int.from_bytes(output[8:16], "little") >> (64 - VALUE_BITS))


def build_pages(outputs: Iterable[bytes], pages: int) -> list[bytes]:
    """The filter over these outputs; equal ones count once.

    Raises:
        TamperedError: far more outputs than `page_count` says for so many pages.
    """
    values = [array("Q") for _ in range(pages)]  # 8 bytes an entry, where a set of integers takes about a hundred
    for output in outputs:
        place = place_of(output, pages)
        values[place.page].append(place.value)
    return [_written(number, pages, sorted(set(each))) for number, each in enumerate(values)]


def _written(number: int, pages: int, values: Sequence[int]) -> bytes:
    if len(values) > MAX_ENTRIES:
        raise TamperedError(f"page {number} of the filter would have {len(values)} entries; {MAX_ENTRIES} fit")
    head = MAGIC + bytes((VERSION, LOW_BITS, BUCKETS_LOG2, 0))
    head += b"".join(each.to_bytes(4, "little") for each in (number, pages, len(values)))
    body = head + _high(values) + _low(values)
    return body + hashlib.sha256(body).digest()[:CHECKSUM_BYTES]


def _high(values: Sequence[int]) -> bytes:
    bits = bytearray(_high_bytes(len(values)))
    for index, value in enumerate(values):
        at = (value >> LOW_BITS) + index  # as many zeros as buckets before its own, as many ones as entries
        bits[at >> 3] |= 1 << (at & 7)
    return bytes(bits)


def _low(values: Sequence[int]) -> bytes:
    packed = bytearray()
    for start in range(0, len(values), _GROUP):
        together = 0
        for index, value in enumerate(values[start : start + _GROUP]):
            together |= (value & _LOW_MASK) << (index * LOW_BITS)
        packed += together.to_bytes(LOW_BITS, "little")
    del packed[_low_bytes(len(values)) :]
    return bytes(packed)


def _high_bytes(entries: int) -> int:
    return -(-(entries + BUCKETS) // 8)


def _low_bytes(entries: int) -> int:
    return -(-(entries * LOW_BITS) // 8)


def read_page(content: bytes, number: int, pages: int) -> Page:
    """Take a page apart; its checksum finds damage, its hash in the signed statement finds fraud.

    Raises:
        TamperedError: it is not page `number` of `pages`, or not whole.
    """
    if not HEADER_BYTES + CHECKSUM_BYTES <= len(content) <= MAX_PAGE_BYTES or not content.startswith(MAGIC):
        raise TamperedError(f"page {number} of the filter is no page")
    if tuple(content[8:12]) != (VERSION, LOW_BITS, BUCKETS_LOG2, 0):
        raise TamperedError(f"page {number} of the filter has another form than this release reads")
    body = content[:-CHECKSUM_BYTES]
    if hashlib.sha256(body).digest()[:CHECKSUM_BYTES] != content[-CHECKSUM_BYTES:]:
        raise TamperedError(f"page {number} of the filter is damaged")
    said, of, entries = (int.from_bytes(content[at : at + 4], "little") for at in (12, 16, 20))
    if (said, of) != (number, pages):
        raise TamperedError(f"page {said} of {of} came where page {number} of {pages} belongs")
    if entries > MAX_ENTRIES or len(body) != HEADER_BYTES + _high_bytes(entries) + _low_bytes(entries):
        raise TamperedError(f"page {number} of the filter has another length than its {entries} entries need")
    split = HEADER_BYTES + _high_bytes(entries)
    return Page(number, pages, entries, body[HEADER_BYTES:split], body[split:])


def check_page(page: Page) -> None:
    """Require the one encoding: done once, when a page comes in.

    Raises:
        TamperedError: values are unsorted or twice there, or unused bits are set.
    """
    values = values_of(page)
    if len(values) != page.entries or _high(values) != page.high or _low(values) != page.low:
        raise TamperedError(f"page {page.number} of the filter is not in its one encoding")
    if any(left >= right for left, right in pairwise(values)):
        raise TamperedError(f"page {page.number} of the filter is not sorted")


def values_of(page: Page) -> list[int]:
    """Every value of a page, in order; as far as its unary part reaches."""
    bits = f"{int.from_bytes(page.high, 'little'):b}"[::-1]
    values: list[int] = []
    at = bits.find("1")
    while at >= 0 and len(values) < page.entries:
        values.append(((at - len(values)) << LOW_BITS | _low_at(page, len(values))) & ((1 << VALUE_BITS) - 1))
        at = bits.find("1", at + 1)
    return values


def _low_at(page: Page, index: int) -> int:
    start = index * LOW_BITS
    chunk = int.from_bytes(page.low[start >> 3 : (start + LOW_BITS + 7) >> 3], "little")
    return chunk >> (start & 7) & _LOW_MASK


def holds(page: Page, value: int) -> bool:
    """Whether a value is in the page: reads the unary part once and the low bits of one bucket (one, usually)."""
    bucket = value >> LOW_BITS
    bits = int.from_bytes(page.high, "little")
    at = _after_zero(page.high, bucket)
    index = at - bucket
    wanted = value & _LOW_MASK
    while bits >> at & 1:
        if _low_at(page, index) == wanted:
            return True
        at, index = at + 1, index + 1
    return False


def _after_zero(high: bytes, nth: int) -> int:
    """The bit right after the `nth` zero (from 1); 0 for none. Halves the rest until one byte is left."""
    if nth == 0:
        return 0
    start, end, left = 0, len(high), nth
    while end - start > 1:
        middle = (start + end) // 2
        zeros = 8 * (middle - start) - int.from_bytes(high[start:middle], "little").bit_count()
        if zeros >= left:
            end = middle
        else:
            start, left = middle, left - zeros
    for bit in range(8):
        left -= not high[start] >> bit & 1
        if left == 0:
            return 8 * start + bit + 1
    return 8 * len(high)


def page_sha256(content: bytes) -> bytes:
    """A page's hash, of which `filter_root` is made."""
    return hashlib.sha256(content).digest()


def filter_root(hashes: Sequence[bytes]) -> bytes:
    """The hash of a whole filter, over its pages' hashes in order; it stands in the signed statement."""
    return hashlib.sha256(_ROOT_DOMAIN + len(hashes).to_bytes(4, "little") + b"".join(hashes)).digest()
