"""The judge over real databases: three nodes that worked are clean, and whatever is then changed in a file is found."""

import asyncio
import json
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from bench.faults.check import Finding, Tally
from bench.faults.clock import set_clock
from bench.faults.evidence import judge
from bench.faults.history import Batch, Log
from bench.faults.officer import PROBES, record
from bench.faults.places import CODES, Places, build
from bench.faults.report import BEGIN, END, is_clean, summary, unexplained, write_into
from bench.faults.suite import _told
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from egnatia.accounts import officers
from egnatia.exchange.courier import Courier
from egnatia.exchange.memory import MemoryLine
from egnatia.exchange.server import exchange_app
from egnatia.exchange.witnessing import ask_for_cosignatures
from egnatia.model.ids import PartnerCode
from egnatia.node import DATABASE_FILE, Node, utc_now

ALB, GBR, XKX = CODES
COUNT = 6
BATCHES = 3


def work(places: Places) -> None:
    """A short life of three nodes: every officer records batches, one of them unsure, everything is answered."""
    nodes = {code: Node.open(places.node(code)) for code in CODES}
    apps = {code: exchange_app(node.site()) for code, node in nodes.items()}
    for code, node in nodes.items():
        with node.database.read() as tx:
            officer = officers(tx)[0].officer
        log = Log(places.history(code))
        for number in range(BATCHES):
            begun = Batch(number * COUNT, COUNT)
            log.begin(begun.first, begun.count)
            made = node.commit(partial(record, node=node, officer=officer, batch=begun, now=utc_now()))
            if number != 1:
                log.acknowledged(made)
        log.begin(BATCHES * COUNT, COUNT)  # the officer was killed before anything was recorded
        log.close()
    asyncio.run(_deliver(nodes, {code: MemoryLine(_certificate(node), apps) for code, node in nodes.items()}))
    for node in nodes.values():
        node.close()


async def _deliver(nodes: dict[PartnerCode, Node], lines: dict[PartnerCode, MemoryLine]) -> None:
    couriers: list[Courier] = [node.courier(lines[code]) for code, node in nodes.items()]
    while sum([await courier.deliver_due() for courier in couriers]):
        pass
    for code, node in nodes.items():
        await ask_for_cosignatures(node.watch(lines[code]))


def _certificate(node: Node) -> bytes:
    return x509.load_pem_x509_certificate(node.keys.tls_certificate.read_bytes()).public_bytes(Encoding.DER)


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Places:
    """A finished run; only copied."""
    places = Places(tmp_path_factory.mktemp("faults") / "run", namespaces=False, first_port=1)
    for code in CODES:
        places.node(code).mkdir(parents=True)
        set_clock(places.clock(code), 0)
    build(places)
    work(places)
    return places


@pytest.fixture
def places(worked: Places, tmp_path: Path) -> Places:
    copied = Places(tmp_path / "run", namespaces=False, first_port=1)
    shutil.copytree(worked.root, copied.root)
    return copied


def change(places: Places, code: PartnerCode, *statements: str) -> None:
    """Change a node's file behind its back."""
    with closing(sqlite3.connect(places.node(code) / DATABASE_FILE)) as database, database:
        for statement in statements:
            for short, long in SHORT.items():
                statement = statement.replace(short, long)  # noqa: PLW2901 - the same statement, written out
            assert database.execute(statement).rowcount != 0


def test_a_run_in_which_all_went_well_is_clean(worked: Places) -> None:
    tally = judge(worked)
    assert tally.findings == {}
    assert tally.enquiries == len(CODES) * (BATCHES - 1) * COUNT
    assert tally.questions == 2 * tally.enquiries
    assert (tally.unsure, tally.unsure_recorded) == (len(CODES) * 2 * COUNT, len(CODES) * COUNT)
    assert tally.answers == 2 * len(CODES) * BATCHES * COUNT
    assert tally.hits == len(CODES) * BATCHES * COUNT // 3
    assert tally.probes == len(CODES) * PROBES


