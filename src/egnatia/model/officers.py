"""Officers, and the one table that says which role each action needs.

Default deny: an action that is not in the table is allowed to nobody.
"""

from dataclasses import dataclass
from enum import StrEnum

from egnatia.model.ids import OfficerId
from egnatia.model.states import Role


class Action(StrEnum):
    """Everything an officer can do on a node."""

    INSPECT_DOCUMENT = "inspect_document"
    SEND_ENQUIRY = "send_enquiry"
    OVERRIDE_CLAIM_GUARD = "override_claim_guard"
    VIEW_CANDIDATES = "view_candidates"
    DECIDE_CANDIDATE = "decide_candidate"
    DRAW_REVIEWS = "draw_reviews"
    SEND_FOLLOW_UP = "send_follow_up"
    PROPOSE_RELEASE = "propose_release"
    APPROVE_RELEASE = "approve_release"
    REFUSE_FOLLOW_UP = "refuse_follow_up"
    ASK_CONSENT = "ask_consent"
    FORWARD_ITEM = "forward_item"
    EXPORT_EVIDENCE = "export_evidence"
    CHANGE_LABEL = "change_label"
    RECORD_OUTCOME = "record_outcome"
    IMPORT_RECORDS = "import_records"
    ERASE_RECORD = "erase_record"
    MAKE_CORRECTION = "make_correction"
    ACT_ON_CORRECTION = "act_on_correction"
    CONTEST_DATA = "contest_data"
    CLEAR_CONTEST = "clear_contest"
    READ_RESTRICTED = "read_restricted"
    PAUSE_CLOCK = "pause_clock"
    REVIEW_RETENTION = "review_retention"
    MANAGE_BLIND = "manage_blind"
    MARK_PROTECTED = "mark_protected"
    VIEW_ALERTS = "view_alerts"
    CLOSE_ALERT = "close_alert"
    VIEW_AGREEMENTS = "view_agreements"
    VIEW_INDICATORS = "view_indicators"
    READ_LEDGER = "read_ledger"
    VERIFY_LEDGER = "verify_ledger"
    CLEAR_WITNESS_ALARM = "clear_witness_alarm"
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_AGREEMENTS = "manage_agreements"
    MANAGE_PARTNERS = "manage_partners"
    SIGN_MEMBERSHIP = "sign_membership"
    SUSPEND_PARTNER = "suspend_partner"
    VIEW_INSPECTION = "view_inspection"
    VIEW_TRUST = "view_trust"
    SHARE_TRUST = "share_trust"
    DECIDE_TRUST = "decide_trust"
    GIVE_VERDICT = "give_verdict"
    CHECK_CROSSING = "check_crossing"
    CLOSE_SECOND_LINE = "close_second_line"
    VIEW_BORDER_FIGURES = "view_border_figures"
    RELAX_CHECKS = "relax_checks"
    MANAGE_PACKS = "manage_packs"
    MANAGE_DEVICES = "manage_devices"
    TEST_DEVICE = "test_device"
    VIEW_FORGERY_ALERTS = "view_forgery_alerts"
    ISSUE_FORGERY_ALERT = "issue_forgery_alert"
    IMPORT_PROFILES = "import_profiles"
    ASK_DNA = "ask_dna"
    VIEW_PROFILE = "view_profile"
    GIVE_OPINION = "give_opinion"
    LINK_PROFILE = "link_profile"
    ERASE_PROFILE = "erase_profile"
    VIEW_BATCHES = "view_batches"
    APPROVE_BATCH = "approve_batch"
    DECIDE_ELIMINATION = "decide_elimination"
    ASK_UPGRADE = "ask_upgrade"
    ANSWER_UPGRADE = "answer_upgrade"
    READ_NETWORK = "read_network"
    LINK_PERSONS = "link_persons"
    OVERRULE_JUDGEMENT = "overrule_judgement"


