"""Profiles as packed columns: two bytes for each locus of each profile, in one row of numbers for each locus.

Every different designation of a locus has a code in a code book; 0 is `not typed`. Whatever a search asks of a locus is
then a small table over its codes, and one kernel does for all of them. Columns are an index: derived, rebuilt from the
profiles, never the only copy.
"""

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from egnatia.engines.dna.alleles import Allele
from egnatia.engines.dna.loci import BY_NAME, LOCI
from egnatia.engines.dna.types import Designation, Kind, Profile
from egnatia.errors import ConflictError, InputError

Codes = np.ndarray[Any, np.dtype[np.uint16]]
MAX_CODES = 1 << 16
"""Different designations of one locus, `not typed` included; 200,000 simulated people show 744 at SE33."""
FORMAT = 1
_HEADER, _CODES, _REFS, _ENDS, _KINDS = "columns.json", "codes.u2", "refs.txt", "ends.u8", "kinds.u1"
_BLOCK, _GATHERED = 1 << 16, 1 << 12
"""Profiles that a block of codes holds, and that are turned into codes at once."""
_KIND_CODE = {kind: number for number, kind in enumerate(Kind)}
_KINDS_BY_CODE = tuple(Kind)
_PLACES = {locus.name: number for number, locus in enumerate(LOCI)}
_CODE_BITS = 16


