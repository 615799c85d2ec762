"""`egnatia handling` on plain files and standard input: what it prints, and how it refuses."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from egnatia.agreements.handling import SCHEMES, Circumstances, Marking, from_text, label_sha256, plain, read_marking
from egnatia.cli import cli
from egnatia.model.handling import Label
from egnatia.model.ids import PartnerCode

ALB, GBR = PartnerCode("ALB"), PartnerCode("GBR")
PARTIES = ("--originator", "ALB", "--party", "ALB", "--party", "GBR")


def handling(*words: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(cli, ["handling", *words], input=stdin)


def written(scheme: str, *codes: str, conditions: tuple[str, ...] = ()) -> tuple[Label, str]:
    label = read_marking(Marking(scheme, codes, conditions), Circumstances(ALB, frozenset({ALB, GBR})))
    return label, json.dumps(plain(label))


def test_import_prints_a_label_that_can_be_read_back() -> None:
    answer = handling("import", "3x5x2", "C", "A2", "S2", *PARTIES, "--condition", "after the trial")
    assert answer.exit_code == 0, answer.output
    assert from_text(answer.stdout) == written("3x5x2", "C", "A2", "S2", conditions=("after the trial",))[0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import", "tlp", "TLP:WHITE", "--originator", "ALB"), "HANDLING_UNKNOWN"),
        (("import", "europol", "H3", *PARTIES), "needs conditions"),
        (("import", "3x5x2", "P", "--originator", "ALB"), "parties"),
        (("import", "nonsense", "P", *PARTIES), "no scheme"),
        (("convert", "europol", "tlp", "H1", *PARTIES), "evidence_use"),
        (("convert", "3x5x2", "5x5x5", "--grade", "1", *PARTIES), "HANDLING_NOT_EXPRESSIBLE"),
        (("codes", "nonsense"), "no scheme"),
    ],
)
def test_what_cannot_be_said_is_refused_with_the_reason(words: tuple[str, ...], said: str) -> None:
    answer = handling(*words)
    assert (answer.exit_code, answer.stdout) == (5, "")
    assert said in answer.stderr


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "null", "x", '{"scope": "public"}', "[" * 5_000, "\ud83d".encode("utf-8", "replace").decode()],
)
def test_what_is_no_label_is_refused(text: str) -> None:
    answer = handling("show", "-", stdin=text)
    assert answer.exit_code == 5, answer.output
    assert "HANDLING_UNKNOWN" in answer.stderr
    assert "Traceback" not in answer.output


@pytest.mark.parametrize("words", [("show", "/nowhere/at/all"), ("import", "tlp", "GREEN", "--originator", "Albania")])
def test_bad_input_is_explained(words: tuple[str, ...]) -> None:
    assert handling(*words).exit_code == 2


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b" " * 70_000)
    assert handling("show", str(tmp_path / "large")).exit_code == 2


def test_export_and_convert_say_the_same_thing() -> None:
    label, text = written("europol", "H1", "H2")
    assert handling("export", "europol", "-", "--party", "ALB", "--party", "GBR", stdin=text).stdout == "H1 H2\n"
    converted = json.loads(handling("convert", "tlp", "misp", "TLP:GREEN", "--originator", "ALB", "--json").stdout)
    assert (converted["scheme"], converted["codes"]) == ("misp", ["1"])
    assert handling("convert", "5x5x5", "3x5x2", "--grade", "B", "--originator", "ALB").stdout == "source 1\n"
    assert json.loads(handling("show", "-", "--json", stdin=text).stdout)["label_sha256"] == label_sha256(label)


def test_convert_writes_what_stands_beside_a_code() -> None:
    answer = handling("convert", "5x5x5", "3x5x2", "3", *PARTIES, "--condition", "by the liaison officer")
    assert answer.stdout == "C A3 S1\n  condition: by the liaison officer\n"
    assert handling("convert", "tlp", "misp", *PARTIES).exit_code == 2


def test_compare_says_which_is_stricter_and_what_both_make(tmp_path: Path) -> None:
    files = {}
    for name, codes in (("loose", ("H0",)), ("court", ("H1",)), ("onward", ("H2",))):
        files[name] = str(tmp_path / name)
        Path(files[name]).write_text(written("europol", *codes)[1], encoding="utf-8")
    assert "the second is at least as strict" in handling("compare", files["loose"], files["court"]).stdout
    assert "the first is at least as strict" in handling("compare", files["court"], files["loose"]).stdout
    assert "are the same" in handling("compare", files["court"], files["court"]).stdout
    found = json.loads(handling("compare", files["court"], files["onward"], "--json").stdout)
    assert (found["first_wider_in"], found["second_wider_in"]) == (["onward"], ["evidence_use"])
    assert from_text(json.dumps(found["meet"])) == written("europol", "H1", "H2")[0]
    assert "neither is stricter" in handling("compare", files["court"], files["onward"]).stdout


def test_show_tells_a_label_in_words() -> None:
    said = handling("show", "-", stdin=written("europol", "H1", "H3", conditions=("first ask",))[1]).stdout
    for line in (
        "originator: ALB",
        "organisations: ALB, GBR",
        "in proceedings: ask the originator",
        "conditions: first ask",
    ):
        assert line in said.splitlines()


def test_codes_lists_every_code() -> None:
    for scheme in SCHEMES.values():
        rows = [json.loads(line) for line in handling("codes", scheme.name, "--json").stdout.splitlines()]
        assert [row["code"] for row in rows] == [*scheme.sources, *scheme.information, *scheme.codes]
        assert scheme.title in handling("codes").stdout
    assert len(handling("codes", "--json").stdout.splitlines()) == len(SCHEMES)
    assert "handling H1" in handling("codes", "europol").stdout
