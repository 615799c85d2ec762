"""Certificates as issuers really make them: odd ones are read with a remark, and only what is none is refused."""

from datetime import UTC, datetime

import pytest
from tests.engines.documents.trust.making import (
    BEGIN,
    END,
    Signer,
    authority_key,
    bits,
    certificate,
    ec_signer,
    extension,
    integer,
    key_id,
    name,
    octets,
    oid,
    rsa_signer,
    seq,
    set_of,
    subject_key,
    tlv,
    utc_time,
)

from egnatia.engines.documents.mrz.codes import CODES
from egnatia.engines.documents.trust.certificates import (
    Certificate,
    read_certificate,
    signed_itself,
    verify_certificate,
)
from egnatia.engines.documents.trust.countries import Issuing, issuing, state_of_certificate, state_of_document
from egnatia.engines.documents.trust.names import Likeness, Name, read_name
from egnatia.engines.documents.trust.remarks import Fault, RemarkCode
from egnatia.engines.documents.trust.times import read_time
from egnatia.engines.documents.trust.tlv import Element, Malformed, Tree, read

UTOPIA = name("C=UT, O=Utopia, CN=Utopia CSCA")


def _read(der: bytes) -> Certificate:
    found = read_certificate(der)
    assert isinstance(found, Certificate), found
    return found


def _codes(der: bytes) -> set[RemarkCode]:
    return {remark.code for remark in _read(der).remarks}


def _element(der: bytes) -> Element:
    tree = read(der, 20_000)
    assert isinstance(tree, Tree)
    return tree.top


def _name(der: bytes) -> Name:
    return read_name(_element(der))


def test_an_authority_is_read_whole() -> None:
    own = ec_signer()
    der = certificate(UTOPIA, own, serial=0x1234)
    found = _read(der)
    assert (found.raw, found.serial, found.version) == (der, 0x1234, 3)
    assert (found.not_before, found.not_after) == (BEGIN, END)
    assert (str(found.subject), found.country, found.state) == ("C=UT, O=Utopia, CN=Utopia CSCA", "UT", "UTO")
    assert found.extensions.key_usage == frozenset({"key_cert_sign", "crl_sign"})
    assert (found.extensions.is_authority, found.extensions.path_length) == (True, 0)
    assert found.extensions.subject_key_id == found.extensions.authority_key_id == found.key_id == key_id(own)
    assert found.remarks == ()
    assert found.self_issued
    assert signed_itself(found)
    assert found.valid_on(BEGIN)
    assert not found.valid_on(datetime(2019, 12, 31, tzinfo=UTC))


@pytest.mark.parametrize(
    "signer",
    [
        rsa_signer(),
        rsa_signer(scheme="pss"),
        ec_signer("P-384", null=True),
        ec_signer("brainpoolP224r1", digest="sha1"),
    ],
    ids=["rsa", "pss", "null", "old"],
)
def test_every_profile_verifies_itself_and_nothing_else(signer: Signer) -> None:
    found = _read(certificate(UTOPIA, signer))
    other = _read(certificate(UTOPIA, ec_signer(number=9)))
    assert signed_itself(found)
    assert not isinstance(other.key, Fault)
    assert not verify_certificate(found, other.key).ok


def test_self_issued_is_not_self_signed() -> None:
    old, new = ec_signer(number=1), ec_signer(number=2)
    link = _read(certificate(UTOPIA, new, UTOPIA, old))
    assert link.self_issued
    assert not signed_itself(link)


def test_a_malformed_extension_is_a_remark() -> None:
    own = ec_signer()
    for listed in (
        [extension("2.5.29.14", key_id(own))],
        [extension("2.5.29.35", octets(b"id"))],
        [extension("2.5.29.19", b"\x30\x05\x01")],
        [extension("2.23.136.1.1.6.2", seq(integer(0), tlv(0x13, b"P")))],
        [extension("2.5.29.15", octets(b"\x06"))],
        [extension("2.5.29.16", seq(tlv(0x80, b"yesterday")))],
    ):
        assert _codes(certificate(UTOPIA, own, extensions=listed)) == {RemarkCode.TRUST_EXTENSION_MALFORMED}


