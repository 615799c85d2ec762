"""`egnatia agreement`, word for word on a small register, and the register file's zoo of single faults."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import egnatia.scenario
from egnatia.agreements import Refusal, Request, parse_register, permit
from egnatia.cli import cli
from egnatia.errors import InputError
from egnatia.model.ids import PartnerCode
from egnatia.model.states import Offence, Purpose, RefusalReason, SubjectKind

DEMO = Path(egnatia.scenario.__path__[0]) / "agreements.toml"
SMALL = """
[[partner]]
code = "AAA"
travel_document_codes = ["AAA"]
status = [{ status = "member", since = 2025-01-01, source = "test" }]

[[partner]]
code = "BBB"
travel_document_codes = ["BBB"]
status = [{ status = "member", since = 2025-01-01, source = "test" }]

[[agreement]]
id = "one"
title = "Treaty One"
force = "treaty"
multilateral = false
invented = true
source = "test"
terminated_on = 2025-06-10
party = [{ partner = "AAA", in_force = 2025-02-01 }, { partner = "BBB", in_force = 2025-03-01 }]

[[agreement.grants]]
id = "g"
asker = "AAA"
answerer = "BBB"
subject = "person"
purposes = ["investigation", "border_check"]
offence_min = "serious"
step_two = true
deadline_h = 48
quota_day = 9
retention_max_d = 30
handling_default = "H1"
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "register.toml"
    path.write_text(SMALL, "utf-8")
    return path


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["agreement", *words])


def squeezed(text: str) -> list[list[str]]:
    return [re.split(r"\s{2,}", line.strip()) for line in text.splitlines()]


def test_the_matrix_of_a_day(small: Path) -> None:
    told = run("matrix", "--file", str(small), "--on", "2025-05-15")
    assert told.exit_code == 0, told.output
    rows = squeezed(told.stdout)
    assert rows[0] == ["asks", "whom", "about", "for", "grant", "from offence", "core data", "until"]
    assert rows[1][:3] == ["AAA", "BBB", "person"]
    assert sorted(rows[1][3].split(", ")) == ["border_check", "investigation"]
    assert rows[1][4:7] == ["g (invented)", "serious", "yes"]
    assert "1 grants hold on 2025-05-15; everything else is refused." in told.stdout
    assert "ends 2025-06-10: one" in told.stdout


@pytest.mark.parametrize(
    ("day", "count"),
    [("2024-12-31", 0), ("2025-02-28", 0), ("2025-03-01", 1), ("2025-06-09", 1), ("2025-06-10", 0), ("2099-01-01", 0)],
)
def test_the_matrix_at_the_border_of_each_date(small: Path, day: str, count: int) -> None:
    assert f"{count} grants hold on {day};" in run("matrix", "--file", str(small), "--on", day).stdout
    lines = [
        json.loads(line) for line in run("matrix", "--file", str(small), "--on", day, "--json").stdout.splitlines()
    ]
    assert sum(line["kind"] == "grant" for line in lines) == count
    request = Request(
        PartnerCode("AAA"),
        PartnerCode("BBB"),
        SubjectKind.PERSON,
        Purpose.INVESTIGATION,
        next(iter(Offence)),
        date.fromisoformat(day),
    )
    answers = {
        isinstance(
            permit(
                parse_register(SMALL.encode()),
                Request(request.asker, request.answerer, request.subject, request.purpose, offence, request.on),
            ),
            Refusal,
        )
        for offence in Offence
    }
    assert (False in answers) is bool(count), "the matrix and permit() agree"


def test_an_end_is_announced_thirty_days_before(small: Path) -> None:
    assert "ends 2025-06-10" in run("matrix", "--file", str(small), "--on", "2025-05-11").stdout
    assert "ends 2025-06-10" not in run("matrix", "--file", str(small), "--on", "2025-05-10").stdout


@pytest.mark.parametrize(
    ("words", "day", "status", "said"),
    [
        (("AAA", "BBB", "person", "--purpose", "investigation"), "2025-05-15", 0, "allowed by grant g of one, follow-ups due within 48 hours"),
        (("aaa", "bbb", "person", "--purpose", "investigation", "--step-two"), "2025-05-15", 0, "allowed by grant g"),
        (("BBB", "AAA", "person", "--purpose", "investigation"), "2025-05-15", 5, "SUBJECT_NOT_GRANTED"),
        (("AAA", "AAA", "person", "--purpose", "investigation"), "2025-05-15", 5, "SAME_PARTNER"),
        (("AAA", "CCC", "person", "--purpose", "investigation"), "2025-05-15", 5, "UNKNOWN_PARTNER"),
        (("AAA", "BBB", "dna", "--purpose", "investigation"), "2025-05-15", 5, "NO_AGREEMENT"),
        (("AAA", "BBB", "person", "--purpose", "investigation"), "2025-02-28", 5, "AGREEMENT_NOT_IN_FORCE"),
        (("AAA", "BBB", "person", "--purpose", "investigation"), "2025-06-10", 5, "AGREEMENT_TERMINATED"),
    ],
)  # fmt: skip
def test_a_question_is_answered_with_its_grant_or_one_reason(
    small: Path, words: tuple[str, ...], day: str, status: int, said: str
) -> None:
    told = run("check", *words, "--offence", "trafficking_in_persons", "--on", day, "--file", str(small))
    assert (told.exit_code, said in told.output) == (status, True), told.output


