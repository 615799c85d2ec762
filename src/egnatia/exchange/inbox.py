"""Messages coming in: each is handled once, and every repetition gets the bytes of its first answer.

The question itself is never written down: only its hash and our answer are. The handler's effects, the answer and
whatever the handler writes to the ledger are one transaction, so a node killed in between has done all of it or nothing.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select

from egnatia.errors import InputError, RefusedError
from egnatia.exchange.directory import card_of
from egnatia.exchange.envelope import Envelope, resealed
from egnatia.exchange.keys import NodeKeys
from egnatia.exchange.limits import KEEP_ANSWERS, MAX_AGE, MAX_SKEW
from egnatia.exchange.message import Message, Question, format_moment, write_message
from egnatia.exchange.protocols import hear_protocol
from egnatia.exchange.senders import check_sender
from egnatia.ledger import Act
from egnatia.ledger.repeats import append_or_count
from egnatia.model.events import EventKind
from egnatia.model.ids import MessageId, PartnerCode, SealedId
from egnatia.model.states import RefusalReason
from egnatia.store.database import Transaction
from egnatia.store.prepared import Prepared, insert_into
from egnatia.store.tables import inbox

SEALED_KIND = "message"
REFUSAL_KIND = "refusal"
"""Kind of the answer that says no; its body is `{"reason": RefusalReason, "detail": text}`."""
MAX_DETAIL = 500
"""Characters of a refusal's words: as many as the other end keeps (`dispatch`) and shows (`problems`)."""
NODE_ACTOR = "node"
"""Who acts when no officer does."""
_NO_ACT = frozenset(
    {
        RefusalReason.MALFORMED,
        RefusalReason.ID_REUSED,
        RefusalReason.UNKNOWN_CONVERSATION,
        RefusalReason.CARD_NOT_CONTINUOUS,
        RefusalReason.TRUST_FILE_WRONG,
        RefusalReason.TRUST_OUTDATED,
    }
)
"""Refusals of the flow that are no decision of it, so that it makes no entry of its own."""
_KEEP = insert_into(inbox)
_KNOWN = Prepared(
    select(inbox.c.sha256, inbox.c.answer, inbox.c.sealed_id).where(
        inbox.c.sender == bindparam("sender"), inbox.c.message_id == bindparam("message_id")
    )
)


@dataclass(frozen=True, slots=True)
class Received:
    """A message from a partner, verified: a question for a handler, or the answer to one of ours.

    Attributes:
        kind: what the sender's flow calls it; `refusal` is an answer that says no.
        id: its own identity; empty for a refusal that came without a signature.
        sender: the partner, by signature and certificate.
        conversation: as in the question.
        created_at: the sender's clock.
        body: JSON, not checked beyond being JSON.
        sha256: of the signed payload.
        signed: false only for a refusal given before the partner could read our question.
    """

    kind: str
    id: MessageId
    sender: PartnerCode
    conversation: str
    created_at: datetime
    body: Mapping[str, Any]
    sha256: bytes
    signed: bool = True

    def refusal(self) -> tuple[RefusalReason, str] | None:
        """The partner's reason and words when this is a refusal; an unlisted reason reads as MALFORMED."""
        if self.kind != REFUSAL_KIND:
            return None
        reason, detail = str(self.body.get("reason")), str(self.body.get("detail", ""))
        if reason in set(RefusalReason):
            return RefusalReason(reason), detail
        return RefusalReason.MALFORMED, f"the partner gave a reason that is not in the list: {reason[:40]!a}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler answers; `sealed` where it holds more than references, so that no plain copy of it may stay here."""

    kind: str
    body: Mapping[str, Any]
    sealed: bool = False


Handler = Callable[[Transaction, Received], Answer]
"""Answers one question. A RefusedError or InputError it raises becomes a signed refusal and undoes what it did."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message as it came in, read but not yet believed.

    Attributes:
        message: what the header says.
        envelope: the signed bytes.
        tls_sha256: fingerprint of the certificate that the connection showed.
        certificate: that certificate, DER.
        verified_by: the key under which the signature was found to hold already; empty when it is still to be checked.
    """

    message: Message
    envelope: Envelope
    tls_sha256: str
    certificate: bytes = b""
    verified_by: bytes = b""


