"""Tables of profiles as programs export them: one line a locus, or one line a sample; tab, semicolon or comma.

Long: GeneMapper, EuroForMix, LRmix (`Sample Name`, `Marker`, `Allele 1` ...). Wide: GeneMapper with a list in each cell,
SmartRank's databases and NIST's tables with numbered columns (`FGA_1`, `FGA_2`). Heights, sizes and dyes are passed over.
A file is read line by line; lines of one sample have to follow one another.
"""

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import BinaryIO, NamedTuple

from egnatia.engines.dna.formats.types import Problem, RawProfile, Reading
from egnatia.engines.dna.loci import locus_name
from egnatia.engines.dna.normalise import Written, written
from egnatia.engines.dna.types import Kind
from egnatia.errors import InputError

MAX_LINE = 64 * 1024
"""Bytes of one line; a wide line of 24 loci with heights has three thousand."""
MAX_COLUMNS = 512
CHUNK = 1 << 16
MAX_KNOWN, MAX_CELL = 1 << 14, 64
"""Cells of one locus that are kept in mind, and characters of each; a population shows some hundred genotypes."""
MAX_ROWS = 128
"""Lines of one sample in a long table; NIST's set has 29 loci, no kit has 64."""
_NUMBERED = re.compile(r"(.+?)[ _.]([1-9]|1[0-6])")
_DECIMAL_COMMA = re.compile(r"\s*\d{1,2},\d0?\s*")
_DOUBTFUL = re.compile(r"(?<![\d.])(\d{1,2}),([1-4])(?![\d.])")
"""Two values without a space between, of which the second is no more than the bases of a part of a repeat. Programs list the
lower allele first, so a higher one in front says that the comma may be that of a number."""
_ALLELE = re.compile(r"allele[ ._]?(\d{1,2})")
_SAMPLE = ("samplename", "sample", "specimenid", "ref", "sampleid", "profile")
_MARKER = ("marker", "locus")
_BESIDE = re.compile(
    r"(height|size|area|dye|peak|rfu|datapoint|ado|ae|ol|ud|status|quality|warning)\d*|(sample|file|run|lane|panel|kit|population"
    r"|origin|comments?|notes?|date|instrument|analyst|lab|laboratory|case|plate|well|project)(name|id|file|type|date|no|number)?"
)
"""Columns of exports that hold no locus and need no remark."""
_KINDS = {each.value: each for each in Kind}


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a table has what.

    Attributes:
        sample: column of the reference.
        kind: column of the kind; none where the table has no such column.
        marker: column of the locus in a long table; none in a wide one.
        alleles: columns of the values in a long table.
        loci: columns of each locus in a wide one, by its name as written.
        unknown: columns of a wide one that name no locus and nothing that stands beside loci, so that it is said.
    """

    sample: int
    kind: int | None
    marker: int | None
    alleles: tuple[int, ...]
    loci: tuple[tuple[str, tuple[int, ...]], ...]
    unknown: tuple[tuple[str, tuple[int, ...]], ...] = ()


class _Block(NamedTuple):
    """Lines of a file, and whether none of them has a quote or a carriage return but at its end."""

    lines: list[str]
    plain: bool


def read_table(stream: BinaryIO) -> Iterator[Reading]:
    """Read a table of profiles.

    Raises:
        InputError: no line that names columns, or a line longer than any honest one.
    """
    blocks = _blocks(stream)
    first = next(blocks, _Block([""], plain=True))
    header = first.lines[0]
    delimiter = max("\t;,", key=header.count)
    names = next(_rows(iter([_Block([header], plain=False)]), delimiter), [])
    layout = read_layout(names)
    rest = chain([_Block(first.lines[1:], first.plain)], blocks)
    if layout.marker is None:
        return _wide(layout, _rows(rest, delimiter))
    return _long(layout, _lines_of(rest, layout, names, delimiter))


def _blocks(stream: BinaryIO) -> Iterator[_Block]:
    """The lines of a file, cut and decoded many at a time."""
    rest, number = b"", 1
    while block := stream.read(CHUNK):
        whole, end, rest = (rest + block).rpartition(b"\n")
        if end:
            lines = _decoded(whole, number)
            number += len(lines.lines)
            yield lines
        if len(rest) > MAX_LINE:
            raise InputError(f"a line is longer than {MAX_LINE} bytes", hint="Is this a table of profiles?")
    if rest:
        yield _decoded(rest, number)


def _decoded(whole: bytes, number: int) -> _Block:
    """Lines as text, the first of them of this number.

    Raises:
        InputError: one is too long, no UTF-8, or holds zero bytes: what would be guessed is somebody's reference.
    """
    try:
        text = whole.removeprefix(codecs.BOM_UTF8 if number == 1 else b"").decode("utf-8")
    except UnicodeDecodeError as error:
        wrong = number + whole.count(b"\n", 0, error.start)
        raise InputError(
            f"line {wrong} is no UTF-8", hint="Save the file as UTF-8; Excel calls it `CSV UTF-8`."
        ) from None
    if b"\0" in whole:
        wrong = number + whole.count(b"\n", 0, whole.index(b"\0"))
        raise InputError(f"line {wrong} holds zero bytes: the file is no UTF-8", hint="Save it as UTF-8.")
    lines = text.split("\n")
    if max(map(len, lines)) > MAX_LINE:
        raise InputError(f"a line is longer than {MAX_LINE} bytes", hint="Is this a table of profiles?")
    returns = "\r" in text
    if returns and text.count("\r") == sum(each.endswith("\r") for each in lines):
        lines, returns = [each.removesuffix("\r") for each in lines], False
    return _Block(lines, plain='"' not in text and not returns)


def _rows(blocks: Iterator[_Block], delimiter: str) -> Iterator[list[str]]:
    """The lines as cells, by what is quoted where a block has a quote.

    Raises:
        InputError: a quote is not closed.
    """
    for block in blocks:
        if block.plain:
            for line in block.lines:
                yield line.split(delimiter)
        else:
            yield from _quoted(block.lines, delimiter)


def _quoted(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """The lines as cells, some of which are quoted.

    Raises:
        InputError: a quote is not closed. What it joins would be one sample, and every other that it swallows lost.
    """
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for number, row in enumerate(reader, start=1):
            if reader.line_num != number:
                raise InputError(f"the table's quoting is broken: a quote of {row[0][:40]!r} goes on past its line")
            yield row
    except csv.Error as error:
        raise InputError(f"the table's quoting is broken: {error}") from None


def _plain(name: str) -> str:
    return re.sub(r"[\s._]+", "", name).lower()


def read_layout(names: Sequence[str]) -> Layout:
    """Find the columns.

    Raises:
        InputError: there is no column of samples, or none of alleles.
    """
    if len(names) > MAX_COLUMNS:
        raise InputError(f"the table has more than {MAX_COLUMNS} columns")
    plain = [_plain(each) for each in names]
    sample = next((plain.index(each) for each in _SAMPLE if each in plain), None)
    if sample is None:
        raise InputError(
            "no column names the sample", hint="Call it `Sample Name`, `SampleName`, `specimenId` or `ref`."
        )
    kind = plain.index("kind") if "kind" in plain else None
    marker = next((plain.index(each) for each in _MARKER if each in plain), None)
    if marker is not None:
        alleles = tuple(number for number, name in enumerate(names) if _ALLELE.fullmatch(name.strip().lower()))
        if not alleles:
            raise InputError("no column is called `Allele 1`", hint="A long table has Marker, Allele 1, Allele 2 ...")
        return Layout(sample, kind, marker, alleles, ())
    loci = _wide_loci(names)
    if not loci:
        raise InputError("no column is called like a locus", hint="docs/reference/dna.md lists their names.")
    taken = {sample, kind, *(place for _, places in loci for place in places)}
    return Layout(sample, kind, None, (), loci, _unknown(names, plain, taken))


def _unknown(
    names: Sequence[str], plain: Sequence[str], taken: set[int | None]
) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Columns that are not read, by their names without a number behind; those of which nobody thinks that they are loci left out."""
    columns: dict[str, list[int]] = {}
    for number, (name, known) in enumerate(zip(names, plain, strict=True)):
        if number not in taken and known and known not in _SAMPLE and not _BESIDE.fullmatch(known):
            numbered = _NUMBERED.fullmatch(name.strip())
            columns.setdefault(numbered[1] if numbered else name.strip(), []).append(number)
    return tuple((name, tuple(places)) for name, places in columns.items())


