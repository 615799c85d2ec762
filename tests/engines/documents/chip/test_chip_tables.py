import ast
import re
from pathlib import Path

import pytest

from egnatia.engines.documents.chip.catalogue import CHECKS, FORMAT_CHECKS, HASH_CHECKS, ChipCheck
from egnatia.engines.documents.chip.findings import CHIP_RULES, ChipFinding
from egnatia.engines.documents.chip.types import DATA_GROUPS

ROOT = Path(__file__).resolve().parents[4]
PAGE = (ROOT / "docs" / "reference" / "chip.md").read_text(encoding="utf-8")
SOURCE = ROOT / "src" / "egnatia" / "engines" / "documents" / "chip"
ROWS = {
    cells[0].strip("` "): [cell.strip() for cell in cells[1:]]
    for line in PAGE.splitlines()
    if line.startswith("| `") and len(cells := line.strip("|").split("|")) == 4
}


@pytest.mark.parametrize("code", ChipFinding)
def test_every_finding_has_its_rule_and_its_row(code: ChipFinding) -> None:
    rule = CHIP_RULES[code]
    assert ROWS[code.value][:2] == [rule.severity.value, rule.bearing.value]
    assert len(ROWS[code.value][2]) > 10
    assert rule.innocent
    assert rule.settle.endswith((".", "given."))


@pytest.mark.parametrize("code", ChipCheck)
def test_every_check_has_its_rule_and_its_row(code: ChipCheck) -> None:
    rule = CHECKS[code]
    assert ROWS[code.value] == [rule.title, rule.weight.value[0].upper(), rule.source]


def test_no_row_explains_what_does_not_exist() -> None:
    assert set(ROWS) == {*map(str, ChipFinding), *map(str, ChipCheck)}


def test_every_finding_and_check_is_made_somewhere() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in SOURCE.glob("*.py") if path.name != "findings.py")
    assert [code for code in ChipFinding if f"ChipFinding.{code.name}" not in text] == []
    used = set(re.findall(r"ChipCheck\.(CHIP_\w+)", text)) | {
        code.name for table in (FORMAT_CHECKS, HASH_CHECKS) for code in table.values()
    }
    assert [code for code in ChipCheck if code.name not in used] == []


def test_every_data_group_has_its_two_checks() -> None:
    assert set(DATA_GROUPS) <= set(FORMAT_CHECKS)
    assert list(HASH_CHECKS) == list(DATA_GROUPS)


def test_heavy_libraries_are_not_loaded_by_the_command_line() -> None:
    for path in (ROOT / "src" / "egnatia" / "cli" / "document_chip.py", SOURCE / "images.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = [node.module or "" for node in tree.body if isinstance(node, ast.ImportFrom)]
        assert not [name for name in names if name.startswith(("PIL", "egnatia.engines"))]
