"""Groups: what a record or a judgement changes is exactly what working out everything again would change."""

import itertools
import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people.link.clusters import Change, Clusters, Weighed, parts_of, weighed
from egnatia.engines.people.link.grouping import UNITS, Pair, Ties, grouped, pair_of
from egnatia.engines.people.link.judgements import Book, Judgement, Undone, Verdict
from egnatia.errors import ConflictError, InputError, NotFoundError

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
THRESHOLD = 3.0


def said(left: str, right: str, verdict: Verdict) -> Judgement:
    return Judgement(left, right, verdict, "off-1", "the photographs", NOW)


def pairs_from(refs: list[str], bits: dict[Pair, float]) -> Weighed:
    places = {ref: number for number, ref in enumerate(refs)}
    left = np.array([places[one] for one, _ in bits], dtype=np.int64)
    right = np.array([places[other] for _, other in bits], dtype=np.int64)
    return weighed(tuple(refs), left, right, np.array(list(bits.values()), dtype=np.float64))


def clusters(refs: str, bits: dict[str, float], *judgements: Judgement) -> Clusters:
    return Clusters(
        pairs_from(list(refs), {(pair[0], pair[1]): value for pair, value in bits.items()}), THRESHOLD, Book(judgements)
    )


def in_words(made: Clusters) -> list[str]:
    return ["".join(group) for group in made.groups]


def plainly(refs: list[str], weights: dict[Pair, int], threshold: int, ties: Ties) -> list[tuple[str, ...]]:
    """The rule of `grouped` written down slowly: look at every two groups, join the best, begin again."""
    chains = [set(part) for part in _chains([pair for pair in ties.joined if set(pair) <= set(refs)])]
    good = [chain for chain in chains if not any(set(pair) <= chain for pair in ties.parted)]
    groups = good + [{ref} for ref in refs if not any(ref in chain for chain in good)]
    while True:
        bids = []
        for one, other in itertools.combinations(sorted(groups, key=min), 2):
            across = [pair_of(a, b) for a in one for b in other]
            units = sum(weights.get(pair, 0) for pair in across)
            strong = any(weights.get(pair, threshold - 1) >= threshold and pair not in ties.open for pair in across)
            if strong and units > 0 and not ties.parted.intersection(across):
                bids.append((-units / len(across), min(one), min(other), one, other))
        if not bids:
            return sorted(tuple(sorted(group)) for group in groups if len(group) > 1)
        _, _, _, one, other = min(bids, key=lambda bid: bid[:3])
        groups = [group for group in groups if group not in (one, other)] + [one | other]


def _chains(pairs: list[Pair]) -> list[list[str]]:
    names = sorted({ref for pair in pairs for ref in pair})
    return [[names[n] for n in part] for part in parts_of((names.index(a), names.index(b)) for a, b in pairs)]


def test_a_link_joins_two_records() -> None:
    assert in_words(clusters("abc", {"ab": 4, "bc": 2.9})) == ["ab"]


def test_contradiction_keeps_a_third_record_out() -> None:
    assert in_words(clusters("abc", {"ab": 9, "bc": 4, "ac": -6})) == ["ab"]
    assert in_words(clusters("abc", {"ab": 9, "bc": 4, "ac": -3})) == ["abc"]


def test_one_lucky_link_does_not_chain_two_families() -> None:
    families = {"ab": 9.0, "bc": 9.0, "ac": 9.0, "xy": 9.0, "yz": 9.0, "xz": 9.0}
    against = {"ax": -2.0, "ay": -2.0, "bx": -2.0}
    assert in_words(clusters("abcxyz", families | {"cx": 5.0} | against)) == ["abc", "xyz"]
    assert in_words(clusters("abcxyz", families | {"cx": 7.0} | against)) == ["abcxyz"]


def test_pairs_that_were_never_compared_count_nothing() -> None:
    assert in_words(clusters("abcd", {"ab": 4, "bc": 4, "cd": 4})) == ["abcd"]


def test_the_strongest_evidence_goes_first() -> None:
    assert in_words(clusters("abc", {"ab": 5, "bc": 6, "ac": -20})) == ["bc"]


