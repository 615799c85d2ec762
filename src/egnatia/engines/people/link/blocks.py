"""Blocks: which records are compared with which, in bounded memory, and what was left out.

Records that share a key of a rule are a block. A block that is too large is cut by year, by day and month and by father;
what is then
still too large, or has nothing finer, is left out and counted: nobody could tell its records apart. Pairs come in passes over ranges
of the first record, each pair once, so that memory depends on the size of a pass and not on the number of pairs.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from egnatia.engines.people.link.keys import Rule
from egnatia.engines.people.link.lists import Codes, Ints, Keys, Lists, once, spans, taken

LARGEST_BLOCK = 400
"""Records in one block at the most: 79,800 pairs. At a million persons of the region the same two names by sound are borne
by a few hundred (bench/people/linkage.py)."""
PASS = 2_000_000
"""Pairs that one pass makes before repeated ones are taken out: some 100 MB."""
SHARE = 4_000_000
"""Keys that are sorted at a time."""
_SPREAD = np.uint64(0xD6E8FEB86659FD93)
"""An odd number by which the last bits of a key come to bear on its first."""
_RECORD = 32
"""Bits of a record's number in the number of a pair."""
Flags = np.ndarray[Any, np.dtype[np.bool_]]
Sieve = Callable[[Ints], Flags]
_ONE = (1 << _RECORD) - 1


