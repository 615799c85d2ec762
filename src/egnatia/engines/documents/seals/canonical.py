"""The one form of a JSON value that is signed: RFC 8785, as ICAO's VDS-NC uses it.

Members are sorted by their names in UTF-16, numbers are written as ECMAScript does, and nothing stands between.
"""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
MAX_DEPTH: Final = 12
"""Nesting of a seal's JSON; ICAO's proof of vaccination has six levels."""
_SAFE: Final = 2**53
"""Beyond this a number of JSON is not exact (RFC 8785 section 3.2.2.3)."""
_LEAST_PLAIN: Final = -6
_MOST_PLAIN: Final = 21
"""Between these powers of ten ECMAScript writes a number without an exponent (ECMA-262 Number::toString)."""


def canonical(value: Json, depth: int = 0) -> bytes | None:
    """The canonical bytes, or None for what has none: too deep, no finite number, half a surrogate pair."""
    text = _write(value, depth)
    if text is None:
        return None
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return None


def _write(value: Json, depth: int) -> str | None:
    if depth > MAX_DEPTH:
        return None
    if isinstance(value, Mapping):
        return _members(value, depth)
    if isinstance(value, Sequence) and not isinstance(value, str):
        parts = [_write(each, depth + 1) for each in value]
        return None if None in parts else "[" + ",".join(part for part in parts if part is not None) + "]"
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else _number(value)


def _members(value: Mapping[str, Json], depth: int) -> str | None:
    parts: list[str] = []
    for name in sorted(value, key=lambda each: each.encode("utf-16-be", "surrogatepass")):
        inside = _write(value[name], depth + 1)
        if inside is None:
            return None
        parts.append(f"{json.dumps(name, ensure_ascii=False)}:{inside}")
    return "{" + ",".join(parts) + "}"


def _number(value: float) -> str | None:
    """A number as ECMAScript writes it; an integer that a double cannot hold has no canonical form."""
    if isinstance(value, int):
        return str(value) if abs(value) < _SAFE else _number(float(value)) if abs(value) < 10**300 else None
    if value == 0 or not math.isfinite(value):
        return None if value else "0"
    return _ecmascript(*_shortest(value))


def _ecmascript(sign: str, digits: str, exponent: int) -> str:
    point = len(digits) + exponent
    if len(digits) <= point <= _MOST_PLAIN:
        return sign + digits + "0" * (point - len(digits))
    if 0 < point <= _MOST_PLAIN:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if _LEAST_PLAIN < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{rest}e{point - 1:+d}"


def _shortest(value: float) -> tuple[str, str, int]:
    """Sign, the fewest digits that name this double, and the power of ten of the last one."""
    mantissa, _, power = f"{value!r}e0".partition("e")
    exponent = int(power.removesuffix("e0") or 0)
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    digits = (whole + fraction).lstrip("0")
    exponent -= len(fraction)
    trimmed = digits.rstrip("0")
    return sign, trimmed, exponent + len(digits) - len(trimmed)
