"""Every statement and every commit of every act fails once, for real: no act without its entry, no entry without its act."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import event, select
from tests.databases import ON_POSTGRESQL
from tests.federation.acts import (
    Tale,
    approve,
    ask_about_person,
    check_whole,
    claim,
    confirm_new,
    erase,
    follow,
    import_documents,
    import_people,
    inspect,
    propose,
    protect,
    read_release,
    record_arrest,
    refuse,
    send_back,
    view,
)
from tests.federation.world import ALB, CODES, GBR, MNE, XKX, World

from egnatia.enquiries.views import alerts
from egnatia.errors import Error, StorageError
from egnatia.model.ids import PartnerCode
from egnatia.node import Node
from egnatia.store.tables import metadata, release

Dump = dict[str, list[tuple[Any, ...]]]
MOST_STATEMENTS = 200
_UNTIMED = {"outbox", "login_session", "ledger_node"}


@dataclass(slots=True)
class Interrupter:
    """Interrupts the n-th statement of a node's database, as it does when its disk fails: for real, inside it."""

    node: Node
    at: int
    seen: int = 0
    struck: bool = False

    def before(
        self, connection: Any, _cursor: object, statement: str, parameters: object, *_: object
    ) -> tuple[str, object]:
        """The statement and its parameters; on PostgreSQL another one takes its place, which the server stops."""
        self.seen += 1
        due = self.seen == self.at
        if not ON_POSTGRESQL:
            raw = connection.connection.dbapi_connection
            raw.set_progress_handler(self.strike if due else None, 1)
        elif due:
            self.struck = True
            return "SET LOCAL statement_timeout = 1; SELECT pg_sleep(9)", ()
        return statement, parameters

    def strike(self) -> int:
        """SQLite asks after each step of the statement: stop it once, and let what cleans up through."""
        self.struck, struck = True, self.struck
        return 0 if struck else 1


@contextmanager
def interrupted(node: Node, at: int) -> Iterator[Interrupter]:
    fault = Interrupter(node, at)
    listener = fault.before
    event.listen(node.database.engine, "before_cursor_execute", listener, retval=True)
    try:
        yield fault
    finally:
        event.remove(node.database.engine, "before_cursor_execute", listener)
        node.database.engine.dispose()


_RECEIVED_AT = list(release.c.keys()).index("received_at")


def dump(world: World, code: PartnerCode) -> Dump:
    def job(tx: Any) -> Dump:
        tables = [table for table in metadata.sorted_tables if table.name not in _UNTIMED]
        return {table.name: sorted(map(tuple, tx.execute(select(table)).all()), key=repr) for table in tables}

    return world.look(code, job)


def failure_of(act: Callable[[Tale], None], tale: Tale) -> Error | None:
    try:
        act(tale)
    except Error as error:
        return error
    return None


def act_under_faults(tale: Tale, code: PartnerCode, act: Callable[[Tale], None]) -> int:
    """Run an act with each of its statements failing in turn, then whole; returns how many statements it has."""
    world = tale.world
    for at in range(1, MOST_STATEMENTS):
        before = dump(world, code)
        with interrupted(world.nodes[code], at):
            failure = failure_of(act, tale)
        if failure is None:  # no statement was left to fail, or only tidying after the commit did
            return at
        assert isinstance(failure, StorageError), failure
        assert failure.hint()
        assert dump(world, code) == before, f"statement {at} of {act.__name__}"
    raise AssertionError(f"{act.__name__} never came through")


def deliver_under_faults(tale: Tale, at_code: PartnerCode, sender: PartnerCode) -> None:
    """Deliver what is due while each statement at one end fails in turn; the retry makes everything right."""
    world = tale.world
    for at in range(1, MOST_STATEMENTS):
        with interrupted(world.nodes[at_code], at) as fault:
            world.deliver(sender)
        check_entries(world)
        if not fault.struck:
            break
        world.clock.turn(seconds=400)
    world.deliver(sender)


def check_entries(world: World) -> None:
    """What the flow's tables hold and what the ledgers say are the same, at every node, after every fault."""
    for code in CODES:
        kinds = world.kinds(code)
        tables = dump(world, code)
        assert len(tables["answered_enquiry"]) == kinds.count("enquiry.answered")
        answered = [row for row in tables["ask"] if row[2] in ("hit", "no_hit", "refused")]
        assert len(answered) == kinds.count("reply.received")
        sides = [row[1] for row in tables["follow_up"]]
        assert sides.count("out") == kinds.count("follow_up.sent")
        assert sides.count("in") == kinds.count("follow_up.received")
        received = [row for row in tables["release"] if row[_RECEIVED_AT] is not None]
        assert len(received) == kinds.count("release.received")


