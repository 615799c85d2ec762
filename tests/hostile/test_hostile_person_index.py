"""The index against people who mean harm: names of any length and script, floods, and files made to mislead."""

import json
import threading
import time
from contextlib import suppress
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
from click.testing import CliRunner

from egnatia.cli.people import group
from egnatia.engines.people import Match, PartialDate, PersonQuery, PersonRecord
from egnatia.engines.people.disk import DATA, HEADER, from_bytes, load, save, to_bytes
from egnatia.engines.people.index import PersonIndex, search
from egnatia.engines.people.simulate import persons
from egnatia.errors import InputError
from egnatia.model.ids import RecordRef

PEOPLE = [each.record() for each in persons(600, 13)]


@pytest.mark.parametrize("text", ["a" * 60_000, "é" * 30_000, "\u202e" * 60_000, "a " * 30_000, "\u0301" * 60_000])
def test_a_name_of_sixty_thousand_characters_is_refused_at_once(text: str) -> None:
    started = time.process_time()
    with pytest.raises(InputError):
        PersonQuery(text, "Hoxha")
    with pytest.raises(InputError):
        PersonRecord(RecordRef("A"), "Arben", text)
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "text",
    [
        "a" * 200,
        "ab " * 24,
        "aa ab ac ad ae af ag ah ai aj ak al am an ao ap aq ar as at au av aw ax",
        "Hoxha" * 40,
        "q\u0323\u0307" * 60,
        "\U0001d4d0\U0001d4fb\U0001d4eb\U0001d4ee\U0001d4f7" * 20,
        "\u200b".join("Hoxha" * 10),
        "ـمحمد" * 30,
    ],
)
def test_the_longest_names_are_filed_and_found_in_bounded_time(text: str) -> None:
    index = PersonIndex([*PEOPLE, PersonRecord(RecordRef("LONG"), text[:200], "Krasniqi", PartialDate(1990, 3, 7))])
    started = time.process_time()
    found = search(PersonQuery(text[:200], "Krasniqi", PartialDate(1990, 3, 7)), index)
    assert found[0].ref == "LONG"
    assert time.process_time() - started < 5


def test_twenty_aliases_of_as_many_parts_as_may_be_do_not_slow_others_down() -> None:
    wide = [
        PersonRecord(
            RecordRef(f"W-{number}"), "Arben", "Hoxha", aliases=tuple(f"{'ab cd ' * 3}{each} x" for each in range(20))
        )
        for number in range(50)
    ]
    index = PersonIndex([*PEOPLE, *wide])
    started = time.process_time()
    assert search(PersonQuery("Arben", "Hoxha"), index)
    assert time.process_time() - started < 10
    back = {each.ref: each for level in index.levels() for each in level.records()}
    assert all(back[each.ref] == each for each in wide)


def test_a_reference_may_hold_what_separates_fields() -> None:
    odd = [
        PersonRecord(RecordRef(ref), "Arben", "Hoxha")
        for ref in ("a\x1eb", "a\x1fb", "\x10", "\x10a", "[", "né", "\ud800")
    ]
    index = PersonIndex([*PEOPLE, *odd])
    assert {each.ref for each in odd} <= {match.ref for match in search(PersonQuery("Arben", "Hoxha"), index)}
    for each in odd:
        index.remove(each.ref)
    assert len(index) == len(PEOPLE)


def test_several_threads_search_one_index() -> None:
    index = PersonIndex(PEOPLE)
    queries = [PersonQuery(each.first_names, each.family_names, each.birth_date) for each in PEOPLE[::20]]
    alone = [search(query, PersonIndex(PEOPLE)) for query in queries]
    answers: list[list[list[Match]]] = []

    def ask() -> None:
        answers.append([search(query, index) for query in queries])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert answers == [alone] * 4


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(PersonIndex(PEOPLE[:40]), tmp_path / "index")
    return tmp_path / "index"


def with_sum(folder: Path) -> None:
    """Put right checksums on whatever lies in a folder now, as an enemy would."""
    body = json.loads((folder / HEADER).read_text(encoding="ascii").split("\n")[0])
    body["checksum"] = crc32((folder / DATA).read_bytes())
    text = json.dumps(body, separators=(",", ":"))
    (folder / HEADER).write_text(f"{text}\n{crc32(text.encode()):08x}\n", encoding="ascii")


@pytest.mark.parametrize("seed", range(12))
def test_an_enemy_with_right_checksums_gets_no_other_persons_memory(folder: Path, seed: int) -> None:
    """Numbers that point outside are refused at the opening, texts that are none when they are read, and nothing breaks."""
    data = bytearray((folder / DATA).read_bytes())
    source = np.random.default_rng(seed)
    for place in source.integers(0, len(data), 40).tolist():
        data[place] = int(source.integers(0, 256))
    (folder / DATA).write_bytes(data)
    with_sum(folder)
    with suppress(InputError):
        found = search(PersonQuery(PEOPLE[3].first_names, PEOPLE[3].family_names), load(folder))
        assert len(found) <= 20


@pytest.mark.parametrize("kept", [0, 1, 10, 100, 1_000])
def test_bytes_that_end_too_early_are_refused(kept: int) -> None:
    written = to_bytes(PersonIndex(PEOPLE[:30]))
    with pytest.raises(InputError):
        from_bytes(written[:kept])
    with pytest.raises(InputError):
        from_bytes(written[: -kept or None] + b"\0" * 8)


def test_bytes_and_folder_hold_the_same(folder: Path) -> None:
    written = to_bytes(PersonIndex(PEOPLE[:40]))
    assert written == (folder / HEADER).read_bytes() + (folder / DATA).read_bytes()
    query = PersonQuery(PEOPLE[5].first_names, PEOPLE[5].family_names)
    assert search(query, from_bytes(written)) == search(query, load(folder))


def test_a_file_of_other_things_is_no_index(tmp_path: Path) -> None:
    (tmp_path / HEADER).write_bytes(b"\0" * 1_000_000)
    (tmp_path / DATA).write_bytes(b"")
    done = CliRunner().invoke(group, ["search", "--index", str(tmp_path), "--first", "Arben", "--family", "Hoxha"])
    assert isinstance(done.exception, InputError)


def test_the_machine_is_told_nothing_by_a_refusal(folder: Path) -> None:
    data = bytearray((folder / DATA).read_bytes())
    data[10] ^= 1
    (folder / DATA).write_bytes(data)
    with pytest.raises(InputError) as refused:
        load(folder)
    for each in PEOPLE[:40]:
        assert each.family_names not in refused.value.message
