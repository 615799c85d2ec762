"""`egnatia lookup`, and the crossing's places, packs and error rates, as officers type them, with their exit statuses."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.cli.terminal import UUID, Terminal
from tests.federation.world import ALB, XKX, World

from egnatia.casework.borders.packs import shipped_pack
from egnatia.node import utc_now
from egnatia.scenario.case import PASSPORT

DOCUMENTS = "issuer,document_type,number,category,reported_on,reference\nFRA,P,19AB12345,stolen,2025-01-02,FR-0001\n"
PERSONS = "ref,first_names,family_names,birth_date\nW-0001,Besnik,Hoxha,1988-02-11\n"
BESNIK = ("--first", "Besnik", "--family", "Hoxha", "--born", "1988-02-11")
AT = ("--bcp", "durres-1", "--direction")


@pytest.fixture
def terminal(world: World) -> Terminal:
    world.clock.now = utc_now()  # commands use the machine's clock
    return Terminal(world)


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "list.csv"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    return str(path)


def taken(terminal: Terminal, tmp_path: Path, kind: str, text: str, *more: str, days: int = 0) -> str:
    as_of = (utc_now().date() - timedelta(days=days)).isoformat()
    options = ("--kind", kind, "--name", "Police", "--as-of", as_of, *more)
    return terminal.good(ALB, "lookup", "import", *options, written(tmp_path, text), post="administrator")


def test_lists_are_taken_in_shown_and_looked_up(terminal: Terminal, tmp_path: Path) -> None:
    assert taken(terminal, tmp_path, "lost_stolen", DOCUMENTS) == "taken in: 1 entries, up to date\n"
    assert taken(terminal, tmp_path, "wanted", PERSONS) == "taken in: 1 entries, up to date\n"
    assert terminal.good(ALB, "lookup", "list").count("fresh") == 2
    rows = terminal.rows(ALB, "lookup", "list")
    assert {(row["kind"], row["entries"], row["overdue"]) for row in rows} == {
        ("lost_stolen", 1, False),
        ("wanted", 1, False),
    }
    found = terminal.run(
        ALB, "lookup", "check", *AT, "entry", "--issuer", "FRA", "--number", "19AB12345", *BESNIK, post="enquirer"
    )
    assert found.exit_code == 1
    for said in ("FR-0001", "stolen", "W-0001", "reason lost_stolen; you decide", "reason alert; you decide"):
        assert said in found.stdout
    assert "entry_ban: NOT LOOKED UP" in found.stdout
    assert "XKX was not asked: did not issue" in found.stderr
    nobody = terminal.run(ALB, "lookup", "check", *AT, "exit", "--zone", PASSPORT, post="enquirer")
    assert nobody.exit_code == 0, nobody.output
    assert "return_record: not opened for somebody who leaves" in nobody.stdout
    assert "XKX was not asked: a grant allows it" in nobody.stderr


def test_an_overdue_list_makes_the_status_one_and_an_erased_one_is_gone(terminal: Terminal, tmp_path: Path) -> None:
    assert "OVERDUE" in taken(terminal, tmp_path, "wanted", PERSONS, "--fresh-days", "2", days=4)
    listed = terminal.run(ALB, "lookup", "list")
    assert (listed.exit_code, "OVERDUE" in listed.stdout) == (1, True)
    list_id = UUID.findall(listed.stdout)[0]
    why = ("--why", "Its owner asked us to take it out.")
    assert terminal.run(ALB, "lookup", "erase", list_id, "--why", "old", post="administrator").exit_code == 2
    assert terminal.good(ALB, "lookup", "erase", list_id, *why, post="administrator") == "the list is gone\n"
    assert terminal.run(ALB, "lookup", "erase", list_id, *why, post="administrator").exit_code == 4
    assert terminal.rows(ALB, "lookup", "list") == []


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("lost_stolen", DOCUMENTS + "FRA,P,19AB12346,mislaid,2025-01-02,FR-0002\n", "line 3"),
        ("lost_stolen", "number\n1\n", "header"),
        ("lost_stolen", DOCUMENTS.replace("FR-0001", "Arben Krasniqi"), "line 2"),
        ("wanted", PERSONS + "W-0002,Ana\n", "line 3"),
        ("wanted", PERSONS + "W-0001,Ana,Leka,1990-01-01\n", "stands twice"),
        ("wanted", PERSONS + 'W-0002,"Ana,Leka,1990-01-01\n', ""),
        ("wanted", PERSONS + "W-0002,A\udcff,Leka,1990-01-01\n", "not UTF-8"),
        ("wanted", PERSONS + "W-0002," + "x" * 30_000 + ",Leka,1990-01-01\n", "longer"),
        ("wanted", "", "ref"),
    ],
)
def test_a_bad_file_is_named_line_by_line_and_nothing_is_taken_in(
    terminal: Terminal, tmp_path: Path, kind: str, text: str, said: str
) -> None:
    options = ("--kind", kind, "--name", "Police", "--as-of", utc_now().date().isoformat(), written(tmp_path, text))
    refused = terminal.run(ALB, "lookup", "import", *options, post="administrator")
    assert refused.exit_code == 2, refused.output
    assert said in refused.stderr
    assert "\x1b" not in refused.stderr
    assert terminal.rows(ALB, "lookup", "list") == []


def test_who_may_not_is_told_so(terminal: Terminal, tmp_path: Path) -> None:
    today = utc_now().date().isoformat()
    options = ("--kind", "wanted", "--name", "Police", "--as-of", today, written(tmp_path, PERSONS))
    assert terminal.run(ALB, "lookup", "import", *options, post="enquirer").exit_code == 8
    assert terminal.run(ALB, "lookup", "check", *AT, "entry", *BESNIK, post="auditor").exit_code == 8
    assert (
        terminal.run(ALB, "lookup", "check", "--bcp", "lane 3", "--direction", "exit", post="enquirer").exit_code == 2
    )
    missing = ("--kind", "wanted", "--name", "Police", "--as-of", today, str(tmp_path / "none.csv"))
    assert terminal.run(ALB, "lookup", "import", *missing, post="administrator").exit_code == 2


def test_a_pack_is_imported_switched_on_asked_and_off_again(terminal: Terminal, tmp_path: Path) -> None:
    pack = ("crossing", "pack")
    assert terminal.good(ALB, *pack, "import", "alb-exit", post="supervisor").endswith("off until it is enabled\n")
    asked = ("crossing", "criteria", "alb-exit", "--bcp", "durres-1", "--met", "address", "--not-met", "means")
    assert terminal.run(ALB, *asked, post="enquirer").exit_code == 9
    assert terminal.good(ALB, *pack, "enable", "alb-exit", post="supervisor") == "alb-exit is on\n"
    assert "another question" in terminal.good(ALB, *asked, post="enquirer")
    assert terminal.run(ALB, *asked, "--met", "means", post="enquirer").exit_code == 2
    [row] = terminal.rows(ALB, *pack, "list")
    assert (row["enabled"], row["direction"]) == (True, "exit")
    assert "on" in terminal.good(ALB, *pack, "list")
    days = ("--from", "2025-01-01", "--to", utc_now().date().isoformat())
    counted = terminal.rows(ALB, *pack, "figures", "alb-exit", *days, post="supervisor")
    assert [(each["criterion"], each["met"], each["not_met"]) for each in counted] == [
        ("address", 1, 0),
        ("means", 0, 1),
    ]
    assert "means" in terminal.good(ALB, *pack, "figures", "alb-exit", *days, post="supervisor")
    assert terminal.good(ALB, *pack, "disable", "alb-exit", post="supervisor") == "alb-exit is off\n"
    assert terminal.run(ALB, *asked, post="enquirer").exit_code == 9
    spoiled = tmp_path / "pack.toml"
    spoiled.write_bytes(shipped_pack("alb-exit").replace(b'"means"', b'"nationality"'))
    assert terminal.run(ALB, *pack, "import", str(spoiled), post="supervisor").exit_code == 2
    assert terminal.run(XKX, *pack, "import", "alb-exit", post="supervisor").exit_code == 8


def test_a_crossing_point_gets_its_place(terminal: Terminal) -> None:
    said = terminal.good(ALB, "crossing", "place", "durres-1", "41.31", "19.45", post="administrator")
    assert said == "DURRES-1 lies at 41.3100, 19.4500\n"
    assert terminal.run(ALB, "crossing", "place", "durres-1", "141.31", "19.45", post="administrator").exit_code == 2
    assert terminal.run(ALB, "crossing", "place", "durres-1", "41.31", "19.45", post="enquirer").exit_code == 8


def test_error_rates_are_shown_to_supervisors(terminal: Terminal) -> None:
    days = ("--from", "2025-01-01", "--to", utc_now().date().isoformat())
    assert terminal.rows(ALB, "crossing", "error-rates", *days, post="supervisor") == []
    assert "false alarms" in terminal.good(ALB, "crossing", "error-rates", *days, post="supervisor")
    assert terminal.run(ALB, "crossing", "error-rates", *days, post="examiner").exit_code == 8
    backwards = ("--from", "2025-02-01", "--to", "2025-01-01")
    assert terminal.run(ALB, "crossing", "error-rates", *backwards, post="supervisor").exit_code == 2


def test_an_enquiry_about_a_document_goes_to_its_issuer_alone(terminal: Terminal) -> None:
    send = ("enquiry", "send", "--case", "DUR-2025-0900", "--purpose", "border_check", "--offence", "false_document")
    why = ("--why", "Passport presented on exit; its number has to be checked.", "--number", "P0041763")
    dry = terminal.rows(ALB, *send, *why, "--issuer", "RKS", "--dry-run", post="enquirer")
    assert [row["partner"] for row in dry] == ["XKX"]
    nobody = terminal.run(ALB, *send, *why, "--issuer", "FRA", post="enquirer")
    assert nobody.exit_code == 5
    assert "nobody to ask" in nobody.stderr
    assert "SLTD" in nobody.stderr
    others = terminal.run(ALB, *send, *why, "--issuer", "RKS", "--to", "GBR", post="enquirer")
    assert (others.exit_code, "--beyond-issuer" in others.stderr) == (2, True)
