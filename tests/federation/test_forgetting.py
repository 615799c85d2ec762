"""What was asked is nowhere at the node that answered (ENQ-03); what was erased is nowhere at all (AUD-03, RIG-06)."""

import io
import random
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select, text
from tests.databases import about_sqlite
from tests.federation.acts import Tale, confirm_new, deliver, erase, follow
from tests.federation.world import ALB, GBR, INSTALLER, REASON, XKX, World, document_draft, person_draft

from egnatia.engines.people import PersonRow, read_persons
from egnatia.enquiries import holdings, releases
from egnatia.enquiries.retention import erase_due, erase_person
from egnatia.enquiries.views import view_enquiry
from egnatia.errors import ErasedError, ForbiddenError, InputError, NotFoundError
from egnatia.exchange.message import read_message
from egnatia.ledger.audit import verify_own
from egnatia.model.ids import PartnerCode, RecordRef, SealedId
from egnatia.model.officers import Officer
from egnatia.model.states import AskState
from egnatia.node import DATABASE_FILE
from egnatia.scenario.case import KNOWN_REF
from egnatia.store.database import Database
from egnatia.store.tables import blind_tag, doomed_key, person_record, sealed_record

NUMBER = "QZ7654321"
STRANGER = {"first_names": "Zzyxqor", "family_names": "Wqopplex", "birth_date": "1901-07-13", "father_name": "Vrumptik"}


def needles_of(world: World) -> list[bytes]:
    """What the last question held: its tags in hexadecimal and as bytes, or its number."""
    query = dict(read_message(world.calls[-1].request)[0].body)["query"]
    if "number" in query:
        return [query["number"].encode()]
    tags = [value for values in query.values() for value in values]
    return [tag.encode() for tag in tags] + [bytes.fromhex(tag) for tag in tags]


@pytest.mark.parametrize("state", [AskState.NO_HIT, AskState.HIT])
def test_a_document_number_is_nowhere_at_the_answering_node(world: World, state: AskState) -> None:
    number = NUMBER if state is AskState.NO_HIT else "P0041763"
    sent = world.ask(ALB, document_draft(query={"issuer": "RKS", "number": number}, partners=(XKX,)))
    world.deliver()
    assert [each.state for each in world.view(ALB, sent.id).asks] == [state]
    assert needles_of(world) == [number.encode()]
    for _ in range(2):
        assert number.encode() not in world.files(XKX)
        world.restart(XKX)


def test_a_strangers_tags_are_nowhere_at_the_answering_node(world: World) -> None:
    sent = world.ask(ALB, person_draft(query=STRANGER))
    world.deliver()
    assert [each.state for each in world.view(ALB, sent.id).asks] == [AskState.NO_HIT]
    needles = needles_of(world)
    assert len(needles) == 2 * 28
    for _ in range(2):
        files = world.files(GBR)
        assert [each for each in needles if each in files] == []
        world.restart(GBR)


def test_a_known_persons_tags_leave_only_what_the_register_held_before(world: World) -> None:
    before = world.look(GBR, lambda tx: set(tx.execute(select(blind_tag.c.tag)).scalars()))
    world.ask(ALB, person_draft(query=dict(STRANGER) | {"first_names": "Arben", "family_names": "Krasniqi"}))
    world.deliver()
    assert world.look(GBR, lambda tx: set(tx.execute(select(blind_tag.c.tag)).scalars())) == before
    files = world.files(GBR)
    left = [each for each in needles_of(world) if each in files]
    assert {each for each in left if len(each) == 16} <= {bytes(each) for each in before}
    assert [each for each in left if len(each) == 32] == []


