"""What officers do at a post while the disk fails, twice by mistake, and two of them at the same moment.

An act is there with its entry or neither is. What was done is not done twice. Of two who decide at once one does, and the other
is told. The node is one for all tests here, as at a post: each begins with something of its own.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select
from tests.casework.test_crossings import MET, closed, informed, passes, referred, screened, stands
from tests.casework.test_devices import added, device, try_out
from tests.casework.test_rule_packs import SHIPPED, noted, switched, taken
from tests.casework.test_second_line import PASSES, REFUSED, custody, heard, offered
from tests.casework.test_verdicts import inspected, judged, say
from tests.federation.test_fault_injection import interrupted
from tests.federation.world import ALB, Clock, World, copy_nodes, drop_databases

from egnatia.casework import borders
from egnatia.casework.borders import packs as rule_packs
from egnatia.casework.borders.document_rates import document_rates
from egnatia.errors import ConflictError, Error, ForbiddenError, InputError, NotFoundError, StorageError
from egnatia.model.borders import (
    CustodyCheck,
    Direction,
    HelpAnswer,
    Minor,
    RelaxationReason,
    SecondLineReason,
    Sign,
    VerdictClass,
)
from egnatia.store.tables import metadata

MOST_STATEMENTS = 80
CHILD = replace(MET, minor=Minor.ALONE)
HOURS = timedelta(hours=2)
_WATCHED = (
    *("second_line", "verdict", "holder_screening", "border_count", "border_sample", "border_lot", "device"),
    *("device_test", "relaxation", "border_pack", "criteria_count", "inspection", "ledger_entry", "sealed_record"),
    "crossing_point",
)
"""Tables in which an act at a post can leave something; looking at all of them takes most of a test's time."""


