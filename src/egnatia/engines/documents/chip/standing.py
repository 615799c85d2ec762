"""Where the signer's certificate leads: its country's authority, the dates, revocations, and what lists say against it.

The trust store answers all of it at once (`TrustStore.chain`); here the answer is taken apart into the checks of BSI
TR-03135-1 v2.5 sections 5.6.4.3.3 to 5.6.4.3.6.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.chip.catalogue import ChipCheck
from egnatia.engines.documents.chip.findings import ChipFinding, found
from egnatia.engines.documents.chip.outcome import aborted, judged
from egnatia.engines.documents.chip.signed import weak_keys
from egnatia.engines.documents.chip.types import Part
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.trust.certificates import Certificate
from egnatia.engines.documents.trust.chains import Chain, ChainState, FoundIssuerBy
from egnatia.engines.documents.trust.defects import NOTHING_KNOWN, DefectKind, DocumentFacts
from egnatia.engines.documents.trust.remarks import Fault
from egnatia.engines.documents.trust.revocations import RevocationState
from egnatia.engines.documents.trust.store import TrustStore
from egnatia.engines.documents.types import Bearing, Compared, Result, Source

_SURE = frozenset({FoundIssuerBy.ITSELF, FoundIssuerBy.KEY_ID})
_DOUBTS = {
    ChainState.DOUBTED: "under suspicion, or with a weak key",
    ChainState.DROPPED: "not listed on this day",
    ChainState.UNCONFIRMED: "in no list that anybody vouches for",
}
_NOT_REACHED = frozenset({ChainState.NO_ISSUER, ChainState.NOT_SIGNED})


@dataclass(frozen=True, slots=True)
class Dates:
    """The days that a signer's dates are held against."""

    day: date
    issued: date | None = None
    """When the document was issued, where DG12 says so."""
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What the store says of one signer."""

    checks: tuple[Check, ...]
    chain: Chain | None = None

    @property
    def trusted(self) -> bool:
        """Whether a believed list held the signer's authority on the day and nothing speaks against either."""
        return (
            self.chain is not None
            and self.chain.state is ChainState.TRUSTED
            and all(check.result is not Result.FAILED for check in self.checks)
        )

    @property
    def anchor(self) -> Certificate | None:
        """The authority's certificate."""
        return None if self.chain is None else self.chain.anchor


_CODES = (
    ChipCheck.CHIP_DS_SIGNATURE,
    ChipCheck.CHIP_DS_VALIDITY,
    ChipCheck.CHIP_CSCA_VALIDITY,
    ChipCheck.CHIP_DS_REVOCATION,
    ChipCheck.CHIP_DS_TRUST,
)


def stand(
    certificate: Certificate | None, store: TrustStore | None, dates: Dates, document: DocumentFacts = NOTHING_KNOWN
) -> Standing:
    """Lead a signer's certificate to its country as of a day.

    Args:
        certificate: the signer's; None where there is none.
        store: None where none was given; then nothing but the certificate's own dates can be judged.
        dates: the day of the inspection, and those of the document.
        document: what tells the document apart, for known defects.
    """
    if certificate is None:
        return Standing(tuple(map(aborted, _CODES)))
    validity = ChipCheck.CHIP_DS_VALIDITY
    if store is None:
        note = found(ChipFinding.CHIP_NO_TRUST_STORE, Part.AUTHORITY, "a trust store", "none")
        own = _validity(validity, tuple(_dates(certificate, dates, Part.SIGNER)), excused=False)
        return Standing((judged(ChipCheck.CHIP_DS_SIGNATURE, [note]), own, *map(aborted, _CODES[2:])))
    chain = store.chain(certificate, dates.day, document=document)
    excused = any(defect.kind is DefectKind.VALIDITY_WRONG for defect in chain.defects)
    own = _validity(validity, (*_dates(certificate, dates, Part.SIGNER), *_issued(certificate, dates)), excused=excused)
    anchor = chain.anchor
    csca = ChipCheck.CHIP_CSCA_VALIDITY
    checks = (
        _signature(certificate, store, chain),
        own,
        aborted(csca)
        if anchor is None
        else _validity(csca, tuple(_dates(anchor, dates, Part.AUTHORITY)), excused=excused),
        _revocation(chain),
        _trust(chain),
    )
    return Standing(checks, chain)


