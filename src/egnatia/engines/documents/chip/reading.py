"""What reading one file gives, and the steps that every reader shares: the outer tag, templates, plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from egnatia.engines.documents.chip.findings import ChipFinding, found, stretch
from egnatia.engines.documents.chip.tlv import Flaw, Node, children, read_node
from egnatia.engines.documents.chip.types import TAGS, FileId
from egnatia.engines.documents.findings import Finding


@dataclass(frozen=True, slots=True)
class Read:
    """One file as it was read: what it says, by name, and what was odd."""

    file: FileId
    values: Mapping[str, Any] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    size: int = 0
    """Bytes that belong to the file by its own length; 0 where that cannot be told."""


@dataclass(frozen=True, slots=True)
class Outer:
    """The outermost node of a file, its children, and what was odd about them."""

    node: Node | None
    inner: tuple[Node, ...]
    findings: list[Finding]

    @property
    def size(self) -> int:
        """Bytes of the file by its own length."""
        return 0 if self.node is None else self.node.end


def open_file(file: FileId, content: bytes) -> Outer:
    """Read the outermost tag of a file and what directly follows inside."""
    notes: list[Finding] = []
    if not content:
        return Outer(None, (), [found(ChipFinding.CHIP_FILE_EMPTY, file, "a file with content", "0 bytes")])
    node = read_node(content)
    if isinstance(node, Flaw):
        notes.append(broken(file, node))
        return Outer(None, (), notes)
    if node.tag != TAGS[file]:
        notes.append(
            found(ChipFinding.CHIP_TAG_WRONG, file, f"tag {TAGS[file]:02X}", f"{node.tag:02X}", places=at(file, node))
        )
        return Outer(None, (), notes)
    notes += _edges(file, node, content)
    inner, flaw = children(node)
    if flaw is not None:
        notes.append(broken(file, flaw))
    return Outer(node, inner, notes)


def _edges(file: FileId, node: Node, content: bytes) -> list[Finding]:
    notes: list[Finding] = []
    if node.indefinite:
        notes.append(
            found(ChipFinding.CHIP_ENCODING, file, "a definite length", "an indefinite one", places=at(file, node))
        )
    elif not node.minimal:
        notes.append(found(ChipFinding.CHIP_LENGTH_LONG, file, "the shortest form of the length", "a longer one"))
    rest = content[node.end :]
    if rest:
        blank = not rest.strip(b"\0") or not rest.strip(b"\xff")
        code = ChipFinding.CHIP_TRAILING_BYTES if blank else ChipFinding.CHIP_LENGTH_WRONG
        expected = f"{node.end} bytes, as the file's own length says"
        place = stretch(file, node.end, len(content))
        notes.append(found(code, file, expected, f"{len(content)} bytes", places=place))
    return notes


def at(file: FileId, node: Node) -> tuple[Any, ...]:
    """Where a node stands."""
    return stretch(file, node.start, node.end)


def broken(file: FileId, flaw: Flaw) -> Finding:
    """A finding for bytes that are no node."""
    place = stretch(file, flaw.at, flaw.at + 1)
    return found(ChipFinding.CHIP_LENGTH_WRONG, file, "tag, length and value", flaw.reason, places=place)


def missing(file: FileId, what: str) -> Finding:
    """A finding for an element that must be there."""
    return found(ChipFinding.CHIP_ELEMENT_MISSING, file, what, "none")


def not_allowed(file: FileId, what: str, there: str, node: Node | None = None) -> Finding:
    """A finding for a value outside the standard's list."""
    places = () if node is None else at(file, node)
    return found(ChipFinding.CHIP_VALUE_NOT_ALLOWED, file, what, there, places=places)


def odd(file: FileId, what: str, there: str) -> Finding:
    """A note on a value that is unusual and does no harm."""
    return found(ChipFinding.CHIP_VALUE_ODD, file, what, there)


def text(value: bytes) -> str:
    """Characters as they are in chips: UTF-8 by rule, Latin-1 where the bytes are no UTF-8."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
