"""Officers' accounts and their sessions."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table

from egnatia.store.tables.base import Utc, metadata

officer = Table(
    "officer",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("roles", String(200), nullable=False),  # comma-separated, sorted
    Column("password_hash", String(200), nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("disabled_at", Utc),
    Column("failed_logins", Integer, nullable=False, default=0),
    Column("locked_until", Utc),
)

login_session = Table(
    "login_session",
    metadata,
    Column("token_sha256", String(64), primary_key=True),  # the token itself is only in the officer's browser
    Column("officer_id", String(40), ForeignKey("officer.id"), nullable=False, index=True),
    Column("created_at", Utc, nullable=False),
    Column("last_seen_at", Utc, nullable=False),
    Column("expires_at", Utc, nullable=False),
)
