"""Tag, length, value: the coding of every file of a chip (ISO/IEC 7816-4 section 6.3, X.690 section 8.1).

The reader forgives what real chips do (lengths in more bytes than needed, indefinite lengths) and says so; it never
raises. Every node keeps where it stands, so that a finding can point at bytes and a hash can be taken over exactly
what was read. The number of nodes and the depth are limited, so that a hostile file costs no more than an honest one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

MAX_NODES = 4_000
"""Nodes of one file: the largest real ones, security objects with a long certificate, have under 300."""
MAX_DEPTH = 24
"""Levels: a signed object has up to 14."""
_INDEFINITE = 0x80
_LONG_LENGTH = 4
"""Bytes of a length: 4 reach 4 GB, and no file of a chip passes 64 kB."""
_MORE = 0x80
_HIGH_TAG = 0x1F
_CONSTRUCTED = 0x20
_MAX_TAG_BYTES = 3
_END_OF_CONTENTS = b"\x00\x00"


@dataclass(frozen=True, slots=True)
class Node:
    """One tag with its value, and where it stands in the file (bytes from 0)."""

    tag: int
    """The bytes of the tag as one number, as 0x5F1F."""
    start: int
    body: int
    """Where the value begins."""
    stop: int
    """One past the value."""
    end: int
    """One past the whole node; later than `stop` only for an indefinite length."""
    source: bytes
    indefinite: bool = False
    minimal: bool = True
    """Whether the length took no more bytes than it needs."""
    steps: int = 1
    """Nodes that had to be walked over to find its end: more than one only for an indefinite length."""

    @property
    def value(self) -> bytes:
        """The bytes of the value."""
        return self.source[self.body : self.stop]

    @property
    def whole(self) -> bytes:
        """Tag, length and value as they stand in the file."""
        return self.source[self.start : self.end]

    @property
    def constructed(self) -> bool:
        """Whether the value consists of nodes itself."""
        first = self.tag
        while first > 0xFF:  # noqa: PLR2004 - the first byte of the tag
            first >>= 8
        return bool(first & _CONSTRUCTED)


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why the bytes from `at` on are no node."""

    at: int
    reason: str


def read_node(source: bytes, at: int = 0, end: int | None = None) -> Node | Flaw:
    """Read the node that begins at a byte; `end` is one past the last byte it may reach."""
    limit = len(source) if end is None else end
    tag = _read_tag(source, at, limit)
    if isinstance(tag, Flaw):
        return tag
    code, place = tag
    if place >= limit:
        return Flaw(place, "the length is missing")
    first = source[place]
    place += 1
    if first == _INDEFINITE:
        return _indefinite(source, code, at, place, limit)
    if first < _INDEFINITE:
        return _definite(source, (code, at, place, first), limit, minimal=True)
    count = first - _INDEFINITE
    if count > _LONG_LENGTH or place + count > limit:
        return Flaw(place - 1, "the length is not one that a chip can hold")
    length = int.from_bytes(source[place : place + count], "big")
    minimal = length >= _INDEFINITE and length >> (8 * (count - 1)) > 0
    return _definite(source, (code, at, place + count, length), limit, minimal=minimal)


def _read_tag(source: bytes, at: int, limit: int) -> tuple[int, int] | Flaw:
    """The tag and where its length begins."""
    if at >= limit:
        return Flaw(at, "nothing is there")
    code = source[at]
    place = at + 1
    if code & _HIGH_TAG != _HIGH_TAG:
        return code, place
    while place < limit and place - at <= _MAX_TAG_BYTES:
        code = code << 8 | source[place]
        place += 1
        if not source[place - 1] & _MORE:
            return code, place
    return Flaw(at, "the tag does not end")


def _definite(source: bytes, read: tuple[int, int, int, int], limit: int, *, minimal: bool) -> Node | Flaw:
    code, at, body, length = read
    if body + length > limit:
        return Flaw(at, f"the length says {length} bytes, {limit - body} are there")
    return Node(code, at, body, body + length, body + length, source, minimal=minimal)


def _indefinite(source: bytes, code: int, at: int, body: int, limit: int) -> Node | Flaw:
    """Walk over the inner nodes to the two zero bytes; a stack instead of recursion keeps the depth in hand."""
    open_nodes, place, steps = 1, body, 0
    while open_nodes:
        steps += 1
        if steps > MAX_NODES or open_nodes > MAX_DEPTH:
            return Flaw(at, "more nodes than a chip's file holds")
        if source[place : place + 2] == _END_OF_CONTENTS and place + 2 <= limit:
            open_nodes -= 1
            place += 2
            continue
        tag = _read_tag(source, place, limit)
        if isinstance(tag, Flaw):
            return Flaw(at, "an indefinite length without its end")
        if source[tag[1] : tag[1] + 1] == b"\x80":
            open_nodes += 1
            place = tag[1] + 1
            continue
        inner = read_node(source, place, limit)
        if isinstance(inner, Flaw):
            return inner
        place = inner.end
    return Node(code, at, body, place - 2, place, source, indefinite=True, steps=steps)


def read_nodes(source: bytes, start: int = 0, end: int | None = None) -> tuple[tuple[Node, ...], Flaw | None]:
    """All nodes that follow one another up to `end`, and what stopped the reading before it, if anything did."""
    limit = len(source) if end is None else end
    nodes: list[Node] = []
    place, steps = start, 0
    while place < limit:
        if steps >= MAX_NODES:
            return tuple(nodes), Flaw(place, "more nodes than a chip's file holds")
        node = read_node(source, place, limit)
        if isinstance(node, Flaw):
            return tuple(nodes), node
        nodes.append(node)
        place = node.end
        steps += node.steps
    return tuple(nodes), None


def children(node: Node) -> tuple[tuple[Node, ...], Flaw | None]:
    """The nodes inside a node."""
    return read_nodes(node.source, node.body, node.stop)


def walk(node: Node, depth: int = 0) -> Iterator[Node]:
    """A node and everything inside it, as far as it can be read; deeper than `MAX_DEPTH` is left out."""
    yield node
    if node.constructed and depth < MAX_DEPTH:
        for inner in children(node)[0]:
            yield from walk(inner, depth + 1)


def find(nodes: tuple[Node, ...], tag: int) -> Node | None:
    """The first of some nodes with this tag."""
    return next((node for node in nodes if node.tag == tag), None)


def dotted(value: bytes) -> str:
    """An object identifier as written in standards; empty where the bytes are none (X.690 section 8.19)."""
    if not value or value[-1] & _MORE or len(value) > 64:  # noqa: PLR2004 - the longest of ours has 11 bytes
        return ""
    arcs: list[int] = []
    arc = 0
    for byte in value:
        arc = arc << 7 | byte & 0x7F
        if not byte & _MORE:
            arcs.append(arc)
            arc = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))
