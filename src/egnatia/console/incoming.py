"""From a web request to a `Visit`: who it is, in which language, and what the form holds."""

from urllib.parse import parse_qsl

from starlette.requests import Request

from egnatia.accounts import officer_of_session
from egnatia.console.language import choose_language
from egnatia.console.port import NodePort
from egnatia.console.security import SAFE_METHODS, cookie_name
from egnatia.console.visit import Form, Visit
from egnatia.errors import Error, InputError
from egnatia.model.officers import Officer

MAX_FORM_BYTES = 65_536
"""A posted form: the longest has two texts of 2,000 characters; this leaves room for every script's encoding."""
MAX_FIELDS = 200


def stranger(node: NodePort, request: Request) -> Visit:
    """The visit before anybody was recognised."""
    return _visit(node, request, Form({}), None, None)


def visitor(node: NodePort, request: Request, form: Form) -> Visit:
    """The visit with the officer of its session, if the session is alive. Uses the database."""
    return _visit(node, request, form, *_session(node, request))


def known_again(visit: Visit, request: Request) -> Visit:
    """The same visit with its officer, so that an error page keeps the way back."""
    try:
        return visitor(visit.node, request, visit.form)
    except Error:
        return visit


def _session(node: NodePort, request: Request) -> tuple[Officer | None, str | None]:
    token = request.cookies.get(cookie_name(node.code, secure=is_secure(request)))
    if not token:
        return None, None
    now = node.clock()
    officer = node.commit(lambda tx: officer_of_session(tx, token, now))
    return officer, token if officer is not None else None


def is_secure(request: Request) -> bool:
    """Whether the request came over TLS."""
    return request.url.scheme == "https"


def _visit(node: NodePort, request: Request, form: Form, officer: Officer | None, token: str | None) -> Visit:
    query = Form(_grouped(parse_qsl(request.url.query, keep_blank_values=True)[:MAX_FIELDS]))
    accepted = request.headers.get("accept-language", "")
    return Visit(
        node=node,
        language=choose_language(query.get("lang"), request.cookies.get("lang"), accepted),
        now=node.clock(),
        method=request.method,
        path=request.url.path,
        query=query,
        form=form,
        parts=request.path_params,
        officer=officer,
        token=token,
        secure=is_secure(request),
        keys=request.cookies.get("keys") != "off",
    )


async def posted_form(request: Request) -> Form:
    """Fields of a posted form.

    Raises:
        InputError: it is too large or not a form.
    """
    if request.method in SAFE_METHODS:
        return Form({})
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_FORM_BYTES:
            raise InputError(f"the form is larger than {MAX_FORM_BYTES} bytes", hint="Shorten the text and send again.")
    try:
        pairs = parse_qsl(content.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError:
        raise InputError(
            "this is not a form of this console", hint="Open the page again and fill in its form."
        ) from None
    return Form(_grouped(pairs))


def _grouped(pairs: list[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Values by field name; browsers send line ends as CR LF, and a NUL is in no text that a person types."""
    grouped: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        grouped[name] = (*grouped.get(name, ()), value.replace("\x00", "").replace("\r\n", "\n"))
    return grouped
