"""DNA records of NIEM's biometrics domain, release 5.1: read without the donor, written without one.

Source: the element names, their order and their lists of values in the release's schema (`biom:DNARecordType` and below).
A record may hold when the donor was born, of what sex and origin, who took the sample where, and who read it. Nothing of
that is read: text is kept of a closed list of elements, and the remark on a profile says by name which others were there.
What surrounds the records is left to each exchange by NIEM; the writer uses the root of the samples on NIEM's own pages.
"""

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.sax.saxutils import escape

from egnatia.engines.dna.alleles import WILDCARD, write_allele
from egnatia.engines.dna.formats.types import Problem, RawProfile, Reading
from egnatia.engines.dna.normalise import Written, written
from egnatia.engines.dna.types import Designation, Kind, Profile
from egnatia.errors import InputError
from egnatia.xml_events import MAX_DEPTH, Element, elements

ROOT, RECORD, LOCUS = "DNADataTransaction", "DNARecord", "DNALocus"
NAMESPACES = {
    "smpl": "http://www.sna-intl.com/DNA/Sample/NIEM/5.1/2021",
    "biom": "http://release.niem.gov/niem/domains/biometrics/5.1/",
    "nc": "http://release.niem.gov/niem/niem-core/5.0/",
}
CATEGORIES: dict[str, Kind] = {
    "Arrestee": Kind.PERSON,
    "Convicted Offender": Kind.PERSON,
    "Detainee": Kind.PERSON,
    "Known Suspected Terrorist": Kind.PERSON,
    "Legal": Kind.PERSON,
    "Suspect": Kind.PERSON,
    "Forensic": Kind.TRACE,
    "Unidentified Person": Kind.REMAINS,
    "Missing Person": Kind.MISSING,
    "Family Relative": Kind.RELATIVE,
    "Spouse": Kind.RELATIVE,
    "Victim": Kind.VICTIM,
    "Asylee": Kind.ELIMINATION,
    "Consensual Sex Partner": Kind.ELIMINATION,
    "Control": Kind.ELIMINATION,
    "Deportee": Kind.ELIMINATION,
    "Elimination": Kind.ELIMINATION,
    "Immigration Applicant": Kind.ELIMINATION,
    "Immigration Sponsor": Kind.ELIMINATION,
    "Juvenile": Kind.ELIMINATION,
    "Other": Kind.ELIMINATION,
    "Population": Kind.ELIMINATION,
    "Refugee": Kind.ELIMINATION,
    "Staff": Kind.ELIMINATION,
    "Training": Kind.ELIMINATION,
    "Unaccompanied Minor": Kind.ELIMINATION,
    "Unspecified": Kind.ELIMINATION,
    "Volunteer": Kind.ELIMINATION,
}
"""What a category is to this engine; the protective reading, as for CODIS. Who asked for asylum, was sent back or came as a
child alone is suspected of nothing by that, and is never searched."""
MIXTURE, SINGLE, PERSON = "Evidentiary, Mixture Source", "Evidentiary, Single Source", "Person"
_WRITTEN = {
    Kind.PERSON: ("Suspect", PERSON),
    Kind.TRACE: ("Forensic", SINGLE),
    Kind.MIXTURE: ("Forensic", MIXTURE),
    Kind.REMAINS: ("Unidentified Person", SINGLE),
    Kind.MISSING: ("Missing Person", SINGLE),
    Kind.RELATIVE: ("Family Relative", PERSON),
    Kind.VICTIM: ("Victim", PERSON),
    Kind.ELIMINATION: ("Elimination", PERSON),
}
_OPERATORS = {"": "", "Equal": "", "BelowLowerLimit": "<", "AboveUpperLimit": ">"}
NORMAL, PARTIAL, SILENT = "Normal", "Partial", "Silent Allele"
_PROFILE_ID, _SAMPLE_ID = "DNA Profile ID", "Sample ID"
_TYPINGS = "DNATypingTechnologyCode"
MAX_LOCI, MAX_ALLELES = 128, 32
"""Of one record; the schema sets no bound, no kit has 64 loci, and a mixture of four has eight alleles."""
KEPT = frozenset(
    {
        "DNACategoryCode", "DNATypingTechnologyCode", "DNASourceCategoryCode", "DNASourceKnownIndicator",
        "IdentificationID", "IdentificationCategoryDescriptionText", "IdentificationCategoryText",
        "DNALocusName", "DNALocusCategoryCode", "DNALocusQualityStatusCode", "DNAAlleleOperatorCode",
        "DNAAlleleCall1Text", "DNAAlleleCall2Text", "DNAAlleleRequiredIndicator",
    }
)  # fmt: skip
"""Elements whose text is read. An identification counts only straight inside one of the profile or of its sample."""
_IDENTIFICATIONS = frozenset({"DNADataIdentification", "DNASourceIdentification"})
_OF_PERSONS = frozenset({"DNADonor", "Pedigree", "DNASampleCollection", "DNAAnalysisProcessingEntity"})
"""Elements that tell of somebody: who gave the sample, their family, who took it and where, who read it."""
NAMED = frozenset(
    {
        "PersonBirthDate", "PersonEthnicityText", "PersonEthnicityCode", "PersonRaceText", "PersonRaceCode",
        "PersonSexText", "PersonSexCode", "PersonName", "PersonFullName", "PersonGivenName", "PersonSurName",
        "PersonOtherIdentification", "PersonNationalityText", "PersonAgeMeasure", "DNADonorCategoryCode",
        "DNADonorLastContactDate", "DNADonorDentalRecordsAvailableCode", "DNADonorCollectionLocationDescriptionText",
        "DNADonorStatusCode", "DNADonorVitalityCode", "DNASampleCollectionUTCDate", "DNASampleCollectionEntity",
        "DNASampleCollectionSite", "DNASampleCollectionCommentText", "DNAAnalysisProcessingEntity",
        "ContactInformationDescriptionText", "LocationDescriptionText",
    }
)  # fmt: skip
"""Names that a remark repeats. Any other might be a stranger's own words, and is counted as `another element`."""
OTHER = "another element"


