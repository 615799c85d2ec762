"""The exchange of DNA attacked: swapped profiles, numbers used twice, limits split, eyes made to order, labels changed."""

from dataclasses import replace
from functools import partial

import pytest
from tests.federation.alerting import speak
from tests.federation.dna_acts import (
    CATEGORY,
    KIND,
    PERSONS_AT_ALB,
    as_kind,
    ask,
    ask_only,
    candidates,
    entries_of,
    grant,
    intake_of,
    kept,
    meet,
    number,
    only,
    somebody,
    states,
    store,
    with_loci,
)
from tests.federation.test_dna_batches import TERMS, approve, approved, go_on, propose
from tests.federation.test_dna_replies import NUMBER, match
from tests.federation.test_dna_replies import say as answer_so
from tests.federation.test_dna_standing import open_
from tests.federation.test_dna_upgrades import grant_it, request, say, type_more, wish
from tests.federation.test_dna_withdrawal import erase
from tests.federation.world import ALB, CHEAP, GBR, INSTALLER, PASSWORD, World

from egnatia.accounts import create_officer
from egnatia.agreements import import_register
from egnatia.engines.dna.alleles import Allele
from egnatia.engines.dna.formats.reference_data import to_reference_data
from egnatia.engines.dna.types import Profile
from egnatia.enquiries.dna import batches, elimination, standing
from egnatia.enquiries.dna.messages import DNA_MORE_LOCI
from egnatia.enquiries.dna.numbers import given, number_for
from egnatia.enquiries.dna.profiles import Intake, store_profiles
from egnatia.enquiries.dna.retyping import contradict, otherwise_at, retype
from egnatia.enquiries.dna.upgrade_answers import answer_upgrade
from egnatia.enquiries.dna.upgrades import upgrades
from egnatia.errors import ConflictError, ForbiddenError, InputError, RefusedError
from egnatia.exchange.outbox import Sent
from egnatia.model.dna import BatchState, EliminationState
from egnatia.model.events import EventKind
from egnatia.model.ids import AgreementId, CandidateId, EnquiryId, MessageId
from egnatia.model.officers import Officer
from egnatia.model.states import RefusalReason, Role, SubjectKind
from egnatia.scenario.task_force import agreements
from egnatia.store.database import Transaction
from egnatia.store.tables import ask as ask_table

REASON = "Nine loci are few in a register of that size; its sample is there."
PERSON = somebody("the one", "P-1")


def off(profile: Profile, name: str = "FGA") -> Profile:
    """The same but for one allele."""
    one, other = profile.loci[name]
    return with_loci(profile, **{name: (one, Allele(other + 10))})


@pytest.fixture
def short(two: World) -> CandidateId:
    """ALB returned nine loci of its person; GBR's trace has all."""
    speak(two)
    store(two, ALB, only(PERSON, 9))
    store(two, GBR, as_kind(PERSON, "T-1"))
    [found] = candidates(two, GBR, ask(two).id)
    return found.id


def test_more_loci_are_of_the_profile_that_was_returned(two: World, short: CandidateId) -> None:
    """The partner swaps the profile for one that agrees better, or worse, under the same number."""
    upgrade = wish(two, short)
    asked, conversation = request(two)
    first = next(iter(PERSON.loci))
    [before] = kept(two, GBR)
    for swapped in (somebody("somebody else", "P-1"), off(PERSON, first), only(PERSON, 8)):
        said: dict[str, object] = {"upgrade": upgrade, "number": asked["number"], "profile": to_reference_data(swapped)}
        assert say(two, DNA_MORE_LOCI, said, conversation, ALB) == "MALFORMED"
    assert kept(two, GBR) == [before]
    assert [each.state.value for each in two.look(GBR, upgrades)] == ["waiting"]
    whole: dict[str, object] = {"upgrade": upgrade, "number": asked["number"], "profile": to_reference_data(PERSON)}
    assert say(two, DNA_MORE_LOCI, whole, conversation, ALB) == "receipt"
    [after] = kept(two, GBR)
    assert after.compared > before.compared


