"""`egnatia crossing` and `egnatia device` as officers type them, with the exit statuses that scripts rely on."""

import json
from typing import Any

import pytest
from tests.cli.terminal import UUID, Terminal
from tests.federation.world import ALB, World

from egnatia.casework.borders import inspect_document
from egnatia.node import utc_now
from egnatia.scenario.case import CASE_REF, PASSPORT

COUNTED = ("--nationality", "alb", "--sex", "F", "--age", "18_29")
MET = ("--bcp", "durres-1", "--direction", "entry", "--mode", "sea", *COUNTED)
NOTE = ("--note", "The laminate was lifted and laid down again.")


@pytest.fixture
def terminal(world: World) -> Terminal:
    world.clock.now = utc_now()  # commands use the machine's clock
    return Terminal(world)


def referred(terminal: Terminal, *more: str) -> str:
    said = terminal.good(ALB, "crossing", "refer", *MET, "--reason", "doc_discrepancy", *more, post="enquirer")
    return str(UUID.findall(said)[0])


def said_json(terminal: Terminal, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(terminal.good(ALB, "crossing", *arguments, "--json", post="examiner"))
    return found


def test_who_passes_leaves_one_more_in_a_count(terminal: Terminal) -> None:
    assert terminal.good(ALB, "crossing", "pass", *MET, post="enquirer") == "passed\n"
    assert terminal.rows(ALB, "crossing", "list", post="examiner") == []


def test_a_child_alone_does_not_simply_pass(terminal: Terminal) -> None:
    result = terminal.run(ALB, "crossing", "pass", *MET, "--minor", "alone", post="enquirer")
    assert result.exit_code == 9
    assert "custody" in result.stderr
    assert "egnatia crossing refer" in result.stderr


def test_a_further_check_is_told_to_its_end(terminal: Terminal) -> None:
    check_id = referred(terminal)
    early = terminal.run(
        ALB, "crossing", "close", check_id, "--finding", "forged", "--outcome", "pass", *NOTE, *COUNTED, post="examiner"
    )
    assert (early.exit_code, "egnatia crossing inform" in early.stderr) == (9, True)
    terminal.good(ALB, "crossing", "inform", check_id, "--language", "sq", post="enquirer")
    said = terminal.good(ALB, "crossing", "screen", check_id, "--sign", "afraid", post="enquirer")
    assert "offer help" in said
    ending = ("--finding", "forged", "--outcome", "safeguarding_referral", *NOTE, *COUNTED)
    assert terminal.good(ALB, "crossing", "close", check_id, *ending, post="examiner") == (
        "closed: forged, safeguarding referral\n"
    )
    row = terminal.rows(ALB, "crossing", "list", post="examiner")[0]
    assert (row["finding"], row["outcome"], row["signs"]) == ("forged", "safeguarding_referral", 1)
    shown = said_json(terminal, "show", check_id)
    assert shown["check"]["ending"]["outcome"] == "safeguarding_referral"


def test_who_asks_for_protection_is_referred(terminal: Terminal) -> None:
    check_id = referred(terminal)
    terminal.good(ALB, "crossing", "inform", check_id, "--language", "ar", post="enquirer")
    terminal.good(ALB, "crossing", "protect", check_id, post="enquirer")
    refused = ("--finding", "entry_condition_not_met", "--outcome", "refused_entry", *NOTE, *COUNTED)
    result = terminal.run(ALB, "crossing", "close", check_id, *refused, post="examiner")
    assert result.exit_code == 9
    assert "asked for protection" in result.stderr
    assert "asylum_referral" in result.stderr


REFUSAL = ("--finding", "entry_condition_not_met", "--outcome", "refused_entry", *NOTE, *COUNTED)


def test_a_refusal_needs_its_ground_and_the_way_to_appeal(terminal: Terminal) -> None:
    check_id = referred(terminal)
    terminal.good(ALB, "crossing", "inform", check_id, "--language", "sq", post="enquirer")
    bare = terminal.run(ALB, "crossing", "close", check_id, *REFUSAL, post="examiner")
    assert (bare.exit_code, "no_means" in bare.stderr) == (9, True)
    grounded = terminal.run(ALB, "crossing", "close", check_id, *REFUSAL, "--ground", "no_means", post="examiner")
    assert (grounded.exit_code, "appeal" in grounded.stderr) == (9, True)
    whole = (*REFUSAL, "--ground", "no_means", "--ground", "purpose_not_shown", "--appeal-in", "sq")
    assert "refused entry" in terminal.good(ALB, "crossing", "close", check_id, *whole, post="examiner")
    again = terminal.good(ALB, "crossing", "protect", check_id, post="enquirer")
    assert UUID.findall(again)[0] != check_id, "who asks afterwards is heard in a new check"


def test_a_child_alone_passes_only_when_custody_was_confirmed(terminal: Terminal) -> None:
    said = terminal.good(ALB, "crossing", "refer", *MET, "--minor", "alone", "--reason", "child_alone", post="enquirer")
    check_id = UUID.findall(said)[0]
    terminal.good(ALB, "crossing", "inform", check_id, "--language", "sq", post="enquirer")
    told = terminal.good(ALB, "crossing", "show", check_id, post="examiner")
    assert "to do: ask custody" in told
    assert "pass" not in told
    passing = ("--finding", "no_finding", "--outcome", "pass", *NOTE, *COUNTED)
    assert terminal.run(ALB, "crossing", "close", check_id, *passing, post="examiner").exit_code == 9
    terminal.good(ALB, "crossing", "custody", check_id, "confirmed", post="enquirer")
    terminal.good(ALB, "crossing", "close", check_id, *passing, post="examiner")
    gone = terminal.run(ALB, "crossing", "show", check_id, post="examiner")
    assert (gone.exit_code, "only a count is left" in gone.stderr) == (4, True)


def test_signs_put_an_offer_of_help_first(terminal: Terminal) -> None:
    assert terminal.run(ALB, "crossing", "pass", *MET, "--distress", post="enquirer").exit_code == 9
    check_id = referred(terminal, "--distress")
    assert "to do: offer help" in terminal.good(ALB, "crossing", "show", check_id, post="examiner")
    assert "safeguarding" in terminal.good(ALB, "crossing", "offer", check_id, "accepted", post="enquirer")
    terminal.good(ALB, "crossing", "offer", check_id, "declined", post="enquirer")
    assert "pass" in terminal.good(ALB, "crossing", "show", check_id, post="examiner")


def inspected(terminal: Terminal) -> str:
    officer = terminal.world.officer(ALB, "enquirer")
    made = terminal.world.do(ALB, lambda tx: inspect_document(tx, officer, CASE_REF, PASSPORT, terminal.world.clock()))
    return made[0]


def test_a_verdict_is_a_persons_and_prompts_help_for_the_holder(terminal: Terminal) -> None:
    inspection_id = inspected(terminal)
    why = ("--reasons", "The laminate over the photograph was lifted and glued again.")
    given = terminal.run(ALB, "crossing", "verdict", inspection_id, "impostor", *why, post="examiner")
    assert (given.exit_code, given.stdout) == (0, "impostor: single\n")
    assert "no offence follows" in given.stderr
    assert terminal.run(ALB, "crossing", "verdict", inspection_id, "impostor", *why, post="enquirer").exit_code == 8
    said = terminal.good(ALB, "crossing", "verdict", inspection_id, "impostor", *why, post="supervisor")
    assert "confirmed" in said
    offered = terminal.good(
        ALB, "crossing", "screen-holder", inspection_id, "--sign", "spoken_for", "--protection", post="enquirer"
    )
    assert offered.splitlines() == ["refer the person to asylum now", "offer help, and a safeguarding referral"]
    assert "no sign seen" in terminal.good(ALB, "crossing", "screen-holder", inspection_id, post="enquirer")
    found = said_json(terminal, "verdicts", inspection_id)
    assert found["judged"]["agreement"] == "confirmed"
    assert set(found["reasons"].values()) == {why[1]}
    assert "lifted" in terminal.good(ALB, "crossing", "verdicts", inspection_id, post="examiner")


def test_checks_are_relaxed_in_a_supervisors_name_exit_first(terminal: Terminal) -> None:
    where = ("--bcp", "durres-1", "--reason", "traffic", "--hours", "3")
    entry = terminal.run(ALB, "crossing", "relax", *where, "--direction", "entry", post="supervisor")
    assert (entry.exit_code, "exit" in entry.stderr) == (9, True)
    assert terminal.run(ALB, "crossing", "relax", *where, "--direction", "exit", post="examiner").exit_code == 8
    made = terminal.good(ALB, "crossing", "relax", *where, "--direction", "exit", post="supervisor").strip()
    terminal.good(ALB, "crossing", "relax", *where, "--direction", "entry", post="supervisor")
    found = terminal.rows(ALB, "crossing", "relaxations", "--now")
    assert {(each["direction"], each["authorised_by"]) for each in found} == {
        (direction, terminal.world.officer(ALB, "supervisor").id) for direction in ("entry", "exit")
    }
    terminal.good(ALB, "crossing", "restore", made, post="supervisor")
    assert len(terminal.rows(ALB, "crossing", "relaxations", "--now")) == 1
    assert "over" in terminal.good(ALB, "crossing", "relaxations")


def test_words_are_no_reason(terminal: Terminal) -> None:
    result = terminal.run(ALB, "crossing", "refer", *MET, "--reason", "looks foreign", post="enquirer")
    assert result.exit_code == 2


def test_a_draw_says_by_its_status_whether_the_next_person_is_sampled(terminal: Terminal) -> None:
    everybody = ("crossing", "draw", "--bcp", "durres-1", "--one-in", "1")
    result = terminal.run(ALB, *everybody, post="enquirer")
    assert (result.exit_code, result.stdout) == (1, "number 1: second line, as random sample\n")
    assert referred_by_sample(terminal, "1")


def referred_by_sample(terminal: Terminal, number: str) -> str:
    reason = ("--reason", "random_sample", "--number", number)
    return terminal.good(ALB, "crossing", "refer", *MET, *reason, post="enquirer")


def test_rates_show_no_small_group(terminal: Terminal) -> None:
    terminal.good(ALB, "crossing", "pass", *MET, post="enquirer")
    today = utc_now().date().isoformat()
    period = ("--by", "sex", "--from", "2025-01-01", "--to", today)
    assert "hidden" in terminal.good(ALB, "crossing", "rates", *period, post="supervisor")
    assert terminal.rows(ALB, "crossing", "rates", *period, post="supervisor")[0]["shown"] is False
    assert terminal.run(ALB, "crossing", "rates", *period, post="enquirer").exit_code == 8


def test_a_device_is_overdue_until_it_was_tested(terminal: Terminal) -> None:
    named = ("Lane 3", "--bcp", "durres-1", "--model", "Reader, type 7")
    device_id = terminal.good(ALB, "device", "add", *named, post="administrator").strip()
    listed = terminal.run(ALB, "device", "list")
    assert (listed.exit_code, "OVERDUE" in listed.stdout) == (1, True)
    test = (device_id, "--passed", "--reference", "UTO set 3", "--version", "4.2.1")
    terminal.good(ALB, "device", "test", *test, post="enquirer")
    assert terminal.rows(ALB, "device", "list")[0]["overdue"] is False
    ahead = terminal.run(ALB, "device", "test", *test, "--at", "2999-01-01", post="enquirer")
    assert (ahead.exit_code, "clock" in ahead.stderr) == (2, True)
    assert terminal.good(ALB, "device", "retire", device_id, post="administrator")
    assert terminal.run(ALB, "device", "list").exit_code == 0