@pytest.mark.parametrize("query", [STRANGER, {"issuer": "RKS", "number": NUMBER}])
def test_what_was_sent_is_gone_from_the_asking_node_once_it_was_answered(world: World, query: dict[str, str]) -> None:
    draft = document_draft(query=query, partners=(XKX,)) if "number" in query else person_draft(query=query)
    world.ask(ALB, draft)
    waiting = world.look(
        ALB, lambda tx: len(tx.execute(select(sealed_record).where(sealed_record.c.kind == "message")).all())
    )
    assert waiting == 1
    world.deliver()
    files = world.files(ALB)
    assert world.calls[-1].request not in files
    assert [each for each in needles_of(world) if each in files] == []
    assert [each for each in query.values() if len(each) > 3 and each.encode() in files] == [], "sealed, never in clear"
    left = world.look(
        ALB, lambda tx: len(tx.execute(select(sealed_record).where(sealed_record.c.kind == "message")).all())
    )
    assert left == 0


def seal_of(world: World, ref: str) -> SealedId:
    query = select(person_record.c.sealed_id).where(person_record.c.ref == ref)
    return SealedId(world.look(GBR, lambda tx: tx.execute(query).scalar_one()))


def vault_bytes(world: World, code: PartnerCode) -> bytes:
    return b"".join(path.read_bytes() for path in (world.directory / code).glob("vault.sqlite*"))


@about_sqlite
def test_an_erased_record_is_in_no_file_and_in_no_backup(world: World, tmp_path: Path) -> None:
    sealed_id = seal_of(world, KNOWN_REF)
    query = select(sealed_record.c.ciphertext).where(sealed_record.c.id == sealed_id)
    ciphertext = world.look(GBR, lambda tx: bytes(tx.execute(query).scalar_one()))
    wrapped = wrapped_key(world, sealed_id)
    backup = tmp_path / "backup.sqlite"
    with sqlite3.connect(world.directory / GBR / DATABASE_FILE) as live, sqlite3.connect(backup) as copy:
        live.backup(copy)
    live.close()
    copy.close()
    assert b"Krasniqi" in opened(world, backup, sealed_id)
    erase(Tale(world))
    files = world.files(GBR)
    assert ciphertext not in files
    assert wrapped not in files
    assert KNOWN_REF.encode() in files, "the ledger keeps that it was erased"
    with pytest.raises(ErasedError):
        opened(world, backup, sealed_id)
    report = world.look(GBR, lambda tx: verify_own(tx, world.nodes[GBR].trust(tx)))
    assert report.holds, report.findings
    world.restart(GBR)
    assert world.look(GBR, lambda tx: tx.execute(select(doomed_key)).all()) == []
    with pytest.raises(ErasedError):
        world.look(GBR, lambda tx: tx.unseal(sealed_id))


def wrapped_key(world: World, sealed_id: SealedId) -> bytes:
    connection = world.nodes[GBR].database.vault._connection
    return bytes(connection.execute("SELECT wrapped FROM record_key WHERE id = ?", (sealed_id,)).fetchone()[0])


def opened(world: World, backup: Path, sealed_id: SealedId) -> bytes:
    """What somebody reads who holds a backup of the database and the node's present vault."""
    database = Database(f"sqlite:///{backup}", world.nodes[GBR].database.vault, random.Random(1))
    try:
        with database.read() as tx:
            return tx.unseal(sealed_id)
    finally:
        database.engine.dispose()


def erase_as(world: World, officer: Officer, ref: str, why: str) -> None:
    world.do(GBR, lambda tx: erase_person(tx, officer, RecordRef(ref), why, world.clock()))


def test_erasing_needs_a_supervisor_a_reason_and_a_record(world: World) -> None:
    supervisor, enquirer = world.officer(GBR, "supervisor"), world.officer(GBR)
    for officer, ref, why, error in (
        (enquirer, KNOWN_REF, REASON, ForbiddenError),
        (supervisor, KNOWN_REF, "no", InputError),
        (supervisor, "GBR-P-999999", REASON, NotFoundError),
    ):
        with pytest.raises(error):
            erase_as(world, officer, ref, why)
    erase(Tale(world))
    with pytest.raises(NotFoundError):
        erase(Tale(world))
    sent = world.ask(ALB, person_draft())
    world.deliver()
    assert KNOWN_REF not in [each.ref for each in world.view(ALB, sent.id).candidates]


