"""Whatever is done to a ledger's database, somebody notices; what touches an entry, another partner notices.

Each way of tampering is a function on a real database, tried on many places. The cunning tamperer also makes the
leaf hashes, the columns and the whole tree anew, so that at home everything fits again.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update

from egnatia.errors import InputError, TamperedError
from egnatia.ledger.audit import check_leaves, record_audit, verify_own
from egnatia.ledger.checkpoints import Checkpoint, checkpoint_text
from egnatia.ledger.leaf import encode_leaf, parse_leaf, read_time
from egnatia.ledger.notes import sign_note
from egnatia.ledger.tree import Frontier, leaf_hash
from egnatia.model.events import EventKind
from egnatia.store.database import Transaction
from egnatia.store.tables import (
    ledger_checkpoint,
    ledger_cosignature,
    ledger_entry,
    ledger_node,
    sealed_record,
)

SIZE = 21
TRIES = 8
Bodies = list[bytes]


def read_bodies(tx: Transaction) -> Bodies:
    return list(tx.execute(select(ledger_entry.c.entry).order_by(ledger_entry.c.sequence)).scalars())


def rewrite(tx: Transaction, bodies: Bodies) -> None:
    """Store these entries as if they had always been the log: columns, leaf hashes and tree made to fit."""
    query = select(ledger_entry.c.entry, ledger_entry.c.sealed_id)
    sealed = {row.entry: row.sealed_id for row in tx.execute(query)}
    tx.execute(delete(ledger_entry))
    tx.execute(delete(ledger_node))
    tree = Frontier()
    for sequence, body in enumerate(bodies):
        try:
            leaf = parse_leaf(body)
            columns = {"kind": leaf.kind, "at": read_time(leaf.at), "object_ref": leaf.object}
        except InputError:  # a byte was changed so that it is no entry any more
            columns = {"kind": "x", "at": read_time("2025-01-01T00:00:00.000000Z"), "object_ref": "x"}
        row = {"sequence": sequence, "entry": body, "leaf_hash": leaf_hash(body), "sealed_id": sealed.get(body)}
        tx.execute(insert(ledger_entry), {**row, **columns})
        for (level, position), value in tree.add(leaf_hash(body)):
            tx.execute(insert(ledger_node), {"level": level, "position": position, "hash": value})


def flip_a_byte(b: Bodies, r: random.Random) -> Bodies:
    i = r.randrange(len(b))
    place = r.randrange(len(b[i]))
    return [*b[:i], b[i][:place] + bytes([b[i][place] ^ (1 << r.randrange(7))]) + b[i][place + 1 :], *b[i + 1 :]]


def edit(b: Bodies, r: random.Random, **fields: Any) -> Bodies:
    i = r.randrange(len(b))
    leaf = parse_leaf(b[i])
    changed = {name: getattr(leaf, name) for name in leaf.__struct_fields__} | fields
    return [*b[:i], encode_leaf(type(leaf)(**changed)), *b[i + 1 :]]


def drop_one(b: Bodies, r: random.Random) -> Bodies:
    i = r.randrange(len(b))
    return b[:i] + b[i + 1 :]


def swap_two(b: Bodies, r: random.Random) -> Bodies:
    i, j = r.sample(range(len(b)), 2)
    out = list(b)
    out[i], out[j] = out[j], out[i]
    return out


def insert_one(b: Bodies, r: random.Random) -> Bodies:
    i = r.randrange(len(b))
    return [*b[:i], edit([b[i]], r, actor="off-99")[0], *b[i:]]


def swap_commitments(b: Bodies, r: random.Random) -> Bodies:
    i, j = r.sample(range(0, len(b), 2), 2)
    out = list(b)
    out[i] = edit([b[i]], r, commitment=parse_leaf(b[j]).commitment)[0]
    out[j] = edit([b[j]], r, commitment=parse_leaf(b[i]).commitment)[0]
    return out


def rotate(b: Bodies, r: random.Random) -> Bodies:
    i = r.randrange(1, len(b))
    return b[i:] + b[:i]


def cut(b: Bodies, r: random.Random) -> Bodies:
    return b[: r.randrange(len(b))]


def cut_and_regrow(b: Bodies, r: random.Random) -> Bodies:
    kept = cut(b, r)
    return kept + [edit([one], r, actor="off-98")[0] for one in b[len(kept) :]]


WAYS: dict[str, Callable[[Bodies, random.Random], Bodies]] = {
    "flip a bit": flip_a_byte,
    "another actor": lambda b, r: edit(b, r, actor="off-77"),
    "another time": lambda b, r: edit(b, r, at="2025-05-14T03:00:00.000001Z"),
    "another kind": lambda b, r: edit(b, r, kind=EventKind.LOGOUT.value),
    "another object": lambda b, r: edit(b, r, object="enq-999"),
    "no grant": lambda b, r: edit(b, r, grant=None),
    "another message": lambda b, r: edit(b, r, message="00" * 32),
    "no commitment": lambda b, r: edit(b[::2], r, commitment=None) + b[1::2],
    "swapped commitments": swap_commitments,
    "a byte cut off": lambda b, r: [*b[:5], b[5][: -1 - r.randrange(9)], *b[6:]],
    "a space added": lambda b, r: [*b[:5], b[5] + b" " * r.randint(1, 9), *b[6:]],
    "one dropped": drop_one,
    "first dropped": lambda b, _: b[1:],
    "two swapped": swap_two,
    "reversed": lambda b, _: b[::-1],
    "rotated": rotate,
    "one inserted": insert_one,
    "one twice": lambda b, r: [*b[: (i := r.randrange(len(b) - 1))], b[i], *b[i:]],
    "cut": cut,
    "cut and grown again": cut_and_regrow,
    "emptied": lambda _b, _r: [],
}


@pytest.fixture
def pair(node: Any) -> tuple[Any, Any]:
    """GBR's ledger, witnessed by ALB at 21 entries."""
    gbr, alb = node("GBR"), node("ALB")
    gbr.write(SIZE)
    gbr.get_witnessed(alb)
    return gbr, alb


