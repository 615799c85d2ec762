"""`egnatia ledger verify --bundle` needs no node; what does not hold ends with status 7."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from egnatia.cli import cli
from egnatia.ledger.bundle import BundleRequest, export_bundle
from egnatia.ledger.notekeys import KeyKind, key_of


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["ledger", *arguments])


@pytest.fixture
def bundle(node: Any, tmp_path: Path) -> tuple[Path, str, str]:
    """A bundle, the log's key, and the witness's."""
    gbr, alb = node("GBR"), node("ALB")
    gbr.write(5)
    gbr.get_witnessed(alb)
    path = tmp_path / "gbr.jsonl"
    with path.open("wb") as out, gbr.database.read() as tx:
        export_bundle(tx, out, gbr.trust(alb), BundleRequest(), gbr.act(0).at, gbr.key)
    return path, gbr.log.key.text, key_of(alb.origin, KeyKind.COSIGNATURE, alb.key).text


def test_a_good_bundle_verifies_without_a_node(bundle: tuple[Path, str, str]) -> None:
    path, key, witness = bundle
    told = run("verify", "--bundle", str(path))
    assert told.exit_code == 0, told.output
    assert "Witnessed by ALB: the first 5 entries" in told.output
    told = run("verify", "--bundle", str(path), "--key", key, "--witness", f"ALB={witness}", "--json")
    assert told.exit_code == 0, told.output
    assert json.loads(told.output)["holds"] is True


def test_a_changed_bundle_ends_with_status_7_and_the_finding(bundle: tuple[Path, str, str]) -> None:
    path, key, _ = bundle
    path.write_bytes(path.read_bytes().replace(b"off-1", b"off-9"))
    told = run("verify", "--bundle", str(path))
    assert told.exit_code == 7
    assert "DOES NOT HOLD" in told.output
    assert "the entries do not give the root that was signed" in told.stderr
    told = run("verify", "--bundle", str(path), "--key", key.replace("gbr", "xkx"))
    assert told.exit_code == 2
    assert "does not belong to" in told.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("verify", "--key", "x"),
        ("verify", "--bundle", "x", "--witness", "ALB=x"),
        ("verify", "--bundle", "x", "--key", "x", "--witness", "alb=x"),
        ("verify", "--bundle", "no such file"),
        ("show", "--purpose", "self_monitoring", "--limit", "0"),
    ],
)
def test_wrong_usage_ends_with_status_2(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2
