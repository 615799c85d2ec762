"""An index in a folder: it answers as the one that was saved, and nothing that was changed, cut off or foreign is used."""

import json
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people import PartialDate, PersonQuery, PersonRecord, parse_date
from egnatia.engines.people.disk import DATA, HEADER, _cut, _header, from_bytes, load, save, to_bytes
from egnatia.engines.people.index import PersonIndex, search
from egnatia.engines.people.level import NUMBER_MASK, packed, unpacked
from egnatia.engines.people.parts import parts
from egnatia.engines.people.simulate import Noise, disturbed, persons
from egnatia.errors import ConflictError, InputError, NotFoundError
from egnatia.model.ids import RecordRef

PEOPLE = list(persons(900, 11))


@pytest.fixture(scope="module")
def index() -> PersonIndex:
    return PersonIndex(each.record() for each in PEOPLE)


@pytest.fixture(scope="module")
def folder(index: PersonIndex, tmp_path_factory: pytest.TempPathFactory) -> Path:
    into = tmp_path_factory.mktemp("people") / "index"
    save(index, into)
    return into


@pytest.fixture
def copied(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "copy"))


def asked(seed: int) -> list[PersonQuery]:
    draw = np.random.default_rng(seed).random
    found = (disturbed(each, noise, draw) for noise in Noise for each in PEOPLE[seed * 40 : seed * 40 + 3])
    return [PersonQuery(one.first, one.family, parse_date(one.born), one.father) for one in found if one is not None]


@pytest.mark.parametrize("seed", range(4))
def test_what_was_saved_answers_as_before(index: PersonIndex, folder: Path, seed: int) -> None:
    opened = load(folder)
    assert len(opened) == len(index)
    for query in asked(seed):
        assert search(query, opened) == search(query, index)


def test_what_was_saved_counts_as_before(index: PersonIndex, folder: Path) -> None:
    mine, theirs = index.frequencies, load(folder).frequencies
    for each in PEOPLE[::7]:
        record = each.record()
        for part in (*parts(record.first_names), *parts(record.family_names)):
            assert mine.part(part) == theirs.part(part) > 0
        for part in parts(record.father_name):
            assert mine.parent(part) == theirs.parent(part) > 0
        if record.birth_date is not None:
            assert mine.born(record.birth_date) == theirs.born(record.birth_date) > 0


def test_every_record_comes_back_whole(folder: Path) -> None:
    (level,) = load(folder).levels()
    assert {each.ref: each for each in level.records()} == {each.ref: each.record() for each in PEOPLE}


def test_an_opened_index_grows_and_shrinks_like_any_other(folder: Path, tmp_path: Path) -> None:
    opened = load(folder)
    for each in PEOPLE[:300]:
        opened.remove(RecordRef(each.ref))
    added = [each.record() for each in persons(1_300, 11)][900:]
    for record in added:
        opened.add(record)
    fresh = PersonIndex([*(each.record() for each in PEOPLE[300:]), *added])
    for query in asked(2)[:15]:
        assert search(query, opened) == search(query, fresh)
    save(opened, tmp_path / "again")
    again = load(tmp_path / "again")
    assert len(again) == len(fresh) == 1_000
    assert len(again.levels()) == 1
    assert len(again.vocabulary) == len(fresh.vocabulary), "names that nobody bears any more are not kept"
    for query in asked(3)[:15]:
        assert search(query, again) == search(query, fresh)
    with pytest.raises(NotFoundError):
        again.remove(RecordRef(PEOPLE[0].ref))


def test_the_same_records_make_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    save(PersonIndex(each.record() for each in PEOPLE), tmp_path / "other")
    for name in (HEADER, DATA):
        assert (tmp_path / "other" / name).read_bytes() == (folder / name).read_bytes()


