"""Batches are proposed by one, approved by two others, and asked as the grant's day allows, each profile for itself."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from tests.federation.dna_acts import CASE, KIND, WHY, as_kind, meet, somebody, store
from tests.federation.world import ALB, CHEAP, GBR, PASSWORD, XKX, World

from egnatia.accounts import create_officer, disable_officer
from egnatia.accounts import officers as accounts_of
from egnatia.agreements import import_register
from egnatia.cli.serving_duties import compare_once
from egnatia.enquiries.desk import start_of_day
from egnatia.enquiries.dna import batches
from egnatia.enquiries.dna.batches import Batch
from egnatia.enquiries.dna.governed import batch_view
from egnatia.enquiries.dna.profiles import forget_profile
from egnatia.enquiries.dna.terms import Terms
from egnatia.errors import ConflictError, Error, ForbiddenError, InputError, NotFoundError, RefusedError
from egnatia.model.dna import BatchState
from egnatia.model.states import Offence, Purpose, RefusalReason, Role, SubjectKind
from egnatia.scenario.task_force import agreements
from egnatia.store.database import Transaction
from egnatia.store.tables import answered_enquiry, ask, dna_batch, dna_search

REASON = "The case was closed this morning; nothing of it is needed any more."


TERMS = Terms(CASE, ALB, SubjectKind.DNA_PERSON, Purpose.INVESTIGATION, Offence.SMUGGLING_OF_PERSONS, WHY)


def propose(world: World, *refs: str, post: str = "examiner", **changes: Any) -> str:
    desk, officer, terms = world.nodes[GBR].desk, world.officer(GBR, post), replace(TERMS, **changes)
    return world.do(GBR, lambda tx: batches.propose(tx, desk, officer, terms, refs, world.clock()))


def approve(world: World, batch_id: str, post: str) -> BatchState:
    return world.do(GBR, lambda tx: batches.approve(tx, world.officer(GBR, post), batch_id, world.clock()))


def approved(world: World, *refs: str) -> str:
    batch_id = propose(world, *refs)
    for post in ("approver-1", "approver-2"):
        approve(world, batch_id, post)
    return batch_id


def go_on(world: World) -> int:
    """What a serving node does every minute."""
    done = compare_once(world.nodes[GBR])
    world.deliver()
    return done


def only(world: World) -> Batch:
    [found] = world.look(GBR, batches.batches)
    return found


def asked(world: World) -> list[str]:
    query = select(dna_search.c.ref).order_by(dna_search.c.ref)
    return world.look(GBR, lambda tx: list(tx.execute(query).scalars()))


def refused(kind: type[Error], act: Callable[[], object], reason: RefusalReason | None = None) -> None:
    with pytest.raises(kind) as caught:
        act()
    assert caught.value.hint()
    assert getattr(caught.value, "reason", None) is reason


def traces(world: World, count: int) -> list[str]:
    """Traces T-1 to T-n at GBR; the first is of ALB's person."""
    meet(world)
    others = [somebody(f"trace {number}", f"T-{number}", KIND.TRACE) for number in range(2, count + 1)]
    if others:
        store(world, GBR, *others)
    return [f"T-{number}" for number in range(1, count + 1)]


def set_quota(world: World, quota: int) -> None:
    """The demonstration's grants with another quota of the day, at both nodes."""
    changed = agreements().replace(
        b'subject = "dna_person", purposes = ["investigation"], offence_min = "serious", step_two = true, deadline_h = 48, '
        b"quota_day = 200",
        b'subject = "dna_person", purposes = ["investigation"], offence_min = "serious", step_two = true, deadline_h = 48, '
        b"quota_day = %d" % quota,
    )
    assert changed != agreements()
    for code in (GBR, ALB):
        world.do(code, lambda tx: import_register(tx, changed, "off-installer", world.clock()))


def test_nothing_is_asked_before_two_others_have_approved(world: World) -> None:
    refs = traces(world, 3)
    batch_id = propose(world, *refs)
    assert only(world).state is BatchState.PROPOSED
    assert go_on(world) == 0
    assert approve(world, batch_id, "approver-1") is BatchState.HALF_APPROVED
    assert go_on(world) == 0
    assert asked(world) == []
    assert approve(world, batch_id, "approver-2") is BatchState.APPROVED
    assert go_on(world) == 3
    assert asked(world) == refs
    found = only(world)
    assert (found.state, found.profiles, found.asked, found.refused) == (BatchState.ASKED, 3, 3, 0)
    assert go_on(world) == 0


def test_each_profile_is_an_enquiry_of_its_own_and_a_match_a_candidate(world: World) -> None:
    approved(world, *traces(world, 3))
    go_on(world)
    rows = world.look(
        GBR, lambda tx: list(tx.execute(ask.select().join(dna_search, dna_search.c.enquiry_id == ask.c.enquiry_id)))
    )
    assert sorted(row.state for row in rows) == ["hit", "no_hit", "no_hit"]
    answered = world.look(ALB, lambda tx: list(tx.execute(answered_enquiry.select())))
    assert len(answered) == 3
    assert world.look(GBR, lambda tx: {row.batch_id for row in tx.execute(dna_search.select())}) == {only(world).id}


