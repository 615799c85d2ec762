"""Recorded inspections again: shown, taken out in four forms and five languages, repeated; every look entered."""

import json
from datetime import timedelta
from typing import Any

import pytest
from tests.console.test_examine_page import archive, send
from tests.engines.documents.report.sources import NOW, made, store

from egnatia.casework.borders import inspect_document
from egnatia.console.catalogues import LANGUAGES
from egnatia.engines.documents.report.formats import from_json, officers_in
from egnatia.engines.documents.trust.holdings import Holdings
from egnatia.engines.documents.trust.imports import import_certificate
from egnatia.ledger.entries import EntryFilter, read_entries
from egnatia.model.ids import PartnerCode
from egnatia.scenario.case import PASSPORT
from egnatia.store.tables import inspection, registered_document

ALB = PartnerCode("ALB")
CASE = "DUR-2025-0800"
WHY = "The laminate over the photograph was lifted and glued again."


def keep(force: Any, holdings: Holdings) -> None:
    keeper = force.nodes[ALB].trust_keeper
    keeper.put(keeper.folder(), holdings, force.clock())


@pytest.fixture(scope="module")
def recorded(force: Any) -> str:
    """One inspection with zone, chip and a wrong number, recorded at a node with a trust store; its id."""
    force.clock.now = NOW + timedelta(hours=12)
    keep(force, store().holdings)
    browser = force.browser("ALB", "supervisor")
    data = {"zone": "\n".join(made().zone), "number": "XX0000000", "case_ref": CASE}
    page = send(browser, data, [("chip", ("chip.zip", archive(), "application/zip"))])
    assert page.status_code == 200, page.text
    with force.nodes[ALB].database.read() as tx:
        found: str = tx.execute(inspection.select().where(inspection.c.case_ref == CASE)).one().id
    return found


def version(force: Any) -> str:
    """Of the node's store: its lists, and the defects that come with the release."""
    found: str = force.nodes[ALB].trust_keeper.held().store.version
    return found


def entries(force: Any, kind: str) -> list[Any]:
    with force.nodes[ALB].database.read() as tx:
        return [each for each in read_entries(tx, EntryFilter(limit=500)) if each.kind == kind]


def test_the_console_verifies_chips_by_the_nodes_store(force: Any, recorded: str) -> None:
    page = force.browser("ALB", "examiner").get(f"/documents/inspections/{recorded}").text
    assert "has no trust store" not in page
    with_store = json.loads(
        force.browser("ALB", "examiner").post(f"/documents/inspections/{recorded}/report", _form("json")).content
    )
    assert with_store["examination"]["versions"]["trust"] == version(force)
    results = {
        check["code"]: check["result"]
        for branch in with_store["examination"]["conclusion"]["branches"]
        for check in branch["checks"]
    }
    assert {results[each] for each in ("CHIP_DS_SIGNATURE", "CHIP_CSCA_FOUND") if each in results} <= {"successful"}
    assert results["CHIP_DS_TRUST"] == "successful"


def _form(kind: str, view: str = "officer", language: str = "en", **more: str) -> dict[str, str]:
    return {"kind": kind, "view": view, "in": language} | more


def test_the_list_shows_no_persons_data_and_is_entered(force: Any, recorded: str) -> None:
    before = len(entries(force, "inspection.viewed"))
    reply = force.browser("ALB", "enquirer").get("/documents/inspections")
    assert f"/documents/inspections/{recorded}" in reply.text
    assert CASE in reply.text
    assert made().issue.number not in reply.text
    assert made().zone[0][5:12] not in reply.text
    assert len(entries(force, "inspection.viewed")) == before + 1
    assert force.browser("ALB", "auditor").get("/documents/inspections").status_code == 403
    assert force.browser("ALB", "approver").get(f"/documents/inspections/{recorded}").status_code == 403
    assert len(entries(force, "inspection.viewed")) == before + 1


def test_one_page_and_full_evidence(force: Any, recorded: str) -> None:
    browser = force.browser("ALB", "examiner")
    page = browser.get(f"/documents/inspections/{recorded}").text
    full = browser.get(f"/documents/inspections/{recorded}?view=evidence").text
    assert "VISUAL_NUMBER_DIFFERS" in page
    assert "Fields as read" not in page
    for heading in ("Fields as read", "What was presented", "Made with"):
        assert heading in full
    assert version(force) in full
    assert entries(force, "inspection.viewed")[0].object_ref == f"inspection:{recorded}"


