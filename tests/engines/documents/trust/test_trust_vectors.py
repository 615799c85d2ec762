"""Published vectors: Wycheproof's signatures, by the library and by our own curves, and the curves' own claims."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from egnatia.engines.documents.trust.algorithms import Scheme, SchemeKind, digest_of
from egnatia.engines.documents.trust.curve_table import CURVES, Curve
from egnatia.engines.documents.trust.curves import _sum_of_multiples, on_curve, read_point, verify_here
from egnatia.engines.documents.trust.keys import EcKey, PublicKey, read_key
from egnatia.engines.documents.trust.remarks import RemarkCode, said
from egnatia.engines.documents.trust.signatures import _pair, verify_scheme

GROUPS = json.loads((Path(__file__).parent / "vectors" / "wycheproof.json").read_text(encoding="utf-8"))["groups"]


def _key(group: dict[str, Any]) -> PublicKey:
    key = read_key(bytes.fromhex(group["key"]))
    assert isinstance(key, PublicKey)
    return key


def _cases(form: str) -> Iterator[tuple[PublicKey, Scheme, int, str, bytes, bytes]]:
    for group in GROUPS:
        if group["form"] == form:
            key, scheme = _key(group), Scheme(SchemeKind(form), group["digest"], group.get("mask"), group.get("salt"))
            for number, result, message, signature in group["tests"]:
                yield key, scheme, number, result, bytes.fromhex(message), bytes.fromhex(signature)


@pytest.mark.parametrize(("form", "at_least"), [("ecdsa", 400), ("pkcs1", 40), ("pss", 25)])
def test_signatures_are_judged_as_published(form: str, at_least: int) -> None:
    judged = 0
    for key, scheme, number, result, message, signature in _cases(form):
        done = verify_scheme(key, scheme, signature, message)
        if result == "acceptable":  # the missing NULL: accepted here and said
            assert done.ok
            assert said(done.remarks, RemarkCode.TRUST_DIGEST_INFO_WITHOUT_NULL)
        else:
            assert done.ok is (result == "valid"), (key.kind, number)
        judged += 1
    assert judged >= at_least


def test_our_own_curves_agree_with_the_published_results() -> None:
    names = set()
    for key, scheme, number, result, message, signature in _cases("ecdsa"):
        assert isinstance(key.value, EcKey)
        numbers = _pair(signature, key.value.curve.size)
        digest = digest_of(str(scheme.digest), message)
        done = numbers is not None and verify_here(key.value.curve, key.value.point, digest, *numbers)
        assert done is (result == "valid"), (key.kind, number)
        names.add(key.kind)
    assert {"brainpoolP224r1", "brainpoolP320r1", "P-192", "P-521", "secp256k1"} <= names


def _is_prime(number: int) -> bool:
    """Miller and Rabin with the first 12 primes as bases: enough to catch a mistyped digit."""
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        power = pow(base, odd, number)
        if power in {1, number - 1}:
            continue
        for _ in range(twos - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_every_curve_is_what_it_says(curve: Curve) -> None:
    assert _is_prime(curve.p)
    assert _is_prime(curve.n)
    assert on_curve(curve, (curve.x, curve.y))
    assert (4 * curve.a**3 + 27 * curve.b**2) % curve.p != 0
    assert abs(curve.n - curve.p - 1) <= 2 << (curve.p.bit_length() // 2 + 1)  # Hasse, the cofactor being 1
    assert _sum_of_multiples(curve, curve.n - 1, (curve.x, curve.y), 1)[2] == 0  # (n - 1)G + G
    assert curve.h == 1


def test_twenty_curves_and_each_once() -> None:
    assert len(CURVES) == 20
    assert len({curve.oid for curve in CURVES}) == len({(curve.p, curve.a, curve.b) for curve in CURVES}) == 20


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_a_compressed_point_is_the_same_point(curve: Curve) -> None:
    octets = bytes([2 + curve.y % 2]) + curve.x.to_bytes(curve.size, "big")
    assert read_point(curve, octets) == (curve.x, curve.y)
    other = read_point(curve, bytes([3 - curve.y % 2]) + octets[1:])
    assert other == (curve.x, curve.p - curve.y)
