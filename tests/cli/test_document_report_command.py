"""`egnatia document report`: with officers' verdicts where a node or a node's report has them, and plainly without."""

import contextlib
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result
from tests.cli.terminal import Terminal
from tests.engines.documents.report.sources import basis, made, presented
from tests.federation.world import ALB, World

from egnatia.casework import borders
from egnatia.cli import cli
from egnatia.console.language import language
from egnatia.console.pages.inspections import verdict_lines
from egnatia.engines.documents.inspection import examine
from egnatia.engines.documents.report.formats import officers_in, to_json
from egnatia.engines.documents.report.officers import GivenVerdict, OfficersVerdict
from egnatia.engines.documents.report.stored import keep
from egnatia.engines.documents.report.xml import NAMESPACE
from egnatia.errors import InputError
from egnatia.languages import LANGUAGES
from egnatia.model.borders import VerdictClass
from egnatia.node import utc_now

CASE = "DUR-2025-0417"
WHY = "The laminate over the photograph was lifted and glued again."
NONE = "No officer's verdict is in it.\n"
RESULT = examine(presented(made()), basis())
FORGED = OfficersVerdict("single", (GivenVerdict("forged", "2026-11-22T12:00:00+00:00", "off-1"),), "forged")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["document", "report", *map(str, arguments)])


@pytest.fixture
def terminal(world: World) -> Terminal:
    world.clock.now = utc_now()  # commands use the machine's clock
    return Terminal(world)


def recorded(terminal: Terminal) -> str:
    node, officer = terminal.world.nodes[ALB], terminal.world.officer(ALB, "enquirer")
    sources, held = presented(made()), basis()
    result = examine(sources, held)
    content = keep(sources, held, result)
    return node.commit(lambda tx: borders.record_examination(tx, officer, CASE, result, content, node.clock()))


def say(terminal: Terminal, inspection_id: str, kind: VerdictClass, post: str) -> None:
    node, officer = terminal.world.nodes[ALB], terminal.world.officer(ALB, post)
    node.commit(lambda tx: borders.give_verdict(tx, officer, inspection_id, kind, WHY, node.clock()))


def report(terminal: Terminal, inspection_id: str, *more: str, post: str = "examiner") -> Result:
    return terminal.run(ALB, "document", "report", "--inspection", inspection_id, *more, post=post)


def test_a_nodes_report_has_every_verdict_and_never_the_reasons(terminal: Terminal) -> None:
    inspection_id = recorded(terminal)
    alone = report(terminal, inspection_id, "--format", "json")
    assert (alone.exit_code, alone.stderr, b"officers" in alone.stdout_bytes) == (0, NONE, False)
    say(terminal, inspection_id, VerdictClass.FORGED, "examiner")
    say(terminal, inspection_id, VerdictClass.GENUINE, "supervisor")
    written = report(terminal, inspection_id, "--format", "json")
    assert (written.exit_code, written.stderr) == (0, "")
    officers = officers_in(written.stdout_bytes)
    assert officers is not None
    assert (officers.agreement, officers.verdict) == ("disputed", "")
    assert [each.verdict for each in officers.given] == ["forged", "genuine"]
    assert json.loads(written.stdout)["examination"] == json.loads(alone.stdout)["examination"]
    for kind in ("json", "xml", "html"):
        content = report(terminal, inspection_id, "--format", kind).stdout
        assert WHY not in content
        assert "laminate" not in content


def test_the_log_names_officers_only_with_personal_data(terminal: Terminal) -> None:
    inspection_id = recorded(terminal)
    say(terminal, inspection_id, VerdictClass.FORGED, "examiner")
    officer = terminal.world.officer(ALB, "examiner").id
    for more, named in (((), False), (("--personal",), True)):
        content = report(terminal, inspection_id, "--format", "xml", *more).stdout
        (last,) = [each for each in ET.fromstring(content) if each.tag == f"{{{NAMESPACE}}}officers"]  # noqa: S314 - our own
        assert last.get("agreement") == "single"
        assert (officer in content) is named


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_page_says_it_in_its_language(terminal: Terminal, tag: str) -> None:
    inspection_id = recorded(terminal)
    say(terminal, inspection_id, VerdictClass.LOST_OR_STOLEN, "examiner")
    page = report(terminal, inspection_id, "--language", tag).stdout
    speaks = language(tag)
    with terminal.world.nodes[ALB].database.read() as tx:
        (given,) = borders.judged(tx, inspection_id).verdicts
    heading, line = verdict_lines(
        OfficersVerdict("single", (GivenVerdict(given.kind.value, given.given_at.isoformat(), given.given_by),)), speaks
    )
    assert heading.replace("'", "&#39;") in page
    assert line in page


