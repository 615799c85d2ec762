"""Figures for linking whole registers: FEBRL 3 and 4, historical persons, a Balkan register, and simulated ones of any size.

Run `python -m bench.people.linkage DATA`, where DATA is the folder of the project's test data on people. Two sets are Parquet files:
they are read when duckdb is installed, from CSV exports of the same names in `--exports FOLDER`, or by the Python of `--peer`, which
also runs Splink on the same records in the same run where that Python has it. `--simulated 770000` links so many simulated people, of
whom three in ten are on file twice, with twins and families; `--crowded 80000` so many of whom some are on file three, five and ten
times; `--only NAME` does one part. Every set is cut in two by a hash of the
person; constants were chosen while looking at the first half alone. Everything is seeded.
"""

import argparse
import csv
import gzip
import importlib.util
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zlib import crc32

import numpy as np

from egnatia.engines.people.link import (
    LINK_FROM,
    Clusters,
    Field,
    Judgement,
    Linked,
    Undone,
    Verdict,
    bits_of,
    link,
    register_of_columns,
)
from egnatia.engines.people.link.grouping import UNITS
from egnatia.engines.people.link.learning import possible_pairs
from egnatia.engines.people.link.lists import Ints
from egnatia.engines.people.simulate import Noise, Recipe, disturbed, lines, persons

SEED = 417
PEER = Path(__file__).with_name("linkage_splink.py")
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
BANDS = (0.5, 0.9, 0.95, 0.99)


@dataclass(frozen=True, slots=True)
class Known:
    """A register of which it is known who is who.

    Attributes:
        name: of the set.
        refs, texts, sides: as `register_of_columns` takes them.
        person: who each record is of.
        label: what else is known of each record, to report recall by it; empty for none.
    """

    name: str
    refs: list[str]
    texts: dict[Field, list[str]]
    person: list[str]
    sides: list[int]
    label: Sequence[str] = ()


def febrl(data: Path, name: str, *files: str) -> Known:
    """A FEBRL set; street and number are an address, suburb a residence."""
    rows: list[dict[str, str]] = []
    sides: list[int] = []
    for side, file in enumerate(files):
        with gzip.open(data / "linkage" / file, "rt", encoding="utf-8") as stream:
            for row in csv.DictReader(stream, skipinitialspace=True):
                rows.append({key.strip(): (value or "").strip() for key, value in row.items()})
                sides.append(side)
    born = [row["date_of_birth"] for row in rows]
    texts = {
        Field.FIRST: [row["given_name"] for row in rows],
        Field.FAMILY: [row["surname"] for row in rows],
        Field.BIRTH_DATE: [
            f"{text[:4]}-{text[4:6]}-{text[6:]}" if len(text) == len("19901231") else "" for text in born
        ],
        Field.NUMBERS: [row["soc_sec_id"] for row in rows],
        Field.ADDRESS: [f"{row['street_number']} {row['address_1']}".strip() for row in rows],
        Field.RESIDENCE: [row["suburb"] for row in rows],
        Field.POSTCODE: [row["postcode"] for row in rows],
    }
    refs = [row["rec_id"] for row in rows]
    return Known(name, refs, texts, [ref.split("-")[1] for ref in refs], sides)


def parquet(data: Path, name: str, chosen: argparse.Namespace) -> list[dict[str, str]]:
    """Rows of a Parquet file, or of its CSV export; none where neither can be read."""
    export = (chosen.exports or data) / f"{name}.csv"
    path = data / "linkage" / f"{name}.parquet"
    python = sys.executable if importlib.util.find_spec("duckdb") else chosen.peer
    if not export.exists() and python is not None and path.exists():
        export = Path(tempfile.mkdtemp()) / export.name
        copy = f"copy (select * from read_parquet('{path}')) to '{export}' (header)"  # noqa: S608 - our own paths
        subprocess.run([python, "-c", f"import duckdb; duckdb.execute({copy!r})"], check=True)
    if not export.exists():
        print(f"{name}: SKIPPED (needs duckdb, --peer or --exports)")
        return []
    with export.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def balkan(rows: list[dict[str, str]]) -> Known:
    """The synthetic Balkan register; its column of nationality is not looked at."""
    texts = {Field.FIRST: "first", Field.FAMILY: "last", Field.FATHER: "father", Field.BIRTH_DATE: "dob"}
    return Known(
        "balkan 100,044",
        [row["unique_id"] for row in rows],
        {field: [row[column] for row in rows] for field, column in texts.items()},
        [row["cluster"] for row in rows],
        [0] * len(rows),
    )


