"""Passive authentication: from the hash of each file to the country that signed it (ICAO Doc 9303-11 section 5.1).

The steps are kept apart, each a check of its own: is the content what was signed, did the certificate's key sign it, did
the country issue the certificate, are the dates, revocations and lists in order, is each file as it was signed, and is
the country the one that the document names.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.chip.catalogue import ChipCheck
from egnatia.engines.documents.chip.comparison import expiry_date, issue_date
from egnatia.engines.documents.chip.findings import ChipFinding, found
from egnatia.engines.documents.chip.hashes import check_com, check_hashes, intact
from egnatia.engines.documents.chip.issuer import check_issuer
from egnatia.engines.documents.chip.lds_object import LdsObject, read_lds_object
from egnatia.engines.documents.chip.outcome import aborted, judged
from egnatia.engines.documents.chip.profile import check_document_type, check_profile, signs_documents
from egnatia.engines.documents.chip.reading import Read
from egnatia.engines.documents.chip.security_infos import SecurityInfo, read_infos
from egnatia.engines.documents.chip.signed import Signed, read_signed
from egnatia.engines.documents.chip.standing import Dates, Standing, stand
from egnatia.engines.documents.chip.types import DATA_GROUPS, ChipFiles, FileId
from egnatia.engines.documents.mrz.types import ZoneDocument
from egnatia.engines.documents.trust.certificates import Certificate
from egnatia.engines.documents.trust.defects import Defect, DocumentFacts
from egnatia.engines.documents.trust.store import TrustStore
from egnatia.engines.documents.types import Bearing, Result

_WITHOUT_SOD = (
    ChipCheck.CHIP_SOD_DIGEST,
    ChipCheck.CHIP_SOD_SIGNATURE,
    ChipCheck.CHIP_DS_SIGNATURE,
    ChipCheck.CHIP_DS_VALIDITY,
    ChipCheck.CHIP_CSCA_VALIDITY,
    ChipCheck.CHIP_ISSUER,
)


@dataclass(frozen=True, slots=True)
class Passive:
    """What passive authentication found."""

    signed: Signed | None
    """EF.SOD; None where there is none."""
    hashes: LdsObject | None
    standing: Standing | None
    checks: tuple[Check, ...]
    believed: frozenset[FileId]
    """Data groups that are intact under a signature that leads to a trusted country, which is the document's own."""
    listed: frozenset[FileId]
    """Data groups that EF.SOD signs."""

    @property
    def defects(self) -> tuple[Defect, ...]:
        """What is known to be wrong with this signer's documents."""
        chain = None if self.standing is None else self.standing.chain
        return () if chain is None else chain.defects

    @property
    def holds(self) -> bool:
        """Whether DG1 is what a trusted country, the document's own, signed."""
        return FileId.DG1 in self.believed


@dataclass(frozen=True, slots=True)
class CardSecurity:
    """What EF.CardSecurity says, and whether it is believed."""

    infos: tuple[SecurityInfo, ...]
    checks: tuple[Check, ...]
    believed: frozenset[FileId]


def authenticate(files: ChipFiles, read: Mapping[FileId, Read], store: TrustStore | None, day: date) -> Passive:
    """Passive authentication of all data groups.

    Args:
        files: the files as they were found.
        read: those that are no signed object, read.
        store: whose certificates are believed.
        day: the day as of which certificates are judged.
    """
    content = files.contents.get(FileId.SOD)
    if content is None:
        return _without_sod()
    signed = read_signed(FileId.SOD, content, _held(store))
    hashes, format_notes = (None, ()) if signed.content is None else read_lds_object(signed.content)
    zone = _zone(read)
    certificate = signed.certificate
    dates = Dates(day, issue_date(read), expiry_date(zone, day))
    standing = stand(certificate, store, dates, _facts(zone, dates.issued))
    com = read.get(FileId.COM)
    listed_by_com = None if com is None else com.values.get("groups")
    hash_checks = check_hashes(files, hashes)
    issuer = check_issuer(certificate, zone, standing.anchor)
    form, *rest = signed.checks
    checks = (
        judged(ChipCheck.CHIP_SOD_FORMAT, (*form.findings, *format_notes)),
        *rest,
        _strength(signed),
        *standing.checks,
        *(
            ()
            if certificate is None
            else (check_profile(certificate, standing.anchor), check_document_type(certificate, zone))
        ),
        check_com(files, listed_by_com, hashes),
        *hash_checks,
        issuer,
    )
    own = signs_documents(certificate) and issuer.result is Result.SUCCESSFUL
    trusted = signed.holds and standing.trusted and own
    return Passive(
        signed,
        hashes,
        standing,
        checks,
        _intact(hash_checks) if trusted else frozenset(),
        frozenset(() if hashes is None else hashes.hashes),
    )