def test_taking_it_out_is_entered_and_needs_a_person_who_may(terminal: Terminal) -> None:
    inspection_id = recorded(terminal)
    before = terminal.world.kinds(ALB).count("inspection.exported")
    assert report(terminal, inspection_id, "--format", "xml", "--personal").exit_code == 0
    (entry,) = [each for each in terminal.world.entries(ALB) if each.kind == "inspection.exported"][:1]
    assert entry.object_ref == f"inspection:{inspection_id}"
    assert entry.content == {"kind": "xml", "language": "en", "view": "officer", "personal": True}
    assert terminal.world.kinds(ALB).count("inspection.exported") == before + 1
    assert report(terminal, inspection_id, post="auditor").exit_code == 8
    assert report(terminal, "none").exit_code == 4
    nobody = terminal.run(ALB, "document", "report", "--inspection", inspection_id)
    assert (nobody.exit_code, "--as" in nobody.stderr) == (2, True)
    assert terminal.world.kinds(ALB).count("inspection.exported") == before + 1


def test_one_thing_is_reported_on(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_bytes(to_json(RESULT))
    for arguments in ((), (file, "--inspection", "some")):
        result = run(*arguments)
        assert (result.exit_code, "one thing" in result.stderr) == (2, True)


# From files, without a node.


def test_a_stored_inspection_has_none_and_the_command_says_so(tmp_path: Path) -> None:
    file = tmp_path / "stored.json"
    file.write_bytes(keep(presented(made()), basis(), RESULT))
    for kind in ("json", "xml", "html"):
        result = run(file, "--format", kind)
        assert (result.exit_code, result.stderr) == (0, NONE)
        assert "officers" not in result.stdout


@pytest.mark.parametrize("kind", ["json", "xml", "html"])
def test_a_report_that_a_node_handed_out_keeps_its_verdicts(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "report.json"
    file.write_bytes(to_json(RESULT, officers=FORGED))
    result = run(file, "--format", kind)
    assert (result.exit_code, result.stderr) == (0, "")
    assert ("forged" if kind != "html" else "Altered document") in result.stdout
    if kind == "json":
        assert result.stdout_bytes.rstrip(b"\n") == to_json(RESULT, officers=FORGED)


HOSTILE: dict[str, Any] = {
    "another word": {"given": [{"verdict": "hang", "given_at": "2026-11-22T12:00:00+00:00", "given_by": "x"}]},
    "no moment": {"given": [{"verdict": "forged", "given_at": "yesterday", "given_by": "x"}]},
    "another standing": {"agreement": "unanimous"},
}


@pytest.mark.parametrize("changes", list(HOSTILE.values()), ids=list(HOSTILE))
def test_verdicts_that_no_node_writes_are_refused_on_a_page(tmp_path: Path, changes: dict[str, Any]) -> None:
    value = json.loads(to_json(RESULT, officers=FORGED))
    value["officers"] |= changes
    file = tmp_path / "report.json"
    file.write_text(json.dumps(value))
    result = run(file, "--format", "html")
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_what_a_file_says_of_officers_is_shown_as_text(tmp_path: Path) -> None:
    """Whoever writes the file may write a name with markup in it, or signs that turn the direction of writing."""
    given = GivenVerdict("forged", "2026-11-22T12:00:00+00:00", "<script>alert(1)</script>\u202eneuneg")
    file = tmp_path / "report.json"
    file.write_bytes(to_json(RESULT, officers=OfficersVerdict("single", (given,), "forged")))
    page = run(file, "--format", "html").stdout
    assert "<script>" not in page
    assert "\u202e" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    "moment", ["2026-11-22T12:00:00", "2026-11-22", "0001-01-01T00:00:00+14:00", "20261122T120000Z"]
)
def test_every_moment_is_written_or_refused_and_never_raises(moment: str) -> None:
    officers = OfficersVerdict("single", (GivenVerdict("forged", moment),), "forged")
    lines: tuple[str, ...] = ()
    with contextlib.suppress(InputError):
        lines = verdict_lines(officers, language("en"))
    assert len(lines) == (0 if moment.startswith("0001") else 2)
