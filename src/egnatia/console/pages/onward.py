"""Somebody else's item: what its label says, asking its originator, passing it on, and reading what was passed on to us."""

from egnatia.agreements.handling import TokenUse
from egnatia.console.catalogues import N_
from egnatia.console.drafts import member
from egnatia.console.handling import shown
from egnatia.console.texts import reason_problem
from egnatia.console.visit import Html, Redirect, Reply, Visit, in_words
from egnatia.enquiries.corrections.taken import standing_of_passed_on
from egnatia.enquiries.onward import consents, forwarding
from egnatia.enquiries.onward.asking import ConsentDraft, ask_consent
from egnatia.enquiries.onward.held import held, passed_on_row
from egnatia.enquiries.onward.reach import circles
from egnatia.errors import ConflictError, InputError, NotFoundError, RefusedError
from egnatia.model.handling import ConsentState
from egnatia.model.ids import PartnerCode
from egnatia.model.officers import Action

_TO = N_("Choose the partner that should receive it.")
_USE = N_("Choose what it is for.")


def onward_page(visit: Visit) -> Reply:
    """An item of another partner without its values: its label, what was asked of its originator, and the two forms."""
    return _page(visit, {}, {})


def _page(visit: Visit, typed: dict[str, str], problems: dict[str, str], status: int = 422) -> Reply:
    item_id, desk = visit.parts["id"], visit.node.desk
    with visit.node.database.read() as tx:
        item = held(tx, desk, item_id)
        known = (item.id, item.originator)
        asked = [
            each
            for each in consents.listed(tx)
            if each.direction == consents.OUT and (each.item, each.partner) == known
        ]
        sent = [
            each
            for each in forwarding.listed(tx)
            if each.direction == forwarding.OUT and (each.item, each.originator) == known
        ]
        others = sorted(circles(tx, desk, visit.now.date()).task_force - {desk.code, item.originator})
    values = {
        "item": item,
        "handling": shown(item.label, item.grading, (item.originator, desk.code), item.purpose),
        "asked": asked,
        "sent": sent,
        "others": others,
        "allowed": [each.recipient for each in asked if _is_open(each, visit)],
        "uses": list(TokenUse),
        "typed": typed,
        "problems": problems,
    }
    return Html("onward.html", values, status if problems else 200)


def _is_open(each: consents.Consent, visit: Visit) -> bool:
    """Whether this consent lets the item go to its recipient now."""
    granted = each.use is TokenUse.ONWARD and each.state is ConsentState.GRANTED
    return granted and each.expires_at is not None and visit.now < each.expires_at


def ask(visit: Visit) -> Reply:
    """Ask the originator; two of its people decide."""
    typed = {name: visit.form.get(name) for name in ("use", "to", "why")}
    use = member(TokenUse, typed["use"])
    problems = _problems(visit, typed, needs_to=use is not TokenUse.EVIDENCE)
    if use is None:
        problems["use"] = visit.language.say(_USE)
    if problems or use is None:
        return _page(visit, typed, problems)
    to = PartnerCode(typed["to"]) if use is TokenUse.ONWARD else visit.node.code
    draft = ConsentDraft(visit.parts["id"], use, to, typed["why"])
    try:
        visit.node.commit(lambda tx: ask_consent(tx, visit.node.desk, visit.who, draft, visit.now))
    except (InputError, RefusedError, ConflictError) as error:
        return _page(visit, typed, {"form": in_words(error)}, error.http_status)
    return Redirect(f"/received/{visit.parts['id']}/onward?done=consent-asked")


def pass_on(visit: Visit) -> Reply:
    """Pass the item on under its originator's token."""
    typed = {"recipient": visit.form.get("recipient"), "reason": visit.form.get("reason")}
    problems = _problems(visit, {"to": typed["recipient"], "why": typed["reason"]}, needs_to=True)
    if problems:
        named = {"to": "recipient", "why": "reason"}
        return _page(visit, typed, {named[name]: text for name, text in problems.items()})
    wanted = (visit.parts["id"], PartnerCode(typed["recipient"]), typed["reason"])
    try:
        visit.node.commit(lambda tx: forwarding.forward(tx, visit.node.desk, visit.who, wanted, visit.now))
    except (InputError, RefusedError, ConflictError) as error:
        return _page(visit, typed, {"form": in_words(error)}, error.http_status)
    return Redirect(f"/received/{visit.parts['id']}/onward?done=passed-on")


def _problems(visit: Visit, typed: dict[str, str], *, needs_to: bool) -> dict[str, str]:
    problems: dict[str, str] = {}
    if needs_to and not typed["to"]:
        problems["to"] = visit.language.say(_TO)
    wrong = reason_problem(typed["why"])
    if wrong is not None:
        problems["why"] = visit.language.say(wrong)
    return problems


def passed_on_page(visit: Visit) -> Reply:
    """An item that a third partner passed on to us, with its originator and label. Looking is logged.

    Raises:
        NotFoundError: nothing was passed on under this id.
        ConflictError: something of several originators was.
    """
    item_id, why = visit.parts["id"], visit.form.get("why")
    with visit.node.database.read() as tx:
        found = passed_on_row(tx, item_id)
        if found is None:
            raise NotFoundError(f"no item {item_id} was passed on to us", hint="The list of consents shows them.")
        row = next(each for each in forwarding.listed(tx) if each.id == found.id)
        known = held(tx, visit.node.desk, row.id)
        restricted = standing_of_passed_on(tx, row.originator, row.item).restricted
    if restricted and visit.who.may(Action.READ_RESTRICTED):
        wrong = reason_problem(why)
        if wrong is not None:
            problems = {"why": visit.language.say(wrong)} if visit.method == "POST" else {}
            target = {"whose": row.originator, "title": item_id[:8], "target": f"/passed-on/{item_id}"}
            return Html("restricted.html", {**target, "typed": why, "problems": problems}, 422 if problems else 200)
    whole, _ = visit.node.commit(lambda tx: forwarding.view_forwarded(tx, visit.who, item_id, why, visit.now))
    sides = (row.originator, visit.node.code)
    label = shown(whole.label, known.grading, sides, known.purpose)
    values = {"row": row, "fields": whole.fields, "handling": label}
    return Html("passed_on.html", values, data={"row": row, "fields": dict(whole.fields)})
