"""`egnatia indicator`, word for word on a node with three candidates, and its exit statuses."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from egnatia.cli import cli
from egnatia.indicators import definitions
from egnatia.model.ids import PartnerCode
from egnatia.node import create_node
from egnatia.settings import Settings
from egnatia.store.database import Transaction
from egnatia.store.tables import ask, candidate, enquiry

DAY = datetime(2025, 5, 15, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def fill(tx: Transaction) -> None:
    """Three candidates, two of them hits; one question refused."""
    for number, decision in enumerate(("confirmed", "confirmed", "rejected")):
        row: dict[str, Any] = {
            "id": f"e{number}",
            "case_ref": f"case-{number}",
            "subject": "dna",
            "purpose": "investigation",
        }
        row |= {"offence": "burglary", "officer_id": "off-1", "created_at": DAY, "deadline": DAY, "person_ref": None}
        tx.execute(enquiry.insert(), row | {"sealed_id": "s"})
        asked: dict[str, Any] = {
            "enquiry_id": f"e{number}",
            "partner": "GBR",
            "state": "hit",
            "refusal": None,
            "asked_at": DAY,
        }
        tx.execute(ask.insert(), asked)
        found: dict[str, Any] = {
            "id": f"c{number}",
            "enquiry_id": f"e{number}",
            "partner": "GBR",
            "ref": f"r{number}",
            "quality": 0.9,
        }
        found |= {"evidence": "[]", "received_at": DAY, "owner": "off-1", "due_at": DAY, "decision": decision}
        tx.execute(candidate.insert(), found | {"decided_at": DAY + number * TICK})
    refused = {"enquiry_id": "e0", "partner": "MKD", "state": "refused", "refusal": "QUOTA_EXCEEDED", "asked_at": DAY}
    tx.execute(ask.insert(), refused)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("indicators") / "node"
    node = create_node(directory, Settings(PartnerCode("ALB"), "Albania"))
    node.commit(fill)
    node.close()
    return directory


@pytest.fixture
def node(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "node"))


def run(*words: str, node: Path | None = None) -> Result:
    return CliRunner().invoke(cli, ["indicator", *words], env={"EGNATIA_NODE": str(node or "/nowhere")})


def test_the_list_needs_no_node_and_says_what_is_counted() -> None:
    told = run("list")
    assert told.exit_code == 0
    lines = told.stdout.splitlines()
    assert lines[0].split()[:4] == ["indicator", "version", "unit", "label"]
    assert [line.split()[0] for line in lines[1:]] == [each.id for each in definitions()]
    objects = [json.loads(line) for line in run("list", "--json").stdout.splitlines()]
    assert [one["explanation"] for one in objects] == [each.explanation for each in definitions()]


def test_one_figure_names_the_records_behind_it(node: Path) -> None:
    told = run("show", "hits", "--from", "2025-05-01", "--to", "2025-06-01", node=node)
    assert told.exit_code == 0, told.output
    assert told.stdout == "Hits: 2 (hit; hits version 1)\n  candidate c0\n  candidate c1\n"


def test_a_figure_with_a_breakdown_shows_each_group(node: Path) -> None:
    told = run("show", "refusals", "--from", "2025-05-01", "--to", "2025-06-01", node=node)
    assert told.stdout.splitlines()[1:] == ["  QUOTA_EXCEEDED, MKD: 1", "  ask e0/MKD"]


def test_a_figure_of_persons_says_which_records_could_not_be_told_apart(node: Path) -> None:
    value = json.loads(run("show", "persons", "--json", "--from", "2025-05-01", "--to", "2025-06-01", node=node).stdout)
    assert (value["value"], value["unit"]) == (0, "person")


@pytest.mark.parametrize(
    ("start", "end", "hits"),
    [
        ("2025-05-15 12:00:00", "2025-05-15 12:00:01", 2),
        ("2025-05-15T12:00:00", "2025-05-15T12:00:01", 2),
        ("2025-05-15 12:00:01", "2025-05-16", 0),
        ("2025-05-14", "2025-05-15", 0),
        ("2025-05-15", "2025-05-16", 2),
    ],
)
def test_the_window_is_read_as_utc(node: Path, start: str, end: str, hits: int) -> None:
    value = json.loads(run("show", "hits", "--json", "--from", start, "--to", end, node=node).stdout)
    assert value["value"] == hits
    assert value["window_from"].endswith("+00:00")


def test_the_funnel_in_words_and_as_json_agree(node: Path) -> None:
    words = run("show", "--from", "2025-05-01", "--to", "2025-06-01", node=node).stdout.splitlines()
    assert words[0].split() == ["figure", "unit", "value"]
    objects = [
        json.loads(line)
        for line in run("show", "--json", "--from", "2025-05-01", "--to", "2025-06-01", node=node).stdout.splitlines()
    ]
    assert [(line.split()[-1], line.split()[-2]) for line in words[1:]] == [
        (str(one["value"]), one["unit"]) for one in objects
    ]
    figures = {one["id"]: one["value"] for one in objects}
    assert (figures["enquiries_asked"], figures["candidates"], figures["hits"], figures["refusals"]) == (4, 3, 2, 1)


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("show", "hit"), 4, "there is no indicator 'hit'"),
        (("show", "hits", "--from", "2025-06-01", "--to", "2025-05-01"), 2, "is empty"),
        (("show", "hits", "--from", "2025-05-01", "--to", "2025-05-01"), 2, "is empty"),
        (("show", "hits", "--from", "1 May"), 2, "1 May"),
        (("show", "hits", "hits"), 2, ""),
    ],
)
def test_what_cannot_be_shown_is_refused(node: Path, words: tuple[str, ...], status: int, said: str) -> None:
    told = run(*words, node=node)
    assert (told.exit_code, said in told.stderr) == (status, True), told.output


def test_without_a_node_there_is_nothing_to_count(tmp_path: Path) -> None:
    told = run("show", node=tmp_path)
    assert told.exit_code == 3
    assert "→" in told.stderr
