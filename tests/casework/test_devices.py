"""Devices that read documents: registered, tested, marked where a test is overdue."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.federation.world import ALB, World

from egnatia.casework import borders
from egnatia.casework.borders import Device, SelfTest
from egnatia.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from egnatia.scenario.case import CASE_REF, PASSPORT

GOOD = SelfTest(passed=True, reference="UTO set 3", version="4.2.1")


def added(
    world: World, name: str = "Lane 3", bcp: str = "DURRES-1", every: int = 7, post: str = "administrator"
) -> str:
    officer = world.officer(ALB, post)
    named = (bcp, name, "Reader of a maker, type 7")
    return world.do(ALB, lambda tx: borders.register_device(tx, officer, named, every, world.clock()))


def try_out(world: World, device_id: str, test: SelfTest = GOOD, post: str = "enquirer") -> None:
    officer = world.officer(ALB, post)
    world.do(ALB, lambda tx: borders.record_test(tx, officer, device_id, test, world.clock()))


def device(world: World, device_id: str) -> Device:
    return world.look(ALB, lambda tx: borders.device_of(tx, device_id, world.clock()))


def test_a_device_is_overdue_until_its_first_test_and_again_after_its_days(world: World) -> None:
    device_id = added(world)
    assert device(world, device_id).overdue, "it was never tested"
    try_out(world, device_id)
    assert not device(world, device_id).overdue
    world.clock.turn(days=7)
    assert not device(world, device_id).overdue
    world.clock.turn(seconds=1)
    assert device(world, device_id).overdue
    try_out(world, device_id)
    assert not device(world, device_id).overdue


def test_a_failed_test_leaves_it_overdue_until_one_passes(world: World) -> None:
    device_id = added(world)
    try_out(world, device_id)
    world.clock.turn(hours=1)
    try_out(world, device_id, SelfTest(passed=False, reference="UTO set 3", version="4.2.1"))
    found = device(world, device_id)
    assert (found.overdue, found.passed, found.tested_at) == (True, False, world.clock())
    world.clock.turn(hours=1)
    try_out(world, device_id)
    assert not device(world, device_id).overdue


def test_a_retired_device_is_not_tested_any_more(world: World) -> None:
    device_id = added(world)
    officer = world.officer(ALB, "administrator")
    world.do(ALB, lambda tx: borders.retire_device(tx, officer, device_id, world.clock()))
    assert not device(world, device_id).overdue
    with pytest.raises(ConflictError, match="retired"):
        try_out(world, device_id)
    with pytest.raises(ConflictError, match="retired"):
        world.do(ALB, lambda tx: borders.retire_device(tx, officer, device_id, world.clock()))


def test_overdue_ones_are_listed_first_and_retired_ones_last(world: World) -> None:
    good, late, gone = added(world, "A"), added(world, "B"), added(world, "C")
    try_out(world, good)
    officer = world.officer(ALB, "administrator")
    world.do(ALB, lambda tx: borders.retire_device(tx, officer, gone, world.clock()))
    found = world.look(ALB, lambda tx: borders.devices(tx, world.clock()))
    assert [each.id for each in found] == [late, good, gone]


def test_each_act_has_its_entry_and_its_post(world: World) -> None:
    device_id = added(world)
    try_out(world, device_id)
    assert world.kinds(ALB)[-2:] == ["device.registered", "device.tested"]
    assert world.entries(ALB, 1)[0].content == {"passed": True, "reference": "UTO set 3", "version": "4.2.1"}
    for post in ("enquirer", "examiner", "supervisor"):
        with pytest.raises(ForbiddenError):
            added(world, post=post)
    with pytest.raises(ForbiddenError):
        try_out(world, device_id, post="administrator")


@pytest.mark.parametrize(
    ("name", "bcp", "every"),
    [("", "DURRES-1", 7), ("x" * 61, "DURRES-1", 7), ("Lane\u202e3", "DURRES-1", 7), ("Lane 3", "durres", 7)]
    + [("Lane 3", "DURRES-1", days) for days in (0, -1, 367)],
)
def test_what_cannot_be_a_device_is_refused(world: World, name: str, bcp: str, every: int) -> None:
    with pytest.raises(InputError):
        added(world, name, bcp, every)
    assert world.look(ALB, lambda tx: borders.devices(tx, world.clock())) == []


def test_an_unknown_device_is_said_to_be_unknown(world: World) -> None:
    with pytest.raises(NotFoundError, match="no device"):
        try_out(world, "no-such-device")
    with pytest.raises(NotFoundError):
        device(world, "no-such-device")


@pytest.mark.parametrize("text", ["", " ", "a" * 61, "a\x00b"])
def test_a_test_says_what_was_read(world: World, text: str) -> None:
    device_id = added(world)
    with pytest.raises(InputError):
        try_out(world, device_id, SelfTest(passed=True, reference=text, version="1"))
    assert device(world, device_id).tested_at is None


def test_a_test_of_tomorrow_is_refused(world: World) -> None:
    """Or one entry would keep a device in order for years."""
    device_id = added(world)
    for ahead in (timedelta(seconds=1), timedelta(days=400)):
        with pytest.raises(InputError, match="before it is recorded"):
            try_out(world, device_id, replace(GOOD, made_at=world.clock() + ahead))
    assert device(world, device_id).tested_at is None


def test_a_test_is_recorded_with_the_moment_at_which_it_was_made(world: World) -> None:
    device_id = added(world)
    begun = world.clock()
    with pytest.raises(InputError):
        try_out(world, device_id, replace(GOOD, made_at=begun - timedelta(seconds=1)))
    world.clock.turn(days=3)
    try_out(world, device_id, replace(GOOD, made_at=begun))
    assert device(world, device_id).tested_at == begun
    assert world.entries(ALB, 1)[0].content is not None
    world.clock.turn(days=5)
    assert device(world, device_id).overdue, "the days count from the test, not from its entry"


def test_a_test_written_while_the_clock_was_wrong_proves_nothing(world: World) -> None:
    device_id = added(world)
    world.clock.turn(days=300)
    try_out(world, device_id)
    world.clock.turn(days=-299)
    assert device(world, device_id).overdue


def read_by(world: World, device_id: str) -> str:
    officer = world.officer(ALB, "enquirer")
    made = world.do(ALB, lambda tx: borders.inspect_document(tx, officer, CASE_REF, PASSPORT, world.clock()))[0]
    world.do(ALB, lambda tx: borders.note_reading(tx, made, device_id, world.clock()))
    return made


def test_the_mark_of_an_overdue_device_stays_on_what_it_read(world: World) -> None:
    device_id = added(world)
    before = read_by(world, device_id)
    try_out(world, device_id)
    between = read_by(world, device_id)
    world.clock.turn(days=8)
    after = read_by(world, device_id)
    try_out(world, device_id)
    assert not device(world, device_id).overdue
    read = (before, between, after)
    marks = world.look(ALB, lambda tx: [borders.reading_of(tx, each) for each in read])
    assert [each is not None and each.overdue for each in marks] == [True, False, True]


def test_what_no_known_device_read_has_no_mark(world: World) -> None:
    officer = world.officer(ALB, "enquirer")
    made = world.do(ALB, lambda tx: borders.inspect_document(tx, officer, CASE_REF, PASSPORT, world.clock()))[0]
    assert world.look(ALB, lambda tx: borders.reading_of(tx, made)) is None
    with pytest.raises(NotFoundError):
        world.do(ALB, lambda tx: borders.note_reading(tx, made, "no-such-device", world.clock()))