def test_what_was_received_goes_when_its_time_has_come(world: World) -> None:
    """A grant of the demonstration allows 1,095 days; then the content is gone, and the case is still readable."""
    tale = Tale(world)
    tale.ask(partners=(XKX,))
    deliver(tale)
    confirm_new(tale)
    follow(tale)
    deliver(tale)
    release_id = world.propose(XKX, tale.follow_up)
    world.approve(XKX, release_id)
    deliver(tale)
    world.clock.turn(days=1_094)
    assert world.do(ALB, lambda tx: erase_due(tx, world.clock())) == 0
    world.clock.turn(days=1, seconds=1)
    erased = world.do(ALB, lambda tx: erase_due(tx, world.clock()))
    assert erased >= 2
    entries = [each for each in world.entries(ALB) if each.kind == "record.erased"]
    counted = {each.object_ref.split(":")[1]: int(each.object_ref.split(":")[2]) for each in entries}
    assert (counted["core_data"], sum(counted.values())) == (1, erased), "one entry for each kind"
    assert all((each.content is None) == (":ledger:" in each.object_ref) for each in entries)
    assert world.do(ALB, lambda tx: erase_due(tx, world.clock())) == 0
    officer = world.officer(ALB)
    with pytest.raises(ErasedError):
        world.do(ALB, lambda tx: releases.view_received(tx, officer, tale.follow_up, "", world.clock()))
    seen = world.do(ALB, lambda tx: view_enquiry(tx, officer, tale.enquiry, "", world.clock()))
    assert seen.asked is None
    report = world.look(ALB, lambda tx: verify_own(tx, world.nodes[ALB].trust(tx)))
    assert report.holds, report.findings


def test_names_of_an_import_are_in_no_file_in_clear(world: World) -> None:
    rows = [
        *read_persons(io.BytesIO(b"ref,first_names,family_names,birth_date\nGBR-P-77,Zzyxqor,Wqopplex,1901-07-13\n"))
    ]
    good = [row for row in rows if isinstance(row, PersonRow)]
    world.do(GBR, lambda tx: holdings.import_persons(tx, world.nodes[GBR].desk, INSTALLER, good, world.clock()))
    files = world.files(GBR)
    assert b"GBR-P-77" in files
    assert [each for each in (b"Zzyxqor", b"Wqopplex", b"1901-07-13") if each in files] == []


def test_an_erasure_cut_off_after_its_commit_is_finished_at_the_next_opening(world: World) -> None:
    """The process dies between the commit and the vault: the key is destroyed by whoever opens the node next."""
    sealed_id = seal_of(world, KNOWN_REF)
    vault = world.nodes[GBR].database.vault
    vault._connection.set_authorizer(lambda action, *_: 1 if action == 9 else 0)  # 9: SQLITE_DELETE
    erase(Tale(world))
    vault._connection.set_authorizer(None)
    with pytest.raises(ErasedError):
        world.look(GBR, lambda tx: tx.unseal(sealed_id))
    assert sealed_id.encode() in vault_bytes(world, GBR)
    world.restart(GBR)
    assert sealed_id.encode() not in vault_bytes(world, GBR)
    assert world.look(GBR, lambda tx: tx.execute(text("SELECT count(*) FROM doomed_key")).scalar_one()) == 0


@about_sqlite
def test_a_long_reader_does_not_hold_up_those_who_erase(world: World) -> None:
    """It used to: every erasing commit waited fifteen seconds for the reader; now the log is emptied afterwards."""
    with world.nodes[GBR].database.read() as tx:
        tx.execute(select(person_record)).all()
        erase(Tale(world))
        assert world.nodes[GBR].database._log_is_due
    log = world.directory / GBR / "node.sqlite-wal"
    assert log.stat().st_size > 0
    world.do(GBR, lambda tx: tx.execute(select(person_record)).all())
    assert log.stat().st_size == 0
