"""How the line to each partner was when it was last used: what officers see at once when a partner does not answer."""

from sqlalchemy import Column, String, Table

from egnatia.store.tables.base import Utc, metadata

partner_line = Table(
    "partner_line",
    metadata,
    Column("partner", String(3), primary_key=True),
    Column("state", String(10), nullable=False),  # exchange.lines.LineState
    Column("since", Utc, nullable=False),
    Column("last_answered", Utc),  # of answers whose rows in the outbox were deleted meanwhile
)
