"""JSON as the exchange reads it: one meaning or none.

Two readers that understand the same signed bytes differently are the classic hole of signed JSON, so whatever two
readers could disagree about is refused: duplicate keys, numbers that are not finite or not exact, lone surrogates,
bytes after the end. The recommendations are those of I-JSON (RFC 7493 section 2). Each form has a reason code of its
own, and is looked for in one order (`FORMS`), so that every node gives the same one.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from egnatia.errors import RefusedError
from egnatia.model.states import RefusalReason

MAX_BYTES = 64 * 1024
"""Largest message, card or answer as it travels. The flow's largest (a release of every core field) is under 4 kB."""
MAX_DEPTH = 16
"""Deepest nesting. The flow's own bodies nest three levels; an unbounded one would exhaust the parser's stack."""
MAX_INTEGER = 2**53
"""Integers beyond this are not exact in every reader (RFC 7493 section 2.2)."""

FORMS = (
    RefusalReason.TOO_LARGE,
    RefusalReason.NOT_UTF8,
    RefusalReason.NESTED_TOO_DEEP,
    RefusalReason.DUPLICATE_KEY,
    RefusalReason.NUMBER_NOT_FINITE,
    RefusalReason.TRAILING_BYTES,
    RefusalReason.LONE_SURROGATE,
    RefusalReason.PAYLOAD_TYPE_WRONG,
    RefusalReason.SIGNATURE_COUNT,
    RefusalReason.ALGORITHM_REFUSED,
    RefusalReason.VERSION_UNSUPPORTED,
    RefusalReason.MALFORMED,
)
"""Every reason for which a message is refused by its form alone; MALFORMED is what has no reason of its own."""

_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
"""A text, also one without an end: were the last quote required, each quote in such a text would be tried to its end."""
_MAX_NUMBER_CHARACTERS = 32
_ESCAPED = re.compile(r"[\x00\ud800-\udfff]")
"""What a text may not hold; written, it is an escape or nothing."""


def refuse(detail: str, reason: RefusalReason = RefusalReason.MALFORMED) -> RefusedError:
    """The error for input that is not what the exchange speaks."""
    return RefusedError(reason, detail, hint="Nothing was stored. Both nodes have to run compatible versions.")


def parse(content: bytes, what: str) -> dict[str, Any]:
    """Parse one JSON object strictly.

    Args:
        content: the bytes.
        what: the name of the thing, for the error's text.

    Raises:
        RefusedError: the one of `FORMS` that applies first, with one detail that says what is wrong.
    """
    text = _text(content, what)
    _check_depth(text, what)
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise _not_json(error, what) from None
    if not isinstance(value, dict):
        raise refuse(f"the {what} is not a JSON object")
    _check_strings(text, value, what)
    return value


def _not_json(error: json.JSONDecodeError, what: str) -> RefusedError:
    if error.msg == "Extra data":
        detail = f"the {what} has bytes after its end at character {error.pos}"
        return refuse(detail, RefusalReason.TRAILING_BYTES)
    return refuse(f"the {what} is not JSON ({error.msg}) at character {error.pos}")


def check_size(content: bytes, what: str) -> None:
    """Require that something fits into MAX_BYTES.

    Raises:
        RefusedError: TOO_LARGE.
    """
    if len(content) > MAX_BYTES:
        raise refuse(f"the {what} has {len(content)} bytes; {MAX_BYTES} are allowed", RefusalReason.TOO_LARGE)


def _text(content: bytes, what: str) -> str:
    check_size(content, what)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise refuse(f"the {what} is not UTF-8 at byte {error.start}", RefusalReason.NOT_UTF8) from None
    if text.startswith("\ufeff"):
        raise refuse(f"the {what} starts with a byte order mark", RefusalReason.NOT_UTF8)
    return text


