"""What officers found of a document, and what has to be done for its holder before anybody is told of it.

The holder of a stolen passport may be a victim: of whoever took theirs and sold them another, or of the state that
reported it (Refugee Convention article 31; Council of Europe Convention on Action against Trafficking, article 26;
requirement DOC-10). So the screening comes first, and whoever asked for protection is told about to nobody.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from egnatia.casework.borders.particulars import particulars_of
from egnatia.casework.borders.registered import document_shown
from egnatia.casework.borders.verdicts import Agreement, judged
from egnatia.enquiries.desk import Desk
from egnatia.enquiries.guard import check_guard
from egnatia.errors import ConflictError, InputError, NotFoundError
from egnatia.model.borders import VerdictClass
from egnatia.model.ids import SealedId
from egnatia.store.database import Transaction
from egnatia.store.tables import holder_screening, second_line


@dataclass(frozen=True, slots=True)
class Asked:
    """How far the holder of an inspected document was asked.

    Attributes:
        screened: whether the signs of flight and exploitation were gone through with the person.
        protection: whether the person asked for protection, in whatever words.
    """

    screened: bool
    protection: bool


def agreed(tx: Transaction, inspection_id: str) -> VerdictClass | None:
    """What two officers at least say of an inspection's document, if all who spoke say the same.

    Raises:
        InputError: there is no such inspection.
    """
    try:
        found = judged(tx, inspection_id)
    except NotFoundError as error:
        raise InputError(error.message, hint="Give the id that inspecting returned.") from None
    return found.kind if found.agreement is Agreement.CONFIRMED else None


def found_by_officers(tx: Transaction, inspection_id: str) -> VerdictClass | None:
    """What officers found the document to be: by their verdicts, or where nobody gave one by the second line's finding.

    Returns:
        None where nobody found anything, or they differ.

    Raises:
        NotFoundError: there is no such inspection.
    """
    verdicts = judged(tx, inspection_id)
    if verdicts.agreement is not Agreement.NONE:
        return verdicts.kind
    closed = (second_line.c.inspection_id == inspection_id) & second_line.c.closed_at.is_not(None)
    rows = tx.execute(select(second_line.c.particulars_id).where(closed)).all()
    endings = (particulars_of(tx, row.particulars_id).ending for row in rows)
    found = {ending.finding.value for ending in endings if ending is not None}
    only = found.pop() if len(found) == 1 else None
    return VerdictClass(only) if only in set(VerdictClass) else None


def check_found(tx: Transaction, inspection_id: str, wanted: VerdictClass) -> None:
    """Require that an officer found the document to be this, and that none who spoke differs.

    Raises:
        NotFoundError: there is no such inspection.
        ConflictError: nobody found it so, or officers differ.
    """
    if found_by_officers(tx, inspection_id) is not wanted:
        raise ConflictError(
            f"no officer found the document to be {wanted.value.replace('_', ' ')}, or officers differ",
            hint="An officer examines it and says so first: `egnatia crossing verdict`. A hit alone is none.",
        )


def holder_asked(tx: Transaction, inspection_id: str) -> Asked:
    """Whether the holder was screened, at a further check or anywhere else, and asked for protection at any of them."""
    screened = protection = False
    query = select(holder_screening.c.sealed_id).where(holder_screening.c.inspection_id == inspection_id)
    for row in tx.execute(query).all():
        content = tx.opened(SealedId(row.sealed_id))
        if content is not None:
            screened = True
            protection |= bool(json.loads(content)["protection_asked"])
    checks = select(second_line.c.particulars_id).where(second_line.c.inspection_id == inspection_id)
    for row in tx.execute(checks).all():
        known = particulars_of(tx, row.particulars_id)
        screened |= known.screened_at is not None
        protection |= known.protection_asked_at is not None
    return Asked(screened, protection)


def check_holder(tx: Transaction, desk: Desk, inspection_id: str, now: datetime) -> None:
    """Require that the holder of a reported document was heard first, and that telling betrays nobody who needs protection.

    Raises:
        ConflictError: the holder was not screened, or asked for protection.
        RefusedError: PROTECTION_CLAIM_GUARD: a claim against a partner's state could be the holder's.
    """
    asked = holder_asked(tx, inspection_id)
    if asked.protection:
        raise ConflictError(
            "the holder asked for protection: nobody is told where the document was met",
            hint="Refer the person; the issuer's own register stays as it is.",
        )
    if not asked.screened:
        raise ConflictError(
            "the holder of a reported document may be a victim, and nobody has asked yet",
            hint="Go through the signs with the person first: `egnatia crossing screen-holder`.",
        )
    who = document_shown(tx, inspection_id, now.date())
    clues = {"number": who.number, "first_names": who.first_names, "family_names": who.family_names}
    if who.birth_date:
        clues["birth_date"] = who.birth_date
    for code, partner in desk.register(tx).partners.items():
        check_guard(tx, code, partner.travel_document_codes, clues)
