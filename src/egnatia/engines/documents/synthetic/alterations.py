"""Operators that alter single fields of a genuine document: in the zone, on the printed page, or in both.

A forger changes what he needs, most often a date, a name or a number, and leaves what he cannot reach: chip, seal and
the national number that still tells the old day of birth.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from egnatia.engines.documents.mrz.layouts import LAYOUTS, Layout
from egnatia.engines.documents.mrz.types import Field
from egnatia.engines.documents.synthetic.compare import said
from egnatia.engines.documents.synthetic.documents import name_is_cut, visual_of, zone_of
from egnatia.engines.documents.synthetic.holders import STATES, invent
from egnatia.engines.documents.synthetic.national_numbers import goes_with
from egnatia.engines.documents.synthetic.types import Fault, Holder, Issue, SyntheticDocument
from egnatia.engines.documents.types import Source

Change = Callable[[Issue, random.Random], Issue]
_STATES = tuple(STATES)
_DIGITS = "0123456789"


def _number(issue: Issue, rng: random.Random) -> Issue:
    """Another digit in one place."""
    place = rng.randrange(2, len(issue.number))
    other = rng.choice(_DIGITS.replace(issue.number[place], ""))
    return replace(issue, number=issue.number[:place] + other + issue.number[place + 1 :])


def _birth(issue: Issue, rng: random.Random) -> Issue:
    """One to twelve years younger, on another day."""
    earlier = issue.holder.birth + timedelta(days=rng.randrange(300, 4_300))
    return _held_by(issue, replace(issue.holder, birth=min(earlier, issue.issued - timedelta(days=1))))


def _sex(issue: Issue, rng: random.Random) -> Issue:
    del rng
    return _held_by(issue, replace(issue.holder, sex="M" if issue.holder.sex == "F" else "F"))


def _expiry(issue: Issue, rng: random.Random) -> Issue:
    """Valid for one to four years more."""
    return replace(issue, expires=issue.expires + timedelta(days=365 * rng.randrange(1, 5)))


def _issue_date(issue: Issue, rng: random.Random) -> Issue:
    return replace(issue, issued=issue.issued - timedelta(days=rng.randrange(30, 700)))


def _primary(issue: Issue, rng: random.Random) -> Issue:
    return _renamed(issue, rng, lambda other: replace(issue.holder, family=other.family))


def _secondary(issue: Issue, rng: random.Random) -> Issue:
    return _renamed(issue, rng, lambda other: replace(issue.holder, given=other.given))


def _birth_place(issue: Issue, rng: random.Random) -> Issue:
    return _held_by(issue, replace(issue.holder, birth_place=_other(issue, rng, lambda made: made.birth_place)))


def _nationality(issue: Issue, rng: random.Random) -> Issue:
    return _held_by(
        issue,
        replace(issue.holder, nationality=rng.choice([each for each in _STATES if each != issue.holder.nationality])),
    )


def _personal_number(issue: Issue, rng: random.Random) -> Issue:
    """The number of another person, where the state has one."""
    return _held_by(issue, replace(issue.holder, personal_number=_other(issue, rng, lambda made: made.personal_number)))


def _other(issue: Issue, rng: random.Random, pick: Callable[[Holder], str]) -> str:
    """What another invented holder of the same state has there."""
    while True:
        made = invent(rng, issue.issuer, issue.issued)
        if pick(made) != pick(issue.holder):
            return pick(made)


def _renamed(issue: Issue, rng: random.Random, change: Callable[[Holder], Holder]) -> Issue:
    """Part of the name is another invented holder's, and the zone shows it: in its own letters, and not cut off."""
    while True:
        made = _held_by(issue, change(invent(rng, issue.issuer, issue.issued)))
        if zone_of(made) != zone_of(issue) and not name_is_cut(made):
            return made


def _held_by(issue: Issue, holder: Holder) -> Issue:
    return replace(issue, holder=holder)


CHANGES: dict[str, Change] = {
    "number": _number,
    "primary": _primary,
    "secondary": _secondary,
    "nationality": _nationality,
    "birth_date": _birth,
    "sex": _sex,
    "expiry_date": _expiry,
    "personal_number": _personal_number,
    "birth_place": _birth_place,
    "issue_date": _issue_date,
}
"""How each field is altered, by its name (`visual.types.VisualField`)."""
VISUAL_ONLY: tuple[str, ...] = ("birth_place", "issue_date")
"""Fields that no zone has."""
CHECKED: dict[str, Field] = {
    "number": Field.NUMBER,
    "birth_date": Field.BIRTH_DATE,
    "expiry_date": Field.EXPIRY_DATE,
}
"""Fields of every zone with a check digit of their own."""


def alter_zone(document: SyntheticDocument, field: str, rng: random.Random) -> SyntheticDocument:
    """The zone says something else in one field, and every check digit was made right again."""
    altered = CHANGES[field](document.told[Source.ZONE], rng)
    return _labelled(replace(document, zone=zone_of(altered), told={**document.told, Source.ZONE: altered}))


def alter_zone_carelessly(document: SyntheticDocument, field: str, rng: random.Random) -> SyntheticDocument:
    """The same, and the old check digits were left as they are; a change that they would not show is not made."""
    layout = LAYOUTS[document.kind.zone_format]
    place, check = layout.places()[CHECKED[field]], _check_place(layout, CHECKED[field])
    old = wanted = "".join(document.zone)
    altered = document.told[Source.ZONE]
    while wanted[check] == old[check]:
        altered = CHANGES[field](document.told[Source.ZONE], rng)
        wanted = "".join(zone_of(altered))
    mixed = old[: place.start] + wanted[place] + old[place.stop :]
    lines = tuple(mixed[start : start + layout.width] for start in range(0, len(mixed), layout.width))
    made = replace(document, zone=lines, told={**document.told, Source.ZONE: altered})
    return _labelled(made, Fault.CHECK_DIGIT)


def _check_place(layout: Layout, field: Field) -> int:
    places = {Field.NUMBER: layout.number_check, Field.BIRTH_DATE: layout.birth_check}
    return places.get(field, layout.expiry_check)


def alter_page(document: SyntheticDocument, field: str, rng: random.Random) -> SyntheticDocument:
    """The printed page says something else in one field."""
    altered = CHANGES[field](document.told[Source.VISUAL], rng)
    visual = {**document.visual, field: visual_of(altered)[field]}
    return _labelled(replace(document, visual=visual, told={**document.told, Source.VISUAL: altered}))


def alter_both(document: SyntheticDocument, field: str, rng: random.Random) -> SyntheticDocument:
    """Zone and page say the same other thing in one field; chip, seal and national number do not."""
    altered = CHANGES[field](document.told[Source.ZONE], rng)
    told = {**document.told, Source.ZONE: altered, Source.VISUAL: altered}
    visual = {**document.visual, field: visual_of(altered)[field]}
    return _labelled(replace(document, zone=zone_of(altered), visual=visual, told=told))


def _labelled(document: SyntheticDocument, *faults: Fault) -> SyntheticDocument:
    """With the faults in its label, and the national number's among them where that now tells another story."""
    told = [Fault.NATIONAL_NUMBER] if number_contradicts(document) else []
    return replace(document, label=replace(document.label, faults=(*faults, *told)))


def number_contradicts(document: SyntheticDocument) -> bool:
    """Whether a source shows a national number that does not go with that source's own day of birth or sex."""
    return any(
        "personal_number" in shown
        and not goes_with(document.issue.issuer, shown["personal_number"], issue.holder.birth, issue.holder.sex)
        for source, issue in document.told.items()
        for shown in (said(document)[source],)
    )
