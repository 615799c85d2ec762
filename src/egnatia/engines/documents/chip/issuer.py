"""The country of the signer against the issuer in DG1, through the assignment table (BSI TR-03135-1 section 5.6.4.5)."""

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.chip.catalogue import ChipCheck
from egnatia.engines.documents.chip.findings import ChipFinding, found
from egnatia.engines.documents.chip.outcome import judged
from egnatia.engines.documents.chip.types import FileId, Part
from egnatia.engines.documents.mrz.digits import FILLER
from egnatia.engines.documents.mrz.types import ZoneDocument
from egnatia.engines.documents.trust.certificates import Certificate
from egnatia.engines.documents.trust.countries import Issuing, issuing
from egnatia.engines.documents.trust.names import COUNTRY
from egnatia.engines.documents.types import Compared, Result, Source


def check_issuer(
    certificate: Certificate | None, zone: ZoneDocument | None, anchor: Certificate | None = None
) -> Check:
    """Whether the document was signed by the country that it names as its issuer.

    Args:
        certificate: the signer's.
        zone: of DG1.
        anchor: the authority's that made it, where the trust store has it. A country can write any name into what it
            signs, so that the authority's own country, for which a list vouches, has to be the document's too.
    """
    code = ChipCheck.CHIP_ISSUER
    if certificate is None or zone is None:
        return Check(code, Result.ABORTED)
    written = country_of(certificate)
    issuer = zone.issuer.replace(FILLER, "")
    both = (Compared(Source.CHIP, FileId.DG1, issuer), Compared(Source.TRUST, Part.SIGNER, written))
    made_by = "" if anchor is None else anchor.country or ""
    for part, country in ((Part.SIGNER, written), (Part.AUTHORITY, made_by)):
        if issuing(zone.issuer, country) is Issuing.OTHER:
            wrong = found(ChipFinding.CHIP_ISSUER_OTHER, part, f"a signer of {issuer}", country, compared=both)
            return judged(code, [wrong], compared=both)
    known_by_anchor = not written and issuing(zone.issuer, made_by) is Issuing.SAME
    if issuing(zone.issuer, written) is Issuing.UNKNOWN and not known_by_anchor:
        unknown = found(ChipFinding.CHIP_ISSUER_NOT_JUDGED, Part.SIGNER, issuer, written or "no country", compared=both)
        return judged(code, [unknown], result=Result.UNDETERMINED, compared=both)
    notes = []
    if known_by_anchor:
        notes.append(found(ChipFinding.CHIP_COUNTRY_WRITTEN, Part.SIGNER, "two capital letters", "none"))
    elif written != written.upper() or len(written) != 2:  # noqa: PLR2004 - letters of the code that certificates carry
        notes.append(found(ChipFinding.CHIP_COUNTRY_WRITTEN, Part.SIGNER, "two capital letters", written))
    return judged(code, notes, compared=both)


def country_of(certificate: Certificate) -> str:
    """The country in the issuer's name, which counts (TR-03135-1), else in the subject's; empty where neither has one."""
    return next(iter(certificate.issuer.values(COUNTRY)), "") or certificate.country or ""
