"""Figures of border checks: a seeded disparity comes back to the point, and no table says anything of single people."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.casework.test_crossings import MET
from tests.federation.world import ALB, World

from egnatia.casework import borders
from egnatia.casework.borders import Encounter, Group, Rate, Relaxation
from egnatia.casework.borders.counts import FEWEST, count, count_ending, disclosed
from egnatia.errors import ConflictError, Error, ForbiddenError, InputError, NotFoundError
from egnatia.model.borders import AgeBand, Direction, RelaxationReason
from egnatia.store.database import Transaction

SEEDED = {"ALB": (2_000, 0.02, 0.50), "XKX": (1_000, 0.06, 0.50), "AFG": (500, 0.30, 0.10), "TUR": (1, 1.0, 1.0)}
"""Persons, share that is referred, share of these with a finding: one group is referred often for nothing."""


def sow(tx: Transaction, day: date) -> None:
    """The counts of 3,501 persons, as the acts would leave them; sexes and ages in turn."""
    bands = list(product("FM", AgeBand))
    for nationality, (persons, referred, found) in SEEDED.items():
        for number in range(persons):
            sex, age = bands[number % len(bands)]
            group = Group(nationality, sex, age)
            place = ("DURRES-1", day, Direction.ENTRY)
            if number >= round(persons * referred):
                count(tx, place, "", "", group)
                continue
            count(tx, place, "identity_doubt", "", group)
            hit = number < round(persons * referred * found)
            count_ending(tx, place, "identity_doubt", "impostor" if hit else "no_finding", group)


def table(world: World, by: str, *, publish: bool = False) -> dict[str, Rate]:
    officer, today = world.officer(ALB, "supervisor"), world.clock().date()
    made = world.do(ALB, lambda tx: borders.rates(tx, officer, by, (today, today), world.clock(), publish=publish))
    return {each.group: each for each in made}


def test_a_seeded_disparity_comes_back_within_a_point(world: World) -> None:
    world.do(ALB, lambda tx: sow(tx, world.clock().date()))
    found = table(world, "nationality")
    for nationality, (persons, referred, hits) in SEEDED.items():
        if persons < FEWEST:
            assert found[nationality] == Rate(nationality, 0, 0, 0, shown=False, referrals_shown=False)
            continue
        assert abs(found[nationality].referral_rate - referred) < 0.01
        assert abs(found[nationality].hit_rate - hits) < 0.01
    assert found["AFG"].referral_rate > 4 * found["XKX"].referral_rate
    for by in ("sex", "age_band"):
        rows = table(world, by)
        assert sum(each.checked for each in rows.values()) == 3_501
        assert sum(each.referred for each in rows.values()) == 40 + 60 + 150 + 1


def test_the_codes_of_one_territory_are_one_group(world: World) -> None:
    """What is printed differs by the year and the kind of document; the people are the same."""
    place = ("DURRES-1", world.clock().date(), Direction.EXIT)

    def met(tx: Transaction) -> None:
        for code in ("RKS", "XKX", "UNK", "XK"):
            for _ in range(FEWEST):
                count(tx, place, "", "", Group(code, "M", AgeBand.FROM_30))

    world.do(ALB, met)
    found = table(world, "nationality")
    assert found["XKX"].checked == 4 * FEWEST
    assert not {"RKS", "UNK", "XK"} & found.keys()


def test_what_is_published_cannot_be_worked_out_from_the_sum(world: World) -> None:
    world.do(ALB, lambda tx: sow(tx, world.clock().date()))
    found = table(world, "nationality", publish=True)
    total = sum(each.checked for each in table(world, "sex", publish=True).values())
    hidden = [name for name, each in found.items() if not each.shown]
    assert sorted(hidden) == ["AFG", "TUR"], "the one person, and the smallest group beside it"
    left = total - sum(each.checked for each in found.values())
    assert left == 501, "only the sum of both can be had"
    assert found["ALB"].checked == 2_000


rates_of = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60)).map(sorted), max_size=8).map(
    lambda rows: [Rate(f"G{number}", row[2], row[1], row[0]) for number, row in enumerate(rows)]
)


@given(rates_of)
@settings(deadline=None, derandomize=True, max_examples=50)
def test_no_published_table_gives_a_small_number_away(rows: list[Rate]) -> None:
    """Whatever the numbers: nothing below the limit is shown, and what is hidden is never hidden alone."""
    shown = disclosed(rows)
    assert [each.group for each in shown] == [each.group for each in rows]
    for true, each in zip(rows, shown, strict=True):
        assert each.shown or (each.checked, each.referred, each.found) == (0, 0, 0)
        assert not each.shown or each.checked == true.checked >= FEWEST
        assert not (each.shown and each.referrals_shown) or each.referred == 0 or each.referred >= FEWEST
    hidden = [each for each in shown if not each.shown]
    assert len(hidden) != 1 or len(rows) == 1
    visible = [each for each in shown if each.shown]
    blurred = [each for each in visible if not each.referrals_shown]
    others = [each for each in visible if each.referrals_shown and each.referred]
    assert len(blurred) != 1 or not others


def test_within_the_house_only_small_groups_are_hidden() -> None:
    rows = [Rate("A", 9, 3, 1), Rate("B", 40, 4, 1)]
    published = disclosed(rows)
    assert [each.shown for each in published] == [False, False]


def relaxed(
    world: World,
    direction: Direction = Direction.EXIT,
    hours: float = 3,
    post: str = "supervisor",
    bcp: str = "DURRES-1",
) -> str:
    officer = world.officer(ALB, post)
    where, length = (bcp, direction), timedelta(hours=hours)
    return world.do(ALB, lambda tx: borders.relax(tx, officer, where, RelaxationReason.TRAFFIC, length, world.clock()))


def holding(world: World) -> list[Relaxation]:
    return world.look(ALB, lambda tx: borders.relaxations(tx, world.clock(), only_now=True))


def test_checks_are_relaxed_in_a_persons_name_and_for_a_time(world: World) -> None:
    relaxed(world)
    found = holding(world)
    assert [(each.bcp, each.authorised_by) for each in found] == [("DURRES-1", world.officer(ALB, "supervisor").id)]
    entry = world.entries(ALB, 1)[0]
    assert (entry.kind, entry.object_ref) == ("checks.relaxed", "bcp:DURRES-1")
    world.clock.turn(hours=3)
    assert holding(world) == [], "nothing stays relaxed because somebody forgot"
    assert len(world.look(ALB, lambda tx: borders.relaxations(tx, world.clock()))) == 1, "who decided stays to be seen"


def test_entry_is_not_relaxed_before_exit(world: World) -> None:
    with pytest.raises(ConflictError, match="before those on exit"):
        relaxed(world, Direction.ENTRY)
    relaxed(world, bcp="DURRES-2")
    with pytest.raises(ConflictError):
        relaxed(world, Direction.ENTRY)
    relaxed(world)
    relaxed(world, Direction.ENTRY)
    assert len(holding(world)) == 3


def test_a_relaxation_ends_early_once(world: World) -> None:
    made, officer = relaxed(world), world.officer(ALB, "supervisor")
    world.clock.turn(hours=1)
    world.do(ALB, lambda tx: borders.restore(tx, officer, made, world.clock()))
    assert holding(world) == []
    with pytest.raises(ConflictError, match="over"):
        world.do(ALB, lambda tx: borders.restore(tx, officer, made, world.clock()))
    with pytest.raises(NotFoundError):
        world.do(ALB, lambda tx: borders.restore(tx, officer, "no-such-decision", world.clock()))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"hours": 0}, InputError),
        ({"hours": -1}, InputError),
        ({"hours": 24.01}, InputError),
        ({"bcp": "lane three"}, InputError),
        ({"post": "examiner"}, ForbiddenError),
        ({"post": "administrator"}, ForbiddenError),
    ],
)
def test_what_is_no_decision_of_a_supervisor_relaxes_nothing(
    world: World, change: dict[str, Any], error: type[Error]
) -> None:
    before = world.kinds(ALB)
    with pytest.raises(error):
        relaxed(world, **change)
    assert world.kinds(ALB) == before


def test_no_rule_is_relaxed_by_it(world: World) -> None:
    """Who cannot simply pass does not, however long the queue."""
    relaxed(world)
    officer = world.officer(ALB, "enquirer")
    leaving: Encounter = replace(MET, direction=Direction.EXIT, distressed=True)
    with pytest.raises(ConflictError):
        world.do(ALB, lambda tx: borders.let_pass(tx, officer, leaving, world.clock()))
