"""CODIS CMF 3.2: read with tolerance, every tolerance listed; written so that the schema holds.

Source: the field list of CMF 3.2 (public copy of its schema in NCBI's OSIRIS). Real programs break it: loci given twice,
laboratory names that are too long, loci that the list of 3.2 does not have. A reader that refused them would be of no use.
`codis_blocks.read_codis` reads a file; this room knows what stands in it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from egnatia.engines.dna.alleles import WILDCARD, write_allele
from egnatia.engines.dna.formats.types import Problem, RawProfile, Reading
from egnatia.engines.dna.loci import AMELOGENIN
from egnatia.engines.dna.types import Kind, Profile
from egnatia.errors import InputError
from egnatia.xml_events import Element

ROOT, NAMESPACE = "CODISImportFile", "urn:CODISImportFile-schema"
MAX_ID, MAX_LAB, MAX_USER, MAX_LOCI, MAX_ALLELES = 24, 10, 20, 32, 8
"""Of one specimen: characters of its id, of a laboratory's, of a user's; loci; alleles of a locus (CMF 3.2)."""
MAX_KEPT = 64
"""Alleles of one locus, and remarks on one specimen, that are kept at most: more than any mixture has, and few enough."""
CATEGORIES: dict[str, Kind] = {
    "Convicted Offender": Kind.PERSON,
    "Arrestee": Kind.PERSON,
    "Suspect, Known": Kind.PERSON,
    "Deduced Suspect": Kind.PERSON,
    "CO Duplicate": Kind.PERSON,
    "Detainee": Kind.PERSON,
    "Legal": Kind.PERSON,
    "Forensic, Unknown": Kind.TRACE,
    "Forensic Partial": Kind.TRACE,
    "Forensic Mixture": Kind.MIXTURE,
    "Unidentified Person": Kind.REMAINS,
    "Deceased": Kind.REMAINS,
    "Missing Person": Kind.MISSING,
    "Biological Mother": Kind.RELATIVE,
    "Biological Father": Kind.RELATIVE,
    "Biological Sibling": Kind.RELATIVE,
    "Biological Child": Kind.RELATIVE,
    "Alleged Mother": Kind.RELATIVE,
    "Alleged Father": Kind.RELATIVE,
    "Maternal Relative": Kind.RELATIVE,
    "Paternal Relative": Kind.RELATIVE,
    "Spouse": Kind.RELATIVE,
    "Victim, Known": Kind.VICTIM,
    "Deduced Victim Known": Kind.VICTIM,
    "Juvenile": Kind.ELIMINATION,
    "Volunteer": Kind.ELIMINATION,
    "Elimination, Known": Kind.ELIMINATION,
    "Staff": Kind.ELIMINATION,
    "Proficiency": Kind.ELIMINATION,
    "Population": Kind.ELIMINATION,
    "Other": Kind.ELIMINATION,
}
"""What a category is to this engine. Children, volunteers, staff, tests and whatever is not said are only ever compared
to rule a trace out: the protective reading, which a person can change for one profile and no file can."""
_WRITTEN = {
    Kind.PERSON: "Suspect, Known",
    Kind.TRACE: "Forensic, Unknown",
    Kind.MIXTURE: "Forensic Mixture",
    Kind.REMAINS: "Unidentified Person",
    Kind.MISSING: "Missing Person",
    Kind.RELATIVE: "Maternal Relative",
    Kind.VICTIM: "Victim, Known",
    Kind.ELIMINATION: "Elimination, Known",
}
LOCI_OF_32 = frozenset(
    {
        "CSF1PO", "D13S317", "D16S539", "D18S51", "D19S433", "D21S11", "D2S1338", "D3S1358", "D5S818", "D7S820",
        "D8S1179", "FGA", "Penta D", "Penta E", "TH01", "TPOX", "vWA",
    }
)  # fmt: skip
"""Loci that CMF 3.2 has a name for; the European ones of 2009 and SE33 came with later lists."""


DEPTH_OF_ONE = 2
"""Of what stands in a piece of a file that was cut out and set into an element of its own."""
KEPT = frozenset({"SPECIMENID", "SPECIMENCATEGORY", "LOCUSNAME", "ALLELEVALUE"})


@dataclass(slots=True)
class _Specimen:
    """A specimen that is being read."""

    where: str
    id: str = ""
    category: str = ""
    rows: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    locus: str = ""
    values: list[str] = field(default_factory=list)
    tolerated: list[str] = field(default_factory=list)
    flagged: list[str] = field(default_factory=list)
    required: list[tuple[str, str]] = field(default_factory=list)
    flag: bool = False
    count: int = 0

    def begin(self, element: Element) -> None:
        """Take in what an element says at its beginning."""
        if element.name == "ALLELE":
            self.flag = element.attributes.get("ALLELEREQUIRED") in {"true", "1"}

    def end(self, element: Element) -> None:
        """Take in what an element held."""
        if element.name == "SPECIMENID":
            self.id = element.text
        elif element.name == "SPECIMENCATEGORY":
            self.category = element.text
        elif element.name == "LOCUSNAME":
            self.locus = element.text
        elif element.name == "ALLELEVALUE":
            self._end_value(element.text)
        elif element.name == "LOCUS":
            self._end_locus()

    def _end_value(self, text: str) -> None:
        self.count += 1
        if len(self.values) < MAX_KEPT:
            self.values.append(text)
            self.flagged += [text] * self.flag
        self.flag = False

    def _note(self, text: str) -> None:
        if len(self.tolerated) < MAX_KEPT:
            self.tolerated.append(text)

    def _end_locus(self) -> None:
        if any(name == self.locus for name, _ in self.rows):
            self._note(f"{self.locus} stands twice")
        if self.count > MAX_ALLELES:
            self._note(f"{self.locus} has {self.count} alleles, {MAX_ALLELES} are allowed")
        if len(self.flagged) > 1:
            self._note(f"{self.locus} has {len(self.flagged)} obligatory alleles, one is allowed")
        if len(self.rows) == MAX_LOCI:
            self._note(f"more than {MAX_LOCI} loci")
        if not self.locus:
            self._note("a locus has no name and was left out")
        elif len(self.rows) < 2 * MAX_LOCI:
            self.rows.append((self.locus, tuple(self.values)))
            self.required += [(self.locus, value) for value in self.flagged]
        self.locus, self.values, self.flagged, self.count = "", [], [], 0

    def reading(self) -> Reading:
        """What the specimen comes to."""
        if not self.id:
            return Problem(self.where, "the specimen has no SPECIMENID")
        if len(self.id) > MAX_ID:
            self.tolerated.append(f"SPECIMENID has {len(self.id)} characters, {MAX_ID} are allowed")
        kind = CATEGORIES.get(self.category)
        if kind is None:
            return Problem(f"{self.where} {self.id!r}", f"{self.category!r} is no specimen category of CMF")
        where, required = f"{self.where} {self.id}", tuple(self.required)
        return RawProfile(self.id, kind, tuple(self.rows), where, tuple(self.tolerated), required)


def specimens(events: Iterator[Element], number: int = 0) -> Iterator[Reading]:
    """The specimens of a file, or of what is left of one behind so many.

    Raises:
        InputError: the outermost element is not that of CMF, or as `elements` says.
    """
    specimen: _Specimen | None = None
    for element in events:
        if element.depth == 1 and element.begins and element.name != ROOT:
            raise InputError(f"the file begins with {element.name[:40]!r} and not with {ROOT}", hint="Is it CODIS CMF?")
        if element.name == "SPECIMEN" and element.begins:
            number += 1
            specimen = _Specimen(f"specimen {number}")
        elif specimen is not None and element.begins:
            specimen.begin(element)
        elif specimen is not None:
            if element.name == "SPECIMEN":
                yield specimen.reading()
                specimen = None
            else:
                specimen.end(element)


def locus_of(events: Iterator[Element]) -> tuple[str, tuple[str, ...]] | None:
    """The only thing that stands there, when it is a locus of which nothing has to be said; otherwise none."""
    specimen, found = _Specimen(""), []
    for element in events:
        if element.depth == DEPTH_OF_ONE:
            found.append(element.name)
        if element.begins:
            specimen.begin(element)
        else:
            specimen.end(element)
    if found != ["LOCUS", "LOCUS"] or specimen.tolerated or specimen.required or specimen.id or specimen.category:
        return None
    return specimen.rows[0]


@dataclass(frozen=True, slots=True)
class CodisHeader:
    """Who sends a file to whom, and when.

    Raises:
        InputError: a field is missing or longer than CMF allows, or the time has no place in its calendar.
    """

    destination: str
    source: str
    user: str
    submitted: datetime

    def __post_init__(self) -> None:
        """Refuse what the schema refuses."""
        for text, most in ((self.destination, MAX_LAB), (self.source, MAX_LAB), (self.user, MAX_USER)):
            if not 1 <= len(text) <= most:
                raise InputError(f"{text!r} is not 1 to {most} characters long")
        if not 1900 <= self.submitted.year < 2079:  # noqa: PLR2004 - the schema's bounds
            raise InputError(f"{self.submitted} is outside CMF's calendar")


def write_codis(profiles: Iterable[Profile], header: CodisHeader) -> Iterator[str]:
    """Write CMF 3.2, line by line. References are those given.

    Loci that 3.2 has no name for are left out, and of several obligatory alleles at a locus all but the first.

    Raises:
        InputError: a reference is too long for CMF or stands twice, or a profile has no locus that 3.2 names.
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f"<{ROOT} xmlns={quoteattr(NAMESPACE)}>\n"
    when = header.submitted.strftime("%Y-%m-%dT%H:%M:%S")
    fields = {
        "HEADERVERSION": "3.2",
        "MESSAGETYPE": "Import",
        "DESTINATIONORI": header.destination,
        "SOURCELAB": header.source,
        "SUBMITBYUSERID": header.user,
        "SUBMITDATETIME": when,
    }
    for name, value in fields.items():
        yield f"  <{name}>{escape(value)}</{name}>\n"
    seen: set[str] = set()
    for profile in profiles:
        if profile.ref in seen or len(profile.ref) > MAX_ID:
            raise InputError(f"{profile.ref!r} stands twice, or has more than {MAX_ID} characters")
        seen.add(profile.ref)
        yield from _specimen(profile, header.user, when)
    if not seen:
        raise InputError("CMF needs one specimen at least")
    yield f"</{ROOT}>\n"


