"""Alerts by keyboard and without scripts in a real Chromium, and the pages of a border check at 320 px with the longest names."""

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.console.forgery_story import GROUNDS, ISSUED, a_met_document, a_stolen_card, a_zone, an_alert, on_the_list
from tests.console.test_browser_borders import choose, fill, press
from tests.console.test_browser_console import SUBMIT, Served, albania, chromium

from egnatia.casework.borders import (
    Encounter,
    Group,
    give_verdict,
    inspect_document,
    refer,
    register_device,
    screen,
)
from egnatia.console.catalogues import LANGUAGES
from egnatia.model.borders import AgeBand, CrossingMode, Direction, SecondLineReason, Sign, VerdictClass

__all__ = ["albania", "chromium"]
pytestmark = pytest.mark.browser
NARROW = {"width": 320, "height": 640}
LONG_CASE = "WWWWWW-2025-99999999"
LONGEST = f"P<UTO{'W' * 38}<\nL898902C36UTO7408122F1204159ZE184226B<<<<<14"
"""A name without a break, as long as a passport's zone has room for."""


def main_of(page: Page) -> str:
    return page.locator("main").inner_text()


def test_an_alert_is_changed_by_keyboard_alone_and_without_a_script(albania: Served, chromium: Browser) -> None:
    reference = an_alert(albania.force, ISSUED)
    context = albania.context(chromium, "examiner", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/forgeries/{reference}")
    page.get_by_role("link", name="Change the alert").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Change the alert")
    expect(page.locator("#features")).to_have_value("\n".join(sorted(page.locator("#features").input_value().split())))
    page.locator("#features").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("issuer=ITA\nfont_fault=zone_pitch")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.press("Tab")
    page.keyboard.type("short")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#features")).to_have_value("issuer=ITA\nfont_fault=zone_pitch")
    page.locator("#why").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type(GROUNDS)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("The change is on its way")
    assert "zone_pitch" in main_of(page)
    assert "mixed_fonts" not in main_of(page)
    context.close()


def test_a_met_document_is_recorded_by_keyboard_from_its_verdict(albania: Served, chromium: Browser) -> None:
    inspection_id = a_stolen_card(albania.force, 51, asked=False)
    context = albania.context(chromium, "examiner", reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"/documents/inspections/{inspection_id}/verdict")
    press(page, f"a[href='/forgeries/reported?inspection={inspection_id}']")
    choose(page, "#category", "Stolen")
    fill(page, "#why", GROUNDS)
    press(page, "form.card button")
    expect(page.get_by_role("alert")).to_contain_text("may be a victim")
    press(page, f"a[href='/documents/inspections/{inspection_id}/screening']")
    press(page, "main form button")
    page.goto(f"/forgeries/reported?inspection={inspection_id}")
    expect(page.get_by_text("Ask the holder first")).to_have_count(0)
    choose(page, "#category", "Stolen")
    fill(page, "#why", GROUNDS)
    press(page, "form.card button")
    expect(page.get_by_role("status")).to_contain_text("The document was recorded")
    context.close()


@pytest.fixture(scope="module")
def long_names(albania: Served) -> dict[str, str]:
    """Everything that a border check shows, as long as it may be."""
    force = albania.force
    node, now = force.nodes["ALB"], force.clock()
    officer, examiner, admin = (
        force.officers["ALB", f"alb-{post}"] for post in ("enquirer", "examiner", "administrator")
    )
    made = node.commit(lambda tx: inspect_document(tx, examiner, LONG_CASE, LONGEST, now))[0]
    node.commit(lambda tx: give_verdict(tx, examiner, made, VerdictClass.FRAUDULENTLY_OBTAINED, "W" * 300, now))
    names = ("WWWWWWWWWWWWWWWWWWW1", "W" * 60, "M" * 80)
    node.commit(lambda tx: register_device(tx, admin, names, 7, now))
    group = Group("ALB", "F", AgeBand.FROM_18)
    met = Encounter(names[0], Direction.ENTRY, CrossingMode.SEA, group)
    check = node.commit(lambda tx: refer(tx, officer, met, SecondLineReason.DOC_DISCREPANCY, now, inspection_id=made))
    node.commit(lambda tx: screen(tx, officer, check, list(Sign), now))
    stolen, reference = a_stolen_card(force, 52), a_met_document(force, 53)
    alert = an_alert(force, ISSUED)
    on_the_list(force, a_zone(54), name="W" * 60)
    return {"made": made, "check": check, "stolen": stolen, "met": reference, "alert": alert, "bcp": names[0]}


PAGES: dict[str, tuple[str, str, dict[str, str] | None]] = {
    "first line": ("examiner", "/crossings", None),
    "first line, refused input": ("examiner", "/crossings", {"act": "refer", "bcp": "W" * 60, "nationality": "W" * 40}),
    "further checks": ("examiner", "/crossings/second-line", None),
    "further check": ("examiner", "/crossings/{check}", None),
    "ending": ("examiner", "/crossings/{check}/close", {"finding": "forged", "note": "W" * 200}),
    "inspections": ("examiner", "/documents/inspections", None),
    "inspection": ("examiner", "/documents/inspections/{made}", None),
    "verdict": ("examiner", "/documents/inspections/{made}/verdict", None),
    "screening": ("enquirer", "/documents/inspections/{made}/screening", None),
    "examined": ("examiner", "/documents/examine", {"zone": LONGEST, "number": "W" * 60, "name": "W" * 80}),
    "looked up": ("examiner", "/crossings/lookup", {"bcp": "DURRES-1", "direction": "entry", "zone": a_zone(54)}),
    "not looked up": ("examiner", "/crossings/lookup", {"bcp": "W" * 60, "direction": "entry", "zone": "W" * 90}),
    "alerts": ("examiner", "/forgeries", None),
    "alert": ("supervisor", "/forgeries/{met}", None),
    "change": ("supervisor", "/forgeries/{alert}/change", None),
    "changed wrongly": (
        "supervisor",
        "/forgeries/{alert}/change",
        {"features": "W" * 300, "blanks": "W" * 120, "why": "W"},
    ),
    "met": ("examiner", "/forgeries/reported?inspection={stolen}", None),
    "met wrongly": (
        "examiner",
        "/forgeries/reported",
        {"inspection": "{stolen}", "category": "lost", "why": "W" * 400},
    ),
}


@pytest.mark.parametrize("tag", LANGUAGES)
def test_no_page_of_a_border_check_runs_over_320_pixels(
    albania: Served, chromium: Browser, long_names: dict[str, str], tag: str
) -> None:
    over: dict[str, int] = {}
    pages: dict[str, Page] = {}
    for name, (role, path, fields) in PAGES.items():
        if role not in pages:
            context = albania.context(chromium, role, viewport=NARROW, reduced_motion="reduce")
            context.add_cookies([{"name": "lang", "value": tag, "url": albania.base}])
            pages[role] = context.new_page()
        page = pages[role]
        if fields is None:
            page.goto(path.format(**long_names))
        else:
            page.goto("/help")
            with page.expect_navigation():
                sent = {key: value.format(**long_names) if "{" in value else value for key, value in fields.items()}
                page.evaluate(SUBMIT, [path.format(**long_names), sent])
        assert page.locator("main h1").count() == 1, name
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > NARROW["width"]:
            over[name] = width
    assert over == {}
