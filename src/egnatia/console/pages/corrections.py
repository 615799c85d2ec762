"""Corrections: what partners have not acted on yet, and what waits for our own people (DIS-06)."""

from collections.abc import Sequence
from typing import Any

from egnatia.console.catalogues import N_
from egnatia.console.drafts import member
from egnatia.console.paging import part_of
from egnatia.console.people import officer_names
from egnatia.console.texts import text_problem
from egnatia.console.visit import Html, Redirect, Reply, Visit
from egnatia.enquiries.corrections import lists, taken
from egnatia.enquiries.corrections.acting import Look, act_on
from egnatia.enquiries.corrections.copies import affected
from egnatia.enquiries.desk import MIN_JUSTIFICATION
from egnatia.errors import NotFoundError
from egnatia.model.ids import PartnerCode
from egnatia.model.states import LookFinding

_NOTE = N_("Write at least 20 characters: what you compared and what you did.")
_FINDING = N_("Say whether the hit stands.")


def correction_list(visit: Visit) -> Reply:
    """Ours to act on first, then what is outstanding at partners, by partner and record, then what is contested here."""
    with visit.node.database.read() as tx:
        data: dict[str, Sequence[Any]] = {"ours": taken.waiting(tx), "theirs": lists.copies(tx, outstanding=True)}
        data["contested"] = [each for each in lists.contests(tx) if each.cleared_at is None]
        names = officer_names(tx)
    parts = {name: part_of(rows, visit, name) for name, rows in data.items()}
    return Html("corrections.html", {**parts, "names": names}, data=data)


def correction_page(visit: Visit) -> Reply:
    """One partner's correction with everything here that rested on the data."""
    return _page(visit, {}, {})


def _page(visit: Visit, typed: dict[str, str], problems: dict[str, str]) -> Reply:
    partner, correction_id = PartnerCode(visit.parts["partner"]), visit.parts["id"]
    with visit.node.database.read() as tx:
        row = taken.find(tx, partner, correction_id)
        if row is None:
            raise NotFoundError(f"{partner} sent us no correction {correction_id}")
        found = taken.made(row)
        rested = affected(tx, found.item, found.made_at)
    values = {
        "found": found,
        "rested": rested,
        "findings": list(LookFinding),
        "typed": typed,
        "problems": problems,
    }
    return Html("correction.html", values, 422 if problems else 200)


def act(visit: Visit) -> Reply:
    """Record what an officer found; what is missing is said beside the form and nothing is lost."""
    typed = {name: visit.form.get(name) for name in ("finding", "note")}
    finding = member(LookFinding, typed["finding"])
    problems: dict[str, str] = {}
    if finding is None:
        problems["finding"] = visit.language.say(_FINDING)
    wrong = text_problem(typed["note"], MIN_JUSTIFICATION, _NOTE)
    if wrong is not None:
        problems["note"] = visit.language.say(wrong)
    if problems or finding is None:
        return _page(visit, typed, problems)
    which = (PartnerCode(visit.parts["partner"]), visit.parts["id"])
    look = Look(finding, typed["note"])
    visit.node.commit(lambda tx: act_on(tx, visit.who, which, look, visit.now))
    return Redirect("/corrections?done=acted")
