"""Backups: taken under writes, signed, checked before they are used; a restore never cuts the ledger in silence."""

import json
import shutil
import sqlite3
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.databases import about_sqlite
from tests.federation.world import ALB, CODES, XKX, World, document_draft

from egnatia.errors import ConflictError, InputError, StorageError, TamperedError
from egnatia.exchange.keys import load_keys
from egnatia.ledger.audit import verify_own
from egnatia.ledger.checkpoints import latest_checkpoint, sign_checkpoint
from egnatia.ledger.entries import EntryFilter, read_entries
from egnatia.ledger.mark import MARK_FILE, read_mark, write_mark
from egnatia.model.events import EventKind
from egnatia.node import DATABASE_FILE, VAULT_FILE, Node, ledger_origin
from egnatia.operations.backup import Loss, copy_vault, expected_loss, make_backup, restore
from egnatia.operations.manifest import MANIFEST
from egnatia.settings import DatabaseSettings

URL = "postgresql+psycopg://egnatia@127.0.0.1:1/alb"
WHY = "The disk broke at noon; partners and the auditor were told by telephone."


pytestmark = about_sqlite


def silent(done: int, pages: int) -> None:
    assert 0 <= done <= pages


def backed_up(world: World, folder: Path) -> Node:
    node = world.nodes[ALB]
    make_backup(node, folder, silent)
    return node


def signed_mark(world: World) -> int:
    """Checkpoint, and keep the mark as a serving node does; returns the ledger's size."""
    node = world.nodes[ALB]
    node.commit(lambda tx: sign_checkpoint(tx, ledger_origin(ALB), node.keys.signing, world.clock()))
    newest = world.look(ALB, latest_checkpoint)
    assert newest is not None
    write_mark(node.directory / MARK_FILE, newest.note)
    return newest.checkpoint.size


def test_a_backup_holds_what_it_should_and_nothing_secret(world: World, tmp_path: Path) -> None:
    node = backed_up(world, tmp_path / "copy")
    assert sorted(each.name for each in (tmp_path / "copy").iterdir()) == [
        "card.json",
        MANIFEST,
        DATABASE_FILE,
        "node.toml",
    ]
    content = b"".join(each.read_bytes() for each in (tmp_path / "copy").iterdir())
    for secret in (*(node.directory / "keys").glob("*.key"), node.directory / VAULT_FILE):
        assert secret.read_bytes() not in content
    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in (tmp_path / "copy").iterdir()} == {0o600}


def test_a_backup_is_whole_while_the_node_is_written_to(world: World, tmp_path: Path) -> None:
    node = world.nodes[ALB]

    def meanwhile(_done: int, _pages: int) -> None:
        world.ask(ALB, document_draft(partners=(XKX,)))

    manifest = make_backup(node, tmp_path / "copy", meanwhile)
    found = expected_loss(node.directory, tmp_path / "copy")
    assert found.kept == manifest.ledger_size


def test_restoring_gives_the_node_back_and_says_so_in_the_ledger(world: World, tmp_path: Path) -> None:
    world.ask(ALB, document_draft())
    world.deliver()
    node = backed_up(world, tmp_path / "copy")
    before = world.kinds(ALB)
    world.stop(ALB)
    (node.directory / DATABASE_FILE).write_bytes(b"a broken disk")
    loss = restore(node.directory, tmp_path / "copy", accepted="", now=world.clock())
    assert loss.kept == loss.signed == len(before)
    world.start(ALB)
    assert world.kinds(ALB) == [*before, "node.restored"]
    assert world.look(ALB, lambda tx: verify_own(tx, world.nodes[ALB].trust(tx))).findings == []
    assert list(node.directory.glob("node.sqlite.replaced-*"))


def test_a_restored_node_still_asks_and_is_answered(world: World, tmp_path: Path) -> None:
    node = backed_up(world, tmp_path / "copy")
    world.stop(ALB)
    restore(node.directory, tmp_path / "copy", accepted="", now=world.clock())
    world.start(ALB)
    sent = world.ask(ALB, document_draft(partners=(XKX,)))
    world.deliver()
    assert world.view(ALB, sent.id).asks[0].state == "hit"


def test_an_older_copy_is_not_put_back_without_a_word(world: World, tmp_path: Path) -> None:
    node = backed_up(world, tmp_path / "copy")
    kept = len(world.kinds(ALB))
    world.ask(ALB, document_draft())
    signed = signed_mark(world)
    assert expected_loss(node.directory, tmp_path / "copy") == Loss(kept, signed)
    world.stop(ALB)
    present = (node.directory / DATABASE_FILE).read_bytes()
    with pytest.raises(ConflictError, match=f"{signed - kept} or more"):
        restore(node.directory, tmp_path / "copy", accepted=" ", now=world.clock())
    assert (node.directory / DATABASE_FILE).read_bytes() == present
    restore(node.directory, tmp_path / "copy", accepted=WHY, now=world.clock())
    world.start(ALB)
    entry = world.look(ALB, lambda tx: read_entries(tx, EntryFilter(kind=EventKind.NODE_RESTORED)))[0]
    assert (entry.justification, entry.content) == (WHY, {"kept": kept, "signed": signed, "trust": "none"})


