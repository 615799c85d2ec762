"""An answer is believed only when it is the partner's, to us, and to this very question."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from tests.exchange.conftest import ALB, XKX, Clock, Sim

from egnatia.errors import RefusedError, TamperedError, UnreachableError
from egnatia.exchange.answers import WaitingError, read_reply, verify_answer
from egnatia.exchange.client import Reply
from egnatia.exchange.message import Message, Question, write_message
from egnatia.exchange.outbox import Sent
from egnatia.exchange.problems import problem
from egnatia.model.ids import MessageId, PartnerCode
from egnatia.model.states import RefusalReason

Sims = Mapping[PartnerCode, Sim]
ID, OTHER = MessageId("0b0f4a1e-6f0e-4a2b-9d6e-3a1f6f0f9a11"), MessageId("0b0f4a1e-6f0e-4a2b-9d6e-3a1f6f0f9a12")


@pytest.fixture
def sent(clock: Clock) -> Sent:
    return Sent(ID, "enquiry", XKX, "c-1", clock(), b"\1" * 32, 0)


def answer(clock: Clock, **changes: Any) -> Message:
    plain = Message("reply", OTHER, XKX, ALB, "c-1", clock(), Question(ID, b"\1" * 32), {"result": "no_hit"})
    return replace(plain, **changes)


def test_the_right_answer_is_believed(sims: Sims, clock: Clock, sent: Sent) -> None:
    content = write_message(answer(clock), sims[XKX].keys.signing).content
    received = verify_answer(ALB, sims[XKX].partner_card(), sent, content)
    assert (received.sender, received.body, received.signed) == (XKX, {"result": "no_hit"}, True)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"question": Question(ID, b"\2" * 32)}, "another question"),
        ({"question": Question(OTHER, b"\1" * 32)}, "another question"),
        ({"question": None}, "another question"),
        ({"sender": PartnerCode("GBR")}, "from GBR to ALB"),
        ({"recipient": PartnerCode("GBR")}, "from XKX to GBR"),
        ({"conversation": "c-2"}, "another conversation"),
    ],
)
def test_any_other_answer_is_not(sims: Sims, clock: Clock, sent: Sent, changes: dict[str, Any], why: str) -> None:
    content = write_message(answer(clock, **changes), sims[XKX].keys.signing).content
    with pytest.raises(TamperedError, match=why):
        verify_answer(ALB, sims[XKX].partner_card(), sent, content)


def test_an_answer_by_another_key_is_not_believed(sims: Sims, clock: Clock, sent: Sent) -> None:
    content = write_message(answer(clock), sims[ALB].keys.signing).content
    with pytest.raises(TamperedError, match="BAD_SIGNATURE"):
        verify_answer(ALB, sims[XKX].partner_card(), sent, content)


@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [
        (503, None, UnreachableError),
        (500, None, WaitingError),
        (404, None, WaitingError),
        (409, RefusalReason.CLOCK_SKEW, RefusedError),
        (403, RefusalReason.CERTIFICATE_MISMATCH, RefusedError),
    ],
)
def test_what_may_pass_keeps_the_message(
    sims: Sims, sent: Sent, status: int, reason: RefusalReason | None, expected: type[Exception]
) -> None:
    body = bytes(problem(status, "X", "words", hint="", reason=reason).body)
    with pytest.raises(expected, match="words"):
        read_reply(ALB, sims[XKX].partner_card(), sent, Reply(status, body))


def test_a_final_refusal_without_a_signature_says_so(sims: Sims, sent: Sent) -> None:
    body = bytes(problem(413, "REFUSED", "too long", hint="", reason=RefusalReason.TOO_LARGE).body)
    received = read_reply(ALB, sims[XKX].partner_card(), sent, Reply(413, body))
    assert (received.refusal(), received.signed) == ((RefusalReason.TOO_LARGE, "too long"), False)
