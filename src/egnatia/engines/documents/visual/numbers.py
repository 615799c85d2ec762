"""The printed numbers and codes against the zone's, and the sex."""

from collections.abc import Callable

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.mrz.codes import KNOWN_MISTAKES, lookup
from egnatia.engines.documents.mrz.layouts import LAYOUTS
from egnatia.engines.documents.mrz.printed_values import (
    FAR,
    NumberMatch,
    ValueGrade,
    compare_numbers,
    compare_sex,
    plain_number,
)
from egnatia.engines.documents.mrz.types import Field, ZoneDocument
from egnatia.engines.documents.types import Compared, Result, Source
from egnatia.engines.documents.visual.catalogue import VisualCheck
from egnatia.engines.documents.visual.findings import VisualFinding, find
from egnatia.engines.documents.visual.places import page_place, zone_place
from egnatia.engines.documents.visual.types import Printed, VisualField, VisualFields
from egnatia.engines.documents.visual.verdicts import Agreement, weighed

_ROOM = 9
"""Characters of a document number in a zone that has no place for the rest of a longer one (TD3 and visas)."""
_CODE_LENGTH = 3
_MISSING = 2
"""Characters that the reader drops without a trace: in 1,500 pages three lost a leading letter and one two of four alike."""
_AGREEMENTS = {
    ValueGrade.EXACT: Agreement.AGREE,
    ValueGrade.TRUNCATED: Agreement.AGREE,
    ValueGrade.READING: Agreement.READING,
    ValueGrade.CONTRADICTION: Agreement.DIFFER,
    ValueGrade.NOT_COVERED: Agreement.OPEN,
}


def check_number(zone: ZoneDocument, visual: VisualFields) -> Check:
    """The printed document number against the zone's."""
    printed = visual.number
    if printed is None or not plain_number(printed.text):
        return Check(VisualCheck.VISUAL_NUMBER, Result.NOT_SUPPORTED)
    room = 0 if LAYOUTS[zone.format].long_numbers else _ROOM
    return _graded(
        VisualCheck.VISUAL_NUMBER,
        VisualFinding.VISUAL_NUMBER_DIFFERS,
        (VisualField.NUMBER, Field.NUMBER),
        (zone, zone.number, printed, visual),
        lambda text: compare_numbers(text, zone.number, room=room),
    )


def check_sex(zone: ZoneDocument, visual: VisualFields) -> Check:
    """The printed sex against the zone's."""
    printed, reading = visual.sex, zone.reading(Field.SEX)
    if printed is None or not printed.text.strip() or reading is None:
        return Check(VisualCheck.VISUAL_SEX, Result.NOT_SUPPORTED)
    return _graded(
        VisualCheck.VISUAL_SEX,
        VisualFinding.VISUAL_SEX_DIFFERS,
        (VisualField.SEX, Field.SEX),
        (zone, reading.text, printed, visual),
        lambda text: NumberMatch(compare_sex(text, zone.sex), 1),
    )


def check_personal_number(zone: ZoneDocument, visual: VisualFields) -> Check:
    """The printed personal number against the optional data, where these can be the same number.

    A zone's optional data hold what the issuer likes. Only a value of the same shape (digits and letters in the same
    places) is taken for the same number; anything else leaves the question open.
    """
    printed = visual.personal_number
    candidates = [
        (field, reading.text) for field in (Field.OPTIONAL, Field.OPTIONAL_2) if (reading := zone.reading(field))
    ]
    if printed is None or not plain_number(printed.text) or not any(plain_number(text) for _, text in candidates):
        return Check(VisualCheck.VISUAL_PERSONAL_NUMBER, Result.NOT_SUPPORTED)
    matches = [(compare_numbers(printed.text, text), field, text) for field, text in candidates if plain_number(text)]
    _, field, of_zone = min(matches, key=lambda one: (list(ValueGrade).index(one[0].grade), one[0].wrong))
    return _graded(
        VisualCheck.VISUAL_PERSONAL_NUMBER,
        VisualFinding.VISUAL_PERSONAL_NUMBER_DIFFERS,
        (VisualField.PERSONAL_NUMBER, field),
        (zone, of_zone, printed, visual),
        lambda text: _of_one_shape(text, of_zone),
    )


def _of_one_shape(text: str, of_zone: str) -> NumberMatch:
    match = compare_numbers(text, of_zone)
    other = match.grade is ValueGrade.CONTRADICTION and _shape(text) != _shape(of_zone)
    return NumberMatch(ValueGrade.NOT_COVERED) if other else match


def _shape(text: str) -> str:
    return "".join("9" if character.isdigit() else "A" for character in plain_number(text))


