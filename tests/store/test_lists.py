"""A list as one bound value: the same statement, and the same rows, as `IN` with a placeholder each."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, delete, insert, select

from egnatia.store.database import Database
from egnatia.store.lists import texts_of
from egnatia.store.prepared import Prepared
from egnatia.store.tables import node_state

KEYS = [f"key-{number}" for number in range(40)] + [
    "with space",
    "ë",
    "Ѓорѓи",
    'quo"te',
    "back\\slash",
    "1",
    "null",
    "[]",
]
FIND = Prepared(select(node_state.c.key).where(node_state.c.key.in_(texts_of(bindparam("wanted")))))


def found(database: Database, wanted: list[str]) -> list[str]:
    with database.read() as tx:
        return sorted(row.key for row in tx.rows(FIND, wanted=json.dumps(wanted)))


@pytest.fixture
def filled(database: Database) -> Database:
    with database.write() as tx:
        tx.execute(delete(node_state))
        tx.execute(insert(node_state), [{"key": key, "value": "x"} for key in KEYS])
    return database


@pytest.mark.parametrize("many", [0, 1, 7, 8, 9, 40])
def test_as_many_as_are_asked_for_come_back(filled: Database, many: int) -> None:
    assert found(filled, KEYS[:many]) == sorted(KEYS[:many])


def test_more_than_a_database_takes_values(filled: Database) -> None:
    """SQLite takes 32,766 values in a statement, PostgreSQL 65,535."""
    assert found(filled, [f"nobody-{number}" for number in range(70_000)] + KEYS[3:5]) == sorted(KEYS[3:5])


def test_twice_asked_for_is_found_once(filled: Database) -> None:
    assert found(filled, [KEYS[0]] * 3) == [KEYS[0]]


def test_any_text_is_itself_and_no_pattern(filled: Database) -> None:
    @settings(deadline=None, derandomize=True, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(
            st.one_of(st.sampled_from([*KEYS, "%", "_", "' OR 1=1 --", "key-"]), st.text("ab'\"\\%_ë", max_size=6))
        )
    )
    def same(wanted: list[str]) -> None:
        assert found(filled, wanted) == sorted(set(wanted) & set(KEYS))

    same()


@pytest.mark.parametrize("wanted", ["", "{", "not json"])
def test_what_is_no_list_is_an_error_and_no_empty_answer(filled: Database, wanted: str) -> None:
    with filled.read() as tx, pytest.raises(Exception, match=r"(?i)json"):
        tx.rows(FIND, wanted=wanted)
