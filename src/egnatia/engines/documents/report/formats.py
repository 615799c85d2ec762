"""An examination as canonical JSON and back: the same examination always gives the same bytes.

Keys are sorted, there is no space between tokens, text is UTF-8 as it is. Personal data can be left out: then the tree,
its results, codes and versions stay, and every value that was read goes.
"""

import json
from dataclasses import dataclass, replace
from typing import Any

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.examination import Examination
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.report.codec import made, plain
from egnatia.engines.documents.report.officers import OfficersVerdict
from egnatia.errors import InputError

FORMAT = "egnatia examination"
VERSION = 1
MAX_REPORT = 16 * 1024 * 1024
"""Bytes of a report that is read: the largest that the bench made has under 300 kB."""


@dataclass(frozen=True, slots=True)
class _Envelope:
    """What every file begins with, so that no other file is taken for one."""

    format: str
    version: int
    examination: Examination
    officers: OfficersVerdict | None = None


def to_json(examination: Examination, *, personal: bool = True, officers: OfficersVerdict | None = None) -> bytes:
    """The examination in canonical form.

    Args:
        examination: what is written.
        personal: whether values that were read from the document are written, and who typed them or gave a verdict.
        officers: what officers say the document is; it stands beside the examination.
    """
    kept = examination if personal else without_personal(examination)
    said = officers if personal or officers is None else officers.without_persons()
    return canonical(plain(_Envelope(FORMAT, VERSION, kept, said)))


def from_json(content: bytes) -> Examination:
    """Read the examination that `to_json` wrote.

    Raises:
        InputError: it is not that.
    """
    return _opened(content).examination


def officers_in(content: bytes) -> OfficersVerdict | None:
    """What officers say of the document, by a report that `to_json` wrote; None where nobody has spoken.

    Raises:
        InputError: it is not that.
    """
    return _opened(content).officers


def _opened(content: bytes) -> _Envelope:
    value = load(content, MAX_REPORT)
    if value.get("format") != FORMAT or value.get("version") != VERSION:
        raise InputError("This is no examination of version 1.", hint="Give what `document inspect --json` printed.")
    return made(_Envelope, value)


def canonical(value: Any) -> bytes:
    """A plain value as bytes, always the same for the same value."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "backslashreplace")


def load(content: bytes, limit: int) -> dict[str, Any]:
    """A JSON object of bounded size.

    Raises:
        InputError: it is none.
    """
    if len(content) > limit:
        raise InputError(f"This file is larger than {limit:,} bytes.", hint="Is this the right file?")
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise InputError("This is not a JSON object.", hint="Give a file that `document inspect` wrote.")
    return value


def without_personal(examination: Examination) -> Examination:
    """The same tree without any value that was read from the document, and without who typed it."""
    branches = tuple(
        replace(branch, checks=tuple(_bare(check) for check in branch.checks))
        for branch in examination.conclusion.branches
    )
    conclusion = replace(examination.conclusion, branches=branches)
    zone = examination.zone
    bare = None if zone is None else replace(zone, lines=(), number="", fields=(), repair=())
    return replace(examination, given=(), typed_by="", zone=bare, conclusion=conclusion)


def _bare(check: Check) -> Check:
    findings = tuple(_bare_finding(finding) for finding in check.findings)
    return replace(check, findings=findings, compared=(), places=())


def _bare_finding(finding: Finding) -> Finding:
    return replace(finding, expected="", found="", compared=(), places=())