def test_a_negative_judgement_is_never_overridden() -> None:
    everything = {"".join(pair): 20.0 for pair in itertools.combinations("abcd", 2)}
    made = clusters("abcd", everything, said("a", "b", Verdict.NEGATIVE))
    assert not any({"a", "b"} <= set(group) for group in made.groups)
    assert sorted(itertools.chain.from_iterable(made.groups)) in (list("acd"), list("bcd"), list("abcd"))


def test_a_negative_judgement_holds_through_positive_ones() -> None:
    said_so = (said("a", "b", Verdict.POSITIVE), said("b", "c", Verdict.POSITIVE), said("a", "c", Verdict.NEGATIVE))
    made = clusters("abc", {}, *said_so)
    assert in_words(made) == []
    assert list(made.contradicted) == [("a", "b"), ("b", "c")]
    made.enter(Undone(2, "off-2", "mistaken", NOW))
    assert in_words(made) == ["abc"]
    assert list(made.contradicted) == []


def test_a_positive_judgement_joins_without_a_link() -> None:
    assert in_words(clusters("abc", {"ab": -9}, said("a", "b", Verdict.POSITIVE))) == ["ab"]


def test_an_unsure_judgement_leaves_a_pair_to_people() -> None:
    assert in_words(clusters("ab", {"ab": 9}, said("a", "b", Verdict.UNSURE))) == []
    others = clusters("abc", {"ab": 9, "bc": 9, "ac": 9}, said("a", "b", Verdict.UNSURE))
    assert in_words(others) == ["abc"]


def test_undo_brings_back_what_stood_before() -> None:
    made = clusters("ab", {"ab": 9})
    before = made.groups
    made.enter(said("a", "b", Verdict.NEGATIVE))
    made.enter(said("a", "b", Verdict.UNSURE))
    assert made.groups == ()
    made.enter(Undone(1, "off-1", "looked again", NOW))
    assert made.groups == ()
    made.enter(Undone(0, "off-1", "looked again", NOW))
    assert made.groups == before
    with pytest.raises(ConflictError):
        made.enter(Undone(0, "off-1", "once more", NOW))
    with pytest.raises(NotFoundError):
        made.enter(Undone(2, "off-1", "undoing an undoing", NOW))


def test_a_record_that_leaves_and_returns() -> None:
    made = clusters("abc", {"ab": 5, "bc": 5})
    change = made.remove("b")
    assert (change.before, change.after) == ((("a", "b", "c"),), ())
    assert made.groups == ()
    assert len(made) == 2
    change = made.add("b", {"a": 5.0, "c": 5.0})
    assert change.after == (("a", "b", "c"),)
    assert made.group_of("a") == ("a", "b", "c")


def test_a_judgement_outlives_the_absence_of_its_record() -> None:
    made = clusters("ab", {"ab": 9}, said("a", "b", Verdict.NEGATIVE))
    made.remove("b")
    made.add("b", {"a": 30.0})
    assert made.groups == ()


ABSENT: dict[str, Callable[[Clusters], object]] = {
    "add": lambda made: made.add("a", {}),
    "remove": lambda made: made.remove("z"),
    "group": lambda made: made.group_of("z"),
    "judge": lambda made: made.enter(said("a", "z", Verdict.POSITIVE)),
    "compare": lambda made: made.add("c", {"z": 1.0}),
}


@pytest.mark.parametrize("act", ABSENT)
def test_what_is_not_there_is_named(act: str) -> None:
    made = clusters("ab", {"ab": 9})
    with pytest.raises((NotFoundError, ConflictError)) as wrong:
        ABSENT[act](made)
    assert "record" in wrong.value.message
    assert in_words(made) == ["ab"]
    assert made.book.entries == []


def test_a_reference_stands_once() -> None:
    with pytest.raises(InputError):
        Clusters(pairs_from(["a", "a"], {}), THRESHOLD)


REFS = list("abcdefgh")
PAIRS = list(itertools.combinations(REFS, 2))
BITS = st.sampled_from([-12.0, -4.0, -1.0, 0.0, 2.0, 2.999, 3.0, 4.0, 7.0, 15.0])
WEIGHTS = st.dictionaries(st.sampled_from(PAIRS), BITS, max_size=20)
VERDICTS = st.dictionaries(st.sampled_from(PAIRS), st.sampled_from(list(Verdict)), max_size=6)


def units_of(bits: dict[Pair, float]) -> dict[Pair, int]:
    return {pair: round(value * UNITS) for pair, value in bits.items()}


