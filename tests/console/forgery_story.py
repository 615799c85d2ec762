"""Templates of one workshop at Albania's console, one confirmed and one issued, and a stolen document that was met there."""

import random
from datetime import date, timedelta
from typing import Any

from egnatia.casework.borders import Heard, give_verdict, inspect_document, screen_holder
from egnatia.casework.intelligence import (
    AlertTerms,
    ReportedDraft,
    TemplateDraft,
    confirm,
    confirm_reported,
    issue,
)
from egnatia.engines.documents import Format, RegisterRow, ZoneDocument, inspect, random_zone
from egnatia.engines.documents.series.blanks import blank_range
from egnatia.engines.documents.series.files import noted
from egnatia.enquiries.local_lists import ListFacts, import_list
from egnatia.model.borders import ListKind, VerdictClass
from egnatia.model.states import RegisterCategory

WORKSHOP = (
    "issuer=ITA",
    "document_kind=identity_card",
    "falsity=counterfeit",
    "print=inkjet",
    "font_fault=zone_digit_shape",
    "wording_fault=misspelt_caption",
)
ISSUED = ("font_fault=mixed_fonts", "layout_fault=emblem_shape")
GROUNDS = "Seen under magnification: the zone is no OCR-B and a caption is misspelt."


def a_template(force: Any, *more: str) -> str:
    """Confirmed by an examiner; nobody was told."""
    node, officer = force.nodes["ALB"], force.officers["ALB", "alb-examiner"]
    features = frozenset(noted(each) for each in (*WORKSHOP, *more))
    blanks = (blank_range("ITA", "CA1234000", "CA1234999"),)
    draft = TemplateDraft(VerdictClass.COUNTERFEIT, features, GROUNDS, blanks)
    return str(node.commit(lambda tx: confirm(tx, node.desk, officer, draft, force.clock())))


def an_alert(force: Any, more: tuple[str, ...] = ()) -> str:
    """The same, issued by a supervisor."""
    reference = a_template(force, *more)
    node, officer = force.nodes["ALB"], force.officers["ALB", "alb-supervisor"]
    node.commit(lambda tx: issue(tx, node.desk, officer, reference, AlertTerms(), force.clock()))
    return reference


def a_zone(seed: int) -> str:
    """An Italian card in whose zone everything agrees."""
    return random_zone(random.Random(seed), Format.TD1, date(2025, 5, 15), "ITA").text()


def on_the_list(force: Any, *zones: str, name: str = "Cards") -> None:
    """The police's list of the day has these cards as stolen."""
    node, officer, now = force.nodes["ALB"], force.officers["ALB", "alb-administrator"], force.clock()
    rows = []
    for at, zone in enumerate(zones, 2):
        read: ZoneDocument = inspect(zone, now.date()).document
        values = (read.issuer, read.code[:1], read.number, read.number, RegisterCategory.STOLEN)
        rows.append(RegisterRow(at, *values, now.date() - timedelta(days=9), f"IT-{at:04d}", ""))
    facts = ListFacts(ListKind.LOST_STOLEN, name, now.date(), 2)
    node.commit(lambda tx: import_list(tx, node.desk.keys, officer, facts, rows, now))


def a_stolen_card(force: Any, seed: int = 7, *, asked: bool = True) -> str:
    """Inspected, on the list of the day, found so by an examiner; its holder was asked, or nobody has asked yet."""
    node, officer, now = force.nodes["ALB"], force.officers["ALB", "alb-examiner"], force.clock()
    zone = a_zone(seed)
    on_the_list(force, zone)
    made = node.commit(lambda tx: inspect_document(tx, officer, "DUR-2025-0990", zone, now))[0]
    node.commit(lambda tx: give_verdict(tx, officer, made, VerdictClass.LOST_OR_STOLEN, GROUNDS, now))
    if asked:
        heard = Heard(frozenset(), protection_asked=False, is_child=False)
        node.commit(lambda tx: screen_holder(tx, officer, made, heard, now))
    return str(made)


def a_met_document(force: Any, seed: int = 8) -> str:
    """A stolen card whose alert was issued; returns the reference."""
    inspection_id = a_stolen_card(force, seed)
    node, now = force.nodes["ALB"], force.clock()
    one, other = (force.officers["ALB", f"alb-{post}"] for post in ("examiner", "supervisor"))
    draft = ReportedDraft(inspection_id, RegisterCategory.STOLEN, GROUNDS)
    reference = node.commit(lambda tx: confirm_reported(tx, node.desk, one, draft, now))
    node.commit(lambda tx: issue(tx, node.desk, other, reference, AlertTerms(), now))
    return str(reference)
