"""The five nodes of the demonstration and the officers who work on them."""

from dataclasses import dataclass
from importlib.resources import files

from egnatia.model.ids import PartnerCode
from egnatia.model.states import Role

VERSION = 1
"""Of the generator: the same version and seed make the same task force."""
SEED = 20250515


@dataclass(frozen=True, slots=True)
class DemoOfficer:
    """One account of a demonstration node; its name is a post, not a person."""

    name: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class DemoNode:
    """One node of the demonstration.

    Attributes:
        code: the partner.
        name: what its console shows.
        persons: how many invented persons its register holds (profile S of the scenario: a fiftieth of M).
        documents: how many entries its lost-and-stolen register holds.
    """

    code: PartnerCode
    name: str
    persons: int
    documents: int


NODES = (
    DemoNode(PartnerCode("GBR"), "Home Office International Operations (demonstration)", 1_200, 400),
    DemoNode(PartnerCode("ALB"), "Albanian State Police (demonstration)", 900, 300),
    DemoNode(PartnerCode("XKX"), "Kosovo Police (demonstration)", 240, 200),
    DemoNode(PartnerCode("MKD"), "Ministry of Interior, North Macedonia (demonstration)", 200, 150),
    DemoNode(PartnerCode("MNE"), "Montenegro Police (demonstration)", 120, 100),
)

_POSTS = (
    ("enquirer", (Role.ENQUIRER,)),
    ("examiner", (Role.EXAMINER,)),
    ("examiner-2", (Role.EXAMINER,)),
    ("approver-1", (Role.APPROVER,)),
    ("approver-2", (Role.APPROVER,)),
    ("supervisor", (Role.SUPERVISOR,)),
    ("auditor", (Role.AUDITOR,)),
    ("administrator", (Role.ADMINISTRATOR,)),
)


def officers(code: PartnerCode) -> tuple[DemoOfficer, ...]:
    """The accounts of one node, such as `alb-examiner`."""
    return tuple(DemoOfficer(f"{code.lower()}-{post}", roles) for post, roles in _POSTS)


def agreements() -> bytes:
    """The demonstration register as a file."""
    return (files("egnatia.scenario") / "agreements.toml").read_bytes()
