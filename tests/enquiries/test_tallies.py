"""The quota of a grant at the holder: exact where it matters, cheap where it does not, whoever else writes and whatever fails.

What is remembered of a count may only ever be too high; the machine below knows the true number from the rows.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import func, select
from tests.databases import about_sqlite
from tests.federation.test_permits_and_quotas import small_quota, with_register
from tests.federation.world import ALB, XKX, World, document_draft

from egnatia.enquiries.quotas import answered_under
from egnatia.enquiries.tallies import MAX_KNOWN, Tallies
from egnatia.exchange.client import Request
from egnatia.exchange.message import Message, format_moment, read_message, write_message
from egnatia.exchange.paths import MESSAGES_PATH, SENT_AT_HEADER
from egnatia.ledger import Act, append
from egnatia.ledger.log import append_all
from egnatia.model.agreements import Grant
from egnatia.model.events import EventKind
from egnatia.model.ids import GrantId, MessageId
from egnatia.model.states import AskState, RefusalReason, SubjectKind
from egnatia.node import Node
from egnatia.store.database import Transaction
from egnatia.store.tables import answered_enquiry

DAY = datetime(2025, 5, 15, tzinfo=UTC)
ONE, TWO = GrantId("one"), GrantId("two")


def granted(world: World) -> Grant:
    register = world.look(XKX, world.nodes[XKX].desk.register)
    wanted = "demo-alb-xkx-travel_document"
    return next(each for each in register.grants if each.id == wanted)


def fill(tx: Transaction, rows: int, grant_id: str, at: datetime, start: int = 0) -> None:
    """Answers of before: each has its row and, as every act, its entry."""
    made = [
        {
            "asker": ALB,
            "enquiry_id": f"{number:08d}-1111-4222-8333-444455556666",
            "subject": SubjectKind.TRAVEL_DOCUMENT,
            "purpose": "border_check",
            "offence": "false_document",
            "grant_id": grant_id,
            "answered_at": at,
            "result": "no_hit",
            "refs": '{"returned": [], "shielded": []}',
        }
        for number in range(start, start + rows)
    ]
    tx.execute(answered_enquiry.insert(), made)


def entered(tx: Transaction, number: int) -> None:
    append(tx, Act(EventKind.ENQUIRY_ANSWERED, DAY, "node", f"enquiry:{number}"))


def rows_of(tx: Transaction, grant_id: str) -> int:
    query = select(func.count()).select_from(answered_enquiry).where(answered_enquiry.c.grant_id == grant_id)
    return int(tx.execute(query).scalar_one())


# What is remembered, alone.


def test_nothing_is_known_before_anything_was_counted() -> None:
    known = Tallies()
    assert known.at_most(ONE, DAY, 0) is None
    known.note(ONE, DAY, 10, 3)
    assert known.at_most(TWO, DAY, 10) is None


@pytest.mark.parametrize(("size", "expected"), [(10, 3), (11, 4), (110, 103), (9, None), (0, None)])
def test_a_bound_grows_with_the_ledger_and_a_shorter_ledger_knows_nothing(size: int, expected: int | None) -> None:
    known = Tallies()
    known.note(ONE, DAY, 10, 3)
    assert known.at_most(ONE, DAY, size) == expected


@pytest.mark.parametrize("shift", [timedelta(days=1), timedelta(days=-1), timedelta(days=365)])
def test_another_day_is_counted_anew(shift: timedelta) -> None:
    known = Tallies()
    known.note(ONE, DAY, 10, 3)
    assert known.at_most(ONE, DAY + shift, 10) is None
    known.note(ONE, DAY + shift, 10, 0)
    assert known.at_most(ONE, DAY, 10) is None, "one day is kept for each grant"


def test_grants_without_end_do_not_fill_the_memory() -> None:
    known = Tallies()
    for number in range(3 * MAX_KNOWN):
        known.note(GrantId(f"g{number}"), DAY, 1, 1)
    kept = [number for number in range(3 * MAX_KNOWN) if known.at_most(GrantId(f"g{number}"), DAY, 1) is not None]
    assert 0 < len(kept) <= MAX_KNOWN
    assert kept[-1] == 3 * MAX_KNOWN - 1


# Against the rows: any order of answers, other acts, failures, restarts, days.


class Holder(RuleBasedStateMachine):
    """A ledger and its rows, as plain numbers; `committed` is what a crash leaves."""

    QUOTA = 12

    @initialize()
    def empty(self) -> None:
        self.tallies, self.day = Tallies(), 0
        self.size, self.rows = 0, dict[tuple[GrantId, int], int]()
        self.pending: list[GrantId | None] | None = None

    def _true(self, grant_id: GrantId) -> int:
        written = [each for each in self.pending or [] if each == grant_id]
        return self.rows.get((grant_id, self.day), 0) + len(written)

    def _size(self) -> int:
        return self.size + len(self.pending or [])

    def _since(self) -> datetime:
        return DAY + timedelta(days=self.day)

    @rule()
    def begin(self) -> None:
        if self.pending is None:
            self.pending = []

    @rule(grant_id=st.sampled_from([ONE, TWO]))
    def answer(self, grant_id: GrantId) -> None:
        """As `answered_under` does it, with the rows in the place of the table."""
        self.pending = [] if self.pending is None else self.pending
        used = self.tallies.at_most(grant_id, self._since(), self._size())
        assert used is None or used >= self._true(grant_id), "a bound is never too low"
        if used is None or used >= self.QUOTA:
            used = self._true(grant_id)
            if not self.pending:
                self.tallies.note(grant_id, self._since(), self.size, used)
        assert (used >= self.QUOTA) == (self._true(grant_id) >= self.QUOTA)
        if used < self.QUOTA:
            self.pending.append(grant_id)

    @rule(many=st.integers(1, 9))
    def something_else_is_entered(self, many: int) -> None:
        self.pending = (self.pending or []) + [None] * many

    @rule(commits=st.booleans())
    def end(self, commits: bool) -> None:  # noqa: FBT001 - drawn
        if commits:
            for each in self.pending or []:
                self.size += 1
                if each is not None:
                    self.rows[each, self.day] = self.rows.get((each, self.day), 0) + 1
        self.pending = None

    @rule(grant_id=st.sampled_from([ONE, TWO]), many=st.integers(1, 5))
    def another_process_answers(self, grant_id: GrantId, many: int) -> None:
        if self.pending is None:
            self.size += many
            self.rows[grant_id, self.day] = self.rows.get((grant_id, self.day), 0) + many

    @rule()
    def the_process_is_killed(self) -> None:
        self.pending, self.tallies = None, Tallies()

    @rule(days=st.sampled_from([-1, 1]))
    def midnight_or_a_clock_that_is_set(self, days: int) -> None:
        if self.pending is None:
            self.day += days

    @invariant()
    def nobody_passes_the_quota_here(self) -> None:
        for grant_id in (ONE, TWO):
            used = self.tallies.at_most(grant_id, self._since(), self._size()) if hasattr(self, "tallies") else None
            assert used is None or used >= self._true(grant_id)


Holder.TestCase.settings = settings(deadline=None, derandomize=True, max_examples=50, stateful_step_count=40)
TestHolder = Holder.TestCase


# The real thing.


def test_a_count_of_what_was_undone_is_not_remembered(world: World) -> None:
    """Counted inside an act that failed: the rows are gone again, and so must be what they were taken for."""
    wanted, tallies = granted(world), Tallies()

    class UndoneError(Exception):
        pass

    def job(tx: Transaction) -> None:
        fill(tx, 3, wanted.id, world.clock())
        for number in range(3):
            entered(tx, number)
        assert answered_under(tx, tallies, wanted, 1_000, world.clock()) == 3
        raise UndoneError

    with pytest.raises(UndoneError):
        world.do(XKX, job)
    assert tallies == Tallies()
    assert world.do(XKX, lambda tx: answered_under(tx, tallies, wanted, 1_000, world.clock())) == 0
    assert tallies != Tallies()


@pytest.mark.parametrize("quota", [5, 6, 100])
def test_within_one_transaction_it_goes_on_from_what_was_counted(world: World, quota: int) -> None:
    wanted, tallies = granted(world), Tallies()
    world.do(XKX, lambda tx: fill(tx, 4, wanted.id, world.clock()))

    def job(tx: Transaction) -> list[int]:
        return [answered_under(tx, tallies, wanted, quota, world.clock()) for _ in range(4)]

    assert world.do(XKX, job) == [4, 5, 6, 7]


def test_other_acts_make_the_bound_higher_and_the_count_stays_exact(world: World) -> None:
    """Two hundred entries of other work: the bound passes the quota, the rows are counted, and nothing was refused."""
    wanted, tallies = granted(world), Tallies()

    def under(quota: int) -> int:
        return world.do(XKX, lambda tx: answered_under(tx, tallies, wanted, quota, world.clock()))

    world.do(XKX, lambda tx: fill(tx, 4, wanted.id, world.clock()))
    assert under(10) == 4
    acts = [Act(EventKind.LOGOUT, DAY, "off-1", "session") for _ in range(200)]
    world.do(XKX, lambda tx: append_all(tx, acts))
    assert under(1_000) == 204, "said too high where it does not matter"
    assert under(10) == 4, "and counted where it does"


def test_a_day_ends_for_the_memory_as_for_the_rows(world: World) -> None:
    wanted, tallies = granted(world), Tallies()

    def under() -> int:
        return world.do(XKX, lambda tx: answered_under(tx, tallies, wanted, 10, world.clock()))

    world.do(XKX, lambda tx: fill(tx, 9, wanted.id, world.clock()))
    assert under() == 9
    world.clock.turn(days=1)
    assert under() == 0
    world.clock.turn(days=-1)
    assert under() == 9, "a clock that went back finds the rows of its day"


def send_together(world: World, count: int, changes: Callable[[int], dict[str, Any]]) -> list[str]:
    """Many enquiries of ALB's at XKX at once, so that they share commits; the state or reason of each answer."""
    world.ask(ALB, document_draft(partners=(XKX,)))
    world.deliver()
    body = dict(read_message(world.calls[-1].request)[0].body)
    node = world.nodes[ALB]

    def content(number: int) -> bytes:
        id_ = MessageId(f"{number:08x}-aaaa-4222-8333-444455556666")
        made = Message("enquiry", id_, ALB, XKX, f"c-{number}", world.clock(), None, body | changes(number), 2)
        return write_message(made, node.keys.signing).content

    async def ask_all() -> list[Any]:
        card, line = world.card(ALB, XKX), world.lines[ALB]
        sent = {SENT_AT_HEADER: format_moment(world.clock())}
        asks = [line.ask(card, Request(MESSAGES_PATH, content(number), sent)) for number in range(count)]
        return await asyncio.gather(*asks)

    answers = [read_message(reply.body)[0].body for reply in world.runner.run(ask_all())]
    return [str(each.get("reason") or each["result"]) for each in answers]