@pytest.mark.parametrize("at", ["first", "last"])
def test_what_one_typing_says_of_another(at: str) -> None:
    name = [*PERSON.loci][0 if at == "first" else -1]
    assert otherwise_at(PERSON, PERSON) is None
    assert otherwise_at(only(PERSON, 9), PERSON) is None
    assert otherwise_at(PERSON, only(PERSON, 9)) == [*PERSON.loci][9]
    assert otherwise_at(PERSON, off(PERSON, name)) == name
    assert contradict(PERSON, off(PERSON, name))
    assert contradict(off(PERSON, name), PERSON)
    assert not contradict(only(PERSON, 9), PERSON)
    assert not contradict(PERSON, only(PERSON, 9))
    later = replace(PERSON, loci={each: seen for each, seen in PERSON.loci.items() if each not in only(PERSON, 9).loci})
    assert not contradict(only(PERSON, 9), later), "no locus in common says nothing"


def question(world: World, trace: Profile) -> tuple[EnquiryId, Sent]:
    """GBR asks ALB about another trace; nothing is delivered."""
    store(world, GBR, trace)
    sent = ask_only(world, ref=trace.ref)
    rows = world.look(GBR, lambda tx: tx.execute(ask_table.select().where(ask_table.c.enquiry_id == sent.id)).one())
    return sent.id, Sent(MessageId(rows.message_id), "dna_enquiry", ALB, sent.id, world.clock(), bytes(32), 1)


def answered(world: World, asked: Sent, ref: str, of: Profile) -> None:
    answer_so(world, asked, match(of), number=number(world, GBR, PERSONS_AT_ALB, ref))


def test_a_number_that_stood_for_somebody_else_makes_no_candidate(two: World) -> None:
    """One number for two people: a correction of the one would erase the other, and nobody could tell whose it is."""
    speak(two)
    other = somebody("another", "P-2")
    first, asked = question(two, as_kind(PERSON, "T-1"))
    answered(two, asked, "T-1", PERSON)
    second, asked = question(two, as_kind(other, "T-2"))
    answered(two, asked, "T-2", replace(other, ref="P-1"))
    assert [each.ref for each in candidates(two, GBR, first)] == [NUMBER]
    assert candidates(two, GBR, second) == []
    assert states(two, GBR, second) == {"ALB": ("no_hit", None)}
    [entry] = entries_of(two, GBR, EventKind.DNA_MATCH_DROPPED)
    assert entry.content == {"refs": [NUMBER]}


@pytest.mark.parametrize("loci", [9, 16])
def test_a_number_that_stands_for_more_loci_of_the_same_is_believed(two: World, loci: int) -> None:
    speak(two)
    first, asked = question(two, as_kind(PERSON, "T-1"))
    answered(two, asked, "T-1", only(PERSON, 12))
    second, asked = question(two, as_kind(PERSON, "T-2"))
    answered(two, asked, "T-2", only(PERSON, loci))
    assert len(candidates(two, GBR, first)) == len(candidates(two, GBR, second)) == 1


def test_one_profile_has_another_number_under_another_agreement(two: World) -> None:
    """Two agreements between the same two: their numbers of one person cannot be laid side by side."""
    meet(two)
    ask(two)
    [under_one] = two.look(ALB, lambda tx: given(tx, "P-1"))
    made = replace(grant(two, ALB, PERSONS_AT_ALB), agreement=AgreementId(f"{under_one.agreement}-2"))
    again = two.do(ALB, lambda tx: number_for(tx, made, GBR, "P-1", two.clock()))
    assert again != under_one.number
    assert len({*again[4:]} | {*under_one.number[4:]}) > 10, "and neither is drawn from few letters"
    common = max(n for n in range(26) if any(again[4 + i : 4 + i + n] in under_one.number for i in range(26 - n)))
    assert common < 6, "no part of one stands in the other"


def few(world: World, most: int = 3) -> None:
    """Batches between GBR and ALB hold so many profiles."""
    text = agreements().replace(b"batch_max = 1000", b"batch_max = %d" % most)
    for code in (ALB, GBR):
        world.do(code, lambda tx: import_register(tx, text, "off-installer", world.clock()))


