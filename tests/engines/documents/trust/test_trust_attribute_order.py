"""Signed attributes as signers really write them: unsorted, with long lengths, and signed in another form than written.

RFC 5652 section 5.4 has the signer hash the attributes in DER, whatever form they stand in beside the signature.
"""

import hashlib
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.documents.chip.chips import LDS
from tests.engines.documents.trust.making import (
    HASH_OIDS,
    Signer,
    attribute,
    certificate,
    ec_signer,
    integer,
    name,
    named,
    octets,
    oid,
    rsa_signer,
    seq,
    set_of,
    tlv,
)

from egnatia.engines.documents.trust.cms import read_signed_data, verify_signer
from egnatia.engines.documents.trust.remarks import RemarkCode, said
from egnatia.engines.documents.trust.signed_data import SignedData, SignerVerdict
from egnatia.engines.documents.trust.tlv import Tree, distinguished, read

BY, RSA = ec_signer("P-256", 71), rsa_signer(7)
CONTENT = b"what was signed"
PARTS = (
    attribute("1.2.840.113549.1.9.3", oid(LDS)),
    attribute("1.2.840.113549.1.9.4", octets(hashlib.sha256(CONTENT).digest())),
    attribute("1.2.840.113549.1.9.5", tlv(0x17, b"250101000000Z")),
)
DER = tuple(sorted(PARTS))


def long_form(content: bytes) -> bytes:
    """A SEQUENCE whose length takes three octets more than it needs."""
    return b"\x30\x83" + len(content).to_bytes(3, "big") + content


def endless(members: bytes) -> bytes:
    """The attributes with an indefinite length."""
    return b"\xa0\x80" + members + b"\0\0"


def message(over: bytes, written: bytes, by: Signer = BY) -> SignedData:
    """Signed data whose signature is over one form of the attributes, while another is written down."""
    cert = certificate(name("C=UT, CN=DS"), by)
    info = seq(integer(1), named(cert), seq(oid(HASH_OIDS["sha256"])), written, by.algorithm, octets(by.sign(over)))
    body = seq(
        integer(3), set_of(seq(oid(HASH_OIDS["sha256"]))), seq(oid(LDS), tlv(0xA0, octets(CONTENT))), tlv(0xA0, cert),
        tlv(0x31, info),
    )  # fmt: skip
    found = read_signed_data(seq(oid("1.2.840.113549.1.7.2"), tlv(0xA0, body)))
    assert isinstance(found, SignedData), found
    return found


def verdict(over: bytes, written: bytes, by: Signer = BY) -> SignerVerdict:
    return verify_signer(message(over, written, by))


def in_order(verdict: SignerVerdict) -> bool:
    return not said(verdict.remarks, RemarkCode.TRUST_ATTRIBUTES_NOT_DER)


@pytest.mark.parametrize("by", [BY, RSA])
@pytest.mark.parametrize("order", list(permutations(PARTS)))
def test_any_order_holds_whether_signed_as_written_or_in_der(order: tuple[bytes, ...], by: Signer) -> None:
    as_written = verdict(tlv(0x31, *order), tlv(0xA0, *order), by)
    assert as_written.ok
    assert in_order(as_written)
    in_der = verdict(tlv(0x31, *DER), tlv(0xA0, *order), by)
    assert in_der.ok
    assert in_order(in_der) is (order == DER)


def test_no_third_order_holds() -> None:
    written, signed = PARTS[::-1], (PARTS[1], PARTS[0], PARTS[2])
    assert DER not in {written, signed}
    found = verdict(tlv(0x31, *signed), tlv(0xA0, *written))
    assert (found.ok, found.signature_ok, found.digest_ok) == (False, False, True)
    assert in_order(found)


BER = {
    "an indefinite length of the whole": endless(b"".join(DER)),
    "long lengths inside": tlv(0xA0, *(long_form(each[2:]) for each in DER)),
    "the digest in two pieces": tlv(
        0xA0,
        *(
            seq(oid("1.2.840.113549.1.9.4"), tlv(0x31, tlv(0x24, octets(digest[:7]), octets(digest[7:]))))
            if (digest := hashlib.sha256(CONTENT).digest()) in each
            else each
            for each in DER
        ),
    ),
}


@pytest.mark.parametrize("form", BER)
def test_attributes_in_ber_hold_when_their_der_was_signed(form: str) -> None:
    found = verdict(tlv(0x31, *DER), BER[form])
    assert (found.ok, found.digest_ok) == (True, True)
    changed = BER[form].replace(hashlib.sha256(CONTENT).digest()[8:], hashlib.sha256(b"other").digest()[8:])
    assert changed != BER[form]
    assert not verdict(tlv(0x31, *DER), changed).ok


def test_what_stands_in_another_form_is_kept_beside_the_bytes_only_where_it_differs() -> None:
    plain = message(tlv(0x31, *DER), tlv(0xA0, *DER)).signers[0]
    assert (plain.attributes, plain.attributes_der) == (tlv(0x31, *DER), None)
    turned = message(tlv(0x31, *DER), tlv(0xA0, *DER[::-1])).signers[0]
    assert (turned.attributes, turned.attributes_der) == (tlv(0x31, *DER[::-1]), tlv(0x31, *DER))


def element(data: bytes) -> bytes:
    tree = read(data, 10_000)
    assert isinstance(tree, Tree), tree
    return distinguished(tree.top)


leaves = st.one_of(
    st.integers(-300, 300).map(integer),
    st.binary(max_size=140).map(octets),
    st.sampled_from(["1.2.3", "2.5.4.6"]).map(oid),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda each: seq(*each)),
        st.lists(inner, max_size=4).map(lambda each: set_of(*each)),
        st.lists(inner, max_size=3).map(lambda each: tlv(0xA1, *each)),
    ),
    max_leaves=12,
)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(trees)
def test_der_stays_as_it_is(data: bytes) -> None:
    assert element(data) == data


def loosened(data: bytes) -> bytes:
    """The same value with an indefinite length wherever one may be, and sets turned round."""
    tree = read(data, 10_000)
    assert isinstance(tree, Tree)
    top = tree.top
    if not top.constructed:
        return data
    inner = [loosened(each.raw) for each in top.children]
    members = inner[::-1] if top.tag == 0x11 else inner
    return bytes([data[0], 0x80]) + b"".join(members) + b"\0\0"


@settings(deadline=None, derandomize=True, max_examples=50)
@given(trees)
def test_every_loose_form_leads_back_to_der(data: bytes) -> None:
    assert element(loosened(data)) == data
