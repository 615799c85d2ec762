"""Figures of the ledger: appends per second by batch, audit speed, proof and bundle sizes.

Run: `python bench/ledger.py`. SQLite with WAL and synchronous=FULL in a temporary directory, one process, one thread.
"""

import hashlib
import io
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select

from egnatia.ledger import Act, append, append_all
from egnatia.ledger.audit import _check_entries, check_leaves, leaf_hashes, verify_own
from egnatia.ledger.audit_tree import TreeCheck
from egnatia.ledger.audit_workers import shared
from egnatia.ledger.bundle import BundleRequest, export_bundle, verify_bundle
from egnatia.ledger.checkpoints import (
    checkpoint_at,
    due_checkpoint,
    sign_checkpoint,
    signed_checkpoint,
    store_checkpoint,
)
from egnatia.ledger.log import encode
from egnatia.ledger.nodes import consistency_proof, inclusion_proof, log_size, stored_root
from egnatia.ledger.notekeys import KeyKind, key_of
from egnatia.ledger.proofs import verify_inclusion
from egnatia.ledger.report import Report, Trust
from egnatia.ledger.witness import (
    Cosigner,
    KnownLog,
    consistency_request,
    examine,
    judge_checkpoint,
)
from egnatia.ledger.witnessed import WitnessedLog, witnessed
from egnatia.model.events import EventKind
from egnatia.model.ids import GrantId, PartnerCode
from egnatia.model.states import Purpose
from egnatia.store.database import Database, Transaction
from egnatia.store.tables import ledger_entry, metadata
from egnatia.store.vault import Vault

Result = TypeVar("Result")
NOW = datetime(2025, 5, 15, 3, 0, tzinfo=UTC)
ENTRIES = 200_000
PAGE = 4096


def act(number: int, *, sealed: bool = False) -> Act:
    """An act as the flow makes them."""
    return Act(
        event=EventKind.ENQUIRY_ANSWERED,
        at=NOW,
        actor="off-3f9a1c",
        object_ref=f"enq-{number}",
        partner=PartnerCode("ALB"),
        grant=GrantId("agr-1/ALB-GBR/person"),
        purpose=Purpose.INVESTIGATION,
        message_sha256=bytes(32),
        justification="entered the port with a document reported stolen" if sealed else "",
    )


def appends(database: Database, batch: int, rounds: int, *, sealed: bool) -> None:
    """Time whole transactions of one batch size, commit included."""
    times = []
    for one in range(rounds):
        start = time.perf_counter()
        with database.write() as tx:
            for i in range(batch):
                append(tx, act(one * batch + i, sealed=sealed))
        times.append(time.perf_counter() - start)
    rate = batch * rounds / sum(times)
    times.sort()
    p99 = times[min(len(times) - 1, int(len(times) * 0.99))]
    kind = "with a sealed justification" if sealed else "plain"
    print(
        f"append, batch {batch:>4}, {kind}: {rate:>8.0f}/s  p50 {statistics.median(times) * 1e3:.1f} ms  p99 {p99 * 1e3:.1f} ms"
    )


def rate(label: str, count: int, work: Callable[[], object]) -> None:
    """Time one piece of work."""
    start = time.perf_counter()
    work()
    print(f"{label}: {count / (time.perf_counter() - start):.0f}/s")


def measure(database: Database, key: Ed25519PrivateKey) -> None:
    """Everything that reads."""
    trust = Trust(key_of("gbr.example/ledger", KeyKind.NOTE, key))
    with database.read() as tx:
        size = log_size(tx)
        head = checkpoint_at(tx, size)
        known = WitnessedLog(PartnerCode("GBR"), "gbr.example/ledger", size, head.checkpoint.root, head.note, NOW)
        leaves = [leaf for low in range(0, size, PAGE) for leaf in leaf_hashes(tx, low, low + PAGE)]
        audits(tx, trust, size)
        rate(
            "leaf hashes for a partner, entries",
            size,
            lambda: [leaf_hashes(tx, n, n + PAGE) for n in range(0, size, PAGE)],
        )
        rate("audit of a partner, entries", size, lambda: check_leaves(known, leaves))
        places = random.Random(1).sample(range(size), 500)
        proofs = [inclusion_proof(tx, place, size) for place in places]
        rate("inclusion proofs made", 500, lambda: [inclusion_proof(tx, place, size) for place in places])
        root = stored_root(tx, size)
        pairs = list(zip(places, proofs, strict=True))
        rate(
            "inclusion proofs verified",
            500,
            lambda: verify_all(leaves, pairs, root),
        )
        longest = max(len(consistency_proof(tx, place + 1, size)) for place in places)
        print(
            f"proof sizes: inclusion at most {max(map(len, proofs)) * 32} bytes, consistency at most {longest * 32} bytes"
        )
        out = io.BytesIO()
        rate("bundle export, entries", size, lambda: export_bundle(tx, out, trust, BundleRequest(), NOW))
        print(f"bundle: {len(out.getvalue()) / size:.0f} bytes per entry")
        out.seek(0)
        rate("bundle verification, entries", size, lambda: verify_bundle(out))


@contextmanager
def opened(directory: Path) -> Iterator[Database]:
    """The database of this run, in a process that shares the audit."""
    vault = Vault(directory / "vault.sqlite", bytes(32))
    database = Database(f"sqlite:///{directory}/node.sqlite", vault, random.SystemRandom())
    try:
        yield database
    finally:
        database.close()


