"""A history says what was acknowledged, whenever its writer was killed."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from bench.faults.clock import WrongClock, set_clock
from bench.faults.history import Batch, Log, case_ref, next_number, number_of, read_history
from bench.faults.officer import BATCH, draft, question
from bench.faults.places import CODES, DOCUMENTS, ISSUERS, agreements, others
from bench.faults.suite import PROGRESS, Injected, Plan, earlier

from egnatia.agreements import Allow, Request, parse_register, permit
from egnatia.enquiries.desk import check_case_ref
from egnatia.model.states import Offence, Purpose, SubjectKind
from egnatia.node import utc_now

WHOLE = Batch(0, 2, ("a", "b"), ("m1", "m2"), "talk")


def test_what_was_written_is_read(tmp_path: Path) -> None:
    log = Log(tmp_path / "h")
    log.begin(0, 2)
    log.acknowledged(WHOLE)
    log.begin(2, 3)
    log.failed(2, "STORAGE: the disk is full")
    log.begin(5, 1)
    log.close()
    assert list(read_history(log.path)) == [WHOLE, Batch(2, 3, error="STORAGE: the disk is full"), Batch(5, 1)]
    assert next_number(log.path) == 6


def test_without_a_history_nothing_was_acknowledged(tmp_path: Path) -> None:
    assert list(read_history(tmp_path / "none")) == []
    assert next_number(tmp_path / "none") == 0


def test_wherever_a_history_is_cut_it_claims_no_more_than_it_did(tmp_path: Path) -> None:
    log = Log(tmp_path / "h")
    log.begin(0, 2)
    log.acknowledged(WHOLE)
    log.close()
    content = log.path.read_bytes()
    for length in range(len(content) - 1):
        (tmp_path / "cut").write_bytes(content[:length])
        assert [each for each in read_history(tmp_path / "cut") if each.acknowledged] == []


def test_a_torn_line_does_not_swallow_the_next_one(tmp_path: Path) -> None:
    path = tmp_path / "h"
    path.write_bytes(b'{"op": "begin", "first": 0, "count": 2}\n{"op": "ok", "fir')
    log = Log(path)
    log.begin(2, 2)
    log.acknowledged(Batch(2, 2, ("c", "d")))
    log.close()
    assert [(each.first, each.acknowledged) for each in read_history(path)] == [(0, False), (2, True)]


def test_a_case_reference_is_one_and_leads_back_to_its_number() -> None:
    for number in (0, 417, 99_999_999):
        assert number_of(check_case_ref(case_ref(number))) == number
    assert number_of("DUR-2025-0417") is None


@pytest.mark.parametrize("code", CODES)
def test_every_question_is_allowed_and_a_third_of_them_is_registered_with_exactly_one_partner(code: str) -> None:
    register = parse_register(agreements().encode())
    asker = next(each for each in CODES if each == code)
    owners = [question(asker, number)[1] for number in range(6 * DOCUMENTS)]
    assert sum(owner is not None for owner in owners) == 2 * DOCUMENTS
    assert {owner for owner in owners if owner is not None} == set(others(asker))
    for partner in others(asker):
        asked = Request(
            asker, partner, SubjectKind.TRAVEL_DOCUMENT, Purpose.BORDER_CHECK, Offence.FALSE_DOCUMENT, utc_now().date()
        )
        assert isinstance(permit(register, asked), Allow)
    made = draft(asker, BATCH)
    assert made.query["issuer"] in ISSUERS.values()
    assert made.partners == others(asker)


def test_a_wrong_clock_is_wrong_at_once_in_whoever_has_it(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    set_clock(path, 0)
    clock = WrongClock(path)
    assert abs((clock() - utc_now()).total_seconds()) < 5
    for seconds in (86_400, -86_400, 0):
        set_clock(path, seconds)
        assert abs((clock() - utc_now()).total_seconds() - seconds) < 5


def test_a_run_that_was_stopped_knows_its_earlier_faults(tmp_path: Path) -> None:
    plan = Plan(tmp_path, 1, 1, 1.0)
    assert earlier(plan) == ([], [], 0.0)
    injected = [Injected("kill", CODES[0], 1.5, {"starts": 2}, 0.5, None)]
    values = {"injected": [asdict(each) for each in injected], "died": ["the node of ALB"], "spent_s": 2_631.0}
    (tmp_path / PROGRESS).write_text(json.dumps(values))
    assert earlier(plan) == (injected, ["the node of ALB"], 2_631.0)
