"""Every kind of ledger entry, with the processing operation it logs.

One act writes exactly one entry. `None` means that the act processes no personal data (a login, a checkpoint key).
"""

from enum import StrEnum

from egnatia.model.states import Operation


class EventKind(StrEnum):
    """Kinds of ledger entry."""

    NODE_CREATED = "node.created"
    NODE_RESTORED = "node.restored"
    PARTNER_REGISTERED = "partner.registered"
    AGREEMENTS_IMPORTED = "agreements.imported"
    MEMBERSHIP_INVITED = "membership.invited"
    MEMBERSHIP_JOINED = "membership.joined"
    ADMISSION_OPENED = "admission.opened"
    ADMISSION_EVIDENCE = "admission.evidence"
    MEMBERSHIP_SIGNED = "membership.signed"
    MEMBERSHIP_ADOPTED = "membership.adopted"
    MEMBERSHIP_CONFLICT = "membership.conflict"
    MEMBERSHIP_NOTICE = "membership.notice"
    CONFORMANCE_RUN = "conformance.run"
    PARTNER_SUSPENDED = "partner.suspended"
    PARTNER_REINSTATED = "partner.reinstated"
    PARTNER_WITHDRAWN = "partner.withdrawn"
    OBLIGATION_SETTLED = "obligation.settled"
    TRANSFER_BASIS_RECORDED = "transfer_basis.recorded"
    TRANSFERS_EXPORTED = "transfers.exported"
    ACCOUNT_CREATED = "account.created"
    ACCOUNT_CHANGED = "account.changed"
    LOGIN_SUCCEEDED = "login.succeeded"
    LOGIN_FAILED = "login.failed"
    LOGOUT = "logout"
    REGISTER_IMPORTED = "register.imported"
    PERSONS_IMPORTED = "persons.imported"
    PERSONS_SEARCHED = "persons.searched"
    PERSONS_LINKED = "persons.linked"
    PERSONS_JUDGED = "persons.judged"
    JUDGEMENT_UNDONE = "persons.judgement_undone"
    NETWORK_READ = "network.read"
    PROTECTION_MARKED = "protection.marked"
    CLAIM_RECORDED = "protection_claim.recorded"
    DOCUMENT_INSPECTED = "document.inspected"
    ENQUIRY_SENT = "enquiry.sent"
    ENQUIRY_NOT_SENT = "enquiry.not_sent"
    ENQUIRY_VIEWED = "enquiry.viewed"
    ENQUIRY_ANSWERED = "enquiry.answered"
    STANDING_OPENED = "standing.opened"
    STANDING_ASKED = "standing.asked"
    STANDING_REVIEWED = "standing.reviewed"
    STANDING_ENDED = "standing.ended"
    REPLY_RECEIVED = "reply.received"
    CANDIDATE_VIEWED = "candidate.viewed"
    REVIEWS_DRAWN = "reviews.drawn"
    REVIEW_VIEWED = "review.viewed"
    REVIEW_GIVEN = "review.given"
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
    CONSENT_ASKED = "consent.asked"
    CONSENT_REQUESTED = "consent.requested"
    CONSENT_PROPOSED = "consent.proposed"
    CONSENT_GRANTED = "consent.granted"
    CONSENT_REFUSED = "consent.refused"
    CONSENT_RECEIVED = "consent.received"
    ITEM_FORWARDED = "item.forwarded"
    FORWARD_RECEIVED = "forward.received"
    EVIDENCE_EXPORTED = "evidence.exported"
    LABEL_CHANGED = "label.changed"
    LABEL_RECEIVED = "label.received"
    REFUSAL_RECEIVED = "refusal.received"
    OUTCOME_RECORDED = "outcome.recorded"
    MESSAGE_REFUSED = "message.refused"
    MESSAGE_UNDELIVERABLE = "message.undeliverable"
    RECORD_ERASED = "record.erased"
    RETENTION_REVIEWED = "retention.reviewed"
    CORRECTION_PROPOSED = "correction.proposed"
    CORRECTION_MADE = "correction.made"
    CORRECTION_SENT = "correction.sent"
    CORRECTION_RECEIVED = "correction.received"
    CORRECTION_ERASED = "correction.erased"
    CORRECTION_ACKNOWLEDGED = "correction.acknowledged"
    CORRECTION_ACTED_ON = "correction.acted_on"
    DATA_CONTESTED = "data.contested"
    CONTEST_CLEARED = "contest.cleared"
    CLOCK_PAUSED = "clock.paused"
    CLOCK_RESUMED = "clock.resumed"
    ALERT_VIEWED = "alert.viewed"
    ALERT_CLOSED = "alert.closed"
    FISHING_SUSPECTED = "fishing.suspected"
    LEDGER_READ = "ledger.read"
    LEDGER_EXPORTED = "ledger.exported"
    LEDGER_NOT_READ = "ledger.not_read"
    WITNESS_ALARM = "witness.alarm"
    WITNESS_CLEARED = "witness.cleared"
    KEYS_ROTATED = "keys.rotated"
    KEYS_REVOKED = "keys.revoked"
    BLIND_LIST_IMPORTED = "blind.list_imported"
    BLIND_PUBLISHED = "blind.published"
    BLIND_FETCHED = "blind.fetched"
    BLIND_ASKED = "blind.asked"
    BLIND_EVALUATED = "blind.evaluated"
    BLIND_ANSWERED = "blind.answered"
    BLIND_OPENED = "blind.opened"
    BLIND_AUDITED = "blind.audited"
    BLIND_ALARM = "blind.alarm"
    TRUST_SHARED = "trust.shared"
    TRUST_RECEIVED = "trust.received"
    TRUST_VIEWED = "trust.viewed"
    TRUST_PROPOSED = "trust.proposed"
    TRUST_ACCEPTED = "trust.accepted"
    TRUST_REFUSED = "trust.refused"
    TRUST_IMPORTED = "trust.imported"
    INSPECTION_VIEWED = "inspection.viewed"
    INSPECTION_REPLAYED = "inspection.replayed"
    INSPECTION_EXPORTED = "inspection.exported"
    VERDICT_GIVEN = "verdict.given"
    VERDICT_VIEWED = "verdict.viewed"
    HOLDER_SCREENED = "holder.screened"
    CROSSING_PASSED = "crossing.passed"
    SAMPLE_DRAWN = "sample.drawn"
    SECOND_LINE_OPENED = "second_line.opened"
    SECOND_LINE_NOTED = "second_line.noted"
    SECOND_LINE_CLOSED = "second_line.closed"
    SECOND_LINE_VIEWED = "second_line.viewed"
    BORDER_FIGURES_VIEWED = "border_figures.viewed"
    LIST_IMPORTED = "lookup.imported"
    LIST_ERASED = "lookup.erased"
    LOOKED_UP = "lookup.done"
    CROSSING_POINT_PLACED = "crossing_point.placed"
    PACK_CHANGED = "pack.changed"
    CRITERIA_CHECKED = "criteria.checked"
    CHECKS_RELAXED = "checks.relaxed"
    CHECKS_RESTORED = "checks.restored"
    DEVICE_REGISTERED = "device.registered"
    DEVICE_TESTED = "device.tested"
    DEVICE_RETIRED = "device.retired"
    FORGERY_CONFIRMED = "forgery.confirmed"
    FORGERY_ALERT_ISSUED = "forgery_alert.issued"
    FORGERY_ALERT_CHANGED = "forgery_alert.changed"
    FORGERY_ALERT_WITHDRAWN = "forgery_alert.withdrawn"
    FORGERY_ALERT_SENT = "forgery_alert.sent"
    FORGERY_ALERT_RECEIVED = "forgery_alert.received"
    DNA_PROFILES_IMPORTED = "dna.profiles_imported"
    DNA_PROFILE_LINKED = "dna.profile_linked"
    DNA_PROFILE_VIEWED = "dna.profile_viewed"
    DNA_PROFILE_ERASED = "dna.profile_erased"
    DNA_SAMPLE_DESTROYED = "dna.sample_destroyed"
    DNA_MATCH_DROPPED = "dna.match_dropped"
    DNA_ELIMINATED = "dna.eliminated"
    DNA_ELIMINATION_DECIDED = "dna.elimination_decided"
    DNA_BATCH_PROPOSED = "dna.batch_proposed"
    DNA_BATCH_APPROVED = "dna.batch_approved"
    DNA_BATCH_REFUSED = "dna.batch_refused"
    DNA_STANDING_OPENED = "dna.standing_opened"
    DNA_STANDING_APPROVED = "dna.standing_approved"
    DNA_STANDING_ENDED = "dna.standing_ended"
    DNA_OPINION_GIVEN = "dna.opinion_given"
    DNA_DISPOSED = "dna.disposed"
    DNA_UPGRADE_ASKED = "dna.upgrade_asked"
    DNA_UPGRADE_RECEIVED = "dna.upgrade_received"
    DNA_UPGRADE_ANSWERED = "dna.upgrade_answered"
    DNA_MORE_LOCI_RECEIVED = "dna.more_loci_received"
    DNA_MARKED = "dna.marked"


