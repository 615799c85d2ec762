"""Whose trust files travel: those of members in good standing, to such. No grant is asked, for no person is in them."""

from datetime import datetime

from egnatia.agreements.force import status_on
from egnatia.enquiries.desk import Desk
from egnatia.errors import NotFoundError, RefusedError
from egnatia.model.ids import PartnerCode
from egnatia.model.states import PartnerStatus, RefusalReason
from egnatia.store.database import Transaction

_REASONS = {
    PartnerStatus.WITHDRAWN: RefusalReason.PARTNER_WITHDRAWN,
    PartnerStatus.SUSPENDED: RefusalReason.PARTNER_SUSPENDED,
}


def check_member(tx: Transaction, desk: Desk, partner: PartnerCode, now: datetime) -> None:
    """Stop unless the partner is a member by the register in force, and nothing on this node bars it today.

    Raises:
        RefusedError: UNKNOWN_PARTNER, NOT_ADMITTED, PARTNER_SUSPENDED, PARTNER_WITHDRAWN or MEMBERSHIP_EXPIRED.
    """
    try:
        register = desk.register(tx)
    except NotFoundError:
        raise RefusedError(RefusalReason.UNKNOWN_PARTNER, "no register of agreements is in force here") from None
    known = register.partners.get(partner)
    status = None if known is None else status_on(known, now.date())
    if status is None:
        raise RefusedError(RefusalReason.UNKNOWN_PARTNER, f"the register knows no partner {partner} today")
    if status is not PartnerStatus.MEMBER:
        reason = _REASONS.get(status, RefusalReason.NOT_ADMITTED)
        raise RefusedError(reason, f"{partner} is {status.value} by the register")
    for bar in register.bars:
        if bar.partner == partner and bar.since <= now.date():
            raise RefusedError(bar.reason, bar.detail)
