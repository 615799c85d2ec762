"""Requests for consent: what waits for this node's two people, what this node asked, and what was passed on."""

from typing import Any

from egnatia.console.catalogues import N_
from egnatia.console.drafts import member
from egnatia.console.handling import shown
from egnatia.console.paging import part_of, whole_number
from egnatia.console.people import officer_names
from egnatia.console.texts import reason_problem
from egnatia.console.visit import Html, Redirect, Reply, Visit, in_words
from egnatia.enquiries.onward import consents, deciding, forwarding
from egnatia.enquiries.onward.reading import OpenedRequest, view_request
from egnatia.enquiries.their_followups import OFFICER_REASONS
from egnatia.errors import ConflictError, InputError, RefusedError
from egnatia.model.handling import ConsentState
from egnatia.model.states import RefusalReason

_DAYS = N_("Give a number of days from 1 to 90.")
USUAL_DAYS = "30"
"""What the form proposes, as `egnatia release propose-consent` does."""


def consent_list(visit: Visit) -> Reply:
    """Asked of us, asked by us, and what was passed on; open ones first."""
    with visit.node.database.read() as tx:
        every, moved = consents.listed(tx), forwarding.listed(tx)
    data: dict[str, Any] = {
        "asked_of_us": [each for each in every if each.direction == consents.IN],
        "asked_by_us": [each for each in every if each.direction == consents.OUT],
        "passed_on": moved,
    }
    parts = {name: part_of(rows, visit, name) for name, rows in data.items()}
    return Html("consents.html", parts, data=data)


def consent_page(visit: Visit) -> Reply:
    """A partner's request: why it asks, the item, and the form for the first or the second of two people."""
    return _page(visit, {}, {})


def _page(visit: Visit, typed: dict[str, str], problems: dict[str, str], status: int = 422) -> Reply:
    request_id = visit.parts["id"]

    def look(tx: Any) -> OpenedRequest:
        return view_request(tx, visit.node.desk, visit.who, request_id, visit.now)

    opened = visit.node.commit(look)
    with visit.node.database.read() as tx:
        names = officer_names(tx)
    row = opened.row
    values = {
        "opened": opened,
        "row": row,
        "handling": shown(opened.label, None, (visit.node.code, row.partner), row.purpose),
        "names": names,
        "reasons": OFFICER_REASONS,
        "open": row.state in (ConsentState.WAITING, ConsentState.PROPOSED),
        "own": row.proposed_by == visit.who.id,
        "usual_days": USUAL_DAYS,
        "typed": typed,
        "problems": problems,
    }
    return Html("consent.html", values, status if problems else 200)


def propose(visit: Visit) -> Reply:
    """Propose to consent: the first of two people; nothing is signed."""
    typed = {"days": visit.form.get("days"), "reason": visit.form.get("reason")}
    days, problems = whole_number(typed["days"]), dict[str, str]()
    if days is None or not 1 <= days <= deciding.MAX_DAYS:
        problems["days"] = visit.language.say(_DAYS)
    wrong = reason_problem(typed["reason"])
    if wrong is not None:
        problems["reason"] = visit.language.say(wrong)
    if problems or days is None:
        return _page(visit, typed, problems)
    return _done(
        visit,
        "consent-proposed",
        lambda tx: deciding.propose_consent(*_by(tx, visit), (days, typed["reason"]), visit.now),
    )


def grant(visit: Visit) -> Reply:
    """Consent: the act of the second person; the token is signed and sent."""
    return _done(visit, "consented", lambda tx: deciding.grant_consent(*_by(tx, visit), visit.now))


def refuse(visit: Visit) -> Reply:
    """Refuse; one person is enough for a no."""
    reason = member(RefusalReason, visit.form.get("refusal"))
    if reason not in OFFICER_REASONS:
        return _page(visit, {}, {"refusal": visit.language.say(N_("Choose the reason."))})
    return _done(visit, "consent-refused", lambda tx: deciding.refuse_consent(*_by(tx, visit), reason, visit.now))


def _by(tx: Any, visit: Visit) -> tuple[Any, Any, Any, str]:
    """What every act on a request begins with."""
    return tx, visit.node.desk, visit.who, visit.parts["id"]


def _done(visit: Visit, notice: str, job: Any) -> Reply:
    """Do it, and say so on the request's page; what forbids it is said there as well."""
    try:
        visit.node.commit(job)
    except (InputError, RefusedError, ConflictError) as error:
        return _page(visit, {}, {"form": in_words(error)}, error.http_status)
    return Redirect(f"/consents/{visit.parts['id']}?done={notice}")
