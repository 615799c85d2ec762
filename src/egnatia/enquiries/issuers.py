"""Whom a travel document is asked of: its issuer, alone, unless an officer says why others are asked too (DOC-05).

Only the issuer knows whether a number was lost, stolen or never issued, and a node answers from its own register alone:
a no-hit from anybody else means nothing, and every partner asked is one more that learns of the document. Where the
issuer is no partner there is nobody to ask, and that is said instead of asking everybody.
"""

from collections.abc import Collection
from functools import lru_cache
from typing import Final

from egnatia.engines.documents import normal_issuer
from egnatia.enquiries.desk import MIN_JUSTIFICATION, check_text
from egnatia.errors import InputError, RefusedError
from egnatia.model.agreements import Register
from egnatia.model.ids import PartnerCode
from egnatia.model.states import RefusalReason, SubjectKind

OUTSIDE: Final = "INTERPOL's database of stolen and lost travel documents (SLTD) is outside this system"
_HINT_BEYOND: Final = "Name the issuer alone, or no partner at all; whoever asks others too says why: `--beyond-issuer` at the command line."

_registered = lru_cache(maxsize=1_024)(normal_issuer)
"""The register's own codes in normal form: the same few for every question."""


def issuer_of(register: Register, code: str) -> PartnerCode | None:
    """The partner that issues documents under a code, whatever its standing; None where no partner does.

    Args:
        register: the agreement register.
        code: as the document carries it; fillers and Kosovo's other codes are understood.
    """
    wanted = normal_issuer(code)
    for partner in sorted(register.partners):
        if wanted in {_registered(each) for each in register.partners[partner].travel_document_codes}:
            return partner
    return None


def issuer_alone(register: Register, us: PartnerCode, code: str, known: Collection[PartnerCode]) -> PartnerCode:
    """The one partner to ask about a document of this issuer.

    Args:
        register: the agreement register.
        us: this node's partner.
        code: the issuer's code.
        known: partners whose card is registered here.

    Raises:
        RefusedError: ISSUER_NO_MEMBER where no partner issues under this code, SAME_PARTNER for a document of our own,
            UNKNOWN_PARTNER for an issuer whose card is not registered here.
    """
    issuer = issuer_of(register, code)
    if issuer is None:
        raise RefusedError(
            RefusalReason.ISSUER_NO_MEMBER,
            f"no partner issues documents as {code}: there is nobody to ask; {OUTSIDE}",
            hint="Ask the issuer or INTERPOL by your own national channel. No other partner can know the number.",
        )
    if issuer == us:
        raise RefusedError(
            RefusalReason.SAME_PARTNER,
            f"{us} issues documents as {code} itself: this node's own register is the answer",
            hint="`egnatia lookup check` and the document's examination look the number up at home.",
        )
    if issuer not in known:
        raise RefusedError(
            RefusalReason.UNKNOWN_PARTNER,
            f"{issuer} issues documents as {code}, and its card is not registered on this node",
            hint="`egnatia partner add` registers a partner's card.",
        )
    return issuer


def check_beyond(subject: SubjectKind, reason: str | None) -> str | None:
    """The reason why others than the issuer are asked, checked; None where none was given.

    Raises:
        InputError: it is too short, or the enquiry is about no document.
    """
    if reason is None:
        return None
    if subject is not SubjectKind.TRAVEL_DOCUMENT:
        raise InputError(
            f"{subject.value} has no issuer that others could be asked beside",
            hint="Leave that reason out; it belongs to enquiries about travel documents.",
        )
    return check_text("reason to ask others than the issuer", reason, MIN_JUSTIFICATION)


def check_named(register: Register, code: str, partners: Collection[PartnerCode], reason: str | None) -> None:
    """Require a reason where a document is asked of somebody who did not issue it.

    Raises:
        InputError: others are named, and nothing says why.
    """
    issuer = issuer_of(register, code)
    others = [each for each in partners if each != issuer]
    if others and reason is None:
        who = "no partner" if issuer is None else issuer
        raise InputError(
            f"{', '.join(others)} cannot know a document number of {code}, which {who} issues; say why you ask",
            hint=_HINT_BEYOND,
        )
