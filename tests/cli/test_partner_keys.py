"""`egnatia partner rotate-keys`, `keys`, `revoke-keys` and `add --revoke-old` at the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from egnatia.accounts import Hashing, create_officer
from egnatia.cli import cli
from egnatia.exchange.card import read_card
from egnatia.exchange.protocols import learn_protocol
from egnatia.model.ids import PartnerCode
from egnatia.node import CARD_FILE, Node, create_node
from egnatia.scenario.task_force import officers
from egnatia.settings import ExchangeSettings, Settings

PASSWORD = "three unrelated words"
ALB, XKX = PartnerCode("ALB"), PartnerCode("XKX")


@pytest.fixture
def directories(tmp_path: Path) -> tuple[Path, Path]:
    """XKX with its officers, and ALB; they know each other, and nobody serves."""
    nodes = {
        code: create_node(tmp_path / code, Settings(code=code, name=code, exchange=ExchangeSettings(port=port)))
        for port, code in enumerate((XKX, ALB), start=1)
    }
    for one, other in ((XKX, ALB), (ALB, XKX)):
        nodes[one].add_partner(nodes[other].card(), "off-1")
    with nodes[XKX].database.write() as tx:
        for each in officers(XKX):
            create_officer(tx, each.name, each.roles, PASSWORD, "off-i", nodes[XKX].clock(), Hashing(1, 8, 1))
    for node in nodes.values():
        node.close()
    return tmp_path / XKX, tmp_path / ALB


def run(directory: Path, *words: str, post: str | None = "administrator") -> Result:
    asked = ["partner", *words, "--node", str(directory), *(["--as", f"xkx-{post}"] if post else [])]
    return CliRunner().invoke(cli, asked, env={"EGNATIA_PASSWORD": PASSWORD}, obj=Hashing(1, 8, 1))


def learn(directory: Path, partner: PartnerCode) -> None:
    node = Node.open(directory)
    node.commit(lambda tx: learn_protocol(tx, partner, 2))
    node.close()


def test_only_an_administrator_rotates_and_something_has_to_be_named(directories: tuple[Path, Path]) -> None:
    ours, _ = directories
    assert run(ours, "rotate-keys", "--tls", post="enquirer").exit_code == 8
    nothing = run(ours, "rotate-keys")
    assert (nothing.exit_code, "nothing to rotate" in nothing.output) == (2, True)


def test_a_partner_that_cannot_be_told_stops_a_rotation_that_does_not_mean_it(directories: tuple[Path, Path]) -> None:
    ours, _ = directories
    before = (ours / CARD_FILE).read_bytes()
    stopped = run(ours, "rotate-keys", "--tls")
    assert (stopped.exit_code, "ALB" in stopped.output) == (5, True)
    assert (ours / CARD_FILE).read_bytes() == before
    by_hand = run(ours, "rotate-keys", "--tls", "--bring-by-hand", "--json")
    assert by_hand.exit_code == 0, by_hand.output
    facts = json.loads(by_hand.stdout)
    assert (facts["announced"], facts["by_hand"], facts["keys"]) == ([], ["ALB"], ["tls"])
    assert (ours / CARD_FILE).read_bytes() != before


def test_a_rotation_writes_the_card_and_says_who_hears_of_it(directories: tuple[Path, Path]) -> None:
    ours, _ = directories
    learn(ours, ALB)
    before = read_card((ours / CARD_FILE).read_bytes())
    done = run(ours, "rotate-keys", "--signing", "--agreement", "--tls")
    assert done.exit_code == 0, done.output
    assert "replaced: signing, agreement, tls" in done.stdout
    assert "announced over the exchange to: ALB" in done.stdout
    after = read_card((ours / CARD_FILE).read_bytes())
    assert after.signing_key != before.signing_key
    listed = run(ours, "keys", "XKX", "--json", post=None)
    rows = [json.loads(line) for line in listed.stdout.splitlines()]
    assert len(rows) == 6
    assert sum(row["retired_at"] is not None for row in rows) == 3
    table = run(ours, "keys", post=None).stdout
    assert table.count("ALB") == 3
    assert run(ours, "keys", "Albania", post=None).exit_code == 2


def test_stolen_keys_are_told_first_and_registered_again_by_a_person(directories: tuple[Path, Path]) -> None:
    ours, theirs = directories
    learn(ours, ALB)
    done = run(ours, "rotate-keys", "--signing", "--tls", "--compromised")
    assert done.exit_code == 0, done.output
    assert "TELEPHONE NOW, not reached: ALB" in done.stderr, "nobody serves there"
    assert "partner add --replace --revoke-old" in done.stdout
    node = Node.open(theirs)
    with node.database.write() as tx:
        for each in officers(XKX):
            create_officer(tx, each.name, each.roles, PASSWORD, "off-i", node.clock(), Hashing(1, 8, 1))
    node.close()
    card = str(ours / CARD_FILE)
    assert run(theirs, "add", card, "--revoke-old").exit_code == 2
    assert run(theirs, "add", card).exit_code == 9
    assert run(theirs, "add", card, "--replace", "--revoke-old").exit_code == 0
    rows = [json.loads(line) for line in run(theirs, "keys", "XKX", "--json", post=None).stdout.splitlines()]
    assert sorted(row["use"] for row in rows if row["revoked_at"]) == ["signing", "tls"]


def test_a_partners_keys_are_revoked_with_a_reason(directories: tuple[Path, Path]) -> None:
    ours, _ = directories
    assert run(ours, "revoke-keys", "ALB", "--why", "stolen").exit_code == 2
    assert run(ours, "revoke-keys", "GBR", "--why", "its server was stolen").exit_code == 5
    assert run(ours, "revoke-keys", "ALB", "--why", "its server was stolen", post="approver-1").exit_code == 8
    assert run(ours, "revoke-keys", "ALB", "--why", "its server was stolen").exit_code == 0


def test_a_certificate_renewed_without_an_officer_is_announced_too(directories: tuple[Path, Path]) -> None:
    ours, _ = directories
    learn(ours, ALB)
    before = read_card((ours / CARD_FILE).read_bytes())
    done = CliRunner().invoke(cli, ["node", "renew-certificate", "--node", str(ours)])
    assert "announced to: ALB" in done.stdout
    after = read_card((ours / CARD_FILE).read_bytes())
    assert (after.tls_sha256 != before.tls_sha256, after.signing_key == before.signing_key) == (True, True)
