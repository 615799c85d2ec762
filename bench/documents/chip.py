"""Passive authentications per second, and what becomes of chips that were changed.

    python -m bench.documents.chip [--mutations 100000] [--seed 1]

First: every real security object (where `shared/data/documents` is there) from its bytes to its country, with all
checks, in CPU time: median and slowest. Then: changed chips (the Dutch specimen, the BSI reference chip, a generated chip
that everything trusts), each inspected whole: exceptions, the slowest, changed signed content that was believed, and
changes that left every check as it was. Pictures are decoded as in every inspection.
"""

import argparse
import random
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from tests.engines.documents.chip.attack_free import ORIGINAL, STORE

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.chip.files import read_files
from egnatia.engines.documents.chip.inspection import ChipInspection, inspect_chip
from egnatia.engines.documents.chip.types import DATA_GROUPS, ChipFiles, FileId
from egnatia.engines.documents.trust.holdings import Holdings
from egnatia.engines.documents.trust.imports import import_list
from egnatia.engines.documents.trust.store import TrustStore

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "documents"
DAY = date(2026, 11, 22)
ROUNDS = 20
SLOW = 1.0
"""Seconds of CPU after which an inspection counts as hanging."""


def real_store() -> TrustStore:
    """A store of the real German and Dutch lists."""
    holdings = Holdings()
    for source, path in (("DE", "DE_ML_2026-05-28-08-28-45.ml"), ("NL", "NL_ML_2026-07-22.ml")):
        content = (DATA / "master_lists" / path).read_bytes()
        holdings = import_list(holdings, content, source, datetime(2026, 11, 22, tzinfo=UTC), vouched=True).holdings
    return TrustStore(holdings)


def authentications(store: TrustStore) -> None:
    """Time the passive authentication of every real security object."""
    times: list[float] = []
    reached = 0
    objects = sorted((DATA / "sod").glob("*_EF_SOD.bin"))
    for path in objects:
        files = ChipFiles({FileId.SOD: path.read_bytes()})
        for _ in range(ROUNDS):
            start = time.process_time()
            inspection = inspect_chip(files, store, DAY)
            times.append(time.process_time() - start)
        reached += inspection.passive.standing is not None and inspection.passive.standing.anchor is not None
    median = statistics.median(times)
    print(f"passive authentication: {reached} of {len(objects)} real security objects reach their country")
    print(f"  median {1000 * median:.1f} ms, slowest {1000 * max(times):.1f} ms, {1 / median:.0f} a second a core")


@dataclass
class Tally:
    """What became of the mutations."""

    done: int = 0
    exceptions: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    accepted: int = 0
    unseen: int = 0
    unseen_in: Counter[str] = field(default_factory=Counter)


def chips() -> Iterator[tuple[ChipFiles, TrustStore]]:
    """The chips that are changed, each with the store that judges it."""
    yield ORIGINAL, STORE
    if DATA.is_dir():
        store = real_store()
        for name in ("specimen_nl2006", "bsi2008"):
            yield read_files(DATA / name), store


def mutated(content: bytes, rng: random.Random) -> bytes:
    """One to four changes: a bit, a byte, bytes cut out, put in, or the end cut off; often near the start."""
    changed = bytearray(content)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        if not changed:
            break
        at = rng.randrange(min(len(changed), rng.choice((60, 400, 1 << 30))))
        kind = rng.randrange(6)
        if kind <= 1:
            changed[at] ^= 1 << rng.randrange(8)
        elif kind == 2:
            changed[at] = rng.randrange(256)
        elif kind == 3:
            del changed[at : at + rng.randrange(1, 9)]
        elif kind == 4:
            changed[at:at] = rng.randbytes(rng.randrange(1, 9))
        else:
            del changed[at:]
    return bytes(changed)


def told(inspection: ChipInspection) -> list[tuple[Check, ...]]:
    """All that an inspection says."""
    return [inspection.checks]


def mutations(count: int, seed: int) -> Tally:
    """Inspect changed chips."""
    rng, tally = random.Random(seed), Tally()
    subjects = [(files, store, inspect_chip(files, store, DAY)) for files, store in chips()]
    while tally.done < count:
        files, store, before = rng.choice(subjects)
        file = rng.choice(sorted(files.contents))
        content = mutated(files.contents[file], rng)
        if content == files.contents[file]:
            continue
        tally.done += 1
        start = time.process_time()
        try:
            after = inspect_chip(ChipFiles({**files.contents, file: content}, files.names), store, DAY)
        except Exception as error:  # noqa: BLE001 - any exception at all is what is counted
            tally.exceptions[f"{type(error).__name__}: {error}"[:100]] += 1
            continue
        tally.slowest = max(tally.slowest, time.process_time() - start)
        _judge(tally, file, (files.contents[file], content), (before, after))
    return tally


def _judge(
    tally: Tally, file: FileId, contents: tuple[bytes, bytes], seen: tuple[ChipInspection, ChipInspection]
) -> None:
    """Changed signed content must not be believed; any change must be seen somewhere."""
    before, after = seen
    padded = contents[0].rstrip(b"\0\xff") == contents[1].rstrip(b"\0\xff")
    if file in DATA_GROUPS and file in after.believed and not padded:
        tally.accepted += 1
    if file is FileId.SOD and after.passive.holds and after.passive.hashes != before.passive.hashes:
        tally.accepted += 1
    if told(before) == told(after):
        tally.unseen += 1
        tally.unseen_in[str(file)] += 1


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mutations", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if DATA.is_dir():
        authentications(real_store())
    else:
        print("the real security objects are not there: no figure")
    start = time.process_time()
    tally = mutations(given.mutations, given.seed)
    each = (time.process_time() - start) / max(1, tally.done)
    print(f"{tally.done:,} changed chips (seed {given.seed}): {1000 * each:.1f} ms each")
    print(f"  exceptions {sum(tally.exceptions.values())} {dict(tally.exceptions) or ''}")
    print(f"  slowest {tally.slowest:.2f} s CPU (over {SLOW} s would be a hang)")
    print(f"  changed signed content believed: {tally.accepted}")
    print(f"  changes that no check told of: {tally.unseen} {dict(tally.unseen_in) or ''}")


if __name__ == "__main__":
    main()
