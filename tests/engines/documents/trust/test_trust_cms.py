"""Signed data: whoever signed it is found as issuers name him, and nothing that was changed passes unnoticed."""

import hashlib
import random

import pytest
from tests.engines.documents.trust.making import (
    HASH_OIDS,
    NULL,
    attribute,
    certificate,
    ec_signer,
    integer,
    key_id,
    name,
    named,
    octets,
    oid,
    rsa_signer,
    security_object,
    seq,
    set_of,
    signed_data,
    signer_info,
    subject_key,
    tlv,
    wrapped,
)

from egnatia.engines.documents.findings import Rule
from egnatia.engines.documents.trust.certificates import Certificate, read_certificate
from egnatia.engines.documents.trust.cms import read_signed_data, verify_signer, verify_signers
from egnatia.engines.documents.trust.findings import _EXPECTED, RULES, TrustField, find
from egnatia.engines.documents.trust.remarks import Fault, FaultCode, Remark, RemarkCode
from egnatia.engines.documents.trust.signed_data import ContentKind, FoundBy, SignedData, SignerVerdict

LDS = "2.23.136.1.1.1"
CONTENT = security_object({1: b"zone", 2: b"face"})
ISSUER = name("C=UT, O=Utopia, CN=Utopia CSCA")
DS_KEY = ec_signer("brainpoolP256r1", 5)
DS = certificate(name("C=UT, CN=DS 5"), DS_KEY, ISSUER, ec_signer(), serial=5, extensions=[subject_key(key_id(DS_KEY))])


def _data(der: bytes) -> SignedData:
    found = read_signed_data(der)
    assert isinstance(found, SignedData), found
    return found


def _verdict(der: bytes, *candidates: bytes) -> SignerVerdict:
    read = [read_certificate(each) for each in candidates]
    return verify_signer(_data(der), [each for each in read if isinstance(each, Certificate)])


def _codes(der: bytes) -> set[RemarkCode]:
    data = _data(der)
    return {remark.code for remark in (*data.remarks, *verify_signer(data).remarks)}


def test_a_security_object_is_read_and_verified() -> None:
    der = signed_data(CONTENT, LDS, DS, DS_KEY)
    for given in (der, wrapped(der)):
        found = _data(given)
        assert (found.kind, found.content, found.raw) == (ContentKind.SECURITY_OBJECT, CONTENT, der)
        verdict = verify_signer(found)
        assert verdict.ok
        assert (verdict.found_by, verdict.digest_name, verdict.remarks) == (FoundBy.ISSUER_AND_SERIAL, "sha256", ())
        assert found.remarks == ()


@pytest.mark.parametrize("digest", ["sha1", "sha224", "sha384", "sha512"])
@pytest.mark.parametrize("kind", ["rsa", "pss", "ec"])
def test_other_hashes_and_schemes(kind: str, digest: str) -> None:
    signer = (
        ec_signer("P-384", 3, digest) if kind == "ec" else rsa_signer(1, digest, "pss" if kind == "pss" else "pkcs1")
    )
    cert = certificate(ISSUER, signer)
    verdict = _verdict(signed_data(CONTENT, LDS, cert, signer, digest=digest))
    assert verdict.ok
    assert (verdict.digest_name, verdict.found_by) == (digest, FoundBy.ISSUER_AND_SERIAL)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("1.3.27.1.1.1", ContentKind.SECURITY_OBJECT_OLD),
        ("1.2.840.113549.1.7.1", ContentKind.DATA),
        ("1.2.3", ContentKind.OTHER),
    ],
)
def test_other_types_of_content_are_read_and_said(kind: str, expected: ContentKind) -> None:
    der = signed_data(
        CONTENT, kind, DS, DS_KEY, changes={"version": integer(1)} if expected is ContentKind.DATA else {}
    )
    assert _data(der).kind is expected
    assert _verdict(der).ok
    assert _codes(der) == {RemarkCode.TRUST_CONTENT_TYPE_OTHER}


