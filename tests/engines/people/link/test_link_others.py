"""What other records say of a pair: candidates compete, chains hold, and which of the two is learned from the register."""

import itertools
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people.link import (
    Clusters,
    Explainer,
    Field,
    Linked,
    Settings,
    bits_of,
    explained,
    link,
    register_of_columns,
)
from egnatia.engines.people.link.others import AT_ONCE, FROM_BITS, LEAST_ALONE, LEAST_MORE, others_alike
from egnatia.engines.people.simulate import Recipe, lines
from egnatia.errors import InputError, NotFoundError

Pairs = dict[tuple[int, int], float]
Table = np.ndarray[Any, np.dtype[np.float64]]
FIELDS = (Field.FIRST, Field.FAMILY, Field.FATHER, Field.BIRTH_DATE, Field.NUMBERS)
FAST = Settings(sample=40_000)


def weighed(pairs: Pairs, records: int, sides: list[int] | None = None, against: float = 0.0) -> Pairs:
    """What each pair gains or loses."""
    left, right = (np.array([pair[end] for pair in pairs], dtype=np.int32) for end in (0, 1))
    bits = np.array(list(pairs.values()))
    side = np.array(sides or [0] * records, dtype=np.int8)
    made = others_alike(left, right, bits, np.full(len(bits), against), side)
    return dict(zip(pairs, made.tolist(), strict=True))


def couples(count: int, start: int, bits: float = 20.0) -> Pairs:
    """So many pairs of records that are nobody else's."""
    return {(start + 2 * n, start + 2 * n + 1): bits for n in range(count)}


def crowds(count: int, start: int, size: int = 4, bits: float = 20.0) -> Pairs:
    """So many persons with several records, every pair of which is a strong one."""
    found = (range(start + size * n, start + size * (n + 1)) for n in range(count))
    return {pair: bits for crowd in found for pair in itertools.combinations(crowd, 2)}


def test_an_only_candidate_gains_by_how_many_records_have_no_second() -> None:
    """Of 100 records 40 have a second one: 60 in 100 have none, so an only candidate is the likelier by that from either side."""
    made = weighed(couples(20, 0), 100)
    assert list(made.values()) == pytest.approx([-2 * np.log2(0.6)] * 20, abs=1e-3)


def test_an_only_candidate_never_gains_more_than_two_bits() -> None:
    made = weighed(couples(50, 0), 100)
    assert list(made.values()) == pytest.approx([-2 * np.log2(LEAST_ALONE)] * 50, abs=1e-3)


def test_two_candidates_of_one_record_share_it() -> None:
    """Nobody has three records here: of two equal candidates each is left with less than even odds."""
    pairs = couples(200, 10) | {(0, 1): 6.0, (0, 2): 6.0}
    made = weighed(pairs, 1_000)
    assert made[0, 1] == made[0, 2] < -4
    for pair in ((0, 1), (0, 2)):
        assert pairs[pair] + made[pair] < 1.5


def test_of_two_candidates_the_better_is_left_with_what_it_is_ahead() -> None:
    """One is 64 times as likely as the other: that are the odds between them, whatever each weighs by itself."""
    made = weighed(couples(5_000, 10) | {(0, 1): 12.0, (0, 2): 6.0}, 11_000)
    assert 12 + made[0, 1] == pytest.approx(6, abs=2)
    assert 6 + made[0, 2] == pytest.approx(-6, abs=2)


def test_a_third_record_that_is_like_both_of_a_pair_parts_them_no_more() -> None:
    """Nobody has three records here so far. Three that are all alike may be the first; two that contradict are two candidates."""
    pairs = couples(5_000, 10) | {(0, 1): 14.0, (0, 2): 6.5}
    like = weighed({**pairs, (1, 2): 6.5}, 11_000)
    both, one = like[0, 1], weighed({**pairs, (1, 2): -9.0}, 11_000)[0, 1]
    assert abs(both) < 1
    assert 6.5 + like[0, 2] > 3, "nor is it lost itself"
    assert -6 < one < -4
    apart = weighed({**pairs, (1, 3): 6.5}, 11_000)[0, 1]
    assert apart < both - 5, "two others, each like one of the two, may both be right at once"


