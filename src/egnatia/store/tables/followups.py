"""Step 2 and what came of it: follow-ups, releases by two people, outcomes with their chain."""

from sqlalchemy import Boolean, Column, ForeignKey, String, Table, Text

from egnatia.store.tables.base import Utc, metadata

follow_up = Table(
    "follow_up",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("direction", String(3), nullable=False),  # out: we asked; in: we were asked
    Column("partner", String(3), nullable=False),
    Column("enquiry_id", String(36), nullable=False, index=True),
    Column("candidate_id", String(36), ForeignKey("candidate.id")),  # of ours, when direction is out
    Column("subject", String(20), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("ref", String(40), nullable=False),  # the answering partner's reference number
    Column("offence", String(40), nullable=False),
    Column("grant_id", String(60), nullable=False),
    Column("officer_id", String(40)),
    Column("message_id", String(36)),  # of our message, when direction is out
    Column("at", Utc, nullable=False),
    Column("due_at", Utc, nullable=False),
    Column("state", String(20), nullable=False),  # FollowUpState
    Column("refusal", String(40)),
    Column("closed_at", Utc),
    Column("sealed_id", String(36), nullable=False),  # the facts stated
    Column("taken_at", Utc),  # when the requested side had it: from then on its clock runs
    Column("late_at", Utc),  # when its clock ran out while it was open; a flag, and nothing follows from it
)

release = Table(
    "release",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("follow_up_id", String(36), ForeignKey("follow_up.id"), nullable=False, index=True),
    Column("fields", Text, nullable=False),  # JSON list of core-data field names
    Column("handling", String(10), nullable=False),
    Column("proposed_by", String(40)),
    Column("proposed_at", Utc),
    Column("approved_by", String(40)),
    Column("approved_at", Utc),
    Column("message_id", String(36)),  # of our message, once approved
    Column("delivered_at", Utc),  # when the asking partner's node had it
    Column("refusal", String(40)),  # why its node did not take it; nobody there has read it then
    Column("received_at", Utc),  # at the asking partner
    Column("sealed_id", String(36), nullable=False),  # the values and the reason
    Column("sent_at", Utc),  # of one we received: when its node sent it, by its clock
    Column("label", Text),  # canonical JSON of its handling label; a row of release 0.1.0 has only the short code
    Column("label_sha256", String(64)),  # of the label that travelled: what the receipt repeats
    Column("grading", Text),  # JSON, as its own scheme wrote it
    Column("as_of", String(10)),  # the day for which the values hold
)

outcome = Table(
    "outcome",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(30), nullable=False, index=True),
    Column("case_ref", String(60), nullable=False, index=True),
    Column("person_ref", String(60), nullable=False),
    Column("candidate_id", String(36), ForeignKey("candidate.id")),
    Column("follow_up_id", String(36), ForeignKey("follow_up.id")),
    Column("attributed", Boolean, nullable=False),  # only with a whole chain: enquiry, hit, follow-up
    Column("at", Utc, nullable=False),
    Column("place", String(120), nullable=False),
    Column("recorded_by", String(40), nullable=False),
    Column("recorded_at", Utc, nullable=False),
    Column("sealed_id", String(36)),
)
