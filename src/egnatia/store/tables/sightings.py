"""Where documents under suspicion were shown: keyed hashes, a place and a time, and no other document's at all."""

from sqlalchemy import Column, Index, LargeBinary, String, Table

from egnatia.store.tables.base import Utc, metadata

document_sighting = Table(
    "document_sighting",
    metadata,
    # Lawful travel leaves no trace (BCC-07, REV-02): a row is written only for a document that is suspected already.
    Column("id", String(36), primary_key=True),
    Column("document", LargeBinary(16), nullable=False),  # keyed hash of issuer and number
    Column("identity", LargeBinary(16)),  # keyed hash of the name and date of birth it gave
    Column("place", String(40), nullable=False),
    Column("seen_at", Utc, nullable=False),
    Column("suspicion", String(20), nullable=False),
    Column("erase_on", Utc, nullable=False),
    Column("inspection_id", String(36)),  # whose fading takes this sighting along
    Index("ix_document_sighting_document", "document", "seen_at"),
    Index("ix_document_sighting_erase_on", "erase_on"),
)