def partner_notices(gbr: Any, alb: Any, tx: Transaction) -> bool:
    """The partner asks for the leaves behind what it cosigned, as the exchange does."""
    with alb.database.read() as theirs:
        head = alb.head(theirs, gbr)
    try:
        return check_leaves(head, gbr.leaves(tx, head.size)) is not None
    except TamperedError:
        return True


@pytest.mark.parametrize("way", WAYS)
def test_the_partner_notices_a_cunning_tamperer(pair: tuple[Any, Any], way: str) -> None:
    gbr, alb = pair
    rng = random.Random(way)
    for _ in range(TRIES):
        with gbr.database.read() as tx:  # rolled back afterwards
            before = read_bodies(tx)
            after = WAYS[way](before, rng)
            if after == before:
                continue
            rewrite(tx, after)
            assert partner_notices(gbr, alb, tx)
            assert not verify_own(tx, gbr.trust(alb)).holds


def test_an_honest_ledger_raises_nothing(pair: tuple[Any, Any]) -> None:
    gbr, alb = pair
    with gbr.database.read() as tx:
        rewrite(tx, read_bodies(tx))
        assert not partner_notices(gbr, alb, tx)
        report = verify_own(tx, gbr.trust(alb))
    assert report.holds, report.findings
    assert (report.entries, report.checkpoints, report.cosignatures, report.signed_size) == (SIZE, 1, 1, SIZE)
    assert report.nodes == 10 + 5 + 2 + 1
    assert report.opened == 11


