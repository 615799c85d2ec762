"""Real files of every format, spoiled, for so many seconds each: no crash, no growing memory, no allele changed in silence.

Run: python -m bench.dna.hostile DIRECTORY [--seconds 120]

DIRECTORY holds real files as laboratories and programs write them, in folders of any depth; beside them go the small ones
that this project's writers make. Each kind of file is spoiled in its turn, seeded. Printed is what became of the files, the
most memory that the process held, and how many loci were looked at: of every value that a file gave, either it is an allele of
the profile, or a remark names it. Anything else ends the run.
"""

import argparse
import io
import random
import resource
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench.dna.formats import mutated, seeds

from egnatia.engines.dna.alleles import WILDCARD, is_empty, read_allele
from egnatia.engines.dna.formats.reading import normalised, readings
from egnatia.engines.dna.formats.types import Problem, RawProfile
from egnatia.engines.dna.loci import AMELOGENIN, BY_NAME, locus_name
from egnatia.engines.dna.normalise import LocusRemark, Remark
from egnatia.engines.dna.types import Kind, Profile
from egnatia.errors import InputError

SEED = 1036
MOST_BYTES = 100_000
"""Of a real file that is spoiled; longer ones are cut."""
FAMILIES = ("CODIS", "NIEM", "type 18", "type 18 in XML", "long table", "wide table")


def family(data: bytes) -> str:
    """Which parser reads a file."""
    beginning = data[:4096]
    if b"CODISImportFile" in beginning:
        return "CODIS"
    if b"NISTBiometric" in beginning:
        return "type 18 in XML"
    if b"DNARecord" in data or b"DNADataTransaction" in data:
        return "NIEM"
    if b"1.001:" in beginning[:16]:
        return "type 18"
    header = beginning.partition(b"\n")[0].lower()
    return "long table" if b"marker" in header or b"locus" in header else "wide table"


def real_files(directory: Path) -> list[bytes]:
    """The files of a directory that any of the parsers would read, the beginnings of long ones."""
    found = sorted(each for each in directory.rglob("*") if each.suffix in {".xml", ".csv", ".txt", ".an2", ".tsv"})
    return [each.read_bytes()[:MOST_BYTES] for each in found]


def xml_18() -> bytes:
    """A small package of type 18 in XML, which no writer here makes."""
    loci = "".join(
        f"<DNASTRProfile><DNASTRProfileCategoryCode>0</DNASTRProfileCategoryCode><DNALocusReferenceID>{name}"
        "</DNALocusReferenceID><DNAPreciseCallIndicator>true</DNAPreciseCallIndicator>"
        f"<DNAAlleleCall1Text>{low}</DNAAlleleCall1Text><DNAAlleleCall2Text>{high}</DNAAlleleCall2Text></DNASTRProfile>"
        for name, low, high in (("vWA", "16", "17"), ("TH01", "6", "9.3"), ("FGA", "20", "21.2"))
    )
    record = f"<PackageDNARecord><DNASample><DNAProfile><DNAProfileID>A-1</DNAProfileID></DNAProfile>{loci}</DNASample></PackageDNARecord>"
    return f"<NISTBiometricInformationExchangePackage>{record * 3}</NISTBiometricInformationExchangePackage>".encode()


def spoiled(data: bytes, rng: random.Random) -> bytes:
    """Lines moved, pieces doubled or swapped, values changed, another encoding, or a few bytes of anything."""
    what = rng.random()
    if what < 0.35:
        return mutated(data, rng)
    if what < 0.4:
        return data.decode("utf-8", "replace").encode(
            rng.choice(["utf-16", "utf-16-be", "latin-1", "utf-8-sig"]), "replace"
        )
    parts = data.split(rng.choice([b"\n", b"<", b"\x1e", b"\x1d", b",", b"\t"]))
    between = data[len(parts[0]) : len(parts[0]) + 1] if len(parts) > 1 else b""
    for _ in range(rng.randint(1, 4)):
        one, other = rng.randrange(len(parts)), rng.randrange(len(parts))
        if what < 0.6:
            parts[one], parts[other] = parts[other], parts[one]
        elif what < 0.8:
            parts.insert(one, parts[other])
        else:
            parts[one] = rng.choice(
                [b"9,3", b"OL", b"99", b"x" * 60_000, b"-1", b"9.3.1", b"\xd9\xa1\xd9\xa2", b"12.0", b""]
            )
    return between.join(parts)


def changed_in_silence(raw: RawProfile, profile: Profile, remarks: tuple[Remark, ...]) -> list[str]:
    """Values of a file that are no allele of the profile and that no remark names, and alleles that the file does not have."""
    told = {(each.locus, each.value) for each in remarks}
    loci = {
        each.locus
        for each in remarks
        if each.what in {LocusRemark.TRI_ALLELE, LocusRemark.TOO_MANY, LocusRemark.DISAGREES}
    }
    wrong, given = [], dict[str, set[int]]()
    for written, values in raw.rows:
        name = locus_name(written)
        if name is None or name == AMELOGENIN or name in loci:
            continue
        for value in (each.strip() for each in values if not is_empty(each)):
            allele, noticed = read_allele(value)
            given.setdefault(name, set()).add(allele)
            if noticed and (name, value) not in told:
                wrong.append(f"{name} {value!r} without a remark")
            if allele != WILDCARD and allele not in profile.loci.get(name, ()):
                wrong.append(f"{name} {value!r} is not in the profile")
    for name, seen in profile.loci.items():
        if name not in loci and name in BY_NAME and not {*seen} <= given.get(name, set()):
            wrong.append(f"{name} has an allele that nobody wrote")
    return wrong


def outcome(data: bytes, counted: Counter[str]) -> str:
    """What becomes of a file.

    Raises:
        AssertionError: something was changed in silence.
    """
    said = "read"
    try:
        for raw in readings(io.BytesIO(data), None):
            read = normalised(raw, Kind.TRACE)
            if isinstance(raw, Problem) or isinstance(read, Problem):
                said = "with a problem"
                continue
            wrong = changed_in_silence(raw, read.profile, read.remarks)
            if wrong:
                raise AssertionError(f"{wrong[:3]} in {data[:200]!r}")
            counted["loci"] += len(raw.rows)
    except InputError:
        return "refused"
    return said


def trials(files: list[bytes], rng: random.Random) -> Iterator[bytes]:
    """Spoiled files without end."""
    while True:
        yield spoiled(rng.choice(files), rng)


def main() -> None:
    """Spoil, read, count."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--seconds", type=float, default=120.0, help="processor time for each kind of file")
    chosen = parser.parse_args()
    files = [*real_files(chosen.directory), *seeds(), xml_18()]
    for kind in FAMILIES:
        some = [each for each in files if family(each) == kind]
        counted, loci, began = Counter[str](), Counter[str](), time.process_time()
        for data in trials(some, random.Random(SEED)):
            counted[outcome(data, loci)] += 1
            if time.process_time() - began > chosen.seconds:
                break
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        said = ", ".join(f"{number:,} {what}" for what, number in counted.most_common())
        print(
            f"{kind:15} {len(some):3} files, {counted.total():,} spoiled: {said}; {loci['loci']:,} loci; {most} MB",
            flush=True,
        )


if __name__ == "__main__":
    main()
