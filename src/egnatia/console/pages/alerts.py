"""A supervisor's alerts: enquiries that touched protected persons, and patterns of questions."""

from egnatia.console.catalogues import N_
from egnatia.console.paging import part_of
from egnatia.console.people import officer_names
from egnatia.console.texts import reason_problem
from egnatia.console.visit import Html, Redirect, Reply, Visit
from egnatia.enquiries import views
from egnatia.enquiries.fishing import FishingAlert, close_alert, fishing_alerts
from egnatia.errors import NotFoundError
from egnatia.model.states import FishingRule

INNOCENT = {
    FishingRule.NEIGHBOURING_NUMBERS: N_("A bundle of seized or found documents often has consecutive numbers."),
    FishingRule.ONE_PERSON_MANY_TIMES: N_(
        "A person whose name or date of birth is uncertain is asked about in variants."
    ),
    FishingRule.ALPHABETICAL_SWEEP: N_(
        "A passenger list or a case file is often worked through in alphabetical order."
    ),
    FishingRule.MANY_BLIND_QUESTIONS: N_("The documents of a whole bus or ship may have to be looked up at once."),
    FishingRule.ONE_PROFILE_MANY_TIMES: N_("Traces of one person at several scenes agree, and each lacks other loci."),
    FishingRule.PROFILES_OUTSIDE_CASE: N_("Profiles of a series may not be linked to its case yet."),
    FishingRule.MANY_DNA_QUESTIONS: N_("The traces of one large scene may have been typed on the same day."),
}
"""Why each pattern may mean nothing, said beside it: an alert accuses nobody."""


def alerts_page(visit: Visit) -> Reply:
    """Enquiries of partners that touched a protected person and were answered like no hit (ENQ-04)."""
    found = visit.node.commit(lambda tx: views.alerts(tx, visit.who, visit.now))
    return Html("alerts.html", {"part": part_of(found, visit)}, data=found)


def patterns_page(visit: Visit) -> Reply:
    """Patterns of questions, by our officers and by partners' (ENQ-07)."""
    found, names = _look(visit)
    return Html("patterns.html", {"part": part_of(found, visit), "names": names}, data=found)


def pattern_page(visit: Visit) -> Reply:
    """One pattern: what was counted, why it may be innocent, and the form that closes it."""
    return _pattern(visit, {})


def close(visit: Visit) -> Reply:
    """Close an alert with what the supervisor found."""
    finding = visit.form.get("finding")
    text = reason_problem(finding)
    if text is not None:
        return _pattern(visit, {"finding": visit.language.say(text)})
    visit.node.commit(lambda tx: close_alert(tx, visit.who, visit.parts["id"], finding, visit.now))
    return Redirect("/alerts/patterns?done=alert-closed")


def _pattern(visit: Visit, problems: dict[str, str]) -> Reply:
    found, names = _look(visit)
    alert = next((each for each in found if each.id == visit.parts["id"]), None)
    if alert is None:
        raise NotFoundError(f"there is no alert {visit.parts['id']}", hint="The list of patterns shows all of them.")
    values = {
        "alert": alert,
        "names": names,
        "innocent": INNOCENT[alert.rule],
        "own": alert.partner is None and alert.officer_ref == visit.who.id,
        "typed": visit.form.get("finding"),
        "problems": problems,
    }
    return Html("pattern.html", values, 422 if problems else 200, data=alert)


def _look(visit: Visit) -> tuple[list[FishingAlert], dict[str, str]]:
    """The alerts, whose look is logged, and the names of our own officers."""
    found = visit.node.commit(lambda tx: fishing_alerts(tx, visit.who, visit.now))
    with visit.node.database.read() as tx:
        return found, {str(ref): name for ref, name in officer_names(tx).items()}
