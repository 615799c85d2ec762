"""Admitting a candidate: its card compared, its evidence collected, the list with it proposed (MEM-05)."""

from collections.abc import Mapping
from datetime import datetime

from egnatia.accounts import authorise
from egnatia.agreements.admission import load_checklist
from egnatia.agreements.admission.standing import standings
from egnatia.enquiries.desk import Desk, check_text
from egnatia.enquiries.holdings import tag_for_partner
from egnatia.enquiries.membership.admission_state import Admission, note_standing, open_admission
from egnatia.enquiries.membership.invitations import MEMBERSHIP_PROTOCOL, use_invitation
from egnatia.enquiries.membership.messages import make_attachments, read_attachments
from egnatia.enquiries.membership.report import CONFORMANCE, read_report
from egnatia.enquiries.membership.signing import Change, check_evidence, propose
from egnatia.errors import InputError, RefusedError
from egnatia.exchange.card import PartnerCard, read_card
from egnatia.exchange.directory import register_card
from egnatia.exchange.membership import lists
from egnatia.exchange.membership.documents import card_sha256, compare_fingerprint, read_candidacy
from egnatia.exchange.membership.signed_list import SignedList
from egnatia.exchange.protocols import hear_protocol
from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.model.officers import Action, Officer
from egnatia.model.states import PartnerStatus, RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import admission, admission_item

KEY_CEREMONY = "key_ceremony"
"""The item that taking the candidacy records by itself: the fingerprint was typed in, and it was right."""
_MIN_EVIDENCE, _MAX_EVIDENCE = 3, 200
_RECORDED_BY_US = frozenset({KEY_CEREMONY, CONFORMANCE})


def consider(tx: Transaction, desk: Desk, officer: Officer, content: bytes, typed: str, now: datetime) -> PartnerCard:
    """Take a candidacy: the candidate's card is registered, and the candidate barred until a list admits it.

    Raises:
        ForbiddenError: the officer may not.
        InputError: no candidacy, not to an invitation of ours, or not the candidate's by the typed fingerprint.
        ConflictError: the invitation was used before, or the candidate is known with another card.
    """
    authorise(officer, Action.MANAGE_PARTNERS)
    candidacy = read_candidacy(content)
    card = candidacy.card
    compare_fingerprint(candidacy.card_content, typed)
    use_invitation(tx, candidacy.invitation, candidacy.invitation_sha256, card.code, now)
    tag_for_partner(tx, desk, register_card(tx, candidacy.card_content, officer.id, now))
    hear_protocol(tx, card.code, MEMBERSHIP_PROTOCOL)
    admission_id = tx.new_id()
    row = {"id": admission_id, "candidate": card.code, "card": candidacy.card_content}
    tx.execute(admission.insert(), row | {"opened_at": now, "opened_by": officer.id})
    _record(tx, officer, admission_id, {KEY_CEREMONY: card_sha256(candidacy.card_content)}, now)
    note_standing(tx, card.code, PartnerStatus.CANDIDATE, officer.id, now)
    facts = {"card_sha256": card_sha256(candidacy.card_content)}
    reference = f"admission:{admission_id}"
    append(tx, Act(EventKind.ADMISSION_OPENED, now, officer.id, reference, partner=card.code, content=facts))
    return card


def record_evidence(
    tx: Transaction, officer: Officer, candidate: PartnerCode, shown: Mapping[str, str], now: datetime
) -> Admission:
    """Record where the evidence for items of the checklist is; a later reference replaces an earlier one.

    Raises:
        ForbiddenError: the officer may not.
        NotFoundError: no admission of this candidate is open here.
        InputError: no such item, one that is recorded by its own command, or a reference that is none.
    """
    authorise(officer, Action.MANAGE_PARTNERS)
    found = open_admission(tx, candidate)
    items = {item.id for item in load_checklist().items}
    for item, reference in shown.items():
        if item not in items or item in _RECORDED_BY_US:
            raise InputError(
                f"{item!r} is no item that is recorded by hand",
                hint=f"Items are: {', '.join(sorted(items - _RECORDED_BY_US))}.",
            )
        check_text(f"evidence of {item}", reference, _MIN_EVIDENCE, _MAX_EVIDENCE)
    cleaned = {item: " ".join(reference.split()) for item, reference in shown.items()}
    return _enter_evidence(tx, officer, found, cleaned, now)


def record_report(
    tx: Transaction, officer: Officer, candidate: PartnerCode, content: bytes, now: datetime
) -> Admission:
    """Take the candidate's conformance report as evidence, if its node signed it and passed every check.

    Raises:
        ForbiddenError, NotFoundError: as `record_evidence`.
        InputError: no report, not signed by the candidate's key, or too old.
        RefusedError: CONDITIONS_NOT_MET, naming the checks that failed.
    """
    authorise(officer, Action.MANAGE_PARTNERS)
    found = open_admission(tx, candidate)
    report = read_report(content, read_card(found.card), now)
    failed = [check.name for check in report.checks if not check.passed]
    if failed:
        raise RefusedError(
            RefusalReason.CONDITIONS_NOT_MET,
            f"{candidate}'s node did not pass its conformance test: {', '.join(failed)}",
            hint="The report says what was wrong; put it right at the candidate and run the test again.",
        )
    return _enter_evidence(tx, officer, found, {CONFORMANCE: report.sha256}, now)


def _enter_evidence(
    tx: Transaction, officer: Officer, found: Admission, shown: Mapping[str, str], now: datetime
) -> Admission:
    _record(tx, officer, found.id, shown, now)
    reference, content = f"admission:{found.id}", {"evidence": dict(shown)}
    act = Act(EventKind.ADMISSION_EVIDENCE, now, officer.id, reference, partner=found.candidate, content=content)
    append(tx, act)
    return open_admission(tx, found.candidate)


def _record(tx: Transaction, officer: Officer, admission_id: str, shown: Mapping[str, str], now: datetime) -> None:
    table = admission_item.c
    for item, evidence in shown.items():
        tx.execute(admission_item.delete().where(table.admission_id == admission_id, table.item == item))
        row = {"admission_id": admission_id, "item": item, "evidence": evidence}
        tx.execute(admission_item.insert(), row | {"by": officer.id, "at": now})


def admit(
    tx: Transaction, desk: Desk, officer: Officer, own_card: bytes, candidate: PartnerCode, now: datetime
) -> SignedList:
    """Propose the list with the candidate on it; it admits nobody before every member has signed.

    Raises:
        ForbiddenError: the officer may not.
        NotFoundError: no admission of this candidate is open here.
        RefusedError: CONDITIONS_NOT_MET, naming what is not shown; PARTNER_SUSPENDED when it was suspended meanwhile.
        ConflictError: another proposal waits, or there is no list yet that a candidate could join.
    """
    authorise(officer, Action.MANAGE_PARTNERS)
    found = open_admission(tx, candidate)
    attachments = make_attachments(found.card, list(found.evidence))
    from_here = standings(tx).get(candidate)
    if from_here is not PartnerStatus.CANDIDATE:
        raise RefusedError(RefusalReason.PARTNER_SUSPENDED, f"{candidate} is {from_here} on this node")
    check_evidence(found.candidate, read_attachments(attachments))
    if lists.in_force(tx) is None:
        raise InputError(
            "there is no membership list yet that a candidate could join",
            hint="Make the first with `egnatia partner renew`, and sign it at each founding member.",
        )
    return propose(tx, desk, officer, own_card, Change(add=(found.card, attachments)), now)
