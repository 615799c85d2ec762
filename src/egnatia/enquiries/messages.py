"""What may stand in each message, field by field. A field that is not here is refused, not ignored.

Step 1 (`EnquiryBody`, `ReplyBody`) has no free text at all: closed codes, dates, reference numbers, keyed tags, and a
commitment to the justification, which stays with the asker and can be opened to an auditor.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeVar

import msgspec

from egnatia.agreements.handling import GradingBody, LabelBody
from egnatia.errors import InputError, RefusedError
from egnatia.model.states import Evidence, Offence, Purpose, RefusalReason, ReplyResult, SubjectKind

ENQUIRY = "enquiry"
REPLY = "reply"
FOLLOW_UP = "follow_up"
FOLLOW_UP_REFUSAL = "follow_up_refusal"
RELEASE = "release"
RECEIPT = "receipt"

MIN_FACTS = 20
"""Characters of the facts behind a follow-up, at both ends (DIS-02)."""
MAX_REFS = 10
"""Candidates per reply: more would be a list, not an answer (Prüm practice limits candidate lists)."""

# \Z and not $, which would let a line feed pass at the end.
GrantText = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.\-]{1,60}\Z")]
CaseText = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2,6}-[0-9]{4}-[0-9]{2,8}\Z")]
RefText = Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9\-]{3,40}\Z")]
OfficerText = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9\-]{3,40}\Z")]
HandlingText = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.\-]{1,10}\Z")]
Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
IdText = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")]
UNSEEN = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069"
"""Characters that steer a screen instead of standing on it: controls but tab and line feed, and turns of direction."""
BLANK = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Characters of which nothing is seen (Unicode's Default_Ignorable_Code_Point, and the empty Braille cell). Some belong into
a text, such as the joiners of Arabic script; none of them says anything, so none counts where a text has a least length."""
SEEN = rf"[^\s{BLANK}]|\s[\s{BLANK}]*+"
"""What does count: a character that is seen, and a gap between two of them once, however wide it is."""
FreeText = Annotated[str, msgspec.Meta(pattern=rf"^[^{UNSEEN}]+\Z", max_length=2_000)]
_FACTS = rf"^(?=(?:[{BLANK}]*(?:{SEEN})){{{MIN_FACTS}}})[^\s{UNSEEN}][^{UNSEEN}]{{{MIN_FACTS - 2},}}[^\s{UNSEEN}]\Z"
FactsText = Annotated[str, msgspec.Meta(pattern=_FACTS, max_length=2_000)]
FieldName = Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{1,40}\Z")]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of every body: immutable, and strict about unknown fields."""


class EnquiryBody(Body, frozen=True):
    """Step 1, asked. `query` is checked by its subject, which is as strict."""

    grant: GrantText
    case_ref: CaseText
    subject: SubjectKind
    purpose: Purpose
    offence: Offence
    officer: OfficerText
    justification_commitment: Digest
    deadline: datetime
    query: dict[str, Any]


class CandidateRef(Body, frozen=True):
    """One candidate: a reference number, how well it agrees (0 to 1, three decimals) and why, in closed codes."""

    ref: RefText
    quality: Annotated[float, msgspec.Meta(ge=0, le=1)]
    evidence: Annotated[list[Evidence], msgspec.Meta(max_length=12)]


class ReplyBody(Body, frozen=True):
    """Step 1, answered: hit, no hit, or refused with its one reason."""

    result: ReplyResult
    refs: Annotated[list[CandidateRef], msgspec.Meta(max_length=MAX_REFS)] = []
    reason: RefusalReason | None = None


class FollowUpBody(Body, frozen=True):
    """Step 2, asked: the facts and the offence behind a hit (Regulation (EU) 2024/982 art. 47(1)(c) as the model)."""

    follow_up: IdText
    ref: RefText
    offence: Offence
    officer: OfficerText
    facts: FactsText


class RefusalBody(Body, frozen=True):
    """An officer's no to a follow-up."""

    follow_up: IdText
    reason: RefusalReason


class ReleaseBody(Body, frozen=True):
    """Step 2, answered: core data that two people released, with their quality and handling.

    From version 2 of messages on the whole label travels too; a partner of release 0.1.0 gets the short code alone.
    """

    follow_up: IdText
    fields: Annotated[dict[FieldName, FreeText], msgspec.Meta(min_length=1, max_length=20)]
    handling: HandlingText
    as_of: date
    label: LabelBody | msgspec.UnsetType = msgspec.UNSET
    grading: GradingBody | msgspec.UnsetType = msgspec.UNSET


class ReceiptBody(Body, frozen=True):
    """Received and stored; a person will look at it."""


class LabelReceiptBody(Body, frozen=True):
    """Received and stored under this label: the sender compares the hash with that of the label it sent."""

    label_sha256: Digest


B = TypeVar("B", bound=Body)
_UNKNOWN_FIELD = re.compile(r"Object contains unknown field `([\s\S]*)`")
_FIELD_NAME = re.compile(r"[a-z_]{1,40}")


def decode(kind: type[B], body: Mapping[str, Any]) -> B:
    """Check a body against its type.

    Raises:
        RefusedError: MALFORMED, naming the field.
    """
    try:
        made = msgspec.convert(dict(body), kind)
    except msgspec.ValidationError as error:
        raise RefusedError(RefusalReason.MALFORMED, f"{kind.__name__}: {_without_values(str(error))}") from None
    for name in kind.__struct_fields__:
        if isinstance(value := getattr(made, name), datetime):
            _check_moment(kind, name, value)
    return made


def _check_moment(kind: type[Body], name: str, value: datetime) -> None:
    """A moment without a zone, or of no year in UTC, is none: it could be neither compared nor stored."""
    try:
        known = value.tzinfo is not None and value.astimezone(UTC)
    except OverflowError:
        known = False
    if not known:
        raise RefusedError(RefusalReason.MALFORMED, f"{kind.__name__}: {name!r} is no moment in UTC")


def _without_values(problem: str) -> str:
    """What is wrong and where, without a value: the refusal is stored, and what was asked must not be."""
    if problem.startswith("Invalid enum value "):
        return f"a value outside its list{problem[problem.rfind(' - at ') :]}"
    name = _UNKNOWN_FIELD.match(problem)
    return problem if name is None or _FIELD_NAME.fullmatch(name[1]) else "Object contains an unknown field"


def encode(body: Body) -> dict[str, Any]:
    """The body as plain JSON values.

    Raises:
        InputError: the partner would refuse it, for example for a value that is too long; nothing is sent then.
    """
    plain: dict[str, Any] = msgspec.to_builtins(body)
    try:
        msgspec.convert(plain, type(body))
    except msgspec.ValidationError as error:
        raise InputError(
            f"this cannot be sent: {error}",
            hint="Partners take values of at most 2,000 characters, all of them visible; leave it out.",
        ) from None
    return plain
