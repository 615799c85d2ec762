"""Officers' accounts: made and closed by an administrator, never deleted, because the ledger refers to them."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from egnatia.accounts.passwords import STANDARD, Hashing, check_new_password, hash_password
from egnatia.accounts.sessions import revoke_sessions
from egnatia.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import OfficerId
from egnatia.model.officers import Officer
from egnatia.model.states import Role
from egnatia.store.database import Transaction
from egnatia.store.tables import officer as table

MAX_NAME_CHARACTERS = 80
_ID_BYTES = 8
_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Account:
    """An officer with the state of the account."""

    officer: Officer
    created_at: datetime
    disabled_at: datetime | None
    locked_until: datetime | None


def officer_of(row: Any) -> Officer:
    """The officer in a row of the table."""
    roles = frozenset(Role(role) for role in row.roles.split(",") if role)
    return Officer(OfficerId(row.id), row.name, roles)


def create_officer(
    tx: Transaction,
    name: str,
    roles: Iterable[Role],
    password: str,
    actor: str,
    now: datetime,
    hashing: Hashing = STANDARD,
) -> Officer:
    """Make an account.

    Args:
        tx: the transaction that also writes the ledger entry.
        name: what the officer logs in with; unique on this node and never sent to another.
        roles: at least one.
        password: at least 12 characters.
        actor: opaque id of the administrator.
        now: when.
        hashing: cost of the password hash.

    Raises:
        InputError: no roles, or a name or password that will not do.
        ConflictError: the name is taken.
    """
    given = _checked_name(name)
    held = frozenset(roles)
    if not held:
        raise InputError("an account needs at least one role", hint=f"Roles are: {', '.join(Role)}.")
    check_new_password(password, given)
    if _row_by_name(tx, given) is not None:
        raise ConflictError(f"there is an account named {given!r} already", hint="Choose another name.")
    made = Officer(OfficerId(f"off-{tx.randomness.randbytes(_ID_BYTES).hex()}"), given, held)
    encoded = hash_password(password, tx.randomness.randbytes(_SALT_BYTES), hashing)
    _insert(tx, made, encoded, now)
    append(tx, Act(EventKind.ACCOUNT_CREATED, now, actor, made.id, content={"roles": sorted(held)}))
    return made


def _insert(tx: Transaction, made: Officer, encoded: str, now: datetime) -> None:
    values = {"id": made.id, "name": made.name, "roles": ",".join(sorted(made.roles)), "password_hash": encoded}
    tx.execute(table.insert(), values | {"created_at": now, "failed_logins": 0})


def _checked_name(name: str) -> str:
    given = unicodedata.normalize("NFC", name).strip()
    if not 0 < len(given) <= MAX_NAME_CHARACTERS:
        raise InputError(f"an account's name has 1 to {MAX_NAME_CHARACTERS} characters")
    if not given.isprintable():
        raise InputError("an account's name holds characters that cannot be shown")
    return given


def _row_by_name(tx: Transaction, name: str) -> Any | None:
    return tx.execute(select(table.c.id).where(table.c.name == name)).one_or_none()


def officers(tx: Transaction) -> list[Account]:
    """Every account, closed ones included, by name."""
    return [
        Account(officer_of(row), row.created_at, row.disabled_at, row.locked_until)
        for row in tx.execute(select(table).order_by(table.c.name))
    ]


def officer_by_id(tx: Transaction, officer_id: OfficerId) -> Officer:
    """The officer behind an opaque id, for showing a name inside this node.

    Raises:
        NotFoundError: no such account.
    """
    row = tx.execute(select(table).where(table.c.id == officer_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no account {officer_id}")
    return officer_of(row)


def present_officer(tx: Transaction, officer_id: OfficerId) -> Officer:
    """The officer with the roles of this moment, for an act that was prepared some time before it is done.

    Raises:
        ForbiddenError: the account was closed since.
    """
    row = tx.execute(select(table).where(table.c.id == officer_id, table.c.disabled_at.is_(None))).one_or_none()
    if row is None:
        raise ForbiddenError(f"the account {officer_id} was closed", hint="Ask the administrator of this node.")
    return officer_of(row)


def disable_officer(tx: Transaction, officer_id: OfficerId, actor: str, now: datetime) -> None:
    """Close an account for good and end its sessions; its past acts stay attributable.

    Raises:
        NotFoundError: no such account.
        ConflictError: it is closed already, or it is the last open administrator.
    """
    account = next((each for each in officers(tx) if each.officer.id == officer_id), None)
    if account is None:
        raise NotFoundError(f"there is no account {officer_id}")
    if account.disabled_at is not None:
        raise ConflictError(f"the account {officer_id} is closed already")
    if administrators(tx) == [officer_id]:
        raise ConflictError(
            f"{officer_id} is the last administrator of this node", hint="Create another administrator first."
        )
    tx.execute(update(table).where(table.c.id == officer_id).values(disabled_at=now))
    revoke_sessions(tx, officer_id, actor, now)
    append(tx, Act(EventKind.ACCOUNT_CHANGED, now, actor, officer_id, content={"change": "disabled"}))


def administrators(tx: Transaction) -> list[OfficerId]:
    """Whoever holds an open account with the role of administrator; a node always has one."""
    every = [each.officer for each in officers(tx) if each.disabled_at is None]
    return [each.id for each in every if Role.ADMINISTRATOR in each.roles]
