"""Levels of undo: whatever nests in whatever, what is kept is what a list of lists would keep."""

from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, bindparam, event, select

from egnatia.errors import InputError
from egnatia.store.database import Database, Transaction
from egnatia.store.prepared import Prepared, insert_into
from egnatia.store.tables import node_state

PUT = insert_into(node_state)
READ = Prepared(select(node_state.c.value).where(node_state.c.key == bindparam("key")))
Step = Any
"""A number is a write; a pair is a level: what is done in it, and whether it fails in the end."""
STEPS = st.recursive(
    st.lists(st.integers(0, 9), max_size=3),
    lambda inner: st.lists(st.one_of(st.integers(0, 9), st.tuples(inner, st.booleans())), max_size=4),
    max_leaves=12,
)


def fail(*, when: bool) -> None:
    if when:
        raise InputError("no")


def play(tx: Transaction, steps: list[Step], numbers: list[int]) -> None:
    """Do the steps; every write has a key of its own, so that the order of what is kept can be compared."""
    for step in steps:
        if isinstance(step, int):
            numbers.append(step)
            tx.put(PUT, {"key": f"{len(numbers):03}", "value": str(step)})
        else:
            with suppress(InputError), tx.savepoint():
                play(tx, step[0], numbers)
                fail(when=step[1])


def kept(steps: list[Step]) -> list[str]:
    """What those steps leave, worked out without a database."""
    left: list[str] = []
    for step in steps:
        if isinstance(step, int):
            left.append(str(step))
        elif not step[1]:
            left += kept(step[0])
    return left


@settings(deadline=None, derandomize=True, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_levels_undo_what_was_done_in_them_and_no_more(database: Database, steps: list[Step]) -> None:
    database.run(lambda tx: tx.execute(node_state.delete()))
    with database.write() as tx:
        play(tx, steps, [])
    with database.read() as tx:
        assert list(tx.execute(select(node_state.c.value).order_by(node_state.c.key)).scalars()) == kept(steps)


def statements(engine: Engine) -> list[str]:
    """What is said to the database from now on, levels of undo alone."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if "SAVEPOINT" in statement:
            said.append(statement.removesuffix(" job"))

    event.listen(engine, "before_cursor_execute", note)
    return said


def test_nested_levels_share_the_savepoint_of_their_first_write(database: Database) -> None:
    said = statements(database.engine)
    with database.write() as tx, tx.savepoint(), tx.savepoint():
        tx.rows(READ, key="a")
        tx.put(PUT, {"key": "a", "value": "1"})
    on_a_server = ["SAVEPOINT", "SAVEPOINT", "RELEASE SAVEPOINT", "RELEASE SAVEPOINT"]
    assert said == (on_a_server if database.is_shared else ["SAVEPOINT", "RELEASE SAVEPOINT"])


def test_a_level_that_only_reads_says_nothing(database: Database) -> None:
    said = statements(database.engine)
    with database.write() as tx, tx.savepoint():
        tx.rows(READ, key="a")
    assert said == (["SAVEPOINT", "RELEASE SAVEPOINT"] if database.is_shared else [])


def test_a_statement_that_is_not_prepared_sets_the_savepoint_as_well(database: Database) -> None:
    with database.write() as tx:
        with suppress(InputError), tx.savepoint():
            tx.execute(node_state.insert(), {"key": "a", "value": "1"})
            fail(when=True)
        tx.put(PUT, {"key": "b", "value": "2"})
    with database.read() as tx:
        assert list(tx.execute(select(node_state.c.key)).scalars()) == ["b"]
