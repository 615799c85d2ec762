"""What is known of the person at a further check: one sealed record, under a key of its own, sealed anew at every step.

Whether somebody is a child, asked for protection or shows signs of exploitation is a special category of data, and why
a check began or how it ended says the same in other words. So none of it stands in a column: who reads the database
without the vault sees that there were checks, where and when, and nothing of whom they were about.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from egnatia.casework.borders.rules import Ending, Standing
from egnatia.model.borders import (
    CrossingOutcome,
    CustodyCheck,
    Direction,
    HelpAnswer,
    Minor,
    RefusalGround,
    SecondLineFinding,
    SecondLineReason,
    Sign,
)
from egnatia.model.ids import SealedId
from egnatia.store.database import Transaction

KIND = "second_line"
"""The kind of the sealed record; it is reviewed while the check is open and has a day of erasure afterwards."""
Listed = TypeVar("Listed", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Particulars:
    """Everything of a further check that says something about the person.

    Attributes:
        reason: why it began.
        minor: whether the person is a child, and with whom.
        distressed: whether the first line saw signs of distress.
        informed_in: language of the information sheet that was given.
        informed_at: when.
        protection_asked_at: when the person first asked for protection.
        screened_at: when the signs were last gone through.
        signs: every sign that was seen so far.
        custody: what came of asking about custody.
        help: what the person said when help was offered.
        ending: how it ended; none while it is open.
    """

    reason: SecondLineReason
    minor: Minor
    distressed: bool = False
    informed_in: str | None = None
    informed_at: datetime | None = None
    protection_asked_at: datetime | None = None
    screened_at: datetime | None = None
    signs: tuple[Sign, ...] = ()
    custody: CustodyCheck | None = None
    help: HelpAnswer | None = None
    ending: Ending | None = None

    def standing(self, direction: Direction) -> Standing:
        """What of it decides how the check may end."""
        return Standing(
            direction=direction,
            minor=self.minor,
            protection_asked=self.protection_asked_at is not None,
            informed=self.informed_at is not None,
            screened=self.screened_at is not None,
            distressed=self.distressed or bool(self.signs) or self.reason is SecondLineReason.DISTRESS_INDICATOR,
            custody=self.custody,
            help=self.help,
        )


def put_away(tx: Transaction, known: Particulars, at: datetime, erase_on: datetime | None = None) -> str:
    """Seal particulars under a fresh key. Returns the sealed record's id."""
    return tx.seal(_written(known), kind=KIND, at=at, erase_on=erase_on).id


def particulars_of(tx: Transaction, particulars_id: str) -> Particulars:
    """Read particulars back.

    Raises:
        ErasedError: they were erased.
        TamperedError: they were changed.
    """
    return _read(json.loads(tx.unseal(SealedId(particulars_id))))


def _written(known: Particulars) -> bytes:
    ending = known.ending
    values: dict[str, Any] = {
        "reason": known.reason,
        "minor": known.minor,
        "distressed": known.distressed,
        "informed_in": known.informed_in,
        "informed_at": _text(known.informed_at),
        "protection_asked_at": _text(known.protection_asked_at),
        "screened_at": _text(known.screened_at),
        "signs": list(known.signs),
        "custody": known.custody,
        "help": known.help,
        "finding": ending and ending.finding,
        "outcome": ending and ending.outcome,
        "grounds": list(ending.grounds) if ending else [],
        "appeal_in": ending and ending.appeal_in,
    }
    return json.dumps(values, sort_keys=True).encode()


def _read(values: dict[str, Any]) -> Particulars:
    return Particulars(
        reason=SecondLineReason(values["reason"]),
        minor=Minor(values["minor"]),
        distressed=values["distressed"],
        informed_in=values["informed_in"],
        informed_at=_moment(values["informed_at"]),
        protection_asked_at=_moment(values["protection_asked_at"]),
        screened_at=_moment(values["screened_at"]),
        signs=tuple(Sign(each) for each in values["signs"]),
        custody=_listed(CustodyCheck, values["custody"]),
        help=_listed(HelpAnswer, values["help"]),
        ending=_ending(values),
    )


def _ending(values: dict[str, Any]) -> Ending | None:
    if not values["finding"]:
        return None
    return Ending(
        SecondLineFinding(values["finding"]),
        CrossingOutcome(values["outcome"]),
        tuple(RefusalGround(each) for each in values["grounds"]),
        values["appeal_in"],
    )


def _listed(kind: type[Listed], value: str | None) -> Listed | None:
    return None if value is None else kind(value)


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
