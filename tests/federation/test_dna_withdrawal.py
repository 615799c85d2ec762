"""A profile erased at its source is gone wherever it went: copies, candidates, hits, figures; by a person or by its day."""

from dataclasses import replace
from functools import partial

import pytest
from tests.federation.dna_acts import (
    PERSONS_AT_ALB,
    as_kind,
    ask,
    candidates,
    grant,
    kept,
    meet,
    number,
    somebody,
    states,
    store,
)
from tests.federation.world import ALB, GBR, World

from egnatia.enquiries.corrections.acting import Look, act_on
from egnatia.enquiries.corrections.lists import corrections
from egnatia.enquiries.corrections.reading import flags_of_candidate
from egnatia.enquiries.corrections.sending import send_waiting
from egnatia.enquiries.corrections.taken import waiting
from egnatia.enquiries.dna.numbers import given
from egnatia.enquiries.dna.opinions import OpinionDraft, give_opinion
from egnatia.enquiries.dna.withdrawal import erase_everywhere, forget_profiles
from egnatia.enquiries.tidy import tidy
from egnatia.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from egnatia.indicators import definition, evaluate
from egnatia.ledger.audit import verify_own
from egnatia.model.dna import Disposition
from egnatia.model.ids import CandidateId, EnquiryId, OfficerId, PartnerCode
from egnatia.model.officers import Officer
from egnatia.model.states import CorrectionReason, LookFinding, Role, SubjectKind
from egnatia.store.tables import candidate, dna_change, dna_number, dna_profile, fallen_hit, sealed_record

OTHER = Officer(OfficerId("off-other-examiner"), "other examiner", frozenset({Role.EXAMINER}))
ACQUITTED = (CorrectionReason.COURT_ORDER, "Acquitted; the judgment orders the profile to be erased.")
LOOKED = Look(LookFinding.FALLS, "Nothing else ties the person to the glove; the hit falls.")


def erase(world: World, code: PartnerCode = ALB, ref: str = "P-1") -> tuple[str, ...]:
    """A supervisor erases, and the serving nodes do what they do every few seconds."""
    officer = world.officer(code, "supervisor")
    told = world.do(code, lambda tx: erase_everywhere(tx, officer, ref, ACQUITTED, world.clock()))
    spread(world, code)
    return told


def spread(world: World, code: PartnerCode = ALB) -> None:
    world.do(code, lambda tx: send_waiting(tx, world.nodes[code].desk, world.clock()))
    world.deliver()


def hit(world: World) -> CandidateId:
    """GBR's trace hits ALB's person; two examiners confirm it."""
    meet(world)
    [found] = candidates(world, GBR, ask(world).id)
    opinion = OpinionDraft(Disposition.CONFIRMED, "All sixteen loci agree in full on both sides.", "DNA expert")
    for officer in (world.officer(GBR, "examiner"), OTHER):
        world.do(GBR, partial(give_opinion, officer=officer, candidate_id=found.id, draft=opinion, now=world.clock()))
    return found.id


def figure(world: World, name: str) -> int:
    since = world.clock().replace(year=2020)
    wanted = definition(name)
    value = world.look(GBR, lambda tx: evaluate(tx, wanted, since, since.replace(year=2030))).value
    return int(value or 0)


def test_the_partners_copy_is_gone_and_the_hit_falls_and_the_figure_with_it(world: World) -> None:
    """Requirement FOR-05, from end to end."""
    found = hit(world)
    assert figure(world, "dna_hits") == 1
    [row] = kept(world, GBR)
    assert erase(world) == ("GBR",)
    assert world.look(GBR, lambda tx: tx.opened(row.sealed_id)) is None
    assert world.look(GBR, lambda tx: flags_of_candidate(tx, found)).look
    [wait] = world.look(GBR, waiting)
    which = (wait.item.partner, wait.id)
    examiner = world.officer(GBR, "examiner")
    fell = world.do(GBR, lambda tx: act_on(tx, examiner, which, LOOKED, world.clock()))
    assert fell.hits == (found,)
    assert figure(world, "dna_hits") == 0
    world.deliver()
    assert world.look(ALB, lambda tx: verify_own(tx, world.nodes[ALB].trust(tx))).finding_count == 0


