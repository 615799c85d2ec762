"""Looking for what must not be there: every spelling of a text, and every layer of a message."""

import base64
import json
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from tests.federation.world import Call


def spellings(text: str) -> set[str]:
    """A text as it stands, decomposed, without accents; the search itself ignores case."""
    composed, decomposed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    bare = "".join(each for each in decomposed if not unicodedata.combining(each))
    return {each.casefold() for each in (text, composed, decomposed, bare)}


def dates(born: date) -> set[str]:
    """A date in every form of eight characters and more that a system on this route writes."""
    forms = ("%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%d%m%Y", "%d %b %Y", "%d %B %Y")
    return {born.strftime(form).casefold() for form in forms}


def layers(value: Any) -> Iterator[str]:
    """Every text in a JSON value, and everything that any of them holds in base64."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield str(name)
            yield from layers(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from layers(inner)
    elif isinstance(value, str):
        yield value
        yield from _decoded(value)
    else:
        yield json.dumps(value)


def _decoded(text: str) -> Iterator[str]:
    try:
        inside = base64.b64decode(text, validate=True)
        value = json.loads(inside)
    except (ValueError, RecursionError):
        return
    yield from layers(value)


def said(calls: Iterable[Call]) -> str:
    """Everything that crossed the line in these calls, in clear, as one text."""
    parts: list[str] = []
    for call in calls:
        for content in (call.request, call.reply):
            parts += layers(json.loads(content))
    return "\n".join(part for part in parts if not _is_signature(part)).casefold()


def _is_signature(text: str) -> bool:
    """A payload or a signature in base64: it was opened above, and a short name could stand in it by chance."""
    return len(text) >= 80 and " " not in text and "-" not in text


def found(needles: Iterable[str], text: str) -> list[str]:
    return sorted(each for each in needles if each in text)
