"""Linking from beginning to end: who is found, and what changes nothing."""

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from egnatia.engines.people.link import (
    Clusters,
    Explainer,
    Field,
    Linked,
    Register,
    Settings,
    bits_of,
    from_json,
    link,
    read_register,
    register_from,
    register_of,
    register_of_columns,
    to_json,
)
from egnatia.engines.people.simulate import Noise, Recipe, lines
from egnatia.engines.people.types import PersonRecord, parse_date
from egnatia.errors import InputError, NotFoundError
from egnatia.model.ids import RecordRef

FAST = Settings(sample=100_000)
FIELDS = (Field.FIRST, Field.FAMILY, Field.FATHER, Field.BIRTH_DATE, Field.NUMBERS)


@dataclass(frozen=True)
class Known:
    refs: list[str]
    texts: dict[Field, list[str]]
    person: dict[str, str]

    def register(self) -> Register:
        return register_of_columns(self.refs, self.texts)

    def rows(self) -> Iterator[tuple[str, ...]]:
        yield from zip(self.refs, *self.texts.values(), strict=True)


def simulated(count: int, seed: int, twice: float = 0.3) -> Known:
    """So many people who do not exist, some of them on file twice."""
    made = Known([], {field: [] for field in FIELDS}, {})
    for line in lines(Recipe(count, seed, twice)):
        filed = line.filed
        made.refs.append(filed.ref)
        made.person[filed.ref] = filed.person
        values = (filed.first, filed.family, filed.father, filed.born, "|".join(filed.identifiers))
        for field, text in zip(FIELDS, values, strict=True):
            made.texts[field].append(text)
    return made


def found(linked: Linked, least: float = 0.95) -> dict[frozenset[str], float]:
    """Links with their bits, by references."""
    refs = linked.register.refs
    return {
        frozenset((refs[linked.left[n]], refs[linked.right[n]])): round(float(linked.bits[n]), 9)
        for n in linked.links(least).tolist()
    }


@pytest.fixture(scope="module")
def known() -> Known:
    return simulated(2_000, 5)


@pytest.fixture(scope="module")
def linked(known: Known) -> Linked:
    return link(known.register(), FAST)


def test_most_second_records_are_found_and_few_others(known: Known, linked: Linked) -> None:
    pairs = found(linked)
    right = {pair for pair in pairs if len({known.person[ref] for ref in pair}) == 1}
    wanted = len(known.refs) - len(set(known.person.values()))
    assert len(right) / wanted >= 0.9
    assert len(right) / len(pairs) >= 0.98


def test_groups_hold_few_others(known: Known, linked: Linked) -> None:
    groups = Clusters(linked.weighed(), bits_of(0.95)).groups
    pure = [group for group in groups if len({known.person[ref] for ref in group}) == 1]
    assert len(pure) / len(groups) >= 0.98
    assert max(map(len, groups)) <= 4


def test_the_prior_is_about_how_many_pairs_there_are(known: Known, linked: Linked) -> None:
    wanted = len(known.refs) - len(set(known.person.values()))
    assert linked.model.share * len(known.refs) * (len(known.refs) - 1) / 2 == pytest.approx(wanted, rel=0.08)


def test_the_order_of_a_file_changes_nothing(known: Known, linked: Linked) -> None:
    order = list(range(len(known.refs)))
    random.Random(3).shuffle(order)
    refs = [known.refs[n] for n in order]
    texts = {field: [column[n] for n in order] for field, column in reversed(known.texts.items())}
    other = link(register_of_columns(refs, texts), FAST)
    assert other.model == linked.model
    assert found(other, 0.01) == found(linked, 0.01)


def test_references_change_nothing(known: Known, linked: Linked) -> None:
    renamed = {ref: f"x{number:05}" for number, ref in enumerate(reversed(known.refs))}
    other = link(register_of_columns([renamed[ref] for ref in known.refs], known.texts), FAST)
    assert other.model == linked.model
    before = {frozenset(renamed[ref] for ref in pair): bits for pair, bits in found(linked, 0.01).items()}
    assert found(other, 0.01) == before


def test_passes_change_nothing(known: Known, linked: Linked) -> None:
    assert found(link(known.register(), Settings(pass_pairs=200, model=linked.model)), 0.01) == found(linked, 0.01)


