"""`egnatia document inspect`, `report` and `replay` on files, without a node."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.engines.documents.report.sources import TODAY, made

from egnatia.cli import cli
from egnatia.engines.documents.synthetic import chips, trust

DAY = TODAY.isoformat()


def run(*arguments: str | Path) -> Result:
    return CliRunner(env={"EGNATIA_TRUST": ""}).invoke(cli, ["document", *map(str, arguments)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One document as files: zone, page, chip, register, profile."""
    home: Path = tmp_path_factory.mktemp("document")
    document = made()
    (home / "zone.txt").write_text("\n".join(document.zone))
    (home / "page.json").write_text(json.dumps({key: list(values) for key, values in document.visual.items()}))
    (home / "chip").mkdir()
    assert document.chip is not None
    for name, content in chips.files(document.chip).items():
        (home / "chip" / name).write_bytes(content)
    (home / "register.csv").write_text(trust.register([document], TODAY))
    (home / "profile.toml").write_text('[weights]\nCHIP_DS_SIGNATURE = "optional"\n')
    (home / "seal.bin").write_bytes(document.seal or b"\xdc")
    return home


def inspect(folder: Path, *more: str | Path) -> Result:
    given = ("--zone", folder / "zone.txt", "--visual", folder / "page.json", "--chip", folder / "chip")
    return run("inspect", *given, "--register", folder / "register.csv", "--today", DAY, *more)


def test_every_source_makes_one_tree(folder: Path) -> None:
    result = inspect(folder)
    assert result.exit_code == 1, result.output
    assert "The chip:" in result.stdout
    assert "DG1 is as it was signed: agrees" in result.stdout
    assert "Advice: Cannot tell" in result.stdout, "without a trust store no signer leads anywhere"


def test_saved_replayed_and_reported(folder: Path, tmp_path: Path) -> None:
    stored = tmp_path / "stored.json"
    assert inspect(folder, "--save", stored, "--profile", folder / "profile.toml").exit_code == 1
    same = run("replay", stored, "--register", folder / "register.csv")
    assert (same.exit_code, same.stdout) == (0, "The same to the last byte.\n")
    other = run("replay", stored, "--json")
    assert other.exit_code == 1
    assert [each["what"] for each in json.loads(other.stdout)["versions"]] == ["register"]
    for kind, begin in (("html", "<!doctype html>"), ("xml", "<?xml"), ("json", '{"examination"')):
        out = tmp_path / f"report.{kind}"
        told = run("report", stored, "--format", kind, "--language", "sq", "--view", "evidence", "-o", out)
        assert told.exit_code == 0, told.output
        assert told.stdout == ""
        assert out.read_text().startswith(begin)
    assert "Kontrolli i një dokumenti udhëtimi" in (tmp_path / "report.html").read_text()
    assert made().zone[1] not in (tmp_path / "report.xml").read_text()


def test_json_of_an_inspection_is_a_report_again(folder: Path, tmp_path: Path) -> None:
    written = inspect(folder, "--json")
    file = tmp_path / "examination.json"
    file.write_text(written.stdout)
    assert run("report", file, "--format", "json").stdout == written.stdout
    assert inspect(folder, "--xml").stdout.startswith("<?xml")


def test_a_pdf_is_written(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("reportlab")
    stored, out = tmp_path / "stored.json", tmp_path / "report.pdf"
    inspect(folder, "--save", stored)
    assert run("report", stored, "--format", "pdf", "--language", "mk", "-o", out).exit_code == 0
    assert out.read_bytes().startswith(b"%PDF-")


def test_a_zone_alone_is_what_it_always_was(folder: Path) -> None:
    text = (folder / "zone.txt").read_text()
    assert run("inspect", text, "--today", DAY).stdout == run("mrz", text, "--today", DAY).stdout
    nothing = run("inspect")
    assert nothing.exit_code == 2
    assert "Give a ZONE" in nothing.stderr


@pytest.mark.parametrize(
    "arguments",
    [("report", "zone.txt"), ("replay", "zone.txt"), ("inspect", "--chip", "page.json"),
     ("inspect", "--zone", "hello"), ("inspect", "--zone", "zone.txt", "--profile", "page.json"),
     ("inspect", "--sent", "xyz", "--zone", "zone.txt")],
)  # fmt: skip
def test_what_cannot_be_used_exits_with_2_and_says_what_to_do(folder: Path, arguments: tuple[str, ...]) -> None:
    result = run(*(folder / each if (folder / each).exists() and "." in each else each for each in arguments))
    assert result.exit_code == 2, result.output
    assert "→" in result.stderr
