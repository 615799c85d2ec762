"""Reading the access log: every filter against plain counting, page by page, with clocks that jump and erased content."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from tests.databases import create_tables

from egnatia.errors import InputError
from egnatia.ledger import Act, append
from egnatia.ledger.entries import MAX_PAGE, EntryFilter, EntryView, read_entries
from egnatia.ledger.rows import CHUNK
from egnatia.model.events import OPERATIONS, EventKind
from egnatia.model.ids import GrantId, PartnerCode
from egnatia.model.states import Operation, Purpose
from egnatia.store.database import Database
from egnatia.store.tables import ledger_entry

KINDS = (EventKind.ENQUIRY_SENT, EventKind.CANDIDATE_VIEWED, EventKind.LEDGER_READ, EventKind.LOGIN_FAILED)
COUNT = 60


def act(number: int, at: datetime) -> Act:
    rng = random.Random(number)
    return Act(
        event=rng.choice(KINDS),
        at=at + timedelta(minutes=number),
        actor=f"off-{rng.randrange(3)}",
        object_ref=f"enq-{rng.randrange(5)}",
        partner=PartnerCode(rng.choice(("XKX", "ALB"))) if rng.random() < 0.6 else None,
        grant=GrantId("g-1"),
        purpose=Purpose.BORDER_CHECK,
        justification=f"reason {number}" if number % 2 else "",
        content={"number": number} if number % 3 == 0 else None,
    )


@pytest.fixture
def log(database: Database, now: datetime) -> Database:
    with database.write() as tx:
        for number in range(COUNT):
            append(tx, act(number, now))
    return database


def pages(database: Database, limit: int, **wanted: Any) -> Iterator[list[EntryView]]:
    before = None
    while True:
        with database.read() as tx:
            page = read_entries(tx, EntryFilter(before=before, limit=limit, **wanted))
        yield page
        if len(page) < limit:
            return
        assert before is None or page[-1].sequence < before, "a page that goes nowhere"
        before = page[-1].sequence


def every(database: Database, limit: int = MAX_PAGE, **wanted: Any) -> list[EntryView]:
    return [one for page in pages(database, limit, **wanted) for one in page]


def test_the_whole_log_comes_newest_first_and_as_it_was_written(log: Database, now: datetime) -> None:
    found = every(log)
    assert [one.sequence for one in found] == list(range(COUNT))[::-1]
    for one in found:
        made = act(one.sequence, now)
        assert (one.kind, one.actor, one.object_ref, one.partner) == (
            made.event.value,
            made.actor,
            made.object_ref,
            made.partner,
        )
        assert (one.at, one.grant, one.purpose) == (made.at, made.grant, made.purpose)
        expected = OPERATIONS.get(made.event)
        assert one.operation == (None if expected is None else expected.value)
        assert one.justification == (made.justification or None)
        assert one.content == (None if made.content is None else dict(made.content))
        assert not one.erased


@pytest.mark.parametrize("limit", [1, 2, 7, 59, 60, 61, MAX_PAGE])
def test_pages_of_any_size_give_the_same_entries_once_each(log: Database, limit: int) -> None:
    found = list(pages(log, limit))
    assert [one.sequence for page in found for one in page] == list(range(COUNT))[::-1]
    assert all(len(page) == limit for page in found[:-1])


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("kind", KINDS),
        ("operation", list(Operation)),
        ("actor", ["off-0", "off-1", "off-2", "off-9", "OFF-0", "off-"]),
        ("object_ref", ["enq-0", "enq-4", "enq-", "enq-%", "ENQ-0"]),
        ("partner", [PartnerCode("XKX"), PartnerCode("ALB"), PartnerCode("GBR")]),
    ],
)
def test_each_filter_finds_what_counting_finds(log: Database, name: str, values: list[Any]) -> None:
    whole = every(log)
    for value in values:
        for limit in (3, MAX_PAGE):
            found = every(log, limit, **{name: value})
            assert found == [one for one in whole if getattr(one, name) == value], (name, value, limit)


@settings(deadline=None, derandomize=True, max_examples=12)
@given(
    st.sampled_from([None, *KINDS]), st.sampled_from([None, "off-0", "off-1"]), st.sampled_from([None, "enq-1"]),
    st.sampled_from([None, PartnerCode("XKX")]), st.sampled_from([None, 0, 1, 30, 60, 10**9]), st.integers(1, 20),
)  # fmt: skip
def test_filters_together_are_all_obeyed(
    kind: EventKind | None,
    actor: str | None,
    object_ref: str | None,
    partner: PartnerCode | None,
    before: int | None,
    limit: int,
) -> None:
    from tempfile import TemporaryDirectory

    from egnatia.store.vault import Vault

    start = datetime.fromisoformat("2025-05-15T03:00:00+00:00")
    with TemporaryDirectory() as folder:
        from pathlib import Path

        database = Database("sqlite://", Vault(Path(folder) / "v", bytes(32)), random.Random(1))
        create_tables(database.engine)
        with database.write() as tx:
            for number in range(30):
                append(tx, act(number, start))
        with database.read() as tx:
            whole = read_entries(tx, EntryFilter(limit=MAX_PAGE))
            found = read_entries(tx, EntryFilter(kind, None, actor, object_ref, partner, before, limit))
        database.close()
    expected = [
        one.sequence
        for one in whole
        if (kind is None or one.kind == kind.value)
        and actor in (None, one.actor)
        and object_ref in (None, one.object_ref)
        and partner in (None, one.partner)
        and (before is None or one.sequence < before)
    ]
    assert [one.sequence for one in found] == expected[:limit]


@pytest.mark.parametrize("limit", [0, -1, MAX_PAGE + 1])
def test_a_page_of_another_size_is_refused(log: Database, limit: int) -> None:
    with log.read() as tx, pytest.raises(InputError, match=str(MAX_PAGE)):
        read_entries(tx, EntryFilter(limit=limit))


def test_a_rare_actor_is_found_behind_many_chunks(database: Database, now: datetime) -> None:
    """Actors stand only in the entries' bytes, so whole chunks without a match have to be stepped over."""
    with database.write() as tx:
        append(tx, Act(EventKind.LEDGER_READ, now, "off-rare", "log:ALB"))
        for number in range(CHUNK + 5):
            append(tx, Act(EventKind.LEDGER_READ, now, "off-1", f"log:{number}"))
    assert [one.sequence for one in every(database, 10, actor="off-rare")] == [0]


