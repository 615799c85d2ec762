"""Whether a signer of signed data signed it: the certificate found, the digest compared, the signature verified.

The algorithms are the signer's own, never the certificate's. A certificate is looked for by what the signer names; where
that fits none, the sole certificate that came with the data is tried and the wrong identifier noted (Ukrainian security
objects; BSI TR-03129 has a defect of its own for it).

Source: RFC 5652 sections 5.3, 5.4 and 5.6.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from egnatia.engines.documents.trust.algorithms import Scheme, digest_of, read_digest, read_scheme
from egnatia.engines.documents.trust.certificates import Certificate
from egnatia.engines.documents.trust.keys import PublicKey
from egnatia.engines.documents.trust.names import Likeness
from egnatia.engines.documents.trust.remarks import Fault, FaultCode, Remark, RemarkCode
from egnatia.engines.documents.trust.signatures import Verified, verify_scheme
from egnatia.engines.documents.trust.signed_data import FoundBy, SignedData, SignerIdentifier, SignerInfo, SignerVerdict

_BY_LIKENESS: Final = {
    Likeness.SAME: FoundBy.ISSUER_AND_SERIAL,
    Likeness.NORMALISED: FoundBy.NORMALISED_ISSUER,
    Likeness.REORDERED: FoundBy.REORDERED_ISSUER,
}
_REMARK_OF: Final = {
    FoundBy.NORMALISED_ISSUER: RemarkCode.TRUST_SIGNER_NAME_NORMALISED,
    FoundBy.REORDERED_ISSUER: RemarkCode.TRUST_SIGNER_NAME_REORDERED,
    FoundBy.SOLE_CERTIFICATE: RemarkCode.TRUST_SIGNER_IDENTIFIER_WRONG,
}
_MAX_TRIED: Final = 8
"""Certificates whose keys are tried for one signature."""
_SET_TAG: Final = 0x31
_MESSAGE_DIGEST: Final = bytes.fromhex("2a864886f70d010904")
"""The content octets of the attribute's identifier, 1.2.840.113549.1.9.4."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What a signer signed, once everything but the key is settled."""

    message: bytes
    otherwise: bytes | None
    """The message in DER, where it was written otherwise."""
    scheme: Scheme
    digest_name: str
    digest_ok: bool
    remarks: tuple[Remark, ...]


def verify_signer(signed: SignedData, candidates: Sequence[Certificate] = (), number: int = 0) -> SignerVerdict:
    """Verify one signer, the first where no other is asked for.

    Args:
        signed: what was read.
        candidates: certificates that may be the signer's, beside those in the data.
        number: which signer, from 0.
    """
    if number >= len(signed.signers):
        return _refused(None, Fault(FaultCode.UNEXPECTED, "signed data without a signer"), ())
    signer = signed.signers[number]
    prepared = _prepare(signed, signer)
    if isinstance(prepared, Fault):
        return _refused(signer, prepared, signer.remarks)
    return _by_any(signed, signer, prepared, tuple(candidates))


def verify_signers(signed: SignedData, candidates: Sequence[Certificate] = ()) -> tuple[SignerVerdict, ...]:
    """Verify every signer, in the order of the data."""
    return tuple(verify_signer(signed, candidates, number) for number in range(len(signed.signers)))


def _refused(signer: SignerInfo | None, fault: Fault, remarks: tuple[Remark, ...]) -> SignerVerdict:
    return SignerVerdict(False, signer, None, None, False, False, None, remarks, fault)


def _prepare(signed: SignedData, signer: SignerInfo) -> _Prepared | Fault:
    digest_name, scheme = read_digest(signer.digest), read_scheme(signer.algorithm)
    if isinstance(digest_name, Fault):
        return digest_name
    if isinstance(scheme, Fault):
        return scheme
    if signed.content is None:
        return Fault(FaultCode.UNEXPECTED, "signed data without its content")
    odd = list(signer.remarks)
    if signer.digest.oid not in {each.oid for each in signed.digests}:
        odd.append(Remark(RemarkCode.TRUST_DIGEST_NOT_ANNOUNCED, f"{digest_name} is used and not announced"))
    if scheme.digest not in {None, digest_name}:
        odd.append(Remark(RemarkCode.TRUST_DIGEST_DIFFERS, f"{digest_name} for the content, {scheme.digest} signed"))
    if scheme.digest is None:
        scheme = replace(scheme, digest=digest_name)
    if signer.attributes is None:
        return _bare(signed.content, scheme, digest_name, odd)
    fault = _attributes_fault(signed, signer)
    if fault is not None:
        return fault
    same = digest_of(digest_name, signed.content) == signer.message_digest
    return _Prepared(signer.attributes, signer.attributes_der, scheme, digest_name, same, tuple(odd))


