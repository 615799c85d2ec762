"""The newest signed checkpoint, kept once more in a file beside the database.

Whoever cuts the end off a log can delete the checkpoint and the cosignatures above it as well; what is left looks
whole, until a partner answers 409. The file notices it at home, and so does a database restored from an old copy. It
is a signed note, so nobody makes one without the node's key; taken away or put back to an older one it notices less,
which is why the partners' memory stays the one that counts.
"""

import os
import tempfile
from pathlib import Path

from egnatia.errors import InputError, StorageError, TamperedError
from egnatia.ledger.checkpoints import Checkpoint, latest_checkpoint, parse_checkpoint
from egnatia.ledger.notekeys import VerifyKey
from egnatia.ledger.notes import MAX_NOTE_BYTES, parse_note, signer_among, verify_note
from egnatia.store.database import Transaction

MARK_FILE = "ledger.head"


def write_mark(path: Path, note: bytes) -> None:
    """Put the newest checkpoint into the file; a half-written one never shows.

    Each writer has a file of its own beside it: several processes of one node may sign at the same moment.

    Raises:
        StorageError: the directory cannot be written.
    """
    try:
        handle, beside = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".new", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(note)
            Path(beside).replace(path)
        finally:
            Path(beside).unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}") from None


def read_mark(path: Path, *keys: VerifyKey) -> Checkpoint | None:
    """The checkpoint in the file; nothing when there is no file.

    Args:
        path: of the file.
        keys: those that signed or sign this node's log.

    Raises:
        TamperedError: the file holds something that this node did not sign.
        StorageError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            note = parse_note(file.read(MAX_NOTE_BYTES + 1))
        verify_note(note, signer_among(note.signatures, keys))
        return parse_checkpoint(note.text)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}") from None
    except InputError as error:
        raise TamperedError(f"{path.name} was changed: {error.message}") from None


def beyond(tx: Transaction, mark: Checkpoint | None) -> str | None:
    """What is missing in the database by the file's word; nothing when nothing is."""
    latest = latest_checkpoint(tx)
    size = latest.checkpoint.size if latest else 0
    if mark is None or mark.size < size:
        return None
    if mark.size > size:
        return f"a checkpoint of {mark.size} entries was signed, but the newest one here has {size}"
    if latest is not None and latest.checkpoint.root != mark.root:
        return f"two checkpoints of {size} entries have different roots"
    return None


def check_mark(tx: Transaction, path: Path, *keys: VerifyKey) -> None:
    """Stop when the database has less than was signed.

    Raises:
        TamperedError: it was cut, or restored from an old copy.
    """
    missing = beyond(tx, read_mark(path, *keys))
    if missing:
        raise TamperedError(
            missing,
            hint="The database was cut or restored from an old copy; compare it with a partner's before going on.",
        )