@pytest.fixture(scope="module")
def post(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    directory = tmp_path_factory.mktemp("post") / "world"
    copy_nodes(template, directory)
    with asyncio.Runner() as runner:
        world = World(directory, Clock(), runner)
        world.start(ALB)
        taken(world)
        switched(world, on=True)
        yield world
        world.close()
    drop_databases(directory)


def rows(world: World) -> dict[str, list[tuple[Any, ...]]]:
    def job(tx: Any) -> dict[str, list[tuple[Any, ...]]]:
        tables = [each for each in metadata.sorted_tables if each.name in _WATCHED]
        return {each.name: sorted(map(tuple, tx.execute(select(each)).all()), key=repr) for each in tables}

    return world.look(ALB, job)


def relaxed(world: World, bcp: str = "DURRES-1", direction: Direction = Direction.EXIT) -> str:
    officer = world.officer(ALB, "supervisor")
    where, why = (bcp, direction), RelaxationReason.TRAFFIC
    return world.do(ALB, lambda tx: borders.relax(tx, officer, where, why, HOURS, world.clock()))


def restored(world: World, relaxation_id: str, who: str = "supervisor") -> None:
    officer = world.officer(ALB, who)
    world.do(ALB, lambda tx: borders.restore(tx, officer, relaxation_id, world.clock()))


def retired(world: World, device_id: str) -> None:
    officer = world.officer(ALB, "administrator")
    world.do(ALB, lambda tx: borders.retire_device(tx, officer, device_id, world.clock()))


def placed(world: World, bcp: str = "DURRES-1") -> None:
    officer = world.officer(ALB, "administrator")
    world.do(ALB, lambda tx: borders.place_crossing_point(tx, officer, bcp, (41.3, 19.4), world.clock()))


def told_of(world: World) -> str:
    check_id = referred(world)
    informed(world, check_id)
    return check_id


def child(world: World) -> str:
    return referred(world, CHILD, SecondLineReason.CHILD_ALONE)


def nothing(world: World) -> str:
    del world
    return ""


@dataclass(frozen=True, slots=True)
class Doing:
    """An act, and what has to be there before.

    Attributes:
        begin: makes it; returns a reference.
        act: with that reference.
        entry: the kind of entry that it leaves.
    """

    begin: Callable[[World], str]
    act: Callable[[World, str], object]
    entry: str


ACTS = {
    "a person passes": Doing(nothing, lambda world, _: passes(world), "crossing.passed"),
    "somebody is referred": Doing(nothing, lambda world, _: referred(world), "second_line.opened"),
    "a sheet is given": Doing(referred, informed, "second_line.noted"),
    "signs are seen": Doing(referred, lambda world, ref: screened(world, ref, Sign.AFRAID), "second_line.noted"),
    "help is offered": Doing(
        referred, lambda world, ref: offered(world, ref, HelpAnswer.DECLINED), "second_line.noted"
    ),
    "custody is asked about": Doing(
        child, lambda world, ref: custody(world, ref, CustodyCheck.CONFIRMED), "second_line.noted"
    ),
    "protection is asked for": Doing(referred, heard, "second_line.noted"),
    "a check ends with nothing": Doing(told_of, lambda world, ref: closed(world, ref, PASSES), "second_line.closed"),
    "somebody is refused": Doing(told_of, lambda world, ref: closed(world, ref, REFUSED), "second_line.closed"),
    "checks are relaxed": Doing(nothing, lambda world, _: relaxed(world), "checks.relaxed"),
    "checks are restored": Doing(relaxed, restored, "checks.restored"),
    "a device comes": Doing(nothing, lambda world, _: added(world), "device.registered"),
    "a device is tested": Doing(added, try_out, "device.tested"),
    "a device goes": Doing(added, retired, "device.retired"),
    "a post is placed": Doing(nothing, lambda world, _: placed(world), "crossing_point.placed"),
    "a verdict is given": Doing(inspected, say, "verdict.given"),
    "criteria are noted": Doing(nothing, lambda world, _: noted(world), "criteria.checked"),
    "a pack is switched": Doing(nothing, lambda world, _: switched(world, on=True), "pack.changed"),
}


def named(chosen: dict[str, Doing]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("doing", list(chosen.values()), ids=[each.replace(" ", "_") for each in chosen])


@named(ACTS)
def test_an_act_is_whole_or_absent_whichever_statement_fails(post: World, doing: Doing) -> None:
    """Each statement fails once; what is there before and after is the same, down to the ledger's last entry."""
    ref = doing.begin(post)
    before, said = rows(post), len(post.kinds(ALB))
    for at in range(1, MOST_STATEMENTS):
        failed: Error | None = None
        with interrupted(post.nodes[ALB], at):
            try:
                doing.act(post, ref)
            except StorageError as error:
                failed = error
        if failed is None:
            break
        assert failed.hint()
        assert rows(post) == before, f"statement {at}"
    assert failed is None
    assert at > 2, "nothing was there to fail"
    assert post.kinds(ALB)[said:] == [doing.entry], "one act, one entry"


@named({name: each for name, each in ACTS.items() if each.begin is not nothing})
def test_an_act_on_what_is_not_there_is_told_and_writes_nothing(post: World, doing: Doing) -> None:
    before = rows(post)
    for ref in ("", "none", "00000000-0000-4000-8000-000000000000", "' OR 1=1 --", "x" * 500, "\u202e", "%"):
        with pytest.raises(NotFoundError) as caught:
            doing.act(post, ref)
        assert caught.value.hint()
        assert len(caught.value.message) < 700
    assert rows(post) == before


DONE_ONCE = {name: ACTS[name] for name in ("somebody is refused", "checks are restored", "a device goes")}


@named(DONE_ONCE)
def test_what_is_done_is_not_done_twice(post: World, doing: Doing) -> None:
    ref = doing.begin(post)
    doing.act(post, ref)
    before = rows(post)
    for _ in range(2):
        with pytest.raises(ConflictError) as caught:
            doing.act(post, ref)
        assert caught.value.hint()
    assert rows(post) == before


def test_a_check_that_ended_with_nothing_is_gone_and_cannot_end_again(post: World) -> None:
    check_id = told_of(post)
    closed(post, check_id, PASSES)
    with pytest.raises(NotFoundError):
        closed(post, check_id, REFUSED)
    with pytest.raises(NotFoundError):
        heard(post, check_id)


@pytest.mark.parametrize(
    "later",
    [
        informed,
        lambda world, ref: screened(world, ref, Sign.AFRAID),
        lambda world, ref: offered(world, ref, HelpAnswer.ACCEPTED),
        lambda world, ref: custody(world, ref, CustodyCheck.CONFIRMED),
        lambda world, ref: closed(world, ref, PASSES),
    ],
    ids=["sheet", "signs", "help", "custody", "close"],
)
def test_nothing_is_noted_on_a_check_that_is_closed(post: World, later: Callable[[World, str], object]) -> None:
    check_id = told_of(post)
    closed(post, check_id, REFUSED)
    before = rows(post)
    with pytest.raises(ConflictError):
        later(post, check_id)
    assert rows(post) == before


def test_protection_is_heard_again_without_becoming_later(post: World) -> None:
    check_id = told_of(post)
    heard(post, check_id)
    first = stands(post, check_id)
    post.clock.turn(minutes=20)
    assert heard(post, check_id) == check_id
    assert stands(post, check_id) == first
    with pytest.raises(ConflictError):
        closed(post, check_id, REFUSED)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do things in as many threads that start together; what each came to: `None`, its result or the error."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        gate.wait()
        try:
            return act()
        except Error as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def lost(found: list[object]) -> list[Error]:
    return [each for each in found if isinstance(each, Error)]


@pytest.mark.parametrize("turn", range(3))
def test_of_two_who_close_a_check_at_once_one_does(post: World, turn: int) -> None:
    del turn
    check_id, said = told_of(post), len(post.kinds(ALB))
    found = at_once(
        lambda: closed(post, check_id, REFUSED, "examiner"), lambda: closed(post, check_id, REFUSED, "supervisor")
    )
    assert [type(each) for each in lost(found)] == [ConflictError]
    assert post.kinds(ALB)[said:] == ["second_line.closed"]
    winner = ("examiner", "supervisor")[[isinstance(each, Error) for each in found].index(False)]
    assert stands(post, check_id).closed_by == post.officer(ALB, winner).id


@pytest.mark.parametrize("turn", range(4))
def test_who_asks_for_protection_while_somebody_refuses_entry_is_never_overheard(post: World, turn: int) -> None:
    """Whoever comes first: in the end there is a check in which protection was asked for, and it is open."""
    check_id = told_of(post)
    acts = [lambda: closed(post, check_id, REFUSED), lambda: heard(post, check_id)]
    found = at_once(*(acts if turn % 2 else acts[::-1]))
    assert all(isinstance(each, ConflictError) for each in lost(found)), found
    [went_on] = [each for each in found if isinstance(each, str)]
    check = stands(post, went_on)
    assert check.closed_at is None
    assert check.standing.protection_asked
    with pytest.raises(ConflictError):
        closed(post, went_on, REFUSED)


def test_of_two_who_restore_checks_at_once_one_does(post: World) -> None:
    relaxation_id, said = relaxed(post, "VLORE-1"), len(post.kinds(ALB))
    found = at_once(*[lambda: restored(post, relaxation_id)] * 4)
    assert [type(each) for each in lost(found)] == [ConflictError] * 3
    assert post.kinds(ALB)[said:] == ["checks.restored"]


def test_a_device_that_goes_while_it_is_tested_has_one_end(post: World) -> None:
    device_id = added(post)
    found = at_once(lambda: retired(post, device_id), lambda: try_out(post, device_id))
    assert all(isinstance(each, ConflictError) for each in lost(found))
    seen = device(post, device_id)
    assert seen.retired_at is not None
    assert (seen.tested_at is None) == bool(lost(found)), "a test that was refused was not recorded"


def test_two_verdicts_at_once_are_two_with_numbers_of_their_own(post: World) -> None:
    inspection_id = inspected(post)
    found = at_once(
        lambda: say(post, inspection_id, VerdictClass.FORGED, "examiner"),
        lambda: say(post, inspection_id, VerdictClass.GENUINE, "supervisor"),
    )
    assert lost(found) == []
    seen = judged(post, inspection_id)
    assert {each.id for each in seen.verdicts} == set(found)
    assert seen.kind is None, "they differ, and neither was lost"


def test_lots_drawn_at_once_have_numbers_of_their_own(post: World) -> None:
    officer = post.officer(ALB)

    def lot() -> int:
        return post.do(ALB, lambda tx: borders.draw_lot(tx, officer, "MORINE-1", 5, post.clock())).number

    numbers = [each for each in at_once(*[lot] * 6) if isinstance(each, int)]
    assert sorted(numbers) == list(range(1, 7))


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2025, 5, 2), date(2025, 5, 1)), (date.max, date.min)],
)
def test_a_period_that_ends_before_it_begins_is_told_and_not_entered(post: World, first: date, last: date) -> None:
    """Swapped days used to give an empty table, which reads as: nobody was checked."""
    officer, before = post.officer(ALB, "supervisor"), rows(post)
    for ask in (
        lambda tx: borders.rates(tx, officer, "sex", (first, last), post.clock()),
        lambda tx: rule_packs.criteria_figures(tx, officer, "alb-exit", (first, last), post.clock()),
        lambda tx: document_rates(tx, officer, (first, last), post.clock()),
    ):
        with pytest.raises(InputError, match="period is empty") as caught:
            post.do(ALB, ask)
        assert "first day before the last" in caught.value.hint()
    assert rows(post) == before


