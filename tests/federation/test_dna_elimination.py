"""A trace that may be of staff, police or a victim never leaves: not as a question, not as an answer; two people clear it."""

import json

import pytest
from tests.federation.dna_acts import (
    CATEGORY,
    KIND,
    as_kind,
    ask,
    ask_only,
    candidates,
    meet,
    only,
    somebody,
    states,
    store,
    with_loci,
)
from tests.federation.world import ALB, GBR, World

from egnatia.engines.dna.alleles import Allele
from egnatia.engines.dna.types import Designation
from egnatia.enquiries.dna import elimination
from egnatia.enquiries.dna.profiles import forget_profile, replace_loci
from egnatia.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from egnatia.model.dna import EliminationState, ProfileCategory, ProfileKind
from egnatia.model.states import SubjectKind

OPEN, CONTAMINATION, CLEARED = EliminationState.OPEN, EliminationState.CONTAMINATION, EliminationState.CLEARED
REASON = "The examiner was never in that building; the glove is somebody else's."
HELD = {"ALB": ("not_asked", "PROFILE_ELIMINATED")}


def stepped(low: Allele, high: Allele) -> Designation:
    """The same two alleles, the higher one repeat longer."""
    return (low, Allele(high + 10))


def listed(world: World, code: str = GBR) -> list[elimination.Elimination]:
    return world.look(GBR if code == GBR else ALB, elimination.eliminations)


def find(world: World, post: str, finding: EliminationState, why: str = REASON) -> EliminationState:
    officer, [held] = world.officer(GBR, post), listed(world)
    return world.do(GBR, lambda tx: elimination.find(tx, officer, held.id, (finding, why), world.clock()))


def contaminated(
    world: World, category: ProfileCategory = CATEGORY.STAFF, kind: ProfileKind = KIND.ELIMINATION
) -> None:
    """The trace T-1 of GBR is of ALB's person and, as it seems, of E-1 of GBR's own laboratory."""
    met = meet(world)
    store(world, GBR, as_kind(met.person, "E-1", kind), category=category)


@pytest.mark.parametrize(
    ("category", "kind"),
    [
        (CATEGORY.STAFF, KIND.ELIMINATION),
        (CATEGORY.POLICE, KIND.ELIMINATION),
        (CATEGORY.MANUFACTURER, KIND.ELIMINATION),
        (CATEGORY.VOLUNTEER, KIND.ELIMINATION),
        (CATEGORY.VICTIM, KIND.VICTIM),
    ],
)
def test_a_trace_of_somebody_who_may_have_touched_it_is_not_asked_about(
    world: World, category: ProfileCategory, kind: ProfileKind
) -> None:
    contaminated(world, category, kind)
    calls = len(world.calls)
    sent = ask(world)
    assert states(world, GBR, sent.id) == HELD
    assert len(world.calls) == calls
    [held] = listed(world)
    assert (held.ref, held.against, held.category, held.state) == ("T-1", "E-1", category.value, OPEN)
    assert held.how
    assert held.log10_ratio is None


def test_the_refusal_leaves_its_row_and_two_entries(world: World) -> None:
    contaminated(world)
    before = len(world.kinds(GBR))
    ask(world)
    assert world.kinds(GBR)[before:] == ["dna.eliminated", "enquiry.not_sent"]


def test_who_it_was_is_said_to_nobody_who_asks(world: World) -> None:
    contaminated(world)
    [held] = ask(world).asks
    assert "E-1" not in held.detail
    assert "staff" not in held.detail


def test_a_second_try_writes_no_second_row(world: World) -> None:
    contaminated(world)
    ask(world)
    entries = len(world.kinds(GBR))
    sent = ask(world)
    assert states(world, GBR, sent.id) == HELD
    assert len(listed(world)) == 1
    assert world.kinds(GBR)[entries:] == ["enquiry.not_sent"]


def test_one_allele_off_and_six_loci_are_held_back_too(world: World) -> None:
    met = meet(world)
    low, high = met.person.loci["vWA"]
    near = with_loci(met.person, vWA=stepped(low, high))
    store(world, GBR, as_kind(near, "E-1", KIND.ELIMINATION), only(as_kind(met.person, "E-2", KIND.ELIMINATION), 6))
    assert states(world, GBR, ask(world).id) == HELD
    assert {each.against for each in listed(world)} == {"E-1", "E-2"}


def test_persons_are_not_eliminated(world: World) -> None:
    """What is known to be of a person cannot be contaminated by that person."""
    met = meet(world)
    store(world, GBR, as_kind(met.person, "P-9", KIND.PERSON), as_kind(met.person, "E-1", KIND.ELIMINATION))
    store(world, ALB, as_kind(met.person, "T-7"))
    sent = ask(world, ref="P-9", population=SubjectKind.DNA_TRACE)
    assert states(world, GBR, sent.id) == {"ALB": ("hit", None)}
    assert listed(world) == []


def test_strangers_on_the_list_hold_nothing_back(world: World) -> None:
    meet(world)
    store(world, GBR, *(somebody(f"staff {number}", f"E-{number}", KIND.ELIMINATION) for number in range(20)))
    assert states(world, GBR, ask(world).id) == {"ALB": ("hit", None)}


def test_whoever_joins_later_counts_at_the_next_question(world: World) -> None:
    met = meet(world)
    assert states(world, GBR, ask(world).id) == {"ALB": ("hit", None)}
    store(world, GBR, as_kind(met.person, "E-1", KIND.ELIMINATION))
    assert states(world, GBR, ask(world).id) == HELD


def test_whoever_left_before_anything_was_found_does_not_count(world: World) -> None:
    contaminated(world)
    world.do(GBR, lambda tx: forget_profile(tx, "E-1"))
    assert states(world, GBR, ask(world).id) == {"ALB": ("hit", None)}