def test_unknown_and_repeated_extensions() -> None:
    own = ec_signer()
    twice = [subject_key(b"one"), subject_key(b"two")]
    found = _read(certificate(UTOPIA, own, extensions=twice))
    assert {remark.code for remark in found.remarks} == {RemarkCode.TRUST_EXTENSION_REPEATED}
    assert found.extensions.subject_key_id == b"one"
    assert _codes(certificate(UTOPIA, own, extensions=[extension("1.2.3.4", b"")])) == set()
    critical = certificate(UTOPIA, own, extensions=[extension("1.2.3.4", b"", critical=True)])
    assert _codes(critical) == {RemarkCode.TRUST_CRITICAL_UNKNOWN}


def test_what_the_other_extensions_say() -> None:
    place = seq(tlv(0xA0, tlv(0xA0, tlv(0x86, b"http://example.test/crl"))))
    issuer_name = tlv(0xA1, tlv(0xA4, UTOPIA))
    period = seq(tlv(0x80, b"20200101000000Z"), tlv(0x81, b"20250101000000Z"))
    listed = [
        extension("2.5.29.31", seq(place)),
        extension("2.5.29.35", seq(tlv(0x80, b"key"), issuer_name, tlv(0x82, b"\x07"))),
        extension("2.5.29.37", seq(oid("2.23.136.1.1.3"))),
        extension("2.23.136.1.1.6.2", seq(integer(0), set_of(tlv(0x13, b"P"), tlv(0x13, b"ID")))),
        extension("2.5.29.16", period),
    ]
    found = _read(certificate(UTOPIA, ec_signer(), extensions=listed)).extensions
    assert found.crl_points == ("http://example.test/crl",)
    assert (found.authority_key_id, found.authority_serial) == (b"key", 7)
    assert str(found.authority_issuer) == "C=UT, O=Utopia, CN=Utopia CSCA"
    assert found.extended_usage == ("2.23.136.1.1.3",)
    assert set(found.document_types) == {"P", "ID"}
    assert (found.private_from, found.private_until) == (BEGIN, datetime(2025, 1, 1, tzinfo=UTC))
    assert found.remarks == ()


@pytest.mark.parametrize(
    ("serial", "codes"),
    [
        (0, {RemarkCode.TRUST_SERIAL_NOT_POSITIVE}),
        (-75, {RemarkCode.TRUST_SERIAL_NOT_POSITIVE}),
        (1 << 159, {RemarkCode.TRUST_SERIAL_LONG}),
        ((1 << 159) - 1, set()),
    ],
)
def test_serial_numbers_out_of_the_rules(serial: int, codes: set[RemarkCode]) -> None:
    found = _read(certificate(UTOPIA, ec_signer(), serial=serial))
    assert found.serial == serial
    assert {remark.code for remark in found.remarks} == codes


def test_an_algorithm_outside_that_is_not_the_one_inside() -> None:
    own = ec_signer()
    tbs, algorithm, signature = _element(certificate(UTOPIA, own)).children
    changed = seq(tbs.raw, rsa_signer().algorithm, signature.raw)
    assert _codes(changed) == {RemarkCode.TRUST_ALGORITHMS_DISAGREE}
    assert signed_itself(_read(changed))
    assert algorithm.raw == own.algorithm


def test_an_unusable_key_leaves_the_certificate_readable() -> None:
    own = ec_signer()
    der = certificate(UTOPIA, own).replace(oid("1.2.840.10045.2.1"), oid("1.2.840.10045.2.9"))
    found = _read(der)
    assert isinstance(found.key, Fault)
    assert RemarkCode.TRUST_KEY_UNUSABLE in {remark.code for remark in found.remarks}
    assert not signed_itself(found)
    assert found.extensions.subject_key_id == found.key_id == key_id(own)


@pytest.mark.parametrize(
    ("country", "state", "codes"),
    [
        ("C=al", "ALB", {RemarkCode.TRUST_COUNTRY_CASE}),
        ("C=KS", "RKS", set()),
        ("C=XK", "RKS", set()),
        ("C=LTU", "LTU", {RemarkCode.TRUST_COUNTRY_FORM}),
        ("C=QQ", None, {RemarkCode.TRUST_COUNTRY_FORM}),
        ("O=nobody", None, {RemarkCode.TRUST_COUNTRY_MISSING}),
    ],
)
def test_countries_as_written_and_as_meant(country: str, state: str | None, codes: set[RemarkCode]) -> None:
    found = _read(certificate(name(country), ec_signer()))
    assert found.state == state
    assert {remark.code for remark in found.remarks} == codes


