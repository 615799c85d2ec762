"""This node's own profiles: taken in without identities, looked at, and forgotten.

A profile is stored as its loci, sealed under a key of its own, beside its kind, why it is kept and for how long. There is
no field for a name, here or in what is sealed: whose it is stands in `links`, apart (requirement FOR-01). Imports are
whole or absent.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select

from egnatia.accounts import authorise
from egnatia.engines.dna.alleles import read_allele, write_allele
from egnatia.engines.dna.loci import AMELOGENIN
from egnatia.engines.dna.types import Designation, Profile
from egnatia.enquiries.desk import MIN_JUSTIFICATION, check_text
from egnatia.enquiries.dna.links import forget_link
from egnatia.enquiries.dna.numbers import note_changes
from egnatia.enquiries.dna.recall import recall
from egnatia.enquiries.dna.retention import check_term
from egnatia.enquiries.dna.traces import forget_trace, screen_later, void_clearings
from egnatia.errors import ConflictError, InputError, NotFoundError
from egnatia.ledger import Act, append
from egnatia.model.dna import GUARDED_KINDS, OPEN_KINDS, ProfileCategory, ProfileKind, SampleState
from egnatia.model.events import EventKind
from egnatia.model.ids import SealedId
from egnatia.model.officers import Action, Officer
from egnatia.store.database import Transaction
from egnatia.store.prepared import Prepared, insert_into
from egnatia.store.tables import dna_profile

REFERENCE = re.compile(r"(?=.*[0-9])[A-Z0-9\-]{3,40}")
"""What a profile may be called here: it stands in ledger entries, so it has a digit and no room for a name."""
SEALED_KIND = "dna_profile"
_KIND, _WHY = ProfileKind, ProfileCategory
KINDS: dict[ProfileCategory, frozenset[ProfileKind]] = {
    _WHY.CONVICTED: frozenset({_KIND.PERSON}),
    _WHY.SUSPECT: frozenset({_KIND.PERSON}),
    _WHY.VOLUNTEER: frozenset({_KIND.ELIMINATION}),
    _WHY.CRIME_SCENE: frozenset({_KIND.TRACE, _KIND.MIXTURE}),
    _WHY.UNIDENTIFIED_REMAINS: frozenset({_KIND.REMAINS}),
    _WHY.MISSING_PERSON: frozenset({_KIND.MISSING}),
    _WHY.RELATIVE: frozenset({_KIND.RELATIVE}),
    _WHY.VICTIM: frozenset({_KIND.VICTIM}),
    _WHY.STAFF: frozenset({_KIND.ELIMINATION}),
    _WHY.POLICE: frozenset({_KIND.ELIMINATION}),
    _WHY.MANUFACTURER: frozenset({_KIND.ELIMINATION}),
}
"""Why a profile is kept decides what it may be: a volunteer's or a relative's can never be searched as a person's (FOR-06)."""
_TEXT = re.compile(r"[^\x00-\x1f\x7f]{1,60}")
_KEEP = insert_into(dna_profile)
_KNOWN = Prepared(select(dna_profile.c.ref).where(dna_profile.c.ref == bindparam("ref")))


@dataclass(frozen=True, slots=True)
class Intake:
    """What is said of every profile of one import.

    Attributes:
        category: why they are kept.
        kit: by which they were typed.
        accreditation: of the laboratory.
        legal_basis: the rule that lets them be kept.
        keep_until: when they are erased, whatever happens.
        sample: where the samples are.
    """

    category: ProfileCategory
    kit: str
    accreditation: str
    legal_basis: str
    keep_until: datetime
    sample: SampleState = SampleState.HELD


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """What stands beside a profile's loci."""

    ref: str
    kind: ProfileKind
    category: ProfileCategory
    kit: str
    accreditation: str
    legal_basis: str
    imported_at: datetime
    keep_until: datetime
    loci: int
    sample_state: SampleState


