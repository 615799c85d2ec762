"""More of a profile was typed: what was there stands, and loci come to it.

Only what was not known before may change: a locus that was missing, or a wildcard. Where a laboratory read an allele
differently the profile was wrong, and what is wrong is erased wherever it went and imported anew.
"""

from collections.abc import Iterable
from datetime import datetime

from egnatia.accounts import authorise
from egnatia.engines.dna.alleles import WILDCARD
from egnatia.engines.dna.types import Designation, Profile
from egnatia.enquiries.dna.profiles import load_profile, replace_loci
from egnatia.errors import ConflictError, InputError
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.officers import Action, Officer
from egnatia.store.database import Transaction


def retype(tx: Transaction, officer: Officer, profiles: Iterable[Profile], now: datetime) -> int:
    """Put profiles that were typed again in the place of those with the same reference. Returns how many.

    Raises:
        ForbiddenError: only an administrator imports.
        NotFoundError: there is no profile of that reference.
        InputError: it is of another kind.
        ConflictError: it says something else than the profile that is here, or nothing new.
    """
    authorise(officer, Action.IMPORT_PROFILES)
    refs = []
    for profile in profiles:
        _check(load_profile(tx, profile.ref), profile)
        replace_loci(tx, profile, now)
        refs.append(profile.ref)
    content = {"typed_again": list(refs)}
    append(tx, Act(EventKind.DNA_PROFILES_IMPORTED, now, officer.id, "dna_profiles", content=content))
    return len(refs)


def _check(known: Profile, typed: Profile) -> None:
    if typed.kind is not known.kind:
        raise InputError(f"{known.ref} is of kind {known.kind}, and not {typed.kind}")
    differs = otherwise_at(known, typed)
    if differs is not None:
        raise ConflictError(
            f"{known.ref} was typed differently at {differs} before",
            hint="Erase the profile everywhere (`egnatia dna erase`), and import the right one.",
        )
    if typed.loci == known.loci:
        raise ConflictError(f"nothing new was typed of {known.ref}")


def otherwise_at(known: Profile, typed: Profile) -> str | None:
    """The first locus at which a profile does not say what was said before; None where it only says more."""
    return next((name for name, seen in known.loci.items() if not _goes_on(seen, typed.loci.get(name, ()))), None)


def contradict(one: Profile, other: Profile) -> bool:
    """Whether two profiles under one name cannot be of one typing, whichever came first and however few loci they share."""
    shared = [(seen, other.loci[name]) for name, seen in one.loci.items() if name in other.loci]
    return any(not _goes_on(mine, theirs) and not _goes_on(theirs, mine) for mine, theirs in shared)


def _goes_on(before: Designation, after: Designation) -> bool:
    """Whether a designation says what was said before, and perhaps what a wildcard left open."""
    left = [*after]
    for allele in before:
        if allele != WILDCARD and allele in left:
            left.remove(allele)
        elif allele != WILDCARD:
            return False
    return len(after) == len(before)
