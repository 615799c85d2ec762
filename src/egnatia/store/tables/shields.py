"""Documents that claimants are known to hold: what the states they fear are answered about like a no-hit."""

from sqlalchemy import Column, ForeignKey, LargeBinary, String, Table

from egnatia.store.tables.base import metadata

document_shield = Table(
    "document_shield",
    metadata,
    # One number of one registered document or range, for one state. The number is a keyed hash: the claim is sealed.
    Column("claim_id", String(36), primary_key=True),
    Column("partner", String(3), primary_key=True),
    Column("ref", String(40), ForeignKey("registered_document.ref", ondelete="CASCADE"), primary_key=True),
    Column("number", LargeBinary(16), primary_key=True),
)
