"""Inclusion and consistency proofs as pure functions over hashes.

Which subtrees a proof consists of follows RFC 6962 section 2.1.1 and 2.1.2; verification follows RFC 9162 section
2.1.3.2 and 2.1.4.2. A proof that does not hold raises: nobody can forget to look at the answer.
"""

from collections.abc import Sequence

from egnatia.errors import InputError, TamperedError
from egnatia.ledger.tree import EMPTY_ROOT, HASH_BYTES, node_hash, split

MAX_PROOF_HASHES = 63
"""Most hashes of a proof (C2SP tlog-witness): more than any log of 2**62 entries needs."""

Span = tuple[int, int]


def inclusion_spans(index: int, size: int) -> list[Span]:
    """The leaf ranges whose hashes prove that leaf `index` is in the tree of `size` leaves, from the leaf up."""
    if not 0 <= index < size:
        raise InputError(f"a log of {size} entries has no entry {index}")
    spans: list[Span] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def consistency_spans(old: int, new: int) -> list[Span]:
    """The leaf ranges whose hashes prove that the tree of `old` leaves is the beginning of the one of `new` leaves."""
    if not 0 <= old <= new:
        raise InputError(f"a log of {new} entries does not continue one of {old}")
    if old in (0, new):
        return []
    spans: list[Span] = []
    start, end, whole = 0, new, True
    while end != old:
        middle = start + split(end - start)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start, whole = middle, False
    return ([] if whole else [(start, end)]) + spans[::-1]


def verify_inclusion(leaf: bytes, place: Span, proof: Sequence[bytes], root: bytes) -> None:
    """Check that a leaf is in a tree.

    Args:
        leaf: the leaf's hash.
        place: its index and the size of the tree.
        proof: the hashes, from the leaf up.
        root: the tree's root.

    Raises:
        TamperedError: the proof does not hold.
    """
    index, size = place
    if not 0 <= index < size:
        raise TamperedError(f"entry {index} lies outside a log of {size} entries")
    _check_hashes([leaf, root, *proof])
    last, current = size - 1, leaf
    for neighbour in proof:
        if last == 0:
            raise TamperedError("the inclusion proof is too long")
        if index & 1 or index == last:
            current = node_hash(neighbour, current)
            while index & 1 == 0 and index:
                index, last = index >> 1, last >> 1
        else:
            current = node_hash(current, neighbour)
        index, last = index >> 1, last >> 1
    if last or current != root:
        raise TamperedError("the inclusion proof does not lead to the root")


def verify_consistency(old: int, new: int, roots: tuple[bytes, bytes], proof: Sequence[bytes]) -> None:
    """Check that a tree of `old` leaves is the beginning of a tree of `new` leaves.

    The empty tree is the beginning of every tree and needs the empty proof (C2SP tlog-witness).

    Raises:
        TamperedError: the proof does not hold.
    """
    if not 0 <= old <= new:
        raise TamperedError(f"a log of {new} entries does not continue one of {old}")
    _check_hashes([*roots, *proof])
    if old in (0, new):
        expected = roots[1] if old == new else EMPTY_ROOT
        if proof or roots[0] != expected:
            raise TamperedError("two roots of one size differ, or a needless proof came along")
        return
    _climb(old, new, roots, proof)


def _climb(old: int, new: int, roots: tuple[bytes, bytes], proof: Sequence[bytes]) -> None:
    path = [roots[0], *proof] if old & (old - 1) == 0 else list(proof)
    if climb(old, new, path) != roots:
        raise TamperedError("the consistency proof does not join the two roots")


def climb(old: int, new: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The roots of the trees of `old` and `new` leaves to which a path leads, for 0 < old < new.

    The path is a consistency proof; where `old` is a power of two, its root comes first, which the proof leaves out.
    Whoever signed the second root has thereby fixed the first one too, since both are made of the same hashes.

    Raises:
        TamperedError: it is not as long as such a path is.
    """
    if not path:
        raise TamperedError("the consistency proof is empty")
    index, last = old - 1, new - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    first = second = path[0]
    for neighbour in path[1:]:
        if last == 0:
            raise TamperedError("the consistency proof is too long")
        if index & 1 or index == last:
            first, second = node_hash(neighbour, first), node_hash(neighbour, second)
            while index & 1 == 0 and index:
                index, last = index >> 1, last >> 1
        else:
            second = node_hash(second, neighbour)
        index, last = index >> 1, last >> 1
    if last:
        raise TamperedError("the consistency proof is too short")
    return first, second


def _check_hashes(hashes: Sequence[bytes]) -> None:
    if len(hashes) > MAX_PROOF_HASHES + 2 or any(len(value) != HASH_BYTES for value in hashes):
        raise TamperedError("a proof consists of at most 63 hashes of 32 bytes")
