"""`egnatia document` works on plain text and files, without a node."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from egnatia.cli import cli


def _run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(cli, ["document", *arguments], input=stdin)


def _genuine() -> str:
    result = _run("generate", "--issuer", "GBR", "--seed", "7", "--today", "2025-05-15")
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


def _inspect(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return _run("inspect", "--today", "2025-05-15", *arguments, stdin=stdin)


def test_a_genuine_zone_exits_with_0_and_shows_the_fields_in_words() -> None:
    result = _inspect(_genuine())
    assert result.exit_code == 0, result.output
    assert "check digit right" in result.stdout
    assert "Advice: consistent" in result.stdout


def test_a_wrong_digit_exits_with_1_and_says_what_to_do() -> None:
    lines = _genuine().splitlines()
    wrong = str((int(lines[1][9]) + 1) % 10)
    result = _inspect(lines[0], lines[1][:9] + wrong + lines[1][10:])
    assert result.exit_code == 1
    assert f"CHECK DIGIT WRONG ({wrong} printed, {lines[1][9]} expected)" in result.stdout
    assert "CHECK_DIGIT_REFUTED (number)" in result.stdout
    assert "may be innocent" in result.stdout
    assert "→" in result.stdout


def test_a_sole_misreading_is_proposed() -> None:
    result = _inspect("V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX740B122F9612109<<<<<<<<")
    assert "possible misreading: B for 8 at line 2, position 17" in result.stdout


def test_an_unknown_issuer_exits_with_1() -> None:
    result = _inspect(_genuine().replace("GBR", "ZZZ", 1))
    assert result.exit_code == 1
    assert "cannot tell" in result.stdout


@pytest.mark.parametrize("text", ["hello", "", "<<<<", "\x00"])
def test_what_is_no_zone_exits_with_2(text: str) -> None:
    result = _inspect(text)
    assert result.exit_code == 2
    assert "not a machine-readable zone" in result.stderr
    assert "→" in result.stderr


def test_standard_input_and_files(tmp_path: Path) -> None:
    path = tmp_path / "zone.txt"
    path.write_bytes(_genuine().lower().encode("utf-16"))
    for result in (_inspect("-", stdin=_genuine()), _inspect(str(path))):
        assert result.exit_code == 0, result.output
    assert "overlooked: encoding" in _inspect(str(path)).stdout


def test_a_large_file_is_refused_without_being_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"<" * 1_000_000)
    result = _inspect(str(path))
    assert result.exit_code == 2
    assert "20000 bytes" in result.stderr


def test_json_has_fields_findings_and_what_is_unseen() -> None:
    value = json.loads(_inspect(_genuine(), "--json", "--blind").stdout)
    assert value["advice"] == "consistent"
    assert value["document"]["issuer"] == "GBR"
    assert {"field", "verdict", "line", "column"} <= set(value["document"]["fields"][0])
    assert value["blind"]


def test_unseen_changes_are_listed_for_people() -> None:
    assert "unseen by any check digit" in _inspect(_genuine(), "--blind").stdout


def test_generate_repeats_itself_and_counts() -> None:
    first, second = (_run("generate", "--count", "3", "--seed", "1", "--format", "td1").stdout for _ in range(2))
    assert first == second
    assert len(first.split()) == 9
    objects = _run("generate", "--count", "2", "--json", "--seed", "1").stdout.splitlines()
    assert [json.loads(line)["format"] for line in objects] == ["TD3", "TD3"]


def test_generate_without_a_seed_differs() -> None:
    assert _run("generate", "--count", "5").stdout != _run("generate", "--count", "5").stdout


def test_generate_refuses_an_unknown_issuer() -> None:
    result = _run("generate", "--issuer", "ZZZ")
    assert result.exit_code == 2
    assert "codes" in result.stderr


def test_codes_lists_kosovo_under_the_code_its_documents_carry() -> None:
    lines = _run("codes").stdout.splitlines()
    assert any(line.startswith("RKS XK") and line.endswith("Kosovo") for line in lines)
    assert len(lines) > 280
    assert json.loads(_run("codes", "--json").stdout.splitlines()[0])["code"] == "ABW"
