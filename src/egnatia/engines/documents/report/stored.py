"""A stored inspection: what was presented, the day, the versions and the result; and its replay.

A replay runs the examination again from what was stored. On the same basis it gives the same bytes; where it does not,
it says which version is another one and which checks ended differently.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum

from egnatia.engines.documents.catalogue import CATALOGUE
from egnatia.engines.documents.examination import Examination, Versions
from egnatia.engines.documents.inspection import examine
from egnatia.engines.documents.presented import Basis, Presented
from egnatia.engines.documents.profile_file import NEVER_COUNT
from egnatia.engines.documents.registers.catalogue import RegisterCheck
from egnatia.engines.documents.registers.reuse import Recalled
from egnatia.engines.documents.report.codec import made, plain
from egnatia.engines.documents.report.formats import canonical, load, to_json
from egnatia.engines.documents.types import Result, Weight
from egnatia.engines.documents.visual.types import VisualField
from egnatia.errors import InputError

FORMAT = "egnatia stored inspection"
VERSION = 1
MAX_STORED = 96 * 1024 * 1024
"""Bytes of a stored inspection: eight pictures of 8 MB in base64, and the chip."""


@dataclass(frozen=True, slots=True)
class StoredInspection:
    """Everything needed to repeat an examination, but for what its versions name."""

    presented: Presented
    day: date
    result: Examination
    profile: Mapping[StrEnum, Weight] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Envelope:
    format: str
    version: int
    inspection: StoredInspection


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as it was: a version, or the result of a check."""

    what: str
    then: str
    now: str


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay came to: the new result, whether its bytes are the stored ones, and what differs."""

    result: Examination
    same: bool
    versions: tuple[Difference, ...]
    checks: tuple[Difference, ...]


def keep(presented: Presented, basis: Basis, result: Examination) -> bytes:
    """An examination with what it was made of, as canonical JSON. It holds personal data: seal it."""
    stored = StoredInspection(presented, basis.day, result, dict(basis.profile))
    return canonical(plain(_Envelope(FORMAT, VERSION, stored)))


def is_stored(content: bytes) -> bool:
    """Whether bytes begin as a stored inspection does; the keys are sorted, so the format stands first."""
    return content.startswith(b'{"format":"' + FORMAT.encode() + b'"')


def read_stored(content: bytes) -> StoredInspection:
    """Read what `keep` wrote.

    Raises:
        InputError: it is not that.
    """
    value = load(content, MAX_STORED)
    if value.get("format") != FORMAT or value.get("version") != VERSION:
        raise InputError(
            "This is no stored inspection of version 1.", hint="Give a file that `document inspect --save` wrote."
        )
    stored = made(_Envelope, value).inspection
    if not _sound(stored):
        raise InputError(
            "This stored inspection has a confidence that is none, or weighs what is no check.",
            hint="Give a file that `document inspect --save` wrote.",
        )
    return stored


def _sound(stored: StoredInspection) -> bool:
    """What the types alone do not say: confidences lie from 0 to 1, only checks have weights, and nationality never counts."""
    visual = stored.presented.visual
    printed = () if visual is None else [one for name in VisualField for one in visual.printed(name)]
    return all(0 <= one.confidence <= 1 for one in printed) and all(
        code in CATALOGUE and code not in NEVER_COUNT for code in stored.profile
    )


def replay(stored: StoredInspection, basis: Basis) -> Replay:
    """Examine again what was stored.

    Args:
        stored: what was presented and what came of it.
        basis: what is known here; its day and profile are those that were stored.

    Raises:
        InputError: what was stored cannot be examined.
    """
    basis = replace(basis, day=stored.day, profile=stored.profile, memory=_memory(stored.result))
    result = examine(stored.presented, basis)
    then, now = stored.result, result
    return Replay(
        result,
        to_json(now) == to_json(then),
        _versions(then.versions, now.versions),
        tuple(_checks(_results(then), _results(now))),
    )


def _memory(then: Examination) -> Recalled | None:
    """What was remembered of the document on that day: it is erased since, so the comparison is taken as recorded."""
    found = [check for check in then.checks() if check.code is RegisterCheck.REGISTER_REUSE]
    return Recalled(found[0]) if found and found[0].result is not Result.NOT_SUPPORTED else None


def _versions(then: Versions, now: Versions) -> tuple[Difference, ...]:
    pairs = ((each.name, getattr(then, each.name), getattr(now, each.name)) for each in fields(then))
    return tuple(Difference(name, old, new) for name, old, new in pairs if old != new)


def _results(examination: Examination) -> dict[str, str]:
    """The results of every check by its code, several of one code side by side, and the advice."""
    results: dict[str, str] = {"advice": examination.advice.value}
    for check in examination.checks():
        codes = ", ".join([check.result.value, *(finding.code.value for finding in check.findings)])
        results[check.code.value] = f"{results[check.code.value]}; {codes}" if check.code.value in results else codes
    return results


def _checks(then: Mapping[str, str], now: Mapping[str, str]) -> list[Difference]:
    return [
        Difference(code, then.get(code, "-"), now.get(code, "-"))
        for code in dict.fromkeys((*then, *now))
        if then.get(code) != now.get(code)
    ]
