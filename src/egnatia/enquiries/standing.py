"""Standing enquiries: a question that is asked again by itself, until a day that is at most three months away.

It stands at the asking node alone (ADR 0032). Each time is an enquiry of its own: judged anew by `ask.send_enquiry`, in the
name of the officer who opened it, with permit, quotas and guard of that day, and with its own rows and entries. The partner
cannot tell it from one that was typed, and keeps nothing of it. Only references that no earlier time brought become
candidates (`standing_links.py`).

It ends on its day, when somebody ends it, when its case is closed, when its grant or its officer is gone, and it waits while
a supervisor's review is overdue.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update

from egnatia.accounts import authorise, present_officer, require_other
from egnatia.agreements import Allow, Request
from egnatia.enquiries.ask import EnquiryDraft, PartnerPreview, SentEnquiry, send_enquiry
from egnatia.enquiries.desk import MIN_JUSTIFICATION, Desk, check_case_ref, check_text
from egnatia.enquiries.standing_links import link
from egnatia.errors import ConflictError, ErasedError, ForbiddenError, InputError, NotFoundError, RefusedError
from egnatia.ledger import JSON, Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import OfficerId, PartnerCode, SealedId
from egnatia.model.officers import Action, Officer
from egnatia.model.states import AskState, Offence, Purpose, RefusalReason, StandingEnd, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import ask, standing_ask, standing_enquiry

LONGEST = timedelta(days=90)
"""How long a question may stand (requirement ENQ-11)."""
REVIEW_EVERY = timedelta(days=30)
"""How long it is asked before a supervisor has to look: our own rule, a third of the longest, so that each long one is looked
at twice."""
AT_ONCE = 20
"""Asked in one transaction, so that nobody else waits long: an act takes about 2 ms (bench/exchange)."""
SEALED_KIND = "standing_enquiry"
NODE_ACTOR = "node"
_SUBJECTS = (SubjectKind.TRAVEL_DOCUMENT, SubjectKind.PERSON)


@dataclass(frozen=True, slots=True)
class Standing:
    """One standing enquiry, without what is asked.

    Attributes:
        until: when it ends by itself.
        next_at: when it is asked again.
        review_on: the moment past which it waits for a supervisor.
        times: how often it was asked, the first time included.
        ended: why it ended; None while it stands.
    """

    id: str
    case_ref: str
    subject: SubjectKind
    purpose: Purpose
    offence: Offence
    officer_id: OfficerId
    opened_at: datetime
    until: datetime
    next_at: datetime
    review_on: datetime
    times: int
    ended_at: datetime | None
    ended: StandingEnd | None

    def waits(self, now: datetime) -> bool:
        """Whether it stands, and is not asked until a supervisor has looked."""
        return self.ended is None and self.review_on <= now


@dataclass(frozen=True, slots=True)
class Opened:
    """What came of opening: the first time it was asked, and the standing enquiry unless nobody could be asked."""

    sent: SentEnquiry
    id: str | None


def open_standing(
    tx: Transaction, desk: Desk, officer: Officer, draft: EnquiryDraft, until: datetime, now: datetime
) -> Opened:
    """Ask at once, and again by itself until a day: those partners that could be asked, under the grants of today.

    Raises:
        InputError: the day is not within `LONGEST`, the draft overrides the guard, or as `send_enquiry`.
        ForbiddenError, RefusedError: as `send_enquiry`.
    """
    if not now < until <= now + LONGEST:
        raise InputError(f"an enquiry stands for up to {LONGEST.days} days from now", hint="Name an earlier day.")
    if draft.override is not None:
        raise InputError(
            "an assessment overrides the guard for one question, not for every day that follows",
            hint="Ask once with it, and assess it again when you ask again.",
        )
    if draft.subject not in _SUBJECTS:
        raise InputError(f"a question about {draft.subject.value} does not stand", hint="`egnatia dna standing` does.")
    sent = send_enquiry(tx, desk, officer, draft, now)
    grants = {each.partner: each.grant.id for each in sent.asks if each.grant is not None}
    if not grants:
        return Opened(sent, None)
    standing_id = tx.new_id()
    content = {"draft": _written(draft), "grants": grants}
    sealed = tx.seal(json.dumps(content).encode(), kind=SEALED_KIND, at=now, erase_on=until + timedelta(days=1))
    row: dict[str, object] = {"id": standing_id, "case_ref": draft.case_ref, "subject": draft.subject}
    row |= {
        "purpose": draft.purpose,
        "offence": draft.offence,
        "officer_id": officer.id,
        "opened_at": now,
        "until": until,
        "times": 1,
    }
    row |= {"next_at": now + _every(desk), "review_on": min(now + REVIEW_EVERY, until), "sealed_id": sealed.id}
    tx.execute(standing_enquiry.insert(), row)
    link(tx, standing_id, sent.id)
    said: dict[str, JSON] = {"enquiry": sent.id, "until": until.isoformat()}
    _enter(tx, EventKind.STANDING_OPENED, _get(tx, standing_id), officer.id, now, draft.justification, said)
    return Opened(sent, standing_id)


def _every(desk: Desk) -> timedelta:
    return timedelta(hours=desk.limits.standing_hours)


def has_due(tx: Transaction, now: datetime) -> bool:
    """Whether one has to be asked or ended now."""
    return tx.execute(_due(now).limit(1)).first() is not None


def _due(now: datetime) -> Any:
    table = standing_enquiry.c
    asked = (table.next_at <= now) & (table.review_on > now)
    query = standing_enquiry.select().where(table.ended_at.is_(None), (table.until <= now) | asked)
    return query.order_by(table.next_at, table.id)


def ask_again(tx: Transaction, desk: Desk, now: datetime, most: int = AT_ONCE) -> int:
    """Ask what is due, and end what has to end.

    Returns:
        How many were asked, put off or ended.
    """
    rows = tx.execute(_due(now).limit(most)).all()
    for row in rows:
        if row.until <= now:
            _end(tx, row, StandingEnd.EXPIRED, NODE_ACTOR, "", now)
        else:
            _once_more(tx, desk, row, now)
    return len(rows)


def _once_more(tx: Transaction, desk: Desk, row: Row[Any], now: datetime) -> None:
    """One time: a question where it is still allowed, or the end."""
    try:
        officer = present_officer(tx, OfficerId(row.officer_id))
        authorise(officer, Action.SEND_ENQUIRY)
        draft, grants = _read(tx, row)
    except ForbiddenError:
        _end(tx, row, StandingEnd.OFFICER_LEFT, NODE_ACTOR, "", now)
        return
    except ErasedError:
        _end(tx, row, StandingEnd.ERASED, NODE_ACTOR, "", now)
        return
    allowed = _allowed(tx, desk, draft, grants, now)
    if not allowed:
        _end(tx, row, StandingEnd.NOT_ALLOWED, NODE_ACTOR, "", now)
        return
    _put_off(tx, row, now + _every(desk), times=row.times)
    silent = _silent(tx, row.id)
    partners = tuple(each for each in allowed if each not in silent)
    if partners:
        _ask(tx, desk, officer, (row, replace(draft, partners=partners)), now)


def _ask(tx: Transaction, desk: Desk, officer: Officer, what: tuple[Row[Any], EnquiryDraft], now: datetime) -> None:
    """Send it. A day's quota that is used up puts it off; any other refusal by our own node ends it."""
    row, draft = what
    try:
        with tx.savepoint():
            sent = send_enquiry(tx, desk, officer, draft, now)
    except InputError:
        _end(tx, row, StandingEnd.NOT_ALLOWED, NODE_ACTOR, "", now)
        return
    except RefusedError as refusal:
        _enter(tx, EventKind.STANDING_ASKED, row, NODE_ACTOR, now, "", {"reason": refusal.reason.value})
        if refusal.reason is not RefusalReason.QUOTA_EXCEEDED:
            _end(tx, row, StandingEnd.NOT_ALLOWED, NODE_ACTOR, "", now)
        return
    link(tx, row.id, sent.id)
    asked = [each.partner for each in sent.asks if each.grant is not None]
    said: dict[str, JSON] = {"enquiry": sent.id, "time": row.times + 1, "asked": asked}
    _enter(tx, EventKind.STANDING_ASKED, row, NODE_ACTOR, now, "", said)
    _put_off(tx, row, now + _every(desk), times=row.times + 1)
    if not asked and not _only_quota(sent.asks):
        _end(tx, row, StandingEnd.NOT_ALLOWED, NODE_ACTOR, "", now)


