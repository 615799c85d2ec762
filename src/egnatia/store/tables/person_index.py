"""The index over a node's own persons: derived, sealed like the records it is of, and made again from them."""

from sqlalchemy import Column, Integer, String, Table

from egnatia.store.tables.base import Utc, metadata

person_index = Table(
    "person_index",
    metadata,
    # One row at most. When a record is erased or changed it is written anew, under a new key, without what the record said.
    Column("id", String(36), primary_key=True),
    Column("sealed_id", String(36), nullable=False),
    Column("records", Integer, nullable=False),
    Column("made_at", Utc, nullable=False),  # records imported from then on are read one by one
)
