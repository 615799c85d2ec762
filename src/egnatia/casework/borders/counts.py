"""Counts of border checks: all that is kept of lawful travel, and the report about differences between groups (BCC-06).

A count is of one day, one crossing point and one group, with no officer, no hour and no document. Groups are counted so
that unequal treatment can be seen and answered for; no rule and no score reads them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from egnatia.accounts import authorise
from egnatia.errors import InputError
from egnatia.ledger import Act, append
from egnatia.model.borders import AgeBand, Direction, SecondLineFinding
from egnatia.model.events import EventKind
from egnatia.model.officers import Action, Officer
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
        shown: false where fewer than FEWEST persons would be spoken of; the numbers are zero then.
    """

    group: str
    checked: int
    referred: int
    found: int
    shown: bool = True

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
    _add(tx, place, (reason, finding), (group.nationality, group.sex, group.age_band.value), 1)


def count_ending(tx: Transaction, place: tuple[str, date, Direction], reason: str, finding: str, group: Group) -> None:
    """Move one person from the open further checks of a place to those with a finding.

    Whose check was open is written nowhere, so a group that is given otherwise than at the beginning is taken out of
    another group's open ones: the sums stay right, no number falls below zero, and no check stays open for ever.
    """
    bcp, day, direction = place
    people = (group.nationality, group.sex, group.age_band.value)
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


def rates(tx: Transaction, officer: Officer, by: str, period: tuple[date, date], now: datetime) -> list[Rate]:
    """How often people were referred, and how often something was found, by group or by reason. Looking is logged.

    Args:
        tx: a write transaction.
        officer: a supervisor.
        by: `nationality`, `sex`, `age_band`, `reason` or `bcp`.
        period: first and last day.
        now: the moment.

    Raises:
        ForbiddenError: only a supervisor may.
        InputError: there is no such group.
    """
    authorise(officer, Action.VIEW_BORDER_FIGURES)
    if by not in {"nationality", "sex", "age_band", "reason", "bcp"}:
        raise InputError(f"rates are not made by {by!r}", hint="By nationality, sex, age_band, reason or bcp.")
    rows = tx.execute(select(border_count).where(border_count.c.day.between(*period))).all()
    why = f"rates by {by}, {period[0]} to {period[1]}"
    append(tx, Act(EventKind.BORDER_FIGURES_VIEWED, now, officer.id, "border_figures", justification=why))
    groups = sorted({str(getattr(row, by)) for row in rows})
    return [_rate(each, [row for row in rows if getattr(row, by) == each]) for each in groups if each]


def _rate(group: str, rows: Sequence[Row[Any]]) -> Rate:
    members = [(row.reason, row.finding, row.number) for row in rows]
    checked = sum(number for *_, number in members)
    referred = [(finding, number) for reason, finding, number in members if reason]
    found = sum(number for finding, number in referred if finding and finding != SecondLineFinding.NO_FINDING)
    if checked < FEWEST:
        return Rate(group, 0, 0, 0, shown=False)
    return Rate(group, checked, sum(number for _, number in referred), found)
