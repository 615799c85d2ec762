"""A stolen, lost or revoked document that was met at a border: told to the members by officers' finding (DOC-07).

Three things come together, and none alone is enough: the issuer, a list or a partner says that the number is reported; an
officer found the document to be that one; and its holder was asked first whether they need protection. No function here
takes an advice or a score, and neither number nor name is typed: the number is the inspected document's own.
"""

from dataclasses import dataclass
from datetime import datetime

from egnatia.accounts import authorise
from egnatia.casework.borders.registered import document_shown, reported_as
from egnatia.casework.intelligence.forgery_alerts import next_reference
from egnatia.casework.intelligence.holder import check_found, check_holder, found_by_officers
from egnatia.engines.documents import normal_issuer, normal_number
from egnatia.engines.documents.series.reported import reported_number
from egnatia.enquiries.desk import MIN_JUSTIFICATION, Desk, check_text
from egnatia.enquiries.forgery_alerts.held import content_of, reported_on
from egnatia.errors import ConflictError, ErasedError, InputError
from egnatia.ledger import Act, append
from egnatia.model.borders import REPORTED_VERDICTS
from egnatia.model.events import EventKind
from egnatia.model.forgery import ALERTED
from egnatia.model.officers import Action, Officer
from egnatia.model.states import RegisterCategory
from egnatia.store.database import Transaction
from egnatia.store.tables import forgery_alert


@dataclass(frozen=True, slots=True)
class ReportedDraft:
    """What an officer says of a reported document that was met.

    Attributes:
        inspection_id: of its inspection here.
        category: as what it is reported.
        why: the grounds, at least 20 characters; sealed in the ledger.
    """

    inspection_id: str
    category: RegisterCategory
    why: str


def confirm_reported(tx: Transaction, desk: Desk, officer: Officer, draft: ReportedDraft, now: datetime) -> str:
    """Record that a reported document was met. Nothing leaves the node; `issue` tells the members. Returns the reference.

    Raises:
        ForbiddenError: the officer may not.
        NotFoundError, ErasedError: there is no such inspection, or its content is gone.
        InputError: no grounds, a category of which nobody is told, or no zone was read.
        ConflictError: nothing reports the number so, no officer found it so, or the holder was not heard first, asked
            for protection, or an alert about it stands already.
        RefusedError: PROTECTION_CLAIM_GUARD.
    """
    authorise(officer, Action.ISSUE_FORGERY_ALERT)
    why = check_text("grounds", draft.why, MIN_JUSTIFICATION)
    if draft.category not in ALERTED:
        raise InputError(
            f"nobody is told of a document that is {draft.category.value.replace('_', ' ')}",
            hint=f"One of: {', '.join(sorted(ALERTED))}.",
        )
    _check_found(tx, desk, draft, now)
    check_holder(tx, desk, draft.inspection_id, now)
    who = document_shown(tx, draft.inspection_id, now.date())
    reference = next_reference(tx, desk.code, "D")
    document = normal_issuer(who.issuer), who.document_type, normal_number(who.number)
    met = reported_number(*document, draft.category, reference)
    if any(each.reported is not None and each.reported.is_of(*document) for each in reported_on(tx, now.date())):
        raise ConflictError("an alert about this document stands already", hint="`egnatia forgery list` shows it.")
    row: dict[str, object] = {"originator": desk.code, "reference": reference, "number": 0}
    row |= {"verdict": REPORTED_VERDICTS[draft.category], "inspection_id": draft.inspection_id}
    row |= {"officer_id": officer.id, "confirmed_at": now, "changed_at": now}
    tx.execute(forgery_alert.insert(), row | content_of((), (), met))
    ref = f"forgery_alert:{reference}"
    facts = {"verdict": REPORTED_VERDICTS[draft.category].value, "reported": draft.category.value}
    append(tx, Act(EventKind.FORGERY_CONFIRMED, now, officer.id, ref, justification=why, content=facts))
    return reference


def may_be_alerted(tx: Transaction, desk: Desk, inspection_id: str, now: datetime) -> tuple[RegisterCategory, ...]:
    """As what an officer may record this document today: reported so, and found so by an officer.

    Raises:
        NotFoundError: there is no such inspection.
    """
    found = found_by_officers(tx, inspection_id)
    if found not in set(REPORTED_VERDICTS.values()):
        return ()
    try:
        said = reported_as(tx, desk, inspection_id, now)
    except (InputError, ErasedError):  # no zone was read, or its content is gone
        return ()
    return tuple(sorted(each for each in said & ALERTED if REPORTED_VERDICTS[each] is found))


def _check_found(tx: Transaction, desk: Desk, draft: ReportedDraft, now: datetime) -> None:
    """A hit, and an officer's finding that the document is the one."""
    said = draft.category.value.replace("_", " ")
    if draft.category not in reported_as(tx, desk, draft.inspection_id, now):
        raise ConflictError(
            f"no register, no list in date and no confirmed answer says that this document is {said}",
            hint="Look it up, or ask its issuer; a near number is another document.",
        )
    check_found(tx, draft.inspection_id, REPORTED_VERDICTS[draft.category])
