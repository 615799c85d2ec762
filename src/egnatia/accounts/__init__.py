"""Officers of this node: who they are, how they log in, what they may do.

Accounts are local: no officer of one partner can log in at another. Passwords are hashed with Argon2id; a wrong try
takes as long as a right one and says nothing about which part was wrong. Every login, failed login and end of a
session is one ledger entry, written in the same transaction. What each role may do is one table in `model.officers`.

Next: `officers.py` (accounts), `changes.py` (passwords and roles), `login.py` (passwords checked), `sessions.py` (the console's tokens), `rights.py`
(authorisation, four eyes), `passwords.py` (hashing).
"""

from egnatia.accounts.changes import change_password, change_roles
from egnatia.accounts.login import LoginRefusal, check_login, conclude_login, try_password
from egnatia.accounts.officers import Account, create_officer, disable_officer, officer_by_id, officers, present_officer
from egnatia.accounts.passwords import STANDARD, Hashing
from egnatia.accounts.rights import authorise, require_other
from egnatia.accounts.sessions import (
    SessionView,
    close_session,
    officer_of_session,
    open_session,
    revoke_sessions,
    session_reference,
    sessions,
)

__all__ = [
    "STANDARD",
    "Account",
    "Hashing",
    "LoginRefusal",
    "SessionView",
    "authorise",
    "change_password",
    "change_roles",
    "check_login",
    "close_session",
    "conclude_login",
    "create_officer",
    "disable_officer",
    "officer_by_id",
    "officer_of_session",
    "officers",
    "open_session",
    "present_officer",
    "require_other",
    "revoke_sessions",
    "session_reference",
    "sessions",
    "try_password",
]