@dataclass(frozen=True, slots=True)
class RuleReport:
    """What one rule put beside each other, and what it left out.

    Attributes:
        rule: its name.
        pairs: pairs in its blocks, the same pair once for each block.
        cut: blocks that were too large and were cut.
        left_out: pairs of these that no finer block holds; they are compared only if another rule has them.
    """

    rule: str
    pairs: int
    cut: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Blocks:
    """Members of blocks, one block behind the other, each in the order of records.

    `followers` says with how many members each is paired: those behind it in its block. Pairs of `weak` ones are sieved, and those
    without a record that is `one_of` them, where there are such, are no pairs.
    """

    members: Codes
    followers: Codes
    weak: bool = False
    one_of: Flags | None = None

    @property
    def pairs(self) -> int:
        """How many pairs they make."""
        return int(self.followers.sum(dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Plan:
    """All blocks of all rules, for how many records, and what each rule left out."""

    records: int
    blocks: tuple[Blocks, ...]
    report: tuple[RuleReport, ...]


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Records sorted by key: members, their keys, and the size of the block that each stands in."""

    members: Codes
    keys: Keys
    sizes: Ints


def plan(records: int, rules: Iterable[Rule], refinements: tuple[Lists, ...], largest: int = LARGEST_BLOCK) -> Plan:
    """Put records beside each other by every rule.

    Args:
        records: how many there are.
        rules: by which keys.
        refinements: by what a block of more than `largest` is cut.
        largest: records in one block.
    """
    blocks: list[Blocks] = []
    report = []
    for rule in rules:
        said = RuleReport(rule.name, 0, 0, 0)
        owners, keys = rule.keys.owners.astype(np.int32), rule.keys.flat
        for share in _shares(keys):
            made, part = _of_share(rule, (owners[share], keys[share]), refinements, largest)
            said = RuleReport(rule.name, *(a + b for a, b in zip(_counts(said), _counts(part), strict=True)))
            blocks += [each for each in made if len(each.members)]
        report.append(said)
    return Plan(records, tuple(blocks), tuple(report))


def _counts(said: RuleReport) -> tuple[int, int, int]:
    return said.pairs, said.cut, said.left_out


def _shares(keys: Keys) -> Iterator[Flags]:
    """Keys shared out by their first bits, some millions to a share, so that sorting needs memory for one share."""
    bits = min(8, max(0, len(keys) // SHARE).bit_length())
    places = keys >> np.uint64(64 - bits) if bits else np.zeros(len(keys), dtype=np.uint64)
    yield from (places == np.uint64(number) for number in range(1 << bits))


def _of_share(
    rule: Rule, share: tuple[Codes, Keys], refinements: tuple[Lists, ...], largest: int
) -> tuple[list[Blocks], RuleReport]:
    """The blocks of some keys of a rule, and what was left out."""
    found = _sorted(*share)
    many = found.sizes > largest
    again = _refined(found.members[many], found.keys[many], refinements)
    made = [_blocks(found, ~many, rule), _blocks(again, again.sizes <= largest, rule)]
    sizes = _block_sizes(found.keys[many])
    kept = len(once(_expanded(made[1], range(1 << 31)))) if len(sizes) else 0
    left_out = max(0, int((sizes * (sizes - 1) // 2).sum()) - kept)
    return made, RuleReport(rule.name, sum(each.pairs for each in made), len(sizes), left_out)


def _sorted(members: Codes, keys: Keys) -> _Sorted:
    """Records by key, each once in a block, alone ones left out; they come in the order of their numbers.

    The last bits of a key make way for the record's number, so that one number is sorted and not two: of a million records'
    keys 44 bits stay, and those that meet by accident are some hundred.
    """
    shared = _meet(keys)
    members, keys = members[shared], keys[shared]
    bits = np.uint64(max(1, int(members.max(initial=0)).bit_length()))
    packed = once(keys * _SPREAD >> bits << bits | members.astype(np.uint64))
    keys = packed >> bits << bits
    sizes = _block_sizes(keys)
    each = np.repeat(sizes, sizes)
    several = each > 1
    return _Sorted((packed ^ keys)[several].astype(np.int32), keys[several], each[several])


def _meet(keys: Keys) -> Flags:
    """Which keys may stand more than once: most deletions do not, and sorting them would take most of the time."""
    bits = max(16, min(26, len(keys).bit_length() + 1))
    places = (keys >> np.uint64(64 - bits)).astype(np.int64)
    return np.bincount(places, minlength=1)[places] > 1 if len(keys) else np.zeros(0, dtype=bool)


def _block_sizes(keys: Keys) -> Ints:
    """Sizes of runs of equal keys."""
    if not len(keys):
        return np.zeros(0, dtype=np.int64)
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    return np.diff(np.append(starts, len(keys)))


def _refined(members: Codes, keys: Keys, refinements: tuple[Lists, ...]) -> _Sorted:
    """The same records under each key together with each refinement."""
    more = [taken(each, members) for each in refinements]
    owners = np.concatenate([*(np.repeat(members, each.sizes) for each in more), members[:0]])
    finer = np.concatenate([*(np.repeat(keys, each.sizes) + each.flat for each in more), keys[:0]])
    return _sorted(owners, finer)


def _blocks(found: _Sorted, kept: Flags, rule: Rule) -> Blocks:
    """The kept members as blocks; members of one block are kept or left out together."""
    sizes = _block_sizes(found.keys[kept])
    ends = np.repeat(np.cumsum(sizes), sizes)
    followers = ends - np.arange(len(ends)) - 1
    return Blocks(found.members[kept].astype(np.int32), followers.astype(np.int32), rule.weak, rule.one_of)


def passes(made: Plan, size: int = PASS) -> list[range]:
    """Ranges of first records, each with about so many pairs, or one record that has more."""
    if not made.records:
        return []
    behind = np.zeros(made.records, dtype=np.int64)
    for each in made.blocks:
        behind += np.bincount(each.members, weights=each.followers, minlength=made.records).astype(np.int64)
    group = np.cumsum(behind) // size
    starts = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]]))
    return [range(a, b) for a, b in zip(starts.tolist(), [*starts.tolist()[1:], made.records], strict=True)]


def pairs_of(made: Plan, first: range, sieve: Sieve | None = None) -> Ints:
    """Every pair whose first record is in a range, each once and in order, as `first << 32 | second`.

    Args:
        made: the blocks.
        first: the range.
        sieve: says of pairs that weak rules alone have put together which are worth comparing.
    """
    nothing = np.zeros(0, dtype=np.int64)
    strong = np.concatenate([*(_expanded(each, first) for each in made.blocks if not each.weak), nothing])
    weak = once(np.concatenate([*(_expanded(each, first) for each in made.blocks if each.weak), nothing]))
    if sieve is not None:
        weak = weak[sieve(weak)]
    return once(np.concatenate([strong, weak]))


def _expanded(blocks: Blocks, first: range) -> Ints:
    members = blocks.members
    places = np.flatnonzero((members >= first.start) & (members < first.stop) & (blocks.followers > 0))
    sizes = blocks.followers[places].astype(np.int64)
    left = np.repeat(members[places].astype(np.int64), sizes)
    right = members[spans(places.astype(np.int64) + 1, sizes)]
    pairs: Ints = left << _RECORD | right
    return pairs if blocks.one_of is None else pairs[blocks.one_of[left] | blocks.one_of[right]]


def all_pairs(made: Plan, size: int = PASS, sieve: Sieve | None = None) -> Iterator[Ints]:
    """Every pair once, pass by pass."""
    for first in passes(made, size):
        found = pairs_of(made, first, sieve)
        if len(found):
            yield found


def sides(pairs: Ints) -> tuple[Ints, Ints]:
    """First and second record of each pair."""
    return pairs >> _RECORD, pairs & _ONE
