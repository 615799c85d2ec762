"""The ledger: verified while one watches, and read by those who may, for a stated reason (AUD-01, AUD-02)."""

import re
from typing import Any

from egnatia.console.catalogues import N_
from egnatia.console.drafts import member
from egnatia.console.people import officer_names
from egnatia.console.texts import text_problem
from egnatia.console.visit import Download, Html, Reply, Visit
from egnatia.enquiries.desk import MIN_JUSTIFICATION
from egnatia.errors import NotFoundError, RefusedError
from egnatia.exchange.directory import cards
from egnatia.ledger.access import Reader, enter_refusal, log_purpose, read_log
from egnatia.ledger.alarms import alarms
from egnatia.ledger.audit import verify_own
from egnatia.ledger.checkpoints import latest_checkpoint
from egnatia.ledger.entries import EntryFilter
from egnatia.ledger.finality import finality
from egnatia.ledger.nodes import log_size
from egnatia.ledger.witness import cosigned_size
from egnatia.ledger.witnessed import all_witnessed
from egnatia.model.events import EventKind
from egnatia.model.officers import Action
from egnatia.model.states import LogPurpose, Operation

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


def evidence(visit: Visit) -> Reply:
    """The evidence against a partner's ledger as a file that anybody can verify; it holds no personal data.

    Raises:
        NotFoundError: there is none.
    """
    partner = visit.parts["partner"]
    with visit.node.database.read() as tx:
        found = [each for each in alarms(tx) if each.partner == partner and each.evidence is not None]
    if not found or found[0].evidence is None:
        raise NotFoundError("there is no evidence against this partner", hint="A suspicion has none.")
    return Download(f"evidence-{found[0].partner}.json", found[0].evidence, "application/json")


def read(visit: Visit) -> Reply:
    """One page of entries. Reading is an act: it is entered with its reason before anything is shown."""
    reason = visit.form.get("reason")
    typed = {name: visit.form.get(name) for name in ("reason", "purpose", "operation", "object_ref", "before")}
    text = text_problem(reason, MIN_JUSTIFICATION, _TOO_SHORT)
    if text is not None:
        return _page(visit, typed=typed, problems={"reason": visit.language.say(text)}, status=422)
    before = int(typed["before"]) if _NUMBER.fullmatch(typed["before"]) else None
    operation = member(Operation, typed["operation"])
    wanted = EntryFilter(operation=operation, object_ref=typed["object_ref"] or None, before=before, limit=PAGE)

    purpose = _lawful(visit, typed["purpose"] or LogPurpose.LAWFULNESS_CHECK, reason)
    reader = Reader(visit.who.id, visit.node.code, purpose, reason, visit.now)
    found = visit.node.commit(lambda tx: read_log(tx, reader, wanted))
    return _page(visit, entries=found, typed=typed, data=found)


def _lawful(visit: Visit, purpose: str, reason: str) -> LogPurpose:
    """The purpose, if logs are read for it; another one is entered as refused.

    Raises:
        RefusedError: LOG_PURPOSE.
    """
    try:
        return log_purpose(purpose)
    except RefusedError:
        visit.node.commit(lambda tx: enter_refusal(tx, visit.who.id, visit.node.code, (purpose, reason), visit.now))
        raise


def _page(visit: Visit, *, status: int = 200, data: Any = None, **values: Any) -> Reply:
    with visit.node.database.read() as tx:
        partners = sorted(cards(tx))
        shown = {
            "finality": finality(tx, visit.node.desk.witnessing, partners, visit.now),
            "cosigned": {code: cosigned_size(tx, code) for code in partners},
            "alarms": alarms(tx),
            "size": log_size(tx),
            "checkpoint": latest_checkpoint(tx),
            "witnessed": all_witnessed(tx),
            "names": officer_names(tx),
        }
    empty: dict[str, Any] = {"report": None, "entries": None, "typed": {}, "problems": {}}
    fixed = {
        "operations": list(Operation),
        "log_purposes": list(LogPurpose),
        "may_read": visit.who.may(Action.READ_LEDGER),
        "twin_by_address": False,
        "kinds": {kind.value: kind for kind in EventKind},
        "page_size": PAGE,
    }
    return Html("ledger.html", {**empty, **shown, **fixed, **values}, status, data)
