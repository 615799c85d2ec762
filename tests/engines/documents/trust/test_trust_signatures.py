"""Keys and signatures: real deviations are accepted and said, forgeries are not accepted at all."""

import hashlib

import pytest
from tests.engines.documents.trust.making import (
    BY_NAME,
    HASH_OIDS,
    NULL,
    Signer,
    bits,
    digest_info,
    ec_signer,
    explicit,
    integer,
    octets,
    oid,
    pss_algorithm,
    raw_rsa,
    rsa_key,
    rsa_signer,
    seq,
    tlv,
)

from egnatia.engines.documents.trust.algorithms import (
    Algorithm,
    Scheme,
    SchemeKind,
    read_algorithm,
    read_digest,
    read_scheme,
)
from egnatia.engines.documents.trust.curve_table import CURVES, Curve
from egnatia.engines.documents.trust.keys import EcKey, PublicKey, RsaKey, read_key
from egnatia.engines.documents.trust.remarks import Fault, FaultCode, RemarkCode, said
from egnatia.engines.documents.trust.signatures import Verified, verify
from egnatia.engines.documents.trust.tlv import Element, Tree, read

MESSAGE = b"the hash of a hash"


def _key(spki: bytes) -> PublicKey:
    key = read_key(spki)
    assert isinstance(key, PublicKey), key
    return key


def _top(der: bytes) -> Element:
    tree = read(der, 1_000)
    assert isinstance(tree, Tree)
    return tree.top


def _algorithm(der: bytes) -> Algorithm:
    return read_algorithm(_top(der), "test")


def _verify(signer: Signer, signature: bytes, algorithm: bytes | None = None) -> Verified:
    return verify(_key(signer.spki), _algorithm(algorithm or signer.algorithm), signature, MESSAGE)


def _codes(done: Verified) -> set[RemarkCode]:
    return {remark.code for remark in done.remarks}


@pytest.mark.parametrize("digest", ["sha1", "sha224", "sha256", "sha384", "sha512"])
@pytest.mark.parametrize("scheme", ["pkcs1", "pss", "ecdsa", "plain"])
def test_every_scheme_with_every_hash(scheme: str, digest: str) -> None:
    rsa = scheme in {"pkcs1", "pss"}
    signer = rsa_signer(0, digest, scheme) if rsa else ec_signer("brainpoolP256r1", 0, digest, scheme=scheme)
    signature = signer.sign(MESSAGE)
    done = _verify(signer, signature)
    assert done.ok
    expected = {RemarkCode.TRUST_WEAK_HASH} if digest == "sha1" else set()
    assert _codes(done) == expected | ({RemarkCode.TRUST_PLAIN_ECDSA} if scheme == "plain" else set())
    assert not verify(_key(signer.spki), _algorithm(signer.algorithm), signature, MESSAGE + b"!").ok


@pytest.mark.parametrize("curve", CURVES, ids=lambda curve: curve.name)
def test_every_curve_by_name_and_written_out(curve: Curve) -> None:
    signature = ec_signer(curve.name).sign(MESSAGE)
    for named in (False, True):
        signer = ec_signer(curve.name, named=named)
        key = _key(signer.spki)
        assert isinstance(key.value, EcKey)
        assert (key.value.curve, key.value.explicit) == (curve, not named)
        assert said(key.remarks, RemarkCode.TRUST_NAMED_CURVE) is named
        assert said(key.remarks, RemarkCode.TRUST_WEAK_KEY) is (curve.p.bit_length() < 224)
        assert _verify(signer, signature).ok


@pytest.mark.parametrize("field", ["p", "a", "b", "x", "y", "n", "h"])
def test_parameters_that_differ_in_one_number_are_no_known_curve(field: str) -> None:
    curve = BY_NAME["brainpoolP256r1"]
    changed = explicit(curve, **{field: getattr(curve, field) + 2})
    point = b"\x04" + curve.x.to_bytes(32, "big") + curve.y.to_bytes(32, "big")
    fault = read_key(seq(seq(oid("1.2.840.10045.2.1"), changed), bits(point)))
    assert isinstance(fault, Fault)
    assert fault.code is FaultCode.UNSUPPORTED


