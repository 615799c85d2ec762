"""Upkeep at the command line: claims closed, register entries withdrawn, certificates renewed, a vault that is missing."""

import asyncio
import contextlib
import dataclasses
import json
import socket
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from egnatia.accounts import Hashing, create_officer
from egnatia.agreements import import_register
from egnatia.cli import cli
from egnatia.cli.demo.processes import free_ports
from egnatia.cli.serving import _serve, serve_node
from egnatia.errors import ConfigError
from egnatia.exchange.card import card_fingerprint, read_card
from egnatia.exchange.client import Line
from egnatia.exchange.courier import Courier
from egnatia.model.ids import PartnerCode
from egnatia.node import CARD_FILE, VAULT_FILE, Node, create_node
from egnatia.scenario.task_force import agreements, officers
from egnatia.settings import ConsoleSettings, ExchangeSettings, Settings

PASSWORD = "three unrelated words"
WITHIN_S = 60
WHY = "the holder found it at home and told us"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A node of Kosovo with its officers and agreements, not served."""
    made = tmp_path / "node"
    node = create_node(made, Settings(code=PartnerCode("XKX"), name="Kosovo"))
    node.commit(lambda tx: import_register(tx, agreements(), "off-installer", node.clock()))
    with node.database.write() as tx:
        for each in officers(node.code):
            create_officer(tx, each.name, each.roles, PASSWORD, "off-i", node.clock(), Hashing(1, 8, 1))
    node.close()
    return made


def run(directory: Path, *words: str, post: str | None = None) -> Result:
    """Run a command, as the officer who holds a post where it needs one."""
    asked = [*words, "--node", str(directory), *(["--as", f"xkx-{post}"] if post else [])]
    return CliRunner().invoke(cli, asked, env={"EGNATIA_PASSWORD": PASSWORD}, obj=Hashing(1, 8, 1))


def test_a_claim_is_listed_by_its_id_only_and_closed_for_good(directory: Path) -> None:
    given = ("--against", "ALB", "--first", "Mira", "--family", "Hoxha", "--born", "1990-03-07")
    assert run(directory, "claim", "record", *given, post="supervisor").exit_code == 0
    listed = run(directory, "claim", "list", "--json", post="supervisor")
    claim_id = json.loads(listed.stdout)["id"]
    assert "Hoxha" not in listed.output
    assert run(directory, "claim", "close", claim_id, "--why", WHY, post="enquirer").exit_code == 8
    assert run(directory, "claim", "close", claim_id, "--why", "short", post="supervisor").exit_code == 2
    assert run(directory, "claim", "close", claim_id, "--why", WHY, post="supervisor").exit_code == 0
    assert run(directory, "claim", "list", "--json", post="supervisor").stdout == ""
    assert run(directory, "claim", "close", claim_id, "--why", WHY, post="supervisor").exit_code == 4


def test_a_found_document_leaves_the_register(directory: Path, tmp_path: Path) -> None:
    file = tmp_path / "lost.csv"
    header = "issuer,document_type,number,category,reported_on,reference,circumstances\n"
    file.write_text(header + "RKS,P,P1234567,lost,2025-02-11,XKX-D-1,left in a bus\n")
    assert run(directory, "register", "import", str(file), post="administrator").exit_code == 0
    assert run(directory, "register", "withdraw", "XKX-D-1", "--why", WHY, post="examiner").exit_code == 8
    assert run(directory, "register", "withdraw", "XKX-D-1", "--why", WHY, post="administrator").exit_code == 0
    assert run(directory, "register", "withdraw", "XKX-D-1", "--why", WHY, post="administrator").exit_code == 4
    assert run(directory, "register", "import", str(file), post="administrator").exit_code == 0
    assert run(directory, "ledger", "verify").exit_code == 0


def test_a_missing_vault_is_said_and_never_made_anew(directory: Path) -> None:
    (directory / VAULT_FILE).rename(directory / "elsewhere")
    result = run(directory, "ledger", "verify")
    assert result.exit_code == 3
    assert "vault" in result.output
    assert "Restore it" in result.output
    assert not (directory / VAULT_FILE).exists()
    assert run(directory, "node", "init", str(directory)).exit_code != 0


def test_a_renewed_certificate_is_on_the_new_card(directory: Path) -> None:
    before = read_card((directory / CARD_FILE).read_bytes())
    assert run(directory, "node", "renew-certificate").exit_code == 0
    after = read_card((directory / CARD_FILE).read_bytes())
    assert after.tls_sha256 != before.tls_sha256
    assert after.signing_key == before.signing_key


def test_the_card_is_printed_as_it_is_in_the_file_with_its_fingerprint_beside_it(directory: Path) -> None:
    result = run(directory, "partner", "card")
    assert read_card(result.stdout_bytes) == read_card((directory / CARD_FILE).read_bytes())
    assert card_fingerprint(result.stdout_bytes) in result.stderr


def test_something_that_is_no_card_is_called_that(directory: Path, tmp_path: Path) -> None:
    file = tmp_path / "card.json"
    file.write_text("{}")
    result = run(directory, "partner", "add", str(file), post="administrator")
    assert result.exit_code == 2
    assert "is no partner's card" in result.output


def test_a_taken_port_is_an_error_that_names_it(tmp_path: Path) -> None:
    assert threading.current_thread() is threading.main_thread()  # serving installs signal handlers
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        settings = Settings(
            code=PartnerCode("MNE"),
            name="Montenegro",
            exchange=ExchangeSettings(port=port),
            console=ConsoleSettings(port=1 + port % 60_000 + 1_024),
        )
        create_node(tmp_path / "node", settings).close()
        with pytest.raises(ConfigError, match=f"port {port} cannot be used"):
            serve_node(tmp_path / "node")


class _Broken(Node):
    """A node whose courier has a fault that nobody foresaw."""

    def courier(self, line: Line | None = None) -> Courier:
        made = super().courier(line)

        async def run() -> None:
            raise ZeroDivisionError("a fault in the courier")

        made.run = run  # type: ignore[method-assign]
        return made


def test_a_node_that_only_half_works_stops_and_says_why(tmp_path: Path) -> None:
    start = free_ports(23_000)
    settings = Settings(
        code=PartnerCode("MNE"),
        name="Montenegro",
        exchange=ExchangeSettings(port=start),
        console=ConsoleSettings(port=start + 1),
    )
    create_node(tmp_path / "node", settings).close()
    opened = Node.open(tmp_path / "node")
    node = _Broken(*(getattr(opened, each.name) for each in dataclasses.fields(Node)))
    with contextlib.closing(node), pytest.raises(ZeroDivisionError, match="courier"):
        asyncio.run(asyncio.wait_for(_serve(node, until_input_ends=False, workers=1), WITHIN_S))
