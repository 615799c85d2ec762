"""Membership lists and notices on their way to members, kept until each has said that it has them."""

from sqlalchemy import Column, Integer, String, Table

from egnatia.store.tables.base import Utc, metadata

membership_letter = Table(
    "membership_letter",
    metadata,
    # A message dies after seven days; what a member has to know does not.
    Column("item", String(64), primary_key=True),  # SHA-256 of the list, or `notice-` and the partner it is about
    Column("partner", String(3), primary_key=True),  # who is told
    Column("standing", String(12)),  # of a notice: PartnerStatus
    Column("since", Utc),  # of a notice
    Column("state", String(10), nullable=False, index=True),  # CopyState: held, sent, refused, done
    Column("message_id", String(36), index=True),  # of the latest message
    Column("tries", Integer, nullable=False),
    Column("next_at", Utc, nullable=False),  # when a held or refused one is looked at again
)