def test_a_signer_named_by_key_identifier() -> None:
    der = signed_data(CONTENT, LDS, DS, DS_KEY, identifier=tlv(0x80, key_id(DS_KEY)))
    verdict = _verdict(der)
    assert (verdict.ok, verdict.found_by, _codes(der)) == (True, FoundBy.KEY_ID, set())


@pytest.mark.parametrize(
    ("issuer", "found_by", "code"),
    [
        (
            name("C=UT, O=UTOPIA, CN=utopia csca", 0x13),
            FoundBy.NORMALISED_ISSUER,
            RemarkCode.TRUST_SIGNER_NAME_NORMALISED,
        ),
        (name("CN=Utopia CSCA, O=Utopia, C=UT"), FoundBy.REORDERED_ISSUER, RemarkCode.TRUST_SIGNER_NAME_REORDERED),
        (name("C=UT, CN=Somebody else"), FoundBy.SOLE_CERTIFICATE, RemarkCode.TRUST_SIGNER_IDENTIFIER_WRONG),
    ],
)
def test_a_signer_named_in_another_way_is_found_and_said(issuer: bytes, found_by: FoundBy, code: RemarkCode) -> None:
    verdict = _verdict(signed_data(CONTENT, LDS, DS, DS_KEY, identifier=named(DS, issuer)))
    assert (verdict.ok, verdict.found_by) == (True, found_by)
    assert {remark.code for remark in verdict.remarks} == {code}


def test_a_certificate_kept_elsewhere_is_found_among_the_candidates() -> None:
    der = signed_data(CONTENT, LDS, DS, DS_KEY, embedded=[])
    assert _verdict(der).fault is not None
    assert _verdict(der).digest_ok
    assert _verdict(der, certificate(ISSUER, ec_signer()), DS).ok


def test_a_wrong_identifier_never_reaches_a_certificate_that_did_not_come_with_the_data() -> None:
    der = signed_data(CONTENT, LDS, DS, DS_KEY, identifier=named(DS, serial=6), embedded=[])
    assert not _verdict(der, DS).ok


def test_of_several_certificates_with_one_name_the_right_key_is_taken() -> None:
    """A re-issued certificate with the same issuer and serial number, or a forger's."""
    twin = certificate(name("C=UT, CN=DS 5"), ec_signer(number=8), ISSUER, ec_signer(), serial=5, extensions=[])
    verdict = _verdict(signed_data(CONTENT, LDS, DS, DS_KEY, embedded=[twin, DS]))
    assert verdict.ok
    assert verdict.certificate is not None
    assert verdict.certificate.raw == DS


def test_content_that_was_changed_is_seen() -> None:
    der = signed_data(CONTENT, LDS, DS, DS_KEY)
    verdict = _verdict(der.replace(CONTENT[-32:], bytes(32)))
    assert (verdict.ok, verdict.digest_ok, verdict.signature_ok) == (False, False, True)


def test_another_key_is_seen() -> None:
    verdict = _verdict(signed_data(CONTENT, LDS, DS, ec_signer(number=6)))
    assert (verdict.ok, verdict.digest_ok, verdict.signature_ok) == (False, True, False)


def test_content_signed_as_another_type_is_refused() -> None:
    listed = [attribute("1.2.840.113549.1.9.3", oid("2.23.136.1.1.2")), _digest(CONTENT)]
    verdict = _verdict(signed_data(CONTENT, LDS, DS, DS_KEY, attributes=listed))
    assert not verdict.ok
    assert verdict.fault is not None
    assert "signed as 2.23.136.1.1.2" in verdict.fault.detail


def _digest(content: bytes) -> bytes:
    return attribute("1.2.840.113549.1.9.4", octets(hashlib.sha256(content).digest()))


