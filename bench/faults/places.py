"""Where everything of one run is: the partners, their addresses, ports, directories and records."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from egnatia.accounts import Hashing, create_officer
from egnatia.agreements import import_register as import_agreements
from egnatia.engines.documents import RegisterRow
from egnatia.enquiries.holdings import import_register
from egnatia.model.ids import OfficerId, PartnerCode
from egnatia.model.officers import Officer
from egnatia.model.states import Purpose, RegisterCategory, Role
from egnatia.node import Node, create_node
from egnatia.settings import ConsoleSettings, EnquirySettings, ExchangeSettings, Settings
from egnatia.store.database import Transaction

CODES = (PartnerCode("ALB"), PartnerCode("GBR"), PartnerCode("XKX"))
"""Three partners, each asking both others: enough for a witness that is neither asker nor answerer."""
ISSUERS = {"ALB": "ALB", "GBR": "GBR", "XKX": "RKS"}
"""The code by which each partner's travel documents are known."""
DOCUMENTS = 200
"""Documents in each partner's lost-and-stolen register."""
OFFICERS = 12
"""At each node; a node counts the questions of a day for each of its officers."""
QUOTA = 1_000_000
"""The largest that an agreement may say; no question of a run may be refused for its quota."""
_INSTALLER = Officer(OfficerId("off-installer"), "set-up", frozenset({Role.ADMINISTRATOR}))
_CHEAP = Hashing(passes=1, memory_kib=8, lanes=1)
_SINCE = "2022-01-01"


@dataclass(frozen=True, slots=True)
class Places:
    """One run's directory and addresses.

    Attributes:
        root: of the run.
        namespaces: whether every node has a network of its own.
        first_port: of the exchange; node number i listens on first_port + i, its console 1,000 above.
    """

    root: Path
    namespaces: bool
    first_port: int

    def node(self, code: PartnerCode) -> Path:
        """The directory of a node."""
        return self.root / "nodes" / code / "node"

    def disk(self, code: PartnerCode) -> Path:
        """Where the node's own disk is mounted, when it has one."""
        return self.root / "nodes" / code

    def history(self, code: PartnerCode) -> Path:
        """What was acknowledged to the officer of a node."""
        return self.root / f"history-{code}.jsonl"

    def clock(self, code: PartnerCode) -> Path:
        """By how much a node's clock is wrong."""
        return self.root / f"clock-{code}"

    def log(self, code: PartnerCode) -> Path:
        """What a node's processes said."""
        return self.root / f"log-{code}"

    def hub(self) -> str:
        """The address of the fault proxy: what stands on every card."""
        return "10.77.0.1" if self.namespaces else "127.77.0.1"

    def host(self, code: PartnerCode) -> str:
        """The address a node really listens on."""
        number = CODES.index(code) + 1
        return f"10.77.{number}.2" if self.namespaces else f"127.77.{number}.2"

    def port(self, code: PartnerCode) -> int:
        """The exchange's port: the node's own, and the proxy's for it."""
        return self.first_port + CODES.index(code)


def others(code: PartnerCode) -> tuple[PartnerCode, ...]:
    """Every partner but this one."""
    return tuple(each for each in CODES if each != code)


def document(code: PartnerCode, place: int) -> tuple[str, str]:
    """Number and reference of one registered document of a partner."""
    return f"{code[0]}{place:07d}", f"{code}-LS-{place:04d}"


def build(places: Places) -> None:
    """Make the nodes' directories: keys, agreements, one officer, a register, the others' cards."""
    made = {}
    for code in CODES:
        exchange = ExchangeSettings(places.host(code), places.port(code), places.hub())
        console = ConsoleSettings(port=places.port(code) + 1_000)
        quotas = EnquirySettings(officer_day=QUOTA, case_day=QUOTA)
        settings = Settings(code, code, exchange=exchange, console=console, enquiries=quotas)
        made[code] = create_node(places.node(code), settings)
    for code, node in made.items():
        for other in others(code):
            node.add_partner(made[other].card(), _INSTALLER.id)
        node.commit(partial(_furnish, node=node, now=datetime.now(UTC)))
        node.close()


def _furnish(tx: Transaction, node: Node, now: datetime) -> None:
    import_agreements(tx, agreements().encode(), _INSTALLER.id, now)
    for number in range(OFFICERS):
        name = f"fault-enquirer-{number:02d}"
        create_officer(tx, name, (Role.ENQUIRER,), "three unrelated words", _INSTALLER.id, now, _CHEAP)
    import_register(tx, node.desk, _INSTALLER, _register(node.code), now)


def _register(code: PartnerCode) -> Iterator[RegisterRow]:
    for place in range(DOCUMENTS):
        number, reference = document(code, place)
        reported = date(2025, 1, 1)
        yield RegisterRow(
            place, ISSUERS[code], "P", number, number, RegisterCategory.STOLEN, reported, reference, "taken by force"
        )


def agreements() -> str:
    """The register of agreements of the run: everybody may ask everybody about travel documents."""
    lines = []
    for code in CODES:
        lines += ["[[partner]]", f'code = "{code}"', f'travel_document_codes = ["{ISSUERS[code]}"]']
        lines += [
            "[[partner.status]]",
            'status = "member"',
            f"since = {_SINCE}",
            'source = "invented for the fault suite"',
        ]
    lines += ["[[agreement]]", 'id = "faults"', 'title = "Agreement of the fault suite (invented)"']
    lines += [
        'force = "binding_agreement"',
        "multilateral = true",
        "invented = true",
        'source = "bench/faults"',
        "grants = [",
    ]
    lines += [_grant(asker, answerer, purpose) for asker in CODES for answerer in others(asker) for purpose in Purpose]
    lines += ["]"]
    for code in CODES:
        lines += ["[[agreement.party]]", f'partner = "{code}"', f"in_force = {_SINCE}"]
    return "\n".join(lines) + "\n"


def _grant(asker: PartnerCode, answerer: PartnerCode, purpose: Purpose) -> str:
    name = f"faults-{asker}-{answerer}-{purpose.value}".lower().replace("_", "-")
    return (
        f'  {{ id = "{name}", asker = "{asker}", answerer = "{answerer}", subject = "travel_document",'
        f' purposes = ["{purpose.value}"], offence_min = "ordinary", step_two = true, deadline_h = 48,'
        f' quota_day = {QUOTA}, retention_max_d = 1095, handling_default = "H1" }},'
    )
