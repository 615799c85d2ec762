"""Several messages in one request: each is judged and answered as if it had come alone, and none pays for its neighbours."""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.conftest import ALB, XKX, Clock, Sim, count, counting_handler
from tests.exchange.test_courier_sim import FaultyLine, rows

from egnatia.errors import RefusedError
from egnatia.exchange.announcements import CARD
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.client import Line, Reply, Request
from egnatia.exchange.courier import WINDOW
from egnatia.exchange.dispatch import Due
from egnatia.exchange.inbox import Answer, Received
from egnatia.exchange.memory import MemoryLine
from egnatia.exchange.message import Message, format_moment, read_message, write_message
from egnatia.exchange.outbox import ANSWERED, QUEUED, Sent
from egnatia.exchange.parcels import (
    MAX_MESSAGES,
    MAX_PARCEL_BYTES,
    PARCELS_SINCE,
    answered,
    ask_together,
    grouped,
    opened,
)
from egnatia.exchange.paths import MESSAGES_PATH, PARCELS_PATH, SENT_AT_HEADER
from egnatia.exchange.problems import problem, read_problem
from egnatia.exchange.protocols import learn_protocol
from egnatia.exchange.strict_json import MAX_BYTES
from egnatia.ledger.entries import EntryFilter, read_entries
from egnatia.model.events import EventKind
from egnatia.model.ids import MessageId, PartnerCode
from egnatia.model.states import RefusalReason
from egnatia.store.database import Transaction

Sims = Mapping[PartnerCode, Sim]


@dataclass(slots=True)
class Tap:
    """A line that remembers what went over it, and may answer for the partner."""

    inner: Line
    requests: list[Request] = field(default_factory=list)
    instead: Callable[[Request], Reply | None] = lambda _: None

    async def ask(self, card: PartnerCard, request: Request) -> Reply:
        self.requests.append(request)
        return self.instead(request) or await self.inner.ask(card, request)

    async def close(self) -> None:
        await self.inner.close()

    def sizes(self) -> list[int]:
        """How many messages each request had."""
        return [(each.body or b"").count(b"\n") + 1 for each in self.requests]


def tapped(sim: Sim, version: int = PARCELS_SINCE) -> Tap:
    """A sender whose line is listened to, and who knows what version the other speaks."""
    made: list[Tap] = []

    def wrap(line: Line) -> Line:
        made.append(Tap(line))
        return made[-1]

    sim.wrap = wrap
    sim.stop()
    sim.start()
    sim.database.run(lambda tx: learn_protocol(tx, XKX, version))
    return made[-1]


def deliver(sim: Sim) -> int:
    return asyncio.run(sim.courier.deliver_due())


def question(sims: Sims, number: int, **changes: object) -> bytes:
    message_id = MessageId(f"0b0f4a1e-6f0e-4a2b-9d6e-{number:012x}")
    plain = Message("enquiry", message_id, ALB, XKX, f"c-{number}", sims[ALB].clock(), None, {"number": number})
    return write_message(replace(plain, **changes), sims[ALB].keys.signing).content  # type: ignore[arg-type]


def post(sims: Sims, path: str, content: bytes, **headers: str) -> Reply:
    given = headers or {SENT_AT_HEADER: format_moment(sims[ALB].clock())}
    return asyncio.run(sims[ALB].line.ask(sims[XKX].partner_card(), Request(path, content, given, 10**7)))


def parcel(sims: Sims, contents: Sequence[bytes]) -> list[tuple[int, int, bytes]]:
    """Status, seconds and body of each line of the reply."""
    reply = post(sims, PARCELS_PATH, b"\n".join(contents))
    assert reply.status == 200, reply.body
    lines = [line.split(b" ", 2) for line in reply.body.split(b"\n")]
    return [(int(status), int(after), body) for status, after, body in lines]


