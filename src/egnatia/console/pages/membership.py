"""Membership: who is in and until when, candidates with what they have shown, proposals, exits, and the lines (MEM-05)."""

from typing import Any

from egnatia.agreements.admission import Standing, load_checklist
from egnatia.console.catalogues import N_
from egnatia.console.pages.partners import LINE_MARKS
from egnatia.console.visit import Html, Reply, Visit
from egnatia.enquiries.membership.admission_state import Admission
from egnatia.enquiries.membership.overview import overview
from egnatia.enquiries.membership.reciprocity import reciprocity
from egnatia.exchange.dispatch import PartnerState, partner_states

_LIST = {
    Standing.NONE: ("none", N_("There is no membership list. Partners are known by their cards alone.")),
    Standing.GOOD: ("done", N_("The membership list is in force.")),
    Standing.ENDS_SOON: ("late", N_("The membership list ends soon. Have it renewed.")),
    Standing.EXPIRED: ("late", N_("The membership list has expired. Questions stop 30 days after its end.")),
    Standing.STOPPED: ("no", N_("The membership list has expired. Nothing is asked or answered.")),
}
"""Mark and sentence for each standing of the list; a test holds the days of grace to the checklist's."""


def membership_page(visit: Visit) -> Reply:
    """Everything about membership; what one does about it, an administrator does by command."""
    with visit.node.database.read() as tx:
        view = overview(tx, visit.now)
        lines = {state.partner: state for state in partner_states(tx)}
        figures = reciprocity(tx)
    mark, sentence = _LIST[view.standing]
    values = {
        "view": view,
        "mark": mark,
        "sentence": sentence,
        "rows": [{"each": each, "line": _line(lines.get(each.code))} for each in view.partners],
        "candidates": [_progress(each) for each in view.admissions if each.closed_at is None],
        "figures": figures,
    }
    data: dict[str, Any] = {"list": view.version, "standing": view.standing, "valid_until": view.valid_until}
    data |= {"partners": view.partners, "proposals": view.proposals, "exits": view.owed, "figures": figures}
    return Html("membership.html", values, data=data | {"candidates": values["candidates"]})


def _line(state: PartnerState | None) -> tuple[str, str]:
    """Mark and words for whether a partner can be reached."""
    return ("none", N_("no card is registered")) if state is None else LINE_MARKS[state.state]


def _progress(case: Admission) -> dict[str, Any]:
    """A candidate with every item of the checklist, shown or not."""
    shown = {each.item: each for each in case.evidence}
    items = [
        {"id": item.id, "title": item.title, "evidence": shown[item.id].evidence if item.id in shown else None}
        for item in load_checklist().items
    ]
    return {"candidate": case.candidate, "since": case.opened_at, "items": items, "shown": len(shown)}
