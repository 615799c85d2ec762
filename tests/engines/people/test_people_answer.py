"""What a search answers: probabilities among rivals, floods of namesakes, twins, doubles, and what cannot be told apart."""

import itertools
import math
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people import Band, Claim, PersonQuery, PersonRecord, compare, parse_date
from egnatia.engines.people.answer import SAME_WITHIN, Answer, Settling, answer, probability_of_any
from egnatia.engines.people.frequencies import Counted, Rarity
from egnatia.engines.people.index import PersonIndex
from egnatia.engines.people.match import CONTRADICTION, POSSIBLE, STRONG, WEAK, band_of, prepare, speaks
from egnatia.model.ids import RecordRef


def record(ref: str, first: str, family: str, born: str = "", **more: Any) -> PersonRecord:
    return PersonRecord(RecordRef(ref), first, family, parse_date(born), **more)


def asked(query: PersonQuery, records: list[PersonRecord], limit: int = 20) -> Answer:
    """An answer by comparing with everybody, as rare as names are among the people below."""
    return answer(prepare(query), map(prepare, records), USUAL, limit)


def register(count: int = 500) -> list[PersonRecord]:
    """People whose names are as unevenly spread as names are."""
    rng = random.Random(3)
    firsts = (
        "Arben",
        "Ilir",
        "Valon",
        "Besnik",
        "Teuta",
        "Drita",
        "Zoran",
        "Milica",
        "James",
        "Agron",
        "Luan",
        "Petrit",
    )
    families = ("Hoxha", "Gashi", "Shala", "Berisha", "Petrović", "Smith", "Kola", "Limani", "Morina", "Bytyqi", "Dema")
    weights = [1 / (place + 1) for place in range(12)]
    return [
        record(
            f"S-{number:05d}",
            rng.choices(firsts, weights)[0],
            rng.choices(families, weights[:11])[0],
            f"{rng.randint(1950, 2004)}-{rng.randint(1, 12):02d}-{rng.randint(2, 28):02d}",
            father_name=rng.choice(firsts),
        )
        for number in range(count)
    ]


PEOPLE = register()
USUAL = Rarity(Counted(PEOPLE))
FLOOD = [
    record(f"A-{number:03d}", "Agim", "Krasniqi", f"{1940 + number % 60}-05-{1 + number % 28:02d}")
    for number in range(500)
]


def test_five_hundred_namesakes_cannot_be_told_apart_and_none_is_likely() -> None:
    found = asked(PersonQuery("Agim", "Krasniqi"), [*PEOPLE, *FLOOD])
    assert found.indistinguishable == 500
    assert found.cannot_distinguish
    assert found.settled_by == (Settling.BIRTH_DATE,)
    assert found.found >= 500
    assert len(found.matches) == 20
    assert {match.band for match in found.matches} == {Band.WEAK}
    assert all(match.score < 1 / 400 for match in found.matches)
    assert Claim.OTHERS_ALIKE in {part.claim for part in found.matches[0].evidence}


def test_a_date_of_birth_finds_one_of_five_hundred_namesakes() -> None:
    wanted = record("W-1", "Agim", "Krasniqi", "1971-11-23")
    found = asked(PersonQuery("Agim", "Krasniqi", parse_date("1971-11-23")), [*PEOPLE, *FLOOD, wanted])
    assert found.matches[0].ref == "W-1"
    assert found.indistinguishable == 1
    assert found.settled_by == ()
    assert found.matches[0].score > 0.99 > 10 * found.matches[1].score


def test_the_index_gives_the_namesakes_that_it_compared() -> None:
    index = PersonIndex([*PEOPLE, *FLOOD])
    person = prepare(PersonQuery("Agim", "Krasniqi"))
    found = answer(person, index.candidates(person), index.rarity)
    assert found.cannot_distinguish
    assert found.indistinguishable >= 20
    assert found.size == len(index)


def test_twins_are_not_one_person() -> None:
    same = {"father_name": "Agim", "mother_name": "Lule", "identifiers": ("address: Rruga Bio 81",)}
    twins = [
        record("T-1", "Arben", "Hoxha", "1990-03-07", **same),
        record("T-2", "Artan", "Hoxha", "1990-03-07", **same),
    ]
    for one, other in itertools.permutations(twins):
        match = compare(one, other)
        assert Claim.RELATIVE_POSSIBLE in {part.claim for part in match.evidence}
        assert match.band is not Band.STRONG
        assert match.score < 0.5
    query = PersonQuery("Arben", "Hoxha", parse_date("1990-03-07"), "Agim", ("address: Rruga Bio 81",), "Lule")
    found = asked(query, [*PEOPLE, *twins])
    assert [match.ref for match in found.matches[:1]] == ["T-1"]
    assert found.matches[0].band is Band.STRONG
    assert next((match.score for match in found.matches if match.ref == "T-2"), 0.0) < POSSIBLE


