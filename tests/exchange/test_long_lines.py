"""A long line costs no more than a short one: what a poll and a message read, counted, and the plans that make it so."""

import contextlib
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from tests.databases import ON_POSTGRESQL, about_sqlite

from egnatia.exchange import dispatch
from egnatia.exchange.dispatch import (
    due_messages,
    forget_settled,
    give_up,
    has_expired,
    hasten,
    partner_states,
    postpone,
    settle,
)
from egnatia.exchange.inbox import Received
from egnatia.exchange.limits import KEEP_SETTLED, MAX_AGE
from egnatia.exchange.lines import remembered_answers
from egnatia.exchange.outbox import ANSWERED, FIRST, QUEUED, UNDELIVERABLE, Sent, withdraw
from egnatia.model.ids import MessageId, PartnerCode
from egnatia.store.database import Database, Transaction
from egnatia.store.prepared import Prepared
from egnatia.store.tables import outbox, sealed_record

ALB, GBR, XKX = PartnerCode("ALB"), PartnerCode("GBR"), PartnerCode("XKX")
FEW, MANY = 150, 1_500
ON_THEIR_WAY = 16
Row = dict[str, Any]
Bulk = Callable[[datetime, int], list[Row]]


def row(number: int, at: datetime, **other: Any) -> Row:
    """A message as it was queued `at`."""
    made: Row = {"message_id": f"m-{number}", "recipient": XKX, "conversation": f"c-{number}", "kind": "enquiry"}
    made |= {"sealed_id": f"s-{number}", "sha256": f"{number:064x}", "created_at": at, "state": QUEUED, "attempts": 0}
    return made | {"next_attempt_at": at, "last_error": None, "answered_at": None} | other


def line(now: datetime, count: int, **other: Any) -> list[Row]:
    return [row(number, now - timedelta(hours=1) + timedelta(milliseconds=number), **other) for number in range(count)]


def settled(now: datetime, count: int) -> list[Row]:
    return line(now, count, state=ANSWERED, sealed_id=None, answered_at=now)


def put_off(now: datetime, count: int) -> list[Row]:
    """A partner whose flow failed at each of them: every one waits for a time of its own."""
    return line(now, count, next_attempt_at=now + timedelta(minutes=4), attempts=7, last_error="HTTP 500")


def dated_ahead(now: datetime, count: int) -> list[Row]:
    """What was queued while this node's clock was a day ahead."""
    return line(now + timedelta(days=1), count)


def too_old(now: datetime, count: int) -> list[Row]:
    """The line of a partner that was away for more than a week, before it is given up."""
    return line(now - MAX_AGE, count)


def of_another(now: datetime, count: int) -> list[Row]:
    return line(now, count, recipient=GBR)


BULKS: dict[str, Bulk] = {
    "due": line,
    "settled": settled,
    "put off": put_off,
    "dated ahead": dated_ahead,
    "too old": too_old,
    "another's": of_another,
}


def fill(database: Database, rows: list[Row]) -> None:
    sealed = [
        {"id": each["sealed_id"], "kind": "message", "ciphertext": b"", "created_at": each["created_at"]}
        for each in rows
    ]
    with database.write() as tx:
        tx.execute(outbox.delete())
        tx.execute(sealed_record.delete())
        if rows:
            tx.execute(outbox.insert(), rows)
        kept = [each for each in sealed if each["id"] is not None]
        if kept:
            tx.execute(sealed_record.insert(), kept)


def behind(bulk: Bulk, now: datetime, count: int) -> list[Row]:
    """A few messages that are due, queued after so many others."""
    few = [row(10**6 + number, now - timedelta(seconds=1)) for number in range(2 * ON_THEIR_WAY)]
    return bulk(now, count) + few


def steps(database: Database, act: Callable[[Transaction], object]) -> int:
    """How many steps SQLite's machine took: a count that no busy computer changes. What was done is undone."""
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    with contextlib.suppress(_UndoneError), database.write() as tx:
        connection: Any = tx.connection.connection.dbapi_connection
        connection.set_progress_handler(count, 1)
        try:
            act(tx)
        finally:
            connection.set_progress_handler(None, 1)
        raise _UndoneError
    return taken


class _UndoneError(Exception):
    """Ends a transaction that was only counted."""


def sent(number: int, at: datetime) -> Sent:
    return Sent(MessageId(f"m-{number}"), "enquiry", XKX, f"c-{number}", at, bytes(32), 0)


def answer(now: datetime) -> Received:
    return Received("reply", MessageId("a-1"), XKX, "c-1", now, {}, bytes(32))


ACTS: dict[str, Callable[[Transaction, datetime], object]] = {
    "look for what is due": lambda tx, now: due_messages(tx, XKX, now, ON_THEIR_WAY),
    "look for what grew too old": has_expired,
    "take an answer": lambda tx, now: settle(tx, sent(10**6, now), answer(now), lambda *_: None, now),
    "keep after a failure": lambda tx, now: postpone(tx, sent(10**6, now), "no", now + timedelta(seconds=1)),
    "forget the settled": forget_settled,
}


