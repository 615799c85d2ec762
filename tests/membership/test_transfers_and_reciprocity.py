"""Every disclosure has its record with a basis, and the figures of a pair agree at both ends."""

import pytest
from tests.federation.world import ALB, GBR, MNE, XKX, World, document_draft, person_draft

from egnatia.enquiries.membership.reciprocity import reciprocity
from egnatia.enquiries.membership.transfers import export_transfers, record_basis, transfers
from egnatia.errors import ForbiddenError, InputError
from egnatia.model.events import OPERATIONS, EventKind
from egnatia.model.ids import PartnerCode
from egnatia.model.states import Operation, TransferBasis

WHY = "Adequacy decision of 28 June 2021, as renewed in 2025."


def played(world: World) -> None:
    world.ask(ALB, document_draft(partners=(GBR, XKX)))
    world.ask(ALB, person_draft())
    world.ask(ALB, person_draft(partners=(MNE,)))
    world.deliver()


@pytest.mark.parametrize("code", [ALB, GBR, XKX])
def test_each_disclosure_has_exactly_one_record(world: World, code: PartnerCode) -> None:
    played(world)
    logged = {
        each.sequence
        for each in world.entries(code)
        if each.partner is not None and OPERATIONS[EventKind(each.kind)] is Operation.DISCLOSURE
    }
    found = world.look(code, transfers)
    numbers = [each.entry for each in found]
    assert logged <= set(numbers)
    assert len(numbers) == len(set(numbers))
    assert {each.basis for each in found} <= {TransferBasis.BINDING_SAFEGUARDS}
    assert all("grant demo-" in each.justification for each in found)


def test_a_returned_reference_is_a_disclosure_and_a_no_hit_is_none(world: World) -> None:
    played(world)
    returned = [each for each in world.look(XKX, transfers) if each.description.startswith("enquiry.answered")]
    assert len(returned) == 1
    answered = [each for each in world.entries(GBR) if each.kind == "enquiry.answered"]
    shown = [each for each in world.look(GBR, transfers) if each.description.startswith("enquiry.answered")]
    assert (len(answered), len(shown)) == (2, 1)


def test_the_nodes_own_word_replaces_the_grants_from_its_day_on(world: World) -> None:
    played(world)
    officer = world.officer(ALB, "supervisor")
    world.clock.turn(hours=1)
    world.do(ALB, lambda tx: record_basis(tx, officer, XKX, TransferBasis.ADEQUACY, WHY, world.clock()))
    world.ask(ALB, document_draft(partners=(XKX,)))
    bases = [each.basis for each in world.look(ALB, transfers) if each.recipient == XKX]
    assert bases == [TransferBasis.BINDING_SAFEGUARDS, TransferBasis.ADEQUACY]


def test_exporting_is_an_act(world: World) -> None:
    played(world)
    auditor = world.officer(ALB, "auditor")
    found = world.do(ALB, lambda tx: export_transfers(tx, auditor, "Yearly report to the commissioner.", world.clock()))
    assert len(found) == 3
    assert world.kinds(ALB)[-1] == "transfers.exported"
    with pytest.raises(InputError):
        world.do(ALB, lambda tx: export_transfers(tx, auditor, "short", world.clock()))
    enquirer = world.officer(ALB)
    with pytest.raises(ForbiddenError):
        world.do(ALB, lambda tx: export_transfers(tx, enquirer, "Yearly report to the commissioner.", world.clock()))
    with pytest.raises(ForbiddenError):
        world.do(ALB, lambda tx: record_basis(tx, enquirer, XKX, TransferBasis.ADEQUACY, WHY, world.clock()))


def test_the_figures_of_a_pair_agree_at_both_ends(world: World) -> None:
    played(world)
    ours = {each.partner: each.ours for each in world.look(ALB, reciprocity)}
    assert (ours[GBR].asked, ours[GBR].answered, ours[GBR].refused) == (2, 2, 0)
    assert (ours[MNE].asked, ours[MNE].not_asked) == (0, 1)
    for other in (GBR, XKX):
        theirs = {each.partner: each.theirs for each in world.look(other, reciprocity)}[ALB]
        assert (theirs.asked, theirs.answered, theirs.refused) == (
            ours[other].asked,
            ours[other].answered,
            ours[other].refused,
        )


def test_a_question_without_an_answer_is_open(world: World) -> None:
    world.stop(XKX)
    world.ask(ALB, document_draft(partners=(XKX,)))
    found = world.look(ALB, reciprocity)
    assert [(each.partner, each.ours.asked, each.ours.open) for each in found] == [(XKX, 1, 1)]
