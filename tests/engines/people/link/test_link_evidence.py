"""Evidence that stands elsewhere than in its field: a father among names, a day of birth in a number, a chance that is counted."""

import itertools
import random
from datetime import date

import numpy as np
import pytest

from egnatia.engines.people.link import Explainer, Field, Grade, Model, Settings, link, register_of_columns
from egnatia.engines.people.link.em import learn, start_of, table_of
from egnatia.engines.people.link.grade_others import YEARS, grade_dates
from egnatia.engines.people.link.learning import BOUND, learn_model, one_day, sessions
from egnatia.engines.people.link.values import Values, read
from egnatia.engines.people.link.vectors import COMPARED, Comparer, Counts
from egnatia.engines.people.simulate import People, Recipe, lines
from egnatia.engines.people.simulate.numbers import national_number

NAMES = (Field.FIRST, Field.FAMILY, Field.FATHER)
Row = tuple[str, str, str]


def values_of(columns: dict[Field, list[str]], sides: list[int] | None = None) -> Values:
    """Values in the order of the file: the first column, which nothing reads, holds the places."""
    size = len(next(iter(columns.values())))
    return read(register_of_columns([f"r{n:03}" for n in range(size)], columns, sides))


def father_grade(one: Row, other: Row) -> Grade:
    values = values_of({field: [one[n], other[n]] for n, field in enumerate(NAMES)})
    found = Comparer(values).compare(np.array([1], dtype=np.int64))
    return Grade(int(found.of(Field.FATHER)[0]))


FATHERED: Row = ("Arben", "Hoxha", "Agim")


@pytest.mark.parametrize(
    ("other", "grade"),
    [
        (("Arben Agim", "Hoxha", ""), Grade.SAME),
        (("Agim Arben", "Hoxha", ""), Grade.SAME),
        (("Arben", "Agim Hoxha", ""), Grade.SAME),
        (("Арбен Агим", "Хоџа", ""), Grade.SAME),
        (("Arben Agim", "Hoxha", "Agim"), Grade.SAME),
        (("Arben Agim", "Hoxha", "Besnik"), Grade.DIFFERENT),
        (("Arben Besnik", "Hoxha", ""), Grade.MISSING),
        (("Arben", "Hoxha", ""), Grade.MISSING),
        (("Agim", "Hoxha", ""), Grade.MISSING),
        (("", "", ""), Grade.MISSING),
    ],
)
def test_a_father_among_the_names_of_the_other_record(other: Row, grade: Grade) -> None:
    assert father_grade(FATHERED, other) is grade
    assert father_grade(other, FATHERED) is grade


def test_a_name_that_the_son_bears_himself_is_not_his_fathers() -> None:
    """Agim, son of Agim, and Agim Besnik of whom no father is named: that both are Agim was said already."""
    assert father_grade(("Agim", "Hoxha", "Agim"), ("Agim Besnik", "Hoxha", "")) is Grade.MISSING
    assert father_grade(("Agim Besnik", "Hoxha", "Agim"), ("Agim Besnik", "Hoxha", "")) is Grade.MISSING


def test_of_a_father_with_two_names_both_have_to_be_there() -> None:
    two: Row = ("Arben", "Hoxha", "Agim Naim")
    assert father_grade(two, ("Arben Naim Agim", "Hoxha", "")) is Grade.SAME
    assert father_grade(two, ("Arben Agim", "Hoxha", "")) is Grade.MISSING


@pytest.fixture(scope="module")
def model() -> Model:
    filed = [line.filed for line in lines(Recipe(1_500, 77, 0.3))]
    columns = {
        Field.FIRST: [each.first for each in filed],
        Field.FAMILY: [each.family for each in filed],
        Field.FATHER: [each.father for each in filed],
        Field.BIRTH_DATE: [each.born for each in filed],
    }
    return link(register_of_columns([each.ref for each in filed], columns), Settings(sample=40_000)).model