def test_the_ledger_has_every_step_of_it(world: World) -> None:
    approved(world, *traces(world, 2))
    go_on(world)
    kinds = [each for each in world.kinds(GBR) if each.startswith(("dna.batch", "enquiry."))]
    assert kinds == ["dna.batch_proposed", "dna.batch_approved", "dna.batch_approved", "enquiry.sent", "enquiry.sent"]
    [proposed] = [each for each in world.entries(GBR) if each.kind == "dna.batch_proposed"]
    assert proposed.partner == ALB
    assert proposed.grant == "demo-gbr-alb-dna-person"


def test_who_proposed_or_approved_does_not_approve_again(world: World) -> None:
    traces(world, 1)
    batch_id = propose(world, "T-1", post="supervisor")
    refused(ForbiddenError, lambda: approve(world, batch_id, "supervisor"))
    approve(world, batch_id, "approver-1")
    refused(ForbiddenError, lambda: approve(world, batch_id, "approver-1"))
    refused(ForbiddenError, lambda: approve(world, batch_id, "examiner"))
    approve(world, batch_id, "approver-2")
    refused(ConflictError, lambda: approve(world, batch_id, "approver-2"))
    refused(NotFoundError, lambda: approve(world, "none", "approver-1"))


@pytest.mark.parametrize("approvals", [0, 1, 2])
def test_a_refused_batch_is_never_asked(world: World, approvals: int) -> None:
    traces(world, 2)
    batch_id = propose(world, "T-1", "T-2")
    for post in ("approver-1", "approver-2")[:approvals]:
        approve(world, batch_id, post)
    chief = world.officer(GBR, "supervisor")
    world.do(GBR, lambda tx: batches.refuse(tx, chief, batch_id, REASON, world.clock()))
    assert go_on(world) == 0
    assert asked(world) == []
    assert (only(world).state, only(world).refused) == (BatchState.REFUSED, 2)
    refused(ConflictError, lambda: approve(world, batch_id, "approver-1"))
    refused(
        ConflictError,
        lambda: world.do(GBR, lambda tx: batches.refuse(tx, chief, batch_id, REASON, world.clock())),
    )
    assert world.kinds(GBR)[-1] == "dna.batch_refused"


def test_a_batch_that_was_asked_can_be_refused_no_more(world: World) -> None:
    batch_id = approved(world, *traces(world, 1))
    go_on(world)
    chief = world.officer(GBR, "supervisor")
    refused(
        ConflictError,
        lambda: world.do(GBR, lambda tx: batches.refuse(tx, chief, batch_id, REASON, world.clock())),
    )


def test_the_grants_day_binds_a_batch_and_it_goes_on_tomorrow(world: World) -> None:
    refs = traces(world, 5)
    set_quota(world, 2)
    approved(world, *refs)
    assert go_on(world) == 2
    assert go_on(world) == 0
    assert (only(world).state, only(world).asked, only(world).refused) == (BatchState.APPROVED, 2, 0)
    world.clock.now = start_of_day(world.clock.now)
    world.clock.turn(days=1)
    assert go_on(world) == 2
    world.clock.turn(days=1)
    assert go_on(world) == 1
    assert only(world).state is BatchState.ASKED
    assert asked(world) == refs


def test_a_batch_whose_day_is_full_holds_no_other_up(world: World) -> None:
    refs = traces(world, 3)
    set_quota(world, 1)
    approved(world, *refs)
    assert go_on(world) == 1
    store(world, GBR, somebody("known", "P-9"))
    other = propose(world, "P-9", population=SubjectKind.DNA_TRACE)
    world.clock.turn(minutes=1)
    for post in ("approver-1", "approver-2"):
        approve(world, other, post)
    assert go_on(world) == 1
    found = {each.id: each for each in world.look(GBR, batches.batches)}
    assert found[other].state is BatchState.ASKED
    assert [each.asked for each in found.values() if each.id != other] == [1]


def test_a_contaminated_trace_stays_and_the_others_go(world: World) -> None:
    refs = traces(world, 3)
    store(world, GBR, as_kind(somebody("trace 2"), "E-1", KIND.ELIMINATION))
    batch_id = approved(world, *refs)
    go_on(world)
    assert (only(world).state, only(world).asked, only(world).refused) == (BatchState.ASKED, 2, 1)
    said = world.look(GBR, lambda tx: batches.refusals(tx, batch_id))
    assert said == {"T-2": RefusalReason.PROFILE_ELIMINATED}


def test_a_profile_that_is_gone_is_passed_over(world: World) -> None:
    refs = traces(world, 3)
    batch_id = approved(world, *refs)
    world.do(GBR, lambda tx: forget_profile(tx, "T-2"))
    go_on(world)
    assert asked(world) == ["T-1", "T-3"]
    assert world.look(GBR, lambda tx: batches.refusals(tx, batch_id)) == {"T-2": RefusalReason.CONDITIONS_NOT_MET}
    assert only(world).state is BatchState.ASKED


