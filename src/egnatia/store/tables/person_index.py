"""The index over a node's own persons: derived, sealed like the records it is of, and made again from them."""

from sqlalchemy import Column, Integer, String, Table

from egnatia.store.tables.base import Utc, metadata

person_index = Table(
    "person_index",
    metadata,
    # One row at most. It goes when a record is erased or changed, key and all, because it holds that record's names.
    Column("id", String(36), primary_key=True),
    Column("sealed_id", String(36), nullable=False),
    Column("records", Integer, nullable=False),
    Column("made_at", Utc, nullable=False),  # records imported from then on are read one by one
)
