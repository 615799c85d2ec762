"""One document, several people or two places at once: found in any order, by keyed hashes alone, never by mistake."""

import math
import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.documents.registers.findings import RegisterFinding
from egnatia.engines.documents.registers.reuse import (
    SLACK_KM,
    TOP_SPEED_KM_H,
    Sighting,
    check_reuse,
    distance_km,
    document_mark,
    identity_mark,
)
from egnatia.engines.documents.types import Result

KEY = bytes(range(32))
PLACES = {"DURRES": (41.31, 19.45), "BARI": (41.14, 16.87), "LONDON": (51.47, -0.45), "MERDARE": (42.97, 21.25)}
START = datetime(2025, 5, 15, 8, 0, tzinfo=UTC)
DOCUMENT = document_mark(KEY, "ALB", "BA1234567")
ARTA = identity_mark(KEY, ("GASHI", "ARTA"), date(1990, 1, 1))
BESA = identity_mark(KEY, ("HOXHA", "BESA"), date(1991, 2, 2))


def seen(place: str = "DURRES", hours: float = 0, identity: bytes | None = ARTA) -> Sighting:
    return Sighting(DOCUMENT, identity, place, START + timedelta(hours=hours))


def codes(*sightings: Sighting) -> list[str]:
    return [finding.code for finding in check_reuse(sightings, PLACES).findings]


def test_one_person_travelling_is_nothing() -> None:
    journey = (seen("DURRES"), seen("BARI", 9), seen("LONDON", 30), seen("MERDARE", 60))
    assert codes(*journey) == []
    assert check_reuse(journey, PLACES).result is Result.SUCCESSFUL


def test_two_identities_are_counted_and_not_named() -> None:
    check = check_reuse([seen(), seen(hours=40, identity=BESA), seen(hours=80)], PLACES)
    assert [finding.code for finding in check.findings] == [RegisterFinding.REGISTER_SEVERAL_IDENTITIES]
    assert check.findings[0].found.startswith("2 identities")
    assert ARTA.hex() not in repr(check)


def test_an_unknown_identity_is_no_second_one() -> None:
    assert codes(seen(), seen(hours=5, identity=None)) == []


def test_london_an_hour_after_durres_is_too_far() -> None:
    check = check_reuse([seen("LONDON", 1), seen("DURRES")], PLACES)
    assert [finding.code for finding in check.findings] == [RegisterFinding.REGISTER_TWO_PLACES]
    assert [each.name for each in check.findings[0].compared] == ["DURRES", "LONDON"]
    assert check.result is Result.FAILED


@pytest.mark.parametrize(("hours", "too_far"), [(0.0, True), (2.0, True), (2.2, False), (5.0, False)])
def test_the_border_is_the_speed_of_an_airliner(hours: float, *, too_far: bool) -> None:
    least = (distance_km(PLACES, "DURRES", "LONDON") - SLACK_KM) / TOP_SPEED_KM_H
    assert 2.0 < least < 2.2
    assert bool(codes(seen("DURRES"), seen("LONDON", hours))) is too_far


def test_an_unknown_place_is_never_too_far() -> None:
    assert codes(seen("DURRES"), seen("NOWHERE")) == []


def test_two_posts_of_one_port_at_the_same_minute_are_one_place() -> None:
    near = {**PLACES, "DURRES-2": (41.45, 19.50)}
    assert check_reuse([seen("DURRES"), seen("DURRES-2")], near).findings == ()


def test_documents_are_never_mixed() -> None:
    other = Sighting(document_mark(KEY, "ALB", "BA1234568"), BESA, "LONDON", START)
    assert codes(seen(), other) == []


def test_nothing_seen_is_no_answer() -> None:
    assert check_reuse([], PLACES).result is Result.NOT_SUPPORTED


@given(st.permutations(range(6)))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_the_order_of_sightings_changes_nothing(order: list[int]) -> None:
    all_ = [seen("DURRES"), seen("LONDON", 1), seen("BARI", 3, BESA), seen("DURRES", 9), seen(hours=20), seen("BARI")]
    assert check_reuse([all_[at] for at in order], PLACES) == check_reuse(all_, PLACES)


def test_marks_say_nothing_without_the_key_and_agree_in_every_spelling_of_a_number() -> None:
    assert document_mark(KEY, "XKX", "p 004-1763") == document_mark(KEY, "RKS", "P0041763")
    assert document_mark(bytes(32), "RKS", "P0041763") != document_mark(KEY, "RKS", "P0041763")
    assert document_mark(KEY, "RKS", "P0041763") != identity_mark(KEY, ("RKS",), "P0041763")
    assert identity_mark(KEY, ("Arta", "Gashi"), "1990-01-01") == ARTA


def test_random_lawful_journeys_raise_nothing() -> None:
    rng = random.Random(417)
    for _ in range(300):
        at, journey = 0.0, []
        place = rng.choice(list(PLACES))
        for _ in range(6):
            journey.append(seen(place, at))
            following = rng.choice(list(PLACES))
            at += 0.2 + distance_km(PLACES, place, following) / rng.uniform(60, 850)
            place = following
        assert codes(*journey) == []


def test_distances_are_those_of_the_globe() -> None:
    quarter = distance_km({"A": (0.0, 0.0), "B": (0.0, 90.0)}, "A", "B")
    assert math.isclose(quarter, 10_007.5, rel_tol=0.001)
    assert distance_km({"A": (0.0, 0.0), "B": (0.0, 180.0)}, "A", "B") < 20_016
