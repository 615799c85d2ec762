"""A node's own records: persons, the lost-and-stolen register, protection marks and protection claims."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table

from egnatia.store.tables.base import Utc, metadata

person_record = Table(
    "person_record",
    metadata,
    Column("ref", String(40), primary_key=True),
    Column("sealed_id", String(36), nullable=False),
    Column("imported_at", Utc, nullable=False),
)

blind_tag = Table(
    "blind_tag",
    metadata,
    # One row per partner, tag and record: a keyed hash of one feature of a name or a date (engines.people.blind).
    Column("partner", String(3), primary_key=True),
    Column("tag", LargeBinary(16), primary_key=True),
    Column("ref", String(40), ForeignKey("person_record.ref", ondelete="CASCADE"), primary_key=True),
)

registered_document = Table(
    "registered_document",
    metadata,
    Column("ref", String(40), primary_key=True),
    Column("issuer", String(3), nullable=False),
    Column("document_type", String(2), nullable=False),
    Column("number_from", String(20), nullable=False),
    Column("number_to", String(20), nullable=False),  # equal to number_from except for a range of blanks
    Column("number_length", Integer, nullable=False),  # a range holds only numbers of its own length
    Column("category", String(20), nullable=False),
    Column("reported_on", Date, nullable=False),
    Column("sealed_id", String(36)),  # circumstances: core data of a release, never of a reply
    Column("imported_at", Utc, nullable=False),
    Index("ix_registered_document_number", "issuer", "number_length", "number_from", "number_to"),
)
_ranged = registered_document.c.number_to != registered_document.c.number_from
Index(
    # Ranges are few among a million single documents; without an index of their own each look-up would pass them all.
    "ix_registered_document_range",
    registered_document.c.issuer,
    registered_document.c.number_length,
    registered_document.c.number_from,
    registered_document.c.number_to,
    sqlite_where=_ranged,
    postgresql_where=_ranged,
)

protection_mark = Table(
    "protection_mark",
    metadata,
    # A victim, witness or protected child: answers outwardly like no hit (ENQ-04). Why is in the sealed record.
    Column("ref", String(40), primary_key=True),
    Column("sealed_id", String(36), nullable=False),
    Column("marked_at", Utc, nullable=False),
)

claim_shield = Table(
    "claim_shield",
    metadata,
    # Records of claimants, which the states they claim protection from are answered about like a no-hit.
    Column("claim_id", String(36), primary_key=True),
    Column("partner", String(3), primary_key=True),
    Column("ref", String(40), ForeignKey("person_record.ref", ondelete="CASCADE"), primary_key=True),
)

protection_claim = Table(
    "protection_claim",
    metadata,
    # Who claims protection from which state. Local only, never serialised to any message (ENQ-06).
    Column("id", String(36), primary_key=True),
    Column("sealed_id", String(36), nullable=False),
    Column("recorded_at", Utc, nullable=False),
    Column("closed_at", Utc),
)
