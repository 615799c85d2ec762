"""What a thief, a careless administrator or a curious colleague gets to see without anybody knowing."""

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from tests.federation.world import ALB, CHEAP, FACTS, PASSWORD, REASON, XKX, World, document_draft, person_draft

from egnatia.cli import cli
from egnatia.cli.common import shown
from egnatia.enquiries import releases, views
from egnatia.enquiries.messages import FOLLOW_UP, RELEASE
from egnatia.errors import ForbiddenError, StorageError
from egnatia.model.ids import FollowUpId, PartnerCode
from egnatia.model.states import RefusalReason
from egnatia.node import create_node
from egnatia.settings import DatabaseSettings, Settings
from egnatia.store.database import Database
from egnatia.store.tables import officer, outbox
from egnatia.store.writer import Writer

ESCAPES = "\x1b]0;owned\x07\x1b[2J\x1b[31mReleased\r\x9b2K\u202edesaeler"
"""Sets a terminal's title, clears it, colours, goes back to the line's beginning, and turns the direction of writing."""


@pytest.fixture
def common_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def run(world: World, code: PartnerCode, post: str, *arguments: str) -> Result:
    environment = {
        "EGNATIA_NODE": str(world.directory / code),
        "EGNATIA_OFFICER": f"{code.lower()}-{post}",
        "EGNATIA_PASSWORD": PASSWORD,
    }
    return CliRunner().invoke(cli, [*arguments], env=environment, obj=CHEAP)


def _followed_up(world: World) -> FollowUpId:
    sent = world.ask(ALB, document_draft())
    world.deliver()
    found = world.view(ALB, sent.id).candidates[0].id
    world.confirm(ALB, found)
    made = world.follow(ALB, found)
    world.deliver()
    return made


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_nobody_reads_what_was_asked_without_a_login_and_an_entry(world: World, form: tuple[str, ...]) -> None:
    sent = world.ask(ALB, person_draft())
    entries = len(world.kinds(ALB))
    shown_now = CliRunner().invoke(cli, ["enquiry", "show", sent.id, "--node", str(world.directory / ALB), *form])
    assert shown_now.exit_code == 0
    assert "Krasniqi" not in shown_now.output
    assert len(world.kinds(ALB)) == entries
    assert world.view(ALB, sent.id).asked is None
    opened = run(world, ALB, "enquirer", "enquiry", "open", sent.id)
    assert "Krasniqi" in opened.output
    assert world.kinds(ALB)[entries:] == ["login.succeeded", "enquiry.viewed"]


def test_looking_at_core_data_before_a_release_is_a_consultation(world: World) -> None:
    follow_up_id = _followed_up(world)
    entries = len(world.kinds(XKX))
    seen = run(world, XKX, "approver-1", "release", "propose", follow_up_id)
    assert "STOLEN" in seen.output.upper()
    assert world.kinds(XKX)[entries:] == ["login.succeeded", "core_data.viewed"]


def test_the_second_person_sees_what_leaves_and_that_is_entered(world: World) -> None:
    follow_up_id = _followed_up(world)
    release_id = world.propose(XKX, follow_up_id)
    entries = len(world.kinds(XKX))
    refused = run(world, XKX, "approver-2", "release", "approve", release_id)  # no input: nobody said yes
    assert refused.exit_code != 0
    assert "STOLEN" in refused.output.upper()
    assert world.kinds(XKX)[entries:] == ["login.succeeded", "core_data.viewed"]


def test_only_those_who_release_see_what_could_be_released(world: World) -> None:
    follow_up_id = _followed_up(world)
    release_id = world.propose(XKX, follow_up_id)
    enquirer, now = world.officer(XKX, "enquirer"), world.clock()
    for look in (
        lambda tx: releases.view_available(tx, enquirer, follow_up_id, now),
        lambda tx: releases.view_proposed(tx, enquirer, release_id, now),
    ):
        with pytest.raises(ForbiddenError):
            world.do(XKX, look)


def _row(name: str) -> dict[str, object]:
    now = datetime(2025, 5, 15, tzinfo=UTC)
    return {"id": name, "name": "Arben Krasniqi", "roles": "", "password_hash": "secret-hash", "created_at": now}


