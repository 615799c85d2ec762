"""A record on file made ready to be compared without reading its names anew: their parts stand in the index already.

The same as reading the record and taking it apart. What is out of the ordinary (aliases, control characters, numbers without a
date, a record that is longer than one name may be, or one whose names stand in no column) is read and looked at as any record is.
"""

from egnatia.engines.people.identifiers import read_identifiers
from egnatia.engines.people.level import (
    ESCAPE,
    FAMILY,
    FATHER,
    FIELD,
    FIRST,
    ITEM,
    MOTHER,
    NUMBER_MASK,
    ROLE_BITS,
    Level,
    date_of,
    fields_written,
)
from egnatia.engines.people.likeness import NO_NAME, Name, name_of, together
from egnatia.engines.people.match import prepare
from egnatia.engines.people.naming import Prepared
from egnatia.engines.people.types import MAX_LIST, MAX_NAME_LENGTH, MAX_REF, MAX_WORDS
from egnatia.engines.people.vocabulary import Vocabulary
from egnatia.model.ids import RecordRef

_ORDER = ("ref", "first_names", "family_names", "birth_date", "father_name", "identifiers", "aliases", "mother_name")
"""The fields of a packed record in their order; where a release packs others, every record is read."""
_KNOWN = fields_written() == "\n".join(_ORDER)
_NAMES_KEPT = 1 << 14
"""Different names that are remembered: the same ones are compared again and again."""


class Reader:
    """Makes records of an index ready to be compared."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._names: dict[str, Name] = {}

    def person(self, level: Level, slot: int, *, numbers: bool) -> Prepared:
        """The person of a record.

        Args:
            level: where it lies.
            slot: its place there.
            numbers: whether its numbers will be compared; else they are left out, and nothing beside them.

        Raises:
            InputError: what lies there is no record.
        """
        values = _plain(level.written(slot)) if _KNOWN else None
        if values is None:
            return self._read(level, slot)
        ref, first_names, family_names, born, father_name, identifiers, _, mother_name = values
        parts = level.name_parts(slot)
        if len(parts) > MAX_WORDS:
            return self._read(level, slot)
        first, family = self._name(first_names, FIRST, parts), self._name(family_names, FAMILY, parts)
        if not first.parts and not family.parts:
            return self._read(level, slot)
        written = tuple(identifiers.split(ITEM)[:-1])
        return Prepared(
            RecordRef(ref),
            family,
            first,
            self._name(father_name, FATHER, parts),
            self._name(mother_name, MOTHER, parts),
            (together(first, family),),
            date_of(born),
            written,
            read_identifiers(written) if numbers and written else (),
        )

    def _read(self, level: Level, slot: int) -> Prepared:
        return prepare(level.record(slot))

    def _name(self, text: str, role: int, parts: list[int]) -> Name:
        """A name of a record, of which `parts` are all parts with their fields."""
        if not text:
            return NO_NAME
        known = self._names.get(text)
        if known is None:
            made = tuple(self._vocabulary.part(each & NUMBER_MASK) for each in parts if each >> ROLE_BITS == role)
            if len(self._names) >= _NAMES_KEPT:
                self._names.clear()
            known = self._names[text] = name_of(text, made)
        return known


def _plain(written: bytes) -> list[str] | None:
    """The fields of a packed record; None where it must be looked at more closely."""
    try:
        text = written.decode()
    except UnicodeDecodeError:
        return None
    values = text.split(FIELD)
    if len(text) > MAX_NAME_LENGTH or ESCAPE in text or len(values) > len(_ORDER):
        return None
    values += [""] * (len(_ORDER) - len(values))
    ref, born, identifiers, aliases = values[0], values[3], values[5], values[6]
    dated = born or not identifiers  # else a number may tell a date
    return (
        values if dated and not aliases and identifiers.count(ITEM) <= MAX_LIST and 1 <= len(ref) <= MAX_REF else None
    )