def _signature(certificate: Certificate, store: TrustStore, chain: Chain) -> Check:
    """Whether a key of the country made the certificate."""
    code, anchor = ChipCheck.CHIP_DS_SIGNATURE, chain.anchor
    if anchor is None:
        # An authority keeps its name when it changes its key, so that a name alone refutes nothing (TR-03135-1 note 7).
        named = any(
            by is FoundIssuerBy.KEY_ID and _meant(certificate, each) for each, by in store.index.candidates(certificate)
        )
        expected = "a certificate issued by an authority of the trust store"
        refuted = ChipFinding.CHIP_AUTHORITY_REFUTED if named else ChipFinding.CHIP_AUTHORITY_UNKNOWN
        there = "not signed by the key that it names" if named else f"issuer {certificate.issuer} is not in it"
        return judged(code, [found(refuted, Part.SIGNER, expected, there[:300])])
    return judged(code, _anchored(certificate, anchor, chain), compared=_sources(chain))


def _meant(certificate: Certificate, authority: Certificate) -> bool:
    """Whether a key identifier names this very key: one of the same country that is the hash of its key.

    Some authorities count their keys or keep an identifier for the next key; with those a name refutes nothing.
    """
    if None not in {certificate.state, authority.state} and certificate.state != authority.state:
        return False
    key, identifier = authority.key, certificate.extensions.authority_key_id
    return not isinstance(key, Fault) and identifier is not None and key.hashes_to(identifier)


def _anchored(certificate: Certificate, anchor: Certificate, chain: Chain) -> Iterator[Finding]:
    by = chain.links[0].found_by
    if by not in _SURE:
        there = f"found by {by.replace('_', ' ')}"
        yield found(ChipFinding.CHIP_AUTHORITY_FOUND_OTHERWISE, Part.AUTHORITY, "found by its key identifier", there)
    states = (certificate.state, anchor.state)
    if None not in states and states[0] != states[1]:
        yield found(ChipFinding.CHIP_ISSUER_OTHER, Part.AUTHORITY, f"an authority of {states[0]}", str(states[1]))
    for remark in (*chain.remarks, *weak_keys(anchor)):
        words = f"{remark.code.removeprefix('TRUST_').replace('_', ' ').lower()}: {remark.detail}"
        code = ChipFinding.CHIP_WEAK if "WEAK" in remark.code else ChipFinding.CHIP_ALGORITHM_FORM
        yield found(code, Part.AUTHORITY, "the usual form", words)


def _sources(chain: Chain) -> tuple[Compared, ...]:
    lists = ", ".join(chain.links[0].sources)[:200]
    return (Compared(Source.TRUST, Part.AUTHORITY, lists or "listed nowhere on the day"),)


def _dates(certificate: Certificate, dates: Dates, part: Part) -> Iterator[Finding]:
    """Whether a certificate is in force on the day of the inspection."""
    moment = datetime.combine(dates.day, time(12), UTC)
    begin, end = certificate.not_before, certificate.not_after
    if begin.date() > moment.date():
        yield found(ChipFinding.CHIP_CERTIFICATE_NOT_YET, part, f"in force by {dates.day}", f"from {begin.date()}")
    if end.date() < moment.date():
        # A document that ran out itself may well have outlived its signer.
        gone = dates.expires is not None and dates.expires < dates.day
        bearing = Bearing.NONE if gone else None
        yield found(
            ChipFinding.CHIP_CERTIFICATE_EXPIRED,
            part,
            f"in force on {dates.day}",
            f"until {end.date()}",
            bearing=bearing,
        )


