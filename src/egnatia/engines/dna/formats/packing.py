"""Files straight into columns: many profiles at once, by what each locus as written was found to be before.

What `read_profiles` and a packer make of a file one by one, this makes of blocks. A profile that has anything to it
(obligatory alleles, several people, a locus twice or of no known name, a reference too long) goes the long way by itself,
in its place. Tests hold the two against each other, on files as they should be and on broken ones.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import Any, BinaryIO

import numpy as np

from egnatia.engines.dna.columns import Codes, Packer
from egnatia.engines.dna.formats.reading import Read, normalised, readings
from egnatia.engines.dna.formats.types import Problem, RawProfile, Reading
from egnatia.engines.dna.loci import LOCI
from egnatia.engines.dna.normalise import Row, said_of
from egnatia.engines.dna.types import MAX_REF, Kind, Profile
from egnatia.errors import InputError

_Numbers = np.ndarray[Any, np.dtype[np.int64]]
BLOCK = 512
"""Profiles that are taken together: what a stranger's longest lines may come to stays under 40 MB."""
MAX_KNOWN, MAX_TEXT = 1 << 15, 100
"""Loci as written that are kept in mind, and characters of each; 200,000 simulated people show 2,349."""
_CODE, _PLACE, _REMARKS = 0xFFFF, 16, 24
_BYTE = 0xFF
_LONG_WAY = 1 << 32
"""What a locus as written is to columns, in one number: its code, its row, how many remarks, and this where it takes more."""
_SEX, _UNKNOWN = len(LOCI), len(LOCI) + 1
"""Stand for the rows that amelogenin would have, which may stand once, and a locus of no known name, of which any number may."""


@dataclass(frozen=True, slots=True)
class Packed:
    """What became of a block of readings.

    Attributes:
        profiles: that went into the columns.
        problems: parts of the file that did not, in their order.
        remarks: values that were read otherwise than they were written.
        tolerated: places that break the format and were read all the same.
        stripped: profiles that came with data on a person.
        obligatory: profiles with obligatory alleles, which columns do not keep.
    """

    profiles: int
    problems: tuple[Problem, ...]
    remarks: int
    tolerated: int
    stripped: int
    obligatory: int


def pack_file(
    stream: BinaryIO, kind: Kind | None, packer: Packer, numbers: Mapping[int, str] | None = None
) -> Iterator[Packed]:
    """Read profiles of any format into columns, and say block by block what became of them.

    Args:
        stream: that can be wound back.
        kind: of profiles whose file does not say what they are of.
        packer: takes them in, in the order of the file.
        numbers: names of loci by the numbers of ANSI/NIST-ITL.

    Raises:
        InputError: as `read_profiles` says, behind the last block that could be read, or a locus has more different
            designations than columns hold.
    """
    rows = _Rows(packer)
    for block in _blocks(readings(stream, numbers)):
        yield _pack(block, kind, packer, rows)


def _blocks(found: Iterator[Reading]) -> Iterator[list[Reading]]:
    """So many readings together; those in front of a place where a file is broken come before what is said of it."""
    block: list[Reading] = []
    try:
        for each in found:
            block.append(each)
            if len(block) == BLOCK:
                yield block
                block = []
    except InputError:
        yield block
        raise
    if block:
        yield block


class _Rows:
    """What each locus as written is to the columns, worked out once: found by the row itself, or by what it says."""

    def __init__(self, packer: Packer) -> None:
        self._packer = packer
        self._by_row: dict[int, int] = {}
        self._rows: list[Row] = []  # so that no other gets their place in memory
        self._by_text: dict[Row, int] = {}

    def of(self, rows: Sequence[Row]) -> _Numbers:
        """Them all.

        Raises:
            InputError: the columns have no code left for one.
        """
        found = [*map(self._by_row.get, map(id, rows))]
        for place in [at for at, each in enumerate(found) if each is None]:
            found[place] = self._learned(rows[place])
        return np.array(found, dtype=np.int64)

    def _learned(self, row: Row) -> int:
        made = self._by_text.get(row)
        if id(row) in self._by_row and made is not None:
            return made
        if made is None:
            made = self._made(row)
        if len(row[0]) + sum(map(len, row[1])) <= MAX_TEXT:
            if len(self._rows) >= MAX_KNOWN:
                self._by_row, self._rows, self._by_text = {}, [], {}
            self._by_row[id(row)] = self._by_text[row] = made
            self._rows.append(row)
        return made

    def _made(self, row: Row) -> int:
        said = said_of(row)
        seen, remarks = said.single
        if not said.name:
            return _UNKNOWN << _PLACE | 1 << _REMARKS
        if said.many or len(remarks) > _BYTE:
            return _LONG_WAY
        counted = len(remarks) << _REMARKS if said.texts else 0
        if said.place < 0:
            return _SEX << _PLACE | counted
        return (self._packer.cell(said.name, seen) if seen else said.place << _PLACE) | counted


