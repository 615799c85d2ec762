"""Trust files on their way, at both ends: the rows, and what every step on one has in common."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from egnatia.errors import InputError, NotFoundError
from egnatia.model.ids import OfficerId, PartnerCode
from egnatia.model.states import RefusalReason, TrustUpdateState
from egnatia.store.database import Transaction
from egnatia.store.tables import trust_part, trust_update

OUT, IN = "out", "in"
OPEN = (TrustUpdateState.WAITING, TrustUpdateState.PROPOSED)
"""Here as a whole, and somebody has to decide."""


@dataclass(frozen=True, slots=True)
class Update:
    """One trust file, ours (`out`) or a partner's (`in`).

    Attributes:
        id: of the update and of its conversation.
        direction: `out` or `in`.
        partner: the other side.
        version: of its maker's store.
        sha256: of the file.
        size: bytes of the file.
        parts: how many it comes in.
        arrived: how many are here, or acknowledged by the partner.
        state: how far it has come.
        at: when it was shared, or when its offer came.
        by: who shared it; `node` where it came.
        proposed_by: who would take it.
        decided_by: who decided.
        decided_at: when.
        stored_at: when it was in the store's folder.
        refusal: why the partner's node did not take it.
    """

    id: str
    direction: str
    partner: PartnerCode
    version: int
    sha256: str
    size: int
    parts: int
    arrived: int
    state: TrustUpdateState
    at: datetime
    by: str
    proposed_by: OfficerId | None
    decided_by: OfficerId | None
    decided_at: datetime | None
    stored_at: datetime | None
    refusal: RefusalReason | None

    @property
    def unfinished(self) -> bool:
        """Accepted by two people, and not in the store yet: the process died between, or the folder was locked."""
        return self.state is TrustUpdateState.ACCEPTED and self.stored_at is None


def updates(tx: Transaction, direction: str | None = None) -> list[Update]:
    """All of them, what waits for a decision first, then the newest."""
    query = trust_update.select().order_by(trust_update.c.at.desc(), trust_update.c.id)
    if direction is not None:
        query = query.where(trust_update.c.direction == direction)
    return sorted((_made(row) for row in tx.execute(query)), key=lambda each: each.state not in OPEN)


def get(tx: Transaction, update_id: str, direction: str) -> Update:
    """One of them.

    Raises:
        NotFoundError: there is none.
    """
    row = tx.execute(trust_update.select().where(_mine(update_id, direction))).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no trust update {update_id}", hint="`egnatia trust inbox` lists all of them.")
    return _made(row)


def change(tx: Transaction, update_id: str, direction: str, **values: object) -> None:
    """Note something about one of them."""
    tx.execute(update(trust_update).where(_mine(update_id, direction)).values(**values))


def insert(tx: Transaction, row: dict[str, object]) -> None:
    """Note a new one."""
    tx.execute(trust_update.insert(), row)


def put_part(tx: Transaction, update_id: str, number: int, content: bytes) -> None:
    """Keep a part of a file that comes."""
    tx.execute(trust_part.insert(), {"update_id": update_id, "direction": IN, "number": number, "content": content})


def drop_parts(tx: Transaction, update_ids: Iterable[str]) -> None:
    """Forget what came of these files."""
    for each in update_ids:
        tx.execute(trust_part.delete().where(trust_part.c.update_id == each))


def file_of(tx: Transaction, found: Update) -> bytes:
    """The whole file that came.

    Raises:
        InputError: what came cannot be unpacked, or is longer than was announced.
    """
    query = select(trust_part.c.content).where(trust_part.c.update_id == found.id).order_by(trust_part.c.number)
    return unpacked(b"".join(bytes(each) for each in tx.execute(query).scalars()), found.size)


def packed(file: bytes) -> bytes:
    """A file as it travels."""
    return zlib.compress(file, 9)


def unpacked(content: bytes, size: int) -> bytes:
    """A file as it was signed; never more than was announced, whatever the bytes say.

    Raises:
        InputError: it is not that.
    """
    reader = zlib.decompressobj()
    try:
        file = reader.decompress(content, size)
    except zlib.error:
        raise InputError("the trust file cannot be unpacked") from None
    if len(file) != size or not _ends(reader):
        raise InputError(f"the trust file is not the {size:,} bytes that were announced")
    return file


def _ends(reader: Any) -> bool:
    """Whether nothing follows: neither more of the file nor something after its end."""
    try:
        more = reader.decompress(reader.unconsumed_tail, 1)
    except zlib.error:
        return False
    return reader.eof and not more and not reader.unused_data


def _mine(update_id: str, direction: str) -> Any:
    return (trust_update.c.id == update_id) & (trust_update.c.direction == direction)


def _made(row: Row[Any]) -> Update:
    return Update(
        id=row.id,
        direction=row.direction,
        partner=PartnerCode(row.partner),
        version=row.version,
        sha256=row.sha256,
        size=row.size,
        parts=row.parts,
        arrived=row.arrived,
        state=TrustUpdateState(row.state),
        at=row.at,
        by=row.by,
        proposed_by=OfficerId(row.proposed_by) if row.proposed_by else None,
        decided_by=OfficerId(row.decided_by) if row.decided_by else None,
        decided_at=row.decided_at,
        stored_at=row.stored_at,
        refusal=RefusalReason(row.refusal) if row.refusal else None,
    )
