"""An enquiry that an officer of Albania lets stand, for pages to show."""

from datetime import timedelta
from typing import Any

from egnatia.enquiries.ask import EnquiryDraft
from egnatia.enquiries.standing import open_standing
from egnatia.model.ids import PartnerCode
from egnatia.model.states import Offence, Purpose, SubjectKind

WHY = "Passport presented on exit; its number has to be checked with the issuer."
DRAFT = EnquiryDraft(
    case_ref="DUR-2025-0417",
    subject=SubjectKind.TRAVEL_DOCUMENT,
    purpose=Purpose.BORDER_CHECK,
    offence=Offence.FALSE_DOCUMENT,
    justification=WHY,
    query={"issuer": "RKS", "document_type": "P", "number": "P0999417"},
    partners=(PartnerCode("XKX"),),
)


def a_standing_enquiry(force: Any) -> str:
    """The id of an enquiry that is asked again for sixty days."""
    node, officer, now = force.nodes["ALB"], force.officers["ALB", "alb-enquirer"], force.clock()
    made = node.commit(lambda tx: open_standing(tx, node.desk, officer, DRAFT, now + timedelta(days=60), now))
    return str(made.id)
