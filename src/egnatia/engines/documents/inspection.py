"""The whole examination of one document: every part for which there is something, each source against each other.

`examine` runs the parts, holds what they read against one another, and concludes in the manner of BSI TR-03135-1 v2.5.
Every check of the catalogue is in the tree; one whose source was not presented, or that this installation cannot do, is
`not_supported` and never `successful` (DOC-01). The advice follows from the findings' bearings and from nothing else:
no nationality, no name and no place of birth has one (DOC-09). The same sources on the same basis give the same
examination, in whatever order they came.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from enum import StrEnum

from egnatia.engines.documents.catalogue import CATALOGUE
from egnatia.engines.documents.checks import Check, conclude, weight_of
from egnatia.engines.documents.chip.comparison import issue_date
from egnatia.engines.documents.chip.evidence import read_evidence
from egnatia.engines.documents.chip.inspection import ChipInspection, inspect_chip
from egnatia.engines.documents.examination import Examination, ReadZone, Weighed
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.image.catalogue import ImageCheck
from egnatia.engines.documents.image.inspection import ImageReading, inspect_image
from egnatia.engines.documents.mrz.catalogue import zone_checks
from egnatia.engines.documents.mrz.findings import FindingCode
from egnatia.engines.documents.mrz.inspection import Inspection, inspect_document
from egnatia.engines.documents.mrz.reader import read_lines, read_zone
from egnatia.engines.documents.mrz.types import Field, ZoneDocument
from egnatia.engines.documents.presented import Basis, Presented, ordered
from egnatia.engines.documents.profile_file import NEVER_COUNT
from egnatia.engines.documents.registers.checks import check_registers
from egnatia.engines.documents.registers.reuse import bearer_of
from egnatia.engines.documents.seals.checks import Expected, check_seal
from egnatia.engines.documents.seals.reader import MAX_SEAL
from egnatia.engines.documents.seals.standing import trust_of
from egnatia.engines.documents.seals.types import SealReading
from egnatia.engines.documents.types import Bearing, Compared, Result, Source, Weight
from egnatia.engines.documents.versions import digests, versions_of
from egnatia.engines.documents.visual.checks import compare
from egnatia.engines.documents.visual.types import VisualFields
from egnatia.engines.documents.whole.combined import (
    check_alike,
    check_issue_date,
    check_typed,
    unreadable,
)
from egnatia.engines.documents.whole.hints import suggest
from egnatia.engines.documents.whole.sealed_page import check_sealed_page
from egnatia.engines.documents.whole.template import Known, check_blanks, check_reported, check_template, seen_features
from egnatia.errors import InputError

_NOON = time(12)


@dataclass(frozen=True, slots=True)
class _Zone:
    """The zone that everything else is held against: the typed one, else the best read one, else DG1's."""

    document: ZoneDocument
    source: Source
    inspection: Inspection


def examine(presented: Presented, basis: Basis) -> Examination:
    """Examine one document.

    Args:
        presented: its sources; the order of pictures and seals does not matter.
        basis: the day, and what is known on it.

    Raises:
        InputError: nothing was presented, there is more than one document has, or a typed zone is all there is and it
            is none. Whatever a file contains is a finding, never an exception.
    """
    sources = ordered(presented)
    images = [(one.name, inspect_image(one.content, page=True, name=one.name)) for one in sources.pictures]
    read = [(name, read_lines(one.zone.lines), not one.zone.doubts) for name, one in images if one.zone is not None]
    read.sort(key=lambda each: (not each[2], each[0]))
    typed, checks = _typed(sources)
    checks += check_typed(typed, read[0][1] if read else None)
    checks += check_alike(read)
    printed = typed or (read[0][1] if read else None)
    chip = _chip(sources, basis, printed)
    zone = _zone(printed, typed is not None, chip, basis)
    visual = _visual(sources, images)
    checks += [*_of_images(images), *(() if chip is None else chip.checks)]
    if zone is not None:
        checks += [*_of_zone(zone, basis), *_of_page(zone, visual, basis), *_of_register(zone, basis)]
    checks += check_issue_date(visual, None if chip is None else issue_date(chip.files), basis.day)
    checks += _of_seals(sources, images, zone, visual, basis)
    checks += _of_known(sources, basis, zone, checks)
    return _concluded(sources, basis, zone, checks)


