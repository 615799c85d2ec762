"""The ledger: verified while one watches, and read by those who may, for a stated reason (AUD-01, AUD-02)."""

import re
from typing import Any

from egnatia.console.catalogues import N_
from egnatia.console.drafts import member
from egnatia.console.people import officer_names
from egnatia.console.texts import text_problem
from egnatia.console.visit import Html, Reply, Visit
from egnatia.enquiries.desk import MIN_JUSTIFICATION
from egnatia.ledger import Act, append
from egnatia.ledger.audit import verify_own
from egnatia.ledger.checkpoints import latest_checkpoint
from egnatia.ledger.entries import EntryFilter, EntryView, read_entries
from egnatia.ledger.nodes import log_size
from egnatia.ledger.witnessed import all_witnessed
from egnatia.model.events import EventKind
from egnatia.model.officers import Action
from egnatia.model.states import Operation
from egnatia.store.database import Transaction

_TOO_SHORT = N_("Write at least 20 characters: reading the ledger is itself recorded, with this reason.")
PAGE = 50
"""Entries of one page: about 40 kB of HTML with every line opened."""
_NUMBER = re.compile(r"[0-9]{1,18}")


def ledger_page(visit: Visit) -> Reply:
    """How long the ledger is, who witnessed it, and the buttons to verify and to read it."""
    return _page(visit)


def verify(visit: Visit) -> Reply:
    """Recompute every entry and show what holds and what does not."""
    with visit.node.database.read() as tx:
        report = verify_own(tx, visit.node.trust(tx))
    return _page(visit, report=report, data=report)


def read(visit: Visit) -> Reply:
    """One page of entries. Reading is an act: it is entered with its reason before anything is shown."""
    reason = visit.form.get("reason")
    typed = {name: visit.form.get(name) for name in ("reason", "operation", "object_ref", "before")}
    text = text_problem(reason, MIN_JUSTIFICATION, _TOO_SHORT)
    if text is not None:
        return _page(visit, typed=typed, problems={"reason": visit.language.say(text)}, status=422)
    before = int(typed["before"]) if _NUMBER.fullmatch(typed["before"]) else None
    operation = member(Operation, typed["operation"])
    wanted = EntryFilter(operation=operation, object_ref=typed["object_ref"] or None, before=before, limit=PAGE)

    def job(tx: Transaction) -> list[EntryView]:
        found = read_entries(tx, wanted)
        content = {"operation": operation, "object_ref": wanted.object_ref, "before": before, "entries": len(found)}
        append(
            tx,
            Act(EventKind.LEDGER_READ, visit.now, visit.who.id, "ledger", justification=reason, content=content),
        )
        return found

    found = visit.node.commit(job)
    return _page(visit, entries=found, typed=typed, data=found)


def _page(visit: Visit, *, status: int = 200, data: Any = None, **values: Any) -> Reply:
    with visit.node.database.read() as tx:
        shown = {
            "size": log_size(tx),
            "checkpoint": latest_checkpoint(tx),
            "witnessed": all_witnessed(tx),
            "names": officer_names(tx),
        }
    empty: dict[str, Any] = {"report": None, "entries": None, "typed": {}, "problems": {}}
    fixed = {
        "operations": list(Operation),
        "may_read": visit.who.may(Action.READ_LEDGER),
        "twin_by_address": False,
        "kinds": {kind.value: kind for kind in EventKind},
        "page_size": PAGE,
    }
    return Html("ledger.html", {**empty, **shown, **fixed, **values}, status, data)
