"""The schema of a node, one module per noun. Times are UTC; identifiers are text; content lives in sealed records."""

from egnatia.store.tables.accounts import login_session, officer
from egnatia.store.tables.agreements import agreement_register, partner_card
from egnatia.store.tables.alerts import fishing_alert
from egnatia.store.tables.base import doomed_key, metadata, node_state, sealed_record
from egnatia.store.tables.blind import (
    blind_answer,
    blind_enquiry,
    blind_epoch,
    blind_filter,
    blind_page,
    blind_statement,
    listed_identifier,
)
from egnatia.store.tables.borders import (
    border_count,
    border_lot,
    border_sample,
    device,
    device_reading,
    device_test,
    holder_screening,
    relaxation,
    second_line,
    verdict,
)
from egnatia.store.tables.corrections import (
    clock_pause,
    contest,
    correction,
    correction_copy,
    correction_taken,
    fallen_hit,
    retention_review,
)
from egnatia.store.tables.enquiries import answered_enquiry, ask, candidate, enquiry, inspection
from egnatia.store.tables.exchange import inbox, outbox
from egnatia.store.tables.followups import follow_up, outcome, release
from egnatia.store.tables.forgery_alerts import forgery_alert, forgery_alert_copy
from egnatia.store.tables.handling import consent_request, forwarded_item
from egnatia.store.tables.ledger import (
    ledger_checkpoint,
    ledger_cosignature,
    ledger_entry,
    ledger_node,
    witnessed_log,
)
from egnatia.store.tables.lines import partner_line
from egnatia.store.tables.lookups import (
    border_pack,
    criteria_count,
    crossing_point,
    lookup_document,
    lookup_list,
    lookup_tag,
)
from egnatia.store.tables.membership import (
    admission,
    admission_item,
    exit_obligation,
    membership_invitation,
    membership_list,
    membership_notice,
    membership_signature,
    partner_exit,
    partner_standing,
    transfer_basis,
)
from egnatia.store.tables.records import (
    blind_tag,
    claim_shield,
    person_record,
    protection_claim,
    protection_mark,
    registered_document,
)
from egnatia.store.tables.shields import document_shield
from egnatia.store.tables.sightings import document_sighting
from egnatia.store.tables.telling import membership_letter
from egnatia.store.tables.trust import partner_key, repeated_act
from egnatia.store.tables.trust_updates import trust_part, trust_update
from egnatia.store.tables.witnesses import witness_alarm, witnessed_head

__all__ = [
    "admission",
    "admission_item",
    "agreement_register",
    "answered_enquiry",
    "ask",
    "blind_answer",
    "blind_enquiry",
    "blind_epoch",
    "blind_filter",
    "blind_page",
    "blind_statement",
    "blind_tag",
    "border_count",
    "border_lot",
    "border_pack",
    "border_sample",
    "candidate",
    "claim_shield",
    "clock_pause",
    "consent_request",
    "contest",
    "correction",
    "correction_copy",
    "correction_taken",
    "criteria_count",
    "crossing_point",
    "device",
    "device_reading",
    "device_test",
    "document_shield",
    "document_sighting",
    "doomed_key",
    "enquiry",
    "exit_obligation",
    "fallen_hit",
    "fishing_alert",
    "follow_up",
    "forgery_alert",
    "forgery_alert_copy",
    "forwarded_item",
    "holder_screening",
    "inbox",
    "inspection",
    "ledger_checkpoint",
    "ledger_cosignature",
    "ledger_entry",
    "ledger_node",
    "listed_identifier",
    "login_session",
    "lookup_document",
    "lookup_list",
    "lookup_tag",
    "membership_invitation",
    "membership_letter",
    "membership_list",
    "membership_notice",
    "membership_signature",
    "metadata",
    "node_state",
    "officer",
    "outbox",
    "outcome",
    "partner_card",
    "partner_exit",
    "partner_key",
    "partner_line",
    "partner_standing",
    "person_record",
    "protection_claim",
    "protection_mark",
    "registered_document",
    "relaxation",
    "release",
    "repeated_act",
    "retention_review",
    "sealed_record",
    "second_line",
    "transfer_basis",
    "trust_part",
    "trust_update",
    "verdict",
    "witness_alarm",
    "witnessed_head",
    "witnessed_log",
]
