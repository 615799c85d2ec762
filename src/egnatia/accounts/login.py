"""Checking a name and a password.

The answer to a wrong try is a value, not an error: the try has to be counted and written to the ledger, and an error
would undo both. Unknown, closed, paused and wrong all cost one hash and read the same, so nobody learns which names
exist. While an account is paused even the right password fails and nothing is counted, so a stranger cannot keep an
officer out for longer than the pause by trying on.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update

from egnatia.accounts.officers import officer_of
from egnatia.accounts.passwords import STANDARD, Hashing, dummy_hash, hash_password, is_outdated, is_right
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.officers import Officer
from egnatia.store.database import Transaction
from egnatia.store.tables import officer as table

MAX_FAILURES = 5
"""Wrong tries in a row; NIST SP 800-63B asks for at most 100, this project's design for five."""
PAUSE = timedelta(minutes=15)
UNKNOWN_ACTOR = "unknown"
"""Who tried is not known until the password was right."""
_SALT_BYTES = 16
_MESSAGE = "the name and the password do not belong together, or the account is paused or closed"


class LoginProblem(StrEnum):
    """Why a try failed; for the node's own records, never for the person who tries."""

    UNKNOWN_NAME = "unknown_name"
    WRONG_PASSWORD = "wrong_password"  # noqa: S105 - a reason, not a password
    PAUSED = "paused"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class LoginRefusal:
    """A try that failed. `message` is the same for every problem."""

    problem: LoginProblem
    message: str = _MESSAGE


@dataclass(frozen=True, slots=True)
class Tried:
    """A name and a password after the hash was computed.

    Attributes:
        name: as looked up.
        encoded: the stored hash that was compared; none where there is no such account.
        right: whether it fitted.
        renewed: the password hashed again, where the stored hash was made with other parameters.
    """

    name: str
    encoded: str | None
    right: bool
    renewed: str | None


def try_password(tx: Transaction, name: str, password: str, hashing: Hashing = STANDARD) -> Tried:
    """Compute the one hash of a try. It costs a good part of a second, so it needs no more than a read transaction."""
    # No account's name holds a NUL, and PostgreSQL has no text with one: it must be an unknown name there as well.
    wanted = unicodedata.normalize("NFC", name).strip().replace("\0", "\ufffd")
    row = tx.execute(select(table).where(table.c.name == wanted)).one_or_none()
    right = is_right(dummy_hash(hashing) if row is None else row.password_hash, password, hashing)
    if row is None:
        return Tried(wanted, None, right=False, renewed=None)
    outdated = right and is_outdated(row.password_hash, hashing)
    renewed = hash_password(password, tx.randomness.randbytes(_SALT_BYTES), hashing) if outdated else None
    return Tried(wanted, row.password_hash, right, renewed)


def conclude_login(tx: Transaction, tried: Tried, now: datetime) -> Officer | LoginRefusal:
    """Count a try and write exactly one ledger entry about it; quick, so it does not hold up the node's writer.

    A password that was changed since the hash was computed counts as wrong.

    Returns:
        The officer, or a refusal; in both cases the transaction must be committed.
    """
    row = tx.execute(select(table).where(table.c.name == tried.name)).one_or_none()
    right = row is not None and tried.right and row.password_hash == tried.encoded
    problem = _problem(row, right, now)
    if row is None or problem is not None:
        return _refuse(tx, row, problem or LoginProblem.UNKNOWN_NAME, now)
    _welcome(tx, row, tried)
    append(tx, Act(EventKind.LOGIN_SUCCEEDED, now, row.id, row.id))
    return officer_of(row)


def check_login(
    tx: Transaction, name: str, password: str, now: datetime, hashing: Hashing = STANDARD
) -> Officer | LoginRefusal:
    """Both steps in one write transaction, where nobody else waits for it."""
    return conclude_login(tx, try_password(tx, name, password, hashing), now)


def _problem(row: Any | None, right: bool, now: datetime) -> LoginProblem | None:  # noqa: FBT001 - the check's result
    if row is None:
        return LoginProblem.UNKNOWN_NAME
    if row.disabled_at is not None:
        return LoginProblem.CLOSED
    if row.locked_until is not None and now < row.locked_until:
        return LoginProblem.PAUSED
    return None if right else LoginProblem.WRONG_PASSWORD


def _refuse(tx: Transaction, row: Any | None, problem: LoginProblem, now: datetime) -> LoginRefusal:
    if row is not None and problem is LoginProblem.WRONG_PASSWORD:
        _count(tx, row, now)
    target = "account/unknown" if row is None else row.id
    append(tx, Act(EventKind.LOGIN_FAILED, now, UNKNOWN_ACTOR, target, content={"problem": problem.value}))
    return LoginRefusal(problem)


def _count(tx: Transaction, row: Any, now: datetime) -> None:
    """Count a wrong try; the fifth in a row pauses the account and starts the count again."""
    failures = row.failed_logins + 1
    pauses = failures >= MAX_FAILURES
    values = {"failed_logins": 0 if pauses else failures, "locked_until": now + PAUSE if pauses else None}
    tx.execute(update(table).where(table.c.id == row.id).values(values))


def _welcome(tx: Transaction, row: Any, tried: Tried) -> None:
    values: dict[str, Any] = {"failed_logins": 0, "locked_until": None}
    if tried.renewed is not None:
        values["password_hash"] = tried.renewed
    tx.execute(update(table).where(table.c.id == row.id).values(values))