def _bare(content: bytes, scheme: Scheme, digest_name: str, odd: list[Remark]) -> _Prepared | Fault:
    """A signature over the content itself.

    Content that is a SET with the attribute of a digest in it is refused: it may be the signed attributes of another
    message, which always have that one, and whose signature would hold here (RFC 5652 sections 5.3 and 14). A SET
    without it is what EF.CardSecurity holds, and cards of the first years sign it bare.
    """
    if content[:1] == bytes([_SET_TAG]) and _MESSAGE_DIGEST in content:
        return Fault(FaultCode.UNEXPECTED, "content that may be another message's signed attributes")
    odd.append(Remark(RemarkCode.TRUST_NO_SIGNED_ATTRIBUTES))
    return _Prepared(content, None, scheme, digest_name, True, tuple(odd))


def _attributes_fault(signed: SignedData, signer: SignerInfo) -> Fault | None:
    if signer.message_digest is None or signer.content_type is None:
        return Fault(FaultCode.UNEXPECTED, "signed attributes without the digest or the type of the content")
    if signer.content_type != signed.content_type:
        return Fault(FaultCode.UNEXPECTED, f"content of type {signed.content_type}, signed as {signer.content_type}")
    return None


def _by_any(
    signed: SignedData, signer: SignerInfo, prepared: _Prepared, others: tuple[Certificate, ...]
) -> SignerVerdict:
    """Try the certificates that the signer may mean, the surest first; the first that verifies decides."""
    last: SignerVerdict | None = None
    for tried, (found_by, certificate) in enumerate(_meant(signed, signer.identifier, others)):
        if tried == _MAX_TRIED:
            break
        verdict = _by(signer, prepared, found_by, certificate)
        if verdict.ok:
            return verdict
        last = last or verdict
    if last is not None:
        return last
    fault = Fault(FaultCode.UNEXPECTED, "no certificate fits what the signer names")
    return replace(
        _refused(signer, fault, prepared.remarks), digest_ok=prepared.digest_ok, digest_name=prepared.digest_name
    )


def _by(signer: SignerInfo, prepared: _Prepared, found_by: FoundBy, certificate: Certificate) -> SignerVerdict:
    code = _REMARK_OF.get(found_by)
    odd: tuple[Remark, ...] = () if code is None else (Remark(code, str(certificate.issuer)),)
    key = certificate.key
    if isinstance(key, Fault):
        done = Verified(False, fault=key)
    else:
        done = verify_scheme(key, prepared.scheme, signer.signature, prepared.message)
        if not done.ok and done.fault is None and prepared.otherwise is not None:
            done, odd = _in_der(key, prepared.scheme, signer.signature, prepared.otherwise, (done, odd))
    return SignerVerdict(
        ok=done.ok and prepared.digest_ok,
        signer=signer,
        certificate=certificate,
        found_by=found_by,
        digest_ok=prepared.digest_ok,
        signature_ok=done.ok,
        digest_name=prepared.digest_name,
        remarks=prepared.remarks + odd + done.remarks,
        fault=done.fault,
    )


def _in_der(
    key: PublicKey, scheme: Scheme, signature: bytes, message: bytes, before: tuple[Verified, tuple[Remark, ...]]
) -> tuple[Verified, tuple[Remark, ...]]:
    """The signature over the attributes in DER, where it does not hold over them as they were written."""
    done, odd = verify_scheme(key, scheme, signature, message), before[1]
    if not done.ok:
        return before
    return done, (*odd, Remark(RemarkCode.TRUST_ATTRIBUTES_NOT_DER, "signed in another order or length than written"))


def _meant(
    signed: SignedData, identifier: SignerIdentifier, others: tuple[Certificate, ...]
) -> Iterator[tuple[FoundBy, Certificate]]:
    """The certificates that a signer's identifier may mean, the surest first, each once."""
    every = list({each.fingerprint: each for each in (*signed.certificates, *others)}.values())
    fits = [(how, each) for each in every if (how := _fit(identifier, each)) is not None]
    order = list(FoundBy)
    yield from sorted(fits, key=lambda pair: order.index(pair[0]))
    sole = signed.certificates
    if len(sole) == 1 and sole[0] not in [each for _, each in fits]:
        yield FoundBy.SOLE_CERTIFICATE, sole[0]


def _fit(identifier: SignerIdentifier, certificate: Certificate) -> FoundBy | None:
    if identifier.issuer is None:
        return FoundBy.KEY_ID if identifier.key_id == certificate.key_id else None
    if identifier.serial != certificate.serial:
        return None
    return _BY_LIKENESS.get(identifier.issuer.likeness(certificate.issuer))
