"""Standing enquiries: what is asked again by itself, the supervisor's review, and the end."""

from egnatia.console.paging import part_of
from egnatia.console.people import officer_names
from egnatia.console.texts import reason_problem
from egnatia.console.visit import Html, Redirect, Reply, Visit
from egnatia.enquiries import standing
from egnatia.errors import NotFoundError
from egnatia.model.officers import Action


def standing_list(visit: Visit) -> Reply:
    """What stands, then what has ended: an officer's own, and every one for a supervisor."""
    with visit.node.database.read() as tx:
        found = standing.standings(tx, visit.who)
        names = officer_names(tx)
    return Html("standing_list.html", {"part": part_of(found, visit), "names": names, "now": visit.now}, data=found)


def standing_page(visit: Visit) -> Reply:
    """One of them, with the forms that end it and say that it is still needed."""
    return _page(visit, {})


def end(visit: Visit) -> Reply:
    """End it, with the reason."""
    return _written(visit, "end", "standing-ended")


def review(visit: Visit) -> Reply:
    """A supervisor's word that it is still needed."""
    return _written(visit, "review", "standing-reviewed")


def _written(visit: Visit, what: str, done: str) -> Reply:
    why, standing_id = visit.form.get(what), visit.parts["id"]
    text = reason_problem(why)
    if text is not None:
        return _page(visit, {what: visit.language.say(text)})
    act = standing.end_standing if what == "end" else standing.review_standing
    visit.node.commit(lambda tx: act(tx, visit.who, standing_id, why, visit.now))
    return Redirect(f"/enquiries/standing?done={done}")


def _page(visit: Visit, problems: dict[str, str]) -> Reply:
    with visit.node.database.read() as tx:
        found = standing.standings(tx, visit.who)
        names = officer_names(tx)
    row = next((each for each in found if each.id == visit.parts["id"]), None)
    if row is None:
        raise NotFoundError(f"there is no standing enquiry {visit.parts['id']}", hint="The list shows all of them.")
    values = {
        "row": row,
        "names": names,
        "now": visit.now,
        "may_review": visit.who.may(Action.REVIEW_RETENTION) and row.officer_id != visit.who.id,
        "typed": {name: visit.form.get(name) for name in ("end", "review")},
        "problems": problems,
    }
    return Html("standing.html", values, 422 if problems else 200, data=row)
