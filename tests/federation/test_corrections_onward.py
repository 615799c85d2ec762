"""What a third passed on is corrected too: the originator knows from its own token where its item may be."""

from typing import Any

import pytest
from tests.federation.acts import Tale
from tests.federation.test_corrections import look, outstanding, settle
from tests.federation.test_handling_flow import allowed, asked, forward, held
from tests.federation.world import ALB, GBR, XKX

from egnatia.enquiries.corrections import lists, making, taken
from egnatia.enquiries.corrections.holders import holders
from egnatia.enquiries.onward import forwarding
from egnatia.errors import ErasedError, ForbiddenError, RefusedError
from egnatia.model.ids import RecordRef
from egnatia.model.states import CopyState, CorrectionKind, CorrectionReason, SubjectKind
from egnatia.scenario.case import STOLEN_BLANKS_REF

__all__ = ["asked", "held"]
WHY = "The batch was found in the printer's own store."
REF = RecordRef(STOLEN_BLANKS_REF)


def correct(tale: Tale, kind: CorrectionKind, **changes: Any) -> str:
    world, node = tale.world, tale.world.nodes[XKX]
    draft = making.CorrectionDraft(REF, kind, CorrectionReason.INACCURATE, WHY, **({"values": {}} | changes))
    first, second = world.officer(XKX, "supervisor"), world.officer(XKX, "approver-1")
    made = world.do(XKX, lambda tx: making.make(tx, node.desk, first, draft, world.clock()))
    if kind is CorrectionKind.RECTIFY:
        world.do(XKX, lambda tx: making.approve(tx, node.desk, second, made, world.clock()))
    return made


def view(tale: Tale, post: str = "enquirer", why: str = "") -> Any:
    world, officer = tale.world, tale.world.officer(GBR, post)
    return world.do(GBR, lambda tx: forwarding.view_forwarded(tx, officer, str(tale.follow_up), why, world.clock()))[
        0
    ].fields


def passed_on(tale: Tale) -> Tale:
    allowed(tale)
    forward(tale)
    tale.world.deliver()
    assert view(tale)["number_from"] == "P0041700"
    return tale


def test_the_originator_counts_the_third_among_the_holders(held: Tale) -> None:
    def found() -> list[tuple[str, int]]:
        rows = held.world.look(XKX, lambda tx: holders(tx, REF, SubjectKind.TRAVEL_DOCUMENT))
        return [(each.partner, len(each.items)) for each in rows]

    assert found() == [(ALB, 1)]
    allowed(held)
    assert found() == [(ALB, 1), (GBR, 1)], "from the moment at which the token was given"


def test_new_values_reach_the_third(held: Tale) -> None:
    passed_on(held)
    correct(held, CorrectionKind.RECTIFY, values={"circumstances": "Found again on 14 May."})
    settle(held.world)
    assert view(held)["circumstances"] == "Found again on 14 May."
    assert len(held.world.look(GBR, taken.waiting)) == 1


def test_an_erasure_reaches_the_third_and_its_people_look(held: Tale) -> None:
    passed_on(held)
    made = correct(held, CorrectionKind.ERASE)
    settle(held.world)
    with pytest.raises(ErasedError):
        view(held)
    assert [(each.partner, each.state) for each in outstanding(held.world, XKX)] == [
        (ALB, CopyState.RECEIVED),
        (GBR, CopyState.RECEIVED),
    ]
    for code in (ALB, GBR):
        look(held.world, made, at=code, maker=XKX)
    settle(held.world)
    assert held.world.look(XKX, lambda tx: lists.copies(tx, outstanding=True)) == []


def test_restricted_at_the_third_as_well(held: Tale) -> None:
    passed_on(held)
    correct(held, CorrectionKind.RESTRICT)
    settle(held.world)
    with pytest.raises(ForbiddenError):
        view(held)
    assert view(held, "supervisor", "The court asked for the file as it was.")
    correct(held, CorrectionKind.LIFT)
    settle(held.world)
    assert view(held)


@pytest.mark.parametrize("kind", [CorrectionKind.ERASE, CorrectionKind.RECTIFY])
def test_a_correction_that_overtakes_the_passing_on_still_holds(held: Tale, kind: CorrectionKind) -> None:
    """ALB passed it on before it knew; GBR has the correction first."""
    allowed(held)
    forward(held)
    values = {"circumstances": "Found again on 14 May."} if kind is CorrectionKind.RECTIFY else {}
    correct(held, kind, values=values)
    held.world.deliver(XKX)
    assert held.world.look(GBR, taken.waiting) == []
    held.world.deliver()
    if kind is CorrectionKind.ERASE:
        with pytest.raises(ErasedError):
            view(held)
    else:
        assert view(held)["circumstances"] == "Found again on 14 May."
    assert len(held.world.look(GBR, taken.waiting)) == 1, "now somebody there has to look"


def test_a_token_for_the_old_values_passes_nothing_on(held: Tale) -> None:
    allowed(held)
    correct(held, CorrectionKind.RECTIFY, values={"circumstances": "Found again on 14 May."})
    held.world.deliver()
    with pytest.raises(RefusedError):
        forward(held)
