"""What was asked beside what a partner released: the full comparison, which only becomes possible once core data are here.

In step 1 a partner says which parts agree, and never what contradicts. Released core data hold the father's name, all numbers
and the date as it is on record, and so for the first time what speaks against. The comparison is the engine's, in a register of
the usual spread of names, because the partner's own is not known here. It is shown beside the data and kept nowhere.
"""

import json
from collections.abc import Mapping

from sqlalchemy import select

from egnatia.engines.people import Match, PartialDate, PersonRecord, compare, parse_date, query_from_dict
from egnatia.enquiries.followups import FollowUp
from egnatia.errors import InputError
from egnatia.model.ids import SealedId
from egnatia.model.states import SubjectKind
from egnatia.store.database import Transaction
from egnatia.store.tables import enquiry


def compare_released(tx: Transaction, row: FollowUp, fields: Mapping[str, str]) -> Match | None:
    """The person of a follow-up as we asked about them, compared with core data that came for it.

    Returns:
        The match; None where it is about no person, what was asked is erased, or the fields name nobody.
    """
    if row.subject is not SubjectKind.PERSON:
        return None
    sealed_id = tx.execute(select(enquiry.c.sealed_id).where(enquiry.c.id == row.enquiry_id)).scalar()
    asked = tx.opened(SealedId(sealed_id)) if sealed_id else None
    if asked is None:
        return None
    try:
        return compare(query_from_dict(json.loads(asked)["query"]), _record(row, fields))
    except InputError:
        return None


def _record(row: FollowUp, fields: Mapping[str, str]) -> PersonRecord:
    """A partner's core data as a record; a date that is none is left out, because a partner may write it in its own way."""
    first, family, born, father, numbers, aliases = (
        fields.get(name, "")
        for name in ("first_names", "family_names", "birth_date", "father_name", "document_numbers", "alias")
    )
    return PersonRecord(row.ref, first, family, _date(born), father, _listed(numbers), _listed(aliases))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in text.split(";") if each.strip())


def _date(text: str) -> PartialDate | None:
    try:
        return parse_date(text)
    except InputError:
        return None
