"""Candidates and hits: the inbox, the evidence side by side, and an examiner's decision (DIS-01)."""

from typing import Any

from egnatia.console.catalogues import N_
from egnatia.console.drafts import LABELS, member
from egnatia.console.evidence import compare, quality_words, reports
from egnatia.console.paging import part_of
from egnatia.console.people import officer_names
from egnatia.console.texts import text_problem
from egnatia.console.visit import Html, Redirect, Reply, Visit
from egnatia.console.words_corrections import FLAG_LABELS
from egnatia.enquiries import candidates, followups, outcomes
from egnatia.enquiries.candidates import MIN_BASIS, CandidateRow, CandidateView, DecisionDraft
from egnatia.enquiries.corrections.reading import flags_of_candidate
from egnatia.model.ids import CandidateId
from egnatia.model.states import Decision, SubjectKind

FILTERS: dict[str, str] = {
    "open": N_("Not decided"),
    "mine": N_("Mine"),
    "late": N_("Late"),
    "hits": N_("Hits"),
    "all": N_("All"),
}

DNA = (SubjectKind.DNA_PERSON, SubjectKind.DNA_TRACE)
"""Subjects on which two examiners find, on a page of their own."""
_BASIS = N_("Write at least 20 characters: what you compared and why you decide so.")
_QUALIFICATION = N_("Name the qualification by which you decide.")
MIN_QUALIFICATION, MAX_QUALIFICATION = 3, 80


def candidate_inbox(visit: Visit) -> Reply:
    """All candidates by filter; undecided ones are first, the most urgent at the top."""
    chosen = visit.query.get("show") if visit.query.get("show") in FILTERS else "open"
    with visit.node.database.read() as tx:
        every = candidates.inbox(tx, visit.now)
        names = officer_names(tx)
    rows = [row for row in every if _is_shown(row, chosen, visit)]
    counts = {name: sum(_is_shown(row, name, visit) for row in every) for name in FILTERS}
    values = {"part": part_of(rows, visit), "names": names, "filters": FILTERS, "chosen": chosen, "counts": counts}
    return Html("candidates.html", values, data=rows)


def _is_shown(row: CandidateRow, chosen: str, visit: Visit) -> bool:
    tests = {
        "open": row.decision is None,
        "mine": row.decision is None and row.owner == visit.who.id,
        "late": row.decision is None and row.due_at < visit.now,
        "hits": row.decision is Decision.CONFIRMED,
        "all": True,
    }
    return tests[chosen]


def candidate_page(visit: Visit) -> Reply:
    """One candidate beside what was asked. Looking is logged with its case, and the page says so."""
    return _page(visit, {}, {})


def _page(visit: Visit, typed: dict[str, str], problems: dict[str, str]) -> Reply:
    candidate_id = CandidateId(visit.parts["id"])

    def look(tx: Any) -> CandidateView:
        return candidates.view_candidate(tx, visit.who, candidate_id, "", visit.now)

    found = visit.node.commit(look)
    with visit.node.database.read() as tx:
        names = officer_names(tx)
        flags = flags_of_candidate(tx, candidate_id).names()
        sent = [row for row in followups.listed(tx, followups.OUT) if row.candidate_id == candidate_id]
        came = [row for row in outcomes.of_case(tx, found.row.case_ref) if row.candidate_id == candidate_id]
    values = {
        "found": found,
        "row": found.row,
        "dna": found.row.subject in DNA,
        "comparisons": compare(found.asked["query"] if found.asked else {}, found.row.evidence),
        "reports": [] if found.row.subject in DNA else reports(found.row.evidence),
        "quality_words": quality_words(found.row.quality),
        "labels": LABELS,
        "names": names,
        "flags": [FLAG_LABELS[each] for each in flags],
        "follow_ups": sent,
        "outcomes": came,
        "decisions": list(Decision),
        "typed": typed,
        "problems": problems,
    }
    return Html("candidate.html", values, 422 if problems else 200, data=found)


def decide(visit: Visit) -> Reply:
    """Record the decision; what is missing is said beside the form and nothing is lost."""
    typed = {name: visit.form.get(name) for name in ("decision", "basis", "qualification")}
    decision = member(Decision, typed["decision"])
    problems = {name: visit.language.say(text) for name, text in _problems(typed, decision).items()}
    if problems or decision is None:
        return _page(visit, typed, problems)
    draft = DecisionDraft(decision, typed["basis"], typed["qualification"])
    candidate_id = CandidateId(visit.parts["id"])
    visit.node.commit(lambda tx: candidates.decide(tx, visit.who, candidate_id, draft, visit.now))
    return Redirect(f"/candidates/{candidate_id}?done=decided")


def _problems(typed: dict[str, str], decision: Decision | None) -> dict[str, str]:
    problems: dict[str, str] = {}
    if decision is None:
        problems["decision"] = N_("Choose a decision.")
    texts = {
        "basis": text_problem(typed["basis"], MIN_BASIS, _BASIS),
        "qualification": text_problem(typed["qualification"], MIN_QUALIFICATION, _QUALIFICATION, MAX_QUALIFICATION),
    }
    return problems | {name: text for name, text in texts.items() if text is not None}
