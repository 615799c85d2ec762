"""What a script reads is what a person reads: as many rows, the same references, and nothing that a terminal would show else."""

import json

import pytest
from tests.cli.terminal import Terminal, told
from tests.federation.world import ALB, XKX

from egnatia.model.ids import PartnerCode

__all__ = ["told"]

SELF = ("--purpose", "self_monitoring")
TABLES: dict[str, tuple[PartnerCode, tuple[str, ...], str, tuple[str, ...]]] = {
    "accounts": (ALB, ("account", "list"), "administrator", ("officer.id", "officer.name")),
    "alerts": (ALB, ("alert", "list"), "supervisor", ("id",)),
    "claims": (ALB, ("claim", "list"), "supervisor", ("id",)),
    "crossings": (ALB, ("crossing", "list"), "supervisor", ("id",)),
    "enquiries": (ALB, ("enquiry", "list"), "", ("id", "case_ref")),
    "follow-ups here": (XKX, ("followup", "list"), "", ("id", "ref", "partner")),
    "follow-ups there": (ALB, ("followup", "list", "--direction", "out"), "", ("id", "ref")),
    "hits": (ALB, ("hit", "list"), "", ("id",)),
    "ledger": (ALB, ("ledger", "show", *SELF, "--kind", "enquiry.sent"), "auditor", ("kind", "object_ref")),
    "outcomes": (ALB, ("outcome", "list"), "", ("id", "case_ref", "person_ref", "place")),
    "packs": (ALB, ("crossing", "pack", "list"), "", ("id",)),
    "relaxations": (ALB, ("crossing", "relaxations"), "", ("bcp",)),
    "standing": (ALB, ("enquiry", "standing", "list"), "supervisor", ("id",)),
    "devices": (ALB, ("device", "list"), "", ("id", "name", "bcp")),
}


@pytest.fixture(scope="module")
def full(told: Terminal) -> Terminal:
    """The case told, and something in the lists that the case does not fill."""
    told.good(ALB, "claim", "record", "--against", "SYR", "--first", "Arta", "--family", "Gashi", post="supervisor")
    device = ("device", "add", "Lane 3\nand 4", "--bcp", "DURRES-1", "--model", "Reader 7")
    told.good(ALB, *device, post="administrator")
    told.good(ALB, "crossing", "pack", "import", "alb-exit", post="supervisor")
    relax = ("crossing", "relax", "--bcp", "DURRES-1", "--direction", "exit", "--reason", "traffic", "--hours", "2")
    told.good(ALB, *relax, post="supervisor")
    met = ("--bcp", "DURRES-1", "--direction", "entry", "--nationality", "ALB", "--sex", "F", "--age", "30_44")
    told.good(ALB, "crossing", "refer", *met, "--reason", "doc_discrepancy", post="enquirer")
    return told


def value(row: dict[str, object], path: str) -> str:
    found: object = row
    for name in path.split("."):
        assert isinstance(found, dict)
        found = found[name]
    return str(found)


def both(full: Terminal, name: str) -> tuple[list[str], list[dict[str, object]], tuple[str, ...]]:
    """The lines of the table without its headings, the objects, and what stands in both."""
    code, line, post, paths = TABLES[name]
    plain = full.run(code, *line, post=post)
    data = full.run(code, *line, "--json", post=post)
    assert plain.exit_code == data.exit_code, "the answer is the same answer"
    return plain.stdout.splitlines()[1:], [json.loads(each) for each in data.stdout.splitlines()], paths


@pytest.mark.parametrize("name", TABLES, ids=lambda name: str(name).replace(" ", "_"))
def test_a_table_has_a_line_for_each_object(full: Terminal, name: str) -> None:
    lines, objects, paths = both(full, name)
    assert len(lines) == len(objects)
    for path in paths:
        for line, row in zip(lines, objects, strict=True):
            assert value(row, path).replace("\n", " ↵ ") in line, f"{path}: {row} and {line!r}"


@pytest.mark.parametrize(
    "name", sorted(set(TABLES) - {"alerts", "standing"}), ids=lambda name: str(name).replace(" ", "_")
)
def test_the_lists_of_these_tests_are_not_empty(full: Terminal, name: str) -> None:
    assert both(full, name)[1], "an empty list agrees with every other"


@pytest.mark.parametrize("name", TABLES, ids=lambda name: str(name).replace(" ", "_"))
def test_objects_of_a_list_have_the_same_names_and_no_secret_ones(full: Terminal, name: str) -> None:
    """A script can rely on every name being there; what is sealed is not in a list."""
    objects = both(full, name)[1]
    assert len({tuple(sorted(each)) for each in objects}) <= 1
    said = json.dumps(objects).lower()
    for secret in ("argon2", "sealed_id", "particulars_id", "password_hash", "krasniqi", "gashi"):
        assert secret not in said, secret


def test_one_thing_shown_twice_is_the_same_thing(full: Terminal) -> None:
    """`show` of what `list` named, in both forms."""
    [listed] = full.rows(ALB, "hit", "list")
    [shown] = full.rows(ALB, "hit", "show", full.hit, post="examiner")
    plain = full.good(ALB, "hit", "show", full.hit, post="examiner")
    assert shown != listed
    assert full.hit in plain
    assert str(listed["id"]) == full.hit
    [enquiry] = full.rows(ALB, "enquiry", "show", full.enquiry)
    assert full.enquiry in json.dumps(enquiry)
    assert full.enquiry in full.good(ALB, "enquiry", "show", full.enquiry)


def test_an_empty_list_is_no_line_for_a_machine_and_headings_for_a_person(full: Terminal) -> None:
    line = ("outcome", "list", "--case", "DUR-1999-0001")
    assert full.good(ALB, *line, "--json") == ""
    assert full.good(ALB, *line).split() == ["outcome", "kind", "case", "person", "at", "place", "attributed"]


def test_a_line_feed_in_a_name_makes_no_second_row_in_either_form(full: Terminal) -> None:
    lines, objects, _ = both(full, "devices")
    assert [row["name"] for row in objects] == ["Lane 3\nand 4"]
    assert [line for line in lines if "Lane 3 ↵ and 4" in line] == lines


@pytest.mark.parametrize("code", [ALB, XKX])
def test_a_script_learns_when_a_follow_up_is_due_and_how_its_clock_stands(full: Terminal, code: PartnerCode) -> None:
    """The table said it and the objects did not; they said instead where the facts lie sealed."""
    [row] = full.rows(code, "followup", "list")
    assert {"due", "clock", "late"} <= set(row)
    assert row["late"] is False
    line = full.good(code, "followup", "list").splitlines()[1]
    assert str(row["state"]) in line
    if row["due"] is not None:
        assert str(row["due"])[:10] in line
