"""Dataclasses as plain JSON values and back, by their types alone.

A value that equals its field's default is left out, so that a report is as short as what it says. Reading is strict:
an unknown key, a missing field or a value of another type is an `InputError` that names the place.
"""

import base64
import binascii
import math
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from enum import Enum, StrEnum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from egnatia.engines.documents.catalogue import CATALOGUE, FINDINGS
from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.chip.types import FileId, Part
from egnatia.engines.documents.examination import Weighed
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.image.findings import ImagePart
from egnatia.engines.documents.mrz.types import Field as ZoneField
from egnatia.engines.documents.registers.findings import RegisterField
from egnatia.engines.documents.seals.findings import SealField
from egnatia.engines.documents.visual.types import VisualField
from egnatia.engines.documents.whole.findings import WholeField
from egnatia.errors import InputError

T = TypeVar("T")
_LARGEST = 2**53
"""Whole numbers below this are the same as floats."""
_NAMES: tuple[type[StrEnum], ...] = (
    ZoneField, VisualField, FileId, Part, ImagePart, SealField, RegisterField, WholeField,
)  # fmt: skip
_KNOWN: dict[str, StrEnum] = {member.value: member for names in reversed(_NAMES) for member in names}
_KNOWN |= {code.value: code for code in (*CATALOGUE, *FINDINGS)}
"""Codes and fields by what they are called: their lists are the parts' own, so a type alone does not tell which."""
_LISTED: dict[type, Mapping[StrEnum, object]] = {Check: CATALOGUE, Weighed: CATALOGUE, Finding: FINDINGS}
"""Where a code has to be one of a check, or one of a finding."""


def plain(value: Any) -> Any:
    """A value as JSON has it: bytes in base64, dates in ISO 8601, members of lists by their value."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            each.name: plain(getattr(value, each.name))
            for each in fields(value)
            if not _is_default(each, getattr(value, each.name))
        }
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(each) for key, each in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(plain(each) for each in value)
    return [plain(each) for each in value] if isinstance(value, (tuple, list)) else _word(value)


def _word(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else value


def _is_default(each: "Field[Any]", value: Any) -> bool:
    if each.default is not MISSING:
        return bool(value == each.default)
    return each.default_factory is not MISSING and value == each.default_factory()


def made(kind: type[T], value: Any, where: str = "") -> T:
    """A value of this type from its plain form.

    Raises:
        InputError: it is none.
    """
    result: T = _made(kind, value, where)
    return result


def _made(kind: Any, value: Any, where: str) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        return None if value is None else _made(next(each for each in inner if each is not type(None)), value, where)
    if origin is tuple:
        return _tuple(inner, value, where)
    if origin is frozenset:
        return frozenset(_tuple((inner[0], ...), value, where))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(inner, value, where)
    if is_dataclass(kind) and isinstance(kind, type):
        return _object(kind, value, where)
    return _simple(kind, value, where)


def _tuple(inner: tuple[Any, ...], value: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise _wrong(where, "a list")
    if len(inner) == 2 and inner[1] is Ellipsis:  # noqa: PLR2004 - tuple[X, ...]
        return tuple(_made(inner[0], each, f"{where}[{at}]") for at, each in enumerate(value))
    if len(inner) != len(value):
        raise _wrong(where, f"{len(inner)} values")
    return tuple(_made(one, each, where) for one, each in zip(inner, value, strict=True))


def _mapping(inner: tuple[Any, ...], value: Any, where: str) -> dict[Any, Any]:
    if not isinstance(value, dict):
        raise _wrong(where, "an object")
    return {_made(inner[0], key, where): _made(inner[1], each, f"{where}.{key}") for key, each in value.items()}


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _object(kind: Any, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise _wrong(where, "an object")
    hints = _hints(kind)
    known = {each.name: each for each in fields(kind)}
    strange = sorted(value.keys() - known.keys())
    lacking = [
        name
        for name, each in known.items()
        if name not in value and each.default is MISSING and each.default_factory is MISSING
    ]
    if strange or lacking:
        raise _wrong(where, f"no {strange[0]!r}" if strange else f"a {lacking[0]!r}")
    result = kind(**{name: _made(hints[name], each, f"{where}.{name}") for name, each in value.items()})
    if kind in _LISTED and result.code not in _LISTED[kind]:
        raise _wrong(f"{where}.code", "a value that is known here")
    return result


def _simple(kind: Any, value: Any, where: str) -> Any:
    try:
        if kind is StrEnum:
            return _KNOWN[value]
        if issubclass(kind, Enum):
            return kind(value)
        if kind is date:
            return date.fromisoformat(value)
        if kind is bytes:
            return base64.b64decode(value, validate=True)
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise _wrong(where, "a value that is known here") from None
    if kind is float and type(value) is int:
        value = float(value) if abs(value) < _LARGEST else math.inf
    if type(value) is not kind or (kind is float and not math.isfinite(value)):
        raise _wrong(where, f"a value of type {kind.__name__}")
    return value


def _wrong(where: str, wanted: str) -> InputError:
    place = where.lstrip(".") or "the whole"
    return InputError(
        f"This is no report of this program: {place[:120]} should have {wanted}.",
        hint="Give a file that `document inspect` wrote, of this release or an earlier one.",
    )
