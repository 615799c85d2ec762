"""The chip's own data against one another, and against the printed zone.

Source: BSI TR-03135-1 v2.5 section 5.7.2 (the zone), ICAO Doc 9303-10 sections 4.7.11 and 4.7.12 (further details).
"""

from collections.abc import Iterator, Mapping
from datetime import date

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.chip.catalogue import ChipCheck
from egnatia.engines.documents.chip.findings import ChipFinding, found
from egnatia.engines.documents.chip.outcome import judged
from egnatia.engines.documents.chip.reading import Read
from egnatia.engines.documents.chip.types import FileId, Part
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.mrz.dates import last_day, resolve_birth, resolve_expiry
from egnatia.engines.documents.mrz.digits import FILLER
from egnatia.engines.documents.mrz.inspection import inspect_document
from egnatia.engines.documents.mrz.name_match import NameGrade, compare_names, printed_name
from egnatia.engines.documents.mrz.types import Field, FieldReading, ZoneDocument
from egnatia.engines.documents.types import Compared, Result, Source

_OPTIONAL = frozenset({Field.OPTIONAL, Field.OPTIONAL_2})
_ONE_NAME = frozenset({NameGrade.EXACT, NameGrade.ADMISSIBLE, NameGrade.TRUNCATED})
Files = Mapping[FileId, Read]


def check_own_zone(zone: ZoneDocument | None, day: date) -> Check:
    """The zone in DG1 by the rules of every zone; the findings are those of `mrz`."""
    if zone is None:
        return Check(ChipCheck.CHIP_DG1_ZONE, Result.ABORTED)
    return judged(ChipCheck.CHIP_DG1_ZONE, inspect_document(zone, day).findings)


def compare_zones(chip: ZoneDocument | None, printed: ZoneDocument) -> Check:
    """The printed zone against DG1: undetermined where only optional data differ; fillers of a birth date never count."""
    code = ChipCheck.CHIP_ZONE_DG1
    if chip is None:
        return Check(code, Result.ABORTED)
    if chip.format is not printed.format:
        return judged(code, [found(ChipFinding.CHIP_ZONE_DIFFERS, Field.ZONE, chip.format, printed.format)])
    different = [
        (ours, theirs) for ours, theirs in zip(chip.fields, printed.fields, strict=True) if not _same(ours, theirs)
    ]
    inner = [pair for pair in different if pair[0].field is not Field.COMPOSITE]
    optional_only = bool(inner) and all(ours.field in _OPTIONAL for ours, _ in inner)
    findings = [_zone_finding(ours, theirs, optional=optional_only) for ours, theirs in inner or different]
    compared = tuple(each for pair in inner or different for each in _both(*pair))
    return judged(code, findings, result=Result.UNDETERMINED if optional_only else None, compared=compared)


def _same(ours: FieldReading, theirs: FieldReading) -> bool:
    if ours.field is not Field.BIRTH_DATE:
        return (ours.text, ours.printed) == (theirs.text, theirs.printed)
    filled = FILLER in ours.text + theirs.text
    same = all(one == other or FILLER in {one, other} for one, other in zip(ours.text, theirs.text, strict=True))
    return same and (filled or ours.printed == theirs.printed)


def _both(ours: FieldReading, theirs: FieldReading) -> tuple[Compared, Compared]:
    return (
        Compared(Source.CHIP, ours.field, ours.text + ours.printed),
        Compared(Source.ZONE, theirs.field, theirs.text + theirs.printed),
    )


def _zone_finding(ours: FieldReading, theirs: FieldReading, *, optional: bool) -> Finding:
    code = ChipFinding.CHIP_ZONE_OPTIONAL if optional else ChipFinding.CHIP_ZONE_DIFFERS
    both = _both(ours, theirs)
    return found(code, ours.field, both[0].value, both[1].value, compared=both)


def check_details(files: Files, zone: ZoneDocument | None, day: date) -> tuple[Check, ...]:
    """DG11 and DG12 against DG1, as far as they are there."""
    details = files.get(FileId.DG11)
    checks: list[Check] = []
    if details is not None and zone is not None:
        checks += [_name(details, zone), _birth(details, zone), _number(details, zone)]
    document = files.get(FileId.DG12)
    if document is not None:
        checks.append(_issue(document, zone, day))
    return tuple(checks)


def _name(details: Read, zone: ZoneDocument) -> Check:
    code = ChipCheck.CHIP_DG11_NAME
    names = (*details.values.get("full_name", ()), *details.values.get("other_name", ()))
    if not names:
        return Check(code, Result.NOT_SUPPORTED)
    matches = [compare_names(printed_name(name[:200]), zone.name) for name in names[:8]]
    whole = FILLER.join((*zone.name.primary, "", *zone.name.secondary))
    both = (Compared(Source.CHIP, FileId.DG11, names[0]), Compared(Source.CHIP, FileId.DG1, whole))
    grades = {match.grade for match in matches}
    marks_only = any(match.grade is NameGrade.READING and not match.look_alike for match in matches)
    if grades & _ONE_NAME or marks_only:
        return judged(code, (), compared=both)
    if grades == {NameGrade.NOT_COVERED}:
        note = found(ChipFinding.CHIP_NAME_NOT_JUDGED, Part.HOLDER, whole, names[0], compared=both)
        return judged(code, [note], result=Result.UNDETERMINED, compared=both)
    return judged(
        code, [found(ChipFinding.CHIP_NAME_DIFFERS, Part.HOLDER, whole, names[0], compared=both)], compared=both
    )


