"""Real nodes with their consoles in one process: real keys, databases and couriers; only sockets and TLS are left out."""

import asyncio
import random
import re
import shutil
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from starlette.types import ASGIApp

import egnatia.scenario
from egnatia.accounts import Hashing, create_officer, open_session
from egnatia.agreements import import_register
from egnatia.console import console_app
from egnatia.console.security import cookie_name
from egnatia.engines.documents import RegisterRow
from egnatia.enquiries.holdings import import_register as import_documents
from egnatia.exchange.courier import Courier, Office
from egnatia.exchange.keys import NodeKeys
from egnatia.exchange.memory import MemoryLine
from egnatia.exchange.server import exchange_app
from egnatia.model.ids import PartnerCode
from egnatia.model.officers import Officer
from egnatia.model.states import RegisterCategory, Role
from egnatia.node import Node, create_node
from egnatia.settings import Settings

T = TypeVar("T")
ALB, XKX, MKD = PartnerCode("ALB"), PartnerCode("XKX"), PartnerCode("MKD")
CHEAP = Hashing(passes=1, memory_kib=8, lanes=1)
PASSWORD = "three unrelated words"
REGISTER = (Path(egnatia.scenario.__path__[0]) / "agreements.toml").read_bytes()
STOLEN = "RK1234567"
START = datetime(2025, 5, 15, 3, 0, tzinfo=UTC)
QUESTION: dict[str, Any] = {
    "subject": "travel_document",
    "issuer": "RKS",
    "document_type": "P",
    "number": STOLEN,
    "case_ref": "DUR-2025-0417",
    "person_ref": "D-417",
    "purpose": "border_check",
    "offence": "false_document",
    "justification": "Second-line check at the Port of Durres",
    "beyond": "The batch was offered in both countries last month",
}
DECISION = {
    "decision": "confirmed",
    "basis": "Number, issuer and type read twice from the page itself",
    "qualification": "document examiner, level 2",
}
FACTS = {"facts": "The holder showed a passport reported stolen in April", "offence": "false_document"}
PROPOSAL = {
    "fields": ["issuer", "number_from", "category", "reported_on"],
    "reason": "The officers in Durres need to know since when",
}
OUTCOME = {
    "kind": "arrest",
    "case_ref": "DUR-2025-0417",
    "person_ref": "D-417",
    "at": "2025-05-15T03:00",
    "place": "Port of Durrës",
}
SAME_ORIGIN = {"sec-fetch-site": "same-origin"}


