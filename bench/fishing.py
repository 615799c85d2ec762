"""Fishing rules on ordinary traffic and on sweeps: false alarms, what is found, and after how many questions.

Ordinary officer-days are drawn: persons with names of the region at the frequencies below, each asked once or twice,
documents with numbers anywhere in an issuer's range, now and then a family of up to four or a traveller's two booklets.
The sweeps are the five that a curious officer would try. Fixed seed; nothing is timed.

Run: python bench/fishing.py [officer-days, 2000 if left out]
"""

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from egnatia.enquiries.fishing import Probe, findings
from egnatia.enquiries.fishing.crowd import Crowd
from egnatia.enquiries.fishing.probes import asked_probe
from egnatia.model.states import FishingRule, SubjectKind

SEED = 417
KEY = bytes(32)
START = datetime(2025, 5, 15, 6, tzinfo=UTC)
CASE = "DUR-2025-0417"
BUSY_DAY = 200
"""Questions of the busiest ordinary day: the default quota of an officer."""
PARTNER_DAY = 1_000
"""Questions of a partner's busy day."""
FIRST = [
    "Arben",
    "Blerim",
    "Agron",
    "Dritan",
    "Fatos",
    "Ilir",
    "Luan",
    "Mentor",
    "Petrit",
    "Besnik",
    "Ana",
    "Mira",
    "Elira",
    "Jovan",
    "Marko",
    "Nikola",
    "Stefan",
    "Milan",
]
FAMILY = [
    "Krasniqi",
    "Gashi",
    "Hoxha",
    "Shala",
    "Berisha",
    "Morina",
    "Bytyqi",
    "Kelmendi",
    "Ahmeti",
    "Osmani",
    "Rama",
    "Basha",
    "Deda",
    "Prifti",
    "Leka",
    "Kola",
    "Jovanovic",
    "Petrovic",
    "Nikolic",
    "Markovic",
    "Stojanovic",
    "Petrovski",
    "Nikolovski",
    "Trajkovski",
    "Georgiev",
    "Smith",
    "Jones",
    "Taylor",
    "Brown",
    "Wilson",
]
Asked = tuple[SubjectKind, dict[str, str]]


def person(first: str, family: str, born: str) -> Asked:
    """A question about a person."""
    return SubjectKind.PERSON, {"first_names": first, "family_names": family, "birth_date": born}


def document(number: int) -> Asked:
    """A question about a passport of one issuer."""
    return SubjectKind.TRAVEL_DOCUMENT, {"issuer": "RKS", "document_type": "P", "number": f"P{number:07d}"}


def some_date(rng: random.Random) -> str:
    """A date of birth."""
    return f"{rng.randint(1950, 2006)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"


def ordinary(rng: random.Random) -> Iterator[Asked]:
    """Questions as they come at a border and in an office, without end."""
    while True:
        kind, family = rng.random(), rng.choice(FAMILY)
        if kind < 0.45:
            number = rng.randrange(10_000_000)
            yield document(number)
            if rng.random() < 0.1:
                yield document(max(0, number - rng.randint(1, 40)))  # the booklet before this one
        elif kind < 0.9:
            asked = person(rng.choice(FIRST), family, some_date(rng))
            yield asked
            if rng.random() < 0.15:
                yield asked  # asked again after a mistake
        else:
            for _ in range(rng.randint(2, 4)):
                yield person(rng.choice(FIRST), family, some_date(rng))


def numbers_up(rng: random.Random) -> Iterator[Asked]:
    """One number after the other."""
    start = rng.randrange(9_000_000)
    return (document(start + step) for step in range(500))


def numbers_shuffled(rng: random.Random) -> Iterator[Asked]:
    """The numbers of a range of 500, in random order."""
    start = rng.randrange(9_000_000)
    return (document(start + step) for step in rng.sample(range(500), 500))


def dates_tried(rng: random.Random) -> Iterator[Asked]:
    """One person under every date of birth."""
    first, family = rng.choice(FIRST), rng.choice(FAMILY)
    return (person(first, family, some_date(rng)) for _ in range(500))


def spellings_tried(rng: random.Random) -> Iterator[Asked]:
    """One person under every spelling of the first name."""
    family, born = rng.choice(FAMILY), some_date(rng)
    return (person(rng.choice(FIRST)[:3] + rng.choice("aeiou") + rng.choice("nrlmk"), family, born) for _ in range(500))


