"""Right and wrong tries: what is counted, when an account pauses, and that nothing tells which names exist."""

from datetime import datetime, timedelta

import pytest
from argon2.exceptions import HashingError
from sqlalchemy import select, update

from egnatia.accounts import Hashing, LoginRefusal, check_login, conclude_login, try_password
from egnatia.accounts.login import MAX_FAILURES, PAUSE, LoginProblem
from egnatia.accounts.passwords import dummy_hash, hash_password
from egnatia.model.officers import Officer
from egnatia.store.database import Database
from egnatia.store.tables import ledger_entry
from egnatia.store.tables import officer as table

PASSWORD = "three unrelated words"
WRONG = "three related words"


class Door:
    """Logins on one database with the cheap hash."""

    def __init__(self, database: Database, hashing: Hashing) -> None:
        self.database, self.hashing = database, hashing

    def knock(self, name: str, password: str, at: datetime) -> Officer | LoginRefusal:
        return self.database.run(lambda tx: check_login(tx, name, password, at, self.hashing))

    def problem(self, name: str, password: str, at: datetime) -> LoginProblem | None:
        answer = self.knock(name, password, at)
        return answer.problem if isinstance(answer, LoginRefusal) else None

    def kinds(self) -> list[str]:
        with self.database.read() as tx:
            return list(tx.execute(select(ledger_entry.c.kind).order_by(ledger_entry.c.sequence)).scalars())


@pytest.fixture
def door(database: Database, hashing: Hashing) -> Door:
    return Door(database, hashing)


def test_the_right_password_opens(door: Door, mira: Officer, now: datetime) -> None:
    assert door.knock("mira", PASSWORD, now) == mira
    assert door.knock(" mira ", PASSWORD, now) == mira
    assert door.kinds() == ["account.created", "login.succeeded", "login.succeeded"]


@pytest.mark.parametrize("password", [WRONG, "", PASSWORD.upper(), PASSWORD + " ", "\ud800"])
def test_any_other_password_does_not(door: Door, mira: Officer, now: datetime, password: str) -> None:
    assert mira.name == "mira"
    assert door.problem("mira", password, now) is LoginProblem.WRONG_PASSWORD
    assert door.kinds() == ["account.created", "login.failed"]


def test_every_refusal_reads_the_same(door: Door, mira: Officer, now: datetime) -> None:
    answers = [door.knock("nobody", WRONG, now), *(door.knock("mira", WRONG, now) for _ in range(MAX_FAILURES + 1))]
    door.database.run(lambda tx: tx.execute(update(table).where(table.c.id == mira.id).values(disabled_at=now)))
    answers.append(door.knock("mira", PASSWORD, now + PAUSE))
    assert {answer.message for answer in answers if isinstance(answer, LoginRefusal)} == {
        LoginRefusal(LoginProblem.PAUSED).message
    }
    assert {answer.problem for answer in answers if isinstance(answer, LoginRefusal)} == set(LoginProblem)


def test_an_unknown_name_costs_the_same_hash_as_a_known_one(door: Door, mira: Officer, now: datetime) -> None:
    with door.database.read() as tx:
        known = tx.execute(select(table.c.password_hash).where(table.c.id == mira.id)).scalar_one()
    assert dummy_hash(door.hashing).split("$")[:4] == known.split("$")[:4]
    impossible = Hashing(passes=1, memory_kib=0, lanes=1)  # whoever hashes with these fails, so nobody skips it
    for name in ("nobody", "mira"):
        with pytest.raises(HashingError):
            Door(door.database, impossible).knock(name, PASSWORD, now)


def test_the_fifth_wrong_try_pauses_the_account_for_a_quarter_of_an_hour(
    door: Door, mira: Officer, now: datetime
) -> None:
    for _ in range(MAX_FAILURES):
        assert door.problem("mira", WRONG, now) is LoginProblem.WRONG_PASSWORD
    assert door.problem("mira", PASSWORD, now) is LoginProblem.PAUSED
    assert door.problem("mira", PASSWORD, now + PAUSE - timedelta(seconds=1)) is LoginProblem.PAUSED
    assert door.knock("mira", PASSWORD, now + PAUSE) == mira


def test_four_wrong_tries_do_not_and_a_right_one_forgives_them(door: Door, mira: Officer, now: datetime) -> None:
    for _ in range(2):
        for _ in range(MAX_FAILURES - 1):
            door.knock("mira", WRONG, now)
        assert door.knock("mira", PASSWORD, now) == mira


def test_trying_on_during_the_pause_does_not_make_it_longer(door: Door, mira: Officer, now: datetime) -> None:
    for _ in range(MAX_FAILURES):
        door.knock("mira", WRONG, now)
    for minute in range(1, 15):
        assert door.problem("mira", WRONG, now + timedelta(minutes=minute)) is LoginProblem.PAUSED
    assert door.knock("mira", PASSWORD, now + PAUSE) == mira


def test_every_try_is_one_entry_that_names_no_name(door: Door, mira: Officer, now: datetime) -> None:
    door.knock("nobody", WRONG, now)
    door.knock("mira", WRONG, now)
    door.knock("mira", PASSWORD, now)
    with door.database.read() as tx:
        rows = tx.execute(select(ledger_entry).order_by(ledger_entry.c.sequence)).all()[1:]
    assert [(row.kind, row.object_ref) for row in rows] == [
        ("login.failed", "account/unknown"),
        ("login.failed", mira.id),
        ("login.succeeded", mira.id),
    ]
    assert all(b"nobody" not in row.entry and b"mira" not in row.entry for row in rows)


def test_a_hash_of_another_time_is_made_again(door: Door, mira: Officer, now: datetime) -> None:
    dearer = Hashing(passes=2, memory_kib=16, lanes=1)
    assert Door(door.database, dearer).knock("mira", PASSWORD, now) == mira
    with door.database.read() as tx:
        assert "m=16,t=2,p=1" in tx.execute(select(table.c.password_hash)).scalar_one()
    assert Door(door.database, dearer).knock("mira", PASSWORD, now) == mira


def test_a_hash_computed_before_the_password_changed_counts_for_nothing(
    door: Door, mira: Officer, now: datetime
) -> None:
    with door.database.read() as tx:
        tried = try_password(tx, mira.name, PASSWORD, door.hashing)
    assert tried.right
    changed = hash_password("another password altogether", bytes(16), door.hashing)
    door.database.run(lambda tx: tx.execute(update(table).values(password_hash=changed)))
    answer = door.database.run(lambda tx: conclude_login(tx, tried, now))
    assert isinstance(answer, LoginRefusal)
    assert answer.problem is LoginProblem.WRONG_PASSWORD


def test_trying_a_password_writes_nothing(door: Door, mira: Officer) -> None:
    before = door.kinds()
    with door.database.read() as tx:
        assert not try_password(tx, mira.name, WRONG, door.hashing).right
    assert door.kinds() == before
