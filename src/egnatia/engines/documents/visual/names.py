"""The printed name, in every script, against the zone's."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest

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
from egnatia.engines.documents.types import Bearing, Compared, Place, Result, Source
from egnatia.engines.documents.visual.catalogue import VisualCheck
from egnatia.engines.documents.visual.doubts import Texts, clearness
from egnatia.engines.documents.visual.findings import VisualFinding, find
from egnatia.engines.documents.visual.places import page_place, zone_place
from egnatia.engines.documents.visual.types import Printed, VisualField, VisualFields
from egnatia.engines.documents.visual.verdicts import Agreement, Outcome, weighed

_AGREES = frozenset({NameGrade.EXACT, NameGrade.ADMISSIBLE, NameGrade.TRUNCATED})
_CYRILLIC = "ABCEHJKMOPSTXYN364U"
_TWINS = str.maketrans(_CYRILLIC, "АВСЕНЈКМОРЅТХУИЗБЧЏ")
"""Latin capitals and digits, and the Cyrillic capitals that a reader without Cyrillic takes for them."""
_FARTHEST = 100
"""Weight of a wrong letter beside one that looks like another."""
_IN_LATIN = 0.93
"""Mean of a line's letters from which it is in letters that the reader knows. It has no Cyrillic and makes Latin nonsense
of it, believed to 0.65 to 0.9 (`bench/documents/reading_noise.py`)."""


@dataclass(frozen=True, slots=True)
class _Version:
    """A version of the name: the readings that it was put together from, and how."""

    shown: tuple[Printed, ...]
    made: Callable[[Texts], PrintedName]

    @property
    def name(self) -> PrintedName:
        """The name as read."""
        return self.made(tuple(one.text for one in self.shown))


def check_names(zone: ZoneDocument, visual: VisualFields) -> tuple[Check, ...]:
    """The Latin name against the zone, and every other script for what it adds.

    The standard wants the name in Latin letters whatever else is printed (Doc 9303-3 section 3.4), so that version
    decides; where only another script was read, that one does.
    """
    versions = _versions(visual)
    if not versions:
        return (Check(VisualCheck.VISUAL_NAME, Result.NOT_SUPPORTED),)
    latin = [one for one in versions if script_of(one.name.primary + one.name.secondary) is Script.LATIN]
    others = [one for one in versions if one not in latin]
    deciding = latin or others
    graded = [(_match(one, zone), one) for one in deciding]
    checks = [_deciding(min(graded, key=_distance), zone, visual)]
    if latin and others:
        checks.append(_scripts(others, zone, visual))
    return tuple(checks)


def _versions(visual: VisualFields) -> list[_Version]:
    """Whole names first, then primary and secondary identifiers paired in the order of the page."""
    language = visual.language
    versions = [_Version((one,), lambda texts: printed_name(texts[0], language)) for one in visual.name]
    for first, second in zip_longest(visual.primary, visual.secondary):
        if first is not None and second is not None:
            versions.append(_Version((first, second), lambda texts: PrintedName(texts[0], texts[1], language)))
        elif first is not None:
            versions.append(_Version((first,), lambda texts: PrintedName(texts[0], "", language)))
        elif second is not None:
            versions.append(_Version((second,), lambda texts: PrintedName("", texts[0], language)))
    return [version for version in versions if version.name.primary.strip() or version.name.secondary.strip()]


def _match(version: _Version, zone: ZoneDocument) -> NameMatch:
    """How a version agrees with the zone; what a machine read in Latin letters may be Cyrillic ones of the same shape."""
    match = compare_names(version.name, zone.name)
    if match.grade in _AGREES or not any(one.letters for one in version.shown):
        return match
    texts = tuple(one.text.upper() for one in version.shown)
    if not all(sign in _CYRILLIC or not sign.isalnum() for text in texts for sign in text):
        return match
    twin = compare_names(version.made(tuple(text.translate(_TWINS) for text in texts)), zone.name)
    agrees = _agreement(twin) in {Agreement.AGREE, Agreement.READING}
    return NameMatch(NameGrade.READING, match.expected, unread=1) if agrees else match


def _distance(graded: tuple[NameMatch, _Version]) -> tuple[int, int, int]:
    match = graded[0]
    return (list(NameGrade).index(match.grade), match.wrong, match.look_alike)


def _deciding(graded: tuple[NameMatch, _Version], zone: ZoneDocument, visual: VisualFields) -> Check:
    match, version = graded
    compared, places = _evidence(version, zone, visual)
    agreement = _agreement(match)
    came = _outcome(match, version, zone)
    if came.bearing is None:
        return Check(VisualCheck.VISUAL_NAME, came.result, (), compared, places)
    codes = {
        Agreement.READING: VisualFinding.VISUAL_READING,
        Agreement.OPEN: VisualFinding.VISUAL_UNREADABLE,
    }
    code = codes.get(agreement, VisualFinding.VISUAL_NAME_DIFFERS)
    finding = find(code, VisualField.NAME, compared, places, bearing=came.bearing, expected=_expected(match, zone))
    return Check(VisualCheck.VISUAL_NAME, came.result, (finding,), compared, places)


def _outcome(match: NameMatch, version: _Version, zone: ZoneDocument) -> Outcome:
    def distance(texts: Texts) -> int:
        return _unlike(compare_names(version.made(texts), zone.name))

    wrong = match.wrong + match.look_alike
    wanted = "".join(dict.fromkeys("".join((*zone.name.primary, *zone.name.secondary))))
    blamed = _differing(version, zone)
    came = weighed(_agreement(match), version.shown, distance, wanted, wrong, blamed)
    if came.bearing is not Bearing.DISCREPANCY or wrong == 1:
        return came
    if min(map(clearness, blamed)) < _IN_LATIN:
        return Outcome(Result.UNDETERMINED, Bearing.NONE)
    return came


def _differing(version: _Version, zone: ZoneDocument) -> tuple[Printed, ...]:
    """The readings of which the difference comes: how clearly the others were read says nothing about their script.

    An identifier is held against the zone beside the zone's own form of the other one.
    """
    own = (" ".join(zone.name.primary), " ".join(zone.name.secondary))
    if len(version.shown) != len(own):
        return version.shown
    family, given = version.shown
    sides = ((family, (family.text, own[1])), (given, (own[0], given.text)))
    found = tuple(one for one, texts in sides if _unlike(compare_names(version.made(texts), zone.name)))
    return found or version.shown


def _unlike(match: NameMatch) -> int:
    """How far a name is from the zone's, in letters first; 0 where it agrees as far as reading goes."""
    if _agreement(match) in {Agreement.AGREE, Agreement.READING}:
        return 0
    return 1 + _FARTHEST * match.wrong + match.look_alike


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
    version: _Version, zone: ZoneDocument, visual: VisualFields
) -> tuple[tuple[Compared, Compared], tuple[Place, ...]]:
    name = version.name
    printed = ", ".join(part for part in (name.primary, name.secondary) if part)
    compared = (
        Compared(Source.ZONE, Field.NAME, _zone_name(zone)),
        Compared(Source.VISUAL, VisualField.NAME, printed),
    )
    boxes = tuple(place for one in version.shown for place in page_place(one, VisualField.NAME, visual))
    return compared, (*zone_place(zone, Field.NAME), *boxes)


def _scripts(others: list[_Version], zone: ZoneDocument, visual: VisualFields) -> Check:
    """Whether the versions in other scripts can be the same name; only one that is far off is worth a word.

    Arabic names are printed in Latin letters by sound and not by the table, so nothing follows from a difference.
    """
    findings: list[Finding] = []
    everything: list[Compared] = []
    result = Result.SUCCESSFUL
    for version in others:
        match = compare_names(version.name, zone.name)
        compared, places = _evidence(version, zone, visual)
        everything.extend(compared[1:])
        if match.grade is NameGrade.NOT_COVERED or script_of(version.name.primary) is Script.ARABIC:
            result = Result.UNDETERMINED if match.grade not in _AGREES else result
        elif match.grade is NameGrade.CONTRADICTION and match.wrong >= FAR:
            result = Result.UNDETERMINED
            findings.append(find(VisualFinding.VISUAL_NAME_SCRIPTS_DIFFER, VisualField.NAME, compared, places))
    return Check(VisualCheck.VISUAL_NAME_SCRIPTS, result, tuple(findings), tuple(everything))