def test_what_was_found_stands_after_the_other_profile_is_gone(world: World) -> None:
    contaminated(world)
    ask(world)
    world.do(GBR, lambda tx: forget_profile(tx, "E-1"))
    assert states(world, GBR, ask(world).id) == HELD
    assert listed(world)[0].category is None


def test_one_examiner_is_enough_to_keep_it_here(world: World) -> None:
    contaminated(world)
    ask(world)
    assert find(world, "examiner", CONTAMINATION) is CONTAMINATION
    assert world.kinds(GBR)[-1] == "dna.elimination_decided"
    assert states(world, GBR, ask(world).id) == HELD
    with pytest.raises(ConflictError):
        find(world, "supervisor", CONTAMINATION)


def test_clearing_needs_two(world: World) -> None:
    contaminated(world)
    ask(world)
    assert find(world, "examiner", CLEARED) is OPEN
    assert states(world, GBR, ask(world).id) == HELD
    with pytest.raises(ForbiddenError):
        find(world, "examiner", CLEARED)
    assert find(world, "supervisor", CLEARED) is CLEARED
    sent = ask(world)
    assert states(world, GBR, sent.id) == {"ALB": ("hit", None)}
    assert len(candidates(world, GBR, sent.id)) == 1
    [held] = listed(world)
    assert (held.proposed_by, held.decided_by) == (
        world.officer(GBR, "examiner").id,
        world.officer(GBR, "supervisor").id,
    )
    why = world.look(GBR, lambda tx: elimination.reasons_of(tx, held.id))
    assert why == {"proposed": REASON, "decided": REASON}


def test_contamination_between_two_clearings_begins_them_anew(world: World) -> None:
    contaminated(world)
    ask(world)
    find(world, "examiner", CLEARED)
    find(world, "supervisor", CONTAMINATION)
    assert find(world, "supervisor", CLEARED) is CONTAMINATION
    assert find(world, "examiner", CLEARED) is CLEARED


def test_what_was_cleared_against_one_is_not_cleared_against_another(world: World) -> None:
    contaminated(world)
    ask(world)
    find(world, "examiner", CLEARED)
    find(world, "supervisor", CLEARED)
    met = somebody("the one", "E-2", KIND.ELIMINATION)
    store(world, GBR, met)
    assert states(world, GBR, ask(world).id) == HELD
    assert [(each.against, each.state) for each in listed(world)] == [("E-2", OPEN), ("E-1", CLEARED)]


def test_a_clearing_ends_when_the_trace_is_typed_anew(world: World) -> None:
    contaminated(world)
    ask(world)
    find(world, "examiner", CLEARED)
    find(world, "supervisor", CLEARED)
    again = only(as_kind(somebody("the one"), "T-1"), 15)
    world.do(GBR, lambda tx: replace_loci(tx, again, world.clock()))
    assert listed(world) == []
    assert states(world, GBR, ask(world).id) == HELD


def test_the_words_are_erased_with_the_trace(world: World) -> None:
    contaminated(world)
    ask(world)
    find(world, "examiner", CONTAMINATION, "Glove of the examiner, torn on the fourteenth of May.")
    world.do(GBR, lambda tx: forget_profile(tx, "T-1"))
    assert listed(world) == []
    assert b"torn on the fourteenth" not in world.files(GBR)


@pytest.mark.parametrize("post", ["enquirer", "approver-1", "auditor"])
def test_only_examiners_and_supervisors_find(world: World, post: str) -> None:
    contaminated(world)
    ask(world)
    with pytest.raises(ForbiddenError):
        find(world, post, CONTAMINATION)
    assert listed(world)[0].state is OPEN


def test_a_finding_has_a_reason_and_is_a_finding(world: World) -> None:
    contaminated(world)
    ask(world)
    for finding, why in ((CONTAMINATION, "mine"), (OPEN, REASON)):
        with pytest.raises(InputError) as caught:
            find(world, "examiner", finding, why)
        assert caught.value.hint()
    with pytest.raises(NotFoundError):
        world.do(
            GBR,
            lambda tx: elimination.find(
                tx, world.officer(GBR, "examiner"), "none", (CONTAMINATION, REASON), world.clock()
            ),
        )


def test_a_trace_of_staff_is_not_returned_either(world: World) -> None:
    """The asker hears no-hit, in one entry, as if there were no trace."""
    met = meet(world)
    store(world, GBR, as_kind(met.person, "P-9", KIND.PERSON))
    store(world, ALB, as_kind(met.person, "T-7"), as_kind(met.person, "E-7", KIND.ELIMINATION))
    before = len(world.kinds(ALB))
    sent = ask(world, ref="P-9", population=SubjectKind.DNA_TRACE)
    assert states(world, GBR, sent.id) == {"ALB": ("no_hit", None)}
    assert world.kinds(ALB)[before:] == ["enquiry.answered"]
    said = json.loads(world.calls[-1].reply) if world.calls else {}
    assert "T-7" not in json.dumps(said)
    assert listed(world, ALB) == []


def test_what_was_found_at_the_question_holds_for_answers(world: World) -> None:
    met = meet(world)
    store(world, GBR, as_kind(met.person, "P-9", KIND.PERSON))
    store(world, ALB, as_kind(met.person, "T-7"), as_kind(met.person, "E-7", KIND.ELIMINATION))
    ask_only(world, ALB, ref="T-7", partners=(GBR,))
    world.do(ALB, lambda tx: forget_profile(tx, "E-7"))
    sent = ask(world, ref="P-9", population=SubjectKind.DNA_TRACE)
    assert states(world, GBR, sent.id) == {"ALB": ("no_hit", None)}
