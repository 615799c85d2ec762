"""Whether a certificate was taken back: the revocation lists held, asked as of a day.

Only lists whose signature holds under a certificate of the store are kept (`store.TrustStore.add_crl`). No list, or
only one that ran out, is `unknown` and `stale`, never `good`.

Source: RFC 5280 section 6.3, Doc 9303-12 section 7.2 (lists at least every 90 days).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from egnatia.engines.documents.trust.certificates import Certificate
from egnatia.engines.documents.trust.crl import RevocationList, RevokedEntry
from egnatia.engines.documents.trust.names import Likeness


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


def revocation(certificate: Certificate, lists: Sequence[RevocationList], moment: datetime) -> Revocation:
    """What the lists of a certificate's issuer say on a moment; a list from after it does not count.

    An entry counts as soon as its list does, whatever its own date; whoever wants to weigh what was signed before the
    revocation has the date and the reason in the entry.
    """
    ours = [
        each
        for each in lists
        if each.this_update <= moment and each.issuer.likeness(certificate.issuer) is not Likeness.NONE
    ]
    if not ours:
        return Revocation(RevocationState.UNKNOWN)
    last = max(ours, key=lambda each: (each.this_update, each.number or 0))
    for each in sorted(ours, key=lambda one: one.this_update, reverse=True):
        entry = each.entries.get(certificate.serial)
        if (
            entry is not None
            and entry.reason != "remove_from_crl"
            and (each is last or entry.reason != "certificate_hold")
        ):
            return Revocation(RevocationState.REVOKED, entry, each.digest, each.this_update)
    stale = last.next_update is not None and last.next_update < moment
    return Revocation(RevocationState.STALE if stale else RevocationState.GOOD, None, last.digest, last.this_update)
