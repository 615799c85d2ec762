"""Backups that say how far the ledger went, and a restore that never cuts it silently.

A backup is a folder: the database as a consistent copy, the settings, the card, the trust store where there is one, and a
signed manifest. The vault is copied apart, by a call of its own, and the keys not at all: database, vault and keys in one
place open everything.

A copy is always older than the node. Putting one back forgets entries that partners have cosigned, and partners will
rightly say so; the restore therefore compares the copy with the newest checkpoint this node signed (`ledger.head`, which
stays beside the database) and stops unless the loss is accepted in words that go into the ledger.
"""

import contextlib
import shutil
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError

from egnatia.enquiries.desk import check_text
from egnatia.enquiries.trust import TrustKeeper
from egnatia.errors import ConflictError, InputError, StorageError
from egnatia.exchange.keys import load_keys
from egnatia.ledger import JSON, Act, append
from egnatia.ledger.checkpoints import latest_checkpoint
from egnatia.ledger.mark import MARK_FILE, read_mark, write_mark
from egnatia.ledger.nodes import log_size, stored_root
from egnatia.ledger.notekeys import KeyKind, verify_key
from egnatia.model.events import EventKind
from egnatia.model.ids import system_randomness
from egnatia.node import CARD_FILE, DATABASE_FILE, VAULT_FILE, Node, ledger_origin, upgrade_node
from egnatia.operations.manifest import MANIFEST, Manifest, read_manifest, write_manifest
from egnatia.operations.trust_copies import TRUST_FILE, StoreFate, copy_store, put_store_back, store_fate
from egnatia.settings import FILE_NAME, Settings, load_settings
from egnatia.store.copies import check_sqlite, copy_sqlite, read_only, sha256_of, write_durably
from egnatia.store.database import Transaction
from egnatia.store.migrations import HEAD, present_revision
from egnatia.store.vault import Vault

Progress = Callable[[int, int], None]
_SQLITE_ONLY = "This works with SQLite. A PostgreSQL database has its own tools: pg_basebackup, or pg_dump."
_SIDE_FILES = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Loss:
    """What putting a backup back would forget.

    Attributes:
        kept: entries in the backup.
        signed: entries that this node is known to have had: under the newest checkpoint that it signed, or in the
            database that is there now, where that can still be read.
        trust: what becomes of the trust store.
    """

    kept: int
    signed: int
    trust: StoreFate = StoreFate.NONE


def make_backup(node: Node, folder: Path, progress: Progress) -> Manifest:
    """Write a backup of a node, also of one that serves.

    Args:
        node: an open node with a SQLite database.
        folder: must not exist yet; it appears under its name only when it is whole.
        progress: told pages copied and pages in all.

    Raises:
        InputError: the folder exists, or the database is not SQLite.
        StorageError: something could not be written; nothing is left behind.
    """
    _check_sqlite(node.settings)
    if folder.exists():
        raise InputError(f"{folder} exists already", hint="Name a folder that does not exist; one backup, one folder.")
    making = folder.with_name(f".{folder.name}.making")
    try:
        making.mkdir(mode=0o700, parents=True)
        copy_sqlite(node.directory / DATABASE_FILE, making / DATABASE_FILE, progress)
        for name in (FILE_NAME, CARD_FILE):
            write_durably(making / name, (node.directory / name).read_bytes())
        manifest = _described(node, making, copy_store(node.trust_keeper, making))
        write_durably(making / MANIFEST, write_manifest(manifest, node.keys))
        making.replace(folder)
    except OSError as error:
        raise StorageError(f"{folder} cannot be written: {error.strerror}") from None
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return manifest


def copy_vault(node: Node, path: Path, backup: Path | None) -> None:
    """Copy the vault, apart from any backup.

    Raises:
        InputError: it would lie inside the backup or the node's own directory.
        StorageError: it exists or cannot be written.
    """
    for folder in (backup, node.directory):
        if folder is not None and path.resolve().is_relative_to(folder.resolve()):
            raise InputError(
                f"the vault's copy must not lie in {folder}",
                hint="Whoever finds database and vault together, with the keys, can read what is sealed.",
            )
    copy_sqlite(node.directory / VAULT_FILE, path)


def _check_sqlite(settings: Settings) -> None:
    if settings.database.url:
        raise InputError("this node's database is not its own SQLite file", hint=_SQLITE_ONLY)


def _described(node: Node, folder: Path, trust: str) -> Manifest:
    size, root, revision = _inside(folder / DATABASE_FILE, node.database.vault)
    names = (DATABASE_FILE, FILE_NAME, CARD_FILE, *([trust] if trust else []))
    return Manifest(
        code=node.code,
        made_at=node.clock(),
        revision=revision,
        ledger_size=size,
        ledger_root=root,
        files={name: sha256_of(folder / name) for name in names},
    )


def _inside(path: Path, vault: Vault) -> tuple[int, str, str]:
    """Ledger size, root and schema revision of a copy, read without writing to it: its hash must stay what it is."""
    engine = create_engine(f"sqlite:///{read_only(path)}&uri=true", hide_parameters=True)
    try:
        with engine.connect() as connection:
            tx = Transaction(connection, vault, system_randomness())
            size = log_size(tx)
            return size, stored_root(tx, size).hex(), present_revision(connection) or ""
    except DBAPIError as error:
        raise StorageError(f"{path} is not a node's database: {error.orig}") from None
    finally:
        engine.dispose()


