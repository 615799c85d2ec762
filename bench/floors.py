"""Accuracy floors that CI holds: each prints its figure and its floor; exit status 1 when one is missed.

Run: python -m bench.floors        (about ten seconds; fixed seeds, no timing among the floors)
"""

import random
import sys
from collections.abc import Callable, Iterator
from datetime import date

from egnatia.engines.documents import BlindChange, Format, Severity, blind_substitutions, inspect, random_zone
from egnatia.engines.people import PersonQuery, PersonRecord, judge, padded, parse_date, tags
from egnatia.model.ids import RecordRef

TODAY = date(2025, 5, 15)
SEED = 417
KEY = bytes(range(32))
Floor = tuple[Callable[[], float], float]
"""What is measured, and the least that it may be."""
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
_SPELLINGS = (
    ("Gjergj Hoxha", "GJERGJ HOXHA"),
    ("Đorđe Šehić", "Djordje Sehic"),
    ("Arbën Krasniqi", "Arben Krasniqi"),
    ("Ѓорѓи Петровски", "Gjorgji Petrovski"),
    ("Xhevdet Çela", "Xhevdet Cela"),
    ("Željko Đukanović", "Zeljko Djukanovic"),
)


def genuine_zones_without_finding(count: int = 5_000) -> float:
    """Share of generated genuine zones, all five formats in turn, that raise no finding above `info`."""
    rng = random.Random(SEED)
    formats = list(Format)
    clean = 0
    for number in range(count):
        zone = random_zone(rng, formats[number % len(formats)], TODAY)
        found = inspect(zone.text(), TODAY).findings
        clean += all(finding.severity is Severity.INFO for finding in found)
    return clean / count


def altered_characters_noticed(zones: int = 150) -> float:
    """Share of single-character changes in digit-protected fields that raise a finding or are listed as blind."""
    rng = random.Random(SEED)
    formats = list(Format)
    outcomes = [
        noticed
        for number in range(zones)
        for noticed in _alterations(random_zone(rng, formats[number % len(formats)], TODAY).lines, rng)
    ]
    return sum(outcomes) / len(outcomes)


def _alterations(lines: tuple[str, ...], rng: random.Random) -> Iterator[bool]:
    """One random change in each protected field: whether it is noticed, or listed as one that cannot be."""
    document = inspect("\n".join(lines), TODAY).document
    blind = blind_substitutions(document)
    for reading in document.fields:
        if reading.printed and reading.text:
            column = reading.column - 1 + rng.randrange(len(reading.text))
            line = lines[reading.line - 1]
            proposed = rng.choice(ALPHABET.replace(line[column], ""))
            changed = list(lines)
            changed[reading.line - 1] = line[:column] + proposed + line[column + 1 :]
            listed = any(_is(each, reading.line, column + 1, proposed) for each in blind)
            yield listed or bool(inspect("\n".join(changed), TODAY).findings)


def _is(change: BlindChange, line: int, column: int, proposed: str) -> bool:
    return (change.line, change.column, change.unseen) == (line, column, proposed)


def spellings_found_blind() -> float:
    """Share of spelling pairs with the same date of birth that the blind tags of step 1 bring together."""
    rng = random.Random(SEED)
    found = 0
    for number, (left, right) in enumerate(_SPELLINGS):
        born = parse_date(f"1990-03-{number + 11}")
        first, family = left.split()
        record = PersonRecord(RecordRef(f"R-{number:03}"), first, family, born)
        first, family = right.split()
        asked = padded(tags(PersonQuery(first, family, born), KEY), rng)
        found += judge(asked, {tag.value for tag in tags(record, KEY)}) is not None
    return found / len(_SPELLINGS)


FLOORS: tuple[Floor, ...] = (
    (genuine_zones_without_finding, 1.0),
    (altered_characters_noticed, 1.0),
    (spellings_found_blind, 1.0),
)


def hold(floors: tuple[Floor, ...]) -> int:
    """Print each figure beside its floor; the exit status, 1 when one is missed."""
    missed = 0
    for measure, floor in floors:
        value = measure()
        missed += value < floor
        print(f"{'ok ' if value >= floor else 'LOW'} {measure.__name__:34} {value:.4f} (floor {floor})")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(hold(FLOORS))
