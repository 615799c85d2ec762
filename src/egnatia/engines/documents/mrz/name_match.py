"""Whether a printed name and the zone's are one name, and how far apart they are where they are not.

A printed name has a set of admissible forms: every letter has one to three, titles may be left out, a long name may be
cut in many ways. The set is never written out. The cheapest way through the printed pieces and the zone's characters
together is found by dynamic programming, in time bounded by their lengths, whatever the text. What a step costs says
what had to be assumed; the dearest assumption decides the grade.
"""

# ruff: noqa: RUF001 - national letters are the subject

from dataclasses import dataclass
from enum import StrEnum

from egnatia.engines.documents.mrz.digits import DIGITS, FILLER
from egnatia.engines.documents.mrz.printed_names import TITLES, Between, Identifier, Piece, identifier
from egnatia.engines.documents.mrz.transliteration import Script, script_of
from egnatia.engines.documents.mrz.types import HolderName


class NameGrade(StrEnum):
    """How a printed name and the zone's agree."""

    EXACT = "exact"
    """Every letter in the recommended form."""
    ADMISSIBLE = "admissible"
    """Another form that the tables allow, a title left out, or the same words divided differently."""
    TRUNCATED = "truncated"
    """The zone's name is cut, and is a beginning of the printed one by the rules of parts 4 to 7 section 4.2.3."""
    READING = "reading"
    """One letter taken for one that looks like it, or what reading a page often loses: a mark, a space."""
    CONTRADICTION = "contradiction"
    """No admissible form is what the zone has."""
    NOT_COVERED = "not_covered"
    """No name on one side, or a script without a table."""


@dataclass(frozen=True, slots=True)
class PrintedName:
    """A name as printed, or as a chip's additional details have it.

    Args:
        primary: the primary identifier; the whole name where it is not divided.
        secondary: the secondary identifier.
        language: ISO 639-1 code of the tables' exceptions; without one those of all languages are admissible.
    """

    primary: str
    secondary: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class NameMatch:
    """How a printed name and the zone's agree, and what had to be assumed for it."""

    grade: NameGrade
    expected: str
    """The zone's name as the recommended forms would write it, uncut."""
    wrong: int = 0
    """Letters that nothing explains, at most `FAR`."""
    look_alike: int = 0
    """Letters that look like the one that belongs there."""
    unread: int = 0
    """Marks and spaces lost or added, letters read as digits."""


Cost = int
"""Assumptions counted by their weight, the dearest in the highest place: so the smaller number is the better way."""
_FORM, _CUT, _UNREAD, _ALIKE, _WRONG = 1, 1 << 8, 1 << 16, 1 << 24, 1 << 32
FAR = 4
"""Wrong letters from which on nothing is counted any more: the names are different."""
_NO_WAY = (FAR + 1) * _WRONG
_MOST_WORDS = 12
"""Words of an undivided name of which every beginning is tried as the given names."""
_LOOK_ALIKE = ("OQDC", "IJLT", "UV", "VY", "CG", "EF", "MN", "HN", "BR", "PR", "KX", "SZ", "WV")
"""Capitals often taken for one another in print by reading machines; `bench/documents/consistency.py` draws from them."""
_ALIKE_TO = {
    letter: frozenset("".join(group for group in _LOOK_ALIKE if letter in group)) - {letter}
    for letter in set("".join(_LOOK_ALIKE))
}
_DIGIT_FOR = {"0": "ODQ", "1": "ILJT", "2": "Z", "3": "E", "4": "A", "5": "S", "6": "G", "7": "T", "8": "B", "9": "G"}
"""Names hold no digits (Doc 9303-3 section 4.6), so a digit in one is a letter misread."""
_MARK_LOST = {
    "A": ("AE", "AA"),
    "O": ("OE",),
    "U": ("UE", "UXX"),
    "N": ("NXX",),
    "B": ("SS",),
    "P": ("TH",),
    "К": ("KJ",),
    "Г": ("GJ",),
    "Е": ("IO", "YO"),
    "И": ("Y",),
    "І": ("YI",),
}
"""What the zone has where the page's letter lost its mark in reading: Ü read as U, ß as B, Þ as P."""


