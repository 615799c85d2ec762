"""What is written as CMF 3.2, held against the published schema: every element, its order, number, lists and lengths.

No library that validates is among the project's, so the part of XML Schema that CMF's uses is read here: sequences with
their numbers, lists of values, lengths, attributes. The published example and the real files that break the schema show
that this reading accepts and refuses what it should.
"""

import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.dna.alleles import Allele
from egnatia.engines.dna.formats.codis import LOCI_OF_32, CodisHeader, write_codis
from egnatia.engines.dna.types import Kind, Profile

SHARED = Path(__file__).parents[4] / "shared" / "data" / "dna" / "formats"
XSD = "{http://www.w3.org/2001/XMLSchema}"
OURS = "{urn:CODISImportFile-schema}"
HEADER = CodisHeader("GBDNA0000", "ALDNA0000", "examiner-1", datetime(2026, 11, 22, 3, tzinfo=UTC))


class Schema:
    """The part of a schema that CMF uses."""

    def __init__(self, root: ET.Element) -> None:
        self.types = {each.get("name"): each for each in root if each.get("name")}
        self.top = next(each for each in root if each.tag == f"{XSD}element")

    def faults(self, document: ET.Element) -> list[str]:
        """What a document breaks."""
        found = [] if document.tag == OURS + str(self.top.get("name")) else [f"root {document.tag}"]
        ids = [each.text for each in document.iter(OURS + "SPECIMENID")]
        found += [f"{each} twice" for each in {*ids} if ids.count(each) > 1]
        for specimen in document.iter(OURS + "SPECIMEN"):
            names = [each.text for each in specimen.iter(OURS + "LOCUSNAME")]
            found += [f"{each} twice" for each in {*names} if names.count(each) > 1]
        return [*found, *self._element(self.top, document)]

    def _definition(self, declared: ET.Element) -> ET.Element | None:
        inside = declared.find(f"{XSD}complexType")
        return inside if inside is not None else self.types.get(declared.get("type"))

    def _element(self, declared: ET.Element, found: ET.Element) -> list[str]:
        definition = self._definition(declared)
        if definition is None or definition.tag == f"{XSD}simpleType":
            return [*self._text(declared.get("type"), found.text or ""), *(f"child in {found.tag}" for _ in found)]
        allowed = {each.get("name"): each for each in definition.findall(f"{XSD}attribute")}
        faults = [f"attribute {name}" for name in found.attrib if name not in allowed and "}" not in name]
        faults += [
            fault for name, value in found.attrib.items() if name in allowed
            for fault in self._text(allowed[name].get("type"), value)
        ]  # fmt: skip
        return faults + self._sequence(definition, found)

    def _sequence(self, definition: ET.Element, found: ET.Element) -> list[str]:
        children, faults = [*found], list[str]()
        for declared in definition.iterfind(f"{XSD}sequence/{XSD}element"):
            most = declared.get("maxOccurs", "1")
            count = 0
            while children and children[0].tag == OURS + str(declared.get("name")):
                faults += self._element(declared, children.pop(0))
                count += 1
            if count < int(declared.get("minOccurs", "1")) or (most != "unbounded" and count > int(most)):
                faults.append(f"{count} times {declared.get('name')}")
        return faults + [f"{each.tag} out of order" for each in children]

    def _text(self, name: str | None, text: str) -> list[str]:
        definition = self.types.get(name)
        if definition is None:
            return [] if name != "xsd:boolean" or text in {"true", "false", "0", "1"} else [f"{text!r} as boolean"]
        rules = [each for restriction in definition.iterfind(f"{XSD}restriction") for each in restriction]
        values = [each.get("value") for each in rules if each.tag == f"{XSD}enumeration"]
        if values and text not in values:
            return [f"{text!r} as {name}"]
        for rule in rules:
            kind, bound = rule.tag.removeprefix(XSD), str(rule.get("value"))
            if not _keeps(kind, bound, text):
                return [f"{text!r} as {name}: {kind} {bound}"]
        return []