@pytest.mark.parametrize("step", [timedelta(days=-400), timedelta(0), timedelta(hours=25)])
def test_a_clock_that_jumps_changes_neither_order_nor_verification(
    database: Database, now: datetime, step: timedelta
) -> None:
    with database.write() as tx:
        for number in range(4):
            append(tx, Act(EventKind.LEDGER_READ, now + number * step, "off-1", f"log:{number}"))
    found = every(database)
    assert [one.object_ref for one in found] == ["log:3", "log:2", "log:1", "log:0"]
    assert [one.at for one in found] == [now + number * step for number in (3, 2, 1, 0)]


def test_erased_content_is_said_to_be_erased_and_the_rest_stays(log: Database) -> None:
    with log.write() as tx:
        for row in tx.execute(select(ledger_entry).where(ledger_entry.c.sequence.in_([3, 9]))).all():
            tx.erase(row.sealed_id)
    found = {one.sequence: one for one in every(log)}
    for sequence, one in found.items():
        assert one.erased is (sequence in {3, 9})
        if one.erased:
            assert (one.justification, one.content) == (None, None)
            assert one.actor.startswith("off-")
    assert found[5].justification == "reason 5"


def test_entries_without_content_are_not_called_erased(database: Database, now: datetime) -> None:
    with database.write() as tx:
        append(tx, Act(EventKind.LEDGER_READ, now, "off-1", "log:ALB"))
    (one,) = every(database)
    assert (one.justification, one.content, one.erased) == (None, None, False)
