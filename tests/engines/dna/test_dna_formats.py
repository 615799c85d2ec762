"""Formats: real files, what is written is read again, and files that were made to do harm."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.dna.alleles import Allele
from egnatia.engines.dna.formats.codis import CATEGORIES, LOCI_OF_32, CodisHeader, write_codis
from egnatia.engines.dna.formats.reading import Read, read_file, read_profiles
from egnatia.engines.dna.formats.types import Problem
from egnatia.engines.dna.normalise import LocusRemark
from egnatia.engines.dna.types import Kind, Profile
from egnatia.errors import InputError

SHARED = Path(__file__).parents[4] / "shared" / "data" / "dna"
HEADER = CodisHeader("GBDNA0000", "ALDNA0000", "examiner-1", datetime(2025, 5, 15, 3, tzinfo=UTC))


def _file(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the shared test data is not here: {name}")
    return path


def _all(data: bytes | Path, kind: Kind | None = Kind.TRACE) -> list[Read | Problem]:
    return [*read_file(data, kind)] if isinstance(data, Path) else [*read_profiles(io.BytesIO(data), kind)]


def _reads(data: bytes | Path, kind: Kind | None = Kind.TRACE) -> list[Read]:
    found = _all(data, kind)
    assert not [each for each in found if isinstance(each, Problem)]
    return [each for each in found if isinstance(each, Read)]


@pytest.mark.parametrize(
    ("name", "profiles", "loci", "kind"),
    [
        ("formats/codis_cmf32_example.xml", 2, {13, 15}, Kind.TRACE),
        ("formats/Codis-Mix-Profile-With-BOM-Header.xml", 1, {15}, Kind.MIXTURE),
        ("formats/Codis-Single-Profile.xml", 1, {15}, Kind.TRACE),
        ("formats/GeneMapperExample.txt", 4, {15}, Kind.MIXTURE),
        ("formats/GeneMapperExampleBrokenHeader.txt", 4, {15}, Kind.MIXTURE),
        ("formats/GeneMapperExampleWithHeights.txt", 4, {15}, Kind.TRACE),
        ("formats/GeneMapperExampleWithHeightsAndOL.txt", 1, {15}, Kind.MIXTURE),
        ("efm/databaseESX17.txt", 77, {16}, Kind.TRACE),
        ("efm/refs.csv", 2, {16}, Kind.TRACE),
        ("efm/refs_noAMEL.csv", 2, {16}, Kind.TRACE),
        ("efm/stain.txt", 1, {16}, Kind.MIXTURE),
        ("nist1036_genotypes.csv", 1036, {28, 29}, Kind.TRACE),
    ],
)
def test_real_files(name: str, profiles: int, loci: set[int], kind: Kind) -> None:
    found = _reads(_file(name))
    assert len(found) == profiles
    assert {len(each.profile.loci) for each in found} <= loci
    assert found[0].profile.kind is kind


def test_heights_are_no_alleles() -> None:
    (stain,) = _reads(_file("efm/stain.txt"))
    assert stain.profile.loci["TH01"] == (60, 70, 93)
    assert stain.profile.loci["D21S11"] == (270, 290)
    wide = _reads(_file("formats/GeneMapperExampleWithHeightsAndOL.txt"))[0].profile
    assert wide.loci["D10S1248"] == (120, 130, 140, 150, 160)
    assert wide.loci["vWA"] == (0, 170)


def test_the_reference_file_reads_as_written() -> None:
    first, second = (each.profile for each in _reads(_file("efm/refs.csv"), Kind.PERSON))
    assert (first.ref, first.kind, first.amelogenin) == ("P1", Kind.PERSON, "XY")
    assert first.loci["TH01"] == (93, 93)
    assert first.loci["D3S1358"] == (150, 160)
    assert second.ref == "P2"


def test_codis_files_that_break_the_schema_are_read_and_said_to() -> None:
    (broken,) = _reads(_file("formats/broken-locus.xml"))
    assert broken.tolerated == ("a locus has no name and was left out",)
    assert _all(_file("formats/no-profiles.xml")) == []
    with pytest.raises(InputError, match="begins with 'rootnode'"):
        _all(_file("formats/not-a-codis-file.xml"))


def _profile(ref: str = "UK-17/0001", kind: Kind = Kind.PERSON) -> Profile:
    loci = {"vWA": (160, 170), "TH01": (93, 93), "FGA": (212, 240), "D1S1656": (153, 163)}
    return Profile(ref, kind, {name: tuple(map(Allele, seen)) for name, seen in loci.items()}, "XY")


def test_codis_is_written_and_read_again() -> None:
    profiles = [_profile(), _profile("T<&>'\"-2", Kind.TRACE)]
    text = "".join(write_codis(profiles, HEADER))
    again = _reads(text.encode(), None)
    for one, other in zip(profiles, again, strict=True):
        kept = {name: seen for name, seen in one.loci.items() if name in LOCI_OF_32}
        assert (other.profile.ref, other.profile.kind, other.profile.amelogenin) == (one.ref, one.kind, "XY")
        assert other.profile.loci == kept
        assert other.tolerated == ()


@given(
    st.dictionaries(
        st.sampled_from(sorted(LOCI_OF_32)),
        st.tuples(st.integers(20, 989), st.integers(20, 989)).map(lambda pair: tuple(map(Allele, sorted(pair)))),
        min_size=1,
    ),
    st.sampled_from([Kind.PERSON, Kind.TRACE, Kind.VICTIM, Kind.ELIMINATION, Kind.REMAINS, Kind.MISSING]),
)
@settings(deadline=None, derandomize=True, max_examples=50)
def test_every_profile_that_cmf_can_say_comes_back(loci: dict[str, tuple[Allele, ...]], kind: Kind) -> None:
    (again,) = _reads("".join(write_codis([Profile("P-1", kind, loci)], HEADER)).encode(), None)
    assert again.profile == Profile("P-1", kind, loci)


@pytest.mark.parametrize(
    ("profiles", "said"),
    [
        ([], "one specimen at least"),
        ([_profile(), _profile()], "stands twice"),
        ([_profile("x" * 25)], "more than 24"),
        ([Profile("P", Kind.TRACE, {"SE33": (Allele(180), Allele(200))})], "no locus that CMF 3.2 can say"),
    ],
)
def test_what_cmf_cannot_say_is_not_written(profiles: list[Profile], said: str) -> None:
    with pytest.raises(InputError, match=said):
        "".join(write_codis(profiles, HEADER))


@pytest.mark.parametrize("values", [("", "A", "u"), ("A" * 11, "A", "u"), ("A", "A", ""), ("A", "A", "u" * 21)])
def test_a_header_that_the_schema_refuses(values: tuple[str, str, str]) -> None:
    with pytest.raises(InputError, match="characters long"):
        CodisHeader(*values, HEADER.submitted)
    with pytest.raises(InputError, match="calendar"):
        CodisHeader("A", "B", "u", datetime(2079, 6, 6, tzinfo=UTC))


def test_categories_that_need_protection_are_never_searched() -> None:
    for name in ("Juvenile", "Volunteer", "Staff", "Elimination, Known", "Population", "Proficiency", "Other"):
        assert CATEGORIES[name] is Kind.ELIMINATION
    for name in ("Victim, Known", "Deduced Victim Known"):
        assert CATEGORIES[name] is Kind.VICTIM
    assert {CATEGORIES[each] for each in CATEGORIES if "Biological" in each} == {Kind.RELATIVE}


START = '<CODISImportFile xmlns="urn:CODISImportFile-schema">'
LOCUS = "<LOCUS><LOCUSNAME>FGA</LOCUSNAME><ALLELE><ALLELEVALUE>20</ALLELEVALUE></ALLELE></LOCUS>"


def _specimen(inside: str, ref: str = "S-1", category: str = "Forensic, Unknown") -> str:
    return f"<SPECIMEN><SPECIMENID>{ref}</SPECIMENID><SPECIMENCATEGORY>{category}</SPECIMENCATEGORY>{inside}</SPECIMEN>"


@pytest.mark.parametrize(
    ("specimen", "said"),
    [
        (_specimen(LOCUS, ref=""), "no SPECIMENID"),
        (_specimen(LOCUS, category="Suspect"), "no specimen category"),
        (_specimen(LOCUS, category=""), "no specimen category"),
        (_specimen(LOCUS, ref="x" * 60), "1 to 40"),
    ],
)
def test_a_specimen_that_cannot_be_read_is_named_and_the_next_one_read(specimen: str, said: str) -> None:
    found = _all(f"{START}{specimen}{_specimen(LOCUS, ref='S-2')}</CODISImportFile>".encode())
    assert isinstance(found[0], Problem)
    assert said in found[0].text
    assert isinstance(found[1], Read)
    assert found[1].profile.loci == {"FGA": (200, 200)}


def test_tolerances_are_listed() -> None:
    many = "".join(f"<ALLELE><ALLELEVALUE>{each}</ALLELEVALUE></ALLELE>" for each in range(10, 20))
    inside = LOCUS + LOCUS + f"<LOCUS><LOCUSNAME>vWA</LOCUSNAME>{many}</LOCUS>"
    (read,) = _reads(f"{START}{_specimen(inside, ref='x' * 30)}</CODISImportFile>".encode())
    assert read.tolerated == (
        "FGA stands twice",
        "vWA has 10 alleles, 8 are allowed",
        "SPECIMENID has 30 characters, 24 are allowed",
    )


BOMB = '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "data",
    [
        f"{BOMB}{START}{_specimen(LOCUS, ref='&b;')}</CODISImportFile>",
        f'<!DOCTYPE x SYSTEM "file:///etc/passwd">{START}</CODISImportFile>',
        f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>{START}&e;</CODISImportFile>',
        f"{START}{'<A>' * 40}",
        f"{START}<SPECIMENID>{'x' * 5000}</SPECIMENID></CODISImportFile>",
        f"{START}{_specimen(LOCUS)}",
        f"{START}<SPECIMEN></CODISImportFile>",
        f"{START}&undefined;</CODISImportFile>",
        "<",
        '<?xml version="1.0" encoding="nonsense"?><CODISImportFile/>',
        START[:-1] + "".join(f" a{number}='1'" for number in range(40)) + "></CODISImportFile>",
    ],
)
def test_hostile_xml_is_refused(data: str) -> None:
    with pytest.raises(InputError):
        _all(data.encode())


def test_utf_16_is_read_as_what_it_says() -> None:
    text = f'<?xml version="1.0" encoding="UTF-16"?>{START}{_specimen(LOCUS)}</CODISImportFile>'
    with pytest.raises(InputError):
        _all(text.encode("utf-16"))  # a table by its first bytes; what is no UTF-8 is no honest export


LONG = "Sample Name\tMarker\tAllele 1\tAllele 2\tHeight 1\n"


@pytest.mark.parametrize(
    ("text", "loci"),
    [
        (LONG + "P\tFGA\t20\t21\t900\nP\tTH01\t6\t9.3\t100\n", {"TH01": (60, 93), "FGA": (200, 210)}),
        ("SampleName;Marker;Allele1;Allele2\r\nP;FGA;20;21\r\n", {"FGA": (200, 210)}),
        ("\ufeffSampleName,Marker,Allele1,Allele2\nP,FGA,20,\n", {"FGA": (200, 200)}),
        ("specimenId,FGA_1,FGA_2,TH01_1,TH01_2\nP,20,21,NULL,NULL\n", {"FGA": (200, 210)}),
        ("ref,kind,FGA,TH01\nP,trace,20/21,6\n", {"TH01": (60, 60), "FGA": (200, 210)}),
        ('"Sample.Name","Marker","Allele.1","Allele.2"\n"P","FGA","20","21"\n', {"FGA": (200, 210)}),
    ],
)
def test_tables_of_every_shape(text: str, loci: dict[str, tuple[int, int]]) -> None:
    (read,) = _reads(text.encode())
    assert (read.profile.ref, read.profile.loci) == ("P", loci)


@pytest.mark.parametrize(
    ("header", "cells", "named"),
    [
        ("FGA_1,FGA_2,DYS391_1,DYS391_2", "20,21,10,", ["DYS391"]),
        ("FGA_1,FGA_2,DYS391_1,DYS391_2", "20,21,,", []),
        ("FGA,FGB,THX1", "20/21,7,8", ["FGB", "THX1"]),
        ("FGA,Height,DYS391,Height,Y indel", "20/21,900,10,400,1", ["DYS391", "Y indel"]),
        ("FGA,Surname of the person", "20/21,Çela", ["Surname of the pe"[:16]]),
        ("FGA,Height 1,Size_2,Sample File,Run Name,Population,Comment,,Date", "20/21,1,2,a,b,c,d,e,f", []),
        ("FGA,Remark,Remark", "20/21,,x", ["Remark"]),
    ],
)
def test_a_column_that_is_no_locus_is_named_where_something_stands_in_it(
    header: str, cells: str, named: list[str]
) -> None:
    (read,) = _reads(f"Sample Name,{header}\nP,{cells}\n".encode())
    assert read.profile.loci == {"FGA": (200, 210)}
    assert [each.locus for each in read.remarks if each.what is LocusRemark.UNKNOWN_LOCUS] == named
    assert all("Çela" not in each.value for each in read.remarks)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no column names the sample"),
        ("a,b,c\n1,2,3\n", "no column names the sample"),
        ("Sample Name,FGB\nP,1\n", "no column is called like a locus"),
        ("Sample Name,Marker,Value\nP,FGA,1\n", "no column is called `Allele 1`"),
        ("Sample Name," + "FGA," * 600 + "\n", "more than 512 columns"),
        ("x" * 70_000, "a line is longer"),
        (LONG + "P\tFGA\t" + "9" * 70_000 + "\n", "a line is longer"),
    ],
)
def test_a_table_that_cannot_be_told_is_refused(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        _all(text.encode())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LONG + "P\tFGA\t20\t21\nQ\tFGA\t20\t21\nP\tTH01\t6\t7\n", "do not follow one another"),
        (LONG + "\tFGA\t20\t21\n", "the sample has no name"),
        ("Sample Name,FGA\n,20\n", "the sample has no name"),
        ("ref,kind,FGA\nP,nobody,20\n", "is no kind"),
        ("ref,kind,FGA\nP,,20\n", "is no kind"),
        (LONG + "".join(f"P\tFGA\t{each % 50 + 2}\t3\n" for each in range(140)), "128 lines or more"),
        ("ref,FGA\n" + "x" * 50 + ",20\n", "1 to 40"),
    ],
)
def test_a_line_that_cannot_be_read_is_a_problem_with_its_place(text: str, said: str) -> None:
    problems = [each for each in _all(text.encode()) if isinstance(each, Problem)]
    assert len(problems) == 1
    assert said in problems[0].text
    assert "line" in problems[0].where


def test_a_profile_of_no_known_kind_is_a_problem_unless_somebody_says() -> None:
    (problem,) = _all(b"ref,FGA\nP,20\n", None)
    assert isinstance(problem, Problem)
    assert "what the profile is of" in problem.text


@given(st.binary(max_size=400))
@settings(deadline=None, derandomize=True, max_examples=200)
def test_noise_is_read_or_refused_and_nothing_else(noise: bytes) -> None:
    for data in (noise, LONG.encode() + noise, START.encode() + noise, b"ref,kind,FGA\n" + noise):
        try:
            found = _all(data)
        except InputError:
            continue
        assert all(isinstance(each, Read | Problem) for each in found)
