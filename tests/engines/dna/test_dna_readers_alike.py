"""The quick readers say what slow ones say: held to readers that know no short cut, on real files, mutated and made up.

The slow ones are written here from the formats' descriptions (tables), or are the parser alone (XML): nothing of them is
kept in mind from one line or record to the next.
"""

import csv
import io
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bench.dna.formats import mutated, seeds
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.dna.alleles import Allele
from egnatia.engines.dna.columns import MAX_CODES, Packer, pack, unpack
from egnatia.engines.dna.formats import codis, niem, tables
from egnatia.engines.dna.formats.codis_blocks import read_codis
from egnatia.engines.dna.formats.niem_blocks import _Plain, read_niem
from egnatia.engines.dna.formats.nist_itl import read_nist, row_of
from egnatia.engines.dna.formats.types import Problem, RawProfile, Reading
from egnatia.engines.dna.formats.writing import write_profiles
from egnatia.engines.dna.loci import LOCI
from egnatia.engines.dna.normalise import Written, profile_of, written
from egnatia.engines.dna.types import Designation, Kind, Profile, profile_of_sound
from egnatia.errors import InputError
from egnatia.xml_events import elements

SHARED = Path(__file__).parents[4] / "shared" / "data" / "dna"
Reader = Callable[[bytes], Iterator[Reading]]


def _said(reader: Reader, data: bytes) -> list[Reading] | str:
    """Everything that a reader gives, or that it refuses; where a refusal counts lines is left to each reader."""
    try:
        return [*reader(data)]
    except InputError as error:
        return re.sub(
            r"line \d+, column \d+|, counted from the end of record \d+|quoting is broken:.*", "", error.message
        )


def _real(*suffixes: str) -> list[bytes]:
    """Real files, where they are at hand; small ones, and the beginning of a large one."""
    if not SHARED.exists():
        return []
    found = [each for folder in ("formats", "efm") for each in sorted((SHARED / folder).iterdir())]
    files = [each.read_bytes() for each in found if each.suffix in suffixes and each.stat().st_size < 80_000]
    if ".csv" in suffixes:
        files.append(b"".join((SHARED / "nist1036_genotypes.csv").read_bytes().splitlines(keepends=True)[:8]))
    return files


def _spoiled(data: bytes, rng: random.Random) -> bytes:
    """A file with whole lines moved, doubled or lost, which leaves more of it readable than random bytes do."""
    lines = data.split(b"\n")
    for _ in range(rng.randint(1, 3)):
        place, other = rng.randrange(len(lines)), rng.randrange(len(lines))
        what = rng.random()
        if what < 0.4:
            lines.insert(place, lines[other])
        elif what < 0.7:
            lines[place] = lines[other]
        else:
            del lines[place]
        lines = lines or [b""]
    return b"\n".join(lines)


def _trials(files: list[bytes], count: int, seed: int) -> Iterator[bytes]:
    yield from files
    rng = random.Random(seed)
    for _ in range(count):
        data = rng.choice(files)
        yield _spoiled(data, rng) if rng.random() < 0.5 else mutated(data, rng)


def _slow_table(data: bytes) -> Iterator[Reading]:
    """A table by the csv module, the whole of it at once, every cell read anew."""
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    if "\0" in text or any(len(each) > tables.MAX_LINE for each in lines):
        raise InputError("not by this reader")
    header = lines[0] if lines else ""
    delimiter = max("\t;,", key=header.count)
    rows = [next(csv.reader([each], delimiter=delimiter, strict=True), []) for each in lines]
    layout = tables.read_layout(rows[0] if rows else [])
    yield from (_slow_wide if layout.marker is None else _slow_long)(layout, rows[1:])


def _cell(row: list[str], place: int) -> str:
    return row[place] if place < len(row) else ""


def _slow_kind(layout: tables.Layout, row: list[str], where: str, ref: str) -> Kind | Problem | None:
    if layout.kind is None:
        return None
    text = _cell(row, layout.kind).strip()
    known = {each.value: each for each in Kind}
    if text.lower() in known:
        return known[text.lower()]
    return Problem(f"{where} {ref[:40]!r}", f"{text[:40]!r} is no kind; kinds are {', '.join(known)}")


