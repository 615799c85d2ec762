"""A signed file of the chip (EF.SOD, EF.CardSecurity): read, its signature verified, its unsigned parts compared.

Source: RFC 5652, ICAO Doc 9303-10 section 4.6.2, BSI TR-03135-1 v2.5 section 5.6.4.2.2.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.chip.catalogue import ChipCheck
from egnatia.engines.documents.chip.findings import ChipFinding, found
from egnatia.engines.documents.chip.outcome import aborted, judged
from egnatia.engines.documents.chip.reading import open_file
from egnatia.engines.documents.chip.types import FileId
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.trust.certificates import Certificate
from egnatia.engines.documents.trust.cms import ContentKind, SignedData, SignerVerdict, read_signed_data, verify_signer
from egnatia.engines.documents.trust.remarks import Fault, FaultCode, Remark, RemarkCode
from egnatia.engines.documents.types import Bearing

_ALLOWED_KINDS = {
    FileId.SOD: (ContentKind.SECURITY_OBJECT, {ContentKind.SECURITY_OBJECT_OLD, ContentKind.DATA}),
    FileId.CARD_SECURITY: (ContentKind.CARD_SECURITY, set()),
}
"""What each file should be marked as, and what real ones are marked as too (Belgium and France of old, China)."""
_CHECKS = {
    FileId.SOD: (
        ChipCheck.CHIP_SOD_DIGEST,
        ChipCheck.CHIP_SOD_SIGNATURE,
        ChipCheck.CHIP_SOD_UNSIGNED,
        ChipCheck.CHIP_SOD_FORMAT,
    ),
    FileId.CARD_SECURITY: (
        ChipCheck.CHIP_CARD_SECURITY_DIGEST,
        ChipCheck.CHIP_CARD_SECURITY_SIGNATURE,
        ChipCheck.CHIP_CARD_SECURITY_UNSIGNED,
        ChipCheck.CHIP_CARD_SECURITY_FORMAT,
    ),
}
_BROKEN_BY_ALL = frozenset(
    {"1.2.840.113549.2.2", "1.2.840.113549.2.5", "1.2.840.113549.1.1.2", "1.2.840.113549.1.1.4", "1.3.14.3.2.3"}
)
"""MD2 and MD5, alone and with RSA: no edition of Doc 9303-12 section 4.4 allows them."""
_FORM = {
    RemarkCode.TRUST_INDEFINITE_LENGTH,
    RemarkCode.TRUST_LONG_LENGTH,
    RemarkCode.TRUST_ATTRIBUTES_NOT_DER,
}
_UNSIGNED = {RemarkCode.TRUST_DIGEST_NOT_ANNOUNCED, RemarkCode.TRUST_VERSION_DIFFERS}
_EXTRA = {RemarkCode.TRUST_UNSIGNED_ATTRIBUTES, RemarkCode.TRUST_SEVERAL_SIGNERS}
_NAMED = {RemarkCode.TRUST_SIGNER_NAME_NORMALISED, RemarkCode.TRUST_SIGNER_NAME_REORDERED}
_WEAK = {RemarkCode.TRUST_WEAK_HASH, RemarkCode.TRUST_WEAK_KEY}
_ALGORITHM = {
    RemarkCode.TRUST_DIGEST_INFO_WITHOUT_NULL,
    RemarkCode.TRUST_EXTRA_NULL,
    RemarkCode.TRUST_NULL_MISSING,
    RemarkCode.TRUST_PLAIN_ECDSA,
    RemarkCode.TRUST_PSS_DEFAULTS,
    RemarkCode.TRUST_PSS_PARAMETERS_DIFFER,
    RemarkCode.TRUST_NAMED_CURVE,
    RemarkCode.TRUST_ODD_EXPONENT,
    RemarkCode.TRUST_DIGEST_DIFFERS,
}


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed file with everything that is known about its signature, and its checks."""

    file: FileId
    data: SignedData | None
    verdict: SignerVerdict | None
    checks: tuple[Check, ...]
    strength: tuple[Finding, ...] = ()
    """What there is to say about its algorithms."""

    @property
    def holds(self) -> bool:
        """Whether the content is what the certificate's key signed. Says nothing about whose certificate it is."""
        return self.verdict is not None and self.verdict.ok

    @property
    def content(self) -> bytes | None:
        """What was signed, or would have been."""
        return None if self.data is None else self.data.content

    @property
    def certificate(self) -> Certificate | None:
        """The signer's certificate."""
        return None if self.verdict is None else self.verdict.certificate


