"""From a web request to a `Visit`: who it is, in which language, and what the form holds."""

from collections.abc import AsyncGenerator
from urllib.parse import parse_qsl

from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from egnatia.accounts import officer_of_session
from egnatia.console.language import choose_language
from egnatia.console.port import NodePort
from egnatia.console.security import SAFE_METHODS, cookie_name
from egnatia.console.visit import Form, Upload, Visit
from egnatia.errors import Error, InputError
from egnatia.model.officers import Officer

MAX_FORM_BYTES = 65_536
"""A posted form: the longest has two texts of 2,000 characters; this leaves room for every script's encoding."""
MAX_FIELDS = 200
UPLOADS = frozenset({"/documents/examine", "/networks"})
"""Forms that may carry files."""
MAX_UPLOAD_BYTES = 24 * 1024 * 1024
"""All files of one form: a few photographs of a page and a chip's archive."""
MAX_FILES = 10


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
    if request.url.path in UPLOADS and request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await _with_files(request)
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


class _InMemory(MultiPartParser):
    """Keeps every file in memory: what an officer photographs is never written to a disk in clear."""

    spool_max_size = MAX_UPLOAD_BYTES


async def _with_files(request: Request) -> Form:
    """A form with files, as a whole no larger than its limit.

    Raises:
        InputError: it is larger, or no such form.
    """
    parser = _InMemory(request.headers, _counted(request), max_files=MAX_FILES, max_fields=MAX_FIELDS)
    try:
        posted = await parser.parse()
    except (MultiPartException, KeyError, ValueError):
        raise InputError("this is not a form of this console", hint="Open the page again and fill it in.") from None
    pairs: list[tuple[str, str]] = []
    files: dict[str, tuple[Upload, ...]] = {}
    for name, value in posted.multi_items():
        if isinstance(value, str):
            pairs.append((name, value))
        elif value.filename:
            files[name] = (*files.get(name, ()), Upload(value.filename[-200:], await value.read()))
    await posted.close()
    return Form(_grouped(pairs), files)


async def _counted(request: Request) -> AsyncGenerator[bytes, None]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_UPLOAD_BYTES:
            raise InputError(
                f"the files are larger than {MAX_UPLOAD_BYTES:,} bytes together", hint="Send fewer or smaller pictures."
            )
        yield chunk


def _grouped(pairs: list[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Values by field name; browsers send line ends as CR LF, and a NUL is in no text that a person types."""
    grouped: dict[str, tuple[str, ...]] = {}
    for name, value in pairs:
        grouped[name] = (*grouped.get(name, ()), value.replace("\x00", "").replace("\r\n", "\n"))
    return grouped
