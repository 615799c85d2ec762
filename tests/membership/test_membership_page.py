"""The console's page about membership, and the commands, as somebody at a node meets them."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result
from tests.federation.world import ALB, CHEAP, MKD, PASSWORD, XKX
from tests.membership.members import BY_HAND, Ceremony

from egnatia.accounts import open_session
from egnatia.agreements.admission import load_checklist
from egnatia.cli import cli
from egnatia.console import console_app
from egnatia.console.pages.membership import _LIST
from egnatia.console.security import cookie_name
from egnatia.enquiries.membership.standing import suspend, withdraw
from egnatia.model.ids import PartnerCode
from egnatia.node import utc_now

WHY = "Questions without a case, found by the auditor."


def page(ceremony: Ceremony, code: PartnerCode = ALB, path: str = "/membership") -> httpx.Response:
    world = ceremony.world
    node, officer = world.nodes[code], world.officer(code, "auditor")
    opened = node.commit(lambda tx: open_session(tx, officer, world.clock()))

    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(console_app(node))
        cookies = {cookie_name(node.code, secure=False): opened}
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", cookies=cookies) as client:
            return await client.get(path)

    return world.runner.run(get())


class Terminal:
    """Somebody at the terminal of a node; the clock is the machine's."""

    def __init__(self, ceremony: Ceremony, directory: Path) -> None:
        self.world, self.files = ceremony.world, directory
        self.world.clock.now = utc_now()

    def run(self, code: PartnerCode, *arguments: str, post: str = "administrator") -> Result:
        environment = {"EGNATIA_NODE": str(self.world.directory / code), "EGNATIA_PASSWORD": PASSWORD}
        environment["EGNATIA_OFFICER"] = f"{code.lower()}-{post}"
        return CliRunner(env=environment).invoke(cli, ("partner", *arguments), obj=CHEAP)

    def good(self, code: PartnerCode, *arguments: str, post: str = "administrator") -> str:
        result = self.run(code, *arguments, post=post)
        assert result.exit_code == 0, result.output
        return result.stdout

    def bad(self, status: int, code: PartnerCode, *arguments: str, post: str = "administrator") -> str:
        result = self.run(code, *arguments, post=post)
        assert result.exit_code == status, result.output
        assert isinstance(result.exception, SystemExit)
        return result.stderr

    def deliver(self) -> None:
        self.world.clock.now = utc_now()
        self.world.deliver()


@pytest.fixture
def terminal(ceremony: Ceremony, tmp_path: Path) -> Terminal:
    return Terminal(ceremony, tmp_path)


def test_the_page_shows_the_list_candidates_and_what_is_missing(ceremony: Ceremony) -> None:
    assert "There is no membership list" in page(ceremony).text
    ceremony.found()
    ceremony.consider(ceremony.join(ceremony.invite(), ceremony.spoken(ALB)), ceremony.spoken(MKD))
    ceremony.evidence({"dpia": BY_HAND["dpia"]})
    text = page(ceremony).text
    assert "The membership list is in force." in text
    assert "2 of 8 items are shown." in text
    assert BY_HAND["dpia"] in text
    assert "candidate" in text


def test_the_page_shows_exits_proposals_and_notices(ceremony: Ceremony) -> None:
    ceremony.admitted()
    node, officer = ceremony.world.nodes[XKX], ceremony.world.officer(XKX, "supervisor")
    ceremony.world.do(XKX, lambda tx: suspend(tx, node.desk, officer, MKD, WHY, ceremony.world.clock()))
    ceremony.world.deliver()
    assert "Notices of partners" in page(ceremony).text
    ceremony.renew()
    assert "Waiting for signatures" in page(ceremony).text
    node = ceremony.world.nodes[ALB]
    officer = ceremony.world.officer(ALB, "supervisor")
    ceremony.world.do(ALB, lambda tx: withdraw(tx, node.desk, officer, MKD, WHY, ceremony.world.clock()))
    text = page(ceremony).text
    assert "withdrawn" in text
    assert "no card is registered" in text


def test_the_twin_says_the_same(ceremony: Ceremony) -> None:
    ceremony.found()
    data: dict[str, Any] = json.loads(page(ceremony, path="/membership?format=json").text)
    assert (data["list"], data["standing"]) == (1, "good")
    assert {each["code"] for each in data["partners"]} == {"ALB", "XKX"}


def test_the_sentences_say_the_days_of_the_checklist() -> None:
    assert load_checklist().grace_days == 30
    assert any("30 days" in sentence for _, sentence in _LIST.values())


