"""Somebody's profile comes in who had touched a trace long sent: it is found, nothing more rests on it, partners hear."""

from datetime import timedelta
from functools import partial

import pytest
from bench.dna.recount import counted, recount
from tests.federation.alerting import speak
from tests.federation.dna_acts import (
    KIND,
    as_kind,
    ask,
    ask_only,
    candidates,
    confirm,
    entries_of,
    kept,
    link,
    meet,
    only,
    somebody,
    states,
    store,
)
from tests.federation.test_dna_withdrawal import LOOKED, erase, figure
from tests.federation.world import ALB, FACTS, GBR, INSTALLER, World

from egnatia.cli.serving_duties import compare_once, screen_once
from egnatia.enquiries.corrections.acting import act_on
from egnatia.enquiries.corrections.reading import flags_of_candidate
from egnatia.enquiries.corrections.sending import send_waiting
from egnatia.enquiries.corrections.taken import waiting
from egnatia.enquiries.dna import elimination
from egnatia.enquiries.dna.dispositions import QueueState, queue
from egnatia.enquiries.dna.elimination import Elimination
from egnatia.enquiries.dna.held import check_free, is_contaminated, is_held
from egnatia.enquiries.dna.opinions import OpinionDraft, give_opinion
from egnatia.enquiries.dna.profiles import forget_profile
from egnatia.enquiries.dna.retyping import retype
from egnatia.enquiries.dna.screening import has_unscreened, screen, unscreened
from egnatia.enquiries.dna.upgrade_answers import answer_upgrade
from egnatia.enquiries.dna.upgrades import ask_upgrade, upgrades
from egnatia.enquiries.followups import OUT, get
from egnatia.enquiries.our_followups import send_follow_up
from egnatia.errors import ConflictError, RefusedError
from egnatia.ledger.audit import verify_own
from egnatia.model.dna import Disposition, EliminationState, ProfileKind
from egnatia.model.events import EventKind
from egnatia.model.ids import CandidateId, FollowUpId, OfficerId, PartnerCode
from egnatia.model.states import Offence, RefusalReason, SubjectKind
from egnatia.store.tables import dna_elimination

OPEN, CONTAMINATION, CLEARED = EliminationState.OPEN, EliminationState.CONTAMINATION, EliminationState.CLEARED
REASON = "The examiner wore no second pair of gloves that day; the journal says so."
SCENE = {"taken": "2025-04-02, lorry park", "offence": "smuggling", "case_number": "DUR-9", "authority": "Durres"}
ELIMINATED = RefusalReason.PROFILE_ELIMINATED


def refused(act: object) -> None:
    assert callable(act)
    with pytest.raises(RefusedError) as caught:
        act()
    assert caught.value.reason is ELIMINATED


def listed(world: World, code: PartnerCode) -> list[Elimination]:
    return world.look(code, elimination.eliminations)


def find(
    world: World, code: PartnerCode, finding: EliminationState, post: str = "examiner", against: str = "E-1"
) -> None:
    officer = world.officer(code, post)
    [held] = [each for each in listed(world, code) if each.against == against]
    world.do(code, lambda tx: elimination.find(tx, officer, held.id, (finding, REASON), world.clock()))


def spread(world: World, code: PartnerCode) -> None:
    """What a serving node does every few seconds: corrections are told."""
    world.do(code, lambda tx: send_waiting(tx, world.nodes[code].desk, world.clock()))
    world.deliver()


def follow(world: World, found: CandidateId) -> FollowUpId:
    desk, officer = world.nodes[GBR].desk, world.officer(GBR, "examiner")
    request = (FACTS, Offence.SMUGGLING_OF_PERSONS)
    made = world.do(GBR, lambda tx: send_follow_up(tx, desk, officer, found, request, world.clock()))
    world.deliver()
    return made


def wish(world: World, found: CandidateId, *loci: str) -> str:
    desk, officer = world.nodes[GBR].desk, world.officer(GBR, "examiner")
    return world.do(GBR, lambda tx: ask_upgrade(tx, desk, officer, found, (loci, REASON), world.clock()))


def opine(world: World, found: CandidateId, disposition: Disposition) -> None:
    officer, draft = world.officer(GBR, "examiner"), OpinionDraft(disposition, REASON, "DNA expert")
    world.do(GBR, lambda tx: give_opinion(tx, officer, found, draft, world.clock()))


