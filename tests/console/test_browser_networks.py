"""How two of a case are connected, in a real Chromium: by keyboard alone, without scripts, in every language, at 320 px."""

from itertools import combinations
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.console.test_browser_borders import choose, press
from tests.console.test_browser_console import RULES, Served, albania, axe, chromium, violations

from egnatia.console.catalogues import LANGUAGES
from egnatia.console.language import language

__all__ = ["albania", "axe", "chromium"]
pytestmark = pytest.mark.browser
LONGEST = "W" * 200
"""A label without a break, as long as one may be."""


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Two groups, one telephone between them, a hostel that a victim holds too, and the longest label there is."""
    nodes = ["ref,kind,label,standing", f"p1,person,{LONGEST},involved", "v1,person,Hurtperson,victim"]
    nodes += [f"p{n},person,Name {n},involved" for n in range(2, 9)]
    nodes += ["t1,phone,+355 69 000 001,", "h1,place,Hostel,"]
    pairs = [pair for group in ((1, 2, 3, 4), (5, 6, 7, 8)) for pair in combinations(group, 2)]
    ties = ["left,right,relation,source,since,until"]
    ties += [f"p{one},p{other},was seen with,REPORT-{one}{other},2025-03-01," for one, other in pairs]
    ties += [f"{ref},h1,slept at,REPORT-H,2025-03-02,2025-03-09" for ref in ("p1", "p8", "v1")]
    ties += [f"{ref},t1,uses,REPORT-T,2025-03-02," for ref in ("p1", "p8")]
    made = [tmp_path / "nodes.csv", tmp_path / "ties.csv"]
    for path, rows in zip(made, (nodes, ties), strict=True):
        path.write_text("\n".join(rows) + "\n")
    return made


def read(page: Page, files: list[Path]) -> None:
    page.goto("/networks")
    page.set_input_files("#network", files)
    page.fill("#case_ref", "DUR-2025-0417")
    page.fill("#why", "Looking at how these two are connected")
    with page.expect_navigation():
        page.click("main form.card button")


def asked(page: Page, files: list[Path]) -> None:
    read(page, files)
    page.select_option("#one", "p2")
    page.select_option("#other", "p5")
    with page.expect_navigation():
        page.click("#pair button")


def test_two_are_chosen_and_asked_about_by_keyboard_alone(
    albania: Served, chromium: Browser, files: list[Path]
) -> None:
    context = albania.context(chromium, "examiner", reduced_motion="reduce")
    page = context.new_page()
    read(page, files)
    choose(page, "#one", "Name 2 (p2)")
    choose(page, "#other", "Name 5 (p5)")
    press(page, "#pair button")
    told = page.locator("section[aria-labelledby=ways]")
    assert "How Name 2 and Name 5 are connected" in told.inner_text()
    assert "was seen with" in told.inner_text()
    assert "REPORT-T" in told.inner_text()
    assert page.evaluate("document.querySelector('#one').value") == "p2", "the choice stays"
    context.close()


def test_a_way_is_shown_and_marked_in_the_picture_without_scripts(
    albania: Served, chromium: Browser, files: list[Path]
) -> None:
    context = albania.context(chromium, "supervisor", java_script_enabled=False)
    page = context.new_page()
    asked(page, files)
    assert page.locator("svg.network line.way:not(.other-way)").count() == 4
    assert page.locator("svg.network line.other-way").count() == 0, "the hostel shares its ends with the first way"
    assert page.locator("svg.network .step-number").all_text_contents() == ["1", "2", "3", "4"]
    assert "Hurtperson" not in page.content()
    page.select_option("#other", "p2")
    with page.expect_navigation():
        page.click("#pair button")
    assert "Choose two who are not the same." in page.locator("#problems").inner_text()
    assert page.locator("svg.network").is_visible()
    context.close()


def test_the_answer_has_no_violation_in_light_or_dark(
    albania: Served, chromium: Browser, axe: str, files: list[Path]
) -> None:
    context = albania.context(chromium, "supervisor", reduced_motion="reduce")
    page = context.new_page()
    asked(page, files)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280, "the longest label breaks"
    page.evaluate(axe)
    assert violations(page, {"runOnly": {"type": "tag", "values": RULES}}) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, {"runOnly": {"type": "rule", "values": ["color-contrast"]}}) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert violations(page, {"runOnly": {"type": "rule", "values": ["target-size"]}}) == []
    context.close()


def test_the_answer_fits_320_pixels_in_every_language(albania: Served, chromium: Browser, files: list[Path]) -> None:
    context = albania.context(chromium, "supervisor", reduced_motion="reduce", viewport={"width": 320, "height": 640})
    page = context.new_page()
    for tag in LANGUAGES:
        context.add_cookies([{"name": "lang", "value": tag, "url": albania.base}])
        asked(page, files)
        assert language(tag).say("The shortest way") in page.locator("main").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, tag
    context.close()
