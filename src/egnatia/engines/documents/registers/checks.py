"""The register checks of one inspection: is this number lost, stolen, a stolen blank, revoked, invalid, never issued?"""

from collections.abc import Iterable

from egnatia.engines.documents.checks import Check
from egnatia.engines.documents.findings import Finding
from egnatia.engines.documents.registers.catalogue import RegisterCheck
from egnatia.engines.documents.registers.findings import RegisterField, RegisterFinding, find
from egnatia.engines.documents.registers.lookup import Lookup, Registered, near_entries
from egnatia.engines.documents.registers.register import normal_issuer, normal_number
from egnatia.engines.documents.types import Compared, Result, Source
from egnatia.model.states import RegisterCategory

_FINDINGS = {
    RegisterCategory.LOST: RegisterFinding.REGISTER_LOST,
    RegisterCategory.STOLEN: RegisterFinding.REGISTER_STOLEN,
    RegisterCategory.STOLEN_BLANK: RegisterFinding.REGISTER_STOLEN_BLANK,
    RegisterCategory.REVOKED: RegisterFinding.REGISTER_REVOKED,
    RegisterCategory.INVALID: RegisterFinding.REGISTER_INVALID,
    RegisterCategory.NEVER_ISSUED: RegisterFinding.REGISTER_NEVER_ISSUED,
}
_BLANKS = frozenset({RegisterCategory.STOLEN_BLANK, RegisterCategory.NEVER_ISSUED})
"""Categories of numbers that stand on no document its issuer made; only they may be ranges."""
_LOOKED_UP = (RegisterCheck.REGISTER_NUMBER, RegisterCheck.REGISTER_RANGE, RegisterCheck.REGISTER_NEAR)


def check_registers(
    number: str, issuer: str, lookup: Lookup | None, *, document_type: str = "", digit: str = ""
) -> tuple[Check, ...]:
    """Look the number up, exactly first; near numbers only where it is not registered itself.

    Args:
        number: the document's number as printed or read; fillers and spaces do not matter.
        issuer: code of the issuer as in the zone.
        lookup: the register at hand; None where there is none.
        document_type: first letter of the document code; "" for any. An entry of another type is another document.
        digit: the zone's check digit for the number as printed, right or wrong; "" where none was read.

    Returns:
        Three checks. `not_supported` where no register speaks for the issuer, `undetermined` where the number is empty:
        neither is a no-hit.
    """
    code, wanted = normal_issuer(issuer), normal_number(number)
    if lookup is None or not lookup.covers(code):
        return tuple(Check(check, Result.NOT_SUPPORTED) for check in _LOOKED_UP)
    if not wanted:
        return tuple(Check(check, Result.UNDETERMINED) for check in _LOOKED_UP)
    entries = tuple(each for each in lookup.exact(code, wanted) if _of_type(each, document_type))
    plain = _checked(RegisterCheck.REGISTER_NUMBER, wanted, (each for each in entries if each.category not in _BLANKS))
    blanks = _checked(RegisterCheck.REGISTER_RANGE, wanted, (each for each in entries if each.category in _BLANKS))
    return plain, blanks, _near(lookup, code, wanted, entries, (document_type, digit))


def _of_type(entry: Registered, document_type: str) -> bool:
    """The first letter is the type; a second one is the issuer's own (Doc 9303 parts 4 and 5)."""
    return not document_type or entry.document_type[:1] == document_type[:1]


def _checked(check: RegisterCheck, number: str, entries: Iterable[Registered]) -> Check:
    findings = tuple(_finding(number, entry) for entry in entries)
    read = Compared(Source.ZONE, "number", number)
    result = Result.FAILED if findings else Result.SUCCESSFUL
    return Check(check, result, findings, (read,))


def _finding(number: str, entry: Registered) -> Finding:
    found = f"{entry.category.replace('_', ' ')}, entry {entry.reference}"
    if entry.is_range:
        found += f", range {entry.number} to {entry.number_to}"
    compared = (Compared(Source.ZONE, "number", number), Compared(Source.REGISTER, "number", _shown(entry)))
    return find(_FINDINGS[entry.category], RegisterField.NUMBER, "a number that is not registered", found, compared)


def _shown(entry: Registered) -> str:
    return f"{entry.number} to {entry.number_to}" if entry.is_range else entry.number


def _near(lookup: Lookup, issuer: str, number: str, exact: tuple[Registered, ...], reading: tuple[str, str]) -> Check:
    """Near numbers are looked for only where the number itself is not registered: a hit needs no likeness."""
    document_type, digit = reading
    if exact:
        return Check(RegisterCheck.REGISTER_NEAR, Result.NOT_SUPPORTED)
    entries = near_entries(lookup, issuer, number, digit)
    findings = tuple(_near_finding(number, each) for each in entries if _of_type(each, document_type))
    result = Result.UNDETERMINED if findings else Result.SUCCESSFUL
    return Check(RegisterCheck.REGISTER_NEAR, result, findings, (Compared(Source.ZONE, "number", number),))


def _near_finding(number: str, entry: Registered) -> Finding:
    kind = "" if entry.near is None else entry.near.replace("_", " ")
    found = (
        f"NEAR, not the same: {entry.number} ({kind}) is {entry.category.replace('_', ' ')}, entry {entry.reference}"
    )
    compared = (Compared(Source.ZONE, "number", number), Compared(Source.REGISTER, "number", entry.number))
    expected = "no registered number that differs by a misreading"
    return find(RegisterFinding.REGISTER_NEAR_NUMBER, RegisterField.NUMBER, expected, found, compared)
