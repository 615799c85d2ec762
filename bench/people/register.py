"""Figures for matching people: a register of 100,000, spelling systems, blind tags, speed.

Run `python -m bench.people.register DATA`, where DATA is the folder of the project's test data on people. The linkage set is a
Parquet file: it is read when duckdb is installed, or from a CSV export given with `--linkage`; else that part is skipped
and says so. Everything is seeded.
"""

import argparse
import csv
import importlib
import importlib.util
import random
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from egnatia.engines.people import PartialDate, PersonQuery, PersonRecord, judge, parse_date, tags
from egnatia.engines.people.index import PersonIndex, search
from egnatia.engines.people.match import compare
from egnatia.errors import InputError
from egnatia.model.ids import RecordRef

KEY = bytes(range(32))
QUERIES = 500


def linkage_rows(data: Path, export: Path | None) -> list[dict[str, str]]:
    """Records of the synthetic Balkan register, or nothing where it cannot be read."""
    if export is not None:
        with export.open(encoding="utf-8") as stream:
            return list(csv.DictReader(stream))
    path = data / "linkage" / "synthetic_balkan_100k_with_clusters.parquet"
    if importlib.util.find_spec("duckdb") is None or not path.exists():
        print("linkage: SKIPPED (needs duckdb to read Parquet, or --linkage EXPORT.csv)")
        return []
    found = importlib.import_module("duckdb").read_parquet(str(path))
    return [dict(zip(found.columns, map(str, row), strict=True)) for row in found.fetchall()]


def date_or_none(text: str) -> PartialDate | None:
    """A date of birth; None where the noise of the set has made an impossible one, such as 36 June."""
    try:
        return parse_date("" if text == "None" else text)
    except InputError:
        return None


def as_record(row: dict[str, str]) -> PersonRecord:
    """One row as a record; the nationality column is not looked at."""
    return PersonRecord(RecordRef(row["unique_id"]), row["first"], row["last"], date_or_none(row["dob"]), row["father"])


def linkage(rows: list[dict[str, str]]) -> None:
    """Print recall, false candidates and speed on the register, by clear search and by blind tags."""
    clusters: dict[str, list[PersonRecord]] = {}
    for row in rows:
        clusters.setdefault(row["cluster"], []).append(as_record(row))
    pairs = [(group[1], group[0]) for group in clusters.values() if len(group) > 1]
    chosen = random.Random(417).sample(pairs, QUERIES)
    asked = {query.ref for query, _ in chosen}
    register = [record for group in clusters.values() for record in group if record.ref not in asked]
    chance_agreement(register, pairs)
    for dated in (True, False):
        queries = [(as_query(query, dated=dated), wanted.ref) for query, wanted in chosen]
        usable = [(query, ref) for query, ref in queries if query is not None]
        label = "with date of birth" if dated else "names only"
        clear_search(label, usable, register)
        blind_search(label, usable, register)


def as_query(record: PersonRecord, *, dated: bool) -> PersonQuery | None:
    """The question an officer would ask for a record; None where ENQ-10 refuses it."""
    try:
        return PersonQuery(record.first_names, record.family_names, record.birth_date if dated else None)
    except InputError:
        return None


def chance_agreement(register: list[PersonRecord], pairs: list[tuple[PersonRecord, PersonRecord]]) -> None:
    """Print how often claims hold for different persons and for two records of one person: the source of the bits."""
    source = random.Random(417)
    strangers = [(source.choice(register), source.choice(register)) for _ in range(20_000)]
    for label, sample in (("two persons", strangers), ("one person", pairs[:5000])):
        counts: dict[str, int] = {}
        for left, right in sample:
            for part in compare(left, right).evidence[1:]:
                counts[part.claim] = counts.get(part.claim, 0) + 1
        shown = ", ".join(f"{claim} {count / len(sample):.4f}" for claim, count in sorted(counts.items()))
        print(f"claims, {label}: {shown}")


def clear_search(label: str, queries: list[tuple[PersonQuery, RecordRef]], register: list[PersonRecord]) -> None:
    """Print recall and speed of the index."""
    started = time.perf_counter()
    index = PersonIndex(register)
    built = time.perf_counter() - started
    started = time.perf_counter()
    answers = [[match.ref for match in search(query, index)] for query, _ in queries]
    spent = time.perf_counter() - started
    first = sum(found[:1] == [ref] for found, (_, ref) in zip(answers, queries, strict=True))
    listed = sum(ref in found for found, (_, ref) in zip(answers, queries, strict=True))
    n = len(queries)
    print(
        f"search, {label}: {n} of {QUERIES} askable, first {first / n:.3f}, among 20 {listed / n:.3f}, {n / spent:.0f}/s, ",
        end="",
    )
    print(f"{len(register)} records filed in {built:.0f} s")


