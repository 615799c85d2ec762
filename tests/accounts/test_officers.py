"""Accounts are made and closed by rule, each change with its one ledger entry."""

from datetime import datetime

import pytest
from sqlalchemy import select

from egnatia.accounts import (
    Hashing,
    check_login,
    create_officer,
    disable_officer,
    officer_by_id,
    officer_of_session,
    officers,
    open_session,
)
from egnatia.accounts.passwords import STANDARD, hash_password, is_outdated, is_right
from egnatia.errors import ConflictError, InputError, NotFoundError
from egnatia.model.ids import OfficerId
from egnatia.model.officers import Officer
from egnatia.model.states import Role
from egnatia.store.database import Database
from egnatia.store.tables import ledger_entry
from egnatia.store.tables import officer as table

PASSWORD = "three unrelated words"


def kinds(database: Database) -> list[str]:
    with database.read() as tx:
        return list(tx.execute(select(ledger_entry.c.kind).order_by(ledger_entry.c.sequence)).scalars())


def test_an_account_has_an_opaque_id_and_its_roles(database: Database, mira: Officer) -> None:
    assert mira.id.startswith("off-")
    assert "mira" not in mira.id
    with database.read() as tx:
        (account,) = officers(tx)
        assert account.officer == mira == officer_by_id(tx, mira.id)
    assert kinds(database) == ["account.created"]


def test_neither_name_nor_password_reaches_the_ledger_or_the_table_in_clear(database: Database, mira: Officer) -> None:
    with database.read() as tx:
        entry = tx.execute(select(ledger_entry.c.entry)).scalar_one()
        stored = tx.execute(select(table.c.password_hash)).scalar_one()
    assert mira.name.encode() not in entry
    assert stored.startswith("$argon2id$")
    assert PASSWORD not in stored


@pytest.mark.parametrize(
    ("name", "roles", "password", "named"),
    [
        ("", {Role.AUDITOR}, PASSWORD, "1 to 80"),
        ("   ", {Role.AUDITOR}, PASSWORD, "1 to 80"),
        ("x" * 81, {Role.AUDITOR}, PASSWORD, "1 to 80"),
        ("a\nb", {Role.AUDITOR}, PASSWORD, "cannot be shown"),
        ("arta", set(), PASSWORD, "at least one role"),
        ("arta", {Role.AUDITOR}, "elevenchars", "has 11 characters; it needs at least 12"),
        ("arta", {Role.AUDITOR}, "x" * 257, "at most 256"),
        ("Arta Hoxha-Leka", {Role.AUDITOR}, "arta hoxha-leka", "account's name"),
        ("arta", {Role.AUDITOR}, "a" * 12, "repeated"),
    ],
)
def test_what_will_not_do_is_said_and_nothing_is_stored(
    database: Database, now: datetime, hashing: Hashing, name: str, roles: set[Role], password: str, named: str
) -> None:
    with pytest.raises(InputError, match=named) as caught:
        database.run(lambda tx: create_officer(tx, name, roles, password, "off-0", now, hashing))
    assert caught.value.hint()
    assert kinds(database) == []


def test_twelve_characters_are_enough(database: Database, now: datetime, hashing: Hashing) -> None:
    database.run(lambda tx: create_officer(tx, "arta", {Role.AUDITOR}, "twelve chars", "off-0", now, hashing))


def test_a_name_is_taken_once(database: Database, mira: Officer, now: datetime, hashing: Hashing) -> None:
    with pytest.raises(ConflictError, match="mira"):
        database.run(lambda tx: create_officer(tx, " mira ", {Role.AUDITOR}, PASSWORD, "off-0", now, hashing))
    assert kinds(database) == ["account.created"]
    with database.read() as tx:
        assert officer_by_id(tx, mira.id).roles == {Role.ENQUIRER}


def test_a_closed_account_logs_in_no_more_and_its_sessions_end(
    database: Database, mira: Officer, now: datetime, hashing: Hashing
) -> None:
    token = database.run(lambda tx: open_session(tx, mira, now))
    database.run(lambda tx: disable_officer(tx, mira.id, "off-0", now))
    assert database.run(lambda tx: officer_of_session(tx, token, now)) is None
    assert not isinstance(database.run(lambda tx: check_login(tx, "mira", PASSWORD, now, hashing)), Officer)
    assert kinds(database) == ["account.created", "logout", "account.changed", "login.failed"]
    with database.read() as tx:
        assert officers(tx)[0].disabled_at == now
        assert officer_by_id(tx, mira.id).name == "mira"


def test_closing_twice_or_closing_nobody(database: Database, mira: Officer, now: datetime) -> None:
    database.run(lambda tx: disable_officer(tx, mira.id, "off-0", now))
    with pytest.raises(ConflictError, match="closed already"):
        database.run(lambda tx: disable_officer(tx, mira.id, "off-0", now))
    with pytest.raises(NotFoundError):
        database.run(lambda tx: disable_officer(tx, OfficerId("off-none"), "off-0", now))
    with database.read() as tx, pytest.raises(NotFoundError):
        officer_by_id(tx, OfficerId("off-none"))


def test_the_last_administrator_stays(database: Database, now: datetime, hashing: Hashing) -> None:
    def made(name: str) -> Officer:
        return database.run(lambda tx: create_officer(tx, name, {Role.ADMINISTRATOR}, PASSWORD, "off-0", now, hashing))

    first, second = made("first"), made("second")
    database.run(lambda tx: disable_officer(tx, first.id, second.id, now))
    with pytest.raises(ConflictError, match="last administrator"):
        database.run(lambda tx: disable_officer(tx, second.id, second.id, now))


def test_standard_hashing_is_argon2id_with_the_second_recommended_parameters() -> None:
    assert (STANDARD.passes, STANDARD.memory_kib, STANDARD.lanes) == (3, 65_536, 4)
    encoded = hash_password(PASSWORD, bytes(16), STANDARD)
    assert encoded.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert is_right(encoded, PASSWORD, STANDARD)


def test_hashes_compare_right(hashing: Hashing) -> None:
    encoded = hash_password("fjalëkalim i gjatë", bytes(range(16)), hashing)
    assert is_right(encoded, "fjalëkalim i gjatë", hashing)
    assert is_right(encoded, "fjale\u0308kalim i gjate\u0308", hashing)
    assert not is_right(encoded, "fjalekalim i gjate", hashing)
    assert not is_right("not a hash", "anything", hashing)
    assert not is_right(encoded, "\ud800 lone surrogate", hashing)
    assert is_outdated(encoded, STANDARD)
    assert not is_outdated(encoded, hashing)
