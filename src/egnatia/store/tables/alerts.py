"""What a supervisor is told: patterns of questions by our own officers and by partners'."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from egnatia.store.tables.base import Utc, metadata

fishing_alert = Table(
    "fishing_alert",
    metadata,
    # What was asked is not here: only how many questions, by whom, for which cases, and over what time.
    Column("id", String(36), primary_key=True),
    Column("partner", String(3)),  # whose officer it was; null for our own
    Column("officer_ref", String(40), nullable=False),
    Column("rule", String(40), nullable=False),  # FishingRule
    Column("questions", Integer, nullable=False),
    Column("cases", Text, nullable=False),  # JSON list of case references
    Column("first_at", Utc, nullable=False),
    Column("last_at", Utc, nullable=False),
    Column("raised_at", Utc, nullable=False),
    Column("closed_by", String(40)),
    Column("closed_at", Utc),
    Index("ix_fishing_alert_open", "officer_ref", "rule", "closed_at"),
)
