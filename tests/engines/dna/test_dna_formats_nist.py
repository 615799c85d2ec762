"""ANSI/NIST-ITL type 18, tagged fields and XML: fields by the standard's numbers, and nothing of a donor."""

import io
from datetime import UTC, datetime

import pytest

from egnatia.engines.dna.alleles import Allele
from egnatia.engines.dna.formats.nist_itl import FS, GS, NistHeader, cannot_say, read_nist, write_nist
from egnatia.engines.dna.formats.nist_xml import read_nist_xml
from egnatia.engines.dna.formats.reading import Read, read_profiles
from egnatia.engines.dna.formats.types import Problem, RawProfile
from egnatia.engines.dna.types import Kind, Profile
from egnatia.errors import InputError

HEADER = NistHeader("ALDNA", "GBDNA", datetime(2026, 11, 22, 9, 30, tzinfo=UTC))
LOCI = {"vWA": (Allele(160), Allele(170)), "TH01": (Allele(93), Allele(93)), "FGA": (Allele(0), Allele(240))}
PROFILE = Profile("GB-17/0001", Kind.PERSON, LOCI, "XY")
FIRST = "1.001:30\x1d1.002:0501\x1c"


def _file(**fields: str) -> bytes:
    """A transaction with one record of type 18, of which some fields are given."""
    given = {"002": "01", "015": "1\x1f\x1fT-1", "016": "0\x1fFGA\x1f1\x1f1\x1f1\x1f20\x1f21.2"}
    given |= {name.removeprefix("f"): value for name, value in fields.items()}
    body = "\x1d".join(["18.001:99", *(f"18.{name}:{value}" for name, value in given.items())])
    return (FIRST + body + "\x1c").encode()


def _read(data: bytes, numbers: dict[int, str] | None = None) -> list[RawProfile | Problem]:
    return [*read_nist(io.BytesIO(data), numbers)]


def _one(data: bytes, numbers: dict[int, str] | None = None) -> RawProfile:
    (found,) = _read(data, numbers)
    assert isinstance(found, RawProfile)
    return found


def _again(data: bytes, kind: Kind | None = None) -> list[Profile]:
    found = [*read_profiles(io.BytesIO(data), kind)]
    return [each.profile for each in found if isinstance(each, Read)]


def test_every_record_says_its_own_length() -> None:
    data = b"".join(write_nist([PROFILE, Profile("ë-2", Kind.TRACE, LOCI)], HEADER))
    records = data.split(FS)
    assert records.pop() == b""
    for record in records:
        tag, _, length = record.partition(GS)[0].partition(b":")
        assert tag.endswith(b".001")
        assert int(length) == len(record) + len(FS)


def test_the_first_record_lists_the_others() -> None:
    data = b"".join(write_nist([PROFILE, Profile("B", Kind.TRACE, LOCI)], HEADER))
    fields = dict(each.split(b":", 1) for each in data.split(FS)[0].split(GS))
    assert fields[b"1.002"] == b"0501"
    assert fields[b"1.003"] == b"1\x1f2\x1e18\x1f01\x1e18\x1f02"
    assert fields[b"1.005"] == b"20261122"
    assert (fields[b"1.007"], fields[b"1.008"]) == (b"ALDNA", b"GBDNA")
    assert fields[b"1.009"] == b"GBDNA-20261122093000-1"


def test_fields_stand_under_the_standards_numbers() -> None:
    data = b"".join(write_nist([PROFILE], HEADER))
    fields = dict(each.split(b":", 1) for each in data.split(FS)[1].split(GS))
    assert [*fields] == [f"18.{number:03d}".encode() for number in (1, 2, 3, 4, 5, 15, 16, 200)]
    assert fields[b"18.015"] == b"0\x1f\x1fGB-17/0001"
    assert fields[b"18.016"].split(b"\x1e") == [
        b"0\x1fAMEL\x1f1\x1f1\x1f1\x1fX\x1fY",
        b"0\x1fvWA\x1f1\x1f1\x1f1\x1f16\x1f17",
        b"0\x1fTH01\x1f1\x1f1\x1f1\x1f9.3",
        b"0\x1fFGA\x1f1\x1f1\x1f0\x1f24",
    ]


def test_calls_have_at_most_four_characters() -> None:
    widest = Profile("W", Kind.TRACE, {"SE33": (Allele(982), Allele(989))})
    data = b"".join(write_nist([widest], HEADER))
    assert b"\x1f98.2\x1f98.9" in data


@pytest.mark.parametrize("kind", [each for each in Kind if each is not Kind.MIXTURE])
def test_what_is_written_is_read_again(kind: Kind) -> None:
    profile = Profile("A-1", kind, LOCI, "X")
    assert _again(b"".join(write_nist([profile], HEADER))) == [profile]


