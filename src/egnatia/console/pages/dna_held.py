"""Traces that were held back before any partner heard of them: what each agrees with, and what examiners find of it."""

from typing import Any

from egnatia.console.catalogues import N_
from egnatia.console.dna_amounts import power
from egnatia.console.drafts import member
from egnatia.console.paging import Filters, filtered_page
from egnatia.console.people import officer_names
from egnatia.console.texts import reason_problem
from egnatia.console.visit import Html, Redirect, Reply, Visit
from egnatia.enquiries.dna import elimination
from egnatia.enquiries.dna.elimination import Elimination
from egnatia.errors import NotFoundError
from egnatia.model.dna import EliminationState

OPEN, CONTAMINATION, CLEARED = EliminationState.OPEN, EliminationState.CONTAMINATION, EliminationState.CLEARED
FILTERS: Filters[Elimination] = {
    "open": (N_("Not decided"), lambda row: row.state is OPEN),
    "contamination": (N_("Contamination"), lambda row: row.state is CONTAMINATION),
    "cleared": (N_("Cleared"), lambda row: row.state is CLEARED),
    "all": (N_("All"), lambda _: True),
}
CHOICES: dict[EliminationState, str] = {
    CONTAMINATION: N_("It is theirs. The trace stays here for good; one examiner is enough to say so."),
    CLEARED: N_("It is somebody else's. A partner may hear of it once two examiners have said so."),
}
"""What an examiner may find, in the words of the form."""


def held_list(visit: Visit) -> Reply:
    """What was held back, by filter; the oldest first."""
    return filtered_page("dna_eliminations.html", elimination.eliminations, FILTERS, visit)


def held_page(visit: Visit) -> Reply:
    """One trace beside the profile that it agrees with, with what was found so far."""
    return _page(visit, {})


def _page(visit: Visit, problems: dict[str, str]) -> Reply:
    with visit.node.database.read() as tx:
        row = _row(tx, visit.parts["id"])
        words = elimination.reasons_of(tx, row.id)
        names = officer_names(tx)
    values = {
        "row": row,
        "ratio": None if row.log10_ratio is None else power(visit.language, row.log10_ratio),
        "words": words,
        "names": names,
        "choices": _choices(row, visit),
        "typed": {name: visit.form.get(name) for name in ("finding", "why")},
        "problems": problems,
    }
    return Html("dna_elimination.html", values, 422 if problems else 200, data={"held": row, "reasons": words})


def _row(tx: Any, elimination_id: str) -> Elimination:
    found = next((each for each in elimination.eliminations(tx) if each.id == elimination_id), None)
    if found is None:
        raise NotFoundError(f"nothing was held back under {elimination_id}", hint="The list shows everything that was.")
    return found


def _choices(row: Elimination, visit: Visit) -> dict[EliminationState, str]:
    """What this officer can still find: not what it is already, nor a second time what only two can find."""
    mine = row.proposed_by == visit.who.id
    return {
        state: words for state, words in CHOICES.items() if state is not row.state and not (mine and state is CLEARED)
    }


def find(visit: Visit) -> Reply:
    """Record what an examiner finds; what is missing is said beside the form and nothing is lost."""
    finding, why, held_id = (
        member(EliminationState, visit.form.get("finding")),
        visit.form.get("why"),
        visit.parts["id"],
    )
    wrong = {
        "finding": N_("Choose what you find.") if finding not in CHOICES else None,
        "why": reason_problem(why),
    }
    problems = {name: visit.language.say(text) for name, text in wrong.items() if text is not None}
    if problems or finding is None:
        return _page(visit, problems)
    state = visit.node.commit(lambda tx: elimination.find(tx, visit.who, held_id, (finding, why), visit.now))
    return Redirect(f"/dna/eliminations?done=held-{state if state is finding else 'proposed'}")