def _specimen(profile: Profile, user: str, when: str) -> Iterator[str]:
    rows = [(name, seen) for name, seen in _loci(profile) if seen]
    if not rows:
        raise InputError(f"{profile.ref} has no locus that CMF 3.2 can say")
    yield '  <SPECIMEN SOURCEID="N/A">\n'
    yield f"    <SPECIMENID>{escape(profile.ref)}</SPECIMENID>\n"
    yield f"    <SPECIMENCATEGORY>{_WRITTEN[profile.kind]}</SPECIMENCATEGORY>\n"
    for name, values in rows:
        yield f"    <LOCUS>\n      <LOCUSNAME>{name}</LOCUSNAME>\n      <READINGBY>{escape(user)}</READINGBY>\n"
        yield f"      <READINGDATETIME>{when}</READINGDATETIME>\n"
        required = write_allele(profile.required[name][0]) if name in profile.required else ""
        for value in values:
            flag = ' ALLELEREQUIRED="true"' if value == required else ""
            yield f"      <ALLELE{flag}>\n        <ALLELEVALUE>{value}</ALLELEVALUE>\n      </ALLELE>\n"
        yield "    </LOCUS>\n"
    yield "  </SPECIMEN>\n"


def _loci(profile: Profile) -> Iterator[tuple[str, list[str]]]:
    """The loci that CMF has names for; a homozygote is one allele, as CMF writes it, and wildcards stay unsaid."""
    if profile.amelogenin:
        yield AMELOGENIN, [*profile.amelogenin]
    for name, seen in profile.loci.items():
        if name in LOCI_OF_32 and WILDCARD not in seen and len({*seen}) <= MAX_ALLELES:
            yield name, [write_allele(each) for each in sorted({*seen})]