@pytest.mark.parametrize("count", [1, 5, 40])
def test_a_race_for_the_last_places_is_won_by_as_many_as_there_are(world: World, count: int) -> None:
    with_register(world, XKX, small_quota("ALB", "XKX"))
    said = send_together(world, count, lambda _: {})
    assert said.count("hit") == min(count, 2), "one was used to learn how a question looks"
    assert said.count("QUOTA_EXCEEDED") == count - min(count, 2)
    assert world.look(XKX, lambda tx: rows_of(tx, "demo-alb-xkx-travel_document")) == 1 + min(count, 2)


def test_what_is_refused_for_another_reason_takes_no_place_even_in_one_commit(world: World) -> None:
    with_register(world, XKX, small_quota("ALB", "XKX"))
    said = send_together(world, 12, lambda number: {"grant": "another"} if number < 10 else {})
    assert said == ["GRANT_MISMATCH"] * 10 + ["hit"] * 2


def test_a_restart_counts_the_rows_again(world: World) -> None:
    with_register(world, XKX, small_quota("ALB", "XKX"))
    assert send_together(world, 1, lambda _: {}) == ["hit"]
    before: Node = world.nodes[XKX]
    world.restart(XKX)
    assert world.nodes[XKX].desk.tallies is not before.desk.tallies
    asked = [world.ask(ALB, document_draft(partners=(XKX,))).id for _ in range(2)]
    world.deliver()
    states = [(one.state, one.refusal) for each in asked for one in world.view(ALB, each).asks]
    assert states == [(AskState.HIT, None), (AskState.REFUSED, RefusalReason.QUOTA_EXCEEDED)]


