"""From findings to the result of one check."""

from collections.abc import Iterable
from enum import StrEnum

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.types import Bearing, Compared, Result


def judged(
    code: StrEnum,
    findings: Iterable[Finding],
    *,
    result: Result | None = None,
    compared: tuple[Compared, ...] = (),
) -> Check:
    """A check with its findings: failed where one of them speaks against the document, undetermined where one cannot tell.

    Args:
        code: the check.
        findings: what it found; mere notes leave it successful.
        result: overrules what follows from the findings.
        compared: what was held against each other.
    """
    all_of = tuple(findings)
    places = tuple(place for finding in all_of for place in finding.places)
    return Check(code, _result(all_of) if result is None else result, all_of, compared, places)


def _result(findings: tuple[Finding, ...]) -> Result:
    bearings = {finding.bearing for finding in findings}
    if bearings & {Bearing.DISCREPANCY, Bearing.FALSITY}:
        return Result.FAILED
    return Result.UNDETERMINED if Bearing.UNKNOWN in bearings else Result.SUCCESSFUL


def aborted(code: StrEnum) -> Check:
    """A check that needs what another could not give."""
    return Check(code, Result.ABORTED)
