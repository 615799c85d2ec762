"""`egnatia forgery`, `egnatia series` and `egnatia document series` as officers type them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.cli.terminal import Terminal
from tests.federation.alerting import GROUNDS, agree, speak
from tests.federation.world import ALB, MKD, World

from egnatia.casework.borders import inspect_document
from egnatia.cli import cli
from egnatia.node import utc_now
from egnatia.scenario.case import CASE_REF, PASSPORT

TEMPLATE = (
    "--feature", "issuer=ITA",
    "--feature", "document_kind=identity_card",
    "--feature", "falsity=counterfeit",
    "--feature", "font_fault=zone_digit_shape",
    "--feature", "layout_fault=emblem_shifted",
    "--feature", "wording_fault=misspelt_caption",
    "--why", GROUNDS,
)  # fmt: skip
ALIKE = {"issuer": ["ITA"], "falsity": ["counterfeit"], "print": ["inkjet"], "font_fault": ["zone_pitch", "text_font"]}
OTHER = {"issuer": ["GRC"], "falsity": ["altered_photo"], "security_fault": ["ovd_imitated"]}


@pytest.fixture
def terminal(world: World) -> Terminal:
    agree(world)
    speak(world)
    world.clock.now = utc_now()  # commands use the machine's clock
    return Terminal(world)


def confirmed(terminal: Terminal, post: str = "examiner") -> str:
    said = terminal.good(ALB, "forgery", "confirm", "--verdict", "counterfeit", *TEMPLATE, post=post)
    return said.split()[0]


def test_a_template_goes_from_the_examiner_to_the_partner_and_back(terminal: Terminal) -> None:
    reference = confirmed(terminal)
    assert reference == "ALB-F-0001"
    alone = terminal.run(ALB, "forgery", "issue", reference, post="examiner")
    assert (alone.exit_code, "two people" in alone.stderr) == (8, True)
    said = terminal.good(ALB, "forgery", "issue", reference, post="supervisor").splitlines()
    assert "MKD: sent" in said
    assert any(line.startswith("MNE: not told, ") for line in said)
    terminal.deliver()
    (row,) = terminal.rows(MKD, "forgery", "list", post="enquirer")
    assert (row["reference"], row["originator"], row["state"], row["number"]) == (reference, "ALB", "alert", 1)
    terminal.good(ALB, "forgery", "change", reference, *TEMPLATE[:2], *TEMPLATE[6:], post="examiner")
    terminal.good(ALB, "forgery", "withdraw", reference, "--reason", "mistaken", "--why", GROUNDS, post="examiner")
    terminal.deliver()
    (row,) = terminal.rows(MKD, "forgery", "show", reference, post="enquirer")
    assert (row["state"], row["number"], row["features"]) == ("withdrawn, mistaken", 3, {})
    assert terminal.rows(MKD, "forgery", "list", "--flagging", post="enquirer") == []


def test_show_names_every_partner_with_its_state(terminal: Terminal) -> None:
    reference = confirmed(terminal)
    assert "MKD" not in terminal.good(ALB, "forgery", "show", reference, post="examiner")
    late = terminal.run(ALB, "forgery", "issue", reference, "--review-on", "2099-01-01", post="supervisor")
    assert (late.exit_code, "reviewed within" in late.stderr) == (2, True)
    terminal.good(ALB, "forgery", "issue", reference, post="supervisor")
    text = terminal.text(ALB, "forgery", "show", reference, post="examiner")
    assert "font fault: zone_digit_shape" in text
    assert "MKD | sent | - | -" in text
    (row,) = terminal.rows(ALB, "forgery", "show", reference, post="examiner")
    assert row["label"] is not None


@pytest.mark.parametrize(
    ("status", "arguments", "post"),
    [
        (2, ("forgery", "confirm", "--verdict", "impostor", *TEMPLATE), "examiner"),
        (2, ("forgery", "confirm", "--verdict", "counterfeit", "--feature", "name=ANNA", "--why", GROUNDS), "examiner"),
        (2, ("forgery", "confirm", "--verdict", "counterfeit", "--why", GROUNDS), "examiner"),
        (2, ("forgery", "confirm", "--verdict", "counterfeit", "--blanks", "ITA:CA1", *TEMPLATE), "examiner"),
        (8, ("forgery", "confirm", "--verdict", "counterfeit", *TEMPLATE), "enquirer"),
        (8, ("forgery", "list"), "auditor"),
        (8, ("series", "list"), "auditor"),
        (4, ("forgery", "show", "ALB-F-0009"), "examiner"),
        (4, ("series", "show", "ALB-F-0009"), "examiner"),
        (4, ("forgery", "issue", "ALB-F-0009"), "supervisor"),
    ],
)
def test_what_cannot_be_done_has_its_exit_status(
    terminal: Terminal, status: int, arguments: tuple[str, ...], post: str
) -> None:
    assert terminal.run(ALB, *arguments, post=post).exit_code == status


LIST = "issuer,document_type,number,category,reported_on,reference\nRKS,P,P0041763,stolen,2025-01-02,KS-0001\n"


def test_a_stolen_passport_that_was_met_is_told_from_the_terminal(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    facts = ("--kind", "lost_stolen", "--name", "Police", "--as-of", utc_now().date().isoformat())
    terminal.good(ALB, "lookup", "import", *facts, str(path), post="administrator")
    node, officer = terminal.world.nodes[ALB], terminal.world.officer(ALB, "examiner")
    made = node.commit(lambda tx: inspect_document(tx, officer, CASE_REF, PASSPORT, node.clock()))[0]
    reported = ("forgery", "reported", made, "--category", "stolen", "--why", GROUNDS)
    early = terminal.run(ALB, *reported, post="examiner")
    assert (early.exit_code, "no officer found" in early.stderr) == (9, True)
    terminal.good(ALB, "crossing", "verdict", made, "lost_or_stolen", "--reasons", GROUNDS, post="examiner")
    early = terminal.run(ALB, *reported, post="examiner")
    assert (early.exit_code, "may be a victim" in early.stderr) == (9, True)
    terminal.good(ALB, "crossing", "screen-holder", made, post="enquirer")
    reference = terminal.good(ALB, *reported, post="examiner").split()[0]
    assert reference == "ALB-D-0001"
    assert terminal.run(ALB, "forgery", "issue", reference, post="examiner").exit_code == 8
    terminal.good(ALB, "forgery", "issue", reference, post="supervisor")
    terminal.deliver()
    said = terminal.good(MKD, "forgery", "show", reference, post="enquirer")
    assert "met: RKS P P0041763, stolen" in said
    (row,) = terminal.rows(MKD, "forgery", "show", reference, post="enquirer")
    assert row["reported"] == {"issuer": "RKS", "document_type": "P", "number": "P0041763", "category": "stolen"}
    assert terminal.run(ALB, "forgery", "change", reference, *TEMPLATE, post="examiner").exit_code == 9


def test_series_of_a_node_are_listed_and_shown(terminal: Terminal) -> None:
    assert terminal.rows(ALB, "series", "list", post="enquirer") == []
    references = [confirmed(terminal) for _ in range(2)]
    (row,) = terminal.rows(ALB, "series", "list", post="enquirer")
    assert row["members"] == references
    said = terminal.good(ALB, "series", "show", references[1], post="enquirer")
    assert "font fault: zone_digit_shape" in said
    assert "a person says so" in said


# On plain files, without any node.


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "templates.json"
    templates = [
        {"reference": "ALB-F-0001", "features": ALIKE},
        {"reference": "MKD-F-0001", "features": ALIKE},
        {"reference": "XKX-F-0001", "features": OTHER},
    ]
    path.write_text(json.dumps({"templates": templates}), encoding="utf-8")
    return str(path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ("document", *arguments))


def test_a_file_is_listed(file: str) -> None:
    rows = [json.loads(line) for line in run("series", "list", file, "--json").stdout.splitlines()]
    assert [row["reference"] for row in rows] == ["ALB-F-0001", "MKD-F-0001", "XKX-F-0001"]
    assert "font fault: text_font, zone_pitch" in run("series", "list", file).stdout


def test_templates_are_compared_bit_by_bit(file: str) -> None:
    result = run("series", "compare", file, "ALB-F-0001", "--json")
    near, far = (json.loads(line) for line in result.stdout.splitlines())
    assert (near["other"], far["other"]) == ("MKD-F-0001", "XKX-F-0001")
    assert near["bits"] == pytest.approx(sum(each["bits"] for each in near["contributions"]), abs=0.1)
    assert far["bits"] < 0
    assert result.exit_code == (1 if near["flagged"] else 0)
    text = run("series", "compare", file, "ALB-F-0001", "MKD-F-0001").stdout
    assert "shown by genuine documents too" in text
    assert "XKX-F-0001" not in text


def test_templates_are_grouped(file: str) -> None:
    (row,) = [json.loads(line) for line in run("series", "cluster", file, "--json").stdout.splitlines()]
    assert row["members"] == ["ALB-F-0001", "MKD-F-0001"]
    assert run("series", "cluster", file, "--bits", "100", "--json").stdout == ""


def test_every_kind_of_feature_is_listed_with_its_values() -> None:
    rows = {row["kind"]: row for row in map(json.loads, run("series", "kinds", "--json").stdout.splitlines())}
    assert rows["issuer"]["genuine_too"] is True
    assert "zone_pitch" in rows["font_fault"]["values"]
    assert "font_fault (several): " in run("series", "kinds").stdout


@pytest.mark.parametrize("arguments", [("compare", "ALB-F-0002"), ("compare", "ALB-F-0001", "NONE")])
def test_an_unknown_reference_is_not_found(file: str, arguments: tuple[str, ...]) -> None:
    assert run("series", arguments[0], file, *arguments[1:]).exit_code == 4


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("{}", encoding="utf-8")
    for verb in ("list", "cluster"):
        assert run("series", verb, str(path)).exit_code == 2


ZONE = "I<ITACA12345671<<<<<<<<<<<<<<<\n8501014M3001017ITA<<<<<<<<<<<0\nROSSI<<MARIO<<<<<<<<<<<<<<<<<<"


def test_inspect_holds_a_document_against_a_file(file: str) -> None:
    noted = [f"--noted={kind}={value}" for kind, values in ALIKE.items() if kind != "issuer" for value in values]
    plain = run("inspect", "--zone", ZONE, "--series", file, "--today", "2025-05-15", "--json")
    seen = run("inspect", "--zone", ZONE, "--series", file, "--today", "2025-05-15", *noted, "--json")
    assert "WHOLE_TEMPLATE_KNOWN" not in plain.stdout
    assert "WHOLE_TEMPLATE_KNOWN" in seen.stdout
    advice = [json.loads(each.stdout)["examination"]["conclusion"]["advice"] for each in (plain, seen)]
    assert advice[0] == advice[1]
    assert run("inspect", "--zone", ZONE, "--noted", "name=ANNA").exit_code == 2
