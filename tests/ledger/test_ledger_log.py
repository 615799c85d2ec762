"""Writing entries and reading them back as the access log."""

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from egnatia.errors import InputError, TamperedError
from egnatia.ledger import Act, append, append_all
from egnatia.ledger.entries import EntryFilter, read_entries
from egnatia.ledger.leaf import encode_leaf, parse_leaf, read_time, written_time
from egnatia.ledger.log import encode
from egnatia.ledger.nodes import inclusion_proof, log_size, stored_root
from egnatia.ledger.proofs import verify_inclusion
from egnatia.ledger.tree import leaf_hash, root_of
from egnatia.model.events import OPERATIONS, EventKind
from egnatia.model.ids import GrantId, PartnerCode
from egnatia.model.states import Operation, Purpose
from egnatia.store.database import Database, Transaction
from egnatia.store.tables import ledger_entry, ledger_node, sealed_record

NOW = datetime(2025, 5, 15, 3, 0, tzinfo=UTC)
ACT = Act(EventKind.LOGOUT, NOW, "off-1", "session:1")
REFS = st.from_regex(r"[A-Za-z0-9._:/@#+-]{1,80}", fullmatch=True)
ACTS = st.builds(
    Act,
    event=st.sampled_from(EventKind),
    at=st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    actor=REFS,
    object_ref=REFS,
    partner=st.none() | st.from_regex(r"[A-Z]{3}", fullmatch=True).map(PartnerCode),
    grant=st.none() | REFS.map(GrantId),
    purpose=st.none() | st.sampled_from(Purpose),
    message_sha256=st.none() | st.binary(min_size=32, max_size=32),
)


@given(ACTS, st.none() | st.binary(min_size=32, max_size=32))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_an_entry_has_one_form(act: Act, commitment: bytes | None) -> None:
    body = encode(act, commitment)
    fields = json.loads(body)
    assert body == json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
    leaf = parse_leaf(body)
    assert encode_leaf(leaf) == body
    assert read_time(leaf.at) == act.at
    assert leaf.operation == OPERATIONS[act.event]
    assert (leaf.kind, leaf.actor, leaf.object) == (act.event, act.actor, act.object_ref)


@given(st.binary(max_size=80), st.integers(0, 200))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_no_other_bytes_are_an_entry(junk: bytes, place: int) -> None:
    body = encode(ACT, None)
    for candidate in (junk, body[:place] + junk + body[place:]):
        try:
            leaf = parse_leaf(candidate)
        except InputError:
            continue
        assert encode_leaf(leaf) == candidate


@pytest.mark.parametrize(
    "respelt",
    [
        lambda fields: json.dumps(fields, sort_keys=True),
        lambda fields: json.dumps(dict(reversed(fields.items())), separators=(",", ":")),
        lambda fields: json.dumps(fields | {"v": 2}, sort_keys=True, separators=(",", ":")),
        lambda fields: json.dumps(fields | {"x": 1}, sort_keys=True, separators=(",", ":")),
        lambda fields: json.dumps(fields | {"actor": "x" * 5000}, sort_keys=True, separators=(",", ":")),
    ],
)
def test_an_entry_in_another_spelling_is_refused(respelt: Any) -> None:
    with pytest.raises(InputError):
        parse_leaf(respelt(json.loads(encode(ACT, None))).encode())


@pytest.mark.parametrize("text", ["", "noon", "2025-05-15", "2025-05-15T03:00:00Z", "2025-05-15T03:00:00.000000+00:00"])
def test_a_time_in_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        read_time(text)


def test_times_are_written_in_utc() -> None:
    tirana = timezone(timedelta(hours=2))
    assert written_time(datetime(2025, 5, 15, 5, 0, tzinfo=tirana)) == "2025-05-15T03:00:00.000000Z"


@pytest.mark.parametrize(
    "wrong",
    [
        {"actor": "Arben Hoxha"},
        {"object_ref": ""},
        {"object_ref": "x" * 81},
        {"object_ref": "line\nbreak"},
        {"grant": GrantId("a grant")},
        {"partner": PartnerCode("xkx")},
        {"message_sha256": b"short"},
        {"at": datetime(2025, 5, 15)},  # noqa: DTZ001 - the point of this case
    ],
)
def test_names_and_sentences_do_not_get_into_a_leaf(database: Database, wrong: dict[str, Any]) -> None:
    with database.write() as tx:
        with pytest.raises(InputError):
            append(tx, replace(ACT, **wrong))
        assert log_size(tx) == 0


