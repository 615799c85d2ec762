"""The funnel of DNA hits counted again from the ledger alone, by code that shares nothing with the one that counts it.

Run: `python -m bench.dna.recount NODE [FIRST LAST]` (days, both included), or without a node on a seeded year of 1,000 hits
and 55 arrests. Prints both counts side by side and ends with 1 where they differ.

What it reads is what an auditor reads: entries in their order, with their content where that was not erased. Candidates
come from the answers received, hits from the entries of second opinions, requests, releases and outcomes from theirs; what
fell, from corrections acted on and from misidentifications. Clusters are found by walking, not by union-find. An outcome
counts when core data had been requested by then; the ledger does not say on which day an arrest was, so one that lay before
its candidate would count here and not in the funnel.
"""

import json
import sys
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

STEPS = ("candidate", "validated", "requested", "released", "outcome")
Key = tuple[str, str, str]
"""A candidate by what the ledger has of it: the enquiry, the partner, its number."""


@dataclass(slots=True)
class Told:
    """What the entries say, put together by candidate."""

    came: dict[Key, str] = field(default_factory=dict)
    ours: dict[Key, str] = field(default_factory=dict)
    found: dict[Key, str] = field(default_factory=dict)
    ids: dict[str, Key] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    requested: set[str] = field(default_factory=set)
    released: set[str] = field(default_factory=set)
    outcomes: list[tuple[str, str, str]] = field(default_factory=list)
    fallen: set[str] = field(default_factory=set)
    people: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Raw:
    """One entry as it stands in the ledger."""

    kind: str
    at: str
    object: str
    partner: str
    content: dict[str, Any]


def read(tx: Any) -> Iterator[Raw]:
    """Every entry, in order, from the stored bytes; content that was erased is empty."""
    from sqlalchemy import text

    rows = tx.execute(text("SELECT entry, sealed_id FROM ledger_entry ORDER BY sequence")).all()
    for body, sealed_id in rows:
        leaf = json.loads(body)
        inside = tx.opened(sealed_id)
        content = json.loads(inside)["content"] if inside else None
        yield Raw(leaf["kind"], leaf["at"], leaf["object"].partition(":")[2], leaf["partner"] or "", content or {})


def told_by(entries: Iterable[Raw]) -> Told:
    """Put the entries together."""
    told = Told()
    for each in entries:
        take = _TAKERS.get(each.kind)
        if take is not None:
            take(told, each)
    return told


def _reply(told: Told, entry: Raw) -> None:
    for ref in entry.content.get("refs") or () if "ours" in entry.content else ():
        key = (entry.object, entry.partner, ref)
        told.came[key] = entry.at
        told.ours[key] = entry.content["ours"]


def _found(told: Told, entry: Raw) -> None:
    if "ours" in entry.content:
        key = (entry.content["enquiry"], entry.partner, entry.content["ref"])
        told.found[key] = entry.content["disposition"]
        told.ids[entry.object] = key


def _request(told: Told, entry: Raw) -> None:
    told.asked[entry.object] = entry.content.get("candidate", "")
    told.requested.add(entry.content.get("candidate", ""))


def _release(told: Told, entry: Raw) -> None:
    told.released.add(told.asked.get(entry.object, ""))


def _outcome(told: Told, entry: Raw) -> None:
    candidate = entry.content.get("candidate")
    if candidate and entry.content["kind"] == "misidentification":
        told.fallen.add(candidate)
    elif candidate in told.requested:
        told.outcomes.append((candidate, entry.content["kind"], entry.content["person_ref"]))


def _correction(told: Told, entry: Raw) -> None:
    if entry.content.get("finding") == "falls":
        told.fallen.update(entry.content["hits"])


def _link(told: Told, entry: Raw) -> None:
    person = entry.content.get("person_ref")
    if person:
        told.people[entry.object] = person
    else:
        told.people.pop(entry.object, None)


def _unlink(told: Told, entry: Raw) -> None:
    told.people.pop(entry.object, None)


def _trace(told: Told, entry: Raw) -> None:
    told.fallen.update(entry.content.get("fell", ()))
    told.fallen.difference_update(entry.content.get("stand_again", ()))


