"""What commands print for people: the whole text, with only references, moments and widths taken out."""

import json
import re
import tomllib

import pytest
from tests.cli.terminal import QUALIFICATION, Terminal, told
from tests.federation.world import ALB, BASIS, FACTS, GBR, MNE, WHY, XKX

from egnatia.scenario.case import CASE_REF
from egnatia.scenario.task_force import officers

__all__ = ["told"]

ENQUIRY_LIST = f"""\
enquiry | case | subject | asked | partners
#1 | {CASE_REF} | travel_document | TIME | GBR no hit, XKX candidate found"""
ENQUIRY_SHOW = f"""\
enquiry #1 | case {CASE_REF} | travel_document | border_check
partner | answer | reason | grant | asked | answered
GBR | no hit | demo-alb-gbr-travel_document | TIME | TIME
XKX | candidate found | demo-alb-xkx-travel_document | TIME | TIME
candidate #2 | XKX XKX-D-000417 | 1.000 | number_in_blank_range, reported_stolen_blank"""
ENQUIRY_OPEN = f"""\
field | value
document_type | P
issuer | RKS
number | P0041763
justification | {WHY}"""
HIT_LIST = f"""\
candidate | case | partner | reference | quality | why | due | decision
#1 | {CASE_REF} | XKX | XKX-D-000417 | 1.000 | number_in_blank_range, reported_stolen_blank | TIME | confirmed"""
HIT_SHOW = f"""\
candidate #1 | case {CASE_REF} | confirmed
asked: document_type P, issuer RKS, number P0041763
XKX holds XKX-D-000417: number_in_blank_range, reported_stolen_blank (quality 1.000)"""
FOLLOW_UPS_OUT = """\
follow-up | direction | partner | reference | state | due
#1 | out | XKX | XKX-D-000417 | released | TIME"""
FOLLOW_UPS_IN = """\
follow-up | direction | partner | reference | state | due
#1 | in | ALB | XKX-D-000417 | released | TIME"""
FOLLOW_UP = f"""\
follow-up #1 | in | ALB XKX-D-000417 | false_document | released
{FACTS}"""
RELEASED = """\
field | value
category | stolen_blank
reported_on | 2025-02-11"""
OUTCOMES = f"""\
outcome | kind | case | person | at | place | attributed
#1 | arrest | {CASE_REF} | D-417 | TIME | Durrës | True"""
PARTNERS = """\
partner | waiting | line | since | oldest | last answer | last problem
GBR | 0 | up | TIME | - | TIME | -
MKD | 0 | - | - | - | - | -
MNE | 0 | - | - | - | - | -
XKX | 0 | up | TIME | - | TIME | -"""
FIGURES = """\
figure | unit | value
Enquiries asked | event | 2
Candidates received | event | 1
Hits | hit | 1
Follow-ups sent | event | 1
Releases received | event | 1"""


def test_enquiries(told: Terminal) -> None:
    assert told.text(ALB, "enquiry", "list") == ENQUIRY_LIST
    assert told.text(ALB, "enquiry", "list", "--case", CASE_REF) == ENQUIRY_LIST
    assert told.text(ALB, "enquiry", "list", "--case", "DUR-2025-9999") == ENQUIRY_LIST.splitlines()[0]
    assert told.text(ALB, "enquiry", "show", told.enquiry) == ENQUIRY_SHOW
    assert told.text(ALB, "enquiry", "open", told.enquiry, post="enquirer") == ENQUIRY_OPEN


def test_hits(told: Terminal) -> None:
    assert told.text(ALB, "hit", "list") == HIT_LIST
    assert told.text(ALB, "hit", "list", "--open") == HIT_LIST.splitlines()[0]
    assert told.text(ALB, "hit", "show", told.hit, post="examiner") == HIT_SHOW


def test_follow_ups_at_both_ends(told: Terminal) -> None:
    assert told.text(ALB, "followup", "list") == FOLLOW_UPS_OUT
    assert told.text(XKX, "followup", "list") == FOLLOW_UPS_IN
    assert told.text(XKX, "followup", "list", "--direction", "out") == FOLLOW_UPS_IN.splitlines()[0]
    assert told.text(XKX, "followup", "show", told.follow_up, post="approver-1") == FOLLOW_UP


def test_releases_name_two_officers_and_no_value(told: Terminal) -> None:
    answered = told.text(XKX, "release", "list", told.follow_up).splitlines()
    assert answered[1].startswith("#1 | category, reported_on | OFFICER | OFFICER | ")
    assert "stolen_blank" not in "".join(answered)
    raw = told.good(XKX, "release", "list", told.follow_up)
    assert len(set(re.findall(r"off-[0-9a-f]+", raw))) == 2, "two different people"
    assert told.text(ALB, "release", "show", told.follow_up, post="enquirer") == RELEASED


