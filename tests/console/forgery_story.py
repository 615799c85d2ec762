"""Templates of one workshop at Albania's console: one confirmed there, one issued to the members."""

from typing import Any

from egnatia.casework.intelligence import AlertTerms, TemplateDraft, confirm, issue
from egnatia.engines.documents.series.blanks import blank_range
from egnatia.engines.documents.series.files import noted
from egnatia.model.borders import VerdictClass

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
