"""What is kept of linking a node's own persons between two runs: sealed, derived, and without whoever is erased.

It says which records are compared with which and what that weighs; it holds no name. With a record that is erased or corrected go
its pairs, in the same transaction: what is kept is written anew without them under a new key, and the old one erased, key and
all. A corrected record is compared again by the next run.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from egnatia.errors import ErasedError, InputError, TamperedError
from egnatia.model.ids import RecordRef, SealedId
from egnatia.store.database import Transaction
from egnatia.store.tables import person_links

if TYPE_CHECKING:
    from egnatia.engines.people.link.keeping import Kept


@dataclass(frozen=True, slots=True)
class KeptLinks:
    """What the last run left.

    Attributes:
        kept: pairs, model and frequencies.
        again: records to compare again, because they were corrected or came while the run went on.
        least: the probability from which a pair was a link.
        made_at: when the records were read; what was imported from then on was not compared.
    """

    kept: "Kept"
    again: frozenset[str]
    least: float
    made_at: datetime


def kept_links(tx: Transaction) -> KeptLinks | None:
    """What the last run left; None where there was none, or where what it left cannot be used: then all is compared anew."""
    from egnatia.engines.people.link.keeping import from_bytes

    row = tx.execute(select(person_links)).first()
    if row is None:
        return None
    try:
        again, _, written = tx.unseal(SealedId(row.sealed_id)).partition(b"\n")
        kept = from_bytes(written)
        return KeptLinks(kept, frozenset(json.loads(again)), row.from_in_ten_thousand / 10_000, row.made_at)
    except (InputError, TamperedError, ErasedError):
        return None


def keep_links(tx: Transaction, links: KeptLinks, written: bytes) -> None:
    """Seal what a run left, under a new key, in the place of what the one before it did.

    Args:
        tx: a write transaction.
        links: what to keep.
        written: `links.kept` as bytes.
    """
    forget_all_links(tx)
    content = json.dumps(sorted(links.again)).encode() + b"\n" + written
    values = {
        "id": tx.new_id(),
        "sealed_id": tx.seal(content, kind="person_links", at=links.made_at).id,
        "records": links.kept.records,
        "from_in_ten_thousand": round(links.least * 10_000),
        "made_at": links.made_at,
    }
    tx.execute(insert(person_links), values)


def forget_all_links(tx: Transaction) -> None:
    """Erase what is kept, key and all; the next run compares everything anew."""
    for sealed_id in tx.execute(select(person_links.c.sealed_id)).scalars().all():
        tx.erase(SealedId(sealed_id))
    tx.execute(person_links.delete())


def forget_links(tx: Transaction, ref: RecordRef, *, erased: bool) -> None:
    """Take a record out of what is kept; what cannot be read is erased as a whole, because it may hold the record.

    Args:
        tx: the transaction that erases or corrects it.
        ref: the record.
        erased: whether it is erased; one that is corrected is compared again by the next run.
    """
    if tx.execute(select(person_links.c.id)).first() is None:
        return
    links = kept_links(tx)
    if links is None:
        forget_all_links(tx)
        return
    if erased and ref not in links.again and not links.kept.has(ref):
        return
    again = links.again - {ref} if erased else links.again | {ref}
    _keep(tx, links, links.kept.without({ref}), again)


def _keep(tx: Transaction, links: KeptLinks, kept: "Kept", again: Iterable[str]) -> None:
    changed = KeptLinks(kept, frozenset(again), links.least, links.made_at)
    keep_links(tx, changed, kept.to_bytes())
