"""A partner that replaces its keys without end: each time, every record here is tagged anew."""

from typing import Any

import pytest
from tests.federation import test_key_rotation as rotation
from tests.federation.world import ALB, GBR, World

from egnatia.exchange.announcements import CARD, MAX_DAY, REVOCATION
from egnatia.exchange.keys import agreement_bytes
from egnatia.exchange.rotation import Rotation


def announced(world: World, card: bytes) -> Any:
    import base64

    body = {"card": base64.b64encode(card).decode()}
    return world.send_body(ALB, GBR, CARD, body, "cards")


def test_rotations_without_end_are_stopped(world: World) -> None:
    rotation.greet(world)
    for _ in range(MAX_DAY + 3):
        rotation.rotate(world, ALB, Rotation(agreement=True))
        world.clock.turn(minutes=6)
        world.deliver(ALB)
    registered = world.kinds(GBR).count("partner.registered")
    assert registered <= 4 + MAX_DAY
    assert world.card(GBR, ALB).agreement_key != agreement_bytes(world.nodes[ALB].keys)


def test_a_day_later_the_next_is_taken(world: World) -> None:
    rotation.greet(world)
    for _ in range(2):
        rotation.rotate(world, ALB, Rotation(agreement=True))
        rotation.settle_all(world)
        world.clock.turn(days=1)
    assert world.card(GBR, ALB).agreement_key == agreement_bytes(world.nodes[ALB].keys)


def test_an_old_card_is_not_announced_again(world: World) -> None:
    """To and fro between two keys would make no new row, and cost as much each time."""
    rotation.greet(world)
    before = world.nodes[ALB].card()
    rotation.rotate(world, ALB, Rotation(agreement=True))
    rotation.settle_all(world)
    answer = announced(world, before)
    assert answer.body["reason"] == "CARD_NOT_CONTINUOUS"
    assert world.card(GBR, ALB).agreement_key == agreement_bytes(world.nodes[ALB].keys)


@pytest.mark.parametrize("body", [{}, {"card": ""}, {"card": "x"}, {"card": 1}, {"card": None}, {"card": ["x"]}, {"card": "e30="}, {"card": "x", "more": 1}])  # fmt: skip
def test_an_announcement_of_no_card_is_refused(world: World, body: dict[str, Any]) -> None:
    before = world.card(GBR, ALB)
    assert world.send_body(ALB, GBR, CARD, body, "cards").kind == "refusal"
    assert world.card(GBR, ALB) == before


@pytest.mark.parametrize("keys", [[], ["all"], "signing", [1], [None], {}, [["signing"]], ["signing", "x"]])
def test_a_revocation_that_names_no_key_is_malformed(world: World, keys: object) -> None:
    answer = world.send_body(ALB, GBR, REVOCATION, {"keys": keys}, "cards")
    assert answer.body["reason"] == "MALFORMED"
    assert world.card(GBR, ALB).code == ALB
