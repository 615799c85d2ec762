"""The second line on a real node: who needs help is helped first, and who is refused is refused by a person on a ground."""

import re
from dataclasses import replace
from itertools import product

import pytest
from sqlalchemy import event
from tests.casework.test_crossings import MET, NOTE, WOMAN, closed, counts, informed, passes, referred, screened, stands
from tests.federation.world import ALB, World

from egnatia.casework import borders
from egnatia.casework.borders import Encounter, Ending, FurtherCheck, Referral
from egnatia.casework.borders.further_checks import SHIFT
from egnatia.errors import ConflictError, Error, ForbiddenError, InputError, NotFoundError
from egnatia.model.borders import (
    CrossingOutcome,
    CustodyCheck,
    Direction,
    HelpAnswer,
    Minor,
    RefusalGround,
    SecondLineFinding,
    SecondLineReason,
    Sign,
)

PASSES = Ending(SecondLineFinding.NO_FINDING, CrossingOutcome.PASS)
SAFE = Ending(SecondLineFinding.NO_FINDING, CrossingOutcome.SAFEGUARDING_REFERRAL)
REFUSED = Ending(
    SecondLineFinding.ENTRY_CONDITION_NOT_MET, CrossingOutcome.REFUSED_ENTRY, (RefusalGround.NO_MEANS,), "sq"
)
CHILD = replace(MET, minor=Minor.ALONE)


def custody(world: World, check_id: str, came: CustodyCheck) -> None:
    officer = world.officer(ALB, "enquirer")
    world.do(ALB, lambda tx: borders.ask_custody(tx, officer, check_id, came, world.clock()))


def offered(world: World, check_id: str, said: HelpAnswer) -> None:
    officer = world.officer(ALB, "enquirer")
    world.do(ALB, lambda tx: borders.offer_help(tx, officer, check_id, said, world.clock()))


def heard(world: World, check_id: str, post: str = "enquirer") -> str:
    officer = world.officer(ALB, post)
    return world.do(ALB, lambda tx: borders.hear_protection(tx, officer, check_id, world.clock()))


def mine(world: World, post: str = "enquirer") -> list[Referral]:
    officer = world.officer(ALB, post)
    return world.look(ALB, lambda tx: borders.own_referrals(tx, officer, world.clock()))


def listed(world: World, part: tuple[int, int] | None = None) -> list[FurtherCheck]:
    officer = world.officer(ALB, "examiner")
    return world.do(ALB, lambda tx: borders.checks(tx, officer, world.clock(), part=part))


def test_a_refusal_is_an_officers_with_grounds_and_an_appeal(world: World) -> None:
    check_id = referred(world)
    informed(world, check_id)
    for lacking in (replace(REFUSED, grounds=()), replace(REFUSED, appeal_in=None)):
        with pytest.raises(ConflictError):
            closed(world, check_id, lacking)
    closed(world, check_id, REFUSED)
    found = stands(world, check_id)
    assert (found.ending, found.closed_by) == (REFUSED, world.officer(ALB, "examiner").id)
    entry = world.entries(ALB, 1)[0]
    assert entry.content == {"finding": "entry_condition_not_met", "outcome": "refused_entry", "grounds": ["no_means"]}


def test_a_refusal_does_not_rest_on_what_is_not_resolved(world: World) -> None:
    check_id = referred(world)
    informed(world, check_id)
    for finding in (SecondLineFinding.UNRESOLVED, SecondLineFinding.NO_FINDING):
        with pytest.raises(ConflictError, match="stopped for"):
            closed(world, check_id, replace(REFUSED, finding=finding))
    assert stands(world, check_id).closed_at is None


def test_how_to_appeal_is_told_in_a_language_that_there_is(world: World) -> None:
    check_id = referred(world)
    informed(world, check_id)
    with pytest.raises(InputError, match="information sheet"):
        closed(world, check_id, replace(REFUSED, appeal_in="klingon"))


def test_a_child_alone_passes_when_who_has_custody_agrees(world: World) -> None:
    check_id = referred(world, CHILD, SecondLineReason.CHILD_ALONE)
    informed(world, check_id)
    with pytest.raises(ConflictError, match="custody"):
        closed(world, check_id, PASSES)
    custody(world, check_id, CustodyCheck.CONFIRMED)
    closed(world, check_id, PASSES)
    assert counts(world) == [("child_alone", "no_finding", 1)]


@pytest.mark.parametrize("came", [CustodyCheck.NOT_REACHED, CustodyCheck.CONTRADICTED])
def test_a_child_whose_custody_is_in_doubt_goes_to_those_who_protect_children(world: World, came: CustodyCheck) -> None:
    check_id = referred(world, CHILD, SecondLineReason.CHILD_ALONE)
    informed(world, check_id)
    custody(world, check_id, came)
    with pytest.raises(ConflictError, match="not confirmed"):
        closed(world, check_id, PASSES)
    closed(world, check_id, SAFE)


