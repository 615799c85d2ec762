"""A task force of five real nodes in one process: real keys, databases, agreements, officers, applications, couriers.

Only sockets and TLS are left out. The five directories are built once and copied for each world, so that a test may
kill, corrupt or fill whatever it likes.
"""

import asyncio
import io
import random
import shutil
import tomllib
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import select
from starlette.types import ASGIApp
from tests.databases import ON_POSTGRESQL, drop, dump, fresh, keep, name_of

from egnatia.accounts import Hashing, create_officer
from egnatia.accounts import officers as accounts_of
from egnatia.agreements import import_register as import_agreements
from egnatia.engines.documents import RegisterRow, read_register
from egnatia.engines.people import PersonRow, read_persons
from egnatia.enquiries.ask import EnquiryDraft, SentEnquiry, send_enquiry
from egnatia.enquiries.candidates import DecisionDraft, decide
from egnatia.enquiries.holdings import import_persons, import_register
from egnatia.enquiries.our_followups import send_follow_up
from egnatia.enquiries.releases import approve, available, propose
from egnatia.enquiries.views import EnquiryView, enquiry_view
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.client import Line, Reply, Request
from egnatia.exchange.courier import Courier, Office
from egnatia.exchange.keys import NodeKeys
from egnatia.exchange.memory import MemoryLine
from egnatia.exchange.message import Message, format_moment, read_message, write_message
from egnatia.exchange.paths import MESSAGES_PATH, SENT_AT_HEADER
from egnatia.exchange.server import exchange_app
from egnatia.ledger.entries import EntryFilter, EntryView, read_entries
from egnatia.model.ids import CandidateId, EnquiryId, FollowUpId, MessageId, OfficerId, PartnerCode, ReleaseId
from egnatia.model.officers import Officer
from egnatia.model.states import Decision, Offence, Purpose, Role, SubjectKind
from egnatia.node import Node, create_node
from egnatia.scenario.case import CASE_REF, KNOWN_PERSON, PERSON_REF
from egnatia.scenario.records import persons_csv, register_csv
from egnatia.scenario.task_force import NODES, agreements, officers
from egnatia.settings import FILE_NAME, ConsoleSettings, DatabaseSettings, ExchangeSettings, Settings
from egnatia.store.database import Transaction
from egnatia.store.tables import ledger_entry

T = TypeVar("T")
GBR, ALB, XKX, MKD, MNE = (PartnerCode(each) for each in ("GBR", "ALB", "XKX", "MKD", "MNE"))
CODES = (GBR, ALB, XKX, MKD, MNE)
START = datetime(2025, 5, 15, 3, 0, tzinfo=UTC)
CHEAP = Hashing(passes=1, memory_kib=8, lanes=1)
PASSWORD = "three unrelated words"
INSTALLER = Officer(OfficerId("off-installer"), "set-up", frozenset({Role.ADMINISTRATOR}))
WHY = "Passport presented on exit; its number has to be checked with the issuer."
BEYOND = "The batch was offered in both countries; either may have taken a booklet."
BASIS = "Number inside the batch that the issuer registered as stolen blanks."
FACTS = "Booklet from your stolen batch presented on exit; holder in second line."
REASON = "The asking partner needs the batch and the report for its proceedings."
ROUNDS = 50


@dataclass(slots=True)
class Clock:
    """One clock for the whole task force."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it crossed the line, and what came back."""

    sender: PartnerCode
    to: PartnerCode
    path: str
    request: bytes
    reply: bytes


@dataclass(slots=True)
class Tap:
    """A line that remembers everything that crossed it; `fault` may spoil a call."""

    sender: PartnerCode
    inner: Line
    calls: list[Call]
    fault: Callable[["Tap", PartnerCard, Request], None] | None = None

    async def ask(self, card: PartnerCard, request: Request) -> Reply:
        if self.fault is not None:
            self.fault(self, card, request)
        reply = await self.inner.ask(card, request)
        self.calls.append(Call(self.sender, card.code, request.path, request.body or b"", reply.body))
        return reply

    async def close(self) -> None:
        await self.inner.close()


