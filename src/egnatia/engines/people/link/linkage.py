"""Linking a whole register, or two, from beginning to end: read, put beside each other, learn, compare, weigh.

Nothing is decided and no record is changed: a link is a probability with its parts. Groups are made of links and of what
people said, in `clusters`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations

import numpy as np

from egnatia.engines.people.link.blocks import LARGEST_BLOCK, PASS, Plan, RuleReport, pairs_of, passes, plan
from egnatia.engines.people.link.clusters import Weighed, parts_of, weighed
from egnatia.engines.people.link.em import Rates
from egnatia.engines.people.link.keys import evidence, refinements, rules, worth
from egnatia.engines.people.link.learning import RANDOM_PAIRS, Lesson, across, learn_model, possible_pairs
from egnatia.engines.people.link.lists import Codes, Ints, once
from egnatia.engines.people.link.model import Model, Scorer, probability
from egnatia.engines.people.link.others import others_alike
from egnatia.engines.people.link.register import Register
from egnatia.engines.people.link.values import Flags, Values, read
from egnatia.engines.people.link.vectors import Comparer
from egnatia.errors import InputError

LINK_FROM = 0.95
"""Probability from which a pair is a link where nothing else is asked for (bench/people/linkage.py)."""
AGAINST = 0.4
"""Share of what contradicts in a pair that counts against a group: one careless record contradicts all others of its person in the
same fields. On the sets of bench/people/linkage.py, both halves of them, .2 to .4 find most, 1 joins fewest families."""
MOST_MISSING = PASS
"""Pairs that complete connected parts, at the most: of a thousand parts of 60 records all are compared, 1,770 in each."""
_ROUNDS = 500
_SETTLED = 1e-6

Told = Callable[[str, int, int], None]
"""Told what is done, how far it is, and how far it goes."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What linking found.

    Attributes:
        register: as columns, in the order of content; numbers of records refer to it.
        left: the first record of every compared pair, and `right` the second.
        bits: what each pair weighs, the prior and `others` included.
        others: how much of that comes from the other records that either of the two is like.
        contrary: how much of that is taken by fields that contradict each other; never positive.
        model: by which, and what each session of learning found.
        report: what each rule put beside each other and left out.
    """

    register: Register
    left: Codes
    right: Codes
    bits: Rates
    others: Rates
    contrary: Rates
    model: Model
    lessons: tuple[Lesson, ...]
    report: tuple[RuleReport, ...]

    @property
    def probabilities(self) -> Rates:
        """The probability of each compared pair."""
        return probability(self.bits)

    def others_of(self, one: str, other: str) -> float:
        """How much of what two records weigh comes from others, by reference; 0 where they were not compared."""
        low, high = sorted(self.register.refs.index(ref) if ref in self.register.refs else -1 for ref in (one, other))
        found = np.flatnonzero((self.left == low) & (self.right == high))
        return float(self.others[found[0]]) if len(found) else 0.0

    def weighed(self) -> Weighed:
        """The compared pairs for `Clusters`.

        A pair that is rather two persons counts against a group as far as its fields contradict each other: that little is known of
        two records is no evidence against them.
        """
        return weighed(
            self.register.refs, self.left, self.right, np.where(self.bits > 0, self.bits, AGAINST * self.contrary)
        )

    def links(self, least: float = LINK_FROM) -> Ints:
        """Places of the pairs of at least so much probability, most probable first, equal ones by reference."""
        refs = self.register.refs
        places = np.flatnonzero(self.bits >= bits_of(least)).tolist()
        named = ((-self.bits[n], *sorted((refs[self.left[n]], refs[self.right[n]])), n) for n in places)
        return np.array([each[-1] for each in sorted(named)], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Settings:
    """How a register is linked.

    Attributes:
        seed: of what is drawn at random.
        largest_block: records of one block at the most.
        pass_pairs: pairs that are made at a time.
        sample: random pairs from which chance is known.
        model: one that was learned before; none learns one.
    """

    seed: int = 0
    largest_block: int = LARGEST_BLOCK
    pass_pairs: int = PASS
    sample: int = RANDOM_PAIRS
    model: Model | None = None


def bits_of(least: float) -> float:
    """The bits of a probability.

    Raises:
        InputError: it is none strictly between 0 and 1.
    """
    if not 0 < least < 1:
        raise InputError(f"{least} is no probability to link from", hint="Give a number between 0 and 1, such as 0.95.")
    return float(np.log2(least / (1 - least)))


def _silent(_doing: str, _done: int, _total: int) -> None:
    """Nobody is told."""


@dataclass(frozen=True, slots=True)
class Work:
    """What has to be compared, and with what: everything that a part of the work needs, on this machine or on another."""

    values: Values
    made: Plan
    model: Model
    lessons: tuple[Lesson, ...]
    spans: tuple[range, ...]


Gained = tuple[Codes, Codes, Rates, Rates]
"""Both records of compared pairs, what the fields of each add, and how much of that is taken by fields that contradict."""


class Weigher:
    """Compares and weighs parts of the work. Invariant: what it knows are the values and the model of that work."""

    def __init__(self, work: Work, comparer: Comparer | None = None) -> None:
        self._work = work
        self._comparer = comparer or Comparer(work.values)
        self._scorer = Scorer(work.model, work.values)

    def span(self, span: range) -> Gained:
        """The pairs of some first records."""
        values = self._work.values
        return self.pairs(pairs_of(self._work.made, span, partial(worth, values)))

    def pairs(self, pairs: Ints) -> Gained:
        """Some pairs, of those that may be linked."""
        compared = self._comparer.compare(across(self._work.values, pairs))
        parts = self._scorer.parts(compared)
        contrary = np.minimum(parts[:-1], 0).sum(axis=0)
        return compared.left.astype(np.int32), compared.right.astype(np.int32), parts.sum(axis=0), contrary


def link(register: Register, how: Settings = Settings(), told: Told = _silent) -> Linked:
    """Link a register within itself, or two with each other.

    Args:
        register: of one, or of two by their sides; then pairs within one of them are not looked at.
        how: settings.
        told: how far it is.
    """
    work, comparer = _begun(register, how, told)
    weigher = Weigher(work, comparer)
    kept: list[Gained] = []
    for number, span in enumerate(work.spans):
        told("comparing", number, len(work.spans))
        kept.append(weigher.span(span))
    told("comparing", len(work.spans), max(1, len(work.spans)))
    return finish(register, work, kept, how, weigher)


def begin(register: Register, how: Settings, told: Told = _silent) -> Work:
    """Read a register, put its records beside each other and learn a model, unless one is given."""
    return _begun(register, how, told)[0]


def _begun(register: Register, how: Settings, told: Told) -> tuple[Work, Comparer]:
    """The work, and what compares its values."""
    told("reading", 0, 1)
    values = read(register)
    found = evidence(values)
    made = plan(len(register), rules(values, found), refinements(found), how.largest_block)
    told("learning", 0, 1)
    comparer = Comparer(values)
    model, lessons = (how.model, ()) if how.model is not None else learn_model(comparer, how.seed, how.sample)
    return Work(values, made, model, lessons, tuple(passes(made, how.pass_pairs))), comparer


def finish(
    register: Register, work: Work, kept: Sequence[Gained], how: Settings, weigher: Weigher | None = None
) -> Linked:
    """Put together what was weighed, set the prior, unless a model was given, and compare what groups need to be known for.

    The prior is set before the last: pairs that only complete a group were not looked for because they might be one person's. What
    other records are as like is weighed at the end, when all is compared.
    """
    model = work.model
    if how.model is None:
        gains = np.concatenate([np.zeros(0), *(gain for _, _, gain, _ in kept)])
        model = replace(model, share=share_of(gains, possible_pairs(work.values.sides)))
    every = [*kept, (weigher or Weigher(work)).pairs(missing(kept, model.prior))]
    left, right = (np.concatenate([np.zeros(0, np.int32), *(each[side] for each in every)]) for side in (0, 1))
    gain, contrary = (np.concatenate([np.zeros(0), *(each[part] for each in every)]) for part in (2, 3))
    others = others_alike(left, right, gain + model.prior, AGAINST * contrary, work.values.sides)
    bits = gain + model.prior + others
    return Linked(register, left, right, bits, others, contrary, model, work.lessons, work.made.report)


def missing(found: Sequence[Gained], prior: float, most: int = MOST_MISSING) -> Ints:
    """Pairs that no rule put together, of records that links connect: what speaks against a group has to be known too.

    Records are connected by pairs that are rather one person's than two. The smallest connected parts come first, all of one size
    or none, until their pairs would be more than `most`; what is larger is left as it is.
    """
    linked = [gain + prior > 0 for _, _, gain, _ in found]
    each = (
        (left[some].tolist(), right[some].tolist()) for (left, right, _, _), some in zip(found, linked, strict=True)
    )
    parts = parts_of([pair for left, right in each for pair in zip(left, right, strict=True)])
    sizes = np.bincount([len(part) for part in parts], minlength=1).astype(np.int64)
    behind = np.cumsum(sizes * np.arange(len(sizes)) * (np.arange(len(sizes)) - 1) // 2)
    largest = int(np.searchsorted(behind, most, side="right")) - 1
    wanted = [
        low << 32 | high
        for part in parts
        if 2 < len(part) <= largest  # noqa: PLR2004 - of two records there is one pair
        for low, high in combinations(sorted(part), 2)
    ]
    asked = once(np.array(wanted, dtype=np.int64))
    known = np.zeros(len(asked), dtype=bool)
    for left, right, _, _ in found:
        known |= _among(asked, np.sort(left.astype(np.int64) << 32 | right))
    return asked[~known]


def _among(asked: Ints, known: Ints) -> Flags:
    """Which of some numbers are among known ones, which are in order."""
    places = np.minimum(np.searchsorted(known, asked), max(0, len(known) - 1))
    return known[places] == asked if len(known) else np.zeros(len(asked), dtype=bool)


def share_of(gain: Rates, pairs: float) -> float:
    """The share of all pairs that are one person's: the one that the compared pairs' probabilities add up to.

    Pairs that were not compared count as two persons. Never less than half a pair, so that a register without a link keeps odds.
    """
    least = 0.5 / max(1.0, pairs)
    share: float = min(0.5, max(least, 1 / max(2.0, pairs**0.5)))
    for _ in range(_ROUNDS):
        before = share
        expected = float(probability(gain + np.log2(share / (1 - share))).sum())
        share = min(0.5, max(least, expected / max(1.0, pairs)))
        if abs(share - before) <= _SETTLED * before:
            break
    return share
