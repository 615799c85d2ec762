"""Mistyped, swapped, unfinished: what a tired officer types, and what used to be taken for an answer."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.cli.terminal import Terminal, told
from tests.federation.world import ALB, CODES, GBR, PASSWORD, WHY, XKX

from egnatia.enquiries.corrections.holders import holders
from egnatia.model.ids import PartnerCode, RecordRef
from egnatia.model.states import SubjectKind
from egnatia.scenario.case import CASE_REF
from egnatia.store.tables import ledger_entry, partner_key, person_record

__all__ = ["told"]

REASON = "A reason that is long enough to be one of them"
FOREVER = ("--from", "0001-01-01", "--to", "9999-12-31")
SWAPPED = ("--from", "2025-02-01", "--to", "2025-01-01")


def kinds(told: Terminal) -> list[str]:
    query = select(ledger_entry.c.kind).order_by(ledger_entry.c.sequence)
    entered = told.world.look(ALB, lambda tx: list(tx.execute(query).scalars()))
    return [each for each in entered if not each.startswith("login")]


@pytest.mark.parametrize(
    "case", ["DUR-2025-417x", "dur-2025-0417", "Arben Krasniqi", "", " ", "\u202e7140-5202-RUD", "x" * 5_000]
)
def test_a_case_that_is_none_has_no_standing_enquiries_that_could_end(told: Terminal, case: str) -> None:
    """It used to say "0 of Arben Krasniqi are asked no more", with what steers a terminal in it."""
    before = kinds(told)
    result = told.run(ALB, "enquiry", "standing", "end", "--case", case, "--why", REASON, post="supervisor")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is not a case reference" in result.stderr
    assert "DUR-2025-0417" in result.stderr, "it shows what one looks like"
    assert "\u202e" not in result.output
    assert kinds(told) == before


def test_a_case_without_standing_enquiries_is_said_to_have_none(told: Terminal) -> None:
    said = told.good(ALB, "enquiry", "standing", "end", "--case", "DUR-2024-0001", "--why", REASON, post="supervisor")
    assert said == "0 of DUR-2024-0001 are asked no more\n"


@pytest.mark.parametrize("wanted", [(), ("--case", CASE_REF, "an-id")])
def test_one_or_a_case_and_not_both_or_none(told: Terminal, wanted: tuple[str, ...]) -> None:
    result = told.run(ALB, "enquiry", "standing", "end", "--why", REASON, *wanted, post="supervisor")
    assert result.exit_code == 2
    assert "standing list" in result.stderr


@pytest.mark.parametrize(
    "why", ["", "stolen", " " * 30, "\u200d" * 30, "x" * 2_001, "a reason with \u202e in it", "a reason with \udcff"]
)
def test_keys_are_not_revoked_for_a_reason_that_nobody_can_read(told: Terminal, why: str) -> None:
    """Thirty joiners of no width were ten characters of a reason, and a whole file was one too."""
    before = told.world.look(ALB, lambda tx: tx.execute(select(partner_key)).all())
    entered = kinds(told)
    result = told.run(ALB, "partner", "revoke-keys", "GBR", "--why", why, post="administrator")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "→" in result.stderr
    assert told.world.look(ALB, lambda tx: tx.execute(select(partner_key)).all()) == before
    assert kinds(told) == entered


@pytest.mark.parametrize("code", ["gbr", "GB", "GBRR", "", "АЛБ", "G\nB"])
def test_keys_of_nobody_are_not_revoked(told: Terminal, code: str) -> None:
    result = told.run(ALB, "partner", "revoke-keys", "--why", REASON, "--", code, post="administrator")
    assert result.exit_code == 2
    assert "three capital letters" in result.stderr


@pytest.mark.parametrize("post", ["enquirer", "examiner", "approver-1", "auditor", "administrator"])
@pytest.mark.parametrize("ref", ["ALB-P-000001", "nobody", "\u202efer"])
def test_who_may_not_erase_is_not_asked_whether_to_and_learns_of_no_record(told: Terminal, post: str, ref: str) -> None:
    before = kinds(told)
    result = told.run(ALB, "person", "erase", ref, "--why", REASON, post=post, typed="y\n")
    assert (result.exit_code, result.stdout) == (8, "")
    assert "Erase it?" not in result.stderr
    assert "NOT_FOUND" not in result.stderr
    assert kinds(told) == before


@pytest.mark.parametrize("typed", ["n\n", "", "\n", "perhaps\nn\n"])
@pytest.mark.parametrize("ref", ["nobody", "\u202e\u2066fer", "x" * 5_000, "a\nb"])
def test_the_question_before_erasing_is_short_and_steers_nothing(told: Terminal, ref: str, typed: str) -> None:
    before = kinds(told)
    result = told.run(ALB, "person", "erase", ref, "--why", REASON, post="supervisor", typed=typed)
    assert result.exit_code == 1
    assert "will be gone for good. Erase it?" in result.stderr
    assert len(result.stderr) < 400
    assert not {"\u202e", "\u2066"} & set(result.stderr)
    assert kinds(told) == before


@pytest.mark.parametrize("post", ["enquirer", "examiner", "approver-1", "supervisor", "auditor"])
def test_whose_accounts_there_are_is_not_read_off_a_refusal(told: Terminal, tmp_path: Path, post: str) -> None:
    """`account list` is the administrator's. A change of somebody else's password used to say who is not there."""
    file = tmp_path / "new"
    file.write_text("four entirely new words")
    said = set()
    for name in ("alb-administrator", "alb-nobody", "", "off-0123456789abcdef"):
        result = told.run(ALB, "account", "password", name, "--new-password-file", str(file), post=post)
        assert result.exit_code == 8
        said.add(result.stderr)
    assert len(said) == 1, "the same words whether there is such an account or not"


def test_everybody_still_gives_the_own_account_a_new_password_by_name_and_by_id(told: Terminal, tmp_path: Path) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    new.write_text("four entirely new words")
    old.write_text(PASSWORD)
    ids = {row["officer"]["name"]: row["officer"]["id"] for row in accounts(told)}
    told.good(ALB, "account", "password", "alb-approver-2", "--new-password-file", str(new), post="approver-2")
    back = ("account", "password", ids["alb-approver-2"], "--new-password-file", str(old))
    result = told.run(ALB, *back, post="approver-2", password="four entirely new words")
    assert result.exit_code == 0, result.output


def accounts(told: Terminal) -> list[dict[str, dict[str, str]]]:
    said = told.good(ALB, "account", "list", "--json", post="administrator")
    return [json.loads(line) for line in said.splitlines()]


@pytest.mark.parametrize(
    ("content", "status"), [(None, 2), (b"\xff\xfe\x00", 2), (b"", 2), (b"short", 2), (b"three\nlines\nhere of it", 0)]
)
def test_a_new_password_is_read_or_told(told: Terminal, tmp_path: Path, content: bytes | None, status: int) -> None:
    file = tmp_path / "new"
    if content is not None:
        file.write_bytes(content)
    name = f"alb-made-{status}"
    made = ("account", "create", name, "--role", "auditor", "--new-password-file", str(file))
    result = told.run(ALB, *made, post="administrator")
    assert result.exit_code == status, result.output
    assert (name in [row["officer"]["name"] for row in accounts(told)]) == (status == 0)


def test_evidence_with_a_report_that_is_not_there_records_no_items(told: Terminal, tmp_path: Path) -> None:
    """Half of it used to be entered, and the error said nothing of that half."""
    before = kinds(told)
    for missing in (tmp_path / "none.json", tmp_path, Path("/proc/self/mem")):
        line = ("partner", "evidence", "MNE", "--item", "dpia", "DPIA-2025-07", "--report", str(missing))
        result = told.run(ALB, *line, post="administrator")
        assert (result.exit_code, result.stdout) == (2, "")
    assert kinds(told) == before


@pytest.mark.parametrize("by", ["nationality", "sex", "age_band", "reason", "bcp"])
def test_rates_of_swapped_days_are_told(told: Terminal, by: str) -> None:
    result = told.run(ALB, "crossing", "rates", "--by", by, *SWAPPED, post="supervisor")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Give the first day before the last" in result.stderr
    assert told.run(ALB, "crossing", "rates", "--by", by, *FOREVER, post="supervisor").exit_code == 0


@pytest.mark.parametrize("verb", [("error-rates",), ("rates", "--by", "sex")])
@pytest.mark.parametrize("days", [FOREVER, ("--from", "9999-12-31", "--to", "9999-12-31")])
def test_figures_go_to_the_last_day_of_the_calendar(
    told: Terminal, verb: tuple[str, ...], days: tuple[str, ...]
) -> None:
    for more in ((), ("--json",)):
        assert told.run(ALB, "crossing", *verb, *days, *more, post="supervisor").exit_code == 0


def test_figures_of_a_mistyped_pack_are_told(told: Terminal) -> None:
    told.good(ALB, "crossing", "pack", "import", "alb-exit", post="supervisor")
    for pack, status in (("alb-exit", 0), ("alb-exti", 4), ("", 4)):
        result = told.run(ALB, "crossing", "pack", "figures", pack, *FOREVER, post="supervisor")
        assert result.exit_code == status, result.output
    swapped = told.run(ALB, "crossing", "pack", "figures", "alb-exit", *SWAPPED, post="supervisor")
    assert swapped.exit_code == 2


@pytest.mark.parametrize("day", ["0001-01-01", "1199-12-31", "9900-01-01", "9999-12-31"])
@pytest.mark.parametrize("more", [(), ("--json",), ("--format", "TD1", "--count", "3"), ("--out", "folder")])
def test_a_zone_is_not_invented_for_a_day_without_room_around_it(
    told: Terminal, tmp_path: Path, day: str, more: tuple[str, ...]
) -> None:
    given = [str(tmp_path / each) if each == "folder" else each for each in more]
    result = told.run(ALB, "document", "generate", "--today", day, "--seed", "4", *given)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--today" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("day", ["1200-01-01", "2024-02-29", "9899-12-31"])
@pytest.mark.parametrize("seed", ["1", "2", "3"])
def test_a_zone_is_invented_for_every_day_that_has_room(told: Terminal, day: str, seed: str) -> None:
    line = ("document", "generate", "--today", day, "--seed", seed, "--count", "40", "--json")
    rows = [json.loads(row) for row in told.good(ALB, *line).splitlines()]
    assert len(rows) == 40
    assert {len(row["lines"]) for row in rows} == {2}


def test_a_ledger_that_cannot_be_written_where_it_should_is_told_and_nothing_is_left(
    told: Terminal, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("mine")
    why = ("--purpose", "self_monitoring", "--reason", REASON)
    for out, status in (
        (tmp_path / "file" / "bundle", 10),
        (tmp_path / "nowhere" / "bundle", 10),
        (tmp_path / ("n" * 300), 2),
        (tmp_path / "file", 9),
    ):
        result = told.run(ALB, "ledger", "export", "--out", str(out), *why, post="auditor")
        assert result.exit_code == status, result.output
        assert "→" in result.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("number", ["9223372036854775807", "0", "1"])
def test_the_page_before_a_number_may_be_the_last_that_there_is(told: Terminal, number: str) -> None:
    line = ("ledger", "show", "--purpose", "self_monitoring", "--before", number, "--limit", "2")
    rows = told.rows(ALB, *line, post="auditor")
    assert len(rows) == {"9223372036854775807": 2, "0": 0, "1": 1}[number]
    over = told.run(ALB, *line[:-4], "--before", "9223372036854775808", post="auditor")
    assert over.exit_code == 2


def test_a_day_on_which_something_happened_is_not_in_the_future(told: Terminal) -> None:
    record = ("outcome", "record", "--kind", "arrest", "--case", CASE_REF, "--person-ref", "D-9", "--place", "Durres")
    soon = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%S")
    before = kinds(told)
    for at in (soon, "9999-12-31"):
        result = told.run(ALB, *record, "--at", at, post="enquirer")
        assert (result.exit_code, result.stdout) == (2, "")
    assert kinds(told) == before
    assert told.run(ALB, *record, "--at", "0001-01-01", post="enquirer").exit_code == 0


def test_what_an_error_says_is_never_about_the_person_of_the_case(told: Terminal) -> None:
    """Errors are copied into tickets and mails: none of them repeats names or numbers that the node keeps sealed."""
    for code in CODES:
        for line in (
            ("hit", "show", "none"),
            ("enquiry", "show", "none"),
            ("followup", "show", "none"),
            ("release", "show", "none"),
            ("person", "protect", "none", "--why", WHY),
            ("register", "withdraw", "none", "--why", WHY),
        ):
            for post in ("supervisor", "administrator"):
                said = told.run(code, *line, post=post).stderr.upper()
                assert not [each for each in ("KRASNIQI", "ARBEN", "P0041763") if each in said]


@pytest.mark.parametrize(
    ("line", "told_to"),
    [
        (("partner", "exit", "zzz"), "partner list"),
        (("correction", "holders", "ZZ-P-9"), "as in the register"),
    ],
)
def test_what_nobody_has_heard_of_is_not_shown_as_empty(told: Terminal, line: tuple[str, ...], told_to: str) -> None:
    result = told.run(ALB, *line, "--json")
    assert (result.exit_code, result.stdout) == (4, "")
    assert told_to in result.stderr


def test_a_partner_that_stays_owes_nothing_and_a_record_of_which_nobody_was_told_has_no_holder(told: Terminal) -> None:
    refs = told.world.look(XKX, lambda tx: sorted(tx.execute(select(person_record.c.ref)).scalars()))
    person = SubjectKind.PERSON
    untold = told.world.look(XKX, lambda tx: [ref for ref in refs if not holders(tx, RecordRef(ref), person)])
    for code, line in ((ALB, ("partner", "exit", "gbr")), (XKX, ("correction", "holders", untold[0]))):
        assert told.rows(code, *line) == []


@pytest.mark.parametrize("code", [GBR, XKX])
def test_a_case_is_the_asking_nodes_own(told: Terminal, code: PartnerCode) -> None:
    result = told.run(code, "case", "show", CASE_REF)
    assert (result.exit_code, result.stdout) == (4, "")
    assert "case list" in result.stderr
