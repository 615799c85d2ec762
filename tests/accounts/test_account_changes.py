"""Changed passwords and roles: the old ones stop at once, and somebody always stays administrator."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from egnatia.accounts import (
    Hashing,
    LoginRefusal,
    change_password,
    change_roles,
    check_login,
    create_officer,
    disable_officer,
    officer_by_id,
    officer_of_session,
    open_session,
)
from egnatia.accounts.login import MAX_FAILURES
from egnatia.errors import ConflictError, InputError, NotFoundError
from egnatia.model.ids import OfficerId
from egnatia.model.officers import Officer
from egnatia.model.states import Role
from egnatia.store.database import Database
from egnatia.store.tables import ledger_entry

OLD, NEW = "three unrelated words", "four other unrelated words"


@pytest.fixture
def chief(database: Database, hashing: Hashing, now: datetime) -> Officer:
    return database.run(lambda tx: create_officer(tx, "chief", [Role.ADMINISTRATOR], OLD, "installer", now, hashing))


def kinds(database: Database) -> list[str]:
    with database.read() as tx:
        return list(tx.execute(select(ledger_entry.c.kind).order_by(ledger_entry.c.sequence)).scalars())


def test_the_old_password_stops_and_the_new_one_works(
    database: Database, chief: Officer, hashing: Hashing, now: datetime
) -> None:
    database.run(lambda tx: change_password(tx, chief.id, NEW, chief.id, now, hashing))
    old = database.run(lambda tx: check_login(tx, "chief", OLD, now, hashing))
    new = database.run(lambda tx: check_login(tx, "chief", NEW, now, hashing))
    assert isinstance(old, LoginRefusal)
    assert new == chief


def test_a_change_ends_the_sessions(database: Database, chief: Officer, hashing: Hashing, now: datetime) -> None:
    token = database.run(lambda tx: open_session(tx, chief, now))
    database.run(lambda tx: change_password(tx, chief.id, NEW, chief.id, now, hashing))
    assert database.run(lambda tx: officer_of_session(tx, token, now)) is None


def test_a_new_password_ends_the_pause(database: Database, chief: Officer, hashing: Hashing, now: datetime) -> None:
    for _ in range(MAX_FAILURES):
        database.run(lambda tx: check_login(tx, "chief", "wrong", now, hashing))
    assert isinstance(database.run(lambda tx: check_login(tx, "chief", OLD, now, hashing)), LoginRefusal)
    database.run(lambda tx: change_password(tx, chief.id, NEW, chief.id, now, hashing))
    assert database.run(lambda tx: check_login(tx, "chief", NEW, now + timedelta(seconds=1), hashing)) == chief


@pytest.mark.parametrize("bad", ["short", "chief", "aaaaaaaaaaaaaaa"])
def test_a_bad_new_password_changes_nothing(
    database: Database, chief: Officer, hashing: Hashing, now: datetime, bad: str
) -> None:
    before = kinds(database)
    with pytest.raises(InputError):
        database.run(lambda tx: change_password(tx, chief.id, bad, chief.id, now, hashing))
    assert kinds(database) == before
    assert database.run(lambda tx: check_login(tx, "chief", OLD, now, hashing)) == chief


def test_roles_change_to_exactly_those_named(
    database: Database, chief: Officer, hashing: Hashing, now: datetime
) -> None:
    made = database.run(lambda tx: create_officer(tx, "second", [Role.EXAMINER], OLD, chief.id, now, hashing))
    database.run(lambda tx: change_roles(tx, made.id, [Role.AUDITOR, Role.SUPERVISOR], chief.id, now))
    with database.read() as tx:
        assert officer_by_id(tx, made.id).roles == {Role.AUDITOR, Role.SUPERVISOR}
    assert kinds(database)[-1] == "account.changed"


def test_the_last_administrator_stays_one(database: Database, chief: Officer, hashing: Hashing, now: datetime) -> None:
    with pytest.raises(ConflictError, match="last administrator"):
        database.run(lambda tx: change_roles(tx, chief.id, [Role.EXAMINER], chief.id, now))
    database.run(lambda tx: create_officer(tx, "second", [Role.ADMINISTRATOR], OLD, chief.id, now, hashing))
    database.run(lambda tx: change_roles(tx, chief.id, [Role.EXAMINER], chief.id, now))
    with database.read() as tx:
        assert officer_by_id(tx, chief.id).roles == {Role.EXAMINER}


def test_no_role_is_no_account(database: Database, chief: Officer, now: datetime) -> None:
    with pytest.raises(InputError, match="at least one role"):
        database.run(lambda tx: change_roles(tx, chief.id, [], chief.id, now))


def test_closed_and_unknown_accounts_do_not_change(
    database: Database, chief: Officer, hashing: Hashing, now: datetime
) -> None:
    made = database.run(lambda tx: create_officer(tx, "second", [Role.EXAMINER], OLD, chief.id, now, hashing))
    database.run(lambda tx: disable_officer(tx, made.id, chief.id, now))
    for officer_id in (made.id, OfficerId("off-nobody")):
        with database.write() as tx, pytest.raises(NotFoundError):
            change_password(tx, officer_id, NEW, chief.id, now, hashing)
        with database.write() as tx, pytest.raises(NotFoundError):
            change_roles(tx, officer_id, [Role.AUDITOR], chief.id, now)
