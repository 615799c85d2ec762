"""Text that is no text, text that is very long, numbers that are very large: the same on SQLite and on PostgreSQL.

SQLite keeps what it is given and asks no questions; PostgreSQL checks lengths, encodings and NULs. What differs would be
found by a partner's message at one node and not at another, so what may stand in a message has to fit its column.
"""

import random
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_args, get_type_hints

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Integer, String, Text, select
from tests.databases import ON_POSTGRESQL

from egnatia.enquiries import messages
from egnatia.enquiries.blind import messages as blind
from egnatia.enquiries.corrections import messages as corrections
from egnatia.enquiries.forgery_alerts import messages as alerts
from egnatia.enquiries.membership import messages as membership
from egnatia.enquiries.onward import messages as onward
from egnatia.enquiries.trust import messages as trust
from egnatia.errors import InputError
from egnatia.ledger.checkpoints import MAX_SIZE
from egnatia.model import events, handling, states
from egnatia.store.database import Database, Transaction
from egnatia.store.prepared import Prepared, insert_into
from egnatia.store.tables import metadata, node_state
from egnatia.store.writer import Writer

ODD = [
    "",
    " ",
    "a\nb\tc\rd",
    "\u202eturned round\u202c",
    "\ufeffmarked",
    "\u200b",
    "é",
    "e\u0301",
    "\U0001f6d1",
    "\u01c4 \u01c5 \u01c6 ß \u0131 \u0130",
    "'; DROP TABLE enquiry; --",
    "%_\\",
    "NULL",
    "\x7f\x1b[2J",
    "中" * 500,
    "x" * 60_000,
]
NO_TEXT = ["half \ud83d", "\udcff", "\ud800\udc00"[:1], "x" * 5_000 + "\udfff"]
_PUT = insert_into(node_state)
_LOOK = Prepared(select(node_state.c.value).where(node_state.c.key == "odd"))


def put(tx: Transaction, value: str, key: str = "odd") -> None:
    tx.execute(node_state.insert(), {"key": key, "value": value})


def got(database: Database, key: str = "odd") -> str | None:
    with database.read() as tx:
        found: str | None = tx.execute(select(node_state.c.value).where(node_state.c.key == key)).scalar()
        return found


@pytest.fixture
def writer(database: Database) -> Iterator[Writer]:
    made = Writer(database)
    yield made
    made.close()


# There and back.


@pytest.mark.parametrize("value", ODD, ids=range(len(ODD)))
def test_odd_text_comes_back_as_it_was(database: Database, value: str) -> None:
    database.run(lambda tx: put(tx, value))
    assert got(database) == value
    with database.read() as tx:
        found = tx.execute(select(node_state.c.key).where(node_state.c.value == value)).scalar()
        assert found == "odd", "and is found by itself"
        assert [row.value for row in tx.rows(_LOOK)] == [value]


@pytest.mark.parametrize("value", ODD, ids=range(len(ODD)))
def test_the_short_way_stores_the_same(database: Database, value: str) -> None:
    database.run(lambda tx: tx.put(_PUT, {"key": "odd", "value": value}))
    assert got(database) == value


@pytest.mark.parametrize(
    ("one", "two"), [("é", "e\u0301"), ("a", "A"), ("ß", "ss"), ("x", "x "), ("\u0130", "i"), ("1", "\uff11")]
)
def test_two_texts_are_two_texts(database: Database, one: str, two: str) -> None:
    """No collation makes one of them: a reference that looks like another is another, at every node."""
    database.run(lambda tx: put(tx, "first", one))
    database.run(lambda tx: put(tx, "second", two))
    assert (got(database, one), got(database, two)) == ("first", "second")


@settings(deadline=None, derandomize=True, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=200))
def test_any_text_of_whole_characters_comes_back(database: Database, value: str) -> None:
    def job(tx: Transaction) -> None:
        tx.execute(node_state.delete())
        put(tx, value)

    database.run(job)
    assert got(database) == value


# What is no text.


def put_quickly(tx: Transaction, value: str) -> None:
    tx.put(_PUT, {"key": "odd", "value": value})