def alphabet(rng: random.Random) -> Iterator[Asked]:
    """A list of persons from A to Z."""
    names = sorted(f"{rng.choice(FAMILY)[:4]}{rng.choice('aeiou')}{number:03d}" for number in range(500))
    return (
        person(rng.choice(FIRST), name.translate(str.maketrans("0123456789", "abcdefghij")), some_date(rng))
        for name in names
    )


SWEEPS: tuple[Callable[[random.Random], Iterator[Asked]], ...] = (
    numbers_up,
    numbers_shuffled,
    dates_tried,
    spellings_tried,
    alphabet,
)


def probes(questions: Iterator[Asked], count: int) -> list[Probe]:
    """So many questions, a minute apart."""
    moments = (START + timedelta(minutes=number) for number in range(count))
    return [
        asked_probe(KEY, subject, query, at, CASE) for at, (subject, query) in zip(moments, questions, strict=False)
    ]


def seen_after(questions: Iterator[Asked]) -> tuple[int, set[FishingRule]]:
    """After how many of its own questions a sweep is seen, and by which rules; 0 when it never is."""
    asked = probes(islice(questions, BUSY_DAY), BUSY_DAY)
    for count in range(1, len(asked) + 1):
        found = {each.rule for each in findings(asked[:count])}
        if found:
            return count, found
    return 0, set()


def crowd_alarms(rng: random.Random, officers: int) -> int:
    """Alarms about one ordinary day of a partner whose officers ask a thousand questions together."""
    crowd, asked = Crowd(), Counter[str]()
    alarms = set()
    for probe in probes(ordinary(rng), PARTNER_DAY):
        officer = f"off-{rng.randrange(officers)}"
        asked[officer] += 1
        alarms |= {each.rule for each in crowd.note(officer, probe, asked[officer])}
    return len(alarms)


def spread_after(rng: random.Random, sweep: Iterator[Asked], between: int, under: int) -> int:
    """After how many of its questions a sweep is seen that asks `under` questions under each invented reference.

    Args:
        rng: of the ordinary questions.
        sweep: the questions.
        between: ordinary ones between two of them.
        under: of the sweep's own, under one reference.
    """
    crowd, others, at = Crowd(), ordinary(rng), START
    for number, one in enumerate(islice(sweep, BUSY_DAY)):
        for asked in (*islice(others, between), one):
            at += timedelta(seconds=20)
            probe = asked_probe(KEY, *asked, at, CASE)
            own = asked is one
            officer = f"off-new-{number // under}" if own else f"off-{rng.randrange(50)}"
            if crowd.note(officer, probe, 1 + number % under if own else 100):
                return number + 1
    return 0


def main() -> None:
    """Print false alarms on ordinary days, then one line for each sweep, and for sweeps under invented references."""
    days = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    rng = random.Random(SEED)
    for count in (40, BUSY_DAY):
        alarms: Counter[FishingRule] = Counter()
        for _ in range(days):
            alarms.update(each.rule for each in findings(probes(ordinary(rng), count)))
        told = ", ".join(f"{rule.value} {alarms[rule]}" for rule in FishingRule)
        print(f"{days:,} ordinary officer-days of {count} questions: alarms {alarms.total()} ({told})")
    for sweep in SWEEPS:
        runs = [seen_after(sweep(rng)) for _ in range(20)]
        counts = sorted(count for count, _ in runs if count)
        rules = sorted({rule.value for _, found in runs for rule in found})
        middle = counts[len(counts) // 2] if counts else 0
        print(
            f"{sweep.__name__:17} seen in {len(counts)} of {len(runs)}, after {middle} questions (median), by {', '.join(rules)}"
        )
    alarms_together = sum(crowd_alarms(rng, 50) for _ in range(max(1, days // 20)))
    print(
        f"{max(1, days // 20):,} ordinary partner-days of {PARTNER_DAY:,} questions by 50 officers: alarms {alarms_together}"
    )
    for sweep in SWEEPS[:-1]:
        for between, under in ((0, 1), (5, 1), (20, 7)):
            ends = sorted(spread_after(rng, sweep(rng), between, under) for _ in range(20))
            print(
                f"{sweep.__name__:17} {under} under each invented reference, {between} others between: seen in"
                f" {sum(end > 0 for end in ends)} of 20, after {ends[10]} questions (median)"
            )


if __name__ == "__main__":
    main()
