"""A label as bytes: one canonical JSON form, its hash, and the strict way back.

The hash is what receipts repeat and tokens name, so two nodes must write one label with one sequence of bytes: keys in
order, sets as sorted lists, no spaces, everything outside ASCII escaped.
"""

import hashlib
import json
from datetime import date
from typing import Annotated, Any

import msgspec

from egnatia.errors import RefusedError
from egnatia.model.handling import ActionLimit, Audience, EvidenceUse, Grading, Label, Onward, Sanitisation, Scope
from egnatia.model.ids import PartnerCode
from egnatia.model.states import Purpose, RefusalReason

MAX_CONDITIONS = 32
"""Conditions of one label: more than a person can keep to. Merging past it is refused, nothing is dropped."""
MAX_NAMES = 64
"""Organisations or persons named in one label; a task force has five members, the EEA thirty."""
_HASH_DOMAIN = b"egnatia/label/v1\n"
_UNSEEN = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff"

_Code = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}\Z")]
_Person = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.\-]{1,40}\Z")]
_Condition = Annotated[str, msgspec.Meta(pattern=rf"^[^\s{_UNSEEN}][^{_UNSEEN}]*\Z", max_length=500)]
_Codes = Annotated[list[_Code], msgspec.Meta(max_length=MAX_NAMES)]


class LabelBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A label as it stands in a message or a file. Every field has to be there: a missing one has no default."""

    originators: Annotated[_Codes, msgspec.Meta(min_length=1)]
    scope: Scope
    orgs: _Codes | None
    persons: Annotated[list[_Person], msgspec.Meta(max_length=MAX_NAMES)] | None
    onward: Onward
    evidence_use: EvidenceUse
    action: ActionLimit
    sanitisation: Sanitisation
    purposes: list[Purpose]
    review_on: date | None
    erase_on: date | None
    conditions: Annotated[list[_Condition], msgspec.Meta(max_length=MAX_CONDITIONS)]


class GradingBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A grading as it stands in a message: the words of its own scheme."""

    scheme: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9_]{1,20}\Z")]
    source: Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9]\Z")]
    information: Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9]\Z")]


def plain(label: Label) -> dict[str, Any]:
    """The label as plain JSON values, in one order."""
    audience = label.audience
    return {
        "originators": sorted(label.originators),
        "scope": audience.scope.value,
        "orgs": None if audience.orgs is None else sorted(audience.orgs),
        "persons": None if audience.persons is None else sorted(audience.persons),
        "onward": label.onward.value,
        "evidence_use": label.evidence_use.value,
        "action": label.action.value,
        "sanitisation": label.sanitisation.value,
        "purposes": sorted(each.value for each in label.purposes),
        "review_on": label.review_on.isoformat() if label.review_on else None,
        "erase_on": label.erase_on.isoformat() if label.erase_on else None,
        "conditions": sorted(label.conditions),
    }


def canonical_bytes(label: Label) -> bytes:
    """The label's one sequence of bytes."""
    return json.dumps(plain(label), sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def label_sha256(label: Label) -> str:
    """SHA-256 of the canonical bytes under a domain of its own, in hexadecimal."""
    return hashlib.sha256(_HASH_DOMAIN + canonical_bytes(label)).hexdigest()


def to_body(label: Label) -> LabelBody:
    """The label for a message.

    Raises:
        RefusedError: HANDLING_UNKNOWN, a partner would not be able to read it: for example too many conditions.
    """
    return _converted(plain(label), LabelBody)


def from_body(body: LabelBody) -> Label:
    """The label in a message.

    Raises:
        RefusedError: HANDLING_UNKNOWN, it contradicts itself.
    """
    label = Label(
        originators=frozenset(PartnerCode(code) for code in body.originators),
        audience=Audience(
            body.scope,
            None if body.orgs is None else frozenset(body.orgs),
            None if body.persons is None else frozenset(body.persons),
        ),
        onward=body.onward,
        evidence_use=body.evidence_use,
        action=body.action,
        sanitisation=body.sanitisation,
        purposes=frozenset(body.purposes),
        review_on=body.review_on,
        erase_on=body.erase_on,
        conditions=frozenset(body.conditions),
    )
    _check(label, body)
    return label


def from_plain(values: object) -> Label:
    """The label in plain JSON values, for example of a file.

    Raises:
        RefusedError: HANDLING_UNKNOWN, a field is missing, unknown or outside its list.
    """
    return from_body(_converted(values, LabelBody))


def from_text(text: str | bytes) -> Label:
    """The label in JSON text.

    Raises:
        RefusedError: HANDLING_UNKNOWN.
    """
    try:
        values = json.loads(text, object_pairs_hook=_named_once)
    except (ValueError, RecursionError):
        raise unknown("this is not a label: it is no JSON") from None
    return from_plain(values)


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object that names each field once: of two values a person may have read the one, and the program the other.

    Raises:
        RefusedError: HANDLING_UNKNOWN.
    """
    values = dict(pairs)
    if len(values) != len(pairs):
        raise unknown("this is not a label: a field stands there twice")
    return values


def grading_body(grading: Grading | None) -> GradingBody | None:
    """The grading for a message."""
    return None if grading is None else GradingBody(**{name: getattr(grading, name) for name in Grading.__slots__})


def grading_of(body: GradingBody | None) -> Grading | None:
    """The grading in a message; `schemes.check_grading` says whether its codes exist."""
    return None if body is None else Grading(body.scheme, body.source, body.information)


def unknown(problem: str, *, hint: str | None = None) -> RefusedError:
    """The refusal of a marking that nobody can say the meaning of."""
    hint = (
        hint
        or "A code or field outside its list is refused, never guessed: docs/reference/handling.md has all of them."
    )
    return RefusedError(RefusalReason.HANDLING_UNKNOWN, problem, hint=hint)


def _converted(values: object, kind: type[LabelBody]) -> LabelBody:
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        raise unknown(f"this is not a label: {_place(str(error))}") from None


def _place(problem: str) -> str:
    """What is wrong and where, without the value."""
    if problem.startswith(("Invalid enum value", "Object contains unknown field")):
        return f"a value or field outside its list{problem[problem.rfind(' - at ') :] if ' - at ' in problem else ''}"
    return problem


def _check(label: Label, body: LabelBody) -> None:
    lists: tuple[list[Any] | None, ...] = (body.originators, body.orgs, body.persons, body.purposes, body.conditions)
    if any(each is not None and (len(set(each)) != len(each) or each != sorted(each)) for each in lists):
        raise unknown("the lists of a label are sorted and name everything once")
    check_label(label)


def check_label(label: Label) -> None:
    """Require that the label does not contradict itself.

    Raises:
        RefusedError: HANDLING_UNKNOWN.
    """
    if not label.originators:
        raise unknown("a label needs its originator")
    if label.onward is Onward.FREE and label.audience != Audience(Scope.PUBLIC):
        raise unknown("what may be passed on freely is for the public: another audience contradicts it")