def historical(rows: list[dict[str, str]], *, everything: bool) -> Known:
    """The historical persons.

    Args:
        rows: of the set.
        everything: also with the place of birth as if it were a residence, for a comparison by the same evidence as the peer's;
            the product has no field for it.
    """
    texts = {
        Field.FIRST: "first_name",
        Field.FAMILY: "surname",
        Field.BIRTH_DATE: "dob",
        Field.POSTCODE: "postcode_fake",
        Field.OCCUPATION: "occupation",
    }
    if everything:
        texts[Field.RESIDENCE] = "birth_place"
    return Known(
        "historical 50k, with the peer's evidence" if everything else "historical 50k",
        [row["unique_id"] for row in rows],
        {field: [row[column] for row in rows] for field, column in texts.items()},
        [row["cluster"] for row in rows],
        [0] * len(rows),
    )


def simulated(persons: int) -> Known:
    """Simulated people, three in ten of them twice, in families with twins."""
    made = Known(f"simulated {persons:,}", [], {field: [] for field in _SIMULATED}, [], [], label=[])
    labels: list[str] = []
    for line in lines(Recipe(persons, SEED, 0.3)):
        filed = line.filed
        made.refs.append(filed.ref)
        made.person.append(filed.person)
        made.sides.append(0)
        labels.append(f"{line.noise}/{filed.people}")
        for field, text in zip(
            _SIMULATED, (filed.first, filed.family, filed.father, filed.born, "|".join(filed.identifiers)), strict=True
        ):
            made.texts[field].append(sys.intern(text))
    return Known(made.name, made.refs, made.texts, made.person, made.sides, labels)


def crowded(count: int) -> Known:
    """Simulated people of whom three in ten have more than one record: half of these two, the others three, five and ten."""
    made = Known(f"crowded {count:,}", [], {field: [] for field in _SIMULATED}, [], [])
    draw = random.Random(SEED)
    kinds = [noise for noise in Noise if noise is not Noise.EXACT]
    for each in persons(count, SEED):
        more = draw.choice([0] * 14 + [1] * 3 + [2, 4, 9])
        asked = [disturbed(each, draw.choice(kinds), draw.random) for _ in range(more)]
        filed = [(each.first, each.family, each.father, each.born, "|".join(each.identifiers))]
        filed += [
            (
                a.first,
                a.family,
                a.father,
                a.born,
                each.identifiers[0] if each.identifiers and draw.random() < 0.2 else "",
            )
            for a in asked
            if a is not None
        ]
        for number, values in enumerate(filed):
            made.refs.append(f"{each.ref}-{number}")
            made.person.append(each.person)
            made.sides.append(0)
            for field, text in zip(_SIMULATED, values, strict=True):
                made.texts[field].append(text)
    return made


_SIMULATED = (Field.FIRST, Field.FAMILY, Field.FATHER, Field.BIRTH_DATE, Field.NUMBERS)


@dataclass(frozen=True, slots=True)
class Truth:
    """Who is who, in the order of a register's records: person of each record, its half, and all true pairs."""

    person: Ints
    half: Ints
    pairs: Ints


def truth_of(known: Known, linked: Linked) -> Truth:
    """What is true of a linked register."""
    by_ref = dict(zip(known.refs, known.person, strict=True))
    names = [by_ref[ref] for ref in linked.register.refs]
    numbers = {name: number for number, name in enumerate(sorted(set(names)))}
    person = np.array([numbers[name] for name in names], dtype=np.int64)
    half = np.array([crc32(name.encode()) % 2 for name in names], dtype=np.int64)
    members: dict[int, list[int]] = {}
    for place, number in enumerate(person.tolist()):
        members.setdefault(number, []).append(place)
    sides = linked.register.sides
    two = bool(sides.any())
    pairs = [
        one << 32 | other
        for group in members.values()
        for place, one in enumerate(group)
        for other in group[place + 1 :]
        if not two or sides[one] != sides[other]
    ]
    return Truth(person, half, np.array(sorted(pairs), dtype=np.int64))


