"""Everything a user can meet is explained on the page it belongs to, in a table row or heading of its own."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import MISSING, fields
from enum import Enum
from pathlib import Path

import pytest

import egnatia
from egnatia import errors
from egnatia.engines.documents.mrz.findings import FindingCode
from egnatia.engines.documents.mrz.types import Verdict
from egnatia.engines.documents.types import Advice
from egnatia.engines.people.types import Claim
from egnatia.errors import Error
from egnatia.indicators import definitions
from egnatia.indicators.definitions import Unit
from egnatia.model import events, offences, officers, states
from egnatia.model.events import OPERATIONS, EventKind
from egnatia.model.offences import SERIOUSNESS
from egnatia.model.officers import PERMISSIONS, Action
from egnatia.model.states import RefusalReason, Role
from egnatia.settings import BOUNDS, SECTIONS

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
SOURCE = Path(egnatia.__path__[0])
ELSEWHERE = {EventKind: "ledger.md", RefusalReason: "refusals.md"}
"""Lists of the model that have a page of their own; `states.md` has all others."""
TESTS_OWN = {"EGNATIA_AXE", "EGNATIA_TEST_POSTGRESQL"}


def page(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """What stands under a heading of the second level, up to the next one."""
    _, found, rest = text.partition(f"\n## {heading}\n")
    assert found, f"there is no section {heading}"
    return rest.partition("\n## ")[0]


def rows(text: str) -> dict[str, list[str]]:
    """Table rows by the name in back-ticks in their first cell, each with its other cells."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("| "):
            first, *others = (cell.strip() for cell in line.strip().strip("|").split(" |"))
            for name in re.findall(r"`([^`]+)`", first):
                found[name] = others
    return found


def enums_of_the_model() -> Iterator[type[Enum]]:
    for module in (states, events, officers, offences):
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Enum) and value.__module__ == module.__name__:
                yield value


def word(member: Enum) -> str:
    return member.value if isinstance(member.value, str) else member.name


@pytest.mark.parametrize("kind", list(enums_of_the_model()), ids=lambda kind: kind.__name__)
def test_every_value_of_the_model_is_explained(kind: type[Enum]) -> None:
    members = [word(member) for member in kind.__members__.values()]
    text = page(ELSEWHERE[kind]) if kind in ELSEWHERE else section(page("states.md"), kind.__name__)
    explained = rows(text)
    missing = [member for member in members if not any(explained.get(member, []))]
    assert not missing, f"{kind.__name__}: {missing}"


@pytest.mark.parametrize(
    "kind", [each for each in enums_of_the_model() if each not in ELSEWHERE], ids=lambda kind: kind.__name__
)
def test_no_value_is_explained_that_does_not_exist(kind: type[Enum]) -> None:
    members = {word(member) for member in kind.__members__.values()}
    assert set(rows(section(page("states.md"), kind.__name__))) <= members


def test_no_refusal_or_event_is_explained_that_does_not_exist() -> None:
    assert {name for name in rows(page("refusals.md")) if name.isupper()} == {reason.value for reason in RefusalReason}
    kinds = section(page("ledger.md"), "Kinds of entry")
    assert set(rows(kinds)) == {kind.value for kind in EventKind}


@pytest.mark.parametrize("kind", list(EventKind))
def test_the_operation_of_an_event_is_the_one_that_is_logged(kind: EventKind) -> None:
    operation = OPERATIONS[kind]
    assert rows(section(page("ledger.md"), "Kinds of entry"))[kind.value][0] == (operation.value if operation else "-")


@pytest.mark.parametrize("offence", list(SERIOUSNESS))
def test_the_seriousness_of_an_offence_is_the_one_that_decides(offence: states.Offence) -> None:
    assert rows(section(page("states.md"), "Offence"))[offence.value][0] == f"`{SERIOUSNESS[offence].name}`"


@pytest.mark.parametrize("action", list(Action))
def test_the_roles_of_an_action_are_those_that_decide(action: Action) -> None:
    told = rows(section(page("states.md"), "Action"))[action.value][0]
    meant = set(Role) if told == "everyone" else {Role(name) for name in told.split(", ")}
    assert meant == PERMISSIONS[action]


