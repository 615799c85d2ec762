"""Making a correction: a supervisor's act on a record of ours, alone where data are taken away, by two where new values go out.

New values leave the node like a release: a second person decides, only fields that were released to that partner before,
and nothing to whom a guard or a mark shields the person from. What takes data away is never held up by any of this.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, update

from egnatia.accounts import authorise, require_other
from egnatia.enquiries.corrections.holders import Holder, holders, subject_of_record
from egnatia.enquiries.corrections.own import change_record, record_exists
from egnatia.enquiries.corrections.reading import restriction_of_ours
from egnatia.enquiries.corrections.sending import send_waiting, spread
from egnatia.enquiries.corrections.standing import Changes
from egnatia.enquiries.desk import KEEP, MIN_JUSTIFICATION, Desk, check_text
from egnatia.enquiries.subjects import subject_of
from egnatia.errors import ConflictError, InputError, NotFoundError
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import EnquiryId, OfficerId, PartnerCode, RecordRef, SealedId
from egnatia.model.officers import Action, Officer
from egnatia.model.states import ClearedBy, CorrectionItem, CorrectionKind, CorrectionReason, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import correction

MAX_AUTHORITY_REF = 60
"""Characters of a court's or an authority's file number."""


@dataclass(frozen=True, slots=True)
class CorrectionDraft:
    """What a supervisor wants corrected.

    Attributes:
        ref: a record of ours.
        kind: what to do with every copy.
        reason: why, in a closed code; it is sent.
        why: why, in words; it stays here.
        values: of a rectification: new values by core-data field.
        removed: of a rectification: fields to take out.
        cleared_by: of a lift: on whose word.
        authority_ref: that person's, court's or authority's file number; it stays here.
    """

    ref: RecordRef
    kind: CorrectionKind
    reason: CorrectionReason
    why: str
    values: Mapping[str, str]
    removed: Sequence[str] = ()
    cleared_by: ClearedBy | None = None
    authority_ref: str = ""


def make(tx: Transaction, desk: Desk, officer: Officer, draft: CorrectionDraft, now: datetime) -> str:
    """Make a correction of a record of ours. New values wait for a second person; everything else goes out at once.

    Returns:
        The correction's id.

    Raises:
        ForbiddenError, InputError: as the names say.
        NotFoundError: neither the record nor anybody who was given it.
        ConflictError: a lift where nothing is restricted.
    """
    authorise(officer, Action.MAKE_CORRECTION)
    why = check_text("reason", draft.why, MIN_JUSTIFICATION)
    subject = subject_of_record(tx, draft.ref)
    if subject is None:
        raise NotFoundError(f"there is no record {draft.ref}, and nobody was told of one")
    changes = _checked_changes(tx, draft, subject)
    _check_lift(tx, draft)
    waits = draft.kind is CorrectionKind.RECTIFY
    item = _Item(CorrectionItem.RECORD, draft.ref, subject)
    correction_id = insert(tx, item, _Terms.of(draft, officer.id), (why, changes), None if waits else now, now)
    event = EventKind.CORRECTION_PROPOSED if waits else EventKind.CORRECTION_MADE
    found = [] if waits else _spread(tx, desk, correction_id, now)
    enter(tx, event, officer.id, correction_id, why, {"partners": [each.partner for each in found]}, now)
    return correction_id


def _checked_changes(tx: Transaction, draft: CorrectionDraft, subject: SubjectKind) -> Changes:
    changes: dict[str, str | None] = {**draft.values, **dict.fromkeys(draft.removed)}
    if draft.kind is not CorrectionKind.RECTIFY:
        if changes:
            raise InputError("only a rectification has new values", hint="Leave the values out, or choose rectify.")
        return {}
    unknown = set(changes) - set(subject_of(subject).core_fields)
    if unknown or not changes or len(changes) != len(draft.values) + len(draft.removed):
        problem = f"{min(unknown)!r} is no core-data field" if unknown else "name each field once, and at least one"
        raise InputError(problem, hint=f"Fields are: {', '.join(subject_of(subject).core_fields)}.")
    if not record_exists(tx, draft.ref, subject):
        raise NotFoundError(f"the record {draft.ref} is gone", hint="Its copies can still be erased.")
    for name, value in draft.values.items():
        check_text(name, value, 1)
    return changes


def _check_lift(tx: Transaction, draft: CorrectionDraft) -> None:
    """A contested item is trusted again on the word of the person, a court or an authority only (RIG-04)."""
    if draft.kind is not CorrectionKind.LIFT:
        return
    reason = restriction_of_ours(tx, draft.ref)
    if reason is None:
        raise ConflictError(f"{draft.ref} is not restricted")
    if reason == CorrectionReason.CONTESTED:
        check_cleared(draft.cleared_by, draft.authority_ref)


def check_cleared(cleared_by: ClearedBy | None, authority_ref: str) -> str:
    """Require on whose word a contested item is trusted again, and under which reference.

    Raises:
        InputError: one of them is missing.
    """
    if cleared_by is None:
        raise InputError(
            "an officer alone cannot say that contested data are right",
            hint="Name the person, the court or the authority that decided, and its reference.",
        )
    return check_text("reference of that decision", authority_ref, 3, MAX_AUTHORITY_REF)


def view_changes(tx: Transaction, officer: Officer, correction_id: str, now: datetime) -> dict[str, str]:
    """The new values that wait for the second person; a field to be taken out has an empty one. Looking is logged.

    Raises:
        ForbiddenError, NotFoundError: as the names say.
    """
    authorise(officer, Action.APPROVE_RELEASE)
    _, changes = opened(tx, get(tx, correction_id))
    why = "to decide on a proposed correction"
    append(tx, Act(EventKind.CORE_DATA_VIEWED, now, officer.id, f"correction:{correction_id}", justification=why))
    return {name: value or "" for name, value in changes.items()}


def approve(tx: Transaction, desk: Desk, officer: Officer, correction_id: str, now: datetime) -> None:
    """Let new values go out: the act of the second person. Our own record is changed in the same transaction.

    Raises:
        ForbiddenError: no approver, or the same person as the maker.
        NotFoundError, ConflictError: as the names say.
        InputError: the record would not be one with these values.
    """
    authorise(officer, Action.APPROVE_RELEASE)
    row = get(tx, correction_id)
    if row.approved_at is not None:
        raise ConflictError("this correction was made already")
    require_other(officer, OfficerId(row.made_by))
    why, changes = opened(tx, row)
    change_record(tx, desk, (RecordRef(row.ref), SubjectKind(row.subject)), changes, now)
    decided = {"approved_by": officer.id, "approved_at": now, "made_at": now}
    tx.execute(update(correction).where(correction.c.id == correction_id).values(decided))
    found = _spread(tx, desk, correction_id, now)
    facts = {"partners": [each.partner for each in found], "proposed_by": row.made_by}
    enter(tx, EventKind.CORRECTION_MADE, officer.id, correction_id, why, facts, now)


def _spread(tx: Transaction, desk: Desk, correction_id: str, now: datetime) -> list[Holder]:
    row = get(tx, correction_id)
    found = holders(tx, RecordRef(row.ref), SubjectKind(row.subject))
    spread(tx, correction_id, found, now)
    send_waiting(tx, desk, now)
    return found


@dataclass(frozen=True, slots=True)
class _Item:
    """What is corrected."""

    kind: CorrectionItem
    ref: RecordRef
    subject: SubjectKind
    enquiry_id: EnquiryId | None = None


@dataclass(frozen=True, slots=True)
class _Terms:
    """How it is corrected, by whom and on whose word."""

    kind: CorrectionKind
    reason: CorrectionReason
    made_by: OfficerId
    cleared_by: ClearedBy | None = None
    authority_ref: str | None = None

    @classmethod
    def of(cls, draft: CorrectionDraft, made_by: OfficerId) -> "_Terms":
        """The terms that a draft states."""
        return cls(draft.kind, draft.reason, made_by, draft.cleared_by, draft.authority_ref or None)


def insert(
    tx: Transaction,
    item: _Item,
    terms: _Terms,
    words: tuple[str, Changes],
    approved_at: datetime | None,
    now: datetime,
) -> str:
    """Store a correction under the next number of its item. Returns its id."""
    correction_id = tx.new_id()
    written = json.dumps({"why": words[0], "changes": words[1]}).encode()
    sealed = tx.seal(written, kind="correction", at=now, erase_on=now + KEEP)
    tx.execute(
        correction.insert(),
        {
            "id": correction_id,
            "item": item.kind,
            "ref": item.ref,
            "subject": item.subject,
            "enquiry_id": item.enquiry_id,
            "kind": terms.kind,
            "reason": terms.reason,
            "number": _next_number(tx, item),
            "made_by": terms.made_by,
            "made_at": now,
            "approved_at": approved_at,
            "cleared_by": terms.cleared_by,
            "authority_ref": terms.authority_ref,
            "sealed_id": sealed.id,
        },
    )
    return correction_id


def _next_number(tx: Transaction, item: _Item) -> int:
    mine = (correction.c.item == item.kind) & (correction.c.ref == item.ref)
    return int(tx.execute(select(func.coalesce(func.max(correction.c.number), 0)).where(mine)).scalar_one()) + 1


def erase_copies(
    tx: Transaction,
    record: tuple[RecordRef, SubjectKind],
    reason: CorrectionReason,
    words: tuple[OfficerId, str],
    now: datetime,
) -> tuple[PartnerCode, ...]:
    """Tell every holder of a record of ours to erase it, as part of an act that has an entry of its own.

    Returns:
        The holders; where nobody has it, no correction is made. They are told by the next round of `sending.send_waiting`.
    """
    found = holders(tx, *record)
    if found:
        item, terms = _Item(CorrectionItem.RECORD, *record), _Terms(CorrectionKind.ERASE, reason, words[0])
        spread(tx, insert(tx, item, terms, (words[1], {}), now, now), found, now)
    return tuple(each.partner for each in found)


def about_answer(
    tx: Transaction,
    answer: tuple[PartnerCode, RecordRef, SubjectKind, EnquiryId],
    terms: tuple[CorrectionKind, CorrectionReason, ClearedBy | None],
    words: tuple[OfficerId, str],
    now: datetime,
) -> str:
    """Tell a partner that what it answered us is wrong or contested; the caller's entry says who found that.

    Args:
        tx: write transaction.
        answer: the partner, its reference number, what it is about, and the conversation.
        terms: restrict or lift, why, and of a lift on whose word.
        words: the officer, and why in words.
        now: the moment.

    Returns:
        The correction's id. It is sent with the next round of `sending.send_waiting`.
    """
    partner, ref, subject, enquiry_id = answer
    item = _Item(CorrectionItem.ANSWER, ref, subject, enquiry_id)
    correction_id = insert(tx, item, _Terms(terms[0], terms[1], words[0], terms[2]), (words[1], {}), now, now)
    spread(tx, correction_id, [Holder(partner, (enquiry_id,), (), (), ())], now)
    return correction_id


def get(tx: Transaction, correction_id: str) -> Row[Any]:
    """A correction made here.

    Raises:
        NotFoundError: there is none.
    """
    row = tx.execute(correction.select().where(correction.c.id == correction_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"no correction {correction_id} was made here", hint="`egnatia correction list` shows all.")
    return row


def opened(tx: Transaction, row: Row[Any]) -> tuple[str, Changes]:
    """Why a correction was made, and its new values; both empty once they were erased."""
    content = json.loads(tx.opened(SealedId(row.sealed_id)) or b"{}")
    return content.get("why", ""), content.get("changes", {})


def enter(
    tx: Transaction,
    event: EventKind,
    actor: OfficerId,
    correction_id: str,
    why: str,
    facts: Mapping[str, Any],
    now: datetime,
) -> None:
    """The one ledger entry of an officer's act on a correction made here."""
    row = get(tx, correction_id)
    _, changes = opened(tx, row)
    said = {"kind": row.kind, "reason": row.reason, "item": row.item, "ref": row.ref, "number": row.number}
    said |= {"fields": sorted(changes), "authority_ref": row.authority_ref, **facts}
    append(tx, Act(event, now, actor, f"correction:{correction_id}", justification=why, content=said))
