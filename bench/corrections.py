"""Figures of corrections and housekeeping: finding the holders, folding a series, erasing what is due.

Run: `python bench/corrections.py`. SQLite with WAL and synchronous=FULL in a temporary directory, one process, one thread.
"""

import json
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from egnatia.enquiries.corrections.holders import holders
from egnatia.enquiries.corrections.standing import Known, standing
from egnatia.enquiries.retention import ERASED_AT_ONCE, erase_due
from egnatia.model.ids import RecordRef
from egnatia.model.states import CorrectionKind, CorrectionReason, SubjectKind
from egnatia.store.database import Database, Transaction
from egnatia.store.tables import answered_enquiry, metadata
from egnatia.store.vault import Vault

NOW = datetime(2025, 5, 15, 3, 0, tzinfo=UTC)
ANSWERS = 100_000
DUE = 20_000
SERIES = 100
SEALED_AT_ONCE = 5_000


def answers(tx: Transaction) -> None:
    """Answered enquiries of a year and a half at 180 a day; every tenth returned a reference."""
    rows = [
        {
            "asker": "ALB",
            "enquiry_id": f"{number:036d}",
            "subject": SubjectKind.PERSON,
            "purpose": "investigation",
            "offence": "theft",
            "answered_at": NOW,
            "result": "hit" if number % 10 == 0 else "no_hit",
            "refs": json.dumps({"returned": [f"GBR-P-{number:06d}"] if number % 10 == 0 else [], "shielded": []}),
        }
        for number in range(ANSWERS)
    ]
    tx.execute(answered_enquiry.insert(), rows)


def find(database: Database) -> None:
    """Holders of one record among all answers."""
    started = time.perf_counter()
    with database.read() as tx:
        found = holders(tx, RecordRef("GBR-P-050000"), SubjectKind.PERSON)
    took = (time.perf_counter() - started) * 1e3
    print(f"holders of one record among {ANSWERS:,} answers: {took:.0f} ms ({len(found)} found)")


def fold() -> None:
    """What a copy is after a long series of corrections, drawn in any order."""
    rng = random.Random(1)
    kinds = [CorrectionKind.RECTIFY, CorrectionKind.RESTRICT, CorrectionKind.LIFT]
    known = [
        Known(each, NOW + timedelta(minutes=each), rng.choice(kinds), CorrectionReason.INACCURATE, {"alias": str(each)})
        for each in range(1, SERIES + 1)
    ]
    rng.shuffle(known)
    started = time.perf_counter()
    for _ in range(1_000):
        standing(known, NOW)
    print(f"standing of a copy after {SERIES} corrections: {(time.perf_counter() - started) * 1e3:.0f} µs")


def seal_some(tx: Transaction) -> None:
    """Records that are due at once."""
    for _ in range(SEALED_AT_ONCE):
        tx.seal(b"x" * 300, kind="facts", at=NOW, erase_on=NOW)


def erase(database: Database) -> None:
    """Erase what is due, a bounded number to a transaction, keys included."""
    for _ in range(DUE // SEALED_AT_ONCE):
        database.run(seal_some)
    times = []
    done = ERASED_AT_ONCE
    while done == ERASED_AT_ONCE:
        started = time.perf_counter()
        done = database.run(lambda tx: erase_due(tx, NOW))
        times.append(time.perf_counter() - started)
    whole = sum(times)
    print(
        f"erasing {DUE:,} sealed records, {ERASED_AT_ONCE:,} to a transaction: {DUE / whole:,.0f} a second,"
        f" longest transaction {max(times) * 1e3:.0f} ms"
    )


def main() -> None:
    """Print the figures."""
    print("python bench/corrections.py")
    with tempfile.TemporaryDirectory() as folder:
        vault = Vault(Path(folder) / "vault.sqlite", bytes(32))
        database = Database(f"sqlite:///{folder}/node.sqlite", vault, random.SystemRandom())
        with database.connection() as connection:
            metadata.create_all(connection)
        database.run(answers)
        find(database)
        fold()
        erase(database)
        database.close()


if __name__ == "__main__":
    main()