def explained(model: Model, one: Row, other: Row, fathers: list[str]) -> dict[str, float]:
    """What each field of two records adds among others of whom the fathers are given."""
    rows: list[Row] = [one, other, *(("Zef", "Prela", father) for father in fathers)]
    texts = {field: [row[n] for row in rows] for n, field in enumerate(NAMES)}
    register = register_of_columns([f"r{n:03}" for n in range(len(rows))], texts)
    return {part.field: part.added for part in Explainer(register, model).explain("r000", "r001").parts}


def test_a_father_inside_says_what_one_in_his_field_says_and_more_where_he_is_rare(model: Model) -> None:
    common, rare = ["Agim"] * 10 + ["Hasan"] * 30, ["Hasan"] * 40
    inside: Row = ("Arben Agim", "Hoxha", "")
    often, seldom = (explained(model, FATHERED, inside, some)["father_name"] for some in (common, rare))
    named = explained(model, FATHERED, FATHERED, common)["father_name"]
    assert 0 < often < seldom
    assert often == pytest.approx(named, abs=0.1)
    assert "father_name" not in explained(model, FATHERED, ("Arben", "Hoxha", ""), common)


def number(born: date, people: People = People.SERBIA, sex: str = "M", seed: int = 5) -> str:
    return national_number(people, born, sex, random.Random(seed).random)


@pytest.mark.parametrize("people", [People.ALBANIA, People.SERBIA, People.MACEDONIAN])
@pytest.mark.parametrize("sex", ["M", "F"])
@pytest.mark.parametrize("written", ["", "1979", "1979-01-01", "1979-08"])
def test_a_date_without_a_day_is_completed_by_a_national_number(people: People, sex: str, written: str) -> None:
    held = number(date(1979, 8, 23), people, sex)
    values = values_of({Field.BIRTH_DATE: [written], Field.NUMBERS: [held]})
    assert values.born.tolist() == [[1979, 8, 23]]


@pytest.mark.parametrize(
    ("written", "numbers", "born"),
    [
        ("1980", (date(1979, 8, 23),), [1980, 0, 0]),
        ("1979-08-24", (date(1979, 8, 23),), [1979, 8, 24]),
        ("1979", (date(1979, 8, 23), date(1979, 9, 1)), [1979, 0, 0]),
        ("1979", (date(1979, 8, 23), date(1979, 8, 23)), [1979, 8, 23]),
        ("", (), [0, 0, 0]),
    ],
)
def test_a_number_completes_only_what_it_does_not_contradict(
    written: str, numbers: tuple[date, ...], born: list[int]
) -> None:
    held = "|".join(number(day, seed=seed) for seed, day in enumerate(numbers))
    assert values_of({Field.BIRTH_DATE: [written], Field.NUMBERS: [held]}).born.tolist() == [born]


def test_a_number_with_a_wrong_check_digit_completes_nothing() -> None:
    right = number(date(1979, 8, 23))
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    for held in (wrong, f"phone:{right}", "BA1234567", "1" * 13):
        assert values_of({Field.BIRTH_DATE: ["1979"], Field.NUMBERS: [held]}).born.tolist() == [[1979, 0, 0]]


def test_a_completed_date_agrees_with_the_day_of_the_other_record() -> None:
    columns = {Field.BIRTH_DATE: ["1979", "1979-08-23"], Field.NUMBERS: [number(date(1979, 8, 23)), ""]}
    found = Comparer(values_of(columns)).compare(np.array([1], dtype=np.int64))
    assert found.of(Field.BIRTH_DATE).tolist() == [Grade.SAME]