def _only_quota(asks: tuple[PartnerPreview, ...]) -> bool:
    return all(each.refusal is RefusalReason.QUOTA_EXCEEDED for each in asks)


def _allowed(
    tx: Transaction, desk: Desk, draft: EnquiryDraft, grants: dict[PartnerCode, str], now: datetime
) -> tuple[PartnerCode, ...]:
    """The partners whom the register of today still lets be asked under the very grant of the beginning."""
    found = []
    for partner, grant_id in grants.items():
        request = Request(desk.code, partner, draft.subject, draft.purpose, draft.offence, now.date())
        verdict = desk.verdict(tx, request)
        if isinstance(verdict, Allow) and verdict.grant.id == grant_id:
            found.append(partner)
    return tuple(found)


def _silent(tx: Transaction, standing_id: str) -> frozenset[str]:
    """Partners that have not answered an earlier time yet: after an outage one question is enough."""
    query = select(ask.c.partner).join(standing_ask, standing_ask.c.enquiry_id == ask.c.enquiry_id)
    waiting = query.where(standing_ask.c.standing_id == standing_id, ask.c.state == AskState.WAITING)
    return frozenset(tx.execute(waiting).scalars())


def _put_off(tx: Transaction, row: Row[Any], next_at: datetime, times: int) -> None:
    mine = standing_enquiry.c.id == row.id
    tx.execute(update(standing_enquiry).where(mine).values(next_at=next_at, times=times))