def printed_name(text: str, language: str = "") -> PrintedName:
    """A name in one text: its identifiers are separated by `<<` as on a chip, or by the first comma as on a page."""
    for separator in ("<<", ",", "،"):
        primary, found, secondary = text.partition(separator)
        if found:
            return PrintedName(primary, secondary, language)
    return PrintedName(text, "", language)


def compare_names(printed: PrintedName, zone_name: HolderName) -> NameMatch:
    """Hold a printed name against the zone's.

    Args:
        printed: the name in any script with a table.
        zone_name: as `names.read_name` reads it, with its mark that the name may be cut.
    """
    whole = printed.primary + printed.secondary
    first, second = identifier(printed.primary, printed.language), identifier(printed.secondary, printed.language)
    zone = (FILLER.join(zone_name.primary), FILLER.join(zone_name.secondary))
    expected = "<<".join(part for part in (first.recommended, second.recommended) if part)
    if not expected or not (zone[0] or zone[1]) or script_of(whole) is Script.OTHER:
        return NameMatch(NameGrade.NOT_COVERED, expected)
    if (first.recommended, second.recommended) == zone:
        return NameMatch(NameGrade.EXACT, expected)
    cost = _way(first, zone[0], cut=zone_name.truncated) + _way(second, zone[1], cut=zone_name.truncated)
    if cost >= _UNREAD:
        cost = min(cost, _regrouped(printed, zone, cut=zone_name.truncated) + _FORM)
    return _match(cost, expected)


def _regrouped(printed: PrintedName, zone: tuple[str, str], *, cut: bool) -> Cost:
    """The same words divided otherwise; of a name printed undivided nobody knows which identifier comes first."""
    together = f"{printed.primary} {printed.secondary}".strip()
    cost = _way(identifier(together, printed.language), FILLER.join(part for part in zone if part), cut=cut)
    if not all(zone) or (printed.primary.strip() and printed.secondary.strip()):
        return cost
    words = together.split()
    ways = [
        _way(identifier(" ".join(words[at:]), printed.language), zone[0], cut=cut)
        + _way(identifier(" ".join(words[:at]), printed.language), zone[1], cut=cut)
        for at in range(1, len(words) if len(words) <= _MOST_WORDS else 1)
    ]
    return min([cost, *ways])