def test_an_index_of_nobody_is_an_index(tmp_path: Path) -> None:
    save(PersonIndex(), tmp_path / "none")
    opened = load(tmp_path / "none")
    assert len(opened) == 0
    assert search(PersonQuery("Arben", "Hoxha"), opened) == []
    opened.add(PersonRecord(RecordRef("A"), "Arben", "Hoxha"))
    assert [match.ref for match in search(PersonQuery("Arben", "Hoxha"), opened)] == ["A"]


def test_an_index_is_never_overwritten(folder: Path, index: PersonIndex) -> None:
    with pytest.raises(ConflictError, match="not empty"):
        save(index, folder)


def small(into: Path) -> Path:
    records = [
        PersonRecord(RecordRef("A-1"), "Xhemail", "Rexhepi", PartialDate(1990, 3, 7), "Ilir", ("BA1234567",)),
        PersonRecord(RecordRef("A-2"), "Џемаил", "Реџепи"),
    ]
    save(PersonIndex(records), into)
    return into


def test_every_flipped_byte_is_noticed(tmp_path: Path) -> None:
    made = small(tmp_path / "small")
    assert len(load(made)) == 2
    for name in (HEADER, DATA):
        whole = (made / name).read_bytes()
        for place in range(len(whole)):
            flipped = bytearray(whole)
            flipped[place] ^= 1 << place % 8
            (made / name).write_bytes(flipped)
            with pytest.raises(InputError, match="no index that can be used") as refused:
                load(made)
            assert "egnatia people index" in str(refused.value.hint())
        (made / name).write_bytes(whole)
    assert len(load(made)) == 2


def test_every_cut_is_noticed(tmp_path: Path) -> None:
    made = small(tmp_path / "small")
    for name in (HEADER, DATA):
        whole = (made / name).read_bytes()
        for kept in {0, 1, len(whole) // 2, len(whole) - 1}:
            (made / name).write_bytes(whole[:kept])
            with pytest.raises(InputError, match="no index that can be used"):
                load(made)
        (made / name).write_bytes(whole + b"\0")
        with pytest.raises(InputError, match="no index that can be used"):
            load(made)
        (made / name).write_bytes(whole)


@pytest.mark.parametrize("name", [HEADER, DATA])
def test_a_missing_file_is_named_and_not_a_traceback(copied: Path, name: str) -> None:
    (copied / name).unlink()
    with pytest.raises(InputError, match=f"{name} is missing"):
        load(copied)
    (copied / name).mkdir()
    with pytest.raises(InputError, match=rf"{name} cannot be read \(IsADirectoryError\)"):
        load(copied)


def rewritten(folder: Path, **changed: object) -> None:
    """A header that says something else and whose checksum is right: of another release, or made by an enemy."""
    body = json.loads((folder / HEADER).read_text(encoding="ascii").split("\n")[0]) | changed
    text = json.dumps(body, separators=(",", ":"))
    (folder / HEADER).write_text(f"{text}\n{crc32(text.encode()):08x}\n", encoding="ascii")


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"format": 99}, "another way"),
        ({"reading": 1}, "another way"),
        ({"fields": "ref"}, "another way"),
        ({"records": 901}, "counts 901 records and 900 dates"),
        ({"records": "many"}, "no description"),
        ({"sizes": {}}, "other tables"),
        ({"sizes": None}, "no description"),
        ({"sizes": {"people": -1}}, "other tables"),
        ({"records": 1e400}, "no description"),
        ({"checksum": 5}, "people.bin was changed after it was written"),
        ({"checksum": None}, "no description"),
    ],
)
def test_a_header_that_says_something_else_is_refused(copied: Path, changed: dict[str, object], why: str) -> None:
    rewritten(copied, **changed)
    with pytest.raises(InputError, match=why):
        load(copied)


def test_a_header_that_is_no_object_is_refused(copied: Path) -> None:
    for text in ("[]", "null", '"x"', "{", "9" * 500, "{}" + " " * (1 << 17)):
        (copied / HEADER).write_text(f"{text}\n{crc32(text.encode()):08x}\n", encoding="ascii")
        with pytest.raises(InputError, match="no index that can be used"):
            load(copied)
    (copied / HEADER).write_bytes(b"\xff\xfe\n\n")
    with pytest.raises(InputError):
        load(copied)


