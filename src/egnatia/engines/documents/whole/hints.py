"""What a pattern of findings often is (DOC-03): where a person may look next, never a verdict.

Impostor and fraudulently obtained are in the list of classes and are never suggested from a file alone: whether a face
is the holder's, and on which papers a document was issued, nothing here can see.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from egnatia.engines.documents.chip.findings import ChipFinding
from egnatia.engines.documents.examination import Hint
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.mrz.findings import FindingCode
from egnatia.engines.documents.registers.findings import RegisterFinding
from egnatia.engines.documents.seals.findings import SealFinding
from egnatia.engines.documents.types import Bearing, FalseClass
from egnatia.engines.documents.visual.findings import VisualFinding

_PATTERNS: Final[dict[FalseClass, frozenset[StrEnum]]] = {
    FalseClass.COUNTERFEIT: frozenset(
        {
            FindingCode.SEVERAL_DIGITS_REFUTED,
            FindingCode.DATE_IMPOSSIBLE,
            ChipFinding.CHIP_AUTHORITY_REFUTED,
            ChipFinding.CHIP_ISSUER_OTHER,
            ChipFinding.CHIP_SIGNATURE_REFUTED,
        }
    ),
    FalseClass.FORGED: frozenset(
        {
            FindingCode.NATIONAL_NUMBER_BIRTH,
            FindingCode.NATIONAL_NUMBER_SEX,
            ChipFinding.CHIP_ZONE_DIFFERS,
            ChipFinding.CHIP_HASH_REFUTED,
            ChipFinding.CHIP_DIGEST_REFUTED,
            ChipFinding.CHIP_ANSWER_REFUTED,
            SealFinding.SEAL_ZONE_DIFFERS,
            SealFinding.SEAL_DATES_DIFFER,
            VisualFinding.VISUAL_NAME_DIFFERS,
            VisualFinding.VISUAL_DATE_DIFFERS,
            VisualFinding.VISUAL_NUMBER_DIFFERS,
            VisualFinding.VISUAL_SEX_DIFFERS,
            VisualFinding.VISUAL_SEVERAL_DIFFER,
        }
    ),
    FalseClass.STOLEN_BLANK: frozenset({RegisterFinding.REGISTER_STOLEN_BLANK, RegisterFinding.REGISTER_NEVER_ISSUED}),
    FalseClass.FANTASY: frozenset({FindingCode.ISSUER_UNKNOWN, FindingCode.ISSUER_ISSUES_NOTHING}),
    FalseClass.LOST_OR_STOLEN: frozenset(
        {
            RegisterFinding.REGISTER_LOST,
            RegisterFinding.REGISTER_STOLEN,
            RegisterFinding.REGISTER_REVOKED,
            RegisterFinding.REGISTER_INVALID,
        }
    ),
}
"""Our own reading of the classes that Frontex and Europol use; a finding that bears on nothing suggests nothing."""


def suggest(findings: Iterable[Finding]) -> tuple[Hint, ...]:
    """The classes that these findings often belong to, each with the findings that say so."""
    bearing = {finding.code for finding in findings if finding.bearing is not Bearing.NONE}
    return tuple(Hint(name, tuple(sorted(codes & bearing))) for name, codes in _PATTERNS.items() if codes & bearing)
