"""The document signer's certificate against its profile (ICAO Doc 9303-12 section 7.1), without any list of trust.

Certificates of real issuers break the profile now and then, so that a breach is written down and fails this check, but
leaves the advice as it is unless something that is not signed was touched.
"""

from collections.abc import Iterator

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.chip.catalogue import ChipCheck
from egnatia.engines.documents.chip.findings import ChipFinding, found
from egnatia.engines.documents.chip.outcome import judged
from egnatia.engines.documents.chip.types import Part
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.mrz.types import ZoneDocument
from egnatia.engines.documents.trust.certificates import Certificate
from egnatia.engines.documents.trust.names import Likeness
from egnatia.engines.documents.trust.remarks import Fault, RemarkCode, said
from egnatia.engines.documents.types import Bearing, Compared, Result, Source

_VERSION = 3
_PURPOSES = ("2.23.136.1.1.", "1.3.6.1.5.5.7.3.")
"""Branches of the purposes that Doc 9303 gives to signers of lists (part 12), seals (part 13) and later records, and of
those of the internet (servers, clients, programs, mail, time stamps; RFC 5280 section 4.2.1.12), of which a country
gives the first two to its communication certificates (Doc 9303-12 section 7.1)."""
_SIGNING = "digital_signature"
_NOTED = {
    RemarkCode.TRUST_EXTENSION_MALFORMED,
    RemarkCode.TRUST_EXTENSION_REPEATED,
    RemarkCode.TRUST_SERIAL_NOT_POSITIVE,
    RemarkCode.TRUST_SERIAL_LONG,
    RemarkCode.TRUST_DATE_FORM,
    RemarkCode.TRUST_INDEFINITE_LENGTH,
    RemarkCode.TRUST_LONG_LENGTH,
    RemarkCode.TRUST_COUNTRY_CASE,
    RemarkCode.TRUST_COUNTRY_MISSING,
    RemarkCode.TRUST_COUNTRY_FORM,
}


def check_profile(certificate: Certificate, anchor: Certificate | None = None) -> Check:
    """Version, identifiers, key usage, the authority's name, and what is odd about the rest."""
    breaches = [
        found(ChipFinding.CHIP_CERTIFICATE_ODD, Part.SIGNER, expected, there)
        for expected, there in (*_breaches(certificate), *_named(certificate, anchor))
    ]
    disagree = [
        found(
            ChipFinding.CHIP_CERTIFICATE_ODD, Part.SIGNER, "one algorithm", remark.detail, bearing=Bearing.DISCREPANCY
        )
        for remark in certificate.remarks
        if remark.code is RemarkCode.TRUST_ALGORITHMS_DISAGREE
    ]
    purpose = other_purpose(certificate)
    if purpose:
        other = (ChipFinding.CHIP_CERTIFICATE_ODD, Part.SIGNER, "a signer of documents", f"a signer for {purpose}")
        disagree.append(found(*other, bearing=Bearing.DISCREPANCY))
    if _never_signs(certificate):
        there = ", ".join(sorted(certificate.extensions.key_usage or ())) or "none"
        other = (ChipFinding.CHIP_CERTIFICATE_ODD, Part.SIGNER, "a key that signs", there)
        disagree.append(found(*other, bearing=Bearing.DISCREPANCY))
    findings = [*breaches, *disagree, *_notes(certificate)]
    failed = bool(breaches or disagree)
    return judged(ChipCheck.CHIP_DS_PROFILE, findings, result=Result.FAILED if failed else None)


def other_purpose(certificate: Certificate) -> str:
    """What else the country made this certificate for (lists, seals), as an identifier; empty for a document signer's.

    A key that signs seals or lists or guards a line lies somewhere else than one that signs chips, and must not stand
    in for it; the profile of document signers has no extended key usage at all (Doc 9303-12 table 5).
    """
    return next((usage for usage in certificate.extensions.extended_usage if usage.startswith(_PURPOSES)), "")


def signs_documents(certificate: Certificate | None) -> bool:
    """Whether there is a certificate that was not made for signing something else, or for no signing at all.

    One with a critical extension that is not known here may be limited by it in any way, and is not believed either
    (RFC 5280 section 4.2).
    """
    return (
        certificate is not None
        and not other_purpose(certificate)
        and not _never_signs(certificate)
        and not said(certificate.remarks, RemarkCode.TRUST_CRITICAL_UNKNOWN)
    )


def _never_signs(certificate: Certificate) -> bool:
    """Whether its key usage leaves signatures out: such a key must verify none (RFC 5280 section 4.2.1.3)."""
    usage = certificate.extensions.key_usage
    return usage is not None and _SIGNING not in usage


def _breaches(certificate: Certificate) -> Iterator[tuple[str, str]]:
    extensions = certificate.extensions
    if certificate.version != _VERSION:
        yield "version 3", str(certificate.version)
    if extensions.authority_key_id is None:
        yield "an authority key identifier", "none"
    if extensions.key_usage is None:
        yield "a key usage", "none"
    elif extensions.key_usage != {_SIGNING} and _SIGNING in extensions.key_usage:
        yield "key usage digital signature alone", ", ".join(sorted(extensions.key_usage))
    if extensions.is_authority:
        yield "a signer of documents", "a certificate authority"
    if extensions.key_usage_critical is False:
        yield "a key usage that is critical", "one that is not"
    for remark in certificate.remarks:
        if remark.code is RemarkCode.TRUST_CRITICAL_UNKNOWN:
            yield "no critical extension that nobody knows", remark.detail
    if isinstance(certificate.key, Fault):
        yield "a key that may sign documents", certificate.key.detail[:200]


def _named(certificate: Certificate, anchor: Certificate | None) -> Iterator[tuple[str, str]]:
    """The name of the issuer has to be that of the authority whose key signed (RFC 5280 section 6.1.3)."""
    if (
        anchor is not None
        and anchor is not certificate
        and anchor.subject.likeness(certificate.issuer) is Likeness.NONE
    ):
        yield f"issuer {anchor.subject}"[:200], str(certificate.issuer)[:200]


def _notes(certificate: Certificate) -> Iterator[Finding]:
    for remark in certificate.remarks:
        if remark.code in _NOTED:
            words = remark.code.removeprefix("TRUST_").replace("_", " ").lower()
            yield found(ChipFinding.CHIP_CERTIFICATE_ODD, Part.SIGNER, "the profile", f"{words}: {remark.detail}"[:200])


def check_document_type(certificate: Certificate, zone: ZoneDocument | None) -> Check:
    """Whether the signer may sign documents of this code; a single letter stands for all that begin with it."""
    code, types = ChipCheck.CHIP_DS_DOCUMENT_TYPE, certificate.extensions.document_types
    if not types or zone is None:
        return Check(code, Result.NOT_SUPPORTED)
    written = zone.code.replace("<", "")
    both = (Compared(Source.TRUST, Part.SIGNER, ", ".join(types)[:100]), Compared(Source.CHIP, "DG1", written))
    plain = {each.replace("<", "").strip() for each in types}
    if written in plain or written[:1] in plain:
        return judged(code, (), compared=both)
    return judged(
        code, [found(ChipFinding.CHIP_DOCUMENT_TYPE, Part.SIGNER, both[0].value, written, compared=both)], compared=both
    )
