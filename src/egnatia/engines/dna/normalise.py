"""From what a laboratory wrote to a profile that can be compared, with a remark for everything that was changed.

The rules are those of the agreements (Council Decision 2008/616/JHA, annex, chapter 1): values that are no number become
the wildcard; of three alleles in a single source the first stays and the others become a wildcard; a homozygote has its
allele twice. Nothing is dropped without a remark.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from egnatia.engines.dna.alleles import TENTHS, WILDCARD, Allele, AlleleRemark, is_empty, read_allele
from egnatia.engines.dna.loci import AMELOGENIN, BY_NAME, locus_name
from egnatia.engines.dna.types import MAX_ALLELES, PAIR, Designation, Kind, Profile

TRI_ALLELE = 3
MIXED_LOCI = 2
"""Loci with three or more alleles from which a sample is of more than one person. One alone is seen in single sources, in
about one of a thousand (tri-alleles listed by NIST STRBase); two together in none of the 1,036 people of NIST's set."""


class LocusRemark(StrEnum):
    """What was noticed at one locus, beside the remarks on single values."""

    UNKNOWN_LOCUS = "unknown locus"
    REPEATED_LOCUS = "locus given twice"
    DISAGREES = "given twice, and differently"
    HOMOZYGOTE = "one value, taken twice"
    TRI_ALLELE = "three alleles"
    TOO_MANY = "more alleles than a locus has"
    NOT_A_REPEAT = "no such part of a repeat"
    NO_SEX_MARKER = "neither X nor Y"
    MIXTURE = "more than one contributor"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that was read otherwise than it was written, or not at all."""

    locus: str
    what: AlleleRemark | LocusRemark
    value: str = ""


@dataclass(frozen=True, slots=True)
class Normalised:
    """A profile and what was noticed on the way to it."""

    profile: Profile
    remarks: tuple[Remark, ...]


def profile_of(ref: str, kind: Kind, raw: Iterable[tuple[str, Sequence[str]]]) -> Normalised:
    """Make a profile from pairs of a locus and its values as written.

    A sample of kind `trace` with three or more alleles at two loci becomes a `mixture`; a person's keeps its kind, and the
    remark says that somebody should look. A locus that is given twice stays when both say the same, and is left out when
    they differ: nobody can say which is right.

    Raises:
        InputError: the reference is missing or too long.
    """
    remarks: list[Remark] = []
    written = _written(raw, remarks)
    sex = _amelogenin(written.pop(AMELOGENIN, ()), remarks)
    values = {name: _alleles(name, texts, remarks) for name, texts in written.items()}
    kind = _kind(kind, values, remarks)
    loci: dict[str, Designation] = {}
    for name, alleles in values.items():
        seen = _mixed(name, alleles, remarks) if kind is Kind.MIXTURE else _single(name, alleles, remarks)
        if seen:
            loci[name] = seen
    return Normalised(Profile(ref, kind, loci, sex), tuple(remarks))


def _written(raw: Iterable[tuple[str, Sequence[str]]], remarks: list[Remark]) -> dict[str, tuple[str, ...]]:
    """The values of each locus by its name here, empty cells left out; in the order of the catalogue."""
    found: dict[str, tuple[str, ...]] = {}
    doubtful: set[str] = set()
    for written, values in raw:
        texts = tuple(each.strip() for each in values if not is_empty(each))
        name = locus_name(written)
        if name is None:
            remarks.append(Remark(written[:MAX_ALLELES], LocusRemark.UNKNOWN_LOCUS))
        elif name in found and sorted(found[name]) != sorted(texts):
            remarks.append(Remark(name, LocusRemark.DISAGREES, ",".join((*found[name], "|", *texts))))
            doubtful.add(name)
        elif name in found:
            remarks.append(Remark(name, LocusRemark.REPEATED_LOCUS))
        elif texts:
            found[name] = texts
    order = (AMELOGENIN, *BY_NAME)
    return {name: found[name] for name in order if name in found and name not in doubtful}


def _amelogenin(texts: Sequence[str], remarks: list[Remark]) -> str:
    seen = {each.upper() for each in texts}
    if not seen <= {"X", "Y"}:
        remarks.append(Remark(AMELOGENIN, LocusRemark.NO_SEX_MARKER, ",".join(texts)))
        return ""
    return "".join(sorted(seen))


def _alleles(name: str, texts: Sequence[str], remarks: list[Remark]) -> list[Allele]:
    """The values of one locus in the order in which they were written."""
    alleles: list[Allele] = []
    for text in texts:
        allele, noticed = read_allele(text)
        if noticed:
            remarks.append(Remark(name, noticed, text))
        elif allele % TENTHS >= BY_NAME[name].unit:
            remarks.append(Remark(name, LocusRemark.NOT_A_REPEAT, text))
        alleles.append(allele)
    return alleles


def _kind(kind: Kind, values: Mapping[str, Sequence[Allele]], remarks: list[Remark]) -> Kind:
    many = [name for name, alleles in values.items() if len({*alleles} - {WILDCARD}) >= TRI_ALLELE]
    if len(many) < MIXED_LOCI or kind is Kind.MIXTURE:
        return kind
    remarks.append(Remark("", LocusRemark.MIXTURE, ", ".join(many)))
    return Kind.MIXTURE if kind is Kind.TRACE else kind


def _single(name: str, alleles: Sequence[Allele], remarks: list[Remark]) -> Designation:
    """Two alleles of one person; empty where nothing but wildcards is left."""
    if len(alleles) == 1:
        remarks.append(Remark(name, LocusRemark.HOMOZYGOTE))
        alleles = (alleles[0], alleles[0])
    elif len(alleles) > PAIR:
        distinct = tuple(dict.fromkeys(alleles))
        if len(distinct) > PAIR:
            remarks.append(Remark(name, LocusRemark.TRI_ALLELE))
            alleles = (next(each for each in distinct if each), WILDCARD)
        else:
            alleles = distinct * (PAIR // len(distinct))
    return tuple(sorted(alleles)) if any(alleles) else ()


def _mixed(name: str, alleles: Sequence[Allele], remarks: list[Remark]) -> Designation:
    """Every different allele that was seen; the only one of a locus twice."""
    distinct = sorted({*alleles})
    if len(distinct) > MAX_ALLELES:
        remarks.append(Remark(name, LocusRemark.TOO_MANY))
        return ()
    if not any(distinct):
        return ()
    return tuple(distinct) if len(distinct) > 1 else (distinct[0], distinct[0])