@pytest.mark.parametrize("tag", list(LANGUAGES))
@pytest.mark.parametrize("view", ["officer", "evidence"])
def test_the_report_is_taken_out_in_every_language(force: Any, recorded: str, tag: str, view: str) -> None:
    reply = force.browser("ALB", "supervisor").post(
        f"/documents/inspections/{recorded}/report", _form("html", view, tag)
    )
    assert reply.status_code == 200
    assert f'<html lang="{tag}">' in reply.text
    assert "attachment" in reply.headers["content-disposition"]
    assert f"-{view}-{tag}.html" in reply.headers["content-disposition"]
    entry = entries(force, "inspection.exported")[0]
    assert entry.content == {"kind": "html", "view": view, "language": tag, "personal": True}


def test_the_report_is_taken_out_as_pdf_xml_and_json(force: Any, recorded: str) -> None:
    pytest.importorskip("reportlab", reason="the extra pdf is not installed")
    browser, path = force.browser("ALB", "supervisor"), f"/documents/inspections/{recorded}/report"
    assert browser.post(path, _form("pdf")).content.startswith(b"%PDF-")
    number = made().issue.number
    for kind in ("xml", "json"):
        whole, bare = browser.post(path, _form(kind)), browser.post(path, _form(kind, personal="no"))
        assert number in whole.text
        assert number not in bare.text, f"{kind} without personal data"
    assert browser.post(path, _form("xml")).text.startswith("<?xml")
    assert entries(force, "inspection.exported")[0].content["personal"] is True


@pytest.mark.parametrize(
    "form",
    [{}, _form("exe"), _form("html", "all"), _form("html", "officer", "de"), _form("../../etc/passwd")],
)
def test_a_report_that_there_is_not_is_refused_and_nothing_is_entered(
    force: Any, recorded: str, form: dict[str, str]
) -> None:
    before = len(entries(force, "inspection.exported"))
    reply = force.browser("ALB", "supervisor").post(f"/documents/inspections/{recorded}/report", form)
    assert reply.status_code == 422
    assert len(entries(force, "inspection.exported")) == before


def test_a_report_is_not_taken_out_by_a_link(force: Any, recorded: str) -> None:
    """A page somewhere else could carry it; a form of another origin is refused."""
    browser = force.browser("ALB", "supervisor")
    assert browser.get(f"/documents/inspections/{recorded}/report?kind=html").status_code == 405
    answer = browser.post(f"/documents/inspections/{recorded}/report", _form("html"), sec_fetch_site="cross-site")
    assert answer.status_code == 403


def test_a_replay_on_the_same_basis_is_the_same_to_the_last_byte_on_another_day_too(force: Any, recorded: str) -> None:
    force.clock.turn(days=1)
    browser = force.browser("ALB", "examiner")
    page = browser.post(f"/documents/inspections/{recorded}/replay")
    assert page.status_code == 200
    assert "the same to the last byte" in page.text
    entry = entries(force, "inspection.replayed")[0]
    assert entry.content == {"same": True, "versions": [], "checks": 0}
    assert entry.object_ref == f"inspection:{recorded}"


def test_a_replay_with_another_store_says_which_version_and_which_checks_differ(force: Any, recorded: str) -> None:
    from tests.engines.documents.trust.realm import kosovo

    keep(force, import_certificate(store().holdings, kosovo(), force.clock(), force.clock().date()).holdings)
    page = force.browser("ALB", "examiner").post(f"/documents/inspections/{recorded}/replay")
    assert "not the same" in page.text
    assert "<code>trust</code>" in page.text
    assert entries(force, "inspection.replayed")[0].content == {"same": False, "versions": ["trust"], "checks": 0}
    for file in force.nodes[ALB].trust_keeper.path.glob("trust.*"):
        file.unlink()
    without = force.browser("ALB", "examiner").post(f"/documents/inspections/{recorded}/replay")
    assert "has no trust store" in without.text
    assert entries(force, "inspection.replayed")[0].content["checks"] > 0
    keep(force, store().holdings)


