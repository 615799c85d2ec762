"""Replacing a node's own keys without losing a message: prepared beside the old ones, announced, then put in place.

The order is: new files in `keys/next`; one transaction that notes them, enters them in the ledger and queues the new
card for every partner, signed by the old key; then the files move. A crash before the transaction leaves the old keys, a
crash after it is finished by `recover`. What waits in the outbox is signed anew when it is sent (`envelope.resealed`).
What partners do with the announcement is in `announcements.py`; why it is so is docs/adr/0013.
"""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from egnatia.errors import ConfigError, ConflictError, InputError
from egnatia.exchange.card import PartnerCard, read_card
from egnatia.exchange.key_history import KeyUse, keys_of, remember_card
from egnatia.exchange.keys import (
    DIRECTORY,
    NEXT,
    NodeKeys,
    load_keys,
    new_agreement,
    new_signing,
    new_tls,
    renewed_leaf,
    write_secret,
)
from egnatia.exchange.signatures import public_bytes
from egnatia.ledger import JSON, Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.store.database import Transaction

LOCK = "rotation.lock"


@dataclass(frozen=True, slots=True)
class Rotation:
    """What is to be replaced.

    Attributes:
        signing: the key of messages, cards and checkpoints.
        agreement: the key behind the keys shared with each partner.
        tls: the certificate; with `compromised` its authority too.
        compromised: the old ones are, or may be, in somebody else's hands: nothing old is kept or used again.
    """

    signing: bool = False
    agreement: bool = False
    tls: bool = False
    compromised: bool = False

    def __post_init__(self) -> None:
        """Refuse an empty rotation.

        Raises:
            InputError: nothing is to be replaced.
        """
        if not (self.signing or self.agreement or self.tls):
            raise InputError("nothing to rotate", hint="Name at least one of --signing, --agreement and --tls.")

    @property
    def uses(self) -> tuple[KeyUse, ...]:
        """What is replaced, as the key history calls it."""
        return tuple(use for use in KeyUse if getattr(self, use.value))


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation came to: the new card, who hears of it over the exchange, and who needs it by hand."""

    card: bytes
    announced: tuple[PartnerCode, ...]
    by_hand: tuple[PartnerCode, ...]


@contextlib.contextmanager
def preparing(keys: NodeKeys, wanted: Rotation, hosts: Sequence[str], now: datetime) -> Iterator[NodeKeys]:
    """New keys beside the old ones, for the length of the block; nobody else rotates or recovers meanwhile.

    The block commits the rotation and calls `install`. When it raises before, the new keys are thrown away by the next
    `recover`.

    Raises:
        ConflictError: another process is rotating now.
        ConfigError: the folder cannot be written.
        InputError: a host is neither a name nor an address.
    """
    with _locked(keys.folder) as mine:
        if not mine:
            raise ConflictError("another process is rotating the keys of this node", hint="Wait until it is done.")
        files = _fresh_files(keys, wanted, hosts, now)
        folder = keys.folder / NEXT / DIRECTORY
        try:
            shutil.rmtree(keys.folder / NEXT, ignore_errors=True)
            folder.mkdir(mode=0o700, parents=True)
        except OSError as error:
            raise ConfigError(f"{folder} cannot be made: {error.strerror}") from None
        for name, content in files.items():
            write_secret(folder / name, content)
        yield load_keys(keys.folder / NEXT)


def _fresh_files(keys: NodeKeys, wanted: Rotation, hosts: Sequence[str], now: datetime) -> dict[str, bytes]:
    """Every file of the new set by name: the old content where it stays."""
    files = {path.name: path.read_bytes() for path in keys.folder.iterdir() if path.suffix in {".key", ".pem"}}
    if wanted.signing:
        files |= new_signing()
    if wanted.agreement:
        files = {name: content for name, content in files.items() if not name.startswith("agreement")}
        files |= new_agreement(None if wanted.compromised else keys.agreement)
    if wanted.tls:
        files |= new_tls(keys.code, hosts, now) if wanted.compromised else renewed_leaf(keys, hosts, now)
    return files


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Whether this process alone may touch the new keys; the system lets go of it with the process."""
    try:
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise ConfigError(f"{folder / LOCK} cannot be written: {error.strerror}") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(handle)


def note_rotation(
    tx: Transaction, cards: tuple[bytes, bytes], wanted: Rotation, actor: str, facts: dict[str, JSON], now: datetime
) -> None:
    """Write down that this node's keys are replaced, with the ledger entry; from its commit on it counts.

    Args:
        tx: a write transaction.
        cards: this node's card before and after.
        wanted: what was replaced.
        actor: the officer's id, or `node`.
        facts: whom the new card was announced to, for the entry.
        now: the time.
    """
    before, after = (read_card(each) for each in cards)
    if not keys_of(tx, before.code):
        remember_card(tx, before, now)
    remember_card(tx, after, now, revoke_old=wanted.compromised)
    content: dict[str, JSON] = {"keys": list(wanted.uses), "compromised": wanted.compromised, **facts}
    append(tx, Act(EventKind.KEYS_ROTATED, now, actor, f"node:{after.code}", content=content))


def install(keys: NodeKeys) -> None:
    """Put the prepared files in place and take them into use; a second time changes nothing.

    Raises:
        ConfigError: a file cannot be written.
    """
    prepared = keys.folder / NEXT / DIRECTORY
    if prepared.exists():
        names = {path.name for path in prepared.iterdir()}
        try:
            for name in sorted(names):
                fresh = keys.folder / f"{name}.new"
                fresh.unlink(missing_ok=True)
                write_secret(fresh, (prepared / name).read_bytes())
                fresh.replace(keys.folder / name)
            for path in keys.folder.glob("*.key"):
                if path.name not in names:
                    path.unlink()
            shutil.rmtree(keys.folder / NEXT)
        except OSError as error:
            raise ConfigError(f"the new keys cannot be put in place: {error}") from None
    keys.refresh()


def recover(keys: NodeKeys, is_committed: Callable[[NodeKeys], bool]) -> None:
    """Finish or forget a rotation that was interrupted; nothing happens while one is going on.

    Args:
        keys: this node's, as its files are now.
        is_committed: whether the database has taken these new keys into use.
    """
    if not (keys.folder / NEXT).exists():
        return
    with _locked(keys.folder) as mine:
        if not mine or not (keys.folder / NEXT).exists():
            return
        try:
            committed = is_committed(load_keys(keys.folder / NEXT))
        except ConfigError:  # it was interrupted while the files were written: before the commit
            committed = False
        if committed:
            install(keys)
        else:
            shutil.rmtree(keys.folder / NEXT, ignore_errors=True)


def is_noted(tx: Transaction, card: PartnerCard) -> bool:
    """Whether the database says that this node's keys are those of this card."""
    present = {(each.use, each.value) for each in keys_of(tx, card.code) if each.retired_at is None}
    wanted = {(KeyUse.SIGNING, card.signing_key), (KeyUse.AGREEMENT, card.agreement_key)}
    return wanted | {(KeyUse.TLS, bytes.fromhex(card.tls_sha256))} <= present


def own_signing_keys(tx: Transaction, keys: NodeKeys) -> tuple[bytes, ...]:
    """Every key by which this node ever signed, the present one first."""
    present = public_bytes(keys.signing)
    past = [each.value for each in keys_of(tx, keys.code) if each.use is KeyUse.SIGNING and each.value != present]
    return (present, *past)
