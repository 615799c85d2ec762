"""What a transaction remembers of the tree's frontier: never a wrong hash, and nothing read that is not needed."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from tests.ledger.conftest import START

from egnatia.errors import InputError
from egnatia.ledger import Act, append, append_all
from egnatia.ledger.nodes import UNREAD, _used, frontier, log_size, stored_root
from egnatia.ledger.tree import Frontier, Subtree, cover, root_of
from egnatia.model.events import EventKind
from egnatia.store.database import Database, Transaction
from egnatia.store.tables import ledger_entry, ledger_node

ACT = Act(EventKind.LOGOUT, START, "off-1", "session:1")


def acts(count: int) -> list[Act]:
    return [Act(EventKind.LOGOUT, START, "off-1", f"session:{number}") for number in range(count)]


def grown(count: int) -> Frontier:
    tree = Frontier()
    for number in range(count):
        tree.add(number.to_bytes(32, "big"))
    return tree


@given(st.integers(0, 2_000), st.integers(1, 300))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_exactly_the_subtrees_that_become_part_of_larger_ones_are_used(size: int, adding: int) -> None:
    before, after = cover(0, size), set(cover(0, size + adding))
    gone = [subtree for subtree in before if subtree not in after]
    assert _used(size, adding) == len(gone)
    assert gone == before[len(before) - len(gone) :], "they are the lowest"


@given(st.integers(0, 300))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_a_stack_is_the_cover_in_its_order(size: int) -> None:
    tree = grown(size)
    assert dict(zip(cover(0, size), tree.stack(), strict=True)) == tree.subtrees()
    assert Frontier(size, tree.stack()).root() == tree.root()
    assert len(tree.stack()) == size.bit_count()


def whole(tx: Transaction) -> None:
    """The stored tree is that of the stored leaves."""
    leaves = list(tx.execute(select(ledger_entry.c.leaf_hash).order_by(ledger_entry.c.sequence)).scalars())
    assert log_size(tx) == len(leaves)
    assert stored_root(tx, len(leaves)) == root_of(leaves)
    stored = {(row.level, row.position): row.hash for row in tx.execute(select(ledger_node))}
    tree = Frontier()
    made: dict[Subtree, bytes] = {}
    for leaf in leaves:
        made |= dict(tree.add(leaf))
    assert stored == made


@pytest.mark.parametrize("seed", range(6))
def test_any_mixture_of_batches_undone_acts_and_forgetting_grows_the_defined_tree(
    database: Database, seed: int
) -> None:
    """Batches of one and of many, some undone, some after a statement that empties what was remembered."""
    drawn = random.Random(seed)
    for _ in range(6):
        with database.write() as tx:
            for _ in range(drawn.randint(1, 12)):
                count, how = drawn.choice([1, 1, 1, 2, 3, 7]), drawn.randrange(4)
                if how == 0:
                    undone(tx, count)
                elif how == 1:
                    tx.execute(ledger_node.delete().where(ledger_node.c.level < 0))  # forgets what was remembered
                    append_all(tx, acts(count))
                else:
                    append_all(tx, acts(count))
        with database.read() as tx:
            whole(tx)


def undone(tx: Transaction, count: int) -> None:
    """Acts that end in an error, which takes them back."""
    with pytest.raises(InputError):
        fail_after(tx, acts(count))


def fail_after(tx: Transaction, some: list[Act]) -> None:
    """Write them, then one that is none."""
    with tx.savepoint():
        append_all(tx, some)
        append(tx, replace(ACT, actor="two words"))


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 8, 15, 21])
def test_only_what_is_used_is_read(database: Database, size: int) -> None:
    with database.write() as tx:
        append_all(tx, acts(size))
    with database.read() as tx:
        unread = (UNREAD,) * size.bit_count()
        for adding in (1, 2, 5, 40):
            tree = frontier(tx, size, unread, adding)
            used = _used(size, adding)
            assert [value == UNREAD for value in tree.stack()] == [True] * (size.bit_count() - used) + [False] * used
            assert tree.size == size


def test_what_is_known_is_not_read_again(database: Database) -> None:
    """A hash that is given is believed: it was read or made in the same transaction."""
    with database.write() as tx:
        append_all(tx, acts(7))
    with database.read() as tx:
        known = tuple(bytes([each]) * 32 for each in range(3))
        assert frontier(tx, 7, known, 1).stack() == known
        mixed = (known[0], UNREAD, UNREAD)
        assert frontier(tx, 7, mixed, 1).stack()[0] == known[0]


def test_the_first_entry_of_all_needs_nothing(database: Database) -> None:
    with database.write() as tx:
        entry = append(tx, acts(1)[0])
        assert entry.sequence == 0
        assert stored_root(tx, 1) == entry.leaf_hash
        append(tx, acts(1)[0])
        whole(tx)