def end_standing(tx: Transaction, officer: Officer, standing_id: str, why: str, now: datetime) -> None:
    """Withdraw one: whoever opened it may, and any supervisor.

    Raises:
        ForbiddenError, InputError, NotFoundError: as the names say.
        ConflictError: it ended before.
    """
    row = _get(tx, standing_id)
    _check_may_end(officer, row)
    reason = check_text("reason", why, MIN_JUSTIFICATION)
    if row.ended_at is not None:
        raise ConflictError("this enquiry does not stand any more")
    _end(tx, row, StandingEnd.WITHDRAWN, officer.id, reason, now)


def end_case(tx: Transaction, officer: Officer, case_ref: str, why: str, now: datetime) -> int:
    """End every one of a case that is closed; returns how many.

    Raises:
        ForbiddenError: one of them may not be ended by this officer; none is ended then.
        InputError: the reason is too short, or that is no case reference.
    """
    authorise(officer, Action.SEND_ENQUIRY)
    reason = check_text("reason", why, MIN_JUSTIFICATION)
    check_case_ref(case_ref)
    mine = (standing_enquiry.c.case_ref == case_ref) & standing_enquiry.c.ended_at.is_(None)
    rows = tx.execute(standing_enquiry.select().where(mine).order_by(standing_enquiry.c.id)).all()
    for row in rows:
        _check_may_end(officer, row)
    for row in rows:
        _end(tx, row, StandingEnd.CASE_CLOSED, officer.id, reason, now)
    return len(rows)


def _check_may_end(officer: Officer, row: Row[Any]) -> None:
    authorise(officer, Action.SEND_ENQUIRY)
    if officer.id != row.officer_id:
        authorise(officer, Action.REVIEW_RETENTION)


def _end(tx: Transaction, row: Row[Any], reason: StandingEnd, actor: str, why: str, now: datetime) -> None:
    """It is asked no more, and what it asked is erased with its key; the enquiries that came of it keep their own."""
    ended = {"ended_at": now, "ended_by": actor, "ended": reason}
    tx.execute(update(standing_enquiry).where(standing_enquiry.c.id == row.id).values(ended))
    tx.erase(SealedId(row.sealed_id))
    _enter(tx, EventKind.STANDING_ENDED, row, actor, now, why, {"reason": reason.value})


