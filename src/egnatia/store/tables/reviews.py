"""Second reviews: decided candidates that were drawn, and what another examiner found without seeing the first decision."""

from sqlalchemy import Column, ForeignKey, String, Table

from egnatia.store.tables.base import Utc, metadata

second_review = Table(
    "second_review",
    metadata,
    Column("candidate_id", String(36), ForeignKey("candidate.id"), primary_key=True),
    Column("drawn_at", Utc, nullable=False, index=True),
    Column("drawn_by", String(40), nullable=False),
    Column("decision", String(20)),  # Decision; none while it waits
    Column("officer_id", String(40)),
    Column("qualification", String(80)),
    Column("sealed_id", String(36)),  # the second examiner's reasons
    Column("at", Utc),
)
