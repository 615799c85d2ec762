"""How long a profile may be kept, by why it is kept; and how long the sample from which it was made (data, with sources).

Regulation (EU) 2024/982 leaves both to national law, so these are the longest that this program takes: an import that
wants to keep a profile for longer is refused, a shorter day is always taken. A sample holds far more than a profile and
has a shorter life of its own.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from egnatia.accounts import authorise
from egnatia.errors import ConflictError, InputError, NotFoundError
from egnatia.ledger import Act, append
from egnatia.model.dna import ProfileCategory, SampleState
from egnatia.model.events import EventKind
from egnatia.model.officers import Action, Officer
from egnatia.store.database import Transaction
from egnatia.store.tables import dna_profile

_YEAR = 366
"""Days; a year that is said in years ends on its day, whatever leap years lie in it."""
_OWN = "this project's working rule"
_PACE_SAMPLE = "Police and Criminal Evidence Act 1984 s.63R(4)-(5): six months"
_SIX_MONTHS = timedelta(days=184)


@dataclass(frozen=True, slots=True)
class Term:
    """How long one category is kept at the longest.

    Attributes:
        longest: the profile, from its import.
        source: where that comes from.
        sample: the sample, from the import; None where it is evidence, which the case decides on.
        sample_source: where that comes from.
    """

    longest: timedelta
    source: str
    sample: timedelta | None = _SIX_MONTHS
    sample_source: str = _PACE_SAMPLE


def _own(years: int, why: str) -> Term:
    return Term(timedelta(days=years * _YEAR), f"{_OWN}: {why}")


def _evidence(years: int, why: str) -> Term:
    return Term(timedelta(days=years * _YEAR), f"{_OWN}: {why}", None, "the case decides on evidence")


TERMS: dict[ProfileCategory, Term] = {
    ProfileCategory.CONVICTED: _own(
        20, "without end and without review it is out of proportion (ECtHR, Gaughran v. United Kingdom, 45245/15, 2020)"
    ),
    ProfileCategory.SUSPECT: Term(
        timedelta(days=3 * _YEAR),
        "Police and Criminal Evidence Act 1984 s.63F: three years without a conviction; longer is out of proportion "
        "(ECtHR, S. and Marper v. United Kingdom, 30562/04, 2008)",
    ),
    ProfileCategory.VOLUNTEER: _own(3, "given for one case, whose other data go after three years"),
    ProfileCategory.CRIME_SCENE: _evidence(30, "as long as the gravest offence may be prosecuted in most states"),
    ProfileCategory.UNIDENTIFIED_REMAINS: _evidence(30, "until somebody is found, reviewed at the latest then"),
    ProfileCategory.MISSING_PERSON: _own(30, "until somebody is found, reviewed at the latest then"),
    ProfileCategory.RELATIVE: _own(10, "consent is asked for again after ten years"),
    ProfileCategory.VICTIM: _own(3, "the case's own data go after three years"),
    ProfileCategory.STAFF: _own(6, "typed anew after six years, so that who left is not kept"),
    ProfileCategory.POLICE: _own(6, "typed anew after six years, so that who left is not kept"),
    ProfileCategory.MANUFACTURER: _own(6, "typed anew after six years, so that who left is not kept"),
}


def check_term(category: ProfileCategory, keep_until: datetime, now: datetime) -> None:
    """Require that profiles of a category are not to be kept for longer than it allows.

    Raises:
        InputError: they are.
    """
    term = TERMS[category]
    if keep_until - now > term.longest:
        raise InputError(
            f"{category.value} profiles are kept until {(now + term.longest).date()} at the longest ({term.source})",
            hint="Give an earlier day; what is needed longer is imported again, on new grounds.",
        )


@dataclass(frozen=True, slots=True)
class SampleDue:
    """A sample that should have been destroyed."""

    ref: str
    category: ProfileCategory
    due_at: datetime


def samples_due(tx: Transaction, now: datetime) -> list[SampleDue]:
    """Samples that are still held although their time has come, the most overdue first. For people: a sample is a thing."""
    found = []
    for category, term in TERMS.items():
        if term.sample is not None:
            query = select(dna_profile.c.ref, dna_profile.c.imported_at).where(
                dna_profile.c.category == category,
                dna_profile.c.sample_state == SampleState.HELD,
                dna_profile.c.imported_at <= now - term.sample,
            )
            found += [SampleDue(row.ref, category, row.imported_at + term.sample) for row in tx.execute(query)]
    return sorted(found, key=lambda each: (each.due_at, each.ref))


def sample_destroyed(tx: Transaction, officer: Officer, ref: str, on: date, now: datetime) -> None:
    """Record that the sample behind a profile was destroyed; the profile stays for its own time.

    Raises:
        ForbiddenError, NotFoundError: as the names say.
        ConflictError: there is no sample any more.
        InputError: the day lies in the future.
    """
    authorise(officer, Action.ERASE_PROFILE)
    if on > now.date():
        raise InputError(f"{on} is yet to come", hint="Record it once it was done.")
    mine = dna_profile.c.ref == ref
    row = tx.execute(select(dna_profile.c.sample_state).where(mine)).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no profile {ref}", hint="`egnatia dna profiles` lists them.")
    if row.sample_state != SampleState.HELD:
        raise ConflictError(f"the sample of {ref} is {row.sample_state}")
    tx.execute(update(dna_profile).where(mine).values(sample_state=SampleState.DESTROYED, sample_destroyed_on=on))
    said = {"on": on.isoformat()}
    append(tx, Act(EventKind.DNA_SAMPLE_DESTROYED, now, officer.id, f"dna_profile:{ref}", content=said))
