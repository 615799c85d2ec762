"""Crossings on a real node: what passes leaves a count, what is looked into is closed by a person."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from tests.federation.world import ALB, World

from egnatia.casework import borders
from egnatia.casework.borders import Encounter, Ending, FurtherCheck, Group, is_sampled
from egnatia.casework.borders.particulars import particulars_of
from egnatia.errors import ConflictError, Error, ForbiddenError, InputError, NotFoundError
from egnatia.model.borders import (
    AgeBand,
    CrossingMode,
    CrossingOutcome,
    Direction,
    HelpAnswer,
    Minor,
    SecondLineFinding,
    SecondLineReason,
    Sign,
)
from egnatia.model.events import EventKind
from egnatia.store.tables import border_count, border_sample, second_line

WOMAN = Group("ALB", "F", AgeBand.FROM_18)
MET = Encounter("DURRES-1", Direction.ENTRY, CrossingMode.SEA, WOMAN)
NOTE = "The laminate was lifted and laid down again."
FOUND_FORGED = Ending(SecondLineFinding.FORGED, CrossingOutcome.PASS)
FOUND_UNRESOLVED = Ending(SecondLineFinding.UNRESOLVED, CrossingOutcome.PASS)
FOUND_NOTHING = Ending(SecondLineFinding.NO_FINDING, CrossingOutcome.PASS)


def passes(world: World, met: Encounter = MET, post: str = "enquirer") -> None:
    officer = world.officer(ALB, post)
    world.do(ALB, lambda tx: borders.let_pass(tx, officer, met, world.clock()))


def referred(
    world: World, met: Encounter = MET, reason: SecondLineReason = SecondLineReason.DOC_DISCREPANCY, **more: Any
) -> str:
    officer = world.officer(ALB, "enquirer")
    return world.do(ALB, lambda tx: borders.refer(tx, officer, met, reason, world.clock(), **more))


def informed(world: World, check_id: str, language: str = "sq") -> None:
    officer = world.officer(ALB, "enquirer")
    world.do(ALB, lambda tx: borders.inform(tx, officer, check_id, language, world.clock()))


def screened(world: World, check_id: str, *signs: Sign) -> bool:
    officer = world.officer(ALB, "enquirer")
    return world.do(ALB, lambda tx: borders.screen(tx, officer, check_id, signs, world.clock()))


def closed(
    world: World,
    check_id: str,
    ending: Ending = FOUND_NOTHING,
    post: str = "examiner",
    note: str = NOTE,
    group: Group = WOMAN,
) -> None:
    officer = world.officer(ALB, post)
    world.do(ALB, lambda tx: borders.close(tx, officer, check_id, ending, note, group, world.clock()))


def stands(world: World, check_id: str) -> FurtherCheck:
    return world.look(ALB, lambda tx: borders.check_of(tx, check_id))


def counts(world: World) -> list[tuple[str, str, int]]:
    query = (
        select(border_count).where(border_count.c.number != 0).order_by(border_count.c.reason, border_count.c.finding)
    )
    return [(row.reason, row.finding, row.number) for row in world.look(ALB, lambda tx: tx.execute(query).all())]


def test_who_passes_leaves_a_count_and_nothing_else(world: World) -> None:
    for _ in range(3):
        passes(world)
    assert counts(world) == [("", "", 3)]
    assert world.look(ALB, lambda tx: tx.execute(select(func.count()).select_from(second_line)).scalar_one()) == 0
    entry = world.entries(ALB, 1)[0]
    assert (entry.kind, entry.object_ref, entry.content, entry.justification) == (
        EventKind.CROSSING_PASSED.value,
        "bcp:DURRES-1",
        None,
        None,
    )


@pytest.mark.parametrize(
    "met",
    [
        replace(MET, protection_asked=True),
        replace(MET, minor=Minor.ALONE),
        replace(MET, minor=Minor.ONE_ADULT),
    ],
)
def test_who_cannot_simply_pass_does_not(world: World, met: Encounter) -> None:
    before = world.kinds(ALB)
    with pytest.raises(ConflictError):
        passes(world, met)
    assert counts(world) == []
    assert world.kinds(ALB) == before


@pytest.mark.parametrize(
    "met",
    [
        replace(MET, bcp="Durrës, lane 3"),
        replace(MET, bcp=""),
        replace(MET, group=Group("Albania", "F", AgeBand.FROM_18)),
        replace(MET, group=Group("ALB", "female", AgeBand.FROM_18)),
        replace(MET, group=Group("АЛБ", "F", AgeBand.FROM_18)),
    ],
)
def test_codes_and_no_words(world: World, met: Encounter) -> None:
    with pytest.raises(InputError):
        passes(world, met)
    with pytest.raises(InputError):
        referred(world, met)
    assert counts(world) == []


def test_a_check_from_its_reason_to_its_finding(world: World) -> None:
    check_id = referred(world)
    assert counts(world) == [("doc_discrepancy", "", 1)]
    informed(world, check_id)
    assert screened(world, check_id, Sign.AFRAID, Sign.SPOKEN_FOR)
    with pytest.raises(ConflictError, match="help has to be offered first"):
        closed(world, check_id, FOUND_FORGED)
    officer = world.officer(ALB, "enquirer")
    world.do(ALB, lambda tx: borders.offer_help(tx, officer, check_id, HelpAnswer.DECLINED, world.clock()))
    closed(world, check_id, FOUND_FORGED)
    found = stands(world, check_id)
    assert (found.ending, found.finding, found.signs) == (FOUND_FORGED, SecondLineFinding.FORGED, 2)
    assert found.closed_by == world.officer(ALB, "examiner").id
    assert counts(world) == [("doc_discrepancy", "forged", 1)]
    assert world.kinds(ALB)[-5:] == ["second_line.opened", *["second_line.noted"] * 3, "second_line.closed"]


def test_what_the_officer_wrote_is_sealed_and_the_rest_says_nothing_of_the_person(world: World) -> None:
    check_id = referred(world)
    informed(world, check_id)
    closed(world, check_id, FOUND_UNRESOLVED, note="Zzyxqor said that the photograph is of a sister.")
    assert b"Zzyxqor" not in world.files(ALB)


@pytest.mark.parametrize("ending", [FOUND_FORGED, FOUND_NOTHING])
def test_nothing_closes_without_the_sheet(world: World, ending: Any) -> None:
    check_id = referred(world)
    with pytest.raises(ConflictError, match="information sheet"):
        closed(world, check_id, ending)
    assert stands(world, check_id).finding is None


def test_a_false_document_needs_the_screening_first(world: World) -> None:
    check_id = referred(world)
    informed(world, check_id)
    with pytest.raises(ConflictError, match="screening"):
        closed(world, check_id, FOUND_FORGED)
    assert not screened(world, check_id)
    closed(world, check_id, FOUND_FORGED)


def test_protection_asked_later_ends_in_a_referral(world: World) -> None:
    check_id = referred(world)
    informed(world, check_id)
    officer = world.officer(ALB, "enquirer")
    world.do(ALB, lambda tx: borders.hear_protection(tx, officer, check_id, world.clock()))
    for outcome in (CrossingOutcome.REFUSED_ENTRY, CrossingOutcome.ARREST_NATIONAL_LAW, CrossingOutcome.PASS):
        with pytest.raises(ConflictError, match="asked for protection"):
            closed(world, check_id, Ending(SecondLineFinding.ENTRY_CONDITION_NOT_MET, outcome))
    closed(world, check_id, Ending(SecondLineFinding.ENTRY_CONDITION_NOT_MET, CrossingOutcome.ASYLUM_REFERRAL))


def test_what_was_closed_stays_as_it_is(world: World) -> None:
    check_id = referred(world)
    informed(world, check_id)
    unresolved = Ending(SecondLineFinding.UNRESOLVED, CrossingOutcome.PASS)
    closed(world, check_id, unresolved)
    with pytest.raises(ConflictError, match="closed"):
        closed(world, check_id, Ending(SecondLineFinding.ALERT_CONFIRMED, CrossingOutcome.ARREST_NATIONAL_LAW))
    with pytest.raises(ConflictError, match="closed"):
        informed(world, check_id)
    assert stands(world, check_id).ending == unresolved


def test_only_the_second_line_closes(world: World) -> None:
    check_id = referred(world)
    informed(world, check_id)
    for post in ("enquirer", "auditor", "administrator"):
        with pytest.raises(ForbiddenError):
            closed(world, check_id, post=post)
    for post in ("auditor", "administrator", "approver-2"):
        with pytest.raises(ForbiddenError):
            passes(world, post=post)


@pytest.mark.parametrize("act", [informed, screened, closed, stands])
def test_an_unknown_check_is_said_to_be_unknown(world: World, act: Any) -> None:
    with pytest.raises(NotFoundError, match="no further check"):
        act(world, "no-such-check")


def test_a_reference_to_an_inspection_has_to_be_one(world: World) -> None:
    with pytest.raises(NotFoundError):
        referred(world, inspection_id="no-such-inspection")


def test_a_random_sample_is_drawn_by_its_seed(world: World) -> None:
    officer = world.officer(ALB, "enquirer")

    def lots() -> list[borders.Draw]:
        return [
            world.do(ALB, lambda tx: borders.draw_lot(tx, officer, "DURRES-1", 4, world.clock())) for _ in range(40)
        ]

    drawn = lots()
    row = world.look(ALB, lambda tx: tx.execute(select(border_sample)).one())
    assert [each.number for each in drawn] == list(range(1, 41))
    entry = world.entries(ALB, 1)[0]
    assert (entry.kind, entry.content) == ("sample.drawn", {"number": 40, "sampled": drawn[-1].sampled})
    assert [each.sampled for each in drawn] == [is_sampled(row.seed, number, 4) for number in range(1, 41)]
    assert 0 < sum(each.sampled for each in drawn) < 40
    world.clock.turn(days=1)
    assert [each.number for each in lots()] == list(range(1, 41)), "a day begins with a seed of its own"
    assert len({each.seed for each in world.look(ALB, lambda tx: tx.execute(select(border_sample)).all())}) == 2


def test_the_days_first_draw_decides_how_thick_the_sample_is(world: World) -> None:
    officer = world.officer(ALB, "enquirer")
    world.do(ALB, lambda tx: borders.draw_lot(tx, officer, "DURRES-1", 10_000, world.clock()))
    lots = [world.do(ALB, lambda tx: borders.draw_lot(tx, officer, "DURRES-1", 1, world.clock())) for _ in range(20)]
    assert not all(each.sampled for each in lots), "nobody turns a sample into everybody in the middle of the day"


@pytest.mark.parametrize("one_in", [0, -1, 10_001])
def test_a_sample_has_its_limits(world: World, one_in: int) -> None:
    officer = world.officer(ALB, "enquirer")
    with pytest.raises(InputError):
        world.do(ALB, lambda tx: borders.draw_lot(tx, officer, "DURRES-1", one_in, world.clock()))


def test_a_number_belongs_to_the_random_sample_and_to_nothing_else(world: World) -> None:
    with pytest.raises(ConflictError, match="random sample"):
        referred(world, reason=SecondLineReason.RANDOM_SAMPLE)
    with pytest.raises(ConflictError, match="random sample"):
        referred(world, sample_number=3)


def drawn(world: World, bcp: str = "DURRES-1", one_in: int = 1) -> int:
    officer = world.officer(ALB, "enquirer")
    return world.do(ALB, lambda tx: borders.draw_lot(tx, officer, bcp, one_in, world.clock())).number


def test_a_lot_that_was_not_drawn_is_no_random_sample(world: World) -> None:
    """Or an officer's choice could hide behind chance (BCC-03)."""
    assert [drawn(world), drawn(world, "DURRES-2")] == [1, 1]
    for invented in (2, 0, -1, 10**30):
        with pytest.raises(ConflictError, match="no open lot"):
            referred(world, reason=SecondLineReason.RANDOM_SAMPLE, sample_number=invented)
    assert referred(world, reason=SecondLineReason.RANDOM_SAMPLE, sample_number=1)
    with pytest.raises(ConflictError, match="no open lot"):
        referred(world, reason=SecondLineReason.RANDOM_SAMPLE, sample_number=1)
    assert referred(world, replace(MET, bcp="DURRES-2"), SecondLineReason.RANDOM_SAMPLE, sample_number=1)