def _zone(read: Mapping[FileId, Read]) -> ZoneDocument | None:
    own = read.get(FileId.DG1)
    return None if own is None else own.values.get("zone")


def _held(store: TrustStore | None) -> Callable[[], Sequence[Certificate]]:
    """Certificates that the store holds, for a signed file that does not bring its signer's."""
    return tuple if store is None else store.certificates


def _facts(zone: ZoneDocument | None, issued: date | None) -> DocumentFacts:
    """What tells this document apart, for known defects."""
    if zone is None:
        return DocumentFacts(issued_on=issued)
    return DocumentFacts(zone.issuer, zone.code.replace("<", ""), zone.number, issued)


def _without_sod() -> Passive:
    absent = found(ChipFinding.CHIP_SOD_MISSING, FileId.SOD, "EF.SOD", "none")
    form = judged(ChipCheck.CHIP_SOD_FORMAT, [absent])
    return Passive(None, None, None, (form, *map(aborted, _WITHOUT_SOD)), frozenset(), frozenset())


def _strength(signed: Signed) -> Check:
    return judged(ChipCheck.CHIP_SOD_STRENGTH, signed.strength)


def _intact(checks: tuple[Check, ...]) -> frozenset[FileId]:
    by_code = {ChipCheck(check.code): check for check in checks}
    return frozenset(group for group in DATA_GROUPS if intact(by_code, group))


def check_card_security(
    files: ChipFiles, zone: ZoneDocument | None, store: TrustStore | None, day: date
) -> CardSecurity:
    """EF.CardSecurity: signed by itself, and believed where its signer is of the country that DG1 names."""
    content = files.contents.get(FileId.CARD_SECURITY)
    if content is None:
        return CardSecurity((), (), frozenset())
    signed = read_signed(FileId.CARD_SECURITY, content, _held(store))
    infos, notes = read_infos(FileId.CARD_SECURITY, signed.content or b"")
    if signed.content is None:
        notes = ()
    form, *rest = signed.checks
    standing = stand(signed.certificate, store, Dates(day))
    chain = _together(standing, signed.certificate)
    checks = (judged(ChipCheck.CHIP_CARD_SECURITY_FORMAT, (*form.findings, *notes)), *rest, chain)
    issuer = check_issuer(signed.certificate, zone, standing.anchor)
    own = signs_documents(signed.certificate) and issuer.result is Result.SUCCESSFUL
    believed = {FileId.CARD_SECURITY} if signed.holds and standing.trusted and own else set()
    return CardSecurity(infos, checks, frozenset(believed))


def _together(standing: Standing, certificate: Certificate | None) -> Check:
    """All that is known of the signer of EF.CardSecurity, in one check."""
    findings = [finding for check in standing.checks for finding in check.findings]
    results = {check.result for check in standing.checks}
    touched = () if certificate is None else check_profile(certificate, standing.anchor).findings
    touched = tuple(finding for finding in touched if finding.bearing is Bearing.DISCREPANCY)
    if touched:
        findings += touched
        results.add(Result.FAILED)
    worst = next(
        (each for each in (Result.FAILED, Result.ABORTED, Result.UNDETERMINED) if each in results), Result.SUCCESSFUL
    )
    # That no revocation list is there is said once, of EF.SOD's signer.
    only_revocation = worst is Result.UNDETERMINED and standing.trusted
    return judged(ChipCheck.CHIP_CARD_SECURITY_DS, findings, result=Result.SUCCESSFUL if only_revocation else worst)
