"""Whether a certificate was taken back: the revocation lists held, asked as of a day.

Only lists whose signature holds under a certificate of the store are kept (`imports.insist_signed`). No list, or only
one that ran out, is `unknown` and `stale`, never `good`; what a list in parts, a delta or an indirect list does not name
is not good for that.

Source: RFC 5280 section 6.3, Doc 9303-12 section 7.2 (lists at least every 90 days).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from egnatia.engines.documents.trust.certificates import Certificate
from egnatia.engines.documents.trust.crl import RevocationList, RevokedEntry
from egnatia.engines.documents.trust.names import Likeness, Name


class RevocationState(StrEnum):
    """What the lists say of a certificate."""

    GOOD = "good"
    REVOKED = "revoked"
    STALE = "stale"
    """Not on the last list that is held, and that list should have been followed by another one."""
    UNKNOWN = "unknown"
    """No list of this issuer is held."""


@dataclass(frozen=True, slots=True)
class Revocation:
    """The state of a certificate with what it rests on."""

    state: RevocationState
    entry: RevokedEntry | None = None
    list_digest: str | None = None
    list_date: datetime | None = None


def revocation(
    certificate: Certificate, lists: Sequence[RevocationList], moment: datetime, authority: Name | None = None
) -> Revocation:
    """What the lists of a certificate's issuer say on a moment; a list from after it does not count.

    `authority` is the name of the authority whose key signed the certificate, where it is known: certificates that write
    their issuer in another way than it calls itself are on its lists all the same.

    An entry counts as soon as its list does, whatever its own date; whoever wants to weigh what was signed before the
    revocation has the date and the reason in the entry.
    """
    names = (certificate.issuer,) if authority is None else (certificate.issuer, authority)
    ours = [
        each
        for each in lists
        if each.this_update <= moment and any(each.issuer.likeness(name) is not Likeness.NONE for name in names)
    ]
    whole = [each for each in ours if _covers(each, certificate)]
    if not ours:
        return Revocation(RevocationState.UNKNOWN)
    last = max(whole or ours, key=_age)
    lifted = False
    for each in sorted(ours, key=_age, reverse=True):
        entry = each.entries.get(certificate.serial)
        if entry is None:
            continue
        if entry.reason == "remove_from_crl":
            lifted = True
        elif entry.reason != "certificate_hold" or not (lifted or _age(each) < _age(last)):
            return Revocation(RevocationState.REVOKED, entry, each.digest, each.this_update)
    if not whole:
        return Revocation(RevocationState.UNKNOWN)
    stale = last.next_update is not None and last.next_update < moment
    return Revocation(RevocationState.STALE if stale else RevocationState.GOOD, None, last.digest, last.this_update)


def _age(each: RevocationList) -> tuple[datetime, int]:
    return each.this_update, each.number or 0


def _covers(each: RevocationList, certificate: Certificate) -> bool:
    """Whether a list that does not name a certificate shows that it is good: it speaks of all of its kind."""
    if each.partial:
        return False
    return not each.points or bool(set(each.points) & set(certificate.extensions.crl_points))