@pytest.mark.parametrize("period", [(date.min, date.max), (date.max, date.max), (date.min, date.min)])
def test_a_period_may_have_the_first_and_the_last_day_that_there_are(post: World, period: tuple[date, date]) -> None:
    officer = post.officer(ALB, "supervisor")
    inspection_id = inspected(post)
    say(post, inspection_id)
    found = post.do(ALB, lambda tx: document_rates(tx, officer, period, post.clock()))
    assert bool(found) == (period == (date.min, date.max))
    assert isinstance(post.do(ALB, lambda tx: borders.rates(tx, officer, "sex", period, post.clock())), list)


@pytest.mark.parametrize("pack", ["", "alb-exi", "ALB-EXIT", "alb-exit ", "%", "x" * 5_000, "\u202etixe-bla"])
def test_figures_of_a_pack_that_is_not_here_are_not_no_figures(post: World, pack: str) -> None:
    """A mistyped pack used to give an empty table, which reads as: no criterion was ever met."""
    officer, before = post.officer(ALB, "supervisor"), rows(post)
    period = (date(2025, 1, 1), date(2025, 12, 31))
    with pytest.raises(NotFoundError) as caught:
        post.do(ALB, lambda tx: rule_packs.criteria_figures(tx, officer, pack, period, post.clock()))
    assert "pack list" in caught.value.hint()
    assert len(caught.value.message) < 300
    assert rows(post) == before