def audits(tx: Transaction, trust: Trust, size: int) -> None:
    """The own audit, full and of the tree alone, beside the hashing that no audit can do without and the slow way."""
    bodies = list(tx.execute(select(ledger_entry.c.entry).order_by(ledger_entry.c.sequence)).scalars())
    sealed = tx.execute(select(func.count(ledger_entry.c.sealed_id))).scalar_one()
    print(f"audits of {size} entries, {sealed} of them with sealed content, 1 checkpoint; the faster of two runs each")
    floor = best("  floor: SHA-256 of entries and nodes in memory", size, lambda: hash_all(bodies))
    tree = best("  own audit, tree only", size, lambda: verify_own(tx, trust, tree_only=True))
    full = best("  own audit, full", size, lambda: verify_own(tx, trust))
    print(f"  of the floor: tree only {tree / floor:.2f}, full {full / floor:.2f}")
    directory = Path(tx.connection.engine.url.database or "").parent
    for workers in (2, 4):
        with shared(partial(opened, directory), workers, contents=True) as look:
            verify_own(tx, trust, look=look)  # the processes start and open the database in the first run
            best(f"  own audit, full, {workers} processes", size, lambda: verify_own(tx, trust, look=look))
    report = Report()
    checking = TreeCheck(tx, report, {})
    rate("  row by row, as when something is wrong", size, lambda: _check_entries(tx, checking, report, None))


def writer_times(database: Database, key: Ed25519PrivateKey) -> None:
    """How long witnessing keeps the one writer from the exchange: what runs inside a write transaction, no commit."""
    origin, rounds = "gbr.example/ledger", 200
    log = KnownLog(PartnerCode("GBR"), key_of(origin, KeyKind.NOTE, key))
    cosigner = Cosigner("alb.example/ledger", key, PartnerCode("ALB"))
    times: dict[str, list[float]] = {}

    def timed(label: str, work: Callable[..., Result], *arguments: object) -> Result:
        start = time.perf_counter()
        done = work(*arguments)
        times.setdefault(label, []).append(time.perf_counter() - start)
        return done

    for number in range(rounds):
        with database.write() as tx:
            append(tx, act(number))
        with database.read() as tx:
            due = timed("beside the writer: prove the next checkpoint", due_checkpoint, tx, origin)
            note = timed("beside the writer: sign it", signed_checkpoint, due, key, NOW)
        with database.write() as tx:
            timed("in the writer: store a checkpoint", store_checkpoint, tx, note)
            body = consistency_request(tx, PartnerCode("ALB"), cosigned_of(tx))
        examined = timed("beside the writer: examine a partner's request", examine, log, body or b"")
        with database.write() as tx:
            said = timed("in the writer: judge, store and cosign it", judge_checkpoint, tx, examined, cosigner, NOW)
        if said.status != 200:
            raise SystemExit(f"it was not cosigned: {said.status}")
    print(f"witnessing on a log of {database.run(log_size)} entries, {rounds} rounds")
    for label, found in times.items():
        found.sort()
        print(f"  {label}: p50 {found[rounds // 2] * 1e3:.2f} ms, p99 {found[rounds * 99 // 100] * 1e3:.2f} ms")


def cosigned_of(tx: Transaction) -> int:
    """Size that the witness, here the same database, has cosigned last."""
    known = witnessed(tx, PartnerCode("GBR"))
    return known.size if known else 0


def hash_all(bodies: list[bytes]) -> bytes:
    """Root over the entries, level by level."""
    row = [hashlib.sha256(b"\x00" + body).digest() for body in bodies]
    while len(row) > 1:
        pairs = iter(row)
        row = [hashlib.sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]
    return row[0]


def best(label: str, count: int, work: Callable[[], object]) -> float:
    """Time one piece of work twice and print the better rate: by the wall, and by CPU time of this process."""
    found = []
    for _ in range(2):
        wall, used = time.perf_counter(), time.process_time()
        work()
        found.append((count / (time.perf_counter() - wall), count / (time.process_time() - used)))
    print(f"{label}: {max(found)[0]:.0f}/s, {max(one for _, one in found):.0f} per CPU second")
    return max(one for _, one in found)


def main() -> None:
    """Print every figure."""
    with tempfile.TemporaryDirectory() as directory:
        vault = Vault(Path(directory) / "vault.sqlite", bytes(32))
        database = Database(f"sqlite:///{directory}/node.sqlite", vault, random.SystemRandom())
        metadata.create_all(database.engine)
        for batch, rounds in ((1, 300), (10, 100), (100, 30), (1000, 8)):
            appends(database, batch, rounds, sealed=False)
            appends(database, batch, max(rounds // 4, 2), sealed=True)
        sealed_until = database.run(log_size)
        rate(
            "append_all, batches of 1000, entries",
            ENTRIES,
            lambda: bulk(database),
        )
        key = Ed25519PrivateKey.generate()
        database.run(lambda tx: sign_checkpoint(tx, "gbr.example/ledger", key, NOW))
        print(
            f"entry: {len(append_bytes())} bytes; {sealed_until} of the entries come from the append runs, some sealed"
        )
        measure(database, key)
        writer_times(database, key)
        database.close()


def bulk(database: Database) -> None:
    """Many entries, a thousand by one call."""
    for first in range(0, ENTRIES, 1000):
        with database.write() as tx:
            append_all(tx, [act(first + i) for i in range(1000)])


def verify_all(leaves: list[bytes], pairs: list[tuple[int, list[bytes]]], root: bytes) -> None:
    """Verify inclusion proofs."""
    for place, proof in pairs:
        verify_inclusion(leaves[place], (place, len(leaves)), proof, root)


def append_bytes() -> bytes:
    """The bytes of a typical entry."""
    return encode(act(1), bytes(32))


if __name__ == "__main__":
    main()
