"""What every table shares: the metadata, the UTC time type, the sealed records and the node's few facts."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, DateTime, Dialect, LargeBinary, MetaData, String, Table
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_ZONE = "+00:00"


@lru_cache(maxsize=64)
def _text_of(moment: datetime) -> str:
    """A moment in UTC as SQLite keeps it; the same one stands in several rows of an act."""
    return moment.isoformat(" ", "microseconds").removesuffix(_ZONE)


class Utc(TypeDecorator[datetime]):
    """A moment in UTC. A naive time is a bug and is refused; what comes back always carries its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """SQLite keeps text; written at once it takes a fifth of the time that SQLAlchemy's form takes for the same."""
        if dialect.name != "sqlite":
            return super().bind_processor(dialect)

        def text(value: datetime | None) -> str | None:
            moment = value if value is not None and value.tzinfo is UTC else self.process_bind_param(value, dialect)
            return None if moment is None else _text_of(moment)

        return text

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC before storing."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time must carry its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Put back the zone that SQLite does not keep."""
        del dialect
        if not isinstance(value, datetime):
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


sealed_record = Table(
    "sealed_record",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("ciphertext", LargeBinary, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("erase_on", Utc),
)

doomed_key = Table(
    "doomed_key",
    metadata,
    # Content that is erased; the key in the vault goes right after the commit, or at the next opening after a crash.
    Column("id", String(36), primary_key=True),
)

node_state = Table(
    "node_state",
    metadata,
    Column("key", String(60), primary_key=True),
    Column("value", String, nullable=False),
)