@pytest.mark.parametrize(
    ("first", "other"),
    [("Besim", "Besnik"), ("Milan", "Milena"), ("Agim", "Agron"), ("Arben", "Arbena"), ("Lule", "Lira")],
)
def test_brothers_and_sisters_are_not_one_person(first: str, other: str) -> None:
    same = {"father_name": "Agim", "mother_name": "Lule", "identifiers": ("address: Rruga Bio 81",)}
    siblings = [
        record("S-1", first, "Hoxha", "1990-03-07", **same),
        record("S-2", other, "Hoxha", "1992-08-19", **same),
    ]
    assert compare(siblings[0], siblings[1]).score < POSSIBLE


def test_a_shared_number_outweighs_a_family() -> None:
    one = record("R", "Arben", "Hoxha", "1990-03-07", father_name="Agim", identifiers=("BA1234567",))
    other = record("S", "Artan", "Hoxha", "1990-03-07", father_name="Agim", identifiers=("BA1234567",))
    assert compare(one, other).score > POSSIBLE
    assert compare(one, other).band is Band.POSSIBLE


def test_a_contradicting_father_keeps_a_record_out_of_strong() -> None:
    known = record("R", "Arben", "Hoxha", "1990-03-07", father_name="Agim", identifiers=("BA1234567",))
    agreed, against = (
        compare(PersonQuery("Arben", "Hoxha", parse_date("1990-03-07"), father, ("BA1234567",)), known)
        for father in ("Agim", "Zymer")
    )
    assert agreed.band is Band.STRONG
    assert against.band is Band.POSSIBLE
    assert agreed.bits - against.bits > 5
    assert any(part.claim is Claim.FATHER_NAME_DIFFERENT and part.added <= CONTRADICTION for part in against.evidence)


def test_names_alone_are_never_strong_however_rare() -> None:
    rare = record("R", "Xhezairaga", "Kryethniqaj")
    found = asked(PersonQuery("Xhezairaga", "Kryethniqaj"), [*PEOPLE, rare])
    assert found.matches[0].band is Band.POSSIBLE
    assert band_of(0.99999, found.matches[0].evidence) is Band.POSSIBLE
    assert band_of(0.01, found.matches[0].evidence) is Band.WEAK


def test_two_records_of_one_person_stand_in_nobodys_way() -> None:
    doubles = [record(f"D-{n}", "Teuta", "Dema", "1984-09-17", father_name="Zef") for n in range(2)]
    query = PersonQuery("Teuta", "Dema", parse_date("1984-09-17"), "Zef")
    found = asked(query, [*PEOPLE, *doubles])
    assert [match.ref for match in found.matches[:2]] == ["D-0", "D-1"]
    assert all(match.score > 0.99 for match in found.matches[:2])
    assert found.indistinguishable == 2, "which of the two records is meant cannot be said, and is said"


def test_two_strangers_with_one_name_share_what_there_is() -> None:
    pair = [record("D-0", "Teuta", "Zhubi", "1984-09-17"), record("D-1", "Teuta", "Zhubi", "1951-02-03")]
    found = asked(PersonQuery("Teuta", "Zhubi"), [*PEOPLE, *pair])
    assert found.matches[0].score == found.matches[1].score
    assert 0.1 < found.matches[0].score <= 0.5
    assert probability_of_any(found.matches[:2]) <= 1


@pytest.mark.parametrize(
    ("query", "extra", "expected"),
    [
        (PersonQuery("Teuta", "Zhubi"), {}, (Settling.BIRTH_DATE,)),
        (PersonQuery("Teuta", "Zhubi"), {"father_name": "Zef"}, (Settling.BIRTH_DATE, Settling.FATHER_NAME)),
        (PersonQuery("Teuta", "Zhubi"), {"mother_name": "Lule"}, (Settling.BIRTH_DATE, Settling.MOTHER_NAME)),
        (PersonQuery("Teuta", "Zhubi"), {"identifiers": ("BA1234567",)}, (Settling.NUMBER, Settling.BIRTH_DATE)),
        (PersonQuery("Teuta", "Zhubi", parse_date("1984-09")), {}, (Settling.BIRTH_DATE,)),
        (PersonQuery("Teuta", "Zhubi", parse_date("1984-09-17")), {}, (Settling.BIOMETRICS,)),
        (
            PersonQuery("Teuta", "Zhubi", parse_date("1984-09-17"), "Zef"),
            {"father_name": "Zef"},
            (Settling.BIOMETRICS,),
        ),
    ],
)
def test_what_would_settle_it_is_what_was_not_asked(
    query: PersonQuery, extra: dict[str, Any], expected: tuple[Settling, ...]
) -> None:
    pair = [record(f"D-{n}", "Teuta", "Zhubi", "1984-09-17", **extra) for n in range(2)]
    assert asked(query, [*PEOPLE, *pair]).settled_by == expected


