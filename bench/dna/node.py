"""A node's own profiles: taking many in, building the index after a start, and answering one question among them.

    python -m bench.dna.node [--profiles 50000]

One process, SQLite in a temporary directory, invented persons of 16 loci. Memory is the process's highest, before and after.
"""

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from egnatia.engines.dna.rule_file import shipped_rules
from egnatia.engines.dna.types import Profile
from egnatia.enquiries.dna.index import DnaIndex
from egnatia.enquiries.dna.profiles import Intake, store_profiles
from egnatia.model.dna import ProfileCategory, ProfileKind
from egnatia.model.ids import OfficerId
from egnatia.model.officers import Officer
from egnatia.model.states import Role, SubjectKind
from egnatia.scenario.profiles import drawn
from egnatia.store.database import Database
from egnatia.store.tables import metadata
from egnatia.store.vault import Vault

NOW = datetime(2025, 5, 15, tzinfo=UTC)
QUESTIONS = 20
ADMIN = Officer(OfficerId("off-bench"), "bench", frozenset({Role.ADMINISTRATOR}))


def persons(count: int) -> Iterator[Profile]:
    """Invented persons; loci of a few hundred are put together anew, because drawing takes longer than storing."""
    rng = random.Random(417)
    pool = [drawn(rng, f"P-{number}", ProfileKind.PERSON) for number in range(300)]
    names = [*pool[0].loci]
    for number in range(count):
        loci = {name: rng.choice(pool).loci[name] for name in names}
        yield Profile(f"P-{number:08d}", ProfileKind.PERSON, loci)


def megabytes() -> float:
    """The most that this process has used."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profiles", type=int, default=50_000)
    count = parser.parse_args().profiles
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        database = Database(
            f"sqlite:///{place / 'n.sqlite'}", Vault(place / "v.sqlite", bytes(32)), random.SystemRandom()
        )
        metadata.create_all(database.engine)
        intake = Intake(ProfileCategory.CONVICTED, "bench", "bench", "bench", NOW + timedelta(days=900))
        empty, start, cpu = megabytes(), time.perf_counter(), time.process_time()
        with database.write() as tx:
            store_profiles(tx, ADMIN, persons(count), intake, NOW)
        print(f"import of {count:,}: {time.perf_counter() - start:.1f} s, CPU {time.process_time() - cpu:.1f} s")
        print(f"memory: {empty:.0f} MB before, {megabytes():.0f} MB at most during the import")
        ask(database, count)
        database.close()


def ask(database: Database, count: int) -> None:
    """The first question builds the index; the others only search."""
    index, rules = DnaIndex(), shipped_rules("cautious")
    found = [replace(each, ref="T-1", kind=ProfileKind.TRACE) for each in persons(min(count, QUESTIONS))]
    with database.read() as tx:
        start, cpu = time.perf_counter(), time.process_time()
        index.search(tx, SubjectKind.DNA_PERSON, found[0], rules)
        print(f"first question: {time.perf_counter() - start:.1f} s, CPU {time.process_time() - cpu:.1f} s")
        times = []
        for each in found:
            cpu = time.process_time()
            [_] = index.search(tx, SubjectKind.DNA_PERSON, each, rules)
            times.append(time.process_time() - cpu)
        print(f"a question: CPU {sorted(times)[len(times) // 2] * 1000:.1f} ms, worst {max(times) * 1000:.1f} ms")
    print(f"memory: {megabytes():.0f} MB at most")


if __name__ == "__main__":
    main()