def look(tx: Transaction, value: str) -> None:
    tx.execute(select(node_state.c.value).where(node_state.c.key == value)).all()


WAYS: list[Callable[[Transaction, str], None]] = [
    put,
    look,
    lambda tx, value: put(tx, "value", value),
    put_quickly,
]


@pytest.mark.parametrize("value", NO_TEXT, ids=range(len(NO_TEXT)))
@pytest.mark.parametrize("way", WAYS, ids=["stored", "looked for", "as a key", "the short way"])
def test_half_a_character_is_an_error_of_whoever_gave_it(
    database: Database, writer: Writer, way: Callable[[Transaction, str], None], value: str
) -> None:
    """A shell hands on bytes that are no characters like this; it ended in a traceback, and in the console in a fault."""
    with pytest.raises(InputError) as alone:
        database.run(lambda tx: way(tx, value))
    assert alone.value.hint()
    assert value not in alone.value.message
    with pytest.raises(InputError):
        writer.submit(lambda tx: way(tx, value)).result()
    with pytest.raises(InputError), database.read() as tx:
        look(tx, value)


def test_one_bad_text_takes_nobody_elses_act_with_it(database: Database, writer: Writer) -> None:
    """Many acts share a commit; the one that fails is undone alone."""
    acts = [
        writer.submit(lambda tx, number=number: put(tx, "\udcff" if number % 3 == 0 else "good", f"k{number}"))  # type: ignore[misc]
        for number in range(30)
    ]
    failed = [isinstance(each.exception(), InputError) for each in acts]
    assert failed == [number % 3 == 0 for number in range(30)]
    with database.read() as tx:
        assert len(tx.execute(select(node_state.c.key)).all()) == 20


@pytest.mark.parametrize("way", WAYS, ids=["stored", "looked for", "as a key", "the short way"])
def test_a_nul_is_taken_by_the_file_and_refused_in_words_by_the_server(
    database: Database, writer: Writer, way: Callable[[Transaction, str], None]
) -> None:
    """The one difference between the two that is left. Nothing that a partner or an officer writes may hold one."""
    if not ON_POSTGRESQL:
        database.run(lambda tx: way(tx, "a\x00b"))
        return
    with pytest.raises(InputError):
        database.run(lambda tx: way(tx, "a\x00b"))
    with pytest.raises(InputError):
        writer.submit(lambda tx: way(tx, "a\x00b")).result()
    database.run(lambda tx: put(tx, "still here"))
    assert got(database) == "still here"


def test_sealed_content_is_bytes_and_holds_whatever_it_is_given(database: Database, now: datetime) -> None:
    """Where free text stands, it is sealed: no database looks into it."""
    contents = [b"", b"\x00" * 100, bytes(range(256)), "中\x00\U0001f6d1".encode(), b"\xff\xfe", b"x" * 200_000]
    made = [database.run(lambda tx, c=each: tx.seal(c, kind="test", at=now).id) for each in contents]  # type: ignore[misc]
    with database.read() as tx:
        assert [tx.unseal(each) for each in made] == contents


# What a partner may write fits its column.


def spaces() -> dict[str, int]:
    """The longest text that each column of every table takes on PostgreSQL, by table and column."""
    return {
        f"{table.name}.{column.name}": column.type.length
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, String) and not isinstance(column.type, Text) and column.type.length
    }


SPACES = spaces()


def longest(kind: Any) -> int:
    """The longest text that a field's type takes: by its pattern's own counts, or by its length."""
    (meta,) = [each for each in get_args(kind) if isinstance(each, msgspec.Meta)]
    candidates = [number for number in range(1, 2_100) if meta.max_length is None or number <= meta.max_length]
    if meta.pattern is None:
        return max(candidates)
    pattern = re.compile(meta.pattern)
    alphabets = (
        "A",
        "a",
        "0",
        "x-",
        "0fa3c5d2-1111-4222-8333-444455556666",
        "DUR-2025-12345678",
        "ABCDEF-2025-12345678",
    )
    fits = [
        len((each * number)[:number])
        for each in alphabets
        for number in candidates
        if pattern.search((each * number)[:number])
    ]
    return max(fits)


