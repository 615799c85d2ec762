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
    SEND_FOLLOW_UP = "send_follow_up"
    PROPOSE_RELEASE = "propose_release"
    APPROVE_RELEASE = "approve_release"
    REFUSE_FOLLOW_UP = "refuse_follow_up"
    RECORD_OUTCOME = "record_outcome"
    IMPORT_RECORDS = "import_records"
    ERASE_RECORD = "erase_record"
    MARK_PROTECTED = "mark_protected"
    VIEW_ALERTS = "view_alerts"
    VIEW_AGREEMENTS = "view_agreements"
    VIEW_INDICATORS = "view_indicators"
    READ_LEDGER = "read_ledger"
    VERIFY_LEDGER = "verify_ledger"
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_AGREEMENTS = "manage_agreements"
    MANAGE_PARTNERS = "manage_partners"


_EVERYONE = frozenset(Role)
PERMISSIONS: dict[Action, frozenset[Role]] = {
    Action.INSPECT_DOCUMENT: frozenset({Role.ENQUIRER, Role.EXAMINER, Role.SUPERVISOR}),
    Action.SEND_ENQUIRY: frozenset({Role.ENQUIRER, Role.EXAMINER, Role.SUPERVISOR}),
    Action.OVERRIDE_CLAIM_GUARD: frozenset({Role.SUPERVISOR}),
    Action.VIEW_CANDIDATES: frozenset({Role.ENQUIRER, Role.EXAMINER, Role.APPROVER, Role.SUPERVISOR}),
    Action.DECIDE_CANDIDATE: frozenset({Role.EXAMINER}),
    Action.SEND_FOLLOW_UP: frozenset({Role.ENQUIRER, Role.EXAMINER, Role.SUPERVISOR}),
    Action.PROPOSE_RELEASE: frozenset({Role.APPROVER, Role.SUPERVISOR}),
    Action.APPROVE_RELEASE: frozenset({Role.APPROVER, Role.SUPERVISOR}),
    Action.REFUSE_FOLLOW_UP: frozenset({Role.APPROVER, Role.SUPERVISOR}),
    Action.RECORD_OUTCOME: frozenset({Role.ENQUIRER, Role.EXAMINER, Role.SUPERVISOR}),
    Action.IMPORT_RECORDS: frozenset({Role.ADMINISTRATOR}),
    Action.ERASE_RECORD: frozenset({Role.SUPERVISOR}),
    Action.MARK_PROTECTED: frozenset({Role.SUPERVISOR}),
    Action.VIEW_ALERTS: frozenset({Role.SUPERVISOR}),
    Action.VIEW_AGREEMENTS: _EVERYONE,
    Action.VIEW_INDICATORS: _EVERYONE,
    Action.READ_LEDGER: frozenset({Role.AUDITOR, Role.SUPERVISOR}),
    Action.VERIFY_LEDGER: _EVERYONE,
    Action.MANAGE_ACCOUNTS: frozenset({Role.ADMINISTRATOR}),
    Action.MANAGE_AGREEMENTS: frozenset({Role.ADMINISTRATOR}),
    Action.MANAGE_PARTNERS: frozenset({Role.ADMINISTRATOR}),
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
