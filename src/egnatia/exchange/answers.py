"""Answers coming back: believed only when the partner signed them and they are bound to this very question."""

import hashlib

from egnatia.errors import Error, RefusedError, TamperedError, UnreachableError
from egnatia.exchange.card import PartnerCard
from egnatia.exchange.client import Reply
from egnatia.exchange.envelope import verify_envelope
from egnatia.exchange.inbox import REFUSAL_KIND, Received
from egnatia.exchange.limits import TRANSIENT
from egnatia.exchange.message import Message, Question, read_message
from egnatia.exchange.outbox import Sent
from egnatia.exchange.problems import Problem, read_problem
from egnatia.model.ids import MessageId, PartnerCode
from egnatia.model.states import RefusalReason

_OK = 200
_REFUSALS = range(400, 500)
_BUSY = 503
_LINE_IS_DOWN = frozenset({502, 503, 504})
"""The node, or something in front of it, cannot serve anybody just now."""


class WaitingError(Error):
    """The partner could not answer this message now; it is sent again by itself."""

    code = "UNREACHABLE"
    default_hint = UnreachableError.default_hint


class PutOffError(Error):
    """The partner has too much to do and asks for patience; its line is up.

    Attributes:
        after_s: seconds it asked to wait.
    """

    code = "UNREACHABLE"
    default_hint = UnreachableError.default_hint

    def __init__(self, message: str, after_s: float) -> None:
        super().__init__(message)
        self.after_s = after_s


def read_reply(us: PartnerCode, card: PartnerCard, sent: Sent, reply: Reply) -> Received:
    """What a reply means: the partner's answer, or its refusal.

    Raises:
        UnreachableError: the partner cannot serve anybody now.
        PutOffError: it has too much to do, and says for how long.
        RefusedError: the partner refuses for a reason that an administrator can put right (limits.TRANSIENT).
        WaitingError: the partner failed on this message.
        TamperedError: an answer that is not the partner's or not to this question.
    """
    if reply.status == _OK:
        return verify_answer(us, card, sent, reply.body)
    problem = read_problem(reply.status, reply.body)
    text = f"{card.code} answered HTTP {reply.status}: {problem.detail}"
    if reply.status == _BUSY and reply.retry_after_s is not None:
        raise PutOffError(text, reply.retry_after_s)
    if reply.status in _LINE_IS_DOWN:
        raise UnreachableError(text)
    if reply.status not in _REFUSALS or problem.reason is None:
        raise WaitingError(text)
    if problem.reason in TRANSIENT:
        raise RefusedError(problem.reason, f"{card.code} says: {problem.detail}")
    return _unsigned_refusal(card, sent, problem, problem.reason, reply)


def _unsigned_refusal(card: PartnerCard, sent: Sent, problem: Problem, reason: RefusalReason, reply: Reply) -> Received:
    """A refusal of something the partner could not even read; the channel alone vouches for it."""
    return Received(
        kind=REFUSAL_KIND,
        id=MessageId(""),
        sender=card.code,
        conversation=sent.conversation,
        created_at=sent.created_at,
        body={"reason": reason.value, "detail": problem.detail},
        sha256=hashlib.sha256(reply.body).digest(),
        signed=False,
    )


def verify_answer(us: PartnerCode, card: PartnerCard, sent: Sent, content: bytes) -> Received:
    """Believe an answer or not.

    Args:
        us: this node's code.
        card: of the partner that was asked.
        sent: the question.
        content: the envelope that came back.

    Raises:
        TamperedError: it is malformed, not signed by the partner, or not the answer to this question.
    """
    try:
        message, envelope = read_message(content)
        verify_envelope(envelope, card.signing_key, card.code)
    except RefusedError as error:
        raise _bad(sent, error.message) from None
    _check_binding(us, card, sent, message)
    return Received(
        kind=message.kind,
        id=message.id,
        sender=message.sender,
        conversation=message.conversation,
        created_at=message.created_at,
        body=message.body,
        sha256=envelope.sha256,
    )


def _check_binding(us: PartnerCode, card: PartnerCard, sent: Sent, message: Message) -> None:
    if message.question != Question(sent.message_id, sent.sha256):
        raise _bad(sent, "it is bound to another question")
    if (message.sender, message.recipient) != (card.code, us):
        raise _bad(sent, f"it is from {message.sender} to {message.recipient}")
    if message.conversation != sent.conversation:
        raise _bad(sent, "it belongs to another conversation")


def _bad(sent: Sent, why: str) -> TamperedError:
    return TamperedError(
        f"the answer of {sent.to} to message {sent.message_id} is not believed: {why}",
        hint="The message stays queued. Ask the partner's operator; somebody may stand between the two nodes.",
    )
