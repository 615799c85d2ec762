"""Sessions: a token opens one, for a while, and only its hash is kept."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from egnatia.accounts import (
    authorise,
    close_session,
    officer_of_session,
    open_session,
    require_other,
    revoke_sessions,
    session_reference,
    sessions,
)
from egnatia.accounts.sessions import IDLE, LONGEST
from egnatia.errors import ForbiddenError
from egnatia.model.ids import OfficerId
from egnatia.model.officers import PERMISSIONS, Action, Officer
from egnatia.model.states import Role
from egnatia.store.database import Database
from egnatia.store.tables import ledger_entry, login_session


def whose(database: Database, token: str, at: datetime) -> Officer | None:
    return database.run(lambda tx: officer_of_session(tx, token, at))


def kinds(database: Database) -> list[str]:
    with database.read() as tx:
        return list(tx.execute(select(ledger_entry.c.kind).order_by(ledger_entry.c.sequence)).scalars())


def test_a_token_opens_its_session_and_no_other(database: Database, mira: Officer, now: datetime) -> None:
    token = database.run(lambda tx: open_session(tx, mira, now))
    assert len(bytes.fromhex(token)) == 32
    assert whose(database, token, now) == mira
    for wrong in ("", token[:-1], token.upper() if token.upper() != token else "x", "\ud800", "0" * 64):
        assert whose(database, wrong, now) is None


def test_only_the_hash_of_a_token_is_kept(database: Database, mira: Officer, now: datetime) -> None:
    token = database.run(lambda tx: open_session(tx, mira, now))
    with database.read() as tx:
        stored = tx.execute(select(login_session.c.token_sha256)).scalar_one()
        assert whose(database, stored, now) is None
        assert sessions(tx, mira.id, now)[0].id == stored[:16] == session_reference(token)
    assert token not in stored


def test_a_session_ends_after_a_quarter_of_an_hour_idle(database: Database, mira: Officer, now: datetime) -> None:
    token = database.run(lambda tx: open_session(tx, mira, now))
    assert whose(database, token, now + IDLE - timedelta(seconds=1)) == mira
    assert whose(database, token, now + 2 * IDLE - timedelta(seconds=2)) == mira
    assert whose(database, token, now + 3 * IDLE) is None


def test_looking_without_touching_does_not_prolong(database: Database, mira: Officer, now: datetime) -> None:
    token = database.run(lambda tx: open_session(tx, mira, now))
    with database.read() as tx:
        assert officer_of_session(tx, token, now + IDLE / 2, touch=False) == mira
    assert whose(database, token, now + IDLE) is None


def test_a_session_ends_after_twelve_hours_however_busy(database: Database, mira: Officer, now: datetime) -> None:
    token, at = database.run(lambda tx: open_session(tx, mira, now)), now
    while at + timedelta(minutes=10) < now + LONGEST:
        at += timedelta(minutes=10)
        assert whose(database, token, at) == mira
    assert whose(database, token, now + LONGEST) is None


def test_a_clock_set_back_ends_a_session(database: Database, mira: Officer, now: datetime) -> None:
    token = database.run(lambda tx: open_session(tx, mira, now))
    assert whose(database, token, now - timedelta(days=1)) is None


def test_a_login_ends_the_token_that_the_browser_came_with(database: Database, mira: Officer, now: datetime) -> None:
    first = database.run(lambda tx: open_session(tx, mira, now))
    second = database.run(lambda tx: open_session(tx, mira, now, replaces=first))
    assert first != second
    assert whose(database, first, now) is None
    assert whose(database, second, now) == mira
    assert kinds(database) == ["account.created", "logout"]


def test_a_login_clears_away_what_is_over(database: Database, mira: Officer, now: datetime) -> None:
    database.run(lambda tx: open_session(tx, mira, now))
    database.run(lambda tx: open_session(tx, mira, now + IDLE))
    with database.read() as tx:
        assert len(tx.execute(select(login_session)).all()) == 1


def test_logging_out_is_one_entry_and_twice_is_none(database: Database, mira: Officer, now: datetime) -> None:
    token = database.run(lambda tx: open_session(tx, mira, now))
    for _ in range(2):
        database.run(lambda tx: close_session(tx, token, now))
    assert whose(database, token, now) is None
    assert kinds(database) == ["account.created", "logout"]


def test_sessions_are_listed_and_revoked_one_or_all(database: Database, mira: Officer, now: datetime) -> None:
    tokens = [database.run(lambda tx: open_session(tx, mira, now)) for _ in range(3)]
    with database.read() as tx:
        listed = sessions(tx, mira.id, now)
        assert len(listed) == 3
        assert sessions(tx, mira.id, now + IDLE) == []
        assert all(view.id not in tokens for view in listed)
    assert database.run(lambda tx: revoke_sessions(tx, mira.id, "off-0", now, only=listed[1].id)) == 1
    assert database.run(lambda tx: revoke_sessions(tx, mira.id, "off-0", now)) == 2
    assert [whose(database, token, now) for token in tokens] == [None, None, None]
    assert kinds(database) == ["account.created", "logout", "logout", "logout"]


@pytest.mark.parametrize("action", Action)
def test_an_action_needs_one_of_its_roles_and_the_message_names_them(action: Action) -> None:
    for role in Role:
        officer = Officer(OfficerId("off-1"), "x", frozenset({role}))
        if role in PERMISSIONS[action]:
            authorise(officer, action)
            continue
        with pytest.raises(ForbiddenError) as caught:
            authorise(officer, action)
        assert all(holder in caught.value.message for holder in PERMISSIONS[action])


def test_no_role_may_do_nothing() -> None:
    for action in Action:
        with pytest.raises(ForbiddenError):
            authorise(Officer(OfficerId("off-1"), "x", frozenset()), action)


def test_four_eyes_are_two_people(mira: Officer) -> None:
    require_other(mira, OfficerId("off-other"))
    for first in (mira.id, None):
        with pytest.raises(ForbiddenError, match="two people"):
            require_other(mira, first)
