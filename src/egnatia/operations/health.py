"""Alive, ready, and what is wrong: the rules by which a node judges its own signs."""

from dataclasses import dataclass
from datetime import timedelta

from egnatia.exchange.limits import MAX_SKEW
from egnatia.operations.signs import Signs

MIN_FREE_BYTES = 200_000_000
"""A day of a busy node writes under 100 MB (bench/exchange, bytes for each message); below twice that it warns."""
STOP_FREE_BYTES = 20_000_000
"""Below this a commit may fail at any moment: the write-ahead log alone grows to 4 MB between its checkpoints, and
several readers can hold it open."""
EXPIRY_WARNING = timedelta(days=30)
"""Time to renew a certificate and have every partner know of it."""
UNWITNESSED_WARNING = timedelta(hours=4)
"""X-Road's default patience with its timestamping authority (its system parameters' guide): past it an operator looks."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it should be.

    Attributes:
        name: what it is about, one word.
        text: in a sentence.
        stops: whether the node cannot do its work because of it.
    """

    name: str
    text: str
    stops: bool = False


def problems(signs: Signs) -> list[Problem]:
    """What is wrong by these signs, what stops the node first; empty when nothing is."""
    found = [*_machine(signs), *_ledger(signs)]
    return sorted(found, key=lambda each: not each.stops)


def _machine(signs: Signs) -> list[Problem]:
    found = []
    if signs.database:
        found.append(Problem("database", signs.database, stops=True))
    if signs.free_bytes < MIN_FREE_BYTES:
        left = f"{signs.free_bytes // 1_000_000} MB are free on the node's disk"
        found.append(Problem("disk", left, stops=signs.free_bytes < STOP_FREE_BYTES))
    if signs.certificate_ends - signs.at < EXPIRY_WARNING:
        over = signs.certificate_ends <= signs.at
        text = f"the certificate {'ended' if over else 'ends'} on {signs.certificate_ends:%Y-%m-%d}"
        found.append(Problem("certificate", text, stops=over))
    return found


def _ledger(signs: Signs) -> list[Problem]:
    if signs.ledger is None:
        return []
    found = [Problem("witness", f"the ledger of {code} is not believed any more") for code in signs.ledger.alarms]
    # A time that is still to come says nothing about the past: a release before took cosignatures of any time.
    known = [at for at in signs.ledger.cosigned_at.values() if at - signs.at <= MAX_SKEW]
    newest = max(known, default=None)
    signed = signs.ledger.checkpoint_at
    if newest and signed and signed > newest and signs.at - newest > UNWITNESSED_WARNING:
        found.append(Problem("witness", f"no partner has cosigned since {newest:%Y-%m-%d %H:%M} UTC"))
    return found
