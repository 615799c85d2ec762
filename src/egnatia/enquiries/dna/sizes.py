"""Among how many profiles a coincidence may be found: what the partner that was asked says, else the agreement's figure.

An answer says how many profiles were searched, rounded up to two digits, so that nobody can count from one answer to the
next who came or went. Where a partner has said nothing, the grant may have a figure (`held`); where it has none either,
this node's setting is taken, and the candidate says so. A partner is not believed that it holds fewer profiles than it
has returned.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select

from egnatia.enquiries.desk import Desk
from egnatia.model.ids import PartnerCode
from egnatia.model.states import SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import candidate, dna_size, enquiry

DIGITS = 2
"""Of a size that is told."""


class SizeSource(StrEnum):
    """Who says how many profiles there are."""

    PARTNER = "partner"
    AGREEMENT = "agreement"
    ASSUMED = "assumed"
    """Nobody: it is this node's setting."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many profiles a partner holds of one population, and who says so."""

    profiles: int
    source: SizeSource


def told(profiles: int) -> int:
    """A size as it is told to a partner: rounded up to two digits."""
    step = int(10 ** max(len(str(profiles)) - DIGITS, 0))
    return -(-profiles // step) * step


def note_size(tx: Transaction, partner: PartnerCode, population: SubjectKind, profiles: int, now: datetime) -> None:
    """Remember what a partner said last of how many profiles it searched."""
    mine = (dna_size.c.partner == partner) & (dna_size.c.population == population)
    tx.execute(dna_size.delete().where(mine))
    row = {"partner": partner, "population": population, "profiles": profiles, "said_at": now}
    tx.execute(dna_size.insert(), row)


def size_of(tx: Transaction, desk: Desk, partner: PartnerCode, population: SubjectKind) -> Size:
    """How many profiles of a population a partner holds, by whoever knows best."""
    said = select(dna_size.c.profiles).where(dna_size.c.partner == partner, dna_size.c.population == population)
    profiles = tx.execute(said).scalar_one_or_none()
    if profiles is not None:
        return Size(max(profiles, _returned(tx, partner, population)), SizeSource.PARTNER)
    agreed = [
        grant.dna.held
        for grant in desk.register(tx).routes.get((desk.code, partner), ())
        if grant.subject == population and grant.dna is not None and grant.dna.held is not None
    ]
    if agreed:
        return Size(max(agreed), SizeSource.AGREEMENT)
    of_persons = population is SubjectKind.DNA_PERSON
    return Size(desk.limits.dna_persons if of_persons else desk.limits.dna_traces, SizeSource.ASSUMED)


def _returned(tx: Transaction, partner: PartnerCode, population: SubjectKind) -> int:
    """How many different profiles it returned to us so far, one at the least."""
    query = (
        select(func.count(func.distinct(candidate.c.ref)))
        .join(enquiry, enquiry.c.id == candidate.c.enquiry_id)
        .where(candidate.c.partner == partner, enquiry.c.subject == population)
    )
    return max(1, int(tx.execute(query).scalar_one()))
