"""People who do not exist: the same for one seed, of the shares that are said, and different in the way that is said."""

import csv
import hashlib
import io
import random
from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people import PersonQuery, PersonRecord, parse_date, read_persons
from egnatia.engines.people.formats import PersonRow
from egnatia.engines.people.names import tokens
from egnatia.engines.people.national import NationalRule, read_national
from egnatia.engines.people.simulate import (
    Asked,
    Noise,
    People,
    Recipe,
    Simulated,
    disturbed,
    keeping,
    lines,
    persons,
    questions,
    write,
    write_questions,
)
from egnatia.engines.people.simulate.figures import KOSOVO_COUNTED, KOSOVO_PEOPLE
from egnatia.engines.people.simulate.noise import typed_wrong
from egnatia.engines.people.simulate.numbers import national_number
from egnatia.engines.people.simulate.pools import PEOPLES, albanian_of, macedonian_of, pools, serbian_of
from egnatia.engines.people.simulate.writing import cyrillic, english, of_a_woman, other_ending, serbian, without_marks
from egnatia.errors import InputError

MANY = list(persons(20_000, 1))


def written(recipe: Recipe) -> tuple[str, str]:
    register, truth = io.StringIO(), io.StringIO()
    write(lines(recipe), register, truth)
    return register.getvalue(), truth.getvalue()


def test_the_same_seed_gives_the_same_bytes() -> None:
    one, other = written(Recipe(3_000, 7, 0.3)), written(Recipe(3_000, 7, 0.3))
    assert one == other
    assert written(Recipe(3_000, 8, 0.3)) != one
    digest = hashlib.sha256("".join(one).encode()).hexdigest()
    assert digest == "ec43ae45c879c82fd1d6bea091ce9e50d5ba2fbc3eb009323ec9e41e87146c4b", (
        "other bytes for one seed: say so in the changes, every figure is of other people"
    )


def test_a_shorter_register_is_the_beginning_of_a_longer_one() -> None:
    assert list(islice(persons(20_000, 1), 1_500)) == list(persons(1_500, 1)) == MANY[:1_500]


@pytest.mark.parametrize("count", [1, 2, 1_023, 1_025])
def test_exactly_as_many_people_as_asked_are_drawn(count: int) -> None:
    made = list(persons(count, 3))
    assert [each.ref for each in made] == [f"S-{number:08d}" for number in range(1, count + 1)]
    assert all(each.ref == each.person for each in made)


def test_every_person_is_a_record_that_the_engine_takes() -> None:
    for each in MANY[:4_000]:
        record = each.record()
        assert isinstance(record, PersonRecord)
        assert tokens(record.first_names)
        assert tokens(record.family_names)


def test_peoples_come_in_their_shares_and_scripts() -> None:
    households = {each.household: each for each in MANY}.values()
    seen = Counter(each.people for each in households)
    for people, share in PEOPLES.items():
        assert seen[people] / len(households) == pytest.approx(share, abs=0.02)
    in_cyrillic = Counter(each.people for each in MANY if each.first[0] > "\u0400")
    everybody = Counter(each.people for each in MANY)
    assert in_cyrillic[People.MACEDONIAN] == everybody[People.MACEDONIAN]
    assert in_cyrillic[People.SERBIA] / everybody[People.SERBIA] == pytest.approx(0.5, abs=0.1)
    assert in_cyrillic[People.ALBANIA] == in_cyrillic[People.BRITAIN] == in_cyrillic[People.KOSOVO] == 0


def test_common_family_names_come_as_often_as_counted() -> None:
    heads = [each for each in persons(60_000, 5) if each.people is People.KOSOVO]
    seen = Counter(each.latin[1] for each in heads)
    for name, count in list(KOSOVO_COUNTED.items())[:4]:
        assert seen[name] / len(heads) == pytest.approx(count / KOSOVO_PEOPLE, rel=0.25)