def told(stripped: Iterable[str]) -> tuple[str, ...]:
    """What a remark says of elements with data on a person."""
    return tuple(sorted({*stripped} - {OTHER})) or tuple(stripped)


@dataclass(slots=True)
class _Record:
    """A record that is being read."""

    where: str
    category: str = ""
    source: str = ""
    known: str = ""
    typed: list[str] = field(default_factory=list)
    ids: list[tuple[str, str, str]] = field(default_factory=list)
    rows: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    required: list[tuple[str, str]] = field(default_factory=list)
    tolerated: list[str] = field(default_factory=list)
    stripped: set[str] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)
    alleles: list[str] = field(default_factory=list)
    flagged: list[str] = field(default_factory=list)
    parted: bool = False

    def end(self, element: Element, inside: str) -> None:
        """Take in what an element held; `inside` is the one around it."""
        name = element.name
        if name in KEPT and (not name.startswith("Identification") or inside in _IDENTIFICATIONS):
            self._take(name, element.text)
        elif name == "DNAAllele":
            self._end_allele()
        elif name == "DNALocus":
            self._end_locus()
        elif name in _IDENTIFICATIONS:
            what = self._pop("IdentificationCategoryDescriptionText") or self._pop("IdentificationCategoryText")
            value = self._pop("IdentificationID")
            if len(self.ids) < MAX_ALLELES:
                self.ids.append((name, what, value))

    def _take(self, name: str, text: str) -> None:
        if name == "DNACategoryCode":
            self.category = text
        elif name == "DNASourceCategoryCode":
            self.source = text
        elif name == "DNASourceKnownIndicator":
            self.known = text
        elif name == _TYPINGS:
            self.typed = [*self.typed[:MAX_ALLELES], text]
        else:
            self.texts[name] = text

    def _pop(self, name: str) -> str:
        return self.texts.pop(name, "")

    def _end_allele(self) -> None:
        operator, call = self._pop("DNAAlleleOperatorCode"), self._pop("DNAAlleleCall1Text")
        upper, required = self._pop("DNAAlleleCall2Text"), self._pop("DNAAlleleRequiredIndicator")
        value = f"{_OPERATORS[operator]}{call}" if operator in _OPERATORS else f"{call}-{upper}"
        if len(self.alleles) < MAX_ALLELES:
            self.alleles.append(value)
            self.flagged += [value] * (required in {"true", "1"})

    def _note(self, text: str) -> None:
        if len(self.tolerated) < MAX_LOCI:
            self.tolerated.append(text)

    def _end_locus(self) -> None:
        name, quality = self._pop("DNALocusName"), self._pop("DNALocusQualityStatusCode")
        category, values = self._pop("DNALocusCategoryCode"), self.alleles
        if quality not in {"", NORMAL, PARTIAL}:
            self._note(f"{name[:MAX_ALLELES]} is not normal: {quality[:MAX_ALLELES]}")
        if quality in {PARTIAL, SILENT} and (len(values) == 1 or self.source == MIXTURE):
            values = [*values, "*"]
        if not name:
            self._note("a locus has no name and was left out")
        elif category in {"", "Autosomal"} and len(self.rows) < MAX_LOCI:
            self.rows.append((name, tuple(values)))
            self.required += [(name, value) for value in self.flagged]
        self.alleles, self.flagged = [], []

    def reading(self) -> Reading:
        """What the record comes to."""
        if self.parted:
            return Problem(self.where, "another record stands inside it; that one was read, and this one was not")
        ref = self._ref()
        kind = CATEGORIES.get(self.category)
        if kind is None:
            return Problem(self.where, f"{self.category[:MAX_ALLELES]!r} is no category of NIEM's DNA records")
        if ref is None:
            return Problem(self.where, f"it has neither a {_PROFILE_ID} nor a {_SAMPLE_ID}")
        if self.typed and "STR" not in self.typed:
            return Problem(self.where, "it is of another typing technology than STR")
        if len(self.typed) > 1:
            self._note("several encodings in one record; of these STR was read")
        if kind is Kind.TRACE and self.source == MIXTURE:
            kind = Kind.MIXTURE
        if self.category == "Known Suspected Terrorist" and self.known not in {"true", "1"}:
            kind = Kind.TRACE
        return RawProfile(
            ref,
            kind,
            tuple(self.rows),
            f"{self.where} {ref[:MAX_ALLELES]}",
            tuple(self.tolerated),
            tuple(self.required),
            told(self.stripped),
        )

    def _ref(self) -> str | None:
        """The profile's own number, or its sample's. A case and a missing person's file have others, and are not read."""
        for wanted in (_PROFILE_ID, _SAMPLE_ID):
            for _, what, value in self.ids:
                if what == wanted and value:
                    return value
        unnamed = [value for _, what, value in self.ids if not what and value]
        return unnamed[0] if unnamed else None


