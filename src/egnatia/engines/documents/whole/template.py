"""Whether this document carries the template of a false one that is known, or a number that an alert names.

A likeness refers to a person and never counts (`WholeCheck.WHOLE_TEMPLATE` is evaluatory). The finding shows every
feature with both values, how many of the shared ones a genuine document shows as well, and of how many unrelated false
documents one would agree as far.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.chip.findings import ChipFinding
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.mrz.types import ZoneDocument
from egnatia.engines.documents.registers.register import in_range, normal_issuer, normal_number
from egnatia.engines.documents.seals.findings import SealFinding
from egnatia.engines.documents.series.blanks import BlankRange
from egnatia.engines.documents.series.extract import template_of, zone_features
from egnatia.engines.documents.series.match import Likeness, flag
from egnatia.engines.documents.series.rarity import Rarity
from egnatia.engines.documents.series.reported import ReportedNumber
from egnatia.engines.documents.series.sources import rarity_of
from egnatia.engines.documents.series.types import MANY, FeatureKind, Template, TemplateFeature
from egnatia.engines.documents.types import Bearing, Compared, Result, Source
from egnatia.engines.documents.whole.catalogue import WholeCheck
from egnatia.engines.documents.whole.findings import WholeField, WholeFinding, find

SHOWN: Final = 3
"""Known documents named in one check, the most alike first: more cannot be compared by eye at a counter."""
_REFERENCE = "THIS-DOCUMENT"
_CHIP: dict[ChipFinding, str] = {
    ChipFinding.CHIP_AUTHORITY_REFUTED: "self_made_chain",
    ChipFinding.CHIP_SIGNATURE_REFUTED: "groups_changed",
    ChipFinding.CHIP_DIGEST_REFUTED: "groups_changed",
    ChipFinding.CHIP_HASH_REFUTED: "groups_changed",
    ChipFinding.CHIP_SOD_MISSING: "unsigned_groups",
    ChipFinding.CHIP_HASH_NOT_LISTED: "unsigned_groups",
    ChipFinding.CHIP_ZONE_DIFFERS: "chip_of_another",
    ChipFinding.CHIP_NUMBER_DIFFERS: "chip_of_another",
    ChipFinding.CHIP_ANSWER_REFUTED: "copied_chip",
    ChipFinding.CHIP_KEY_STRIPPED: "copied_chip",
}
_SEAL: dict[SealFinding, str] = {
    SealFinding.SEAL_MISSING: "no_seal",
    SealFinding.SEAL_UNREADABLE: "unreadable_seal",
    SealFinding.SEAL_STRUCTURE_BROKEN: "unreadable_seal",
    SealFinding.SEAL_ZONE_DIFFERS: "seal_of_another",
    SealFinding.SEAL_NUMBER_DIFFERS: "seal_of_another",
    SealFinding.SEAL_SIGNATURE_WRONG: "self_made_seal",
    SealFinding.SEAL_SIGNER_NOT_BY_AUTHORITY: "self_made_seal",
    SealFinding.SEAL_WITHOUT_SIGNATURE: "seal_without_signature",
}
"""Findings that say how a chip or seal was made; those about a missing list or an old one say nothing of a maker."""
_SOURCES = {FeatureKind.CHIP_FAULT: Source.CHIP, FeatureKind.SEAL_FAULT: Source.SEAL}
_FROM_ZONE = frozenset(
    {
        FeatureKind.ISSUER,
        FeatureKind.DOCUMENT_KIND,
        FeatureKind.NUMBER_SHAPE,
        FeatureKind.WRONG_CODE,
        FeatureKind.ZONE_FAULT,
    }
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known: templates of false documents, ranges of stolen blanks and reported documents that alerts name."""

    templates: tuple[Template, ...] = ()
    blanks: tuple[BlankRange, ...] = ()
    reported: tuple[ReportedNumber, ...] = ()


def seen_features(
    zone: tuple[ZoneDocument, Iterable[Finding]] | None,
    checks: Iterable[Check],
    noted: Iterable[TemplateFeature] = (),
) -> frozenset[TemplateFeature]:
    """The features of this document: what the engine sees in zone, chip and seal, and what an examiner noted by hand.

    What was noted by hand stands where the two differ in a kind that has one value.
    """
    by_hand = frozenset(noted)
    taken = {each.kind for each in by_hand if each.kind not in MANY}
    seen = set(_of_maker(checks)) | (set() if zone is None else set(zone_features(*zone)))
    return by_hand | {each for each in seen if each.kind not in taken}


