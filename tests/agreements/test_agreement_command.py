"""`egnatia agreement` on a file, without any node: questions anybody may put to a register."""

import json
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import egnatia.scenario
from egnatia.cli import cli

REGISTER = str(Path(egnatia.scenario.__path__[0]) / "agreements.toml")
GRANTS = sum(len(each.get("grants", [])) for each in tomllib.loads(Path(REGISTER).read_text("utf-8"))["agreement"])


def agreement(*words: str, day: str | None = "2025-05-15") -> Result:
    on = ("--on", day) if day else ()
    return CliRunner().invoke(cli, ["agreement", *words, "--file", REGISTER, *on])


def test_matrix_in_words_and_in_json() -> None:
    words = agreement("matrix").stdout
    assert "demo-alb-xkx-travel_document (invented)" in words
    assert (
        "demo-alb-mkd-dna-trace: asked with person, remains, trace by the rules prum-ess12, every new profile compared, "
        "batches of at most 2,000\n"
    ) in words
    assert "ALB declines hub since 2025-05-15" in words
    rows = [json.loads(line) for line in agreement("matrix", "--json").stdout.splitlines()]
    assert [row["kind"] for row in rows].count("grant") == GRANTS
    assert {row["subject"]: row["dna"] is not None for row in rows if row["kind"] == "grant"} == {
        row["subject"]: row["subject"].startswith("dna_") for row in rows if row["kind"] == "grant"
    }
    assert rows[-1] == rows[-1] | {"kind": "declined", "partner": "ALB", "subject": "hub"}


@pytest.mark.parametrize(
    ("words", "day", "status", "said"),
    [
        (
            "ALB XKX travel_document --purpose border_check --offence false_document",
            "2025-05-15",
            0,
            "demo-alb-xkx-travel_document",
        ),
        ("alb gbr travel_document --purpose border_check --offence theft", "2025-05-15", 0, "within 48 hours"),
        ("MNE GBR person --purpose investigation --offence homicide", "2025-05-15", 5, "NO_AGREEMENT"),
        ("GBR MKD operation --purpose prevention --offence homicide", "2025-05-14", 5, "AGREEMENT_NOT_IN_FORCE"),
        ("GBR MKD operation --purpose prevention --offence homicide", "2025-05-15", 0, "demo-gbr-mkd-operation"),
        (
            "GBR MKD operation --purpose prevention --offence homicide --step-two",
            "2025-05-15",
            5,
            "STEP_TWO_NOT_GRANTED",
        ),
        ("GBR ALB person --purpose investigation --offence theft", "2025-05-15", 5, "OFFENCE_BELOW_THRESHOLD"),
        ("GBR ALB hub --purpose return --offence theft", "2025-05-15", 5, "PARTNER_DECLINED"),
        ("GBR ALB nonsense --purpose return --offence theft", "2025-05-15", 2, "nonsense"),
    ],
)
def test_check_answers_with_a_grant_or_one_reason(words: str, day: str, status: int, said: str) -> None:
    answer = agreement("check", *words.split(), day=day)
    assert (answer.exit_code, said in answer.output) == (status, True)


@pytest.mark.parametrize(
    ("pair", "expected"), [("ALB GBR", ("grant", "demo-alb-gbr-dna-person")), ("XKX ALB", ("reason", "NO_AGREEMENT"))]
)
def test_check_in_json(pair: str, expected: tuple[str, str]) -> None:
    rest = ("dna_person", "--purpose", "investigation", "--offence", "burglary", "--json")
    answer = json.loads(agreement("check", *pair.split(), *rest).stdout)
    assert answer[expected[0]] == expected[1]
    assert answer["allowed"] == (expected[0] == "grant")


def test_list_names_force_and_dates() -> None:
    lines = agreement("list", day=None).stdout.splitlines()
    (communique,) = [line for line in lines if line.startswith("communique-gbr-alb-2022")]
    assert "political_declaration" in communique
    assert "GBR 2022-12-13" in communique
    assert len(lines) == 11
    assert len(agreement("list", "--json", day=None).stdout.splitlines()) == 10


def test_a_wrong_file_is_named_with_its_place(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text(Path(REGISTER).read_text(encoding="utf-8").replace('"dna_person"', '"dan"', 1), encoding="utf-8")
    answer = CliRunner().invoke(cli, ["agreement", "matrix", "--file", str(broken)])
    assert (answer.exit_code, "$.agreement[3].grants[0].subject" in answer.output) == (2, True)


def test_the_register_is_printed_in_cedars_language() -> None:
    policies = agreement("cedar", day=None)
    assert policies.exit_code == 0
    assert policies.stdout.count("permit (") == GRANTS
    assert '@id("declined")' in policies.stdout
    assert "action ask, ask_core_data" in agreement("cedar", "--schema", day=None).stdout