def check_issuer(zone: ZoneDocument, visual: VisualFields) -> Check:
    """The printed three-letter code against the zone's; words are not compared."""
    printed = visual.issuer
    code = "" if printed is None else plain_number(printed.text)
    if printed is None or not 0 < len(code) <= _CODE_LENGTH:
        return Check(VisualCheck.VISUAL_ISSUER, Result.NOT_SUPPORTED)
    return _graded(
        VisualCheck.VISUAL_ISSUER,
        VisualFinding.VISUAL_ISSUER_DIFFERS,
        (VisualField.ISSUER, Field.ISSUER),
        (zone, zone.issuer, printed, visual),
        lambda text: NumberMatch(compare_numbers(_known(plain_number(text)), _known(zone.issuer)).grade, 1),
    )


def _known(code: str) -> str:
    """Germany's two codes, and a code for what it is often mistaken for, are one."""
    meant = KNOWN_MISTAKES.get(code, code)
    return "D" if meant == "DEU" else meant


def check_code(zone: ZoneDocument, visual: VisualFields) -> Check:
    """The printed document code against the zone's: where the page has one letter, only that one counts."""
    printed = visual.document_code
    code = "" if printed is None else plain_number(printed.text)
    if printed is None or not 0 < len(code) <= 2:  # noqa: PLR2004 - letters of a document code
        return Check(VisualCheck.VISUAL_CODE, Result.NOT_SUPPORTED)
    common = min(len(code), len(zone.code)) or 1
    return _graded(
        VisualCheck.VISUAL_CODE,
        VisualFinding.VISUAL_CODE_DIFFERS,
        (VisualField.DOCUMENT_CODE, Field.DOCUMENT_CODE),
        (zone, zone.code, printed, visual),
        lambda text: NumberMatch(compare_numbers(_beginning(text, len(code), common), zone.code[:common]).grade, 1),
    )


def _beginning(text: str, size: int, common: int) -> str:
    """The letters of a code that are compared; one that was made longer has none."""
    code = plain_number(text)
    return code[:common] if len(code) == size else ""


def check_nationality(zone: ZoneDocument, visual: VisualFields) -> Check:
    """The printed nationality against the zone's, where it is a code; written down, and never part of the advice."""
    printed = visual.nationality
    if printed is None or not printed.text.strip():
        return Check(VisualCheck.VISUAL_NATIONALITY, Result.NOT_SUPPORTED)
    compared = (
        Compared(Source.ZONE, Field.NATIONALITY, zone.nationality),
        Compared(Source.VISUAL, VisualField.NATIONALITY, printed.text),
    )
    code = plain_number(printed.text)
    if len(code) > _CODE_LENGTH or lookup(code) is None:
        return Check(VisualCheck.VISUAL_NATIONALITY, Result.UNDETERMINED, (), compared)
    if _known(code) == _known(zone.nationality):
        return Check(VisualCheck.VISUAL_NATIONALITY, Result.SUCCESSFUL, (), compared)
    finding = find(VisualFinding.VISUAL_NATIONALITY_DIFFERS, VisualField.NATIONALITY, compared)
    return Check(VisualCheck.VISUAL_NATIONALITY, Result.FAILED, (finding,), compared)


def _graded(
    check: VisualCheck,
    differs: VisualFinding,
    fields: tuple[VisualField, Field],
    values: tuple[ZoneDocument, str, Printed, VisualFields],
    again: Callable[[str], NumberMatch],
) -> Check:
    """The check that a graded comparison comes to; `again` compares a text in the place of the printed one."""
    (field, zone_field), (zone, of_zone, printed, visual) = fields, values
    match = again(printed.text)
    compared = (Compared(Source.ZONE, zone_field, of_zone), Compared(Source.VISUAL, field, printed.text))
    places = (*zone_place(zone, zone_field), *page_place(printed, field, visual))
    agreement = _AGREEMENTS[match.grade]
    came = weighed(
        agreement, (printed,), lambda texts: _distance(again(texts[0]), texts[0], of_zone), of_zone, match.wrong
    )
    if came.bearing is None:
        return Check(check, came.result, (), compared, places)
    codes = {Agreement.READING: VisualFinding.VISUAL_READING, Agreement.OPEN: VisualFinding.VISUAL_UNREADABLE}
    finding = find(codes.get(agreement, differs), field, compared, places, bearing=came.bearing)
    return Check(check, came.result, (finding,), compared, places)


def _distance(match: NumberMatch, text: str, of_zone: str) -> int:
    """Characters that nothing explains in a text in the place of the printed one; most where there is no comparison.

    A text longer than the zone's would agree by what is cut off.
    """
    agreement = _AGREEMENTS[match.grade]
    if _dropped(plain_number(text), plain_number(of_zone)):
        return 0
    if agreement in {Agreement.AGREE, Agreement.READING} and len(plain_number(text)) <= len(plain_number(of_zone)):
        return 0
    return FAR + 1 if agreement is Agreement.OPEN else max(1, match.wrong)


def _dropped(text: str, of_zone: str) -> bool:
    """Whether nothing but one or two characters is missing: the reader drops some without a trace, and nobody prints so."""
    if not 0 < len(of_zone) - len(text) <= _MISSING:
        return False
    rest = iter(of_zone)
    return all(character in rest for character in text)
