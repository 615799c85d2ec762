"""Every finding the engine can make: its severity, what it does to the advice, and what would settle it."""

from enum import StrEnum

from egnatia.engines.documents.findings import Finding, Rule
from egnatia.engines.documents.mrz.types import Field
from egnatia.engines.documents.types import Bearing, Severity


class FindingCode(StrEnum):
    """The closed list of findings; `docs/reference/documents.md` explains each."""

    CHECK_DIGIT_REFUTED = "CHECK_DIGIT_REFUTED"
    CHECK_DIGIT_MISSING = "CHECK_DIGIT_MISSING"
    COMPOSITE_REFUTED = "COMPOSITE_REFUTED"
    SEVERAL_DIGITS_REFUTED = "SEVERAL_DIGITS_REFUTED"
    CHARACTER_NOT_ALLOWED = "CHARACTER_NOT_ALLOWED"
    NUMBER_EMPTY = "NUMBER_EMPTY"
    NUMBER_STARTS_WITH_FILLER = "NUMBER_STARTS_WITH_FILLER"
    FILLER_IN_NUMBER = "FILLER_IN_NUMBER"
    DATE_UNREADABLE = "DATE_UNREADABLE"
    DATE_IMPOSSIBLE = "DATE_IMPOSSIBLE"
    DATE_PARTLY_UNKNOWN = "DATE_PARTLY_UNKNOWN"
    EXPIRY_UNKNOWN = "EXPIRY_UNKNOWN"
    EXPIRED = "EXPIRED"
    EXPIRY_BEFORE_BIRTH = "EXPIRY_BEFORE_BIRTH"
    BIRTH_IN_FUTURE = "BIRTH_IN_FUTURE"
    ISSUER_UNKNOWN = "ISSUER_UNKNOWN"
    ISSUER_DEPRECATED = "ISSUER_DEPRECATED"
    ISSUER_ISSUES_NOTHING = "ISSUER_ISSUES_NOTHING"
    ISSUER_OTHER_CODE = "ISSUER_OTHER_CODE"
    SPECIMEN = "SPECIMEN"
    NATIONALITY_UNKNOWN = "NATIONALITY_UNKNOWN"
    NATIONALITY_DEPRECATED = "NATIONALITY_DEPRECATED"
    DOCUMENT_CODE_UNKNOWN = "DOCUMENT_CODE_UNKNOWN"
    DOCUMENT_CODE_FORMAT = "DOCUMENT_CODE_FORMAT"
    SECOND_LETTER_NOT_ALLOWED = "SECOND_LETTER_NOT_ALLOWED"
    SECOND_LETTER_NOT_HARMONISED = "SECOND_LETTER_NOT_HARMONISED"
    SECOND_LETTER_REQUIRED = "SECOND_LETTER_REQUIRED"
    LAYOUT_NATIONAL = "LAYOUT_NATIONAL"
    NAME_MISSING = "NAME_MISSING"
    NAME_STRUCTURE = "NAME_STRUCTURE"
    NAME_TRUNCATED = "NAME_TRUNCATED"
    NAME_NO_SECONDARY = "NAME_NO_SECONDARY"
    SEX_NOT_ALLOWED = "SEX_NOT_ALLOWED"
    SEX_PRINTED_X = "SEX_PRINTED_X"
    NATIONAL_NUMBER_BIRTH = "NATIONAL_NUMBER_BIRTH"
    NATIONAL_NUMBER_SEX = "NATIONAL_NUMBER_SEX"
    NATIONAL_NUMBER_CHECK = "NATIONAL_NUMBER_CHECK"
    NUMBER_PATTERN = "NUMBER_PATTERN"


_MISREAD = "a misread or mistyped character, a worn or dirty print"
_READ_AGAIN = "Read the zone again, by eye, and compare it with the printed page and the chip."
_ASK_ISSUER = "Ask the issuer whether it issued a document with this number."
_ASK_PERSON = "Ask the issuer whom it gave this national number."
_COMPARE = "Compare with the printed page and the chip."
_LIST = "Look the code up in the issuer's own notice or ask the issuer."