def test_a_fault_of_the_database_does_not_repeat_what_was_written(database: Database) -> None:
    """Such errors end in logs with everything they hold."""
    with database.write() as tx:
        tx.execute(officer.insert(), _row("off-1"))
    writer = Writer(database)
    with pytest.raises(IntegrityError) as fault:
        writer.submit(lambda tx: tx.execute(officer.insert(), _row("off-2"))).result()
    writer.close()
    assert "Krasniqi" not in str(fault.value)
    assert "secret-hash" not in str(fault.value)
    with pytest.raises(StorageError) as told, database.write() as tx:
        tx.execute(officer.insert(), _row("off-2"))
    assert "Krasniqi" not in str(told.value) + str(told.value.__cause__)


def test_a_server_s_details_are_not_repeated_either() -> None:
    """PostgreSQL shows the failing row behind its first line."""
    from egnatia.store.faults import explained

    text = 'null value in column "x" violates a constraint\nDETAIL:  Failing row contains (Arben, Krasniqi, 1994).'
    assert "Krasniqi" not in explained(text).message


@pytest.mark.usefixtures("common_umask")
def test_a_new_node_is_closed_to_other_users_of_the_machine(tmp_path: Path) -> None:
    directory = tmp_path / "nodes" / "ALB"
    node = create_node(directory, Settings(PartnerCode("ALB"), "Albania"))
    node.close()
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    for path in directory.rglob("*"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077 or stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert stat.S_IMODE((directory / "node.toml").stat().st_mode) == 0o600


@pytest.mark.usefixtures("common_umask")
def test_an_existing_directory_is_closed_too(tmp_path: Path) -> None:
    directory = tmp_path / "ALB"
    directory.mkdir()
    create_node(directory, Settings(PartnerCode("ALB"), "Albania")).close()
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700


@pytest.mark.parametrize("form", [(), ("--json",)])
@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://egnatia:hunter2-secret@db.example/egnatia",
        "postgresql+psycopg://egnatia:hunter2-secret@@db.example/egnatia",
        "postgresql+psycopg://db.example/egnatia?user=egnatia&password=hunter2-secret&sslmode=require",
    ],
)
def test_the_database_s_password_is_not_shown(tmp_path: Path, url: str, form: tuple[str, ...]) -> None:
    (tmp_path / "node.toml").write_text(f'[node]\ncode = "ALB"\n[database]\nurl = "{url}"\n')
    shown_now = CliRunner().invoke(cli, ["node", "config", "--node", str(tmp_path), *form])
    assert shown_now.exit_code == 0
    assert "hunter2" not in shown_now.output
    assert "db.example" in shown_now.output
    assert DatabaseSettings(url).url == url


def test_a_url_that_cannot_be_read_is_not_repeated(database: Database) -> None:
    from egnatia.errors import ConfigError

    for url in ("postgresql+psycopg//egnatia:hunter2-secret@db", "nosuch+driver://u:hunter2-secret@db/x"):
        with pytest.raises(ConfigError) as told:
            Database(url, database.vault, database.randomness)
        assert "hunter2" not in told.value.message + told.value.hint()


@pytest.mark.usefixtures("common_umask")
def test_an_export_is_readable_by_its_officer_only(world: World, tmp_path: Path) -> None:
    out = tmp_path / "bundle"
    why = ("--purpose", "lawfulness_check", "--reason", "yearly inspection of the log")
    done = run(world, ALB, "auditor", "ledger", "export", "--out", str(out), *why)
    assert done.exit_code == 0, done.output
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", [ESCAPES, "a\x00b", "\x85", "\u2066x", "\u200f"])
def test_nothing_a_stranger_wrote_steers_a_terminal(text: str) -> None:
    printed = shown(text)
    assert printed.isprintable()


def test_ordinary_text_is_shown_as_it_is() -> None:
    text = "Bërë në Durrës, Ђорђе Петровић, £5, “ok”"
    assert shown(text) == text
    assert shown("line one\nline two\tend") == "line one\nline two\tend"