def _typed(sources: Presented) -> tuple[ZoneDocument | None, list[Check]]:
    """The typed zone; what is none is a finding where there is anything else to look at."""
    if not sources.zone.strip():
        return None, []
    try:
        return read_zone(sources.zone), []
    except InputError as error:
        if sources.sources() == (Source.ZONE,):
            raise
        return None, [unreadable("a machine-readable zone", error.message)]


def _chip(sources: Presented, basis: Basis, printed: ZoneDocument | None) -> ChipInspection | None:
    if sources.chip is None:
        return None
    evidence = read_evidence(sources.evidence) if sources.evidence else None
    return inspect_chip(sources.chip, basis.store, basis.day, evidence, sent=sources.sent, printed=printed)


def _zone(printed: ZoneDocument | None, typed: bool, chip: ChipInspection | None, basis: Basis) -> _Zone | None:  # noqa: FBT001 - which of two it is
    document = printed if printed is not None else None if chip is None else chip.zone
    if document is None:
        return None
    source = Source.ZONE if typed else Source.IMAGE if printed is not None else Source.CHIP
    return _Zone(document, source, inspect_document(document, basis.day, basis.rules))


def _visual(sources: Presented, images: Iterable[tuple[str, ImageReading]]) -> VisualFields | None:
    """The typed fields, else those of the first picture that shows any."""
    if sources.visual is not None and not sources.visual.empty():
        return sources.visual
    return next((one.fields for _, one in images if one.fields is not None and not one.fields.empty()), None)


def _of_images(images: list[tuple[str, ImageReading]]) -> Iterator[Check]:
    """The checks of every picture, with places that name it; a side without a zone is no fault where another has it."""
    somewhere = any(one.zone is not None for _, one in images)
    for name, one in images:
        for check in one.checks:
            if check.code is ImageCheck.IMAGE_ZONE_FOUND and one.zone is None and somewhere:
                continue
            yield _placed(check, name)


def _placed(check: Check, name: str) -> Check:
    places = tuple(replace(place, name=f"{name} {place.name}".strip()) for place in check.places)
    findings = tuple(
        replace(finding, places=tuple(replace(place, name=f"{name} {place.name}".strip()) for place in finding.places))
        for finding in check.findings
    )
    return replace(check, places=places, findings=findings)


def _of_zone(zone: _Zone, basis: Basis) -> tuple[Check, ...]:
    """The printed zone by itself; that of DG1 was already judged with the chip."""
    return () if zone.source is Source.CHIP else zone_checks(zone.inspection, basis.rules)


def _of_page(zone: _Zone, visual: VisualFields | None, basis: Basis) -> tuple[Check, ...]:
    if visual is None:
        return ()
    checks = compare(zone.document, visual, basis.day, basis.rules)
    return checks if zone.source is not Source.CHIP else tuple(_by_chip(check) for check in checks)


def _by_chip(check: Check) -> Check:
    """Where no zone was read from the page, what the page was held against is the chip's."""
    findings = tuple(replace(one, compared=_from_chip(one.compared)) for one in check.findings)
    return replace(check, compared=_from_chip(check.compared), findings=findings)


def _from_chip(compared: tuple[Compared, ...]) -> tuple[Compared, ...]:
    return tuple(replace(one, source=Source.CHIP) if one.source is Source.ZONE else one for one in compared)


def _of_register(zone: _Zone, basis: Basis) -> tuple[Check, ...]:
    document = zone.document
    if document.national_layout:
        return ()
    reading = document.reading(Field.NUMBER)
    looked_up = check_registers(
        document.number,
        document.issuer,
        basis.register,
        document_type=document.code[:1],
        digit="" if reading is None else reading.printed,
    )
    if basis.memory is None or not document.number:
        return looked_up
    return *looked_up, basis.memory.compare(bearer_of(document, zone.source))


