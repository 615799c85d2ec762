"""Every finding that holding the visual zone against the machine-readable zone can make."""

from enum import StrEnum

from egnatia.engines.documents.findings import Finding, Rule
from egnatia.engines.documents.types import Bearing, Compared, Place, Severity


class VisualFinding(StrEnum):
    """The closed list of findings; `docs/reference/documents.md` explains each."""

    VISUAL_NAME_DIFFERS = "VISUAL_NAME_DIFFERS"
    VISUAL_NAME_SCRIPTS_DIFFER = "VISUAL_NAME_SCRIPTS_DIFFER"
    VISUAL_DATE_DIFFERS = "VISUAL_DATE_DIFFERS"
    VISUAL_DATE_PARTLY = "VISUAL_DATE_PARTLY"
    VISUAL_DATE_CENTURY = "VISUAL_DATE_CENTURY"
    VISUAL_DATE_ORDER = "VISUAL_DATE_ORDER"
    VISUAL_SEX_DIFFERS = "VISUAL_SEX_DIFFERS"
    VISUAL_NUMBER_DIFFERS = "VISUAL_NUMBER_DIFFERS"
    VISUAL_PERSONAL_NUMBER_DIFFERS = "VISUAL_PERSONAL_NUMBER_DIFFERS"
    VISUAL_NATIONALITY_DIFFERS = "VISUAL_NATIONALITY_DIFFERS"
    VISUAL_ISSUER_DIFFERS = "VISUAL_ISSUER_DIFFERS"
    VISUAL_CODE_DIFFERS = "VISUAL_CODE_DIFFERS"
    VISUAL_READING = "VISUAL_READING"
    VISUAL_UNREADABLE = "VISUAL_UNREADABLE"
    VISUAL_SEVERAL_DIFFER = "VISUAL_SEVERAL_DIFFER"


_MISREAD = "the page was misread, or another line of it was taken for this field"
_ISSUER = "a fault of the issuer's when the document was made"
_LOOK = "Read both places by eye, under magnification; compare with the chip."
_ASK = "Compare with the chip and ask the issuer."

RULES: dict[VisualFinding, Rule] = {
    VisualFinding.VISUAL_NAME_DIFFERS: Rule(
        Severity.SERIOUS,
        Bearing.DISCREPANCY,
        f"{_MISREAD}; a name changed by decree; a way of writing that the tables do not know",
        _LOOK,
    ),
    VisualFinding.VISUAL_NAME_SCRIPTS_DIFFER: Rule(
        Severity.WARN,
        Bearing.NONE,
        "the two scripts follow different rules, or one was misread",
        "Have the line in the other script read by somebody who knows it.",
    ),
    VisualFinding.VISUAL_DATE_DIFFERS: Rule(
        Severity.SERIOUS, Bearing.DISCREPANCY, f"{_MISREAD}; {_ISSUER}; a date of another calendar", _LOOK
    ),
    VisualFinding.VISUAL_DATE_PARTLY: Rule(
        Severity.WARN, Bearing.NONE, "the date is not known in full and is written differently in both places", _ASK
    ),
    VisualFinding.VISUAL_DATE_CENTURY: Rule(
        Severity.WARN, Bearing.DISCREPANCY, f"{_MISREAD}; a document of unusually long validity", _LOOK
    ),
    VisualFinding.VISUAL_DATE_ORDER: Rule(
        Severity.WARN, Bearing.DISCREPANCY, f"{_MISREAD}; a renewal printed in the place of the first issue", _LOOK
    ),
    VisualFinding.VISUAL_SEX_DIFFERS: Rule(Severity.SERIOUS, Bearing.DISCREPANCY, f"{_MISREAD}; {_ISSUER}", _LOOK),
    VisualFinding.VISUAL_NUMBER_DIFFERS: Rule(
        Severity.SERIOUS,
        Bearing.DISCREPANCY,
        f"{_MISREAD}; on a visa, the number of the passport in one place and of the visa in the other",
        _LOOK,
    ),
    VisualFinding.VISUAL_PERSONAL_NUMBER_DIFFERS: Rule(
        Severity.WARN, Bearing.DISCREPANCY, f"{_MISREAD}; the zone has another of the holder's numbers", _LOOK
    ),
    VisualFinding.VISUAL_NATIONALITY_DIFFERS: Rule(
        Severity.INFO, Bearing.NONE, f"{_MISREAD}; a word for the nationality that is not known here", _LOOK
    ),
    VisualFinding.VISUAL_ISSUER_DIFFERS: Rule(Severity.WARN, Bearing.DISCREPANCY, f"{_MISREAD}; {_ISSUER}", _LOOK),
    VisualFinding.VISUAL_CODE_DIFFERS: Rule(Severity.WARN, Bearing.DISCREPANCY, f"{_MISREAD}; {_ISSUER}", _LOOK),
    VisualFinding.VISUAL_READING: Rule(
        Severity.INFO, Bearing.NONE, "characters that look alike, or marks and spaces lost in reading", _LOOK
    ),
    VisualFinding.VISUAL_UNREADABLE: Rule(
        Severity.INFO, Bearing.NONE, "a script or a style that is not known here, or a poor picture", _LOOK
    ),
    VisualFinding.VISUAL_SEVERAL_DIFFER: Rule(
        Severity.SERIOUS,
        Bearing.FALSITY,
        "the page and the zone were taken from two different documents",
        "Make sure that both were read from one document; then bring it to the second line.",
    ),
}


def find(
    code: VisualFinding,
    field: StrEnum,
    compared: tuple[Compared, Compared],
    places: tuple[Place, ...] = (),
    *,
    bearing: Bearing | None = None,
    expected: str = "",
) -> Finding:
    """Make a finding from its rule: what the zone says is expected, what the page says is found."""
    rule = RULES[code]
    left_open = bearing is Bearing.NONE and rule.bearing is not Bearing.NONE
    return Finding(
        code,
        field,
        Severity.INFO if left_open else rule.severity,
        rule.bearing if bearing is None else bearing,
        expected or compared[0].value,
        compared[1].value,
        rule.innocent,
        rule.settle,
        compared,
        places,
    )
