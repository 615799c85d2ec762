"""Search in registers of a million and of ten million: what is found under which noise, how fast, how large.

Run `python -m bench.people.scale --persons 1000000 --peers`. People and questions are drawn by
`egnatia.engines.people.simulate` and are the same for the same seed. Every kind of noise is asked about as often, once with
the date of birth (where the kind leaves one) and the father's name, once with names alone, and once with names and the
father's name. Two more figures say what could be found: the recall where some part of the filed family name is still asked (who is
asked for under another one, without anything else, shares nothing with the record but a first name), and the recall that
an oracle would have who knows exactly how the person is filed, because names repeat. `--asked` is the seed of the questions. With `--peers` rapidfuzz over all names and a full-text table of SQLite are asked a part of the same. Times are
of processor, not of the clock, because machines are shared. Nothing here is a test.
"""

import argparse
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process

from egnatia.engines.people import PersonQuery, PersonRecord, parse_date
from egnatia.engines.people.disk import load, save, to_bytes
from egnatia.engines.people.features import SIMILAR
from egnatia.engines.people.index import PersonIndex, search
from egnatia.engines.people.likeness import part_likeness
from egnatia.engines.people.names import tokens
from egnatia.engines.people.parts import Part, parts
from egnatia.engines.people.simulate import Asked, Line, Noise, Recipe, Simulated, keeping, lines, questions
from egnatia.errors import InputError
from egnatia.model.ids import RecordRef

FIRST_SHOWN = 20
WAYS = {"with date": (True, True), "names only": (False, False), "names and father": (False, True)}
PEERS_ASKED = 8
"""Questions of each kind of noise that a peer is asked: rapidfuzz takes a quarter of a second over a million names."""
COLD = """
import sys, time
begun = time.perf_counter()
from pathlib import Path
from egnatia.engines.people.disk import load
from egnatia.engines.people.index import search
from egnatia.engines.people.types import PersonQuery, parse_date
found = search(PersonQuery("Arben", "Gashi", parse_date("1970-03-07")), load(Path(sys.argv[1])))
spent = time.perf_counter() - begun
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(f"{spent:.2f} s by the clock, {int(peak) / 1024:.0f} MB, {len(found)} records")
"""
"""What a new process does; its peak is read where the kernel counts it from the start of the program on."""
Answer = Callable[[PersonQuery], Sequence[str]]


def filed(made: Iterable[Line], texts: list[str] | None) -> Iterator[PersonRecord]:
    """Records of a register; what peers search is kept beside."""
    for line in made:
        record = line.filed.record()
        if texts is not None:
            texts.append(folded(record.first_names, record.family_names))
        yield record


def folded(*names: str) -> str:
    """Names in plain Latin letters, so that every approach gets the same reading."""
    return " ".join(each.text for name in names for each in tokens(name))


def asked_for(asked: Asked, *, dated: bool, father: bool) -> PersonQuery | None:
    """The query that an officer would make of it; None where it is too little to look for anybody."""
    try:
        born = parse_date(asked.born) if dated else None
        return PersonQuery(asked.first, asked.family, born, asked.father if father else "")
    except InputError:
        return None


def peak_mb() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def figures(label: str, asked: Sequence[Asked], answer: Answer, known: frozenset[int] = frozenset()) -> None:
    """Print for each way of asking what is found among the first 20, by kind, and how long an answer takes.

    Args:
        label: who answers.
        asked: the questions.
        answer: references for a query, best first.
        known: identities of the questions in which a part of the filed family name is left.
    """
    for way, (dated, father) in WAYS.items():
        found: dict[Noise, list[tuple[bool, bool]]] = defaultdict(list)
        left: list[tuple[bool, bool]] = []
        spent: list[float] = []
        for one in asked:
            query = asked_for(one, dated=dated, father=father)
            if query is not None:
                started = time.process_time()
                refs = list(answer(query))
                spent.append((time.process_time() - started) * 1000)
                found[one.noise].append((one.ref in refs[:FIRST_SHOWN], refs[:1] == [one.ref]))
                left += found[one.noise][-1:] if id(one) in known else []
        shown(f"{label}, {way}", found, spent)
        if known:
            print(
                f"   where a part of the family name is left: recall@20 {share(left, 0):.4f}, n={len(left)}", flush=True
            )


