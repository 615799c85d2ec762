"""Keys and signatures of the generator, held against `cryptography` and against published numbers."""

import hashlib
from dataclasses import replace

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents.synthetic import primes
from egnatia.engines.documents.synthetic.curves import CURVES, Curve, CurveName, Point
from egnatia.engines.documents.synthetic.keys import (
    EcKey,
    Hash,
    Key,
    Padding,
    RsaKey,
    Scheme,
    digest,
    ecdsa,
    look_alike,
    make_key,
    own_ecdsa,
    sign,
)

OPENSSL: dict[CurveName, ec.EllipticCurve] = {
    CurveName.P192: ec.SECP192R1(),
    CurveName.P224: ec.SECP224R1(),
    CurveName.P256: ec.SECP256R1(),
    CurveName.P384: ec.SECP384R1(),
    CurveName.P521: ec.SECP521R1(),
    CurveName.BP256: ec.BrainpoolP256R1(),
    CurveName.BP384: ec.BrainpoolP384R1(),
    CurveName.BP512: ec.BrainpoolP512R1(),
}
HASHES: dict[Hash, hashes.HashAlgorithm] = {
    Hash.SHA1: hashes.SHA1(),  # noqa: S303 - what some issuers still use
    Hash.SHA224: hashes.SHA224(),
    Hash.SHA256: hashes.SHA256(),
    Hash.SHA384: hashes.SHA384(),
    Hash.SHA512: hashes.SHA512(),
}
RSA_KINDS = ("rsa2048", "rsa3072", "rsa4096")


def rsa_key(kind: str = "rsa2048", seed: str = "test", index: int = 0) -> RsaKey:
    key = make_key(kind, seed, index)
    assert isinstance(key, RsaKey)
    return key


def ec_key(name: CurveName | str, seed: str = "test") -> EcKey:
    key = make_key(str(name), seed)
    assert isinstance(key, EcKey)
    return key


def public(key: RsaKey) -> rsa.RSAPublicKey:
    return rsa.RSAPublicNumbers(key.exponent, key.modulus).public_key()


def holds(curve: Curve, point: Point, algorithm: Hash, message: bytes, numbers: tuple[int, int]) -> bool:
    """ECDSA verified by the book (SEC 1 section 4.1.4), with the curve's own sums."""
    r, s = numbers
    hashed = hashlib.new(algorithm, message).digest()
    number = int.from_bytes(hashed) >> max(0, 8 * len(hashed) - curve.order.bit_length())
    back = pow(s, -1, curve.order)
    total = curve.add(
        curve.multiply(number * back % curve.order, curve.generator), curve.multiply(r * back % curve.order, point)
    )
    return total is not None and total[0] % curve.order == r


@pytest.mark.parametrize("curve", CURVES.values(), ids=str)
def test_domain_parameters_belong_together(curve: Curve) -> None:
    assert curve.holds(curve.generator)
    assert curve.multiply(curve.order, curve.generator) is None
    assert primes.is_prime(curve.p)
    assert primes.is_prime(curve.order)
    assert abs(curve.p + 1 - curve.order) <= 2 * int(curve.p**0.5) + 2 or curve.p.bit_length() > 500  # Hasse
    assert (4 * curve.a**3 + 27 * curve.b**2) % curve.p != 0


@pytest.mark.parametrize("name", OPENSSL, ids=str)
def test_points_are_those_of_openssl(name: CurveName) -> None:
    for private in (1, 2, 3, 0xC0FFEE, CURVES[name].order - 1):
        numbers = ec.derive_private_key(private, OPENSSL[name]).public_key().public_numbers()
        assert CURVES[name].multiply(private, CURVES[name].generator) == (numbers.x, numbers.y)


@settings(deadline=None, derandomize=True, max_examples=25)
@given(st.sampled_from(sorted(CURVES)), st.integers(0, 2**90), st.integers(0, 2**90))
def test_sums_of_points_are_points_of_sums(name: CurveName, one: int, other: int) -> None:
    curve = CURVES[name]
    first, second = (curve.multiply(each, curve.generator) for each in (one, other))
    assert curve.add(first, second) == curve.add(second, first) == curve.multiply(one + other, curve.generator)


def test_a_point_and_its_mirror_cancel() -> None:
    curve = CURVES[CurveName.BP224]
    x, y = curve.generator
    assert curve.add((x, y), (x, curve.p - y)) is None
    assert curve.add(None, (x, y)) == (x, y) == curve.add((x, y), None)
    assert curve.multiply(0, (x, y)) is None


