"""Blocks and the lists that they are made with: the same pairs as looking at every two records, each once, in bounded memory."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people.link.blocks import Plan, all_pairs, pairs_of, passes, plan, sides
from egnatia.engines.people.link.keys import Rule
from egnatia.engines.people.link.lists import (
    Lists,
    crossed,
    joined,
    lists_of,
    mixed,
    of_kind,
    once,
    spans,
    taken,
    where,
)

SMALL = st.lists(st.lists(st.integers(0, 9), max_size=4), min_size=1, max_size=12)


def plainly(lists: Lists) -> list[list[int]]:
    return [lists.flat[lists.starts[n] : lists.starts[n + 1]].tolist() for n in range(len(lists))]


def keyed(items: list[list[int]]) -> Rule:
    return Rule("a rule", lists_of(items))


def unpacked(made: Plan, size: int = 1_000) -> set[tuple[int, int]]:
    found = [pair for some in all_pairs(made, size) for pair in zip(*map(np.ndarray.tolist, sides(some)), strict=True)]
    assert len(found) == len(set(found)), "each pair comes once"
    return set(found)


def sharing(items: list[list[int]]) -> set[tuple[int, int]]:
    """Every two records with a key in common, found by looking at all of them."""
    pairs = itertools.combinations(range(len(items)), 2)
    return {(one, other) for one, other in pairs if set(items[one]) & set(items[other])}


@given(SMALL)
@settings(deadline=None, derandomize=True, max_examples=40)
def test_lists_go_there_and_back(items: list[list[int]]) -> None:
    made = lists_of(items)
    assert plainly(made) == items
    assert made.sizes.tolist() == [len(each) for each in items]
    assert made.owners.tolist() == [number for number, each in enumerate(items) for _ in each]


@given(SMALL, st.lists(st.integers(0, 100), max_size=20))
@settings(deadline=None, derandomize=True, max_examples=40)
def test_lists_are_taken_by_number(items: list[list[int]], numbers: list[int]) -> None:
    chosen = np.array([number % len(items) for number in numbers], dtype=np.int64)
    assert plainly(taken(lists_of(items), chosen)) == [items[number] for number in chosen]


@given(
    st.lists(st.tuples(st.lists(st.integers(0, 9), max_size=3), st.lists(st.integers(0, 9), max_size=3)), min_size=1)
)
@settings(deadline=None, derandomize=True, max_examples=40)
def test_lists_are_joined_and_crossed_by_record(both: list[tuple[list[int], list[int]]]) -> None:
    left, right = lists_of(one for one, _ in both), lists_of(other for _, other in both)
    assert plainly(joined(left, right)) == [one + other for one, other in both]
    assert plainly(crossed(left, right)) == [[a + b for a in one for b in other] for one, other in both]
    swapped = [sorted(each) for each in plainly(crossed(right, left))]
    assert swapped == [sorted(each) for each in plainly(crossed(left, right))]


def test_spans_and_what_is_known() -> None:
    assert spans(np.array([5, 0, 9]), np.array([2, 0, 3])).tolist() == [5, 6, 9, 10, 11]
    assert spans(np.zeros(0, np.int64), np.zeros(0, np.int64)).tolist() == []
    assert plainly(where(np.array([True, False, True]), np.array([7, 8, 9]))) == [[7], [], [9]]


def test_keys_of_two_kinds_do_not_meet() -> None:
    numbers = np.arange(50_000, dtype=np.uint64)
    every = np.concatenate([mixed(numbers, kind) for kind in range(1, 9)])
    assert len(once(every)) == len(every)
    pairs = crossed(of_kind(lists_of([[1], [2]]), 1), of_kind(lists_of([[2], [1]]), 1))
    assert pairs.flat[0] == pairs.flat[1], "the order of two keys of one kind is lost"
    others = crossed(of_kind(lists_of([[1], [2]]), 1), of_kind(lists_of([[2], [1]]), 2))
    assert others.flat[0] != others.flat[1]


@given(SMALL, st.integers(1, 5))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_blocks_give_every_pair_with_a_key_in_common(items: list[list[int]], size: int) -> None:
    made = plan(len(items), [keyed(items)], ())
    assert unpacked(made) == sharing(items)
    assert unpacked(made, size) == sharing(items), "passes do not change what is found"


@given(SMALL, SMALL)
@settings(deadline=None, derandomize=True, max_examples=40)
def test_several_rules_give_each_pair_once(first: list[list[int]], second: list[list[int]]) -> None:
    size = min(len(first), len(second))
    rules = [keyed(first[:size]), keyed(second[:size])]
    assert unpacked(plan(size, rules, ())) == sharing(first[:size]) | sharing(second[:size])


@given(st.lists(st.integers(0, 3), min_size=2, max_size=30), st.integers(2, 6), st.integers(1, 3))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_what_is_left_out_is_counted(keys: list[int], largest: int, kinds: int) -> None:
    finer = [number % kinds for number in range(len(keys))]
    made = plan(len(keys), [keyed([[key] for key in keys])], (lists_of([each] for each in finer),), largest)
    report = made.report[0]
    found, left_out, cut = set[tuple[int, int]](), 0, 0
    for key in set(keys):
        block = [number for number, each in enumerate(keys) if each == key]
        if len(block) <= largest:
            found |= set(itertools.combinations(block, 2))
            continue
        cut += 1
        parts = [[number for number in block if finer[number] == kind] for kind in range(kinds)]
        kept = {pair for part in parts if len(part) <= largest for pair in itertools.combinations(part, 2)}
        found |= kept
        left_out += len(block) * (len(block) - 1) // 2 - len(kept)
    assert unpacked(made) == found
    assert (report.cut, report.left_out, report.pairs) == (cut, left_out, len(found))


def test_a_large_block_without_anything_finer_is_left_out() -> None:
    made = plan(9, [keyed([[1]] * 9)], (lists_of([[]] * 9),), largest=8)
    assert unpacked(made) == set()
    assert (made.report[0].cut, made.report[0].pairs, made.report[0].left_out) == (1, 0, 36)


def test_a_record_is_in_a_block_once() -> None:
    made = plan(3, [keyed([[4, 4, 4], [4], [5]])], (), largest=2)
    assert unpacked(made) == {(0, 1)}


def test_passes_bound_how_many_pairs_are_made_at_once() -> None:
    items = [[number // 10] for number in range(1_000)]
    made = plan(len(items), [keyed(items)], ())
    ranges = passes(made, 300)
    assert [each.start for each in ranges] == [0, *(each.stop for each in ranges[:-1])]
    assert ranges[-1].stop == len(items)
    assert max(len(pairs_of(made, each)) for each in ranges) <= 300 + 9
    assert len(ranges) >= 4_500 // 300


@pytest.mark.parametrize("records", [0, 1])
def test_nobody_to_compare_with(records: int) -> None:
    made = plan(records, [keyed([[1]] * records)], ())
    assert list(all_pairs(made)) == []


@given(SMALL, st.lists(st.booleans(), min_size=12, max_size=12), st.integers(1, 5))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_a_pair_holds_one_of_those_it_has_to(items: list[list[int]], flags: list[bool], size: int) -> None:
    one_of = np.array(flags[: len(items)], dtype=bool)
    rule = Rule("of some", lists_of(items), one_of=one_of)
    wanted = {(one, other) for one, other in sharing(items) if one_of[one] or one_of[other]}
    assert unpacked(plan(len(items), [rule], ()), size) == wanted
    every = Rule("of all", lists_of(items))
    assert unpacked(plan(len(items), [rule, every], ()), size) == sharing(items), "one rule does not bind another"


def test_keys_that_differ_in_their_last_bits_alone_do_not_meet() -> None:
    """A record's number takes the place of a key's last bits: small keys, and keys with one end, stay apart all the same."""
    for step in (1, 1 << 20, 1 << 43):
        keys = [[number * step] for number in range(1_000)]
        assert unpacked(plan(1_000, [keyed(keys)], ())) == set()
        assert unpacked(plan(2_000, [keyed(keys * 2)], ())) == {(n, n + 1_000) for n in range(1_000)}