def _keeps(kind: str, bound: str, text: str) -> bool:
    if kind in {"maxLength", "minLength", "length"}:
        size = int(bound)
        return {"maxLength": len(text) <= size, "minLength": len(text) >= size, "length": len(text) == size}[kind]
    if kind in {"minExclusive", "maxExclusive"}:
        is_time = re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", text) is not None
        return is_time and (text > bound if kind == "minExclusive" else text < bound)
    if kind == "totalDigits":
        return re.fullmatch(r"\d\.?\d?", text) is not None
    return kind in {"enumeration", "fractionDigits"}


def _file(name: str) -> bytes:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the shared test data is not here: {name}")
    return path.read_bytes()


def _faults(document: bytes | str, schema: str = "codis_cmf32.xsd") -> list[str]:
    return Schema(ET.fromstring(_file(schema))).faults(ET.fromstring(document))  # noqa: S314 - shared and own files


def test_the_published_example_holds_and_the_real_files_do_not() -> None:
    assert _faults(_file("codis_cmf32_example.xml")) == []
    assert _faults(_file("Codis-Single-Profile.xml"))
    assert _faults(_file("Codis-Mix-Profile-With-BOM-Header.xml").removeprefix(b"\xef\xbb\xbf"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<HEADERVERSION>3.2</HEADERVERSION>", ""),
        ("3.2<", "10.25<"),
        ("<MESSAGETYPE>Import", "<MESSAGETYPE>Export"),
        ("IADCI0000", "IADCI000000"),
        ("2002-02-14T21:51:44", "2080-02-14T21:51:44"),
        ("2002-02-14T21:51:44", "yesterday"),
        ("Forensic, Unknown", "Forensic,Unknown"),
        ("<LOCUSNAME>CSF1PO", "<LOCUSNAME>SE33"),
        ("<LOCUSNAME>D13S317", "<LOCUSNAME>CSF1PO"),
        ('ALLELEREQUIRED="true"', 'ALLELEREQUIRED="yes"'),
        ('ALLELEREQUIRED="true"', 'REQUIRED="true"'),
        ("<ALLELEVALUE>10<", "<ALLELEVALUE>10.12345678<"),
    ],
)
def test_the_reading_of_the_schema_refuses_what_breaks_it(old: str, new: str) -> None:
    text = _file("codis_cmf32_example.xml").decode()
    assert old in text
    assert _faults(text.replace(old, new, 1))


DESIGNATIONS = st.lists(st.integers(20, 989).map(Allele), min_size=2, max_size=8).map(lambda each: tuple(sorted(each)))


@given(
    st.lists(
        st.tuples(
            st.text("ABCabc019#'\"/-<&>", min_size=1, max_size=24),
            st.sampled_from([*Kind]),
            st.dictionaries(st.sampled_from(sorted(LOCI_OF_32)), DESIGNATIONS, min_size=1),
            st.sampled_from(["", "X", "XY"]),
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda each: each[0],
    )
)
@settings(deadline=None, derandomize=True, max_examples=30)
def test_whatever_is_written_keeps_the_schema(rows: list[tuple[str, Kind, dict[str, tuple[Allele, ...]], str]]) -> None:
    profiles = [
        Profile(ref, kind, loci, sex, {name: seen[:1] for name, seen in loci.items()}) for ref, kind, loci, sex in rows
    ]
    text = "".join(write_codis(profiles, HEADER))
    assert _faults(text) == []
    assert _faults(text, "codis_cmf_2017_osiris.xsd") == []


def test_a_profile_with_every_locus_of_every_kit_keeps_the_schema() -> None:
    loci = {name: (Allele(100), Allele(112)) for name in LOCI_OF_32} | {"SE33": (Allele(180), Allele(262))}
    assert _faults("".join(write_codis([Profile("A", Kind.PERSON, loci, "XY")], HEADER))) == []