@pytest.mark.parametrize(
    "text", [ESCAPES, "Presented on exit\rat the port", "x\u202ey" * 10], ids=["all", "return", "bidi"]
)
def test_facts_and_core_data_with_control_characters_are_refused(world: World, text: str) -> None:
    follow_up_id = _followed_up(world)
    row = world.look(ALB, lambda tx: views.enquiries(tx, world.clock()))[0]
    body = {"follow_up": follow_up_id, "fields": {"circumstances": text}, "handling": "H1", "as_of": "2025-05-15"}
    answer = world.send_body(XKX, ALB, RELEASE, body, row.id)
    assert answer.body["reason"] == RefusalReason.MALFORMED
    ask = {
        "follow_up": row.id,
        "ref": "AAA-1",
        "offence": "false_document",
        "officer": "off-1",
        "facts": FACTS + text + ".",
    }
    answer = world.send_body(ALB, XKX, FOLLOW_UP, ask, row.id)
    assert answer.body["reason"] == RefusalReason.MALFORMED


def test_a_partner_s_words_in_a_list_cannot_steer_the_terminal(world: World) -> None:
    world.ask(ALB, document_draft(partners=(XKX,)))
    world.do(ALB, lambda tx: tx.execute(outbox.update().values(last_error=ESCAPES)).rowcount)
    shown_now = CliRunner().invoke(cli, ["partner", "list", "--node", str(world.directory / ALB)], color=True)
    assert "\x1b" not in shown_now.output
    assert "\r" not in shown_now.output
    as_json = CliRunner().invoke(cli, ["partner", "list", "--json", "--node", str(world.directory / ALB)], color=True)
    assert not {"\x1b", "\x9b", "\u202e"} & set(as_json.output)


def test_no_question_of_step_1_or_its_answer_names_anybody(world: World) -> None:
    """Also the requests of other paths: status, witnessing, leaves."""
    world.ask(ALB, person_draft())
    world.ask(ALB, document_draft())
    world.deliver()
    crossed = b"".join(call.request + call.reply for call in world.calls)
    import base64
    import json

    for call in world.calls:
        for side in (call.request, call.reply):
            crossed += base64.b64decode(json.loads(side)["payload"])
    for word in (b"rben", b"rasniqi", b"ARBEN", b"KRASNIQI", b"1994-06-27", b"Person arrested", b"alb-enquirer"):
        assert word.lower() not in crossed.lower()


def test_the_facts_stay_out_of_the_files_in_the_clear(world: World) -> None:
    follow_up_id = _followed_up(world)
    world.propose(XKX, follow_up_id)
    for code in (ALB, XKX):
        files = world.files(code)
        assert FACTS.encode() not in files
        assert REASON.encode() not in files


def test_one_message_that_cannot_be_opened_does_not_stop_the_others(world: World) -> None:
    """A damaged row, or a key lost with the vault, concerns one message and not every partner."""
    first = world.ask(ALB, document_draft(partners=(XKX,)))
    world.ask(ALB, person_draft())
    from egnatia.store.tables import sealed_record

    def spoil(tx: object) -> None:
        query = select(outbox.c.sealed_id).where(outbox.c.conversation == first.id)
        sealed_id = tx.execute(query).scalar_one()  # type: ignore[attr-defined]
        tx.execute(sealed_record.update().where(sealed_record.c.id == sealed_id).values(ciphertext=b"x" * 40))  # type: ignore[attr-defined]

    world.do(ALB, spoil)
    world.deliver()
    states = {each.to for each in world.calls}
    assert PartnerCode("GBR") in states


def test_a_colleague_s_words_cannot_steer_the_examiner_s_terminal(world: World) -> None:
    query = {"first_names": "Arben\x1b[2J\x07", "family_names": "Krasniqi", "birth_date": "1994-03-18"}
    sent = world.ask(ALB, person_draft(query=query))
    world.deliver()
    found = world.view(ALB, sent.id).candidates[0].id
    environment = {"EGNATIA_NODE": str(world.directory / ALB), "EGNATIA_PASSWORD": PASSWORD}
    arguments = ["hit", "show", found, "--as", "alb-examiner"]
    seen = CliRunner().invoke(cli, arguments, env=environment, color=True)
    assert seen.exit_code == 0
    assert not {"\x1b", "\x07"} & set(seen.output)
