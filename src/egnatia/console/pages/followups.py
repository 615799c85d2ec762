"""Step 2 from both ends: asking for core data after a hit, and answering such a request as the first of two people."""

from collections.abc import Callable

from egnatia.console.catalogues import N_
from egnatia.console.drafts import member
from egnatia.console.handling import Shown, shown
from egnatia.console.paging import part_of
from egnatia.console.people import officer_names
from egnatia.console.texts import reason_problem, text_problem
from egnatia.console.visit import Html, Redirect, Reply, Visit
from egnatia.enquiries import candidates, followups, our_followups, pauses, releases, their_followups
from egnatia.enquiries.followups import FollowUp
from egnatia.enquiries.labels import Terms, mark
from egnatia.enquiries.onward.held import label_and_grading
from egnatia.errors import RefusedError
from egnatia.model.ids import CandidateId, FollowUpId
from egnatia.model.officers import Action
from egnatia.model.states import FollowUpState, Offence, RefusalReason
from egnatia.store.database import Transaction

_AUTHORITY = N_("Give the authority's file number.")
MIN_AUTHORITY = 3
"""Characters of a file number, as `enquiries.pauses` asks for."""


def follow_up_form(visit: Visit) -> Reply:
    """The request for core data behind a hit: facts and offence."""
    return _form(visit, {"facts": "", "offence": ""}, {})


def _form(visit: Visit, typed: dict[str, str], problems: dict[str, str]) -> Reply:
    with visit.node.database.read() as tx:
        hit = candidates.confirmed(tx, CandidateId(visit.parts["id"]), visit.now)
    typed["offence"] = typed["offence"] or hit.offence.value
    values = {"row": hit, "typed": typed, "problems": problems, "offences": list(Offence)}
    return Html("follow_up_form.html", values, 422 if problems else 200)


def send_follow_up(visit: Visit) -> Reply:
    """Send the request to the partner's people."""
    typed = {name: visit.form.get(name) for name in ("facts", "offence")}
    offence = member(Offence, typed["offence"])
    problems: dict[str, str] = {}
    wrong = reason_problem(typed["facts"])
    if wrong is not None:
        problems["facts"] = visit.language.say(wrong)
    if offence is None:
        problems["offence"] = visit.language.say(N_("Choose the offence behind the enquiry."))
    if problems or offence is None:
        return _form(visit, typed, problems)
    candidate_id, request = CandidateId(visit.parts["id"]), (typed["facts"], offence)
    visit.node.commit(
        lambda tx: our_followups.send_follow_up(tx, visit.node.desk, visit.who, candidate_id, request, visit.now)
    )
    return Redirect(f"/candidates/{candidate_id}?done=followed-up")


def follow_up_list(visit: Visit) -> Reply:
    """Partners' requests to us, and ours to them, open ones first."""
    with visit.node.database.read() as tx:
        asked_of_us = followups.listed(tx, followups.IN)
        asked_by_us = followups.listed(tx, followups.OUT)
    data = {"asked_of_us": asked_of_us, "asked_by_us": asked_by_us}
    parts = {name: part_of(rows, visit, name) for name, rows in data.items()}
    return Html("follow_ups.html", parts, data=data)


def follow_up_page(visit: Visit) -> Reply:
    """A partner's request: its facts, and what could be released, field by field with its value.

    Restricted facts are left out; a supervisor reads them with a reason, posted to this page.
    """
    problems: dict[str, str] = {}
    wrong = reason_problem(visit.form.get("why"))
    if visit.method == "POST" and wrong is not None:
        problems["why"] = visit.language.say(wrong)
    return _page(visit, {"why": visit.form.get("why")}, problems, ())


def _page(visit: Visit, typed: dict[str, str], problems: dict[str, str], ticked: tuple[str, ...]) -> Reply:
    follow_up_id = FollowUpId(visit.parts["id"])
    row, facts = visit.node.commit(lambda tx: read_facts(tx, visit, follow_up_id))
    fields: dict[str, str] = {}
    if row.state is FollowUpState.WAITING and visit.who.may(Action.PROPOSE_RELEASE):
        fields = visit.node.commit(lambda tx: releases.view_available(tx, visit.who, follow_up_id, visit.now))
    with visit.node.database.read() as tx:
        values = {
            "row": row,
            "facts": facts,
            "fields": fields,
            "handling": _handling(tx, visit, row),
            "proposals": releases.of_follow_up(tx, follow_up_id),
            "names": officer_names(tx),
            "reasons": their_followups.OFFICER_REASONS,
            "typed": typed,
            "ticked": ticked,
            "problems": problems,
        }
    return Html("follow_up.html", values, 422 if problems else 200)