@pytest.mark.parametrize("minor", [Minor.ALONE, Minor.ONE_ADULT, Minor.WITH_BOTH])
def test_a_child_with_signs_does_not_pass_whoever_says_it_is_fine(world: World, minor: Minor) -> None:
    check_id = referred(world, replace(MET, minor=minor))
    informed(world, check_id)
    custody(world, check_id, CustodyCheck.CONFIRMED)
    screened(world, check_id, Sign.CHILD_WITH_STRANGERS)
    with pytest.raises(ConflictError, match="signs were seen in a child"):
        closed(world, check_id, PASSES)
    with pytest.raises(ConflictError, match="does not decline"):
        offered(world, check_id, HelpAnswer.DECLINED)
    closed(world, check_id, SAFE)


def test_nobody_has_custody_of_an_adult(world: World) -> None:
    check_id = referred(world)
    with pytest.raises(ConflictError, match="adult"):
        custody(world, check_id, CustodyCheck.CONFIRMED)


def test_help_is_offered_before_anything_is_decided_against_somebody_with_signs(world: World) -> None:
    check_id = referred(world)
    informed(world, check_id)
    screened(world, check_id, Sign.PAPERS_HELD_BY_OTHERS)
    for ending in (PASSES, REFUSED):
        with pytest.raises(ConflictError, match="offered first"):
            closed(world, check_id, ending)
    offered(world, check_id, HelpAnswer.ACCEPTED)
    for ending in (PASSES, REFUSED):
        with pytest.raises(ConflictError):
            closed(world, check_id, ending)
    offered(world, check_id, HelpAnswer.DECLINED)
    closed(world, check_id, PASSES)


@pytest.mark.parametrize("reason", [SecondLineReason.DISTRESS_INDICATOR, SecondLineReason.DOC_DISCREPANCY])
def test_distress_at_the_first_line_is_not_forgotten_at_the_second(world: World, reason: SecondLineReason) -> None:
    distressed = replace(MET, distressed=True)
    with pytest.raises(ConflictError, match="distress"):
        passes(world, distressed)
    check_id = referred(world, distressed, reason)
    assert stands(world, check_id).standing.distressed


def test_a_child_alone_is_no_reason_for_an_adult(world: World) -> None:
    for minor in (Minor.ADULT, Minor.WITH_BOTH):
        with pytest.raises(ConflictError, match="custody"):
            referred(world, replace(MET, minor=minor), SecondLineReason.CHILD_ALONE)
    assert counts(world) == []


def test_who_asks_for_protection_needs_no_suspicion_and_no_group(world: World) -> None:
    """One act at the first line, with what stands on the screen already; nothing about the person is asked first."""
    anybody = Encounter("DURRES-1", Direction.ENTRY, MET.mode, None)
    check_id = referred(world, anybody, SecondLineReason.PROTECTION_REQUEST)
    found = stands(world, check_id)
    assert found.standing.protection_asked
    assert set(borders.second_line_outcomes(found.standing)) == {
        CrossingOutcome.ASYLUM_REFERRAL,
        CrossingOutcome.SAFEGUARDING_REFERRAL,
    }
    assert counts(world) == []
    informed(world, check_id)
    closed(world, check_id, Ending(SecondLineFinding.NO_FINDING, CrossingOutcome.ASYLUM_REFERRAL))
    assert counts(world) == [("protection_request", "no_finding", 1)]


@pytest.mark.parametrize("reason", sorted(set(SecondLineReason) - {SecondLineReason.PROTECTION_REQUEST}))
def test_nobody_else_is_referred_uncounted(world: World, reason: SecondLineReason) -> None:
    with pytest.raises((InputError, ConflictError)):
        referred(world, replace(MET, group=None), reason)
    with pytest.raises(InputError):
        passes(world, replace(MET, group=None))


def test_whoever_asks_after_a_refusal_is_heard_and_referred(world: World) -> None:
    """At any time: also while somebody waits to be sent back."""
    check_id = referred(world)
    informed(world, check_id)
    closed(world, check_id, REFUSED)
    again = heard(world, check_id)
    assert again != check_id
    found = stands(world, again)
    assert (found.reason, found.standing.protection_asked) == (SecondLineReason.PROTECTION_REQUEST, True)
    assert stands(world, check_id).ending == REFUSED, "what was decided stays to be seen"
    informed(world, again)
    with pytest.raises(ConflictError, match="asked for protection"):
        closed(world, again, REFUSED)
    closed(world, again, Ending(SecondLineFinding.NO_FINDING, CrossingOutcome.ASYLUM_REFERRAL))
    assert world.kinds(ALB).count("second_line.opened") == 2


def test_hearing_it_again_stays_in_the_same_check(world: World) -> None:
    check_id = referred(world)
    assert heard(world, check_id) == check_id
    assert heard(world, check_id, "examiner") == check_id


