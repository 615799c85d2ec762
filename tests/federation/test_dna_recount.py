"""From a question about a trace to an arrest between two nodes: the funnel, and the same figures from the ledger alone."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from bench.dna.recount import counted, recount
from sqlalchemy import update
from tests.federation.dna_acts import (
    SECOND,
    as_kind,
    ask,
    candidates,
    confirm,
    entries_of,
    link_record,
    meet,
    somebody,
    store,
)
from tests.federation.world import ALB, FACTS, GBR, World

from egnatia.enquiries.dna.clusters import clusters, matches
from egnatia.enquiries.dna.opinions import Effect, OpinionDraft, give_opinion, standing
from egnatia.enquiries.our_followups import send_follow_up
from egnatia.enquiries.outcomes import OutcomeDraft, record_outcome
from egnatia.errors import ConflictError
from egnatia.model.dna import Disposition
from egnatia.model.events import EventKind
from egnatia.model.ids import CandidateId, FollowUpId, OfficerId
from egnatia.model.officers import Officer
from egnatia.model.states import Offence, OutcomeKind, Role
from egnatia.store.database import Transaction
from egnatia.store.tables import follow_up, person_record

STEPS = ("candidate", "validated", "requested", "released", "outcome")
WHY = "All loci agree and the electropherograms are clean."
THIRD = Officer(OfficerId("off-third-pair"), "third pair of eyes", frozenset({Role.EXAMINER}))


def figures(world: World) -> tuple[dict[str, Any], list[int]]:
    """Both counts, which have to be the same, and the pairs of each step."""
    window = (world.clock() - timedelta(days=9), world.clock() + timedelta(days=9))
    node = world.look(GBR, lambda tx: counted(tx, *window))
    assert node == world.look(GBR, lambda tx: recount(tx, *window))
    return node, [node["pairs"][each] for each in STEPS]


def two_traces(world: World) -> list[CandidateId]:
    """Two traces at GBR of one person, whom ALB knows; one candidate each."""
    met = meet(world)
    store(world, GBR, as_kind(met.person, "T-2"))
    record = world.look(ALB, lambda tx: tx.execute(person_record.select()).first())
    assert record is not None
    link_record(world, ALB, "P-1", record.ref)
    return [candidates(world, GBR, ask(world, ref=ref).id)[0].id for ref in ("T-1", "T-2")]


def follow(world: World, found: CandidateId) -> FollowUpId:
    desk, officer = world.nodes[GBR].desk, world.officer(GBR, "examiner")
    request = (FACTS, Offence.SMUGGLING_OF_PERSONS)
    made = world.do(GBR, lambda tx: send_follow_up(tx, desk, officer, found, request, world.clock()))
    world.deliver()
    return made


def release(world: World, asked: FollowUpId) -> None:
    approved = world.propose(ALB, asked)
    world.approve(ALB, approved)
    world.deliver()


def came(world: World, found: CandidateId, kind: OutcomeKind) -> None:
    officer, now = world.officer(GBR, "examiner"), world.clock()
    draft = OutcomeDraft(kind, "DUR-2025-0417", "D-417", found, now, "Dover")
    world.do(GBR, lambda tx: record_outcome(tx, officer, draft, now))
    world.deliver()


def test_each_act_moves_the_funnel_by_one_and_the_ledger_agrees_at_every_step(world: World) -> None:
    one, two = two_traces(world)
    assert figures(world)[1] == [2, 0, 0, 0, 0]
    confirm(world, GBR, one)
    assert figures(world)[1] == [2, 1, 0, 0, 0]
    confirm(world, GBR, two)
    asked = follow(world, one)
    assert figures(world)[1] == [2, 2, 1, 0, 0]
    release(world, asked)
    assert figures(world)[1] == [2, 2, 1, 1, 0]
    came(world, one, OutcomeKind.ARREST)
    node, pairs = figures(world)
    assert (pairs, node["arrested"]) == ([2, 2, 1, 1, 1], 1)
    assert node["clusters"]["validated"] == 1, "two traces of one person at one partner"
    [series] = world.look(GBR, lambda tx: clusters(matches(tx)))
    assert (len(series.matches), series.traces) == (2, 2)


def test_a_misidentification_takes_hit_and_arrest_back_in_both_counts(world: World) -> None:
    one, two = two_traces(world)
    for each in (one, two):
        confirm(world, GBR, each)
    release(world, follow(world, one))
    came(world, one, OutcomeKind.ARREST)
    came(world, one, OutcomeKind.MISIDENTIFICATION)
    node, pairs = figures(world)
    assert (pairs, node["arrested"], node["withdrawn"]) == ([2, 1, 0, 0, 0], 0, 1)
    assert [each.candidate_id for each in world.look(GBR, matches)] == [two]


def test_no_step_two_before_two_examiners_agree(world: World) -> None:
    one, _ = two_traces(world)
    first, now = world.officer(GBR, "examiner"), world.clock()
    draft = OpinionDraft(Disposition.CONFIRMED, WHY, "DNA examiner")

    def give(officer: Officer, made: OpinionDraft) -> Effect:
        return world.do(GBR, lambda tx: give_opinion(tx, officer, one, made, now))

    assert give(first, draft) is Effect.FIRST
    with pytest.raises(ConflictError, match="no hit") as refused:
        follow(world, one)
    assert "egnatia dna opinion" in refused.value.hint()
    assert give(SECOND, replace(draft, disposition=Disposition.TWIN)) is Effect.DIFFER
    with pytest.raises(ConflictError, match="no hit"):
        follow(world, one)
    assert give(THIRD, draft) is Effect.UNSETTLED, "two confirm, and one found that it is no hit"
    with pytest.raises(ConflictError, match="no hit"):
        follow(world, one)
    assert figures(world)[1] == [2, 0, 0, 0, 0]


def test_a_third_examiner_settles_what_two_left_open_and_both_counts_have_it(world: World) -> None:
    one, _ = two_traces(world)
    draft, now = OpinionDraft(Disposition.CONFIRMED, WHY, "DNA examiner"), world.clock()
    found = (Disposition.CONFIRMED, Disposition.MORE_LOCI, Disposition.CONFIRMED)
    effects = []
    for officer, disposition in zip((world.officer(GBR, "examiner"), SECOND, THIRD), found, strict=True):
        made = replace(draft, disposition=disposition)
        effects.append(world.do(GBR, partial(_give, officer, one, made, now)))
    assert effects == [Effect.FIRST, Effect.DIFFER, Effect.ALIKE]
    assert follow(world, one)
    assert figures(world)[1] == [2, 1, 1, 0, 0]


def _give(officer: Officer, found: CandidateId, made: OpinionDraft, now: datetime, tx: Transaction) -> Effect:
    return give_opinion(tx, officer, found, made, now)


def test_the_partner_learns_nothing_of_opinions(world: World) -> None:
    one, _ = two_traces(world)
    before = len(world.calls)
    confirm(world, GBR, one)
    world.deliver()
    kinds = [each.path for each in world.calls[before:]]
    assert not any("messages" in each for each in kinds)
    for kind in (EventKind.DNA_OPINION_GIVEN, EventKind.CANDIDATE_CONFIRMED):
        assert len(entries_of(world, GBR, kind)) == 1
        assert entries_of(world, ALB, kind) == []


def test_opinions_survive_a_restart_and_stay_hidden(world: World) -> None:
    one, _ = two_traces(world)
    first, now = world.officer(GBR, "examiner"), world.clock()
    draft = OpinionDraft(Disposition.ADVENTITIOUS, WHY, "DNA examiner")
    world.do(GBR, partial(give_opinion, officer=first, candidate_id=one, draft=draft, now=now))
    world.restart(GBR)
    assert world.look(GBR, lambda tx: standing(tx, one, SECOND.id)).visible == ()
    assert len(world.look(GBR, lambda tx: standing(tx, one, first.id)).visible) == 1


def test_a_count_that_was_tampered_with_is_found(world: World) -> None:
    """Somebody makes the tables say that core data were asked for of another hit: the ledger does not follow."""
    one, two = two_traces(world)
    for each in (one, two):
        confirm(world, GBR, each)
    release(world, follow(world, one))
    assert figures(world)[1] == [2, 2, 1, 1, 0]
    world.do(GBR, lambda tx: tx.execute(update(follow_up).values(direction="in")))
    window = (world.clock() - timedelta(days=9), world.clock() + timedelta(days=9))
    assert world.look(GBR, lambda tx: counted(tx, *window)) != world.look(GBR, lambda tx: recount(tx, *window))


def test_a_candidate_of_nobody_is_excluded_and_counts_as_such(world: World) -> None:
    meet(world, [somebody("a stranger", "P-7")])
    [found] = candidates(world, GBR, ask(world).id)
    draft = OpinionDraft(Disposition.EXCLUDED, WHY, "DNA examiner")
    for officer in (world.officer(GBR, "examiner"), SECOND):
        world.do(GBR, partial(give_opinion, officer=officer, candidate_id=found.id, draft=draft, now=world.clock()))
    node, pairs = figures(world)
    assert (pairs, node["dispositions"]) == ([1, 0, 0, 0, 0], {"excluded": 1})
    with pytest.raises(ConflictError, match="no hit"):
        follow(world, found.id)