@pytest.mark.parametrize(
    ("document", "written", "expected"),
    [
        ("RKS", "KS", Issuing.SAME),
        ("RKS", "XK", Issuing.SAME),
        ("XKX", "ks", Issuing.SAME),
        ("D<<", "DE", Issuing.SAME),
        ("DEU", "de", Issuing.SAME),
        ("GBD", "gb", Issuing.SAME),
        ("GBS", "GB", Issuing.SAME),
        ("UNA", "UN", Issuing.SAME),
        ("UNO", "UN", Issuing.SAME),
        ("EUE", "EU", Issuing.SAME),
        ("UTO", "UT", Issuing.SAME),
        ("XOM", "XOM", Issuing.SAME),
        ("XOM", "XO", Issuing.UNKNOWN),
        ("XPO", "FR", Issuing.OTHER),
        ("ALB", "AL", Issuing.SAME),
        ("ALB", "KS", Issuing.OTHER),
        ("SRB", "KS", Issuing.OTHER),
        ("ROM", "RO", Issuing.UNKNOWN),
        ("QQQ", "DE", Issuing.UNKNOWN),
    ],
)
def test_whether_document_and_certificate_name_one_issuer(document: str, written: str, expected: Issuing) -> None:
    assert issuing(document, written) is expected


def test_every_country_resolves_both_ways() -> None:
    pairs = [(code.code, code.alpha_2) for code in CODES.values() if code.alpha_2 and code.kind == "country"]
    assert len(pairs) > 240
    wrong = [(code, two) for code, two in pairs if issuing(code, two) is not Issuing.SAME]
    assert wrong == []
    assert state_of_certificate("DE") == state_of_document("D") == "D"


def test_names_in_other_spelling_are_one_name() -> None:
    base = _name(name("C=UA, O=State  Enterprise, CN=CSCA Ukraine"))
    assert base.likeness(_name(name("C=UA, O=State  Enterprise, CN=CSCA Ukraine"))) is Likeness.SAME
    for tag in (0x13, 0x14, 0x1E):
        assert base.likeness(_name(name("C=UA, O=state enterprise, CN=csca ukraine", tag))) is Likeness.NORMALISED
    assert base.likeness(_name(name("CN=CSCA Ukraine, C=UA, O=State Enterprise"))) is Likeness.REORDERED
    for other in ("C=UA, O=State Enterprise, CN=CSCA Ukraina", "C=UA, O=CSCA Ukraine, CN=State Enterprise", "C=UA"):
        assert base.likeness(_name(name(other))) is Likeness.NONE


@pytest.mark.parametrize(
    ("tag", "text", "expected"),
    [
        (0x17, "491231235959Z", datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (0x17, "500101000000Z", datetime(1950, 1, 1, tzinfo=UTC)),
        (0x18, "20500101000000Z", datetime(2050, 1, 1, tzinfo=UTC)),
        (0x17, "2001010000Z", datetime(2020, 1, 1, tzinfo=UTC)),
        (0x17, "200101020000+0200", datetime(2020, 1, 1, tzinfo=UTC)),
        (0x18, "20200101000000.5Z", datetime(2020, 1, 1, tzinfo=UTC)),
    ],
)
def test_times_in_every_form(tag: int, text: str, expected: datetime) -> None:
    moment, usual = read_time(_element(tlv(tag, text.encode())), "test")
    assert moment == expected
    assert usual is (len(text) in {13, 15} and text.endswith("Z"))


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        (0x17, "20200101000000Z"),
        (0x18, "200101000000Z"),
        (0x17, "201301000000Z"),
        (0x18, "00010101000000+0100"),
        (0x0C, "200101000000Z"),
        (0x17, ""),
    ],
)
def test_times_that_are_none(tag: int, text: str) -> None:
    with pytest.raises(Malformed):
        read_time(_element(tlv(tag, text.encode())), "test")


@pytest.mark.parametrize(
    "der",
    [
        b"",
        seq(),
        seq(seq(), seq(), bits(b"")),
        seq(integer(1), integer(2), integer(3)),
        utc_time(BEGIN),
        b"\x30" * 500,
        bytes(100),
    ],
)
def test_what_is_no_certificate_is_a_fault(der: bytes) -> None:
    assert isinstance(read_certificate(der), Fault)


def test_bytes_after_a_certificate_are_a_remark_and_no_part_of_it() -> None:
    der = certificate(UTOPIA, ec_signer(), extensions=[authority_key(b"x")])
    found = _read(der + b"\0\0")
    assert found.raw == der
    assert {remark.code for remark in found.remarks} == {RemarkCode.TRUST_TRAILING_BYTES}
