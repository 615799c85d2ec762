"""The doctor says when the machine's clock stands before what the ledger has already entered."""

import pytest
from tests.federation.world import GBR, World

from egnatia.operations.checkup import Check, examine


def clock(world: World) -> Check:
    (found,) = [each for each in examine(world.nodes[GBR]) if each.name == "clock"]
    return found


@pytest.mark.parametrize(
    ("minutes", "state"), [(10, "good"), (0, "good"), (-4, "good"), (-6, "wrong"), (-9_000, "wrong")]
)
def test_a_clock_that_was_set_back_is_named(world: World, minutes: int, state: str) -> None:
    world.clock.turn(minutes=minutes)
    assert clock(world).state == state


def test_both_moments_and_what_to_do_are_said(world: World) -> None:
    world.clock.turn(days=-30)
    said = clock(world)
    assert "2025-04-15" in said.text
    assert "2025-05-15" in said.text
    assert "NTP" in said.hint
