"""`egnatia document generate` with --out: whole invented documents in a folder, and nothing written over."""

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from egnatia.cli import cli
from egnatia.engines.documents import Advice, RegisterRow, inspect, read_register
from egnatia.engines.documents.chip.files import read_files
from egnatia.engines.documents.synthetic.fonts import find_fonts
from egnatia.engines.documents.synthetic.types import Fault
from egnatia.engines.documents.trust.certificates import Certificate, read_certificate
from egnatia.engines.documents.trust.crl import RevocationList, read_crl
from egnatia.engines.documents.trust.master_lists import MasterList, read_master_list
from egnatia.engines.documents.types import FalseClass
from egnatia.errors import InputError

DAY = "2026-11-22"
PROFILE = ("--profile", "p256-sha256-named")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["document", "generate", "--today", DAY, *map(str, arguments)])


def made(folder: Path, *arguments: str) -> dict[str, Any]:
    result = run("--out", folder, "--seed", "5", *PROFILE, *arguments)
    assert result.exit_code == 0, result.output
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def can_draw() -> None:
    try:
        find_fonts()
    except InputError as error:
        pytest.skip(f"pages need fonts: {error.message}")


def test_zones_are_printed_as_before_without_out() -> None:
    result = run("--seed", "7", "--count", "2")
    assert result.exit_code == 0
    zones = result.stdout.strip().split("\n\n")
    assert len(zones) == 2
    assert all(len(line) == 44 for zone in zones for line in zone.splitlines())


@pytest.mark.parametrize(
    "option", [("--chip",), ("--pages",), ("--kind", "card"), ("--tamper", "photo"), ("--dpi", "200")]
)
def test_options_of_documents_need_a_folder(option: tuple[str, ...]) -> None:
    result = run(*option)
    assert result.exit_code == 2
    assert f"{option[0]} is for whole documents and needs --out" in result.stderr


def test_the_format_of_a_zone_is_none_of_a_document(tmp_path: Path) -> None:
    result = run("--out", tmp_path / "out", "--format", "TD1")
    assert result.exit_code == 2
    assert "--format is for zones" in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_folder_holds_chip_trust_register_and_manifest(tmp_path: Path) -> None:
    manifest = made(tmp_path / "out", "--chip", "--count", "3", "--issuer", "alb")
    assert [entry["id"] for entry in manifest["documents"]] == ["0001", "0002", "0003"]
    for entry in manifest["documents"]:
        assert inspect("\n".join(entry["zone"]), date(2026, 11, 22)).advice is Advice.CONSISTENT
        assert entry["label"] == {
            "operator": "", "class": None, "said": "untouched", "fields": [], "faults": [], "disagree": [],
            "register": "", "catchable": False,
        }  # fmt: skip
        files = read_files(tmp_path / "out" / entry["id"] / "chip")
        assert len(files.contents) == 8
        assert files.remarks == ()
        assert all((tmp_path / "out" / name).is_file() for name in entry["files"])
        assert entry["told"]["zone"]["number"] == entry["number"] == entry["told"]["chip"]["number"]


def test_what_is_to_be_trusted_can_be_read(tmp_path: Path) -> None:
    made(tmp_path, "--kind", "visa", "--seal", "--count", "2")
    trusted = tmp_path / "trust"
    root = read_certificate((trusted / "list-root.cer").read_bytes())
    assert isinstance(root, Certificate)
    listed = read_master_list((trusted / "master-list.ml").read_bytes(), [root])
    assert isinstance(listed, MasterList)
    assert listed.trust.value == "root"
    raw = {certificate.raw for certificate in listed.certificates}
    roots = list(trusted.glob("csca-*.cer"))
    assert roots
    assert all(path.read_bytes() in raw for path in roots)
    assert len(list(trusted.glob("seal-signer-*.cer"))) == len(roots) == len(list(trusted.glob("*.crl")))
    for path in trusted.glob("*.crl"):
        assert isinstance(read_crl(path.read_bytes()), RevocationList)
    assert sorted(path.name for path in tmp_path.glob("*/seal.bin")) == ["seal.bin"] * 2


def test_a_seed_repeats_every_byte_and_a_longer_batch_begins_the_same(tmp_path: Path) -> None:
    made(tmp_path / "one", "--chip", "--count", "2")
    made(tmp_path / "two", "--chip", "--count", "2")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    longer = made(tmp_path / "three", "--chip", "--count", "3")["documents"]
    assert longer[:2] == json.loads((tmp_path / "one" / "manifest.json").read_text(encoding="utf-8"))["documents"]