@pytest.mark.parametrize(
    ("other", "grade"),
    [
        ((1990 + YEARS, 3, 7), Grade.PARTLY),
        ((1990 - YEARS, 3, 7), Grade.CLOSE),
        ((1990 - YEARS + 1, 3, 7), Grade.PARTLY),
        ((1990 - YEARS - 1, 3, 7), Grade.DIFFERENT),
        ((1950, 3, 7), Grade.CLOSE),
        ((1955, 3, 7), Grade.DIFFERENT),
        ((1990, 3, 25), Grade.PARTLY),
        ((1990, 11, 7), Grade.PARTLY),
        ((1990, 7, 3), Grade.EXCHANGED),
        ((1955, 0, 0), Grade.DIFFERENT),
    ],
)
def test_a_birthday_in_a_far_year_is_no_part_of_a_date(other: tuple[int, int, int], grade: Grade) -> None:
    one, two = np.array([(1990, 3, 7)], dtype=np.int32), np.array([other], dtype=np.int32)
    assert grade_dates(one, two).tolist() == grade_dates(two, one).tolist() == [grade]


def test_how_many_are_born_on_one_day_is_counted() -> None:
    born = (
        ["1990-03-07"] * 3 + ["1991-04-08"] * 2 + ["1992-05-09", "1990-01-01", "1990-01-01", "1990", "", "1990-02-31"]
    )
    assert one_day(values_of({Field.BIRTH_DATE: born})) == pytest.approx((3 * 2 + 2) / (10 * 9))


def test_how_many_are_born_on_one_day_is_counted_across_two_registers() -> None:
    born = ["1990-03-07"] * 3 + ["1991-04-08"] * 2 + ["1992-05-09"] + ["1990-03-07", "1991-04-08", "1999-09-09"]
    sides = [0] * 6 + [1] * 3
    assert one_day(values_of({Field.BIRTH_DATE: born}, sides)) == pytest.approx((3 * 1 + 2 * 1) / (6 * 3))
    assert one_day(values_of({Field.BIRTH_DATE: born}, [1 - side for side in sides])) == pytest.approx(5 / 18)


@pytest.mark.parametrize("born", [[], ["1990-03-07"], ["", ""], ["1990", "1991"]])
def test_nobody_is_born_on_one_day_where_no_two_days_are_known(born: list[str]) -> None:
    assert one_day(values_of({Field.BIRTH_DATE: born, Field.FIRST: ["Arben"] * len(born)})) == 0


def test_chance_is_told_without_the_pairs_that_are_one_person() -> None:
    """Everybody is on file twice: nearly all who share a day are one person, and two persons hardly ever do."""
    draw = random.Random(8)
    filed = [line.filed for line in lines(Recipe(600, 14, 0.0))]
    day = [date.fromordinal(draw.randint(715_000, 730_000)).isoformat() for _ in filed]
    columns = {
        Field.FIRST: [each.first for each in filed] * 2,
        Field.FAMILY: [each.family for each in filed] * 2,
        Field.FATHER: [each.father for each in filed] * 2,
        Field.BIRTH_DATE: day * 2,
    }
    values = values_of(columns)
    made, lessons = learn_model(Comparer(values), sample=60_000)
    counted = one_day(values)
    assert counted > 600 / (600 * 1_199)
    assert made.chance[Field.BIRTH_DATE][Grade.SAME] < counted / 5
    assert next(iter(lessons)).matches > 500


DATES = {Grade.SAME: 0.97, Grade.PARTLY: 0.029, Grade.DIFFERENT: 0.001}
ANY_DATES = {Grade.SAME: 0.0001, Grade.PARTLY: 0.0039, Grade.DIFFERENT: 0.996}


def drawn(kind: dict[Field, dict[Grade, float]], count: int, draw: np.random.Generator) -> np.ndarray:
    made = np.zeros((count, len(COMPARED)), dtype=np.uint8)
    for field, some in kind.items():
        made[:, COMPARED.index(field)] = draw.choice([int(g) for g in some], count, p=list(some.values()))
    return made