def quality(pairs: Ints, truth: Truth, half: int) -> tuple[float, float, float]:
    """Precision, recall and F1 of linked pairs in one half; a wrong pair is of the half of its first record."""
    mine = pairs[truth.half[pairs >> 32] == half]
    wanted = truth.pairs[truth.half[truth.pairs >> 32] == half]
    right = np.isin(mine, wanted).sum()
    precision, recall = right / max(1, len(mine)), right / max(1, len(wanted))
    return float(precision), float(recall), float(2 * precision * recall / max(1e-12, precision + recall))


def grouped_pairs(clusters: Clusters, linked: Linked) -> Ints:
    """Every pair of records that stand in one group (across registers, where there are two)."""
    places = {ref: number for number, ref in enumerate(linked.register.refs)}
    sides = linked.register.sides
    two = bool(sides.any())
    made: list[int] = []
    for group in clusters.groups:
        numbers = sorted(places[ref] for ref in group)
        made += [
            one << 32 | other
            for place, one in enumerate(numbers)
            for other in numbers[place + 1 :]
            if not two or sides[one] != sides[other]
        ]
    return np.array(made, dtype=np.int64)


def measure(known: Known) -> None:
    """Link one set and print everything."""
    cpu, wall = time.process_time(), time.perf_counter()
    linked = link(register_of_columns(known.refs, known.texts, known.sides))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    truth = truth_of(known, linked)
    pairs = linked.left.astype(np.int64) << 32 | linked.right
    share = len(truth.pairs) / possible_pairs(linked.register.sides)
    print(f"\n{known.name}: {len(known.refs):,} records, {len(truth.pairs):,} true pairs")
    print(
        f"  linked in {cpu:.1f} s of processor time ({wall:.1f} s), {memory:,.0f} MB at most, {len(pairs):,} pairs compared"
    )
    print(f"  candidate pairs: recall {np.isin(truth.pairs, pairs).mean():.4f}; left out:", end=" ")
    print(sum(rule.left_out for rule in linked.report), "pairs of blocks that are too large")
    print(f"  prior {linked.model.prior:.2f} bits, truth {np.log2(share):.2f}; ECE {calibration(linked, truth):.4f}")
    for least in BANDS:
        clusters = Clusters(linked.weighed(), bits_of(least))
        chosen = (pairs[linked.bits >= bits_of(least)], grouped_pairs(clusters, linked))
        shown = [
            f"{q[0]:.4f} {q[1]:.4f} {q[2]:.4f}" for made in chosen for q in (quality(made, truth, h) for h in (0, 1))
        ]
        print(f"  from {least}: pairs P R F1 {shown[0]} | {shown[1]}; groups {shown[2]} | {shown[3]};", end=" ")
        print(f"largest group {max(map(len, clusters.groups), default=1)}")
    at_precision(linked, truth, pairs)
    if known.label:
        by_label(known, linked, truth, pairs)
        by_evidence(known, linked, truth, pairs)
    if len(known.refs) >= 50_000:
        updates(linked)


def calibration(linked: Linked, truth: Truth) -> float:
    """Expected calibration error of the compared pairs from a probability of .01, in twenty bins (Naeini and others, 2015)."""
    shown = linked.probabilities >= 0.01
    likely = linked.probabilities[shown]
    pairs = (linked.left.astype(np.int64) << 32 | linked.right)[shown]
    right = np.isin(pairs, truth.pairs)
    bins = np.minimum((likely * 20).astype(np.int64), 19)
    gaps = [abs(right[bins == n].sum() - likely[bins == n].sum()) for n in range(20)]
    return float(sum(gaps) / max(1, len(likely)))