def touched(world: World, code: PartnerCode = GBR, kind: ProfileKind = KIND.ELIMINATION) -> None:
    """Only now the profile of somebody comes in who had touched T-1, which was asked about or returned before."""
    store(world, code, as_kind(somebody("the one"), "E-1", kind))


@pytest.fixture
def asked(two: World) -> CandidateId:
    """GBR asked about its trace T-1, and ALB has a person that agrees."""
    meet(two)
    [found] = candidates(two, GBR, ask(two).id)
    return found.id


@pytest.fixture
def returned(two: World) -> CandidateId:
    """ALB returned its trace T-1, with a scene, to GBR, which had asked about a person."""
    speak(two)
    store(two, ALB, somebody("the one", "T-1", KIND.TRACE))
    link(two, ALB, "T-1", scene=SCENE)
    store(two, GBR, somebody("the one", "P-1"))
    [found] = candidates(two, GBR, ask(two, ref="P-1", population=SubjectKind.DNA_TRACE).id)
    return found.id


def test_what_left_is_found_and_put_before_people(two: World, asked: CandidateId) -> None:
    confirm(two, GBR, asked)
    touched(two)
    assert listed(two, GBR) == []
    assert screen_once(two.nodes[GBR]) > 0
    [held] = listed(two, GBR)
    assert (held.ref, held.against, held.category, held.state) == ("T-1", "E-1", "staff", OPEN)
    assert (held.candidates, held.hits, held.partners) == (1, 1, (ALB,))
    [entry] = entries_of(two, GBR, EventKind.DNA_ELIMINATED)
    assert (entry.actor, entry.object_ref) == ("node", "dna_profile:T-1")


@pytest.mark.usefixtures("asked")
def test_a_second_look_finds_nothing_new(two: World) -> None:
    touched(two)
    screen_once(two.nodes[GBR])
    before = two.kinds(GBR)
    assert screen_once(two.nodes[GBR]) == 0
    assert two.kinds(GBR) == before
    assert not two.look(GBR, has_unscreened)


@pytest.mark.parametrize("looked", [True, False])
def test_nothing_is_built_on_it_from_the_moment_the_profile_is_stored(
    two: World, asked: CandidateId, *, looked: bool
) -> None:
    """Step 2 and more loci are refused with the reason's own name, whether the node has gone through its traces or not."""
    confirm(two, GBR, asked)
    touched(two)
    if looked:
        screen_once(two.nodes[GBR])
    calls = len(two.calls)
    refused(lambda: follow(two, asked))
    refused(lambda: wish(two, asked, "SE33"))
    assert states(two, GBR, ask(two).id) == {"ALB": ("not_asked", "PROFILE_ELIMINATED")}
    assert len(two.calls) == calls


def test_while_it_is_held_it_can_be_found_anything_but_confirmed(two: World, asked: CandidateId) -> None:
    touched(two)
    screen_once(two.nodes[GBR])
    refused(lambda: opine(two, asked, Disposition.CONFIRMED))
    find(two, GBR, CLEARED)
    refused(lambda: opine(two, asked, Disposition.CONFIRMED))
    opine(two, asked, Disposition.CONTAMINATION)


def test_cleared_by_two_it_goes_on_where_it_was(two: World, asked: CandidateId) -> None:
    confirm(two, GBR, asked)
    touched(two)
    screen_once(two.nodes[GBR])
    find(two, GBR, CLEARED)
    refused(lambda: follow(two, asked))
    find(two, GBR, CLEARED, "examiner-2")
    follow(two, asked)
    assert screen_once(two.nodes[GBR]) == 0


def figures(world: World) -> dict[str, int]:
    """The funnel by the node and from its ledger, which have to be the same."""
    window = (world.clock() - timedelta(days=9), world.clock() + timedelta(days=9))
    node = world.look(GBR, lambda tx: counted(tx, *window))
    assert node == world.look(GBR, lambda tx: recount(tx, *window))
    return {**node["pairs"], "withdrawn": node["withdrawn"]}


