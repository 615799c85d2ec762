"""Tables of profiles as programs export them: one line a locus, or one line a sample; tab, semicolon or comma.

Long: GeneMapper, EuroForMix, LRmix (`Sample Name`, `Marker`, `Allele 1` ...). Wide: GeneMapper with a list in each cell,
SmartRank's databases and NIST's tables with numbered columns (`FGA_1`, `FGA_2`). Heights, sizes and dyes are passed over.
A file is read line by line; lines of one sample have to follow one another.
"""

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from egnatia.engines.dna.formats.types import Problem, RawProfile, Reading
from egnatia.engines.dna.loci import locus_name
from egnatia.engines.dna.types import Kind
from egnatia.errors import InputError

MAX_LINE = 64 * 1024
"""Bytes of one line; a wide line of 24 loci with heights has three thousand."""
MAX_COLUMNS = 512
MAX_ROWS = 128
"""Lines of one sample in a long table; NIST's set has 29 loci, no kit has 64."""
_NUMBERED = re.compile(r"(.+?)[ _.]([1-9])")
_ALLELE = re.compile(r"allele[ ._]?(\d{1,2})")
_SAMPLE = ("samplename", "sample", "specimenid", "ref", "sampleid", "profile")
_MARKER = ("marker", "locus")
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
    """

    sample: int
    kind: int | None
    marker: int | None
    alleles: tuple[int, ...]
    loci: tuple[tuple[str, tuple[int, ...]], ...]


def read_table(stream: BinaryIO) -> Iterator[Reading]:
    """Read a table of profiles.

    Raises:
        InputError: no line that names columns, or a line longer than any honest one.
    """
    lines = _lines(stream)
    header = next(lines, "")
    delimiter = max("\t;,", key=header.count)
    layout = read_layout(next(_rows(csv.reader([header], delimiter=delimiter)), []))
    rows = _rows(csv.reader(lines, delimiter=delimiter))
    numbered = ((number, row) for number, row in enumerate(rows, start=2) if any(map(str.strip, row)))
    if layout.marker is None:
        yield from (_wide(layout, row, f"line {number}") for number, row in numbered)
    else:
        yield from _long(layout, numbered)


def _lines(stream: BinaryIO) -> Iterator[str]:
    mark = codecs.BOM_UTF8
    while line := stream.readline(MAX_LINE + 1):
        if len(line) > MAX_LINE:
            raise InputError(f"a line is longer than {MAX_LINE} bytes", hint="Is this a table of profiles?")
        yield line.removeprefix(mark).replace(b"\0", b"").decode("utf-8", "replace")
        mark = b"\0"  # only the first line may begin with a mark; zero bytes are gone anyway


def _rows(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from rows
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
    return Layout(sample, kind, None, (), loci)


def _wide_loci(names: Sequence[str]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    columns: dict[str, list[int]] = {}
    for number, name in enumerate(names):
        found = _NUMBERED.fullmatch(name.strip())
        if locus_name(name) is not None:
            columns.setdefault(name.strip(), []).append(number)
        elif found and locus_name(found[1]) is not None:
            columns.setdefault(found[1], []).append(number)
    return tuple((name, tuple(places)) for name, places in columns.items())


def _cell(row: Sequence[str], place: int | None) -> str:
    return row[place].strip() if place is not None and place < len(row) else ""


def _kind(text: str) -> Kind | None:
    return _KINDS.get(text.lower())


def _wide(layout: Layout, row: Sequence[str], where: str) -> Reading:
    ref = _cell(row, layout.sample)
    if not ref:
        return Problem(where, "the sample has no name")
    rows = tuple(
        (name, tuple(part for place in places for part in re.split(r"[,/]", _cell(row, place)) if part.strip()))
        for name, places in layout.loci
    )
    return _raw(layout, ref, _cell(row, layout.kind), rows, where)


def _raw(layout: Layout, ref: str, kind: str, rows: tuple[tuple[str, tuple[str, ...]], ...], where: str) -> Reading:
    if layout.kind is not None and _kind(kind) is None:
        return Problem(f"{where} {ref[:40]!r}", f"{kind[:40]!r} is no kind; kinds are {', '.join(_KINDS)}")
    return RawProfile(ref, _kind(kind), rows, where)


def _long(layout: Layout, numbered: Iterator[tuple[int, list[str]]]) -> Iterator[Reading]:
    """Lines of one sample together; a sample that comes back later is a problem, for half of it was read already."""
    done: set[str] = set()
    ref, kind, began, rows = "", "", 0, list[tuple[str, tuple[str, ...]]]()
    for number, row in numbered:
        here = _cell(row, layout.sample)
        if here != ref:
            if rows:
                yield _finish(layout, ref, kind, rows, began, done)
            ref, kind, began, rows = here, _cell(row, layout.kind), number, []
        if len(rows) < MAX_ROWS:
            rows.append((_cell(row, layout.marker), tuple(_cell(row, place) for place in layout.alleles)))
    if rows:
        yield _finish(layout, ref, kind, rows, began, done)


def _finish(
    layout: Layout, ref: str, kind: str, rows: list[tuple[str, tuple[str, ...]]], began: int, done: set[str]
) -> Reading:
    where = f"line {began}"
    if not ref:
        return Problem(where, "the sample has no name")
    if ref in done:
        return Problem(f"{where} {ref[:40]!r}", "its lines do not follow one another; sort the table by sample")
    done.add(ref)
    if len(rows) >= MAX_ROWS:
        return Problem(f"{where} {ref[:40]!r}", f"the sample has {MAX_ROWS} lines or more")
    return _raw(layout, ref, kind, tuple(rows), where)