def test_another_base_point_on_the_curve_is_refused() -> None:
    """CVE-2020-0601: whoever may choose the base point knows a private key for any public key."""
    victim = _key(ec_signer("P-256", 3).spki)
    assert isinstance(victim.value, EcKey)
    x, y = victim.value.point
    parameters = explicit(BY_NAME["P-256"], x=x, y=y)  # then the private key is 1
    assert isinstance(read_key(seq(seq(oid("1.2.840.10045.2.1"), parameters), bits(victim.bits_raw))), Fault)


@pytest.mark.parametrize(
    "point",
    [
        b"",
        b"\0",
        b"\x04" + bytes(64),
        b"\x04" + b"\xff" * 64,
        b"\x02" + b"\xff" * 32,
        b"\x04" + bytes(63),
        b"\x06" + bytes(64),
        b"\x02" + bytes(31) + b"\x01",
    ],
)
def test_a_point_that_is_none_is_a_bad_key(point: bytes) -> None:
    fault = read_key(seq(seq(oid("1.2.840.10045.2.1"), oid(BY_NAME["P-256"].oid)), bits(point)))
    assert isinstance(fault, Fault)
    assert fault.code is FaultCode.BAD_KEY


def test_a_cofactor_may_be_left_out_but_not_be_wrong() -> None:
    signer = ec_signer("brainpoolP256r1")
    without = seq(*(child.raw for child in _top(explicit(BY_NAME["brainpoolP256r1"])).children[:-1]))
    rebuilt = seq(seq(oid("1.2.840.10045.2.1"), without), bits(_key(signer.spki).bits_raw))
    assert isinstance(read_key(rebuilt), PublicKey)


def _rsa_spki(modulus: int, exponent: int, algorithm: bytes | None = None) -> bytes:
    return seq(algorithm or seq(oid("1.2.840.113549.1.1.1"), NULL), bits(seq(integer(modulus), integer(exponent))))


MODULUS = (1 << 2047) | 0x1234567


@pytest.mark.parametrize(
    ("modulus", "exponent"),
    [
        (MODULUS - 1, 65537),
        (MODULUS, 1),
        (MODULUS, 65536),
        (MODULUS, (1 << 65) + 1),
        ((1 << 1022) | 1, 65537),
        ((1 << 16_384) | 1, 65537),
        (-MODULUS, 3),
        (MODULUS, -3),
    ],
    ids=["even", "exponent 1", "even exponent", "long exponent", "small", "large", "negative", "negative exponent"],
)
def test_rsa_keys_out_of_range_are_bad(modulus: int, exponent: int) -> None:
    fault = read_key(_rsa_spki(modulus, exponent))
    assert isinstance(fault, Fault)
    assert fault.code is FaultCode.BAD_KEY


def test_rsa_keys_at_the_limits_and_with_odd_exponents() -> None:
    assert isinstance(read_key(_rsa_spki((1 << 16_383) | 1, 65537)), PublicKey)
    odd = _key(_rsa_spki(MODULUS, 38_129))
    assert [remark.code for remark in odd.remarks] == [RemarkCode.TRUST_ODD_EXPONENT]
    weak = _key(_rsa_spki((1 << 1_023) | 1, 3))
    assert [remark.code for remark in weak.remarks] == [RemarkCode.TRUST_WEAK_KEY]


@pytest.mark.parametrize(
    "spki",
    [
        b"",
        seq(),
        seq(seq(oid("1.2.3")), bits(b"")),
        seq(seq(oid("1.2.840.10045.2.1")), bits(b"\x04")),
        seq(seq(oid("1.2.840.113549.1.1.1"), NULL), bits(b"\x30\x03\x02\x01\x05")),
    ],
)
def test_a_key_of_another_kind_is_a_fault(spki: bytes) -> None:
    assert isinstance(read_key(spki), Fault)


