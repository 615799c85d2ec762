"""How a node logs: one line an event, as text for people or as JSON for machines.

A line holds partner codes, message identifiers, addresses and the text of errors, never what a message or a record
says. Line ends and other controls are escaped in both forms, so that no partner can write a line of its own.

A traceback says where a fault happened and of what class it is. What the error itself says stands there only when this
project or the operating system wrote it: errors of the language and of libraries quote the value that they failed on.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType

from egnatia.errors import Error

TEXT, JSON = "text", "json"
_CHATTY = ("httpx", "httpcore", "alembic", "uvicorn")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def start_logging(form: str) -> None:
    """Log to standard error from now on.

    Args:
        form: `text` or `json`.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == JSON else TextLines())
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for each in _CHATTY:
        logging.getLogger(each).setLevel(logging.WARNING)


def _escaped(text: str) -> str:
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def fault_lines(error: BaseException | None) -> list[str]:
    """A traceback without values: the first cause first, each with its frames and then its class."""
    found: list[str] = []
    for each in reversed(list(_causes(error))):
        frames = (line for frame in traceback.format_tb(each.__traceback__) for line in frame.rstrip("\n").split("\n"))
        found += [*frames, _named(each)]
        if isinstance(each, BaseExceptionGroup):
            found += [f"  {line}" for inner in each.exceptions for line in fault_lines(inner)]
    return [_escaped(line) for line in found]


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, what caused it, and what caused that; each once, for a chain can be made to close."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _named(error: BaseException) -> str:
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    return f"{name}: {error}" if isinstance(error, Error | OSError) else name


_Info = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class TextLines(logging.Formatter):
    """One line of text; a traceback follows on lines of its own, each set in, as no event is."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the standard library's name
        """The line without its traceback."""
        record.message = _escaped(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: _Info) -> str:  # noqa: N802 - the standard library's name
        """The traceback, where no line can be taken for an event."""
        return "\n".join(f"    {line}" for line in fault_lines(ei[1]))


class JsonLines(logging.Formatter):
    """One JSON object a line: `at`, `level`, `logger`, `message`, and `fault` with the traceback where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """The whole event on one line."""
        event = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            event["fault"] = "\n".join(fault_lines(record.exc_info[1]))
        return json.dumps(event)