def _birth(details: Read, zone: ZoneDocument) -> Check:
    code = ChipCheck.CHIP_DG11_BIRTH
    full = next(iter(details.values.get("birth_date", ())), "")
    reading = zone.reading(Field.BIRTH_DATE)
    if len(full) != 8 or not full.isdigit() or reading is None:  # noqa: PLR2004 - YYYYMMDD
        return Check(code, Result.NOT_SUPPORTED)
    both = (Compared(Source.CHIP, FileId.DG11, full), Compared(Source.CHIP, FileId.DG1, reading.text))
    # A part that is not known is a filler in the zone and zeros, or the zone's own choice, in DG11.
    pairs = zip((full[2:4], full[4:6], full[6:]), (reading.text[:2], reading.text[2:4], reading.text[4:]), strict=True)
    if all(one == other or FILLER in other or "00" in {one, other} for one, other in pairs):
        return judged(code, (), compared=both)
    return judged(
        code, [found(ChipFinding.CHIP_BIRTH_DIFFERS, Part.HOLDER, reading.text, full, compared=both)], compared=both
    )


def _number(details: Read, zone: ZoneDocument) -> Check:
    code = ChipCheck.CHIP_DG11_NUMBER
    number = _plain(next(iter(details.values.get("personal_number", ())), ""))
    optional = _plain("".join(zone.optional))
    if not number or not optional:
        return Check(code, Result.NOT_SUPPORTED)
    both = (Compared(Source.CHIP, FileId.DG11, number), Compared(Source.CHIP, FileId.DG1, optional))
    if number in optional or optional in number:
        return judged(code, (), compared=both)
    return judged(
        code, [found(ChipFinding.CHIP_NUMBER_DIFFERS, Part.HOLDER, optional, number, compared=both)], compared=both
    )


def _plain(text: str) -> str:
    return "".join(sign for sign in text.upper() if sign.isalnum())


def issue_date(files: Files) -> date | None:
    """The date of issue in DG12, where it is one."""
    document = files.get(FileId.DG12)
    written = "" if document is None else next(iter(document.values.get("issue_date", ())), "")
    try:
        return date(int(written[:4]), int(written[4:6]), int(written[6:8])) if len(written) == 8 else None  # noqa: PLR2004 - YYYYMMDD
    except ValueError:
        return None


def expiry_date(zone: ZoneDocument | None, day: date) -> date | None:
    """The last day of the document by the zone in DG1."""
    return None if zone is None else last_day(resolve_expiry(zone.expiry, day))


def _issue(document: Read, zone: ZoneDocument | None, day: date) -> Check:
    code = ChipCheck.CHIP_DG12_DATES
    issued = issue_date({FileId.DG12: document})
    if issued is None:
        return Check(code, Result.NOT_SUPPORTED)
    return judged(code, _order(issued, zone, day), compared=(Compared(Source.CHIP, FileId.DG12, issued.isoformat()),))


def _order(issued: date, zone: ZoneDocument | None, day: date) -> Iterator[Finding]:
    """Birth, issue, today and expiry in this order."""
    if issued > day:
        yield found(ChipFinding.CHIP_DATES_ODD, FileId.DG12, f"issued by {day}", issued.isoformat())
    if zone is None:
        return
    expiry = expiry_date(zone, day)
    if expiry is not None and issued > expiry:
        yield found(ChipFinding.CHIP_DATES_ODD, FileId.DG12, f"issued before {expiry}", issued.isoformat())
    birth = last_day(resolve_birth(zone.birth, day))
    if birth is not None and issued < birth and zone.birth.exact() is not None:
        yield found(ChipFinding.CHIP_DATES_ODD, FileId.DG12, f"issued after {birth}", issued.isoformat())


def check_face(files: Files) -> Check:
    """The face is for an officer's eyes: this check only says that there is one to look at."""
    face = files.get(FileId.DG2)
    images = () if face is None else face.values.get("images", ())
    if not images:
        return Check(ChipCheck.CHIP_FACE, Result.NOT_SUPPORTED)
    note = f"{len(images)} picture of {images[0].width} by {images[0].height}"
    asked = found(ChipFinding.CHIP_FACE_TO_COMPARE, FileId.DG2, "the printed face and the holder's", note)
    return judged(ChipCheck.CHIP_FACE, [asked], result=Result.UNDETERMINED)
