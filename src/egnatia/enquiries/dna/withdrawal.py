"""Erasing a profile at its source: here, and wherever a copy of it went (requirement FOR-05).

A partner knows the profile by a number of its own, so each is told under that number, in the conversations in which it was
given. Its node erases the copy as soon as it hears; a candidate that nobody decided falls, and of a confirmed hit an
officer there says whether it stands. The figures follow, because what fell is counted no more.
"""

from datetime import datetime

from sqlalchemy import select

from egnatia.accounts import authorise
from egnatia.enquiries.corrections.making import erase_copies
from egnatia.enquiries.desk import MIN_JUSTIFICATION, check_text
from egnatia.enquiries.dna.numbers import forget_numbers, given, kind_of
from egnatia.enquiries.dna.profiles import forget_profile
from egnatia.enquiries.retention import ERASED_AT_ONCE
from egnatia.errors import NotFoundError
from egnatia.ledger import Act, append
from egnatia.model.dna import ProfileKind
from egnatia.model.events import EventKind
from egnatia.model.ids import OfficerId, PartnerCode, RecordRef
from egnatia.model.officers import Action, Officer
from egnatia.model.states import CorrectionReason, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import dna_profile


def erase_everywhere(
    tx: Transaction, officer: Officer, ref: str, words: tuple[CorrectionReason, str], now: datetime
) -> tuple[PartnerCode, ...]:
    """Erase a profile here, and tell every partner that was given it to erase its copy.

    Args:
        tx: write transaction.
        officer: a supervisor.
        ref: our profile.
        words: the reason as a closed code, which is sent, and in words, which stay here.
        now: the moment.

    Returns:
        Who is told.

    Raises:
        ForbiddenError, InputError, NotFoundError: as the names say.
    """
    authorise(officer, Action.ERASE_PROFILE)
    reason = check_text("reason", words[1], MIN_JUSTIFICATION)
    told = _withdraw(tx, ref, (words[0], officer.id, reason), now)
    said = {"reason": words[0], "partners": list(told)}
    act = Act(EventKind.DNA_PROFILE_ERASED, now, officer.id, f"dna_profile:{ref}", justification=reason, content=said)
    append(tx, act)
    return told


def forget_profiles(tx: Transaction, now: datetime, most: int = ERASED_AT_ONCE) -> int:
    """Erase the profiles whose day has come, here and at partners, with one entry for all of them.

    Returns:
        How many; whoever calls this calls again until nothing is due.
    """
    due = select(dna_profile.c.ref).where(dna_profile.c.keep_until <= now)
    refs = list(tx.execute(due.order_by(dna_profile.c.keep_until, dna_profile.c.ref).limit(most)).scalars())
    why = "the day until which it was to be kept has come"
    for ref in refs:
        _withdraw(tx, ref, (CorrectionReason.WITHDRAWN, OfficerId("node"), why), now)
    if refs:
        object_ref = f"due:dna_profile:{len(refs)}"
        append(tx, Act(EventKind.DNA_PROFILE_ERASED, now, "node", object_ref, content={"erased": list(refs)}))
    return len(refs)


def _withdraw(
    tx: Transaction, ref: str, terms: tuple[CorrectionReason, OfficerId, str], now: datetime
) -> tuple[PartnerCode, ...]:
    """A profile with everything that leads to it: copies elsewhere, numbers, loci, links."""
    kind = kind_of(tx, ref)
    if kind is None:
        raise NotFoundError(f"there is no profile {ref}", hint="`egnatia dna profiles` lists them.")
    subject = SubjectKind.DNA_PERSON if kind == ProfileKind.PERSON else SubjectKind.DNA_TRACE
    told: set[PartnerCode] = set()
    for each in given(tx, ref):
        told.update(erase_copies(tx, (RecordRef(each.number), subject), terms[0], terms[1:], now))
    forget_profile(tx, ref)
    forget_numbers(tx, ref)
    return tuple(sorted(told))