def test_nothing_of_the_profile_is_left_at_either_end(world: World) -> None:
    hit(world)
    [row] = kept(world, GBR)
    erase(world)
    world.clock.turn(seconds=1)
    for code in (GBR, ALB):
        world.do(code, lambda _: None)
    left = world.look(
        GBR, lambda tx: list(tx.execute(sealed_record.select().where(sealed_record.c.id == row.sealed_id)))
    )
    assert left == []
    assert (
        world.look(ALB, lambda tx: tx.execute(dna_profile.select().where(dna_profile.c.ref == "P-1")).first()) is None
    )
    assert world.look(ALB, lambda tx: given(tx, "P-1")) == ()


def test_a_candidate_that_nobody_decided_falls_by_itself(world: World) -> None:
    meet(world)
    [found] = candidates(world, GBR, ask(world).id)
    erase(world)
    [fell] = world.look(GBR, lambda tx: list(tx.execute(fallen_hit.select())))
    assert fell.candidate_id == found.id
    opinion = OpinionDraft(Disposition.CONFIRMED, "All sixteen loci agree in full on both sides.", "DNA expert")
    examiner = world.officer(GBR, "examiner")
    with pytest.raises(ConflictError):
        world.do(GBR, lambda tx: give_opinion(tx, examiner, found.id, opinion, world.clock()))


def test_a_correction_that_comes_twice_changes_nothing_more(world: World) -> None:
    meet(world)
    ask(world)
    calls = len(world.calls)
    erase(world)
    [sent] = [each for each in world.calls[calls:] if (each.sender, each.to) == (ALB, GBR)]
    world.send_raw(ALB, GBR, sent.request)
    assert len(world.look(GBR, lambda tx: list(tx.execute(fallen_hit.select())))) == 1


def test_who_asks_again_finds_nobody(world: World) -> None:
    meet(world)
    ask(world)
    erase(world)
    assert states(world, GBR, ask(world).id) == {"ALB": ("no_hit", None)}


def test_who_was_told_nothing_is_told_nothing(world: World) -> None:
    """A number that was drawn and never returned makes no correction."""
    meet(world)
    number(world, ALB, PERSONS_AT_ALB, "P-1")
    calls = len(world.calls)
    assert erase(world) == ()
    assert len(world.calls) == calls
    assert world.look(ALB, corrections) == []


def test_another_profile_of_the_same_node_stands(world: World) -> None:
    met = meet(world)
    store(world, ALB, replace(met.person, ref="P-2"))
    sent = ask(world)
    assert len(candidates(world, GBR, sent.id)) == 2
    erase(world)
    fallen = world.look(GBR, lambda tx: [row.candidate_id for row in tx.execute(fallen_hit.select())])
    gone = number_of(world, fallen[0])
    assert len(fallen) == 1
    assert world.look(ALB, lambda tx: [each.number for each in given(tx, "P-2")]) != [gone]
    assert states(world, GBR, ask(world).id) == {"ALB": ("hit", None)}


def number_of(world: World, candidate_id: str) -> str:
    query = candidate.select().where(candidate.c.id == candidate_id)
    return str(world.look(GBR, lambda tx: tx.execute(query).one().ref))


def test_the_person_is_never_named_in_what_tells_the_partner(world: World) -> None:
    hit(world)
    calls = len(world.calls)
    erase(world)
    said = b"".join(each.request for each in world.calls[calls:])
    assert b"P-1" not in said
    assert b"Acquitted" not in said


def test_one_entry_and_who_was_told_in_it(world: World) -> None:
    meet(world)
    ask(world)
    before = len(world.kinds(ALB))
    erase(world)
    assert world.kinds(ALB)[before] == "dna.profile_erased"
    assert world.kinds(ALB).count("dna.profile_erased") == 1


