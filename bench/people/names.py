"""Figures for comparing names: pairs labelled by others, and finding a listed person by another name of theirs.

Run `python -m bench.people.names DATA`, where DATA is the folder of the project's test data on people. Each set is cut into two
halves by a hash of its rows. Constants were chosen while looking at the first half alone; the second says what they are
worth elsewhere. Beside it, in the same run: logic-v2's scores as its vendor froze them, and plain edit distance.
"""

import argparse
import csv
import hashlib
import random
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

from rapidfuzz import fuzz

from egnatia.engines.people.features import WHOLE, WHOLE_SIMILAR, judged
from egnatia.engines.people.frequencies import Counted, Rarity
from egnatia.engines.people.likeness import Name, likeness, prepare_name
from egnatia.engines.people.names import split_full_name
from egnatia.engines.people.types import PersonRecord
from egnatia.model.ids import RecordRef

SEED = 417
QUERIES = 250
"""Other names looked for in each half."""
LIST = 10
OWN_PAIRS = ("balkan_pairs.csv", "balkan_pairs_later.csv", "balkan_pairs_fresh.csv", "balkan_pairs_third.csv")
"""This project's own pairs by phenomenon. Of the last two, 457 and 153 pairs written without trying them, rules were made for the
mistakes of the first half alone; the other two have been looked at as a whole."""
UNKNOWABLE = "father's name"
"""Whether `Ilir Besnik Kola` and `Besnik Kola` are one, no comparison of names can say; figures are given without it too."""
Row = dict[str, str]


@lru_cache(maxsize=1 << 16)
def prepared(name: str) -> Name:
    """A name taken apart once."""
    return prepare_name(*split_full_name(name))


def alike(left: str, right: str) -> float:
    """This engine's likeness; 0 where one is no name."""
    return likeness(prepared(left), prepared(right)) or 0.0


def edits(left: str, right: str) -> float:
    """What a clerk's search offers: the same words in any order, by edits."""
    return fuzz.token_sort_ratio(left.casefold(), right.casefold()) / 100


def half(key: str) -> int:
    """Which half a row is of."""
    return hashlib.sha256(key.encode()).digest()[0] & 1


def rows_of(path: Path) -> list[Row]:
    """The rows of one file."""
    with path.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def f1(scored: Iterable[tuple[float, bool]], threshold: float) -> tuple[float, float, float]:
    """F1, precision and recall at one threshold."""
    scored = list(scored)
    taken = [same for score, same in scored if score >= threshold]
    right, true = sum(taken), sum(same for _, same in scored)
    precision, recall = right / max(1, len(taken)), right / max(1, true)
    return 2 * right / max(1, len(taken) + true), precision, recall


def pairs(path: Path) -> None:
    """Print F1 on labelled pairs of persons at the engine's own limit, and at the vendor's for its own scores."""
    rows = [row for row in rows_of(path) if row["schema"] == "Person"]
    ways: list[tuple[str, Callable[[Row], float], float]] = [
        (f"this engine from {WHOLE_SIMILAR}", lambda row: alike(row["name1"], row["name2"]), WHOLE_SIMILAR),
        ("logic-v2, frozen, from .70", lambda row: float(row["score"]), 0.7),
        (f"edits of sorted words from {WHOLE_SIMILAR}", lambda row: edits(row["name1"], row["name2"]), WHOLE_SIMILAR),
    ]
    for label, score, threshold in ways:
        scored = [(score(row), row["is_match"] == "true", half(f"{row['name1']}|{row['name2']}")) for row in rows]
        for number in (0, 1):
            found = f1([(value, same) for value, same, part in scored if part == number], threshold)
            print(
                f"name pairs, half {number + 1}, {label}: F1 {found[0]:.3f}, precision {found[1]:.3f}, recall {found[2]:.3f}"
            )
        strong = [
            (score(row) >= threshold) != (row["is_match"] == "true") for row in rows if row["quality"] == "STRONG"
        ]
        print(f"name pairs, {len(strong)} that nobody doubts, {label}: {sum(strong)} wrong")


