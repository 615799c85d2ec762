"""What the nodes hold, read from their databases with SQLite alone: the checker shares no code with what it judges.

Only the ledger's own verification (`egnatia ledger verify`) is asked of the node's software, besides.
"""

import contextlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from bench.faults.check import Away, Finding, Home, Tally, Violation, check_batches, check_order
from bench.faults.history import Batch, case_ref, number_of, read_history
from bench.faults.officer import question
from bench.faults.places import CODES, Places, others

from egnatia.ledger.audit import verify_own
from egnatia.model.ids import PartnerCode
from egnatia.node import DATABASE_FILE, Node

CHUNK = 20_000
"""Enquiries checked together: some 100 MB of facts."""
_ASKS = "SELECT enquiry_id, partner, state, refusal FROM ask WHERE enquiry_id IN (SELECT value FROM json_each(?))"
_CANDIDATES = "SELECT enquiry_id, partner, ref FROM candidate WHERE enquiry_id IN (SELECT value FROM json_each(?))"
_ENTRIES = """
SELECT substr(object_ref, 9), json_extract(CAST(entry AS TEXT), '$.partner') FROM ledger_entry
WHERE kind = ? AND object_ref IN (SELECT 'enquiry:' || value FROM json_each(?))
"""


@contextlib.contextmanager
def reading(directory: Path) -> Iterator[sqlite3.Connection]:
    """A node's database, to be read."""
    connection = sqlite3.connect(f"file:{directory / DATABASE_FILE}?mode=ro", uri=True, timeout=5)
    try:
        yield connection
    finally:
        connection.close()


def judge(places: Places) -> Tally:
    """Check everything after a run; every node has to be stopped or at rest."""
    tally = Tally()
    with contextlib.ExitStack() as stack:
        databases = {code: stack.enter_context(reading(places.node(code))) for code in CODES}
        for code, database in databases.items():
            tally.add(_check_database(code, database))
        for code in CODES:
            _judge_asker(places, code, databases, tally)
        tally.add(_check_totals(databases))
        tally.add(_check_heads(databases))
    for code in CODES:
        tally.add(_check_ledger(places, code))
    return tally


