"""How rare a value is in a register decides what it adds, and nothing else about it does."""

import itertools
import math
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people import Claim, PersonQuery, PersonRecord, compare, parse_date
from egnatia.engines.people.features import FAMILY_BITS, FIRST_BITS, PARENT_BITS
from egnatia.engines.people.frequencies import (
    LEAST_BITS,
    LEAST_SIZE,
    PRIOR_RECORDS,
    TYPICAL,
    TYPICAL_SIZE,
    Counted,
    Frequencies,
    Rarity,
    spelling,
)
from egnatia.engines.people.identifiers import IdentifierKind
from egnatia.engines.people.parts import Part, parts
from egnatia.model.ids import RecordRef


def record(number: int, first: str, family: str, born: str = "", **more: Any) -> PersonRecord:
    return PersonRecord(RecordRef(f"P-{number}"), first, family, parse_date(born), **more)


class Told(Frequencies):
    """Counts that a test tells; everything else is on no record."""

    def __init__(self, size: int, **counts: int) -> None:
        self._size, self._counts = size, counts

    @property
    def size(self) -> int:
        return self._size

    def part(self, part: Part) -> int:
        return self._counts.get(part.text, 0)

    def parent(self, part: Part) -> int:
        return self._counts.get(f"of_{part.text}", 0)

    def born(self, born: object) -> int:
        return self._counts.get("born", 0) if born is not None else 0

    def identifier(self, kind: IdentifierKind, text: str) -> int:
        return self._counts.get(kind.value, 0) if text else 0


def one(name: str) -> Part:
    (part,) = parts(name)
    return part


REGISTER = [
    record(1, "Arben", "Hoxha", father_name="Agim", born="1990-03-07", identifiers=("phone:+38344123456",)),
    record(2, "Arben", "Krasniqi", father_name="Agim", mother_name="Lule", born="1990-03-07"),
    record(3, "Arbën", "Hoxha Arben", aliases=("GASHI, Arben",), born="1990"),
    record(4, "Џемаил", "Хоџа", identifiers=("+383 44 123 456", "BA1234567")),
    record(5, "أحمد", "Hoxha"),
]


def test_parts_are_counted_once_for_each_record() -> None:
    counted = Counted(REGISTER)
    assert counted.size == 5
    assert counted.part(one("Arben")) == 3
    assert counted.part(one("Hoxha")) == 3
    assert counted.part(one("Gashi")) == 1
    assert counted.part(one("Хоџа")) == 1
    assert counted.part(one("أحمد")) == 1
    assert counted.part(one("Shehu")) == 0


def test_parents_dates_and_identifiers_are_counted_apart_from_names() -> None:
    counted = Counted(REGISTER)
    assert (counted.parent(one("Agim")), counted.parent(one("Lule")), counted.parent(one("Arben"))) == (2, 1, 0)
    born = parse_date("1990-03-07")
    assert born is not None
    assert counted.born(born) == 2
    assert counted.identifier(IdentifierKind.PHONE, "38344123456") == 2
    assert counted.identifier(IdentifierKind.DOCUMENT, "BA1234567") == 1
    assert counted.identifier(IdentifierKind.DOCUMENT, "38344123456") == 0


def test_the_order_and_the_references_of_the_records_do_not_count() -> None:
    shuffled = random.Random(1).sample(REGISTER, len(REGISTER))
    renamed = [record(90 + n, each.first_names, each.family_names) for n, each in enumerate(REGISTER)]
    for name in ("Arben", "Hoxha", "Shehu"):
        assert Counted(REGISTER).part(one(name)) == Counted(shuffled).part(one(name))
        assert Counted(REGISTER[:2]).part(one(name)) == Counted(renamed[:2]).part(one(name))


def test_a_part_of_another_script_is_counted_as_it_is_written() -> None:
    assert spelling(one("أحمد")) == "أحمد"
    assert spelling(one("Ѓорѓи")) == spelling(one("Gjorgji"))


@pytest.mark.parametrize("size", [1, 100, 100_000, 5_000_000])
def test_the_rarer_a_name_the_more_it_adds(size: int) -> None:
    added = [
        Rarity(Told(size, hoxha=min(size, count))).part(one("Hoxha"), FAMILY_BITS) for count in (0, 1, 10, 1_000, size)
    ]
    assert added == sorted(added, reverse=True)
    assert all(LEAST_BITS <= bits <= math.log2(size + PRIOR_RECORDS) for bits in added)


def test_a_small_register_says_little_of_its_names() -> None:
    alone = Rarity(Told(1, hoxha=1)).part(one("Hoxha"), FAMILY_BITS)
    assert FAMILY_BITS - 2 < alone < FAMILY_BITS
    nothing = Rarity(Told(0)).part(one("Hoxha"), FAMILY_BITS)
    assert nothing == pytest.approx(FAMILY_BITS)


def test_a_large_register_knows_its_names_itself() -> None:
    rarity = Rarity(Told(1_000_000, krasniqi=20_000))
    assert rarity.part(one("Krasniqi"), FAMILY_BITS) == pytest.approx(math.log2(1_000_000 / 20_000), abs=0.01)
    assert rarity.part(one("Krasniqi"), FIRST_BITS) < rarity.part(one("Krasniqi"), FAMILY_BITS) + 0.01


