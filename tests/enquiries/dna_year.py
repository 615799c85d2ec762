"""A year of DNA between partners, drawn from a seed: 1,000 hits that stand, 55 people arrested, and what fell.

People leave up to five traces at scenes of ours; partners hold them as persons or as traces of their own, each under the
number of its agreement. Some hits fell with a correction, some were the wrong person, some candidates are chance.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.enquiries.dna_rows import CHIEF, Cases

from egnatia.enquiries.dna.links import Link, link_profile
from egnatia.model.dna import Disposition, ProfileKind
from egnatia.model.ids import CandidateId
from egnatia.store.database import Database, Transaction
from egnatia.store.tables import metadata
from egnatia.store.vault import Vault

FIRST, LAST = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
SEED, HITS, ARRESTED = 417, 1_000, 55
FALLEN, WRONG, CHANCE, OPEN, OUTSIDE = 12, 8, 150, 30, 15
PARTNERS = ("GBR", "XKX", "MKD", "MNE")
NO_HIT = (
    Disposition.ADVENTITIOUS,
    Disposition.EXCLUDED,
    Disposition.CONTAMINATION,
    Disposition.NO_VALUE,
    Disposition.TWIN,
)
"""What two examiners found of the candidates that are no hits."""
Drawn = tuple[str, ProfileKind, str, str, bool]
"""Our profile and its kind, the partner, its number, and whether it knows whose that is."""


def a_database(directory: Path) -> Database:
    """An empty node's database, for what runs outside a test."""
    made = Database(
        f"sqlite:///{directory / 'node.sqlite'}", Vault(directory / "vault.sqlite", bytes(32)), random.Random(1)
    )
    metadata.create_all(made.engine)
    return made


def a_year(tx: Transaction) -> list[CandidateId]:
    """Write the year. Returns the hits that stand, in the order in which they came."""
    rng, cases = random.Random(SEED), Cases(tx)
    drawn = pairs(rng)
    wanted = [next(drawn) for _ in range(HITS + FALLEN + WRONG)]
    _profiles(cases, {ours: kind for ours, kind, *_ in wanted})
    made = [_candidate(cases, rng, each) for each in wanted]
    for each in made:
        cases.dispose(each, at=FIRST + timedelta(days=rng.uniform(200, 360)))
    rng.shuffle(made)
    stand, fallen, wrong = made[:HITS], made[HITS : HITS + FALLEN], made[HITS + FALLEN :]
    _go_on(cases, rng, stand)
    for each in fallen:
        cases.follow_up(each, LAST)
        cases.fall(each, LAST)
    for number, each in enumerate(wrong):
        asked = cases.follow_up(each, LAST)
        cases.outcome(each, "arrest", f"W-{number}", asked, LAST)
        cases.outcome(each, "misidentification", f"W-{number}", asked, LAST)
    _no_hits(cases, rng)
    return stand


def pairs(rng: random.Random) -> Iterator[Drawn]:
    """Hits without end, one person after another."""
    person = 0
    while True:
        person += 1
        partners = rng.sample(PARTNERS, rng.choice((1, 1, 1, 2, 3)))
        held = [(partner, f"DNA-{person:06d}{partner}", rng.random() < 0.8) for partner in partners]
        mine = [(f"T-{person:06d}-{at}", ProfileKind.TRACE) for at in range(rng.choice((1, 1, 1, 2, 2, 3, 5)))]
        if rng.random() < 0.2:  # a person of ours too, and sometimes under a second reference
            mine += [(f"P-{person:06d}-{at}", ProfileKind.PERSON) for at in range(rng.choice((1, 1, 1, 2)))]
        for ours, kind in mine:
            for partner, number, identified in held:
                yield ours, kind, partner, number, identified


def _profiles(cases: Cases, kinds: dict[str, ProfileKind]) -> None:
    """Our profiles; those of persons are tied to our pseudonym of the person."""
    for kind in (ProfileKind.TRACE, ProfileKind.PERSON):
        cases.profiles(sorted(ref for ref, each in kinds.items() if each is kind), kind)
    for ref in sorted(ref for ref, kind in kinds.items() if kind is ProfileKind.PERSON):
        link_profile(cases.tx, CHIEF, ref, Link("DUR-2025-0417", f"D-{int(ref.split('-')[1])}"), FIRST)


def _candidate(cases: Cases, rng: random.Random, drawn: Drawn) -> CandidateId:
    ours, kind, partner, number, identified = drawn
    at = FIRST + timedelta(days=rng.uniform(0, 180))
    deviation = rng.choice(("", "", "", "18 23"))
    return cases.candidate(ours, partner, number, kind=kind, identified=identified, at=at, deviation=deviation)


def _go_on(cases: Cases, rng: random.Random, stand: list[CandidateId]) -> None:
    """Core data are asked for of six in ten, released of most of these; 55 people are arrested, some over two hits."""
    released = []
    for each in stand[:600]:
        asked = cases.follow_up(each, FIRST + timedelta(days=rng.uniform(361, 363)))
        if rng.random() < 0.8:
            cases.release(asked, FIRST + timedelta(days=rng.uniform(363, 364)))
            released.append((each, asked))
    for number, (each, asked) in enumerate(released[: ARRESTED + 10]):
        cases.outcome(each, "arrest", f"A-{number % ARRESTED}", asked, LAST)
    for each, asked in released[ARRESTED + 10 : ARRESTED + 50]:
        cases.outcome(each, rng.choice(("charge", "conviction", "no_action")), "A-0", asked, LAST)


def _no_hits(cases: Cases, rng: random.Random) -> None:
    """Candidates that are chance, that nobody decided on yet, and hits of the year before."""
    cases.profiles(["T-CHANCE-1", "T-BEFORE-1"])
    for number in range(CHANCE):
        found = cases.candidate("T-CHANCE-1", rng.choice(PARTNERS), f"DNA-C{number}", at=FIRST + timedelta(days=number))
        cases.dispose(found, rng.choice(NO_HIT), LAST)
    for number in range(OPEN):
        cases.candidate("T-CHANCE-1", "GBR", f"DNA-N{number}", at=FIRST + timedelta(days=number))
    for number in range(OUTSIDE):
        before = FIRST - timedelta(days=number + 2)
        found = cases.candidate("T-BEFORE-1", "MNE", f"DNA-B{number}", at=before)
        cases.dispose(found, at=before + timedelta(days=1))
