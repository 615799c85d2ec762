"""This node's own register, looked up by number: the exact number first, then ranges, then, at home only, near ones.

Each question is one search of an index, whatever the register's size: single documents by equality, ranges among the
few rows that are ranges and begin at most `MAX_RANGE` below (bench/documents/registers.py measures a million rows). A
partner is answered from `registered_with` alone; numbers near the one it asked are none of its business.
"""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final

from sqlalchemy import BindParameter, bindparam, select, text

from egnatia.engines.documents import normal_issuer, normal_number
from egnatia.engines.documents.registers.lookup import Registered, lowest_start, ordered
from egnatia.engines.documents.registers.nearness import Nearness
from egnatia.engines.documents.registers.register import in_range
from egnatia.enquiries.desk import Desk
from egnatia.errors import NotFoundError
from egnatia.model.states import RegisterCategory
from egnatia.store.database import Transaction
from egnatia.store.prepared import Prepared
from egnatia.store.tables import registered_document

_AT_ONCE: Final = 100
"""Near numbers looked up by one statement; filled up, so that there is one statement and not one for each count."""
_COLUMNS = registered_document.c
_ENTRY = (_COLUMNS.ref, _COLUMNS.document_type, _COLUMNS.number_from, _COLUMNS.number_to, _COLUMNS.category)
_EXACT = select(*_ENTRY).where(
    _COLUMNS.issuer == bindparam("issuer"),
    _COLUMNS.number_length == bindparam("length"),
    _COLUMNS.number_from == bindparam("number"),
    _COLUMNS.number_to == bindparam("number"),
)
_RANGES = select(*_ENTRY).where(
    _COLUMNS.issuer == bindparam("issuer"),
    _COLUMNS.number_length == bindparam("length"),
    _COLUMNS.number_to != _COLUMNS.number_from,  # said as the partial index says it, or the index is not used
    _COLUMNS.number_from >= bindparam("lowest"),
    _COLUMNS.number_from <= bindparam("number"),
    _COLUMNS.number_to >= bindparam("number"),
)
_WITH = Prepared(_EXACT.union_all(_RANGES))
"""Two searches of two indexes in one statement: what holds a number is either the number itself or a range."""


def _near_statement() -> Prepared:
    """Single documents with one of `_AT_ONCE` numbers of one length."""
    asked: list[BindParameter[str]] = [bindparam(f"number_{at}") for at in range(_AT_ONCE)]
    return Prepared(
        select(*_ENTRY).where(
            _COLUMNS.issuer == bindparam("issuer"),
            _COLUMNS.number_length == bindparam("length"),
            _COLUMNS.number_from.in_(asked),
            _COLUMNS.number_to == _COLUMNS.number_from,
        )
    )


_NEAR = _near_statement()


def registered_with(tx: Transaction, issuer: str, number: str, document_type: str = "") -> list[Registered]:
    """Entries of exactly this number and ranges that hold it, in the order of their references.

    Args:
        tx: any transaction.
        issuer: code of the issuer in normal form.
        number: number in normal form.
        document_type: first letter of the document code; "" for any.
    """
    asked = {"issuer": issuer, "length": len(number), "number": number}
    rows = tx.rows(_WITH, **asked, lowest=lowest_start(number))
    return sorted(
        (
            _entry(row)
            for row in rows
            # The first letter is the type; a second one is the issuer's own (ICAO Doc 9303 parts 4 and 5): PD, ID.
            if row.document_type.startswith(document_type) and in_range(row.number_from, row.number_to, number)
        ),
        key=lambda entry: entry.reference,
    )


def _entry(row: Any, near: Nearness | None = None) -> Registered:
    category = RegisterCategory(row.category)
    return Registered(row.ref, row.document_type, row.number_from, row.number_to, category, near)


def take_stock(tx: Transaction) -> None:
    """Let PostgreSQL count the register after an import.

    Until it has counted, it takes every issuer's register for a handful of rows and reads all of them for each near
    number: 2.4 s among 100,000 rows instead of 8 ms. It would count by itself, but only some minutes later.
    """
    if tx.connection.dialect.name == "postgresql":
        tx.execute(text(f"ANALYZE {registered_document.name}"))


def own_register(tx: Transaction, desk: Desk) -> "OwnRegister":
    """This node's register for an inspection, under the codes that the agreement register gives the node."""
    try:
        partner = desk.register(tx).partners.get(desk.code)
    except NotFoundError:
        partner = None
    return OwnRegister(tx, partner.travel_document_codes if partner is not None else ())


class OwnRegister:
    """The node's own register as an inspection asks it: `egnatia.engines.documents.registers.lookup.Lookup`.

    Invariant: it speaks for the codes this node issues under and for no other; what a partner issued, only the partner
    can answer.
    """

    def __init__(self, tx: Transaction, codes: Iterable[str]) -> None:
        """Look up in this transaction; `codes` are those the node issues documents under."""
        self._tx = tx
        self._codes = frozenset(normal_issuer(code) for code in codes)

    def covers(self, issuer: str) -> bool:
        """Whether this node is the issuer."""
        return normal_issuer(issuer) in self._codes

    def exact(self, issuer: str, number: str) -> tuple[Registered, ...]:
        """Entries of exactly this number, and ranges that hold it, by reference."""
        return tuple(registered_with(self._tx, normal_issuer(issuer), normal_number(number)))

    def near(self, issuer: str, numbers: Mapping[str, Nearness]) -> tuple[Registered, ...]:
        """Entries of single documents with one of these numbers; the likeliest first."""
        found: list[Registered] = []
        for length in sorted({len(each) for each in numbers}):
            waiting = iter([each for each in numbers if len(each) == length])
            while batch := list(islice(waiting, _AT_ONCE)):
                batch += [batch[0]] * (_AT_ONCE - len(batch))
                values = {f"number_{at}": each for at, each in enumerate(batch)}
                rows = self._tx.rows(_NEAR, issuer=normal_issuer(issuer), length=length, **values)
                found += [_entry(row, numbers[row.number_from]) for row in rows]
        return ordered(found)
