"""The first line: somebody passes and only a count remains, or is asked to a further check for a reason from the list.

Lawful travel leaves no trace (docs/adr/0025): of who passes there is neither a name nor a number nor an hour. A past
return is not looked at here at all, least of all when somebody leaves their own country (BCC-07).
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select

from egnatia.accounts import authorise
from egnatia.casework.borders.counts import Group, check_group, count
from egnatia.casework.borders.rules import first_line_outcomes
from egnatia.casework.borders.sampling import Draw, draw, was_drawn
from egnatia.errors import ConflictError, InputError, NotFoundError
from egnatia.ledger import Act, append
from egnatia.model.borders import CrossingMode, CrossingOutcome, Direction, Minor, SecondLineReason
from egnatia.model.events import EventKind
from egnatia.model.officers import Action, Officer
from egnatia.model.states import Purpose
from egnatia.store.database import Transaction
from egnatia.store.tables import inspection, second_line

BCP = re.compile(r"[A-Z][A-Z0-9\-]{1,19}")
"""A crossing point's code of a country's own, such as DURRES-1; it leaves no room for words."""
LOT_HOLDS = timedelta(hours=1)
"""How long after midnight (UTC) a lot of the day before still holds: whoever was drawn may still stand in the queue."""


@dataclass(frozen=True, slots=True)
class Encounter:
    """Somebody at a crossing point, as the officer meets them.

    Attributes:
        bcp: the crossing point.
        direction: entry or exit.
        mode: by land, sea, air or rail.
        group: whom the check is counted with; it decides nothing.
        minor: whether the person is a child, and with whom.
        protection_asked: whether the person asked for protection, in whatever words.
    """

    bcp: str
    direction: Direction
    mode: CrossingMode
    group: Group
    minor: Minor = Minor.ADULT
    protection_asked: bool = False


def let_pass(tx: Transaction, officer: Officer, met: Encounter, now: datetime) -> None:
    """Let somebody pass. What is kept is one more in a count.

    Raises:
        ForbiddenError: the officer does not check crossings.
        InputError: a code that is none.
        ConflictError: the rules ask for something else first; nothing is counted.
    """
    authorise(officer, Action.CHECK_CROSSING)
    _check(met)
    possible = first_line_outcomes(met.minor, protection_asked=met.protection_asked)
    if CrossingOutcome.PASS not in possible:
        raise ConflictError(
            "this person cannot simply pass: " + _because(met),
            hint="Ask them to the second line: `egnatia crossing refer`.",
        )
    count(tx, (met.bcp, now.date(), met.direction), "", "", met.group)
    append(tx, Act(EventKind.CROSSING_PASSED, now, officer.id, f"bcp:{met.bcp}"))


def refer(
    tx: Transaction,
    officer: Officer,
    met: Encounter,
    reason: SecondLineReason,
    now: datetime,
    *,
    inspection_id: str | None = None,
    sample_number: int | None = None,
) -> str:
    """Ask somebody to a further check, for one reason from the list. Returns the check's id.

    Args:
        tx: a write transaction.
        officer: at the first line.
        met: who was met.
        reason: from the list; there is no other, and no words.
        now: the moment.
        inspection_id: of the recorded inspection of the document, where there is one.
        sample_number: the day's number that was drawn, where the reason is the random sample.

    Raises:
        ForbiddenError, InputError: as `let_pass`.
        NotFoundError: there is no such inspection.
        ConflictError: a random sample without a number, or a number without a random sample; a number that was not
            drawn, or whose person was referred already.
    """
    authorise(officer, Action.CHECK_CROSSING)
    _check(met)
    if (reason is SecondLineReason.RANDOM_SAMPLE) != (sample_number is not None):
        raise ConflictError(
            "a random sample has the number that was drawn, and nothing else has one",
            hint="`egnatia crossing draw` says whether the next person is sampled, and the number.",
        )
    if sample_number is not None:
        _check_lot(tx, met.bcp, sample_number, now)
    if inspection_id is not None and not _exists(tx, inspection_id):
        raise NotFoundError(f"there is no inspection {inspection_id}")
    check_id = tx.new_id()
    row = {
        "id": check_id,
        "bcp": met.bcp,
        "direction": met.direction,
        "mode": met.mode,
        "reason": reason,
        "minor": met.minor,
        "opened_at": now,
        "opened_by": officer.id,
        "inspection_id": inspection_id,
        "sample_number": sample_number,
        "protection_asked_at": now if met.protection_asked else None,
    }
    tx.execute(second_line.insert(), row)
    count(tx, (met.bcp, now.date(), met.direction), reason.value, "", met.group)
    content = {"reason": reason.value, "bcp": met.bcp}
    act = Act(
        EventKind.SECOND_LINE_OPENED,
        now,
        officer.id,
        f"second_line:{check_id}",
        purpose=Purpose.BORDER_CHECK,
        content=content,
    )
    append(tx, act)
    return check_id


def draw_lot(tx: Transaction, officer: Officer, bcp: str, one_in: int, now: datetime) -> Draw:
    """Draw for the next person in the queue, before anybody has looked at them.

    Raises:
        ForbiddenError, InputError: as `let_pass`.
    """
    authorise(officer, Action.CHECK_CROSSING)
    _check_bcp(bcp)
    lot = draw(tx, bcp, now.date(), one_in)
    content = {"number": lot.number, "sampled": lot.sampled}
    append(tx, Act(EventKind.SAMPLE_DRAWN, now, officer.id, f"bcp:{bcp}", content=content))
    return lot


def _exists(tx: Transaction, inspection_id: str) -> bool:
    return tx.execute(select(inspection.c.id).where(inspection.c.id == inspection_id)).first() is not None


def _check_lot(tx: Transaction, bcp: str, number: int, now: datetime) -> None:
    """Require a lot that was drawn here on this day, and that nobody was referred for: chance is no excuse."""
    for day in {now.date(), (now - LOT_HOLDS).date()}:
        if was_drawn(tx, bcp, day, number) and not _referred_for(tx, bcp, day, number):
            return
    raise ConflictError(
        f"the number {number} is no open lot of the random sample at this crossing point",
        hint="Give the number that `egnatia crossing draw` drew for this person, or another reason.",
    )


def _referred_for(tx: Transaction, bcp: str, day: date, number: int) -> bool:
    begin = datetime.combine(day, time(), UTC)
    drawn = (second_line.c.bcp == bcp) & (second_line.c.sample_number == number)
    that_day = (second_line.c.opened_at >= begin) & (second_line.c.opened_at < begin + timedelta(days=1))
    return tx.execute(select(second_line.c.id).where(drawn & that_day)).first() is not None


def _check(met: Encounter) -> None:
    _check_bcp(met.bcp)
    check_group(met.group)


def _check_bcp(bcp: str) -> None:
    if not BCP.fullmatch(bcp):
        raise InputError(f"{bcp[:20]!a} is no crossing point", hint="Give its code, such as DURRES-1.")


def _because(met: Encounter) -> str:
    if met.protection_asked:
        return "the person asked for protection and is referred"
    return "for a child without everybody who has custody, custody has to be asked about"
