"""`egnatia register search` looks a number up in a file: exact first, and what is only near is called so."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from egnatia.cli import cli

REGISTER = """issuer,document_type,number,number_to,category,reported_on,reference,circumstances
ALB,P,BA1234567,,stolen,2025-03-02,ALB-D-1,in a bag
ALB,P,BB1000000,BB1000499,stolen_blank,2025-03-02,ALB-D-2,from a courier
ALB,P,BC0000000,BC0099999,never_issued,2025-03-02,ALB-D-3,
"""


@pytest.fixture
def register(tmp_path: Path) -> Path:
    path = tmp_path / "register.csv"
    path.write_text(REGISTER, encoding="utf-8")
    return path


def run(register: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["register", "search", str(register), *arguments])


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("ba 1234567", "REGISTER_STOLEN"),
        ("BB1000250", "REGISTER_STOLEN_BLANK"),
        ("BC0012345", "REGISTER_NEVER_ISSUED"),
    ],
)
def test_a_registered_number_is_said_to_be_and_ends_with_1(register: Path, number: str, code: str) -> None:
    result = run(register, "ALB", number)
    assert result.exit_code == 1, result.output
    assert code in result.stdout
    assert "in a bag" not in result.stdout


def test_a_near_number_is_called_near_and_ends_with_0(register: Path) -> None:
    result = run(register, "ALB", "8A1234567")
    assert result.exit_code == 0
    assert "NEAR, not the same: BA1234567 (look alike)" in result.stdout
    assert "Number not reported lost, stolen, revoked or invalid: yes" in result.stdout


def test_the_printed_digit_rules_out_what_is_near_by_chance(register: Path) -> None:
    assert "NEAR" in run(register, "ALB", "BA1234568").stdout
    assert "NEAR" not in run(register, "ALB", "BA1234568", "--digit", "7").stdout


def test_json_has_the_three_checks(register: Path) -> None:
    value = [json.loads(line) for line in run(register, "ALB", "BA1234567", "--json").stdout.splitlines()]
    assert [each["result"] for each in value] == ["failed", "successful", "not_supported"]


def test_another_type_and_another_issuer_are_other_documents(register: Path) -> None:
    assert run(register, "ALB", "BA1234567", "--type", "I").exit_code == 0
    assert run(register, "RKS", "BA1234567").exit_code == 0


def test_a_range_of_stolen_documents_is_refused(register: Path) -> None:
    register.write_text(REGISTER.replace("stolen_blank", "stolen"), encoding="utf-8")
    result = run(register, "ALB", "BA1234567")
    assert result.exit_code == 2
    assert "a range is only for stolen_blank and never_issued, not for stolen" in result.stderr
