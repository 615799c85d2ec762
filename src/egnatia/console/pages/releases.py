"""The second person: the last page before core data leave the node, and the page on which received data are read."""

from egnatia.console.handling import Shown, shown
from egnatia.console.pages.followups import read_facts
from egnatia.console.people import officer_names
from egnatia.console.sums import held_back, steps
from egnatia.console.texts import reason_problem
from egnatia.console.visit import Html, Redirect, Reply, Visit
from egnatia.enquiries import followups, releases
from egnatia.enquiries.compared import compare_released
from egnatia.enquiries.corrections.reading import flags_of_candidate
from egnatia.enquiries.followups import FollowUp
from egnatia.enquiries.onward.held import label_and_grading
from egnatia.enquiries.releases import Release
from egnatia.errors import ConflictError, NotFoundError
from egnatia.model.ids import FollowUpId, PartnerCode
from egnatia.model.officers import Action
from egnatia.store.database import Transaction

_RESTRICTED = frozenset({"restricted", "wrong_person"})
"""Flags of a candidate beside which received data are read by a supervisor with a reason only."""


def release_page(visit: Visit) -> Reply:
    """Stop and think: what would leave, to whom, why, and that it cannot be taken back."""
    return _page(visit, {})


def _page(visit: Visit, problems: dict[str, str]) -> Reply:
    _, facts = visit.node.commit(lambda tx: read_facts(tx, visit, FollowUpId(visit.parts["id"])))
    with visit.node.database.read() as tx:
        row, proposed = _proposal(tx, visit)
    fields = visit.node.commit(lambda tx: releases.view_proposed(tx, visit.who, proposed.id, visit.now))
    with visit.node.database.read() as tx:
        values = {
            "row": row,
            "proposed": proposed,
            "facts": facts,
            "fields": fields,
            "names": officer_names(tx),
            "handling": _handling(tx, visit, row, (visit.node.code, row.partner)),
            "own": proposed.proposed_by == visit.who.id,
            "typed": visit.form.get("reason"),
            "problems": problems,
        }
    return Html("release.html", values, 422 if problems else 200)


def _proposal(tx: Transaction, visit: Visit) -> tuple[FollowUp, Release]:
    """The open proposal of a partner's follow-up.

    Raises:
        NotFoundError: there is none (any more).
    """
    row = followups.get(tx, FollowUpId(visit.parts["id"]), followups.IN)
    for each in releases.of_follow_up(tx, row.id):
        if each.approved_at is None:
            return row, each
    raise NotFoundError("nothing is proposed for this follow-up", hint="Its page shows where it stands.")


def _seen(tx: Transaction, visit: Visit) -> Release:
    """The proposal that was on the officer's page: a decision is about what was seen, not about what came in its place.

    Raises:
        NotFoundError: nothing is proposed any more.
        ConflictError: the proposal was replaced since.
    """
    _, proposed = _proposal(tx, visit)
    if proposed.id != visit.form.get("release"):
        raise ConflictError(
            "the proposal was replaced since you opened the page", hint="Open it again and read it anew."
        )
    return proposed


def approve(visit: Visit) -> Reply:
    """Release: the act of the second person."""

    def job(tx: Transaction) -> None:
        releases.approve(tx, visit.node.desk, visit.who, _seen(tx, visit).id, visit.now)

    visit.node.commit(job)
    return Redirect(f"/follow-ups/{visit.parts['id']}?done=released")


def send_back(visit: Visit) -> Reply:
    """Disagree: the proposal is erased and the follow-up waits again."""
    reason = visit.form.get("reason")
    text = reason_problem(reason)
    if text is not None:
        return _page(visit, {"reason": visit.language.say(text)})

    def job(tx: Transaction) -> None:
        releases.send_back(tx, visit.who, _seen(tx, visit).id, reason, visit.now)

    visit.node.commit(job)
    return Redirect(f"/follow-ups/{visit.parts['id']}?done=returned")


def received_page(visit: Visit) -> Reply:
    """Core data that a partner released to us. Looking is logged; restricted ones are shown for a reason only."""
    follow_up_id = FollowUpId(visit.parts["id"])
    why = visit.form.get("why")
    with visit.node.database.read() as tx:
        row = followups.get(tx, follow_up_id, followups.OUT)
        flags = flags_of_candidate(tx, row.candidate_id).names() if row.candidate_id else ()
    if _RESTRICTED & set(flags) and visit.who.may(Action.READ_RESTRICTED):
        wrong = reason_problem(why)
        if wrong is not None:
            problems = {"why": visit.language.say(wrong)} if visit.method == "POST" else {}
            target = {"whose": row.partner, "title": row.ref, "target": f"/received/{row.id}"}
            return Html("restricted.html", {**target, "typed": why, "problems": problems}, 422 if problems else 200)

    def look(tx: Transaction) -> tuple[Release, dict[str, str]]:
        return releases.view_received(tx, visit.who, follow_up_id, why, visit.now)

    received, fields = visit.node.commit(look)
    with visit.node.database.read() as tx:
        handling = _handling(tx, visit, row, (row.partner, visit.node.code))
        match = compare_released(tx, row, fields)
    values = {"row": row, "received": received, "fields": fields, "flags": flags, "handling": handling}
    beside = {"match": match, "sum": steps(match.evidence) if match else [], "held_back": held_back(match)}
    return Html("received.html", values | beside, data=values | {"compared": match})


def _handling(tx: Transaction, visit: Visit, row: FollowUp, sides: tuple[PartnerCode, PartnerCode]) -> Shown:
    """The label of what is released, for originator and holder."""
    return shown(*label_and_grading(tx, visit.node.desk, row.id), sides, row.purpose)
