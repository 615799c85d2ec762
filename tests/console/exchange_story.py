"""What the exchange brings to the consoles: blind lists, consents, an item passed on, a changed key, an accused ledger."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.console.conftest import ALB, QUESTION, XKX, Force, Story, certificate_der, first

from egnatia.enquiries.blind.fetching import fetch, keep, prepare
from egnatia.enquiries.blind.publishing import make_filter, plan, publish
from egnatia.enquiries.corrections.making import CorrectionDraft, approve, make
from egnatia.exchange.memory import MemoryLine
from egnatia.exchange.protocols import learn_protocol
from egnatia.ledger.alarms import accuse, suspect
from egnatia.ledger.evidence import Evidence
from egnatia.model.ids import PartnerCode, RecordRef
from egnatia.model.states import CorrectionKind, CorrectionReason

GBR, MKD = PartnerCode("GBR"), PartnerCode("MKD")
REF = RecordRef("XKX-D-000417")
BLIND: dict[str, Any] = {
    "list": "registered_documents",
    "issuer": "RKS",
    "document_type": "P",
    "number": "RK1234567",
    "case_ref": "DUR-2025-0417",
    "purpose": "border_check",
    "offence": "false_document",
    "justification": "Second-line check at the Port of Durres",
}
ASKED = {"use": "onward", "to": "GBR", "why": "The officers in Dover have the same batch in their proceedings."}
PROPOSED = {"days": "10", "reason": "The batch is theirs as well and the case is one."}
PASSED = {"recipient": "GBR", "reason": "Dover has the holder's companion in its proceedings."}
NOTES = [f"mkd.example/ledger\n5\n{root * 43}=\n\n— mkd.example/ledger {'A' * 92}\n" for root in "AE"]
EVIDENCE = Evidence(1, "split_view", "mkd.example/ledger", "key", NOTES[0], NOTES[1], [], "2025-05-15T03:00:00Z", "ALB")
"""Its form only: what it proves is verified where it is taken, not where it is shown."""


@dataclass(frozen=True, slots=True)
class More:
    """References of what the exchange left behind."""

    blind: str
    consent: str
    item: str


def upgrade(force: Force) -> None:
    """Every node has seen that the others speak the present version of messages."""
    for code, node in force.nodes.items():
        for other in set(force.nodes) - {code}:
            node.commit(partial(learn_protocol, partner=other, version=2))


def offer(force: Force) -> None:
    """Kosovo publishes its lists for everybody; Albania fetches them."""
    holder, asker, now = force.nodes[XKX], force.nodes[ALB], force.clock()
    publisher, fetcher = (force.officers[code, f"{code.lower()}-administrator"] for code in (XKX, ALB))
    with holder.database.read() as tx:
        made = [
            make_filter(tx, holder.desk, *each) for each in plan(tx, holder.desk, publisher, (), now) if each[0] == ALB
        ]
    holder.commit(lambda tx: publish(tx, holder.desk, publisher, made, 30, now))
    with asker.database.read() as tx:
        errand = prepare(tx, ALB, fetcher, XKX)
    line = MemoryLine(certificate_der(asker.keys), force.apps)
    fetched = force.runner.run(fetch(line, errand, now))
    asker.commit(lambda tx: keep(tx, fetcher, fetched, now))


def ask_blind(force: Force, **changes: Any) -> str:
    """Ask blind at Albania's console and deliver; returns the address of its page."""
    page = force.browser(ALB, "enquirer").post("/blind", BLIND | {"partners": "XKX"} | changes)
    assert page.status_code == 303, page.text
    force.deliver()
    return page.headers["location"].partition("?")[0]


def join(force: Force, directory: Path) -> None:
    """A fourth node, to which an item can be passed on."""
    force.add(directory, GBR, "United Kingdom")
    for code in (ALB, XKX):
        force.nodes[GBR].add_partner(force.nodes[code].card(), "off-1")
        force.nodes[code].add_partner(force.nodes[GBR].card(), "off-1")
    force.connect(GBR)


def request_consent(force: Force, story: Story) -> str:
    """Albania asks Kosovo whether the case's data may go to the United Kingdom; returns the request's address there."""
    path = f"/received/{story.follow_up}"
    assert "was asked" in force.browser(ALB, "enquirer").land(f"{path}/consent", ASKED).text
    force.deliver()
    return first(force.browser(XKX, "approver").get("/consents"), r'href="(/consents/[0-9a-f-]{36})"')


def for_the_court(force: Force, story: Story, *, proposed: bool) -> str:
    """Albania asks Kosovo whether the data may stand in proceedings; returns the request's id, proposed or not."""
    force.browser(ALB, "enquirer").land(
        f"/received/{story.follow_up}/consent", {"use": "evidence", "why": "The court in Durres asked for the file."}
    )
    force.deliver()
    approver = force.browser(XKX, "approver")
    listed = approver.get("/consents?format=json").json()["asked_of_us"]
    request: str = next(each["id"] for each in listed if each["state"] == "waiting")
    if proposed:
        approver.land(f"/consents/{request}/proposal", PROPOSED)
    return request


def correct(force: Force) -> str:
    """Kosovo corrects what its register says of the theft; returns the number of the correction."""
    kosovo, officer = force.nodes[XKX], force.officers[XKX, "xkx-supervisor"]
    why = "It was taken from a car and not from a house."
    draft = CorrectionDraft(
        REF, CorrectionKind.RECTIFY, CorrectionReason.INACCURATE, why, {"circumstances": "Theft in Prizren"}
    )
    made: str = kosovo.commit(lambda tx: make(tx, kosovo.desk, officer, draft, force.clock()))
    second = force.officers[XKX, "xkx-second"]
    kosovo.commit(lambda tx: approve(tx, kosovo.desk, second, made, force.clock()))
    force.deliver()
    return made


def pass_on(force: Force, story: Story, request: str) -> None:
    """Two people of Kosovo consent, and Albania passes the data on."""
    force.browser(XKX, "approver").land(f"{request}/proposal", PROPOSED)
    force.browser(XKX, "second").land(f"{request}/grant")
    force.deliver()
    force.browser(ALB, "supervisor").land(f"/received/{story.follow_up}/forward", PASSED)
    force.deliver()


def accuse_macedonia(force: Force) -> None:
    """Albania's node believes North Macedonia's ledger no more, and suspects Kosovo's."""
    node, now = force.nodes[ALB], force.clock()
    node.commit(lambda tx: accuse(tx, MKD, EVIDENCE, now, told_by=XKX))
    node.commit(lambda tx: suspect(tx, XKX, "a proof that leads nowhere", (b"one", b"two"), now))


def change_key(force: Force, **options: Any) -> None:
    """North Macedonia has a new certificate; Albania takes its card."""
    from egnatia.exchange.rotation import Rotation

    force.nodes[MKD].rotate_keys(Rotation(tls=True), "off-1")
    force.nodes[ALB].add_partner(force.nodes[MKD].card(), "off-1", replace=True, **options)


def more(force: Force, story: Story, directory: Path) -> More:
    """All of it, in the order in which it can happen."""
    upgrade(force)
    offer(force)
    blind = ask_blind(force)
    ask_blind(force, number="RK7654321")
    join(force, directory)
    upgrade(force)
    request = request_consent(force, story)
    pass_on(force, story, request)
    accuse_macedonia(force)
    change_key(force)
    return More(blind.rpartition("/")[2], request.rpartition("/")[2], story.follow_up)


__all__ = ["ALB", "BLIND", "GBR", "MKD", "QUESTION", "XKX", "More", "more"]
