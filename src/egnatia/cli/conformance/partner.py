"""Two scratch nodes in one process: the candidate's code, and a partner that is invented. Real in all but the sockets."""

import asyncio
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from starlette.types import ASGIApp

from egnatia.accounts import Hashing, create_officer
from egnatia.agreements import import_register as import_agreements
from egnatia.engines.documents import RegisterRow
from egnatia.enquiries.holdings import import_register
from egnatia.exchange.card import read_card
from egnatia.exchange.client import Request
from egnatia.exchange.courier import Courier
from egnatia.exchange.memory import MemoryLine
from egnatia.exchange.server import exchange_app
from egnatia.model.ids import OfficerId, PartnerCode
from egnatia.model.officers import Officer
from egnatia.model.states import RegisterCategory, Role
from egnatia.node import Node, create_node
from egnatia.settings import ExchangeSettings, Settings
from egnatia.store.database import Transaction

T = TypeVar("T")
INVENTED = PartnerCode("XXS")
"""Code of the invented partner: ISO 3166-1 leaves XAA to XZZ to their users."""
NUMBER, REFERENCE = "X0000417", "XXS-D-000001"
_QUICK = Hashing(passes=1, memory_kib=8, lanes=1)
_POSTS = {
    "enquirer": Role.ENQUIRER,
    "examiner": Role.EXAMINER,
    "approver-1": Role.APPROVER,
    "approver-2": Role.APPROVER,
}
_ROUNDS = 20
_REGISTER = """
[[partner]]
code = "{us}"
travel_document_codes = ["{us}"]
status = [{{status = "member", since = 2020-01-01, source = "invented"}}]
[[partner]]
code = "{them}"
travel_document_codes = ["{them}"]
status = [{{status = "member", since = 2020-01-01, source = "invented"}}]
[[agreement]]
id = "conformance"
title = "Invented for the conformance test"
force = "treaty"
multilateral = false
invented = true
source = "invented"
party = [{{partner = "{us}", in_force = 2020-01-01}}, {{partner = "{them}", in_force = 2020-01-01}}]
[[agreement.grants]]
id = "conformance-1"
asker = "{us}"
answerer = "{them}"
subject = "travel_document"
purposes = ["border_check"]
offence_min = "serious"
step_two = true
deadline_h = 48
quota_day = 10
retention_max_d = 1095
handling_default = "P"
"""


@dataclass(slots=True)
class Pair:
    """The two scratch nodes, serving each other in memory.

    Attributes:
        us: with the candidate's code.
        them: the invented partner.
        staff: at each node, by post.
    """

    us: Node
    them: Node
    staff: dict[PartnerCode, dict[str, Officer]]
    apps: dict[PartnerCode, ASGIApp]
    runner: asyncio.Runner

    def do(self, node: Node, job: Callable[[Transaction], T]) -> T:
        """One act, committed."""
        return node.commit(job)

    def deliver(self) -> None:
        """Deliver both outboxes until nothing is due."""
        couriers = [_courier(node, self.apps) for node in (self.us, self.them)]
        for _ in range(_ROUNDS):
            if sum(self.runner.run(each.deliver_due()) for each in couriers) == 0:
                return

    def hand(self, content: bytes, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
        """Hand bytes to our application as if they came from the invented partner."""
        line = MemoryLine(_certificate(self.them), self.apps)
        card = read_card(self.us.card())
        reply = self.runner.run(line.ask(card, Request(path, content, headers)))
        return reply.status, reply.body


@contextmanager
def scratch_pair(directory: Path, us: PartnerCode, now: datetime) -> Iterator[Pair]:
    """Make both nodes in an empty directory and close them afterwards; the directory is the caller's to remove."""
    nodes = {code: _create(directory / code, code) for code in (us, INVENTED)}
    nodes[us].add_partner(nodes[INVENTED].card(), "conformance")
    nodes[INVENTED].add_partner(nodes[us].card(), "conformance")
    staff = {code: node.commit(partial(_furnish, node=node, us=us, now=now)) for code, node in nodes.items()}
    apps: dict[PartnerCode, ASGIApp] = {code: exchange_app(node.site()) for code, node in nodes.items()}
    try:
        with asyncio.Runner() as runner:
            yield Pair(nodes[us], nodes[INVENTED], staff, apps, runner)
    finally:
        for node in nodes.values():
            node.close()


def _create(directory: Path, code: PartnerCode) -> Node:
    return create_node(directory, Settings(code=code, name=f"conformance {code}", exchange=ExchangeSettings(port=1)))


def _furnish(tx: Transaction, node: Node, us: PartnerCode, now: datetime) -> dict[str, Officer]:
    import_agreements(tx, _REGISTER.format(us=us, them=INVENTED).encode(), "conformance", now)
    if node.code == INVENTED:
        import_register(tx, node.desk, _installer(), [_document()], now)
    password = secrets.token_urlsafe(16)
    return {
        post: create_officer(tx, post, [role], password, "conformance", now, _QUICK) for post, role in _POSTS.items()
    }


def _installer() -> Officer:
    return Officer(OfficerId("off-conformance"), "conformance test", frozenset({Role.ADMINISTRATOR}))


def _document() -> RegisterRow:
    return RegisterRow(
        1,
        INVENTED,
        "P",
        NUMBER,
        NUMBER,
        RegisterCategory.STOLEN,
        date(2020, 1, 1),
        REFERENCE,
        "Invented; never issued.",
    )


def _certificate(node: Node) -> bytes:
    pem = node.keys.tls_certificate.read_bytes()
    return x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)


def _courier(node: Node, apps: dict[PartnerCode, ASGIApp]) -> Courier:
    return node.courier(MemoryLine(_certificate(node), apps))