_EVERYONE = frozenset(Role)
PERMISSIONS: dict[Action, frozenset[Role]] = {
    Action.INSPECT_DOCUMENT: frozenset({Role.ENQUIRER, Role.EXAMINER, Role.SUPERVISOR}),
    Action.SEND_ENQUIRY: frozenset({Role.ENQUIRER, Role.EXAMINER, Role.SUPERVISOR}),
    Action.OVERRIDE_CLAIM_GUARD: frozenset({Role.SUPERVISOR}),
    Action.VIEW_CANDIDATES: frozenset({Role.ENQUIRER, Role.EXAMINER, Role.APPROVER, Role.SUPERVISOR}),
    Action.DECIDE_CANDIDATE: frozenset({Role.EXAMINER}),
    Action.DRAW_REVIEWS: frozenset({Role.SUPERVISOR}),
    Action.SEND_FOLLOW_UP: frozenset({Role.ENQUIRER, Role.EXAMINER, Role.SUPERVISOR}),
    Action.PROPOSE_RELEASE: frozenset({Role.APPROVER, Role.SUPERVISOR}),
    Action.APPROVE_RELEASE: frozenset({Role.APPROVER, Role.SUPERVISOR}),
    Action.REFUSE_FOLLOW_UP: frozenset({Role.APPROVER, Role.SUPERVISOR}),
    Action.ASK_CONSENT: frozenset({Role.ENQUIRER, Role.EXAMINER, Role.SUPERVISOR}),
    Action.FORWARD_ITEM: frozenset({Role.APPROVER, Role.SUPERVISOR}),
    Action.EXPORT_EVIDENCE: frozenset({Role.EXAMINER, Role.SUPERVISOR}),
    Action.CHANGE_LABEL: frozenset({Role.SUPERVISOR}),
    Action.RECORD_OUTCOME: frozenset({Role.ENQUIRER, Role.EXAMINER, Role.SUPERVISOR}),
    Action.IMPORT_RECORDS: frozenset({Role.ADMINISTRATOR}),
    Action.ERASE_RECORD: frozenset({Role.SUPERVISOR}),
    Action.MAKE_CORRECTION: frozenset({Role.SUPERVISOR}),
    Action.ACT_ON_CORRECTION: frozenset({Role.EXAMINER, Role.SUPERVISOR}),
    Action.CONTEST_DATA: frozenset({Role.ENQUIRER, Role.EXAMINER, Role.APPROVER, Role.SUPERVISOR}),
    Action.CLEAR_CONTEST: frozenset({Role.SUPERVISOR}),
    Action.READ_RESTRICTED: frozenset({Role.SUPERVISOR}),
    Action.PAUSE_CLOCK: frozenset({Role.APPROVER, Role.SUPERVISOR}),
    Action.REVIEW_RETENTION: frozenset({Role.SUPERVISOR}),
    Action.MANAGE_BLIND: frozenset({Role.ADMINISTRATOR}),
    Action.MARK_PROTECTED: frozenset({Role.SUPERVISOR}),
    Action.VIEW_ALERTS: frozenset({Role.SUPERVISOR}),
    Action.CLOSE_ALERT: frozenset({Role.SUPERVISOR}),
    Action.VIEW_AGREEMENTS: _EVERYONE,
    Action.VIEW_INDICATORS: _EVERYONE,
    Action.READ_LEDGER: frozenset({Role.AUDITOR, Role.SUPERVISOR}),
    Action.VERIFY_LEDGER: _EVERYONE,
    Action.CLEAR_WITNESS_ALARM: frozenset({Role.SUPERVISOR}),
    Action.MANAGE_ACCOUNTS: frozenset({Role.ADMINISTRATOR}),
    Action.MANAGE_AGREEMENTS: frozenset({Role.ADMINISTRATOR}),
    Action.MANAGE_PARTNERS: frozenset({Role.ADMINISTRATOR}),
    Action.SIGN_MEMBERSHIP: frozenset({Role.SUPERVISOR}),
    Action.SUSPEND_PARTNER: frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR}),
    Action.VIEW_INSPECTION: frozenset({Role.ENQUIRER, Role.EXAMINER, Role.SUPERVISOR}),
    Action.VIEW_TRUST: frozenset({Role.ENQUIRER, Role.EXAMINER, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR}),
    Action.SHARE_TRUST: frozenset({Role.EXAMINER, Role.SUPERVISOR}),
    Action.DECIDE_TRUST: frozenset({Role.EXAMINER, Role.SUPERVISOR}),
    Action.GIVE_VERDICT: frozenset({Role.EXAMINER, Role.SUPERVISOR}),
    Action.CHECK_CROSSING: frozenset({Role.ENQUIRER, Role.EXAMINER, Role.SUPERVISOR}),
    Action.CLOSE_SECOND_LINE: frozenset({Role.EXAMINER, Role.SUPERVISOR}),
    Action.VIEW_BORDER_FIGURES: frozenset({Role.SUPERVISOR}),
    Action.RELAX_CHECKS: frozenset({Role.SUPERVISOR}),
    Action.MANAGE_PACKS: frozenset({Role.SUPERVISOR}),
    Action.MANAGE_DEVICES: frozenset({Role.ADMINISTRATOR}),
    Action.TEST_DEVICE: frozenset({Role.ENQUIRER, Role.EXAMINER, Role.SUPERVISOR}),
    Action.VIEW_FORGERY_ALERTS: frozenset({Role.ENQUIRER, Role.EXAMINER, Role.SUPERVISOR}),
    Action.ISSUE_FORGERY_ALERT: frozenset({Role.EXAMINER, Role.SUPERVISOR}),
    Action.IMPORT_PROFILES: frozenset({Role.ADMINISTRATOR}),
    Action.ASK_DNA: frozenset({Role.EXAMINER, Role.SUPERVISOR}),
    Action.VIEW_PROFILE: frozenset({Role.EXAMINER, Role.SUPERVISOR}),
    Action.GIVE_OPINION: frozenset({Role.EXAMINER}),
    Action.LINK_PROFILE: frozenset({Role.SUPERVISOR}),
    Action.ERASE_PROFILE: frozenset({Role.SUPERVISOR}),
    Action.VIEW_BATCHES: frozenset({Role.EXAMINER, Role.APPROVER, Role.SUPERVISOR}),
    Action.APPROVE_BATCH: frozenset({Role.APPROVER, Role.SUPERVISOR}),
    Action.DECIDE_ELIMINATION: frozenset({Role.EXAMINER, Role.SUPERVISOR}),
    Action.ASK_UPGRADE: frozenset({Role.EXAMINER}),
    Action.ANSWER_UPGRADE: frozenset({Role.EXAMINER}),
    Action.READ_NETWORK: frozenset({Role.EXAMINER, Role.SUPERVISOR}),
    Action.LINK_PERSONS: frozenset({Role.EXAMINER, Role.SUPERVISOR}),
    Action.OVERRULE_JUDGEMENT: frozenset({Role.SUPERVISOR}),
}


@dataclass(frozen=True, slots=True)
class Officer:
    """A person with an account on this node; `id` goes into the ledger, `name` never leaves the node."""

    id: OfficerId
    name: str
    roles: frozenset[Role]

    def may(self, action: Action) -> bool:
        """Whether one of the officer's roles allows the action."""
        return bool(self.roles & PERMISSIONS.get(action, frozenset()))