def strangers(world: World, count: int) -> list[str]:
    refs = [f"T-{each}" for each in range(1, count + 1)]
    store(world, GBR, *(somebody(ref, ref, KIND.TRACE) for ref in refs))
    return refs


def too_many(act: object) -> None:
    assert callable(act)
    with pytest.raises(RefusedError) as caught:
        act()
    assert caught.value.reason is RefusalReason.QUOTA_EXCEEDED
    assert caught.value.hint()


def test_a_batch_is_not_split_to_pass_the_limit(two: World) -> None:
    few(two)
    speak(two)
    refs = strangers(two, 6)
    propose(two, *refs[:2])
    too_many(lambda: propose(two, *refs[2:4]))
    too_many(lambda: propose(two, *refs[2:4], post="supervisor"))
    propose(two, refs[2])
    too_many(lambda: propose(two, refs[3]))


def test_what_was_asked_counts_for_a_day_and_what_was_refused_does_not(two: World) -> None:
    few(two)
    speak(two)
    refs = strangers(two, 6)
    approved(two, *refs[:3])
    go_on(two)
    too_many(lambda: propose(two, *refs[3:]))
    two.clock.turn(hours=25)
    second = propose(two, *refs[3:])
    supervisor = two.officer(GBR, "supervisor")
    two.do(GBR, lambda tx: batches.refuse(tx, supervisor, second, REASON, two.clock()))
    assert propose(two, *refs[3:])


def test_what_waits_to_be_asked_counts_however_old_it_is(two: World) -> None:
    few(two)
    speak(two)
    refs = strangers(two, 5)
    approved(two, *refs[:3])
    two.clock.turn(days=9)
    too_many(lambda: propose(two, refs[3]))
    go_on(two)
    assert propose(two, *refs[3:])


def test_batches_under_another_grant_count_apart(two: World) -> None:
    few(two)
    speak(two)
    refs = strangers(two, 3)
    propose(two, *refs)
    assert propose(two, *refs, population=SubjectKind.DNA_TRACE)


def account(world: World, name: str, role: Role) -> Officer:
    """An account that somebody has made just now."""
    return world.do(GBR, lambda tx: create_officer(tx, name, (role,), PASSWORD, "off-installer", world.clock(), CHEAP))


def test_a_pair_of_eyes_that_was_made_to_order_approves_nothing(two: World) -> None:
    """Who proposed has a second account made, and a third: all that the program can know is that they are young."""
    speak(two)
    batch_id = propose(two, *strangers(two, 2))
    two.clock.turn(minutes=1)
    young = account(two, "gbr-young", Role.APPROVER)
    with pytest.raises(ForbiddenError, match="after this was proposed"):
        two.do(GBR, lambda tx: batches.approve(tx, young, batch_id, two.clock()))
    assert approve(two, batch_id, "approver-1") is BatchState.HALF_APPROVED
    with pytest.raises(ForbiddenError, match="after this was proposed"):
        two.do(GBR, lambda tx: batches.approve(tx, young, batch_id, two.clock()))
    two.clock.turn(minutes=1)
    store(two, GBR, somebody("later", "T-9", KIND.TRACE))
    later = propose(two, "T-9")
    assert two.do(GBR, lambda tx: batches.approve(tx, young, later, two.clock())) is BatchState.HALF_APPROVED


def test_a_standing_order_is_not_approved_by_an_account_made_since(world: World) -> None:
    speak(world)
    standing_id = open_(world)
    world.clock.turn(minutes=1)
    young = world.do(
        ALB, lambda tx: create_officer(tx, "alb-young", (Role.APPROVER,), PASSWORD, "off-i", world.clock(), CHEAP)
    )
    with pytest.raises(ForbiddenError, match="after this was proposed"):
        world.do(ALB, lambda tx: standing.approve_standing(tx, young, standing_id, world.clock()))
    world.do(
        ALB, lambda tx: standing.approve_standing(tx, world.officer(ALB, "supervisor"), standing_id, world.clock())
    )