def test_a_learned_model_gives_the_same_odds_again(known: Known, linked: Linked) -> None:
    again = link(known.register(), Settings(model=from_json(to_json(linked.model))))
    assert again.lessons == ()
    assert found(again, 0.01) == found(linked, 0.01)


def test_links_come_most_probable_first(linked: Linked) -> None:
    bits = linked.bits[linked.links(0.5)]
    assert (np.diff(bits) <= 0).all()
    assert bits[-1] >= 0
    assert (linked.probabilities[linked.links(0.95)] >= 0.95).all()


@pytest.mark.parametrize("least", [0.0, 1.0, -1.0, 2.0, float("nan")])
def test_what_is_no_probability_is_refused(least: float) -> None:
    with pytest.raises(InputError):
        bits_of(least)


def test_every_link_is_explained_to_the_last_bit(linked: Linked) -> None:
    explainer = Explainer(linked.register, linked.model)
    places = linked.links(0.5)[:300]
    pairs = linked.left[places].astype(np.int64) << 32 | linked.right[places]
    for place, said in zip(places.tolist(), explainer.pairs(pairs, linked.others[places]), strict=True):
        assert said.bits == pytest.approx(float(linked.bits[place]), abs=1e-9)
        assert said.probability == pytest.approx(float(linked.probabilities[place]), abs=1e-12)
        assert said.parts[0].field == "prior"
        assert {part.field for part in said.parts} <= {"prior", *Field}


def test_an_explanation_is_the_same_from_both_sides(linked: Linked) -> None:
    explainer = Explainer(linked.register, linked.model)
    left, right = (linked.register.refs[side[linked.links()[0]]] for side in (linked.left, linked.right))
    assert explainer.explain(left, right) == explainer.explain(right, left)
    with pytest.raises(InputError):
        explainer.explain(left, left)
    with pytest.raises(NotFoundError):
        explainer.explain(left, "nobody")


def as_csv(known: Known, **core: list[str]) -> bytes:
    head = ",".join(["ref", *(field.value for field in known.texts), *core])
    rows = zip(*zip(*known.rows(), strict=True), *core.values(), strict=True)
    return "\n".join([head, *(",".join(row) for row in rows)]).encode()


def test_origin_and_sex_change_nothing() -> None:
    known = simulated(400, 9)
    draw = random.Random(1)
    size = len(known.refs)
    results = []
    for _ in range(2):
        core = {
            "nationality": [draw.choice(["AL", "XK", "MK", "GB", "RS", ""]) for _ in range(size)],
            "place_of_birth": [draw.choice(["Tirana", "Prizren", "Hull", ""]) for _ in range(size)],
            "sex": [draw.choice(["F", "M", ""]) for _ in range(size)],
        }
        results.append(link(register_from(read_register(io.BytesIO(as_csv(known, **core)))), FAST))
    plain = link(register_from(read_register(io.BytesIO(as_csv(known)))), FAST)
    assert results[0].model == results[1].model == plain.model
    assert found(results[0], 0.001) == found(results[1], 0.001) == found(plain, 0.001)


def test_no_field_stands_for_origin_or_sex() -> None:
    words = {word for field in Field for word in field.value.split("_")}
    assert words.isdisjoint(
        {"nationality", "citizenship", "ethnicity", "religion", "sex", "gender", "origin", "country", "language"}
    )
    assert Field.BIRTH_DATE.value == "birth_date"
    assert not any("place" in field.value for field in Field)


def test_two_registers_are_linked_across_only() -> None:
    known = simulated(600, 4)
    sides = [number % 2 for number in range(len(known.refs))]
    linked = link(register_of_columns(known.refs, known.texts, sides), FAST)
    by_ref = dict(zip(known.refs, sides, strict=True))
    pairs = found(linked, 0.01)
    assert pairs
    assert all(len({by_ref[ref] for ref in pair}) == 2 for pair in pairs)
    wanted = {
        frozenset((ref, f"{ref}-2")) for ref in known.refs if f"{ref}-2" in by_ref and by_ref[ref] != by_ref[f"{ref}-2"]
    }
    assert len(wanted & pairs.keys()) / len(wanted) > 0.8


