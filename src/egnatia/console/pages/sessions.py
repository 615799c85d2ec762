"""An officer's own sessions: see them, end one."""

import hashlib

from egnatia.accounts import revoke_sessions, sessions
from egnatia.console.visit import Html, Redirect, Reply, Visit
from egnatia.errors import NotFoundError


def session_list(visit: Visit) -> Reply:
    """Every browser that is logged in under this officer's name."""
    with visit.node.database.read() as tx:
        found = sessions(tx, visit.who.id, visit.now)
    digest = hashlib.sha256((visit.token or "").encode()).hexdigest()
    current = next((each.id for each in found if digest.startswith(each.id)), "")
    return Html("sessions.html", {"sessions": found, "current": current}, data=found)


def end_session(visit: Visit) -> Reply:
    """End one of the officer's own sessions.

    Raises:
        NotFoundError: the officer has no such session.
    """
    wanted, officer = visit.form.get("session"), visit.who
    ended = visit.node.commit(
        lambda tx: revoke_sessions(tx, officer.id, officer.id, visit.now, only=wanted) if wanted else 0
    )
    if not ended:
        raise NotFoundError("you have no such session", hint="It may have ended by itself; open the list again.")
    return Redirect("/sessions?done=revoked")