def test_a_replay_with_another_register_says_so(force: Any, recorded: str) -> None:
    node = force.nodes[ALB]
    with node.database.read() as tx:
        row = tx.execute(registered_document.select().limit(1)).one_or_none()
    from egnatia.engines.documents import RegisterRow
    from egnatia.enquiries.holdings import import_register
    from egnatia.model.states import RegisterCategory

    assert row is None
    added = RegisterRow(
        2, "ALB", "P", "AA0000001", "AA0000001", RegisterCategory.LOST, force.clock().date(), "ALB-D-1", ""
    )
    officer = force.officers[ALB, "alb-administrator"]
    node.commit(lambda tx: import_register(tx, node.desk, officer, [added], force.clock()))
    page = force.browser("ALB", "examiner").post(f"/documents/inspections/{recorded}/replay")
    assert "<code>register</code>" in page.text


def test_an_inspection_of_a_zone_alone_is_shown_as_what_it_is(force: Any) -> None:
    node, officer = force.nodes[ALB], force.officers[ALB, "alb-enquirer"]
    old = node.commit(lambda tx: inspect_document(tx, officer, "DUR-2025-0801", PASSPORT, force.clock()))[0]
    browser = force.browser("ALB", "examiner")
    page = browser.get(f"/documents/inspections/{old}")
    assert page.status_code == 200
    assert "of the zone alone" in page.text
    assert "/replay" not in page.text
    assert browser.post(f"/documents/inspections/{old}/replay").status_code == 422
    assert browser.post(f"/documents/inspections/{old}/report", _form("html")).status_code == 422


def test_an_unknown_inspection_is_not_found_and_not_entered(force: Any) -> None:
    browser, before = force.browser("ALB", "examiner"), len(entries(force, "inspection.viewed"))
    assert browser.get("/documents/inspections/none").status_code == 404
    assert browser.post("/documents/inspections/none/replay").status_code == 404
    assert browser.post("/documents/inspections/none/report", _form("html")).status_code == 404
    assert len(entries(force, "inspection.viewed")) == before


def test_the_report_as_a_form_has_what_officers_say(force: Any, recorded: str) -> None:
    browser, path = force.browser("ALB", "supervisor"), f"/documents/inspections/{recorded}/report"
    verdict = f"/documents/inspections/{recorded}/verdict"
    form = {"view": "officer", "in": "en"}
    content = browser.post(path, data={**form, "kind": "json"}).content
    assert officers_in(content) is None
    browser.post(verdict, data={"kind": "forged", "reasons": WHY})
    written = officers_in(browser.post(path, data={**form, "kind": "json"}).content)
    assert written is not None
    assert (written.agreement, written.verdict, [each.verdict for each in written.given]) == (
        "single",
        "forged",
        ["forged"],
    )
    assert written.given[0].given_by == force.officers["ALB", "alb-supervisor"].id
    assert from_json(browser.post(path, data={**form, "kind": "json"}).content) == from_json(content)
    force.browser("ALB", "examiner").post(verdict, data={"kind": "counterfeit", "reasons": WHY})
    log = browser.post(path, data={**form, "kind": "xml"}).text
    assert '<officers agreement="disputed">' in log
    assert log.count("<verdict ") == 2
    assert WHY not in log, "the reasons stay sealed"
    bare = browser.post(path, data={**form, "kind": "xml", "personal": "no"}).text
    assert "forged</verdict>" in bare
    assert force.officers["ALB", "alb-supervisor"].id not in bare


@pytest.mark.parametrize("name", ["false_alarms", "misses", "documents_found_genuine"])
def test_error_rates_are_figures_for_supervisors_here_too(force: Any, recorded: str, name: str) -> None:
    """As at /documents/rates: an examiner opens the records behind hits, and not those behind the machine's errors."""
    assert force.browser("ALB", "examiner").get("/indicators/hits").status_code == 200
    assert force.browser("ALB", "examiner").get(f"/indicators/{name}").status_code == 403
    page = force.browser("ALB", "supervisor").get(f"/indicators/{name}?from=2026-01-01&to=2026-12-31")
    assert page.status_code == 200
    assert (f"/documents/inspections/{recorded}" in page.text) <= (name == "documents_found_genuine")
