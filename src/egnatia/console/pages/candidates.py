"""Candidates and hits: the inbox, the evidence side by side, and an examiner's decision (DIS-01)."""

from collections.abc import Mapping
from typing import Any

from egnatia.console.catalogues import N_
from egnatia.console.drafts import LABELS
from egnatia.console.evidence import compare, quality_words, reports
from egnatia.console.judgements import read_judgement
from egnatia.console.paging import Filters, filtered
from egnatia.console.people import officer_names
from egnatia.console.sums import blind_steps
from egnatia.console.visit import Html, Redirect, Reply, Visit
from egnatia.enquiries import candidates, followups, outcomes
from egnatia.enquiries.candidates import CandidateRow, CandidateView, DecisionDraft
from egnatia.enquiries.commonness import Commonness, common_names
from egnatia.enquiries.corrections.reading import flags_of_candidate
from egnatia.enquiries.messages import MAX_REFS
from egnatia.enquiries.review_veils import hidden_from, veiled
from egnatia.model.ids import CandidateId
from egnatia.model.states import Decision, SubjectKind
from egnatia.store.database import Transaction

_BASIS = N_("Write at least 20 characters: what you compared and why you decide so.")


def candidate_inbox(visit: Visit) -> Reply:
    """All candidates by filter; undecided ones are first, the most urgent at the top."""
    with visit.node.database.read() as tx:
        every = veiled(candidates.inbox(tx, visit.now), hidden_from(tx, visit.who))
        names = officer_names(tx)
    rows, values = filtered(every, _filters(visit), visit)
    return Html("candidates.html", values | {"names": names}, data=rows)


def _filters(visit: Visit) -> Filters[CandidateRow]:
    return {
        "open": (N_("Not decided"), is_open),
        "mine": (N_("Mine"), lambda row: is_open(row) and row.owner == visit.who.id),
        "late": (N_("Late"), lambda row: is_open(row) and row.due_at < visit.now),
        "hits": (N_("Hits"), lambda row: row.decision is Decision.CONFIRMED),
        "all": (N_("All"), lambda _: True),
    }


def is_open(row: CandidateRow) -> bool:
    """Whether nobody has decided about it; one of which a second review hides the decision is decided."""
    return row.decision is None and not row.in_review


def candidate_page(visit: Visit) -> Reply:
    """One candidate beside what was asked. Looking is logged with its case, and the page says so.

    Who may review it is led to the review; the decision is shown to them only if they ask for it, and then another reviews.
    """
    candidate_id = CandidateId(visit.parts["id"])
    if not visit.query.get("decision"):
        with visit.node.database.read() as tx:
            if candidate_id in hidden_from(tx, visit.who):
                return Redirect(f"/candidates/reviews/{candidate_id}")
    return _page(visit, {}, {})


def beside(tx: Transaction, candidate_id: CandidateId) -> dict[str, Any]:
    """What stands beside every candidate: who is who, whether the partner corrected it, what was asked of it since."""
    return {
        "names": officer_names(tx),
        "flags": flags_of_candidate(tx, candidate_id).names(),
        "follow_ups": [row for row in followups.listed(tx, followups.OUT) if row.candidate_id == candidate_id],
    }


def weighed(tx: Transaction, visit: Visit, found: CandidateView) -> dict[str, Any]:
    """What a candidate's agreement adds up to, and how common the names are; of persons only."""
    names: list[Commonness] = []
    if found.row.subject is SubjectKind.PERSON and found.asked:
        names = common_names(tx, visit.node.desk, found.row.partner, found.asked["query"])
    return {"sum": blind_steps(found.row.quality, found.row.evidence), "name_counts": names}


def _page(visit: Visit, typed: Mapping[str, str], problems: Mapping[str, str]) -> Reply:
    candidate_id = CandidateId(visit.parts["id"])

    def look(tx: Any) -> CandidateView:
        return candidates.view_candidate(tx, visit.who, candidate_id, "", visit.now)

    found = visit.node.commit(look)
    with visit.node.database.read() as tx:
        known = beside(tx, candidate_id)
        alike = candidates.indistinguishable(tx, candidate_id)
        known |= weighed(tx, visit, found)
        came = [row for row in outcomes.of_case(tx, found.row.case_ref) if row.candidate_id == candidate_id]
    compared = compare(found.asked["query"] if found.asked else {}, found.row.evidence)
    values = known | {
        "found": found,
        "row": found.row,
        "dna": found.row.is_dna,
        "comparisons": compared,
        "reports": [] if found.row.is_dna else reports(found.row.evidence),
        "quality_words": quality_words(found.row.quality, () if found.row.is_dna else compared),
        "labels": LABELS,
        "outcomes": came,
        "alike": alike,
        "most_told": MAX_REFS,
        "decisions": list(Decision),
        "typed": typed,
        "problems": problems,
    }
    return Html("candidate.html", values, 422 if problems else 200, data=found)


def decide(visit: Visit) -> Reply:
    """Record the decision; what is missing is said beside the form and nothing is lost."""
    form = read_judgement(visit, Decision, ("decision", "basis"), (N_("Choose a decision."), _BASIS))
    if form.problems or form.found is None:
        return _page(visit, form.typed, form.problems)
    draft = DecisionDraft(form.found, form.typed["basis"], form.typed["qualification"])
    candidate_id = CandidateId(visit.parts["id"])
    visit.node.commit(lambda tx: candidates.decide(tx, visit.who, candidate_id, draft, visit.now))
    return Redirect(f"/candidates/{candidate_id}?done=decided")
