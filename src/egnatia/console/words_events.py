"""What the console calls each kind of ledger entry: what was done, in the past tense."""

from collections.abc import Mapping
from enum import StrEnum

from egnatia.console.catalogues import N_
from egnatia.model.events import EventKind

EVENT_PHRASES: Mapping[StrEnum, str] = {
    EventKind.NODE_CREATED: N_("Node created"),
    EventKind.PARTNER_REGISTERED: N_("Partner registered"),
    EventKind.AGREEMENTS_IMPORTED: N_("Agreements imported"),
    EventKind.ACCOUNT_CREATED: N_("Account created"),
    EventKind.ACCOUNT_CHANGED: N_("Account changed"),
    EventKind.LOGIN_SUCCEEDED: N_("Logged in"),
    EventKind.LOGIN_FAILED: N_("Login failed"),
    EventKind.LOGOUT: N_("Logged out"),
    EventKind.REGISTER_IMPORTED: N_("Register of lost and stolen documents imported"),
    EventKind.PERSONS_IMPORTED: N_("Person records imported"),
    EventKind.PROTECTION_MARKED: N_("Person marked as protected"),
    EventKind.CLAIM_RECORDED: N_("Claim for protection recorded"),
    EventKind.DOCUMENT_INSPECTED: N_("Document inspected"),
    EventKind.ENQUIRY_SENT: N_("Enquiry sent"),
    EventKind.ENQUIRY_NOT_SENT: N_("Enquiry not sent"),
    EventKind.ENQUIRY_VIEWED: N_("Enquiry viewed"),
    EventKind.ENQUIRY_ANSWERED: N_("Enquiry answered"),
    EventKind.REPLY_RECEIVED: N_("Reply received"),
    EventKind.CANDIDATE_VIEWED: N_("Candidate viewed"),
    EventKind.CANDIDATE_CONFIRMED: N_("Candidate confirmed as a hit"),
    EventKind.CANDIDATE_REJECTED: N_("Candidate rejected"),
    EventKind.CANDIDATE_INCONCLUSIVE: N_("Candidate inconclusive"),
    EventKind.CORE_DATA_VIEWED: N_("Core data read"),
    EventKind.RELEASE_SENT_BACK: N_("Proposed release sent back"),
    EventKind.FOLLOW_UP_SENT: N_("Follow-up sent"),
    EventKind.FOLLOW_UP_RECEIVED: N_("Follow-up received"),
    EventKind.FOLLOW_UP_VIEWED: N_("Follow-up viewed"),
    EventKind.FOLLOW_UP_REFUSED: N_("Follow-up refused"),
    EventKind.RELEASE_PROPOSED: N_("Release proposed"),
    EventKind.RELEASE_APPROVED: N_("Release approved"),
    EventKind.RELEASE_RECEIVED: N_("Core data received"),
    EventKind.REFUSAL_RECEIVED: N_("Refusal received"),
    EventKind.OUTCOME_RECORDED: N_("Outcome recorded"),
    EventKind.MESSAGE_REFUSED: N_("Message refused"),
    EventKind.MESSAGE_UNDELIVERABLE: N_("Message given up as undeliverable"),
    EventKind.RECORD_ERASED: N_("Record erased"),
    EventKind.ALERT_VIEWED: N_("Alert viewed"),
    EventKind.LEDGER_READ: N_("Ledger read"),
    EventKind.LEDGER_EXPORTED: N_("Ledger exported"),
    EventKind.WITNESS_ALARM: N_("A partner's ledger does not hold"),
}
