"""`egnatia crossing` and `egnatia device` as officers type them, with the exit statuses that scripts rely on."""

import pytest
from tests.cli.terminal import UUID, Terminal
from tests.federation.world import ALB, World

from egnatia.node import utc_now

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


def test_who_asks_for_protection_is_referred(terminal: Terminal) -> None:
    check_id = referred(terminal)
    terminal.good(ALB, "crossing", "inform", check_id, "--language", "ar", post="enquirer")
    terminal.good(ALB, "crossing", "protect", check_id, post="enquirer")
    refused = ("--finding", "entry_condition_not_met", "--outcome", "refused_entry", *NOTE, *COUNTED)
    result = terminal.run(ALB, "crossing", "close", check_id, *refused, post="examiner")
    assert result.exit_code == 9
    assert "asked for protection" in result.stderr
    assert "asylum_referral" in result.stderr


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
    assert "fewer than 10" in terminal.good(ALB, "crossing", "rates", *period, post="supervisor")
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
    assert terminal.good(ALB, "device", "retire", device_id, post="administrator")
    assert terminal.run(ALB, "device", "list").exit_code == 0
