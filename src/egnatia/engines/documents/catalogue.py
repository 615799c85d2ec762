"""One catalogue of everything that may be asked of a document, put together from all parts.

Codes are unique over the engine: two parts that use one code stop the program at import, not an inspection.
"""

import hashlib
from collections.abc import Iterable, Mapping
from enum import StrEnum

from egnatia.engines.documents.checks import CheckRule
from egnatia.engines.documents.chip.catalogue import CHECKS as CHIP
from egnatia.engines.documents.chip.findings import CHIP_RULES
from egnatia.engines.documents.findings import Rule
from egnatia.engines.documents.image.catalogue import CHECKS as IMAGE
from egnatia.engines.documents.image.findings import RULES as IMAGE_RULES
from egnatia.engines.documents.mrz.catalogue import CHECKS as ZONE
from egnatia.engines.documents.mrz.findings import RULES as ZONE_RULES
from egnatia.engines.documents.registers.catalogue import CHECKS as REGISTER
from egnatia.engines.documents.registers.findings import RULES as REGISTER_RULES
from egnatia.engines.documents.seals.catalogue import CHECKS as SEAL
from egnatia.engines.documents.seals.findings import RULES as SEAL_RULES
from egnatia.engines.documents.visual.catalogue import CHECKS as VISUAL
from egnatia.engines.documents.visual.findings import RULES as VISUAL_RULES
from egnatia.engines.documents.whole.catalogue import CHECKS as WHOLE
from egnatia.engines.documents.whole.findings import RULES as WHOLE_RULES


def _merged(parts: Iterable[Mapping[StrEnum, CheckRule]]) -> dict[StrEnum, CheckRule]:
    merged: dict[StrEnum, CheckRule] = {}
    for part in parts:
        twice = merged.keys() & part.keys()
        if twice:
            raise RuntimeError(f"two parts have the checks {sorted(twice)}")
        merged |= part
    return merged


CATALOGUE: dict[StrEnum, CheckRule] = _merged((IMAGE, ZONE, CHIP, VISUAL, SEAL, REGISTER, WHOLE))
"""Every check with its rule, in the order in which a person reads them."""
FINDINGS: dict[StrEnum, Rule] = {
    code: rule
    for part in (IMAGE_RULES, ZONE_RULES, CHIP_RULES, VISUAL_RULES, SEAL_RULES, REGISTER_RULES, WHOLE_RULES)
    for code, rule in part.items()
}
"""Every finding with its rule."""


def catalogue_digest() -> str:
    """Sixteen hexadecimal digits that change with any check's rule or version and with any finding's rule."""
    lines = [f"{code} {rule.section} {rule.weight} {rule.version}" for code, rule in CATALOGUE.items()]
    lines += [f"{code} {rule.severity} {rule.bearing}" for code, rule in FINDINGS.items()]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:16]
