"""Importing a register: every version kept, one ledger entry each, a wrong file changes nothing."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

import egnatia.scenario
from egnatia.agreements import import_register, load_register, parse_register, versions
from egnatia.errors import ConflictError, InputError, NotFoundError, TamperedError
from egnatia.store.database import Database
from egnatia.store.tables import agreement_register, ledger_entry

DEMO = (Path(egnatia.scenario.__path__[0]) / "agreements.toml").read_bytes()


def test_without_a_register_nothing_can_be_loaded(database: Database) -> None:
    with database.read() as tx, pytest.raises(NotFoundError, match="nothing may be asked") as caught:
        load_register(tx)
    assert "agreement import" in caught.value.hint()


def test_import_keeps_every_version_and_the_latest_decides(database: Database, now: datetime) -> None:
    smaller = DEMO[: DEMO.index(b"[[declaration]]")]
    first = database.run(lambda tx: import_register(tx, DEMO, "off-1", now))
    second = database.run(lambda tx: import_register(tx, smaller, "off-1", now + timedelta(hours=1)))
    with database.read() as tx:
        assert versions(tx) == [first, second]
        assert [first.version, second.version] == [1, 2]
        assert load_register(tx).declarations == ()
        assert tx.execute(select(agreement_register.c.content).order_by("version")).scalars().all() == [DEMO, smaller]


def test_each_import_is_one_ledger_entry(database: Database, now: datetime) -> None:
    database.run(lambda tx: import_register(tx, DEMO, "off-1", now))
    with database.read() as tx:
        rows = tx.execute(select(ledger_entry.c.kind, ledger_entry.c.object_ref)).all()
    assert [tuple(row) for row in rows] == [("agreements.imported", "agreements/1")]


def test_the_same_file_twice_is_a_conflict_and_writes_nothing(database: Database, now: datetime) -> None:
    database.run(lambda tx: import_register(tx, DEMO, "off-1", now))
    with pytest.raises(ConflictError, match="version 1"):
        database.run(lambda tx: import_register(tx, DEMO, "off-1", now))
    with database.read() as tx:
        assert len(versions(tx)) == 1
        assert len(tx.execute(select(ledger_entry.c.sequence)).all()) == 1


def test_a_wrong_file_leaves_the_register_in_use(database: Database, now: datetime) -> None:
    database.run(lambda tx: import_register(tx, DEMO, "off-1", now))
    with pytest.raises(InputError):
        database.run(lambda tx: import_register(tx, DEMO.replace(b'"dna_person"', b'"dan"'), "off-1", now))
    with database.read() as tx:
        assert len(load_register(tx).grants) == len(parse_register(DEMO).grants)
        assert len(tx.execute(select(ledger_entry.c.sequence)).all()) == 1


def test_a_register_changed_in_the_database_is_not_used(database: Database, now: datetime) -> None:
    database.run(lambda tx: import_register(tx, DEMO, "off-1", now))
    more = DEMO.replace(b"quota_day = 200", b"quota_day = 999")
    database.run(lambda tx: tx.execute(update(agreement_register).values(content=more)))
    with database.read() as tx, pytest.raises(TamperedError):
        load_register(tx)


def test_loading_gives_back_what_was_imported(database: Database, now: datetime) -> None:
    database.run(lambda tx: import_register(tx, DEMO, "off-1", now))
    with database.read() as tx:
        register = load_register(tx)
    assert set(register.partners) == {"GBR", "ALB", "XKX", "MKD", "MNE"}
    assert register.declarations[0].since == date(2025, 5, 15)
