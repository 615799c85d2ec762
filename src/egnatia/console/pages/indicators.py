"""Figures with the records behind them; hits, persons and arrests are three units and stand side by side (IND-08)."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from egnatia.accounts import authorise
from egnatia.console.paging import part_of
from egnatia.console.visit import Html, Reply, Visit
from egnatia.enquiries import followups, outcomes
from egnatia.errors import InputError
from egnatia.indicators import Figure, Funnel, Record, definition, evaluate, funnel
from egnatia.model.officers import Action
from egnatia.store.database import Transaction
from egnatia.store.tables import release

YEAR = timedelta(days=365)
SIDE_BY_SIDE = ("hits", "persons", "arrests")
"""The three units of requirement IND-08; neither is a part of another."""


def indicators_page(visit: Visit) -> Reply:
    """The funnel of one window of time, drawn and as a table."""
    start, end = window_of(visit)
    with visit.node.database.read() as tx:
        found = funnel(tx, start, end)
    by_id = {figure.id: figure for figure in found.steps}
    values = {
        "steps": found.steps,
        "side_by_side": [by_id[each] for each in SIDE_BY_SIDE if each in by_id],
        "refusals": (found.refusals, found.follow_up_refusals),
        "largest": max((figure.value for figure in found.steps), default=0) or 1,
        "may_open": visit.who.may(Action.VIEW_CANDIDATES),
        "explain": {figure.id: definition(figure.id).explanation for figure in found.steps},
        **window_values(start, end),
    }
    return Html("indicators.html", values, data=found if values["may_open"] else _numbers_only(found))


def _numbers_only(found: Funnel) -> Funnel:
    """The funnel as the page shows it to those who may not open the records: without their references."""
    return Funnel(
        tuple(_number_only(each) for each in found.steps),
        _number_only(found.refusals),
        _number_only(found.follow_up_refusals),
    )


def _number_only(figure: Figure) -> Figure:
    groups = tuple(replace(each, records=()) for each in figure.groups)
    return replace(figure, records=(), not_counted=(), groups=groups)


def records_page(visit: Visit) -> Reply:
    """The records that one figure counts, and those that it could not count."""
    start, end = window_of(visit)
    wanted = definition(visit.parts["unit"])
    if wanted.source == "inspection":  # error rates are shown to supervisors, here as at /documents/rates
        authorise(visit.who, Action.VIEW_BORDER_FIGURES)
    with visit.node.database.read() as tx:
        figure = evaluate(tx, wanted, start, end)
        links = _links(tx, figure)
    values = {
        "figure": figure,
        "wanted": wanted,
        "links": links,
        "part": part_of(figure.records, visit),
        **window_values(start, end),
    }
    return Html("records.html", values, data=figure)


def window_of(visit: Visit) -> tuple[datetime, datetime]:
    """The window asked for in whole days, both included; without one, the last 365 days up to now."""
    start, end = visit.query.get("from"), visit.query.get("to")
    if not start or not end:
        return visit.now - YEAR, visit.now + timedelta(seconds=1)
    try:
        first, last = datetime.fromisoformat(start).date(), datetime.fromisoformat(end).date()
        return datetime.combine(first, time(), UTC), datetime.combine(last, time(), UTC) + timedelta(days=1)
    except (ValueError, OverflowError):  # the last day that there is has no day after it
        raise InputError("that is not a window of days", hint="Write both days as 2025-05-15.") from None


def window_values(start: datetime, end: datetime) -> dict[str, Any]:
    """The first and the last day of a window, for a page."""
    return {"start": start.date(), "end": (end - timedelta(seconds=1)).date()}


def _links(tx: Transaction, figure: Figure) -> dict[Record, str]:
    """Where each record can be looked at."""
    every = (*figure.records, *figure.not_counted)
    return {record: link for record in every if (link := _link(tx, record)) is not None}


def _link(tx: Transaction, record: Record) -> str | None:
    if record.source in {"candidate", "dna_candidate"}:
        return f"/candidates/{record.id}"
    if record.source == "inspection":
        return f"/documents/inspections/{record.id}"
    if record.source == "ask":
        return f"/enquiries/{record.id.split('/')[0]}"
    if record.source == "follow_up":
        return next((f"/candidates/{row.candidate_id}" for row in followups.listed(tx) if row.id == record.id), None)
    if record.source == "release":
        found = tx.execute(select(release.c.follow_up_id).where(release.c.id == record.id)).scalar()
        return f"/received/{found}" if found else None
    return next((f"/cases/{row.case_ref}" for row in outcomes.of_case(tx) if row.id == record.id), None)
