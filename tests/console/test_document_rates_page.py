"""The page with the errors of the machine's advice: for supervisors, by type, with nothing too small on it."""

from typing import Any

import pytest

from egnatia.casework import borders
from egnatia.model.borders import VerdictClass
from egnatia.model.ids import OfficerId, PartnerCode
from egnatia.model.officers import Officer
from egnatia.model.states import Role
from egnatia.scenario.case import CASE_REF, PASSPORT

EXAMINER = Officer(OfficerId("off-examiner"), "examiner", frozenset({Role.EXAMINER}))
WHY = "Looked at under magnification and under UV light, compared with a specimen."


@pytest.fixture(scope="module")
def judged(force: Any) -> Any:
    node, now = force.nodes[PartnerCode("ALB")], force.clock.now
    for number in range(14):
        made = node.commit(lambda tx: borders.inspect_document(tx, EXAMINER, CASE_REF, PASSPORT, now))[0]
        kind = VerdictClass.GENUINE if number < 11 else VerdictClass.FORGED
        node.commit(lambda tx, one=made, said=kind: borders.give_verdict(tx, EXAMINER, one, said, WHY, now))
    return force


def test_rates_stand_with_their_interval_and_few_are_hidden(judged: Any) -> None:
    page = judged.browser("ALB", "supervisor").get("/documents/rates").text
    assert "RKS P" in page
    assert "0 of 11" in page
    assert "fewer than 10" in page, "three false ones are not shown"
    assert "3 of 3" not in page
    assert "14" not in page.split("<table")[1], "less the genuine ones it would be the false ones"
    assert "95 of 100" in page


def test_the_days_can_be_chosen_and_wrong_ones_are_said(judged: Any) -> None:
    browser = judged.browser("ALB", "supervisor")
    assert "has a verdict" in browser.get("/documents/rates?from=2020-01-01&to=2020-02-01").text
    for query in ("from=yesterday", "from=2025-13-01", "from=2025-02-01&to=2025-01-01"):
        assert browser.get(f"/documents/rates?{query}").status_code == 422


def test_the_page_has_a_twin_for_machines(judged: Any) -> None:
    rows = judged.browser("ALB", "supervisor").get("/documents/rates?format=json").json()
    assert {row["document_type"] for row in rows} == {"RKS P", ""}
    assert all(row["misses"]["of"] == 0 for row in rows)


@pytest.mark.parametrize("post", ["enquirer", "examiner", "auditor"])
def test_only_a_supervisor_sees_it(judged: Any, post: str) -> None:
    browser = judged.browser("ALB", post)
    assert browser.get("/documents/rates").status_code == 403


@pytest.mark.parametrize("tag", ["sq", "sr", "sr-Latn", "mk"])
def test_the_page_is_in_every_language(judged: Any, tag: str) -> None:
    page = judged.browser("ALB", "supervisor").get(f"/documents/rates?lang={tag}").text
    assert "False alarms" not in page
    assert "RKS P" in page
