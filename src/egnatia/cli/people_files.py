"""Files that commands about persons write: looked at before any work is done, so that neither a register nor an hour is lost."""

from collections.abc import Iterable
from pathlib import Path

from egnatia.errors import InputError


def keep_apart(read: Iterable[Path | None], written: Iterable[Path | None]) -> None:
    """Refuse to write where something is read, twice to one place, or where no directory is.

    A register would be lost for a list of its links, and a wrong path would be found when all the work is done.

    Args:
        read: files that are read; None for what is not given.
        written: files that are to be written.

    Raises:
        InputError: two of them are one file, or a directory is not there.
    """
    taken = [path.resolve() for path in read if path is not None]
    for path in filter(None, written):
        if path.resolve() in taken:
            raise InputError(
                f"{path} is named twice; it would be overwritten", hint="Give each result a name of its own."
            )
        if not path.parent.is_dir():
            raise InputError(f"{path} cannot be written: there is no directory {path.parent}", hint="Make it first.")
        taken.append(path.resolve())
