"""An index whose writing broke off, whose folder was exchanged, or that was filed in whatever order: old ones stay usable."""

import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people import PersonQuery, PersonRecord
from egnatia.engines.people.disk import DATA, HEADER, load, save, to_bytes
from egnatia.engines.people.index import PersonIndex, search
from egnatia.engines.people.simulate import persons
from egnatia.errors import ConflictError, InputError
from egnatia.model.ids import RecordRef

PEOPLE = [each.record() for each in persons(300, 5)]
STATES = ("nothing", "half of the data", "all data", "all data and a header without its name")
"""What a killed process leaves behind, in the order of writing."""
KILLED = """
import os, signal, sys
from pathlib import Path
from egnatia.engines.people.disk import save
from egnatia.engines.people.index import PersonIndex
from egnatia.engines.people.simulate import persons

class Dies(PersonIndex):
    def levels(self):
        found = super().levels()
        os.write(1, b"writing")
        os.kill(os.getpid(), signal.SIGKILL)
        return found

save(Dies(each.record() for each in persons(40, 5)), Path(sys.argv[1]))
"""


def question(record: PersonRecord) -> PersonQuery:
    return PersonQuery(record.first_names, record.family_names, record.birth_date, record.father_name)


def broken_off(folder: Path, state: str) -> Path:
    whole = folder.with_name("whole")
    save(PersonIndex(PEOPLE[:50]), whole)
    folder.mkdir()
    data = (whole / DATA).read_bytes()
    if state != "nothing":
        (folder / DATA).write_bytes(data[: len(data) // 2] if state.startswith("half") else data)
    if state.endswith("its name"):
        (folder / f"{HEADER}.part").write_bytes((whole / HEADER).read_bytes()[:100])
    return folder


@pytest.mark.parametrize("state", STATES)
def test_what_broke_off_is_opened_by_nobody_and_its_folder_can_be_given_again(state: str, tmp_path: Path) -> None:
    folder = broken_off(tmp_path / "index", state)
    with pytest.raises(InputError, match=r"people\.json is missing") as caught:
        load(folder)
    assert "again" in caught.value.hint()
    save(PersonIndex(PEOPLE[:50]), folder)
    assert sorted(each.name for each in folder.iterdir()) == [DATA, HEADER]
    assert len(load(folder)) == 50


def test_a_finished_index_and_a_folder_of_something_else_are_never_written_into(tmp_path: Path) -> None:
    save(PersonIndex(PEOPLE[:20]), tmp_path / "index")
    before = {each.name: each.read_bytes() for each in (tmp_path / "index").iterdir()}
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "report.txt").write_text("mine")
    (tmp_path / "both").mkdir()
    for name in (DATA, "report.txt"):
        (tmp_path / "both" / name).write_text("mine")
    for folder in ("index", "other", "both"):
        with pytest.raises(ConflictError, match="not empty"):
            save(PersonIndex(PEOPLE[:30]), tmp_path / folder)
    assert {each.name: each.read_bytes() for each in (tmp_path / "index").iterdir()} == before
    assert (tmp_path / "both" / DATA).read_text() == "mine"


def test_a_process_killed_while_it_writes_leaves_the_old_index_as_it_was(tmp_path: Path) -> None:
    save(PersonIndex(PEOPLE), tmp_path / "old")
    answers = [search(question(record), load(tmp_path / "old")) for record in PEOPLE[:10]]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "new")], capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (-9, b"writing")
    with pytest.raises(InputError):
        load(tmp_path / "new")
    assert [search(question(record), load(tmp_path / "old")) for record in PEOPLE[:10]] == answers
    save(PersonIndex(PEOPLE[:10]), tmp_path / "new")
    assert len(load(tmp_path / "new")) == 10


def test_a_folder_exchanged_under_a_running_process_changes_no_answer_of_it(tmp_path: Path) -> None:
    """What is open stays what it was; who opens the folder now has the other."""
    folder = tmp_path / "index"
    save(PersonIndex(PEOPLE[:100]), folder)
    save(PersonIndex(PEOPLE[100:]), tmp_path / "next")
    opened = load(folder)
    expected = [search(question(record), opened) for record in PEOPLE[:20]]
    folder.rename(tmp_path / "away")
    (tmp_path / "next").rename(folder)
    assert [search(question(record), opened) for record in PEOPLE[:20]] == expected
    shutil.rmtree(tmp_path / "away")
    assert [search(question(record), opened) for record in PEOPLE[:20]] == expected
    assert {record.ref for level in load(folder).levels() for record in level.records()} == {
        record.ref for record in PEOPLE[100:]
    }


def test_data_of_another_index_beside_a_header_are_refused(tmp_path: Path) -> None:
    save(PersonIndex(PEOPLE[:100]), tmp_path / "one")
    save(PersonIndex(PEOPLE[100:200]), tmp_path / "other")
    (tmp_path / "other" / DATA).replace(tmp_path / "one" / DATA)
    with pytest.raises(InputError, match="no index that can be used"):
        load(tmp_path / "one")


@settings(deadline=None, derandomize=True, max_examples=12)
@given(st.integers(0, 10_000))
def test_filing_taking_out_and_reusing_references_in_any_order_equals_filing_what_is_left(seed: int) -> None:
    chance = random.Random(seed)
    made, kept = PersonIndex(), dict[RecordRef, PersonRecord]()
    for record in chance.sample(PEOPLE, 80):
        made.add(record)
        kept[record.ref] = record
        if chance.random() < 0.4:
            gone = chance.choice(sorted(kept))
            made.remove(gone)
            del kept[gone]
            if chance.random() < 0.5:  # the reference comes again, for somebody else
                other = chance.choice(PEOPLE)
                again = PersonRecord(gone, other.first_names, other.family_names, other.birth_date, other.father_name)
                made.add(again)
                kept[gone] = again
    with pytest.raises(ConflictError):
        made.add(next(iter(kept.values())))
    in_order = PersonIndex(kept.values())
    assert to_bytes(made) == to_bytes(in_order)
    shuffled = PersonIndex(chance.sample(list(kept.values()), len(kept)))
    for record in chance.sample(PEOPLE, 8):
        assert search(question(record), made) == search(question(record), shuffled)