def check_clock(sent_at: datetime, now: datetime) -> None:
    """Require that the sender's clock, as it sent, and ours agree.

    Raises:
        RefusedError: CLOCK_SKEW, naming both clocks.
    """
    if abs(sent_at - now) > MAX_SKEW:
        raise _skew("the sending node's clock says", sent_at, now)


def _skew(what: str, theirs: datetime, now: datetime) -> RefusedError:
    return RefusedError(
        RefusalReason.CLOCK_SKEW,
        f"{what} {format_moment(theirs)}, this node's clock says {format_moment(now)};"
        f" they may differ by {MAX_SKEW.seconds // 60} minutes",
        hint="Check the time synchronisation (NTP) of both nodes; the message waits and is sent again by itself.",
    )


def receive(tx: Transaction, keys: NodeKeys, arrival: Arrival, handle: Handler, now: datetime) -> bytes:
    """Answer one message: for the first time, or with the payload of the first time.

    Returns:
        The signed answer; a refusal is an answer too.

    Raises:
        RefusedError: the sender could not be made certain (UNKNOWN_SENDER, KEY_REVOKED, CERTIFICATE_MISMATCH,
            KEY_RETIRED, BAD_SIGNATURE) or the clocks disagree (CLOCK_SKEW): the sender keeps its message.
    """
    message = arrival.message
    card = card_of(tx, message.sender)
    known = tx.row(_KNOWN, sender=message.sender, message_id=message.id)
    repeated = known is not None and known.sha256 == arrival.envelope.sha256.hex()
    check_sender(tx, arrival, card, repeated=repeated)
    hear_protocol(tx, message.sender, message.version)
    if known is not None and repeated and (first := _first_answer(tx, known)) is not None:
        return resealed(first, keys.signing)
    problem = _acquainted(message, repeated=repeated) if known is not None else _unacceptable(keys, message, now)
    if problem is not None:
        note_refusal(tx, message.sender, problem.reason, now, arrival.envelope.sha256)
        return _signed(tx, keys, arrival, _refusal(problem), now)
    given = _handled(tx, arrival, handle)
    if given.kind == REFUSAL_KIND and given.body["reason"] in _NO_ACT:
        note_refusal(tx, message.sender, RefusalReason(given.body["reason"]), now, arrival.envelope.sha256)
    answer = _signed(tx, keys, arrival, given, now)
    _store(tx, arrival, answer, now, sealed=given.sealed)
    return answer


def _first_answer(tx: Transaction, known: Any) -> bytes | None:
    """What was answered the first time; None where that was erased since."""
    return bytes(known.answer) if known.sealed_id is None else tx.opened(known.sealed_id)


def note_refusal(
    tx: Transaction, partner: PartnerCode, reason: RefusalReason, now: datetime, sha256: bytes | None = None
) -> None:
    """Leave a trace of a message of this partner that was refused; at most two entries an hour for each reason.

    Args:
        tx: a write transaction.
        partner: by the certificate of the connection, or by the signature.
        reason: why.
        now: when.
        sha256: of the payload, where it could be read.
    """
    act = Act(EventKind.MESSAGE_REFUSED, now, NODE_ACTOR, partner, partner=partner, message_sha256=sha256)
    append_or_count(tx, act, reason.value)


def _acquainted(message: Message, *, repeated: bool) -> RefusedError:
    """Another body under a known id is either a broken partner or an attack; the same one had an answer, erased since."""
    if repeated:
        return RefusedError(RefusalReason.UNKNOWN_CONVERSATION, "what was answered was erased meanwhile; ask anew")
    return RefusedError(RefusalReason.ID_REUSED, f"message {message.id} was received before with another content")


