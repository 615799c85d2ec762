"""Persons: asked by keyed tags of names and date of birth, answered from this node's own person records.

No name and no date crosses a border in step 1. Both partners make the same tags under the key that only they share
(`engines.people.blind`), and the answer is a reference number with closed evidence codes. The reading of names, the
tags and the judgement are the engine's; this module joins them to the store.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
)

from egnatia.engines.people import (
    Feature,
    judge,
    kept_record,
    padded,
    query_from_dict,
    query_to_dict,
    tags,
    tags_from_wire,
    tags_to_wire,
)
from egnatia.engines.people.tagging import SLOTS
from egnatia.enquiries.numbers import read_numbers
from egnatia.enquiries.subjects.base import Found, Subject, Values
from egnatia.errors import InputError, NotFoundError, RefusedError
from egnatia.model.ids import PartnerCode, Randomness, RecordRef, SealedId
from egnatia.model.states import RefusalReason, SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.prepared import Prepared
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


_CLASSES = (
    (Feature.FAMILY_TOKEN, Feature.FAMILY_SOUND),
    (Feature.FIRST_TOKEN, Feature.FIRST_SOUND),
    (Feature.BIRTH_DATE, Feature.BIRTH_YEAR_MONTH, Feature.BIRTH_YEAR_DAY, Feature.BIRTH_SWAPPED),
)
"""Of these three a candidate agrees in two, or in a number (`engines.people.judgement`)."""
_WIDTH = 5
"""Bits in which the database counts the tags of one feature that agree: at most five, and a sum of nine features has 45."""
_MASKS: dict[Feature, int] = {feature: ((1 << _WIDTH) - 1) << (_WIDTH * place) for place, feature in enumerate(Feature)}


def _agreed() -> Prepared:
    """The records that agree in enough to be judged, with the features in which they do.

    The database leaves out who shares a name and nothing else: to bring ten thousand namesakes here and judge them one by
    one takes time that an asker could measure, and so would tell of a no-hit how common the name is on this register. One
    sum for each record, in which every feature has bits of its own, takes a third of what a column for each feature took.
    """
    asked = [(each, feature) for feature in Feature for each in _binds(feature)]
    units = {feature: literal_column(str(_unit(feature)), BigInteger) for feature in Feature}
    weights = [(blind_tag.c.tag == each, units[feature]) for each, feature in asked]
    total = cast(func.sum(case(*weights)), BigInteger).label("total")
    mine = (blind_tag.c.partner == bindparam("asker")) & blind_tag.c.tag.in_([each for each, _ in asked])
    found = select(blind_tag.c.ref, total).where(mine).group_by(blind_tag.c.ref).subquery()
    parts = [_has(found.c.total, group) for group in _CLASSES]
    pairs = [and_(parts[one], parts[other]) for one, other in ((0, 1), (0, 2), (1, 2))]
    return Prepared(select(found).where(or_(*pairs, _has(found.c.total, [Feature.IDENTIFIER]))).order_by(found.c.ref))


def _unit(feature: Feature) -> int:
    """What one tag of a feature adds."""
    return _MASKS[feature] // ((1 << _WIDTH) - 1)


def _has(total: ColumnElement[int], features: Iterable[Feature]) -> ColumnElement[bool]:
    """Whether a sum has any of these features."""
    return total.bitwise_and(literal_column(str(sum(_MASKS[each] for each in features)))) > 0


def _binds(feature: Feature) -> list[BindParameter[bytes]]:
    """As many values as a padded question has tags of a feature, so that the statement says nothing of who is asked about."""
    return [bindparam(f"asked_{feature.value}_{place}", type_=blind_tag.c.tag.type) for place in range(SLOTS[feature])]


_AGREED = _agreed()


def check(values: Values) -> dict[str, Any]:
    """Read a person to ask about: at least two of first names, family names and date of birth (ENQ-10), and numbers beside them.

    A number alone is no question about a person. Who holds a document, its issuer is asked as about a document, and who has a
    telephone or an account, blind; with a number alone every partner would be asked what its register says of it.

    Raises:
        InputError: too little, an unknown field, an impossible date, or a number that could find nobody.
    """
    query = query_from_dict(values)
    read_numbers(query.identifiers, query.birth_date)
    try:
        replace(query, identifiers=())
    except InputError as too_little:
        raise InputError(
            too_little.message,
            hint="Give two of: first names, family names, date of birth with its month. A number goes beside them; by itself"
            " it is asked about as a document, or blind.",
        ) from None
    return dict(query_to_dict(query))


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
    tags_of = {feature: [one.value for one in asked if one.feature is feature] for feature in Feature}
    values = {
        f"asked_{feature.value}_{place}": tag for feature, each in tags_of.items() for place, tag in enumerate(each)
    }
    judged = (
        (
            RecordRef(row.ref),
            judge(asked, [each[0] for feature, each in tags_of.items() if row.total & _MASKS[feature]]),
        )
        for row in tx.rows(_AGREED, asker=asker, **values)  # which tag of a feature it was changes no judgement
    )
    return [Found(ref, match.quality, match.evidence) for ref, match in judged if match is not None]


def confirm(tx: Transaction, keys: Sequence[bytes], query: dict[str, Any], found: Found) -> Found | None:
    """The candidate as its record itself judges it: which feature a tag is of is believed to nobody.

    The table of tags does not say of what a tag is. An asker that calls the tag of a family name a document's number, or a date of
    birth, would be told references of namesakes for one name. So the few records that are to be returned are opened, and only
    tags count that the record has under the same feature. Nothing of a no-hit comes here, and nobody who is shielded.
    """
    sealed_id = tx.execute(select(person_record.c.sealed_id).where(person_record.c.ref == found.ref)).scalar_one()
    record = kept_record(json.loads(tx.unseal(SealedId(sealed_id)))["record"])
    borne = {each for key in keys for each in tags(record, key)}
    agreed = [each for each in tags_from_wire(query) if each in borne]
    match = judge(agreed, [each.value for each in agreed])
    return None if match is None else Found(found.ref, match.quality, match.evidence)


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


SUBJECT = Subject(SubjectKind.PERSON, check, minimise, search, CORE_FIELDS, core_values, confirm)