def test_members_and_verify_by_command(ceremony: Ceremony, terminal: Terminal) -> None:
    assert "no membership list" in terminal.good(ALB, "members")
    terminal.bad(2, ALB, "members", "--out", str(terminal.files / "none"))
    terminal.good(ALB, "renew")
    terminal.bad(9, ALB, "renew")
    assert "waiting for XKX" in terminal.good(ALB, "sign", post="supervisor")
    terminal.bad(9, ALB, "sign", post="supervisor")
    ceremony.speak_new(ALB, XKX)
    ceremony.speak_new(XKX, ALB)
    assert "signature of XKX" in terminal.good(ALB, "members")
    terminal.bad(4, XKX, "sign", "--wait", "0.1", post="supervisor")
    shown = json.loads(terminal.good(ALB, "members", "--json"))
    assert shown["proposals"][0]["missing"] == ["XKX"]


def test_lists_are_verified_from_files_alone(ceremony: Ceremony, terminal: Terminal) -> None:
    ceremony.found()
    first, card = terminal.files / "list-1", terminal.files / "alb.card"
    terminal.good(ALB, "members", "--out", str(first))
    card.write_bytes(ceremony.card(ALB))
    assert "ALB, XKX" in terminal.good(ALB, "verify", str(first), "--card", str(card))
    card.write_bytes(ceremony.card(ALB).replace(b"sig", b"gis"))
    terminal.bad(2, ALB, "verify", str(first), "--card", str(card))
    first.write_bytes(first.read_bytes()[:-3])
    terminal.bad(2, ALB, "verify", str(first))
    terminal.bad(2, ALB, "verify", str(terminal.files / "nothing"))


def test_joining_by_command_says_what_is_wrong(ceremony: Ceremony, terminal: Terminal) -> None:
    invitation, candidacy = str(terminal.files / "invitation"), str(terminal.files / "candidacy")
    assert "fingerprint" in terminal.good(ALB, "invite", "mkd", "--out", invitation)
    assert "does not exist" in terminal.bad(2, ALB, "invite", "MKD", "--out", invitation)
    terminal.bad(2, ALB, "invite", "nobody", "--out", candidacy)
    terminal.bad(8, ALB, "invite", "MKD", "--out", candidacy, post="enquirer")
    terminal.bad(2, MKD, "join", invitation, "--out", candidacy)
    terminal.bad(2, MKD, "join", invitation, "--fingerprint", "0" * 64, "--out", candidacy)
    told = terminal.good(MKD, "join", invitation, "--fingerprint", ceremony.spoken(ALB), "--out", candidacy)
    assert "XKX" in told
    terminal.bad(2, ALB, "consider", invitation, "--fingerprint", ceremony.spoken(MKD))
    terminal.good(ALB, "consider", candidacy, "--fingerprint", ceremony.spoken(MKD))
    assert "missing instrument" in terminal.good(ALB, "evidence", "MKD", "--item", "dpia", "DPIA-1")
    items = terminal.files / "items.toml"
    items.write_text("dpia = 1\n", encoding="utf-8")
    terminal.bad(2, ALB, "evidence", "MKD", "--from", str(items))
    assert "instrument" in terminal.bad(5, ALB, "admit", "MKD")
    terminal.bad(4, ALB, "admit", "XKX")


def test_leaving_by_command(terminal: Terminal) -> None:
    assert "suspended" in terminal.good(ALB, "suspend", "XKX", "--reason", WHY)
    terminal.bad(9, ALB, "suspend", "XKX", "--reason", WHY)
    terminal.bad(2, ALB, "reinstate", "XKX", "--reason", "short")
    terminal.good(ALB, "reinstate", "XKX", "--reason", WHY)
    terminal.bad(8, ALB, "suspend", "XKX", "--reason", WHY, post="auditor")
    assert "0 items" in terminal.good(ALB, "withdraw", "XKX", "--reason", WHY)
    terminal.bad(9, ALB, "withdraw", "XKX", "--reason", WHY)
    assert terminal.good(ALB, "exit", "XKX").startswith("id")
    assert terminal.good(ALB, "exit", "--json") == ""
    terminal.bad(4, ALB, "settle", "nothing", "--action", "erase", post="supervisor")
    assert terminal.good(ALB, "reciprocity").startswith("partner")


def test_transfers_by_command(terminal: Terminal) -> None:
    out = terminal.files / "transfers.csv"
    reason = ("--reason", "Yearly report to the commissioner.")
    assert "0 records" in terminal.good(ALB, "transfers", *reason, "--out", str(out), post="auditor")
    assert out.read_text(encoding="utf-8").splitlines() == ["entry,at,recipient,description,basis,justification"]
    terminal.bad(2, ALB, "transfers", *reason, "--out", str(out), post="auditor")
    why = ("--why", "Adequacy decision of 28 June 2021.")
    assert "adequacy" in terminal.good(ALB, "transfer-basis", "XKX", "adequacy", *why, post="supervisor")
    terminal.bad(8, ALB, "transfer-basis", "XKX", "adequacy", *why)
