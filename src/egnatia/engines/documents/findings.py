"""One thing found in a document, the same shape in every part of the inspection.

Each part keeps a closed list of codes and a rule for each (`mrz/findings.py` shows how). A finding says what was
expected and what is there, why that may be innocent, and what would settle it; texts are English and are translated
where they are shown.
"""

from dataclasses import dataclass
from enum import StrEnum

from egnatia.engines.documents.types import Bearing, Compared, Place, Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: what was expected, what stands there, why it may be innocent, what would settle it."""

    code: StrEnum
    field: StrEnum
    """What it speaks of: a field of the zone, a file of the chip, a certificate."""
    severity: Severity
    bearing: Bearing
    expected: str
    found: str
    innocent: str
    settle: str
    compared: tuple[Compared, ...] = ()
    """Both values with their sources, where two sources were held against each other."""
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """What every finding of one code has in common."""

    severity: Severity
    bearing: Bearing
    innocent: str
    settle: str
