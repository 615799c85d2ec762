"""The checks of a seal's signature and of whose it is (BSI TR-03135-1 v2.5 sections 5.9.1.3 and 5.9.1.4)."""

from datetime import date

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.seals.catalogue import SealCheck
from egnatia.engines.documents.seals.content import zone_in
from egnatia.engines.documents.seals.findings import SealField, SealFinding, find
from egnatia.engines.documents.seals.signers import (
    FoundBy,
    SealTrust,
    Signer,
    carried_as_named,
    expected_hash,
    has_authority,
    revocation_of,
    signer_of,
    signer_state,
)
from egnatia.engines.documents.seals.types import Seal
from egnatia.engines.documents.trust.certificates import Certificate
from egnatia.engines.documents.trust.countries import Issuing, issuing
from egnatia.engines.documents.trust.keys import PublicKey
from egnatia.engines.documents.types import Compared, Result, Source

_OF_SIGNER = (
    SealCheck.SEAL_SIGNATURE,
    SealCheck.SEAL_SIGNER_SIGNATURE,
    SealCheck.SEAL_SIGNER_VALIDITY,
    SealCheck.SEAL_AUTHORITY_VALIDITY,
    SealCheck.SEAL_SIGNER_REVOCATION,
    SealCheck.SEAL_SIGNER_TRUST,
    SealCheck.SEAL_SIGNER_DOCUMENT_TYPE,
    SealCheck.SEAL_SIGNER_COUNTRY,
)


def check_signed(seal: Seal, trust: SealTrust) -> tuple[Check, ...]:
    """Nine checks: the signer, the signature, the signer's certificate and the authority's."""
    if seal.signature is None:
        finding = find(SealFinding.SEAL_WITHOUT_SIGNATURE, SealField.SIGNATURE, "a signature", "none")
        unsigned = Check(SealCheck.SEAL_SIGNATURE, Result.NOT_SUPPORTED, (finding,))
        others = (
            check for check in (SealCheck.SEAL_SIGNER_FOUND, *_OF_SIGNER) if check is not SealCheck.SEAL_SIGNATURE
        )
        return (unsigned, *(Check(check, Result.NOT_SUPPORTED) for check in others))
    signer = signer_of(seal, trust)
    if signer is None:
        return (_unknown(seal), *(Check(check, Result.UNDETERMINED) for check in _OF_SIGNER))
    return (
        _found(seal, signer),
        _signature(seal, signer),
        _by_authority(signer, trust),
        _validity(seal, signer.certificate, trust),
        _authority_validity(signer, trust),
        _revocation(signer, trust),
        _trusted(signer, trust),
        _document_type(seal, signer.certificate),
        _country(seal, signer),
    )


def _unknown(seal: Seal) -> Check:
    named = " ".join(filter(None, (seal.issuer, seal.signer, seal.reference))) or "a signer that is not named"
    finding = find(
        SealFinding.SEAL_SIGNER_UNKNOWN, SealField.SIGNER, "the signer's certificate", f"{named} is not known"
    )
    return Check(SealCheck.SEAL_SIGNER_FOUND, Result.UNDETERMINED, (finding,))


def _found(seal: Seal, signer: Signer) -> Check:
    wrong = signer.found_by is FoundBy.NAME or (
        signer.found_by is FoundBy.CARRIED and not carried_as_named(seal, signer.certificate)
    )
    if not wrong:
        return Check(SealCheck.SEAL_SIGNER_FOUND, Result.SUCCESSFUL, (), (_who(signer.certificate),))
    finding = find(
        SealFinding.SEAL_SIGNER_REFERENCE_WRONG,
        SealField.SIGNER,
        f"reference {seal.reference}",
        f"signed with the certificate {signer.certificate.serial:X} of {signer.certificate.subject}",
    )
    return Check(SealCheck.SEAL_SIGNER_FOUND, Result.FAILED, (finding,), (_who(signer.certificate),))


def _who(certificate: Certificate) -> Compared:
    return Compared(Source.TRUST, "signer", f"{certificate.subject}, serial {certificate.serial:X}")


