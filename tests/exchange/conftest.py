"""Simulated nodes: real keys, real databases, real applications and couriers, a clock to turn and a line to cut."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import select
from starlette.types import ASGIApp
from tests.databases import create_tables, drop, fresh

from egnatia.exchange.card import PartnerCard, make_card, read_card
from egnatia.exchange.client import Line
from egnatia.exchange.courier import Courier, Office
from egnatia.exchange.directory import register_card
from egnatia.exchange.inbox import Answer, Received
from egnatia.exchange.keys import NodeKeys, create_keys
from egnatia.exchange.memory import MemoryLine
from egnatia.exchange.outbox import Draft, Queued, Sent, queue_message
from egnatia.exchange.server import Site, exchange_app
from egnatia.model.ids import PartnerCode
from egnatia.store.database import Database, Transaction
from egnatia.store.tables import node_state
from egnatia.store.vault import Vault
from egnatia.store.writer import Writer

ALB, XKX, GBR = PartnerCode("ALB"), PartnerCode("XKX"), PartnerCode("GBR")


@dataclass(slots=True)
class Clock:
    """One clock for a simulation; `ahead` makes a node's own clock wrong."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


def count(tx: Transaction, key: str) -> None:
    """Count an effect in the database, so that one applied twice is seen after any crash."""
    known = tx.execute(select(node_state.c.value).where(node_state.c.key == key)).scalar()
    if known is None:
        tx.execute(node_state.insert(), {"key": key, "value": "1"})
    else:
        tx.execute(node_state.update().where(node_state.c.key == key).values(value=str(int(known) + 1)))


def counting_handler(tx: Transaction, received: Received) -> Answer:
    count(tx, f"handled:{received.id}")
    return Answer("reply", {"echo": dict(received.body)})


def counting_answers(tx: Transaction, sent: Sent, received: Received) -> None:
    refusal = received.refusal()
    kind = "answered" if refusal is None else f"refused:{refusal[0].value}"
    count(tx, f"{kind}:{sent.message_id}")


def counting_losses(tx: Transaction, sent: Sent) -> None:
    count(tx, f"lost:{sent.message_id}")


@dataclass(slots=True)
class Sim:
    """One node of a simulation. `stop` drops every object; `start` opens the same files again."""

    directory: Path
    keys: NodeKeys
    clock: Clock
    apps: dict[PartnerCode, ASGIApp]
    card: bytes = b""
    url: str = ""
    seed: int = 0
    handle: object = None
    wrap: object = None
    database: Database = field(init=False)
    writer: Writer = field(init=False)
    courier: Courier = field(init=False)
    line: Line = field(init=False)

    @property
    def code(self) -> PartnerCode:
        return self.keys.code

    def start(self) -> None:
        self.seed += 1
        seed = f"{self.code}{self.seed}"
        vault = Vault(self.directory / "vault.sqlite", self.keys.vault_key)
        url = self.url or f"sqlite:///{self.directory / 'node.sqlite'}"
        self.database = Database(url, vault, random.Random(seed))
        create_tables(self.database.engine)
        self.writer = Writer(self.database)
        handle = self.handle if callable(self.handle) else counting_handler
        site = Site(self.keys, f"egnatia/{self.code}", self.database, self.writer, handle, self.clock, "test")
        self.apps[self.code] = exchange_app(site)
        line: Line = MemoryLine(certificate_der(self.keys), self.apps)
        self.line = self.wrap(line) if callable(self.wrap) else line
        hooks = (counting_answers, counting_losses)
        office = Office(self.keys, self.database, self.writer, self.line, *hooks, self.clock, random.Random(seed))
        self.courier = Courier(office)

    def stop(self) -> None:
        self.apps.pop(self.code, None)
        self.writer.close()
        self.database.close()

    def knows(self, *others: "Sim") -> None:
        for other in others:
            with self.database.write() as tx:
                register_card(tx, other.card, "off-1", self.clock())

    def queue(self, to: PartnerCode, conversation: str = "c-1", **body: object) -> Queued:
        draft = Draft("enquiry", to, conversation, body)
        return self.database.run(lambda tx: queue_message(tx, self.keys, draft, self.clock()))

    def counts(self, prefix: str) -> dict[str, int]:
        with self.database.read() as tx:
            rows = tx.execute(select(node_state).where(node_state.c.key.startswith(prefix + ":"))).all()
        return {row.key.removeprefix(prefix + ":"): int(row.value) for row in rows}

    def partner_card(self) -> PartnerCard:
        return read_card(self.card)


def certificate_der(keys: NodeKeys) -> bytes:
    return x509.load_pem_x509_certificate(keys.tls_certificate.read_bytes()).public_bytes(Encoding.DER)


def make_sim(directory: Path, code: PartnerCode, clock: Clock, apps: dict[PartnerCode, ASGIApp], url: str = "") -> Sim:
    keys = create_keys(directory, code, ["127.0.0.1", "localhost"], clock())
    sim = Sim(directory, keys, clock, apps, url=url)
    sim.card = make_card(keys, f"Node {code}", "https://127.0.0.1:8440", f"egnatia/{code}")
    sim.start()
    return sim


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def sims(tmp_path: Path, clock: Clock, empty_schema: str) -> Iterator[Mapping[PartnerCode, Sim]]:
    """Two nodes that know each other, ALB and XKX."""
    apps: dict[PartnerCode, ASGIApp] = {}
    urls = {code: fresh(empty_schema) if empty_schema else "" for code in (ALB, XKX)}
    made = {code: make_sim(tmp_path / code, code, clock, apps, urls[code]) for code in (ALB, XKX)}
    made[ALB].knows(made[XKX])
    made[XKX].knows(made[ALB])
    yield made
    for sim in made.values():
        sim.stop()
        if sim.url:
            drop(sim.url)