FIRST = "(SELECT id FROM enquiry WHERE case_ref = 'FLT-2026-00000000')"
SHORT = {
    "$first": f"enquiry_id = {FIRST}",
    "$entry": f"object_ref = 'enquiry:' || {FIRST}",
    "$next": "(SELECT max(sequence) + 1 FROM ledger_entry)",
    "$one": "CREATE TEMP TABLE twin AS SELECT * FROM",
}
"""Written out in the statements below."""
AGAIN = ("UPDATE twin SET sequence = $next", "INSERT INTO ledger_entry SELECT * FROM twin")
TAMPERINGS: dict[str, tuple[PartnerCode, Finding, tuple[str, ...]]] = {
    "a lost enquiry": (
        ALB,
        Finding.LOST,
        (
            "DELETE FROM ask WHERE $first",
            "DELETE FROM candidate WHERE $first",
            "DELETE FROM enquiry WHERE case_ref = 'FLT-2026-00000000'",
        ),
    ),
    "a lost question": (ALB, Finding.LOST, ("DELETE FROM ask WHERE $first AND partner = 'XKX'",)),
    "an open question": (
        ALB,
        Finding.UNANSWERED,
        ("UPDATE ask SET state = 'waiting' WHERE $first AND partner = 'XKX'",),
    ),
    "a refused question": (
        ALB,
        Finding.REFUSED,
        ("UPDATE ask SET state = 'refused', refusal = 'TOO_OLD' WHERE $first",),
    ),
    "a lost candidate": (ALB, Finding.WRONG_ANSWER, ("DELETE FROM candidate WHERE $first",)),
    "a wrong candidate": (ALB, Finding.WRONG_ANSWER, ("UPDATE candidate SET ref = 'GBR-LS-0199' WHERE $first",)),
    "a doubled candidate": (
        ALB,
        Finding.DOUBLED,
        ("$one candidate WHERE $first", "UPDATE twin SET id = 'twin'", "INSERT INTO candidate SELECT * FROM twin"),
    ),
    "an enquiry of nobody": (
        ALB,
        Finding.UNASKED,
        ("UPDATE enquiry SET case_ref = 'DUR-2025-0417' WHERE case_ref = 'FLT-2026-00000001'",),
    ),
    "lost answers at the other end": (
        GBR,
        Finding.DISAGREEMENT,
        ("DELETE FROM answered_enquiry WHERE asker = 'ALB'",),
    ),
    "an answer to nobody": (
        GBR,
        Finding.UNASKED,
        (
            "$one answered_enquiry LIMIT 1",
            "UPDATE twin SET enquiry_id = 'nobody'",
            "INSERT INTO answered_enquiry SELECT * FROM twin",
        ),
    ),
    "another answer at the other end": (
        GBR,
        Finding.DISAGREEMENT,
        ("UPDATE answered_enquiry SET result = 'shielded' WHERE asker = 'ALB'",),
    ),
    "an entry of sending twice": (
        ALB,
        Finding.DOUBLED,
        ("$one ledger_entry WHERE kind = 'enquiry.sent' LIMIT 1", *AGAIN),
    ),
    "an entry of answering twice": (
        GBR,
        Finding.DOUBLED,
        ("$one ledger_entry WHERE kind = 'enquiry.answered' LIMIT 1", *AGAIN),
    ),
    "an entry of receiving twice": (
        XKX,
        Finding.DOUBLED,
        ("$one ledger_entry WHERE kind = 'reply.received' LIMIT 1", *AGAIN),
    ),
    "no entry of receiving": (
        ALB,
        Finding.NOT_ENTERED,
        ("DELETE FROM ledger_entry WHERE $entry AND kind = 'reply.received'",),
    ),
    "a changed entry": (
        GBR,
        Finding.LEDGER,
        ("UPDATE ledger_entry SET entry = replace(entry, '2026', '2027') WHERE sequence = 3",),
    ),
    "another head than was cosigned": (
        ALB,
        Finding.LEDGER,
        ("UPDATE witnessed_log SET root = zeroblob(32) WHERE partner = 'GBR'",),
    ),
    "an alarm": (ALB, Finding.LEDGER, ("UPDATE witnessed_log SET alarm = 'two heads' WHERE partner = 'GBR'",)),
    "a partner that never cosigned": (ALB, Finding.LEDGER, ("DELETE FROM witnessed_log WHERE partner = 'GBR'",)),
    "a message given up": (ALB, Finding.LOST, ("UPDATE outbox SET state = 'undeliverable' WHERE sequence = 1",)),
    "a row that refers to nothing": (
        ALB,
        Finding.DATABASE,
        ("UPDATE candidate SET enquiry_id = 'gone' WHERE $first",),
    ),
    "a key that waits for its end": (XKX, Finding.DATABASE, ("INSERT INTO doomed_key (id) VALUES ('left')",)),
    "lost probes": (GBR, Finding.LOST, ("DELETE FROM inbox WHERE kind = 'fault_probe'",)),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_whatever_is_changed_is_found(places: Places, name: str) -> None:
    code, finding, statements = TAMPERINGS[name]
    change(places, code, *statements)
    assert judge(places).findings[finding] >= 1


def test_a_conversation_that_arrived_in_another_order_is_found(places: Places) -> None:
    with closing(sqlite3.connect(places.node(GBR) / DATABASE_FILE)) as database, database:
        query = "SELECT rowid FROM inbox WHERE kind = 'fault_probe' AND sender = 'ALB' ORDER BY rowid"
        rows = [row[0] for row in database.execute(query)]
        assert len(rows) == PROBES
        for old, new in ((rows[0], 10_000), (rows[1], rows[0]), (10_000, rows[1])):
            database.execute("UPDATE inbox SET rowid = ? WHERE rowid = ?", (new, old))
    assert judge(places).findings == {Finding.OUT_OF_ORDER: 1}


def forget_the_unsure_batch(lines: list[str]) -> list[str]:
    return [line for line in lines if f'"first": {COUNT},' not in line]


def acknowledge_what_is_not_there(lines: list[str]) -> list[str]:
    ids = [f"nowhere-{number}" for number in range(COUNT)]
    return [*lines, json.dumps({"op": "ok", "first": BATCHES * COUNT, "ids": ids})]


@pytest.mark.parametrize(
    ("rewrite", "findings"),
    [
        (forget_the_unsure_batch, {Finding.UNASKED}),
        (acknowledge_what_is_not_there, {Finding.LOST}),
    ],
)
def test_a_history_that_says_more_than_the_node_holds_is_found(
    places: Places, rewrite: Callable[[list[str]], list[str]], findings: set[Finding]
) -> None:
    path = places.history(ALB)
    path.write_text("\n".join(rewrite(path.read_text().splitlines())) + "\n")
    assert findings == set(judge(places).findings)


def report(tally: Tally) -> dict[str, object]:
    rng = random.Random(417)
    injected: list[dict[str, object]] = [
        {"kind": kind, "code": "ALB", "seconds": rng.uniform(0, 5), "effect": {}, "reached_s": 1.5, "answered_s": 2.5}
        for kind in ("kill", "kill", "pause")
    ]
    return {
        "plan": {"messages": 1_000_000, "faults": 500, "minutes": 720.0, "backlog": 0, "only": ["kill"]},
        "tally": _told(tally),
        "injected": injected,
        "died": [],
        "not_run": ["disk full: this machine allows no disks of their own"],
        "backlog": {"messages": 1000, "drain_s": 4.0, "per_second": 250.0, "start_s": 1.0},
        "settled": {"seconds": 3.0, "left": 0, "a_day_passed": True},
        "seconds": {"loaded": 60.0, "judged": 6.0},
        "samples": [[10, True], [20, True], [0, False]],
    }


def test_a_report_says_what_was_counted_and_what_could_not_run(worked: Places, tmp_path: Path) -> None:
    made = report(judge(worked))
    assert is_clean(made)
    text = summary(made)
    for part in (
        "| lost | 0 |",
        "| kill | 2 |",
        "worst one-second window 10",
        "250 a second",
        "NOT RUN",
        "a day had passed",
    ):
        assert part in text
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nSTALE\n{END}\nafter\n")
    write_into(page, made)
    assert "STALE" not in page.read_text()
    assert 'bench.faults --messages 1000000 --faults 500 --minutes 720 --only "kill"' in page.read_text()
    assert page.read_text().startswith("before\n")
    assert page.read_text().endswith("after\n")
    with pytest.raises(SystemExit):
        write_into(worked.history(ALB), made)


def test_a_report_with_a_violation_is_not_clean_and_shows_it(places: Places) -> None:
    change(places, ALB, "UPDATE ask SET state = 'waiting' WHERE $first AND partner = 'XKX'")
    made = report(judge(places))
    assert not is_clean(made)
    assert "| unanswered | ALB |" in summary(made)


def test_a_node_that_ended_by_itself_is_not_clean() -> None:
    made = report(Tally()) | {"died": ["the node of ALB ended by itself with status 1 (pause at ALB)"]}
    assert not is_clean(made)
    assert "- the node of ALB ended by itself" in summary(made)


def test_an_unexplained_answer_is_not_clean() -> None:
    made = report(Tally())
    made["injected"][0]["effect"] = {"unexplained": ["forged: answered as if it were new"]}  # type: ignore[index]
    assert unexplained(made) == ["forged: answered as if it were new"]
    assert not is_clean(made)