def test_a_lot_that_was_not_sampled_is_none_either(world: World) -> None:
    first = drawn(world, one_in=10_000)
    row = world.look(ALB, lambda tx: tx.execute(select(border_sample)).one())
    assert not is_sampled(row.seed, first, 10_000), "one in ten thousand worlds would have it"
    with pytest.raises(ConflictError, match="no open lot"):
        referred(world, reason=SecondLineReason.RANDOM_SAMPLE, sample_number=first)


def test_a_lot_holds_over_midnight_and_no_longer(world: World) -> None:
    world.clock.turn(seconds=int((midnight(world) - world.clock()).total_seconds()) - 60)
    numbers = [drawn(world), drawn(world)]
    world.clock.turn(minutes=5)
    assert referred(world, reason=SecondLineReason.RANDOM_SAMPLE, sample_number=numbers[0])
    world.clock.turn(hours=2)
    with pytest.raises(ConflictError, match="no open lot"):
        referred(world, reason=SecondLineReason.RANDOM_SAMPLE, sample_number=numbers[1])


def midnight(world: World) -> datetime:
    return datetime.combine(world.clock().date() + timedelta(days=1), time(), UTC)


def test_no_count_falls_below_zero_when_another_group_is_given_at_the_end(world: World) -> None:
    man = Group("XKX", "M", AgeBand.FROM_60)
    for group in (man, WOMAN):
        check_id = referred(world)
        informed(world, check_id)
        closed(world, check_id, group=group)
    rows = world.look(ALB, lambda tx: tx.execute(select(border_count)).all())
    assert all(row.number >= 0 for row in rows)
    assert counts(world) == [("doc_discrepancy", "no_finding", 1), ("doc_discrepancy", "no_finding", 1)]


