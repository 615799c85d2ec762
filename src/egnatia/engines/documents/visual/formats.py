"""Making `VisualFields` from texts by field, and from JSON as typed, stored or exchanged."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from egnatia.engines.documents.visual.types import Box, Printed, VisualField, VisualFields
from egnatia.errors import InputError

MAX_BYTES = 200_000
"""A page's fields are a few hundred characters; this leaves room for boxes and several scripts."""
MAX_TEXT = 500
"""Characters of one field."""
MAX_VERSIONS = 8
"""Scripts and lines in which one name may be printed."""
_SEVERAL = frozenset({VisualField.NAME, VisualField.PRIMARY, VisualField.SECONDARY})
_FIELDS = frozenset(field.value for field in VisualField)
_KEYS = ", ".join([*VisualField, "language", "page"])


def visual_from(texts: Mapping[str, Iterable[str]], language: str = "") -> VisualFields:
    """Fields from texts by the names of `VisualField`, as a generator or another reader has them.

    Raises:
        InputError: a name that is no field.
    """
    return _build({key: list(values) for key, values in texts.items()}, language)


def read_visual(text: str | bytes) -> VisualFields:
    """Read JSON: an object with a text, a list of texts, or objects of `text`, `box` and `confidence` by field.

    Raises:
        InputError: not such an object; the message names the field.
    """
    if len(text) > MAX_BYTES:
        raise InputError(
            f"The fields of a page take at most {MAX_BYTES} bytes.", hint="Give the fields, not the picture."
        )
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"This is not JSON: {error}.", hint=f"An object with some of: {_KEYS}.") from error
    if not isinstance(value, dict):
        raise InputError("The fields of a page are a JSON object.", hint=f"Its keys are some of: {_KEYS}.")
    language, page = (_text(value.pop(key, ""), key) for key in ("language", "page"))
    return _build(value, language, page)


def _build(values: Mapping[str, Any], language: str, page: str = "") -> VisualFields:
    made: dict[str, Any] = {}
    for key, value in values.items():
        if key not in _FIELDS:
            raise InputError(f"There is no field {key!r} on a page.", hint=f"The fields are: {_KEYS}.")
        versions = tuple(_printed(one, key) for one in (value if isinstance(value, list) else [value]))
        kept = tuple(one for one in versions if one.text.strip())
        if len(versions) > MAX_VERSIONS or (key not in _SEVERAL and len(kept) > 1):
            raise InputError(f"There are too many values for {key!r}.", hint="Only names may have several.")
        if kept:
            made[key] = kept if key in _SEVERAL else kept[0]
    return VisualFields(**made, language=language, page=page)


def _printed(value: Any, key: str) -> Printed:
    if isinstance(value, str):
        return Printed(_text(value, key))
    if not isinstance(value, dict) or not set(value) <= {"text", "box", "confidence"}:
        raise InputError(f"The field {key!r} is neither a text nor an object with text, box and confidence.")
    return Printed(
        _text(value.get("text"), key), _box(value.get("box"), key), _confidence(value.get("confidence"), key)
    )


def _text(value: Any, key: str) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise InputError(f"The text of {key!r} has to be a string of at most {MAX_TEXT} characters.")
    return value


def _box(value: Any, key: str) -> Box | None:
    if value is None:
        return None
    numbers = isinstance(value, list) and len(value) == 4 and all(type(one) is int for one in value)  # noqa: PLR2004 - sides
    if not numbers:
        raise InputError(f"The box of {key!r} has to be four whole numbers: left, top, right, bottom.")
    left, top, right, bottom = value
    return (left, top, right, bottom)


def _confidence(value: Any, key: str) -> float:
    if value is None:
        return 1.0
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise InputError(f"The confidence of {key!r} has to be a number from 0 to 1.")
    return float(value)
