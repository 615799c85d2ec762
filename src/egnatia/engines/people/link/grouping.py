"""From weighed pairs to groups of records of one person: which records belong together, as a pure function.

Two groups join when a link of at least the threshold leads from one to the other and the mean of what all pairs across weigh,
pairs that were never compared counting nothing, is above zero: one lucky link does not chain two families together. The pair of
groups with the highest mean goes first (average linkage; Sokal and Michener, 1958). A negative judgement keeps two groups
apart whatever else speaks for them. Weights are whole numbers of 1/1024 bit, so sums are exact and the result is the same in
whatever order records and judgements came.
"""

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

UNITS = 1024
"""Units of weight in one bit."""

Pair = tuple[str, str]
Group = tuple[str, ...]


def pair_of(one: str, other: str) -> Pair:
    """Two references in alphabetical order."""
    return (one, other) if one < other else (other, one)


@dataclass(frozen=True, slots=True)
class Ties:
    """What people said about pairs that matter here.

    Attributes:
        joined: pairs that are one person.
        parted: pairs that are not.
        open: pairs about which a person was not sure: the model alone may not join them.
    """

    joined: frozenset[Pair] = frozenset()
    parted: frozenset[Pair] = frozenset()
    open: frozenset[Pair] = frozenset()


@dataclass(frozen=True, slots=True)
class Grouped:
    """Groups of two and more, each sorted, and positive judgements that contradict a negative one and so hold nothing."""

    groups: tuple[Group, ...]
    contradicted: tuple[Pair, ...]


@dataclass(slots=True)
class _Side:
    """What leads from one group to another: units in all, whether a link is strong enough, whether a person said no."""

    units: int = 0
    strong: bool = False
    parted: bool = False

    def add(self, other: "_Side") -> "_Side":
        """Both together."""
        return _Side(self.units + other.units, self.strong or other.strong, self.parted or other.parted)


@dataclass(slots=True)
class _State:
    """Groups while they grow. `across[a][b] is across[b][a]`; `version` grows with each join, so old bids are known."""

    members: dict[str, list[str]]
    across: dict[str, dict[str, _Side]]
    version: dict[str, int] = field(default_factory=dict)
    bids: list[tuple[float, str, str, int, int]] = field(default_factory=list)


def grouped(records: Iterable[str], weights: Mapping[Pair, int], threshold: int, ties: Ties = Ties()) -> Grouped:
    """Group records.

    Args:
        records: their references.
        weights: what each compared pair of them weighs, in units.
        threshold: units from which a pair is a link.
        ties: what people said.
    """
    state = _begin(records, weights, threshold, ties)
    contradicted = _join_judged(state, ties)
    for one, sides in state.across.items():
        for other in sides:
            if one < other:
                _bid(state, one, other)
    while state.bids:
        _, one, other, *versions = heapq.heappop(state.bids)
        if one in state.members and other in state.members and versions == [state.version[one], state.version[other]]:
            merged = _merge(state, one, other)
            for near in state.across[merged]:
                _bid(state, *pair_of(merged, near))
    groups = sorted(tuple(sorted(group)) for group in state.members.values() if len(group) > 1)
    return Grouped(tuple(groups), tuple(sorted(contradicted)))


def _begin(records: Iterable[str], weights: Mapping[Pair, int], threshold: int, ties: Ties) -> _State:
    """Every record alone, and what leads from each to each."""
    state = _State({record: [record] for record in records}, {})
    for record in state.members:
        state.across[record], state.version[record] = {}, 0
    for pair, units in weights.items():
        _lead(state, pair, _Side(units, units >= threshold and pair not in ties.open, pair in ties.parted))
    for pair in ties.parted - weights.keys():
        _lead(state, pair, _Side(parted=True))
    return state


def _lead(state: _State, pair: Pair, side: _Side) -> None:
    if pair[0] in state.across and pair[1] in state.across:
        state.across[pair[0]][pair[1]] = state.across[pair[1]][pair[0]] = side


def _join_judged(state: _State, ties: Ties) -> set[Pair]:
    """Join what people joined, unless a chain of such judgements holds a pair that people parted: then none of the chain."""
    root: dict[str, str] = {}

    def top(record: str) -> str:
        while root.setdefault(record, record) != record:
            record = root[record]
        return record

    present = {pair for pair in ties.joined if pair[0] in state.members and pair[1] in state.members}
    for one, other in sorted(present):
        low, high = sorted((top(one), top(other)))
        root[high] = low
    wrong = {top(one) for one, other in ties.parted if one in root and other in root and top(one) == top(other)}
    where = {record: record for record in state.members}
    for one, other in sorted(pair for pair in present if top(pair[0]) not in wrong):
        left, right = _now(where, one), _now(where, other)
        if left != right:
            low, high = pair_of(left, right)
            where[high] = where[low] = _merge(state, low, high)
    return {pair for pair in present if top(pair[0]) in wrong}


def _now(where: dict[str, str], record: str) -> str:
    while where[record] != record:
        record = where[record]
    return record


def _bid(state: _State, one: str, other: str) -> None:
    """Bid for two groups to join, if they may."""
    side = state.across[one][other]
    if side.strong and side.units > 0 and not side.parted:
        mean = side.units / (len(state.members[one]) * len(state.members[other]))
        heapq.heappush(state.bids, (-mean, one, other, state.version[one], state.version[other]))


def _merge(state: _State, one: str, other: str) -> str:
    """Join two groups under the reference that comes first."""
    kept, gone = pair_of(one, other)
    theirs = state.across.pop(gone)
    state.across[kept].pop(gone, None)
    theirs.pop(kept, None)
    for near, side in theirs.items():
        del state.across[near][gone]
        known = state.across[kept].get(near)
        both = side if known is None else known.add(side)
        state.across[kept][near] = state.across[near][kept] = both
    state.members[kept] += state.members.pop(gone)
    state.version[kept] += 1
    return kept
