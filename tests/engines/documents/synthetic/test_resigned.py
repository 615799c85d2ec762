"""Certificates and messages spoiled and signed again: others verify what is signed, and see what was spoiled."""

import hashlib
from datetime import date

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from egnatia.engines.documents.synthetic import der, resigned, tlv
from egnatia.engines.documents.synthetic.cms import LDS_SECURITY_OBJECT, sign_cms
from egnatia.engines.documents.synthetic.keys import EcKey, Hash, RsaKey
from egnatia.engines.documents.synthetic.pki import Authority
from egnatia.engines.documents.synthetic.resigned import ATTRIBUTES, SIGNATURE, SIGNER_ALGORITHM

RSA = Authority.make("resigned", "rsa2048-sha256", since=date(2024, 1, 1))
EC = Authority.make("resigned", "bp256-sha256", since=date(2024, 1, 1))


def test_an_edited_certificate_is_signed_by_its_issuer() -> None:
    signer = RSA.document_signer()
    made = resigned.reissued(signer, RSA.csca, lambda tbs: tlv.revalue(tbs, "30/02", b"\x2a"))
    certificate = x509.load_der_x509_certificate(made.certificate)
    assert certificate.serial_number == 42
    certificate.verify_directly_issued_by(x509.load_der_x509_certificate(RSA.csca.certificate))
    assert made.key == signer.key


@pytest.mark.parametrize("path", ["30/02", "30/30", "30/30[1]", "30/30[2]", "30/30[4]"])
def test_an_element_can_be_left_out(path: str) -> None:
    made = resigned.reissued(RSA.document_signer(), RSA.csca, lambda tbs: tlv.drop(tbs, path))
    before, after = tlv.parse(RSA.document_signer().certificate), tlv.parse(made.certificate)
    assert len(tlv.find(after, "30/30").value) == len(tlv.find(before, "30/30").value) - 1
    with pytest.raises(ValueError, match=r"."):
        x509.load_der_x509_certificate(made.certificate).public_key()


def test_plain_ecdsa_is_r_and_s_and_follows_into_the_signed_part() -> None:
    assert isinstance(EC.csca.key, EcKey)
    signing = resigned.plain_ecdsa(EC.csca.key, Hash.SHA256)
    made = resigned.reissued(EC.document_signer(), EC.csca, signing=signing)
    whole = tlv.parse(made.certificate)
    assert tlv.find(whole, "30/30/30").encode() == tlv.find(whole, "30/30[1]").encode() == signing.identifier
    signature = tlv.find(whole, "30/03").content()[1:]
    numbers = ec.EllipticCurvePublicNumbers(*EC.csca.key.point, ec.BrainpoolP256R1())
    half = len(signature) // 2
    both = encode_dss_signature(int.from_bytes(signature[:half]), int.from_bytes(signature[half:]))
    numbers.public_key().verify(both, tlv.find(whole, "30/30").encode(), ec.ECDSA(hashes.SHA256()))


def test_md5_signs_as_pkcs_1_says() -> None:
    assert isinstance(RSA.csca.key, RsaKey)
    signature = resigned.md5_rsa(RSA.csca.key).sign(b"message")
    opened = pow(int.from_bytes(signature), 65537, RSA.csca.key.modulus).to_bytes(256)
    assert opened.startswith(b"\0\1\xff\xff")
    assert opened.endswith(hashlib.md5(b"message", usedforsecurity=False).digest())
    assert bytes.fromhex("3020300c06082a864886f70d020505000410") in opened


def verified(message: bytes) -> None:
    """Raises where the signer's key did not sign the attributes."""
    (signer,) = cms.ContentInfo.load(message)["content"]["signer_infos"]
    key = x509.load_der_x509_certificate(RSA.document_signer().certificate).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    attributes = signer["signed_attrs"].untag().dump()
    key.verify(signer["signature"].native, attributes, padding.PKCS1v15(), hashes.SHA256())


def test_changed_attributes_are_signed_again_or_not() -> None:
    signer = RSA.document_signer()
    message = tlv.parse(sign_cms(b"content", LDS_SECURITY_OBJECT, signer))
    verified(message.encode())
    extra = tlv.parse(der.sequence(der.oid("1.2.3"), der.set_of([der.NULL])))
    again = resigned.signed_again(
        message, resigned.usual(signer.key, signer.scheme), lambda old: tlv.append(old, "31", extra)
    )
    verified(again.encode())
    assert len(tlv.find(again, ATTRIBUTES).value) == len(tlv.find(message, ATTRIBUTES).value) + 1
    with pytest.raises(InvalidSignature):
        verified(tlv.append(message, ATTRIBUTES, extra).encode())
    assert tlv.find(again, SIGNER_ALGORITHM).encode() == tlv.find(message, SIGNER_ALGORITHM).encode()
    assert tlv.find(again, SIGNATURE).content() != tlv.find(message, SIGNATURE).content()
