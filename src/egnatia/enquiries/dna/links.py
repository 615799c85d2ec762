"""Whose a profile is, or of which scene: apart from the loci, written by a supervisor, read when core data are released.

A profile of a person points to this node's own record of the person, which is where names and marks of protection stand.
A trace has four facts of its own, sealed: when and where it was taken, of which offence, in which case, by which authority.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from egnatia.accounts import authorise
from egnatia.enquiries.desk import check_case_ref, check_person_ref, check_text
from egnatia.enquiries.dna.numbers import kind_of, note_changes
from egnatia.errors import InputError, NotFoundError
from egnatia.ledger import Act, append
from egnatia.model.dna import OPEN_KINDS, ProfileKind
from egnatia.model.events import EventKind
from egnatia.model.ids import RecordRef, SealedId
from egnatia.model.officers import Action, Officer
from egnatia.store.database import Transaction
from egnatia.store.prepared import Prepared
from egnatia.store.tables import dna_link, person_record

TRACE_FIELDS = ("taken", "offence", "case_number", "authority")
"""What is released of a trace: when and where it was taken, the offence, the number of the case, and the authority
responsible for it (Regulation (EU) 2024/982 art. 47(5))."""
_FIELD_MAX = 200
_LINK = Prepared(select(dna_link).where(dna_link.c.ref == bindparam("ref")))
_LINKED = Prepared(select(dna_link.c.ref).where(dna_link.c.record_ref == bindparam("record")))


@dataclass(frozen=True, slots=True)
class Link:
    """Whose a profile is, or of which scene.

    Attributes:
        case_ref: the case it was taken in.
        person_ref: our pseudonym of the person, by which hits and persons are counted apart.
        record_ref: our record of the person, where there is one; never of a trace.
        scene: of a trace, the four facts.
    """

    case_ref: str
    person_ref: str | None = None
    record_ref: RecordRef | None = None
    scene: Mapping[str, str] = field(default_factory=dict)


def link_profile(tx: Transaction, officer: Officer, ref: str, link: Link, now: datetime) -> None:
    """Say whose a profile is, or of which scene; what was said before is erased.

    Raises:
        ForbiddenError: only a supervisor links.
        InputError: the link does not go with the kind of the profile, or something in it is malformed.
        NotFoundError: there is no such profile, or no such record.
    """
    authorise(officer, Action.LINK_PROFILE)
    kind = kind_of(tx, ref)
    if kind is None:
        raise NotFoundError(f"there is no profile {ref}", hint="`egnatia dna profiles` lists them.")
    scene = _checked(tx, ProfileKind(kind), link)
    forget_link(tx, ref)
    sealed = tx.seal(json.dumps(scene).encode(), kind="dna_link", at=now) if scene else None
    row = {"ref": ref, "case_ref": link.case_ref, "person_ref": link.person_ref, "record_ref": link.record_ref}
    tx.execute(dna_link.insert(), {**row, "sealed_id": sealed.id if sealed else None})
    note_changes(tx, [ref])
    content = {"case_ref": link.case_ref, "person_ref": link.person_ref, "record_ref": link.record_ref}
    append(tx, Act(EventKind.DNA_PROFILE_LINKED, now, officer.id, f"dna_profile:{ref}", content=content))


def _checked(tx: Transaction, kind: ProfileKind, link: Link) -> dict[str, str]:
    check_case_ref(link.case_ref)
    check_person_ref(link.person_ref)
    if kind in OPEN_KINDS and (link.record_ref or link.person_ref):
        raise InputError("a trace is of nobody known", hint="Give its scene; a person has a profile of their own.")
    if link.scene and (kind not in OPEN_KINDS or {*link.scene} - {*TRACE_FIELDS}):
        raise InputError(f"only a trace has a scene, with: {', '.join(TRACE_FIELDS)}")
    if link.record_ref is not None:
        known = tx.execute(select(person_record.c.ref).where(person_record.c.ref == link.record_ref)).first()
        if known is None:
            raise NotFoundError(f"there is no person record {link.record_ref}")
    return {name: check_text(name, text, 1, _FIELD_MAX) for name, text in link.scene.items() if text}


def link_of(tx: Transaction, ref: str) -> Link | None:
    """Whose a profile is, or of which scene; None where nobody said."""
    row = tx.row(_LINK, ref=ref)
    if row is None:
        return None
    content = tx.opened(row.sealed_id)
    scene: dict[str, str] = json.loads(content) if content else {}
    return Link(row.case_ref, row.person_ref, row.record_ref and RecordRef(row.record_ref), scene)


def forget_link(tx: Transaction, ref: str) -> None:
    """Erase what was said of a profile, if anything was."""
    row: Any = tx.row(_LINK, ref=ref)
    if row is not None:
        tx.execute(dna_link.delete().where(dna_link.c.ref == ref))
        if row.sealed_id:
            tx.erase(SealedId(row.sealed_id))


def note_record(tx: Transaction, record: RecordRef) -> None:
    """A person's record changed: indexes read again what they know of whom a profile is of."""
    note_changes(tx, [row.ref for row in tx.rows(_LINKED, record=record)])