def store_profiles(
    tx: Transaction, officer: Officer, profiles: Iterable[Profile], intake: Intake, now: datetime
) -> int:
    """Store profiles sealed one by one, with one ledger entry for all. Returns how many.

    They are taken as they come and none is held, so a file of any length is read in little memory.

    Raises:
        ForbiddenError: only an administrator imports.
        InputError: what is said of them is malformed, a reference could be a name, or a kind does not go with why it is
            kept.
        ConflictError: a reference stands twice, or exists already.
    """
    authorise(officer, Action.IMPORT_PROFILES)
    _check_intake(intake, now)
    stored: list[str] = []
    kinds: Counter[str] = Counter()
    for profile in profiles:
        _check(tx, profile, intake)
        _store(tx, profile, intake, now)
        kinds[profile.kind] += 1
        stored.append(profile.ref)
    note_changes(tx, stored)
    if KINDS[intake.category] <= GUARDED_KINDS:
        screen_later(tx, stored)
    content: dict[str, Any] = {"category": intake.category, "kinds": dict(sorted(kinds.items()))}
    content |= {"legal_basis": intake.legal_basis, "keep_until": intake.keep_until.isoformat()}
    append(tx, Act(EventKind.DNA_PROFILES_IMPORTED, now, officer.id, "dna_profiles", content=content))
    return len(stored)


def _check_intake(intake: Intake, now: datetime) -> None:
    for name, longest in (("kit", 40), ("accreditation", 40), ("legal_basis", 60)):
        text = getattr(intake, name)
        if not _TEXT.fullmatch(text) or len(text) > longest:
            raise InputError(f"the {name.replace('_', ' ')} has 1 to {longest} characters, all of them visible")
    if intake.keep_until <= now:
        raise InputError("the profiles would have to be erased already", hint="Give a day in the future.")
    check_term(intake.category, intake.keep_until, now)


def _check(tx: Transaction, profile: Profile, intake: Intake) -> None:
    if not REFERENCE.fullmatch(profile.ref):
        raise InputError(
            f"{profile.ref!r} cannot be a profile's reference",
            hint="Use 3 to 40 capital letters, digits and hyphens, with a digit among them; never a name.",
        )
    if profile.kind not in KINDS[intake.category]:
        allowed = ", ".join(sorted(KINDS[intake.category]))
        raise InputError(
            f"{profile.ref} is of kind {profile.kind}, and {intake.category} profiles are: {allowed}",
            hint="Import kinds apart, each with the reason for which it is kept. Nothing was imported.",
        )
    if not profile.loci:
        raise InputError(f"{profile.ref} has no locus", hint="Nothing was imported.")
    if tx.row(_KNOWN, ref=profile.ref) is not None:
        raise ConflictError(
            f"there is a profile {profile.ref} already",
            hint="Nothing was imported. Erase the old one first, or give the new one a reference of its own.",
        )


def _store(tx: Transaction, profile: Profile, intake: Intake, now: datetime) -> None:
    sealed = tx.seal(write_profile(profile), kind=SEALED_KIND, at=now, erase_on=intake.keep_until)
    values = {"ref": profile.ref, "kind": profile.kind, "category": intake.category, "kit": intake.kit}
    values |= {"accreditation": intake.accreditation, "legal_basis": intake.legal_basis}
    values |= {"sample_state": intake.sample}
    row: dict[str, Any] = {**values, "imported_at": now, "keep_until": intake.keep_until, "sealed_id": sealed.id}
    tx.put(_KEEP, row | {"loci": len(profile.full_loci)})


def write_profile(profile: Profile) -> bytes:
    """What is sealed: whether it is of somebody known, and the loci. There is no field for anything else.

    It reads like reference data of a message; kinds that no message carries are written in the same form.
    """
    loci = {name: [write_allele(each) for each in seen] for name, seen in profile.loci.items()}
    if profile.amelogenin:
        loci[AMELOGENIN] = [*profile.amelogenin]
    return json.dumps({"identified": profile.kind is ProfileKind.PERSON, "loci": loci}).encode()


def read_profile(ref: str, kind: str, content: bytes) -> Profile:
    """A profile from what was sealed."""
    loci = json.loads(content)["loci"]
    sex = "".join(loci.pop(AMELOGENIN, ""))
    return Profile(ref, ProfileKind(kind), {name: _designation(*values) for name, values in loci.items()}, sex)