@pytest.mark.parametrize("count", [1, 99, 100, 250])
def test_as_many_transactions_as_it_takes(count: int) -> None:
    profiles = [Profile(f"P-{number}", Kind.TRACE, LOCI) for number in range(count)]
    data = b"".join(write_nist(profiles, HEADER))
    assert data.count(b"1.002:0501") == (count + 98) // 99
    assert _again(data) == profiles


def test_what_the_record_cannot_say() -> None:
    mixed = Profile("M", Kind.MIXTURE, {"FGA": (Allele(200), Allele(210), Allele(220))})
    assert cannot_say(mixed) == ("more than two alleles at FGA",)
    assert cannot_say(PROFILE) == ()
    for refused in (mixed, Profile("N", Kind.TRACE)):
        with pytest.raises(InputError, match="cannot be written"):
            b"".join(write_nist([refused], HEADER))
    with pytest.raises(InputError, match="one profile at least"):
        b"".join(write_nist([], HEADER))


@pytest.mark.parametrize(
    ("destination", "source"), [("", "A"), ("A", ""), ("A" * 11, "A"), ("A", "B\x1dC"), ("A\n", "B")]
)
def test_an_agency_that_would_break_the_record(destination: str, source: str) -> None:
    with pytest.raises(InputError, match="printable"):
        NistHeader(destination, source, HEADER.submitted)


@pytest.mark.parametrize(
    ("subfield", "row"),
    [
        ("0\x1fFGA\x1f1\x1f1\x1f1\x1f20\x1f21", ("FGA", ("20", "21"))),
        ("0\x1fFGA\x1f1\x1f1\x1f1\x1f20", ("FGA", ("20",))),
        ("0\x1fFGA\x1f1\x1f1\x1f0\x1f20", ("FGA", ("20", "*"))),
        ("0\x1fFGA\x1f1\x1f1\x1f1\x1f20\x1f21\x1f22\x1fBATCH-7\x1fE1", ("FGA", ("20", "21", "22"))),
        ("0\x1fFGA\x1f1\x1f1\x1f1\x1f20\x1f\x1f\x1fBATCH-7", ("FGA", ("20",))),
        ("1\x1fDXS8378\x1f1\x1f1\x1f1\x1f10", None),
        ("2\x1fDYS391\x1f1\x1f1\x1f1\x1f10", None),
        ("0\x1fFGA\x1f0\x1f1\x1f1", None),
        ("0\x1f14\x1f1\x1f1\x1f1\x1f20", None),
    ],
)
def test_one_locus(subfield: str, row: tuple[str, tuple[str, ...]] | None) -> None:
    assert _one(_file(f016=subfield)).rows == ((row,) if row else ())


def test_a_number_of_a_locus_is_read_by_a_table_and_never_guessed() -> None:
    data = _file(f016="0\x1f14\x1f1\x1f1\x1f1\x1f20\x1f21")
    assert _one(data).tolerated == ("locus number 14 is not known here, and was left out",)
    assert _one(data, {14: "FGA"}).rows == (("FGA", ("20", "21")),)
    written = b"".join(write_nist([PROFILE], HEADER, {1: "AMEL", 2: "vWA", 3: "THO1", 4: "FGA"}))
    assert b"0\x1f3\x1f1" in written
    assert b"TH01" not in written
    with pytest.raises(InputError, match="none for"):
        b"".join(write_nist([PROFILE], HEADER, {2: "vWA"}))


DONOR = {
    "f006": "0\x1fArta Example\x1f19770621\x1fF",
    "f007": "1",
    "f009": "PED-1\x1e\x1fExample family",
}


def test_of_a_donor_only_the_numbers_of_the_fields_are_told() -> None:
    found = _one(_file(**DONOR))
    assert found.stripped == ("18.006 SDI", "18.007 COPR", "18.009 PED")
    assert "xample" not in repr(found)
    assert _one(_file(f006="\x1f\x1f")).stripped == ()


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, Kind.TRACE),
        ({"f015": "0\x1f\x1fP-1"}, None),
        ({"f015": "0\x1f\x1fP-1", "f200": "victim"}, Kind.VICTIM),
        ({"f200": "remains"}, Kind.REMAINS),
    ],
)
def test_a_stain_is_a_trace_and_a_person_of_what_kind_the_sender_says(
    fields: dict[str, str], kind: Kind | None
) -> None:
    assert _one(_file(**fields)).kind is kind


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"f015": ""}, "names no profile"),
        ({"f015": "1\x1f\x1f"}, "names no profile"),
        ({"f200": "nobody"}, "is no kind"),
        ({"f016": "\x1e".join(["0\x1fFGA\x1f1\x1f1\x1f1\x1f20"] * 200)}, "more than 128 loci"),
    ],
)
def test_a_record_that_cannot_be_read_is_a_problem(fields: dict[str, str], said: str) -> None:
    (problem,) = _read(_file(**fields))
    assert isinstance(problem, Problem)
    assert said in problem.text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (_file()[:-1], "cut off"),
        (_file() + b"18.001:9\x1d18.002:0", "cut off"),
        (b"18.001:5\x1dnothing\x1c", "no tagged field"),
        (b"1.001:5\x1c\x1c", "no tagged field"),
        (_file(f200="x").replace(b"200:x", b"200:\xff"), "no UTF-8"),
        (b"1.001:9\x1d1.002:" + b"x" * 2_000_000, "longer than"),
    ],
)
def test_a_file_that_cannot_be_told_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        _read(data)


