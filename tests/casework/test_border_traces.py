"""What is left of a border check: nothing of lawful travel, nothing in clear of anybody, and nothing for longer than its day."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Table, select
from tests.casework.test_crossings import (
    FOUND_FORGED,
    FOUND_NOTHING,
    FOUND_UNRESOLVED,
    MET,
    closed,
    counts,
    informed,
    referred,
    screened,
    stands,
)
from tests.casework.test_verdicts import inspected, say
from tests.federation.world import ALB, World, document_draft

from egnatia.casework import borders
from egnatia.casework.borders import Ending
from egnatia.casework.borders.fading import COMPLAINT
from egnatia.enquiries import tidy
from egnatia.enquiries.border_upkeep import REVIEW_OPEN
from egnatia.enquiries.desk import KEEP
from egnatia.errors import ConflictError, ErasedError, NotFoundError
from egnatia.model.borders import (
    CrossingOutcome,
    CustodyCheck,
    HelpAnswer,
    Minor,
    SecondLineFinding,
    SecondLineReason,
    Sign,
    VerdictClass,
)
from egnatia.store.tables import holder_screening, inspection, sealed_record, second_line, verdict


def keep_house(world: World) -> None:
    tidy.tidy(world.nodes[ALB].commit, world.clock)


def rows(world: World, table: Table) -> int:
    return len(world.look(ALB, lambda tx: tx.execute(select(table)).all()))


def sealed_kinds(world: World) -> list[str]:
    return sorted(world.look(ALB, lambda tx: tx.execute(select(sealed_record.c.kind)).scalars()))


def hard_story(world: World, ending: Ending = FOUND_FORGED) -> str:
    """A grown person with signs who asked for nothing, declined help, and whose document was false."""
    check_id = referred(world, reason=SecondLineReason.DISTRESS_INDICATOR)
    informed(world, check_id, "ps")
    screened(world, check_id, Sign.OWES_FOR_THE_JOURNEY)
    officer = world.officer(ALB, "examiner")
    world.do(ALB, lambda tx: borders.offer_help(tx, officer, check_id, HelpAnswer.DECLINED, world.clock()))
    closed(world, check_id, ending)
    return check_id


def test_where_nothing_was_found_only_a_count_is_left(world: World) -> None:
    before = sealed_kinds(world)
    check_id = hard_story(world, FOUND_NOTHING)
    assert rows(world, second_line) == 0
    assert counts(world) == [("distress_indicator", "no_finding", 1)]
    new = [each for each in sealed_kinds(world) if each not in set(before)]
    assert not {"second_line", "second_line_note"} & set(new), "what is sealed goes as well"
    with pytest.raises(NotFoundError, match="no further check"):
        stands(world, check_id)


@pytest.mark.parametrize(
    "ending",
    [
        FOUND_FORGED,
        FOUND_UNRESOLVED,
        Ending(SecondLineFinding.NO_FINDING, CrossingOutcome.SAFEGUARDING_REFERRAL),
        Ending(SecondLineFinding.NO_FINDING, CrossingOutcome.ASYLUM_REFERRAL),
    ],
)
def test_whatever_is_not_lawful_travel_is_kept_for_its_time(world: World, ending: Ending) -> None:
    check_id = hard_story(world, ending)
    assert stands(world, check_id).ending == ending
    row = world.look(ALB, lambda tx: tx.execute(select(second_line)).one())
    assert row.erase_on == world.clock() + KEEP


def test_nothing_of_the_person_stands_in_clear(world: World) -> None:
    hard_story(world)
    alone = referred(world, replace(MET, minor=Minor.ALONE), SecondLineReason.CHILD_ALONE)
    officer = world.officer(ALB, "examiner")
    world.do(ALB, lambda tx: borders.ask_custody(tx, officer, alone, CustodyCheck.CONTRADICTED, world.clock()))
    world.do(ALB, lambda tx: borders.hear_protection(tx, officer, alone, world.clock()))
    text = world.files(ALB)
    for word in (b"owes_for_the_journey", b"contradicted", b"declined", b"protection_asked", b'"ps"'):
        assert word not in text, word
    row = world.look(ALB, lambda tx: tx.execute(select(second_line).where(second_line.c.id == alone)).one())
    shown = " ".join(str(value) for value in row)
    for hint in ("child_alone", "alone", "contradicted", "protection"):
        assert hint not in shown


def test_each_check_has_a_key_of_its_own_and_each_step_destroys_the_last_one(world: World) -> None:
    first, second = referred(world), referred(world)
    query = select(second_line.c.id, second_line.c.particulars_id)
    before = dict(world.look(ALB, lambda tx: [tuple(row) for row in tx.execute(query)]))
    assert len(set(before.values())) == 2
    informed(world, first)
    after = dict(world.look(ALB, lambda tx: [tuple(row) for row in tx.execute(query)]))
    assert after[second] == before[second]
    assert after[first] != before[first]
    with pytest.raises(ErasedError):
        world.nodes[ALB].database.vault.get(before[first])


def test_a_closed_check_goes_on_its_day_with_everything_sealed_in_it(world: World) -> None:
    check_id = hard_story(world)
    world.clock.turn(days=KEEP.days - 1)
    keep_house(world)
    assert stands(world, check_id).ending == FOUND_FORGED
    world.clock.turn(days=1, seconds=1)
    keep_house(world)
    assert rows(world, second_line) == 0
    assert not {"second_line", "second_line_note"} & set(sealed_kinds(world))
    erased = [each.object_ref for each in world.entries(ALB) if each.kind == "record.erased"]
    assert "due:second_line:1" in erased


def test_verdicts_and_screenings_go_on_their_day(world: World) -> None:
    inspection_id = inspected(world)
    say(world, inspection_id)
    officer = world.officer(ALB, "enquirer")
    heard = borders.Heard(frozenset({Sign.AFRAID}), protection_asked=False, is_child=False)
    world.do(ALB, lambda tx: borders.screen_holder(tx, officer, inspection_id, heard, world.clock()))
    world.clock.turn(days=KEEP.days, seconds=1)
    keep_house(world)
    assert (rows(world, verdict), rows(world, holder_screening)) == (0, 0)
    assert not {"verdict", "holder_screening"} & set(sealed_kinds(world))


def test_a_check_that_nobody_closes_is_reviewed_and_never_forgotten(world: World) -> None:
    check_id = referred(world)
    due = tidy.to_review
    assert world.look(ALB, lambda tx: due(tx, world.clock())) == []
    world.clock.turn(days=REVIEW_OPEN.days, seconds=1)
    found = world.look(ALB, lambda tx: due(tx, world.clock()))
    assert [(each.category, each.item) for each in found] == [("second_line", check_id)]
    supervisor = world.officer(ALB, "supervisor")
    why = "The consulate has not answered the question about the birth certificate."
    world.do(ALB, lambda tx: tidy.keep_on(tx, supervisor, ("second_line", check_id), (why, 3), world.clock()))
    assert world.look(ALB, lambda tx: due(tx, world.clock())) == []
    world.clock.turn(days=4)
    assert len(world.look(ALB, lambda tx: due(tx, world.clock()))) == 1
    informed(world, check_id)
    closed(world, check_id, FOUND_UNRESOLVED)
    assert world.look(ALB, lambda tx: due(tx, world.clock())) == []


def erased_on(world: World, inspection_id: str) -> timedelta:
    """How long after the inspection its content goes."""
    query = (
        select(sealed_record.c.erase_on, inspection.c.at)
        .join(inspection, inspection.c.sealed_id == sealed_record.c.id)
        .where(inspection.c.id == inspection_id)
    )
    row = world.look(ALB, lambda tx: tx.execute(query).one())
    gap: timedelta = row.erase_on - row.at
    return gap


def test_the_inspection_of_who_lawfully_went_on_fades_within_a_month(world: World) -> None:
    inspection_id = inspected(world)
    check_id = referred(world, inspection_id=inspection_id)
    informed(world, check_id)
    assert erased_on(world, inspection_id) == KEEP
    closed(world, check_id)
    assert erased_on(world, inspection_id) == COMPLAINT
    world.clock.turn(days=COMPLAINT.days, seconds=1)
    keep_house(world)
    with pytest.raises(ErasedError):
        world.look(ALB, lambda tx: borders.stored_inspection(tx, inspection_id))


@pytest.mark.parametrize("why", ["verdict", "other check", "question", "finding"])
def test_an_inspection_that_is_still_needed_stays(world: World, why: str) -> None:
    inspection_id = inspected(world)
    check_id = referred(world, inspection_id=inspection_id)
    if why == "verdict":
        say(world, inspection_id)
    if why == "other check":
        referred(world, inspection_id=inspection_id)
    if why == "question":
        world.ask(ALB, document_draft())
    informed(world, check_id)
    screened(world, check_id)
    closed(world, check_id, FOUND_FORGED if why == "finding" else FOUND_NOTHING)
    assert erased_on(world, inspection_id) == KEEP


def test_a_verdict_that_it_is_genuine_needs_nothing_kept(world: World) -> None:
    inspection_id = inspected(world)
    say(world, inspection_id, VerdictClass.GENUINE)
    check_id = referred(world, inspection_id=inspection_id)
    informed(world, check_id)
    closed(world, check_id)
    assert erased_on(world, inspection_id) == COMPLAINT


def test_a_lot_is_used_once_also_when_nothing_was_found(world: World) -> None:
    """The record is gone, but chance stays no excuse."""
    officer = world.officer(ALB, "enquirer")
    world.do(ALB, lambda tx: borders.draw_lot(tx, officer, "DURRES-1", 1, world.clock()))
    check_id = referred(world, reason=SecondLineReason.RANDOM_SAMPLE, sample_number=1)
    informed(world, check_id)
    closed(world, check_id)
    with pytest.raises(ConflictError, match="no open lot"):
        referred(world, reason=SecondLineReason.RANDOM_SAMPLE, sample_number=1)
