"""Enquiries that are asked again by themselves until a day: what stands, and which enquiries came of it."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from egnatia.store.tables.base import Utc, metadata

standing_enquiry = Table(
    "standing_enquiry",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("case_ref", String(60), nullable=False, index=True),
    Column("subject", String(20), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("offence", String(40), nullable=False),
    Column("officer_id", String(40), nullable=False),  # in whose name and under whose rights and quota it is asked
    Column("opened_at", Utc, nullable=False),
    Column("until", Utc, nullable=False),
    Column("next_at", Utc, nullable=False),
    Column("review_on", Utc, nullable=False),  # it is not asked past this day before a supervisor has looked
    Column("reviewed_by", String(40)),
    Column("times", Integer, nullable=False),  # how often it was asked, the first time included
    Column("sealed_id", String(36), nullable=False),  # what is asked, why, whom; erased at its end
    Column("ended_at", Utc),
    Column("ended_by", String(40)),  # officer, or `node`
    Column("ended", String(20)),  # StandingEnd
    Index("ix_standing_enquiry_due", "ended_at", "next_at"),
)

standing_ask = Table(
    "standing_ask",
    metadata,
    # Each time it was asked is an enquiry of its own, with rows and entries like any other.
    Column("enquiry_id", String(36), ForeignKey("enquiry.id"), primary_key=True),
    Column("standing_id", String(36), ForeignKey("standing_enquiry.id"), nullable=False, index=True),
)
