"""Every finding that holding the sources against one another can make."""

from enum import StrEnum

from egnatia.engines.documents.findings import Finding, Rule
from egnatia.engines.documents.types import Bearing, Compared, Severity


class WholeFinding(StrEnum):
    """The closed list of findings; `docs/reference/documents.md` explains each."""

    WHOLE_TYPED_DIFFERS = "WHOLE_TYPED_DIFFERS"
    WHOLE_TYPED_UNREADABLE = "WHOLE_TYPED_UNREADABLE"
    WHOLE_ZONES_DIFFER = "WHOLE_ZONES_DIFFER"
    WHOLE_ISSUE_DATE_DIFFERS = "WHOLE_ISSUE_DATE_DIFFERS"
    WHOLE_SEAL_PAGE_DIFFERS = "WHOLE_SEAL_PAGE_DIFFERS"
    WHOLE_TEMPLATE_KNOWN = "WHOLE_TEMPLATE_KNOWN"
    WHOLE_BLANK_ALERTED = "WHOLE_BLANK_ALERTED"
    WHOLE_REPORTED_MET = "WHOLE_REPORTED_MET"


class WholeField(StrEnum):
    """What a finding of this part speaks of."""

    ZONE = "zone"
    ISSUE_DATE = "issue_date"
    EXPIRY_DATE = "expiry_date"
    NUMBER = "number"
    TEMPLATE = "template"


RULES: dict[WholeFinding, Rule] = {
    WholeFinding.WHOLE_TYPED_DIFFERS: Rule(
        Severity.WARN,
        Bearing.NONE,
        "one of the two was misread or mistyped",
        "Compare both with the page, letter by letter; the typed zone was the one inspected.",
    ),
    WholeFinding.WHOLE_TYPED_UNREADABLE: Rule(
        Severity.WARN, Bearing.NONE, "a line is missing or was mistyped", "Type the zone again, all of its lines."
    ),
    WholeFinding.WHOLE_ZONES_DIFFER: Rule(
        Severity.WARN,
        Bearing.DISCREPANCY,
        "the pictures show two documents, such as a passport and a visa",
        "Inspect each document by itself.",
    ),
    WholeFinding.WHOLE_ISSUE_DATE_DIFFERS: Rule(
        Severity.WARN,
        Bearing.DISCREPANCY,
        "the page was misread; a fault of the issuer's when the document was made",
        "Read the printed date by eye and ask the issuer.",
    ),
    WholeFinding.WHOLE_SEAL_PAGE_DIFFERS: Rule(
        Severity.WARN,
        Bearing.DISCREPANCY,
        "the page was misread; a seal made on another day than the document; a seal of another document on this one",
        "Read the printed value by eye and the seal with another reader; ask the issuer.",
    ),
    WholeFinding.WHOLE_TEMPLATE_KNOWN: Rule(
        Severity.SERIOUS,
        Bearing.NONE,
        "documents of one issuer share many features, and a fault of reading looks like one of the template",
        "Compare with the description of the known document, feature by feature.",
    ),
    WholeFinding.WHOLE_BLANK_ALERTED: Rule(
        Severity.SERIOUS,
        Bearing.DISCREPANCY,
        "part of the batch was found or issued after all; the number was misread",
        "Read the number again by eye and ask the issuer about it.",
    ),
    WholeFinding.WHOLE_REPORTED_MET: Rule(
        Severity.SERIOUS,
        Bearing.NONE,
        "the holder found it again, or was robbed of it; the number was misread; the report was withdrawn since",
        "Read the number again by eye and ask the issuer about it.",
    ),
}


def find(
    code: WholeFinding,
    field: WholeField,
    expected: str,
    found: str,
    compared: tuple[Compared, ...] = (),
    *,
    bearing: Bearing | None = None,
) -> Finding:
    """Make a finding from its rule; the bearing may be overruled where a check knows more."""
    rule = RULES[code]
    final = rule.bearing if bearing is None else bearing
    return Finding(code, field, rule.severity, final, expected, found, rule.innocent, rule.settle, compared)
