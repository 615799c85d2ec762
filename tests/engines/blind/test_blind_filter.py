"""The filter: everything entered is found, almost nothing else is, and no bytes of a stranger do harm."""

import contextlib
import hashlib
import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from egnatia.engines.blind import (
    build_pages,
    check_page,
    filter_root,
    holds,
    page_count,
    page_sha256,
    place_of,
    read_page,
)
from egnatia.engines.blind import filter as filters
from egnatia.errors import TamperedError

LAWS = settings(deadline=None, derandomize=True, max_examples=30)


def outputs(count: int, seed: int = 1) -> list[bytes]:
    rng = random.Random(seed)
    return [rng.randbytes(64) for _ in range(count)]


def found(pages: list[bytes], output: bytes) -> bool:
    place = place_of(output, len(pages))
    return holds(read_page(pages[place.page], place.page, len(pages)), place.value)


def sealed(body: bytes) -> bytes:
    """A page with its checksum right, whatever is in it."""
    return body + hashlib.sha256(body).digest()[:16]


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 1_024, 9_000])
def test_what_was_entered_is_found(count: int) -> None:
    entered = outputs(count)
    pages = build_pages(entered, page_count(count))
    for number, content in enumerate(pages):
        check_page(read_page(content, number, len(pages)))
    assert all(found(pages, each) for each in entered)
    assert sum(read_page(each, n, len(pages)).entries for n, each in enumerate(pages)) == count


def test_what_was_not_entered_is_not_found() -> None:
    """5,000 strangers against 8,000 entries: 9e-6 are expected by chance."""
    pages = build_pages(outputs(8_000), 1)
    assert not any(found(pages, each) for each in outputs(5_000, seed=2))


def test_the_rate_of_false_positives_is_what_is_said() -> None:
    """Values drawn near the entered ones: at full filling one in 2^29 of all values is entered."""
    values = {place_of(each, 1).value for each in outputs(filters.BUCKETS)}
    rate = len(values) / 2**filters.VALUE_BITS
    assert rate == pytest.approx(filters.FALSE_POSITIVE_RATE, rel=1e-3)
    assert 1e-9 < filters.FALSE_POSITIVE_RATE < 1e-8


def test_ten_million_entries_stay_under_forty_megabytes() -> None:
    pages = build_pages(outputs(40_000), page_count(40_000))
    per_entry = sum(map(len, pages)) / 40_000
    assert per_entry * 10_000_000 < 39_500_000


def test_equal_outputs_count_once() -> None:
    (page,) = build_pages([b"x" * 64] * 5, 1)
    assert read_page(page, 0, 1).entries == 1


@LAWS
@given(st.sets(st.integers(0, 2**filters.VALUE_BITS - 1), max_size=60), st.data())
@example(set(), None)
@example({0}, None)
@example({2**filters.VALUE_BITS - 1}, None)
@example({0, 1, 2, 2**29 - 1, 2**29, 2**42 - 1}, None)
def test_a_page_holds_exactly_its_values(values: set[int], data: st.DataObject | None) -> None:
    page = read_page(filters._written(0, 1, sorted(values)), 0, 1)
    check_page(page)
    assert filters.values_of(page) == sorted(values)
    assert all(holds(page, each) for each in values)
    near = {abs(each + step) % 2**filters.VALUE_BITS for each in values for step in (-1, 1, 2**29)}
    if data is not None:
        near.add(data.draw(st.integers(0, 2**filters.VALUE_BITS - 1)))
    assert all(holds(page, each) == (each in values) for each in near)


def test_many_entries_in_one_bucket() -> None:
    values = [5 << filters.LOW_BITS | each for each in range(3_000)]
    page = read_page(filters._written(0, 1, values), 0, 1)
    check_page(page)
    assert holds(page, values[-1])
    assert not holds(page, values[-1] + 1)
    assert not holds(page, 4 << filters.LOW_BITS)
    assert not holds(page, 6 << filters.LOW_BITS)


def test_a_page_that_is_too_full_is_not_made() -> None:
    with pytest.raises(TamperedError, match="fit"):
        filters._written(0, 1, range(filters.MAX_ENTRIES + 1))
    assert len(filters._written(0, 1, range(filters.MAX_ENTRIES))) == filters.MAX_PAGE_BYTES


# Hostile pages.