@pytest.mark.parametrize("way", WAYS)
def test_the_partner_cosigns_nothing_that_a_tamperer_signs_anew(pair: tuple[Any, Any], way: str) -> None:
    """The tamperer has the node's key: it grows the rewritten log and signs a fresh checkpoint."""
    gbr, alb = pair
    rng = random.Random(way)
    with gbr.database.read() as tx:
        before = read_bodies(tx)
        after = WAYS[way](before, rng)
        while after == before:
            after = WAYS[way](before, rng)
        rewrite(tx, after + [edit([before[i]], rng, actor=f"off-5{i}")[0] for i in range(20)])
        bodies = read_bodies(tx)
        tree = Frontier()
        for body in bodies:
            tree.add(leaf_hash(body))
        checkpoint = Checkpoint(gbr.origin, len(bodies), tree.root())
        note = sign_note(checkpoint_text(checkpoint), gbr.origin, gbr.key)
        row = {"size": len(bodies), "root": checkpoint.root, "note": note, "at": gbr.act(0).at}
        tx.execute(delete(ledger_checkpoint))
        tx.execute(insert(ledger_checkpoint), row)
        answer = gbr.ask(alb, tx, SIZE if len(bodies) > SIZE else 0)
    assert answer.status in (409, 422)
    if len(bodies) > SIZE:
        with alb.database.read() as theirs:
            assert "do not begin with" in alb.head(theirs, gbr).alarm
            alarms = select(ledger_entry.c.kind).where(ledger_entry.c.kind == EventKind.WITNESS_ALARM.value)
            assert len(theirs.execute(alarms).all()) == 1


Clumsy = Callable[[Transaction, random.Random], Any]
SEQUENCE = ledger_entry.c.sequence


def at(sequence: int) -> Any:
    return SEQUENCE.in_([sequence])


def at_random(r: random.Random) -> Any:
    return at(r.randrange(SIZE))


def set_entry(r: random.Random, **values: Any) -> Any:
    return update(ledger_entry).where(at_random(r)).values(**values)


def move(tx: Transaction, r: random.Random) -> None:
    i = r.randrange(SIZE)
    tx.execute(update(ledger_entry).where(at(i)).values(sequence=i + 100))


def spoil_content(tx: Transaction, r: random.Random) -> None:
    ids = list(tx.execute(select(sealed_record.c.id)).scalars())
    tx.execute(update(sealed_record).where(sealed_record.c.id == r.choice(ids)).values(ciphertext=r.randbytes(60)))


CLUMSY: dict[str, tuple[Clumsy, bool]] = {  # and whether a partner's audit sees it, too
    "leaf hash": (lambda tx, r: tx.execute(set_entry(r, leaf_hash=r.randbytes(32))), True),
    "kind column": (lambda tx, r: tx.execute(set_entry(r, kind="logout")), True),
    "time column": (lambda tx, r: tx.execute(set_entry(r, at=read_time("2024-01-01T00:00:00.000000Z"))), True),
    "object column": (lambda tx, r: tx.execute(set_entry(r, object_ref="enq-7000")), True),
    "entry as text": (lambda tx, _: tx.execute(text("UPDATE ledger_entry SET entry = 'x'")), True),
    "leaf hash as text": (lambda tx, _: tx.execute(text("UPDATE ledger_entry SET leaf_hash = 'x'")), True),
    "time as text": (lambda tx, _: tx.execute(text("UPDATE ledger_entry SET at = 'noon'")), True),
    "node as text": (lambda tx, _: tx.execute(text("UPDATE ledger_node SET hash = 'x'")), True),
    "note as text": (lambda tx, _: tx.execute(text("UPDATE ledger_checkpoint SET note = 'x'")), False),
    "content unhooked": (
        lambda tx, r: tx.execute(update(ledger_entry).where(at(2 * r.randrange(9))).values(sealed_id=None)),
        True,
    ),
    "row deleted": (lambda tx, r: tx.execute(delete(ledger_entry).where(at_random(r))), True),
    "row moved": (move, True),
    "node changed": (
        lambda tx, r: tx.execute(
            update(ledger_node)
            .where(ledger_node.c.level == 1, ledger_node.c.position == r.randrange(3))
            .values(hash=r.randbytes(32))
        ),
        True,
    ),
    "node deleted": (
        lambda tx, r: tx.execute(delete(ledger_node).where(ledger_node.c.level == r.randint(1, 4))),
        False,
    ),
    "node too many": (
        lambda tx, r: tx.execute(insert(ledger_node), [{"level": 9, "position": r.randrange(9), "hash": b""}]),
        False,
    ),
    "row before the first": (
        lambda tx, r: tx.execute(
            insert(ledger_entry).from_select(
                [c.name for c in ledger_entry.c],
                select(-1 - SEQUENCE, *[c for c in ledger_entry.c if c.name != "sequence"]).where(at_random(r)),
            )
        ),
        False,
    ),
    "content spoilt": (spoil_content, False),
    "content hooked elsewhere": (
        lambda tx, _: tx.execute(
            update(ledger_entry)
            .where(at(4))
            .values(sealed_id=select(ledger_entry.c.sealed_id).where(at(6)).scalar_subquery())
        ),
        False,
    ),
    "checkpoint root": (lambda tx, r: tx.execute(update(ledger_checkpoint).values(root=r.randbytes(32))), False),
    "checkpoint note": (lambda tx, _: tx.execute(update(ledger_checkpoint).values(note=b"no note\n")), False),
    "checkpoint size": (lambda tx, r: tx.execute(update(ledger_checkpoint).values(size=r.randrange(SIZE))), False),
    "checkpoint deleted": (lambda tx, _: tx.execute(delete(ledger_checkpoint)), False),
    "cosignature": (
        lambda tx, _: tx.execute(update(ledger_cosignature).values(line="\u2014 alb.example/ledger AAAAAAA=")),
        False,
    ),
    "cosignature of another": (lambda tx, _: tx.execute(update(ledger_cosignature).values(witness="MKD")), False),
}