class Opened(MutableMapping[PartnerCode, T]):
    """What each node has, by its code; whoever asks for that of a node which still sleeps wakes it.

    A node that nobody asks for, writes to or counts is not opened: on a server that would be half of a test's time.
    """

    def __init__(self, world: "World") -> None:
        self._world = world
        self.held: dict[PartnerCode, T] = {}

    def __getitem__(self, code: PartnerCode) -> T:
        self._world.wake(code)
        return self.held[code]

    def __setitem__(self, code: PartnerCode, value: T) -> None:
        self.held[code] = value

    def __delitem__(self, code: PartnerCode) -> None:
        self._world.wake(code)
        del self.held[code]

    def __iter__(self) -> Iterator[PartnerCode]:
        for code in CODES:
            self._world.wake(code)
        return iter(self.held)

    def __len__(self) -> int:
        return len(self.held.keys() | self._world.asleep)


@dataclass(slots=True)
class World:
    """The five nodes, who works on them, and everything that crossed the line between them."""

    directory: Path
    clock: Clock
    runner: asyncio.Runner
    nodes: Opened[Node] = field(init=False)
    apps: Opened[ASGIApp] = field(init=False)
    lines: Opened[Tap] = field(init=False)
    couriers: Opened[Courier] = field(init=False)
    calls: list[Call] = field(default_factory=list)
    staff: dict[str, Officer] = field(default_factory=dict)
    asleep: set[PartnerCode] = field(default_factory=set)
    """The nodes that are opened when somebody asks for them; until then they have nothing to deliver."""

    def __post_init__(self) -> None:
        self.nodes, self.apps, self.lines, self.couriers = Opened(self), Opened(self), Opened(self), Opened(self)

    def wake(self, code: PartnerCode) -> None:
        """Open a node that sleeps; one that runs or was stopped stays so."""
        if code in self.asleep:
            self.start(code)

    def home(self, code: PartnerCode) -> Path:
        """A node's directory, for a command that works in it; what such a command queues is delivered, so the node wakes."""
        self.wake(code)
        return self.directory / code

    def start(self, code: PartnerCode) -> None:
        """Open a node and let it serve and deliver."""
        self.asleep.discard(code)
        node = Node.open(self.directory / code, self.clock)
        self.nodes[code] = node
        self.apps[code] = exchange_app(node.site())
        self.lines[code] = Tap(code, MemoryLine(certificate_der(node.keys), self.apps), self.calls)
        self.couriers[code] = Courier(self.office(code))
        if f"{code.lower()}-auditor" not in self.staff:
            with node.database.read() as tx:
                self.staff |= {each.officer.name: each.officer for each in accounts_of(tx)}

    def office(self, code: PartnerCode) -> Office:
        node = self.nodes[code]
        return Office(
            keys=node.keys,
            database=node.database,
            writer=node.start_writer(),
            line=self.lines[code],
            on_answer=node._take_answer,
            on_undeliverable=node._take_undeliverable,
            clock=self.clock,
            randomness=random.Random(code),
        )

    def stop(self, code: PartnerCode) -> None:
        """The node's process is gone, with everything it remembered; its files stay."""
        self.asleep.discard(code)
        self.apps.pop(code, None)
        self.couriers.pop(code, None)
        node = self.nodes.pop(code, None)
        if node is not None:
            node.close()

    def restart(self, *codes: PartnerCode) -> None:
        for code in codes or CODES:
            if code not in self.asleep:
                self.stop(code)
                self.start(code)

    def close(self) -> None:
        for code in CODES:
            self.stop(code)

    def officer(self, code: PartnerCode, post: str = "enquirer") -> Officer:
        return self.staff[f"{code.lower()}-{post}"]

    def do(self, code: PartnerCode, job: Callable[[Transaction], T]) -> T:
        """One act at one node, committed."""
        return self.nodes[code].commit(job)

    def look(self, code: PartnerCode, job: Callable[[Transaction], T]) -> T:
        with self.nodes[code].database.read() as tx:
            return job(tx)

    def deliver(self, *codes: PartnerCode) -> int:
        """Deliver until nothing more is due; returns how many deliveries were tried."""
        total = 0
        for _ in range(ROUNDS):
            tried = sum(
                self.runner.run(courier.deliver_due())
                for code, courier in self._couriers()
                if not codes or code in codes
            )
            total += tried
            if tried == 0:
                return total
        raise AssertionError("the couriers never came to rest")

    def _couriers(self) -> Iterator[tuple[PartnerCode, Courier]]:
        """Those of the nodes that run, each looked for when its turn comes: the one before may have woken it."""
        for code in dict.fromkeys((*CODES, *self.couriers.held)):
            if code in self.couriers.held:
                yield code, self.couriers.held[code]

    def send_raw(self, sender: PartnerCode, to: PartnerCode, content: bytes) -> Reply:
        """Hand bytes to a partner's application, as the sender's courier would."""
        request = Request(MESSAGES_PATH, content, {SENT_AT_HEADER: format_moment(self.clock())})
        return self.runner.run(self.lines[sender].ask(self.card(sender, to), request))

    def send_body(
        self, sender: PartnerCode, to: PartnerCode, kind: str, body: Mapping[str, object], conversation: str
    ) -> Message:
        """Sign and send any body, whatever our own flow thinks of it; returns the partner's answer."""
        node = self.nodes[sender]
        message_id = MessageId(node.database.randomness.randbytes(16).hex())
        dashed = "-".join((message_id[:8], message_id[8:12], message_id[12:16], message_id[16:20], message_id[20:32]))
        message = Message(kind, MessageId(dashed), sender, to, conversation, self.clock(), None, body)
        reply = self.send_raw(sender, to, write_message(message, node.keys.signing).content)
        assert reply.status == 200, reply.body
        return read_message(reply.body)[0]

    def card(self, at: PartnerCode, of: PartnerCode) -> PartnerCard:
        from egnatia.exchange.directory import card_of

        return self.look(at, lambda tx: card_of(tx, of))

    # The flow, one call for each act.

    def ask(self, code: PartnerCode, draft: EnquiryDraft, post: str = "enquirer") -> SentEnquiry:
        node = self.nodes[code]
        officer = self.officer(code, post)
        return self.do(code, lambda tx: send_enquiry(tx, node.desk, officer, draft, self.clock()))

    def view(self, code: PartnerCode, enquiry_id: EnquiryId) -> EnquiryView:
        return self.look(code, lambda tx: enquiry_view(tx, enquiry_id, self.clock()))

    def confirm(self, code: PartnerCode, candidate_id: CandidateId, decision: Decision = Decision.CONFIRMED) -> None:
        draft = DecisionDraft(decision, BASIS, "document examiner, level 2")
        examiner = self.officer(code, "examiner")
        self.do(code, lambda tx: decide(tx, examiner, candidate_id, draft, self.clock()))

    def follow(self, code: PartnerCode, candidate_id: CandidateId) -> FollowUpId:
        node, officer = self.nodes[code], self.officer(code)
        request = (FACTS, Offence.FALSE_DOCUMENT)
        return self.do(code, lambda tx: send_follow_up(tx, node.desk, officer, candidate_id, request, self.clock()))

    def propose(self, code: PartnerCode, follow_up_id: FollowUpId, fields: Sequence[str] = ()) -> ReleaseId:
        node, officer = self.nodes[code], self.officer(code, "approver-1")

        def job(tx: Transaction) -> ReleaseId:
            chosen = fields or tuple(available(tx, follow_up_id))
            return propose(tx, node.desk, officer, follow_up_id, (chosen, REASON), self.clock())

        return self.do(code, job)

    def approve(self, code: PartnerCode, release_id: ReleaseId, post: str = "approver-2") -> None:
        node, officer = self.nodes[code], self.officer(code, post)
        self.do(code, lambda tx: approve(tx, node.desk, officer, release_id, self.clock()))

    # What the ledger says.

    def kinds(self, code: PartnerCode) -> list[str]:
        query = select(ledger_entry.c.kind).order_by(ledger_entry.c.sequence)
        return self.look(code, lambda tx: list(tx.execute(query).scalars()))

    def entries(self, code: PartnerCode, limit: int = 500) -> list[EntryView]:
        return self.look(code, lambda tx: read_entries(tx, EntryFilter(limit=limit)))

    def files(self, code: PartnerCode) -> bytes:
        """Every byte in a node's directory, write-ahead log and vault included."""
        paths = sorted(path for path in self.home(code).rglob("*") if path.is_file())
        url = self.nodes[code].settings.database.url if ON_POSTGRESQL else ""
        return b"\n".join(path.read_bytes() for path in paths) + (dump(url) if url else b"")


