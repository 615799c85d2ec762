"""Every kind of ledger entry, with the processing operation it logs.

One act writes exactly one entry. `None` means that the act processes no personal data (a login, a checkpoint key).
"""

from enum import StrEnum

from egnatia.model.states import Operation


class EventKind(StrEnum):
    """Kinds of ledger entry."""

    NODE_CREATED = "node.created"
    PARTNER_REGISTERED = "partner.registered"
    AGREEMENTS_IMPORTED = "agreements.imported"
    ACCOUNT_CREATED = "account.created"
    ACCOUNT_CHANGED = "account.changed"
    LOGIN_SUCCEEDED = "login.succeeded"
    LOGIN_FAILED = "login.failed"
    LOGOUT = "logout"
    REGISTER_IMPORTED = "register.imported"
    PERSONS_IMPORTED = "persons.imported"
    PROTECTION_MARKED = "protection.marked"
    CLAIM_RECORDED = "protection_claim.recorded"
    DOCUMENT_INSPECTED = "document.inspected"
    ENQUIRY_SENT = "enquiry.sent"
    ENQUIRY_NOT_SENT = "enquiry.not_sent"
    ENQUIRY_VIEWED = "enquiry.viewed"
    ENQUIRY_ANSWERED = "enquiry.answered"
    REPLY_RECEIVED = "reply.received"
    CANDIDATE_VIEWED = "candidate.viewed"
    CANDIDATE_CONFIRMED = "candidate.confirmed"
    CANDIDATE_REJECTED = "candidate.rejected"
    CANDIDATE_INCONCLUSIVE = "candidate.inconclusive"
    FOLLOW_UP_SENT = "follow_up.sent"
    FOLLOW_UP_RECEIVED = "follow_up.received"
    FOLLOW_UP_VIEWED = "follow_up.viewed"
    FOLLOW_UP_REFUSED = "follow_up.refused"
    RELEASE_PROPOSED = "release.proposed"
    RELEASE_APPROVED = "release.approved"
    RELEASE_SENT_BACK = "release.sent_back"
    RELEASE_RECEIVED = "release.received"
    CORE_DATA_VIEWED = "core_data.viewed"
    REFUSAL_RECEIVED = "refusal.received"
    OUTCOME_RECORDED = "outcome.recorded"
    MESSAGE_REFUSED = "message.refused"
    MESSAGE_UNDELIVERABLE = "message.undeliverable"
    RECORD_ERASED = "record.erased"
    ALERT_VIEWED = "alert.viewed"
    LEDGER_READ = "ledger.read"
    LEDGER_EXPORTED = "ledger.exported"
    WITNESS_ALARM = "witness.alarm"


OPERATIONS: dict[EventKind, Operation | None] = {
    EventKind.NODE_CREATED: None,
    EventKind.PARTNER_REGISTERED: None,
    EventKind.AGREEMENTS_IMPORTED: None,
    EventKind.ACCOUNT_CREATED: None,
    EventKind.ACCOUNT_CHANGED: None,
    EventKind.LOGIN_SUCCEEDED: None,
    EventKind.LOGIN_FAILED: None,
    EventKind.LOGOUT: None,
    EventKind.REGISTER_IMPORTED: Operation.COLLECTION,
    EventKind.PERSONS_IMPORTED: Operation.COLLECTION,
    EventKind.PROTECTION_MARKED: Operation.ALTERATION,
    EventKind.CLAIM_RECORDED: Operation.COLLECTION,
    EventKind.DOCUMENT_INSPECTED: Operation.COLLECTION,
    EventKind.ENQUIRY_SENT: Operation.DISCLOSURE,
    EventKind.ENQUIRY_NOT_SENT: None,
    EventKind.ENQUIRY_VIEWED: Operation.CONSULTATION,
    EventKind.ENQUIRY_ANSWERED: Operation.CONSULTATION,
    EventKind.REPLY_RECEIVED: Operation.COLLECTION,
    EventKind.CANDIDATE_VIEWED: Operation.CONSULTATION,
    EventKind.CANDIDATE_CONFIRMED: Operation.COMBINATION,
    EventKind.CANDIDATE_REJECTED: Operation.ALTERATION,
    EventKind.CANDIDATE_INCONCLUSIVE: Operation.ALTERATION,
    EventKind.FOLLOW_UP_SENT: Operation.DISCLOSURE,
    EventKind.FOLLOW_UP_RECEIVED: Operation.COLLECTION,
    EventKind.FOLLOW_UP_VIEWED: Operation.CONSULTATION,
    EventKind.FOLLOW_UP_REFUSED: Operation.ALTERATION,
    EventKind.RELEASE_PROPOSED: Operation.CONSULTATION,
    EventKind.RELEASE_APPROVED: Operation.DISCLOSURE,
    EventKind.RELEASE_SENT_BACK: Operation.ERASURE,
    EventKind.RELEASE_RECEIVED: Operation.COLLECTION,
    EventKind.CORE_DATA_VIEWED: Operation.CONSULTATION,
    EventKind.REFUSAL_RECEIVED: Operation.ALTERATION,
    EventKind.OUTCOME_RECORDED: Operation.COLLECTION,
    EventKind.MESSAGE_REFUSED: None,
    EventKind.MESSAGE_UNDELIVERABLE: None,
    EventKind.RECORD_ERASED: Operation.ERASURE,
    EventKind.ALERT_VIEWED: Operation.CONSULTATION,
    EventKind.LEDGER_READ: Operation.CONSULTATION,
    EventKind.LEDGER_EXPORTED: Operation.DISCLOSURE,
    EventKind.WITNESS_ALARM: None,
}
