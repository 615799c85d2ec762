"""How often alleles are seen: tables by population, read from files, checked for what spoils a statistic.

Frequencies are used as counted: an allele that a population was never seen with, or was seen with less than five times,
gets five over the number of alleles counted (National Research Council, The Evaluation of Forensic DNA Evidence, 1996,
chapter 4), which makes a match look more common, never rarer. A population says where figures were counted; it is never a
property of a person and no score depends on anybody's origin: every statistic is given for all of them, with the most
cautious.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from egnatia.engines.dna.alleles import Allele, read_allele
from egnatia.engines.dna.loci import locus_name
from egnatia.errors import InputError

MAX_BYTES = 32 * 1024 * 1024
"""Of one file; the largest public one, of 27 countries, has 0.1 MB."""
LEAST_COUNT = 5
"""Times that an allele counts as seen at least (NRC 1996, chapter 4)."""
OFF = 0.02
"""By how much the frequencies of one locus may miss one, for what was rounded or left out as rare."""
DEFAULT_ALLELES = 200
"""Alleles counted, for a table that does not say: a hundred people, a small sample, which is the cautious reading."""
_FOLDER = Path(__file__).with_name("populations")
_COLUMNS = {"population", "locus", "allele", "frequency"}


@dataclass(frozen=True, slots=True)
class LocusFrequencies:
    """One locus in one population: how often each allele is seen, and among how many alleles that was counted."""

    seen: Mapping[Allele, float]
    counted: int

    @property
    def least(self) -> float:
        """The frequency that no allele falls below."""
        return min(1.0, LEAST_COUNT / self.counted)

    def of(self, allele: Allele) -> float:
        """How often an allele is seen, at least the least."""
        return max(self.seen.get(allele, 0.0), self.least)


@dataclass(frozen=True, slots=True)
class Population:
    """One population's table."""

    name: str
    loci: Mapping[str, LocusFrequencies]
    source: str = ""


def read_frequencies(text: str, source: str) -> tuple[Population, ...]:
    """Read a table with the columns population, locus, allele, frequency and, where known, n_alleles or n.

    Raises:
        InputError: a column is missing, a value is no frequency, a locus does not sum to one, an allele stands twice, or
            two populations have one and the same table, which a faulty export does.
    """
    if len(text) > MAX_BYTES:
        raise InputError(f"{source} has more than {MAX_BYTES} characters")
    reader = csv.DictReader(io.StringIO(text))
    missing = _COLUMNS - {*(reader.fieldnames or ())}
    if missing:
        raise InputError(
            f"{source} lacks the columns {', '.join(sorted(missing))}", hint="docs/reference/dna.md shows one."
        )
    rows = (
        Row(
            row["population"] or "",
            row["locus"] or "",
            row["allele"] or "",
            row["frequency"] or "",
            row.get("n_alleles") or row.get("n") or "",
            f"{source}, line {number}",
        )
        for number, row in enumerate(reader, start=2)
    )
    return populations_of(rows, source)


class Row(NamedTuple):
    """One allele of one locus in one population, as a file has it; `where` is for messages."""

    population: str
    locus: str
    allele: str
    frequency: str
    counted: str
    where: str


def populations_of(rows: Iterable[Row], source: str, together: frozenset[str] = frozenset()) -> tuple[Population, ...]:
    """The populations of these rows; loci that the engine does not know are passed over.

    Args:
        rows: in any order.
        source: named with every population.
        together: populations that are others put together; one that is of a single other is left out.

    Raises:
        InputError: as `read_frequencies` says of values and of the whole.
    """
    gathered: dict[str, dict[str, dict[Allele, float]]] = {}
    counted: dict[tuple[str, str], int] = {}
    for row in rows:
        locus = locus_name(row.locus)
        if locus is None:
            continue
        allele, value = _allele(row.allele, row.where), _share(row.frequency, row.where)
        alleles = gathered.setdefault(row.population, {}).setdefault(locus, {})
        if allele in alleles:
            raise InputError(f"{row.where}: {row.allele} of {locus} stands twice in {row.population}")
        alleles[allele] = value
        counted[row.population, locus] = _count(row.counted, row.where)
    single = [loci for name, loci in gathered.items() if name not in together]
    populations = tuple(
        Population(name, {locus: LocusFrequencies(seen, counted[name, locus]) for locus, seen in loci.items()}, source)
        for name, loci in gathered.items()
        if name not in together or loci not in single
    )
    _check(populations)
    return populations


def _allele(text: str | None, where: str) -> Allele:
    allele, noticed = read_allele(text or "")
    if not allele:
        raise InputError(f"{where}: {text!r} is no allele ({noticed})")
    return allele


def _share(text: str | None, where: str) -> float:
    try:
        value = float(text or "")
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 1.0:
        raise InputError(f"{where}: {text!r} is no frequency from 0 to 1")
    return value


def _count(text: str | None, where: str) -> int:
    cleaned = (text or "").strip()
    if cleaned in {"", "NA"}:
        return DEFAULT_ALLELES
    if not cleaned.isdecimal() or not 1 <= int(cleaned) <= 10**9:
        raise InputError(f"{where}: {text!r} is no number of alleles")
    return int(cleaned)


def _check(populations: tuple[Population, ...]) -> None:
    if not populations:
        raise InputError("the table has no locus that this engine knows")
    for each in populations:
        for locus, found in each.loci.items():
            total = sum(found.seen.values())
            if abs(total - 1) > OFF:
                raise InputError(f"{locus} of {each.name} sums to {total:.4f} and not to 1", hint="Is a row missing?")
    for one, other in combinations(populations, 2):
        if {name: each.seen for name, each in one.loci.items()} == {
            name: each.seen for name, each in other.loci.items()
        }:
            raise InputError(
                f"{one.name} and {other.name} have the same table",
                hint="One sheet was probably exported for both; take the figures from the source again.",
            )


def read_frequency_file(path: Path) -> tuple[Population, ...]:
    """Read a table from a file: this engine's, STRidER's or STRBase's, by how it begins.

    Raises:
        InputError: it cannot be read, is too long, or says what no table says.
    """
    from egnatia.engines.dna.formats.frequency_files import is_strider, read_strbase, read_strider

    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path} has more than {MAX_BYTES} bytes")
        data = path.read_bytes()
        if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            return read_strbase(data, path.name)
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}") from None
    return read_strider(text, path.name) if is_strider(text) else read_frequencies(text, path.name)


@cache
def shipped_populations() -> tuple[Population, ...]:
    """The populations that come with this program; each file's name says whose figures they are."""
    return tuple(each for path in sorted(_FOLDER.glob("*.csv")) for each in read_frequency_file(path))
