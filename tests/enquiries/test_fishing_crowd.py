"""A search under many officers' references is seen; many officers at ordinary work are not, and nobody pays for it."""

import random
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from egnatia.enquiries.fishing import Finding, Probe
from egnatia.enquiries.fishing.crowd import KEPT_TOGETHER, NEWCOMER, SAMPLED, TOGETHER, Crowd
from egnatia.enquiries.fishing.probes import asked_probe
from egnatia.enquiries.fishing.rules import SHARED_MARKS, WINDOW
from egnatia.model.states import FishingRule, SubjectKind

KEY = bytes(range(32))
START = datetime(2025, 5, 15, 8, tzinfo=UTC)


def number(text: str, minute: float = 0, case_ref: str = "DUR-2025-0417") -> Probe:
    query = {"issuer": "RKS", "document_type": "P", "number": text}
    return asked_probe(KEY, SubjectKind.TRAVEL_DOCUMENT, query, START + timedelta(minutes=minute), case_ref)


def person(first: str, born: str) -> Probe:
    query = {"first_names": first, "family_names": "Krasniqi", "birth_date": born}
    return asked_probe(KEY, SubjectKind.PERSON, query, START, "DUR-2025-0417")


def noted(crowd: Crowd, asked: Iterable[tuple[str, Probe]], count: int = 1) -> list[Finding]:
    """What the last of these completes."""
    found: list[Finding] = []
    for officer, probe in asked:
        found = crowd.note(officer, probe, count)
    return found


def test_a_sweep_with_a_new_reference_for_each_question_is_found_and_counted() -> None:
    crowd = Crowd()
    asked = [(f"off-{n}", number(f"P00417{n:02d}", n, f"DUR-2025-{1000 + n % 2}")) for n in range(TOGETHER)]
    assert noted(crowd, asked[:-1]) == []
    (found,) = noted(crowd, asked[-1:])
    cases = ("DUR-2025-1000", "DUR-2025-1001")
    last = START + timedelta(minutes=TOGETHER - 1)
    assert found == Finding(FishingRule.NEIGHBOURING_NUMBERS, TOGETHER, cases, START, last)


def test_one_person_under_many_dates_and_references_is_found() -> None:
    crowd = Crowd()
    asked = [(f"off-{n}", person("Arben", f"19{60 + n}-03-04")) for n in range(TOGETHER)]
    assert noted(crowd, asked[:-1]) == []
    assert [(each.rule, each.count) for each in noted(crowd, asked[-1:])] == [
        (FishingRule.ONE_PERSON_MANY_TIMES, TOGETHER)
    ]


def test_one_officer_alone_is_left_to_the_window_of_that_officer() -> None:
    asked = [("off-1", number(f"P00417{n:02d}")) for n in range(TOGETHER + 5)]
    assert noted(Crowd(), asked) == []


def test_the_same_number_from_every_post_is_no_sweep() -> None:
    assert noted(Crowd(), [(f"off-{n}", number("P0041763")) for n in range(5 * TOGETHER)]) == []


def test_what_is_older_than_a_day_does_not_count() -> None:
    crowd = Crowd()
    noted(crowd, [(f"off-{n}", number(f"P00417{n:02d}")) for n in range(TOGETHER - 1)])
    late = WINDOW / timedelta(minutes=1)
    assert noted(crowd, [("off-z", number("P0041799", late))]) == []
    assert noted(crowd, [(f"off-{n}", number(f"P00417{n:02d}", late)) for n in range(TOGETHER - 1)]) != []


@pytest.mark.parametrize("under", [NEWCOMER, 1_000])
def test_of_officers_at_work_some_questions_are_compared(under: int) -> None:
    """A reference that was used before does not hide what is asked under it: a block of a hundred numbers is seen."""
    crowd, seen = Crowd(), 0
    for n in range(100):
        seen += bool(crowd.note(f"off-{n % 12}", number(f"P00417{n:02d}"), under))
    assert 0 < seen < 100 - TOGETHER


