"""Levels joined: whatever was filed and taken out, what is written is what filing the rest anew would write, byte by byte."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people import PartialDate, PersonQuery, PersonRecord
from egnatia.engines.people.compacting import compacted, joined
from egnatia.engines.people.disk import from_bytes, to_bytes
from egnatia.engines.people.index import PersonIndex, search
from egnatia.engines.people.level import pack
from egnatia.engines.people.parts import parts
from egnatia.engines.people.simulate import persons
from egnatia.engines.people.vocabulary import Vocabulary
from egnatia.model.ids import RecordRef

LAW = settings(deadline=None, derandomize=True, max_examples=30)
PEOPLE = [each.record() for each in persons(700, 23)]
NAMES = ("Arben", "Arbën", "Арбен", "Đorđe", "Dorde", "Ђорђе", "Hoxha", "Hodža", "محمد", "Ali ibn Ahmad", "", "J. C.")
names = st.sampled_from(NAMES)


@st.composite
def records(draw: st.DrawFn) -> PersonRecord:
    """A record with a name, in which anything else may be missing."""
    return PersonRecord(
        RecordRef(f"R-{draw(st.integers(0, 9_999)):04d}"),
        draw(st.sampled_from(NAMES[:8])),
        draw(names),
        draw(st.sampled_from([None, PartialDate(1990, 3, 7), PartialDate(1990, 7, 3), PartialDate(1991)])),
        draw(names),
        tuple(draw(st.lists(st.sampled_from(["BA1234567", "phone:+355691234567", "0101990450006"]), max_size=2))),
        tuple(draw(st.lists(st.sampled_from(NAMES[:8]), max_size=2))),
        draw(names),
    )


registers = st.lists(records(), max_size=14, unique_by=lambda each: each.ref)
steps = st.lists(st.tuples(st.booleans(), st.integers(0, 30)), max_size=30)


def in_order(index: PersonIndex) -> list[PersonRecord]:
    """What an index holds, in the order in which it holds it."""
    return [each for level in index.levels() for each in level.records()]


def after(register: list[PersonRecord], history: list[tuple[bool, int]], begun: int) -> PersonIndex:
    """An index that was filled with some records at once and then lived through a history."""
    index = PersonIndex(register[:begun])
    for adds, place in history if register else ():
        one = register[place % len(register)]
        if adds and not index.has(one.ref):
            index.add(one)
        elif not adds and index.has(one.ref):
            index.remove(one.ref)
    return index


@LAW
@given(registers, steps, st.integers(0, 14))
def test_whatever_happened_the_bytes_are_those_of_a_fresh_filing(
    register: list[PersonRecord], history: list[tuple[bool, int]], begun: int
) -> None:
    index = after(register, history, begun)
    assert to_bytes(index) == to_bytes(PersonIndex(in_order(index)))


@LAW
@given(registers, steps, st.integers(0, 14))
def test_whatever_happened_before_and_after_it_was_written(
    register: list[PersonRecord], history: list[tuple[bool, int]], begun: int
) -> None:
    index = from_bytes(to_bytes(after(register, history, begun)))
    for one in register[::3]:
        if index.has(one.ref):
            index.remove(one.ref)
    for one in register[::2]:
        if not index.has(one.ref):
            index.add(one)
    assert to_bytes(index) == to_bytes(PersonIndex(in_order(index)))


@pytest.mark.parametrize("seed", range(3))
def test_many_levels_with_gaps_are_written_as_one_filing(seed: int) -> None:
    source = random.Random(seed)
    index = PersonIndex(PEOPLE[:100])
    for each in PEOPLE[100:]:
        index.add(each)
    for each in source.sample(PEOPLE, 250):
        index.remove(each.ref)
    assert len(index.levels()) > 1
    assert to_bytes(index) == to_bytes(PersonIndex(in_order(index)))


def test_of_who_was_taken_out_nothing_is_left() -> None:
    gone = PersonRecord(
        RecordRef("GONE-77"), "Qazwsxedc", "Plmoknijb", PartialDate(1931, 2, 3), "Wsxqaz", ("ZZ9988776",),
        ("Vutsrqpo",), "Edcwsx",
    )  # fmt: skip
    index = PersonIndex([*PEOPLE[:40], gone, *PEOPLE[40:80]])
    held = to_bytes(index)
    traces = [
        b"GONE-77",
        b"Qazwsxedc",
        b"qazwsxedc",
        b"plmoknijb",
        b"Wsxqaz",
        b"wsxqaz",
        b"ZZ9988776",
        b"vutsrqpo",
        b"edcwsx",
    ]
    assert all(trace in held for trace in traces)
    index.remove(gone.ref)
    left = to_bytes(index)
    assert not any(trace in left for trace in traces)
    assert left == to_bytes(PersonIndex(PEOPLE[:80])), "nor can it be seen that there was anybody"


def test_a_name_that_somebody_else_bears_stays_with_its_count() -> None:
    both = [PersonRecord(RecordRef(ref), "Arben", family) for ref, family in (("A-1", "Hoxha"), ("A-2", "Gashi"))]
    index = PersonIndex(both)
    index.remove(RecordRef("A-1"))
    opened = from_bytes(to_bytes(index))
    counted = {name: opened.frequencies.part(parts(name)[0]) for name in ("Arben", "Gashi", "Hoxha")}
    assert counted == {"Arben": 1, "Gashi": 1, "Hoxha": 0}
    assert len(opened.vocabulary) == 2


def test_names_that_are_one_spelling_with_two_sounds_leave_their_own_sound_only() -> None:
    index = PersonIndex([PersonRecord(RecordRef("A"), "Đorđe", "Kola"), PersonRecord(RecordRef("B"), "Dorde", "Kola")])
    index.remove(RecordRef("A"))
    assert to_bytes(index) == to_bytes(PersonIndex([PersonRecord(RecordRef("B"), "Dorde", "Kola")]))


def test_nothing_and_everything_taken_out_are_written() -> None:
    index = PersonIndex(PEOPLE[:9])
    whole = to_bytes(index)
    assert to_bytes(index) == whole
    for each in PEOPLE[:9]:
        index.remove(each.ref)
    assert to_bytes(index) == to_bytes(PersonIndex())
    index.add(PEOPLE[0])
    assert to_bytes(index) == to_bytes(PersonIndex(PEOPLE[:1]))


def test_an_index_is_not_changed_by_being_written() -> None:
    index = PersonIndex(PEOPLE[:300])
    for each in PEOPLE[50:90]:
        index.remove(each.ref)
    query = PersonQuery(PEOPLE[7].first_names, PEOPLE[7].family_names, PEOPLE[7].birth_date)
    before = search(query, index)
    to_bytes(index)
    assert search(query, index) == before
    assert search(query, from_bytes(to_bytes(index))) == before


def test_levels_joined_hold_what_each_held_in_its_order() -> None:
    vocabulary = Vocabulary()
    levels = [pack(PEOPLE[start : start + 30], vocabulary) for start in (0, 30, 60)]
    levels[1].alive[[0, 5, 29]] = False
    made = joined(levels)
    left = [each for place, each in enumerate(PEOPLE[:90]) if place not in {30, 35, 59}]
    assert made.records() == left
    assert [made.slot(each.ref) for each in left] == list(range(87))
    assert made.slot(PEOPLE[35].ref) is None
    again = pack(left, vocabulary)
    for mine, theirs in ((made.names, again.names), (made.parts.slots, again.parts.slots), (made.ends, again.ends)):
        assert np.array_equal(mine, theirs)
    for mine, theirs in ((made.numbers.keys, again.numbers.keys), (made.numbers.slots, again.numbers.slots)):
        assert np.array_equal(mine, theirs)


def test_no_level_at_all_is_an_empty_one() -> None:
    assert len(joined([])) == 0
    vocabulary, level = compacted(Vocabulary(), [])
    assert (len(vocabulary), len(level)) == (0, 0)


def test_what_needs_no_compacting_is_taken_as_it_is() -> None:
    index = PersonIndex(PEOPLE[:20])
    (level,) = index.levels()
    vocabulary, same = compacted(index.vocabulary, [level])
    assert vocabulary is index.vocabulary
    assert same is level


def test_growing_by_joining_reads_no_record_again() -> None:
    index = PersonIndex()
    for each in PEOPLE[:600]:
        index.add(each)
    assert len(index.levels()) < 4
    assert sorted(in_order(index), key=lambda each: each.ref) == sorted(PEOPLE[:600], key=lambda each: each.ref)
    fresh = PersonIndex(PEOPLE[:600])
    for each in PEOPLE[:600:40]:
        query = PersonQuery(each.first_names, each.family_names)
        assert search(query, index) == search(query, fresh)