def expected_loss(directory: Path, backup: Path) -> Loss:
    """What restoring a backup here would forget; the backup is checked on the way.

    Raises:
        InputError: there is no backup, it is another node's, or of a newer release.
        TamperedError, StorageError: it, or this node's mark, is not what was written.
    """
    keys = load_keys(directory)
    manifest = read_manifest(backup, keys)
    check_sqlite(backup / DATABASE_FILE)
    with contextlib.closing(Vault(directory / VAULT_FILE, keys.vault_key)) as vault:
        size, root, revision = _inside(backup / DATABASE_FILE, vault)
        present = _present(directory / DATABASE_FILE, vault)
    if (size, root) != (manifest.ledger_size, manifest.ledger_root):
        raise StorageError("the ledger in the backup is not the one of its manifest", hint="Use another backup.")
    if revision > HEAD:
        raise InputError(f"the backup is of a newer release (schema {revision})", hint="Install that release first.")
    own = verify_key(ledger_origin(keys.code), KeyKind.NOTE, keys.signing.public_key().public_bytes_raw())
    mark = read_mark(directory / MARK_FILE, own)
    fate = store_fate(_keeper(directory), backup, held=TRUST_FILE in manifest.files)
    return Loss(size, max(size, present, mark.size if mark else 0), fate)


def _keeper(directory: Path) -> TrustKeeper:
    """The way to the store that the node's present settings name."""
    return TrustKeeper.of(directory, load_settings(directory).documents.trust_store)


def _present(path: Path, vault: Vault) -> int:
    """Entries in the database that is there: a node that never served has no checkpoint, and loses as much."""
    try:
        return _inside(path, vault)[0] if path.exists() else 0
    except StorageError:  # broken, which is why one restores
        return 0


def restore(directory: Path, backup: Path, *, accepted: str, now: datetime) -> Loss:
    """Put a backup in the place of a node's database; the database that was there is kept beside it.

    The trust store goes with it where the node has none, a damaged one or an older one (`trust_copies`).

    Args:
        directory: the node's, with its keys and its vault.
        backup: a folder that `make_backup` wrote.
        accepted: why the loss of entries is accepted; may be empty where nothing is lost.
        now: the time.

    Raises:
        ConflictError: the node is running, or entries would be lost and nobody accepted that.
        InputError: the words hold characters that cannot be seen or written; otherwise as `expected_loss`.
        TamperedError, StorageError: as `expected_loss`.
    """
    settings = load_settings(directory)
    _check_sqlite(settings)
    _check_stopped(settings)
    why = check_text("reason", accepted, 0)
    loss = expected_loss(directory, backup)
    if loss.signed > loss.kept and not why:
        raise ConflictError(
            f"the backup has {loss.kept} ledger entries, this node signed {loss.signed}: {loss.signed - loss.kept} or more"
            " would be forgotten",
            hint="Look for a newer backup. If there is none, tell partners and auditor, then repeat with --accept-loss.",
        )
    _put_in_place(directory, backup, now)
    if loss.trust is StoreFate.PUT_BACK:
        put_store_back(_keeper(directory), backup, now)
    _enter(directory, loss, why, now)
    return loss


def _check_stopped(settings: Settings) -> None:
    exchange = settings.exchange
    with socket.socket() as probe:
        probe.settimeout(1.0)
        if probe.connect_ex((exchange.host if exchange.host != "0.0.0.0" else "127.0.0.1", exchange.port)) == 0:  # noqa: S104
            raise ConflictError("the node is running", hint="Stop it first; a restore under a running node is lost.")


def _put_in_place(directory: Path, backup: Path, now: datetime) -> None:
    """Make the copy durable under another name, move the old files aside, then change names."""
    fresh = directory / f"{DATABASE_FILE}.restoring"
    fresh.unlink(missing_ok=True)
    copy_sqlite(backup / DATABASE_FILE, fresh)
    for suffix in _SIDE_FILES:
        present = directory / f"{DATABASE_FILE}{suffix}"
        if present.exists():
            present.replace(directory / f"{DATABASE_FILE}.replaced-{now:%Y%m%dT%H%M%SZ}{suffix}")
    fresh.replace(directory / DATABASE_FILE)


def _enter(directory: Path, loss: Loss, why: str, now: datetime) -> None:
    """The first entry after a restore says that there was one; and the mark starts from the copy's own checkpoint.

    Until that entry is durable the mark stays what it was: whoever is stopped in between has not cut the log in silence.
    A copy of an earlier release is brought up to this one first.
    """
    upgrade_node(directory)
    node = Node.open(directory, lambda: now)
    try:
        content: dict[str, JSON] = {"kept": loss.kept, "signed": loss.signed, "trust": loss.trust.value}
        act = Act(EventKind.NODE_RESTORED, now, "node", f"node:{node.code}", justification=why, content=content)
        node.commit(lambda tx: append(tx, act))
        with node.database.read() as tx:
            newest = latest_checkpoint(tx)
        if newest is not None:
            write_mark(directory / MARK_FILE, newest.note)
        else:
            (directory / MARK_FILE).unlink(missing_ok=True)
    finally:
        node.close()
