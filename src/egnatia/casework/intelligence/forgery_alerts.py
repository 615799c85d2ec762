"""What officers do with the template of a false document: confirm it, tell the members, change it, take it back.

Two people stand behind every alert: either two officers agree in their verdicts on the document's inspection, or the one
who issues is not the one who confirmed. No function here takes an advice or a score.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from egnatia.accounts import authorise, require_other
from egnatia.agreements.handling import canonical_bytes, check_use, to_body
from egnatia.casework.intelligence.holder import agreed, check_found, check_holder
from egnatia.engines.documents.series.blanks import BlankRange
from egnatia.engines.documents.series.types import Template, TemplateFeature
from egnatia.enquiries.desk import MIN_JUSTIFICATION, Desk, check_text
from egnatia.enquiries.forgery_alerts.held import PURPOSE, Alert, alert_of, content_of
from egnatia.enquiries.forgery_alerts.messages import MAX_RANGES
from egnatia.enquiries.forgery_alerts.sending import spread
from egnatia.enquiries.forgery_alerts.taking import LONGEST
from egnatia.errors import ConflictError, InputError, RefusedError
from egnatia.ledger import JSON, Act, append
from egnatia.model.borders import MADE_FALSE, VerdictClass
from egnatia.model.events import EventKind
from egnatia.model.forgery import AlertWithdrawal
from egnatia.model.handling import Audience, EvidenceUse, Label, Onward, Scope
from egnatia.model.ids import OfficerId, PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.model.states import Purpose, RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import forgery_alert

REVIEW_AFTER = timedelta(days=180)
"""When an alert is reviewed where its officer names no day: our own choice, half of the longest."""


@dataclass(frozen=True, slots=True)
class TemplateDraft:
    """What an officer says of a false document.

    Attributes:
        verdict: counterfeit, forged, stolen blank or fantasy; the other classes are genuine documents.
        features: of its template.
        blanks: ranges of stolen blanks it belongs to.
        inspection_id: of its inspection here; None where it was examined elsewhere.
        why: the grounds, at least 20 characters; sealed in the ledger.
    """

    verdict: VerdictClass
    features: frozenset[TemplateFeature]
    why: str
    blanks: tuple[BlankRange, ...] = ()
    inspection_id: str | None = None


@dataclass(frozen=True, slots=True)
class AlertTerms:
    """How an alert goes out: its label and its day of review; without them the strictest usual ones."""

    label: Label | None = None
    review_on: date | None = None


def usual_label(originator: PartnerCode, review_on: date) -> Label:
    """For the task force, to detect and investigate; to nobody else and into no court without our consent."""
    return Label(
        frozenset({originator}),
        Audience(Scope.TASK_FORCE),
        Onward.ASK_ORIGINATOR,
        EvidenceUse.ASK,
        purposes=frozenset({Purpose.PREVENTION, Purpose.DETECTION, Purpose.INVESTIGATION, Purpose.BORDER_CHECK}),
        review_on=review_on,
    )


def confirm(tx: Transaction, desk: Desk, officer: Officer, draft: TemplateDraft, now: datetime) -> str:
    """Record the template of a document that people found false. Nothing leaves the node. Returns its reference.

    Raises:
        ForbiddenError: the officer may not.
        InputError: a verdict without a template, no features, or no grounds.
        ConflictError: two officers do not agree on the inspection that it names.
    """
    authorise(officer, Action.ISSUE_FORGERY_ALERT)
    why = check_text("grounds", draft.why, MIN_JUSTIFICATION)
    if draft.verdict not in MADE_FALSE:
        raise InputError(
            f"a document with the verdict {draft.verdict.value} has no template of its own",
            hint=f"An alert is about one of: {', '.join(sorted(MADE_FALSE))}.",
        )
    if draft.inspection_id is not None and agreed(tx, draft.inspection_id) is not draft.verdict:
        raise ConflictError(
            f"two officers do not agree that the document of inspection {draft.inspection_id} is {draft.verdict.value}",
            hint="Two officers give their verdicts first; `egnatia verdict` shows how they stand.",
        )
    reference = next_reference(tx, desk.code, "F")
    _check_content(reference, draft.features, draft.blanks)
    row: dict[str, object] = {"originator": desk.code, "reference": reference, "number": 0, "verdict": draft.verdict}
    row |= {"inspection_id": draft.inspection_id, "officer_id": officer.id, "confirmed_at": now, "changed_at": now}
    tx.execute(forgery_alert.insert(), row | content_of(draft.features, draft.blanks))
    facts = {"verdict": draft.verdict.value, "features": len(draft.features), "blanks": len(draft.blanks)}
    ref = f"forgery_alert:{reference}"
    append(tx, Act(EventKind.FORGERY_CONFIRMED, now, officer.id, ref, justification=why, content=facts))
    return reference


def issue(tx: Transaction, desk: Desk, officer: Officer, reference: str, terms: AlertTerms, now: datetime) -> int:
    """Tell every member that may know of a confirmed template. Returns how many messages were queued at once.

    Raises:
        ForbiddenError: the officer may not, or is the only one who stands behind it.
        NotFoundError: there is no such template.
        ConflictError: it was issued already; of a reported document, its holder was not heard or asked for protection.
        InputError: a day of review outside of the next year.
        RefusedError: HANDLING_FORBIDS, a label that is not ours or does not let anybody use it.
    """
    authorise(officer, Action.ISSUE_FORGERY_ALERT)
    alert = alert_of(tx, reference, desk.code)
    if alert.number:
        raise ConflictError(f"{reference} was issued already", hint="`egnatia forgery change` gives it another state.")
    if alert.reported is not None:
        _check_met(tx, desk, alert, now)
    if alert.inspection_id is None or agreed(tx, alert.inspection_id) is not alert.verdict:
        require_other(officer, OfficerId(alert.officer_id or ""))
    review_on = terms.review_on or (now + REVIEW_AFTER).date()
    label = terms.label or usual_label(desk.code, review_on)
    _check_terms(desk, label, review_on, now)
    values: dict[str, str | None] = {
        "label": canonical_bytes(label).decode(),
        "review_on": review_on.isoformat(),
    }
    step = _Step(EventKind.FORGERY_ALERT_ISSUED, values, "issued to the members")
    return _enter(tx, desk, officer, alert, step, now)


def change(tx: Transaction, desk: Desk, officer: Officer, reference: str, draft: TemplateDraft, now: datetime) -> int:
    """Give an alert other features or ranges, everywhere. Returns how many messages were queued at once.

    Raises:
        ForbiddenError, NotFoundError, InputError: as the names say.
        ConflictError: it was never issued, or was withdrawn.
    """
    authorise(officer, Action.ISSUE_FORGERY_ALERT)
    why = check_text("grounds", draft.why, MIN_JUSTIFICATION)
    alert = _standing(tx, desk, reference)
    if alert.reported is not None:
        raise ConflictError(f"{reference} is about one document", hint="Withdraw it, and make another one.")
    _check_content(reference, draft.features, draft.blanks)
    values = content_of(draft.features, draft.blanks)
    return _enter(tx, desk, officer, alert, _Step(EventKind.FORGERY_ALERT_CHANGED, values, why), now)


def withdraw(
    tx: Transaction,
    desk: Desk,
    officer: Officer,
    reference: str,
    taken_back: tuple[AlertWithdrawal, str],
    now: datetime,
) -> int:
    """Take an alert back, everywhere. Returns how many messages were queued at once.

    Args:
        tx: a write transaction.
        desk: our side.
        officer: one is enough: what takes back never waits for a second.
        reference: which.
        taken_back: why, from the list and in words of at least 20 characters.
        now: the moment.

    Raises:
        ForbiddenError, NotFoundError, InputError: as the names say.
        ConflictError: it was never issued, or was withdrawn before.
    """
    authorise(officer, Action.ISSUE_FORGERY_ALERT)
    reason, said = taken_back
    why = check_text("grounds", said, MIN_JUSTIFICATION)
    alert = _standing(tx, desk, reference)
    values = {"withdrawn": reason.value, "reported": None}
    return _enter(tx, desk, officer, alert, _Step(EventKind.FORGERY_ALERT_WITHDRAWN, values, why), now)


@dataclass(frozen=True, slots=True)
class _Step:
    """One act on an alert: what kind, what it changes, on what grounds."""

    event: EventKind
    values: dict[str, str | None]
    why: str


def _enter(tx: Transaction, desk: Desk, officer: Officer, alert: Alert, step: _Step, now: datetime) -> int:
    """Give an alert its next number, enter the act, and bring it on its way."""
    number = alert.number + 1
    mine = (forgery_alert.c.originator == alert.originator) & (forgery_alert.c.reference == alert.reference)
    tx.execute(update(forgery_alert).where(mine).values(step.values | {"number": number, "changed_at": now}))
    facts: dict[str, JSON] = {"number": number}
    if "withdrawn" in step.values:
        facts["withdrawn"] = step.values["withdrawn"]
    ref = f"forgery_alert:{alert.reference}"
    append(tx, Act(step.event, now, officer.id, ref, justification=step.why, content=facts))
    return spread(tx, desk, alert_of(tx, alert.reference, desk.code), now)


def _check_met(tx: Transaction, desk: Desk, alert: Alert, now: datetime) -> None:
    """What stood behind recording that a reported document was met still stands on the day of telling."""
    if alert.inspection_id is not None and alert.verdict is not None:
        check_found(tx, alert.inspection_id, alert.verdict)
        check_holder(tx, desk, alert.inspection_id, now)


def _standing(tx: Transaction, desk: Desk, reference: str) -> Alert:
    alert = alert_of(tx, reference, desk.code)
    if not alert.number or alert.withdrawn is not None:
        raise ConflictError(f"{reference} is no alert that stands", hint="Only what was issued can be changed.")
    return alert


def next_reference(tx: Transaction, code: PartnerCode, letter: str) -> str:
    """The next number of ours: the highest so far and one, so that none is used twice; F for a template, D for a document."""
    query = select(forgery_alert.c.reference).where(forgery_alert.c.originator == code)
    highest = max((int(each.rsplit("-", 1)[1]) for each in tx.execute(query).scalars()), default=0)
    return f"{code}-{letter}-{highest + 1:04d}"


def _check_content(reference: str, features: frozenset[TemplateFeature], blanks: tuple[BlankRange, ...]) -> None:
    if features:
        Template(reference, features)
    if not (features or blanks) or len(blanks) > MAX_RANGES:
        raise InputError(
            f"a template has features, or up to {MAX_RANGES} ranges of stolen blanks",
            hint="`egnatia document series kinds` lists the features there are.",
        )


def _check_terms(desk: Desk, label: Label, review_on: date, now: datetime) -> None:
    if not now.date() < review_on <= (now + LONGEST).date():
        raise InputError(f"an alert is reviewed within {LONGEST.days} days", hint="Name a day that lies ahead.")
    if label.originators != {desk.code}:
        raise RefusedError(RefusalReason.HANDLING_FORBIDS, "the label of an alert of ours names us alone as originator")
    check_use(label, PURPOSE, now.date())
    to_body(label)
