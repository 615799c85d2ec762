"""Verdicts: an officer's, with a name and reasons, apart from what the machine advises; and what they start."""

import inspect as introspect
import json
from itertools import product

import pytest
from sqlalchemy import select
from tests.federation.world import ALB, World

from egnatia.casework import borders
from egnatia.casework.borders import Agreement, Heard, Judged, Prompt
from egnatia.errors import Error, ForbiddenError, InputError, NotFoundError
from egnatia.model.borders import FALSE_VERDICTS, MADE_FALSE, SCREENED_VERDICTS, Sign, VerdictClass
from egnatia.model.officers import PERMISSIONS, Action, Officer
from egnatia.model.states import Role
from egnatia.scenario.case import CASE_REF, PASSPORT
from egnatia.store.tables import inspection, second_line, verdict

ALTERED = PASSPORT.replace("P0041763<4", "P0041763<5")
WHY = "The laminate over the photograph was lifted and glued again."
NOBODY = Heard(frozenset(), protection_asked=False, is_child=False)


def inspected(world: World, zone: str = PASSPORT) -> str:
    officer = world.officer(ALB, "enquirer")
    return world.do(ALB, lambda tx: borders.inspect_document(tx, officer, CASE_REF, zone, world.clock()))[0]


def say(
    world: World, inspection_id: str, kind: VerdictClass = VerdictClass.FORGED, post: str = "examiner", why: str = WHY
) -> str:
    officer = world.officer(ALB, post)
    return world.do(ALB, lambda tx: borders.give_verdict(tx, officer, inspection_id, kind, why, world.clock()))


def judged(world: World, inspection_id: str) -> Judged:
    return world.look(ALB, lambda tx: borders.judged(tx, inspection_id))


def false_ones(world: World, *, confirmed: bool = True) -> list[str]:
    start = world.clock()
    found = world.look(ALB, lambda tx: borders.false_verdicts(tx, start, confirmed=confirmed))
    return [each.inspection_id for each in found]


def screened(world: World, inspection_id: str, heard: Heard = NOBODY) -> list[Prompt]:
    officer = world.officer(ALB, "enquirer")
    return world.do(ALB, lambda tx: borders.screen_holder(tx, officer, inspection_id, heard, world.clock()))


def wanted(world: World, inspection_id: str) -> bool:
    return world.look(ALB, lambda tx: borders.screening_wanted(tx, inspection_id))


def test_a_verdict_stands_beside_the_advice_and_changes_nothing_of_it(world: World) -> None:
    inspection_id = inspected(world)
    before = world.look(ALB, lambda tx: tx.execute(select(inspection)).one())
    assert judged(world, inspection_id) == Judged(inspection_id, Agreement.NONE, None, ())
    say(world, inspection_id)
    found = judged(world, inspection_id)
    assert (found.agreement, found.kind) == (Agreement.SINGLE, VerdictClass.FORGED)
    assert found.verdicts[0].given_by == world.officer(ALB, "examiner").id
    assert world.look(ALB, lambda tx: tx.execute(select(inspection)).one()) == before
    entry = world.entries(ALB, 1)[0]
    assert (entry.kind, entry.object_ref, entry.content) == (
        "verdict.given",
        f"inspection:{inspection_id}",
        {"verdict": "forged", "agreement": "single"},
    )


def test_no_machine_can_write_a_verdict() -> None:
    """Who gives one is an officer's account with a role; there is no role that a service has, and no advice goes in."""
    parameters = introspect.signature(borders.give_verdict).parameters
    assert parameters["officer"].annotation is Officer
    assert not {"advice", "result", "examination"} & set(parameters)
    assert PERMISSIONS[Action.GIVE_VERDICT] == {Role.EXAMINER, Role.SUPERVISOR}


