"""Only suspected documents are remembered, without name and number, and not for long; what is remembered is compared."""

from datetime import date

import pytest
from sqlalchemy import select
from tests.federation.world import ALB, MKD, World

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.registers.findings import RegisterFinding
from egnatia.engines.documents.types import Advice, Result
from egnatia.enquiries.sightings import KEPT, Shown, Suspicion, forget_sightings, note_sighting, suspicion_of
from egnatia.enquiries.tidy import tidy
from egnatia.errors import InputError
from egnatia.model.ids import PartnerCode
from egnatia.store.tables import document_sighting

PLACES = {"DURRES": (41.31, 19.45), "LONDON": (51.47, -0.45)}
ARTA = Shown("RKS", "P0041763", ("GASHI", "ARTA"), date(1990, 1, 1), "DURRES")
BESA = Shown("RKS", "P 004-1763", ("HOXHA", "BESA"), date(1991, 2, 2), "DURRES")


def shown(world: World, what: Shown, suspicion: Suspicion | None = None, at: PartnerCode = ALB) -> Check:
    keys = world.nodes[at].desk.keys
    return world.do(at, lambda tx: note_sighting(tx, keys, what, suspicion, PLACES, world.clock()))


def kept(world: World, at: PartnerCode = ALB) -> int:
    return len(world.look(at, lambda tx: tx.execute(select(document_sighting.c.id)).all()))


def codes(check: Check) -> list[str]:
    return [finding.code for finding in check.findings]


def test_lawful_travel_leaves_no_trace(world: World) -> None:
    before = world.files(ALB)
    for _ in range(5):
        assert shown(world, ARTA).result is Result.NOT_SUPPORTED
        world.clock.turn(hours=8)
    assert kept(world) == 0
    assert len(world.files(ALB)) == len(before)


def test_a_suspected_document_is_remembered_and_the_next_person_with_it_is_seen(world: World) -> None:
    assert shown(world, ARTA, Suspicion.DISCREPANCIES).result is Result.NOT_SUPPORTED
    world.clock.turn(hours=30)
    check = shown(world, BESA)
    assert check.result is Result.FAILED
    assert codes(check) == [RegisterFinding.REGISTER_SEVERAL_IDENTITIES]
    assert kept(world) == 2


def test_the_same_person_again_is_no_finding(world: World) -> None:
    shown(world, ARTA, Suspicion.REGISTERED)
    world.clock.turn(hours=30)
    check = shown(world, ARTA)
    assert (check.result, codes(check)) == (Result.SUCCESSFUL, [])


def test_two_places_too_far_apart_are_seen(world: World) -> None:
    shown(world, ARTA, Suspicion.SUSPECTED_FALSE)
    world.clock.turn(hours=1)
    elsewhere = Shown(ARTA.issuer, ARTA.number, ARTA.names, ARTA.birth, "LONDON")
    assert codes(shown(world, elsewhere)) == [RegisterFinding.REGISTER_TWO_PLACES]


def test_nothing_that_is_kept_names_anybody(world: World) -> None:
    shown(world, ARTA, Suspicion.DISCREPANCIES)
    [row] = world.look(ALB, lambda tx: tx.execute(document_sighting.select()).all())
    text = repr(tuple(row)).encode() + bytes(row.document) + bytes(row.identity)
    for word in (b"GASHI", b"ARTA", b"P0041763", b"1990"):
        assert word not in text
    shown(world, ARTA, Suspicion.DISCREPANCIES, MKD)
    [other] = world.look(MKD, lambda tx: tx.execute(document_sighting.select()).all())
    assert bytes(other.document) != bytes(row.document)


def test_a_sighting_is_forgotten_after_its_time(world: World) -> None:
    shown(world, ARTA, Suspicion.DISCREPANCIES)
    world.clock.turn(days=KEPT.days - 1)
    assert world.do(ALB, lambda tx: forget_sightings(tx, world.clock())) == 0
    world.clock.turn(days=1, minutes=1)
    assert shown(world, BESA).result is Result.NOT_SUPPORTED
    node = world.nodes[ALB]
    assert tidy(node.commit, world.clock).erased >= 1
    assert kept(world) == 0


def test_only_what_speaks_against_a_document_is_suspicion() -> None:
    assert suspicion_of(Advice.CONSISTENT, registered=False) is None
    assert suspicion_of(Advice.CANNOT_TELL, registered=False) is None
    assert suspicion_of(Advice.DISCREPANCIES, registered=False) is Suspicion.DISCREPANCIES
    assert suspicion_of(Advice.SUSPECTED_FALSE, registered=False) is Suspicion.SUSPECTED_FALSE
    assert suspicion_of(Advice.CONSISTENT, registered=True) is Suspicion.REGISTERED


@pytest.mark.parametrize("place", ["", "X" * 41])
def test_a_place_is_a_code(world: World, place: str) -> None:
    with pytest.raises(InputError):
        shown(world, Shown("RKS", "P1", (), "", place), Suspicion.DISCREPANCIES)
