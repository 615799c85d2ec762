"""A profile asked about at a partner: matches of every class, no match, and from a hit to released core data."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
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
    link_record,
    meet,
    only,
    somebody,
    states,
    store,
    with_loci,
)
from tests.federation.world import ALB, FACTS, GBR, MKD, MNE, World

from egnatia.engines.dna.alleles import WILDCARD, Allele
from egnatia.engines.dna.types import Profile
from egnatia.enquiries.candidates import DecisionDraft, decide
from egnatia.enquiries.dna import statements
from egnatia.enquiries.dna.profiles import forget_profile
from egnatia.enquiries.dna.replies import lines_of
from egnatia.enquiries.our_followups import send_follow_up
from egnatia.enquiries.releases import available, view_received
from egnatia.enquiries.subjects.dna import PERSON, TRACE
from egnatia.errors import ConflictError, ForbiddenError, NotFoundError
from egnatia.exchange.message import read_message
from egnatia.model.dna import ProfileKind
from egnatia.model.events import EventKind
from egnatia.model.ids import CandidateId, FollowUpId
from egnatia.model.states import Decision, Offence, SubjectKind
from egnatia.store.tables import dna_search, person_record

SCENE = {"taken": "2025-04-02, lorry park", "offence": "smuggling", "case_number": "4711/25", "authority": "Lab 3"}


@pytest.fixture
def world(two: World) -> World:
    """Two nodes; a test that needs another one starts it."""
    return two


def test_a_partners_person_is_found_by_our_trace(world: World) -> None:
    met = meet(world, [somebody(f"other {n}", f"P-{n}") for n in range(10, 30)])
    sent = ask(world)
    assert states(world, GBR, sent.id) == {"ALB": ("hit", None)}
    [found] = candidates(world, GBR, sent.id)
    assert found.quality == 1.0
    assert found.evidence == ("dna_full",)
    assert found.subject is SubjectKind.DNA_PERSON
    [row] = kept(world, GBR)
    assert (row.ref, row.identified, row.label, row.near) == ("T-1", True, "full", False)
    assert (row.compared, row.full_loci, row.wildcards, row.micro_variants, row.mismatched) == (16, 16, 0, 0, 0)
    assert row.rules.startswith("cautious/1/")
    assert row.log10_match_probability < -12
    assert 0 < row.expected < 0.01
    assert row.disposition is None
    assert found.ref.startswith("DNA-")
    assert met.person.ref not in found.ref
    opened = world.look(GBR, lambda tx: statements.read(tx.unseal(row.sealed_id), found.ref))
    assert opened.theirs.loci == met.person.loci
    assert opened.statement["warning"]
    [line] = world.look(GBR, lambda tx: lines_of(tx, sent.id))
    assert (line.partner, line.number, line.label, line.compared) == (ALB, found.ref, "full", 16)


def test_each_side_enters_it_once(world: World) -> None:
    meet(world)
    sent = ask(world)
    [asked], [answered] = (
        entries_of(world, GBR, EventKind.ENQUIRY_SENT),
        entries_of(world, ALB, EventKind.ENQUIRY_ANSWERED),
    )
    [came] = entries_of(world, GBR, EventKind.REPLY_RECEIVED)
    assert {each.object_ref for each in (asked, answered, came)} == {f"enquiry:{sent.id}"}
    assert {each.grant for each in (asked, answered, came)} == {"demo-gbr-alb-dna-person"}
    assert entries_of(world, GBR, EventKind.DNA_MATCH_DROPPED) == []
    [searched] = world.look(GBR, lambda tx: list(tx.execute(dna_search.select())))
    assert (searched.enquiry_id, searched.ref, searched.kind) == (sent.id, "T-1", "trace")


def test_who_agrees_with_nobody_gets_a_no_hit(world: World) -> None:
    speak(world)
    store(world, ALB, *(somebody(f"other {n}", f"P-{n}") for n in range(1, 40)))
    store(world, GBR, somebody("nobody there", "T-1", KIND.TRACE))
    sent = ask(world)
    assert states(world, GBR, sent.id) == {"ALB": ("no_hit", None)}
    assert candidates(world, GBR, sent.id) == []


def test_an_empty_register_answers_no_hit(world: World) -> None:
    speak(world)
    store(world, GBR, somebody("alone", "T-1", KIND.TRACE))
    assert states(world, GBR, ask(world).id) == {"ALB": ("no_hit", None)}


def _off(profile: Profile) -> Profile:
    """One allele of one locus exchanged for one that is two repeats away, so that no micro-variant saves it."""
    one, other = profile.loci["SE33"]
    return with_loci(profile, SE33=tuple(sorted((one, Allele(other + 20)))))


def _wild(profile: Profile) -> Profile:
    return with_loci(profile, SE33=tuple(sorted((WILDCARD, profile.loci["SE33"][1]))))


def _micro(profile: Profile) -> Profile:
    return with_loci(profile, TH01=tuple(sorted((Allele(93), Allele(60)))))


@pytest.mark.parametrize(
    ("change", "label", "evidence"),
    [
        (_off, "near by one allele", "dna_one_allele_off"),
        (_wild, "full with wildcard", "dna_wildcard"),
    ],
)
def test_a_candidate_says_what_agrees_and_what_does_not(world: World, change: Any, label: str, evidence: str) -> None:
    speak(world)
    person = somebody("the one", "P-1")
    store(world, ALB, person)
    store(world, GBR, change(as_kind(person, "T-1")))
    [found] = candidates(world, GBR, ask(world).id)
    [row] = kept(world, GBR)
    assert row.label == label
    assert found.evidence == (evidence,)
    assert found.quality == round(31 / 32, 3)
    assert row.full_loci == 15


def test_a_micro_variant_is_named(world: World) -> None:
    speak(world)
    person = with_loci(somebody("the one", "P-1"), TH01=(Allele(60), Allele(100)))
    store(world, ALB, person)
    store(world, GBR, _micro(as_kind(person, "T-1")))
    [found] = candidates(world, GBR, ask(world).id)
    assert found.evidence == ("dna_micro_variant",)
    assert kept(world, GBR)[0].label == "near by micro-variant"


def test_two_deviations_are_no_candidate(world: World) -> None:
    speak(world)
    person = somebody("the one", "P-1")
    store(world, ALB, person)
    one, other = person.loci["FGA"]
    store(world, GBR, with_loci(_off(as_kind(person, "T-1")), FGA=tuple(sorted((one, Allele(other + 20))))))
    assert states(world, GBR, ask(world).id) == {"ALB": ("no_hit", None)}


@pytest.mark.parametrize("kind", [KIND.TRACE, KIND.REMAINS, KIND.PERSON])
def test_open_traces_are_a_population_of_their_own(world: World, kind: ProfileKind) -> None:
    speak(world)
    person = somebody("the one", "P-1")
    store(world, ALB, as_kind(person, "T-9"), person)
    store(world, GBR, as_kind(person, "X-1", kind))
    sent = ask(world, ref="X-1", population=SubjectKind.DNA_TRACE)
    assert states(world, GBR, sent.id) == {"ALB": ("hit", None)}
    [row] = kept(world, GBR)
    assert row.identified is False, "the person's profile is not of this population"


def test_remains_are_found_among_traces_and_persons_are_not(world: World) -> None:
    speak(world)
    person = somebody("the one", "P-1")
    store(world, ALB, as_kind(person, "R-9", KIND.REMAINS))
    store(world, GBR, as_kind(person, "T-1"))
    assert states(world, GBR, ask(world, population=SubjectKind.DNA_TRACE).id) == {"ALB": ("hit", None)}
    assert states(world, GBR, ask(world).id) == {"ALB": ("no_hit", None)}


def test_several_profiles_of_one_person_are_several_candidates(world: World) -> None:
    met = meet(world, [])
    store(world, ALB, replace(met.person, ref="P-2"), replace(met.person, ref="P-3"))
    sent = ask(world)
    assert len({each.ref for each in candidates(world, GBR, sent.id)}) == 3


def test_no_more_than_ten_come_back_and_the_best_first(world: World) -> None:
    speak(world)
    person = somebody("the one", "P-00")
    near = [replace(_off(person), ref=f"P-{n}") for n in range(10, 22)]
    store(world, ALB, *near, replace(person, ref="P-99"))
    store(world, GBR, as_kind(person, "T-1"))
    sent = ask(world)
    found = candidates(world, GBR, sent.id)
    assert len(found) == 10
    assert max(each.quality for each in found) == 1.0, "the full match stands before the near ones"


def test_all_partners_are_asked_that_a_grant_allows(world: World) -> None:
    world.start(MKD)
    world.start(MNE)
    speak(world)
    person = somebody("the one", "P-1")
    store(world, GBR, person)
    store(world, ALB, as_kind(person, "T-1"))
    sent = ask(world, ALB, partners=None)
    assert {partner: state[0] for partner, state in states(world, ALB, sent.id).items()} == {
        "GBR": "hit",
        "MKD": "no_hit",
        "MNE": "no_hit",
    }


def test_a_profile_that_came_or_went_counts_from_the_next_question_on(world: World) -> None:
    met = meet(world)
    assert states(world, GBR, ask(world).id)["ALB"][0] == "hit"
    world.do(ALB, lambda tx: forget_profile(tx, "P-1"))
    assert states(world, GBR, ask(world).id)["ALB"][0] == "no_hit"
    store(world, ALB, met.person)
    assert states(world, GBR, ask(world).id)["ALB"][0] == "hit"


def test_each_grant_has_its_own_rules(world: World) -> None:
    """Seven loci and one allele off: near by Prüm between ALB and MKD, nothing by the cautious rules with GBR."""
    world.start(MKD)
    speak(world)
    person = somebody("the one", "P-1")
    few = only(person, 7)
    name = [*few.loci][-1]
    one, other = few.loci[name]
    trace = replace(as_kind(few, "T-1"), loci={**few.loci, name: tuple(sorted((one, Allele(other + 20))))})
    for code in (MKD, GBR):
        store(world, code, person)
    store(world, ALB, trace)
    sent = ask(world, ALB, partners=(MKD, GBR))
    assert states(world, ALB, sent.id) == {"MKD": ("hit", None), "GBR": ("no_hit", None)}
    assert kept(world, ALB)[0].label == "quality 4"


# From a hit to core data.


def _hit(world: World) -> CandidateId:
    [found] = candidates(world, GBR, ask(world).id)
    confirm(world, GBR, found.id)
    return found.id


def _follow(world: World, hit: CandidateId) -> FollowUpId:
    desk, officer = world.nodes[GBR].desk, world.officer(GBR)
    request = (FACTS, Offence.SMUGGLING_OF_PERSONS)
    made = world.do(GBR, lambda tx: send_follow_up(tx, desk, officer, hit, request, world.clock()))
    world.deliver()
    return made


def _some_record(world: World) -> str:
    return str(world.look(ALB, lambda tx: tx.execute(select(person_record.c.ref)).scalars().first()))


def test_core_data_of_the_person_are_released_by_two_people(world: World) -> None:
    meet(world)
    record = _some_record(world)
    link_record(world, ALB, "P-1", record)
    follow_up_id = _follow(world, _hit(world))
    world.approve(ALB, world.propose(ALB, follow_up_id))
    world.deliver()
    officer = world.officer(GBR)
    _, values = world.do(GBR, lambda tx: view_received(tx, officer, follow_up_id, "the hit of the case", world.clock()))
    assert values["family_names"]
    assert {*values} <= {*PERSON.core_fields}
    assert not {*values} & {"loci", "profile", "kit"}


def test_of_a_trace_four_facts_are_released(world: World) -> None:
    speak(world)
    person = somebody("the one", "T-9", KIND.TRACE)
    store(world, ALB, person)
    store(world, GBR, as_kind(person, "T-1"))
    link(world, ALB, "T-9", scene=SCENE)
    [found] = candidates(world, GBR, ask(world, population=SubjectKind.DNA_TRACE).id)
    confirm(world, GBR, found.id)
    follow_up_id = _follow(world, found.id)
    assert world.look(ALB, lambda tx: available(tx, follow_up_id)) == SCENE
    assert TRACE.core_fields == ("taken", "offence", "case_number", "authority")
    world.approve(ALB, world.propose(ALB, follow_up_id))
    world.deliver()
    assert EventKind.RELEASE_RECEIVED.value in world.kinds(GBR)


def test_nothing_can_be_released_of_a_profile_that_nobody_linked(world: World) -> None:
    meet(world)
    follow_up_id = _follow(world, _hit(world))
    with pytest.raises(NotFoundError, match="nobody said whose"):
        world.look(ALB, lambda tx: available(tx, follow_up_id))


def test_one_examiner_alone_makes_no_hit_and_no_follow_up(world: World) -> None:
    meet(world)
    [found] = candidates(world, GBR, ask(world).id)
    made = DecisionDraft(Decision.CONFIRMED, "All sixteen loci agree, the peaks are clean.", "DNA examiner")
    examiner = world.officer(GBR, "examiner")
    with pytest.raises(ConflictError, match="two examiners"):
        world.do(GBR, lambda tx: decide(tx, examiner, found.id, made, world.clock()))


def test_a_follow_up_names_only_what_was_returned_to_this_partner(world: World) -> None:
    """MKD learned a number by accident; it asks in a conversation of its own and gets nothing."""
    world.start(MKD)
    meet(world)
    [found] = candidates(world, GBR, ask(world).id)
    mine = somebody("of MKD", "T-7", KIND.TRACE)
    store(world, MKD, mine)
    sent = ask(world, MKD, "T-7")
    answer = world.send_body(
        MKD,
        ALB,
        "follow_up",
        {
            "follow_up": "01234567-89ab-cdef-0123-456789abcdef",
            "ref": found.ref,
            "offence": "smuggling_of_persons",
            "officer": "off-1",
            "facts": FACTS,
        },
        sent.id,
    )
    assert answer.kind == "refusal"
    assert answer.body["reason"] == "UNKNOWN_CONVERSATION"


def test_who_may_ask_is_not_who_may_import(world: World) -> None:
    meet(world)
    for post in ("enquirer", "approver-1", "auditor", "administrator"):
        with pytest.raises(ForbiddenError):
            ask_only(world, post=post)


def test_a_question_that_came_twice_is_answered_by_the_same_bytes(world: World) -> None:
    meet(world)
    ask_only(world)
    world.deliver(GBR)
    [call] = [each for each in world.calls if each.sender == GBR and each.to == ALB]
    again = world.send_raw(GBR, ALB, call.request)
    assert read_message(again.body)[0].body == read_message(call.reply)[0].body
    assert len(entries_of(world, ALB, EventKind.ENQUIRY_ANSWERED)) == 1


def test_what_was_answered_of_an_erased_profile_is_not_said_again(world: World) -> None:
    meet(world)
    ask(world)
    [call] = [each for each in world.calls if each.sender == GBR and each.to == ALB]
    world.do(ALB, lambda tx: forget_profile(tx, "P-1"))
    again = read_message(world.send_raw(GBR, ALB, call.request).body)[0]
    assert again.kind == "refusal"
    assert again.body["reason"] == "UNKNOWN_CONVERSATION"


def test_a_question_that_waits_is_taken_back_when_its_profile_is_erased(world: World) -> None:
    meet(world)
    sent = ask_only(world)
    world.do(GBR, lambda tx: forget_profile(tx, "T-1"))
    world.deliver()
    assert [each for each in world.calls if each.to == ALB and each.sender == GBR] == []
    assert states(world, GBR, sent.id)["ALB"][0] == "undeliverable"
