"""From a `Reply` to a web response: template or JSON, headers, cookies."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from egnatia.console.catalogues import LANGUAGES
from egnatia.console.layout import page_values
from egnatia.console.render import render, to_json
from egnatia.console.security import ONE_YEAR_S, SAFE_METHODS, cookie_name, page_headers
from egnatia.console.visit import Download, Html, Redirect, Reply, Visit
from egnatia.errors import Error, NotAuthenticatedError

PREFERENCES = frozenset({"lang", "keys"})
"""The only cookies besides the session's; neither says anything about a person."""


def respond(visit: Visit, request: Request, reply: Reply) -> Response:
    """Make the response."""
    if isinstance(reply, Redirect):
        return _redirect(visit, reply)
    headers = page_headers(secure=visit.secure)
    if isinstance(reply, Download):
        headers["Content-Disposition"] = f'attachment; filename="{reply.name}"'
        return Response(reply.content, HTTPStatus.OK, headers, reply.media_type)
    if reply.data is not None and _wants_json(visit, request):
        return Response(to_json(reply.data), reply.status, headers, "application/json")
    if reply.refresh_s is not None:
        headers["Refresh"] = str(reply.refresh_s)
    values = {**page_values(visit), "has_twin": reply.data is not None and visit.method in SAFE_METHODS}
    values |= reply.values
    response = HTMLResponse(render(reply.template, visit.language, values), reply.status, headers)
    if visit.query.get("lang") in LANGUAGES:
        _remember(response, visit, {"lang": visit.language.tag})
    return response


def refusal(visit: Visit, error: Error) -> Reply:
    """The page of an error; who is not logged in is sent to the login page first."""
    if isinstance(error, NotAuthenticatedError) and visit.officer is None and visit.method in SAFE_METHODS:
        return Redirect("/login")
    data = {"error": error.code, "message": error.message, "hint": error.hint()}
    values = {"error": error, "own_hint": error.hint() != error.default_hint}
    return Html("error.html", values, error.http_status, data)


def _wants_json(visit: Visit, request: Request) -> bool:
    asked = visit.form.get("format") or visit.query.get("format")
    return asked == "json" or request.headers.get("accept", "").startswith("application/json")


def _redirect(visit: Visit, reply: Redirect) -> Response:
    response = RedirectResponse(reply.to, HTTPStatus.SEE_OTHER, page_headers(secure=visit.secure))
    name = cookie_name(visit.node.code, secure=visit.secure)
    if reply.session:
        response.set_cookie(name, reply.session, httponly=True, secure=visit.secure, samesite="lax", path="/")
    elif reply.session is not None:
        response.delete_cookie(name, httponly=True, secure=visit.secure, samesite="lax", path="/")
    _remember(response, visit, reply.preferences)
    return response


def _remember(response: Response, visit: Visit, preferences: Mapping[str, str]) -> None:
    for name in PREFERENCES & set(preferences):
        value = preferences[name]
        response.set_cookie(name, value, ONE_YEAR_S, httponly=True, secure=visit.secure, samesite="lax", path="/")
