"""Who stands in which circle, by this node's own register of agreements and its own word about its partners."""

from datetime import date

from egnatia.agreements.force import status_on
from egnatia.agreements.handling import Circles
from egnatia.enquiries.desk import Desk
from egnatia.model.states import PartnerStatus, RefusalReason
from egnatia.store.database import Transaction

_OUTSIDE = (None, PartnerStatus.SUSPENDED, PartnerStatus.WITHDRAWN)
"""By the register: not known yet, or not a member any more."""


def circles(tx: Transaction, desk: Desk, today: date) -> Circles:
    """The task force is whoever stands in the register as one of it that day and is not barred here.

    No community is connected with it.
    """
    register = desk.register(tx)
    barred = {bar.partner for bar in register.bars if bar.reason is not RefusalReason.MEMBERSHIP_EXPIRED}
    inside = {code for code, partner in register.partners.items() if status_on(partner, today) not in _OUTSIDE}
    return Circles(frozenset(inside - barred))
