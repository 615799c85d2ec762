"""Whether a stated probability is one: of what is said to be so probable, how much is true, at three sizes of register.

Run `python -m bench.people.calibration [--sizes 100000,1000000] [--questions 2000]`. Registers are simulated (`engines.people.simulate`);
the constants of `engines.people.features` and `dates` were set on seed 1 at 100,000, and what is printed is of seed 2 and later. Half of the questions are about
somebody on the register, written in one of seventeen ways, half about somebody of the same population who is not. Printed are
the expected calibration error (ECE: the mean distance between what was said and what is true, over fifteen bins of equal
width), over every record shown and over the first of each answer; how often bands are wrong; and records that could not be told apart.
"""

import argparse
import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from egnatia.engines.people.answer import Answer, answer
from egnatia.engines.people.frequencies import Rarity
from egnatia.engines.people.index import PersonIndex
from egnatia.engines.people.match import compare_prepared, prepare
from egnatia.engines.people.simulate.noise import Asked, Noise, disturbed
from egnatia.engines.people.simulate.population import Simulated, persons
from egnatia.engines.people.types import Band, PersonQuery, parse_date
from egnatia.errors import InputError

BINS = 15
SEED = 2
"""Seed 1 is what constants were set on."""
SPEED_ASKED, SPEED_FILED = 20, 500
"""Questions and records of the design's measurement of scoring speed."""
Said = tuple[float, bool]


@dataclass(frozen=True, slots=True)
class Result:
    """One question: who is meant (nobody on the register: empty), how it was written, and the answer."""

    meant: str
    noise: Noise
    answer: Answer


def error(said: Iterable[Said]) -> float:
    """Expected calibration error: bins weighed by how much falls into each."""
    bins: dict[int, list[Said]] = {}
    count = 0
    for probability, true in said:
        bins.setdefault(min(BINS - 1, int(probability * BINS)), []).append((probability, true))
        count += 1
    gaps = (abs(sum(p for p, _ in each) - sum(t for _, t in each)) for each in bins.values())
    return sum(gaps) / max(1, count)


def questions(known: list[Simulated], strangers: list[Simulated], seed: int) -> Iterator[tuple[str, Asked]]:
    """Questions about people on the register and about others, in turn, with every kind of noise."""
    draw = random.Random(seed).random
    kinds = list(Noise)
    for number in range(2 * len(known)):
        one = (known if number % 2 else strangers)[number // 2]
        found = next(
            (
                made
                for step in range(len(kinds))
                if (made := disturbed(one, kinds[(number // 2 + step) % len(kinds)], draw))
            ),
            None,
        )
        if found is not None:
            yield (one.ref if number % 2 else ""), found


def asked(one: Asked) -> PersonQuery | None:
    """The question; None where ENQ-10 refuses it."""
    try:
        return PersonQuery(one.first, one.family, parse_date(one.born), one.father)
    except InputError:
        return None


def ask(index: PersonIndex, some: Iterable[tuple[str, Asked]]) -> list[Result]:
    """The answers."""
    made = []
    for ref, one in some:
        query = asked(one)
        if query is not None:
            person = prepare(query)
            made.append(Result(ref, one.noise, answer(person, index.candidates(person), index.rarity)))
    return made


def shown(results: Iterable[Result], first: int) -> list[Said]:
    """What was said of the first so many records of each answer, and whether it was true."""
    return [(match.score, match.ref == each.meant) for each in results for match in each.answer.matches[:first]]


def report(size: int, results: list[Result]) -> None:
    """Print what was said against what is true."""
    for label, first in (("every record shown", 20), ("the first of each answer", 1)):
        said = shown(results, first)
        print(f"{size:,}: {label}: {len(said):,}, ECE {error(said):.4f}")
    said = shown(results, 20)
    for low in range(10):
        inside = [(p, t) for p, t in said if low / 10 <= p < (low + 1) / 10 or (low == 9 and p == 1)]
        if inside:
            mean, true = sum(p for p, _ in inside) / len(inside), sum(t for _, t in inside) / len(inside)
            print(f"  said {low / 10:.1f} to {(low + 1) / 10:.1f}: {len(inside):,}, said {mean:.3f}, true {true:.3f}")
    bands: Counter[tuple[Band, bool]] = Counter(
        (match.band, match.ref == each.meant) for each in results for match in each.answer.matches
    )
    for band in Band:
        right, wrong = bands[band, True], bands[band, False]
        print(f"  {band}: {right + wrong:,} shown, {wrong:,} somebody else ({wrong / max(1, right + wrong):.4f})")
    several = sum(each.answer.cannot_distinguish for each in results)
    print(f"  cannot be told apart: {several:,} of {len(results):,} answers")
    on_file = [each for each in results if each.meant]
    found = sum(any(match.ref == each.meant for match in each.answer.matches) for each in on_file)
    print(f"  of {len(on_file):,} on the register {found / max(1, len(on_file)):.4f} shown")


def by_noise(results: list[Result]) -> None:
    """Print the calibration of each way of writing: mean said and true share over the first of each answer."""
    for noise in Noise:
        said = shown([each for each in results if each.noise is noise], 20)
        if said:
            print(
                f"  {noise}: {len(said)}, said {sum(p for p, _ in said):.1f}, true {sum(t for _, t in said)}, ECE {error(said):.3f}"
            )


def speed(some: list[Simulated], rarity: Rarity) -> None:
    """Print how many pairs of persons are compared in a second of processor time, names met anew and met before."""
    people = [prepare(each.record()) for each in some[: SPEED_ASKED + SPEED_FILED]]
    asked_for, filed = people[:SPEED_ASKED], people[SPEED_ASKED:]
    for label in ("names met anew", "names met before"):
        began = time.process_time()
        for one in asked_for:
            for other in filed:
                compare_prepared(one, other, rarity)
        rate = len(asked_for) * len(filed) / (time.process_time() - began)
        print(f"pairs of persons, all fields, {label}: {rate:,.0f} a second of processor time")


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="100000,1000000")
    parser.add_argument("--questions", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--by-noise", action="store_true")
    chosen = parser.parse_args()
    for size in map(int, chosen.sizes.split(",")):
        began = time.perf_counter()
        half = chosen.questions // 2
        step = max(1, size // half)
        known: list[Simulated] = []

        def filed(size: int = size, step: int = step, known: list[Simulated] = known) -> Iterator[Simulated]:
            for number, each in enumerate(persons(size, chosen.seed)):
                if number % step == 0:
                    known.append(each)
                yield each

        index = PersonIndex(each.record() for each in filed())
        print(f"{size:,}: filed in {time.perf_counter() - began:.0f} s")
        strangers = list(persons(len(known), chosen.seed + 1_000))
        began = time.process_time()
        results = ask(index, questions(known, strangers, chosen.seed))
        print(
            f"{size:,}: {len(results):,} questions, {1000 * (time.process_time() - began) / len(results):.1f} ms of processor each"
        )
        report(size, results)
        speed(known, Rarity(index.frequencies))
        if chosen.by_noise:
            by_noise(results)


if __name__ == "__main__":
    main()
