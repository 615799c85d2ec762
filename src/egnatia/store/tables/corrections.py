"""Corrections made here and where they have come, corrections taken from partners, contested data, pauses, reviews."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from egnatia.store.tables.base import Utc, metadata

correction = Table(
    "correction",
    metadata,
    # Made here: about a record of ours, or about what a partner answered us.
    Column("id", String(36), primary_key=True),
    Column("item", String(10), nullable=False),  # CorrectionItem
    Column("ref", String(40), nullable=False),  # of our record, or of the partner's
    Column("subject", String(20), nullable=False),
    Column("enquiry_id", String(36)),  # of an answer: in which conversation it came
    Column("kind", String(10), nullable=False),  # CorrectionKind
    Column("reason", String(20), nullable=False),  # CorrectionReason
    Column("number", Integer, nullable=False),  # from 1 for each item: the order, whatever order they arrive in
    Column("made_by", String(40), nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("approved_by", String(40)),  # of new values: the second person
    Column("approved_at", Utc),  # null while a second person has to decide; nothing is sent before
    Column("cleared_by", String(12)),  # ClearedBy, of a lift
    Column("authority_ref", String(60)),  # file number of a court or an authority; stays here
    Column("sealed_id", String(36), nullable=False),  # why, and the new values
    Index("ix_correction_item", "item", "ref", "number"),
)

correction_copy = Table(
    "correction_copy",
    metadata,
    # One holder of the corrected item.
    Column("correction_id", String(36), ForeignKey("correction.id"), primary_key=True),
    Column("partner", String(3), primary_key=True),
    Column("holds", Text, nullable=False),  # JSON: what it has, by our own records
    Column("state", String(10), nullable=False, index=True),  # CopyState
    Column("message_id", String(36), index=True),  # of the latest message
    Column("tries", Integer, nullable=False),  # messages queued so far; each lives for seven days
    Column("next_at", Utc, nullable=False),  # when a held or refused one is looked at again
    Column("received_at", Utc),
    Column("done_at", Utc),
    Column("finding", String(10)),  # LookFinding, as the holder's officer gave it
    Column("refusal", String(40)),  # why its node did not take it, or why we hold it back
)

correction_taken = Table(
    "correction_taken",
    metadata,
    # Made by a partner, acted on here.
    Column("partner", String(3), primary_key=True),  # who made it
    Column("correction_id", String(36), primary_key=True),
    Column("item", String(10), nullable=False),
    Column("ref", String(40), nullable=False),
    Column("subject", String(20), nullable=False),
    Column("enquiry_id", String(36)),
    Column("kind", String(10), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("number", Integer, nullable=False),
    Column("made_at", Utc, nullable=False),  # by its maker's clock, like `sent_at` of the copies
    Column("received_at", Utc, nullable=False),
    Column("via", String(3), nullable=False),  # who sent it: its maker, or the partner that had passed the data on
    Column("items", Text, nullable=False),  # JSON: follow-ups by which the data went out, for what a third passed on
    Column("sealed_id", String(36)),  # new values for a copy that may still come
    Column("done_by", String(40)),
    Column("done_at", Utc),  # null while an officer has to look
    Column("finding", String(10)),
    Column("note_id", String(36)),  # sealed: what the officer did
    Column("answer_state", String(10)),  # CopyState of our word that it is done
    Column("answer_message_id", String(36), index=True),
    Column("answer_next_at", Utc),
    Index("ix_correction_taken_item", "partner", "item", "ref", "number"),
)

fallen_hit = Table(
    "fallen_hit",
    metadata,
    # A hit that an examiner found not to stand without the corrected data: it counts no more.
    Column("candidate_id", String(36), ForeignKey("candidate.id"), primary_key=True),
    Column("correction_id", String(36), nullable=False),
    Column("at", Utc, nullable=False),
)

contest = Table(
    "contest",
    metadata,
    # A received item whose accuracy is contested here; flagged until the person, a court or an authority ends it.
    Column("id", String(36), primary_key=True),
    Column("partner", String(3), nullable=False),
    Column("ref", String(40), nullable=False),
    Column("flagged_by", String(40), nullable=False),
    Column("flagged_at", Utc, nullable=False),
    Column("sealed_id", String(36), nullable=False),  # what is contested, and by whom
    Column("cleared_by", String(12)),  # ClearedBy
    Column("authority_ref", String(60)),
    Column("cleared_officer", String(40)),
    Column("cleared_at", Utc),
    Index("ix_contest_item", "partner", "ref"),
)

clock_pause = Table(
    "clock_pause",
    metadata,
    # The clock of a follow-up stands still while a judicial authority has to decide.
    Column("id", String(36), primary_key=True),
    Column("follow_up_id", String(36), ForeignKey("follow_up.id"), nullable=False, index=True),
    Column("started_at", Utc, nullable=False),
    Column("ended_at", Utc),
    Column("officer_id", String(40)),  # who paused it; null when the partner told us
    Column("authority_ref", String(60)),  # file number; stays here
    Column("sealed_id", String(36)),  # the reason, in the officer's words
)

retention_review = Table(
    "retention_review",
    metadata,
    # Somebody looked whether a record without an end is still needed.
    Column("category", String(40), primary_key=True),
    Column("item", String(60), primary_key=True),
    Column("reviewed_by", String(40), nullable=False),
    Column("reviewed_at", Utc, nullable=False),
    Column("review_on", Utc, nullable=False),  # when it has to be looked at again
)
