"""Counts of border checks: all that is kept of lawful travel, and the report about differences between groups (BCC-06).

A count is of one day, one crossing point and one group, with no officer, no hour and no document. Groups are counted so
that unequal treatment can be seen and answered for; no rule and no score reads them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from egnatia.accounts import authorise
from egnatia.errors import InputError
from egnatia.ledger import Act, append
from egnatia.model.borders import AgeBand, Direction, SecondLineFinding
from egnatia.model.events import EventKind
from egnatia.model.officers import Action, Officer
from egnatia.model.territories import territory
from egnatia.store.database import Transaction
from egnatia.store.prepared import Prepared, insert_into
from egnatia.store.tables import border_count

FEWEST = 10
"""Persons below whom a rate is not shown: it would say something about single people (the usual threshold of the UK's
Government Statistical Service for tables about individuals is 5 to 10; ours is the stricter end)."""
_SEX = frozenset({"F", "M", "X"})
_KEY = ("bcp", "day", "direction", "reason", "finding", "nationality", "sex", "age_band")
_COUNT = insert_into(border_count)
_SAME = border_count.c.number >= 0
for _name in _KEY:
    _SAME &= border_count.c[_name] == bindparam(f"key_{_name}")
_ADD = Prepared(border_count.update().where(_SAME).values(number=border_count.c.number + bindparam("more")))
_PLACE = ("bcp", "day", "direction", "reason")
_PEOPLE = ("nationality", "sex", "age_band")
_IS_OPEN = (border_count.c.finding == "") & (border_count.c.number > 0)
for _name in _PLACE:
    _IS_OPEN &= border_count.c[_name] == bindparam(_name)
_OPEN = Prepared(
    select(*(border_count.c[name] for name in _PEOPLE))
    .where(_IS_OPEN)
    .order_by(*(border_count.c[name] for name in _PEOPLE))
)


@dataclass(frozen=True, slots=True)
class Group:
    """Whom a check is counted with; seen on the document, never stored with the check.

    Attributes:
        nationality: code as printed, one to three capital letters.
        sex: F, M or X.
        age_band: in years.
    """

    nationality: str
    sex: str
    age_band: AgeBand


@dataclass(frozen=True, slots=True)
class Rate:
    """Further checks of one group, and how often something was found.

    Attributes:
        group: the value that its members share; empty for everybody.
        checked: persons at the first line.
        referred: of these to a further check.
        found: of these with a finding.
        shown: false where the group is hidden: fewer than FEWEST persons would be spoken of, or another hidden group
            could be worked out from this one and the sum. The numbers are zero then.
        referrals_shown: false where somebody was referred, but fewer than FEWEST: the numbers of these are zero then.
    """

    group: str
    checked: int
    referred: int
    found: int
    shown: bool = True
    referrals_shown: bool = True

    @property
    def referral_rate(self) -> float:
        """Share of persons who were referred."""
        return self.referred / self.checked if self.checked else 0.0

    @property
    def hit_rate(self) -> float:
        """Share of further checks with a finding."""
        return self.found / self.referred if self.referred else 0.0


def check_group(group: Group) -> None:
    """Require codes and no words.

    Raises:
        InputError: naming the field.
    """
    nationality = group.nationality
    if not (nationality.isascii() and nationality.isalpha() and nationality.isupper() and len(nationality) <= 3):  # noqa: PLR2004 - as printed
        raise InputError("the nationality is no code of one to three capital letters", hint="Give it as printed.")
    if group.sex not in _SEX:
        raise InputError(f"the sex is one of {', '.join(sorted(_SEX))}", hint="X is what is printed as unspecified.")


def count(tx: Transaction, place: tuple[str, date, Direction], reason: str, finding: str, group: Group) -> None:
    """Add one person to a count."""
    _add(tx, place, (reason, finding), _people(group), 1)


def _people(group: Group) -> tuple[str, str, str]:
    """The group as it is counted: Kosovo's four codes are one, or its citizens' rates would fall apart by what is printed."""
    return territory(group.nationality), group.sex, group.age_band.value


def count_ending(tx: Transaction, place: tuple[str, date, Direction], reason: str, finding: str, group: Group) -> None:
    """Move one person from the open further checks of a place to those with a finding.

    Whose check was open is written nowhere, so a group that is given otherwise than at the beginning is taken out of
    another group's open ones: the sums stay right, no number falls below zero, and no check stays open for ever.
    """
    bcp, day, direction = place
    people = _people(group)
    still_open = [tuple(row) for row in tx.rows(_OPEN, bcp=bcp, day=day, direction=direction.value, reason=reason)]
    if still_open:
        _add(tx, place, (reason, ""), people if people in still_open else still_open[0], -1)
    _add(tx, place, (reason, finding), people, 1)


def _add(
    tx: Transaction,
    place: tuple[str, date, Direction],
    why: tuple[str, str],
    people: tuple[str, str, str],
    number: int,
) -> None:
    bcp, day, direction = place
    key = dict(zip(_KEY, (bcp, day, direction.value, *why, *people), strict=True))
    if tx.put(_ADD, {f"key_{name}": value for name, value in key.items()} | {"more": number}) == 0:
        tx.put(_COUNT, key | {"number": number})


def rates(
    tx: Transaction, officer: Officer, by: str, period: tuple[date, date], now: datetime, *, publish: bool = False
) -> list[Rate]:
    """How often people were referred, and how often something was found, by group or by reason. Looking is logged.

    Args:
        tx: a write transaction.
        officer: a supervisor.
        by: `nationality`, `sex`, `age_band`, `reason` or `bcp`.
        period: first and last day.
        now: the moment.
        publish: hide also what others could work out from several such tables (`disclosed`).

    Raises:
        ForbiddenError: only a supervisor may.
        InputError: there is no such group, or the last day is before the first.
    """
    authorise(officer, Action.VIEW_BORDER_FIGURES)
    if by not in {"nationality", "sex", "age_band", "reason", "bcp"}:
        raise InputError(f"rates are not made by {by!r}", hint="By nationality, sex, age_band, reason or bcp.")
    if period[1] < period[0]:
        raise InputError("the period is empty", hint="Give the first day before the last.")
    rows = tx.execute(select(border_count).where(border_count.c.day.between(*period))).all()
    why = f"rates by {by}, {period[0]} to {period[1]}"
    append(tx, Act(EventKind.BORDER_FIGURES_VIEWED, now, officer.id, "border_figures", justification=why))
    groups = sorted({str(getattr(row, by)) for row in rows})
    found = [_rate(each, [row for row in rows if getattr(row, by) == each]) for each in groups if each]
    return disclosed(found) if publish else [_masked(each, _small(found), set()) for each in found]


def _rate(group: str, rows: Sequence[Row[Any]]) -> Rate:
    members = [(row.reason, row.finding, row.number) for row in rows]
    checked = sum(number for *_, number in members)
    referred = [(finding, number) for reason, finding, number in members if reason]
    found = sum(number for finding, number in referred if finding and finding != SecondLineFinding.NO_FINDING)
    return Rate(group, checked, sum(number for _, number in referred), found)


def disclosed(found: Sequence[Rate]) -> list[Rate]:
    """The rates as outsiders may see them, who must learn nothing of single people (statistical disclosure control).

    A group of fewer than FEWEST persons is hidden. Where only one is, the smallest of the others is hidden with it:
    the sum over another division of the same people would give the hidden number away. Of a group that is shown,
    referrals are hidden where there were some, but fewer than FEWEST: who was referred alone knows what was found. And
    where that is so of one group only, the group with the fewest referrals beside it is treated like it.
    """
    hidden = _small(found)
    hidden |= _companion(found, hidden, lambda each: each.checked)
    rest = [each for each in found if each.group not in hidden]
    few = {each.group for each in rest if 0 < each.referred < FEWEST}
    few |= _companion([each for each in rest if each.referred], few, lambda each: each.referred)
    return [_masked(each, hidden, few) for each in found]


def _small(found: Sequence[Rate]) -> set[str]:
    return {each.group for each in found if each.checked < FEWEST}


def _companion(found: Sequence[Rate], hidden: set[str], size: Callable[[Rate], int]) -> set[str]:
    """The smallest of the others, where one alone is hidden; none where there is no other."""
    others = [each for each in found if each.group not in hidden]
    return {min(others, key=lambda each: (size(each), each.group)).group} if len(hidden) == 1 and others else set()


def _masked(rate: Rate, hidden: set[str], few: set[str]) -> Rate:
    if rate.group in hidden:
        return Rate(rate.group, 0, 0, 0, shown=False, referrals_shown=False)
    return replace(rate, referred=0, found=0, referrals_shown=False) if rate.group in few else rate
