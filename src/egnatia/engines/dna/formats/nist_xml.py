"""ANSI/NIST-ITL records of type 18 in the XML encoding: read, not written.

Names of elements: `biom:DNASampleType`, `biom:DNAProfileType` and `biom:DNASTRProfileType` of NIEM, in the words of
ANSI/NIST-ITL 1-2011 (`DNALocusIdentification`) and in those of NIEM since 4.0 (`DNALocusReferenceID`). The package around
the records has a schema that no public repository holds, so this engine writes the traditional encoding alone.
"""

from collections.abc import Iterator, Mapping
from typing import BinaryIO

from egnatia.engines.dna.formats.nist_itl import MAX_SUBFIELDS, row_of
from egnatia.engines.dna.formats.types import Problem, RawProfile, Reading
from egnatia.engines.dna.types import Kind
from egnatia.xml_events import Element, elements

ROOT, RECORD, LOCUS = "NISTBiometricInformationExchangePackage", "PackageDNARecord", "DNASTRProfile"
_ORDER = (
    "DNASTRProfileCategoryCode",
    "locus",
    "DNAAlleleIndicator",
    "DNALocusAnalysisIndicator",
    "DNAPreciseCallIndicator",
    "DNAAlleleCall1Text",
    "DNAAlleleCall2Text",
    "DNAAlleleCall3Text",
)
"""The items of field 18.016, by the elements that hold them."""
_BOOLEANS = {"true": "1", "false": "0"}
KEPT = frozenset({*_ORDER, "IdentificationID", "DNALocusReferenceID", "DNAProfileCategoryCode", "DNAProfileID"})
_OF_PERSONS = frozenset(
    {"DNADonor", "DNAPedigree", "DNAClaimedRelationshipCode", "DNAValidatedRelationshipCode", "BiometricCaptureDetail"}
)


class _Record:
    """A record that is being read."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.ref = ""
        self.category = ""
        self.loci: list[list[str]] = []
        self.texts: dict[str, str] = {}
        self.stripped: set[str] = set()

    def end(self, element: Element, inside: str) -> None:
        """Take in what an element held; `inside` is the one around it."""
        name, text = element.name, element.text
        if name == "DNAProfileID" or (name == "IdentificationID" and inside == "DNAProfileIdentification"):
            self.ref = text
        elif name == "DNAProfileCategoryCode":
            self.category = text
        elif name == "DNALocusReferenceID" or (name == "IdentificationID" and inside == "DNALocusIdentification"):
            self.texts["locus"] = text
        elif name in _ORDER:
            self.texts[name] = _BOOLEANS.get(text, text)
        elif name == LOCUS:
            if len(self.loci) <= MAX_SUBFIELDS:
                self.loci.append([self.texts.get(each, "") for each in _ORDER])
            self.texts = {}

    def reading(self, numbers: Mapping[int, str]) -> Reading:
        """What the record comes to."""
        if not self.ref:
            return Problem(self.where, "DNAProfile names no profile")
        where = f"{self.where} {self.ref[:40]}"
        if len(self.loci) > MAX_SUBFIELDS:
            return Problem(where, f"it has more than {MAX_SUBFIELDS} loci")
        tolerated: list[str] = []
        rows = (row_of(each, numbers, tolerated) for each in self.loci)
        kind = Kind.TRACE if self.category == "1" else None
        found = tuple(each for each in rows if each is not None)
        return RawProfile(self.ref, kind, found, where, tuple(tolerated), (), tuple(sorted(self.stripped)))


def read_nist_xml(stream: BinaryIO, numbers: Mapping[int, str] | None = None) -> Iterator[Reading]:
    """Read records of type 18 one by one; records of other types are passed over.

    Args:
        stream: to its end.
        numbers: names of loci by the standard's numbers, where somebody has its table.

    Raises:
        InputError: the file is no XML.
    """
    record: _Record | None = None
    count, path, of_person = 0, list[str](), 0
    for element in elements(stream, KEPT):
        if element.begins:
            path.append(element.name)
            of_person += element.name in _OF_PERSONS
            if element.name == RECORD:
                count += 1
                record = _Record(f"record {count}")
            continue
        path.pop()
        if element.name in _OF_PERSONS:
            of_person -= 1
            if record is not None:
                record.stripped.add(element.name)
        elif record is not None and element.name == RECORD:
            yield record.reading(numbers or {})
            record = None
        elif record is not None and not of_person:
            record.end(element, path[-1] if path else "")