def test_names_repeat_as_they_do_in_life() -> None:
    names = Counter((each.latin[0], each.latin[1]) for each in MANY)
    shared = sum(count for count in names.values() if count > 1)
    assert 0.05 < shared / len(MANY) < 0.35, "of twenty thousand; the more people, the more share a name"
    assert names.most_common(1)[0][1] >= 5


def test_children_bear_their_parents_names_and_are_younger() -> None:
    homes: dict[int, list[Simulated]] = {}
    for each in MANY:
        homes.setdefault(each.household, []).append(each)
    families = [home for home in homes.values() if len(home) > 2]
    assert len(families) > 2_000
    for man, woman, *children in families:
        for child in children:
            assert child.father in {"", man.first.split(" ")[0]} or child.father[0] == man.first[0]
            assert child.mother[0] == woman.first[0]
            if man.born and child.born:
                assert int(child.born[:4]) - int(man.born[:4]) >= 15


def test_twins_share_household_day_and_parents() -> None:
    births = Counter(
        (each.household, each.born) for each in MANY if each.born.count("-") == 2 and not each.born.endswith("01-01")
    )
    share = sum(count == 2 for count in births.values()) / len(births)
    assert 0.003 < share < 0.04


def test_dates_are_full_partial_placeholders_or_missing() -> None:
    shapes = Counter(len(each.born) for each in MANY)
    assert shapes[10] / len(MANY) == pytest.approx(0.9625, abs=0.01)
    assert min(shapes[0], shapes[4], shapes[7]) / len(MANY) == pytest.approx(0.0125, abs=0.005)
    for each in MANY:
        parse_date(each.born)


WEIGHTS = (7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def test_national_numbers_are_right_and_say_what_the_record_says() -> None:
    seen: Counter[NationalRule] = Counter()
    for each in MANY:
        for number in each.identifiers:
            read = read_national(number)
            if read is None:
                continue
            assert read.right, number
            seen[read.rule] += 1
            if read.born is not None and len(each.born) == 10 and not each.born.endswith("-01-01"):
                assert read.born.isoformat() == each.born
            if read.rule is NationalRule.JMBG:
                assert (int(number[9:12]) >= 500) is (each.sex == "F")
            if read.rule is NationalRule.ALBANIA:
                assert (int(number[2:4]) > 50) is (each.sex == "F")
    assert min(seen[rule] for rule in NationalRule) > 1_000


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.dates(date(1920, 1, 1), date(2020, 1, 1)), st.sampled_from("MF"), st.integers(0, 10**6))
def test_every_thirteen_digit_number_has_its_check_digit(born: date, sex: str, seed: int) -> None:
    number = national_number(People.SERBIA, born, sex, random.Random(seed).random)
    assert len(number) == 13
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, number, strict=False))
    assert (11 - total % 11) % 11 == int(number[12])
    assert (int(number[9:12]) >= 500) is (sex == "F")


def asked_of(noise: Noise) -> list[tuple[Simulated, Asked]]:
    """Questions with one kind of noise about whom it fits."""
    draw = random.Random(4).random
    found = [(each, asked) for each in MANY[:3_000] if (asked := disturbed(each, noise, draw)) is not None]
    assert len(found) > 200, f"{noise} fits too few"
    return found


@pytest.mark.parametrize("noise", list(Noise))
def test_a_question_says_its_noise_and_whom_it_means(noise: Noise) -> None:
    assert len(Noise) == 17
    for filed, asked in asked_of(noise):
        assert (asked.noise, asked.ref) == (noise, filed.ref)
        assert tokens(asked.first)
        assert tokens(asked.family)
        parse_date(asked.born)


def _same(filed: Simulated, asked: Asked) -> bool:
    return (asked.first, asked.family, asked.born, asked.father) == (
        filed.first,
        filed.family,
        filed.born,
        filed.father,
    )


