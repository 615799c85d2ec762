"""Officers look in their own register: persons here, in clear, before anybody abroad is asked.

The index lies sealed in the store and is derived: it is made from the person records when there is none, and what was
imported since is added to it. It holds names, so it goes with the first record that is erased or changed, key and all, and
the next search makes it again. A look is entered in the ledger with its reason and nobody's name.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import insert, select

from egnatia.accounts import authorise
from egnatia.engines.people import PersonQuery, PersonRecord, record_from_dict
from egnatia.engines.people.answer import Answer, answer
from egnatia.engines.people.match import prepare
from egnatia.enquiries.desk import MIN_JUSTIFICATION, check_text
from egnatia.errors import InputError
from egnatia.ledger import JSON, Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import RecordRef, SealedId
from egnatia.model.officers import Action, Officer
from egnatia.store.database import Transaction
from egnatia.store.tables import person_index, person_record

if TYPE_CHECKING:
    from egnatia.engines.people.index import PersonIndex

STORED_FROM: Final = 300
"""Records from which an index is stored; fewer are read in some hundredths of a second."""
MADE_AGAIN: Final = 0.05
"""Share of records beside the stored index from which it is made again."""
MOST: Final = 100
_AT_ONCE: Final = 500


def search_own(
    tx: Transaction, officer: Officer, query: PersonQuery, why: str, now: datetime, limit: int = 20
) -> Answer:
    """The node's own persons who resemble somebody, most probable first, and how many cannot be told apart.

    Args:
        tx: a write transaction: the look is entered in the ledger.
        officer: who looks.
        query: whom for.
        why: the reason, at least 20 characters.
        now: the moment.
        limit: most persons given, at most 100.

    Raises:
        ForbiddenError, InputError: as the names say.
    """
    authorise(officer, Action.SEND_ENQUIRY)
    reason = check_text("reason", why, MIN_JUSTIFICATION)
    index, most = _index(tx, now), max(1, min(limit, MOST))
    person = prepare(query)
    found = answer(person, index.candidates(person, most), index.rarity, most)
    given = ("first_names", "family_names", "birth_date", "father_name", "mother_name", "identifiers")
    by: list[JSON] = [name for name in given if getattr(query, name)]
    content: dict[str, JSON] = {"by": by, "found": len(found.matches)}
    append(tx, Act(EventKind.PERSONS_SEARCHED, now, officer.id, "persons", justification=reason, content=content))
    return found


def forget_person_index(tx: Transaction) -> None:
    """Erase the stored index, key and all, because a record that it may hold goes or changes."""
    for sealed_id in tx.execute(select(person_index.c.sealed_id)).scalars().all():
        tx.erase(SealedId(sealed_id))
    tx.execute(person_index.delete())


def _index(tx: Transaction, now: datetime) -> "PersonIndex":
    """The stored index with what was imported since; a new one where there is none or too much is beside it."""
    from egnatia.engines.people.index import PersonIndex

    row = tx.execute(select(person_index)).first()
    index = _opened(tx, SealedId(row.sealed_id)) if row is not None else None
    if row is not None and index is not None:
        known = index
        beside = [ref for ref in _refs(tx, row.made_at) if not known.has(ref)]
        if len(beside) <= MADE_AGAIN * row.records:
            for record in _records(tx, beside):
                index.add(record)
            return index
    index = PersonIndex(_records(tx, _refs(tx)))
    if len(index) >= STORED_FROM:
        _store(tx, index, now)
    return index


def _opened(tx: Transaction, sealed_id: SealedId) -> "PersonIndex | None":
    """The stored index; none where it is of a release that reads names in another way."""
    from egnatia.engines.people.disk import from_bytes

    try:
        return from_bytes(tx.unseal(sealed_id))
    except InputError:
        return None


def _store(tx: Transaction, index: "PersonIndex", now: datetime) -> None:
    from egnatia.engines.people.disk import to_bytes

    forget_person_index(tx)
    sealed = tx.seal(to_bytes(index), kind="person_index", at=now)
    values = {"id": tx.new_id(), "sealed_id": sealed.id, "records": len(index), "made_at": now}
    tx.execute(insert(person_index), values)


def _refs(tx: Transaction, since: datetime | None = None) -> list[RecordRef]:
    """References of the records that were imported from a moment on, or of all."""
    query = select(person_record.c.ref).order_by(person_record.c.ref)
    if since is not None:
        query = query.where(person_record.c.imported_at >= since)
    return [RecordRef(ref) for ref in tx.execute(query).scalars()]


def _records(tx: Transaction, refs: Sequence[RecordRef]) -> Iterator[PersonRecord]:
    for start in range(0, len(refs), _AT_ONCE):
        some = person_record.c.ref.in_(refs[start : start + _AT_ONCE])
        ids = tx.execute(select(person_record.c.sealed_id).where(some)).scalars().all()
        for content in tx.unseal_many([SealedId(each) for each in ids]).values():
            yield record_from_dict(json.loads(content)["record"])
