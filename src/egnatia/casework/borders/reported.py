"""Officers' verdicts in the words of a report: beside the examination, which knows nothing of them."""

from egnatia.casework.borders.verdicts import Judged
from egnatia.engines.documents.report.officers import GivenVerdict, OfficersVerdict


def officers_verdict(stands: Judged) -> OfficersVerdict | None:
    """How the verdicts stand, as a report of the inspection has them; without reasons. None where nobody has spoken."""
    if not stands.verdicts:
        return None
    given = tuple(GivenVerdict(each.kind.value, each.given_at.isoformat(), each.given_by) for each in stands.verdicts)
    return OfficersVerdict(stands.agreement.value, given, "" if stands.kind is None else stands.kind.value)