GOOD = build_pages(outputs(50), 1)[0]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"EGNBLIND",
        GOOD[:-1],
        GOOD + b"\0",
        GOOD[1:],
        bytes(len(GOOD)),
        b"X" + GOOD[1:],
        bytes(filters.MAX_PAGE_BYTES + 1),
    ],
)
def test_what_is_no_page_is_refused(content: bytes) -> None:
    with pytest.raises(TamperedError):
        read_page(content, 0, 1)


@pytest.mark.parametrize(("at", "value"), [(8, 2), (9, 28), (10, 14), (11, 1)])
def test_another_form_is_refused(at: int, value: int) -> None:
    body = bytearray(GOOD[:-16])
    body[at] = value
    with pytest.raises(TamperedError, match="another form"):
        read_page(sealed(bytes(body)), 0, 1)


@pytest.mark.parametrize(("number", "pages"), [(1, 1), (0, 2), (5, 9)])
def test_a_page_in_another_place_is_refused(number: int, pages: int) -> None:
    with pytest.raises(TamperedError, match="belongs"):
        read_page(GOOD, number, pages)


@pytest.mark.parametrize("entries", [49, 51, 0, filters.MAX_ENTRIES, filters.MAX_ENTRIES + 1, 2**32 - 1])
def test_a_wrong_count_is_refused_before_anything_is_read(entries: int) -> None:
    body = bytearray(GOOD[:-16])
    body[20:24] = entries.to_bytes(4, "little")
    with pytest.raises(TamperedError, match="length"):
        read_page(sealed(bytes(body)), 0, 1)


@LAWS
@given(st.integers(0, 8 * len(GOOD) - 1))
def test_any_changed_bit_is_noticed(bit: int) -> None:
    changed = bytearray(GOOD)
    changed[bit >> 3] ^= 1 << (bit & 7)
    with pytest.raises(TamperedError):
        read_page(bytes(changed), 0, 1)


@LAWS
@given(st.integers(8 * filters.HEADER_BYTES, 8 * (len(GOOD) - 16) - 1))
def test_a_page_has_one_encoding(bit: int) -> None:
    """With the checksum made right again a changed page is either refused or other values in order."""
    changed = bytearray(GOOD[:-16])
    changed[bit >> 3] ^= 1 << (bit & 7)
    page = read_page(sealed(bytes(changed)), 0, 1)
    try:
        check_page(page)
    except TamperedError:
        return
    values = filters.values_of(page)
    assert sealed(bytes(changed)) == filters._written(0, 1, values)
    assert values != filters.values_of(read_page(GOOD, 0, 1))


@LAWS
@given(st.binary(max_size=3_000))
def test_noise_with_a_right_checksum_does_no_harm(noise: bytes) -> None:
    """Neither the reader, the check nor the look-up may fail in any way of their own."""
    entries = next(each for each in range(1_000) if filters._high_bytes(each) + filters._low_bytes(each) >= len(noise))
    size = filters._high_bytes(entries) + filters._low_bytes(entries)
    head = GOOD[:20] + entries.to_bytes(4, "little")
    page = read_page(sealed(head + noise.ljust(size, b"\xff")), 0, 1)
    with contextlib.suppress(TamperedError):
        check_page(page)
    for value in (0, 1, 2**41, 2**42 - 1):
        assert holds(page, value) in (True, False)


# The root.


def test_the_root_is_over_the_pages_in_order() -> None:
    hashes = [page_sha256(page) for page in build_pages(outputs(20_000), 3)]
    roots = {filter_root(hashes), filter_root(hashes[::-1]), filter_root(hashes[:2]), filter_root([*hashes, hashes[0]])}
    assert len(roots) == 4


@pytest.mark.parametrize(("entries", "pages"), [(0, 1), (1, 1), (8_192, 1), (12_289, 2), (10_000_000, 1_221)])
def test_pages_are_filled_evenly(entries: int, pages: int) -> None:
    assert page_count(entries) == pages


def test_places_are_spread_over_pages_and_buckets() -> None:
    places = [place_of(each, 7) for each in outputs(14_000)]
    counts = [sum(each.page == page for each in places) for page in range(7)]
    assert all(abs(count - 2_000) < 6 * 2_000**0.5 for count in counts)
    assert place_of(bytes(64), 7) == filters.Place(0, 0)
    assert place_of(b"\xff" * 64, 7) == filters.Place(6, 2**filters.VALUE_BITS - 1)
