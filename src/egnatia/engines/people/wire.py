"""Persons and tags as plain JSON values, strictly read: what a sealed record holds, and what a message carries.

A query or a record is only ever sealed at home in this form. What crosses a border in step 1 is the form of tags.
"""

import re
from collections.abc import Iterable, Mapping

from egnatia.engines.people.parts import parts
from egnatia.engines.people.tagging import SLOTS, TAG_LENGTH, Feature, Tag
from egnatia.engines.people.types import MAX_ALL_WORDS, MAX_WORDS, PersonQuery, PersonRecord, parse_date
from egnatia.errors import InputError
from egnatia.model.ids import RecordRef

JSON = str | list[str]
"""What one field of a person is in JSON."""
_TEXTS = ("first_names", "family_names", "father_name", "mother_name")
_HEX = re.compile(rf"[0-9a-f]{{{2 * TAG_LENGTH}}}")


def query_to_dict(query: PersonQuery) -> dict[str, JSON]:
    """A query as plain values; empty fields are left out."""
    fields: dict[str, JSON] = {name: getattr(query, name) for name in _TEXTS}
    fields["birth_date"] = str(query.birth_date or "")
    fields["identifiers"] = list(query.identifiers)
    return {name: value for name, value in fields.items() if value}


def record_to_dict(record: PersonRecord) -> dict[str, JSON]:
    """A record as plain values; empty fields are left out."""
    fields: dict[str, JSON] = {"ref": record.ref, **{name: getattr(record, name) for name in _TEXTS}}
    fields["birth_date"] = str(record.birth_date or "")
    fields |= {"identifiers": list(record.identifiers), "aliases": list(record.aliases)}
    return {name: value for name, value in fields.items() if value}


def _text(fields: Mapping[str, object], name: str) -> str:
    """A field that is a text or missing."""
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise InputError(f"{name} is not a text")
    return value


def _texts(fields: Mapping[str, object], name: str) -> tuple[str, ...]:
    """A field that is a list of texts or missing."""
    value = fields.get(name, [])
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
        raise InputError(f"{name} is not a list of texts")
    return tuple(value)


def _known(fields: Mapping[str, object], allowed: frozenset[str]) -> None:
    """Refuse fields that the engine has no use for, nationality before all."""
    if unknown := sorted(set(fields) - allowed):
        raise InputError(f"a person has no field {unknown[0]!r}", hint=f"Use only: {', '.join(sorted(allowed))}.")


def query_from_dict(fields: Mapping[str, object]) -> PersonQuery:
    """A query from plain values.

    Raises:
        InputError: an unknown field, a wrong type, or too little to look for a person.
    """
    _known(fields, frozenset({*_TEXTS, "birth_date", "identifiers"}))
    first, family, father, mother = (_text(fields, name) for name in _TEXTS)
    born = parse_date(_text(fields, "birth_date"))
    return PersonQuery(first, family, born, father, _texts(fields, "identifiers"), mother)


def record_from_dict(fields: Mapping[str, object]) -> PersonRecord:
    """A record from plain values.

    Raises:
        InputError: an unknown field, a wrong type, or nothing that identifies a person.
    """
    _known(fields, frozenset({*_TEXTS, "ref", "birth_date", "identifiers", "aliases"}))
    first, family, father, mother = (_text(fields, name) for name in _TEXTS)
    born = parse_date(_text(fields, "birth_date"))
    identifiers, aliases = _texts(fields, "identifiers"), _texts(fields, "aliases")
    return PersonRecord(RecordRef(_text(fields, "ref")), first, family, born, father, identifiers, aliases, mother)


def kept_record(fields: Mapping[str, object]) -> PersonRecord:
    """A record that this node took before, read even where an earlier release took what is refused now.

    A name of too many words keeps the first of them, other names go from the end, and a date that is none any more is unknown: one
    odd record among a million must not stop every search, and nothing of it is changed where it is kept.

    Raises:
        InputError: it was no record in any release.
    """
    try:
        return record_from_dict(fields)
    except InputError:
        return record_from_dict(_bearable(fields))


def _bearable(fields: Mapping[str, object]) -> dict[str, object]:
    """The same person with no more than is read today."""
    made: dict[str, object] = {name: _shortened(_text(fields, name)) for name in _TEXTS}
    left = MAX_ALL_WORDS - sum(len(parts(str(text))) for text in made.values())
    others: list[str] = []
    for text in map(_shortened, _texts(fields, "aliases")):
        left -= len(parts(text))
        others += [text] if left >= 0 else []
    try:
        parse_date(_text(fields, "birth_date"))
    except InputError:
        made["birth_date"] = ""
    return {**fields, **made, "aliases": others}


def _shortened(text: str) -> str:
    """The beginning of a name, a quarter less until it has no more words than a name may have."""
    while len(parts(text)) > MAX_WORDS:
        text = text[: len(text) * 3 // 4]
    return text


def tags_to_wire(made: Iterable[Tag]) -> dict[str, list[str]]:
    """Padded tags as a message carries them: feature to hexadecimal values, in the order given."""
    body: dict[str, list[str]] = {feature.value: [] for feature in SLOTS}
    for one in made:
        body[one.feature.value].append(one.value.hex())
    return body


def tags_from_wire(body: object) -> tuple[Tag, ...]:
    """Tags from a message.

    Raises:
        InputError: a feature is unknown or missing, has not exactly its number of tags, or a value is no tag. A padded
            query always has them all, so anything else was not made by `padded`.
    """
    if not isinstance(body, Mapping) or set(body) != {feature.value for feature in SLOTS}:
        raise InputError("the tags of a person enquiry do not have the features of this version")
    return tuple(one for feature, slots in SLOTS.items() for one in _feature_tags(feature, slots, body[feature.value]))


def _feature_tags(feature: Feature, slots: int, values: object) -> list[Tag]:
    """The tags of one feature."""
    if not isinstance(values, list) or len(values) != slots:
        raise InputError(f"{feature.value} does not have {slots} tags")
    if not all(isinstance(value, str) and _HEX.fullmatch(value) for value in values):
        raise InputError(f"a tag of {feature.value} is not {TAG_LENGTH} bytes in hexadecimal")
    return [Tag(feature, bytes.fromhex(value)) for value in values]