def _of_seals(
    sources: Presented,
    images: list[tuple[str, ImageReading]],
    zone: _Zone | None,
    visual: VisualFields | None,
    basis: Basis,
) -> Iterator[Check]:
    """Every seal that was given or stands in a picture; a bar code that is no seal is passed over in a picture."""
    expected = Expected(zone=None if zone is None else zone.document, passport_number=sources.passport_number or None)
    trust = trust_of(basis.store, datetime.combine(basis.day, _NOON, UTC), basis.signers)
    seen = {code.content for _, one in images for code in one.bar_codes if 0 < len(code.content) <= MAX_SEAL}
    for content in sorted({*sources.seals, *seen}):
        reading, checks = check_seal(content, expected, trust)
        if content in sources.seals or _is_seal(reading):
            yield from checks
            yield from check_sealed_page(visual, None if reading is None else reading.seal, basis.day)


def _of_known(sources: Presented, basis: Basis, zone: _Zone | None, checks: list[Check]) -> tuple[Check, ...]:
    """Last, because what was found in chip and seals says how they were made."""
    known = Known(basis.series, basis.blanks, basis.reported)
    read = None if zone is None else (zone.document, zone.inspection.findings)
    document = None if read is None else read[0]
    seen = seen_features(read, checks, sources.noted)
    return *check_template(seen, known), *check_blanks(document, known), *check_reported(document, known)


def _is_seal(reading: SealReading | None) -> bool:
    return reading is not None and reading.seal is not None


def _concluded(sources: Presented, basis: Basis, zone: _Zone | None, checks: list[Check]) -> Examination:
    absent = [code for code in CATALOGUE if code not in {check.code for check in checks}]
    # What was not asked at all cannot be owed, unless the operator's own profile says so.
    profile: dict[StrEnum, Weight] = {
        code: Weight.OPTIONAL for code in absent if CATALOGUE[code].weight is Weight.MANDATORY
    }
    profile |= {code: weight for code, weight in basis.profile.items() if code not in NEVER_COUNT}
    every = [*_tempered(checks, profile), *(Check(code, Result.NOT_SUPPORTED) for code in absent)]
    conclusion = conclude(every, CATALOGUE, profile)
    counted = [check for check in every if weight_of(check.code, CATALOGUE, profile) is not Weight.EVALUATORY]
    return Examination(
        basis.day,
        digests(sources),
        sources.typed_by,
        None if zone is None else _as_read(zone),
        conclusion,
        tuple(Weighed(code, weight) for code, weight in sorted(basis.profile.items())),
        suggest(finding for check in counted for finding in check.findings),
        versions_of(basis, pictures=bool(sources.pictures)),
    )


def _as_read(zone: _Zone) -> ReadZone:
    document, repair = zone.document, zone.inspection.repair
    return ReadZone(
        zone.source,
        document.format,
        document.lines,
        document.code,
        document.issuer,
        document.number,
        document.fields,
        () if repair is None else repair.changes,
    )


def _tempered(checks: list[Check], profile: dict[StrEnum, Weight]) -> list[Check]:
    """What is not known about a signer does not hide what is known about the document.

    An unknown issuer or type of document still comes first: without its rules nothing can be said (DOC-09).
    """
    counted = [check for check in checks if weight_of(check.code, CATALOGUE, profile) is not Weight.EVALUATORY]
    bearings = {finding.bearing for check in counted for finding in check.findings}
    if not bearings & {Bearing.DISCREPANCY, Bearing.FALSITY}:
        return checks
    return [replace(check, findings=tuple(_silent(finding) for finding in check.findings)) for check in checks]


def _silent(finding: Finding) -> Finding:
    if finding.bearing is Bearing.UNKNOWN and not isinstance(finding.code, FindingCode):
        return replace(finding, bearing=Bearing.NONE)
    return finding
