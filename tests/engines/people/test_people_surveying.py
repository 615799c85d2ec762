"""Reading tables through: the checksum and what is seen do not depend on how the pieces fall."""

import io
from itertools import pairwise
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people.surveying import Seen, Table, survey

LAW = settings(deadline=None, derandomize=True, max_examples=50)
numbers = st.lists(st.integers(0, (1 << 32) - 1), max_size=30)


class Dripping:
    """A stream that gives a few bytes at a time, as a pipe or a slow disk may."""

    def __init__(self, content: bytes, most: int) -> None:
        self._stream, self._most = io.BytesIO(content), most

    def readinto(self, into: memoryview, /) -> int:
        return self._stream.readinto(into[: self._most])


def written(columns: list[list[int]]) -> bytes:
    made = [np.array(column, dtype="<u4").tobytes() for column in columns]
    return b"".join(each + bytes(-len(each) % 8) for each in made)


def tables(columns: list[list[int]]) -> list[Table]:
    return [Table(f"t{place}", "u4", len(column)) for place, column in enumerate(columns)]


@LAW
@given(st.lists(numbers, max_size=4), st.integers(1, 40))
def test_what_is_seen_is_what_stands_there(columns: list[list[int]], most: int) -> None:
    content = written(columns)
    for stream in (io.BytesIO(content), Dripping(content, most)):
        checksum, seen = survey(stream, tables(columns), 8)
        assert checksum == crc32(content)
        for column, each in zip(columns, seen.values(), strict=True):
            assert each.size == len(column)
            assert each.rises == (column == sorted(column))
            assert each.differs == all(one != other for one, other in pairwise(column))
            assert (each.last, each.most) == ((column[-1], max(column)) if column else (0, 0))


@LAW
@given(numbers, st.lists(st.integers(0, 30), max_size=4))
def test_pieces_see_what_the_whole_sees(column: list[int], cuts: list[int]) -> None:
    whole, pieces = Seen(), Seen()
    values = np.array(column, dtype=np.uint32)
    whole.add(values, None)
    for piece in np.split(values, sorted(min(cut, len(column)) for cut in cuts)):
        pieces.add(piece, None)
    assert pieces == whole


def test_a_mask_says_which_bits_lead_somewhere() -> None:
    seen = Seen()
    seen.add(np.array([0xE0000005, 0x20000003], dtype=np.uint32), 0x1FFFFFFF)
    assert seen.most == 5


def test_tables_longer_than_a_piece_are_read_whole() -> None:
    column = np.arange(600_000, dtype="<u4")
    column[300_000:] += 7
    content = column.tobytes()
    checksum, seen = survey(io.BytesIO(content), [Table("t", "u4", len(column))], 8)
    assert checksum == crc32(content)
    assert (seen["t"].size, seen["t"].last, seen["t"].rises) == (600_000, 600_006, True)
    column[262_144] = 0
    assert not survey(io.BytesIO(column.tobytes()), [Table("t", "u4", len(column))], 8)[1]["t"].rises


@pytest.mark.parametrize("kept", [0, 3, 8, 11])
def test_a_stream_that_ends_early_is_seen_to_be_short(kept: int) -> None:
    content = written([[1, 2, 3, 4]])[:kept]
    checksum, seen = survey(io.BytesIO(content), tables([[1, 2, 3, 4]]), 8)
    assert checksum == crc32(content)
    assert seen["t0"].size == kept // 4


def test_bytes_are_counted_and_not_looked_at() -> None:
    _, seen = survey(io.BytesIO(b"\xff\x00\xfe\x00\x00\x00\x00\x00"), [Table("b", "u1", 3)], 8)
    assert seen["b"] == Seen(size=3)
