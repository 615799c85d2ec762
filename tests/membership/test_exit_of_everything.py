"""An exit lists whatever went from one to the other, and blind filters end with the act itself."""

import pytest
from sqlalchemy import select
from tests.federation.acts import Tale
from tests.federation.test_blind_flow import ask as ask_blind
from tests.federation.test_blind_flow import fetch_all, offer, publish_all
from tests.federation.test_corrections import settle
from tests.federation.test_corrections_onward import correct, view
from tests.federation.test_handling_flow import allowed, asked, forward, held
from tests.federation.world import ALB, GBR, XKX, World
from tests.membership.test_suspension_and_exit import act

from egnatia.enquiries.blind.views import blind_view
from egnatia.enquiries.membership.exits import Settlement, obligations
from egnatia.enquiries.membership.exits import settle as settle_item
from egnatia.enquiries.membership.standing import reinstate, suspend, withdraw
from egnatia.errors import ErasedError
from egnatia.model.ids import PartnerCode
from egnatia.model.states import CorrectionKind, ExitAction, RefusalReason
from egnatia.store.tables import blind_epoch, blind_filter, blind_page, sealed_record

__all__ = ["asked", "held"]


def owed(world: World, at: PartnerCode, partner: PartnerCode) -> set[tuple[str, str, str]]:
    return {(e.direction, e.kind, e.item) for e in world.look(at, lambda tx: obligations(tx, partner))}


def kinds(world: World, at: PartnerCode, partner: PartnerCode) -> set[tuple[str, str]]:
    return {(direction, kind) for direction, kind, _ in owed(world, at, partner)}


def test_what_was_passed_on_is_owed_under_one_name_at_both_ends(held: Tale) -> None:
    world = held.world
    allowed(held)
    forward(held)
    world.deliver()
    act(world, withdraw, ALB, GBR)
    act(world, withdraw, GBR, ALB)
    item = f"item:{held.follow_up}"
    assert ("supplied", "onward_item", item) in owed(world, ALB, GBR)
    assert ("received", "onward_item", item) in owed(world, GBR, ALB)
    act(world, withdraw, GBR, XKX)
    assert ("received", "onward_item", item) in owed(world, GBR, XKX), "it is XKX's, whoever passed it on"


def test_the_recipient_erases_and_its_certificate_settles_the_holders_item(held: Tale) -> None:
    world = held.world
    allowed(held)
    forward(held)
    world.deliver()
    act(world, withdraw, ALB, GBR)
    act(world, withdraw, GBR, ALB)
    there = settled(world, GBR, ALB, "onward_item", Settlement(ExitAction.ERASE))
    with pytest.raises(ErasedError):
        view(held)
    settled(world, ALB, GBR, "onward_item", Settlement(ExitAction.ERASE, certificate=there))


def settled(world: World, at: PartnerCode, partner: PartnerCode, kind: str, what: Settlement) -> bytes:
    node, officer = world.nodes[at], world.officer(at, "supervisor")
    each = next(e for e in world.look(at, lambda tx: obligations(tx, partner)) if e.kind == kind)
    return world.do(at, lambda tx: settle_item(tx, node.desk, officer, each.id, what, world.clock()))


def test_tokens_are_owed_at_both_ends_and_erased(held: Tale) -> None:
    world = held.world
    request = allowed(held)
    act(world, withdraw, XKX, ALB)
    act(world, withdraw, ALB, XKX)
    assert ("supplied", "token", f"consent:{request}") in owed(world, XKX, ALB)
    assert ("received", "token", f"consent:{request}") in owed(world, ALB, XKX)
    settled(world, ALB, XKX, "token", Settlement(ExitAction.ERASE))
    kept = world.look(ALB, lambda tx: list(tx.execute(select(sealed_record.c.kind)).scalars()))
    assert "token" not in kept


def test_corrections_that_are_not_settled_are_owed(held: Tale) -> None:
    world = held.world
    made = correct(held, CorrectionKind.RESTRICT)
    settle(world)
    act(world, withdraw, XKX, ALB)
    act(world, withdraw, ALB, XKX)
    assert ("supplied", "correction", f"correction:{made}") in owed(world, XKX, ALB)
    assert ("received", "correction", f"correction:{made}") in owed(world, ALB, XKX)


def pages(world: World, at: PartnerCode) -> int:
    return len(world.look(at, lambda tx: tx.execute(select(blind_page.c.root)).all()))


def running(world: World, at: PartnerCode, audience: PartnerCode) -> int:
    mine = (blind_epoch.c.audience == audience) & blind_epoch.c.ended_at.is_(None)
    return len(world.look(at, lambda tx: tx.execute(select(blind_epoch.c.id).where(mine)).all()))


def test_filters_are_owed_under_one_name_and_gone_at_once(world: World) -> None:
    offer(world)
    assert running(world, XKX, ALB) == 1
    assert pages(world, ALB) > 0
    act(world, withdraw, XKX, ALB)
    act(world, withdraw, ALB, XKX)
    ours, theirs = owed(world, XKX, ALB), owed(world, ALB, XKX)
    (name,) = {item for direction, kind, item in ours if (direction, kind) == ("supplied", "blind_filter")}
    assert ("received", "blind_filter", name) in theirs
    assert running(world, XKX, ALB) == 0
    assert running(world, XKX, GBR) == 1, "nobody else's filter ends"
    assert pages(world, ALB) == 0
    there = settled(world, ALB, XKX, "blind_filter", Settlement(ExitAction.ERASE))
    settled(world, XKX, ALB, "blind_filter", Settlement(ExitAction.ERASE, certificate=there))


def test_a_suspension_ends_filters_in_both_directions_and_keys_are_erased(world: World) -> None:
    offer(world)
    publish_all(world, ALB, XKX)
    fetch_all(world, XKX, ALB)
    act(world, suspend, XKX, ALB)
    rows = world.look(XKX, lambda tx: tx.execute(blind_epoch.select().where(blind_epoch.c.audience == ALB)).all())
    assert all(row.ended_at is not None and row.sealed_id is None for row in rows)
    assert world.look(XKX, lambda tx: tx.execute(blind_filter.select().where(blind_filter.c.holder == ALB)).all()) == []
    act(world, reinstate, XKX, ALB)
    refused = ask_blind(world)
    world.deliver()
    found = world.look(ALB, lambda tx: blind_view(tx, refused.id))
    assert found.refusal in (RefusalReason.BLIND_NOT_OFFERED, RefusalReason.BLIND_EPOCH_OVER)
