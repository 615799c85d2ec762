"""Who stands in which circle, by this node's own register of agreements and its own word about its partners."""

from egnatia.agreements.handling import Circles
from egnatia.enquiries.desk import Desk
from egnatia.model.states import RefusalReason
from egnatia.store.database import Transaction


def circles(tx: Transaction, desk: Desk) -> Circles:
    """The task force is whoever stands in the register and is not barred here; no community is connected with it."""
    register = desk.register(tx)
    barred = {bar.partner for bar in register.bars if bar.reason is not RefusalReason.MEMBERSHIP_EXPIRED}
    return Circles(frozenset(register.partners) - barred)
