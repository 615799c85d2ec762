"""A ledger that nobody witnesses stops every way by which values leave, and none by which they are taken back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.federation.acts import Tale
from tests.federation.test_corrections import outstanding, settle
from tests.federation.test_corrections_onward import correct, view
from tests.federation.test_handling_flow import allowed, ask, asked, consent, forward, held, no, request_at
from tests.federation.test_witness_outage import witness
from tests.federation.world import ALB, GBR, XKX

from egnatia.errors import ErasedError
from egnatia.ledger.finality import WitnessPolicy
from egnatia.model.handling import ConsentState
from egnatia.model.ids import PartnerCode
from egnatia.model.states import CopyState, CorrectionKind, RefusalReason

__all__ = ["asked", "held"]
STRICT = WitnessPolicy(2, timedelta(hours=1), timedelta(hours=12))
FOUND = {"values": {"circumstances": "Found again on 14 May."}}


def unwitnessed(tale: Tale, code: PartnerCode) -> None:
    """Thirteen hours without any cosignature, at a node whose settings stop disclosures after twelve."""
    node = tale.world.nodes[code]
    node.desk = replace(node.desk, witnessing=STRICT)
    tale.world.clock.turn(hours=13)


def test_nothing_is_passed_on_until_partners_witness_again(held: Tale) -> None:
    allowed(held)
    unwitnessed(held, ALB)
    assert "unwitnessed since" in no(RefusalReason.UNWITNESSED, lambda: forward(held))
    assert held.world.deliver() == 0
    witness(held.world, ALB)
    forward(held)
    held.world.deliver()
    assert view(held)["number_from"] == "P0041700"


def test_no_token_is_signed_until_partners_witness_again(held: Tale) -> None:
    request = ask(held)
    held.world.deliver()
    unwitnessed(held, XKX)
    no(RefusalReason.UNWITNESSED, lambda: consent(held, request))
    assert request_at(held, XKX, request).state is ConsentState.PROPOSED
    witness(held.world, XKX)
    again = ask(held)
    held.world.deliver()
    consent(held, again)
    assert request_at(held, XKX, again).state is ConsentState.GRANTED


def test_new_values_wait_for_witnesses_and_then_go_by_themselves(held: Tale) -> None:
    unwitnessed(held, XKX)
    correct(held, CorrectionKind.RECTIFY, **FOUND)
    settle(held.world)
    [waits] = outstanding(held.world, XKX)
    assert (waits.partner, waits.state, waits.refusal, waits.tries) == (
        ALB,
        CopyState.HELD,
        RefusalReason.UNWITNESSED,
        0,
    )
    witness(held.world, XKX)
    held.world.clock.turn(minutes=2)
    settle(held.world)
    assert [each.state for each in outstanding(held.world, XKX)] == [CopyState.RECEIVED]


@pytest.mark.parametrize("kind", [CorrectionKind.ERASE, CorrectionKind.RESTRICT])
def test_what_takes_data_away_is_never_held_up(held: Tale, kind: CorrectionKind) -> None:
    allowed(held)
    forward(held)
    held.world.deliver()
    unwitnessed(held, XKX)
    correct(held, kind)
    settle(held.world)
    found = {(each.partner, each.state) for each in outstanding(held.world, XKX)}
    assert {state for _, state in found} <= {CopyState.RECEIVED}
    if kind is CorrectionKind.ERASE:
        assert {partner for partner, _ in found} == {ALB, GBR}
        with pytest.raises(ErasedError):
            view(held)


def test_a_rectification_that_only_takes_a_value_out_is_not_held_up(held: Tale) -> None:
    unwitnessed(held, XKX)
    correct(held, CorrectionKind.RECTIFY, removed=("circumstances",))
    settle(held.world)
    assert [each.state for each in outstanding(held.world, XKX)] == [CopyState.RECEIVED]
