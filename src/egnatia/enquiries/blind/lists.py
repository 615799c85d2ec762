"""The lists that can be asked blind: under which grant, how an officer's values become one text, what stands in them.

A list holds single identifiers. A range of stolen blanks is counted out number by number where it differs in its last
digits only and holds at most `MAX_RANGE` numbers; any other range is left out, and the statement then says that the list
is not complete, so that nobody reads `no entry` as `not registered`.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from egnatia.engines.blind import IdentifierKind, hashed_text, normal_document, normal_iban, normal_phone
from egnatia.errors import InputError
from egnatia.model.ids import SealedId
from egnatia.model.states import BlindList, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import listed_identifier, person_record, registered_document

MAX_RANGE = 100_000
"""Numbers of one range that are counted out: a transport of blank booklets has hundreds to some ten thousand."""


@dataclass(frozen=True, slots=True)
class ListRules:
    """What a list is: the subject whose grant it needs, the kind of its identifiers, and the values that name one."""

    subject: SubjectKind
    kind: IdentifierKind
    fields: tuple[str, ...]


LISTS: Mapping[BlindList, ListRules] = {
    BlindList.REGISTERED_DOCUMENTS: ListRules(
        SubjectKind.TRAVEL_DOCUMENT, IdentifierKind.DOCUMENT, ("issuer", "document_type", "number")
    ),
    BlindList.PERSON_DOCUMENTS: ListRules(SubjectKind.PERSON, IdentifierKind.DOCUMENT, ("number",)),
    BlindList.BANK_ACCOUNTS: ListRules(SubjectKind.BANK_ACCOUNT, IdentifierKind.IBAN, ("iban",)),
    BlindList.PHONES: ListRules(SubjectKind.PERSON, IdentifierKind.PHONE, ("phone",)),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry: the text that is hashed, the record it comes from, and its plain number, for the shields."""

    text: bytes
    ref: str
    number: str


def normal_values(which: BlindList, values: Mapping[str, Any]) -> dict[str, str]:
    """An officer's values, checked and in their one spelling.

    Raises:
        InputError: one is missing, there is one too many, or it is no identifier of the list's kind.
    """
    rules = LISTS[which]
    given = {name: str(value) for name, value in values.items() if value}
    if set(given) - set(rules.fields):
        raise InputError(
            f"the list {which.value} is not asked by {min(set(given) - set(rules.fields))!r}",
            hint=f"Give: {', '.join(rules.fields)}.",
        )
    if which is BlindList.REGISTERED_DOCUMENTS:
        given = {"document_type": "P"} | given
    missing = [name for name in rules.fields if name not in given]
    if missing:
        raise InputError(
            f"the list {which.value} is asked with {missing[0]!r}", hint=f"Give: {', '.join(rules.fields)}."
        )
    _normal(rules.kind, given)
    return given


def text_of(which: BlindList, values: Mapping[str, str]) -> bytes:
    """What is hashed for checked values.

    Raises:
        InputError: they are none.
    """
    kind = LISTS[which].kind
    return hashed_text(kind, _normal(kind, values))


def _normal(kind: IdentifierKind, values: Mapping[str, str]) -> str:
    if kind is IdentifierKind.IBAN:
        return normal_iban(values["iban"])
    if kind is IdentifierKind.PHONE:
        return normal_phone(values["phone"])
    return normal_document(values.get("issuer", ""), values.get("document_type", ""), values["number"])


def is_complete(tx: Transaction, which: BlindList) -> bool:
    """Whether every entry of the list can stand in a filter; only ranges of blanks cannot always."""
    if which is not BlindList.REGISTERED_DOCUMENTS:
        return True
    columns = registered_document.c
    ranges = select(columns.number_from, columns.number_to).where(columns.number_from != columns.number_to)
    return all(counted_out(row.number_from, row.number_to) is not None for row in tx.execute(ranges))


def entries(tx: Transaction, which: BlindList) -> Iterator[Listed]:
    """Every entry of one of our lists; what has no normal form is left out, because nobody could ask it either."""
    for ref, values in _rows(tx, which):
        try:
            text = text_of(which, values)
        except InputError:
            continue
        yield Listed(text, ref, values.get("number", ""))


def _rows(tx: Transaction, which: BlindList) -> Iterator[tuple[str, dict[str, str]]]:
    if which is BlindList.REGISTERED_DOCUMENTS:
        return _registered(tx)
    return _of_persons(tx) if which is BlindList.PERSON_DOCUMENTS else _imported(tx, which)


def _registered(tx: Transaction) -> Iterator[tuple[str, dict[str, str]]]:
    columns = registered_document.c
    query = select(columns.ref, columns.issuer, columns.document_type, columns.number_from, columns.number_to)
    for row in tx.execute(query):
        shared = {"issuer": row.issuer, "document_type": row.document_type}
        for number in counted_out(row.number_from, row.number_to) or ():
            yield row.ref, {**shared, "number": number}


def counted_out(first: str, last: str) -> list[str] | None:
    """The numbers of a range, or nothing when it is too long or does not only differ in its last digits."""
    if first == last:
        return [first]
    same = next((at for at, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), len(first))
    head, low, high = first[:same], first[same:], last[same:]
    if len(first) != len(last) or not (low + high).isascii() or not (low + high).isdigit():
        return None
    if not 0 < int(high) - int(low) < MAX_RANGE:
        return None
    return [f"{head}{number:0{len(low)}d}" for number in range(int(low), int(high) + 1)]


def _of_persons(tx: Transaction) -> Iterator[tuple[str, dict[str, str]]]:
    for row in tx.execute(select(person_record.c.ref, person_record.c.sealed_id)):
        content = json.loads(tx.unseal(SealedId(row.sealed_id)))
        for number in content["record"].get("identifiers", ()):
            yield row.ref, {"number": number}


def _imported(tx: Transaction, which: BlindList) -> Iterator[tuple[str, dict[str, str]]]:
    columns = listed_identifier.c
    (name,) = LISTS[which].fields
    for row in tx.execute(select(columns.ref, columns.sealed_id).where(columns.list == which)):
        yield row.ref, {name: tx.unseal(SealedId(row.sealed_id)).decode()}