def _slow_wide(layout: tables.Layout, rows: list[list[str]]) -> Iterator[Reading]:
    for number, row in enumerate(rows, start=2):
        ref, where = _cell(row, layout.sample).strip(), f"line {number}"
        if not ref:
            if any(each.strip() for each in row):
                yield Problem(where, "the sample has no name")
            continue
        kind = _slow_kind(layout, row, where, ref)
        if isinstance(kind, Problem):
            yield kind
            continue
        found = []
        for name, places in layout.loci:
            cells = [_cell(row, place) for place in places]
            found.append((name, tables._cut(cells[0] if len(cells) == 1 else tuple(cells))))
        for name, places in layout.unknown:
            values = tables._cut(tuple(cells) if len(cells := [_cell(row, each) for each in places]) > 1 else cells[0])
            found += [(name, values)] if values else []
        yield RawProfile(ref, kind, tuple(found), where)


def _slow_long(layout: tables.Layout, rows: list[list[str]]) -> Iterator[Reading]:
    groups: list[tuple[str, int, list[list[str]]]] = []
    width = 1 + max(layout.sample, layout.kind or 0, layout.marker or 0, *layout.alleles)
    for number, row in enumerate(rows, start=2):
        if len(row) < width and not any(each.strip() for each in row):
            continue
        ref = _cell(row, layout.sample).strip()
        if not groups or groups[-1][0] != ref:
            groups.append((ref, number, []))
        groups[-1][2].append(row)
    done = set()
    for ref, number, lines in groups:
        where = f"line {number}"
        kind = _slow_kind(layout, lines[0], where, ref)
        if not ref:
            yield Problem(where, "the sample has no name")
        elif ref in done:
            yield Problem(f"{where} {ref[:40]!r}", "its lines do not follow one another; sort the table by sample")
        elif len(lines) >= tables.MAX_ROWS:
            yield Problem(f"{where} {ref[:40]!r}", f"the sample has {tables.MAX_ROWS} lines or more")
        elif isinstance(kind, Problem):
            yield kind
        else:
            marker, alleles = layout.marker or 0, layout.alleles
            found = [(_cell(row, marker).strip(), tuple(_cell(row, each).strip() for each in alleles)) for row in lines]
            yield RawProfile(ref, kind, tuple(found), where)
        done.add(ref)


def _quick_table(data: bytes) -> Iterator[Reading]:
    return tables.read_table(io.BytesIO(data))


def _slowly(data: bytes) -> list[Reading] | str:
    try:
        return _said(_slow_table, data)
    except (csv.Error, UnicodeDecodeError):
        return "refused"


def _made_up_tables() -> list[bytes]:
    """Tables that no program writes: kinds in long ones, further columns, quotes, other ends of lines, empty lines."""
    plain = [data for data in seeds() if b"<" not in data and b"\x1c" not in data]
    quoted = [re.sub(rb"(?m)^([^,\t\n]+)", rb'"\1"', data) for data in plain]
    longer = (
        b"kind,Sample Name,Marker,Dye,Allele 1,Allele 2\nperson,A,FGA,B,20,21\nperson,A,TH01,G,9.3,\ntrace,B,FGA,B,20\n"
    )
    return [
        *plain,
        *quoted,
        *(data.replace(b"\n", b"\r\n") for data in plain),
        *(data.replace(b"\n", b"\n\n", 3) for data in plain),
        longer,
        longer.replace(b"kind,", b"what,"),
        b"Sample Name\tMarker\tAllele 1\tAllele 2\nA\tFGA\t20\t21\n\nA \tTH01\t6\n\t\t\t\n\t\t\nB\tFGA\t20\t21\nA\tvWA\t16\t17\n",
        b"Marker,Allele1,Allele2,Sample Name\nFGA,20,21,A\nTH01,6,9.3,A\nFGA,20,21,B\n",
        b"ref;TH01;FGA\nA;9,3;20,21\nB;6,9,3;20,21.2\nC;6,9.3;\n ;;\n;1;\nD\n",
    ]


