"""The parts of the index by themselves: postings, hashes, the vocabulary, points. Each against the plain way to do it."""

import random
import string

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people import PartialDate, PersonQuery, PersonRecord
from egnatia.engines.people.date_points import date_points
from egnatia.engines.people.dates import DIFFERENT_BITS, date_bits
from egnatia.engines.people.frequencies import TYPICAL
from egnatia.engines.people.index import PersonIndex
from egnatia.engines.people.level import (
    ALIAS,
    FAMILY,
    FATHER,
    FIRST,
    MOTHER,
    NUMBER_MASK,
    ROLE_BITS,
    Ints,
    Packer,
    day_number,
    hashes,
    numbers_of,
    pack,
    parts_of,
    posting,
)
from egnatia.engines.people.likeness import part_likeness, prepare_name, together
from egnatia.engines.people.match import compare_prepared, prepare
from egnatia.engines.people.parts import parts
from egnatia.engines.people.sieve import sift
from egnatia.engines.people.simulate import Noise, disturbed, persons
from egnatia.engines.people.vocabulary import LIKE_FROM, Vocabulary, reading
from egnatia.model.ids import RecordRef

FEW = settings(deadline=None, derandomize=True, max_examples=40)
pairs_of = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 200)), max_size=80)


def arrays(pairs: list[tuple[int, int]]) -> tuple[Ints, Ints]:
    keys, slots = (np.array([one[place] for one in pairs], dtype=np.uint32) for place in (0, 1))
    return keys, slots


@FEW
@given(pairs_of, st.integers(0, 32), st.integers(0, 32))
def test_a_posting_answers_for_ranges_and_several_keys(pairs: list[tuple[int, int]], one: int, other: int) -> None:
    made = posting(*arrays(pairs))
    low, high = sorted((one, other))
    wanted = sorted((key, slot) for key, slot in set(pairs) if low <= key <= high)
    assert made.between(low, high).tolist() == [slot for _, slot in wanted]
    slots, lengths = made.several(np.arange(low, high + 1, dtype=np.uint32))
    assert slots.tolist() == [slot for _, slot in wanted]
    assert lengths.tolist() == [sum(each == key for each, _ in wanted) for key in range(low, high + 1)]
    turned = np.arange(high, low - 1, -1, dtype=np.uint32)
    assert made.several(turned)[0].tolist() == [slot for key in turned.tolist() for each, slot in wanted if each == key]


@FEW
@given(pairs_of)
def test_hashes_are_the_pairs_they_were_made_of(pairs: list[tuple[int, int]]) -> None:
    made = hashes(*arrays(pairs))
    for key in range(32):
        assert made.of(key).tolist() == sorted({slot for other, slot in pairs if other == key})


def test_the_largest_key_is_found() -> None:
    made = posting(np.array([2**32 - 1, 0], dtype=np.uint32), np.array([7, 8], dtype=np.uint32))
    assert made.of(2**32 - 1).tolist() == [7]
    assert made.between(2**32 - 1, 2**32 - 1).tolist() == [7]
    assert hashes(made.keys, made.slots).of(2**32 - 1).tolist() == [7]


def words(count: int, seed: int) -> list[str]:
    source = random.Random(seed)
    return sorted({"".join(source.choices(string.ascii_lowercase[:11], k=source.randint(2, 8))) for _ in range(count)})


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_like_a_part_is_what_comparing_all_that_share_a_key_says(seed: int) -> None:
    vocabulary = Vocabulary()
    written = words(1_500, seed)
    for word in written:
        for part in parts(word):
            vocabulary.count(vocabulary.number(part), 1)
    source = random.Random(seed)
    for word in source.sample(written, 30):
        for part in parts(word[:-1] + source.choice("aeiou")):
            found = vocabulary.like(part)
            assert [alike for _, alike in found] == sorted(alike for _, alike in found)
            assert all(alike == part_likeness(part, vocabulary.part(number)) >= LIKE_FROM for number, alike in found)
            met = {number for number, _ in found}
            for number in range(len(vocabulary)):
                other = vocabulary.part(number)
                if other.sound == part.sound and part_likeness(part, other) >= LIKE_FROM:
                    assert number in met, (part, other)
            assert vocabulary.like(part) == found, "what is remembered is the same"


def test_a_filed_vocabulary_knows_the_same_parts_by_the_same_numbers() -> None:
    first = Vocabulary()
    for word in (*words(400, 4), "Џемаил", "محمد", "习近平", "al"):
        for part in parts(word):
            first.count(first.number(part), 2)
            first.count_parent(first.number(part), 3)
    second = Vocabulary(first.filed(), *first.counts())
    assert len(second) == len(first)
    for number in range(len(first)):
        part = first.part(number)
        assert second.part(number) == part
        assert second.number(part) == number
        assert (second.counted(part), second.counted_parent(part)) == (first.counted(part), first.counted_parent(part))
        assert second.like(part) == first.like(part)
        assert second.has(part.text) == first.has(part.text)
    (new,) = parts("zzyzx")
    assert second.number(new) == first.number(new) == len(first) - 1
    assert not second.has("zzyzx")


def test_one_spelling_with_two_sounds_is_counted_as_one() -> None:
    vocabulary = Vocabulary()
    for name in ("Braçh", "Brach"):
        for part in parts(name):
            vocabulary.count(vocabulary.number(part), 5)
    (part,) = parts("Brach")
    assert vocabulary.counted(part) == 10
    assert vocabulary.has("brach")


