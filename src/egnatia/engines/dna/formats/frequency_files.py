"""Allele frequencies as others publish them: STRidER's tables and STRBase's XML, read into the engine's own populations.

STRidER (CSV): a block for each locus; its name, a line of populations, a line of the people counted, a line for each allele.
STRBase (XML): `frequencies/marker` with `name` and `origin`s, each with its name, its number of people and a `frequency` for
each allele. Both count people, of whom each has two alleles. By both, 1 stands for whatever is shorter than the alleles
counted and 99 for whatever is longer; no profile has such an allele, so their share is left out. Then the checks of every
table follow: each locus sums to one, and no two populations have the same figures.
"""

import csv
import io
from collections.abc import Iterator

from egnatia.engines.dna.frequencies import MAX_BYTES, Population, Row, populations_of
from egnatia.errors import InputError
from egnatia.xml_events import elements

_ALLELE = "Allele"
_TOGETHER = frozenset({"Entire Database", "Africa", "America", "Asia", "Europe"})
"""Columns that put countries together. One of a single country has that country's figures, and is left out."""
_RARE = frozenset({"1", "99"})
_KEPT = frozenset({"name", "frequency"})
PAIR = 2


def is_strider(text: str) -> bool:
    """Whether a table begins as STRidER's do: the name of a locus alone, and below it the populations."""
    first, _, rest = text.partition("\n")
    return bool(first.strip()) and "," not in first and rest.startswith(f"{_ALLELE},")


def read_strider(text: str, source: str) -> tuple[Population, ...]:
    """Read STRidER's table of all countries, or of one.

    Raises:
        InputError: it is no such table, or what it says is no table of frequencies.
    """
    return populations_of(_strider_rows(text, source), source, _TOGETHER)


def _strider_rows(text: str, source: str) -> Iterator[Row]:
    locus, names, counts = "", list[str](), list[str]()
    for number, row in enumerate(csv.reader(io.StringIO(text)), start=1):
        cells, where = [each.strip() for each in row], f"{source}, line {number}"
        if len(cells) == 1 and cells[0]:
            locus, names, counts = cells[0], [], []
        elif cells and cells[0] == _ALLELE:
            names = cells[1:]
        elif names and not counts and cells and not cells[0]:
            counts = _doubled(cells[1:], where)
        elif any(cells):
            if not locus or not counts or len(cells) > len(names) + 1:
                raise InputError(f"{where}: a line of alleles without a locus, populations and numbers before it")
            for name, count, share in zip(names, counts, cells[1:], strict=False):
                if share and count and cells[0] not in _RARE:
                    yield Row(name, locus, cells[0], share, count, where)


def _doubled(people: list[str], where: str) -> list[str]:
    """Alleles counted, of which everybody has two; none where nobody was counted."""
    if not all(each.isdecimal() or not each for each in people):
        raise InputError(f"{where}: the line below the populations is not of numbers")
    return [str(PAIR * int(each)) if each and int(each) else "" for each in people]


def read_strbase(data: bytes, source: str) -> tuple[Population, ...]:
    """Read STRBase's XML.

    Raises:
        InputError: it is no such file, or what it says is no table of frequencies.
    """
    if len(data) > MAX_BYTES:
        raise InputError(f"{source} has more than {MAX_BYTES} bytes")
    return populations_of(_strbase_rows(data, source), source, _TOGETHER)


def _strbase_rows(data: bytes, source: str) -> Iterator[Row]:
    locus = population = counted = allele = ""
    path: list[str] = []
    for number, element in enumerate(elements(io.BytesIO(data), _KEPT)):
        if element.begins:
            path.append(element.name)
            if number == 0 and element.name != "frequencies":
                raise InputError(f"{source} begins with {element.name[:40]!r} and not with frequencies")
            if element.name == "origin":
                people = element.attributes.get("n", "")
                population = element.attributes.get("name", "")
                counted = str(PAIR * int(people)) if people.isdecimal() else people
            elif element.name == "frequency":
                allele = element.attributes.get("allele", "")
            continue
        path.pop()
        if element.name == "name" and path[-1:] == ["marker"]:
            locus = element.text
        elif element.name == "frequency" and population and allele not in _RARE:
            yield Row(population, locus, allele, element.text, counted, f"{source}, {locus} of {population}")
