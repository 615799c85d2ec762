"""How fast each reader of profiles is, in processor time, and what a hundred thousand broken files do to it.

Run: python -m bench.dna.formats [--profiles 20000]
     python -m bench.dna.formats --fuzz 100000

The first prints profiles a second of processor time for each format, to profiles and into columns, and beside it the
megabytes a second and the floor: of XML, the parser (expat) over the same bytes with nobody listening; of the others,
cutting the bytes into lines. The second mutates small files of every format,
seeded, and counts what was read, what was a problem with its place and what was refused; anything else ends the run.
"""

import argparse
import io
import random
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from xml.parsers import expat

import numpy as np

from egnatia.engines.dna.columns import Packer, unpack
from egnatia.engines.dna.formats.names import Format
from egnatia.engines.dna.formats.packing import pack_file
from egnatia.engines.dna.formats.reading import read_profiles
from egnatia.engines.dna.formats.types import Problem
from egnatia.engines.dna.formats.writing import Sending, write_profiles
from egnatia.engines.dna.frequencies import shipped_populations
from egnatia.engines.dna.loci import SETS
from egnatia.engines.dna.simulate import as_columns, draw
from egnatia.engines.dna.types import Kind, Profile
from egnatia.errors import InputError

SEED = 417
SENDING = Sending(datetime(2026, 11, 22, tzinfo=UTC), "ALDNA", "GBDNA", "bench")
LOCI = SETS["dna-17"]


def simulated(count: int) -> list[Profile]:
    """So many persons with the loci of DNA-17, two of a hundred missing."""
    rng = np.random.default_rng(SEED)
    population = next(each for each in shipped_populations() if each.name == "UK EA1 and EA2")
    return [*unpack(as_columns(draw(population, LOCI, count, rng), Kind.PERSON, "P-", 0.02, rng))]


def written(profiles: list[Profile], target: Format) -> bytes:
    """The file that is read."""
    return b"".join(write_profiles(profiles, target, SENDING))


def cpu_seconds(data: bytes, packer: Packer | None) -> float:
    """Processor time of reading a file, into columns where there is a packer."""
    began = time.process_time()
    if packer is None:
        deque(read_profiles(io.BytesIO(data), Kind.PERSON), maxlen=0)
    else:
        deque(pack_file(io.BytesIO(data), Kind.PERSON, packer), maxlen=0)
        packer.columns()
    return time.process_time() - began


def floor_seconds(data: bytes) -> float:
    """Processor time of what any reader would have to do that knows nothing of what came before."""
    began = time.process_time()
    if data.startswith(b"<"):
        expat.ParserCreate().Parse(data, True)
    else:
        data.split(b"\n")
    return time.process_time() - began


def measure(count: int) -> None:
    """Print the rate of every reader."""
    profiles = simulated(count)
    print(f"{count:,} persons, {len(LOCI)} loci, processor time; profiles a second")
    print(f"{'format':16} {'profiles':>11} {'columns':>11} {'floor':>13} {'MB/s':>6} {'bytes each':>11}")
    for target in Format:
        data = written(profiles, target)
        read = min(cpu_seconds(data, None) for _ in range(2))
        packed = min(cpu_seconds(data, Packer()) for _ in range(3))
        print(
            f"{target:16} {count / read:11,.0f} {count / packed:11,.0f} {count / floor_seconds(data):13,.0f} "
            f"{len(data) / packed / 1e6:6.0f} {len(data) / count:11,.0f}"
        )


_PIECES = (
    b"", b"<", b">", b"&", b"</", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?", b"\0", b"\n", b"\r", b'"', b",", b"\t", b";",
    b"\x1c", b"\x1d", b"\x1e", b"\x1f", b"\xff", b"\xef\xbb\xbf", b"9" * 40, b"*", b"99", b"-1", b"1e9", b"<9", b"\xd9\xa1",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"&#0;", b"<LOCUS>", b"</SPECIMEN>", b"18.016:",
)  # fmt: skip


def mutated(data: bytes, rng: random.Random) -> bytes:
    """A file with one to four small things wrong with it."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        place, length = rng.randrange(len(changed) + 1), rng.choice((0, 1, 1, 2, 8, 64, 400))
        if rng.random() < 0.2:
            other = rng.randrange(len(changed) + 1)
            changed[place : place + length] = changed[other : other + length]
        else:
            changed[place : place + length] = rng.choice(_PIECES)
        if not changed:
            changed += b"x"
    return bytes(changed)


def seeds() -> list[bytes]:
    """A small file of every format: three persons, six loci, an obligatory allele."""
    short = [Profile(each.ref, each.kind, dict([*each.loci.items()][:6]), "XY") for each in simulated(3)]
    name, seen = next(iter(short[0].loci.items()))
    short[0] = replace(short[0], required={name: seen[:1]})
    return [written(short, target) for target in Format]


def outcomes(count: int, files: list[bytes], seed: int) -> Iterator[str]:
    """What becomes of so many mutated files; whatever is no outcome of a reader is raised."""
    rng = random.Random(seed)
    for _ in range(count):
        try:
            found = [*read_profiles(io.BytesIO(mutated(rng.choice(files), rng)), Kind.TRACE)]
        except InputError:
            yield "refused"
            continue
        yield "with a problem" if any(isinstance(each, Problem) for each in found) else "read"


def main() -> None:
    """Measure, or mutate."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--profiles", type=int, default=20_000)
    parser.add_argument("--fuzz", type=int, default=0, metavar="FILES")
    chosen = parser.parse_args()
    if not chosen.fuzz:
        measure(chosen.profiles)
        return
    counted = Counter(outcomes(chosen.fuzz, seeds(), SEED))
    for outcome, number in counted.most_common():
        print(f"{outcome:16} {number:,}")
    print(
        f"{chosen.fuzz:,} files of {len(Format)} formats, seed {SEED}, nothing else happened; {time.process_time():.0f} s"
    )


if __name__ == "__main__":
    main()
