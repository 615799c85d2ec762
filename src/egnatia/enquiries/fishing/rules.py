"""The patterns: pure rules over one officer's questions of one day.

Each rule counts; an alert says how many questions it counted and over what time, so that a supervisor can see how far
above the threshold it was. `bench/fishing.py` prints false alarms on ordinary traffic and how soon a sweep is seen.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from egnatia.model.states import FishingRule

WINDOW = timedelta(hours=24)
"""Questions that are looked at together: a day, as quotas count."""
MAX_REVIEWED = 1_000
"""Questions of one officer that one review opens, the newest: five times the default quota of a day."""
NEIGHBOURS = 8
"""Distinct numbers of one block from which an alert is raised. A traveller's booklet and its predecessors are one or two;
a bundle of seized blanks reaches it, is innocent, and is worth a supervisor's look. Our choice; see the bench."""
BLOCK_DIGITS = 2
"""Numbers are neighbours when they differ in their last two characters only: a run of 16 always puts 8 in one block."""
VARIANTS = 8
"""Questions about nearly one person from which an alert is raised. Our choice; see the bench."""
SHARED_MARKS = 4
"""Tags that two questions about nearly one person share: both names but another date give 4, both dates but another name
6, a brother 2 or 3 (counted over `engines.people.tagging`)."""
SWEEP = 10
"""Questions in a row in alphabetical order. In a thousand questions of random order 1000 / 10! = 0.0003 such runs."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One question as the rules see it: nothing that names anybody, hashes under a key that nobody keeps.

    Attributes:
        at: when it was asked.
        case_ref: the case it was asked for.
        exact: the same for two questions about the same number.
        block: the same for neighbouring numbers; empty for persons.
        marks: tags of a person; two questions about nearly one person share some.
        order: where the name stands in the alphabet; empty where nobody may know it.
    """

    at: datetime
    case_ref: str
    exact: bytes = b""
    block: bytes = b""
    marks: frozenset[bytes] = field(default_factory=frozenset)
    order: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A pattern that was found.

    Attributes:
        rule: which one.
        count: how many questions make it up.
        cases: the case references they were asked for, sorted.
        first: when the first of them was asked.
        last: when the last was.
    """

    rule: FishingRule
    count: int
    cases: tuple[str, ...]
    first: datetime
    last: datetime


def findings(probes: Sequence[Probe]) -> list[Finding]:
    """The patterns in one officer's questions, at most one of each rule: the one with most questions.

    Args:
        probes: questions in the order of their time; those older than `WINDOW` before the last are left out.
    """
    if not probes:
        return []
    recent = list(probes)
    if probes[-1].at - probes[0].at >= WINDOW:
        recent = [each for each in probes if probes[-1].at - each.at < WINDOW]
    found = (_neighbours(recent), _variants(recent), _sweep(recent))
    return [each for each in found if each is not None]


def _neighbours(probes: Sequence[Probe]) -> Finding | None:
    """Many distinct numbers of one block. Counting all questions of a block first is quick, and mostly the end of it."""
    asked = Counter(each.block for each in probes if each.block)
    if max(asked.values(), default=0) < NEIGHBOURS:
        return None
    blocks: dict[bytes, dict[bytes, Probe]] = defaultdict(dict)
    for each in probes:
        if each.block:
            blocks[each.block].setdefault(each.exact, each)
    largest = _largest([list(distinct.values()) for distinct in blocks.values()])
    return _finding(FishingRule.NEIGHBOURING_NUMBERS, NEIGHBOURS, largest)


def _variants(probes: Sequence[Probe]) -> Finding | None:
    """Many questions about nearly the same person."""
    persons = [each for each in probes if each.marks]
    if len(persons) < VARIANTS:
        return None
    sharing: dict[bytes, list[int]] = defaultdict(list)
    for number, each in enumerate(persons):
        for mark in each.marks:
            sharing[mark].append(number)
    groups = [_about(number, persons, sharing) for number in range(len(persons))]
    return _finding(FishingRule.ONE_PERSON_MANY_TIMES, VARIANTS, _largest(groups))


def _about(number: int, persons: Sequence[Probe], sharing: dict[bytes, list[int]]) -> list[Probe]:
    """Every question that shares enough with this one, itself included."""
    shared: dict[int, int] = defaultdict(int)
    for mark in persons[number].marks:
        for other in sharing[mark]:
            shared[other] += 1
    return [persons[other] for other, count in sorted(shared.items()) if count >= SHARED_MARKS]


def _sweep(probes: Sequence[Probe]) -> Finding | None:
    """The longest run of names in alphabetical order; a name asked twice in a row counts once."""
    named = [each for each in probes if each.order]
    return _finding(FishingRule.ALPHABETICAL_SWEEP, SWEEP, _largest(list(_runs(named))))


def _runs(named: Sequence[Probe]) -> Iterator[list[Probe]]:
    run = list(named[:1])
    for before, after in pairwise(named):
        if after.order == before.order:
            continue
        if after.order < before.order:
            yield run
            run = []
        run.append(after)
    yield run


def _largest(groups: list[list[Probe]]) -> list[Probe]:
    return max(groups, key=len, default=[])


def _finding(rule: FishingRule, least: int, counted: list[Probe]) -> Finding | None:
    if len(counted) < least:
        return None
    moments = [each.at for each in counted]
    cases = tuple(sorted({each.case_ref for each in counted}))
    return Finding(rule, len(counted), cases, min(moments), max(moments))