def certificate_der(keys: NodeKeys) -> bytes:
    return x509.load_pem_x509_certificate(keys.tls_certificate.read_bytes()).public_bytes(Encoding.DER)


def document_draft(**changes: Any) -> EnquiryDraft:
    """ALB's question about the stolen passport of the case."""
    values: dict[str, Any] = {
        "case_ref": CASE_REF,
        "subject": SubjectKind.TRAVEL_DOCUMENT,
        "purpose": Purpose.BORDER_CHECK,
        "offence": Offence.FALSE_DOCUMENT,
        "justification": WHY,
        "query": {"issuer": "RKS", "document_type": "P", "number": "P0041763"},
        "partners": (GBR, XKX),
        "beyond": BEYOND,
        "person_ref": PERSON_REF,
        "holder": {"first_names": "ARBEN", "family_names": "KRASNIQI"},
    }
    return EnquiryDraft(**(values | changes))


def person_draft(**changes: Any) -> EnquiryDraft:
    """ALB's question about the person of the case."""
    values: dict[str, Any] = {
        "subject": SubjectKind.PERSON,
        "purpose": Purpose.INVESTIGATION,
        "offence": Offence.SMUGGLING_OF_PERSONS,
        "justification": "Person arrested with a booklet of the stolen batch; known to you?",
        "query": {"first_names": "Arben", "family_names": "Krasniqi", "birth_date": KNOWN_PERSON["birth_date"]},
        "partners": (GBR,),
        "beyond": None,
        "holder": {},
    }
    return document_draft(**(values | changes))