def test_each_message_of_a_parcel_is_answered_as_it_would_be_alone(sims: Sims) -> None:
    """Good and bad in turn; what each of them gets alone afterwards is what it got among the others."""
    good = question(sims, 1)
    stranger = Ed25519PrivateKey.from_private_bytes(bytes(32))
    old = replace(
        read_message(good)[0], id=MessageId("0b0f4a1e-6f0e-4a2b-9d6e-00000000000a"), sender=PartnerCode("MNE")
    )
    contents = [
        good,
        b"",
        b"{}",
        question(sims, 2),
        good,
        question(sims, 1, body={"number": 7}),
        write_message(read_message(question(sims, 3))[0], stranger).content,
        write_message(old, sims[ALB].keys.signing).content,
        question(sims, 4, body={"text": "x" * 45_000}) + b" " * 20_000,
        question(sims, 5, recipient=PartnerCode("GBR")),
        question(sims, 6, version=2),
    ]
    together = parcel(sims, contents)
    assert [status for status, _, _ in together] == [200, 400, 400, 200, 200, 200, 403, 403, 413, 200, 200]
    assert together[0] == together[4], "a repetition within the parcel gets the first answer"
    assert sims[XKX].counts("handled") == {f"0b0f4a1e-6f0e-4a2b-9d6e-{number:012x}": 1 for number in (1, 2, 6)}
    for content, (status, _, body) in zip(contents, together, strict=True):
        alone = post(sims, MESSAGES_PATH, content)
        assert alone.status == status
        if status != 200:
            assert read_problem(status, body).reason is read_problem(status, alone.body).reason is not None
        elif read_message(body)[0].kind == "reply":
            assert alone.body == body
        else:
            assert read_message(body)[0].body == read_message(alone.body)[0].body
    assert sum(sims[XKX].counts("handled").values()) == 3


def test_what_is_refused_in_a_parcel_leaves_its_trace_once_for_each_reason(sims: Sims) -> None:
    forged = write_message(read_message(question(sims, 3))[0], Ed25519PrivateKey.from_private_bytes(bytes(32))).content
    parcel(sims, [b"{}", question(sims, 1), b"[]", forged, b"\xff"])
    with sims[XKX].database.read() as tx:
        entries = read_entries(tx, EntryFilter(kind=EventKind.MESSAGE_REFUSED))
    assert sorted(each.content["reason"] for each in entries if each.content) == ["BAD_SIGNATURE", "MALFORMED", "NOT_UTF8"]  # fmt: skip


@pytest.mark.parametrize("shown", [b"", b"no certificate of anybody"])
def test_who_shows_no_registered_certificate_learns_nothing_by_a_parcel(sims: Sims, shown: bytes) -> None:
    line = MemoryLine(shown, sims[ALB].apps)
    contents = [b"", question(sims, 1), b"[" * 5_000, b"\x00" * 100, question(sims, 2)]
    request = Request(PARCELS_PATH, b"\n".join(contents), {SENT_AT_HEADER: format_moment(sims[ALB].clock())})
    reply = asyncio.run(line.ask(sims[XKX].partner_card(), request))
    assert [each.split(b" ")[0] for each in reply.body.split(b"\n")] == [b"400", b"403", b"400", b"400", b"403"]
    assert sims[XKX].counts("handled") == {}
    with sims[XKX].database.read() as tx:
        assert read_entries(tx, EntryFilter(kind=EventKind.MESSAGE_REFUSED)) == [], "nobody fills a ledger from outside"


def test_a_fault_of_the_flow_is_one_messages_own(sims: Sims, caplog: pytest.LogCaptureFixture) -> None:
    def failing(tx: Transaction, received: Received) -> Answer:
        count(tx, f"handled:{received.id}")
        if received.body["number"] == 2:
            raise KeyError("a fault of the handler")
        return Answer("reply", {"echo": dict(received.body)})

    sims[XKX].stop()
    sims[XKX].handle = failing
    sims[XKX].start()
    with caplog.at_level(logging.ERROR):
        found = parcel(sims, [question(sims, number) for number in (1, 2, 3)])
    assert [status for status, _, _ in found] == [200, 500, 200]
    assert b"a fault of the handler" not in found[1][2]
    assert "KeyError" in caplog.text, "the operator has it"
    assert [key[-1] for key in sorted(sims[XKX].counts("handled"))] == ["1", "3"], "what the fault did is undone"


