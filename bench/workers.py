"""Many processes on one node, on a real PostgreSQL server: how fast, and that no fault loses or doubles anything.

.ci/postgresql python -m bench.workers [--messages N] [--workers 1,2,4] [--restart COMMAND]

One node on PostgreSQL is served by so many processes; a partner sends signed enquiries over TLS from this process, 64 on
their way at a time, and sends again whatever got no answer. First every number of workers without a fault, then the
largest with faults while the load runs: a worker is killed (kill -9), so the node ends as a whole and is started anew, as
its supervisor does; every connection is ended by the server; and with --restart the server itself is restarted by that
command. After each round the node's tables and its ledger are counted against what was answered.

fsync is off on the server of .ci/postgresql: its rates say what the processes cost, not what a disk does.
"""

import argparse
import asyncio
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, create_engine, func, make_url, select

from egnatia.agreements import import_register
from egnatia.enquiries.ask import EnquiryDraft, send_enquiry
from egnatia.errors import Error
from egnatia.exchange.card import PartnerCard, read_card
from egnatia.exchange.client import HttpsLine, Request
from egnatia.exchange.message import format_moment
from egnatia.exchange.paths import MESSAGES_PATH, SENT_AT_HEADER
from egnatia.ledger.audit import verify_own
from egnatia.model.ids import OfficerId, PartnerCode, SealedId
from egnatia.model.officers import Officer
from egnatia.model.states import Offence, Purpose, Role, SubjectKind
from egnatia.node import Node, create_node, utc_now
from egnatia.scenario.task_force import agreements
from egnatia.settings import ConsoleSettings, DatabaseSettings, EnquirySettings, ExchangeSettings, Settings
from egnatia.store.tables import answered_enquiry, inbox, ledger_entry, outbox

ALB, XKX = PartnerCode("ALB"), PartnerCode("XKX")
OFFICER = Officer(OfficerId("off-bench"), "bench", frozenset({Role.ENQUIRER}))
AT_ONCE = 64
NO_QUOTA = 1_000_000
AGAIN_S = 0.1
STARTED_WITHIN_S = 60.0
PATIENCE_S = 300.0


@dataclass(slots=True)
class Load:
    """What is sent, what came back, and how often a message had to be sent again."""

    messages: Sequence[bytes]
    answers: dict[int, bytes] = field(default_factory=dict)
    again: int = 0
    refused: set[int] = field(default_factory=set)


