"""The model: what is learned is what was put in, the parts add up, and rare values say more than common ones."""

import random
from dataclasses import replace

import numpy as np
import pytest

from egnatia.engines.people.link.em import learn, start_of, table_of
from egnatia.engines.people.link.fields import GRADES, Field, Grade
from egnatia.engines.people.link.learning import (
    across,
    learn_model,
    pairs_sharing,
    possible_pairs,
    random_pairs,
    sessions,
)
from egnatia.engines.people.link.linkage import share_of
from egnatia.engines.people.link.model import (
    HOLDERS,
    MODEL_VERSION,
    MOST_BITS,
    PARTS,
    Model,
    Scorer,
    from_json,
    probability,
    to_json,
)
from egnatia.engines.people.link.register import register_of_columns
from egnatia.engines.people.link.values import Values, read
from egnatia.engines.people.link.vectors import COMPARED, Comparer, Counts
from egnatia.errors import InputError

SAME = {
    Field.FIRST: {Grade.SAME: 0.8, Grade.CLOSE: 0.15, Grade.DIFFERENT: 0.05},
    Field.FAMILY: {Grade.SAME: 0.7, Grade.EQUIVALENT: 0.2, Grade.DIFFERENT: 0.1},
    Field.FATHER: {Grade.SAME: 0.9, Grade.DIFFERENT: 0.1},
}
CHANCE = {
    Field.FIRST: {Grade.SAME: 0.02, Grade.CLOSE: 0.01, Grade.DIFFERENT: 0.97},
    Field.FAMILY: {Grade.SAME: 0.01, Grade.EQUIVALENT: 0.01, Grade.DIFFERENT: 0.98},
    Field.FATHER: {Grade.SAME: 0.03, Grade.DIFFERENT: 0.97},
}


def rates(some: dict[Field, dict[Grade, float]]) -> dict[Field, dict[Grade, float]]:
    return {field: some.get(field, start_of(field)) for field in COMPARED}


def drawn(kind: dict[Field, dict[Grade, float]], count: int, draw: np.random.Generator) -> np.ndarray:
    """Vectors of pairs drawn by the model itself; fields that are not given are missing."""
    made = np.zeros((count, len(COMPARED)), dtype=np.uint8)
    for field, some in kind.items():
        made[:, COMPARED.index(field)] = draw.choice([int(g) for g in some], count, p=list(some.values()))
    return made


def counted(*parts: np.ndarray) -> Counts:
    vectors, pairs = np.unique(np.concatenate(parts), axis=0, return_counts=True)
    return Counts(vectors.astype(np.uint8), pairs.astype(np.int64))


def test_learning_finds_the_rates_that_made_the_pairs() -> None:
    draw = np.random.Generator(np.random.PCG64(1))
    counts = counted(drawn(SAME, 20_000, draw), drawn(CHANCE, 80_000, draw))
    learned = learn(counts, table_of(rates(CHANCE)), set(SAME))
    assert learned.share == pytest.approx(0.2, abs=0.005)
    assert learned.matches == pytest.approx(20_000, rel=0.03)
    for field, some in SAME.items():
        for grade, rate in some.items():
            assert learned.rates[field][grade] == pytest.approx(rate, abs=0.015)


def test_missing_values_teach_nothing() -> None:
    draw = np.random.Generator(np.random.PCG64(2))
    one, two = drawn(SAME, 20_000, draw), drawn(CHANCE, 80_000, draw)
    row = COMPARED.index(Field.FATHER)
    one[::2, row], two[::3, row] = Grade.MISSING, Grade.MISSING
    learned = learn(counted(one, two), table_of(rates(CHANCE)), set(SAME))
    assert learned.rates[Field.FATHER][Grade.SAME] == pytest.approx(0.9, abs=0.02)
    assert learned.share == pytest.approx(0.2, abs=0.006)


