"""What a witness keeps beside the newest checkpoint: earlier ones, and the evidence of an alarm."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table

from egnatia.store.tables.base import Utc, metadata

witnessed_head = Table(
    "witnessed_head",
    metadata,
    # The last few of a partner's checkpoints that are known to be of one history, to compare with what others hold.
    Column("partner", String(3), primary_key=True),
    Column("size", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", LargeBinary, nullable=False),  # as the partner signed it
    Column("at", Utc, nullable=False),
)

witness_alarm = Table(
    "witness_alarm",
    metadata,
    Column("partner", String(3), primary_key=True),
    Column("grade", String(10), primary_key=True),  # suspected, proven: at most one each, however much is sent
    Column("reason", String(300), nullable=False),
    Column("evidence", LargeBinary),  # one line that an outsider verifies; with a proven alarm
    Column("told_by", String(3)),  # the partner that showed it, where we did not find it ourselves
    Column("at", Utc, nullable=False),
)
