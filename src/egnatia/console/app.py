"""The console of one node: `console_app(node)` is an ASGI application.

A request passes, in this order: the refusal of forged requests, the session, the route's right, the page function, the
template, the headers. `routes.py` is the list of everything there is.
"""

import logging
from http import HTTPStatus
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.routing import Route as WebRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from egnatia.console.catalogues import LANGUAGES, translations
from egnatia.console.incoming import known_again, posted_form, stranger, visitor
from egnatia.console.outgoing import refusal, respond
from egnatia.console.port import NodePort
from egnatia.console.routes import ROUTES
from egnatia.console.security import HEADERS, refuse_forged
from egnatia.console.site import Route, admit
from egnatia.console.visit import Form, Html, Reply, Visit
from egnatia.errors import Error, NotFoundError

STATIC = Path(__file__).parent / "static"
STATIC_CACHE = "public, max-age=3600"
_log = logging.getLogger("egnatia.console")


def console_app(node: NodePort) -> Starlette:
    """Put one node's console together. The catalogues are read now, so that a broken one stops the start, not a page."""
    for tag in LANGUAGES:
        translations(tag)
    routes: list[BaseRoute] = [_web_route(node, route) for route in ROUTES]
    routes.append(Mount("/static", _Static(directory=STATIC)))

    async def unrouted(request: Request, error: Exception) -> Response:
        return await _unrouted(node, request, error)

    async def unexpected(request: Request, error: Exception) -> Response:
        return await _unexpected(node, request, error)

    return Starlette(routes=routes, exception_handlers={HTTPException: unrouted, Exception: unexpected})


class _Static(StaticFiles):
    """Our own files: cached for an hour, with the same protection as every page."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Add the headers to the file."""
        response = await super().get_response(path, scope)
        response.headers.update({**HEADERS, "Cache-Control": STATIC_CACHE})
        return response


def _web_route(node: NodePort, route: Route) -> WebRoute:
    async def endpoint(request: Request) -> Response:
        return await _serve(node, route, request)

    return WebRoute(route.path, endpoint, methods=list(route.methods))


async def _serve(node: NodePort, route: Route, request: Request) -> Response:
    """One request from its form to its reply; an `Error` on the way becomes its page."""
    visit = stranger(node, request)
    try:
        refuse_forged(request.method, request.url.scheme, request.headers)
        form = await posted_form(request)
        visit, reply = await run_in_threadpool(_answer, node, route, request, form)
    except Error as error:
        visit = await run_in_threadpool(known_again, visit, request)
        reply = refusal(visit, error)
    return await run_in_threadpool(respond, visit, request, reply)


def _answer(node: NodePort, route: Route, request: Request, form: Form) -> tuple[Visit, Reply]:
    """Admit the officer and run the page; in a worker thread, because both use the database."""
    visit = visitor(node, request, form)
    admit(route, visit)
    return visit, route.page(visit)


async def _unrouted(node: NodePort, request: Request, error: Exception) -> Response:
    """No such page, or a page that does not take this method."""
    status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.NOT_FOUND
    visit = await run_in_threadpool(known_again, stranger(node, request), request)
    problem = NotFoundError("there is no such page", hint="Start again from the first page of the console.")
    response = respond(visit, request, Html("error.html", {"error": problem, "own_hint": True}, status))
    response.headers.update(getattr(error, "headers", None) or {})  # a 405 has to say what is allowed (RFC 9110)
    return response


async def _unexpected(node: NodePort, request: Request, error: Exception) -> Response:
    """A fault of ours: the page says so and shows nothing of it; the log has it."""
    _log.error("the page %s failed", request.url.path, exc_info=error)
    problem = Error("this page failed; what it was about to change was not changed")
    page = Html("error.html", {"error": problem, "own_hint": False}, HTTPStatus.INTERNAL_SERVER_ERROR)
    return respond(stranger(node, request), request, page)
