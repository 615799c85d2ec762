"""Sessions and pauses at the microsecond, many sessions of one officer, and two logins at the same moment."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from tests.accounts.conftest import CHEAP, PASSWORD

from egnatia.accounts import check_login, close_session, create_officer, officer_of_session, open_session
from egnatia.accounts.login import MAX_FAILURES, PAUSE, LoginProblem, LoginRefusal, conclude_login, try_password
from egnatia.accounts.sessions import IDLE, LONGEST, TOUCH_AFTER, revoke_sessions, session_reference, sessions
from egnatia.model.events import EventKind
from egnatia.model.ids import OfficerId
from egnatia.model.officers import Officer
from egnatia.model.states import Role
from egnatia.store.database import Database
from egnatia.store.tables import ledger_entry, login_session
from egnatia.store.tables import officer as officer_table

TICK = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)


def opened(database: Database, officer: Officer, at: datetime) -> str:
    return database.run(lambda tx: open_session(tx, officer, at))


def alive(database: Database, token: str, at: datetime, *, touch: bool = True) -> bool:
    return database.run(lambda tx: officer_of_session(tx, token, at, touch=touch)) is not None


@pytest.mark.parametrize(
    ("after", "is_alive"),
    [
        (timedelta(0), True),
        (TICK, True),
        (IDLE - TICK, True),
        (IDLE, False),
        (IDLE + TICK, False),
        (-TICK, False),
        (timedelta(days=400), False),
    ],
)
def test_an_idle_session_ends_at_its_microsecond(
    database: Database, mira: Officer, now: datetime, after: timedelta, *, is_alive: bool
) -> None:
    token = opened(database, mira, now)
    assert alive(database, token, now + after) is is_alive
    with database.read() as tx:
        assert bool(sessions(tx, mira.id, now + after)) is is_alive, "the list and the door agree"


@pytest.mark.parametrize(("after", "is_alive"), [(LONGEST - TICK, True), (LONGEST, False), (LONGEST + TICK, False)])
def test_a_busy_session_ends_after_twelve_hours_to_the_microsecond(
    database: Database, mira: Officer, now: datetime, after: timedelta, *, is_alive: bool
) -> None:
    token = opened(database, mira, now)
    moment = now
    while moment + 10 * MINUTE < now + LONGEST:
        moment += 10 * MINUTE
        assert alive(database, token, moment)
    assert alive(database, token, now + after) is is_alive


@pytest.mark.parametrize(
    ("step", "noted"), [(TOUCH_AFTER - TICK, False), (TOUCH_AFTER, True), (TOUCH_AFTER + TICK, True)]
)
def test_a_request_is_noted_once_a_minute(
    database: Database, mira: Officer, now: datetime, step: timedelta, *, noted: bool
) -> None:
    token = opened(database, mira, now)
    assert alive(database, token, now + step)
    with database.read() as tx:
        seen = tx.execute(select(login_session.c.last_seen_at)).scalar_one()
    assert seen == (now + step if noted else now)


def test_requests_that_are_not_noted_still_do_not_end_a_session_early(
    database: Database, mira: Officer, now: datetime
) -> None:
    """The worst case of noting once a minute: the last request came 59 seconds after the one noted."""
    token = opened(database, mira, now)
    assert alive(database, token, now + 59 * timedelta(seconds=1))
    assert alive(database, token, now + IDLE - TICK)
    assert not alive(database, token, now + IDLE - TICK + IDLE)


@settings(deadline=None, derandomize=True, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 40), min_size=1, max_size=12))
def test_a_session_lives_exactly_while_no_gap_reaches_the_idle_time(
    database: Database, mira: Officer, now: datetime, gaps: list[int]
) -> None:
    token = opened(database, mira, now)
    moment = seen = now
    for gap in gaps:
        moment += gap * MINUTE
        expected = moment < seen + IDLE and moment < now + LONGEST
        assert alive(database, token, moment) is expected
        if not expected:
            break
        seen = moment
    database.run(lambda tx: close_session(tx, token, moment))


@pytest.mark.parametrize("token", ["", "0", "0" * 64, "x" * 10_000, "\ud800", "é", "../../etc", "' OR 1=1 --"])
def test_a_token_that_nobody_gave_out_opens_nothing(
    database: Database, mira: Officer, now: datetime, token: str
) -> None:
    opened(database, mira, now)
    assert not alive(database, token, now)
    database.run(lambda tx: close_session(tx, token, now))
    with database.read() as tx:
        assert len(sessions(tx, mira.id, now)) == 1


def test_upper_case_is_another_token(database: Database, mira: Officer, now: datetime) -> None:
    token = opened(database, mira, now)
    assert token == token.lower()
    assert not alive(database, token.upper(), now)


def test_one_of_many_sessions_is_ended_by_its_reference_and_no_other(
    database: Database, mira: Officer, now: datetime
) -> None:
    tokens = [opened(database, mira, now + number * TICK) for number in range(5)]
    wanted = session_reference(tokens[2])
    assert database.run(lambda tx: revoke_sessions(tx, mira.id, "off-0", now + MINUTE, only=wanted)) == 1
    assert [alive(database, token, now + MINUTE) for token in tokens] == [True, True, False, True, True]
    assert database.run(lambda tx: revoke_sessions(tx, mira.id, "off-0", now + MINUTE, only=wanted)) == 0
    assert database.run(lambda tx: revoke_sessions(tx, OfficerId("off-nobody"), "off-0", now + MINUTE)) == 0
    assert database.run(lambda tx: revoke_sessions(tx, mira.id, "off-0", now + MINUTE)) == 4
    with database.read() as tx:
        wanted_kind = ledger_entry.c.kind == EventKind.LOGOUT.value
        assert tx.execute(select(func.count()).where(wanted_kind)).scalar_one() == 5


def _try(database: Database, password: str, at: datetime) -> Officer | LoginRefusal:
    return database.run(lambda tx: check_login(tx, "mira", password, at, CHEAP))


@pytest.mark.parametrize(("after", "opens"), [(PAUSE - TICK, False), (PAUSE, True), (PAUSE + TICK, True)])
@pytest.mark.usefixtures("mira")
def test_a_pause_ends_at_its_microsecond(database: Database, now: datetime, after: timedelta, *, opens: bool) -> None:
    for _ in range(MAX_FAILURES):
        _try(database, "wrong", now)
    answer = _try(database, PASSWORD, now + after)
    assert isinstance(answer, Officer) is opens
    if isinstance(answer, LoginRefusal):
        assert answer.problem is LoginProblem.PAUSED


@pytest.mark.usefixtures("mira")
def test_after_a_pause_five_tries_are_free_again(database: Database, now: datetime) -> None:
    for _ in range(MAX_FAILURES):
        _try(database, "wrong", now)
    later = now + PAUSE
    problems = [_try(database, "wrong", later) for _ in range(MAX_FAILURES + 1)]
    assert [one.problem for one in problems if isinstance(one, LoginRefusal)] == [
        *[LoginProblem.WRONG_PASSWORD] * MAX_FAILURES,
        LoginProblem.PAUSED,
    ]


@pytest.mark.parametrize("name", ["mira ", " mira", "mira\t"])
def test_spaces_around_a_name_are_overlooked(database: Database, mira: Officer, now: datetime, name: str) -> None:
    assert database.run(lambda tx: check_login(tx, name, PASSWORD, now, CHEAP)) == mira


@pytest.mark.parametrize("name", ["Mira", "mi ra", "mira\0", "mir\u0430", "", "%", "mira' --"])
@pytest.mark.usefixtures("mira")
def test_any_other_spelling_is_an_unknown_name(database: Database, now: datetime, name: str) -> None:
    answer = database.run(lambda tx: check_login(tx, name, PASSWORD, now, CHEAP))
    assert isinstance(answer, LoginRefusal)
    assert answer.problem is LoginProblem.UNKNOWN_NAME


@pytest.mark.parametrize("change", [" ", "\n", "\0", "x"])
def test_a_password_is_compared_whole(database: Database, mira: Officer, now: datetime, change: str) -> None:
    assert isinstance(_try(database, PASSWORD + change, now), LoginRefusal)
    assert isinstance(_try(database, change + PASSWORD, now), LoginRefusal)
    assert _try(database, PASSWORD, now) == mira


def test_two_logins_at_once_are_two_sessions_and_two_entries(database: Database, mira: Officer, now: datetime) -> None:
    def login(_: int) -> str:
        return database.run(lambda tx: open_session(tx, _signed_in(tx, now), now))

    with ThreadPoolExecutor(4) as pool:
        tokens = list(pool.map(login, range(8)))
    assert len(set(tokens)) == 8
    with database.read() as tx:
        assert len(sessions(tx, mira.id, now)) == 8
        wanted = ledger_entry.c.kind == EventKind.LOGIN_SUCCEEDED.value
        assert tx.execute(select(func.count()).where(wanted)).scalar_one() == 8


def _signed_in(tx: object, now: datetime) -> Officer:
    from egnatia.store.database import Transaction

    assert isinstance(tx, Transaction)
    answer = check_login(tx, "mira", PASSWORD, now, CHEAP)
    assert isinstance(answer, Officer)
    return answer


@pytest.mark.usefixtures("mira")
def test_wrong_tries_at_once_are_all_counted(database: Database, now: datetime) -> None:
    """Hashes are computed side by side, from the same reading of the table; each try must count all the same."""
    with database.read() as tx:
        tried = [try_password(tx, "mira", "wrong", CHEAP) for _ in range(MAX_FAILURES)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda one: database.run(lambda tx: conclude_login(tx, one, now)), tried))
    with database.read() as tx:
        row = tx.execute(select(officer_table.c.locked_until)).scalar_one()
    assert row == now + PAUSE


def test_two_accounts_of_one_name_made_at_once_are_one_account(
    database: Database, tmp_path: Path, now: datetime
) -> None:
    from egnatia.errors import ConflictError
    from egnatia.store.vault import Vault

    vaults = [Vault(tmp_path / f"{n}.vault", bytes(32)) for n in range(2)]
    databases = [Database(database.url, vault, random.Random(n)) for n, vault in enumerate(vaults)]

    def make(one: Database) -> str:
        try:
            one.run(lambda tx: create_officer(tx, "mira", {Role.AUDITOR}, PASSWORD, "off-0", now, CHEAP))
        except ConflictError:
            return "conflict"
        return "made"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(make, databases)) == ["conflict", "made"]
    for one in databases:
        one.close()
