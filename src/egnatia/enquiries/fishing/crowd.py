"""One search spread over many officers' references: what each of them asks is little, and together it is a pattern.

An officer's reference is the partner's word, and it can be a new one for each question. So the questions of a partner are
looked at together as well, whoever is said to have asked them: each of the first under a reference, and of the others one
in eight, which ones nobody outside can know.
"""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from egnatia.enquiries.fishing.rules import NEIGHBOURS, SHARED_MARKS, VARIANTS, WINDOW, Finding, Probe
from egnatia.model.states import FishingRule

NEWCOMER = max(NEIGHBOURS, VARIANTS)
"""Questions under one reference that are all compared: one fewer would be no pattern of its own yet."""
SAMPLED = 8
"""Of the others one in so many is, chosen by hashes under a key that only this process has: comparing costs the writer's
time. A search of a hundred escapes with probability (7/8) ** 84, one in 75,000."""
TOGETHER = 2 * NEWCOMER
"""Questions of several references from which an alert is raised: eight posts that look for one man at once are no search,
and two officers who share a bundle of blanks are at half of it. Our choice; see the bench."""
KEPT_TOGETHER = 1_000
"""Questions kept of one partner, the last. A search with fewer than `TOGETHER` among as many others is not seen here."""


_Asked = tuple[str, Probe]
"""A question, after the reference under which it came."""


@dataclass(slots=True)
class Crowd:
    """The last questions of one partner. Invariant: bounded, in order of time; `_blocks` has the same, by their block.

    Neighbours are found by their block and not among all that is kept, which took the writer 50 µs for each question.
    """

    _kept: deque[_Asked] = field(default_factory=deque)
    _blocks: defaultdict[bytes, deque[_Asked]] = field(default_factory=lambda: defaultdict(deque))

    def note(self, officer: str, probe: Probe, asked: int) -> list[Finding]:
        """Remember a question, and compare it with the others.

        Args:
            officer: the reference under which it came.
            probe: the question.
            asked: how many came under this reference, this one included.
        """
        while self._kept and (len(self._kept) >= KEPT_TOGETHER or probe.at - self._kept[0][1].at >= WINDOW):
            self._forget_first()
        self._kept.append((officer, probe))
        if probe.block:
            self._blocks[probe.block].append((officer, probe))
        if asked >= NEWCOMER and _lot(probe):
            return []
        return [each for each in (self._neighbours(probe), self._variants(probe)) if each is not None]

    def _forget_first(self) -> None:
        _, first = self._kept.popleft()
        if not first.block:
            return
        self._blocks[first.block].popleft()
        if not self._blocks[first.block]:
            del self._blocks[first.block]

    def _neighbours(self, probe: Probe) -> Finding | None:
        """Distinct numbers of one block."""
        if not probe.block or len(group := self._blocks[probe.block]) < TOGETHER:
            return None
        distinct = {one.exact: one for _, one in group}
        return _finding(FishingRule.NEIGHBOURING_NUMBERS, group, list(distinct.values()))

    def _variants(self, probe: Probe) -> Finding | None:
        """Questions about nearly one person."""
        if len(probe.marks) < SHARED_MARKS:
            return None
        group = [(officer, one) for officer, one in self._kept if _shared(one, probe) >= SHARED_MARKS]
        return _finding(FishingRule.ONE_PERSON_MANY_TIMES, group, [one for _, one in group])


def _finding(rule: FishingRule, group: Iterable[_Asked], counted: list[Probe]) -> Finding | None:
    """A pattern, when enough is counted and more than one reference had a part in it."""
    if len(counted) < TOGETHER or len({officer for officer, _ in group}) == 1:
        return None
    times = [one.at for one in counted]
    return Finding(rule, len(counted), tuple(sorted({one.case_ref for one in counted})), min(times), max(times))


def _shared(one: Probe, other: Probe) -> int:
    return len(one.marks & other.marks)


def _lot(probe: Probe) -> int:
    """Zero for one in `SAMPLED`: evenly over numbers, and over spellings of one name, which share most marks."""
    return sum(each[0] for each in (probe.exact, *probe.marks) if each) % SAMPLED
