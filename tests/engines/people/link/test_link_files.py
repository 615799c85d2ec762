"""Registers from files, and judgements as lines: what is read, what is refused, and that nothing is guessed."""

import io
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from egnatia.engines.people.formats import MAX_LINE
from egnatia.engines.people.link.fields import Field
from egnatia.engines.people.link.files import RegisterFile, read_register, register_from
from egnatia.engines.people.link.judgements import (
    MAX_REASON,
    Book,
    Judgement,
    Shown,
    Undone,
    Verdict,
    from_line,
    read_book,
    to_line,
)
from egnatia.errors import ConflictError, InputError, NotFoundError

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def reading(text: str | bytes) -> RegisterFile:
    return read_register(io.BytesIO(text if isinstance(text, bytes) else text.encode()))


def test_columns_are_read_in_any_order_with_either_delimiter() -> None:
    comma = reading("ref,first_names,family_names,birth_date\nr1,Arben,Hoxha,1990-03-07\nr2, Mimoza ,,\n")
    semicolon = reading("\ufefffamily_names;ref;birth_date;first_names\nHoxha;r1;1990-03-07;Arben\n\n;r2;;Mimoza\n")
    for made in (comma, semicolon):
        assert made.refs == ["r1", "r2"]
        assert made.texts[Field.FIRST] == ["Arben", "Mimoza"]
        assert made.texts[Field.FAMILY] == ["Hoxha", ""]
        assert made.problems == []


def test_core_data_is_not_read() -> None:
    made = reading("ref,first_names,nationality,place_of_birth,sex,photo\nr1,Arben,AL,Tirana,M,x.jpg\n")
    register = register_from(made)
    assert set(register.columns) == {Field.FIRST}
    assert "Tirana" not in repr(register)


def test_residence_address_and_work_are_read_for_linkage() -> None:
    head = "ref,first_names,mother_name,address,residence,postcode,occupation\n"
    register = register_from(reading(head + "r1,Arben,Shpresa,7 Rruga e Kavajes,Tirana,1001,driver\n"))
    assert {field: register.written(0)[field] for field in register.columns} == {
        Field.FIRST: "Arben",
        Field.MOTHER: "Shpresa",
        Field.ADDRESS: "7 Rruga e Kavajes",
        Field.RESIDENCE: "Tirana",
        Field.POSTCODE: "1001",
        Field.OCCUPATION: "driver",
    }


def test_an_address_among_identifiers_is_an_address() -> None:
    made = reading("ref,first_names,identifiers\nr1,Arben,K1234567|address: 7 Rruga e Kavajes\nr2,Mimoza,K7654321\n")
    assert [bool(text) for text in made.texts[Field.ADDRESS]] == [True, False]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("r1,Arben", "2 values instead of 4"),
        (",Arben,Hoxha,", "1 to 40 characters"),
        ("r" * 41 + ",Arben,Hoxha,", "1 to 40 characters"),
        ("r0,Arben,Hoxha,", "stands twice"),
        ("r1,UNKNOWN,XXX,", "neither a name nor an identifier"),
        ("r1,,,12", "neither a name nor an identifier"),
        ("r1," + "A" * 201 + ",Hoxha,", "longer than 200"),
        ("r1,Arben,Hoxha," + "|".join(["K1234567"] * 21), "more than 20"),
        (b"r1,Arb\xffen,Hoxha,", "not UTF-8"),
        (b"r1,Arben,Hoxha,K\xff234567", "not UTF-8"),
    ],
)
def test_a_bad_line_is_named_and_left_out(line: str | bytes, problem: str) -> None:
    text = line.encode() if isinstance(line, str) else line
    made = reading(b"ref,first_names,family_names,identifiers\nr0,Mimoza,Gashi,\n" + text + b"\nr9,Drita,Krasniqi,\n")
    assert made.refs == ["r0", "r9"]
    assert [(each.line, problem in each.problem) for each in made.problems] == [(3, True)]
    assert all(len(column) == 2 for column in made.texts.values())


