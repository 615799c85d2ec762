"""A person asked about at the command line: two of three, numbers read and held to their rules before anything is sent."""

import json

import pytest
from click.testing import Result
from tests.cli.terminal import Terminal, told
from tests.federation.test_person_enquiries import bring
from tests.federation.world import ALB, GBR

from egnatia.cli.hit_review import MAX_REFS
from egnatia.engines.people import PersonRecord
from egnatia.enquiries import messages
from egnatia.model.ids import RecordRef

__all__ = ["told"]
ASK = ("enquiry", "send", "--case", "DUR-2025-0811", "--subject", "person", "--purpose", "investigation", "--to", "GBR")
WHY = ("--offence", "smuggling_of_persons", "--why", "Arrested at the port; known to you?")
NAMES = ("--first", "Qerimqq", "--family", "Wqopplex")


def ask(told: Terminal, *more: str) -> Result:
    return told.run(ALB, *ASK, *WHY, *more, post="enquirer")


def count(told: Terminal) -> int:
    return len(told.rows(ALB, "enquiry", "list", "--case", "DUR-2025-0811"))


def test_a_number_finds_who_has_another_name_there(told: Terminal) -> None:
    bring(told.world, GBR, [PersonRecord(RecordRef("CLI-001"), "Somebody", "Else", identifiers=("+383 44 777 888",))])
    done = ask(told, *NAMES, "--identifier", "00383 44 777 888", "--identifier", "BA7654321")
    assert done.exit_code == 0, done.output
    assert "38344777888: read as phone" in done.stderr
    assert "BA7654321: read as document" in done.stderr
    told.deliver()
    [row] = [each for each in told.rows(ALB, "hit", "list") if each["ref"] == "CLI-001"]
    assert row["evidence"] == ["identifier_same"]
    shown = told.good(ALB, "hit", "show", str(row["id"]), post="examiner")
    assert "identifiers 00383 44 777 888, BA7654321" in shown
    opened = told.good(ALB, "enquiry", "open", str(row["enquiry_id"]), post="enquirer")
    assert "00383 44 777 888, BA7654321" in opened
    [asked] = told.rows(ALB, "enquiry", "open", str(row["enquiry_id"]), post="enquirer")
    assert json.dumps(asked).count("BA7654321") == 1


def test_who_cannot_be_told_apart_is_said_with_how_many(told: Terminal) -> None:
    twins = [PersonRecord(RecordRef(f"CLI-1{n:02}"), "Zefirrq", "Hqqodaq") for n in range(12)]
    bring(told.world, GBR, twins[:2])
    assert ask(told, "--first", "Zefirrq", "--family", "Hqqodaq").exit_code == 0
    told.deliver()
    [row, _] = [each for each in told.rows(ALB, "hit", "list") if str(each["ref"]).startswith("CLI-1")]
    shown = told.good(ALB, "hit", "show", str(row["id"]), post="examiner")
    assert "cannot distinguish: 2 records of GBR agree in exactly the same" in shown
    assert told.rows(ALB, "hit", "show", str(row["id"]), post="examiner")[0]["indistinguishable"] == 2
    bring(told.world, GBR, twins[2:])
    sent = ask(told, "--first", "Zefirrq", "--family", "Hqqodaq", "--person-ref", "D-811", "--json")
    told.deliver()
    enquiry = json.loads(sent.stdout)["id"]
    [row, *others] = [each for each in told.rows(ALB, "hit", "list") if each["enquiry_id"] == enquiry]
    assert len(others) == MAX_REFS - 1
    assert MAX_REFS == messages.MAX_REFS
    assert "at least 10 records" in told.good(ALB, "hit", "show", str(row["id"]), post="examiner")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (("--first", "Qerimqq"), "Give two of"),
        (("--family", "Wqopplex", "--father", "Gezim"), "Give two of"),
        (("--born", "1990-02-03", "--identifier", "BA7654321"), "Give two of"),
        ((*NAMES, "--identifier", "12"), "at least 5 letters and digits"),
        ((*NAMES, "--identifier", "0000000000"), "at least 5 letters and digits"),
        ((*NAMES, "--identifier", "address: Rruga e Durresit 12"), "core data"),
        ((*NAMES, *("--identifier", "BA1234567") * 5), "room for 4"),
        ((*NAMES, "--identifier", "national: 1803994710009"), "--numbers-as-given"),
        ((*NAMES, "--identifier", "phone: 044 123 456"), "write it with +"),
        ((*NAMES, "--identifier", "iban: AL48212110090000000235698741"), "check digits are wrong"),
        ((*NAMES, "--number", "BA7654321"), "not a field of the subject person"),
        ((*NAMES, "--born", "31.02.1990"), "has no day 31"),
        (("--first", "Q" * 60_000, "--family", "Wqopplex"), "200 characters"),
    ],
)
def test_what_does_not_go_says_why_and_sends_nothing(told: Terminal, more: tuple[str, ...], says: str) -> None:
    before = count(told)
    result = ask(told, *more)
    assert result.exit_code == 2, result.output
    assert says in " ".join(result.stderr.split())
    assert count(told) == before


def test_a_number_that_breaks_its_rule_is_asked_where_somebody_means_it_so(told: Terminal) -> None:
    before = count(told)
    done = ask(told, *NAMES, "--identifier", "iban: AL48212110090000000235698741", "--numbers-as-given")
    assert done.exit_code == 0, done.output
    assert "check digits are wrong" in done.stderr
    assert count(told) == before + 1


def test_a_dry_run_says_how_numbers_are_read_and_sends_nothing(told: Terminal) -> None:
    before = count(told)
    done = ask(told, *NAMES, "--identifier", "phone: 044 123 456", "--dry-run", "--json")
    assert done.exit_code == 0, done.output
    assert "its country is missing" in done.stderr
    assert [json.loads(line)["partner"] for line in done.stdout.splitlines()] == ["GBR"]
    assert count(told) == before


def test_a_number_is_no_field_of_a_document(told: Terminal) -> None:
    document = ("enquiry", "send", "--case", "DUR-2025-0811", "--purpose", "border_check", *WHY, "--issuer", "RKS")
    result = told.run(ALB, *document, "--number", "P0041763", "--identifier", "BA1234567", post="enquirer")
    assert result.exit_code == 2
    assert "identifiers is not a field of the subject travel_document" in " ".join(result.stderr.split())