HOSTILE = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(HOSTILE, HOSTILE, st.lists(HOSTILE, max_size=3), st.lists(HOSTILE, max_size=2))
def test_a_packed_record_comes_back_with_every_character(
    first: str, family: str, numbers: list[str], others: list[str]
) -> None:
    born = PartialDate(1990, 3)
    one = PersonRecord(RecordRef("R"), "Arben" + first, family, born, first, tuple(numbers), tuple(others), family)
    assert unpacked(packed(one)) == one


@pytest.mark.parametrize("text", ["\x1e", "\x1f\x1e", "\x10a", "\x10\x10b", "\x10", "a\x1eb\x10c\x1f"])
def test_the_signs_between_fields_may_stand_inside_them(text: str) -> None:
    one = PersonRecord(RecordRef("R" + text), "Arben", text, None, text, (text, "", text), (text,))
    assert unpacked(packed(one)) == one


@pytest.mark.parametrize(
    "written", [b"", b"\xff", b"R", b"R\x1eArben\x1eHoxha\x1e1990-13-45", b"\x1e" * 40, b"R\x1e\x1e"]
)
def test_bytes_that_are_no_record_are_refused(written: bytes) -> None:
    with pytest.raises(InputError):
        unpacked(written)


def tables(written: bytes) -> tuple[bytes, dict[str, np.ndarray[Any, np.dtype[Any]]]]:
    """The header of an index in bytes, and its tables, to be changed by an enemy."""
    end = written.find(b"\n", written.find(b"\n") + 1) + 1
    header = _header(Path("x"), written[:end])
    found = _cut(np.frombuffer(written, dtype=np.uint8)[end:], header)
    return written[:end], {name: values.copy() for name, values in found.items()}


def forged(header: bytes, found: dict[str, np.ndarray[Any, np.dtype[Any]]]) -> bytes:
    """An index of these tables with a checksum that is right."""
    data = b"".join(each.tobytes() + bytes(-len(each.tobytes()) % 8) for each in found.values())
    body = json.loads(header.split(b"\n")[0]) | {"checksum": crc32(data)}
    body["sizes"] = {name: len(each) for name, each in found.items()}
    text = json.dumps(body, separators=(",", ":")).encode()
    return text + f"\n{crc32(text):08x}\n".encode() + data


TEN = to_bytes(PersonIndex(each.record() for each in PEOPLE[:10]))
LAST = 1 << 31


def test_a_forged_index_that_changes_nothing_is_the_index() -> None:
    header, found = tables(TEN)
    opened = from_bytes(forged(header, found))
    assert [each for level in opened.levels() for each in level.records()] == [each.record() for each in PEOPLE[:10]]


