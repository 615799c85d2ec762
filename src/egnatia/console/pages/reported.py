"""The form to record that a reported document was met: what an officer may say of it today, and what still has to come first."""

from typing import Any

from egnatia.casework.borders import judged
from egnatia.casework.intelligence import ReportedDraft, confirm_reported, may_be_alerted
from egnatia.casework.intelligence.holder import holder_asked
from egnatia.console.catalogues import N_
from egnatia.console.visit import Html, Redirect, Reply, Visit, in_words
from egnatia.errors import ConflictError, InputError, RefusedError
from egnatia.model.forgery import ALERTED
from egnatia.model.states import RegisterCategory

_CHOOSE = N_("Choose one.")


def reported_page(visit: Visit) -> Reply:
    """The form, for the inspection that the address names."""
    return _page(visit, visit.query.get("inspection"), {}, {})


def record_met(visit: Visit) -> Reply:
    """Record that the document was met. Nothing leaves the node."""
    typed = {name: visit.form.get(name) for name in ("category", "why")}
    inspection_id = visit.form.get("inspection")
    if typed["category"] not in ALERTED:
        return _page(visit, inspection_id, typed, {"category": visit.language.say(_CHOOSE)})
    draft = ReportedDraft(inspection_id, RegisterCategory(typed["category"]), typed["why"])
    try:
        reference = visit.node.commit(lambda tx: confirm_reported(tx, visit.node.desk, visit.who, draft, visit.now))
    except InputError as error:
        return _page(visit, inspection_id, typed, {"why": in_words(error)})
    except (ConflictError, RefusedError) as error:
        return _page(visit, inspection_id, typed, {"category": in_words(error)})
    return Redirect(f"/forgeries/{reference}?done=document-recorded")


def _page(visit: Visit, inspection_id: str, typed: dict[str, str], problems: dict[str, str]) -> Reply:
    with visit.node.database.read() as tx:
        judged(tx, inspection_id)  # a form about an inspection that there is none of is not found
        values: dict[str, Any] = {
            "categories": may_be_alerted(tx, visit.node.desk, inspection_id, visit.now),
            "asked": holder_asked(tx, inspection_id).screened,
        }
    values |= {
        "inspection_id": inspection_id,
        "typed": {name: typed.get(name, "") for name in ("category", "why")},
        "problems": problems,
    }
    return Html("forgery_reported.html", values, 422 if problems else 200)
