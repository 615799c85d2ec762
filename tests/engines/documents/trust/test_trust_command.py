"""`egnatia document trust`: import, list, explain and export, as an operator and a partner use them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.engines.documents.trust.making import master_list
from tests.engines.documents.trust.realm import (
    KOSOVO,
    KS_KEY,
    NEW,
    UTO_NEW,
    albania,
    document_signer,
    kosovo,
    read,
    revocation_list,
    root,
    signed_list,
    uto_link,
    uto_new,
    uto_old,
)

from egnatia.cli import cli


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    files = {
        "1.ml": signed_list(uto_old(), albania(), day="240101"),
        "2.ml": signed_list(uto_old(), uto_link(), uto_new(), albania(), kosovo(), day="250101"),
        "3.ml": signed_list(uto_link(), uto_new(), albania(), day="260101"),
        "root.cer": root(),
        "revoked.crl": revocation_list(UTO_NEW, NEW, {50: 1}),
        "ds.cer": document_signer(KOSOVO, KS_KEY).raw,
        "defects.toml": b'[[defect]]\nkind = "weak_key"\nstate = "UTO"\nsource = "a partner"\nknown_since = 2026-01-01\n',
        "text.txt": b"nothing of ours",
        "bare": master_list([uto_old()]),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def _run(folder: Path, *arguments: str, store: str = "store") -> Result:
    """Run the command in a folder; names of files in it may be given without it."""
    given = [str(folder / each) if (folder / each).is_file() else each for each in arguments]
    return CliRunner().invoke(cli, ["document", "trust", *given], env={"EGNATIA_TRUST": str(folder / store)})


def _imported(folder: Path, *more: str) -> Result:
    done = _run(folder, "import", "1.ml", "2.ml", "3.ml", "--root", "root.cer", *more)
    assert done.exit_code == 0, done.output
    return done


def _rows(done: Result) -> list[dict[str, object]]:
    assert done.exit_code in {0, 1}, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_importing_says_what_came_in(folder: Path) -> None:
    done = _imported(folder)
    assert "1.ml: list NL of 2024-01-01: 2 certificates, 3 new, 0 left out" in done.stdout
    assert "3.ml: list NL of 2026-01-01: 3 certificates, 0 new, 2 left out" in done.stdout
    assert "3 files imported; the store holds 6 certificates." in done.stdout
    again = _run(folder, "import", "1.ml", "--root", "root.cer")
    assert "held already" in again.stderr
    assert "0 files imported" in again.stdout


def test_every_kind_of_file_is_known_by_its_content(folder: Path) -> None:
    _imported(folder)
    done = _run(folder, "import", "revoked.crl", "ds.cer", "defects.toml", "--json")
    said = {row["file"]: row["what"] for row in _rows(done)}
    assert str(said["revoked.crl"]).startswith("revocation list of C=UT")
    assert str(said["ds.cer"]).startswith("certificate C=UT, CN=DS 1, handed over on")
    assert said["defects.toml"] == "defects: 1 new of 1"


def test_what_cannot_be_imported_leaves_the_store_as_it_was(folder: Path) -> None:
    refused = _run(folder, "import", "1.ml")
    assert refused.exit_code != 0
    assert "nobody vouches" in refused.stderr
    assert not (folder / "store").exists()
    for name in ("text.txt", "bare"):
        assert _run(folder, "import", name).exit_code != 0
    assert _run(folder, "import", "bare", "--vouch", "--source", "X", "--published", "2026-01-01").exit_code == 0
    assert "no root vouches" in _run(folder, "import", "2.ml", "--vouch").stderr


def test_listing_as_of_a_day(folder: Path) -> None:
    _imported(folder)
    rows = _rows(_run(folder, "list", "--day", "2025-06-01", "--country", "RKS", "--json"))
    assert [(row["issuer"], row["lists"], row["root"]) for row in rows] == [("RKS", "NL", "root")]
    assert _rows(_run(folder, "list", "--day", "2026-06-01", "--country", "KS", "--json")) == []
    table = _run(folder, "list", "--day", "2025-06-01").stdout
    assert table.splitlines()[0].split() == [
        "issuer",
        "key",
        "valid",
        "until",
        "root",
        "lists",
        "certificate",
        "subject",
    ]
    assert "CSCA-KOSOVO" in table
    assert _run(folder, "list", "--country", "QQ").exit_code != 0


def test_listing_the_versions_of_lists(folder: Path) -> None:
    _imported(folder)
    rows = _rows(_run(folder, "list", "--lists", "--json"))
    assert [(row["source"], row["day"], row["certificates"], row["trust"]) for row in rows] == [
        ("NL", "2024-01-01", 2, "root"),
        ("NL", "2025-01-01", 5, "root"),
        ("NL", "2026-01-01", 3, "root"),
    ]
    assert "Masterlist Signer" in _run(folder, "list", "--lists").stdout


def test_explaining_a_certificate_of_the_store_and_one_from_a_file(folder: Path) -> None:
    _imported(folder)
    prefix = read(kosovo()).fingerprint[:12]
    known = _run(folder, "explain", prefix, "--day", "2025-06-01")
    assert known.exit_code == 0
    assert "In NL from 2025-01-01 to 2025-01-01, left out on 2026-01-01." in known.stdout
    there = _run(folder, "explain", "ds.cer", "--day", "2025-06-01", "--json")
    (row,) = _rows(there)
    assert (there.exit_code, row["chain"], row["found_by"], row["held"]) == (0, "trusted", "key_id", False)
    gone = _run(folder, "explain", "ds.cer", "--day", "2026-06-01")
    assert gone.exit_code == 1
    assert "no list held on that day" in gone.stdout


@pytest.mark.parametrize("given", ["ffffffffffff", "", "no such file"])
def test_explaining_what_is_not_there(folder: Path, given: str) -> None:
    _imported(folder)
    assert _run(folder, "explain", given).exit_code != 0


def test_without_a_store_there_is_nothing_to_list(folder: Path) -> None:
    done = _run(folder, "list")
    assert done.exit_code != 0
    assert "no trust store" in done.stderr


def test_partners_exchange_what_they_imported(folder: Path) -> None:
    _imported(folder)
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    done = _run(folder, "export", "--out", str(folder / "alb.egn"), "--maker", "ALB", "--key", "key.pem")
    assert done.exit_code == 0, done.output
    public = key.public_key().public_bytes_raw().hex()
    assert public in done.stdout
    assert _run(folder, "import", "alb.egn", store="theirs").exit_code != 0
    taken = _run(folder, "import", "alb.egn", "--key", public, store="theirs")
    assert "trust file 1 of ALB: 6 new certificates, 3 list versions" in taken.stdout
    repeated = _run(folder, "import", "alb.egn", "--key", public, store="theirs")
    assert "held already" in repeated.stderr
    rows = _rows(_run(folder, "list", "--lists", "--json", store="theirs"))
    assert {row["via"] for row in rows} == {"ALB"}
    assert _run(folder, "export", "--out", "x", "--maker", "A", "--key", "root.cer").exit_code != 0


def test_a_store_that_cannot_be_written_is_said(folder: Path) -> None:
    (folder / "store").write_bytes(b"")
    done = _run(folder, "import", "1.ml", "--root", "root.cer")
    assert done.exit_code != 0
    assert (folder / "store").read_bytes() == b""