def test_figures_of_a_pack_that_is_off_are_still_there(post: World) -> None:
    noted(post)
    switched(post, on=False)
    officer, today = post.officer(ALB, "supervisor"), post.clock().date()
    found = post.do(ALB, lambda tx: rule_packs.criteria_figures(tx, officer, "alb-exit", (today, today), post.clock()))
    assert found
    switched(post, on=True)


@pytest.mark.parametrize("who", ["enquirer", "examiner", "auditor", "administrator", "approver-1"])
def test_a_supervisor_alone_sees_figures_and_a_wrong_period_tells_others_no_more(post: World, who: str) -> None:
    officer, swapped = post.officer(ALB, who), (date(2025, 5, 2), date(2025, 5, 1))
    with pytest.raises(ForbiddenError):
        post.do(ALB, lambda tx: borders.rates(tx, officer, "sex", swapped, post.clock()))
    with pytest.raises(ForbiddenError):
        post.do(ALB, lambda tx: rule_packs.criteria_figures(tx, officer, "none", swapped, post.clock()))


def test_a_pack_taken_twice_is_one_and_another_under_its_version_is_refused(post: World) -> None:
    before = post.look(ALB, rule_packs.packs)
    taken(post, SHIPPED)
    assert post.look(ALB, rule_packs.packs) == before, "it stays on"
    with pytest.raises(ConflictError):
        taken(post, SHIPPED + b"\n")
    assert post.look(ALB, rule_packs.packs) == before