@pytest.mark.parametrize("way", CLUMSY)
def test_a_clumsy_change_is_noticed(pair: tuple[Any, Any], way: str) -> None:
    gbr, alb = pair
    rng = random.Random(way)
    for _ in range(TRIES // 2):
        with gbr.database.read() as tx:
            CLUMSY[way][0](tx, rng)
            assert not verify_own(tx, gbr.trust(alb)).holds
            if CLUMSY[way][1]:
                assert partner_notices(gbr, alb, tx)


def test_a_far_away_number_does_not_stall_the_audit(pair: tuple[Any, Any]) -> None:
    gbr, alb = pair
    with gbr.database.read() as tx:
        tx.execute(update(ledger_entry).where(at(7)).values(sequence=2**40))
        report = verify_own(tx, gbr.trust(alb))
    assert not report.holds
    assert "missing" in " ".join(report.words())


def test_erasing_content_is_no_finding(pair: tuple[Any, Any]) -> None:
    gbr, alb = pair
    with gbr.database.write() as tx:
        for sealed_id in tx.execute(select(ledger_entry.c.sealed_id).where(SEQUENCE < 5)).scalars():
            if sealed_id is not None:
                tx.erase(sealed_id)
    with gbr.database.read() as tx:
        report = verify_own(tx, gbr.trust(alb))
        assert not partner_notices(gbr, alb, tx)
    assert report.holds
    assert (report.opened, report.erased) == (8, 3)
    assert "3 were erased" in " ".join(report.words())


def test_a_failed_audit_raises_one_alarm(pair: tuple[Any, Any]) -> None:
    gbr, alb = pair
    with alb.database.write() as theirs:
        head = alb.head(theirs, gbr)
        finding = check_leaves(head, [leaf_hash(b"forged")] * SIZE)
        assert finding is not None
        for _ in range(3):
            result = record_audit(theirs, replace(head, alarm=alb.head(theirs, gbr).alarm), finding, head.at)
            assert result.finding == finding
        kinds = list(theirs.execute(select(ledger_entry.c.kind)).scalars())
        assert kinds == [EventKind.WITNESS_ALARM.value]
        assert alb.head(theirs, gbr).alarm == finding


def test_a_passed_audit_is_remembered(pair: tuple[Any, Any]) -> None:
    gbr, alb = pair
    with alb.database.write() as theirs, gbr.database.read() as tx:
        head = alb.head(theirs, gbr)
        later = head.at + timedelta(hours=1)
        assert record_audit(theirs, head, check_leaves(head, gbr.leaves(tx, SIZE)), later).finding is None
        after = alb.head(theirs, gbr)
    assert (after.audited_size, after.audited_at, after.alarm) == (SIZE, later, None)
