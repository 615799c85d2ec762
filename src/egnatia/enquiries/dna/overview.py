"""The list of this node's own profiles as officers see it: why each is kept and until when, and never its loci."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func, select

from egnatia.accounts import authorise
from egnatia.enquiries.dna.profiles import ProfileRow
from egnatia.model.dna import ProfileCategory, ProfileKind, SampleState
from egnatia.model.ids import PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.store.database import Transaction
from egnatia.store.tables import dna_candidate, dna_link, dna_mark, dna_profile


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One profile of ours.

    Attributes:
        case_ref: of its case, where one is linked.
        matched_by: partners that marked it as matched (Regulation (EU) 2024/982 art. 9(4)).
        candidates: how many candidates partners ever returned for it.
    """

    profile: ProfileRow
    case_ref: str | None
    matched_by: tuple[PartnerCode, ...]
    candidates: int


def held_by_kind(tx: Transaction, officer: Officer) -> dict[ProfileKind, int]:
    """How many profiles of each kind this node holds, in the order of the closed list; kinds with none are left out.

    Raises:
        ForbiddenError: the officer may not look at profiles.
    """
    authorise(officer, Action.VIEW_PROFILE)
    query = select(dna_profile.c.kind, func.count().label("number")).group_by(dna_profile.c.kind)
    found = {ProfileKind(row.kind): row.number for row in tx.execute(query)}
    return {kind: found[kind] for kind in ProfileKind if kind in found}


def held(tx: Transaction, officer: Officer, kind: ProfileKind | None, skip: int, most: int) -> list[HeldRow]:
    """A part of the profiles, by reference; of one kind or of all. No loci are opened, so nothing is entered.

    Raises:
        ForbiddenError: the officer may not look at profiles.
    """
    authorise(officer, Action.VIEW_PROFILE)
    query = select(dna_profile, dna_link.c.case_ref).outerjoin(dna_link, dna_link.c.ref == dna_profile.c.ref)
    if kind is not None:
        query = query.where(dna_profile.c.kind == kind.value)
    rows = tx.execute(query.order_by(dna_profile.c.ref).offset(skip).limit(most)).all()
    refs = [row.ref for row in rows]
    marks, found = _marks(tx, refs), _candidates(tx, refs)
    return [
        HeldRow(
            ProfileRow(
                row.ref,
                ProfileKind(row.kind),
                ProfileCategory(row.category),
                *(row.kit, row.accreditation, row.legal_basis, row.imported_at, row.keep_until, row.loci),
                SampleState(row.sample_state),
            ),
            row.case_ref,
            tuple(marks[row.ref]),
            found.get(row.ref, 0),
        )
        for row in rows
    ]


def _marks(tx: Transaction, refs: list[str]) -> dict[str, list[PartnerCode]]:
    made: dict[str, list[PartnerCode]] = defaultdict(list)
    for row in tx.execute(dna_mark.select().where(dna_mark.c.ref.in_(refs)).order_by(dna_mark.c.partner)):
        made[row.ref].append(PartnerCode(row.partner))
    return made


def _candidates(tx: Transaction, refs: list[str]) -> dict[str, int]:
    columns = dna_candidate.c
    query = select(columns.ref, func.count().label("number")).where(columns.ref.in_(refs)).group_by(columns.ref)
    return {row.ref: row.number for row in tx.execute(query)}
