"""`egnatia ledger` on a real node directory: verify, export, show, with their exit statuses and both kinds of output."""

import json
import random
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.federation.world import CHEAP

from egnatia.accounts import create_officer
from egnatia.cli import cli
from egnatia.ledger import Act, append
from egnatia.ledger.alarms import accuse
from egnatia.ledger.checkpoints import Checkpoint, checkpoint_text, latest_checkpoint
from egnatia.ledger.evidence import Finder, make_evidence
from egnatia.ledger.mark import MARK_FILE, write_mark
from egnatia.ledger.notekeys import KeyKind, key_of
from egnatia.ledger.notes import sign_note
from egnatia.model.events import EventKind
from egnatia.model.ids import PartnerCode
from egnatia.model.states import Role
from egnatia.node import Node, create_node
from egnatia.settings import Settings
from egnatia.store.database import Database
from egnatia.store.vault import Vault

PASSWORD = "three unrelated words"
NOW = datetime(2025, 5, 15, 3, 0, tzinfo=UTC)


class Terminal:
    """Commands on one node with an auditor, an enquirer and five entries about two objects."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        node = Node.open(directory)
        self.vkey = self._trust(node)
        node.close()

    @classmethod
    def create(cls, directory: Path) -> Path:
        """Make the node once; each test works on a copy."""
        node = create_node(directory, Settings(PartnerCode("ALB"), "Albania"))
        node.commit(cls._fill)
        node.close()
        return directory

    @staticmethod
    def _fill(tx: Any) -> None:
        for name, role in (("audra", Role.AUDITOR), ("eno", Role.ENQUIRER), ("sue", Role.SUPERVISOR)):
            create_officer(tx, name, {role}, PASSWORD, "installer", NOW, CHEAP)
        for number in range(5):
            why = f"reason number {number}"
            append(tx, Act(EventKind.ENQUIRY_SENT, NOW + timedelta(minutes=number), f"off-{number % 2}", f"enq-{number % 2}", justification=why))  # fmt: skip

    @staticmethod
    def _trust(node: Node) -> str:
        with node.database.read() as tx:
            return str(node.trust(tx).log.text)

    def __call__(self, *words: str, officer: str | None = "audra", password: str = PASSWORD) -> Result:
        if words[0] in ("show", "export", "sample") and "--purpose" not in words:
            words = (*words, "--purpose", "lawfulness_check")
        environment = {"EGNATIA_NODE": str(self.directory), "EGNATIA_PASSWORD": password, "EGNATIA_OFFICER": officer}
        return CliRunner().invoke(cli, ["ledger", *words], env=environment, obj=CHEAP)

    def sql(self, statement: str) -> None:
        """Change the database behind the node's back."""
        vault = Vault(self.directory / "vault.sqlite", Node.open(self.directory).keys.vault_key)
        database = Database(f"sqlite:///{self.directory / 'node.sqlite'}", vault, random.Random(1))
        with database.write() as tx:
            tx.connection.exec_driver_sql(statement)
        database.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Terminal.create(tmp_path_factory.mktemp("made") / "node")


@pytest.fixture
def run(made: Path, tmp_path: Path) -> Terminal:
    return Terminal(shutil.copytree(made, tmp_path / "node"))


def shown(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_fresh_ledger_verifies_in_words_and_as_json(run: Terminal) -> None:
    words = run("verify")
    assert words.exit_code == 0, words.output
    assert "egnatia.example/alb/ledger" in words.stdout
    (value,) = shown(run("verify", "--json"))
    assert value["holds"] is True
    assert value["findings"] == []
    assert value["entries"] == 9  # the node, three accounts, five enquiries
    assert value["opened"] >= 5


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE ledger_entry SET actor_changed = 1 WHERE 0", None),
        ("UPDATE ledger_entry SET object_ref = 'enq-9' WHERE sequence = 4", "columns"),
        ("UPDATE ledger_entry SET leaf_hash = zeroblob(32) WHERE sequence = 4", "entry"),
        ("DELETE FROM ledger_entry WHERE sequence = 4", "order"),
        ("DELETE FROM sealed_record WHERE id IN (SELECT sealed_id FROM ledger_entry WHERE sequence = 4)", "content"),
    ],
)
def test_what_was_changed_in_the_database_ends_with_status_7(run: Terminal, statement: str, code: str | None) -> None:
    if code is None:
        assert run("verify").exit_code == 0
        return
    run.sql(statement)
    told = run("verify")
    assert (told.exit_code, "DOES NOT HOLD" in told.stdout) == (7, True)
    value = json.loads(run("verify", "--json").stdout.splitlines()[0])
    assert value["holds"] is False
    assert code in {finding["code"] for finding in value["findings"]}


