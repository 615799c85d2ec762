"""Filters of blind enquiries as partners fetch them: a statement to every partner, a page only to whom it is for.

They go past the message queue: 40 MB in signed messages would be 71 MB, and every answer is kept for a week. The signed
statement names the hash of each filter, so a page needs no signature of its own.
"""

import re

from sqlalchemy import select

from egnatia.agreements.admission.standing import standings
from egnatia.errors import RefusedError
from egnatia.model.ids import PARTNER_CODE, PartnerCode
from egnatia.model.states import PartnerStatus, RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import blind_epoch, blind_page, blind_statement

STATEMENT_PATH = "/exchange/blind/statement"
"""Followed by the holder's code: a node shows its own statement, and whichever it has of another holder."""
PAGE_PATH = "/exchange/blind/page"
"""Followed by the filter's root and the page's number."""
_ROOT = re.compile(r"[0-9a-f]{64}")


def statement_of(tx: Transaction, holder: str) -> bytes:
    """The newest statement of a holder that this node has, as it was signed.

    Raises:
        RefusedError: BLIND_NOT_OFFERED, there is none.
    """
    columns = blind_statement.c
    if not PARTNER_CODE.fullmatch(holder):  # PostgreSQL takes no text with a NUL in it, not even to look for it
        raise RefusedError(RefusalReason.BLIND_NOT_OFFERED, "there is no such statement here")
    query = select(columns.content).where(columns.holder == holder).order_by(columns.epoch.desc(), columns.sha256)
    content = tx.execute(query.limit(1)).scalar()
    if content is None:
        raise RefusedError(RefusalReason.BLIND_NOT_OFFERED, "there is no such statement here")
    return bytes(content)


def page_for(tx: Transaction, audience: PartnerCode, root: str, number: str) -> bytes:
    """One page of a filter of ours, for the partner it was made for, as long as nothing bars it here.

    Raises:
        RefusedError: BLIND_NOT_OFFERED; nothing tells a filter of somebody else from one that does not exist.
    """
    if not _ROOT.fullmatch(root):
        raise _no_page()
    mine = (blind_epoch.c.root == root) & (blind_epoch.c.audience == audience) & blind_epoch.c.ended_at.is_(None)
    wanted = (blind_page.c.root == root) & (blind_page.c.number == _number(number))
    query = select(blind_page.c.content).where(wanted, select(blind_epoch.c.id).where(mine).exists())
    content = tx.execute(query).scalar()
    if content is None or standings(tx).get(audience, PartnerStatus.MEMBER) is not PartnerStatus.MEMBER:
        raise _no_page()
    return bytes(content)


def _no_page() -> RefusedError:
    return RefusedError(RefusalReason.BLIND_NOT_OFFERED, "there is no such page for you here")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1  # noqa: PLR2004 - below 2^31