@pytest.fixture
def tale(world: World) -> Tale:
    return Tale(world)


def test_each_act_is_whole_or_absent_whichever_statement_fails(tale: Tale) -> None:
    statements = {}
    for code, act in (
        (ALB, inspect),
        (ALB, ask_three),
        (GBR, protect),
        (GBR, look_for_alerts),
        (GBR, claim),
        (GBR, erase),
        (GBR, import_people),
        (GBR, import_documents),
    ):
        statements[act.__name__] = act_under_faults(tale, code, act)
        check_whole(tale.world, code)
    assert min(statements.values()) > 5, statements


def ask_three(tale: Tale) -> None:
    tale.ask(partners=(GBR, XKX, MNE))


def look_for_alerts(tale: Tale) -> None:
    world, who = tale.world, tale.world.officer(GBR, "supervisor")
    assert world.do(GBR, lambda tx: alerts(tx, who, world.clock())) == []


def test_the_flow_survives_a_fault_at_every_statement_of_both_ends(tale: Tale) -> None:
    ask_three(tale)
    deliver_under_faults(tale, XKX, ALB)
    tale.take()
    act_under_faults(tale, ALB, view)
    act_under_faults(tale, ALB, confirm_new)
    act_under_faults(tale, ALB, follow)
    deliver_under_faults(tale, XKX, ALB)
    act_under_faults(tale, XKX, propose)
    act_under_faults(tale, XKX, send_back)
    act_under_faults(tale, XKX, propose)
    act_under_faults(tale, XKX, approve)
    deliver_under_faults(tale, ALB, XKX)
    act_under_faults(tale, ALB, read_release)
    act_under_faults(tale, ALB, record_arrest)
    check_entries(tale.world)
    for code in CODES:
        check_whole(tale.world, code)


def test_answers_and_refusals_survive_a_fault_at_every_statement(tale: Tale) -> None:
    ask_about_person(tale)
    deliver_under_faults(tale, ALB, ALB)
    assert tale.world.view(ALB, tale.enquiry).unanswered == ()
    tale.ask(partners=(XKX,))
    deliver_under_faults(tale, ALB, ALB)
    confirm_new(tale)
    follow(tale)
    tale.world.deliver()
    act_under_faults(tale, XKX, refuse)
    deliver_under_faults(tale, ALB, XKX)
    check_entries(tale.world)
    assert tale.world.kinds(ALB).count("refusal.received") == 1


def test_a_vault_that_cannot_be_written_stops_the_act(tale: Tale) -> None:
    world, vault = tale.world, tale.world.nodes[ALB].database.vault
    before = dump(world, ALB)
    vault._connection.set_progress_handler(lambda: 1, 1)
    with pytest.raises(StorageError):
        ask_three(tale)
    vault._connection.set_progress_handler(None, 1)
    assert dump(world, ALB) == before
    ask_three(tale)
    assert world.kinds(ALB)[-3:] == ["enquiry.sent", "enquiry.sent", "enquiry.not_sent"]


def test_an_erasure_that_is_committed_is_done_even_if_its_key_resists(tale: Tale) -> None:
    """The row is gone and entered; the key goes with the next commit, and meanwhile nobody can read the record."""
    world, database = tale.world, tale.world.nodes[GBR].database
    keys = len(vault_keys(world, GBR))
    erase_without_vault(tale)
    assert world.kinds(GBR)[-1] == "record.erased"
    assert database._undestroyed
    import_people(tale)
    assert database._undestroyed == []
    assert len(vault_keys(world, GBR)) == keys - 1 + 3  # one destroyed; two entries and one person sealed since


def erase_without_vault(tale: Tale) -> None:
    vault = tale.world.nodes[GBR].database.vault
    vault._connection.set_authorizer(lambda action, *_: 1 if action == _SQLITE_DELETE else 0)
    erase(tale)
    vault._connection.set_authorizer(None)


_SQLITE_DELETE = 9


def vault_keys(world: World, code: PartnerCode) -> list[str]:
    connection = world.nodes[code].database.vault._connection
    return [row[0] for row in connection.execute("SELECT id FROM record_key")]


@pytest.mark.parametrize("killed", [ALB, XKX])
def test_a_node_dropped_between_commit_and_answer_continues_from_its_files(tale: Tale, killed: PartnerCode) -> None:
    world = tale.world
    ask_three(tale)
    world.restart(killed)
    world.deliver()
    tale.take()
    world.restart(killed)
    confirm_new(tale)
    follow(tale)
    world.restart(killed)
    world.deliver()
    propose(tale)
    world.restart(killed)
    approve(tale)
    world.restart(killed)
    world.deliver()
    read_release(tale)
    check_entries(world)