@pytest.mark.parametrize("post", ["auditor", "administrator", "approver-2"])
def test_only_who_checks_crossings_hears_and_lists(world: World, post: str) -> None:
    check_id = referred(world)
    with pytest.raises(ForbiddenError):
        heard(world, check_id, post)
    with pytest.raises(ForbiddenError):
        mine(world, post)


def test_an_officer_sees_whom_they_referred_in_this_shift_and_nothing_of_them(world: World) -> None:
    first = referred(world)
    world.clock.turn(minutes=1)
    second = referred(world)
    assert [each.id for each in mine(world)] == [second, first]
    assert mine(world, "examiner") == []
    informed(world, first)
    closed(world, first, SAFE)
    assert [each.id for each in mine(world)] == [second]
    assert set(Referral.__slots__) == {"id", "bcp", "opened_at"}
    world.clock.turn(hours=SHIFT.total_seconds() / 3600)
    assert mine(world) == []


def test_a_list_comes_in_parts_that_make_the_whole(world: World) -> None:
    for number in range(7):
        check_id = referred(world)
        if number % 3 == 0:
            informed(world, check_id)
            closed(world, check_id, SAFE)
        world.clock.turn(seconds=1)
    whole = [each.id for each in listed(world)]
    assert len(whole) == 7
    parts = [[each.id for each in listed(world, (start, 3))] for start in (0, 3, 6)]
    assert [len(each) for each in parts] == [3, 3, 1]
    assert [each for part in parts for each in part] == whole
    assert [each.closed_at is None for each in listed(world)] == [True] * 4 + [False] * 3
    how_many = borders.how_many_checks
    assert world.look(ALB, lambda tx: (how_many(tx), how_many(tx, only_open=True))) == (7, 4)


def test_one_look_reads_one_check(world: World) -> None:
    """Each further check is opened by its key: with hundreds of them, a look costs what it costs with one."""
    wanted, *_ = [referred(world) for _ in range(5)]
    officer = world.officer(ALB, "examiner")
    statements: list[str] = []
    engine = world.nodes[ALB].database.engine

    def note(*given: object) -> None:
        statements.append(str(given[2]))

    event.listen(engine, "before_cursor_execute", note)
    found = world.do(ALB, lambda tx: borders.look_at(tx, officer, wanted, world.clock()))
    event.remove(engine, "before_cursor_execute", note)
    assert found.id == wanted
    about = [each for each in statements if "FROM second_line" in each]
    assert about
    assert all(re.search(r"second_line\.id = [?%]", each) for each in about), (
        "by its key, however a database writes that"
    )
    entry = world.entries(ALB, 1)[0]
    assert (entry.kind, entry.object_ref) == ("second_line.viewed", f"second_line:{wanted}")


@pytest.mark.parametrize(("check_id", "post", "error"), [("none", "examiner", NotFoundError), ("", "enquirer", ForbiddenError)])  # fmt: skip
def test_who_may_not_look_sees_nothing_and_what_is_not_there_is_not_found(
    world: World, check_id: str, post: str, error: type[Error]
) -> None:
    officer = world.officer(ALB, post)
    before = world.kinds(ALB)
    with pytest.raises(error):
        world.do(ALB, lambda tx: borders.look_at(tx, officer, check_id, world.clock()))
    assert world.kinds(ALB) == before


GROUPS = [
    replace(WOMAN, nationality=nationality, sex=sex)
    for nationality, sex in product(("ALB", "XKX", "AFG", "D", "XXA"), ("F", "M", "X"))
]


def outcomes_of(world: World, group: borders.Group) -> list[object]:
    """Everything that a border check of one group shows and allows, step by step."""
    met = replace(MET, group=group)
    seen: list[object] = []
    passes(world, met)
    check_id = referred(world, met)
    for act in (lambda: informed(world, check_id), lambda: screened(world, check_id, Sign.AFRAID)):
        act()
        standing = stands(world, check_id).standing
        seen += [standing, borders.second_line_outcomes(standing), borders.prompts(standing)]
    for ending in (PASSES, REFUSED):
        with pytest.raises(ConflictError) as raised:
            closed(world, check_id, ending, group=group)
        seen.append((raised.value.message, raised.value.hint()))
    offered(world, check_id, HelpAnswer.DECLINED)
    standing = stands(world, check_id).standing
    seen += [standing, borders.second_line_outcomes(standing), borders.prompts(standing, false_document=True)]
    closed(world, check_id, REFUSED, note=NOTE, group=group)
    return [*seen, stands(world, check_id).ending]


def test_swapping_the_nationality_alone_changes_nothing_anywhere_in_the_flow(world: World) -> None:
    reference = outcomes_of(world, WOMAN)
    for group in GROUPS[::4]:
        assert outcomes_of(world, group) == reference, group
