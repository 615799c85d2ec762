"""How a node logs: one line an event, as text for people or as JSON for machines.

A line holds partner codes, message identifiers, addresses and the text of errors, never what a message or a record
says. Line ends and other controls are escaped in both forms, so that no partner can write a line of its own.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime

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


class TextLines(logging.Formatter):
    """One line of text; a traceback follows on lines of its own."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the standard library's name
        """The line without its traceback."""
        record.message = _escaped(record.message)
        return super().formatMessage(record)


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
            event["fault"] = self.formatException(record.exc_info)
        return json.dumps(event)
