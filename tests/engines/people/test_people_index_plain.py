"""What the index does in columns and from what it remembers is what the plain way says: record by record, value by value."""

import random
import unicodedata
from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people import PartialDate, PersonQuery, PersonRecord, parse_date, variants
from egnatia.engines.people.answer import answer
from egnatia.engines.people.asked import NUMBER_BITS, SLIGHT, AskedPerson, worth_of
from egnatia.engines.people.date_points import date_points
from egnatia.engines.people.dates import DIFFERENT_BITS, date_bits
from egnatia.engines.people.filed_person import Reader
from egnatia.engines.people.frequencies import TYPICAL
from egnatia.engines.people.identifiers import _SIGNS, _number
from egnatia.engines.people.index import PersonIndex, rank, search
from egnatia.engines.people.level import (
    FAMILY,
    FIRST,
    NUMBER_MASK,
    ROLE_BITS,
    Level,
    day_number,
    pack,
    packed,
    posting,
    unpacked,
)
from egnatia.engines.people.match import prepare
from egnatia.engines.people.naming import Prepared
from egnatia.engines.people.points import _looked_up
from egnatia.engines.people.scripts import plain, unify_script, visible
from egnatia.engines.people.sieve import _summed, _weighed
from egnatia.engines.people.simulate import Noise, disturbed, persons
from egnatia.engines.people.sounds import skeleton
from egnatia.engines.people.vocabulary import Vocabulary
from egnatia.model.ids import RecordRef

LAW = settings(deadline=None, derandomize=True, max_examples=50)
CROWD = list(persons(900, 77))
FILED = [each.record() for each in CROWD]
INDEX = PersonIndex(FILED)
ASCII = st.text(st.characters(min_codepoint=0, max_codepoint=127), max_size=24)
SOME = ["Arben", "Xhemail", "Џемаил", "Gjergj", "Kola", "Abdulrahman", "Qasim", "Ćemal", "Djordje", "Thaçi"]
WRITTEN = st.one_of(st.sampled_from(SOME), st.text(st.sampled_from("abcdghjkqstxzěšë \x1e\x1f\x10"), max_size=9))


def queries(count: int, seed: int) -> list[PersonQuery]:
    """Questions of every kind, with and without a date."""
    source = random.Random(seed)
    made: list[PersonQuery] = []
    while len(made) < count:
        asked = disturbed(source.choice(CROWD), source.choice(list(Noise)), source.random)
        if asked is not None and asked.first and asked.family:
            dated = parse_date(asked.born) if source.random() < 0.6 else None
            made.append(PersonQuery(asked.first, asked.family, dated, asked.father if source.random() < 0.5 else ""))
    return made


def without_numbers(person: Prepared) -> Prepared:
    return replace(person, numbers=())


@pytest.mark.parametrize("query", queries(12, 5), ids=str)
def test_a_search_compares_the_records_as_they_are_read(query: PersonQuery) -> None:
    person = prepare(query)
    by_ref = {each.ref: each for each in FILED}
    found = INDEX.candidates(person)
    assert found
    assert {each.ref: each for each in found} == {each.ref: prepare(by_ref[each.ref]) for each in found}
    assert search(query, INDEX) == rank(person, [prepare(by_ref[each.ref]) for each in found], 20, INDEX.rarity)


def test_a_record_in_the_index_is_the_record_read_anew() -> None:
    (level,) = INDEX.levels()
    reader = Reader(INDEX.vocabulary)
    for slot in range(len(level)):
        read = prepare(level.record(slot))
        assert reader.person(level, slot, numbers=True) == read
        without = reader.person(level, slot, numbers=False)
        assert without_numbers(without) == without_numbers(read)
        assert [name.written for name in without.wholes] == [name.written for name in read.wholes]
        assert [name.parts for name in without.wholes] == [name.parts for name in read.wholes]


