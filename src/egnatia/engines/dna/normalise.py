"""From what a laboratory wrote to a profile that can be compared, with a remark for everything that was changed.

The rules are those of the agreements (Council Decision 2008/616/JHA, annex, chapter 1): values that are no number become
the wildcard; of three alleles in a single source the first stays and the others become a wildcard; a homozygote has its
allele twice. Nothing is dropped without a remark.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter
from typing import NamedTuple

from egnatia.engines.dna.alleles import TENTHS, WILDCARD, Allele, AlleleRemark, is_empty, read_allele
from egnatia.engines.dna.loci import AMELOGENIN, BY_NAME, locus_name
from egnatia.engines.dna.types import MAX_ALLELES, PAIR, Designation, Kind, Profile, profile_of_sound

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
    NOT_REQUIRED = "obligatory, and not among the alleles"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that was read otherwise than it was written, or not at all."""

    locus: str
    what: AlleleRemark | LocusRemark
    value: str = ""


class Normalised(NamedTuple):
    """A profile and what was noticed on the way to it."""

    profile: Profile
    remarks: tuple[Remark, ...]


class LocusRead(NamedTuple):
    """What a file says of one locus, whatever profile it stands in; read once however often it is written.

    Attributes:
        place: in the catalogue, by which loci are put in order; -1 for amelogenin.
        name: as this engine writes it; empty where no locus is called so.
        texts: values as written, empty cells left out.
        many: whether three or more alleles were seen.
        sex: what amelogenin says.
        single: the designation of one person, empty where nothing but wildcards is left, and the remarks on it.
        mixed: the same where several people are taken to have left it.
    """

    place: int
    name: str
    texts: tuple[str, ...] = ()
    many: bool = False
    sex: str = ""
    single: tuple[Designation, tuple[Remark, ...]] = ((), ())
    mixed: tuple[Designation, tuple[Remark, ...]] = ((), ())


class Written(tuple[str, tuple[str, ...]]):  # noqa: SLOT001 - a tuple can have no slots, and this one has to hold something
    """A locus and its values as written, which a reader keeps in mind together with what they are read as."""

    said: LocusRead


def written(name: str, values: tuple[str, ...]) -> Written:
    """A locus and its values, read."""
    row = Written((name, values))
    row.said = _read_locus(name, values)
    return row


def said_of(row: "Row") -> LocusRead:
    """What a locus and its values come to, which a reader may have worked out already."""
    return row.said if isinstance(row, Written) else _read_locus(*row)


_PLACES = {name: place for place, name in enumerate(BY_NAME)}
Row = tuple[str, tuple[str, ...]]
_KNOWN = 1 << 15
"""Loci with their values that are kept in mind; a population shows some thousand."""
_SHORT = 100
"""Characters of a locus with its values that is kept in mind: a stranger's longest lines are read and forgotten."""
_known: dict[Row, LocusRead] = {}


def profile_of(
    ref: str, kind: Kind, raw: Iterable[tuple[str, Sequence[str]]], required: Iterable[tuple[str, str]] = ()
) -> Normalised:
    """Make a profile from pairs of a locus and its values as written.

    A sample of kind `trace` with three or more alleles at two loci becomes a `mixture`; a person's keeps its kind, and the
    remark says that somebody should look. A locus that is given twice stays when both say the same, and is left out when
    they differ: nobody can say which is right.

    Args:
        ref: its reference.
        kind: what it is of.
        raw: loci and their values.
        required: loci and values that the laboratory calls obligatory for a match.

    Raises:
        InputError: the reference is missing or too long.
    """
    remarks: list[Remark] = []
    found = _plainly(raw) or sorted(_gathered(raw, remarks))
    many = [each[1] for each in found if each[3]]
    if many:
        kind = _kind(kind, many, remarks)
    said = [each.mixed for each in found] if kind is Kind.MIXTURE else [each.single for each in found]
    sex = found[0][4] if found and found[0][0] < 0 else ""
    loci = {each[1]: seen for each, (seen, _) in zip(found, said, strict=True) if seen}
    for _, noticed in said:
        if noticed:
            remarks.extend(noticed)
    if required:
        return Normalised(Profile(ref, kind, loci, sex, _required(required, loci, remarks)), tuple(remarks))
    return Normalised(profile_of_sound(ref, kind, loci, sex), tuple(remarks))


