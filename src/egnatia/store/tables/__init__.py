"""The schema of a node, one module per noun. Times are UTC; identifiers are text; content lives in sealed records."""

from egnatia.store.tables.accounts import login_session, officer
from egnatia.store.tables.agreements import agreement_register, partner_card
from egnatia.store.tables.base import doomed_key, metadata, node_state, sealed_record
from egnatia.store.tables.enquiries import answered_enquiry, ask, candidate, enquiry, inspection
from egnatia.store.tables.exchange import inbox, outbox
from egnatia.store.tables.followups import follow_up, outcome, release
from egnatia.store.tables.ledger import (
    ledger_checkpoint,
    ledger_cosignature,
    ledger_entry,
    ledger_node,
    witnessed_log,
)
from egnatia.store.tables.records import (
    blind_tag,
    claim_shield,
    person_record,
    protection_claim,
    protection_mark,
    registered_document,
)

__all__ = [
    "agreement_register",
    "answered_enquiry",
    "ask",
    "blind_tag",
    "candidate",
    "claim_shield",
    "doomed_key",
    "enquiry",
    "follow_up",
    "inbox",
    "inspection",
    "ledger_checkpoint",
    "ledger_cosignature",
    "ledger_entry",
    "ledger_node",
    "login_session",
    "metadata",
    "node_state",
    "officer",
    "outbox",
    "outcome",
    "partner_card",
    "person_record",
    "protection_claim",
    "protection_mark",
    "registered_document",
    "release",
    "sealed_record",
    "witnessed_log",
]