def test_a_digest_info_without_null_is_accepted_and_said() -> None:
    signer = rsa_signer(scheme="nullless")
    done = _verify(signer, signer.sign(MESSAGE))
    assert done.ok
    assert _codes(done) == {RemarkCode.TRUST_DIGEST_INFO_WITHOUT_NULL}


@pytest.mark.parametrize(
    "signature",
    [
        raw_rsa(rsa_key(0), digest_info("sha256", MESSAGE, null=True), fill=8, tail=b"\x17" * 64),
        raw_rsa(rsa_key(0), digest_info("sha256", MESSAGE, null=True, garbage=octets(b"\x99" * 40))),
        raw_rsa(rsa_key(0), digest_info("sha256", MESSAGE, null=True), fill=7),
        raw_rsa(rsa_key(0), digest_info("sha1", MESSAGE, null=True)),
        raw_rsa(rsa_key(0), hashlib.sha256(MESSAGE).digest()),
        raw_rsa(rsa_key(0), seq(seq(oid(HASH_OIDS["sha256"]), octets(b"")), octets(hashlib.sha256(MESSAGE).digest()))),
        raw_rsa(rsa_key(0), b"\x30\x81" + digest_info("sha256", MESSAGE, null=True)[1:]),
    ],
    ids=[
        "garbage behind",
        "garbage inside",
        "short padding",
        "another hash",
        "no digest info",
        "other parameters",
        "long length",
    ],
)
def test_padding_that_is_not_exactly_right_is_refused(signature: bytes) -> None:
    assert not _verify(rsa_signer(), signature).ok


def test_a_signature_of_another_length_is_refused() -> None:
    signer = rsa_signer()
    signature = signer.sign(MESSAGE)
    for changed in (signature[:-1], b"\0" + signature, signature + b"\0", b"", b"\xff" * 256):
        assert not _verify(signer, changed).ok


def test_ecdsa_identifiers_with_null_are_accepted_and_said() -> None:
    signer = ec_signer("P-256", null=True)
    done = _verify(signer, signer.sign(MESSAGE))
    assert done.ok
    assert _codes(done) == {RemarkCode.TRUST_EXTRA_NULL}


def test_an_rsa_identifier_without_null_is_accepted_and_said() -> None:
    signer = rsa_signer()
    done = _verify(signer, signer.sign(MESSAGE), seq(oid("1.2.840.113549.1.1.11")))
    assert done.ok
    assert _codes(done) == {RemarkCode.TRUST_NULL_MISSING}


@pytest.mark.parametrize("r_and_s", [(0, 1), (1, 0), (BY_NAME["P-256"].n, 1), (1, BY_NAME["P-256"].n), (-1, 1)])
def test_ecdsa_numbers_out_of_range_are_refused(r_and_s: tuple[int, int]) -> None:
    assert not _verify(ec_signer("P-256"), seq(*map(integer, r_and_s))).ok


def test_ecdsa_encodings_that_are_not_der_are_refused() -> None:
    signer = ec_signer("P-256")
    signature = signer.sign(MESSAGE)
    first, second = (child.content for child in _top(signature).children)
    for changed in (
        signature + b"\0",
        b"\x30\x81" + signature[1:],
        seq(tlv(0x02, b"\0" + first), tlv(0x02, second)),
        seq(tlv(0x02, first), tlv(0x02, second), integer(1)),
        seq(tlv(0x02, first)),
    ):
        assert not _verify(signer, changed).ok


def test_pss_takes_salt_and_mask_from_its_parameters() -> None:
    signer = rsa_signer(scheme="pss")
    signature = signer.sign(MESSAGE)
    assert _verify(signer, signature).ok
    assert not _verify(signer, signature, pss_algorithm("sha256", salt=31)).ok
    assert not _verify(signer, signature, pss_algorithm("sha384", salt=32)).ok
    assert not _verify(signer, signature, seq(oid("1.2.840.113549.1.1.11"), NULL)).ok