@pytest.mark.parametrize(
    ("kind", "columns"),
    [
        (
            messages.GrantText,
            ["ask.grant_id", "answered_enquiry.grant_id", "blind_answer.grant_id", "forwarded_item.grant_id"],
        ),
        (messages.CaseText, ["enquiry.case_ref", "fishing_alert.cases"]),
        (messages.RefText, ["candidate.ref", "follow_up.ref", "correction_taken.ref", "correction.ref"]),
        (messages.OfficerText, ["follow_up.officer_id", "fishing_alert.officer", "consent_request.officer_id"]),
        (messages.HandlingText, ["release.handling"]),
        (messages.Digest, ["blind_answer.statement", "blind_answer.commitment", "consent_request.label_sha256"]),
        (
            messages.IdText,
            [
                "follow_up.id",
                "correction_taken.correction_id",
                "consent_request.id",
                "forwarded_item.item",
                "label_word.item",
            ],
        ),
        (onward.CodeText, ["consent_request.recipient", "forwarded_item.originator", "label_word.originator"]),
    ],
)
def test_what_a_field_of_a_message_takes_fits_the_columns_it_goes_to(kind: Any, columns: list[str]) -> None:
    for column in columns:
        if column in SPACES:
            assert longest(kind) <= SPACES[column], column
    assert any(column in SPACES for column in columns)


@pytest.mark.parametrize("module", [states, events, handling])
def test_every_value_of_a_closed_list_fits_every_column_that_bears_its_name(module: Any) -> None:
    """A new reason of 41 letters would be stored by SQLite and refused by PostgreSQL."""
    longest_of: dict[str, int] = {}
    for name, kind in vars(module).items():
        if isinstance(kind, type) and hasattr(kind, "__members__") and kind.__module__ == module.__name__:
            longest_of[name] = max(len(str(each.value)) for each in kind)  # type: ignore[attr-defined]
    named = {
        "RefusalReason": ("refusal",),
        "Offence": ("offence",),
        "SubjectKind": ("subject",),
        "Purpose": ("purpose",),
        "EventKind": ("ledger_entry.kind", "repeated_act.kind"),
        "AskState": ("ask.state", "blind_enquiry.state"),
        "FollowUpState": ("follow_up.state",),
        "Decision": ("candidate.decision",),
        "OutcomeKind": ("outcome.kind",),
        "BlindList": ("blind_answer.list", "blind_enquiry.list"),
        "CopyState": ("label_letter.state", "membership_letter.state", "correction_copy.state"),
        "ConsentState": ("consent_request.state",),
        "FishingRule": ("fishing_alert.rule",),
        "CorrectionKind": ("correction_taken.kind",),
        "CorrectionReason": ("correction_taken.reason",),
        "CorrectionItem": ("correction_taken.item",),
        "LookFinding": ("correction_taken.finding",),
        "PartnerStatus": ("partner_standing.status", "membership_letter.standing"),
    }
    checked = 0
    for name, ends in named.items():
        for column, space in SPACES.items():
            if name in longest_of and (column in ends or column.rpartition(".")[2] in ends):
                assert longest_of[name] <= space, (name, column)
                checked += 1
    assert checked or module is handling or not longest_of