def test_nobody_is_found_where_nothing_speaks_for_anybody() -> None:
    found = asked(PersonQuery("Qq", "Zzww", parse_date("1901-01-31")), PEOPLE)
    assert (found.matches, found.indistinguishable, found.cannot_distinguish, found.settled_by) == ((), 0, False, ())
    assert found.size == len(PEOPLE)
    assert found.found == 0
    empty = answer(prepare(PersonQuery("Arben", "Hoxha")), [])
    assert (empty.matches, empty.found) == ((), 0)


@pytest.mark.parametrize("limit", [1, 5, 300])
def test_the_limit_cuts_what_is_shown_and_nothing_else(limit: int) -> None:
    whole, cut = (asked(PersonQuery("Arben", "Hoxha"), PEOPLE, most) for most in (3_000, limit))
    assert cut.matches == whole.matches[:limit]
    assert (cut.indistinguishable, cut.found) == (whole.indistinguishable, whole.found)


QUERIES = (
    PersonQuery("Arben", "Hoxha"),
    PersonQuery("Zoran", "Petrović", parse_date("1970-06-15")),
    PersonQuery("Teuta", "Gashi", parse_date("1990"), "Ilir"),
)


@settings(deadline=None, derandomize=True, max_examples=10)
@given(st.sampled_from(QUERIES), st.integers(0, 10_000))
def test_neither_order_nor_references_change_a_probability(query: PersonQuery, seed: int) -> None:
    some = PEOPLE[:120]
    shuffled = random.Random(seed).sample(some, len(some))
    plain, other = asked(query, some, 300), asked(query, shuffled, 300)
    assert plain == other
    names = [f"X-{number:04d}" for number in range(len(some))]
    random.Random(seed).shuffle(names)
    renamed = [
        record(name, each.first_names, each.family_names, str(each.birth_date), father_name=each.father_name)
        for name, each in zip(names, some, strict=True)
    ]
    again = asked(query, renamed, 300)
    assert sorted(match.score for match in again.matches) == pytest.approx(
        sorted(match.score for match in plain.matches), abs=1e-12
    )
    assert again.indistinguishable == plain.indistinguishable


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_every_probability_is_the_sum_of_its_parts(query: PersonQuery) -> None:
    for match in asked(query, PEOPLE, 300).matches:
        total = math.fsum(part.added for part in match.evidence)
        assert math.isclose(match.bits, total, abs_tol=1e-9)
        assert match.score == pytest.approx(1 / (1 + 2**-total), abs=1e-12)
        assert sum(part.claim is Claim.OTHERS_ALIKE for part in match.evidence) <= 1
        assert speaks(match)


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_the_best_come_first_and_a_rival_never_helps(query: PersonQuery) -> None:
    found = asked(query, PEOPLE, 300)
    scores = [match.score for match in found.matches]
    assert scores == sorted(scores, reverse=True)
    alone = {record.ref: compare(query, record, USUAL).score for record in PEOPLE}
    assert all(match.score <= alone[match.ref] + 1e-12 for match in found.matches)


def test_as_good_means_within_one_bit() -> None:
    found = asked(QUERIES[0], PEOPLE, 3_000)
    bits = sorted((compare(QUERIES[0], each, USUAL).bits for each in PEOPLE), reverse=True)
    assert found.indistinguishable == sum(each >= bits[0] - SAME_WITHIN for each in bits)


def test_what_is_shown_speaks_for_a_person() -> None:
    assert speaks(compare(PersonQuery("Arben", "Hoxha"), record("R", "Arben", "Hoxha")))
    assert not speaks(compare(PersonQuery("Arben", "Hoxha"), record("R", "Zoran", "Petrović")))
    assert 0 < WEAK < POSSIBLE < STRONG < 1


def test_nobody_is_surer_than_right() -> None:
    """Many namesakes, and half of the questions about nobody on file: a file of 250 is taken for part of a population."""
    known, strangers = PEOPLE[::2], PEOPLE[1::2]
    prepared = [prepare(each) for each in known]
    said = true = 0.0
    for number in range(60):
        one = (known if number % 2 else strangers)[number * 4]
        query = PersonQuery(one.first_names, one.family_names, one.birth_date if number % 3 else None, one.father_name)
        for match in answer(prepare(query), prepared, USUAL, 300).matches:
            said += match.score
            true += match.ref == one.ref
    assert true / 2 < said < true + 3