def ties_of(verdicts: dict[Pair, Verdict]) -> Ties:
    return Ties(*(frozenset(pair for pair, one in verdicts.items() if one is each) for each in Verdict))


@given(WEIGHTS, VERDICTS)
@settings(deadline=None, derandomize=True, max_examples=50)
def test_grouping_is_the_rule_written_down_slowly(bits: dict[Pair, float], verdicts: dict[Pair, Verdict]) -> None:
    ties, weights, limit = ties_of(verdicts), units_of(bits), round(THRESHOLD * UNITS)
    made = grouped(REFS, weights, limit, ties)
    assert list(made.groups) == plainly(REFS, weights, limit, ties)
    for group in made.groups:
        assert not any(set(pair) <= set(group) for pair in ties.parted)
    for pair in ties.joined - set(made.contradicted):
        assert any(set(pair) <= set(group) for group in made.groups)


@given(WEIGHTS, VERDICTS, st.randoms(use_true_random=False))
@settings(deadline=None, derandomize=True, max_examples=30)
def test_order_does_not_matter(bits: dict[Pair, float], verdicts: dict[Pair, Verdict], shuffle: random.Random) -> None:
    judgements = [said(*pair, verdict) for pair, verdict in verdicts.items()]
    first = Clusters(pairs_from(REFS, bits), THRESHOLD, Book(judgements))
    refs, items = REFS.copy(), [(pair[::-1] if shuffle.random() < 0.5 else pair, value) for pair, value in bits.items()]
    shuffle.shuffle(refs)
    shuffle.shuffle(items)
    shuffle.shuffle(judgements)
    second = Clusters(pairs_from(refs, dict(items)), THRESHOLD, Book(judgements))
    assert first.groups == second.groups
    assert first.contradicted == second.contradicted


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from(REFS)),
        st.tuples(st.just("remove"), st.sampled_from(REFS)),
        st.tuples(st.just("judge"), st.sampled_from(PAIRS), st.sampled_from(list(Verdict))),
        st.tuples(st.just("undo"), st.integers(0, 8)),
    ),
    max_size=14,
)


@given(WEIGHTS, STEPS, st.sets(st.sampled_from(REFS), min_size=1))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_any_sequence_is_what_a_fresh_start_gives(
    bits: dict[Pair, float], steps: list[tuple[Any, ...]], start: set[str]
) -> None:
    present = set(start)
    made = Clusters(pairs_from(sorted(present), _inside(bits, present)), THRESHOLD)
    for step in steps:
        before = made.groups
        change = _take(made, step, bits, present)
        fresh = Clusters(
            pairs_from(sorted(present, reverse=True), _inside(bits, present)), THRESHOLD, Book(made.book.entries)
        )
        assert made.groups == fresh.groups
        assert made.contradicted == fresh.contradicted
        assert len(made) == len(present)
        if change is not None:
            assert set(made.groups) == (set(before) - set(change.before)) | set(change.after)


def _inside(bits: dict[Pair, float], present: set[str]) -> dict[Pair, float]:
    return {pair: value for pair, value in bits.items() if set(pair) <= present}


def _take(made: Clusters, step: tuple[Any, ...], bits: dict[Pair, float], present: set[str]) -> Change | None:
    what, *rest = step
    try:
        if what == "add":
            ref = rest[0]
            near = {
                (set(pair) - {ref}).pop(): v for pair, v in bits.items() if ref in pair and set(pair) - {ref} <= present
            }
            change = made.add(ref, near)
            present.add(ref)
        elif what == "remove":
            change = made.remove(rest[0])
            present.discard(rest[0])
        elif what == "judge":
            change = made.enter(said(rest[0][0], rest[0][1], Verdict(rest[1])))
        else:
            change = made.enter(Undone(int(rest[0]), "off-2", "again", NOW))
    except (ConflictError, NotFoundError):
        return None
    return change


def test_many_records_of_one_person_become_one_group() -> None:
    refs = [f"r{number:03d}" for number in range(120)]
    bits = dict.fromkeys(itertools.combinations(refs, 2), 6.0)
    made = Clusters(pairs_from(refs, bits), THRESHOLD)
    assert made.groups == (tuple(refs),)
    made.remove(refs[0])
    assert made.groups == (tuple(refs[1:]),)
