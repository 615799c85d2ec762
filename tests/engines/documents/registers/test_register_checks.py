"""The register's checks of one inspection: what counts, what is only written down, and what is no answer at all."""

from datetime import date

import pytest

from egnatia.engines.documents import RegisterRow
from egnatia.engines.documents.checks import advise, conclude, total
from egnatia.engines.documents.mrz.digits import check_digit
from egnatia.engines.documents.registers.catalogue import CHECKS, RegisterCheck
from egnatia.engines.documents.registers.checks import check_registers
from egnatia.engines.documents.registers.findings import RULES, RegisterFinding
from egnatia.engines.documents.registers.lookup import RegisterIndex
from egnatia.engines.documents.types import Advice, Bearing, Result, Weight
from egnatia.model.states import RegisterCategory

NUMBER = "BA1234567"


def row(category: RegisterCategory, number: str = NUMBER, number_to: str = "", kind: str = "P") -> RegisterRow:
    return RegisterRow(2, "ALB", kind, number, number_to or number, category, date(2025, 1, 1), "ALB-D-1", "in a bag")


def checked(*rows: RegisterRow, number: str = NUMBER, digit: str = "", kind: str = "P") -> dict[str, Result]:
    index = RegisterIndex(rows, ["ALB"])
    found = check_registers(number, "ALB", index, document_type=kind, digit=digit)
    return {check.code: check.result for check in found}


@pytest.mark.parametrize(
    ("category", "code", "advice"),
    [
        (RegisterCategory.LOST, RegisterFinding.REGISTER_LOST, Advice.DISCREPANCIES),
        (RegisterCategory.STOLEN, RegisterFinding.REGISTER_STOLEN, Advice.DISCREPANCIES),
        (RegisterCategory.REVOKED, RegisterFinding.REGISTER_REVOKED, Advice.DISCREPANCIES),
        (RegisterCategory.INVALID, RegisterFinding.REGISTER_INVALID, Advice.DISCREPANCIES),
        (RegisterCategory.STOLEN_BLANK, RegisterFinding.REGISTER_STOLEN_BLANK, Advice.SUSPECTED_FALSE),
        (RegisterCategory.NEVER_ISSUED, RegisterFinding.REGISTER_NEVER_ISSUED, Advice.SUSPECTED_FALSE),
    ],
)
def test_each_category_has_its_finding_and_advice(
    category: RegisterCategory, code: RegisterFinding, advice: Advice
) -> None:
    checks = check_registers(NUMBER, "ALB", RegisterIndex([row(category)]))
    (finding,) = [finding for check in checks for finding in check.findings]
    assert finding.code is code
    assert conclude(checks, CHECKS, {}).advice is advice
    assert "in a bag" not in repr(checks)


def test_every_category_and_every_finding_has_a_rule() -> None:
    assert set(RULES) == set(RegisterFinding)
    assert set(CHECKS) == set(RegisterCheck)
    for category in RegisterCategory:
        assert any(check.findings for check in check_registers(NUMBER, "ALB", RegisterIndex([row(category)]))), category


def test_what_is_not_registered_passes_and_looks_for_near_numbers() -> None:
    assert checked() == {
        RegisterCheck.REGISTER_NUMBER: Result.SUCCESSFUL,
        RegisterCheck.REGISTER_RANGE: Result.SUCCESSFUL,
        RegisterCheck.REGISTER_NEAR: Result.SUCCESSFUL,
    }


def test_a_near_number_is_never_a_hit() -> None:
    found = checked(row(RegisterCategory.STOLEN), number="8A1234567")
    assert found[RegisterCheck.REGISTER_NUMBER] is Result.SUCCESSFUL
    assert found[RegisterCheck.REGISTER_NEAR] is Result.UNDETERMINED
    checks = check_registers("8A1234567", "ALB", RegisterIndex([row(RegisterCategory.STOLEN)]))
    assert CHECKS[RegisterCheck.REGISTER_NEAR].weight is Weight.EVALUATORY
    assert total(checks, CHECKS, {}) is Result.SUCCESSFUL
    assert advise(finding for check in checks for finding in check.findings) is Advice.CONSISTENT
    (finding,) = checks[2].findings
    assert finding.bearing is Bearing.NONE
    assert finding.found.startswith("NEAR, not the same: BA1234567 (look alike)")


def test_a_number_the_check_digit_vouches_for_has_fewer_near_ones() -> None:
    stolen = row(RegisterCategory.STOLEN, "BA1234568")
    assert checked(stolen)[RegisterCheck.REGISTER_NEAR] is Result.UNDETERMINED
    assert checked(stolen, digit=check_digit("BA1234568"))[RegisterCheck.REGISTER_NEAR] is Result.UNDETERMINED
    assert checked(stolen, digit=check_digit(NUMBER))[RegisterCheck.REGISTER_NEAR] is Result.SUCCESSFUL


def test_a_hit_needs_no_likeness() -> None:
    found = checked(row(RegisterCategory.STOLEN), row(RegisterCategory.LOST, "BA1234568"))
    assert found[RegisterCheck.REGISTER_NUMBER] is Result.FAILED
    assert found[RegisterCheck.REGISTER_NEAR] is Result.NOT_SUPPORTED


def test_a_range_of_blanks_fails_its_own_check() -> None:
    found = checked(row(RegisterCategory.STOLEN_BLANK, "BA1234000", "BA1234999"))
    assert found[RegisterCheck.REGISTER_RANGE] is Result.FAILED
    assert found[RegisterCheck.REGISTER_NUMBER] is Result.SUCCESSFUL


def test_another_type_of_document_is_another_document() -> None:
    assert checked(row(RegisterCategory.STOLEN, kind="ID"))[RegisterCheck.REGISTER_NUMBER] is Result.SUCCESSFUL
    assert checked(row(RegisterCategory.STOLEN, kind="PD"))[RegisterCheck.REGISTER_NUMBER] is Result.FAILED
    assert checked(row(RegisterCategory.STOLEN, kind="ID"), kind="")[RegisterCheck.REGISTER_NUMBER] is Result.FAILED


def test_without_a_register_of_the_issuer_there_is_no_answer() -> None:
    for lookup in (None, RegisterIndex([], ["RKS"])):
        assert {check.result for check in check_registers(NUMBER, "ALB", lookup)} == {Result.NOT_SUPPORTED}
    empty = check_registers("<<<", "ALB", RegisterIndex([], ["ALB"]))
    assert {check.result for check in empty} == {Result.UNDETERMINED}


def test_the_codes_of_issuers_are_read_as_the_register_reads_them() -> None:
    index = RegisterIndex(
        [RegisterRow(2, "RKS", "P", NUMBER, NUMBER, RegisterCategory.LOST, date(2025, 1, 1), "R", "")]
    )
    assert check_registers("ba-123 4567", "XKX", index)[0].result is Result.FAILED