def _wide_loci(names: Sequence[str]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    columns: dict[str, list[int]] = {}
    bases = [found[1] if (found := _NUMBERED.fullmatch(name.strip())) else "" for name in names]
    several = {base for name, base in zip(names, bases, strict=True) if locus_name(base) and not locus_name(name)}
    for number, (name, base) in enumerate(zip(names, bases, strict=True)):
        if base in several:  # F13A_1 beside F13A_2, though it reads like F13A1
            columns.setdefault(base, []).append(number)
        elif locus_name(name) is not None:
            columns.setdefault(name.strip(), []).append(number)
    return tuple((name, tuple(places)) for name, places in columns.items())


def _kind(text: str) -> Kind | None:
    return _KINDS.get(text.strip().lower())


def _wide(layout: Layout, rows: Iterator[list[str]]) -> Iterator[Reading]:
    """One line a sample. What a cell says is worked out once, however many samples say it."""
    every = (*layout.loci, *layout.unknown)
    width = 1 + max(place for _, places in every for place in (layout.sample, layout.kind or 0, *places))
    plan = [(itemgetter(*places), _Known(name)) for name, places in layout.loci]
    beside = [(itemgetter(*places), _Known(name)) for name, places in layout.unknown]
    for number, row in enumerate(rows, start=2):
        if len(row) < width:
            row += [""] * (width - len(row))  # noqa: PLW2901 - the row is ours, and short because its end is empty
        ref = row[layout.sample].strip()
        if ref:
            found = [known[of(row)] for of, known in plan]
            if beside:
                found += [said for of, known in beside if (said := known[of(row)])[1]]
            yield _raw(layout, ref, row, tuple(found), number)
        elif any(map(str.strip, row)):
            yield Problem(f"line {number}", "the sample has no name")


class _Known(dict[str | tuple[str, ...], Written]):
    """What the cells of one locus say, kept in mind for the short ones."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def __missing__(self, cells: str | tuple[str, ...]) -> Written:
        """Work it out."""
        made = written(self._name, _cut(cells))
        if len(self) < MAX_KNOWN and sum(map(len, cells)) <= MAX_CELL:
            self[cells] = made
        return made


def _cut(cells: str | tuple[str, ...]) -> tuple[str, ...]:
    """The values of one locus, which stand in cells of their own or in one with commas or slashes between.

    A comma is that of a number where it cannot stand between two: in a cell of its own (`9,3`), and between slashes. In a cell
    for both it stands between two; where their order says that it may be that of a number all the same, nothing is taken.
    """
    own = not isinstance(cells, str)
    parts = [part for cell in ((cells,) if isinstance(cells, str) else cells) for part in _parts(cell, own=own)]
    return tuple(part.strip() for part in parts if part.strip())


def _parts(cell: str, *, own: bool) -> list[str]:
    if "/" in cell:
        return cell.split("/")
    if own and _DECIMAL_COMMA.fullmatch(cell):
        return [cell]
    for above, below in () if own else _DOUBTFUL.findall(cell):
        if int(above) > int(below):
            return [f"{above}.{below}, or {above} and {below}"]
    return cell.split(",")


def _raw(layout: Layout, ref: str, row: Sequence[str], found: tuple[Written, ...], number: int) -> Reading:
    if layout.kind is None:
        return RawProfile(ref, None, found, f"line {number}")
    kind = _KINDS.get(row[layout.kind]) or _kind(row[layout.kind])
    if kind is None:
        text = row[layout.kind].strip()[:40]
        return Problem(f"line {number} {ref[:40]!r}", f"{text!r} is no kind; kinds are {', '.join(_KINDS)}")
    return RawProfile(ref, kind, found, f"line {number}")


_Line = tuple[str, Written, Sequence[str]]
"""One line of a long table: the sample, what it says of one locus, and its cells where the kind stands in one of them."""


def _lines_of(blocks: Iterator[_Block], layout: Layout, names: Sequence[str], delimiter: str) -> Iterator[_Line | None]:
    """The lines of a long table, none for an empty one.

    Where nothing stands behind the sample but a locus and its alleles, the same few thousand ends of lines come again and
    again: they are looked up whole.
    """
    ends = layout.sample == 0 and layout.kind is None and len(names) == 1 + 1 + len(layout.alleles)
    known, cells = _Ends(layout, delimiter), list[str]()
    for block in blocks:
        if block.plain and ends:
            for line in block.lines:
                ref, _, end = line.partition(delimiter)
                ref = ref.strip()
                yield (ref, known[end], cells) if ref else known.line(line.split(delimiter))
        else:
            yield from map(known.line, _rows(iter([block]), delimiter))


class _Ends(dict[str, Written]):
    """What lines of a long table say, kept in mind by what stands behind the sample."""

    def __init__(self, layout: Layout, delimiter: str) -> None:
        super().__init__()
        self._sample, self._delimiter = layout.sample, delimiter
        marker = layout.marker or 0
        self._width = 1 + max(layout.sample, layout.kind or 0, marker, *layout.alleles)
        self._of, self._cells = itemgetter(marker, *layout.alleles), dict[tuple[str, ...], Written]()

    def __missing__(self, end: str) -> Written:
        """Work it out."""
        line = self.line(["-", *end.split(self._delimiter)])
        made = line[1] if line else written("", ())
        if len(self) < MAX_KNOWN and len(end) <= MAX_CELL:
            self[end] = made
        return made

    def line(self, row: list[str]) -> _Line | None:
        """One line by its cells; none where all of a short one are empty."""
        if len(row) < self._width:
            if not any(map(str.strip, row)):
                return None
            row += [""] * (self._width - len(row))
        cells = self._of(row)
        return row[self._sample].strip(), self._cells.get(cells) or self._learned(cells), row

    def _learned(self, cells: tuple[str, ...]) -> Written:
        made = written(cells[0].strip(), tuple(map(str.strip, cells[1:])))
        if len(self._cells) < MAX_KNOWN and sum(map(len, cells)) <= MAX_CELL:
            self._cells[cells] = made
        return made


def _long(layout: Layout, lines: Iterator[_Line | None]) -> Iterator[Reading]:
    """Lines of one sample together; a sample that comes back later is a problem, for half of it was read already.

    Of the samples that are done a number of eight bytes is held in a set: they may be millions.
    """
    done, found = set[int](), list[Written]()
    ref, began = "", 0
    first: Sequence[str] = ()
    for number, line in enumerate(lines, start=2):
        if line is None:
            continue
        here, said, row = line
        if here != ref or not began:
            if found:
                yield _finish(layout, ref, first, found, began, done)
            ref, began, first, found = here, number, row, []
        if len(found) < MAX_ROWS:
            found.append(said)
    if found:
        yield _finish(layout, ref, first, found, began, done)


def _finish(
    layout: Layout, ref: str, first: Sequence[str], found: Sequence[Written], began: int, done: set[int]
) -> Reading:
    where = f"line {began}"
    if not ref:
        return Problem(where, "the sample has no name")
    if hash(ref) in done:
        return Problem(f"{where} {ref[:40]!r}", "its lines do not follow one another; sort the table by sample")
    done.add(hash(ref))
    if len(found) >= MAX_ROWS:
        return Problem(f"{where} {ref[:40]!r}", f"the sample has {MAX_ROWS} lines or more")
    return _raw(layout, ref, first, tuple(found), began)
