"""A trust store on disk: one file in a folder, replaced as a whole, so that a reader never sees half of it.

A folder without the file is an empty store with the defects that come with the release. The file is not signed: whoever
may write into the folder may decide whom to trust, and the folder's rights are what guards it.
"""

import hashlib
import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from egnatia.engines.documents.trust.defect_data import known_defects
from egnatia.engines.documents.trust.holdings import Holdings
from egnatia.engines.documents.trust.store import TrustStore
from egnatia.engines.documents.trust.trust_file import MAX_FILE, read_trust_file, write_trust_file
from egnatia.errors import ConflictError, InputError

FILE: Final = "trust.egn"
RELEASE: Final = "egnatia"
"""Through whom the defects of the release come: so that they are not passed on as the operator's own."""
_OWN: Final = "own"


@dataclass(frozen=True, slots=True)
class Folder:
    """A store as it was read: what it holds, its version, and the file's hash, so that nobody's change is overwritten."""

    path: Path
    holdings: Holdings
    version: int
    digest: str


def read_folder(path: Path) -> Folder:
    """Read a store from its folder, or from a trust file named directly.

    Raises:
        InputError: the file cannot be read or is none.
        TamperedError: it is damaged.
    """
    file = path if path.is_file() else path / FILE
    if not file.exists():
        return Folder(file, _with_release(Holdings()), 0, "")
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_FILE + 1)
    except OSError as error:
        raise InputError(f"the trust store {file} cannot be read: {error.strerror}") from None
    found = read_trust_file(data, None)
    return Folder(file, _with_release(found.holdings), found.header.version, hashlib.sha256(data).hexdigest())


def open_store(path: Path) -> TrustStore:
    """The store of a folder, or of a trust file named directly.

    Raises:
        InputError: there is none, or it cannot be read.
    """
    found = read_folder(path)
    if not found.version:
        raise InputError(f"there is no trust store in {path}", hint="`egnatia document trust import` makes one.")
    return TrustStore(found.holdings)


def write_folder(before: Folder, holdings: Holdings, now: datetime) -> Folder:
    """Put new holdings in place of those that were read.

    Raises:
        ConflictError: somebody else changed the store meanwhile.
        InputError: the folder cannot be written.
    """
    kept = replace(holdings, defects=tuple(each for each in holdings.defects if each.via != RELEASE))
    data = write_trust_file(kept, _OWN, before.version + 1, now, None)
    try:
        before.path.parent.mkdir(parents=True, exist_ok=True)
        _replace(before, data)
    except OSError as error:
        raise InputError(f"the trust store {before.path} cannot be written: {error.strerror}") from None
    return Folder(before.path, holdings, before.version + 1, hashlib.sha256(data).hexdigest())


def _replace(before: Folder, data: bytes) -> None:
    """Write beside and rename; the name beside is taken exclusively, which keeps a second writer out meanwhile."""
    beside = before.path.with_suffix(".new")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        raise ConflictError(
            f"somebody else is writing the trust store: {beside} exists", hint="If nobody is, remove that file."
        ) from None
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        now_there = hashlib.sha256(before.path.read_bytes()).hexdigest() if before.path.exists() else ""
        if now_there != before.digest:
            raise ConflictError("somebody else changed the trust store meanwhile", hint="Import again.")
        beside.replace(before.path)
    finally:
        beside.unlink(missing_ok=True)


def _with_release(holdings: Holdings) -> Holdings:
    ours = tuple(replace(each, via=RELEASE) for each in known_defects())
    return replace(holdings, defects=(*holdings.defects, *(each for each in ours if each not in holdings.defects)))
