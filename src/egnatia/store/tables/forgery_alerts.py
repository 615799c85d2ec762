"""Templates of false documents and reported documents that were met: ours, and the alerts that partners sent.

Nothing of a holder is in them.
"""

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, String, Table, Text

from egnatia.store.tables.base import Utc, metadata

forgery_alert = Table(
    "forgery_alert",
    metadata,
    Column("originator", String(3), primary_key=True),
    Column("reference", String(40), primary_key=True),  # such as ALB-F-0001: a number, nothing that speaks
    Column("number", Integer, nullable=False),  # 0: confirmed here and told nobody; then 1 and one more each change
    Column("verdict", String(25)),  # VerdictClass, of our own only
    Column("inspection_id", String(36)),  # of a document on whose verdict two officers agree; of our own only
    Column("officer_id", String(40)),  # who confirmed it; of our own only
    Column("features", Text, nullable=False),  # canonical JSON, values by kind
    Column("blanks", Text, nullable=False),  # canonical JSON, ranges of numbers
    Column("label", Text),  # canonical JSON; null while nobody was told
    Column("grant_id", String(60)),  # of a partner's: under which it came
    Column("confirmed_at", Utc, nullable=False),  # of a partner's: when it came first
    Column("changed_at", Utc, nullable=False),  # by its originator's clock
    Column("review_on", String(10)),  # from this day on it flags nothing
    Column("withdrawn", String(20)),  # AlertWithdrawal
    Column("reported", Text),  # canonical JSON, one document by issuer, type, number and category; gone when withdrawn
    Index("ix_forgery_alert_inspection", "inspection_id"),
)

forgery_alert_copy = Table(
    "forgery_alert_copy",
    metadata,
    # One partner that is told of an alert of ours, or would be if an agreement let us.
    Column("originator", String(3), primary_key=True),
    Column("reference", String(40), primary_key=True),
    Column("partner", String(3), primary_key=True),
    Column("told", Integer, nullable=False),  # newest number that was queued for it; 0: nothing left this node
    Column("state", String(10), nullable=False, index=True),  # CopyState
    Column("refusal", String(40)),  # why it was not told, or did not take it
    Column("message_id", String(36), index=True),  # of the latest message
    Column("tries", Integer, nullable=False),
    Column("next_at", Utc, nullable=False),  # when a held or refused one is looked at again
    Column("received_at", Utc),
    ForeignKeyConstraint(["originator", "reference"], ["forgery_alert.originator", "forgery_alert.reference"]),
)