def _signature(seal: Seal, signer: Signer) -> Check:
    verified = signer.verified
    if verified.ok:
        return Check(SealCheck.SEAL_SIGNATURE, Result.SUCCESSFUL, _other_hash(seal, signer))
    if verified.fault is not None:
        detail = verified.fault.detail
        finding = find(SealFinding.SEAL_SIGNATURE_NOT_TRIED, SealField.SIGNATURE, "an algorithm that is known", detail)
        return Check(SealCheck.SEAL_SIGNATURE, Result.UNDETERMINED, (finding,))
    key = signer.certificate.key
    found = f"it does not, with a key of {key.kind}" if isinstance(key, PublicKey) else "it does not"
    finding = find(SealFinding.SEAL_SIGNATURE_WRONG, SealField.SIGNATURE, "the signer's key verifies it", found)
    return Check(SealCheck.SEAL_SIGNATURE, Result.FAILED, (finding,))


def _other_hash(seal: Seal, signer: Signer) -> tuple[Finding, ...]:
    expected = expected_hash(seal, signer.certificate)
    used = expected if signer.verified.scheme is None else signer.verified.scheme.digest
    if used == expected:
        return ()
    return (find(SealFinding.SEAL_HASH_OTHER, SealField.SIGNATURE, f"{expected}, by the signer's curve", str(used)),)


def _by_authority(signer: Signer, trust: SealTrust) -> Check:
    if signer.authority is not None:
        named = Compared(Source.TRUST, "authority", str(signer.authority.subject))
        return Check(SealCheck.SEAL_SIGNER_SIGNATURE, Result.SUCCESSFUL, (), (named,))
    if signer.certificate.fingerprint in trust.trusted:
        return Check(SealCheck.SEAL_SIGNER_SIGNATURE, Result.NOT_SUPPORTED)  # the operator's word needs no chain
    issuer = str(signer.certificate.issuer)
    if has_authority(signer.certificate, trust):
        code, result = SealFinding.SEAL_SIGNER_NOT_BY_AUTHORITY, Result.FAILED
        expected = "signed by an authority of its state that is known here"
    else:
        code, result = SealFinding.SEAL_AUTHORITY_UNKNOWN, Result.UNDETERMINED
        expected = "an authority of its state"
    finding = find(code, SealField.AUTHORITY, expected, f"issued by {issuer}")
    return Check(SealCheck.SEAL_SIGNER_SIGNATURE, result, (finding,))


def _validity(seal: Seal, certificate: Certificate, trust: SealTrust) -> Check:
    findings: list[Finding] = []
    if not certificate.valid_on(trust.moment):
        expected = f"valid on {trust.moment.date().isoformat()}"
        findings.append(find(SealFinding.SEAL_SIGNER_NOT_VALID, SealField.SIGNER, expected, _period(certificate)))
    if seal.signed_on is not None and not _within(certificate, seal.signed_on):
        found = f"signed on {seal.signed_on.isoformat()}, certificate {_period(certificate)}"
        expected = "signed while the certificate was valid"
        findings.append(find(SealFinding.SEAL_SIGNED_OUT_OF_TIME, SealField.SIGNER, expected, found))
    result = Result.FAILED if findings else Result.SUCCESSFUL
    return Check(SealCheck.SEAL_SIGNER_VALIDITY, result, tuple(findings))


def _within(certificate: Certificate, day: date) -> bool:
    """By the day: a seal states no time. The time in which the private key may be used is narrower where it is given."""
    begin = certificate.extensions.private_from or certificate.not_before
    end = certificate.extensions.private_until or certificate.not_after
    return begin.date() <= day <= end.date()


def _period(certificate: Certificate) -> str:
    return f"{certificate.not_before.date().isoformat()} to {certificate.not_after.date().isoformat()}"


def _authority_validity(signer: Signer, trust: SealTrust) -> Check:
    if signer.authority is None:
        return Check(SealCheck.SEAL_AUTHORITY_VALIDITY, _without_authority(signer, trust))
    if signer.authority.valid_on(trust.moment):
        return Check(SealCheck.SEAL_AUTHORITY_VALIDITY, Result.SUCCESSFUL)
    expected = f"valid on {trust.moment.date().isoformat()}"
    finding = find(SealFinding.SEAL_AUTHORITY_NOT_VALID, SealField.AUTHORITY, expected, _period(signer.authority))
    return Check(SealCheck.SEAL_AUTHORITY_VALIDITY, Result.FAILED, (finding,))