@pytest.mark.parametrize(
    ("body", "headers", "status", "reason"),
    [
        (b"{}\n" * MAX_MESSAGES, None, 413, RefusalReason.TOO_LARGE),
        (b"x" * (MAX_PARCEL_BYTES + 1), None, 413, RefusalReason.TOO_LARGE),
        (b"{}\n{}", {SENT_AT_HEADER: "now"}, 400, RefusalReason.MALFORMED),
        (b"{}\n{}", {SENT_AT_HEADER: "2020-05-15T03:00:00Z"}, 409, RefusalReason.CLOCK_SKEW),
    ],
)
def test_what_is_wrong_with_the_whole_is_said_once(
    sims: Sims, body: bytes, headers: dict[str, str] | None, status: int, reason: RefusalReason
) -> None:
    reply = post(sims, PARCELS_PATH, body, **(headers or {}))
    assert (reply.status, read_problem(reply.status, reply.body).reason) == (status, reason)
    assert sims[XKX].counts("handled") == {}


def test_as_many_as_are_allowed_are_taken(sims: Sims) -> None:
    assert [status for status, _, _ in parcel(sims, [question(sims, n) for n in range(MAX_MESSAGES)])] == [200] * 16
    assert len(opened(b"\n" * (MAX_MESSAGES - 1))) == MAX_MESSAGES
    with pytest.raises(RefusedError, match="at most 16"):
        opened(b"\n" * MAX_MESSAGES)


def test_the_courier_sends_together_what_is_due_together(sims: Sims) -> None:
    tap = tapped(sims[ALB])
    queued = [sims[ALB].queue(XKX, f"c-{number}", number=number).message_id for number in range(WINDOW + 5)]
    assert deliver(sims[ALB]) == WINDOW
    assert deliver(sims[ALB]) == 5
    assert [each.path for each in tap.requests] == [PARCELS_PATH, PARCELS_PATH]
    assert tap.sizes() == [16, 5]
    assert sims[ALB].counts("answered") == sims[XKX].counts("handled") == dict.fromkeys(queued, 1)


def test_a_message_alone_goes_as_it_always_did(sims: Sims) -> None:
    tap = tapped(sims[ALB])
    sims[ALB].queue(XKX)
    deliver(sims[ALB])
    assert [each.path for each in tap.requests] == [MESSAGES_PATH]
    assert len(sims[ALB].counts("answered")) == 1


def test_a_partner_of_the_release_before_gets_no_parcel(sims: Sims) -> None:
    tap = tapped(sims[ALB], version=1)
    for number in range(5):
        sims[ALB].queue(XKX, f"c-{number}")
    deliver(sims[ALB])
    assert [each.path for each in tap.requests] == [MESSAGES_PATH] * 5
    assert len(sims[ALB].counts("answered")) == 5


