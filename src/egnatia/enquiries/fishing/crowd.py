"""One search spread over many officers' references: what each of them asks is little, and together it is a pattern.

An officer's reference is the partner's word, and it can be a new one for each question. So the questions of a partner are
looked at together as well, whoever is said to have asked them: each of the first under a reference, and of the others one
in eight, which ones nobody outside can know.
"""

from collections import deque
from collections.abc import Callable
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


@dataclass(slots=True)
class Crowd:
    """The last questions of one partner. Invariant: bounded, in order of time."""

    _kept: "deque[tuple[str, Probe]]" = field(default_factory=lambda: deque(maxlen=KEPT_TOGETHER))

    def note(self, officer: str, probe: Probe, asked: int) -> list[Finding]:
        """Remember a question, and compare it with the others.

        Args:
            officer: the reference under which it came.
            probe: the question.
            asked: how many came under this reference, this one included.
        """
        while self._kept and probe.at - self._kept[0][1].at >= WINDOW:
            self._kept.popleft()
        self._kept.append((officer, probe))
        if asked >= NEWCOMER and _lot(probe):
            return []
        found = []
        if probe.block:
            found.append(self._look(FishingRule.NEIGHBOURING_NUMBERS, lambda one: one.block == probe.block))
        if len(probe.marks) >= SHARED_MARKS:
            found.append(self._look(FishingRule.ONE_PERSON_MANY_TIMES, lambda one: _shared(one, probe) >= SHARED_MARKS))
        return [each for each in found if each is not None]

    def _look(self, rule: FishingRule, alike: Callable[[Probe], bool]) -> Finding | None:
        group = [(officer, one) for officer, one in self._kept if alike(one)]
        distinct = {one.exact: one for _, one in group} if rule is FishingRule.NEIGHBOURING_NUMBERS else None
        probes = [one for _, one in group] if distinct is None else list(distinct.values())
        if len(probes) < TOGETHER or len({officer for officer, _ in group}) == 1:
            return None
        cases = tuple(sorted({one.case_ref for one in probes}))
        times = [one.at for one in probes]
        return Finding(rule, len(probes), cases, min(times), max(times))


def _shared(one: Probe, other: Probe) -> int:
    return len(one.marks & other.marks)


def _lot(probe: Probe) -> int:
    """Zero for one in `SAMPLED`: evenly over numbers, and over spellings of one name, which share most marks."""
    return sum(each[0] for each in (probe.exact, *probe.marks) if each) % SAMPLED
