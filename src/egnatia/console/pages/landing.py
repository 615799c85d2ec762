"""The first page: one box for whatever is at hand, and below it the work that waits for this officer."""

from typing import Any

from egnatia.console.people import officer_names
from egnatia.console.recognise import Reading, Recognised, recognise
from egnatia.console.tasks import tasks
from egnatia.console.visit import Html, Redirect, Reply, Visit
from egnatia.enquiries import candidates, followups, timeline, views
from egnatia.errors import NotFoundError
from egnatia.model.ids import EnquiryId
from egnatia.model.officers import Action
from egnatia.model.states import FollowUpState
from egnatia.store.database import Transaction

SHOWN = 6
"""Lines of each queue on the first page; the queue's own page has all."""


def landing(visit: Visit) -> Reply:
    """The search box and this officer's queues."""
    return Html("landing.html", {"typed": "", "found": None, **_queues(visit)})


def search(visit: Visit) -> Reply:
    """Say what was recognised and where it leads; a reference goes straight to its page.

    The text comes by POST, so that no name ends in an address, a history or a log.
    """
    found = recognise(visit.form.get("q"), visit.now.date())
    target = _known_reference(visit, found)
    if target is not None:
        return Redirect(target)
    return Html("landing.html", {"typed": found.text, "found": found, **_queues(visit)}, data=found)


def _known_reference(visit: Visit, found: Recognised) -> str | None:
    if not visit.who.may(Action.VIEW_CANDIDATES):
        return None
    with visit.node.database.read() as tx:
        if found.reading is Reading.CASE and found.parts["case_ref"] in timeline.cases(tx):
            return f"/cases/{found.parts['case_ref']}"
        if found.reading is Reading.ENQUIRY and _has_enquiry(tx, found.parts["id"], visit):
            return f"/enquiries/{found.parts['id']}"
        if found.reading is Reading.RECORD_REF:
            return next(
                (f"/candidates/{row.id}" for row in candidates.inbox(tx, visit.now) if row.ref == found.parts["ref"]),
                None,
            )
    return None


def _has_enquiry(tx: Transaction, enquiry_id: str, visit: Visit) -> bool:
    try:
        views.enquiry_view(tx, EnquiryId(enquiry_id), visit.now)
    except NotFoundError:
        return False
    return True


def _queues(visit: Visit) -> dict[str, Any]:
    """What waits: candidates to decide, follow-ups of partners to answer, and the counts of everything else."""
    officer = visit.who
    with visit.node.database.read() as tx:
        waiting = tasks(tx, officer, visit.node.code, visit.now)
        if not officer.may(Action.VIEW_CANDIDATES):
            return {"open": [], "open_count": 0, "requests": [], "request_count": 0, "names": {}, "tasks": waiting}
        undecided = [
            row for row in candidates.inbox(tx, visit.now) if row.decision is None
        ]  # none is drawn for a review
        asked = (FollowUpState.WAITING, FollowUpState.PROPOSED)
        requests = [row for row in followups.listed(tx, followups.IN) if row.state in asked]
        names = officer_names(tx)
    return {
        "open": undecided[:SHOWN],
        "open_count": len(undecided),
        "requests": requests[:SHOWN] if officer.may(Action.PROPOSE_RELEASE) else [],
        "request_count": len(requests),
        "tasks": waiting,
        "names": names,
    }