@dataclass(frozen=True, slots=True)
class Columns:
    """Packed profiles.

    Attributes:
        books: for each locus of `LOCI`, in its order, the designation of each code; code 0 is `not typed`.
        codes: uint16, one row a locus, one column a profile.
        kinds: uint8, the kind of each profile.
        refs: UTF-8 of all references, one behind the other.
        ends: uint64, where each reference ends.
    """

    books: tuple[tuple[Designation, ...], ...]
    codes: Codes
    kinds: np.ndarray[Any, np.dtype[np.uint8]]
    refs: np.ndarray[Any, np.dtype[np.uint8]]
    ends: np.ndarray[Any, np.dtype[np.uint64]]

    def __len__(self) -> int:
        """How many profiles there are."""
        return len(self.kinds)

    def ref(self, number: int) -> str:
        """The reference of one profile."""
        start = int(self.ends[number - 1]) if number else 0
        return bytes(self.refs[start : int(self.ends[number])]).decode()

    def all_refs(self) -> Iterator[str]:
        """The references of all profiles, in their order."""
        for start in range(0, len(self), _GATHERED):
            ends = [int(self.ends[start - 1]) if start else 0, *self.ends[start : start + _GATHERED].tolist()]
            text = self.refs[ends[0] : ends[-1]].tobytes()
            yield from (text[one - ends[0] : other - ends[0]].decode() for one, other in pairwise(ends))

    def kind(self, number: int) -> Kind:
        """What one profile is of."""
        return _KINDS_BY_CODE[int(self.kinds[number])]

    def profile(self, number: int) -> Profile:
        """One profile, without its amelogenin, which is no part of the index."""
        seen = {
            locus.name: book[code]
            for locus, book, code in zip(LOCI, self.books, self.codes[:, number].tolist(), strict=True)
            if code
        }
        return Profile(self.ref(number), self.kind(number), seen)

    def of_kinds(self, kinds: Iterable[Kind]) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which profiles are of these kinds."""
        wanted = np.zeros(len(Kind), dtype=bool)
        wanted[[_KIND_CODE[each] for each in kinds]] = True
        return np.asarray(wanted[self.kinds])


class _Books(dict[tuple[str, Designation], int]):
    """The place and the code of every designation at its locus, in one number; a new one gets the next code."""

    def __init__(self) -> None:
        super().__init__()
        self.books: list[dict[Designation, int]] = [{(): 0} for _ in LOCI]

    def __missing__(self, cell: tuple[str, Designation]) -> int:
        """Give a code."""
        name, seen = cell
        place = _PLACES[name]
        book = self.books[place]
        if len(book) == MAX_CODES:
            raise InputError(
                f"{name} has more than {MAX_CODES - 1} different designations", hint="Is this a file of profiles?"
            )
        self[cell] = made = place << _CODE_BITS | len(book)
        book[seen] = len(book)
        return made


class Packer:
    """Gathers profiles into columns. Holds the books and the codes, not the profiles."""

    def __init__(self) -> None:
        self._books = _Books()
        self._blocks: list[Codes] = []
        self._filled = _BLOCK
        self._cells: list[int] = []
        self._counts: list[int] = []
        self._kinds = bytearray()
        self._refs = bytearray()
        self._ends = array("Q")

    def add(self, profile: Profile) -> None:
        """Take one profile in.

        Raises:
            InputError: a locus has more different designations than a code book holds.
        """
        self.add_cells(profile.ref, profile.kind, [*map(self._books.__getitem__, profile.loci.items())])

    def cell(self, name: str, seen: Designation) -> int:
        """What a designation at a locus is to these columns, for `add_cells`.

        Raises:
            InputError: the locus has more different ones than a code book holds.
        """
        return self._books[name, seen]

    def add_cells(self, ref: str, kind: Kind, cells: list[int]) -> None:
        """Take one profile in, of whose loci the cells are known; no locus may be given twice."""
        self._cells += cells
        self._counts.append(len(cells))
        if len(self._counts) == _GATHERED:
            self._close()
        self._kinds.append(_KIND_CODE[kind])
        self._refs += ref.encode()
        self._ends.append(len(self._refs))

    def add_codes(self, refs: Sequence[str], kinds: Sequence[Kind], codes: Codes) -> None:
        """Take many profiles in, of which the codes of every locus are known: a row a locus, a column a profile."""
        self._close()
        self._put(codes)
        encoded = [*map(str.encode, refs)]
        ends = np.cumsum([*map(len, encoded)], dtype=np.uint64) + np.uint64(len(self._refs))
        self._kinds += bytes(map(_KIND_CODE.__getitem__, kinds))
        self._refs += b"".join(encoded)
        self._ends.frombytes(ends.tobytes())

    def _close(self) -> None:
        if self._counts:
            cells = np.array(self._cells, dtype=np.uint32)
            codes = np.zeros((len(LOCI), len(self._counts)), dtype=np.uint16)
            codes[cells >> _CODE_BITS, np.repeat(np.arange(len(self._counts)), self._counts)] = cells & (MAX_CODES - 1)
            self._put(codes)
            self._cells, self._counts = [], []

    def _put(self, codes: Codes) -> None:
        """Lay codes behind those that are there."""
        while codes.shape[1]:
            if self._filled == _BLOCK:
                self._blocks.append(np.zeros((len(LOCI), _BLOCK), dtype=np.uint16))
                self._filled = 0
            now = min(_BLOCK - self._filled, codes.shape[1])
            self._blocks[-1][:, self._filled : self._filled + now] = codes[:, :now]
            self._filled += now
            codes = codes[:, now:]

    def columns(self) -> Columns:
        """What was gathered so far."""
        self._close()
        blocks = [np.zeros((len(LOCI), 0), dtype=np.uint16), *self._blocks]
        blocks[-1] = blocks[-1][:, : self._filled]
        return Columns(
            tuple(tuple(book) for book in self._books.books),
            np.concatenate(blocks, axis=1),
            np.frombuffer(bytes(self._kinds), dtype=np.uint8),
            np.frombuffer(bytes(self._refs), dtype=np.uint8),
            np.array(self._ends, dtype=np.uint64),
        )


def pack(profiles: Iterable[Profile]) -> Columns:
    """Columns of these profiles, in their order."""
    packer = Packer()
    for each in profiles:
        packer.add(each)
    return packer.columns()


def unpack(columns: Columns) -> Iterator[Profile]:
    """The profiles of columns, in their order."""
    return (columns.profile(number) for number in range(len(columns)))


def save(columns: Columns, directory: Path) -> None:
    """Write columns into a new directory.

    Raises:
        ConflictError: there is something in it already.
    """
    directory.mkdir(parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise ConflictError(f"{directory} is not empty", hint="Name a new directory; columns are never overwritten.")
    for name, values in _arrays(columns):
        np.ascontiguousarray(values).tofile(directory / name)
    header = {
        "format": FORMAT,
        "profiles": len(columns),
        "kinds": [each.value for each in Kind],
        "books": {locus.name: book for locus, book in zip(LOCI, columns.books, strict=True)},
    }
    (directory / _HEADER).write_text(json.dumps(header, separators=(",", ":")), encoding="utf-8")


def _arrays(columns: Columns) -> tuple[tuple[str, np.ndarray[Any, Any]], ...]:
    return ((_CODES, columns.codes), (_REFS, columns.refs), (_ENDS, columns.ends), (_KINDS, columns.kinds))


def load(directory: Path) -> Columns:
    """Columns from a directory, mapped and not read: a search touches only what it compares.

    Raises:
        InputError: they are missing, of another version, or cut off.
    """
    try:
        header = json.loads((directory / _HEADER).read_text(encoding="utf-8"))
        count, books = _read_header(header)
        codes = _map(directory / _CODES, np.uint16).reshape(len(LOCI), count)
        kinds, ends = _map(directory / _KINDS, np.uint8), _map(directory / _ENDS, np.uint64)
        refs = _map(directory / _REFS, np.uint8)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{directory} holds no columns that this release reads: {type(error).__name__}",
            hint="Make them again with `egnatia dna import`.",
        ) from None
    whole = len(kinds) == len(ends) == count and (not count or int(ends[-1]) == len(refs))
    if not whole or any(codes[row].max(initial=0) >= len(book) for row, book in enumerate(books)):
        raise InputError(f"{directory} is cut off or mixed up", hint="Make it again with `egnatia dna import`.")
    return Columns(books, codes, kinds, refs, ends)


def _read_header(header: dict[str, Any]) -> tuple[int, tuple[tuple[Designation, ...], ...]]:
    same = header["format"] == FORMAT and header["kinds"] == [each.value for each in Kind]
    if not same or [*header["books"]] != [*BY_NAME]:
        raise ValueError(header["format"])
    return int(header["profiles"]), tuple(tuple(_designation(row) for row in book) for book in header["books"].values())


def _designation(row: Sequence[int]) -> Designation:
    if not all(type(each) is int for each in row):
        raise TypeError
    return tuple(Allele(each) for each in row)


def _map(path: Path, of: type[np.generic]) -> np.ndarray[Any, Any]:
    """A file as an array; an empty one cannot be mapped."""
    if not path.stat().st_size:
        return np.zeros(0, dtype=of)
    return np.memmap(path, dtype=of, mode="r")