@pytest.mark.parametrize("zone", [PASSPORT, ALTERED])
def test_whatever_the_machine_says_no_verdict_comes_of_it(world: World, zone: str) -> None:
    inspection_id = inspected(world, zone)
    assert judged(world, inspection_id).agreement is Agreement.NONE
    assert world.look(ALB, lambda tx: tx.execute(select(verdict)).all()) == []


def test_an_officer_may_say_the_opposite_of_the_machine(world: World) -> None:
    inspection_id = inspected(world, ALTERED)
    say(world, inspection_id, VerdictClass.GENUINE)
    assert judged(world, inspection_id).kind is VerdictClass.GENUINE


def test_a_second_officer_confirms_or_differs_and_every_word_stays(world: World) -> None:
    inspection_id = inspected(world)
    say(world, inspection_id)
    say(world, inspection_id, post="supervisor")
    assert judged(world, inspection_id).agreement is Agreement.CONFIRMED
    say(world, inspection_id, VerdictClass.GENUINE, post="supervisor")
    found = judged(world, inspection_id)
    assert (found.agreement, found.kind, len(found.verdicts)) == (Agreement.DISPUTED, None, 3)
    say(world, inspection_id, VerdictClass.GENUINE)
    found = judged(world, inspection_id)
    assert (found.agreement, found.kind) == (Agreement.CONFIRMED, VerdictClass.GENUINE)
    assert [each.kind.value for each in found.verdicts] == ["forged", "forged", "genuine", "genuine"]


def test_saying_it_twice_is_no_second_pair_of_eyes(world: World) -> None:
    inspection_id = inspected(world)
    for _ in range(3):
        say(world, inspection_id)
    assert judged(world, inspection_id).agreement is Agreement.SINGLE
    assert false_ones(world) == []


@pytest.mark.parametrize(
    ("post", "why", "error"),
    [
        ("enquirer", WHY, ForbiddenError),
        ("auditor", WHY, ForbiddenError),
        ("administrator", WHY, ForbiddenError),
        ("examiner", "", InputError),
        ("examiner", "It is forged.", InputError),
        ("examiner", "x" * 2_001, InputError),
    ],
)
def test_without_the_right_or_without_reasons_nothing_is_said(
    world: World, post: str, why: str, error: type[Error]
) -> None:
    inspection_id = inspected(world)
    before = world.kinds(ALB)
    with pytest.raises(error):
        say(world, inspection_id, post=post, why=why)
    assert world.kinds(ALB) == before
    assert judged(world, inspection_id).verdicts == ()


@pytest.mark.parametrize("act", [say, judged, screened, wanted])
def test_an_inspection_that_never_was_has_no_verdict(world: World, act: object) -> None:
    assert callable(act)
    with pytest.raises(NotFoundError, match="no inspection"):
        act(world, "no-such-inspection")


def test_the_reasons_are_sealed_and_reading_them_is_logged(world: World) -> None:
    inspection_id = inspected(world)
    verdict_id = say(world, inspection_id, why="Zzyxqor's photograph was exchanged under the foil.")
    assert b"Zzyxqor" not in world.files(ALB)
    officer = world.officer(ALB, "examiner")
    read = world.do(ALB, lambda tx: borders.reasons_of(tx, officer, inspection_id, world.clock()))
    assert read == {verdict_id: "Zzyxqor's photograph was exchanged under the foil."}
    assert world.kinds(ALB)[-1] == "verdict.viewed"
    enquirer = world.officer(ALB, "enquirer")
    with pytest.raises(ForbiddenError):
        world.do(ALB, lambda tx: borders.reasons_of(tx, enquirer, inspection_id, world.clock()))


def test_only_what_two_officers_call_false_can_start_an_alert(world: World) -> None:
    alone, sure, disputed, genuine = (inspected(world) for _ in range(4))
    for each in (alone, sure, disputed):
        say(world, each, VerdictClass.COUNTERFEIT)
    say(world, sure, VerdictClass.COUNTERFEIT, post="supervisor")
    say(world, disputed, VerdictClass.GENUINE, post="supervisor")
    say(world, genuine, VerdictClass.GENUINE)
    say(world, genuine, VerdictClass.GENUINE, post="supervisor")
    assert false_ones(world) == [sure]
    assert sorted(false_ones(world, confirmed=False)) == sorted([alone, sure])
    world.clock.turn(hours=1)
    assert false_ones(world) == [], "only what was said since"


