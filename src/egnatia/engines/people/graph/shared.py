"""Things that several persons hold: who shares what, and how much that says.

A shared SIM card joins two people, a shared hostel does not. What tells them apart is how many hold the thing: one that
`n` of `N` persons and organisations hold is held by a given one with chance n/N, so that two who share it agree in
log2(N / n) bits - ten for a number that two of two thousand use, one and a half for an address of seven hundred.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import log2

from egnatia.engines.people.graph.network import Network, visible
from egnatia.engines.people.graph.types import HOLDERS, Tie

MAX_LINKS = 200_000
"""Links listed at the most; a thing with a thousand holders alone would make half a million that say next to nothing."""


@dataclass(frozen=True, slots=True)
class SharedLink:
    """Two who hold the same thing.

    Attributes:
        left: reference of one.
        right: of the other.
        via: of what they share.
        holders: how many hold it in the whole network, shielded persons among them.
        bits: log2 of all holders there are over `holders`, 0 or more.
        together: whether some day lies in a tie of each; two owners of one car, one after the other, may never have met.
        ties: what the link rests on, with sources and dates.
    """

    left: str
    right: str
    via: str
    holders: int
    bits: float
    together: bool
    ties: tuple[Tie, ...]


def shared_links(whole: Network, most: int = MAX_LINKS, max_holders: int | None = None) -> list[SharedLink]:
    """Pairs that share a thing, the rarest first; nobody who is shielded is in one, but everybody counts as a holder.

    Args:
        whole: the network.
        most: links at the most. Things are taken rarest first, so that what is left out says least.
        max_holders: leave out what more than so many hold.
    """
    seen = visible(whole)
    population = sum(node.kind in HOLDERS for node in whole.nodes.values())
    things = sorted((len(_holders(whole, ref)), ref) for ref, node in seen.nodes.items() if node.kind not in HOLDERS)
    found: list[SharedLink] = []
    for holders, ref in things:
        if max_holders is not None and holders > max_holders:
            break
        for link in _pairs(seen, ref, holders, log2(population / holders) if holders else 0.0):
            if len(found) >= most:
                return found
            found.append(link)
    return found


def _holders(whole: Network, thing: str) -> list[str]:
    return sorted(ref for ref in whole.neighbours[thing] if whole.nodes[ref].kind in HOLDERS)


def _pairs(seen: Network, thing: str, holders: int, bits: float) -> Iterator[SharedLink]:
    for left, right in combinations(_holders(seen, thing), 2):
        mine, theirs = seen.ties_between(left, thing), seen.ties_between(right, thing)
        together = any(_overlap(a, b) for a in mine for b in theirs)
        yield SharedLink(left, right, thing, holders, bits, together, mine + theirs)


def _overlap(left: Tie, right: Tie) -> bool:
    return left.since <= (right.until or right.since) and right.since <= (left.until or left.since)