def test_an_export_is_entered_covered_and_verified_without_the_node(run: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "log.jsonl"
    done = run("export", "--out", str(out), "--reason", "annual audit")
    assert done.exit_code == 0, done.output
    (newest,) = shown(run("show", "--kind", "ledger.exported", "--json"))
    assert (newest["justification"], newest["object_ref"]) == ("annual audit", "log:ALB")
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    numbers = [line["sequence"] for line in lines if "sequence" in line]
    assert numbers == list(range(newest["sequence"] + 1)), "the export itself is in the export"
    assert f"{len(numbers)} entries" in done.stdout
    for words in (("--key", run.vkey), ()):
        told = run("verify", "--bundle", str(out), *words)
        assert told.exit_code == 0, told.output
    assert ("The keys are those you gave." in run("verify", "--bundle", str(out), "--key", run.vkey).stdout) is True
    assert "reason number" not in out.read_text("utf-8"), "content leaves the node only when asked for"


def test_an_export_about_one_object_holds_only_its_entries(run: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "case.jsonl"
    assert run("export", "--out", str(out), "--reason", "case", "--object", "enq-1", "--open-content").exit_code == 0
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    entries = [json.loads(line["entry"]) for line in lines if "entry" in line]
    assert [entry["object"] for entry in entries] == ["enq-1", "enq-1"]
    assert "reason number 3" in out.read_text("utf-8")
    told = run("verify", "--bundle", str(out))
    assert told.exit_code == 0
    assert "enq-1" in told.stdout


def test_an_export_overwrites_nothing_and_leaves_nothing_half_done(run: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "taken"
    out.write_text("mine")
    refused = run("export", "--out", str(out), "--reason", "x")
    assert (refused.exit_code, out.read_text("utf-8")) == (9, "mine")
    nothing = tmp_path / "nothing.jsonl"
    assert run("export", "--out", str(nothing), "--reason", "x", "--object", "no-such-object").exit_code == 2
    assert not nothing.exists()
    gone = run("export", "--out", str(tmp_path / "no" / "folder" / "x"), "--reason", "x")
    assert gone.exit_code == 10
    assert "cannot be written" in gone.stderr


@pytest.mark.parametrize("words", [("show",), ("export", "--out", "x", "--reason", "x")])
def test_reading_the_ledger_is_for_auditors(run: Terminal, words: tuple[str, ...], tmp_path: Path) -> None:
    words = tuple(str(tmp_path / word) if word == "x" and words[0] == "export" else word for word in words)
    assert run(*words, officer="eno").exit_code == 8
    assert run(*words, officer="nobody").exit_code == 8
    assert run(*words, password="wrong").exit_code == 8
    assert not (tmp_path / "x").exists()


def test_show_pages_filters_and_is_itself_entered(run: Terminal) -> None:
    whole = shown(run("show", "--json", "--limit", "500"))
    assert [one["sequence"] for one in whole] == sorted((one["sequence"] for one in whole), reverse=True)
    read = shown(run("show", "--json", "--kind", "ledger.read"))
    assert len(read) == 1
    assert read[0]["content"] == {
        "purpose": "lawfulness_check", "entries": len(whole), "object_ref": None, "before": None,
    }  # fmt: skip
    sent = shown(run("show", "--json", "--object", "enq-1"))
    assert [one["justification"] for one in sent] == ["reason number 3", "reason number 1"]
    assert (
        shown(run("show", "--json", "--actor", "off-0", "--limit", "1", "--before", str(sent[0]["sequence"])))[0][
            "justification"
        ]
        == "reason number 2"
    )
    assert shown(run("show", "--json", "--object", "nothing")) == []


def test_show_as_a_table_has_a_column_for_each_heading(run: Terminal) -> None:
    told = run("show", "--object", "enq-0")
    assert told.exit_code == 0
    heading, *rows = told.stdout.splitlines()
    assert heading.split() == ["number", "at", "kind", "operation", "actor", "object", "partner", "justification"]
    assert len(rows) == 3
    assert all("enquiry.sent" in row and "off-0" in row and "reason number" in row for row in rows)
    assert "2025-05-15 03:04:00" in rows[0]


@pytest.mark.parametrize(
    "words",
    [("show", "--limit", "501"), ("show", "--kind", "nothing"), ("show", "--operation", "x"), ("show", "--before", "x"),
     ("verify", "--witness", "ALB=x"), ("export", "--reason", "x")],
)  # fmt: skip
def test_wrong_usage_ends_with_status_2_before_anything_is_opened(run: Terminal, words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2


@pytest.mark.parametrize("purpose", ["investigation", "prevention", "curiosity", ""])
def test_the_log_is_not_read_for_an_investigation_and_the_try_is_entered(
    run: Terminal, tmp_path: Path, purpose: str
) -> None:
    out = tmp_path / "x"
    for words in (("show",), ("sample", "--seed", "1"), ("export", "--out", str(out), "--reason", "who is he?")):
        told = run(*words, "--purpose", purpose)
        assert (told.exit_code, "LOG_PURPOSE" in told.stderr) == (5, True), told.output
        assert "enq-1" not in told.stdout
    assert not out.exists()
    tried = shown(run("show", "--json", "--kind", "ledger.not_read"))
    assert [one["content"]["purpose"] for one in tried] == [purpose] * 3
    assert tried[0]["justification"] == "who is he?"


def test_a_sample_is_drawn_by_seed_and_entered(run: Terminal) -> None:
    def draw(*words: str) -> list[int]:
        return [one["sequence"] for one in shown(run("sample", "--json", "--operation", "disclosure", *words))]

    first = draw("--seed", "lottery 2025-05-15", "--count", "3")
    assert len(first) == 3
    assert first == sorted(first)
    assert draw("--seed", "lottery 2025-05-15", "--count", "3") == first  # reading it changed nothing in the draw
    assert {tuple(draw("--seed", str(seed), "--count", "2")) for seed in range(8)} != {tuple(first)}
    assert draw("--seed", "x", "--until", "2025-05-15T03:02:00+00:00") == [4, 5]
    assert len(draw("--seed", "x", "--since", "2025-05-15T03:02:00+00:00")) == 3
    entered = shown(run("show", "--json", "--kind", "ledger.read", "--limit", "1"))
    assert entered[0]["content"]["seed"] == "x"
    assert run("sample", "--seed", "x", "--since", "yesterday").exit_code == 2
    assert run("sample", "--seed", "x", "--since", "2025-05-15T03:02:00").exit_code == 2
    assert run("sample", "--seed", "").exit_code == 2


def test_status_says_that_nobody_witnesses_a_lonely_ledger(run: Terminal) -> None:
    told = run("status")
    assert told.exit_code == 0
    assert "no partner yet" in told.stdout
    (value,) = shown(run("status", "--json"))
    assert (value["size"], value["final"], value["needed"]) == (9, 0, 0)


def test_a_file_is_verified_as_an_argument_too_and_the_tree_alone_at_home(run: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "log.jsonl"
    assert run("export", "--out", str(out), "--reason", "audit").exit_code == 0
    assert run("verify", str(out), "--key", run.vkey).exit_code == 0
    assert run("verify", str(out), "--tree-only").exit_code == 2
    assert run("verify", "--unsealed").exit_code == 2
    told = run("verify", "--tree-only")
    assert told.exit_code == 0
    assert "columns and contents were not looked at" in told.stdout
    run.sql("UPDATE ledger_entry SET object_ref = 'enq-9' WHERE sequence = 4")
    assert run("verify", "--tree-only").exit_code == 0  # this is what the fast way leaves out
    assert run("verify").exit_code == 7


def test_two_processes_verify_the_ledger_at_home_and_no_file(run: Terminal, tmp_path: Path) -> None:
    told = run("verify", "--workers", "2", "--json")
    assert (shown(told)[0]["holds"], shown(told)[0]["entries"]) == (True, 9)
    assert shown(told) == shown(run("verify", "--json"))
    out = tmp_path / "log.jsonl"
    assert run("export", "--out", str(out), "--reason", "audit").exit_code == 0
    assert run("verify", str(out), "--key", run.vkey, "--workers", "2").exit_code == 2
    run.sql("UPDATE ledger_entry SET object_ref = 'enq-9' WHERE sequence = 4")
    assert run("verify", "--workers", "2").exit_code == 7


def test_a_cut_end_with_its_checkpoint_is_noticed_at_home(run: Terminal, tmp_path: Path) -> None:
    assert run("export", "--out", str(tmp_path / "x"), "--reason", "audit").exit_code == 0
    node = Node.open(run.directory)
    with node.database.read() as tx:
        newest = latest_checkpoint(tx)
    node.close()
    assert newest is not None
    write_mark(run.directory / MARK_FILE, newest.note)
    assert run("verify").exit_code == 0
    size = newest.checkpoint.size
    run.sql(f"DELETE FROM ledger_entry WHERE sequence >= {size - 1}")  # noqa: S608 - a number
    run.sql("DELETE FROM ledger_node")
    run.sql("DELETE FROM ledger_checkpoint")
    told = run("verify")
    assert told.exit_code == 7
    assert f"a checkpoint of {size} entries was signed, but the newest one here has 0" in told.stdout
    (run.directory / MARK_FILE).write_bytes(newest.note.replace(b"\n%d\n" % size, b"\n1\n"))
    assert "does not hold" in run("verify").stdout


def test_evidence_is_written_verified_and_the_partner_believed_again(run: Terminal, tmp_path: Path) -> None:
    key = Ed25519PrivateKey.from_private_bytes(b"x" * 32)
    notes = [
        sign_note(checkpoint_text(Checkpoint("xkx/ledger", 5, bytes([i]) * 32)), "xkx/ledger", key) for i in (1, 2)
    ]
    finder = Finder(PartnerCode("ALB"), NOW)
    made = make_evidence(key_of("xkx/ledger", KeyKind.NOTE, key), (notes[0], notes[1]), [], finder)
    assert made is not None
    node = Node.open(run.directory)
    node.commit(lambda tx: accuse(tx, PartnerCode("XKX"), made, NOW))
    node.close()
    (alarm,) = shown(run("alarms", "--json"))
    assert (alarm["partner"], alarm["grade"], alarm["evidence"]) == ("XKX", "proven", True)
    assert "two signed checkpoints at 5 entries" in run("alarms").stdout
    out = tmp_path / "against.json"
    assert run("evidence", "XKX", "--out", str(out)).exit_code == 0
    assert run("evidence", "XKX", "--out", str(out)).exit_code == 9
    assert run("evidence", "GBR", "--out", str(tmp_path / "y")).exit_code == 4
    told = run("verify", str(out), "--key", made.log_key)
    assert (told.exit_code, "The evidence against the ledger of xkx/ledger holds" in told.stdout) == (0, True)
    assert run("verify", str(out), "--key", run.vkey).exit_code == 7
    assert run("believe", "XKX", "--reason", "restored from a backup by mistake").exit_code == 8  # an auditor may not
    assert run("believe", "XKX", "--reason", "restored by mistake", officer="sue").exit_code == 0
    assert shown(run("alarms", "--json")) == []
    assert run("believe", "XKX", "--reason", "again", officer="sue").exit_code == 4
    assert len(shown(run("show", "--json", "--kind", "witness.cleared"))) == 1


def test_a_directory_without_a_node_is_named(tmp_path: Path) -> None:
    told = CliRunner().invoke(cli, ["ledger", "verify"], env={"EGNATIA_NODE": str(tmp_path)})
    assert told.exit_code == 3
    assert "→" in told.stderr
