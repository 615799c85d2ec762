"""Logging in and out. The check, its slowing down after wrong tries and its ledger entries are in `accounts`."""

from http import HTTPStatus

from egnatia.accounts import LoginRefusal, close_session, conclude_login, open_session, try_password
from egnatia.console.visit import Html, Redirect, Reply, Visit
from egnatia.model.officers import Officer
from egnatia.store.database import Transaction

MAX_PASSWORD = 1_000
"""Characters; longer ones are cut off, so that hashing cannot be made expensive by sending megabytes."""


def login_page(visit: Visit) -> Reply:
    """The login form; who is logged in already goes to the first page."""
    if visit.officer is not None:
        return Redirect("/")
    return Html("login.html", {"name": "", "problem": None})


def log_in(visit: Visit) -> Reply:
    """Check name and password; a new session token replaces any old one."""
    name = visit.form.get("name")
    password = visit.form.many("password")[0][:MAX_PASSWORD] if visit.form.many("password") else ""

    with visit.node.database.read() as tx:  # the slow hash is computed outside the node's one queue of writes
        tried = try_password(tx, name, password)

    def attempt(tx: Transaction) -> Officer | LoginRefusal:
        return conclude_login(tx, tried, visit.now)

    answer = visit.node.commit(attempt)
    if isinstance(answer, LoginRefusal):
        return Html("login.html", {"name": name, "problem": answer.message}, HTTPStatus.UNAUTHORIZED)
    token = visit.node.commit(lambda tx: open_session(tx, answer, visit.now, replaces=visit.token))
    return Redirect("/", session=token)


def log_out(visit: Visit) -> Reply:
    """End this session."""
    token = visit.token
    if token is not None:
        visit.node.commit(lambda tx: close_session(tx, token, visit.now))
    return Redirect("/login", session="")
