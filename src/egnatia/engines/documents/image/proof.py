"""Check digits as proof: the likeliest assignment of a zone that satisfies them, and how far ahead of any other it is.

Every column has probabilities; every check digit is linear modulo 10. So one pass forwards and one backwards over the
protected columns, with the sum of the field and the sum of the composite as the state, give the best assignment and,
for every column and every other character, the best assignment that has this character there. Nothing is tried at
random and nothing is left out: `margin` is exact under these probabilities.

A digit that does not hold is allowed at a price (`VIOLATION`): where the recogniser saw clearly, a wrong check digit
on the page is read as it stands, never repaired into a right one.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from egnatia.engines.documents.image.grammar import ALL, checks, likelihoods, slots
from egnatia.engines.documents.image.types import Cell
from egnatia.engines.documents.mrz.digits import DIGITS, FILLER, VALUES
from egnatia.engines.documents.mrz.layouts import LAYOUTS, Layout
from egnatia.engines.documents.mrz.types import Field, Format

VIOLATION = -9.2
"""Logarithm of how likely a page is to print a check digit that does not hold (1 in 10,000): a price in the search."""
_FOLLOWS = -0.1
"""Once a field's digit does not hold, the composite hardly ever does (9 cases in 10)."""
_CHANCE = -2.3
"""The composite still holds though a field does not: by chance, or because it was calculated anew (1 in 10)."""
_WEIGHTS = (7, 3, 1)
_STATES = 200
"""Composite sum, plus ten times the field's sum, plus a hundred once a field's digit did not hold."""
_BROKEN = 100
_NEVER = -math.inf
_Edge: TypeAlias = tuple[tuple[int, int], float, tuple[int, ...], tuple[float, ...]]
"""What some characters of a column do: to the two sums, their best logarithm, and for every state the next and a price."""
_PLAUSIBLE = 0.02
"""A long number is tried where its fillers are at least this probable, and no filler but this certain stands inside it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One protected column in the order of the search.

    Args:
        index: its place in the joined lines.
        own: its weight in its field's sum; -1 for the check digit itself, 0 where it has no part in one.
        composite: the same for the composite.
        ends: the field whose sum has to come to 0 after this column, if any.
        shares: probability of each lawful character.
    """

    index: int
    own: int
    composite: int
    ends: Field | None
    shares: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Proof:
    """The best assignment of the protected columns.

    Args:
        characters: column (from 0, lines joined) to character.
        margins: column to how much likelier (natural logarithm) the best assignment is than the best one with
            another character there.
        rivals: column to the characters of the assignments that come within reach, the likeliest first.
        violated: fields whose check digit does not hold in the best assignment.
        score: logarithm of its probability, prices included.
    """

    characters: Mapping[int, str]
    margins: Mapping[int, float]
    rivals: Mapping[int, tuple[str, ...]]
    violated: frozenset[Field]
    score: float


def prove(kind: Format, cells: Sequence[Cell], reach: float) -> Proof:
    """The best assignment over every length that the document number may have.

    Args:
        kind: the format.
        cells: the candidates of every column, lines joined.
        reach: rivals closer than this margin are listed.
    """
    layout = LAYOUTS[kind]
    found = [_search(_steps(kind, cells, end), reach) for end in _number_ends(layout, cells)]
    best = max(found, key=lambda proof: proof.score)
    return _with_others(best, found, reach)


def _with_others(best: Proof, found: Sequence[Proof], reach: float) -> Proof:
    """Where another length of the number comes close, every column in which the two differ is in doubt."""
    margins, rivals = dict(best.margins), dict(best.rivals)
    for other in found:
        lead = best.score - other.score
        for index, character in other.characters.items():
            if other is not best and character != best.characters[index]:
                margins[index] = min(margins[index], lead)
                if lead < reach and character not in rivals[index]:
                    rivals[index] = (*rivals[index], character)
    return Proof(best.characters, margins, rivals, best.violated, best.score)


