"""What not knowing the signer may outweigh, and what not."""

from dataclasses import replace

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.types import Bearing


def settled(checks: tuple[Check, ...]) -> tuple[Check, ...]:
    """Take the bearing `unknown` from findings where others speak of falsity.

    An unknown signer alone means that nothing can be said either way. Content that contradicts its own signature says
    something whoever signed it, and must not be covered by the other.
    """
    if not any(finding.bearing is Bearing.FALSITY for check in checks for finding in check.findings):
        return checks
    return tuple(
        replace(check, findings=tuple(_known(finding) for finding in check.findings))
        if any(finding.bearing is Bearing.UNKNOWN for finding in check.findings)
        else check
        for check in checks
    )


def _known(finding: Finding) -> Finding:
    return replace(finding, bearing=Bearing.DISCREPANCY) if finding.bearing is Bearing.UNKNOWN else finding