@pytest.mark.parametrize("kind", VerdictClass)
def test_each_class_is_false_or_not_by_its_meaning(world: World, kind: VerdictClass) -> None:
    inspection_id = inspected(world)
    say(world, inspection_id, kind)
    say(world, inspection_id, kind, post="supervisor")
    assert (false_ones(world) == [inspection_id]) == (kind in FALSE_VERDICTS)
    assert wanted(world, inspection_id) == (kind in SCREENED_VERDICTS)


def test_the_classes_lie_within_one_another() -> None:
    assert MADE_FALSE < FALSE_VERDICTS < SCREENED_VERDICTS < set(VerdictClass)
    assert VerdictClass.GENUINE not in SCREENED_VERDICTS
    assert VerdictClass.IMPOSTOR not in MADE_FALSE, "an impostor's document is genuine: nothing of it may be flagged"


def test_a_false_document_prompts_help_for_its_holder_and_no_offence(world: World) -> None:
    """DOC-10: also outside a crossing, and by the officer's word as much as by the machine's suspicion."""
    inspection_id = inspected(world)
    assert not wanted(world, inspection_id)
    say(world, inspection_id, VerdictClass.IMPOSTOR)
    assert wanted(world, inspection_id)
    heard = Heard(frozenset({Sign.SPOKEN_FOR, Sign.AFRAID}), protection_asked=False, is_child=False)
    assert screened(world, inspection_id, heard) == [Prompt.OFFER_HELP]
    assert not wanted(world, inspection_id), "asked is asked"
    assert world.look(ALB, lambda tx: tx.execute(select(second_line)).all()) == [], "no check, no offence, no hold"
    assert world.kinds(ALB)[-1] == "holder.screened"


def test_a_word_that_is_taken_back_does_not_take_the_screening_back(world: World) -> None:
    inspection_id = inspected(world)
    say(world, inspection_id, VerdictClass.FORGED)
    say(world, inspection_id, VerdictClass.GENUINE)
    assert wanted(world, inspection_id)


@pytest.mark.parametrize(
    ("signs", "asked", "child"), list(product((frozenset(), frozenset({Sign.INJURED})), (False, True), (False, True)))
)
def test_what_is_offered_follows_from_what_was_heard(signs: frozenset[Sign], asked: object, child: object) -> None:
    offered = borders.offers(Heard(signs, protection_asked=bool(asked), is_child=bool(child)))
    assert (Prompt.REFER_NOW in offered) == bool(asked)
    assert (Prompt.SAFEGUARD in offered) == bool(child)
    assert (Prompt.OFFER_HELP in offered) == (bool(signs) and not child)


def test_what_a_holder_said_is_in_no_file_in_clear_and_in_no_entry(world: World) -> None:
    inspection_id = inspected(world)
    screened(world, inspection_id, Heard(frozenset({Sign.OWES_FOR_THE_JOURNEY}), protection_asked=True, is_child=True))
    files = world.files(ALB)
    for word in (b"owes_for_the_journey", b"protection_asked", b"is_child"):
        assert word not in files
    entry = world.entries(ALB, 1)[0]
    assert "journey" not in json.dumps([entry.content, entry.justification, entry.object_ref])


@pytest.mark.parametrize("post", ["auditor", "administrator", "approver-2"])
def test_only_who_inspects_screens(world: World, post: str) -> None:
    inspection_id = inspected(world)
    officer = world.officer(ALB, post)
    with pytest.raises(ForbiddenError):
        world.do(ALB, lambda tx: borders.screen_holder(tx, officer, inspection_id, NOBODY, world.clock()))