@pytest.mark.parametrize("post", ["enquirer", "examiner", "approver-1"])
def test_only_a_supervisor_erases(world: World, post: str) -> None:
    meet(world)
    with pytest.raises(ForbiddenError):
        world.do(ALB, lambda tx: erase_everywhere(tx, world.officer(ALB, post), "P-1", ACQUITTED, world.clock()))


def test_an_erasure_has_a_reason_and_a_profile(world: World) -> None:
    meet(world)
    supervisor = world.officer(ALB, "supervisor")
    for ref, words, kind in (
        ("P-1", (CorrectionReason.UNLAWFUL, "no"), InputError),
        ("P-404", ACQUITTED, NotFoundError),
    ):
        with pytest.raises(kind) as caught:
            world.do(ALB, partial(erase_everywhere, officer=supervisor, ref=ref, words=words, now=world.clock()))
        assert caught.value.hint()


def test_its_day_comes_and_everybody_is_told(world: World) -> None:
    meet(world)
    ask(world)
    world.clock.turn(days=901)
    done = tidy(world.nodes[ALB].commit, world.clock)
    assert done.erased >= 1
    spread(world)
    assert len(world.look(GBR, lambda tx: list(tx.execute(fallen_hit.select())))) == 1
    gone = world.look(ALB, lambda tx: [row.ref for row in tx.execute(dna_change.select()) if row.gone])
    assert gone == ["P-1"]


def test_its_day_is_not_before_its_day(world: World) -> None:
    meet(world)
    world.clock.turn(days=899)
    assert world.do(ALB, lambda tx: forget_profiles(tx, world.clock())) == 0
    world.clock.turn(days=1)
    assert world.do(ALB, lambda tx: forget_profiles(tx, world.clock())) == 1
    assert world.do(ALB, lambda tx: forget_profiles(tx, world.clock())) == 0


def test_as_many_at_once_as_are_asked_for_in_one_entry(world: World) -> None:
    meet(world, [somebody(f"other {n}", f"P-{n}") for n in range(10, 15)])
    world.clock.turn(days=901)
    before = len(world.kinds(ALB))
    assert world.do(ALB, lambda tx: forget_profiles(tx, world.clock(), 4)) == 4
    assert world.do(ALB, lambda tx: forget_profiles(tx, world.clock(), 4)) == 2
    assert world.kinds(ALB)[before:] == ["dna.profile_erased", "dna.profile_erased"]


def test_a_copy_goes_with_the_grants_time_at_the_latest(world: World) -> None:
    meet(world)
    ask(world)
    [row] = kept(world, GBR)
    days = grant(world, GBR, PERSONS_AT_ALB).retention_max_d
    world.clock.turn(days=days - 1)
    tidy(world.nodes[GBR].commit, world.clock)
    assert world.look(GBR, lambda tx: tx.opened(row.sealed_id)) is not None
    world.clock.turn(days=2)
    tidy(world.nodes[GBR].commit, world.clock)
    assert world.look(GBR, lambda tx: tx.opened(row.sealed_id)) is None


def test_our_numbers_of_an_erased_trace_go_with_it(world: World) -> None:
    meet(world)
    ask(world)
    assert erase(world, GBR, "T-1") == ()
    assert world.look(GBR, lambda tx: list(tx.execute(dna_number.select()))) == []


def test_a_trace_that_was_returned_is_withdrawn_as_a_trace(world: World) -> None:
    met = meet(world)
    store(world, ALB, as_kind(met.person, "T-7"))
    store(world, GBR, replace(met.person, ref="P-9"))
    sent: EnquiryId = ask(world, ref="P-9", population=SubjectKind.DNA_TRACE).id
    assert len(candidates(world, GBR, sent)) == 1
    assert erase(world, ALB, "T-7") == ("GBR",)
    assert len(world.look(GBR, lambda tx: list(tx.execute(fallen_hit.select())))) == 1
