"""Durable messages a second into one node, with group commit and with a commit each, and bytes per message.

python bench/exchange.py [MESSAGES]

Everything is real but the network: envelopes, signatures, checks, SQLite with synchronous=FULL, the ledger's entry of
an answering flow. Sender and receiver run in one process on loopback files, so the figure is for both ends together.
"""

import asyncio
import random
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from egnatia.exchange.card import make_card, read_card
from egnatia.exchange.client import Request
from egnatia.exchange.courier import Courier, Office
from egnatia.exchange.directory import register_card
from egnatia.exchange.inbox import Answer, Received
from egnatia.exchange.keys import NodeKeys, create_keys
from egnatia.exchange.memory import MemoryLine
from egnatia.exchange.message import Message, format_moment, write_message
from egnatia.exchange.outbox import Draft, Sent, queue_message
from egnatia.exchange.server import MESSAGES_PATH, SENT_AT_HEADER, Site, exchange_app
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import MessageId, PartnerCode, new_id
from egnatia.store.database import Database, Transaction
from egnatia.store.tables import metadata
from egnatia.store.vault import Vault
from egnatia.store.writer import Writer, _Item

ALB, XKX = PartnerCode("ALB"), PartnerCode("XKX")
NOW = datetime.now(UTC)
RNG = random.Random(417)
BODY = {"subject": "travel_document", "purpose": "border_check", "query": {"issuer": "UTO", "number": "L898902C3"}}


class OneByOne(Writer):
    """The peer in the same run: a commit for each request."""

    def _gather(self, first: _Item) -> tuple[list[_Item], bool]:
        return [first], False


def answer(tx: Transaction, received: Received) -> Answer:
    """What an answering flow does at least: one ledger entry."""
    act = Act(EventKind.ENQUIRY_ANSWERED, NOW, "node", received.id, partner=received.sender)
    append(tx, act)
    return Answer("reply", {"result": "no_hit"})


def open_database(directory: Path, keys: NodeKeys) -> Database:
    """A node's database."""
    database = Database(
        f"sqlite:///{directory / 'node.sqlite'}", Vault(directory / "vault.sqlite", keys.vault_key), RNG
    )
    metadata.create_all(database.engine)
    return database


async def flood(line: MemoryLine, card: bytes, contents: Sequence[bytes], connections: int) -> list[float]:
    """Send every message over so many connections at once; returns seconds per message."""
    waiting, seconds = list(contents), []

    async def connection() -> None:
        while waiting:
            content, start = waiting.pop(), time.perf_counter()
            request = Request(MESSAGES_PATH, content, {SENT_AT_HEADER: format_moment(NOW)})
            reply = await line.ask(read_card(card), request)
            if reply.status != 200:
                raise SystemExit(reply.body.decode())
            seconds.append(time.perf_counter() - start)

    await asyncio.gather(*(connection() for _ in range(connections)))
    return seconds


def measure(name: str, writer: Writer, database: Database, keys: dict[PartnerCode, NodeKeys], count: int) -> float:
    """Print one line for one kind of writer; returns messages a second."""
    site = Site(keys[XKX], "bench/xkx", database, writer, answer, lambda: NOW, "bench")
    der = x509.load_pem_x509_certificate(keys[ALB].tls_certificate.read_bytes()).public_bytes(Encoding.DER)
    line = MemoryLine(der, {XKX: exchange_app(site)})
    card = make_card(keys[XKX], "XKX", "https://127.0.0.1:1", "bench/xkx")
    messages = [
        Message("enquiry", MessageId(new_id(RNG)), ALB, XKX, new_id(RNG), NOW, None, BODY) for _ in range(count)
    ]
    contents = [write_message(message, keys[ALB].signing).content for message in messages]
    start = time.perf_counter()
    seconds = sorted(asyncio.run(flood(line, card, contents, 64)))
    rate = count / (time.perf_counter() - start)
    middle, late = seconds[count // 2] * 1e3, seconds[count * 99 // 100] * 1e3
    print(
        f"{name:22} {rate:8.0f} messages/s   p50 {middle:6.1f} ms   p99 {late:6.1f} ms   {len(contents[0])} bytes each"
    )
    return rate


def drain(keys: dict[PartnerCode, NodeKeys], databases: dict[PartnerCode, Database], count: int) -> None:
    """Print how fast a courier empties a backlog, both nodes' commits included."""
    writers = {code: Writer(database) for code, database in databases.items()}
    site = Site(keys[XKX], "bench/xkx", databases[XKX], writers[XKX], answer, lambda: NOW, "bench")
    der = x509.load_pem_x509_certificate(keys[ALB].tls_certificate.read_bytes()).public_bytes(Encoding.DER)
    line = MemoryLine(der, {XKX: exchange_app(site)})

    taken: list[MessageId] = []
    all_taken = threading.Event()

    def take(_tx: Transaction, sent: Sent, _received: Received) -> None:
        taken.append(sent.message_id)
        if len(taken) == count:
            all_taken.set()

    def lose(_tx: Transaction, sent: Sent) -> None:
        raise SystemExit(f"{sent.message_id} was given up")

    with databases[ALB].write() as tx:
        for _ in range(count):
            queue_message(tx, keys[ALB], Draft("enquiry", XKX, new_id(RNG), BODY), NOW)
    office = Office(keys[ALB], databases[ALB], writers[ALB], line, take, lose, lambda: NOW, RNG)
    start = time.perf_counter()

    async def run() -> None:
        task = asyncio.create_task(Courier(office).run())
        await asyncio.to_thread(all_taken.wait)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())
    print(
        f"{'backlog drained':22} {count / (time.perf_counter() - start):8.0f} messages/s, from outbox to answer taken"
    )
    for writer in writers.values():
        writer.close()


def main(count: int) -> None:
    """Measure in a temporary directory."""
    with tempfile.TemporaryDirectory() as name:
        keys = {code: create_keys(Path(name) / code, code, ["127.0.0.1"], NOW) for code in (ALB, XKX)}
        databases = {code: open_database(Path(name) / code, keys[code]) for code in (ALB, XKX)}
        for code, other in ((ALB, XKX), (XKX, ALB)):
            card = make_card(keys[other], other, "https://127.0.0.1:1", f"bench/{other.lower()}")
            with databases[code].write() as tx:
                register_card(tx, card, "bench", NOW)
        rates = []
        for title, kind in (("commit per request", OneByOne), ("group commit", Writer)):
            writer = kind(databases[XKX])
            rates.append(measure(title, writer, databases[XKX], keys, count))
            writer.close()
        print(f"{'ratio':22} {rates[1] / rates[0]:8.1f}")
        drain(keys, databases, count // 4)
        for database in databases.values():
            database.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1500)