def test_of_a_few_records_it_is_not_known_that_nobody_has_three() -> None:
    """Twenty records of whom none has a third one say little: there candidates take less from each other than in a large register."""
    two = {(0, 1): 14.0, (0, 2): 6.5}
    few, many = (weighed(couples(count, 10) | two, 4 * count + 10)[0, 1] for count in (10, 5_000))
    assert many < few - 1
    assert few > -5


def test_a_candidate_of_either_record_counts() -> None:
    one_side = weighed(couples(200, 10) | {(0, 1): 8.0, (0, 2): 5.0}, 1_000)[0, 1]
    other_side = weighed(couples(200, 10) | {(0, 1): 8.0, (1, 2): 5.0}, 1_000)[0, 1]
    assert one_side == pytest.approx(other_side, abs=1e-6)
    both = weighed(couples(200, 10) | {(0, 1): 8.0, (0, 2): 5.0, (1, 3): 5.0}, 1_000)[0, 1]
    assert both < one_side < weighed(couples(200, 10) | {(0, 1): 8.0}, 1_000)[0, 1]


def test_candidates_do_not_compete_where_everybody_has_several_records() -> None:
    made = weighed(crowds(100, 10) | {(0, 1): 6.0, (0, 2): 6.0}, 500)
    assert made[0, 1] >= 0
    assert made[0, 2] >= 0
    assert min(made.values()) >= 0


def test_three_strong_pairs_hold_together_even_where_that_is_rare() -> None:
    """Three records that all agree in everything: rare is not impossible."""
    made = weighed(couples(300, 10) | {(0, 1): 25.0, (0, 2): 25.0, (1, 2): 25.0}, 1_000)
    assert all(25 + made[pair] > 15 for pair in ((0, 1), (0, 2), (1, 2)))


def test_what_one_knows_of_a_third_binds_the_other_two() -> None:
    """A chain of two strong links: the two ends are one person's as far as the weaker link is."""
    pairs = crowds(100, 10) | {(0, 1): 9.0, (1, 2): 7.0, (0, 2): -6.0}
    made = weighed(pairs, 500)
    least = min(9.0 + made[0, 1], 7.0 + made[1, 2])
    assert least - 1 < pairs[0, 2] + made[0, 2] <= least


def test_what_contradicts_in_the_pair_itself_counts_against_the_chain() -> None:
    pairs = crowds(100, 10) | {(0, 1): 9.0, (1, 2): 7.0, (0, 2): -6.0}
    plain, contrary = (weighed(pairs, 500, against=less)[0, 2] for less in (0.0, -4.0))
    assert contrary == pytest.approx(plain - 4, abs=1e-6)


def test_no_chain_holds_where_nobody_has_three_records() -> None:
    pairs = couples(300, 10) | {(0, 1): 9.0, (1, 2): 7.0, (0, 2): -6.0}
    assert weighed(pairs, 1_000)[0, 2] <= 0


def test_a_chain_leads_over_links_only() -> None:
    """What is rather two persons' than one's is no link of a chain."""
    pairs = crowds(100, 10) | {(0, 1): 9.0, (1, 2): -4.0, (0, 2): -6.0}
    assert weighed(pairs, 500)[0, 2] == 0


def test_pairs_that_are_too_weak_are_nobodys_candidates() -> None:
    weak = {(0, n): FROM_BITS - 0.01 for n in range(2, 9)}
    base = couples(200, 10)
    with_weak = weighed(base | weak | {(0, 1): 5.0}, 1_000)
    assert with_weak[0, 1] == pytest.approx(weighed(base | {(0, 1): 5.0}, 1_000)[0, 1], abs=1e-9)
    assert all(with_weak[pair] == 0 for pair in weak)


def test_each_register_of_two_has_habits_of_its_own() -> None:
    """100 records that nearly all stand in the other register too, and 900 of whom few do."""
    pairs = {(n, 100 + n): 20.0 for n in range(80)}
    made = weighed(pairs, 1_000, [0] * 100 + [1] * 900)
    assert made[0, 100] == pytest.approx(-np.log2(LEAST_ALONE) - np.log2(1 - 80 / 900), abs=1e-3)


@pytest.mark.parametrize("records", [0, 1, 3])
def test_nothing_compared_says_nothing(records: int) -> None:
    assert weighed({}, records) == {}


def test_odds_beyond_all_measure_do_no_harm() -> None:
    made = weighed({(0, 1): 900.0, (0, 2): 900.0, (1, 2): -900.0, (3, 4): 1e6}, 6)
    assert all(np.isfinite(value) for value in made.values())


