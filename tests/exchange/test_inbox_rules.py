"""What a node answers to each kind of delivery, asked through its application as a partner would."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from tests.databases import about_sqlite
from tests.exchange.conftest import ALB, XKX, Clock, Sim, count

from egnatia.errors import InputError, RefusedError
from egnatia.exchange.client import Reply, Request
from egnatia.exchange.inbox import Answer, Received, forget_answers
from egnatia.exchange.limits import FIRST_RETRY_S, KEEP_ANSWERS, LAST_RETRY_S, MAX_AGE, MAX_SKEW, retry_delay_s
from egnatia.exchange.memory import MemoryLine
from egnatia.exchange.message import Message, Question, format_moment, read_message, write_message
from egnatia.exchange.outbox import ANSWERED, QUEUED
from egnatia.exchange.paths import LEAVES_PATH, MESSAGES_PATH, SENT_AT_HEADER, STATUS_PATH
from egnatia.model.events import EventKind
from egnatia.model.ids import MessageId, PartnerCode
from egnatia.model.states import RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.tables import inbox, ledger_entry, outbox

Sims = Mapping[PartnerCode, Sim]
ID = MessageId("0b0f4a1e-6f0e-4a2b-9d6e-3a1f6f0f9a11")


def question(at: datetime, **changes: Any) -> Message:
    plain = Message("enquiry", ID, ALB, XKX, "c-1", at, None, {"number": "AB123"})
    return replace(plain, **changes)


def deliver(sims: Sims, content: bytes, sent_at: datetime | None = None) -> Reply:
    headers = {SENT_AT_HEADER: format_moment(sent_at or sims[ALB].clock())}
    return asyncio.run(sims[ALB].line.ask(sims[XKX].partner_card(), Request(MESSAGES_PATH, content, headers)))


def send(sims: Sims, message: Message) -> Reply:
    return deliver(sims, write_message(message, sims[ALB].keys.signing).content)


def refusal_in(reply: Reply) -> str:
    values = json.loads(reply.body)
    if "reason" in values:
        return str(values["reason"])
    body = read_message(reply.body)[0].body
    return str(body.get("reason"))


def stored(sim: Sim) -> int:
    with sim.database.read() as tx:
        return int(tx.execute(select(func.count()).select_from(inbox)).scalar_one())


def handled(sims: Sims) -> int:
    return sum(sims[XKX].counts("handled").values())


def test_a_duplicate_gets_the_same_bytes_and_is_not_handled_again(sims: Sims, clock: Clock) -> None:
    content = write_message(question(clock()), sims[ALB].keys.signing).content
    first = deliver(sims, content)
    clock.turn(days=6)
    sims[XKX].stop()
    sims[XKX].start()
    assert deliver(sims, content) == first
    assert (handled(sims), stored(sims[XKX])) == (1, 1)
    assert read_message(first.body)[0].question == Question(ID, read_message(content)[1].sha256)


def test_the_same_id_with_another_body_is_refused_and_flagged(sims: Sims, clock: Clock) -> None:
    first = send(sims, question(clock()))
    other = send(sims, question(clock(), body={"number": "ZZ999"}))
    assert refusal_in(other) == "ID_REUSED"
    assert handled(sims) == 1
    with sims[XKX].database.read() as tx:
        query = select(func.count()).where(ledger_entry.c.kind == EventKind.MESSAGE_REFUSED)
        assert tx.execute(query).scalar_one() == 1
    assert send(sims, question(clock())) == first


def answer_to(at: datetime) -> Message:
    return question(at, question=Question(ID, bytes(32)))


@pytest.mark.parametrize(
    ("make", "reason", "status"),
    [
        (lambda at: question(at, recipient=ALB), "WRONG_RECIPIENT", 200),
        (lambda at: question(at - MAX_AGE - timedelta(seconds=1)), "TOO_OLD", 200),
        (lambda at: question(at + MAX_SKEW + timedelta(seconds=1)), "CLOCK_SKEW", 409),
        (answer_to, "MALFORMED", 200),
        (lambda at: question(at, sender=PartnerCode("GBR")), "UNKNOWN_SENDER", 403),
        (lambda at: question(at, sender=XKX), "UNKNOWN_SENDER", 403),
    ],
)
def test_each_unacceptable_message_has_its_reason(
    sims: Sims, clock: Clock, make: Callable[[datetime], Message], reason: str, status: int
) -> None:
    reply = send(sims, make(clock()))
    assert (refusal_in(reply), reply.status) == (reason, status)
    assert (handled(sims), stored(sims[XKX])) == (0, 0)


@pytest.mark.parametrize("shift", [-MAX_AGE, MAX_SKEW])
def test_the_limits_of_age_and_skew_are_inclusive(sims: Sims, clock: Clock, shift: timedelta) -> None:
    assert read_message(send(sims, question(clock() + shift)).body)[0].kind == "reply"


@pytest.mark.parametrize("hours", [-24.0, 24.0])
def test_a_clock_that_is_a_day_off_is_named_with_both_times(sims: Sims, clock: Clock, hours: float) -> None:
    theirs = clock() + timedelta(hours=hours)
    content = write_message(question(clock()), sims[ALB].keys.signing).content
    reply = deliver(sims, content, sent_at=theirs)
    problem = json.loads(reply.body)
    assert problem["reason"] == "CLOCK_SKEW"
    assert format_moment(theirs) in problem["detail"]
    assert format_moment(clock()) in problem["detail"]
    assert "NTP" in problem["hint"]


def test_another_certificate_than_the_cards_is_refused(sims: Sims, clock: Clock) -> None:
    content = write_message(question(clock()), sims[ALB].keys.signing).content
    line = MemoryLine(b"another certificate", sims[XKX].apps)
    headers = {SENT_AT_HEADER: format_moment(clock())}
    reply = asyncio.run(line.ask(sims[XKX].partner_card(), Request(MESSAGES_PATH, content, headers)))
    assert (reply.status, refusal_in(reply)) == (403, "CERTIFICATE_MISMATCH")
    status = asyncio.run(line.ask(sims[XKX].partner_card(), Request(STATUS_PATH)))
    assert (status.status, refusal_in(status)) == (403, "UNKNOWN_SENDER")


def test_another_signature_than_the_cards_is_refused(sims: Sims, clock: Clock) -> None:
    reply = deliver(sims, write_message(question(clock()), sims[XKX].keys.signing).content)
    assert (reply.status, refusal_in(reply)) == (403, "BAD_SIGNATURE")


def test_what_cannot_be_read_is_refused_before_anything_else(sims: Sims) -> None:
    assert refusal_in(deliver(sims, b"{}")) == "MALFORMED"
    reply = deliver(sims, b" " * 70_000)
    assert (reply.status, refusal_in(reply)) == (413, "TOO_LARGE")
    line, card = sims[ALB].line, sims[XKX].partner_card()
    assert "egnatia-sent-at" in json.loads(asyncio.run(line.ask(card, Request(MESSAGES_PATH, b"{}"))).body)["detail"]
    assert asyncio.run(line.ask(card, Request("/exchange/none"))).status == 404
    assert asyncio.run(line.ask(card, Request(MESSAGES_PATH))).status == 405


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RefusedError(RefusalReason.NO_AGREEMENT, "no agreement in force"), "NO_AGREEMENT"),
        (InputError("unknown field 'name'"), "MALFORMED"),
    ],
)
def test_a_handlers_refusal_is_an_answer_and_undoes_what_it_did(sims: Sims, error: Exception, reason: str) -> None:
    def refusing(tx: Transaction, received: Received) -> Answer:
        count(tx, f"handled:{received.id}")
        raise error

    sims[XKX].stop()
    sims[XKX].handle = refusing
    sims[XKX].start()
    queued = sims[ALB].queue(XKX)
    asyncio.run(sims[ALB].courier.deliver_due())
    assert sims[ALB].counts(f"refused:{reason}") == {queued.message_id: 1}
    assert (handled(sims), stored(sims[XKX])) == (0, 1)
    assert state_of(sims[ALB]) == ANSWERED


def state_of(sim: Sim) -> str:
    with sim.database.read() as tx:
        return str(tx.execute(select(outbox.c.state)).scalar_one())


def test_a_refusal_for_a_clock_keeps_the_message_until_the_clock_is_right(sims: Sims, clock: Clock) -> None:
    queued = sims[ALB].queue(XKX)
    wrong = Clock(clock() + timedelta(days=1))
    receiver = sims[XKX]
    receiver.stop()
    receiver.clock = wrong
    receiver.start()
    asyncio.run(sims[ALB].courier.deliver_due())
    assert state_of(sims[ALB]) == QUEUED
    receiver.stop()
    receiver.clock = clock
    receiver.start()
    clock.turn(seconds=2)
    asyncio.run(sims[ALB].courier.deliver_due())
    assert sims[ALB].counts("answered") == {queued.message_id: 1}


@about_sqlite
def test_a_full_disk_keeps_the_message_at_the_sender_and_the_receiver_whole(sims: Sims, clock: Clock) -> None:
    engine = sims[XKX].database.engine
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def allow(most_pages: int) -> None:
        with engine.connect() as each:
            each.exec_driver_sql(f"PRAGMA max_page_count={most_pages}")

    def bulky(tx: Transaction, received: Received) -> Answer:
        count(tx, f"handled:{received.id}")
        return Answer("reply", {"text": "x" * 40_000})

    sims[XKX].stop()
    sims[XKX].handle = bulky
    sims[XKX].start()
    engine = sims[XKX].database.engine
    queued = sims[ALB].queue(XKX)
    allow(pages)
    asyncio.run(sims[ALB].courier.deliver_due())
    with sims[ALB].database.read() as tx:
        assert "disk is full" in str(tx.execute(select(outbox.c.last_error)).scalar_one())
    assert (state_of(sims[ALB]), handled(sims), stored(sims[XKX])) == (QUEUED, 0, 0)
    allow(2**30)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    clock.turn(seconds=2)
    asyncio.run(sims[ALB].courier.deliver_due())
    assert sims[ALB].counts("answered") == {queued.message_id: 1}
    assert handled(sims) == 1


def test_old_answers_are_forgotten_only_when_no_duplicate_can_come(sims: Sims, clock: Clock) -> None:
    send(sims, question(clock()))
    assert sims[XKX].database.run(lambda tx: forget_answers(tx, clock() + KEEP_ANSWERS)) == 0
    later = clock() + KEEP_ANSWERS + timedelta(seconds=1)
    assert sims[XKX].database.run(lambda tx: forget_answers(tx, later)) == 1


def test_status_and_leaves_are_for_partners(sims: Sims, clock: Clock) -> None:
    line, card = sims[ALB].line, sims[XKX].partner_card()
    status = json.loads(asyncio.run(line.ask(card, Request(STATUS_PATH))).body)
    assert status == {"code": "XKX", "version": "test", "protocol": 2, "ledger_size": 1, "time": format_moment(clock())}
    assert len(asyncio.run(line.ask(card, Request(f"{LEAVES_PATH}?start=0&end=1"))).body) == 32
    for query in ("", "?start=0&end=2", "?start=1&end=0", "?start=-1&end=1", "?start=0&end=x"):
        assert asyncio.run(line.ask(card, Request(LEAVES_PATH + query))).status == 422


def test_the_back_off_grows_and_stays_within_its_bounds() -> None:
    delays = [retry_delay_s(failures, 0.0) for failures in range(1, 2000)]
    assert delays[:4] == [FIRST_RETRY_S, 2.0, 4.0, 8.0]
    assert delays == sorted(delays)
    assert delays[-1] == LAST_RETRY_S
    assert retry_delay_s(1, 1.0) == FIRST_RETRY_S / 2