def _plainly(raw: Iterable[tuple[str, Sequence[str]]]) -> list[LocusRead]:
    """The loci in order, where a reader had read each of them before and no two are one; otherwise none."""
    if type(raw) is not tuple:
        return []
    try:
        said = [row.said for row in raw]
    except AttributeError:  # a row as a file has it
        return []
    if len({*map(_NAME, said)} - _NAMELESS) < len(said):
        return []
    return sorted([each for each in said if each[2]], key=_PLACE)


_NAMELESS = {""}
_PLACE, _NAME = itemgetter(0), itemgetter(1)


def _gathered(raw: Iterable[tuple[str, Sequence[str]]], remarks: list[Remark]) -> Iterable[LocusRead]:
    """Each locus once, without those of which nobody can say what they are."""
    found: dict[str, LocusRead] = {}
    doubtful: set[str] = set()
    for written, values in raw:
        row = (written, values if type(values) is tuple else tuple(values))
        locus = _known.get(row) or _learned(row)
        name = locus.name
        if not name:
            remarks.append(Remark(written[:MAX_ALLELES], LocusRemark.UNKNOWN_LOCUS))
        elif not locus.texts:  # says nothing, whichever of two it is
            continue
        elif name not in found:
            found[name] = locus
        elif sorted(found[name].texts) != sorted(locus.texts):
            remarks.append(Remark(name, LocusRemark.DISAGREES, ",".join((*found[name].texts, "|", *locus.texts))))
            doubtful.add(name)
        else:
            remarks.append(Remark(name, LocusRemark.REPEATED_LOCUS))
    for name in doubtful:
        del found[name]
    return found.values()


def _learned(row: Row) -> LocusRead:
    """A locus that was not seen before, or was forgotten."""
    locus = _read_locus(*row)
    if len(row[0]) + sum(map(len, row[1])) <= _SHORT and len(row[1]) <= MAX_ALLELES:
        if len(_known) >= _KNOWN:
            _known.clear()
        _known[row] = locus
    return locus


def _read_locus(written: str, values: tuple[str, ...]) -> LocusRead:
    name = locus_name(written)
    texts = tuple(each.strip() for each in values if not is_empty(each))
    if name is None:
        return LocusRead(-1, "")
    if name == AMELOGENIN:
        return _amelogenin(texts)
    remarks: list[Remark] = []
    alleles = _alleles(name, texts, remarks)
    many = len({*alleles} - {WILDCARD}) >= TRI_ALLELE
    alone, together = [*remarks], [*remarks]
    single = _single(name, alleles, alone) if alleles else ()
    mixed = _mixed(name, alleles, together)
    return LocusRead(_PLACES[name], name, texts, many, "", (single, tuple(alone)), (mixed, tuple(together)))


def _amelogenin(texts: tuple[str, ...]) -> LocusRead:
    seen = {each.upper() for each in texts}
    if seen <= {"X", "Y"}:
        return LocusRead(-1, AMELOGENIN, texts, sex="".join(sorted(seen)))
    noticed = ((), (Remark(AMELOGENIN, LocusRemark.NO_SEX_MARKER, ",".join(texts)),))
    return LocusRead(-1, AMELOGENIN, texts, single=noticed, mixed=noticed)


def _required(
    required: Iterable[tuple[str, str]], loci: dict[str, Designation], remarks: list[Remark]
) -> dict[str, Designation]:
    """The obligatory alleles by locus; one that is not among those seen there is no allele of the profile."""
    wanted: dict[str, Designation] = {}
    for written, text in required:
        name, (allele, _) = locus_name(written) or "", read_allele(text)
        if allele and allele in loci.get(name, ()):
            wanted[name] = tuple(sorted({*wanted.get(name, ()), allele}))
        elif name != AMELOGENIN:
            remarks.append(Remark(name or written[:MAX_ALLELES], LocusRemark.NOT_REQUIRED, text))
    return wanted


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


def _kind(kind: Kind, many: Sequence[str], remarks: list[Remark]) -> Kind:
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