OPERATIONS: dict[EventKind, Operation | None] = {
    EventKind.NODE_CREATED: None,
    EventKind.NODE_RESTORED: None,
    EventKind.PARTNER_REGISTERED: None,
    EventKind.AGREEMENTS_IMPORTED: None,
    EventKind.MEMBERSHIP_INVITED: None,
    EventKind.MEMBERSHIP_JOINED: None,
    EventKind.ADMISSION_OPENED: None,
    EventKind.ADMISSION_EVIDENCE: None,
    EventKind.MEMBERSHIP_SIGNED: None,
    EventKind.MEMBERSHIP_ADOPTED: None,
    EventKind.MEMBERSHIP_CONFLICT: None,
    EventKind.MEMBERSHIP_NOTICE: None,
    EventKind.CONFORMANCE_RUN: None,
    EventKind.PARTNER_SUSPENDED: None,
    EventKind.PARTNER_REINSTATED: None,
    EventKind.PARTNER_WITHDRAWN: None,
    EventKind.OBLIGATION_SETTLED: Operation.ALTERATION,
    EventKind.TRANSFER_BASIS_RECORDED: None,
    EventKind.TRANSFERS_EXPORTED: Operation.DISCLOSURE,
    EventKind.ACCOUNT_CREATED: None,
    EventKind.ACCOUNT_CHANGED: None,
    EventKind.LOGIN_SUCCEEDED: None,
    EventKind.LOGIN_FAILED: None,
    EventKind.LOGOUT: None,
    EventKind.REGISTER_IMPORTED: Operation.COLLECTION,
    EventKind.PERSONS_IMPORTED: Operation.COLLECTION,
    EventKind.PERSONS_SEARCHED: Operation.CONSULTATION,
    EventKind.PERSONS_LINKED: Operation.COMBINATION,
    EventKind.PERSONS_JUDGED: Operation.ALTERATION,
    EventKind.JUDGEMENT_UNDONE: Operation.ALTERATION,
    EventKind.NETWORK_READ: Operation.COMBINATION,
    EventKind.PROTECTION_MARKED: Operation.ALTERATION,
    EventKind.CLAIM_RECORDED: Operation.COLLECTION,
    EventKind.DOCUMENT_INSPECTED: Operation.COLLECTION,
    EventKind.ENQUIRY_SENT: Operation.DISCLOSURE,
    EventKind.ENQUIRY_NOT_SENT: None,
    EventKind.ENQUIRY_VIEWED: Operation.CONSULTATION,
    EventKind.ENQUIRY_ANSWERED: Operation.CONSULTATION,
    EventKind.STANDING_OPENED: None,
    EventKind.STANDING_ASKED: None,
    EventKind.STANDING_REVIEWED: None,
    EventKind.STANDING_ENDED: None,
    EventKind.REPLY_RECEIVED: Operation.COLLECTION,
    EventKind.CANDIDATE_VIEWED: Operation.CONSULTATION,
    EventKind.REVIEWS_DRAWN: None,
    EventKind.REVIEW_VIEWED: Operation.CONSULTATION,
    EventKind.REVIEW_GIVEN: Operation.CONSULTATION,
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
    EventKind.CONSENT_ASKED: Operation.DISCLOSURE,
    EventKind.CONSENT_REQUESTED: Operation.COLLECTION,
    EventKind.CONSENT_PROPOSED: Operation.CONSULTATION,
    EventKind.CONSENT_GRANTED: Operation.ALTERATION,
    EventKind.CONSENT_REFUSED: Operation.ALTERATION,
    EventKind.CONSENT_RECEIVED: Operation.ALTERATION,
    EventKind.ITEM_FORWARDED: Operation.DISCLOSURE,
    EventKind.FORWARD_RECEIVED: Operation.COLLECTION,
    EventKind.EVIDENCE_EXPORTED: Operation.DISCLOSURE,
    EventKind.LABEL_CHANGED: Operation.ALTERATION,
    EventKind.LABEL_RECEIVED: Operation.ALTERATION,
    EventKind.REFUSAL_RECEIVED: Operation.ALTERATION,
    EventKind.OUTCOME_RECORDED: Operation.COLLECTION,
    EventKind.MESSAGE_REFUSED: None,
    EventKind.MESSAGE_UNDELIVERABLE: None,
    EventKind.RECORD_ERASED: Operation.ERASURE,
    EventKind.RETENTION_REVIEWED: Operation.CONSULTATION,
    EventKind.CORRECTION_PROPOSED: Operation.CONSULTATION,
    EventKind.CORRECTION_MADE: Operation.ALTERATION,
    EventKind.CORRECTION_SENT: Operation.DISCLOSURE,
    EventKind.CORRECTION_RECEIVED: Operation.ALTERATION,
    EventKind.CORRECTION_ERASED: Operation.ERASURE,
    EventKind.CORRECTION_ACKNOWLEDGED: None,
    EventKind.CORRECTION_ACTED_ON: Operation.ALTERATION,
    EventKind.DATA_CONTESTED: Operation.ALTERATION,
    EventKind.CONTEST_CLEARED: Operation.ALTERATION,
    EventKind.CLOCK_PAUSED: Operation.ALTERATION,
    EventKind.CLOCK_RESUMED: Operation.ALTERATION,
    EventKind.ALERT_VIEWED: Operation.CONSULTATION,
    EventKind.ALERT_CLOSED: Operation.ALTERATION,
    EventKind.FISHING_SUSPECTED: Operation.CONSULTATION,
    EventKind.LEDGER_READ: Operation.CONSULTATION,
    EventKind.LEDGER_EXPORTED: Operation.DISCLOSURE,
    EventKind.LEDGER_NOT_READ: None,
    EventKind.WITNESS_ALARM: None,
    EventKind.WITNESS_CLEARED: None,
    EventKind.KEYS_ROTATED: None,
    EventKind.KEYS_REVOKED: None,
    EventKind.BLIND_LIST_IMPORTED: Operation.COLLECTION,
    EventKind.BLIND_PUBLISHED: Operation.DISCLOSURE,
    EventKind.BLIND_FETCHED: Operation.COLLECTION,
    EventKind.BLIND_ASKED: Operation.DISCLOSURE,
    EventKind.BLIND_EVALUATED: Operation.CONSULTATION,
    EventKind.BLIND_ANSWERED: Operation.COLLECTION,
    EventKind.BLIND_OPENED: Operation.DISCLOSURE,
    EventKind.BLIND_AUDITED: Operation.CONSULTATION,
    EventKind.BLIND_ALARM: None,
    EventKind.TRUST_SHARED: None,
    EventKind.TRUST_RECEIVED: None,
    EventKind.TRUST_VIEWED: None,
    EventKind.TRUST_PROPOSED: None,
    EventKind.TRUST_ACCEPTED: None,
    EventKind.TRUST_REFUSED: None,
    EventKind.TRUST_IMPORTED: None,
    EventKind.INSPECTION_VIEWED: Operation.CONSULTATION,
    EventKind.INSPECTION_REPLAYED: Operation.CONSULTATION,
    EventKind.INSPECTION_EXPORTED: Operation.DISCLOSURE,
    EventKind.VERDICT_GIVEN: Operation.ALTERATION,
    EventKind.VERDICT_VIEWED: Operation.CONSULTATION,
    EventKind.HOLDER_SCREENED: Operation.COLLECTION,
    EventKind.CROSSING_PASSED: None,
    EventKind.SAMPLE_DRAWN: None,
    EventKind.SECOND_LINE_OPENED: Operation.COLLECTION,
    EventKind.SECOND_LINE_NOTED: Operation.ALTERATION,
    EventKind.SECOND_LINE_CLOSED: Operation.ALTERATION,
    EventKind.SECOND_LINE_VIEWED: Operation.CONSULTATION,
    EventKind.BORDER_FIGURES_VIEWED: Operation.CONSULTATION,
    EventKind.LIST_IMPORTED: Operation.COLLECTION,
    EventKind.LIST_ERASED: Operation.ERASURE,
    EventKind.LOOKED_UP: Operation.CONSULTATION,
    EventKind.CROSSING_POINT_PLACED: None,
    EventKind.PACK_CHANGED: None,
    EventKind.CRITERIA_CHECKED: None,
    EventKind.CHECKS_RELAXED: None,
    EventKind.CHECKS_RESTORED: None,
    EventKind.DEVICE_REGISTERED: None,
    EventKind.DEVICE_TESTED: None,
    EventKind.DEVICE_RETIRED: None,
    EventKind.FORGERY_CONFIRMED: None,
    EventKind.FORGERY_ALERT_ISSUED: None,
    EventKind.FORGERY_ALERT_CHANGED: None,
    EventKind.FORGERY_ALERT_WITHDRAWN: None,
    EventKind.FORGERY_ALERT_SENT: None,
    EventKind.FORGERY_ALERT_RECEIVED: None,
    EventKind.DNA_PROFILES_IMPORTED: Operation.COLLECTION,
    EventKind.DNA_PROFILE_LINKED: Operation.COMBINATION,
    EventKind.DNA_PROFILE_VIEWED: Operation.CONSULTATION,
    EventKind.DNA_PROFILE_ERASED: Operation.ERASURE,
    EventKind.DNA_SAMPLE_DESTROYED: Operation.ALTERATION,
    EventKind.DNA_MATCH_DROPPED: Operation.ERASURE,
    EventKind.DNA_ELIMINATED: Operation.COMBINATION,
    EventKind.DNA_ELIMINATION_DECIDED: Operation.ALTERATION,
    EventKind.DNA_BATCH_PROPOSED: Operation.CONSULTATION,
    EventKind.DNA_BATCH_APPROVED: Operation.CONSULTATION,
    EventKind.DNA_BATCH_REFUSED: None,
    EventKind.DNA_STANDING_OPENED: None,
    EventKind.DNA_STANDING_APPROVED: None,
    EventKind.DNA_STANDING_ENDED: None,
    EventKind.DNA_OPINION_GIVEN: Operation.ALTERATION,
    EventKind.DNA_DISPOSED: Operation.ALTERATION,
    EventKind.DNA_UPGRADE_ASKED: Operation.DISCLOSURE,
    EventKind.DNA_UPGRADE_RECEIVED: Operation.COLLECTION,
    EventKind.DNA_UPGRADE_ANSWERED: Operation.DISCLOSURE,
    EventKind.DNA_MORE_LOCI_RECEIVED: Operation.COLLECTION,
    EventKind.DNA_MARKED: Operation.ALTERATION,
}
