"""Where suspected documents were shown, so that one used by several people or in two places at once is seen.

Lawful travel leaves no trace (requirements BCC-07 and REV-02). A sighting is therefore written only of a document that is
under suspicion: it is registered here, or its inspection ended in discrepancies or worse, or it was so at an earlier
sighting that still stands; then it goes on the day on which that one goes, so that no suspicion feeds itself. An officer
who finds the document genuine takes its sightings away (`forget_document`). What is written are keyed hashes under this node's own secret, a place and a time, for
90 days; nothing of it ever leaves the node.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import bindparam, select

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.registers.reuse import (
    MAX_SIGHTINGS,
    Bearer,
    Place,
    Sighting,
    check_reuse,
    document_mark,
    identity_mark,
)
from egnatia.engines.documents.types import Advice
from egnatia.enquiries.retention import ERASED_AT_ONCE, enter_erasure
from egnatia.errors import InputError
from egnatia.exchange.keys import NodeKeys
from egnatia.store.database import Transaction
from egnatia.store.prepared import Prepared, insert_into
from egnatia.store.tables import document_sighting

KEPT: Final = timedelta(days=90)
"""How long a sighting stands: as long as a short stay may last (Regulation (EU) 2016/399 article 6(1)), so that entry and
exit of one journey are compared. Our own working rule."""
MAX_PLACE: Final = 40
_LABEL: Final = b"egnatia/sightings/v1"
_PUT = insert_into(document_sighting)
_SEEN = Prepared(
    select(
        document_sighting.c.identity,
        document_sighting.c.place,
        document_sighting.c.seen_at,
        document_sighting.c.erase_on,
    )
    .where(document_sighting.c.document == bindparam("document"), document_sighting.c.erase_on > bindparam("now"))
    .order_by(document_sighting.c.seen_at.desc(), document_sighting.c.id)
    .limit(MAX_SIGHTINGS)
)


class Suspicion(StrEnum):
    """Why a document's sighting may be written down at all."""

    REGISTERED = "registered"
    """It stands in this node's register."""
    DISCREPANCIES = "discrepancies"
    SUSPECTED_FALSE = "suspected_false"
    SEEN_BEFORE = "seen_before"
    """It was under suspicion at an earlier sighting that still stands."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A document as it was shown.

    Args:
        issuer: code of its issuer.
        number: its number.
        names: the parts of the name it gives; empty where none was read.
        birth: the date of birth it gives.
        place: code of the crossing point, at most 40 characters.
    """

    issuer: str
    number: str
    names: tuple[str, ...]
    birth: date | str
    place: str


def suspicion_of(advice: Advice, *, registered: bool) -> Suspicion | None:
    """Whether an inspection puts a document under suspicion; an unknown issuer does not."""
    if registered:
        return Suspicion.REGISTERED
    return {
        Advice.DISCREPANCIES: Suspicion.DISCREPANCIES,
        Advice.SUSPECTED_FALSE: Suspicion.SUSPECTED_FALSE,
    }.get(advice)


def note_sighting(
    tx: Transaction,
    keys: NodeKeys,
    shown: Shown,
    suspicion: Suspicion | None,
    places: Mapping[str, Place],
    now: datetime,
    inspection_id: str | None = None,
) -> Check:
    """Compare a document with its earlier sightings, and write this one down if it is under suspicion.

    The act that it belongs to, the inspection, is entered in the ledger by whoever records it.

    Args:
        tx: write transaction.
        keys: the node's secrets; without them a hash says nothing.
        shown: the document.
        suspicion: what speaks against it; None for nothing, and then nothing is written.
        places: where crossing points lie.
        now: the moment it was shown.
        inspection_id: of the inspection that it belongs to; when that fades because nothing was found, this goes too.

    Returns:
        The check REGISTER_REUSE: `not_supported` where nothing is known of the document, which is the rule.

    Raises:
        InputError: the place's code is too long.
    """
    if not 0 < len(shown.place) <= MAX_PLACE:
        raise InputError(f"a crossing point's code has 1 to {MAX_PLACE} characters")
    marked = _marked(keys, shown, now)
    earlier = tx.rows(_SEEN, document=marked.document, now=now)
    why = suspicion or (Suspicion.SEEN_BEFORE if earlier else None)
    if why is not None:
        ends = now + KEPT if suspicion else max(row.erase_on for row in earlier)
        values = {"id": tx.new_id(), "document": marked.document, "identity": marked.identity, "place": marked.place}
        tx.put(_PUT, {**values, "seen_at": now, "suspicion": why, "erase_on": ends, "inspection_id": inspection_id})
    return _compared(marked, earlier, places)


def _marked(keys: NodeKeys, shown: Shown, now: datetime) -> Sighting:
    key = _key(keys)
    identity = identity_mark(key, shown.names, shown.birth) if shown.names else None
    return Sighting(document_mark(key, shown.issuer, shown.number), identity, shown.place, now)


def _key(keys: NodeKeys) -> bytes:
    return hashlib.blake2b(_LABEL, key=keys.vault_key).digest()


def _compared(marked: Sighting, earlier: Sequence[Any], places: Mapping[str, Place]) -> Check:
    """A sighting beside the earlier ones; the first of a document has nothing to be compared with."""
    if not earlier:
        return check_reuse((), places)
    seen = [Sighting(marked.document, _bytes(row.identity), row.place, row.seen_at) for row in earlier]
    return check_reuse((marked, *seen), places)


class Remembered:
    """This node's memory of suspected documents, as an examination asks it (`engines.documents.registers.reuse.Memory`).

    Invariant: asking writes nothing. What is written is decided when the examination is recorded, by `note_sighting`.
    """

    def __init__(self, tx: Transaction, keys: NodeKeys, place: str, places: Mapping[str, Place], now: datetime) -> None:
        """Compare in this transaction, as of this moment; `place` may be empty where nobody said where."""
        self._tx = tx
        self._keys = keys
        self._place = place
        self._places = places
        self._now = now

    def compare(self, bearer: Bearer) -> Check:
        """The check REGISTER_REUSE: `not_supported` where nothing is known of the document, which is the rule."""
        shown = Shown(bearer.issuer, bearer.number, bearer.names, bearer.birth, self._place)
        marked = _marked(self._keys, shown, self._now)
        earlier = self._tx.rows(_SEEN, document=marked.document, now=self._now)
        return _compared(marked, earlier, self._places)


def forget_document(tx: Transaction, keys: NodeKeys, issuer: str, number: str, now: datetime) -> int:
    """Take away every sighting of a document that turned out to be in order. Returns how many there were."""
    mine = document_sighting.c.document == document_mark(_key(keys), issuer, number)
    ids = list(tx.execute(select(document_sighting.c.id).where(mine)).scalars())
    if ids:
        tx.execute(document_sighting.delete().where(document_sighting.c.id.in_(ids)))
        enter_erasure(tx, "document_sighting", ids, now)
    return len(ids)


def _bytes(stored: object) -> bytes | None:
    """PostgreSQL's driver may give a view of memory."""
    return bytes(stored) if isinstance(stored, (bytes, bytearray, memoryview)) else None


def forget_sightings(tx: Transaction, now: datetime, most: int = ERASED_AT_ONCE) -> int:
    """Erase the sightings whose day has come. Returns how many."""
    due = select(document_sighting.c.id).where(document_sighting.c.erase_on <= now)
    ids = list(tx.execute(due.order_by(document_sighting.c.erase_on).limit(most)).scalars())
    if ids:
        tx.execute(document_sighting.delete().where(document_sighting.c.id.in_(ids)))
        enter_erasure(tx, "document_sighting", ids, now)
    return len(ids)