@pytest.mark.parametrize(
    ("name", "place", "value", "why"),
    [
        ("ends", 3, LAST, "ends does not rise to the end of people"),
        ("ends", -1, 0, "ends does not rise"),
        ("name_ends", 2, LAST, "name_ends does not rise to the end of names"),
        ("parts.starts", 1, LAST, "parts.starts does not rise to the end of parts.slots"),
        ("dates.starts", -1, 11, "dates.starts does not rise to the end of dates.slots"),
        ("words.ends", 0, LAST, "words.ends does not rise to the end of words.texts"),
        ("parts.slots", 0, 10, "parts.slots leads behind the last row"),
        ("dates.slots", 5, LAST, "dates.slots leads behind the last row"),
        ("numbers.slots", 0, 99, "numbers.slots leads behind the last row"),
        ("refs.slots", 0, 10, "refs.slots leads behind the last row"),
        ("names", 0, NUMBER_MASK, "names leads behind the last row"),
        ("words.owners", 0, LAST, "words.owners leads behind the last row"),
        ("parts.keys", -1, LAST, "parts.keys leads behind the last row"),
        ("words.keys", 0, (1 << 32) - 1, "words.keys is not sorted"),
        ("refs.keys", 0, (1 << 32) - 1, "refs.keys is not sorted"),
        ("numbers.keys", -1, 0, "numbers.keys is not sorted"),
        ("words.counts", 0, 11, "words.counts counts more records than there are"),
        ("words.parents", 0, LAST, "words.parents counts more records than there are"),
    ],
)
def test_tables_that_lead_outside_are_refused_whatever_their_checksum(
    name: str, place: int, value: int, why: str, tmp_path: Path
) -> None:
    header, found = tables(TEN)
    found[name][place] = value
    hostile = forged(header, found)
    with pytest.raises(InputError, match="its tables contradict each other") as refused:
        from_bytes(hostile)
    assert why in str(refused.value)
    end = hostile.find(b"\n", hostile.find(b"\n") + 1) + 1
    (tmp_path / HEADER).write_bytes(hostile[:end])
    (tmp_path / DATA).write_bytes(hostile[end:])
    with pytest.raises(InputError, match="its tables contradict each other"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("refs.keys", "refs.keys has not as many rows as born"),
        ("ends", "ends has not as many rows as born"),
        ("numbers.slots", "numbers.slots has not as many rows as numbers.keys"),
        ("words.counts", "words.counts has not as many rows as words.ends"),
        ("words.owners", "words.owners has not as many rows as words.keys"),
        ("words.sounds", "words.sounds has not as many rows as words.ends"),
        ("parts.starts", "parts.starts has not one row more than parts.keys"),
    ],
)
def test_tables_of_other_lengths_are_refused(name: str, why: str) -> None:
    header, found = tables(TEN)
    found[name] = found[name][:-1]
    with pytest.raises(InputError, match=why):
        from_bytes(forged(header, found))


def test_a_key_that_stands_twice_is_refused() -> None:
    header, found = tables(TEN)
    found["dates.keys"][1] = found["dates.keys"][0]
    with pytest.raises(InputError, match="has a key twice"):
        from_bytes(forged(header, found))


@settings(deadline=None, derandomize=True, max_examples=50)
@given(
    st.lists(
        st.tuples(st.integers(0, 20), st.integers(0, 10_000), st.one_of(st.integers(0, 12), st.integers(0, LAST))),
        min_size=1,
        max_size=3,
    )
)
def test_a_hostile_index_is_refused_or_answers_and_never_breaks(changes: list[tuple[int, int, int]]) -> None:
    header, found = tables(TEN)
    for which, place, value in changes:
        values = list(found.values())[which]
        values[place % len(values)] = value % (int(np.iinfo(values.dtype).max) + 1)
    with suppress(InputError):  # any other exception is a break
        opened = from_bytes(forged(header, found))
        for each in PEOPLE[:4]:
            search(PersonQuery(each.first, each.family, parse_date(each.born), identifiers=each.identifiers), opened)
            opened.has(RecordRef(each.ref))


@pytest.mark.parametrize("table", ["people", "words.texts"])
def test_texts_that_are_none_are_refused_when_they_are_read(table: str) -> None:
    header, found = tables(TEN)
    found[table][:] = 0xFF
    opened = from_bytes(forged(header, found))
    with pytest.raises(InputError, match="the index holds something that is no"):
        search(PersonQuery(PEOPLE[0].first, PEOPLE[0].family), opened)


def test_a_length_that_is_wrong_is_told_in_numbers(tmp_path: Path) -> None:
    made = small(tmp_path / "small")
    whole = (made / DATA).read_bytes()
    (made / DATA).write_bytes(whole[:-8])
    with pytest.raises(InputError, match=f"{len(whole) - 8} bytes long and not {len(whole)}: cut off"):
        load(made)


@pytest.mark.parametrize("written", [b"", b"\n", b"\n\n", b"{}", b"\x00" * 200, b"PK\x03\x04", b"[" * 100_000])
def test_bytes_that_are_no_index_are_refused(written: bytes) -> None:
    with pytest.raises(InputError, match="the store holds no index that can be used"):
        from_bytes(written)