@st.composite
def registers(draw: st.DrawFn) -> tuple[Pairs, int]:
    records = draw(st.integers(2, 12))
    possible = list(itertools.combinations(range(records), 2))
    chosen = draw(st.lists(st.sampled_from(possible), min_size=1, unique=True))
    bits = draw(st.lists(st.floats(-20, 45), min_size=len(chosen), max_size=len(chosen)))
    return dict(zip(chosen, bits, strict=True)), records


@given(registers(), st.randoms(use_true_random=False))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_order_and_numbers_of_records_change_nothing(made: tuple[Pairs, int], draw: random.Random) -> None:
    pairs, records = made
    before = weighed(pairs, records)
    names = list(range(records))
    draw.shuffle(names)
    shuffled = list(pairs)
    draw.shuffle(shuffled)
    renamed: Pairs = {}
    for one, other in shuffled:
        low, high = sorted((names[one], names[other]))
        renamed[low, high] = pairs[one, other]
    after = weighed(renamed, records)
    for (one, other), value in before.items():
        low, high = sorted((names[one], names[other]))
        assert after[low, high] == pytest.approx(value, abs=1e-5)


@given(registers())
@settings(deadline=None, derandomize=True, max_examples=50)
def test_a_pair_gains_two_bits_at_the_most_or_what_a_chain_gives(made: tuple[Pairs, int]) -> None:
    pairs, records = made
    links = {frozenset(pair): bits for pair, bits in pairs.items()}
    for (one, other), value in weighed(pairs, records).items():
        chains = [
            min(links[frozenset((one, third))], links[frozenset((third, other))])
            for third in range(records)
            if frozenset((one, third)) in links and frozenset((third, other)) in links
        ]
        assert np.isfinite(value)
        assert value <= max([2.0, *(chain + 2 - pairs[one, other] for chain in chains)]) + 1e-6


def by_hand(bits: Table, records: int) -> Table:
    """The formula of candidates, with a table of all pairs."""
    odds = np.exp2(np.minimum(bits, 40))
    np.fill_diagonal(odds, 0)
    second = odds.sum(axis=0) / (1 + odds.sum(axis=0))
    known = (bits >= np.log2(99)).sum(axis=0)
    alone = max(LEAST_ALONE, 1 - second.sum() / records)
    more = min(1.0, ((known > 1).sum() + 1) / ((known > 0).sum() + 2) / (second.sum() / records))
    assert more < 0.5
    near = odds * max(more, LEAST_MORE) / (1 + odds * max(more, LEAST_MORE))
    near = near + (1 - near) * more
    np.fill_diagonal(near, 0)
    together, every = odds @ near, odds.sum(axis=1, keepdims=True) - odds
    with_more = (1 + together) * (1 + together.T) - (odds * near) @ (odds * near)
    return np.asarray(np.log2(with_more / ((alone + every) * (alone + every.T) - odds @ odds)))


def test_a_crowd_is_weighed_in_several_turns_as_by_hand() -> None:
    """165 records that are all like each other need more room than one turn has."""
    draw = np.random.Generator(np.random.PCG64(4))
    size, records = 165, 500
    bits = draw.uniform(-4.9, 6, (size, size))
    bits = np.triu(bits, 1) + np.triu(bits, 1).T + np.diag([-99.0] * size)
    for one in range(0, 120, 2):
        bits[one, one + 1] = bits[one + 1, one] = 20
    bits[150, 151] = bits[151, 150] = bits[151, 152] = bits[152, 151] = 12
    left, right = (end.astype(np.int32) for end in np.triu_indices(size, 1))
    made = others_alike(left, right, bits[left, right], np.full(len(left), -1e9), np.zeros(records, dtype=np.int8))
    assert size * (size - 1) * (size - 2) / 2 > AT_ONCE
    assert made == pytest.approx(by_hand(bits, records)[left, right], abs=1e-5)


