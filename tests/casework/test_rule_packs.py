"""National packs are data: closed criteria, results counted, no outcome, and off means that nobody is asked."""

import tomllib
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from tests.federation.world import ALB, XKX, World

from egnatia.casework import borders
from egnatia.casework.borders import Encounter, Group
from egnatia.casework.borders.packs import (
    MAX_BYTES,
    Pack,
    criteria_figures,
    import_pack,
    note_criteria,
    packs,
    parse_pack,
    shipped_pack,
    switch_pack,
)
from egnatia.errors import ConflictError, Error, ForbiddenError, InputError, NotFoundError
from egnatia.model.borders import AgeBand, Criterion, CrossingMode, Direction
from egnatia.model.ids import PartnerCode
from egnatia.store.tables import border_pack, criteria_count

SHIPPED = shipped_pack("alb-exit")
TODAY = date(2025, 5, 15)
EVERY = {Criterion.ADDRESS: True, Criterion.INVITATION: False, Criterion.RETURN: True, Criterion.MEANS: True}


def taken(world: World, content: bytes = SHIPPED, at: PartnerCode = ALB, post: str = "supervisor") -> Pack:
    officer = world.officer(at, post)
    return world.do(at, lambda tx: import_pack(tx, at, officer, content, world.clock()))


def switched(world: World, *, on: bool, pack: str = "alb-exit", post: str = "supervisor") -> None:
    officer = world.officer(ALB, post)
    world.do(ALB, lambda tx: switch_pack(tx, officer, pack, world.clock(), on=on))


def noted(world: World, results: Any = None, post: str = "enquirer", **more: str) -> None:
    officer = world.officer(ALB, post)
    bcp, pack = more.get("bcp", "DURRES-1"), more.get("pack", "alb-exit")
    given_results = EVERY if results is None else results
    world.do(ALB, lambda tx: note_criteria(tx, officer, bcp, pack, given_results, world.clock()))


def asked(world: World) -> list[str]:
    return [each.id for each in world.look(ALB, lambda tx: packs(tx, only_enabled=True))]


def counts(world: World) -> dict[tuple[str, bool], int]:
    rows = world.look(ALB, lambda tx: tx.execute(select(criteria_count)).all())
    return {(row.criterion, bool(row.met)): row.number for row in rows}


def test_the_shipped_pack_asks_the_four_criteria_in_every_language() -> None:
    pack = parse_pack(SHIPPED)
    assert (pack.partner, pack.direction) == (ALB, Direction.EXIT)
    assert list(pack.asks) == list(Criterion)
    for criterion in Criterion:
        words = {pack.ask(criterion, tag) for tag in ("en", "sq", "sr", "mk")}
        assert len(words) == 4
        assert pack.ask(criterion, "de") == pack.ask(criterion, "en")
        assert pack.ask(criterion, "sr-Latn") == pack.ask(criterion, "sr")
    assert "805" in pack.source


def test_a_pack_is_off_until_its_partner_switches_it_on_and_off_removes_the_step(world: World) -> None:
    assert asked(world) == []
    taken(world)
    assert asked(world) == []
    with pytest.raises(ConflictError, match="not on"):
        noted(world)
    switched(world, on=True)
    assert asked(world) == ["alb-exit"]
    noted(world)
    switched(world, on=False)
    assert asked(world) == []
    with pytest.raises(ConflictError):
        noted(world)
    assert [kind for kind in world.kinds(ALB) if kind in {"pack.changed", "criteria.checked"}] == [
        "pack.changed",
        "pack.changed",
        "criteria.checked",
        "pack.changed",
    ]


def test_results_are_counted_and_nobody_is_in_them(world: World) -> None:
    taken(world)
    switched(world, on=True)
    for _ in range(3):
        noted(world)
    noted(world, {Criterion.MEANS: False})
    assert counts(world) == {
        ("address", True): 3,
        ("invitation", False): 3,
        ("return", True): 3,
        ("means", True): 3,
        ("means", False): 1,
    }
    assert {each.name for each in criteria_count.c} == {"bcp", "day", "pack", "version", "criterion", "met", "number"}
    entry = world.entries(ALB, 1)[0]
    assert entry.kind == "criteria.checked"
    assert entry.content == {"pack": "alb-exit", "version": "2026-11-22", "criteria": {"means": False}}


def test_whoever_meets_none_of_them_passes_all_the_same(world: World) -> None:
    taken(world)
    switched(world, on=True)
    noted(world, dict.fromkeys(Criterion, False))
    officer = world.officer(ALB, "enquirer")
    met = Encounter("DURRES-1", Direction.EXIT, CrossingMode.SEA, Group("ALB", "M", AgeBand.FROM_18))
    world.do(ALB, lambda tx: borders.let_pass(tx, officer, met, world.clock()))
    assert world.kinds(ALB)[-1] == "crossing.passed"