@dataclass(slots=True)
class Clock:
    """The task force's one clock."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> None:
        self.now += timedelta(**by)


class Background:
    """An event loop in a thread of its own, because the browser tests keep the main thread's loop busy."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Browser:
    """Somebody at a console: keeps cookies, sends what a browser sends, follows a redirect when told to."""

    def __init__(self, app: ASGIApp, runner: Background) -> None:
        self._runner = runner
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8441")

    def get(self, path: str, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._runner.run(self.client.get(path, headers=named))

    def post(self, path: str, data: Mapping[str, Any] | None = None, **headers: str) -> httpx.Response:
        named = SAME_ORIGIN | {name.replace("_", "-"): value for name, value in headers.items()}
        return self._runner.run(self.client.post(path, data=dict(data or {}), headers=named))

    def raw_post(self, path: str, content: bytes, headers: Mapping[str, str]) -> httpx.Response:
        return self._runner.run(self.client.post(path, content=content, headers=dict(headers)))

    def land(self, path: str, data: Mapping[str, Any] | None = None) -> httpx.Response:
        """Post a form and open the page that it leads to."""
        answer = self.post(path, data)
        assert answer.status_code == 303, answer.text
        return self.get(answer.headers["location"])


@dataclass(slots=True)
class Force:
    """The nodes of a small task force. MKD is registered everywhere and never answers."""

    clock: Clock
    runner: Background
    nodes: dict[PartnerCode, Node] = field(default_factory=dict)
    couriers: dict[PartnerCode, Courier] = field(default_factory=dict)
    apps: dict[PartnerCode, ASGIApp] = field(default_factory=dict)
    officers: dict[tuple[PartnerCode, str], Officer] = field(default_factory=dict)
    consoles: dict[PartnerCode, ASGIApp] = field(default_factory=dict)

    def add(self, directory: Path, code: PartnerCode, name: str) -> None:
        node = create_node(directory, Settings(code=code, name=name), self.clock)
        self.nodes[code] = node
        for role in Role:
            self.hire(code, f"{code.lower()}-{role.value}", {role})
        self.hire(code, f"{code.lower()}-second", {Role.APPROVER})
        node.commit(lambda tx: import_register(tx, REGISTER, "off-1", self.clock()))

    def hire(self, code: PartnerCode, name: str, roles: set[Role]) -> None:
        made = self.nodes[code].commit(
            lambda tx: create_officer(tx, name, roles, PASSWORD, "off-1", self.clock(), CHEAP)
        )
        self.officers[code, name] = made

    def connect(self, code: PartnerCode) -> None:
        """Start a node's exchange and courier on lines in memory."""
        node = self.nodes[code]
        self.apps[code] = exchange_app(node.site())
        office = Office(
            keys=node.keys,
            database=node.database,
            writer=node.start_writer(),
            line=MemoryLine(certificate_der(node.keys), self.apps),
            on_answer=node._take_answer,
            on_undeliverable=node._take_undeliverable,
            clock=self.clock,
            randomness=random.Random(code),
        )
        self.couriers[code] = Courier(office)

    def deliver(self) -> None:
        """Deliver until nothing more gets through."""
        for courier in self.couriers.values():
            self.runner.run(courier.deliver_due())

    def visitor(self, code: PartnerCode) -> Browser:
        if code not in self.consoles:
            self.consoles[code] = console_app(self.nodes[code])
        return Browser(self.consoles[code], self.runner)

    def browser(self, code: PartnerCode, role: str) -> Browser:
        """A browser that is logged in; the login page has tests of its own."""
        made, officer = self.visitor(code), self.officers[code, f"{code.lower()}-{role}"]
        token = self.nodes[code].commit(lambda tx: open_session(tx, officer, self.clock()))
        made.client.cookies.set(cookie_name(code, secure=False), token, domain="127.0.0.1", path="/")
        return made


@dataclass(frozen=True, slots=True)
class Story:
    """References of the records that the case left behind."""

    enquiry: str
    candidate: str
    follow_up: str

    def paths(self) -> dict[str, str]:
        return {
            "/enquiries/{id}": f"/enquiries/{self.enquiry}",
            "/candidates/{id}": f"/candidates/{self.candidate}",
            "/candidates/{id}/follow-up": f"/candidates/{self.candidate}/follow-up",
            "/received/{id}": f"/received/{self.follow_up}",
            "/cases/{ref}": f"/cases/{QUESTION['case_ref']}",
            "/indicators/{unit}": "/indicators/hits",
        }


def ask(force: Force, **changes: Any) -> str:
    """Send the enquiry of the case from Albania and deliver it; returns its number."""
    page = force.browser(ALB, "enquirer").land("/enquiries", QUESTION | {"partners": ["XKX", "MKD"]} | changes)
    force.deliver()
    return first(page, r'href="/enquiries/([0-9a-f-]{36})"')


def tell(force: Force, case: str = "DUR-2025-0417", until: str = "outcome") -> Story:
    """Take a case as far as `candidate`, `follow_up`, `proposal` or `outcome`."""
    enquiry = ask(force, case_ref=case)
    examiner, enquirer = force.browser(ALB, "examiner"), force.browser(ALB, "enquirer")
    candidate = first(examiner.get(f"/cases/{case}"), r'href="/candidates/([0-9a-f-]{36})"')
    if until == "candidate":
        return Story(enquiry, candidate, "")
    examiner.land(f"/candidates/{candidate}/decision", DECISION)
    enquirer.land(f"/candidates/{candidate}/follow-up", FACTS)
    force.deliver()
    approver, second = force.browser(XKX, "approver"), force.browser(XKX, "second")
    follow_up = first(approver.get("/"), r'href="/follow-ups/([0-9a-f-]{36})"')
    if until != "follow_up":
        approver.land(f"/follow-ups/{follow_up}/proposal", PROPOSAL)
    if until == "outcome":
        page = second.get(f"/follow-ups/{follow_up}/release")
        second.land(
            f"/follow-ups/{follow_up}/release", {"release": first(page, r'name="release" value="([0-9a-f-]{36})"')}
        )
        force.deliver()
        enquirer.land("/outcomes", OUTCOME | {"candidate": candidate, "case_ref": case})
    return Story(enquiry, candidate, follow_up)


def certificate_der(keys: NodeKeys) -> bytes:
    return x509.load_pem_x509_certificate(keys.tls_certificate.read_bytes()).public_bytes(Encoding.DER)


def stolen_passport() -> RegisterRow:
    return RegisterRow(
        2, "RKS", "P", STOLEN, STOLEN, RegisterCategory.STOLEN, date(2025, 4, 2), "XKX-D-000417", "Burglary in Prizren"
    )


def build(directory: Path, clock: Clock, runner: Background) -> Force:
    force = Force(clock, runner)
    for code, name in ((ALB, "Albania"), (XKX, "Kosovo"), (MKD, "North Macedonia")):
        force.add(directory / code, code, name)
    for code in (ALB, XKX, MKD):
        for other in {ALB, XKX, MKD} - {code}:
            force.nodes[code].add_partner(force.nodes[other].card(), "off-1")
    administrator = force.officers[XKX, "xkx-administrator"]
    kosovo = force.nodes[XKX]
    kosovo.commit(lambda tx: import_documents(tx, kosovo.desk, administrator, [stolen_passport()], clock()))
    return force


def copied(built: Force, directory: Path, runner: Background) -> Force:
    """The same task force in another directory, with the lines of Albania and Kosovo open."""
    force = Force(Clock(START), runner, officers=dict(built.officers))
    for code, node in built.nodes.items():
        shutil.copytree(node.directory, directory / code)
        force.nodes[code] = Node.open(directory / code, force.clock)
    force.connect(ALB)
    force.connect(XKX)
    return force


def first(page: httpx.Response, pattern: str) -> str:
    """The first match's group in a page, or a failure that shows the page."""
    found = re.search(pattern, page.text)
    assert found is not None, page.text
    return found.group(1)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Force:
    """The task force as every module finds it; closed, and only copied."""
    runner = Background()
    made = build(tmp_path_factory.mktemp("built"), Clock(START), runner)
    for node in made.nodes.values():
        node.close()
    runner.close()
    return made


@pytest.fixture(scope="module")
def force(built: Force, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Force]:
    """One task force per test module: tests of a module tell one story, or only look."""
    runner = Background()
    made = copied(built, tmp_path_factory.mktemp("force"), runner)
    yield made
    for node in made.nodes.values():
        node.close()
    runner.close()


@pytest.fixture(scope="module")
def story(force: Force) -> Story:
    """The whole case of the demonstration, done at the consoles of both nodes."""
    return tell(force)


@pytest.fixture(scope="module")
def cases() -> Callable[..., Story]:
    """Takes a case as far as a test needs it: `cases(force, "DUR-2025-0418", "proposal")`."""
    return tell