def test_messages_of_one_conversation_are_never_in_one_parcel(sims: Sims) -> None:
    tap, heard = tapped(sims[ALB]), list[tuple[str, int]]()

    def listening(tx: Transaction, received: Received) -> Answer:
        heard.append((received.conversation, int(received.body["number"])))
        return counting_handler(tx, received)

    sims[XKX].stop()
    sims[XKX].handle = listening
    sims[XKX].start()
    for number in range(9):
        sims[ALB].queue(XKX, f"c-{number % 3}", number=number)
    while deliver(sims[ALB]):
        pass
    assert tap.sizes() == [3, 3, 3]
    assert all([n for c, n in heard if c == f"c-{rest}"] == [rest, rest + 3, rest + 6] for rest in range(3))


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413])
def test_a_partner_that_takes_no_parcel_gets_each_message_alone(sims: Sims, status: int) -> None:
    """What is wrong with the whole, whatever it is, must not make a single message given up."""
    tap = tapped(sims[ALB])
    said = bytes(problem(status, "X", "no parcels here", hint="", reason=RefusalReason.MALFORMED).body)
    tap.instead = lambda request: Reply(status, said) if request.path == PARCELS_PATH else None
    queued = [sims[ALB].queue(XKX, f"c-{number}").message_id for number in range(4)]
    deliver(sims[ALB])
    assert [each.path for each in tap.requests] == [PARCELS_PATH] + [MESSAGES_PATH] * 4
    assert sims[ALB].counts("answered") == sims[XKX].counts("handled") == dict.fromkeys(queued, 1)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(503, b"", 20.0), "HTTP 503"),
        (Reply(503, b""), "HTTP 503"),
        (Reply(500, b""), "HTTP 500"),
        (Reply(409, bytes(problem(409, "X", "clock", hint="", reason=RefusalReason.CLOCK_SKEW).body)), "CLOCK_SKEW"),
        (Reply(200, b""), "not believed"),
        (Reply(200, b"200 0 {}\n" * 3), "not believed"),
        (Reply(200, b"\n".join([b"200 0 {}"] * 3)), "not believed"),
        (Reply(200, b"\n".join([b"200 {}", b"hello", b"999 0 {}"])), "not believed"),
        (Reply(200, b"\n".join([b"200 0 " + b"x" * (MAX_BYTES + 1)] * 3)), "not believed"),
    ],
    ids=range(9),
)
def test_after_a_reply_that_answers_nothing_every_message_waits(
    sims: Sims, clock: Clock, reply: Reply, words: str
) -> None:
    tap = tapped(sims[ALB])
    queued = [sims[ALB].queue(XKX, f"c-{number}").message_id for number in range(3)]
    tap.instead = lambda _: reply
    deliver(sims[ALB])
    assert tap.sizes() == [3]
    waiting = rows(sims[ALB])
    assert [state for state, _, _ in waiting] == [QUEUED] * 3
    assert all(words in (error or "") for _, _, error in waiting)
    tap.instead = lambda _: None
    for _ in range(3):
        clock.turn(seconds=400)
        deliver(sims[ALB])
    assert sims[ALB].counts("answered") == dict.fromkeys(queued, 1)


def test_answers_in_another_order_are_nobodys(sims: Sims) -> None:
    """Each answer is bound to its question, so a partner that mixes them up is believed in none of them."""
    tap = tapped(sims[ALB])
    for number in range(3):
        sims[ALB].queue(XKX, f"c-{number}")
    whole: list[bytes] = []

    class Mixing(Tap):
        async def ask(self, card: PartnerCard, request: Request) -> Reply:
            reply = await Tap.ask(self, card, request)
            whole.append(reply.body)
            return replace(reply, body=b"\n".join(reversed(reply.body.split(b"\n"))))

    object.__setattr__(sims[ALB].courier._office, "line", Mixing(tap.inner))
    deliver(sims[ALB])
    assert [state for state, _, _ in rows(sims[ALB])] == [QUEUED, ANSWERED, QUEUED], (
        "the one in the middle stands where it was"
    )
    assert len(sims[XKX].counts("handled")) == 3
    assert whole


def test_one_bad_answer_keeps_only_its_own_message(sims: Sims) -> None:
    def take(tx: Transaction, sent: Sent, received: Received) -> None:
        if received.body["echo"]["number"] == 1:
            raise RefusedError(RefusalReason.MALFORMED, "an answer that says two things at once")
        count(tx, f"answered:{sent.message_id}")

    tap = tapped(sims[ALB])
    object.__setattr__(sims[ALB].courier._office, "on_answer", take)
    queued = [sims[ALB].queue(XKX, f"c-{number}", number=number).message_id for number in range(4)]
    deliver(sims[ALB])
    assert tap.sizes() == [4]
    assert set(sims[ALB].counts("answered")) == {queued[0], queued[2], queued[3]}
    assert [state for state, _, _ in rows(sims[ALB])] == [ANSWERED, QUEUED, ANSWERED, ANSWERED]