def _judge_asker(
    places: Places, code: PartnerCode, databases: Mapping[PartnerCode, sqlite3.Connection], tally: Tally
) -> None:
    arrived = {each: _arrivals(databases[each], code) for each in others(code)}
    for _, group in groupby(read_history(places.history(code)), key=lambda batch: batch.first // CHUNK):
        batches = list(group)
        facts = _facts(code, batches, databases)
        found, counted = check_batches(code, others(code), batches, facts, _expected(code))
        tally.add(found)
        for name in ("enquiries", "questions", "answers", "hits", "unsure", "unsure_recorded", "probes"):
            setattr(tally, name, getattr(tally, name) + getattr(counted, name))
        everywhere = {message: place for each in arrived.values() for message, place in each.items()}
        tally.add(check_order(code, batches, everywhere))


def _expected(code: PartnerCode) -> Callable[[int, str], str | None]:
    def expect(number: int, partner: str) -> str | None:
        _, owner, reference = question(code, number)
        return reference if owner == partner else None

    return expect


def _facts(
    code: PartnerCode, batches: Sequence[Batch], databases: Mapping[PartnerCode, sqlite3.Connection]
) -> tuple[Home, Away]:
    """What both ends hold about the enquiries with the numbers of these batches."""
    low, high = case_ref(batches[0].first), case_ref(batches[-1].first + batches[-1].count - 1)
    home = databases[code]
    rows = home.execute("SELECT id, case_ref FROM enquiry WHERE case_ref BETWEEN ? AND ?", (low, high))
    enquiries = [(enquiry, number) for enquiry, case in rows if (number := number_of(case)) is not None]
    ids = json.dumps([enquiry for enquiry, _ in enquiries])
    return Home(
        enquiries=enquiries,
        asks=home.execute(_ASKS, (ids,)).fetchall(),
        candidates=home.execute(_CANDIDATES, (ids,)).fetchall(),
        sent=home.execute(_ENTRIES, ("enquiry.sent", ids)).fetchall(),
        received=home.execute(_ENTRIES, ("reply.received", ids)).fetchall(),
    ), _away(code, ids, {each: databases[each] for each in others(code)})


def _away(code: PartnerCode, ids: str, databases: Mapping[PartnerCode, sqlite3.Connection]) -> Away:
    answered: list[tuple[str, str, str, tuple[str, ...]]] = []
    entered: list[tuple[str, str]] = []
    query = "SELECT enquiry_id, result, refs FROM answered_enquiry WHERE asker = ? AND enquiry_id IN (SELECT value FROM json_each(?))"
    for partner, database in databases.items():
        for enquiry, result, refs in database.execute(query, (code, ids)):
            answered.append((enquiry, partner, result, tuple(sorted(json.loads(refs)["returned"]))))
        rows = database.execute(_ENTRIES, ("enquiry.answered", ids))
        entered += [(enquiry, partner) for enquiry, asker in rows if asker == code]
    return Away(answered, entered)


def _arrivals(database: sqlite3.Connection, sender: PartnerCode) -> dict[str, int]:
    """The place of each probe among everything that a node took in (SQLite counts rows up)."""
    query = "SELECT message_id, rowid FROM inbox WHERE sender = ? AND kind = 'fault_probe'"
    return dict(database.execute(query, (sender,)))


def _check_database(code: PartnerCode, database: sqlite3.Connection) -> Iterator[Violation]:
    said = [row[0] for row in database.execute("PRAGMA integrity_check")]
    if said != ["ok"]:
        yield Violation(Finding.DATABASE, code, f"integrity_check: {said[:3]}")
    for row in database.execute("PRAGMA foreign_key_check").fetchmany(3):
        yield Violation(Finding.DATABASE, code, f"foreign_key_check: {row}")
    for (sealed_id,) in database.execute("SELECT id FROM doomed_key LIMIT 3"):
        yield Violation(Finding.DATABASE, code, f"the key {sealed_id} was to be destroyed and still waits")
    given_up = database.execute("SELECT count(*) FROM outbox WHERE state = 'undeliverable'").fetchone()[0]
    if given_up:
        yield Violation(Finding.LOST, code, f"{given_up} messages were given up")


def _check_totals(databases: Mapping[PartnerCode, sqlite3.Connection]) -> Iterator[Violation]:
    """Nothing stands outside what was checked enquiry by enquiry."""

    def count(code: PartnerCode, query: str, *values: str) -> int:
        return int(databases[code].execute(query, values).fetchone()[0])

    entries = "SELECT count(*) FROM ledger_entry WHERE kind = ?"
    for code in CODES:
        foreign = "SELECT count(*) FROM enquiry WHERE case_ref NOT GLOB 'FLT-2026-[0-9]*'"
        pairs = (
            ("enquiries of other officers", count(code, foreign), 0),
            ("entries of sending", count(code, entries, "enquiry.sent"), count(code, "SELECT count(*) FROM ask")),
            (
                "entries of answering",
                count(code, entries, "enquiry.answered"),
                count(code, "SELECT count(*) FROM answered_enquiry"),
            ),
            (
                "answers given",
                count(code, "SELECT count(*) FROM answered_enquiry"),
                sum(count(each, "SELECT count(*) FROM ask WHERE partner = ?", code) for each in others(code)),
            ),
            ("alarms", count(code, entries, "witness.alarm"), 0),
            ("messages given up", count(code, entries, "message.undeliverable"), 0),
        )
        for what, got, want in pairs:
            if got != want:
                yield Violation(Finding.UNASKED, code, f"{what}: {got}, expected {want}")


def _check_heads(databases: Mapping[PartnerCode, sqlite3.Connection]) -> Iterator[Violation]:
    """What each partner cosigned of a ledger is a checkpoint of that ledger, with the same root."""
    for witness, database in databases.items():
        rows = database.execute("SELECT partner, size, root, alarm FROM witnessed_log").fetchall()
        for partner, size, root, alarm in rows:
            if alarm is not None:
                yield Violation(Finding.LEDGER, witness, f"alarm about {partner}: {alarm}")
            query = "SELECT root FROM ledger_checkpoint WHERE size = ?"
            own = databases[partner].execute(query, (size,)).fetchone()
            if own is None or own[0] != root:
                yield Violation(Finding.LEDGER, partner, f"{witness} cosigned another head of size {size}")
        for missing in set(others(witness)) - {row[0] for row in rows}:
            yield Violation(Finding.LEDGER, missing, f"{witness} never cosigned its ledger")


def _check_ledger(places: Places, code: PartnerCode) -> Iterator[Violation]:
    with contextlib.closing(Node.open(places.node(code))) as node, node.database.read() as tx:
        report = verify_own(tx, node.trust(tx))
    for finding in report.findings[:5]:
        yield Violation(Finding.LEDGER, code, f"{finding.code}, {finding.place}: {finding.text}")