def shown(label: str, found: dict[Noise, list[tuple[bool, bool]]], spent: list[float]) -> None:
    """Print one way of asking."""
    every = [each for kind in found.values() for each in kind]
    same_name = [each for kind, several in found.items() if kind is not Noise.MARRIED for each in several]
    p50, p95, p99 = np.percentile(spent, [50, 95, 99])
    print(
        f"{label}: recall@20 {share(every, 0):.4f}, first {share(every, 1):.4f}; without changed names recall@20 "
        f"{share(same_name, 0):.4f}; n={len(every)}; processor ms p50 {p50:.1f}, p95 {p95:.1f}, p99 {p99:.1f}",
        flush=True,
    )
    print("   " + ", ".join(f"{kind} {share(several, 0):.3f}" for kind, several in found.items()), flush=True)


def with_name_left(index: PersonIndex, asked: Sequence[Asked]) -> frozenset[int]:
    """Identities of the questions in which a part of a name is like a part of the filed family name."""
    return frozenset(id(one) for one in asked if _name_left(filed_as(index, one), one))


def _name_left(record: PersonRecord, one: Asked) -> bool:
    names = parts(f"{one.first} {one.family}")
    return any(part_likeness(part, each) >= SIMILAR for part in names for each in parts(record.family_names))


def filed_as(index: PersonIndex, one: Asked) -> PersonRecord:
    """The record that a question means."""
    level = index.levels()[0]
    slot = level.slot(RecordRef(one.ref))
    assert slot is not None  # noqa: S101 - it was filed by this program
    return level.record(slot)


def oracle(index: PersonIndex, asked: Sequence[Asked]) -> float:
    """Recall among 20 of who knows exactly how everybody is filed and asks by names alone: those called alike are in any order."""
    return sum(min(1.0, FIRST_SHOWN / _namesakes(index, filed_as(index, one))) for one in asked) / max(1, len(asked))


def _namesakes(index: PersonIndex, record: PersonRecord) -> int:
    level, wanted = index.levels()[0], own_names(record)
    numbers = [index.vocabulary.number(part) for part in wanted]
    bearing = min((level.parts.of(number) for number in numbers), key=len)
    for number in numbers:
        bearing = np.intersect1d(bearing, level.parts.of(number))
    return max(1, sum(own_names(level.record(slot)) == wanted for slot in bearing.tolist()))


def own_names(record: PersonRecord) -> list[Part]:
    """The parts of first and family names in an order of their own."""
    return sorted(parts(f"{record.first_names} {record.family_names}"))


def share(answers: Sequence[tuple[bool, bool]], place: int) -> float:
    """The share of answers that are right."""
    return sum(each[place] for each in answers) / max(1, len(answers))


