"""Nobody reads the first opinion before the second is there: everything that can be opened is opened, and searched."""

from typing import Any

import pytest
from tests.console.dna_story import ALB, OPINION, TRACE, examiners, number
from tests.console.pages_read import taken_apart
from tests.enquiries.dna_rows import Cases

from egnatia.model.states import Role

SECRET = "The stutter at D21S11 explains the third peak entirely."
MARK = "first-opinion-mark, level 9"
AWAY = ("/logout", "/static/", "/sessions", "/help", "?lang=", "&lang=", "/documents", "/agreements", "/partners")
"""What is not followed: it leads out, is the same page in another language, or is about something else."""
MOST = 150
"""Addresses opened by one officer; the crawl ends before, or the test fails for being blind itself."""


@pytest.fixture(scope="module")
def waiting(force: Any) -> str:
    """A candidate with one opinion, whose words stand nowhere else."""
    examiners(force)

    def made(tx: Any) -> str:
        cases = Cases(tx, 700)
        cases.profile(TRACE)
        return cases.candidate(TRACE, "XKX", number(70), at=force.clock())

    found: str = force.nodes[ALB].commit(made)
    form = OPINION | {"disposition": "contamination", "reasons": SECRET, "qualification": MARK}
    page = force.browser(ALB, "examiner").land(f"/dna/candidates/{found}/opinion", form)
    assert SECRET in page.text
    return found


def opened(browser: Any, start: tuple[str, ...]) -> dict[str, str]:
    """Every page that links lead to from the first ones, with their twins."""
    waiting, seen = [*start], dict[str, str]()
    while waiting:
        path = waiting.pop(0)
        if path in seen or any(each in path for each in AWAY):
            continue
        assert len(seen) < MOST, "more pages than this test expects"
        page = browser.get(path)
        seen[path] = page.text
        if "text/html" in page.headers["content-type"]:
            base = path.partition("?")[0]
            links = [each.partition("#")[0] for each in taken_apart(page).links]
            waiting += [base + each if each.startswith("?") else each for each in links if each[:1] in ("/", "?")]
    return seen


@pytest.mark.parametrize("who", ["examiner-2", "supervisor", "enquirer", "approver"])
def test_no_page_and_no_twin_shows_the_first_opinion_to_anybody_else(force: Any, waiting: str, who: str) -> None:
    start = ("/", "/dna?show=all", f"/dna/candidates/{waiting}", f"/candidates/{waiting}", "/cases/DUR-2025-0417")
    pages = opened(force.browser(ALB, who), start)
    assert sum("format=json" in path for path in pages) >= 5
    for path, text in pages.items():
        assert SECRET not in text, path
        assert MARK not in text, path


def test_the_one_who_gave_it_finds_it_again(force: Any, waiting: str) -> None:
    pages = opened(force.browser(ALB, "examiner"), (f"/dna/candidates/{waiting}",))
    shown = [path for path, text in pages.items() if SECRET in text]
    assert {path.partition("?")[0] for path in shown} == {f"/dna/candidates/{waiting}"}
    assert any("format=json" in path for path in shown)


def test_the_finding_is_in_no_figure_before_two_agree(force: Any, waiting: str) -> None:
    assert waiting
    twin = force.browser(ALB, "auditor").get("/dna/figures?format=json").json()
    assert twin["dispositions"] == {}
    assert twin["undecided"] >= 1


def test_both_are_open_to_all_who_may_look_once_two_agree(force: Any, waiting: str) -> None:
    form = OPINION | {"disposition": "contamination", "reasons": "The glove was handled by the same person twice."}
    force.browser(ALB, "examiner-2").land(f"/dna/candidates/{waiting}/opinion", form)
    for who in ("examiner", "examiner-2", "supervisor"):
        text = force.browser(ALB, who).get(f"/dna/candidates/{waiting}").text
        assert SECRET in text
        assert form["reasons"] in text
    assert force.browser(ALB, "auditor").get("/dna/figures?format=json").json()["dispositions"] == {"contamination": 1}


def test_an_examiner_who_is_a_supervisor_too_is_one_pair_of_eyes(force: Any) -> None:
    force.hire(ALB, "alb-both", {Role.EXAMINER, Role.SUPERVISOR})
    found = force.nodes[ALB].commit(lambda tx: Cases(tx, 800).candidate(TRACE, "XKX", number(80), at=force.clock()))
    both = force.browser(ALB, "both")
    assert both.post(f"/dna/candidates/{found}/opinion", OPINION).status_code == 303
    assert both.post(f"/dna/candidates/{found}/opinion", OPINION).status_code == 409