def test_without_a_seed_one_is_drawn_and_told(tmp_path: Path) -> None:
    first, second = (run("--out", tmp_path / name, *PROFILE) for name in ("a", "b"))
    assert first.exit_code == second.exit_code == 0
    seeds = [json.loads((tmp_path / name / "manifest.json").read_text(encoding="utf-8"))["seed"] for name in ("a", "b")]
    assert seeds[0] != seeds[1]
    assert f"seed {seeds[0]}" in first.stdout


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    result = run("--out", tmp_path, *PROFILE)
    assert result.exit_code == 9
    assert "is not empty" in result.stderr
    assert "→" in result.stderr
    assert contents(tmp_path) == {"mine.txt": hashlib.sha256(b"mine").hexdigest()}
    (tmp_path / "empty").mkdir()
    made(tmp_path / "empty")
    assert run("--out", tmp_path / "empty", *PROFILE).exit_code == 9


def test_every_operator_in_turn_with_labels_and_a_register(tmp_path: Path) -> None:
    manifest = made(tmp_path, "--chip", "--issuer", "ALB", "--tamper", "all", "--count", "60")
    labels = [entry["label"] for entry in manifest["documents"]]
    assert len({label["operator"] for label in labels}) >= 50
    assert {label["class"] for label in labels} == {each.value for each in FalseClass}
    faults = {fault for label in labels for fault in label["faults"]}
    assert faults <= {fault.value for fault in Fault}
    assert {"check_digit", "hash", "signer_untrusted", "signer_foreign", "national_number"} <= faults
    with (tmp_path / "register.csv").open(encoding="utf-8") as stream:
        rows = list(read_register(stream))
    assert rows
    assert all(isinstance(row, RegisterRow) for row in rows)
    dead = next(entry for entry in manifest["documents"] if entry["label"]["operator"] == "chip-dead")
    assert dead["files"] == []
    assert "chip" not in dead["told"]


def test_operators_take_turns(tmp_path: Path) -> None:
    manifest = made(tmp_path, "--chip", "--tamper", "photo", "--tamper", "chip-swap", "--count", "3")
    assert [entry["label"]["operator"] for entry in manifest["documents"]] == ["photo", "chip-swap", "photo"]


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--tamper", "erase"), "no tampering operator"),
        (("--tamper", "chip-swap"), "the document has no chip"),
        (("--tamper", "seal-copied"), "the document has no seal"),
        (("--tamper", "visual-personal-number"), "has no personal number"),
        (("--condition", "fog"), "no condition"),
        (("--profile", "rot13", "--chip"), "no profile"),
        (("--issuer", "FRA"), "No holders are invented"),
        (("--seal",), "no digital seal"),
        (("--pages", "--zone-font", __file__), "not a font"),
    ],
)
def test_what_cannot_be_made_is_refused_with_what_can(tmp_path: Path, options: tuple[str, ...], complaint: str) -> None:
    if "--pages" in options:
        options = (*options, "--text-font", __file__)
    result = run("--out", tmp_path / "out", *options)
    assert result.exit_code == 2, result.output
    assert complaint in result.stderr
    assert "→" in result.stderr
    assert not (tmp_path / "out" / "manifest.json").exists()


@pytest.mark.usefixtures("can_draw")
def test_pages_are_drawn_with_their_truth(tmp_path: Path) -> None:
    options = ("--kind", "card", "--pages", "--dpi", "150", "--condition", "turned-12", "--count", "2")
    manifest = made(tmp_path, *options)
    for entry in manifest["documents"]:
        assert [page["side"] for page in entry["pages"]] == ["front", "back"]
        for page in entry["pages"]:
            with Image.open(tmp_path / entry["id"] / f"{page['side']}.png") as image:
                assert list(image.size) == page["size"]
            assert page["condition"] == "turned-12"
        lines = [line["text"] for page in entry["pages"] for line in page["zone"]]
        assert lines == entry["zone"]
    again = made(tmp_path / "again", *options)
    assert again["documents"][0]["pages"] == manifest["documents"][0]["pages"]
    one, two = ((tmp_path / part / "0001" / "back.png").read_bytes() for part in ("", "again"))
    assert one == two


def test_json_prints_the_manifest(tmp_path: Path) -> None:
    result = run("--out", tmp_path, "--seed", "1", "--json", *PROFILE)
    assert json.loads(result.stdout) == json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert json.loads(result.stdout)["notice"].startswith("UTO/SPECIMEN")


@pytest.mark.parametrize(
    ("what", "word"),
    [("tamper", "chip-self-keyed"), ("condition", "phone"), ("profile", "bp320-sha256"), ("issuer", "RKS")],
)
def test_what_there_is_can_be_listed(what: str, word: str) -> None:
    plain, told = run("--list", what), run("--list", what, "--json")
    assert plain.exit_code == told.exit_code == 0
    assert word in plain.stdout
    rows = [json.loads(line) for line in told.stdout.splitlines()]
    assert word in {next(iter(row.values())) for row in rows} or word in {
        value for row in rows for value in row.values()
    }