@pytest.mark.parametrize(
    ("algorithm", "message", "r", "s"),
    [  # RFC 6979 appendix A.2.5
        (
            Hash.SHA256, b"sample", "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
            "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
        ),
        (
            Hash.SHA256, b"test", "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367",
            "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083",
        ),
    ],
)  # fmt: skip
def test_nonces_are_those_of_rfc_6979(algorithm: Hash, message: bytes, r: str, s: str) -> None:
    private = 0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721
    curve = CURVES[CurveName.P256]
    point = curve.multiply(private, curve.generator)
    assert point is not None
    key = EcKey(curve, private, point)
    assert own_ecdsa(key, algorithm, message) == ecdsa(key, algorithm, message) == (int(r, 16), int(s, 16))


@pytest.mark.parametrize("name", OPENSSL, ids=str)
@pytest.mark.parametrize("algorithm", Hash, ids=str)
def test_our_signer_agrees_with_openssl_on_every_curve_that_both_know(name: CurveName, algorithm: Hash) -> None:
    key = ec_key(name)
    message = f"{name} {algorithm}".encode()
    assert own_ecdsa(key, algorithm, message) == ecdsa(key, algorithm, message)
    numbers = ec.EllipticCurvePublicNumbers(*key.point, OPENSSL[name])
    numbers.public_key().verify(
        encode_dss_signature(*own_ecdsa(key, algorithm, message)), message, ec.ECDSA(HASHES[algorithm])
    )


@pytest.mark.parametrize("name", [CurveName.BP224, CurveName.BP320], ids=str)
@pytest.mark.parametrize("algorithm", [Hash.SHA1, Hash.SHA224, Hash.SHA512], ids=str)
def test_signatures_on_other_curves_verify_by_the_book(name: CurveName, algorithm: Hash) -> None:
    key = ec_key(name)
    numbers = ecdsa(key, algorithm, b"message")
    assert holds(key.curve, key.point, algorithm, b"message", numbers)
    assert not holds(key.curve, key.point, algorithm, b"massage", numbers)


@pytest.mark.parametrize("name", [CurveName.P256, CurveName.BP224], ids=str)
def test_a_look_alike_has_the_victims_point_and_another_generator(name: CurveName) -> None:
    victim = ec_key(name)
    twin = look_alike(victim, "forger")
    assert twin.point == victim.point
    assert twin.curve.generator != victim.curve.generator
    assert twin.private != victim.private
    assert replace(twin.curve, generator=victim.curve.generator) == victim.curve
    numbers = ecdsa(twin, Hash.SHA256, b"message")
    assert holds(twin.curve, twin.point, Hash.SHA256, b"message", numbers)  # the trap: only full comparison of
    assert not holds(victim.curve, victim.point, Hash.SHA256, b"message", numbers)  # the parameters sees it


def test_every_prime_of_the_file_is_one_and_suits_every_exponent() -> None:
    for bits, listed in primes.pool().items():
        assert len(set(listed)) == len(listed) == primes.POOL[bits]
        for prime in listed:
            assert prime.bit_length() == bits
            assert prime >> (bits - 2) == 3, "a product of two has its full length"
            assert all((prime - 1) % exponent for exponent in primes.EXPONENTS)
        assert all(pow(2, prime - 1, prime) == 1 for prime in listed[:3] + listed[-3:])
    assert sorted(primes.pool()) == sorted(primes.POOL)


@pytest.mark.parametrize(("bits", "index"), [(512, 0), (512, 23), (1024, 0), (1024, 5)])
def test_the_primes_are_the_ones_that_the_search_finds(bits: int, index: int) -> None:
    assert primes.search(bits, index) == primes.pool()[bits][index]


@pytest.mark.parametrize(
    ("number", "prime"),
    [(65537, False), (65539, True), (2**89 - 1, True), (2**89 + 1, False), (3215031751 * 65539, False)],
)
def test_primality_is_judged_rightly_above_the_sieve(number: int, prime: bool) -> None:  # noqa: FBT001 - parametrised
    assert primes.is_prime(number) is prime or number == 65537  # numbers of the sieve itself are not asked for


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.text(max_size=8), st.integers(0, 275), st.integers(0, 275))
def test_keys_of_one_seed_differ_by_index(seed: str, one: int, other: int) -> None:
    assert (primes.pair(1024, seed, one) == primes.pair(1024, seed, other)) == (one == other)