@pytest.mark.parametrize(
    "words",
    [("check", "AAA", "BBB"), ("check", "AAA", "BBB", "persons", "--purpose", "investigation", "--offence", "x"), ("matrix", "--on", "15/05/2025"),
     ("matrix", "--file", "no such file"), ("import",)],
)  # fmt: skip
def test_wrong_usage_ends_with_status_2(words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2


def test_a_list_names_each_party_with_its_day(small: Path) -> None:
    rows = squeezed(run("list", "--file", str(small)).stdout)
    assert rows[1] == ["one", "treaty", "AAA 2025-02-01, BBB 2025-03-01", "yes", "Treaty One"]
    (value,) = [json.loads(line) for line in run("list", "--file", str(small), "--json").stdout.splitlines()]
    assert (value["id"], value["terminated_on"]) == ("one", "2025-06-10")


GRANT_FAULTS = [
    ('subject = "person"', 'subject = "persons"', "$.agreement[0].grants[0].subject"),
    ('purposes = ["investigation", "border_check"]', "purposes = []", "$.agreement[0].grants[0].purposes"),
    ('purposes = ["investigation", "border_check"]', 'purposes = ["x"]', "$.agreement[0].grants[0].purposes[0]"),
    ('offence_min = "serious"', 'offence_min = "SERIOUS"', "$.agreement[0].grants[0].offence_min"),
    ("step_two = true", 'step_two = "yes"', "$.agreement[0].grants[0].step_two"),
    ("step_two = true", "step_two = 1", "$.agreement[0].grants[0].step_two"),
    ("deadline_h = 48", "deadline_h = 0", "$.agreement[0].grants[0].deadline_h"),
    ("deadline_h = 48", "deadline_h = -1", "$.agreement[0].grants[0].deadline_h"),
    ("deadline_h = 48", "deadline_h = 48.5", "$.agreement[0].grants[0].deadline_h"),
    ("quota_day = 9", 'quota_day = "9"', "$.agreement[0].grants[0].quota_day"),
    ("quota_day = 9", "quota_day = -9", "$.agreement[0].grants[0].quota_day"),
    ("retention_max_d = 30", "retention_max_d = 0", "$.agreement[0].grants[0].retention_max_d"),
    ('handling_default = "H1"', 'handling_default = ""', "$.agreement[0].grants[0].handling_default"),
    ('asker = "AAA"', 'asker = "aaa"', "$.agreement[0].grants[0].asker"),
    ('asker = "AAA"', 'asker = "AAA"\nnote = "x"', "$.agreement[0].grants[0]"),
    ('id = "g"\n', "", "$.agreement[0].grants[0]"),
    ('force = "treaty"', 'force = "gentlemen"', "$.agreement[0].force"),
    ("multilateral = false", "multilateral = 0", "$.agreement[0].multilateral"),
    ("terminated_on = 2025-06-10", 'terminated_on = "soon"', "$.agreement[0].terminated_on"),
    ("terminated_on = 2025-06-10", "terminated_on = 2025-06-10T00:00:00Z", "$.agreement[0].terminated_on"),
    ('{ partner = "AAA", in_force = 2025-02-01 }, ', "", "$.agreement[0].party"),
    ('code = "BBB"', 'code = "BB"', "$.partner[1].code"),
    ('code = "BBB"', 'code = "AAA"', "partner AAA stands there twice"),
    ('travel_document_codes = ["BBB"]', "travel_document_codes = []", "$.partner[1].travel_document_codes"),
    (
        'status = "member", since = 2025-01-01, source = "test" }]\n\n[[agreement]]',
        'status = "friend", since = 2025-01-01, source = "test" }]\n\n[[agreement]]',
        "$.partner[1].status[0].status",
    ),
    ('answerer = "BBB"', 'answerer = "CCC"', "CCC"),
    ('answerer = "BBB"', 'answerer = "AAA"', "AAA"),
    ('{ partner = "BBB", in_force', '{ partner = "CCC", in_force', "CCC"),
]


@pytest.mark.parametrize(
    ("old", "new", "place"), GRANT_FAULTS, ids=[f"{row[2]}-{at}" for at, row in enumerate(GRANT_FAULTS)]
)
def test_each_single_fault_of_a_register_names_its_place(small: Path, old: str, new: str, place: str) -> None:
    assert old in SMALL
    content = SMALL.replace(old, new, 1)
    with pytest.raises(InputError) as refusal:
        parse_register(content.encode())
    assert place in refusal.value.message, refusal.value.message
    small.write_text(content, "utf-8")
    told = run("matrix", "--file", str(small))
    assert told.exit_code == 2
    assert place in told.stderr


def test_every_reason_of_a_refusal_of_the_demo_register_is_from_the_closed_list() -> None:
    told = run("check", "GBR", "ALB", "hub", "--purpose", "investigation", "--offence", "homicide", "--on", "2025-05-15", "--file", str(DEMO), "--json")  # fmt: skip
    assert told.exit_code == 5
    value = json.loads(told.stdout)
    assert value["allowed"] is False
    assert value["reason"] in set(RefusalReason)
    assert value["detail"]
