"""The structure under everything: what is read, what is noted, and that nothing is raised."""

import random

import pytest
from asn1crypto.algos import DigestInfo
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.documents.trust.making import integer, octets, oid, seq, set_of, tlv

from egnatia.engines.documents.trust import tlv as structure
from egnatia.engines.documents.trust.remarks import Fault, FaultCode, Remark, RemarkCode
from egnatia.engines.documents.trust.tlv import Malformed, Tree, read
from egnatia.engines.documents.trust.wall import Parsed, parse

SHA256 = "2.16.840.1.101.3.4.2.1"


def _tree(data: bytes, limit: int = 10_000) -> Tree:
    tree = read(data, limit)
    assert isinstance(tree, Tree), tree
    return tree


def _fault(data: bytes, limit: int = 10_000) -> Fault:
    fault = read(data, limit)
    assert isinstance(fault, Fault), fault
    return fault


def test_an_element_keeps_the_bytes_it_came_from() -> None:
    data = seq(integer(5), octets(b"abc"), seq())
    top = _tree(data).top
    assert (top.raw, top.tag, top.constructed) == (data, structure.SEQUENCE, True)
    number, text, empty = top.children
    assert (number.as_int("n"), text.as_octets("t"), empty.children) == (5, b"abc", ())
    assert (number.raw, text.content) == (integer(5), b"abc")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", FaultCode.NOT_ASN1),
        (b"\x30", FaultCode.NOT_ASN1),
        (b"\x30\x05\x02\x01", FaultCode.NOT_ASN1),
        (b"\x30\x03\x02\x05\x00", FaultCode.NOT_ASN1),
        (b"\x30\x85\x01\x01\x01\x01\x01", FaultCode.NOT_ASN1),
        (b"\x30\x84\xff\xff\xff\xff", FaultCode.NOT_ASN1),
        (b"\x30\xff", FaultCode.NOT_ASN1),
        (b"\x1f\x20\x00", FaultCode.NOT_ASN1),
        (b"\x04\x80\x00\x00", FaultCode.NOT_ASN1),
        (b"\x30\x80\x02\x01\x01", FaultCode.NOT_ASN1),
        (b"\x30\x80" * 40 + b"\0\0" * 40, FaultCode.TOO_LARGE),
        (b"\x30" * 20_000, FaultCode.TOO_LARGE),
    ],
)
def test_what_is_no_structure_is_a_fault(data: bytes, code: FaultCode) -> None:
    assert _fault(data).code is code


def test_more_elements_than_allowed_are_a_fault() -> None:
    many = tlv(0x30, b"\x05\x00" * (structure.MAX_ELEMENTS + 1))
    assert _fault(many, 1_000_000).code is FaultCode.TOO_LARGE
    assert isinstance(read(many, 1_000_000, depth=0), Tree)


def test_indefinite_lengths_are_read_and_noted() -> None:
    inner = b"\x24\x80" + octets(b"ab") + octets(b"c") + b"\0\0"
    tree = _tree(b"\x30\x80" + inner + integer(7) + b"\0\0")
    assert tree.remarks == (Remark(RemarkCode.TRUST_INDEFINITE_LENGTH, "2 elements"),)
    text, number = tree.top.children
    assert (text.as_octets("t"), text.raw, number.as_int("n")) == (b"abc", inner, 7)
    assert tree.top.content == inner + integer(7)


def test_long_lengths_and_trailing_bytes_are_noted() -> None:
    tree = _tree(b"\x30\x81\x03" + integer(7) + b"??")
    assert [remark.code for remark in tree.remarks] == [RemarkCode.TRUST_LONG_LENGTH, RemarkCode.TRUST_TRAILING_BYTES]
    assert _tree(b"\x04\x82\x00\x80" + bytes(128)).remarks == (Remark(RemarkCode.TRUST_LONG_LENGTH, "1 elements"),)
    assert _tree(b"\x04\x81\x80" + bytes(128)).remarks == ()


def test_the_depth_asked_for_is_the_depth_taken_apart() -> None:
    data = seq(seq(seq(integer(1))))
    shallow = read(data, 100, depth=1)
    assert isinstance(shallow, Tree)
    assert shallow.top.children[0].children == ()
    assert _tree(data).top.children[0].children[0].children[0].as_int("n") == 1


@pytest.mark.parametrize(
    "dotted", ["1.2.840.113549.1.1.11", "2.23.136.1.1.1", "0.4.0.127.0.7.3.1.5", "2.999.3", "1.3.6"]
)
def test_identifiers_in_dots(dotted: str) -> None:
    encoded = oid(dotted) if dotted != "2.999.3" else tlv(0x06, b"\x88\x37\x03")
    assert _tree(encoded).top.as_oid("x") == dotted


@pytest.mark.parametrize("content", [b"", b"\x2a\x86", b"\x2a" * 65])
def test_an_identifier_that_is_none(content: bytes) -> None:
    with pytest.raises(Malformed, match="not an object identifier"):
        _tree(tlv(0x06, content)).top.as_oid("x")


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.integers(min_value=-(2**200), max_value=2**200))
def test_integers_go_round(value: int) -> None:
    assert _tree(integer(value)).top.as_int("n") == value


@settings(deadline=None, derandomize=True, max_examples=50)
@given(
    st.recursive(
        st.binary(max_size=30).map(octets),
        lambda inner: st.lists(inner, max_size=4).map(lambda parts: seq(*parts)),
        max_leaves=20,
    )
)
def test_whatever_is_built_is_read_back_whole(data: bytes) -> None:
    tree = _tree(data)
    assert tree.top.raw == data
    assert tree.remarks == ()


def test_random_bytes_never_raise() -> None:
    rng = random.Random(4)
    for _ in range(3_000):
        data = bytes(
            rng.choice((0x30, 0x31, 0x80, 0x02, 0xA0, 0x00, 0x84, rng.randrange(256))) for _ in range(rng.randrange(60))
        )
        read(data, 1_000)
        parse(DigestInfo, data)


def test_the_wall_gives_a_typed_value_with_its_bytes() -> None:
    data = seq(seq(oid(SHA256), b"\x05\x00"), octets(b"digest"))
    parsed = parse(DigestInfo, data + b"\0")
    assert isinstance(parsed, Parsed)
    assert parsed.raw == data
    assert parsed.value.native == {
        "digest_algorithm": {"algorithm": "sha256", "parameters": None},
        "digest": b"digest",
    }
    assert [remark.code for remark in parsed.remarks] == [RemarkCode.TRUST_TRAILING_BYTES]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30\x00",
        seq(integer(3)),
        seq(integer(3), octets(b"")),
        seq(seq(oid(SHA256)), integer(4)),
        set_of(integer(3)),
        b"\x30\x80",
    ],
)
def test_the_wall_turns_every_objection_into_a_fault(data: bytes) -> None:
    assert isinstance(parse(DigestInfo, data), Fault)


def test_the_wall_has_a_limit() -> None:
    fault = parse(DigestInfo, seq(seq(oid(SHA256)), octets(bytes(500))), limit=100)
    assert isinstance(fault, Fault)
    assert fault.code is FaultCode.TOO_LARGE
