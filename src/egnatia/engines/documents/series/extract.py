"""The template's features that the engine itself can see in a zone: issuer, kind, faults, the shape of its number."""

from collections.abc import Iterable

from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.mrz.codes import lookup
from egnatia.engines.documents.mrz.findings import FindingCode
from egnatia.engines.documents.mrz.types import ZoneDocument
from egnatia.engines.documents.registers.register import normal_number
from egnatia.engines.documents.series.types import MANY, FeatureKind, Template, TemplateFeature
from egnatia.engines.documents.types import Bearing

_LETTERS_KEPT = 2
"""Leading letters of a number that are kept: as a rule they name the series, and never a person."""
_KINDS = {"P": "passport", "V": "visa", "ID": "identity_card"}
"""Kinds by document code (Doc 9303-4, -5, -7); other codes of cards are used for several kinds and say none."""
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
    """What the zone says of its maker: in whose name, what kind, which rules it breaks, and the shape of its number."""
    found = {
        TemplateFeature(FeatureKind.ZONE_FAULT, finding.code.value)
        for finding in findings
        if isinstance(finding.code, FindingCode)
        and finding.bearing is not Bearing.NONE
        and finding.code not in _OF_THE_HOLDER
    }
    shape = number_shape(document.number)
    found |= {TemplateFeature(FeatureKind.NUMBER_SHAPE, shape)} if shape else set()
    return frozenset(found | _type_of(document))


def _type_of(document: ZoneDocument) -> set[TemplateFeature]:
    """Issuer and kind, where the zone says them without doubt; a code that nobody has is a wrong one."""
    code = document.issuer.replace("<", "")
    known = FeatureKind.ISSUER if lookup(code) is not None else FeatureKind.WRONG_CODE
    found = {TemplateFeature(known, code)} if code.isascii() and code.isalpha() and code.isupper() else set()
    kind = _KINDS.get(document.code[:2]) or _KINDS.get(document.code[:1])
    return found | ({TemplateFeature(FeatureKind.DOCUMENT_KIND, kind)} if kind else set())


def template_of(reference: str, seen: Iterable[TemplateFeature], noted: Iterable[TemplateFeature] = ()) -> Template:
    """A template from what the engine saw and what an examiner noted; what he noted stands where the two differ.

    Raises:
        InputError: see `Template`.
    """
    by_hand = frozenset(noted)
    kinds = {each.kind for each in by_hand if each.kind not in MANY}
    return Template(reference, by_hand | {each for each in seen if each.kind not in kinds})