def test_two_processes_of_one_node_do_not_share_what_they_counted_and_pass_no_quota(world: World) -> None:
    """The second process answers too, as several do on PostgreSQL; each sees the other's entries and counts."""
    with_register(world, XKX, small_quota("ALB", "XKX"))
    other = Node.open(world.directory / XKX, world.clock)
    try:
        wanted = granted(world)
        here, there = Tallies(), Tallies()
        for number in range(6):
            node, tallies = ((world.nodes[XKX], here), (other, there))[number % 2]

            def job(tx: Transaction, number: int = number, tallies: Tallies = tallies) -> int:
                used = answered_under(tx, tallies, wanted, 4, world.clock())
                fill(tx, 1, wanted.id, world.clock(), start=number)
                entered(tx, number)
                return used

            used = node.commit(job)
            assert used >= number if number < 4 else used == number
    finally:
        other.close()


@about_sqlite
def test_an_answer_costs_the_same_whatever_the_day_had_before(world: World) -> None:
    """Steps of SQLite's machine, which depend on no clock. Two thousand answers more cost six thousand steps a commit."""
    wanted, tallies = granted(world), world.nodes[XKX].desk.tallies

    def more(tx: Transaction) -> None:
        fill(tx, 2_000, wanted.id, world.clock(), start=rows_of(tx, wanted.id))
        made = [Act(EventKind.ENQUIRY_ANSWERED, DAY, "node", f"enquiry:{number}") for number in range(2_000)]
        append_all(tx, made)

    steps: list[int] = []
    for _ in range(3):
        world.do(XKX, more)
        steps.append(_steps(world, lambda tx: answered_under(tx, tallies, wanted, 1_000_000, world.clock())))
    first, *later = steps
    assert first > 6_000, "the first look counts"
    assert max(later) - min(later) <= 50
    assert max(later) < 500


def _steps(world: World, job: Callable[[Transaction], object]) -> int:
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    with world.nodes[XKX].database.write() as tx:
        connection: Any = tx.connection.connection.dbapi_connection
        connection.set_progress_handler(count, 1)
        try:
            job(tx)
        finally:
            connection.set_progress_handler(None, 1)
    return taken
