"""How long one number takes to look up among a million registered documents, and how many near numbers are noise.

Prints the 50th, 95th and 99th percentile in milliseconds for an exact number, one in a range of blanks, one that is
absent, and an absent one with numbers near it; the statement of release 0.1.0 beside it on the same rows; rows
imported a second; and the share of absent numbers with at least one near entry, without and with the zone's check digit.

Run: `python -m bench.documents.registers [rows] [look-ups]`, by default 1,000,000 and 1,000. One process, one thread;
SQLite with WAL in a temporary directory, or PostgreSQL by EGNATIA_BENCH_DATABASE=postgresql+psycopg://…
"""

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import bindparam, select

from egnatia.engines.documents.mrz.digits import check_digit
from egnatia.engines.documents.registers.lookup import near_entries
from egnatia.engines.documents.registers.nearness import near_numbers
from egnatia.enquiries.registered import OwnRegister, registered_with, take_stock
from egnatia.store.database import Database, Transaction
from egnatia.store.migrations import upgrade
from egnatia.store.prepared import Prepared, insert_into
from egnatia.store.tables import registered_document
from egnatia.store.vault import Vault

ISSUER, CODES = "ALB", ("ALB",)
ROWS, LOOK_UPS = 1_000_000, 1_000
RANGES = 0.002
"""Share of the rows that are ranges of 2 to 5,000 blanks."""
SPACE = 20_000_000
"""Numbers the issuer has given out; a million registered among them is one in twenty."""
_COLUMNS = registered_document.c
BEFORE = Prepared(
    select(_COLUMNS.ref, _COLUMNS.number_from, _COLUMNS.number_to, _COLUMNS.category)
    .where(
        _COLUMNS.issuer == bindparam("issuer"),
        _COLUMNS.document_type.startswith("P"),
        _COLUMNS.number_length == bindparam("length"),
        _COLUMNS.number_from <= bindparam("number"),
        _COLUMNS.number_to >= bindparam("number"),
    )
    .order_by(_COLUMNS.ref)
)
"""How release 0.1.0 looked a number up."""


def rows(rng: random.Random, count: int) -> Iterator[dict[str, object]]:
    """Registered documents of one issuer: two letters and seven digits, categories in the shares of a real register."""
    taken = rng.sample(range(SPACE), count)
    for at, number in enumerate(taken):
        ranged = rng.random() < RANGES
        size = rng.randint(2, 5_000) if ranged else 1
        category = (
            "stolen_blank" if ranged else rng.choices(("lost", "stolen", "revoked", "invalid"), (70, 20, 8, 2))[0]
        )
        yield {
            "ref": f"ALB-{at:08d}",
            "issuer": ISSUER,
            "document_type": "P",
            "number_from": written(number),
            "number_to": written(
                min(number + size - 1, number | 0x1FFF, 9_999_999 if number < 10_000_000 else SPACE - 1)
            ),
            "number_length": 9,
            "category": category,
            "reported_on": date(2025, 1, 1),
            "imported_at": datetime(2025, 5, 15, tzinfo=UTC),
        }


def written(number: int) -> str:
    """BA and seven digits, or BB beyond ten million."""
    return f"B{'AB'[number // 10_000_000]}{number % 10_000_000:07d}"


def fill(database: Database, rng: random.Random, count: int) -> None:
    """Store them by the statement of the import, 20,000 a transaction, and say how fast that was."""
    statement = insert_into(registered_document)
    waiting = rows(rng, count)
    started = time.perf_counter()
    for _ in range(0, count, 20_000):
        with database.write() as tx:
            for _, row in zip(range(20_000), waiting, strict=False):
                tx.put(statement, row)
    with database.write() as tx:
        take_stock(tx)
    print(f"stored {count:,} rows: {count / (time.perf_counter() - started):,.0f} a second")


def measured(name: str, look: Callable[[str], object], numbers: list[str]) -> None:
    """Percentiles of one kind of look-up."""
    took = []
    for number in numbers:
        started = time.perf_counter()
        look(number)
        took.append(1_000 * (time.perf_counter() - started))
    took.sort()
    shares = ", ".join(f"p{share} {took[min(len(took) - 1, len(took) * share // 100)]:8.3f}" for share in (50, 95, 99))
    print(f"{name:<34} {shares} ms")


def look_ups(tx: Transaction, rng: random.Random, count: int) -> None:
    """Every kind of look-up on the same numbers."""
    known = tx.execute(select(_COLUMNS.number_from, _COLUMNS.number_to)).all()
    singles = [row.number_from for row in known if row.number_from == row.number_to]
    ranges = [(row.number_from, row.number_to) for row in known if row.number_from != row.number_to]
    exact = rng.sample(singles, min(count, len(singles)))
    inside = [
        f"{first[:2]}{rng.randint(int(first[2:]), int(last[2:])):07d}" for first, last in rng.choices(ranges, k=count)
    ]
    taken = set(singles)
    absent = [number for number in (written(rng.randrange(SPACE)) for _ in range(2 * count)) if number not in taken][
        :count
    ]
    own = OwnRegister(tx, CODES)
    for name, numbers in (("exact", exact), ("in a range", inside), ("absent", absent)):
        measured(name, lambda number: registered_with(tx, ISSUER, number, "P"), numbers)
    measured("absent, with near numbers", lambda number: near_entries(own, ISSUER, number), absent)
    measured(
        "same, check digit verified", lambda number: near_entries(own, ISSUER, number, check_digit(number)), absent
    )
    few = absent[: max(5, count // 50)]
    measured("absent, statement of 0.1.0", lambda n: tx.rows(BEFORE, issuer=ISSUER, length=9, number=n), few)
    missed = sum(not registered_with(tx, ISSUER, number, "P") for number in exact + inside)
    print(f"registered numbers missed: {missed} of {len(exact) + len(inside)}")
    noise(own, absent)


def noise(own: OwnRegister, absent: list[str]) -> None:
    """How often a number that is not registered has a near one that is: what an officer would be shown for nothing."""
    free = [number for number in absent if not own.exact(ISSUER, number)]
    for name, printed in (("any near entry", False), ("same check digit", True)):
        found = [near_entries(own, ISSUER, number, check_digit(number) if printed else "") for number in free]
        alike = sum(any(each.near == "look_alike" for each in entries) for entries in found)
        share, tried = (
            sum(map(bool, found)) / len(free),
            len(near_numbers(free[0], check_digit(free[0]) if printed else "")),
        )
        print(
            f"{name:<34} {share:6.1%} of absent numbers, look-alikes {alike / len(free):6.1%} ({tried} numbers tried)"
        )


def main() -> None:
    """Fill, look up, print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    many = int(sys.argv[2]) if len(sys.argv) > 2 else LOOK_UPS
    rng = random.Random(417)
    with tempfile.TemporaryDirectory() as directory:
        url = os.environ.get("EGNATIA_BENCH_DATABASE", f"sqlite:///{Path(directory) / 'node.sqlite'}")
        database = Database(url, Vault(Path(directory) / "vault.sqlite", bytes(32)), rng)
        upgrade(database)
        fill(database, rng, count)
        with database.read() as tx:
            look_ups(tx, rng, many)
        database.close()


if __name__ == "__main__":
    main()
