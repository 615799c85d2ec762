"""Corrections by whoever may not make them, of what is not theirs, with numbers and moments that cannot be."""

from typing import Any

import pytest
from tests.federation import test_corrections as honest
from tests.federation.world import ALB, CODES, GBR, MKD, XKX, World

from egnatia.enquiries.corrections.messages import CORRECTION, CORRECTION_DONE, MAX_NUMBER
from egnatia.enquiries.corrections.sending import send_waiting
from egnatia.exchange.message import Message
from egnatia.model.states import CorrectionKind
from egnatia.scenario.case import KNOWN_REF
from egnatia.store.tables import correction_copy, correction_taken, release, sealed_record

ID = "0fa3c5d2-1111-4222-8333-444455556666"
MOMENT = "2025-05-15T03:00:00Z"


@pytest.fixture
def holding(world: World) -> World:
    """ALB holds core data of GBR's known person."""
    honest.speak(world, CODES, 2)
    honest.released(world)
    return world


def body(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "correction": ID,
        "maker": "GBR",
        "item": "record",
        "ref": KNOWN_REF,
        "subject": "person",
        "kind": "erase",
        "reason": "inaccurate",
        "number": 1,
        "made_at": MOMENT,
    }
    return values | changes


def send(world: World, sender: Any, values: dict[str, Any], kind: str = CORRECTION) -> Message:
    return world.send_body(sender, ALB, kind, values, ID)


def copies(world: World) -> list[bytes | None]:
    """What ALB still holds, opened."""

    def job(tx: Any) -> list[bytes | None]:
        return [tx.opened(row.sealed_id) for row in tx.execute(release.select())]

    return world.look(ALB, job)


def taken(world: World) -> int:
    return len(world.look(ALB, lambda tx: tx.execute(correction_taken.select()).all()))


@pytest.mark.parametrize("sender", [XKX, MKD])
def test_nobody_erases_what_somebody_else_released(holding: World, sender: Any) -> None:
    world, before = holding, copies(holding)
    for changes in (
        {},
        {"maker": sender},
        {"maker": sender, "items": [ID]},
        {"maker": sender, "item": "answer", "kind": "restrict", "enquiry": ID},
        {"maker": sender, "kind": "rectify", "values": {"birth_date": "1990-02-03"}},
        {"maker": sender, "kind": "restrict"},
        {"maker": "ALB"},
    ):
        send(world, sender, body(**changes))
    assert copies(world) == before
    assert None not in before


ODD: list[dict[str, Any]] = [
    {"number": 0},
    {"number": -1},
    {"number": MAX_NUMBER + 1},
    {"number": 2**53},
    {"number": 1.5},
    {"number": True},
    {"number": "1"},
    {"made_at": "2025-05-15T03:00:00"},
    {"made_at": "0001-01-01T00:00:00+23:59"},
    {"made_at": "9999-12-31T23:59:59-23:59"},
    {"made_at": "2099-01-01T00:00:00Z"},
    {"made_at": ""},
    {"made_at": 0},
    {"correction": ID.upper()},
    {"correction": f"{ID}\n"},
    {"ref": "x"},
    {"ref": "A" * 41},
    {"ref": "A\n"},
    {"ref": '"A"-1'},
    {"subject": "dna"},
    {"kind": "forget"},
    {"reason": "because"},
    {"item": "ledger"},
    {"items": [ID] * 201},
    {"items": ["x"]},
    {"items": {}},
    {"kind": "rectify", "values": {"birth_date": "x" * 2_001}},
    {"kind": "rectify", "values": {"birth_date": "\x1b[2J"}},
    {"kind": "rectify", "values": {"birth_date": "\u202e1990"}},
    {"kind": "rectify", "values": {"shoe_size": "44"}},
    {"kind": "rectify", "values": {f"f{number}": "x" for number in range(30)}},
    {"kind": "rectify", "values": {"birth_date": ""}},
    {"kind": "rectify", "removed": ["shoe_size"]},
    {"kind": "rectify", "removed": ["birth_date"] * 30},
    {"values": {"birth_date": "1990-02-03"}},
    {"kind": "lift", "removed": ["birth_date"]},
    {"item": "answer", "kind": "erase", "enquiry": ID},
    {"item": "answer", "kind": "restrict"},
    {"item": "answer", "kind": "restrict", "enquiry": ID},
    {"extra": 1},
]


