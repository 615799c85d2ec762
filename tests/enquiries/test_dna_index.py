"""The index equals the store, whatever came, went, was undone or written by another process, and is on no disk."""

import itertools
import json
import random
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from tests.databases import create_tables
from tests.enquiries.dna_rows import ADMIN, CHIEF, DAY
from tests.enquiries.test_dna_profiles import GONE, intake
from tests.federation.dna_acts import CATEGORIES, KIND, as_kind, somebody

from egnatia.engines.dna.columns import unpack
from egnatia.engines.dna.rule_file import shipped_rules
from egnatia.enquiries.dna.index import _LOOSE as LOOSE
from egnatia.enquiries.dna.index import GUARD, POPULATIONS, DnaIndex, _born
from egnatia.enquiries.dna.links import Link, link_profile
from egnatia.enquiries.dna.profiles import load_profile, replace_loci, store_profiles
from egnatia.enquiries.dna.withdrawal import erase_everywhere
from egnatia.errors import ConflictError, InputError, NotFoundError
from egnatia.model.dna import ProfileKind
from egnatia.model.states import SubjectKind
from egnatia.store.database import Database, Transaction
from egnatia.store.tables import dna_change, dna_profile
from egnatia.store.vault import Vault

PERSONS, TRACES = SubjectKind.DNA_PERSON, SubjectKind.DNA_TRACE
RULES = shipped_rules("cautious")


def put(tx: Transaction, seed: str, ref: str, kind: ProfileKind = KIND.PERSON) -> None:
    store_profiles(tx, ADMIN, [somebody(seed, ref, kind)], intake(CATEGORIES[kind]), DAY)


def refs(index: DnaIndex, tx: Transaction, seed: str, population: SubjectKind = PERSONS) -> list[str]:
    """Who is found for the trace of somebody."""
    return [each.candidate.ref for each in index.search(tx, population, somebody(seed, "T-0", KIND.TRACE), RULES)]


def held(index: DnaIndex, tx: Transaction) -> dict[SubjectKind, set[tuple[str, str]]]:
    """Everything the index has: the references and what stands at one locus."""
    return {
        each: {(one.ref, str(sorted(one.loci.items()))) for one in unpack(index.columns(tx, each))}
        for each in POPULATIONS
    }


def stored(tx: Transaction) -> dict[SubjectKind, set[tuple[str, str]]]:
    """What it should have."""
    found: dict[SubjectKind, set[tuple[str, str]]] = {each: set() for each in POPULATIONS}
    for row in tx.execute(select(dna_profile.c.ref, dna_profile.c.kind)).all():
        for population, kinds in POPULATIONS.items():
            if row.kind in kinds:
                found[population].add((row.ref, str(sorted(load_profile(tx, row.ref).loci.items()))))
    return found


def test_what_is_stored_is_found_and_what_is_erased_is_not(database: Database) -> None:
    index = DnaIndex()
    with database.write() as tx:
        put(tx, "one", "P-1")
        put(tx, "two", "P-2")
    with database.read() as tx:
        assert refs(index, tx, "one") == ["P-1"]
        assert refs(index, tx, "nobody") == []
    with database.write() as tx:
        erase_everywhere(tx, CHIEF, "P-1", GONE, DAY)
        assert refs(index, tx, "one") == [], "gone already where it was erased"
    with database.read() as tx:
        assert refs(index, tx, "one") == []
        assert refs(index, tx, "two") == ["P-2"]


def test_what_was_undone_was_never_there(database: Database) -> None:
    """A transaction that searched what it stored is rolled back, and the next one takes the same numbers."""
    index = DnaIndex()
    with database.write() as tx:
        put(tx, "one", "P-1")
    with suppress(ZeroDivisionError), database.write() as tx:
        put(tx, "two", "P-2")
        assert refs(index, tx, "two") == ["P-2"]
        raise ZeroDivisionError
    with database.read() as tx:
        assert refs(index, tx, "two") == []
        assert refs(index, tx, "one") == ["P-1"]
    with database.write() as tx:
        put(tx, "three", "P-2")
    with database.read() as tx:
        assert refs(index, tx, "two") == []
        assert refs(index, tx, "three") == ["P-2"]


