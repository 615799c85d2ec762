"""Records of every odd kind against each other: symmetric, finite, adding up, and found whatever order they were filed in."""

import math
import random
from collections.abc import Sequence
from itertools import combinations_with_replacement

import pytest

from egnatia.engines.people import Band, PersonQuery, PersonRecord, parse_date
from egnatia.engines.people.frequencies import Counted, Rarity
from egnatia.engines.people.index import PersonIndex, search, search_all
from egnatia.engines.people.match import compare, compare_names, score_of
from egnatia.errors import Error
from egnatia.model.ids import RecordRef

FIRST = [
    "Arben", "Arb\u00ebn", "Blerim", "Blerina", "\u040f\u0435\u043c\u0430\u0438\u043b", "Xhemail", "A.", "Sh.", "O'Neil",
    "D\u2019Angelo", "Ig0r", "Maria-Luisa", "XXX", "FNU", "\uae40\ucca0\uc218", "\u00df", "\ufb01", "\u2167", "\u0130brahim",
    "\u0131brahim", "Jose\u0301", "\u200bZana", "Haji", "x", "aa", "Abdul Rahman", "\u0639\u0628\u062f \u0627\u0644\u0631\u062d\u0645\u0646",
    "Ali bin Hasan", "Nguy\u1ec5n V\u0103n", "de la",
]  # fmt: skip
FAMILY = [
    "Hoxha", "Hoxhaj", "Hod\u017ea", "Krasniqi", "\u041a\u0440\u0430\u0441\u043d\u0438\u045b\u0438", "Trajkovski", "Trajkovska",
    "El-Sayed", "UNKNOWN", "Petrovi\u0107", "Petrovic", "\u0402\u043e\u0440\u0452\u0435\u0432\u0438\u045b", "o", "Nikoll\u00eb",
    "Nikola", "Ng", "van den Berg", "Smith Jones", "bin Laden", "Kola Besnik",
]  # fmt: skip
BORN = (
    "",
    "1990-03-07",
    "1990-07-03",
    "1990-03-08",
    "1990-03",
    "1990",
    "1990-01-01",
    "1991-01-01",
    "2000-02-29",
    "1990-03-17",
)
NUMBERS = (
    "", "AB123456", "AB12345G", "phone:+355691234567", "00355691234567", "0101978450001", "iban:GB33BUKB20201555555555",
    "plate:AA123BB", "address:Rruga X 12", "address: rruga x 12", "A1OB5Z", "0000000000", "12345",
)  # fmt: skip


def some(chance: random.Random, pool: Sequence[str]) -> str:
    return chance.choice(pool) if chance.random() < 0.8 else ""


def record(number: int, chance: random.Random) -> PersonRecord:
    first = chance.choice(FIRST) + (f" {chance.choice(FIRST)}" if chance.random() < 0.3 else "")
    family = chance.choice(FAMILY) + (f"-{chance.choice(FAMILY)}" if chance.random() < 0.2 else "")
    numbers = sorted({some(chance, NUMBERS) for _ in range(chance.randrange(3))} - {""})
    aliases = [f"{chance.choice(FIRST)} {chance.choice(FAMILY)}" for _ in range(chance.randrange(3))]
    parents = some(chance, FIRST), some(chance, FIRST)
    born = parse_date(chance.choice(BORN))
    return PersonRecord(
        RecordRef(f"R{number}"), first, family, born, parents[0], tuple(numbers), tuple(aliases), parents[1]
    )


def drawn(many: int, seed: int) -> list[PersonRecord]:
    chance, made = random.Random(seed), list[PersonRecord]()
    while len(made) < many:
        try:
            made.append(record(len(made), chance))
        except Error:  # neither a name nor a number
            continue
    return made


RECORDS = drawn(70, 77)
RARITY = Rarity(Counted(RECORDS))


def test_every_pair_weighs_the_same_both_ways_and_its_parts_add_up() -> None:
    for left, right in combinations_with_replacement(RECORDS, 2):
        there, back = compare(left, right, RARITY), compare(right, left, RARITY)
        assert there.bits == pytest.approx(back.bits, abs=1e-9), (left, right)
        assert there.score == pytest.approx(back.score, abs=1e-12)
        assert there.band is back.band
        for found in (there, back):
            bits = math.fsum(part.added for part in found.evidence)
            assert math.isfinite(bits)
            assert bits == pytest.approx(found.bits, abs=1e-9)
            assert score_of(bits) == pytest.approx(found.score, abs=1e-9)


def test_every_pair_of_names_weighs_the_same_both_ways() -> None:
    for first in FIRST:
        for family in FAMILY:
            for left, right in ((f"{first} {family}", f"{family}, {first}"), (f"{first}{family}", f"{family} {first}")):
                try:
                    there = compare_names(left, right)
                except Error:
                    with pytest.raises(Error):
                        compare_names(right, left)
                    continue
                assert compare_names(right, left).bits == pytest.approx(there.bits, abs=1e-9), (left, right)


@pytest.mark.parametrize("seed", range(3))
def test_whoever_is_asked_for_as_filed_is_first_by_the_index_as_by_comparing_with_all(seed: int) -> None:
    chance = random.Random(seed)
    index = PersonIndex(chance.sample(RECORDS, len(RECORDS)))
    for each in chance.sample(RECORDS, 25):
        try:
            question = PersonQuery(
                each.first_names,
                each.family_names,
                each.birth_date,
                each.father_name,
                each.identifiers,
                each.mother_name,
            )
        except Error:  # too little to look for anybody
            continue
        found, every = search(question, index, 70), search_all(question, index, 70)
        assert found[0] == every[0]
        missed = {match.ref for match in every} - {match.ref for match in found}
        assert all(match.band is Band.WEAK for match in every if match.ref in missed)
