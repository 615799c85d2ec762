"""A clock that can be set while processes run: the machine's clock, wrong by as many seconds as a file says.

libfaketime would set the clock of an unchanged process; its version 0.9.10 makes a node's TLS handshakes take seconds
and breaks `time.sleep`, so a node is given this clock as an argument instead.
"""

import mmap
from datetime import UTC, datetime, timedelta
from pathlib import Path

_WIDTH = 12


class WrongClock:
    """The time for one partner's processes. Takes effect in all of them as soon as the file is written."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as stream:
            self._map = mmap.mmap(stream.fileno(), _WIDTH)

    def __call__(self) -> datetime:
        """The wrong time, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=int(self._map[:_WIDTH]))


def ahead() -> datetime:
    """A moment after which only a clock that was ahead can have created a message."""
    return datetime.now(UTC) + timedelta(minutes=10)


def set_clock(path: Path, seconds: int) -> None:
    """Make every clock that reads this file wrong by so many seconds."""
    content = f"{seconds:+{_WIDTH}d}".encode("ascii")
    with path.open("r+b" if path.exists() else "w+b", buffering=0) as stream:
        stream.write(content)