def review_standing(tx: Transaction, officer: Officer, standing_id: str, why: str, now: datetime) -> datetime:
    """A supervisor's word that it is still needed; returns until when it is asked without another one.

    Raises:
        ForbiddenError: the officer may not, or opened it.
        InputError, NotFoundError: as the names say.
        ConflictError: it ended before.
    """
    authorise(officer, Action.REVIEW_RETENTION)
    row = _get(tx, standing_id)
    require_other(officer, OfficerId(row.officer_id))
    reason = check_text("reason", why, MIN_JUSTIFICATION)
    if row.ended_at is not None:
        raise ConflictError("this enquiry does not stand any more")
    review_on: datetime = min(now + REVIEW_EVERY, row.until)
    reviewed = {"review_on": review_on, "reviewed_by": officer.id}
    tx.execute(update(standing_enquiry).where(standing_enquiry.c.id == standing_id).values(reviewed))
    _enter(tx, EventKind.STANDING_REVIEWED, row, officer.id, now, reason, {"review_on": review_on.isoformat()})
    return review_on


def standings(tx: Transaction, officer: Officer) -> list[Standing]:
    """Every one for a supervisor, and an officer's own; those that stand first, then the latest first."""
    authorise(officer, Action.SEND_ENQUIRY)
    query = standing_enquiry.select()
    if not officer.may(Action.REVIEW_RETENTION):
        query = query.where(standing_enquiry.c.officer_id == officer.id)
    table = standing_enquiry.c
    ordered = query.order_by(table.ended_at.is_not(None), table.opened_at.desc(), table.id)
    return [_made(row) for row in tx.execute(ordered)]


def _get(tx: Transaction, standing_id: str) -> Row[Any]:
    row = tx.execute(standing_enquiry.select().where(standing_enquiry.c.id == standing_id)).one_or_none()
    if row is None:
        hint = "`egnatia enquiry standing list` lists them."
        raise NotFoundError(f"there is no standing enquiry {standing_id}", hint=hint)
    return row


def _made(row: Row[Any]) -> Standing:
    return Standing(
        id=row.id,
        case_ref=row.case_ref,
        subject=SubjectKind(row.subject),
        purpose=Purpose(row.purpose),
        offence=Offence(row.offence),
        officer_id=OfficerId(row.officer_id),
        opened_at=row.opened_at,
        until=row.until,
        next_at=row.next_at,
        review_on=row.review_on,
        times=row.times,
        ended_at=row.ended_at,
        ended=StandingEnd(row.ended) if row.ended else None,
    )


def _written(draft: EnquiryDraft) -> dict[str, JSON]:
    return {
        "query": dict(draft.query),
        "holder": dict(draft.holder),
        "justification": draft.justification,
        "beyond": draft.beyond,
        "person_ref": draft.person_ref,
    }


def _read(tx: Transaction, row: Row[Any]) -> tuple[EnquiryDraft, dict[PartnerCode, str]]:
    """What is asked, and whom under which grant.

    Raises:
        ErasedError: its day has come, or somebody erased it.
    """
    content = json.loads(tx.unseal(SealedId(row.sealed_id)))
    said = content["draft"]
    draft = EnquiryDraft(
        case_ref=row.case_ref,
        subject=SubjectKind(row.subject),
        purpose=Purpose(row.purpose),
        offence=Offence(row.offence),
        justification=said["justification"],
        query=said["query"],
        person_ref=said["person_ref"],
        holder=said["holder"],
        beyond=said["beyond"],
    )
    return draft, {PartnerCode(partner): str(grant) for partner, grant in content["grants"].items()}


def _enter(
    tx: Transaction,
    event: EventKind,
    row: Row[Any],
    actor: str,
    now: datetime,
    why: str,
    said: dict[str, JSON],
) -> None:
    content: dict[str, JSON] = {"case_ref": row.case_ref, **said}
    purpose = Purpose(row.purpose)
    append(tx, Act(event, now, actor, f"standing:{row.id}", purpose=purpose, justification=why, content=content))