def test_twins_are_two_persons() -> None:
    twins = [
        ("t1", "Arta", "Krasniqi", "Agim", "1990-03-07"),
        ("t2", "Besnik", "Krasniqi", "Agim", "1990-03-07"),
        ("t3", "Arta", "Krasniqi", "Agim", "1990-03-07"),
    ]
    known = simulated(800, 6)
    refs = known.refs + [twin[0] for twin in twins]
    texts = {field: known.texts[field] + [twin[n] for twin in twins] for n, field in enumerate(FIELDS[:4], 1)}
    pairs = found(link(register_of_columns(refs, texts), FAST), 0.5)
    assert frozenset(("t1", "t3")) in pairs
    assert frozenset(("t1", "t2")) not in pairs
    assert frozenset(("t2", "t3")) not in pairs


def test_fathers_that_differ_keep_namesakes_apart() -> None:
    known = simulated(800, 7)
    same = [("n1", "Agim", "Berisha", "Hasan", "1970"), ("n2", "Agim", "Berisha", "Ismail", "1970")]
    refs = known.refs + [each[0] for each in same]
    texts = {field: known.texts[field] + [each[n] for each in same] for n, field in enumerate(FIELDS[:4], 1)}
    linked = link(register_of_columns(refs, texts), FAST)
    assert frozenset(("n1", "n2")) not in found(linked)
    parts = {part.field: part for part in Explainer(linked.register, linked.model).explain("n1", "n2").parts}
    assert (parts["father_name"].found, parts["first_names"].found) == ("different", "same")
    assert parts["father_name"].added < -3


def test_a_flood_of_namesakes_is_left_out_and_said_so() -> None:
    known = simulated(600, 8)
    flood = [f"f{number:04}" for number in range(600)]
    refs = known.refs + flood
    texts = {field: known.texts[field] + [""] * len(flood) for field in FIELDS}
    for number in range(len(known.refs), len(refs)):
        texts[Field.FIRST][number], texts[Field.FAMILY][number] = "Agim", "Krasniqi"
    linked = link(register_of_columns(refs, texts), FAST)
    assert sum(rule.left_out for rule in linked.report) >= 600 * 599 // 2
    assert not any(pair <= set(flood) for pair in found(linked, 0.5))
    right = {pair for pair in found(linked) if len({known.person.get(ref, ref) for ref in pair}) == 1}
    assert len(right) >= 0.8 * (len(known.refs) - len(set(known.person.values())))


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_a_register_of_next_to_nobody(count: int) -> None:
    refs = [f"r{number}" for number in range(count)]
    texts = {Field.FIRST: ["Arben"] * count, Field.FAMILY: ["Hoxha"] * count, Field.BIRTH_DATE: ["1990-03-07"] * count}
    linked = link(register_of_columns(refs, texts), FAST)
    assert len(linked.left) == count * (count - 1) // 2
    assert np.isfinite(linked.bits).all()
    assert Clusters(linked.weighed(), bits_of(0.95)).groups in ((), (tuple(refs),))


def test_hostile_texts_are_compared_like_others() -> None:
    odd = [
        "\u202eArben",
        "A" * 200,
        "؀" * 50,
        "=cmd()",
        "\0",
        "'; drop",
        "🙂",
        "ѓ" * 100,
        " ".join("abcdefghijklmnopqrst"),
        "-",
    ]
    texts = {
        Field.FIRST: odd,
        Field.FAMILY: odd[::-1],
        Field.BIRTH_DATE: ["9999-99-99"] * 10,
        Field.NUMBERS: ["|" * 50] * 10,
    }
    linked = link(register_of_columns([str(number) for number in range(10)], texts))
    assert np.isfinite(linked.bits).all()


def test_records_give_the_register_that_columns_give() -> None:
    known = simulated(200, 10)
    records = []
    for ref, first, family, father, born, numbers in known.rows():
        try:
            date = parse_date(born)
        except InputError:
            date = None
        identifiers = tuple(filter(None, numbers.split("|")))
        records.append(PersonRecord(RecordRef(ref), first, family, date, father, identifiers))
    made, plain = register_of(records), known.register()
    assert set(made.refs) == set(plain.refs)
    said = {ref: plain.written(number) for number, ref in enumerate(plain.refs)}
    for number, ref in enumerate(made.refs):
        assert {f: t for f, t in made.written(number).items() if f is not Field.BIRTH_DATE} == {
            f: t for f, t in said[ref].items() if f is not Field.BIRTH_DATE
        }


