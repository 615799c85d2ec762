"""All profiles of one set against all of another, or of one against itself, under the rules of one agreement.

What is found is what `RuleSet.compare` finds pair by pair, no more and no less, with gaps, wildcards, micro-variants and
mixtures. Method: blocks of loci (`blocks`) find every pair that may be a candidate, other loci rule out most of these, and
the judge (`pairs`) counts the rest as the rules say. Profiles for which no blocks serve (low stringency, very few loci,
many deviations) are compared with every other by the kernel; `prospect` says how many before anything begins.

Memory is bounded: the smaller side is taken in batches, the larger one in strides, and pairs are handed out as they come.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from egnatia.engines.dna.batches import Batch, Preparer
from egnatia.engines.dna.block_index import BlockIndex, Owners
from egnatia.engines.dna.columns import Codes, Columns
from egnatia.engines.dna.eligible import Eligible, permitted_kinds
from egnatia.engines.dna.marks import Mark
from egnatia.engines.dna.pairs import Judge, Numbers, Pairs
from egnatia.engines.dna.rules import RuleSet
from egnatia.engines.dna.scan import scan
from egnatia.engines.dna.signatures import Words, deviating, words_of
from egnatia.errors import InputError

STRIDE = 1 << 17
"""Profiles of the larger side looked at together: their marks of one locus fill half a megabyte."""
MOST_IN_STRIDE = 1 << 22
"""Pairs of one stride that no locus rules out: a bound on memory that only sets of nearly equal profiles come near."""
Show = Callable[[int, int], None]
"""Told how much is done, and of how much."""


def show_nothing(_done: int, _total: int) -> None:
    """For work that nobody watches."""


def join(
    left: Columns, right: Columns, rules: RuleSet, *, span: range | None = None, show: Show = show_nothing
) -> Iterator[Pairs]:
    """Candidates between two sets, piece by piece, in the same order every time.

    Args:
        left: one set; the same object twice compares a set with itself, each pair once, the lower number left.
        right: the other.
        rules: by which pairs are candidates; kinds and what a profile needs are checked too.
        span: profiles of the right side to look at, all by default; so work is shared among machines.
        show: told how far it is.

    Raises:
        InputError: so many pairs agree that memory would not hold them.
    """
    if span is None and left is not right and len(left) > len(right):
        turned = _Join(right, left, rules).run(range(len(left)), show)
        yield from (found.turned() for found in turned)
    else:
        yield from _Join(left, right, rules).run(range(len(right)) if span is None else span, show)


class _Join:
    """One join, of which the left side is indexed and the right side read from end to end."""

    def __init__(self, left: Columns, right: Columns, rules: RuleSet) -> None:
        self._left, self._right, self._rules = left, right, rules
        self._preparer = Preparer(left, right, rules)
        self._judge = Judge(left, right, rules)
        self._wanted = Eligible(right, rules, left.kinds)
        self._kinds = permitted_kinds(rules)
        self._room = np.empty((len(self._preparer.marks), STRIDE), dtype=np.uint32)

    def run(self, span: range, show: Show) -> Iterator[Pairs]:
        """All candidates with a profile of the span."""
        left = self._left
        numbers = np.flatnonzero(Eligible(left, self._rules, self._right.kinds).among(left.codes, left.kinds))
        step = self._preparer.batch_size()
        batches = [numbers[start : start + step] for start in range(0, len(numbers), step)]
        for done, some in enumerate(batches):
            batch = self._preparer.batch(some)
            for start in range(span.start, span.stop, STRIDE):
                show(done * len(span) + start - span.start, len(batches) * len(span))
                yield from self._stride(batch, range(start, min(start + STRIDE, span.stop)))
            for found in scan(left, self._right, self._rules, batch.scanned, span):
                yield from self._kept(found)
        show(1, 1)

    def _kept(self, found: Pairs) -> Iterator[Pairs]:
        """Pairs of kinds that may be compared; of a set with itself each pair once."""
        kept = self._kinds[self._left.kinds[found.left], self._right.kinds[found.right]]
        if self._left is self._right:
            kept &= found.left < found.right
        if kept.any():
            yield Pairs(found.left[kept], found.right[kept], found.classes[kept])

    def _stride(self, batch: Batch, span: range) -> Iterator[Pairs]:
        """Candidates of a batch among a few of the right side."""
        if self._left is self._right and len(batch.numbers) and batch.numbers[0] >= span.stop - 1:
            return
        codes = self._right.codes[:, span.start : span.stop]
        wanted = self._wanted.among(codes, self._right.kinds[span.start : span.stop])
        if not batch.indexes or not wanted.any():
            return
        marks = self._marks(codes)
        words = words_of(marks)
        keys = _distinct(_agreeing(batch, index, marks, words) for index in batch.indexes)
        keys = keys[wanted[keys & _PLACE]]
        yield from self._kept(self._judge.judge(batch.numbers[keys >> _SHIFT], span.start + (keys & _PLACE)))

    def _marks(self, codes: Codes) -> list[Mark]:
        """The marks of a stride, in the room of those of the last one: new room would cost more than they do."""
        marks = [row[: codes.shape[1]] for row in self._room]
        for each, row in zip(self._preparer.marks, marks, strict=True):
            each.right.take(codes[each.row], out=row, mode="clip")  # no code is past its book: columns hold that
        return marks


_SHIFT = STRIDE.bit_length()
_PLACE = (1 << _SHIFT) - 1


def _distinct(found: Iterator[Numbers], most: int = MOST_IN_STRIDE) -> Numbers:
    """All of them, each once, in order.

    Raises:
        InputError: there are too many.
    """
    kept: list[Numbers] = [np.zeros(0, dtype=np.int64)]
    for each in found:
        kept.append(each)
        if sum(map(len, kept)) > most:
            raise InputError(
                f"more than {most:,} pairs agree among {STRIDE:,} profiles",
                hint="Are these profiles of one person? Stricter rules, or fewer profiles, can be joined.",
            )
    return np.unique(np.concatenate(kept))


def _agreeing(batch: Batch, index: BlockIndex, marks: Sequence[Mark], words: Words) -> Numbers:
    """Pairs that a block finds and no other locus rules out: the number in the batch above, the place below."""
    kept = [np.zeros(0, dtype=np.int64)]
    for rows, owners in index.look(marks):
        kept.append(_ruled_in(rows, owners, batch, words))
    return np.concatenate(kept)


def _ruled_in(rows: Owners, owners: Owners, batch: Batch, words: Words) -> Numbers:
    """Pairs with no more deviations than the batch has room for."""
    against = np.zeros(len(rows), dtype=np.uint8)
    for place, theirs in enumerate(words):
        against += deviating([way[place][owners] for way in batch.words], theirs[rows])
        kept = np.flatnonzero(against <= batch.most)
        rows, owners, against = rows[kept], owners[kept], against[kept]
    return owners << _SHIFT | rows
