"""DNA candidates: the queue of what two examiners have to find, one candidate with both profiles, and the opinion form."""

from collections.abc import Mapping
from typing import Any

from egnatia.console.catalogues import N_
from egnatia.console.dna_amounts import chance, figures
from egnatia.console.dna_drawings import scale
from egnatia.console.dna_sides import sides
from egnatia.console.judgements import read_judgement
from egnatia.console.language import Language
from egnatia.console.pages.candidates import beside
from egnatia.console.paging import Filters, filtered
from egnatia.console.visit import Html, Redirect, Reply, Visit
from egnatia.enquiries.dna import dispositions, upgrades
from egnatia.enquiries.dna.dispositions import DnaView, QueueRow, QueueState
from egnatia.enquiries.dna.opinions import OpinionDraft, give_opinion
from egnatia.enquiries.dna.upgrades import Upgrade
from egnatia.model.dna import Disposition, UpgradeState
from egnatia.model.ids import CandidateId
from egnatia.model.officers import Action
from egnatia.model.states import Decision

STATE_MARKS: dict[QueueState, str] = {
    QueueState.SECOND: "open",
    QueueState.FIRST: "open",
    QueueState.DIFFERED: "late",
    QueueState.MORE_LOCI: "wait",
    QueueState.UNSETTLED: "late",
    QueueState.DISPOSED: "done",
    QueueState.WITHDRAWN: "no",
}
"""The shape of each state; its words stand beside it."""
_DONE = (QueueState.DISPOSED, QueueState.WITHDRAWN)
_REASONS = N_("Write at least 20 characters: what you compared and what you found.")


def queue_page(visit: Visit) -> Reply:
    """All DNA candidates by filter; what can be decided soonest is first."""
    with visit.node.database.read() as tx:
        every = dispositions.queue(tx, visit.who, visit.now)
    rows, values = filtered(every, _filters(visit), visit)
    return Html("dna_queue.html", values | {"marks": STATE_MARKS}, data=rows)


def _filters(visit: Visit) -> Filters[QueueRow]:
    def is_open(row: QueueRow) -> bool:
        return row.state not in _DONE

    def is_hit(row: QueueRow) -> bool:
        return row.decision is Decision.CONFIRMED and row.state is QueueState.DISPOSED

    return {
        "open": (N_("Not decided"), is_open),
        "second": (N_("Waits for a second opinion"), lambda row: row.state is QueueState.SECOND and not row.mine),
        "late": (N_("Late"), lambda row: is_open(row) and row.due_at < visit.now),
        "hits": (N_("Hits"), is_hit),
        "all": (N_("All"), lambda _: True),
    }


def candidate_page(visit: Visit) -> Reply:
    """One candidate with both profiles. Looking is logged with its case, and the page says so."""
    return _page(visit, {}, {})


def _page(visit: Visit, typed: Mapping[str, str], problems: Mapping[str, str]) -> Reply:
    candidate_id = CandidateId(visit.parts["id"])

    def look(tx: Any) -> DnaView:
        return dispositions.view_dna_candidate(tx, visit.who, candidate_id, "", visit.now)

    found = visit.node.commit(look)
    with visit.node.database.read() as tx:
        known = beside(tx, candidate_id)
        requests = [each for each in upgrades.upgrades(tx) if each.candidate_id == candidate_id]
    statement = found.kept.statement if found.kept else None
    lines = sides(statement, found.ours, found.kept.theirs if found.kept else None)
    values = known | {
        "found": found,
        "row": found.row,
        "lines": lines,
        "statement": statement,
        "sources": found.kept.sources if found.kept else {},
        "advice": [_advice(visit.language, each) for each in (statement or {}).get("advice", ())],
        "scale": _scale(found.row),
        "chance": chance(visit.language, found.row.expected),
        "figures": figures(visit.language, statement),
        "marks": STATE_MARKS,
        "requests": requests,
        "may_ask_loci": visit.who.may(Action.ASK_UPGRADE) and _may_grow(found, requests),
        "dispositions": list(Disposition),
        "typed": typed,
        "problems": problems,
    }
    twin = {"row": found.row, "loci": lines, "statement": statement, "opinions": found.standing}
    return Html("dna_candidate.html", values, 422 if problems else 200, data=twin)


def _may_grow(found: DnaView, requests: list[Upgrade]) -> bool:
    """Whether more loci can be asked for: both profiles are there, nothing is settled, and no request waits."""
    both, waits = found.ours and found.kept, any(each.state is UpgradeState.WAITING for each in requests)
    settled = found.row.state is QueueState.WITHDRAWN or found.row.disposition not in (None, Disposition.MORE_LOCI)
    return bool(both) and not waits and not settled


def _advice(speaks: Language, said: str) -> str:
    """One of the engine's advices in the officer's language; which markers of sex differ, the table of loci shows.

    What a release of another day said, and this one does not know, stays as it is.
    """
    return speaks.say(_SEXES if said.startswith(f"{_MARKER} differs") else said)


_MARKER = "Amelogenin"
_SEXES = N_("The markers of sex differ; that does not count, but have it looked at.")


def _scale(row: QueueRow) -> Any:
    return None if row.expected is None else scale(row.expected, row.expected_agreement)


def give(visit: Visit) -> Reply:
    """Record an opinion; what is missing is said beside the form and nothing is lost."""
    missing = (N_("Choose what you find."), _REASONS)
    form = read_judgement(visit, Disposition, ("disposition", "reasons"), missing)
    if form.problems or form.found is None:
        return _page(visit, form.typed, form.problems)
    draft = OpinionDraft(form.found, form.typed["reasons"], form.typed["qualification"])
    candidate_id = CandidateId(visit.parts["id"])
    effect = visit.node.commit(lambda tx: give_opinion(tx, visit.who, candidate_id, draft, visit.now))
    return Redirect(f"/dna/candidates/{candidate_id}?done=opinion-{effect}")
