"""DSA, which the first edition allowed and the test plan still asks for: published signatures, and keys of no group."""

import json
from pathlib import Path

import pytest
from bench.documents.conformance.dsa import dsa_key_info, dsa_signing

from egnatia.engines.documents.synthetic import der
from egnatia.engines.documents.synthetic.keys import Hash
from egnatia.engines.documents.synthetic.tlv import find, parse, revalue
from egnatia.engines.documents.trust.algorithms import Algorithm, Scheme, SchemeKind
from egnatia.engines.documents.trust.keys import DsaKey, PublicKey, read_key
from egnatia.engines.documents.trust.remarks import Fault, FaultCode
from egnatia.engines.documents.trust.signatures import verify, verify_scheme

GROUPS = json.loads((Path(__file__).parent / "vectors" / "wycheproof_dsa.json").read_text(encoding="utf-8"))["groups"]
SHA256 = "2.16.840.1.101.3.4.3.2"


def key_of(spki: bytes) -> PublicKey:
    key = read_key(spki)
    assert isinstance(key, PublicKey)
    assert isinstance(key.value, DsaKey)
    return key


def test_signatures_are_judged_as_published() -> None:
    results = []
    for group in GROUPS:
        key, scheme = key_of(bytes.fromhex(group["key"])), Scheme(SchemeKind.DSA, group["digest"])
        for number, result, message, signature in group["tests"]:
            done = verify_scheme(key, scheme, bytes.fromhex(signature), bytes.fromhex(message))
            assert done.ok is (result == "valid"), number
            results.append(done.ok)
    assert sum(results) >= 4
    assert len(results) - sum(results) >= 25


@pytest.mark.parametrize("algorithm", [Hash.SHA1, Hash.SHA224, Hash.SHA256])
def test_our_own_signatures_hold_and_others_do_not(algorithm: Hash) -> None:
    key, signing = key_of(dsa_key_info("one")), dsa_signing("one", algorithm)
    oid = {Hash.SHA1: "1.2.840.10040.4.3", Hash.SHA224: "2.16.840.1.101.3.4.3.1", Hash.SHA256: SHA256}[algorithm]
    assert key.kind == "DSA 2048"
    assert verify(key, Algorithm(oid), signing.sign(b"message"), b"message").ok
    assert not verify(key, Algorithm(oid), signing.sign(b"message"), b"massage").ok
    assert not verify(key_of(dsa_key_info("two")), Algorithm(oid), signing.sign(b"message"), b"message").ok


@pytest.mark.parametrize("numbers", [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_small_numbers_sign_nothing(numbers: tuple[int, int]) -> None:
    key = key_of(dsa_key_info("one"))
    signature = der.sequence(*map(der.integer, numbers))
    assert not verify(key, Algorithm(SHA256), signature, b"message").ok


def test_an_algorithm_of_another_family_is_not_tried() -> None:
    done = verify(key_of(dsa_key_info("one")), Algorithm("1.2.840.10045.4.3.2"), b"", b"")
    assert (done.ok, done.fault is not None) == (False, True)


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("30/30/30/02", b"\x01", FaultCode.BAD_KEY),
        ("30/30/30/02[1]", b"\x00\xff" + bytes(31), FaultCode.BAD_KEY),
        ("30/30/30/02[2]", b"\x01", FaultCode.BAD_KEY),
        ("30/30/30/02[2]", b"\x05", FaultCode.BAD_KEY),
        ("30/03", b"\x00\x02\x01\x01", FaultCode.BAD_KEY),
        ("30/03", b"\x00\x02\x01\x07", FaultCode.BAD_KEY),
        ("30/03", b"\x00\x30\x00", FaultCode.UNEXPECTED),
        ("30/30/30/02", b"", FaultCode.UNEXPECTED),
    ],
)
def test_a_key_of_no_group_is_refused(path: str, value: bytes, code: FaultCode) -> None:
    """With a generator of 1 every signature would hold; with a key outside the subgroup some would."""
    read = read_key(revalue(parse(dsa_key_info("one")), path, value).encode())
    assert isinstance(read, Fault)
    assert read.code is code


def test_a_key_without_its_group_is_refused() -> None:
    tree = parse(dsa_key_info("one"))
    bare = der.sequence(der.sequence(find(tree, "30/30/06").encode()), find(tree, "30/03").encode())
    assert isinstance(read_key(bare), Fault)