def test_found_to_be_contamination_the_hit_falls_and_the_partner_hears(two: World, asked: CandidateId) -> None:
    confirm(two, GBR, asked)
    touched(two)
    screen_once(two.nodes[GBR])
    assert figures(two)["validated"] == 1
    find(two, GBR, CONTAMINATION)
    assert figures(two) | {"validated": 0, "withdrawn": 1} == figures(two)
    assert two.look(GBR, lambda tx: flags_of_candidate(tx, asked)).wrong_person
    [line] = two.do(GBR, lambda tx: queue(tx, two.officer(GBR, "examiner"), two.clock()))
    assert line.state is QueueState.WITHDRAWN
    [entry] = entries_of(two, GBR, EventKind.DNA_ELIMINATION_DECIDED)
    assert entry.content is not None
    assert (entry.content["fell"], entry.content["partners"]) == ([asked], [ALB])
    spread(two, GBR)
    assert EventKind.CORRECTION_RECEIVED.value in two.kinds(ALB)
    refused(lambda: follow(two, asked))
    with pytest.raises(ConflictError, match="contaminated"):
        opine(two, asked, Disposition.NO_VALUE)


@pytest.mark.usefixtures("asked")
def test_an_undecided_candidate_falls_too_and_nobody_need_be_told(two: World) -> None:
    touched(two)
    screen_once(two.nodes[GBR])
    find(two, GBR, CONTAMINATION)
    spread(two, GBR)
    assert EventKind.CORRECTION_RECEIVED.value not in two.kinds(ALB), "ALB holds no copy of what it was asked about"
    [line] = two.do(GBR, lambda tx: queue(tx, two.officer(GBR, "examiner"), two.clock()))
    assert line.state is QueueState.WITHDRAWN
    assert figures(two)["candidate"] == 1


def test_what_was_found_wrongly_stands_again_when_two_clear_it(two: World, asked: CandidateId) -> None:
    confirm(two, GBR, asked)
    touched(two)
    screen_once(two.nodes[GBR])
    find(two, GBR, CONTAMINATION)
    find(two, GBR, CLEARED)
    assert figures(two)["validated"] == 0, "one examiner clears nothing"
    find(two, GBR, CLEARED, "examiner-2")
    assert figures(two) | {"validated": 1, "withdrawn": 0} == figures(two)
    last = entries_of(two, GBR, EventKind.DNA_ELIMINATION_DECIDED)
    assert [each.content["stand_again"] for each in last if each.content and "stand_again" in each.content] == [[asked]]


def test_two_people_touched_it_and_clearing_one_clears_nothing(two: World, asked: CandidateId) -> None:
    confirm(two, GBR, asked)
    store(two, GBR, *(as_kind(somebody("the one"), f"E-{number}", KIND.ELIMINATION) for number in (1, 2)))
    screen_once(two.nodes[GBR])
    for against in ("E-1", "E-2"):
        find(two, GBR, CONTAMINATION, against=against)
    assert figures(two)["withdrawn"] == 1
    for post in ("examiner", "examiner-2"):
        find(two, GBR, CLEARED, post, against="E-1")
    assert {each.against: each.state for each in listed(two, GBR)} == {"E-1": CLEARED, "E-2": CONTAMINATION}
    assert figures(two)["withdrawn"] == 1
    refused(lambda: follow(two, asked))


def test_a_question_that_waits_to_be_sent_is_taken_back(two: World) -> None:
    meet(two)
    sent = ask_only(two)
    touched(two)
    screen_once(two.nodes[GBR])
    two.deliver()
    assert states(two, GBR, sent.id) == {"ALB": ("undeliverable", "PROFILE_ELIMINATED")}
    assert EventKind.ENQUIRY_ANSWERED.value not in two.kinds(ALB)


def test_an_answer_that_comes_after_the_finding_makes_no_candidate(two: World) -> None:
    """ALB answers, and its answer waits on the line while GBR finds what the trace is."""
    meet(two)
    sent = ask_only(two)
    touched(two)
    desk, trace = two.nodes[GBR].desk, as_kind(somebody("the one"), "T-1")
    two.do(GBR, lambda tx: elimination.hold(tx, desk, trace, OfficerId("node"), two.clock()))
    found = dna_elimination.update().values(state=CONTAMINATION)  # the finding alone, which recalls nothing
    two.do(GBR, lambda tx: tx.execute(found))
    two.deliver()
    assert states(two, GBR, sent.id) == {"ALB": ("no_hit", None)}
    assert kept(two, GBR) == []
    assert EventKind.DNA_MATCH_DROPPED.value in two.kinds(GBR)