def test_tables_are_read_as_a_reader_reads_them_that_keeps_nothing_in_mind() -> None:
    files = [*_made_up_tables(), *_real(".txt", ".csv")]
    outcomes = {"refused": 0, "read": 0}
    for data in _trials(files, 1200, 5):
        slow, quick = _slowly(data), _said(_quick_table, data)
        if isinstance(slow, str):
            assert isinstance(quick, str), data
            outcomes["refused"] += 1
        else:
            assert quick == slow, data
            outcomes["read"] += 1
    assert outcomes["read"] > 500
    assert outcomes["refused"] > 20


@pytest.mark.parametrize("size", [64, 97, 4096])
def test_where_a_table_is_cut_makes_no_difference(size: int) -> None:
    """Blocks end anywhere: inside a line, behind a carriage return, inside a letter of two bytes."""
    whole = b"ref,TH01,FGA\r\n" + b"".join(b"P\xc3\xab-%d,6/9.3,%d/25\r\n" % (at, 18 + at % 7) for at in range(300))
    before = tables.CHUNK
    try:
        tables.CHUNK = size
        assert _said(_quick_table, whole) == _said(_slow_table, whole.replace(b"\r", b""))
        broken = whole + b'P-x,"6/9.3,20/21\r\n'
        assert "quoting is broken" in str(_caught(broken))
    finally:
        tables.CHUNK = before


def _caught(data: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        [*_quick_table(data)]
    return caught.value


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("12,13", ("12", "13")),
        ("9.3,10", ("9.3", "10")),
        ("6,9.3", ("6", "9.3")),
        ("4,9", ("4", "9")),
        ("9, 3", ("9", "3")),
        ("16,17.3", ("16", "17.3")),
        ("10.2,3", ("10.2", "3")),
        ("9,3", ("9.3, or 9 and 3",)),
        ("6,9,3", ("9.3, or 9 and 3",)),
        ("2,3,9,3", ("9.3, or 9 and 3",)),
        ("31,2,32", ("31.2, or 31 and 2",)),
    ],
)
def test_a_comma_that_may_be_of_a_number_is_taken_for_nothing(cell: str, expected: tuple[str, ...]) -> None:
    assert tables._cut(cell) == expected


def test_a_locus_with_a_doubtful_comma_is_left_out_and_named() -> None:
    (raw,) = _quick_table(b"ref\tTH01\tFGA\nA\t9,3\t20,21\n")
    assert isinstance(raw, RawProfile)
    made = profile_of(raw.ref, Kind.PERSON, raw.rows)
    assert [*made.profile.loci] == ["FGA"]
    assert next(each for each in made.remarks if each.locus == "TH01").value == "9.3, or 9 and 3"