DIFFERS: dict[Noise, Callable[[Simulated, Asked], bool]] = {
    Noise.EXACT: _same,
    Noise.ONE_TYPO: lambda filed, asked: (asked.first != filed.first) + (asked.family != filed.family) <= 1,
    Noise.BOTH_TYPED_WRONG: lambda filed, asked: (
        asked.first[0] == filed.first[0] and asked.family[0] == filed.family[0]
    ),
    Noise.WITHOUT_MARKS: lambda _, asked: (asked.first + asked.family).isascii(),
    Noise.LATIN_FOR_CYRILLIC: lambda filed, asked: filed.first[0] > "\u0400" > asked.first[0],
    Noise.SERBIAN_SPELLING: lambda filed, asked: (
        filed.people.value in {"AL", "XK", "MK-AL"} and "xh" not in asked.first.lower()
    ),
    Noise.CYRILLIC_SPELLING: lambda _, asked: asked.first[0] > "\u0400",
    Noise.SWAPPED_NAMES: lambda filed, asked: (asked.first, asked.family) == (filed.family, filed.first),
    Noise.SWAPPED_DATE: lambda filed, asked: asked.born != filed.born and sorted(asked.born) == sorted(filed.born),
    Noise.OTHER_ENDING: lambda filed, asked: (
        asked.family[:2] == filed.latin[1][:2] != "" and asked.family != filed.latin[1]
    ),
    Noise.ENGLISH_SPELLING: lambda filed, _: filed.people is not People.BRITAIN,
    Noise.FATHER_INSIDE: lambda filed, asked: asked.first == f"{filed.first} {filed.father}" and not asked.father,
    Noise.MARRIED: lambda filed, asked: filed.sex == "F" and asked.first == filed.latin[0],
    Noise.TYPO_SWAPPED_DATE: lambda filed, asked: asked.born != filed.born and sorted(asked.born) == sorted(filed.born),
    Noise.TYPO_WRONG_DIGIT: lambda filed, asked: asked.born != filed.born and len(asked.born) == 10,
    Noise.TYPO_YEAR_ONLY: lambda filed, asked: asked.born == filed.born[:4] != "",
    Noise.NO_DATE: lambda _, asked: not asked.born,
}


@pytest.mark.parametrize("noise", list(Noise))
def test_noise_is_what_it_is_called(noise: Noise) -> None:
    wrong = [(filed, asked) for filed, asked in asked_of(noise) if not DIFFERS[noise](filed, asked)]
    assert wrong == []


@pytest.mark.parametrize(
    "noise", [Noise.EXACT, Noise.ONE_TYPO, Noise.WITHOUT_MARKS, Noise.SERBIAN_SPELLING, Noise.SWAPPED_NAMES]
)
def test_noise_of_names_leaves_the_date_and_noise_of_dates_the_names(noise: Noise) -> None:
    assert all(asked.born == filed.born for filed, asked in asked_of(noise))
    assert all(
        (asked.first, asked.family) == (filed.first, filed.family) for filed, asked in asked_of(Noise.SWAPPED_DATE)
    )


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        (serbian, "Xhemail Gjergji", "Džemail Đerđi"),
        (serbian, "Shpëtim Qemal", "Špetim Ćemal"),
        (cyrillic, "Ljubiša Njegoš", "Љубиша Његош"),
        (cyrillic, "Xhemail", "Џемаил"),
        (lambda name: cyrillic(name, macedonian=True), "Gjorgji Đorđe", "Ѓорѓи Ѓорѓе"),
        (english, "Gjergj Hoxha", "George Hoja"),
        (english, "Đorđe Šećerović", "George Shecherovich"),
        (without_marks, "Çeljeta Đukić", "Celjeta Dukic"),
        (other_ending, "Hoxhaj", "Hoxha"),
        (other_ending, "Trajkovski", "Trajkovska"),
        (other_ending, "Petrović", "Petrov"),
        (other_ending, "Shehu", "Shehuj"),
        (of_a_woman, "Trajkovski", "Trajkovska"),
        (of_a_woman, "Petkov", "Petkova"),
        (of_a_woman, "Smith", "Smith"),
    ],
)
def test_names_are_written_as_others_hear_them(change: Callable[[str], str], before: str, after: str) -> None:
    assert change(before) == after