def test_missing_or_repeated_attributes_are_refused() -> None:
    kind = attribute("1.2.840.113549.1.9.3", oid(LDS))
    for listed in ([kind], [_digest(CONTENT)]):
        assert _verdict(signed_data(CONTENT, LDS, DS, DS_KEY, attributes=listed)).fault is not None
    for listed in ([kind, _digest(CONTENT), _digest(b"")], [kind, kind, _digest(CONTENT)]):
        assert isinstance(read_signed_data(signed_data(CONTENT, LDS, DS, DS_KEY, attributes=listed)), Fault)


def test_a_signature_without_attributes_is_said() -> None:
    der = signed_data(CONTENT, LDS, DS, DS_KEY, attributes=[])
    assert _verdict(der).ok
    assert _codes(der) == {RemarkCode.TRUST_NO_SIGNED_ATTRIBUTES}


def test_signed_attributes_cannot_be_passed_off_as_content() -> None:
    """The signature over one message's attributes would hold for content that is those attributes."""
    stolen = set_of(attribute("1.2.840.113549.1.9.3", oid(LDS)), _digest(CONTENT))
    verdict = _verdict(signed_data(stolen, LDS, DS, DS_KEY, attributes=[]))
    assert not verdict.ok
    assert verdict.fault is not None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"version": integer(1)}, RemarkCode.TRUST_VERSION_DIFFERS),
        ({"version": integer(4)}, RemarkCode.TRUST_VERSION_DIFFERS),
        ({"signer_version": integer(3)}, RemarkCode.TRUST_VERSION_DIFFERS),
        ({"digests": set_of(seq(oid(HASH_OIDS["sha512"])))}, RemarkCode.TRUST_DIGEST_NOT_ANNOUNCED),
        (
            {"digests": set_of(seq(oid(HASH_OIDS["sha256"])), seq(oid(HASH_OIDS["sha1"])))},
            RemarkCode.TRUST_DIGEST_NOT_ANNOUNCED,
        ),
        ({"digests": set_of()}, RemarkCode.TRUST_DIGEST_NOT_ANNOUNCED),
        ({"unsigned": tlv(0xA1, attribute("1.2.3", NULL))}, RemarkCode.TRUST_UNSIGNED_ATTRIBUTES),
    ],
)
def test_what_is_not_signed_is_compared_with_what_is(changes: dict[str, bytes], code: RemarkCode) -> None:
    der = signed_data(CONTENT, LDS, DS, DS_KEY, changes=changes)
    assert _verdict(der).ok
    assert _codes(der) == {code}


def test_two_hashes_in_one_signer_are_said() -> None:
    mixed = ec_signer("brainpoolP256r1", 5, "sha512")
    der = signed_data(CONTENT, LDS, DS, mixed, digest="sha256")
    assert _verdict(der).ok
    assert _codes(der) == {RemarkCode.TRUST_DIGEST_DIFFERS}


def test_every_signer_is_verified_by_itself() -> None:
    other_key = ec_signer(number=6)
    other = certificate(name("C=UT, CN=DS 6"), other_key, ISSUER, ec_signer(), serial=6)
    listed = [attribute("1.2.840.113549.1.9.3", oid(LDS)), _digest(CONTENT)]
    wrong = signer_info(other, other_key, listed, other_key.sign(b"?"), identifier=None, digest="sha256", changes={})
    der = signed_data(CONTENT, LDS, DS, DS_KEY, embedded=[DS, other], changes={"second": wrong})
    assert [verdict.ok for verdict in verify_signers(_data(der))] == [True, False]
    assert RemarkCode.TRUST_SEVERAL_SIGNERS in _codes(der)


