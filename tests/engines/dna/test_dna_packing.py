"""Files packed by the block hold what files packed profile by profile hold, and say the same of what went wrong."""

import io
import random
import tracemalloc
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from bench.dna.formats import SENDING, mutated, seeds, simulated
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.dna.columns import Codes, Columns, Packer, pack, unpack
from egnatia.engines.dna.formats import niem, packing
from egnatia.engines.dna.formats.names import Format
from egnatia.engines.dna.formats.niem_blocks import PASSED_WORDS, read_niem
from egnatia.engines.dna.formats.packing import BLOCK, pack_file
from egnatia.engines.dna.formats.reading import Read, read_profiles
from egnatia.engines.dna.formats.types import Problem, RawProfile
from egnatia.engines.dna.formats.writing import write_profiles
from egnatia.engines.dna.loci import LOCI
from egnatia.engines.dna.normalise import profile_of
from egnatia.engines.dna.types import Kind, Profile
from egnatia.errors import InputError
from egnatia.xml_events import elements

SHARED = Path(__file__).parents[4] / "shared" / "data" / "dna"


class Came(NamedTuple):
    """What a file came to: the profiles of the columns, the books, what was counted, the problems, and how it ended."""

    profiles: list[Profile]
    books: list[frozenset[object]]
    counts: tuple[int, ...]
    problems: list[Problem]
    refused: str


def _came(columns: Columns, counts: list[int], problems: list[Problem], refused: str) -> Came:
    return Came([*unpack(columns)], [frozenset(each) for each in columns.books], tuple(counts), problems, refused)


def _one_by_one(data: bytes, kind: Kind | None) -> Came:
    packer, counts, problems, refused = Packer(), [0] * 5, list[Problem](), ""
    try:
        for each in read_profiles(io.BytesIO(data), kind):
            if isinstance(each, Problem):
                problems.append(each)
                continue
            packer.add(each.profile)
            more = (1, len(each.remarks), len(each.tolerated), bool(each.stripped), bool(each.profile.required))
            counts = [one + other for one, other in zip(counts, more, strict=True)]
    except InputError as error:
        refused = str(error)
    return _came(packer.columns(), counts, problems, refused)


def _by_the_block(data: bytes, kind: Kind | None) -> Came:
    packer, counts, problems, refused = Packer(), [0] * 5, list[Problem](), ""
    try:
        for each in pack_file(io.BytesIO(data), kind, packer):
            problems += each.problems
            more = (each.profiles, each.remarks, each.tolerated, each.stripped, each.obligatory)
            counts = [one + other for one, other in zip(counts, more, strict=True)]
    except InputError as error:
        refused = str(error)
    return _came(packer.columns(), counts, problems, refused)


def _alike(data: bytes, kind: Kind | None = Kind.PERSON) -> Came:
    """What both ways come to; the books may hold what no profile has (of a locus that was left out), and never less."""
    slow, quick = _one_by_one(data, kind), _by_the_block(data, kind)
    assert quick._replace(books=slow.books) == slow, data
    assert all(one >= other for one, other in zip(quick.books, slow.books, strict=True))
    return slow


def _files() -> list[bytes]:
    files = seeds()
    if SHARED.exists():
        found = [each for folder in ("formats", "efm") for each in sorted((SHARED / folder).iterdir())]
        files += [each.read_bytes() for each in found if each.is_file() and each.stat().st_size < 40_000]
    return files


@pytest.mark.parametrize("kind", [Kind.PERSON, Kind.TRACE, Kind.MIXTURE, None])
def test_files_of_every_format_come_to_the_same_by_the_block(kind: Kind | None) -> None:
    came = [_alike(data, kind) for data in _files()]
    assert sum(each.counts[0] for each in came) > 10


def test_broken_files_come_to_the_same_by_the_block() -> None:
    rng, files = random.Random(93), _files()
    came = [_alike(mutated(rng.choice(files), rng), rng.choice([Kind.PERSON, Kind.TRACE, None])) for _ in range(250)]
    assert sum(bool(each.refused) for each in came) > 60
    assert sum(bool(each.counts[0]) for each in came) > 60
    assert any(each.problems and each.counts[0] for each in came)


def _table(lines: list[str]) -> bytes:
    return "\n".join(("Sample Name,Marker,Allele 1,Allele 2,Allele 3", *lines)).encode()


