"""Which function takes which message: the flow's one door to the exchange."""

from collections.abc import Callable
from datetime import datetime

from egnatia.enquiries import our_followups, releases
from egnatia.enquiries.answer import answer_enquiry
from egnatia.enquiries.desk import Desk
from egnatia.enquiries.messages import ENQUIRY, FOLLOW_UP, FOLLOW_UP_REFUSAL, RELEASE
from egnatia.enquiries.our_followups import take_follow_up_answer, take_refusal
from egnatia.enquiries.releases import take_release, take_release_answer
from egnatia.enquiries.replies import close_ask, take_reply
from egnatia.enquiries.their_followups import take_follow_up
from egnatia.errors import RefusedError
from egnatia.exchange.inbox import Answer, Received
from egnatia.exchange.outbox import Sent
from egnatia.model.states import AskState, RefusalReason
from egnatia.store.database import Transaction

_QUESTIONS: dict[str, Callable[[Transaction, Desk, Received, datetime], Answer]] = {
    ENQUIRY: answer_enquiry,
    FOLLOW_UP: take_follow_up,
    FOLLOW_UP_REFUSAL: lambda tx, _, received, now: take_refusal(tx, received, now),
    RELEASE: take_release,
}
_ANSWERS: dict[str, Callable[[Transaction, Sent, Received, datetime], None]] = {
    ENQUIRY: take_reply,
    FOLLOW_UP: take_follow_up_answer,
    RELEASE: take_release_answer,
}


def answer(tx: Transaction, desk: Desk, received: Received, now: datetime) -> Answer:
    """Answer a partner's message.

    Raises:
        RefusedError: MALFORMED for a kind that does not exist, or what the kind's own function raises.
    """
    take = _QUESTIONS.get(received.kind)
    if take is None:
        raise RefusedError(RefusalReason.MALFORMED, f"there is no message of the kind {received.kind!r}")
    return take(tx, desk, received, now)


def take_answer(tx: Transaction, sent: Sent, received: Received, now: datetime) -> None:
    """Take a partner's answer to a message of ours; receipts need no act."""
    take = _ANSWERS.get(sent.kind)
    if take is not None:
        take(tx, sent, received, now)


def take_undeliverable(tx: Transaction, sent: Sent, now: datetime) -> None:
    """A message of ours grew too old: the partner has not answered, and that is what is shown."""
    if sent.kind == ENQUIRY:
        close_ask(tx, sent, AskState.UNDELIVERABLE, None, now)
    elif sent.kind == FOLLOW_UP:
        our_followups.take_undeliverable(tx, sent, now)
    elif sent.kind == RELEASE:
        releases.take_undeliverable(tx, sent)
