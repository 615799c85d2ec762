"""The Merkle log, its checkpoints, the partners' cosignatures, and what we witnessed of theirs."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table

from egnatia.store.tables.base import Utc, metadata

ledger_entry = Table(
    "ledger_entry",
    metadata,
    Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),  # from 0
    Column("entry", LargeBinary, nullable=False),  # canonical bytes, written once
    Column("leaf_hash", LargeBinary, nullable=False),
    Column("kind", String(40), nullable=False, index=True),
    Column("at", Utc, nullable=False),
    Column("object_ref", String(80), nullable=False, index=True),
    Column("sealed_id", String(36)),  # the content behind the commitment, while it exists
)

ledger_node = Table(
    "ledger_node",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
)

ledger_checkpoint = Table(
    "ledger_checkpoint",
    metadata,
    Column("size", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", LargeBinary, nullable=False),  # C2SP checkpoint, signed by this node
    Column("at", Utc, nullable=False),
)

ledger_cosignature = Table(
    "ledger_cosignature",
    metadata,
    Column("size", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("witness", String(3), primary_key=True),
    Column("line", String(300), nullable=False),  # C2SP cosignature line
    Column("at", Utc, nullable=False),
)

witnessed_log = Table(
    "witnessed_log",
    metadata,
    Column("partner", String(3), primary_key=True),
    Column("origin", String(200), nullable=False),
    Column("size", BigInteger().with_variant(Integer, "sqlite"), nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", LargeBinary, nullable=False),
    Column("at", Utc, nullable=False),
    Column("audited_size", BigInteger().with_variant(Integer, "sqlite"), nullable=False, default=0),
    Column("audited_at", Utc),
    Column("alarm", String(300)),  # why the partner's log is not believed any more
)