def _handling(tx: Transaction, visit: Visit, row: FollowUp) -> Shown | None:
    """The label of what was proposed or released, or the one that the grant gives; None where no grant holds any more."""
    sides = (visit.node.code, row.partner)
    try:
        if releases.of_follow_up(tx, row.id):
            return shown(*label_and_grading(tx, visit.node.desk, row.id), sides, row.purpose)
        default = followups.grant_today(tx, visit.node.desk, row, visit.now).handling_default
        return shown(mark(visit.node.desk, row, default, Terms(), visit.now.date()).label, None, sides, row.purpose)
    except RefusedError:
        return None


def read_facts(tx: Transaction, visit: Visit, follow_up_id: FollowUpId) -> tuple[FollowUp, str | None]:
    """A partner's follow-up and what it states. Looking is a consultation and is logged.

    Restricted facts are None without a supervisor's reason: the page is there all the same, for who refuses or settles it.
    """
    row, why = followups.get(tx, follow_up_id, followups.IN), visit.form.get("why")
    reasoned = visit.who.may(Action.READ_RESTRICTED) and reason_problem(why) is None
    if not reasoned and followups.are_facts_restricted(tx, row):
        return row, None
    return row, followups.view_facts(tx, visit.who, row, visit.now, why)


def propose(visit: Visit) -> Reply:
    """Propose a release; nothing leaves the node before a second officer approves."""
    fields, reason = visit.form.many("fields"), visit.form.get("reason")
    problems: dict[str, str] = {}
    if not fields:
        problems["fields"] = visit.language.say(
            N_("Choose at least one field, and only those that the facts call for.")
        )
    wrong = reason_problem(reason)
    if wrong is not None:
        problems["reason"] = visit.language.say(wrong)
    if problems:
        return _page(visit, {"reason": reason}, problems, fields)
    follow_up_id = FollowUpId(visit.parts["id"])
    visit.node.commit(
        lambda tx: releases.propose(tx, visit.node.desk, visit.who, follow_up_id, (fields, reason), visit.now)
    )
    return Redirect(f"/follow-ups/{follow_up_id}?done=proposed")


def refuse(visit: Visit) -> Reply:
    """Refuse the request with a reason from the closed list."""
    reason = member(RefusalReason, visit.form.get("refusal"))
    if reason not in their_followups.OFFICER_REASONS:
        return _page(visit, {}, {"refusal": visit.language.say(N_("Choose the reason."))}, ())
    follow_up_id = FollowUpId(visit.parts["id"])
    visit.node.commit(
        lambda tx: their_followups.refuse(tx, visit.node.desk, visit.who, follow_up_id, reason, visit.now)
    )
    return Redirect(f"/follow-ups/{follow_up_id}?done=refused")


def pause(visit: Visit) -> Reply:
    """Stop the clock while a judicial authority decides."""
    return _clock(visit, pauses.pause, "paused")


def resume(visit: Visit) -> Reply:
    """Let the clock run again."""
    return _clock(visit, pauses.resume, "resumed")


def _clock(visit: Visit, act: Callable[..., None], notice: str) -> Reply:
    typed = {name: visit.form.get(name) for name in ("clock_why", "authority")}
    texts = {
        "clock_why": reason_problem(typed["clock_why"]),
        "authority": text_problem(typed["authority"], MIN_AUTHORITY, _AUTHORITY, pauses.MAX_AUTHORITY_REF),
    }
    problems = {name: visit.language.say(text) for name, text in texts.items() if text is not None}
    if problems:
        return _page(visit, typed, problems, ())
    follow_up_id, why = FollowUpId(visit.parts["id"]), (typed["clock_why"], typed["authority"])
    visit.node.commit(lambda tx: act(tx, visit.node.desk, visit.who, follow_up_id, why, visit.now))
    return Redirect(f"/follow-ups/{follow_up_id}?done={notice}")