def test_the_group_that_is_given_again_is_taken_out_of_its_own_open_checks(world: World) -> None:
    man = Group("XKX", "M", AgeBand.FROM_60)
    first, second = referred(world), referred(world, replace(MET, group=man))
    for check_id, group in ((second, man), (first, WOMAN)):
        informed(world, check_id)
        closed(world, check_id, group=group)
        left = world.look(ALB, lambda tx: tx.execute(select(border_count).where(border_count.c.finding == "")).all())
        assert {row.nationality: row.number for row in left} == {"XKX": 0, "ALB": int(check_id == second)}


def seeded(world: World) -> None:
    """Two groups that are not treated alike: 40 and 25 checks, of which 10 and 10 further, with 1 and 1 finding."""
    for nationality, everybody in (("ALB", 40), ("XKX", 25)):
        group = Group(nationality, "M", AgeBand.FROM_30)
        met = replace(MET, group=group)
        for _ in range(everybody - 10):
            passes(world, met)
        for number in range(10):
            check_id = referred(world, met)
            informed(world, check_id)
            screened(world, check_id)
            finding = SecondLineFinding.FORGED if number == 0 else SecondLineFinding.NO_FINDING
            closed(world, check_id, Ending(finding, CrossingOutcome.PASS), group=group)


def test_the_rates_give_back_what_was_sown(world: World) -> None:
    seeded(world)
    passes(world, replace(MET, group=Group("MKD", "M", AgeBand.FROM_30)))
    today = world.clock().date()
    officer = world.officer(ALB, "supervisor")
    found = {
        each.group: each
        for each in world.do(ALB, lambda tx: borders.rates(tx, officer, "nationality", (today, today), world.clock()))
    }
    assert {name: (each.checked, each.referred, each.found) for name, each in found.items()} == {
        "ALB": (40, 10, 1),
        "XKX": (25, 10, 1),
        "MKD": (0, 0, 0),
    }
    assert (found["ALB"].referral_rate, found["XKX"].referral_rate) == (0.25, 0.4)
    assert found["XKX"].hit_rate == 0.1
    assert not found["MKD"].shown, "one person is no group"
    assert world.kinds(ALB)[-1] == "border_figures.viewed"
    yesterday = today - timedelta(days=1)
    assert world.do(ALB, lambda tx: borders.rates(tx, officer, "sex", (yesterday, yesterday), world.clock())) == []