_TAKERS = {
    "reply.received": _reply,
    "candidate.confirmed": _found,
    "dna.disposed": _found,
    "follow_up.sent": _request,
    "release.received": _release,
    "outcome.recorded": _outcome,
    "correction.acted_on": _correction,
    "dna.elimination_decided": _trace,
    "dna.profile_linked": _link,
    "dna.profile_erased": _unlink,
}


def recount(tx: Any, first: datetime, last: datetime) -> dict[str, Any]:
    """The figures of the funnel over candidates that came in [first, last), from the ledger alone."""
    told = told_by(read(tx))
    inside = [key for key, at in told.came.items() if first <= datetime.fromisoformat(at) < last]
    by_key = {key: each for each, key in told.ids.items()}
    hits = [key for key in inside if told.found.get(key) == "confirmed" and by_key[key] not in told.fallen]
    counted = {candidate for candidate, kind, _ in told.outcomes if kind != "no_action"}
    steps = [inside, hits]
    for reached in (told.requested, told.released, counted):
        steps.append([key for key in steps[-1] if by_key[key] in reached])
    mine = {by_key[key] for key in hits}
    return {
        "pairs": dict(zip(STEPS, map(len, steps), strict=True)),
        "clusters": {name: walked(keys, told) for name, keys in zip(STEPS, steps, strict=True)},
        "dispositions": dict(sorted(Counter(told.found[key] for key in inside if key in told.found).items())),
        "withdrawn": sum(told.found.get(key) == "confirmed" and by_key[key] in told.fallen for key in inside),
        "arrested": len({person for each, kind, person in told.outcomes if kind == "arrest" and each in mine}),
    }


def walked(keys: Iterable[Key], told: Told) -> int:
    """How many groups of profiles hang together, by walking from each to whatever it touches."""
    touches: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for enquiry, partner, ref in keys:
        mine = ("", told.ours[enquiry, partner, ref])
        ends = [mine, (partner, ref)]
        if mine[1] in told.people:
            ends.append(("person", told.people[mine[1]]))
        for end in ends:
            touches[mine].add(end)
            touches[end].add(mine)
    groups, seen = 0, set()
    for start in touches:
        groups += start not in seen
        waiting = deque([start])
        while waiting:
            here = waiting.popleft()
            if here not in seen:
                seen.add(here)
                waiting.extend(touches[here] - seen)
    return groups


def counted(tx: Any, first: datetime, last: datetime) -> dict[str, Any]:
    """The same figures as the node counts them."""
    from egnatia.enquiries.dna.funnel import dna_funnel

    found = dna_funnel(tx, first, last)
    final = {each.value: number for each, number in found.dispositions.items() if each.value != "more_loci"}
    return {
        "pairs": {each.stage.value: len(each.pairs) for each in found.steps},
        "clusters": {each.stage.value: each.clusters for each in found.steps},
        "dispositions": dict(sorted(final.items())),
        "withdrawn": len(found.withdrawn),
        "arrested": found.arrested,
    }


def compare(tx: Any, first: datetime, last: datetime) -> bool:
    """Print both counts; whether they are the same."""
    node, ledger = counted(tx, first, last), recount(tx, first, last)
    for name, value in node.items():
        print(f"{name:13} node   {value}\n{'':13} ledger {ledger[name]}")
    print("the same" if node == ledger else "THEY DIFFER")
    return node == ledger


def _of_node(arguments: list[str]) -> bool:
    from egnatia.node import Node

    days = [datetime.fromisoformat(each).replace(tzinfo=UTC) for each in arguments[1:3]]
    first, last = days or [datetime(2000, 1, 1, tzinfo=UTC), datetime.now(UTC)]
    node = Node.open(Path(arguments[0]))
    with node.database.read() as tx:
        same = compare(tx, first, last + timedelta(days=1))
    node.close()
    return same


def _of_a_seeded_year() -> bool:
    import tempfile

    from tests.enquiries.dna_year import FIRST, LAST, a_database, a_year

    with tempfile.TemporaryDirectory() as directory:
        database = a_database(Path(directory))
        with database.write() as tx:
            a_year(tx)
            same = compare(tx, FIRST, LAST)
        database.close()
    return same


if __name__ == "__main__":
    sys.exit(0 if (_of_node(sys.argv[1:]) if sys.argv[1:] else _of_a_seeded_year()) else 1)
