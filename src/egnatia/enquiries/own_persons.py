"""Officers look in their own register: persons here, in clear, before anybody abroad is asked.

The index lies sealed in the store and is derived: it is made from the person records when there is none. What was imported
since is read beside it, and folded in when it is much. It holds names, so a record that is erased or changed is taken out in the
same transaction: the index is written anew without it under a new key, and the old one erased, key and all, so that no backup
holds the person either. A look is entered in the ledger with its reason and nobody's name.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import insert, select

from egnatia.accounts import authorise
from egnatia.engines.people import PersonQuery, PersonRecord, Rarity, kept_record
from egnatia.engines.people.answer import Answer, answer
from egnatia.engines.people.match import prepare
from egnatia.engines.people.naming import Prepared
from egnatia.enquiries.commonness import Commonness, told
from egnatia.enquiries.desk import MIN_JUSTIFICATION, check_text
from egnatia.errors import ErasedError, InputError, NotFoundError, TamperedError
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
FOLDED_FROM: Final = 0.05
"""Share of records beside the stored index from which they are folded in."""
MOST: Final = 100
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Look:
    """What a look among the own persons gave: who resembles, and how common the names are that were looked for."""

    answer: Answer
    names: tuple[Commonness, ...]


def search_own(
    tx: Transaction, officer: Officer, query: PersonQuery, why: str, now: datetime, limit: int = 20
) -> Answer:
    """The answer of `look_among_own` alone."""
    return look_among_own(tx, officer, query, why, now, limit).answer


def look_among_own(
    tx: Transaction, officer: Officer, query: PersonQuery, why: str, now: datetime, limit: int = 20
) -> Look:
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
    return Look(found, _commonness(index, person))


def own_record(tx: Transaction, ref: RecordRef) -> PersonRecord:
    """One of the node's own persons.

    Raises:
        NotFoundError: there is no such record.
    """
    for record in _records(tx, [ref]):
        return record
    raise NotFoundError(f"there is no person record {ref[:40]!a}", hint="Check the reference.")


def own_records(tx: Transaction, refs: Sequence[str] | None = None) -> Iterator[PersonRecord]:
    """All of the node's own persons, or those of some references that are there."""
    return _records(tx, _refs(tx) if refs is None else [RecordRef(ref) for ref in refs])


def rarity_here(tx: Transaction, now: datetime) -> Rarity:
    """How rare names, dates and numbers are among the node's own persons."""
    return _index(tx, now).rarity


def names_of_both(tx: Transaction, pair: tuple[PersonRecord, PersonRecord], now: datetime) -> tuple[Commonness, ...]:
    """How many own persons have each part of the names of two records, the commonest first; each part once."""
    index = _index(tx, now)
    rows = {(row.field, row.part): row for each in pair for row in _commonness(index, prepare(each))}
    return tuple(sorted(rows.values(), key=lambda row: (-(row.bearers or 0), row.field, row.part)))


def _commonness(index: "PersonIndex", person: Prepared) -> tuple[Commonness, ...]:
    """How many records have each part of the names that were looked for, as it is spelled."""
    counts, persons = index.frequencies, len(index)
    named = (("family_names", person.family), ("first_names", person.first))
    rows = [told(field, part.text, counts.part(part), persons) for field, name in named for part in name.parts]
    return tuple(sorted(rows, key=lambda row: (-(row.bearers or 0), row.field, row.part)))


def forget_in_index(tx: Transaction, ref: RecordRef, changed: PersonRecord | None = None) -> None:
    """Take a person out of the stored index for good, or put what the record now says in the place of what it said.

    Nothing of what it held of the person is left: neither the record nor a name that nobody else bears. An index that cannot be
    used is erased as a whole, because it may hold the person.

    Args:
        tx: the transaction that erases or changes the record.
        ref: the person's record.
        changed: what the record says from now on; none where it is erased.
    """
    row = tx.execute(select(person_index)).first()
    if row is None:
        return
    index = _usable(tx, SealedId(row.sealed_id))
    if index is not None and not index.has(ref):
        return
    _forget_index(tx)
    if index is not None:
        index.remove(ref)
        if changed is not None:
            index.add(changed)
        _store(tx, index, row.made_at)


def _usable(tx: Transaction, sealed_id: SealedId) -> "PersonIndex | None":
    """The stored index; none where it cannot be used, for whatever reason: that must stop no erasure."""
    try:
        return _opened(tx, sealed_id)
    except (TamperedError, ErasedError):
        return None


def _forget_index(tx: Transaction) -> None:
    """Erase the stored index, key and all."""
    for sealed_id in tx.execute(select(person_index.c.sealed_id)).scalars().all():
        tx.erase(SealedId(sealed_id))
    tx.execute(person_index.delete())


def own_index(tx: Transaction) -> "PersonIndex":
    """The index over all own persons as they are now; nothing is stored, so a transaction that reads will do."""
    return _assembled(tx)[0]


def _index(tx: Transaction, now: datetime) -> "PersonIndex":
    """The same, stored where it is worth it."""
    index, to_store = _assembled(tx)
    if to_store:
        _store(tx, index, now)
    return index


def _assembled(tx: Transaction) -> "tuple[PersonIndex, bool]":
    """The stored index with what was imported since, or a new one where there is none, and whether it should be stored."""
    from egnatia.engines.people.index import PersonIndex

    row = tx.execute(select(person_index)).first()
    index = _opened(tx, SealedId(row.sealed_id)) if row is not None else None
    if row is None or index is None:
        index = PersonIndex(_records(tx, _refs(tx)))
        return index, len(index) >= STORED_FROM
    beside = [ref for ref in _refs(tx, row.made_at) if not index.has(ref)]
    for record in _records(tx, beside):
        index.add(record)
    return index, len(beside) > FOLDED_FROM * row.records


def _opened(tx: Transaction, sealed_id: SealedId) -> "PersonIndex | None":
    """The stored index; none where it is of a release that reads names in another way."""
    from egnatia.engines.people.disk import from_bytes

    try:
        return from_bytes(tx.unseal(sealed_id))
    except InputError:
        return None


def _store(tx: Transaction, index: "PersonIndex", complete: datetime) -> None:
    """Seal the index under a new key in the place of the stored one; it holds all that was imported before a moment."""
    from egnatia.engines.people.disk import to_bytes

    _forget_index(tx)
    sealed = tx.seal(to_bytes(index), kind="person_index", at=complete)
    values = {"id": tx.new_id(), "sealed_id": sealed.id, "records": len(index), "made_at": complete}
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
            yield kept_record(json.loads(content)["record"])