def test_the_mark_after_a_restore_is_the_copys_own(world: World, tmp_path: Path) -> None:
    size = signed_mark(world)
    node = backed_up(world, tmp_path / "copy")
    world.ask(ALB, document_draft())
    signed_mark(world)
    world.stop(ALB)
    restore(node.directory, tmp_path / "copy", accepted=WHY, now=world.clock())
    world.start(ALB)
    mark = read_mark(node.directory / MARK_FILE, world.look(ALB, world.nodes[ALB].trust).log)
    assert mark is not None
    assert mark.size == size


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def reorder(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"payload"', b'"PAYLOAD"'))


def empty(path: Path) -> None:
    path.write_bytes(b"")


HARMS = [
    (name, harm) for name in (DATABASE_FILE, "node.toml", "card.json", MANIFEST) for harm in (flip, empty, Path.unlink)
]


@pytest.mark.parametrize(("name", "harm"), [*HARMS, (MANIFEST, reorder)])
def test_a_changed_backup_is_refused_and_changes_nothing(
    world: World, tmp_path: Path, name: str, harm: Callable[[Path], None]
) -> None:
    node = backed_up(world, tmp_path / "copy")
    harm(tmp_path / "copy" / name)
    world.stop(ALB)
    present = (node.directory / DATABASE_FILE).read_bytes()
    with pytest.raises((TamperedError, InputError, StorageError)):
        restore(node.directory, tmp_path / "copy", accepted=WHY, now=world.clock())
    assert (node.directory / DATABASE_FILE).read_bytes() == present


def test_another_nodes_backup_is_refused(world: World, tmp_path: Path) -> None:
    make_backup(world.nodes[XKX], tmp_path / "copy", silent)
    with pytest.raises(TamperedError, match="not believed"):
        expected_loss(world.nodes[ALB].directory, tmp_path / "copy")


def test_a_manifest_cannot_name_a_file_elsewhere(world: World, tmp_path: Path) -> None:
    from egnatia.exchange import strict_json
    from egnatia.exchange.envelope import open_envelope, seal_envelope
    from egnatia.operations.manifest import BACKUP_TYPE

    node = backed_up(world, tmp_path / "copy")
    path = tmp_path / "copy" / MANIFEST
    values = json.loads(open_envelope(path.read_bytes(), BACKUP_TYPE).payload)
    values["files"]["../node.toml"] = "0" * 64
    path.write_bytes(seal_envelope(load_keys(node.directory).signing, BACKUP_TYPE, strict_json.render(values)))
    with pytest.raises(TamperedError, match="outside the backup"):
        expected_loss(node.directory, tmp_path / "copy")


def test_a_folder_that_exists_is_never_written_into(world: World, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    with pytest.raises(InputError, match="exists already"):
        make_backup(world.nodes[ALB], tmp_path / "copy", silent)
    assert list((tmp_path / "copy").iterdir()) == []


def test_a_backup_that_fails_leaves_nothing_behind(world: World, tmp_path: Path) -> None:
    node = world.nodes[ALB]
    (node.directory / "card.json").unlink()
    with pytest.raises(StorageError):
        make_backup(node, tmp_path / "copy", silent)
    assert list(tmp_path.glob("*copy*")) == []


def test_the_vault_is_copied_apart_or_not_at_all(world: World, tmp_path: Path) -> None:
    node = backed_up(world, tmp_path / "copy")
    for wrong in (tmp_path / "copy" / "vault.sqlite", node.directory / "second.sqlite"):
        with pytest.raises(InputError, match="must not lie in"):
            copy_vault(node, wrong, tmp_path / "copy")
    (tmp_path / "apart").mkdir()
    copy_vault(node, tmp_path / "apart" / "vault.sqlite", tmp_path / "copy")
    with sqlite3.connect(tmp_path / "apart" / "vault.sqlite") as copy:
        kept = copy.execute("SELECT count(*) FROM record_key").fetchone()[0]
    assert kept > 0
    with pytest.raises(StorageError):
        copy_vault(node, tmp_path / "apart" / "vault.sqlite", tmp_path / "copy")


def test_a_running_node_is_not_restored_under_its_feet(world: World, tmp_path: Path) -> None:
    import socket

    node = backed_up(world, tmp_path / "copy")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        toml = node.directory / "node.toml"
        toml.write_text(toml.read_text().replace(f"port = {node.settings.exchange.port}\n", f"port = {port}\n", 1))
        with pytest.raises(ConflictError, match="running"):
            restore(node.directory, tmp_path / "copy", accepted="", now=world.clock())


def test_erased_content_stays_erased_after_a_restore(world: World, tmp_path: Path) -> None:
    from egnatia.enquiries.retention import erase_due

    world.ask(ALB, document_draft())
    node = backed_up(world, tmp_path / "copy")
    world.clock.turn(days=2_000)
    world.do(ALB, lambda tx: erase_due(tx, world.clock()))
    world.stop(ALB)
    restore(node.directory, tmp_path / "copy", accepted=WHY, now=world.clock())
    world.start(ALB)
    assert all(each.erased for each in world.entries(ALB) if each.kind == "enquiry.sent")


def test_every_node_of_the_world_can_be_backed_up(world: World, tmp_path: Path) -> None:
    for code in CODES:
        make_backup(world.nodes[code], tmp_path / code, silent)
        shutil.rmtree(tmp_path / code)


def test_a_node_on_postgresql_is_backed_up_by_the_tools_of_that(world: World, tmp_path: Path) -> None:
    node = world.nodes[ALB]
    node.settings = replace(node.settings, database=DatabaseSettings(URL))
    with pytest.raises(InputError) as caught:
        make_backup(node, tmp_path / "copy", silent)
    assert "pg_dump" in caught.value.hint()
    assert not (tmp_path / "copy").exists()
