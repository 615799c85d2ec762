"""The vocabulary and the levels: what is filed when changes nothing, and nothing is lost when levels are joined."""

import random
import string

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people import PersonQuery, PersonRecord, parse_date
from egnatia.engines.people.index import MOST_COMPARED, PersonIndex, search
from egnatia.engines.people.level import day_number, pack, posting
from egnatia.engines.people.likeness import part_likeness
from egnatia.engines.people.match import prepare
from egnatia.engines.people.parts import parts
from egnatia.engines.people.vocabulary import LIKE_FROM, Vocabulary
from egnatia.errors import ConflictError, NotFoundError
from egnatia.model.ids import RecordRef


def record(number: int, first: str, family: str, born: str = "") -> PersonRecord:
    return PersonRecord(RecordRef(f"P-{number:05d}"), first, family, parse_date(born))


def drawn(count: int, seed: int = 1) -> list[PersonRecord]:
    """Persons with names of a small alphabet, so that many are alike, and many dates."""
    source = random.Random(seed)

    def name() -> str:
        return "".join(source.choice("abegiklmnorst") for _ in range(source.randint(3, 7)))

    firsts, families = [name() for _ in range(40)], [name() for _ in range(60)]
    return [
        record(
            n,
            source.choice(firsts),
            source.choice(families),
            f"{source.randint(1950, 2000)}-{source.randint(1, 12)}-07",
        )
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("filed", "asked"),
    [
        ("Hoxha", "Hodža"),
        ("Xhemail", "Џемаил"),
        ("Krasniqi", "Krasnigi"),
        ("Gjergj", "George"),
        ("Obama", "Օբամա"),
        ("Բարակ", "Barack"),
        ("perez", "بيريز"),
        ("Rexhepi", "Rexhepí"),
    ],
)
def test_a_part_is_found_by_sound_spelling_and_across_scripts(filed: str, asked: str) -> None:
    vocabulary = Vocabulary()
    (part,), (other,) = parts(filed), parts(asked)
    number = vocabulary.number(part)
    assert vocabulary.like(other) == [], "what nobody bears is not found"
    vocabulary.count(number, 3)
    assert vocabulary.like(other) == [(number, part_likeness(part, other))]


def test_a_vocabulary_that_was_sorted_again_finds_the_same() -> None:
    source = random.Random(5)
    words = sorted({"".join(source.choices(string.ascii_lowercase[:9], k=6)) for _ in range(1_200)})
    small, grown = Vocabulary(), Vocabulary()
    for word in words:
        for vocabulary in (small, grown):
            vocabulary.count(vocabulary.number(parts(word)[0]), 1)
        small._sort()
    for word in source.sample(words, 40):
        (asked,) = parts(word[:-1] + "z")
        assert small.like(asked) == grown.like(asked)
        brute = {other for other in words if part_likeness(asked, parts(other)[0]) >= 5 / 6}
        assert brute <= {grown._parts[number].text for number, _ in grown.like(asked)}
        assert all(alike >= LIKE_FROM for _, alike in grown.like(asked))


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 99)), max_size=60))
def test_a_posting_is_the_pairs_it_was_made_of(pairs: list[tuple[int, int]]) -> None:
    made = posting(
        np.array([key for key, _ in pairs], dtype=np.uint32), np.array([slot for _, slot in pairs], dtype=np.uint32)
    )
    for key in range(22):
        assert made.of(key).tolist() == sorted({slot for other, slot in pairs if other == key})


def test_dates_as_numbers_keep_their_parts() -> None:
    dates = ["", "1990", "1990-03", "1990-03-07", "1990-07-03", "1991-01-01"]
    numbers = [day_number(parse_date(each)) for each in dates]
    assert numbers[0] == 0
    assert len({*numbers}) == len(numbers)
    assert numbers == sorted(numbers[:4]) + sorted(numbers[4:])


def test_a_packed_record_comes_back_whole() -> None:
    whole = PersonRecord(
        RecordRef("P-1"),
        "Џемаил",
        "O'Neil de la Cruz",
        parse_date("1990-03"),
        "Ilir",
        ("BA 1234567",),
        ("HOXHA, Arben",),
    )
    level = pack([record(2, "Ana", "Kola"), whole], Vocabulary())
    assert level.record(1) == whole
    assert level.slot(RecordRef("P-1")) == 1
    level.alive[1] = False
    assert level.slot(RecordRef("P-1")) is None
    assert [each.ref for each in level.records()] == ["P-00002"]


def test_filing_one_by_one_in_any_order_finds_what_filing_all_at_once_finds() -> None:
    records = drawn(1_500)
    batch, grown = PersonIndex(records), PersonIndex()
    source = random.Random(3)
    for each in source.sample(records, len(records)):
        grown.add(each)
    for each in source.sample(records, 400):
        grown.remove(each.ref)
        grown.add(each)
    assert len(grown) == len(batch) == 1_500
    assert len(grown._levels) < 6
    for each in source.sample(records, 60):
        query = PersonQuery(each.first_names[:-1] + "o", each.family_names, each.birth_date)
        assert search(query, grown) == search(query, batch)


def test_what_was_taken_out_of_a_level_is_not_found_and_can_come_back_changed() -> None:
    index = PersonIndex(drawn(700))
    gone = drawn(700)[3]
    query = PersonQuery(gone.first_names, gone.family_names, gone.birth_date)
    index.remove(gone.ref)
    with pytest.raises(NotFoundError):
        index.remove(gone.ref)
    assert gone.ref not in {match.ref for match in search(query, index, 700)}
    changed = record(3, "Zamira", "Dervishaj", "1971-05-05")
    index.add(changed)
    with pytest.raises(ConflictError):
        index.add(gone)
    assert [match.ref for match in search(PersonQuery("Zamira", "Dervishaj"), index)][:1] == [gone.ref]
    assert len(index) == 700


def test_a_reference_twice_in_one_filing_is_refused() -> None:
    with pytest.raises(ConflictError, match="in the index already"):
        PersonIndex([*drawn(3), *drawn(1)])


def test_a_flood_of_namesakes_is_cut_at_a_limit_and_dates_decide() -> None:
    flood = [record(n, "Arben", "Hoxha", f"{1950 + n % 50}-01-02") for n in range(2_000)]
    wanted = record(9_999, "Arben", "Hoxha", "1988-11-23")
    index = PersonIndex([*flood, wanted])
    found = search(PersonQuery("Arben", "Hoxha", parse_date("1988-11-23")), index)
    assert found[0].ref == wanted.ref
    assert len(index.candidates(prepare(PersonQuery("Arben", "Hoxha")))) == MOST_COMPARED


@pytest.mark.parametrize(
    ("filed", "asked"),
    [
        (("Abdul Rahman", "Krasniqi"), ("Abdulrahman", "Krasniqi")),
        (("Abdulrahman", "Krasniqi"), ("Abdul Rahman", "Krasniqi")),
        (("Arben", "Hoxha"), ("Hoxha", "Arben")),
        (("Arben", "Shehu Gashi"), ("Arben", "Gashi")),
        (("Бесник", "Реџепи"), ("Besnik", "Rexhepi")),
    ],
)
def test_names_in_other_forms_are_among_the_first(filed: tuple[str, str], asked: tuple[str, str]) -> None:
    index = PersonIndex([*drawn(300), record(900, *filed)])
    assert search(PersonQuery(*asked), index)[0].ref == "P-00900"