def _number_ends(layout: Layout, cells: Sequence[Cell]) -> Iterator[int]:
    """Where the number's check digit may stand: its own place, or a column of the optional data for a long number."""
    yield layout.number_check
    if not layout.long_numbers:
        return
    if likelihoods(cells[layout.number_check], DIGITS | {FILLER})[FILLER] < _PLAUSIBLE:
        return
    fillers = [likelihoods(cell, ALL)[FILLER] for cell in cells[layout.optional]]
    for length in range(1, len(fillers)):
        if fillers[length - 1] > 1 - _PLAUSIBLE:
            return  # the number goes on without a gap until its check digit
        after = fillers[length + 1] if length + 1 < len(fillers) else 1.0
        if fillers[length] <= 1 - _PLAUSIBLE and after >= _PLAUSIBLE:
            yield layout.optional.start + length


def _steps(kind: Format, cells: Sequence[Cell], number_end: int) -> list[Step]:
    """The protected columns in order, for one length of the number."""
    layout = LAYOUTS[kind]
    grammar = slots(kind)
    own = dict(_own_weights(layout, number_end))
    ends = {index: field for field, index in checks(layout).items() if field is not Field.COMPOSITE}
    ends.pop(layout.number_check, None)
    ends[number_end] = Field.NUMBER
    over = [index for part in layout.composite_over for index in range(part.start, part.stop)]
    composite = {index: _WEIGHTS[place % 3] for place, index in enumerate(over)}
    if layout.composite_check >= 0:
        composite[layout.composite_check] = -1
    steps = []
    for index in (*own, *sorted(set(composite) - set(own))):  # a field's columns together: its sum is one at a time
        allowed = _narrowed(layout, grammar[index].allowed, index, number_end, cells)
        shares = likelihoods(cells[index], allowed)
        steps.append(Step(index, own.get(index, 0), composite.get(index, 0), ends.get(index), shares))
    return steps


def _own_weights(layout: Layout, number_end: int) -> Iterator[tuple[int, int]]:
    """Weight of every column in the sum of its own field."""
    number = [*range(layout.number.start, layout.number.stop)]
    if number_end != layout.number_check:
        number += range(layout.optional.start, number_end)
    fields = [
        (number, number_end),
        ([*range(layout.birth.start, layout.birth.stop)], layout.birth_check),
        ([*range(layout.expiry.start, layout.expiry.stop)], layout.expiry_check),
    ]
    if layout.optional_check >= 0:
        fields.append(([*range(layout.optional.start, layout.optional.stop)], layout.optional_check))
    for columns, check in fields:
        yield from ((index, _WEIGHTS[place % 3]) for place, index in enumerate(columns))
        yield check, -1


def _narrowed(
    layout: Layout, allowed: frozenset[str], index: int, number_end: int, cells: Sequence[Cell]
) -> frozenset[str]:
    """What the number's length and the optional data's emptiness say about single columns."""
    long = number_end != layout.number_check
    if index == layout.number_check:
        return frozenset(FILLER) if long else DIGITS
    if long and index == number_end:
        return DIGITS
    if long and layout.optional.start <= index < number_end:
        return allowed - {FILLER}
    if long and index == number_end + 1 and index < layout.optional.stop:
        return frozenset(FILLER)
    if index == layout.optional_check:
        empty = all(likelihoods(cell, ALL)[FILLER] > 0.5 for cell in cells[layout.optional])  # noqa: PLR2004 - likelier than not
        return allowed if empty else DIGITS
    return allowed


def _moves(step: Step) -> list[_Edge]:
    """What a column can do to the sums, each with its best logarithm; characters of equal value are one."""
    gains: dict[tuple[int, int], float] = {}
    for character, share in step.shares.items():
        move = _move(step, character)
        gains[move] = max(math.log(share), gains.get(move, _NEVER))
    return [(move, gain, *_transitions(move, ends=step.ends is not None)) for move, gain in gains.items()]


def _move(step: Step, character: str) -> tuple[int, int]:
    value = VALUES[character]
    return step.own * value % 10, step.composite * value % 10