def test_what_is_sealed_is_nowhere_in_the_entry(database: Database) -> None:
    with database.write() as tx:
        act = replace(ACT, justification="seen at the port", content={"name": "Hoxha", "list": [1, None, {"a": True}]})
        entry = append(tx, act)
        assert b"Hoxha" not in entry.body
        assert b"port" not in entry.body
        assert entry.sealed_id is not None
        assert parse_leaf(entry.body).commitment == tx.commitment_of(entry.sealed_id).hex()
        assert json.loads(tx.unseal(entry.sealed_id)) == {"justification": act.justification, "content": act.content}
        assert append(tx, ACT).sealed_id is None
        assert tx.execute(select(sealed_record.c.kind)).scalar_one() == "ledger"


def fail_after_entering(tx: Transaction) -> None:
    with tx.savepoint():
        append(tx, ACT)
        raise InputError("the act failed")


def test_an_act_that_is_undone_leaves_no_entry(database: Database) -> None:
    with database.write() as tx:
        append(tx, ACT)
        with pytest.raises(InputError):
            fail_after_entering(tx)
        append(tx, replace(ACT, actor="off-2"))
    with pytest.raises(InputError):
        database.run(fail_after_entering)
    with database.read() as tx:
        bodies = list(tx.execute(select(ledger_entry.c.entry).order_by(ledger_entry.c.sequence)).scalars())
        assert [parse_leaf(body).actor for body in bodies] == ["off-1", "off-2"]
        assert stored_root(tx, 2) == root_of(leaf_hash(body) for body in bodies)


def test_batches_and_single_entries_grow_the_same_tree(database: Database) -> None:
    rng = random.Random(3)
    leaves: list[bytes] = []
    with database.write() as tx:
        for _ in range(25):
            acts = [replace(ACT, object_ref=f"o-{len(leaves)}-{i}") for i in range(rng.choice([0, 1, 1, 2, 5, 17]))]
            leaves.extend(entry.leaf_hash for entry in append_all(tx, acts))
    with database.read() as tx:
        assert log_size(tx) == len(leaves)
        for size in range(len(leaves) + 1):
            assert stored_root(tx, size) == root_of(leaves[:size])
        for index in range(0, len(leaves), 7):
            proof = inclusion_proof(tx, index, len(leaves))
            verify_inclusion(leaves[index], (index, len(leaves)), proof, root_of(leaves))
        nodes = len(tx.execute(select(ledger_node)).all())
        assert nodes == sum(len(leaves) >> level for level in range(1, 12))
        with pytest.raises(InputError):
            stored_root(tx, len(leaves) + 1)


def test_the_access_log_is_filtered_and_paged(node: Any) -> None:
    gbr = node("GBR")
    gbr.write(30)
    with gbr.database.read() as tx:
        newest = read_entries(tx, EntryFilter(limit=4))
        assert [one.sequence for one in newest] == [29, 28, 27, 26]
        assert [one.sequence for one in read_entries(tx, EntryFilter(limit=2, before=26))] == [25, 24]
        viewed = read_entries(tx, EntryFilter(kind=EventKind.CANDIDATE_VIEWED))
        assert {one.kind for one in viewed} == {"candidate.viewed"}
        assert len(viewed) == 10
        assert viewed == read_entries(tx, EntryFilter(operation=Operation.CONSULTATION))
        assert read_entries(tx, EntryFilter(operation=Operation.ERASURE)) == []
        assert [one.sequence for one in read_entries(tx, EntryFilter(object_ref="enq-4"))] == [9, 8]
        assert {one.actor for one in read_entries(tx, EntryFilter(actor="off-3"))} == {"off-3"}
        assert read_entries(tx, EntryFilter(partner=PartnerCode("MKD"))) == []
        with pytest.raises(InputError):
            read_entries(tx, EntryFilter(limit=0))


def test_the_access_log_opens_what_still_exists(node: Any) -> None:
    gbr = node("GBR")
    entries = gbr.write(4)
    with gbr.database.write() as tx:
        tx.erase(entries[2].sealed_id)
    with gbr.database.read() as tx:
        by_number = {one.sequence: one for one in read_entries(tx, EntryFilter())}
    assert (by_number[0].justification, by_number[0].erased) == ("reason 0", False)
    assert (by_number[1].justification, by_number[1].erased) == (None, False)
    assert (by_number[2].justification, by_number[2].erased) == (None, True)


def test_a_changed_entry_is_not_shown_as_if_it_were_true(node: Any) -> None:
    gbr = node("GBR")
    gbr.write(3)
    with gbr.database.read() as tx:
        tx.connection.exec_driver_sql("UPDATE ledger_entry SET entry = x'7b7d' WHERE sequence = 1")
        with pytest.raises(TamperedError, match="entry 1"):
            read_entries(tx, EntryFilter())