def _niem_files() -> list[bytes]:
    """As programs write it: many records, with donors, dates, analysts, mixtures, other typings, comments, prefixes."""
    made = next(data for data in seeds() if b"DNADataTransaction" in data)
    donor = (
        b"<biom:DNADonor><nc:PersonBirthDate><nc:Date>1980-01-0%d</nc:Date></nc:PersonBirthDate><nc:PersonFullName>A B%d"
        b"</nc:PersonFullName><x:Own>%d</x:Own></biom:DNADonor><biom:DNADataIdentification>"
    )
    files = [made, *(re.sub(rb"<(/?)(?:biom|smpl|nc):", rb"<\1", made) for _ in range(1))]
    count = iter(range(9))
    files.append(re.sub(rb"<biom:DNADataIdentification>", lambda _: donor % ((at := next(count)), at, at), made))
    files.append(made.replace(b"Suspect<", b"Forensic<").replace(b">Person<", b">Evidentiary, Mixture Source<"))
    files.append(files[-1].replace(b">Normal<", b">Partial<"))
    files.append(made.replace(b">Normal<", b">Not Definitive<", 2))
    files.append(made.replace(b">Autosomal<", b">Y-STR<", 3))
    files.append(made.replace(b"<biom:DNALocus>", b"<biom:DNALocus><!-- </biom:DNALocus> -->", 1))
    files.append(
        made.replace(b"<biom:DNASTRData>", b"<biom:DNAAlleleCall2Text>9</biom:DNAAlleleCall2Text><biom:DNASTRData>")
    )
    files.append(made.replace(b"DNA Profile ID", b"Sample ID").replace(b"DNADataIdent", b"DNASourceIdent"))
    files.append(re.sub(rb"(<nc:IdentificationID>)[^<]*", rb"\1 @1 ", made))
    files.append(made.replace(b"P-1<", "Përshëndetje<".encode()).replace(b"P-2<", b"P&#45;2<"))
    analyst = (
        b"<biom:DNALocus><biom:ProcessUTCDate>2021-12-0%dT15:47:33Z</biom:ProcessUTCDate><biom:DNAAnalysisProcessingEntity>"
        b"<nc:PersonOtherIdentification><nc:IdentificationID>u.%d</nc:IdentificationID></nc:PersonOtherIdentification>"
        b"</biom:DNAAnalysisProcessingEntity>"
    )
    loci = iter(range(99))
    files.append(re.sub(rb"<biom:DNALocus>", lambda _: analyst % ((at := next(loci)) % 9, at), made))
    partial = made.replace(b">Normal<", b">Partial<")
    start, end = partial.find(b"<biom:DNARecord>"), partial.rfind(b"</smpl:")
    mixture = (
        partial[start:end].replace(b">Suspect<", b">Forensic<").replace(b">Person<", b">Evidentiary, Mixture Source<")
    )
    files.append(partial[:end] + mixture + partial[start:])  # the same loci come to something else in a mixture
    left_over = b"<biom:DNAAlleleCall2Text>9</biom:DNAAlleleCall2Text><biom:DNASTRData>"
    files.append(made.replace(b"<biom:DNASTRData>", left_over).replace(b">Equal<", b">Between<"))
    real = [data for data in _real(".xml") if b"DNADataTransaction" in data]
    bare = [re.sub(rb"<!--.*?-->", b"", data, flags=re.DOTALL) for data in real]
    several = [_doubled(data) for data in bare]
    return [*files, *real, *bare, *several]


def _doubled(data: bytes) -> bytes:
    """A file with each of its records twice."""
    start, end = data.find(b"<biom:DNARecord>"), data.rfind(b"</smpl:DNADataTransaction>")
    return data[:end] + data[start:]


def _slow_niem(data: bytes) -> Iterator[Reading]:
    return niem.records(elements(io.BytesIO(data), niem.KEPT))


def _quick_niem(data: bytes) -> Iterator[Reading]:
    return read_niem(io.BytesIO(data))


def test_niem_by_its_bytes_is_niem_through_the_parser() -> None:
    read = 0
    for data in _trials(_niem_files(), 500, 7):
        slow, quick = _said(_slow_niem, data), _said(_quick_niem, data)
        if isinstance(slow, str) or isinstance(quick, str):
            assert isinstance(quick, str) == isinstance(slow, str), data
        else:
            assert quick == slow, data
            read += sum(isinstance(each, RawProfile) for each in slow)
    assert read > 200


def test_records_of_a_large_niem_file_do_not_go_through_the_parser() -> None:
    """Otherwise all of the above would hold and nothing be quicker: with other dates and names they are the same record."""
    plain = _Plain(b"biom:")
    for data in (_niem_files()[0], _niem_files()[2]):
        inside = data[data.find(b"<biom:DNARecord>") : data.rfind(b"</smpl:")]
        blocks = inside.split(b"</biom:DNARecord>")[:-1]
        assert len(blocks) == 3
        assert all(plain.read(block, number) for number, block in enumerate(blocks * 5))
    assert len(plain._frames) <= 2 * 3  # as they stand, and without dates and names
    assert len(plain._pieces[False]) <= 21
    assert not plain._pieces[True]