def _match(cost: Cost, expected: str) -> NameMatch:
    wrong, alike = min(cost // _WRONG, FAR), cost // _ALIKE % 256
    unread, cuts, forms = cost // _UNREAD % 256, cost // _CUT % 256, cost % 256
    if cost >= _NO_WAY:
        return NameMatch(NameGrade.CONTRADICTION, expected, FAR)
    grade = NameGrade.EXACT
    if wrong or alike > 1 or unread > _most_unread(expected):
        grade = NameGrade.CONTRADICTION
    elif alike or unread:
        grade = NameGrade.READING
    elif cuts:
        grade = NameGrade.TRUNCATED
    elif forms:
        grade = NameGrade.ADMISSIBLE
    return NameMatch(grade, expected, wrong, alike, unread)


def _most_unread(expected: str) -> int:
    """Marks, spaces and digits that reading may lose: two, and one more for every six letters."""
    return 2 + len(expected) // 6


def _way(printed: Identifier, zone: str, *, cut: bool) -> Cost:
    """The cheapest way through a printed identifier and the zone's at once."""
    pieces, size = printed.pieces, len(zone)
    table = [[_NO_WAY] * (size + 1) for _ in range(len(pieces) + 1)]
    table[0][0] = 0
    for place, piece in enumerate(pieces):
        row = table[place]
        _stay(row, zone)
        for at in range(size + 1):
            if row[at] < _NO_WAY:
                _step(table, (place, at, row[at]), piece, zone)
                if cut:
                    _cut(table, (place, at, row[at]), printed, zone)
    _stay(table[-1], zone)
    return min(table[-1][size], _NO_WAY)


def _stay(row: list[Cost], zone: str) -> None:
    """Characters of the zone that nothing printed stands for: a filler, a title, or a wrong letter."""
    for at, cost in enumerate(row[:-1]):
        here = min(cost, row[at])
        if here >= _NO_WAY:
            continue
        added = _UNREAD if zone[at] == FILLER else _WRONG
        row[at + 1] = min(row[at + 1], here + added)
        title = _title_at(zone, at)
        if title:
            row[at + title] = min(row[at + title], here + _FORM)


def _title_at(zone: str, at: int) -> int:
    """The length of a whole title, with the filler before or after it, that stands at this place of the zone."""
    if at and zone[at] != FILLER:
        return 0
    start = at + (zone[at] == FILLER)
    end = zone.find(FILLER, start)
    end = len(zone) if end < 0 else end
    if zone[start:end] not in TITLES:
        return 0
    return end - at + (not at and end < len(zone))


def _step(table: list[list[Cost]], here: tuple[int, int, Cost], piece: Piece, zone: str) -> None:
    """Every way past one printed piece."""
    place, at, cost = here
    for target in piece.skip_to:
        _offer(table, target, at, cost + _FORM)
    filler = at < len(zone) and zone[at] == FILLER
    if piece.between is Between.GAP:
        _offer(table, place + 1, at + 1 if filler else at, cost + (0 if filler else _UNREAD))
        return
    if piece.between is Between.MARK:
        _offer(table, place + 1, at, cost)
        if filler:
            _offer(table, place + 1, at + 1, cost + _UNREAD)
        return
    _letter(table, here, piece, zone)


def _letter(table: list[list[Cost]], here: tuple[int, int, Cost], piece: Piece, zone: str) -> None:
    place, at, cost = here
    for spelling in piece.spellings:
        for number, form in enumerate(spelling.forms):
            if zone.startswith(form, at):
                _offer(table, place + spelling.span, at + len(form), cost + (_FORM if number else 0))
    _offer(table, place + 1, at, cost + _WRONG)
    if at == len(zone):
        return
    found = zone[at]
    forms = piece.spellings[0].forms if piece.spellings else ()
    if found != FILLER:
        alike = any(found in _ALIKE_TO.get(form, "") for form in forms)
        as_digit = piece.text in DIGITS and found in _DIGIT_FOR[piece.text]
        added = _UNREAD if as_digit else _ALIKE if alike else _WRONG
        _offer(table, place + 1, at + 1, cost + added)
    for lost in _MARK_LOST.get(piece.text, ()):
        if zone.startswith(lost, at):
            _offer(table, place + 1, at + len(lost), cost + _UNREAD)


def _cut(table: list[list[Cost]], here: tuple[int, int, Cost], printed: Identifier, zone: str) -> None:
    """Ways of a cut name: leave the rest of a component once it has begun, or all that follows a component."""
    place, at, cost = here
    piece, previous = printed.pieces[place], printed.pieces[place - 1] if place else None
    begun = place > 0 and previous is not None and previous.between is not Between.GAP
    if piece.between is Between.GAP:
        _offer(table, len(printed.pieces), at, cost + _CUT)
        return
    if begun:
        _offer(table, printed.ends[place], at, cost + _CUT)
    for spelling in piece.spellings:
        for form in spelling.forms:
            for kept in range(1, len(form)):
                if zone.startswith(form[:kept], at):
                    _offer(table, printed.ends[place], at + kept, cost + _CUT)


def _offer(table: list[list[Cost]], place: int, at: int, cost: Cost) -> None:
    table[place][at] = min(table[place][at], cost)
