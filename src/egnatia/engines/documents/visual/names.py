"""The printed name, in every script, against the zone's."""

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.mrz.name_match import (
    FAR,
    NameGrade,
    NameMatch,
    PrintedName,
    compare_names,
    printed_name,
)
from egnatia.engines.documents.mrz.transliteration import Script, script_of
from egnatia.engines.documents.mrz.types import Field, ZoneDocument
from egnatia.engines.documents.types import Compared, Place, Result, Source
from egnatia.engines.documents.visual.catalogue import VisualCheck
from egnatia.engines.documents.visual.findings import VisualFinding, find
from egnatia.engines.documents.visual.places import page_place, zone_place
from egnatia.engines.documents.visual.types import Printed, VisualField, VisualFields
from egnatia.engines.documents.visual.verdicts import Agreement, doubt, outcome

_AGREES = frozenset({NameGrade.EXACT, NameGrade.ADMISSIBLE, NameGrade.TRUNCATED})
_Version = tuple[PrintedName, tuple[Printed, ...]]
"""A version of the name, and the readings that it was put together from."""


def check_names(zone: ZoneDocument, visual: VisualFields) -> tuple[Check, ...]:
    """The Latin name against the zone, and every other script for what it adds.

    The standard wants the name in Latin letters whatever else is printed (Doc 9303-3 section 3.4), so that version
    decides; where only another script was read, that one does.
    """
    versions = _versions(visual)
    if not versions:
        return (Check(VisualCheck.VISUAL_NAME, Result.NOT_SUPPORTED),)
    latin = [one for one in versions if script_of(one[0].primary + one[0].secondary) is Script.LATIN]
    others = [one for one in versions if one not in latin]
    deciding = latin or others
    graded = [(compare_names(name, zone.name), name, shown) for name, shown in deciding]
    checks = [_deciding(min(graded, key=_distance), zone, visual)]
    if latin and others:
        checks.append(_scripts(others, zone, visual))
    return tuple(checks)


def _versions(visual: VisualFields) -> list[_Version]:
    """Whole names first, then primary and secondary identifiers paired in the order of the page."""
    whole: list[_Version] = [(printed_name(one.text, visual.language), (one,)) for one in visual.name]
    pairs: list[_Version] = []
    for number in range(max(len(visual.primary), len(visual.secondary))):
        first = visual.primary[number] if number < len(visual.primary) else None
        second = visual.secondary[number] if number < len(visual.secondary) else None
        shown = tuple(one for one in (first, second) if one is not None)
        name = PrintedName("" if first is None else first.text, "" if second is None else second.text, visual.language)
        pairs.append((name, shown))
    return [version for version in [*whole, *pairs] if version[0].primary.strip() or version[0].secondary.strip()]


def _distance(graded: tuple[NameMatch, PrintedName, tuple[Printed, ...]]) -> tuple[int, int, int]:
    match = graded[0]
    return (list(NameGrade).index(match.grade), match.wrong, match.look_alike)


def _deciding(
    graded: tuple[NameMatch, PrintedName, tuple[Printed, ...]], zone: ZoneDocument, visual: VisualFields
) -> Check:
    match, name, shown = graded
    compared, places = _evidence(name, shown, zone, visual)
    agreement = _agreement(match)
    came = outcome(agreement, doubt(*shown), match.wrong + match.look_alike)
    if came.bearing is None:
        return Check(VisualCheck.VISUAL_NAME, came.result, (), compared, places)
    codes = {
        Agreement.READING: VisualFinding.VISUAL_READING,
        Agreement.OPEN: VisualFinding.VISUAL_UNREADABLE,
    }
    code = codes.get(agreement, VisualFinding.VISUAL_NAME_DIFFERS)
    finding = find(code, VisualField.NAME, compared, places, bearing=came.bearing, expected=_expected(match, zone))
    return Check(VisualCheck.VISUAL_NAME, came.result, (finding,), compared, places)


def _agreement(match: NameMatch) -> Agreement:
    if match.grade in _AGREES:
        return Agreement.AGREE
    if match.grade is NameGrade.NOT_COVERED:
        return Agreement.OPEN
    if match.grade is NameGrade.READING:
        return Agreement.NEAR if match.look_alike else Agreement.READING
    return Agreement.DIFFER


def _expected(match: NameMatch, zone: ZoneDocument) -> str:
    return f"a name that the zone writes {_zone_name(zone)}; this one is written {match.expected}"


def _zone_name(zone: ZoneDocument) -> str:
    return "<<".join("<".join(part) for part in (zone.name.primary, zone.name.secondary) if part)


def _evidence(
    name: PrintedName, shown: tuple[Printed, ...], zone: ZoneDocument, visual: VisualFields
) -> tuple[tuple[Compared, Compared], tuple[Place, ...]]:
    printed = ", ".join(part for part in (name.primary, name.secondary) if part)
    compared = (
        Compared(Source.ZONE, Field.NAME, _zone_name(zone)),
        Compared(Source.VISUAL, VisualField.NAME, printed),
    )
    boxes = tuple(place for one in shown for place in page_place(one, VisualField.NAME, visual))
    return compared, (*zone_place(zone, Field.NAME), *boxes)


def _scripts(others: list[_Version], zone: ZoneDocument, visual: VisualFields) -> Check:
    """Whether the versions in other scripts can be the same name; only one that is far off is worth a word.

    Arabic names are printed in Latin letters by sound and not by the table, so nothing follows from a difference.
    """
    findings: list[Finding] = []
    everything: list[Compared] = []
    result = Result.SUCCESSFUL
    for name, shown in others:
        match = compare_names(name, zone.name)
        compared, places = _evidence(name, shown, zone, visual)
        everything.extend(compared[1:])
        if match.grade is NameGrade.NOT_COVERED or script_of(name.primary) is Script.ARABIC:
            result = Result.UNDETERMINED if match.grade not in _AGREES else result
        elif match.grade is NameGrade.CONTRADICTION and match.wrong >= FAR:
            result = Result.UNDETERMINED
            findings.append(find(VisualFinding.VISUAL_NAME_SCRIPTS_DIFFER, VisualField.NAME, compared, places))
    return Check(VisualCheck.VISUAL_NAME_SCRIPTS, result, tuple(findings), tuple(everything))