def test_twins_are_not_taken_for_one_person_who_changed_her_name() -> None:
    draw = np.random.Generator(np.random.PCG64(3))
    twins = SAME | {Field.FIRST: CHANCE[Field.FIRST]}
    counts = counted(drawn(SAME, 10_000, draw), drawn(twins, 2_000, draw), drawn(CHANCE, 88_000, draw))
    fooled = learn(counts, table_of(rates(CHANCE)), set(SAME))
    wiser = learn(counts, table_of(rates(CHANCE)), set(SAME), most_twins=0.05)
    assert fooled.rates[Field.FIRST][Grade.DIFFERENT] > 0.1
    assert wiser.rates[Field.FIRST][Grade.DIFFERENT] == pytest.approx(0.05, abs=0.03)
    assert wiser.twins == pytest.approx(0.02, abs=0.006)
    assert learn(counts, table_of(rates(CHANCE)), set(SAME), most_twins=0.001).twins <= 0.001


def test_learning_from_nothing_keeps_the_start() -> None:
    empty = Counts(np.zeros((0, len(COMPARED)), dtype=np.uint8), np.zeros(0, dtype=np.int64))
    learned = learn(empty, table_of(rates(CHANCE)), set(SAME))
    assert learned.matches == 0
    for field in SAME:
        for grade, rate in start_of(field).items():
            assert learned.rates[field][grade] == pytest.approx(rate)


@pytest.mark.parametrize("field", list(GRADES))
def test_rates_at_the_start_add_up(field: Field) -> None:
    assert sum(start_of(field).values()) == pytest.approx(1)
    assert set(start_of(field)) == set(GRADES[field])


def people(count: int, seed: int) -> Values:
    """A small register with known frequencies: half of all are called Arben."""
    draw = random.Random(seed)
    firsts = ["Arben"] * 5 + ["Mimoza", "Shpresa", "Drita", "Valon", "Gezim"]
    families = [
        f"{a}{b}" for a in ("Ber", "Kra", "Gash", "Hox", "Rex", "Mor", "Sheh") for b in ("isha", "sniqi", "ani", "ova")
    ]
    columns = {
        Field.FIRST: [draw.choice(firsts) for _ in range(count)],
        Field.FAMILY: [draw.choice(families) for _ in range(count)],
        Field.FATHER: [draw.choice(firsts) for _ in range(count)],
        Field.BIRTH_DATE: [
            f"{draw.randint(1950, 2005)}-{draw.randint(1, 12):02}-{draw.randint(2, 28):02}" for _ in range(count)
        ],
        Field.NUMBERS: [f"K{number:07}" if number % 3 else "K9999999" for number in range(count)],
    }
    return read(register_of_columns([f"r{n:04}" for n in range(count)], columns))


@pytest.fixture(scope="module")
def learned() -> tuple[Comparer, Model]:
    comparer = Comparer(people(400, 1))
    model, _ = learn_model(comparer, seed=1)
    return comparer, replace(model, share=1e-4)


def test_parts_add_up_and_stay_within_bounds(learned: tuple[Comparer, Model]) -> None:
    comparer, model = learned
    compared = comparer.compare(random_pairs(comparer.values, 5)[:5_000])
    scorer = Scorer(model, comparer.values)
    parts, bits = scorer.parts(compared), scorer.bits(compared)
    assert parts.shape == (len(PARTS), 5_000)
    assert np.abs(parts.sum(axis=0) + model.prior - bits).max() < 1e-9
    assert np.abs(parts[:-1]).max() <= MOST_BITS
    assert (parts[-1] <= 0).all(), "that two may be twins never speaks for one person"
    for row in range(len(COMPARED)):
        assert (parts[row][compared.grades[row] == Grade.MISSING] == 0).all()


def test_a_common_name_says_less(learned: tuple[Comparer, Model]) -> None:
    comparer, model = learned
    compared = comparer.compare(random_pairs(comparer.values, 5))
    row = COMPARED.index(Field.FIRST)
    same = np.flatnonzero(compared.grades[row] == Grade.SAME)
    added = Scorer(model, comparer.values).parts(compared)[row]
    names = comparer.values.name_of[Field.FIRST][compared.left]
    by_name = {int(name): set(np.round(added[same[names[same] == name]], 9)) for name in set(names[same].tolist())}
    assert all(len(values) == 1 for values in by_name.values())
    often = np.bincount(comparer.values.name_of[Field.FIRST])
    ordered = sorted(by_name, key=lambda name: often[name])
    bits = [min(by_name[name]) for name in ordered]
    assert bits == sorted(bits, reverse=True)
    assert bits[0] > bits[-1] + 1


