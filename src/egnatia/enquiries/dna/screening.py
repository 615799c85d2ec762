"""Somebody's profile came in who may have touched traces, or a victim's: stored traces are held against it, all of them.

Every question and every answer looks at everybody anyway, so nothing new leaves from the moment a profile is stored.
What left before is found here: a serving node goes through the traces in order, some in each transaction, and what agrees
is held back, its waiting messages are recalled, and a row waits for people (`elimination`). A trace that was typed again is
held against everybody once more.
"""

from datetime import datetime

from sqlalchemy import func, select, update

from egnatia.enquiries.desk import Desk
from egnatia.enquiries.dna import elimination
from egnatia.enquiries.dna.numbers import kind_of
from egnatia.enquiries.dna.profiles import load_profile
from egnatia.enquiries.dna.recall import recall
from egnatia.errors import ErasedError, NotFoundError
from egnatia.model.dna import OPEN_KINDS
from egnatia.model.ids import OfficerId
from egnatia.model.states import RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import dna_profile, dna_screening

AT_ONCE = 100
"""Traces of one transaction: held against a thousand people each takes about 10 ms (bench/dna/contamination.py), and the
writer is not kept longer than a second."""
_NODE = OfficerId("node")


def has_unscreened(tx: Transaction) -> bool:
    """Whether a profile came in against which not every trace was held."""
    return tx.execute(select(dna_screening.c.ref).limit(1)).first() is not None


def screen(tx: Transaction, desk: Desk, now: datetime, most: int = AT_ONCE) -> int:
    """Hold the next traces against those who came in; what agrees is held back, with one entry for each trace.

    Returns:
        How many profiles were dealt with, of traces and of others; 0 when nothing is left.
    """
    typed_again = _traces(tx, most)
    for ref in typed_again:
        _hold(tx, desk, ref, now)
    tx.execute(dna_screening.delete().where(dna_screening.c.ref.in_(typed_again)))
    return len(typed_again) or _go_on(tx, desk, now, most)


def _traces(tx: Transaction, most: int) -> list[str]:
    """Traces that were typed again, and what is gone by now."""
    kinds = select(dna_screening.c.ref, dna_profile.c.kind).outerjoin(
        dna_profile, dna_profile.c.ref == dna_screening.c.ref
    )
    which = dna_profile.c.kind.is_(None) | dna_profile.c.kind.in_(OPEN_KINDS)
    return list(tx.execute(kinds.where(which).order_by(dna_screening.c.ref).limit(most)).scalars())


def _go_on(tx: Transaction, desk: Desk, now: datetime, most: int) -> int:
    """The next traces, against everybody who came in and was held against those before them."""
    after = tx.execute(select(func.min(dna_screening.c.after))).scalar_one()
    if after is None:
        return 0
    query = select(dna_profile.c.ref).where(dna_profile.c.kind.in_(OPEN_KINDS), dna_profile.c.ref > after)
    refs = list(tx.execute(query.order_by(dna_profile.c.ref).limit(most)).scalars())
    for ref in refs:
        _hold(tx, desk, ref, now)
    here = dna_screening.c.after == after
    if len(refs) < most:
        return len(refs) + tx.execute(dna_screening.delete().where(here)).rowcount
    tx.execute(update(dna_screening).where(here).values(after=refs[-1]))
    return len(refs)


def _hold(tx: Transaction, desk: Desk, ref: str, now: datetime) -> None:
    """Hold one trace against everybody; what agrees and was not known before stops what waits to leave."""
    if kind_of(tx, ref) is None:
        return
    try:
        trace = load_profile(tx, ref)
    except (NotFoundError, ErasedError):
        return
    if elimination.hold(tx, desk, trace, _NODE, now):
        recall(tx, ref, RefusalReason.PROFILE_ELIMINATED)


def unscreened(tx: Transaction) -> int:
    """How many profiles came in against which not every trace was held yet."""
    return int(tx.execute(select(func.count()).select_from(dna_screening)).scalar_one())
