"""The capability matrix: who may ask whom what today, what is declined, what ends soon (MEM-03)."""

from datetime import date
from typing import Any

from egnatia.agreements import declined, ending, load_register, matrix
from egnatia.console.visit import Html, Reply, Visit
from egnatia.errors import InputError
from egnatia.model.agreements import Partner, Register
from egnatia.model.states import PartnerStatus


def agreements_page(visit: Visit) -> Reply:
    """One row per asking and answering partner, one cell per subject; every cell names its grant."""
    on = _day(visit.query.get("on")) or visit.now.date()
    with visit.node.database.read() as tx:
        register = load_register(tx)
    rows = matrix(register, on)
    subject = visit.query.get("subject")
    shown = [row for row in rows if subject in {"", row.subject.value}]
    values = {
        "on": on,
        "subject": subject,
        "subjects": sorted({row.subject for row in rows}),
        "askers": _by_asker(register, shown),
        "codes": sorted(register.partners),
        "declined": declined(register, on),
        "ending": ending(register, on),
        "standing": {code: _status(partner, on) for code, partner in sorted(register.partners.items())},
        "agreements": [each for _, each in sorted(register.agreements.items())],
    }
    return Html("agreements.html", values, data={"on": on, "grants": shown, "declined": values["declined"]})


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{text!r} is not a date", hint="Write a date as 2025-05-15.") from None


def _status(partner: Partner, on: date) -> PartnerStatus | None:
    facts = [fact for fact in partner.statuses if fact.since <= on]
    return max(facts, key=lambda fact: fact.since).status if facts else None


def _by_asker(register: Register, rows: Any) -> list[dict[str, Any]]:
    """For each asker: each possible answerer with its grants, and none where nothing is allowed (default deny)."""
    codes = sorted(register.partners)
    return [
        {
            "asker": asker,
            "answerers": [
                (answerer, [row for row in rows if row.asker == asker and row.answerer == answerer])
                for answerer in codes
                if answerer != asker
            ],
        }
        for asker in codes
    ]
