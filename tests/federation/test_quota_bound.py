"""The quota of a day holds whatever becomes of the partners that were asked."""

import pytest
from tests.federation.world import ALB, World, document_draft

from egnatia.enquiries.membership.standing import withdraw
from egnatia.enquiries.quotas import check_day, used_today
from egnatia.errors import RefusedError
from egnatia.exchange.directory import cards
from egnatia.model.ids import PartnerCode
from egnatia.settings import EnquirySettings

WHY = "The agreement with this partner was ended by its parliament."


def exhausted(world: World, *, asking: int) -> bool:
    """Whether an officer whose quota is just used up is refused so many more."""
    officer, draft, now = world.officer(ALB), document_draft(), world.clock()

    def job() -> None:
        with world.nodes[ALB].database.read() as tx:
            used = used_today(tx, officer.id, draft.case_ref, now)
            limits = EnquirySettings(officer_day=used.by_officer, case_day=used.for_case)
            check_day(tx, limits, (officer.id, draft.case_ref), asking, now)

    try:
        job()
    except RefusedError:
        return True
    return False


def leave(world: World, partner: PartnerCode) -> None:
    """Part from a partner; its card is gone then."""
    desk, administrator = world.nodes[ALB].desk, world.officer(ALB, "administrator")
    world.do(ALB, lambda tx: withdraw(tx, desk, administrator, partner, WHY, world.clock()))


@pytest.mark.parametrize("enquiries", [1, 4])
def test_a_partner_that_leaves_takes_no_question_off_the_days_count(world: World, enquiries: int) -> None:
    """The bound before the exact count was the day's enquiries times the partners of the moment."""
    for _ in range(enquiries):
        world.ask(ALB, document_draft())
    assert exhausted(world, asking=1)
    assert not exhausted(world, asking=0)
    for partner in world.look(ALB, cards):
        leave(world, partner)
        assert exhausted(world, asking=1), partner
        assert not exhausted(world, asking=0)