def read_signed(file: FileId, content: bytes, held: Callable[[], Sequence[Certificate]] = tuple) -> Signed:
    """Read and verify one signed file; never raises.

    Args:
        file: EF.SOD or EF.CardSecurity.
        content: its bytes.
        held: certificates from elsewhere, asked for only where the file does not bring its signer's.
    """
    digest, signature, unsigned, form = _CHECKS[file]
    outer = open_file(file, content)
    data: SignedData | Fault | None = None if outer.node is None else read_signed_data(outer.node.whole)
    if data is None or isinstance(data, Fault):
        detail = "" if data is None else data.detail
        notes = outer.findings
        if data is not None:
            notes = [*notes, found(ChipFinding.CHIP_SIGNED_UNREADABLE, file, "signed data", detail)]
        return Signed(file, None, None, (judged(form, notes), *map(aborted, (digest, signature, unsigned))))
    verdict = verify_signer(data, () if data.certificates else held())
    remarks = tuple(dict.fromkeys((*data.remarks, *verdict.remarks)))
    checks = (
        judged(form, (*outer.findings, *_form(file, data, remarks))),
        _digest(digest, file, verdict),
        _signature(signature, file, data, verdict),
        judged(unsigned, _unsigned(file, data, remarks)),
    )
    keys = () if verdict.certificate is None else weak_keys(verdict.certificate)
    return Signed(file, data, verdict, checks, tuple(_strength(file, (*remarks, *keys))))


def weak_keys(certificate: Certificate) -> tuple[Remark, ...]:
    """What is said of a certificate's key if it is too short for new signatures."""
    return tuple(each for each in certificate.remarks if each.code is RemarkCode.TRUST_WEAK_KEY)


def _form(file: FileId, data: SignedData, remarks: tuple[Remark, ...]) -> Iterator[Finding]:
    right, known = _ALLOWED_KINDS[file]
    if data.kind in known:
        yield found(ChipFinding.CHIP_CONTENT_TYPE_KNOWN, file, str(right), data.content_type)
    elif data.kind is not right:
        yield found(ChipFinding.CHIP_CONTENT_TYPE_WRONG, file, str(right), data.content_type)
    for remark in remarks:
        if remark.code in _FORM:
            yield found(ChipFinding.CHIP_ENCODING, file, "DER", f"{_words(remark)} ({remark.detail})")
        elif remark.code is RemarkCode.TRUST_NO_SIGNED_ATTRIBUTES:
            # Cards of the first years sign EF.CardSecurity bare (the specimen of the German identity card of 2010).
            bearing = Bearing.NONE if file is FileId.CARD_SECURITY else None
            yield found(ChipFinding.CHIP_ELEMENT_MISSING, file, "signed attributes", "none", bearing=bearing)
        elif remark.code is RemarkCode.TRUST_CERTIFICATE_UNREADABLE:
            yield found(ChipFinding.CHIP_STRUCTURE_WRONG, file, "a certificate", remark.detail)


def _words(remark: Remark) -> str:
    return remark.code.removeprefix("TRUST_").replace("_", " ").lower()


def _digest(code: ChipCheck, file: FileId, verdict: SignerVerdict) -> Check:
    """Whether the signed attributes hold the hash of the content."""
    if verdict.digest_name is None:
        detail = "" if verdict.fault is None else verdict.fault.detail
        return _faulty(code, file, verdict, detail)
    if verdict.digest_ok:
        return judged(code, ())
    expected = f"the {verdict.digest_name} hash that was signed"
    return judged(code, [found(ChipFinding.CHIP_DIGEST_REFUTED, file, expected, "another")])