@pytest.mark.parametrize("mark", [b"CODISImportFile", b"DNADataTransaction"])
def test_a_broken_record_is_refused_with_the_record_before_it_and_a_hint(mark: bytes) -> None:
    """The parser's lines are those of the piece that it was given, so it is said from where they count."""
    made = next(data for data in seeds() if mark in data)
    last = made.rfind(b"</biom:DNALocusName>" if mark.startswith(b"DNA") else b"</LOCUSNAME>")
    with pytest.raises(
        InputError, match=r"no XML .* line \d+, column \d+, counted from the end of record 2$"
    ) as caught:
        [*(_quick_niem if mark.startswith(b"DNA") else _quick_codis)(made[:last] + b"<" + made[last:])]
    assert isinstance(caught.value.hint(), str)
    first = made.find(b"</biom:DNALocusName>" if mark.startswith(b"DNA") else b"</LOCUSNAME>")
    with pytest.raises(InputError, match=r"no XML .* line \d+, column \d+$"):
        [*(_quick_niem if mark.startswith(b"DNA") else _quick_codis)(made[:first] + b"<" + made[first:])]


def _quick_codis(data: bytes) -> Iterator[Reading]:
    return read_codis(io.BytesIO(data))


def test_codis_by_its_bytes_is_codis_through_the_parser() -> None:
    made = next(data for data in seeds() if b"CODISImportFile" in data)
    files = [made, made.replace(b"\n", b"\r\n"), *(data for data in _real(".xml") if b"CODISImportFile" in data)]

    def slow(data: bytes) -> Iterator[Reading]:
        return codis.specimens(elements(io.BytesIO(data), codis.KEPT))

    for data in _trials(files, 400, 11):
        slowly, quickly = _said(slow, data), _said(_quick_codis, data)
        if isinstance(slowly, str) or isinstance(quickly, str):
            assert isinstance(quickly, str) == isinstance(slowly, str), data
        else:
            assert quickly == slowly, data


def test_type_18_is_read_alike_whatever_was_read_before() -> None:
    """Each record alone, by a reader that has seen nothing, and all of them by one."""
    made = next(data for data in seeds() if data.startswith(b"1.001"))
    first, *records = made.split(b"\x1c")[:-1]
    several = [mutated(each, random.Random(at)) for at in range(40) for each in records]
    sound = [each for each in several if b"\x1c" not in each and isinstance(_alone(first, each), RawProfile)]
    assert len(sound) > 20
    together = [*read_nist(io.BytesIO(b"\x1c".join([first, *sound, b""])))]
    for one, other in zip(together, sound, strict=True):
        alone = _alone(first, other)
        assert isinstance(one, RawProfile)
        assert isinstance(alone, RawProfile)
        assert one._replace(where="") == alone._replace(where="")


def _alone(first: bytes, record: bytes) -> Reading | None:
    found = _said(lambda data: read_nist(io.BytesIO(data)), b"\x1c".join([first, record, b""]))
    return None if isinstance(found, str) or not found else found[0]


def test_what_a_subfield_says_is_what_its_items_say() -> None:
    made = next(data for data in seeds() if data.startswith(b"1.001"))
    for each in read_nist(io.BytesIO(made)):
        assert isinstance(each, RawProfile)
        for row in each.rows:
            assert isinstance(row, Written)
            items = ["0", row[0], "1", "1", "0" if "*" in row[1] else "1", *(text for text in row[1] if text != "*")]
            assert row_of(items, {}, []) == row


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["vWA", "VWA", "TH01", "THO1", "Penta D", "AMEL", "DYS391", "", "SE33"]),
        st.lists(
            st.sampled_from(["16", "17", "18", "9.3", "9,3", "OL", "*", "X", "Y", "", "0", "x", "40.9"]), max_size=5
        ),
    ),
    max_size=6,
)


@given(ROWS, st.sampled_from([*Kind]))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_loci_kept_in_mind_come_to_what_loci_as_written_come_to(rows: list[tuple[str, list[str]]], kind: Kind) -> None:
    """Also when one stands twice, is unknown, or has three alleles."""
    plain = [(name, tuple(values)) for name, values in rows]
    kept = tuple(written(name, values) for name, values in plain)
    assert [*kept] == plain
    assert profile_of("P-1", kind, kept) == profile_of("P-1", kind, plain)
    assert profile_of("P-1", kind, kept) == profile_of("P-1", kind, iter(plain))


