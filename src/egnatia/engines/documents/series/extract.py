"""The template's features that the engine itself can see in a zone: its faults and the shape of its number."""

from collections.abc import Iterable

from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.mrz.findings import FindingCode
from egnatia.engines.documents.mrz.types import ZoneDocument
from egnatia.engines.documents.registers.register import normal_number
from egnatia.engines.documents.series.types import MANY, FeatureKind, Template, TemplateFeature
from egnatia.engines.documents.types import Bearing

_LETTERS_KEPT = 2
"""Leading letters of a number that are kept: as a rule they name the series, and never a person."""
_OF_THE_HOLDER = frozenset(
    {
        FindingCode.EXPIRED,
        FindingCode.NAME_TRUNCATED,
        FindingCode.NAME_NO_SECONDARY,
        FindingCode.DATE_PARTLY_UNKNOWN,
        FindingCode.BIRTH_IN_FUTURE,
        FindingCode.NATIONALITY_UNKNOWN,
        FindingCode.NATIONALITY_DEPRECATED,
    }
)
"""Findings that come from whom a document names or from the day it is shown, not from how it was made."""


def number_shape(number: str) -> str:
    """A number without its digits: BA1234567 is BA#######, and 12AB34 is ##@@##."""
    plain = normal_number(number)[:18]
    kept = next((at for at, each in enumerate(plain) if not each.isalpha()), len(plain))
    kept = min(kept, _LETTERS_KEPT, max(len(plain) - 1, 0))
    return plain[:kept] + "".join("#" if each.isdigit() else "@" for each in plain[kept:])


def zone_features(document: ZoneDocument, findings: Iterable[Finding]) -> frozenset[TemplateFeature]:
    """What the zone says of its maker: which rules it breaks, and the shape of its number."""
    found = {
        TemplateFeature(FeatureKind.ZONE_FAULT, finding.code.value)
        for finding in findings
        if isinstance(finding.code, FindingCode)
        and finding.bearing is not Bearing.NONE
        and finding.code not in _OF_THE_HOLDER
    }
    shape = number_shape(document.number)
    return frozenset(found | ({TemplateFeature(FeatureKind.NUMBER_SHAPE, shape)} if shape else set()))


def template_of(reference: str, seen: Iterable[TemplateFeature], noted: Iterable[TemplateFeature] = ()) -> Template:
    """A template from what the engine saw and what an examiner noted; what he noted stands where the two differ.

    Raises:
        InputError: see `Template`.
    """
    by_hand = frozenset(noted)
    kinds = {each.kind for each in by_hand if each.kind not in MANY}
    return Template(reference, by_hand | {each for each in seen if each.kind not in kinds})