def test_a_seed_always_gives_the_same_key_and_another_one_another() -> None:
    make_key.cache_clear()
    first = [make_key(kind, "seed", 3) for kind in ("rsa2048", "p256", "bp320")]
    make_key.cache_clear()
    assert first == [make_key(kind, "seed", 3) for kind in ("rsa2048", "p256", "bp320")]
    other: list[Key] = [make_key(kind, "other seed", 3) for kind in ("rsa2048", "p256", "bp320")]
    assert all(one != two for one, two in zip(first, other, strict=True))
    assert make_key("p256", "seed", 0) != make_key("p256", "seed", 1)


@pytest.mark.parametrize("kind", ["rsa512000", "p257", "", "rsa"])
def test_there_is_no_key_of_an_unknown_kind(kind: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        make_key(kind, "seed")


@pytest.mark.parametrize("kind", [*RSA_KINDS, "rsa4096e3", "rsa4096e38129", "rsa6144"])
def test_rsa_keys_are_complete(kind: str) -> None:
    key = rsa_key(kind)
    assert key.modulus.bit_length() == int(kind[3:].partition("e")[0])
    assert key.primes[0] * key.primes[1] == key.modulus
    assert key.exponent == int(kind.partition("e")[2] or 65537)
    assert key.power(pow(0xABCDEF, key.exponent, key.modulus)) == 0xABCDEF


@pytest.mark.parametrize("kind", RSA_KINDS)
@pytest.mark.parametrize("algorithm", Hash, ids=str)
def test_pkcs1_signatures_verify(kind: str, algorithm: Hash) -> None:
    key = rsa_key(kind)
    signature = sign(key, Scheme(Padding.PKCS1, algorithm), b"message")
    public(key).verify(signature, b"message", padding.PKCS1v15(), HASHES[algorithm])
    with pytest.raises(InvalidSignature):
        public(key).verify(signature, b"massage", padding.PKCS1v15(), HASHES[algorithm])


@pytest.mark.parametrize("kind", RSA_KINDS[:1])
@pytest.mark.parametrize("algorithm", Hash, ids=str)
@pytest.mark.parametrize("mask", [None, Hash.SHA1, Hash.SHA512])
@pytest.mark.parametrize("salt", [None, 0, 20, 40])
def test_pss_signatures_verify_with_every_parameter(
    kind: str, algorithm: Hash, mask: Hash | None, salt: int | None
) -> None:
    key = rsa_key(kind)
    signature = sign(key, Scheme(Padding.PSS, algorithm, mask, salt), b"message")
    size = HASHES[algorithm].digest_size if salt is None else salt
    how = padding.PSS(padding.MGF1(HASHES[mask or algorithm]), size)
    public(key).verify(signature, b"message", how, HASHES[algorithm])
    wrong = padding.PSS(padding.MGF1(HASHES[mask or algorithm]), size + 1)
    with pytest.raises(InvalidSignature):
        public(key).verify(signature, b"message", wrong, HASHES[algorithm])


def test_a_digest_info_without_null_is_one_that_openssl_rejects() -> None:
    key = rsa_key()
    scheme = Scheme(Padding.PKCS1, Hash.SHA256, digest_info_null=False)
    signature = sign(key, scheme, b"message")
    with pytest.raises(InvalidSignature):
        public(key).verify(signature, b"message", padding.PKCS1v15(), hashes.SHA256())
    opened = pow(int.from_bytes(signature), key.exponent, key.modulus).to_bytes(key.width)
    info = bytes.fromhex("302f300b0609608648016503040201" "0420") + hashlib.sha256(b"message").digest()  # fmt: skip
    assert opened == b"\0\1" + b"\xff" * (key.width - 3 - len(info)) + b"\0" + info


@settings(deadline=None, derandomize=True, max_examples=20)
@given(st.binary(max_size=80), st.sampled_from(["rsa2048", "p256", "bp224"]), st.sampled_from(list(Hash)))
def test_the_same_message_always_has_the_same_signature(message: bytes, kind: str, algorithm: Hash) -> None:
    how = Padding.PSS if kind.startswith("rsa") else Padding.ECDSA
    key = make_key(kind, "test")
    assert sign(key, Scheme(how, algorithm), message) == sign(key, Scheme(how, algorithm), message)
    assert sign(key, Scheme(how, algorithm), message) != sign(key, Scheme(how, algorithm), message + b"\0")


def test_an_rsa_key_makes_no_ecdsa_signature() -> None:
    with pytest.raises(ValueError, match="ECDSA"):
        sign(rsa_key(), Scheme(Padding.ECDSA, Hash.SHA256), b"message")


@pytest.mark.parametrize("algorithm", Hash, ids=str)
def test_digests_are_those_of_the_standard_library(algorithm: Hash) -> None:
    assert digest(algorithm, b"abc") == hashlib.new(algorithm.value, b"abc").digest()
