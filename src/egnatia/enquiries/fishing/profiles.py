"""Questions about DNA: one profile tried in many variants.

A near match can be probed: somebody changes one allele after the other, or leaves loci out, until something agrees. A
question about DNA names no officer (Regulation (EU) 2024/982 art. 9), so the answering node looks at all of one partner's
together. Loci are kept as hashes under a key that dies with the process, each beside the locus's name, which is of nobody.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import TYPE_CHECKING

from egnatia.enquiries.fishing.rules import WINDOW, Finding
from egnatia.model.states import FishingRule

if TYPE_CHECKING:
    from egnatia.engines.dna.types import Profile

LIKE = 8
"""Distinct questions about nearly one profile from which an alert is raised: as of nearly one person. Our choice; a profile
that is typed again makes two."""
SHARED_LOCI = 4
"""Loci that two of them have alike at the least: four agree by chance in about four of 100,000 unrelated pairs, at a
twelfth for each (in the shipped tables two people agree at a locus with chance 0.05 to 0.10, averaged over its loci)."""
SHARED_OF_COMMON = 0.7
"""And which part of the loci that both have: brothers have about two in five alike."""
KEPT = 1_000
"""Questions kept of one partner, the last; a day's quota is seldom more."""
DIGEST = 12
"""Bytes of a hash, as of every question in a window (`probes`)."""


@dataclass(frozen=True, slots=True)
class Typed:
    """One question about a profile as the rule sees it.

    Attributes:
        at: when it was asked.
        case_ref: for which case; empty where a partner asked, whose question names none.
        loci: the loci that were typed in full, each with the hash of what was seen.
    """

    at: datetime
    case_ref: str
    loci: Mapping[str, bytes]

    @property
    def exact(self) -> frozenset[tuple[str, bytes]]:
        """The same for two questions about the very same loci."""
        return frozenset(self.loci.items())


def typed(key: bytes, profile: "Profile", at: datetime, case_ref: str = "") -> Typed:
    """A question about a profile, hashed locus by locus; a wildcard says too little to be looked at."""
    loci = {name: _hash(key, name, profile.loci[name]) for name in profile.full_loci}
    return Typed(at, case_ref, loci)


def _hash(key: bytes, name: str, seen: tuple[int, ...]) -> bytes:
    return blake2b(f"{name}\0{seen}".encode(), digest_size=DIGEST, key=key).digest()


def alike(one: Typed, shared: int, other: Typed) -> bool:
    """Whether two questions that share so many loci are about nearly one profile."""
    common = len(one.loci.keys() & other.loci.keys())
    return shared >= SHARED_LOCI and shared >= SHARED_OF_COMMON * common


@dataclass(slots=True)
class ProfileWindow:
    """The last questions about profiles. Invariant: bounded, in order of time; `_by_locus` has the same, by what was seen.

    A question is compared with those only that share a locus with it, about a twelfth of what is kept for each locus.
    """

    _kept: deque[tuple[int, Typed]] = field(default_factory=deque)
    _by_locus: defaultdict[tuple[str, bytes], deque[int]] = field(default_factory=lambda: defaultdict(deque))
    _numbered: dict[int, Typed] = field(default_factory=dict)
    _next: int = 0

    def note(self, asked: Typed) -> Finding | None:
        """Remember a question; the pattern that it completes or continues, if it does."""
        while self._kept and (len(self._kept) >= KEPT or asked.at - self._kept[0][1].at >= WINDOW):
            self._forget_first()
        shared = Counter(number for each in asked.loci.items() for number in self._by_locus.get(each, ()))
        group = [self._numbered[number] for number, count in sorted(shared.items()) if count >= SHARED_LOCI]
        group = [each for each in group if alike(asked, len(asked.exact & each.exact), each)]
        self._kept.append((self._next, asked))
        self._numbered[self._next] = asked
        for each in asked.loci.items():
            self._by_locus[each].append(self._next)
        self._next += 1
        return _finding([*group, asked])

    def _forget_first(self) -> None:
        number, first = self._kept.popleft()
        del self._numbered[number]
        for each in first.loci.items():
            self._by_locus[each].popleft()  # numbers rise in every one, and the first of all is the first here
            if not self._by_locus[each]:
                del self._by_locus[each]


def _finding(group: list[Typed]) -> Finding | None:
    """A pattern, when enough of them differ: the same question to many partners, or again, is none."""
    distinct = {each.exact: each for each in reversed(group)}
    if len(distinct) < LIKE:
        return None
    times = [each.at for each in distinct.values()]
    cases = tuple(sorted({each.case_ref for each in group if each.case_ref}))
    return Finding(FishingRule.ONE_PROFILE_MANY_TIMES, len(distinct), cases, min(times), max(times))


def variants(asked: Iterable[Typed]) -> Finding | None:
    """The pattern among one officer's questions, in the order of their time: the one with most of them."""
    window = ProfileWindow()
    found = [each for each in map(window.note, asked) if each is not None]
    return max(found, key=lambda each: each.count, default=None)