def test_a_trace_that_was_returned_is_asked_back(two: World, returned: CandidateId) -> None:
    """The other side: ALB returned its trace, GBR has a copy. Nothing more leaves, and then the copy goes."""
    touched(two, ALB, KIND.VICTIM)
    screen_once(two.nodes[ALB])
    [held] = listed(two, ALB)
    assert (held.ref, held.category, held.partners) == ("T-1", "victim", (GBR,))
    upgrade = wish(two, returned, "SE33")
    two.deliver()
    examiner, desk = two.officer(ALB, "examiner"), two.nodes[ALB].desk
    refused(lambda: two.do(ALB, lambda tx: answer_upgrade(tx, desk, examiner, upgrade, (True, REASON), two.clock())))
    two.do(ALB, lambda tx: answer_upgrade(tx, desk, examiner, upgrade, (False, REASON), two.clock()))
    confirm(two, GBR, returned)
    asked_for = follow(two, returned)
    refused(lambda: two.propose(ALB, asked_for, ("taken",)))
    find(two, ALB, CONTAMINATION)
    [row] = kept(two, GBR)
    assert two.look(GBR, lambda tx: tx.opened(row.sealed_id)) is not None
    spread(two, ALB)
    assert two.look(GBR, lambda tx: tx.opened(row.sealed_id)) is None
    assert two.look(GBR, lambda tx: flags_of_candidate(tx, returned)).look, "a confirmed hit waits for an officer"
    assert two.look(ALB, lambda tx: verify_own(tx, two.nodes[ALB].trust(tx))).finding_count == 0


def test_a_proposal_made_before_is_not_approved_after(two: World, returned: CandidateId) -> None:
    confirm(two, GBR, returned)
    proposed = two.propose(ALB, follow(two, returned), ("taken", "offence"))
    touched(two, ALB)
    refused(lambda: two.approve(ALB, proposed))
    screen_once(two.nodes[ALB])
    refused(lambda: two.approve(ALB, proposed))
    two.deliver()
    assert EventKind.RELEASE_RECEIVED.value not in two.kinds(GBR)


def test_a_follow_up_that_crosses_with_the_correction_is_refused_by_name(two: World, returned: CandidateId) -> None:
    confirm(two, GBR, returned)
    touched(two, ALB)
    screen_once(two.nodes[ALB])
    find(two, ALB, CONTAMINATION)
    asked_for = follow(two, returned)
    assert two.look(GBR, lambda tx: get(tx, asked_for, OUT)).refusal is ELIMINATED


def test_an_undecided_copy_of_a_returned_trace_falls_by_itself(two: World, returned: CandidateId) -> None:
    touched(two, ALB)
    screen_once(two.nodes[ALB])
    find(two, ALB, CONTAMINATION)
    spread(two, ALB)
    [line] = two.do(GBR, lambda tx: queue(tx, two.officer(GBR, "examiner"), two.clock()))
    assert line.state is QueueState.WITHDRAWN
    with pytest.raises(ConflictError):
        opine(two, returned, Disposition.CONFIRMED)


def test_more_loci_that_wait_to_leave_do_not_leave(two: World) -> None:
    """The answer is queued when the profile of who touched it comes in."""
    speak(two)
    whole = somebody("the one", "T-1", KIND.TRACE)
    store(two, ALB, only(whole, 12))
    store(two, GBR, somebody("the one", "P-1"))
    [found] = candidates(two, GBR, ask(two, ref="P-1", population=SubjectKind.DNA_TRACE).id)
    upgrade = wish(two, found.id)
    two.deliver()
    two.do(ALB, lambda tx: retype(tx, INSTALLER, [whole], two.clock()))
    desk, examiner = two.nodes[ALB].desk, two.officer(ALB, "examiner")
    two.do(ALB, lambda tx: answer_upgrade(tx, desk, examiner, upgrade, (True, REASON), two.clock()))
    touched(two, ALB)
    screen_once(two.nodes[ALB])
    two.deliver()
    [request] = two.look(GBR, upgrades)
    assert request.state.value == "waiting"


def test_a_trace_that_was_typed_again_is_held_against_everybody_once_more(two: World) -> None:
    """Seven loci agree with nobody; sixteen do."""
    speak(two)
    whole = somebody("the one", "T-1", KIND.TRACE)
    store(two, GBR, only(whole, 3))
    touched(two)
    screen_once(two.nodes[GBR])
    assert listed(two, GBR) == []
    two.do(GBR, lambda tx: retype(tx, INSTALLER, [whole], two.clock()))
    assert screen_once(two.nodes[GBR]) == 1
    assert [each.ref for each in listed(two, GBR)] == ["T-1"]


