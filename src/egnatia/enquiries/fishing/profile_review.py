"""This node's own questions about DNA: what a partner cannot see, who asked and for which case, is seen here.

Two patterns: one profile in many variants, and profiles asked about under a case that they are not of. The second needs
nobody's loci, only which case each profile is linked to; an approved batch or standing order may span cases.
"""

from datetime import datetime

from sqlalchemy import func, select

from egnatia.enquiries.fishing.profiles import LIKE, Typed, typed, variants
from egnatia.enquiries.fishing.rules import MAX_REVIEWED, WINDOW, Finding
from egnatia.errors import ErasedError, NotFoundError
from egnatia.model.states import FishingRule
from egnatia.store.database import Transaction
from egnatia.store.tables import dna_link, dna_search, enquiry

OUTSIDE = LIKE
"""Profiles in a day that were asked about under a case that is not theirs, or that nobody linked to any, from which an alert
is raised. Our choice: a serial case has a few, and a file of another case has many."""


def profile_patterns(tx: Transaction, officer_id: str, key: bytes, now: datetime) -> list[Finding]:
    """The patterns in one officer's questions of the last day about profiles, at most one of each rule."""
    found = variants(_typed(tx, officer_id, key, now)), _outside(tx, officer_id, now)
    return [each for each in found if each is not None]


def _typed(tx: Transaction, officer_id: str, key: bytes, now: datetime) -> list[Typed]:
    """The profiles as they are held now; one that was erased since cannot be looked at."""
    query = select(dna_search.c.ref, enquiry.c.case_ref, enquiry.c.created_at).join(
        enquiry, enquiry.c.id == dna_search.c.enquiry_id
    )
    mine = (enquiry.c.officer_id == officer_id) & (enquiry.c.created_at > now - WINDOW)
    rows = tx.execute(query.where(mine).order_by(enquiry.c.created_at.desc()).limit(MAX_REVIEWED)).all()
    if not rows:
        return []
    from egnatia.enquiries.dna.profiles import load_profile

    found = []
    for row in reversed(rows):
        try:
            found.append(typed(key, load_profile(tx, row.ref), row.created_at, row.case_ref))
        except (NotFoundError, ErasedError):
            continue
    return found


def _outside(tx: Transaction, officer_id: str, now: datetime) -> Finding | None:
    """Distinct profiles asked about one by one under a case that they are not linked to."""
    query = (
        select(dna_search.c.ref, func.min(enquiry.c.case_ref).label("case_ref"))
        .add_columns(func.min(enquiry.c.created_at).label("first"), func.max(enquiry.c.created_at).label("last"))
        .join(enquiry, enquiry.c.id == dna_search.c.enquiry_id)
        .outerjoin(dna_link, dna_link.c.ref == dna_search.c.ref)
        .where(enquiry.c.officer_id == officer_id, enquiry.c.created_at > now - WINDOW)
        .where(dna_search.c.batch_id.is_(None), dna_search.c.standing_id.is_(None))
        .where(func.coalesce(dna_link.c.case_ref, "") != enquiry.c.case_ref)
        .group_by(dna_search.c.ref)
    )
    rows = tx.execute(query).all()
    if len(rows) < OUTSIDE:
        return None
    cases = tuple(sorted({row.case_ref for row in rows}))
    first, last = min(row.first for row in rows), max(row.last for row in rows)
    return Finding(FishingRule.PROFILES_OUTSIDE_CASE, len(rows), cases, first, last)