@pytest.mark.parametrize(
    ("built", "wanted"),
    [
        (albanian_of("Gjon"), ["Gjoni", "Gjonaj"]),
        (albanian_of("Mark"), ["Marku", "Markaj"]),
        (serbian_of("Petar"), ["Petarović", "Petarić"]),
        (serbian_of("Miloš"), ["Milošević", "Milošić"]),
        (macedonian_of("Trajko"), ["Trajkovski", "Trajkov"]),
    ],
)
def test_family_names_are_built_by_rules(built: list[str], wanted: list[str]) -> None:
    assert built == wanted


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.sampled_from(["Arben", "Krasniqi", "Џемаил", "Al", "Shpëtim Luan"]), st.integers(0, 10**6))
def test_a_slip_is_small_and_leaves_the_first_letter(name: str, seed: int) -> None:
    slipped = typed_wrong(name, random.Random(seed).random)
    assert slipped[0] == name[0]
    assert abs(len(slipped) - len(name)) <= 1
    assert len(set(slipped) ^ set(name)) <= 3


def test_a_pool_gives_every_name_its_share() -> None:
    for each in pools().values():
        for pool in (each.men, each.women, each.family):
            assert pool.ends[-1] == pytest.approx(1)
            assert len(set(pool.names)) == len(pool.names)
            assert pool.drawn(0.0) == pool.names[0]
            assert pool.drawn(0.999999999999) == pool.names[-1]
            assert list(pool.ends) == sorted(pool.ends)


def test_the_register_is_read_by_the_engine_and_its_truth_says_who_is_who() -> None:
    register, truth = written(Recipe(1_200, 6, 0.4))
    rows = list(read_persons(io.BytesIO(register.encode())))
    assert all(isinstance(row, PersonRow) for row in rows)
    truths = list(csv.DictReader(io.StringIO(truth)))
    assert [row["ref"] for row in truths] == [row.record.ref for row in rows if isinstance(row, PersonRow)]
    people = Counter(row["person"] for row in truths)
    assert len(people) == 1_200
    assert sum(count == 2 for count in people.values()) / 1_200 == pytest.approx(0.4, abs=0.05)
    assert {row["noise"] for row in truths if row["ref"] != row["person"]} == set(Noise) - {Noise.EXACT}
    assert all(row["noise"] == "exact" for row in truths if row["ref"] == row["person"])


def test_questions_are_as_many_of_each_kind_and_mean_somebody_on_file() -> None:
    recipe = Recipe(4_000, 6)
    kept: list[Simulated] = []
    refs = {line.filed.ref for line in keeping(lines(recipe), recipe, 10, kept)}
    asked = questions(kept, 10, 6)
    assert Counter(one.noise for one in asked) == dict.fromkeys(Noise, 10)
    assert {one.ref for one in asked} <= refs
    assert questions(kept, 10, 6) == asked
    assert questions(kept, 10, 7) != asked
    stream = io.StringIO()
    assert write_questions(asked, stream) == 170
    for row in csv.DictReader(io.StringIO(stream.getvalue())):
        PersonQuery(row["first_names"], row["family_names"], parse_date(row["birth_date"]), row["father_name"])


@pytest.mark.parametrize(
    ("count", "twice"), [(0, 0.0), (-1, 0.0), (10**9, 0.0), (5, -0.1), (5, 1.1), (5, float("nan"))]
)
def test_a_register_that_cannot_be_made_is_refused(count: int, twice: float) -> None:
    with pytest.raises(InputError):
        Recipe(count, 1, twice)
