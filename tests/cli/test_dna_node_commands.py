"""`egnatia dna store|profiles|show|link|ask` as officers type them on a node, and what is said when something is wrong."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.cli.terminal import Terminal
from tests.federation.alerting import speak
from tests.federation.world import ALB, GBR, World

from egnatia.model.ids import PartnerCode
from egnatia.node import utc_now
from egnatia.scenario.case import KNOWN_REF

LOCI = ("vWA", "TH01", "D21S11", "FGA", "D8S1179", "D3S1358", "D18S51", "D16S539", "D2S1338", "D19S433")
BASE = ("16/17", "6/9.3", "29/31.2", "21/24", "13/14", "15/16", "12/17", "11/12", "17/25", "13/14")
WHY = "The laboratory asks which kit this one was typed with."
TAKEN = (
    "--kit",
    "GlobalFiler",
    "--accreditation",
    "lab-0001",
    "--basis",
    "invented rule",
    "--keep-until",
    "2028-01-01",
)
ASKED = ("--case", "DUR-2025-0417", "--offence", "smuggling_of_persons", "--why", "Glove beside the stolen booklets.")


@pytest.fixture
def terminal(world: World) -> Terminal:
    speak(world)
    world.clock.now = utc_now()  # commands use the machine's clock
    return Terminal(world)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A laboratory's tables: a trace, the person who left it, and one with a line that cannot be read."""
    header = ",".join(("ref", "kind", *LOCI))
    tables: dict[str, list[tuple[str, ...]]] = {
        "trace.csv": [("ALB-T-1", "trace", *BASE)],
        "person.csv": [("GBR-G-1", "person", *BASE), ("GBR-G-2", "person", *("20/20" for _ in LOCI))],
        "bad.csv": [("ALB-T-1", "trace", *BASE), ("", "trace", *BASE), ("ALB-T-2", "trace", *BASE)],
        "named.csv": [("SMITH-JOHN", "trace", *BASE)],
    }
    for name, lines in tables.items():
        (tmp_path / name).write_text("\n".join([header, *(",".join(line) for line in lines)]) + "\n", encoding="utf-8")
    return tmp_path


def store(terminal: Terminal, code: PartnerCode, file: Path, category: str) -> str:
    return terminal.good(code, "dna", "store", str(file), "--category", category, *TAKEN, post="administrator")


def rows(terminal: Terminal, code: PartnerCode, *arguments: str, post: str = "") -> list[dict[str, Any]]:
    found: Any = terminal.rows(code, *arguments, post=post)
    return list(found)


def link(terminal: Terminal, code: PartnerCode, ref: str, *said: str) -> str:
    return terminal.good(code, "dna", "link", ref, "--case", "DUR-2025-0417", *said, post="supervisor")


def ask(*more: str) -> Sequence[str]:
    return ("dna", "ask", "ALB-T-1", "--among", "dna_person", "--to", "GBR", *ASKED, *more)


def test_a_trace_goes_from_the_laboratorys_file_to_a_candidate(terminal: Terminal, files: Path) -> None:
    assert store(terminal, ALB, files / "trace.csv", "crime_scene").startswith("1 profiles stored until 2028-01-01")
    assert store(terminal, GBR, files / "person.csv", "convicted").startswith("2 profiles stored")
    link(terminal, ALB, "ALB-T-1", "--taken", "2025-04-02, lorry park", "--authority", "Laboratory Nine")
    link(terminal, GBR, "GBR-G-1", "--person-ref", "G-2210", "--record", KNOWN_REF)
    [would] = rows(terminal, ALB, *ask("--dry-run"), post="examiner")
    assert would == {"partner": "GBR", "grant": "demo-alb-gbr-dna-person", "refusal": None}
    [sent] = rows(terminal, ALB, *ask(), post="examiner")
    assert [each["state"] for each in sent["asks"]] == ["waiting"]
    terminal.deliver()
    [seen] = rows(terminal, ALB, "enquiry", "show", sent["id"])
    assert [each["state"] for each in seen["asks"]] == ["hit"]
    [found] = seen["candidates"]
    assert found["evidence"] == ["dna_full"]
    assert "GBR-G-1" not in json.dumps(seen)


def test_profiles_are_listed_without_loci_and_shown_with_a_reason(terminal: Terminal, files: Path) -> None:
    store(terminal, GBR, files / "person.csv", "convicted")
    found = rows(terminal, GBR, "dna", "profiles", post="examiner")
    assert [each["ref"] for each in found] == ["GBR-G-1", "GBR-G-2"]
    assert "D21S11" not in json.dumps(found)
    [shown] = rows(terminal, GBR, "dna", "show", "GBR-G-1", "--why", WHY, post="examiner")
    assert shown["loci"]["TH01"] == "6,9.3"
    text = terminal.good(GBR, "dna", "show", "GBR-G-1", "--why", WHY, post="examiner")
    assert "GBR-G-1: person, convicted, 10 loci in full" in text
    assert terminal.run(GBR, "dna", "show", "GBR-G-1", "--why", "curious", post="examiner").exit_code == 2


@pytest.mark.parametrize("file", ["bad.csv", "named.csv"])
def test_a_file_with_one_bad_line_stores_nothing(terminal: Terminal, files: Path, file: str) -> None:
    done = terminal.run(
        ALB, "dna", "store", str(files / file), "--category", "crime_scene", *TAKEN, post="administrator"
    )
    assert done.exit_code == 2
    assert "nothing was stored" in done.stderr or "never a name" in done.stderr
    assert rows(terminal, ALB, "dna", "profiles", post="examiner") == []


def test_a_file_that_is_no_profile_file_is_named(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear colleague, enclosed are the profiles.\n")
    arguments = ("dna", "store", str(tmp_path / "letter.txt"), "--category", "suspect", *TAKEN)
    assert terminal.run(ALB, *arguments, post="administrator").exit_code == 2


@pytest.mark.parametrize("post", ["examiner", "supervisor", "enquirer", "auditor"])
def test_who_asks_does_not_import(terminal: Terminal, files: Path, post: str) -> None:
    arguments = ("dna", "store", str(files / "trace.csv"), "--category", "crime_scene", *TAKEN)
    assert terminal.run(ALB, *arguments, post=post).exit_code == 8


def test_a_kind_goes_with_why_it_is_kept(terminal: Terminal, files: Path) -> None:
    arguments = ("dna", "store", str(files / "trace.csv"), "--category", "convicted", *TAKEN)
    done = terminal.run(ALB, *arguments, post="administrator")
    assert (done.exit_code, "is of kind trace" in done.stderr) == (2, True)


def test_when_nobody_could_be_asked_the_exit_status_says_so(terminal: Terminal, files: Path) -> None:
    store(terminal, ALB, files / "trace.csv", "crime_scene")
    done = terminal.run(ALB, "dna", "ask", "ALB-T-1", "--among", "dna_person", "--to", "XKX", *ASKED, post="examiner")
    assert (done.exit_code, "nothing left the node" in done.stderr) == (5, True)


def test_an_erased_profile_is_on_no_list(terminal: Terminal, files: Path) -> None:
    store(terminal, ALB, files / "trace.csv", "crime_scene")
    why = ("--reason", "withdrawn", "--why", "The case was closed and nobody was charged.")
    terminal.good(ALB, "dna", "erase", "ALB-T-1", *why, post="supervisor")
    assert rows(terminal, ALB, "dna", "profiles", post="examiner") == []
