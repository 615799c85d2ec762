"""Persons: asked by keyed tags of names and date of birth, answered from this node's own person records.

No name and no date crosses a border in step 1. Both partners make the same tags under the key that only they share
(`engines.people.blind`), and the answer is a reference number with closed evidence codes. The reading of names, the
tags and the judgement are the engine's; this module joins them to the store.
"""

import json
from collections import defaultdict
from typing import Any

from sqlalchemy import select

from egnatia.engines.people import (
    judge,
    padded,
    query_from_dict,
    query_to_dict,
    tags,
    tags_from_wire,
    tags_to_wire,
)
from egnatia.enquiries.subjects.base import Found, Subject, Values
from egnatia.errors import InputError, NotFoundError, RefusedError
from egnatia.model.ids import PartnerCode, Randomness, RecordRef, SealedId
from egnatia.model.states import RefusalReason, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import blind_tag, person_record

CORE_FIELDS = (
    "family_names",
    "first_names",
    "alias",
    "birth_date",
    "place_of_birth",
    "nationality",
    "sex",
    "father_name",
    "document_numbers",
    "address",
    "photo",
)
"""The eleven fields of step 2, modelled on Regulation (EU) 2024/982 art. 47(4); a release names each it contains."""


def check(values: Values) -> dict[str, Any]:
    """Read a person to ask about: at least two of first names, family names and date of birth (ENQ-10).

    Raises:
        InputError: too little, an unknown field, or an impossible date.
    """
    return dict(query_to_dict(query_from_dict(values)))


def minimise(values: Values, key: bytes, randomness: Randomness) -> dict[str, Any]:
    """The tags of the person under the pair's key, padded so that their number says nothing."""
    return dict(tags_to_wire(padded(tags(query_from_dict(values), key), randomness)))


def search(tx: Transaction, asker: PartnerCode, query: dict[str, Any]) -> list[Found]:
    """Records whose tags for this asker agree with the query's.

    Raises:
        RefusedError: MALFORMED, when these are not padded tags.
    """
    try:
        asked = tags_from_wire(query)
    except InputError as error:
        raise RefusedError(RefusalReason.MALFORMED, error.message) from None
    agreed: dict[RecordRef, list[bytes]] = defaultdict(list)
    values = [one.value for one in asked]
    rows = tx.execute(
        select(blind_tag.c.ref, blind_tag.c.tag).where(blind_tag.c.partner == asker, blind_tag.c.tag.in_(values))
    )
    for row in rows:
        agreed[RecordRef(row.ref)].append(bytes(row.tag))
    judged = ((ref, judge(asked, hits)) for ref, hits in sorted(agreed.items()))
    return [Found(ref, match.quality, match.evidence) for ref, match in judged if match is not None]


def core_values(tx: Transaction, ref: RecordRef) -> dict[str, str]:
    """What our record holds of the eleven fields.

    Raises:
        NotFoundError: no such record here.
        ErasedError: it was erased.
    """
    row = tx.execute(person_record.select().where(person_record.c.ref == ref)).one_or_none()
    if row is None:
        raise NotFoundError(f"there is no person record {ref}")
    content = json.loads(tx.unseal(SealedId(row.sealed_id)))
    record, core = content["record"], content["core"]
    names = {
        "alias": "; ".join(record.get("aliases", [])),
        "document_numbers": "; ".join(record.get("identifiers", [])),
    }
    values = {**record, **names, **core}
    return {name: str(values[name]) for name in CORE_FIELDS if values.get(name)}


SUBJECT = Subject(SubjectKind.PERSON, check, minimise, search, CORE_FIELDS, core_values)