def at_precision(linked: Linked, truth: Truth, pairs: Ints, wanted: float = 0.995) -> None:
    """Print how much is found where links are as few as give a precision, in each half, and what the pairs weigh from there on."""
    order = np.argsort(-linked.bits, kind="stable")
    right = np.isin(pairs[order], truth.pairs)
    halves = truth.half[pairs[order] >> 32]
    shown = []
    for half in (0, 1):
        mine = right[halves == half]
        enough = np.flatnonzero(np.cumsum(mine) >= wanted * np.arange(1, len(mine) + 1))
        if len(enough):
            recall = mine[: enough[-1] + 1].sum() / max(1, (truth.half[truth.pairs >> 32] == half).sum())
            shown.append(f"{recall:.4f} from {linked.bits[order][halves == half][enough[-1]]:.1f} bits")
    print(f"  recall of pairs at a precision of {wanted}: {' | '.join(shown)}")


def by_label(known: Known, linked: Linked, truth: Truth, pairs: Ints) -> None:
    """Print recall by kind of noise and by naming tradition."""
    labels = dict(zip(known.refs, known.label, strict=True))
    found = np.isin(truth.pairs, pairs[linked.bits >= bits_of(LINK_FROM)])
    rates: dict[str, list[bool]] = {}
    for pair, hit in zip(truth.pairs.tolist(), found.tolist(), strict=True):
        texts = [labels[linked.register.refs[place]] for place in (pair >> 32, pair & 0xFFFFFFFF)]
        noise = next((text.split("/")[0] for text in texts if not text.startswith("exact/")), "exact")
        for label in (f"noise {noise}", f"people {texts[0].split('/')[1]}"):
            rates.setdefault(label, []).append(hit)
    for label, hits in sorted(rates.items()):
        print(f"    recall from {LINK_FROM}, {label}: {statistics.mean(hits):.3f} of {len(hits):,}")


def by_evidence(known: Known, linked: Linked, truth: Truth, pairs: Ints) -> None:
    """Print recall and precision by naming tradition where both records know the same, and as if all knew what the British do.

    Traditions are on file with different fields: of a British record no father is known and seldom a number. What a pair lacks is no
    matter of its names, so recall is compared within each pattern of known fields, and as the mean over the British shares of them.
    """
    fields = {"date": Field.BIRTH_DATE, "father": Field.FATHER, "number": Field.NUMBERS}
    row = {ref: number for number, ref in enumerate(known.refs)}
    rows = np.array([row[ref] for ref in linked.register.refs])
    filled = {name: np.array([bool(text) for text in known.texts[field]])[rows] for name, field in fields.items()}
    people = np.array([text.split("/")[1] for text in known.label])[rows]
    left, right = truth.pairs >> 32, truth.pairs & 0xFFFFFFFF
    both = sum((filled[name][left] & filled[name][right]).astype(np.int64) << bit for bit, name in enumerate(fields))
    chosen = pairs[linked.bits >= bits_of(LINK_FROM)]
    found = np.isin(truth.pairs, chosen)
    british = np.bincount(both[people[left] == "GB"], minlength=8)
    for tradition in sorted(set(people.tolist())):
        mine = people[left] == tradition
        rates = [
            float(found[mine & (both == each)].mean()) if (mine & (both == each)).any() else 0.0 for each in range(8)
        ]
        same = sum(rate * share for rate, share in zip(rates, british.tolist(), strict=True)) / max(1, british.sum())
        right_ones = np.isin(chosen[people[chosen >> 32] == tradition], truth.pairs)
        shown = (
            f"{' and '.join(name for bit, name in enumerate(fields) if each >> bit & 1) or 'names alone'} {rates[each]:.3f}"
            f" of {int((mine & (both == each)).sum()):,}"
            for each in (0, 1, 2, 3, 5)
        )
        print(
            f"    {tradition}: precision {right_ones.mean():.4f}; recall as if known like the British {same:.3f};",
            end=" ",
        )
        print(", ".join(shown))