def test_fathers_of_namesakes_agree_oftener_and_are_not_taken_for_one_persons_two_birthdays() -> None:
    """Two who share both names share a father's name ten times as often as any two: chance is learned there, or dates pay for it."""
    draw = np.random.Generator(np.random.PCG64(6))
    one = drawn({Field.FATHER: {Grade.SAME: 0.98, Grade.DIFFERENT: 0.02}, Field.BIRTH_DATE: DATES}, 2_000, draw)
    two = drawn({Field.FATHER: {Grade.SAME: 0.1, Grade.DIFFERENT: 0.9}, Field.BIRTH_DATE: ANY_DATES}, 48_000, draw)
    vectors, pairs = np.unique(np.concatenate([one, two]), axis=0, return_counts=True)
    counts = Counts(vectors.astype(np.uint8), pairs.astype(np.int64))
    chance = {field: start_of(field) for field in COMPARED}
    chance[Field.FATHER] = {Grade.SAME: 0.01, Grade.DIFFERENT: 0.99}
    chance[Field.BIRTH_DATE] = ANY_DATES
    free = {Field.FATHER, Field.BIRTH_DATE}
    fooled, wiser = (learn(counts, table_of(chance), free, bound=bound) for bound in ((), BOUND))
    assert fooled.rates[Field.BIRTH_DATE][Grade.DIFFERENT] > 0.3
    assert wiser.rates[Field.BIRTH_DATE][Grade.DIFFERENT] < 0.05
    assert wiser.matches == pytest.approx(2_000, rel=0.05)
    assert fooled.matches > 3_000


def test_only_those_who_share_names_are_said_to_agree_oftener() -> None:
    filed = [line.filed for line in lines(Recipe(60, 3, 0.5))]
    columns = {Field.FIRST: [each.first for each in filed], Field.FAMILY: [each.family for each in filed]}
    found = {session.name: session.bound for session in sessions(values_of(columns))}
    assert found == {"date of birth": frozenset(), "both names": BOUND, "number": frozenset()}
    assert BOUND.isdisjoint({Field.BIRTH_DATE, Field.NUMBERS, Field.FIRST, Field.FAMILY, Field.ORDER})


def test_learned_rates_add_up_with_bound_fields_too() -> None:
    draw = np.random.Generator(np.random.PCG64(7))
    one = drawn({Field.FATHER: {Grade.SAME: 0.9, Grade.DIFFERENT: 0.1}, Field.BIRTH_DATE: DATES}, 500, draw)
    vectors, pairs = np.unique(one, axis=0, return_counts=True)
    chance = table_of({field: start_of(field) for field in COMPARED})
    made = learn(Counts(vectors.astype(np.uint8), pairs.astype(np.int64)), chance, {Field.FATHER}, bound=BOUND)
    assert sum(made.rates[Field.FATHER].values()) == pytest.approx(1)
    assert 0 <= made.share <= 1
    for one_grade, other in itertools.pairwise(sorted(made.rates[Field.FATHER].values())):
        assert 0 < one_grade <= other


def test_where_every_valley_has_names_of_its_own_nobody_is_born_on_two_days() -> None:
    """Thirty valleys with three first names, three families and three fathers each: namesakes share a father in one case of three."""
    draw = random.Random(11)
    rows = [
        (
            f"Ar{place}bend",
            f"Krash{place}niqi",
            f"Gez{place}imir",
            "vwz"[draw.randrange(3)],
            draw.randint(715_000, 735_000),
        )
        for place in "bcdfghjklmnprstbcdfghjklmnprst"
        for _ in range(60)
    ]
    named = [
        (
            first + kind,
            family + "aeo"[draw.randrange(3)] + "n",
            father + "ktl"[draw.randrange(3)],
            date.fromordinal(day),
        )
        for first, family, father, kind, day in rows
    ]
    every = named + named[::9]
    texts = zip(*((first, family, father, born.isoformat()) for first, family, father, born in every), strict=True)
    columns = dict(zip((*NAMES, Field.BIRTH_DATE), map(list, texts), strict=True))
    made, _ = learn_model(Comparer(values_of(columns)), sample=60_000)
    assert made.same[Field.BIRTH_DATE][Grade.DIFFERENT] < 0.1
    assert made.same[Field.BIRTH_DATE][Grade.SAME] > 0.8
