"""An index in a folder: it answers as the one that was saved, and nothing that was changed, cut off or foreign is used."""

import json
import shutil
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people import PartialDate, PersonQuery, PersonRecord, parse_date
from egnatia.engines.people.disk import DATA, HEADER, load, save
from egnatia.engines.people.index import PersonIndex, search
from egnatia.engines.people.level import packed, unpacked
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
    with pytest.raises(InputError, match="FileNotFoundError"):
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
        ({"records": 901}, "cut off"),
        ({"records": "many"}, "ValueError"),
        ({"sizes": {}}, "cut off"),
        ({"sizes": None}, "AttributeError"),
        ({"sizes": {"people": -1}}, "cut off"),
        ({"checksum": 5}, "changed"),
        ({"checksum": None}, "TypeError"),
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