def classes_of_errors() -> list[type[Error]]:
    return [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, Error)]


@pytest.mark.parametrize("kind", classes_of_errors(), ids=lambda kind: kind.__name__)
def test_every_error_is_explained_with_its_figures_and_its_hint(kind: type[Error]) -> None:
    row = rows(page("errors.md"))[kind.code]
    assert row[:3] == [f"`{kind.__name__}`", str(kind.exit_status), str(kind.http_status)]
    assert row[4] == kind.default_hint


@pytest.mark.parametrize("kind", classes_of_errors(), ids=lambda kind: kind.__name__)
def test_every_exit_status_names_its_errors(kind: type[Error]) -> None:
    table = section(page("commands.md"), "Exit status").splitlines()
    line = next(line for line in table if line.startswith(f"| {kind.exit_status} |"))
    assert f"`{kind.code}`" in line


def test_every_setting_is_explained_with_its_default_and_its_variable() -> None:
    for name, kind in SECTIONS.items():
        explained = rows(section(page("settings.md"), name))
        assert set(explained) == {f"{name}.{each.name}" for each in fields(kind)}
        for each in fields(kind):
            assert each.default is not MISSING
            shown = f"`{each.default}`" if each.default != "" else "empty"
            variable = f"`EGNATIA__{name.upper()}__{each.name.upper()}`"
            row = explained[f"{name}.{each.name}"]
            assert row[0] == shown, each.name
            assert row[2] == variable
            if each.name in BOUNDS:
                low, high = BOUNDS[each.name]
                assert row[1].endswith(f"{low:,} to {high:,}")
            assert row[3]


def test_every_environment_variable_of_the_source_is_explained() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    named = set(re.findall(r"\bEGNATIA_[A-Z][A-Z_]*[A-Z]\b", source)) - TESTS_OWN
    assert named
    assert named == set(rows(section(page("settings.md"), "Other variables")))


@pytest.mark.parametrize("kind", [FindingCode, Verdict, Advice], ids=lambda kind: kind.__name__)
def test_every_finding_of_the_document_reader_is_explained(kind: type[Enum]) -> None:
    explained = rows(page("documents.md"))
    assert [word(one) for one in kind.__members__.values() if not any(explained.get(word(one), []))] == []


def test_every_claim_of_a_name_comparison_is_explained() -> None:
    text = section(page("people.md"), "How a score comes about")
    kinds = {claim.value: claim.value.rpartition("_") for claim in Claim}
    missing = [
        name
        for name, (stem, _, end) in kinds.items()
        if f"`{name}`" not in text and f"`_{end}`" not in _line(text, stem)
    ]
    assert missing == []


def _line(text: str, stem: str) -> str:
    return next((line for line in text.splitlines() if line.startswith(f"| `{stem}_")), "")


def test_every_finding_of_the_ledger_is_explained() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (SOURCE / "ledger").glob("*.py"))
    raised = set(re.findall(r"report\.find\(\s*\"([a-z]+)\"", source, re.IGNORECASE))
    assert raised
    explained = rows(section(page("errors.md"), "Findings are not errors"))
    assert raised == set(explained)


def test_every_indicator_and_unit_is_explained() -> None:
    text = page("indicators.md")
    defined = {each.id: each for each in definitions()}
    explained = rows(section(text, "Definitions of this version"))
    assert set(explained) == set(defined)
    assert {name: row[0] for name, row in explained.items()} == {
        name: each.unit.value for name, each in defined.items()
    }
    assert set(rows(section(text, "Units"))) == {unit.value for unit in Unit}


def test_the_version_is_in_the_change_log() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_decision_has_its_drawbacks_and_stands_in_the_list() -> None:
    overview = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    found = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
    assert found
    for path in found:
        text = path.read_text(encoding="utf-8")
        headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
        assert headings == ["Context", "Decision", "What it costs", "What it gives", "What was measured"], path.name
        assert path.name.startswith("0000") or f"](adr/{path.name})" in overview, path.name


@pytest.mark.parametrize("text", ["| `a` | |", "| a | b |", ""])
def test_a_row_without_an_explanation_does_not_count(text: str) -> None:
    assert not any(rows(text).get("a", []))
