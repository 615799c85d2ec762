"""A standing order asks about what comes in, and about nothing else, from the word of two people until somebody ends it."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from tests.federation.alerting import speak
from tests.federation.dna_acts import CASE, KIND, WHY, as_kind, link, only, somebody, store
from tests.federation.world import ALB, GBR, MKD, World

from egnatia.accounts import disable_officer
from egnatia.agreements import import_register
from egnatia.cli.serving_duties import compare_once
from egnatia.enquiries.dna import standing
from egnatia.enquiries.dna.governed import order_view
from egnatia.enquiries.dna.profiles import forget_profile, replace_loci
from egnatia.enquiries.dna.standing import Standing
from egnatia.enquiries.dna.terms import Terms
from egnatia.enquiries.tidy import to_review
from egnatia.errors import ConflictError, ForbiddenError, InputError, NotFoundError, RefusedError
from egnatia.model.states import Offence, Purpose, RefusalReason, SubjectKind
from egnatia.scenario.task_force import agreements
from egnatia.store.tables import ask, dna_search

TERMS = Terms(CASE, MKD, SubjectKind.DNA_PERSON, Purpose.INVESTIGATION, Offence.SMUGGLING_OF_PERSONS, WHY)
REASON = "The agreement is being negotiated anew; until then nothing is compared."


def open_(world: World, terms: Terms = TERMS, post: str = "examiner") -> str:
    desk, officer = world.nodes[ALB].desk, world.officer(ALB, post)
    return world.do(ALB, lambda tx: standing.open_standing(tx, desk, officer, terms, world.clock()))


def approve(world: World, standing_id: str, post: str = "supervisor") -> None:
    world.do(ALB, lambda tx: standing.approve_standing(tx, world.officer(ALB, post), standing_id, world.clock()))


def end(world: World, standing_id: str, post: str = "supervisor") -> None:
    officer = world.officer(ALB, post)
    world.do(ALB, lambda tx: standing.end_standing(tx, officer, standing_id, REASON, world.clock()))


def begun(world: World) -> str:
    """An order of ALB towards MKD that two people gave."""
    speak(world)
    standing_id = open_(world)
    approve(world, standing_id)
    world.clock.turn(minutes=1)
    return standing_id


def come(world: World, *numbers: int) -> None:
    store(world, ALB, *(somebody(f"trace {number}", f"T-{number}", KIND.TRACE) for number in numbers))


def go_on(world: World) -> list[str]:
    """What a serving node does every minute; the profiles that were asked about since the beginning."""
    world.clock.turn(minutes=1)
    compare_once(world.nodes[ALB])
    world.deliver()
    query = select(dna_search.c.ref).order_by(dna_search.c.enquiry_id)
    return sorted(world.look(ALB, lambda tx: list(tx.execute(query).scalars())))


def order(world: World) -> Standing:
    [found] = world.look(ALB, standing.standings)
    return found


def test_what_comes_is_asked_about_and_what_was_there_is_not(world: World) -> None:
    speak(world)
    come(world, 1)
    world.clock.turn(minutes=1)
    begun(world)
    assert go_on(world) == []
    come(world, 2, 3)
    assert go_on(world) == ["T-2", "T-3"]
    assert go_on(world) == ["T-2", "T-3"]
    assert order(world).waiting == 0


def test_a_match_is_a_candidate_like_any_other(world: World) -> None:
    begun(world)
    store(world, MKD, somebody("trace 7", "P-7"))
    come(world, 7)
    go_on(world)
    [row] = world.look(ALB, lambda tx: list(tx.execute(ask.select())))
    assert (row.partner, row.state) == (MKD, "hit")
    [search] = world.look(ALB, lambda tx: list(tx.execute(dna_search.select())))
    assert (search.standing_id, search.batch_id) == (order(world).id, None)


def test_nothing_is_asked_on_one_persons_word(world: World) -> None:
    speak(world)
    standing_id = open_(world)
    world.clock.turn(minutes=1)
    come(world, 1)
    assert go_on(world) == []
    with pytest.raises(ForbiddenError):
        approve(world, standing_id, "examiner")
    approve(world, standing_id)
    assert go_on(world) == ["T-1"]
    assert [each for each in world.kinds(ALB) if each.startswith("dna.standing")] == [
        "dna.standing_opened",
        "dna.standing_approved",
    ]


def test_who_wrote_it_does_not_approve_it(world: World) -> None:
    speak(world)
    standing_id = open_(world, post="supervisor")
    with pytest.raises(ForbiddenError):
        approve(world, standing_id)
    approve(world, standing_id, "approver-1")
    with pytest.raises(ConflictError):
        approve(world, standing_id, "approver-2")


def test_an_ended_order_asks_nothing(world: World) -> None:
    standing_id = begun(world)
    come(world, 1)
    end(world, standing_id)
    assert go_on(world) == []
    assert order(world).waiting == 0
    for act in (end, approve):
        with pytest.raises(ConflictError):
            act(world, standing_id)
    assert world.kinds(ALB)[-1] == "dna.standing_ended"


def test_a_profile_is_asked_about_once_and_again_when_more_was_typed(world: World) -> None:
    begun(world)
    short = only(somebody("trace 1", "T-1", KIND.TRACE), 8)
    store(world, ALB, short)
    assert go_on(world) == ["T-1"]
    link(world, ALB, "T-1", scene={"taken": "2025-05-01, lorry park"})
    assert go_on(world) == ["T-1"]
    whole = somebody("trace 1", "T-1", KIND.TRACE)
    world.do(ALB, lambda tx: replace_loci(tx, whole, world.clock()))
    assert go_on(world) == ["T-1", "T-1"]


def test_what_was_linked_later_is_no_news(world: World) -> None:
    speak(world)
    come(world, 1)
    world.clock.turn(minutes=1)
    begun(world)
    link(world, ALB, "T-1", scene={"taken": "2025-05-01, lorry park"})
    assert go_on(world) == []


def test_kinds_that_the_grant_does_not_send_are_passed_over(world: World) -> None:
    begun(world)
    store(world, ALB, somebody("person", "P-1"), somebody("victim", "V-1", KIND.VICTIM))
    store(world, ALB, somebody("relative", "R-1", KIND.RELATIVE))
    come(world, 1)
    assert go_on(world) == ["T-1"]


def test_a_contaminated_trace_is_recorded_and_not_asked(world: World) -> None:
    begun(world)
    store(world, ALB, as_kind(somebody("trace 1"), "E-1", KIND.ELIMINATION))
    come(world, 1, 2)
    assert go_on(world) == ["T-1", "T-2"]
    rows = world.look(ALB, lambda tx: {row.refusal for row in tx.execute(ask.select())})
    assert rows == {None, RefusalReason.PROFILE_ELIMINATED}


def test_what_is_gone_before_its_turn_is_passed_over(world: World) -> None:
    begun(world)
    come(world, 1, 2)
    world.do(ALB, lambda tx: forget_profile(tx, "T-1"))
    assert go_on(world) == ["T-2"]


def test_it_goes_on_where_the_quota_stopped_it(world: World) -> None:
    speak(world)
    few = agreements().replace(b"quota_day = 200", b"quota_day = 2")
    for code in (ALB, MKD):
        world.do(code, lambda tx: import_register(tx, few, "off-installer", world.clock()))
    begun(world)
    come(world, 1, 2, 3)
    assert go_on(world) == ["T-1", "T-2"]
    assert order(world).waiting == 1
    world.clock.turn(days=1)
    assert go_on(world) == ["T-1", "T-2", "T-3"]


def test_it_waits_while_the_agreement_does_not_hold(world: World) -> None:
    begun(world)
    gone = b"\n".join(each for each in agreements().splitlines() if b'"demo-alb-mkd-dna-person"' not in each)
    world.do(ALB, lambda tx: import_register(tx, gone, "off-installer", world.clock()))
    come(world, 1)
    assert go_on(world) == []
    world.do(ALB, lambda tx: import_register(tx, agreements(), "off-installer", world.clock()))
    assert go_on(world) == ["T-1"]


def test_it_waits_when_its_officer_left(world: World) -> None:
    begun(world)
    examiner = world.officer(ALB, "examiner")
    world.do(ALB, lambda tx: disable_officer(tx, examiner.id, "off-installer", world.clock()))
    come(world, 1)
    assert go_on(world) == []
    assert order(world).waiting == 1


def test_a_restart_forgets_nothing_and_repeats_nothing(world: World) -> None:
    begun(world)
    come(world, 1)
    go_on(world)
    world.restart(ALB)
    come(world, 2)
    assert go_on(world) == ["T-1", "T-2"]


def test_only_a_grant_that_says_so_allows_it(world: World) -> None:
    speak(world)
    with pytest.raises(RefusedError) as caught:
        open_(world, replace(TERMS, partner=GBR))
    assert caught.value.reason is RefusalReason.SUBJECT_NOT_GRANTED
    assert "by themselves" in caught.value.message


def test_one_order_under_one_grant(world: World) -> None:
    standing_id = begun(world)
    with pytest.raises(ConflictError):
        open_(world)
    end(world, standing_id)
    assert open_(world) != standing_id


def test_an_order_has_words_and_exists(world: World) -> None:
    speak(world)
    with pytest.raises(InputError):
        open_(world, replace(TERMS, justification="new"))
    with pytest.raises(NotFoundError):
        approve(world, "none")
    standing_id = open_(world)
    assert world.look(ALB, lambda tx: order_view(tx, world.officer(ALB, "approver-1"), standing_id).words.why) == WHY


def test_an_order_is_reviewed_after_three_years(world: World) -> None:
    standing_id = begun(world)
    world.clock.turn(days=1_096)
    due = world.look(ALB, lambda tx: to_review(tx, world.clock()))
    assert ("dna_standing", standing_id) in {(each.category, each.item) for each in due}
    end(world, standing_id)
    due = world.look(ALB, lambda tx: to_review(tx, world.clock()))
    assert "dna_standing" not in {each.category for each in due}
