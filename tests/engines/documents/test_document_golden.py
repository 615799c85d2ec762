"""`egnatia document`, word for word: what a person and a script get to see for a handful of zones."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from egnatia.cli import cli

UPPER = "PPGBRBROWN<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<<<<"
GOOD = "1234567897GBR7408122F3404159<<<<<<<<<<<<<<00"
GENUINE = """\
TD3  passport
  document code  PP                                       no check digit
  issuer         GBR                                      no check digit
  name           BROWN, ANNA MARIA                        no check digit
  number         123456789                                check digit right
  nationality    GBR                                      no check digit
  birth date     1974-08-12                               check digit right
  sex            F                                        no check digit
  expiry date    2034-04-15                               check digit right
  optional       -                                        check digit right
  composite      {composite}                                        check digit right
Advice: consistent: the zone agrees with itself and with the rules.
"""
EXPIRED = """\
warn: EXPIRED (expiry date)
  expected 2034-04-16 or later; found 2034-04-15
  may be innocent: the document simply ran out; some agreements accept it for a while
  → Compare with the printed page and the chip.
Advice: consistent: the zone agrees with itself and with the rules.
"""


def _run(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(cli, ["document", *arguments], input=stdin)


def _inspect(lower: str, *options: str, upper: str = UPPER, today: str = "2025-05-15") -> Result:
    return _run("inspect", "--today", today, *options, upper, lower)


def _genuine() -> str:
    """The lower line with the composite that belongs to it."""
    for last in "0123456789":
        if _inspect(GOOD[:-1] + last).exit_code == 0:
            return GOOD[:-1] + last
    raise AssertionError("no composite fits")


def test_a_genuine_passport_word_for_word() -> None:
    lower = _genuine()
    result = _inspect(lower)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == GENUINE.format(composite=lower[-1])


def test_an_expired_passport_word_for_word() -> None:
    result = _inspect(_genuine(), today="2034-04-16")
    assert result.exit_code == 0
    assert result.stdout.endswith(EXPIRED)


def test_only_one_composite_of_ten_is_accepted() -> None:
    codes = [_inspect(GOOD[:-1] + last).exit_code for last in "0123456789"]
    assert sorted(codes) == [0] + [1] * 9


@pytest.mark.parametrize(
    ("change", "advice", "last_line"),
    [
        (("F3404", "Q3404"), "discrepancies", "Advice: discrepancies: look closer before relying on it."),
        (("GBRBROWN", "ZZZBROWN"), "cannot_tell", "Advice: cannot tell: issuer or kind of document is not known here."),
    ],
)
def test_other_advices_end_with_their_sentence_and_exit_with_1(
    change: tuple[str, str], advice: str, last_line: str
) -> None:
    upper, lower = (line.replace(*change) for line in (UPPER, _genuine()))
    result = _inspect(lower, upper=upper)
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (1, last_line)
    assert json.loads(_inspect(lower, "--json", upper=upper).stdout)["advice"] == advice


def test_suspected_false_is_said_so() -> None:
    result = _inspect("1133339990GBR7709133F3309133<<<<<<<<<<<<<<00")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (
        1,
        "Advice: suspected false: bring it to the second line.",
    )
    assert "serious: SEVERAL_DIGITS_REFUTED (zone)" in result.stdout


def test_json_is_one_line_with_closed_words() -> None:
    result = _inspect(_genuine(), "--json")
    (line,) = result.stdout.splitlines()
    value = json.loads(line)
    assert set(value) == {"advice", "document", "birth", "expiry", "findings", "repair", "rules"}
    assert (value["birth"], value["expiry"], value["repair"]) == ("1974-08-12", "2034-04-15", None)
    assert value["document"]["format"] == "TD3"
    assert value["document"]["name"] == {"primary": ["BROWN"], "secondary": ["ANNA", "MARIA"], "truncated": False}
    verdicts = {reading["field"]: reading["verdict"] for reading in value["document"]["fields"]}
    assert {name for name, verdict in verdicts.items() if verdict == "verified"} == {
        "number", "birth_date", "expiry_date", "optional", "composite",
    }  # fmt: skip


def test_json_carries_findings_whole() -> None:
    value = json.loads(_inspect(_genuine(), "--json", today="2034-04-16").stdout)
    (finding,) = value["findings"]
    assert set(finding) == {
        "code", "field", "severity", "bearing", "expected", "found", "innocent", "settle", "compared", "places",
    }  # fmt: skip
    assert (finding["code"], finding["bearing"]) == ("EXPIRED", "none")


def test_blind_lists_the_twins_of_a_character_one_per_line() -> None:
    lines = [line for line in _inspect(_genuine(), "--blind").stdout.splitlines() if line.startswith("unseen")]
    at_first = [line for line in lines if "line 2, position 1)" in line]
    assert at_first == [
        f"unseen by any check digit: 1 → {twin} (number, line 2, position 1)" for twin in ("B", "L", "V")
    ]


@pytest.mark.parametrize("text", ["x" * 300, "a" * 999, "dir/" * 80, "no/such/file", ".", "/"])
def test_what_is_neither_zone_nor_file_is_refused_in_words(text: str) -> None:
    """A word longer than a file name may be is no reason for a traceback."""
    result = _run("inspect", text)
    assert result.exit_code == 2, result.output
    assert "not a machine-readable zone" in result.stderr


def test_binary_on_standard_input_is_refused_in_words() -> None:
    result = _run("inspect", "-", stdin=bytes(range(256)) * 8)
    assert result.exit_code == 2
    assert "→" in result.stderr


@pytest.mark.parametrize(
    ("kind", "lines", "width"), [("TD1", 3, 30), ("td2", 2, 36), ("TD3", 2, 44), ("mrv-a", 2, 44), ("MRV-B", 2, 36)]
)
def test_generated_zones_have_their_size_and_pass_their_own_inspection(kind: str, lines: int, width: int) -> None:
    result = _run("generate", "--format", kind, "--seed", "5", "--issuer", "alb", "--today", "2025-05-15")
    zone = result.stdout.splitlines()
    assert [len(line) for line in zone] == [width] * lines
    assert _run("inspect", "--today", "2025-05-15", *zone).exit_code == 0


def test_several_zones_are_separated_by_an_empty_line() -> None:
    text = _run("generate", "--count", "3", "--seed", "5").stdout
    assert [len(block.splitlines()) for block in text.split("\n\n")] == [2, 2, 2]


@pytest.mark.parametrize(
    "arguments",
    [("--count", "0"), ("--count", "100001"), ("--format", "TD4"), ("--today", "15.5.2025"), ("--seed", "x")],
)
def test_impossible_wishes_are_refused(arguments: tuple[str, str]) -> None:
    assert _run("generate", *arguments).exit_code == 2


def test_codes_are_sorted_and_agree_in_both_forms(tmp_path: Path) -> None:
    lines = _run("codes").stdout.splitlines()
    objects = [json.loads(line) for line in _run("codes", "--json").stdout.splitlines()]
    assert (
        [line.split()[0] for line in lines]
        == [one["code"] for one in objects]
        == sorted(one["code"] for one in objects)
    )
    by_code = {one["code"]: one for one in objects}
    assert by_code["MKD"]["name"] == "North Macedonia"
    assert by_code["RKS"] == {"code": "RKS", "alpha_2": "XK", "kind": "extension", "name": "Kosovo"}
    assert by_code["XXA"]["kind"] == "no_nationality"
    path = tmp_path / "D"
    path.write_text(f"{UPPER}\n{_genuine()}", "utf-8")
    assert _run("inspect", "--today", "2025-05-15", str(path)).exit_code == 0
