"""What a crossing point has at hand when nobody can be asked: local lists, where posts lie, and national rule packs."""

from sqlalchemy import Boolean, Column, Date, Float, ForeignKey, Index, Integer, LargeBinary, String, Table

from egnatia.store.tables.base import Utc, metadata

lookup_list = Table(
    "lookup_list",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(20), nullable=False),  # ListKind
    Column("name", String(60), nullable=False),  # whose list it is
    Column("as_of", Date, nullable=False),  # the day the list says it is of
    Column("fresh_days", Integer, nullable=False),  # after that it is overdue
    Column("entries", Integer, nullable=False),
    Column("imported_at", Utc, nullable=False),
    Column("erase_on", Utc, nullable=False),
    Index("uq_lookup_list_kind", "kind", "name", unique=True),
)

lookup_document = Table(
    "lookup_document",
    metadata,
    Column("list_id", String(36), ForeignKey("lookup_list.id", ondelete="CASCADE"), primary_key=True),
    Column("ref", String(40), primary_key=True),
    Column("issuer", String(3), nullable=False),
    Column("document_type", String(2), nullable=False),
    Column("number_length", Integer, nullable=False),
    Column("number_from", String(20), nullable=False),
    Column("number_to", String(20), nullable=False),
    Column("category", String(20), nullable=False),  # RegisterCategory
    Index("ix_lookup_document_number", "issuer", "number_length", "number_from", "number_to"),
)

lookup_tag = Table(
    "lookup_tag",
    metadata,
    # A reference and keyed hashes of features of a name and a date of birth, under a secret of this node's
    # (engines.people.blind): whom a list is about can be compared here and cannot be read.
    Column("tag", LargeBinary(16), primary_key=True),
    Column("list_id", String(36), ForeignKey("lookup_list.id", ondelete="CASCADE"), primary_key=True),
    Column("ref", String(40), primary_key=True),
    Index("ix_lookup_tag_list_id", "list_id"),
)

crossing_point = Table(
    "crossing_point",
    metadata,
    # Where the posts of this country lie, so that one document in two places at once is seen.
    Column("bcp", String(20), primary_key=True),
    Column("latitude", Float, nullable=False),
    Column("longitude", Float, nullable=False),
)

border_pack = Table(
    "border_pack",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("version", String(20), nullable=False),
    Column("content", String, nullable=False),  # the TOML text as the partner wrote it
    Column("imported_at", Utc, nullable=False),
    Column("enabled", Boolean, nullable=False),
)

criteria_count = Table(
    "criteria_count",
    metadata,
    # All that is left of a criteria check: how often each was met and not, by day and post. Nobody's answers.
    Column("bcp", String(20), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("pack", String(40), primary_key=True),
    Column("version", String(20), primary_key=True),
    Column("criterion", String(20), primary_key=True),  # Criterion
    Column("met", Boolean, primary_key=True),
    Column("number", Integer, nullable=False),
)
