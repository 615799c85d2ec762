"""Versions of messages: what each partner speaks, and what may therefore be sent to it (docs/adr/0014).

Release 0.1.0 speaks version 1, this release 1 and 2. The form of the header is the same; a message of version 2 may have
bodies and kinds that 0.1.0 would refuse. A partner counts as speaking version 1 until it said more: in the status that it
shows over its own certificate, or by a message of version 2 that it signed. The card cannot say it, because 0.1.0 refuses
a card with a field that it does not know.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select, update

from egnatia.errors import RefusedError
from egnatia.model.ids import PartnerCode
from egnatia.model.states import RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.prepared import Prepared
from egnatia.store.tables import partner_card

OLDEST, NEWEST = 1, 2
"""The versions that this release reads and writes: its own, and that of the release before it."""
SPOKEN = frozenset(range(OLDEST, NEWEST + 1))
_PROTOCOL = Prepared(select(partner_card.c.protocol).where(partner_card.c.code == bindparam("code")))
_MEMO = "protocol of "
STATUS_FIELD = "protocol"
"""Where a node's status names the newest version it speaks; 0.1.0 has no such field."""


def protocol_of(tx: Transaction, partner: PartnerCode) -> int:
    """The version in which this node writes to a partner: the newest that both speak, 1 as long as nothing is known."""
    memo = f"{_MEMO}{partner}"
    if memo not in tx.memo:
        row = tx.row(_PROTOCOL, code=partner)
        known = None if row is None else row.protocol
        tx.memo[memo] = max(OLDEST, min(NEWEST, known or OLDEST))
    version: int = tx.memo[memo]
    return version


def require_protocol(tx: Transaction, partner: PartnerCode, version: int, what: str) -> None:
    """Stop at home what a partner's release would refuse.

    Args:
        tx: any transaction.
        partner: to whom it would go.
        version: the oldest version of messages that can carry it.
        what: the thing, for the error's text, such as "a blind enquiry".

    Raises:
        RefusedError: PARTNER_TOO_OLD.
    """
    known = protocol_of(tx, partner)
    if known < version:
        raise RefusedError(
            RefusalReason.PARTNER_TOO_OLD,
            f"{partner}'s node speaks version {known} of messages, and {what} needs version {version}",
            hint=f"Ask {partner} to upgrade its node. This node notices within a minute, and then it can be sent.",
        )


def learn_protocol(tx: Transaction, partner: PartnerCode, version: int) -> bool:
    """Remember the newest version that a partner was seen to speak; returns whether that is news.

    Going back is taken as well: a partner whose upgrade failed runs its earlier release again.
    """
    tx.memo.pop(f"{_MEMO}{partner}", None)
    other = partner_card.c.protocol.is_(None) | (partner_card.c.protocol != version)
    mine = update(partner_card).where(partner_card.c.code == partner, other)
    return bool(tx.execute(mine.values(protocol=version)).rowcount)


def hear_protocol(tx: Transaction, partner: PartnerCode, version: int) -> None:
    """A verified message of this version came: its sender speaks at least that."""
    if version > OLDEST and version > protocol_of(tx, partner):
        learn_protocol(tx, partner, version)


def announced(status: Mapping[str, Any]) -> int:
    """The newest version that a partner's status names; 1 when it names none, as 0.1.0 does not, or nonsense."""
    value = status.get(STATUS_FIELD, OLDEST)
    return value if type(value) is int and OLDEST <= value <= 1_000 else OLDEST  # noqa: PLR2004 - a sane bound
