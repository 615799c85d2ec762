"""The clock of a follow-up at both ends: from when the partner has it, stopped for a judge, late, and never acting."""

from datetime import timedelta

import pytest
from tests.federation.acts import Tale, check_whole
from tests.federation.test_corrections import speak
from tests.federation.world import ALB, CODES, XKX, World

from egnatia.enquiries import followups, pauses
from egnatia.enquiries.clocks import ClockState, Reading
from egnatia.enquiries.followups import FollowUp
from egnatia.enquiries.tidy import tidy
from egnatia.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from egnatia.exchange.message import Message, read_message, write_message
from egnatia.indicators import definition, evaluate
from egnatia.ledger.witnessed import keep_head
from egnatia.model.ids import MessageId, PartnerCode
from egnatia.model.states import FollowUpState

WHY = "The district court has to allow a release of juvenile data."
FILE = "Prishtina 12/25"
PAUSE = "0fa3c5d2-1111-4222-8333-444455556666"


@pytest.fixture(autouse=True)
def spoken(world: World) -> None:
    speak(world, CODES, 2)


def follow(world: World) -> Tale:
    tale = Tale(world)
    tale.ask(partners=(XKX,))
    world.deliver()
    tale.take()
    world.confirm(ALB, tale.candidate)
    tale.follow_up = world.follow(ALB, tale.candidate)
    return tale


def row(world: World, code: PartnerCode) -> FollowUp:
    return world.look(code, followups.listed)[0]


def read(world: World, code: PartnerCode) -> Reading:
    return row(world, code).reading(world.clock())


def pause(world: World, tale: Tale, post: str = "approver-1", why: str = WHY, file: str = FILE) -> None:
    node, officer = world.nodes[XKX], world.officer(XKX, post)
    world.do(XKX, lambda tx: pauses.pause(tx, node.desk, officer, tale.follow_up, (why, file), world.clock()))


def resume(world: World, tale: Tale) -> None:
    node, officer = world.nodes[XKX], world.officer(XKX, "approver-1")
    world.do(XKX, lambda tx: pauses.resume(tx, node.desk, officer, tale.follow_up, (WHY, FILE), world.clock()))


def test_it_runs_from_when_the_partner_has_it(world: World) -> None:
    """A partner that is down for a day has not used up a minute."""
    follow(world)
    world.stop(XKX)
    world.deliver()
    world.clock.turn(hours=24)
    assert read(world, ALB).state is ClockState.NOT_STARTED
    world.start(XKX)
    world.deliver()
    assert read(world, ALB).used == timedelta(0)
    assert read(world, ALB).due_at == read(world, XKX).due_at
    assert read(world, XKX).state is ClockState.RUNNING


def test_after_49_hours_it_is_late_at_both_ends_and_nothing_was_released(world: World) -> None:
    """DIS-04."""
    follow(world)
    world.deliver()
    world.clock.turn(hours=48)
    assert not row(world, ALB).is_late(world.clock())
    world.clock.turn(hours=1)
    before = [world.kinds(code) for code in (ALB, XKX)]
    for code in (ALB, XKX):
        node = world.nodes[code]
        assert tidy(node.commit, world.clock).late == 1
        assert tidy(node.commit, world.clock).late == 0, "flagged once"
        assert row(world, code).is_late(world.clock())
    assert world.deliver() == 0
    assert [world.kinds(code) for code in (ALB, XKX)] == before
    assert row(world, XKX).state is FollowUpState.WAITING
    figure = world.look(
        ALB,
        lambda tx: evaluate(tx, definition("late_follow_ups"), world.clock() - timedelta(days=1), world.clock()),
    )
    assert [(group.key, group.value) for group in figure.groups] == [(("out", XKX), 1)]


def test_time_before_the_judge_does_not_count_at_either_end(world: World) -> None:
    tale = follow(world)
    world.deliver()
    world.clock.turn(hours=10)
    pause(world, tale)
    world.deliver()
    assert read(world, ALB).state is ClockState.PAUSED
    world.clock.turn(hours=100)
    assert [row(world, code).is_late(world.clock()) for code in (ALB, XKX)] == [False, False]
    resume(world, tale)
    world.deliver()
    world.clock.turn(hours=38)
    assert [read(world, code).used for code in (ALB, XKX)] == [timedelta(hours=48)] * 2
    world.clock.turn(minutes=1)
    assert [row(world, code).is_late(world.clock()) for code in (ALB, XKX)] == [True, True]
    assert world.kinds(ALB)[-2:] == ["clock.paused", "clock.resumed"]
    assert WHY.encode() not in b"".join(call.request for call in world.calls)
    for code in (ALB, XKX):
        check_whole(world, code)


def test_an_answer_between_two_looks_is_still_flagged_as_late(world: World) -> None:
    tale = follow(world)
    world.deliver()
    world.clock.turn(hours=49)
    tale.release = world.propose(XKX, tale.follow_up)
    world.approve(XKX, tale.release)
    world.deliver()
    world.clock.turn(hours=1)
    assert tidy(world.nodes[ALB].commit, world.clock).late == 1
    assert not row(world, ALB).is_late(world.clock()), "closed: late is a fact of the past"


def test_who_may_pause_and_when(world: World) -> None:
    tale = follow(world)
    with pytest.raises(NotFoundError):
        pause(world, tale)
    world.deliver()
    with pytest.raises(ForbiddenError):
        pause(world, tale, post="enquirer")
    with pytest.raises(InputError):
        pause(world, tale, why="a judge")
    with pytest.raises(InputError):
        pause(world, tale, file="")
    with pytest.raises(ConflictError):
        resume(world, tale)
    pause(world, tale)
    with pytest.raises(ConflictError):
        pause(world, tale)
    resume(world, tale)
    tale.release = world.propose(XKX, tale.follow_up)
    world.approve(XKX, tale.release)
    with pytest.raises(ConflictError):
        pause(world, tale)


