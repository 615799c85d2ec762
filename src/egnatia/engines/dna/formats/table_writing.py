"""Tables of profiles as other programs read them: one line a locus, or one line a sample.

`plain` is this program's own and says everything but obligatory alleles: `ref, kind, AMEL`, and a column a locus. The others
follow what GeneMapper, EuroForMix, LRmix and SmartRank read; none of them has a place for what a profile is of.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from egnatia.engines.dna.alleles import write_allele
from egnatia.engines.dna.loci import AMELOGENIN, BY_NAME
from egnatia.engines.dna.types import PAIR, Profile
from egnatia.errors import InputError

NOT_TYPED = "NULL"
"""What SmartRank's databases write for nothing: an empty cell it takes for an allele (measured on 1.1.1)."""


def plain_lines(profiles: Sequence[Profile]) -> Iterator[str]:
    """`ref, kind, AMEL`, and a column a locus with its alleles between slashes."""
    names = _named(profiles)
    yield _line(["ref", "kind", *names])
    for each in profiles:
        yield _line([each.ref, each.kind.value, *("/".join(_values(each, name)) for name in names)])


def wide_lines(profiles: Sequence[Profile]) -> Iterator[str]:
    """GeneMapper's wide export: a list in each cell, tabs between."""
    names = _named(profiles)
    yield _line(["Sample Name", *names], "\t")
    for each in profiles:
        yield _line([each.ref, *(",".join(_values(each, name)) for name in names)], "\t")


def long_lines(profiles: Sequence[Profile]) -> Iterator[str]:
    """GeneMapper's long export: a line a locus, tabs between."""
    yield from _long(profiles, ("Sample Name", "Marker", "Allele "), "\t")


def efm_lines(profiles: Sequence[Profile]) -> Iterator[str]:
    """EuroForMix and LRmix: a line a locus, commas between."""
    yield from _long(profiles, ("SampleName", "Marker", "Allele"), ",")


def smartrank_lines(profiles: Sequence[Profile]) -> Iterator[str]:
    """SmartRank's database: numbered columns, `NULL` where there is nothing."""
    names, most = _named(profiles), _most(profiles)
    yield _line(["specimenId", *(f"{name}_{number}" for name in names for number in range(1, most + 1))])
    for each in profiles:
        cells = ((_values(each, name) + [NOT_TYPED] * most)[:most] for name in names)
        yield _line([each.ref, *(cell for row in cells for cell in row)])


def _long(profiles: Sequence[Profile], names: tuple[str, str, str], delimiter: str) -> Iterator[str]:
    sample, marker, allele = names
    most = _most(profiles)
    yield _line([sample, marker, *(f"{allele}{number}" for number in range(1, most + 1))], delimiter)
    for each in profiles:
        for name in _named([each]):
            values = _values(each, name)
            yield _line([each.ref, name, *values, *[""] * (most - len(values))], delimiter)


def _named(profiles: Iterable[Profile]) -> list[str]:
    """The loci that any of them has, in the order of the catalogue."""
    found = {name for each in profiles for name in each.loci}
    sex = [AMELOGENIN] if any(each.amelogenin for each in profiles) else []
    return [*sex, *(name for name in BY_NAME if name in found)]


def _most(profiles: Iterable[Profile]) -> int:
    """Columns for alleles that the profile with most of them needs; two at least, by which readers tell a table."""
    return max((len(seen) for each in profiles for seen in each.loci.values()), default=PAIR)


def _values(profile: Profile, name: str) -> list[str]:
    """What stands at a locus as laboratories write it, wildcards last; a woman's amelogenin is X, X."""
    if name == AMELOGENIN:
        return [*profile.amelogenin] * (PAIR if len(profile.amelogenin) == 1 else 1)
    seen = profile.loci.get(name, ())
    return [write_allele(each) for each in sorted(seen, key=lambda each: (not each, each))]


def _line(cells: Sequence[str], delimiter: str = ",") -> str:
    """One line, quoted where it has to be.

    Raises:
        InputError: a reference would be a formula to the program that opens the table.
    """
    if cells[0][:1] in {"=", "+", "@"}:
        raise InputError(
            f"{cells[0]!r} begins as a formula does in a spreadsheet", hint="Give the profile another reference."
        )
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerow(cells)
    return text.getvalue()