def test_who_comes_in_while_a_look_goes_on_is_looked_at_from_the_beginning(two: World) -> None:
    """Seven traces, two at a time; the second person comes in between and touched the first trace of all."""
    others = [somebody(str(number), f"T-{number}", KIND.TRACE) for number in range(7)]
    store(two, GBR, *others)
    store(two, GBR, as_kind(others[6], "E-6", KIND.ELIMINATION))
    desk = two.nodes[GBR].desk
    step = partial(two.do, GBR, lambda tx: screen(tx, desk, two.clock(), 2))
    assert step() == 2
    store(two, GBR, as_kind(others[0], "E-0", KIND.ELIMINATION))
    counts = [step() for _ in range(9)]
    assert not counts[-1]
    assert {(each.ref, each.against) for each in listed(two, GBR)} == {("T-0", "E-0"), ("T-6", "E-6")}
    assert not two.look(GBR, has_unscreened)


def test_only_staff_and_victims_make_the_node_look(two: World) -> None:
    store(two, GBR, somebody("1", "T-1", KIND.TRACE), somebody("2", "P-2"), somebody("3", "V-3", KIND.MISSING))
    assert two.look(GBR, unscreened) == 0
    store(two, GBR, somebody("4", "V-4", KIND.VICTIM), somebody("5", "E-5", KIND.ELIMINATION))
    assert two.look(GBR, unscreened) == 2
    compare_once(two.nodes[GBR])
    assert two.look(GBR, unscreened) == 0


@pytest.mark.usefixtures("asked")
def test_who_is_gone_before_the_look_holds_nothing_back(two: World) -> None:
    touched(two)
    two.do(GBR, lambda tx: forget_profile(tx, "E-1"))
    screen_once(two.nodes[GBR])
    assert listed(two, GBR) == []
    assert not two.look(GBR, has_unscreened)
    two.look(GBR, lambda tx: check_free(tx, two.nodes[GBR].desk, "T-1"))


def test_a_person_who_is_staff_too_is_no_trace(two: World) -> None:
    """A convicted person whose profile is kept among staff's: nothing is held back of a person."""
    meet(two)
    store(two, ALB, as_kind(somebody("the one"), "E-1", KIND.ELIMINATION))
    screen_once(two.nodes[ALB])
    assert listed(two, ALB) == []
    two.look(ALB, lambda tx: check_free(tx, two.nodes[ALB].desk, "P-1"))
    assert states(two, GBR, ask(two).id) == {"ALB": ("hit", None)}


@pytest.mark.usefixtures("asked")
def test_open_is_held_and_not_contaminated(two: World) -> None:
    seen = []
    touched(two)
    screen_once(two.nodes[GBR])
    for finding, post in ((None, ""), (CONTAMINATION, "examiner"), (CLEARED, "examiner"), (CLEARED, "examiner-2")):
        if finding:
            find(two, GBR, finding, post)
        seen.append(two.look(GBR, lambda tx: (is_held(tx, "T-1"), is_contaminated(tx, "T-1"))))
    assert seen == [(True, False), (True, True), (True, True), (False, False)]


def test_indicators_follow_what_was_found_of_the_trace(two: World, asked: CandidateId) -> None:
    """A hit counts, falls with its trace, counts again when two clear it, and is gone when the partner erases its profile."""
    confirm(two, GBR, asked)
    touched(two)
    screen_once(two.nodes[GBR])
    seen = [figure(two, "dna_hits")]
    find(two, GBR, CONTAMINATION)
    seen.append(figure(two, "dna_hits"))
    for post in ("examiner", "examiner-2"):
        find(two, GBR, CLEARED, post)
    seen.append(figure(two, "dna_hits"))
    find(two, GBR, CONTAMINATION)
    erase(two)
    [wait] = two.look(GBR, waiting)
    which, examiner = (wait.item.partner, wait.id), two.officer(GBR, "examiner")
    two.do(GBR, lambda tx: act_on(tx, examiner, which, LOOKED, two.clock()))
    for post in ("examiner", "examiner-2"):
        find(two, GBR, CLEARED, post)
    seen.append(figure(two, "dna_hits"))
    assert seen == [1, 0, 1, 0], "what fell with the partner's correction does not stand again"
    assert figures(two)["validated"] == 0
