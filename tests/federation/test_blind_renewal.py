"""What an administrator published once goes on by itself, for as long as grants allow it, and never becomes more."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from tests.federation.test_blind_flow import fetch_all, offer, publish_all, result
from tests.federation.world import ALB, GBR, INSTALLER, MKD, REASON, XKX, World
from tests.membership.test_suspension_and_exit import act

from egnatia.cli.serving_duties import renew_once
from egnatia.enquiries.blind.renewing import AT_MOST_EVERY, RENEW_BEFORE
from egnatia.enquiries.holdings import withdraw_document
from egnatia.enquiries.membership.standing import reinstate, suspend
from egnatia.model.ids import RecordRef
from egnatia.model.states import AskState, RefusalReason
from egnatia.scenario.case import STOLEN_BLANKS_REF
from egnatia.store.tables import blind_epoch, registered_document


def audiences(world: World) -> set[tuple[str, str]]:
    query = select(blind_epoch.c.audience, blind_epoch.c.list).where(blind_epoch.c.ended_at.is_(None))
    return {(row.audience, row.list) for row in world.look(XKX, lambda tx: tx.execute(query).all())}


def look(world: World, **by: Any) -> bool:
    world.clock.turn(**by)
    return renew_once(world.nodes[XKX])


def withdraw_one(world: World) -> None:
    other = select(registered_document.c.ref).where(registered_document.c.ref != STOLEN_BLANKS_REF)
    ref = world.look(XKX, lambda tx: tx.execute(other).scalars().first())
    world.do(XKX, lambda tx: withdraw_document(tx, INSTALLER, RecordRef(str(ref)), REASON, world.clock()))


def test_who_never_published_publishes_nothing(world: World) -> None:
    assert not look(world)
    assert audiences(world) == set()


def test_the_epoch_is_followed_before_it_ends(world: World) -> None:
    publish_all(world, XKX, days=10)
    before = audiences(world)
    assert not look(world, days=6)
    assert look(world, days=4 - RENEW_BEFORE.days, minutes=1)
    assert audiences(world) == before
    assert not look(world, minutes=1)
    assert next(each for each in world.entries(XKX) if each.kind == "blind.published").actor == "node"


def test_it_lasts_as_long_as_the_one_before(world: World) -> None:
    publish_all(world, XKX, days=10)
    assert look(world, days=9)
    ends = world.look(XKX, lambda tx: tx.execute(select(blind_epoch.c.ends_at).where(blind_epoch.c.ended_at.is_(None))))
    assert {row.ends_at for row in ends} == {world.clock() + timedelta(days=10)}


def test_what_ended_an_epoch_is_followed_by_the_next_at_most_once_an_hour(world: World) -> None:
    offer(world)
    withdraw_one(world)
    assert result(world) == (AskState.REFUSED, RefusalReason.BLIND_EPOCH_OVER)
    assert not look(world)
    assert look(world, seconds=AT_MOST_EVERY.total_seconds())
    withdraw_one(world)
    assert not look(world, minutes=30)
    assert look(world, minutes=30)
    fetch_all(world, ALB, XKX)
    assert result(world) == (AskState.HIT, None)


def test_only_what_was_published_is_published_again(world: World) -> None:
    publish_all(world, XKX, ALB)
    assert {audience for audience, _ in audiences(world)} == {ALB}
    assert look(world, days=29)
    assert {audience for audience, _ in audiences(world)} == {ALB}


@pytest.mark.parametrize("partner", [GBR, ALB])
def test_a_suspended_partner_is_left_out_and_comes_back_when_it_is_reinstated(world: World, partner: Any) -> None:
    publish_all(world, XKX)
    everybody = audiences(world)
    act(world, suspend, XKX, partner)
    assert not look(world, hours=2), "nobody else's filter ends with it"
    assert audiences(world) == {each for each in everybody if each[0] != partner}
    act(world, reinstate, XKX, partner)
    assert look(world, minutes=1)
    assert audiences(world) == everybody
    assert partner != MKD