def test_outcomes_and_cases(told: Terminal) -> None:
    assert told.text(ALB, "outcome", "list") == OUTCOMES
    assert told.text(ALB, "case", "list") == CASE_REF
    steps = [line.split(" | ") for line in told.text(ALB, "case", "show", CASE_REF).splitlines()]
    assert steps[0] == ["at", "what", "who", "partner", "record", "ledger entry"]
    assert [step[1] for step in steps[1:9]] == [
        "enquiry.sent",
        "enquiry.sent",
        "reply.received",
        "reply.received",
        "candidate.confirmed",
        "follow_up.sent",
        "release.received",
        "outcome.recorded",
    ]
    assert [step[2] for step in steps[1:9]] == ["OFFICER"] * 2 + ["node"] * 2 + ["OFFICER"] * 2 + ["node", "OFFICER"]
    numbers = [int(step[5]) for step in steps[1:]]
    assert numbers == sorted(set(numbers))


def test_partners_and_figures(told: Terminal) -> None:
    assert told.text(ALB, "partner", "list") == PARTNERS
    assert told.text(ALB, "indicator", "show").startswith(FIGURES)
    assert told.text(ALB, "indicator", "show", "hits") == "Hits: 1 (hit; hits version 1)\n | candidate #1"
    asked = told.text(ALB, "indicator", "show", "enquiries_asked").splitlines()
    assert asked[0] == "Enquiries asked: 2 (event; enquiries_asked version 1)"
    assert asked[1:] == [" | ask #1/GBR", " | ask #1/XKX"]


@pytest.mark.parametrize(
    ("window", "count"),
    [(("--to", "2020-01-01"), 0), (("--from", "2020-01-01"), 1), (("--from", "2020-01-01", "--to", "2100-01-01"), 1)],
)
def test_a_window_counts_what_lies_in_it(told: Terminal, window: tuple[str, ...], count: int) -> None:
    assert told.text(ALB, "indicator", "show", "hits", *window).splitlines()[0].startswith(f"Hits: {count} ")


def test_an_empty_window_is_a_mistake(told: Terminal) -> None:
    result = told.run(ALB, "indicator", "show", "--from", "2025-05-15", "--to", "2025-05-15")
    assert result.exit_code == 2
    assert result.stderr.startswith("egnatia: INPUT: ")


def test_the_doctor_has_one_line_for_each_check_and_one_hint_for_each_fault(told: Terminal) -> None:
    result = told.run(ALB, "node", "doctor")
    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert [line.split()[0] for line in lines] == [
        "check",
        "machine",
        "database",
        "clock",
        "agreements",
        "membership",
        "ledger",
        "trust",
        *["partner"] * 4,
    ]
    assert "10 agreements, 52 grants" in result.stdout
    assert re.search(r"ledger +good +\d+ entries, \d+ cosignatures", result.stdout)
    hints = result.stderr.splitlines()
    assert [hint.split(":")[0].strip() for hint in hints] == [
        "→ trust",
        *(f"→ partner {code}" for code in ("GBR", "MKD", "MNE", "XKX")),
    ]


def test_the_settings_are_printed_as_a_file_that_would_be_read_again(told: Terminal) -> None:
    made = tomllib.loads(told.good(ALB, "node", "config"))
    shown = json.loads(told.good(ALB, "node", "config", "--json"))
    assert made.pop("node") == {"code": shown.pop("code"), "name": shown.pop("name")}
    assert made.pop("database")["url"] == ""
    assert shown.pop("database")["url"] == ""
    assert made == shown


def test_the_matrix_names_a_grant_on_each_line_and_then_what_is_refused(told: Terminal) -> None:
    lines = told.text(ALB, "agreement", "matrix", "--on", "2025-05-15").splitlines()
    assert lines[0] == "asks | whom | about | for | grant | from offence | core data | until"
    grants = [line for line in lines if " | demo-" in line]
    assert f"{len(grants)} grants hold on 2025-05-15; everything else is refused." in lines
    assert any(
        line.startswith(
            "ALB | XKX | travel_document | border_check, detection, investigation, prevention | demo-alb-xkx-"
        )
        for line in grants
    )
    assert [line for line in lines if " declines hub since " in line]
    before = told.text(ALB, "agreement", "matrix", "--on", "2019-12-31").splitlines()
    assert "0 grants hold on 2019-12-31; everything else is refused." in before
    assert told.run(ALB, "agreement", "matrix", "--on", "9999-12-31").exit_code == 0


