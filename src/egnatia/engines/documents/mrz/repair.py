"""Repairs that the check digits prove: the one replacement of confusable characters that makes them all right.

A repair is a proposal for the eye, never applied. Only characters that look alike in OCR-B or in handwriting are tried,
and a repair proves something only when no other replacement (of one character, else of two) satisfies every check digit. Pairs of
equal value modulo 10, such as G and 6, cannot be decided by arithmetic and so are never proposed, but for a letter in the
place of a check digit, where only a digit can stand.
"""

from collections.abc import Iterator
from typing import TypeAlias

from egnatia.engines.documents.mrz.digits import DIGITS, VALUES
from egnatia.engines.documents.mrz.judge import judge
from egnatia.engines.documents.mrz.layouts import LAYOUTS, Layout
from egnatia.engines.documents.mrz.types import Change, Field, Repair, Verdict, ZoneDocument

_LOOK_ALIKE = ("0ODQ", "1IL", "2Z", "5S", "6G", "8B", "7T", "4A", "UV")
CONFUSABLE: dict[str, frozenset[str]] = {
    character: frozenset("".join(group for group in _LOOK_ALIKE if character in group)) - {character}
    for character in set("".join(_LOOK_ALIKE))
}
"""Characters taken for one another when a zone is read by machine or typed by hand."""
Single: TypeAlias = tuple[int, str]
"""An index into the joined lines, and the character to put there."""
Residual: TypeAlias = tuple[int, ...]
"""By how much each check digit misses, modulo 10, in the order of `judge`."""
_DATES = frozenset({Field.BIRTH_DATE, Field.EXPIRY_DATE})


def possible_repairs(document: ZoneDocument) -> tuple[Repair, ...]:
    """Every replacement of one confusable character, else of two, that makes all check digits right.

    Empty when they are right already or when no such replacement exists. Only a sole repair proves anything; several
    only show that a misreading can explain the zone.
    """
    layout = LAYOUTS[document.format]
    zone = "".join(document.lines)
    if document.national_layout or _fine(zone, layout):
        return ()
    wrong = _residual(zone, layout)
    if wrong is None:
        return ()
    left = [(one, _residual(_with(zone, (one,)), layout)) for one in _candidates(zone, layout)]
    alone: list[tuple[Single, ...]] = [(one,) for one, rest in left if rest is not None and not any(rest)]
    solutions = [changes for changes in alone if _fine(_with(zone, changes), layout)]
    if not solutions:
        solutions = [pair for pair in _pairs(wrong, left) if _fine(_with(zone, pair), layout)]
    return tuple(_repair(zone, layout, changes) for changes in solutions)


def _fine(zone: str, layout: Layout) -> bool:
    return all(one.verdict is Verdict.VERIFIED or one.verdict is Verdict.NOT_PRINTED for one in judge(zone, layout))


def _with(zone: str, changes: tuple[tuple[int, str], ...]) -> str:
    characters = list(zone)
    for index, to in changes:
        characters[index] = to
    return "".join(characters)


def protected(layout: Layout) -> Iterator[tuple[int, Field, bool]]:
    """Every position that some check digit covers or that holds one: index, field, and whether it holds the digit."""
    checks = {
        Field.NUMBER: layout.number_check,
        Field.BIRTH_DATE: layout.birth_check,
        Field.EXPIRY_DATE: layout.expiry_check,
        Field.OPTIONAL: layout.optional_check,
        Field.COMPOSITE: layout.composite_check,
    }
    for field, place in layout.places().items():
        covered = field in {Field.NUMBER, *_DATES} or (
            field in {Field.OPTIONAL, Field.OPTIONAL_2} and layout.composite_check >= 0
        )
        if covered:
            yield from ((index, field, False) for index in range(place.start, place.stop))
    yield from ((index, field, True) for field, index in checks.items() if index >= 0)


def _candidates(zone: str, layout: Layout) -> Iterator[Single]:
    for index, field, digit in protected(layout):
        for to in sorted(CONFUSABLE.get(zone[index], ())):
            if to in DIGITS or not (digit or field in _DATES):
                yield index, to


def _residual(zone: str, layout: Layout) -> Residual | None:
    """By how much each printed check digit misses, modulo 10; None when one cannot be calculated."""
    judgements = judge(zone, layout)
    printed = [one for one in judgements if one.verdict is not Verdict.NOT_PRINTED]
    if any(not one.computed or one.printed not in VALUES for one in printed):
        return None
    return tuple(
        0 if one.verdict is Verdict.NOT_PRINTED else (VALUES[one.printed] - int(one.computed)) % 10
        for one in judgements
    )


def _pairs(wrong: Residual, left: list[tuple[Single, Residual | None]]) -> Iterator[tuple[Single, ...]]:
    """Pairs whose effects cancel what is wrong: check digits are linear, so no pair has to be tried in full."""
    after: dict[Residual, list[Single]] = {}
    for one, rest in left:
        if rest is None:
            continue
        wanted = tuple((whole - part) % 10 for whole, part in zip(wrong, rest, strict=True))
        yield from ((other, one) for other in after.get(wanted, ()) if other[0] != one[0])
        after.setdefault(rest, []).append(one)


def _repair(zone: str, layout: Layout, changes: tuple[tuple[int, str], ...]) -> Repair:
    fields = {index: field for index, field, _ in protected(layout)}
    repaired = _with(zone, changes)
    return Repair(
        tuple(Change(fields[index], *layout.position(index), zone[index], to) for index, to in changes),
        tuple(repaired[at : at + layout.width] for at in range(0, len(repaired), layout.width)),
    )
