"""A reported document met at ALB's border, for tests: its list, its inspection, and one call for each officer's act."""

from datetime import timedelta
from typing import Any

from tests.federation.world import ALB, World

from egnatia.casework import borders
from egnatia.casework.borders import Heard
from egnatia.casework.borders.basis import node_basis
from egnatia.casework.borders.lookups import LookedUp, Traveller, look_up
from egnatia.casework.intelligence import AlertTerms, ReportedDraft, confirm_reported, issue
from egnatia.engines.documents import RegisterRow, read_register
from egnatia.engines.documents.presented import Presented
from egnatia.enquiries.local_lists import ListFacts, import_list
from egnatia.model.borders import Direction, ListKind, Sign, VerdictClass
from egnatia.model.ids import PartnerCode
from egnatia.model.states import RegisterCategory
from egnatia.scenario.case import CASE_REF, PASSPORT
from egnatia.store.database import Transaction

NUMBER = "P0041763"
GROUNDS = "The number stands on the list of the day; the booklet was compared with it letter by letter."
TRAVELLER = Traveller("RKS", "P", NUMBER)
CALM = Heard(frozenset(), protection_asked=False, is_child=False)
ASKED = Heard(frozenset(), protection_asked=True, is_child=False)
AFRAID = Heard(frozenset({Sign.AFRAID}), protection_asked=False, is_child=False)
HEAD = "issuer,document_type,number,number_to,category,reported_on,reference\n"


def listed(world: World, *rows: str, code: PartnerCode = ALB, days_old: int = 0, name: str = "Police") -> None:
    """A list of lost and stolen documents at a node; without rows, one with the passport of the case as stolen."""
    text = HEAD + "\n".join(rows or (f"RKS,P,{NUMBER},,stolen,2025-01-02,KS-0001",)) + "\n"
    entries = [each for each in read_register(text.splitlines(keepends=True)) if isinstance(each, RegisterRow)]
    assert entries
    as_of = world.clock().date() - timedelta(days=days_old)
    facts = ListFacts(ListKind.LOST_STOLEN, name, as_of, 2)
    keys, officer = world.nodes[code].desk.keys, world.officer(code, "administrator")
    world.do(code, lambda tx: import_list(tx, keys, officer, facts, entries, world.clock()))


def shown(world: World, zone: str = PASSPORT, code: PartnerCode = ALB) -> str:
    """The document is inspected from its zone on the node's own basis; returns the inspection."""
    node, officer = world.nodes[code], world.officer(code, "enquirer")

    def job(tx: Transaction) -> str:
        basis = node_basis(tx, node.desk, node.trust_keeper.held(), world.clock().date())
        return borders.examine_document(tx, officer, CASE_REF, Presented(zone=zone), basis, world.clock())[0]

    return world.do(code, job)


def found(
    world: World, inspection_id: str, kind: VerdictClass = VerdictClass.LOST_OR_STOLEN, post: str = "examiner"
) -> None:
    officer = world.officer(ALB, post)
    world.do(ALB, lambda tx: borders.give_verdict(tx, officer, inspection_id, kind, GROUNDS, world.clock()))


def heard(world: World, inspection_id: str, what: Heard = CALM) -> None:
    officer = world.officer(ALB, "enquirer")
    world.do(ALB, lambda tx: borders.screen_holder(tx, officer, inspection_id, what, world.clock()))


def met(
    world: World, inspection_id: str, category: RegisterCategory = RegisterCategory.STOLEN, post: str = "examiner"
) -> str:
    """An officer records that the document was met; returns the reference."""
    node, officer = world.nodes[ALB], world.officer(ALB, post)
    draft = ReportedDraft(inspection_id, category, GROUNDS)
    return world.do(ALB, lambda tx: confirm_reported(tx, node.desk, officer, draft, world.clock()))


def told_of(world: World, reference: str, post: str = "supervisor") -> int:
    node, officer = world.nodes[ALB], world.officer(ALB, post)
    return world.do(ALB, lambda tx: issue(tx, node.desk, officer, reference, AlertTerms(), world.clock()))


def ready(world: World, zone: str = PASSPORT) -> str:
    """Listed, shown, found by an officer and heard: everything that has to come first."""
    listed(world)
    inspection_id = shown(world, zone)
    found(world, inspection_id)
    heard(world, inspection_id)
    return inspection_id


def alerted_of(world: World) -> tuple[str, str]:
    """The whole way; returns inspection and reference."""
    inspection_id = ready(world)
    reference = met(world, inspection_id)
    told_of(world, reference)
    world.deliver()
    return inspection_id, reference


def looked_up(world: World, code: PartnerCode, who: Traveller = TRAVELLER, **more: Any) -> LookedUp:
    desk, officer = world.nodes[code].desk, world.officer(code, "enquirer")
    where = ("DURRES-1", more.get("direction", Direction.ENTRY))
    return world.do(code, lambda tx: look_up(tx, desk, officer, where, who, world.clock()))
