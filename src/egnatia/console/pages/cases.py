"""One case on one time axis, and what came of it (DIS-07)."""

from datetime import UTC, datetime

from egnatia.console.catalogues import N_
from egnatia.console.drafts import member
from egnatia.console.paging import part_of
from egnatia.console.people import officer_names
from egnatia.console.texts import text_problem
from egnatia.console.visit import Html, Redirect, Reply, Visit
from egnatia.enquiries import candidates, outcomes, timeline, views
from egnatia.enquiries.candidates import CandidateRow
from egnatia.enquiries.desk import CASE_REF, PERSON_REF
from egnatia.enquiries.outcomes import OutcomeDraft
from egnatia.enquiries.review_veils import hidden_from, veiled_enquiry, veiled_steps
from egnatia.enquiries.timeline import Step
from egnatia.errors import NotFoundError
from egnatia.model.events import EventKind
from egnatia.model.ids import CandidateId
from egnatia.model.states import OutcomeKind

MIN_PLACE = 2
MAX_PLACE = 120
NODE = "node"
"""The actor of what the node did by itself."""
_SENT = frozenset({EventKind.ENQUIRY_SENT, EventKind.FOLLOW_UP_SENT, EventKind.RELEASE_APPROVED})
_CAME = frozenset({EventKind.REPLY_RECEIVED, EventKind.RELEASE_RECEIVED, EventKind.REFUSAL_RECEIVED})
_FIELDS = ("kind", "case_ref", "person_ref", "at", "place", "note", "candidate")


def case_list(visit: Visit) -> Reply:
    """Every case that this node knows."""
    with visit.node.database.read() as tx:
        refs = timeline.cases(tx)
    return Html("cases.html", {"part": part_of(refs, visit)}, data=refs)


def case_page(visit: Visit) -> Reply:
    """Enquiries, hits and outcomes of one case, and every step of it in order."""
    case_ref = visit.parts["ref"]
    with visit.node.database.read() as tx:
        hidden = hidden_from(tx, visit.who)
        steps = veiled_steps(timeline.case_timeline(tx, case_ref), hidden)
        if not steps:
            raise NotFoundError(f"this node has no case {case_ref}", hint="The list of cases shows what there is.")
        values = {
            "case_ref": case_ref,
            "steps": steps,
            "ways": [_way(step) for step in steps],
            "enquiries": [veiled_enquiry(each, hidden) for each in views.enquiries(tx, visit.now, case_ref)],
            "outcomes": outcomes.of_case(tx, case_ref),
            "names": officer_names(tx),
        }
    return Html("case.html", values, data={"case_ref": case_ref, "steps": steps, "outcomes": values["outcomes"]})


def _way(step: Step) -> str:
    """The mark of a step: what crossed a border has an arrow, the rest says who acted here."""
    if step.event in _SENT:
        return "sent"
    if step.event in _CAME:
        return "came"
    return "node" if step.actor == NODE else "officer"


def outcome_form(visit: Visit) -> Reply:
    """The form for what came of a hit, or of a case."""
    typed = dict.fromkeys(_FIELDS, "")
    typed["candidate"], typed["case_ref"] = visit.query.get("candidate"), visit.query.get("case")
    hit = _hit(visit, typed["candidate"])
    if hit is not None:
        typed |= {"case_ref": hit.case_ref, "person_ref": hit.person_ref or ""}
    return _form(visit, typed, {})


def _hit(visit: Visit, candidate_id: str) -> CandidateRow | None:
    if not candidate_id:
        return None
    with visit.node.database.read() as tx:
        return candidates.confirmed(tx, CandidateId(candidate_id), visit.now)


def _form(visit: Visit, typed: dict[str, str], problems: dict[str, str]) -> Reply:
    values = {
        "typed": typed,
        "problems": {name: visit.language.say(text) for name, text in problems.items()},
        "kinds": list(OutcomeKind),
        "hit": _hit(visit, typed["candidate"]),
    }
    return Html("outcome.html", values, 422 if problems else 200)


def record_outcome(visit: Visit) -> Reply:
    """Record it; it counts for the task force only when its whole chain is there."""
    typed = {name: visit.form.get(name) for name in _FIELDS}
    kind, at = member(OutcomeKind, typed["kind"]), _moment(typed["at"])
    problems = _problems(typed, visit.now)
    if problems or kind is None or at is None:
        return _form(visit, typed, problems)
    candidate_id = CandidateId(typed["candidate"]) if typed["candidate"] else None
    draft = OutcomeDraft(kind, typed["case_ref"], typed["person_ref"], candidate_id, at, typed["place"], typed["note"])
    visit.node.commit(lambda tx: outcomes.record_outcome(tx, visit.who, draft, visit.now))
    return Redirect(f"/cases/{draft.case_ref}?done=recorded")


def _problems(typed: dict[str, str], now: datetime) -> dict[str, str]:
    at = _moment(typed["at"])
    checks = {
        "kind": (member(OutcomeKind, typed["kind"]) is not None, N_("Choose what happened.")),
        "case_ref": (
            CASE_REF.fullmatch(typed["case_ref"]) is not None,
            N_("Give a case reference: letters, a year and a number, such as DUR-2025-0417."),
        ),
        "person_ref": (
            PERSON_REF.fullmatch(typed["person_ref"]) is not None,
            N_("Use your own pseudonym for the person, such as D-417, never a name."),
        ),
        "at": (at is not None and at <= now, N_("Give a day and time that is not in the future, in UTC.")),
    }
    texts = {
        "place": text_problem(typed["place"], MIN_PLACE, N_("Say where, in a few words."), MAX_PLACE),
        "note": text_problem(typed["note"], 0, ""),
    }
    problems = {name: text for name, (holds, text) in checks.items() if not holds}
    return problems | {name: text for name, text in texts.items() if text is not None}


def _moment(text: str) -> datetime | None:
    try:
        typed = datetime.fromisoformat(text)
    except ValueError:
        return None
    try:
        return typed.replace(tzinfo=UTC) if typed.tzinfo is None else typed.astimezone(UTC)
    except OverflowError:  # before the first day or after the last one that there is
        return None
