"""Templates in a file: JSON, strictly read, with room for features and nothing else.

A file is one object `{"templates": [...], "blanks": [...]}`. A template is `{"reference": "ALB-F-0001", "features":
{"issuer": ["ITA"], "font_fault": ["zone_pitch"]}}`, a range of blanks `{"issuer": "ITA", "first": "CA10000AA", "last":
...}`. An unknown key is refused: there is no place for a name, a note or a picture.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from egnatia.engines.documents.series.blanks import BlankRange, blank_range
from egnatia.engines.documents.series.cluster import MAX_TEMPLATES
from egnatia.engines.documents.series.types import Template, TemplateFeature, feature
from egnatia.errors import InputError

MAX_FILE: Final = 4 * 1024 * 1024
"""Bytes: 2,000 templates of 40 features take half of it."""
MAX_BLANKS: Final = 2_000
_HINT = 'A file is {"templates": [{"reference": "ALB-F-0001", "features": {"issuer": ["ITA"]}}]}.'


@dataclass(frozen=True, slots=True)
class SeriesFile:
    """What stands in a file."""

    templates: tuple[Template, ...]
    blanks: tuple[BlankRange, ...] = ()


def read_series(content: bytes) -> SeriesFile:
    """Read a file of templates.

    Raises:
        InputError: it is no such file, has an unknown key or value, two templates of one reference, or is too large.
    """
    if len(content) > MAX_FILE:
        raise InputError(f"a file of templates has at most {MAX_FILE:,} bytes")
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        raise InputError("this is no file of templates: it is no JSON", hint=_HINT) from None
    found = _object(value, {"templates"}, {"blanks"})
    templates = tuple(_template(each) for each in _list(found["templates"], MAX_TEMPLATES))
    if len({each.reference for each in templates}) != len(templates):
        raise InputError("two templates of the file have one reference", hint="Give each document its own.")
    return SeriesFile(templates, tuple(_blank(each) for each in _list(found.get("blanks", []), MAX_BLANKS)))


def write_series(templates: Iterable[Template], blanks: Iterable[BlankRange] = ()) -> bytes:
    """A file of templates, in one form."""
    value = {
        "templates": [{"reference": each.reference, "features": by_kind(each.features)} for each in templates],
        "blanks": [{"issuer": each.issuer, "first": each.first, "last": each.last} for each in blanks],
    }
    return json.dumps(value, indent=1, sort_keys=True).encode("ascii") + b"\n"


def by_kind(features: Iterable[TemplateFeature]) -> dict[str, list[str]]:
    """Features as a file and a message have them: the values of each kind, in order."""
    found: dict[str, list[str]] = {}
    for each in sorted(features):
        found.setdefault(each.kind.value, []).append(each.value)
    return found


def features_of(values: Mapping[str, Any]) -> frozenset[TemplateFeature]:
    """Features from that form.

    Raises:
        InputError: a kind or value that there is none of, or one that stands there twice.
    """
    found = [feature(str(kind), str(value)) for kind, each in values.items() for value in _list(each, 40)]
    if len(set(found)) != len(found):
        raise InputError("a feature stands there twice")
    return frozenset(found)


def noted(text: str) -> TemplateFeature:
    """A feature as it is typed: `kind=value`.

    Raises:
        InputError: it is none; the hint lists what there is.
    """
    kind, _, value = text.partition("=")
    return feature(kind.strip(), value.strip())


def _template(value: Any) -> Template:
    found = _object(value, {"reference", "features"}, set())
    if not isinstance(found["reference"], str) or not isinstance(found["features"], dict):
        raise InputError("a template has a reference and features by their kinds", hint=_HINT)
    return Template(found["reference"], features_of(found["features"]))


def _blank(value: Any) -> BlankRange:
    found = _object(value, {"issuer", "first", "last"}, set())
    return blank_range(*(str(found[name]) for name in ("issuer", "first", "last")))


def _object(value: Any, needed: set[str], more: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict) or not needed <= value.keys() <= needed | more:
        raise InputError(f"an object with {', '.join(sorted(needed))} and nothing unknown is expected", hint=_HINT)
    return value


def _list(value: Any, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise InputError(f"a list of at most {most:,} is expected", hint=_HINT)
    return value
