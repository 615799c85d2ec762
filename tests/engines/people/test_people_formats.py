"""Persons from CSV: what is read, what is reported by line, what stops the file; and the commands on it."""

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from egnatia.cli.people import group
from egnatia.engines.people import PartialDate, PersonQuery, PersonRow, RowProblem, read_persons, tags
from egnatia.engines.people.formats import MAX_LINE
from egnatia.engines.people.index import PersonIndex, search
from egnatia.errors import InputError

FILE = """ref,first_names,family_names,birth_date,identifiers,aliases,nationality
P-1,Arben,Hoxha,1990-03-07,BA1234567|I12345678Z,"GASHI, Besnik|Beni Gashi",AL
P-2,Џемаил,Реџепи,07.03.1985,,,MK
"""


def rows(text: str | bytes) -> list[PersonRow | RowProblem]:
    return list(read_persons(io.BytesIO(text if isinstance(text, bytes) else text.encode())))


def test_records_and_core_data_come_apart() -> None:
    first, second = rows(FILE)
    assert isinstance(first, PersonRow)
    assert first.record.birth_date == PartialDate(1990, 3, 7)
    assert first.record.identifiers == ("BA1234567", "I12345678Z")
    assert first.record.aliases == ("GASHI, Besnik", "Beni Gashi")
    assert first.core == {"nationality": "AL"}
    assert isinstance(second, PersonRow)
    assert (second.line, second.record.ref) == (3, "P-2")


def test_a_byte_order_mark_semicolons_and_windows_line_ends_are_tolerated() -> None:
    content = (
        b"\xef\xbb\xbf"
        + FILE.replace(",", ";").replace("GASHI; Besnik", "GASHI, Besnik").replace("\n", "\r\n").encode()
    )
    assert [row.record for row in rows(content) if isinstance(row, PersonRow)] == [
        row.record for row in rows(FILE) if isinstance(row, PersonRow)
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("P-1,Arben,Hoxha,1990-13-01", "not a month"),
        ("P-1,Arben,Hoxha", "3 values instead of 4"),
        (",Arben,Hoxha,1990", "reference"),
        ("P-1,XXX,UNKNOWN,1990", "neither a name"),
        (f"P-1,{'A' * 201},Hoxha,1990", "longer than 200"),
    ],
)
def test_a_bad_line_is_reported_and_the_next_is_read(line: str, problem: str) -> None:
    found = rows(f"ref,first_names,family_names,birth_date\n{line}\nP-9,Ilir,Kola,1990\n")
    assert isinstance(found[0], RowProblem)
    assert found[0].line == 2
    assert problem in found[0].problem
    assert isinstance(found[1], PersonRow)


def test_a_line_that_is_not_utf8_is_reported() -> None:
    found = rows(b"ref,family_names\nP-1,Ho\xe7a\nP-2,Hoxha\n")
    assert found[0] == RowProblem(2, "it is not UTF-8")
    assert isinstance(found[1], PersonRow)


def test_a_reference_that_stands_twice_is_reported() -> None:
    found = rows("ref,family_names\nP-1,Hoxha\n\nP-1,Kola\n")
    assert found[1] == RowProblem(4, "the reference P-1 stands twice in the file")


def test_core_data_has_a_limit() -> None:
    (found,) = rows(f"ref,family_names,address\nP-1,Hoxha,{'x' * 2001}\n")
    assert isinstance(found, RowProblem)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "first_names,family_names\n",
        "ref,birthdate\n",
        "ref,ref\n",
        f"ref,family_names\nP-1,{'x' * MAX_LINE}\n",
        'ref,family_names\nP-1,"Hoxha" x\n',
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_hint(content: str) -> None:
    with pytest.raises(InputError) as refused:
        rows(content)
    assert refused.value.hint()


def test_the_stream_stays_open_for_its_owner() -> None:
    stream = io.BytesIO(FILE.encode())
    list(read_persons(stream))
    assert not stream.closed


@pytest.mark.parametrize("state", ["AL", "XK", "RS", "MK", "GB", "ME"])
def test_nationality_birthplace_and_sex_change_nothing(state: str) -> None:
    """Requirement E-01: the same persons with other origins give the same results and the same tags."""
    header = "ref,first_names,family_names,birth_date,nationality,place_of_birth,sex\n"
    made = rows(f"{header}P-1,Arben,Hoxha,1990-03-07,{state},{state} town,X\nP-2,Arben,Hoxhaj,1991-03-07,AL,,M\n")
    base = rows(f"{header}P-1,Arben,Hoxha,1990-03-07,,,\nP-2,Arben,Hoxhaj,1991-03-07,,,\n")
    records, expected = ([row.record for row in some if isinstance(row, PersonRow)] for some in (made, base))
    query = PersonQuery("Arben", "Hoxha")
    assert search(query, PersonIndex(records)) == search(query, PersonIndex(expected))
    assert [tags(one, bytes(32)) for one in records] == [tags(one, bytes(32)) for one in expected]


@pytest.fixture
def register(tmp_path: Path) -> str:
    path = tmp_path / "persons.csv"
    path.write_text(FILE + "P-3,Ilir,Kola,1990-13-01,,,\n", encoding="utf-8")
    return str(path)


def test_the_search_command_explains_what_it_found(register: str) -> None:
    done = CliRunner().invoke(group, ["search", register, "--first", "Xhemail", "--family", "Rexhepi"])
    assert done.exit_code == 0
    assert "P-2" in done.output
    assert "family_name_similar" in done.output
    assert "line 4" in done.stderr


def test_the_search_command_prints_json(register: str) -> None:
    done = CliRunner().invoke(
        group, ["search", register, "--first", "Arben", "--family", "Hoxha", "--born", "1990-03-07", "--json"]
    )
    answered = json.loads(done.stdout)
    found = answered["matches"][0]
    assert (found["ref"], found["band"]) == ("P-1", "strong")
    assert (answered["indistinguishable"], answered["cannot_distinguish"], answered["settled_by"]) == (1, False, [])
    total = sum(part["bits"] for part in found["evidence"])
    assert found["score"] == pytest.approx(1 / (1 + 2**-total), abs=1e-5)


def test_nothing_found_is_exit_status_one(register: str) -> None:
    done = CliRunner().invoke(group, ["search", register, "--first", "Zoran", "--family", "Petrov"])
    assert done.exit_code == 1
    assert "Nobody" in done.stderr


def test_too_little_is_an_input_error(register: str) -> None:
    done = CliRunner().invoke(group, ["search", register, "--first", "Arben"])
    assert isinstance(done.exception, InputError)


def test_the_match_command_explains_and_tells_strangers_by_its_status() -> None:
    same = CliRunner().invoke(group, ["match", "Xhemail Rexhepi", "Џемаил Реџепи"])
    assert same.exit_code == 0
    assert "name_similar" in same.output
    other = CliRunner().invoke(group, ["match", "Arben Hoxha", "Ilir Kola", "--json"])
    assert other.exit_code == 1
    assert json.loads(other.stdout)["evidence"][1]["claim"] == "name_different"