def test_a_correction_that_cannot_be_is_refused_and_changes_nothing(holding: World) -> None:
    world, before = holding, copies(holding)
    for changes in ODD:
        answer = send(world, GBR, body(**changes))
        assert answer.kind == "refusal", changes
        assert answer.body["reason"] in ("MALFORMED", "UNKNOWN_CONVERSATION", "SUBJECT_NOT_SUPPORTED"), changes
    assert (copies(world), taken(world)) == (before, 0)


def test_a_correction_comes_once_under_its_id(holding: World) -> None:
    world = holding
    assert send(world, GBR, body(kind="restrict")).kind == "correction_receipt"
    for changes in ({"kind": "erase"}, {"number": 2}, {"ref": "GBR-P-1"}, {"made_at": "2025-05-15T02:00:00Z"}):
        assert send(world, GBR, body(**({"kind": "restrict"} | changes))).body["reason"] == "ID_REUSED"
    assert send(world, GBR, body(kind="restrict")).kind == "correction_receipt"
    assert taken(world) == 1
    assert None not in copies(world)


def test_an_erasure_of_a_newer_day_than_the_copy_takes_it_and_its_bytes(holding: World) -> None:
    world = holding
    world.clock.turn(minutes=1)
    send(world, GBR, body(made_at="2025-05-15T03:01:00Z"))
    assert copies(world) == [None]
    assert world.look(ALB, lambda tx: tx.execute(sealed_record.select()).all()) is not None


def test_a_flood_of_corrections_of_nothing_fills_no_table(world: World) -> None:
    honest.speak(world, CODES, 2)
    for number in range(30):
        values = body(correction=f"0fa3c5d2-1111-4222-8333-{number:012d}", ref=f"GBR-P-{number}", maker="GBR")
        assert send(world, GBR, values).kind == "correction_receipt"
    assert taken(world) == 0


@pytest.mark.parametrize("sender", [XKX, MKD, ALB])
def test_nobody_says_for_another_holder_that_it_has_looked(holding: World, sender: Any) -> None:
    """Only ALB was told; and ALB's word counts for ALB."""
    world = holding
    made = honest.correct(world, CorrectionKind.RESTRICT)
    world.do(GBR, lambda tx: send_waiting(tx, world.nodes[GBR].desk, world.clock()))
    world.deliver()
    done = {"correction": made, "finding": "stands"}
    answer = world.send_body(sender, GBR, CORRECTION_DONE, done, ID)
    assert (answer.kind == "receipt") is (sender == ALB)
    rows = world.look(GBR, lambda tx: tx.execute(correction_copy.select()).all())
    assert {row.partner for row in rows if row.finding} <= {ALB}


@pytest.mark.parametrize("finding", ["", "erased", None, 1, "stands\n"])
def test_a_finding_outside_the_list_is_malformed(holding: World, finding: object) -> None:
    answer = holding.send_body(ALB, GBR, CORRECTION_DONE, {"correction": ID, "finding": finding}, ID)
    assert answer.body["reason"] == "MALFORMED"


def test_whether_a_record_is_known_shows_in_no_receipt(holding: World) -> None:
    """A maker learns of copies of its own data only, never of what we know by ourselves or from others."""
    world = holding
    for sender in (XKX, MKD):
        answers = [
            dict(send(world, sender, body(maker=sender, ref=ref, correction=f"{ID[:-2]}{number:02d}")).body)
            for number, ref in enumerate((KNOWN_REF, "GBR-P-99", "ALB-P-1", "XKX-P-1"))
        ]
        assert answers == [answers[0]] * len(answers)