def test_figures_are_for_supervisors_and_their_look_is_logged(world: World) -> None:
    taken(world)
    switched(world, on=True)
    noted(world)
    noted(world, {Criterion.MEANS: False})
    supervisor, enquirer = world.officer(ALB, "supervisor"), world.officer(ALB, "enquirer")
    found = world.do(ALB, lambda tx: criteria_figures(tx, supervisor, "alb-exit", (TODAY, TODAY), world.clock()))
    assert [(each.criterion.value, each.met, each.not_met) for each in found] == [
        ("address", 1, 0),
        ("invitation", 0, 1),
        ("return", 1, 0),
        ("means", 1, 1),
    ]
    assert world.kinds(ALB)[-1] == "border_figures.viewed"
    tomorrow = (date(2025, 5, 16), date(2025, 5, 16))
    assert world.do(ALB, lambda tx: criteria_figures(tx, supervisor, "alb-exit", tomorrow, world.clock())) == []
    with pytest.raises(ForbiddenError):
        world.do(ALB, lambda tx: criteria_figures(tx, enquirer, "alb-exit", (TODAY, TODAY), world.clock()))


def test_another_country_cannot_bring_its_rules_to_this_border(world: World) -> None:
    with pytest.raises(ForbiddenError, match="pack of ALB"):
        taken(world, at=XKX)
    assert world.look(XKX, packs) == []


def test_a_newer_version_takes_its_place_and_stays_on_and_an_older_one_does_not(world: World) -> None:
    taken(world)
    switched(world, on=True)
    newer = SHIPPED.replace(b'version = "2026-11-22"', b'version = "2027-01-01"').replace(
        b'title = "Criteria of free movement"', b'title = "Criteria"'
    )
    assert taken(world, newer).enabled
    assert [each.title for each in world.look(ALB, packs)] == ["Criteria"]
    with pytest.raises(ConflictError):
        taken(world, SHIPPED)
    with pytest.raises(ConflictError):
        taken(world, newer.replace(b'"Criteria"', b'"Others"'))
    assert taken(world, newer).version == "2027-01-01", "the same file again is no conflict"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'direction = "exit"', b'direction = "exit"\noutcome = "refused_entry"'),
        (b'kind = "means"', b'kind = "nationality"'),
        (b'kind = "means"', b'kind = "address"'),
        (b'kind = "means"', b'kind = "means"\nscore = 5'),
        (b'direction = "exit"', b'direction = "both"'),
        (b'partner = "ALB"', b'partner = "Albania"'),
        (b'version = "2026-11-22"', b'version = "2026-13-22"'),
        (b'version = "2026-11-22"', b'version = "new"'),
        (b'id = "alb-exit"', b'id = "ALB EXIT"'),
        (b'title = "Criteria of free movement"', b'title = ""'),
        (b'en = "Means for the stay"\n', b""),
        (b'en = "Means for the stay"', b'en = "Means\\u001b[2J"'),
        (b'en = "Means for the stay"', b"en = 5"),
        (b"[[criterion]]", b"[[criterion"),
        (b"id = ", b"\xff = "),
    ],
)
def test_a_pack_can_say_nothing_but_what_a_pack_says(old: bytes, new: bytes) -> None:
    assert old in SHIPPED
    with pytest.raises(InputError) as caught:
        parse_pack(SHIPPED.replace(old, new, 1))
    assert caught.value.hint()


def test_a_pack_without_criteria_or_too_large_is_none() -> None:
    head = SHIPPED.split(b"[[criterion]]")[0]
    for content in (head, head + b"criterion = []", b"", SHIPPED + b"#" * MAX_BYTES, b"a = " + b"[" * 10_000):
        with pytest.raises(InputError):
            parse_pack(content)
    assert set(tomllib.loads(SHIPPED.decode())) == {
        "id", "version", "partner", "direction", "title", "source", "criterion"
    }  # fmt: skip


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.integers(0, len(SHIPPED) - 1), st.binary(min_size=1, max_size=4))
def test_a_spoiled_pack_is_one_or_none_and_never_something_else(place: int, content: bytes) -> None:
    spoiled = SHIPPED[:place] + content + SHIPPED[place + len(content) :]
    try:
        pack = parse_pack(spoiled)
    except InputError:
        return
    assert set(pack.asks) <= set(Criterion)


@pytest.mark.parametrize(
    ("results", "more", "error"),
    [
        ({}, {}, InputError),
        (None, {"bcp": "lane three"}, InputError),
        (None, {"pack": "gbr-exit"}, ConflictError),
    ],
)
def test_what_cannot_be_noted_is_not(
    world: World, results: dict[Criterion, bool] | None, more: dict[str, str], error: type[Error]
) -> None:
    taken(world)
    switched(world, on=True)
    before = world.kinds(ALB)
    with pytest.raises(error):
        noted(world, results, **more)
    assert (counts(world), world.kinds(ALB)) == ({}, before)


def test_a_criterion_that_the_pack_does_not_ask_about_is_refused(world: World) -> None:
    short = SHIPPED.split(b'[[criterion]]\nkind = "means"')[0]
    assert Criterion.MEANS not in taken(world, short).asks
    switched(world, on=True)
    with pytest.raises(InputError, match="does not ask about means"):
        noted(world)
    assert counts(world) == {}


def test_who_may(world: World) -> None:
    for post in ("enquirer", "auditor"):
        with pytest.raises(ForbiddenError):
            taken(world, post=post)
    taken(world)
    with pytest.raises(ForbiddenError):
        switched(world, on=True, post="enquirer")
    with pytest.raises(NotFoundError):
        switched(world, on=True, pack="gbr-exit")
    switched(world, on=True)
    with pytest.raises(ForbiddenError):
        noted(world, post="auditor")
    with pytest.raises(NotFoundError):
        shipped_pack("gbr-exit")
    assert len(world.look(ALB, lambda tx: tx.execute(select(border_pack)).all())) == 1