def _revocation(signer: Signer, trust: SealTrust) -> Check:
    """Without a list of the authority there is nothing to ask, which is no sign of anything."""
    if signer.authority is None:
        return Check(SealCheck.SEAL_SIGNER_REVOCATION, _without_authority(signer, trust))
    latest, revoked = revocation_of(signer.certificate, signer.authority, trust)
    if revoked:
        finding = find(SealFinding.SEAL_SIGNER_REVOKED, SealField.SIGNER, "not revoked", revoked)
        return Check(SealCheck.SEAL_SIGNER_REVOCATION, Result.FAILED, (finding,))
    if latest is None:
        return Check(SealCheck.SEAL_SIGNER_REVOCATION, Result.NOT_SUPPORTED)
    if latest.next_update is None or latest.next_update >= trust.moment:
        return Check(SealCheck.SEAL_SIGNER_REVOCATION, Result.SUCCESSFUL)
    expected = f"a list for {trust.moment.date().isoformat()}"
    found = f"one that was to be replaced by {latest.next_update.date().isoformat()}"
    finding = find(SealFinding.SEAL_REVOCATION_LIST_OLD, SealField.AUTHORITY, expected, found)
    return Check(SealCheck.SEAL_SIGNER_REVOCATION, Result.SUCCESSFUL, (finding,))


def _without_authority(signer: Signer, trust: SealTrust) -> Result:
    """Nothing can be said of an authority that is not known, and nothing needs to where the signer is trusted by name."""
    return Result.NOT_SUPPORTED if signer.certificate.fingerprint in trust.trusted else Result.UNDETERMINED


def _trusted(signer: Signer, trust: SealTrust) -> Check:
    """Trusted through an authority of the store, or by name (5.9.1.3.4); anything else is not known to be."""
    trusted = signer.authority is not None or signer.certificate.fingerprint in trust.trusted
    return Check(SealCheck.SEAL_SIGNER_TRUST, Result.SUCCESSFUL if trusted else Result.UNDETERMINED)


def _document_type(seal: Seal, certificate: Certificate) -> Check:
    """The list of document types of the certificate against the code of the zone in the seal (appendix D)."""
    zone = zone_in(seal)
    allowed = certificate.extensions.document_types
    if zone is None or not allowed:
        return Check(SealCheck.SEAL_SIGNER_DOCUMENT_TYPE, Result.NOT_SUPPORTED)
    if zone.code in allowed or zone.code[:1] in allowed:
        return Check(SealCheck.SEAL_SIGNER_DOCUMENT_TYPE, Result.SUCCESSFUL)
    finding = find(
        SealFinding.SEAL_SIGNER_FOR_OTHER_DOCUMENTS, SealField.SIGNER, f"one of {', '.join(allowed)}", zone.code
    )
    return Check(SealCheck.SEAL_SIGNER_DOCUMENT_TYPE, Result.FAILED, (finding,))


def _country(seal: Seal, signer: Signer) -> Check:
    """The state in the seal's header against the signer's and the authority's, all led to one form of code first."""
    certificate, authority = signer.certificate, signer.authority
    compared = (
        Compared(Source.SEAL, "issuer", seal.issuer),
        Compared(Source.TRUST, "signer", certificate.country or ""),
    )
    state = signer_state(seal, certificate)
    if authority is not None and issuing(seal.issuer, authority.country or "") is Issuing.OTHER:
        state = Issuing.OTHER
    if state is not Issuing.OTHER:
        result = Result.SUCCESSFUL if state is Issuing.SAME else Result.UNDETERMINED
        return Check(SealCheck.SEAL_SIGNER_COUNTRY, result, (), compared)
    finding = find(
        SealFinding.SEAL_SIGNER_OF_OTHER_STATE,
        SealField.SIGNER,
        f"a signer of {seal.issuer}",
        f"one of {certificate.country}" + (f", certified by {authority.country}" if authority is not None else ""),
        compared=compared,
    )
    return Check(SealCheck.SEAL_SIGNER_COUNTRY, Result.FAILED, (finding,), compared)
