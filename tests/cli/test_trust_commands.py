"""`egnatia trust` and `egnatia crossing inspect` as officers type them, with the exit statuses that scripts rely on."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from tests.cli.terminal import UUID, Terminal
from tests.engines.documents.report.sources import made
from tests.engines.documents.trust.realm import albania, read, root, signed_list, uto_link, uto_old
from tests.federation.world import ALB, GBR, XKX, World

from egnatia.casework.borders import stored_inspection
from egnatia.engines.documents.report.stored import read_stored
from egnatia.engines.documents.synthetic import chips
from egnatia.engines.documents.trust.holdings import Holdings
from egnatia.engines.documents.trust.imports import import_list
from egnatia.node import utc_now
from egnatia.scenario.case import CASE_REF
from egnatia.store.tables import partner_card

WHY = "The embassy did not confirm the fingerprints of the new authority."


@pytest.fixture
def terminal(world: World) -> Terminal:
    world.clock.now = utc_now()  # commands use the machine's clock
    for code in world.nodes:
        world.do(code, lambda tx: tx.execute(update(partner_card).values(protocol=2)))
    now = datetime(2026, 1, 1, tzinfo=UTC)
    certificates = signed_list(uto_old(), uto_link(), albania())
    held = import_list(Holdings(), certificates, "NL", now, [read(root())]).holdings
    keeper = world.nodes[ALB].trust_keeper
    keeper.put(keeper.folder(), held, now)
    return Terminal(world)


def shared(terminal: Terminal, *to: str) -> str:
    said = terminal.good(ALB, "trust", "share", *to, post="examiner")
    terminal.world.clock.now = utc_now()  # what the command dated is due now
    terminal.world.deliver()
    return str(UUID.findall(said)[0])


def test_a_file_goes_from_one_store_to_the_other(terminal: Terminal) -> None:
    update_id = shared(terminal, "--to", "XKX")
    row = terminal.rows(ALB, "trust", "sent", post="auditor")[0]
    assert (row["id"], row["state"], row["partner"]) == (update_id, "delivered", "XKX")
    (waiting,) = terminal.rows(XKX, "trust", "inbox", "--open", post="enquirer")
    assert (waiting["id"], waiting["state"]) == (update_id, "waiting")
    shown: Any = terminal.rows(XKX, "trust", "show", update_id, post="examiner")[0]
    assert {each["issuer"] for each in shown["new"]} == {"UTO", "ALB"}
    assert (shown["needs_two"], shown["gone"], shown["conflicts"]) == (True, [], [])
    text = terminal.good(XKX, "trust", "show", update_id, post="examiner")
    assert "Two officers accept it." in text
    assert text.count("  + ") == 3
    assert "proposed; another officer" in terminal.good(XKX, "trust", "accept", update_id, post="examiner")
    again = terminal.run(XKX, "trust", "accept", update_id, post="examiner")
    assert (again.exit_code, "two people have to decide" in again.stderr) == (8, True)
    assert (
        terminal.good(XKX, "trust", "accept", update_id, post="supervisor") == "accepted: 3 authorities more, 0 fewer\n"
    )
    assert terminal.rows(XKX, "trust", "inbox", "--open", post="enquirer") == []
    assert terminal.run(XKX, "trust", "accept", update_id, post="supervisor").exit_code == 9


def test_without_a_name_it_goes_to_every_member_and_who_cannot_is_said(terminal: Terminal) -> None:
    terminal.world.do(
        ALB, lambda tx: tx.execute(update(partner_card).where(partner_card.c.code == GBR).values(protocol=1))
    )
    result = terminal.run(ALB, "trust", "share", "--json", post="examiner")
    assert result.exit_code == 0
    sent = {json.loads(line)["partner"] for line in result.stdout.splitlines()}
    assert "XKX" in sent
    assert "GBR" not in sent
    assert "GBR" in result.stderr
    named = terminal.run(ALB, "trust", "share", "--to", "GBR", post="examiner")
    assert (named.exit_code, "PARTNER_TOO_OLD" in named.stderr) == (5, True)


def test_an_officer_imports_into_the_nodes_own_store(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "list.ml").write_bytes(signed_list(uto_old(), day="250101"))
    (tmp_path / "root.cer").write_bytes(root())
    given = (str(tmp_path / "list.ml"), "--root", str(tmp_path / "root.cer"))
    assert terminal.run(XKX, "trust", "import", *given, post="enquirer").exit_code == 8
    assert terminal.world.nodes[XKX].trust_keeper.held().missing
    said = terminal.good(XKX, "trust", "import", *given, post="supervisor")
    assert said.endswith("1 files imported; the store holds 2 certificates.\n")
    assert terminal.world.nodes[XKX].trust_keeper.held().version == 1
    assert terminal.world.kinds(XKX)[-1] == "trust.imported"
    again = terminal.run(XKX, "trust", "import", *given, post="supervisor")
    assert (again.exit_code, "held already" in again.stderr) == (0, True)
    assert terminal.world.nodes[XKX].trust_keeper.held().version == 1, "nothing new is no act"
    assert terminal.world.kinds(XKX).count("trust.imported") == 1
    (row,) = terminal.rows(XKX, "trust", "status")
    assert (row["certificates"], row["unentered"]) == (1, 0)
    (status,) = terminal.rows(ALB, "trust", "status")
    assert status["unentered"] == 1, "the fixture wrote the file past the node"


def test_one_wrong_file_of_several_changes_nothing(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "a.ml").write_bytes(signed_list(uto_old(), day="250101"))
    (tmp_path / "b.ml").write_bytes(b"no list at all")
    (tmp_path / "root.cer").write_bytes(root())
    given = (str(tmp_path / "a.ml"), str(tmp_path / "b.ml"), "--root", str(tmp_path / "root.cer"))
    assert terminal.run(XKX, "trust", "import", *given, post="examiner").exit_code == 2
    assert terminal.world.nodes[XKX].trust_keeper.held().missing
    assert "trust.imported" not in terminal.world.kinds(XKX)


def test_a_list_without_a_root_needs_somebody_who_vouches_and_the_ledger_says_who(
    terminal: Terminal, tmp_path: Path
) -> None:
    (tmp_path / "list.ml").write_bytes(signed_list(uto_old(), day="250101"))
    assert terminal.run(XKX, "trust", "import", str(tmp_path / "list.ml"), post="examiner").exit_code == 2
    terminal.good(XKX, "trust", "import", str(tmp_path / "list.ml"), "--vouch", post="examiner")
    entry = terminal.world.entries(XKX)[0]
    assert (entry.kind, entry.actor) == ("trust.imported", terminal.world.officer(XKX, "examiner").id)
    assert entry.content is not None
    assert entry.content["vouched"] is True


def test_a_partners_trust_file_is_not_imported_by_one(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "alb.egn").write_bytes(terminal.world.nodes[ALB].trust_keeper.file.read_bytes())
    refused = terminal.run(XKX, "trust", "import", str(tmp_path / "alb.egn"), post="supervisor")
    assert (refused.exit_code, "egnatia trust inbox" in refused.stderr) == (2, True)
    assert terminal.world.nodes[XKX].trust_keeper.held().missing


def test_a_refusal_needs_its_reason(terminal: Terminal) -> None:
    update_id = shared(terminal, "--to", "XKX")
    assert terminal.run(XKX, "trust", "refuse", update_id, "--why", "no", post="supervisor").exit_code == 2
    assert terminal.good(XKX, "trust", "refuse", update_id, "--why", WHY, post="supervisor") == "refused\n"
    assert terminal.run(XKX, "trust", "show", update_id, post="supervisor").exit_code == 9
    assert terminal.run(XKX, "trust", "show", "none", post="supervisor").exit_code == 4


def test_who_may_not_share_is_told(terminal: Terminal) -> None:
    assert terminal.run(ALB, "trust", "share", "--to", "XKX", post="enquirer").exit_code == 8
    nothing = terminal.run(XKX, "trust", "share", "--to", "ALB", post="examiner")
    assert (nothing.exit_code, "nothing to share" in nothing.stderr) == (2, True)


def test_the_status_says_what_there_is(terminal: Terminal) -> None:
    said = terminal.run(ALB, "trust", "status", "--json")
    assert (said.exit_code, json.loads(said.stdout)["certificates"]) == (0, 3)
    none = terminal.run(XKX, "trust", "status")
    assert (none.exit_code, "does not exist" in none.stdout) == (1, True)


def test_a_document_is_inspected_with_the_nodes_store_and_recorded(terminal: Terminal, tmp_path: Path) -> None:
    document = made()
    assert document.chip is not None
    for name, content in chips.files(document.chip).items():
        (tmp_path / name).write_bytes(content)
    given = ("--case", CASE_REF, "--zone", "\n".join(document.zone), "--chip", str(tmp_path))
    result = terminal.run(ALB, "crossing", "inspect", *given, "--json", post="enquirer")
    assert result.exit_code in {0, 1}, result.stderr
    said = json.loads(result.stdout)
    held = terminal.world.nodes[ALB].trust_keeper.held().store
    assert held is not None
    assert said["trust"] == held.version
    stored = read_stored(terminal.world.look(ALB, lambda tx: stored_inspection(tx, said["inspection"])))
    assert stored.result.typed_by.startswith("officer:")
    assert stored.result.versions.register.startswith("own register, ")


def test_a_node_without_a_store_inspects_and_says_that_it_cannot_tell(terminal: Terminal) -> None:
    zone = "\n".join(made().zone)
    result = terminal.run(XKX, "crossing", "inspect", "--case", CASE_REF, "--zone", zone, post="enquirer")
    assert result.exit_code in {0, 1}
    assert "has no trust store; import one with" in result.stderr
    assert UUID.search(result.stdout)
    assert terminal.run(XKX, "crossing", "inspect", "--case", CASE_REF, post="enquirer").exit_code == 2