def _check_depth(text: str, what: str) -> None:
    if text.count("{") + text.count("[") <= MAX_DEPTH:  # hardly a message needs the walk
        return
    depth = 0
    for character in _STRING.sub("", text):
        if character in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                detail = f"the {what} is nested deeper than {MAX_DEPTH} levels"
                raise refuse(detail, RefusalReason.NESTED_TOO_DEEP)
        elif character in "]}":
            depth -= 1


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = min(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        raise refuse(f"the key {_shown(twice)} stands twice in one object", RefusalReason.DUPLICATE_KEY)
    return found


def _no_constant(name: str) -> Any:
    raise refuse(f"{name} is not a JSON number", RefusalReason.NUMBER_NOT_FINITE)


def _float(text: str) -> float:
    value = float(text) if len(text) <= _MAX_NUMBER_CHARACTERS else float("inf")
    if value in (float("inf"), float("-inf")):
        detail = "a number is not finite or has more digits than can be exact"
        raise refuse(detail, RefusalReason.NUMBER_NOT_FINITE)
    return value


def _integer(text: str) -> int:
    if len(text) > _MAX_NUMBER_CHARACTERS or abs(int(text)) > MAX_INTEGER:
        detail = "an integer is larger than 2^53, which not every reader keeps exactly"
        raise refuse(detail, RefusalReason.NUMBER_NOT_FINITE)
    return int(text)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_no_duplicates, parse_constant=_no_constant, parse_float=_float, parse_int=_integer
)
"""Made once: `json.loads` with hooks makes one for every text, as long as reading a message takes."""
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _check_strings(text: str, value: Any, what: str) -> None:
    """Only an escape can smuggle in NUL or half a surrogate pair, so most messages need no walk."""
    if "\\u" not in text:
        return
    for each in _strings(value):
        if any("\ud800" <= character <= "\udfff" for character in each):
            raise refuse(f"the {what} holds half a surrogate pair", RefusalReason.LONE_SURROGATE)
        if "\0" in each:
            raise refuse(f"the {what} holds a NUL")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _shown(text: str) -> str:
    """A stranger's text, short and printable."""
    return ascii(text[:40])


def take_fields(values: dict[str, Any], names: frozenset[str], what: str) -> None:
    """Require exactly the fields of `names`.

    Raises:
        RefusedError: MALFORMED, naming one field that is missing or unknown.
    """
    if unknown := set(values) - names:
        raise refuse(f"the {what} has an unknown field {_shown(min(unknown))}")
    if missing := names - set(values):
        raise refuse(f"the {what} has no field {min(missing)!r}")


def take_text(values: dict[str, Any], name: str, pattern: "re.Pattern[str]", what: str) -> str:
    """The text of one field that matches `pattern` as a whole.

    Raises:
        RefusedError: MALFORMED, naming the field.
    """
    value = values[name]
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise refuse(f"the field {name!r} of the {what} does not have its form")
    return value


def is_plain(value: Any, depth: int = 2) -> bool:
    """Whether a value, once written, is sure to be read again; one that is not may be, and only reading it tells.

    Saves whoever writes a message reading it, which takes as long as writing it.

    Args:
        value: what is to be written.
        depth: at which it stands: a message's body is the second level.
    """
    if value is None or isinstance(value, bool | float):
        return True
    if isinstance(value, str):
        return not _ESCAPED.search(value)
    if isinstance(value, int):
        return abs(value) <= MAX_INTEGER
    if depth > MAX_DEPTH:
        return False
    if isinstance(value, list | tuple):
        return all(is_plain(each, depth + 1) for each in value)
    return isinstance(value, Mapping) and all(
        isinstance(key, str) and not _ESCAPED.search(key) and is_plain(each, depth + 1) for key, each in value.items()
    )


def render(value: dict[str, Any]) -> bytes:
    """Write JSON once, compactly; what was written is signed and stored, never written a second time.

    Raises:
        ValueError: a value that JSON does not know, a bug of the caller.
    """
    return _ENCODER.encode(value).encode()
