"""Several processes of one node: refused on a file, nothing doubled and one courier on PostgreSQL."""

import asyncio
import os
import random
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select

from egnatia.agreements import import_register
from egnatia.cli.serving import serve_node
from egnatia.cli.workers import check_workers, shared_socket
from egnatia.enquiries.ask import EnquiryDraft, send_enquiry
from egnatia.errors import ConfigError
from egnatia.exchange.card import read_card
from egnatia.exchange.client import HttpsLine, Request
from egnatia.exchange.message import format_moment
from egnatia.exchange.paths import MESSAGES_PATH, SENT_AT_HEADER
from egnatia.ledger.audit import verify_own
from egnatia.model.ids import OfficerId, PartnerCode, SealedId
from egnatia.model.officers import Officer
from egnatia.model.states import Offence, Purpose, Role, SubjectKind
from egnatia.node import Node, create_node, utc_now
from egnatia.scenario.task_force import agreements
from egnatia.settings import ConsoleSettings, DatabaseSettings, ExchangeSettings, Settings
from egnatia.store.database import Database
from egnatia.store.tables import answered_enquiry, inbox, ledger_entry, outbox
from egnatia.store.vault import Vault

ALB, XKX = PartnerCode("ALB"), PartnerCode("XKX")
URL = os.environ.get("EGNATIA_TEST_POSTGRESQL", "")
on_a_server = pytest.mark.skipif(not URL, reason="EGNATIA_TEST_POSTGRESQL names no PostgreSQL server")
OFFICER = Officer(OfficerId("off-1"), "enquirer", frozenset({Role.ENQUIRER}))
ENQUIRIES = 40
TIMES = 3
STARTED_WITHIN_S = 30.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def make(directory: Path, code: PartnerCode, url: str = "") -> Node:
    settings = Settings(
        code=code,
        name=code,
        database=DatabaseSettings(url),
        exchange=ExchangeSettings(port=free_port()),
        console=ConsoleSettings(port=free_port()),
    )
    return create_node(directory / code, settings)


def test_a_file_is_served_by_one_process(tmp_path: Path) -> None:
    node = make(tmp_path, ALB)
    check_workers(node, 1)
    with pytest.raises(ConfigError, match="SQLite"):
        check_workers(node, 2)
    node.close()
    with pytest.raises(ConfigError) as refused:
        serve_node(tmp_path / ALB, workers=2)
    assert "PostgreSQL" in refused.value.hint()


def test_a_port_is_shared_with_ones_own_only() -> None:
    first = shared_socket("127.0.0.1", 0)
    port = first.getsockname()[1]
    second = shared_socket("127.0.0.1", port)
    second.close()
    first.close()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(OSError, match="in use"):
            shared_socket("127.0.0.1", other.getsockname()[1])


def test_on_a_file_everybody_leads(tmp_path: Path) -> None:
    node = make(tmp_path, ALB)
    assert node.database.take_lead()
    assert node.database.take_lead()
    node.close()


@pytest.fixture
def empty(tmp_path: Path) -> str:
    database = Database(URL, Vault(tmp_path / "none.sqlite", bytes(32)), random.Random(1))
    with database.connection() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    database.close()
    return URL


@on_a_server
def test_one_process_leads_until_it_ends(empty: str, tmp_path: Path) -> None:
    databases = [Database(empty, Vault(tmp_path / f"{each}", bytes(32)), random.Random(1)) for each in "ab"]
    assert databases[0].take_lead()
    assert databases[0].take_lead(), "whoever leads goes on leading"
    assert not databases[1].take_lead()
    databases[0].close()
    deadline = time.monotonic() + STARTED_WITHIN_S  # the server frees a lock when it hears that its connection ended
    while not databases[1].take_lead():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    databases[1].close()