def test_a_partner_of_the_earlier_release_is_not_told(world: World) -> None:
    tale = follow(world)
    world.deliver()
    speak(world, (ALB,), 1)
    pause(world, tale)
    assert world.deliver() == 0
    assert read(world, XKX).state is ClockState.PAUSED
    entry = world.entries(XKX)[0]
    assert (entry.kind, entry.content) == ("clock.paused", {"told": False})


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"follow_up": "00000000-0000-4000-8000-000000000000"}, "UNKNOWN_CONVERSATION"),
        ({"at": "2025-06-01T00:00:00+00:00"}, "MALFORMED"),
        ({"at": "2025-05-15T03:00:00"}, "MALFORMED"),
        ({"at": "2025-05-14T03:00:00+00:00"}, "MALFORMED"),
        ({"at": "2025-05-15T02:54:00+00:00"}, "MALFORMED"),
        ({"extra": 1}, "MALFORMED"),
    ],
)
def test_hostile_clocks_are_refused(world: World, changes: dict[str, object], reason: str) -> None:
    tale = follow(world)
    world.deliver()
    body = {"follow_up": tale.follow_up, "paused": True, "at": world.clock().isoformat(), "pause": tale.enquiry}
    answer = world.send_body(XKX, ALB, "clock", body | changes, tale.enquiry)
    assert answer.body["reason"] == reason
    assert row(world, ALB).pauses == ()


def test_a_stray_end_changes_nothing_and_a_pause_begins_once(world: World) -> None:
    tale = follow(world)
    world.deliver()
    body = {"follow_up": tale.follow_up, "paused": False, "at": world.clock().isoformat(), "pause": tale.enquiry}
    assert world.send_body(XKX, ALB, "clock", body, tale.enquiry).kind == "receipt"
    assert row(world, ALB).pauses == ()
    assert world.send_body(XKX, ALB, "clock", body | {"paused": True}, tale.enquiry).kind == "receipt"
    assert world.send_body(XKX, ALB, "clock", body | {"paused": True}, tale.enquiry).body["reason"] == "ID_REUSED"
    assert len(row(world, ALB).pauses) == 1


# A pause that is told late.


def say_late(world: World, tale: Tale, hours: float, pause_id: str = PAUSE) -> Message:
    """XKX signs today that its clock has stood still since some hours ago."""
    node, at = world.nodes[XKX], world.clock() - timedelta(hours=hours)
    body = {"follow_up": tale.follow_up, "paused": True, "at": at.isoformat(), "pause": pause_id}
    message = Message("clock", MessageId(pause_id), XKX, ALB, tale.enquiry, at, None, body)
    reply = world.send_raw(XKX, ALB, write_message(message, node.keys.signing).content)
    return read_message(reply.body)[0]


def word(world: World, tale: Tale) -> None:
    """XKX writes something else to ALB: a stray end of a pause that never was."""
    body = {"follow_up": tale.follow_up, "paused": False, "at": world.clock().isoformat(), "pause": tale.enquiry}
    assert world.send_body(XKX, ALB, "clock", body, tale.enquiry).kind == "receipt"


def started(world: World) -> timedelta:
    """For how long the last pause has counted at ALB."""
    return world.clock() - row(world, ALB).pauses[-1].started_at


@pytest.mark.parametrize(("spoke", "said", "counts"), [(20, 60, 20), (2, 60, 2), (60, 20, 20), (1.1, 100, 1.1)])
def test_a_partner_that_was_heard_since_cannot_say_it_paused_before(
    world: World, spoke: float, said: float, counts: float
) -> None:
    """After 49 hours late stays late, whatever the answering side says now; hours before the telling."""
    tale = follow(world)
    world.deliver()
    world.clock.turn(hours=160 - spoke)
    word(world, tale)
    world.clock.turn(hours=spoke)
    assert say_late(world, tale, said).kind == "receipt"
    assert started(world) == timedelta(hours=counts)
    assert row(world, ALB).is_late(world.clock())
    entry = world.entries(ALB)[0]
    assert (entry.kind, entry.content is None) == ("clock.paused", said == counts)


def test_a_cosigned_checkpoint_shows_too_that_the_partner_could_speak(world: World) -> None:
    tale = follow(world)
    world.deliver()
    world.clock.turn(hours=50)
    world.do(ALB, lambda tx: keep_head(tx, XKX, (10_000, b"r" * 32), b"note", world.clock()))
    world.clock.turn(hours=10)
    say_late(world, tale, 59)
    assert started(world) == timedelta(hours=10)


def test_a_pause_that_waited_for_a_line_counts_from_when_it_was_made(world: World) -> None:
    """An honest partner without a line; other messages of its queue come shortly before the pause."""
    tale = follow(world)
    world.deliver()
    world.clock.turn(hours=10)
    pause(world, tale)
    world.clock.turn(hours=70)
    word(world, tale)
    world.clock.turn(minutes=30)
    world.deliver()
    assert started(world) == timedelta(hours=70, minutes=30)
    assert [read(world, code).used for code in (ALB, XKX)] == [timedelta(hours=10)] * 2
    assert not row(world, ALB).is_late(world.clock())
    assert world.entries(ALB)[0].content is None
