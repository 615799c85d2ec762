"""What strangers send: bombs, entities, other encodings, endless lines, a million loci. Refused or named, and never half read.

Each reader is held to it. `bench/dna/hostile.py` spoils real files by the ten thousand; a few of them are read here.
"""

import io
import random
import tracemalloc
from collections import Counter
from collections.abc import Iterator

import pytest
from bench.dna.formats import SENDING, simulated
from bench.dna.hostile import FAMILIES, changed_in_silence, family, outcome, spoiled, xml_18

from egnatia.engines.dna.alleles import Allele
from egnatia.engines.dna.formats.names import Format
from egnatia.engines.dna.formats.reading import Read, read_profiles
from egnatia.engines.dna.formats.types import Problem, RawProfile
from egnatia.engines.dna.formats.writing import write_profiles
from egnatia.engines.dna.normalise import LocusRemark, Remark
from egnatia.engines.dna.types import Kind, Profile, write_designation
from egnatia.errors import InputError

ROOTS = ("CODISImportFile", "DNADataTransaction", "NISTBiometricInformationExchangePackage")
LONG = "x" * 60_000


def _files() -> dict[str, bytes]:
    """Three persons in every format, and type 18 in XML."""
    profiles = [Profile(each.ref, each.kind, dict([*each.loci.items()][:6])) for each in simulated(3)]
    return {each.value: b"".join(write_profiles(profiles, each, SENDING)) for each in Format} | {"xml-18": xml_18()}


FILES = _files()
XML = [name for name, data in FILES.items() if data.lstrip().startswith(b"<")]
TEXT = [name for name in FILES if name not in XML and name != "nist"]


def _read(data: bytes, kind: Kind | None = Kind.TRACE) -> list[Read | Problem]:
    return [*read_profiles(io.BytesIO(data), kind)]


def _refusal(data: bytes) -> str:
    with pytest.raises(InputError) as caught:
        _read(data)
    return caught.value.message


def _loci(found: list[Read | Problem]) -> list[dict[str, str]]:
    return [
        {name: write_designation(seen) for name, seen in each.profile.loci.items()}
        for each in found
        if isinstance(each, Read)
    ]


DECLARED = {
    "laughs": '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
    "file": '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    "address": '<!DOCTYPE a [<!ENTITY a PUBLIC "x" "http://127.0.0.1:1/x">]>',
    "parameter": '<!DOCTYPE a [<!ENTITY % a SYSTEM "http://127.0.0.1:1/x.dtd"> %a;]>',
    "elsewhere": '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd">',
}


@pytest.mark.parametrize("declared", DECLARED)
@pytest.mark.parametrize("name", XML)
def test_nothing_is_declared_and_nothing_fetched(name: str, declared: str) -> None:
    """In front of the root, where the quick readers look as well, and behind a whole record, where they have begun."""
    data = FILES[name]
    place = data.index(b"<", 2) if data.startswith(b"<?") else 0
    assert "document type" in _refusal(data[:place] + DECLARED[declared].encode() + data[place:])
    behind = data.rfind(b"<", 0, len(data) - 20)
    assert _refusal(data[:behind] + DECLARED[declared].encode() + data[behind:])


@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize(
    "inside",
    [
        "<a>" * 10_000,
        "<a " + " ".join(f'b{number}=""' for number in range(1000)) + "/>",
        "".join(f"<n{number}/>" for number in range(5000)),
        "<!--" + "x" * 400_000,
        f"<{'a' * 400_000}/>",
        "<?x " + "y" * 400_000,
    ],
    ids=["depth", "attributes", "names", "comment", "name", "instruction"],
)
def test_nothing_is_deeper_or_longer_in_one_place_than_any_honest_file(root: str, inside: str) -> None:
    assert _refusal(f"<{root}>{inside}</{root}>".encode())


def test_a_mark_of_utf_8_in_front_changes_nothing() -> None:
    for name, data in FILES.items():
        if name != "nist":
            assert _loci(_read(b"\xef\xbb\xbf" + data)) == _loci(_read(data)), name


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "utf-7", "cp500"])
@pytest.mark.parametrize("name", FILES)
def test_other_encodings_are_refused_or_read_alike(name: str, encoding: str) -> None:
    """A parser that guesses one, and cuts bytes by another, would find alleles that nobody wrote."""
    data = FILES[name]
    try:
        found = _read(data.decode().encode(encoding))
    except InputError:
        return
    assert _loci(found) in ([], _loci(_read(data)))