@pytest.fixture
def served(empty: str, tmp_path: Path) -> Iterator[tuple[Node, Node, subprocess.Popen[bytes]]]:
    """A node on PostgreSQL, served by three processes, and a partner that knows it."""
    asker, answerer = make(tmp_path, ALB), make(tmp_path, XKX, empty)
    for node, other in ((asker, answerer), (answerer, asker)):
        node.add_partner(other.card(), "off-1")
        node.commit(lambda tx: import_register(tx, agreements(), "off-1", utc_now()))
    command = [sys.executable, "-m", "egnatia", "node", "serve", "--node", str(tmp_path / XKX)]
    server = subprocess.Popen([*command, "--workers", "3", "--until-input-ends"], stdin=subprocess.PIPE)
    yield asker, answerer, server
    if server.stdin is not None:
        server.stdin.close()
    assert server.wait(STARTED_WITHIN_S) == 0
    asker.close()
    answerer.close()


def contents(node: Node) -> list[bytes]:
    """Signed enquiries of an officer, taken from the outbox."""
    for number in range(ENQUIRIES):
        draft = EnquiryDraft(
            case_ref="DUR-2025-0417",
            subject=SubjectKind.TRAVEL_DOCUMENT,
            purpose=Purpose.BORDER_CHECK,
            offence=Offence.FALSE_DOCUMENT,
            justification="Passport presented on exit; its number has to be checked.",
            query={"issuer": "RKS", "document_type": "P", "number": f"P{number:07}"},
            partners=(XKX,),
        )
        node.commit(partial(send_enquiry, desk=node.desk, officer=OFFICER, draft=draft, now=node.clock()))
    with node.database.read() as tx:
        return [tx.unseal(SealedId(each)) for each in tx.execute(select(outbox.c.sealed_id)).scalars()]


def workers_of(server: "subprocess.Popen[bytes]") -> set[int]:
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children")
    return {int(each) for each in children.read_text().split()} | {server.pid}


def listeners(pids: set[int], port: int) -> int:
    """How many of these processes listen on a port."""
    inodes = {
        line.split()[9]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A"
    }
    found = 0
    for pid in pids:
        links = [str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir() if each.exists()]
        found += any(re.fullmatch(rf"socket:\[{inode}\]", link) for inode in inodes for link in links)
    return found


def until_all_listen(server: "subprocess.Popen[bytes]", port: int) -> set[int]:
    deadline = time.monotonic() + STARTED_WITHIN_S
    while time.monotonic() < deadline:
        assert server.poll() is None
        pids = workers_of(server)
        if len(pids) == 3 and listeners(pids, port) == 3:
            return pids
        time.sleep(0.2)
    raise AssertionError("the workers did not start")


async def send_all(node: Node, card: bytes, messages: list[bytes]) -> list[bytes]:
    """Each message three times at once, over lines of their own, so that different workers get the copies."""
    lines = [HttpsLine(node.keys) for _ in range(TIMES)]

    async def one(line: HttpsLine, content: bytes) -> bytes:
        request = Request(MESSAGES_PATH, content, {SENT_AT_HEADER: format_moment(datetime.now(UTC))})
        reply = await line.ask(read_card(card), request)
        assert reply.status == 200, reply.body
        return reply.body

    try:
        return await asyncio.gather(*(one(line, content) for content in messages for line in lines))
    finally:
        for line in lines:
            await line.close()


@on_a_server
def test_copies_that_reach_different_workers_are_answered_once(
    served: tuple[Node, Node, "subprocess.Popen[bytes]"],
) -> None:
    asker, answerer, server = served
    until_all_listen(server, answerer.settings.exchange.port)
    answers = asyncio.run(send_all(asker, answerer.card(), contents(asker)))
    by_message = [answers[start : start + TIMES] for start in range(0, len(answers), TIMES)]
    assert all(len(set(copies)) == 1 for copies in by_message), "every copy gets the bytes of the first"
    assert len({copies[0] for copies in by_message}) == ENQUIRIES
    with answerer.database.read() as tx:
        for table in (inbox, answered_enquiry):
            assert tx.execute(select(func.count()).select_from(table)).scalar_one() == ENQUIRIES
        answered = ledger_entry.c.kind == "enquiry.answered"
        assert tx.execute(select(func.count()).where(answered)).scalar_one() == ENQUIRIES
        assert verify_own(tx, answerer.trust(tx)).holds
    assert not answerer.database.take_lead(), "the first worker delivers, and nobody else"
