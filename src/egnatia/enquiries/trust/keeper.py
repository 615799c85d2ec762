"""The node's trust store as its processes read it: kept in memory, and read again when the file changed.

A node without a store works: chips are then read and nothing is said about who signed them. So does a node whose store
cannot be read, and both say so wherever a document is examined; neither is taken for the other.
"""

import threading
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from egnatia.errors import Error, InputError

if TYPE_CHECKING:
    from egnatia.engines.documents.trust.folder import Folder
    from egnatia.engines.documents.trust.holdings import Holdings
    from egnatia.engines.documents.trust.store import TrustStore

DEFAULT_FOLDER = "trust"
"""Of the store inside the node's directory."""
_Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Held:
    """What the keeper found: a store, or why there is none.

    Attributes:
        store: for `Basis.store`; None where a chip's signer can lead nowhere.
        version: the store's own count of changes; 0 where there is none.
        problem: what is wrong with a file that is there; empty where it is read, and where there is none.
    """

    store: "TrustStore | None" = None
    version: int = 0
    problem: str = ""

    @property
    def missing(self) -> bool:
        """Whether nobody ever made a store."""
        return self.store is None and not self.problem


@dataclass(slots=True)
class TrustKeeper:
    """The one way to a node's trust store. Several threads may ask at once; the file is read once for each change.

    Attributes:
        path: the folder of the store.
    """

    path: Path
    _held: Held = field(default_factory=Held)
    _stamp: _Stamp | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, directory: Path, setting: str) -> "TrustKeeper":
        """The keeper of the node in a directory, by its setting `documents.trust_store`."""
        return cls(directory / (setting or DEFAULT_FOLDER))

    @property
    def file(self) -> Path:
        """The file of the store, whether or not there is one: the setting may name it or its folder."""
        from egnatia.engines.documents.trust.folder import FILE

        return self.path if self.path.is_file() else self.path / FILE

    def held(self) -> Held:
        """The store as the file is now; never raises for what the file holds."""
        stamp = self._look()
        with self._lock:
            if stamp is None:
                self._held, self._stamp = Held(), None
            elif stamp != self._stamp:
                self._held, self._stamp = self._read(), stamp
            return self._held

    def folder(self) -> "Folder":
        """The store with its file's hash, to be changed; read anew each time.

        Raises:
            InputError, TamperedError: the file cannot be read.
        """
        from egnatia.engines.documents.trust.folder import read_folder

        return read_folder(self.path)

    def put(self, before: "Folder", holdings: "Holdings", now: datetime) -> "Folder":
        """Put new holdings in place of those that were read.

        Raises:
            ConflictError: the store was changed meanwhile.
            InputError: the folder cannot be written.
        """
        from egnatia.engines.documents.trust.folder import write_folder

        return write_folder(before, holdings, now)

    def _look(self) -> _Stamp | None:
        """What tells one state of the file from another without reading it: a replaced file is another inode."""
        try:
            found = self.file.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            return (0, 0, error.errno or 0)
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _read(self) -> Held:
        from egnatia.engines.documents.trust.store import TrustStore

        try:
            found = self.folder()
            return Held(TrustStore(found.holdings), found.version) if found.version else Held()
        except Error as error:
            return Held(problem=error.message)


def require_store(held: Held) -> "TrustStore":
    """The store, or what to do about there being none.

    Raises:
        InputError: there is none, or it cannot be read.
    """
    if held.store is None:
        raise InputError(
            held.problem or "this node has no trust store",
            hint="Restore the file." if held.problem else "`egnatia trust import` makes one.",
        )
    return held.store