def test_how_names_are_read_has_a_number_that_stays() -> None:
    assert reading() == reading()
    assert 0 <= reading() < 2**32


def test_a_packed_level_says_in_which_field_a_part_stands() -> None:
    vocabulary = Vocabulary()
    one = PersonRecord(RecordRef("A"), "Arben Luan", "Hoxha", None, "Ilir", (), ("HOXHA, Beni",), "Zana")
    level = pack([PersonRecord(RecordRef("0"), "Kol", "Ndoj"), one], vocabulary)
    mine = level.names[level.name_ends[0] : level.name_ends[1]].tolist()
    fields = [(each >> ROLE_BITS, vocabulary.part(each & NUMBER_MASK).text) for each in mine]
    assert fields == [
        (FIRST, "arben"),
        (FIRST, "luan"),
        (FAMILY, "hoxha"),
        (FATHER, "ilir"),
        (MOTHER, "zana"),
        (ALIAS, "hoxha"),
        (ALIAS, "beni"),
    ]
    (ilir,), (hoxha,) = parts("Ilir"), parts("Hoxha")
    assert level.parts.of(vocabulary.number(ilir)).tolist() == []
    assert level.parts.of(vocabulary.number(hoxha)).tolist() == [1]
    own, parents = parts_of(one, vocabulary)
    assert {vocabulary.part(number).text for number in parents} == {"ilir", "zana"}
    assert {vocabulary.part(number).text for number in own} == {"arben", "luan", "hoxha", "beni"}


def test_a_packer_keeps_nothing_between_levels_but_the_vocabulary() -> None:
    vocabulary = Vocabulary()
    packer = Packer(vocabulary)
    assert len(packer.level()) == 0
    packer.add(PersonRecord(RecordRef("A"), "Arben", "Hoxha", PartialDate(1990, 3, 7)))
    level = packer.level()
    assert level.born.tolist() == [day_number(PartialDate(1990, 3, 7))]
    assert level.dates.of(day_number(PartialDate(1990, 3, 7))).tolist() == [0]


def test_addresses_find_nobody_and_look_alikes_meet() -> None:
    assert numbers_of(["address: Rruga e Durrësit 5, Tirana"]) == []
    assert numbers_of(["BO1234567"]) == numbers_of(["b0 1234567"])
    assert numbers_of(["1234"]) == []


births = st.builds(
    lambda year, month, day: PartialDate(year, month or None, (day or None) if month else None),
    st.integers(1985, 1995),
    st.integers(0, 12),
    st.integers(0, 28),
)


@FEW
@given(births, st.lists(births, min_size=1, max_size=30))
def test_points_of_dates_are_what_the_comparison_says(asked: PartialDate, born: list[PartialDate]) -> None:
    made = date_points(np.array([day_number(each) for each in born] + [0], dtype=np.uint32), asked, TYPICAL)
    wanted = [date_bits(asked, each, TYPICAL)[1] for each in born]
    for got, bits, each in zip(made.tolist(), wanted, born, strict=False):
        exact = got == pytest.approx(bits, abs=1e-5)
        assert exact or (got == DIFFERENT_BITS and bits <= 6), (asked, each)
    assert made[-1] == 0, "who has no date loses nothing"


def test_points_come_close_to_the_full_comparison() -> None:
    made = list(persons(1_200, 21))
    index = PersonIndex(each.record() for each in made)
    source = random.Random(21)
    off: list[float] = []
    for each in source.sample(made, 40):
        asked = disturbed(each, source.choice([Noise.EXACT, Noise.ONE_TYPO, Noise.SWAPPED_NAMES]), source.random)
        assert asked is not None
        person = prepare(PersonQuery(asked.first, asked.family, each.record().birth_date, asked.father))
        (sifted,) = sift(index.levels(), index._asked(person))
        best = np.argsort(-sifted.points)[:5]
        for place in best.tolist():
            match = compare_prepared(person, prepare(sifted.level.record(int(sifted.slots[place]))), index.rarity)
            off.append(abs(float(sifted.points[place]) - (match.bits - match.evidence[0].added)))
    assert float(np.median(off)) < 2.5
    assert float(np.quantile(off, 0.9)) < 8


@FEW
@given(st.lists(st.sampled_from(["Arben", "Џемаил", "al-Rahman", "FNU", "", "O'Neil", "محمد"]), min_size=2, max_size=2))
def test_names_put_together_are_the_name_read_as_one(names: list[str]) -> None:
    made, read = together(prepare_name(names[0]), prepare_name(names[1])), prepare_name(*names)
    assert made == read
    assert made.parts == read.parts
    assert made.written == read.written


def test_what_is_dead_is_not_sifted() -> None:
    made = [each.record() for each in persons(400, 8)]
    index = PersonIndex(made)
    person = prepare(PersonQuery(made[5].first_names, made[5].family_names, made[5].birth_date))
    before = {int(slot) for each in sift(index.levels(), index._asked(person)) for slot in each.slots}
    assert 5 in before
    index.remove(made[5].ref)
    after = {int(slot) for each in sift(index.levels(), index._asked(person)) for slot in each.slots}
    assert 5 not in after
