"""Three nodes for ceremonies: ALB and XKX know each other, MKD is an empty directory's node that knows nobody."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from tests.databases import ON_POSTGRESQL, fresh
from tests.federation.world import ALB, MKD, XKX, Clock, World, _furnish

from egnatia.enquiries.membership.admissions import admit, consider, record_evidence, record_report
from egnatia.enquiries.membership.invitations import invite, join
from egnatia.enquiries.membership.report import CHECKS, CheckResult, write_report
from egnatia.enquiries.membership.signing import Change, SignedHere, propose, sign
from egnatia.exchange.card import card_fingerprint
from egnatia.exchange.protocols import NEWEST, learn_protocol
from egnatia.model.ids import PartnerCode
from egnatia.node import create_node
from egnatia.settings import ConsoleSettings, DatabaseSettings, ExchangeSettings, Settings

THREE = (ALB, XKX, MKD)
BY_HAND: Mapping[str, str] = {
    "instrument": "Official Gazette 12/2025",
    "dpia": "DPIA-2025-07, version 2",
    "supervisory_authority": "consulted 2025-03-11, ref 04-221/3",
    "transfer_basis": "binding instrument, art. 9",
    "contact_point": "+389 2 000 0000, tested 2025-05-01",
    "trained_staff": "register of training 2025, 6 officers",
}


def build_three(directory: Path, clock: Clock) -> None:
    """Three furnished nodes; only ALB and XKX have each other's cards."""
    made = {}
    for number, code in enumerate(THREE):
        settings = Settings(
            code=code,
            name=f"Police of {code} (demonstration)",
            exchange=ExchangeSettings(port=number + 21),
            console=ConsoleSettings(port=number + 121),
            database=DatabaseSettings(fresh() if ON_POSTGRESQL else ""),
        )
        made[code] = create_node(directory / code, settings, clock)
    made[ALB].add_partner(made[XKX].card(), "off-installer")
    made[XKX].add_partner(made[ALB].card(), "off-installer")
    for node in made.values():
        node.commit(partial(_furnish, node=node, now=clock()))
        node.close()


class Ceremony:
    """What the officers of three nodes do, one call for each act; telephones always work."""

    def __init__(self, world: World) -> None:
        self.world = world

    def card(self, code: PartnerCode) -> bytes:
        return self.world.nodes[code].card()

    def spoken(self, code: PartnerCode) -> str:
        return card_fingerprint(self.card(code))

    def speak_new(self, at: PartnerCode, *partners: PartnerCode) -> None:
        """As after a minute of serving: the partners' versions are known."""
        for partner in partners:
            self.world.do(at, partial(learn_protocol, partner=partner, version=NEWEST))

    def invite(self, at: PartnerCode = ALB, candidate: PartnerCode = MKD) -> bytes:
        node, officer = self.world.nodes[at], self.world.officer(at, "administrator")
        card, now = self.card(at), self.world.clock()
        return self.world.do(at, lambda tx: invite(tx, node.desk, officer, candidate, card, now))

    def join(self, invitation: bytes, typed: str, at: PartnerCode = MKD) -> bytes:
        node, officer = self.world.nodes[at], self.world.officer(at, "administrator")
        files, now = (invitation, self.card(at)), self.world.clock()
        return self.world.do(at, lambda tx: join(tx, node.desk, officer, files, typed, now))[0]

    def consider(self, candidacy: bytes, typed: str, at: PartnerCode = ALB) -> None:
        node, officer = self.world.nodes[at], self.world.officer(at, "administrator")
        now = self.world.clock()
        self.world.do(at, lambda tx: consider(tx, node.desk, officer, candidacy, typed, now))

    def evidence(self, shown: Mapping[str, str] = BY_HAND, at: PartnerCode = ALB, of: PartnerCode = MKD) -> None:
        officer, now = self.world.officer(at, "administrator"), self.world.clock()
        self.world.do(at, lambda tx: record_evidence(tx, officer, of, shown, now))

    def report(self, *failed: str, at: PartnerCode = ALB, of: PartnerCode = MKD) -> None:
        checks = [CheckResult(name, name not in failed, "seen") for name in CHECKS]
        content = write_report(self.world.nodes[of].keys, "0.2.0", checks, self.world.clock())
        officer, now = self.world.officer(at, "administrator"), self.world.clock()
        self.world.do(at, lambda tx: record_report(tx, officer, of, content, now))

    def admit(self, at: PartnerCode = ALB, of: PartnerCode = MKD) -> None:
        node, officer = self.world.nodes[at], self.world.officer(at, "administrator")
        card, now = self.card(at), self.world.clock()
        self.world.do(at, lambda tx: admit(tx, node.desk, officer, card, of, now))

    def renew(self, at: PartnerCode = ALB, change: Change | None = None) -> None:
        node, officer = self.world.nodes[at], self.world.officer(at, "administrator")
        card, now = self.card(at), self.world.clock()
        self.world.do(at, lambda tx: propose(tx, node.desk, officer, card, change or Change(), now))

    def sign(self, at: PartnerCode, typed: str | None = None) -> SignedHere:
        node, officer = self.world.nodes[at], self.world.officer(at, "supervisor")
        card, now = self.card(at), self.world.clock()
        return self.world.do(at, lambda tx: sign(tx, node.desk, officer, card, typed, now))

    def found(self) -> None:
        """The first list, of ALB and XKX."""
        self.speak_new(ALB, XKX)
        self.speak_new(XKX, ALB)
        self.renew()
        self.sign(ALB)
        self.world.deliver()
        self.sign(XKX)
        self.world.deliver()

    def candidacy(self) -> None:
        """Up to a candidate with everything shown, before any list has it."""
        self.consider(self.join(self.invite(), self.spoken(ALB)), self.spoken(MKD))
        self.evidence()
        self.report()

    def admitted(self) -> None:
        """All of it: MKD is a member at all three."""
        self.found()
        self.candidacy()
        self.admit()
        self.sign(ALB)
        self.world.deliver()
        self.sign(XKX, self.spoken(MKD))
        self.world.deliver()
        self.sign(MKD)
        self.world.deliver()