PLAIN = ["P-{0},vWA,16,17,", "P-{0},TH01,6,9.3,", "P-{0},AMEL,X,Y,"]
ODD: dict[str, tuple[list[str], str]] = {
    "three alleles": (["P-{0},vWA,15,16,17", "P-{0},TH01,6,9.3,"], "vWA"),
    "two people": (["P-{0},vWA,15,16,17", "P-{0},TH01,6,8,9.3"], "mixture"),
    "a locus twice and alike": (["P-{0},vWA,16,17,", "P-{0},VWA,16,17,"], "vWA"),
    "a locus twice and differently": (["P-{0},vWA,16,17,", "P-{0},VWA,16,18,"], "none"),
    "a locus twice, then empty": (["P-{0},vWA,16,17,", "P-{0},VWA,,,"], "vWA"),
    "a locus twice, first empty": (["P-{0},vWA,,,", "P-{0},VWA,16,17,"], "vWA"),
    "amelogenin twice": (["P-{0},AMEL,X,Y,", "P-{0},AMELX,X,X,"], "none"),
    "an unknown locus": (["P-{0},DYS391,10,,", "P-{0},vWA,16,17,"], "vWA"),
    "neither X nor Y": (["P-{0},AMEL,7,8,", "P-{0},vWA,16,17,"], "vWA"),
    "nothing but wildcards": (["P-{0},vWA,OL,*,"], "none"),
    "a wildcard and one value": (["P-{0},vWA,16,*,", "P-{0},TH01,6,,"], "vWA"),
    "another notation": (["P-{0},TH01,06,9.30,"], "TH01"),
    "an empty locus": (["P-{0},vWA,,,", "P-{0},TH01,6,7,"], "TH01"),
    "a reference too long": (["P-{0}" + "x" * 40 + ",vWA,16,17,"], "problem"),
    "a reference that cannot be printed": (["P-{0}\x07,vWA,16,17,"], "problem"),
    "a line without a sample": ([",vWA,16,17,"], "problem"),
    "a value too long to be kept in mind": (["P-{0},vWA," + "1" * 200 + ",17,"], "vWA"),
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("kind", [Kind.PERSON, Kind.TRACE])
def test_what_goes_the_long_way_stays_in_its_place(name: str, kind: Kind) -> None:
    lines, comes_to = ODD[name]
    wanted = [[*PLAIN], lines, [*PLAIN], lines, [*PLAIN]]
    came = _alike(_table([line.format(at) for at, some in enumerate(wanted) for line in some]), kind)
    odd = [each for each in came.profiles if each.ref[:3] in {"P-1", "P-3"}]
    if comes_to == "problem":
        assert not odd
        assert len(came.problems) == 2
        return
    assert [each.ref for each in came.profiles] == [f"P-{number}" for number in range(5)]
    if comes_to == "mixture":
        assert {each.kind for each in odd} == {Kind.MIXTURE if kind is Kind.TRACE else Kind.PERSON}
    else:
        assert {comes_to in each.loci for each in odd} == {comes_to != "none"}


ROWS = st.lists(
    st.tuples(
        st.sampled_from("ABC"),
        st.sampled_from(["vWA", "VWA", "TH01", "Penta D", "AMEL", "DYS391", "", "SE33"]),
        st.lists(st.sampled_from(["16", "17", "9.3", "OL", "*", "X", "", "0", "x", "40.9"]), min_size=3, max_size=3),
    ),
    max_size=14,
)


@given(ROWS, st.sampled_from([*Kind]))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_tables_of_anything_come_to_the_same(rows: list[tuple[str, str, list[str]]], kind: Kind) -> None:
    _alike(
        _table([",".join((ref, name, *values)) for ref, name, values in sorted(rows, key=lambda each: each[0])]), kind
    )


@pytest.mark.parametrize("count", [BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK])
def test_nothing_is_lost_between_two_blocks(count: int) -> None:
    lines = [f"P-{number},vWA,{5 + number % 40},{45 + number // 40 % 40}," for number in range(count)]
    came = _alike(_table(lines))
    assert [each.ref for each in came.profiles] == [f"P-{number}" for number in range(count)]


def test_obligatory_alleles_are_counted_and_mixtures_keep_all_of_theirs() -> None:
    made = simulated(4)
    first, second = made[0], made[1]
    name, seen = next(iter(first.loci.items()))
    made[0] = Profile(first.ref, first.kind, first.loci, "", {name: seen[:1]})
    several = {
        name: tuple(sorted({*seen, *second.loci[name]})) for name, seen in first.loci.items() if name in second.loci
    }
    made[1] = Profile("M-1", Kind.MIXTURE, {name: seen for name, seen in several.items() if len(seen) > 1})
    came = _alike(b"".join(write_profiles(made, Format.NIEM, SENDING)), None)
    assert came.counts[-1] == 1
    assert came.profiles[1].kind is Kind.MIXTURE
    assert came.profiles[1].loci == made[1].loci


def test_what_stands_in_front_of_a_break_is_packed_and_told() -> None:
    """A line of broken quotes ends a file: the problem before it is told, and the profile before it taken in."""
    came = _alike(_table(["P-1,vWA,16,17,", ",vWA,16,17,", "P-2,vWA,16,17,", 'P-3,"vWA,16,17,']))
    assert "quoting is broken" in came.refused
    assert len(came.problems) == 1
    assert came.profiles


def test_a_file_that_does_not_say_what_it_is_of_comes_to_problems_alone() -> None:
    came = _alike(_table([line.format(at) for at in range(3) for line in PLAIN]), None)
    assert not came.profiles
    assert [each.text for each in came.problems] == ["the file does not say what the profile is of; name it"] * 3


def test_loci_that_were_forgotten_are_worked_out_again() -> None:
    """More sorts of loci than are kept in mind, each of which comes again behind all others."""
    lines = [
        f"P-{turn}-{number},vWA,{20 + number % 70}.{number // 70 % 4},95," for turn in range(2) for number in range(280)
    ]
    packer = Packer()
    rows = packing._Rows(packer)
    filled = [(f"filled {number}", ()) for number in range(packing.MAX_KNOWN)]
    rows.of(filled)
    assert len(rows._rows) == packing.MAX_KNOWN
    first = rows.of([("vWA", ("16", "17")), ("vWA", ("16", "17")), ("TH01", ("6", "x" * packing.MAX_TEXT))])
    assert len(rows._rows) == len(rows._by_row) <= 2, "all were forgotten, and what is long is never kept"
    assert rows.of([("vWA", ("16", "17"))])[0] == first[0] == first[1]
    came = _alike(_table(lines))
    assert len({each.loci["vWA"] for each in came.profiles}) == 280


def test_memory_does_not_grow_with_the_file() -> None:
    """Beside the columns, which are laid out by 65,536 profiles."""
    peaks = []
    for count in (600, 1_800):
        data = b"".join(write_profiles(simulated(300), Format.GENEMAPPER, SENDING))
        head, _, lines = data.partition(b"\n")
        parts = [lines.replace(b"P-", b"P%d-" % part) for part in range(count // 300)]
        stream, packer = io.BytesIO(b"\n".join((head, b"".join(parts)))), Packer()
        tracemalloc.start()
        deque(pack_file(stream, Kind.PERSON, packer), maxlen=0)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert len(packer.columns()) == count
    assert peaks[1] < 1.1 * peaks[0]


def test_codes_are_laid_over_the_end_of_a_block_of_columns() -> None:
    people = [
        profile_of(f"P-{number % 7}ë", Kind.PERSON, [("vWA", (str(5 + number % 90), "98"))]).profile
        for number in range(90)
    ]
    whole = pack(people)
    packer, count = Packer(), 0
    while count < 70_000:
        packer.add(people[count % 90])
        packer.add_codes([each.ref for each in people], [each.kind for each in people], packing_codes(whole, packer))
        count += 91
    columns = packer.columns()
    assert len(columns) == count
    refs = [*columns.all_refs()]
    assert len(refs) == count
    for number in (0, 1, 90, 91, 65_535, 65_536, 65_537, count - 1):
        turn, at = divmod(number, 91)
        expected = people[(turn * 91) % 90] if at == 0 else people[at - 1]
        assert columns.profile(number) == expected
        assert refs[number] == columns.ref(number) == expected.ref


def packing_codes(whole: Columns, packer: Packer) -> Codes:
    """The codes of columns by the books of another packer."""
    codes = whole.codes.copy()
    for row, (name, book) in enumerate(zip(names(), whole.books, strict=True)):
        for code, seen in reversed([*enumerate(book)]):
            if code:
                codes[row][whole.codes[row] == code] = packer.cell(name, seen) & 0xFFFF
    return codes


def names() -> Iterator[str]:
    """Of all loci, in the order of columns."""
    return (each.name for each in LOCI)


LOCUS = (
    "<biom:DNALocus><biom:DNALocusName>{name}</biom:DNALocusName>{between}"
    "<biom:DNAAllele><biom:DNAAlleleOperatorCode>{operator}</biom:DNAAlleleOperatorCode>"
    "<biom:DNAAlleleCall1Text>{one}</biom:DNAAlleleCall1Text></biom:DNAAllele>"
    "<biom:DNAAllele><biom:DNAAlleleCall1Text>{other}</biom:DNAAlleleCall1Text>{behind}</biom:DNAAllele></biom:DNALocus>"
)
RECORD = (
    "<biom:DNARecord><biom:DNACategoryCode>{category}</biom:DNACategoryCode><biom:DNADataIdentification>"
    "<nc:IdentificationID>P-{number}</nc:IdentificationID></biom:DNADataIdentification>{source}{loci}</biom:DNARecord>\n"
)
QUALITY = "<biom:DNALocusQualityStatusCode>{}</biom:DNALocusQualityStatusCode>"
MIXED = "<biom:DNASourceCategoryCode>Evidentiary, Mixture Source</biom:DNASourceCategoryCode>"
NAMES = ["vWA", "TH01", " SE33 ", "@0", "@1", "D2&#83;11", "ëWA", "x" * 65, "\t", "Penta\tD"]
VALUES = ["16", "9.3", " 17 ", "@0", "@1", "@2", "*", "", "1&amp;", "9" * 65, "1\r2", "ë"]


def _loci(rng: random.Random) -> str:
    made = [
        LOCUS.format(
            name=rng.choice(NAMES[:3] if rng.random() < 0.7 else NAMES),
            between=rng.choice(["", "", QUALITY.format("Partial"), QUALITY.format("@1"), QUALITY.format("Silent Allele"), "<!-- @0 -->"]),
            operator=rng.choice(["Equal", "Equal", "BelowLowerLimit", "Between", "@1"]),
            one=rng.choice(VALUES[:3] if rng.random() < 0.7 else VALUES),
            other=rng.choice(VALUES[:3] if rng.random() < 0.7 else VALUES),
            behind=rng.choice(["", "", "<biom:DNAAlleleCall2Text>@1</biom:DNAAlleleCall2Text>", "<biom:DNAAlleleRequiredIndicator>true</biom:DNAAlleleRequiredIndicator>"]),
        )
        for _ in range(rng.randint(1, 3))
    ]  # fmt: skip
    return "".join(made)


def test_loci_written_like_one_before_are_what_the_parser_makes_of_them() -> None:
    """Names and alleles that look like the places that are left open for them, in every sort of locus."""
    rng, read = random.Random(18), 0
    for _ in range(60):
        records = "".join(
            RECORD.format(
                number=number,
                category=rng.choice(["Suspect", "Forensic"]),
                source=rng.choice(["", MIXED]),
                loci=_loci(rng),
            )
            for number in range(8)
        )
        data = f"<x:R xmlns:x='x' xmlns:biom='b' xmlns:nc='n'>{records}</x:R>".encode()
        slow = [*niem.records(elements(io.BytesIO(data), niem.KEPT))]
        assert [*read_niem(io.BytesIO(data))] == slow
        read += sum(isinstance(each, RawProfile) for each in slow)
    assert read > 300


def test_a_comment_or_an_odd_number_does_not_hide_whose_record_it_is() -> None:
    """The tag of the first identification is looked for by its bytes: another one, and none, are still seen."""
    body = LOCUS.format(name="vWA", between="", operator="Equal", one="16", other="17", behind="")
    number = "<{0}IdentificationID>{1}</{0}IdentificationID>"
    records = [
        f"<biom:DNARecord><biom:DNACategoryCode>Suspect</biom:DNACategoryCode><biom:DNADataIdentification>{inside}"
        f"</biom:DNADataIdentification>{body}</biom:DNARecord>"
        for inside in (
            number.format("nc:", "P-1"), number.format("", "P-2"), number.format("nc:", "P&#45;3"), number.format("nc:", ""),
            "<nc:IdentificationID/>", number.format("nc:", "P-6") + "<x>7</x>", number.format("nc:", "a<b/>c"),
            number.format("nc:", "P-8") + number.format("nc:", "P-9"), "", number.format("nc:", " P-10\n"),
        )
    ]  # fmt: skip
    data = f"<x:R xmlns:x='x' xmlns:biom='b' xmlns:nc='n'>{''.join(records * 2)}</x:R>".encode()
    found = [*read_niem(io.BytesIO(data))]
    assert found == [*niem.records(elements(io.BytesIO(data), niem.KEPT))]
    assert {each.ref for each in found if isinstance(each, RawProfile)} >= {"P-1", "P-2", "P-3", "P-6", "P-9", "P-10"}


def test_everything_that_is_passed_over_has_a_word_by_which_it_is_looked_for() -> None:
    words = [each.decode() for each in PASSED_WORDS]
    for name in (*niem.NAMED, "ProcessUTCDate", "Date", "DateTime", "IdentificationID"):
        assert any(each in name for each in words), name


def test_what_is_read_and_what_is_packed_are_the_same_people() -> None:
    people = simulated(BLOCK + 8)
    for target in (Format.CODIS, Format.NIEM, Format.NIST, Format.SMARTRANK):
        data = b"".join(write_profiles(people, target, SENDING))
        packer = Packer()
        assert sum(each.profiles for each in pack_file(io.BytesIO(data), Kind.PERSON, packer)) == len(people)
        read = [each.profile for each in read_profiles(io.BytesIO(data), Kind.PERSON) if isinstance(each, Read)]
        assert [*unpack(packer.columns())] == read