def _of_maker(checks: Iterable[Check]) -> Iterator[TemplateFeature]:
    for check in checks:
        for finding in check.findings:
            if finding.bearing is Bearing.NONE:
                continue
            if isinstance(finding.code, ChipFinding) and finding.code in _CHIP:
                yield TemplateFeature(FeatureKind.CHIP_FAULT, _CHIP[finding.code])
            elif isinstance(finding.code, SealFinding) and finding.code in _SEAL:
                yield TemplateFeature(FeatureKind.SEAL_FAULT, _SEAL[finding.code])


def check_template(seen: frozenset[TemplateFeature], known: Known) -> tuple[Check, ...]:
    """Whether the document has the features of one that a person confirmed to be false, here or at a partner."""
    if not known.templates:
        return ()
    if not seen:
        return (Check(WholeCheck.WHOLE_TEMPLATE, Result.UNDETERMINED),)
    rarity = rarity_of(known.templates)
    alike = flag(template_of(_REFERENCE, seen), known.templates, rarity)[:SHOWN]
    notes = tuple(_note(each, rarity) for each in alike)
    return (Check(WholeCheck.WHOLE_TEMPLATE, Result.UNDETERMINED if notes else Result.SUCCESSFUL, notes),)


def _note(alike: Likeness, rarity: Rarity) -> Finding:
    shared, telling = len(alike.shared), len(alike.telling)
    chance = max(1, round(1 / max(alike.chance(rarity), 1e-9)))
    return find(
        WholeFinding.WHOLE_TEMPLATE_KNOWN,
        WholeField.TEMPLATE,
        "no likeness to a known false document",
        f"{alike.other}: {alike.bits:.1f} bits; {shared} features shared, {shared - telling} of them shown by genuine "
        f"documents too; by chance in 1 of {chance:,} false documents",
        tuple(_both(alike)),
    )


def _both(alike: Likeness) -> Iterator[Compared]:
    """Every feature that was compared, with both values; a dash where one side shows none."""
    for each in alike.contributions:
        source = _SOURCES.get(each.kind, Source.ZONE if each.kind in _FROM_ZONE else Source.VISUAL)
        yield Compared(Source.REGISTER, each.kind, each.other or "-")
        yield Compared(source, each.kind, each.value or "-")


def check_blanks(zone: ZoneDocument | None, known: Known) -> tuple[Check, ...]:
    """Whether the document's number is one of the stolen blanks that an alert names."""
    if zone is None or zone.national_layout or not known.blanks:
        return ()
    issuer, number = normal_issuer(zone.issuer), normal_number(zone.number)
    held = [each for each in known.blanks if each.issuer == issuer and in_range(each.first, each.last, number)]
    if not held:
        return (Check(WholeCheck.WHOLE_BLANKS, Result.SUCCESSFUL),)
    compared = tuple(Compared(Source.REGISTER, each.alert, f"{each.first}-{each.last}") for each in held[:SHOWN])
    finding = find(
        WholeFinding.WHOLE_BLANK_ALERTED,
        WholeField.ZONE,
        "a number in no range of stolen blanks",
        number,
        (*compared, Compared(Source.ZONE, "number", number)),
    )
    return (Check(WholeCheck.WHOLE_BLANKS, Result.FAILED, (finding,)),)


def check_reported(zone: ZoneDocument | None, known: Known) -> tuple[Check, ...]:
    """Whether the document is one that a member met as stolen, lost or revoked; it is shown and never counts."""
    if zone is None or zone.national_layout or not known.reported:
        return ()
    issuer, number, letter = normal_issuer(zone.issuer), normal_number(zone.number), zone.code[:1]
    met = [each for each in known.reported if each.is_of(issuer, letter, number)][:SHOWN]
    notes = tuple(
        find(
            WholeFinding.WHOLE_REPORTED_MET,
            WholeField.NUMBER,
            "a number that no alert names",
            f"{each.alert}: {each.category.replace('_', ' ')}",
            (Compared(Source.REGISTER, each.alert, each.number), Compared(Source.ZONE, "number", number)),
        )
        for each in met
    )
    return (Check(WholeCheck.WHOLE_REPORTED, Result.UNDETERMINED if notes else Result.SUCCESSFUL, notes),)
