"""Somebody at a terminal of a whole task force that one module of tests shares: a case told by commands, to its end."""

import asyncio
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.federation.world import ALB, BASIS, CHEAP, CODES, FACTS, PASSWORD, REASON, WHY, XKX, Clock, World

from egnatia.cli import cli
from egnatia.model.ids import PartnerCode
from egnatia.node import utc_now
from egnatia.scenario.case import CASE_REF

DOCUMENT = ("--purpose", "border_check", "--offence", "false_document", "--issuer", "RKS", "--number", "P0041763")
BEYOND = ("--beyond-issuer", "The batch was offered in both countries last month")
QUALIFICATION = "document examiner level 2"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ")
OFFICER = re.compile(r"off-[0-9a-f]{8,}")


def plain(text: str) -> str:
    """Printed text without what differs from run to run; runs of spaces are one, because widths follow the content."""
    known: dict[str, str] = {}
    numbered = UUID.sub(lambda found: known.setdefault(found[0], f"#{len(known) + 1}"), text)
    masked = OFFICER.sub("OFFICER", MOMENT.sub("TIME", numbered))
    return "\n".join(re.sub(r" {2,}", " | ", line.rstrip()) for line in masked.splitlines())


@dataclass(slots=True)
class Terminal:
    """Runs commands on real node directories, and knows the references of the case that was told."""

    world: World
    enquiry: str = ""
    hit: str = ""
    follow_up: str = ""
    release: str = ""

    def run(
        self, code: PartnerCode, *arguments: str, post: str = "", password: str = PASSWORD, typed: str | None = None
    ) -> Result:
        environment = {"EGNATIA_NODE": str(self.world.home(code)), "EGNATIA_PASSWORD": password}
        if post:
            environment["EGNATIA_OFFICER"] = f"{code.lower()}-{post}"
        return CliRunner(env=environment).invoke(cli, arguments, input=typed, obj=CHEAP)

    def good(self, code: PartnerCode, *arguments: str, post: str = "") -> str:
        result = self.run(code, *arguments, post=post)
        assert result.exit_code == 0, result.output
        return result.stdout

    def text(self, code: PartnerCode, *arguments: str, post: str = "") -> str:
        return plain(self.good(code, *arguments, post=post))

    def rows(self, code: PartnerCode, *arguments: str, post: str = "") -> list[dict[str, object]]:
        return [json.loads(line) for line in self.good(code, *arguments, "--json", post=post).splitlines()]

    def deliver(self) -> None:
        self.world.clock.now = utc_now()  # commands use the machine's clock
        self.world.deliver()

    def tell(self) -> None:
        """Ask, confirm, follow up, release by two people, record."""
        asked = ("--case", CASE_REF, "--why", WHY, *DOCUMENT, *BEYOND)
        self.good(ALB, "enquiry", "send", *asked, post="enquirer")
        self.deliver()
        self.enquiry = str(self.rows(ALB, "enquiry", "list")[0]["id"])
        self.hit = str(self.rows(ALB, "hit", "list")[0]["id"])
        options = ("--why", BASIS, "--qualification", QUALIFICATION)
        self.good(ALB, "hit", "confirm", self.hit, *options, post="examiner")
        facts = ("--facts", FACTS, "--offence", "false_document")
        self.good(ALB, "followup", "send", self.hit, *facts, post="enquirer")
        self.deliver()
        self.follow_up = str(self.rows(XKX, "followup", "list")[0]["id"])
        fields = ("--field", "category", "--field", "reported_on", "--why", REASON)
        proposed = self.good(XKX, "release", "propose", self.follow_up, *fields, post="approver-1")
        self.release = UUID.findall(proposed)[0]
        self.good(XKX, "release", "approve", self.release, "--yes", post="approver-2")
        self.deliver()
        record = ("--kind", "arrest", "--case", CASE_REF, "--person-ref", "D-417", "--hit", self.hit)
        self.good(ALB, "outcome", "record", *record, "--place", "Durrës", post="enquirer")


@pytest.fixture(scope="module")
def told(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """The task force after the case of the demonstration; tests of a module only look, or add at the end."""
    directory = tmp_path_factory.mktemp("told") / "world"
    shutil.copytree(template, directory)
    with asyncio.Runner() as runner:
        world = World(directory, Clock(utc_now()), runner)
        for code in CODES:
            world.start(code)
        terminal = Terminal(world)
        terminal.tell()
        yield terminal
        world.close()
