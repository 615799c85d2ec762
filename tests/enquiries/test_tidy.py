"""Nothing outlives its day by more than one round, whatever was stored; what has no day is reviewed (rule L7)."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from tests.federation.acts import Tale, check_whole
from tests.federation.world import ALB, GBR, REASON, XKX, World, person_draft

from egnatia.enquiries import tidy
from egnatia.enquiries.retention import erase_due
from egnatia.enquiries.tidy import REVIEWED
from egnatia.errors import ForbiddenError, InputError, NotFoundError
from egnatia.exchange.outbox import SEALED_KIND
from egnatia.model.ids import PartnerCode
from egnatia.scenario.case import CASE_REF, KNOWN_REF
from egnatia.store.database import Transaction
from egnatia.store.tables import answered_enquiry, sealed_record


def keep_house(world: World, code: PartnerCode) -> tidy.Tidied:
    return tidy.tidy(world.nodes[code].commit, world.clock)


def overdue(tx: Transaction, now: datetime) -> int:
    late = (sealed_record.c.erase_on <= now) & (sealed_record.c.kind != SEALED_KIND)
    return int(tx.execute(select(func.count()).select_from(sealed_record).where(late)).scalar_one())


def run_a_case(world: World) -> Tale:
    tale = Tale(world)
    tale.ask(person=True)
    world.ask(ALB, person_draft(query={"first_names": "Zzyxqor", "family_names": "Wqopplex"}))
    world.deliver()
    tale.take()
    world.confirm(ALB, tale.candidate)
    tale.follow_up = world.follow(ALB, tale.candidate)
    world.deliver()
    tale.release = world.propose(GBR, tale.follow_up)
    world.approve(GBR, tale.release)
    world.deliver()
    return tale


def test_everything_sealed_has_a_day_or_a_review(world: World) -> None:
    run_a_case(world)
    query = select(sealed_record.c.kind).where(sealed_record.c.erase_on.is_(None)).distinct()
    for code in (ALB, GBR, XKX):
        endless = set(world.look(code, lambda tx: list(tx.execute(query).scalars())))
        assert endless <= set(REVIEWED), endless


def test_the_job_leaves_nothing_that_is_due_and_says_what_it_did(world: World) -> None:
    run_a_case(world)
    assert keep_house(world, GBR).erased == 0
    world.clock.turn(days=1_095, seconds=1)
    assert world.look(GBR, lambda tx: overdue(tx, world.clock())) > 3
    done = keep_house(world, GBR)
    assert world.look(GBR, lambda tx: overdue(tx, world.clock())) == 0
    assert world.look(GBR, lambda tx: len(tx.execute(select(answered_enquiry)).all())) == 0
    entries = [each for each in world.entries(GBR) if each.kind == "record.erased"]
    assert sum(int(each.object_ref.rpartition(":")[2]) for each in entries) == done.erased
    listed = {each.object_ref.split(":")[1]: len(each.content["erased"]) for each in entries if each.content}
    assert listed["answered_enquiry"] == 2
    assert "ledger" not in listed
    check_whole(world, GBR)


def test_housekeeping_comes_to_rest(world: World) -> None:
    """What it enters is erased in its turn three years later, in one entry that lists nothing: then there is peace."""
    run_a_case(world)
    for _ in range(4):
        world.clock.turn(days=1_096)
        keep_house(world, GBR)
    world.clock.turn(days=1_096)
    assert keep_house(world, GBR).erased == 0


@given(
    st.lists(st.integers(0, 72), max_size=25), st.lists(st.integers(1, 24), min_size=1, max_size=4), st.integers(1, 7)
)
@settings(deadline=None, derandomize=True, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_item_survives_its_day_by_more_than_one_round(
    world: World, days: list[int], rounds: list[int], most: int
) -> None:
    """Records with any dates, rounds at any moments, any size of a transaction."""
    start = world.clock()

    def seal(tx: Transaction) -> list[str]:
        return [tx.seal(b"x", kind="facts", at=start, erase_on=start + timedelta(hours=hours)).id for hours in days]

    world.do(XKX, seal)
    world.clock.now = start
    for hours in rounds:
        world.clock.turn(hours=hours)
        while world.do(XKX, lambda tx: erase_due(tx, world.clock(), most)) == most:
            pass
        assert world.look(XKX, lambda tx: overdue(tx, world.clock())) == 0


def test_records_without_an_end_are_reviewed_and_can_be_kept_on(world: World) -> None:
    world.ask(ALB, person_draft())
    world.deliver()
    assert keep_house(world, GBR).to_review == 0
    world.clock.turn(days=1_096)
    found = world.look(GBR, lambda tx: tidy.to_review(tx, world.clock()))
    assert {"person", "register"} <= {each.category for each in found}
    assert [
        each.item for each in world.look(ALB, lambda tx: tidy.to_review(tx, world.clock())) if each.category == "case"
    ] == [CASE_REF]
    officer = world.officer(GBR, "supervisor")
    record = ("person", KNOWN_REF)
    until = world.do(GBR, lambda tx: tidy.keep_on(tx, officer, record, (REASON, 100), world.clock()))
    assert until == world.clock() + timedelta(days=100)
    left = world.look(GBR, lambda tx: tidy.to_review(tx, world.clock()))
    assert len(left) == len(found) - 1
    world.clock.turn(days=100)
    assert len(world.look(GBR, lambda tx: tidy.to_review(tx, world.clock()))) == len(found)
    assert world.kinds(GBR)[-1] == "retention.reviewed"


@pytest.mark.parametrize(
    ("post", "record", "review", "error"),
    [
        ("enquirer", ("person", KNOWN_REF), (REASON, 10), ForbiddenError),
        ("supervisor", ("person", "GBR-P-0"), (REASON, 10), NotFoundError),
        ("supervisor", ("nothing", KNOWN_REF), (REASON, 10), InputError),
        ("supervisor", ("person", KNOWN_REF), ("no", 10), InputError),
        ("supervisor", ("person", KNOWN_REF), (REASON, 0), InputError),
        ("supervisor", ("person", KNOWN_REF), (REASON, 3_651), InputError),
    ],
)
def test_keeping_on_needs_a_supervisor_a_reason_and_a_day(
    world: World, post: str, record: tuple[str, str], review: tuple[str, int], error: type[Exception]
) -> None:
    officer = world.officer(GBR, post)
    with pytest.raises(error):
        world.do(GBR, lambda tx: tidy.keep_on(tx, officer, record, review, world.clock()))