def _faulty(code: ChipCheck, file: FileId, verdict: SignerVerdict, detail: str) -> Check:
    """What could not be tried: undetermined for an algorithm unknown here, failed for a structure that is wrong."""
    signer, fault = verdict.signer, verdict.fault
    oids = () if signer is None else (signer.digest.oid, signer.algorithm.oid)
    forbidden = next((oid for oid in oids if oid in _BROKEN_BY_ALL), None)
    if forbidden is not None:
        return judged(code, [found(ChipFinding.CHIP_ALGORITHM_NOT_ALLOWED, file, "SHA-1 to SHA-512", forbidden)])
    if fault is not None and fault.code in {FaultCode.UNSUPPORTED, FaultCode.BAD_KEY}:
        return judged(code, [found(ChipFinding.CHIP_SIGNATURE_NOT_JUDGED, file, "a known algorithm", detail)])
    return judged(code, [found(ChipFinding.CHIP_STRUCTURE_WRONG, file, "one signer with all its parts", detail)])


def _signature(code: ChipCheck, file: FileId, data: SignedData, verdict: SignerVerdict) -> Check:
    if verdict.signature_ok:
        return judged(code, ())
    detail = "" if verdict.fault is None else verdict.fault.detail
    if verdict.certificate is None and verdict.digest_name is not None:
        missing = ChipFinding.CHIP_SIGNER_WRONG if data.certificates else ChipFinding.CHIP_SIGNER_ABSENT
        return judged(code, [found(missing, file, "the certificate that the signer names", detail or "none")])
    if verdict.fault is not None:
        return _faulty(code, file, verdict, detail)
    return judged(
        code, [found(ChipFinding.CHIP_SIGNATURE_REFUTED, file, "a signature by the certificate's key", "none")]
    )


def _unsigned(file: FileId, data: SignedData, remarks: tuple[Remark, ...]) -> Iterator[Finding]:
    """What no signature covers, against what one does: a changed file must not look like an unchanged one."""
    for remark in remarks:
        there = f"{_words(remark)}: {remark.detail}" if remark.detail else _words(remark)
        if remark.code in _UNSIGNED:
            # Content marked as plain data has its own rule for the version, which its real signers do not follow.
            plain = data.kind is ContentKind.DATA and remark.code is RemarkCode.TRUST_VERSION_DIFFERS
            bearing = Bearing.NONE if plain else None
            expected = "what the signed part calls for"
            yield found(ChipFinding.CHIP_UNSIGNED_DIFFERS, file, expected, there, bearing=bearing)
        elif remark.code in _EXTRA:
            several = remark.code is RemarkCode.TRUST_SEVERAL_SIGNERS
            bearing = Bearing.DISCREPANCY if several else None
            yield found(ChipFinding.CHIP_UNSIGNED_EXTRA, file, "one signer, all of it signed", there, bearing=bearing)
        elif remark.code in _NAMED:
            yield found(ChipFinding.CHIP_SIGNER_NAMED_OTHERWISE, file, "the certificate's issuer as written", there)
        elif remark.code is RemarkCode.TRUST_SIGNER_IDENTIFIER_WRONG:
            yield found(ChipFinding.CHIP_SIGNER_WRONG, file, "the certificate that the signer names", "another one")
    if len(data.certificates) > 1:
        note = f"{len(data.certificates)} certificates"
        yield found(ChipFinding.CHIP_UNSIGNED_EXTRA, file, "the signer's certificate alone", note)
    if data.revocations:
        yield found(ChipFinding.CHIP_UNSIGNED_EXTRA, file, "no revocation lists", f"{len(data.revocations)}")


def _strength(file: FileId, remarks: tuple[Remark, ...]) -> Iterator[Finding]:
    for remark in remarks:
        if remark.code in _WEAK:
            yield found(
                ChipFinding.CHIP_WEAK, file, "an algorithm for new signatures", f"{_words(remark)}: {remark.detail}"
            )
        elif remark.code in _ALGORITHM:
            yield found(ChipFinding.CHIP_ALGORITHM_FORM, file, "the usual form", f"{_words(remark)}: {remark.detail}")
