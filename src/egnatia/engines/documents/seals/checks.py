"""The checks of one seal, in the order of BSI TR-03135-1 v2.5 section 5.9, and the combined ones of section 5.7.

Nothing that a seal holds is a reason to raise: what cannot be read ends in a finding, and the checks that would have
needed it are `aborted`.
"""

from dataclasses import dataclass, replace

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.mrz.types import ZoneDocument
from egnatia.engines.documents.seals.catalogue import SealCheck
from egnatia.engines.documents.seals.combined import check_country, check_dates, check_passport_number, check_zone
from egnatia.engines.documents.seals.content import check_digits, check_semantics
from egnatia.engines.documents.seals.findings import SealField, SealFinding, find, of_flaw
from egnatia.engines.documents.seals.reader import read_seal
from egnatia.engines.documents.seals.signed import check_signed
from egnatia.engines.documents.seals.signers import SealTrust
from egnatia.engines.documents.seals.types import FlawKind, SealKind, SealReading
from egnatia.engines.documents.types import Bearing, Result

_SOUND = frozenset({SealCheck.SEAL_SIGNATURE, SealCheck.SEAL_SIGNER_TRUST})
"""Checks that have to succeed before a seal speaks against the page it stands on."""
_NEED_A_SEAL = tuple(check for check in SealCheck if check not in {SealCheck.SEAL_PRESENCE, SealCheck.SEAL_TECHNOLOGY})


@dataclass(frozen=True, slots=True)
class Expected:
    """What the rest of the inspection knows of the document a seal stands on.

    Attributes:
        seal: whether a seal belongs on it; None where that is not known.
        kind: of which kind; None where that is not known.
        zone: its zone as printed or read; None where there is none.
        passport_number: number of the passport that a visa stands in; None where that is not at hand.
    """

    seal: bool | None = None
    kind: SealKind | None = None
    zone: ZoneDocument | None = None
    passport_number: str | None = None


def check_seal(
    content: bytes | str | None, expected: Expected, trust: SealTrust
) -> tuple[SealReading | None, tuple[Check, ...]]:
    """Read a seal and check all that can be checked.

    Args:
        content: what the bar code holds; None where no code was found on the document.
        expected: what is known of the document.
        trust: certificates, revocations and the moment of the inspection.

    Raises:
        InputError: the content is empty or larger than any bar code.
    """
    if content is None:
        return None, (
            _missing(expected),
            *(Check(check, Result.NOT_SUPPORTED) for check in SealCheck if check is not SealCheck.SEAL_PRESENCE),
        )
    reading = read_seal(content)
    return reading, checks_of(reading, expected, trust)


def _missing(expected: Expected) -> Check:
    if not expected.seal:
        return Check(SealCheck.SEAL_PRESENCE, Result.NOT_SUPPORTED)
    finding = find(SealFinding.SEAL_MISSING, SealField.SEAL, "a seal on this document", "none was found")
    return Check(SealCheck.SEAL_PRESENCE, Result.FAILED, (finding,))


def checks_of(reading: SealReading, expected: Expected, trust: SealTrust) -> tuple[Check, ...]:
    """Every check of a seal that was read, whether that succeeded or not."""
    first = (Check(SealCheck.SEAL_PRESENCE, Result.SUCCESSFUL), _technology(reading, expected), _decode(reading))
    seal = reading.seal
    if seal is None:
        rest = (check for check in _NEED_A_SEAL if check is not SealCheck.SEAL_DECODE)
        return (*first, *(Check(check, Result.ABORTED) for check in rest))
    signed = check_signed(seal, trust)
    holds = {each.code for each in signed if each.result is Result.SUCCESSFUL}
    checks = (
        *first,
        _structure(reading),
        check_semantics(reading, seal, trust.moment.date()),
        check_digits(seal),
        *signed,
        check_country(seal, expected.zone),
        check_zone(seal, expected.zone, sound=holds >= _SOUND),
        check_passport_number(seal, expected.passport_number),
        check_dates(seal, expected.zone, trust.moment.date()),
    )
    return _tempered(checks)


def _tempered(checks: tuple[Check, ...]) -> tuple[Check, ...]:
    """What is not known does not hide what is known: beside a discrepancy, an unknown signer bears nothing."""
    bearings = {finding.bearing for check in checks for finding in check.findings}
    if not bearings & {Bearing.DISCREPANCY, Bearing.FALSITY}:
        return checks
    return tuple(replace(check, findings=tuple(map(_silent, check.findings))) for check in checks)


def _silent(finding: Finding) -> Finding:
    return replace(finding, bearing=Bearing.NONE) if finding.bearing is Bearing.UNKNOWN else finding


def _technology(reading: SealReading, expected: Expected) -> Check:
    if expected.kind is None or reading.seal is None:
        return Check(SealCheck.SEAL_TECHNOLOGY, Result.NOT_SUPPORTED)
    if reading.seal.kind is expected.kind:
        return Check(SealCheck.SEAL_TECHNOLOGY, Result.SUCCESSFUL)
    finding = find(SealFinding.SEAL_OF_OTHER_KIND, SealField.SEAL, expected.kind, reading.seal.kind)
    return Check(SealCheck.SEAL_TECHNOLOGY, Result.FAILED, (finding,))


def _decode(reading: SealReading) -> Check:
    if reading.seal is not None:
        return Check(SealCheck.SEAL_DECODE, Result.SUCCESSFUL)
    findings = tuple(of_flaw(SealFinding.SEAL_UNREADABLE, SealField.SEAL, flaw) for flaw in reading.flaws)
    # An unknown version is a technology that is not supported here; anything else was tried and failed (table 5.59).
    unknown = reading.has(FlawKind.UNKNOWN)
    return Check(SealCheck.SEAL_DECODE, Result.NOT_SUPPORTED if unknown else Result.FAILED, findings)


def _structure(reading: SealReading) -> Check:
    codes = {
        FlawKind.STRUCTURE: SealFinding.SEAL_STRUCTURE_BROKEN,
        FlawKind.TOLERATED: SealFinding.SEAL_DEPARTURE,
    }
    findings: tuple[Finding, ...] = tuple(
        of_flaw(codes[flaw.kind], SealField.SEAL, flaw) for flaw in reading.flaws if flaw.kind in codes
    )
    result = Result.FAILED if reading.has(FlawKind.STRUCTURE) else Result.SUCCESSFUL
    return Check(SealCheck.SEAL_STRUCTURE, result, findings)
