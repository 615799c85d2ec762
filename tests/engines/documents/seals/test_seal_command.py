"""`egnatia document seal` reads hexadecimal, text, files and pictures, without a node."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.engines.documents.seals.making import ZONE, authority, signer, visa
from tests.engines.documents.seals.vectors import IDB, VDS, VDS_NC

from egnatia.cli import cli
from egnatia.engines.documents.seals.catalogue import SealCheck
from egnatia.engines.documents.synthetic.seal import matrix

DAY = ("--today", "2025-05-15")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["document", "seal", *arguments])


@pytest.fixture
def certificates(tmp_path: Path) -> Path:
    path = tmp_path / "signer.cer"
    path.write_bytes(signer().certificate)
    return path


def test_a_seal_in_hexadecimal_is_shown_with_every_check(certificates: Path) -> None:
    result = run(
        visa().hex(), "--signer", str(certificates), "--zone", "\n".join(ZONE), "--passport", "47110815P", *DAY
    )
    assert result.exit_code == 1, result.output
    assert "VDS version 4: visa" in result.stdout
    assert "The seal's signature holds: yes" in result.stdout
    assert "The zone in the seal is the printed one: yes" in result.stdout
    assert "Advice: cannot tell" in result.stdout  # no trust store, so nobody vouches for the signer


def test_json_says_the_same(certificates: Path) -> None:
    value = json.loads(run(visa().hex(), "--signer", str(certificates), "--json", *DAY).stdout)
    results = {check["check"]: check["result"] for check in value["checks"]}
    assert set(results) == set(SealCheck)
    assert results["SEAL_SIGNATURE"] == "successful"
    assert value["seal"]["type"] == "visa"
    assert value["seal"]["features"][0]["value"].startswith("VCUTODENT<<ARTHUR")
    assert (value["advice"], value["result"]) == ("cannot_tell", "undetermined")


@pytest.mark.parametrize(
    "content",
    [VDS["residentPermit"], VDS["residentPermit"].hex().encode(), IDB["Visa"].encode(), VDS_NC["valid"].encode()],
)
def test_a_file_may_hold_bytes_or_text(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "code.bin"
    path.write_bytes(content)
    result = run(str(path), *DAY)
    assert result.exit_code == 1
    assert "The code can be read as a seal: yes" in result.stdout


def test_a_picture_of_the_code_is_read(tmp_path: Path, certificates: Path) -> None:
    path = tmp_path / "seal.png"
    matrix(visa(), 400).save(path)
    result = run(str(path), "--signer", str(certificates), *DAY)
    assert "The seal's signature holds: yes" in result.stdout
    blank = tmp_path / "blank.png"
    matrix(visa(), 400).point(lambda _: 255).save(blank)
    nothing = run(str(blank))
    assert nothing.exit_code == 2
    assert "no bar code" in nothing.stderr


def test_the_trust_store_leads_to_the_authority(tmp_path: Path, certificates: Path) -> None:
    root = tmp_path / "authority.cer"
    root.write_bytes(authority().csca.certificate)
    store = tmp_path / "trust"
    taken = CliRunner().invoke(
        cli, ["document", "trust", "import", str(root), "--store", str(store), "--vouch", "--published", "2024-02-01"]
    )
    assert taken.exit_code == 0, taken.output
    result = run(visa().hex(), "--signer", str(certificates), "--trust", str(store), *DAY)
    assert result.exit_code == 0, result.stdout
    assert "The signer is certified by its state's authority: yes" in result.stdout
    assert "Advice: consistent" in result.stdout


def test_what_is_no_seal_says_what_it_expected() -> None:
    result = run("00" * 20, *DAY)
    assert result.exit_code == 1
    assert "SEAL_UNREADABLE" in result.stdout
    assert "expected content: a seal" in result.stdout


@pytest.mark.parametrize("arguments", [("nowhere.bin",), ("RDB1B", "--signer", "nowhere.cer"), ()])
def test_what_cannot_be_read_exits_with_2(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_a_file_that_is_no_certificate_is_named(tmp_path: Path) -> None:
    path = tmp_path / "text.cer"
    path.write_bytes(b"no certificate")
    result = run(visa().hex(), "--signer", str(path))
    assert result.exit_code == 2
    assert "text.cer is no certificate" in result.stderr
    assert authority().state == "UTO"


def test_what_a_seal_holds_cannot_steer_the_terminal() -> None:
    text = json.dumps(
        {"data": {"hdr": {"t": "\x1b[31mred", "v": 1, "is": "UTO"}, "msg": {"a": "\x1b]0;x\x07"}}, "sig": {}}
    )
    result = run(text, *DAY)
    assert "\x1b" not in result.stdout
    assert "\x07" not in result.stdout
