"""What a known defect changes about a check (BSI TR-03135-1 v2.5 section 5.8.2).

A genuine document with a published fault must not be called failed for it, and a chip whose keys are known to be in
other hands proves nothing however well it answers.
"""

from collections.abc import Iterable
from dataclasses import replace

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.chip.catalogue import FORMAT_CHECKS, HASH_CHECKS, ChipCheck
from egnatia.engines.documents.chip.findings import ChipFinding, found
from egnatia.engines.documents.chip.types import DATA_GROUPS, Part
from egnatia.engines.documents.trust.defects import Defect, DefectKind
from egnatia.engines.documents.types import Bearing, Result

_K, _C = DefectKind, ChipCheck
_EXCUSES: dict[DefectKind, frozenset[ChipCheck]] = {
    _K.SECURITY_OBJECT_WRONG: frozenset({_C.CHIP_SOD_DIGEST, _C.CHIP_SOD_SIGNATURE, _C.CHIP_SOD_FORMAT}),
    _K.CERTIFICATE_ENCODING: frozenset({_C.CHIP_DS_SIGNATURE, _C.CHIP_DS_PROFILE, _C.CHIP_SOD_FORMAT}),
    _K.CERTIFICATE_SIGNATURE: frozenset({_C.CHIP_DS_SIGNATURE}),
    _K.CONTENTS_DISAGREE: frozenset({_C.CHIP_COM_SOD}),
    _K.SIGNER_IDENTIFIER_WRONG: frozenset({_C.CHIP_SOD_SIGNATURE, _C.CHIP_SOD_UNSIGNED}),
    _K.COUNTRY_WRONG: frozenset({_C.CHIP_ISSUER, _C.CHIP_DS_SIGNATURE}),
    _K.VALIDITY_WRONG: frozenset({_C.CHIP_DS_VALIDITY, _C.CHIP_CSCA_VALIDITY}),
    _K.PROTOCOL_FAILS: frozenset({_C.CHIP_ACTIVE_AUTHENTICATION, _C.CHIP_CHIP_AUTHENTICATION, _C.CHIP_PACE_CAM}),
    _K.CARD_SECURITY_MALFORMED: frozenset(
        {_C.CHIP_CARD_SECURITY_FORMAT, _C.CHIP_CARD_SECURITY_SIGNATURE, _C.CHIP_CARD_SECURITY_DIGEST}
    ),
    _K.ZONE_WRONG: frozenset({_C.CHIP_DG1_ZONE}),
    _K.ZONE_CHECK_DIGIT: frozenset({_C.CHIP_DG1_ZONE}),
}
"""Checks that a defect turns from failed to undetermined."""
_BY_GROUP = {_K.GROUP_MALFORMED: FORMAT_CHECKS, _K.GROUP_HASH_WRONG: HASH_CHECKS}
_AGAINST = frozenset({Bearing.DISCREPANCY, Bearing.FALSITY})
_UNVERIFIED: frozenset[str] = frozenset(
    {_C.CHIP_SOD_DIGEST, _C.CHIP_SOD_SIGNATURE, _C.CHIP_DS_SIGNATURE, _C.CHIP_ISSUER, *HASH_CHECKS.values()}
)
"""Checks without which nothing is shown: a known fault excuses them, and leaves the whole open."""
_COMPROMISED: dict[DefectKind, frozenset[ChipCheck]] = {
    _K.ACTIVE_KEY_COMPROMISED: frozenset({_C.CHIP_ACTIVE_AUTHENTICATION}),
    _K.CHIP_KEY_COMPROMISED: frozenset({_C.CHIP_CHIP_AUTHENTICATION, _C.CHIP_PACE_CAM}),
}
"""Checks that fail whatever the chip answered."""


def with_defects(checks: tuple[Check, ...], defects: Iterable[Defect]) -> tuple[Check, ...]:
    """The checks as they come out once the known defects are taken into account."""
    known = tuple(defects)
    if not known:
        return checks
    excused = {code: defect for defect in known for code in _excused(defect)}
    broken = {code: defect for defect in known for code in _COMPROMISED.get(defect.kind, ())}
    return tuple(_one(check, excused.get(ChipCheck(check.code)), broken.get(ChipCheck(check.code))) for check in checks)


def _excused(defect: Defect) -> frozenset[ChipCheck]:
    table = _BY_GROUP.get(defect.kind)
    if table is None:
        return _EXCUSES.get(defect.kind, frozenset())
    groups = [DATA_GROUPS[number - 1] for number in defect.groups if 1 <= number <= len(DATA_GROUPS)]
    return frozenset(table[group] for group in groups or DATA_GROUPS)


def _one(check: Check, excuse: Defect | None, broken: Defect | None) -> Check:
    if broken is not None and check.result in {Result.SUCCESSFUL, Result.UNDETERMINED}:
        there = f"{broken.kind} ({broken.source})"
        note = found(ChipFinding.CHIP_NOT_TRUSTED, Part.CHIP, "a key that only the chip holds", there[:300])
        return replace(check, result=Result.FAILED, findings=(*check.findings, note))
    if excuse is None or check.result is not Result.FAILED:
        return check
    there = f"{excuse.kind} ({excuse.source})"
    note = found(ChipFinding.CHIP_DEFECT_KNOWN, Part.CHIP, "no known defect", there[:300])
    # What cannot be verified because of the fault is not known to be right either; the rest does not matter.
    left = Bearing.UNKNOWN if check.code in _UNVERIFIED else Bearing.NONE
    milder = tuple(
        replace(finding, bearing=left) if finding.bearing in _AGAINST else finding for finding in check.findings
    )
    return replace(check, result=Result.UNDETERMINED, findings=(*milder, note))