def own_pairs(folder: Path) -> None:
    """Print F1 on this project's own Balkan pairs in each half, and how many are wrong of each phenomenon."""
    for name in OWN_PAIRS:
        rows = rows_of(folder / name)
        for number in (0, 1):
            mine = [row for row in rows if half(f"{row['left']}|{row['right']}") == number]
            told = [row for row in mine if row["category"] != UNKNOWABLE]
            for label, score, some in (
                ("this engine", alike, mine),
                (f"this engine without {UNKNOWABLE}", alike, told),
                ("edits of sorted words", edits, mine),
            ):
                found = f1([(score(row["left"], row["right"]), row["same"] == "yes") for row in some], WHOLE_SIMILAR)
                print(
                    f"{name}, half {number + 1}, {len(some)} pairs, {label}: F1 {found[0]:.3f}, precision {found[1]:.3f}, "
                    f"recall {found[2]:.3f}"
                )
        wrong: dict[str, int] = {}
        for row in rows:
            missed = (alike(row["left"], row["right"]) >= WHOLE_SIMILAR) != (row["same"] == "yes")
            wrong[row["category"]] = wrong.get(row["category"], 0) + missed
        print(f"{name}, wrong by phenomenon: {', '.join(f'{kind} {count}' for kind, count in wrong.items())}")


Score = Callable[[Row, str], float]


def aliases(folder: Path) -> None:
    """Print how often a listed person is found among all of them by another name, in each half."""
    listed = {row["ent"]: row["name"] for row in rows_of(folder / "ofac_individuals.csv")}
    others = [row for row in rows_of(folder / "ofac_aka_pairs.csv") if row["ent"] in listed]
    ways: list[tuple[str, Score]] = [
        ("likeness", lambda row, ent: alike(row["aka_name"], listed[ent])),
        ("weighed by rarity in the list", weighed(listed)),
        ("the same, other aliases known", known_by(listed, others)),
        ("edits of sorted words", lambda row, ent: edits(row["aka_name"], listed[ent])),
    ]
    for label, score in ways:
        for number in (0, 1):
            mine = [row for row in others if half(row["ent"]) == number]
            chosen = random.Random(SEED).sample(mine, min(QUERIES, len(mine)))
            began = time.process_time()
            places = [_place(row, listed, score) for row in chosen]
            rate = len(chosen) * len(listed) / (time.process_time() - began)
            first = sum(place < 1 for place in places) / len(places)
            among = sum(place < LIST for place in places) / len(places)
            print(
                f"other names, half {number + 1}, {label}: first of {len(listed):,} {first:.3f}, "
                f"among {LIST} {among:.3f}, {rate:,.0f} pairs/s of processor time"
            )


def weighed(listed: dict[str, str]) -> Score:
    """Bits of whole names, by how rare their parts are in the list."""
    rarity = Rarity(Counted(PersonRecord(RecordRef(ent), family_names=name) for ent, name in listed.items()))
    return lambda row, ent: _bits(prepared(row["aka_name"]), prepared(listed[ent]), rarity)


def known_by(listed: dict[str, str], others: list[Row]) -> Score:
    """The same, where each person is on file with every other name but the one that is asked for."""
    rarity = Rarity(Counted(PersonRecord(RecordRef(ent), family_names=name) for ent, name in listed.items()))
    names: dict[str, dict[str, Name]] = {ent: {name: prepared(name)} for ent, name in listed.items()}
    for row in others:
        names[row["ent"]][row["aka_name"]] = prepared(row["aka_name"])

    def score(row: Row, ent: str) -> float:
        asked = prepared(row["aka_name"])
        filed = [name for name in names[ent].values() if ent != row["ent"] or name.key != asked.key]
        return max((_bits(asked, name, rarity) for name in filed or [prepared(listed[ent])]), default=0.0)

    return score


def _bits(left: Name, right: Name, rarity: Rarity) -> float:
    found = judged(left, right, WHOLE, rarity)
    return 0.0 if found is None else found.bits


def _place(row: Row, listed: dict[str, str], score: Score) -> int:
    """How many others are at least as alike: a tie counts against the one that is looked for."""
    wanted = score(row, row["ent"])
    return sum(ent != row["ent"] and score(row, ent) >= wanted for ent in listed)


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    folder = parser.parse_args().data / "namepairs"
    if not folder.exists():
        print(f"SKIPPED: there is no {folder}")
        return
    pairs(folder / "nk_name_bench_logicv2_frozen.csv")
    own_pairs(Path(__file__).parent)
    aliases(folder)


if __name__ == "__main__":
    main()