@lru_cache(maxsize=1 << 15)
def _designation(*values: str) -> Designation:
    """Alleles as they were written; a few hundred different ones make up every profile of a register."""
    return tuple(sorted(read_allele(each)[0] for each in values))


def load_profile(tx: Transaction, ref: str) -> Profile:
    """One profile of ours, for a comparison; no entry is made, so it is shown to nobody.

    Raises:
        NotFoundError: there is none.
        ErasedError: it was erased.
    """
    row = _row(tx, ref)
    return read_profile(row.ref, row.kind, tx.unseal(SealedId(row.sealed_id)))


def profile_row(tx: Transaction, ref: str) -> ProfileRow:
    """What stands beside one profile's loci.

    Raises:
        NotFoundError: there is none.
    """
    return _read_row(_row(tx, ref))


def list_profiles(
    tx: Transaction, kind: ProfileKind | None = None, limit: int = 100, after: str = ""
) -> list[ProfileRow]:
    """Profiles by reference, without their loci; `after` goes on behind a reference."""
    query = select(dna_profile).where(dna_profile.c.ref > after).order_by(dna_profile.c.ref).limit(limit)
    if kind is not None:
        query = query.where(dna_profile.c.kind == kind)
    return [_read_row(row) for row in tx.execute(query)]


def view_profile(
    tx: Transaction, officer: Officer, ref: str, justification: str, now: datetime
) -> tuple[ProfileRow, Profile]:
    """Open a profile's loci. Looking is a consultation and is logged with its justification.

    Raises:
        ForbiddenError, InputError, NotFoundError: as the names say.
    """
    authorise(officer, Action.VIEW_PROFILE)
    why = check_text("justification", justification, MIN_JUSTIFICATION)
    row, profile = profile_row(tx, ref), load_profile(tx, ref)
    append(tx, Act(EventKind.DNA_PROFILE_VIEWED, now, officer.id, f"dna_profile:{ref}", justification=why))
    return row, profile


def forget_profile(tx: Transaction, ref: str) -> None:
    """Erase loci and links of a profile and take it out of every index; its numbers stay for who still has to be told.

    Questions about it that wait to be sent are taken back, and so is every copy of an answer that may have held it.

    Raises:
        NotFoundError: there is none.
    """
    row = _row(tx, ref)
    recall(tx, ref)
    forget_link(tx, ref)
    forget_trace(tx, ref)
    tx.execute(dna_profile.delete().where(dna_profile.c.ref == ref))
    tx.erase(SealedId(row.sealed_id))
    note_changes(tx, [ref], gone=True)


def replace_loci(tx: Transaction, profile: Profile, now: datetime) -> None:
    """Put what was typed since in the place of a profile's loci; the old are erased.

    Raises:
        NotFoundError: there is no such profile.
    """
    row = _row(tx, profile.ref)
    sealed = tx.seal(write_profile(profile), kind=SEALED_KIND, at=now, erase_on=row.keep_until)
    changed = {"sealed_id": sealed.id, "loci": len(profile.full_loci)}
    tx.execute(dna_profile.update().where(dna_profile.c.ref == profile.ref).values(**changed))
    tx.erase(SealedId(row.sealed_id))
    void_clearings(tx, profile.ref)
    if profile.kind in GUARDED_KINDS | OPEN_KINDS:
        screen_later(tx, [profile.ref])
    note_changes(tx, [profile.ref])


def _row(tx: Transaction, ref: str) -> Any:
    row = tx.execute(select(dna_profile).where(dna_profile.c.ref == ref)).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no profile {ref}", hint="`egnatia dna profiles` lists them.")
    return row


def _read_row(row: Any) -> ProfileRow:
    kept = (row.kit, row.accreditation, row.legal_basis, row.imported_at, row.keep_until, row.loci)
    return ProfileRow(
        row.ref, ProfileKind(row.kind), ProfileCategory(row.category), *kept, SampleState(row.sample_state)
    )
