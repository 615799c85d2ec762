"""Templates: one Jinja environment per language, escaping always on, an unknown name an error."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from egnatia.console.catalogues import LANGUAGES
from egnatia.console.language import Language, language
from egnatia.console.words import phrase
from egnatia.console.words_corrections import FLAG_LABELS
from egnatia.console.words_documents import CORE_LABELS
from egnatia.console.words_handling import LABEL_ROWS
from egnatia.model.dna import BatchState, EliminationState, ProfileCategory, UpgradeState
from egnatia.model.handling import ConsentState
from egnatia.model.states import AskState, CopyState, FollowUpState, RefusalReason

SHAPES: dict[tuple[type[StrEnum], str], str] = {
    (AskState, "waiting"): "wait",
    (AskState, "hit"): "hit",
    (AskState, "refused"): "no",
    (AskState, "not_asked"): "no",
    (AskState, "undeliverable"): "late",
    (CopyState, "held"): "wait",
    (CopyState, "sent"): "wait",
    (CopyState, "received"): "open",
    (CopyState, "done"): "done",
    (CopyState, "refused"): "no",
    (FollowUpState, "waiting"): "wait",
    (FollowUpState, "proposed"): "open",
    (FollowUpState, "released"): "done",
    (FollowUpState, "refused"): "no",
    (ConsentState, "waiting"): "wait",
    (ConsentState, "proposed"): "open",
    (ConsentState, "granted"): "done",
    (ConsentState, "refused"): "no",
    (EliminationState, "open"): "open",
    (EliminationState, "contamination"): "no",
    (EliminationState, "cleared"): "done",
    (BatchState, "proposed"): "open",
    (BatchState, "half_approved"): "open",
    (BatchState, "approved"): "wait",
    (BatchState, "asked"): "done",
    (BatchState, "refused"): "no",
    (UpgradeState, "waiting"): "wait",
    (UpgradeState, "answered"): "done",
}
"""The mark of a state; a state without one has the empty ring, which says nothing by itself."""


@cache
def environment(tag: str) -> Environment:
    """The templates in one language."""
    speaks = language(tag)
    made = Environment(
        loader=PackageLoader("egnatia.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        languages=LANGUAGES,
        language=speaks,
        _=speaks.say,
        _n=speaks.say_many,
        core_labels=CORE_LABELS,
        flag_labels=FLAG_LABELS,
        label_rows=LABEL_ROWS,
    )
    made.filters.update(_filters(speaks))
    return made


def _filters(speaks: Language) -> dict[str, Any]:
    return {
        "phrase": lambda value: speaks.say(phrase(value)) if isinstance(value, StrEnum) else value,
        "category": lambda code: speaks.say(phrase(ProfileCategory(code))),
        "country": speaks.country,
        "day": speaks.day,
        "moment": speaks.moment,
        "span": speaks.span,
        "number": speaks.number,
        "quality": speaks.quality,
        "chance": speaks.chance,
        "iso": lambda value: value.isoformat(),
        "shape": lambda state: SHAPES.get((type(state), state.value), "none"),
        "reason": lambda code: speaks.say(phrase(RefusalReason(code))),
    }


def render(template: str, speaks: Language, values: Mapping[str, Any]) -> str:
    """Fill in a template."""
    return environment(speaks.tag).get_template(template).render(values)


def to_json(data: Any) -> str:
    """A page's JSON twin: the same rows with codes instead of phrases, times in ISO 8601."""
    return json.dumps(data, ensure_ascii=False, default=_plain, indent=1)


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, bytes):
        return value.hex()
    if hasattr(value, "__slots__"):
        return {name: getattr(value, name) for name in value.__slots__}
    return str(value)
