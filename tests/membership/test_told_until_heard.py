"""Lists and notices go out again by themselves until each member has them; nobody has to remember it."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from tests.federation.world import ALB, MKD, XKX
from tests.membership.members import Ceremony
from tests.membership.test_suspension_and_exit import WHY

from egnatia.cli.serving_duties import tell_once
from egnatia.enquiries.membership.standing import reinstate, suspend
from egnatia.enquiries.membership.telling import REFUSED_AGAIN, not_told
from egnatia.exchange.membership.lists import in_force
from egnatia.model.ids import PartnerCode
from egnatia.operations.metrics import NodeCollector
from egnatia.operations.signs import read_signs
from egnatia.store.tables import membership_letter, membership_notice


@pytest.fixture
def founded(ceremony: Ceremony) -> Ceremony:
    """ALB and XKX by list 1."""
    ceremony.found()
    return ceremony


def go_round(ceremony: Ceremony, **by: float) -> None:
    """Time goes on, and every node that runs does what a serving node does."""
    world = ceremony.world
    world.clock.turn(**by)
    for node in list(world.nodes.values()):
        tell_once(node)
    world.deliver()


def version(ceremony: Ceremony, at: PartnerCode) -> int:
    made = ceremony.world.look(at, in_force)
    return made.made.version if made else 0


def waiting(ceremony: Ceremony, at: PartnerCode) -> list[tuple[str, PartnerCode]]:
    return ceremony.world.look(at, not_told)


def act(ceremony: Ceremony, what: Callable[..., object], about: PartnerCode = MKD) -> None:
    world = ceremony.world
    node, officer = world.nodes[ALB], world.officer(ALB, "supervisor")
    world.do(ALB, lambda tx: what(tx, node.desk, officer, about, WHY, world.clock()))


def test_when_everybody_answers_nothing_waits_and_nothing_is_sent_again(founded: Ceremony) -> None:
    assert waiting(founded, ALB) == waiting(founded, XKX) == []
    calls = len(founded.world.calls)
    go_round(founded, days=8)
    assert len(founded.world.calls) == calls


def test_a_member_that_was_away_for_weeks_gets_the_list_by_itself(founded: Ceremony) -> None:
    world = founded.world
    founded.renew(XKX)
    founded.sign(XKX)
    world.deliver()
    world.stop(XKX)
    founded.sign(ALB)
    for _ in range(3):
        go_round(founded, days=8)
    assert waiting(founded, ALB) == [("list", XKX)]
    world.start(XKX)
    go_round(founded, minutes=10)
    assert version(founded, XKX) == version(founded, ALB) == 2
    assert waiting(founded, ALB) == []


def test_a_member_whose_release_could_not_read_lists_gets_it_after_its_upgrade(ceremony: Ceremony) -> None:
    world = ceremony.world
    ceremony.renew()
    ceremony.sign(ALB)
    assert world.deliver() == 0
    assert waiting(ceremony, ALB) == [("list", XKX)]
    ceremony.speak_new(ALB, XKX)
    ceremony.speak_new(XKX, ALB)
    go_round(ceremony, minutes=2)
    ceremony.sign(XKX)
    world.deliver()
    assert version(ceremony, ALB) == version(ceremony, XKX) == 1


def test_a_refused_list_is_sent_again_a_day_later(founded: Ceremony) -> None:
    """XKX has suspended ALB and takes nothing of it; once it has reinstated it, the list comes."""
    world = founded.world
    founded.renew()
    act_suspend_at(founded, XKX)
    founded.sign(ALB)
    world.deliver()
    assert waiting(founded, ALB) == [("list", XKX)]
    go_round(founded, hours=1)
    assert waiting(founded, ALB) == [("list", XKX)]
    node, officer = world.nodes[XKX], world.officer(XKX, "supervisor")
    world.do(XKX, lambda tx: reinstate(tx, node.desk, officer, ALB, WHY, world.clock()))
    go_round(founded, seconds=REFUSED_AGAIN.total_seconds())
    assert waiting(founded, ALB) == []
    assert founded.sign(XKX).in_force


def act_suspend_at(ceremony: Ceremony, code: PartnerCode) -> None:
    world = ceremony.world
    node, officer = world.nodes[code], world.officer(code, "supervisor")
    world.do(code, lambda tx: suspend(tx, node.desk, officer, ALB, WHY, world.clock()))
    world.deliver()


def test_a_list_that_was_overtaken_or_died_is_not_sent_any_more(founded: Ceremony) -> None:
    world = founded.world
    world.stop(XKX)
    founded.renew()
    founded.sign(ALB)
    assert ("list", XKX) in waiting(founded, ALB)
    for _ in range(3):
        go_round(founded, days=8)
    assert waiting(founded, ALB) == []


def test_a_notice_reaches_who_was_away_once_and_says_what_holds_then(ceremony: Ceremony) -> None:
    world = ceremony.world
    ceremony.admitted()
    for at in (ALB, XKX, MKD):
        ceremony.speak_new(at, *({ALB, XKX, MKD} - {at}))
    world.stop(XKX)
    act(ceremony, suspend)
    go_round(ceremony, days=8)
    act(ceremony, reinstate)
    go_round(ceremony, days=8)
    assert ("notice", XKX) in waiting(ceremony, ALB)
    world.start(XKX)
    go_round(ceremony, minutes=10)
    assert waiting(ceremony, ALB) == []
    rows = world.look(XKX, lambda tx: tx.execute(select(membership_notice.c.about, membership_notice.c.standing)).all())
    assert (MKD, "member") in {(row.about, row.standing) for row in rows}


def test_one_message_at_a_time_stands_for_a_letter(founded: Ceremony) -> None:
    founded.world.stop(XKX)
    founded.renew()
    founded.sign(ALB)
    for _ in range(5):
        go_round(founded, hours=5)
    rows = founded.world.look(ALB, lambda tx: tx.execute(membership_letter.select()).all())
    assert max(row.tries for row in rows) == 1


def test_the_end_of_the_list_is_a_figure_and_a_call_to_renew(founded: Ceremony) -> None:
    node = founded.world.nodes[ALB]
    made = founded.world.look(ALB, in_force)
    assert made is not None
    assert read_signs(node).membership_ends == made.made.valid_until
    found = {each.name: each.samples[0].value for each in NodeCollector(node).collect() if each.samples}
    assert found["egnatia_membership_list_end_timestamp_seconds"] == made.made.valid_until.timestamp()
    assert read_signs(founded.world.nodes[MKD]).membership_ends is None
