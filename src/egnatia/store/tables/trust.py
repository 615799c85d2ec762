"""What this node knows of keys over time, and what it counts so that a flood leaves one line."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from egnatia.store.tables.base import Utc, metadata

partner_key = Table(
    "partner_key",
    metadata,
    # Public keys that a partner has or had; under this node's own code its own. A row is never deleted.
    Column("partner", String(3), primary_key=True),
    Column("kind", String(12), primary_key=True),  # signing | agreement | tls
    Column("value", LargeBinary(32), primary_key=True),  # public key, or SHA-256 of the certificate
    Column("name", String(150), nullable=False),  # of the partner's ledger, under which a signing key signed notes
    Column("valid_from", Utc, nullable=False),
    Column("retired_at", Utc),  # replaced by another: verifies what is old, and nothing new
    Column("revoked_at", Utc),  # stolen or withdrawn: the same, and no successor may be announced with it
)

repeated_act = Table(
    "repeated_act",
    metadata,
    # What a partner repeats within an hour: the first is an entry of the ledger, the others are counted here.
    Column("kind", String(40), primary_key=True),
    Column("partner", String(3), primary_key=True),
    Column("what", String(40), primary_key=True),
    Column("hour", Utc, primary_key=True),
    Column("times", Integer, nullable=False),
)
