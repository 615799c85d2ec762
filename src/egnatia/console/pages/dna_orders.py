"""Batches and standing orders of DNA: what they ask and why, the second and the third person's word, how far they are.

Both are written on the command line: a batch is a file of references, and an order asks without anybody at the screen.
Here people look at them, approve, and stop them (ADR 0034).
"""

from collections.abc import Callable
from datetime import datetime

from egnatia.console.catalogues import N_
from egnatia.console.paging import Filters, filtered_page, part_of
from egnatia.console.people import officer_names
from egnatia.console.texts import reason_problem
from egnatia.console.visit import Html, Redirect, Reply, Visit
from egnatia.enquiries.dna import batches, standing
from egnatia.enquiries.dna.batches import Batch
from egnatia.enquiries.dna.governed import batch_view, order_view
from egnatia.enquiries.dna.standing import Standing
from egnatia.enquiries.dna.terms import require_older
from egnatia.errors import ForbiddenError
from egnatia.model.dna import BatchState
from egnatia.model.officers import Action, Officer
from egnatia.store.database import Transaction

UNDECIDED = (BatchState.PROPOSED, BatchState.HALF_APPROVED)
BATCHES: Filters[Batch] = {
    "open": (N_("Waits for approval"), lambda row: row.state in UNDECIDED),
    "asked": (N_("Is being asked"), lambda row: row.state is BatchState.APPROVED),
    "all": (N_("All"), lambda _: True),
}
ORDERS: Filters[Standing] = {
    "open": (N_("Waits for approval"), lambda row: not row.approved_by and not row.ended_at),
    "stands": (N_("Stands"), lambda row: bool(row.approved_by) and not row.ended_at),
    "all": (N_("All"), lambda _: True),
}


def batch_list(visit: Visit) -> Reply:
    """Batches by filter, the latest first."""
    return filtered_page("dna_batches.html", batches.batches, BATCHES, visit)


def batch_page(visit: Visit) -> Reply:
    """One batch: what it asks, who approved it, how far it is, which profiles were not asked about and why."""
    return _batch(visit, {})


def _batch(visit: Visit, problems: dict[str, str]) -> Reply:
    with visit.node.database.read() as tx:
        found = batch_view(tx, visit.who, visit.parts["id"])
        names, row = officer_names(tx), found.batch
        younger = _is_younger(tx, visit.who, row.proposed_at)
    others = visit.who.id not in (row.proposed_by, row.first_by) and not younger
    values = {
        "found": found,
        "row": row,
        "names": names,
        "part": part_of([*found.not_asked.items()], visit),
        "waits": row.state in UNDECIDED,
        "younger": younger,
        "may_approve": visit.who.may(Action.APPROVE_BATCH) and others and row.state in UNDECIDED,
        "may_stop": visit.who.may(Action.APPROVE_BATCH) and row.state in (*UNDECIDED, BatchState.APPROVED),
        "typed": visit.form.get("why"),
        "problems": problems,
    }
    return Html("dna_batch.html", values, 422 if problems else 200, data=found)


def _is_younger(tx: Transaction, officer: Officer, since: datetime) -> bool:
    """Whether the account was made after something was proposed, which it may then not approve."""
    try:
        require_older(tx, officer, since)
    except ForbiddenError:
        return True
    return False


def approve_batch(visit: Visit) -> Reply:
    """The first or the second approval; after the second the node asks."""
    state = visit.node.commit(lambda tx: batches.approve(tx, visit.who, visit.parts["id"], visit.now))
    return Redirect(f"/dna/batches/{visit.parts['id']}?done=batch-{state.value}")


def refuse_batch(visit: Visit) -> Reply:
    """Refuse it, or stop it while it is being asked; the reason is sealed."""
    return _stopped(visit, batches.refuse, _batch, ("batches", "batch-refused"))


def order_list(visit: Visit) -> Reply:
    """Standing orders by filter, the latest first."""
    return filtered_page("dna_orders.html", standing.standings, ORDERS, visit)


def order_page(visit: Visit) -> Reply:
    """One standing order: what it asks, on whose word, what it has not looked at yet."""
    return _order(visit, {})


def _order(visit: Visit, problems: dict[str, str]) -> Reply:
    with visit.node.database.read() as tx:
        found = order_view(tx, visit.who, visit.parts["id"])
        names, row = officer_names(tx), found.order
        younger = _is_younger(tx, visit.who, row.opened_at)
    may, other = visit.who.may(Action.APPROVE_BATCH), visit.who.id != row.opened_by and not younger
    values = {
        "found": found,
        "row": row,
        "names": names,
        "younger": younger,
        "may_approve": may and other and not row.approved_by and not row.ended_at,
        "may_stop": may and not row.ended_at,
        "typed": visit.form.get("why"),
        "problems": problems,
    }
    return Html("dna_order.html", values, 422 if problems else 200, data=found)


def approve_order(visit: Visit) -> Reply:
    """The second person's word: the order begins."""
    visit.node.commit(lambda tx: standing.approve_standing(tx, visit.who, visit.parts["id"], visit.now))
    return Redirect(f"/dna/standing/{visit.parts['id']}?done=order-approved")


def end_order(visit: Visit) -> Reply:
    """End it; one person is enough, and the reason is sealed."""
    return _stopped(visit, standing.end_standing, _order, ("standing", "order-ended"))


_Stop = Callable[[Transaction, Officer, str, str, datetime], None]


def _stopped(visit: Visit, stop: _Stop, page: Callable[[Visit, dict[str, str]], Reply], done: tuple[str, str]) -> Reply:
    """Stop something with a reason, or say on its page what is wrong with the reason."""
    why, row_id = visit.form.get("why"), visit.parts["id"]
    wrong = reason_problem(why)
    if wrong is not None:
        return page(visit, {"why": visit.language.say(wrong)})
    visit.node.commit(lambda tx: stop(tx, visit.who, row_id, why, visit.now))
    return Redirect(f"/dna/{done[0]}/{row_id}?done={done[1]}")
