"""The trust store in a backup: copied after the database, and put back where a node has none, a damaged one or an older one.

A store only grows, and its version counts every change. A store that is as new as the copy therefore holds all that the
copy holds, and stays: putting an older one in its place would forget revocations, and with them whom not to believe.
"""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from egnatia.enquiries.trust import TrustKeeper
from egnatia.errors import Error, StorageError
from egnatia.store.copies import write_durably

TRUST_FILE: Final = "trust.egn"
"""Of the store inside a backup."""


class StoreFate(StrEnum):
    """What a restore does about the trust store."""

    NONE = "none"
    """The backup holds none; what the node has stays."""
    STAYS = "stays"
    """The node's is as new as the copy, or newer."""
    PUT_BACK = "put_back"
    """The copy takes the place of none, a damaged one, or an older one, which is kept beside it."""


def copy_store(keeper: TrustKeeper, folder: Path) -> str:
    """Copy a node's trust store into a backup that is being made.

    Called after the database was copied, so that what the database calls stored is in the store that goes with it.

    Returns:
        The file's name in the backup; empty where there is no store, or where what there is cannot be read: a damaged
        file must never take the place of a good one.

    Raises:
        StorageError: it cannot be copied.
    """
    if keeper.held().store is None:
        return ""
    try:
        content = keeper.file.read_bytes()
    except OSError as error:
        raise StorageError(f"{keeper.file} cannot be read: {error.strerror}") from None
    write_durably(folder / TRUST_FILE, content)
    return TRUST_FILE


def store_fate(keeper: TrustKeeper, backup: Path, *, held: bool) -> StoreFate:
    """What a restore does about the store.

    Args:
        keeper: of the node.
        backup: a folder whose files are those of its manifest.
        held: whether the manifest names a store.

    Raises:
        InputError, TamperedError: the copy is no trust store.
    """
    if not held:
        return StoreFate.NONE
    copied = TrustKeeper(backup / TRUST_FILE).folder().version
    try:
        present = keeper.folder().version
    except Error:  # damaged, which is why one restores
        return StoreFate.PUT_BACK
    return StoreFate.STAYS if present >= copied else StoreFate.PUT_BACK


def put_store_back(keeper: TrustKeeper, backup: Path, now: datetime) -> None:
    """Put the copy in the place of the node's store; what was there is kept beside it.

    Raises:
        StorageError: it cannot be written.
    """
    file = keeper.file
    fresh = file.with_name(f"{file.name}.restoring")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        write_durably(fresh, (backup / TRUST_FILE).read_bytes())
        if file.exists():
            file.replace(file.with_name(f"{file.name}.replaced-{now:%Y%m%dT%H%M%SZ}"))
        fresh.replace(file)
    except OSError as error:
        raise StorageError(f"{file} cannot be written: {error.strerror}") from None