@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_lost_and_nothing_counts_twice_in_parcels_under_faults(sims: Sims, clock: Clock, seed: int) -> None:
    """Dropped, doubled, cut, swapped and replayed parcels, and either node killed with what it remembered."""
    sender, receiver, rng = sims[ALB], sims[XKX], random.Random(seed)

    def restart_receiver() -> None:
        receiver.stop()
        receiver.start()

    lines: list[FaultyLine] = []

    def wrap(line: Line) -> Line:
        lines.append(FaultyLine(line, rng, restart_receiver))
        return lines[-1]

    tapped(sender)
    sender.wrap = wrap
    sender.stop()
    sender.start()
    queued = [sender.queue(XKX, f"c-{number % 9}", number=number).message_id for number in range(24)]
    for turn in range(400):
        deliver(sender)
        if len(sender.counts("answered")) == len(queued):
            break
        clock.turn(seconds=rng.choice((1, 30, 400)))
        if turn % 3 == 0:
            sender.stop()
            sender.start()
    assert sender.counts("answered") == receiver.counts("handled") == dict.fromkeys(queued, 1)
    assert any(request.path == PARCELS_PATH for line in lines for request in line.requests)


def due(kind: str, size: int | None, number: int) -> Due:
    moment = datetime(2025, 5, 15, 3, tzinfo=UTC)
    sent = Sent(MessageId(str(number)), kind, XKX, f"c-{number}", moment, b"", 0)
    return Due(sent, None if size is None else b"x" * size)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(
    st.lists(
        st.tuples(st.sampled_from(["enquiry", "release", CARD]), st.one_of(st.none(), st.integers(1, MAX_BYTES))),
        max_size=60,
    ),
    st.sampled_from([1, 2]),
)
def test_what_goes_together_keeps_its_order_and_its_limits(sizes: list[tuple[str, int | None]], version: int) -> None:
    waiting = [due(kind, size, number) for number, (kind, size) in enumerate(sizes)]
    made = grouped(waiting, version)
    assert [each for parcel_ in made for each in parcel_] == waiting
    for parcel_ in made:
        assert 1 <= len(parcel_) <= (MAX_MESSAGES if version >= PARCELS_SINCE else 1)
        alone = any(each.content is None or each.sent.kind == CARD for each in parcel_)
        assert not alone or len(parcel_) == 1
        assert sum(len(each.content or b"") + 1 for each in parcel_) <= MAX_PARCEL_BYTES + 1
    if version >= PARCELS_SINCE and all(kind != CARD and size and size < 1_000 for kind, size in sizes):
        assert len(made) == -(-len(sizes) // MAX_MESSAGES)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.lists(st.tuples(st.sampled_from([200, 400, 403, 500, 503]), st.integers(0, 300), st.text(max_size=30)), min_size=2, max_size=16))  # fmt: skip
def test_what_is_said_about_each_message_arrives_as_it_was_said(said: list[tuple[int, int, str]]) -> None:
    replies = [problem(status, "X", text, hint="") for status, _, text in said]
    for reply, (_, after, _) in zip(replies, said, strict=True):
        if after:
            reply.headers["retry-after"] = str(after)
    whole = answered(replies)

    class Given:
        async def ask(self, card: PartnerCard, request: Request) -> Reply:
            del card, request
            return Reply(200, bytes(whole.body))

        async def close(self) -> None:
            """Nothing is open."""

    card: object = None
    found = asyncio.run(ask_together(Given(), card, [b"x"] * len(said), {}))  # type: ignore[arg-type]
    assert found == [
        Reply(reply.status_code, bytes(reply.body), float(after) if after else None)
        for reply, (_, after, _) in zip(replies, said, strict=True)
    ]
