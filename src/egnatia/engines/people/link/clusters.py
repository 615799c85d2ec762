"""Groups of a whole register, kept up to date: what one record or one judgement changes is worked out again, nothing else.

Records are connected by links of at least the threshold and by positive judgements. What happens in one connected part depends
on that part alone (`grouping.grouped`), so working out the parts that a change touches gives what working out everything would.
Records are never changed: a group is a list of references.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from egnatia.engines.people.link.grouping import UNITS, Group, Pair, grouped, pair_of
from egnatia.engines.people.link.judgements import Book, Entry
from egnatia.engines.people.link.lists import Codes, Ints
from egnatia.errors import ConflictError, InputError, NotFoundError

Units = np.ndarray[Any, np.dtype[np.int32]]


@dataclass(frozen=True, slots=True)
class Weighed:
    """Compared pairs of a register: places of both records in `refs`, and what each pair weighs, in units of 1/1024 bit."""

    refs: tuple[str, ...]
    left: Codes
    right: Codes
    units: Units


def weighed(
    refs: tuple[str, ...], left: Ints | Codes, right: Ints | Codes, bits: np.ndarray[Any, np.dtype[np.float64]]
) -> Weighed:
    """Pairs with their bits in whole units."""
    units = np.rint(np.clip(bits, -1_000, 1_000) * UNITS).astype(np.int32)
    return Weighed(refs, left.astype(np.int32), right.astype(np.int32), units)


@dataclass(frozen=True, slots=True)
class Change:
    """Groups that a change took away, and those that it made."""

    before: tuple[Group, ...]
    after: tuple[Group, ...]


class Clusters:
    """Groups of records. Invariant: they are what `grouped` makes of every record, pair and standing judgement."""

    def __init__(self, pairs: Weighed, threshold_bits: float, book: Book | None = None) -> None:
        """Group a register.

        Args:
            pairs: what was compared.
            threshold_bits: from which a pair is a link.
            book: what people said; it is written to by `enter`.
        """
        self.book = Book() if book is None else book
        self._threshold = round(threshold_bits * UNITS)
        self._refs = list(pairs.refs)
        self._number = {ref: number for number, ref in enumerate(self._refs)}
        if len(self._number) != len(self._refs):
            raise InputError("a reference stands twice")
        self._starts, self._others, self._units = _by_record(pairs, len(self._refs))
        self._added: dict[int, dict[int, int]] = {}
        self._gone: set[int] = set()
        self._group: dict[str, Group] = {}
        self._wrong: dict[Pair, None] = {}
        self._group_all(pairs)

    def __len__(self) -> int:
        """How many records there are."""
        return len(self._number)

    @property
    def groups(self) -> tuple[Group, ...]:
        """Every group of two and more, sorted."""
        return tuple(sorted(set(self._group.values())))

    @property
    def contradicted(self) -> tuple[Pair, ...]:
        """Positive judgements that hold nothing, because with others they would join what a negative one parts."""
        return tuple(sorted(self._wrong))

    def group_of(self, ref: str) -> Group:
        """The group of a record, alone if it has none.

        Raises:
            NotFoundError: there is no such record.
        """
        self._known(ref)
        return self._group.get(ref, (ref,))

    def add(self, ref: str, weights: Mapping[str, float]) -> Change:
        """Add a record, with the bits of every pair that it was compared in.

        Raises:
            ConflictError: its reference is there already.
            NotFoundError: it was compared with a record that is not there.
        """
        if ref in self._number:
            raise ConflictError(f"record {ref} is there already")
        others = {self._known(other): round(bits * UNITS) for other, bits in weights.items()}
        number = len(self._refs)
        self._refs.append(ref)
        self._number[ref] = number
        self._added[number] = others
        for other, units in others.items():
            self._added.setdefault(other, {})[number] = units
        return self._again([number])

    def remove(self, ref: str) -> Change:
        """Take a record out; judgements about it stay in the book.

        Raises:
            NotFoundError: there is no such record.
        """
        number = self._known(ref)
        near = set(self._linked(number))
        before = self._group.get(ref)
        del self._number[ref]
        self._gone.add(number)
        self._group.pop(ref, None)
        return self._again(near, () if before is None else (before,))

    def enter(self, entry: Entry) -> Change:
        """Write a judgement, or that one is undone, into the book, and group again.

        Raises:
            NotFoundError: a record or the judgement to be undone is not there.
            ConflictError: it was undone already.
        """
        pair = getattr(entry, "pair", None)
        for ref in pair or ():
            self._known(ref)
        said = self.book.enter(entry)
        return self._again([self._number[ref] for ref in said if ref in self._number])

    def _known(self, ref: str) -> int:
        number = self._number.get(ref)
        if number is None:
            raise NotFoundError(f"there is no record {ref}")
        return number

    def _near(self, number: int) -> Iterator[tuple[int, int]]:
        """Every record that one was compared with, and what the pair weighs."""
        if number + 1 < len(self._starts):
            span = slice(int(self._starts[number]), int(self._starts[number + 1]))
            near = zip(self._others[span].tolist(), self._units[span].tolist(), strict=True)
            yield from ((other, units) for other, units in near if other not in self._gone)
        yield from ((other, units) for other, units in self._added.get(number, {}).items() if other not in self._gone)

    def _linked(self, number: int) -> Iterator[int]:
        """Every record that one is connected with."""
        yield from (other for other, units in self._near(number) if units >= self._threshold)
        about = self.book.about(self._refs[number])
        for one, other in self.book.ties(about).joined if about else ():
            there = self._number.get(other if one == self._refs[number] else one)
            if there is not None:
                yield there

    def _again(self, numbers: Iterable[int], before: tuple[Group, ...] = ()) -> Change:
        """Work out again the parts in which some records are."""
        part: set[int] = set()
        waiting = list(numbers)
        while waiting:
            number = waiting.pop()
            if number not in part:
                part.add(number)
                waiting.extend(self._linked(number))
        refs = {self._refs[number] for number in part}
        old = {self._group.pop(ref) for ref in refs if ref in self._group} | set(before)
        for pair in [pair for pair in self._wrong if refs.intersection(pair)] if self._wrong else ():
            del self._wrong[pair]
        new = set(self._work_out(part))
        return Change(tuple(sorted(old - new)), tuple(sorted(new - old)))

    def _work_out(self, part: Iterable[int]) -> tuple[Group, ...]:
        """Group one or more whole parts."""
        inside = set(part)
        refs = [self._refs[number] for number in inside]
        weights = {
            pair_of(self._refs[number], self._refs[other]): units
            for number in inside
            for other, units in self._near(number)
            if other in inside
        }
        said = frozenset().union(*(self.book.about(ref) for ref in refs)) if self.book.entries else frozenset()
        made = grouped(refs, weights, self._threshold, self.book.ties(said))
        for group in made.groups:
            self._group.update(dict.fromkeys(group, group))
        self._wrong.update(dict.fromkeys(made.contradicted))
        return made.groups

    def _group_all(self, pairs: Weighed) -> None:
        """Group every part; most have two records and no judgement, and need no more than a look."""
        strong = pairs.units >= self._threshold
        links = list(zip(pairs.left[strong].tolist(), pairs.right[strong].tolist(), strict=True))
        judged = [pair for pair in self.book.ties(self.book.pairs()).joined if set(pair) <= self._number.keys()]
        links += [(self._number[one], self._number[other]) for one, other in judged]
        spoken = {self._number[ref] for pair in self.book.pairs() for ref in pair if ref in self._number}
        for part in parts_of(links):
            if len(part) == 2 and self._threshold > 0 and spoken.isdisjoint(part):  # noqa: PLR2004 - a pair
                group = pair_of(*(self._refs[number] for number in part))
                self._group.update(dict.fromkeys(group, group))
            else:
                self._work_out(part)


def _by_record(pairs: Weighed, records: int) -> tuple[Ints, Codes, Units]:
    """Pairs by record: those of record i are from `starts[i]` to `starts[i + 1]`."""
    owners = np.concatenate([pairs.left, pairs.right])
    order = np.argsort(owners, kind="stable")
    starts = np.zeros(records + 1, dtype=np.int64)
    np.cumsum(np.bincount(owners, minlength=records), out=starts[1:])
    others = np.concatenate([pairs.right, pairs.left])[order]
    return starts, others, np.concatenate([pairs.units, pairs.units])[order]


def parts_of(links: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Connected parts of a graph of links; records without a link are in none."""
    root: dict[int, int] = {}

    def top(number: int) -> int:
        while root[number] != number:
            root[number] = root[root[number]]
            number = root[number]
        return number

    for one, other in links:
        root.setdefault(one, one)
        root.setdefault(other, other)
        low, high = sorted((top(one), top(other)))
        root[high] = low
    parts: dict[int, list[int]] = {}
    for number in root:
        parts.setdefault(top(number), []).append(number)
    return list(parts.values())
