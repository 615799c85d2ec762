"""A tree of tag, length and value that can be written wrong on purpose.

A chip file is first made right and then spoiled in one place: another tag, a length that lies, an element left out or
put in. `drop`, `put`, `retag` and the rest each return a new tree; what encloses the place is written anew, so that
only the place itself is wrong. A path names the place by tags from the outermost inwards, with a number for the second
or later of the same tag: `75/7F61/7F60[1]/5F2E`.

Source: Doc 9303-10 (eighth edition) section 4, ISO/IEC 8825-1. Nothing here reads hostile input: the reader of the
engine is another one.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from egnatia.errors import InputError

_CONSTRUCTED = 0x20
_LONG_TAG = 0x1F
_SHORT = 0x80
"""Lengths below are written in one byte."""
_STEP = re.compile(r"([0-9A-Fa-f]{2,6})(?:\[(\d+)\])?\Z")


@dataclass(frozen=True, slots=True)
class Node:
    """One element: bytes, or other elements in order.

    Args:
        tag: as it is written, e.g. 0x7F61.
        value: the content.
        length: the length field's bytes where they must not be the true ones.
    """

    tag: int
    value: "bytes | tuple[Node, ...]" = b""
    length: bytes | None = None

    def content(self) -> bytes:
        """The value alone, encoded."""
        return self.value if isinstance(self.value, bytes) else b"".join(each.encode() for each in self.value)

    def encode(self) -> bytes:
        """Tag, length and value."""
        content = self.content()
        return tag_bytes(self.tag) + (length_bytes(len(content)) if self.length is None else self.length) + content


def node(tag: int, *children: Node) -> Node:
    """An element that holds other elements."""
    return Node(tag, children)


def tag_bytes(tag: int) -> bytes:
    """A tag as it is written."""
    return tag.to_bytes(max(1, (tag.bit_length() + 7) // 8), "big")


def length_bytes(length: int) -> bytes:
    """A length in the fewest bytes (DER)."""
    if length < _SHORT:
        return bytes([length])
    size = (length.bit_length() + 7) // 8
    return bytes([_SHORT | size]) + length.to_bytes(size, "big")


def parse(data: bytes) -> Node:
    """The tree of one well-formed element, of which constructed elements are opened.

    Raises:
        InputError: the bytes are no single element with definite lengths.
    """
    found = _siblings(data)
    if len(found) != 1:
        raise InputError(f"Expected one element, found {len(found)}.")
    return found[0]


def _siblings(data: bytes) -> tuple[Node, ...]:
    found = []
    at = 0
    while at < len(data):
        tag, start = _tag(data, at)
        size, start = _length(data, start)
        if start + size > len(data):
            raise InputError(f"The element {tag:X} at {at} claims more bytes than there are.")
        value = data[start : start + size]
        at = start + size
        found.append(Node(tag, _siblings(value) if tag_bytes(tag)[0] & _CONSTRUCTED else value))
    return tuple(found)


def _tag(data: bytes, at: int) -> tuple[int, int]:
    end = at + 1
    if data[at] & _LONG_TAG == _LONG_TAG:
        while end < len(data) and data[end] & _SHORT:
            end += 1
        end += 1
    return int.from_bytes(data[at:end], "big"), end


def _length(data: bytes, at: int) -> tuple[int, int]:
    if at >= len(data) or data[at] == _SHORT:
        raise InputError(f"No definite length at {at}.")
    if data[at] < _SHORT:
        return data[at], at + 1
    size = data[at] & ~_SHORT
    return int.from_bytes(data[at + 1 : at + 1 + size], "big"), at + 1 + size


def find(tree: Node, path: str) -> Node:
    """The element at a path.

    Raises:
        InputError: there is none.
    """
    for number, each in enumerate(_places(tree, path)):
        tree = tree if number == 0 else _children(tree)[each]
    return tree


def put(tree: Node, path: str, new: Node) -> Node:
    """Another element in place of the one at a path."""
    return change(tree, path, lambda _: (new,))


def drop(tree: Node, path: str) -> Node:
    """The tree without the element at a path."""
    return change(tree, path, lambda _: ())


def retag(tree: Node, path: str, tag: int) -> Node:
    """Another tag on the element at a path."""
    return change(tree, path, lambda old: (replace(old, tag=tag),))


def revalue(tree: Node, path: str, value: bytes) -> Node:
    """Another value in the element at a path."""
    return change(tree, path, lambda old: (Node(old.tag, value),))


def relength(tree: Node, path: str, by: int) -> Node:
    """A length on the element at a path that lies by so many bytes."""
    return change(tree, path, lambda old: (replace(old, length=length_bytes(len(old.content()) + by)),))


def append(tree: Node, path: str, new: Node) -> Node:
    """One more element at the end of the one at a path."""
    return change(tree, path, lambda old: (Node(old.tag, (*_children(old), new)),))


def change(tree: Node, path: str, to: Callable[[Node], tuple[Node, ...]]) -> Node:
    """Whatever `to` makes of the element at a path, in its place; the root itself must stay one element."""
    places = _places(tree, path)[1:]
    made = _changed((tree,), (0, *places), to)
    if len(made) != 1:
        raise InputError(f"{path} is the whole file: it cannot be left out or doubled.")
    return made[0]


def _changed(
    siblings: tuple[Node, ...], places: tuple[int, ...], to: Callable[[Node], tuple[Node, ...]]
) -> tuple[Node, ...]:
    at, *rest = places
    old = siblings[at]
    new = (Node(old.tag, _changed(_children(old), tuple(rest), to)),) if rest else to(old)
    return (*siblings[:at], *new, *siblings[at + 1 :])


def _children(tree: Node) -> tuple[Node, ...]:
    if isinstance(tree.value, bytes):
        raise InputError(f"The element {tree.tag:X} holds bytes, not elements.")
    return tree.value


def _places(tree: Node, path: str) -> tuple[int, ...]:
    """The path as positions among siblings; the first is the root itself."""
    first, *steps = path.split("/")
    if _step(first) != (tree.tag, 0):
        raise InputError(f"The path {path} does not begin with the tag {tree.tag:X}.")
    places = [0]
    for step in steps:
        tag, occurrence = _step(step)
        where = [place for place, each in enumerate(_children(tree)) if each.tag == tag]
        if occurrence >= len(where):
            raise InputError(f"There is no {step} of {path}.")
        places.append(where[occurrence])
        tree = _children(tree)[where[occurrence]]
    return tuple(places)


def _step(step: str) -> tuple[int, int]:
    match = _STEP.match(step)
    if match is None:
        raise InputError(f"The step {step!r} of a path is no tag.")
    return int(match[1], 16), int(match[2] or 0)
