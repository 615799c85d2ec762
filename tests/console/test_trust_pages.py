"""The trust store in the console: by country on a day, one certificate, and what a partner would add; by two people."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from tests.console.trust_story import ALB, IMPORTED, XKX, keep, listed, send, two_lists
from tests.engines.documents.trust.realm import (
    OLD,
    UTO,
    albania,
    kosovo,
    read,
    revocation_list,
    uto_link,
    uto_new,
    uto_old,
)

from egnatia.engines.documents.trust.defects import Defect, DefectKind, Scope
from egnatia.engines.documents.trust.holdings import Holdings
from egnatia.engines.documents.trust.imports import import_crl, import_defects
from egnatia.enquiries.trust.updates import updates
from egnatia.ledger.entries import EntryFilter, read_entries
from egnatia.model.ids import PartnerCode
from egnatia.model.states import TrustUpdateState
from egnatia.store.tables import partner_card, trust_part, trust_update

WHY = "The embassy did not confirm the fingerprints of the new authority."


def held(force: Any, code: PartnerCode) -> Holdings:
    found: Holdings = force.nodes[code].trust_keeper.folder().holdings
    return found


@pytest.fixture
def stores(force: Any) -> Any:
    """Albania has a store, Kosovo none; both speak the newest version of messages."""
    for code in (ALB, XKX):
        force.nodes[code].commit(lambda tx: tx.execute(update(partner_card).values(protocol=2)))
        for table in (trust_part, trust_update):
            force.nodes[code].commit(lambda tx, table=table: tx.execute(table.delete()))
        for file in force.nodes[code].trust_keeper.path.glob("trust.*"):
            file.unlink()
    keep(force, ALB, two_lists())
    return force


def entries(force: Any, code: PartnerCode, kind: str) -> list[Any]:
    with force.nodes[code].database.read() as tx:
        return [each for each in read_entries(tx, EntryFilter(limit=500)) if each.kind == kind]


def state_of(force: Any, update_id: str) -> TrustUpdateState:
    with force.nodes[XKX].database.read() as tx:
        return next(each.state for each in updates(tx, "in") if each.id == update_id)


def test_a_node_without_a_store_says_so_and_works(stores: Any) -> None:
    browser = stores.browser(XKX, "examiner")
    for path in ("/documents/trust", "/documents/examine"):
        page = browser.get(path)
        assert page.status_code == 200
        assert "has no trust store" in page.text
        assert "egnatia trust import" in page.text
    assert browser.get(f"/documents/trust/certificates/{read(albania()).fingerprint}").status_code == 422
    assert "has no trust store" not in stores.browser(ALB, "examiner").get("/documents/examine").text


def test_a_store_that_cannot_be_read_is_not_taken_for_none(stores: Any) -> None:
    path: Path = stores.nodes[XKX].trust_keeper.path
    path.mkdir(exist_ok=True)
    (path / "trust.egn").write_bytes(b"half a file")
    page = stores.browser(XKX, "examiner").get("/documents/examine").text
    assert "cannot be read" in page
    assert "has no trust store" not in page
    (path / "trust.egn").unlink()


def test_certificates_are_listed_by_issuer_as_of_a_day(stores: Any) -> None:
    browser = stores.browser(ALB, "enquirer")
    now = {each["state"]: each["certificates"] for each in browser.get("/documents/trust?format=json").json()}
    then = {
        each["state"]: each["certificates"]
        for each in browser.get("/documents/trust?day=2024-06-01&format=json").json()
    }
    assert now == {"UTO": 3}
    assert then == {"UTO": 1, "ALB": 1}
    assert "No list holds for that day" in browser.get("/documents/trust?day=2020-01-01").text
    page = browser.get("/documents/trust?country=UTO").text
    assert page.count("/documents/trust/certificates/") == 3
    assert ">root<" in page.replace("\n", "")
    assert ">link<" in page.replace("\n", "")
    assert "No certificate of this issuer" in browser.get("/documents/trust?country=ALB").text


@pytest.mark.parametrize("day", ["tomorrow", "2025-13-01", "2025-02-30", "'\"><script>"])
def test_a_day_that_is_none_is_said_and_today_is_shown(stores: Any, day: str) -> None:
    page = stores.browser(ALB, "enquirer").get(f"/documents/trust?day={day}")
    assert page.status_code == 422
    assert "Give a day such as" in page.text
    assert "<script>" not in page.text


def test_one_certificate_is_explained_with_chain_links_validity_and_provenance(stores: Any) -> None:
    browser = stores.browser(ALB, "auditor")
    page = browser.get(f"/documents/trust/certificates/{read(uto_link()).fingerprint}").text
    assert "link: it bears its issuer" in page or "issued by another name" in page
    assert "Signed by an authority that was listed on that day" in page
    assert read(uto_old()).fingerprint in page, "the step up"
    old = browser.get(f"/documents/trust/certificates/{read(uto_old()).fingerprint}").text
    assert "root: signed by its own key" in old
    assert read(uto_link()).fingerprint in old, "the link that its key signed"
    assert "imported here" in old
    gone = browser.get(f"/documents/trust/certificates/{read(albania()).fingerprint}").text
    assert "Left out by a later list" in gone
    assert "left out on" in gone
    before = browser.get(f"/documents/trust/certificates/{read(albania()).fingerprint}?day=2024-06-01").text
    assert "Listed on that day" in before
    early = browser.get(f"/documents/trust/certificates/{read(uto_new()).fingerprint}?day=2024-06-01").text
    assert "Listed only later" in early


def test_an_unknown_certificate_is_not_found(stores: Any) -> None:
    browser = stores.browser(ALB, "enquirer")
    for name in ("0" * 64, "trust.egn", "%2e%2e"):
        assert browser.get(f"/documents/trust/certificates/{name}").status_code == 404


def test_every_look_is_entered_and_an_approver_has_none(stores: Any) -> None:
    browser = stores.browser(ALB, "enquirer")
    before = len(entries(stores, ALB, "trust.viewed"))
    browser.get("/documents/trust")
    browser.get(f"/documents/trust/certificates/{read(albania()).fingerprint}")
    seen = entries(stores, ALB, "trust.viewed")
    assert len(seen) == before + 2
    assert seen[0].object_ref.startswith("certificate:")
    assert stores.browser(ALB, "approver").get("/documents/trust").status_code == 403
    assert len(entries(stores, ALB, "trust.viewed")) == before + 2


def test_two_people_take_what_a_partner_shared(stores: Any) -> None:
    defect = Defect(DefectKind.WEAK_KEY, Scope(state="D"), "own finding", date(2025, 5, 1))
    keep(stores, ALB, import_defects(held(stores, ALB), [defect], "test").holdings)
    update_id = send(stores)
    examiner, supervisor = stores.browser(XKX, "examiner"), stores.browser(XKX, "supervisor")
    path = f"/documents/trust/updates/{update_id}"
    assert path in examiner.get("/documents/trust").text
    page = examiner.get(path).text
    assert "Authorities that would be believed" in page
    assert read(uto_new()).fingerprint[:16] in page
    assert "weak_key" in page
    assert "Keys that can be calculated from public data" in page
    assert "Propose to take it" in page
    assert "Take it into the store" not in page
    landed = examiner.land(f"{path}/accept")
    assert "A second officer has to decide" in landed.text
    assert "You proposed it." in examiner.get(path).text
    again = examiner.post(f"{path}/accept")
    assert again.status_code == 422
    assert "two people have to decide" in again.text
    assert stores.nodes[XKX].trust_keeper.held().missing
    assert "A colleague would take it" in supervisor.get(path).text
    assert "is in the store" in supervisor.land(f"{path}/accept").text
    assert state_of(stores, update_id) is TrustUpdateState.ACCEPTED
    shown = supervisor.get(f"/documents/trust/certificates/{read(uto_old()).fingerprint}").text
    assert "brought by ALB" in shown
    assert "has no trust store" not in supervisor.get("/documents/examine").text, "at once, without a restart"
    done = supervisor.get(path)
    assert done.status_code == 200
    assert "/accept" not in done.text


def test_a_refusal_needs_its_reason_and_leaves_nothing(stores: Any) -> None:
    keep(stores, ALB, listed(held(stores, ALB), uto_new(), kosovo(), day="250301"))
    update_id = send(stores)
    path, browser = f"/documents/trust/updates/{update_id}", stores.browser(XKX, "supervisor")
    short = browser.post(f"{path}/refuse", {"reason": "no"})
    assert short.status_code == 422
    assert "at least 20 characters" in short.text
    assert "was refused" in browser.land(f"{path}/refuse", {"reason": WHY}).text
    assert state_of(stores, update_id) is TrustUpdateState.REFUSED
    assert browser.post(f"{path}/refuse", {"reason": WHY}).status_code == 409
    assert entries(stores, XKX, "trust.refused")[0].justification == WHY


def test_revocation_lists_alone_are_taken_by_one(stores: Any) -> None:
    keep(stores, XKX, held(stores, ALB))
    keep(stores, ALB, import_crl(held(stores, ALB), revocation_list(UTO, OLD, {50: 1}, day=IMPORTED)).holdings)
    update_id = send(stores)
    browser, path = stores.browser(XKX, "examiner"), f"/documents/trust/updates/{update_id}"
    page = browser.get(path).text
    assert "One officer is enough" in page
    assert "Authorities that would be believed" not in page
    assert "is in the store" in browser.land(f"{path}/accept").text
    assert "Revocation lists held" in browser.get("/documents/trust").text


def test_who_may_look_but_not_decide_sees_no_button(stores: Any) -> None:
    update_id = send(stores)
    path = f"/documents/trust/updates/{update_id}"
    page = stores.browser(XKX, "auditor").get(path)
    assert page.status_code == 200
    assert "<button>Propose" not in page.text
    assert stores.browser(XKX, "auditor").post(f"{path}/accept").status_code == 403
    assert stores.browser(XKX, "enquirer").post(f"{path}/refuse", {"reason": WHY}).status_code == 403
    assert stores.browser(XKX, "examiner").get("/documents/trust/updates/none").status_code == 404
