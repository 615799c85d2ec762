"""Holders and askers of blind enquiries that try to learn, to forge or to lock each other out."""

from typing import Any

import pytest
from tests.federation import test_blind_flow as blind
from tests.federation import test_key_rotation as rotation
from tests.federation.world import ALB, GBR, XKX, World

from egnatia.exchange.rotation import Rotation
from egnatia.model.states import AskState


@pytest.mark.parametrize("wanted", [Rotation(signing=True), rotation.ALL], ids=["signing", "all"])
def test_lists_are_fetched_again_after_the_holder_changed_its_keys(world: World, wanted: Any) -> None:
    rotation.greet(world)
    blind.offer(world)
    rotation.rotate(world, XKX, wanted)
    rotation.settle_all(world)
    blind.publish_all(world, XKX)
    blind.fetch_all(world, ALB, XKX)
    assert blind.result(world) == (AskState.HIT, None)


def test_the_statement_before_a_rotation_still_catches_a_lie(world: World) -> None:
    """A holder must not shed the epoch that it signed by changing its key: the old one still counts."""
    from tests.federation.test_blind_statements import put_in_place, statement

    from egnatia.enquiries.blind.comparing import StatementsDifferError

    rotation.greet(world)
    blind.offer(world)
    rotation.rotate(world, XKX, Rotation(signing=True))
    rotation.settle_all(world)
    put_in_place(world, XKX, statement(world, epoch=1))
    with pytest.raises(StatementsDifferError):
        blind.fetch_only(world, ALB, XKX)


@pytest.mark.parametrize("other", [GBR])
def test_a_partner_that_fetched_before_a_rotation_is_silent_and_no_liar(world: World, other: Any) -> None:
    rotation.greet(world)
    blind.publish_all(world, XKX)
    blind.fetch_all(world, other, XKX)
    rotation.rotate(world, XKX, Rotation(signing=True))
    rotation.settle_all(world)
    blind.publish_all(world, XKX)
    fetched = blind.fetch_all(world, ALB, XKX)
    assert other in fetched.silent