@about_sqlite
@pytest.mark.parametrize("name", BULKS)
@pytest.mark.parametrize("act", ACTS)
def test_ten_times_the_line_takes_no_more_steps(database: Database, now: datetime, act: str, name: str) -> None:
    taken = []
    for count in (FEW, MANY):
        fill(database, behind(BULKS[name], now, count))
        taken.append(steps(database, lambda tx: ACTS[act](tx, now)))
    assert 0 < taken[1] <= taken[0] + 20, (act, name, taken)


@about_sqlite
def test_the_count_would_see_a_look_at_every_row(database: Database, now: datetime) -> None:
    taken = []
    for count in (FEW, MANY):
        fill(database, line(now, count))
        taken.append(
            steps(database, lambda tx: tx.execute(text("SELECT count(*) FROM outbox WHERE attempts = 0")).all())
        )
    assert taken[1] > 8 * taken[0]


@about_sqlite
@pytest.mark.parametrize("name", ["due", "settled", "too old", "another's", "dated ahead"])
def test_the_return_of_a_partner_touches_only_what_was_put_off(database: Database, now: datetime, name: str) -> None:
    taken = []
    for count in (FEW, MANY):
        late = [row(10**6 + number, now, next_attempt_at=now + timedelta(minutes=1)) for number in range(ON_THEIR_WAY)]
        fill(database, BULKS[name](now, count) + late)
        taken.append(steps(database, lambda tx: hasten(tx, XKX, now)))
    allowed = 12 * MANY if name == "dated ahead" else 20  # those are looked at, in the index alone, and not written
    assert taken[1] <= taken[0] + allowed, taken


@about_sqlite
@pytest.mark.parametrize("name", ["settled", "another's"])
def test_giving_up_reads_only_what_is_given_up(database: Database, now: datetime, name: str) -> None:
    taken = []
    for count in (FEW, MANY):
        old = [row(10**6 + number, now - MAX_AGE - timedelta(hours=1)) for number in range(3)]
        fill(database, BULKS[name](now, count) + old)
        taken.append(steps(database, lambda tx: give_up(tx, lambda *_: None, now)))
    assert taken[1] <= taken[0] + 20


@about_sqlite
@pytest.mark.parametrize("name", ["settled", "too old", "put off"])
def test_the_state_of_the_lines_reads_one_index_entry_for_each_that_waits(
    database: Database, now: datetime, name: str
) -> None:
    """Nothing for what was settled, and a few steps for each that waits: they are counted."""
    taken = []
    for count in (FEW, MANY):
        fill(database, BULKS[name](now, count))
        taken.append(steps(database, partner_states))
    allowed = 20 if name == "settled" else 20 + 20 * (MANY - FEW)
    assert taken[1] <= taken[0] + allowed, taken


PLANS = {
    "_DUE": {"ix_outbox_due", "ix_outbox_conversation"},
    "_ANNOUNCEMENT": {"ix_outbox_conversation"},
    "_TOO_OLD": {"ix_outbox_age"},
    "_COUNTS": {"ix_outbox_due"},
    "_ERROR": {"ix_outbox_error"},
    "_HASTEN_TRIED": {"ix_outbox_error"},
    "_HASTEN_LATE": {"ix_outbox_due"},
    "_NEXT_RECIPIENT": {"ix_outbox_answered"},
    "_LATEST": {"ix_outbox_answered"},
    "_SEALED": {"sqlite_autoindex_outbox_1"},
    "_POSTPONE": {"sqlite_autoindex_outbox_1"},
    "_CLOSE": {"sqlite_autoindex_outbox_1"},
}
"""By which index each statement goes; the last is the one of the unique message id."""


def test_every_statement_has_its_plan_here() -> None:
    assert {name for name, each in vars(dispatch).items() if isinstance(each, Prepared)} == set(PLANS)


@about_sqlite
@pytest.mark.parametrize("name", PLANS)
def test_each_statement_goes_by_its_index_and_sorts_nothing(database: Database, name: str) -> None:
    statement: Prepared = getattr(dispatch, name)
    with database.read() as tx:
        compiled = statement.on(tx.connection.dialect)
        values = ("x",) * compiled.text.count("?")
        plan = [each[3] for each in tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled.text}", values)]
    read = [step for step in plan if "outbox" in step]
    assert {word for step in read for word in step.split() if word.startswith(("ix_", "sqlite_auto"))} == PLANS[name]
    assert all(step.startswith("SEARCH") for step in read), plan
    assert not any("TEMP B-TREE" in step for step in plan), plan


