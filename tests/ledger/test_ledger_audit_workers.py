"""The audit in several processes finds what one finds, counts what one counts, and fails in words when a process dies."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.ledger.conftest import MemoryNode

from egnatia.errors import StorageError
from egnatia.ledger.audit import verify_own
from egnatia.ledger.audit_bulk import BULK, Counts, audit_in_bulk
from egnatia.ledger.audit_workers import MOST, TOGETHER, shared, usable
from egnatia.ledger.log import append_all
from egnatia.ledger.nodes import log_size, stored_root
from egnatia.model.ids import PartnerCode
from egnatia.store.database import Database
from egnatia.store.tables import metadata
from egnatia.store.vault import Vault

SIZE = (TOGETHER + 2) * BULK + 5
"""Two lots of chunks and a chunk that is not full."""
PLACES = (7, BULK + 3, TOGETHER * BULK + 9, SIZE - 1)


def database_at(directory: Path) -> Database:
    vault = Vault(directory / "vault.sqlite", bytes(32))
    return Database(f"sqlite:///{directory / 'node.sqlite'}", vault, random.Random(417))


@contextmanager
def opened(directory: Path) -> Iterator[Database]:
    """What a process of the pool calls; found there by its name."""
    database = database_at(directory)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def dying(directory: Path) -> Iterator[Database]:
    if directory.exists():
        os._exit(3)
    yield database_at(directory)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("long")
    database = database_at(made)
    metadata.create_all(database.engine)
    node = MemoryNode(PartnerCode("GBR"), Ed25519PrivateKey.from_private_bytes(bytes(32)), database)
    for size in (1, BULK, BULK + 1, SIZE):
        with database.write() as tx:
            append_all(tx, [node.act(number, sealed=number % 997 == 0) for number in range(log_size(tx), size)])
        node.sign(size)
    database.close()
    return made


def audited(directory: Path, workers: int, roots: dict[int, bytes], *, contents: bool = True) -> Counts | None:
    database = database_at(directory)
    steps: list[tuple[int, int]] = []
    try:
        with shared(partial(opened, directory), workers, contents=contents) as look, database.read() as tx:
            return audit_in_bulk(tx, roots, lambda *each: steps.append(each), contents=contents, look=look)
    finally:
        assert steps == sorted(steps), "chunks are joined in their order"
        database.close()


def roots_of(directory: Path) -> dict[int, bytes]:
    database = database_at(directory)
    with database.read() as tx:
        found = {size: stored_root(tx, size) for size in (1, BULK - 1, BULK, 3 * BULK + 1, SIZE)}
    database.close()
    return found


@pytest.mark.parametrize("contents", [True, False])
def test_two_processes_count_what_one_counts(directory: Path, contents: bool) -> None:  # noqa: FBT001
    roots = roots_of(directory)
    database = database_at(directory)
    with database.read() as tx:
        alone = audit_in_bulk(tx, roots, None, contents=contents)
    database.close()
    together = audited(directory, 2, roots, contents=contents)
    assert alone is not None
    assert together == alone
    assert (together.entries, together.signed) == (SIZE, sorted(roots))


def test_a_signed_root_that_does_not_fit_is_noticed_in_every_chunk(directory: Path) -> None:
    database = database_at(directory)
    with database.read() as tx:
        for size in PLACES:
            assert audit_in_bulk(tx, {size: bytes(32)}, None, contents=False) is None
    database.close()
    assert audited(directory, 2, {SIZE: bytes(32)}, contents=False) is None


@pytest.mark.parametrize("place", PLACES[-2:])
def test_what_was_changed_anywhere_is_found_and_named(directory: Path, place: int) -> None:
    database = database_at(directory)
    node = MemoryNode(PartnerCode("GBR"), Ed25519PrivateKey.from_private_bytes(bytes(32)), database)

    def change(to: str) -> str:
        with database.write() as tx:
            found = tx.connection.exec_driver_sql(f"SELECT object_ref FROM ledger_entry WHERE sequence={place}")  # noqa: S608
            before = str(found.scalar_one())
            tx.connection.exec_driver_sql(f"UPDATE ledger_entry SET object_ref='{to}' WHERE sequence={place}")  # noqa: S608
        return before

    before = change("enq-of-nobody")
    try:
        with shared(partial(opened, directory), 2, contents=True) as look, database.read() as tx:
            report = verify_own(tx, node.trust(), look=look)
    finally:
        change(before)
        database.close()
    assert [(each.code, each.place) for each in report.findings] == [("columns", f"entry {place}")]


def test_a_process_that_dies_is_said_in_words(directory: Path) -> None:
    database = database_at(directory)
    processes = shared(partial(dying, directory), 2, contents=True)
    with pytest.raises(StorageError) as caught, processes as look, database.read() as tx:
        audit_in_bulk(tx, {}, None, contents=True, look=look)
    database.close()
    assert "--workers 1" in caught.value.hint()


@pytest.mark.parametrize("wanted", [1, 2, 3, 16, 1_000])
def test_no_more_processes_than_cores(wanted: int) -> None:
    assert 1 <= usable(wanted) <= min(wanted, MOST, os.cpu_count() or 1)
