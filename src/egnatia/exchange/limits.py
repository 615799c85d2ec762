"""The exchange's time limits in one place, because sender and receiver must agree about them."""

from datetime import timedelta

from egnatia.model.states import RefusalReason

MAX_AGE = timedelta(days=7)
"""A message lives this long: over a long weekend's outage, and short enough that a stale enquiry cannot surprise."""
MAX_SKEW = timedelta(minutes=5)
"""Clocks may differ by this much, Kerberos's customary limit (RFC 4120 section 1.6 leaves it to the site)."""
KEEP_ANSWERS = MAX_AGE + timedelta(days=1)
"""How long an answer is kept for duplicates: past MAX_AGE the question itself is refused as too old."""
KEEP_SETTLED = MAX_AGE + KEEP_ANSWERS
"""How long after a message was queued the outbox remembers it, once it was answered or given up: 15 days.

The row has no content, but it says who was asked when. By then the other end has forgotten its answer too, and nothing
can come back that would have to be recognised.
"""
FIRST_RETRY_S = 1.0
"""A restarting node is back in about a second (median 1.3 s in the design's kill test)."""
LAST_RETRY_S = 300.0
"""Even after days of outage a partner is tried every five minutes: 2,016 attempts in a week, a negligible load."""
TRANSIENT = frozenset(
    {
        RefusalReason.CLOCK_SKEW,
        RefusalReason.UNKNOWN_SENDER,
        RefusalReason.CERTIFICATE_MISMATCH,
        RefusalReason.BAD_SIGNATURE,
        RefusalReason.KEY_RETIRED,
        RefusalReason.KEY_REVOKED,
    }
)
"""Refusals that an administrator can put right (a clock, a card): the message waits, with the refusal in sight."""


def retry_delay_s(failures: int, jitter: float) -> float:
    """Seconds until the next attempt after `failures` failures in a row (1 and up).

    Exponential back-off between FIRST_RETRY_S and LAST_RETRY_S, shortened by up to a half by `jitter` (0 to 1), so
    that partners that failed together do not come back together.
    """
    longest = min(LAST_RETRY_S, FIRST_RETRY_S * 2.0 ** min(failures - 1, 30))
    return longest * (1.0 - 0.5 * jitter)
