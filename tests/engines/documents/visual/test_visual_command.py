"""`egnatia document mrz --visual` and `--rules`; what the reference says of every check and finding."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from egnatia.cli import cli
from egnatia.engines.documents.mrz.catalogue import ZoneCheck
from egnatia.engines.documents.visual.catalogue import VisualCheck
from egnatia.engines.documents.visual.findings import VisualFinding

ROOT = Path(__file__).resolve().parents[4]
ZONE = ("PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F3404159ZE184226B<<<<<16")
PAGE = {"primary": "ERIKSSON", "secondary": "ANNA MARIA", "birth_date": "12 AUG/AOÛT 74", "number": "L898902C3"}


def _run(*arguments: str, command: str = "mrz") -> Result:
    return CliRunner().invoke(cli, ["document", command, "--today", "2026-11-22", *arguments])


def _page(folder: Path, **given: str) -> str:
    path = folder / "page.json"
    path.write_text(json.dumps({**PAGE, **given}), encoding="utf-8")
    return str(path)


def test_a_page_that_agrees_is_consistent(tmp_path: Path) -> None:
    result = _run("--visual", _page(tmp_path), *ZONE)
    assert result.exit_code == 0, result.output
    assert "Printed name and zone" in result.stdout
    assert "Advice: consistent" in result.stdout


def test_a_page_that_differs_exits_with_1_and_shows_both_values(tmp_path: Path) -> None:
    result = _run("--visual", _page(tmp_path, birth_date="13 AUG 74"), *ZONE)
    assert result.exit_code == 1
    assert "VISUAL_DATE_DIFFERS (birth date)" in result.stdout
    assert "found 13 AUG 74" in result.stdout
    assert "Advice: discrepancies" in result.stdout


def test_json_has_the_checks_and_the_advice_of_both(tmp_path: Path) -> None:
    result = _run("--json", "--visual", _page(tmp_path, number="X898902C3"), *ZONE)
    value = json.loads(result.stdout)
    assert value["advice"] == "discrepancies"
    failed = [check for check in value["visual"] if check["result"] == "failed"]
    assert [check["code"] for check in failed] == ["VISUAL_NUMBER"]
    assert [one["source"] for one in failed[0]["compared"]] == ["zone", "visual"]
    assert "visual" not in json.loads(_run("--json", *ZONE).stdout)


def test_inspect_is_the_same_command_for_a_zone() -> None:
    assert _run(*ZONE, command="inspect").stdout == _run(*ZONE).stdout


@pytest.mark.parametrize(
    ("content", "names"), [("[]", "JSON object"), ('{"colour": "red"}', "colour"), ("{", "not JSON")]
)
def test_a_page_that_is_none_exits_with_2(tmp_path: Path, content: str, names: str) -> None:
    path = tmp_path / "page.json"
    path.write_text(content, encoding="utf-8")
    result = _run("--visual", str(path), *ZONE)
    assert result.exit_code == 2
    assert names in result.stderr


def test_rules_of_a_partner_are_added(tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(
        'version = "1"\nmaintainer = "Utopia"\n[[number_pattern]]\nid = "UTO"\nissuers = ["UTO"]\n'
        'shapes = ["9999999"]\nconfidence = "confirmed"\nsource = "the issuer"\n',
        encoding="utf-8",
    )
    assert _run(*ZONE).exit_code == 0
    result = _run("--rules", str(rules), *ZONE)
    assert result.exit_code == 1
    assert "NUMBER_PATTERN (number)" in result.stdout
    rules.write_text("version = 1", encoding="utf-8")
    assert _run("--rules", str(rules), *ZONE).exit_code == 2


@pytest.mark.parametrize("code", [*ZoneCheck, *VisualCheck, *VisualFinding])
def test_every_check_and_finding_is_in_the_reference(code: str) -> None:
    assert f"`{code}`" in (ROOT / "docs" / "reference" / "documents.md").read_text(encoding="utf-8")