def build(directory: Path, clock: Clock) -> None:
    """Make the five directories: keys, agreements, officers, records, each other's cards."""
    made = {}
    for number, each in enumerate(NODES):
        settings = Settings(
            code=each.code,
            name=each.name,
            exchange=ExchangeSettings(port=number + 1),  # a port on which nobody listens
            console=ConsoleSettings(port=number + 101),
            database=DatabaseSettings(fresh() if ON_POSTGRESQL else ""),
        )
        made[each.code] = create_node(directory / each.code, settings, clock)
    for code, node in made.items():
        for other in made.values():
            if other.code != code:
                node.add_partner(other.card(), "off-installer")
        node.commit(partial(_furnish, node=node, now=clock()))
        node.close()


def _furnish(tx: Transaction, node: Node, now: datetime) -> None:
    import_agreements(tx, agreements(), "off-installer", now)
    for each in officers(node.code):
        create_officer(tx, each.name, each.roles, PASSWORD, "off-installer", now, CHEAP)
    rng = random.Random(f"world-{node.code}")
    persons = read_persons(io.BytesIO(persons_csv(node.code, 6, rng).encode()))
    documents = read_register(register_csv(node.code, 4, rng).splitlines(keepends=True))
    import_persons(tx, node.desk, INSTALLER, [row for row in persons if isinstance(row, PersonRow)], now)
    import_register(tx, node.desk, INSTALLER, [row for row in documents if isinstance(row, RegisterRow)], now)


_built: list[Path] = []
_staff: dict[str, Officer] = {}
"""The officers of the template; every world has the same, and reading them takes a fifth of its start."""


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The five directories as built, once for all folders of tests; never opened, only copied."""
    if not _built:
        directory = tmp_path_factory.mktemp("template")
        build(directory, Clock())
        for url in databases_in(directory).values():
            keep(url)
        _built.append(directory)
    return _built[0]


def databases_in(directory: Path) -> dict[Path, str]:
    """The databases on a server that the settings in or below a directory name, by settings file."""
    if not ON_POSTGRESQL:
        return {}
    paths = [*directory.glob(FILE_NAME), *directory.glob(f"*/{FILE_NAME}")]
    found = {path: tomllib.loads(path.read_text())["database"]["url"] for path in paths}
    return {path: url for path, url in found.items() if url}


def copy_nodes(source: Path, to: Path) -> None:
    """Copy the directory of a node, or of several, together with what they have on a server. None of them runs."""
    shutil.copytree(source, to)
    for path, url in databases_in(to).items():
        path.write_text(path.read_text().replace(url, fresh(name_of(url))))


def drop_databases(directory: Path) -> None:
    """Give back what the nodes of a directory have on a server."""
    for url in databases_in(directory).values():
        drop(url)


@pytest.fixture
def world(template: Path, tmp_path: Path) -> Iterator[World]:
    """Five nodes that know each other, serving, with nothing asked yet."""
    directory = tmp_path / "world"
    copy_nodes(template, directory)
    with asyncio.Runner() as runner:
        made = World(directory, Clock(), runner, staff=dict(_staff), asleep=set(CODES))
        if not _staff:
            for code in CODES:
                made.start(code)
            _staff.update(made.staff)
        yield made
        made.close()
    drop_databases(directory)
