"""The hashes of the Merkle tree and its shape (RFC 6962 section 2.1), without any storage.

A complete subtree is named by `(level, position)`: it covers the leaves `position * 2**level` up to, and without,
`(position + 1) * 2**level`. A leaf is level 0.
"""

import hashlib
from collections.abc import Iterable, Sequence

HASH_BYTES = 32
"""SHA-256 (RFC 6962 section 2.1)."""
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""Root of a tree without leaves."""

Subtree = tuple[int, int]


def leaf_hash(entry: bytes) -> bytes:
    """Hash of one entry; the prefix 0x00 keeps a leaf from ever passing for a node."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of two neighbouring subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """The largest power of two below `size` (two or more): where the tree divides into left and right."""
    return 1 << ((size - 1).bit_length() - 1)


def cover(start: int, end: int) -> list[Subtree]:
    """The fewest complete subtrees that cover `[start, end)`, from left to right."""
    if not start:  # of a whole tree one for each bit of its size; every append asks for it
        return [(level, (end >> level) - 1) for level in range(end.bit_length() - 1, -1, -1) if (end >> level) & 1]
    found: list[Subtree] = []
    while start < end:
        aligned = (start & -start).bit_length() - 1
        level = min(aligned, (end - start).bit_length() - 1)
        found.append((level, start >> level))
        start += 1 << level
    return found


def fold(hashes: Sequence[bytes]) -> bytes:
    """Root over the subtrees of one `cover` that starts at a tree's left edge."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


class Frontier:
    """The complete subtrees of a growing tree: enough to add leaves and to give the root.

    Invariant: `_stack` holds the hashes of `cover(0, size)`, the highest first.
    """

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size = size
        self._stack = list(hashes)

    def add(self, leaf: bytes) -> list[tuple[Subtree, bytes]]:
        """Add one leaf hash and return the interior nodes that it completes, the lowest first."""
        made: list[tuple[Subtree, bytes]] = []
        level, index, current = 0, self.size, leaf
        while (index >> level) & 1:
            current = node_hash(self._stack.pop(), current)
            level += 1
            made.append(((level, index >> level), current))
        self._stack.append(current)
        self.size += 1
        return made

    def stack(self) -> tuple[bytes, ...]:
        """The hashes it holds, the highest first."""
        return tuple(self._stack)

    def subtrees(self) -> dict[Subtree, bytes]:
        """The hashes it holds, by subtree."""
        return dict(zip(cover(0, self.size), self._stack, strict=True))

    def root(self) -> bytes:
        """Root of the tree so far."""
        return fold(self._stack)


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Root over leaf hashes in order."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.add(leaf)
    return frontier.root()
