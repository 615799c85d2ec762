"""A suspected document is known again at the next post; a lawful one is in nobody's memory, before and after."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from tests.engines.documents.report.sources import basis, made
from tests.federation.world import ALB, XKX, World

from egnatia.casework import borders
from egnatia.casework.borders import Encounter, Group
from egnatia.casework.borders.fading import let_inspection_fade
from egnatia.casework.borders.inspections import document_type
from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.examination import Examination
from egnatia.engines.documents.inspection import examine
from egnatia.engines.documents.mrz.reader import read_zone
from egnatia.engines.documents.presented import Basis, Presented
from egnatia.engines.documents.registers.catalogue import RegisterCheck
from egnatia.engines.documents.registers.findings import RegisterFinding
from egnatia.engines.documents.registers.lookup import RegisterIndex
from egnatia.engines.documents.registers.register import RegisterRow
from egnatia.engines.documents.registers.reuse import bearer_of
from egnatia.engines.documents.report.formats import to_json
from egnatia.engines.documents.report.stored import keep, read_stored, replay
from egnatia.engines.documents.types import Advice, Result, Source
from egnatia.enquiries.sightings import KEPT, Suspicion, forget_sightings
from egnatia.errors import ForbiddenError, InputError
from egnatia.model.borders import AgeBand, CrossingMode, Direction, SecondLineReason, VerdictClass
from egnatia.model.officers import Officer
from egnatia.model.states import RegisterCategory
from egnatia.scenario.case import CASE_REF
from egnatia.store.database import Transaction
from egnatia.store.tables import document_sighting, inspection, second_line

HERS = "\n".join(made().zone)
HIS = "\n".join(("P<ALBHOXHA<<BESNIK".ljust(44, "<"), made().zone[1]))
WHY = "The page was looked at under UV and infrared light, nothing is altered."


def listed() -> Basis:
    """The document stands in the register as lost."""
    number = made().issue.number
    row = RegisterRow(2, "ALB", "P", number, number, RegisterCategory.LOST, date(2026, 1, 1), "ALB-D-1", "")
    return replace(basis(), register=RegisterIndex([row], ("ALB",)), register_version="listed")


def shown(world: World, zone: str, bcp: str = "DURRES-1", *, held: Basis | None = None) -> tuple[str, Examination]:
    """Examine and record, as the console does: compared in a reading transaction, written down in another."""
    keys, officer = world.nodes[ALB].desk.keys, world.officer(ALB, "enquirer")
    presented = Presented(zone=zone)
    with world.nodes[ALB].database.read() as tx:
        against = replace(held or listed(), memory=borders.memory_at(tx, keys, bcp, world.clock()))
        result = examine(presented, against)
    kept = keep(presented, against, result)

    def job(tx: Transaction) -> str:
        made_id = borders.record_examination(tx, officer, CASE_REF, result, kept, world.clock())
        borders.note_shown(tx, keys, result, bcp, world.clock(), made_id)
        return made_id

    return world.do(ALB, job), result


def reuse(result: Examination) -> Check:
    [check] = [each for each in result.checks() if each.code is RegisterCheck.REGISTER_REUSE]
    return check


def codes(result: Examination) -> list[str]:
    return [each.code for each in reuse(result).findings]


def remembered(world: World) -> list[str]:
    query = select(document_sighting.c.suspicion).order_by(document_sighting.c.seen_at)
    return world.look(ALB, lambda tx: list(tx.execute(query).scalars()))


def placed(world: World, places: Iterable[tuple[str, float, float]]) -> None:
    officer = world.officer(ALB, "administrator")
    for bcp, north, east in places:
        world.do(ALB, lambda tx: borders.place_crossing_point(tx, officer, bcp, (north, east), world.clock()))  # noqa: B023


def test_a_document_that_nothing_speaks_against_leaves_no_sighting(world: World) -> None:
    for zone in (HERS, HIS, HERS):
        _, result = shown(world, zone, held=basis())
        assert result.advice is Advice.CONSISTENT
        assert reuse(result).result is Result.NOT_SUPPORTED
        world.clock.turn(hours=5)
    assert remembered(world) == []


def test_a_registered_document_is_known_again_when_somebody_else_shows_it(world: World) -> None:
    _, first = shown(world, HERS)
    assert reuse(first).result is Result.NOT_SUPPORTED, "the first time there is nothing to compare with"
    assert remembered(world) == [Suspicion.REGISTERED]
    world.clock.turn(hours=30)
    _, same = shown(world, HERS)
    assert (reuse(same).result, codes(same)) == (Result.SUCCESSFUL, [])
    world.clock.turn(hours=30)
    _, other = shown(world, HIS)
    assert codes(other) == [RegisterFinding.REGISTER_SEVERAL_IDENTITIES]
    assert other.advice is Advice.DISCREPANCIES
    assert len(remembered(world)) == 3


def test_the_second_identity_alone_makes_the_advice_and_says_no_name(world: World) -> None:
    shown(world, HERS)
    _, other = shown(world, HIS, held=basis())  # not in the register any more
    assert other.advice is Advice.DISCREPANCIES
    said = to_json(other).decode()
    assert "2 identities" in said
    found = reuse(other).findings[0]
    assert not any(word in found.found + found.expected for word in ("HOXHA", "BESNIK", made().issue.number))


def test_a_place_that_nobody_knows_is_never_too_far(world: World) -> None:
    placed(world, [("DURRES-1", 41.31, 19.45)])
    shown(world, HERS)
    world.clock.turn(minutes=1)
    assert codes(shown(world, HERS, "KAPSHTICE-1")[1]) == []


def test_two_known_posts_in_a_row(world: World) -> None:
    placed(world, [("DURRES-1", 0.0, 0.0), ("DURRES-1", 41.31, 19.45), ("LONDON-1", 51.47, -0.45)])
    shown(world, HERS)
    world.clock.turn(hours=1)
    _, far = shown(world, HERS, "LONDON-1")
    assert codes(far) == [RegisterFinding.REGISTER_TWO_PLACES]
    world.clock.turn(hours=30)
    assert codes(shown(world, HERS)[1]) == [RegisterFinding.REGISTER_TWO_PLACES], "that one still stands, no new one"


def test_without_a_crossing_point_nothing_is_noted(world: World) -> None:
    _, result = shown(world, HERS, "")
    assert result.advice is Advice.DISCREPANCIES
    assert remembered(world) == []


def test_no_suspicion_feeds_itself(world: World) -> None:
    """A document that is in order now and was suspected once is forgotten on the day on which that one ends."""
    shown(world, HERS)
    begun = world.clock()
    for _ in range(5):
        world.clock.turn(days=17)
        _, result = shown(world, HERS, held=basis())
        assert result.advice is Advice.CONSISTENT
    assert remembered(world) == [Suspicion.REGISTERED, *[Suspicion.SEEN_BEFORE] * 5]
    world.clock.now = begun + KEPT
    assert reuse(shown(world, HERS, held=basis())[1]).result is Result.NOT_SUPPORTED
    world.do(ALB, lambda tx: forget_sightings(tx, world.clock()))
    assert remembered(world) == []


def test_a_genuine_verdict_takes_the_sightings_away_and_a_dispute_does_not(world: World) -> None:
    keys, examiner = world.nodes[ALB].desk.keys, world.officer(ALB, "examiner")
    supervisor = world.officer(ALB, "supervisor")
    first, _ = shown(world, HERS)
    second, _ = shown(world, HERS)

    def say(inspection_id: str, kind: VerdictClass, who: Officer = examiner) -> int:
        def job(tx: Transaction) -> int:
            borders.give_verdict(tx, who, inspection_id, kind, WHY, world.clock())
            return borders.clear_shown(tx, keys, inspection_id, world.clock())

        return world.do(ALB, job)

    assert say(first, VerdictClass.IMPOSTOR) == 0
    assert say(first, VerdictClass.GENUINE, supervisor) == 0, "two officers differ"
    assert len(remembered(world)) == 2
    assert say(second, VerdictClass.GENUINE) == 2
    assert remembered(world) == []
    assert "record.erased" in world.kinds(ALB)
    assert say(second, VerdictClass.GENUINE, supervisor) == 0


def test_a_check_that_found_nothing_takes_its_own_sighting_along(world: World) -> None:
    enquirer = world.officer(ALB, "enquirer")
    shown(world, HERS)
    inspection_id, _ = shown(world, HERS)
    group = Group("ALB", "F", AgeBand.FROM_18)
    met = Encounter("DURRES-1", Direction.ENTRY, CrossingMode.SEA, group)

    def through(tx: Transaction) -> bool:
        return let_inspection_fade(tx, inspection_id, world.clock())

    check_id = world.do(
        ALB,
        lambda tx: borders.refer(
            tx, enquirer, met, SecondLineReason.LOST_STOLEN, world.clock(), inspection_id=inspection_id
        ),
    )
    assert not world.do(ALB, through), "a check is open"
    assert len(remembered(world)) == 2
    world.do(ALB, lambda tx: tx.execute(second_line.delete().where(second_line.c.id == check_id)))
    assert world.do(ALB, through)
    assert remembered(world) == [Suspicion.REGISTERED], "the other occasion stays"


def test_a_replay_gives_the_same_bytes_although_the_sightings_are_gone(world: World) -> None:
    shown(world, HERS)
    inspection_id, result = shown(world, HIS)
    assert codes(result)
    world.clock.turn(days=100)
    world.do(ALB, lambda tx: forget_sightings(tx, world.clock()))
    stored = read_stored(world.look(ALB, lambda tx: borders.stored_inspection(tx, inspection_id)))
    again = replay(stored, listed())
    assert again.same
    assert again.checks == ()


def test_a_replay_of_a_lawful_journey_asks_no_memory(world: World) -> None:
    inspection_id, _ = shown(world, HERS, held=basis())
    shown(world, HERS)  # suspected only later
    stored = read_stored(world.look(ALB, lambda tx: borders.stored_inspection(tx, inspection_id)))
    assert replay(stored, basis()).same


def test_a_name_read_from_a_picture_makes_no_identity() -> None:
    document = read_zone(HERS)
    assert bearer_of(document, Source.IMAGE).names == ()
    assert bearer_of(document, Source.ZONE).names == (*document.name.primary, *document.name.secondary)
    assert isinstance(bearer_of(document, Source.CHIP).birth, date)


def test_sightings_stay_at_the_node_that_made_them(world: World) -> None:
    shown(world, HERS)
    before = len(world.calls)
    world.deliver()
    assert len(world.calls) == before
    assert world.look(XKX, lambda tx: tx.execute(select(document_sighting.c.id)).all()) == []


@pytest.mark.parametrize(
    ("bcp", "place"), [("durres", (1.0, 1.0)), ("DURRES-1", (91.0, 0.0)), ("DURRES-1", (0.0, 181.0)), ("", (0.0, 0.0))]
)
def test_a_place_that_is_none_is_refused(world: World, bcp: str, place: tuple[float, float]) -> None:
    officer = world.officer(ALB, "administrator")
    with pytest.raises(InputError):
        world.do(ALB, lambda tx: borders.place_crossing_point(tx, officer, bcp, place, world.clock()))


def test_places_that_are_no_numbers_and_officers_who_may_not(world: World) -> None:
    administrator, enquirer = world.officer(ALB, "administrator"), world.officer(ALB, "enquirer")
    nan = (float("nan"), 0.0)
    with pytest.raises(InputError):
        world.do(ALB, lambda tx: borders.place_crossing_point(tx, administrator, "DURRES-1", nan, world.clock()))
    with pytest.raises(ForbiddenError):
        world.do(ALB, lambda tx: borders.place_crossing_point(tx, enquirer, "DURRES-1", (1.0, 1.0), world.clock()))


@pytest.mark.parametrize(
    ("issuer", "code", "kind"),
    [("ALB", "P<", "ALB P"), ("D<<", "ID", "D I"), ("XKX", "P", "RKS P"), ("A1B", "P", None), ("", "P", None)],
)
def test_a_type_is_issuer_and_first_letter(issuer: str, code: str, kind: str | None) -> None:
    assert document_type(issuer, code) == kind


def test_the_type_stands_beside_the_advice(world: World) -> None:
    inspection_id, _ = shown(world, HERS)
    query = select(inspection.c.document_type).where(inspection.c.id == inspection_id)
    assert world.look(ALB, lambda tx: tx.execute(query).scalar_one()) == "ALB P"
