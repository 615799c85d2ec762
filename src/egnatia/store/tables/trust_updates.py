"""Trust files on their way between partners: what was shared, what came, and who decided. Certificates only, no person."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, LargeBinary, String, Table

from egnatia.store.tables.base import Utc, metadata

trust_update = Table(
    "trust_update",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("direction", String(3), primary_key=True),  # out: we shared it; in: it came
    Column("partner", String(3), nullable=False),  # the other side
    Column("version", Integer, nullable=False),  # of the maker's store
    Column("sha256", String(64), nullable=False),  # of the whole file
    Column("size", Integer, nullable=False),  # bytes of the whole file
    Column("parts", Integer, nullable=False),
    Column("arrived", Integer, nullable=False),  # parts received, or acknowledged by the partner
    Column("state", String(13), nullable=False),  # TrustUpdateState
    Column("at", Utc, nullable=False),
    Column("by", String(40), nullable=False),  # the officer who shared it; the node where it came
    Column("proposed_by", String(40)),
    Column("proposed_at", Utc),
    Column("decided_by", String(40)),
    Column("decided_at", Utc),
    Column("stored_at", Utc),  # when the accepted file was in the store's folder; the parts go then
    Column("refusal", String(40)),  # RefusalReason of the partner's node
    Index("ix_trust_update_partner", "direction", "partner", "state"),
)

trust_part = Table(
    "trust_part",
    metadata,
    Column("update_id", String(36), primary_key=True),
    Column("direction", String(3), primary_key=True),
    Column("number", Integer, primary_key=True),  # from 0 without a gap
    Column("content", LargeBinary, nullable=False),
    ForeignKeyConstraint(["update_id", "direction"], ["trust_update.id", "trust_update.direction"]),
)