@cache
def _transitions(move: tuple[int, int], *, ends: bool) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """For every state the one after a move, and the price of getting there.

    At the end of a field its sum is set back to 0; where it was not 0 already the field is broken, at a price.
    """
    states, prices = [], []
    for state in range(_STATES):
        own, composite = (state % _BROKEN // 10 + move[0]) % 10, (state + move[1]) % 10
        broken = ends and own != 0
        states.append((_BROKEN if broken else state // _BROKEN * _BROKEN) + (0 if ends else own * 10) + composite)
        prices.append(VIOLATION if broken else 0.0)
    return tuple(states), tuple(prices)


def _search(steps: Sequence[Step], reach: float) -> Proof:
    """Forwards and backwards once, then the best character and its lead in every column."""
    moves = [_moves(step) for step in steps]
    ahead = _forwards(moves)
    behind = _backwards(moves, ahead, printed=any(step.composite for step in steps))
    total = behind[0][0]
    characters, margins, rivals = {}, {}, {}
    state = 0
    violated = set()
    for place, step in enumerate(steps):
        onward = behind[place + 1]
        taken, state, broken = _next(step, state, onward, moves[place])
        others = _others(step, ahead[place], onward, moves[place])
        others.pop(taken)
        characters[step.index] = taken
        margins[step.index] = total - max(others.values(), default=_NEVER)
        near = [one for one, score in others.items() if total - score < reach]
        rivals[step.index] = tuple(sorted(near, key=lambda one: (-others[one], one)))
        if broken and step.ends is not None:
            violated.add(step.ends)
    if state % 10:
        violated.add(Field.COMPOSITE)
    return Proof(characters, margins, rivals, frozenset(violated), total)


def _next(step: Step, state: int, onward: Sequence[float], edges: Sequence[_Edge]) -> tuple[str, int, bool]:
    """The character with which the best assignment goes on from a state, the state after it, and what it breaks."""
    ways = {move: (prices[state] + onward[states[state]], states[state], prices[state]) for move, _, states, prices in edges}  # fmt: skip
    taken = max(sorted(step.shares), key=lambda one: math.log(step.shares[one]) + ways[_move(step, one)][0])
    _, after, price = ways[_move(step, taken)]
    return taken, after, price < 0


def _others(step: Step, ahead: Sequence[float], onward: Sequence[float], edges: Sequence[_Edge]) -> dict[str, float]:
    """For every character of a column, the best assignment of the whole zone that has it there."""
    reached = [(state, score) for state, score in enumerate(ahead) if score != _NEVER]
    through = {
        move: max(score + prices[state] + onward[states[state]] for state, score in reached)
        for move, _, states, prices in edges
    }
    return {one: math.log(share) + through[_move(step, one)] for one, share in step.shares.items()}


def _last(state: int, *, printed: bool) -> float:
    """The price of the composite as it comes out, where one is printed."""
    if state < _BROKEN:
        return VIOLATION if state % 10 else 0.0
    if not printed:
        return 0.0
    return _FOLLOWS if state % 10 else _CHANCE


def _forwards(edges: Sequence[Sequence[_Edge]]) -> list[list[float]]:
    """For every column and state before it, the best logarithm of getting there."""
    table = [[0.0] + [_NEVER] * (_STATES - 1)]
    for choices in edges:
        after = [_NEVER] * _STATES
        reached = [(state, score) for state, score in enumerate(table[-1]) if score != _NEVER]
        for _, gain, states, prices in choices:
            for state, score in reached:
                value = score + gain + prices[state]
                after[states[state]] = max(after[states[state]], value)
        table.append(after)
    return table


def _backwards(
    edges: Sequence[Sequence[_Edge]], ahead: Sequence[Sequence[float]], *, printed: bool
) -> list[list[float]]:
    """For every column and every state before it that can be reached, the best logarithm of what follows."""
    table = [[_last(state, printed=printed) for state in range(_STATES)]]
    for choices, scores in zip(reversed(edges), reversed(ahead[:-1]), strict=True):
        nexts = table[-1]
        before = [_NEVER] * _STATES
        reached = [state for state, score in enumerate(scores) if score != _NEVER]
        for _, gain, states, prices in choices:
            for state in reached:
                value = nexts[states[state]] + gain + prices[state]
                before[state] = max(before[state], value)
        table.append(before)
    table.reverse()
    return table