def test_a_victim_under_the_label_of_a_trace_stays_here(two: World) -> None:
    """The same profile once more, as a crime scene's, under another reference: as a question and as an answer."""
    speak(two)
    store(two, GBR, as_kind(PERSON, "V-1", KIND.VICTIM), as_kind(PERSON, "T-1"))
    store(two, ALB, PERSON, as_kind(PERSON, "V-2", KIND.VICTIM), as_kind(PERSON, "T-2"))
    assert states(two, GBR, ask(two).id) == {"ALB": ("not_asked", "PROFILE_ELIMINATED")}
    store(two, GBR, somebody("the one", "P-9"))
    assert states(two, GBR, ask(two, ref="P-9", population=SubjectKind.DNA_TRACE).id) == {"ALB": ("no_hit", None)}


@pytest.mark.parametrize("loci", [7, 10, 16])
def test_part_of_a_victim_under_the_label_of_a_trace_stays_here(two: World, loci: int) -> None:
    speak(two)
    store(two, GBR, as_kind(PERSON, "V-1", KIND.VICTIM), only(as_kind(PERSON, "T-1"), loci))
    assert states(two, GBR, ask(two).id) == {"ALB": ("not_asked", "PROFILE_ELIMINATED")}


def test_a_victim_is_never_typed_again_as_anything_else(two: World) -> None:
    store(two, GBR, only(as_kind(PERSON, "V-1", KIND.VICTIM), 9))
    for kind in (KIND.TRACE, KIND.PERSON, KIND.ELIMINATION):
        with pytest.raises(InputError, match="of kind"):
            two.do(GBR, partial(_retype, as_kind(PERSON, "V-1", kind), two))
    for category, kind in ((CATEGORY.CRIME_SCENE, KIND.VICTIM), (CATEGORY.VICTIM, KIND.TRACE)):
        intake = intake_of(two, category)
        with pytest.raises(InputError, match="of kind"):
            two.do(GBR, partial(_store, as_kind(PERSON, "V-2", kind), intake, two))


def _retype(profile: Profile, world: World, tx: Transaction) -> int:
    return retype(tx, INSTALLER, [profile], world.clock())


def _store(profile: Profile, intake: Intake, world: World, tx: Transaction) -> int:
    return store_profiles(tx, INSTALLER, [profile], intake, world.clock())


def test_a_profile_erased_while_more_of_it_is_asked_for_leaves_nothing(two: World, short: CandidateId) -> None:
    """ALB erases the person after GBR asked for more loci, and the officer there answers all the same."""
    upgrade = wish(two, short)
    two.deliver()
    type_more(two, PERSON)
    erase(two)
    desk, examiner = two.nodes[ALB].desk, two.officer(ALB, "examiner")
    with pytest.raises(ConflictError, match="erased"):
        two.do(ALB, lambda tx: answer_upgrade(tx, desk, examiner, upgrade, (True, REASON), two.clock()))
    grant_it(two, upgrade, typed=False)
    [row] = kept(two, GBR)
    assert two.look(GBR, lambda tx: tx.opened(row.sealed_id)) is None
    assert {each.state.value for each in two.look(GBR, upgrades)} == {"declined"}


def test_more_loci_for_a_candidate_that_fell_meanwhile_are_not_kept(two: World, short: CandidateId) -> None:
    """GBR finds its own trace contaminated while ALB types: the answer is taken, and the profile is not stored anew."""
    upgrade = wish(two, short)
    two.deliver()
    store(two, GBR, as_kind(PERSON, "E-1", KIND.ELIMINATION))
    ask(two)
    [held] = two.look(GBR, elimination.eliminations)
    found = (EliminationState.CONTAMINATION, REASON)
    two.do(GBR, lambda tx: elimination.find(tx, two.officer(GBR, "examiner"), held.id, found, two.clock()))
    before = kept(two, GBR)
    type_more(two, PERSON)
    grant_it(two, upgrade)
    assert kept(two, GBR) == before
    assert {each.state.value for each in two.look(GBR, upgrades)} == {"answered"}


def test_terms_are_checked_before_a_limit_is(two: World) -> None:
    assert TERMS.partner == ALB
    few(two, 0)
    speak(two)
    with pytest.raises(RefusedError) as caught:
        propose(two, *strangers(two, 1))
    assert caught.value.reason is RefusalReason.SUBJECT_NOT_GRANTED
