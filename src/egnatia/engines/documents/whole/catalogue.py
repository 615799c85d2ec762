"""The checks between sources that no part can ask alone, each with its rule."""

from enum import StrEnum

from egnatia.engines.documents.checks import CheckRule, Section
from egnatia.engines.documents.types import Weight


class WholeCheck(StrEnum):
    """The closed list of checks; one question each."""

    WHOLE_ZONE_TYPED = "WHOLE_ZONE_TYPED"
    WHOLE_ZONES_ALIKE = "WHOLE_ZONES_ALIKE"
    WHOLE_ISSUE_DATE = "WHOLE_ISSUE_DATE"
    WHOLE_SEAL_PAGE = "WHOLE_SEAL_PAGE"
    WHOLE_TEMPLATE = "WHOLE_TEMPLATE"
    WHOLE_BLANKS = "WHOLE_BLANKS"
    WHOLE_REPORTED = "WHOLE_REPORTED"


CHECKS: dict[StrEnum, CheckRule] = {
    WholeCheck.WHOLE_ZONE_TYPED: CheckRule(
        Section.OPTICAL,
        "Typed zone and zone in the picture",
        Weight.OPTIONAL,
        "BSI TR-03135-1 v2.5, correction of the machine-readable zone by hand",
    ),
    WholeCheck.WHOLE_ZONES_ALIKE: CheckRule(
        Section.COMBINED, "Zones of several pictures", Weight.OPTIONAL, "our own: one inspection is of one document"
    ),
    WholeCheck.WHOLE_ISSUE_DATE: CheckRule(
        Section.COMBINED, "Printed date of issue and DG12", Weight.OPTIONAL, "BSI TR-03135-1 v2.5, visual zone and chip"
    ),
    WholeCheck.WHOLE_SEAL_PAGE: CheckRule(
        Section.COMBINED,
        "Printed dates and number, and seal",
        Weight.OPTIONAL,
        "BSI TR-03135-1 v2.5 section 5.7, visual zone and seal; Doc 9303-13",
    ),
    WholeCheck.WHOLE_TEMPLATE: CheckRule(
        Section.REGISTER,
        "Template of no known false document",
        Weight.EVALUATORY,
        "DOC-07; a likeness is shown to a person and never counts",
        version=2,
    ),
    WholeCheck.WHOLE_BLANKS: CheckRule(
        Section.REGISTER, "Number in no alerted range of stolen blanks", Weight.OPTIONAL, "DOC-07; forgery alerts"
    ),
    WholeCheck.WHOLE_REPORTED: CheckRule(
        Section.REGISTER,
        "Number of no document that a member met as reported",
        Weight.EVALUATORY,
        "DOC-07; only the issuer's own register counts",
    ),
}
"""Every check of this part with its rule."""