def test_a_small_word_adds_a_fifth_of_a_name() -> None:
    (small,) = parts("al")
    assert TYPICAL.part(small, FAMILY_BITS) == pytest.approx(FAMILY_BITS * small.weight)
    assert Rarity(Told(100_000)).part(small, FAMILY_BITS) < 4


def test_parents_have_counts_of_their_own() -> None:
    rarity = Rarity(Told(1_000_000, agim=10, of_agim=10_000))
    own, parent = (rarity.part(one("Agim"), PARENT_BITS, parent=each) for each in (False, True))
    assert own > parent + 5


@pytest.mark.parametrize(
    ("size", "bits"), [(0, LEAST_SIZE), (10, LEAST_SIZE), (LEAST_SIZE, LEAST_SIZE), (5_000_000, 5_000_000)]
)
def test_the_prior_follows_the_size_and_no_file_is_smaller_than_a_population(size: int, bits: int) -> None:
    assert Rarity(Told(size)).prior == pytest.approx(-math.log2(bits))
    assert Rarity(Told(size)).size == size


@pytest.mark.parametrize(("share", "more"), [(0.5, 0.0), (0.8, 2.0), (0.2, -2.0)])
def test_the_prior_follows_how_many_of_the_looked_for_are_known(share: float, more: float) -> None:
    assert Rarity(None, share).prior == pytest.approx(-math.log2(TYPICAL_SIZE) + more)


def test_a_date_that_many_have_adds_less() -> None:
    born = parse_date("1985-11-23")
    assert born is not None
    added = [Rarity(Told(1_000_000, born=count)).born(born, 16_000) for count in (0, 60, 6_000)]
    assert added == sorted(added, reverse=True)
    assert Rarity(Told(1_000_000, born=62)).born(born, 16_000) == pytest.approx(math.log2(16_000), abs=0.5)
    assert TYPICAL.born(born, 16_000) == math.log2(16_000)


def test_an_address_that_three_hundred_share_is_weak_and_a_telephone_of_one_is_not() -> None:
    hostel = Rarity(Told(100_000, address=300)).identifier(IdentifierKind.ADDRESS, "x", 9.0)
    assert hostel == pytest.approx(math.log2(100_000 / 299), abs=0.01)
    assert Rarity(Told(100_000, address=20_000)).identifier(IdentifierKind.ADDRESS, "x", 9.0) < 2.5
    assert Rarity(Told(100_000, address=100_000)).identifier(IdentifierKind.ADDRESS, "x", 9.0) >= LEAST_BITS
    for count in (0, 1):
        assert Rarity(Told(100_000, phone=count)).identifier(IdentifierKind.PHONE, "x", 14.0) == 14.0


NAMES = ("Hoxha", "Petrović", "Smith", "Haddad", "Trajkovska", "Öztürk", "Nguyen", "Хоџа")
FIRSTS = ("Arben", "Zoran", "James", "Ahmad", "Biljana", "Ayşe", "Duc", "Агим")


@pytest.mark.parametrize("pair", list(itertools.combinations(range(len(NAMES)), 2)), ids=str)
@pytest.mark.parametrize("count", [1, 40, 4_000])
def test_names_that_are_equally_common_count_alike_whoever_bears_them(pair: tuple[int, int], count: int) -> None:
    scores = []
    for place in pair:
        first, family = FIRSTS[place], NAMES[place]
        rarity = Rarity(Told(100_000, **{one(name).text: count for name in (first, family)}))
        born = parse_date("1985-11-23")
        found = compare(PersonQuery(first, family, born), record(1, first, family, born="1985-11-23"), rarity)
        scores.append([(part.claim, round(part.added, 12)) for part in found.evidence])
    assert scores[0] == scores[1]


counts = st.integers(0, 5_000)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(counts, counts, st.sampled_from(["Hoxha", "Hoxhaj", "Hodža", "Shehu", "Hoxha Shehu"]))
def test_the_sides_may_be_exchanged_in_every_register(hoxha: int, shehu: int, other: str) -> None:
    rarity = Rarity(Told(100_000, hoxha=hoxha, shehu=shehu, hoxhaj=7))
    left, right = record(1, "Arben", "Hoxha", father_name="Ali"), record(2, "Arben Ali", other)
    forth, back = compare(left, right, rarity), compare(right, left, rarity)
    assert [(part.claim, part.added) for part in forth.evidence] == [(part.claim, part.added) for part in back.evidence]
    assert math.isclose(math.fsum(part.added for part in forth.evidence), forth.bits, abs_tol=1e-9)
    assert forth.score == pytest.approx(1 / (1 + 2**-forth.bits), abs=1e-12)


def test_what_is_remembered_of_one_register_is_not_used_in_another() -> None:
    left, right = record(1, "Arben", "Hoxha"), record(2, "Arben", "Hoxha")
    common, rare = Rarity(Told(100_000, arben=9_000, hoxha=9_000)), Rarity(Told(100_000, arben=3, hoxha=3))
    for _ in range(2):
        assert compare(left, right, common).bits < compare(left, right, rare).bits - 8
    assert Claim.FAMILY_NAME_SAME in {part.claim for part in compare(left, right, common).evidence}


def test_the_same_reference_with_other_content_is_another_person() -> None:
    first = compare(PersonQuery("Arben", "Hoxha"), record(1, "Arben", "Hoxha"))
    again = compare(PersonQuery("Arben", "Hoxha"), record(1, "Zoran", "Petrović"))
    assert first.ref == again.ref
    assert again.score < 1e-4 < first.score