@pytest.mark.parametrize("name", TEXT)
@pytest.mark.parametrize("byte", [b"\xe7", b"\xff", b"\xc0\xaf", b"\xed\xa0\x80"])
def test_bytes_that_are_no_utf_8_are_refused_with_their_line(name: str, byte: bytes) -> None:
    lines = FILES[name].split(b"\n")
    lines[2] = byte + lines[2]
    assert "line 3 is no UTF-8" in _refusal(b"\n".join(lines))


@pytest.mark.parametrize("name", FILES)
def test_zero_bytes_are_refused_wherever_they_stand(name: str) -> None:
    data = FILES[name]
    for place in {0, 1, len(data) // 3, len(data) // 2, len(data) - 2}:
        try:
            found = _read(data[:place] + b"\0" + data[place:])
        except InputError:
            continue
        assert name == "nist"
        assert all(not changed for changed in _changed(found, data))


def _changed(found: list[Read | Problem], data: bytes) -> Iterator[bool]:
    """Whether any locus says other alleles than the file without the zero byte, in silence."""
    sound = {each.profile.ref: each.profile for each in _read(data) if isinstance(each, Read)}
    for each in found:
        if isinstance(each, Read) and each.profile.ref in sound:
            named = {remark.locus for remark in each.remarks}
            theirs = sound[each.profile.ref].loci
            yield any(theirs.get(name) != seen for name, seen in each.profile.loci.items() if name not in named)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("what", ["P-1", "TH01", "9.3", "vWA"])
def test_texts_of_sixty_thousand_characters_are_refused_or_named(name: str, what: str) -> None:
    data = FILES[name].replace(what.encode(), LONG.encode())
    try:
        found = _read(data)
    except InputError:
        return
    said = [each.text for each in found if isinstance(each, Problem)]
    said += [remark.value + remark.locus for each in found if isinstance(each, Read) for remark in each.remarks]
    if data != FILES[name] and name in TEXT and data.startswith((b"ref", b"Sample Name\tv", b"Sample Name\tx")):
        assert said or not any(what in loci for loci in _loci(found))  # a column that is none of a locus is passed over
    elif data != FILES[name]:
        assert said
    assert all(len(text) < 61_000 for text in said)
    assert not any(LONG[:41] in each.profile.ref for each in found if isinstance(each, Read))


TWICE = {
    "wide": "ref,{one},{two}\nA,{first},{second}\n",
    "long": "SampleName,Marker,Allele1,Allele2\nA,{one},{first}\nA,{two},{second}\n",
    "codis": "<CODISImportFile><SPECIMEN><SPECIMENID>A</SPECIMENID><SPECIMENCATEGORY>Arrestee</SPECIMENCATEGORY>"
    "<LOCUS><LOCUSNAME>{one}</LOCUSNAME>{first}</LOCUS><LOCUS><LOCUSNAME>{two}</LOCUSNAME>{second}</LOCUS></SPECIMEN>"
    "</CODISImportFile>",
    "niem": "<DNADataTransaction><DNARecord><DNACategoryCode>Suspect</DNACategoryCode><DNADataIdentification>"
    "<IdentificationID>A</IdentificationID></DNADataIdentification><DNALocus><DNALocusName>{one}</DNALocusName>{first}"
    "</DNALocus><DNALocus><DNALocusName>{two}</DNALocusName>{second}</DNALocus></DNARecord></DNADataTransaction>",
    "nist": "1.001:9\x1d1.002:0501\x1c18.001:9\x1d18.015:0\x1f\x1fA\x1d18.016:0\x1f{one}\x1f1\x1f1\x1f1\x1f{first}"
    "\x1e0\x1f{two}\x1f1\x1f1\x1f1\x1f{second}\x1c",
}
_ONE = {
    "wide": "/".join,
    "long": ",".join,
    "codis": lambda values: "".join(f"<ALLELE><ALLELEVALUE>{each}</ALLELEVALUE></ALLELE>" for each in values),
    "niem": lambda values: "".join(f"<DNAAllele><DNAAlleleCall1Text>{each}</DNAAlleleCall1Text></DNAAllele>" for each in values),
    "nist": "\x1f".join,
}  # fmt: skip


@pytest.mark.parametrize("form", TWICE)
@pytest.mark.parametrize(("one", "two"), [("TH01", "TH01"), ("TH01", "THO1"), ("th01", "TH-01")])
def test_a_locus_that_stands_twice_is_said_to_and_left_out_when_it_differs(form: str, one: str, two: str) -> None:
    def read(first: tuple[str, str], second: tuple[str, str]) -> Read:
        made = TWICE[form].format(one=one, two=two, first=_ONE[form](first), second=_ONE[form](second))
        (found,) = _read(made.encode())
        assert isinstance(found, Read)
        return found

    same = read(("6", "9.3"), ("9.3", "6"))
    assert _loci([same]) == [{"TH01": "6,9.3"}]
    other = read(("6", "9.3"), ("7", "9.3"))
    assert other.remarks
    seen = other.profile.loci.get("TH01", ())
    assert not seen or 0 in seen  # left out, or three alleles of one column twice, of which one stays
    if one.lower() != two.lower() or form != "wide":
        assert [each.what for each in other.remarks] == [LocusRemark.DISAGREES]


def test_a_column_of_the_sample_or_the_locus_that_stands_twice() -> None:
    """The first counts; what the second says is no other sample."""
    (found,) = _read(b"Sample,Sample,TH01\nA,B,6/9.3\n")
    assert isinstance(found, Read)
    assert found.profile.ref == "A"
    (found,) = _read(b"Sample,Marker,Marker,Allele1,Allele2\nA,TH01,FGA,6,9.3\n")
    assert isinstance(found, Read)
    assert _loci([found]) == [{"TH01": "6,9.3"}]


def _with_loci(form: str, count: int) -> bytes:
    """One profile with so many loci."""
    before, one, behind = {
        "long": ("SampleName,Marker,Allele1,Allele2\n", "A,TH01,6,9.3\n", "B,FGA,20,21\n"),
        "codis": (
            "<CODISImportFile><SPECIMEN><SPECIMENID>A</SPECIMENID><SPECIMENCATEGORY>Arrestee</SPECIMENCATEGORY>",
            "<LOCUS><LOCUSNAME>TH01</LOCUSNAME></LOCUS>",
            "</SPECIMEN></CODISImportFile>",
        ),
        "niem": (
            "<DNADataTransaction><DNARecord><DNACategoryCode>Suspect</DNACategoryCode><DNADataIdentification>",
            "<DNALocus><DNALocusName>TH01</DNALocusName></DNALocus>",
            "<IdentificationID>A</IdentificationID></DNADataIdentification></DNARecord></DNADataTransaction>",
        ),
        "nist": ("1.001:9\x1d1.002:0501\x1c18.001:9\x1d18.015:0\x1f\x1fA\x1d18.016:", "0\x1fTH01\x1f1\x1f1\x1f1\x1f6\x1e", "\x1c"),
        "wide": ("ref" + ",TH01_1" * 2000 + "\n", "A" + ",6" * 10 + "\n", ""),
    }[form]  # fmt: skip
    return (before + one * count + behind).encode()


@pytest.mark.parametrize("form", ["long", "codis", "niem", "nist", "wide"])
def test_thirty_thousand_loci_in_a_profile_are_refused_or_cut_and_cost_little(form: str) -> None:
    """More than a reader takes in one piece (1 MB), so what a million costs is what these cost."""
    data = _with_loci(form, 30_000)
    stream = io.BytesIO(data)
    tracemalloc.start()
    try:
        found: list[Read | Problem] = []
        try:
            found = [*read_profiles(stream, Kind.TRACE)]
        except InputError as error:
            assert len(error.message) < 200  # noqa: PT017 - refused is as good as named
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 24_000_000
    for each in found:
        if isinstance(each, Read) and each.profile.ref == "A":
            assert len(each.profile.loci) <= 1
            assert len(each.remarks) + len(each.tolerated) <= 200


def test_the_check_of_silent_changes_sees_them() -> None:
    raw = RawProfile("A", None, (("TH01", ("6", "9,3")), ("FGA", ("OL",))), "")
    sound = Remark("TH01", LocusRemark.NOT_A_REPEAT, "9,3"), Remark("FGA", LocusRemark.NOT_A_REPEAT, "OL")
    right = Profile("A", Kind.TRACE, {"TH01": (Allele(60), Allele(93))})
    assert changed_in_silence(raw, right, sound) == []
    assert changed_in_silence(raw, right, sound[:1]) == ["FGA 'OL' without a remark"]
    wrong = Profile("A", Kind.TRACE, {"TH01": (Allele(60), Allele(90))})
    assert changed_in_silence(raw, wrong, sound) == [
        "TH01 '9,3' is not in the profile",
        "TH01 has an allele that nobody wrote",
    ]
    assert changed_in_silence(raw, Profile("A", Kind.TRACE, {}), sound)


@pytest.mark.parametrize("kind", FAMILIES)
def test_files_that_were_spoiled_are_read_refused_or_named(kind: str) -> None:
    files = [data for data in FILES.values() if family(data) == kind]
    assert files
    rng, loci, counted = random.Random(kind), Counter[str](), Counter[str]()
    for _ in range(250):
        counted[outcome(spoiled(rng.choice(files), rng), loci)] += 1
    assert {*counted} <= {"read", "refused", "with a problem"}
    assert counted["read"] > 20
    assert loci["loci"] > 100