def test_a_sample_is_drawn_from_numbers_and_from_spellings_alike() -> None:
    def compared(probes: list[Probe]) -> int:
        crowd = Crowd()
        noted(crowd, [(f"off-{n}", each) for n, each in enumerate(probes)])
        return sum(bool(crowd.note("off-z", each, 1_000)) for each in probes)

    numbers = [number(f"P00417{n:02d}") for n in range(96)]
    spellings = [person(f"Arben{chr(97 + n % 26)}{chr(97 + n // 26)}", "1990-01-02") for n in range(96)]
    assert all(len(each.marks) >= SHARED_MARKS for each in spellings)
    for probes in (numbers, spellings):
        assert 96 / SAMPLED / 3 < compared(probes) < 96 / SAMPLED * 3


def test_memory_and_time_are_bounded_whatever_is_sent() -> None:
    crowd = Crowd()
    alike = person("Arben", "1990-01-02")
    noted(crowd, [(f"off-{n}", alike) for n in range(KEPT_TOGETHER)])
    began = time.process_time()
    noted(crowd, [(f"off-x{n}", alike) for n in range(100)])
    assert time.process_time() - began < 1.0
    assert len(crowd._kept) == KEPT_TOGETHER


def test_a_question_of_no_form_is_compared_with_nothing() -> None:
    empty = Probe(START, "DUR-2025-0417")
    assert noted(Crowd(), [(f"off-{n}", empty) for n in range(5 * TOGETHER)]) == []


def looked_at_all(kept: list[tuple[str, Probe]], probe: Probe) -> list[Finding]:
    """The rules said once more, over everything that is kept."""
    near = [(officer, one) for officer, one in kept if one.block == probe.block] if probe.block else []
    alike = [(officer, one) for officer, one in kept if len(one.marks & probe.marks) >= SHARED_MARKS]
    found = []
    for rule, group, counted in (
        (FishingRule.NEIGHBOURING_NUMBERS, near, list({one.exact: one for _, one in near}.values())),
        (FishingRule.ONE_PERSON_MANY_TIMES, alike, [one for _, one in alike]),
    ):
        if len(counted) >= TOGETHER and len({officer for officer, _ in group}) > 1:
            times, cases = [one.at for one in counted], tuple(sorted({one.case_ref for one in counted}))
            found.append(Finding(rule, len(counted), cases, min(times), max(times)))
    return found


@pytest.mark.parametrize("seed", [417, 2025])
def test_what_is_found_by_block_is_what_a_look_at_everything_finds(seed: int) -> None:
    """Numbers, persons and questions of no form in turn, past what is kept and past a day."""
    drawn, crowd, kept, seen, minute = random.Random(seed), Crowd(), list[tuple[str, Probe]](), set(), 0.0
    for n in range(3 * KEPT_TOGETHER):
        minute += drawn.choice((0, 0.1, 2)) if n % KEPT_TOGETHER else 23 * 60
        text = f"P{drawn.randrange(30):05}{drawn.randrange(40):02}" if drawn.random() > 0.05 else "7"
        probe = number(text, minute, f"DUR-2025-{1000 + drawn.randrange(5)}")
        if drawn.random() < 0.1:
            probe = replace(person(drawn.choice(("Arben", "Agim")), f"19{drawn.randrange(60, 90)}-03-04"), at=probe.at)
        officer = f"off-{drawn.randrange(12)}"
        kept = [*[each for each in kept if probe.at - each[1].at < WINDOW][1 - KEPT_TOGETHER :], (officer, probe)]
        expected = looked_at_all(kept, probe)
        assert crowd.note(officer, probe, 1) == expected
        seen |= {each.rule for each in expected}
    assert seen == {FishingRule.NEIGHBOURING_NUMBERS, FishingRule.ONE_PERSON_MANY_TIMES}


def test_a_block_that_nobody_asks_about_any_more_takes_no_memory() -> None:
    crowd = Crowd()
    noted(crowd, [(f"off-{n}", number(f"P{n:07d}00")) for n in range(3 * KEPT_TOGETHER)])
    assert len(crowd._blocks) == len(crowd._kept) == KEPT_TOGETHER
    noted(crowd, [("off-z", number("P0041763", WINDOW / timedelta(minutes=1)))])
    assert len(crowd._blocks) == len(crowd._kept) == 1
