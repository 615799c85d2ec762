"""What was acknowledged: one line for each batch an officer began and one for what became of it, synced to disk.

The case reference of an enquiry is its number in this history, so that the checker finds every enquiry again whatever
its node says its identifier is. A batch without a second line is unsure: its officer's process died in between.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_CASE = re.compile(r"FLT-2026-([0-9]{8})")


def case_ref(number: int) -> str:
    """The case reference of the enquiry with this number."""
    return f"FLT-2026-{number:08d}"


def number_of(case: str) -> int | None:
    """The number in a case reference; None when no officer of this suite wrote it."""
    found = _CASE.fullmatch(case)
    return int(found.group(1)) if found else None


@dataclass(slots=True)
class Batch:
    """Enquiries that were recorded in one transaction.

    Attributes:
        first: number of the first of them.
        count: how many.
        ids: their identifiers once acknowledged; empty when unsure.
        probes: messages of one conversation that were queued with them, in order.
        conversation: of the probes.
        error: what the officer was told instead, if anything.
    """

    first: int
    count: int
    ids: tuple[str, ...] = ()
    probes: tuple[str, ...] = ()
    conversation: str = ""
    error: str = ""

    @property
    def acknowledged(self) -> bool:
        """Whether the officer was told that it is recorded."""
        return bool(self.ids)


@dataclass(slots=True)
class Log:
    """An open history; every line is on the disk when a method returns."""

    path: Path
    _file: Any = field(default=None)

    def __post_init__(self) -> None:
        """Open it, and end a line that a killed process left unfinished."""
        torn = self.path.exists() and self.path.read_bytes()[-1:] not in (b"", b"\n")
        self._file = self.path.open("ab")
        if torn:
            self._file.write(b"\n")

    def begin(self, first: int, count: int) -> None:
        """A batch is about to be recorded."""
        self._line({"op": "begin", "first": first, "count": count})

    def acknowledged(self, batch: Batch) -> None:
        """The node said that the batch is recorded."""
        line = {"op": "ok", "first": batch.first, "ids": batch.ids}
        self._line(line | {"probes": batch.probes, "conversation": batch.conversation})

    def failed(self, first: int, error: str) -> None:
        """The node said something else; whether it is recorded is open."""
        self._line({"op": "unsure", "first": first, "error": error})

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _line(self, values: dict[str, object]) -> None:
        self._file.write(json.dumps(values).encode() + b"\n")
        self._file.flush()
        os.fdatasync(self._file.fileno())


def read_history(path: Path) -> Iterator[Batch]:
    """Every batch of a history, in order of its numbers; a torn line is what it is: no acknowledgement."""
    open_batch: Batch | None = None
    for line in _lines(path):
        if line["op"] == "begin":
            if open_batch is not None:
                yield open_batch
            open_batch = Batch(line["first"], line["count"])
        elif open_batch is not None and line["first"] == open_batch.first:
            open_batch.ids, open_batch.error = tuple(line.get("ids", ())), line.get("error", "")
            open_batch.probes, open_batch.conversation = tuple(line.get("probes", ())), line.get("conversation", "")
            yield open_batch
            open_batch = None
    if open_batch is not None:
        yield open_batch


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    with path.open("rb") as stream:
        for raw in stream:
            try:
                line = json.loads(raw)
            except ValueError:
                continue
            if isinstance(line, dict):
                yield line


def next_number(path: Path) -> int:
    """The first number that no batch has used."""
    return max((batch.first + batch.count for batch in read_history(path)), default=0)
