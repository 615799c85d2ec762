"""The agreement register as imported, and the cards of the partners."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from egnatia.store.tables.base import Utc, metadata

agreement_register = Table(
    "agreement_register",
    metadata,
    Column("version", Integer, primary_key=True),
    Column("imported_at", Utc, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),  # the TOML file as it was imported
)

partner_card = Table(
    "partner_card",
    metadata,
    Column("code", String(3), primary_key=True),
    Column("registered_at", Utc, nullable=False),
    Column("content", LargeBinary, nullable=False),  # the signed card as it was registered
    Column("tls_sha256", String(64), nullable=False, unique=True),
    Column("protocol", Integer),  # the newest version of messages that it announced; NULL: none, so the first
    Column("revoked_at", Utc),  # from then on nothing by these keys is believed, until a person replaces the card
)
