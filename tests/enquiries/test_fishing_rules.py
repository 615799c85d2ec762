"""The patterns of fishing: each is found from its threshold on, and ordinary work is not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.enquiries.fishing import Finding, Probe, findings
from egnatia.enquiries.fishing.probes import asked_probe, received_probe
from egnatia.enquiries.fishing.rules import NEIGHBOURS, SHARED_MARKS, SWEEP, VARIANTS, WINDOW
from egnatia.model.states import FishingRule, SubjectKind

KEY = bytes(range(32))
START = datetime(2025, 5, 15, 8, tzinfo=UTC)
CASE = "DUR-2025-0417"


def asked(subject: SubjectKind, query: dict[str, Any], minute: int = 0, case_ref: str = CASE) -> Probe:
    return asked_probe(KEY, subject, query, START + timedelta(minutes=minute), case_ref)


def number(text: str, minute: int = 0, case_ref: str = CASE) -> Probe:
    query = {"issuer": "RKS", "document_type": "P", "number": text}
    return asked(SubjectKind.TRAVEL_DOCUMENT, query, minute, case_ref)


def person(first: str, family: str, born: str, minute: int = 0) -> Probe:
    return asked(SubjectKind.PERSON, {"first_names": first, "family_names": family, "birth_date": born}, minute)


def rules(probes: list[Probe]) -> set[FishingRule]:
    return {each.rule for each in findings(probes)}


def test_a_sweep_through_numbers_is_found_and_counted() -> None:
    probes = [number(f"P00417{n:02d}", n, f"DUR-2025-{1000 + n % 2}") for n in range(NEIGHBOURS)]
    assert findings(probes[:-1]) == []
    last = START + timedelta(minutes=NEIGHBOURS - 1)
    cases = ("DUR-2025-1000", "DUR-2025-1001")
    assert findings(probes) == [Finding(FishingRule.NEIGHBOURING_NUMBERS, NEIGHBOURS, cases, START, last)]


def test_the_same_number_again_and_again_is_no_sweep() -> None:
    assert findings([number("P0041763", n) for n in range(50)]) == []


@pytest.mark.parametrize("step", [100, 1_000, 7_919])
def test_numbers_far_apart_are_no_sweep(step: int) -> None:
    assert findings([number(f"P{n * step:08d}", n) for n in range(100)]) == []


def test_numbers_of_other_issuers_types_and_lengths_are_no_neighbours() -> None:
    kinds = [("RKS", "P"), ("RKS", "I"), ("ALB", "P"), ("MKD", "P")]
    probes = [
        asked(
            SubjectKind.TRAVEL_DOCUMENT, {"issuer": issuer, "document_type": kind, "number": f"{'0' * zeros}4176{n}"}, n
        )
        for n in range(3)
        for zeros in range(2)
        for issuer, kind in kinds
    ]
    assert len(probes) > NEIGHBOURS
    assert findings(probes) == []


def test_one_person_under_many_dates_is_found() -> None:
    probes = [person("Arben", "Krasniqi", f"19{70 + n}-03-04", n) for n in range(VARIANTS)]
    assert rules(probes) == {FishingRule.ONE_PERSON_MANY_TIMES}
    assert findings(probes[:-1]) == []


def test_one_person_under_many_spellings_is_found() -> None:
    spellings = ["Arben", "Arbën", "Arban", "Arbin", "Arbun", "Arpen", "Orben", "Erben"]
    assert FishingRule.ONE_PERSON_MANY_TIMES in rules([person(each, "Krasniqi", "1994-06-27") for each in spellings])


def test_a_family_of_brothers_is_not_one_person() -> None:
    names = ["Blerim", "Agron", "Dritan", "Fatos", "Ilir", "Kujtim", "Luan", "Mentor", "Naim", "Petrit"]
    family = [person(name, "Krasniqi", f"{1970 + 2 * n}-0{n % 9 + 1}-11") for n, name in enumerate(reversed(names))]
    assert FishingRule.ONE_PERSON_MANY_TIMES not in rules(family)


def test_an_alphabetical_sweep_is_found_also_across_scripts() -> None:
    names = ["Агović", "Basha", "Ćosić", "Dedaj", "Elezi", "Ferati", "Gashi", "Hoxha", "Ismaili", "Јовић", "Krasniqi"]  # noqa: RUF001 - Cyrillic is meant
    probes = [person("Ana", name, f"19{60 + 3 * n}-02-03", n) for n, name in enumerate(names)]
    assert FishingRule.ALPHABETICAL_SWEEP in rules(probes)
    assert FishingRule.ALPHABETICAL_SWEEP not in rules(probes[: SWEEP - 1])
    assert FishingRule.ALPHABETICAL_SWEEP not in rules(probes[::-1])


def test_a_partner_sees_no_order_and_still_the_one_person() -> None:
    tags = [f"{n:032x}" for n in range(SHARED_MARKS)]
    queries = [{"family_token": [*tags, f"{100 + n:032x}"], "v": "not a list"} for n in range(VARIANTS)]
    probes = [received_probe(KEY, SubjectKind.PERSON, each, START, CASE) for each in queries]
    assert rules(probes) == {FishingRule.ONE_PERSON_MANY_TIMES}
    assert all(not each.order for each in probes)


def test_what_is_older_than_the_window_does_not_count() -> None:
    old = [number(f"P00417{n:02d}") for n in range(NEIGHBOURS - 1)]
    fresh = asked_probe(
        KEY,
        SubjectKind.TRAVEL_DOCUMENT,
        {"issuer": "RKS", "document_type": "P", "number": "P0041799"},
        START + WINDOW,
        CASE,
    )
    assert findings([*old, fresh]) == []


def test_nothing_of_the_question_is_in_a_probe() -> None:
    shown = repr(number("P0041763")) + repr(received_probe(KEY, SubjectKind.PERSON, {"a": ["00ff" * 8]}, START, CASE))
    assert "0041763" not in shown
    assert "00ff00ff" not in shown


def test_another_key_gives_other_hashes() -> None:
    query = {"issuer": "RKS", "document_type": "P", "number": "P0041763"}
    one = asked_probe(KEY, SubjectKind.TRAVEL_DOCUMENT, query, START, CASE)
    other = asked_probe(bytes(32), SubjectKind.TRAVEL_DOCUMENT, query, START, CASE)
    assert {one.exact, one.block}.isdisjoint({other.exact, other.block})


@pytest.mark.parametrize(
    "query", [{}, {"number": ""}, {"number": "7"}, {"first_names": "A"}, {"family_token": [1, None]}]
)
def test_a_question_of_another_form_is_no_fault(query: dict[str, Any]) -> None:
    for subject in (SubjectKind.PERSON, SubjectKind.TRAVEL_DOCUMENT):
        assert findings([asked(subject, query)] * 20) == []
        assert findings([received_probe(KEY, subject, query, START, CASE)] * 3) == []


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 9_999_999), st.integers(0, 2_000)), max_size=60))
def test_the_order_of_equal_numbers_changes_nothing(drawn: list[tuple[int, int]]) -> None:
    """Counts depend on what was asked within the window, and every finding can be recounted from its probes."""
    probes = sorted((number(f"P{n:07d}", minute) for n, minute in drawn), key=lambda each: each.at)
    within = [each for each in probes if probes[-1].at - each.at < WINDOW]
    blocks: dict[bytes, set[bytes]] = {}
    for each in within:
        blocks.setdefault(each.block, set()).add(each.exact)
    largest = max(map(len, blocks.values()), default=0)
    found = findings(probes)
    assert [each.count for each in found] == ([largest] if largest >= NEIGHBOURS else [])