def test_an_account_that_was_closed_asks_nothing_more(world: World) -> None:
    refs = traces(world, 2)

    def second(tx: Transaction) -> None:
        create_officer(tx, "gbr-leaving", (Role.EXAMINER,), PASSWORD, "off-installer", world.clock(), CHEAP)

    world.do(GBR, second)
    [leaving] = [each.officer for each in world.look(GBR, accounts_of) if each.officer.name == "gbr-leaving"]
    desk = world.nodes[GBR].desk
    batch_id = world.do(GBR, lambda tx: batches.propose(tx, desk, leaving, TERMS, tuple(refs), world.clock()))
    for post in ("approver-1", "approver-2"):
        approve(world, batch_id, post)
    world.do(GBR, lambda tx: disable_officer(tx, leaving.id, "off-installer", world.clock()))
    go_on(world)
    assert asked(world) == []
    assert {*world.look(GBR, lambda tx: batches.refusals(tx, batch_id)).values()} == {RefusalReason.CONDITIONS_NOT_MET}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"population": SubjectKind.DNA}, None),
        ({"partner": XKX}, None),
        ({"purpose": Purpose.BORDER_CHECK}, RefusalReason.PURPOSE_NOT_GRANTED),
        ({"offence": Offence.THEFT}, RefusalReason.OFFENCE_BELOW_THRESHOLD),
    ],
)
def test_a_batch_stands_on_a_grant_or_is_not_proposed(
    world: World, changes: dict[str, Any], reason: RefusalReason | None
) -> None:
    traces(world, 1)
    with pytest.raises(RefusedError) as caught:
        propose(world, "T-1", **changes)
    assert reason is None or caught.value.reason is reason
    assert world.look(GBR, batches.batches) == []


def test_persons_are_not_sent_under_a_grant_for_traces(world: World) -> None:
    met = meet(world)
    store(world, GBR, as_kind(met.person, "P-9", KIND.PERSON))
    refused(RefusedError, lambda: propose(world, "T-1", "P-9"), RefusalReason.PROFILE_KIND_NOT_GRANTED)


def test_not_more_than_the_grant_says_and_each_once(world: World) -> None:
    traces(world, 2)
    many = tuple(f"T-{number}" for number in range(1, 1002))
    refused(RefusedError, lambda: propose(world, *many), RefusalReason.QUOTA_EXCEEDED)
    refused(InputError, lambda: propose(world, "T-1", "T-1"))
    refused(InputError, lambda: propose(world))
    refused(NotFoundError, lambda: propose(world, "T-1", "T-404"))
    refused(InputError, lambda: propose(world, "T-1", case_ref="Arben Krasniqi"))
    refused(InputError, lambda: propose(world, "T-1", justification="because"))
    refused(ForbiddenError, lambda: propose(world, "T-1", post="enquirer"))


def test_a_grant_without_batches_allows_none(world: World) -> None:
    traces(world, 1)
    none = agreements().replace(b"batch_max = 1000", b"batch_max = 0")
    world.do(GBR, lambda tx: import_register(tx, none, "off-installer", world.clock()))
    refused(RefusedError, lambda: propose(world, "T-1"), RefusalReason.SUBJECT_NOT_GRANTED)


def test_a_partner_of_the_earlier_release_is_not_proposed_to(world: World) -> None:
    store(world, GBR, somebody("the one", "T-1", KIND.TRACE))
    refused(RefusedError, lambda: propose(world, "T-1"), RefusalReason.PARTNER_TOO_OLD)


def test_a_grant_that_ended_meanwhile_refuses_what_is_left(world: World) -> None:
    refs = traces(world, 2)
    batch_id = approved(world, *refs)
    ended = agreements().replace(b'"demo-gbr-alb-dna-person"', b'"demo-gbr-alb-dna-persons"')
    assert ended != agreements()
    gone = b"\n".join(each for each in ended.splitlines() if b"demo-gbr-alb-dna-persons" not in each)
    world.do(GBR, lambda tx: import_register(tx, gone, "off-installer", world.clock()))
    go_on(world)
    said = {*world.look(GBR, lambda tx: batches.refusals(tx, batch_id)).values()}
    assert said == {RefusalReason.SUBJECT_NOT_GRANTED}
    assert not world.look(ALB, lambda tx: list(tx.execute(answered_enquiry.select())))


def test_why_is_shown_to_whoever_approves_and_erased_in_time(world: World) -> None:
    batch_id = propose(world, *traces(world, 1))
    assert world.look(GBR, lambda tx: batch_view(tx, world.officer(GBR, "approver-1"), batch_id).words.why) == WHY
    [sealed_id] = world.look(GBR, lambda tx: list(tx.execute(select(dna_batch.c.sealed_id)).scalars()))
    world.do(GBR, lambda tx: tx.erase(sealed_id))
    assert world.look(GBR, lambda tx: batch_view(tx, world.officer(GBR, "approver-1"), batch_id).words.why) == ""


def test_officers_quotas_do_not_bind_what_three_people_decided(world: World) -> None:
    refs = traces(world, 4)
    approved(world, *refs)
    node = world.nodes[GBR]
    node.desk = replace(node.desk, limits=replace(node.desk.limits, officer_day=1, case_day=1))
    assert go_on(world) == 4