def test_agreements_are_listed_with_their_force_and_days(told: Terminal) -> None:
    lines = told.text(ALB, "agreement", "list").splitlines()
    assert lines[0] == "agreement | force | in force for | invented | title"
    assert len(lines) == 11
    assert "pcc-see-2018 | treaty | ALB 2020-01-01, MKD 2020-01-01, MNE 2020-03-01 | yes | " in "\n".join(lines)


def test_claims_show_no_name(told: Terminal) -> None:
    given = ("--against", "RKS", "--first", "Mira", "--family", "Hoxha", "--born", "1990-03-07")
    said = told.text(GBR, "claim", "record", *given, post="supervisor")
    assert said == "protection claim #1 recorded"
    assert told.text(GBR, "claim", "list", post="supervisor") == "claim | recorded\n#1 | TIME"
    assert told.run(GBR, "claim", "list", post="enquirer").exit_code == 8


def test_accounts_and_the_access_log(told: Terminal) -> None:
    accounts = told.text(MNE, "account", "list", post="administrator").splitlines()
    assert accounts[0] == "account | name | roles | created | closed | paused until"
    assert accounts[1] == "OFFICER | mne-administrator | administrator | TIME | - | -"
    assert len(accounts) == 1 + len(officers(MNE))
    log = told.text(
        ALB, "ledger", "show", "--purpose", "self_monitoring", "--kind", "candidate.confirmed", post="auditor"
    ).splitlines()
    assert log[0] == "number | at | kind | operation | actor | object | partner | justification"
    assert re.fullmatch(
        rf"\d+ \| TIME \| candidate.confirmed \| combination \| OFFICER \| candidate:#1 \| XKX \| {re.escape(BASIS)}",
        log[1],
    )
    assert QUALIFICATION not in "".join(log)


def test_verifying_says_what_was_recomputed_and_who_witnessed_it(told: Terminal) -> None:
    said = told.good(ALB, "ledger", "verify").splitlines()
    assert said[0] == "The ledger of egnatia.example/alb/ledger holds."
    assert re.fullmatch(r"\d+ entries were recomputed from their bytes; \d+ tree nodes were compared\.", said[1])
    assert said[3] == "No partner has witnessed it: only the node's own word stands behind it."


def test_a_stopped_partner_has_not_answered_in_text_and_json(told: Terminal) -> None:
    """Never as a no hit: on standard output the partner's own line says so, on standard error a warning."""
    told.world.stop(XKX)
    send = ("enquiry", "send", "--case", "DUR-2025-0900", "--why", WHY, "--purpose", "border_check", "--to", "XKX")
    result = told.run(ALB, *send, "--offence", "theft", "--issuer", "RKS", "--number", "P0041764", post="enquirer")
    told.deliver()
    assert result.exit_code == 0
    assert "has not answered yet" in result.stdout
    assert result.stderr == "not answered: XKX (this is not a no hit)\n"
    enquiry = str(told.rows(ALB, "enquiry", "list", "--case", "DUR-2025-0900")[0]["id"])
    for arguments in (("enquiry", "list", "--case", "DUR-2025-0900"), ("enquiry", "show", enquiry)):
        said = told.run(ALB, *arguments)
        assert "XKX" in said.stdout
        assert "not answered" in said.stdout
        assert "no hit" not in said.stdout
    shown = told.rows(ALB, "enquiry", "show", enquiry)[0]
    assert shown["unanswered"] == ["XKX"]
    assert "no_hit" not in json.dumps(shown)
    told.world.start(XKX)


@pytest.mark.parametrize(
    ("noun", "arguments", "post"),
    [
        ("enquiry", ("list",), ""),
        ("hit", ("list",), ""),
        ("followup", ("list",), ""),
        ("outcome", ("list",), ""),
        ("case", ("list",), ""),
        ("case", ("show", CASE_REF), ""),
        ("partner", ("list",), ""),
        ("agreement", ("list",), ""),
        ("agreement", ("matrix",), ""),
        ("indicator", ("list",), ""),
        ("indicator", ("show",), ""),
        ("account", ("list",), "administrator"),
        ("ledger", ("show", "--purpose", "self_monitoring"), "auditor"),
        ("node", ("doctor",), ""),
        ("document", ("codes",), ""),
    ],
)
def test_json_is_one_object_a_line_for_every_list(
    told: Terminal, noun: str, arguments: tuple[str, ...], post: str
) -> None:
    lines = told.run(ALB, noun, *arguments, "--json", post=post).stdout.splitlines()
    assert lines
    for line in lines:
        made = json.loads(line)
        assert isinstance(made, dict), line
        assert list(made) == sorted(made)