def numbers() -> Iterator[tuple[str, str, int]]:
    """Every whole number of every message body: module, field, and the largest that it takes."""
    for module in (messages, blind, corrections, alerts, membership, onward, trust):
        for name, kind in vars(module).items():
            if not (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
                continue
            for field, hint in get_type_hints(kind, include_extras=True).items():
                if int in get_args(hint) or hint is int:
                    metas = [each for each in get_args(hint) if isinstance(each, msgspec.Meta)]
                    ends = [each.lt - 1 if each.lt is not None else each.le for each in metas]
                    yield name, field, int(ends[0]) if ends and ends[0] is not None else 2**64


def test_every_number_that_a_partner_sends_fits_into_four_bytes() -> None:
    """PostgreSQL's `integer` ends at 2,147,483,647; a larger one would be a fault of ours there, and none on SQLite."""
    found = list(numbers())
    assert len(found) >= 5
    assert [each for each in found if each[2] > 2**31 - 1] == []


def test_sizes_of_logs_have_eight_bytes() -> None:
    """A partner says how long its log is; every column for that takes the longest that is read."""
    sizes = [
        column
        for name in ("ledger_checkpoint", "ledger_cosignature", "witnessed_log", "witnessed_head")
        for column in metadata.tables[name].columns
        if "size" in column.name
    ]
    assert len(sizes) >= 4
    for column in sizes:
        server = column.type.dialect_impl(_postgresql())
        assert isinstance(server, BigInteger), column
    assert MAX_SIZE < 2**63


def _postgresql() -> Any:
    from sqlalchemy.dialects import postgresql

    return postgresql.dialect()  # type: ignore[no-untyped-call]


def test_a_number_of_four_bytes_is_one_on_both(database: Database) -> None:
    kinds = {
        type(column.type.dialect_impl(_postgresql())) for table in metadata.tables.values() for column in table.columns
    }
    assert any(issubclass(kind, Integer) for kind in kinds)
    table = metadata.tables["repeated_act"]
    row = {"kind": "x", "partner": "ALB", "what": "y", "hour": datetime(2025, 5, 15, tzinfo=UTC), "times": 2**31 - 1}
    database.run(lambda tx: tx.execute(table.insert(), row).rowcount)
    with database.read() as tx:
        assert tx.execute(select(table.c.times)).scalar() == 2**31 - 1


# Moments.


MOMENTS = [
    datetime(2025, 5, 15, 3, 0, tzinfo=UTC),
    datetime(2025, 5, 15, 3, 0, 0, 1, tzinfo=UTC),
    datetime(1, 1, 2, tzinfo=UTC),
    datetime(9999, 12, 30, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2025, 10, 26, 2, 30, tzinfo=timezone(timedelta(hours=1))),
    datetime(2025, 10, 26, 2, 30, tzinfo=timezone(timedelta(hours=2))),
    datetime(2025, 5, 15, 0, 0, tzinfo=timezone(timedelta(hours=14))),
    datetime(2025, 5, 15, 0, 0, tzinfo=timezone(-timedelta(hours=11, minutes=30))),
]


@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_a_moment_comes_back_as_itself_from_whatever_zone(database: Database, moment: datetime) -> None:
    sealed = metadata.tables["sealed_record"]
    row = {"id": "s", "kind": "test", "ciphertext": b"", "created_at": moment, "erase_on": moment}
    database.run(lambda tx: tx.execute(sealed.insert(), row).rowcount)
    with database.read() as tx:
        found = tx.execute(select(sealed.c.created_at, sealed.c.erase_on)).one()
        assert (found.created_at, found.erase_on) == (moment, moment)
        assert found.created_at.tzinfo is UTC
        for shift, expected in ((timedelta(0), 1), (timedelta(microseconds=-1), 0)):
            at_or_before = select(sealed.c.id).where(sealed.c.created_at <= moment + shift)
            assert len(tx.execute(at_or_before).all()) == expected


def test_moments_are_ordered_as_moments_and_not_as_texts(database: Database) -> None:
    """SQLite keeps them as text: a fraction of zero must not change their order."""
    sealed = metadata.tables["sealed_record"]
    rows = [
        {"id": str(number), "kind": "t", "ciphertext": b"", "created_at": each, "erase_on": None}
        for number, each in enumerate(MOMENTS)
    ]
    random.Random(7).shuffle(rows)
    database.run(lambda tx: tx.execute(sealed.insert(), rows).rowcount)
    with database.read() as tx:
        found = list(tx.execute(select(sealed.c.created_at).order_by(sealed.c.created_at)).scalars())
    assert found == sorted(MOMENTS)


def test_a_moment_without_its_zone_is_stored_by_neither(database: Database) -> None:
    sealed = metadata.tables["sealed_record"]
    naive = datetime(2025, 5, 15, 3, 0)  # noqa: DTZ001 - the point
    row = {"id": "s", "kind": "test", "ciphertext": b"", "created_at": naive, "erase_on": None}
    with pytest.raises(Exception, match="zone"):
        database.run(lambda tx: tx.execute(sealed.insert(), row).rowcount)