def test_a_number_that_many_share_says_little(learned: tuple[Comparer, Model]) -> None:
    comparer, model = learned
    values = comparer.values
    shared = values.texts[Field.NUMBERS].index("nK9999999")
    holders = np.flatnonzero(values.numbers.flat == shared)[: HOLDERS + 2].astype(np.int64)
    compared = comparer.compare(np.array([holders[0] << 32 | holders[1]]))
    row = COMPARED.index(Field.NUMBERS)
    assert compared.grades[row, 0] == Grade.SAME
    rare = np.log2(model.same[Field.NUMBERS][Grade.SAME] / model.chance[Field.NUMBERS][Grade.SAME])
    assert Scorer(model, values).parts(compared)[row, 0] <= min(2.0, rare)


def test_a_model_goes_to_a_file_and_back(learned: tuple[Comparer, Model]) -> None:
    _, model = learned
    assert from_json(to_json(model)) == model
    assert to_json(from_json(to_json(model))) == to_json(model)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        '"link/3"',
        "{}",
        '{"version": "link/0"}',
        '{"version": "link/3", "records": "many"}',
        "{" * 5_000,
        "[" * 5_000,
    ],
)
def test_what_is_no_model_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        from_json(text)


def test_a_model_of_another_version_is_refused(learned: tuple[Comparer, Model]) -> None:
    with pytest.raises(InputError, match="link/0"):
        from_json(to_json(learned[1]).replace(MODEL_VERSION, "link/0"))


def test_probability_is_of_bits() -> None:
    assert probability(np.array([0.0, 1.0, -1.0])) == pytest.approx([0.5, 2 / 3, 1 / 3])
    assert probability(np.array([5_000.0, -5_000.0])) == pytest.approx([1.0, 0.0])


@pytest.mark.parametrize(("matches", "records"), [(50, 2_000), (200, 2_000), (200, 20_000)])
def test_the_prior_follows_the_register(matches: int, records: int) -> None:
    pairs = records * (records - 1) / 2
    gain = np.concatenate([np.full(matches, 45.0), np.full(5_000, -12.0)])
    assert share_of(gain, pairs) == pytest.approx(matches / pairs, rel=0.01)


def test_a_register_without_a_link_keeps_odds() -> None:
    share = share_of(np.full(10, -30.0), 1e6)
    assert 0 < share <= 1e-6
    assert 0 < share_of(np.zeros(0), 0.0) <= 0.5


def test_random_pairs_are_seeded_and_of_two_records() -> None:
    values = people(300, 2)
    assert len(random_pairs(values, 1)) == 300 * 299 // 2, "all of a small register"
    some, again, other = (random_pairs(values, seed, most=1_000) for seed in (1, 1, 2))
    assert some.tolist() == again.tolist() != other.tolist()
    assert ((some >> 32) < (some & 0xFFFFFFFF)).all()


def test_pairs_that_share_a_code_come_by_whole_groups() -> None:
    codes = np.array([0, 3, 3, 5, 3, 5, 0, 9], dtype=np.int64)
    found = {(pair >> 32, pair & 0xFFFFFFFF) for pair in pairs_sharing(codes, most=100).tolist()}
    assert found == {(1, 2), (1, 4), (2, 4), (3, 5)}
    many = np.repeat(np.arange(1, 1_001, dtype=np.int64), 2)
    kept = pairs_sharing(many, most=100)
    assert 90 <= len(kept) <= 100
    assert pairs_sharing(np.zeros(4, dtype=np.int64)).tolist() == []


def test_sessions_learn_nothing_of_what_put_their_pairs_together() -> None:
    for session in sessions(people(300, 3)):
        compared = Comparer(people(300, 3)).compare(session.pairs)
        for field in session.used - {Field.ORDER}:
            assert set(compared.of(field).tolist()) <= {int(Grade.SAME)}


def test_only_pairs_across_two_registers() -> None:
    columns = {Field.FIRST: ["A", "B", "C", "D"], Field.FAMILY: ["E"] * 4}
    values = read(register_of_columns(["a", "b", "c", "d"], columns, [0, 0, 1, 1]))
    every = across(values, random_pairs(values, 0))
    assert len(every) == possible_pairs(values.sides) == 4
    assert all(values.sides[pair >> 32] != values.sides[pair & 0xFFFFFFFF] for pair in every.tolist())
