"""Every finding that registers and sightings can make, and what each does to the advice.

A document that was reported lost or stolen is as a rule genuine: that is a discrepancy between the document and who
holds it, not falsity. A number of a stolen blank or one that was never issued stands on no document that its issuer
made.
"""

from enum import StrEnum
from typing import Final

from egnatia.engines.documents.findings import Finding, Rule
from egnatia.engines.documents.types import Bearing, Compared, Severity


class RegisterFinding(StrEnum):
    """The closed list; `docs/reference/registers.md` explains each."""

    REGISTER_LOST = "REGISTER_LOST"
    REGISTER_STOLEN = "REGISTER_STOLEN"
    REGISTER_STOLEN_BLANK = "REGISTER_STOLEN_BLANK"
    REGISTER_REVOKED = "REGISTER_REVOKED"
    REGISTER_INVALID = "REGISTER_INVALID"
    REGISTER_NEVER_ISSUED = "REGISTER_NEVER_ISSUED"
    REGISTER_NEAR_NUMBER = "REGISTER_NEAR_NUMBER"
    REGISTER_SEVERAL_IDENTITIES = "REGISTER_SEVERAL_IDENTITIES"
    REGISTER_TWO_PLACES = "REGISTER_TWO_PLACES"


class RegisterField(StrEnum):
    """What a finding of this part speaks of."""

    NUMBER = "number"
    USE = "use"


_FOUND_AGAIN = "it was found again, or reported by mistake, and the entry was not withdrawn"
_SAME_NUMBER = "another type of document of this issuer has the same number"
_ASK = "Ask the issuer about this number and this entry."
_READ = "Read the number again, on every page that has it, before asking anybody."

RULES: Final[dict[RegisterFinding, Rule]] = {
    RegisterFinding.REGISTER_LOST: Rule(
        Severity.SERIOUS, Bearing.DISCREPANCY, f"{_FOUND_AGAIN}; the holder replaced it", _ASK
    ),
    RegisterFinding.REGISTER_STOLEN: Rule(Severity.SERIOUS, Bearing.DISCREPANCY, _FOUND_AGAIN, _ASK),
    RegisterFinding.REGISTER_STOLEN_BLANK: Rule(
        Severity.SERIOUS, Bearing.FALSITY, f"the range was reported too wide; {_SAME_NUMBER}", _ASK
    ),
    RegisterFinding.REGISTER_REVOKED: Rule(
        Severity.SERIOUS, Bearing.DISCREPANCY, "the holder does not know of it, or an appeal is open", _ASK
    ),
    RegisterFinding.REGISTER_INVALID: Rule(
        Severity.SERIOUS, Bearing.DISCREPANCY, "an administrative reason, such as a change of name", _ASK
    ),
    RegisterFinding.REGISTER_NEVER_ISSUED: Rule(
        Severity.SERIOUS, Bearing.FALSITY, f"the issuer's list is older than the document; {_SAME_NUMBER}", _ASK
    ),
    RegisterFinding.REGISTER_NEAR_NUMBER: Rule(
        Severity.WARN, Bearing.NONE, "it is another document: numbers next to each other belong to other people", _READ
    ),
    RegisterFinding.REGISTER_SEVERAL_IDENTITIES: Rule(
        Severity.SERIOUS,
        Bearing.DISCREPANCY,
        "a name was written in two ways, changed or misread; a number was given out twice",
        "Compare the records of both occasions, and ask the issuer whom it issued the document to.",
    ),
    RegisterFinding.REGISTER_TWO_PLACES: Rule(
        Severity.SERIOUS,
        Bearing.DISCREPANCY,
        "a clock or a place was recorded wrongly; a number was misread on one occasion",
        "Compare the records of both occasions.",
    ),
}


def find(
    code: RegisterFinding, field: RegisterField, expected: str, found: str, compared: tuple[Compared, ...] = ()
) -> Finding:
    """Make a finding from its rule."""
    rule = RULES[code]
    return Finding(code, field, rule.severity, rule.bearing, expected, found, rule.innocent, rule.settle, compared)