def blind_search(label: str, queries: list[tuple[PersonQuery, RecordRef]], register: list[PersonRecord]) -> None:
    """Print recall and false candidates of blind tags."""
    filed: dict[bytes, list[RecordRef]] = {}
    for record in register:
        for one in tags(record, KEY):
            filed.setdefault(one.value, []).append(record.ref)
    found = false = 0
    for query, wanted in queries:
        asked = tags(query, KEY)
        hit: dict[RecordRef, set[bytes]] = {}
        for one in asked:
            for ref in filed.get(one.value, ()):
                hit.setdefault(ref, set()).add(one.value)
        candidates = {ref for ref, values in hit.items() if judge(asked, values) is not None}
        found += wanted in candidates
        false += len(candidates - {wanted})
    n = len(queries)
    print(f"blind, {label}: recall {found / n:.3f}, false candidates per enquiry {false / n:.2f}, ", end="")
    print(f"per record compared {false / n / len(register):.1e}")


SPELLINGS: dict[str, Callable[[str], str]] = {}


def spelling(change: Callable[[str], str]) -> Callable[[str], str]:
    """Register a way to write an Albanian name elsewhere."""
    SPELLINGS[change.__name__] = change
    return change


def replaced(name: str, pairs: Iterable[tuple[str, str]]) -> str:
    """A name with spellings replaced in order."""
    for old, new in pairs:
        name = name.replace(old, new)
    return name


@spelling
def as_written(name: str) -> str:
    """The name as it is."""
    return name


@spelling
def without_marks(name: str) -> str:
    """Marks dropped, as in a machine-readable zone."""
    return replaced(name, [("ë", "e"), ("ç", "c"), ("đ", "d"), ("š", "s"), ("ž", "z"), ("č", "c"), ("ć", "c")])


@spelling
def serbian(name: str) -> str:
    """As a Serbian clerk writes it."""
    pairs = [("xh", "dž"), ("gj", "đ"), ("sh", "š"), ("zh", "ž"), ("q", "ć"), ("ç", "č"), ("dh", "d"), ("th", "t")]
    return replaced(name, [*pairs, ("ll", "l"), ("rr", "r"), ("y", "i"), ("ë", "e")])


@spelling
def macedonian_cyrillic(name: str) -> str:
    """As a Macedonian register writes it."""
    pairs = [("dž", "џ"), ("đ", "ѓ"), ("š", "ш"), ("ž", "ж"), ("ć", "ќ"), ("č", "ч"), ("nj", "њ"), ("lj", "љ")]
    return replaced(serbian(name), pairs).translate(str.maketrans("abcdefghijklmnoprstuvz", "абцдефгхијклмнопрстувз"))


@spelling
def english(name: str) -> str:
    """As an English clerk hears it."""
    return replaced(name, [("gj", "xh"), ("j", "y"), ("xh", "j"), ("q", "ch"), ("ç", "ch"), ("ë", "e")])


def listed_names(path: Path, column: str) -> list[str]:
    """Popular names of Albania and Kosovo from the public lists."""
    with path.open(encoding="utf-8-sig") as stream:
        found = {row[column].lower() for row in csv.DictReader(stream) if (row.get("Country") or "") in {"AL", "XK"}}
    return sorted(name for name in found if name.isalpha() and len(name) > 2)


def spelling_systems(data: Path) -> None:
    """Print recall and false candidates by the system that a name is spelled in (requirement E-02)."""
    firsts = listed_names(data / "names" / "common-forenames-by-country.csv", "Romanized Name")
    families = listed_names(data / "names" / "common-surnames-by-country.csv", "Romanized Name")
    source = random.Random(417)
    people = [
        (
            source.choice(firsts),
            source.choice(families),
            f"{source.randint(1950, 2006)}-{source.randint(1, 12)}-{source.randint(2, 28)}",
        )
        for _ in range(5000)
    ]
    register = [PersonRecord(RecordRef(str(n)), a, b, parse_date(c)) for n, (a, b, c) in enumerate(people)]
    for name, change in SPELLINGS.items():
        queries = list(spelled(people[:QUERIES], change))
        clear_search(f"{name}, {len(firsts)} x {len(families)} names", queries, register)
        blind_search(name, queries, register)


def spelled(
    people: Iterable[tuple[str, str, str]], change: Callable[[str], str]
) -> Iterator[tuple[PersonQuery, RecordRef]]:
    """Queries for people whose names are written in another system, without their date."""
    for number, (first, family, _) in enumerate(people):
        yield PersonQuery(change(first), change(family)), RecordRef(str(number))


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--linkage", type=Path, default=None)
    chosen = parser.parse_args()
    if (chosen.data / "names").exists():
        spelling_systems(chosen.data)
    else:
        print("spellings: SKIPPED (no such data)")
    if rows := linkage_rows(chosen.data, chosen.linkage):
        linkage(rows)


if __name__ == "__main__":
    main()