def records(events: Iterator[Element], number: int = 0) -> Iterator[Reading]:
    """The records of a file, whatever they stand in, or of what is left of one behind so many.

    Raises:
        InputError: as `elements` says.
    """
    for record in _records(events, number):
        yield record.reading()


def _records(events: Iterator[Element], number: int = 0, source: str = "") -> Iterator[_Record]:
    """Records as they end. One inside another is read, and the other not; one among data on a person is passed over with them."""
    open_records, path = list[_Record](), list[str]()
    hidden = 0  # depth of the element around all that tells of somebody
    for element in events:
        if element.begins:
            path.append(element.name)
            if element.name == RECORD and not hidden:
                number += 1
                for around in open_records[-1:]:
                    around.parted = True
                open_records.append(_Record(f"record {number}", source=source))
            elif element.name in _OF_PERSONS and open_records and not hidden:
                hidden = len(path)
            continue
        path.pop()
        if hidden:
            open_records[-1].stripped.add(element.name if element.name in NAMED else OTHER)
            hidden = hidden if len(path) >= hidden else 0
        elif open_records and element.name == RECORD:
            yield open_records.pop()
        elif open_records:
            open_records[-1].end(element, path[-1] if path else "")


class Frame(NamedTuple):
    """A record but for its loci.

    Attributes:
        reading: what it comes to, without any.
        mixed: whether its loci are those of a mixture.
        stripped: names of elements with data on a person.
    """

    reading: RawProfile
    mixed: bool
    stripped: frozenset[str]


class Piece(NamedTuple):
    """A locus, whatever record it stands in: what it comes to there.

    Attributes:
        rows: itself, or nothing where it is not autosomal.
        more: whether there is anything else to say.
        required: its obligatory alleles.
        tolerated: what breaks the format.
        stripped: names of elements with data on a person.
    """

    rows: tuple[Written, ...]
    more: bool
    required: tuple[tuple[str, str], ...]
    tolerated: tuple[str, ...]
    stripped: frozenset[str]


MARK = (
    b"<DNALocus><DNALocusName>?</DNALocusName><DNALocusQualityStatusCode>Partial</DNALocusQualityStatusCode>"
    b"<DNAAllele><DNAAlleleCall1Text>8</DNAAlleleCall1Text></DNAAllele>"
    b"<DNAAllele><DNAAlleleCall1Text>9</DNAAlleleCall1Text></DNAAllele></DNALocus>"
)
"""Stands for the loci of a frame, and shows what the record makes of them: at a mixture the wildcard goes with them."""
_HOLE = re.compile(r"@\d{1,3}")
"""Stands for an identification of a frame."""
_MARKED = {("?", ("8", "9")): False, ("?", ("8", "9", "*")): True}


def frame_of(data: bytes) -> Frame | None:
    """A record with `MARK` in place of its loci; none where loci there would come to something else than anywhere.

    Raises:
        InputError: it is no XML by itself.
    """
    record = _alone(data, "")
    if record is None or len(record.rows) != 1 or record.rows[0] not in _MARKED or record.required:
        return None
    if record.texts or record.alleles or record.flagged or record.tolerated:
        return None
    mixed, record.rows = _MARKED[record.rows[0]], []
    reading = record.reading()
    if not isinstance(reading, RawProfile) or not _HOLE.fullmatch(reading.ref):
        return None
    return Frame(reading, mixed, frozenset(record.stripped))


