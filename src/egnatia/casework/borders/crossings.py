"""The first line: somebody passes and only a count remains, or is asked to a further check for a reason from the list.

Lawful travel leaves no trace (docs/adr/0025): of who passes there is neither a name nor a number nor an hour. A past
return is not looked at here at all, least of all when somebody leaves their own country (BCC-07).
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from egnatia.accounts import authorise
from egnatia.casework.borders.counts import Group, check_group, count
from egnatia.casework.borders.particulars import Particulars, put_away
from egnatia.casework.borders.rules import UNGUARDED, first_line_outcomes
from egnatia.casework.borders.sampling import Draw, draw, use_lot, was_drawn, was_used
from egnatia.enquiries.forgery_alerts.ending import end_about
from egnatia.errors import ConflictError, InputError, NotFoundError
from egnatia.ledger import JSON, Act, append
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
        group: whom the check is counted with; it decides nothing, and a request for protection does not wait for it.
        minor: whether the person is a child, and with whom.
        protection_asked: whether the person asked for protection, in whatever words.
        distressed: whether the officer saw signs of distress or of being led by others.
    """

    bcp: str
    direction: Direction
    mode: CrossingMode
    group: Group | None
    minor: Minor = Minor.ADULT
    protection_asked: bool = False
    distressed: bool = False


def let_pass(tx: Transaction, officer: Officer, met: Encounter, now: datetime) -> None:
    """Let somebody pass. What is kept is one more in a count.

    Raises:
        ForbiddenError: the officer does not check crossings.
        InputError: a code that is none.
        ConflictError: the rules ask for something else first; nothing is counted.
    """
    authorise(officer, Action.CHECK_CROSSING)
    group = _checked(met)
    possible = first_line_outcomes(met.minor, protection_asked=met.protection_asked, distressed=met.distressed)
    if CrossingOutcome.PASS not in possible:
        raise ConflictError(
            "this person cannot simply pass: " + _because(met),
            hint="Ask them to the second line: `egnatia crossing refer`.",
        )
    count(tx, (met.bcp, now.date(), met.direction), "", "", group)
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
            drawn, or whose person was referred already; a child alone who is said to be an adult.
    """
    authorise(officer, Action.CHECK_CROSSING)
    group = None if reason is SecondLineReason.PROTECTION_REQUEST and met.group is None else _checked(met)
    check_bcp(met.bcp)
    _check_reason(tx, met, reason, sample_number, now)
    if inspection_id is not None and not _exists(tx, inspection_id):
        raise NotFoundError(f"there is no inspection {inspection_id}")
    if group is not None:
        count(tx, (met.bcp, now.date(), met.direction), reason.value, "", group)
    return _open(tx, officer, met, reason, inspection_id, now)


def _open(
    tx: Transaction,
    officer: Officer,
    met: Encounter,
    reason: SecondLineReason,
    inspection_id: str | None,
    now: datetime,
) -> str:
    asked = met.protection_asked or reason is SecondLineReason.PROTECTION_REQUEST
    known = Particulars(reason, met.minor, met.distressed, protection_asked_at=now if asked else None)
    row = {
        "id": tx.new_id(),
        "bcp": met.bcp,
        "direction": met.direction,
        "mode": met.mode,
        "opened_at": now,
        "opened_by": officer.id,
        "inspection_id": inspection_id,
        "particulars_id": put_away(tx, known, now),
    }
    tx.execute(second_line.insert(), row)
    content: dict[str, JSON] = {"reason": reason.value, "bcp": met.bcp}
    ref = f"second_line:{row['id']}"
    append(
        tx,
        Act(EventKind.SECOND_LINE_OPENED, now, officer.id, ref, purpose=Purpose.BORDER_CHECK, content=content),
    )
    if asked:
        end_about(tx, inspection_id, officer.id, now)
    return str(row["id"])


def _check_reason(
    tx: Transaction, met: Encounter, reason: SecondLineReason, sample_number: int | None, now: datetime
) -> None:
    """A reason says what is so: a random sample was drawn, and a child alone is a child."""
    if (reason is SecondLineReason.RANDOM_SAMPLE) != (sample_number is not None):
        raise ConflictError(
            "a random sample has the number that was drawn, and nothing else has one",
            hint="`egnatia crossing draw` says whether the next person is sampled, and the number.",
        )
    if sample_number is not None:
        _use_lot(tx, met.bcp, sample_number, now)
    if reason is SecondLineReason.CHILD_ALONE and met.minor not in UNGUARDED:
        raise ConflictError(
            "the reason is a child without everybody who has custody, and this person is said to be none",
            hint="Say whether the child is alone or with one adult, or give another reason.",
        )


def draw_lot(tx: Transaction, officer: Officer, bcp: str, one_in: int, now: datetime) -> Draw:
    """Draw for the next person in the queue, before anybody has looked at them.

    Raises:
        ForbiddenError, InputError: as `let_pass`.
    """
    authorise(officer, Action.CHECK_CROSSING)
    check_bcp(bcp)
    lot = draw(tx, bcp, now.date(), one_in)
    content = {"number": lot.number, "sampled": lot.sampled}
    append(tx, Act(EventKind.SAMPLE_DRAWN, now, officer.id, f"bcp:{bcp}", content=content))
    return lot


def _exists(tx: Transaction, inspection_id: str) -> bool:
    return tx.execute(select(inspection.c.id).where(inspection.c.id == inspection_id)).first() is not None


def _use_lot(tx: Transaction, bcp: str, number: int, now: datetime) -> None:
    """Use a lot that was drawn here on this day and that nobody was referred for: chance is no excuse."""
    for day in (now.date(), (now - LOT_HOLDS).date()):
        if was_drawn(tx, bcp, day, number) and not was_used(tx, bcp, day, number):
            use_lot(tx, bcp, day, number)
            return
    raise ConflictError(
        f"the number {number} is no open lot of the random sample at this crossing point",
        hint="Give the number that `egnatia crossing draw` drew for this person, or another reason.",
    )


def _checked(met: Encounter) -> Group:
    check_bcp(met.bcp)
    if met.group is None:
        raise InputError("nobody is counted without a group", hint="Give nationality, sex and age as printed.")
    check_group(met.group)
    return met.group


def check_bcp(bcp: str) -> None:
    """Require the code of a crossing point.

    Raises:
        InputError: it is none.
    """
    if not BCP.fullmatch(bcp):
        raise InputError(f"{bcp[:20]!a} is no crossing point", hint="Give its code, such as DURRES-1.")


def _because(met: Encounter) -> str:
    if met.protection_asked:
        return "the person asked for protection and is referred"
    if met.distressed:
        return "there are signs of distress, which the second line looks into"
    return "for a child without everybody who has custody, custody has to be asked about"