FULL = 20_000
SETTLE = "UPDATE outbox SET state = 'answered', answered_at = created_at"
HISTORIES: dict[str, tuple[str, ...]] = {
    "never looked at": ("fill",),
    "looked at when full": ("fill", "ANALYZE outbox"),
    "looked at when all was settled": ("fill", SETTLE, "ANALYZE outbox", "fill"),
    "nearly drained since": ("fill", "ANALYZE outbox", f"{SETTLE} WHERE sequence % 10 > 0"),
    "looked at when nearly drained": ("fill", f"{SETTLE} WHERE sequence % 10 > 0", "ANALYZE outbox"),
}
"""What the server may know of the table: its planner guesses by figures that are older than the line."""


def live(tx: Transaction, now: datetime, history: tuple[str, ...]) -> None:
    """Have the table go through what a node's table goes through."""
    filled = 0
    for act in history:
        if act != "fill":
            tx.execute(text(act))
            continue
        rows = line(now, 2 * FULL)[filled : filled + FULL]
        tx.execute(
            outbox.insert(), [each | {"recipient": XKX if place % 4 else GBR} for place, each in enumerate(rows)]
        )
        filled += FULL


@pytest.mark.skipif(not ON_POSTGRESQL, reason="it is about PostgreSQL's planner")
@pytest.mark.parametrize("history", HISTORIES)
def test_a_server_reads_a_line_in_its_order_whatever_it_knows_of_it(
    database: Database, now: datetime, history: str
) -> None:
    with database.write() as tx:
        live(tx, now, HISTORIES[history])
    with database.read() as tx:
        due = dispatch._DUE.on(tx.connection.dialect)
        values = due.bound({"partner": XKX, "now": now, "oldest": now - MAX_AGE, "limit": ON_THEIR_WAY})
        raw: Any = tx.connection.connection.dbapi_connection
        plan = "\n".join(each[0] for each in raw.execute(f"EXPLAIN {due.text}", values).fetchall())
        found = due_messages(tx, XKX, now, ON_THEIR_WAY)
    assert "using ix_outbox_due on outbox" in plan, plan
    assert "using ix_outbox_conversation on outbox outbox_1" in plan, plan
    assert not [word for word in ("Sort", "Bitmap", "Join", "Seq Scan") if word in plan], plan
    assert len(found) == ON_THEIR_WAY


@pytest.fixture
def rng() -> random.Random:
    return random.Random(417)


def test_a_whole_line_is_taken_back_however_long_and_nothing_else(
    database: Database, now: datetime, rng: random.Random
) -> None:
    """As many as the statement that named them all could not take on a server."""
    rows = line(now, 70_000 if ON_POSTGRESQL else 3_000)
    rng.shuffle(rows)
    rows[7] |= {"state": ANSWERED, "sealed_id": None, "answered_at": now}
    rows[8] |= {"recipient": GBR}
    fill(database, rows)
    wanted = [bytes.fromhex(each["sha256"]) for each in rows if each["recipient"] == XKX]
    with database.write() as tx:
        withdraw(tx, [])
    with database.write() as tx:
        withdraw(tx, wanted)
    with database.read() as tx:
        left = {each.message_id: (each.state, each.sealed_id) for each in tx.execute(outbox.select())}
        kept = {each.id for each in tx.execute(sealed_record.select())}
    assert left.pop(rows[7]["message_id"]) == (ANSWERED, None)
    assert left.pop(rows[8]["message_id"]) == (QUEUED, rows[8]["sealed_id"])
    assert set(left.values()) == {(UNDELIVERABLE, None)}
    assert kept == {rows[8]["sealed_id"]}


def test_only_the_few_that_are_named_are_taken_back(database: Database, now: datetime) -> None:
    fill(database, line(now, 30))
    with database.write() as tx:
        withdraw(tx, [bytes.fromhex(f"{number:064x}") for number in (3, 4, 99)])
    with database.read() as tx:
        states = [each.state for each in tx.execute(outbox.select().order_by(outbox.c.sequence))]
    assert [number for number, state in enumerate(states) if state == UNDELIVERABLE] == [3, 4]
    assert states.count(QUEUED) == 28


def test_what_is_forgotten_is_what_was_settled_long_ago(database: Database, now: datetime) -> None:
    long_ago = now - KEEP_SETTLED - timedelta(seconds=1)
    rows = [
        row(1, long_ago, state=ANSWERED, answered_at=long_ago),
        row(2, long_ago, state=UNDELIVERABLE),
        row(3, long_ago),
        row(4, now - KEEP_SETTLED, state=ANSWERED, answered_at=now),
        row(5, long_ago, recipient=ALB, conversation=FIRST, state=ANSWERED, answered_at=long_ago + timedelta(hours=1)),
    ]
    fill(database, rows)
    with database.write() as tx:
        assert forget_settled(tx, now) == 3
    with database.read() as tx:
        assert {each.message_id for each in tx.execute(outbox.select())} == {"m-3", "m-4"}
        answered = remembered_answers(tx)
    assert answered == {ALB: long_ago + timedelta(hours=1), XKX: now}
