"""Pages that only show: alerts about protected persons, the partners' lines, the help page and the shortcuts' switch."""

from egnatia.console.paging import part_of
from egnatia.console.visit import Html, Redirect, Reply, Visit
from egnatia.enquiries import views
from egnatia.exchange.directory import cards
from egnatia.exchange.dispatch import partner_states


def alerts_page(visit: Visit) -> Reply:
    """Enquiries of partners that touched a protected person and were answered like no hit (ENQ-04)."""
    found = visit.node.commit(lambda tx: views.alerts(tx, visit.who, visit.now))
    return Html("alerts.html", {"part": part_of(found, visit)}, data=found)


def partners_page(visit: Visit) -> Reply:
    """For each partner: whether it answers, what is queued for it, and the last error."""
    with visit.node.database.read() as tx:
        known = cards(tx)
        states = partner_states(tx)
    rows = [
        {"state": state, "name": known[state.partner].name, "address": known[state.partner].address} for state in states
    ]
    return Html("partners.html", {"rows": rows}, data=rows)


def help_page(visit: Visit) -> Reply:
    """What one can do here, the shortcuts, and their switch."""
    return Html("help.html", {"wants_keys": visit.keys})


def switch_keys(visit: Visit) -> Reply:
    """Turn keyboard shortcuts on or off (WCAG 2.2, success criterion 2.1.4)."""
    wanted = "on" if visit.form.get("keys") == "on" else "off"
    return Redirect(f"/help?done=keys-{wanted}", preferences={"keys": wanted})