_REF, _KIND, _ROWS, _TOLERATED, _REQUIRED, _STRIPPED = map(itemgetter, (0, 1, 2, 4, 5, 6))


def _pack(block: Sequence[Reading], kind: Kind | None, packer: Packer, rows: _Rows) -> Packed:
    """Take a block in, and those of it that go the long way in their places."""
    raw = [each for each in block if isinstance(each, RawProfile)]
    said = rows.of([*chain.from_iterable(map(_ROWS, raw))])
    counts = [*map(len, map(_ROWS, raw))]
    of = np.repeat(np.arange(len(raw)), counts)
    codes, long_way = _codes(said, of, counts)
    long_way |= _with_more(raw, kind)
    remarks = int(np.sum((said >> _REMARKS & _BYTE)[~long_way[of]]))
    numbers = np.flatnonzero(long_way).tolist()
    if not numbers and len(raw) == len(block):
        packer.add_codes([*map(_REF, raw)], [each or kind or Kind.PERSON for each in map(_KIND, raw)], codes)
        tolerated, stripped = sum(map(len, map(_TOLERATED, raw))), sum(map(bool, map(_STRIPPED, raw)))
        return Packed(len(raw), (), remarks, tolerated, stripped, 0)
    slow = {number: normalised(raw[number], kind) for number in numbers}
    for number, made in slow.items():
        codes[:, number] = _codes_of(made.profile, packer) if isinstance(made, Read) else 0
    taken = [slow.get(number) or each for number, each in enumerate(raw)]
    named = [_named(each, kind) for each in taken if not isinstance(each, Problem)]
    went = np.array([not isinstance(each, Problem) for each in taken], dtype=bool)
    packer.add_codes([ref for ref, _ in named], [of_kind for _, of_kind in named], codes[:, went])
    reads = [each for each in slow.values() if isinstance(each, Read)]
    remarks += sum(len(each.remarks) for each in reads)
    return _told(block, taken, remarks, sum(bool(each.profile.required) for each in reads))


def _codes_of(profile: Profile, packer: Packer) -> Codes:
    """The codes of one profile."""
    codes = np.zeros(len(LOCI), dtype=np.uint16)
    for each in profile.loci.items():
        cell = packer.cell(*each)
        codes[cell >> _PLACE] = cell & _CODE
    return codes


def _named(each: RawProfile | Read, kind: Kind | None) -> tuple[str, Kind]:
    if isinstance(each, Read):
        return each.profile.ref, each.profile.kind
    return each.ref, each.kind or kind or Kind.PERSON


def _told(
    block: Sequence[Reading], taken: Sequence[RawProfile | Read | Problem], remarks: int, obligatory: int
) -> Packed:
    """What became of a block, whose profiles came to what was taken, in their order."""
    came, problems = iter(taken), list[Problem]()
    profiles = tolerated = stripped = 0
    for reading in block:
        each = reading if isinstance(reading, Problem) else next(came)
        if isinstance(each, Problem):
            problems.append(each)
        else:
            profiles += 1
            tolerated += len(each.tolerated)
            stripped += bool(each.stripped)
    return Packed(profiles, tuple(problems), remarks, tolerated, stripped, obligatory)


def _codes(said: _Numbers, of: _Numbers, counts: Sequence[int]) -> tuple[Codes, np.ndarray[Any, np.dtype[np.bool_]]]:
    """The codes of each profile by what its loci are, and which of them have more to them than that."""
    codes = np.zeros((_UNKNOWN + 1, len(counts)), dtype=np.uint16)
    there = np.zeros(codes.shape, dtype=bool)
    places = said >> _PLACE & _BYTE
    there[places, of], codes[places, of] = True, said & _CODE
    unknown = np.bincount(of[places == _UNKNOWN], minlength=len(counts))
    long_way = there[:_UNKNOWN].sum(axis=0) + unknown != counts
    long_way[of[said >= _LONG_WAY]] = True
    return codes[: len(LOCI)], long_way


def _with_more(raw: Sequence[RawProfile], kind: Kind | None) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Those of which there is more to say than loci, and those that cannot be stored; of most blocks none."""
    refs, kinds = [*map(_REF, raw)], {each or kind for each in map(_KIND, raw)}
    sound = all(refs) and max(map(len, refs), default=0) <= MAX_REF and "".join(refs).isprintable()
    if sound and not kinds & _ODD_KINDS and not any(map(_REQUIRED, raw)):
        return np.zeros(len(raw), dtype=bool)
    return np.array([not _is_plain(each, kind) for each in raw], dtype=bool)


_ODD_KINDS = {None, Kind.MIXTURE}


def _is_plain(reading: RawProfile, kind: Kind | None) -> bool:
    """Whether there is nothing to a profile but its loci."""
    of, ref = reading.kind or kind, reading.ref
    return of not in _ODD_KINDS and not reading.required and 1 <= len(ref) <= MAX_REF and ref.isprintable()