RULES: dict[FindingCode, Rule] = {
    FindingCode.CHECK_DIGIT_REFUTED: Rule(Severity.WARN, Bearing.DISCREPANCY, _MISREAD, _READ_AGAIN),
    FindingCode.CHECK_DIGIT_MISSING: Rule(Severity.WARN, Bearing.DISCREPANCY, _MISREAD, _READ_AGAIN),
    FindingCode.COMPOSITE_REFUTED: Rule(
        Severity.WARN,
        Bearing.DISCREPANCY,
        f"{_MISREAD}; some issuers are known to have calculated it wrongly",
        _READ_AGAIN,
    ),
    FindingCode.SEVERAL_DIGITS_REFUTED: Rule(
        Severity.SERIOUS,
        Bearing.FALSITY,
        "a very poor reading: several characters wrong that are not among those often confused",
        f"{_READ_AGAIN} {_ASK_ISSUER}",
    ),
    FindingCode.CHARACTER_NOT_ALLOWED: Rule(Severity.WARN, Bearing.DISCREPANCY, _MISREAD, _READ_AGAIN),
    FindingCode.NUMBER_EMPTY: Rule(Severity.WARN, Bearing.DISCREPANCY, _MISREAD, _READ_AGAIN),
    FindingCode.NUMBER_STARTS_WITH_FILLER: Rule(
        Severity.WARN, Bearing.DISCREPANCY, "an issuer that right-aligns its numbers", _ASK_ISSUER
    ),
    FindingCode.FILLER_IN_NUMBER: Rule(
        Severity.INFO, Bearing.NONE, "the printed number has a space or a special character there", _COMPARE
    ),
    FindingCode.DATE_UNREADABLE: Rule(Severity.WARN, Bearing.DISCREPANCY, _MISREAD, _READ_AGAIN),
    FindingCode.DATE_IMPOSSIBLE: Rule(
        Severity.SERIOUS,
        Bearing.FALSITY,
        "a fault in the issuer's records, or an unknown date written in another way",
        _ASK_ISSUER,
    ),
    FindingCode.DATE_PARTLY_UNKNOWN: Rule(
        Severity.INFO, Bearing.NONE, "the holder's date of birth is not known in full to the issuer", _COMPARE
    ),
    FindingCode.EXPIRY_UNKNOWN: Rule(
        Severity.WARN, Bearing.NONE, "a document without a date of expiry, as some cards are", _COMPARE
    ),
    FindingCode.EXPIRED: Rule(
        Severity.WARN, Bearing.NONE, "the document simply ran out; some agreements accept it for a while", _COMPARE
    ),
    FindingCode.EXPIRY_BEFORE_BIRTH: Rule(
        Severity.WARN, Bearing.DISCREPANCY, "the holder was born a hundred years before the date assumed", _COMPARE
    ),
    FindingCode.BIRTH_IN_FUTURE: Rule(
        Severity.WARN, Bearing.NONE, "the holder is about a hundred years old", "Look at the holder."
    ),
    FindingCode.ISSUER_UNKNOWN: Rule(Severity.WARN, Bearing.UNKNOWN, f"{_MISREAD}; a code newer than this list", _LIST),
    FindingCode.ISSUER_DEPRECATED: Rule(Severity.INFO, Bearing.NONE, "an old document that is still shown", _COMPARE),
    FindingCode.ISSUER_ISSUES_NOTHING: Rule(Severity.WARN, Bearing.DISCREPANCY, _MISREAD, _LIST),
    FindingCode.ISSUER_OTHER_CODE: Rule(
        Severity.INFO, Bearing.NONE, "the ISO 3166 code was used instead of the one of Doc 9303", _COMPARE
    ),
    FindingCode.SPECIMEN: Rule(
        Severity.WARN, Bearing.NONE, "a specimen for training or testing", "A specimen is no travel document."
    ),
    FindingCode.NATIONALITY_UNKNOWN: Rule(
        Severity.WARN, Bearing.NONE, f"{_MISREAD}; a code newer than this list", _COMPARE
    ),
    FindingCode.NATIONALITY_DEPRECATED: Rule(Severity.INFO, Bearing.NONE, "an old document", _COMPARE),
    FindingCode.DOCUMENT_CODE_UNKNOWN: Rule(
        Severity.WARN, Bearing.UNKNOWN, "a national document that only borrows the form of a zone", _LIST
    ),
    FindingCode.DOCUMENT_CODE_FORMAT: Rule(Severity.WARN, Bearing.DISCREPANCY, _MISREAD, _READ_AGAIN),
    FindingCode.SECOND_LETTER_NOT_ALLOWED: Rule(
        Severity.INFO, Bearing.NONE, "the issuer chose a letter that Doc 9303 advises against", _LIST
    ),
    FindingCode.SECOND_LETTER_NOT_HARMONISED: Rule(
        Severity.INFO, Bearing.NONE, "issued before the harmonised letters applied", _LIST
    ),
    FindingCode.SECOND_LETTER_REQUIRED: Rule(
        Severity.WARN, Bearing.DISCREPANCY, "an issuer late in adopting the harmonised letters", _ASK_ISSUER
    ),
    FindingCode.LAYOUT_NATIONAL: Rule(
        Severity.INFO, Bearing.UNKNOWN, "a genuine national card with its own layout", _ASK_ISSUER
    ),
    FindingCode.NAME_MISSING: Rule(Severity.WARN, Bearing.DISCREPANCY, _MISREAD, _READ_AGAIN),
    FindingCode.NAME_STRUCTURE: Rule(
        Severity.INFO, Bearing.NONE, "the issuer separates the parts of names in its own way", _COMPARE
    ),
    FindingCode.NAME_TRUNCATED: Rule(Severity.INFO, Bearing.NONE, "a long name, or one that just fits", _COMPARE),
    FindingCode.NAME_NO_SECONDARY: Rule(Severity.INFO, Bearing.NONE, "many people have a single name", _COMPARE),
    FindingCode.SEX_NOT_ALLOWED: Rule(Severity.WARN, Bearing.DISCREPANCY, _MISREAD, _READ_AGAIN),
    FindingCode.SEX_PRINTED_X: Rule(
        Severity.INFO, Bearing.NONE, "the issuer printed the X of the visual zone instead of a filler", _COMPARE
    ),
    FindingCode.NATIONAL_NUMBER_BIRTH: Rule(
        Severity.SERIOUS,
        Bearing.DISCREPANCY,
        "a number given out with another date, a correction of the date of birth, or a number of another kind",
        _ASK_PERSON,
    ),
    FindingCode.NATIONAL_NUMBER_SEX: Rule(
        Severity.SERIOUS,
        Bearing.DISCREPANCY,
        "a change of the registered sex, or a number of another kind",
        _ASK_PERSON,
    ),
    FindingCode.NATIONAL_NUMBER_CHECK: Rule(
        Severity.INFO,
        Bearing.NONE,
        "a number given out with a wrong check digit, or a number of another kind",
        _COMPARE,
    ),
    FindingCode.NUMBER_PATTERN: Rule(
        Severity.WARN, Bearing.DISCREPANCY, "a series that the rules about this issuer do not know yet", _ASK_ISSUER
    ),
}


def find(
    code: FindingCode,
    field: Field,
    expected: str,
    found: str,
    *,
    severity: Severity | None = None,
    bearing: Bearing | None = None,
) -> Finding:
    """Make a finding from its rule; severity and bearing may be overruled where a check knows more."""
    rule = RULES[code]
    return Finding(
        code,
        field,
        rule.severity if severity is None else severity,
        rule.bearing if bearing is None else bearing,
        expected,
        found,
        rule.innocent,
        rule.settle,
    )
