"""The demonstration itself: five real processes, real TLS, one case, five ledgers verified."""

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from egnatia.cli import cli
from egnatia.cli.demo.build import MARKER
from egnatia.cli.demo.processes import PORTS, free_ports, serving

WITHIN_S = 120


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The demonstration, run once to its end."""
    directory = tmp_path_factory.mktemp("task-force") / "demo"
    command = [sys.executable, "-m", "egnatia", "demo", "up", "--once", "--directory", str(directory)]
    done = subprocess.run(
        [*command, "--first-port", "21440"], capture_output=True, text=True, timeout=WITHIN_S, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return directory, done.stdout


def test_the_story_is_told_to_its_end(played: tuple[Path, str]) -> None:
    told = played[1]
    for sentence in (
        "a passport is presented",
        "answers: no hit, under grant demo-alb-gbr-travel_document",
        "answers: candidate found, under grant demo-alb-xkx-travel_document",
        "is now a hit",
        "xkx-approver-1 tries to approve it as well and is stopped",
        "xkx-approver-2 approves",
        "records the outcome",
        "keyed tags leave the node",
        "its own node refuses, NO_AGREEMENT",
        "all five nodes are stopped",
    ):
        assert sentence in told


def test_each_ledger_was_witnessed_by_the_four_others(played: tuple[Path, str]) -> None:
    lines = [line for line in played[1].splitlines() if "entries hold, witnessed by" in line]
    assert len(lines) == 5
    for line in lines:
        assert len(line.split("witnessed by ")[1].split(", ")) == 4


@pytest.mark.parametrize("code", ["GBR", "ALB", "XKX", "MKD", "MNE"])
def test_an_outsider_verifies_each_exported_ledger(played: tuple[Path, str], code: str) -> None:
    bundle = played[0] / "ledgers" / f"{code}.ledger"
    result = CliRunner().invoke(cli, ["ledger", "verify", "--bundle", str(bundle), "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout.splitlines()[0])["holds"] is True


def test_an_outsider_notices_one_changed_byte(played: tuple[Path, str], tmp_path: Path) -> None:
    content = bytearray((played[0] / "ledgers" / "ALB.ledger").read_bytes())
    place = content.index(b"enquiry.sent")
    content[place] = ord("E")
    changed = tmp_path / "changed.ledger"
    changed.write_bytes(content)
    result = CliRunner().invoke(cli, ["ledger", "verify", "--bundle", str(changed)])
    assert result.exit_code == 7


def test_no_name_or_date_is_in_any_log_of_the_nodes(played: tuple[Path, str]) -> None:
    for log in played[0].glob("*/node.log"):
        text = log.read_text(encoding="utf-8").casefold()
        for word in ("krasniqi", "arben", "1994-03-18", "940318", "p0041763"):
            assert word not in text, log


def test_it_makes_way_for_itself_but_not_over_something_else(played: tuple[Path, str], tmp_path: Path) -> None:
    assert (played[0] / MARKER).exists()
    (tmp_path / "precious.txt").write_text("not a demonstration")
    result = CliRunner().invoke(cli, ["demo", "up", "--once", "--directory", str(tmp_path)])
    assert result.exit_code == 3
    assert (tmp_path / "precious.txt").exists()


def test_a_taken_port_moves_the_ten() -> None:
    start = free_ports(30_000)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", start + 3))
        taken.listen()
        assert free_ports(start) == start + PORTS


def test_no_node_outlives_whoever_started_it(played: tuple[Path, str]) -> None:
    node = played[0] / "MNE"
    command = [sys.executable, "-m", "egnatia", "node", "serve", "--until-input-ends", "--node", str(node)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(WITHIN_S) == 0


def test_an_interrupt_stops_a_serving_node_cleanly(played: tuple[Path, str]) -> None:
    command = [sys.executable, "-m", "egnatia", "node", "serve", "--node", str(played[0] / "MKD")]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        while "console on port" not in (line := process.stderr.readline()):
            assert line, "the node ended before it was up"
        time.sleep(0.2)
        os.kill(process.pid, signal.SIGINT)
        rest = process.stderr.read()
        assert process.wait(WITHIN_S) == 0
    assert "stopped" in rest
    assert "Traceback" not in rest


def test_partners_notice_a_ledger_that_was_changed_behind_its_node(played: tuple[Path, str]) -> None:
    """Somebody with access to Kosovo's database changes one byte of one entry; Albania's audit says so."""
    kosovo, albania = played[0] / "XKX", played[0] / "ALB"
    audit = ["ledger", "audit", "--node", str(albania), "--json"]
    with serving([kosovo]):
        before = CliRunner().invoke(cli, audit)
        assert before.exit_code == 0, before.output
        assert [row["partner"] for row in map(json.loads, before.stdout.splitlines())] == ["XKX"]
    with contextlib.closing(sqlite3.connect(kosovo / "node.sqlite")) as database, database:
        database.execute("UPDATE ledger_entry SET entry = replace(entry, 'enquiry', 'Enquiry') WHERE sequence = 15")
    with serving([kosovo]):
        after = CliRunner().invoke(cli, audit)
    assert after.exit_code == 7, after.output
    assert "XKX" in after.output
