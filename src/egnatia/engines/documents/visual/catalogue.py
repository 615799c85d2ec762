"""The checks of the visual zone against the machine-readable zone, each with its rule."""

from enum import StrEnum

from egnatia.engines.documents.checks import CheckRule, Section
from egnatia.engines.documents.types import Weight


class VisualCheck(StrEnum):
    """The closed list of checks; one question each."""

    VISUAL_NAME = "VISUAL_NAME"
    VISUAL_NAME_SCRIPTS = "VISUAL_NAME_SCRIPTS"
    VISUAL_BIRTH_DATE = "VISUAL_BIRTH_DATE"
    VISUAL_EXPIRY_DATE = "VISUAL_EXPIRY_DATE"
    VISUAL_DATE_ORDER = "VISUAL_DATE_ORDER"
    VISUAL_SEX = "VISUAL_SEX"
    VISUAL_NUMBER = "VISUAL_NUMBER"
    VISUAL_PERSONAL_NUMBER = "VISUAL_PERSONAL_NUMBER"
    VISUAL_NATIONAL_NUMBER = "VISUAL_NATIONAL_NUMBER"
    VISUAL_ISSUER = "VISUAL_ISSUER"
    VISUAL_CODE = "VISUAL_CODE"
    VISUAL_CODE_DATE = "VISUAL_CODE_DATE"
    VISUAL_NATIONALITY = "VISUAL_NATIONALITY"
    VISUAL_AGREEMENT = "VISUAL_AGREEMENT"


_VIZ = "BSI TR-03135-1 v2.5, visual zone against machine-readable zone"


def _rule(title: str, source: str, weight: Weight = Weight.OPTIONAL) -> CheckRule:
    return CheckRule(Section.COMBINED, title, weight, source)


CHECKS: dict[StrEnum, CheckRule] = {
    VisualCheck.VISUAL_NAME: _rule("Printed name and zone", f"{_VIZ}; Doc 9303-3 sections 4.6 and 6"),
    VisualCheck.VISUAL_NAME_SCRIPTS: _rule("Printed name in both scripts", "Doc 9303-3 sections 3.4 and 6"),
    VisualCheck.VISUAL_BIRTH_DATE: _rule("Printed date of birth and zone", f"{_VIZ}; Doc 9303-3 section 3.8"),
    VisualCheck.VISUAL_EXPIRY_DATE: _rule("Printed date of expiry and zone", f"{_VIZ}; Doc 9303-3 section 3.8"),
    VisualCheck.VISUAL_DATE_ORDER: _rule("Order of the printed dates", "birth, issue and expiry follow one another"),
    VisualCheck.VISUAL_SEX: _rule("Printed sex and zone", _VIZ),
    VisualCheck.VISUAL_NUMBER: _rule("Printed document number and zone", _VIZ),
    VisualCheck.VISUAL_PERSONAL_NUMBER: _rule("Printed personal number and zone", _VIZ),
    VisualCheck.VISUAL_NATIONAL_NUMBER: _rule(
        "Printed personal number, date of birth and sex", "rules of the issuers, each with its own source"
    ),
    VisualCheck.VISUAL_ISSUER: _rule("Printed code of the issuer and zone", f"{_VIZ}; Doc 9303-4 section 4.3"),
    VisualCheck.VISUAL_CODE: _rule("Printed document code and zone", f"{_VIZ}; Doc 9303-4 section 4.4"),
    VisualCheck.VISUAL_CODE_DATE: _rule("Document code and date of issue", "Doc 9303-4 section 4.4"),
    VisualCheck.VISUAL_NATIONALITY: _rule(
        "Printed nationality and zone", "written down only: nationality never bears on the advice", Weight.EVALUATORY
    ),
    VisualCheck.VISUAL_AGREEMENT: _rule(
        "Several contradictions at once", "no single misreading explains two fields that differ"
    ),
}
"""Every check of this part with its rule."""
