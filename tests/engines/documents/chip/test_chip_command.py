import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.engines.documents.chip.chips import ACTIVE, LINES, Recipe, make, named_files, zone_file
from tests.engines.documents.chip.exchanges import CHALLENGE, answer
from tests.engines.documents.chip.stores import store

from egnatia.cli import cli
from egnatia.engines.documents.chip.types import ChipFiles, FileId
from egnatia.engines.documents.trust.folder import read_folder, write_folder

TODAY = ("--today", "2026-11-22")


@pytest.fixture
def trust(tmp_path: Path) -> str:
    folder = tmp_path / "trust"
    write_folder(read_folder(folder), store().holdings, datetime(2026, 11, 22, tzinfo=UTC))
    return str(folder)


def written(folder: Path, files: ChipFiles) -> str:
    folder.mkdir()
    for name, content in named_files(files).items():
        (folder / name).write_bytes(content)
    return str(folder)


def run(*arguments: str) -> Result:
    empty = {"EGNATIA_TRUST": "", "HOME": "/nonexistent", "XDG_CONFIG_HOME": "/nonexistent"}
    return CliRunner(env=empty).invoke(cli, ["document", "chip", *arguments])


def test_a_good_chip_exits_with_0_and_reads_as_a_tree(tmp_path: Path, trust: str) -> None:
    result = run(written(tmp_path / "chip", make()), "--trust", trust, *TODAY)
    assert result.exit_code == 0, result.output
    assert "The chip:" in result.stdout
    assert "EF.SOD: the signature holds: yes" in result.stdout
    assert LINES[0] in result.stdout
    assert "Original chip: not shown" in result.stdout
    assert "Advice: consistent" in result.stdout


def test_an_archive_does_as_well_and_an_answer_shows_the_original(tmp_path: Path, trust: str) -> None:
    path, evidence = tmp_path / "chip.zip", tmp_path / "evidence.json"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in named_files(make()).items():
            archive.writestr(name, content)
    made = answer(ACTIVE)
    recorded = {
        "version": 1,
        "active_authentication": {"challenge": made.challenge.hex(), "response": made.response.hex()},
    }
    evidence.write_text(json.dumps(recorded), encoding="utf-8")
    given = (str(path), "--trust", trust, "--evidence", str(evidence), *TODAY)
    assert "Original chip: not shown" in run(*given).stdout
    result = run(*given, "--sent", CHALLENGE.hex())
    assert result.exit_code == 0, result.output
    assert "Original chip: shown" in result.stdout


def test_a_changed_chip_exits_with_1_and_says_why(tmp_path: Path, trust: str) -> None:
    forged = zone_file((LINES[0].replace("ANNA", "EMMA"), LINES[1]))
    folder = written(tmp_path / "chip", make(Recipe(changed={FileId.DG1: forged})))
    result = run(folder, "--trust", trust, *TODAY)
    assert result.exit_code == 1
    assert "DG1 is as it was signed: NO" in result.stdout
    assert "CHIP_HASH_REFUTED" in result.stdout
    assert "Advice: suspected false" in result.stdout


def test_without_a_store_it_cannot_tell(tmp_path: Path) -> None:
    result = run(written(tmp_path / "chip", make()), *TODAY)
    assert result.exit_code == 1
    assert "Advice: cannot tell" in result.stdout


def test_json_holds_every_check_and_no_picture(tmp_path: Path, trust: str) -> None:
    result = run(written(tmp_path / "chip", make()), "--trust", trust, "--json", *TODAY)
    value = json.loads(result.stdout)
    assert value["advice"] == "consistent"
    assert value["passive_authentication"] is True
    assert value["store"]
    assert {check["code"] for check in value["checks"]} >= {"CHIP_SOD_SIGNATURE", "CHIP_DG1_HASH", "CHIP_ISSUER"}
    assert all(check["title"] and check["source"] for check in value["checks"])
    assert value["files"]["DG2"]["images"][0] == {"type": "jpeg", "width": 32, "height": 40, "bytes": 645} | {
        "bytes": value["files"]["DG2"]["images"][0]["bytes"]
    }
    assert value["files"]["DG1"]["zone"]["number"] == "L898902C3"


def test_the_printed_zone_is_compared(tmp_path: Path, trust: str) -> None:
    folder = written(tmp_path / "chip", make())
    same = run(folder, "--trust", trust, "--zone", "\n".join(LINES), *TODAY)
    assert same.exit_code == 0
    assert "The printed zone is the one in DG1: yes" in same.stdout
    page = tmp_path / "page.txt"
    page.write_text("\n".join((LINES[0].replace("ANNA", "EMMA"), LINES[1])), encoding="utf-8")
    other = run(folder, "--trust", trust, "--zone", str(page), *TODAY)
    assert other.exit_code == 1
    assert "CHIP_ZONE_DIFFERS" in other.stdout


def test_what_is_no_chip_exits_with_2(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing here", encoding="utf-8")
    result = run(str(tmp_path))
    assert result.exit_code == 2
    assert "no file of a chip" in result.stderr
    assert run(str(tmp_path / "nowhere")).exit_code == 2


def test_what_was_sent_must_be_hexadecimal(tmp_path: Path) -> None:
    result = run(written(tmp_path / "chip", make()), "--sent", "xyz")
    assert result.exit_code == 2
    assert "hexadecimal" in result.stderr


def test_hostile_text_does_not_reach_the_terminal(tmp_path: Path, trust: str) -> None:
    steering = zone_file((LINES[0].replace("ANNA", "\x1b[2J"), LINES[1]))
    result = run(written(tmp_path / "chip", make(Recipe(changed={FileId.DG1: steering}))), "--trust", trust, *TODAY)
    assert "\x1b" not in result.stdout