def test_aliases_and_addresses_come_along() -> None:
    one = PersonRecord(
        RecordRef("a"), "Arben", "Hoxha", None, "", ("address: 7 Rruga e Kavajes", "K1234567"), ("Ben Smith",)
    )
    two = PersonRecord(RecordRef("b"), "Ben", "Smith", None, "", ("address:7 rruga e kavajes",))
    made = register_of([one], [two])
    assert made.sides.tolist() == [0, 1]
    linked = link(made)
    parts = {part.field: part.found for part in Explainer(made, linked.model).explain("a", "b").parts}
    assert (parts["first_names"], parts["family_names"], parts["address"]) == ("same", "same", "same")


@pytest.mark.parametrize(
    ("refs", "texts"),
    [
        (["a", "a"], {Field.FIRST: ["x", "y"]}),
        (["a"], {Field.FIRST: ["x", "y"]}),
        (["a"], {Field.ORDER: ["x"]}),
        (["a"], {Field.TWINS: ["x"]}),
    ],
)
def test_columns_that_are_no_register_are_refused(refs: list[str], texts: dict[Field, list[str]]) -> None:
    with pytest.raises(InputError):
        register_of_columns(refs, texts)


def test_every_kind_of_noise_is_overcome_somehow() -> None:
    """The seventeen kinds of noise of the simulated registers: no kind of them blinds linkage altogether."""
    hits: dict[Noise, list[bool]] = {}
    noise: dict[str, Noise] = {}
    for line in lines(Recipe(2_000, 12, 0.6)):
        noise[line.filed.ref] = line.noise
    pairs = found(link(simulated(2_000, 12, 0.6).register(), FAST), 0.9)
    for ref, kind in noise.items():
        if ref.endswith("-2"):
            hits.setdefault(kind, []).append(frozenset((ref, ref.removesuffix("-2"))) in pairs)
    rates = {kind: sum(some) / len(some) for kind, some in hits.items() if len(some) >= 20}
    assert len(rates) >= 12
    assert min(rates.values()) >= 0.7, rates
    assert sum(rate >= 0.95 for rate in rates.values()) >= len(rates) / 2, rates


def test_pairs_within_a_group_are_all_compared(linked: Linked) -> None:
    """No rule may have put the first and the last of a chain together: what speaks against them is known all the same."""
    known = {(int(a), int(b)) for a, b in zip(linked.left, linked.right, strict=True)}
    assert all(low < high for low, high in known)
    assert len(known) == len(linked.left)
    places = {ref: number for number, ref in enumerate(linked.register.refs)}
    for group in Clusters(linked.weighed(), bits_of(0.5)).groups:
        numbers = sorted(places[ref] for ref in group)
        assert all((a, b) in known for n, a in enumerate(numbers) for b in numbers[n + 1 :])


def test_the_ends_of_a_chain_are_known_to_contradict_each_other() -> None:
    """Two of one name born on two days, and a third record of that name without a date: it cannot be both."""
    chain = [
        ("c1", "Zenun", "Mujdragaj", "", "1971-05-19"),
        ("c2", "Zenun", "Mujdragaj", "Bajram", ""),
        ("c3", "Zenun", "Mujdragaj", "Bajram", "1988-11-02"),
    ]
    known = simulated(800, 15)
    refs = known.refs + [each[0] for each in chain]
    texts = {field: known.texts[field] + [each[n] for each in chain] for n, field in enumerate(FIELDS[:4], 1)}
    linked = link(register_of_columns(refs, texts), FAST)
    names = linked.register.refs
    contrary = {
        frozenset((names[a], names[b])): float(value)
        for a, b, value in zip(linked.left, linked.right, linked.contrary, strict=True)
    }
    assert contrary[frozenset(("c1", "c3"))] < -3
    assert contrary[frozenset(("c1", "c2"))] > -1
    assert contrary[frozenset(("c2", "c3"))] > -1


def test_little_known_is_no_evidence_against() -> None:
    known = [
        ("k1", "Zenun", "", "", ""),
        ("k2", "", "Mujdragaj", "", "1988"),
        ("k3", "Zenun", "", "Bajram", "1988-11-02"),
    ]
    texts = {field: [each[n] for each in known] for n, field in enumerate(FIELDS[:4], 1)}
    linked = link(register_of_columns([each[0] for each in known], texts), FAST)
    assert (linked.contrary <= 0).all()
    assert (linked.weighed().units >= -1_024).all()