def test_a_savepoint_that_was_undone_leaves_nothing(database: Database) -> None:
    index = DnaIndex()
    with database.write() as tx:
        with suppress(ZeroDivisionError), tx.savepoint():
            put(tx, "two", "P-2")
            assert refs(index, tx, "two") == ["P-2"]
            raise ZeroDivisionError
        assert refs(index, tx, "two") == []
        put(tx, "three", "P-2")
        assert refs(index, tx, "three") == ["P-2"]
        assert refs(index, tx, "two") == []


def test_two_indexes_of_one_store_agree(database: Database) -> None:
    """As two processes have them: what one stores, the other finds at its next use."""
    one, other = DnaIndex(), DnaIndex()
    for number in range(6):
        with database.write() as tx:
            put(tx, f"{number}", f"P-{number}")
            assert refs(one, tx, f"{number}") == [f"P-{number}"]
        with database.read() as tx:
            assert refs(other, tx, f"{number}") == [f"P-{number}"]
            assert held(one, tx) == held(other, tx) == stored(tx)


@pytest.mark.parametrize("count", [1, 40])
def test_the_whole_is_the_same_object_until_something_changes(database: Database, count: int) -> None:
    index = DnaIndex()
    with database.write() as tx:
        for number in range(count):
            put(tx, f"{number}", f"E-{number}", KIND.ELIMINATION)
    with database.read() as tx:
        first = index.columns(tx, GUARD)
        assert index.columns(tx, GUARD) is first
        assert len(first) == count
    with database.write() as tx:
        put(tx, "more", "E-99", KIND.VICTIM)
        assert index.columns(tx, GUARD) is not first
        assert len(index.columns(tx, GUARD)) == count + 1


def test_populations_do_not_mix(database: Database) -> None:
    index = DnaIndex()
    with database.write() as tx:
        for number, kind in enumerate(KIND):
            put(tx, "the one", f"X-{number}", kind)
    with database.read() as tx:
        found = {each: {one.kind for one in unpack(index.columns(tx, each))} for each in POPULATIONS}
    assert found == {each: {*kinds} for each, kinds in POPULATIONS.items()}
    assert not {KIND.RELATIVE, KIND.MISSING, KIND.MIXTURE} & {kind for kinds in found.values() for kind in kinds}


def test_loci_typed_since_are_searched(database: Database) -> None:
    index = DnaIndex()
    with database.write() as tx:
        put(tx, "one", "P-1")
        assert refs(index, tx, "one") == ["P-1"]
        replace_loci(tx, somebody("two", "P-1"), DAY)
        assert refs(index, tx, "one") == []
        assert refs(index, tx, "two") == ["P-1"]


def test_several_threads_search_while_profiles_come(database: Database) -> None:
    index = DnaIndex()
    failures: list[BaseException] = []
    with database.write() as tx:
        put(tx, "one", "P-0")

    def search() -> None:
        try:
            for _ in range(6):
                with database.read() as tx:
                    assert refs(index, tx, "one") == ["P-0"]
                    assert held(index, tx) == stored(tx)
        except AssertionError as error:
            failures.append(error)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for each in threads:
        each.start()
    for number in range(1, 7):
        with database.write() as tx:
            put(tx, f"{number}", f"P-{number}")
    for each in threads:
        each.join()
    assert failures == []


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("1990-02-28", date(1990, 2, 28)),
        ("2008-02", date(2008, 2, 29)),
        ("2007-12", date(2007, 12, 31)),
        ("2007-01", date(2007, 1, 31)),
        ("2007", date(2007, 12, 31)),
        ("", None),
        (None, None),
    ],
)
def test_of_a_date_that_is_known_in_part_the_latest_day_counts(written: str | None, day: date | None) -> None:
    content = json.dumps({"record": {"birth_date": written} if written is not None else {}})
    assert _born(content.encode()) == day
    assert _born(None) is None