@pytest.mark.parametrize("post", ["enquirer", "examiner", "auditor"])
def test_rates_are_a_supervisors(world: World, post: str) -> None:
    day, officer = world.clock().date(), world.officer(ALB, post)
    with pytest.raises(ForbiddenError):
        world.do(ALB, lambda tx: borders.rates(tx, officer, "sex", (day, day), world.clock()))


def test_rates_are_made_by_what_is_counted(world: World) -> None:
    day, officer = world.clock().date(), world.officer(ALB, "supervisor")
    with pytest.raises(InputError):
        world.do(ALB, lambda tx: borders.rates(tx, officer, "religion", (day, day), world.clock()))


def test_checks_are_listed_open_ones_first_and_looking_is_logged(world: World) -> None:
    first, second = referred(world), referred(world)
    informed(world, first)
    closed(world, first, FOUND_UNRESOLVED)
    officer = world.officer(ALB, "examiner")
    found = world.do(ALB, lambda tx: borders.checks(tx, officer, world.clock()))
    assert [each.id for each in found] == [second, first]
    assert [
        each.id for each in world.do(ALB, lambda tx: borders.checks(tx, officer, world.clock(), only_open=True))
    ] == [second]
    assert world.kinds(ALB)[-1] == "second_line.viewed"


@pytest.mark.parametrize("language", ["", "klingon", "SQ", "en-GB"])
def test_a_sheet_is_in_a_language_that_there_is(world: World, language: str) -> None:
    check_id = referred(world)
    with pytest.raises(InputError, match="information sheet"):
        informed(world, check_id, language)