def test_a_date_that_no_calendar_has_is_kept_as_it_is_written() -> None:
    made = reading("ref,first_names,birth_date\nr1,Arben,1963-06-36\n")
    assert made.texts[Field.BIRTH_DATE] == ["1963-06-36"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("first_names\nArben\n", "ref is missing"),
        ("ref,ref\n1,2\n", "stands twice"),
        ("ref,ethnicity\nr1,x\n", "no column is called 'ethnicity'"),
        ("ref,first_names\nr1," + "A" * MAX_LINE + "\n", "longer than"),
        ('ref,first_names\nr1,"Arben\n', "line"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        reading(text)


@given(st.binary(max_size=300))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_no_bytes_break_the_reader(content: bytes) -> None:
    try:
        made = reading(b"ref,first_names,identifiers\n" + content)
    except InputError:
        return
    assert all(len(column) == len(made.refs) for column in made.texts.values())
    assert len(register_from(made)) == len(made.refs)


def test_two_files_keep_their_references_apart() -> None:
    first = reading("ref,first_names,postcode\n1,Arben,1001\n2,Mimoza,1002\n")
    second = reading("ref,first_names,aliases\n1,Drita,Drita Hoxha|Dita\n")
    register = register_from(first, second, ("tirana", "pristina"))
    by_ref = dict(zip(register.refs, register.sides.tolist(), strict=True))
    assert by_ref == {"tirana/1": 0, "tirana/2": 0, "pristina/1": 1}
    place = register.refs.index("pristina/1")
    assert register.written(place) == {Field.FIRST: "Drita"}
    assert register.aliases.owners.tolist() == [place, place]


SHOWN = Shown("family_names", "equivalent", 8.25, "Hoxha", "Хоџа")
TEXTS = st.text(min_size=1, max_size=30).filter(str.strip)
SAID = st.builds(
    Judgement,
    TEXTS.map("l".__add__),
    TEXTS.map("r".__add__),
    st.sampled_from(Verdict),
    TEXTS,
    TEXTS,
    st.datetimes(timezones=st.just(UTC)),
    st.text(max_size=10),
    st.lists(st.just(SHOWN), max_size=3).map(tuple),
)


@given(st.one_of(SAID, st.builds(Undone, st.integers(0, 9), TEXTS, TEXTS, st.datetimes(timezones=st.just(UTC)))))
@settings(deadline=None, derandomize=True, max_examples=50)
def test_an_entry_goes_to_a_line_and_back(entry: Judgement | Undone) -> None:
    line = to_line(entry)
    assert "\n" not in line
    assert from_line(line) == entry


def said(left: str, right: str, verdict: Verdict = Verdict.POSITIVE) -> Judgement:
    return Judgement(left, right, verdict, "off-1", "the photographs", NOW)


def test_a_book_is_read_in_order() -> None:
    entries: list[Judgement | Undone] = [
        said("a", "b"),
        said("b", "a", Verdict.NEGATIVE),
        Undone(1, "off-2", "mistaken", NOW),
    ]
    book = read_book([*(to_line(entry) for entry in entries), "", "  \n"])
    assert book.entries == entries
    standing = book.standing(("a", "b"))
    assert standing == entries[0]
    assert book.about("a") == book.about("b") == frozenset({("a", "b")})
    assert book.standing(("a", "c")) is None


def test_ties_hold_what_stands() -> None:
    book = Book([said("a", "b"), said("c", "b", Verdict.NEGATIVE), said("c", "d", Verdict.UNSURE), said("e", "f")])
    book.enter(Undone(3, "off-1", "no", NOW))
    ties = book.ties(book.pairs())
    assert (set(ties.joined), set(ties.parted), set(ties.open)) == ({("a", "b")}, {("b", "c")}, {("c", "d")})
    assert book.ties([("a", "b")]).parted == frozenset()


@pytest.mark.parametrize(
    ("left", "right", "author", "reason"),
    [
        ("a", "a", "off-1", "same"),
        ("", "b", "off-1", "one"),
        ("a", "b", " ", "no author"),
        ("a", "b", "off-1", "\n"),
        ("a", "b", "off-1", "x" * (MAX_REASON + 1)),
    ],
)
def test_what_nobody_could_answer_for_is_refused(left: str, right: str, author: str, reason: str) -> None:
    with pytest.raises(InputError):
        Judgement(left, right, Verdict.POSITIVE, author, reason, NOW)


GOOD = json.loads(to_line(said("a", "b")))


@pytest.mark.parametrize(
    "line",
    [
        "nothing",
        "[]",
        "{}",
        "null",
        json.dumps(GOOD | {"verdict": "perhaps"}),
        json.dumps(GOOD | {"at": "2026-11-22T12:00:00"}),
        json.dumps(GOOD | {"at": 5}),
        json.dumps(GOOD | {"nationality": "AL"}),
        json.dumps(GOOD | {"evidence": [{"field": "x"}]}),
        json.dumps(GOOD | {"evidence": 5}),
        json.dumps({"number": "one", "author": "a", "reason": "b", "at": NOW.isoformat()}),
        json.dumps({"number": 0, "author": "a", "reason": "b", "at": NOW.isoformat()}),
        "[" * 3_000,
    ],
)
def test_a_line_that_is_no_judgement_is_named(line: str) -> None:
    with pytest.raises(InputError, match="line 2"):
        read_book(["", line])


def test_only_what_was_said_is_undone_and_once() -> None:
    book = Book([said("a", "b")])
    with pytest.raises(NotFoundError):
        book.enter(Undone(5, "off-1", "x", NOW))
    with pytest.raises(NotFoundError):
        book.enter(Undone(-1, "off-1", "x", NOW))
    book.enter(Undone(0, "off-1", "x", NOW))
    with pytest.raises(ConflictError):
        book.enter(Undone(0, "off-1", "x", NOW))
    assert book.standing(("a", "b")) is None
    assert len(book.entries) == 2


def test_a_time_keeps_its_zone() -> None:
    there = datetime(2026, 11, 22, 13, tzinfo=timezone(timedelta(hours=1)))
    entry = Undone(0, "off-1", "x", there)
    assert from_line(to_line(entry)).at.utcoffset() == timedelta(hours=1)
