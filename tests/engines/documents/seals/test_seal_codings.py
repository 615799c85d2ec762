"""The smallest parts of a seal: C40 text, lengths, dates and the one form of JSON, by the standards' own examples."""

import json
import math
import struct
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents.seals import c40
from egnatia.engines.documents.seals.canonical import MAX_DEPTH, Json, canonical
from egnatia.engines.documents.seals.tlv import MAX_ITEMS, Lengths, read_items, write_item
from egnatia.engines.documents.seals.values import (
    Coding,
    read_day,
    read_masked_day,
    read_value,
    write_day,
    write_masked_day,
)

TEXT = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ", min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("text", "octets"),
    [
        ("VISA01", "de515826"),  # Doc 9303-13 section 2.3.1
        ("XK CD", "eb0466a9"),  # Doc 9303-13 appendix C.1, TR-03137-1 table 6
        ("XKCD", "eb11fe45"),  # appendix C.2, table 7
        ("UTO", "d9c5"),
        ("D  ", "6abc"),
    ],
)
def test_published_c40_texts(text: str, octets: str) -> None:
    assert c40.encode(text) == bytes.fromhex(octets)
    assert c40.decode(bytes.fromhex(octets)) == text


@given(TEXT)
@settings(deadline=None, derandomize=True, max_examples=50)
def test_c40_comes_back(text: str) -> None:
    data = c40.encode(text)
    assert data is not None
    assert c40.decode(data) == text
    assert len(data) == (len(text) + 2) // 3 * 2


def test_fillers_are_written_as_spaces_and_other_characters_not_at_all() -> None:
    assert c40.encode("A<B") == c40.encode("A B")
    for text in ("a", "Ä", "A-B", "A\n"):
        assert c40.encode(text) is None


@pytest.mark.parametrize("octets", ["00", "0000", "fa01", "fe00", "fe61", "0001", "ffff", "d9c5aa"])
def test_bytes_that_are_no_c40_text(octets: str) -> None:
    assert c40.decode(bytes.fromhex(octets)) is None


@given(st.binary(max_size=40))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_no_bytes_make_the_decoder_raise(data: bytes) -> None:
    text = c40.decode(data)
    assert text is None or c40.encode(text) is not None


@pytest.mark.parametrize(("size", "first"), [(0, "0500"), (127, "057f"), (128, "058180"), (300, "0582012c")])
def test_der_lengths(size: int, first: str) -> None:
    item = write_item(5, bytes(size))
    assert item.startswith(bytes.fromhex(first))
    (read,) = read_items(item, 0, Lengths.DER).items
    assert (read.tag, len(read.value), read.start, read.end) == (5, size, 0, len(item))


def test_one_byte_lengths_reach_255() -> None:
    item = write_item(5, bytes(200), Lengths.ONE_BYTE)
    assert item[:2] == b"\x05\xc8"
    assert len(read_items(item, 0, Lengths.ONE_BYTE).items[0].value) == 200


@pytest.mark.parametrize("data", ["05", "0580", "0585ffffffffff", "058401", "0503aabb", "0581"])
def test_lengths_that_cannot_be_are_a_flaw(data: str) -> None:
    found = read_items(bytes.fromhex(data), 0, Lengths.DER)
    assert found.items == ()
    assert found.flaw
    assert found.end == 0


def test_there_is_a_most_of_features() -> None:
    found = read_items(b"\x01\x00" * 200, 0, Lengths.DER)
    assert len(found.items) == MAX_ITEMS
    assert found.flaw


def test_the_published_date() -> None:
    assert write_day(date(1957, 3, 25)) == bytes.fromhex("319ef5")  # Doc 9303-13 section 2.3.1
    assert read_day(bytes.fromhex("319ef5")) == date(1957, 3, 25)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_days_come_back(day: date) -> None:
    assert read_day(write_day(day)) == day
    assert read_masked_day(write_masked_day(day)) == day.isoformat()


@pytest.mark.parametrize("data", ["000000", "ffffff", "31", "319ef5aa", ""])
def test_no_days(data: str) -> None:
    assert read_day(bytes.fromhex(data)) is None


def test_digits_that_are_not_known_are_an_x() -> None:
    number = int("08001974").to_bytes(3, "big")
    assert read_masked_day(bytes([0b00110000]) + number) == "1974-08-xx"
    assert read_masked_day(bytes(1) + number) is None


@pytest.mark.parametrize(
    ("coding", "data", "value"),
    [
        (Coding.STAY, "a00000", "160 days"),
        (Coding.STAY, "1e0201", "30 days, 2 months, 1 years"),
        (Coding.STAY, "000000", "until the last day of validity"),
        (Coding.STAY, "fefefe", "transit without entry"),
        (Coding.STAY, "5a", "90 days"),
        (Coding.NUMBER, "00", "0"),
        (Coding.TEXT, "c39f", "ß"),
        (Coding.DAY_TEXT, "3230323530313031", "2025-01-01"),
        (Coding.DATE_TIME, int("03252021140509").to_bytes(6, "big").hex(), "2021-03-25 14:05:09"),
        (Coding.BYTES, "00ff", "00ff"),
    ],
)
def test_values_are_read_by_their_coding(coding: Coding, data: str, value: str) -> None:
    assert read_value(bytes.fromhex(data), coding) == value


@pytest.mark.parametrize(
    ("coding", "data"),
    [
        (Coding.STAY, "0000"),
        (Coding.NUMBER, ""),
        (Coding.TEXT, "ff"),
        (Coding.TEXT, "1b5b33316d"),
        (Coding.DAY_TEXT, "3230323530323330"),
        (Coding.DATE_TIME, "ffffffffffff"),
        (Coding.DATE_TIME, int("03252021250509").to_bytes(6, "big").hex()),
        (Coding.ZONE, "d9c5"),
        (Coding.ZONE_MRV_A, "d9c5"),
        (Coding.C40, "00"),
    ],
)
def test_what_does_not_follow_its_coding_has_no_value(coding: Coding, data: str) -> None:
    assert read_value(bytes.fromhex(data), coding) is None


@pytest.mark.parametrize(
    ("bits", "text"),
    [  # RFC 8785 appendix B
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("c340000000000000", "-9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("44b52d02c7e14af7", "1.0000000000000001e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef4f", "999999999999999900000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("41b3de4355555557", "333333333.33333343"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_published_numbers_of_canonical_json(bits: str, text: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical([number]) == f"[{text}]".encode()


def test_the_published_object_of_canonical_json() -> None:
    # RFC 8785 section 3.2.2 and 3.2.3
    value = json.loads(
        '{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],'
        '"string": "\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/", "literals": [null, true, false]}'
    )
    assert (
        canonical(value)
        == (
            '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
            '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
        ).encode()
    )


def test_members_are_sorted_by_their_utf_16() -> None:
    value = {"€": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "ö": 7}
    assert canonical(value) == '{"\\r":2,"1":4,"\x80":6,"ö":7,"€":1,"\U0001f600":5,"\ufb33":3}'.encode()


@pytest.mark.parametrize("value", [math.nan, math.inf, ["\ud800"], {"\udc00": 1}, 10**400])
def test_what_has_no_canonical_form(value: Json) -> None:
    assert canonical(value) is None


def test_canonical_json_ends_at_a_depth() -> None:
    value: Json = []
    for _ in range(MAX_DEPTH + 1):
        value = [value]
    assert canonical(value) is None