@pytest.mark.parametrize(
    "odd",
    [
        PersonRecord(RecordRef("A"), "Arben", "Hoxha", aliases=("KOLA, Beni", "Ben Kola")),
        PersonRecord(RecordRef("A\x1e1"), "Arben", "Hoxha"),
        PersonRecord(RecordRef("A"), "Ar\x10ben", "Ho\x1fxha"),
        PersonRecord(RecordRef("A"), "Arben", "Hoxha", identifiers=("J70307001A", "2502984500019")),
        PersonRecord(RecordRef("A"), "Arben", "Hoxha", PartialDate(1990), identifiers=("2502984500019", "AB 12345")),
        PersonRecord(RecordRef("A"), "UNKNOWN", "", identifiers=("AB 12345",)),
        PersonRecord(RecordRef("A"), "FNU", "Hoxha", father_name="XXX", mother_name="Dr. Zana"),
        PersonRecord(RecordRef("A"), "Arben " * 20, "Hoxha", mother_name="Zana " * 24),
        PersonRecord(RecordRef("A"), "A B C D E F G", "H I J K L M N", mother_name="O P Q R S T U V W"),
        PersonRecord(RecordRef("A"), "محمد", "al-Rahman bin Ahmad", PartialDate(1990, 1), "Џемаил", mother_name="Zana"),
        PersonRecord(RecordRef("A"), "Hoxha", "Hoxha", father_name="Hoxha", mother_name="Hoxha"),
        PersonRecord(RecordRef("A\ud800"), "Arb\ud800en", "Hoxha"),
    ],
    ids=str,
)
def test_records_out_of_the_ordinary_are_the_same_too(odd: PersonRecord) -> None:
    index = PersonIndex([PersonRecord(RecordRef("0"), "Zana", "Arben", father_name="Hoxha"), odd])
    (level,) = index.levels()
    assert Reader(index.vocabulary).person(level, 1, numbers=True) == prepare(odd)


def test_numbers_are_read_where_they_are_compared() -> None:
    born = PartialDate(1980, 5, 6)
    filed = [PersonRecord(RecordRef(f"R-{n}"), "Arben", "Hoxha", born, "", (f"AB{n}34567",)) for n in range(9)]
    index = PersonIndex(filed)
    asked = PersonQuery("Arben", "Hoxha", identifiers=("AB434567",))
    assert search(asked, index)[0].ref == "R-4"
    assert all(each.numbers for each in index.candidates(prepare(PersonQuery("Arben", "Hoxha"))))
    assert not any(each.numbers for each in index.compared(prepare(PersonQuery("Arben", "Hoxha")), 20))
    found = answer(prepare(asked), index.candidates(prepare(asked)), index.rarity)
    assert found.matches[0].ref == "R-4"


def plain_weights(level: Level, asked: AskedPerson) -> dict[int, float]:
    """What every record weighs, one record and one value at a time."""
    total: dict[int, float] = defaultdict(float)
    for slot in range(len(level)):
        own = {each & NUMBER_MASK for each in level.name_parts(slot) if each >> ROLE_BITS in (FIRST, FAMILY)}
        for part in (*asked.parts, *asked.extra):
            like = dict(zip(part.like.numbers.tolist(), part.like.bits.tolist(), strict=True))
            worth = max((like.get(each, 0.0) for each in own), default=0.0)
            total[slot] += worth if worth > SLIGHT else 0.0
    return {slot: weight for slot, weight in total.items() if weight}


@pytest.mark.parametrize("query", [each for each in queries(24, 8) if each.birth_date is None][:6], ids=str)
def test_weights_are_the_sums_of_what_agrees(query: PersonQuery) -> None:
    (level,) = INDEX.levels()
    asked = INDEX._asked(prepare(query))
    slots, weights = _weighed(level, asked)
    assert dict(zip(slots.tolist(), weights.tolist(), strict=True)) == pytest.approx(
        plain_weights(level, asked), abs=1e-4
    )
    assert len(set(slots.tolist())) == len(slots)