def piece_of(data: bytes, *, mixed: bool) -> Piece | None:
    """A locus; none where it says something of the record around it, or is none.

    Raises:
        InputError: it is no XML by itself.
    """
    source = MIXTURE if mixed else ""
    record = _alone(f"<{RECORD}>".encode() + data + f"</{RECORD}>".encode(), source, LOCUS)
    if record is None or record.texts or record.ids or record.typed or record.category or record.known:
        return None
    if record.source != source or record.alleles:
        return None
    rows = tuple(written(*each) for each in record.rows)
    more = bool(record.required or record.tolerated or record.stripped)
    return Piece(rows, more, tuple(record.required), tuple(record.tolerated), frozenset(record.stripped))


def _alone(data: bytes, source: str, inside: str = "") -> _Record | None:
    """The only record that stands there, and not deeper than half of what is allowed; with one element inside, if named."""
    events = [*elements(io.BytesIO(b"<x>" + data + b"</x>"), KEPT)]
    begun = [(each.depth, each.name) for each in events if each.begins]
    if [name for depth, name in begun if depth == 2] != [RECORD] or max(begun)[0] > MAX_DEPTH // 2:  # noqa: PLR2004
        return None
    if inside and [name for depth, name in begun if depth == 3] != [inside]:  # noqa: PLR2004
        return None
    found = [*_records(iter(events), 0, source)]
    return found[0] if len(found) == 1 else None


def write_niem(profiles: Iterable[Profile]) -> Iterator[str]:
    """Write NIEM 5.1, line by line: what a profile is of, its reference, and its loci.

    A locus with a wildcard is `Partial` and says the allele that is known.

    Raises:
        InputError: a profile has no locus.
    """
    spaces = " ".join(f'xmlns:{prefix}="{address}"' for prefix, address in NAMESPACES.items())
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<smpl:{ROOT} {spaces}>\n'
    for profile in profiles:
        if not profile.loci:
            raise InputError(f"{profile.ref} has no locus that NIEM could say")
        yield from _record(profile)
    yield f"</smpl:{ROOT}>\n"


def _record(profile: Profile) -> Iterator[str]:
    category, source = _WRITTEN[profile.kind]
    known = "true" if source == PERSON else "false"
    yield (
        f"<biom:DNARecord><biom:DNACategoryCode>{category}</biom:DNACategoryCode>"
        f"<biom:DNADataIdentification><nc:IdentificationID>{escape(profile.ref)}</nc:IdentificationID>"
        f"<nc:IdentificationCategoryDescriptionText>{_PROFILE_ID}</nc:IdentificationCategoryDescriptionText>"
        "</biom:DNADataIdentification>\n<biom:DNAEncoding><biom:DNATypingTechnologyCode>STR</biom:DNATypingTechnologyCode>"
        f"<biom:DNASource><biom:DNASourceCategoryCode>{source}</biom:DNASourceCategoryCode>"
        f"<biom:DNASourceKnownIndicator>{known}</biom:DNASourceKnownIndicator></biom:DNASource>\n<biom:DNASTRData>\n"
    )
    if profile.amelogenin:
        yield _locus("Amelogenin", NORMAL, [*profile.amelogenin], frozenset())
    for name, seen in profile.loci.items():
        quality = PARTIAL if WILDCARD in seen else NORMAL
        required = frozenset(map(write_allele, profile.required.get(name, ())))
        yield _locus(name, quality, _values(seen), required)
    yield "</biom:DNASTRData></biom:DNAEncoding></biom:DNARecord>\n"


def _values(seen: Designation) -> list[str]:
    """The alleles that are known, each once: a homozygote has one."""
    return [write_allele(each) for each in sorted({*seen}) if each != WILDCARD]


def _locus(name: str, quality: str, values: list[str], required: frozenset[str]) -> str:
    return (
        f"<biom:DNALocus><biom:DNALocusName>{name}</biom:DNALocusName>"
        "<biom:DNALocusCategoryCode>Autosomal</biom:DNALocusCategoryCode>"
        f"<biom:DNALocusQualityStatusCode>{quality}</biom:DNALocusQualityStatusCode>"
        + "".join(_allele(value, required=value in required) for value in values)
        + "</biom:DNALocus>\n"
    )


def _allele(value: str, *, required: bool) -> str:
    flag = "<biom:DNAAlleleRequiredIndicator>true</biom:DNAAlleleRequiredIndicator>" if required else ""
    return (
        "<biom:DNAAllele><biom:DNAAlleleOperatorCode>Equal</biom:DNAAlleleOperatorCode>"
        f"<biom:DNAAlleleCall1Text>{value}</biom:DNAAlleleCall1Text>{flag}</biom:DNAAllele>"
    )