def _unacceptable(keys: NodeKeys, message: Message, now: datetime) -> RefusedError | None:
    """What is wrong with a message whose sender is certain; a clock problem is raised, for the sender keeps its message."""
    if message.recipient != keys.code:
        return RefusedError(RefusalReason.WRONG_RECIPIENT, f"the message is for {message.recipient}, not {keys.code}")
    if message.question is not None:
        return RefusedError(RefusalReason.MALFORMED, "an answer came where a question was expected")
    if message.created_at - now > MAX_SKEW:
        raise _skew("the message was created, by the sender's clock, at", message.created_at, now)
    if now - message.created_at > MAX_AGE:
        detail = f"the message was created at {format_moment(message.created_at)}, over {MAX_AGE.days} days ago"
        return RefusedError(RefusalReason.TOO_OLD, detail)
    return None


def _handled(tx: Transaction, arrival: Arrival, handle: Handler) -> Answer:
    message = arrival.message
    received = Received(
        kind=message.kind,
        id=message.id,
        sender=message.sender,
        conversation=message.conversation,
        created_at=message.created_at,
        body=message.body,
        sha256=arrival.envelope.sha256,
    )
    try:
        with tx.savepoint():
            return handle(tx, received)
    except RefusedError as error:
        return _refusal(error)
    except InputError as error:
        return _refusal(RefusedError(RefusalReason.MALFORMED, error.message))


def _refusal(problem: RefusedError) -> Answer:
    """A no in words; cut, for what they quote of a question must not make them longer than an answer may be."""
    detail = problem.message.removeprefix(f"{problem.reason.value}: ")
    return Answer(REFUSAL_KIND, {"reason": problem.reason.value, "detail": detail[:MAX_DETAIL]})


def _signed(tx: Transaction, keys: NodeKeys, arrival: Arrival, answer: Answer, now: datetime) -> bytes:
    question = arrival.message
    message = Message(
        kind=answer.kind,
        id=MessageId(tx.new_id()),
        sender=keys.code,
        recipient=question.sender,
        conversation=question.conversation,
        created_at=now,
        question=Question(question.id, arrival.envelope.sha256),
        body=answer.body,
        version=question.version,
    )
    return write_message(message, keys.signing).content


def _store(tx: Transaction, arrival: Arrival, answer: bytes, now: datetime, *, sealed: bool) -> None:
    message = arrival.message
    row: dict[str, object] = {"answer": answer}
    if sealed:
        record = tx.seal(answer, kind=SEALED_KIND, at=now, erase_on=now + KEEP_ANSWERS)
        row = {"sealed_id": record.id, "answer": b""}
    row |= {"sender": message.sender, "message_id": message.id, "kind": message.kind, "received_at": now}
    tx.put(_KEEP, row | {"sha256": arrival.envelope.sha256.hex()})


def forget_answers(tx: Transaction, now: datetime) -> int:
    """Delete stored answers that no acceptable duplicate can ask for any more; returns how many."""
    return _forget(tx, inbox.c.received_at < now - KEEP_ANSWERS)


def forget_answers_to(tx: Transaction, partner: PartnerCode, kinds: Collection[str]) -> int:
    """Delete what was answered to one partner's questions of these kinds; a repetition is a new question then."""
    return _forget(tx, (inbox.c.sender == partner) & inbox.c.kind.in_(kinds))


def erase_answers_to(tx: Transaction, partner: PartnerCode, kinds: Collection[str]) -> None:
    """Erase what sealed answers to one partner say, and keep that they were given: a repetition is told to ask anew."""
    _erase_sealed(tx, (inbox.c.sender == partner) & inbox.c.kind.in_(kinds))


def _forget(tx: Transaction, which: ColumnElement[bool]) -> int:
    _erase_sealed(tx, which)
    return tx.execute(inbox.delete().where(which)).rowcount


def _erase_sealed(tx: Transaction, which: ColumnElement[bool]) -> None:
    sealed = select(inbox.c.sealed_id).where(which & inbox.c.sealed_id.is_not(None))
    for sealed_id in tx.execute(sealed).scalars().all():
        tx.erase(SealedId(sealed_id))
