"""What nodes say to each other: one header, strictly read, around a body that only the flow understands.

A message is a question (`question` is null) or the one answer to a question, bound to it by its id and the SHA-256 of
its signed payload, so that an answer can never be moved to another question.
"""

import contextlib
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from egnatia.errors import InputError, RefusedError
from egnatia.exchange import strict_json
from egnatia.exchange.envelope import MESSAGE_TYPE, Envelope, open_envelope, seal_envelope
from egnatia.exchange.protocols import OLDEST, SPOKEN
from egnatia.model.ids import PARTNER_CODE, MessageId, PartnerCode
from egnatia.model.states import RefusalReason

_FIELDS = frozenset({"v", "kind", "id", "from", "to", "conversation", "created_at", "question", "body"})
_QUESTION_FIELDS = frozenset({"id", "sha256"})
_KIND = re.compile(r"[a-z][a-z0-9_.]{0,39}")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_CONVERSATION = re.compile(r"[0-9A-Za-z-]{1,36}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SHA256_BYTES = 32
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{6})?Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Question:
    """Which question an answer belongs to."""

    id: MessageId
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """One message as its header says; `sender` is a claim until the envelope is verified.

    `version` is that of `protocols`; an answer has the version of its question.
    """

    kind: str
    id: MessageId
    sender: PartnerCode
    recipient: PartnerCode
    conversation: str
    created_at: datetime
    question: Question | None
    body: Mapping[str, Any]
    version: int = OLDEST


@dataclass(frozen=True, slots=True)
class Written:
    """A signed message: what is stored and sent, and the SHA-256 of its payload."""

    content: bytes
    sha256: bytes


def format_moment(moment: datetime) -> str:
    """RFC 3339 in UTC with microseconds, the only form the exchange writes."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def parse_moment(text: str, what: str) -> datetime:
    """Read RFC 3339 in UTC, with microseconds or without a fraction.

    Raises:
        RefusedError: MALFORMED.
    """
    if _MOMENT.fullmatch(text):
        with contextlib.suppress(ValueError):
            return datetime.fromisoformat(text)
    raise strict_json.refuse(f"{what} is not a moment such as 2025-05-15T03:00:00Z")


def write_message(message: Message, key: Ed25519PrivateKey) -> Written:
    """Sign a message; its bytes are never made a second time.

    Raises:
        InputError: it would be too large or malformed for the partner.
    """
    question = None
    if message.question is not None:
        question = {"id": message.question.id, "sha256": message.question.sha256.hex()}
    header = {"v": message.version, "kind": message.kind, "id": message.id, "from": message.sender}
    header |= {"to": message.recipient}
    header |= {"conversation": message.conversation, "created_at": format_moment(message.created_at)}
    payload = strict_json.render({**header, "question": question, "body": dict(message.body)})
    content = seal_envelope(key, MESSAGE_TYPE, payload)
    try:  # what a partner would refuse must not enter the outbox
        strict_json.check_size(content, "envelope")
        if not (_has_its_form(message) and strict_json.is_plain(message.body)):
            _read(payload)
    except RefusedError as error:
        raise InputError(f"this message cannot be sent: {error.message}") from None
    return Written(content, hashlib.sha256(payload).digest())


def _has_its_form(message: Message) -> bool:
    """Whether every value of the header is one that a reader takes; who reads says what is wrong with one that is not."""
    question = message.question
    return bool(
        message.version in SPOKEN
        and _KIND.fullmatch(message.kind)
        and _ID.fullmatch(message.id)
        and PARTNER_CODE.fullmatch(message.sender)
        and PARTNER_CODE.fullmatch(message.recipient)
        and _CONVERSATION.fullmatch(message.conversation)
        and (question is None or (_ID.fullmatch(question.id) and len(question.sha256) == _SHA256_BYTES))
    )


def read_message(content: bytes) -> tuple[Message, Envelope]:
    """Read a message strictly; who signed it is still to be verified.

    Raises:
        RefusedError: one of `strict_json.FORMS`, with one detail.
    """
    envelope = open_envelope(content, MESSAGE_TYPE)
    return _read(envelope.payload), envelope


def _read(payload: bytes) -> Message:
    values = strict_json.parse(payload, "message")
    _check_version(values.get("v"))
    strict_json.take_fields(values, _FIELDS, "message")
    if not isinstance(values["body"], dict):
        raise strict_json.refuse("the message's body is not an object")
    return _message(values)


def _check_version(version: object) -> None:
    """Looked at before the fields: another version may have others."""
    if type(version) is not int:
        raise strict_json.refuse("the message has no field 'v' with its version")
    if version not in SPOKEN:
        known = " and ".join(str(each) for each in sorted(SPOKEN))
        detail = f"the message is of version {version}; this node speaks {known}"
        raise strict_json.refuse(detail, RefusalReason.VERSION_UNSUPPORTED)


def _message(values: dict[str, Any]) -> Message:
    def text(name: str, pattern: "re.Pattern[str]") -> str:
        return strict_json.take_text(values, name, pattern, "message")

    return Message(
        kind=text("kind", _KIND),
        id=MessageId(text("id", _ID)),
        sender=PartnerCode(text("from", PARTNER_CODE)),
        recipient=PartnerCode(text("to", PARTNER_CODE)),
        conversation=text("conversation", _CONVERSATION),
        created_at=parse_moment(text("created_at", _MOMENT), "created_at"),
        question=_question(values["question"]),
        body=values["body"],
        version=values["v"],
    )


def _question(value: Any) -> Question | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise strict_json.refuse("the message's question is neither null nor an object")
    strict_json.take_fields(value, _QUESTION_FIELDS, "question")
    sha256 = bytes.fromhex(strict_json.take_text(value, "sha256", _SHA256, "question"))
    return Question(MessageId(strict_json.take_text(value, "id", _ID, "question")), sha256)
