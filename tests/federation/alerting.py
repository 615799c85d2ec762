"""Forgery alerts in the task force of `world`: a register with the grants they need, and one call for each act."""

import re
from collections.abc import Sequence
from typing import Any

from tests.federation.world import ALB, CODES, World

from egnatia.agreements import import_register
from egnatia.casework.borders.basis import node_basis
from egnatia.casework.intelligence import AlertTerms, TemplateDraft, change, confirm, issue, withdraw
from egnatia.cli.serving_duties import tell_once
from egnatia.engines.documents.examination import Examination
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.inspection import examine
from egnatia.engines.documents.presented import Presented
from egnatia.engines.documents.series.blanks import BlankRange
from egnatia.engines.documents.series.files import noted
from egnatia.engines.documents.whole.findings import WholeFinding
from egnatia.enquiries.forgery_alerts import held
from egnatia.enquiries.forgery_alerts.held import Alert, Told
from egnatia.exchange.protocols import learn_protocol
from egnatia.model.borders import VerdictClass
from egnatia.model.forgery import AlertWithdrawal
from egnatia.model.ids import PartnerCode
from egnatia.scenario.task_force import agreements
from egnatia.store.database import Transaction

GROUNDS = "Seen under magnification at the port: the zone is no OCR-B, the emblem stands too low."
FEATURES = (
    "issuer=ITA",
    "document_kind=identity_card",
    "falsity=counterfeit",
    "font_fault=zone_digit_shape",
    "layout_fault=emblem_shifted",
    "wording_fault=misspelt_caption",
)
_GRANT = """[[agreement]]
id = "alerts-alb-mkd"
title = "Agreement on forgery alerts (test)"
force = "treaty"
multilateral = false
invented = true
source = "test"
party = [{ partner = "ALB", in_force = 2025-01-01 }, { partner = "MKD", in_force = 2025-01-01 }]
grants = [%s]

"""
_LINE = (
    '{ id = "alerts-%s-%s", asker = "%s", answerer = "%s", subject = "intelligence", purposes = ["detection"], '
    'offence_min = "serious", step_two = false, deadline_h = 48, quota_day = 9, retention_max_d = 30, '
    'handling_default = "H1" }'
)


_LATER = re.compile(r"\n[^\n]*demo-(?:alb-mkd|mkd-alb|gbr-alb|alb-gbr|xkx-mkd|mkd-xkx)-intelligence[^\n]*")
"""Grants of the demonstration without which ALB's alerts reach XKX alone."""


def without() -> bytes:
    """The demonstration's register, in which most members may not yet tell one another."""
    return _LATER.sub("", agreements().decode()).encode()


def disagree(world: World) -> None:
    """That register at every node."""
    for code in CODES:
        world.do(code, lambda tx: import_register(tx, without(), "off-installer", world.clock()))


def register(*pairs: tuple[str, str]) -> bytes:
    """That register, and grants by which the first of a pair is told by the second."""
    text = without().decode()
    lines = ", ".join(_LINE % (one.lower(), other.lower(), one, other) for one, other in pairs)
    return text.replace("[[declaration]]", _GRANT % lines + "[[declaration]]", 1).encode()


def agree(world: World, *codes: PartnerCode, pairs: Sequence[tuple[str, str]] = (("MKD", "ALB"),)) -> None:
    """The agreement between ALB and MKD at these nodes, or at every one."""
    for code in codes or CODES:
        world.do(code, lambda tx: import_register(tx, register(*pairs), "off-installer", world.clock()))


def speak(world: World, version: int = 2, *about: PartnerCode) -> None:
    """What every node believes these speak."""

    def job(tx: Transaction) -> None:
        for each in about or CODES:
            learn_protocol(tx, each, version)

    for code in world.nodes:
        world.do(code, job)


def features(*texts: str) -> frozenset[Any]:
    return frozenset(noted(each) for each in texts)


def confirmed(
    world: World, code: PartnerCode = ALB, *texts: str, blanks: tuple[BlankRange, ...] = (), **more: Any
) -> str:
    node, officer = world.nodes[code], world.officer(code, "examiner")
    draft = TemplateDraft(VerdictClass.COUNTERFEIT, features(*(texts or FEATURES)), GROUNDS, blanks, **more)
    return world.do(code, lambda tx: confirm(tx, node.desk, officer, draft, world.clock()))


def issued(world: World, reference: str, terms: AlertTerms | None = None, post: str = "supervisor") -> int:
    code = PartnerCode(reference[:3])
    node, officer = world.nodes[code], world.officer(code, post)
    return world.do(code, lambda tx: issue(tx, node.desk, officer, reference, terms or AlertTerms(), world.clock()))


def alerted(world: World, code: PartnerCode = ALB, *texts: str, **more: Any) -> str:
    """Confirmed by one officer, issued by another, and delivered."""
    reference = confirmed(world, code, *texts, **more)
    issued(world, reference)
    world.deliver()
    return reference


def changed(world: World, reference: str, *texts: str) -> None:
    code = PartnerCode(reference[:3])
    node, officer = world.nodes[code], world.officer(code, "examiner")
    draft = TemplateDraft(VerdictClass.COUNTERFEIT, features(*texts), GROUNDS)
    world.do(code, lambda tx: change(tx, node.desk, officer, reference, draft, world.clock()))


def taken_back(world: World, reference: str, why: AlertWithdrawal = AlertWithdrawal.MISTAKEN) -> None:
    code = PartnerCode(reference[:3])
    node, officer = world.nodes[code], world.officer(code, "examiner")
    world.do(code, lambda tx: withdraw(tx, node.desk, officer, reference, (why, GROUNDS), world.clock()))


def go_round(world: World, **by: float) -> None:
    """Time goes on, and every node that runs does what a serving node does."""
    world.clock.turn(**by)
    for node in list(world.nodes.values()):
        tell_once(node)
    world.deliver()


def alerts(world: World, code: PartnerCode) -> list[Alert]:
    return world.look(code, held.alerts)


def told(world: World, reference: str) -> dict[str, Told]:
    found = world.look(PartnerCode(reference[:3]), lambda tx: held.told(tx, reference))
    return {each.partner: each for each in found}


def examined(world: World, code: PartnerCode, sources: Presented) -> Examination:
    """A document examined on the node's own basis, as the console does it."""
    node = world.nodes[code]

    def job(tx: Transaction) -> Examination:
        return examine(sources, node_basis(tx, node.desk, node.trust_keeper.held(), world.clock().date()))

    return world.look(code, job)


def flagged(world: World, code: PartnerCode, sources: Presented) -> list[Finding]:
    """What the examination says of known templates and alerted numbers."""
    wanted = {WholeFinding.WHOLE_TEMPLATE_KNOWN, WholeFinding.WHOLE_BLANK_ALERTED}
    return [each for each in examined(world, code, sources).findings() if each.code in wanted]
