"""What a second run of `egnatia person link` costs when little came since, beside a fresh one.

    python bench/people/kept_links.py --simulated 77000 --new 200

Persons who do not exist are linked whole; then some of their records are taken out and put back, as a node does that links again. Printed:
processor seconds of each step, bytes kept, and whether links and groups are those of the fresh run.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterable
from typing import TypeVar

from egnatia.engines.people import PersonRecord
from egnatia.engines.people.index import PersonIndex
from egnatia.engines.people.link import Clusters, bits_of, register_of
from egnatia.engines.people.link.grouping import pair_of
from egnatia.engines.people.link.keeping import Kept, compared_with, from_bytes, link_and_keep, pruned
from egnatia.engines.people.match import prepare
from egnatia.engines.people.simulate import Recipe, lines

T = TypeVar("T")
FROM = bits_of(0.95)


def timed(what: str, act: Callable[[], T]) -> T:
    """Do something and print its processor time."""
    begun = time.process_time()
    made = act()
    print(f"  {what}: {time.process_time() - begun:.2f} s", flush=True)
    return made


def back(kept: Kept, came: Iterable[PersonRecord], index: PersonIndex, records: dict[str, PersonRecord]) -> Kept:
    """Kept links with some records more, as a node adds them."""
    pairs = {pair_of(each.ref, other.ref) for each in came for other in index.candidates(prepare(each))}
    pairs = {pair for pair in pairs if pair[0] != pair[1]}
    return pruned(compared_with(kept, [records[ref] for ref in {ref for pair in pairs for ref in pair}], pairs))


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--simulated", type=int, default=77_000, help="persons")
    parser.add_argument("--new", type=int, default=200, help="records that come")
    given = parser.parse_args()
    records = {str(each.ref): each for each in (line.filed.record() for line in lines(Recipe(given.simulated, 5, 0.3)))}
    print(f"python bench/people/kept_links.py --simulated {given.simulated} --new {given.new}")
    print(f"{len(records):,} records", flush=True)
    _, kept = timed("fresh run", lambda: link_and_keep(register_of(records.values())))
    written = timed("kept as bytes", kept.to_bytes)
    print(f"  {len(kept.left):,} pairs of {len(kept.refs):,} records kept, {len(written) / 1e6:.1f} MB")
    timed("read again", lambda: from_bytes(written))
    fresh = timed("groups", lambda: Clusters(kept.weighed(kept.bits), FROM).groups)
    timed("one record erased, the rest written anew", lambda: kept.without(kept.refs[:1]).to_bytes())
    index = timed("index of persons, which a node keeps", lambda: PersonIndex(records.values()))
    gone = random.Random(7).sample(kept.refs, min(given.new, len(kept.refs)))
    rest = timed(f"{len(gone)} records taken out", lambda: kept.without(gone))
    again = timed("put back", lambda: back(rest, [records[ref] for ref in gone], index, records))
    groups = timed("groups again", lambda: Clusters(again.weighed(again.bits), FROM).groups)
    print(f"groups: {len(fresh):,}; other ones after it: {len(set(fresh) ^ set(groups)):,}")


if __name__ == "__main__":
    main()
