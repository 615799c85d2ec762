"""The border check in the console: one screen, and no page from which anything but an officer decides."""

import re
from typing import Any

import pytest

MET = {"bcp": "durres-1", "direction": "entry", "mode": "sea", "minor": "adult"}
COUNTED = {"nationality": "alb", "sex": "F", "age": "18_29"}
REFERRED = MET | COUNTED | {"act": "refer", "reason": "doc_discrepancy"}
NOTE = "The laminate was lifted and laid down again."


def opened(force: Any) -> tuple[Any, str]:
    """A second-line officer's browser, and the path of a further check that was just begun."""
    browser = force.browser("ALB", "examiner")
    reply = browser.post("/crossings", data=REFERRED)
    assert reply.status_code == 303
    return browser, reply.headers["location"].split("?")[0]


def options(page: str, name: str) -> list[str]:
    found = re.search(rf'<select id="{name}".*?</select>', page, re.DOTALL)
    assert found is not None
    return re.findall(r'<option value="(\w+)"', found[0])


def test_who_passes_is_counted_and_the_screen_keeps_only_the_place(force: Any) -> None:
    browser = force.browser("ALB", "enquirer")
    reply = browser.post("/crossings", data=MET | COUNTED | {"act": "pass"})
    assert (reply.status_code, reply.headers["location"]) == (
        303,
        "/crossings?done=passed&bcp=durres-1&direction=entry&mode=sea",
    )
    page = browser.get(reply.headers["location"]).text
    assert "ready for the next person" in page
    assert 'value="durres-1"' in page
    assert 'value="alb"' not in page


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"direction": ""}, "Direction: choose one"),
        ({"sex": "woman"}, "Sex, as printed: choose one"),
        ({"nationality": "Albania"}, "one to three letters"),
        ({"bcp": "lane three"}, "is no crossing point"),
        ({"minor": "alone"}, "custody"),
        ({"protection": "yes"}, "asked for protection"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_counted(force: Any, changed: dict[str, str], said: str) -> None:
    browser = force.browser("ALB", "enquirer")
    reply = browser.post("/crossings", data=MET | COUNTED | {"act": "pass"} | changed)
    assert reply.status_code == 422
    assert said in reply.text


def test_a_reason_is_from_the_list(force: Any) -> None:
    browser = force.browser("ALB", "enquirer")
    page = browser.get("/crossings").text
    assert "lost_stolen" in options(page, "reason")
    assert "random_sample" not in options(page, "reason"), "that is drawn, not chosen"
    assert browser.post("/crossings", data=REFERRED | {"reason": "nationality"}).status_code == 422


def test_who_does_not_close_checks_goes_on_to_the_next_person(force: Any) -> None:
    reply = force.browser("ALB", "enquirer").post("/crossings", data=REFERRED)
    assert reply.headers["location"].startswith("/crossings?done=referred")


def test_a_further_check_is_led_to_its_end(force: Any) -> None:
    browser, path = opened(force)
    ending = COUNTED | {"finding": "forged", "outcome": "pass", "note": NOTE}
    early = browser.post(f"{path}/close", data=ending)
    assert early.status_code == 422
    assert "information sheet" in early.text
    assert browser.post(f"{path}/note", data={"what": "sheet", "language": "klingon"}).status_code == 422
    assert browser.post(f"{path}/note", data={"what": "sheet", "language": "sq"}).status_code == 303
    assert "screening" in browser.post(f"{path}/close", data=ending).text
    browser.post(f"{path}/note", data={"what": "signs", "sign": ["afraid", "no-such-sign"]})
    assert "1 seen" in browser.get(path).text
    assert browser.post(f"{path}/close", data=ending | {"note": "short"}).status_code == 422
    assert browser.post(f"{path}/close", data=ending).status_code == 303
    closed = browser.get(path).text
    assert "Altered document" in closed
    assert '<form method="post" action="/crossings/' not in closed
    assert browser.get("/crossings/second-line?format=json").json()[0]["finding"] in {None, "forged"}


def test_after_a_request_for_protection_no_refusal_can_be_chosen(force: Any) -> None:
    browser, path = opened(force)
    assert "refused_entry" in options(browser.get(path).text, "outcome")
    browser.post(f"{path}/note", data={"what": "protection"})
    assert options(browser.get(path).text, "outcome") == ["asylum_referral", "safeguarding_referral"]
    browser.post(f"{path}/note", data={"what": "sheet", "language": "ar"})
    forced = COUNTED | {"finding": "no_finding", "outcome": "refused_entry", "note": NOTE}
    reply = browser.post(f"{path}/close", data=forced)
    assert reply.status_code == 422
    assert "asked for protection" in reply.text


def test_nobody_who_leaves_can_be_refused(force: Any) -> None:
    browser = force.browser("ALB", "examiner")
    path = browser.post("/crossings", data=REFERRED | {"direction": "exit"}).headers["location"].split("?")[0]
    assert "refused_entry" not in options(browser.get(path).text, "outcome")


def test_an_unknown_check_is_not_found(force: Any) -> None:
    assert force.browser("ALB", "examiner").get("/crossings/no-such-check").status_code == 404


@pytest.mark.parametrize("what", ["", "sign", "everything"])
def test_only_what_has_a_button_is_noted(force: Any, what: str) -> None:
    """A form that lost its field must not count as a screening that saw nothing."""
    browser, path = opened(force)
    assert browser.post(f"{path}/note", data={"what": what}).status_code == 404
    assert "not gone through yet" in browser.get(path).text


def test_nobody_passes_unless_that_button_was_pressed(force: Any) -> None:
    browser = force.browser("ALB", "enquirer")
    assert browser.post("/crossings", data=MET | COUNTED).status_code == 422