def test_ber_is_read_and_hashed_as_it_stands() -> None:
    der = signed_data(CONTENT, LDS, DS, DS_KEY)
    pieces = b"\x24\x80" + octets(CONTENT[:10]) + octets(CONTENT[10:]) + b"\0\0"
    body = der[der.index(oid("1.2.840.113549.1.7.2")) + 11 :]
    inner = _data(der)
    assert octets(CONTENT) in body
    loose = b"\x30\x80" + oid("1.2.840.113549.1.7.2") + b"\xa0\x80\x30\x80" + integer(3)
    loose += set_of(seq(oid(HASH_OIDS["sha256"]))) + b"\x30\x80" + oid(LDS) + b"\xa0\x80" + pieces + b"\0\0\0\0"
    loose += tlv(0xA0, DS) + body[body.rindex(b"\x31" + body[body.rindex(DS) + len(DS) + 1 :][:1]) :] + b"\0\0" * 3
    found = _data(loose)
    assert found.content == inner.content
    assert verify_signer(found).ok
    assert {remark.code for remark in found.remarks} == {RemarkCode.TRUST_INDEFINITE_LENGTH}


def test_an_unreadable_certificate_is_a_remark() -> None:
    der = signed_data(CONTENT, LDS, DS, DS_KEY, embedded=[seq(integer(1)), DS])
    assert _verdict(der).ok
    assert _codes(der) == {RemarkCode.TRUST_CERTIFICATE_UNREADABLE}


def test_signed_data_without_signer_or_content() -> None:
    empty = seq(oid("1.2.840.113549.1.7.2"), tlv(0xA0, seq(integer(3), set_of(), seq(oid(LDS)), set_of())))
    found = _data(empty)
    assert (found.content, found.signers) == (None, ())
    assert verify_signer(found).fault is not None
    assert verify_signers(found) == ()


@pytest.mark.parametrize(
    "der",
    [
        b"",
        b"\x77\x00",
        seq(),
        seq(oid("1.2.3"), tlv(0xA0, seq())),
        CONTENT,
        DS,
        wrapped(CONTENT),
        seq(oid("1.2.840.113549.1.7.2"), tlv(0xA0, seq(integer(3)))),
    ],
)
def test_what_is_no_signed_data_is_a_fault(der: bytes) -> None:
    assert isinstance(read_signed_data(der), Fault)


def test_too_much_is_a_fault() -> None:
    der = signed_data(CONTENT, LDS, DS, DS_KEY)
    fault = read_signed_data(der, limit=100)
    assert isinstance(fault, Fault)
    assert fault.code is FaultCode.TOO_LARGE
    signers = tlv(0x31, *[seq()] * 17)
    many = seq(oid("1.2.840.113549.1.7.2"), tlv(0xA0, seq(integer(3), set_of(), seq(oid(LDS)), signers)))
    assert isinstance(read_signed_data(many), Fault)


def test_a_changed_byte_is_refused_or_said() -> None:
    """Single-bit changes where the signer's certificate stays whole (its own signature guards that): refused or said."""
    rng, der = random.Random(7), signed_data(CONTENT, LDS, DS, DS_KEY)
    silent = []
    for _ in range(600):
        place = rng.randrange(len(der))
        changed = bytearray(der)
        changed[place] ^= 1 << rng.randrange(8)
        found = read_signed_data(bytes(changed))
        if isinstance(found, Fault):
            continue
        verdict = verify_signer(found)
        assert not verdict.ok or found.content == CONTENT
        certificate_intact = verdict.certificate is not None and verdict.certificate.raw == DS
        if verdict.ok and certificate_intact and not (found.remarks or verdict.remarks):
            silent.append(place)
    assert silent == []


def test_every_remark_has_its_rule_and_its_words() -> None:
    assert set(RULES) == set(_EXPECTED) == set(RemarkCode)
    for code in RemarkCode:
        finding = find(Remark(code, "as found"), TrustField.SIGNED_DATA)
        assert isinstance(RULES[code], Rule)
        assert (finding.code, finding.found, finding.field) == (code, "as found", TrustField.SIGNED_DATA)
        assert finding.expected
        assert finding.innocent
        assert finding.settle