@contextmanager
def server(url: str) -> Iterator[Connection]:
    """A connection for what is no node's business."""
    engine = create_engine(make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@contextmanager
def own_database(url: str) -> Iterator[str]:
    """A database for one round."""
    name = f"egnatia_bench_{os.getpid()}"
    with server(url) as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
    finally:
        with server(url) as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make(directory: Path, code: PartnerCode, url: str = "") -> Node:
    """One node whose quotas no load uses up."""
    settings = Settings(
        code=code,
        name=code,
        database=DatabaseSettings(url),
        exchange=ExchangeSettings(port=free_port()),
        console=ConsoleSettings(port=free_port()),
        enquiries=EnquirySettings(officer_day=NO_QUOTA, case_day=NO_QUOTA),
    )
    return create_node(directory / code, settings)


def build(directory: Path, url: str, count: int) -> tuple[Node, Node, list[bytes]]:
    """Both nodes, and the partner's signed enquiries."""
    asker, answerer = make(directory, ALB), make(directory, XKX, url)
    register = re.sub(rb"quota_day = \d+", b"quota_day = %d" % NO_QUOTA, agreements())
    for node, other in ((asker, answerer), (answerer, asker)):
        node.add_partner(other.card(), OFFICER.id)
        node.commit(partial(import_register, content=register, actor=OFFICER.id, now=node.clock()))
    with asker.database.write() as tx:
        for number in range(count):
            send_enquiry(tx, asker.desk, OFFICER, draft(number), asker.clock())
        sealed = tx.execute(select(outbox.c.sealed_id).order_by(outbox.c.sequence)).scalars().all()
        return asker, answerer, [tx.unseal(SealedId(each)) for each in sealed]


def draft(number: int) -> EnquiryDraft:
    """An enquiry about one document."""
    return EnquiryDraft(
        case_ref=f"DUR-2025-{number % 10_000:04}",
        subject=SubjectKind.TRAVEL_DOCUMENT,
        purpose=Purpose.BORDER_CHECK,
        offence=Offence.FALSE_DOCUMENT,
        justification="Passport presented on exit; its number has to be checked with the issuer.",
        query={"issuer": "RKS", "document_type": "P", "number": f"P{number:07}"},
        partners=(XKX,),
    )


class Served:
    """The serving processes of a node, started anew whenever they end: what a supervisor does."""

    def __init__(self, directory: Path, workers: int) -> None:
        self._command = [sys.executable, "-m", "egnatia", "node", "serve", "--node", str(directory)]
        self._command += ["--workers", str(workers), "--until-input-ends"]
        self._log = directory.parent / "log"
        self.process = self._start()
        self.starts = 1

    def _start(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(self._command, stdin=subprocess.PIPE, stderr=log)

    def mind(self) -> None:
        """Start it anew when it ended."""
        if self.process.poll() is not None:
            self.process = self._start()
            self.starts += 1

    def workers(self) -> list[int]:
        """The process ids of the further workers."""
        return [
            int(each) for each in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        ]

    def close(self) -> None:
        """Let it finish."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process.wait(STARTED_WITHIN_S)


async def send(load: Load, lines: Sequence[HttpsLine], card: PartnerCard) -> None:
    """Send every message until it is answered."""
    waiting = list(reversed(range(len(load.messages))))

    async def one(line: HttpsLine) -> None:
        while waiting:
            number = waiting.pop()
            while number not in load.answers:
                await attempt(load, line, card, number)

    await asyncio.gather(*(one(lines[number % len(lines)]) for number in range(AT_ONCE)))


async def attempt(load: Load, line: HttpsLine, card: PartnerCard, number: int) -> None:
    """Send one message once."""
    request = Request(MESSAGES_PATH, load.messages[number], {SENT_AT_HEADER: format_moment(utc_now())})
    try:
        reply = await line.ask(card, request)
    except Error:
        reply = None
    if reply is not None and reply.status == 200:
        load.answers[number] = reply.body
    else:
        load.again += 1
        await asyncio.sleep(AGAIN_S)


async def disturb(load: Load, served: Served, url: str, restart: str) -> list[str]:
    """Faults while the load runs, each after another share of the answers; returns what was done."""
    done, total = [], len(load.messages)
    for share, fault in ((0.2, "kill -9 of a worker"), (0.45, "connections ended"), (0.7, "server restarted")):
        while len(load.answers) < total * share:
            served.mind()
            await asyncio.sleep(AGAIN_S)
        if fault.startswith("kill"):
            os.kill(random.choice(served.workers() or [served.process.pid]), signal.SIGKILL)
        elif fault.startswith("connections"):
            await asyncio.to_thread(end_connections, url)
        elif not restart:
            continue
        else:
            await asyncio.to_thread(subprocess.run, restart, shell=True, check=True)  # noqa: S604 - the caller's own
        done.append(fault)
    while len(load.answers) < total:
        served.mind()
        await asyncio.sleep(AGAIN_S)
    return done


def end_connections(url: str) -> None:
    """End every connection to a database, as a server that stops does."""
    with server(url) as connection:
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        connection.exec_driver_sql(ended, (make_url(url).database,))


def until_up(node: Node, workers: int, served: Served) -> None:
    """Wait until every worker listens."""
    deadline = time.monotonic() + STARTED_WITHIN_S
    while len(served.workers()) < workers - 1 or not listens(node.settings.exchange.port):
        if time.monotonic() > deadline:
            raise SystemExit("the workers did not start")
        time.sleep(0.2)
    time.sleep(3.0)  # a worker that started listens a little later; nothing says when


def listens(port: int) -> bool:
    """Whether somebody accepts connections."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def counted(node: Node) -> dict[str, int]:
    """What the node did, by its tables and its ledger."""
    with node.database.read() as tx:
        found = {
            table.name: tx.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (inbox, answered_enquiry)
        }
        for kind in ("enquiry.answered",):
            found[kind] = tx.execute(select(func.count()).where(ledger_entry.c.kind == kind)).scalar_one()
        found["ledger findings"] = len(verify_own(tx, node.trust(tx)).findings)
    return found


async def measure(
    asker: Node, answerer: Node, load: Load, served: Served, faults: "tuple[str, str] | None"
) -> list[str]:
    """Send the load, with faults or without."""
    lines = [HttpsLine(asker.keys) for _ in range(8)]
    try:
        sending = asyncio.create_task(send(load, lines, read_card(answerer.card())))
        disturbing = asyncio.create_task(disturb(load, served, *faults)) if faults is not None else None
        await asyncio.wait_for(sending, PATIENCE_S)
        return await disturbing if disturbing is not None else []
    finally:
        for line in lines:
            await line.close()


def round_of(url: str, count: int, workers: int, restart: str | None) -> bool:
    """One round: build, serve, load, count. Returns whether nothing was lost or doubled."""
    with tempfile.TemporaryDirectory() as name, own_database(url) as own:
        asker, answerer, messages = build(Path(name), own, count)
        with closing(asker), closing(answerer):
            served, load = Served(Path(name) / XKX, workers), Load(messages)
            until_up(answerer, workers, served)
            start = time.perf_counter()
            done = asyncio.run(measure(asker, answerer, load, served, None if restart is None else (own, restart)))
            took = time.perf_counter() - start
            served.close()
            found = counted(answerer)
    good = all(found[each] == count for each in found if each != "ledger findings") and found["ledger findings"] == 0
    good = good and len(set(load.answers.values())) == count
    print(
        f"{workers} workers: {count / took:6.0f}/s  sent again {load.again}, starts {served.starts}, "
        f"faults: {', '.join(done) or 'none'}  {found}  {'nothing lost or doubled' if good else 'WRONG'}",
        flush=True,
    )
    return good


def main() -> int:
    """Run the rounds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=2_000)
    parser.add_argument("--workers", default="1,2,4")
    parser.add_argument("--restart", default="", help="a command that restarts the server, such as `pg_ctl restart …`")
    parser.add_argument("--database", default=os.environ.get("EGNATIA_TEST_POSTGRESQL", ""), help="URL of the server")
    chosen = parser.parse_args()
    if not chosen.database:
        raise SystemExit("no server: give --database, or run it by .ci/postgresql")
    numbers = [int(each) for each in chosen.workers.split(",")]
    play = partial(round_of, chosen.database, chosen.messages)
    good = [play(each, None) for each in numbers] + [play(max(numbers), chosen.restart)]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