def _validity(code: ChipCheck, findings: tuple[Finding, ...], *, excused: bool) -> Check:
    """A certificate out of force fails the check whatever it does to the advice (TR-03135-1 tables 5.35 and 5.36)."""
    if excused:
        noted = tuple(replace(finding, bearing=Bearing.NONE) for finding in findings)
        return judged(code, noted, result=Result.NOT_SUPPORTED)
    out = any(finding.code is not ChipFinding.CHIP_ISSUED_OUTSIDE for finding in findings)
    return judged(code, findings, result=Result.FAILED if out else None)


def _issued(certificate: Certificate, dates: Dates) -> Iterator[Finding]:
    """The date of issue against the time in which the signer's key was used (RFC 5280 section 4.2.1.4's successor)."""
    issued = dates.issued
    if issued is None:
        return
    last = certificate.extensions.private_until or certificate.not_after
    first = certificate.extensions.private_from or certificate.not_before
    if issued > last.date():
        yield found(ChipFinding.CHIP_ISSUED_OUTSIDE, Part.SIGNER, f"issued by {last.date()}", issued.isoformat())
    elif issued < first.date():
        # The date that a document bears is often that of the application, before its chip was written.
        expected = f"issued from {first.date()}"
        yield found(ChipFinding.CHIP_ISSUED_OUTSIDE, Part.SIGNER, expected, issued.isoformat(), bearing=Bearing.NONE)


def _revocation(chain: Chain) -> Check:
    code = ChipCheck.CHIP_DS_REVOCATION
    findings = []
    for part, state in ((Part.SIGNER, chain.revocation), (Part.AUTHORITY, chain.anchor_revocation)):
        if state.state is RevocationState.REVOKED:
            reason = "" if state.entry is None else f" ({state.entry.reason})"
            findings.append(found(ChipFinding.CHIP_REVOKED, part, "not revoked", f"revoked{reason}"))
    if any(defect.kind is DefectKind.CERTIFICATE_REVOKED for defect in chain.defects):
        findings.append(found(ChipFinding.CHIP_REVOKED, Part.SIGNER, "not revoked", "revoked by a defect list"))
    if findings:
        return judged(code, findings)
    held = any(defect.kind is DefectKind.CERTIFICATE_ON_HOLD for defect in chain.defects)
    if chain.revocation.state is RevocationState.GOOD and not held:
        return judged(code, ())
    there = {RevocationState.STALE: "one that has run out"}.get(chain.revocation.state, "none")
    expected = "a revocation list of the country"
    unknown = found(ChipFinding.CHIP_REVOCATION_UNKNOWN, Part.SIGNER, expected, "on hold" if held else there)
    return judged(code, [unknown], result=Result.UNDETERMINED)


def _trust(chain: Chain) -> Check:
    """What the lists come to; what defect lists say is written down whatever it is."""
    code, state = ChipCheck.CHIP_DS_TRUST, chain.state
    notes = [
        found(ChipFinding.CHIP_DEFECT_KNOWN, Part.SIGNER, "no known defect", f"{defect.kind} ({defect.source})"[:300])
        for defect in chain.defects
    ]
    if state in _NOT_REACHED:
        return judged(code, notes, result=Result.UNDETERMINED)
    if state is ChainState.REVOKED:
        return judged(
            code, [*notes, found(ChipFinding.CHIP_NOT_TRUSTED, Part.SIGNER, "a signer in good standing", "revoked")]
        )
    if state in _DOUBTS:
        there = _DOUBTS[state]
        expected = "an authority in a list that is believed"
        doubt = found(ChipFinding.CHIP_NOT_TRUSTED, Part.AUTHORITY, expected, there, bearing=Bearing.UNKNOWN)
        return judged(code, [*notes, doubt])
    return judged(code, notes)
