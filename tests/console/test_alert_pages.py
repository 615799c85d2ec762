"""Patterns of questions in the console: who asked, why it may be innocent, and how a supervisor closes it."""

import re
from typing import Any

import pytest

from egnatia.enquiries.fishing import Finding
from egnatia.enquiries.fishing.alerts import Asker, raise_alert
from egnatia.model.ids import PartnerCode
from egnatia.model.states import FishingRule

FOUND = "A bundle of seized blanks was checked booklet by booklet."


@pytest.fixture
def pattern(force: Any) -> str:
    """An open alert about a partner's officer, and one about our own supervisor; returns the address of the first."""
    node, now = force.nodes["ALB"], force.clock()
    finding = Finding(FishingRule.NEIGHBOURING_NUMBERS, 12, ("DUR-2025-0417", "DUR-2025-0418"), now, now)
    sweep = Finding(FishingRule.ALPHABETICAL_SWEEP, 10, ("DUR-2025-0417",), now, now)
    herself = Asker(None, force.officers["ALB", "alb-supervisor"].id)
    node.commit(lambda tx: raise_alert(tx, Asker(PartnerCode("XKX"), "off-77aa"), finding, now))
    node.commit(lambda tx: raise_alert(tx, herself, sweep, now))
    return address(force, "Many neighbouring numbers")


def address(force: Any, name: str) -> str:
    page = force.browser("ALB", "supervisor").get("/alerts/patterns").text
    found = re.search(rf'<a href="(/alerts/patterns/[0-9a-f-]+)">{name}</a>', page)
    assert found, page
    return found[1]


def test_a_pattern_says_who_how_many_and_why_it_may_be_innocent(force: Any, pattern: str) -> None:
    page = force.browser("ALB", "supervisor").get(pattern).text
    for said in ("Kosovo", "off-77aa", "<dd>12</dd>", "DUR-2025-0417, DUR-2025-0418", "seized or found documents"):
        assert said in page
    assert "only that node knows what was asked" in page


def test_open_patterns_are_counted_on_the_supervisors_first_page_only(force: Any, pattern: str) -> None:
    assert pattern
    counted = "Patterns of questions that nobody has closed"
    assert counted in force.browser("ALB", "supervisor").get("/").text
    assert counted not in force.browser("ALB", "examiner").get("/").text


def test_a_finding_closes_the_alert_and_a_word_does_not(force: Any, pattern: str) -> None:
    supervisor = force.browser("ALB", "supervisor")
    short = supervisor.post(f"{pattern}/close", {"finding": "fine"})
    assert (short.status_code, "fine" in short.text, "at least 20 characters" in short.text) == (422, True, True)
    assert supervisor.post(f"{pattern}/close", {"finding": FOUND}).status_code == 303
    assert "Close the alert" not in supervisor.get(pattern).text
    assert supervisor.post(f"{pattern}/close", {"finding": FOUND}).status_code == 409


def test_nobody_closes_an_alert_about_herself(force: Any, pattern: str) -> None:
    assert pattern
    supervisor, own = force.browser("ALB", "supervisor"), address(force, "Names in alphabetical order")
    page = supervisor.get(own).text
    assert "Another supervisor has to close it" in page
    assert "<textarea" not in page
    assert supervisor.post(f"{own}/close", {"finding": FOUND}).status_code == 409


def test_the_list_has_a_json_twin_and_an_empty_state(force: Any) -> None:
    supervisor = force.browser("XKX", "supervisor")
    assert "No pattern was found" in supervisor.get("/alerts/patterns").text
    assert supervisor.get("/alerts/patterns?format=json").json() == []
    assert supervisor.get("/alerts/patterns/no-such-alert").status_code == 404
