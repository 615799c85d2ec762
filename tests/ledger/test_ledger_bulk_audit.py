"""The bulk audit beside the row-by-row one: the same counts on every size around a chunk's edge, blind to nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from tests.ledger.conftest import MemoryNode

from egnatia.errors import TamperedError
from egnatia.ledger.alarms import PROVEN, SUSPECTED, accuse, alarms, clear_alarm, suspect
from egnatia.ledger.audit import _check_entries, leaf_hashes, verify_own
from egnatia.ledger.audit_bulk import BULK, BulkTree, agreeing_leaves, audit_in_bulk
from egnatia.ledger.audit_tree import TreeCheck
from egnatia.ledger.checkpoints import Checkpoint, checkpoint_text
from egnatia.ledger.evidence import Finder, make_evidence
from egnatia.ledger.log import append_all
from egnatia.ledger.nodes import log_size, stored_root
from egnatia.ledger.notes import sign_note
from egnatia.ledger.report import Report
from egnatia.ledger.tree import leaf_hash, root_of
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.store.database import Transaction
from egnatia.store.tables import ledger_checkpoint, ledger_entry, ledger_node, sealed_record

MKD = PartnerCode("MKD")


@pytest.fixture
def long(node: Callable[[str], MemoryNode]) -> MemoryNode:
    """A log of two chunks and a bit, with signed heads before, at and behind the edges."""
    made = node("GBR")
    for size in (1, BULK - 1, BULK, BULK + 1, 2 * BULK, 2 * BULK + 5):
        with made.database.write() as tx:
            have = log_size(tx)
            append_all(tx, [made.act(number, sealed=number % 97 == 0) for number in range(have, size)])
        made.sign(size)
    return made


def row_by_row(tx: Transaction, roots: dict[int, bytes]) -> Report:
    report = Report()
    _check_entries(tx, TreeCheck(tx, report, roots), report, None)
    return report


def roots_of(tx: Transaction) -> dict[int, bytes]:
    return {row.size: row.root for row in tx.execute(select(ledger_checkpoint))}


def test_it_counts_what_the_slow_way_counts(long: MemoryNode) -> None:
    steps: list[tuple[int, int]] = []
    with long.database.read() as tx:
        roots = roots_of(tx)
        counts = audit_in_bulk(tx, roots, lambda done, total: steps.append((done, total)), contents=True)
        slow = row_by_row(tx, roots)
    assert counts is not None
    assert (counts.entries, counts.nodes, counts.opened) == (slow.entries, slow.nodes, slow.opened)
    assert (len(counts.signed), max(counts.signed)) == (slow.checkpoints, slow.signed_size)
    assert steps[-1] == (2 * BULK + 5, 2 * BULK + 5)
    with long.database.read() as tx:
        quick = audit_in_bulk(tx, roots, None, contents=False)
        assert quick is not None
        assert (quick.nodes, quick.opened) == (counts.nodes, 0)
        report = verify_own(tx, long.trust(), tree_only=True)
        assert (report.holds, report.entries) == (True, 2 * BULK + 5)
        assert "Only the tree" in " ".join(report.words())


def test_an_empty_log_agrees(node: Callable[[str], MemoryNode]) -> None:
    with node("GBR").database.read() as tx:
        assert audit_in_bulk(tx, {}, None, contents=True) is not None
        assert audit_in_bulk(tx, {0: root_of([])}, None, contents=True) is not None
        assert audit_in_bulk(tx, {0: bytes(32)}, None, contents=True) is None
        assert audit_in_bulk(tx, {1: bytes(32)}, None, contents=True) is None


CHANGES: dict[str, Callable[[Transaction], Any]] = {
    "leaf": lambda tx: tx.execute(update(ledger_entry).where(at(BULK + 3)).values(leaf_hash=bytes(32))),
    "kind": lambda tx: tx.execute(update(ledger_entry).where(at(BULK + 3)).values(kind="logout")),
    "object": lambda tx: tx.execute(update(ledger_entry).where(at(7)).values(object_ref="x")),
    "newline in a time": lambda tx: tx.connection.exec_driver_sql("UPDATE ledger_entry SET at=at||char(10)||'x' WHERE sequence=9"),
    "time with a T": lambda tx: tx.connection.exec_driver_sql("UPDATE ledger_entry SET at=replace(at,' ','T') WHERE sequence=9"),
    "time as a number": lambda tx: tx.connection.exec_driver_sql("UPDATE ledger_entry SET at=5 WHERE sequence=9"),
    "entry as text": lambda tx: tx.connection.exec_driver_sql("UPDATE ledger_entry SET entry=CAST(entry AS TEXT) WHERE sequence=9"),
    "a space in an entry": lambda tx: rewrite(tx, 9, lambda body: body.replace(b":", b": ", 1)),
    "a newline in an entry": lambda tx: rewrite(tx, 9, lambda body: body.replace(b",", b",\n", 1)),
    "two entries in one": lambda tx: rewrite(tx, 9, lambda body: body + b"\n" + body),
    "another version": lambda tx: rewrite(tx, 9, lambda body: body.replace(b'"v":1', b'"v":2')),
    "gone": lambda tx: tx.execute(delete(ledger_entry).where(at(2 * BULK + 1))),
    "upper node": lambda tx: tx.execute(update(ledger_node).where(ledger_node.c.level == 11).values(hash=bytes(32))),
    "node of the last chunk": lambda tx: tx.execute(
        update(ledger_node).where(ledger_node.c.level == 1, ledger_node.c.position == BULK + 1).values(hash=bytes(32))
    ),
    "node too many": lambda tx: tx.execute(ledger_node.insert(), {"level": 40, "position": 0, "hash": bytes(32)}),
    "content": lambda tx: tx.execute(update(sealed_record).values(ciphertext=b"x" * 40)),
    "content gone": lambda tx: tx.execute(delete(sealed_record)),
    "one content for two": lambda tx: tx.execute(
        update(ledger_entry).where(at(97)).values(
            sealed_id=select(ledger_entry.c.sealed_id).where(at(194)).scalar_subquery()
        )
    ),
}  # fmt: skip


def at(sequence: int) -> Any:
    return ledger_entry.c.sequence == sequence


def rewrite(tx: Transaction, sequence: int, change: Callable[[bytes], bytes]) -> None:
    """Change an entry together with its leaf hash, so that only its form or its place gives it away."""
    body = change(tx.execute(select(ledger_entry.c.entry).where(at(sequence))).scalar_one())
    tx.execute(update(ledger_entry).where(at(sequence)).values(entry=body, leaf_hash=leaf_hash(body)))


def test_whatever_was_changed_it_does_not_agree(long: MemoryNode) -> None:
    for name, change in CHANGES.items():
        with long.database.read() as tx:
            change(tx)
            assert audit_in_bulk(tx, {}, None, contents=True) is None, name
            same_moment = name == "time with a T"  # another spelling of it: the slow way reads both, and is right
            assert verify_own(tx, long.trust()).holds is same_moment, name


def test_a_signed_root_that_does_not_fit_is_noticed_at_any_size(long: MemoryNode) -> None:
    with long.database.read() as tx:
        for size in (1, BULK - 1, BULK, BULK + 1, 2 * BULK + 5):
            assert audit_in_bulk(tx, {size: stored_root(tx, size)}, None, contents=False) is not None
            assert audit_in_bulk(tx, {size: bytes(32)}, None, contents=False) is None


def test_pages_of_leaves_are_the_same_both_ways(long: MemoryNode) -> None:
    with long.database.read() as tx:
        stored = list(tx.execute(select(ledger_entry.c.leaf_hash).order_by(ledger_entry.c.sequence)).scalars())
        for low, high in ((0, 5), (BULK - 2, BULK + 2), (3, 2 * BULK + 5), (2 * BULK + 5, 2 * BULK + 9), (0, 0)):
            assert leaf_hashes(tx, low, high) == stored[low:high]
        tx.execute(update(ledger_entry).where(at(4)).values(kind="logout"))
        assert agreeing_leaves(tx, 0, 10) is None
        with pytest.raises(TamperedError, match="entry 4"):
            leaf_hashes(tx, 0, 10)


def test_a_bulk_tree_gives_every_root() -> None:
    leaves = [leaf_hash(b"%d" % number) for number in range(2 * BULK + 3)]
    tree = BulkTree()
    for low in range(0, len(leaves), BULK):
        chunk = leaves[low : low + BULK]
        tree.grow(chunk)
        for size in {low + 1, low + len(chunk) // 2 or low + 1, low + len(chunk)}:
            assert tree.root(size) == root_of(leaves[:size])
        if len(chunk) == BULK:
            tree.close(tree.rows[-1][0])


def test_two_alarms_at_most_stand_and_are_entered(node: Callable[[str], MemoryNode]) -> None:
    gbr, alb = node("GBR"), node("ALB")
    gbr.write(4)
    gbr.get_witnessed(alb)
    notes = [
        sign_note(checkpoint_text(Checkpoint(gbr.origin, 4, bytes([i]) * 32)), gbr.origin, gbr.key) for i in (1, 2)
    ]
    evidence = make_evidence(gbr.log.key, (notes[0], notes[1]), [], Finder(MKD, gbr.act(0).at))
    assert evidence is not None
    with alb.database.write() as tx:
        now = gbr.act(0).at
        assert suspect(tx, gbr.code, "first", (notes[0], b"\xff"), now) is True
        assert [suspect(tx, gbr.code, f"again {n}", (notes[0], b""), now) for n in range(3)] == [False] * 3
        assert accuse(tx, gbr.code, evidence, now, MKD) is True
        assert accuse(tx, gbr.code, evidence, now) is False
        assert suspect(tx, gbr.code, "later", (notes[0], b""), now) is False
        assert [(one.grade, one.told_by) for one in alarms(tx)] == [(PROVEN, MKD), (SUSPECTED, None)]
        kinds = list(tx.execute(select(ledger_entry.c.kind)).scalars())
        assert kinds == [EventKind.WITNESS_ALARM.value] * 2
        assert "different roots" in str(alb.head(tx, gbr).alarm)
        assert clear_alarm(tx, gbr.code) == 2
        assert (alarms(tx), alb.head(tx, gbr).alarm, clear_alarm(tx, gbr.code)) == ([], None, 0)
        assert suspect(tx, gbr.code, "anew", (notes[0], b""), now) is True
