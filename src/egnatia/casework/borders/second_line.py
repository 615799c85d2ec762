"""The second line: informed, heard, screened where a document is false, and closed by an officer's own finding.

The machine has no part in it: no function here takes an advice, and none can write a finding but with an officer. What is
known of the person is sealed (`particulars`), and of somebody in whose case nothing was found only a count is left.
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from egnatia.accounts import authorise
from egnatia.casework.borders.counts import Group, check_group, count_ending
from egnatia.casework.borders.fading import let_inspection_fade
from egnatia.casework.borders.further_checks import row_of
from egnatia.casework.borders.particulars import Particulars, particulars_of, put_away
from egnatia.casework.borders.rules import Ending, check_ending
from egnatia.enquiries.desk import KEEP, check_text
from egnatia.enquiries.forgery_alerts.ending import end_about
from egnatia.errors import ConflictError, InputError
from egnatia.ledger import Act, append
from egnatia.model.borders import (
    CustodyCheck,
    Direction,
    HelpAnswer,
    Minor,
    SecondLineReason,
    Sign,
)
from egnatia.model.events import EventKind
from egnatia.model.ids import SealedId
from egnatia.model.officers import Action, Officer
from egnatia.model.states import Purpose
from egnatia.store.database import Transaction
from egnatia.store.tables import second_line

SHEETS = frozenset(
    {"en", "sq", "sr", "sr-Latn", "mk", "ar", "fa", "ps", "ku", "tr", "vi", "fr", "es", "ru", "uk", "bn", "ur", "hi"}
)
"""Languages (BCP 47) in which an information sheet may have been given: those of the partners and of the route."""
MIN_NOTE = 10


def inform(tx: Transaction, officer: Officer, check_id: str, language: str, now: datetime) -> None:
    """Note that the information sheet was given, and in which language (BCC-04).

    Raises:
        ForbiddenError, NotFoundError, ConflictError: as the names say.
        InputError: there is no sheet in this language.
    """
    authorise(officer, Action.CHECK_CROSSING)
    _check_language(language)
    said = f"information sheet in {language}"
    _note(tx, officer, check_id, lambda known: replace(known, informed_in=language, informed_at=now), said, now)


def hear_protection(tx: Transaction, officer: Officer, check_id: str, now: datetime) -> str:
    """Note that the person asked for protection: from now on the check can only end in a referral (BCC-05).

    Whoever asks after the check was closed is heard as well: a new check begins, which can only end in a referral, and
    what was decided before is not carried out against somebody who asked. An alert about the document is taken back.

    Returns:
        The id of the check that ends in a referral now: the same one, or the new one.

    Raises:
        ForbiddenError, NotFoundError: as the names say.
    """
    authorise(officer, Action.CHECK_CROSSING)
    row = row_of(tx, check_id)
    end_about(tx, row.inspection_id, officer.id, now)
    if row.closed_at is not None:
        return _begin_again(tx, officer, row, now)

    def heard(known: Particulars) -> Particulars:
        first = known.protection_asked_at or now  # hearing it again does not make it later
        return replace(known, protection_asked_at=first)

    _note(tx, officer, check_id, heard, "asked for protection", now)
    return check_id


def screen(tx: Transaction, officer: Officer, check_id: str, signs: Collection[Sign], now: datetime) -> bool:
    """Note what the screening saw. Returns whether help has to be offered (DOC-10).

    Raises:
        ForbiddenError, NotFoundError, ConflictError: as the names say.
    """
    seen = sorted({each.value for each in signs})

    def screened(known: Particulars) -> Particulars:
        # What was seen once is not unseen by looking again.
        every = tuple(each for each in Sign if each in known.signs or each in signs)
        return replace(known, screened_at=now, signs=every)

    known = _note(tx, officer, check_id, screened, f"screened: {', '.join(seen) or 'none'}", now)
    return bool(known.signs)


def ask_custody(tx: Transaction, officer: Officer, check_id: str, came: CustodyCheck, now: datetime) -> None:
    """Note what came of asking who has custody of a child (BCC-10).

    Raises:
        ForbiddenError, NotFoundError: as the names say.
        ConflictError: the check is closed, or the person is an adult.
    """
    authorise(officer, Action.CHECK_CROSSING)
    if _known(tx, check_id).minor is Minor.ADULT:
        raise ConflictError("nobody has custody of an adult", hint="Say at the referral that the person is a child.")
    _note(tx, officer, check_id, lambda known: replace(known, custody=came), f"custody: {came.value}", now)


def offer_help(tx: Transaction, officer: Officer, check_id: str, said: HelpAnswer, now: datetime) -> None:
    """Note what a grown person said when help was offered. For a child nobody asks: it is referred.

    Raises:
        ForbiddenError, NotFoundError: as the names say.
        ConflictError: the check is closed, or the person is a child.
    """
    authorise(officer, Action.CHECK_CROSSING)
    if _known(tx, check_id).minor is not Minor.ADULT:
        raise ConflictError("a child does not decline help", hint="End the check with a safeguarding referral.")
    _note(tx, officer, check_id, lambda known: replace(known, help=said), f"help offered: {said.value}", now)


def close(
    tx: Transaction, officer: Officer, check_id: str, ending: Ending, note: str, group: Group, now: datetime
) -> None:
    """Close a check with the officer's own finding and outcome; also "no finding" is a result (BCC-06).

    Where nothing was found and the person went on, the record goes with this act: what is left is one more in a count.

    Args:
        tx: a write transaction.
        officer: who closes it, not by a machine's word.
        check_id: which.
        ending: finding and outcome, and of a refusal its grounds and the language of the appeal information.
        note: what was found, in the officer's words; sealed.
        group: whom the check was counted with, for the figures alone.
        now: the moment.

    Raises:
        ForbiddenError, NotFoundError: as the names say.
        InputError: no note, or a code that is none.
        ConflictError: it was closed already, or may not end like this.
    """
    authorise(officer, Action.CLOSE_SECOND_LINE)
    said = check_text("note", note, MIN_NOTE)
    check_group(group)
    if ending.appeal_in:
        _check_language(ending.appeal_in)
    row = _open(tx, check_id)
    known = particulars_of(tx, row.particulars_id)
    check_ending(known.standing(Direction(row.direction)), ending)
    tx.erase(SealedId(row.particulars_id))
    if ending.is_lawful_travel:
        tx.execute(second_line.delete().where(second_line.c.id == check_id))
        let_inspection_fade(tx, row.inspection_id, now)
    else:
        _keep(tx, officer, check_id, replace(known, ending=ending), said, now)
    place = (row.bcp, row.opened_at.date(), Direction(row.direction))
    count_ending(tx, place, known.reason.value, ending.finding.value, group)
    content = {
        "finding": ending.finding.value,
        "outcome": ending.outcome.value,
        "grounds": [each.value for each in ending.grounds],
    }
    append(tx, _act(EventKind.SECOND_LINE_CLOSED, officer, check_id, now, content))


def _keep(tx: Transaction, officer: Officer, check_id: str, known: Particulars, said: str, now: datetime) -> None:
    erase_on = now + KEEP
    sealed = tx.seal(said.encode(), kind="second_line_note", at=now, erase_on=erase_on)
    values = {
        "particulars_id": put_away(tx, known, now, erase_on),
        "closed_at": now,
        "closed_by": officer.id,
        "sealed_id": sealed.id,
        "erase_on": erase_on,
    }
    tx.execute(second_line.update().where(second_line.c.id == check_id).values(values))


def _begin_again(tx: Transaction, officer: Officer, row: Row[Any], now: datetime) -> str:
    known = particulars_of(tx, row.particulars_id)
    again = Particulars(SecondLineReason.PROTECTION_REQUEST, known.minor, protection_asked_at=now)
    values = {
        "id": tx.new_id(),
        "bcp": row.bcp,
        "direction": row.direction,
        "mode": row.mode,
        "opened_at": now,
        "opened_by": officer.id,
        "inspection_id": row.inspection_id,
        "particulars_id": put_away(tx, again, now),
    }
    tx.execute(second_line.insert(), values)
    content = {"reason": again.reason.value, "bcp": row.bcp, "after": row.id}
    append(tx, _act(EventKind.SECOND_LINE_OPENED, officer, str(values["id"]), now, content))
    return str(values["id"])


def _note(
    tx: Transaction,
    officer: Officer,
    check_id: str,
    change: Callable[[Particulars], Particulars],
    said: str,
    now: datetime,
) -> Particulars:
    """Seal the particulars anew with a change, and destroy what they were."""
    authorise(officer, Action.CHECK_CROSSING)
    row = _open(tx, check_id)
    known = change(particulars_of(tx, row.particulars_id))
    tx.erase(SealedId(row.particulars_id))
    values = {"particulars_id": put_away(tx, known, now)}
    tx.execute(second_line.update().where(second_line.c.id == check_id).values(values))
    append(tx, _act(EventKind.SECOND_LINE_NOTED, officer, check_id, now, {"noted": said}))
    return known


def _check_language(language: str) -> None:
    if language not in SHEETS:
        raise InputError(
            f"there is no information sheet in {language[:20]!a}", hint=f"One of: {', '.join(sorted(SHEETS))}."
        )


def _act(kind: EventKind, officer: Officer, check_id: str, now: datetime, content: dict[str, Any]) -> Act:
    return Act(kind, now, officer.id, f"second_line:{check_id}", purpose=Purpose.BORDER_CHECK, content=content)


def _known(tx: Transaction, check_id: str) -> Particulars:
    return particulars_of(tx, _open(tx, check_id).particulars_id)


def _open(tx: Transaction, check_id: str) -> Row[Any]:
    row = row_of(tx, check_id)
    if row.closed_at is not None:
        raise ConflictError(f"the further check {check_id} is closed", hint="What it ended with stays as it is.")
    return row