def test_nothing_of_it_is_on_the_disk(database: Database, tmp_path: Path) -> None:
    index = DnaIndex()
    with database.write() as tx:
        put(tx, "one", "P-1")
    with database.read() as tx:
        assert refs(index, tx, "one") == ["P-1"]
    content = b"".join(each.read_bytes() for each in tmp_path.rglob("*") if each.is_file())
    assert b"D21S11" not in content


# Any course of events.

ACTS = st.tuples(
    st.sampled_from(["put", "erase", "retype", "link", "undo", "search"]),
    st.integers(0, 5),
    st.sampled_from([KIND.PERSON, KIND.TRACE, KIND.REMAINS, KIND.VICTIM, KIND.ELIMINATION, KIND.RELATIVE]),
)


@dataclass
class Course:
    """Acts on a store, with an index that looks now and then."""

    database: Database
    index: DnaIndex = field(default_factory=DnaIndex)
    seeds: Iterator[int] = field(default_factory=itertools.count)

    def act(self, what: str, number: int, kind: ProfileKind) -> None:
        ref = f"X-{number}"
        with suppress(ConflictError, NotFoundError, InputError, _UndoneError), self.database.write() as tx:
            if what == "put":
                put(tx, f"{next(self.seeds)}", ref, kind)
            elif what == "erase":
                erase_everywhere(tx, CHIEF, ref, GONE, DAY)
            elif what == "retype":
                replace_loci(tx, as_kind(somebody(f"{next(self.seeds)}"), ref, load_profile(tx, ref).kind), DAY)
            elif what == "link":
                link_profile(tx, CHIEF, ref, Link("DUR-2025-0417"), DAY)
            elif what == "undo":
                put(tx, f"{next(self.seeds)}", f"{ref}-U", kind)
                self.index.columns(tx, PERSONS)
                raise _UndoneError
        if what == "search":
            with self.database.read() as tx:
                refs(self.index, tx, "0", TRACES)


class _UndoneError(Exception):
    """Whatever was done is undone."""


@settings(deadline=None, derandomize=True, max_examples=8)
@given(acts=st.lists(ACTS, min_size=4, max_size=14))
def test_the_index_equals_the_store_after_any_course_of_events(
    acts: list[tuple[str, int, ProfileKind]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("course")
    database = Database(f"sqlite:///{folder / 'n.sqlite'}", Vault(folder / "v.sqlite", bytes(32)), random.Random(1))
    create_tables(database.engine)
    course = Course(database)
    for what, number, kind in acts:
        course.act(what, number, kind)
        with database.read() as tx:
            found = {row.seq for row in tx.execute(select(dna_change.c.seq))}
            assert found == set(range(1, len(found) + 1)), "numbers without a gap"
    with database.read() as tx:
        assert held(course.index, tx) == stored(tx)
        for ref, _ in stored(tx)[PERSONS]:
            mine = as_kind(load_profile(tx, ref), "T-0")
            assert ref in [each.candidate.ref for each in course.index.search(tx, PERSONS, mine, RULES)]
    database.close()


def test_many_that_came_later_are_packed_anew(database: Database) -> None:
    """Past what is looked at apart, the columns are packed again, and nothing is lost or doubled."""
    index = DnaIndex()
    with database.write() as tx:
        put(tx, "first", "P-0")
        assert refs(index, tx, "first") == ["P-0"]
        some = somebody("many", "P-1")
        many = [as_kind(some, f"M-{number}", KIND.PERSON) for number in range(LOOSE + 5)]
        store_profiles(tx, ADMIN, many, intake(), DAY)
        assert len(refs(index, tx, "many")) == len(many)
        erase_everywhere(tx, CHIEF, "M-7", GONE, DAY)
        assert len(refs(index, tx, "many")) == len(many) - 1
        assert "M-7" not in refs(index, tx, "many")