def test_other_records_are_passed_over() -> None:
    assert _one(FIRST.encode() + b"2.001:9\x1d2.002:0\x1d2.018:Example, Arta\x1c" + _file()).ref == "T-1"


def _strprofile(locus: str, *calls: str, precise: str = "true", category: str = "0") -> str:
    alleles = "".join(
        f"<DNAAlleleCall{place}Text>{each}</DNAAlleleCall{place}Text>" for place, each in enumerate(calls, 1)
    )
    return (
        f"<biom:DNASTRProfile><DNASTRProfileCategoryCode>{category}</DNASTRProfileCategoryCode>{locus}"
        "<DNAAlleleIndicator>true</DNAAlleleIndicator><DNALocusAnalysisIndicator>true</DNALocusAnalysisIndicator>"
        f"<DNAPreciseCallIndicator>{precise}</DNAPreciseCallIndicator>{alleles}</biom:DNASTRProfile>"
    )


OLD = "<DNALocusIdentification><nc:IdentificationID>FGA</nc:IdentificationID></DNALocusIdentification>"
NEW = "<DNALocusReferenceID>14</DNALocusReferenceID>"
NAMED = "<DNAProfileIdentification><IdentificationID>T-1</IdentificationID></DNAProfileIdentification>"


def _package(*loci: str, named: str = NAMED, donor: str = "", category: str = "1") -> bytes:
    return (
        f"<itl:NISTBiometricInformationExchangePackage><itl:PackageDNARecord><DNASample>{donor}<DNAProfile>"
        f"<DNAProfileCategoryCode>{category}</DNAProfileCategoryCode>{named}</DNAProfile>{''.join(loci)}</DNASample>"
        "</itl:PackageDNARecord></itl:NISTBiometricInformationExchangePackage>"
    ).encode()


def _xml(data: bytes, numbers: dict[int, str] | None = None) -> RawProfile | Problem:
    (found,) = read_nist_xml(io.BytesIO(data), numbers)
    return found


@pytest.mark.parametrize(
    ("locus", "numbers", "rows"),
    [
        (_strprofile(OLD, "20", "21"), {}, (("FGA", ("20", "21")),)),
        (_strprofile(OLD, "20", precise="false"), {}, (("FGA", ("20", "*")),)),
        (_strprofile(NEW, "20", "21", "22"), {14: "FGA"}, (("FGA", ("20", "21", "22")),)),
        (_strprofile(NEW, "20"), {}, ()),
        (_strprofile(OLD, "20", category="2"), {}, ()),
    ],
)
def test_the_xml_encoding_in_old_words_and_in_new(
    locus: str, numbers: dict[int, str], rows: tuple[tuple[str, tuple[str, ...]], ...]
) -> None:
    found = _xml(_package(locus), numbers)
    assert isinstance(found, RawProfile)
    assert (found.ref, found.kind, found.rows) == ("T-1", Kind.TRACE, rows)


def test_the_xml_encoding_of_a_donor_is_not_read() -> None:
    donor = f"<DNADonor><PersonName>Arta Example</PersonName>{NAMED.replace('T-1', 'X-9')}</DNADonor>"
    found = _xml(_package(_strprofile(OLD, "20"), donor=donor))
    assert isinstance(found, RawProfile)
    assert found.stripped == ("DNADonor",)
    assert found.ref == "T-1"
    assert "Arta" not in repr(found)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (_package(_strprofile(OLD, "20"), named=""), "names no profile"),
        (_package(*[_strprofile(OLD, "20")] * 200), "more than 128 loci"),
    ],
)
def test_an_xml_record_that_cannot_be_read_is_a_problem(data: bytes, said: str) -> None:
    problem = _xml(data)
    assert isinstance(problem, Problem)
    assert said in problem.text


def test_the_door_knows_all_three_by_how_they_begin() -> None:
    assert [each.ref for each in _again(_file())] == ["T-1"]
    assert [each.ref for each in _again(_package(_strprofile(OLD, "20")))] == ["T-1"]
    (problem,) = read_profiles(io.BytesIO(_package(_strprofile(OLD, "20"), category="0")), None)
    assert isinstance(problem, Problem)
    assert "what the profile is of" in problem.text
