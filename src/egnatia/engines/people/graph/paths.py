"""How two are joined: the shortest ways from one to the other, each step with the ties it rests on."""

from dataclasses import dataclass
from itertools import pairwise
from math import log2

from egnatia.engines.people.graph.network import Network, untraceable, visible
from egnatia.engines.people.graph.types import HOLDERS, Tie
from egnatia.errors import InputError

MAX_PATHS = 10


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a way: where it leads, and every tie that it rests on."""

    ref: str
    ties: tuple[Tie, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """A way from one node to another.

    Attributes:
        start: where it begins.
        steps: each next node.
        most_shared: of the things it passes, how many hold the one that most hold; 0 where it passes none. A way over a
            hostel is a way, and says little.
    """

    start: str
    steps: tuple[Step, ...]
    most_shared: int


class Paths:
    """Ways through one network, made ready once and asked often. Invariant: holds nobody who is shielded."""

    def __init__(self, whole: Network) -> None:
        self._whole = whole
        self._seen = visible(whole)
        self._holders = {
            ref: sum(whole.nodes[other].kind in HOLDERS for other in whole.neighbours[ref]) for ref in self._seen.nodes
        }

    def between(self, start: str, end: str, most: int = 3) -> list[Path]:
        """Ways from one node to another, the shortest first; each next one passes nobody and nothing of those before.

        Of ways with equally many steps the one comes first that passes what fewer hold.

        Raises:
            NotFoundError: one of them is not in the network.
            InputError: both are the same, one is shielded, or `most` is not 1 to `MAX_PATHS`.
        """
        if start == end or not 1 <= most <= MAX_PATHS:
            raise InputError(f"a way joins two different nodes, and 1 to {MAX_PATHS} are shown")
        for ref in (start, end):
            self._check(ref)
        gone, direct, found = set[str](), True, list[Path]()
        while len(found) < most and (refs := self._shortest(start, end, gone, direct=direct)):
            found.append(self._described(refs))
            gone.update(refs[1:-1])
            direct = direct and len(refs) > len((start, end))
        return found

    def _check(self, ref: str) -> None:
        if self._whole[ref].ref not in self._seen.nodes:
            raise untraceable(ref)

    def _shortest(self, start: str, end: str, gone: set[str], *, direct: bool) -> list[str]:
        """References of the best way; nothing where there is none. Both ends are followed, level by level, until they meet.

        Every shortest way passes a node of the one's last level that is in the other's: the cheapest of those is taken.
        """
        if direct and end in self._seen.neighbours[start]:
            return [start, end]
        ahead, back = _Side(start), _Side(end)
        forbidden = {(start, end), (end, start)}
        while ahead.level and back.level:
            side = ahead if len(ahead.level) <= len(back.level) else back
            side.level = self._next(side, gone, forbidden)
            if meeting := ahead.level.keys() & back.level.keys():
                ref = min(meeting, key=lambda ref: (ahead.level[ref] + back.level[ref] - self._cost(ref), ref))
                return [*reversed(ahead.trace(ref)), *back.trace(ref)[1:]]
        return []

    def _next(self, side: "_Side", gone: set[str], forbidden: set[tuple[str, str]]) -> dict[str, float]:
        """The nodes one step further with what the cheapest way to each costs."""
        found: dict[str, tuple[float, str]] = {}
        for here, cost in side.level.items():
            for there in self._seen.neighbours[here]:
                if there in side.before or there in gone or (here, there) in forbidden:
                    continue
                offer = cost + self._cost(there), here
                if there not in found or offer < found[there]:
                    found[there] = offer
        side.before.update({ref: before for ref, (_, before) in found.items()})
        return {ref: cost for ref, (cost, _) in found.items()}

    def _cost(self, ref: str) -> float:
        """What passing a node takes off the worth of a way; a way's total is the log of how many such ways there may be."""
        return log2(1 + self._holders[ref])

    def _described(self, refs: list[str]) -> Path:
        steps = [Step(there, self._seen.ties_between(here, there)) for here, there in pairwise(refs)]
        things = [self._holders[ref] for ref in refs[1:-1] if self._seen.nodes[ref].kind not in HOLDERS]
        return Path(refs[0], tuple(steps), max(things, default=0))


class _Side:
    """What was reached from one end: the last level with its costs, and for each node the one before it."""

    def __init__(self, start: str) -> None:
        self.level: dict[str, float] = {start: 0.0}
        self.before: dict[str, str] = {start: ""}

    def trace(self, ref: str) -> list[str]:
        """The way back to this side's end."""
        refs = [ref]
        while before := self.before[refs[-1]]:
            refs.append(before)
        return refs