def test_errors_say_what_to_do_next(world: World) -> None:
    check_id = referred(world)
    with pytest.raises(Error) as raised:
        closed(world, check_id)
    assert "egnatia crossing inform" in raised.value.hint()


def test_what_was_heard_and_seen_once_stays(world: World) -> None:
    check_id, officer = referred(world), world.officer(ALB, "enquirer")
    screened(world, check_id, Sign.AFRAID, Sign.INJURED)
    first = world.clock()
    for _ in range(2):
        world.do(ALB, lambda tx: borders.hear_protection(tx, officer, check_id, world.clock()))
        world.clock.turn(hours=1)
    assert screened(world, check_id), "what was seen once is not unseen"
    row = world.look(ALB, lambda tx: tx.execute(select(second_line)).one())
    known = world.look(ALB, lambda tx: particulars_of(tx, row.particulars_id))
    assert (known.protection_asked_at, known.signs) == (first, (Sign.AFRAID, Sign.INJURED))


@pytest.mark.parametrize("language", ["sq", "klingon"])
def test_who_may_not_note_learns_nothing_of_what_may_be_noted(world: World, language: str) -> None:
    auditor = world.officer(ALB, "auditor")
    with pytest.raises(ForbiddenError):
        world.do(ALB, lambda tx: borders.inform(tx, auditor, "no-such-check", language, world.clock()))
