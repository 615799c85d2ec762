"""Sessions of the console: a random token in the officer's browser, its hash in the database.

A login makes a new token and ends the one that the browser came with, so a token planted before the login is worth
nothing. A session ends after 15 minutes without a request, and after 12 hours in any case.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from egnatia.ledger import Act, append
from egnatia.model.events import EventKind
from egnatia.model.ids import OfficerId
from egnatia.model.officers import Officer
from egnatia.model.states import Role
from egnatia.store.database import Transaction
from egnatia.store.tables import login_session as table
from egnatia.store.tables import officer

TOKEN_BYTES = 32
IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
"""NIST SP 800-63B, level 2: at most 30 minutes idle and 12 hours in all; idle is stricter here, desks are shared."""
TOUCH_AFTER = timedelta(minutes=1)
"""A request within this time after the last one noted is not noted again: one write a minute is enough."""
_ID_CHARACTERS = 16


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session as its owner or an administrator sees it; `id` is not the token and opens nothing."""

    id: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _reference(digest: str) -> str:
    return f"session/{digest[:_ID_CHARACTERS]}"


def session_reference(token: str) -> str:
    """The `SessionView.id` under which the session of this token is listed."""
    return _digest(token)[:_ID_CHARACTERS]


def open_session(tx: Transaction, officer_: Officer, now: datetime, *, replaces: str | None = None) -> str:
    """Start a session after a successful login; the login's ledger entry is the entry of this event too.

    Args:
        tx: the transaction of the login.
        officer_: who logged in.
        now: when.
        replaces: the token that the browser sent along, which ends here.

    Returns:
        The token, 64 hexadecimal characters: 256 random bits. It is kept nowhere on the node.
    """
    stale = (table.c.expires_at <= now) | (table.c.last_seen_at <= now - IDLE)
    tx.execute(delete(table).where(table.c.officer_id == officer_.id, stale))
    if replaces is not None:
        close_session(tx, replaces, now)
    token = tx.randomness.randbytes(TOKEN_BYTES).hex()
    times = {"created_at": now, "last_seen_at": now, "expires_at": now + LONGEST}
    tx.execute(table.insert(), {"token_sha256": _digest(token), "officer_id": officer_.id} | times)
    return token


def officer_of_session(tx: Transaction, token: str, now: datetime, *, touch: bool = True) -> Officer | None:
    """The officer behind a token, or `None` when the session is unknown, over, or its account closed.

    Args:
        tx: a write transaction, unless `touch` is false.
        token: what the browser sent.
        now: when.
        touch: note the request, at most once a minute, so that the idle time starts again.
    """
    digest = _digest(token)
    row = _row(tx, digest)
    if row is None or row.disabled_at is not None or not _is_alive(row, now):
        return None
    if touch and now - row.last_seen_at >= TOUCH_AFTER:
        tx.execute(update(table).where(table.c.token_sha256 == digest).values(last_seen_at=now))
    return Officer(OfficerId(row.id), row.name, frozenset(Role(role) for role in row.roles.split(",") if role))


def _row(tx: Transaction, digest: str) -> Any | None:
    columns = (officer.c.id, officer.c.name, officer.c.roles, officer.c.disabled_at)
    times = (table.c.created_at, table.c.last_seen_at, table.c.expires_at)
    joined = table.join(officer, table.c.officer_id == officer.c.id)
    wanted = select(*columns, *times).select_from(joined).where(table.c.token_sha256 == digest)
    return tx.execute(wanted).one_or_none()


def _is_alive(row: Any, now: datetime) -> bool:
    """Ends are exclusive; a clock that went back before the session's start ends it too."""
    return bool(row.created_at <= now < row.expires_at and now < row.last_seen_at + IDLE)


def close_session(tx: Transaction, token: str, now: datetime) -> None:
    """Log out: end one session. An unknown token is nothing to do."""
    digest = _digest(token)
    row = tx.execute(select(table.c.officer_id).where(table.c.token_sha256 == digest)).one_or_none()
    if row is not None:
        _end(tx, digest, row.officer_id, now)


def sessions(tx: Transaction, officer_id: OfficerId, now: datetime) -> list[SessionView]:
    """The officer's sessions that are alive, oldest first."""
    rows = tx.execute(select(table).where(table.c.officer_id == officer_id).order_by(table.c.created_at))
    return [
        SessionView(row.token_sha256[:_ID_CHARACTERS], row.created_at, row.last_seen_at, row.expires_at)
        for row in rows
        if _is_alive(row, now)
    ]


def revoke_sessions(
    tx: Transaction, officer_id: OfficerId, actor: str, now: datetime, *, only: str | None = None
) -> int:
    """End the officer's sessions, or only the one with that `SessionView.id`; one ledger entry each.

    Returns:
        How many were ended.
    """
    rows = tx.execute(select(table.c.token_sha256).where(table.c.officer_id == officer_id)).scalars().all()
    ended = [digest for digest in rows if only is None or digest[:_ID_CHARACTERS] == only]
    for digest in ended:
        _end(tx, digest, actor, now)
    return len(ended)


def _end(tx: Transaction, digest: str, actor: str, now: datetime) -> None:
    tx.execute(delete(table).where(table.c.token_sha256 == digest))
    append(tx, Act(EventKind.LOGOUT, now, actor, _reference(digest)))