def test_a_number_and_a_date_weigh_beside_the_names() -> None:
    born = PartialDate(1980, 5, 6)
    one = PersonRecord(RecordRef("ONE"), "Zzyz", "Wyxyz", born, identifiers=("AB 12345",))
    index = PersonIndex([one])
    (level,) = index.levels()
    for wanted, query in (
        (13.0, PersonQuery("Arben", "Kola", born)),
        (8.0, PersonQuery("Arben", "Kola", PartialDate(1980, 6, 5))),
        (9.0, PersonQuery("Arben", "Kola", PartialDate(1980, 5))),
        (4.5, PersonQuery("Arben", "Kola", PartialDate(1979, 5, 6))),
        (NUMBER_BITS, PersonQuery("Arben", "Kola", identifiers=("AB12345",))),
        (NUMBER_BITS + 13.0, PersonQuery("Arben", "Kola", born, identifiers=("AB12345",))),
    ):
        slots, weights = _weighed(level, index._asked(prepare(query)))
        assert (slots.tolist(), weights.tolist()) == ([0], [wanted])


runs_of = st.lists(st.lists(st.tuples(st.integers(0, 12), st.integers(1, 9)), max_size=12), min_size=1, max_size=5)


@LAW
@given(runs_of)
def test_sums_take_the_last_weight_of_each_value(runs: list[list[tuple[int, int]]]) -> None:
    wanted: dict[int, int] = defaultdict(int)
    for run in runs:
        for slot, weight in dict(run).items():
            wanted[slot] += weight
    flat = [(slot, weight, number) for number, run in enumerate(runs) for slot, weight in run]
    slots, values = (np.array([each[place] for each in flat], dtype=np.uint32) for place in (0, 2))
    found, total = _summed(slots, np.array([weight for _, weight, _ in flat], dtype=np.float32), values)
    assert dict(zip(found.tolist(), total.tolist(), strict=True)) == wanted


@LAW
@given(
    st.lists(st.dictionaries(st.integers(0, 40), st.integers(1, 99), max_size=9), max_size=4),
    st.lists(st.integers(0, 60), min_size=1, max_size=20),
)
def test_one_table_says_what_a_part_is_worth_to_each_asked_one(likes: list[dict[int, int]], filed: list[int]) -> None:
    places, bits = _looked_up(np.array([filed], dtype=np.uint32), [worth_of(like.items()) for like in likes])
    assert [row[places][0].tolist() for row in bits] == [[like.get(each, 0) for each in filed] for like in likes]
    for like in likes:
        assert worth_of(like.items()).bits.tolist() == sorted(like.values())


full = st.dates().map(lambda day: PartialDate(1950 + day.year % 70, day.month, min(day.day, 28)))


@LAW
@given(full, st.lists(full, max_size=20), st.randoms(use_true_random=False))
def test_points_of_full_dates_are_the_bits_of_the_comparison(
    asked: PartialDate, born: list[PartialDate], source: random.Random
) -> None:
    digits = f"{asked.year}{asked.month:02d}{asked.day:02d}"
    for _ in range(20):  # dates that one slip leads to
        place, other = source.randrange(2, 8), source.choice("0123456789")
        slip = digits[:place] + other + digits[place + 1 :]
        far = source.randrange(3, 8)
        exchanged, apart = list(digits), list(digits)
        exchanged[place - 1 : place + 1] = exchanged[place], exchanged[place - 1]
        apart[far], apart[far - 2] = apart[far - 2], apart[far]
        for text in (slip, "".join(exchanged), "".join(apart), digits[:4] + digits[6:] + digits[4:6]):
            if "01" <= text[4:6] <= "12" and "01" <= text[6:] <= "28" and 1900 < int(text[:4]) < 2030:
                born = [*born, PartialDate(int(text[:4]), int(text[4:6]), int(text[6:]))]
    made = date_points(np.array([day_number(each) for each in born], dtype=np.uint32), asked, TYPICAL).tolist()
    for got, each in zip(made, born, strict=True):
        bits = date_bits(asked, each, TYPICAL)[1]
        two_of_three = (asked.year == each.year) + (asked.month == each.month) + (asked.day == each.day) >= 2
        around = abs(asked.year - each.year) <= 1 and 1 in (asked.month, each.month)
        swapped = asked.year == each.year and (asked.month, asked.day) == (each.day, each.month)
        near = two_of_three or around or swapped
        assert got == pytest.approx(bits if near else DIFFERENT_BITS, abs=1e-5), (asked, each)