def test_the_only_one_with_four_records_stays_one_group() -> None:
    """Everybody else has two at the most, by which such a group was once taken to be two."""
    filed = [line.filed for line in lines(Recipe(1_500, 61, 0.3))]
    rows = [(each.first, each.family, each.father, each.born) for each in filed]
    four = [("Besnik", "Morina", "Ilir", "1979-03-05"), ("Besnik", "Morina", "", "1979-03-05")]
    four += [("Besnik", "Morinaj", "Ilir", "1979-05-03"), ("Besnik", "Morina", "Ilir", "1979-05-03")]
    columns = dict(zip(FIELDS[:4], map(list, zip(*(rows + four), strict=True)), strict=True))
    refs = [str(number) for number in range(len(rows))] + [f"four-{number}" for number in range(4)]
    linked = link(register_of_columns(refs, columns), FAST)
    groups = Clusters(linked.weighed(), bits_of(0.5)).groups
    assert [sorted(group) for group in groups if any(ref.startswith("four") for ref in group)] == [
        [f"four-{number}" for number in range(4)]
    ]


@pytest.fixture(scope="module")
def simulated() -> Linked:
    filed = [line.filed for line in lines(Recipe(1_500, 61, 0.3))]
    columns = (
        [each.first for each in filed],
        [each.family for each in filed],
        [each.father for each in filed],
        [each.born for each in filed],
        ["|".join(each.identifiers) for each in filed],
    )
    made = dict(zip(FIELDS, columns, strict=True))
    more = [
        ("twice-1", "Gonxhe", "Shkreli", "Ndue", "1961-04-05"),
        ("twice-2", "Gonxhe", "Shkreli", "", ""),
        ("twice-3", "Gonxhe", "Shkreli", "", "1961"),
        ("lone-1", "Zenun", "Mujdragaj", "", "1971-05-19"),
        ("lone-2", "Zenun", "Mujdragaj", "", ""),
    ]
    refs = [each.ref for each in filed] + [each[0] for each in more]
    texts = {field: column + [each[place + 1] if place < 4 else "" for each in more]
             for place, (field, column) in enumerate(made.items())}  # fmt: skip
    return link(register_of_columns(refs, texts), FAST)


def test_what_a_link_weighs_is_explained_with_the_others(simulated: Linked) -> None:
    refs = simulated.register.refs
    for place in simulated.links(0.5)[::40].tolist():
        said = explained(simulated, refs[simulated.left[place]], refs[simulated.right[place]])
        assert said.bits == pytest.approx(float(simulated.bits[place]), abs=1e-9)
        parts = {part.field: part for part in said.parts}
        assert parts["others_alike"].added == simulated.others[place]
        assert parts["others_alike"].found == ("for" if simulated.others[place] > 0 else "against")


def test_two_who_are_not_compared_are_explained_without_others(simulated: Linked) -> None:
    plain = Explainer(simulated.register, simulated.model).explain("lone-1", "twice-1")
    assert explained(simulated, "lone-1", "twice-1") == plain
    assert "others_alike" not in {part.field for part in plain.parts}


def test_who_is_not_in_the_register_is_said(simulated: Linked) -> None:
    for one, other in (("nobody", "lone-1"), ("lone-1", "nobody"), ("nobody", "no one")):
        assert simulated.others_of(one, other) == 0
        with pytest.raises(NotFoundError):
            explained(simulated, one, other)
    with pytest.raises(InputError):
        explained(simulated, "lone-1", "lone-1")


def test_both_sides_of_a_pair_are_told_the_same(simulated: Linked) -> None:
    assert simulated.others_of("lone-1", "lone-2") == simulated.others_of("lone-2", "lone-1") != 0


def test_a_rare_name_that_one_other_bears_gains_and_one_that_two_others_bear_does_not(simulated: Linked) -> None:
    assert simulated.others_of("lone-1", "lone-2") > 0
    assert simulated.others_of("twice-2", "twice-3") < simulated.others_of("lone-1", "lone-2")


def test_bits_are_those_of_the_fields_and_of_the_others(simulated: Linked) -> None:
    scored = simulated.bits - simulated.others
    assert np.isfinite(scored).all()
    assert (simulated.others[scored < FROM_BITS] >= 0).all(), "who is no candidate loses nothing"
    assert np.count_nonzero(simulated.others) > 300


def test_groups_are_those_of_what_is_explained(simulated: Linked) -> None:
    refs = simulated.register.refs
    joined = {group for group in Clusters(simulated.weighed(), bits_of(0.5)).groups if len(group) == 2}
    places = simulated.links(0.5)
    linked = {tuple(sorted((refs[simulated.left[place]], refs[simulated.right[place]]))) for place in places.tolist()}
    assert len(joined) > 300
    assert joined <= linked