def updates(linked: Linked, count: int = 300) -> None:
    """Print how long it takes to remove and add a record, to judge a pair and to undo that, and whether it equals a fresh start."""
    started = time.process_time()
    clusters = Clusters(linked.weighed(), bits_of(LINK_FROM))
    built = time.process_time() - started
    before = clusters.groups
    near: dict[int, dict[str, float]] = {}
    draw = random.Random(SEED)
    grouped = [group for group in before if len(group) > 1]
    chosen = draw.sample(grouped, min(count, len(grouped)))
    refs = linked.register.refs
    wanted = {group[0] for group in chosen}
    units = linked.weighed().units.tolist()
    for left, right, weight in zip(linked.left.tolist(), linked.right.tolist(), units, strict=True):
        for one, other in ((left, right), (right, left)):
            if refs[one] in wanted:
                near.setdefault(one, {})[refs[other]] = weight / UNITS
    numbers = {refs[number]: number for number in near}
    spent: dict[str, list[float]] = {}
    for group in chosen:
        one = group[0]
        timed(spent, "remove", partial(clusters.remove, one))
        timed(spent, "add", partial(clusters.add, one, near[numbers[one]]))
        said = Judgement(one, group[1], Verdict.NEGATIVE, "bench", "measured", MOMENT)
        timed(spent, "judge", partial(clusters.enter, said))
        undone = Undone(len(clusters.book.entries) - 1, "bench", "measured", MOMENT)
        timed(spent, "undo", partial(clusters.enter, undone))
    shown = ", ".join(f"{what} {statistics.median(t) * 1e3:.2f} ({max(t) * 1e3:.1f})" for what, t in spent.items())
    same = "the same groups as before" if clusters.groups == before else "OTHER GROUPS THAN BEFORE"
    print(f"  groups made in {built:.1f} s; updates in ms, median (most): {shown}; {same}")


def timed(spent: dict[str, list[float]], what: str, act: Callable[[], object]) -> None:
    """Do something and note how long it took."""
    started = time.perf_counter()
    act()
    spent.setdefault(what, []).append(time.perf_counter() - started)


def peer(known: Known, python: Path) -> None:
    """Run Splink on the same records, in its own Python, and print what it finds."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "records.csv"
        with file.open("w", encoding="utf-8", newline="") as stream:
            rows = csv.writer(stream)
            rows.writerow(["unique_id", "person", "side", *(field.value for field in known.texts)])
            rows.writerows(zip(known.refs, known.person, known.sides, *known.texts.values(), strict=True))
        done = subprocess.run([str(python), str(PEER), str(file)], capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"  splink: SKIPPED ({done.stderr.strip().splitlines()[-1] if done.stderr.strip() else done.returncode})")
        return
    said: Mapping[str, object] = json.loads(done.stdout.strip().splitlines()[-1])
    for name, value in said.items():
        print(f"  splink, {name}: {value}")


def sets(chosen: argparse.Namespace) -> dict[str, Callable[[], Known | None]]:
    """The sets by name; each is read when its turn comes."""
    data: Path = chosen.data

    def from_parquet(name: str, made: Callable[[list[dict[str, str]]], Known]) -> Known | None:
        rows = parquet(data, name, chosen)
        return made(rows) if rows else None

    figures, register = "historical_figures_with_errors_50k", "synthetic_balkan_100k_with_clusters"
    return {
        "febrl3": lambda: febrl(data, "FEBRL 3", "febrl_dataset3.csv.gz"),
        "febrl4": lambda: febrl(data, "FEBRL 4", "febrl_dataset4a.csv.gz", "febrl_dataset4b.csv.gz"),
        "historical": lambda: from_parquet(figures, lambda rows: historical(rows, everything=False)),
        "historical-all": lambda: from_parquet(figures, lambda rows: historical(rows, everything=True)),
        "balkan": lambda: from_parquet(register, balkan),
        "simulated": lambda: simulated(chosen.simulated) if chosen.simulated else None,
        "crowded": lambda: crowded(chosen.crowded) if chosen.crowded else None,
    }


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--exports", type=Path, default=None)
    parser.add_argument("--peer", type=Path, default=None)
    parser.add_argument("--simulated", type=int, default=0)
    parser.add_argument("--crowded", type=int, default=0)
    parser.add_argument("--only", default="")
    chosen = parser.parse_args()
    print(
        "command: python -m bench.people.linkage",
        *("DATA" if word == str(chosen.data) else word for word in sys.argv[1:]),
    )
    for name, made in sets(chosen).items():
        if chosen.only in {"", name} and (known := made()) is not None:
            measure(known)
            if chosen.peer is not None:
                peer(known, chosen.peer)


if __name__ == "__main__":
    main()
