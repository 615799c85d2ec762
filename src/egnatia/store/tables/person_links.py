"""What is kept of linking a node's own persons: derived, sealed like the records it is of, and made again from them."""

from sqlalchemy import Column, Integer, String, Table

from egnatia.store.tables.base import Utc, metadata

person_links = Table(
    "person_links",
    metadata,
    # One row at most. When a record is erased or changed it is written anew, under a new key, without the record.
    Column("id", String(36), primary_key=True),
    Column("sealed_id", String(36), nullable=False),
    Column("records", Integer, nullable=False),
    Column("from_in_ten_thousand", Integer, nullable=False),  # the probability from which a pair was a link
    Column("made_at", Utc, nullable=False),  # records imported from then on were not compared
)
