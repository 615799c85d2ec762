"""The holder of a document that may be false is asked about flight and exploitation, at a crossing or anywhere else.

Who flees or is trafficked often has no other papers than false ones (Refugee Convention article 31; Council of Europe
Convention on Action against Trafficking, article 26; requirement DOC-10). A verdict or a machine's suspicion opens this
and nothing else: no offence follows from either. What was seen and said is sealed under a key of its own.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from egnatia.accounts import authorise
from egnatia.casework.borders.rules import Prompt
from egnatia.casework.borders.verdicts import judged
from egnatia.engines.documents.types import Advice
from egnatia.enquiries.desk import KEEP
from egnatia.enquiries.forgery_alerts.ending import end_about
from egnatia.ledger import Act, append
from egnatia.model.borders import SCREENED_VERDICTS, Sign
from egnatia.model.events import EventKind
from egnatia.model.officers import Action, Officer
from egnatia.model.states import Purpose
from egnatia.store.database import Transaction
from egnatia.store.tables import holder_screening, inspection


@dataclass(frozen=True, slots=True)
class Heard:
    """What an officer saw and heard of a document's holder.

    Attributes:
        signs: what may show flight or exploitation.
        protection_asked: whether the person asked for protection, in whatever words.
        is_child: whether the person is, or may be, under 18.
    """

    signs: frozenset[Sign]
    protection_asked: bool
    is_child: bool


def screening_wanted(tx: Transaction, inspection_id: str) -> bool:
    """Whether the holder of an inspected document should be asked, and nobody has done so yet.

    Raises:
        NotFoundError: there is no such inspection.
    """
    kinds = {each.kind for each in judged(tx, inspection_id).verdicts}
    advice = tx.execute(select(inspection.c.advice).where(inspection.c.id == inspection_id)).scalar_one()
    suspected = bool(kinds & SCREENED_VERDICTS) or advice == Advice.SUSPECTED_FALSE
    return suspected and not times_screened(tx, inspection_id)


def times_screened(tx: Transaction, inspection_id: str) -> int:
    """How often the holder was asked."""
    query = select(holder_screening.c.id).where(holder_screening.c.inspection_id == inspection_id)
    return len(tx.execute(query).all())


def screen_holder(tx: Transaction, officer: Officer, inspection_id: str, heard: Heard, now: datetime) -> list[Prompt]:
    """Record what was seen and heard; a request for protection takes back any alert about the document.

    Returns:
        What has to be offered to the person now.

    Raises:
        ForbiddenError: the officer does not inspect documents.
        NotFoundError: there is no such inspection.
    """
    authorise(officer, Action.INSPECT_DOCUMENT)
    judged(tx, inspection_id)
    seen = _ordered(heard.signs)
    content = {"signs": seen, "protection_asked": heard.protection_asked, "is_child": heard.is_child}
    sealed = tx.seal(json.dumps(content).encode(), kind="holder_screening", at=now, erase_on=now + KEEP)
    row = {
        "id": tx.new_id(),
        "inspection_id": inspection_id,
        "at": now,
        "officer_id": officer.id,
        "sealed_id": sealed.id,
        "erase_on": now + KEEP,
    }
    tx.execute(holder_screening.insert(), row)
    ref = f"inspection:{inspection_id}"
    append(tx, Act(EventKind.HOLDER_SCREENED, now, officer.id, ref, purpose=Purpose.BORDER_CHECK))
    if heard.protection_asked:
        end_about(tx, inspection_id, officer.id, now)
    return offers(heard)


def offers(heard: Heard) -> list[Prompt]:
    """What has to be offered: a referral to asylum, one to safeguarding for a child, help for a grown person."""
    found = [Prompt.REFER_NOW] if heard.protection_asked else []
    if heard.is_child:
        found.append(Prompt.SAFEGUARD)
    elif heard.signs:
        found.append(Prompt.OFFER_HELP)
    return found


def _ordered(signs: Collection[Sign]) -> list[str]:
    return [each.value for each in Sign if each in signs]
