"""Errors on the wire: problem JSON that says what is wrong, why, and what a person can do (after RFC 9457)."""

import json
import re
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from egnatia.errors import BusyError, Error, RefusedError
from egnatia.exchange import strict_json
from egnatia.model.states import RefusalReason

PROBLEM_TYPE = "application/problem+json"
STATUS = dict.fromkeys(strict_json.FORMS, 400) | {RefusalReason.TOO_LARGE: 413, RefusalReason.CLOCK_SKEW: 409}
"""HTTP status of a refusal; every other reason is 403."""
_FIELDS = frozenset({"code", "reason", "detail", "hint"})
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Problem:
    """What a partner's node said instead of an answer.

    Attributes:
        status: of HTTP.
        reason: from the closed list, when it gave one.
        detail: its words, made safe to show.
    """

    status: int
    reason: RefusalReason | None
    detail: str


def problem_response(error: Error) -> Response:
    """The response that carries an error of ours."""
    reason = error.reason if isinstance(error, RefusedError) else None
    detail = error.message if reason is None else error.message.removeprefix(f"{reason.value}: ")
    status = error.http_status if reason is None else STATUS.get(reason, error.http_status)
    response = problem(status, error.code, detail, hint=error.hint(), reason=reason)
    if isinstance(error, BusyError):
        response.headers["retry-after"] = str(error.retry_after_s)
    return response


def problem(status: int, code: str, detail: str, *, hint: str, reason: RefusalReason | None = None) -> Response:
    """Any problem as a response."""
    body = {"code": code, "reason": reason and reason.value, "detail": detail, "hint": hint}
    return Response(json.dumps(body, ensure_ascii=False).encode(), status, media_type=PROBLEM_TYPE)


async def on_error(_request: Request, error: Exception) -> Response:
    """Starlette's handler for the project's own errors."""
    if isinstance(error, Error):
        return problem_response(error)
    return await on_fault(_request, error)


async def on_fault(_request: Request, _error: Exception) -> Response:
    """Starlette's handler for a fault of this node."""
    return fault_response()


def fault_response() -> Response:
    """The response after a fault of this node: the log has it, the partner learns only that it should wait."""
    return problem(
        500, "ERROR", "this node failed to handle the request", hint="Its operator finds the cause in its log."
    )


def read_problem(status: int, body: bytes) -> Problem:
    """Read what came instead of an answer; never raises, for anything may stand between two nodes."""
    try:
        values = strict_json.parse(body, "problem")
        strict_json.take_fields(values, _FIELDS, "problem")
    except RefusedError:
        return Problem(status, None, f"HTTP {status} without an explanation")
    known = {each.value: each for each in RefusalReason}
    reason = known.get(str(values["reason"]))
    return Problem(status, reason, _CONTROL.sub(" ", str(values["detail"]))[:_SHOWN])
