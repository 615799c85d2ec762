"""A border check by keyboard alone, in a real Chromium: the first line, the second line, the ending, and protection at any step."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from tests.console.test_browser_console import Served, albania, chromium, tab_to

__all__ = ["albania", "chromium"]
pytestmark = pytest.mark.browser
NOTE = "The visa sticker was lifted from another page."


def choose(page: Page, selector: str, label: str) -> None:
    """Reach a list by Tab and choose by typing, as officers do."""
    tab_to(page, selector)
    page.keyboard.type(label)
    chosen = page.evaluate("selector => document.querySelector(selector).selectedOptions[0].text", selector)
    assert chosen == label


def fill(page: Page, selector: str, text: str) -> None:
    tab_to(page, selector)
    page.keyboard.type(text)


def press(page: Page, selector: str) -> None:
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def on_the_first_line(albania: Served, chromium: Browser, role: str) -> tuple[BrowserContext, Page]:
    context = albania.context(chromium, role, reduced_motion="reduce")
    page = context.new_page()
    page.goto("/crossings")
    return context, page


def place(page: Page) -> None:
    fill(page, "#bcp", "durres-1")
    choose(page, "#direction", "Entry")
    choose(page, "#mode", "By sea")


def person(page: Page, nationality: str = "SRB") -> None:
    choose(page, "#minor", "An adult")
    fill(page, "#nationality", nationality)
    choose(page, "#sex", "F")
    choose(page, "#age", "18 to 29")


def outcomes(page: Page) -> list[str]:
    found: list[str] = page.evaluate("[...document.querySelectorAll('#outcome option')].map(each => each.value)")
    return [each for each in found if each]


def test_the_keyboard_alone_leads_from_the_first_line_to_a_refusal_with_its_grounds(
    albania: Served, chromium: Browser
) -> None:
    context, page = on_the_first_line(albania, chromium, "examiner")
    place(page)
    person(page)
    choose(page, "#reason", "A condition of entry has to be looked at")
    press(page, "button[value=refer]")
    expect(page.locator("h1")).to_have_text("Further check")
    expect(page.get_by_text("Give the information sheet")).to_be_visible()

    choose(page, "#language", "sr-Latn")
    press(page, "form:has(#language) button")
    expect(page.get_by_text("Information sheet given")).to_be_visible()

    choose(page, "#finding", "Not resolved")
    choose(page, "#outcome", "Entry refused")
    fill(page, "#note", NOTE)
    fill(page, "#nationality", "SRB")
    choose(page, "#sex", "F")
    choose(page, "#age", "18 to 29")
    press(page, "form:has(#note) > button")
    expect(page.get_by_role("alert")).to_contain_text("nobody is stopped for a doubt")

    choose(page, "#finding", "A condition of entry is not met")
    tab_to(page, "#ground-no_means")
    page.keyboard.press("Space")
    choose(page, "#appeal", "sr-Latn")
    press(page, "form:has(#note) > button")
    expect(page.get_by_role("status")).to_contain_text("The further check is closed.")
    context.close()


def test_one_key_leads_to_the_button_that_hears_a_request_for_protection(albania: Served, chromium: Browser) -> None:
    context, page = on_the_first_line(albania, chromium, "enquirer")
    place(page)
    page.keyboard.press("Shift+Tab")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("p")
    assert page.evaluate("document.activeElement.value") == "protection"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("the check has stopped")
    assert page.locator("#bcp").input_value() == "durres-1", "ready for the next person at the same place"
    context.close()


def test_enter_in_a_field_never_hears_what_nobody_said(albania: Served, chromium: Browser) -> None:
    """A browser presses the form's first button then: what cannot be taken back must not be that one."""
    context, page = on_the_first_line(albania, chromium, "enquirer")
    place(page)
    fill(page, "#nationality", "SRB")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert "done=heard" not in page.url
    context.close()


def test_a_p_that_is_typed_is_a_letter(albania: Served, chromium: Browser) -> None:
    context, page = on_the_first_line(albania, chromium, "enquirer")
    fill(page, "#bcp", "popovo-p")
    assert page.locator("#bcp").input_value() == "popovo-p"
    context.close()


def test_the_first_line_hears_whom_it_referred_by_keyboard(albania: Served, chromium: Browser) -> None:
    context, page = on_the_first_line(albania, chromium, "enquirer")
    place(page)
    person(page)
    choose(page, "#reason", "Signs of distress")
    press(page, "button[value=refer]")
    expect(page.get_by_role("heading", name="Whom you referred")).to_be_visible()
    press(page, "section[aria-labelledby=waiting] button")
    expect(page.get_by_role("status")).to_contain_text("the check has stopped")
    context.close()


def test_at_the_second_line_protection_takes_every_other_ending_away(albania: Served, chromium: Browser) -> None:
    context, page = on_the_first_line(albania, chromium, "examiner")
    place(page)
    person(page)
    choose(page, "#reason", "An alert")
    press(page, "button[value=refer]")
    assert "refused_entry" in outcomes(page)
    page.keyboard.press("p")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert outcomes(page) == ["asylum_referral", "safeguarding_referral"]
    assert page.locator("fieldset:has(#appeal)").count() == 0, "no box of a refusal can be ticked any more"

    choose(page, "#language", "ar")
    press(page, "form:has(#language) button")
    choose(page, "#finding", "Nothing found")
    choose(page, "#outcome", "Referred to asylum")
    fill(page, "#note", "Asked for asylum at the ramp.")
    fill(page, "#nationality", "SYR")
    choose(page, "#sex", "M")
    choose(page, "#age", "30 to 44")
    press(page, "form:has(#note) > button")
    expect(page.get_by_role("status")).to_contain_text("The further check is closed.")
    context.close()
