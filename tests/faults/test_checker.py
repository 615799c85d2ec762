"""A checker that cannot find a loss is worthless: every kind of violation, seeded, is found; a whole history is clean."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from bench.faults.check import Away, Finding, Home, Tally, check_batches, check_order
from bench.faults.history import Batch
from hypothesis import given, settings
from hypothesis import strategies as st

PARTNERS = ("GBR", "XKX")
Facts = tuple[Home, Away]


def expected(number: int, partner: str) -> str | None:
    """What the data of this test demand: every third number is registered with GBR."""
    return f"GBR-{number}" if partner == "GBR" and number % 3 == 0 else None


def identifier(number: int) -> str:
    return f"id-{number}"


def world(batches: list[Batch], recorded: set[int]) -> Facts:
    """What both ends hold when everything went right and the batches that begin with these numbers were recorded."""
    numbers = [n for batch in batches if batch.first in recorded for n in range(batch.first, batch.first + batch.count)]
    pairs = [(n, partner) for n in numbers for partner in PARTNERS]
    state = {pair: "no_hit" if expected(*pair) is None else "hit" for pair in pairs}
    refs = {pair: () if (ref := expected(*pair)) is None else (ref,) for pair in pairs}
    named = [(identifier(n), partner) for n, partner in pairs]
    home = Home(
        enquiries=[(identifier(n), n) for n in numbers],
        asks=[(identifier(n), partner, state[n, partner], None) for n, partner in pairs],
        candidates=[(identifier(n), partner, ref) for n, partner in pairs for ref in refs[n, partner]],
        sent=named,
        received=list(reversed(named)),
    )
    away = Away([(identifier(n), partner, state[n, partner], refs[n, partner]) for n, partner in pairs], list(named))
    return home, away


def batch(first: int, count: int = 4, *, acknowledged: bool = True) -> Batch:
    ids = tuple(identifier(first + each) for each in range(count)) if acknowledged else ()
    return Batch(first, count, ids)


def findings(batches: list[Batch], facts: Facts) -> Counter[Finding]:
    found, _ = check_batches("ALB", PARTNERS, batches, facts, expected)
    return Counter(each.finding for each in found)


BATCHES = [batch(0), batch(4, acknowledged=False), batch(8), batch(12, acknowledged=False)]
RECORDED = {0, 4, 8}
"""Of the two unsure batches one was recorded and one was not: both are right."""

histories = st.lists(st.tuples(st.integers(1, 5), st.booleans(), st.booleans()), min_size=1, max_size=8)


def drawn(shape: list[tuple[int, bool, bool]]) -> tuple[list[Batch], set[int]]:
    """Batches of drawn sizes; an acknowledged one is recorded, an unsure one perhaps."""
    batches: list[Batch] = []
    recorded: set[int] = set()
    first = 0
    for count, acknowledged, there in shape:
        batches.append(batch(first, count, acknowledged=acknowledged))
        if acknowledged or there:
            recorded.add(first)
        first += count
    return batches, recorded


@settings(deadline=None, derandomize=True, max_examples=50)
@given(histories)
def test_a_whole_history_is_clean(shape: list[tuple[int, bool, bool]]) -> None:
    batches, recorded = drawn(shape)
    assert findings(batches, world(batches, recorded)) == Counter()


def without(rows: list[Any], place: int) -> list[Any]:
    return rows[:place] + rows[place + 1 :]


def twice(rows: list[Any], place: int) -> list[Any]:
    return [*rows, rows[place]]


HOME_ROWS = ("enquiries", "asks", "sent", "received")
AWAY_ROWS = ("answered", "entered")
MISSING = {
    "enquiries": Finding.LOST,
    "asks": Finding.LOST,
    "sent": Finding.NOT_ENTERED,
    "received": Finding.NOT_ENTERED,
    "answered": Finding.DISAGREEMENT,
    "entered": Finding.NOT_ENTERED,
}


def changed(facts: Facts, name: str, change: Callable[[list[Any], int], list[Any]], place: int) -> Facts:
    home, away = facts
    side: Home | Away = home if name in HOME_ROWS or name == "candidates" else away
    values: dict[str, Any] = {name: change(getattr(side, name), place)}
    return (replace(home, **values), away) if side is home else (home, replace(away, **values))


@settings(deadline=None, derandomize=True, max_examples=50)
@given(histories, st.sampled_from([*HOME_ROWS, *AWAY_ROWS]), st.data())
def test_any_one_thing_missing_is_found(shape: list[tuple[int, bool, bool]], name: str, data: st.DataObject) -> None:
    shape = [(3, True, True), *shape]
    batches, recorded = drawn(shape)
    facts = world(batches, recorded)
    acknowledged = {each for one in batches for each in one.ids}
    rows = getattr(facts[0] if name in HOME_ROWS else facts[1], name)
    places = [place for place, row in enumerate(rows) if row[0] in acknowledged]
    found = findings(batches, changed(facts, name, without, data.draw(st.sampled_from(places))))
    assert found[MISSING[name]] >= 1


@settings(deadline=None, derandomize=True, max_examples=50)
@given(
    histories,
    st.sampled_from(["enquiries", "asks", "sent", "received", "entered", "answered", "candidates"]),
    st.data(),
)
def test_any_one_thing_doubled_is_found(shape: list[tuple[int, bool, bool]], name: str, data: st.DataObject) -> None:
    batches, recorded = drawn([(3, True, True), *shape])
    facts = world(batches, recorded)
    rows = getattr(facts[1] if name in AWAY_ROWS else facts[0], name)
    place = data.draw(st.integers(0, len(rows) - 1))
    assert findings(batches, changed(facts, name, twice, place))[Finding.DOUBLED] >= 1


def test_an_acknowledged_batch_that_is_nowhere_is_lost_as_often_as_it_was_acknowledged() -> None:
    assert findings([batch(0, 4)], (Home(), Away())) == {Finding.LOST: 4}


def test_half_of_an_unsure_batch_is_found() -> None:
    batches = [batch(0, 4, acknowledged=False)]
    home, away = world([batch(0, 2, acknowledged=False)], {0})
    assert findings(batches, (home, away)) == {Finding.HALF: 1}


def test_half_an_acknowledgement_is_found() -> None:
    torn = replace_ids(batch(0, 4), 3)
    assert findings([torn], world([batch(0, 4)], {0}))[Finding.HALF] == 1


def replace_ids(one: Batch, count: int) -> Batch:
    return Batch(one.first, one.count, one.ids[:count])


def test_an_enquiry_of_nobody_is_found() -> None:
    home, away = world(BATCHES, RECORDED)
    home = replace(home, enquiries=[*home.enquiries, ("id-99", 99)])
    assert findings(BATCHES, (home, away)) == {Finding.UNASKED: 1}


def test_another_identifier_than_the_acknowledged_one_is_found_as_lost_and_unasked() -> None:
    home, away = world([batch(0, 1)], {0})
    home = replace(home, enquiries=[("id-77", 0)])
    found = findings([batch(0, 1)], (home, away))
    assert found[Finding.LOST] >= 1
    assert found[Finding.UNASKED] >= 1


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("asks", ("id-99", "GBR", "no_hit", None)),
        ("asks", ("id-0", "MKD", "no_hit", None)),
        ("sent", ("id-99", "GBR")),
        ("received", ("id-0", "MKD")),
    ],
)
def test_a_question_that_nobody_asked_is_found_at_home(name: str, row: object) -> None:
    facts = world(BATCHES, RECORDED)
    found = findings(BATCHES, changed(facts, name, lambda rows, _: [*rows, row], 0))
    assert found[Finding.UNASKED] == 1


def test_an_answer_that_nobody_asked_for_is_found_at_the_other_end() -> None:
    home, away = world(BATCHES, RECORDED)
    away = Away([*away.answered, ("id-99", "GBR", "no_hit", ())], [*away.entered, ("id-99", "GBR")])
    assert findings(BATCHES, (home, away)) == {Finding.UNASKED: 2}


def with_state(state: str, refusal: str | None = None) -> Facts:
    """The first question of the first enquiry, which is a hit, has another state."""
    home, away = world(BATCHES, RECORDED)
    return replace(home, asks=[("id-0", "GBR", state, refusal), *home.asks[1:]]), away


def test_a_question_that_still_waits_is_found() -> None:
    assert findings(BATCHES, with_state("waiting")) == {Finding.UNANSWERED: 1}


@pytest.mark.parametrize("state", ["refused", "not_asked", "undeliverable"])
def test_a_refusal_without_a_reason_that_we_gave_is_found(state: str) -> None:
    assert findings(BATCHES, with_state(state, "QUOTA_EXCEEDED"))[Finding.REFUSED] == 1


def test_a_no_hit_instead_of_a_hit_is_found_twice_over() -> None:
    home, away = with_state("no_hit")
    home = replace(home, candidates=home.candidates[1:])
    assert findings(BATCHES, (home, away)) == {Finding.WRONG_ANSWER: 1, Finding.DISAGREEMENT: 1}


def test_an_answer_that_belongs_to_another_question_is_found() -> None:
    home, away = world(BATCHES, RECORDED)
    first, second, *rest = home.candidates
    swapped = [(first[0], first[1], second[2]), (second[0], second[1], first[2]), *rest]
    found = findings(BATCHES, (replace(home, candidates=swapped), away))
    assert found[Finding.WRONG_ANSWER] == 2


def test_ends_that_agree_with_each_other_but_not_with_the_data_are_found() -> None:
    home, away = with_state("no_hit")
    home = replace(home, candidates=home.candidates[1:])
    away = replace(away, answered=[("id-0", "GBR", "no_hit", ()), *away.answered[1:]])
    assert findings(BATCHES, (home, away)) == {Finding.WRONG_ANSWER: 1}


def test_ends_that_disagree_are_found() -> None:
    home, away = world(BATCHES, RECORDED)
    away = replace(away, answered=[("id-0", "GBR", "hit", ("GBR-9",)), *away.answered[1:]])
    assert findings(BATCHES, (home, away)) == {Finding.DISAGREEMENT: 1}


def test_what_is_counted_is_what_was_acknowledged() -> None:
    _, tally = check_batches("ALB", PARTNERS, BATCHES, world(BATCHES, RECORDED), expected)
    assert (tally.enquiries, tally.questions, tally.unsure, tally.unsure_recorded) == (8, 16, 8, 4)
    assert (tally.answers, tally.hits) == (24, 4)


def probes(first: int, *messages: str) -> Batch:
    return Batch(first, 1, (identifier(first),), messages, f"conversation-{first}")


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.permutations(["a", "b", "c", "d"]))
def test_any_other_order_of_a_conversation_is_found(order: list[str]) -> None:
    arrived = {message: place for place, message in enumerate(order)}
    found = [each.finding for each in check_order("ALB", [probes(0, "a", "b", "c", "d")], arrived)]
    assert found == ([] if order == ["a", "b", "c", "d"] else [Finding.OUT_OF_ORDER])


def test_other_messages_may_arrive_between_those_of_a_conversation() -> None:
    arrived = {"a": 3, "x": 4, "b": 9, "c": 10, "y": 11}
    assert check_order("ALB", [probes(0, "a", "b", "c"), probes(1, "x", "y")], arrived) == []


def test_a_probe_that_never_arrived_is_lost() -> None:
    assert [each.finding for each in check_order("ALB", [probes(0, "a", "b")], {"b": 1})] == [Finding.LOST]


def test_a_tally_counts_all_and_keeps_some_in_words() -> None:
    tally = Tally()
    found, _ = check_batches("ALB", PARTNERS, [batch(0, 50)], (Home(), Away()), expected)
    tally.add(found)
    assert tally.findings == {Finding.LOST: 50}
    assert len(tally.examples) == 20