def _every_rule(left: str, right: str, plain_alike: float) -> float:
    """The best of all rules, none of them left out."""
    bones = skeleton(left), skeleton(right)
    stems = variants.same_stem(left, right)
    if stems is not None:
        return stems
    best = max(
        plain_alike,
        variants._cut_short(left, right),
        variants.short_form(left, right),
        variants._romanised(left, right),
        variants._hardened(left, bones[0], right, bones[1]),
        *((variants._heard(left, right), variants._heard(right, left)) if plain_alike >= variants.HEARD_FROM else ()),
    )
    if left.endswith("ic") is not right.endswith("ic"):
        best = max(best, variants._with_suffix(left, right, bones[1]), variants._with_suffix(right, left, bones[0]))
    return best


def test_a_rule_is_left_out_only_where_it_says_nothing() -> None:
    source = random.Random(12)
    names = sorted(
        {part.text for each in FILED for part in prepare(each).wholes[0].parts} | {"aca", "mitko", "abdulbari"}
    )
    firsts = "abcdefghijklmnopqrstuvwxyz"
    made = [name[1:].join((letter, "")) for name in source.sample(names, 12) for letter in firsts]
    for _ in range(6_000):
        left, right = source.choice(names + made), source.choice(names + made)
        alike = source.choice((0.2, 0.5))
        if left != right:
            bones = skeleton(left), skeleton(right)
            assert variants.by_rule(left, bones[0], right, bones[1], alike) == _every_rule(left, right, alike)


@pytest.mark.parametrize("first", "abcdefghijklmnopqrstuvwxyz")
def test_one_romanisation_never_begins_in_two_ways_that_are_kept_apart(first: str) -> None:
    group = variants._ROMAN_FIRST.get(first, first)
    for rest in ("", "h", "ch", "zh", "j", "k", "a", "han"):
        made = variants.romanised(first + rest)
        for other in "abcdefghijklmnopqrstuvwxyz":
            if variants._ROMAN_FIRST.get(other, other) != group:
                assert all(
                    variants.romanised(other + end)[0] != made[0] for end in ("", "h", "ch", "zh", "j", "k", "a")
                )


@LAW
@given(ASCII)
def test_plain_letters_are_read_as_any_others(text: str) -> None:
    kept = "".join(each for each in text if unicodedata.category(each) != "Cc")
    assert visible(text) == kept.casefold()
    word = "".join(text.split())
    assert plain(word) == word
    assert unify_script(word) == word
    assert _number(text) == _SIGNS.sub("", "".join(map(unify_script, text.split())).upper())


@LAW
@given(st.lists(WRITTEN, min_size=5, max_size=5), st.lists(WRITTEN, max_size=3), st.sampled_from([None, 1990]))
def test_a_packed_record_is_the_record(names: list[str], more: list[str], year: int | None) -> None:
    born = None if year is None else PartialDate(year, 3)
    ref, first, family, father, mother = (RecordRef(names[0] or "R"), f"Kol {names[1]}", *names[2:])
    record = PersonRecord(ref, first, family, born, father, tuple(more), tuple(reversed(more)), mother)
    written = packed(record)
    assert unpacked(written) == record
    assert written.decode().count("\x1e") <= 7, "fields are parted by nothing that stands in one"


def test_each_slot_stands_once_under_a_key() -> None:
    source = random.Random(4)
    keys, slots = (np.array(source.choices(range(30), k=400), dtype=np.uint32) for _ in range(2))
    made = posting(keys, slots)
    pairs = sorted(set(zip(keys.tolist(), slots.tolist(), strict=True)))
    assert made.keys.tolist() == sorted({key for key, _ in pairs})
    assert made.slots.tolist() == [slot for _, slot in pairs]
    assert np.diff(made.starts).tolist() == [sum(key == each for each, _ in pairs) for key in made.keys.tolist()]


def test_an_empty_level_weighs_nothing() -> None:
    level = pack([], Vocabulary())
    slots, weights = _weighed(level, INDEX._asked(prepare(PersonQuery("Arben", "Hoxha", PartialDate(1990, 3, 7)))))
    assert len(slots) == len(weights) == 0