def peers(index: PersonIndex, texts: list[str], asked: Sequence[Asked]) -> None:
    """Ask rapidfuzz and SQLite's full-text search a part of the same; both get the folded names."""
    level = index.levels()[0]
    some: dict[Noise, list[Asked]] = defaultdict(list)
    for one in asked:
        if len(some[one.noise]) < PEERS_ASKED:
            some[one.noise].append(one)
    fewer = [one for several in some.values() for one in several]

    def by_edits(query: PersonQuery) -> list[str]:
        text = folded(query.first_names, query.family_names)
        best = process.extract(text, texts, scorer=fuzz.token_sort_ratio, limit=FIRST_SHOWN, score_cutoff=60)
        return [level.ref(int(slot)) for _, _, slot in best]

    figures("rapidfuzz token_sort_ratio over all names", fewer, by_edits)
    started = time.process_time()
    table = sqlite3.connect(":memory:")
    table.execute("CREATE VIRTUAL TABLE people USING fts5(words, content='')")
    rows = ((slot, f"{text} d{level.born[slot]}") for slot, text in enumerate(texts))
    table.executemany("INSERT INTO people (rowid, words) VALUES (?, ?)", rows)
    print(f"SQLite FTS5 filled in {time.process_time() - started:.1f} s", flush=True)

    def by_words(query: PersonQuery) -> list[str]:
        from egnatia.engines.people.level import day_number

        words = folded(query.first_names, query.family_names).split()
        wanted = " OR ".join(f'"{word}"' for word in [*words, f"d{day_number(query.birth_date)}"])
        sql = f"SELECT rowid FROM people WHERE people MATCH ? ORDER BY rank LIMIT {FIRST_SHOWN}"  # noqa: S608
        return [level.ref(slot) for (slot,) in table.execute(sql, (wanted,))]

    figures("SQLite FTS5, words and date", fewer, by_words)


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=417)
    parser.add_argument("--asked", type=int, help="seed of the questions; that of the register where none is given")
    parser.add_argument("--each", type=int, default=100, help="questions of each kind of noise")
    parser.add_argument("--peers", action="store_true", help="ask rapidfuzz and SQLite FTS5 a part of the same")
    chosen = parser.parse_args()
    print(f"python -m bench.people.scale {' '.join(sys.argv[1:])}", flush=True)
    recipe = Recipe(chosen.persons, chosen.seed)
    kept: list[Simulated] = []
    texts: list[str] | None = [] if chosen.peers else None
    made = filed(keeping(lines(recipe), recipe, chosen.each, kept), texts)
    drawn = time.process_time()
    sum(1 for _ in lines(Recipe(min(chosen.persons, 200_000), chosen.seed)))
    drawing = (time.process_time() - drawn) * chosen.persons / min(chosen.persons, 200_000)
    started = time.process_time()
    index = PersonIndex(made)
    spent = time.process_time() - started
    print(f"drawn and filed {len(index):,} in {spent:.0f} s, of which drawing takes some {drawing:.0f} s; "
          f"{len(index.vocabulary):,} different parts; peak {peak_mb():.0f} MB", flush=True)  # fmt: skip
    asked = questions(kept, chosen.each, chosen.seed if chosen.asked is None else chosen.asked)
    if texts is not None:
        peers(index, texts, asked)
    with tempfile.TemporaryDirectory() as folder:
        on_disk(index, asked, Path(folder) / "index")


def on_disk(index: PersonIndex, asked: Sequence[Asked], folder: Path) -> None:
    """Print the size of the index, a cold start, and what it finds."""
    started = time.process_time()
    save(index, folder)
    size = sum(each.stat().st_size for each in folder.iterdir())
    print(f"written in {time.process_time() - started:.1f} s; {size / 1e6:.0f} MB", flush=True)
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", COLD, str(folder)], capture_output=True, text=True, check=True)
        print(f"new process to first answer: {done.stdout.strip()}", flush=True)
    opened = load(folder)
    print(f"names only, by an oracle: recall@20 {oracle(opened, asked):.4f}", flush=True)
    known = with_name_left(opened, asked)
    figures("index", asked, lambda query: [match.ref for match in search(query, opened, FIRST_SHOWN)], known)
    erased(opened, asked[0].ref)


def erased(index: PersonIndex, ref: str) -> None:
    """Print what it takes to write the index without one person, as when a node erases a record."""
    started = time.process_time()
    index.remove(RecordRef(ref))
    size = len(to_bytes(index))
    spent = time.process_time() - started
    print(
        f"one person taken out, the rest as bytes: {spent:.1f} s of processor, {size / 1e6:.0f} MB, peak {peak_mb():.0f} MB"
    )


if __name__ == "__main__":
    main()
