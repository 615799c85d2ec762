"""The membership list as a plain value: who is in, by which key, until when, and who has to sign the next one.

There is no central point. A list is good because its members signed it, under the rule of the list before it, and each
node judges that for itself, without asking anybody.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from egnatia.errors import InputError
from egnatia.model.ids import PartnerCode

MAX_VALID = timedelta(days=731)
"""Longest life of a list: two years, so that no list outlives every review."""
_LEAVING_AT_ONCE = 1
"""Were more allowed, whoever proposes could leave out everybody who would not sign."""


class SignOff(StrEnum):
    """Who has to sign the next list, besides each newcomer."""

    EVERY_MEMBER = "every_member"
    TWO_THIRDS = "two_thirds"


class Standing(StrEnum):
    """How things stand with the list in force."""

    NONE = "none"
    GOOD = "good"
    ENDS_SOON = "ends_soon"
    EXPIRED = "expired"
    """Expired, and still within the days of grace."""
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Member:
    """One member on a list.

    Attributes:
        code: the partner's code.
        name: what people call it.
        card_sha256: of its card, in hexadecimal: what people compare by telephone.
        signing_key: 32 bytes, Ed25519.
        since: the first list with this member came into being then.
    """

    code: PartnerCode
    name: str
    card_sha256: str
    signing_key: bytes
    since: datetime


@dataclass(frozen=True, slots=True)
class MembershipList:
    """One version of the list.

    Attributes:
        version: from 1.
        previous: SHA-256 of the payload before, in hexadecimal; none for the first.
        issued_at: when it was proposed.
        valid_until: until when it holds.
        sign_by: when a proposal without all signatures dies.
        sign_off: the rule by which the next version is judged.
        members: ordered by code.
    """

    version: int
    previous: str | None
    issued_at: datetime
    valid_until: datetime
    sign_by: datetime
    sign_off: SignOff
    members: tuple[Member, ...]

    @property
    def codes(self) -> frozenset[PartnerCode]:
        """Who is on it."""
        return frozenset(member.code for member in self.members)


def check_list(made: MembershipList) -> None:
    """Check what one list alone can show.

    Raises:
        InputError: members out of order or twice, or dates that cannot be.
    """
    codes = [member.code for member in made.members]
    if codes != sorted(set(codes)) or not codes:
        raise InputError("the membership list does not name each member once, in order of the codes")
    keys = {member.signing_key for member in made.members}
    if len(keys) != len(codes):
        raise InputError("two members of the membership list have one key")
    if not made.issued_at < made.sign_by <= made.valid_until <= made.issued_at + MAX_VALID:
        raise InputError(f"the membership list's dates are out of order or over {MAX_VALID.days} days apart")
    if (made.version == 1) != (made.previous is None):
        raise InputError("the first membership list has no list before it, and every other has one")


def check_follows(before: tuple[str, MembershipList] | None, made: MembershipList) -> None:
    """Check that a list is the next after another.

    Args:
        before: the payload's SHA-256 and the list in force; none when there is none yet.
        made: the list that would follow.

    Raises:
        InputError: it does not follow, or more than one member would leave at once.
    """
    check_list(made)
    sha256, previous = before if before is not None else (None, None)
    version = previous.version + 1 if previous is not None else 1
    if (made.version, made.previous) != (version, sha256):
        raise InputError(
            f"membership list {made.version} does not follow the one in force here ({version - 1 or 'none'})",
            hint="Compare `egnatia partner members` with the proposer; an older list may be missing at one of you.",
        )
    if previous is None:
        return
    if len(previous.codes - made.codes) > _LEAVING_AT_ONCE:
        raise InputError("a membership list leaves out more than one member", hint="One exit, one version.")
    _check_since(previous, made)


def _check_since(previous: MembershipList, made: MembershipList) -> None:
    was = {member.code: member.since for member in previous.members}
    for member in made.members:
        if member.since != was.get(member.code, made.issued_at):
            raise InputError(f"the membership list changes since when {member.code} has been a member")


def still_to_sign(
    previous: MembershipList | None, made: MembershipList, signers: Collection[PartnerCode]
) -> tuple[PartnerCode, ...]:
    """Whose signature is still missing; nobody's means that the list is complete.

    Each newcomer signs. Of those who were members and stay, the rule of the list before says how many; under
    `two_thirds` everybody who has not signed is named until enough have; where so few stay that they are not two thirds,
    each of them signs (`check_follows` lets one member leave at a time). The first list is signed by all.
    """
    signed = made.codes.intersection(signers)
    if previous is None:
        return tuple(sorted(made.codes - signed))
    staying, newcomers = made.codes & previous.codes, made.codes - previous.codes
    missing = set(newcomers - signed)
    if len(staying & signed) < _quorum(previous, len(staying)):
        missing |= staying - signed
    return tuple(sorted(missing))


def _quorum(previous: MembershipList, staying: int) -> int:
    if previous.sign_off is SignOff.TWO_THIRDS:
        return min(staying, math.ceil(2 * len(previous.members) / 3))
    return staying


def stops_on(valid_until: datetime, grace_days: int) -> date:
    """The first day in UTC on which nothing may be asked: it begins when all days of grace are over.

    A day is judged whole, as every day of an agreement is, so what is shown and what is decided change at one midnight.
    """
    over = valid_until.astimezone(UTC) + timedelta(days=grace_days)
    return over.date() if over.time() == time.min else over.date() + timedelta(days=1)


def validity(valid_until: datetime | None, now: datetime, warn_days: int, grace_days: int) -> Standing:
    """How a list that holds until `valid_until` stands now; `STOPPED` is when questions stop (ADR 0015)."""
    if valid_until is None:
        return Standing.NONE
    if now.astimezone(UTC).date() >= stops_on(valid_until, grace_days):
        return Standing.STOPPED
    if now >= valid_until:
        return Standing.EXPIRED
    return Standing.ENDS_SOON if now >= valid_until - timedelta(days=warn_days) else Standing.GOOD
