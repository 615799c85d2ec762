"""A node that was half restored, or lost its database, never goes on as if nothing had been there."""

import sqlite3
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from tests.databases import about_sqlite
from tests.federation.world import ALB, World, document_draft

from egnatia.errors import ConfigError, Error, InputError
from egnatia.exchange.keys import load_keys
from egnatia.ledger.audit import verify_own
from egnatia.ledger.checkpoints import latest_checkpoint, sign_checkpoint
from egnatia.ledger.entries import EntryFilter, read_entries
from egnatia.ledger.mark import MARK_FILE, write_mark
from egnatia.model.events import EventKind
from egnatia.node import DATABASE_FILE, Node, ledger_origin, upgrade_node
from egnatia.operations.backup import expected_loss, make_backup, restore
from egnatia.operations.manifest import MANIFEST, Manifest, read_manifest, write_manifest
from egnatia.store.copies import sha256_of
from egnatia.store.migrations import HEAD

WHY = "The disk broke at noon; partners and the auditor were told by telephone."

pytestmark = about_sqlite


def signed(world: World) -> int:
    """Checkpoint, and keep the mark as a serving node does; returns the ledger's size."""
    node = world.nodes[ALB]
    node.commit(lambda tx: sign_checkpoint(tx, ledger_origin(ALB), node.keys.signing, world.clock()))
    newest = world.look(ALB, latest_checkpoint)
    assert newest is not None
    write_mark(node.directory / MARK_FILE, newest.note)
    return newest.checkpoint.size


def older_copy(world: World, folder: Path) -> Path:
    """A backup, and acts after it that were checkpointed; the node is stopped. Returns its directory."""
    signed(world)
    make_backup(world.nodes[ALB], folder, lambda _done, _all: None)
    world.ask(ALB, document_draft())
    signed(world)
    directory = world.nodes[ALB].directory
    world.stop(ALB)
    return directory


def reported(world: World, directory: Path) -> list[str]:
    """What the ledger's own verification finds, by the mark beside the database."""
    node = Node.open(directory, world.clock)
    try:
        with node.database.read() as tx:
            found = verify_own(tx, node.trust(tx), mark=directory / MARK_FILE).findings
        return [each.text for each in found]
    finally:
        node.close()


def remove_database(directory: Path) -> None:
    for each in directory.glob(f"{DATABASE_FILE}*"):
        each.unlink()


@pytest.mark.parametrize("start", [Node.open, upgrade_node])
def test_a_lost_database_is_named_and_no_empty_one_takes_its_place(world: World, start: object) -> None:
    """`upgrade_node` is what `egnatia node init` and `egnatia node serve` run first."""
    directory = world.nodes[ALB].directory
    world.stop(ALB)
    remove_database(directory)
    assert callable(start)
    with pytest.raises(ConfigError, match=r"node\.sqlite is missing") as caught:
        start(directory)
    assert "node restore" in caught.value.hint()
    assert not (directory / DATABASE_FILE).exists(), "an empty ledger under the same key contradicts every cosignature"


def test_a_lost_database_is_put_back_from_a_backup(world: World, tmp_path: Path) -> None:
    directory = older_copy(world, tmp_path / "copy")
    remove_database(directory)
    loss = restore(directory, tmp_path / "copy", accepted=WHY, now=world.clock())
    assert loss.signed > loss.kept
    world.start(ALB)
    assert world.kinds(ALB)[-1] == "node.restored"


def test_a_restore_that_ends_between_database_and_entry_is_still_noticed_at_home(world: World, tmp_path: Path) -> None:
    """The entry cannot be written (its moment has no zone): the copy is in place, and the mark is the old one."""
    directory = older_copy(world, tmp_path / "copy")
    assert reported(world, directory) == []
    with pytest.raises((Error, ValueError)):
        restore(directory, tmp_path / "copy", accepted=WHY, now=datetime(2025, 5, 16, 3))  # noqa: DTZ001 - on purpose
    assert any("was signed, but the newest one here has" in each for each in reported(world, directory))
    loss = expected_loss(directory, tmp_path / "copy")
    assert loss.signed > loss.kept, "who repeats it is asked again"
    restore(directory, tmp_path / "copy", accepted=WHY, now=world.clock())
    assert reported(world, directory) == []


@pytest.mark.parametrize("words", ["\udcff\udcfe told by telephone", "told\x1b[2J", "told\u202eenohpelet yb"])
def test_words_that_cannot_be_entered_are_refused_before_anything_is_touched(
    world: World, tmp_path: Path, words: str
) -> None:
    """What a shell passes on of bytes that are no UTF-8 has half surrogate pairs in it."""
    directory = older_copy(world, tmp_path / "copy")
    before = {each.name: sha256_of(each) for each in directory.iterdir() if each.is_file()}
    with pytest.raises(InputError, match="cannot be seen"):
        restore(directory, tmp_path / "copy", accepted=words, now=world.clock())
    after = {each.name: sha256_of(each) for each in directory.iterdir() if each.is_file()}
    assert {name: after.get(name) for name in before} == before
    assert not list(directory.glob("*.replaced-*"))


def as_of_the_release_before(copy: Path, keys_of: Path) -> Manifest:
    """Turn a backup into one that release 0.1.0 made: the same rows under its schema, and a manifest that says so."""
    from alembic import command
    from alembic.config import Config

    keys = load_keys(keys_of)
    said = read_manifest(copy, keys)
    new, old = copy / DATABASE_FILE, copy / "old.sqlite"
    config = Config()
    config.set_main_option("script_location", "src/egnatia/store/migrations")
    config.set_main_option("path_separator", "os")
    engine = create_engine(f"sqlite:///{old}")
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.commit()
        connection.execute(text(f"ATTACH DATABASE '{new}' AS made"))
        tables = connection.execute(text("SELECT name FROM main.sqlite_master WHERE type = 'table'")).scalars().all()
        for table in tables:
            theirs = {row[1] for row in connection.execute(text(f"PRAGMA made.table_info('{table}')"))}
            ours = [row[1] for row in connection.execute(text(f"PRAGMA main.table_info('{table}')"))]
            shared = ", ".join(f'"{each}"' for each in ours if each in theirs)
            if table not in ("alembic_version", "sqlite_sequence"):
                copied = f'INSERT INTO main."{table}" ({shared}) SELECT {shared} FROM made."{table}"'  # noqa: S608 - names of the schema
                connection.execute(text(copied))
        connection.commit()
    engine.dispose()
    new.unlink()
    old.rename(new)
    with sqlite3.connect(new) as checked:
        assert checked.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
    manifest = replace(said, revision="0001", files={**said.files, DATABASE_FILE: sha256_of(new)})
    (copy / MANIFEST).write_bytes(write_manifest(manifest, keys))
    return manifest


def test_a_backup_of_the_release_before_is_brought_up_and_the_loss_is_entered(world: World, tmp_path: Path) -> None:
    directory = older_copy(world, tmp_path / "copy")
    manifest = as_of_the_release_before(tmp_path / "copy", directory)
    assert manifest.revision != HEAD
    loss = restore(directory, tmp_path / "copy", accepted=WHY, now=world.clock())
    assert reported(world, directory) == []
    world.start(ALB)
    entry = world.look(ALB, lambda tx: read_entries(tx, EntryFilter(kind=EventKind.NODE_RESTORED)))[0]
    assert entry.content is not None
    assert (entry.justification, entry.content["kept"]) == (WHY, loss.kept)
    assert world.ask(ALB, document_draft()).id, "it works on"
