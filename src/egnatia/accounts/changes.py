"""Changing an account: a new password, other roles. Every change ends the account's sessions and is one ledger entry."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import update

from egnatia.accounts.officers import Account, administrators, officers
from egnatia.accounts.passwords import STANDARD, Hashing, check_new_password, hash_password
from egnatia.accounts.sessions import revoke_sessions
from egnatia.errors import ConflictError, InputError, NotFoundError
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import OfficerId
from egnatia.model.states import Role
from egnatia.store.database import Transaction
from egnatia.store.tables import officer as table

_SALT_BYTES = 16


def change_password(
    tx: Transaction, officer_id: OfficerId, password: str, actor: str, now: datetime, hashing: Hashing = STANDARD
) -> None:
    """Give an account a new password, by its officer or by an administrator; a pause after wrong tries ends.

    Raises:
        NotFoundError: no such open account.
        InputError: the password will not do.
    """
    account = _open(tx, officer_id)
    check_new_password(password, account.officer.name)
    encoded = hash_password(password, tx.randomness.randbytes(_SALT_BYTES), hashing)
    values = {"password_hash": encoded, "failed_logins": 0, "locked_until": None}
    tx.execute(update(table).where(table.c.id == officer_id).values(values))
    _finish(tx, officer_id, actor, "password", now)


def change_roles(tx: Transaction, officer_id: OfficerId, roles: Iterable[Role], actor: str, now: datetime) -> None:
    """Give an account other roles.

    Raises:
        NotFoundError: no such open account.
        InputError: no role at all; close the account instead.
        ConflictError: the last administrator would be none any more.
    """
    account, held = _open(tx, officer_id), frozenset(roles)
    if not held:
        raise InputError("an account needs at least one role", hint="`egnatia account disable` closes an account.")
    if Role.ADMINISTRATOR in account.officer.roles - held and administrators(tx) == [officer_id]:
        raise ConflictError(
            f"{account.officer.name} is the last administrator of this node", hint="Create another administrator first."
        )
    tx.execute(update(table).where(table.c.id == officer_id).values(roles=",".join(sorted(held))))
    _finish(tx, officer_id, actor, f"roles {', '.join(sorted(held))}", now)


def _open(tx: Transaction, officer_id: OfficerId) -> Account:
    for account in officers(tx):
        if account.officer.id == officer_id and account.disabled_at is None:
            return account
    raise NotFoundError(f"there is no open account {officer_id}", hint="`egnatia account list` shows all of them.")


def _finish(tx: Transaction, officer_id: OfficerId, actor: str, change: str, now: datetime) -> None:
    """Whoever is logged in with the old password or the old roles logs in again."""
    revoke_sessions(tx, officer_id, actor, now)
    append(tx, Act(EventKind.ACCOUNT_CHANGED, now, actor, officer_id, content={"change": change}))