@given(st.permutations(["vWA", "TH01", "SE33", "AMEL", "D21S11"]))
@settings(deadline=None, derandomize=True, max_examples=20)
def test_the_order_in_a_file_is_not_that_of_a_profile(names: list[str]) -> None:
    kept = tuple(written(name, ("X",) if name == "AMEL" else ("16", "17", "18")) for name in names)
    made = profile_of("P-1", Kind.PERSON, kept)
    places = {each.name: place for place, each in enumerate(LOCI)}
    assert [*made.profile.loci] == sorted({*names} - {"AMEL"}, key=places.__getitem__)
    assert made.profile.amelogenin == "X"
    assert [each.locus for each in made.remarks if each.locus] == [*made.profile.loci]


def test_a_profile_of_sound_loci_is_any_other_and_its_reference_is_looked_at() -> None:
    loci: dict[str, Designation] = {"vWA": profile_of("A", Kind.PERSON, [("vWA", ("16", "17"))]).profile.loci["vWA"]}
    assert profile_of_sound("A", Kind.PERSON, loci, "X") == Profile("A", Kind.PERSON, loci, "X")
    for ref in ("", "x" * 41, "a\nb"):
        with pytest.raises(InputError, match="1 to 40 printable"):
            profile_of_sound(ref, Kind.PERSON, loci, "")


def test_columns_hold_what_was_packed_block_by_block() -> None:
    profiles = [_numbered(number) for number in range(300)]
    packer = Packer()
    for at, each in enumerate(profiles):
        packer.add(each)
        if at in {0, 100, 299}:
            assert [*unpack(packer.columns())] == profiles[: at + 1]
    assert [*unpack(pack(profiles))] == profiles


def _numbered(number: int) -> Profile:
    """A profile whose loci come and go with its number; some have none at all."""
    names = [each.name for at, each in enumerate(LOCI) if number % (at + 2) == 1]
    rows = [(name, (str(5 + number % 50), str(6 + number // 50))) for name in names]
    return profile_of(f"P-{number}", [*Kind][number % len(Kind)], rows).profile


def test_a_book_that_is_full_takes_nothing_more_and_loses_nothing() -> None:
    packer = Packer()
    sorts = [(repeats, more) for repeats in range(20, 981) for more in range(repeats, 981)]
    for number in range(MAX_CODES - 1):
        low, high = sorts[number]
        packer.cell("SE33", (Allele(low), Allele(high)))
    whole = profile_of("P-1", Kind.PERSON, [("vWA", ("16", "17"))]).profile
    packer.add(whole)
    with pytest.raises(InputError, match="SE33 has more than 65535 different designations"):
        packer.add(Profile("P-2", Kind.PERSON, {"vWA": whole.loci["vWA"], "SE33": profile_of("x", Kind.PERSON, [("SE33", ("97.9", "98"))]).profile.loci["SE33"]}))  # fmt: skip
    packer.add(whole)
    assert [*unpack(packer.columns())] == [whole, whole]


def test_every_format_that_is_written_by_the_thousand_is_read_again() -> None:
    """More than one block of each reader, so that cuts fall into it."""
    from bench.dna.formats import SENDING, simulated

    from egnatia.engines.dna.formats.names import Format
    from egnatia.engines.dna.formats.reading import Read, read_profiles

    profiles = simulated(400)
    for target in Format:
        data = b"".join(write_profiles(profiles, target, SENDING))
        found = [*read_profiles(io.BytesIO(data), Kind.PERSON)]
        assert all(isinstance(each, Read) for each in found)
        again = {each.profile.ref: each.profile.loci for each in found if isinstance(each, Read)}
        left = codis.LOCI_OF_32 if target is Format.CODIS else {each.name for each in LOCI}
        for each in profiles:
            assert again[each.ref] == {name: seen for name, seen in each.loci.items() if name in left}
