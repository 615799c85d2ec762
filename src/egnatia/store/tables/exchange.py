"""Messages on their way out, and messages already answered."""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text, text

from egnatia.store.tables.base import Utc, metadata

_complained = text("state = 'queued' AND last_error IS NOT NULL")

outbox = Table(
    "outbox",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=True),  # order within a conversation
    Column("message_id", String(36), nullable=False, unique=True),
    Column("recipient", String(3), nullable=False),
    Column("conversation", String(36), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("sealed_id", String(36)),  # the signed bytes; null once they were erased
    Column("sha256", String(64), nullable=False),  # of the signed payload: what the answer is bound to
    Column("created_at", Utc, nullable=False),
    Column("state", String(20), nullable=False),  # queued | answered | undeliverable
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_attempt_at", Utc, nullable=False),  # never before created_at; a line's order
    Column("last_error", Text),
    Column("answered_at", Utc),
    Index("ix_outbox_due", "state", "recipient", "next_attempt_at", "sequence", "created_at"),  # ADR 0037; and counting
    Index("ix_outbox_age", "state", "created_at"),  # what grew too old, looked for at every poll
    Index("ix_outbox_conversation", "recipient", "conversation", "state", "sequence"),  # the oldest unanswered one
    Index("ix_outbox_answered", "recipient", "answered_at"),  # when a partner last answered
    Index(  # the first of a line that waits after a failed attempt: few of a long line ever do
        "ix_outbox_error", "state", "recipient", "sequence", sqlite_where=_complained, postgresql_where=_complained
    ),
)

inbox = Table(
    "inbox",
    metadata,
    Column("sender", String(3), primary_key=True),
    Column("message_id", String(36), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("sha256", String(64), nullable=False),  # of the signed payload; the payload itself is not kept
    Column("received_at", Utc, nullable=False),
    Column("answer", LargeBinary, nullable=False),  # our signed answer, sent again to a duplicate
    Column("sealed_id", String(36)),  # of an answer that holds more than references: then `answer` is empty
)
