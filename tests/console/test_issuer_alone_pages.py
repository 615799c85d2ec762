"""The console asks a document's issuer alone, says where nobody can be asked, and notes where suspected ones were shown."""

import re
from typing import Any

import pytest
from sqlalchemy import func, select
from tests.console.conftest import QUESTION

from egnatia.model.ids import PartnerCode
from egnatia.scenario.case import PASSPORT
from egnatia.store.tables import ask, document_sighting, enquiry

ALB, XKX = PartnerCode("ALB"), PartnerCode("XKX")
ALONE = {name: value for name, value in QUESTION.items() if name != "beyond"} | {"case_ref": "DUR-2025-0850"}


def rows(force: Any, table: Any, code: PartnerCode = ALB) -> int:
    with force.nodes[code].database.read() as tx:
        return int(tx.execute(select(func.count()).select_from(table)).scalar_one())


def test_the_question_says_who_is_asked(force: Any) -> None:
    browser = force.browser("ALB", "enquirer")
    page = browser.post("/enquiries/new", ALONE).text
    assert "Choose none to ask the issuer alone" in page
    assert "Ask others than the issuer too" in page
    person = browser.post("/enquiries/new", {"subject": "person"}).text
    assert "every partner that a grant allows" in person
    assert "Ask others than the issuer too" not in person


def test_the_check_shows_the_issuer_and_nobody_else(force: Any) -> None:
    page = force.browser("ALB", "enquirer").post("/enquiries/check", ALONE)
    assert page.status_code == 200
    assert "the issuer alone" in page.text
    assert "Kosovo" in page.text
    assert "North Macedonia" not in page.text
    assert "Send the enquiry to 1 partner" in page.text


def test_what_is_sent_goes_to_the_issuer(force: Any) -> None:
    page = force.browser("ALB", "enquirer").land("/enquiries", ALONE)
    found = re.search(r"/enquiries/([0-9a-f-]{36})", page.text)
    assert found is not None
    with force.nodes[ALB].database.read() as tx:
        partners = tx.execute(select(ask.c.partner).where(ask.c.enquiry_id == found[1])).scalars().all()
    assert list(partners) == ["XKX"]


@pytest.mark.parametrize("path", ["/enquiries/check", "/enquiries"])
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"issuer": "FRA"}, "nobody to ask"),
        ({"issuer": "FRA"}, "SLTD"),
        ({"issuer": "ALB"}, "own register is the answer"),
        ({"partners": ["XKX", "MKD"]}, "MKD cannot know a document number of RKS"),
        ({"partners": ["MKD"], "beyond": "because"}, "at least 20 characters"),
    ],
)
def test_where_it_cannot_be_asked_so_the_form_says_why(
    force: Any, path: str, changed: dict[str, Any], said: str
) -> None:
    before = rows(force, enquiry)
    page = force.browser("ALB", "enquirer").post(path, ALONE | changed)
    assert page.status_code in {403, 409, 422}
    assert said in page.text
    assert 'value="DUR-2025-0850"' in page.text, "nothing that was typed is lost"
    assert rows(force, enquiry) == before


def test_a_reason_opens_the_others_and_stands_on_the_page(force: Any) -> None:
    browser = force.browser("ALB", "enquirer")
    reason = "The batch was offered in both countries last month"
    check = browser.post("/enquiries/check", ALONE | {"beyond": reason})
    assert "North Macedonia" in check.text
    assert reason in check.text
    page = browser.land(
        "/enquiries", ALONE | {"beyond": reason, "case_ref": "DUR-2025-0851", "partners": ["XKX", "MKD"]}
    )
    assert reason in page.text


def examined(force: Any, **more: str) -> str:
    browser = force.browser("XKX", "supervisor")
    page = browser.post("/documents/examine", {"zone": PASSPORT} | more)
    assert page.status_code == 200, page.text
    return str(page.text)


def test_a_registered_document_is_noted_with_a_case_and_a_crossing_point_only(force: Any) -> None:
    before = rows(force, document_sighting, XKX)
    examined(force)
    examined(force, bcp="MERDARE-1")
    examined(force, case_ref="PRI-2025-0001")
    assert rows(force, document_sighting, XKX) == before
    examined(force, case_ref="PRI-2025-0001", bcp="merdare-1")
    noted = rows(force, document_sighting, XKX) - before
    assert noted == (1 if _is_suspected(force) else 0)


def _is_suspected(force: Any) -> bool:
    return "Consistent" not in examined(force)


def test_a_crossing_point_that_is_none_is_said(force: Any) -> None:
    data = {"zone": PASSPORT, "case_ref": "PRI-2025-0001", "bcp": "lane three"}
    page = force.browser("XKX", "supervisor").post("/documents/examine", data)
    assert page.status_code == 422
    assert "is no crossing point" in page.text
