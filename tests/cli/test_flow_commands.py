"""The flow by command: the job a user does on their own data, and a clear answer to everything that goes wrong."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.federation.acts import NO_STEP_TWO
from tests.federation.world import ALB, BASIS, CHEAP, FACTS, GBR, INSTALLER, MNE, PASSWORD, REASON, WHY, XKX, World

from egnatia.agreements import import_register
from egnatia.cli import cli
from egnatia.model.ids import PartnerCode
from egnatia.node import utc_now
from egnatia.scenario.case import CASE_REF, KNOWN_REF, PASSPORT, STOLEN_BLANKS_REF

ENQUIRY = ("enquiry", "send", "--case", CASE_REF, "--why", WHY)
DOCUMENT = ("--purpose", "border_check", "--offence", "false_document", "--issuer", "RKS", "--number", "P0041763")
BEYOND = ("--beyond-issuer", "The batch was offered in both countries last month")
PERSON = ("--subject", "person", "--purpose", "investigation", "--offence", "smuggling_of_persons")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


@dataclass(slots=True)
class Desk:
    """Somebody at a terminal: runs commands on real node directories, as an officer who holds a post."""

    world: World

    def run(self, code: PartnerCode, *arguments: str, post: str = "", password: str = PASSWORD) -> Result:
        environment = {"EGNATIA_NODE": str(self.world.home(code)), "EGNATIA_PASSWORD": password}
        if post:
            environment["EGNATIA_OFFICER"] = f"{code.lower()}-{post}"
        return CliRunner(env=environment).invoke(cli, arguments, obj=CHEAP)

    def good(self, code: PartnerCode, *arguments: str, post: str = "") -> str:
        result = self.run(code, *arguments, post=post)
        assert result.exit_code == 0, result.output
        assert isinstance(result.exception, (SystemExit, type(None)))
        return result.stdout

    def bad(self, status: int, code: PartnerCode, *arguments: str, post: str = "", password: str = PASSWORD) -> str:
        result = self.run(code, *arguments, post=post, password=password)
        assert result.exit_code == status, result.output
        assert isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.output
        return result.stderr

    def deliver(self) -> None:
        self.world.clock.now = utc_now()  # commands use the machine's clock
        self.world.deliver()

    def json(self, code: PartnerCode, *arguments: str, post: str = "") -> list[dict[str, object]]:
        return [json.loads(line) for line in self.good(code, *arguments, "--json", post=post).splitlines()]


@pytest.fixture
def desk(world: World) -> Desk:
    world.clock.now = utc_now()
    return Desk(world)


def candidate(desk: Desk) -> str:
    desk.good(ALB, *ENQUIRY, *DOCUMENT, "--to", "XKX", post="enquirer")
    desk.deliver()
    return str(desk.json(ALB, "hit", "list", "--open")[0]["id"])


def confirmed(desk: Desk) -> str:
    found = candidate(desk)
    options = ("--why", BASIS, "--qualification", "document examiner level 2")
    assert desk.good(ALB, "hit", "confirm", found, *options, post="examiner") == f"candidate {found}: confirmed\n"
    return found


def test_the_whole_job_by_commands(desk: Desk) -> None:
    desk.good(ALB, "document", "inspect", *PASSPORT.splitlines())
    dry = desk.json(ALB, *ENQUIRY, *DOCUMENT, "--to", "XKX", "--to", "MNE", *BEYOND, "--dry-run", post="enquirer")
    assert [(each["partner"], each["refusal"]) for each in dry] == [("XKX", None), ("MNE", "NO_AGREEMENT")]
    assert desk.json(ALB, "enquiry", "list") == []
    sent = desk.good(ALB, *ENQUIRY, *DOCUMENT, *BEYOND, post="enquirer")
    assert "GBR" in sent
    assert "has not answered yet" in sent
    desk.deliver()
    enquiry_id = str(desk.json(ALB, "enquiry", "list")[0]["id"])
    shown = desk.good(ALB, "enquiry", "show", enquiry_id)
    assert STOLEN_BLANKS_REF in shown
    assert "P0041763" not in shown, "what was asked is opened by an officer"
    assert "P0041763" in desk.good(ALB, "enquiry", "open", enquiry_id, post="enquirer")
    hit = UUID.findall(desk.good(ALB, "hit", "list"))[0]
    assert "number P0041763" in desk.good(ALB, "hit", "show", hit, post="examiner")
    options = ("--why", BASIS, "--qualification", "document examiner level 2")
    desk.good(ALB, "hit", "confirm", hit, *options, post="examiner")
    desk.good(ALB, "followup", "send", hit, "--facts", FACTS, "--offence", "false_document", post="enquirer")
    desk.deliver()
    follow_up = UUID.findall(desk.good(XKX, "followup", "list", "--direction", "in"))[0]
    assert FACTS in desk.good(XKX, "followup", "show", follow_up, post="approver-1")
    choice = desk.good(XKX, "release", "propose", follow_up, post="approver-1")
    assert "stolen_blank" in choice
    fields = ("--field", "category", "--field", "reported_on", "--why", REASON)
    release = UUID.findall(desk.good(XKX, "release", "propose", follow_up, *fields, post="approver-1"))[0]
    assert release in desk.good(XKX, "release", "list", follow_up)
    desk.good(XKX, "release", "approve", release, "--yes", post="approver-2")
    desk.deliver()
    values = desk.json(ALB, "release", "show", follow_up, post="enquirer")
    assert values == [{"category": "stolen_blank", "reported_on": "2025-02-11"}]
    record = ("--kind", "arrest", "--case", CASE_REF, "--person-ref", "D-417", "--hit", hit, "--place", "Durrës")
    assert "attributed to its chain" in desk.good(ALB, "outcome", "record", *record, post="enquirer")
    assert [each["attributed"] for each in desk.json(ALB, "outcome", "list")] == [True]
    assert CASE_REF in desk.good(ALB, "case", "list")
    told = [each["event"] for each in desk.json(ALB, "case", "show", CASE_REF)]
    assert told[-2:] == ["core_data.viewed", "outcome.recorded"]


def test_a_wrong_password_is_not_allowed_in_and_says_so(desk: Desk) -> None:
    said = desk.bad(8, ALB, *ENQUIRY, *DOCUMENT, post="enquirer", password="a wrong password")
    assert "NOT_AUTHENTICATED" in said
    assert "→" in said
    assert desk.bad(8, ALB, *ENQUIRY, *DOCUMENT, post="nobody")
    assert desk.world.kinds(ALB)[-2:] == ["login.failed", "login.failed"]


def test_an_officer_without_the_role_is_told_who_holds_it(desk: Desk) -> None:
    said = desk.bad(8, ALB, *ENQUIRY, *DOCUMENT, post="auditor")
    assert "enquirer" in said
    follow = confirmed(desk)
    assert "FORBIDDEN" in desk.bad(
        8, ALB, "followup", "send", follow, "--facts", FACTS, "--offence", "theft", post="auditor"
    )


def test_core_data_are_shown_only_to_those_who_may_release_them(desk: Desk) -> None:
    """The choice of fields used to be shown to any officer who could log in."""
    hit = confirmed(desk)
    desk.good(ALB, "followup", "send", hit, "--facts", FACTS, "--offence", "false_document", post="enquirer")
    desk.deliver()
    follow_up = UUID.findall(desk.good(XKX, "followup", "list"))[0]
    for post in ("auditor", "administrator", "enquirer"):
        result = desk.run(XKX, "release", "propose", follow_up, post=post)
        assert (result.exit_code, "stolen_blank" in result.output) == (8, False)


def test_an_unknown_partner_is_named_with_those_that_are_known(desk: Desk) -> None:
    said = desk.bad(2, ALB, *ENQUIRY, *DOCUMENT, "--to", "FRA", post="enquirer")
    assert "FRA is not a registered partner" in said
    assert "GBR, MKD, MNE, XKX" in said


def test_a_refusal_says_its_reason_and_that_nothing_left(desk: Desk) -> None:
    said = desk.bad(5, MNE, *ENQUIRY, *PERSON, "--first", "A", "--family", "Krasniqi", "--to", "GBR", post="enquirer")
    assert "NO_AGREEMENT" in said
    assert "nothing left the node" in said
    said = desk.bad(5, ALB, *ENQUIRY, *PERSON, "--first", "Agim", "--family", "Hoxha", "--to", "XKX", post="enquirer")
    assert "refusals.md" in said
    assert desk.world.deliver() == 0


def test_an_agreement_that_ended_refuses(desk: Desk) -> None:
    hit = confirmed(desk)
    desk.world.do(ALB, lambda tx: import_register(tx, NO_STEP_TWO, INSTALLER.id, utc_now()))
    said = desk.bad(5, ALB, "followup", "send", hit, "--facts", FACTS, "--offence", "false_document", post="enquirer")
    assert "STEP_TWO_NOT_GRANTED" in said


def test_what_is_not_there_is_not_found(desk: Desk) -> None:
    for arguments in (
        ("enquiry", "show", "none"),
        ("hit", "show", "none"),
        ("followup", "show", "none"),
        ("followup", "refuse", "none", "--reason", "DECLINED_BY_OFFICER"),
        ("release", "propose", "none", "--field", "category", "--why", REASON),
        ("release", "approve", "none", "--yes"),
        ("release", "send-back", "none", "--why", REASON),
        ("release", "show", "none"),
        ("case", "show", "DUR-1999-0001"),
        ("person", "protect", "none", "--why", REASON),
        ("person", "erase", "none", "--why", REASON, "--yes"),
    ):
        said = desk.bad(4, XKX, *arguments, post="supervisor")
        assert "NOT_FOUND" in said, arguments
        assert "→" in said, arguments


def test_what_was_decided_is_a_conflict(desk: Desk) -> None:
    hit = confirmed(desk)
    options = ("--why", BASIS, "--qualification", "document examiner level 2")
    assert "decided already" in desk.bad(9, ALB, "hit", "reject", hit, *options, post="examiner")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((*ENQUIRY[:-1], "short", *DOCUMENT), "justification"),
        (("enquiry", "send", "--case", "Krasniqi", "--why", WHY, *DOCUMENT), "case reference"),
        ((*ENQUIRY, *DOCUMENT, "--first", "Arben"), "first_names is not a field"),
        ((*ENQUIRY, *PERSON, "--family", "Krasniqi"), "too little"),
        ((*ENQUIRY, *PERSON, "--first", "A", "--family", "B", "--born", "31.02.1990"), "no day 31"),
        ((*ENQUIRY, *PERSON, "--first", "Arben", "--family", "Krasniqi", "--number", "P1"), "number is not a field"),
        (
            ("outcome", "record", "--kind", "arrest", "--case", CASE_REF, "--person-ref", "Arben", "--place", "x"),
            "person",
        ),
    ],
)
def test_input_that_is_not_right_says_what_would_be(desk: Desk, arguments: tuple[str, ...], says: str) -> None:
    before = desk.world.kinds(ALB)
    assert says in desk.bad(2, ALB, *arguments, post="enquirer")
    assert [kind for kind in desk.world.kinds(ALB)[len(before) :] if kind != "login.succeeded"] == []


def test_a_holders_name_is_for_the_guard_and_is_not_sent(desk: Desk) -> None:
    claim = ("claim", "record", "--against", "RKS", "--first", "Arben", "--family", "Krasniqi")
    desk.good(ALB, *claim, post="supervisor")
    holder = ("--holder-first", "ARBEN", "--holder-family", "KRASNIQI")
    said = desk.bad(5, ALB, *ENQUIRY, *DOCUMENT, "--to", "XKX", *holder, post="enquirer")
    assert "PROTECTION_CLAIM_GUARD" in said
    desk.good(ALB, *ENQUIRY, *DOCUMENT, "--to", "GBR", *BEYOND, *holder, post="enquirer")
    desk.deliver()
    assert "RASNIQI" not in str(desk.world.calls)


def write(directory: Path, text: str) -> str:
    path = directory / "file.csv"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    return str(path)


def test_a_broken_register_names_its_lines_and_nothing_is_imported(desk: Desk, tmp_path: Path) -> None:
    head = "issuer,document_type,number,category,reported_on,reference\n"
    good = "RKS,P,P0099001,lost,2025-01-01,XKX-D-900001\n"
    path = write(
        tmp_path, head + good + "RKS,P,,lost,2025-01-01,XKX-D-900002\nRKS,P,P1,eaten,2025-13-01,XKX-D-900003\n"
    )
    said = desk.bad(2, XKX, "register", "import", path, post="administrator")
    assert "line 3" in said
    assert "line 4" in said
    assert "nothing was imported" in said
    assert desk.world.kinds(XKX).count("register.imported") == 1, "the one of the set-up"
    foreign = write(tmp_path, head + "GBR,P,925000001,lost,2025-01-01,XKX-D-900004\n")
    assert "GBR documents are not XKX's" in desk.bad(2, XKX, "register", "import", foreign, post="administrator")
    assert "registered: 1" in desk.good(XKX, "register", "import", write(tmp_path, head + good), post="administrator")
    assert desk.bad(9, XKX, "register", "import", write(tmp_path, head + good), post="administrator")
    assert desk.bad(8, XKX, "register", "import", write(tmp_path, head + good), post="enquirer")


def test_broken_persons_name_their_lines_and_nothing_is_imported(desk: Desk, tmp_path: Path) -> None:
    head = "ref,first_names,family_names,birth_date\n"
    bad = head + "GBR-P-90,Jane,Doe,1990-01-01\nGBR-P-91,Jane,Doe,1990-02-31\n,Jane,Doe,\nGBR-P-92,\udcff,Doe,\n"
    said = desk.bad(2, GBR, "person", "import", write(tmp_path, bad), post="administrator")
    assert all(f"line {number}" in said for number in (3, 4, 5))
    assert "line 2" not in said
    assert desk.bad(4, GBR, "person", "protect", "GBR-P-90", "--why", REASON, post="supervisor")
    assert "gibberish" in desk.bad(2, GBR, "person", "import", write(tmp_path, "gibberish\n"), post="administrator")
    good = write(tmp_path, head + "GBR-P-90,Jane,Doe,1990-01-01\n")
    assert "imported: 1" in desk.good(GBR, "person", "import", good, post="administrator")
    assert "exists already" in desk.bad(9, GBR, "person", "import", good, post="administrator")
    assert "cannot be read" in desk.bad(2, GBR, "person", "import", "/nowhere.csv", post="administrator")


def test_persons_are_shielded_and_erased_by_a_supervisor(desk: Desk) -> None:
    assert "is shielded" in desk.good(GBR, "person", "protect", KNOWN_REF, "--why", REASON, post="supervisor")
    asked = CliRunner(
        env={
            "EGNATIA_NODE": str(desk.world.home(GBR)),
            "EGNATIA_PASSWORD": PASSWORD,
            "EGNATIA_OFFICER": "gbr-supervisor",
        }
    ).invoke(cli, ["person", "erase", KNOWN_REF, "--why", REASON], input="n\n")
    assert asked.exit_code == 1
    assert "record.erased" not in desk.world.kinds(GBR)
    assert "is erased" in desk.good(GBR, "person", "erase", KNOWN_REF, "--why", REASON, "--yes", post="supervisor")
    assert desk.world.kinds(GBR)[-1] == "record.erased"


def test_a_follow_up_is_refused_with_a_reason_and_a_release_sent_back(desk: Desk) -> None:
    hit = confirmed(desk)
    desk.good(ALB, "followup", "send", hit, "--facts", FACTS, "--offence", "false_document", post="enquirer")
    desk.deliver()
    follow_up = UUID.findall(desk.good(XKX, "followup", "list"))[0]
    propose = ("release", "propose", follow_up, "--field", "category", "--why", REASON)
    release = UUID.findall(desk.good(XKX, *propose, post="approver-1"))[0]
    assert "two people" in desk.bad(8, XKX, "release", "approve", release, "--yes", post="approver-1")
    refuse = ("followup", "refuse", follow_up, "--reason", "CONDITIONS_NOT_MET")
    assert "proposed" in desk.bad(9, XKX, *refuse, post="approver-2")
    desk.good(XKX, "release", "send-back", release, "--why", REASON, post="approver-2")
    desk.good(XKX, *refuse, post="approver-2")
    desk.deliver()
    assert [each["refusal"] for each in desk.json(ALB, "followup", "list")] == ["CONDITIONS_NOT_MET"]


def test_the_doctor_names_partners_that_do_not_answer(desk: Desk) -> None:
    checks = desk.run(ALB, "node", "doctor", "--json")
    assert checks.exit_code == 1
    found = {each["name"]: each for each in map(json.loads, checks.stdout.splitlines())}
    assert {name: each["state"] for name, each in found.items() if not name.startswith("partner")} == {
        "machine": found["machine"]["state"],
        "database": "good",
        "clock": "good",
        "agreements": "good",
        "ledger": "good",
        "membership": "note",
        "trust": "note",
    }
    assert [name for name, each in found.items() if each["state"] == "wrong" and name.startswith("partner")] == [
        "partner GBR",
        "partner MKD",
        "partner MNE",
        "partner XKX",
    ]
    assert "nobody listens there" in found["partner XKX"]["text"]
    said = desk.run(ALB, "node", "doctor")
    assert "This is not a `no hit`" in said.stderr


def test_a_partner_is_added_by_an_administrator_whose_name_stands_in_the_ledger(desk: Desk, tmp_path: Path) -> None:
    card = tmp_path / "card.json"
    card.write_text(desk.good(GBR, "partner", "card"))
    new = tmp_path / "SRB"
    made = CliRunner().invoke(cli, ["node", "init", str(new), "--code", "SRB"])
    assert made.exit_code == 0, made.output
    assert "SRB  registered" in desk.good(ALB, "partner", "add", str(new / "card.json"), post="administrator").replace(
        "SRB SRB", "SRB "
    )
    entry = desk.world.entries(ALB, 1)[0]
    assert (entry.kind, entry.actor) == ("partner.registered", desk.world.officer(ALB, "administrator").id)
    assert desk.bad(8, ALB, "partner", "add", str(card), post="enquirer")
    assert desk.bad(2, ALB, "partner", "add", str(tmp_path / "none.json"), post="administrator")
    own = tmp_path / "own.json"
    own.write_text(desk.good(ALB, "partner", "card"))
    assert "itself" in desk.bad(2, ALB, "partner", "add", str(own), post="administrator")
    (tmp_path / "broken.json").write_text("{}")
    assert "no partner's card" in desk.bad(
        2, ALB, "partner", "add", str(tmp_path / "broken.json"), post="administrator"
    )
    assert "SRB" in [each["partner"] for each in desk.json(ALB, "partner", "list")]


def test_a_node_is_made_once_and_shows_its_settings(tmp_path: Path) -> None:
    place = str(tmp_path / "node")
    assert CliRunner().invoke(cli, ["node", "init", place]).exit_code == 2
    assert CliRunner().invoke(cli, ["node", "init", place, "--code", "alb"]).exit_code == 2
    made = CliRunner().invoke(cli, ["node", "init", place, "--code", "ALB", "--name", 'Police "A"'])
    assert made.exit_code == 0, made.output
    again = CliRunner().invoke(cli, ["node", "init", place, "--code", "ALB"])
    assert "up to date" in again.output
    shown = json.loads(CliRunner().invoke(cli, ["node", "config", "--node", place, "--json"]).stdout)
    assert (shown["code"], shown["name"]) == ("ALB", 'Police "A"')
    text = CliRunner().invoke(cli, ["node", "config", "--node", place]).stdout
    assert text == (tmp_path / "node" / "node.toml").read_text()
    asked = CliRunner().invoke(cli, ["enquiry", "list", "--node", place])
    assert (asked.exit_code, asked.stderr) == (0, "")


def test_a_password_file_that_is_no_text_is_named(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "password").write_bytes(b"\xff\xfe\x00")
    arguments = (*ENQUIRY, *DOCUMENT, "--password-file", str(tmp_path / "password"))
    assert "password file" in desk.bad(2, ALB, *arguments, post="enquirer")


def test_an_empty_list_is_empty_and_no_error(desk: Desk) -> None:
    for noun in ("enquiry", "hit", "followup", "outcome", "case"):
        assert desk.json(MNE, noun, "list") == []
        assert len(desk.good(MNE, noun, "list").splitlines()) <= 1
