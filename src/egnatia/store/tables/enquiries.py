"""Step 1: what was asked, of whom, what came back; and at the other end what was answered."""

from sqlalchemy import Column, Float, ForeignKey, Index, String, Table, Text

from egnatia.store.tables.base import Utc, metadata

enquiry = Table(
    "enquiry",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("case_ref", String(60), nullable=False, index=True),
    Column("subject", String(20), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("offence", String(40), nullable=False),
    Column("officer_id", String(40), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("deadline", Utc, nullable=False),
    Column("person_ref", String(60)),  # our own pseudonym for the person, so that hits and persons count apart
    Column("sealed_id", String(36), nullable=False),  # what was asked about, and the justification
    Index("ix_enquiry_created_at", "created_at"),  # who asked something since the last review
    Index("ix_enquiry_officer", "officer_id", "created_at"),  # quotas and the review of a day's questions
)

ask = Table(
    "ask",
    metadata,
    Column("enquiry_id", String(36), ForeignKey("enquiry.id"), primary_key=True),
    Column("partner", String(3), primary_key=True),
    Column("state", String(20), nullable=False),  # AskState
    Column("grant_id", String(60)),
    Column("message_id", String(36)),
    Column("refusal", String(40)),  # RefusalReason, ours or the partner's
    Column("asked_at", Utc, nullable=False),
    Column("answered_at", Utc),
    Index("ix_ask_grant", "grant_id", "asked_at"),  # the day's quota, counted before each question
    Index("ix_ask_message", "message_id"),  # the answer names the message
)

candidate = Table(
    "candidate",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("enquiry_id", String(36), ForeignKey("enquiry.id"), nullable=False, index=True),
    Column("partner", String(3), nullable=False),
    Column("ref", String(40), nullable=False),  # the partner's reference number
    Column("quality", Float, nullable=False),  # 0 to 1
    Column("evidence", Text, nullable=False),  # JSON list of Evidence codes
    Column("received_at", Utc, nullable=False),
    Column("sent_at", Utc),  # when the partner answered, by its own clock
    Column("owner", String(40), nullable=False),  # officer who asked
    Column("due_at", Utc, nullable=False),
    Column("decision", String(20)),  # Decision; a confirmed candidate is a hit
    Column("decided_by", String(40)),
    Column("decided_at", Utc),
    Column("qualification", String(80)),
    Column("sealed_id", String(36)),  # the examiner's reasons
)

answered_enquiry = Table(
    "answered_enquiry",
    metadata,
    # What was asked is not here at all: it is compared in memory and forgotten. Only a hit's references stay.
    Column("asker", String(3), primary_key=True),
    Column("enquiry_id", String(36), primary_key=True),
    Column("subject", String(20), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("offence", String(40), nullable=False),
    Column("grant_id", String(60)),
    Column("answered_at", Utc, nullable=False),
    Column("result", String(20), nullable=False),  # ReplyResult, or `shielded`: no_hit outside, an alert inside
    Column("refs", Text, nullable=False),  # JSON list of our references that were returned or shielded
    Column("viewed_at", Utc),  # of a shielded answer: when its alert was read
    Index("ix_answered_enquiry_grant", "grant_id", "answered_at"),  # the day's quota, counted before each answer
)

inspection = Table(
    "inspection",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("case_ref", String(60), nullable=False, index=True),
    Column("officer_id", String(40), nullable=False),
    Column("at", Utc, nullable=False),
    Column("advice", String(20), nullable=False),  # never a verdict: a person gives that
    Column("sealed_id", String(36), nullable=False),  # the zone as read and the findings
    Column("document_type", String(8)),  # issuer and first letter, for error rates by type (DOC-09); of no person
)
