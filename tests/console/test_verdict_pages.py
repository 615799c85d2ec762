"""The pages on which a person says what a document is, and on which its holder is asked whether they need help."""

import re
from typing import Any

import pytest
from tests.engines.documents.report.sources import made

from egnatia.casework.borders import inspect_document, judged, note_reading, register_device
from egnatia.model.borders import VerdictClass
from egnatia.model.ids import PartnerCode
from egnatia.scenario.case import CASE_REF, PASSPORT
from egnatia.store.tables import inspection

WHY = "The laminate over the photograph was lifted and glued again."
ALB = PartnerCode("ALB")


def inspected(force: Any, zone: str = PASSPORT) -> str:
    node, officer = force.nodes[ALB], force.officers[ALB, "alb-examiner"]
    recorded = node.commit(lambda tx: inspect_document(tx, officer, CASE_REF, zone, node.clock()))
    return str(recorded[0])


def path_of(inspection_id: str, what: str = "verdict") -> str:
    return f"/documents/inspections/{inspection_id}/{what}"


def test_a_verdict_is_given_confirmed_and_shown_with_its_reasons(force: Any) -> None:
    inspection_id = inspected(force)
    browser = force.browser("ALB", "examiner")
    page = browser.get(path_of(inspection_id)).text
    assert "No verdict" in page
    assert "Ask the holder first" not in page
    reply = browser.post(path_of(inspection_id), data={"kind": "forged", "reasons": WHY})
    assert reply.status_code == 303
    page = browser.get(path_of(inspection_id)).text
    assert "One officer&#39;s verdict" in page
    assert WHY in page
    assert "Ask the holder first" in page
    second = force.browser("ALB", "supervisor")
    second.post(path_of(inspection_id), data={"kind": "genuine", "reasons": WHY})
    assert "Officers differ" in second.get(path_of(inspection_id)).text
    second.post(path_of(inspection_id), data={"kind": "forged", "reasons": WHY})
    assert "Confirmed by a second officer" in second.get(path_of(inspection_id)).text
    twin = second.get(f"{path_of(inspection_id)}?format=json").json()
    assert (twin["agreement"], len(twin["verdicts"])) == ("confirmed", 3)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"kind": "", "reasons": WHY}, "choose one"),
        ({"kind": "suspected_false", "reasons": WHY}, "choose one"),
        ({"kind": "forged", "reasons": "forged"}, "20"),
    ],
)
def test_what_is_no_verdict_is_said_and_nothing_is_kept(force: Any, sent: dict[str, str], said: str) -> None:
    """An advice of the machine is no verdict either, whatever a form sends."""
    inspection_id = inspected(force)
    reply = force.browser("ALB", "examiner").post(path_of(inspection_id), data=sent)
    assert (reply.status_code, said in reply.text) == (422, True)
    with force.nodes[ALB].database.read() as tx:
        assert judged(tx, inspection_id).verdicts == ()


def test_who_gives_no_verdicts_has_no_page_and_an_unknown_inspection_none_either(force: Any) -> None:
    inspection_id = inspected(force)
    for role in ("enquirer", "auditor", "administrator"):
        browser = force.browser("ALB", role)
        assert browser.get(path_of(inspection_id)).status_code == 403
        assert browser.post(path_of(inspection_id), data={"kind": "forged", "reasons": WHY}).status_code == 403
    assert force.browser("ALB", "examiner").get(path_of("none")).status_code == 404
    assert force.browser("ALB", "enquirer").get(path_of("none", "screening")).status_code == 404


def test_the_holder_is_asked_and_offered_what_fits(force: Any) -> None:
    inspection_id = inspected(force)
    examiner = force.browser("ALB", "examiner")
    examiner.post(path_of(inspection_id), data={"kind": VerdictClass.IMPOSTOR.value, "reasons": WHY})
    browser = force.browser("ALB", "enquirer")
    page = path_of(inspection_id, "screening")
    assert "was not asked yet" in browser.get(page).text
    reply = browser.post(page, data={"sign": ["afraid", "no-such-sign"], "protection": "yes", "child": "yes"})
    assert "location" not in reply.headers, "no address carries what somebody needs"
    after = reply.text
    assert "refer the person to asylum" in after
    assert "Refer the person to safeguarding" in after
    assert "The holder was asked" in browser.get(page).text
    assert "Offer this now" not in browser.get(page).text
    assert "Offer this now" not in browser.post(page, data={}).text


def test_what_an_overdue_device_read_is_marked_beside_the_verdict(force: Any) -> None:
    inspection_id = inspected(force)
    node = force.nodes[ALB]
    administrator = force.officers[ALB, "alb-administrator"]
    named = ("DURRES-9", "Lane 9", "Reader, type 7")
    device_id = node.commit(lambda tx: register_device(tx, administrator, named, 7, node.clock()))
    node.commit(lambda tx: note_reading(tx, inspection_id, device_id, node.clock()))
    assert "test was overdue" in force.browser("ALB", "examiner").get(path_of(inspection_id)).text


@pytest.mark.parametrize(
    ("tag", "heading"), [("en", "Verdict: Officers differ"), ("sq", "Përfundimi: Zyrtarët nuk pajtohen")]
)
def test_the_report_says_what_people_say_beside_what_the_machine_advises(force: Any, tag: str, heading: str) -> None:
    examiner, supervisor = force.browser("ALB", "examiner"), force.browser("ALB", "supervisor")
    case = f"DUR-2025-07{'78' if tag == 'en' else '79'}"
    examiner.post("/documents/examine", {"zone": "\n".join(made().zone), "case_ref": case})
    with force.nodes[ALB].database.read() as tx:
        inspection_id = tx.execute(inspection.select().where(inspection.c.case_ref == case)).one().id
    form = {"kind": "html", "view": "officer", "in": tag, "personal": "yes"}
    path = path_of(inspection_id, "report")
    assert heading.split(":", maxsplit=1)[0] + ":" not in examiner.post(path, data=form).text
    examiner.post(path_of(inspection_id), data={"kind": "forged", "reasons": WHY})
    supervisor.post(path_of(inspection_id), data={"kind": "genuine", "reasons": WHY})
    report = examiner.post(path, data=form).text
    assert heading in report
    assert WHY not in report, "reasons stay in the node"


def test_an_examined_document_leads_to_its_verdict_and_keeps_its_devices_mark(force: Any) -> None:
    browser, node = force.browser("ALB", "examiner"), force.nodes[ALB]
    named = ("DURRES-8", "Lane 8", "Reader, type 7")
    administrator = force.officers[ALB, "alb-administrator"]
    device_id = node.commit(lambda tx: register_device(tx, administrator, named, 7, node.clock()))
    assert "Lane 8 · overdue" in browser.get("/documents/examine").text
    form = {"zone": "\n".join(made().zone), "case_ref": "DUR-2025-0781", "device": device_id}
    page = browser.post("/documents/examine", form).text
    found = re.findall(r'href="(/documents/inspections/[0-9a-f-]+/verdict)"', page)
    assert len(found) == 1
    assert "test was overdue" in browser.get(found[0]).text