def test_a_key_bound_to_pss_signs_nothing_else() -> None:
    plain, numbers = rsa_signer(), rsa_key(0).public_key().public_numbers()
    bound = _rsa_spki(numbers.n, numbers.e, pss_algorithm("sha256"))
    key = _key(bound)
    assert isinstance(key.value, RsaKey)
    assert key.value.pss
    assert not verify(key, _algorithm(plain.algorithm), plain.sign(MESSAGE), MESSAGE).ok
    pss = rsa_signer(scheme="pss")
    own = verify(key, _algorithm(pss.algorithm), pss.sign(MESSAGE), MESSAGE)
    assert own.ok
    assert _codes(own) == set()
    other = rsa_signer(digest="sha512", scheme="pss")
    done = verify(key, _algorithm(other.algorithm), other.sign(MESSAGE), MESSAGE)
    assert done.ok
    assert _codes(done) == {RemarkCode.TRUST_PSS_PARAMETERS_DIFFER}


@pytest.mark.parametrize(
    "parameters",
    [
        None,
        b"\x05\x00",
        seq(tlv(0xA4, integer(1))),
        seq(tlv(0xA2, integer(20)), tlv(0xA2, integer(20))),
        seq(tlv(0xA3, integer(2))),
        seq(tlv(0xA2, integer(-1))),
        seq(tlv(0xA2, integer(10_000))),
        seq(tlv(0xA1, seq(oid("1.2.3"), seq(oid(HASH_OIDS["sha256"]))))),
        seq(tlv(0xA0, seq(oid("1.2.3")))),
    ],
)
def test_pss_parameters_that_cannot_be(parameters: bytes | None) -> None:
    assert isinstance(read_scheme(Algorithm("1.2.840.113549.1.1.10", parameters)), Fault)


def test_pss_defaults_are_sha1_and_twenty_octets() -> None:
    scheme = read_scheme(Algorithm("1.2.840.113549.1.1.10", seq()))
    assert isinstance(scheme, Scheme)
    assert (scheme.digest, scheme.mask, scheme.salt) == ("sha1", "sha1", 20)
    assert said(scheme.remarks, RemarkCode.TRUST_PSS_DEFAULTS)


@pytest.mark.parametrize(
    "algorithm",
    [
        Algorithm("1.2.3"),
        Algorithm("1.2.840.113549.1.1.4", NULL),
        Algorithm("1.2.840.113549.1.1.11", integer(1)),
        Algorithm("1.2.840.10045.4.3.2", integer(1)),
    ],
)
def test_algorithms_that_are_not_known_are_faults(algorithm: Algorithm) -> None:
    assert isinstance(read_scheme(algorithm), Fault)
    assert not verify(_key(rsa_signer().spki), algorithm, b"", MESSAGE).ok


def test_a_hash_with_parameters_is_refused() -> None:
    assert read_digest(Algorithm(HASH_OIDS["sha256"], NULL)) == "sha256"
    assert isinstance(read_digest(Algorithm(HASH_OIDS["sha256"], integer(1))), Fault)
    assert isinstance(read_digest(Algorithm("1.2.840.113549.2.5")), Fault)  # MD5


def test_a_scheme_and_a_key_of_different_families_never_meet() -> None:
    rsa, curve = rsa_signer(), ec_signer()
    for key, algorithm in ((rsa.spki, curve.algorithm), (curve.spki, rsa.algorithm)):
        done = verify(_key(key), _algorithm(algorithm), b"\0" * 256, MESSAGE)
        assert not done.ok
        assert done.fault is not None
    assert read_scheme(Algorithm("1.2.840.113549.1.1.1", NULL)) == Scheme(SchemeKind.PKCS1, None)
    assert verify(_key(rsa.spki), Algorithm("1.2.840.113549.1.1.1", NULL), b"", MESSAGE).fault is not None
