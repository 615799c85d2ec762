"""A register as columns: every different value once, and for each record the number of its value.

What is done per value (reading names, dates, sounds) is then done once for a hundred thousand values and not for a million
records. Records are put in the order of what they say, so that nothing depends on the order of the file or on references.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from egnatia.engines.people.identifiers import IdentifierKind, read_identifier
from egnatia.engines.people.link.fields import READ, Field
from egnatia.engines.people.names import split_full_name
from egnatia.engines.people.types import PersonRecord
from egnatia.errors import InputError

Ints = np.ndarray[Any, np.dtype[np.int64]]
Codes = np.ndarray[Any, np.dtype[np.int32]]
MAX_RECORDS = 2**31 - 1
"""Two record numbers share one 64-bit number for a pair."""
SEVERAL = "|"
"""What stands between several numbers of one record."""


@dataclass(frozen=True, slots=True)
class Column:
    """One field of all records: `values[codes[i]]` is what record i says; value 0 is the empty text."""

    values: tuple[str, ...]
    codes: Codes

    def __getitem__(self, number: int) -> str:
        """What one record says."""
        return self.values[int(self.codes[number])]


@dataclass(frozen=True, slots=True)
class Aliases:
    """Other names of records: whose each is, and its first and family names as columns; ordered by owner."""

    owners: Codes
    first: Column
    family: Column


@dataclass(frozen=True, slots=True)
class Register:
    """Records of one or two registers as columns, ordered by content.

    Attributes:
        refs: reference of each record.
        sides: 0 for a record of the first register, 1 for one of the second.
        columns: what is known, by field; a field that nobody fills is absent.
        aliases: other names.
    """

    refs: tuple[str, ...]
    sides: np.ndarray[Any, np.dtype[np.int8]]
    columns: Mapping[Field, Column]
    aliases: Aliases

    def __len__(self) -> int:
        """How many records it has."""
        return len(self.refs)

    def written(self, number: int) -> dict[Field, str]:
        """What one record says, empty fields left out."""
        return {field: text for field, column in self.columns.items() if (text := column[number])}


def column_of(texts: Iterable[str]) -> Column:
    """A column; values are numbered in alphabetical order, so that equal registers get equal columns."""
    first: dict[str, int] = {"": 0}
    met = np.fromiter((first.setdefault(text, len(first)) for text in texts), dtype=np.int32)
    values = sorted(first)
    places = np.empty(len(values), dtype=np.int32)
    for place, value in enumerate(values):
        places[first[value]] = place
    return Column(tuple(values), places[met])


def register_of_columns(
    refs: Sequence[str],
    texts: Mapping[Field, Sequence[str]],
    sides: Sequence[int] | None = None,
    aliases: Mapping[str, Sequence[str]] | None = None,
) -> Register:
    """A register from columns of texts.

    Args:
        refs: one for each record, each once.
        texts: for each field a text per record, empty where nothing is known; several numbers stand between `|`.
        sides: 0 or 1 for each record where two registers are linked; all 0 by default.
        aliases: other whole names by reference.

    Raises:
        InputError: a reference stands twice, a field is none that a register can have, or the columns differ in length.
    """
    _check(refs, texts)
    if sides is not None and len(sides) != len(refs):
        raise InputError("not every record has a side")
    made = {field: column_of(texts[field]) for field in READ if field in texts}
    known = {field: column for field, column in made.items() if len(column.values) > 1}
    side = np.zeros(len(refs), dtype=np.int8) if sides is None else np.asarray(sides, dtype=np.int8)
    keys: list[np.ndarray[Any, Any]] = [side, *(column.codes for column in known.values())]
    order = np.lexsort(keys[::-1])
    ordered = tuple(refs[number] for number in order.tolist())
    columns = {field: Column(column.values, column.codes[order]) for field, column in known.items()}
    return Register(ordered, side[order], columns, _aliases_of(ordered, aliases or {}))


def _check(refs: Sequence[str], texts: Mapping[Field, Sequence[str]]) -> None:
    if len(set(refs)) != len(refs):
        raise InputError("a reference stands twice", hint="Give every record a reference of its own.")
    if len(refs) > MAX_RECORDS:
        raise InputError(f"more than {MAX_RECORDS} records")
    for field, column in texts.items():
        if field not in READ or len(column) != len(refs):
            raise InputError(f"the column {field} is none of a register, or not as long as the others")


def _aliases_of(refs: tuple[str, ...], aliases: Mapping[str, Sequence[str]]) -> Aliases:
    rows = [(number, *split_full_name(text)) for number, ref in enumerate(refs) for text in aliases.get(ref, ())]
    owners = np.array([owner for owner, _, _ in rows], dtype=np.int32)
    return Aliases(owners, column_of(first for _, first, _ in rows), column_of(family for _, _, family in rows))


def address_among(identifiers: Iterable[str]) -> str:
    """The first address among identifiers, for `identifiers` may hold them as `address: ...`; empty where there is none."""
    found = (read_identifier(each) for each in identifiers)
    return min((each.text for each in found if each is not None and each.kind is IdentifierKind.ADDRESS), default="")


def register_of(records: Iterable[PersonRecord], second: Iterable[PersonRecord] = ()) -> Register:
    """A register from records; with `second`, of two registers that are linked to each other."""
    left, right = list(records), list(second)
    every = left + right
    texts: dict[Field, list[str]] = {
        Field.FIRST: [each.first_names for each in every],
        Field.FAMILY: [each.family_names for each in every],
        Field.FATHER: [each.father_name for each in every],
        Field.MOTHER: [each.mother_name for each in every],
        Field.BIRTH_DATE: [str(each.birth_date or "") for each in every],
        Field.NUMBERS: [SEVERAL.join(each.identifiers) for each in every],
        Field.ADDRESS: [address_among(each.identifiers) for each in every],
    }
    aliases: dict[str, Sequence[str]] = {each.ref: each.aliases for each in every if each.aliases}
    return register_of_columns([each.ref for each in every], texts, [0] * len(left) + [1] * len(right), aliases)
